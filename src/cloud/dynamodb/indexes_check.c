/* The rules of indexes that are created and updated online, in AWS's words; see indexes.h. */
#include "cloud/dynamodb/indexes_inner.h"

#include "cloud/dynamodb/create.h"
#include "cloud/dynamodb/limits.h"

#define INVALID "One or more parameter values were invalid: "
#define GLOBALS "GlobalSecondaryIndexes"

static bool on_demand(struct json_object *definition)
{
	return str_is(json_get_str(definition, "BillingMode"), "PAY_PER_REQUEST");
}

static bool fail_for(struct op *op, const char *why, struct str index)
{
	op_fail(op, &ValidationException, INVALID "%s: %.*s", why, STR_ARG(index));
	return false;
}

static bool check_new_capacity(struct op *op, struct json_object *definition,
			       const struct index_action *action)
{
	bool given = json_get(action->asked, "ProvisionedThroughput");

	if (!on_demand(definition) && !given)
		return fail_for(
			op,
			"Both ReadCapacityUnits and WriteCapacityUnits must be specified for index",
			action->name);
	if (!on_demand(definition) || !given)
		return limits_check_units(op, json_get(action->asked, "ProvisionedThroughput"));
	op_fail(op, &ValidationException,
		INVALID
		"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: %.*s when "
		"BillingMode is PAY_PER_REQUEST",
		STR_ARG(action->name));
	return false;
}

/* --- attributes keep their type -------------------------------------------------------------- */

static struct str type_in(struct json_object *definitions, struct str name)
{
	for (size_t i = 0; i < json_count(definitions); i++)
		if (str_eq(json_get_str(json_at(definitions, i), "AttributeName"), name))
			return json_get_str(json_at(definitions, i), "AttributeType");
	return STR_NONE;
}

/* What an attribute is in a schema: "HASH", "RANGE" or absent. */
static struct str role_in(struct json_object *schema, struct str name)
{
	for (size_t i = 0; i < json_count(schema); i++)
		if (str_eq(json_get_str(json_at(schema, i), "AttributeName"), name))
			return json_get_str(json_at(schema, i), "KeyType");
	return STR_NONE;
}

/* What it is to the table, or else to the first of its indexes that has it. */
static struct str role_of(struct json_object *definition, struct str name)
{
	static const char *const members[] = { "LocalSecondaryIndexes", GLOBALS };
	struct str role = role_in(json_get(definition, "KeySchema"), name);

	for (int m = 0; m < 2; m++) {
		struct json_object *all = json_get(definition, members[m]);

		for (size_t i = 0; i < json_count(all) && !role.p; i++)
			role = role_in(json_get(json_at(all, i), "KeySchema"), name);
	}
	return role;
}

static bool check_types(struct op *op, struct json_object *definition, struct json_object *schema)
{
	for (size_t i = 0; i < json_count(schema); i++) {
		struct str name = json_get_str(json_at(schema, i), "AttributeName");
		struct str has = type_in(json_get(definition, "AttributeDefinitions"), name);
		struct str asked = type_in(op_get(op, "AttributeDefinitions"), name);

		if (!has.p || str_eq(has, asked))
			continue;
		op_fail(op, &ValidationException,
			INVALID
			"Attributes cannot be redefined. Please check that your attribute has the same type "
			"as previously defined. Existing schema: Schema:[SchemaElement: key{%.*s:%.*s:%.*s}] "
			"New schema: Schema:[SchemaElement: key{%.*s:%.*s:%.*s}]",
			STR_ARG(name), STR_ARG(has), STR_ARG(role_of(definition, name)),
			STR_ARG(name), STR_ARG(asked),
			STR_ARG(json_get_str(json_at(schema, i), "KeyType")));
		return false;
	}
	return true;
}

/* --- one action ---------------------------------------------------------------------------------- */

/* Attributes that the table's indexes name beside their keys. */
static size_t included(struct json_object *definition)
{
	static const char *const members[] = { "LocalSecondaryIndexes", GLOBALS };
	size_t n = 0;

	for (int m = 0; m < 2; m++) {
		struct json_object *all = json_get(definition, members[m]);

		for (size_t i = 0; i < json_count(all); i++)
			n += json_count(json_get(json_get(json_at(all, i), "Projection"),
						 "NonKeyAttributes"));
	}
	return n;
}

bool index_check_create(struct op *op, const struct table *table, struct json_object *definition,
			const struct index_action *action)
{
	struct json_object *schema = json_get(action->asked, "KeySchema");
	struct json_object *definitions = op_get(op, "AttributeDefinitions");
	size_t names = included(definition);

	(void)table;
	if (json_count(json_get(definition, GLOBALS)) >= CREATE_GLOBAL_MAX) {
		op_fail(op, &LimitExceededException,
			"Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit "
			"of %d",
			CREATE_GLOBAL_MAX);
		return false;
	}
	if (!json_count(definitions))
		return fail_for(op, "AttributeDefinitions is not specified for index",
				action->name);
	if (!create_check_schema(op, definitions, schema, true) ||
	    !create_check_projection(op, json_get(action->asked, "Projection"), &names) ||
	    !check_new_capacity(op, definition, action) || !check_types(op, definition, schema))
		return false;
	if (names <= CREATE_INCLUDED_MAX)
		return true;
	op_fail(op, &ValidationException,
		INVALID "The total number of NonKeyAttributes exceeds the per-table limit of %d",
		CREATE_INCLUDED_MAX);
	return false;
}

static long long units(struct json_object *throughput, const char *which)
{
	return json_int_or(json_get(throughput, which), 0);
}

/* Throughput that is asked for must be another than the index has. */
static bool check_new_units(struct op *op, struct json_object *index,
			    const struct index_action *action)
{
	struct json_object *asked = json_get(action->asked, "ProvisionedThroughput");
	struct json_object *has = json_get(index, "ProvisionedThroughput");
	long long reads = units(has, "ReadCapacityUnits"),
		  writes = units(has, "WriteCapacityUnits");

	if (!asked || !has || units(asked, "ReadCapacityUnits") != reads ||
	    units(asked, "WriteCapacityUnits") != writes)
		return limits_check_units(op, asked);
	op_fail(op, &ValidationException,
		"The provisioned throughput for the index %.*s will not change. The requested value equals the "
		"current value. Current ReadCapacityUnits provisioned for index %.*s: %lld. Requested "
		"ReadCapacityUnits: %lld. Current WriteCapacityUnits provisioned for index %.*s: %lld. Requested "
		"WriteCapacityUnits: %lld. Refer to the Amazon DynamoDB Developer Guide for current limits and "
		"how to request higher limits.",
		STR_ARG(action->name), STR_ARG(action->name), reads, reads, STR_ARG(action->name),
		writes, writes);
	return false;
}

bool index_check_update(struct op *op, struct json_object *definition,
			const struct index_action *action)
{
	struct json_object *index = index_named(definition, GLOBALS, action->name);

	if (!limits_check_update(op, action->asked, index, on_demand(definition), action->name))
		return false;
	if (!on_demand(definition))
		return check_new_units(op, index, action);
	if (!json_get(action->asked, "ProvisionedThroughput") &&
	    (json_count(json_get(action->asked, "OnDemandThroughput")) ||
	     json_count(json_get(action->asked, "WarmThroughput"))))
		return true;
	op_fail(op, &ValidationException,
		INVALID
		"The only Updates for index: %.*s when TableThroughputMode is PAY_PER_REQUEST can be to "
		"OnDemandThroughput, WarmThroughput",
		STR_ARG(action->name));
	return false;
}
