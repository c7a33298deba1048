/* The site over real sockets, with a server around it that does as told. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "http/client.h"
#include "site/site.h"
#include "store/folder.h"
#include "unit/tap.h"

#define GREEN                                                                                      \
	"{\"id\":\"web-app\",\"title\":\"Lab\",\"checks\":[{\"id\":\"rides-table\",\"title\":\"T\",\"state\":\"green\",\"message\":\"\"}]}"
#define RED                                                                                        \
	"{\"id\":\"web-app\",\"title\":\"Lab\",\"checks\":[{\"id\":\"rides-table\",\"title\":\"T\",\"state\":\"red\",\"message\":\"no <table>\",\"diagnosed\":true}]}"
/* A message that a terminal would obey: ESC [ 31m, a line end, CSI of C1 in UTF-8. */
#define STEERING                                                                                   \
	"{\"id\":\"web-app\",\"title\":\"Lab\",\"checks\":[{\"id\":\"rides-table\",\"title\":\"T\",\"state\":\"red\",\"message\":\"\\u001b[31m x\\n\\u007f\\u009by\",\"diagnosed\":true}]}"

static struct arena *a;
static struct site *site;
static struct event_store *event;
static int port;
static bool keys_work = true;

/* --- what the event is made of -------------------------------------------------------- */

static const struct {
	const char *path, *text;
} tree[] = {
	{ "labs/web-app/contentspec.yaml",
	  "version: 2.0\ntitle: Rides\ndefaultLocaleCode: en-US\nlocaleCodes:\n  - en-US\n" },
	{ "labs/web-app/checks.yaml",
	  "- id: rides-table\n  title: The table is there\n  call: dynamodb ListTables\n" },
	{ "labs/web-app/content/index.en.md",
	  "---\ntitle: Introduction\nweight: 0\n---\nHello :param{key=account.id}.\n" },
	{ "labs/web-app/content/table.en.md",
	  "---\ntitle: A table\nweight: 10\n---\n## Make it\n\n::check{id=rides-table}\n" },
	{ "labs/web-app/static/page.html", "<script>alert(1)</script>" },
	{ "labs/web-app/files/app/index.html", "<p>riders" },
	{ "labs/web-app/files/app/js/ride.js", "ride()" },
	{ "content/agenda.md",
	  "---\ntitle: Test Day\ntimezone: CEST\n---\nAn intro.\n\n## Day 1 - Thursday 22 July 2021\n\n"
	  "| Time | What | Kind |\n|---|---|---|\n| 13:00-13:45 | First talk | talk |\n" },
};

static void write_file(const char *dir, const char *path, const char *text)
{
	char *file = arena_printf(a, "%s/%s", dir, path), *slash = strrchr(file, '/');
	const char *why = "";

	*slash = '\0';
	if (!folder_make(file, a, &why))
		diag("%s", why);
	*slash = '/';
	if (!folder_write(file, str_of(text), a, &why))
		diag("%s", why);
}

static struct files *folder(const char *dir, const char *name)
{
	const char *why = "";

	return files_folder(arena_printf(a, "%s/%s", dir, name), a, &why);
}

/* --- the rest of the server ------------------------------------------------------- */

static bool account_key(void *arg, struct str account, char id[static 21], char secret[static 41],
			const char **why)
{
	(void)arg;
	*why = "told so";
	snprintf(id, 21, "AKIA%.*sTEST", STR_ARG(account));
	snprintf(secret, 41, "%040d", 7);
	return keys_work;
}

static void check_now(void *arg, struct str account, struct str lab)
{
	(void)arg;
	(void)lab;
	site_progress(site, account, STR("web-app"), STR(RED));
}

static bool empties = true;

static bool start_over(void *arg, struct arena *arena, struct str account,
		       struct json_object **removed, const char **why)
{
	struct json_object *one;

	(void)arg;
	*why = "told so";
	*removed = json_new_array(arena);
	one = json_add_object(*removed);
	json_set_int(one, "count", 2);
	json_set_cstr(one, "what", "things");
	return empties && site_start_over(site, account);
}

/* One message, with what a page must not take for HTML. */
static struct json_object *mailbox(void *arg, struct arena *arena, struct str account)
{
	struct json_object *messages = json_new_array(arena), *m;

