/*
 * What can be set of a queue, and what is answered of it.
 * From: SQS API Reference, CreateQueue, SetQueueAttributes, GetQueueAttributes. Wordings: as public projects have
 * recorded AWS's answers.
 */
#include "cloud/sqs/inside.h"

#include <inttypes.h>

enum kind { NUMBER, CHOICE, NAME, OWN };

struct attribute {
	const char *name;
	enum kind kind;
	const char *otherwise; /* of a new queue; NULL: it has none */
	int64_t min, max;
	const char *const *choices;
	bool (*set)(struct op *op, struct queue *q, struct str text);
	bool fifo; /* of FIFO queues only */
};

static const char *const booleans[] = { "true", "false", NULL };
static const char *const scopes[] = { "queue", "messageGroup", NULL };
static const char *const limits[] = { "perQueue", "perMessageGroupId", NULL };

static const struct attribute attributes[] = {
	{ "ContentBasedDeduplication", CHOICE, "false", .choices = booleans, .fifo = true },
	{ "DeduplicationScope", CHOICE, "queue", .choices = scopes, .fifo = true },
	{ "DelaySeconds", NUMBER, "0", 0, 900 },
	{ "FifoThroughputLimit", CHOICE, "perQueue", .choices = limits, .fifo = true },
	{ "KmsDataKeyReusePeriodSeconds", NUMBER, NULL, 60, 86400 },
	{ "KmsMasterKeyId", NAME },
	{ "MaximumMessageSize", NUMBER, "1048576", 1024, 1048576 },
	{ "MessageRetentionPeriod", NUMBER, "345600", 60, 1209600 },
	{ "Policy", OWN, .set = policy_set_text },
	{ "ReceiveMessageWaitTimeSeconds", NUMBER, "0", 0, 20 },
	{ "RedriveAllowPolicy", OWN, .set = redrive_allow_set },
	{ "RedrivePolicy", OWN, .set = redrive_set },
	{ "SqsManagedSseEnabled", CHOICE, "true", .choices = booleans },
	{ "VisibilityTimeout", NUMBER, "30", 0, 43200 },
	{ NULL },
};

/* What is worked out when it is asked for. */
static const char *const counted[] = { "ApproximateNumberOfMessages",
				       "ApproximateNumberOfMessagesDelayed",
				       "ApproximateNumberOfMessagesNotVisible",
				       "CreatedTimestamp",
				       "LastModifiedTimestamp",
				       "QueueArn",
				       NULL };

