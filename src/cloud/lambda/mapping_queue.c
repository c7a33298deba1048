/*
 * Event source mappings of SQS queues: messages are received as the function's role, given to the function in batches,
 * and deleted when it is through with them. What it fails at is left alone: it is visible again when its time is over,
 * and its queue knows when that was too often.
 *
 * In a mapping's progress, "Batches" are the batches that the function has now, each with the "Id" of its invocation and
 * its "Messages": pairs of a message's id and its receipt handle. "Since" is when messages were seen first that wait for
 * more to fill a batch. When the server stops, batches that are out are forgotten, and their messages come again.
 *
 * From: Lambda Developer Guide, "Using Lambda with Amazon SQS", "Creating and configuring an Amazon SQS event source
 * mapping", "Handling errors for an SQS event source in Lambda".
 */
#include "aws/dispatch.h"
#include "aws/invoke.h"
#include "base/hash.h"
#include "cloud/lambda/jobs.h"
#include "cloud/lambda/mapping.h"
#include "cloud/lambda/pool.h"
#include "cloud/lambda/start.h"
#include "cloud/lambda/target.h"

enum {
	RECEIVE_MAX = 10,
	RECEIVES_MAX = 100, /* in a turn */
	BATCHES = 5,        /* at a time, unless ScalingConfig says otherwise */
	LOOK_MS = 10,
	LOOK_MAX_MS = 250,
	MISS_MS = 5000,
	PAYLOAD_MAX = 6291456,
};

/* A queue's mapping being carried on. */
struct polling {
	struct op *op;
	struct mapping *m;
	struct function f;
	struct caller as;
	struct str url;
	struct json_object *filters; /* parsed; NULL: all pass */
};

/* --- asking SQS -------------------------------------------------------------------------- */

static struct waited_call ask(struct polling *p, const char *operation, struct json_object *in)
{
	struct waiting_call call = {
		.service = "sqs", .operation = operation, .in = in, .as = &p->as
	};
	struct waited_call got;

	json_set_str(in, "QueueUrl", p->url);
	op_call_waiting(p->op, arena_cstr(p->op->arena, hash_uuid(p->op->arena)), &call, &got);
	return got;
}

/* An attribute of the queue as a number, asked for by the workshop itself; 0 when there is none. */
static int64_t attribute(struct op *op, struct str url, const char *name)
{
	struct json_object *in = json_new_object(op->arena), *out = NULL;
	int64_t number = 0;

	json_set_str(in, "QueueUrl", url);
	json_add_str(json_set_array(in, "AttributeNames"), str_of(name));
	if (aws_call(op, "sqs", "GetQueueAttributes", in, &out, NULL) == DONE)
		str_to_int(json_get_str(json_get(out, "Attributes"), name), &number);
	return number;
}

static bool become(struct polling *p)
{
	return op_assume(p->op, json_get_str(p->f.config, "Role"), "lambda.amazonaws.com",
			 "event-source-mapping", &p->as);
}

/* --- may it be read? ----------------------------------------------------------------------- */

bool mapping_is_queue(struct str source)
{
	return str_starts(source, STR("arn:aws:sqs:"));
}

static bool may(struct polling *p, const char *operation)
{
	struct op probe = *p->op;

	probe.caller = p->as;
	return authorize(&probe,
			 &(struct authorize_check){
				 .action = arena_printf(p->op->arena, "sqs:%s", operation),
				 .resource = p->m->source }) ||
	       function_refuse(p->op, &InvalidParameterValueException,
			       "The provided execution role does not have permissions to call %s "
			       "on SQS",
			       operation);
}

