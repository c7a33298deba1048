/* Shapes: AWS's type errors and constraint errors; see shape.h. */
#include "aws/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/shape_pattern.h"
#include "base/base64.h"

const struct shape shape_string = { .type = SHAPE_STRING };
const struct shape shape_integer = { .type = SHAPE_INTEGER };
const struct shape shape_long = { .type = SHAPE_LONG };
const struct shape shape_double = { .type = SHAPE_DOUBLE };
const struct shape shape_boolean = { .type = SHAPE_BOOLEAN };
const struct shape shape_timestamp = { .type = SHAPE_TIMESTAMP };
const struct shape shape_blob = { .type = SHAPE_BLOB };
const struct shape shape_any = { .type = SHAPE_ANY };
const struct shape shape_string_list = SHAPE_LIST_OF(&shape_string);
const struct shape shape_string_map = SHAPE_MAP_OF(&shape_string);

const struct shape_member *shape_member(const struct shape *structure, struct str name)
{
	const struct shape_member *m = structure ? structure->members : NULL;

	for (; m && m->name; m++)
		if (str_is(name, m->name))
			return m;
	return NULL;
}

/* --- types -------------------------------------------------------------------------- */

/* Where a value stands: AWS's sentence for a scalar in place of a structure depends on it. */
enum place { FIELD, ELEMENT };

struct types {
	struct arena *a;
	struct str problem; /* the first, absent while there is none */
	bool java;          /* it is told as classes, as API Gateway's reader does */
};

static bool wrong(struct types *t, const char *sentence)
{
	t->problem = str_of(sentence);
	return false;
}

/* What the JSON reader calls this token. */
static const char *token_name(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		return json_object_get_boolean(value) ? "TRUE_VALUE" : "FALSE_VALUE";
	case json_type_int:
		return "NUMBER_VALUE";
	case json_type_double:
		return "DECIMAL_VALUE";
	case json_type_string:
		return "STRING_VALUE";
	default:
		return "NULL_VALUE";
	}
}

/* The class of a scalar that was read. */
static const char *class_name(struct json_object *value)
{
	return json_is_string(value) ? "java.lang.String"
	       : json_object_is_type(value, json_type_boolean)
		       ? "java.lang.Boolean"
		       : "com.amazon.coral.value.json.numbers.TruncatingBigNumber";
}

static bool wrong_token(struct types *t, struct json_object *value, const char *wanted)
{
	if (t->java)
		return wrong(t, arena_printf(t->a, "class %s can not be converted to an %s",
					     class_name(value), wanted));
	return wrong(t,
		     arena_printf(t->a, "%s cannot be converted to %s", token_name(value), wanted));
}

/* A list or object where a scalar belongs. */
static bool not_nested(struct types *t, struct json_object *value, const char *class)
{
	if (json_is_array(value))
		return wrong(t, arena_printf(t->a, "Unrecognized collection type class %s", class));
	if (json_is_object(value))
		return wrong(t, "Start of structure or map found where not expected");
	return true;
}

static bool check_number(struct types *t, struct json_object *value, const struct shape *shape)
{
	const char *name = shape->type == SHAPE_INTEGER ? "Integer"
			   : shape->type == SHAPE_LONG  ? "Long"
							: "Double";

	if (!not_nested(t, value, arena_printf(t->a, "java.lang.%s", name)))
		return false;
	if (json_is_string(value) || json_object_is_type(value, json_type_boolean))
		return wrong_token(t, value, name);
	return true;
}

static bool check_blob(struct types *t, struct json_object *value)
{
	struct str text = json_str(value), bytes;

	if (!not_nested(t, value, "java.nio.ByteBuffer"))
		return false;
	if (!text.p)
		return wrong(t, "only base-64-encoded strings are convertible to bytes");
	if (text.n % 4)
		return wrong(t,
			     arena_printf(t->a,
					  "Base64 encoded length is expected a multiple of 4 bytes "
					  "but found: %zu",
					  text.n));
	if (!base64_parse(t->a, text, &bytes))
		return wrong(t, "Invalid last non-pad Base64 character dectected");
	return true;
}

