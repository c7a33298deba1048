/* Sketches: exact while there are few values, and close afterwards. */
#include <math.h>

#include "base/sketch.h"
#include "unit/tap.h"

static double percentile(const struct sketch *s, double percent)
{
	double value = NAN;

	return sketch_percentile(s, percent, &value) ? value : NAN;
}

static void few_values(void)
{
	struct sketch s = { 0 };
	double count, sum;

	ok(!sketch_percentile(&s, 50, &count), "nothing has no percentiles");
	for (int i = 10; i >= 1; i--)
		sketch_add(&s, i, 1);
	ok(s.count == 10 && s.sum == 55 && s.least == 1 && s.most == 10,
	   "count, sum, least and most are exact");
	ok(percentile(&s, 50) == 5 && percentile(&s, 90) == 9 && percentile(&s, 100) == 10 &&
		   percentile(&s, 0) == 1,
	   "percentiles of few values are values");
	sketch_add(&s, 10, 90);
	ok(s.n == 10 && percentile(&s, 50) == 10, "a value counts as often as it was there");
	sketch_add(&s, NAN, 1);
	sketch_add(&s, 1, -1);
	ok(s.count == 100, "what is no number, and less than once, does not count");
	ok(sketch_within(&s, 1, 3, &count, &sum) && count == 2 && sum == 5,
	   "values are counted above one limit and up to another");
	ok(sketch_between(&s, 0, 9, &count, &sum) && count == 9 && sum == 45,
	   "values are counted between percentiles");
}

static void many_values(void)
{
	struct sketch s = { 0 }, half = { 0 }, other = { 0 };

	for (int i = 0; i < 10000; i++) {
		sketch_add(&s, (double)(i * 7919 % 10000), 1);
		sketch_add(i % 2 ? &half : &other, (double)(i * 7919 % 10000), 1);
	}
	ok(s.n == SKETCH_POINTS && s.count == 10000 && s.least == 0 && s.most == 9999,
	   "many values need no more memory");
	ok(fabs(percentile(&s, 50) - 5000) < 600 && fabs(percentile(&s, 90) - 9000) < 600,
	   "percentiles of many values are close");
	sketch_merge(&half, &other);
	ok(half.count == 10000 && half.sum == s.sum && fabs(percentile(&half, 50) - 5000) < 700,
	   "two halves make the whole");
}

static void sets(void)
{
	struct sketch s = { 0 };

	sketch_add_set(&s, 4, 12, 3, 3);
	ok(percentile(&s, 50) == 3, "values that are all alike are known");
	sketch_add_set(&s, 2, 10, 1, 9);
	ok(isnan(percentile(&s, 50)) && s.count == 6 && s.least == 1 && s.most == 9,
	   "of a set only count, sum, least and most are known");
}

static void kept(void)
{
	struct arena *a = arena_new();
	struct sketch s = { 0 }, again;

	for (int i = 0; i < 20; i++)
		sketch_add(&s, i, i + 1);
	again = s;
	again.n = 0;
	ok(sketch_parse(&again, sketch_print(a, &s)) && again.n == 20 &&
		   percentile(&again, 50) == percentile(&s, 50),
	   "what is kept comes back");
	ok(!sketch_parse(&again, STR("abc")), "other bytes are refused");
	arena_free(a);
}

int main(void)
{
	few_values();
	many_values();
	sets();
	kept();
	return done_testing();
}
