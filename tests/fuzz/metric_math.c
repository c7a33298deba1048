/*
 * Property: an expression is refused with a sentence, or evaluates over some series to values that are numbers at
 * rising moments, or says why it does not.
 */
#include <math.h>
#include <stdlib.h>

#include "cloud/cloudwatch/math.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t moments[] = { 0, 60000, 120000, 300000 };
static double numbers[] = { 1, -2.5, 0, 1e300 };

static bool find(void *arg, struct str id, struct math_value *out, bool *known, const char **why)
{
	struct series *s = ARENA_NEW(arg, struct series);

	(void)why;
	*known = id.n && id.p[0] >= 'a' && id.p[0] <= 'z';
	*s = (struct series){ .id = id, .period_ms = 60000, .at = moments, .values = numbers };
	s->count = id.n % 5;
	if (*known)
		*out = math_of_series(arg, s);
	return true;
}

static bool metrics(void *arg, struct str part, struct math_value *out, const char **why)
{
	bool known;

	(void)part;
	if (!find(arg, STR("abcd"), out, &known, why))
		return false;
	out->kind = MATH_LIST;
	return true;
}

static bool search(void *arg, struct str expression, struct str statistic, double period,
		   struct math_value *out, const char **why)
{
	(void)statistic;
	(void)period;
	return metrics(arg, expression, out, why);
}

static void check(const struct series *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!isfinite(s->values[i]) || (i && s->at[i] < s->at[i - 1]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct math *m =
		math_parse(a, arena_dup(a, str_make(data, size < 2048 ? size : 2048)), &why);
	size_t work = 0;
	struct math_world world = { .arena = a,
				    .to = 600000,
				    .work = &work,
				    .find = find,
				    .metrics = metrics,
				    .search = search,
				    .arg = a };
	struct math_value value;

	if (!m && !why)
		abort();
	if (m && math_eval(m, &world, &value, &why)) {
		if (value.kind == MATH_SERIES || value.kind == MATH_LIST)
			for (size_t i = 0; i < value.count; i++)
				check(value.series[i]);
	} else if (!why) {
		abort();
	}
	arena_free(a);
	return 0;
}
