#ifndef CLOUD_DYNAMODB_CREATE_H
#define CLOUD_DYNAMODB_CREATE_H

#include "aws/op.h"

/* The rules that CreateTable and new indexes of a table have in common; all are false with AWS's error set. */
enum { CREATE_GLOBAL_MAX = 20, CREATE_INCLUDED_MAX = 100 };

/* HASH first, RANGE second, different names, all of them defined. */
bool create_check_schema(struct op *op, struct json_object *definitions,
			 struct json_object *schema);
/* A projection; adds the attributes that it names to *included. */
bool create_check_projection(struct op *op, struct json_object *projection, size_t *included);
/* A ProvisionedThroughput, or NULL. */
bool create_check_capacity(struct op *op, struct json_object *throughput);

#endif
