/*
 * Property: a pattern that pattern_check() accepts matches any value or says why it does not, in
 * UTF-8 (when both were) of bounded length, and so does what it found; what it refuses does not crash either. Input: the pattern, a
 * NUL, the value.
 */
#include "base/pattern.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try(struct arena *a, const struct json_object *pattern, const struct json_object *value,
		unsigned flags, bool utf8)
{
	const char *reason = NULL, *why = NULL;
	bool valid = pattern_check(a, pattern, flags, &reason);

	if (valid == (reason != NULL))
		abort();
	if (pattern_match(a, pattern, value, flags, &why) == (why != NULL))
		abort();
	if (why && (strlen(why) > 1000 || (utf8 && !str_is_utf8(str_of(why)))))
		abort();
	if (valid && why && !*why)
		abort();
	if (valid && !why) {
		why = pattern_found(a, pattern, value, flags);
		if (!*why || strlen(why) > 1000 || (utf8 && !str_is_utf8(str_of(why))))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str value = str_make(data, size), pattern = str_cut(&value, '\0');
	struct json_object *p = json_parse(a, pattern, NULL);
	struct json_object *v = json_parse(a, value.p ? value : STR("{}"), NULL);

	try(a, p, v, PATTERN_STRICT, str_is_utf8(str_make(data, size)));
	try(a, p, v, PATTERN_RELAXED, str_is_utf8(str_make(data, size)));
	arena_free(a);
	return 0;
}
