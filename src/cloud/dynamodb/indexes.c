/* GlobalSecondaryIndexUpdates: what is asked of a table's indexes, put into its definition; see indexes.h. */
#include "cloud/dynamodb/indexes_inner.h"

#include "cloud/dynamodb/operations.h"
#include "cloud/dynamodb/limits.h"

#define INVALID "One or more parameter values were invalid: "
#define IN_USE  "Attempt to change a resource which is still in use: "
#define GLOBALS "GlobalSecondaryIndexes"

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

struct index_action index_action_at(struct op *op, size_t i)
{
	static const char *const members[] = { NULL, "Update", "Create", "Delete" };
	struct json_object *element = json_at(op_get(op, "GlobalSecondaryIndexUpdates"), i);
	struct index_action action = { 0 };

	for (int verb = INDEX_UPDATE; verb <= INDEX_DELETE && !action.asked; verb++) {
		action.asked = json_get(element, members[verb]);
		if (action.asked)
			action.verb = (enum index_verb)verb;
	}
	action.name = json_get_str(action.asked, "IndexName");
	return action;
}

static size_t action_count(struct op *op)
{
	return json_count(op_get(op, "GlobalSecondaryIndexUpdates"));
}

/* How many actions begin or end an index. */
static size_t structural(struct op *op)
{
	size_t n = 0;

	for (size_t i = 0; i < action_count(op); i++)
		n += index_action_at(op, i).verb != INDEX_UPDATE;
	return n;
}

/* --- the request alone ----------------------------------------------------------------- */

static bool check_action(struct op *op, size_t i)
{
	struct json_object *element = json_at(op_get(op, "GlobalSecondaryIndexUpdates"), i);
	struct index_action action = index_action_at(op, i);

	if (action.verb == INDEX_NONE)
		return refuse(op, INVALID "One of GlobalSecondaryIndexUpdate.Update, "
					  "GlobalSecondaryIndexUpdate.Create, "
					  "GlobalSecondaryIndexUpdate.Delete must not be null");
	if (json_count(element) > 1)
		return refuse(op, INVALID "Only one global secondary index action is allowed per "
					  "GlobalSecondaryIndexUpdate object");
	if (action.verb == INDEX_UPDATE && json_get(action.asked, "WarmThroughput") &&
	    !json_count(json_get(action.asked, "WarmThroughput"))) {
		op_fail(op, &ValidationException,
			INVALID "WarmThroughput must have at least one of ReadUnitsPerSecond or "
				"WriteUnitsPerSecond specified for index: %.*s",
			STR_ARG(action.name));
		return false;
	}
	for (size_t k = 0; k < i; k++) {
		if (!str_eq(index_action_at(op, k).name, action.name))
			continue;
		op_fail(op, &ValidationException,
			INVALID
			"Only one global secondary index update per index is allowed simultaneously. Index: %.*s",
			STR_ARG(action.name));
		return false;
	}
	return true;
}

/* What cannot be asked for together with an index that comes or goes. */
static bool check_alone(struct op *op)
{
	static const struct {
		const char *member, *why;
	} others[] = {
		{ "ProvisionedThroughput",
		  INVALID "You cannot create or delete index while updating table IOPS" },
		{ "StreamSpecification",
		  INVALID "You cannot create or delete index while changing stream status" },
		{ "WarmThroughput", INVALID
		  "Create global secondary index cannot be specified when updating WarmThroughput" },
	};

	if (!structural(op))
		return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (op_has(op, others[i].member))
			return refuse(op, others[i].why);
	return true;
}

bool indexes_check_request(struct op *op)
{
	if (!op_has(op, "GlobalSecondaryIndexUpdates"))
		return true;
	if (!action_count(op))
		return refuse(op, INVALID "List of GlobalSecondaryIndexUpdates is empty");
	for (size_t i = 0; i < action_count(op); i++)
		if (!check_action(op, i))
			return false;
	return check_alone(op);
}

/* --- indexes in a definition ------------------------------------------------------------- */

struct json_object *index_named(struct json_object *definition, const char *member, struct str name)
{
	struct json_object *all = json_get(definition, member);

	for (size_t i = 0; i < json_count(all); i++)
		if (str_eq(json_get_str(json_at(all, i), "IndexName"), name))
			return json_at(all, i);
	return NULL;
}

struct json_object *index_numbered(struct json_object *definition, int64_t number)
{
	struct json_object *all = json_get(definition, GLOBALS);