	(void)arg;
	(void)account;
	if (!keys_work)
		return NULL;
	m = json_add_object(messages);
	json_set_int(m, "id", 1);
	json_set_int(m, "at", 1626951600000);
	json_set_cstr(m, "service", "cognito-idp");
	json_set_cstr(m, "medium", "EMAIL");
	json_set_cstr(m, "from", "no-reply@verificationemail.com");
	json_set_cstr(m, "to", "ada@rides.example");
	json_set_cstr(m, "subject", "Your verification code");
	json_set_cstr(m, "body", "<b>It is</b> 123456");
	json_set_cstr(m, "code", "123456");
	return messages;
}

static struct json_object *unknown(void *arg, struct arena *arena)
{
	struct json_object *counts = json_new_object(arena);

	(void)arg;
	json_set_int(counts, "dynamodb:DescribeLimits", 3);
	return counts;
}

/* --- asking ------------------------------------------------------------------------ */

static struct http_reply ask(const char *method, const char *path, const char *const *headers,
			     struct str body)
{
	struct http_ask how = {
		.method = method, .headers = headers, .body = body, .timeout_ms = 10000
	};
	struct http_reply reply = { 0 };
	const char *why = "";

	how.url = arena_printf(a, "http://127.0.0.1:%d%s", port, path);
	if (!http_ask(&how, a, &reply, &why))
		diag("%s %s: %s", method, path, why);
	return reply;
}

static struct http_reply get(const char *path, const char *header)
{
	const char *const headers[] = { header, NULL };

	return ask("GET", path, header ? headers : NULL, STR_NONE);
}

static struct http_reply join(const char *code, struct str name)
{
	struct json_object *in = json_new_object(a);

	json_set_cstr(in, "code", code);
	json_set_str(in, "name", name);
	return ask("POST", "/api/join", NULL, json_text(a, in));
}

static struct str member(struct http_reply reply, const char *key)
{
	return json_get_str(json_parse(a, reply.body, NULL), key);
}

/* The value that the answer's Set-Cookie gives, as a Cookie header. */
static const char *cookie_header(const struct http_reply *reply)
{
	struct str set = http_reply_header(reply, "Set-Cookie"), pair = str_cut(&set, ';');

	return arena_printf(a, "Cookie: %.*s", STR_ARG(pair));
}

/* --- tests ---------------------------------------------------------------------------- */

static void refusals(void)
{
	char *long_name = arena_alloc(a, 10000);
	struct http_reply r;

	memset(long_name, 'x', 10000);
	r = join("WRONG", STR("Anna"));
	is_int(r.status, 403, "a wrong code is refused");
	is_str(member(r, "code"), "unknown_code", "and named");
	r = join("abcd1234", STR("  "));
	is_int(r.status, 400, "so is an empty name");
	is_str(member(r, "code"), "bad_name", "and named");
	r = join("abcd1234", str_make(long_name, 10000));
	ok(r.status == 400 && str_find_str(r.body, STR("at most 64")) > 0,
	   "ten thousand characters are refused kindly");
	is_int(ask("POST", "/api/join", NULL, STR("{\"code\":")).status, 400,
	       "a body that is not JSON is refused");
	is_int(ask("POST", "/api/join", NULL, STR("[1]")).status, 400,
	       "so is JSON that is no object");
	is_int(ask("POST", "/api/join", NULL, STR("{\"code\":1,\"name\":{}}")).status, 400,
	       "and members of other types");
	is_int(get("/api/join", NULL).status, 405, "GET is not how one joins");
	is_int(get("/api/nothing", NULL).status, 404, "an unknown address of the API is 404");
	is_str(member(get("/api/nothing", NULL), "code"), "not_found", "in JSON");
	is_int(get("/api/progress", NULL).status, 401, "progress wants a token");
	is_int(get("/api/progress", "Authorization: Bearer nobody").status, 401,
	       "that somebody has");
	is_int(get("/api/dash", NULL).status, 401, "the board wants the instructor's");
}

