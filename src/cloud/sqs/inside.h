#ifndef CLOUD_SQS_INSIDE_H
#define CLOUD_SQS_INSIDE_H

#include "cloud/sqs/sqs.h"

/*
 * A queue is a row, a message is a row of the queue's store, its body another. Nothing is timed: a message is visible
 * when visible_at <= now. Receiving moves visible_at into the future and counts; a receipt handle tells the row and the
 * count, so only the newest is good. A purged queue gets another store; what is in the old one is removed slice by slice.
 *
 * Who waits for a message waits for the queue's key (queue_key()), which everything that makes one visible wakes, or for
 * the queue's ARN as a topic of jobs (job_await()).
 */

/* --- queues (queue.c) --------------------------------------------------------------------- */

struct queue {
	int64_t id, store;
	struct str name;
	bool fifo;
	int64_t created_at, modified_at;
	int64_t purged_at;  /* 0: never */
	int64_t expires_at; /* when messages are looked through for old ones; 0: there are none */
	int64_t watched_at; /* when its metrics are written next; 0: nothing is going on in it */
	struct json_object *attributes; /* what is set, as text: {"DelaySeconds": "0", ...} */
	struct str secret;              /* what its receipt handles are made with */
	struct str dead_letter;         /* the name of its dead-letter queue; absent: none */
	int64_t max_receives;           /* after which messages go there */
};

/* The queue of that name; its strings live in the arena. */
bool queue_find(struct op *op, struct str name, struct queue *out);
bool queue_by_id(struct op *op, int64_t id, struct queue *out);
/* The queue that op->in's QueueUrl means; false with the error set. */
bool queue_get(struct op *op, struct queue *out);
/* The name of the queue of this account and region that an ARN names; absent: it names none. */
struct str queue_of_arn(struct op *op, struct str arn);
/* The name that QueueUrl means, whether there is such a queue or not; absent: it is no address of ours. */
struct str queue_name_of(struct op *op);
struct str queue_url(struct op *op, struct str name);
struct str queue_arn(struct op *op, struct str name);
/* What who waits for its messages waits for. */
struct str queue_key(struct op *op, const struct queue *q);
/* Somebody may find a message in it now, or sooner than was thought. */
void queue_tell(struct op *op, const struct queue *q);
/* An attribute that is a number, in its unit; and one that is on or off. */
int64_t queue_number(const struct queue *q, const char *attribute);
bool queue_flag(const struct queue *q, const char *attribute);
/* A fresh store; and let another's messages be removed. */
int64_t store_make(struct op *op);
void store_drop(struct op *op, int64_t store);
/* Keep the attributes as they are now. */
void queue_save(struct op *op, const struct queue *q);
/* Something goes on in it: its messages are looked after and its metrics written. */
void queue_attend(struct op *op, struct queue *q);

/* The name after which a page begins ("" without one), and how many queues it may have; false with the error set. */
bool queue_page_begin(struct op *op, struct str *after, int64_t *limit);
/* Answer the addresses of the queues whose names the rows have; NextToken when there are more than `limit`. */
void queue_page(struct op *op, struct stmt *names, const char *list, int64_t limit);

/* How many messages it has: visible, received and not deleted, delayed. */
struct queue_counts {
	int64_t visible, hidden, delayed;
	int64_t oldest_at; /* 0: there are none */
};
void queue_count(struct op *op, const struct queue *q, struct queue_counts *out);
/* Before which messages are gone. */
int64_t queue_horizon(const struct op *op, const struct queue *q);

/* --- attributes (attributes.c, redrive.c, policies.c) -------------------------------------------------------- */

/* Every attribute of a new queue, before anything is set. */
struct json_object *attributes_default(struct op *op, bool fifo);
/*
 * Check `given` and set it in q; q->dead_letter and max_receives follow. `made`: the queue is being made. False with
 * the error set.
 */
