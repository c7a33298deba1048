#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include "base/json.h"

/*
 * Patterns: EventBridge event patterns, which say what a JSON value must look like.
 *
 *	{"source": ["aws.ec2"], "detail": {"state": [{"anything-but": "running"}], "n": [{"numeric": [">", 0]}]}}
 *
 * A pattern is an object with the members that matter. An object under a member goes on one level deeper; a list
 * holds alternatives, of which one must hold. An alternative is a string, number, true, false, null, or an object
 * with one operator:
 *
 *	prefix, suffix         "text" or {"equals-ignore-case": "text"}
 *	equals-ignore-case     "text"
 *	wildcard               "a*z"; \* and \\ stand for * and \; ** is refused
 *	numeric                ["=", n], ["<", n], ["<=", n], [">", n], [">=", n], [">", n, "<=", m], ...
 *	cidr                   "10.0.0.0/24", "2001:db8::/32"
 *	exists                 true or false; of a value, not of an object, and [] does not exist
 *	anything-but           a text, a number, a list of either, or {"prefix" | "suffix" | "wildcard" |
 *	                       "equals-ignore-case": a text or a list of texts}
 *
 * "$or": [{...}, {...}] beside members wants one of its patterns to hold. Where the value has an array, one of its
 * elements must do: one and the same for all the members of an object.
 *
 * The behaviour is AWS's: the EventBridge User Guide, "Comparison operators for use in event patterns", and
 * the open-source matcher of the service (aws/event-ruler), whose reasons the mistakes below carry.
 */
enum pattern_flags {
	PATTERN_STRICT = 0, /* as on AWS */
	/*
	 * For checks, three things that AWS does not have: a bare scalar stands for a list of one; exists
	 * is also true of objects; exists: false looks at the one element only when there are several.
	 */
	PATTERN_RELAXED = 1,
	/* For SNS: what is wrong with a pattern is told without the path. */
	PATTERN_BARE = 2,
};

/* Is it a pattern? If not, *why is "PATH: reason", or the reason alone where the path is the whole. */
bool pattern_check(struct arena *a, const struct json_object *pattern, unsigned flags,
		   const char **why);

/*
 * Does `value` match? If not and `why` is not NULL, *why says for a person where, what was expected and what was found:
 *
 *	Table.TableStatus: expected ACTIVE, found CREATING
 *	Table.KeySchema: expected an entry with AttributeName RideId, found rideid (HASH)
 *
 * Of several alternatives it names the first, and further values when the first is a value: what is accepted besides
 * but need not be told stands behind, as an operator.
 *
 * A pattern that pattern_check() refuses matches nothing, or something: never a crash. `value` must be
 * plain (json_plain()); its size times the pattern's bounds the work.
 */
bool pattern_match(struct arena *a, const struct json_object *pattern,
		   const struct json_object *value, unsigned flags, const char **why);

/* What a value that does match has, for a person: "Table.KeySchema: found KeyType RANGE". */
const char *pattern_found(struct arena *a, const struct json_object *pattern,
			  const struct json_object *value, unsigned flags);

#endif