static const char *joining(void)
{
	struct http_reply r = join("abcd-12 34", STR("Anna <b>"));
	struct str token = member(r, "token");

	is_int(r.status, 200, "a code in other case and with dashes is right");
	is_int((int64_t)member(r, "account").n, 12, "the account has 12 digits");
	is_int((int64_t)member(r, "secretAccessKey").n, 40, "the secret 40 characters");
	is_str(member(r, "region"), "eu-west-1", "the region is told");
	is_str(member(r, "endpoint"), "http://127.0.0.1:4566", "and the endpoint");
	ok(token.n == 43, "the token is 32 bytes in base64url");
	r = join("ABCD-1234", STR("anna  <B>"));
	is_int(r.status, 409, "the same name again is taken");
	is_str(member(r, "code"), "name_taken", "and named");
	return arena_printf(a, "Authorization: Bearer %.*s", STR_ARG(token));
}

/* A join whose account could not be made can be tried again under the same name. */
static void unlucky(void)
{
	keys_work = false;
	is_int(join("ABCD1234", STR("Unlucky")).status, 503, "without a key nobody joins");
	keys_work = true;
	is_int(join("ABCD1234", STR("Unlucky")).status, 200, "and the name is not lost");
	is_int(join("ABCD1234", STR("Unlucky")).status, 409, "it is theirs once");
}

static void wait_for_red(const char *bearer)
{
	for (int i = 0; i < 1000; i++) {
		if (str_find_str(get("/api/progress", bearer).body, STR("no <table>")) > 0)
			return;
		usleep(10000);
	}
}

static void checking(const char *bearer)
{
	const char *const headers[] = { bearer, NULL };
	struct http_reply r;

	wait_for_red(bearer);
	r = get("/api/progress", bearer);
	ok(r.status == 200 && str_find_str(r.body, STR("\"state\":\"red\"")) > 0,
	   "after joining the checks ran by themselves");
	is_str(member(r, "attendee"), "Anna <b>", "the document names the attendee");
	r = ask("POST", "/api/check", headers, STR("{\"lab\":\"web-app\"}"));
	is_int(r.status, 200, "checks run when asked for");
	is_int(ask("POST", "/api/check", headers, STR("")).status, 200,
	       "an empty body asks for all labs");
	is_int(ask("POST", "/api/check", headers, STR("{\"lab\":\"none\"}")).status, 404,
	       "an unknown lab is said so");
	is_int(ask("POST", "/api/check", headers, STR("nonsense")).status, 400, "so is nonsense");
	for (int i = 0; i < 20 && r.status != 429; i++)
		r = ask("POST", "/api/check", headers, STR(""));
	is_int(r.status, 429, "who asks without end is slowed down");
}

static void reading_mail(const char *bearer)
{
	struct http_reply r = get("/api/mail", bearer);

	ok(r.status == 200 && str_find_str(r.body, STR("\"code\":\"123456\"")) > 0,
	   "an attendee reads the account's messages");
	r = get("/me/mail", bearer);
	ok(r.status == 200 && str_find_str(r.body, STR("Your verification code")) > 0,
	   "there is a page of them");
	ok(str_find_str(r.body, STR("&lt;b&gt;It is&lt;/b&gt; 123456")) > 0 &&
		   str_find_str(r.body, STR("<b>It is")) < 0,
	   "on which they are text");
	is_int(get("/api/mail", NULL).status, 401, "nobody else does");
	is_int(get("/me/mail", NULL).status, 303, "whoever is nobody is led to the door");
	keys_work = false;
	is_int(get("/api/mail", bearer).status, 503, "a mailbox that cannot be read is told so");
	keys_work = true;
}

