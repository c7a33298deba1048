/* Who asks, and where a change may come from; signing in and out. */
#include "site/inside.h"

#include <inttypes.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/form.h"

/* A browser keeps its session through a workshop of several days. */
#define COOKIE_DAYS 14

static struct str bearer(const struct http_request *req)
{
	struct str value = http_header(req, "Authorization");

	if (value.n < 8 || !str_eq_nocase(str_slice(value, 0, 7), STR("Bearer ")))
		return STR_NONE;
	return str_trim(str_slice(value, 7, value.n));
}

struct str session_token(const struct visit *v)
{
	struct str token = bearer(v->req);

	return token.p ? token : http_cookie(v->req, SESSION_COOKIE);
}

char *session_instructor_cookie(struct arena *a, const char *token)
{
	unsigned char mac[SHA256_BYTES];

	hash_hmac_sha256(str_of(token), STR("immersion instructor's browser"), mac);
	return arena_cstr(a, base64url_print(a, str_make(mac, sizeof(mac))));
}

/* Equal without telling by the time it takes how much of it, or how long the secret is. */
static bool same_secret(struct str given, struct str secret)
{
	unsigned char a[SHA256_BYTES], b[SHA256_BYTES];

	hash_sha256(given, a);
	hash_sha256(secret, b);
	return str_eq_secret(str_make(a, sizeof(a)), str_make(b, sizeof(b)));
}

/* Guesses at the instructor's token cost like guesses at the event code. */
static bool instructor_token_right(struct visit *v, struct str given)
{
	struct site *site = v->site;
	int64_t now = site->config.clock();

	if (limit_wait_s(site->guesses, v->req->peer, now) > 0)
		return false;
	return same_secret(given, str_of(site->config.instructor_token));
}

/*
 * A program's token: the instructor's where only the instructor may ask, else an attendee's. Those cannot be guessed, so
 * a program that goes on asking with an old one costs nobody anything.
 */
static void read_bearer(struct visit *v, struct str token, bool for_instructor)
{
	if (!for_instructor) {
		v->person = people_by_token(v->site->people, token);
		return;
	}
	v->instructor = instructor_token_right(v, token);
	if (!v->instructor)
		limit_take(v->site->guesses, v->req->peer, v->site->config.clock());
}

void session_read(struct visit *v, bool for_instructor)
{
	struct str token = bearer(v->req), cookie;

	if (token.p) {
		read_bearer(v, token, for_instructor);
		return;
	}
	cookie = http_cookie(v->req, SESSION_COOKIE);
	if (cookie.n)
		v->person = people_by_token(v->site->people, cookie);
	cookie = http_cookie(v->req, INSTRUCTOR_COOKIE);
	if (cookie.n)
		v->instructor = same_secret(cookie, str_of(v->site->instructor_cookie));
	v->by_cookie = v->person || v->instructor;
}

/* "http://host:port" as the client addressed us. */
static bool origin_is_ours(const struct visit *v, struct str origin)
{
	struct str host = http_header(v->req, "Host"), own = str_of(v->site->config.url);
	struct str scheme = v->req->tls ? STR("https://") : STR("http://");

	if (own.n && str_eq_nocase(origin, own))
		return true;
	return host.n && origin.n == scheme.n + host.n && str_starts(origin, scheme) &&
	       str_eq_nocase(str_slice(origin, scheme.n, origin.n), host);
}

bool session_same_origin(const struct visit *v)
{
	struct str site = http_header(v->req, "Sec-Fetch-Site"),
		   origin = http_header(v->req, "Origin");

	if (site.p && !str_is(site, "same-origin") && !str_is(site, "none"))
		return false;
	if (origin.p)
		return origin_is_ours(v, origin);
	return site.p || !v->by_cookie;
}

static void set_cookie(struct visit *v, const char *name, struct str value, int64_t max_age_s)
{
	http_set_header(v->req, "Set-Cookie",
			arena_strf(v->req->arena,
				   "%s=%.*s; Path=/; Max-Age=%" PRId64
				   "; HttpOnly; SameSite=Strict%s",
				   name, STR_ARG(value), max_age_s, v->req->tls ? "; Secure" : ""));
}

void session_set(struct visit *v, struct str token)
{
	set_cookie(v, SESSION_COOKIE, token, COOKIE_DAYS * 24 * 3600);
}

/* Only a plain path of our own: "//host" and "/\host" would lead elsewhere. */
const char *session_next(struct arena *a, struct str next, const char *otherwise)
{
	if (!next.n || next.n > 512 || next.p[0] != '/')
		return otherwise;
	if (next.n > 1 && (next.p[1] == '/' || next.p[1] == '\\'))
		return otherwise;
	for (size_t i = 0; i < next.n; i++)
		if ((unsigned char)next.p[i] <= ' ' || (unsigned char)next.p[i] >= 0x7f)
			return otherwise;
	return arena_cstr(a, next);
}

enum http_outcome sign_out(struct http_request *req, void *context)
{
	struct visit *v = context;

	(void)req;
	set_cookie(v, SESSION_COOKIE, STR(""), 0);
	visit_redirect(v, "/");
	return HTTP_ANSWERED;
}

enum http_outcome instructor_sign_in(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct str token = str_trim(form_get(req->arena, req->body, "token"));

	if (limit_wait_s(v->site->guesses, req->peer, v->site->config.clock()) > 0) {
		visit_error(
			v, 429, "too_many",
			"Too many wrong tokens from your address. Wait a minute, then try again.");
		return HTTP_ANSWERED;
	}
	if (!token.n || !instructor_token_right(v, token)) {
		limit_take(v->site->guesses, req->peer, v->site->config.clock());
		v->wrong_token = true;
		return dash_page(req, v);
	}
	set_cookie(v, INSTRUCTOR_COOKIE, str_of(v->site->instructor_cookie),
		   COOKIE_DAYS * 24 * 3600);
	visit_redirect(v, "/dash");
	return HTTP_ANSWERED;
}

enum http_outcome instructor_sign_out(struct http_request *req, void *context)
{
	struct visit *v = context;

	(void)req;
	set_cookie(v, INSTRUCTOR_COOKIE, STR(""), 0);
	visit_redirect(v, "/dash");
	return HTTP_ANSWERED;
}
