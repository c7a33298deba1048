/* The parameters of DynamoDB's first years, turned into the trees of expressions. */
#include "cloud/dynamodb/request.h"

#include <limits.h>

#include "cloud/dynamodb/value.h"

#define INVALID "One or more parameter values were invalid: "

/* Comparison operators: the tree they make, how many values they take, which types. */
struct comparison {
	const char *name;
	enum expr_kind kind;
	enum expr_function function; /* for EXPR_FUNCTION */
	unsigned negated;
	unsigned least, most;
	unsigned types; /* bits of enum value_type */
};

#define BIT(type) (1u << (type))
#define SCALAR    (BIT(VALUE_S) | BIT(VALUE_N) | BIT(VALUE_B))
#define ANY_TYPE  (~0u)

static const struct comparison comparisons[] = {
	{ "EQ", EXPR_EQ, 0, 0, 1, 1, ANY_TYPE },
	{ "NE", EXPR_NE, 0, 0, 1, 1, ANY_TYPE },
	{ "LE", EXPR_LE, 0, 0, 1, 1, SCALAR },
	{ "LT", EXPR_LT, 0, 0, 1, 1, SCALAR },
	{ "GE", EXPR_GE, 0, 0, 1, 1, SCALAR },
	{ "GT", EXPR_GT, 0, 0, 1, 1, SCALAR },
	{ "BETWEEN", EXPR_BETWEEN, 0, 0, 2, 2, SCALAR },
	{ "IN", EXPR_IN, 0, 0, 1, UINT_MAX, SCALAR },
	{ "BEGINS_WITH", EXPR_FUNCTION, FUNCTION_BEGINS_WITH, 0, 1, 1,
	  BIT(VALUE_S) | BIT(VALUE_B) },
	{ "CONTAINS", EXPR_FUNCTION, FUNCTION_CONTAINS, 0, 1, 1,
	  SCALAR | BIT(VALUE_BOOL) | BIT(VALUE_NULL) },
	{ "NOT_CONTAINS", EXPR_FUNCTION, FUNCTION_CONTAINS, 1, 1, 1,
	  SCALAR | BIT(VALUE_BOOL) | BIT(VALUE_NULL) },
	{ "NOT_NULL", EXPR_FUNCTION, FUNCTION_ATTRIBUTE_EXISTS, 0, 0, 0, ANY_TYPE },
	{ "NULL", EXPR_FUNCTION, FUNCTION_ATTRIBUTE_NOT_EXISTS, 0, 0, 0, ANY_TYPE },
};

static const struct comparison *comparison_find(struct str name)
{
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++)
		if (str_is(name, comparisons[i].name))
			return &comparisons[i];
	return NULL;
}

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

/* --- trees -------------------------------------------------------------------------- */

static struct expr *node(struct op *op, enum expr_kind kind, size_t count)
{
	struct expr *e = ARENA_NEW(op->arena, struct expr);

	e->kind = kind;
	e->count = count;
	e->args = arena_zalloc(op->arena, count * sizeof(struct expr *));
	return e;
}

static struct expr *attribute(struct op *op, const char *name)
{
	struct expr *e = node(op, EXPR_PATH, 0);

	e->path = path_of_name(op->arena, str_of(name));
	return e;
}

static struct expr *constant(struct op *op, struct json_object *value)
{
	struct expr *e = node(op, EXPR_VALUE, 0);

	e->value = value;
	return e;
}

static struct expr *function(struct op *op, enum expr_function which, const char *name)
{
	struct expr *e = node(op, EXPR_FUNCTION, 1);

	e->function = which;
	e->args[0] = attribute(op, name);
	return e;
}

/* Neither absent nor so: of an attribute that is not there, NOT_CONTAINS holds no more than CONTAINS. */
static struct expr *negated(struct op *op, struct expr *e, const char *name)
{
	struct expr *no = node(op, EXPR_NOT, 1), *either = node(op, EXPR_OR, 2);

	either->args[0] = function(op, FUNCTION_ATTRIBUTE_NOT_EXISTS, name);
	either->args[1] = e;
	no->args[0] = either;
	return no;
}

static struct expr *compare(struct op *op, const struct comparison *c, const char *name,
			    struct json_object *values)
{
	struct expr *e = node(op, c->kind, 1 + json_count(values));

	e->function = c->function;
	e->args[0] = attribute(op, name);
	for (size_t i = 0; i < json_count(values); i++)
		e->args[1 + i] = constant(op, json_at(values, i));
	return c->negated ? negated(op, e, name) : e;
}

