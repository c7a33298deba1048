/* UpdateTable, and what describes the account: what changes of a table without touching its items. */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/create.h"
#include "cloud/dynamodb/describe.h"
#include "cloud/dynamodb/encryption.h"
#include "cloud/dynamodb/global.h"
#include "cloud/dynamodb/indexes.h"
#include "cloud/dynamodb/limits.h"
#include "cloud/dynamodb/stream.h"
#include "cloud/dynamodb/table_class.h"
#include "cloud/dynamodb/throughput.h"

#define INVALID "One or more parameter values were invalid: "

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

/* Store a changed definition; in effect at once when `delay` is none. */
static void store(struct op *op, int64_t id, struct json_object *definition, int64_t delay)
{
	db_run(op->db,
	       "UPDATE dynamodb_table SET definition = ?, stamp = ?, updating = 1, ready_at = ? WHERE id = ?",
	       "siii", json_text(op->arena, definition), table_stamp(), op->now + delay, id);
	if (delay)
		job_settle(op, op->now + delay);
}

/* --- UpdateTable ---------------------------------------------------------------------- */

static bool check_supported(struct op *op)
{
	static const char *const unsupported[] = { "MultiRegionConsistency",
						   "GlobalTableWitnessUpdates",
						   "GlobalTableSettingsReplicationMode", NULL };

	return create_check_absent(op, unsupported);
}

static bool is_on_demand(struct str mode)
{
	return str_is(mode, "PAY_PER_REQUEST");
}

static int64_t units(struct json_object *throughput, const char *which)
{
	return json_int_or(json_get(throughput, which), 0);
}

static bool check_throughput(struct op *op, struct json_object *definition)
{
	struct str mode = op_has(op, "BillingMode") ? op_str(op, "BillingMode")
						    : json_get_str(definition, "BillingMode");
	struct json_object *asked = op_get(op, "ProvisionedThroughput");
	struct json_object *has = json_get(definition, "ProvisionedThroughput");
	int64_t reads = units(has, "ReadCapacityUnits"), writes = units(has, "WriteCapacityUnits");

	if (is_on_demand(mode) && asked)
		return refuse(
			op, INVALID
			"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
			"BillingMode is PAY_PER_REQUEST");
	if (!is_on_demand(mode) && !asked && op_has(op, "BillingMode"))
		return refuse(op, INVALID "ProvisionedThroughput must be specified when "
					  "BillingMode is PROVISIONED");
	if (!limits_check_update(op, op->in, definition, is_on_demand(mode), STR_NONE))
		return false;
	if (!asked || units(asked, "ReadCapacityUnits") != reads ||
	    units(asked, "WriteCapacityUnits") != writes)
		return true;
	op_fail(op, &ValidationException,
		"The provisioned throughput for the table will not change. The requested value equals the current "
		"value. Current ReadCapacityUnits provisioned for the table: %lld. Requested ReadCapacityUnits: %lld. "
		"Current WriteCapacityUnits provisioned for the table: %lld. Requested WriteCapacityUnits: %lld. Refer "
		"to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
		(long long)reads, (long long)reads, (long long)writes, (long long)writes);
	return false;
}

/* Turn the stream on or off when that is asked for; false with the error set. */
static bool check_stream(struct op *op, const struct table *table, struct json_object *definition)
{
	if (!op_has(op, "StreamSpecification"))
		return true;
	if (op_has(op, "ProvisionedThroughput"))
		return refuse(op,
			      INVALID "You cannot modify stream status while updating table IOPS");
	return stream_update(op, table, definition);
}

/* Is anything asked for? False with the error set. */
static bool check_any(struct op *op)
{
	static const char *const members[] = {
		"BillingMode",        "ProvisionedThroughput",     "TableClass",
		"OnDemandThroughput", "DeletionProtectionEnabled", "WarmThroughput",
		"SSESpecification",   "StreamSpecification",       "ReplicaUpdates"
	};

	if (json_count(op_get(op, "GlobalSecondaryIndexUpdates")))
		return true;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (op_has(op, members[i]))
			return true;
	/* Of what is missing is not told what was given, though it asks for nothing alone. */
	op_fail(op, &ValidationException,
		"At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
		"GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, "
		"MultiAccountReplicaReady, ReplicaTransitRoleArn, %sDeletionProtectionEnabled, "
		"OnDemandThroughput, WarmThroughput or TableClass is required",
		op_has(op, "MultiRegionConsistency") ? "" : "MultiRegionConsistency, ");
	return false;
}

/* What AWS changes alone; an empty WarmThroughput asks for nothing. */
static bool check_alone(struct op *op)
{
	static const char *const others[] = {
		"BillingMode", "ProvisionedThroughput",     "OnDemandThroughput",
		"TableClass",  "DeletionProtectionEnabled", "StreamSpecification"
	};
	bool warm = json_count(op_get(op, "WarmThroughput"));
	size_t n = warm, all;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		n += op_has(op, others[i]);
	all = n + (json_count(op_get(op, "GlobalSecondaryIndexUpdates")) > 0);
	if (all > 1 && op_has(op, "TableClass"))
		return refuse(op, INVALID "TableClass modification must be the only operation in "
					  "the request");
	if (all > 1 && op_has(op, "DeletionProtectionEnabled"))
		return refuse(op, INVALID "DeletionProtection modification must be the only "
					  "operation in the request");
	if (op_has(op, "OnDemandThroughput") && (op_has(op, "StreamSpecification") || warm))
		return refuse(op,
			      INVALID "OnDemandThroughput can only be combined with BillingMode "
				      "in an UpdateTable request");
	if (n > 1 && warm)
		return refuse(op,
			      INVALID "WarmThroughput must be the only operation in the request");
	return true;
}

