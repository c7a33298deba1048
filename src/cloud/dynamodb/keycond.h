#ifndef CLOUD_DYNAMODB_KEYCOND_H
#define CLOUD_DYNAMODB_KEYCOND_H

#include "cloud/dynamodb/request.h"
#include "cloud/dynamodb/table.h"

/*
 * Key conditions: which partition a Query reads, and from where to where.
 *
 * Every condition on a range key is a half-open interval of its bytes: from <= sk < to.
 */
struct key_range {
	struct str pk;
	struct str from, to;
	const struct expr *range; /* the condition on the range key, or NULL */
};

/* Bytes that no sort key reaches. */
struct str key_range_end(struct arena *a);
/* The least bytes that are more than `bytes`. */
struct str key_range_next(struct arena *a, struct str bytes);

/*
 * Read the request's key condition against the schema, and see whether `start` (NULL: none), the parameter
 * ExclusiveStartKey, has the parts of that key. False with the error set.
 */
bool key_range_read(struct op *op, const struct request *request, const struct key_schema *keys,
		    struct json_object *start, struct key_range *out);
/* What can be checked without the table: is there any; then, when the request was read, is it one? */
bool key_condition_given(struct op *op);
bool key_condition_check(struct op *op, const struct request *request);

#endif
