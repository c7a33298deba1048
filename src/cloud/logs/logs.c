/*
 * CloudWatch Logs: the service. A group is a row, so are its streams; an event is a row of its stream, found by time.
 */
#include "cloud/logs/inside.h"

const struct aws_error LogsInvalidParameter = { "InvalidParameterException", 400, NULL, false };
const struct aws_error LogsNotFound = { "ResourceNotFoundException", 400, NULL, false };
const struct aws_error LogsAlreadyExists = { "ResourceAlreadyExistsException", 400, NULL, false };
const struct aws_error LogsLimitExceeded = { "LimitExceededException", 400, NULL, false };
const struct aws_error LogsInvalidOperation = { "InvalidOperationException", 400, NULL, false };
const struct aws_error LogsMalformedQuery = { "MalformedQueryException", 400, NULL, false };
const struct aws_error LogsValidation = { "ValidationException", 400, NULL, false };
const struct aws_error LogsAccessDenied = { "AccessDeniedException", 400, NULL, false };
const struct aws_error LogsTooManyTags = { "TooManyTagsException", 400, NULL, false };

const struct job_kind logs_jobs[] = {
	[LOGS_DROP] = { "logs.drop", logs_job_drop, 0 },
	[LOGS_EXPIRE] = { "logs.expire", logs_job_expire, 0 },
	[LOGS_SEND] = { "logs.send", logs_job_send, 3 },
	{ 0 },
};

/* --- permissions ----------------------------------------------------------------------- */

/*
 * A group is asked for as "log-group:NAME:log-stream:", as AWS's messages show it, so that policies for
 * "log-group:NAME:*" are about it and its streams.
 */
static void check_stream(struct authorize_list *list)
{
	struct op *op = list->op;
	struct str group = op_str(op, "logGroupName"), stream = op_str(op, "logStreamName");

	if (!group.p)
		group = group_name_of(op, op_str_or(op, "logGroupIdentifier", ""));
	authorize_add(list, &(struct authorize_check){
				    .resource = op_arn(op, "logs", "log-group:%.*s:log-stream:%.*s",
						       STR_ARG(group), STR_ARG(stream)) });
}

/* A query asks for each of its groups. */
static void check_groups(struct authorize_list *list)
{
	static const char *const lists[] = { "logGroupNames", "logGroupIdentifiers" };
	struct op *op = list->op;

	if (op_has(op, "logGroupName"))
		check_stream(list);
	for (size_t l = 0; l < 2; l++) {
		struct json_object *names = op_get(op, lists[l]);

		for (size_t i = 0; i < json_count(names); i++) {
			struct str group = group_name_of(op, json_str(json_at(names, i)));

			authorize_add(list, &(struct authorize_check){
						    .resource = op_arn(op, "logs",
								       "log-group:%.*s:log-stream:",
								       STR_ARG(group)) });
		}
	}
}

static const struct access accesses[] = {
	{ "AssociateKmsKey", .checks = check_stream },
	{ "CreateLogGroup", .checks = check_stream },
	{ "CreateLogStream", .checks = check_stream },
	{ "DeleteLogGroup", .checks = check_stream },
	{ "DeleteLogStream", .checks = check_stream },
	{ "DeleteMetricFilter", .checks = check_stream },
	{ "DeleteRetentionPolicy", .checks = check_stream },
	{ "DeleteSubscriptionFilter", .checks = check_stream },
	{ "DescribeLogGroups", .checks = check_stream },
	{ "DescribeLogStreams", .checks = check_stream },
	{ "DescribeMetricFilters", .checks = check_stream },
	{ "DescribeSubscriptionFilters", .checks = check_stream },
	{ "DisassociateKmsKey", .checks = check_stream },
	{ "FilterLogEvents", .checks = check_stream },
	{ "GetLogEvents", .checks = check_stream },
	{ "ListTagsForResource", .resource = "{resourceArn}" },
	{ "ListTagsLogGroup", .checks = check_stream },
	{ "PutLogEvents", .checks = check_stream },
	{ "PutLogGroupDeletionProtection", .checks = check_stream },
	{ "PutMetricFilter", .checks = check_stream },
	{ "PutRetentionPolicy", .checks = check_stream },
	{ "PutSubscriptionFilter", .checks = check_stream },
	{ "StartQuery", .checks = check_groups },
	{ "TagLogGroup", .checks = check_stream },
	{ "TagResource", .resource = "{resourceArn}" },
	{ "UntagLogGroup", .checks = check_stream },
	{ "UntagResource", .resource = "{resourceArn}" },
	{ NULL },
};
static const struct access_rules access_rules = { accesses };

/* --- the service ----------------------------------------------------------------------------- */

#define OPERATION(name, function, flags)                                                           \
	{                                                                                          \
		name, NULL, logs_op_##function, flags, &logs_##function                            \
	}

