/*
 * SNS: topics, and who hears what is published on them.
 *
 * topics.c and subscriptions.c have the rows, publish.c takes messages in, deliver.c brings them to subscribers.
 * SMS messages and mobile push are not here. From: SNS API Reference, 2010-03-31; Service Authorization Reference,
 * "Amazon SNS".
 */
#include "cloud/sns/inside.h"

const struct aws_error SnsInvalidParameter = { "InvalidParameter", 400 };
const struct aws_error SnsParameterValueInvalid = { "ParameterValueInvalid", 400 };
const struct aws_error SnsNotFound = { "NotFound", 404 };
const struct aws_error SnsResourceNotFound = { "ResourceNotFound", 404 };
const struct aws_error SnsAuthorizationError = { "AuthorizationError", 403 };
const struct aws_error SnsTopicLimit = { "TopicLimitExceeded", 403 };
const struct aws_error SnsSubscriptionLimit = { "SubscriptionLimitExceeded", 403 };
const struct aws_error SnsFilterLimit = { "FilterPolicyLimitExceeded", 403 };
const struct aws_error SnsTagLimit = { "TagLimitExceeded", 400 };
const struct aws_error SnsBatchTooMany = { "TooManyEntriesInBatchRequest", 400 };
const struct aws_error SnsBatchEmpty = { "EmptyBatchRequest", 400 };
const struct aws_error SnsBatchNotDistinct = { "BatchEntryIdsNotDistinct", 400 };
const struct aws_error SnsBatchTooLong = { "BatchRequestTooLong", 400 };
const struct aws_error SnsBatchEntryId = { "InvalidBatchEntryId", 400 };

const struct job_kind sns_jobs[] = {
	[SNS_PUBLISHED] = { "sns.published", sns_job_published, 0 },
	[SNS_AGAIN] = { "sns.again", sns_job_again, 0 },
	[SNS_HTTP] = { "sns.http", sns_job_http, 0 },
	[SNS_FORGET] = { "sns.forget", sns_job_forget, 0 },
	{ 0 },
};

/* --- permissions ------------------------------------------------------------------------------ */

/* IAM's actions are "SNS:Publish" in what SNS says. A batch is published like one message; a target may be a topic. */
static void check(struct authorize_list *list)
{
	struct op *op = list->op;
	const char *name = op->operation->name;
	struct authorize_check c = { .action = arena_printf(op->arena, "SNS:%s", name) };

	if (str_is(str_of(name), "PublishBatch"))
		c.action = "SNS:Publish";
	c.resource = op_str(op, op_has(op, "TopicArn")      ? "TopicArn"
				: op_has(op, "ResourceArn") ? "ResourceArn"
							    : "TargetArn");
	if (str_is(str_of(name), "CreateTopic"))
		c.resource = topic_arn(op, op_str(op, "Name"));
	authorize_add(list, &c);
}

static bool find_key(struct op *op, const struct authorize_check *asked, struct str name,
		     struct policy_values *values)
{
	struct topic t;
	struct str own = topic_arn(op, STR(""));

	if (str_eq_nocase(name, STR("sns:Protocol")) && op_has(op, "Protocol"))
		return authorize_value(op, values, op_str(op, "Protocol"));
	if (str_eq_nocase(name, STR("sns:Endpoint")) && op_has(op, "Endpoint"))
		return authorize_value(op, values, op_str(op, "Endpoint"));
	if (name.n > 16 && str_eq_nocase(str_slice(name, 0, 16), STR("aws:ResourceTag/")) &&
	    str_starts(asked->resource, own) &&
	    topic_find(op, str_slice(asked->resource, own.n, asked->resource.n), &t)) {
		struct str value =
			json_get_str(t.tags, arena_cstr(op->arena, str_slice(name, 16, name.n)));

		return value.p && authorize_value(op, values, value);
	}
	return false;
}

static bool any_document(struct op *op)
{
	return db_int(op->db, 0, "SELECT 1 FROM sns_topic LIMIT 1", "");
}

static bool document(struct op *op, struct str arn, struct str *out)
{
	struct str own = topic_arn(op, STR(""));
	struct topic t;

	if (!str_starts(arn, own) || !topic_find(op, str_slice(arn, own.n, arn.n), &t))
		return false;
	*out = t.policy;
	return true;
}

#define ACCESS(name, function, flags, output) { name, .checks = check },
static const struct access accesses[] = { SNS_OPERATIONS(ACCESS){ NULL } };
static const struct access_rules access_rules = { accesses, find_key, any_document, document,
						  NULL };

/* --- the service ---------------------------------------------------------------------------------- */

#define OPERATION(name, function, flags, output)                                                   \
	{ name, NULL, sns_op_##function, flags, &sns_##function, 0, output },
static const struct operation operations[] = {
	SNS_OPERATIONS(OPERATION){ 0 },
};

static const struct schema schema = {
	.name = "sns",
	.version = 1,
	.sql = "CREATE TABLE sns_topic (name TEXT PRIMARY KEY, attributes TEXT NOT NULL,"
	       " policy TEXT NOT NULL, tags TEXT NOT NULL, fifo INTEGER NOT NULL,"
	       " sequence INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0)"
	       " WITHOUT ROWID;"
	       /* Of state 0: it gets messages; 1: it waits to be confirmed; 2: it ended, and may be brought back. */
	       "CREATE TABLE sns_subscription (id TEXT PRIMARY KEY, topic TEXT NOT NULL,"
	       " protocol TEXT NOT NULL, endpoint TEXT NOT NULL, attributes TEXT NOT NULL,"
	       " principal TEXT NOT NULL, base TEXT NOT NULL, token TEXT, state INTEGER NOT NULL,"
	       " authenticated INTEGER NOT NULL, expires_at INTEGER, latest INTEGER NOT NULL)"
	       " WITHOUT ROWID;"
	       "CREATE INDEX sns_subscription_topic ON sns_subscription (topic, state, id);"
	       "CREATE INDEX sns_subscription_endpoint"
	       " ON sns_subscription (topic, protocol, endpoint);"
	       "CREATE UNIQUE INDEX sns_subscription_token ON sns_subscription (token)"
	       " WHERE token IS NOT NULL;"
	       "CREATE INDEX sns_subscription_latest ON sns_subscription (latest);"
	       "CREATE TABLE sns_duplicate (topic TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,"
	       " message TEXT NOT NULL, sequence TEXT NOT NULL, PRIMARY KEY (topic, id))"
	       " WITHOUT ROWID;"
	       "CREATE INDEX sns_duplicate_at ON sns_duplicate (at);"
	       "CREATE TABLE sns_key (id TEXT PRIMARY KEY, key BLOB NOT NULL,"
	       " certificate TEXT NOT NULL) WITHOUT ROWID;",
};

static const struct holding holdings[] = {
	{ "SNS topic", "SNS topics", "SELECT count(*) FROM sns_topic" }, { 0 }
};

const struct service sns_service = {
	.name = "sns",
	.api_version = "2010-03-31",
	.speaks = PROTO_QUERY,
	.xmlns = "http://sns.amazonaws.com/doc/2010-03-31/",
	.denied = &SnsAuthorizationError,
	.operations = operations,
	.jobs = sns_jobs,
	.schema = &schema,
	.access = &access_rules,
	.account_of = sns_account_of,
	.serves = sns_serves,
	.holdings = holdings,
};
