/* Conditions evaluated against items, and trees written as text. */
#include "cloud/dynamodb/expr.h"

#include "base/base64.h"
#include "cloud/dynamodb/value.h"

/* Length of a string as AWS's size() counts it: UTF-16 units. */
static int64_t text_length(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		n += (c & 0xc0) != 0x80; /* not a continuation */
		n += c >= 0xf0;          /* a pair of surrogates */
	}
	return n;
}

/* size() of a value as a value; NULL when it has none. */
static struct json_object *size_of(struct arena *a, const struct json_object *value)
{
	struct json_object *inner;
	struct str bytes;
	int64_t n;

	switch (value_type(value, &inner)) {
	case VALUE_S:
		n = text_length(json_str(inner));
		break;
	case VALUE_B:
		if (!base64_parse(a, json_str(inner), &bytes))
			return NULL;
		n = (int64_t)bytes.n;
		break;
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
	case VALUE_L:
	case VALUE_M:
		n = (int64_t)json_count(inner);
		break;
	default:
		return NULL;
	}
	return json_own(a, value_new(VALUE_N, json_string(arena_strf(a, "%lld", (long long)n))));
}

/* An operand's value for this item, or NULL. */
static struct json_object *operand(struct arena *a, const struct expr *e, struct json_object *item)
{
	switch (e->kind) {
	case EXPR_PATH:
		return path_find(&e->path, item);
	case EXPR_VALUE:
		return e->value;
	case EXPR_FUNCTION:
		return e->function == FUNCTION_SIZE ? size_of(a, operand(a, e->args[0], item))
						    : NULL;
	default:
		return NULL;
	}
}

/* Different types are unequal, and so is nothing to something. */
static bool compare(struct arena *a, enum expr_kind kind, struct json_object *x,
		    struct json_object *y)
{
	int order;

	if (kind == EXPR_EQ)
		return x && y && value_equal(a, x, y);
	if (kind == EXPR_NE)
		return !(x && y &&
			 value_equal(a, x, y)); /* what is not there differs from everything */
	if (!x || !y || !value_compare(a, x, y, &order))
		return false;
	return kind == EXPR_LT   ? order < 0
	       : kind == EXPR_LE ? order <= 0
	       : kind == EXPR_GT ? order > 0
				 : order >= 0;
}

static bool begins_with(struct arena *a, struct json_object *x, struct json_object *y)
{
	struct json_object *in_x, *in_y;
	enum value_type type = value_type(x, &in_x);
	struct str whole = json_str(in_x), start;

	if (type != value_type(y, &in_y))
		return false;
	start = json_str(in_y);
	if (type == VALUE_B)
		return base64_parse(a, whole, &whole) && base64_parse(a, start, &start) &&
		       str_starts(whole, start);
	return type == VALUE_S && str_starts(whole, start);
}

static bool list_has(struct arena *a, struct json_object *list, struct json_object *element)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (value_equal(a, json_at(list, i), element))
			return true;
	return false;
}

static bool contains(struct arena *a, struct json_object *x, struct json_object *y)
{
	struct json_object *in_x, *in_y;
	enum value_type type = value_type(x, &in_x), part = value_type(y, &in_y);
	struct str whole = json_str(in_x), needle = json_str(in_y);

	switch (type) {
	case VALUE_S:
		return part == VALUE_S && str_find_str(whole, needle) >= 0;
	case VALUE_B:
		return part == VALUE_B && base64_parse(a, whole, &whole) &&
		       base64_parse(a, needle, &needle) && str_find_str(whole, needle) >= 0;
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
		return part == type - VALUE_SS + VALUE_S && value_set_has(type, in_x, needle);
	case VALUE_L:
		return part != VALUE_NONE && list_has(a, in_x, y);
	default:
		return false;
	}
}

static bool has_type(struct json_object *x, struct json_object *name)
{
	struct json_object *inner;
	enum value_type type = value_type(x, &inner);

	value_type(name, &inner);
	return type != VALUE_NONE && type == value_type_named(json_str(inner));
}