bool mapping_queue_probe(struct op *op, struct mapping *m, const struct function *f)
{
	struct polling p = {
		.op = op, .m = m, .f = *f, .url = target_queue_address(op, m->source)
	};
	int64_t hidden_s, timeout_s = json_int_or(json_get(f->config, "Timeout"), 3);
	struct str arn = op_arn(op, "sqs", "%s", "");

	if (!become(&p) || !may(&p, "ReceiveMessage") || !may(&p, "DeleteMessage") ||
	    !may(&p, "GetQueueAttributes"))
		return op->error ? false
				 : function_refuse(op, &InvalidParameterValueException,
						   "The provided execution role does not have "
						   "permissions to call ReceiveMessage on SQS");
	if (!str_starts(m->source, arn) || !attribute(op, p.url, "CreatedTimestamp"))
		return function_refuse(
			op, &InvalidParameterValueException,
			"Error occurred while ReceiveMessage. SQS Error Code: "
			"AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: "
			"The specified queue does not exist.");
	hidden_s = attribute(op, p.url, "VisibilityTimeout");
	return hidden_s >= timeout_s ||
	       function_refuse(
		       op, &InvalidParameterValueException,
		       "Queue visibility timeout: %lld seconds is less than Function timeout: "
		       "%lld seconds",
		       (long long)hidden_s, (long long)timeout_s);
}

/* --- records ------------------------------------------------------------------------------------ */

static void set_attributes(struct json_object *record, struct json_object *all)
{
	struct json_object *out = json_set_object(record, "messageAttributes");

	if (!all)
		return;
	JSON_EACH(all, key, value)
	{
		struct json_object *o = json_set_object(out, key);

		if (json_get(value, "StringValue"))
			json_set_str(o, "stringValue", json_get_str(value, "StringValue"));
		if (json_get(value, "BinaryValue"))
			json_set_str(o, "binaryValue", json_get_str(value, "BinaryValue"));
		json_set_array(o, "stringListValues");
		json_set_array(o, "binaryListValues");
		json_set_str(o, "dataType", json_get_str(value, "DataType"));
	}
}

static struct json_object *record_of(struct polling *p, struct json_object *message)
{
	struct json_object *o = json_new_object(p->op->arena);

	json_set_str(o, "messageId", json_get_str(message, "MessageId"));
	json_set_str(o, "receiptHandle", json_get_str(message, "ReceiptHandle"));
	json_set_str(o, "body", json_get_str(message, "Body"));
	json_set(o, "attributes", json_object_get(json_get(message, "Attributes")));
	set_attributes(o, json_get(message, "MessageAttributes"));
	json_set_str(o, "md5OfBody", json_get_str(message, "MD5OfBody"));
	if (json_get(message, "MD5OfMessageAttributes"))
		json_set_str(o, "md5OfMessageAttributes",
			     json_get_str(message, "MD5OfMessageAttributes"));
	json_set_cstr(o, "eventSource", "aws:sqs");
	json_set_str(o, "eventSourceARN", p->m->source);
	json_set_cstr(o, "awsRegion", p->op->region);
	return o;
}

/* Does one of the filters let it through? A body that is JSON is looked into. */
static bool passes(struct polling *p, struct json_object *record)
{
	struct arena *a = p->op->arena;
	struct json_object *seen, *body;

	if (!p->filters)
		return true;
	seen = json_parse(a, json_text(a, record), NULL);
	body = json_parse(a, json_get_str(record, "body"), NULL);
	if (json_is_object(body))
		json_set(seen, "body", json_object_get(body));
	return mapping_passes(p->op, p->filters, seen);
}

/* --- batches --------------------------------------------------------------------------------------- */

static struct json_object *batches(const struct mapping *m)
{
	struct json_object *all = json_get(m->progress, "Batches");

	return all ? all : json_set_array(m->progress, "Batches");
}

static void delete_one(struct polling *p, struct str handle)
{
	struct json_object *in = json_new_object(p->op->arena);

	json_set_str(in, "ReceiptHandle", handle);
	ask(p, "DeleteMessage", in);
}

static bool is_in(struct json_object *failures, struct str id)
{
	for (size_t i = 0; i < json_count(failures); i++)
		if (str_eq(json_get_str(json_at(failures, i), "itemIdentifier"), id))
			return true;
	return false;
}

/* What the function reports as failed: NULL when it does not, an empty list when nothing was; *all: everything was. */
static struct json_object *failures_of(struct polling *p, const struct pool_result *result,
				       struct json_object *messages, bool *all)
{
	struct json_object *list;
	size_t known = 0;

	*all = result->failed;
	if (result->failed || !json_count(json_get(p->m->config, "FunctionResponseTypes")))
		return NULL;
	list = json_get(json_parse(p->op->arena, result->payload, NULL), "batchItemFailures");
	for (size_t i = 0; i + 1 < json_count(messages); i += 2)
		known += is_in(list, json_str(json_at(messages, i)));
	/* Who names a message that was not in the batch has not understood: nothing of it is done. */
	*all = known != json_count(list);
	return list;
}

