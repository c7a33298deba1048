/* Key conditions of Query, in both spellings; see keycond.h. */
#include "cloud/dynamodb/keycond.h"

#include "cloud/dynamodb/wide_key.h"

enum { CONDITIONS_MAX = 16 };

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

struct str key_range_end(struct arena *a)
{
	char *bytes = arena_alloc(a, RANGE_KEY_MAX + 2);

	memset(bytes, 0xff, RANGE_KEY_MAX + 2);
	return str_make(bytes, RANGE_KEY_MAX + 2);
}

struct str key_range_next(struct arena *a, struct str bytes)
{
	char *next = arena_alloc(a, bytes.n + 1);

	memcpy(next, bytes.p, bytes.n);
	next[bytes.n] = '\0';
	return str_make(next, bytes.n + 1);
}

/* The least bytes that are more than everything that begins with `prefix`. */
static struct str behind_prefix(struct arena *a, struct str prefix)
{
	struct str end = arena_dup(a, prefix);

	while (end.n && (unsigned char)end.p[end.n - 1] == 0xff)
		end.n--;
	if (!end.n)
		return key_range_end(a);
	((char *)end.p)[end.n - 1]++;
	return end;
}

/* --- conditions, one for each key ------------------------------------------------- */

struct conditions {
	struct expr *each[CONDITIONS_MAX];
	size_t count; /* may be more than there is room for */
};

static bool bad_operator(struct op *op, const struct expr *e)
{
	op_fail(op, &ValidationException, "Invalid operator used in KeyConditionExpression: %.*s",
		STR_ARG(expr_name(e)));
	return false;
}

/* `:v < key` is read as `key > :v`. */
static void mirror(struct expr *e)
{
	static const enum expr_kind mirrored[] = {
		[EXPR_EQ] = EXPR_EQ, [EXPR_LT] = EXPR_GT, [EXPR_LE] = EXPR_GE,
		[EXPR_GT] = EXPR_LT, [EXPR_GE] = EXPR_LE,
	};
	struct expr *x = e->args[0];

	e->kind = mirrored[e->kind];
	e->args[0] = e->args[1];
	e->args[1] = x;
}

static bool check_operands(struct op *op, struct expr *e)
{
	size_t paths = 0;

	for (size_t i = 0; i < e->count; i++) {
		if (e->args[i]->kind == EXPR_FUNCTION)
			return refuse(op,
				      "KeyConditionExpressions cannot contain nested operations");
		if (e->args[i]->kind != EXPR_PATH)
			continue;
		if (paths++)
			return refuse(
				op,
				"Invalid condition in KeyConditionExpression: Multiple attribute names "
				"used in one condition");
		if (e->args[i]->path.count > 1)
			return refuse(
				op,
				"KeyConditionExpressions cannot have conditions on nested attributes");
	}
	if (!paths)
		return refuse(
			op,
			"Invalid condition in KeyConditionExpression: No key attribute specified");
	return true;
}

static bool check_leaf(struct op *op, struct expr *e)
{
	if (e->kind == EXPR_FUNCTION && e->function == FUNCTION_SIZE)
		return refuse(op, "KeyConditionExpressions cannot contain nested operations");
	if (e->kind == EXPR_OR || e->kind == EXPR_NOT || e->kind == EXPR_IN || e->kind == EXPR_NE ||
	    (e->kind == EXPR_FUNCTION && e->function != FUNCTION_BEGINS_WITH))
		return bad_operator(op, e);
	if ((e->kind == EXPR_BETWEEN || e->kind == EXPR_FUNCTION) &&
	    e->args[0]->kind != EXPR_PATH) {
		op_fail(op, &ValidationException,
			"Invalid condition in KeyConditionExpression: %.*s operator must have the key attribute as "
			"its first operand",
			STR_ARG(expr_name(e)));
		return false;
	}
	if (!check_operands(op, e))
		return false;
	if (e->args[0]->kind != EXPR_PATH)
		mirror(e);
	return true;
}

/* The attribute that a leaf is about; that of a negated one (NOT_CONTAINS) stands deeper. */
static struct str subject(const struct expr *e)
{
	while (e->kind != EXPR_PATH)
		e = e->args[0];
	return e->path.steps[0].name;
}

static bool is_legacy(struct op *op)
{
	return !op_has(op, "KeyConditionExpression");
}