static const char *sessions(void)
{
	static const char *const foreign[] = { "Origin: http://evil.example", NULL };
	struct http_reply r =
		ask("POST", "/join", NULL,
		    STR("code=abcd1234&name=B%C3%A9la+%3Ci%3E&next=%2Flabs%2Fweb-app%2F"));
	struct str set = http_reply_header(&r, "Set-Cookie");
	const char *cookie = cookie_header(&r);

	is_int(r.status, 303, "the form joins and leads on");
	is_str(http_reply_header(&r, "Location"), "/labs/web-app/", "to where one came from");
	ok(str_find_str(set, STR("HttpOnly")) > 0 &&
		   str_find_str(set, STR("SameSite=Strict")) > 0 &&
		   str_find_str(set, STR("Path=/")) > 0,
	   "the cookie is not for scripts or other sites");
	r = get("/me", cookie);
	ok(r.status == 200 && str_find_str(r.body, STR("B\xc3\xa9la &lt;i&gt;")) > 0 &&
		   str_find_str(r.body, STR("<i>")) < 0,
	   "the page shows a name with HTML as text");
	is_str(http_reply_header(&r, "Cache-Control"), "no-store", "and nobody stores it");
	ok(str_find_str(http_reply_header(&r, "Content-Security-Policy"),
			STR("default-src 'none'")) == 0,
	   "with a strict policy");
	is_int(get("/me", NULL).status, 303, "without a session it leads to joining");
	is_int(ask("POST", "/join", foreign, STR("code=abcd1234&name=Mallory")).status, 403,
	       "another site cannot join for us");
	r = ask("POST", "/join", NULL, STR("code=abcd1234&name=Nemo&next=%2F%2Fevil.example%2F"));
	is_str(http_reply_header(&r, "Location"), "/me", "nor lead us elsewhere");
	return cookie;
}

static void changes_by_cookie(const char *cookie)
{
	const char *const bare[] = { cookie, NULL };
	const char *const foreign[] = { cookie, "Origin: http://evil.example", NULL };
	const char *const other_port[] = { cookie, "Origin: http://127.0.0.1:20000", NULL };
	const char *const same_site[] = { cookie, "Sec-Fetch-Site: same-site", NULL };
	const char *const own[] = { cookie, arena_printf(a, "Origin: http://127.0.0.1:%d", port),
				    NULL };

	is_int(ask("POST", "/api/check", bare, STR("")).status, 403,
	       "a cookie alone changes nothing");
	is_int(ask("POST", "/api/check", foreign, STR("")).status, 403, "nor from another site");
	is_int(ask("POST", "/api/check", other_port, STR("")).status, 403,
	       "nor from another port of this machine");
	is_int(ask("POST", "/api/check", same_site, STR("")).status, 403,
	       "nor from what only shares the site");
	is_int(ask("POST", "/api/check", own, STR("")).status, 200, "from our own pages it does");
	is_int(ask("POST", "/signout", own, STR("")).status, 303, "and signs out");
}

static void agenda(const char *dir)
{
	struct http_reply r = get("/", NULL);
	int i;

	ok(str_find_str(r.body, STR("Test Day")) > 0 && str_find_str(r.body, STR("First talk")) > 0,
	   "the front page shows the agenda");
	ok(str_find_str(r.body, STR("datetime=\"2021-07-22T11:00:00Z\"")) > 0,
	   "with moments that a script can move");
	write_file(
		dir, "content/agenda.md",
		"---\ntitle: Other Day\n---\n## Day 1 - Thursday 22 July 2021\n\n- 13:00-14:00 | Changed <talk> | talk\n");
	for (i = 0; i < 100 && str_find_str(r.body, STR("Other Day")) < 0; i++) {
		usleep(20000);
		r = get("/", NULL);
	}
	ok(str_find_str(r.body, STR("Changed &lt;talk&gt;")) > 0,
	   "a changed file changes the page");
}

