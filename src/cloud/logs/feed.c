/*
 * What happens to events that have just come: metric filters count them, embedded metrics are taken out, and
 * subscribers get a copy.
 * From: CloudWatch Logs User Guide, "Creating metrics from log events using filters", "Using CloudWatch Logs
 * subscription filters"; CloudWatch User Guide, "Specification: Embedded metric format".
 */
#include "aws/dispatch.h"
#include "aws/invoke.h"
#include "base/base64.h"
#include "base/gzip.h"
#include "cloud/logs/inside.h"
#include "cloud/logs/pattern.h"

enum { DATA_MAX = 1000 }; /* of one PutMetricData */

/* --- metrics ------------------------------------------------------------------------- */

/* Metric data on its way to CloudWatch: {namespace: [MetricDatum]}. */
static void send_metrics(struct op *op, struct json_object *by_space)
{
	JSON_EACH(by_space, space, data)
	{
		struct json_object *in = json_new_object(op->arena);

		json_set_cstr(in, "Namespace", space);
		json_set(in, "MetricData", json_object_get(data));
		/* What CloudWatch refuses is lost, as on AWS. */
		aws_call(op, "cloudwatch", "PutMetricData", in, NULL, NULL);
	}
}

static struct json_object *add_datum(struct op *op, struct json_object *by_space, struct str space,
				     int64_t at)
{
	const char *key = arena_cstr(op->arena, space);
	struct json_object *data = json_get(by_space, key), *datum;

	if (!data)
		data = json_set_array(by_space, key);
	if (json_count(data) == DATA_MAX)
		return NULL;
	datum = json_add_object(data);
	json_set(datum, "Timestamp", json_object_new_double((double)at / 1000));
	return datum;
}

static void add_dimension(struct json_object *datum, const char *name, struct str value)
{
	struct json_object *list = json_get(datum, "Dimensions"), *o;

	if (!list)
		list = json_set_array(datum, "Dimensions");
	o = json_add_object(list);
	json_set_cstr(o, "Name", name);
	json_set_str(o, "Value", value);
}

/* --- metric filters ------------------------------------------------------------------------ */

static bool number_of(struct arena *a, struct str text, double *out)
{
	char *end, *copy = arena_cstr(a, text);

	*out = strtod(copy, &end);
	return text.n && !*end;
}

/* One matching event becomes a value of the filter's metric; not if what it selects is not there. */
static void count_event(struct op *op, const struct logs_pattern *pattern, struct json_object *t,
			struct logs_message *m, int64_t at, struct json_object *by_space)
{
	struct str value = json_get_str(t, "metricValue");
	struct json_object *dimensions = json_get(t, "dimensions"), *datum;
	double number;

	if (str_starts(value, STR("$")))
		value = logs_pattern_value(pattern, m, value);
	if (!number_of(op->arena, value, &number))
		return;
	datum = add_datum(op, by_space, json_get_str(t, "metricNamespace"), at);
	if (!datum)
		return;
	json_set_str(datum, "MetricName", json_get_str(t, "metricName"));
	json_set(datum, "Value", json_object_new_double(number));
	if (json_get(t, "unit"))
		json_set_str(datum, "Unit", json_get_str(t, "unit"));
	if (!dimensions)
		return;
	JSON_EACH(dimensions, name, selector)
	{
		struct str selected = logs_pattern_value(pattern, m, json_str(selector));

		if (selected.n)
			add_dimension(datum, name, selected);
	}
}

static void count_events(struct op *op, const struct logs_pattern *pattern, struct json_object *t,
			 const struct log_event *events, size_t count)
{
	struct json_object *by_space = json_new_object(op->arena), *datum;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		struct logs_message m = { .arena = op->arena, .text = events[i].message };

		if (!logs_pattern_matches(pattern, &m))
			continue;
		any = true;
		count_event(op, pattern, t, &m, events[i].at, by_space);
	}
	if (!any && json_get(t, "defaultValue")) {
		datum = add_datum(op, by_space, json_get_str(t, "metricNamespace"), events[0].at);
		json_set_str(datum, "MetricName", json_get_str(t, "metricName"));
		json_set(datum, "Value", json_object_get(json_get(t, "defaultValue")));
		if (json_get(t, "unit"))
			json_set_str(datum, "Unit", json_get_str(t, "unit"));
	}
	send_metrics(op, by_space);
}

/* --- embedded metrics -------------------------------------------------------------------------- */

/* One set of dimensions of one directive: a datum for each metric in it. */
static void embed(struct op *op, struct json_object *event, struct json_object *directive,
		  struct json_object *names, struct json_object *by_space)
{
	struct json_object *metrics = json_get(directive, "Metrics");
	int64_t at = json_int_or(json_get(json_get(event, "_aws"), "Timestamp"), op->now);

	for (size_t i = 0; i < json_count(metrics); i++) {
		struct json_object *metric = json_at(metrics, i), *datum, *value;
		struct str name = json_get_str(metric, "Name"), unit = json_get_str(metric, "Unit");

		value = json_get(event, arena_cstr(op->arena, name));
		if (!value || json_is_object(value) || json_is_string(value))
			continue;
		datum = add_datum(op, by_space, json_get_str(directive, "Namespace"), at);
		if (!datum)
			return;
		json_set_str(datum, "MetricName", name);
		if (unit.n)
			json_set_str(datum, "Unit", unit);
		if (json_int_or(json_get(metric, "StorageResolution"), 60) == 1)
			json_set_int(datum, "StorageResolution", 1);
		json_set(datum, json_is_array(value) ? "Values" : "Value", json_object_get(value));
		for (size_t d = 0; d < json_count(names); d++) {
			const char *key = arena_cstr(op->arena, json_str(json_at(names, d)));

			if (json_get_str(event, key).n)
				add_dimension(datum, key, json_get_str(event, key));
		}
	}
}

