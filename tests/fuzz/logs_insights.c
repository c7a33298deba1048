/*
 * Property: a query is refused with a reason, or runs over events and answers with texts. The first lines, up to an empty
 * one, are the query, the rest is events, a line each.
 */
#include <stdlib.h>

#include "base/time.h"
#include "cloud/logs/insights.h"

enum { ROWS_MAX = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct json_object *results)
{
	for (size_t i = 0; i < json_count(results); i++)
		for (size_t k = 0; k < json_count(json_at(results, i)); k++)
			if (!json_get_str(json_at(json_at(results, i), k), "value").p)
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = arena_dup(a, str_make(data, size < 20000 ? size : 20000)), rest;
	struct insights_row *rows[ROWS_MAX];
	ptrdiff_t end = str_find_str(text, STR("\n\n"));
	size_t count = 0, matched;
	struct insights_budget budget = { .bytes = 1 << 20,
					  .until_us = time_monotonic_us() + 1000000 };
	const char *why = NULL;
	struct insights_query *q;

	rest = end < 0 ? STR("") : str_slice(text, (size_t)end + 2, text.n);
	q = insights_parse(a, str_slice(text, 0, end < 0 ? text.n : (size_t)end), &why);
	if (!q != !!why)
		abort();
	while (q && rest.p && count < ROWS_MAX) {
		struct insights_row *row = ARENA_NEW(a, struct insights_row);

		*row = (struct insights_row){ .budget = &budget,
					      .arena = a,
					      .at = 1700000000000 - (int64_t)count * 60000,
					      .message = str_cut(&rest, '\n'),
					      .stream = STR("s"),
					      .log = STR("1:g"),
					      .ptr = STR("p") };
		rows[count++] = row;
	}
	if (q) {
		insights_run(q, rows, &count, &matched);
		check(insights_answer(q, rows, count));
	}
	arena_free(a);
	return 0;
}