static void pages(const char *cookie)
{
	struct http_reply r = get("/", NULL), again;
	const char *tag;

	is_int(r.status, 200, "the front page is there");
	is_int(get("/nothing", NULL).status, 404, "an unknown page is 404");
	ok(str_find_str(get("/nothing", NULL).body, STR("<main")) > 0, "in the same frame");
	is_int(get("/labs/web-app", NULL).status, 303, "a lab's address gets its slash");
	r = get("/labs/web-app/", NULL);
	tag = arena_printf(a, "If-None-Match: %.*s", STR_ARG(http_reply_header(&r, "ETag")));
	is_int(r.status, 200, "a guide page is there");
	again = get("/labs/web-app/", NULL);
	is_str(again.body, r.body, "and the same from memory");
	is_int(get("/labs/web-app/", tag).status, 304, "and not sent twice");
	r = get("/labs/web-app/", NULL);
	ok(str_find_str(r.body, STR("data-state=\"placeholder\"")) > 0,
	   "a visitor sees what will stand there");
	r = get("/labs/web-app/", cookie);
	ok(str_find_str(r.body, STR("data-state=\"placeholder\"")) < 0 &&
		   str_find_str(r.body, STR("data-key=\"account.id\"")) > 0,
	   "an attendee their own values");
	r = get("/labs/web-app/table", cookie);
	ok(str_find_str(r.body, STR("data-check=\"rides-table\" data-state=\"red\"")) > 0 &&
		   str_find_str(r.body, STR("no &lt;table&gt;")) > 0,
	   "a check stands on its page as it is, its message as text");
	ok(str_find_str(r.body, STR("data-checks=\"rides-table\" data-state=\"red\"")) > 0,
	   "and at the side");
	r = get("/labs/web-app/static/page.html", NULL);
	ok(r.status == 200 && str_starts(r.type, STR("text/plain")),
	   "HTML of a lab is shown, not run");
	r = get("/labs/web-app/", cookie);
	ok(str_find_str(r.body, STR("data-live=\"true\"")) > 0, "an attendee's is their own");
	is_int(get("/labs/web-app/nothing", NULL).status, 404, "a page that is not there is 404");
	is_int(get("/labs/web-app/static/../contentspec.yaml", NULL).status, 404,
	       "nothing beside static/ is served");
	is_int(get("/labs/web-app/static/%2e%2e/contentspec.yaml", NULL).status, 404,
	       "not by escapes either");
	is_int(get("/assets/site.css", NULL).status, 200, "assets are there");
	is_int(get("/assets/package.json", NULL).status, 404, "what is no asset is not");
	is_str(get("/healthz", NULL).body, "ok\n", "the server is well");
	is_int(ask("HEAD", "/", NULL, STR_NONE).status, 200, "HEAD is answered");
	is_int(ask("PUT", "/join", NULL, STR("x")).status, 405, "other methods are refused");
}

/* What a stream brought so far. */
struct listening {
	struct buf seen;
	const char *until;
	bool told;
	struct str account;
};

static bool listen_chunk(void *arg, struct str bytes)
{
	struct listening *l = arg;

	buf_add(&l->seen, bytes);
	if (!l->told && l->seen.n) {
		l->told = true;
		site_progress(site, l->account, STR("web-app"), STR(GREEN));
	}
	return str_find_str(buf_str(&l->seen), str_of(l->until)) < 0;
}

static struct str stream_of(const char *path, const char *header, struct str account,
			    const char *until)
{
	const char *const headers[] = { header, NULL };
	struct listening l = { .until = until, .account = account };
	struct http_ask how = {
		.headers = headers, .timeout_ms = 10000, .chunk = listen_chunk, .arg = &l
	};
	struct http_reply reply;
	const char *why;
	struct str seen;

	buf_init(&l.seen, 1 << 20);
	how.url = arena_printf(a, "http://127.0.0.1:%d%s", port, path);
	http_ask(&how, a, &reply, &why);
	seen = arena_dup(a, buf_str(&l.seen));
	buf_release(&l.seen);
	return seen;
}

/* What tar and unzip make of an archive: names and contents. */
static struct str unpacked(const char *path, const char *list)
{
	struct http_reply r = get(path, NULL);
	char dir[] = "/tmp/immersion-archive-XXXXXX", line[256];
	const char *why = "";
	struct str out = STR("");
	FILE *told;

	if (r.status != 200 || !mkdtemp(dir) ||
	    !folder_write(arena_printf(a, "%s/archive", dir), r.body, a, &why))
		return arena_strf(a, "%d %s", r.status, why);
	told = popen(arena_printf(a, "cd %s && %s 2>&1", dir, list), "r");
	while (told && fgets(line, sizeof(line), told))
		out = arena_strf(a, "%.*s%s", STR_ARG(out), line);
	if (told)
		pclose(told);
	folder_remove(dir);
	return out;
}

static void archives(void)
{
	is_str(unpacked("/labs/web-app/files/app.tar.gz",
			"tar xzf archive && cat index.html js/ride.js"),
	       "<p>ridersride()", "a folder of a lab's files is one download, which tar unpacks");
	is_str(unpacked("/labs/web-app/files/app.zip",
			"python3 -m zipfile -e archive . && cat index.html js/ride.js"),
	       "<p>ridersride()", "and one that unzips");
	is_int(get("/labs/web-app/files/ap.zip", NULL).status, 404, "there is none of no folder");
}

