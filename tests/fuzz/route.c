/*
 * Property: a route that is found has the request's method, and encoding its parameters into its
 * pattern gives a path that finds the same route with the same parameters.
 */
#include <stdlib.h>

#include "base/form.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct http_route table[] = {
	{ "GET /", NULL, 0 },
	{ "GET /labs/{lab}/{page*}", NULL, 0 },
	{ "GET /labs/{lab}", NULL, 0 },
	{ "GET /labs/new", NULL, 0 },
	{ "POST /labs/{lab}", NULL, 0 },
	{ "GET /labs/{lab}/files/{name}", NULL, 0 },
	{ "GET /{a}/{b}/c", NULL, 0 },
	{ "PUT /{all*}", NULL, 0 },
	{ 0 },
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The path that a pattern and its parameters stand for. */
static struct str path_of(struct arena *a, const struct http_route *r,
			  const struct http_params *params)
{
	struct str pattern = str_of(r->pattern), path = STR("");
	int next = 0;

	str_cut(&pattern, '/');
	while (pattern.p) {
		struct str piece = str_cut(&pattern, '/');
		bool named = piece.n && piece.p[0] == '{';
		bool all = named && piece.p[piece.n - 2] == '*';

		if (named)
			piece = form_encode(a, params->at[next++].value, all);
		path = arena_strf(a, "%.*s/%.*s", STR_ARG(path), STR_ARG(piece));
	}
	require(next == params->count);
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH" };
	struct arena *a = arena_new();
	struct http_request req = { .arena = a, .path = str_make(data, size) };
	struct http_params params, again;
	struct str allow;

	for (size_t m = 0; m < sizeof(methods) / sizeof(methods[0]); m++) {
		const struct http_route *r;

		req.method = str_of(methods[m]);
		req.path = str_make(data, size);
		r = http_route(table, &req, &params, &allow);
		if (!r)
			continue;
		require(!allow.p);
		require(m == 1 || str_starts(str_of(r->pattern), req.method));
		req.path = path_of(a, r, &params);
		require(http_route(table, &req, &again, &allow) == r);
		require(again.count == params.count);
		for (int i = 0; i < params.count; i++)
			require(str_eq(again.at[i].value, params.at[i].value));
	}
	arena_free(a);
	return 0;
}
