/*
 * What alarms do: topics are told of a new state.
 * From: CloudWatch User Guide, "Using Amazon CloudWatch alarms", "Alarm actions".
 */
#include "aws/invoke.h"
#include "base/log.h"
#include "cloud/cloudwatch/inside.h"

enum { SUBJECT_MAX = 100 };

static const char *actions_of(struct str state)
{
	return str_is(state, "ALARM") ? "AlarmActions"
	       : str_is(state, "OK")  ? "OKActions"
				      : "InsufficientDataActions";
}

/* --- the message ------------------------------------------------------------------------------ */

static void copy(struct json_object *o, const char *name, struct json_object *from)
{
	struct json_object *value = json_get(from, name);

	json_set(o, name, value ? json_object_get(value) : NULL);
}

static void copy_list(struct json_object *o, const char *name, struct json_object *from)
{
	struct json_object *value = json_get(from, name);

	if (value)
		json_set(o, name, json_object_get(value));
	else
		json_set_array(o, name);
}

/* "AVERAGE", "SAMPLE_COUNT" */
static void set_statistic(struct json_object *o, struct json_object *config)
{
	struct str statistic = json_get_str(config, "Statistic");
	char upper[32];

	json_set_cstr(o, "StatisticType", statistic.p ? "Statistic" : "ExtendedStatistic");
	if (!statistic.p || statistic.n >= sizeof(upper)) {
		copy(o, "ExtendedStatistic", config);
		return;
	}
	for (size_t i = 0; i < statistic.n; i++)
		upper[i] = (char)(statistic.p[i] >= 'a' ? statistic.p[i] - 32 : statistic.p[i]);
	json_set_str(o, "Statistic",
		     str_is(statistic, "SampleCount") ? STR("SAMPLE_COUNT")
						      : str_make(upper, statistic.n));
}

static void set_text(struct json_object *o, const char *name, struct json_object *config,
		     const char *otherwise)
{
	struct str text = json_get_str(config, name);

	json_set_str(o, name, text.p ? text : str_of(otherwise));
}

/* What is told of the metric, under names of this message's own. */
static void set_trigger(struct json_object *o, struct json_object *config)
{
	struct json_object *dimensions = json_get(config, "Dimensions"), *list, *one;

	copy(o, "MetricName", config);
	copy(o, "Namespace", config);
	set_statistic(o, config);
	copy(o, "Unit", config);
	list = json_set_array(o, "Dimensions");
	for (size_t i = 0; i < json_count(dimensions); i++) {
		one = json_add_object(list);
		json_set_str(one, "value", json_get_str(json_at(dimensions, i), "Value"));
		json_set_str(one, "name", json_get_str(json_at(dimensions, i), "Name"));
	}
	copy(o, "Period", config);
	copy(o, "EvaluationPeriods", config);
	if (json_get(config, "DatapointsToAlarm"))
		copy(o, "DatapointsToAlarm", config);
	copy(o, "ComparisonOperator", config);
	copy(o, "Threshold", config);
	set_text(o, "TreatMissingData", config, "missing");
	set_text(o, "EvaluateLowSampleCountPercentile", config, "");
}

static struct str message_of(struct op *op, struct str name, const struct alarm_change *change)
{
	struct json_object *o = json_new_object(op->arena), *config = change->config;

	json_set_str(o, "AlarmName", name);
	copy(o, "AlarmDescription", config);
	json_set_cstr(o, "AWSAccountId", op->account->id);
	set_date(op->arena, o, "AlarmConfigurationUpdatedTimestamp", change->updated_at);
	json_set_str(o, "NewStateValue", change->state);
	json_set_str(o, "NewStateReason", change->reason);
	set_date(op->arena, o, "StateChangeTime", op->now);
	json_set_cstr(o, "Region", op->region);
	json_set_str(o, "AlarmArn", arn_of_alarm(op, name));
	json_set_str(o, "OldStateValue", change->before);
	copy_list(o, "OKActions", config);
	copy_list(o, "AlarmActions", config);
	copy_list(o, "InsufficientDataActions", config);
	set_trigger(json_set_object(o, "Trigger"), config);
	return json_text(op->arena, o);
}

/* A subject is of ASCII, and not long. */
static struct str subject_of(struct op *op, struct str name, struct str state)
{
	struct str text = arena_strf(op->arena, "%.*s: \"%.*s\" in %s", STR_ARG(state),
				     STR_ARG(name), op->region);

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			return arena_strf(op->arena, "%.*s: an alarm in %s", STR_ARG(state),
					  op->region);
	return str_slice(text, 0, SUBJECT_MAX);
}

/* --- actions ---------------------------------------------------------------------------------------- */

static void keep_action(struct op *op, struct str name, struct str arn,
			const struct waited_call *got)
{
	struct json_object *o = json_new_object(op->arena);
	struct str summary;

	json_set_cstr(o, "actionState", got->error ? "Failed" : "Succeeded");
	json_set_str(o, "notificationResource", arn);
	summary = arena_strf(op->arena, "Successfully executed action %.*s", STR_ARG(arn));
	if (got->error) {
		json_set_str(o, "error", got->message);
		summary = arena_strf(op->arena,
				     "Failed to execute action %.*s. Received error: \"%.*s\"",
				     STR_ARG(arn), STR_ARG(got->message));
	}
	history_add(op, name, "Action", summary, o);
}

static void tell_topic(struct op *op, struct str arn, struct str name,
		       const struct alarm_change *change)
{
	struct service_call call = { .service = "sns",
				     .operation = "Publish",
				     .in = json_new_object(op->arena),
				     .principal = "cloudwatch.amazonaws.com",
				     .source_arn = arn_of_alarm(op, name),
				     .resource = arn,
				     .owner = true };
	struct waited_call got;

	json_set_str(call.in, "TopicArn", arn);
	json_set_str(call.in, "Subject", subject_of(op, name, change->state));
	json_set_str(call.in, "Message", message_of(op, name, change));
	op_call_as(op, &call, &got);
	keep_action(op, name, arn, &got);
}

void alarm_act(struct op *op, struct str name, const struct alarm_change *change)
{
	struct json_object *actions = json_get(change->config, actions_of(change->state));

	if (!json_bool_or(json_get(change->config, "ActionsEnabled"), true))
		return;
	for (size_t i = 0; i < json_count(actions); i++) {
		struct str arn = json_str(json_at(actions, i));

		if (str_starts(arn, STR("arn:aws:sns:")))
			tell_topic(op, arn, name, change);
		else
			log_error("account %s: alarm %.*s: the action %.*s is of a service that is "
				  "not here",
				  op->account->id, STR_ARG(name), STR_ARG(arn));
	}
}
