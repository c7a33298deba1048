/*
 * One batch: turns of one account that share a transaction.
 *
 * Sharing is what makes writing fast: the commit is the dear part, and one
 * commit serves all. Each writing turn has a savepoint of its own, so that a failed one takes
 * nothing with it, and nobody is answered before the commit.
 */
#include "turns/lane.h"

#include "base/log.h"

/* A WAL this long is written back after the answers have gone out. */
enum { CHECKPOINT_BYTES = 16 << 20 };

static bool any_writes(const struct turn *turns)
{
	for (; turns; turns = turns->next)
		if (turns->writes)
			return true;
	return false;
}

static bool open_account(struct turns *t, struct lane *lane, const struct turn *turns)
{
	struct arena *a;
	const char *why = "";
	bool create = t->config.create;

	if (lane->account)
		return true;
	for (; turns; turns = turns->next)
		create |= turns->create;
	a = arena_new();
	lane->account = account_open(t->config.accounts_dir, str_of(lane->id),
				     aws_schemas(t->config.aws), create, a, &why);
	if (!lane->account)
		log_error("%s", why);
	arena_free(a);
	return lane->account;
}

/* Undo what a turn did; others may have written in the same transaction. */
static void undo(struct turn *turn, struct account *account, bool guarded)
{
	if (guarded) {
		db_rollback_to(account->db);
	} else if (turn->writes) {
		db_rollback(account->db);
		db_begin(account->db, true);
	}
}

/* Run one turn in the open transaction. `shared`: it is not the only one. */
static void run_one(struct turn *turn, struct account *account, bool shared)
{
	bool guarded = turn->writes && shared;

	if (guarded)
		db_savepoint(account->db);
	turn->outcome = turn->run(turn, account);
	if (db_failed(account->db)) {
		turn->outcome = FAILED;
		turn->broken = true;
	}
	if (turn->outcome == FAILED)
		undo(turn, account, guarded);
	else if (guarded)
		db_release(account->db);
	if (turn->trail && turn->outcome != WAITING && !turn->broken)
		turn->trail(turn, account);
}

/* After the end: wake, tell, answer. Turns that wait are handed back. */
static struct turn *finish_all(struct turns *t, struct lane *lane, struct turn *turns,
			       bool committed)
{
	struct turn *waiting = NULL, *next;
	bool changed = false;

	for (; turns; turns = next) {
		next = turns->next;
		if (committed && turns->call)
			for (struct op_wake *w = aws_call_op(turns->call)->wakes; w; w = w->next) {
				pthread_mutex_lock(&t->lock);
				lane_wake(t, lane, w->key);
				pthread_mutex_unlock(&t->lock);
			}
		changed |= !turns->quiet && (turns->writes || turns->outcome == FAILED);
		if (committed && turns->outcome == WAITING) {
			struct op *op = aws_call_op(turns->call);

			turns->wait_key = op->wait_key;
			turns->wait_until = op->wait_until;
			turns->next = waiting;
			waiting = turns;
			continue;
		}
		turns->finish(turns, committed && !turns->broken);
	}
	if (changed && t->config.changed)
		t->config.changed(t->config.arg, str_of(lane->id));
	return waiting;
}

struct turn *batch_run(struct turns *t, struct lane *lane, struct turn *turns)
{
	bool writing = any_writes(turns), shared = turns && turns->next, committed = false;
	struct turn *waiting;
	struct db *db;

	if (!turns)
		return NULL;
	if (turns->alone) {
		account_close(lane->account);
		lane->account = NULL;
		turns->alone(turns, t->config.accounts_dir, str_of(lane->id));
		turns->finish(turns, true);
		return NULL;
	}
	if (open_account(t, lane, turns)) {
		db = lane->account->db;
		if (db_begin(db, writing)) {
			for (struct turn *turn = turns; turn; turn = turn->next)
				run_one(turn, lane->account, shared);
			committed = db_commit(db);
		}
	}
	waiting = finish_all(t, lane, turns, committed);
	if (lane->account && db_wal_bytes(lane->account->db) > CHECKPOINT_BYTES)
		db_checkpoint(lane->account->db);
	return waiting;
}
