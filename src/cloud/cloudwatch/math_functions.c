/*
 * The functions of metric math.
 * From: CloudWatch User Guide, "Using math expressions with CloudWatch metrics", "Functions supported for metric math".
 */
#include "cloud/cloudwatch/math.h"

#include <math.h>
#include <stdlib.h>

#include "base/time.h"

#define FUNCTION(name)                                                                             \
	static bool name(const struct math_call *call, struct math_value *out, const char **why)

enum { FILLED_MAX = 200000 };

static bool is_series(const struct math_value *v)
{
	return v->kind == MATH_SERIES || v->kind == MATH_LIST;
}

static struct math_value of_number(double number)
{
	return (struct math_value){ .kind = MATH_NUMBER, .number = number };
}

/* --- one of many ---------------------------------------------------------------------- */

enum fold { SUM, AVERAGE, LEAST, MOST, DEVIATION, COUNT };

/* What is known of some numbers. */
struct tally {
	double n, sum, squares, least, most;
};

static void tally_add(struct tally *t, double v)
{
	t->least = t->n ? fmin(t->least, v) : v;
	t->most = t->n ? fmax(t->most, v) : v;
	t->n++;
	t->sum += v;
	t->squares += v * v;
}

static double tally_fold(const struct tally *t, enum fold fold)
{
	double mean = t->n ? t->sum / t->n : 0;

	switch (fold) {
	case SUM:
		return t->sum;
	case AVERAGE:
		return mean;
	case LEAST:
		return t->least;
	case MOST:
		return t->most;
	case DEVIATION:
		return t->n ? sqrt(fmax(0, t->squares / t->n - mean * mean)) : 0;
	case COUNT:
		break;
	}
	return t->n;
}

static double fold_series(const struct series *s, enum fold fold)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < s->count; i++)
		tally_add(&t, s->values[i]);
	return tally_fold(&t, fold);
}

/* At each moment at which any of them has a value. */
static struct series *fold_list(struct arena *a, const struct math_value *list, enum fold fold)
{
	size_t *next = arena_zalloc(a, (list->count + 1) * sizeof(*next)), room = 0;
	static const struct series nothing = { .period_ms = MINUTE_MS };
	struct series *out;

	for (size_t i = 0; i < list->count; i++)
		room += list->series[i]->count;
	out = math_series_like(a, list->count ? list->series[0] : &nothing, room);
	for (;;) {
		struct tally t = { 0 };
		int64_t at = INT64_MAX;

		for (size_t i = 0; i < list->count; i++)
			if (next[i] < list->series[i]->count && list->series[i]->at[next[i]] < at)
				at = list->series[i]->at[next[i]];
		if (at == INT64_MAX)
			return out;
		for (size_t i = 0; i < list->count; i++)
			if (next[i] < list->series[i]->count && list->series[i]->at[next[i]] == at)
				tally_add(&t, list->series[i]->values[next[i]++]);
		out->at[out->count] = at;
		out->values[out->count++] = tally_fold(&t, fold);
	}
}

/* A series becomes a number, a list a series. */
static bool fold(const struct math_call *call, struct math_value *out, enum fold how)
{
	struct arena *a = call->world->arena;
	const struct math_value *v = &call->args[0];

	if (!is_series(v))
		return false;
	if (v->kind == MATH_SERIES)
		*out = of_number(fold_series(v->series[0], how));
	else
		*out = math_of_series(a, fold_list(a, v, how));
	return true;
}

#define FOLD(name, how)                                                                            \
	FUNCTION(name)                                                                             \
	{                                                                                          \
		(void)why;                                                                         \
		return fold(call, out, how);                                                       \
	}
FOLD(fn_sum, SUM)
FOLD(fn_avg, AVERAGE)
FOLD(fn_min, LEAST)
FOLD(fn_max, MOST)
FOLD(fn_stddev, DEVIATION)

