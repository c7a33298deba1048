/* JSON Schema, draft 4; see schema.h. */
#include "base/schema.h"

#include <math.h>
#include <stdlib.h>

#include "base/fnv.h"
#include "base/form.h"
#include "base/regex.h"

struct checking {
	const struct schema_question *question;
	struct arena *a;
	struct json_object *root; /* the document that "#/..." is in */
	const char *why;
	int depth, steps;
	size_t regex_steps; /* that patterns may still take */
};

static bool fits(struct checking *c, struct json_object *schema, struct json_object *value);

static bool no(struct checking *c, const char *why)
{
	c->why = why;
	return false;
}

/* --- types ------------------------------------------------------------------------------------------ */

static bool is_type(struct json_object *value, struct str type)
{
	enum json_type is = json_object_get_type(value);
	double number = json_object_get_double(value);

	if (str_is(type, "object"))
		return is == json_type_object;
	if (str_is(type, "array"))
		return is == json_type_array;
	if (str_is(type, "string"))
		return is == json_type_string;
	if (str_is(type, "boolean"))
		return is == json_type_boolean;
	if (str_is(type, "null"))
		return !value;
	if (str_is(type, "number"))
		return is == json_type_int || is == json_type_double;
	return str_is(type, "integer") &&
	       (is == json_type_int || (is == json_type_double && floor(number) == number));
}

static const char *type_name(struct json_object *value)
{
	if (is_type(value, STR("integer")))
		return "integer";
	return value ? json_type_to_name(json_object_get_type(value)) : "null";
}

static bool type_fits(struct checking *c, struct json_object *types, struct json_object *value)
{
	bool good = !types || is_type(value, json_str(types));

	for (size_t i = 0; i < json_count(types) && json_is_array(types); i++)
		good = good || is_type(value, json_str(json_at(types, i)));
	if (good)
		return true;
	return no(c,
		  arena_printf(c->a,
			       "instance type (%s) does not match any allowed primitive type "
			       "(allowed: %s%.*s%s)",
			       type_name(value), json_is_array(types) ? "" : "[",
			       STR_ARG(json_text(c->a, types)), json_is_array(types) ? "" : "]"));
}

static bool enum_fits(struct checking *c, struct json_object *values, struct json_object *value)
{
	for (size_t i = 0; i < json_count(values) && c->steps < SCHEMA_STEPS_MAX; i++) {
		c->steps += i % 8 == 7;
		if (json_object_equal(json_at(values, i), value))
			return true;
	}
	return !values || no(c, arena_printf(c->a,
					     "instance value (%.*s) not found in enum (possible "
					     "values: %.*s)",
					     STR_ARG(json_text(c->a, value)),
					     STR_ARG(json_text(c->a, values))));
}

/* --- objects ------------------------------------------------------------------------------------------- */

static bool matches(struct checking *c, struct str pattern, struct str text)
{
	const char *why = "";
	const struct regex *regex = regex_compile(c->a, pattern, &why);
	size_t given = c->regex_steps < REGEX_STEPS_MAX ? c->regex_steps : REGEX_STEPS_MAX;
	size_t left = given;
	struct regex_match match;
	bool found;

	if (!regex)
		return true;
	found = regex_find_within(regex, text, 0, &match, &left);
	/* To read the pattern costs, too. */
	given += pattern.n + 64;
	c->regex_steps -= given - left < c->regex_steps ? given - left : c->regex_steps;
	return found;
}

/* Is the member described by a pattern? False when it is and does not fit. */
static bool patterns_fit(struct checking *c, struct json_object *patterns, const char *name,
			 struct json_object *value, bool *described)
{
	if (!json_is_object(patterns))
		return true;
	JSON_EACH(patterns, pattern, schema)
	{
		if (!matches(c, str_of(pattern), str_of(name)))
			continue;
		*described = true;
		if (!fits(c, schema, value))
			return false;
	}
	return true;
}

static bool member_fits(struct checking *c, struct json_object *schema, const char *name,
			struct json_object *value)
{
	struct json_object *own = json_get(json_get(schema, "properties"), name);
	struct json_object *others = json_get(schema, "additionalProperties");
	bool described = own != NULL;

	if (own && !fits(c, own, value))
		return false;
	if (!patterns_fit(c, json_get(schema, "patternProperties"), name, value, &described))
		return false;
	if (described || !others)
		return true;
	if (json_is_object(others))
		return fits(c, others, value);
	return json_bool_or(others, true) ||
	       no(c, arena_printf(c->a,
				  "object instance has properties which are not allowed by the "
				  "schema: [\"%s\"]",
				  name));
}

static bool required_fit(struct checking *c, struct json_object *required,
			 struct json_object *object)
{
	for (size_t i = 0; i < json_count(required); i++) {
		const char *name = arena_cstr(c->a, json_str(json_at(required, i)));

		if (!json_object_object_get_ex(object, name, NULL))
			return no(c, arena_printf(c->a,
						  "object has missing required properties "
						  "([\"%s\"])",
						  name));
	}
	return true;
}

