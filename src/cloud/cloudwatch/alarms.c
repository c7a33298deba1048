/*
 * Alarms on metrics: what they watch, and the state they are in.
 * From: CloudWatch API Reference, PutMetricAlarm, DescribeAlarms, SetAlarmState.
 */
#include "cloud/cloudwatch/inside.h"

enum { ALARMS_PAGE = 50, FOR_METRIC_MAX = 5000 };

struct str arn_of_alarm(struct op *op, struct str name)
{
	return op_arn(op, "cloudwatch", "alarm:%.*s", STR_ARG(name));
}

/* --- putting ----------------------------------------------------------------------------- */

/* What of the input is kept. */
static const char *const kept[] = {
	"AlarmDescription",
	"ActionsEnabled",
	"OKActions",
	"AlarmActions",
	"InsufficientDataActions",
	"MetricName",
	"Namespace",
	"Statistic",
	"ExtendedStatistic",
	"Dimensions",
	"Period",
	"Unit",
	"EvaluationPeriods",
	"DatapointsToAlarm",
	"Threshold",
	"ComparisonOperator",
	"TreatMissingData",
	"EvaluateLowSampleCountPercentile",
	"Metrics",
	"ThresholdMetricId",
};
enum { KEPT = sizeof(kept) / sizeof(kept[0]) };

static bool refuse(struct op *op, const char *sentence)
{
	op_fail(op, &ValidationError, "%s", sentence);
	return false;
}

/* One of a few words, NULL-ended: they are named when it is none of them. */
static bool option_good(struct op *op, const char *name, const char *const *options)
{
	struct str value = op_str(op, name), all = STR("");

	if (!value.p)
		return true;
	for (size_t i = 0; options[i]; i++) {
		if (str_is(value, options[i]))
			return true;
		all = arena_strf(op->arena, "%.*s%s%s", STR_ARG(all),
				 !i               ? ""
				 : options[i + 1] ? ", "
						  : " and ",
				 options[i]);
	}
	op_fail(op, &ValidationError,
		"Option %.*s is not supported. Supported options for parameter %s are %.*s.",
		STR_ARG(value), name, STR_ARG(all));
	return false;
}

static bool alarm_good(struct op *op)
{
	static const char *const missing[] = { "breaching", "notBreaching", "ignore", "missing",
					       NULL };
	static const char *const few[] = { "evaluate", "ignore", NULL };
	struct statistic s;

	if (!op_has(op, "MetricName") == !op_has(op, "Metrics"))
		return refuse(op,
			      "Exactly one element of MetricName and Metrics must be specified");
	if (op_has(op, "MetricName") &&
	    !op_has(op, "Statistic") == !op_has(op, "ExtendedStatistic"))
		return refuse(op,
			      "Exactly one of Statistic and ExtendedStatistic must be specified");
	if (op_has(op, "MetricName") && (!op_has(op, "Namespace") || !op_has(op, "Period")))
		return refuse(op, "Namespace and Period must be specified with MetricName");
	if (op_has(op, "ExtendedStatistic") &&
	    !statistic_parse(op_str(op, "ExtendedStatistic"), &s)) {
		op_fail(op, &CloudwatchInvalidValue,
			"The value %.*s for parameter ExtendedStatistic is not supported.",
			STR_ARG(op_str(op, "ExtendedStatistic")));
		return false;
	}
	if (!option_good(op, "TreatMissingData", missing) ||
	    !option_good(op, "EvaluateLowSampleCountPercentile", few))
		return false;
	if (!op_has(op, "Threshold") && !op_has(op, "ThresholdMetricId"))
		return refuse(op, "Threshold must be specified");
	if (op_int_or(op, "DatapointsToAlarm", 1) > op_int_or(op, "EvaluationPeriods", 1))
		return refuse(op, "DatapointsToAlarm must be less than or equal to "
				  "EvaluationPeriods");
	return true;
}

