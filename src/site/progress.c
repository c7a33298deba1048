/*
 * Progress: the attendee's document, the instructor's, and the streams that carry them.
 *
 * Verdicts come in by site_progress() from the checker's threads and go out to whoever listens; documents are
 * put together from the texts as the checker printed them, without parsing.
 */
#include "site/inside.h"

#include <stdlib.h>

#include "base/log.h"
#include "site/results.h"

enum { LABS_SHOWN = 64, CHECK_BODY_MAX = 4096 };

/* --- documents -------------------------------------------------------------- */

/* "labs": [...] in the order of the event's labs; those that left the event are left out. */
static void print_labs(struct site *site, struct buf *out, const struct person *person)
{
	struct arena *a = arena_new();
	const struct guide_book *book = guides_book(site->guides, a);
	const struct verdicts *const *list;
	const char *comma = "";
	size_t n;

	list = person_verdicts(site->people, person, a, &n);
	buf_adds(out, "\"labs\":[");
	for (size_t i = 0; i < book->lab_count; i++) {
		for (size_t k = 0; k < n; k++) {
			if (!str_eq(list[k]->lab, book->labs[i]->id))
				continue;
			buf_adds(out, comma);
			buf_add(out, list[k]->text);
			comma = ",";
		}
	}
	buf_adds(out, "]");
	arena_free(a);
}

static void print_document(struct site *site, struct buf *out, const struct person *person)
{
	buf_adds(out, "{\"attendee\":");
	json_print_string(out, person->name);
	buf_adds(out, ",\"account\":");
	json_print_string(out, person->account);
	buf_addf(out, ",\"startedOverAt\":%lld,",
		 (long long)person_started_over(site->people, person));
	print_labs(site, out, person);
	buf_addc(out, '}');
}

static void print_entry(struct site *site, struct buf *out, const struct person *person)
{
	buf_adds(out, "{\"name\":");
	json_print_string(out, person->name);
	buf_adds(out, ",\"account\":");
	json_print_string(out, person->account);
	buf_addf(out, ",\"joinedAt\":%lld,\"lastGreenAt\":%lld,\"startedOverAt\":%lld,",
		 (long long)person->joined_at, (long long)person_last_green(site->people, person),
		 (long long)person_started_over(site->people, person));
	print_labs(site, out, person);
	buf_addc(out, '}');
}

static void print_unknown(struct site *site, struct buf *out)
{
	struct arena *a = arena_new();
	struct json_object *counts = NULL;

	if (site->config.unknown)
		counts = site->config.unknown(site->config.arg, a);
	json_print(out, counts ? counts : json_new_object(a));
	arena_free(a);
}

static void print_everyone(struct site *site, struct buf *out)
{
	struct arena *a = arena_new();
	struct person **people;
	size_t n;

	buf_adds(out, "{\"event\":");
	json_print_string(out, guides_book(site->guides, a)->agenda->title);
	buf_addf(out, ",\"joining\":\"%s\",\"attendees\":[", joining_word(site));
	people = people_list(site->people, a, &n);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(out, ',');
		print_entry(site, out, people[i]);
	}
	buf_adds(out, "],\"unknown\":");
	print_unknown(site, out);
	buf_addc(out, '}');
	arena_free(a);
}

/* One document in memory of its own, as an event of a stream. */
static void message(struct site *site, struct buf *out, const char *name,
		    const struct person *person,
		    void (*print)(struct site *, struct buf *, const struct person *))
{
	struct buf text;

	buf_init(&text, BUF_MAX);
	print(site, &text, person);
	hub_message(out, name, buf_str(&text));
	buf_release(&text);
}

static void print_all(struct site *site, struct buf *out, const struct person *person)
{
	(void)person;
	print_everyone(site, out);
}

static void print_counts(struct site *site, struct buf *out, const struct person *person)
{
	(void)person;
	print_unknown(site, out);
}

void progress_document(void *arg, struct buf *out, const struct person *person)
{
	message(arg, out, "progress", person, print_document);
}

void progress_entry(void *arg, struct buf *out, const struct person *person)
{
	message(arg, out, "attendee", person, print_entry);
}

void progress_everyone(void *arg, struct buf *out, const struct person *person)
{
	message(arg, out, "dash", person, print_all);
}

void progress_tick(void *arg, struct buf *out, const struct person *person)
{
	message(arg, out, "unknown", person, print_counts);
}

struct str progress_text(struct site *site, struct arena *a, const struct person *person)
{
	struct buf out;
	struct str text;

	buf_init(&out, BUF_MAX);
	print_document(site, &out, person);
	text = arena_dup(a, buf_str(&out));
	buf_release(&out);
	return text;
}

struct str progress_everyone_text(struct site *site, struct arena *a)
{
	struct buf out;
	struct str text;

	buf_init(&out, BUF_MAX);
	print_everyone(site, &out);
	text = arena_dup(a, buf_str(&out));
	buf_release(&out);
	return text;
}

bool site_progress(struct site *site, struct str account, struct str lab, struct str verdicts)
{
	struct person *person = people_by_account(site->people, account);

	if (!person) {
		log_warn("verdicts for account %.*s, which nobody has", STR_ARG(account));
		return false;
	}
	if (!person_set_verdicts(site->people, person, lab, verdicts, site->config.clock()))
		return false;
	hub_tell(site->hub, person);
	return true;
}

