/*
 * Property: what parses prints as JSON that parses again and prints the same. A refusal has a reason whose
 * offset lies inside the text.
 */
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct json_object *o = json_parse(a, str_make(data, size), &why), *again;
	struct str first, second;

	if (o) {
		first = json_text(a, o);
		again = json_parse(a, first, &why);
		if (!again)
			abort();
		second = json_text(a, again);
		if (!str_eq(first, second))
			abort();
	} else if (!why || strtoul(strstr(why, "byte ") + 5, NULL, 10) > size) {
		abort();
	}
	arena_free(a);
	return 0;
}
