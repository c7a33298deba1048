#ifndef CLOUD_DYNAMODB_ITEMS_H
#define CLOUD_DYNAMODB_ITEMS_H

#include "cloud/dynamodb/item.h"
#include "cloud/dynamodb/request.h"

/* What single item operations, batches and transactions have in common. */

/* A stored item's text as the projection leaves it; whole and unparsed without one. The caller owns it. */
struct json_object *items_project(struct op *op, const struct path_list *projection,
				  struct str text);

/* Does the update leave the table's key alone? False with the error set. `update` may be NULL. */
bool items_check_update(struct op *op, const struct table *table, const struct update *update);
/* Does the update only take away from an item that is not there? Then it makes none. */
bool items_takes_from_nothing(const struct update *update, const struct stored_item *old);
/*
 * The item as an update leaves it, ready to be stored. On entry new->tree is the Key, which begins an item that is not
 * there. False with the error set.
 */
bool items_update(struct op *op, const struct table *table, const struct update *update,
		  const struct stored_item *old, struct new_item *new);

#endif
