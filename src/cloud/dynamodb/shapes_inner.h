#ifndef CLOUD_DYNAMODB_SHAPES_INNER_H
#define CLOUD_DYNAMODB_SHAPES_INNER_H

#include "cloud/dynamodb/shapes.h"

/* Parts of inputs that several operations have, for the files that declare inputs (shapes*.c). */

/* A table's name or ARN; the rest of its rules stand in table.c. And the name of what is made: a table, a backup. */
extern const struct shape dynamodb_part_table, dynamodb_part_new_name;
/* What a table is made with. */
extern const struct shape dynamodb_part_billing_mode, dynamodb_part_throughput,
	dynamodb_part_on_demand, dynamodb_part_locals, dynamodb_part_globals, dynamodb_part_sse;

#endif
