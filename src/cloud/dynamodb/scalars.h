#ifndef CLOUD_DYNAMODB_SCALARS_H
#define CLOUD_DYNAMODB_SCALARS_H

#include "cloud/dynamodb/expr.h"
#include "cloud/dynamodb/table.h"

/*
 * Keys are scalars: a path that goes on behind the name of a key, of the table or of any of its indexes, is refused, whatever
 * stands there. All are false with AWS's error set; NULL is fine.
 */
bool scalars_check_paths(struct op *op, const struct table *table, const struct path_list *paths);
bool scalars_check_expr(struct op *op, const struct table *table, const struct expr *e);
bool scalars_check_update(struct op *op, const struct table *table, const struct update *update);

#endif
