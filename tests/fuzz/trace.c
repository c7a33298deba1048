/*
 * Property: whatever came as a trace, the one that is made of it can stand in a header, counts once more when it comes
 * back, and never grows beyond measure.
 */
#include "cloud/lambda/trace.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str came = str_make(size ? (const char *)data : "", size);
	struct str arn = STR("arn:aws:lambda:us-east-1:123456789012:function:f");
	struct arena *a = arena_new();
	struct str made, again;
	int times, next;

	made = trace_make(a, came, arn, 1700000000000, &times);
	require(times >= 0 && times <= TRACE_TIMES_MAX + 1 && made.n < 600);
	for (size_t i = 0; i < made.n; i++)
		require(made.p[i] > ' ' && made.p[i] < 0x7f);
	again = trace_make(a, made, arn, 1700000000000, &next);
	require(times > TRACE_TIMES_MAX || next == times + 1);
	require(again.n < 600);
	arena_free(a);
	return 0;
}
