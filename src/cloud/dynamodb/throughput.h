#ifndef CLOUD_DYNAMODB_THROUGHPUT_H
#define CLOUD_DYNAMODB_THROUGHPUT_H

#include "cloud/dynamodb/table.h"

/*
 * How a table's provisioned capacity has changed.
 *
 * What UpdateTable asks for holds once the table is ACTIVE again; while it is UPDATING it is told with what it had. When
 * that was begun and when it was done is told as well, and how often the capacity went down today (a day of UTC). All of
 * this stands in the table's definition as "Capacity".
 */

/* Note in the definition that op asks for a ProvisionedThroughput (if so) that differs from what stands there. */
void throughput_note(struct op *op, struct json_object *definition);
/* Note that it asks for a BillingMode (if so) that differs from what the table of `row` has. */
void throughput_note_mode(struct op *op, const struct table_row *row,
			  struct json_object *definition);

/* Write the ProvisionedThroughput of a table or index with that definition into `to`: zero when it is on demand. */
void throughput_describe(struct op *op, struct json_object *definition, enum table_status status,
			 struct json_object *to);
/* Write the BillingModeSummary of a table that is or was on demand. */
void throughput_describe_mode(struct op *op, const struct table_row *row,
			      struct json_object *definition, struct json_object *to);

#endif
