#ifndef CLOUD_DYNAMODB_SHAPES_H
#define CLOUD_DYNAMODB_SHAPES_H

#include "aws/shape.h"

/*
 * The inputs of DynamoDB's operations, from botocore's service model (2012-08-10) with the service's own constraints and
 * the order in which it prints enumerations. What the service checks in words of its own (table names
 * for CreateTable, Query's Limit) is left to the operations.
 */
extern const struct shape dynamodb_create_table, dynamodb_describe_table, dynamodb_list_tables,
	dynamodb_delete_table, dynamodb_put_item, dynamodb_get_item, dynamodb_delete_item,
	dynamodb_update_item, dynamodb_query, dynamodb_scan, dynamodb_batch_get_item,
	dynamodb_batch_write_item, dynamodb_execute_statement, dynamodb_batch_execute_statement,
	dynamodb_execute_transaction, dynamodb_transact_get_items, dynamodb_transact_write_items,
	dynamodb_update_table, dynamodb_tag_resource, dynamodb_untag_resource,
	dynamodb_list_tags_of_resource;

/* Of what has operations of its own beside UpdateTable (shapes_settings.c). */
extern const struct shape dynamodb_describe_time_to_live, dynamodb_update_time_to_live,
	dynamodb_describe_continuous_backups, dynamodb_update_continuous_backups,
	dynamodb_describe_contributor_insights, dynamodb_update_contributor_insights,
	dynamodb_list_contributor_insights, dynamodb_describe_kinesis_streaming_destination,
	dynamodb_put_resource_policy, dynamodb_get_resource_policy, dynamodb_delete_resource_policy;

/* Of global tables of version 2017.11.29 (shapes_settings.c). */
extern const struct shape dynamodb_create_global_table, dynamodb_describe_global_table,
	dynamodb_list_global_tables, dynamodb_update_global_table,
	dynamodb_update_global_table_settings;

/* Of backups (shapes_backup.c). */
extern const struct shape dynamodb_create_backup, dynamodb_describe_backup, dynamodb_delete_backup,
	dynamodb_list_backups, dynamodb_restore_table_from_backup,
	dynamodb_restore_table_to_point_in_time;

/* Of DynamoDB Streams (shapes_stream.c). */
extern const struct shape dynamodb_list_streams, dynamodb_describe_stream,
	dynamodb_get_shard_iterator, dynamodb_get_records;

/* What BatchWriteItem looks at once the rest is in order: the names of its tables. */
extern const struct shape dynamodb_batch_write_names;

#endif
