/* DescribeTable, ListTables, DeleteTable, and the job that takes a deleted table's rows away. */
#include "cloud/dynamodb/operations.h"

#include <limits.h>

#include "cloud/dynamodb/backup.h"
#include "cloud/dynamodb/describe.h"
#include "cloud/dynamodb/indexes.h"
#include "cloud/dynamodb/past.h"
#include "cloud/dynamodb/resource_policy.h"
#include "cloud/dynamodb/stream.h"
#include "cloud/dynamodb/ttl.h"

enum {
	LIST_MAX = 100,
	PURGE_ROWS =
		2000, /* per turn: a few milliseconds, so that the account's other calls hardly wait */
	READER_MS = 1000, /* between looks at whether another table is still filled from it */
};

enum outcome dynamodb_op_describe_table(struct op *op)
{
	struct table_row row;
	const struct table *table = table_named(op, &row);

	if (!table)
		return FAILED;
	table_describe(op, table, &row, json_set_object(op->out, "Table"));
	return DONE;
}

enum outcome dynamodb_op_list_tables(struct op *op)
{
	struct json_object *names = json_set_array(op->out, "TableNames");
	struct str after = op_str_or(op, "ExclusiveStartTableName", "");
	int64_t limit = op_int_or(op, "Limit", LIST_MAX), n = 0;
	struct stmt *q = db_query(
		op->db,
		"SELECT name FROM dynamodb_table WHERE name > ? AND (gone_at IS NULL OR gone_at > ?)"
		" ORDER BY name LIMIT ?",
		"sii", after, op->now, limit + 1);
	struct str last = STR_NONE;

	while (stmt_row(q)) {
		if (n++ == limit) {
			json_set_str(op->out, "LastEvaluatedTableName", last);
			stmt_done(q);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		json_add_str(names, last);
	}
	return DONE;
}

static void schedule_purge(struct op *op, int64_t id, int64_t due)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Table", id);
	job_add(op, &dynamodb_jobs[DYNAMODB_JOB_PURGE], due, NULL, arg);
}

enum outcome dynamodb_op_delete_table(struct op *op)
{
	struct table_row row;
	const struct table *table = table_named(op, &row);

	if (!table || (row.status != TABLE_DELETING && !indexes_check_delete(op, table)))
		return FAILED;
	if (row.status == TABLE_CREATING || row.status == TABLE_DELETING ||
	    row.status == TABLE_UPDATING)
		return op_fail(
			op, &ResourceInUseException,
			"Attempt to change a resource which is still in use: Table is being %s: %.*s",
			row.status == TABLE_CREATING   ? "created"
			: row.status == TABLE_DELETING ? "deleted"
						       : "updated",
			STR_ARG(table->name));
	if (table->backup)
		return op_fail(
			op, &ResourceInUseException,
			"Attempt to change a resource which is still in use: Table is being backed up: %.*s",
			STR_ARG(table->name));
	if (json_bool_or(json_get(json_parse(op->arena, table->definition, NULL),
				  "DeletionProtectionEnabled"),
			 false))
		return op_fail(
			op, &ValidationException,
			"Resource cannot be deleted as it is currently protected against deletion. Disable "
			"deletion protection first.");
	db_run(op->db, "UPDATE dynamodb_table SET gone_at = ?, stamp = ? WHERE id = ?", "iii",
	       op->now + table_delay(), table_stamp(), table->id);
	stream_close(op, table);
	ttl_close(op, table);
	resource_policy_forget(op, table->name);
	schedule_purge(op, table->id, op->now + table_delay());
	row.status = TABLE_DELETING;
	table_describe(op, table, &row, json_set_object(op->out, "TableDescription"));
	return DONE;
}

/* Delete up to PURGE_ROWS rows of the table, first entries, then items, then what they were; how many it was. */
static int64_t purge_slice(struct op *op, int64_t id)
{
	int64_t rows;

	db_run(op->db,
	       "DELETE FROM dynamodb_entry WHERE (table_id, number, hash, pk, sk, item_hash, item_pk, item_sk) IN"
	       " (SELECT table_id, number, hash, pk, sk, item_hash, item_pk, item_sk FROM dynamodb_entry"
	       " WHERE table_id = ? LIMIT ?)",
	       "ii", id, (int64_t)PURGE_ROWS);
	rows = db_changes(op->db);
	if (rows == PURGE_ROWS)
		return rows;
	db_run(op->db,
	       "DELETE FROM dynamodb_item WHERE (table_id, hash, pk, sk) IN"
	       " (SELECT table_id, hash, pk, sk FROM dynamodb_item WHERE table_id = ? LIMIT ?)",
	       "ii", id, PURGE_ROWS - rows);
	rows += db_changes(op->db);
	return rows < PURGE_ROWS ? rows + past_delete(op, id, INT64_MAX, PURGE_ROWS - rows) : rows;
}

static enum outcome purge(struct op *op)
{
	int64_t id = json_int_or(json_get(op->in, "Table"), 0);

	if (past_is_read(op, id)) {
		schedule_purge(op, id, op->now + READER_MS);
		return DONE;
	}
	if (purge_slice(op, id) == PURGE_ROWS) {
		schedule_purge(op, id, op->now);
		return DONE;
	}
	db_run(op->db, "DELETE FROM dynamodb_count WHERE table_id = ?", "i", id);
	db_run(op->db, "DELETE FROM dynamodb_table WHERE id = ? AND gone_at IS NOT NULL", "i", id);
	return DONE;
}

/* A table whose job was given up would keep what it should lose, or never be ready. */
enum { ALWAYS = INT_MAX };

const struct job_kind dynamodb_jobs[] = {
	[DYNAMODB_JOB_PURGE] = { "dynamodb.purge", purge, ALWAYS },
	[DYNAMODB_JOB_TRIM] = { "dynamodb.trim", stream_trim, ALWAYS },
	[DYNAMODB_JOB_EXPIRE] = { "dynamodb.expire", ttl_expire, ALWAYS },
	[DYNAMODB_JOB_FILL] = { "dynamodb.fill-expiry", ttl_fill, ALWAYS },
	[DYNAMODB_JOB_BACKUP] = { "dynamodb.backup", backup_copy, ALWAYS },
	[DYNAMODB_JOB_RESTORE] = { "dynamodb.restore", backup_restore, ALWAYS },
	[DYNAMODB_JOB_BACKUP_PURGE] = { "dynamodb.purge-backup", backup_purge, ALWAYS },
	[DYNAMODB_JOB_INDEX] = { "dynamodb.fill-index", indexes_fill, ALWAYS },
	[DYNAMODB_JOB_INDEX_DROP] = { "dynamodb.drop-index", indexes_drop, ALWAYS },
	[DYNAMODB_JOB_INDEX_PURGE] = { "dynamodb.purge-index", indexes_purge, ALWAYS },
	[DYNAMODB_JOB_PAST_RESTORE] = { "dynamodb.restore-past", past_restore, ALWAYS },
	[DYNAMODB_JOB_PAST_PURGE] = { "dynamodb.purge-past", past_purge, ALWAYS },
	{ 0 },
};