static void streams(void)
{
	struct http_reply r = join("abcd1234", STR("Streamer"));
	struct str account = member(r, "account"), seen;
	const char *bearer =
		arena_printf(a, "Authorization: Bearer %.*s", STR_ARG(member(r, "token")));
	const char *teacher = "Authorization: Bearer teacher";

	wait_for_red(bearer);
	r = get("/api/progress.txt", bearer);
	is_str(r.body, "Streamer\n\n0 of 1 green: Lab\n  red      T\n           no <table>\n",
	       "the document is there as plain text");
	is_int(get("/api/progress.txt", NULL).status, 401, "for whom it is about");
	site_progress(site, account, STR("web-app"), STR(STEERING));
	r = get("/api/progress.txt", bearer);
	is_str(r.body, "Streamer\n\n0 of 1 green: Lab\n  red      T\n            [31m x   y\n",
	       "what would steer a terminal is taken out of it");
	site_progress(site, account, STR("web-app"), STR(RED));
	seen = stream_of("/api/progress/stream", bearer, account, "green");
	ok(str_find_str(seen, STR("event: progress\ndata: {\"attendee\":\"Streamer\"")) > 0,
	   "a stream begins with the document");
	ok(str_find_str(seen, STR("\"state\":\"red\"")) <
		   str_find_str(seen, STR("\"state\":\"green\"")),
	   "and goes on when a verdict changes");
	site_progress(site, account, STR("web-app"), STR(RED));
	seen = stream_of("/api/dash/stream", teacher, account, "event: attendee");
	ok(str_find_str(seen, STR("event: dash\ndata: {\"event\":")) >= 0,
	   "the instructor's begins with everybody");
	ok(str_find_str(seen, STR("event: attendee\ndata: {\"name\":\"Streamer\"")) > 0,
	   "and goes on with one at a time");
	r = get("/api/dash", teacher);
	ok(r.status == 200 &&
		   str_find_str(r.body, STR("\"unknown\":{\"dynamodb:DescribeLimits\":3}")) > 0,
	   "unknown operations are counted there");
	is_int(get("/api/dash/results.csv", bearer).status, 401, "an attendee gets no results");
	r = get("/api/dash/results.csv", teacher);
	ok(r.status == 200 &&
		   str_starts(r.body, STR("\xef\xbb\xbf"
					  "attendee,account,")) &&
		   str_find_str(r.body, STR("\"Streamer\",\"")) > 0,
	   "the instructor gets everybody's as a table");
}

static void instructor(void)
{
	struct http_reply r = ask("POST", "/dash/signin", NULL, STR("token=wrong"));
	const char *cookie;

	is_int(r.status, 403, "a wrong instructor token is refused");
	r = ask("POST", "/dash/signin", NULL, STR("token=teacher"));
	cookie = cookie_header(&r);
	is_int(r.status, 303, "the right one opens the board");
	ok(str_find_str(str_of(cookie), STR("teacher")) < 0, "the cookie does not hold the token");
	is_int(get("/api/dash", cookie).status, 200, "and the cookie stands for it");
	is_int(get("/api/dash", "Cookie: immersion_instructor=x").status, 401,
	       "another one does not");
	is_int(get("/api/dash", "Cookie: immersion_instructor=teacher").status, 401,
	       "nor does the token itself");
}

static struct http_reply change(const char *path, const char *header, const char *body)
{
	const char *const headers[] = { header, NULL };

	return ask("POST", path, header ? headers : NULL, str_of(body));
}

