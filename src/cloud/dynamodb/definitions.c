/*
 * AttributeDefinitions; see definitions.h.
 *
 * AWS lists names in the order in which Java's hash tables have them: definitions from a table made for so many, keys
 * from one of the usual size.
 */
#include "cloud/dynamodb/definitions.h"

#define INVALID "One or more parameter values were invalid: "

enum { USUAL_SLOTS = 16, NAMES_MAX = 256 };

struct names {
	struct str list[NAMES_MAX];
	size_t count;
};

static struct str name_at(struct json_object *list, size_t i)
{
	return json_get_str(json_at(list, i), "AttributeName");
}

static bool has(const struct names *names, struct str name)
{
	for (size_t i = 0; i < names->count; i++)
		if (str_eq(names->list[i], name))
			return true;
	return false;
}

static void add_all(struct names *names, struct json_object *list)
{
	for (size_t i = 0; i < json_count(list) && names->count < NAMES_MAX; i++)
		if (!has(names, name_at(list, i)))
			names->list[names->count++] = name_at(list, i);
}

/* String.hashCode(), as HashMap spreads it. */
static uint32_t java_hash(struct str s)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < s.n; i++)
		hash = 31 * hash + (unsigned char)s.p[i];
	return hash ^ hash >> 16;
}

static size_t slots_for(size_t least)
{
	size_t slots = 1;

	while (slots < least)
		slots *= 2;
	return slots;
}

/* "a, b, c" */
static struct str in_order(struct op *op, const struct names *names, size_t slots)
{
	struct str text;
	struct buf b;

	buf_init(&b, BUF_MAX);
	for (size_t slot = 0; slot < slots; slot++) {
		for (size_t i = 0; i < names->count; i++) {
			if ((java_hash(names->list[i]) & (slots - 1)) != slot)
				continue;
			if (b.n)
				buf_adds(&b, ", ");
			buf_add(&b, names->list[i]);
		}
	}
	text = arena_dup(op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

/* Both are full at three quarters. */
static struct str text_of_definitions(struct op *op, struct json_object *definitions)
{
	struct names names = { .count = 0 };

	add_all(&names, definitions);
	return in_order(op, &names, slots_for((4 * names.count + 2) / 3));
}

static struct str text_of_keys(struct op *op, const struct names *names)
{
	size_t slots = slots_for((4 * names->count + 2) / 3);

	return in_order(op, names, slots > USUAL_SLOTS ? slots : USUAL_SLOTS);
}

/* --- checks ------------------------------------------------------------------------------ */

bool definitions_have(struct json_object *definitions, struct str name)
{
	for (size_t i = 0; i < json_count(definitions); i++)
		if (str_eq(name_at(definitions, i), name))
			return true;
	return false;
}

bool definitions_check_names(struct op *op)
{
	struct json_object *definitions = op_get(op, "AttributeDefinitions");

	for (size_t i = 0; i < json_count(definitions); i++) {
		for (size_t k = 0; k < i; k++) {
			if (!str_eq(name_at(definitions, i), name_at(definitions, k)))
				continue;
			op_fail(op, &ValidationException, "Attribute Name is duplicated: %.*s",
				STR_ARG(name_at(definitions, i)));
			return false;
		}
	}
	return true;
}

/* The attributes of all keys that CreateTable asks for. */
static void collect_keys(struct op *op, struct names *keys)
{
	static const char *const members[] = { "LocalSecondaryIndexes", "GlobalSecondaryIndexes" };

	add_all(keys, op_get(op, "KeySchema"));
	for (int m = 0; m < 2; m++) {
		struct json_object *indexes = op_get(op, members[m]);

		for (size_t i = 0; i < json_count(indexes); i++)
			add_all(keys, json_get(json_at(indexes, i), "KeySchema"));
	}
}

bool definitions_check_used(struct op *op)
{
	struct json_object *definitions = op_get(op, "AttributeDefinitions");
	bool indexed = op_has(op, "LocalSecondaryIndexes") || op_has(op, "GlobalSecondaryIndexes");
	struct names keys = { .count = 0 };

	collect_keys(op, &keys);
	/* Not more than there are keys, and one of them unused: then a key has none, which is told instead. */
	if (json_count(definitions) <= keys.count)
		return true;
	for (size_t i = 0; i < json_count(definitions); i++) {
		if (has(&keys, name_at(definitions, i)))
			continue;
		if (indexed)
			op_fail(op, &ValidationException,
				INVALID
				"Some AttributeDefinitions are not used. AttributeDefinitions: [%.*s], keys used: "
				"[%.*s]",
				STR_ARG(text_of_definitions(op, definitions)),
				STR_ARG(text_of_keys(op, &keys)));
		else
			op_fail(op, &ValidationException,
				INVALID
				"Number of attributes in KeySchema does not exactly match number of "
				"attributes defined in AttributeDefinitions");
		return false;
	}
	return true;
}

bool definitions_check_schema(struct op *op, struct json_object *definitions,
			      struct json_object *schema)
{
	for (size_t i = 0; i < json_count(schema); i++) {
		struct names keys = { .count = 0 };

		if (definitions_have(definitions, name_at(schema, i)))
			continue;
		add_all(&keys, schema);
		op_fail(op, &ValidationException,
			INVALID
			"Some index key attributes are not defined in AttributeDefinitions. Keys: [%.*s], "
			"AttributeDefinitions: [%.*s]",
			STR_ARG(text_of_keys(op, &keys)),
			STR_ARG(text_of_definitions(op, definitions)));
		return false;
	}
	return true;
}
