/*
 * Searching a group's events: FilterLogEvents, and trying a pattern out.
 * From: CloudWatch Logs API Reference, FilterLogEvents, TestMetricFilter.
 */
#include "cloud/logs/inside.h"
#include "cloud/logs/pattern.h"

enum {
	EVENTS_PAGE = 10000,
	STREAMS_MAX = 100,
	SCANNED_MAX = 50000,          /* events that one call looks at, */
	SCANNED_BYTES_MAX = 16 << 20, /* and so much of them: the account's other calls wait */
	FORGET_BYTES = 1 << 20,       /* of messages, read as JSON in memory */
};

static enum outcome bad_pattern(struct op *op)
{
	return op_fail(op, &LogsInvalidParameter, "Invalid filter pattern");
}

struct search {
	struct log_group group;
	struct logs_pattern *pattern;
	int64_t from, to; /* both included */
	struct log_place after;
	struct str prefix;            /* of the streams' names */
	int64_t streams[STREAMS_MAX]; /* when some are named */
	size_t stream_count;
	bool named;
};

/* The streams that are named; false with the error set. */
static bool find_streams(struct op *op, struct search *s)
{
	struct json_object *names = op_get(op, "logStreamNames");
	struct log_stream stream;

	s->named = names;
	for (size_t i = 0; i < json_count(names); i++) {
		if (!stream_find(op, &s->group, json_str(json_at(names, i)), &stream)) {
			op_fail(op, &LogsNotFound, "The specified log stream does not exist.");
			return false;
		}
		s->streams[s->stream_count++] = stream.id;
	}
	return true;
}

static bool begin(struct op *op, struct search *s)
{
	struct str token = op_str(op, "nextToken");

	*s = (struct search){
		.pattern = logs_pattern_parse(op->arena, op_str_or(op, "filterPattern", "")),
		.from = op_int_or(op, "startTime", 0),
		.to = op_int_or(op, "endTime", INT64_MAX - 1),
		.after = { -1, 0 },
		.prefix = op_str_or(op, "logStreamNamePrefix", ""),
	};
	if (s->prefix.n && op_has(op, "logStreamNames")) {
		op_fail(op, &LogsInvalidParameter,
			"logStreamNamePrefix and logStreamNames cannot be specified together.");
		return false;
	}
	if (!s->pattern)
		return bad_pattern(op) == DONE;
	if (token.p && !place_parse(token, &s->after)) {
		op_fail(op, &LogsInvalidParameter, "The specified nextToken is invalid.");
		return false;
	}
	if (!group_get(op, &s->group) || !find_streams(op, s))
		return false;
	if (s->from < events_expired(op, &s->group))
		s->from = events_expired(op, &s->group);
	return true;
}

static bool is_in(const struct search *s, int64_t stream, struct str name)
{
	if (!s->named)
		return str_starts(name, s->prefix);
	for (size_t i = 0; i < s->stream_count; i++)
		if (s->streams[i] == stream)
			return true;
	return false;
}

static void add_event(struct op *op, struct json_object *list, struct stmt *q,
		      struct log_place place)
{
	struct json_object *o = json_add_object(list);

	json_set_str(o, "logStreamName", stmt_str(q, 5));
	json_set_int(o, "timestamp", place.at);
	json_set_str(o, "message", stmt_str(q, 3));
	json_set_int(o, "ingestionTime", stmt_int(q, 2));
	json_set_str(o, "eventId", place_print(op->arena, place));
}

/* Look at events until the page is full, or enough were looked at: then the token says where to go on. */
static void search(struct op *op, const struct search *s)
{
	struct json_object *list = json_set_array(op->out, "events");
	size_t limit = (size_t)op_int_or(op, "limit", EVENTS_PAGE), bytes = 0, scanned = 0;
	size_t scanned_bytes = 0, remembered = 0;
	struct log_place last = s->after;
	struct arena *a = arena_new();
	struct stmt *q = db_query(
		op->db,
		"SELECT e.id, e.at, e.ingested_at, e.message, e.stream_id, s.name FROM logs_event e"
		" JOIN logs_stream s ON s.id = e.stream_id WHERE e.group_id = ? AND e.at >= ?"
		" AND e.at <= ? AND (e.at, e.id) > (?, ?) ORDER BY e.at, e.id",
		"iiiii", s->group.id, s->from, s->to, s->after.at, s->after.id);

	while (stmt_row(q)) {
		struct logs_message m = { .arena = a, .text = stmt_str(q, 3) };

		if (json_count(list) == limit || bytes > ANSWER_BYTES_MAX ||
		    scanned == SCANNED_MAX || scanned_bytes > SCANNED_BYTES_MAX) {
			json_set_str(op->out, "nextToken", place_print(op->arena, last));
			break;
		}
		last = (struct log_place){ stmt_int(q, 1), stmt_int(q, 0) };
		scanned++;
		scanned_bytes += m.text.n;
		remembered += m.text.n + EVENT_OVERHEAD;
		if (remembered > FORGET_BYTES) {
			arena_free(a);
			m.arena = a = arena_new();
			remembered = m.text.n;
		}
		if (!is_in(s, stmt_int(q, 4), stmt_str(q, 5)) ||
		    !logs_pattern_matches(s->pattern, &m))
			continue;
		bytes += m.text.n + EVENT_OVERHEAD;
		add_event(op, list, q, last);
	}
	stmt_done(q);
	arena_free(a);
}

enum outcome logs_op_filter_log_events(struct op *op)
{
	struct search s;

	if (!begin(op, &s))
		return FAILED;
	search(op, &s);
	json_set_array(op->out, "searchedLogStreams");
	return DONE;
}

enum outcome logs_op_test_metric_filter(struct op *op)
{
	struct logs_pattern *pattern = logs_pattern_parse(op->arena, op_str(op, "filterPattern"));
	struct json_object *messages = op_get(op, "logEventMessages");
	struct json_object *list = json_set_array(op->out, "matches"), *o;

	if (!pattern)
		return bad_pattern(op);
	for (size_t i = 0; i < json_count(messages); i++) {
		struct logs_message m = { .arena = op->arena,
					  .text = json_str(json_at(messages, i)) };

		if (!logs_pattern_matches(pattern, &m))
			continue;
		o = json_add_object(list);
		json_set_int(o, "eventNumber", (int64_t)i + 1);
		json_set_str(o, "eventMessage", m.text);
		json_set(o, "extractedValues", json_object_get(logs_pattern_extract(pattern, &m)));
	}
	return DONE;
}
