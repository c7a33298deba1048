/*
 * Property: what was encoded decodes to the same bytes, decoding never makes text longer, and the
 * pieces of a form put together again are the form without its empty pieces.
 */
#include "base/form.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str all = str_make(size ? (const char *)data : "", size), back, rest, name, value;
	struct arena *a = arena_new();
	size_t used = 0, separators = 0;

	for (int keep_slash = 0; keep_slash < 2; keep_slash++)
		for (int plus = 0; plus < 2; plus++)
			require(form_decode(a, form_encode(a, all, keep_slash), plus, &back) &&
				str_eq(back, all));
	require(form_decode_lenient(a, all, true).n <= size);
	if (form_decode(a, all, true, &back))
		require(str_eq(back, form_decode_lenient(a, all, true)));
	rest = all;
	while (form_next(&rest, &name, &value)) {
		require(str_find(name, '&') < 0 && str_find(name, '=') < 0);
		require(str_find(value, '&') < 0);
		used += name.n + (value.p ? 1 + value.n : 0);
	}
	for (size_t i = 0; i < size; i++)
		separators += data[i] == '&';
	require(used + separators == size);
	arena_free(a);
	return 0;
}