	for (size_t i = 0; i < json_count(all); i++)
		if (json_int_or(json_get(json_at(all, i), "Number"), 0) == number)
			return json_at(all, i);
	return NULL;
}

int64_t index_moment(struct json_object *index, const char *member)
{
	return json_int_or(json_get(index, member), -1);
}

bool index_allocates(const struct op *op, struct json_object *index)
{
	int64_t created_at = index_moment(index, "CreatedAt");

	return created_at >= 0 && op->now <= created_at + table_delay();
}

static bool is_updating(const struct op *op, struct json_object *index)
{
	int64_t updated_at = index_moment(index, "UpdatedAt");

	return updated_at >= 0 && op->now < updated_at + table_delay();
}

const char *indexes_status(const struct op *op, struct json_object *index, int *backfilling)
{
	*backfilling = -1;
	if (index_moment(index, "DeletedAt") >= 0)
		return "DELETING";
	if (index_moment(index, "CreatedAt") >= 0) {
		*backfilling = !index_allocates(op, index);
		return "CREATING";
	}
	return is_updating(op, index) || json_get(index, "Answer") ? "UPDATING" : "ACTIVE";
}

/* --- what is under way ------------------------------------------------------------------- */

/* An index that is in the state that `is_so` knows; NULL when none is. */
static struct json_object *find(const struct op *op, struct json_object *definition,
				bool (*is_so)(const struct op *op, struct json_object *index))
{
	struct json_object *all = json_get(definition, GLOBALS);

	for (size_t i = 0; i < json_count(all); i++)
		if (is_so(op, json_at(all, i)))
			return json_at(all, i);
	return NULL;
}

static bool is_deleting(const struct op *op, struct json_object *index)
{
	(void)op;
	return index_moment(index, "DeletedAt") >= 0;
}

static bool is_coming_or_going(const struct op *op, struct json_object *index)
{
	(void)op;
	return index_moment(index, "CreatedAt") >= 0 || index_moment(index, "DeletedAt") >= 0;
}

static bool is_busy(const struct op *op, struct json_object *index)
{
	return is_coming_or_going(op, index) || is_updating(op, index);
}

static bool in_use(struct op *op, const char *what, struct str table, struct str index)
{
	op_fail(op, &ResourceInUseException, IN_USE "%s Table: %.*s Index: %.*s", what,
		STR_ARG(table), STR_ARG(index));
	return false;
}

static bool not_found(struct op *op, const struct table *table, struct str index)
{
	op_fail(op, &ResourceNotFoundException,
		"Requested resource not found: Index %.*s for table %.*s", STR_ARG(index),
		STR_ARG(table->name));
	return false;
}

/* Is more asked than any table or index may have? */
static bool is_boundless(struct json_object *capacity)
{
	return json_int_or(json_get(capacity, "ReadCapacityUnits"), 0) > LIMITS_UNITS_MAX ||
	       json_int_or(json_get(capacity, "WriteCapacityUnits"), 0) > LIMITS_UNITS_MAX;
}

static bool check_free_name(struct op *op, const struct table *table,
			    struct json_object *definition, struct str name)
{
	struct json_object *index = index_named(definition, GLOBALS, name);

	if (index && index_moment(index, "CreatedAt") >= 0)
		return in_use(op, "Index is being created.", table->name, name);
	if (index && is_deleting(op, index))
		return in_use(op, "Index is being deleted.", table->name, name);
	if (index || index_named(definition, "LocalSecondaryIndexes", name))
		return refuse(op, "Attempting to create an index which already exists");
	return true;
}

/* The index that is to be changed or deleted is there, and free for it. */
static bool check_target(struct op *op, const struct table *table, struct json_object *definition,
			 const struct index_action *action)
{
	struct json_object *index = index_named(definition, GLOBALS, action->name);
	bool deletes = action->verb == INDEX_DELETE;

	if (!index && index_named(definition, "LocalSecondaryIndexes", action->name)) {
		op_fail(op, &ValidationException,
			"Cannot %s an index that is not a GlobalSecondaryIndex: %.*s",
			deletes ? "delete" : "update", STR_ARG(action->name));
		return false;
	}
	if (!index && !deletes && is_boundless(json_get(action->asked, "ProvisionedThroughput")))
		return refuse(
			op,
			"This operation cannot be performed with given input values. Please contact "
			"DynamoDB service team for more info: Action Blocked: IndexUpdate");
	if (!index)
		return not_found(op, table, action->name);
	if (is_deleting(op, index))
		return in_use(op, "Index is being deleted.", table->name, action->name);
	if (index_allocates(op, index))
		return in_use(
			op,
			deletes ? "Index creation is in resource allocation phase. Retry "
				  "deletion during backfilling phase or when the index is active."
				: "Index is being created but is not backfilling yet.",
			table->name, action->name);
	if (is_updating(op, index))
		return in_use(op, "Index is being updated.", table->name, action->name);
	return true;
}

