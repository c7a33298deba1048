#ifndef SITE_SITE_H
#define SITE_SITE_H

#include "base/files.h"
#include "base/json.h"
#include "http/http.h"
#include "store/event.h"

/*
 * The workshop's own pages and API, on --port.
 *
 * For people:
 *	GET  /                          the event: title, agenda, what is on, the labs
 *	GET  /join                      code and name;   POST /join (form) -> cookie, redirect to the attendee's page
 *	GET  /me                        the attendee's account: copyable values, environment, progress
 *	GET  /me/mail                   the account's mailbox: what its services sent to users, live
 *	GET  /labs/{lab}/{page*}        a guide page
 *	GET  /talks/{name}              a talk's page
 *	GET  /dash                      the instructor's page (asks for the token once; /dash#token=T fills it in)
 *	POST /signin                    (form) an attendee's token -> cookie; /join#token=T does it by itself
 *	POST /signout, /dash/signin, /dash/signout
 *	GET  /labs/{lab}/static/{file*}, /labs/{lab}/files/{file*}, /talks/static/{file*}
 *	GET  /assets/{path*}            css, js, icons, highlight.js; with strong caching by content
 *
 * For programs (JSON; errors are {"error": "a sentence", "code": "word"}):
 *	POST /api/join                  {"code", "name"} -> {"account", "accessKeyId", "secretAccessKey", "region",
 *	                                "endpoint", "url", "token", "signIn": the address that signs a browser in}
 *	GET  /api/event                 {"title", "region", "endpoint", "now", "joining", "agenda": [...], "labs": [{"id", "title"}]}
 *	GET  /api/progress              an attendee's document (below)
 *	GET  /api/progress.txt          the same as plain text: a line a check, with its state as a word, for curl in a terminal
 *	GET  /api/progress/stream       server-sent events: `progress` with the document, at once and at each change
 *	GET  /api/mail                  an attendee's mailbox: {"messages": [{"id", "at": ms, "service", "medium", "from",
 *	                                "to", "subject", "body", "code"}]}, newest first; subject and code may be missing
 *	POST /api/check                 {"lab"?} run the checks now -> the document
 *	GET  /api/dash                  instructor: {"event", "joining", "attendees": [{"name", "account", "joinedAt", "lastGreenAt", "startedOverAt",
 *	                                "labs": [...]}], "unknown": {"dynamodb:UpdateTable": 3, ...}}; times in milliseconds,
 *	                                lastGreenAt 0 while nobody has noted that a check turned green, startedOverAt while there was no fresh start
 *	GET  /api/dash/stream           server-sent events: `dash` with all of it at once, then `attendee` with one entry
 *	                                at each change or join
 *	GET  /api/dash/results.csv      instructor: the same as a table for spreadsheets (results.h)
 *	POST /api/dash/joining          {"joining": "open" or "closed"}: may further people join? Kept. What /api/join then
 *	                                refuses has the code joining_closed
 *	POST /api/dash/attendees/{account}/token    another token for them -> {"name", "account", "token", "signIn"}; the old one
 *	                                stops at once, with the sessions and streams that came by it; keys of the account stay
 *	POST /api/dash/attendees/{account}/reset    a fresh start for them: the account is emptied and their progress forgotten ->
 *	                                {"name", "account", "startedOverAt", "removed": [{"count", "what": "DynamoDB tables"}]};
 *	                                name, token and access keys stay. 503, and nothing has changed, when it cannot be done
 *	GET  /healthz                   200 "ok"
 *
 * The document: {"attendee": name, "account", "startedOverAt", "labs": [{"id", "title", "checks": [{"id", "title", "state", "message",
 * "doneAt"}]}]} with state green, red or pending, and doneAt the moment when the check was green first, in milliseconds,
 * missing if it never was. A bearer token ("Authorization: Bearer T") or the session cookie says who asks. Streams send
 * something, a comment line if need be, at least every 15 s. The attendee's cookie is "immersion_session", the
 * instructor's "immersion_instructor": neither may reach what attendees deploy.
 */
struct site;

struct site_config {
	struct files *labs, *content, *assets;
	struct event_store *event;
	const char *region;
	const char *endpoint; /* what attendees put into AWS_ENDPOINT_URL: "http://10.0.0.5:4566" */
	const char *url;      /* the workshop's own address: "http://10.0.0.5:8080" */
	const char *event_code;
	const char *instructor_token;
	int64_t (*clock)(void);

	/* What the site asks of the rest of the server. These may block, so the site calls them from threads of its own. */
	/* Give the attendee's account a key; fills 20 and 40 characters and a NUL. */
	bool (*account_key)(void *arg, struct str account, char id[static 21],
			    char secret[static 41], const char **why);
	/* Run the checks of one lab (absent: all) now; results arrive by site_progress() before it returns. */
	void (*check_now)(void *arg, struct str account, struct str lab);
	/*
	 * Empty the account, and have site_start_over() called when it is. *removed: what it had, for the answer, in the
	 * arena. False with a sentence in *why when all is as before.
	 */
	bool (*start_over)(void *arg, struct arena *a, struct str account,
			   struct json_object **removed, const char **why);
	/* The messages in the account's mailbox, newest first, as GET /api/mail has them; NULL when it cannot be read. */
	struct json_object *(*mailbox)(void *arg, struct arena *a, struct str account);
	/* Operations attendees reached for and did not find; an object owned by the arena. */
	struct json_object *(*unknown)(void *arg, struct arena *a);
	void *arg;
};

struct site *site_new(const struct site_config *config, struct arena *a, const char **why);
/*
 * Stopping takes three steps: site_stop() refuses what waits for the site's threads and ends them (so that no parked request is
 * left to them), then the HTTP server is freed, then the site.
 */
void site_stop(struct site *site);
void site_free(struct site *site);

/* The handler of --port. `context` is the struct site. */
http_handler site_handle;

/*
 * New verdicts of one lab in one account: {"id", "title", "checks": [...]} as text. Stored, and sent to open streams when
 * they differ from the last ones: do they? From any thread.
 */
bool site_progress(struct site *site, struct str account, struct str lab, struct str verdicts);
/*
 * The account was emptied: forget its verdicts and tell who watches. False when that could not be stored. From any
 * thread; may block.
 */
bool site_start_over(struct site *site, struct str account);
/* The last of them, in the arena; absent: there are none. From any thread. */
struct str site_verdicts(struct site *site, struct arena *a, struct str account, struct str lab);

#endif
