/*
 * Joining, and coming back with a token.
 *
 * What can be seen at once (code, name) is checked on the HTTP thread; the rest writes to the disk and makes an
 * account, so the request is parked and the desk does it.
 */
#include "site/inside.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/form.h"
#include "site/name.h"

enum {
	TOKEN_BYTES = 32,
	FORM_FIELD_SHOWN = 256, /* of what was typed, in the form that is shown again */
	API_BODY_MAX = 64 * 1024,
};

/* The form as it is shown: what was typed, and what is wrong with it. */
struct join_form {
	int status;
	struct str code, name, next;
	const char *code_wrong, *name_wrong, *token_wrong, *wrong;
};

/* Somebody who is in the event's file, but whom no answer has reached. */
struct unclaimed {
	struct person *person;
	struct str token;
	struct unclaimed *next;
};

static const char joining_is_closed[] =
	"Joining is closed. If you have joined already, continue with your token; if not, please ask the instructor.";

/* --- the form --------------------------------------------------------------- */

static struct str shown(struct str typed)
{
	size_t n = typed.n < FORM_FIELD_SHOWN ? typed.n : FORM_FIELD_SHOWN;

	while (n && n < typed.n && ((unsigned char)typed.p[n] & 0xc0) == 0x80)
		n--;
	typed = str_slice(typed, 0, n);
	return str_is_utf8(typed) ? typed : STR("");
}

/* The attributes of a field with, perhaps, something wrong, and the end of its tag. */
static void field_end(struct html *h, const char *wrong, const char *id, bool focus)
{
	struct str hint = str_of(id);

	if (wrong)
		HTML(h, " aria-invalid=\"true\"");
	if (focus)
		HTML(h, " autofocus");
	HTML(h, " aria-describedby=\"");
	html_text(h, hint);
	HTML(h, "-hint ");
	html_text(h, hint);
	HTML(h, "-wrong\">");
}

static void field_wrong(struct html *h, const char *wrong, const char *id)
{
	HTML(h, "<p class=\"field-wrong\" id=\"");
	html_text(h, str_of(id));
	HTML(h, "-wrong\" role=\"alert\">");
	html_text(h, str_of(wrong ? wrong : ""));
	HTML(h, "</p>");
}

static void code_and_name(struct html *h, const struct join_form *form)
{
	HTML(h,
	     "<div class=\"field\"><label for=\"code\">Event code</label>"
	     "<p class=\"hint\" id=\"code-hint\">From the instructor's screen. "
	     "Capitals and dashes do not matter.</p>"
	     "<input id=\"code\" name=\"code\" required autocomplete=\"off\" autocapitalize=\"characters\" "
	     "spellcheck=\"false\"");
	HTML_ATTR(h, "value", shown(form->code));
	field_end(h, form->code_wrong, "code", !form->code.n || form->code_wrong);
	field_wrong(h, form->code_wrong, "code");
	HTML(h,
	     "</div><div class=\"field\"><label for=\"name\">Your name</label>"
	     "<p class=\"hint\" id=\"name-hint\">As the instructor should see it; up to 64 characters.</p>"
	     "<input id=\"name\" name=\"name\" required autocomplete=\"name\" spellcheck=\"false\"");
	HTML_ATTR(h, "value", shown(form->name));
	field_end(h, form->name_wrong, "name", form->code.n && !form->code_wrong);
	field_wrong(h, form->name_wrong, "name");
	HTML(h, "</div>");
}

static void back_with_token(struct html *h, const struct join_form *form, bool open)
{
	HTML(h, "<details class=\"card narrow again\" id=\"again\"");
	if (open || form->token_wrong)
		HTML(h, " open");
	HTML(h,
	     "><summary>I have joined already, elsewhere</summary>"
	     "<form method=\"post\" action=\"/signin\" id=\"signin-form\">"
	     "<div class=\"field\"><label for=\"token\">Your token</label>"
	     "<p class=\"hint\" id=\"token-hint\">It stands on your page in the other browser, and "
	     "<code>immersion join</code> printed it. If it is lost, the instructor can give you another.</p>"
	     "<input id=\"token\" name=\"token\" type=\"password\" required autocomplete=\"off\"");
	field_end(h, form->token_wrong, "token", form->token_wrong != NULL);
	field_wrong(h, form->token_wrong, "token");
	HTML(h, "</div><button class=\"button button-normal\">Continue</button></form></details>");
}

