/*
 * Property: text that is JSON has no mistake for Jackson either; and what is said of other text names a place.
 */
#include "cloud/lambda/payload.h"

#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make(size ? (const char *)data : "", size);
	struct arena *a = arena_new();
	struct str mistake = payload_mistake(a, text);

	if (json_parse(a, text, NULL))
		require(!mistake.p);
	if (mistake.p)
		require(str_find_str(mistake, STR("; line: ")) > 0 && mistake.n < 2048);
	arena_free(a);
	return 0;
}