static void settle(struct polling *p, struct json_object *batch, const struct pool_result *result)
{
	struct json_object *messages = json_get(batch, "Messages");
	bool all;
	struct json_object *failed = failures_of(p, result, messages, &all);

	p->m->result = all || json_count(failed) ? STR("PROBLEM: Function call failed") : STR("OK");
	for (size_t i = 0; !all && i + 1 < json_count(messages); i += 2)
		if (!is_in(failed, json_str(json_at(messages, i))))
			delete_one(p, json_str(json_at(messages, i + 1)));
}

/* Look what became of the batches that are out; those that are over are taken out of the list. */
static void look(struct polling *p)
{
	struct json_object *all = batches(p->m), *left = json_object_new_array();

	for (size_t i = 0; i < json_count(all); i++) {
		struct json_object *batch = json_at(all, i);
		struct pool_result result = { .failed = false };

		switch (pool_take(json_get_str(batch, "Id"), p->op->arena, &result)) {
		case POOL_RUNNING:
			json_add(left, json_object_get(batch));
			break;
		case POOL_DONE:
			settle(p, batch, &result);
			break;
		case POOL_THROTTLED:
		case POOL_FLOWS:
		case POOL_UNKNOWN: /* the messages come again */
			break;
		}
	}
	json_set(p->m->progress, "Batches", left);
}

struct batch {
	struct json_object *records, *messages;
	size_t bytes;
	bool empty; /* there was nothing more to receive */
};

static void take(struct polling *p, struct json_object *message, struct batch *b)
{
	struct json_object *record = record_of(p, message);
	struct str handle = json_get_str(message, "ReceiptHandle");

	if (!passes(p, record)) {
		delete_one(p, handle);
		return;
	}
	b->bytes += json_text(p->op->arena, record).n + 1;
	json_add(b->records, json_object_get(record));
	json_add_str(b->messages, json_get_str(message, "MessageId"));
	json_add_str(b->messages, handle);
}

/* Receive up to a batch's messages; false when SQS does not let us. */
static bool receive(struct polling *p, int64_t most, struct batch *b)
{
	struct arena *a = p->op->arena;

	*b = (struct batch){ json_new_array(a), json_new_array(a), 0, false };
	for (int i = 0; i < RECEIVES_MAX && !b->empty; i++) {
		int64_t room = most - (int64_t)json_count(b->records);
		struct json_object *in = json_new_object(a), *messages;
		struct waited_call got;

		/* Ten more messages of a megabyte would not fit. */
		if (!room || b->bytes > PAYLOAD_MAX / 2)
			break;
		json_set_int(in, "MaxNumberOfMessages", room < RECEIVE_MAX ? room : RECEIVE_MAX);
		json_set_int(in, "WaitTimeSeconds", 0);
		json_add_str(json_set_array(in, "AttributeNames"), STR("All"));
		json_add_str(json_set_array(in, "MessageAttributeNames"), STR("All"));
		got = ask(p, "ReceiveMessage", in);
		if (got.error)
			return false;
		messages = json_get(got.out, "Messages");
		for (size_t k = 0; k < json_count(messages); k++)
			take(p, json_at(messages, k), b);
		b->empty = !json_count(messages);
	}
	return true;
}

static bool hand_out(struct polling *p, const struct batch *b)
{
	struct json_object *event = json_new_object(p->op->arena), *batch;
	struct str id = hash_uuid(p->op->arena);

	json_set(event, "Records", json_object_get(b->records));
	if (start_invocation(p->op, &p->f,
			     &(struct start){ .id = id,
					      .payload = json_text(p->op->arena, event) }) != DONE)
		return false;
	batch = json_add_object(batches(p->m));
	json_set_str(batch, "Id", id);
	json_set(batch, "Messages", json_object_get(b->messages));
	return true;
}

/* --- carrying it on --------------------------------------------------------------------------------- */

