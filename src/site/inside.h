#ifndef SITE_INSIDE_H
#define SITE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "site/desk.h"
#include "site/guide.h"
#include "site/html.h"
#include "site/hub.h"
#include "site/kept.h"
#include "site/limit.h"
#include "site/people.h"
#include "site/site.h"

/*
 * What the site's own files share: the site, a visit (one request), and how visits are answered.
 *
 *	site.c       the table of routes, new and free
 *	visit.c      answers: pages, JSON, errors, redirects, 304
 *	session.c    who asks; signing in and out; where a change may come from
 *	join.c       joining, by form and by API
 *	instructor.c what the instructor changes: whether people may join, tokens, fresh starts
 *	progress.c   the documents, and what streams send
 *	progress_plain.c   the attendee's checks as text
 *	api.c        the rest of the API
 *	layout.c     the frame around every page
 *	assets.c     css, js, icons
 *	page_*.c     one page each
 */

struct assets;

struct site {
	struct site_config config;
	struct arena *arena; /* lives as long as the site */
	struct people *people;
	struct hub *hub;
	struct desk *joins;        /* joining, and looking up keys */
	struct desk *resets;       /* emptying accounts */
	struct desk *checks;       /* running checks now */
	struct limit *wrong;       /* wrong codes and sign-ins, by address */
	struct limit *guesses;     /* wrong instructor tokens, by address */
	struct limit *joined;      /* joins, by address */
	struct limit *asked;       /* checks asked for, by account */
	pthread_mutex_t join_lock; /* from "is the name free" to "it is taken" */
	struct unclaimed
		*unclaimed; /* joined, but the answer could not be given; under join_lock */
	atomic_bool joining_closed;
	struct guides *guides;
	struct kept *kept; /* finished guide pages */
	struct assets *assets;
	char *instructor_cookie; /* what the instructor's browser holds instead of the token */
	uint64_t boot;           /* random: ETags of one run mean nothing to the next */
	bool stopped;
};

/* One request. Lives on the handler's stack, or in the request's arena while parked (visit_keep). */
struct visit {
	struct site *site;
	struct http_request *req;
	const struct http_params *params;
	const struct guide_book *book;
	struct person *person; /* who asks, or NULL */
	bool instructor;       /* the instructor's token or cookie came along */
	bool by_cookie; /* what says so came by itself, so where a change comes from must be checked */
	bool api;       /* errors are JSON */
	bool wrong_token; /* the instructor's form came with a wrong one */
};

enum {
	ROUTE_API = 1,        /* errors are JSON */
	ROUTE_CHANGES = 2,    /* must come from our own pages when a cookie says who asks */
	ROUTE_PERSON = 4,     /* an attendee must ask */
	ROUTE_INSTRUCTOR = 8, /* the instructor must ask */
};

/* A copy of the visit in the request's arena, for work that goes on after the handler returned. */
struct visit *visit_keep(const struct visit *v);

/* --- visit.c: answers ------------------------------------------------------ */

/* A whole page, which nobody stores. */
void visit_page(struct visit *v, int status, const struct html *page);
/*
 * Give the answer an entity tag made of `key`, which names what the answer is made from in this run of the
 * server. True when the client has it already: the visit is then answered with 304.
 */
bool visit_fresh(struct visit *v, const char *key);
/* Answer with bytes that may be kept by the client and must be asked for again each time. */
void visit_kept(struct visit *v, const char *type, struct str bytes);
void visit_json(struct visit *v, int status, struct json_object *body);
void visit_json_text(struct visit *v, int status, struct str text);
/* 303 to a path of ours. */
void visit_redirect(struct visit *v, const char *path);
/* An error in the form that fits: a page, or {"error": sentence, "code": word}. */
void visit_error(struct visit *v, int status, const char *word, const char *sentence);
/* The headers that every answer carries. */
void visit_headers(struct http_request *req);

/* --- session.c ---------------------------------------------------------------- */

#define SESSION_COOKIE    HTTP_OWN_COOKIES "session"
#define INSTRUCTOR_COOKIE HTTP_OWN_COOKIES "instructor"

