/* What of a WHERE clause names keys; see partiql_run.h. */
#include "cloud/dynamodb/partiql_run.h"

/* --- trees ------------------------------------------------------------------------- */

static struct expr *copy(struct arena *a, const struct expr *e, enum expr_kind kind)
{
	struct expr *c = arena_alloc(a, sizeof(*c));

	*c = *e;
	c->kind = kind;
	c->args = arena_alloc(a, (e->count ? e->count : 1) * sizeof(*c->args));
	for (size_t i = 0; i < e->count; i++)
		c->args[i] = e->args[i];
	return c;
}

struct expr *partiql_join(struct arena *a, enum expr_kind kind, struct expr *x, struct expr *y)
{
	struct expr *e;

	if (!x || !y)
		return x ? x : y;
	e = ARENA_NEW(a, struct expr);
	e->kind = kind;
	e->args = arena_alloc(a, 2 * sizeof(*e->args));
	e->args[0] = x;
	e->args[1] = y;
	e->count = 2;
	return e;
}

/* `value < path` as `path > value`, and IN with one candidate as an equality; NULL when it is no such condition. */
static struct expr *leaf(struct arena *a, const struct expr *e)
{
	static const enum expr_kind mirrored[] = {
		[EXPR_EQ] = EXPR_EQ, [EXPR_NE] = EXPR_NE, [EXPR_LT] = EXPR_GT,
		[EXPR_LE] = EXPR_GE, [EXPR_GT] = EXPR_LT, [EXPR_GE] = EXPR_LE,
	};
	bool begins = e->kind == EXPR_FUNCTION && e->function == FUNCTION_BEGINS_WITH;
	struct expr *c;

	if (!begins && (e->kind < EXPR_EQ || e->kind > EXPR_IN))
		return NULL;
	c = copy(a, e, e->kind == EXPR_IN && e->count == 2 ? EXPR_EQ : e->kind);
	if (e->kind <= EXPR_GE && e->kind >= EXPR_EQ && e->args[0]->kind == EXPR_VALUE) {
		c->kind = mirrored[e->kind];
		c->args[0] = e->args[1];
		c->args[1] = e->args[0];
	}
	if (c->args[0]->kind != EXPR_PATH || c->args[0]->path.count != 1)
		return NULL;
	for (size_t i = 1; i < c->count; i++)
		if (c->args[i]->kind != EXPR_VALUE)
			return NULL;
	return c;
}

static bool is_about(const struct expr *e, const struct key_part *part)
{
	return part->name.p && str_eq(e->args[0]->path.steps[0].name, part->name);
}

/* --- plans ------------------------------------------------------------------------------ */

static bool same_value(struct arena *a, const struct expr *x, const struct expr *y)
{
	return x->kind == EXPR_EQ && y->kind == EXPR_EQ &&
	       value_equal(a, x->args[1]->value, y->args[1]->value);
}

static void take(struct arena *a, const struct key_schema *keys, struct expr *e,
		 struct partiql_plan *out)
{
	struct expr *c = leaf(a, e);
	bool hash = c && is_about(c, &keys->hash) && (c->kind == EXPR_EQ || c->kind == EXPR_IN);
	bool range = c && is_about(c, &keys->range) && c->kind != EXPR_NE && c->kind != EXPR_IN;
	struct expr **slot = hash ? &out->hash : &out->range;

	if (!hash && !range) {
		out->rest = partiql_join(a, EXPR_AND, out->rest, e);
		return;
	}
	if (!*slot) {
		*slot = c;
		return;
	}
	if (same_value(a, *slot, c))
		return;
	if (!out->again && (*slot)->kind == EXPR_EQ && c->kind == EXPR_EQ)
		out->again = c;
	out->rest = partiql_join(a, EXPR_AND, out->rest, e);
}

static void split(struct arena *a, const struct key_schema *keys, struct expr *e,
		  struct partiql_plan *out)
{
	if (e->kind != EXPR_AND) {
		take(a, keys, e, out);
		return;
	}
	split(a, keys, e->args[0], out);
	split(a, keys, e->args[1], out);
}

void partiql_plan(struct arena *a, const struct key_schema *keys, struct expr *where,
		  struct partiql_plan *out)
{
	*out = (struct partiql_plan){ 0 };
	if (where)
		split(a, keys, where, out);
	/* Without a partition there is nothing to narrow. */
	if (!out->hash && out->range) {
		out->rest = partiql_join(a, EXPR_AND, out->range, out->rest);
		out->range = NULL;
	}
}

