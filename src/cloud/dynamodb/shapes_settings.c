/* The inputs of operations on settings of a table that UpdateTable knows nothing of; see shapes.h. */
#include "cloud/dynamodb/shapes.h"

#define AT_LEAST(n) .has_min = true, .min = (n)
#define AT_MOST(n)  .has_max = true, .max = (n)

/* A name or an ARN; the rest of its rules stand in table.c. */
static const struct shape table = { .type = SHAPE_STRING, AT_LEAST(1) };

static const struct shape_member table_only[] = {
	{ "TableName", &table, .required = true, .stops = true },
	{ 0 },
};

/* --- time to live ----------------------------------------------------------------- */

static const struct shape ttl_attribute = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(255) };
static const struct shape_member ttl_members[] = {
	{ "Enabled", &shape_boolean, .required = true },
	{ "AttributeName", &ttl_attribute, .required = true },
	{ 0 },
};
static const struct shape ttl = SHAPE_STRUCT(ttl_members);
static const struct shape_member update_time_to_live[] = {
	{ "TableName", &table, .required = true, .stops = true },
	{ "TimeToLiveSpecification", &ttl, .required = true },
	{ 0 },
};
const struct shape dynamodb_update_time_to_live = SHAPE_STRUCT(update_time_to_live);
const struct shape dynamodb_describe_time_to_live = SHAPE_STRUCT(table_only);
