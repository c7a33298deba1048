#ifndef CLOUD_DYNAMODB_CAPACITY_H
#define CLOUD_DYNAMODB_CAPACITY_H

#include "cloud/dynamodb/item.h"

/*
 * Consumed capacity, as AWS counts and reports it: reads in units of 4 KB (half of it when not strongly consistent),
 * writes in units of 1 KB, each secondary index apart.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
enum capacity_kind {
	CAPACITY_TOTAL,  /* units, without a word on which */
	CAPACITY_READS,  /* transactions tell reads */
	CAPACITY_WRITES, /* from writes */
};

struct capacity {
	enum capacity_kind kind; /* how it is reported */
	bool written;            /* by a write: which metric it counts for */
	double table;
	double *indexes; /* one for each of the table's indexes */
};

/* What reading that many bytes costs. */
double capacity_read_units(size_t bytes, bool consistent);

/* What replacing `old` (found false: nothing) by `new` (NULL: nothing) costs, with the indexes. */
void capacity_of_write(struct op *op, const struct table *table, const struct stored_item *old,
		       const struct new_item *new, struct capacity *out);

/* The cost of reading `bytes` of a table (index NULL) or of one of its indexes. */
void capacity_of_read(struct op *op, const struct table *table, const struct table_index *index,
		      double units, struct capacity *out);
/* Add `one` to `sum`, `times` over; a sum begins zeroed. */
void capacity_add(struct op *op, const struct table *table, struct capacity *sum,
		  const struct capacity *one, int times);

/*
 * A ConsumedCapacity as op->in's ReturnConsumedCapacity asks for it; NULL when it does not. The caller owns it. Asked
 * once for what a call has cost: it is counted in the table's metrics, too. `given` is what the request calls the
 * table, its name or its ARN (absent: the name): so does
 * the answer.
 */
struct json_object *capacity_print(struct op *op, const struct table *table, struct str given,
				   const struct capacity *capacity);
/* Write it into op->out as "ConsumedCapacity". */
void capacity_report(struct op *op, const struct table *table, const struct capacity *capacity);
/* The same for a read that cost so many units. */
void capacity_report_read(struct op *op, const struct table *table, const struct table_index *index,
			  double units);

/*
 * The ItemCollectionMetrics of a written item (or its key) when op->in asks for them and the table has local indexes,
 * otherwise NULL. The caller owns it.
 */
struct json_object *capacity_metrics(struct op *op, const struct table *table,
				     struct json_object *item);

#endif
