/* Routes: a table of patterns, and the one that a request matches best. */
#include "http/http.h"

#include <stdlib.h>

#include "base/form.h"
#include "base/log.h"

enum {
	PARAMS_MAX =
		sizeof(((struct http_params *)0)->at) / sizeof(((struct http_params *)0)->at[0])
};

static void add_param(struct http_params *params, struct str name, struct str value)
{
	if (params->count == PARAMS_MAX) {
		log_error("http: a route has more than %d parameters", PARAMS_MAX);
		abort();
	}
	params->at[params->count].name = name;
	params->at[params->count++].value = value;
}

/* Does a literal segment of a pattern equal one of a path, which may be escaped? */
static bool same_segment(struct arena *a, struct str literal, struct str segment)
{
	return str_eq(literal, form_decode_lenient(a, segment, false));
}

/*
 * Match one path. Parameters come out escaped. The rank has two bits a segment from the left: 3 literal, 2 one
 * segment, 1 all that is left, so that of two ranks the higher is the more literal pattern.
 */
static bool match(struct arena *a, struct str pattern, struct str path, struct http_params *params,
		  uint64_t *rank)
{
	int shift = 62;

	params->count = 0;
	*rank = 0;
	while (pattern.p && path.p) {
		struct str rest = path;
		struct str want = str_cut(&pattern, '/'), got = str_cut(&path, '/');
		bool named = want.n > 2 && want.p[0] == '{' && want.p[want.n - 1] == '}';
		bool all = named && want.p[want.n - 2] == '*';

		if (named && !got.n && !all)
			return false;
		if (!named && !same_segment(a, want, got))
			return false;
		if (named)
			add_param(params, str_slice(want, 1, want.n - 1 - all), all ? rest : got);
		if (shift >= 0)
			*rank |= (uint64_t)(all ? 1 : named ? 2 : 3) << shift;
		shift -= 2;
		if (all)
			return true;
	}
	return !pattern.p && !path.p;
}

/*
 * A quick look that spares match() most of the table: does the path begin with what the pattern has before its
 * first parameter? Only for paths without escapes.
 */
static bool begins_alike(struct str pattern, struct str path)
{
	for (size_t i = 0; i < pattern.n && pattern.p[i] != '{'; i++)
		if (i == path.n || pattern.p[i] != path.p[i])
			return false;
	return true;
}

static bool method_allowed(struct str allowed, struct str method)
{
	return str_eq(allowed, method) || (str_is(method, "HEAD") && str_is(allowed, "GET"));
}

/* Add a method to an Allow header's value, once. */
static void allow_add(struct arena *a, struct str *allow, struct str method)
{
	struct str rest = *allow;

	while (rest.p)
		if (str_eq(str_trim(str_cut(&rest, ',')), method))
			return;
	*allow = allow->p ? arena_strf(a, "%.*s, %.*s", STR_ARG(*allow), STR_ARG(method))
			  : arena_dup(a, method);
	if (str_is(method, "GET"))
		allow_add(a, allow, STR("HEAD"));
}

const struct http_route *http_route(const struct http_route *table, struct http_request *req,
				    struct http_params *params, struct str *allow)
{
	const struct http_route *best = NULL;
	uint64_t best_rank = 0, rank;
	struct str others = STR_NONE;
	struct http_params found;
	bool plain = str_find(req->path, '%') < 0;

	for (const struct http_route *r = table; r->pattern; r++) {
		struct str pattern = str_of(r->pattern);
		struct str method = str_cut(&pattern, ' ');

		if (plain && !begins_alike(pattern, req->path))
			continue;
		if (!match(req->arena, pattern, req->path, &found, &rank))
			continue;
		if (!method_allowed(method, req->method)) {
			allow_add(req->arena, &others, method);
		} else if (!best || rank > best_rank) {
			best = r;
			best_rank = rank;
			*params = found;
		}
	}
	*allow = best ? STR_NONE : others;
	for (int i = 0; best && i < params->count; i++)
		params->at[i].value = form_decode_lenient(req->arena, params->at[i].value, false);
	return best;
}

struct str http_param(const struct http_params *params, const char *name)
{
	for (int i = 0; i < params->count; i++)
		if (str_is(params->at[i].name, name))
			return params->at[i].value;
	return STR_NONE;
}
