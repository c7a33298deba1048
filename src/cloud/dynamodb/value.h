#ifndef CLOUD_DYNAMODB_VALUE_H
#define CLOUD_DYNAMODB_VALUE_H

#include "base/json.h"
#include "cloud/dynamodb/number.h"

/*
 * Attribute values, as DynamoDB's wire form has them: {"S": "text"}, {"N": "1.5"}, {"L": [...]}.
 *
 * A value is a json_object of that form. Values that came from a request are checked once
 * (value_check(), item_write()); what is stored is canonical text, and trees made from it need no check.
 */
enum value_type {
	VALUE_S,
	VALUE_N,
	VALUE_B,
	VALUE_BOOL,
	VALUE_NULL,
	VALUE_SS,
	VALUE_NS,
	VALUE_BS,
	VALUE_L,
	VALUE_M,
	VALUE_NONE, /* no value, or not one type alone */
};

enum {
	ITEM_SIZE_MAX = 400 * 1024,
	ATTRIBUTE_NAME_MAX = 65535, /* bytes */
	ITEM_DEPTH_MAX = 32,        /* levels; an attribute's own value is the first */
};

/* "S", "BOOL", ...; "" for VALUE_NONE. */
const char *value_type_name(enum value_type type);
/* The type of that name, or VALUE_NONE. */
enum value_type value_type_named(struct str name);

/* The type of a value, and what stands behind it in *inner (may be NULL). */
enum value_type value_type(const struct json_object *value, struct json_object **inner);

/* A new value {"type": inner}; takes inner. The caller owns it. */
struct json_object *value_new(enum value_type type, struct json_object *inner);
struct json_object *value_new_number(const struct number *n);

/*
 * The operations of DynamoDB say what is wrong with a value in the words of two generations: single items, Query and
 * BatchGetItem in the newer ones, the rest in the older ones.
 */
enum value_words { VALUE_NEWER_WORDS, VALUE_OLDER_WORDS };

/* What is said of a name with more bytes than ATTRIBUTE_NAME_MAX. */
#define ATTRIBUTE_NAME_COMPLAINT                                                                   \
	"One or more parameter values were invalid: Attribute name is too large, must be less than 65536 bytes"

/* Is the value well-formed? False with AWS's sentence in *why; value_check() says it in the newer words. */
bool value_check(struct arena *a, const struct json_object *value, const char **why);
bool value_check_words(struct arena *a, const struct json_object *value, enum value_words words,
		       const char **why);

/*
 * Check a whole item, write its canonical text into `out` and its size as AWS counts it into *size.
 * False with AWS's sentence in *why.
 */
bool item_write(struct arena *a, const struct json_object *item, enum value_words words,
		struct buf *out, size_t *size, const char **why);

/* Bytes as AWS counts them: of a checked value, and of a checked item with its attribute names. */
size_t value_size(const struct json_object *value);
size_t item_size(const struct json_object *item);

/* How many values this thread has ever looked at: what comparing costs. */
uint64_t value_looks(void);

/* Equal in DynamoDB's sense: same type, numbers by value, sets without order. Both checked. */
bool value_equal(struct arena *a, const struct json_object *x, const struct json_object *y);
/* Order of two strings, numbers or binaries of the same type: false when they cannot be compared. */
bool value_compare(struct arena *a, const struct json_object *x, const struct json_object *y,
		   int *order);
/* Is `element` a member of the set `set`, given by the set's type and array? */
bool value_set_has(enum value_type set_type, struct json_object *set, struct str element);

#endif
