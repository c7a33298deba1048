/*
 * Receiving messages, and what becomes of those that were received too often.
 * From: SQS API Reference, ReceiveMessage; Developer Guide, "Amazon SQS short and long polling", "FIFO queue delivery
 * logic in Amazon SQS", "Using dead-letter queues in Amazon SQS".
 */
#include "cloud/sqs/inside.h"

#include <inttypes.h>

enum {
	BATCH = 10,
	WAIT_MAX_S = 20,
	TIMEOUT_MAX_S = 43200,
	ROUNDS = 20, /* of looking for messages, where those that are found go elsewhere */
	IN_FLIGHT_MAX = 120000,
	ATTEMPT_MS = 5 * 60000,
};

/* One receive. */
struct receiving {
	struct op *op;
	struct queue *q;
	int64_t most, timeout_ms, wait_ms;
	struct json_object *list;  /* what is handed out; NULL: nothing yet */
	struct json_object *taken; /* ids and counts of those, for who asks again */
};

static bool bad_number(struct op *op, const char *name, int64_t value, const char *reason)
{
	op_fail(op, &SqsInvalidParameter,
		"Value %" PRId64 " for parameter %s is invalid. Reason: %s", value, name, reason);
	return false;
}

static bool read_numbers(struct receiving *r)
{
	struct op *op = r->op;
	int64_t wait = op_int_or(op, "WaitTimeSeconds",
				 queue_number(r->q, "ReceiveMessageWaitTimeSeconds"));
	int64_t timeout =
		op_int_or(op, "VisibilityTimeout", queue_number(r->q, "VisibilityTimeout"));

	r->most = op_int_or(op, "MaxNumberOfMessages", 1);
	r->wait_ms = wait * 1000;
	r->timeout_ms = timeout * 1000;
	if (r->most < 1 || r->most > BATCH)
		return bad_number(op, "MaxNumberOfMessages", r->most,
				  "Must be between 1 and 10, if provided.");
	if (wait < 0 || wait > WAIT_MAX_S)
		return bad_number(op, "WaitTimeSeconds", wait,
				  "Must be >= 0 and <= 20, if provided.");
	if (timeout < 0 || timeout > TIMEOUT_MAX_S)
		return bad_number(op, "VisibilityTimeout", timeout,
				  "VisibilityTimeout must be an integer between 0 and 43200.");
	return true;
}

/* --- what is answered ------------------------------------------------------------------------ */

static bool names_it(struct json_object *names, const char *name)
{
	for (size_t i = 0; i < json_count(names); i++)
		if (str_is(json_str(json_at(names, i)), name) ||
		    str_is(json_str(json_at(names, i)), "All"))
			return true;
	return false;
}

/* What can be told of a message; the columns are those of describe(). */
static const struct system {
	const char *name;
	int column;
	enum { AS_TEXT, AS_NUMBER, AS_SEQUENCE } how;
} system_attributes[] = {
	{ "AWSTraceHeader", 4, AS_TEXT },
	{ "ApproximateFirstReceiveTimestamp", 9, AS_NUMBER },
	{ "ApproximateReceiveCount", 10, AS_NUMBER },
	{ "DeadLetterQueueSourceArn", 7, AS_TEXT },
	{ "MessageDeduplicationId", 6, AS_TEXT },
	{ "MessageGroupId", 5, AS_TEXT },
	{ "SenderId", 3, AS_TEXT },
	{ "SentTimestamp", 8, AS_NUMBER },
	{ "SequenceNumber", 11, AS_SEQUENCE },
};
enum { SYSTEM_ATTRIBUTES = sizeof(system_attributes) / sizeof(system_attributes[0]) };

static bool is_wanted(struct op *op, const char *name)
{
	return names_it(op_get(op, "AttributeNames"), name) ||
	       names_it(op_get(op, "MessageSystemAttributeNames"), name);
}

static void set_system(struct op *op, struct stmt *s, struct json_object *message)
{
	struct json_object *out = json_new_object(op->arena);

	for (size_t i = 0; i < SYSTEM_ATTRIBUTES; i++) {
		const struct system *a = &system_attributes[i];
		int64_t number = stmt_int(s, a->column);

		if (!is_wanted(op, a->name))
			continue;
		if (a->how == AS_TEXT && stmt_str(s, a->column).p)
			json_set_str(out, a->name, stmt_str(s, a->column));
		else if (a->how == AS_NUMBER)
			json_set_str(out, a->name, arena_strf(op->arena, "%" PRId64, number));
		else if (a->how == AS_SEQUENCE && number)
			json_set_str(out, a->name, fifo_print(op->arena, number));
	}
	if (json_count(out))
		json_set(message, "Attributes", json_object_get(out));
}

