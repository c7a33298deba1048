/* The inputs of operations on backups; see shapes.h. */
#include "cloud/dynamodb/shapes.h"

#define AT_LEAST(n) .has_min = true, .min = (n)
#define AT_MOST(n)  .has_max = true, .max = (n)
#define VALUES(...)                                                                                \
	.values = (const char *const[])                                                            \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define NAME "[a-zA-Z0-9_.-]+"

/* A name or an ARN; the rest of its rules stand in table.c. */
static const struct shape table = { .type = SHAPE_STRING, AT_LEAST(1) };
static const struct shape name = {
	.type = SHAPE_STRING, AT_LEAST(3), AT_MOST(255), .pattern = NAME
};
static const struct shape backup_arn = { .type = SHAPE_STRING, AT_LEAST(37), AT_MOST(1024) };

static const struct shape_member create_backup[] = {
	{ "TableName", &table, .required = true, .stops = true },
	{ "BackupName", &name, .required = true },
	{ 0 },
};
const struct shape dynamodb_create_backup = SHAPE_STRUCT(create_backup);

static const struct shape_member backup_only[] = {
	{ "BackupArn", &backup_arn, .required = true },
	{ 0 },
};
const struct shape dynamodb_describe_backup = SHAPE_STRUCT(backup_only);
const struct shape dynamodb_delete_backup = SHAPE_STRUCT(backup_only);

static const struct shape limit = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(100) };
static const struct shape backup_type = { .type = SHAPE_STRING,
					  VALUES("USER", "SYSTEM", "AWS_BACKUP", "ALL") };
static const struct shape_member list_backups[] = {
	{ "TableName", &table, .stops = true },
	{ "Limit", &limit },
	{ "TimeRangeLowerBound", &shape_timestamp },
	{ "TimeRangeUpperBound", &shape_timestamp },
	{ "ExclusiveStartBackupArn", &backup_arn },
	{ "BackupType", &backup_type },
	{ 0 },
};
const struct shape dynamodb_list_backups = SHAPE_STRUCT(list_backups);

/* --- restoring -------------------------------------------------------------------- */

static const struct shape billing_mode = { .type = SHAPE_STRING,
					   VALUES("PROVISIONED", "PAY_PER_REQUEST") };
static const struct shape key_type = { .type = SHAPE_STRING, VALUES("HASH", "RANGE") };
static const struct shape attribute = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(255) };
static const struct shape_member key_members[] = {
	{ "AttributeName", &attribute, .required = true },
	{ "KeyType", &key_type, .required = true },
	{ 0 },
};
static const struct shape key_element = SHAPE_STRUCT(key_members);
static const struct shape key_schema = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(2), .element = &key_element
};
static const struct shape projection_type = { .type = SHAPE_STRING,
					      VALUES("ALL", "INCLUDE", "KEYS_ONLY") };
static const struct shape non_key_names = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(20), .element = &attribute
};
static const struct shape_member projection_members[] = {
	{ "ProjectionType", &projection_type },
	{ "NonKeyAttributes", &non_key_names },
	{ 0 },
};
static const struct shape projection = SHAPE_STRUCT(projection_members);
static const struct shape units = { .type = SHAPE_LONG, AT_LEAST(1) };
static const struct shape_member throughput_members[] = {
	{ "ReadCapacityUnits", &units, .required = true },
	{ "WriteCapacityUnits", &units, .required = true },
	{ 0 },
};
static const struct shape throughput = SHAPE_STRUCT(throughput_members);
static const struct shape_member on_demand_members[] = {
	{ "MaxReadRequestUnits", &shape_long },
	{ "MaxWriteRequestUnits", &shape_long },
	{ 0 },
};
static const struct shape on_demand = SHAPE_STRUCT(on_demand_members);
static const struct shape_member local_members[] = {
	{ "IndexName", &name, .required = true },
	{ "KeySchema", &key_schema, .required = true },
	{ "Projection", &projection, .required = true },
	{ 0 },
};
static const struct shape local = SHAPE_STRUCT(local_members);
static const struct shape locals = SHAPE_LIST_OF(&local);
static const struct shape_member global_members[] = {
	{ "IndexName", &name, .required = true },
	{ "KeySchema", &key_schema, .required = true },
	{ "Projection", &projection, .required = true },
	{ "ProvisionedThroughput", &throughput },
	{ "OnDemandThroughput", &on_demand },
	{ 0 },
};
static const struct shape global = SHAPE_STRUCT(global_members);
static const struct shape globals = SHAPE_LIST_OF(&global);
static const struct shape sse_type = { .type = SHAPE_STRING, VALUES("AES256", "KMS") };
static const struct shape_member sse_members[] = {
	{ "Enabled", &shape_boolean },
	{ "SSEType", &sse_type },
	{ "KMSMasterKeyId", &shape_string },
	{ 0 },
};
static const struct shape sse = SHAPE_STRUCT(sse_members);
static const struct shape_member restore_table[] = {
	{ "TargetTableName", &name, .required = true },
	{ "BackupArn", &backup_arn, .required = true },
	{ "BillingModeOverride", &billing_mode },
	{ "GlobalSecondaryIndexOverride", &globals },
	{ "LocalSecondaryIndexOverride", &locals },
	{ "ProvisionedThroughputOverride", &throughput },
	{ "OnDemandThroughputOverride", &on_demand },
	{ "SSESpecificationOverride", &sse },
	{ 0 },
};
const struct shape dynamodb_restore_table_from_backup = SHAPE_STRUCT(restore_table);