bool attributes_set(struct op *op, struct queue *q, struct json_object *given, bool made);
/* Write the attribute, if the queue has it. False: there is no such attribute, with the error set. */
bool attributes_get(struct op *op, const struct queue *q, struct str name, struct json_object *out);
/* Check and set RedrivePolicy and RedriveAllowPolicy; false with the error set. */
bool redrive_set(struct op *op, struct queue *q, struct str text);
bool redrive_allow_set(struct op *op, struct queue *q, struct str text);
/* Check a queue's policy and set it; false with the error set. */
bool policy_set_text(struct op *op, struct queue *q, struct str text);
/* Policies of queues, for dispatch. */
bool sqs_any_policy(struct op *op);
bool sqs_policy_of(struct op *op, struct str arn, struct str *document);
/* Check tags; false with the error set. */
bool tags_good(struct op *op, struct json_object *tags);

/* --- messages (content.c) ------------------------------------------------------------------ */

/* What is sent: SendMessage's input, or an entry of a batch. */
#define DELAY_NONE INT64_MIN
struct draft {
	struct str body, group, dedup, trace; /* absent: none */
	struct json_object *attributes;       /* NULL: none */
	int64_t delay_s;                      /* DELAY_NONE: the queue's */
	int64_t size;
};
/* Read and check it for the queue; false with the error set. */
bool draft_read(struct op *op, const struct queue *q, struct json_object *in, struct draft *out);
/* How many bytes of a message count. */
int64_t draft_size(struct json_object *in);
/* The MD5 of a text, and of message attributes, as SQS computes them: 32 hexadecimal digits. */
struct str content_md5(struct arena *a, struct str text);
struct str content_attributes_md5(struct arena *a, struct json_object *attributes);
/* MessageGroupId and MessageDeduplicationId, and what else is like them. */
bool id_good(struct op *op, const char *name, struct str id);

/* --- receipts (receipt.c) ----------------------------------------------------------------------------- */

/* A message as receipts are about it. */
struct message {
	int64_t id, visible_at, receives, received_at;
	struct str uuid, group;
};
struct str receipt_print(struct op *op, const struct queue *q, int64_t id, int64_t receives);

enum receipt {
	RECEIPT_GOOD,
	RECEIPT_STALE, /* the message was received again, or is gone */
	RECEIPT_BAD,   /* nobody was ever given it; the error is set */
};
/* The message that a receipt handle is for. */
enum receipt receipt_read(struct op *op, const struct queue *q, struct str handle,
			  struct message *out);

/* --- groups of FIFO queues (fifo.c) ---------------------------------------------------------------- */

/* When the group's messages may be received next, from what it holds. */
void group_refresh(struct op *op, const struct queue *q, struct str group);
/* A number for the next message of the queue. */
int64_t fifo_next(struct op *op, const struct queue *q);
/* "18849..." of 20 digits. */
struct str fifo_print(struct arena *a, int64_t number);
/* Was this sent in the last five minutes? Then the first one's id and number. */
bool dedup_find(struct op *op, const struct queue *q, const struct draft *d, struct str *uuid,
		int64_t *number);
void dedup_add(struct op *op, const struct queue *q, const struct draft *d, struct str uuid,
	       int64_t number);
/* --- batches (batch.c) ------------------------------------------------------------------------------- */

/*
 * Run `one` for each entry of a batch, after the rules for batches: it fills *done, to which "Id" is added, or fails.
 * False with the error set when the batch as such is refused.
 */
bool entries_good(struct op *op);
enum outcome entries_run(struct op *op, struct queue *q,
			 bool (*one)(struct op *op, struct queue *q, struct json_object *entry,
				     struct json_object *done));

/* --- metrics (keep.c) ----------------------------------------------------------------------------- */

/* A value of the queue's, as CloudWatch gets it: so many. */
void metric_count(struct op *op, const struct queue *q, const char *name, double value);
/* So many bytes. */
void metric_bytes(struct op *op, const struct queue *q, const char *name, double value);

/* --- jobs, errors, operations -------------------------------------------------------------------------- */

enum { SQS_DROP, SQS_EXPIRE, SQS_WATCH, SQS_MOVE };
extern const struct job_kind sqs_jobs[];
/* A job: removes the messages of stores that are gone, a slice at a time. */
enum outcome sqs_job_drop(struct op *op);
/* A job: removes messages that their queue has kept for long enough. */
enum outcome sqs_job_expire(struct op *op);
/* A job: writes a queue's metrics, every minute while it has messages. */
enum outcome sqs_job_watch(struct op *op);
/* A job: carries a task on that moves messages out of a dead-letter queue. */
enum outcome sqs_job_move(struct op *op);