bool site_start_over(struct site *site, struct str account)
{
	struct person *person = people_by_account(site->people, account);
	bool done;

	/* Nobody has it: then there is nothing to forget. */
	if (!person)
		return true;
	done = person_start_over(site->people, person, site->config.clock());
	hub_tell(site->hub, person);
	return done;
}

struct str site_verdicts(struct site *site, struct arena *a, struct str account, struct str lab)
{
	struct person *person = people_by_account(site->people, account);
	const struct verdicts *const *list;
	size_t n = 0;

	list = person ? person_verdicts(site->people, person, a, &n) : NULL;
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i]->lab, lab))
			return list[i]->text;
	return STR_NONE;
}

/* --- reading ------------------------------------------------------------------- */

enum http_outcome progress_api(struct http_request *req, void *context)
{
	struct visit *v = context;

	visit_json_text(v, 200, progress_text(v->site, req->arena, v->person));
	return HTTP_ANSWERED;
}

enum http_outcome dash_api(struct http_request *req, void *context)
{
	struct visit *v = context;

	visit_json_text(v, 200, progress_everyone_text(v->site, req->arena));
	return HTTP_ANSWERED;
}

/* Spreadsheets take a file for UTF-8 only if it begins with the mark. */
enum http_outcome results_api(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct str text = progress_everyone_text(v->site, req->arena);
	struct buf out;

	buf_init(&out, BUF_MAX);
	buf_adds(&out, "\xef\xbb\xbf");
	results_csv(json_parse(req->arena, text, NULL), &out);
	visit_headers(req);
	http_set_header(req, "Cache-Control", STR("no-store"));
	http_set_header(req, "Content-Disposition", STR("attachment; filename=\"results.csv\""));
	http_answer(req, 200, "text/csv; charset=utf-8", arena_dup(req->arena, buf_str(&out)));
	buf_release(&out);
	return HTTP_ANSWERED;
}

static enum http_outcome open_stream(struct visit *v, const struct person *person)
{
	if (str_is(v->req->method, "HEAD")) {
		visit_headers(v->req);
		http_answer(v->req, 200, "text/event-stream", STR(""));
		return HTTP_ANSWERED;
	}
	visit_headers(v->req);
	http_set_header(v->req, "Cache-Control", STR("no-store"));
	/* A proxy in front must pass events on at once. */
	http_set_header(v->req, "X-Accel-Buffering", STR("no"));
	if (!hub_open(v->site->hub, v->req, person))
		visit_error(v, 429, "too_many", "Too many pages are open; close some of them.");
	return HTTP_ANSWERED;
}

enum http_outcome progress_stream(struct http_request *req, void *context)
{
	struct visit *v = context;

	(void)req;
	return open_stream(v, v->person);
}

enum http_outcome dash_stream(struct http_request *req, void *context)
{
	(void)req;
	return open_stream(context, NULL);
}

/* --- checking now ---------------------------------------------------------------- */

struct check_job {
	struct desk_job job;
	struct visit *visit; /* NULL: nobody waits, and the job is its own memory's owner */
	struct site *site;
	struct person *person;
	struct str lab;
};

static void check_run(struct desk_job *job, bool refused)
{
	struct check_job *c = (struct check_job *)job;
	struct visit *v = c->visit;

	if (!refused)
		c->site->config.check_now(c->site->config.arg, c->person->account, c->lab);
	if (!v) {
		free(c);
		return;
	}
	if (refused)
		visit_error(
			v, 503, "unavailable",
			"Too many checks are waiting. They also run by themselves after each change.");
	else
		visit_json_text(v, 200, progress_text(c->site, v->req->arena, c->person));
	http_resume(v->req);
}

void check_soon(struct site *site, struct person *person)
{
	struct check_job *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->job.run = check_run;
	c->site = site;
	c->person = person;
	desk_add(site->checks, &c->job);
}

/* The lab named in the body, absent for all; false when the visit was answered. */
static bool lab_asked(struct visit *v, struct str *lab)
{
	struct str body = str_trim(v->req->body);
	struct json_object *in;

	*lab = STR_NONE;
	if (!body.n)
		return true;
	in = body.n <= CHECK_BODY_MAX ? json_parse(v->req->arena, body, NULL) : NULL;
	if (!json_is_object(in) || (json_get(in, "lab") && !json_is_string(json_get(in, "lab")))) {
		visit_error(v, 400, "bad_json",
			    "The body must be empty or JSON like {\"lab\": \"web-app\"}.");
		return false;
	}
	*lab = json_get_str(in, "lab");
	if (lab->p && !guide_lab(v->book, *lab)) {
		visit_error(v, 404, "not_found", "There is no such lab.");
		return false;
	}
	return true;
}

enum http_outcome check_post(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct check_job *c = ARENA_NEW(req->arena, struct check_job);
	int64_t now = v->site->config.clock();

	if (!lab_asked(v, &c->lab))
		return HTTP_ANSWERED;
	if (limit_wait_s(v->site->asked, v->person->account, now) > 0) {
		http_set_header(req, "Retry-After", STR("2"));
		visit_error(
			v, 429, "too_many",
			"One check at a time, please. They also run by themselves after each change.");
		return HTTP_ANSWERED;
	}
	limit_take(v->site->asked, v->person->account, now);
	c->job.run = check_run;
	c->visit = visit_keep(v);
	c->site = v->site;
	c->person = v->person;
	desk_add(v->site->checks, &c->job);
	return HTTP_PARKED;
}
