/*
 * DynamoDB: tables of items found by key.
 *
 * table.c knows tables, item.c stores items, value.c and number.c are the data model, expr*.c the expression
 * language, request.c and legacy.c read the expressions of a request, shapes*.c declare every operation's input.
 * item.c tells stream.c, ttl.c and backup_copy.c of every change, which they need when a table has a stream, a time to
 * live, or a backup under way.
 * Each operation is one function; this file lists them.
 */
#include "cloud/dynamodb/dynamodb.h"

#include "cloud/dynamodb/access.h"
#include "cloud/dynamodb/observe.h"
#include "cloud/dynamodb/operations.h"
#include "cloud/dynamodb/shapes.h"
#include "cloud/dynamodb/table.h"

const struct aws_error ResourceInUseException = { "ResourceInUseException", 400, NULL };
const struct aws_error ResourceNotFoundException = { "ResourceNotFoundException", 400, NULL };
const struct aws_error ConditionalCheckFailedException = { "ConditionalCheckFailedException", 400,
							   NULL };
const struct aws_error ConditionalCheckFailedWithItem = { "ConditionalCheckFailedException", 400,
							  NULL, .capital = true };
const struct aws_error TransactionCanceledException = { "TransactionCanceledException", 400, NULL,
							.capital = true };
const struct aws_error IdempotentParameterMismatchException = {
	"IdempotentParameterMismatchException", 400, NULL, .capital = true
};

const struct aws_error LimitExceededException = { "LimitExceededException", 400, NULL };
const struct aws_error TableNotFoundException = { "TableNotFoundException", 400, NULL };
const struct aws_error ContinuousBackupsUnavailableException = {
	"ContinuousBackupsUnavailableException", 400, NULL
};
const struct aws_error BackupNotFoundException = { "BackupNotFoundException", 400, NULL };
const struct aws_error BackupInUseException = { "BackupInUseException", 400, NULL };
const struct aws_error TableAlreadyExistsException = { "TableAlreadyExistsException", 400, NULL };
const struct aws_error InvalidRestoreTimeException = { "InvalidRestoreTimeException", 400, NULL };
const struct aws_error PointInTimeRecoveryUnavailableException = {
	"PointInTimeRecoveryUnavailableException", 400, NULL
};
const struct aws_error PolicyNotFoundException = { "PolicyNotFoundException", 400, NULL };