static struct expr *join(struct op *op, struct str joined_by, struct expr *x, struct expr *y)
{
	struct expr *e;

	if (!x)
		return y;
	e = node(op, str_is(joined_by, "OR") ? EXPR_OR : EXPR_AND, 2);
	e->args[0] = x;
	e->args[1] = y;
	return e;
}

/* --- comparisons ----------------------------------------------------------------------- */

static bool check_values(struct op *op, struct json_object *values)
{
	const char *why;

	for (size_t i = 0; i < json_count(values); i++)
		if (!value_check_words(op->arena, json_at(values, i), request_words(op), &why))
			return refuse(op, why);
	return true;
}

static bool check_list(struct op *op, struct json_object *values, unsigned types,
		       const struct comparison *c)
{
	enum value_type first = VALUE_NONE, type;
	struct json_object *inner;

	for (size_t i = 0; i < json_count(values); i++) {
		type = value_type(json_at(values, i), &inner);
		if (i && type != first)
			return refuse(
				op, INVALID
				"AttributeValues inside AttributeValueList must be of same type");
		first = type;
	}
	if (json_count(values) && !(types & BIT(first))) {
		op_fail(op, &ValidationException,
			INVALID "ComparisonOperator %s is not valid for %s AttributeValue type",
			c->name, value_type_name(first));
		return false;
	}
	return true;
}

static bool check_comparison(struct op *op, const struct comparison *c, struct json_object *values)
{
	size_t n = json_count(values);
	int order;

	if (!check_values(op, values))
		return false;
	if (n < c->least || n > c->most) {
		op_fail(op, &ValidationException,
			INVALID "Invalid number of argument(s) for the %s ComparisonOperator",
			c->name);
		return false;
	}
	if (!check_list(op, values, c->types, c))
		return false;
	if (c->kind == EXPR_BETWEEN &&
	    value_compare(op->arena, json_at(values, 0), json_at(values, 1), &order) && order > 0)
		return refuse(
			op,
			"The BETWEEN condition was provided a range where the lower bound is greater than "
			"the upper bound");
	return true;
}

bool legacy_operator(struct op *op, struct json_object *map, struct str joined_by)
{
	if (!joined_by.p || json_count(map) > 1)
		return true;
	return refuse(op,
		      json_count(map)
			      ? "ConditionalOperator can only be used when Filter or Expected "
				"has two or more elements"
			      : "ConditionalOperator cannot be used without Filter or Expected");
}

bool legacy_conditions(struct op *op, struct json_object *conditions, struct str joined_by,
		       struct expr **out)
{
	if (!conditions)
		return true;
	JSON_EACH(conditions, name, condition)
	{
		const struct comparison *c =
			comparison_find(json_get_str(condition, "ComparisonOperator"));
		struct json_object *values = json_get(condition, "AttributeValueList");

		if (!c || !check_comparison(op, c, values))
			return false;
		*out = join(op, joined_by, *out, compare(op, c, name, values));
	}
	return true;
}

/* --- Expected --------------------------------------------------------------------------- */

/* Complain about the attribute: "<what> for Attribute: <name>". */
static bool refuse_expected(struct op *op, const char *what, const char *name)
{
	op_fail(op, &ValidationException, INVALID "%s for Attribute: %s", what, name);
	return false;
}

/* {"Value": v}, {"Exists": false}. */
static bool expected_value(struct op *op, struct json_object *expected, const char *name,
			   struct expr **out)
{
	struct json_object *value = json_get(expected, "Value"),
			   *exists = json_get(expected, "Exists");
	bool must = json_bool_or(exists, true);
	const char *why;

	if (json_get(expected, "AttributeValueList"))
		return refuse_expected(
			op, "AttributeValueList can only be used with a ComparisonOperator", name);
	if (must && !value)
		return refuse_expected(op,
				       exists ? "Value must be provided when Exists is true"
					      : "Value must be provided when Exists is null",
				       name);
	if (!must && value)
		return refuse_expected(op, "Value cannot be used when Exists is false", name);
	if (value && !value_check_words(op->arena, value, request_words(op), &why))
		return refuse(op, why);
	if (!must) {
		*out = function(op, FUNCTION_ATTRIBUTE_NOT_EXISTS, name);
		return true;
	}
	*out = node(op, EXPR_EQ, 2);
	(*out)->args[0] = attribute(op, name);
	(*out)->args[1] = constant(op, value);
	return true;
}

