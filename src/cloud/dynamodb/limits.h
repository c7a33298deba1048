#ifndef CLOUD_DYNAMODB_LIMITS_H
#define CLOUD_DYNAMODB_LIMITS_H

#include "aws/op.h"

/*
 * What a table or a global index can take: what is provisioned for it (ProvisionedThroughput), the most that it may
 * take on demand (OnDemandThroughput), and what it can take at once (WarmThroughput). Checks are false with AWS's
 * error set; `index` is the name of the index that is spoken of, absent for the table.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
 */

#define LIMITS_UNITS_MAX INT64_C(1000000000000)
/* A ProvisionedThroughput, or NULL. */
bool limits_check_units(struct op *op, struct json_object *throughput);
/* What CreateTable asks for its table, and for a global index of it. */
bool limits_check_table(struct op *op);
bool limits_check_index(struct op *op, struct json_object *index);

/* OnDemandThroughput and WarmThroughput of UpdateTable's `asked`, for what has `definition`. */
bool limits_check_update(struct op *op, struct json_object *asked, struct json_object *definition,
			 bool on_demand, struct str index);
/*
 * Put both into the definition: what is not asked for stays, and a raised WarmThroughput is there after table_delay().
 * Call it before anything else of the throughput is changed, and limits_keep_warm() afterwards.
 */
void limits_update(struct op *op, struct json_object *asked, struct json_object *definition);

/* What a definition's table or index can take at once, reads and writes. */
struct limits_warm {
	int64_t units[2];
};
struct limits_warm limits_warm(struct op *op, struct json_object *definition);
/* It never becomes less than it was. */
void limits_keep_warm(struct op *op, struct json_object *definition, const struct limits_warm *was);
/* Sets WarmThroughput; its status is `status` unless it is being raised. */
void limits_describe_warm(struct op *op, struct json_object *definition, const char *status,
			  struct json_object *out);

#endif