/* "All", ".*", a name, or "prefix.*". */
static bool is_asked_for(struct json_object *names, struct str name)
{
	for (size_t i = 0; i < json_count(names); i++) {
		struct str asked = json_str(json_at(names, i));

		if (str_is(asked, "All") || str_is(asked, ".*") || str_eq(asked, name))
			return true;
		if (str_ends(asked, STR(".*")) &&
		    str_starts(name, str_slice(asked, 0, asked.n - 2)))
			return true;
	}
	return false;
}

static void set_attributes(struct op *op, struct str text, struct json_object *message)
{
	struct json_object *all = json_parse(op->arena, text, NULL);
	struct json_object *names = op_get(op, "MessageAttributeNames");
	struct json_object *out = json_new_object(op->arena);

	if (!all || !json_count(names))
		return;
	JSON_EACH(all, key, value)
	{
		if (is_asked_for(names, str_of(key)))
			json_set(out, key, json_object_get(value));
	}
	if (!json_count(out))
		return;
	json_set_str(message, "MD5OfMessageAttributes", content_attributes_md5(op->arena, out));
	json_set(message, "MessageAttributes", json_object_get(out));
}

static void describe(struct receiving *r, int64_t id)
{
	struct op *op = r->op;
	struct json_object *message;
	struct stmt *s = db_query(op->db,
				  "SELECT m.uuid, b.body, b.attributes, m.sender, m.trace, m.grp,"
				  " m.dedup, m.source, m.sent_at, m.first_at, m.receives, m.number"
				  " FROM sqs_message m JOIN sqs_body b ON b.message = m.id"
				  " WHERE m.id = ?",
				  "i", id);

	if (!stmt_row(s))
		return;
	if (!r->list) {
		r->list = json_set_array(op->out, "Messages");
		r->taken = json_new_array(op->arena);
	}
	message = json_add_object(r->list);
	json_set_str(message, "MessageId", stmt_str(s, 0));
	json_set_str(message, "ReceiptHandle", receipt_print(op, r->q, id, stmt_int(s, 10)));
	json_set_str(message, "MD5OfBody", content_md5(op->arena, stmt_str(s, 1)));
	json_set_str(message, "Body", stmt_str(s, 1));
	set_system(op, s, message);
	set_attributes(op, stmt_str(s, 2), message);
	json_add(r->taken, json_object_new_int64(id));
	json_add(r->taken, json_object_new_int64(stmt_int(s, 10)));
	stmt_done(s);
}

static bool is_full(const struct receiving *r)
{
	return (int64_t)json_count(r->list) >= r->most;
}

/* Hand it out, from now until the time is over. */
static void take(struct receiving *r, int64_t id)
{
	struct op *op = r->op;

	db_run(op->db,
	       "UPDATE sqs_message SET visible_at = ?1 + ?2, receives = receives + 1,"
	       " first_at = coalesce(first_at, ?1), received_at = ?1 WHERE id = ?3",
	       "iii", op->now, r->timeout_ms, id);
	describe(r, id);
}

/* --- dead letters ------------------------------------------------------------------------------- */

/* A message that nobody could do anything with goes to the dead-letter queue. */
static void bury(struct op *op, const struct queue *q, struct queue *target, int64_t id)
{
	int64_t number = q->fifo ? fifo_next(op, target) : 0;

	db_run(op->db,
	       "UPDATE sqs_message SET store = ?, visible_at = ?, source = ?, number = ?,"
	       " sent_at = CASE WHEN ? THEN ? ELSE sent_at END WHERE id = ?",
	       "iisiiii", target->store, op->now, queue_arn(op, q->name), number, (int64_t)q->fifo,
	       op->now, id);
	if (q->fifo)
		db_run(op->db,
		       "INSERT OR IGNORE INTO sqs_group (store, grp, ready_at) SELECT store, grp, ?"
		       " FROM sqs_message WHERE id = ?",
		       "ii", op->now, id);
	queue_attend(op, target);
}

