/* SELECT; see partiql_run.h. */
#include "cloud/dynamodb/partiql_run.h"

#include "base/base64.h"
#include "base/hash.h"

enum {
	VALUES_MAX = 50,       /* of a partition key in one statement */
	VALUES_OF_A_PAGE = 10, /* that one answer goes through */
	PAGE_BYTES = 1 << 20,
};

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

/* --- columns -------------------------------------------------------------------------- */

/* Each column's value under the column's name; what the item lacks is left out. */
static struct json_object *pick(struct arena *a, const struct path_list *columns,
				struct json_object *item)
{
	struct json_object *out = json_new_object(a), *value;

	for (size_t i = 0; i < columns->count; i++) {
		value = path_find(&columns->paths[i], item);
		if (value)
			json_set(out, arena_cstr(a, partiql_column_name(a, &columns->paths[i])),
				 json_object_get(value));
	}
	return out;
}

struct json_object *partiql_pick(struct op *op, const struct path_list *columns, struct str text)
{
	if (!columns || !columns->count)
		return json_raw(text);
	return json_object_get(pick(op->arena, columns, json_parse(op->arena, text, NULL)));
}

/* Indexes with keys of several attributes are not for PartiQL. */
static bool check_narrow(struct op *op, const struct table_index *index)
{
	return !index || !index->keys.wide ||
	       refuse(op,
		      "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
		      "multi-attribute RANGE keys.");
}

/* --- single items ----------------------------------------------------------------------- */

bool partiql_get(struct op *op, const struct partiql *s, const char *api, struct action *a)
{
	struct partiql_plan plan;

	*a = (struct action){ .name = "Get", .params = json_new_object(op->arena) };
	a->table = partiql_table(op, s);
	if (!a->table)
		return false;
	partiql_plan(op->arena, &a->table->keys, s->where, &plan);
	if (s->index.p && str_is(str_of(api), "ExecuteTransaction"))
		return refuse(op, "Reads on indices are not supported within transactions.");
	if (s->index.p && !check_narrow(op, table_index_find(a->table, s->index)))
		return false;
	if (s->index.p || !partiql_plan_is_item(&plan, &a->table->keys) || plan.rest) {
		op_fail(op, &ValidationException,
			"Select statements within %s must specify the primary key in the where clause.",
			api);
		return false;
	}
	json_set_str(a->params, "TableName", s->table);
	json_set(a->params, "Key", json_object_get(partiql_plan_key(op, &plan, &a->table->keys)));
	a->request.projection = (struct path_list *)&s->columns;
	return partiql_check_key(op, &a->table->keys, json_get(a->params, "Key"));
}

static bool is_consistent(const struct partiql_read *r)
{
	return json_bool_or(json_get(r->params, "ConsistentRead"), false);
}

static bool read_item(struct op *op, struct partiql_read *r, const struct partiql_plan *plan)
{
	struct json_object *key = partiql_plan_key(op, plan, &r->table->keys), *items;
	struct stored_item item;
	struct item_key k;

	if (!partiql_check_key(op, &r->table->keys, key) || !item_key_of_key(op, r->table, key, &k))
		return false;
	item_get(op, r->table, &k, &item);
	items = json_set_array(op->out, "Items");
	if (item.found)
		json_add(items, partiql_pick(op, &r->statement->columns, item.text));
	capacity_of_read(op, r->table, NULL, capacity_read_units(item.size, is_consistent(r)),
			 &r->cost);
	return true;
}

/* --- several items ------------------------------------------------------------------------- */

/* A SELECT on its way: one Query after the other, for each value of the partition key, or one Scan. */
struct selection {
	struct partiql_read *read;
	const struct table_index *index; /* NULL: the table */
	const struct key_schema *keys;
	struct partiql_plan plan;
	struct expr **values; /* of the partition key */
	size_t value_count;
	size_t at;                 /* the value that is being read */
	struct json_object *start; /* where in its partition; NULL: at the beginning */
	bool backward;
	struct page_sum sum;
	struct json_object *items;
};

static bool find_index(struct op *op, struct selection *x)
{
	const struct partiql *s = x->read->statement;

	x->keys = &x->read->table->keys;
	if (!s->index.p)
		return true;
	x->index = table_index_find(x->read->table, s->index);
	if (!x->index)
		return refuse(op, "The table does not have the specified index");
	if (!check_narrow(op, x->index))
		return false;
	if (x->index->global && is_consistent(x->read))
		return refuse(
			op,
			"Strongly consistent read is not supported on Global Secondary Indexes");
	x->keys = &x->index->keys;
	return true;
}

