#ifndef CLOUD_DYNAMODB_DEFINITIONS_H
#define CLOUD_DYNAMODB_DEFINITIONS_H

#include "aws/op.h"

/*
 * AttributeDefinitions: what they define, held against the keys that use it. All are false with AWS's error set.
 */

/* Is the attribute defined? */
bool definitions_have(struct json_object *definitions, struct str name);
/* No name stands twice in CreateTable's definitions. */
bool definitions_check_names(struct op *op);
/* Every one of them is part of a key. */
bool definitions_check_used(struct op *op);
/* Every attribute of the key is defined. */
bool definitions_check_schema(struct op *op, struct json_object *definitions,
			      struct json_object *schema);

#endif
