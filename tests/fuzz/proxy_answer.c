/*
 * Property: an answer of a function that is taken, in either format, has a status that HTTP knows, and in format 2.0
 * headers whose names are in lower case; one that is no answer of format 2.0 is the body as it stands.
 */
#include <stdint.h>
#include <stdlib.h>

#include "aws/proxy2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_names(struct json_object *headers)
{
	JSON_EACH(headers, name, values)
	{
		require(json_is_array(values));
		for (const char *p = name; *p; p++)
			require(*p < 'A' || *p > 'Z');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str payload = str_make(size ? (const char *)data : "", size);
	struct arena *a = arena_new();
	struct proxy2_answer answer;
	struct proxy_answer old;

	if (proxy2_answer_read(a, payload, &answer)) {
		require(answer.status >= 100 && answer.status <= 599 && answer.body.p);
		require(!answer.inferred || str_eq(answer.body, payload));
		check_names(answer.headers);
	}
	if (proxy_answer_read(a, payload, &old))
		require(old.status >= 100 && old.status <= 999);
	arena_free(a);
	return 0;
}