/* Messages that are found, and what is done with each. */
struct found {
	int64_t id[BATCH], receives[BATCH];
	size_t count;
};

/* True when some of them went to the dead-letter queue. */
static bool sort_out(struct receiving *r, const struct found *f)
{
	struct queue target;
	bool buried = false, has_target = false;

	if (r->q->max_receives && f->count)
		has_target = queue_find(r->op, r->q->dead_letter, &target);
	for (size_t i = 0; i < f->count; i++) {
		if (has_target && f->receives[i] >= r->q->max_receives) {
			bury(r->op, r->q, &target, f->id[i]);
			buried = true;
		} else {
			take(r, f->id[i]);
		}
	}
	if (buried)
		queue_tell(r->op, &target);
	return buried;
}

/* --- standard queues --------------------------------------------------------------------------- */

static void receive_standard(struct receiving *r)
{
	struct op *op = r->op;
	bool again = true;

	for (int round = 0; round < ROUNDS && again && !is_full(r); round++) {
		struct found f = { .count = 0 };
		int64_t room = r->most - (int64_t)json_count(r->list);
		struct stmt *s =
			db_query(op->db,
				 "SELECT id, receives FROM sqs_message WHERE store = ? AND"
				 " visible_at <= ? AND sent_at > ? ORDER BY visible_at,"
				 " receives, id LIMIT ?",
				 "iiii", r->q->store, op->now, queue_horizon(op, r->q), room);

		while (stmt_row(s)) {
			f.id[f.count] = stmt_int(s, 0);
			f.receives[f.count++] = stmt_int(s, 1);
		}
		/* What is not hidden at all would be found again. */
		again = sort_out(r, &f) && r->timeout_ms;
	}
}

static bool is_crowded(struct op *op, const struct queue *q)
{
	return db_int(op->db, 0,
		      "SELECT count(*) FROM (SELECT 1 FROM sqs_message WHERE store = ? AND"
		      " visible_at > ? AND receives > 0 LIMIT ?)",
		      "iii", q->store, op->now, (int64_t)IN_FLIGHT_MAX) >= IN_FLIGHT_MAX;
}

/* --- FIFO queues ---------------------------------------------------------------------------------- */

static bool receive_group(struct receiving *r, struct str group)
{
	struct op *op = r->op;
	struct found f = { .count = 0 };
	int64_t room = r->most - (int64_t)json_count(r->list);
	struct stmt *s =
		db_query(op->db,
			 "SELECT id, receives, visible_at FROM sqs_message WHERE store = ?"
			 " AND grp = ? AND number > 0 AND sent_at > ? ORDER BY number LIMIT ?",
			 "isii", r->q->store, group, queue_horizon(op, r->q), room);
	bool buried;

	while (stmt_row(s)) {
		if (stmt_int(s, 2) > op->now) {
			stmt_done(s);
			break;
		}
		f.id[f.count] = stmt_int(s, 0);
		f.receives[f.count++] = stmt_int(s, 1);
	}
	buried = sort_out(r, &f);
	group_refresh(op, r->q, group);
	return buried;
}

static void receive_fifo(struct receiving *r)
{
	struct op *op = r->op;
	bool again = true;

	for (int round = 0; round < ROUNDS && again && !is_full(r); round++) {
		struct str groups[BATCH];
		size_t count = 0;
		struct stmt *s =
			db_query(op->db,
				 "SELECT grp FROM sqs_group WHERE store = ? AND ready_at <= ?"
				 " ORDER BY ready_at LIMIT ?",
				 "iii", r->q->store, op->now, (int64_t)BATCH);

		again = false;
		while (stmt_row(s))
			groups[count++] = stmt_dup(s, 0, op->arena);
		for (size_t i = 0; i < count && !is_full(r); i++)
			again |= receive_group(r, groups[i]);
		again = again && r->timeout_ms;
	}
}

/* --- the same receive again -------------------------------------------------------------------------- */

/* Does the message still stand as that receive left it? */
static bool is_unchanged(struct receiving *r, struct json_object *taken, size_t i)
{
	return db_int(r->op->db, 0,
		      "SELECT 1 FROM sqs_message WHERE id = ? AND store = ? AND receives = ? AND"
		      " visible_at > ?",
		      "iiii", json_int_or(json_at(taken, i), 0), r->q->store,
		      json_int_or(json_at(taken, i + 1), 0), r->op->now);
}

