/*
 * PutMetricData and ListMetrics.
 * From: CloudWatch API Reference, PutMetricData, MetricDatum, ListMetrics; "CloudWatch service quotas".
 */
#include "cloud/cloudwatch/inside.h"

#include <math.h>

enum { DATA_MAX = 1000, VALUES_MAX = 150, PAGE = 500 };

/* One datum, and what it is called in messages: "MetricData.member.3". */
struct datum {
	struct json_object *o;
	const char *place;
};

static double real_of(struct json_object *o)
{
	return json_object_get_double(o);
}

/* Numbers that CloudWatch takes: none that are no numbers, none beyond 2^360. */
static bool value_good(struct op *op, const struct datum *d, const char *name,
		       struct json_object *value)
{
	double v = real_of(value);

	if (isfinite(v) && fabs(v) <= ldexp(1, 360))
		return true;
	op_fail(op, &CloudwatchInvalidValue, "The value %s for parameter %s.%s is invalid.",
		isnan(v) ? "NaN" : json_object_to_json_string(value), d->place, name);
	return false;
}

static bool exclude(struct op *op, const struct datum *d, const char *one, const char *other)
{
	if (!json_get(d->o, one) || !json_get(d->o, other))
		return true;
	op_fail(op, &CloudwatchInvalidCombination,
		"The parameters %s.%s and %s.%s are mutually exclusive and you have specified both.",
		d->place, one, d->place, other);
	return false;
}

static bool list_good(struct op *op, const struct datum *d, const char *name)
{
	struct json_object *list = json_get(d->o, name);

	if (json_count(list) > VALUES_MAX) {
		op_fail(op, &CloudwatchInvalidValue,
			"The collection %s.%s must not have a size greater than %d.", d->place,
			name, VALUES_MAX);
		return false;
	}
	for (size_t i = 0; i < json_count(list); i++)
		if (!value_good(op, d, arena_printf(op->arena, "%s.member.%zu", name, i + 1),
				json_at(list, i)))
			return false;
	return true;
}

static bool values_good(struct op *op, const struct datum *d)
{
	struct json_object *values = json_get(d->o, "Values"), *counts = json_get(d->o, "Counts");

	if (!exclude(op, d, "Value", "StatisticValues") || !exclude(op, d, "Value", "Values"))
		return false;
	if (counts && json_count(counts) != json_count(values)) {
		op_fail(op, &CloudwatchInvalidValue,
			"The parameters %s.Values and %s.Counts must be of the same size.",
			d->place, d->place);
		return false;
	}
	if (!list_good(op, d, "Values") || !list_good(op, d, "Counts"))
		return false;
	if (json_get(d->o, "Value") && !value_good(op, d, "Value", json_get(d->o, "Value")))
		return false;
	if (json_get(d->o, "Value") || json_get(d->o, "StatisticValues") || json_count(values))
		return true;
	op_fail(op, &CloudwatchMissing,
		"At least one of the parameters %s.Value, %s.Values or %s.StatisticValues must be "
		"specified.",
		d->place, d->place, d->place);
	return false;
}

/* The values of a datum whose parameters are right. */
static bool read_values(struct op *op, const struct datum *d, struct sketch *out)
{
	static const char *const names[] = { "SampleCount", "Sum", "Minimum", "Maximum" };
	struct json_object *set = json_get(d->o, "StatisticValues");
	struct json_object *values = json_get(d->o, "Values"), *counts = json_get(d->o, "Counts");

	*out = (struct sketch){ 0 };
	if (json_get(d->o, "Value"))
		sketch_add(out, real_of(json_get(d->o, "Value")), 1);
	for (size_t i = 0; i < json_count(values); i++)
		sketch_add(out, real_of(json_at(values, i)),
			   counts ? real_of(json_at(counts, i)) : 1);
	for (size_t i = 0; set && i < 4; i++)
		if (!value_good(op, d, arena_printf(op->arena, "StatisticValues.%s", names[i]),
				json_get(set, names[i])))
			return false;
	if (set)
		sketch_add_set(out, real_of(json_get(set, names[0])),
			       real_of(json_get(set, names[1])), real_of(json_get(set, names[2])),
			       real_of(json_get(set, names[3])));
	return true;
}