/* A filter may be about what an index lacks only where the whole index is read. */
static bool check_filter(struct op *op, const struct selection *x)
{
	struct page page = { .table = x->read->table, .index = x->index };

	return !x->plan.hash || page_check_filter(op, &page, x->plan.rest);
}

/* The values of the partition key, each once. */
static bool find_values(struct op *op, struct selection *x)
{
	const struct expr *hash = x->plan.hash;

	if (!hash)
		return true;
	x->values = arena_alloc(op->arena, hash->count * sizeof(*x->values));
	for (size_t i = 1; i < hash->count; i++) {
		bool again = false;

		for (size_t k = 0; k < x->value_count && !again; k++)
			again = value_equal(op->arena, x->values[k]->value, hash->args[i]->value);
		if (!again)
			x->values[x->value_count++] = hash->args[i];
	}
	if (x->value_count > VALUES_MAX)
		return refuse(op, "Too many decomposed read operations for a given query.");
	return true;
}

/* --- ORDER BY -------------------------------------------------------------------------------- */

static bool is_part(const struct key_part *part, struct str name)
{
	return part->name.p && str_eq(part->name, name);
}

static bool check_order(struct op *op, const struct selection *x, bool *by_hash)
{
	const struct partiql *s = x->read->statement;

	*by_hash = false;
	if (!s->where)
		return refuse(
			op, "Must have WHERE clause in the statement when using ORDER BY clause.");
	for (size_t i = 0; i < s->order_count; i++) {
		struct str name = s->orders[i].name;

		*by_hash |= is_part(&x->keys->hash, name);
		if (is_part(&x->keys->hash, name) || is_part(&x->keys->range, name))
			continue;
		op_fail(op, &ValidationException,
			"Attribute %.*s in ORDER BY clause must be part of the primary key",
			STR_ARG(name));
		return false;
	}
	if (!x->plan.hash)
		return refuse(
			op,
			"Must have at least one non-optional hash key condition in WHERE clause when "
			"using ORDER BY clause.");
	if (x->value_count > 1 && !*by_hash)
		return refuse(
			op,
			"Must have hash key in ORDER BY clause when more than one hash key condition "
			"specified in WHERE clause.");
	return true;
}

static void sort_values(struct op *op, struct selection *x, bool descending)
{
	for (size_t i = 1; i < x->value_count; i++) {
		for (size_t k = i; k > 0; k--) {
			struct expr *before = x->values[k - 1], *here = x->values[k];
			int order = 0;

			value_compare(op->arena, before->value, here->value, &order);
			if (descending ? order >= 0 : order <= 0)
				break;
			x->values[k - 1] = here;
			x->values[k] = before;
		}
	}
}

/* Without a word about the sort key, an ORDER BY reads it backward, as AWS does. */
static bool set_order(struct op *op, struct selection *x)
{
	const struct partiql *s = x->read->statement;
	bool by_hash;

	if (!s->order_count)
		return true;
	if (!check_order(op, x, &by_hash))
		return false;
	x->backward = true;
	for (size_t i = 0; i < s->order_count; i++) {
		if (is_part(&x->keys->range, s->orders[i].name))
			x->backward = s->orders[i].descending;
		else
			sort_values(op, x, s->orders[i].descending);
	}
	return true;
}

/* --- tokens ------------------------------------------------------------------------------------ */

/* What a token belongs to. */
static struct str digest_of(struct op *op, const struct partiql_read *r)
{
	struct str parts =
		arena_strf(op->arena, "%.*s\n%.*s", STR_ARG(json_get_str(r->params, "Statement")),
			   STR_ARG(json_text(op->arena, json_get(r->params, "Parameters"))));
	unsigned char digest[SHA256_BYTES];

	hash_sha256(parts, digest);
	return base64_print(op->arena, str_make(digest, sizeof(digest)));
}

static bool read_token(struct op *op, struct selection *x)
{
	struct str token = json_get_str(x->read->params, "NextToken"), text;
	struct json_object *o;
	int64_t at;

	if (!token.p)
		return true;
	o = base64_parse(op->arena, token, &text) ? json_parse(op->arena, text, NULL) : NULL;
	at = json_int_or(json_get(o, "at"), -1);
	if (!json_is_string(json_get(o, "of")) || at < 0)
		return refuse(op, "Invalid NextToken");
	if (!str_eq(json_get_str(o, "of"), digest_of(op, x->read)) || (size_t)at > x->value_count)
		return refuse(op, "NextToken does not match request");
	x->at = (size_t)at;
	x->start = json_get(o, "start");
	return true;
}

