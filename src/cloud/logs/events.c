/*
 * Log events: taking them in, and reading a stream forwards and backwards.
 * From: CloudWatch Logs API Reference, PutLogEvents, GetLogEvents; User Guide, "CloudWatch Logs quotas".
 */
#include "cloud/logs/inside.h"

#include <stdio.h>

enum {
	BATCH_BYTES_MAX = 1 << 20,
	EVENT_BYTES_MAX = 1 << 20,
	DAY_MS = 24 * 3600 * 1000,
	TOO_OLD_MS = 14 * DAY_MS,
	TOO_NEW_MS = 2 * 3600 * 1000,
	EVENTS_PAGE = 10000,
};

/* --- places -------------------------------------------------------------------------- */

struct str place_print(struct arena *a, struct log_place place)
{
	return arena_strf(a, "3%014lld%041lld", (long long)place.at, (long long)place.id);
}

bool place_parse(struct str text, struct log_place *out)
{
	return text.n == 56 && text.p[0] == '3' && str_to_int(str_slice(text, 1, 15), &out->at) &&
	       str_to_int(str_slice(text, 15, 56), &out->id);
}

/* --- taking in ---------------------------------------------------------------------------- */

void events_add(struct op *op, const struct log_group *group, const struct log_stream *stream,
		struct log_event *events, size_t count)
{
	int64_t bytes = 0, first = INT64_MAX, last = 0;

	for (size_t i = 0; i < count; i++) {
		struct log_event *e = &events[i];

		db_run(op->db,
		       "INSERT INTO logs_event (group_id, stream_id, at, ingested_at, message)"
		       " VALUES (?, ?, ?, ?, ?)",
		       "iiiis", group->id, stream->id, e->at, op->now, e->message);
		e->id = db_last_id(op->db);
		bytes += (int64_t)e->message.n + EVENT_OVERHEAD;
		first = e->at < first ? e->at : first;
		last = e->at > last ? e->at : last;
	}
	db_run(op->db,
	       "UPDATE logs_stream SET first_at = CASE WHEN first_at = 0 THEN ?1"
	       " ELSE min(first_at, ?1) END, last_at = max(last_at, ?2), ingested_at = ?3"
	       " WHERE id = ?4",
	       "iiii", first, last, op->now, stream->id);
	db_run(op->db, "UPDATE logs_group SET bytes = bytes + ? WHERE id = ?", "ii", bytes,
	       group->id);
	feed_events(op, group, stream, events, count);
}

bool events_full(const struct op *op)
{
	return db_int(op->db, 0, "SELECT sum(bytes) FROM logs_group", "") >= (int64_t)ACCOUNT_MB_MAX
										     << 20;
}

struct str events_full_notice(struct arena *a)
{
	return arena_strf(
		a,
		"The log groups of this account have reached %d MB, the most that is kept "
		"here: further log events are dropped until a log group is deleted or its "
		"retention is shortened.",
		ACCOUNT_MB_MAX);
}

static int64_t timestamp(struct json_object *events, size_t i)
{
	return json_int_or(json_get(json_at(events, i), "timestamp"), 0);
}

/* What a batch must be like; false with the error set. */
static bool batch_good(struct op *op, struct json_object *events)
{
	size_t bytes = 0, count = json_count(events);

	for (size_t i = 0; i < count; i++) {
		size_t size = json_get_str(json_at(events, i), "message").n + EVENT_OVERHEAD;

		bytes += size;
		if (size > EVENT_BYTES_MAX) {
			op_fail(op, &LogsInvalidParameter,
				"Log event too large: %zu bytes exceeds limit of %d", size,
				EVENT_BYTES_MAX);
			return false;
		}
		if (i && timestamp(events, i) < timestamp(events, i - 1)) {
			op_fail(op, &LogsInvalidParameter,
				"Log events in a single PutLogEvents request must be in "
				"chronological order.");
			return false;
		}
	}
	if (bytes > BATCH_BYTES_MAX) {
		op_fail(op, &LogsInvalidParameter,
			"Upload too large: %zu bytes exceeds limit of %d", bytes, BATCH_BYTES_MAX);
		return false;
	}
	if (timestamp(events, count - 1) - timestamp(events, 0) > DAY_MS) {
		op_fail(op, &LogsInvalidParameter,
			"The batch of log events in a single PutLogEvents request cannot span more "
			"than 24 hours.");
		return false;
	}
	return true;
}

/* Which events of the batch are kept: from *begin to *end; the others are told of. */
static void judge(struct op *op, const struct log_group *group, struct json_object *events,
		  size_t *begin, size_t *end)
{
	size_t count = json_count(events), old = 0, expired = 0, new = count;
	struct json_object *rejected;

	while (old < count && timestamp(events, old) < op->now - TOO_OLD_MS)
		old++;
	while (expired < count && timestamp(events, expired) < events_expired(op, group))
		expired++;
	while (new &&timestamp(events, new - 1) > op->now + TOO_NEW_MS)
		new --;
	*begin = old > expired ? old : expired;
	*end = new > *begin ? new : *begin;
	if (!*begin && *end == count)
		return;
	rejected = json_set_object(op->out, "rejectedLogEventsInfo");
	if (new < count)
		json_set_int(rejected, "tooNewLogEventStartIndex", (int64_t) new);
	if (old)
		json_set_int(rejected, "tooOldLogEventEndIndex", (int64_t)old);
	if (expired)
		json_set_int(rejected, "expiredLogEventEndIndex", (int64_t)expired);
}

enum outcome logs_op_put_log_events(struct op *op)
{
	struct json_object *given = op_get(op, "logEvents");
	struct log_event *events = arena_alloc(op->arena, json_count(given) * sizeof(*events));
	struct log_group group;
	struct log_stream stream;
	size_t begin, end, count = 0;