/* The alarm as its history tells it: members begin in lower case, and OKActions are "okactions". */
static void set_config(struct op *op, struct json_object *o, struct str name,
		       struct json_object *config)
{
	json_set_str(o, "alarmName", name);
	json_set_str(o, "alarmArn", arn_of_alarm(op, name));
	JSON_EACH(config, key, value)
	{
		char *member = arena_cstr(op->arena, str_of(key));

		member[0] |= 0x20;
		json_set(o, strcmp(key, "OKActions") ? member : "okactions",
			 json_object_get(value));
	}
	set_date(op->arena, o, "alarmConfigurationUpdatedTimestamp", op->now);
}

/* What is done to an alarm: "Create" and "created", say. */
static void keep_config(struct op *op, struct str name, const char *type, const char *done,
			struct json_object *config)
{
	struct json_object *o = json_new_object(op->arena);

	json_set_cstr(o, "version", "1.0");
	json_set_cstr(o, "type", type);
	set_config(op, json_set_object(o, arena_printf(op->arena, "%sAlarm", done)), name, config);
	history_add(op, name, "ConfigurationUpdate",
		    arena_strf(op->arena, "Alarm \"%.*s\" %s", STR_ARG(name), done), o);
}

static bool exists(struct op *op, struct str name)
{
	return db_int(op->db, 0, "SELECT 1 FROM cloudwatch_alarm WHERE name = ?", "s", name);
}

enum outcome cloudwatch_op_put_metric_alarm(struct op *op)
{
	struct str name = op_str(op, "AlarmName");
	struct json_object *config = json_new_object(op->arena), *tags;
	bool there = exists(op, name);

	if (!alarm_good(op))
		return FAILED;
	for (size_t i = 0; i < KEPT; i++)
		if (op_has(op, kept[i]))
			json_set(config, kept[i], json_object_get(op_get(op, kept[i])));
	json_set_bool(config, "ActionsEnabled", op_bool_or(op, "ActionsEnabled", true));
	db_run(op->db,
	       "INSERT INTO cloudwatch_alarm (name, config, updated_at, state, reason, state_at)"
	       " VALUES (?, ?, ?4, 'INSUFFICIENT_DATA', ?3, ?4) ON CONFLICT (name) DO UPDATE"
	       " SET config = excluded.config, updated_at = excluded.updated_at",
	       "sssi", name, json_text(op->arena, config), STR("Unchecked: Initial alarm creation"),
	       op->now);
	keep_config(op, name, there ? "Update" : "Create", there ? "updated" : "created", config);
	/* It is looked at with all others, when the next minute begins. */
	job_add(op, &cloudwatch_jobs[CLOUDWATCH_WATCH], op->now - op->now % MINUTE_MS + MINUTE_MS,
		"watch", NULL);
	if (!op_has(op, "Tags"))
		return DONE;
	tags = json_new_object(op->arena);
	for (size_t i = 0; i < json_count(op_get(op, "Tags")); i++)
		json_set_str(tags,
			     arena_cstr(op->arena,
					json_get_str(json_at(op_get(op, "Tags"), i), "Key")),
			     json_get_str(json_at(op_get(op, "Tags"), i), "Value"));
	db_run(op->db, "INSERT OR IGNORE INTO cloudwatch_tags (arn, tags) VALUES (?, ?)", "ss",
	       arn_of_alarm(op, name), json_text(op->arena, tags));
	return DONE;
}

/* --- describing ------------------------------------------------------------------------------ */

#define ALARM_COLUMNS "name, config, updated_at, state, reason, reason_data, state_at"

static void describe(struct op *op, struct json_object *list, struct stmt *q)
{
	struct json_object *o = json_add_object(list);
	struct json_object *config = json_parse(op->arena, stmt_str(q, 1), NULL);
	static const char *const lists[] = { "OKActions", "AlarmActions",
					     "InsufficientDataActions" };

	json_set_str(o, "AlarmName", stmt_str(q, 0));
	json_set_str(o, "AlarmArn", arn_of_alarm(op, stmt_str(q, 0)));
	JSON_EACH(config, key, value)
	{
		json_set(o, key, json_object_get(value));
	}
	for (size_t i = 0; i < 3; i++)
		if (!json_get(config, lists[i]))
			json_set_array(o, lists[i]);
	if (!json_get(config, "Dimensions") && json_get(config, "MetricName"))
		json_set_array(o, "Dimensions");
	json_set_time(o, "AlarmConfigurationUpdatedTimestamp", stmt_int(q, 2));
	json_set_str(o, "StateValue", stmt_str(q, 3));
	json_set_str(o, "StateReason", stmt_str(q, 4));
	if (stmt_str(q, 5).n)
		json_set_str(o, "StateReasonData", stmt_str(q, 5));
	json_set_time(o, "StateUpdatedTimestamp", stmt_int(q, 6));
	json_set_time(o, "StateTransitionedTimestamp", stmt_int(q, 6));
}

