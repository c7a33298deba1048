#ifndef CLOUD_DYNAMODB_SHAPES_INNER_H
#define CLOUD_DYNAMODB_SHAPES_INNER_H

#include "cloud/dynamodb/shapes.h"

/* How the files that declare inputs (shapes*.c) say what is allowed. */
#define VALUES(...)                                                                                \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define ENUM(...)                                                                                  \
	{                                                                                          \
		.type = SHAPE_STRING, .values = VALUES(__VA_ARGS__)                                \
	}
/* A structure and the class that it is of. */
#define CLASS(class_name, member_table)                                                            \
	{                                                                                          \
		.type = SHAPE_STRUCTURE, .members = (member_table),                                \
		.name = "com.amazonaws.dynamodb.v20120810." class_name                             \
	}
#define AT_LEAST(n) .has_min = true, .min = (n)
#define AT_MOST(n)  .has_max = true, .max = (n)

/* Parts that several of them have. */

/* A table's name or ARN; the rest of its rules stand in table.c. And an input that is nothing else. */
extern const struct shape dynamodb_part_table;
extern const struct shape_member dynamodb_part_table_only[];
/* The name of what is made, a table or a backup, and of an index. */
extern const struct shape dynamodb_part_name;
/* The ARN of a resource; how many rows a list may have. */
extern const struct shape dynamodb_part_arn, dynamodb_part_list_limit;
/* What a table is made with. */
extern const struct shape dynamodb_part_billing_mode, dynamodb_part_throughput,
	dynamodb_part_on_demand, dynamodb_part_locals, dynamodb_part_globals, dynamodb_part_sse;

#endif