static const struct operation operations[] = {
	{ "BatchExecuteStatement", NULL, dynamodb_op_batch_execute_statement, OP_DATA,
	  &dynamodb_batch_execute_statement },
	{ "BatchGetItem", NULL, dynamodb_op_batch_get_item, OP_READS | OP_DATA,
	  &dynamodb_batch_get_item },
	{ "BatchWriteItem", NULL, dynamodb_op_batch_write_item, OP_DATA,
	  &dynamodb_batch_write_item },
	{ "CreateBackup", NULL, dynamodb_op_create_backup, 0, &dynamodb_create_backup },
	{ "CreateGlobalTable", NULL, dynamodb_op_create_global_table, 0,
	  &dynamodb_create_global_table },
	{ "CreateTable", NULL, dynamodb_op_create_table, OP_POLICY, &dynamodb_create_table },
	{ "DeleteBackup", NULL, dynamodb_op_delete_backup, 0, &dynamodb_delete_backup },
	{ "DeleteItem", NULL, dynamodb_op_delete_item, OP_DATA | OP_SHORT, &dynamodb_delete_item },
	{ "DeleteResourcePolicy", NULL, dynamodb_op_delete_resource_policy, OP_POLICY,
	  &dynamodb_delete_resource_policy },
	{ "DeleteTable", NULL, dynamodb_op_delete_table, OP_POLICY, &dynamodb_delete_table },
	{ "DescribeBackup", NULL, dynamodb_op_describe_backup, OP_READS,
	  &dynamodb_describe_backup },
	{ "DescribeContinuousBackups", NULL, dynamodb_op_describe_continuous_backups, OP_READS,
	  &dynamodb_describe_continuous_backups },
	{ "DescribeContributorInsights", NULL, dynamodb_op_describe_contributor_insights, OP_READS,
	  &dynamodb_describe_contributor_insights },
	{ "DescribeEndpoints", NULL, dynamodb_op_describe_endpoints, OP_READS, NULL },
	{ "DescribeGlobalTable", NULL, dynamodb_op_describe_global_table, OP_READS,
	  &dynamodb_describe_global_table },
	{ "DescribeGlobalTableSettings", NULL, dynamodb_op_describe_global_table_settings, OP_READS,
	  &dynamodb_describe_global_table },
	{ "DescribeKinesisStreamingDestination", NULL,
	  dynamodb_op_describe_kinesis_streaming_destination, OP_READS,
	  &dynamodb_describe_kinesis_streaming_destination },
	{ "DescribeLimits", NULL, dynamodb_op_describe_limits, OP_READS, NULL },
	{ "DescribeTable", NULL, dynamodb_op_describe_table, OP_READS, &dynamodb_describe_table },
	{ "DescribeTimeToLive", NULL, dynamodb_op_describe_time_to_live, OP_READS,
	  &dynamodb_describe_time_to_live },
	{ "ExecuteStatement", NULL, dynamodb_op_execute_statement, OP_DATA,
	  &dynamodb_execute_statement },
	{ "ExecuteTransaction", NULL, dynamodb_op_execute_transaction, OP_DATA,
	  &dynamodb_execute_transaction },
	{ "GetItem", NULL, dynamodb_op_get_item, OP_READS | OP_DATA | OP_SHORT,
	  &dynamodb_get_item },
	{ "GetResourcePolicy", NULL, dynamodb_op_get_resource_policy, OP_READS,
	  &dynamodb_get_resource_policy },
	{ "ListBackups", NULL, dynamodb_op_list_backups, OP_READS, &dynamodb_list_backups },
	{ "ListContributorInsights", NULL, dynamodb_op_list_contributor_insights, OP_READS,
	  &dynamodb_list_contributor_insights },
	{ "ListGlobalTables", NULL, dynamodb_op_list_global_tables, OP_READS,
	  &dynamodb_list_global_tables },
	{ "ListTables", NULL, dynamodb_op_list_tables, OP_READS, &dynamodb_list_tables },
	{ "ListTagsOfResource", NULL, dynamodb_op_list_tags_of_resource, OP_READS,
	  &dynamodb_list_tags_of_resource },
	{ "PutItem", NULL, dynamodb_op_put_item, OP_DATA | OP_SHORT, &dynamodb_put_item },
	{ "PutResourcePolicy", NULL, dynamodb_op_put_resource_policy, OP_POLICY,
	  &dynamodb_put_resource_policy },
	{ "Query", NULL, dynamodb_op_query, OP_READS | OP_DATA, &dynamodb_query },
	{ "RestoreTableFromBackup", NULL, dynamodb_op_restore_table_from_backup, 0,
	  &dynamodb_restore_table_from_backup },
	{ "RestoreTableToPointInTime", NULL, dynamodb_op_restore_table_to_point_in_time, 0,
	  &dynamodb_restore_table_to_point_in_time },
	{ "Scan", NULL, dynamodb_op_scan, OP_READS | OP_DATA, &dynamodb_scan },
	{ "TagResource", NULL, dynamodb_op_tag_resource, OP_SILENT, &dynamodb_tag_resource },
	{ "TransactGetItems", NULL, dynamodb_op_transact_get_items, OP_READS | OP_DATA,
	  &dynamodb_transact_get_items },
	{ "TransactWriteItems", NULL, dynamodb_op_transact_write_items, OP_DATA,
	  &dynamodb_transact_write_items },
	{ "UntagResource", NULL, dynamodb_op_untag_resource, OP_SILENT, &dynamodb_untag_resource },
	{ "UpdateContinuousBackups", NULL, dynamodb_op_update_continuous_backups, 0,
	  &dynamodb_update_continuous_backups },
	{ "UpdateContributorInsights", NULL, dynamodb_op_update_contributor_insights, 0,
	  &dynamodb_update_contributor_insights },
	{ "UpdateGlobalTable", NULL, dynamodb_op_update_global_table, 0,
	  &dynamodb_update_global_table },
	{ "UpdateGlobalTableSettings", NULL, dynamodb_op_update_global_table_settings, 0,
	  &dynamodb_update_global_table_settings },
	{ "UpdateItem", NULL, dynamodb_op_update_item, OP_DATA | OP_SHORT, &dynamodb_update_item },
	{ "UpdateTable", NULL, dynamodb_op_update_table, 0, &dynamodb_update_table },
	{ "UpdateTimeToLive", NULL, dynamodb_op_update_time_to_live, 0,
	  &dynamodb_update_time_to_live },
	{ 0 },
};

