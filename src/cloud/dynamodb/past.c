/* What items were; see past.h. */
#include "cloud/dynamodb/past.h"

#include "cloud/dynamodb/backup.h"
#include "cloud/dynamodb/item_walk.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

enum {
	LATEST_LAG_MS = 5 * 60 * 1000, /* the last minutes cannot be restored yet */
	PURGED_ROWS = 2000,
	PATIENCE_MS = 1000, /* between looks at whether a table still has readers */
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

struct past_range past_range(const struct op *op, struct json_object *recovery)
{
	int64_t since = json_int_or(json_get(recovery, "Since"), 0);
	int64_t days = json_int_or(json_get(recovery, "Days"), PAST_DAYS_MAX);

	return (struct past_range){ .from = later(since, (op->now - days * DAY_MS) / 1000 * 1000),
				    .to = later(since, (op->now - LATEST_LAG_MS) / 1000 * 1000) };
}

/* --- filing ------------------------------------------------------------------------- */

void past_write(struct op *op, const struct table *table, const struct item_key *key,
		const struct stored_item *old)
{
	/* Of several changes in one millisecond the first knows what was before. */
	db_run(op->db,
	       "INSERT OR IGNORE INTO dynamodb_past (table_id, hash, pk, sk, until, size, item)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?)",
	       "iibbiis", table->id, key->hash, key->pk, key->sk, op->now, (int64_t)old->size,
	       old->found ? old->text : STR_NONE);
	db_run(op->db,
	       "DELETE FROM dynamodb_past WHERE table_id = ? AND hash = ? AND pk = ? AND sk = ? AND until < ?",
	       "iibbi", table->id, key->hash, key->pk, key->sk,
	       op->now - table->past_days * DAY_MS);
}

static void promise_purge(struct op *op, int64_t table_id, int64_t until, int64_t due)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Table", table_id);
	json_set_int(arg, "Until", until);
	job_add(op, &dynamodb_jobs[DYNAMODB_JOB_PAST_PURGE], due, NULL, arg);
}

void past_close(struct op *op, const struct table *table)
{
	promise_purge(op, table->id, op->now, op->now);
}

int64_t past_delete(struct op *op, int64_t table_id, int64_t until, int64_t rows)
{
	db_run(op->db,
	       "DELETE FROM dynamodb_past WHERE (table_id, hash, pk, sk, until) IN"
	       " (SELECT table_id, hash, pk, sk, until FROM dynamodb_past WHERE table_id = ? AND until <= ? LIMIT ?)",
	       "iii", table_id, until, rows);
	return db_changes(op->db);
}

enum outcome past_purge(struct op *op)
{
	int64_t table_id = json_int_or(json_get(op->in, "Table"), 0);
	int64_t until = json_int_or(json_get(op->in, "Until"), 0);

	if (past_is_read(op, table_id))
		promise_purge(op, table_id, until, op->now + PATIENCE_MS);
	else if (past_delete(op, table_id, until, PURGED_ROWS) == PURGED_ROWS)
		promise_purge(op, table_id, until, op->now);
	return DONE;
}

/* --- restoring ------------------------------------------------------------------------ */

static void count_reader(struct op *op, int64_t table_id, int64_t step)
{
	db_run(op->db, "UPDATE dynamodb_table SET readers = readers + ? WHERE id = ?", "ii", step,
	       table_id);
}

bool past_is_read(struct op *op, int64_t table_id)
{
	return db_int(op->db, 0, "SELECT readers FROM dynamodb_table WHERE id = ?", "i", table_id) >
	       0;
}

static void promise_restore(struct op *op, int64_t from, int64_t moment, int64_t to, bool changed)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "From", from);
	json_set_int(arg, "Moment", moment);
	json_set_int(arg, "Table", to);
	json_set_bool(arg, "Changed", changed);
	job_add(op, &dynamodb_jobs[DYNAMODB_JOB_PAST_RESTORE], op->now, NULL, arg);
}

void past_start_restore(struct op *op, int64_t from, int64_t moment, int64_t to)
{
	count_reader(op, from, 1);
	promise_restore(op, from, moment, to, false);
}

enum outcome past_restore(struct op *op)
{
	int64_t from = json_int_or(json_get(op->in, "From"), 0);
	int64_t moment = json_int_or(json_get(op->in, "Moment"), 0);
	bool changed = json_bool_or(json_get(op->in, "Changed"), false);
	struct walk walk = { .source = changed ? WALK_CHANGED : WALK_UNCHANGED,
			     .id = from,
			     .moment = moment };
	int64_t to = json_int_or(json_get(op->in, "Table"), 0);

	if (!backup_fill(op, DYNAMODB_JOB_PAST_RESTORE, &walk, to))
		return DONE;
	if (!changed) {
		promise_restore(op, from, moment, to, true);
		return DONE;
	}
	backup_filled(op, to);
	count_reader(op, from, -1);
	return DONE;
}
