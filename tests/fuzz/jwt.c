/*
 * Property: a token that parses is the three parts that it is put together from again, what was signed is all but the
 * last; and no text is verified under a key that signed nothing.
 */
#include "base/jwt.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/rsa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct str n, e;
	static struct arena *kept;
	struct arena *a = arena_new();
	struct str text = arena_dup(a, str_make(data, size));
	struct jwt jwt;

	if (!kept) {
		kept = arena_new();
		require(rsa_public(kept, rsa_make(kept), &n, &e));
	}
	if (jwt_parse(a, text, &jwt)) {
		struct str again = arena_strf(a, "%.*s.%.*s", STR_ARG(jwt.bytes),
					      STR_ARG(base64url_print(a, jwt.signature)));

		require(str_eq(again, text));
		require(json_is_object(jwt.header) && json_is_object(jwt.claims));
		require(!jwt_verify(&jwt, n, e));
	}
	arena_free(a);
	return 0;
}