static const char *const upgrades[] = {
	/* Client tokens of transactions, with the digest of the request that each stood for. */
	"CREATE TABLE dynamodb_token (token TEXT PRIMARY KEY, digest BLOB NOT NULL, at INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE INDEX dynamodb_token_at ON dynamodb_token (at);",
	/* Streams and their records (stream.h). */
	"CREATE TABLE dynamodb_stream (id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, label TEXT NOT NULL,"
	" view TEXT NOT NULL, keys TEXT NOT NULL, created_at INTEGER NOT NULL, ready_at INTEGER NOT NULL,"
	" closed_at INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL, UNIQUE (table_name, label));"
	"CREATE TABLE dynamodb_record (stream_id INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,"
	" name TEXT NOT NULL, expired INTEGER NOT NULL, size INTEGER NOT NULL, keys TEXT NOT NULL, new TEXT,"
	" old TEXT, PRIMARY KEY (stream_id, number)) WITHOUT ROWID;",
	/* Items by the moment at which they expire, in seconds (ttl.h). */
	"CREATE TABLE dynamodb_expiry (expiry_id INTEGER NOT NULL, at INTEGER NOT NULL, hash INTEGER NOT NULL,"
	" pk BLOB NOT NULL, sk BLOB NOT NULL, PRIMARY KEY (expiry_id, at, hash, pk, sk)) WITHOUT ROWID;",
	/* Resource policies (resource_policy.h). */
	"CREATE TABLE dynamodb_policy (resource TEXT PRIMARY KEY, document TEXT, revision INTEGER NOT NULL)"
	" WITHOUT ROWID;",
	/* Backups and their items; an item without text was absent at the moment of the backup (backup.h). */
	"CREATE TABLE dynamodb_backup (id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, name TEXT NOT NULL,"
	" table_name TEXT NOT NULL, definition TEXT NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL,"
	" created_at INTEGER NOT NULL, ready_at INTEGER, table_created_at INTEGER NOT NULL,"
	" readers INTEGER NOT NULL);"
	"CREATE TABLE dynamodb_backup_item (backup_id INTEGER NOT NULL, hash INTEGER NOT NULL, pk BLOB NOT NULL,"
	" sk BLOB NOT NULL, size INTEGER NOT NULL, item TEXT, PRIMARY KEY (backup_id, hash, pk, sk)) WITHOUT ROWID;"
	"CREATE INDEX dynamodb_backup_absent ON dynamodb_backup_item (backup_id) WHERE item IS NULL;",
	/* What items were until a moment, in milliseconds, and how many tables are being filled from one (past.h). */
	"CREATE TABLE dynamodb_past (table_id INTEGER NOT NULL, hash INTEGER NOT NULL, pk BLOB NOT NULL,"
	" sk BLOB NOT NULL, until INTEGER NOT NULL, size INTEGER NOT NULL, item TEXT,"
	" PRIMARY KEY (table_id, hash, pk, sk, until)) WITHOUT ROWID;"
	"ALTER TABLE dynamodb_table ADD COLUMN readers INTEGER NOT NULL DEFAULT 0;"
	"UPDATE dynamodb_table SET definition = json_set(definition, '$.PointInTimeRecovery.Since',"
	" unixepoch() * 1000)"
	" WHERE json_extract(definition, '$.PointInTimeRecovery') IS NOT NULL;",
};

static const struct schema schema = {
	.name = "dynamodb",
	.version = 7,
	.upgrades = upgrades,
	/*
	 * A deleted table keeps its row, with gone_at set, until its items are purged; a new table may have its
	 * name by then. number 0 counts the table, the others its indexes.
	 */
	.sql = "CREATE TABLE dynamodb_table (id INTEGER PRIMARY KEY, name TEXT NOT NULL, stamp INTEGER NOT NULL,"
	       " created_at INTEGER NOT NULL, ready_at INTEGER NOT NULL, updating INTEGER NOT NULL,"
	       " gone_at INTEGER, definition TEXT NOT NULL);"
	       "CREATE INDEX dynamodb_table_name ON dynamodb_table (name, id);"
	       "CREATE TABLE dynamodb_count (table_id INTEGER NOT NULL, number INTEGER NOT NULL,"
	       " items INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (table_id, number)) WITHOUT ROWID;"
	       "CREATE TABLE dynamodb_item (table_id INTEGER NOT NULL, hash INTEGER NOT NULL, pk BLOB NOT NULL,"
	       " sk BLOB NOT NULL, size INTEGER NOT NULL, item TEXT NOT NULL,"
	       " PRIMARY KEY (table_id, hash, pk, sk)) WITHOUT ROWID;"
	       "CREATE TABLE dynamodb_entry (table_id INTEGER NOT NULL, number INTEGER NOT NULL,"
	       " hash INTEGER NOT NULL, pk BLOB NOT NULL, sk BLOB NOT NULL, item_hash INTEGER NOT NULL,"
	       " item_pk BLOB NOT NULL, item_sk BLOB NOT NULL,"
	       " PRIMARY KEY (table_id, number, hash, pk, sk, item_hash, item_pk, item_sk)) WITHOUT ROWID;",
};

void dynamodb_set_delay(int64_t delay_ms)
{
	table_set_delay(delay_ms);
}

static const struct holding holdings[] = {
	{ "DynamoDB table", "DynamoDB tables",
	  "SELECT count(*) FROM dynamodb_table WHERE gone_at IS NULL" },
	{ 0 }
};

const struct service dynamodb_service = {
	.name = "dynamodb",
	.target = "DynamoDB_20120810",
	.api_version = "2012-08-10",
	.speaks = PROTO_JSON10,
	.error_prefix = "com.amazonaws.dynamodb.v20120810#",
	.operations = operations,
	.access = &dynamodb_access,
	.jobs = dynamodb_jobs,
	.schema = &schema,
	.holdings = holdings,
	.habits = HABIT_CRC32 | HABIT_LONG_REQUEST_ID | HABIT_NEEDS_BODY | HABIT_COMPRESSES,
	.observe = dynamodb_observe,
};
