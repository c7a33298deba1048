/*
 * Property of the small readers of base: what they accept, they write again in a form that they read as the
 * same value; and no slice or cut of any text leaves it.
 */
#include <stdlib.h>

#include "base/base64.h"
#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = str_make(data, size), rest = text, bytes, again;
	int64_t at, back, number;
	size_t fields = 0;

	if (time_parse_iso(text, &at))
		same(time_parse_iso(time_iso(a, at, true), &back) && back == at);
	if (time_parse_http(text, &at))
		same(time_parse_http(time_http(a, at), &back) && back == at);
	if (str_to_int(text, &number))
		same(str_to_int(arena_strf(a, "%lld", (long long)number), &back) && back == number);
	if (base64_parse(a, text, &bytes))
		same(str_eq(base64_print(a, bytes), text));
	if (base64url_parse(a, text, &bytes))
		same(str_eq(base64url_print(a, bytes), text));
	same(base64_parse(a, base64_print(a, text), &again) && str_eq(again, text));
	for (; rest.p; fields++)
		fields += str_cut(&rest, ',').n;
	same(fields == (text.p ? size + 1 : 0));
	same(str_utf8_length(text) <= size && str_trim(text).n <= size);
	arena_free(a);
	return 0;
}
