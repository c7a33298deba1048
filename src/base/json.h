#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <json-c/json.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * JSON on json-c: strict parsing, short accessors, fast printing.
 *
 * Trees belong to an arena: what json_parse() and json_new() return is put
 * when the arena is freed; what is added to a tree belongs to the tree, as
 * json-c has it. Accessors accept NULL and the wrong type and answer "absent",
 * so that chains need no checks: json_str(json_get(json_get(x, "a"), "b")).
 */

/* Depth that the parser accepts: more than a DynamoDB item of 32 levels, two of JSON's each, so that DynamoDB can say so. */
#define JSON_DEPTH_MAX 512

/*
 * Parse the whole of `text` (UTF-8; nothing may follow but blanks). NULL when it is not
 * JSON: then *why, if why is not NULL, gets a sentence that names the offset. Numbers
 * that are not integers keep the text they were written in. A JSON `null` at the top
 * is refused, because NULL stands for it.
 */
struct json_object *json_parse(struct arena *a, struct str text, const char **why);

/* Empty trees owned by the arena. */
struct json_object *json_new_object(struct arena *a) __attribute__((returns_nonnull));
struct json_object *json_new_array(struct arena *a) __attribute__((returns_nonnull));
/* Let the arena put `o` at its end; returns o. */
struct json_object *json_own(struct arena *a, struct json_object *o);

/* Member of an object, element of an array; NULL when absent or not that type. */
struct json_object *json_get(const struct json_object *o, const char *key);
struct json_object *json_at(const struct json_object *o, size_t i);
/* The string's bytes, valid as long as the tree; absent when not a string. */
struct str json_str(const struct json_object *o);
/* json_str(json_get(o, key)). */
struct str json_get_str(const struct json_object *o, const char *key);
/* The integer (also an integral double), or `otherwise`. */
int64_t json_int_or(const struct json_object *o, int64_t otherwise);
/* The boolean, or `otherwise`. */
bool json_bool_or(const struct json_object *o, bool otherwise);
/* Elements of an array or members of an object; 0 for anything else. */
size_t json_count(const struct json_object *o);
/* Levels of objects and arrays in `o`: 0 for a scalar, 1 for {}. */
int json_depth(const struct json_object *o);
bool json_is_object(const struct json_object *o);
bool json_is_array(const struct json_object *o);
bool json_is_string(const struct json_object *o);

/* Set a member; the tree takes what is new. Keys are copied. A NULL value is JSON null. */
void json_set(struct json_object *o, const char *key, struct json_object *value);
void json_set_str(struct json_object *o, const char *key, struct str value);
void json_set_cstr(struct json_object *o, const char *key, const char *value);
void json_set_int(struct json_object *o, const char *key, int64_t value);
void json_set_bool(struct json_object *o, const char *key, bool value);
/* Milliseconds since 1970 as a number of seconds with the fraction AWS's JSON timestamps carry. */
void json_set_time(struct json_object *o, const char *key, int64_t at_ms);
/* Set a member to a new empty object or array; returns it (owned by the tree). */
struct json_object *json_set_object(struct json_object *o, const char *key);
struct json_object *json_set_array(struct json_object *o, const char *key);
/* Append to an array; the tree takes value. */
void json_add(struct json_object *array, struct json_object *value);
void json_add_str(struct json_object *array, struct str value);
struct json_object *json_add_object(struct json_object *array);

/* A new string value, owned by the caller until added. */
struct json_object *json_string(struct str s);

/*
 * A value that prints as `text`, which must be JSON already: stored documents reach
 * the wire without being parsed. `text` is copied. To json_get() and friends it is
 * opaque; json_plain() turns a tree that may contain such values into a plain one.
 */
struct json_object *json_raw(struct str text);
struct json_object *json_plain(struct arena *a, struct json_object *o);

/* Print compactly (members in their order) into b; NULL prints null. */
void json_print(struct buf *b, const struct json_object *o);
/* Print into the arena. */
struct str json_text(struct arena *a, const struct json_object *o);
/* The same, with the members of every object by name: equal values print alike, in whatever order they came. */
struct str json_text_sorted(struct arena *a, const struct json_object *o);
/* A string in quotes, escaped as JSON asks; bytes that are not UTF-8 become U+FFFD. */
void json_print_string(struct buf *b, struct str s);

/*
 * Objects and arrays that a parser makes, of JSON and of CBOR: each takes up to 800 bytes for the three, or the one, that
 * it may be written in. DynamoDB's 16 MB have room for as many attributes of 16 bytes.
 */
#define JSON_LISTS_MAX      1000000
/* An array has room for so many at first: json-c's own 32 are a quarter of a kilobyte for "[]". */
#define JSON_FIRST_ELEMENTS 4
/* Values of all kinds, of which a number takes a hundred bytes for two. */
#define JSON_VALUES_MAX     5000000

/* Walk an object's members: JSON_EACH(o, key, value) { ... }; `o` must be an object. */
#define JSON_EACH(o, key, value) json_object_object_foreach((o), key, value)

#endif
