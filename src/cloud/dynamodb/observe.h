#ifndef CLOUD_DYNAMODB_OBSERVE_H
#define CLOUD_DYNAMODB_OBSERVE_H

#include "cloud/dynamodb/capacity.h"

/*
 * DynamoDB's own metrics in CloudWatch, by way of emit.h: a few hundred nanoseconds a call. What the workshop itself
 * asks, to look how far somebody is, is not counted.
 * From: DynamoDB Developer Guide, "DynamoDB metrics and dimensions".
 */

/* What a call has cost a table and its indexes. */
void observe_capacity(struct op *op, const struct table *table, const struct capacity *capacity);
/* The same for a read that cost so many units of the table, or of one of its indexes. */
void observe_read(struct op *op, const struct table *table, const struct table_index *index,
		  double units);
/* How a call came out, and how long it took: `observe` of the service. */
void dynamodb_observe(struct op *op, enum outcome outcome, int64_t us);

#endif