static bool collect(struct op *op, struct expr *e, bool legacy, struct conditions *out)
{
	if (e->kind == EXPR_AND)
		return collect(op, e->args[0], legacy, out) && collect(op, e->args[1], legacy, out);
	if (!legacy && !check_leaf(op, e))
		return false;
	for (size_t i = 0; i < out->count && i < CONDITIONS_MAX; i++)
		if (str_eq(subject(out->each[i]), subject(e)))
			return refuse(
				op,
				"Invalid KeyConditionExpression: KeyConditionExpressions must only contain "
				"one condition per key");
	/* Only the keys of global indexes have more parts. */
	if (legacy && is_legacy(op) && out->count == 2 && !op_has(op, "IndexName"))
		return refuse(op, "Conditions can be of length 1 or 2 only");
	if (out->count < CONDITIONS_MAX)
		out->each[out->count] = e;
	out->count++;
	return true;
}

bool key_condition_given(struct op *op)
{
	return op_has(op, "KeyConditions") || op_has(op, "KeyConditionExpression") ||
	       refuse(op,
		      "Either the KeyConditions or KeyConditionExpression parameter must be specified in "
		      "the request.");
}

bool key_condition_check(struct op *op, const struct request *request)
{
	struct conditions conditions = { 0 };

	if (!request->key_condition)
		return refuse(op, "Conditions can be of length 1 or 2 only");
	return collect(op, request->key_condition, is_legacy(op), &conditions);
}

/* --- against the schema ------------------------------------------------------------- */

static struct expr *on_part(const struct conditions *conditions, const struct key_part *part)
{
	for (size_t i = 0; i < conditions->count; i++)
		if (part->name.p && str_eq(subject(conditions->each[i]), part->name))
			return conditions->each[i];
	return NULL;
}

static bool indexable(const struct expr *e)
{
	return (e->kind >= EXPR_EQ && e->kind <= EXPR_BETWEEN && e->kind != EXPR_NE) ||
	       (e->kind == EXPR_FUNCTION && e->function == FUNCTION_BEGINS_WITH);
}

/* The bytes of the condition's n-th value. */
static bool bound(struct op *op, const struct expr *e, size_t n, const struct key_part *part,
		  struct str *out)
{
	if (!item_key_bytes(op->arena, e->args[n]->value, part->type, out))
		return refuse(
			op,
			"One or more parameter values were invalid: Condition parameter type does not match "
			"schema type");
	/* Numbers have bytes too: their beginnings mean nothing. */
	if (e->kind == EXPR_FUNCTION && part->type == VALUE_N)
		return refuse(
			op,
			"One or more parameter values were invalid: ComparisonOperator BEGINS_WITH is not "
			"valid for N AttributeValue type");
	if (!out->n && e->kind != EXPR_FUNCTION) {
		op_fail(op, &ValidationException,
			"One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
			"contain an empty %s value. Key: %.*s",
			part->type == VALUE_B ? "binary" : "string", STR_ARG(part->name));
		return false;
	}
	return true;
}

static bool read_hash(struct op *op, const struct expr *e, const struct key_part *part,
		      struct str *out)
{
	if (!indexable(e))
		return refuse(op, "Attempted conditional constraint is not an indexable operation");
	if (!bound(op, e, 1, part, out))
		return false;
	if (e->kind != EXPR_EQ)
		return refuse(op, "Query key condition not supported");
	return true;
}

/* Where keys lie whose part is x: behind those parts that are the same for all of them. */
struct interval {
	struct str from, to;
};

static struct interval all(struct arena *a, struct str before)
{
	return (struct interval){ before, behind_prefix(a, before) };
}

static struct interval equal(struct arena *a, bool wide, struct str before, struct str x)
{
	return wide ? all(a, wide_key_add(a, before, x))
		    : (struct interval){ x, key_range_next(a, x) };
}

static struct interval beginning(struct arena *a, bool wide, struct str before, struct str x)
{
	return all(a, wide ? wide_key_begin(a, before, x) : x);
}

static bool read_range(struct op *op, const struct expr *e, const struct key_part *part, bool wide,
		       struct key_range *out)
{
	struct arena *a = op->arena;
	struct str before = out->from, x, y;
	struct interval same;

	if (!indexable(e))
		return refuse(op, "Attempted conditional constraint is not an indexable operation");
	if (!bound(op, e, 1, part, &x))
		return false;
	same = equal(a, wide, before, x);
	if (e->kind == EXPR_BETWEEN) {
		if (!bound(op, e, 2, part, &y))
			return false;
		same.to = equal(a, wide, before, y).to;
	} else if (e->kind == EXPR_FUNCTION) {
		same = beginning(a, wide, before, x);
	}
	if (e->kind != EXPR_LT && e->kind != EXPR_LE)
		out->from = e->kind == EXPR_GT ? same.to : same.from;
	if (e->kind != EXPR_GT && e->kind != EXPR_GE)
		out->to = e->kind == EXPR_LT ? same.from : same.to;
	return true;
}