	if (!batch_good(op, given) || !group_get(op, &group))
		return FAILED;
	if (!stream_find(op, &group, op_str(op, "logStreamName"), &stream))
		return op_fail(op, &LogsNotFound, "The specified log stream does not exist.");
	if (events_full(op))
		return op_fail(op, &LogsLimitExceeded, "%.*s",
			       STR_ARG(events_full_notice(op->arena)));
	judge(op, &group, given, &begin, &end);
	for (size_t i = begin; i < end; i++)
		events[count++] =
			(struct log_event){ .at = timestamp(given, i),
					    .message = json_get_str(json_at(given, i), "message") };
	if (count)
		events_add(op, &group, &stream, events, count);
	json_set_str(op->out, "nextSequenceToken",
		     place_print(op->arena, (struct log_place){ op->now, 0 }));
	return DONE;
}

/* --- reading a stream -------------------------------------------------------------------- */

/* What is read: events of a stream between two moments, beyond a place in one direction. */
struct reading {
	struct log_stream stream;
	int64_t from, to; /* to is not included */
	struct log_place place;
	bool forward;
	int64_t limit;
};

static bool read_token(struct op *op, struct reading *r)
{
	struct str token = op_str(op, "nextToken"), digits;

	r->forward = op_bool_or(op, "startFromHead", false);
	r->place = r->forward ? (struct log_place){ -1, 0 } : (struct log_place){ INT64_MAX, 0 };
	if (!token.p)
		return true;
	digits = str_slice(token, 2, token.n < 2 ? 2 : token.n - 2);
	r->forward = str_starts(token, STR("f/"));
	if ((r->forward || str_starts(token, STR("b/"))) && str_ends(token, STR("/s")) &&
	    place_parse(digits, &r->place))
		return true;
	op_fail(op, &LogsInvalidParameter, "The specified nextToken is invalid.");
	return false;
}

static struct stmt *select_events(struct op *op, const struct reading *r)
{
	if (r->forward)
		return db_query(op->db,
				"SELECT id, at, ingested_at, message FROM logs_event WHERE"
				" stream_id = ? AND at >= ? AND at < ? AND (at, id) > (?, ?)"
				" ORDER BY at, id LIMIT ?",
				"iiiiii", r->stream.id, r->from, r->to, r->place.at, r->place.id,
				r->limit);
	return db_query(op->db,
			"SELECT id, at, ingested_at, message FROM logs_event WHERE"
			" stream_id = ? AND at >= ? AND at < ? AND (at, id) < (?, ?)"
			" ORDER BY at DESC, id DESC LIMIT ?",
			"iiiiii", r->stream.id, r->from, r->to, r->place.at, r->place.id, r->limit);
}

static void set_token(struct op *op, const char *name, char direction, struct log_place place)
{
	json_set_str(op->out, name,
		     arena_strf(op->arena, "%c/%.*s/s", direction,
				STR_ARG(place_print(op->arena, place))));
}

/*
 * A token stands for what is behind (f) or before (b) a place. At an end it is the one that was given; the other one
 * then turns round without leaving the event at the end out.
 */
static void set_tokens(struct op *op, const struct reading *r, struct log_place first,
		       struct log_place last, bool any)
{
	if (!any && !op_has(op, "nextToken"))
		first = last = (struct log_place){ r->from < 0 ? 0 : r->from, 0 };
	else if (!any && r->forward)
		first = (struct log_place){ r->place.at, r->place.id + 1 };
	else if (!any)
		last = (struct log_place){ r->place.at, r->place.id ? r->place.id - 1 : 0 };
	if (!any && op_has(op, "nextToken")) {
		if (r->forward)
			last = r->place;
		else
			first = r->place;
	}
	set_token(op, "nextForwardToken", 'f', last);
	set_token(op, "nextBackwardToken", 'b', first);
}

static void answer_events(struct op *op, const struct reading *r)
{
	struct json_object *events = json_set_array(op->out, "events"), **found;
	struct log_place first = { 0, 0 }, last = { 0, 0 };
	struct stmt *q = select_events(op, r);
	size_t n = 0, bytes = 0;

	found = arena_alloc(op->arena, (size_t)r->limit * sizeof(struct json_object *));
	while (stmt_row(q)) {
		struct json_object *o = json_object_new_object();

		bytes += stmt_str(q, 3).n + EVENT_OVERHEAD;
		if (n && bytes > ANSWER_BYTES_MAX) {
			json_object_put(o);
			break;
		}
		last = (struct log_place){ stmt_int(q, 1), stmt_int(q, 0) };
		first = n ? first : last;
		json_set_int(o, "timestamp", last.at);
		json_set_str(o, "message", stmt_str(q, 3));
		json_set_int(o, "ingestionTime", stmt_int(q, 2));
		found[n++] = o;
	}
	stmt_done(q);
	for (size_t i = 0; i < n; i++)
		json_add(events, found[r->forward ? i : n - 1 - i]);
	set_tokens(op, r, r->forward ? first : last, r->forward ? last : first, n);
}

enum outcome logs_op_get_log_events(struct op *op)
{
	struct reading r = { .from = op_int_or(op, "startTime", 0),
			     .to = op_int_or(op, "endTime", INT64_MAX),
			     .limit = op_int_or(op, "limit", EVENTS_PAGE) };
	struct log_group group;

	if (!read_token(op, &r) || !group_get(op, &group))
		return FAILED;
	if (!stream_find(op, &group, op_str(op, "logStreamName"), &r.stream))
		return op_fail(op, &LogsNotFound, "The specified log stream does not exist.");
	if (r.from < events_expired(op, &group))
		r.from = events_expired(op, &group);
	answer_events(op, &r);
	return DONE;
}
