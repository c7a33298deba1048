#ifndef CLOUD_DYNAMODB_DESCRIBE_H
#define CLOUD_DYNAMODB_DESCRIBE_H

#include "cloud/dynamodb/table.h"

/* Write the TableDescription of a table into the object `out`. */
void table_describe(struct op *op, const struct table *table, const struct table_row *row,
		    struct json_object *out);

#endif
