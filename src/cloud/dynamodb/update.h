#ifndef CLOUD_DYNAMODB_UPDATE_H
#define CLOUD_DYNAMODB_UPDATE_H

#include "aws/op.h"
#include "cloud/dynamodb/expr.h"

/*
 * Apply a checked update to `item`, a tree of its own. Right-hand sides see the item as it was. Of a new item (`fresh`)
 * anything may be removed. False with the error set.
 */
bool update_apply(struct op *op, const struct update *update, bool fresh, struct json_object *item);

#endif