static const struct operation operations[] = {
	OPERATION("AssociateKmsKey", associate_kms_key, 0),
	OPERATION("CreateLogGroup", create_log_group, 0),
	OPERATION("CreateLogStream", create_log_stream, 0),
	OPERATION("DeleteLogGroup", delete_log_group, 0),
	OPERATION("DeleteLogStream", delete_log_stream, 0),
	OPERATION("DeleteMetricFilter", delete_metric_filter, 0),
	OPERATION("DeleteQueryDefinition", delete_query_definition, 0),
	OPERATION("DeleteResourcePolicy", delete_resource_policy, 0),
	OPERATION("DeleteRetentionPolicy", delete_retention_policy, 0),
	OPERATION("DeleteSubscriptionFilter", delete_subscription_filter, 0),
	OPERATION("DescribeLogGroups", describe_log_groups, OP_READS),
	OPERATION("DescribeLogStreams", describe_log_streams, OP_READS),
	OPERATION("DescribeMetricFilters", describe_metric_filters, OP_READS),
	OPERATION("DescribeQueries", describe_queries, OP_READS),
	OPERATION("DescribeQueryDefinitions", describe_query_definitions, OP_READS),
	OPERATION("DescribeResourcePolicies", describe_resource_policies, OP_READS),
	OPERATION("DescribeSubscriptionFilters", describe_subscription_filters, OP_READS),
	OPERATION("DisassociateKmsKey", disassociate_kms_key, 0),
	OPERATION("FilterLogEvents", filter_log_events, OP_READS | OP_DATA),
	OPERATION("GetLogEvents", get_log_events, OP_READS | OP_DATA),
	OPERATION("GetQueryResults", get_query_results, OP_READS | OP_DATA),
	OPERATION("ListLogGroups", list_log_groups, OP_READS),
	OPERATION("ListTagsForResource", list_tags_for_resource, OP_READS),
	OPERATION("ListTagsLogGroup", list_tags_log_group, OP_READS),
	OPERATION("PutLogEvents", put_log_events, OP_DATA),
	OPERATION("PutLogGroupDeletionProtection", put_log_group_deletion_protection, 0),
	OPERATION("PutMetricFilter", put_metric_filter, 0),
	OPERATION("PutQueryDefinition", put_query_definition, 0),
	OPERATION("PutResourcePolicy", put_resource_policy, 0),
	OPERATION("PutRetentionPolicy", put_retention_policy, 0),
	OPERATION("PutSubscriptionFilter", put_subscription_filter, 0),
	OPERATION("StartQuery", start_query, OP_DATA),
	OPERATION("StopQuery", stop_query, 0),
	OPERATION("TagLogGroup", tag_log_group, 0),
	OPERATION("TagResource", tag_resource, 0),
	OPERATION("TestMetricFilter", test_metric_filter, OP_READS),
	OPERATION("UntagLogGroup", untag_log_group, 0),
	OPERATION("UntagResource", untag_resource, 0),
	{ 0 },
};

static const char *const upgrades[] = {
	"ALTER TABLE logs_group ADD COLUMN protected INTEGER NOT NULL DEFAULT 0;",
};

static const struct schema schema = {
	.name = "logs",
	.version = 2,
	.upgrades = upgrades,
	.sql = "CREATE TABLE logs_group (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	       " name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, class TEXT NOT NULL,"
	       " retention INTEGER NOT NULL DEFAULT 0, kms_key TEXT,"
	       " bytes INTEGER NOT NULL DEFAULT 0, tags TEXT NOT NULL DEFAULT '{}');"
	       "CREATE TABLE logs_stream (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	       " group_id INTEGER NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL,"
	       " first_at INTEGER NOT NULL DEFAULT 0, last_at INTEGER NOT NULL DEFAULT 0,"
	       " ingested_at INTEGER NOT NULL DEFAULT 0, UNIQUE (group_id, name));"
	       "CREATE TABLE logs_event (id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL,"
	       " stream_id INTEGER NOT NULL, at INTEGER NOT NULL, ingested_at INTEGER NOT NULL,"
	       " message TEXT NOT NULL);"
	       "CREATE INDEX logs_event_stream ON logs_event (stream_id, at);"
	       "CREATE INDEX logs_event_group ON logs_event (group_id, at);"
	       "CREATE TABLE logs_filter (group_id INTEGER NOT NULL, kind TEXT NOT NULL,"
	       " name TEXT NOT NULL, pattern TEXT NOT NULL, detail TEXT NOT NULL,"
	       " created_at INTEGER NOT NULL, PRIMARY KEY (group_id, kind, name)) WITHOUT ROWID;"
	       "CREATE TABLE logs_policy (name TEXT PRIMARY KEY, document TEXT NOT NULL,"
	       " updated_at INTEGER NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE logs_query (id TEXT PRIMARY KEY, query TEXT NOT NULL,"
	       " groups TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL,"
	       " answer TEXT NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE logs_query_definition (id TEXT PRIMARY KEY, name TEXT NOT NULL,"
	       " query TEXT NOT NULL, groups TEXT NOT NULL, updated_at INTEGER NOT NULL)"
	       " WITHOUT ROWID;",
};

static const struct holding holdings[] = {
	{ "log group", "log groups", "SELECT count(*) FROM logs_group" }, { 0 }
};

const struct service logs_service = {
	.name = "logs",
	.target = "Logs_20140328",
	.api_version = "2014-03-28",
	.speaks = PROTO_JSON11,
	.invalid = &LogsInvalidParameter,
	.operations = operations,
	.jobs = logs_jobs,
	.schema = &schema,
	.holdings = holdings,
	.access = &access_rules,
	.collect = logs_collect,
};
