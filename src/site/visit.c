/* How visits are answered: pages, JSON, errors, redirects, 304. */
#include "site/inside.h"

#include <inttypes.h>
#include <stdio.h>

struct visit *visit_keep(const struct visit *v)
{
	struct visit *kept = arena_alloc(v->req->arena, sizeof(*kept));
	struct http_params *params = arena_alloc(v->req->arena, sizeof(*params));

	*kept = *v;
	*params = *v->params;
	kept->params = params;
	return kept;
}

/*
 * Nothing may run or load but our own files; nobody may frame us. Referrer-Policy is same-origin and not
 * no-referrer, because with the latter browsers send "Origin: null" with our own forms.
 */
void visit_headers(struct http_request *req)
{
	http_set_header(
		req, "Content-Security-Policy",
		STR("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
		    "font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
		    "base-uri 'none'; frame-ancestors 'none'"));
	http_set_header(req, "X-Content-Type-Options", STR("nosniff"));
	http_set_header(req, "X-Frame-Options", STR("DENY"));
	http_set_header(req, "Referrer-Policy", STR("same-origin"));
	http_set_header(req, "Cross-Origin-Resource-Policy", STR("same-origin"));
	http_set_header(req, "Permissions-Policy", STR("camera=(), microphone=(), geolocation=()"));
}

void visit_page(struct visit *v, int status, const struct html *page)
{
	visit_headers(v->req);
	http_set_header(v->req, "Cache-Control", STR("no-store"));
	http_answer(v->req, status, "text/html; charset=utf-8",
		    html_copy(page, v->req->arena).bytes);
}

/* Does If-None-Match name this tag? Weak tags compare like strong ones here (RFC 9110, 13.1.2). */
static bool tag_matches(struct str header, struct str tag)
{
	while (header.p) {
		struct str one = str_trim(str_cut(&header, ','));

		if (str_starts(one, STR("W/")))
			one = str_slice(one, 2, one.n);
		if (str_is(one, "*") || str_eq(one, tag))
			return true;
	}
	return false;
}

bool visit_fresh(struct visit *v, const char *key)
{
	struct str tag = arena_strf(v->req->arena, "\"%016" PRIx64 "-%s\"", v->site->boot, key);

	http_set_header(v->req, "ETag", tag);
	if (!tag_matches(http_header(v->req, "If-None-Match"), tag))
		return false;
	visit_headers(v->req);
	http_set_header(v->req, "Cache-Control", STR("private, no-cache"));
	http_answer(v->req, 304, NULL, STR(""));
	return true;
}

void visit_kept(struct visit *v, const char *type, struct str bytes)
{
	visit_headers(v->req);
	http_set_header(v->req, "Cache-Control", STR("private, no-cache"));
	http_set_header(v->req, "Vary", STR("Cookie"));
	http_answer(v->req, 200, type, bytes);
}

void visit_json_text(struct visit *v, int status, struct str text)
{
	visit_headers(v->req);
	http_set_header(v->req, "Cache-Control", STR("no-store"));
	http_answer(v->req, status, "application/json", text);
}

void visit_json(struct visit *v, int status, struct json_object *body)
{
	visit_json_text(v, status, json_text(v->req->arena, body));
}

void visit_redirect(struct visit *v, const char *path)
{
	visit_headers(v->req);
	http_set_header(v->req, "Cache-Control", STR("no-store"));
	http_set_header(v->req, "Location", str_of(path));
	http_answer(v->req, 303, NULL, STR(""));
}

static void error_page(struct visit *v, int status, const char *sentence)
{
	struct frame frame = { .section = "",
			       .title = STR("Something is not right"),
			       .body_class = "plain" };
	struct html h;

	if (status == 404)
		frame.title = STR("Page not found");
	html_init(&h);
	layout_begin(&h, v, &frame);
	HTML(&h, "<section class=\"card narrow\"><p class=\"status-code\">");
	html_int(&h, status);
	HTML(&h, "</p><h1>");
	html_text(&h, frame.title);
	HTML(&h, "</h1><p>");
	html_text(&h, str_of(sentence));
	HTML(&h,
	     "</p><p><a class=\"button button-primary\" href=\"/\">To the event</a></p></section>");
	layout_end(&h, v);
	visit_page(v, status, &h);
	html_release(&h);
}

void visit_error(struct visit *v, int status, const char *word, const char *sentence)
{
	struct json_object *body;

	if (!v->api) {
		error_page(v, status, sentence);
		return;
	}
	body = json_new_object(v->req->arena);
	json_set_cstr(body, "error", sentence);
	json_set_cstr(body, "code", word);
	visit_json(v, status, body);
}
