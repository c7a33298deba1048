/*
 * Property: path and query are pieces of the target that, with the "?" between them, are its end;
 * the path holds no "?"; and a target that begins with a slash is nothing but the two.
 */
#include <stdlib.h>

#include "http/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str target = arena_dup(a, str_make(data, size)), both;
	struct http_request req = { .arena = a, .target = target };

	exchange_split_target(&req);
	both = req.query.p ? arena_strf(a, "%.*s?%.*s", STR_ARG(req.path), STR_ARG(req.query))
			   : req.path;
	require(str_find(req.path, '?') < 0);
	if (str_find(target, '\0') < 0 && !str_is(both, "/"))
		require(str_ends(target, both));
	if (size && data[0] == '/' && str_find(target, '\0') < 0)
		require(str_eq(both, target));
	arena_free(a);
	return 0;
}
