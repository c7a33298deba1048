/*
 * Groups, numbers and deduplication of FIFO queues.
 *
 * A group stands in sqs_group while it has messages, with the time from which its first messages may be received: while
 * any of them is in flight, none is. What is in flight are always the group's first messages, ten at most, because that is
 * what one receive gets.
 *
 * From: SQS Developer Guide, "FIFO queue delivery logic in Amazon SQS", "Exactly-once processing in Amazon SQS".
 */
#include "cloud/sqs/inside.h"

enum { BATCH = 10, DEDUP_MS = 5 * 60000, TIDY = 100, STEP = 256 };

void group_refresh(struct op *op, const struct queue *q, struct str group)
{
	int64_t first = -1, locked = 0;
	struct stmt *s = db_query(op->db,
				  "SELECT visible_at, receives FROM sqs_message WHERE store = ? AND"
				  " grp = ? AND number > 0 ORDER BY number LIMIT ?",
				  "isi", q->store, group, (int64_t)BATCH);

	while (stmt_row(s)) {
		int64_t at = stmt_int(s, 0);

		first = first < 0 ? at : first;
		if (stmt_int(s, 1) && at > op->now && at > locked)
			locked = at;
	}
	if (first < 0)
		db_run(op->db, "DELETE FROM sqs_group WHERE store = ? AND grp = ?", "is", q->store,
		       group);
	else
		db_run(op->db,
		       "INSERT INTO sqs_group (store, grp, ready_at) VALUES (?, ?, ?)"
		       " ON CONFLICT (store, grp) DO UPDATE SET ready_at = excluded.ready_at",
		       "isi", q->store, group, locked ? locked : first);
}

int64_t fifo_next(struct op *op, const struct queue *q)
{
	db_run(op->db, "UPDATE sqs_queue SET number = max(number + ?, ?) WHERE id = ?", "iii",
	       (int64_t)STEP, op->now * STEP, q->id);
	return db_int(op->db, 0, "SELECT number FROM sqs_queue WHERE id = ?", "i", q->id);
}

struct str fifo_print(struct arena *a, int64_t number)
{
	return arena_strf(a, "188%017lld", (long long)number);
}

/* --- deduplication ------------------------------------------------------------------------- */

static struct str scope_of(const struct queue *q, const struct draft *d)
{
	return str_is(json_get_str(q->attributes, "DeduplicationScope"), "messageGroup") ? d->group
											 : STR("");
}

bool dedup_find(struct op *op, const struct queue *q, const struct draft *d, struct str *uuid,
		int64_t *number)
{
	struct stmt *s = db_query(op->db,
				  "SELECT uuid, number FROM sqs_dedup WHERE queue = ? AND scope = ?"
				  " AND dedup = ? AND at > ?",
				  "issi", q->id, scope_of(q, d), d->dedup, op->now - DEDUP_MS);

	if (!stmt_row(s))
		return false;
	*uuid = stmt_dup(s, 0, op->arena);
	*number = stmt_int(s, 1);
	stmt_done(s);
	return true;
}

void dedup_add(struct op *op, const struct queue *q, const struct draft *d, struct str uuid,
	       int64_t number)
{
	db_run(op->db,
	       "DELETE FROM sqs_dedup WHERE rowid IN (SELECT rowid FROM sqs_dedup WHERE queue = ?"
	       " AND at <= ? LIMIT ?)",
	       "iii", q->id, op->now - DEDUP_MS, (int64_t)TIDY);
	db_run(op->db,
	       "INSERT OR REPLACE INTO sqs_dedup (queue, scope, dedup, at, uuid, number)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "issisi", q->id, scope_of(q, d), d->dedup, op->now, uuid, number);
}