/* One index at a time comes or goes; the one that is being filled may go. */
static bool check_one_at_a_time(struct op *op, struct json_object *definition)
{
	struct json_object *other = find(op, definition, is_coming_or_going);

	for (size_t i = 0; other && i < action_count(op); i++) {
		struct index_action action = index_action_at(op, i);

		if (action.verb == INDEX_DELETE &&
		    str_eq(action.name, json_get_str(other, "IndexName")))
			return true;
	}
	if (structural(op) <= 1 && (!other || !structural(op)))
		return true;
	op_fail(op, &LimitExceededException,
		"Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously "
		"per table");
	return false;
}

static bool check_table_change(struct op *op, const struct table *table,
			       struct json_object *definition)
{
	struct json_object *coming = find(op, definition, index_allocates);
	struct json_object *going = find(op, definition, is_deleting),
			   *index = going ? going : coming;
	const char *what = NULL;

	if (op_has(op, "StreamSpecification"))
		what = "stream status";
	if (op_has(op, "ProvisionedThroughput") || op_has(op, "BillingMode"))
		what = "table IOPS";
	if (!index || !what)
		return true;
	op_fail(op, &ResourceInUseException,
		IN_USE "Can't change %s when an index is being %s. Table: %.*s Indexes: [%.*s]",
		what, going ? "deleted" : "created", STR_ARG(table->name),
		STR_ARG(json_get_str(index, "IndexName")));
	return false;
}

bool indexes_check_idle(struct op *op, const struct table *table, const struct table_row *row,
			struct json_object *definition)
{
	bool ours = find(op, definition, is_coming_or_going);

	if (structural(op) > 1)
		return check_one_at_a_time(op, definition);
	for (size_t i = 0; i < action_count(op); i++) {
		struct index_action action = index_action_at(op, i);

		if (!(action.verb == INDEX_CREATE
			      ? check_free_name(op, table, definition, action.name)
			      : check_target(op, table, definition, &action)))
			return false;
	}
	if (!check_one_at_a_time(op, definition) || !check_table_change(op, table, definition))
		return false;
	if (row->status != TABLE_UPDATING || ours || indexes_keep_active(op))
		return true;
	op_fail(op, &ResourceInUseException,
		structural(op) ? IN_USE
			"Can't create or delete indexes while table IOPS are being updated. Table: %.*s"
			       : IN_USE "Table is being updated: %.*s",
		STR_ARG(table->name));
	return false;
}

bool indexes_check_delete(struct op *op, const struct table *table)
{
	struct json_object *definition = json_parse(op->arena, table->definition, NULL);

	if (!find(op, definition, is_busy))
		return true;
	op_fail(op, &ResourceInUseException,
		IN_USE "Cannot delete table while indexes are being created, updated, or deleted.");
	return false;
}

/* --- changing -------------------------------------------------------------------------------- */

