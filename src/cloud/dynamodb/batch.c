/* BatchGetItem and BatchWriteItem: many single reads or writes in one call, each for itself. */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/capacity.h"
#include "cloud/dynamodb/items.h"
#include "cloud/dynamodb/scalars.h"
#include "cloud/dynamodb/shapes.h"

#define DUPLICATES "Provided list of item keys contains duplicates"

enum { KEYS_MAX = 100, WRITES_MAX = 25, ANSWER_MAX = 16 << 20 };

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

static bool same_key(const struct item_key *x, const struct item_key *y)
{
	return str_eq(x->pk, y->pk) && str_eq(x->sk, y->sk);
}

/* One table's part of the answer's ConsumedCapacity. */
static void report(struct op *op, const struct table *table, const char *given,
		   const struct capacity *sum)
{
	struct json_object *one = capacity_print(op, table, str_of(given), sum), *list;

	if (!one)
		return;
	list = json_get(op->out, "ConsumedCapacity");
	json_add(list ? list : json_set_array(op->out, "ConsumedCapacity"), one);
}

/* --- BatchGetItem ------------------------------------------------------------------- */

/* The reads of one table. */
struct reads {
	const char *name;           /* as the request names the table */
	struct json_object *params; /* Keys and what goes with them */
	const struct table *table;
	struct request request;
	struct item_key *keys;
	size_t count;
};

static bool check_reads(struct op *op, struct reads *r)
{
	struct json_object *keys = json_get(r->params, "Keys");

	r->count = json_count(keys);
	if (!request_read(op, r->params, TAKES_PROJECTION, &r->request))
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (!item_check_key(op, json_at(keys, i)))
			return false;
	return true;
}

static bool find_keys(struct op *op, struct reads *r)
{
	struct json_object *keys = json_get(r->params, "Keys");
	struct str name;

	if (!table_name_of(op, str_of(r->name), 1, &name))
		return false;
	r->table = table_use_named(op, name);
	if (!r->table)
		return false;
	r->keys = arena_zalloc(op->arena, r->count * sizeof(*r->keys));
	for (size_t i = 0; i < r->count; i++) {
		if (!item_key_of_key(op, r->table, json_at(keys, i), &r->keys[i]))
			return false;
		for (size_t k = 0; k < i; k++)
			if (same_key(&r->keys[i], &r->keys[k]))
				return refuse(op, DUPLICATES);
	}
	return scalars_check_paths(op, r->table, r->request.projection);
}

static bool same_attributes(struct op *op, struct json_object *x, struct json_object *y)
{
	if (json_count(x) != json_count(y))
		return false;
	JSON_EACH(x, name, value)
	{
		struct json_object *other = json_get(y, name);

		if (!other || !value_equal(op->arena, value, other))
			return false;
	}
	return true;
}

/*
 * Keys that are there twice are told before tables that are not there and keys that do not fit: where one of those has
 * already been told, look for them once more.
 */
static enum outcome prefer_duplicates(struct op *op, const struct reads *all, size_t tables)
{
	for (size_t t = 0; t < tables; t++) {
		struct json_object *keys = json_get(all[t].params, "Keys");

		for (size_t i = 0; i < all[t].count; i++)
			for (size_t k = 0; k < i; k++)
				if (same_attributes(op, json_at(keys, i), json_at(keys, k)))
					return op_fail(op, &ValidationException, DUPLICATES);
	}
	return FAILED;
}

/* What did not fit into the answer: the same request with the keys that are left. */
static void leave(struct op *op, const struct reads *r, size_t from)
{
	struct json_object *left = json_set_object(json_get(op->out, "UnprocessedKeys"), r->name),
			   *keys;

	JSON_EACH(r->params, member, value)
	{
		if (!str_is(str_of(member), "Keys"))
			json_set(left, member, json_object_get(value));
	}
	keys = json_set_array(left, "Keys");
	for (; from < r->count; from++)
		json_add(keys, json_object_get(json_at(json_get(r->params, "Keys"), from)));
}

