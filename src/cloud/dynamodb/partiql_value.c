/* Literals of PartiQL as attribute values. */
#include "cloud/dynamodb/partiql_parse.h"

#include "cloud/dynamodb/value.h"

static struct expr *value_node(struct partiql_parser *p, struct json_object *value)
{
	struct expr *e = partiql_node(p, EXPR_VALUE, partiql_here(p)->text);

	e->value = json_own(p->a, value);
	return e;
}

/* --- lists, bags, tuples ------------------------------------------------------------ */

/* What stands in a literal must be a value itself. */
static bool is_value(struct partiql_parser *p, const struct expr *e)
{
	if (e->kind == EXPR_VALUE)
		return true;
	partiql_refuse(p, "Unsupported data type: %s under key root%s",
		       e->kind == EXPR_FUNCTION ? partiql_lower(p, e->name) : partiql_node_name(e),
		       partiql_place(p, e->name));
	return false;
}

static struct json_object *list_of(struct partiql_parser *p, const struct expr *e)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < e->count; i++)
		if (is_value(p, e->args[i]))
			json_add(list, json_object_get(e->args[i]->value));
	return value_new(VALUE_L, list);
}

/* A bag becomes a set of its elements' type. */
static struct json_object *set_of(struct partiql_parser *p, const struct expr *e)
{
	struct json_object *set = json_object_new_array(), *inner;
	enum value_type type = VALUE_NONE, one;

	if (!e->count)
		partiql_refuse(p, "Empty bags are not supported");
	for (size_t i = 0; i < e->count; i++) {
		if (!is_value(p, e->args[i]))
			continue;
		one = value_type(e->args[i]->value, &inner);
		if (one > VALUE_B || (type != VALUE_NONE && one != type)) {
			partiql_refuse(
				p, "Unsupported data type in Bag. DynamoDB only supports either "
				   "numbers or strings in bags");
			continue;
		}
		type = one;
		json_add(set, json_object_get(inner));
	}
	return value_new(type == VALUE_NONE ? VALUE_SS : type - VALUE_S + VALUE_SS, set);
}

static bool member(struct partiql_parser *p, struct json_object *map)
{
	struct expr *key = partiql_expression(p, PRECEDENCE_ANY), *value;
	struct json_object *inner = NULL;
	struct str name = STR_NONE;

	if (!key || !partiql_expect(p, ":", "COLON"))
		return false;
	value = partiql_expression(p, PRECEDENCE_ANY);
	if (!value)
		return false;
	if (key->kind == EXPR_VALUE && value_type(key->value, &inner) == VALUE_S)
		name = json_str(inner);
	if (!name.p || strlen(name.p) != name.n)
		partiql_refuse(p, "Tuple keys must be of type String. Actual type: %s under root",
			       partiql_node_name(key));
	else if (json_get(map, name.p))
		partiql_refuse(p, "Duplicate keys in tuple. Key: %s under root", name.p);
	else if (is_value(p, value))
		json_set(map, name.p, json_object_get(value->value));
	return true;
}

static struct expr *tuple(struct partiql_parser *p)
{
	struct json_object *map = json_object_new_object();
	struct expr *e = value_node(p, value_new(VALUE_M, map));

	p->at++;
	if (partiql_take(p, "}"))
		return e;
	do {
		if (!member(p, map))
			return NULL;
	} while (partiql_take(p, ","));
	return partiql_expect(p, "}", "RIGHT_CURLY") ? e : NULL;
}

static struct expr *sequence(struct partiql_parser *p, bool bag)
{
	struct expr *elements = partiql_node(p, EXPR_IN, STR_NONE), *e;
	struct str from = partiql_here(p)->text;

	p->at++;
	if (!partiql_is(p, bag ? ">>" : "]")) {
		if (!partiql_arguments(p, elements, bag ? ">>" : "]",
				       bag ? "RIGHT_DOUBLE_ANGLE_BRACKET" : "RIGHT_BRACKET"))
			return NULL;
	} else {
		p->at++;
	}
	e = value_node(p, bag ? set_of(p, elements) : list_of(p, elements));
	e->name = from;
	return e;
}

/* --- single values ---------------------------------------------------------------------- */

static struct expr *parameter(struct partiql_parser *p)
{
	struct json_object *value = json_at(p->parameters, p->used++);

	/* Counted when the statement has been read. */
	return value_node(p, value ? json_object_get(value)
				   : value_new(VALUE_NULL, json_object_new_boolean(true)));
}

static struct json_object *single(struct partiql_parser *p)
{
	const struct partiql_token *t = partiql_here(p);

	switch (t->kind) {
	case PARTIQL_STRING:
		return value_new(VALUE_S, json_string(t->value));
	case PARTIQL_NUMBER:
		return value_new(VALUE_N, json_string(t->text));
	case PARTIQL_ION:
		partiql_refuse(p, "Ion Literals are not supported: %.*s under key root",
			       STR_ARG(t->value));
		break;
	default:
		if (partiql_token_is(t, "true") || partiql_token_is(t, "false"))
			return value_new(VALUE_BOOL,
					 json_object_new_boolean(partiql_token_is(t, "true")));
		if (partiql_token_is(t, "missing"))
			partiql_refuse(p, "MISSING must be compared using IS operator");
		break;
	}
	return value_new(VALUE_NULL, json_object_new_boolean(true));
}

struct expr *partiql_literal(struct partiql_parser *p)
{
	struct expr *e;

	if (partiql_is(p, "{"))
		return tuple(p);
	if (partiql_is(p, "[") || partiql_is(p, "<<"))
		return sequence(p, partiql_is(p, "<<"));
	e = partiql_here(p)->kind == PARTIQL_PARAMETER ? parameter(p) : value_node(p, single(p));
	p->at++;
	return e;
}

/* --- checks --------------------------------------------------------------------------- */

/* Every number in a value; `path` says where, as in "root.x[1]". */
static void check_numbers(struct partiql_parser *p, const struct json_object *value,
			  const char *path)
{
	struct json_object *inner;
	enum value_type type = value_type(value, &inner);
	enum number_error error;
	struct number n;

	if (type == VALUE_N) {
		error = number_parse(json_str(inner), &n);
		if (error != NUMBER_FINE)
			partiql_refuse(p, "%s under %s",
				       number_complaint(p->a, error, json_str(inner)), path);
	}
	for (size_t i = 0; (type == VALUE_L || type == VALUE_NS) && i < json_count(inner); i++) {
		struct json_object *one = json_at(inner, i);

		if (type == VALUE_L)
			check_numbers(p, one, arena_printf(p->a, "%s[%zu]", path, i));
		else if ((error = number_parse(json_str(one), &n)) != NUMBER_FINE)
			partiql_refuse(p, "%s under %s",
				       number_complaint(p->a, error, json_str(one)), path);
	}
	if (type != VALUE_M)
		return;
	JSON_EACH(inner, name, one)
	check_numbers(p, one, arena_printf(p->a, "%s.%s", path, name));
}

void partiql_check_value(struct partiql_parser *p, const struct json_object *value, bool item)
{
	struct json_object *inner;
	const char *why;

	if (value_type(value, &inner) == VALUE_M && item) {
		JSON_EACH(inner, name, one)
		{
			(void)name;
			check_numbers(p, one, "root");
		}
	} else {
		check_numbers(p, value, "root");
	}
	if (!value_check_words(p->a, value, VALUE_OLDER_WORDS, &why))
		partiql_refuse(p, "%s", why);
}