static bool check_boolean(struct types *t, struct json_object *value)
{
	struct str text = json_str(value);

	if (!not_nested(t, value, "java.lang.Boolean"))
		return false;
	if (text.p) {
		static const char *const words[] = { "true", "1", "yes", "false", "0", "no" };

		for (size_t i = 0; i < 6; i++)
			if (str_eq_nocase(text, str_of(words[i])))
				return true;
		return wrong(t, "Unexpected token received from parser");
	}
	if (!json_object_is_type(value, json_type_boolean))
		return wrong_token(t, value, "Boolean");
	return true;
}

static bool check_type(struct types *t, struct json_object *value, const struct shape *shape,
		       enum place place);

/* Something else in place of a list or map: as an element its class has parameters, which the reader cannot cast. */
static bool not_collection(struct types *t, enum place place)
{
	if (place == FIELD)
		return wrong(t, "Unexpected field type");
	return wrong(
		t,
		"class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
		"java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
		"java.lang.Class are in module java.base of loader 'bootstrap')");
}

static bool check_list(struct types *t, struct json_object *value, const struct shape *shape,
		       enum place place)
{
	if (json_is_object(value))
		return wrong(t, "Start of structure or map found where not expected");
	if (!json_is_array(value))
		return not_collection(t, place);
	for (size_t i = 0; i < json_count(value); i++)
		if (json_at(value, i) && !check_type(t, json_at(value, i), shape->element, ELEMENT))
			return false;
	return true;
}

static const char *java_class(struct types *t, const struct shape *shape)
{
	enum shape_type type = shape ? shape->type : SHAPE_STRING;

	if (type == SHAPE_STRUCTURE)
		return shape->name ? shape->name : "java.lang.Object";
	if (type == SHAPE_LIST)
		return arena_printf(t->a, "java.util.List<%s>", java_class(t, shape->element));
	if (type == SHAPE_MAP)
		return arena_printf(t->a, "java.util.Map<java.lang.String, %s>",
				    java_class(t, shape->element));
	return "java.lang.String";
}

static bool check_map(struct types *t, struct json_object *value, const struct shape *shape,
		      enum place place)
{
	if (json_is_array(value))
		return wrong(t, arena_printf(t->a, "Unrecognized collection type %s",
					     java_class(t, shape)));
	if (!json_is_object(value))
		return not_collection(t, place);
	JSON_EACH(value, key, member)
	{
		(void)key;
		if (member && !check_type(t, member, shape->element, ELEMENT))
			return false;
	}
	return true;
}

/* What AWS is lenient about is made exact here, in the structure that holds the member. */
static void make_exact(struct json_object *holder, const struct shape_member *m,
		       struct json_object *value)
{
	struct str text = json_str(value);
	double number;

	if (m->shape->type == SHAPE_BOOLEAN && text.p) {
		json_set_bool(holder, m->name,
			      str_eq_nocase(text, STR("true")) || str_is(text, "1") ||
				      str_eq_nocase(text, STR("yes")));
	} else if ((m->shape->type == SHAPE_INTEGER || m->shape->type == SHAPE_LONG) &&
		   json_object_is_type(value, json_type_double)) {
		number = floor(json_object_get_double(value));
		if (number > -9e18 && number < 9e18)
			json_set_int(holder, m->name, (int64_t)number);
	}
}

static bool check_structure(struct types *t, struct json_object *value, const struct shape *shape,
			    enum place place)
{
	if (json_is_array(value))
		return wrong(t, arena_printf(t->a, "Unrecognized collection type class %s",
					     java_class(t, shape)));
	if (!json_is_object(value))
		return wrong(t, place == FIELD ? "Unexpected field type"
					       : "Unexpected value type in payload");
	/* In the order of the text, as AWS reads it. */
	JSON_EACH(value, key, member)
	{
		const struct shape_member *m = shape_member(shape, str_of(key));

		if (!m)
			continue;
		if (!member) {
			json_object_object_del(value, m->name);
			continue;
		}
		if (!check_type(t, member, m->shape, FIELD))
			return false;
		make_exact(value, m, member);
	}
	return true;
}

static bool check_type(struct types *t, struct json_object *value, const struct shape *shape,
		       enum place place)
{
	if (!shape)
		return true;
	switch (shape->type) {
	case SHAPE_STRUCTURE:
		return check_structure(t, value, shape, place);
	case SHAPE_LIST:
		return check_list(t, value, shape, place);
	case SHAPE_MAP:
		return check_map(t, value, shape, place);
	case SHAPE_STRING:
		if (json_is_string(value))
			return true;
		return not_nested(t, value, "java.lang.String") && wrong_token(t, value, "String");
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_DOUBLE:
		return check_number(t, value, shape);
	case SHAPE_BOOLEAN:
		return check_boolean(t, value);
	case SHAPE_TIMESTAMP:
		return not_nested(t, value, "java.util.Date");
	case SHAPE_BLOB:
		return check_blob(t, value);
	case SHAPE_ANY:
		break;
	}
	return true;
}