static void embed_event(struct op *op, struct str message, struct json_object *by_space)
{
	struct json_object *event = json_parse(op->arena, str_trim(message), NULL);
	struct json_object *directives = json_get(json_get(event, "_aws"), "CloudWatchMetrics");

	for (size_t i = 0; i < json_count(directives); i++) {
		struct json_object *directive = json_at(directives, i);
		struct json_object *sets = json_get(directive, "Dimensions");

		if (!json_count(sets))
			embed(op, event, directive, NULL, by_space);
		for (size_t s = 0; s < json_count(sets); s++)
			embed(op, event, directive, json_at(sets, s), by_space);
	}
}

static void embed_events(struct op *op, const struct log_event *events, size_t count)
{
	struct json_object *by_space = NULL;

	for (size_t i = 0; i < count; i++) {
		if (str_find_str(events[i].message, STR("\"CloudWatchMetrics\"")) < 0)
			continue;
		if (!by_space)
			by_space = json_new_object(op->arena);
		embed_event(op, events[i].message, by_space);
	}
	if (by_space)
		send_metrics(op, by_space);
}

/* --- subscribers ----------------------------------------------------------------------------------- */

/* The document that a subscriber gets, with the events that match; NULL when none does. */
static struct json_object *data_message(struct op *op, const struct log_group *group,
					const struct log_stream *stream,
					const struct logs_pattern *pattern,
					const struct log_event *events, size_t count)
{
	struct json_object *o = json_new_object(op->arena), *list, *e;

	json_set_cstr(o, "messageType", "DATA_MESSAGE");
	json_set_cstr(o, "owner", op->account->id);
	json_set_str(o, "logGroup", group->name);
	json_set_str(o, "logStream", stream->name);
	json_set_array(o, "subscriptionFilters");
	list = json_set_array(o, "logEvents");
	for (size_t i = 0; i < count; i++) {
		struct logs_message m = { .arena = op->arena, .text = events[i].message };
		struct log_place place = { events[i].at, events[i].id };

		if (!logs_pattern_matches(pattern, &m))
			continue;
		e = json_add_object(list);
		json_set_str(e, "id", place_print(op->arena, place));
		json_set_int(e, "timestamp", events[i].at);
		json_set_str(e, "message", events[i].message);
		if (logs_pattern_is_words(pattern))
			json_set(e, "extractedFields",
				 json_object_get(logs_pattern_extract(pattern, &m)));
	}
	return json_count(list) ? o : NULL;
}

/* Promise the events that match to the subscriber. */
static void send_events(struct op *op, const struct log_group *group, struct json_object *message,
			struct str filter, struct json_object *detail)
{
	struct json_object *job = json_new_object(op->arena);

	json_add_str(json_get(message, "subscriptionFilters"), filter);
	json_set_str(job, "Function", json_get_str(detail, "destinationArn"));
	json_set_str(job, "Source",
		     arena_strf(op->arena, "%.*s:*", STR_ARG(group_arn(op, group->name))));
	json_set_str(job, "Data",
		     base64_print(op->arena, gzip_deflate(op->arena, GZIP_CODING_GZIP,
							  json_text(op->arena, message))));
	job_add(op, &logs_jobs[LOGS_SEND], op->now, NULL, job);
}

enum outcome logs_job_send(struct op *op)
{
	struct json_object *event = json_new_object(op->arena);
	struct invoke how = { .function = op_str(op, "Function"),
			      .service = "logs.amazonaws.com",
			      .here = logs_name_here(op),
			      .source_arn = op_str(op, "Source"),
			      .event = true };
	struct invoked got = { .error = NULL };

	json_set_str(json_set_object(event, "awslogs"), "data", op_str(op, "Data"));
	how.payload = json_text(op->arena, event);
	op_invoke(op, "subscriber", &how, &got);
	/* A function that is gone, or does not let itself be invoked, gets nothing. */
	return DONE;
}

/* --- all --------------------------------------------------------------------------------------------- */

struct filter {
	struct filter *next;
	struct str kind, name, pattern;
	struct json_object *detail;
};

static struct filter *filters_of(struct op *op, const struct log_group *group)
{
	struct filter *first = NULL;
	struct stmt *q = db_query(op->db,
				  "SELECT kind, name, pattern, detail FROM logs_filter"
				  " WHERE group_id = ?",
				  "i", group->id);

	while (stmt_row(q)) {
		struct filter *f = ARENA_NEW(op->arena, struct filter);

		f->kind = stmt_dup(q, 0, op->arena);
		f->name = stmt_dup(q, 1, op->arena);
		f->pattern = stmt_dup(q, 2, op->arena);
		f->detail = json_parse(op->arena, stmt_str(q, 3), NULL);
		f->next = first;
		first = f;
	}
	return first;
}

void feed_events(struct op *op, const struct log_group *group, const struct log_stream *stream,
		 const struct log_event *events, size_t count)
{
	embed_events(op, events, count);
	for (const struct filter *f = filters_of(op, group); f; f = f->next) {
		struct logs_pattern *pattern = logs_pattern_parse(op->arena, f->pattern);
		struct json_object *message;

		if (!pattern)
			continue;
		if (str_is(f->kind, "metric")) {
			count_events(op, pattern,
				     json_at(json_get(f->detail, "metricTransformations"), 0),
				     events, count);
			continue;
		}
		message = data_message(op, group, stream, pattern, events, count);
		if (message)
			send_events(op, group, message, f->name, f->detail);
	}
}