static void read_table(struct op *op, const struct reads *r, size_t *bytes)
{
	struct json_object *items = json_set_array(json_get(op->out, "Responses"), r->name);
	bool consistent = json_bool_or(json_get(r->params, "ConsistentRead"), false);
	struct capacity sum = { 0 }, one;

	for (size_t i = 0; i < r->count; i++) {
		struct stored_item item;

		item_get(op, r->table, &r->keys[i], &item);
		if (*bytes + item.size > ANSWER_MAX) {
			leave(op, r, i);
			break;
		}
		if (item.found)
			json_add(items, items_project(op, r->request.projection, item.text));
		*bytes += item.size;
		capacity_of_read(op, r->table, NULL, capacity_read_units(item.size, consistent),
				 &one);
		capacity_add(op, r->table, &sum, &one, 1);
	}
	if (sum.indexes)
		report(op, r->table, r->name, &sum);
}

/* Tables may not differ in whether they use expressions. */
static bool check_projections(struct op *op, struct json_object *requests)
{
	bool older = false, newer = false;

	JSON_EACH(requests, name, params)
	{
		(void)name;
		older |= json_get(params, "AttributesToGet") != NULL;
		newer |= json_get(params, "ProjectionExpression") != NULL;
	}
	return !older || !newer ||
	       refuse(op,
		      "Can not use both expression and non-expression parameters in the same request: "
		      "Non-expression parameters: {AttributesToGet} Expression parameters: "
		      "{ProjectionExpression}");
}

enum outcome dynamodb_op_batch_get_item(struct op *op)
{
	struct json_object *requests = op_get(op, "RequestItems");
	struct reads *all = arena_zalloc(op->arena, (json_count(requests) + 1) * sizeof(*all));
	size_t tables = 0, keys = 0, bytes = 0;

	if (!check_projections(op, requests))
		return FAILED;
	JSON_EACH(requests, name, params)
	{
		all[tables].name = name;
		all[tables].params = params;
		if (!check_reads(op, &all[tables]))
			return FAILED;
		keys += all[tables++].count;
	}
	if (keys > KEYS_MAX)
		return op_fail(op, &ValidationException,
			       "Too many items requested for the BatchGetItem call");
	for (size_t i = 0; i < tables; i++)
		if (!find_keys(op, &all[i]))
			return prefer_duplicates(op, all, tables);
	json_set_object(op->out, "Responses");
	json_set_object(op->out, "UnprocessedKeys");
	for (size_t i = 0; i < tables; i++)
		read_table(op, &all[i], &bytes);
	return DONE;
}

/* --- BatchWriteItem ------------------------------------------------------------------ */

struct write {
	const struct table *table;
	const char *given;                     /* what the request calls it */
	struct json_object *item, *delete_key; /* one of them */
	struct new_item new;
	struct item_key key;
};

static bool check_write(struct op *op, struct json_object *request, struct write *w)
{
	w->item = json_get(json_get(request, "PutRequest"), "Item");
	w->delete_key = json_get(json_get(request, "DeleteRequest"), "Key");
	if (!w->item == !w->delete_key)
		return refuse(
			op,
			"Supplied AttributeValue has more than one datatypes set, must contain exactly one "
			"of the supported datatypes");
	if (!w->item)
		return item_check_key(op, w->delete_key);
	return item_check(op, w->item, &w->new) && item_check_size(op, &w->new);
}

/* A batch says the same of a missing and of a wrong key, as if the item were a Key. */
static bool check_put_key(struct op *op, const struct table *table, struct json_object *item)
{
	struct json_object *key = json_new_object(op->arena);
	struct item_key ignored;

	item_copy_keys(table, NULL, item, key);
	return item_key_of_key(op, table, key, &ignored);
}

