#ifndef CLOUD_DYNAMODB_CREATE_H
#define CLOUD_DYNAMODB_CREATE_H

#include "aws/op.h"

/* The rules that CreateTable and new indexes of a table have in common; all are false with AWS's error set. */
enum { CREATE_GLOBAL_MAX = 20, CREATE_INCLUDED_MAX = 100, CREATE_PARTS_MAX = 4 };

/* HASH first, RANGE second, of global indexes up to CREATE_PARTS_MAX of each; different names, all of them defined. */
bool create_check_schema(struct op *op, struct json_object *definitions, struct json_object *schema,
			 bool global);
/* A projection; adds the attributes that it names to *included. */
bool create_check_projection(struct op *op, struct json_object *projection, size_t *included);

/* What the service takes and this one has no use for yet (NULL-ended): better refused than silently dropped. */
bool create_check_absent(struct op *op, const char *const *unsupported);

#endif
