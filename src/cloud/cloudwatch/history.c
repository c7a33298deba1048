/*
 * What has happened to alarms: that they were made and changed, and from which state to which they went.
 * From: CloudWatch API Reference, DescribeAlarmHistory, AlarmHistoryItem.
 */
#include "cloud/cloudwatch/inside.h"

enum { HISTORY_PAGE = 50, KEPT_DAYS = 30, KEPT_MAX = 2000 };

void history_add(struct op *op, struct str alarm, const char *type, struct str summary,
		 struct json_object *data)
{
	db_run(op->db,
	       "INSERT INTO cloudwatch_history (alarm, at, type, summary, data)"
	       " VALUES (?, ?, ?, ?, ?)",
	       "sizss", alarm, op->now, type, summary, json_text(op->arena, data));
	db_run(op->db, "DELETE FROM cloudwatch_history WHERE at < ? OR id <= ?", "ii",
	       op->now - (int64_t)KEPT_DAYS * DAY_MS, db_last_id(op->db) - KEPT_MAX);
}

static bool is_listed(struct json_object *list, const char *text)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_is(json_str(json_at(list, i)), text))
			return true;
	return !list;
}

static void describe(struct json_object *list, struct stmt *q)
{
	struct json_object *o = json_add_object(list);

	json_set_str(o, "AlarmName", stmt_str(q, 1));
	json_set_cstr(o, "AlarmType", "MetricAlarm");
	json_set_time(o, "Timestamp", stmt_int(q, 2));
	json_set_str(o, "HistoryItemType", stmt_str(q, 3));
	json_set_str(o, "HistorySummary", stmt_str(q, 4));
	json_set_str(o, "HistoryData", stmt_str(q, 5));
}

/* The items are looked up in one order or the other; a page goes on after the id of the last one. */
static struct stmt *find_items(struct op *op, int64_t after, bool rising)
{
	const char *sql =
		rising ? "SELECT id, alarm, at, type, summary, data FROM cloudwatch_history"
			 " WHERE (?1 IS NULL OR alarm = ?1) AND (?2 IS NULL OR type = ?2)"
			 " AND at >= ?3 AND at <= ?4 AND id > ?5 ORDER BY id"
		       : "SELECT id, alarm, at, type, summary, data FROM cloudwatch_history"
			 " WHERE (?1 IS NULL OR alarm = ?1) AND (?2 IS NULL OR type = ?2)"
			 " AND at >= ?3 AND at <= ?4 AND (?5 = 0 OR id < ?5) ORDER BY id DESC";

	return db_query(op->db, sql, "ssiii", op_str(op, "AlarmName"),
			op_str(op, "HistoryItemType"), op_time(op, "StartDate", 0),
			op_time(op, "EndDate", INT64_MAX), after);
}

enum outcome cloudwatch_op_describe_alarm_history(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "AlarmHistoryItems");
	bool rising = str_is(op_str(op, "ScanBy"), "TimestampAscending");
	int64_t limit = op_int_or(op, "MaxRecords", HISTORY_PAGE), id = 0;
	struct str after;
	struct stmt *q;

	if (!page_begin_at(op, &after))
		return FAILED;
	if (after.n && !str_to_int(after, &id))
		return op_fail(op, &CloudwatchInvalidNextToken, "Invalid nextToken");
	if (!is_listed(op_get(op, "AlarmTypes"), "MetricAlarm"))
		return DONE;
	q = find_items(op, id, rising);
	while (stmt_row(q)) {
		if ((int64_t)json_count(list) == limit) {
			page_end_at(op, arena_strf(op->arena, "%lld", (long long)id));
			break;
		}
		id = stmt_int(q, 0);
		describe(list, q);
	}
	stmt_done(q);
	return DONE;
}