static bool missed(struct op *op, const struct key_part *part)
{
	op_fail(op, &ValidationException, "Query condition missed key schema element: %.*s",
		STR_ARG(part->name));
	return false;
}

/* Conditions on the order go from its first part on, all equalities but the last. */
static bool check_gaps(struct op *op, const struct key_schema *keys,
		       const struct conditions *conditions, size_t last)
{
	for (size_t i = keys->hash_count; i < last; i++) {
		const struct expr *e = on_part(conditions, &keys->parts[i]);

		if (e && e->kind == EXPR_EQ)
			continue;
		op_fail(op, &ValidationException,
			"RANGE key attributes %.*s must have equality conditions specified in the query because a "
			"condition is present on key attribute %.*s",
			STR_ARG(keys->parts[i].name), STR_ARG(keys->parts[last].name));
		return false;
	}
	return true;
}

/* The parts of the order, of which the last one that has a condition may have any. */
static bool read_order(struct op *op, const struct key_schema *keys,
		       const struct conditions *conditions, struct key_range *out)
{
	size_t count = keys->hash_count, last = keys->count;

	for (size_t i = keys->hash_count; i < keys->count; i++) {
		if (!on_part(conditions, &keys->parts[i]))
			continue;
		last = i;
		count++;
	}
	if (count < conditions->count)
		return missed(op, &keys->range);
	if (last == keys->count)
		return true;
	if (!check_gaps(op, keys, conditions, last))
		return false;
	for (size_t i = keys->hash_count; i < last; i++) {
		struct str bytes;

		if (!bound(op, on_part(conditions, &keys->parts[i]), 1, &keys->parts[i], &bytes))
			return false;
		out->from = wide_key_add(op->arena, out->from, bytes);
		out->to = behind_prefix(op->arena, out->from);
	}
	out->range = on_part(conditions, &keys->parts[last]);
	return read_range(op, out->range, &keys->parts[last], keys->wide, out);
}

/* Where to start (NULL: at the beginning) is looked at together with the conditions, part by part. */
static bool check_start(struct op *op, struct json_object *start, const struct key_part *part)
{
	struct json_object *value = json_get(start, part->name.p), *inner;

	if (!start)
		return true;
	if (!value)
		return refuse(op, "The provided starting key is invalid");
	return value_type(value, &inner) == part->type ||
	       refuse(op, "The provided key element does not match the schema");
}

static bool read_partition(struct op *op, const struct key_schema *keys, struct json_object *start,
			   const struct conditions *conditions, struct key_range *out)
{
	for (size_t i = 0; i < keys->hash_count; i++)
		if (!check_start(op, start, &keys->parts[i]))
			return false;
	if (keys->count == keys->hash_count && conditions->count > keys->count)
		return refuse(op, "Query key condition not supported");
	for (size_t i = 0; i < keys->hash_count; i++)
		if (!on_part(conditions, &keys->parts[i]))
			return missed(op, &keys->parts[i]);
	out->pk = STR("");
	for (size_t i = 0; i < keys->hash_count; i++) {
		struct str bytes;

		if (!read_hash(op, on_part(conditions, &keys->parts[i]), &keys->parts[i], &bytes))
			return false;
		out->pk = keys->wide ? wide_key_add(op->arena, out->pk, bytes) : bytes;
	}
	return true;
}

bool key_range_read(struct op *op, const struct request *request, const struct key_schema *keys,
		    struct json_object *start, struct key_range *out)
{
	struct conditions conditions = { 0 };
	size_t most = keys->count > 2 ? keys->count : 2;

	*out = (struct key_range){ .from = STR(""), .to = key_range_end(op->arena) };
	/* Read before: the leaves are in order already. */
	if (!collect(op, request->key_condition, true, &conditions))
		return false;
	if (conditions.count > most) {
		op_fail(op, &ValidationException,
			"The number of query conditions (%zu) exceeds the number of key attributes defined "
			"in the schema (%zu)",
			conditions.count, keys->count);
		return false;
	}
	if (keys->hash_count > 1 && is_legacy(op))
		return refuse(op, "Query key condition not supported");
	if (!read_partition(op, keys, start, &conditions, out))
		return false;
	for (size_t i = keys->hash_count; i < keys->count; i++)
		if (!check_start(op, start, &keys->parts[i]))
			return false;
	return read_order(op, keys, &conditions, out);
}
