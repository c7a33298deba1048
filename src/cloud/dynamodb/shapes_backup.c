/* The inputs of operations on backups; see shapes.h. */
#include "cloud/dynamodb/shapes_inner.h"

static const struct shape backup_arn = { .type = SHAPE_STRING, AT_LEAST(37), AT_MOST(1024) };

static const struct shape_member create_backup[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "BackupName", &dynamodb_part_name, .required = true },
	{ 0 },
};
const struct shape dynamodb_create_backup = SHAPE_STRUCT(create_backup);

static const struct shape_member backup_only[] = {
	{ "BackupArn", &backup_arn, .required = true },
	{ 0 },
};
const struct shape dynamodb_describe_backup = SHAPE_STRUCT(backup_only);
const struct shape dynamodb_delete_backup = SHAPE_STRUCT(backup_only);

static const struct shape backup_type = ENUM("USER", "SYSTEM", "AWS_BACKUP", "ALL");
static const struct shape_member list_backups[] = {
	{ "TableName", &dynamodb_part_table, .stops = true },
	{ "Limit", &dynamodb_part_list_limit },
	{ "TimeRangeLowerBound", &shape_timestamp },
	{ "TimeRangeUpperBound", &shape_timestamp },
	{ "ExclusiveStartBackupArn", &backup_arn },
	{ "BackupType", &backup_type },
	{ 0 },
};
const struct shape dynamodb_list_backups = SHAPE_STRUCT(list_backups);

/* --- restoring -------------------------------------------------------------------- */

/* What may be otherwise than it was. */
#define OVERRIDES                                                                                  \
	{ "BillingModeOverride", &dynamodb_part_billing_mode },                                    \
		{ "GlobalSecondaryIndexOverride", &dynamodb_part_globals },                        \
		{ "LocalSecondaryIndexOverride", &dynamodb_part_locals },                          \
		{ "ProvisionedThroughputOverride", &dynamodb_part_throughput },                    \
		{ "OnDemandThroughputOverride", &dynamodb_part_on_demand },                        \
		{ "SSESpecificationOverride", &dynamodb_part_sse }, { 0 },

static const struct shape_member restore_table[] = { { "TargetTableName", &dynamodb_part_name,
						       .required = true },
						     { "BackupArn", &backup_arn, .required = true },
						     OVERRIDES };
const struct shape dynamodb_restore_table_from_backup = SHAPE_STRUCT(restore_table);

static const struct shape_member restore_to_moment[] = {
	{ "SourceTableArn", &dynamodb_part_table },
	{ "SourceTableName", &dynamodb_part_table },
	{ "TargetTableName", &dynamodb_part_name, .required = true },
	{ "UseLatestRestorableTime", &shape_boolean },
	{ "RestoreDateTime", &shape_timestamp },
	OVERRIDES
};
const struct shape dynamodb_restore_table_to_point_in_time = SHAPE_STRUCT(restore_to_moment);
