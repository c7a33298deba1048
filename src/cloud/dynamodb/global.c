/*
 * Global tables. Those of version 2017.11.29 have operations of their own, but can no longer be made anywhere: whatever
 * name is given has none. Those of version 2019.11.21 are replicas of a table in other regions; there is one region
 * here.
 */
#include "cloud/dynamodb/global.h"

#include "cloud/dynamodb/operations.h"
#include "cloud/dynamodb/table.h"

#define INVALID "One or more parameter values were invalid: "

/* --- version 2017.11.29 --------------------------------------------------------------- */

static enum outcome unsupported(struct op *op)
{
	return op_fail(op, &ValidationException,
		       INVALID
		       "DynamoDB global tables version 2017.11.29 is not supported. We recommend "
		       "using DynamoDB global tables version 2019.11.21, instead of version "
		       "2017.11.29 (Legacy).");
}

static enum outcome not_found(struct op *op)
{
	static const struct aws_error error = { "GlobalTableNotFoundException", 400, NULL };

	return op_fail(op, &error, "Global table with name: '%.*s' does not exist.",
		       STR_ARG(op_str(op, "GlobalTableName")));
}

enum outcome dynamodb_op_create_global_table(struct op *op)
{
	return unsupported(op);
}

enum outcome dynamodb_op_describe_global_table(struct op *op)
{
	return not_found(op);
}

enum outcome dynamodb_op_describe_global_table_settings(struct op *op)
{
	return not_found(op);
}

enum outcome dynamodb_op_list_global_tables(struct op *op)
{
	json_set_array(op->out, "GlobalTables");
	return DONE;
}

/* A replica cannot be added even to a table that there is not. */
enum outcome dynamodb_op_update_global_table(struct op *op)
{
	struct json_object *updates = op_get(op, "ReplicaUpdates");

	for (size_t i = 0; i < json_count(updates); i++)
		if (json_get(json_at(updates, i), "Create"))
			return unsupported(op);
	return not_found(op);
}

enum outcome dynamodb_op_update_global_table_settings(struct op *op)
{
	return not_found(op);
}

/* --- version 2019.11.21 --------------------------------------------------------------- */

static bool is_local(const struct op *op, struct json_object *action)
{
	return str_is(json_get_str(action, "RegionName"), op->region);
}

bool global_check_replicas(struct op *op)
{
	struct json_object *updates = op_get(op, "ReplicaUpdates");

	if (!op_has(op, "ReplicaUpdates"))
		return true;
	for (size_t i = 0; i < json_count(updates); i++) {
		struct json_object *update = json_at(updates, i);

		if (is_local(op, json_get(update, "Create")) ||
		    is_local(op, json_get(update, "Delete"))) {
			op_fail(op, &ValidationException,
				"Cannot add or delete the local region through ReplicaUpdates. Use "
				"CreateTable, DeleteTable, or UpdateTable as required.");
			return false;
		}
	}
	op_fail(op, &ValidationException, INVALID "ReplicaUpdates is not supported here");
	return false;
}
