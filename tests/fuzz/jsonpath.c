/*
 * Property: a path that jsonpath_check() accepts is accepted by jsonpath_all() too, but for the limit on
 * its work; nothing crashes. Input: the path, a NUL, the JSON.
 */
#include "base/jsonpath.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str json = str_make(data, size), path = str_cut(&json, '\0');
	struct json_object **found, *value = json_parse(a, json.p ? json : STR("[]"), NULL);
	const char *why = NULL, *why_all = NULL;
	size_t count;
	bool valid = jsonpath_check(a, path, &why);

	if (valid == (why != NULL))
		abort();
	if (jsonpath_all(a, path, value, &found, &count, &why_all) != valid &&
	    (!why_all || !str_is(str_of(why_all), "the JSONPath looks at too many values")))
		abort();
	arena_free(a);
	return 0;
}
