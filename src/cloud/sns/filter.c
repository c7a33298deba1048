/*
 * Filter policies: which messages a subscription wants. The patterns are those of events (base/pattern.h), laid over a
 * message's attributes or over the message itself.
 * From: SNS Developer Guide, "Amazon SNS subscription filter policies", "Filter policy constraints".
 */
#include "base/pattern.h"
#include "cloud/sns/inside.h"

#include <stdlib.h>

enum { KEYS_MAX = 5, COMBINATIONS_MAX = 150, BYTES_MAX = 256 * 1024 };

/* --- checking -------------------------------------------------------------------------------- */

/* Walks a policy that is a pattern. */
struct count {
	struct json_object *keys; /* the names with values under them */
	bool nested;              /* there is an object under a name */
};

static int64_t combinations(struct count *c, const struct json_object *pattern, int64_t level);

static int64_t combinations_of_member(struct count *c, const char *key,
				      const struct json_object *value, int64_t level)
{
	int64_t sum = 0;

	if (json_is_object(value)) {
		c->nested = true;
		return combinations(c, value, level + 1);
	}
	if (strcmp(key, "$or") != 0) {
		json_set_bool(c->keys, key, true);
		return (int64_t)json_count(value) * level;
	}
	for (size_t i = 0; i < json_count(value); i++)
		sum += combinations(c, json_at(value, i), level);
	return sum;
}

/* Never much more than what is too many. */
static int64_t combinations(struct count *c, const struct json_object *pattern, int64_t level)
{
	int64_t product = 1;

	JSON_EACH((struct json_object *)pattern, key, value)
	{
		int64_t n = combinations_of_member(c, key, value, level);

		product *= n > COMBINATIONS_MAX ? COMBINATIONS_MAX + 1 : n;
		if (product > COMBINATIONS_MAX)
			product = COMBINATIONS_MAX + 1;
	}
	return product;
}

static bool refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return false;
}

bool filter_good(struct op *op, struct str text, bool body, const char **why)
{
	struct json_object *policy = json_parse(op->arena, text, why);
	struct count c = { .keys = json_new_object(op->arena) };
	int64_t n;

	if (!policy) {
		*why = arena_printf(op->arena, "failed to parse JSON. %s", *why);
		return false;
	}
	if (text.n > BYTES_MAX)
		return refuse(why, "Filter policy is too large");
	if (json_is_object(policy) && !json_count(policy))
		return true;
	if (!pattern_check(op->arena, policy, PATTERN_BARE, why))
		return false;
	n = combinations(&c, policy, 1);
	if (c.nested && !body)
		return refuse(why, "Filter policy scope MessageAttributes does not support nested "
				   "filter policy");
	if (json_count(c.keys) > KEYS_MAX)
		return refuse(why, "Filter policy can not have more than 5 keys");
	return n <= COMBINATIONS_MAX || refuse(why, "Filter policy is too complex");
}

/* --- asking ------------------------------------------------------------------------------------------ */

/* An attribute as a pattern sees it: text, a number, or a list; NULL: it is not looked at. */
static struct json_object *value_of(struct op *op, struct json_object *attribute)
{
	struct str type = json_get_str(attribute, "DataType");
	struct str text = json_get_str(attribute, "StringValue");
	struct json_object *parsed;

	if (str_starts(type, STR("Binary")))
		return NULL;
	if (str_is(type, "String.Array")) {
		parsed = json_parse(op->arena, text, NULL);
		return parsed ? json_object_get(parsed) : json_string(text);
	}
	if (str_is(type, "Number") || str_starts(type, STR("Number.")))
		return json_object_new_double_s(strtod(arena_cstr(op->arena, text), NULL),
						arena_cstr(op->arena, text));
	return json_string(text);
}

static bool attributes_match(struct op *op, struct json_object *policy,
			     struct json_object *attributes)
{
	struct json_object *values = json_new_object(op->arena), *value;

	if (attributes) {
		JSON_EACH(attributes, name, attribute)
		{
			value = value_of(op, attribute);
			if (value)
				json_set(values, name, value);
		}
	}
	return pattern_match(op->arena, policy, values, PATTERN_STRICT, NULL);
}

enum filter_verdict filter_ask(struct op *op, const struct subscription *s, struct str message,
			       struct json_object *attributes)
{
	struct json_object *policy =
		json_parse(op->arena, json_get_str(s->attributes, "FilterPolicy"), NULL);
	struct json_object *body;

	if (!json_count(policy))
		return FILTER_TAKES;
	if (str_is(json_get_str(s->attributes, "FilterPolicyScope"), "MessageBody")) {
		body = json_parse(op->arena, message, NULL);
		if (!json_is_object(body))
			return FILTER_BAD_BODY;
		return pattern_match(op->arena, policy, body, PATTERN_STRICT, NULL) ? FILTER_TAKES
										    : FILTER_BODY;
	}
	if (attributes_match(op, policy, attributes))
		return FILTER_TAKES;
	return json_count(attributes) ? FILTER_ATTRIBUTES : FILTER_NO_ATTRIBUTES;
}
