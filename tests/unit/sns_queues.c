/*
 * SNS and queues: what is sent to them and how, to dead-letter queues too. The queues are those of a small service of this
 * test's own, which keeps what it is sent. From: SNS Developer Guide, "Fanout Amazon SNS notifications to Amazon SQS queues",
 * "Amazon SNS raw message delivery", "Amazon SNS dead-letter queues".
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "cloud/iam/iam.h"
#include "cloud/sns/sns.h"
#include "store/folder.h"
#include "turns/turns.h"
#include "unit/tap.h"

#define TOPIC "arn:aws:sns:eu-west-1:111111111111:"
#define QUEUE "arn:aws:sqs:eu-west-1:111111111111:"

/* --- queues ------------------------------------------------------------------------------ */

static const struct aws_error NotThere = { "QueueDoesNotExist", 400 };
static const struct aws_error Busy = { "ServiceUnavailable", 503 };
static atomic_int refusals; /* how often the queue "open-busy" is so */

static enum outcome get_queue_url(struct op *op)
{
	struct str name = op_str(op, "QueueName");

	if (str_is(name, "gone"))
		return op_fail(op, &NotThere, "There is no such queue.");
	json_set_str(op->out, "QueueUrl", name);
	return DONE;
}

static enum outcome send_message(struct op *op)
{
	if (str_is(op_str(op, "QueueUrl"), "open-busy") && atomic_fetch_sub(&refusals, 1) > 0)
		return op_fail(op, &Busy, "Later.");
	db_run(op->db, "INSERT INTO sent (queue, message) VALUES (?, ?)", "ss",
	       op_str(op, "QueueUrl"), json_text(op->arena, op->in));
	return DONE;
}

/* {"Count": how many messages the queue was sent, "Last": the last of them} */
static enum outcome look(struct op *op)
{
	struct str name = op_str(op, "QueueName");
	struct stmt *q =
		db_query(op->db,
			 "SELECT message FROM sent WHERE queue = ? ORDER BY id DESC LIMIT 1", "s",
			 name);

	if (stmt_row(q))
		json_set(op->out, "Last",
			 json_object_get(json_parse(op->arena, stmt_str(q, 0), NULL)));
	stmt_done(q);
	json_set_int(op->out, "Count",
		     db_int(op->db, 0, "SELECT count(*) FROM sent WHERE queue = ?", "s", name));
	return DONE;
}

static bool any_document(struct op *op)
{
	(void)op;
	return true;
}

/* Queues called "open..." take messages of this account's topics. */
static bool document(struct op *op, struct str arn, struct str *out)
{
	if (!str_starts(arn, STR(QUEUE "open")))
		return false;
	*out = arena_strf(
		op->arena,
		"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Principal\": "
		"{\"Service\": \"sns.amazonaws.com\"}, \"Action\": \"sqs:SendMessage\", \"Resource\": "
		"\"%.*s\", \"Condition\": {\"ArnLike\": {\"aws:SourceArn\": \"" TOPIC "*\"}}}}",
		STR_ARG(arn));
	return true;
}

static const struct shape_member members[] = {
	{ "QueueName", &shape_string },
	{ "QueueUrl", &shape_string },
	{ "MessageBody", &shape_string },
	{ "MessageGroupId", &shape_string },
	{ 0 },
};
static const struct shape input = SHAPE_STRUCT(members);
static const struct operation operations[] = {
	{ "GetQueueUrl", NULL, get_queue_url, OP_READS, &input },
	{ "Look", NULL, look, OP_READS, &input },
	{ "SendMessage", NULL, send_message, 0, &input },
	{ 0 },
};
static const struct schema schema = {
	"sqs", 1, "CREATE TABLE sent (id INTEGER PRIMARY KEY, queue TEXT, message TEXT);", NULL
};
static const struct access accesses[] = { { NULL } };
static const struct access_rules access_rules = { accesses, NULL, any_document, document, NULL };
static const struct service queues = { .name = "sqs",
				       .target = "AmazonSQS",
				       .speaks = PROTO_JSON10,
				       .operations = operations,
				       .access = &access_rules,
				       .schema = &schema };
static const struct service *const services[] = { &iam_service, &sns_service, &queues, NULL };

/* --- calls ---------------------------------------------------------------------------------- */

static struct turns *turns;
static struct arena *arena;

static struct json_object *call(const char *service, const char *operation, const char *in)
{
	struct turns_answer answer;

	turns_call(turns, arena, STR("111111111111"), service, operation,
		   json_parse(arena, str_of(in), NULL), &answer);
	return answer.outcome == DONE ? answer.out : NULL;
}

/* What the queue was sent last, once it was sent so many; NULL: it was not within some seconds. */
static struct json_object *sent(const char *queue, int64_t count)
{
	const char *in = arena_printf(arena, "{\"QueueName\": \"%s\"}", queue);

	for (int i = 0; i < 1500; i++) {
		struct json_object *got = call("sqs", "Look", in);

		if (json_int_or(json_get(got, "Count"), 0) == count)
			return json_get(got, "Last");
		usleep(20000);
	}
	return NULL;
}

static void subscribe(const char *topic, const char *queue, const char *attributes)
{
	ok(call("sns", "Subscribe",
		arena_printf(arena,
			     "{\"TopicArn\": \"" TOPIC "%s\", \"Protocol\": \"sqs\", \"Endpoint\": "
			     "\"" QUEUE "%s\", \"Attributes\": {%s}}",
			     topic, queue, attributes)),
	   "%s is subscribed", queue);
}