static void closing(void)
{
	const char *teacher = "Authorization: Bearer teacher";
	struct http_reply r = change("/api/dash/joining", NULL, "{\"joining\":\"closed\"}");

	is_int(r.status, 401, "only the instructor closes joining");
	r = change("/api/dash/joining", teacher, "{\"joining\":\"shut\"}");
	is_int(r.status, 400, "it is open or closed");
	r = change("/api/dash/joining", teacher, "{\"joining\":\"closed\"}");
	ok(r.status == 200 && str_is(member(r, "joining"), "closed"), "the instructor closes it");
	is_str(event_setting(event, a, "joining"), "closed", "and that is kept");
	r = join("abcd1234", STR("Too Late"));
	ok(r.status == 403 && str_is(member(r, "code"), "joining_closed"), "then nobody joins");
	is_int(join("wrong", STR("Too Late")).status, 403, "nor learns whether a code is right");
	r = get("/join", NULL);
	ok(str_find_str(r.body, STR("Joining is closed.")) > 0 &&
		   str_find_str(r.body, STR("id=\"join-form\"")) < 0 &&
		   str_find_str(r.body, STR("id=\"again\" open")) > 0,
	   "the page says so, and offers to come back with a token");
	is_str(member(get("/api/event", NULL), "joining"), "closed", "so does the API");
	is_str(member(get("/api/dash", teacher), "joining"), "closed", "and the board's");
	change("/api/dash/joining", teacher, "{\"joining\":\"open\"}");
	is_int(join("abcd1234", STR("Too Late")).status, 200, "opened again, people join");
}

static void another_token(void)
{
	const char *teacher = "Authorization: Bearer teacher";
	struct http_reply r = join("abcd1234", STR("Forgetful"));
	const char *path =
		arena_printf(a, "/api/dash/attendees/%.*s/token", STR_ARG(member(r, "account")));
	const char *old =
		arena_printf(a, "Authorization: Bearer %.*s", STR_ARG(member(r, "token")));
	struct str account = member(r, "account"), key;
	const char *now;

	is_int(get("/api/progress", old).status, 200, "an attendee has a token");
	is_int(change(path, old, "{}").status, 401, "they cannot give themselves another");
	is_int(change("/api/dash/attendees/000000000000/token", teacher, "{}").status, 404,
	       "nobody is told");
	r = change(path, teacher, "{}");
	ok(r.status == 200 && str_is(member(r, "name"), "Forgetful") &&
		   str_eq(member(r, "account"), account),
	   "the instructor gives them another");
	now = arena_printf(a, "Authorization: Bearer %.*s", STR_ARG(member(r, "token")));
	key = arena_strf(a, "http://workshop.example/join#token=%.*s", STR_ARG(member(r, "token")));
	is_str(member(r, "signIn"), key, "with an address that signs in");
	is_int(get("/api/progress", old).status, 401, "the old one stops");
	r = get("/api/progress", now);
	ok(r.status == 200 && str_eq(member(r, "account"), account), "the new one is theirs");
}

static void fresh_start(void)
{
	const char *teacher = "Authorization: Bearer teacher", *path, *theirs;
	struct http_reply r = join("abcd1234", STR("Restless"));
	struct str account = arena_dup(a, member(r, "account"));
	int64_t before, after;

	path = arena_printf(a, "/api/dash/attendees/%.*s/reset", STR_ARG(account));
	theirs = arena_printf(a, "Authorization: Bearer %.*s", STR_ARG(member(r, "token")));
	site_progress(site, account, STR("web-app"), STR(GREEN));
	ok(str_find_str(get("/api/progress", theirs).body, STR("rides-table")) > 0,
	   "an attendee has progress");
	is_int(change(path, theirs, "{}").status, 401, "they cannot empty their account");
	is_int(change(path, NULL, "{}").status, 401, "nor can anybody");
	is_int(change("/api/dash/attendees/000000000000/reset", teacher, "{}").status, 404,
	       "an account that nobody has is unknown");
	is_int(get(path, teacher).status, 405, "looking empties nothing");
	empties = false;
	r = change(path, teacher, "{}");
	ok(r.status == 503 && str_find_str(r.body, STR("has all that it had: told so.")) > 0,
	   "when it cannot be done the instructor is told why");
	r = get("/api/progress", theirs);
	ok(str_find_str(r.body, STR("rides-table")) > 0 &&
		   str_find_str(r.body, STR("\"startedOverAt\":0")) > 0,
	   "and their progress is as before");
	empties = true;
	before = time_now_ms();
	r = change(path, teacher, "{}");
	after = json_int_or(json_get(json_parse(a, r.body, NULL), "startedOverAt"), 0);
	ok(r.status == 200 && str_is(member(r, "name"), "Restless") &&
		   str_find_str(r.body, STR("[{\"count\":2,\"what\":\"things\"}]")) > 0,
	   "the instructor empties it, and sees what it had");
	ok(after >= before, "and when that was");
	r = get("/api/progress", theirs);
	ok(r.status == 200 && str_find_str(r.body, STR("\"labs\":[]")) > 0 &&
		   str_find_str(r.body, STR("\"startedOverAt\":1")) > 0,
	   "their token is the same, their progress is gone");
	ok(!event_progress(event, a, account, STR("web-app")).p &&
		   event_started_over(event, account) == after,
	   "also on the disk");
}

