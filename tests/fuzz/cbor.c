/*
 * Property: what is read from CBOR, and written again, reads as the same tree.
 */
#include <stdlib.h>

#include "base/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str printed(struct arena *a, const struct json_object *o)
{
	struct buf b;
	struct str bytes;

	buf_init(&b, BUF_MAX);
	cbor_print(&b, o);
	bytes = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct json_object *o = cbor_parse(a, str_make(data, size)), *again;
	struct str first;

	if (o) {
		first = printed(a, o);
		again = cbor_parse(a, first);
		if (!again || !str_eq(first, printed(a, again)))
			abort();
	}
	arena_free(a);
	return 0;
}
