#ifndef CLOUD_CLOUDWATCH_INSIDE_H
#define CLOUD_CLOUDWATCH_INSIDE_H

#include "base/sketch.h"
#include "cloud/cloudwatch/cloudwatch.h"

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000, DIMENSIONS_MAX = 30 };

/* --- metrics (metrics.c) ------------------------------------------------------------- */

/*
 * A metric is a row; what was measured is a row for each metric, minute (or second) and unit, with a sketch of the values.
 * Dimensions are kept as text, sorted by name: {"FunctionName":"f","Resource":"f"}.
 */
struct metric_key {
	struct str space, name, dimensions;
};
/* Dimensions as they are sent ([{"Name", "Value"}]) in the form they are kept in. */
struct str dimensions_print(struct arena *a, struct json_object *list);
/* Kept dimensions as they are sent. */
void dimensions_describe(struct arena *a, struct json_object *o, struct str dimensions);
/* The id of a metric, or 0. */
int64_t metric_find(struct op *op, const struct metric_key *key);
/* Add values that were measured within the minute (or second, when `step_ms` is 1000) of `at`. */
void metric_add(struct op *op, const struct metric_key *key, int64_t at, int64_t step_ms,
		struct str unit, const struct sketch *values);
void cloudwatch_collect(struct op *op, const struct emit_batch *batch);
/* A job: old values are kept for longer steps, and at last not at all. */
enum outcome cloudwatch_job_age(struct op *op);

/* One period of a metric. */
struct period {
	int64_t at;
	struct str unit; /* of all of them, when units are told apart */
	struct sketch sketch;
};
/* What of a metric is wanted: periods of `period_ms` from `from` on, before `to`. */
struct period_query {
	struct metric_key key;
	int64_t from, to, period_ms;
	struct str unit; /* absent: every unit */
	bool by_unit;    /* periods of different units are apart */
};
/* The units in which something has been measured in the window of the query, as the members of an object. */
struct json_object *metric_units(struct op *op, const struct period_query *query);
/* The periods that have values, rising; *count of them in the arena. */
struct period *periods_find(struct op *op, const struct period_query *query, size_t *count);

/* --- statistics (statistic.c) ---------------------------------------------------------- */

/* "Average", "p99.9", "TM(10%:90%)": how one number is made of a period. */
struct statistic {
	enum statistic_kind {
		STAT_COUNT,
		STAT_AVERAGE,
		STAT_SUM,
		STAT_LEAST,
		STAT_MOST,
		STAT_PERCENTILE,
		STAT_TRIMMED_MEAN,
		STAT_TRIMMED_COUNT,
		STAT_TRIMMED_SUM,
		STAT_WINSORIZED_MEAN,
		STAT_PERCENTILE_RANK,
	} kind;
	double low, high;
	bool absolute; /* the two are values, not percentages */
};
bool statistic_parse(struct str text, struct statistic *out);
/* False when the period does not tell. */
bool statistic_of(const struct statistic *s, const struct sketch *values, double *out);

/* --- series (data.c, math*.c) ----------------------------------------------------------------- */

/* Values over time: what GetMetricData computes with. */
struct series {
	struct str id, label, name; /* the name is the metric's, for labels */
	int64_t period_ms;
	size_t count;
	int64_t *at; /* rising */
	double *values;
};

/* The series of a metric; `label` may be absent. */
struct series *series_load(struct op *op, const struct period_query *query,
			   const struct statistic *statistic, struct str label);
/*
 * SEARCH(): the series of every metric that a search expression finds, *count of them. NULL with a sentence in *why.
 */
struct series **series_search(struct op *op, struct str expression, struct str statistic,
			      const struct period_query *window, size_t *count, const char **why);

/* --- times, pages, operations ---------------------------------------------------------------------- */

/* A timestamp member in milliseconds. */
int64_t op_time(const struct op *op, const char *name, int64_t otherwise);
/* The text behind NextToken ("" without one), and a token for a text; false with the error set. */
bool page_begin_at(struct op *op, struct str *after);
void page_end_at(struct op *op, struct str last);
/* Dashboards and alarms hang on these ARNs. */
struct str arn_of_alarm(struct op *op, struct str name);

