/*
 * Property: a cookie's value is a piece of its header, holds no separator,
 * and a cookie put behind any header is found with its own value.
 */
#include <stdlib.h>

#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str header = str_make(size ? (const char *)data : "", size);
	struct str value = http_cookie_value(header, "s");
	struct str behind = STR("; s=token");
	char *joined = arena_alloc(a, behind.n + size);

	if (value.n)
		require(value.p >= header.p && value.p + value.n <= header.p + header.n);
	require(str_find(value, ';') < 0);
	if (size)
		memcpy(joined, data, size);
	memcpy(joined + size, behind.p, behind.n);
	require(str_is(http_cookie_value(str_make(joined, behind.n + size), "s"), "token"));
	arena_free(a);
	return 0;
}
