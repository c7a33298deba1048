/*
 * Patterns; see pattern.h. Here is their structure: what a pattern may look like, and how
 * it is laid over a value. pattern_operators.c knows the alternatives, pattern_why.c the words.
 */
#include "base/pattern_inner.h"

/* Patterns and events come from JSON of at most JSON_DEPTH_MAX; what code has built is held to it here. */
#define DEPTH_MAX (JSON_DEPTH_MAX + 8)

bool pattern_member(const struct json_object *o, const char *key, struct json_object **member)
{
	return json_is_object(o) && json_object_object_get_ex(o, key, member);
}

void pattern_print_place(struct buf *b, const struct pattern_place *place)
{
	if (!place || !place->key)
		return;
	pattern_print_place(b, place->up);
	if (place->up && place->up->key)
		buf_addc(b, '.');
	buf_adds(b, place->key);
}

/* --- checking ------------------------------------------------------------------- */

struct check {
	struct arena *arena;
	unsigned flags;
	const char **why;
};

static bool refuse(const struct check *c, const struct pattern_place *place, const char *reason)
{
	struct buf b;

	buf_init(&b, 4096);
	pattern_print_place(&b, place);
	if (c->why)
		*c->why = b.n && !(c->flags & PATTERN_BARE)
				  ? arena_printf(c->arena, "%.*s: %s", (int)b.n, b.p, reason)
				  : reason;
	buf_release(&b);
	return false;
}

static size_t depth_of(const struct pattern_place *place)
{
	size_t depth = 0;

	for (; place; place = place->up)
		depth++;
	return depth;
}

static bool check_alternative(const struct check *c, const struct json_object *alternative,
			      const struct pattern_place *place)
{
	const struct json_object *operand = NULL;
	const struct pattern_operator *op;
	const char *reason, *name = NULL;

	if (json_is_array(alternative))
		return refuse(c, place, "Match value must be String, number, true, false, or null");
	if (!json_is_object(alternative))
		return true;
	if (!json_count(alternative))
		return refuse(c, place, "Match expression name not found");
	JSON_EACH((struct json_object *)alternative, key, value)
	{
		(void)value;
		name = name ? name : key;
	}
	if (!pattern_operator_named(name))
		return refuse(c, place,
			      arena_printf(c->arena, "Unrecognized match type %s%s", name,
					   c->flags & PATTERN_RELAXED
						   ? " (for an entry with this member, write the "
						     "object without the list around it)"
						   : ""));
	op = pattern_operator(alternative, &operand);
	if (!op)
		return refuse(c, place, "Only one key allowed in match expression");
	reason = op->check(c->arena, operand);
	return reason ? refuse(c, place, reason) : true;
}

static bool check_list(const struct check *c, const struct json_object *list,
		       const struct pattern_place *place)
{
	if (!json_count(list))
		return refuse(c, place, "Empty arrays are not allowed");
	for (size_t i = 0; i < json_count(list); i++) {
		if (!check_alternative(c, json_at(list, i), place))
			return false;
	}
	return true;
}

static bool check_object(const struct check *c, const struct json_object *pattern,
			 const struct pattern_place *place, bool inside_or);

static bool check_or(const struct check *c, const struct json_object *list,
		     const struct pattern_place *place)
{
	if (!json_is_array(list))
		return refuse(c, place, "It must be an Array followed with $or.");
	for (size_t i = 0; i < json_count(list); i++) {
		if (!json_is_object(json_at(list, i)))
			return refuse(c, place,
				      "Only JSON object is allowed in array of $or relationship.");
		if (!check_object(c, json_at(list, i), place, true))
			return false;
	}
	if (json_count(list) < 2)
		return refuse(c, place, "There must have at least 2 Objects in $or relationship.");
	return true;
}

/*
 * `TableName: {prefix: Ri}` is a member called prefix, which nobody means. Told apart by what stands under
 * it: a member of that name would have a list or an object there.
 */
static bool forgot_list(const struct json_object *value)
{
	const struct json_object *operand = NULL;
	const struct pattern_operator *op = pattern_operator(value, &operand);

	if (!op)
		return false;
	if (strcmp(op->name, "anything-but") == 0 || strcmp(op->name, "equals-ignore-case") == 0)
		return true;
	if (strcmp(op->name, "numeric") == 0 && json_is_array(operand)) {
		struct str first = json_str(json_at(operand, 0));

		return first.n && strchr("<=>", first.p[0]);
	}
	return !json_is_array(operand) && !json_is_object(operand);
}

static bool check_member(const struct check *c, const char *key, const struct json_object *value,
			 const struct pattern_place *up, bool inside_or)
{
	struct pattern_place place = { up, key };

	if (strcmp(key, "$or") == 0)
		return check_or(c, value, up);
	if (inside_or && pattern_reserved(key))
		return refuse(c, up,
			      arena_printf(c->arena,
					   "%s is Ruler reserved fieldName which cannot be used "
					   "inside $or.",
					   key));
	if (depth_of(&place) > DEPTH_MAX)
		return refuse(c, up, "the pattern is nested too deeply");
	if (json_is_array(value))
		return check_list(c, value, &place);
	if (c->flags & PATTERN_RELAXED && forgot_list(value))
		return refuse(c, &place,
			      arena_printf(c->arena, "an operator stands in a list: [%s]",
					   json_text(c->arena, value).p));
	if (json_is_object(value))
		return check_object(c, value, &place, inside_or);
	if (c->flags & PATTERN_RELAXED)
		return true;
	return refuse(c, up, arena_printf(c->arena, "\"%s\" must be an object or an array", key));
}