static void show_form(struct visit *v, const struct join_form *form)
{
	static const char *const scripts[] = { "join.js", NULL };
	struct frame frame = {
		.section = "join", .title = STR("Join"), .body_class = "plain", .scripts = scripts
	};
	bool closed = atomic_load(&v->site->joining_closed);
	struct html h;

	html_init(&h);
	layout_begin(&h, v, &frame);
	HTML(&h, "<section class=\"card narrow\"><h1>Join the workshop</h1>");
	if (v->person) {
		HTML(&h, "<p class=\"notice\">You have joined as <strong>");
		html_text(&h, v->person->name);
		HTML(&h,
		     "</strong>. <a href=\"/me\">Go to your lab</a>, or join as somebody else below.</p>");
	}
	if (closed || form->wrong) {
		HTML(&h, "<p class=\"notice notice-bad\" role=\"alert\">");
		html_text(&h, str_of(closed ? joining_is_closed : form->wrong));
		HTML(&h, "</p>");
	}
	if (!closed) {
		HTML(&h, "<form method=\"post\" action=\"/join\" id=\"join-form\">");
		code_and_name(&h, form);
		HTML(&h, "<input type=\"hidden\" name=\"next\"");
		HTML_ATTR(&h, "value", form->next);
		HTML(&h, "><button class=\"button button-primary wide\">Join</button></form>");
	}
	HTML(&h, "</section>");
	back_with_token(&h, form, closed);
	layout_end(&h, v);
	visit_page(v, form->status, &h);
	html_release(&h);
}

/* --- a join on its way --------------------------------------------------------- */

struct join {
	struct desk_job job; /* first: the desk's pointer is a pointer to this */
	struct visit *visit;
	struct join_form form; /* what was typed; `name` made presentable in `name` below */
	struct str name, token;
	struct person *person;
};

/* Something is wrong with the code ('c'), the name ('n'), or neither (' '). */
static void refuse(struct join *join, char field, int status, const char *word,
		   const char *sentence)
{
	struct visit *v = join->visit;

	if (v->api) {
		visit_error(v, status, word, sentence);
		return;
	}
	join->form.status = status;
	if (field == 'c')
		join->form.code_wrong = sentence;
	else if (field == 'n')
		join->form.name_wrong = sentence;
	else
		join->form.wrong = sentence;
	show_form(v, &join->form);
}

static void refuse_too_many(struct join *join, int wait_s)
{
	struct arena *a = join->visit->req->arena;

	http_set_header(join->visit->req, "Retry-After", arena_strf(a, "%d", wait_s));
	refuse(join, ' ', 429, "too_many",
	       arena_printf(
		       a,
		       "There were too many attempts from your address. Try again in %d seconds.",
		       wait_s));
}

static bool code_right(const struct join *join)
{
	struct arena *a = join->visit->req->arena;
	struct str given = code_plain(a, join->form.code);
	struct str code = code_plain(a, str_of(join->visit->site->config.event_code));
	unsigned char one[SHA256_BYTES], other[SHA256_BYTES];

	hash_sha256(given, one);
	hash_sha256(code, other);
	return str_eq_secret(str_make(one, sizeof(one)), str_make(other, sizeof(other)));
}

/* Everything that needs no disk. False when the visit was answered. */
static bool join_checked(struct join *join)
{
	struct visit *v = join->visit;
	struct str peer = v->req->peer;
	int64_t now = v->site->config.clock();
	int wait_s = limit_wait_s(v->site->wrong, peer, now);
	const char *name_wrong;

	if (!wait_s)
		wait_s = limit_wait_s(v->site->joined, peer, now);
	if (wait_s) {
		refuse_too_many(join, wait_s);
		return false;
	}
	name_wrong = name_check(v->req->arena, join->form.name, &join->name);
	if (!code_plain(v->req->arena, join->form.code).n) {
		if (!v->api)
			join->form.name_wrong = join->form.name.n ? name_wrong : NULL;
		refuse(join, 'c', 400, "unknown_code",
		       "Please type the event code; the instructor shows it.");
		return false;
	}
	if (!code_right(join)) {
		limit_take(v->site->wrong, peer, now);
		if (!v->api)
			join->form.name_wrong = join->form.name.n ? name_wrong : NULL;
		refuse(join, 'c', 403, "unknown_code",
		       "That is not this event's code. Please compare it with the instructor's screen.");
		return false;
	}
	if (name_wrong) {
		refuse(join, 'n', 400, "bad_name", name_wrong);
		return false;
	}
	if (atomic_load(&v->site->joining_closed)) {
		refuse(join, ' ', 403, "joining_closed", joining_is_closed);
		return false;
	}
	return true;
}

struct str token_make(struct arena *a)
{
	unsigned char bytes[TOKEN_BYTES];