/* Find out who asks: person, instructor, by_cookie. A bearer token is the instructor's only where `for_instructor`. */
void session_read(struct visit *v, bool for_instructor);
/* May this change be asked for from where it comes? */
bool session_same_origin(const struct visit *v);
/* The bearer token or the cookie's, as it came; absent when there was none. */
struct str session_token(const struct visit *v);
/* Remember the attendee in the browser. */
void session_set(struct visit *v, struct str token);
/* A path of ours that a form's "next" may lead to, or `otherwise`. */
const char *session_next(struct arena *a, struct str next, const char *otherwise);
/* The value of the instructor's cookie for this token. */
char *session_instructor_cookie(struct arena *a, const char *token);
http_handler sign_in, sign_out, instructor_sign_in, instructor_sign_out;

/* --- join.c ---------------------------------------------------------------- */

http_handler join_page, join_post, join_api;
/*
 * Go on with `then` once the person's key is known: at once, or parked until the key was looked up. Returns what the
 * handler returns. When the key cannot be had, the visit is answered with an error.
 */
enum http_outcome visit_with_key(struct visit *v, void (*then)(struct visit *v));
/* A fresh bearer token, in the arena. */
struct str token_make(struct arena *a);
/* The address that signs in with a token; the fragment stays in the browser. */
struct str sign_in_address(const struct visit *v, struct str token);
/* A token that was given to nobody yet is worth nothing any more. */
void unclaimed_drop(struct site *site, const struct person *person);
void unclaimed_free(struct site *site);

/* --- instructor.c ------------------------------------------------------------ */

/* Read from the event's file whether people may join. */
void joining_read(struct site *site);
/* "open" or "closed". */
const char *joining_word(struct site *site);
http_handler joining_post, token_post, reset_post;

/* --- progress.c ----------------------------------------------------------------- */

/* The three makers of the hub's messages; `arg` is the site. */
hub_make progress_document, progress_entry, progress_everyone, progress_tick;
/* The documents as text, in the arena. */
struct str progress_text(struct site *site, struct arena *a, const struct person *person);
struct str progress_everyone_text(struct site *site, struct arena *a);
http_handler progress_api, progress_stream, dash_api, dash_stream, results_api, check_post;
/* Have the person's checks run soon, with nobody waiting for it. */
void check_soon(struct site *site, struct person *person);

/* --- progress_plain.c ---------------------------------------------------------- */

http_handler progress_plain;

/* --- api.c ------------------------------------------------------------------- */

http_handler event_api, healthz;

/* --- layout.c ------------------------------------------------------------------- */

/* What a page tells its frame. */
struct frame {
	const char *
		section; /* which entry of the header is current: "home", "me", "labs", "dash", "" */
	struct str title;       /* of the page; the event's is added. Absent: the event's alone */
	const char *body_class; /* "guide", "front", ... */
	const char *const *scripts; /* further scripts by asset name, NULL-ended; may be NULL */
	bool live; /* the page shows the attendee's progress: the script opens the stream */
};
/* Write up to and with <main>; who asks stands in the header. */
void layout_begin(struct html *h, const struct visit *v, const struct frame *frame);
void layout_end(struct html *h, const struct visit *v);

/* --- assets.c ------------------------------------------------------------------ */

/*
 * Read the list of assets and mark each by its content; everything in the arena. The tree is the built-in one in
 * a running server, so it does not change.
 */
struct assets *assets_new(struct files *files, struct arena *a);
/* The address of an asset with the mark of its content: "/assets/site.css?v=0a1b2c3d". */
struct str asset_url(const struct site *site, const char *name);
http_handler asset_get, favicon_get;

/* --- page_*.c ------------------------------------------------------------------ */

http_handler front_page, me_page, mail_page, mail_api, dash_page, lab_home, guide_page, talk_page;
http_handler lab_static, lab_download, talk_static;

/* --- lab_archive.c ---------------------------------------------------------------- */

/* "files/site.zip" or "files/site.tar.gz" of a lab that has a folder files/site; absent: it is no such thing. */
struct str lab_archive(const struct lab *lab, struct arena *a, struct str path);

#endif
