/*
 * GetMetricStatistics: the statistics of one metric, period by period.
 * From: CloudWatch API Reference, GetMetricStatistics.
 */
#include "cloud/cloudwatch/inside.h"

#include <math.h>

enum { DATAPOINTS_MAX = 1440 };

int64_t op_time(const struct op *op, const char *name, int64_t otherwise)
{
	struct json_object *value = op_get(op, name);

	return value ? (int64_t)llround(json_object_get_double(value) * 1000) : otherwise;
}

/* 4320 as "4,320". */
static const char *with_commas(struct arena *a, int64_t n)
{
	return n < 1000 ? arena_printf(a, "%lld", (long long)n)
			: arena_printf(a, "%s,%03lld", with_commas(a, n / 1000),
				       (long long)(n % 1000));
}

static enum outcome wrong(struct op *op, const char *sentence)
{
	return op_fail(op, &CloudwatchInvalidValue, "%s", sentence);
}

/* The window and period; false with the error set. */
static bool read_window(struct op *op, struct period_query *query)
{
	int64_t period = op_int_or(op, "Period", 60), points;

	query->from = op_time(op, "StartTime", 0);
	query->to = op_time(op, "EndTime", 0);
	query->period_ms = period * 1000;
	/* Seconds count. */
	if (query->from / 1000 >= query->to / 1000)
		return wrong(op, "The parameter StartTime must be less than the parameter "
				 "EndTime.") == DONE;
	if (period % 60 && period != 1 && period != 5 && period != 10 && period != 20 &&
	    period != 30)
		return wrong(op, "The parameter Period must be a multiple of 60, or 1, 5, 10, 20 "
				 "or 30.") == DONE;
	points = (query->to - query->from + query->period_ms - 1) / query->period_ms;
	if (points > DATAPOINTS_MAX) {
		op_fail(op, &CloudwatchInvalidCombination,
			"You have requested up to %s datapoints, which exceeds the limit of 1,440. "
			"You may reduce the datapoints requested by increasing Period, or "
			"decreasing the time range.",
			with_commas(op->arena, points));
		return false;
	}
	query->from -= query->from % (period % 60 ? query->period_ms : MINUTE_MS);
	return true;
}

static void describe(struct op *op, struct json_object *o, const struct period *p)
{
	struct json_object *plain = op_get(op, "Statistics"),
			   *extended = op_get(op, "ExtendedStatistics"), *map = NULL;
	struct statistic s;
	double value;

	json_set(o, "Timestamp", json_object_new_double((double)p->at / 1000));
	for (size_t i = 0; i < json_count(plain); i++) {
		struct str name = json_str(json_at(plain, i));

		if (statistic_parse(name, &s) && statistic_of(&s, &p->sketch, &value))
			json_set(o, arena_cstr(op->arena, name), json_object_new_double(value));
	}
	json_set_str(o, "Unit", p->unit);
	for (size_t i = 0; i < json_count(extended); i++) {
		struct str name = json_str(json_at(extended, i));

		if (!statistic_parse(name, &s) || !statistic_of(&s, &p->sketch, &value))
			continue;
		if (!map)
			map = json_set_object(o, "ExtendedStatistics");
		json_set(map, arena_cstr(op->arena, name), json_object_new_double(value));
	}
}

enum outcome cloudwatch_op_get_metric_statistics(struct op *op)
{
	struct json_object *extended = op_get(op, "ExtendedStatistics"), *list;
	struct period_query query = { .key = { op_str(op, "Namespace"), op_str(op, "MetricName"),
					       STR_NONE },
				      .unit = op_str(op, "Unit"),
				      .by_unit = true };
	struct statistic s;
	struct period *periods;
	size_t count;

	if (!op_has(op, "Statistics") && !extended)
		return op_fail(op, &CloudwatchInvalidCombination,
			       "Must specify either Statistics or ExtendedStatistics");
	for (size_t i = 0; i < json_count(extended); i++)
		if (!statistic_parse(json_str(json_at(extended, i)), &s))
			return op_fail(op, &CloudwatchInvalidValue,
				       "The value %.*s for parameter ExtendedStatistics.member.%zu "
				       "is not supported.",
				       STR_ARG(json_str(json_at(extended, i))), i + 1);
	if (!read_window(op, &query))
		return FAILED;
	query.key.dimensions = dimensions_print(op->arena, op_get(op, "Dimensions"));
	periods = periods_find(op, &query, &count);
	json_set_str(op->out, "Label", query.key.name);
	list = json_set_array(op->out, "Datapoints");
	for (size_t i = 0; i < count; i++)
		describe(op, json_add_object(list), &periods[i]);
	return DONE;
}
