/*
 * Point-in-time recovery: whether and since when a table could be restored to any second of its past.
 *
 * In a definition it stands, while it is on, as "PointInTimeRecovery": {"Since", "Days"}.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
 */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/table.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

enum {
	DAYS_MAX = 35,
	LATEST_LAG_MS = 5 * 60 * 1000, /* the last minutes cannot be restored yet */
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void describe(struct op *op, const struct table_row *row, struct json_object *recovery)
{
	struct json_object *told = json_set_object(op->out, "ContinuousBackupsDescription"), *point;
	int64_t since = json_int_or(json_get(recovery, "Since"), 0) / 1000 * 1000;
	int64_t days = json_int_or(json_get(recovery, "Days"), DAYS_MAX);

	json_set_cstr(told, "ContinuousBackupsStatus",
		      row->status == TABLE_CREATING ? "DISABLED" : "ENABLED");
	point = json_set_object(told, "PointInTimeRecoveryDescription");
	json_set_cstr(point, "PointInTimeRecoveryStatus", recovery ? "ENABLED" : "DISABLED");
	if (!recovery)
		return;
	json_set_int(point, "RecoveryPeriodInDays", days);
	json_set_time(point, "EarliestRestorableDateTime",
		      later(since, (op->now - days * DAY_MS) / 1000 * 1000));
	json_set_time(point, "LatestRestorableDateTime",
		      later(since, (op->now - LATEST_LAG_MS) / 1000 * 1000));
}

/* The table that is asked about; NULL with the error that these operations have for it. */
static const struct table *find(struct op *op, struct table_row *row)
{
	struct str name;

	if (!table_name(op, "TableName", 1, &name))
		return NULL;
	if (table_row_find(op, name, row) && row->status != TABLE_DELETING)
		return table_load(op, row);
	op_fail(op, &TableNotFoundException, "Table not found: %.*s", STR_ARG(name));
	return NULL;
}

enum outcome dynamodb_op_describe_continuous_backups(struct op *op)
{
	struct table_row row;
	const struct table *table = find(op, &row);

	if (!table)
		return FAILED;
	describe(op, &row,
		 json_get(json_parse(op->arena, table->definition, NULL), "PointInTimeRecovery"));
	return DONE;
}

enum outcome dynamodb_op_update_continuous_backups(struct op *op)
{
	struct json_object *asked = op_get(op, "PointInTimeRecoverySpecification");
	bool on = json_bool_or(json_get(asked, "PointInTimeRecoveryEnabled"), false);
	struct json_object *definition, *recovery;
	struct table_row row;
	const struct table *table;

	if (!on && json_get(asked, "RecoveryPeriodInDays"))
		return op_fail(
			op, &ValidationException,
			"Invalid Request: Cannot specify RecoveryPeriodInDays when disabling "
			"point-in-time recovery.");
	table = find(op, &row);
	if (!table)
		return FAILED;
	if (row.status == TABLE_CREATING)
		return op_fail(op, &ContinuousBackupsUnavailableException,
			       "Backups are being enabled for the table: %.*s. Please retry later",
			       STR_ARG(table->name));
	definition = json_parse(op->arena, table->definition, NULL);
	recovery = json_get(definition, "PointInTimeRecovery");
	if (on && !recovery) {
		recovery = json_set_object(definition, "PointInTimeRecovery");
		json_set_int(recovery, "Since", op->now);
	}
	if (on)
		json_set_int(recovery, "Days",
			     json_int_or(json_get(asked, "RecoveryPeriodInDays"), DAYS_MAX));
	else
		json_object_object_del(definition, "PointInTimeRecovery");
	table_store(op, table->id, definition);
	describe(op, &row, on ? recovery : NULL);
	return DONE;
}