/* --- branches of OR ------------------------------------------------------------------------- */

static bool shares_value(struct arena *a, const struct expr *x, const struct expr *y)
{
	for (size_t i = 1; i < x->count; i++)
		for (size_t k = 1; k < y->count; k++)
			if (value_equal(a, x->args[i]->value, y->args[k]->value))
				return true;
	return false;
}

/* The plans of an OR's branches, from left to right; how many. */
static size_t branches(struct arena *a, const struct key_schema *keys, struct expr *e,
		       struct partiql_plan *at)
{
	size_t n;

	if (e->kind != EXPR_OR) {
		partiql_plan(a, keys, e, at);
		return 1;
	}
	n = branches(a, keys, e->args[0], at);
	return n + branches(a, keys, e->args[1], at + n);
}

static size_t branch_count(const struct expr *e)
{
	return e->kind == EXPR_OR ? branch_count(e->args[0]) + branch_count(e->args[1]) : 1;
}

static bool mentions(const struct expr *e, const struct key_part *part)
{
	if (e->kind == EXPR_PATH)
		return str_eq(e->path.steps[0].name, part->name);
	for (size_t i = 0; i < e->count; i++)
		if (mentions(e->args[i], part))
			return true;
	return false;
}

/* Do the conditions (NULL: none) say what the attribute is not? */
static bool denies(const struct expr *e, const struct key_part *part)
{
	if (!e)
		return false;
	if (e->kind == EXPR_AND)
		return denies(e->args[0], part) || denies(e->args[1], part);
	return (e->kind == EXPR_NE || e->kind == EXPR_NOT) && mentions(e, part);
}

bool partiql_overlaps(struct arena *a, const struct key_schema *keys, struct expr *where)
{
	size_t count = where ? branch_count(where) : 0;
	struct partiql_plan *all = arena_zalloc(a, (count + 1) * sizeof(*all));

	if (count < 2 || !keys->range.name.p)
		return false;
	branches(a, keys, where, all);
	for (size_t i = 0; i < count; i++)
		if (!all[i].hash)
			return false;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (all[i].range && !all[k].range && !denies(all[k].rest, &keys->range) &&
			    shares_value(a, all[i].hash, all[k].hash))
				return true;
	return false;
}

bool partiql_plan_is_item(const struct partiql_plan *plan, const struct key_schema *keys)
{
	return plan->hash && plan->hash->kind == EXPR_EQ &&
	       (!keys->range.name.p || (plan->range && plan->range->kind == EXPR_EQ));
}

struct json_object *partiql_plan_key(struct op *op, const struct partiql_plan *plan,
				     const struct key_schema *keys)
{
	struct json_object *key = json_new_object(op->arena);

	json_set(key, keys->hash.name.p, json_object_get(plan->hash->args[1]->value));
	if (keys->range.name.p)
		json_set(key, keys->range.name.p, json_object_get(plan->range->args[1]->value));
	return key;
}

/* --- keys ---------------------------------------------------------------------------------- */

static bool check_part(struct op *op, const struct key_part *part, struct json_object *key)
{
	struct json_object *value, *inner;

	if (!part->name.p)
		return true;
	value = json_get(key, part->name.p);
	if (!value) {
		op_fail(op, &ValidationException,
			"Key attribute should be present in the item: Key %s", part->name.p);
		return false;
	}
	if (value_type(value, &inner) == part->type)
		return true;
	op_fail(op, &ValidationException,
		"Key attribute's data type should match its data type in table's schema: Key %s",
		part->name.p);
	return false;
}

bool partiql_check_key(struct op *op, const struct key_schema *keys, struct json_object *key)
{
	return check_part(op, &keys->hash, key) && check_part(op, &keys->range, key);
}

/* --- tables --------------------------------------------------------------------------------- */

static bool is_table_name(struct str name)
{
	if (name.n < 3 || name.n > 255)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-' || c == '.'))
			return false;
	}
	return true;
}

const struct table *partiql_table(struct op *op, const struct partiql *s)
{
	struct str name = s->table;

	if (!str_starts(name, STR("arn:")) && !is_table_name(name)) {
		op_fail(op, &ValidationException,
			"Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', "
			"'-', '_', '.'.");
		return NULL;
	}
	return table_name_of(op, s->table, 1, &name) ? table_use_named(op, name) : NULL;
}
