/* The site: its routes, and what they have in common. */
#include "site/inside.h"

#include <stdlib.h>

#include "base/hash.h"

enum {
	JOIN_THREADS = 2,
	JOINS_WAITING = 1024,
	RESET_THREADS = 1,
	RESETS_WAITING = 256,
	CHECK_THREADS = 3,
	CHECKS_WAITING = 1024,
	KEPT_BYTES = 24 << 20,
};

static const struct http_route routes[] = {
	{ "GET /", front_page, 0 },
	{ "GET /join", join_page, 0 },
	{ "POST /join", join_post, ROUTE_CHANGES },
	{ "POST /signin", sign_in, ROUTE_CHANGES },
	{ "POST /signout", sign_out, ROUTE_CHANGES },
	{ "GET /me", me_page, ROUTE_PERSON },
	{ "GET /me/mail", mail_page, ROUTE_PERSON },
	{ "GET /labs/{lab}", lab_home, 0 },
	{ "GET /labs/{lab}/static/{file*}", lab_static, 0 },
	{ "GET /labs/{lab}/files/{file*}", lab_download, 0 },
	{ "GET /labs/{lab}/", guide_page, 0 },
	{ "GET /labs/{lab}/{page*}", guide_page, 0 },
	{ "GET /talks/static/{file*}", talk_static, 0 },
	{ "GET /talks/{page*}", talk_page, 0 },
	{ "GET /dash", dash_page, 0 },
	{ "POST /dash/signin", instructor_sign_in, ROUTE_CHANGES },
	{ "POST /dash/signout", instructor_sign_out, ROUTE_CHANGES },
	{ "GET /assets/{path*}", asset_get, 0 },
	{ "GET /favicon.ico", favicon_get, 0 },
	{ "GET /healthz", healthz, 0 },
	{ "POST /api/join", join_api, ROUTE_API | ROUTE_CHANGES },
	{ "GET /api/event", event_api, ROUTE_API },
	{ "GET /api/progress", progress_api, ROUTE_API | ROUTE_PERSON },
	{ "GET /api/progress.txt", progress_plain, ROUTE_API | ROUTE_PERSON },
	{ "GET /api/progress/stream", progress_stream, ROUTE_API | ROUTE_PERSON },
	{ "GET /api/mail", mail_api, ROUTE_API | ROUTE_PERSON },
	{ "POST /api/check", check_post, ROUTE_API | ROUTE_PERSON | ROUTE_CHANGES },
	{ "GET /api/dash", dash_api, ROUTE_API | ROUTE_INSTRUCTOR },
	{ "GET /api/dash/results.csv", results_api, ROUTE_API | ROUTE_INSTRUCTOR },
	{ "GET /api/dash/stream", dash_stream, ROUTE_API | ROUTE_INSTRUCTOR },
	{ "POST /api/dash/joining", joining_post, ROUTE_API | ROUTE_INSTRUCTOR | ROUTE_CHANGES },
	{ "POST /api/dash/attendees/{account}/reset", reset_post,
	  ROUTE_API | ROUTE_INSTRUCTOR | ROUTE_CHANGES },
	{ "POST /api/dash/attendees/{account}/token", token_post,
	  ROUTE_API | ROUTE_INSTRUCTOR | ROUTE_CHANGES },
	{ 0 },
};

static struct str *lab_ids(struct site *site, struct arena *a, size_t *count)
{
	const struct guide_book *book = guides_book(site->guides, a);
	struct str *ids = arena_alloc(a, (book->lab_count + 1) * sizeof(*ids));

	for (size_t i = 0; i < book->lab_count; i++)
		ids[i] = book->labs[i]->id;
	*count = book->lab_count;
	return ids;
}

struct site *site_new(const struct site_config *config, struct arena *a, const char **why)
{
	struct site *site = calloc(1, sizeof(*site));
	struct arena *scratch = arena_new();
	struct str *labs;
	size_t lab_count;