static bool find_write(struct op *op, struct write *all, size_t count)
{
	struct write *w = &all[count];

	if (w->item) {
		if (!check_put_key(op, w->table, w->item) || !item_prepare(op, w->table, &w->new))
			return false;
		w->key = w->new.key;
	} else if (!item_key_of_key(op, w->table, w->delete_key, &w->key)) {
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (all[i].table == w->table && same_key(&all[i].key, &w->key))
			return refuse(op, DUPLICATES);
	return true;
}

static bool check_list_length(struct op *op, const char *name, struct json_object *list)
{
	if (json_count(list) >= 1 && json_count(list) <= WRITES_MAX)
		return true;
	op_fail(op, &ValidationException,
		"1 validation error detected: Value '{%s=%.*s}' at 'requestItems' failed to satisfy constraint: Map "
		"value must satisfy constraint: [Member must have length less than or equal to 25, Member must have "
		"length greater than or equal to 1]",
		name, STR_ARG(json_text(op->arena, list)));
	return false;
}

/* All writes in the request's order; NULL with the error set. */
static struct write *read_writes(struct op *op, struct json_object *requests, size_t *count)
{
	struct write *all;
	size_t n = 0;

	JSON_EACH(requests, name, list)
	{
		if (!check_list_length(op, name, list))
			return NULL;
		n += json_count(list);
	}
	if (n > WRITES_MAX) {
		refuse(op, "Too many items requested for the BatchWriteItem call");
		return NULL;
	}
	all = arena_zalloc(op->arena, n * sizeof(*all));
	JSON_EACH(requests, table, writes)
	{
		(void)table;
		for (size_t i = 0; i < json_count(writes); i++)
			if (!check_write(op, json_at(writes, i), &all[(*count)++]))
				return NULL;
	}
	return all;
}

static bool find_writes(struct op *op, struct json_object *requests, struct write *all)
{
	size_t n = 0;

	JSON_EACH(requests, given, list)
	{
		const struct table *table;
		struct str name;

		if (!table_name_of(op, str_of(given), 1, &name))
			return false;
		table = table_use_named(op, name);
		if (!table)
			return false;
		for (size_t i = 0; i < json_count(list); i++) {
			all[n].table = table;
			all[n].given = given;
			if (!find_write(op, all, n++))
				return false;
		}
	}
	return true;
}

static void carry_out(struct op *op, struct write *w, struct capacity *sum)
{
	struct json_object *metrics =
		capacity_metrics(op, w->table, w->item ? w->item : w->delete_key);
	struct json_object *map = json_get(op->out, "ItemCollectionMetrics"), *list;
	struct stored_item old;
	struct capacity one;

	item_get(op, w->table, &w->key, &old);
	capacity_of_write(op, w->table, &old, w->item ? &w->new : NULL, &one);
	capacity_add(op, w->table, sum, &one, 1);
	if (w->item)
		item_put(op, w->table, &w->new, &old);
	else if (old.found)
		item_delete(op, w->table, &w->key, &old);
	if (!metrics)
		return;
	map = map ? map : json_set_object(op->out, "ItemCollectionMetrics");
	list = json_get(map, w->given);
	json_add(list ? list : json_set_array(map, w->given), metrics);
}

enum outcome dynamodb_op_batch_write_item(struct op *op)
{
	struct json_object *requests = op_get(op, "RequestItems");
	struct capacity sum = { 0 };
	struct str ignored, complaint;
	struct write *all;
	size_t count = 0;

	if (!json_count(requests))
		return op_fail(op, &ValidationException,
			       "The requestItems parameter is required for BatchWriteItem");
	if (!shape_check(&dynamodb_batch_write_names, op->in, op->arena, false, &ignored,
			 &complaint))
		return op_fail(op, &ValidationException, "%.*s", STR_ARG(complaint));
	all = read_writes(op, requests, &count);
	if (!all || !find_writes(op, requests, all))
		return FAILED;
	json_set_object(op->out, "UnprocessedItems");
	for (size_t i = 0; i < count; i++) {
		carry_out(op, &all[i], &sum);
		if (i + 1 < count && all[i + 1].table == all[i].table)
			continue;
		report(op, all[i].table, all[i].given, &sum);
		sum = (struct capacity){ 0 };
	}
	return DONE;
}