static bool is_listed(struct json_object *list, struct str text)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), text))
			return true;
	return false;
}

/* Has the alarm an action that begins so? */
static bool has_action(struct op *op, struct str config, struct str prefix)
{
	static const char *const lists[] = { "OKActions", "AlarmActions",
					     "InsufficientDataActions" };
	struct json_object *o = json_parse(op->arena, config, NULL);

	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < json_count(json_get(o, lists[i])); j++)
			if (str_starts(json_str(json_at(json_get(o, lists[i]), j)), prefix))
				return true;
	return false;
}

static bool is_wanted(struct op *op, struct stmt *q)
{
	struct json_object *names = op_get(op, "AlarmNames"), *types = op_get(op, "AlarmTypes");
	struct str state = op_str(op, "StateValue"), action = op_str(op, "ActionPrefix");

	return (!names || is_listed(names, stmt_str(q, 0))) &&
	       (!types || is_listed(types, STR("MetricAlarm"))) &&
	       (!state.p || str_eq(state, stmt_str(q, 3))) &&
	       (!action.p || has_action(op, stmt_str(q, 1), action));
}

enum outcome cloudwatch_op_describe_alarms(struct op *op)
{
	struct json_object *list;
	int64_t limit = op_int_or(op, "MaxRecords", ALARMS_PAGE);
	struct str after, last = STR("");
	struct stmt *q;

	if (op_has(op, "AlarmNames") && op_has(op, "AlarmNamePrefix"))
		return op_fail(op, &ValidationError,
			       "AlarmNames and AlarmNamePrefix cannot both be specified");
	if (!page_begin_at(op, &after))
		return FAILED;
	json_set_array(op->out, "CompositeAlarms");
	list = json_set_array(op->out, "MetricAlarms");
	q = db_query(op->db,
		     "SELECT " ALARM_COLUMNS " FROM cloudwatch_alarm WHERE name > ?"
		     " AND substr(name, 1, length(?2)) = ?2 ORDER BY name",
		     "ss", after, op_str_or(op, "AlarmNamePrefix", ""));
	while (stmt_row(q)) {
		if (!is_wanted(op, q))
			continue;
		if ((int64_t)json_count(list) == limit) {
			page_end_at(op, last);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		describe(op, list, q);
	}
	stmt_done(q);
	return DONE;
}

/* Is it an alarm on the metric (and statistic, period, unit) that is asked for? */
static bool is_on(struct op *op, struct str text)
{
	static const char *const same[] = { "MetricName", "Namespace", "Statistic",
					    "ExtendedStatistic", "Unit" };
	struct json_object *config = json_parse(op->arena, text, NULL);

	for (size_t i = 0; i < 5; i++)
		if ((i < 2 || op_has(op, same[i])) &&
		    !str_eq(op_str(op, same[i]), json_get_str(config, same[i])))
			return false;
	if (op_has(op, "Period") &&
	    op_int_or(op, "Period", 0) != json_int_or(json_get(config, "Period"), 0))
		return false;
	return str_eq(dimensions_print(op->arena, op_get(op, "Dimensions")),
		      dimensions_print(op->arena, json_get(config, "Dimensions")));
}

enum outcome cloudwatch_op_describe_alarms_for_metric(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "MetricAlarms");
	struct stmt *q =
		db_query(op->db,
			 "SELECT " ALARM_COLUMNS " FROM cloudwatch_alarm ORDER BY name LIMIT ?",
			 "i", (int64_t)FOR_METRIC_MAX);

	while (stmt_row(q))
		if (is_on(op, stmt_str(q, 1)))
			describe(op, list, q);
	return DONE;
}

