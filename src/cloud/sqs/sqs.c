/* SQS: the service. See inside.h. */
#include "cloud/sqs/inside.h"

#include <ctype.h>

#define CORAL  "com.amazon.coral.service#"
#define SIMPLE "AWS.SimpleQueueService."

/* What the query protocol calls otherwise has a `shape`. */
const struct aws_error QueueDoesNotExist = {
	SIMPLE "NonExistentQueue", 400, .shape = "QueueDoesNotExist",
	.query_message = "The specified queue does not exist for this wsdl version."
};
const struct aws_error QueueNameExists = { "QueueAlreadyExists", 400, .shape = "QueueNameExists" };
const struct aws_error QueueDeletedRecently = { SIMPLE "QueueDeletedRecently", 400,
						.shape = "QueueDeletedRecently" };
const struct aws_error InvalidAttributeName = { "InvalidAttributeName", 400 };
const struct aws_error InvalidAttributeValue = { "InvalidAttributeValue", 400 };
const struct aws_error SqsInvalidParameter = { "InvalidParameterValue", 400, CORAL,
					       .shape = "InvalidParameterValueException" };
const struct aws_error SqsMissingParameter = { "MissingParameter", 400, CORAL,
					       .shape = "MissingRequiredParameterException" };
const struct aws_error InvalidMessageContents = { "InvalidMessageContents", 400 };
const struct aws_error ReceiptHandleIsInvalid = { "ReceiptHandleIsInvalid", 404 };
const struct aws_error PurgeQueueInProgress = { SIMPLE "PurgeQueueInProgress", 403,
						.shape = "PurgeQueueInProgress" };
const struct aws_error EmptyBatchRequest = { SIMPLE "EmptyBatchRequest", 400,
					     .shape = "EmptyBatchRequest" };
const struct aws_error TooManyEntriesInBatchRequest = { SIMPLE "TooManyEntriesInBatchRequest", 400,
							.shape = "TooManyEntriesInBatchRequest" };
const struct aws_error BatchEntryIdsNotDistinct = { SIMPLE "BatchEntryIdsNotDistinct", 400,
						    .shape = "BatchEntryIdsNotDistinct" };
const struct aws_error InvalidBatchEntryId = { SIMPLE "InvalidBatchEntryId", 400,
					       .shape = "InvalidBatchEntryId" };
const struct aws_error BatchRequestTooLong = { SIMPLE "BatchRequestTooLong", 400,
					       .shape = "BatchRequestTooLong" };
const struct aws_error SqsOverLimit = { "OverLimit", 403 };
const struct aws_error SqsUnsupported = { SIMPLE "UnsupportedOperation", 400,
					  .shape = "UnsupportedOperation" };
const struct aws_error SqsNotFound = { "ResourceNotFoundException", 404 };
static const struct aws_error denied = { "AccessDenied", 403, CORAL, true,
					 .shape = "AccessDeniedException" };

bool sqs_missing(struct op *op, const char *name)
{
	op_fail(op, &SqsMissingParameter, "The request must contain the parameter %s.", name);
	return false;
}

const struct job_kind sqs_jobs[] = {
	[SQS_DROP] = { "sqs.drop", sqs_job_drop, 0 },
	[SQS_EXPIRE] = { "sqs.expire", sqs_job_expire, 0 },
	[SQS_WATCH] = { "sqs.watch", sqs_job_watch, 0 },
	[SQS_MOVE] = { "sqs.move", sqs_job_move, 0 },
	{ 0 },
};

/* --- permissions ---------------------------------------------------------------------------- */