/* Put what is asked for into the definition. */
static void change(struct op *op, const struct table_row *row, struct json_object *definition)
{
	static const char *const members[] = { "BillingMode", "ProvisionedThroughput", "TableClass",
					       "DeletionProtectionEnabled" };
	bool was_on_demand = is_on_demand(json_get_str(definition, "BillingMode"));
	struct limits_warm warm = limits_warm(op, definition);

	throughput_note(op, definition);
	table_class_note(op, definition);
	throughput_note_mode(op, row, definition);
	if (op_has(op, "BillingMode") && is_on_demand(op_str(op, "BillingMode")) != was_on_demand) {
		json_object_object_del(definition, "OnDemandThroughput");
		indexes_rebill(op, definition);
	}
	limits_update(op, op->in, definition);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (op_has(op, members[i]))
			json_set(definition, members[i], json_object_get(op_get(op, members[i])));
	if (is_on_demand(op_str(op, "BillingMode")))
		json_object_object_del(definition, "ProvisionedThroughput");
	limits_keep_warm(op, definition, &warm);
}

/* Find a table that is neither coming nor going; NULL with the error set. */
static const struct table *table_to_change(struct op *op, struct str name, struct table_row *row)
{
	if (!table_row_find(op, name, row)) {
		op_fail(op, &ResourceNotFoundException,
			"Requested resource not found: Table: %.*s not found", STR_ARG(name));
		return NULL;
	}
	if (row->status == TABLE_CREATING || row->status == TABLE_DELETING) {
		op_fail(op, &ResourceInUseException,
			"Attempt to change a resource which is still in use: Table is being %s: %.*s",
			row->status == TABLE_CREATING ? "created" : "deleted", STR_ARG(name));
		return NULL;
	}
	return table_load(op, row);
}

/* The table stays ACTIVE while it is encrypted with another key. */
static enum outcome update_encryption(struct op *op, const struct table *table,
				      struct table_row *row, struct json_object *definition)
{
	if (!encryption_update(op, definition))
		return FAILED;
	table_store(op, table->id, definition);
	if (!table_row_find(op, table->name, row))
		return op_fail(op, &InternalFailure, "The table could not be stored");
	table_describe(op, table_load(op, row), row, json_set_object(op->out, "TableDescription"));
	return DONE;
}

/* Store the changed definition, and answer it. */
static enum outcome store_change(struct op *op, const struct table *table,
				 struct json_object *definition)
{
	bool active = indexes_keep_active(op);
	struct table_row row;
	struct table answered;

	if (active) {
		table_store(op, table->id, definition);
		job_settle(op, op->now + table_delay());
	} else {
		store(op, table->id, definition, table_delay());
	}
	if (!table_row_find(op, table->name, &row))
		return op_fail(op, &InternalFailure, "The table could not be stored");
	row.status = active ? row.status : TABLE_UPDATING;
	answered = *table_load(op, &row);
	answered.definition = indexes_answer(op, table, definition);
	table_describe(op, &answered, &row, json_set_object(op->out, "TableDescription"));
	indexes_begin(op, table->id, definition);
	return DONE;
}

enum outcome dynamodb_op_update_table(struct op *op)
{
	struct table_row row;
	const struct table *table;
	struct json_object *definition;
	struct str name;

	if (!table_name(op, "TableName", 3, &name) || !check_any(op) || !check_supported(op) ||
	    !table_class_check(op) || !check_alone(op) ||
	    !limits_check_units(op, op_get(op, "ProvisionedThroughput")) ||
	    !indexes_check_request(op))
		return FAILED;
	table = table_to_change(op, name, &row);
	if (!table)
		return FAILED;
	definition = json_parse(op->arena, table->definition, NULL);
	if (!global_check_replicas(op) || !indexes_check_idle(op, table, &row, definition))
		return FAILED;
	if (op_has(op, "SSESpecification"))
		return update_encryption(op, table, &row, definition);
	if (!check_stream(op, table, definition) || !check_throughput(op, definition))
		return FAILED;
	change(op, &row, definition);
	return indexes_change(op, table, definition) ? store_change(op, table, definition) : FAILED;
}

/* --- the account ---------------------------------------------------------------------------- */

enum outcome dynamodb_op_describe_limits(struct op *op)
{
	json_set_int(op->out, "AccountMaxReadCapacityUnits", 80000);
	json_set_int(op->out, "AccountMaxWriteCapacityUnits", 80000);
	json_set_int(op->out, "TableMaxReadCapacityUnits", 40000);
	json_set_int(op->out, "TableMaxWriteCapacityUnits", 40000);
	return DONE;
}

/* Clients that ask use the answer instead of their endpoint: it is the address they came by. */
enum outcome dynamodb_op_describe_endpoints(struct op *op)
{
	struct json_object *endpoint = json_add_object(json_set_array(op->out, "Endpoints"));
	ptrdiff_t scheme = str_find_str(op->endpoint, STR("://"));

	json_set_str(endpoint, "Address",
		     scheme < 0 ? op->endpoint
				: str_slice(op->endpoint, (size_t)scheme + 3, op->endpoint.n));
	json_set_int(endpoint, "CachePeriodInMinutes", 1440);
	return DONE;
}