static void publish(const char *topic, const char *more)
{
	call("sns", "Publish",
	     arena_printf(arena, "{\"TopicArn\": \"" TOPIC "%s\", \"Message\": \"hello\"%s}", topic,
			  more));
}

/* --- tests ------------------------------------------------------------------------------------ */

#define ATTRIBUTE                                                                                  \
	", \"MessageAttributes\": {\"n\": {\"DataType\": \"Number\", \"StringValue\": \"1\"}}"

static void test_forms(void)
{
	struct json_object *got, *body;

	call("sns", "CreateTopic", "{\"Name\": \"t\"}");
	subscribe("t", "open", "");
	subscribe("t", "open-raw", "\"RawMessageDelivery\": \"true\"");
	publish("t", ATTRIBUTE);
	got = sent("open", 1);
	body = json_parse(arena, json_get_str(got, "MessageBody"), NULL);
	ok(str_is(json_get_str(body, "Type"), "Notification") &&
		   str_is(json_get_str(body, "Message"), "hello") &&
		   str_is(json_get_str(body, "TopicArn"), TOPIC "t") &&
		   str_is(json_get_str(json_get(json_get(body, "MessageAttributes"), "n"), "Type"),
			  "Number"),
	   "a queue is sent a document about the message");
	ok(json_get_str(body, "Signature").n > 300 && !json_get(got, "MessageAttributes"),
	   "which is signed and says all");
	got = sent("open-raw", 1);
	ok(str_is(json_get_str(got, "MessageBody"), "hello") &&
		   str_is(json_get_str(json_get(json_get(got, "MessageAttributes"), "n"),
				       "StringValue"),
			  "1"),
	   "or, if it wants, the message with its attributes");
}

static void test_fifo(void)
{
	struct json_object *got, *body;

	call("sns", "CreateTopic",
	     "{\"Name\": \"t.fifo\", \"Attributes\": {\"FifoTopic\": \"true\"}}");
	subscribe("t.fifo", "open.fifo", "");
	subscribe("t.fifo", "open-plain", "");
	publish("t.fifo", ", \"MessageGroupId\": \"g\", \"MessageDeduplicationId\": \"d\"");
	got = sent("open.fifo", 1);
	body = json_parse(arena, json_get_str(got, "MessageBody"), NULL);
	ok(str_is(json_get_str(got, "MessageGroupId"), "g") &&
		   str_is(json_get_str(got, "MessageDeduplicationId"), "d") &&
		   str_is(json_get_str(body, "SequenceNumber"), "10000000000000001000") &&
		   !json_get(body, "Signature"),
	   "a FIFO queue is told group, deduplication and number");
	ok(sent("open-plain", 1) && !json_get(sent("open-plain", 1), "MessageDeduplicationId"),
	   "a plain queue is not told what it could not take");
	publish("t.fifo", ", \"MessageGroupId\": \"g\", \"MessageDeduplicationId\": \"d\"");
	publish("t.fifo", ", \"MessageGroupId\": \"g\", \"MessageDeduplicationId\": \"e\"");
	got = sent("open.fifo", 2);
	ok(str_is(json_get_str(got, "MessageDeduplicationId"), "e"),
	   "what was published a moment ago is not sent again");
}

static void test_failures(void)
{
	struct json_object *got;

	call("sns", "CreateTopic", "{\"Name\": \"f\"}");
	subscribe("f", "gone",
		  "\"RedrivePolicy\": \"{\\\"deadLetterTargetArn\\\": \\\"" QUEUE
		  "open-dead\\\"}\", \"RawMessageDelivery\": \"true\"");
	publish("f", "");
	got = sent("open-dead", 1);
	ok(str_is(json_get_str(got, "MessageBody"), "hello"),
	   "what a queue that is gone should have had is a dead letter");
	subscribe("f", "closed",
		  "\"RedrivePolicy\": \"{\\\"deadLetterTargetArn\\\": \\\"" QUEUE
		  "open-dead\\\"}\"");
	publish("f", "");
	ok(sent("open-dead", 3) &&
		   !json_get(call("sqs", "Look", "{\"QueueName\": \"closed\"}"), "Last"),
	   "so is what a queue's policy does not allow");
	call("sns", "CreateTopic", "{\"Name\": \"b\"}");
	subscribe("b", "open-busy", "");
	atomic_store(&refusals, 4);
	publish("b", "");
	ok(sent("open-busy", 1), "a queue that is busy is asked again");
}

int main(void)
{
	struct aws *aws = aws_new(&(struct aws_config){
		.services = services, .region = "eu-west-1", .clock = time_now_ms });
	char *folder;

	arena = arena_new();
	folder = arena_printf(arena, "%s/immersion-queues-XXXXXX",
			      getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!ok(mkdtemp(folder), "a folder"))
		return 1;
	turns = turns_new(&(struct turns_config){ .aws = aws,
						  .accounts_dir = folder,
						  .workers = 2,
						  .create = true,
						  .clock = time_now_ms });
	turns_start(turns);
	test_forms();
	test_fifo();
	test_failures();
	turns_free(turns);
	aws_free(aws);
	folder_remove(folder);
	arena_free(arena);
	return done_testing();
}
