#ifndef CLOUD_DYNAMODB_OPERATIONS_H
#define CLOUD_DYNAMODB_OPERATIONS_H

#include "aws/service.h"

/* DynamoDB's operations, one function each, named as AWS names them; the table is in dynamodb.c. */
enum outcome dynamodb_op_create_table(struct op *op);
enum outcome dynamodb_op_describe_table(struct op *op);
enum outcome dynamodb_op_list_tables(struct op *op);
enum outcome dynamodb_op_delete_table(struct op *op);
enum outcome dynamodb_op_update_table(struct op *op);
enum outcome dynamodb_op_tag_resource(struct op *op);
enum outcome dynamodb_op_untag_resource(struct op *op);
enum outcome dynamodb_op_list_tags_of_resource(struct op *op);
enum outcome dynamodb_op_describe_limits(struct op *op);
enum outcome dynamodb_op_describe_endpoints(struct op *op);
enum outcome dynamodb_op_describe_time_to_live(struct op *op);
enum outcome dynamodb_op_update_time_to_live(struct op *op);
enum outcome dynamodb_op_describe_continuous_backups(struct op *op);
enum outcome dynamodb_op_update_continuous_backups(struct op *op);
enum outcome dynamodb_op_describe_contributor_insights(struct op *op);
enum outcome dynamodb_op_update_contributor_insights(struct op *op);
enum outcome dynamodb_op_list_contributor_insights(struct op *op);
enum outcome dynamodb_op_describe_kinesis_streaming_destination(struct op *op);
enum outcome dynamodb_op_create_global_table(struct op *op);
enum outcome dynamodb_op_describe_global_table(struct op *op);
enum outcome dynamodb_op_describe_global_table_settings(struct op *op);
enum outcome dynamodb_op_list_global_tables(struct op *op);
enum outcome dynamodb_op_update_global_table(struct op *op);
enum outcome dynamodb_op_update_global_table_settings(struct op *op);
enum outcome dynamodb_op_put_resource_policy(struct op *op);
enum outcome dynamodb_op_get_resource_policy(struct op *op);
enum outcome dynamodb_op_delete_resource_policy(struct op *op);
enum outcome dynamodb_op_create_backup(struct op *op);
enum outcome dynamodb_op_describe_backup(struct op *op);
enum outcome dynamodb_op_delete_backup(struct op *op);
enum outcome dynamodb_op_list_backups(struct op *op);
enum outcome dynamodb_op_restore_table_from_backup(struct op *op);
enum outcome dynamodb_op_restore_table_to_point_in_time(struct op *op);
enum outcome dynamodb_op_put_item(struct op *op);
enum outcome dynamodb_op_get_item(struct op *op);
enum outcome dynamodb_op_delete_item(struct op *op);
enum outcome dynamodb_op_update_item(struct op *op);
enum outcome dynamodb_op_batch_get_item(struct op *op);
enum outcome dynamodb_op_batch_write_item(struct op *op);
enum outcome dynamodb_op_transact_get_items(struct op *op);
enum outcome dynamodb_op_transact_write_items(struct op *op);
enum outcome dynamodb_op_execute_statement(struct op *op);
enum outcome dynamodb_op_batch_execute_statement(struct op *op);
enum outcome dynamodb_op_execute_transaction(struct op *op);
enum outcome dynamodb_op_query(struct op *op);
enum outcome dynamodb_op_scan(struct op *op);

/*
 * Deferred work, a slice at a time: taking away the rows of deleted tables, the records that streams have outlived and
 * the items that have expired; filing items that may expire; copying backups; filling and taking away indexes; restoring
 * tables to a moment and forgetting what items were.
 * The places of the kinds in the list:
 */
enum dynamodb_job {
	DYNAMODB_JOB_PURGE,
	DYNAMODB_JOB_TRIM,
	DYNAMODB_JOB_EXPIRE,
	DYNAMODB_JOB_FILL,
	DYNAMODB_JOB_BACKUP,
	DYNAMODB_JOB_RESTORE,
	DYNAMODB_JOB_BACKUP_PURGE,
	DYNAMODB_JOB_INDEX,
	DYNAMODB_JOB_INDEX_DROP,
	DYNAMODB_JOB_INDEX_PURGE,
	DYNAMODB_JOB_PAST_RESTORE,
	DYNAMODB_JOB_PAST_PURGE,
};
extern const struct job_kind dynamodb_jobs[];

#endif
