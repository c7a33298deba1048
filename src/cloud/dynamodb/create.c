/* CreateTable: the definition checked as AWS checks it, then kept as the document it came as. */
#include "cloud/dynamodb/operations.h"

#include "base/hash.h"
#include "cloud/dynamodb/create.h"
#include "cloud/dynamodb/definitions.h"
#include "cloud/dynamodb/describe.h"
#include "cloud/dynamodb/encryption.h"
#include "cloud/dynamodb/resource_policy.h"
#include "cloud/dynamodb/stream.h"
#include "cloud/dynamodb/table_class.h"
#include "cloud/dynamodb/tags.h"
#include "cloud/dynamodb/limits.h"

#define INVALID "One or more parameter values were invalid: "

enum { LOCAL_MAX = 5 };

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

static struct str name_at(struct json_object *list, size_t i)
{
	return json_get_str(json_at(list, i), "AttributeName");
}

/* One HASH, then perhaps one RANGE. */
static bool check_pair(struct op *op, struct json_object *schema)
{
	if (json_count(schema) > 1 && str_eq(name_at(schema, 0), name_at(schema, 1)))
		return refuse(
			op,
			"Both the Hash Key and the Range Key element in the KeySchema have the same name");
	if (!str_is(json_get_str(json_at(schema, 0), "KeyType"), "HASH"))
		return refuse(
			op, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
	if (json_count(schema) == 2 &&
	    !str_is(json_get_str(json_at(schema, 1), "KeyType"), "RANGE"))
		return refuse(
			op,
			"Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
	return true;
}

/* Up to four HASH, then up to four RANGE. */
static bool check_wide(struct op *op, struct json_object *schema)
{
	size_t counts[2] = { 0, 0 };

	if (!str_is(json_get_str(json_at(schema, 0), "KeyType"), "HASH"))
		return refuse(
			op, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
	for (size_t i = 0; i < json_count(schema); i++) {
		bool range = str_is(json_get_str(json_at(schema, i), "KeyType"), "RANGE");

		for (size_t k = 0; k < i; k++) {
			if (!str_eq(name_at(schema, i), name_at(schema, k)))
				continue;
			return refuse(op, "The KeySchema contains multiple key attributes with the "
					  "same name");
		}
		if (!range && counts[1])
			return refuse(op, INVALID "All HASH key attributes must precede RANGE key "
						  "attributes in the KeySchema");
		if (++counts[range] > CREATE_PARTS_MAX) {
			op_fail(op, &ValidationException,
				INVALID
				"The KeySchema exceeds the maximum allowed number of %s key "
				"attributes",
				range ? "RANGE" : "HASH");
			return false;
		}
	}
	return true;
}

/* Is it a key of several attributes, as only a global index has? */
static bool is_wide(struct json_object *schema)
{
	return json_count(schema) > 2 ||
	       (json_count(schema) == 2 &&
		str_is(json_get_str(json_at(schema, 0), "KeyType"), "HASH") &&
		str_is(json_get_str(json_at(schema, 1), "KeyType"), "HASH"));
}

bool create_check_schema(struct op *op, struct json_object *definitions, struct json_object *schema,
			 bool global)
{
	if (!definitions_check_schema(op, definitions, schema))
		return false;
	return global && is_wide(schema) ? check_wide(op, schema) : check_pair(op, schema);
}

/* Does a name stand twice? */
static bool repeated(struct op *op, struct json_object *names)
{
	for (size_t i = 0; i < json_count(names); i++) {
		for (size_t k = 0; k < i; k++) {
			if (!str_eq(json_str(json_at(names, i)), json_str(json_at(names, k))))
				continue;
			op_fail(op, &ValidationException,
				INVALID "Duplicate element in NonKeyAttributes: %.*s",
				STR_ARG(json_str(json_at(names, i))));
			return true;
		}
	}
	return false;
}

bool create_check_projection(struct op *op, struct json_object *projection, size_t *included)
{
	struct str type = json_get_str(projection, "ProjectionType");
	struct json_object *names = json_get(projection, "NonKeyAttributes");

	if (!type.p)
		return refuse(op, INVALID "Unknown ProjectionType: null");
	if (names && !str_is(type, "INCLUDE")) {
		op_fail(op, &ValidationException,
			INVALID "ProjectionType is %.*s, but NonKeyAttributes is specified",
			STR_ARG(type));
		return false;
	}
	if (!names && str_is(type, "INCLUDE"))
		return refuse(op, INVALID
			      "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
	*included += json_count(names);
	return !repeated(op, names);
}

/* Is this index's name that of one before it? */
static bool duplicate(struct op *op, struct json_object *indexes, size_t i, bool global)
{
	struct json_object *locals = global ? op_get(op, "LocalSecondaryIndexes") : NULL;
	struct str name = json_get_str(json_at(indexes, i), "IndexName");

	for (size_t k = 0; k < i; k++)
		if (str_eq(json_get_str(json_at(indexes, k), "IndexName"), name))
			return true;
	for (size_t k = 0; k < json_count(locals); k++)
		if (str_eq(json_get_str(json_at(locals, k), "IndexName"), name))
			return true;
	return false;
}

static bool check_local_keys(struct op *op, struct json_object *index)
{
	struct json_object *schema = json_get(index, "KeySchema");
	struct str name = json_get_str(index, "IndexName");
	struct str table_hash = name_at(op_get(op, "KeySchema"), 0);

	if (json_count(schema) != 2) {
		op_fail(op, &ValidationException,
			INVALID "Index KeySchema does not have a range key for index: %.*s",
			STR_ARG(name));
		return false;
	}
	if (!str_eq(name_at(schema, 0), table_hash)) {
		op_fail(op, &ValidationException,
			INVALID
			"Index KeySchema does not have the same leading hash key as table KeySchema for "
			"index: %.*s. index hash key: %.*s, table hash key: %.*s",
			STR_ARG(name), STR_ARG(name_at(schema, 0)), STR_ARG(table_hash));
		return false;
	}
	return true;
}

static bool check_index(struct op *op, struct json_object *indexes, size_t i, bool global,
			size_t *included)
{
	struct json_object *index = json_at(indexes, i);

	if (!create_check_schema(op, op_get(op, "AttributeDefinitions"),
				 json_get(index, "KeySchema"), global))
		return false;
	if (!global && !check_local_keys(op, index))
		return false;
	if (!create_check_projection(op, json_get(index, "Projection"), included))
		return false;
	if (global && !limits_check_index(op, index))
		return false;
	if (duplicate(op, indexes, i, global)) {
		op_fail(op, &ValidationException, INVALID "Duplicate index name: %.*s",
			STR_ARG(json_get_str(index, "IndexName")));
		return false;
	}
	return true;
}

/* A list of indexes has some. */
static bool check_lists(struct op *op)
{
	if (op_has(op, "LocalSecondaryIndexes") && !json_count(op_get(op, "LocalSecondaryIndexes")))
		return refuse(op, INVALID "List of LocalSecondaryIndexes is empty");
	if (op_has(op, "GlobalSecondaryIndexes") &&
	    !json_count(op_get(op, "GlobalSecondaryIndexes")))
		return refuse(op, INVALID "List of GlobalSecondaryIndexes is empty");
	return true;
}

static bool check_indexes(struct op *op, bool global, size_t *included)
{
	struct json_object *indexes =
		op_get(op, global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");

	if (!indexes)
		return true;
	if (!global && json_count(op_get(op, "KeySchema")) != 2)
		return refuse(op, INVALID
			      "Table KeySchema does not have a range key, which is required when "
			      "specifying a LocalSecondaryIndex");
	for (size_t i = 0; i < json_count(indexes); i++)
		if (!check_index(op, indexes, i, global, included))
			return false;
	if (!global && json_count(indexes) > LOCAL_MAX)
		return refuse(op, INVALID
			      "Number of LocalSecondaryIndexes exceeds per-table limit of 5");
	if (global && json_count(indexes) > CREATE_GLOBAL_MAX)
		return refuse(op, INVALID
			      "GlobalSecondaryIndex count exceeds the per-table limit of 20");
	return true;
}

static bool check_keys(struct op *op)
{
	struct json_object *schema = op_get(op, "KeySchema");

	/* One definition cannot serve two keys, also when both have its name. */
	if (json_count(schema) > json_count(op_get(op, "AttributeDefinitions")))
		return refuse(op, "Invalid KeySchema: Some index key attribute have no definition");
	return create_check_schema(op, op_get(op, "AttributeDefinitions"), schema, false);
}

bool create_check_absent(struct op *op, const char *const *unsupported)
{
	for (; *unsupported; unsupported++) {
		if (!op_has(op, *unsupported))
			continue;
		op_fail(op, &ValidationException, INVALID "%s is not supported here", *unsupported);
		return false;
	}
	return true;
}

static bool check_supported(struct op *op)
{
	static const char *const unsupported[] = { "GlobalTableSourceArn",
						   "GlobalTableSettingsReplicationMode", NULL };

	return create_check_absent(op, unsupported);
}

static bool check(struct op *op)
{
	size_t included = 0;

	if (!table_class_check(op) || !limits_check_table(op) || !definitions_check_names(op) ||
	    !check_keys(op) || !check_lists(op) || !definitions_check_used(op) ||
	    !check_indexes(op, false, &included) || !check_indexes(op, true, &included) ||
	    !tags_check(op, op_get(op, "Tags")) || !stream_check_new(op) ||
	    !encryption_check_new(op) || !resource_policy_check_new(op) || !check_supported(op))
		return false;
	if (included > CREATE_INCLUDED_MAX)
		return refuse(
			op, INVALID
			"The total number of NonKeyAttributes exceeds the per-table limit of 100");
	return true;
}

/* --- storing ------------------------------------------------------------------ */

/* A copy of the list whose elements carry the number of their entries, counting on from *number. */
static void copy_indexes(struct op *op, struct json_object *to, const char *member, int64_t *number)
{
	struct json_object *copy, *from = op_get(op, member);

	if (!from)
		return;
	copy = json_object_get(json_plain(op->arena, from));
	for (size_t i = 0; i < json_count(copy); i++)
		json_set_int(json_at(copy, i), "Number", ++*number);
	json_set(to, member, copy);
}

static struct str definition_text(struct op *op, struct str name, int64_t *numbers)
{
	static const char *const kept[] = {
		"AttributeDefinitions",      "KeySchema",      "BillingMode",
		"ProvisionedThroughput",     "Tags",           "TableClass",
		"DeletionProtectionEnabled", "WarmThroughput", "OnDemandThroughput"
	};
	struct json_object *definition = json_new_object(op->arena);

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (op_has(op, kept[i]))
			json_set(definition, kept[i], json_object_get(op_get(op, kept[i])));
	json_set_str(definition, "TableId", hash_uuid(op->arena));
	stream_create(op, name, definition);
	encryption_create(op, definition);
	copy_indexes(op, definition, "LocalSecondaryIndexes", numbers);
	copy_indexes(op, definition, "GlobalSecondaryIndexes", numbers);
	return json_text(op->arena, definition);
}

static void store(struct op *op, struct str name)
{
	int64_t numbers = 0, id;
	struct str text = definition_text(op, name, &numbers);

	db_run(op->db,
	       "INSERT INTO dynamodb_table (name, stamp, created_at, ready_at, updating, definition)"
	       " VALUES (?, ?, ?, ?, 0, ?)",
	       "siiis", name, table_stamp(), op->now, op->now + table_delay(), text);
	id = db_last_id(op->db);
	resource_policy_create(op, name);
	for (int64_t i = 0; i <= numbers; i++)
		db_run(op->db,
		       "INSERT INTO dynamodb_count (table_id, number, items, bytes) VALUES (?, ?, 0, 0)",
		       "ii", id, i);
}

/* From: DynamoDB Developer Guide, "Quotas in Amazon DynamoDB": tables of an account and region. */
static bool has_room(struct op *op)
{
	enum { TABLES_MAX = 2500 };

	if (db_int(op->db, 0, "SELECT count(*) FROM dynamodb_table", "") < TABLES_MAX)
		return true;
	op_fail(op, &LimitExceededException,
		"Subscriber limit exceeded: There is a limit of %d tables per subscriber",
		TABLES_MAX);
	return false;
}

enum outcome dynamodb_op_create_table(struct op *op)
{
	struct table_row row;
	const struct table *table;
	struct str name;

	if (!op_str(op, "TableName").p)
		return op_fail(
			op, &ValidationException,
			"The parameter 'TableName' is required but was not present in the request");
	if (!table_name(op, "TableName", 3, &name) || !check(op))
		return FAILED;
	if (table_row_find(op, name, &row))
		return op_fail(op, &ResourceInUseException, "%s: %.*s",
			       row.status == TABLE_CREATING
				       ? "Attempt to change a resource which is still in use: "
					 "Table is being created"
				       : "Table already exists",
			       STR_ARG(name));
	if (!has_room(op))
		return FAILED;
	store(op, name);
	if (!table_row_find(op, name, &row))
		return op_fail(op, &InternalFailure, "The table could not be stored");
	job_settle(op, op->now + table_delay());
	row.status = TABLE_CREATING; /* also when the delay is none: the first answer says so */
	table = table_load(op, &row);
	table_describe(op, table, &row, json_set_object(op->out, "TableDescription"));
	return DONE;
}
