/*
 * One batch: turns of one account that share a transaction.
 *
 * Sharing is what makes writing fast: the commit is the dear part, and one
 * commit serves all. Each writing turn has a savepoint of its own, so that a failed one takes
 * nothing with it, and nobody is answered before the commit.
 */
#include "turns/lane.h"

#include "base/log.h"

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
	int64_t changes = db_changes_ever(account->db);

	if (guarded)
		db_savepoint(account->db);
	turn->outcome = turn->run(turn, account);
	turn->wrote |= db_changes_ever(account->db) != changes;
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

/* Those that wait go to the lane, before anybody of the same batch wakes them. Returns the others. */
static struct turn *set_aside(struct turns *t, struct lane *lane, struct turn *turns)
{
	struct turn *others = NULL, **end = &others, *next;

	pthread_mutex_lock(&t->lock);
	for (; turns; turns = next) {
		next = turns->next;
		if (turns->outcome == WAITING) {
			struct op *op = aws_call_op(turns->call);

			turns->wait_key = op->wait_key;
			/* Somebody outside may have woken it before it waited: then it looks again. */
			turns->wait_until = lane->woken ? 0 : op->wait_until;
			turns->is_short = aws_call_is_short(turns->call);
			turns->waited = true;
			turns->next = lane->waiting;
			lane->waiting = turns;
		} else {
			*end = turns;
			end = &turns->next;
		}
	}
	*end = NULL;
	/* Those that do not wait at all: woken meanwhile, or to be run again by a worker. */
	lane_wake_late(t, lane, 0);
	pthread_mutex_unlock(&t->lock);
	return others;
}

static void wake_all(struct turns *t, struct lane *lane, const struct turn *turn)
{
	pthread_mutex_lock(&t->lock);
	for (struct op_wake *w = aws_call_op(turn->call)->wakes; w; w = w->next)
		lane_wake(t, lane, w->key);
	pthread_mutex_unlock(&t->lock);
}

/* Not while the account, and an HTTP thread's connections, wait for it. */
static void finish_later(struct turns *t, struct turn *turn)
{
	pthread_mutex_lock(&t->lock);
	turn_finish_later(t, turn);
	pthread_mutex_unlock(&t->lock);
}

/* After the end of the transaction: wake, answer, tell. */
static void finish_all(struct turns *t, struct lane *lane, struct turn *turns, bool committed)
{
	bool changed = false;
	struct turn *next;

	for (; turns; turns = next) {
		next = turns->next;
		if (committed && turns->call && aws_call_op(turns->call)->wakes)
			wake_all(t, lane, turns);
		changed |= !turns->quiet && (turns->wrote || turns->outcome == FAILED);
		if (committed && !turns->broken && turns->call && aws_call_lacks(turns->call))
			finish_later(t, turns);
		else
			turns->finish(turns, committed && !turns->broken);
	}
	if (changed && t->config.changed)
		t->config.changed(t->config.arg, str_of(lane->id));
}

static bool any_waits(const struct turn *turns)
{
	for (; turns; turns = turns->next)
		if (turns->outcome == WAITING)
			return true;
	return false;
}

/*
 * The account that others wait in goes: what they have begun goes with it, so they have waited in vain. Calls that have
 * not run yet stay in the queue.
 */
static void fail_waiting(struct turns *t, struct lane *lane)
{
	struct turn *turn, *next;

	pthread_mutex_lock(&t->lock);
	turn = lane_take_waiting(lane);
	pthread_mutex_unlock(&t->lock);
	for (; turn; turn = next) {
		next = turn->next;
		turn->finish(turn, false);
	}
}

static void run_alone(struct turns *t, struct lane *lane, struct turn *turn)
{
	account_close(lane->account);
	lane->account = NULL;
	fail_waiting(t, lane);
	turn->alone(turn, t->config.accounts_dir, str_of(lane->id));
	turn->finish(turn, true);
}

bool batch_run(struct turns *t, struct lane *lane, struct turn *turns)
{
	bool writing = any_writes(turns), shared = turns && turns->next, committed = false;

	if (!turns)
		return false;
	if (turns->alone) {
		run_alone(t, lane, turns);
		return false;
	}
	if (open_account(t, lane, turns) && db_begin(lane->account->db, writing)) {
		for (struct turn *turn = turns; turn; turn = turn->next)
			run_one(turn, lane->account, shared);
		committed = db_commit(lane->account->db);
		if (!committed)
			aws_policies_forget(lane->account);
		if (committed && any_waits(turns))
			turns = set_aside(t, lane, turns);
	}
	finish_all(t, lane, turns, committed);
	return writing && lane->account;
}
