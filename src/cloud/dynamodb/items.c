/* PutItem, GetItem, DeleteItem. */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/capacity.h"
#include "cloud/dynamodb/item.h"

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

/* The size of the item's collection: only tables with local indexes have such. */
static void report_metrics(struct op *op, const struct table *table, struct json_object *item)
{
	struct json_object *out, *range;

	if (!table->has_local || !str_is(op_str(op, "ReturnItemCollectionMetrics"), "SIZE"))
		return;
	out = json_set_object(op->out, "ItemCollectionMetrics");
	json_set(json_set_object(out, "ItemCollectionKey"), table->keys.hash.name.p,
		 json_object_get(json_get(item, table->keys.hash.name.p)));
	range = json_set_array(out, "SizeEstimateRangeGB");
	json_add(range, json_object_new_double(0));
	json_add(range, json_object_new_double(1));
}

static void report_write(struct op *op, const struct table *table, const struct stored_item *old,
			 const struct new_item *new)
{
	struct capacity capacity;

	if (!op_has(op, "ReturnConsumedCapacity"))
		return;
	capacity_of_write(op, table, old, new, &capacity);
	capacity_report(op, table, &capacity);
}

enum outcome dynamodb_op_put_item(struct op *op)
{
	struct json_object *item = op_get(op, "Item");
	const struct table *table;
	struct new_item new;
	struct stored_item old;

	if (!check_return_values(op) || !item_check(op, item, &new))
		return FAILED;
	table = table_use(op);
	if (!table || !item_prepare(op, table, &new))
		return FAILED;
	item_get(op, table, &new.key, &old);
	item_put(op, table, &new, &old);
	return_old(op, &old);
	report_write(op, table, &old, &new);
	report_metrics(op, table, item);
	return DONE;
}

enum outcome dynamodb_op_get_item(struct op *op)
{
	const struct table *table;
	struct stored_item item;
	struct item_key key;

	if (!item_check_key(op, op_get(op, "Key")))
		return FAILED;
	table = table_use(op);
	if (!table || !item_key_of_key(op, table, op_get(op, "Key"), &key))
		return FAILED;
	item_get(op, table, &key, &item);
	if (item.found)
		json_set(op->out, "Item", json_raw(item.text));
	capacity_report_read(op, table, NULL,
			     capacity_read_units(item.size,
						 op_bool_or(op, "ConsistentRead", false)));
	return DONE;
}

enum outcome dynamodb_op_delete_item(struct op *op)
{
	const struct table *table;
	struct stored_item old;
	struct item_key key;

	if (!check_return_values(op) || !item_check_key(op, op_get(op, "Key")))
		return FAILED;
	table = table_use(op);
	if (!table || !item_key_of_key(op, table, op_get(op, "Key"), &key))
		return FAILED;
	item_get(op, table, &key, &old);
	if (old.found)
		item_delete(op, table, &key, &old);
	return_old(op, &old);
	report_write(op, table, &old, NULL);
	report_metrics(op, table, op_get(op, "Key"));
	return DONE;
}