extern const struct aws_error QueueDoesNotExist, QueueNameExists, QueueDeletedRecently,
	InvalidAttributeName, InvalidAttributeValue, SqsInvalidParameter, SqsMissingParameter,
	InvalidMessageContents, ReceiptHandleIsInvalid, PurgeQueueInProgress, EmptyBatchRequest,
	TooManyEntriesInBatchRequest, BatchEntryIdsNotDistinct, InvalidBatchEntryId,
	BatchRequestTooLong, SqsOverLimit, SqsUnsupported, SqsNotFound;
/* "The request must contain the parameter X."; false. */
bool sqs_missing(struct op *op, const char *name);

#define SQS_OPERATIONS(X)                                                                          \
	X("AddPermission", add_permission, OP_POLICY, NULL)                                        \
	X("CancelMessageMoveTask", cancel_message_move_task, 0,                                    \
	  &sqs_cancel_message_move_task_output)                                                    \
	X("ChangeMessageVisibility", change_message_visibility, OP_DATA | OP_SHORT, NULL)          \
	X("ChangeMessageVisibilityBatch", change_message_visibility_batch, OP_DATA | OP_SHORT,     \
	  &sqs_change_message_visibility_batch_output)                                             \
	X("CreateQueue", create_queue, OP_POLICY, &sqs_create_queue_output)                        \
	X("DeleteMessage", delete_message, OP_DATA | OP_SHORT, NULL)                               \
	X("DeleteMessageBatch", delete_message_batch, OP_DATA | OP_SHORT,                          \
	  &sqs_delete_message_batch_output)                                                        \
	X("DeleteQueue", delete_queue, OP_POLICY, NULL)                                            \
	X("GetQueueAttributes", get_queue_attributes, OP_READS, &sqs_get_queue_attributes_output)  \
	X("GetQueueUrl", get_queue_url, OP_READS | OP_SHORT, &sqs_get_queue_url_output)            \
	X("ListDeadLetterSourceQueues", list_dead_letter_source_queues, OP_READS,                  \
	  &sqs_list_dead_letter_source_queues_output)                                              \
	X("ListMessageMoveTasks", list_message_move_tasks, OP_READS,                               \
	  &sqs_list_message_move_tasks_output)                                                     \
	X("ListQueueTags", list_queue_tags, OP_READS | OP_SHORT, &sqs_list_queue_tags_output)      \
	X("ListQueues", list_queues, OP_READS, &sqs_list_queues_output)                            \
	X("PurgeQueue", purge_queue, 0, NULL)                                                      \
	X("ReceiveMessage", receive_message, OP_DATA | OP_WAITS | OP_SHORT,                        \
	  &sqs_receive_message_output)                                                             \
	X("RemovePermission", remove_permission, OP_POLICY, NULL)                                  \
	X("SendMessage", send_message, OP_DATA | OP_SHORT, &sqs_send_message_output)               \
	X("SendMessageBatch", send_message_batch, OP_DATA | OP_SHORT,                              \
	  &sqs_send_message_batch_output)                                                          \
	X("SetQueueAttributes", set_queue_attributes, OP_POLICY, NULL)                             \
	X("StartMessageMoveTask", start_message_move_task, 0, &sqs_start_message_move_task_output) \
	X("TagQueue", tag_queue, 0, NULL)                                                          \
	X("UntagQueue", untag_queue, 0, NULL)

#define SQS_DECLARE(name, function, flags, output)                                                 \
	enum outcome sqs_op_##function(struct op *op);                                             \
	extern const struct shape sqs_##function;
SQS_OPERATIONS(SQS_DECLARE)
#undef SQS_DECLARE
extern const struct shape sqs_cancel_message_move_task_output,
	sqs_change_message_visibility_batch_output, sqs_create_queue_output,
	sqs_delete_message_batch_output, sqs_get_queue_attributes_output, sqs_get_queue_url_output,
	sqs_list_dead_letter_source_queues_output, sqs_list_message_move_tasks_output,
	sqs_list_queue_tags_output, sqs_list_queues_output, sqs_receive_message_output,
	sqs_send_message_output, sqs_send_message_batch_output, sqs_start_message_move_task_output;

#endif
