/* RestoreTableFromBackup, RestoreTableToPointInTime: a new table with what another had; see backup.h and past.h. */
#include "cloud/dynamodb/backup_inner.h"

#include "base/hash.h"
#include "cloud/dynamodb/describe.h"
#include "cloud/dynamodb/encryption.h"
#include "cloud/dynamodb/indexes.h"
#include "cloud/dynamodb/operations.h"
#include "cloud/dynamodb/past.h"

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

/* --- what may be otherwise than it was ---------------------------------------- */

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
	json_object_object_del(definition, "Capacity");
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

/* A definition as the new table has it, with what it was made of; NULL with the error set. */
static struct json_object *new_definition(struct op *op, struct json_object *from,
					  struct str source, int64_t moment)
{
	/* What belongs to the table that was, not to what is made of it. */
	static const char *const dropped[] = { "StreamSpecification",
					       "StreamId",
					       "LatestStreamLabel",
					       "TimeToLive",
					       "PointInTimeRecovery",
					       "Insights",
					       "Tags",
					       "DeletionProtectionEnabled",
					       "TableClassChangedAt",
					       "BackupId",
					       "Restore" };
	struct json_object *definition = json_plain(op->arena, from), *restore;

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
	json_set_str(restore, "SourceTableArn",
		     op_arn(op, "dynamodb", "table/%.*s", STR_ARG(source)));
	json_set_int(restore, "At", moment);
	return encryption_restore(op, definition) ? definition : NULL;
}

static void add_counts(struct op *op, int64_t table_id, struct json_object *indexes)
{
	for (size_t i = 0; i < json_count(indexes); i++)
		db_run(op->db,
		       "INSERT INTO dynamodb_count (table_id, number, items, bytes) VALUES (?, ?, 0, 0)",
		       "ii", table_id, json_int_or(json_get(json_at(indexes, i), "Number"), 0));
}

/* Store the table, not ready until its items are there; its id. */
static int64_t store(struct op *op, struct json_object *definition)
{
	int64_t id;

	db_run(op->db,
	       "INSERT INTO dynamodb_table (name, stamp, created_at, ready_at, updating, definition)"
	       " VALUES (?, ?, ?, ?, 0, ?)",
	       "siiis", op_str(op, "TargetTableName"), table_stamp(), op->now, BACKUP_RESTORING,
	       json_text(op->arena, definition));
	id = db_last_id(op->db);
	db_run(op->db,
	       "INSERT INTO dynamodb_count (table_id, number, items, bytes) VALUES (?, 0, 0, 0)",
	       "i", id);
	add_counts(op, id, json_get(definition, "LocalSecondaryIndexes"));
	add_counts(op, id, json_get(definition, "GlobalSecondaryIndexes"));
	return id;
}

static enum outcome answer(struct op *op)
{
	struct table_row row;

	if (!table_row_find(op, op_str(op, "TargetTableName"), &row))
		return op_fail(op, &InternalFailure, "The table could not be stored");
	table_describe(op, table_load(op, &row), &row,
		       json_set_object(op->out, "TableDescription"));
	return DONE;
}

static bool check_target(struct op *op)
{
	struct str name = op_str(op, "TargetTableName");
	struct table_row row;

	if (!table_row_find(op, name, &row))
		return true;
	op_fail(op, &TableAlreadyExistsException, "Table already exists: %.*s", STR_ARG(name));
	return false;
}

enum outcome dynamodb_op_restore_table_from_backup(struct op *op)
{
	struct json_object *definition;
	struct backup b;

	if (!backup_find(op, op_str(op, "BackupArn"), &b) || !check_target(op))
		return FAILED;
	if (!b.ready)
		return op_fail(
			op, &BackupInUseException,
			"There is another ongoing conflicting backup control plane operation on the table.");
	definition = new_definition(op, b.definition, b.table_name, b.created_at);
	if (!definition)
		return FAILED;
	json_set_str(json_get(definition, "Restore"), "SourceBackupArn", backup_arn(op, &b));
	db_run(op->db, "UPDATE dynamodb_backup SET readers = readers + 1 WHERE id = ?", "i", b.id);
	backup_start_restore(op, b.id, store(op, definition));
	return answer(op);
}

/* --- to a moment ------------------------------------------------------------------------- */

/* The table to be restored; NULL with the error set. */
static const struct table *find_source(struct op *op)
{
	const char *member = op_has(op, "SourceTableArn") ? "SourceTableArn" : "SourceTableName";
	struct table_row row;
	struct str name;

	if (!op_has(op, member)) {
		refuse(op, "SourceTableName or SourceTableArn must be specified");
		return NULL;
	}
	if (!table_name(op, member, 1, &name))
		return NULL;
	if (table_row_find(op, name, &row) && row.status != TABLE_DELETING)
		return table_load(op, &row);
	op_fail(op, &TableNotFoundException, "Source table not found: %.*s", STR_ARG(name));
	return NULL;
}

/* The moment that is asked for, in milliseconds; false with the error set. */
static bool find_moment(struct op *op, const struct table *table, struct json_object *recovery,
			int64_t *moment)
{
	struct past_range range = past_range(op, recovery);
	bool latest = op_bool_or(op, "UseLatestRestorableTime", false);
	double asked = json_object_get_double(op_get(op, "RestoreDateTime"));

	if (!recovery) {
		op_fail(op, &PointInTimeRecoveryUnavailableException,
			"Point in time recovery is not enabled for table '%.*s'",
			STR_ARG(table->name));
		return false;
	}
	if (latest == op_has(op, "RestoreDateTime"))
		return refuse(op, "Exactly one of RestoreDateTime and UseLatestRestorableTime must "
				  "be specified");
	*moment = latest ? range.to : asked < 1e12 && asked > 0 ? (int64_t)(asked * 1000) : 0;
	/* The ends are told in whole seconds. */
	if (*moment == range.from / 1000 * 1000)
		*moment = range.from;
	if (*moment >= range.from && *moment <= range.to)
		return true;
	op_fail(op, &InvalidRestoreTimeException,
		"An invalid restore time was specified. RestoreDateTime must be between "
		"EarliestRestorableDateTime and LatestRestorableDateTime.");
	return false;
}

enum outcome dynamodb_op_restore_table_to_point_in_time(struct op *op)
{
	const struct table *table = find_source(op);
	struct json_object *from, *definition;
	int64_t moment;

	if (!table || !check_target(op))
		return FAILED;
	from = json_parse(op->arena, table->definition, NULL);
	if (!find_moment(op, table, json_get(from, "PointInTimeRecovery"), &moment))
		return FAILED;
	definition = new_definition(op, from, table->name, moment);
	if (!definition)
		return FAILED;
	past_start_restore(op, table->id, moment, store(op, definition));
	return answer(op);
}

void backup_describe(struct op *op, const struct table_row *row, struct json_object *definition,
		     struct json_object *out)
{
	struct json_object *restore = json_get(definition, "Restore"), *told;

	(void)op;
	if (!restore)
		return;
	told = json_set_object(out, "RestoreSummary");
	if (json_get(restore, "SourceBackupArn"))
		json_set_str(told, "SourceBackupArn", json_get_str(restore, "SourceBackupArn"));
	json_set_str(told, "SourceTableArn", json_get_str(restore, "SourceTableArn"));
	json_set_time(told, "RestoreDateTime", json_int_or(json_get(restore, "At"), 0));
	json_set_bool(told, "RestoreInProgress", row->status == TABLE_CREATING);
}