	hash_random(bytes, sizeof(bytes));
	return base64url_print(a, str_make(bytes, sizeof(bytes)));
}

/* Was this name entered, but never told? Then it is this visitor's for the asking. Under join_lock. */
static bool take_unclaimed(struct join *join)
{
	for (struct unclaimed **u = &join->visit->site->unclaimed; *u; u = &(*u)->next) {
		struct unclaimed *it = *u;

		if (!str_eq_nocase(it->person->name, join->name))
			continue;
		join->person = it->person;
		join->token = arena_dup(join->visit->req->arena, it->token);
		*u = it->next;
		free((char *)(uintptr_t)it->token.p);
		free(it);
		return true;
	}
	return false;
}

static void put_unclaimed(struct join *join)
{
	struct site *site = join->visit->site;
	struct unclaimed *u = calloc(1, sizeof(*u));
	char *token = malloc(join->token.n);

	if (!u || !token)
		abort();
	memcpy(token, join->token.p, join->token.n);
	u->person = join->person;
	u->token = str_make(token, join->token.n);
	pthread_mutex_lock(&site->join_lock);
	u->next = site->unclaimed;
	site->unclaimed = u;
	pthread_mutex_unlock(&site->join_lock);
}

void unclaimed_drop(struct site *site, const struct person *person)
{
	pthread_mutex_lock(&site->join_lock);
	for (struct unclaimed **u = &site->unclaimed; *u;) {
		struct unclaimed *it = *u;

		if (it->person != person) {
			u = &it->next;
			continue;
		}
		*u = it->next;
		free((char *)(uintptr_t)it->token.p);
		free(it);
	}
	pthread_mutex_unlock(&site->join_lock);
}

void unclaimed_free(struct site *site)
{
	while (site->unclaimed) {
		struct unclaimed *u = site->unclaimed;

		site->unclaimed = u->next;
		free((char *)(uintptr_t)u->token.p);
		free(u);
	}
}

/* Enter the name in the event's file. False when the visit was answered. */
static bool join_enter(struct join *join)
{
	struct visit *v = join->visit;
	struct arena *a = v->req->arena;
	int64_t now = v->site->config.clock();
	const char *why = "the event's file cannot be written";
	struct attendee attendee;

	if (take_unclaimed(join))
		return true;
	if (event_name_taken(v->site->config.event, join->name)) {
		refuse(join, 'n', 409, "name_taken",
		       "That name is taken. If it is you, go back to the browser you joined with, or "
		       "continue with your token; otherwise add your surname or a number.");
		return false;
	}
	join->token = token_make(a);
	if (!event_join(v->site->config.event, a, join->name, join->token, now, &attendee, &why)) {
		log_error("nobody can join: %s", why);
		refuse(join, ' ', 503, "unavailable",
		       "You could not be added just now. Please tell the instructor, and try again.");
		return false;
	}
	join->person = people_add(v->site->people, &attendee, join->token);
	limit_take(v->site->joined, v->req->peer, now);
	return true;
}

/* --- keys ----------------------------------------------------------------------- */

static bool key_look_up(struct site *site, struct person *person)
{
	struct person_key key = { 0 };
	const char *why = "no reason was given";

	if (person_key(site->people, person, &key))
		return true;
	if (!site->config.account_key(site->config.arg, person->account, key.id, key.secret,
				      &why)) {
		log_error("no key for account %.*s: %s", STR_ARG(person->account), why);
		return false;
	}
	person_set_key(site->people, person, &key);
	return true;
}

struct key_job {
	struct desk_job job;
	struct visit *visit;
	void (*then)(struct visit *v);
};

static void key_run(struct desk_job *job, bool refused)
{
	struct key_job *k = (struct key_job *)job;

	if (!refused && key_look_up(k->visit->site, k->visit->person))
		k->then(k->visit);
	else
		visit_error(
			k->visit, 503, "unavailable",
			"Your account cannot be reached just now. Please try again in a moment.");
	http_resume(k->visit->req);
}

enum http_outcome visit_with_key(struct visit *v, void (*then)(struct visit *v))
{
	struct person_key key;
	struct key_job *k;

	if (!v->person || person_key(v->site->people, v->person, &key)) {
		then(v);
		return HTTP_ANSWERED;
	}
	k = ARENA_NEW(v->req->arena, struct key_job);
	k->job.run = key_run;
	k->visit = visit_keep(v);
	k->then = then;
	desk_add(v->site->joins, &k->job);
	return HTTP_PARKED;
}

/* --- the answer ------------------------------------------------------------------- */

struct str sign_in_address(const struct visit *v, struct str token)
{
	return arena_strf(v->req->arena, "%s/join#token=%.*s", v->site->config.url, STR_ARG(token));
}

