/* PutItem, GetItem, DeleteItem, UpdateItem. */
#include "cloud/dynamodb/items.h"

#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/capacity.h"
#include "cloud/dynamodb/item.h"
#include "cloud/dynamodb/observe.h"
#include "cloud/dynamodb/request.h"
#include "cloud/dynamodb/scalars.h"
#include "cloud/dynamodb/update.h"

#define INVALID "One or more parameter values were invalid: "

/* --- what is returned ------------------------------------------------------------ */

/* The old item in the answer, when asked for. */
static void return_old(struct op *op, const struct stored_item *old)
{
	if (old->found && str_is(op_str(op, "ReturnValues"), "ALL_OLD"))
		json_set(op->out, "Attributes", json_raw(old->text));
}

static bool check_return_values(struct op *op)
{
	struct str asked = op_str_or(op, "ReturnValues", "NONE");

	if (str_is(asked, "NONE") || str_is(asked, "ALL_OLD"))
		return true;
	op_fail(op, &ValidationException, "ReturnValues can only be ALL_OLD or NONE");
	return false;
}

static void report_metrics(struct op *op, const struct table *table, struct json_object *item)
{
	struct json_object *metrics = capacity_metrics(op, table, item);

	if (metrics)
		json_set(op->out, "ItemCollectionMetrics", metrics);
}

static void report_write(struct op *op, const struct table *table, const struct stored_item *old,
			 const struct new_item *new)
{
	struct capacity capacity;

	capacity_of_write(op, table, old, new, &capacity);
	capacity_report(op, table, &capacity);
}

/* --- conditions -------------------------------------------------------------------- */

/* Does the request's condition hold for what is stored? False with the error set; to look has cost a write. */
static bool check_condition(struct op *op, const struct table *table, const struct request *request,
			    const struct stored_item *old)
{
	struct json_object *tree;
	struct capacity looked;
	bool with_item;

	if (!request->condition)
		return true;
	tree = old->found ? json_parse(op->arena, old->text, NULL) : NULL;
	if (expr_holds(op->arena, request->condition, tree))
		return true;
	capacity_of_write(op, table, old, NULL, &looked);
	observe_capacity(op, table, &looked);
	with_item =
		old->found && str_is(op_str(op, "ReturnValuesOnConditionCheckFailure"), "ALL_OLD");
	op_fail(op, with_item ? &ConditionalCheckFailedWithItem : &ConditionalCheckFailedException,
		"The conditional request failed");
	if (with_item)
		json_set(op_error_members(op), "Item", json_raw(old->text));
	return false;
}

/* --- operations ---------------------------------------------------------------------- */

/* The steps of request_read() behind its first: values are looked at in between. */
static bool request_rest(struct op *op, unsigned takes, struct request *request)
{
	return request_older(op, op->in, takes, request) &&
	       request_finish(op, op->in, takes, request);
}

static bool check_key_request(struct op *op, unsigned takes, struct request *request)
{
	return request_begin(op, op->in, takes, request) && item_check_key(op, op_get(op, "Key")) &&
	       request_rest(op, takes, request);
}

enum outcome dynamodb_op_put_item(struct op *op)
{
	struct json_object *item = op_get(op, "Item");
	const struct table *table;
	struct request request;
	struct new_item new;
	struct stored_item old;

	if (!request_begin(op, op->in, TAKES_CONDITION, &request) || !item_check(op, item, &new) ||
	    !check_return_values(op) || !item_check_size(op, &new) ||
	    !request_rest(op, TAKES_CONDITION, &request))
		return request_refused(op);
	table = table_use(op);
	if (!table || !item_prepare(op, table, &new))
		return FAILED;
	item_get(op, table, &new.key, &old);
	if (!check_condition(op, table, &request, &old))
		return FAILED;
	item_put(op, table, &new, &old);
	return_old(op, &old);
	report_write(op, table, &old, &new);
	report_metrics(op, table, item);
	return DONE;
}

/* A stored item as the projection leaves it; whole and unparsed without one. */
struct json_object *items_project(struct op *op, const struct path_list *projection,
				  struct str text)
{
	if (!projection)
		return json_raw(text);
	return json_object_get(
		expr_project(op->arena, projection, json_parse(op->arena, text, NULL)));
}

