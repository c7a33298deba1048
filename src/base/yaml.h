#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/json.h"

/*
 * YAML on libyaml, read into JSON values.
 *
 *	struct json_object *o = yaml_parse(a, text, "web-app/checks.yaml", &why);
 *
 * One document. Mappings become objects (in their order), sequences arrays, scalars what the core schema of
 * YAML 1.2 makes of them: `yes` and `on` are strings, `0o17` and `0x1f` integers, `~` and nothing are null.
 * Keys are strings as written. What JSON cannot hold, or what lets a small file grow without end, is a mistake:
 * anchors and aliases, tags, a key given twice, a key that is not a scalar, infinities, integers beyond 64 bits,
 * more than one document, depth above JSON_DEPTH_MAX, a text above YAML_BYTES_MAX.
 *
 * Every value but nulls and fractions remembers its line. json-c's deep copy refuses such a tree: use json_plain().
 */
#define YAML_BYTES_MAX ((size_t)4 << 20)

/*
 * Parse; the tree is owned by the arena. NULL when there is a mistake, or nothing but null: then *why is
 * "FILE:LINE: a sentence".
 */
struct json_object *yaml_parse(struct arena *a, struct str text, const char *file,
			       const char **why);
/* The same with the place apart: *line (from 1) and *why, a sentence without a place. */
struct json_object *yaml_read(struct arena *a, struct str text, int *line, const char **why);

/* A value as YAML, one line for each scalar. */
struct str yaml_print(struct arena *a, struct json_object *value);

/* The line (from 1) that a value of such a tree began at; 0 for null and for fractions. */
int yaml_line(const struct json_object *o);
/* The line of the key of a member; 0 when there is no such member. */
int yaml_key_line(const struct json_object *o, const char *key);

#endif
