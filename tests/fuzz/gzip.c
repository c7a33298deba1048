/*
 * Property: what was packed unpacks to the same bytes, also cut in two, and not when it is longer than allowed; what
 * came from outside unpacks to no more than is allowed; any Accept-Encoding is read.
 */
#include "aws/call.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = str_make(size ? (const char *)data : "", size), out = STR_NONE, head, tail;
	struct arena *a = arena_new();
	enum gzip_coding coding;

	require(gzip_inflate(a, gzip_deflate(a, GZIP_CODING_GZIP, all), size, &out) == GZIP_GOOD &&
		str_eq(out, all));
	if (size)
		require(gzip_inflate(a, gzip_deflate(a, GZIP_CODING_GZIP, all), size - 1, &out) ==
			GZIP_TOO_LONG);
	head = gzip_deflate(a, GZIP_CODING_GZIP, str_slice(all, 0, size / 2));
	tail = gzip_deflate(a, GZIP_CODING_GZIP, str_slice(all, size / 2, size));
	require(gzip_inflate(a, arena_strf(a, "%.*s", 0, ""), size, &out) == GZIP_BROKEN);
	{
		char *both = arena_alloc(a, head.n + tail.n);

		memcpy(both, head.p, head.n);
		memcpy(both + head.n, tail.p, tail.n);
		require(gzip_inflate(a, str_make(both, head.n + tail.n), size, &out) == GZIP_GOOD &&
			str_eq(out, all));
	}
	if (gzip_inflate(a, all, 5000, &out) == GZIP_GOOD)
		require(out.n <= 5000);
	coding_choose(a, all, &coding);
	arena_free(a);
	return 0;
}