/* --- changing ----------------------------------------------------------------------------------- */

enum outcome cloudwatch_op_delete_alarms(struct op *op)
{
	struct json_object *names = op_get(op, "AlarmNames");

	for (size_t i = 0; i < json_count(names); i++) {
		struct str name = json_str(json_at(names, i));

		if (!exists(op, name))
			continue;
		keep_config(op, name, "Delete", "deleted", json_new_object(op->arena));
		db_run(op->db, "DELETE FROM cloudwatch_alarm WHERE name = ?", "s", name);
		db_run(op->db, "DELETE FROM cloudwatch_tags WHERE arn = ?", "s",
		       arn_of_alarm(op, name));
	}
	return DONE;
}

static void set_state(struct op *op, struct json_object *o, struct str state, struct str reason,
		      struct str data)
{
	struct json_object *parsed = data.n ? json_parse(op->arena, data, NULL) : NULL;

	json_set_str(o, "stateValue", state);
	json_set_str(o, "stateReason", reason);
	if (parsed)
		json_set(o, "stateReasonData", json_object_get(parsed));
}

/* The way from the state that the alarm is in to this one; false when it is in it already. */
static bool keep_change(struct op *op, struct str name, struct alarm_change *change,
			struct str data)
{
	struct json_object *o = json_new_object(op->arena);
	struct str before, state = change->state, reason = change->reason;
	struct stmt *q = db_query(op->db,
				  "SELECT state, reason, reason_data, config, updated_at"
				  " FROM cloudwatch_alarm WHERE name = ?",
				  "s", name);

	if (!stmt_row(q))
		return false;
	before = stmt_dup(q, 0, op->arena);
	change->before = before;
	change->config = json_parse(op->arena, stmt_str(q, 3), NULL);
	change->updated_at = stmt_int(q, 4);
	json_set_cstr(o, "version", "1.0");
	set_state(op, json_set_object(o, "oldState"), before, stmt_str(q, 1), stmt_str(q, 2));
	set_state(op, json_set_object(o, "newState"), state, reason, data);
	stmt_done(q);
	if (str_eq(before, state))
		return false;
	history_add(op, name, "StateUpdate",
		    arena_strf(op->arena, "Alarm updated from %.*s to %.*s", STR_ARG(before),
			       STR_ARG(state)),
		    o);
	return true;
}

void alarm_set_state(struct op *op, struct str name, struct str state, struct str reason,
		     struct str data)
{
	struct alarm_change change = { .state = state, .reason = reason };
	bool changed = keep_change(op, name, &change, data);

	db_run(op->db,
	       "UPDATE cloudwatch_alarm SET state = ?, reason = ?, reason_data = ?, state_at = ?"
	       " WHERE name = ?",
	       "sssis", state, reason, data, op->now, name);
	if (changed)
		alarm_act(op, name, &change);
}

enum outcome cloudwatch_op_set_alarm_state(struct op *op)
{
	struct str name = op_str(op, "AlarmName"), data = op_str(op, "StateReasonData");

	if (!exists(op, name))
		return op_fail(op, &CloudwatchNotFound,
			       "Could not save alarm state: alarm %.*s not "
			       "found",
			       STR_ARG(name));
	if (data.n && !json_parse(op->arena, data, NULL))
		return op_fail(op, &CloudwatchInvalidFormat, "StateReasonData is not valid JSON.");
	alarm_set_state(op, name, op_str(op, "StateValue"), op_str(op, "StateReason"), data);
	return DONE;
}

static enum outcome enable_actions(struct op *op, bool enabled)
{
	struct json_object *names = op_get(op, "AlarmNames");

	for (size_t i = 0; i < json_count(names); i++)
		db_run(op->db,
		       "UPDATE cloudwatch_alarm SET config = json_set(config, '$.ActionsEnabled',"
		       " json(?)) WHERE name = ?",
		       "zs", enabled ? "true" : "false", json_str(json_at(names, i)));
	return DONE;
}

enum outcome cloudwatch_op_enable_alarm_actions(struct op *op)
{
	return enable_actions(op, true);
}

enum outcome cloudwatch_op_disable_alarm_actions(struct op *op)
{
	return enable_actions(op, false);
}
