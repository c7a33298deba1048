/*
 * Receipt handles: which message, received for which time, under the seal of its queue; deleting messages with them, and
 * changing how long they are hidden.
 *
 * From: SQS API Reference, DeleteMessage, ChangeMessageVisibility; Developer Guide, "Amazon SQS visibility timeout".
 * Wordings: as public projects have recorded AWS's answers.
 */
#include "base/base64.h"
#include "base/hash.h"
#include "cloud/sqs/inside.h"

enum {
	HEAD = 3, /* which makes every handle begin with "AQEB" */
	FACTS = HEAD + 8 + 4,
	SEAL = 12,
	HANDLE = FACTS + SEAL,
	TIMEOUT_MAX_S = 43200,
};

/* --- handles ------------------------------------------------------------------------------- */

static void add_number(unsigned char *to, uint64_t number, int bytes)
{
	while (bytes--) {
		to[bytes] = (unsigned char)number;
		number >>= 8;
	}
}

static int64_t read_number(const unsigned char *from, int bytes)
{
	uint64_t number = 0;

	for (int i = 0; i < bytes; i++)
		number = number << 8 | from[i];
	return (int64_t)number;
}

static void seal(const struct queue *q, const unsigned char facts[static FACTS],
		 unsigned char out[static SHA256_BYTES])
{
	hash_hmac_sha256(q->secret, str_make(facts, FACTS), out);
}

struct str receipt_print(struct op *op, const struct queue *q, int64_t id, int64_t receives)
{
	unsigned char bytes[HANDLE] = { 1, 1, 1 }, sealed[SHA256_BYTES];

	add_number(bytes + HEAD, (uint64_t)id, 8);
	add_number(bytes + HEAD + 8, (uint64_t)receives, 4);
	seal(q, bytes, sealed);
	memcpy(bytes + FACTS, sealed, SEAL);
	return base64_print(op->arena, str_make(bytes, HANDLE));
}

enum receipt receipt_read(struct op *op, const struct queue *q, struct str handle,
			  struct message *out)
{
	unsigned char sealed[SHA256_BYTES];
	const unsigned char *bytes;
	struct str raw = STR("");
	struct stmt *s;

	*out = (struct message){ .id = 0 };
	bytes = base64_parse(op->arena, handle, &raw) ? (const unsigned char *)raw.p : NULL;
	if (bytes && raw.n == HANDLE)
		seal(q, bytes, sealed);
	if (!bytes || raw.n != HANDLE ||
	    !str_eq_secret(str_make(bytes + FACTS, SEAL), str_make(sealed, SEAL))) {
		op_fail(op, &ReceiptHandleIsInvalid,
			"The input receipt handle \"%.*s\" is not a valid receipt handle.",
			STR_ARG(handle));
		return RECEIPT_BAD;
	}
	s = db_query(op->db,
		     "SELECT id, visible_at, receives, received_at, uuid, grp FROM sqs_message"
		     " WHERE id = ? AND store = ?",
		     "ii", read_number(bytes + HEAD, 8), q->store);
	if (!stmt_row(s))
		return RECEIPT_STALE;
	*out = (struct message){ stmt_int(s, 0),
				 stmt_int(s, 1),
				 stmt_int(s, 2),
				 stmt_int(s, 3),
				 stmt_dup(s, 4, op->arena),
				 stmt_dup(s, 5, op->arena) };
	stmt_done(s);
	return out->receives == read_number(bytes + HEAD + 8, 4) ? RECEIPT_GOOD : RECEIPT_STALE;
}

static bool refuse(struct op *op, struct str handle, const char *reason)
{
	op_fail(op, &SqsInvalidParameter,
		"Value %.*s for parameter ReceiptHandle is invalid. Reason: %s", STR_ARG(handle),
		reason);
	return false;
}

/* --- deleting -------------------------------------------------------------------------------- */

