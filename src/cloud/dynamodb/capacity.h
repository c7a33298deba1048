#ifndef CLOUD_DYNAMODB_CAPACITY_H
#define CLOUD_DYNAMODB_CAPACITY_H

#include "cloud/dynamodb/item.h"

/*
 * Consumed capacity, as AWS counts and reports it: reads in units of 4 KB (half of it when not strongly consistent),
 * writes in units of 1 KB, each secondary index apart.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
struct capacity {
	double table;
	double *indexes; /* one for each of the table's indexes */
};

/* What reading that many bytes costs. */
double capacity_read_units(size_t bytes, bool consistent);

/* What replacing `old` (found false: nothing) by `new` (NULL: nothing) costs, with the indexes. */
void capacity_of_write(struct op *op, const struct table *table, const struct stored_item *old,
		       const struct new_item *new, struct capacity *out);

/*
 * Write ConsumedCapacity into `out` under that name if op->in's ReturnConsumedCapacity asks for it. A read through an
 * index counts on that index.
 */
void capacity_report(struct op *op, const struct table *table, const struct capacity *capacity);
void capacity_report_read(struct op *op, const struct table *table, const struct table_index *index,
			  double units);

#endif
