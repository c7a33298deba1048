/* Consumed capacity: counting and reporting. */
#include "cloud/dynamodb/capacity.h"

#include "cloud/dynamodb/observe.h"

enum { READ_UNIT = 4096, WRITE_UNIT = 1024 };

static double units(size_t bytes, size_t unit)
{
	size_t whole = (bytes + unit - 1) / unit;

	return whole ? (double)whole : 1;
}

double capacity_read_units(size_t bytes, bool consistent)
{
	return units(bytes, READ_UNIT) * (consistent ? 1 : 0.5);
}

/* What an index holds of an item, and how much; NULL when the item does not stand in it. */
static struct json_object *held(struct op *op, const struct table *table,
				const struct table_index *index, struct json_object *item,
				size_t *size)
{
	struct json_object *out;

	if (!item)
		return NULL;
	for (size_t i = 0; i < index->keys.count; i++)
		if (!json_get(item, index->keys.parts[i].name.p))
			return NULL;
	*size = item_projected_size(table, index, item);
	if (index->projection == PROJECT_ALL)
		return item;
	out = json_new_object(op->arena);
	item_copy_keys(table, index, item, out);
	for (size_t i = 0; i < index->included_count; i++) {
		struct json_object *value = json_get(item, index->included[i].p);

		if (value)
			json_set(out, index->included[i].p, json_object_get(value));
	}
	return out;
}

static bool same_keys(struct op *op, const struct key_schema *keys, struct json_object *x,
		      struct json_object *y)
{
	for (size_t i = 0; i < keys->count; i++) {
		const char *name = keys->parts[i].name.p;

		if (!value_equal(op->arena, json_get(x, name), json_get(y, name)))
			return false;
	}
	return true;
}

static bool same_items(struct op *op, struct json_object *x, struct json_object *y)
{
	if (json_count(x) != json_count(y))
		return false;
	JSON_EACH(x, name, value)
	{
		if (!value_equal(op->arena, value, json_get(y, name)))
			return false;
	}
	return true;
}

/* An entry that keeps its key is written once if it changed; one that moves is deleted and written. */
static double index_units(struct op *op, const struct table *table, const struct table_index *index,
			  struct json_object *old, struct json_object *new)
{
	size_t old_size = 0, new_size = 0;

	old = held(op, table, index, old, &old_size);
	new = held(op, table, index, new, &new_size);
	if (!old && !new)
		return 0;
	if (!old)
		return units(new_size, WRITE_UNIT);
	if (!new)
		return units(old_size, WRITE_UNIT);
	if (!same_keys(op, &index->keys, old, new))
		return units(old_size, WRITE_UNIT) + units(new_size, WRITE_UNIT);
	if (same_items(op, old, new))
		return 0;
	return units(old_size > new_size ? old_size : new_size, WRITE_UNIT);
}

void capacity_of_write(struct op *op, const struct table *table, const struct stored_item *old,
		       const struct new_item *new, struct capacity *out)
{
	size_t new_size = new ? new->size : 0;
	struct json_object *old_tree = NULL;

	out->table = units(old->size > new_size ? old->size : new_size, WRITE_UNIT);
	out->kind = CAPACITY_TOTAL;
	out->written = true;
	out->indexes = arena_zalloc(op->arena, table->index_count * sizeof(*out->indexes));
	if (!table->index_count)
		return;
	if (old->found)
		old_tree = json_parse(op->arena, old->text, NULL);
	for (size_t i = 0; i < table->index_count; i++)
		out->indexes[i] = index_units(op, table, &table->indexes[i], old_tree,
					      new ? new->tree : NULL);
}

static void set_units(struct json_object *o, enum capacity_kind kind, double n)
{
	json_set(o, "CapacityUnits", json_object_new_double(n));
	if (kind == CAPACITY_READS)
		json_set(o, "ReadCapacityUnits", json_object_new_double(n));
	else if (kind == CAPACITY_WRITES)
		json_set(o, "WriteCapacityUnits", json_object_new_double(n));
}

static void report_indexes(const struct table *table, const struct capacity *capacity,
			   struct json_object *out)
{
	struct json_object *maps[2] = { NULL, NULL };

	for (size_t i = 0; i < table->index_count; i++) {
		const struct table_index *index = &table->indexes[i];

		if (!capacity->indexes[i])
			continue;
		if (!maps[index->global])
			maps[index->global] =
				json_set_object(out, index->global ? "GlobalSecondaryIndexes"
								   : "LocalSecondaryIndexes");
		set_units(json_set_object(maps[index->global], index->name.p), capacity->kind,
			  capacity->indexes[i]);
	}
}

struct json_object *capacity_print(struct op *op, const struct table *table, struct str given,
				   const struct capacity *capacity)
{
	struct str asked = op_str(op, "ReturnConsumedCapacity");
	double total = capacity->table;
	struct json_object *out;

	observe_capacity(op, table, capacity);
	if (!str_is(asked, "TOTAL") && !str_is(asked, "INDEXES"))
		return NULL;
	out = json_object_new_object();
	for (size_t i = 0; i < table->index_count; i++)
		total += capacity->indexes[i];
	json_set_str(out, "TableName", given.p ? given : table->name);
	set_units(out, capacity->kind, total);
	if (str_is(asked, "TOTAL"))
		return out;
	set_units(json_set_object(out, "Table"), capacity->kind, capacity->table);
	report_indexes(table, capacity, out);
	return out;
}

void capacity_report(struct op *op, const struct table *table, const struct capacity *capacity)
{
	struct json_object *printed = capacity_print(op, table, op_str(op, "TableName"), capacity);

	if (printed)
		json_set(op->out, "ConsumedCapacity", printed);
}

void capacity_of_read(struct op *op, const struct table *table, const struct table_index *index,
		      double n, struct capacity *out)
{
	out->kind = CAPACITY_TOTAL;
	out->written = false;
	out->table = index ? 0 : n;
	out->indexes = arena_zalloc(op->arena, table->index_count * sizeof(*out->indexes));
	if (index)
		out->indexes[index - table->indexes] = n;
}

void capacity_add(struct op *op, const struct table *table, struct capacity *sum,
		  const struct capacity *one, int times)
{
	if (!sum->indexes)
		sum->indexes = arena_zalloc(op->arena, table->index_count * sizeof(*sum->indexes));
	sum->written |= one->written;
	sum->table += one->table * times;
	for (size_t i = 0; i < table->index_count; i++)
		sum->indexes[i] += one->indexes[i] * times;
}

void capacity_report_read(struct op *op, const struct table *table, const struct table_index *index,
			  double n)
{
	struct capacity capacity;

	if (!op_has(op, "ReturnConsumedCapacity")) {
		observe_read(op, table, index, n);
		return;
	}
	capacity_of_read(op, table, index, n, &capacity);
	capacity_report(op, table, &capacity);
}

struct json_object *capacity_metrics(struct op *op, const struct table *table,
				     struct json_object *item)
{
	const char *key = table->keys.hash.name.p;
	struct json_object *out, *range;

	if (!table->has_local || !str_is(op_str(op, "ReturnItemCollectionMetrics"), "SIZE"))
		return NULL;
	out = json_object_new_object();
	json_set(json_set_object(out, "ItemCollectionKey"), key,
		 json_object_get(json_get(item, key)));
	range = json_set_array(out, "SizeEstimateRangeGB");
	json_add(range, json_object_new_double(0));
	json_add(range, json_object_new_double(1));
	return out;
}
