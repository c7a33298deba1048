#ifndef BASE_SCHEMA_H
#define BASE_SCHEMA_H

#include "base/json.h"

/*
 * JSON Schema, draft 4: is a value what a schema says? Pure.
 *
 * Known: type, enum, properties, patternProperties, additionalProperties, required, dependencies, minProperties, maxProperties,
 * items, additionalItems, minItems, maxItems, uniqueItems, minLength, maxLength, pattern, minimum, maximum (with their
 * exclusive forms), multipleOf, allOf, anyOf, oneOf, not, $ref. What else stands in a schema says nothing.
 */
struct schema_question {
	struct arena *arena;
	struct json_object *schema;
	/* The schema that a $ref outside of the document names; NULL: there is none. May be NULL. */
	struct json_object *(*find)(void *arg, struct str reference);
	void *arg;
};

/* What a "$ref" to the document itself leads to: "#/definitions/a~1b", a JSON Pointer (RFC 6901). NULL: to nothing. */
struct json_object *schema_refer(struct arena *a, struct json_object *document,
				 struct str reference);

/* How deep schemas may be followed, how many of them looked at, and how many steps all regular expressions may take. */
#define SCHEMA_DEPTH_MAX       64
#define SCHEMA_STEPS_MAX       200000
#define SCHEMA_REGEX_STEPS_MAX 50000000

/* Does the value fit? If not, *why is a sentence in the arena about the first thing that does not. */
bool schema_fits(const struct schema_question *question, struct json_object *value,
		 const char **why);

#endif