static bool check_object(const struct check *c, const struct json_object *pattern,
			 const struct pattern_place *place, bool inside_or)
{
	if (!json_count(pattern))
		return refuse(c, place, "Empty objects are not allowed");
	JSON_EACH((struct json_object *)pattern, key, value)
	{
		if (!check_member(c, key, value, place, inside_or))
			return false;
	}
	return true;
}

bool pattern_check(struct arena *a, const struct json_object *pattern, unsigned flags,
		   const char **why)
{
	const struct pattern_place root = { NULL, NULL };
	struct check c = { a, flags, why };

	if (!json_is_object(pattern))
		return refuse(&c, &root, "Filter is not an object");
	return check_object(&c, pattern, &root, false);
}

/* --- matching -------------------------------------------------------------------- */

bool pattern_exists(const struct pattern_run *run, const struct json_object *value, bool present)
{
	if (!present)
		return false;
	if (json_is_object(value))
		return run->flags & PATTERN_RELAXED;
	if (!json_is_array(value))
		return true;
	for (size_t i = 0; i < json_count(value); i++) {
		if (pattern_exists(run, json_at(value, i), true))
			return true;
	}
	return false;
}

/* Is there a value at the place, through whichever elements of arrays lead there? */
static bool exists_at(const struct pattern_run *run, const struct json_object *value,
		      const char *const *keys, size_t count)
{
	struct json_object *member;

	if (!count && !json_is_object(value) && !json_is_array(value))
		return true;
	if (json_is_array(value)) {
		for (size_t i = 0; i < json_count(value); i++) {
			if (exists_at(run, json_at(value, i), keys, count))
				return true;
		}
		return false;
	}
	return count && pattern_member(value, keys[0], &member) &&
	       exists_at(run, member, keys + 1, count - 1);
}

/*
 * As AWS: absence is asked of the whole event, not of one element of an array. Remembered, since
 * asking again for each element would take the square of their number.
 */
static bool absent_everywhere(const struct pattern_run *run, const struct json_object *alternative,
			      const struct pattern_place *place)
{
	struct pattern_absence *known =
		&run->absences[((uintptr_t)alternative >> 4) % PATTERN_ABSENCES];
	const char *keys[DEPTH_MAX + 1];
	size_t count = 0, depth = depth_of(place);

	if (known->alternative == alternative)
		return known->absent;
	if (depth > DEPTH_MAX)
		return false;
	for (; place && place->key; place = place->up)
		keys[depth - ++count] = place->key;
	known->alternative = alternative;
	known->absent = !exists_at(run, run->root, keys + depth - count, count);
	return known->absent;
}

/* An alternative against a value that may be an array, of which one element must do. */
static bool any_scalar_holds(const struct json_object *alternative, const struct json_object *value)
{
	if (json_is_object(value))
		return false;
	if (!json_is_array(value))
		return pattern_alternative_holds(alternative, value);
	for (size_t i = 0; i < json_count(value); i++) {
		if (any_scalar_holds(alternative, json_at(value, i)))
			return true;
	}
	return false;
}

static bool alternative_holds(const struct pattern_run *run, const struct json_object *alternative,
			      const struct json_object *value, bool present,
			      const struct pattern_place *place)
{
	const struct json_object *operand = NULL;
	const struct pattern_operator *op = pattern_operator(alternative, &operand);

	if (op && strcmp(op->name, "exists") == 0) {
		if (json_bool_or(operand, false))
			return pattern_exists(run, value, present);
		return run->flags & PATTERN_RELAXED ? !pattern_exists(run, value, present)
						    : absent_everywhere(run, alternative, place);
	}
	return present && any_scalar_holds(alternative, value);
}

static bool or_holds(const struct pattern_run *run, const struct json_object *list,
		     const struct json_object *value, const struct pattern_place *place)
{
	for (size_t i = 0; i < json_count(list); i++) {
		if (json_is_object(json_at(list, i)) &&
		    pattern_holds(run, json_at(list, i), value, true, place))
			return true;
	}
	return false;
}

/* All members of the pattern against one value; what is no object has no members. */
static bool object_holds(const struct pattern_run *run, const struct json_object *pattern,
			 const struct json_object *value, const struct pattern_place *up)
{
	JSON_EACH((struct json_object *)pattern, key, sub)
	{
		struct pattern_place place = { up, key };
		struct json_object *member = NULL;
		bool present;

		if (strcmp(key, "$or") == 0) {
			if (!or_holds(run, sub, value, up))
				return false;
			continue;
		}
		present = pattern_member(value, key, &member);
		if (!pattern_holds(run, sub, member, present, &place))
			return false;
	}
	return true;
}

bool pattern_holds(const struct pattern_run *run, const struct json_object *pattern,
		   const struct json_object *value, bool present, const struct pattern_place *place)
{
	if (json_is_array(pattern)) {
		for (size_t i = 0; i < json_count(pattern); i++) {
			if (alternative_holds(run, json_at(pattern, i), value, present, place))
				return true;
		}
		return false;
	}
	if (!json_is_object(pattern))
		return run->flags & PATTERN_RELAXED &&
		       alternative_holds(run, pattern, value, present, place);
	if (json_is_array(value) && json_count(value)) {
		for (size_t i = 0; i < json_count(value); i++) {
			if (pattern_holds(run, pattern, json_at(value, i), true, place))
				return true;
		}
		return false;
	}
	return object_holds(run, pattern, value, place);
}

bool pattern_match(struct arena *a, const struct json_object *pattern,
		   const struct json_object *value, unsigned flags, const char **why)
{
	struct pattern_absence absences[PATTERN_ABSENCES] = { 0 };
	const struct pattern_run run = { value, flags, absences };
	const struct pattern_place root = { NULL, NULL };

	if (pattern_holds(&run, pattern, value, true, &root))
		return true;
	if (why)
		*why = pattern_why(a, &run, pattern);
	return false;
}