static bool put_datum(struct op *op, struct str space, const struct datum *d)
{
	struct json_object *at = json_get(d->o, "Timestamp");
	int64_t at_ms = at ? (int64_t)llround(real_of(at) * 1000) : op->now;
	int64_t resolution = json_int_or(json_get(d->o, "StorageResolution"), 60);
	struct str unit = json_get_str(d->o, "Unit");
	struct metric_key key = { .space = space, .name = json_get_str(d->o, "MetricName") };
	struct sketch values;

	if (!values_good(op, d))
		return false;
	if (at_ms < op->now - 14LL * DAY_MS - 2 * HOUR_MS || at_ms > op->now + 2 * HOUR_MS) {
		op_fail(op, &CloudwatchInvalidValue,
			"The parameter %s.Timestamp must specify a time %s", d->place,
			at_ms > op->now ? "no more than two hours in the future."
					: "within the past two weeks.");
		return false;
	}
	if (resolution != 1 && resolution != 60) {
		op_fail(op, &CloudwatchInvalidValue,
			"The value %lld for parameter %s.StorageResolution is invalid.",
			(long long)resolution, d->place);
		return false;
	}
	if (!read_values(op, d, &values))
		return false;
	key.dimensions = dimensions_print(op->arena, json_get(d->o, "Dimensions"));
	if (values.count > 0)
		metric_add(op, &key, at_ms, resolution * 1000, unit.p ? unit : STR("None"),
			   &values);
	return true;
}

static bool put_all(struct op *op, struct str space, struct json_object *data, const char *member)
{
	for (size_t i = 0; i < json_count(data); i++) {
		struct datum d = { json_at(data, i),
				   arena_printf(op->arena, "%s.member.%zu", member, i + 1) };

		if (!put_datum(op, space, &d))
			return false;
	}
	return true;
}

enum outcome cloudwatch_op_put_metric_data(struct op *op)
{
	struct str space = op_str(op, "Namespace");
	struct json_object *data = op_get(op, "MetricData"),
			   *entities = op_get(op, "EntityMetricData");
	size_t count = json_count(data);

	if (str_starts(space, STR("AWS/")))
		return op_fail(op, &CloudwatchInvalidValue,
			       "The value AWS/ for parameter Namespace is invalid.");
	if (!data && !entities)
		return op_fail(op, &CloudwatchMissing, "The parameter MetricData is required.");
	for (size_t i = 0; i < json_count(entities); i++)
		count += json_count(json_get(json_at(entities, i), "MetricData"));
	if (count > DATA_MAX)
		return op_fail(op, &CloudwatchInvalidValue,
			       "The collection MetricData must not have a size greater than %d.",
			       DATA_MAX);
	if (!put_all(op, space, data, "MetricData"))
		return FAILED;
	for (size_t i = 0; i < json_count(entities); i++)
		if (!put_all(op, space, json_get(json_at(entities, i), "MetricData"),
			     arena_printf(op->arena, "EntityMetricData.member.%zu.MetricData",
					  i + 1)))
			return FAILED;
	return DONE;
}

/* --- listing --------------------------------------------------------------------------- */

/* Has the metric every dimension that is asked for? */
static bool fits(struct op *op, struct str dimensions)
{
	struct json_object *filters = op_get(op, "Dimensions"), *all;

	if (!filters)
		return true;
	all = json_parse(op->arena, dimensions, NULL);
	for (size_t i = 0; i < json_count(filters); i++) {
		struct str value = json_get_str(json_at(filters, i), "Value");
		struct str has =
			json_get_str(all, arena_cstr(op->arena,
						     json_get_str(json_at(filters, i), "Name")));

		if (!has.p || (value.p && !str_eq(value, has)))
			return false;
	}
	return true;
}

enum outcome cloudwatch_op_list_metrics(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Metrics"), *o;
	int64_t since = op->now - (op_has(op, "RecentlyActive") ? 3LL * HOUR_MS : 14LL * DAY_MS);
	int64_t id = 0, last = 0;
	struct str after;
	struct stmt *q;

	if (!page_begin_at(op, &after) || (after.n && !str_to_int(after, &id)))
		return op_fail(op, &CloudwatchInvalidValue,
			       "Request parameter NextToken is invalid");
	q = db_query(op->db,
		     "SELECT id, space, name, dimensions FROM cloudwatch_metric WHERE id > ?1"
		     " AND last_at >= ?2 AND (?3 IS NULL OR space = ?3)"
		     " AND (?4 IS NULL OR name = ?4) ORDER BY id",
		     "iiss", id, since, op_str(op, "Namespace"), op_str(op, "MetricName"));
	while (stmt_row(q)) {
		if (!fits(op, stmt_str(q, 3)))
			continue;
		if (json_count(list) == PAGE) {
			page_end_at(op, arena_strf(op->arena, "%lld", (long long)last));
			break;
		}
		last = stmt_int(q, 0);
		o = json_add_object(list);
		json_set_str(o, "Namespace", stmt_str(q, 1));
		json_set_str(o, "MetricName", stmt_str(q, 2));
		dimensions_describe(op->arena, o, stmt_str(q, 3));
	}
	stmt_done(q);
	return DONE;
}