static bool dependencies_fit(struct checking *c, struct json_object *all,
			     struct json_object *object)
{
	if (!json_is_object(all))
		return true;
	JSON_EACH(all, name, needs)
	{
		if (!json_object_object_get_ex(object, name, NULL))
			continue;
		if (json_is_array(needs) ? !required_fit(c, needs, object)
					 : !fits(c, needs, object))
			return false;
	}
	return true;
}

static bool count_fits(struct checking *c, struct json_object *schema, const char *least,
		       const char *most, int64_t n, const char *what)
{
	if (json_get(schema, least) && n < json_int_or(json_get(schema, least), 0))
		return no(c,
			  arena_printf(c->a, "%s is too short: must have at least %lld, has %lld",
				       what, (long long)json_int_or(json_get(schema, least), 0),
				       (long long)n));
	if (json_get(schema, most) && n > json_int_or(json_get(schema, most), INT64_MAX))
		return no(c, arena_printf(c->a, "%s is too long: must have at most %lld, has %lld",
					  what, (long long)json_int_or(json_get(schema, most), 0),
					  (long long)n));
	return true;
}

static bool object_fits(struct checking *c, struct json_object *schema, struct json_object *object)
{
	if (!required_fit(c, json_get(schema, "required"), object) ||
	    !dependencies_fit(c, json_get(schema, "dependencies"), object) ||
	    !count_fits(c, schema, "minProperties", "maxProperties", (int64_t)json_count(object),
			"object"))
		return false;
	JSON_EACH(object, name, value)
	{
		if (!member_fits(c, schema, name, value))
			return false;
	}
	return true;
}

/* --- arrays ----------------------------------------------------------------------------------------------- */

/* The same for values that are equal; an object's members may come in any order. */
static uint64_t hash_of(struct json_object *value)
{
	enum json_type type = json_object_get_type(value);
	uint64_t hash = fnv_add(FNV_BEGIN, &type, sizeof(type)), sum = 0, one;
	double number = json_object_get_double(value) + 0.0; /* -0.0 equals 0.0 */

	if (json_is_string(value))
		return fnv_add(hash, json_str(value).p, json_str(value).n);
	for (size_t i = 0; json_is_array(value) && i < json_count(value); i++) {
		one = hash_of(json_at(value, i));
		hash = fnv_add(hash, &one, sizeof(one));
	}
	if (json_is_array(value))
		return hash;
	if (!json_is_object(value))
		return fnv_add(hash, &number, sizeof(number));
	JSON_EACH(value, name, member)
	{
		one = hash_of(member);
		sum += fnv_add(fnv_add(hash, name, strlen(name)), &one, sizeof(one));
	}
	return fnv_add(hash, &sum, sizeof(sum));
}

struct hashed {
	uint64_t hash;
	struct json_object *item;
};

static int by_hash(const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* Only items of the same hash can be equal: sorted by it, they stand side by side. */
static bool is_unique(struct checking *c, struct json_object *array)
{
	size_t n = json_count(array);
	struct hashed *all = arena_alloc(c->a, (n + 1) * sizeof(*all));

	for (size_t i = 0; i < n; i++)
		all[i] = (struct hashed){ hash_of(json_at(array, i)), json_at(array, i) };
	qsort(all, n, sizeof(*all), by_hash);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && all[k].hash == all[i].hash; k++)
			if (json_object_equal(all[i].item, all[k].item) ||
			    c->steps++ >= SCHEMA_STEPS_MAX)
				return false;
	return true;
}

static bool item_fits(struct checking *c, struct json_object *schema, struct json_object *array,
		      size_t i)
{
	struct json_object *items = json_get(schema, "items");
	struct json_object *more = json_get(schema, "additionalItems");

	if (json_is_object(items))
		return fits(c, items, json_at(array, i));
	if (!json_is_array(items))
		return true;
	if (i < json_count(items))
		return fits(c, json_at(items, i), json_at(array, i));
	if (json_is_object(more))
		return fits(c, more, json_at(array, i));
	return json_bool_or(more, true) || no(c, "array has additional items");
}

static bool array_fits(struct checking *c, struct json_object *schema, struct json_object *array)
{
	if (!count_fits(c, schema, "minItems", "maxItems", (int64_t)json_count(array), "array"))
		return false;
	if (json_bool_or(json_get(schema, "uniqueItems"), false) && !is_unique(c, array))
		return no(c, "array must not contain duplicate elements");
	for (size_t i = 0; i < json_count(array); i++)
		if (!item_fits(c, schema, array, i))
			return false;
	return true;
}

/* --- scalars ------------------------------------------------------------------------------------------------ */