enum outcome dynamodb_op_get_item(struct op *op)
{
	const struct table *table;
	struct request request;
	struct stored_item item;
	struct item_key key;

	if (!check_key_request(op, TAKES_PROJECTION, &request))
		return request_refused(op);
	table = table_use(op);
	if (!table || !item_key_of_key(op, table, op_get(op, "Key"), &key) ||
	    !scalars_check_paths(op, table, request.projection))
		return FAILED;
	item_get(op, table, &key, &item);
	if (item.found)
		json_set(op->out, "Item", items_project(op, request.projection, item.text));
	capacity_report_read(op, table, NULL,
			     capacity_read_units(item.size,
						 op_bool_or(op, "ConsistentRead", false)));
	return DONE;
}

enum outcome dynamodb_op_delete_item(struct op *op)
{
	const struct table *table;
	struct request request;
	struct stored_item old;
	struct item_key key;

	if (!request_begin(op, op->in, TAKES_CONDITION, &request) ||
	    !item_check_key(op, op_get(op, "Key")) || !check_return_values(op) ||
	    !request_rest(op, TAKES_CONDITION, &request))
		return request_refused(op);
	table = table_use(op);
	if (!table || !item_key_of_key(op, table, op_get(op, "Key"), &key))
		return FAILED;
	item_get(op, table, &key, &old);
	if (!check_condition(op, table, &request, &old))
		return FAILED;
	if (old.found)
		item_delete(op, table, &key, &old);
	return_old(op, &old);
	report_write(op, table, &old, NULL);
	report_metrics(op, table, op_get(op, "Key"));
	return DONE;
}

/* --- UpdateItem ------------------------------------------------------------------------ */

/* The type that a SET, ADD or DELETE is sure to bring, whatever the item holds; VALUE_NONE: it depends. */
static enum value_type sure_type(const struct expr *e)
{
	struct json_object *inner;

	if (!e)
		return VALUE_NONE;
	if (e->kind == EXPR_PLUS || e->kind == EXPR_MINUS)
		return VALUE_N;
	if (e->kind == EXPR_FUNCTION && e->function == FUNCTION_LIST_APPEND)
		return VALUE_L;
	return e->kind == EXPR_VALUE ? value_type(e->value, &inner) : VALUE_NONE;
}

static bool check_index_part(struct op *op, const struct table_index *index,
			     const struct key_part *part, const struct update *update)
{
	for (size_t i = 0; i < update->count; i++) {
		const struct update_action *action = &update->actions[i];
		enum value_type type = sure_type(action->value);

		if (action->path.count > 1 || !str_eq(action->path.steps[0].name, part->name) ||
		    type == VALUE_NONE || type == part->type)
			continue;
		op_fail(op, &ValidationException,
			INVALID
			"Type mismatch for Index Key %.*s Expected: %s Actual: %s IndexName: %.*s",
			STR_ARG(part->name), value_type_name(part->type), value_type_name(type),
			STR_ARG(index->name));
		return false;
	}
	return true;
}

static bool check_key_part(struct op *op, const struct key_part *part, const struct update *update)
{
	for (size_t i = 0; i < update->count; i++) {
		if (!str_eq(update->actions[i].path.steps[0].name, part->name))
			continue;
		op_fail(op, &ValidationException,
			INVALID "Cannot update attribute %.*s. This attribute is part of the key",
			STR_ARG(part->name));
		return false;
	}
	return true;
}

bool items_check_update(struct op *op, const struct table *table, const struct update *update)
{
	if (!update)
		return true;
	for (size_t i = 0; i < table->keys.count; i++)
		if (!check_key_part(op, &table->keys.parts[i], update))
			return false;
	for (size_t i = 0; i < table->index_count; i++) {
		const struct table_index *index = &table->indexes[i];

		for (size_t k = 0; k < index->keys.count; k++)
			if (!check_index_part(op, index, &index->keys.parts[k], update))
				return false;
	}
	return scalars_check_update(op, table, update);
}

/* The parts of an item that the update is about. */
static void return_updated(struct op *op, const struct update *update, struct json_object *item)
{
	struct path_list paths = { .count = update->count };
	struct json_object *parts;

	if (!item || !update->count)
		return;
	paths.paths = arena_alloc(op->arena, update->count * sizeof(*paths.paths));
	for (size_t i = 0; i < update->count; i++)
		paths.paths[i] = update->actions[i].path;
	parts = expr_project(op->arena, &paths, item);
	if (json_count(parts))
		json_set(op->out, "Attributes", json_object_get(parts));
}