static void write_token(struct op *op, const struct selection *x)
{
	struct json_object *o = json_new_object(op->arena);

	json_set_str(o, "of", digest_of(op, x->read));
	json_set_int(o, "at", (int64_t)x->at);
	if (x->start) {
		json_set(o, "start", json_object_get(x->start));
		json_set(op->out, "LastEvaluatedKey", json_object_get(x->start));
	}
	json_set_str(op->out, "NextToken", base64_print(op->arena, json_text(op->arena, o)));
}

/* --- reading --------------------------------------------------------------------------------------- */

/* The parameters of the Query or Scan that reads on. */
static struct json_object *page_params(struct op *op, const struct selection *x, int64_t limit)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "TableName", x->read->table->name);
	if (x->index)
		json_set_str(in, "IndexName", x->index->name);
	json_set_bool(in, "ConsistentRead", is_consistent(x->read));
	json_set_bool(in, "ScanIndexForward", !x->backward);
	if (limit < INT64_MAX)
		json_set_int(in, "Limit", limit);
	if (x->start)
		json_set(in, "ExclusiveStartKey", json_object_get(x->start));
	return in;
}

/* One page: op->in and op->out are those of a Query or Scan. False with the error set. */
static bool read_page(struct op *op, struct selection *x)
{
	const struct partiql *s = x->read->statement;
	struct page page = { .any_filter = true, .sum = &x->sum, .pick = pick };
	struct path_list columns = s->columns;

	page.request.filter = x->plan.rest;
	if (columns.count)
		page.request.projection = &columns;
	if (x->values) {
		page.request.key_condition =
			partiql_join(op->arena, EXPR_EQ, x->plan.hash->args[0], x->values[x->at]);
		page.request.key_condition =
			partiql_join(op->arena, EXPR_AND, page.request.key_condition,
				     x->plan.range);
	}
	return page_check_start(op) && page_check_select(op, &page.request) &&
	       page_open(op, &page) && (x->values ? page_query(op, &page) : page_scan(op, &page));
}

static bool read_on(struct op *op, struct selection *x, int64_t limit)
{
	struct json_object *in = op->in, *out = op->out, *items;
	bool good;

	op->in = page_params(op, x, limit);
	op->out = json_new_object(op->arena);
	good = read_page(op, x);
	if (good) {
		items = json_get(op->out, "Items");
		for (size_t i = 0; i < json_count(items); i++)
			json_add(x->items, json_object_get(json_at(items, i)));
		x->start = json_get(op->out, "LastEvaluatedKey");
		x->at += !x->start;
	}
	op->in = in;
	op->out = out;
	return good;
}

/* Read until the answer is full or everything was read. */
static bool read_all(struct op *op, struct selection *x)
{
	int64_t limit = json_int_or(json_get(x->read->params, "Limit"), INT64_MAX), left = limit;
	size_t count = x->values ? x->value_count : 1, from = x->at;

	x->items = json_set_array(op->out, "Items");
	while (x->at < count && x->at - from < VALUES_OF_A_PAGE && left > 0 &&
	       x->sum.bytes < PAGE_BYTES) {
		if (!read_on(op, x, left))
			return false;
		if (x->start)
			break;
		left = limit < INT64_MAX ? limit - x->sum.scanned : limit;
	}
	if (x->at < count)
		write_token(op, x);
	x->read->cost = x->sum.capacity;
	return true;
}

bool partiql_select(struct op *op, struct partiql_read *r)
{
	struct selection x = { .read = r };

	r->table = partiql_table(op, r->statement);
	if (!r->table || !find_index(op, &x))
		return false;
	if (partiql_overlaps(op->arena, x.keys, r->statement->where))
		return refuse(
			op,
			"Overlapping conditions with range keys are not supported in where clause");
	partiql_plan(op->arena, x.keys, r->statement->where, &x.plan);
	if (!find_values(op, &x) || !set_order(op, &x) || !check_filter(op, &x) ||
	    !read_token(op, &x))
		return false;
	if (!x.index && !x.plan.rest && partiql_plan_is_item(&x.plan, x.keys))
		return read_item(op, r, &x.plan);
	return read_all(op, &x);
}