/* With a handle that is not the newest nothing happens; in a FIFO queue that is told. */
static bool remove_one(struct op *op, struct queue *q, struct json_object *in,
		       struct json_object *done)
{
	struct str handle = json_get_str(in, "ReceiptHandle");
	struct message m;
	enum receipt how;

	(void)done;
	if (!handle.n)
		return sqs_missing(op, "ReceiptHandle");
	how = receipt_read(op, q, handle, &m);
	if (how == RECEIPT_BAD)
		return false;
	if (q->fifo && m.id && (how == RECEIPT_STALE || m.visible_at <= op->now))
		return refuse(op, handle, "The receipt handle has expired.");
	metric_count(op, q, "NumberOfMessagesDeleted", 1);
	if (how == RECEIPT_STALE)
		return true;
	db_run(op->db, "DELETE FROM sqs_message WHERE id = ?", "i", m.id);
	db_run(op->db, "DELETE FROM sqs_body WHERE message = ?", "i", m.id);
	if (!q->fifo)
		return true;
	group_refresh(op, q, m.group);
	queue_tell(op, q);
	return true;
}

enum outcome sqs_op_delete_message(struct op *op)
{
	struct queue q;

	return queue_get(op, &q) && remove_one(op, &q, op->in, op->out) ? DONE : FAILED;
}

enum outcome sqs_op_delete_message_batch(struct op *op)
{
	struct queue q;

	return queue_get(op, &q) && entries_good(op) ? entries_run(op, &q, remove_one) : FAILED;
}

/* --- hiding longer or shorter ------------------------------------------------------------------ */

static bool timeout_good(struct op *op, int64_t seconds)
{
	if (seconds >= 0 && seconds <= TIMEOUT_MAX_S)
		return true;
	op_fail(op, &SqsInvalidParameter,
		"Value %lld for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout "
		"must be an integer between 0 and %d.",
		(long long)seconds, TIMEOUT_MAX_S);
	return false;
}

static bool total_good(struct op *op, const struct message *m, int64_t seconds)
{
	if (op->now + seconds * 1000 <= m->received_at + TIMEOUT_MAX_S * INT64_C(1000))
		return true;
	op_fail(op, &SqsInvalidParameter,
		"Value %lld for parameter VisibilityTimeout is invalid. Reason: Total "
		"VisibilityTimeout for the message is beyond the limit [%d seconds].",
		(long long)seconds, TIMEOUT_MAX_S);
	return false;
}

static bool change_one(struct op *op, struct queue *q, struct json_object *in,
		       struct json_object *done)
{
	struct str handle = json_get_str(in, "ReceiptHandle");
	int64_t seconds = json_int_or(json_get(in, "VisibilityTimeout"), 0);
	struct message m;
	enum receipt how;

	(void)done;
	if (!handle.n)
		return sqs_missing(op, "ReceiptHandle");
	if (!json_get(in, "VisibilityTimeout"))
		return sqs_missing(op, "VisibilityTimeout");
	if (!timeout_good(op, seconds))
		return false;
	how = receipt_read(op, q, handle, &m);
	if (how == RECEIPT_BAD)
		return false;
	if (how == RECEIPT_STALE || (q->fifo && m.visible_at <= op->now))
		return refuse(op, handle,
			      "Message does not exist or is not available for visibility timeout "
			      "change.");
	if (!total_good(op, &m, seconds))
		return false;
	db_run(op->db, "UPDATE sqs_message SET visible_at = ? WHERE id = ?", "ii",
	       op->now + seconds * 1000, m.id);
	if (q->fifo)
		group_refresh(op, q, m.group);
	queue_tell(op, q);
	return true;
}

enum outcome sqs_op_change_message_visibility(struct op *op)
{
	struct queue q;

	return queue_get(op, &q) && change_one(op, &q, op->in, op->out) ? DONE : FAILED;
}

enum outcome sqs_op_change_message_visibility_batch(struct op *op)
{
	struct queue q;

	return queue_get(op, &q) && entries_good(op) ? entries_run(op, &q, change_one) : FAILED;
}