static bool expected_comparison(struct op *op, const struct comparison *c,
				struct json_object *expected, const char *name, struct expr **out)
{
	struct json_object *value = json_get(expected, "Value"),
			   *values = json_get(expected, "AttributeValueList");

	if (json_get(expected, "Exists"))
		return refuse_expected(op, "Exists and ComparisonOperator cannot be used together",
				       name);
	if (!value && !values && c->least) {
		op_fail(op, &ValidationException,
			INVALID
			"Value or AttributeValueList must be used with ComparisonOperator: %s for Attribute: "
			"%s",
			c->name, name);
		return false;
	}
	if (value) {
		values = json_new_array(op->arena);
		json_add(values, json_object_get(value));
	}
	if (!check_comparison(op, c, values))
		return false;
	*out = compare(op, c, name, values);
	return true;
}

bool legacy_expected(struct op *op, struct json_object *expected, struct str joined_by,
		     struct expr **out)
{
	if (!expected)
		return true;
	JSON_EACH(expected, name, e)
	{
		const struct comparison *c = comparison_find(json_get_str(e, "ComparisonOperator"));
		struct expr *one = NULL;

		if (json_get(e, "Value") && json_get(e, "AttributeValueList"))
			return refuse_expected(
				op, "Value and AttributeValueList cannot be used together", name);
		if (!(c ? expected_comparison(op, c, e, name, &one)
			: expected_value(op, e, name, &one)))
			return false;
		*out = join(op, joined_by, *out, one);
	}
	return true;
}

/* --- AttributesToGet, AttributeUpdates ------------------------------------------------------ */

bool legacy_names(struct op *op, struct json_object *names, struct path_list **out)
{
	size_t n = json_count(names);

	if (!names)
		return true;
	*out = ARENA_NEW(op->arena, struct path_list);
	(*out)->paths = arena_alloc(op->arena, (n ? n : 1) * sizeof(struct path));
	for (size_t i = 0; i < n; i++) {
		struct str name = json_str(json_at(names, i));

		for (size_t k = 0; k < i; k++) {
			if (!str_eq(name, json_str(json_at(names, k))))
				continue;
			op_fail(op, &ValidationException,
				INVALID "Duplicate value in attribute name: %.*s", STR_ARG(name));
			return false;
		}
		(*out)->paths[(*out)->count++] = path_of_name(op->arena, name);
	}
	return true;
}

static bool check_update(struct op *op, struct json_object *value, struct str action)
{
	struct json_object *inner;
	enum value_type type = value_type(value, &inner);
	bool set = type == VALUE_SS || type == VALUE_NS || type == VALUE_BS;
	const char *why;

	if (!value) {
		if (str_is(action, "DELETE"))
			return true;
		op_fail(op, &ValidationException,
			INVALID
			"Only DELETE action is allowed when no attribute value is specified");
		return false;
	}
	if (!value_check_words(op->arena, value, request_words(op), &why))
		return refuse(op, why);
	if ((str_is(action, "DELETE") && !set) ||
	    (str_is(action, "ADD") && !set && type != VALUE_N && type != VALUE_L)) {
		op_fail(op, &ValidationException, INVALID "%s is not supported for the type %s",
			str_is(action, "ADD") ? "ADD action" : "DELETE action with value",
			value_type_name(type));
		return false;
	}
	return true;
}

bool legacy_updates(struct op *op, struct json_object *updates, struct update **out)
{
	if (!updates)
		return true;
	*out = ARENA_NEW(op->arena, struct update);
	(*out)->legacy = true;
	(*out)->actions =
		arena_zalloc(op->arena, (json_count(updates) + 1) * sizeof(struct update_action));
	JSON_EACH(updates, name, update)
	{
		struct update_action *action = &(*out)->actions[(*out)->count++];
		struct json_object *value = json_get(update, "Value");
		struct str kind = json_get_str(update, "Action");

		if (!kind.p)
			kind = STR("PUT");
		if (strlen(name) > ATTRIBUTE_NAME_MAX)
			return refuse(op, ATTRIBUTE_NAME_COMPLAINT);
		if (!check_update(op, value, kind))
			return false;
		action->path = path_of_name(op->arena, str_of(name));
		action->value = value ? constant(op, value) : NULL;
		action->kind = str_is(kind, "PUT")   ? UPDATE_SET
			       : str_is(kind, "ADD") ? UPDATE_ADD
			       : value               ? UPDATE_DELETE
						     : UPDATE_REMOVE;
	}
	return true;
}