/* Who did not get the answer of a receive asks again, and gets the same messages. */
static bool receive_again(struct receiving *r, struct str attempt)
{
	struct op *op = r->op;
	struct json_object *taken;
	struct stmt *s =
		db_query(op->db,
			 "SELECT taken FROM sqs_attempt WHERE queue = ? AND attempt = ? AND"
			 " at > ?",
			 "isi", r->q->id, attempt, op->now - ATTEMPT_MS);

	taken = stmt_row(s) ? json_parse(op->arena, stmt_str(s, 0), NULL) : NULL;
	stmt_done(s);
	for (size_t i = 0; i + 1 < json_count(taken); i += 2)
		if (!is_unchanged(r, taken, i))
			return false;
	for (size_t i = 0; i + 1 < json_count(taken); i += 2) {
		db_run(op->db, "UPDATE sqs_message SET visible_at = ? WHERE id = ?", "ii",
		       op->now + r->timeout_ms, json_int_or(json_at(taken, i), 0));
		describe(r, json_int_or(json_at(taken, i), 0));
	}
	for (size_t i = 0; i + 1 < json_count(taken); i += 2) {
		struct stmt *g = db_query(op->db, "SELECT grp FROM sqs_message WHERE id = ?", "i",
					  json_int_or(json_at(taken, i), 0));
		struct str group = stmt_row(g) ? stmt_dup(g, 0, op->arena) : STR("");

		stmt_done(g);
		group_refresh(op, r->q, group);
	}
	return json_count(taken) > 0;
}

static void remember(struct receiving *r, struct str attempt)
{
	struct op *op = r->op;

	db_run(op->db, "DELETE FROM sqs_attempt WHERE queue = ? AND at <= ?", "ii", r->q->id,
	       op->now - ATTEMPT_MS);
	db_run(op->db,
	       "INSERT OR REPLACE INTO sqs_attempt (queue, attempt, at, taken) VALUES (?, ?, ?, ?)",
	       "isis", r->q->id, attempt, op->now, json_text(op->arena, r->taken));
}

/* --- the operation ------------------------------------------------------------------------------------ */

static bool names_good(struct op *op, const char *list)
{
	struct json_object *names = op_get(op, list);

	for (size_t i = 0; i < json_count(names); i++) {
		bool known = str_is(json_str(json_at(names, i)), "All");

		for (size_t k = 0; k < SYSTEM_ATTRIBUTES && !known; k++)
			known = str_is(json_str(json_at(names, i)), system_attributes[k].name);
		if (known)
			continue;
		op_fail(op, &InvalidAttributeName, "Unknown Attribute %.*s.",
			STR_ARG(json_str(json_at(names, i))));
		return false;
	}
	return true;
}

/* Until there is something, at most until a hidden message is visible again. */
static enum outcome wait_for_more(struct receiving *r)
{
	struct op *op = r->op;
	int64_t until = op->started + r->wait_ms;
	int64_t next = db_int(op->db, INT64_MAX,
			      "SELECT min(visible_at) FROM sqs_message WHERE store = ? AND"
			      " visible_at > ?",
			      "ii", r->q->store, op->now);

	if (next && next < until)
		until = next;
	return op_wait(op, queue_key(op, r->q), until - op->started);
}

enum outcome sqs_op_receive_message(struct op *op)
{
	struct str attempt = op_str(op, "ReceiveRequestAttemptId");
	struct queue q;
	struct receiving r = { .op = op, .q = &q };

	if (!queue_get(op, &q) || !read_numbers(&r) ||
	    !id_good(op, "ReceiveRequestAttemptId", attempt) || !names_good(op, "AttributeNames") ||
	    !names_good(op, "MessageSystemAttributeNames"))
		return FAILED;
	if (!q.fifo && is_crowded(op, &q))
		return op_fail(op, &SqsOverLimit, "Too many messages in flight");
	if (!q.fifo)
		receive_standard(&r);
	else if (!attempt.n || !receive_again(&r, attempt))
		receive_fifo(&r);
	if (!r.list && op_waited(op) < r.wait_ms)
		return wait_for_more(&r);
	if (r.list && q.fifo && attempt.n)
		remember(&r, attempt);
	if (r.list)
		metric_count(op, &q, "NumberOfMessagesReceived", (double)json_count(r.list));
	else
		metric_count(op, &q, "NumberOfEmptyReceives", 1);
	return DONE;
}
