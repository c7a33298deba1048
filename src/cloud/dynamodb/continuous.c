/* Point-in-time recovery turned on and off, and what is told of it; see past.h. */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/past.h"

static void describe(struct op *op, const struct table_row *row, struct json_object *recovery)
{
	struct json_object *told = json_set_object(op->out, "ContinuousBackupsDescription"), *point;
	struct past_range range = past_range(op, recovery);

	json_set_cstr(told, "ContinuousBackupsStatus",
		      row->status == TABLE_CREATING ? "DISABLED" : "ENABLED");
	point = json_set_object(told, "PointInTimeRecoveryDescription");
	json_set_cstr(point, "PointInTimeRecoveryStatus", recovery ? "ENABLED" : "DISABLED");
	if (!recovery)
		return;
	json_set_int(point, "RecoveryPeriodInDays",
		     json_int_or(json_get(recovery, "Days"), PAST_DAYS_MAX));
	json_set_time(point, "EarliestRestorableDateTime", range.from / 1000 * 1000);
	json_set_time(point, "LatestRestorableDateTime", range.to / 1000 * 1000);
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
	if (on) {
		json_set_int(recovery, "Days",
			     json_int_or(json_get(asked, "RecoveryPeriodInDays"), PAST_DAYS_MAX));
	} else {
		json_object_object_del(definition, "PointInTimeRecovery");
		past_close(op, table);
	}
	table_store(op, table->id, definition);
	describe(op, &row, on ? recovery : NULL);
	return DONE;
}