/* --- constraints ---------------------------------------------------------------------- */

#define PROBLEMS_MAX 10

struct constraints {
	struct arena *a;
	struct buf text; /* the problems, joined with "; " */
	int count;
	bool older;       /* newer words are not for this request */
	bool bare;        /* what stands in the text has no count before it */
	bool discreet;    /* no value is repeated */
	const char *body; /* of the input */
};

/* Does Java print what stands in the map, because the structures in it have names? Newer words quote it as JSON. */
static bool is_java_map(const struct shape *shape)
{
	const struct shape *element = NULL;

	if (shape && shape->type == SHAPE_MAP && !shape->newer_lengths)
		element = shape->element;
	if (element && element->type == SHAPE_LIST)
		element = element->element;
	return element && element->name;
}

static void add_value(struct buf *b, struct json_object *value, const struct shape *shape);

static void add_map(struct buf *b, struct json_object *value, const struct shape *shape)
{
	const char *comma = "";

	buf_addc(b, '{');
	JSON_EACH(value, key, member)
	{
		buf_addf(b, "%s%s=", comma, key);
		add_value(b, member, shape->element);
		comma = ", ";
	}
	buf_addc(b, '}');
}

/* As Java prints it: a list in brackets, a structure as Name(member=value). */
static void add_value(struct buf *b, struct json_object *value, const struct shape *shape)
{
	const char *name = shape && shape->name ? strrchr(shape->name, '.') : NULL;

	if (json_is_string(value)) {
		buf_add(b, json_str(value));
	} else if (json_is_array(value)) {
		buf_addc(b, '[');
		for (size_t i = 0; i < json_count(value); i++) {
			if (i)
				buf_adds(b, ", ");
			add_value(b, json_at(value, i), shape ? shape->element : NULL);
		}
		buf_addc(b, ']');
	} else if (json_is_object(value) && name) {
		buf_addf(b, "%s(", name + 1);
		for (const struct shape_member *m = shape->members; m->name; m++) {
			buf_addf(b, "%s%c%s=", m == shape->members ? "" : ", ", m->name[0] | 0x20,
				 m->name + 1);
			add_value(b, json_get(value, m->name), m->shape);
		}
		buf_addc(b, ')');
	} else if (json_is_object(value) && is_java_map(shape)) {
		add_map(b, value, shape);
	} else {
		json_print(b, value);
	}
}

/* Paths: "keySchema.1.member.keyType". */
struct path {
	const struct path *up;
	struct str name;
	const char *declared; /* the member's name in the model; NULL: not a member */
};

static void add_path(struct buf *b, const struct path *path, bool declared)
{
	if (path->up) {
		add_path(b, path->up, declared);
		buf_addc(b, '.');
	}
	buf_add(b, declared && path->declared ? str_of(path->declared) : path->name);
}

static void add_newer_problem(struct constraints *c, const char *words)
{
	if (c->count++ < PROBLEMS_MAX)
		buf_addf(&c->text, "%s%s", c->count > 1 ? "; " : "", words);
}

static void add_newer_length(struct constraints *c, const struct path *path, const char *what)
{
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_adds(&b, "Value at '");
	add_path(&b, path, true);
	buf_addf(&b, "' failed to satisfy constraint: %s", what);
	add_newer_problem(c, arena_cstr(c->a, buf_str(&b)));
	buf_release(&b);
}

static void add_problem(struct constraints *c, const struct path *path, struct json_object *value,
			const struct shape *shape, const char *what)
{
	if (c->count++ >= PROBLEMS_MAX)
		return;
	buf_adds(&c->text, c->count > 1 ? "; Value" : "Value");
	if (shape->secret || c->discreet) {
		/* Nothing is said of it, not even that it is null. */
	} else if (value) {
		buf_addc(&c->text, ' ');
		buf_addc(&c->text, '\'');
		add_value(&c->text, value, shape);
		buf_addc(&c->text, '\'');
	} else {
		buf_adds(&c->text, " null");
	}
	buf_adds(&c->text, " at '");
	add_path(&c->text, path, false);
	buf_addf(&c->text, "' failed to satisfy constraint: %s", what);
}

