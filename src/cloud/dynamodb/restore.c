/* RestoreTableFromBackup: a new table with the definition and the items of a backup; see backup.h. */
#include "cloud/dynamodb/backup_inner.h"

#include "base/hash.h"
#include "cloud/dynamodb/describe.h"
#include "cloud/dynamodb/encryption.h"
#include "cloud/dynamodb/indexes.h"
#include "cloud/dynamodb/operations.h"

#define INVALID "Invalid Request: "

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, INVALID "%s", why);
	return false;
}

static struct json_object *named(struct json_object *list, struct str name)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_get_str(json_at(list, i), "IndexName"), name))
			return json_at(list, i);
	return NULL;
}

/* --- what may be otherwise than in the backup ---------------------------------------- */

static bool check_billing(struct op *op, struct json_object *definition)
{
	struct str mode = op_str(op, "BillingModeOverride");
	bool throughput = op_has(op, "ProvisionedThroughputOverride");
	bool provisioned = json_get(definition, "ProvisionedThroughput");

	if (str_is(mode, "PAY_PER_REQUEST") && throughput)
		return refuse(
			op, "Cannot override ProvisionedThroughput if BillingMode is overridden to "
			    "PAY_PER_REQUEST");
	if (str_is(mode, "PROVISIONED") && !throughput)
		return refuse(op,
			      "Must override ProvisionedThroughput if BillingMode is overridden to "
			      "PROVISIONED");
	if (throughput && !mode.p && !provisioned)
		return refuse(op, "Cannot override ProvisionedThroughput unless BillingMode is "
				  "PROVISIONED");
	if (op_has(op, "OnDemandThroughputOverride") &&
	    !str_is(mode.p        ? mode
		    : provisioned ? STR("PROVISIONED")
				  : STR("PAY_PER_REQUEST"),
		    "PAY_PER_REQUEST"))
		return refuse(op,
			      "Cannot override MaxReadRequestUnits for OnDemandThroughput unless "
			      "BillingModeOverride is PAY_PER_REQUEST");
	return true;
}

/* Put the modes and capacities that are asked for into the definition. */
static void set_billing(struct op *op, struct json_object *definition)
{
	static const char *const members[] = { "BillingMode", "ProvisionedThroughput",
					       "OnDemandThroughput" };
	struct json_object *indexes = json_get(definition, "GlobalSecondaryIndexes");
	bool on_demand = str_is(op_str(op, "BillingModeOverride"), "PAY_PER_REQUEST");

	for (size_t i = 0; i < 3; i++) {
		const char *from = arena_printf(op->arena, "%sOverride", members[i]);

		if (op_has(op, from))
			json_set(definition, members[i], json_object_get(op_get(op, from)));
	}
	if (on_demand)
		json_object_object_del(definition, "ProvisionedThroughput");
	for (size_t i = 0; on_demand && i < json_count(indexes); i++)
		json_object_object_del(json_at(indexes, i), "ProvisionedThroughput");
}

/* Keep of the indexes those that the override names, as they were but for their capacity; false with the error set. */
static bool choose_indexes(struct op *op, struct json_object *definition, const char *member,
			   const char *override)
{
	struct json_object *asked = op_get(op, override), *chosen = json_new_array(op->arena);

	if (!asked)
		return true;
	for (size_t i = 0; i < json_count(asked); i++) {
		struct str name = json_get_str(json_at(asked, i), "IndexName");
		struct json_object *index = named(json_get(definition, member), name);
		struct json_object *throughput =
			json_get(json_at(asked, i), "ProvisionedThroughput");

		if (!index || !json_object_equal(json_get(index, "KeySchema"),
						 json_get(json_at(asked, i), "KeySchema"))) {
			op_fail(op, &ValidationException,
				INVALID
				"Index %.*s does not match a secondary index that existed in the source table "
				"and cannot be created during the restore operation",
				STR_ARG(name));
			return false;
		}
		if (throughput)
			json_set(index, "ProvisionedThroughput", json_object_get(throughput));
		json_add(chosen, json_object_get(index));
	}
	if (json_count(chosen))
		json_set(definition, member, json_object_get(chosen));
	else
		json_object_object_del(definition, member);
	return true;
}

/* --- the new table -------------------------------------------------------------------- */