/* A batch needs what one of its entries does. Messages write actions in small letters, as SQS's do. */
static const char *action_of(struct op *op)
{
	struct str name = str_of(op->operation->name);
	char *action;

	if (str_ends(name, STR("MessageBatch")) || str_ends(name, STR("VisibilityBatch")))
		name = str_slice(name, 0, name.n - strlen("Batch"));
	action = arena_printf(op->arena, "sqs:%.*s", STR_ARG(name));
	for (char *c = action; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return action;
}

/* The queue that is named, in whatever way. */
static struct str resource_of(struct op *op)
{
	struct str name = queue_name_of(op);

	if (op_has(op, "SourceArn"))
		return op_str(op, "SourceArn");
	if (op_has(op, "QueueName"))
		name = op_str(op, "QueueName");
	return queue_arn(op, name);
}

static void check(struct authorize_list *list)
{
	struct op *op = list->op;
	struct str arn = resource_of(op);

	authorize_add(list, &(struct authorize_check){ .action = action_of(op), .resource = arn });
	/* A queue that is made with tags is tagged too. */
	if (json_count(op_get(op, "tags")))
		authorize_add(list, &(struct authorize_check){ .action = "sqs:tagqueue",
							       .resource = arn });
}

/* --- the service ------------------------------------------------------------------------------- */

#define OPERATION(name, function, flags, output)                                                   \
	{ name, NULL, sqs_op_##function, flags, &sqs_##function, 0, output },
static const struct operation operations[] = { SQS_OPERATIONS(OPERATION){ 0 } };

#define ACCESS(name, function, flags, output) { name, .checks = check },
static const struct access accesses[] = { SQS_OPERATIONS(ACCESS){ NULL } };
static const struct access_rules access_rules = { .operations = accesses,
						  .any_document = sqs_any_policy,
						  .document = sqs_policy_of };

static const struct schema schema = {
	.name = "sqs",
	.version = 1,
	.sql = "CREATE TABLE sqs_queue (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	       " store INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, fifo INTEGER NOT NULL,"
	       " created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL,"
	       " purged_at INTEGER NOT NULL DEFAULT 0, expires_at INTEGER NOT NULL DEFAULT 0,"
	       " watched_at INTEGER NOT NULL DEFAULT 0, number INTEGER NOT NULL DEFAULT 0,"
	       " attributes TEXT NOT NULL, secret TEXT NOT NULL, dead_letter TEXT,"
	       " max_receives INTEGER NOT NULL DEFAULT 0, tags TEXT NOT NULL);"
	       "CREATE INDEX sqs_queue_dead_letter ON sqs_queue (dead_letter, name);"
	       "CREATE TABLE sqs_deleted (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE sqs_store (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	       " dropped INTEGER NOT NULL);"
	       "CREATE INDEX sqs_store_dropped ON sqs_store (dropped) WHERE dropped;"
	       "CREATE TABLE sqs_message (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	       " store INTEGER NOT NULL, number INTEGER NOT NULL, visible_at INTEGER NOT NULL,"
	       " receives INTEGER NOT NULL DEFAULT 0, sent_at INTEGER NOT NULL, first_at INTEGER,"
	       " received_at INTEGER NOT NULL DEFAULT 0, uuid TEXT NOT NULL, sender TEXT NOT NULL,"
	       " trace TEXT, grp TEXT, dedup TEXT, source TEXT);"
	       "CREATE INDEX sqs_message_visible ON sqs_message (store, visible_at, receives);"
	       "CREATE INDEX sqs_message_sent ON sqs_message (store, sent_at);"
	       "CREATE INDEX sqs_message_group ON sqs_message (store, grp, number)"
	       " WHERE number > 0;"
	       "CREATE TABLE sqs_body (message INTEGER PRIMARY KEY, body TEXT NOT NULL,"
	       " attributes TEXT);"
	       "CREATE TABLE sqs_group (store INTEGER NOT NULL, grp TEXT NOT NULL,"
	       " ready_at INTEGER NOT NULL, PRIMARY KEY (store, grp)) WITHOUT ROWID;"
	       "CREATE INDEX sqs_group_ready ON sqs_group (store, ready_at);"
	       "CREATE TABLE sqs_dedup (queue INTEGER NOT NULL, scope TEXT NOT NULL,"
	       " dedup TEXT NOT NULL, at INTEGER NOT NULL, uuid TEXT NOT NULL,"
	       " number INTEGER NOT NULL, PRIMARY KEY (queue, scope, dedup));"
	       "CREATE INDEX sqs_dedup_at ON sqs_dedup (queue, at);"
	       "CREATE TABLE sqs_attempt (queue INTEGER NOT NULL, attempt TEXT NOT NULL,"
	       " at INTEGER NOT NULL, taken TEXT NOT NULL, PRIMARY KEY (queue, attempt));"
	       "CREATE INDEX sqs_attempt_at ON sqs_attempt (queue, at);"
	       "CREATE TABLE sqs_move (id TEXT PRIMARY KEY, source TEXT NOT NULL, target TEXT,"
	       " status TEXT NOT NULL, reason TEXT, rate INTEGER NOT NULL, moved INTEGER NOT NULL,"
	       " to_move INTEGER NOT NULL, started_at INTEGER NOT NULL);"
	       "CREATE INDEX sqs_move_source ON sqs_move (source, started_at);",
};

static const struct holding holdings[] = {
	{ "SQS queue", "SQS queues", "SELECT count(*) FROM sqs_queue" }, { 0 }
};

const struct service sqs_service = {
	.name = "sqs",
	.target = "AmazonSQS",
	.api_version = "2012-11-05",
	.speaks = PROTO_JSON10 | PROTO_QUERY,
	.xmlns = "http://queue.amazonaws.com/doc/2012-11-05/",
	.error_prefix = "com.amazonaws.sqs#",
	.invalid = &SqsInvalidParameter,
	.denied = &denied,
	.operations = operations,
	.jobs = sqs_jobs,
	.schema = &schema,
	.habits = HABIT_ERROR_DETAIL,
	.holdings = holdings,
	.access = &access_rules,
	.query_address = "QueueUrl",
};