/* Java counts UTF-16 units. */
static int64_t java_length(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		n += (c & 0xc0) != 0x80;
		n += c >= 0xf0;
	}
	return n;
}

static bool is_number(const struct shape *shape)
{
	return shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG ||
	       shape->type == SHAPE_DOUBLE;
}

static int64_t measure(struct json_object *value, const struct shape *shape)
{
	struct str text = json_str(value);

	if (is_number(shape))
		return json_object_get_int64(value);
	if (shape->type == SHAPE_BLOB)
		return (int64_t)(text.n / 4 * 3) - str_ends(text, STR("=")) -
		       str_ends(text, STR("=="));
	return text.p ? java_length(text) : (int64_t)json_count(value);
}

static bool in_values(struct str text, const char *const *values)
{
	for (; *values; values++)
		if (str_is(text, *values))
			return true;
	return false;
}

/* "[PROVISIONED, PAY_PER_REQUEST]" */
static const char *values_text(struct arena *a, const char *const *values)
{
	struct buf b;
	const char *text;

	buf_init(&b, BUF_MAX);
	for (const char *const *v = values; *v; v++)
		buf_addf(&b, "%s%s", v == values ? "" : ", ", *v);
	text = arena_printf(a, "Member must satisfy enum value set: [%s]", b.p ? b.p : "");
	buf_release(&b);
	return text;
}

static bool fits_pattern(struct json_object *value, const struct shape *shape)
{
	return !shape->pattern || !json_is_string(value) ||
	       (shape->or_arn && str_starts(json_str(value), STR("arn:"))) ||
	       (shape->or_empty && !json_str(value).n) ||
	       shape_pattern_matches(shape->pattern, json_str(value));
}

static const char *bound_text(struct arena *a, const struct shape *shape, bool least)
{
	return arena_printf(a, "Member must have %s %s than or equal to %lld",
			    is_number(shape) ? "value" : "length", least ? "greater" : "less",
			    (long long)(least ? shape->min : shape->max));
}

static bool has_bounds(const struct shape *shape, struct json_object *value, bool *low, bool *high)
{
	int64_t size = shape->has_min || shape->has_max ? measure(value, shape) : 0;

	*low = shape->has_min && size < shape->min;
	*high = shape->has_max && size > shape->max;
	return *low || *high;
}

/* Is it a value of the enumeration? In a body that API Gateway reads no text is no value. */
static bool is_listed(const struct constraints *c, struct str text, const struct shape *shape)
{
	return in_values(text, shape->values) || (c->body && !text.n);
}

/* A value's own constraints, in AWS's order: enumeration, pattern, least, most. */
static void check_own(struct constraints *c, const struct path *path, struct json_object *value,
		      const struct shape *shape, bool lengths)
{
	bool low = false, high = false;

	if (shape->values && json_is_string(value) && !is_listed(c, json_str(value), shape)) {
		c->bare = shape->bare && !c->older;
		if (shape->newer_words && !c->older)
			add_newer_problem(c, shape->newer_words);
		else
			add_problem(c, path, value, shape, values_text(c->a, shape->values));
	}
	if (!shape->refusal && !fits_pattern(value, shape))
		add_problem(c, path, value, shape,
			    arena_printf(c->a, "Member must satisfy regular expression pattern: %s",
					 shape->pattern));
	if (lengths)
		has_bounds(shape, value, &low, &high);
	if ((low || high) && shape->newer_lengths && !c->older) {
		add_newer_length(c, path, bound_text(c->a, shape, low));
		return;
	}
	if (low)
		add_problem(c, path, value, shape, bound_text(c->a, shape, true));
	if (high)
		add_problem(c, path, value, shape, bound_text(c->a, shape, false));
}

static void check_value(struct constraints *c, const struct path *path, struct json_object *value,
			const struct shape *shape, bool lengths);