/* The backup's definition as the new table has it; NULL with the error set. */
static struct json_object *new_definition(struct op *op, const struct backup *b)
{
	/* What belongs to the table that was, not to what is made of its backup. */
	static const char *const dropped[] = { "StreamSpecification",
					       "StreamId",
					       "LatestStreamLabel",
					       "TimeToLive",
					       "PointInTimeRecovery",
					       "Insights",
					       "Tags",
					       "DeletionProtectionEnabled",
					       "BackupId",
					       "Restore" };
	struct json_object *definition = json_plain(op->arena, b->definition), *restore;

	if (!check_billing(op, definition) ||
	    !choose_indexes(op, definition, "GlobalSecondaryIndexes",
			    "GlobalSecondaryIndexOverride") ||
	    !choose_indexes(op, definition, "LocalSecondaryIndexes", "LocalSecondaryIndexOverride"))
		return NULL;
	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
		json_object_object_del(definition, dropped[i]);
	indexes_settle(op, definition);
	set_billing(op, definition);
	indexes_prune(op, definition);
	json_set_str(definition, "TableId", hash_uuid(op->arena));
	restore = json_set_object(definition, "Restore");
	json_set_str(restore, "SourceBackupArn", backup_arn(op, b));
	json_set_str(restore, "SourceTableArn",
		     op_arn(op, "dynamodb", "table/%.*s", STR_ARG(b->table_name)));
	json_set_int(restore, "At", b->created_at);
	return definition;
}

static void add_counts(struct op *op, int64_t table_id, struct json_object *indexes)
{
	for (size_t i = 0; i < json_count(indexes); i++)
		db_run(op->db,
		       "INSERT INTO dynamodb_count (table_id, number, items, bytes) VALUES (?, ?, 0, 0)",
		       "ii", table_id, json_int_or(json_get(json_at(indexes, i), "Number"), 0));
}

/* Store the table, not ready until its items are there, and promise them. */
static void store(struct op *op, struct str name, struct json_object *definition,
		  const struct backup *b)
{
	int64_t id;

	db_run(op->db,
	       "INSERT INTO dynamodb_table (name, stamp, created_at, ready_at, updating, definition)"
	       " VALUES (?, ?, ?, ?, 0, ?)",
	       "siiis", name, table_stamp(), op->now, BACKUP_RESTORING,
	       json_text(op->arena, definition));
	id = db_last_id(op->db);
	db_run(op->db,
	       "INSERT INTO dynamodb_count (table_id, number, items, bytes) VALUES (?, 0, 0, 0)",
	       "i", id);
	add_counts(op, id, json_get(definition, "LocalSecondaryIndexes"));
	add_counts(op, id, json_get(definition, "GlobalSecondaryIndexes"));
	db_run(op->db, "UPDATE dynamodb_backup SET readers = readers + 1 WHERE id = ?", "i", b->id);
	backup_start_restore(op, b->id, id);
}

enum outcome dynamodb_op_restore_table_from_backup(struct op *op)
{
	struct str name = op_str(op, "TargetTableName");
	struct json_object *definition;
	struct table_row row;
	struct backup b;

	if (!backup_find(op, op_str(op, "BackupArn"), &b))
		return FAILED;
	if (table_row_find(op, name, &row))
		return op_fail(op, &TableAlreadyExistsException, "Table already exists: %.*s",
			       STR_ARG(name));
	if (!b.ready)
		return op_fail(
			op, &BackupInUseException,
			"There is another ongoing conflicting backup control plane operation on the table.");
	definition = new_definition(op, &b);
	if (!definition || !encryption_restore(op, definition))
		return FAILED;
	store(op, name, definition, &b);
	if (!table_row_find(op, name, &row))
		return op_fail(op, &InternalFailure, "The table could not be stored");
	table_describe(op, table_load(op, &row), &row,
		       json_set_object(op->out, "TableDescription"));
	return DONE;
}

void backup_describe(struct op *op, const struct table_row *row, struct json_object *definition,
		     struct json_object *out)
{
	struct json_object *restore = json_get(definition, "Restore"), *told;

	(void)op;
	if (!restore)
		return;
	told = json_set_object(out, "RestoreSummary");
	json_set_str(told, "SourceBackupArn", json_get_str(restore, "SourceBackupArn"));
	json_set_str(told, "SourceTableArn", json_get_str(restore, "SourceTableArn"));
	json_set_time(told, "RestoreDateTime", json_int_or(json_get(restore, "At"), 0));
	json_set_bool(told, "RestoreInProgress", row->status == TABLE_CREATING);
}