static void return_values(struct op *op, const struct update *update, const struct stored_item *old,
			  const struct new_item *new)
{
	static const struct update nothing;
	struct str asked = op_str_or(op, "ReturnValues", "NONE");

	if (!update)
		update = &nothing;
	if (str_is(asked, "ALL_NEW"))
		json_set(op->out, "Attributes", json_raw(new->text));
	else if (str_is(asked, "UPDATED_NEW"))
		return_updated(op, update, json_parse(op->arena, new->text, NULL));
	else if (str_is(asked, "UPDATED_OLD") && old->found)
		return_updated(op, update, json_parse(op->arena, old->text, NULL));
	else
		return_old(op, old);
}

/* An index key that the update has left with a type or a size that it cannot have. */
static bool check_result(struct op *op, const struct key_part *part, struct json_object *item)
{
	struct json_object *value = json_get(item, part->name.p), *inner;

	if (!value)
		return true;
	if (value_type(value, &inner) != part->type) {
		op_fail(op, &ValidationException,
			"The update expression attempted to update the secondary index key to unsupported type");
		return false;
	}
	if (json_str(inner).n)
		return true;
	op_fail(op, &ValidationException,
		"One or more parameter values are not valid. The update expression attempted to update a secondary "
		"index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an "
		"empty %s value.",
		part->type == VALUE_B ? "binary" : "string");
	return false;
}

/* An update has words of its own for index keys. */
static bool check_index_keys(struct op *op, const struct table *table, struct json_object *item)
{
	for (size_t i = 0; i < table->index_count; i++)
		for (size_t k = 0; k < table->indexes[i].keys.count; k++)
			if (!check_result(op, &table->indexes[i].keys.parts[k], item))
				return false;
	return true;
}

/* Is it too much, the item that an update leaves or the update itself? */
static bool check_update_size(struct op *op, size_t size)
{
	if (size > ITEM_SIZE_MAX)
		op_fail(op, &ValidationException,
			"Item size to update has exceeded the maximum allowed size");
	return size <= ITEM_SIZE_MAX;
}

bool items_takes_from_nothing(const struct update *update, const struct stored_item *old)
{
	if (old->found || !update || !update->count)
		return false;
	for (size_t i = 0; i < update->count; i++)
		if (update->actions[i].kind == UPDATE_SET || update->actions[i].kind == UPDATE_ADD)
			return false;
	return true;
}

bool items_update(struct op *op, const struct table *table, const struct update *update,
		  const struct stored_item *old, struct new_item *new)
{
	struct json_object *item = old->found ? json_parse(op->arena, old->text, NULL)
					      : json_plain(op->arena, new->tree);

	if (update && !update_apply(op, update, !old->found, item))
		return false;
	return check_index_keys(op, table, item) && item_check(op, item, new) &&
	       check_update_size(op, new->size) && item_prepare(op, table, new);
}

enum outcome dynamodb_op_update_item(struct op *op)
{
	const struct table *table;
	struct request request;
	struct stored_item old;
	struct new_item new;
	struct item_key key;

	if (!check_key_request(op, TAKES_UPDATE | TAKES_CONDITION, &request))
		return request_refused(op);
	table = table_use(op);
	if (!table || !item_key_of_key(op, table, op_get(op, "Key"), &key) ||
	    !items_check_update(op, table, request.update) ||
	    !check_update_size(op, request.update ? update_weight(request.update) : 0))
		return FAILED;
	item_get(op, table, &key, &old);
	new.tree = op_get(op, "Key");
	if (!check_condition(op, table, &request, &old) ||
	    !items_update(op, table, request.update, &old, &new))
		return FAILED;
	if (items_takes_from_nothing(request.update, &old)) {
		report_write(op, table, &old, NULL);
		report_metrics(op, table, op_get(op, "Key"));
		return DONE;
	}
	item_put(op, table, &new, &old);
	return_values(op, request.update, &old, &new);
	report_write(op, table, &old, &new);
	report_metrics(op, table, op_get(op, "Key"));
	return DONE;
}