/* The constraints of a map's keys or values, told all together. */
static const char *all_of(struct arena *a, const char *which, const struct shape *shape)
{
	struct buf b;
	const char *text;

	buf_init(&b, BUF_MAX);
	if (shape->has_max)
		buf_addf(&b, "%s, ", bound_text(a, shape, false));
	if (shape->has_min)
		buf_addf(&b, "%s, ", bound_text(a, shape, true));
	if (shape->pattern)
		buf_addf(&b, "Member must satisfy regular expression pattern: %s, ",
			 shape->pattern);
	if (shape->values)
		buf_addf(&b, "%s, ", values_text(a, shape->values));
	if (shape->told_null)
		buf_adds(&b, "Member must not be null, ");
	if (b.n > 2)
		b.p[b.n - 2] = '\0';
	text = arena_printf(a, "%s must satisfy constraint: [%s]", which, b.p ? b.p : "");
	buf_release(&b);
	return text;
}

static bool breaks(struct json_object *value, const struct shape *shape)
{
	bool low, high;

	return has_bounds(shape, value, &low, &high) || !fits_pattern(value, shape) ||
	       (shape->values && json_is_string(value) &&
		!in_values(json_str(value), shape->values));
}

static void check_keys(struct constraints *c, const struct path *path, struct json_object *map,
		       const struct shape *shape)
{
	JSON_EACH(map, key, member)
	{
		struct json_object *name = json_string(str_of(key));

		(void)member;
		if (breaks(name, shape->key))
			add_problem(c, path, map, shape, all_of(c->a, "Map keys", shape->key));
		json_object_put(name);
	}
}

/* `member` NULL: it is required and not there. */
static void check_member(struct constraints *c, const struct path *up, const struct shape_member *m,
			 struct json_object *member)
{
	char first[64];
	struct path path = { up, str_slice(str_of(m->name), 0, sizeof(first)), m->name };
	struct path body = { NULL, str_of(c->body), NULL };

	if (!up && c->body && m->place == IN_BODY)
		path.up = &body;
	memcpy(first, path.name.p, path.name.n);
	if (first[0] >= 'A' && first[0] <= 'Z')
		first[0] = (char)(first[0] | 0x20);
	path.name.p = first;
	if (!member)
		add_problem(c, &path, NULL, m->shape, "Member must not be null");
	else
		check_value(c, &path, member, m->shape, !m->parameter);
}

static bool any_required(const struct shape *shape)
{
	for (const struct shape_member *m = shape->members; m && m->name; m++)
		if (m->required)
			return true;
	return false;
}

static void check_members(struct constraints *c, const struct path *up, struct json_object *value,
			  const struct shape *shape)
{
	/* A DynamoDB value has one of ten members: looking for the nine others costs more than the rest. */
	if (json_count(value) == 1 && !any_required(shape)) {
		JSON_EACH(value, key, only)
		{
			const struct shape_member *m = shape_member(shape, str_of(key));

			if (m && only)
				check_member(c, up, m, only);
		}
		return;
	}
	/* What is in a body that has a class of its own comes before what is in the address. */
	for (int bodies = c->body && !up; bodies >= 0; bodies--)
		for (const struct shape_member *m = shape->members; m && m->name; m++) {
			struct json_object *member = json_get(value, m->name);

			if ((member || m->required) &&
			    (!c->body || up || (m->place == IN_BODY) == bodies))
				check_member(c, up, m, member);
		}
}

/* Members that are told alone; true when one of them was. */
static bool check_stops(struct constraints *c, struct json_object *in, const struct shape *shape)
{
	for (const struct shape_member *m = shape->members; m && m->name && !c->count; m++)
		if (m->stops && json_get(in, m->name))
			check_member(c, NULL, m, json_get(in, m->name));
	return c->count > 0;
}

static bool is_complete(struct json_object *in, const struct shape *shape)
{
	for (const struct shape_member *m = shape->members; m && m->name; m++)
		if (m->required && !json_get(in, m->name))
			return false;
	return true;
}

static void check_input(struct constraints *c, struct json_object *in, const struct shape *shape)
{
	c->older = !is_complete(in, shape);
	if (c->older || !check_stops(c, in, shape))
		check_members(c, NULL, in, shape);
	if (!c->count || c->older || json_depth(in) <= SHAPE_NEWER_DEPTH_MAX)
		return;
	buf_clear(&c->text);
	c->count = 0;
	c->older = true;
	check_members(c, NULL, in, shape);
}

/* Strings and numbers have no path of their own: the list is told, once. */
static void check_scalars(struct constraints *c, const struct path *path, struct json_object *list,
			  const struct shape *shape)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (json_at(list, i) && breaks(json_at(list, i), shape->element)) {
			add_problem(c, path, list, shape, all_of(c->a, "Member", shape->element));
			return;
		}
}