static bool function_holds(struct arena *a, const struct expr *e, struct json_object *item)
{
	struct json_object *x = operand(a, e->args[0], item);

	switch (e->function) {
	case FUNCTION_ATTRIBUTE_EXISTS:
		return x != NULL;
	case FUNCTION_ATTRIBUTE_NOT_EXISTS:
		return x == NULL;
	case FUNCTION_ATTRIBUTE_TYPE:
		return has_type(x, operand(a, e->args[1], item));
	case FUNCTION_BEGINS_WITH:
		return begins_with(a, x, operand(a, e->args[1], item));
	case FUNCTION_CONTAINS:
		return contains(a, x, operand(a, e->args[1], item));
	default:
		return false;
	}
}

static bool between(struct arena *a, const struct expr *e, struct json_object *item)
{
	struct json_object *x = operand(a, e->args[0], item);

	return compare(a, EXPR_GE, x, operand(a, e->args[1], item)) &&
	       compare(a, EXPR_LE, x, operand(a, e->args[2], item));
}

static bool in(struct arena *a, const struct expr *e, struct json_object *item)
{
	struct json_object *x = operand(a, e->args[0], item);

	for (size_t i = 1; i < e->count; i++)
		if (compare(a, EXPR_EQ, x, operand(a, e->args[i], item)))
			return true;
	return false;
}

bool expr_holds(struct arena *a, const struct expr *e, struct json_object *item)
{
	switch (e->kind) {
	case EXPR_AND:
		return expr_holds(a, e->args[0], item) && expr_holds(a, e->args[1], item);
	case EXPR_OR:
		return expr_holds(a, e->args[0], item) || expr_holds(a, e->args[1], item);
	case EXPR_NOT:
		return !expr_holds(a, e->args[0], item);
	case EXPR_BETWEEN:
		return between(a, e, item);
	case EXPR_IN:
		return in(a, e, item);
	case EXPR_FUNCTION:
		return function_holds(a, e, item);
	case EXPR_EQ:
	case EXPR_NE:
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
		return compare(a, e->kind, operand(a, e->args[0], item),
			       operand(a, e->args[1], item));
	default:
		return false;
	}
}

/* --- printing ------------------------------------------------------------------- */

static void print_path(struct buf *b, const struct path *path)
{
	for (size_t i = 0; i < path->count; i++) {
		if (!path->steps[i].name.p)
			buf_addf(b, "[%lld]", (long long)path->steps[i].index);
		else
			buf_addf(b, "%s%.*s", i ? "." : "", STR_ARG(path->steps[i].name));
	}
}

/* An argument; what could be read as part of its neighbour goes into parentheses. */
static void print_arg(struct buf *b, const struct expr *e)
{
	bool wrap = e->kind > EXPR_FUNCTION;

	if (wrap)
		buf_addc(b, '(');
	expr_print(b, e);
	if (wrap)
		buf_addc(b, ')');
}

static void print_args(struct buf *b, const struct expr *e, size_t from)
{
	buf_addc(b, '(');
	for (size_t i = from; i < e->count; i++) {
		if (i > from)
			buf_adds(b, ", ");
		print_arg(b, e->args[i]);
	}
	buf_addc(b, ')');
}

void expr_print(struct buf *b, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_PATH:
		print_path(b, &e->path);
		return;
	case EXPR_VALUE:
		buf_add(b, e->name);
		return;
	case EXPR_FUNCTION:
		buf_add(b, e->name);
		print_args(b, e, 0);
		return;
	case EXPR_NOT:
		buf_adds(b, "NOT ");
		print_arg(b, e->args[0]);
		return;
	default:
		break;
	}
	print_arg(b, e->args[0]);
	buf_addf(b, " %.*s ", STR_ARG(expr_name(e)));
	if (e->kind == EXPR_IN) {
		print_args(b, e, 1);
		return;
	}
	print_arg(b, e->args[1]);
	if (e->kind == EXPR_BETWEEN) {
		buf_adds(b, " AND ");
		print_arg(b, e->args[2]);
	}
}
