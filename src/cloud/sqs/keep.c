/*
 * What is done without anybody's call: old messages and those of queues that are gone are removed, metrics are written.
 * From: SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS".
 */
#include "cloud/sqs/inside.h"

enum { SLICE = 1000, MINUTE_MS = 60000 };

/* --- metrics -------------------------------------------------------------------------------- */

static void emit(struct op *op, const struct queue *q, const char *name, const char *unit,
		 double value)
{
	emit_metric(op, &(struct emit_metric){ .space = "AWS/SQS",
					       .name = name,
					       .unit = unit,
					       .dimensions = { { "QueueName", q->name } },
					       .value = value });
}

void metric_count(struct op *op, const struct queue *q, const char *name, double value)
{
	emit(op, q, name, "Count", value);
}

void metric_bytes(struct op *op, const struct queue *q, const char *name, double value)
{
	emit(op, q, name, "Bytes", value);
}

static void emit_gauges(struct op *op, const struct queue *q, const struct queue_counts *c)
{
	int64_t age_s = c->oldest_at ? (op->now - c->oldest_at) / 1000 : 0;

	emit(op, q, "ApproximateNumberOfMessagesVisible", "Count", (double)c->visible);
	emit(op, q, "ApproximateNumberOfMessagesNotVisible", "Count", (double)c->hidden);
	emit(op, q, "ApproximateNumberOfMessagesDelayed", "Count", (double)c->delayed);
	emit(op, q, "ApproximateAgeOfOldestMessage", "Seconds", (double)age_s);
}

static struct str key_of(struct op *op, const struct queue *q)
{
	return arena_strf(op->arena, "%lld", (long long)q->id);
}

static void again(struct op *op, int kind, const struct queue *q, int64_t due)
{
	struct str key = key_of(op, q);

	job_add(op, &sqs_jobs[kind], due, key.p, op->in);
}

/* Every minute, as long as there are messages; once more when there are none. */
enum outcome sqs_job_watch(struct op *op)
{
	struct queue_counts counts;
	struct queue q;

	if (!queue_by_id(op, op_int_or(op, "Queue", 0), &q))
		return DONE;
	queue_count(op, &q, &counts);
	emit_gauges(op, &q, &counts);
	q.watched_at = counts.oldest_at ? op->now + MINUTE_MS : 0;
	db_run(op->db, "UPDATE sqs_queue SET watched_at = ? WHERE id = ?", "ii", q.watched_at,
	       q.id);
	if (q.watched_at)
		again(op, SQS_WATCH, &q, q.watched_at);
	return DONE;
}

/* --- old messages ---------------------------------------------------------------------------- */

static void remove_message(struct op *op, int64_t id)
{
	db_run(op->db, "DELETE FROM sqs_message WHERE id = ?", "i", id);
	db_run(op->db, "DELETE FROM sqs_body WHERE message = ?", "i", id);
}

/* The ids of up to SLICE messages. */
static int64_t *read_ids(struct stmt *s, struct arena *a, size_t *count)
{
	int64_t *ids = arena_alloc(a, SLICE * sizeof(*ids));

	*count = 0;
	while (stmt_row(s))
		ids[(*count)++] = stmt_int(s, 0);
	return ids;
}

/* Up to a slice of what is too old. */
static void remove_old(struct op *op, const struct queue *q, int64_t horizon)
{
	struct str *groups = arena_alloc(op->arena, SLICE * sizeof(*groups));
	int64_t *ids = arena_alloc(op->arena, SLICE * sizeof(*ids));
	struct stmt *s = db_query(op->db,
				  "SELECT id, grp FROM sqs_message WHERE store = ? AND sent_at <= ?"
				  " ORDER BY sent_at LIMIT ?",
				  "iii", q->store, horizon, (int64_t)SLICE);
	size_t count = 0;

	while (stmt_row(s)) {
		ids[count] = stmt_int(s, 0);
		groups[count++] = stmt_dup(s, 1, op->arena);
	}
	for (size_t i = 0; i < count; i++)
		remove_message(op, ids[i]);
	for (size_t i = 0; q->fifo && i < count; i++)
		if (!i || !str_eq(groups[i], groups[i - 1]))
			group_refresh(op, q, groups[i]);
	/* What stood behind a message in flight may be received now. */
	if (q->fifo && count)
		queue_tell(op, q);
}

/* Remove what the queue has kept for long enough; it is received no more in any case. */
enum outcome sqs_job_expire(struct op *op)
{
	struct queue q;
	int64_t horizon, oldest;

	if (!queue_by_id(op, op_int_or(op, "Queue", 0), &q))
		return DONE;
	horizon = queue_horizon(op, &q);
	remove_old(op, &q, horizon);
	oldest = db_int(op->db, 0, "SELECT min(sent_at) FROM sqs_message WHERE store = ?", "i",
			q.store);
	q.expires_at = oldest ? oldest + op->now - horizon : 0;
	db_run(op->db, "UPDATE sqs_queue SET expires_at = ? WHERE id = ?", "ii", q.expires_at,
	       q.id);
	if (q.expires_at)
		again(op, SQS_EXPIRE, &q, q.expires_at > op->now ? q.expires_at : op->now);
	return DONE;
}

/* --- stores that are gone ------------------------------------------------------------------------ */

enum outcome sqs_job_drop(struct op *op)
{
	int64_t store = db_int(op->db, 0, "SELECT id FROM sqs_store WHERE dropped LIMIT 1", "");
	int64_t *ids;
	size_t count;

	if (!store)
		return DONE;
	ids = read_ids(db_query(op->db, "SELECT id FROM sqs_message WHERE store = ? LIMIT ?", "ii",
				store, (int64_t)SLICE),
		       op->arena, &count);
	for (size_t i = 0; i < count; i++)
		remove_message(op, ids[i]);
	if (count < SLICE) {
		db_run(op->db, "DELETE FROM sqs_group WHERE store = ?", "i", store);
		db_run(op->db, "DELETE FROM sqs_store WHERE id = ?", "i", store);
	}
	job_add(op, &sqs_jobs[SQS_DROP], op->now, "drop", NULL);
	return DONE;
}