bool indexes_keep_active(struct op *op)
{
	static const char *const others[] = {
		"BillingMode",        "ProvisionedThroughput",     "TableClass",
		"OnDemandThroughput", "DeletionProtectionEnabled", "WarmThroughput",
		"StreamSpecification"
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (op_has(op, others[i]))
			return false;
	return action_count(op) && !structural(op);
}

void indexes_rebill(struct op *op, struct json_object *definition)
{
	struct json_object *all = json_get(definition, GLOBALS);

	for (size_t i = 0; i < json_count(all); i++) {
		json_object_object_del(json_at(all, i), "OnDemandThroughput");
		if (str_is(op_str(op, "BillingMode"), "PAY_PER_REQUEST"))
			json_object_object_del(json_at(all, i), "ProvisionedThroughput");
	}
}

/* Attributes of the new key that the table has not defined yet. */
static void define(struct op *op, struct json_object *definition, struct json_object *schema)
{
	struct json_object *has = json_get(definition, "AttributeDefinitions");
	struct json_object *asked = op_get(op, "AttributeDefinitions");

	for (size_t k = 0; k < json_count(schema); k++) {
		struct str name = json_get_str(json_at(schema, k), "AttributeName");
		bool known = false;

		for (size_t i = 0; i < json_count(has); i++)
			known |= str_eq(json_get_str(json_at(has, i), "AttributeName"), name);
		for (size_t i = 0; i < json_count(asked) && !known; i++) {
			if (!str_eq(json_get_str(json_at(asked, i), "AttributeName"), name))
				continue;
			json_add(has, json_object_get(json_at(asked, i)));
			known = true;
		}
	}
}

/* A number that no entry has: also those of indexes that are gone are counted until they are. */
static int64_t new_number(struct op *op, int64_t table_id)
{
	int64_t number =
		1 + db_int(op->db, 0, "SELECT max(number) FROM dynamodb_count WHERE table_id = ?",
			   "i", table_id);

	db_run(op->db,
	       "INSERT INTO dynamodb_count (table_id, number, items, bytes) VALUES (?, ?, 0, 0)",
	       "ii", table_id, number);
	return number;
}

static void create(struct op *op, const struct table *table, struct json_object *definition,
		   const struct index_action *action)
{
	struct json_object *all = json_get(definition, GLOBALS);
	struct json_object *index = json_plain(op->arena, action->asked);

	json_set_int(index, "Number", new_number(op, table->id));
	json_set_int(index, "CreatedAt", op->now);
	define(op, definition, json_get(index, "KeySchema"));
	if (!all)
		all = json_set_array(definition, GLOBALS);
	json_add(all, json_object_get(index));
}

static void update(struct op *op, struct json_object *index, struct json_object *asked)
{
	struct limits_warm warm = limits_warm(op, index);
	struct json_object *units = json_get(asked, "ProvisionedThroughput");

	limits_update(op, asked, index);
	if (units)
		json_set(index, "ProvisionedThroughput", json_object_get(units));
	limits_keep_warm(op, index, &warm);
	json_set_int(index, "UpdatedAt", op->now);
}

/* Every index of a table with provisioned throughput has its own. */
static bool check_provisioned(struct op *op, struct json_object *definition)
{
	struct json_object *all = json_get(definition, GLOBALS);

	if (str_is(json_get_str(definition, "BillingMode"), "PAY_PER_REQUEST"))
		return true;
	for (size_t i = 0; i < json_count(all); i++) {
		struct json_object *index = json_at(all, i);

		if (json_get(index, "ProvisionedThroughput") || is_deleting(op, index))
			continue;
		op_fail(op, &ValidationException,
			INVALID "ProvisionedThroughput must be specified for index: %.*s",
			STR_ARG(json_get_str(index, "IndexName")));
		return false;
	}
	return true;
}

bool indexes_change(struct op *op, const struct table *table, struct json_object *definition)
{
	for (size_t i = 0; i < action_count(op); i++) {
		struct index_action action = index_action_at(op, i);
		struct json_object *index = index_named(definition, GLOBALS, action.name);

		if (action.verb == INDEX_CREATE) {
			if (!index_check_create(op, table, definition, &action))
				return false;
			create(op, table, definition, &action);
		} else if (action.verb == INDEX_DELETE) {
			json_set_int(index, "DeletedAt", op->now);
		} else {
			if (!index_check_update(op, definition, &action))
				return false;
			update(op, index, action.asked);
		}
	}
	return check_provisioned(op, definition);
}

/* Copy a member, or its absence. */
static void put_back(struct json_object *from, const char *member, struct json_object *to)
{
	if (json_get(from, member))
		json_set(to, member, json_object_get(json_get(from, member)));
	else
		json_object_object_del(to, member);
}

struct str indexes_answer(struct op *op, const struct table *old, struct json_object *definition)
{
	struct json_object *before = json_parse(op->arena, old->definition, NULL);

	for (size_t i = 0; i < action_count(op); i++) {
		struct index_action action = index_action_at(op, i);
		struct json_object *index = index_named(definition, GLOBALS, action.name);
		struct json_object *was = index_named(before, GLOBALS, action.name);

		if (action.verb != INDEX_UPDATE)
			continue;
		put_back(was, "ProvisionedThroughput", index);
		put_back(was, "OnDemandThroughput", index);
		put_back(was, "WarmThroughput", index);
		json_set_bool(index, "Answer", true);
	}
	return json_text(op->arena, definition);
}
