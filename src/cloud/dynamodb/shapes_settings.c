/* The inputs of operations on settings of a table that UpdateTable knows nothing of; see shapes.h. */
#include "cloud/dynamodb/shapes_inner.h"

/* --- time to live ----------------------------------------------------------------- */

static const struct shape ttl_attribute = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(255) };
static const struct shape_member ttl_members[] = {
	{ "Enabled", &shape_boolean, .required = true },
	{ "AttributeName", &ttl_attribute, .required = true },
	{ 0 },
};
static const struct shape ttl = CLASS("TimeToLiveSpecification", ttl_members);
static const struct shape_member update_time_to_live[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "TimeToLiveSpecification", &ttl, .required = true },
	{ 0 },
};
const struct shape dynamodb_update_time_to_live = SHAPE_STRUCT(update_time_to_live);
const struct shape dynamodb_describe_time_to_live = SHAPE_STRUCT(dynamodb_part_table_only);

/* --- backups ------------------------------------------------------------------------ */

static const struct shape recovery_days = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(35) };
static const struct shape_member recovery_members[] = {
	{ "PointInTimeRecoveryEnabled", &shape_boolean, .required = true },
	{ "RecoveryPeriodInDays", &recovery_days },
	{ 0 },
};
static const struct shape recovery = CLASS("PointInTimeRecoverySpecification", recovery_members);
static const struct shape_member update_continuous_backups[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "PointInTimeRecoverySpecification", &recovery, .required = true },
	{ 0 },
};
const struct shape dynamodb_update_continuous_backups = SHAPE_STRUCT(update_continuous_backups);
const struct shape dynamodb_describe_continuous_backups = SHAPE_STRUCT(dynamodb_part_table_only);

/* --- contributor insights, Kinesis ------------------------------------------------------ */

static const struct shape insights_action = ENUM("DISABLE", "ENABLE");
static const struct shape_member describe_insights[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "IndexName", &dynamodb_part_name },
	{ 0 },
};
const struct shape dynamodb_describe_contributor_insights = SHAPE_STRUCT(describe_insights);
static const struct shape_member update_insights[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "IndexName", &dynamodb_part_name },
	{ "ContributorInsightsAction", &insights_action, .required = true },
	{ 0 },
};
const struct shape dynamodb_update_contributor_insights = SHAPE_STRUCT(update_insights);
static const struct shape_member list_insights[] = {
	{ "TableName", &dynamodb_part_table, .stops = true },
	{ "NextToken", &shape_string },
	{ "MaxResults", &dynamodb_part_list_limit },
	{ 0 },
};
const struct shape dynamodb_list_contributor_insights = SHAPE_STRUCT(list_insights);
const struct shape dynamodb_describe_kinesis_streaming_destination =
	SHAPE_STRUCT(dynamodb_part_table_only);

/* --- resource policies --------------------------------------------------------------------- */

static const struct shape revision = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(255) };
static const struct shape_member put_policy[] = {
	{ "ResourceArn", &dynamodb_part_arn, .required = true },
	{ "Policy", &shape_string, .required = true },
	{ "ExpectedRevisionId", &revision },
	{ "ConfirmRemoveSelfResourceAccess", &shape_boolean },
	{ 0 },
};
const struct shape dynamodb_put_resource_policy = SHAPE_STRUCT(put_policy);
static const struct shape_member get_policy[] = {
	{ "ResourceArn", &dynamodb_part_arn, .required = true },
	{ 0 },
};
const struct shape dynamodb_get_resource_policy = SHAPE_STRUCT(get_policy);
static const struct shape_member delete_policy[] = {
	{ "ResourceArn", &dynamodb_part_arn, .required = true },
	{ "ExpectedRevisionId", &revision },
	{ 0 },
};
const struct shape dynamodb_delete_resource_policy = SHAPE_STRUCT(delete_policy);

/* --- global tables of version 2017.11.29 ------------------------------------------------- */

static const struct shape_member global_table_only[] = {
	{ "GlobalTableName", &dynamodb_part_name, .required = true },
	{ 0 },
};
const struct shape dynamodb_describe_global_table = SHAPE_STRUCT(global_table_only);
static const struct shape_member replica_members[] = {
	{ "RegionName", &shape_string },
	{ 0 },
};
static const struct shape replica = CLASS("Replica", replica_members);
static const struct shape replicas = SHAPE_LIST_OF(&replica);
static const struct shape_member create_global_table[] = {
	{ "GlobalTableName", &dynamodb_part_name, .required = true },
	{ "ReplicationGroup", &replicas, .required = true },
	{ 0 },
};
const struct shape dynamodb_create_global_table = SHAPE_STRUCT(create_global_table);
static const struct shape at_least_one = { .type = SHAPE_INTEGER, AT_LEAST(1) };
static const struct shape_member list_global_tables[] = {
	{ "ExclusiveStartGlobalTableName", &dynamodb_part_name },
	{ "Limit", &at_least_one },
	{ "RegionName", &shape_string },
	{ 0 },
};
const struct shape dynamodb_list_global_tables = SHAPE_STRUCT(list_global_tables);
static const struct shape_member region_members[] = {
	{ "RegionName", &shape_string, .required = true },
	{ 0 },
};
static const struct shape replica_create = CLASS("CreateReplicaAction", region_members);
static const struct shape replica_delete = CLASS("DeleteReplicaAction", region_members);
static const struct shape_member replica_update_members[] = {
	{ "Create", &replica_create },
	{ "Delete", &replica_delete },
	{ 0 },
};
static const struct shape replica_update = CLASS("ReplicaUpdate", replica_update_members);
static const struct shape replica_updates = SHAPE_LIST_OF(&replica_update);
static const struct shape_member update_global_table[] = {
	{ "GlobalTableName", &dynamodb_part_name, .required = true },
	{ "ReplicaUpdates", &replica_updates, .required = true },
	{ 0 },
};
const struct shape dynamodb_update_global_table = SHAPE_STRUCT(update_global_table);
static const struct shape positive = { .type = SHAPE_LONG, AT_LEAST(1) };
static const struct shape_member update_global_settings[] = {
	{ "GlobalTableName", &dynamodb_part_name, .required = true },
	{ "GlobalTableBillingMode", &dynamodb_part_billing_mode },
	{ "GlobalTableProvisionedWriteCapacityUnits", &positive },
	{ "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate", &shape_any },
	{ "GlobalTableGlobalSecondaryIndexSettingsUpdate", &shape_any },
	{ "ReplicaSettingsUpdate", &shape_any },
	{ 0 },
};
const struct shape dynamodb_update_global_table_settings = SHAPE_STRUCT(update_global_settings);