FUNCTION(fn_metric_count)
{
	(void)why;
	*out = of_number((double)call->args[0].count);
	return is_series(&call->args[0]);
}

FUNCTION(fn_datapoint_count)
{
	(void)why;
	return fold(call, out, COUNT);
}

/* --- value by value ------------------------------------------------------------------------ */

/* A new series for each one of the first argument. */
static bool each(const struct math_call *call, struct math_value *out,
		 struct series *(*fn)(const struct math_call *call, const struct series *s))
{
	const struct math_value *v = &call->args[0];

	if (!is_series(v))
		return false;
	*out = (struct math_value){ .kind = v->kind, .count = v->count };
	out->series = arena_alloc(call->world->arena, (v->count + 1) * sizeof(struct series *));
	for (size_t i = 0; i < v->count; i++) {
		out->series[i] = fn(call, v->series[i]);
		if (!out->series[i])
			return false;
	}
	return true;
}

/* Of a number it is a number. */
static bool map(const struct math_call *call, struct math_value *out, double (*fn)(double))
{
	const struct math_value *v = &call->args[0];

	if (v->kind == MATH_NUMBER) {
		*out = of_number(fn(v->number));
		return true;
	}
	if (!is_series(v))
		return false;
	*out = (struct math_value){ .kind = v->kind, .count = v->count };
	out->series = arena_alloc(call->world->arena, (v->count + 1) * sizeof(struct series *));
	for (size_t i = 0; i < v->count; i++) {
		const struct series *s = v->series[i];
		struct series *o = math_series_like(call->world->arena, s, s->count);

		for (size_t j = 0; j < s->count; j++) {
			o->at[o->count] = s->at[j];
			o->values[o->count] = fn(s->values[j]);
			o->count += isfinite(o->values[o->count]);
		}
		out->series[i] = o;
	}
	return true;
}

#define MAP(name, fn)                                                                              \
	FUNCTION(name)                                                                             \
	{                                                                                          \
		(void)why;                                                                         \
		return map(call, out, fn);                                                         \
	}
MAP(fn_abs, fabs)
MAP(fn_ceil, ceil)
MAP(fn_floor, floor)
MAP(fn_log, log)
MAP(fn_log10, log10)

#define EACH(name, fn)                                                                             \
	FUNCTION(name)                                                                             \
	{                                                                                          \
		(void)why;                                                                         \
		return each(call, out, fn);                                                        \
	}

/* What changed between two values, in one of three ways. */
static struct series *changes(const struct math_call *call, const struct series *s, bool value,
			      bool time)
{
	struct series *o = math_series_like(call->world->arena, s, s->count);

	for (size_t i = 1; i < s->count; i++) {
		double seconds = (double)(s->at[i] - s->at[i - 1]) / 1000;
		double change = s->values[i] - s->values[i - 1];

		o->at[o->count] = s->at[i];
		o->values[o->count++] = value && time ? change / seconds : value ? change : seconds;
	}
	return o;
}

static struct series *rate(const struct math_call *call, const struct series *s)
{
	return changes(call, s, true, true);
}

static struct series *diff(const struct math_call *call, const struct series *s)
{
	return changes(call, s, true, false);
}

static struct series *diff_time(const struct math_call *call, const struct series *s)
{
	return changes(call, s, false, true);
}

static struct series *running_sum(const struct math_call *call, const struct series *s)
{
	struct series *o = math_series_like(call->world->arena, s, s->count);
	double sum = 0;

	for (size_t i = 0; i < s->count; i++) {
		o->at[i] = s->at[i];
		o->values[i] = sum += s->values[i];
	}
	o->count = s->count;
	return o;
}
EACH(fn_rate, rate)
EACH(fn_diff, diff)
EACH(fn_diff_time, diff_time)
EACH(fn_running_sum, running_sum)

FUNCTION(fn_period)
{
	(void)why;
	if (call->args[0].kind != MATH_SERIES)
		return false;
	*out = of_number((double)call->args[0].series[0]->period_ms / 1000);
	return true;
}

