#ifndef CLOUD_DYNAMODB_TAGS_H
#define CLOUD_DYNAMODB_TAGS_H

#include "aws/op.h"

/* Are these tags well: keys, values, no key twice, not too many? False with AWS's error set. */
bool tags_check(struct op *op, struct json_object *tags);

#endif