static bool is_scalar(const struct shape *shape)
{
	return shape->type == SHAPE_STRING || is_number(shape);
}

static void check_elements(struct constraints *c, const struct path *up, struct json_object *value,
			   const struct shape *shape)
{
	if (is_scalar(shape->element) && !shape->element->newer_words) {
		check_scalars(c, up, value, shape);
		return;
	}
	for (size_t i = 0; i < json_count(value) && c->count < PROBLEMS_MAX; i++) {
		char number[24];
		struct path at = { up, STR_NONE, NULL }, member = { &at, STR("member"), NULL };

		at.name = str_make(number, (size_t)snprintf(number, sizeof(number), "%zu", i + 1));
		if (json_at(value, i))
			check_value(c, &member, json_at(value, i), shape->element, true);
	}
}

/* A structure with members, or something whose elements may have constraints. */
static void check_inside(struct constraints *c, const struct path *path, struct json_object *value,
			 const struct shape *shape)
{
	if (shape->type == SHAPE_STRUCTURE) {
		check_members(c, path, value, shape);
	} else if (shape->type == SHAPE_LIST && shape->element) {
		check_elements(c, path, value, shape);
	} else if (shape->type == SHAPE_MAP) {
		if (shape->key)
			check_keys(c, path, value, shape);
		if (!shape->element)
			return;
		JSON_EACH(value, key, inner)
		{
			struct path at = { path, str_of(key), NULL },
				    member = { &at, STR("member"), NULL };

			if (inner && c->count < PROBLEMS_MAX)
				check_value(c, &member, inner, shape->element, true);
		}
	}
}

static void check_value(struct constraints *c, const struct path *path, struct json_object *value,
			const struct shape *shape, bool lengths)
{
	if (!shape)
		return;
	check_own(c, path, value, shape, lengths);
	check_inside(c, path, value, shape);
}

/* Members that DynamoDB looks at before the rest. */
static bool check_parameters(const struct shape *shape, struct json_object *in, struct arena *a,
			     struct str *problem)
{
	for (const struct shape_member *m = shape->members; m && m->name; m++) {
		struct json_object *value = m->parameter ? json_get(in, m->name) : NULL;
		bool low, high;

		if (m->parameter && !value)
			*problem =
				arena_strf(a,
					   "The parameter '%s' is required but was not present in "
					   "the request",
					   m->name);
		else if (value && has_bounds(m->shape, value, &low, &high))
			*problem =
				arena_strf(a,
					   "%s must be at least %lld characters long and at most "
					   "%lld characters long",
					   m->name, (long long)m->shape->min,
					   (long long)m->shape->max);
		if (problem->p)
			return false;
	}
	return true;
}

/* Members whose pattern is refused in the service's own words. */
static bool check_refusals(const struct shape *shape, struct json_object *in, struct arena *a,
			   struct str *problem)
{
	for (const struct shape_member *m = shape->members; m && m->name; m++) {
		struct json_object *value = m->shape->refusal ? json_get(in, m->name) : NULL;

		if (!value || fits_pattern(value, m->shape))
			continue;
		*problem = arena_strf(a, "The specified value for %c%s is invalid. %s",
				      m->name[0] | 0x20, m->name + 1, m->shape->refusal);
		return false;
	}
	return true;
}

bool shape_check(const struct shape *shape, struct json_object *in, struct arena *a, bool discreet,
		 struct str *serialization, struct str *validation)
{
	struct types types = { a, STR_NONE, shape->body != NULL };
	struct constraints c = { .a = a, .discreet = discreet, .body = shape->body };

	*serialization = *validation = STR_NONE;
	if (!check_type(&types, in, shape, FIELD)) {
		*serialization = types.problem;
		return false;
	}
	if (!check_parameters(shape, in, a, validation))
		return false;
	buf_init(&c.text, BUF_MAX);
	check_input(&c, in, shape);
	if (c.count > PROBLEMS_MAX)
		c.count = PROBLEMS_MAX;
	if (c.count && c.bare)
		*validation = arena_dup(a, buf_str(&c.text));
	else if (c.count)
		*validation = arena_strf(a, "%d validation error%s detected: %.*s", c.count,
					 c.count > 1 ? "s" : "", STR_ARG(buf_str(&c.text)));
	buf_release(&c.text);
	return !c.count && check_refusals(shape, in, a, validation);
}