static void answer_api(struct join *join, const struct person_key *key)
{
	struct visit *v = join->visit;
	struct arena *a = v->req->arena;
	const struct site_config *c = &v->site->config;
	struct json_object *out = json_new_object(a);

	json_set_str(out, "account", join->person->account);
	json_set_cstr(out, "accessKeyId", key->id);
	json_set_cstr(out, "secretAccessKey", key->secret);
	json_set_cstr(out, "region", c->region);
	json_set_cstr(out, "endpoint", c->endpoint);
	json_set_cstr(out, "url", c->url);
	json_set_str(out, "signIn", sign_in_address(v, join->token));
	json_set_str(out, "token", join->token);
	visit_json(v, 200, out);
}

static void join_run(struct desk_job *job, bool refused)
{
	struct join *join = (struct join *)job;
	struct visit *v = join->visit;
	struct site *site = v->site;
	struct http_request *req = v->req;
	struct person_key key;
	struct person *person;
	bool entered;

	if (refused) {
		refuse(join, ' ', 503, "unavailable",
		       "Too many people are joining at once. Please try again.");
		http_resume(req);
		return;
	}
	pthread_mutex_lock(&site->join_lock);
	entered = join_enter(join);
	pthread_mutex_unlock(&site->join_lock);
	person = join->person;
	if (entered && !key_look_up(site, person)) {
		put_unclaimed(join);
		refuse(join, ' ', 503, "unavailable",
		       "Your account could not be made just now. Please tell the instructor, and try again.");
	} else if (entered && v->api) {
		person_key(site->people, person, &key);
		answer_api(join, &key);
	} else if (entered) {
		session_set(v, join->token);
		visit_redirect(v, session_next(req->arena, join->form.next, "/me"));
	}
	http_resume(req);
	/* The request, and `join` with it, is not ours any more. */
	if (entered) {
		hub_tell(site->hub, person);
		check_soon(site, person);
	}
}

static enum http_outcome join_start(struct visit *v, struct str code, struct str name,
				    struct str next)
{
	struct join *join = ARENA_NEW(v->req->arena, struct join);

	join->job.run = join_run;
	join->visit = visit_keep(v);
	join->form = (struct join_form){
		.status = 200, .code = str_trim(code), .name = name, .next = next
	};
	if (!join_checked(join))
		return HTTP_ANSWERED;
	desk_add(v->site->joins, &join->job);
	return HTTP_PARKED;
}

/* --- handlers ------------------------------------------------------------------------ */

enum http_outcome join_page(struct http_request *req, void *context)
{
	struct join_form form = { .status = 200,
				  .next = http_query(req, "next"),
				  .code = http_query(req, "code") };

	show_form(context, &form);
	return HTTP_ANSWERED;
}

enum http_outcome join_post(struct http_request *req, void *context)
{
	return join_start(context, form_get(req->arena, req->body, "code"),
			  form_get(req->arena, req->body, "name"),
			  form_get(req->arena, req->body, "next"));
}

enum http_outcome join_api(struct http_request *req, void *context)
{
	struct visit *v = context;
	const char *why = NULL;
	struct json_object *in;

	if (req->body.n > API_BODY_MAX) {
		visit_error(v, 413, "too_large",
			    "The body is too large: a code and a name are all it takes.");
		return HTTP_ANSWERED;
	}
	in = json_parse(req->arena, req->body, &why);
	if (!json_is_object(in)) {
		visit_error(
			v, 400, "bad_json",
			arena_printf(
				req->arena,
				"The body must be JSON like {\"code\": \"...\", \"name\": \"...\"}: %s",
				why ? why : "it is not an object"));
		return HTTP_ANSWERED;
	}
	return join_start(v, json_get_str(in, "code"), json_get_str(in, "name"), STR_NONE);
}

enum http_outcome sign_in(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct str token = str_trim(form_get(req->arena, req->body, "token"));
	struct join_form form = {
		.status = 403,
		.token_wrong = "Nobody has this token. Please copy it again, all of it."
	};
	int64_t now = v->site->config.clock();

	if (limit_wait_s(v->site->wrong, req->peer, now) > 0) {
		visit_error(
			v, 429, "too_many",
			"There were too many attempts from your address. Wait a minute, then try again.");
		return HTTP_ANSWERED;
	}
	if (!people_by_token(v->site->people, token)) {
		limit_take(v->site->wrong, req->peer, now);
		show_form(v, &form);
		return HTTP_ANSWERED;
	}
	session_set(v, token);
	visit_redirect(v, "/me");
	return HTTP_ANSWERED;
}