	(void)a;
	(void)why;
	if (!site)
		abort();
	site->config = *config;
	site->arena = arena_new();
	hash_random(&site->boot, sizeof(site->boot));
	site->guides = guides_new(config->labs, config->content);
	site->assets = assets_new(config->assets, site->arena);
	site->instructor_cookie = session_instructor_cookie(site->arena, config->instructor_token);
	labs = lab_ids(site, scratch, &lab_count);
	site->people = people_new(config->event, labs, lab_count);
	site->hub = hub_new(&(struct hub_config){ progress_document, progress_entry,
						  progress_everyone, progress_tick, site });
	site->joins = desk_new(JOIN_THREADS, JOINS_WAITING);
	site->resets = desk_new(RESET_THREADS, RESETS_WAITING);
	site->checks = desk_new(CHECK_THREADS, CHECKS_WAITING);
	/* A room behind one address mistypes now and then; a machine that guesses gets one try in two seconds. */
	site->wrong = limit_new(&(struct limit_config){ 30, 30, 2000, 3000 });
	site->guesses = limit_new(&(struct limit_config){ 60, 60, 2000, 3000 });
	/* Forty people, or a class of two hundred rehearsed from one machine, join at once. */
	site->joined = limit_new(&(struct limit_config){ 500, 300, 5000, 3000 });
	site->asked = limit_new(&(struct limit_config){ 10, 60, 100000, 100000 });
	site->kept = kept_new(KEPT_BYTES);
	pthread_mutex_init(&site->join_lock, NULL);
	joining_read(site);
	arena_free(scratch);
	return site;
}

void site_stop(struct site *site)
{
	desk_stop(site->joins);
	desk_stop(site->resets);
	desk_stop(site->checks);
	hub_stop(site->hub);
}

void site_free(struct site *site)
{
	if (!site)
		return;
	site_stop(site);
	desk_free(site->joins);
	desk_free(site->resets);
	desk_free(site->checks);
	hub_free(site->hub);
	unclaimed_free(site);
	people_free(site->people);
	limit_free(site->wrong);
	limit_free(site->guesses);
	limit_free(site->joined);
	limit_free(site->asked);
	kept_free(site->kept);
	guides_free(site->guides);
	pthread_mutex_destroy(&site->join_lock);
	arena_free(site->arena);
	free(site);
}

/* May this visit go on to its route? False when it was answered. */
static bool let_in(struct visit *v, const struct http_route *route)
{
	if ((route->flags & ROUTE_CHANGES) && !session_same_origin(v)) {
		visit_error(v, 403, "forbidden",
			    "This change was asked for from another site, so it was not made.");
		return false;
	}
	if ((route->flags & ROUTE_PERSON) && !v->person) {
		if (v->api && http_header(v->req, "Authorization").p)
			visit_error(v, 401, "signed_out",
				    "Nobody here has this token. Compare it with the one on your "
				    "page, or join first.");
		else if (v->api)
			visit_error(v, 401, "signed_out",
				    "Join first: this needs an attendee's token or session.");
		else
			visit_redirect(v, arena_printf(v->req->arena, "/join?next=%.*s",
						       STR_ARG(v->req->path)));
		return false;
	}
	if ((route->flags & ROUTE_INSTRUCTOR) && !v->instructor) {
		visit_error(
			v, 401, "signed_out",
			"This needs the instructor's token, which `immersion serve` prints at its start.");
		return false;
	}
	return true;
}

static void no_route(struct visit *v, struct str allow)
{
	if (!allow.p) {
		visit_error(v, 404, "not_found", "There is nothing at this address.");
		return;
	}
	http_set_header(v->req, "Allow", allow);
	visit_error(v, 405, "bad_method", "This address does not take such requests.");
}

enum http_outcome site_handle(struct http_request *req, void *context)
{
	struct http_params params = { 0 };
	struct visit v = { .site = context, .req = req, .params = &params };
	const struct http_route *route;
	struct str allow = STR_NONE;

	route = http_route(routes, req, &params, &allow);
	v.api = str_starts(req->path, STR("/api/"));
	v.book = guides_book(v.site->guides, req->arena);
	session_read(&v, route && (route->flags & ROUTE_INSTRUCTOR));
	if (req->overlong) {
		visit_error(&v, 413, "too_large", "That is too much at once.");
		return HTTP_ANSWERED;
	}
	if (!route) {
		no_route(&v, allow);
		return HTTP_ANSWERED;
	}
	if (!let_in(&v, route))
		return HTTP_ANSWERED;
	return route->handler(req, &v);
}