static void again(struct polling *p, int64_t due, int64_t looks, bool await)
{
	struct op *op = p->op;
	struct json_object *arg = json_new_object(op->arena);
	const char *key = arena_cstr(op->arena, p->m->uuid);

	json_set_str(arg, "UUID", p->m->uuid);
	json_set_int(arg, "Looks", looks);
	if (await)
		job_await(op, &lambda_jobs[LAMBDA_MAPPING], p->m->source, due, key, arg);
	else
		job_add(op, &lambda_jobs[LAMBDA_MAPPING], due, key, arg);
}

static void look_later(struct polling *p, bool fresh)
{
	int64_t looks = fresh ? 0 : op_int_or(p->op, "Looks", 0), wait = LOOK_MS;

	for (int64_t i = 0; i < looks && wait < LOOK_MAX_MS; i++)
		wait *= 2;
	again(p, p->op->now + (wait < LOOK_MAX_MS ? wait : LOOK_MAX_MS), looks + 1, false);
}

/* Until somebody sends something, or a hidden message comes back. */
static void rest(struct polling *p)
{
	int64_t next = attribute(p->op, p->url, "NextVisibleAt");

	again(p, next ? next : INT64_MAX, 0, true);
}

/* Does it wait for more messages? Then until *due. */
static bool waits(struct polling *p, int64_t size, int64_t *due)
{
	int64_t window_ms =
		json_int_or(json_get(p->m->config, "MaximumBatchingWindowInSeconds"), 0) * 1000;
	int64_t there, since = json_int_or(json_get(p->m->progress, "Since"), 0);

	if (!window_ms)
		return false;
	there = attribute(p->op, p->url, "ApproximateNumberOfMessages");
	if (there && !since)
		json_set_int(p->m->progress, "Since", since = p->op->now);
	*due = since + window_ms;
	return there > 0 && there < size && p->op->now < *due;
}

static int64_t most_batches(const struct polling *p)
{
	return json_int_or(json_get(json_get(p->m->config, "ScalingConfig"), "MaximumConcurrency"),
			   BATCHES);
}

/* Hand out as much as there is and as may be out at a time. */
static void poll(struct polling *p)
{
	int64_t size = json_int_or(json_get(p->m->config, "BatchSize"), RECEIVE_MAX), due = 0;
	struct batch b = { .empty = false };
	bool fresh = false;

	while (!b.empty && (int64_t)json_count(batches(p->m)) < most_batches(p)) {
		if (waits(p, size, &due)) {
			again(p, due, 0, true);
			return;
		}
		json_object_object_del(p->m->progress, "Since");
		if (!receive(p, size, &b)) {
			p->m->result =
				STR("PROBLEM: Cannot receive messages from the queue. Please "
				    "ensure that it exists and that the role can perform the "
				    "ReceiveMessage, DeleteMessage and GetQueueAttributes "
				    "Actions on it in IAM.");
			again(p, p->op->now + MISS_MS, 0, false);
			return;
		}
		if (!json_count(b.records))
			continue;
		fresh = true;
		if (!hand_out(p, &b)) {
			again(p, p->op->now + MISS_MS, 0, false);
			return;
		}
	}
	if (json_count(batches(p->m)))
		look_later(p, fresh);
	else
		rest(p);
}

void mapping_queue_run(struct op *op, struct mapping *m)
{
	struct polling p = { .op = op, .m = m, .url = target_queue_address(op, m->source) };

	p.filters = mapping_filters(op, m);
	/* What is drawn for an alias with weights is drawn for a batch. */
	op->request_id = hash_uuid(op->arena);
	if (!function_resolve(op, m->name, m->qualifier, &p.f)) {
		mapping_go(op, m, "Disabling", "Disabled");
		m->reason = STR("Function not found");
		return;
	}
	if (!become(&p)) {
		m->result = STR("PROBLEM: The function's role cannot be assumed by Lambda.");
		again(&p, op->now + MISS_MS, 0, false);
		return;
	}
	look(&p);
	if (op->now < m->settles_at)
		again(&p, m->settles_at, 0, false);
	else if (mapping_is(op, m, "Enabled") && function_is_pending(op, &p.f))
		again(&p, p.f.created_at + FUNCTION_SETTLE_MS, 0, false);
	else if (mapping_is(op, m, "Enabled"))
		poll(&p);
	else if (json_count(batches(m)))
		look_later(&p, false);
}
