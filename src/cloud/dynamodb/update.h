#ifndef CLOUD_DYNAMODB_UPDATE_H
#define CLOUD_DYNAMODB_UPDATE_H

#include "aws/op.h"
#include "cloud/dynamodb/expr.h"

/*
 * Apply a checked update to `item`, a tree of its own. Right-hand sides see the item as it was. Of a new item (`fresh`)
 * anything may be removed. False with the error set.
 */
bool update_apply(struct op *op, const struct update *update, bool fresh, struct json_object *item);

/*
 * What the text of a checked update weighs, in bytes. Beside the item that comes of it, UpdateItem bounds this as well:
 * what a statement writes or reads from the request, and a fixed cost of each action, operator and path, whatever the
 * item holds. AttributeUpdates weigh nothing.
 */
size_t update_weight(const struct update *update);

#endif
