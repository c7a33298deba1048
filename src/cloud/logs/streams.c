/*
 * Log streams.
 * From: CloudWatch Logs API Reference, CreateLogStream, DescribeLogStreams.
 */
#include "cloud/logs/inside.h"

enum { STREAMS_PAGE = 50 };

bool stream_find(struct op *op, const struct log_group *group, struct str name,
		 struct log_stream *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT id, created_at, first_at, last_at, ingested_at FROM logs_stream"
			 " WHERE group_id = ? AND name = ?",
			 "is", group->id, name);

	if (!stmt_row(q))
		return false;
	*out = (struct log_stream){
		.id = stmt_int(q, 0),
		.name = name,
		.created_at = stmt_int(q, 1),
		.first_at = stmt_int(q, 2),
		.last_at = stmt_int(q, 3),
		.ingested_at = stmt_int(q, 4),
	};
	stmt_done(q);
	return true;
}

void stream_add(struct op *op, const struct log_group *group, struct str name,
		struct log_stream *out)
{
	db_run(op->db, "INSERT INTO logs_stream (group_id, name, created_at) VALUES (?, ?, ?)",
	       "isi", group->id, name, op->now);
	*out = (struct log_stream){ .id = db_last_id(op->db), .name = name, .created_at = op->now };
}

enum outcome logs_op_create_log_stream(struct op *op)
{
	struct log_group group;
	struct log_stream stream;

	if (!group_get(op, &group))
		return FAILED;
	if (stream_find(op, &group, op_str(op, "logStreamName"), &stream))
		return op_fail(op, &LogsAlreadyExists, "The specified log stream already exists");
	stream_add(op, &group, op_str(op, "logStreamName"), &stream);
	return DONE;
}

enum outcome logs_op_delete_log_stream(struct op *op)
{
	struct json_object *what = json_new_object(op->arena);
	struct log_group group;
	struct log_stream stream;

	if (!group_get(op, &group))
		return FAILED;
	if (!stream_find(op, &group, op_str(op, "logStreamName"), &stream))
		return op_fail(op, &LogsNotFound, "The specified log stream does not exist.");
	db_run(op->db, "DELETE FROM logs_stream WHERE id = ?", "i", stream.id);
	json_set_int(what, "Stream", stream.id);
	job_add(op, &logs_jobs[LOGS_DROP], op->now, NULL, what);
	return DONE;
}

/* --- listing -------------------------------------------------------------------------- */

static void describe(struct op *op, const struct log_group *group, struct json_object *list,
		     struct stmt *q)
{
	static const char *const times[] = { "creationTime", "firstEventTimestamp",
					     "lastEventTimestamp", "lastIngestionTime" };
	struct json_object *o = json_add_object(list);
	struct str arn = group_arn(op, group->name), name = stmt_str(q, 0);

	json_set_str(o, "logStreamName", name);
	for (int i = 0; i < 4; i++)
		if (stmt_int(q, 1 + i))
			json_set_int(o, times[i], stmt_int(q, 1 + i));
	if (stmt_int(q, 4))
		json_set_str(o, "uploadSequenceToken",
			     place_print(op->arena, (struct log_place){ stmt_int(q, 4), 0 }));
	json_set_str(o, "arn",
		     arena_strf(op->arena, "%.*s:log-stream:%.*s", STR_ARG(arn), STR_ARG(name)));
	json_set_int(o, "storedBytes", 0); /* not counted any more, says the API Reference */
}

static struct stmt *by_name(struct op *op, const struct log_group *group, struct str prefix,
			    struct str after, bool descending)
{
	if (descending)
		return db_query(op->db,
				"SELECT name, created_at, first_at, last_at, ingested_at FROM"
				" logs_stream WHERE group_id = ? AND (?2 = '' OR name < ?2)"
				" AND substr(name, 1, length(?3)) = ?3 ORDER BY name DESC",
				"iss", group->id, after, prefix);
	return db_query(op->db,
			"SELECT name, created_at, first_at, last_at, ingested_at FROM logs_stream"
			" WHERE group_id = ? AND name > ?2 AND substr(name, 1, length(?3)) = ?3"
			" ORDER BY name",
			"iss", group->id, after, prefix);
}

/* The token is "TIME/NAME" here. */
static struct stmt *by_time(struct op *op, const struct log_group *group, struct str after,
			    bool descending)
{
	struct str name = after, time = str_cut(&name, '/');
	int64_t at = descending ? INT64_MAX : -1;

	if (after.n)
		str_to_int(time, &at);
	if (!name.p)
		name = STR("");
	if (descending)
		return db_query(op->db,
				"SELECT name, created_at, first_at, last_at, ingested_at FROM"
				" logs_stream WHERE group_id = ? AND (last_at, name) < (?, ?)"
				" ORDER BY last_at DESC, name DESC",
				"iis", group->id, at, name);
	return db_query(op->db,
			"SELECT name, created_at, first_at, last_at, ingested_at FROM logs_stream"
			" WHERE group_id = ? AND (last_at, name) > (?, ?) ORDER BY last_at, name",
			"iis", group->id, at, name);
}

enum outcome logs_op_describe_log_streams(struct op *op)
{
	bool time = str_is(op_str(op, "orderBy"), "LastEventTime");
	bool descending = op_bool_or(op, "descending", false);
	struct str prefix = op_str(op, "logStreamNamePrefix"), after, last = STR("");
	int64_t limit = op_int_or(op, "limit", STREAMS_PAGE);
	struct json_object *list = json_set_array(op->out, "logStreams");
	struct log_group group;
	struct stmt *q;

	if (time && prefix.p)
		return op_fail(op, &LogsInvalidParameter,
			       "Cannot order by LastEventTime with a logStreamNamePrefix.");
	if (!group_get(op, &group) || !page_begin(op, &after))
		return FAILED;
	q = time ? by_time(op, &group, after, descending)
		 : by_name(op, &group, prefix.p ? prefix : STR(""), after, descending);
	while (stmt_row(q)) {
		if ((int64_t)json_count(list) == limit) {
			page_end(op, last);
			break;
		}
		last = time ? arena_strf(op->arena, "%lld/%.*s", (long long)stmt_int(q, 3),
					 STR_ARG(stmt_str(q, 0)))
			    : stmt_dup(q, 0, op->arena);
		describe(op, &group, list, q);
	}
	stmt_done(q);
	return DONE;
}
