/*
 * Sending messages.
 * From: SQS API Reference, SendMessage, SendMessageBatch; Developer Guide, "Amazon SQS delay queues".
 */
#include "base/hash.h"
#include "cloud/sqs/inside.h"

enum { BATCH_BYTES_MAX = 1048576 };

static void answer(struct op *op, const struct draft *d, struct json_object *in, struct str uuid,
		   struct json_object *done)
{
	struct json_object *system = json_get(in, "MessageSystemAttributes");

	json_set_str(done, "MessageId", uuid);
	json_set_str(done, "MD5OfMessageBody", content_md5(op->arena, d->body));
	if (d->attributes)
		json_set_str(done, "MD5OfMessageAttributes",
			     content_attributes_md5(op->arena, d->attributes));
	if (json_count(system))
		json_set_str(done, "MD5OfMessageSystemAttributes",
			     content_attributes_md5(op->arena, system));
}

static struct str sender_of(struct op *op)
{
	return op->caller.user_id.n ? op->caller.user_id : str_of(op->account->id);
}

static void insert(struct op *op, struct queue *q, const struct draft *d, struct str uuid,
		   int64_t number)
{
	int64_t delay_s = d->delay_s == DELAY_NONE ? queue_number(q, "DelaySeconds") : d->delay_s;
	int64_t visible_at = op->now + delay_s * 1000;

	db_run(op->db,
	       "INSERT INTO sqs_message (store, number, visible_at, sent_at, uuid, sender, trace,"
	       " grp, dedup) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "iiiisssss", q->store, number, visible_at, op->now, uuid, sender_of(op), d->trace,
	       d->group, d->dedup);
	db_run(op->db, "INSERT INTO sqs_body (message, body, attributes) VALUES (?, ?, ?)", "iss",
	       db_last_id(op->db), d->body,
	       d->attributes ? json_text(op->arena, d->attributes) : STR_NONE);
	if (q->fifo)
		db_run(op->db,
		       "INSERT OR IGNORE INTO sqs_group (store, grp, ready_at) VALUES (?, ?, ?)",
		       "isi", q->store, d->group, visible_at);
	queue_attend(op, q);
}

static bool send_one(struct op *op, struct queue *q, struct json_object *in,
		     struct json_object *done)
{
	struct str uuid;
	int64_t number = 0;
	struct draft d;

	if (!draft_read(op, q, in, &d))
		return false;
	if (q->fifo && dedup_find(op, q, &d, &uuid, &number)) {
		metric_count(op, q, "NumberOfDeduplicatedSentMessages", 1);
	} else {
		uuid = hash_uuid(op->arena);
		number = q->fifo ? fifo_next(op, q) : 0;
		insert(op, q, &d, uuid, number);
		if (q->fifo)
			dedup_add(op, q, &d, uuid, number);
	}
	answer(op, &d, in, uuid, done);
	if (q->fifo)
		json_set_str(done, "SequenceNumber", fifo_print(op->arena, number));
	metric_count(op, q, "NumberOfMessagesSent", 1);
	metric_bytes(op, q, "SentMessageSize", (double)d.size);
	return true;
}

enum outcome sqs_op_send_message(struct op *op)
{
	struct queue q;

	if (!queue_get(op, &q) || !send_one(op, &q, op->in, op->out))
		return FAILED;
	queue_tell(op, &q);
	return DONE;
}

/* What a batch for a FIFO queue must say of every message. */
static bool fifo_batch_good(struct op *op, const struct queue *q)
{
	struct json_object *entries = op_get(op, "Entries");

	for (size_t i = 0; q->fifo && i < json_count(entries); i++) {
		struct json_object *entry = json_at(entries, i);

		if (!json_get(entry, "MessageDeduplicationId") &&
		    !queue_flag(q, "ContentBasedDeduplication")) {
			op_fail(op, &SqsInvalidParameter,
				"The queue should either have ContentBasedDeduplication enabled or "
				"MessageDeduplicationId provided explicitly");
			return false;
		}
		if (!json_get_str(entry, "MessageGroupId").n) {
			op_fail(op, &SqsInvalidParameter,
				"The request must contain the parameter MessageGroupId.");
			return false;
		}
	}
	return true;
}

static bool total_good(struct op *op)
{
	struct json_object *entries = op_get(op, "Entries");
	int64_t total = 0;

	for (size_t i = 0; i < json_count(entries); i++)
		total += draft_size(json_at(entries, i));
	if (total <= BATCH_BYTES_MAX)
		return true;
	op_fail(op, &BatchRequestTooLong,
		"Batch requests cannot be longer than %d bytes. You have sent %lld bytes.",
		BATCH_BYTES_MAX, (long long)total);
	return false;
}

enum outcome sqs_op_send_message_batch(struct op *op)
{
	struct queue q;

	if (!queue_get(op, &q) || !entries_good(op) || !fifo_batch_good(op, &q) || !total_good(op))
		return FAILED;
	entries_run(op, &q, send_one);
	queue_tell(op, &q);
	return DONE;
}