/* Keep what has happened to an alarm: a "StateUpdate", say, in a sentence for people and as `data` for machines. */
void history_add(struct op *op, struct str alarm, const char *type, struct str summary,
		 struct json_object *data);
/* "2023-10-26T16:42:00.000+0000", as alarms write times in their data. */
void set_date(struct arena *a, struct json_object *o, const char *name, int64_t at);
/* Change an alarm's state, as of now; `data` may be absent. */
void alarm_set_state(struct op *op, struct str name, struct str state, struct str reason,
		     struct str data);
/* The way of an alarm from one state to another, and what it is configured to do then. */
struct alarm_change {
	struct str before, state, reason;
	struct json_object *config;
	int64_t updated_at;
};
/* Tell those that the alarm's actions name. */
void alarm_act(struct op *op, struct str name, const struct alarm_change *change);
/* A job: looks what state each alarm should be in. */
enum outcome cloudwatch_job_watch(struct op *op);

enum { CLOUDWATCH_AGE, CLOUDWATCH_WATCH };
extern const struct job_kind cloudwatch_jobs[];

extern const struct aws_error CloudwatchInvalidValue, CloudwatchInvalidCombination,
	CloudwatchMissing, CloudwatchInvalidNextToken, CloudwatchNotFound,
	CloudwatchDashboardNotFound, CloudwatchDashboardInvalid, CloudwatchResourceNotFound,
	CloudwatchInvalidFormat;

/* The operations; the table is in cloudwatch.c. */
enum outcome cloudwatch_op_delete_alarms(struct op *op);
enum outcome cloudwatch_op_delete_dashboards(struct op *op);
enum outcome cloudwatch_op_describe_alarm_history(struct op *op);
enum outcome cloudwatch_op_describe_alarms(struct op *op);
enum outcome cloudwatch_op_describe_alarms_for_metric(struct op *op);
enum outcome cloudwatch_op_disable_alarm_actions(struct op *op);
enum outcome cloudwatch_op_enable_alarm_actions(struct op *op);
enum outcome cloudwatch_op_get_dashboard(struct op *op);
enum outcome cloudwatch_op_get_metric_data(struct op *op);
enum outcome cloudwatch_op_get_metric_statistics(struct op *op);
enum outcome cloudwatch_op_list_dashboards(struct op *op);
enum outcome cloudwatch_op_list_metrics(struct op *op);
enum outcome cloudwatch_op_list_tags_for_resource(struct op *op);
enum outcome cloudwatch_op_put_dashboard(struct op *op);
enum outcome cloudwatch_op_put_metric_alarm(struct op *op);
enum outcome cloudwatch_op_put_metric_data(struct op *op);
enum outcome cloudwatch_op_set_alarm_state(struct op *op);
enum outcome cloudwatch_op_tag_resource(struct op *op);
enum outcome cloudwatch_op_untag_resource(struct op *op);

extern const struct shape cloudwatch_delete_alarms, cloudwatch_delete_dashboards,
	cloudwatch_describe_alarm_history, cloudwatch_describe_alarm_history_output,
	cloudwatch_describe_alarms, cloudwatch_describe_alarms_output,
	cloudwatch_describe_alarms_for_metric, cloudwatch_describe_alarms_for_metric_output,
	cloudwatch_disable_alarm_actions, cloudwatch_enable_alarm_actions, cloudwatch_get_dashboard,
	cloudwatch_get_dashboard_output, cloudwatch_get_metric_data,
	cloudwatch_get_metric_data_output, cloudwatch_get_metric_statistics,
	cloudwatch_get_metric_statistics_output, cloudwatch_list_dashboards,
	cloudwatch_list_dashboards_output, cloudwatch_list_metrics, cloudwatch_list_metrics_output,
	cloudwatch_list_tags_for_resource, cloudwatch_list_tags_for_resource_output,
	cloudwatch_put_dashboard, cloudwatch_put_dashboard_output, cloudwatch_put_metric_alarm,
	cloudwatch_put_metric_data, cloudwatch_set_alarm_state, cloudwatch_tag_resource,
	cloudwatch_untag_resource;

#endif