static int64_t characters(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool string_fits(struct checking *c, struct json_object *schema, struct str text)
{
	struct str pattern = json_get_str(schema, "pattern");

	if (!count_fits(c, schema, "minLength", "maxLength", characters(text), "string"))
		return false;
	return !pattern.p || matches(c, pattern, text) ||
	       no(c, arena_printf(c->a, "ECMA 262 regex \"%.*s\" does not match input string",
				  STR_ARG(pattern)));
}

static bool number_fits(struct checking *c, struct json_object *schema, double number)
{
	struct json_object *least = json_get(schema, "minimum"),
			   *most = json_get(schema, "maximum");
	double step = json_object_get_double(json_get(schema, "multipleOf"));
	double low = json_object_get_double(least), high = json_object_get_double(most);

	if (least && (number < low ||
		      (json_bool_or(json_get(schema, "exclusiveMinimum"), false) && number <= low)))
		return no(c, "numeric instance is lower than the required minimum");
	if (most && (number > high ||
		     (json_bool_or(json_get(schema, "exclusiveMaximum"), false) && number >= high)))
		return no(c, "numeric instance is greater than the required maximum");
	if (step > 0 && fabs(remainder(number, step)) > 1e-9 * fabs(number))
		return no(c, "remainder of division is not zero");
	return true;
}

/* --- combinations ----------------------------------------------------------------------------------------------- */

static size_t how_many(struct checking *c, struct json_object *schemas, struct json_object *value)
{
	size_t n = 0;

	for (size_t i = 0; i < json_count(schemas); i++)
		n += fits(c, json_at(schemas, i), value);
	return n;
}

static bool combined_fit(struct checking *c, struct json_object *schema, struct json_object *value)
{
	struct json_object *all = json_get(schema, "allOf"), *any = json_get(schema, "anyOf");
	struct json_object *one = json_get(schema, "oneOf"), *not = json_get(schema, "not");

	for (size_t i = 0; i < json_count(all); i++)
		if (!fits(c, json_at(all, i), value))
			return false;
	if (json_count(any) && !how_many(c, any, value))
		return no(c, "instance failed to match at least one required schema");
	if (json_count(one) && how_many(c, one, value) != 1)
		return no(c, "instance failed to match exactly one schema");
	if (json_is_object(not ) && fits(c, not, value))
		return no(c, "instance matched a schema which it should not have");
	return true;
}

struct json_object *schema_refer(struct arena *a, struct json_object *document,
				 struct str reference)
{
	struct str pointer = form_decode_lenient(a, reference, false);
	struct json_object *found = NULL;

	if (!str_starts(pointer, STR("#")) ||
	    json_pointer_get(document, arena_cstr(a, str_slice(pointer, 1, pointer.n)), &found) !=
		    0)
		return NULL;
	return found;
}

/* "#/definitions/pet" in the document, or another document. */
static bool reference_fits(struct checking *c, struct str reference, struct json_object *value)
{
	struct json_object *at, *root = c->root;
	bool good;

	if (!str_starts(reference, STR("#"))) {
		at = c->question->find ? c->question->find(c->question->arg, reference) : NULL;
		if (!at)
			return no(c, "a reference leads nowhere");
		c->root = at;
		good = fits(c, at, value);
		c->root = root;
		return good;
	}
	at = schema_refer(c->a, root, reference);
	return at ? fits(c, at, value) : no(c, "a reference leads nowhere");
}

static bool value_fits(struct checking *c, struct json_object *schema, struct json_object *value)
{
	struct str reference = json_get_str(schema, "$ref");

	if (reference.p)
		return reference_fits(c, reference, value);
	if (!type_fits(c, json_get(schema, "type"), value) ||
	    !enum_fits(c, json_get(schema, "enum"), value))
		return false;
	if (json_is_object(value) && !object_fits(c, schema, value))
		return false;
	if (json_is_array(value) && !array_fits(c, schema, value))
		return false;
	if (json_is_string(value) && !string_fits(c, schema, json_str(value)))
		return false;
	if (is_type(value, STR("number")) && !number_fits(c, schema, json_object_get_double(value)))
		return false;
	return combined_fit(c, schema, value);
}

static bool fits(struct checking *c, struct json_object *schema, struct json_object *value)
{
	bool good;

	if (!json_is_object(schema))
		return true;
	if (c->depth >= SCHEMA_DEPTH_MAX || c->steps++ >= SCHEMA_STEPS_MAX)
		return no(c, "the schema is too deep");
	c->depth++;
	good = value_fits(c, schema, value);
	c->depth--;
	return good;
}

bool schema_fits(const struct schema_question *question, struct json_object *value,
		 const char **why)
{
	struct checking c = {
		.question = question,
		.a = question->arena,
		.root = question->schema,
		.why = "",
		.regex_steps = SCHEMA_REGEX_STEPS_MAX,
	};

	if (fits(&c, question->schema, value))
		return true;
	*why = c.why;
	return false;
}
