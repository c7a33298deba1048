/*
 * What the instructor changes during the day: whether people may join, an attendee's token, and fresh starts.
 *
 * All of it writes to the disk, so the request is parked and a desk does it.
 */
#include "site/inside.h"

#include "base/log.h"

enum { BODY_MAX = 4096 };

#define JOINING "joining" /* the setting: "closed", or anything else */

struct change {
	struct desk_job job; /* first: the desk's pointer is a pointer to this */
	struct visit *visit;
	struct person *person; /* whom it is about */
	bool closed;
};

static enum http_outcome hand_over(struct visit *v, struct desk *desk, struct change *change,
				   void (*run)(struct desk_job *job, bool refused))
{
	change->job.run = run;
	change->visit = visit_keep(v);
	desk_add(desk, &change->job);
	return HTTP_PARKED;
}

/* Whom the address names; false when the visit was answered. */
static bool read_person(struct visit *v, struct change *change)
{
	change->person = people_by_account(v->site->people, http_param(v->params, "account"));
	if (!change->person)
		visit_error(v, 404, "not_found", "Nobody here has this account.");
	return change->person;
}

static void not_written(struct visit *v, bool refused)
{
	visit_error(
		v, 503, "unavailable",
		refused ? "The server is busy with people who join. Please try again."
			: "The event's file cannot be written, so nothing has changed: is the disk full?");
}

/* --- joining ------------------------------------------------------------------ */

void joining_read(struct site *site)
{
	struct arena *a = arena_new();

	atomic_store(&site->joining_closed,
		     str_is(event_setting(site->config.event, a, JOINING), "closed"));
	arena_free(a);
}

const char *joining_word(struct site *site)
{
	return atomic_load(&site->joining_closed) ? "closed" : "open";
}

static void joining_run(struct desk_job *job, bool refused)
{
	struct change *c = (struct change *)job;
	struct visit *v = c->visit;
	struct site *site = v->site;
	bool done = !refused &&
		    event_set(site->config.event, JOINING, c->closed ? STR("closed") : STR("open"));

	if (done) {
		struct json_object *out = json_new_object(v->req->arena);

		atomic_store(&site->joining_closed, c->closed);
		json_set_cstr(out, "joining", joining_word(site));
		visit_json(v, 200, out);
	} else {
		not_written(v, refused);
	}
	http_resume(v->req);
	if (done)
		hub_tell_instructors(site->hub);
}

enum http_outcome joining_post(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct change *c = ARENA_NEW(req->arena, struct change);
	struct json_object *in =
		req->body.n <= BODY_MAX ? json_parse(req->arena, req->body, NULL) : NULL;
	struct str word = json_get_str(in, "joining");

	if (!str_is(word, "open") && !str_is(word, "closed")) {
		visit_error(
			v, 400, "bad_json",
			"The body must be {\"joining\": \"open\"} or {\"joining\": \"closed\"}.");
		return HTTP_ANSWERED;
	}
	c->closed = str_is(word, "closed");
	return hand_over(v, v->site->joins, c, joining_run);
}

/* --- tokens --------------------------------------------------------------------- */

static void token_run(struct desk_job *job, bool refused)
{
	struct change *c = (struct change *)job;
	struct visit *v = c->visit;
	struct site *site = v->site;
	struct str token = token_make(v->req->arena);
	bool done = !refused && people_set_token(site->people, c->person, token);

	if (done) {
		struct json_object *out = json_new_object(v->req->arena);

		unclaimed_drop(site, c->person);
		json_set_str(out, "name", c->person->name);
		json_set_str(out, "account", c->person->account);
		json_set_str(out, "token", token);
		json_set_str(out, "signIn", sign_in_address(v, token));
		visit_json(v, 200, out);
	} else {
		not_written(v, refused);
	}
	http_resume(v->req);
	/* What is open was opened with the old one. */
	if (done)
		hub_close(site->hub, c->person);
}

enum http_outcome token_post(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct change *c = ARENA_NEW(req->arena, struct change);

	if (!read_person(v, c))
		return HTTP_ANSWERED;
	return hand_over(v, v->site->joins, c, token_run);
}

/* --- fresh starts ----------------------------------------------------------------- */

/* If none of the keys they had works any more, there is a new one. */
static void read_key_again(struct site *site, struct person *person)
{
	struct person_key key;
	const char *why = "";

	if (site->config.account_key(site->config.arg, person->account, key.id, key.secret, &why))
		person_set_key(site->people, person, &key);
}

static void reset_run(struct desk_job *job, bool refused)
{
	struct change *c = (struct change *)job;
	struct visit *v = c->visit;
	const struct site_config *config = &v->site->config;
	const char *why = "the server is busy";
	struct json_object *removed = NULL, *out = json_new_object(v->req->arena);

	if (refused ||
	    !config->start_over(config->arg, v->req->arena, c->person->account, &removed, &why)) {
		visit_error(v, 503, "unavailable",
			    arena_printf(v->req->arena,
					 "The account was not emptied and has all that it had: %s.",
					 why));
	} else {
		read_key_again(v->site, c->person);
		json_set_str(out, "name", c->person->name);
		json_set_str(out, "account", c->person->account);
		json_set_int(out, "startedOverAt", person_started_over(v->site->people, c->person));
		json_set(out, "removed", json_object_get(removed));
		visit_json(v, 200, out);
	}
	http_resume(v->req);
}

enum http_outcome reset_post(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct change *c = ARENA_NEW(req->arena, struct change);

	if (!read_person(v, c))
		return HTTP_ANSWERED;
	return hand_over(v, v->site->resets, c, reset_run);
}