static const struct attribute *find(const char *name)
{
	for (const struct attribute *a = attributes; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

static bool is_one_of(const char *const *choices, struct str text)
{
	for (; *choices; choices++)
		if (str_is(text, *choices))
			return true;
	return false;
}

struct json_object *attributes_default(struct op *op, bool fifo)
{
	struct json_object *all = json_new_object(op->arena);

	if (fifo)
		json_set_cstr(all, "FifoQueue", "true");
	for (const struct attribute *a = attributes; a->name; a++)
		if (a->otherwise && (fifo || !a->fifo))
			json_set_cstr(all, a->name, a->otherwise);
	return all;
}

/* --- setting ------------------------------------------------------------------------------- */

static bool refuse_value(struct op *op, const char *name)
{
	op_fail(op, &InvalidAttributeValue, "Invalid value for the parameter %s.", name);
	return false;
}

static bool refuse_name(struct op *op, const char *name)
{
	op_fail(op, &InvalidAttributeName, "Unknown Attribute %s.", name);
	return false;
}

/* Which kind of queue it is, is said by its name and this once. */
static bool fifo_said(struct op *op, const struct queue *q, struct str text, bool made)
{
	if (!q->fifo)
		return refuse_name(op, "FifoQueue");
	if (str_is(text, "true"))
		return true;
	if (made && !is_one_of(booleans, text))
		return refuse_value(op, "FifoQueue");
	op_fail(op, &InvalidAttributeValue,
		"Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not "
		"supported.");
	return false;
}

static bool set_one(struct op *op, struct queue *q, const struct attribute *a, struct str text)
{
	int64_t number;

	if (a->kind == OWN)
		return a->set(op, q, text);
	if (a->kind == NAME && !text.n) {
		json_object_object_del(q->attributes, a->name);
		return true;
	}
	if (a->kind == CHOICE && !is_one_of(a->choices, text))
		return refuse_value(op, a->name);
	if (a->kind == NUMBER) {
		if (!str_to_int(text, &number) || number < a->min || number > a->max)
			return refuse_value(op, a->name);
		text = arena_strf(op->arena, "%" PRId64, number);
	}
	json_set_str(q->attributes, a->name, text);
	return true;
}

/* A queue is encrypted in one way or in none. */
static bool settle_encryption(struct op *op, struct queue *q, struct json_object *given)
{
	bool key = json_get_str(given, "KmsMasterKeyId").n;
	bool own = str_is(json_get_str(given, "SqsManagedSseEnabled"), "true");

	if (key && own) {
		op_fail(op, &InvalidAttributeName,
			"You can use one type of server-side encryption (SSE) at one time. You can "
			"either enable KMS SSE or SQS SSE.");
		return false;
	}
	if (key)
		json_set_cstr(q->attributes, "SqsManagedSseEnabled", "false");
	if (own || !json_get(q->attributes, "KmsMasterKeyId")) {
		json_object_object_del(q->attributes, "KmsMasterKeyId");
		json_object_object_del(q->attributes, "KmsDataKeyReusePeriodSeconds");
	} else if (!json_get(q->attributes, "KmsDataKeyReusePeriodSeconds")) {
		json_set_cstr(q->attributes, "KmsDataKeyReusePeriodSeconds", "300");
	}
	return true;
}

static bool throughput_good(struct op *op, const struct queue *q)
{
	if (!str_is(json_get_str(q->attributes, "FifoThroughputLimit"), "perMessageGroupId") ||
	    str_is(json_get_str(q->attributes, "DeduplicationScope"), "messageGroup"))
		return true;
	op_fail(op, &InvalidAttributeValue,
		"Invalid value for the parameter FifoThroughputLimit. Reason: The "
		"perMessageGroupId value is allowed only when the value for DeduplicationScope is "
		"messageGroup.");
	return false;
}

static bool set_named(struct op *op, struct queue *q, const char *name, struct str text)
{
	const struct attribute *a = find(name);

	if (!a || (a->fifo && !q->fifo && strcmp(name, "ContentBasedDeduplication") == 0))
		return refuse_name(op, name);
	if (a->fifo && !q->fifo) {
		op_fail(op, &InvalidAttributeName,
			"You can specify the %s only when FifoQueue is set to true.", name);
		return false;
	}
	return set_one(op, q, a, text);
}

bool attributes_set(struct op *op, struct queue *q, struct json_object *given, bool made)
{
	JSON_EACH(given, key, value)
	{
		struct str text = json_str(value);
		bool fifo = strcmp(key, "FifoQueue") == 0;

		if (fifo ? !fifo_said(op, q, text, made) : !set_named(op, q, key, text))
			return false;
	}
	return settle_encryption(op, q, given) && throughput_good(op, q);
}

/* --- answering ------------------------------------------------------------------------------- */

static void set_number(struct op *op, struct json_object *out, const char *name, int64_t number)
{
	json_set_str(out, name, arena_strf(op->arena, "%" PRId64, number));
}

static void get_counts(struct op *op, const struct queue *q, struct json_object *out)
{
	struct queue_counts counts;

	queue_count(op, q, &counts);
	set_number(op, out, "ApproximateNumberOfMessages", counts.visible);
	set_number(op, out, "ApproximateNumberOfMessagesDelayed", counts.delayed);
	set_number(op, out, "ApproximateNumberOfMessagesNotVisible", counts.hidden);
}

static void get_facts(struct op *op, const struct queue *q, struct json_object *out)
{
	set_number(op, out, "CreatedTimestamp", q->created_at / 1000);
	set_number(op, out, "LastModifiedTimestamp", q->modified_at / 1000);
	json_set_str(out, "QueueArn", queue_arn(op, q->name));
}

static void get_all(struct op *op, const struct queue *q, struct json_object *out)
{
	JSON_EACH(q->attributes, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	get_counts(op, q, out);
	get_facts(op, q, out);
}

/* When the next of the messages that are hidden now is visible: for other services here, which wait for that. */
static void get_next(struct op *op, const struct queue *q, struct json_object *out)
{
	int64_t at = db_int(op->db, 0,
			    "SELECT min(visible_at) FROM sqs_message WHERE store = ? AND"
			    " visible_at > ?",
			    "ii", q->store, op->now);

	if (at)
		set_number(op, out, "NextVisibleAt", at);
}

bool attributes_get(struct op *op, const struct queue *q, struct str name, struct json_object *out)
{
	struct json_object *facts, *value;
	const char *key = arena_cstr(op->arena, name);

	if (str_is(name, "All")) {
		get_all(op, q, out);
		return true;
	}
	if (op->caller.internal && str_is(name, "NextVisibleAt")) {
		get_next(op, q, out);
		return true;
	}
	value = json_get(q->attributes, key);
	if (!value && is_one_of(counted, name)) {
		facts = json_new_object(op->arena);
		if (str_starts(name, STR("Approximate")))
			get_counts(op, q, facts);
		else
			get_facts(op, q, facts);
		value = json_get(facts, key);
	}
	if (value)
		json_set(out, key, json_object_get(value));
	else if (!find(key) && !str_is(name, "FifoQueue"))
		return refuse_name(op, key);
	return true;
}
