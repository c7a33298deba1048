/*
 * Property: a query is refused with a sentence, or names a metric and a namespace, compares dimensions that it names, and
 * answers at least one series and at most what is permitted.
 */
#include <stdlib.h>

#include "cloud/cloudwatch/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct select *s)
{
	if (!s->metric.p || !s->space.p || s->limit < 1 || s->limit > 500)
		abort();
	if (s->dimension_count > SELECT_NAMES_MAX || s->group_count > SELECT_NAMES_MAX ||
	    s->test_count > SELECT_TESTS_MAX)
		abort();
	for (size_t i = 0; i < s->test_count; i++)
		if (!s->tests[i].name.p || !s->tests[i].value.p)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = arena_dup(a, str_make(data, size < 4096 ? size : 4096));
	const char *why = NULL;
	struct select *s = select_parse(a, text, &why);

	if (s)
		check(s);
	else if (!why)
		abort();
	arena_free(a);
	return 0;
}