/* --- moments ------------------------------------------------------------------------------------ */

static struct series *moments(const struct math_call *call, const struct series *s, char what)
{
	struct series *o = math_series_like(call->world->arena, s, s->count);

	for (size_t i = 0; i < s->count; i++) {
		struct time_parts t = time_split(s->at[i]);

		o->at[i] = s->at[i];
		o->values[i] = what == 'm'   ? t.minute
			       : what == 'h' ? t.hour
			       : what == 'w' ? (t.weekday ? t.weekday : 7)
			       : what == 'd' ? t.day
			       : what == 'M' ? t.month
			       : what == 'y' ? t.year
					     : floor((double)s->at[i] / 1000);
	}
	o->count = s->count;
	return o;
}

#define MOMENT(name, what)                                                                         \
	static struct series *name##_of(const struct math_call *call, const struct series *s)      \
	{                                                                                          \
		return moments(call, s, what);                                                     \
	}                                                                                          \
	EACH(name, name##_of)
MOMENT(fn_minute, 'm')
MOMENT(fn_hour, 'h')
MOMENT(fn_day, 'w')
MOMENT(fn_date, 'd')
MOMENT(fn_month, 'M')
MOMENT(fn_year, 'y')
MOMENT(fn_epoch, 'e')

/* --- filling ---------------------------------------------------------------------------------------- */

/* The value for a moment of which nothing is known, between values `before` and `i`. */
static bool filler(const struct math_value *how, const struct series *s, size_t i, int64_t at,
		   double *out)
{
	if (how->kind == MATH_NUMBER) {
		*out = how->number;
		return true;
	}
	if (how->kind == MATH_SERIES) {
		const struct series *f = how->series[0];

		for (size_t j = 0; j < f->count; j++)
			if (f->at[j] == at) {
				*out = f->values[j];
				return true;
			}
		return false;
	}
	if (!i || (str_is(how->text, "LINEAR") && i == s->count))
		return false;
	*out = s->values[i - 1];
	if (str_is(how->text, "LINEAR"))
		*out += (s->values[i] - s->values[i - 1]) * (double)(at - s->at[i - 1]) /
			(double)(s->at[i] - s->at[i - 1]);
	return true;
}

static struct series *fill(const struct math_call *call, const struct series *s)
{
	const struct math_value *how = &call->args[1];
	const struct math_world *w = call->world;
	int64_t steps = (w->to - w->from + s->period_ms - 1) / s->period_ms;
	struct series *o;
	size_t i = 0;

	if (steps > FILLED_MAX)
		return NULL;
	o = math_series_like(w->arena, s, (size_t)steps + s->count);
	for (int64_t at = w->from; at < w->to; at += s->period_ms) {
		double value;
		bool there = i < s->count && s->at[i] <= at;

		if (there)
			value = s->values[i++];
		else if (!filler(how, s, i, at, &value))
			continue;
		o->at[o->count] = at;
		o->values[o->count++] = value;
	}
	return o;
}

FUNCTION(fn_fill)
{
	const struct math_value *how = &call->args[1];

	(void)why;
	if (how->kind == MATH_LIST || (how->kind == MATH_TEXT && !str_is(how->text, "REPEAT") &&
				       !str_is(how->text, "LINEAR")))
		return false;
	return each(call, out, fill);
}

FUNCTION(fn_time_series)
{
	const struct math_world *w = call->world;
	struct series like = { .period_ms = MINUTE_MS }, *s;
	int64_t steps = (w->to - w->from) / MINUTE_MS;

	(void)why;
	if (call->args[0].kind == MATH_SERIES) {
		*out = call->args[0];
		return true;
	}
	if (call->args[0].kind != MATH_NUMBER || steps > FILLED_MAX)
		return false;
	s = math_series_like(w->arena, &like, (size_t)steps + 1);
	for (int64_t at = w->from; at < w->to; at += MINUTE_MS) {
		s->at[s->count] = at;
		s->values[s->count++] = call->args[0].number;
	}
	*out = math_of_series(w->arena, s);
	return true;
}

/* --- conditions -------------------------------------------------------------------------------------- */

/* What an argument says at a moment; false when nothing. */
static bool value_at(const struct math_value *v, int64_t at, double *out)
{
	const struct series *s;
	size_t low = 0, high;

	if (v->kind == MATH_NUMBER) {
		*out = v->number;
		return true;
	}
	s = v->series[0];
	high = s->count;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (s->at[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == s->count || s->at[low] != at)
		return false;
	*out = s->values[low];
	return true;
}

FUNCTION(fn_if)
{
	const struct math_value *condition = &call->args[0], *chosen;
	const struct series *s;
	struct series *o;
	double value;

	(void)why;
	for (size_t i = 0; i < call->count; i++)
		if (call->args[i].kind != MATH_NUMBER && call->args[i].kind != MATH_SERIES)
			return false;
	if (condition->kind == MATH_NUMBER) {
		if (condition->number == 0 && call->count < 3)
			return false;
		*out = call->args[condition->number != 0 ? 1 : 2];
		return true;
	}
	s = condition->series[0];
	o = math_series_like(call->world->arena, s, s->count);
	for (size_t i = 0; i < s->count; i++) {
		if (s->values[i] == 0 && call->count < 3)
			continue;
		chosen = &call->args[s->values[i] != 0 ? 1 : 2];
		if (!value_at(chosen, s->at[i], &value))
			continue;
		o->at[o->count] = s->at[i];
		o->values[o->count++] = value;
	}
	*out = math_of_series(call->world->arena, o);
	return true;
}

/* --- lists ---------------------------------------------------------------------------------------------- */

FUNCTION(fn_first)
{
	(void)why;
	if (!is_series(&call->args[0]) || !call->args[0].count)
		return false;
	*out = math_of_series(call->world->arena, call->args[0].series[0]);
	return true;
}

FUNCTION(fn_last)
{
	(void)why;
	if (!is_series(&call->args[0]) || !call->args[0].count)
		return false;
	*out = math_of_series(call->world->arena, call->args[0].series[call->args[0].count - 1]);
	return true;
}

FUNCTION(fn_remove_empty)
{
	const struct math_value *v = &call->args[0];

	(void)why;
	*out = (struct math_value){ .kind = MATH_LIST };
	out->series = arena_alloc(call->world->arena, (v->count + 1) * sizeof(struct series *));
	for (size_t i = 0; i < v->count; i++)
		if (v->series[i]->count)
			out->series[out->count++] = v->series[i];
	return is_series(v);
}

FUNCTION(fn_slice)
{
	const struct math_value *v = &call->args[0];
	double from = call->args[1].number, to = call->count == 3 ? call->args[2].number : from + 1;

	(void)why;
	if (!is_series(v) || call->args[1].kind != MATH_NUMBER || from < 0)
		return false;
	*out = (struct math_value){ .kind = call->count == 3 ? MATH_LIST : MATH_SERIES };
	out->series = arena_alloc(call->world->arena, (v->count + 1) * sizeof(struct series *));
	for (size_t i = 0; i < v->count; i++)
		if ((double)i >= from && (double)i < to)
			out->series[out->count++] = v->series[i];
	return out->kind == MATH_LIST || out->count == 1;
}

struct ranked {
	struct series *series;
	double value;
	size_t place; /* those that are alike stay in their order */
};

static int by_rank(const void *left, const void *right)
{
	const struct ranked *l = left, *r = right;

	if (l->value != r->value)
		return l->value < r->value ? -1 : 1;
	return l->place < r->place ? -1 : 1;
}

/* SORT(list, AVG | SUM | MIN | MAX, ASC | DESC, n) */
FUNCTION(fn_sort)
{
	static const char *const names[] = { "SUM", "AVG", "MIN", "MAX", "STDDEV" };
	const struct math_value *v = &call->args[0];
	struct ranked *all = arena_alloc(call->world->arena, (v->count + 1) * sizeof(*all));
	bool descending = str_is(call->args[2].text, "DESC");
	size_t most = v->count, how = 0;

	(void)why;
	while (how < 5 && !str_is(call->args[1].text, names[how]))
		how++;
	if (!is_series(v) || how == 5 || (!descending && !str_is(call->args[2].text, "ASC")))
		return false;
	for (size_t i = 0; i < v->count; i++)
		all[i] = (struct ranked){ v->series[i], fold_series(v->series[i], (enum fold)how),
					  i };
	for (size_t i = 0; descending && i < v->count; i++)
		all[i].value = -all[i].value;
	qsort(all, v->count, sizeof(*all), by_rank);
	if (call->count == 4 && call->args[3].number >= 0 && call->args[3].number < (double)most)
		most = (size_t)call->args[3].number;
	*out = (struct math_value){ .kind = MATH_LIST, .count = most };
	out->series = arena_alloc(call->world->arena, (v->count + 1) * sizeof(struct series *));
	for (size_t i = 0; i < most; i++)
		out->series[i] = all[i].series;
	return true;
}

FUNCTION(fn_metrics)
{
	struct str part = call->count ? call->args[0].text : STR("");

	if (call->count && call->args[0].kind != MATH_TEXT)
		return false;
	return call->world->metrics(call->world->arg, part, out, why);
}

FUNCTION(fn_search)
{
	const struct math_value *v = call->args;
	double period = call->count == 3 ? v[2].number : 0;

	if (v[0].kind != MATH_TEXT || v[1].kind != MATH_TEXT)
		return false;
	return call->world->search(call->world->arg, v[0].text, v[1].text, period, out, why);
}

static const struct math_function functions[] = {
	{ "ABS", 1, 1, fn_abs },
	{ "AVG", 1, 1, fn_avg },
	{ "CEIL", 1, 1, fn_ceil },
	{ "DATAPOINT_COUNT", 1, 1, fn_datapoint_count },
	{ "DATE", 1, 1, fn_date },
	{ "DAY", 1, 1, fn_day },
	{ "DIFF", 1, 1, fn_diff },
	{ "DIFF_TIME", 1, 1, fn_diff_time },
	{ "EPOCH", 1, 1, fn_epoch },
	{ "FILL", 2, 2, fn_fill },
	{ "FIRST", 1, 1, fn_first },
	{ "FLOOR", 1, 1, fn_floor },
	{ "HOUR", 1, 1, fn_hour },
	{ "IF", 2, 3, fn_if },
	{ "LAST", 1, 1, fn_last },
	{ "LOG", 1, 1, fn_log },
	{ "LOG10", 1, 1, fn_log10 },
	{ "MAX", 1, 1, fn_max },
	{ "METRICS", 0, 1, fn_metrics },
	{ "METRIC_COUNT", 1, 1, fn_metric_count },
	{ "MIN", 1, 1, fn_min },
	{ "MINUTE", 1, 1, fn_minute },
	{ "MONTH", 1, 1, fn_month },
	{ "PERIOD", 1, 1, fn_period },
	{ "RATE", 1, 1, fn_rate },
	{ "REMOVE_EMPTY", 1, 1, fn_remove_empty },
	{ "RUNNING_SUM", 1, 1, fn_running_sum },
	{ "SEARCH", 2, 3, fn_search },
	{ "SLICE", 2, 3, fn_slice },
	{ "SORT", 3, 4, fn_sort },
	{ "STDDEV", 1, 1, fn_stddev },
	{ "SUM", 1, 1, fn_sum },
	{ "TIME_SERIES", 1, 1, fn_time_series },
	{ "YEAR", 1, 1, fn_year },
};

const struct math_function *math_function(struct str name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (str_is(name, functions[i].name))
			return &functions[i];
	return NULL;
}