/* A terminal that goes on asking with an old token must not keep its neighbours from joining. */
static void stale_token(void)
{
	for (int i = 0; i < 100; i++)
		get("/api/progress", "Authorization: Bearer of-yesterday");
	is_int(join("abcd1234", STR("Neighbour")).status, 200,
	       "old tokens cost their neighbours nothing");
}

static void guessing_the_instructor(void)
{
	struct http_reply r = { 0 };

	for (int i = 0; i < 100; i++)
		r = get("/api/dash", "Authorization: Bearer guess");
	is_int(r.status, 401, "a guessed instructor token is refused");
	is_int(get("/api/dash", "Authorization: Bearer teacher").status, 401,
	       "after many guesses also the right one, for a while");
	is_int(join("abcd1234", STR("Bystander")).status, 200,
	       "which does not keep anybody from joining");
}

/* Wrong codes wait, and in the end also the right one, so that guessing does not pay. */
static void guessing(void)
{
	struct http_reply r = { 0 };

	for (int i = 0; i < 60 && r.status != 429; i++)
		r = join("guess", STR("Guesser"));
	is_int(r.status, 429, "who guesses codes must wait");
	ok(http_reply_header(&r, "Retry-After").n > 0, "and is told how long");
	is_int(join("abcd1234", STR("Guesser")).status, 429, "also with the right code");
}

static void crowd(void)
{
	int joined = 0;

	for (int i = 0; i < 200; i++)
		joined += join("abcd1234", arena_strf(a, "Somebody %d", i)).status == 200;
	is_int(joined, 200, "two hundred people behind one address can join at once");
}

static void all_tests(const char *dir)
{
	const char *bearer, *cookie;

	refusals();
	bearer = joining();
	unlucky();
	checking(bearer);
	reading_mail(bearer);
	cookie = sessions();
	wait_for_red(cookie);
	pages(cookie);
	archives();
	agenda(dir);
	changes_by_cookie(cookie);
	streams();
	instructor();
	closing();
	another_token();
	fresh_start();
	crowd();
	stale_token();
	guessing_the_instructor();
	guessing();
}

int main(void)
{
	char dir[] = "/tmp/immersion-site-XXXXXX";
	const char *why = "";
	struct arena *forever = arena_new();
	struct http_server *server = http_server_new(2, forever, &why);
	struct http_listener *listener;
	struct site_config config = { .assets = files_builtin("assets"),
				      .region = "eu-west-1",
				      .endpoint = "http://127.0.0.1:4566",
				      .url = "http://workshop.example",
				      .event_code = "ABCD-1234",
				      .instructor_token = "teacher",
				      .clock = time_now_ms,
				      .account_key = account_key,
				      .check_now = check_now,
				      .start_over = start_over,
				      .mailbox = mailbox,
				      .unknown = unknown };

	config.event = event = mkdtemp(dir) ? event_open(dir, forever, &why) : NULL;
	a = arena_new();
	for (size_t i = 0; i < sizeof(tree) / sizeof(tree[0]); i++)
		write_file(dir, tree[i].path, tree[i].text);
	config.labs = folder(dir, "labs");
	config.content = folder(dir, "content");
	site = site_new(&config, forever, &why);
	listener = http_listen(server,
			       &(struct http_listen){ .address = "127.0.0.1",
						      .body_max = 1 << 20,
						      .handler = site_handle,
						      .context = site },
			       forever, &why);
	port = listener ? http_listener_port(listener) : 0;
	if (!ok(port > 0, "the site listens"))
		return done_testing();
	all_tests(dir);
	site_stop(site);
	http_server_free(server, 1000);
	site_free(site);
	files_free(config.labs);
	files_free(config.content);
	event_close(event);
	ok(folder_remove(dir), "and leaves nothing open");
	arena_free(a);
	arena_free(forever);
	return done_testing();
}
