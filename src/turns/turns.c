/* Turns: the workers, the timer, and the three ways in (wire, call, work). */
#include "turns/turns.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "aws/emit.h"
#include "base/log.h"
#include "turns/lane.h"

enum {
	BATCH = 32,       /* turns that may share a transaction */
	BATCHES_HERE = 4, /* that an HTTP thread runs before its connections get their turn */
	CHECKPOINT_BYTES = 16 << 20, /* a WAL this long is written back */
	IDLE_CLOSE_MS = 10 * 60000, /* an account nobody uses is closed, if no job is due so soon */
	TIMER_MS = 60000,           /* the timer looks around at least this often */
};

/* --- workers ------------------------------------------------------------------ */

static bool comes_alone(const struct turn *turn)
{
	return turn->alone || turn->apart;
}

/* Take up to BATCH turns off the queue; one that works alone comes alone. `here`: only short ones. */
static struct turn *take(struct lane *lane, bool here)
{
	struct turn *first = lane->first, *last = first;

	if (!first)
		return NULL;
	for (int n = 1; n < BATCH && last->next && !comes_alone(last) && !comes_alone(last->next);
	     n++) {
		if (here && !last->next->is_short)
			break;
		last = last->next;
	}
	lane->first = last->next;
	if (!lane->first)
		lane->last = NULL;
	last->next = NULL;
	for (struct turn *turn = first; turn; turn = turn->next)
		if (turn->call)
			aws_call_op(turn->call)->brief = here;
	return first;
}

struct woken_by_job {
	struct turns *turns;
	struct lane *lane;
};

static void woken(void *arg, struct str key)
{
	struct woken_by_job *w = arg;

	pthread_mutex_lock(&w->turns->lock);
	lane_wake(w->turns, w->lane, key);
	pthread_mutex_unlock(&w->turns->lock);
}

static bool has_turns(struct turns *t, const struct lane *lane)
{
	bool has;

	pthread_mutex_lock(&t->lock);
	has = lane->first;
	pthread_mutex_unlock(&t->lock);
	return has;
}

/*
 * Jobs that are due, and when the next one is. A job is a change like any other. A long row of them, such as the
 * slices of a large work, lets calls that have come meanwhile pass after each one. `deliver`: what was emitted first.
 */
static int64_t run_jobs(struct turns *t, struct lane *lane, int64_t now, bool deliver)
{
	struct woken_by_job w = { t, lane };
	int64_t due;
	int ran = 0;

	if (!lane->account)
		return INT64_MAX;
	if (deliver && emit_deliver(t->config.aws, lane->account, now))
		ran++;
	while ((due = job_next_due(lane->account)) <= now && ran < BATCH &&
	       !(ran && has_turns(t, lane)) &&
	       job_run_next(t->config.aws, lane->account, now, woken, &w))
		ran++;
	if (ran && t->config.changed)
		t->config.changed(t->config.arg, str_of(lane->id));
	return due;
}

static int64_t earliest_wait(const struct lane *lane, int64_t due, bool started)
{
	if (started && lane->emit_due < due)
		due = lane->emit_due;
	for (const struct turn *turn = lane->waiting; turn; turn = turn->next)
		if (turn->wait_until < due)
			due = turn->wait_until;
	return due;
}

static void open_for_jobs(struct turns *t, struct lane *lane)
{
	struct arena *a = arena_new();
	const char *why = "";

	lane->account = account_open(t->config.accounts_dir, str_of(lane->id),
				     aws_schemas(t->config.aws), false, a, &why);
	if (!lane->account)
		log_error("%s", why);
	arena_free(a);
}

static bool wal_is_long(const struct lane *lane)
{
	return lane->account && db_wal_bytes(lane->account->db) > CHECKPOINT_BYTES;
}

/* What only a worker does, after the answers have gone out. */
static void tidy_up(struct lane *lane, bool close)
{
	if (wal_is_long(lane))
		db_checkpoint(lane->account->db);
	if (close) {
		account_close(lane->account);
		lane->account = NULL;
	}
}

/*
 * Work on a lane that was taken; the lock is held when it begins and when it ends. `here`: on an
 * HTTP thread, which leaves all that may take long to a worker.
 */
static void serve_lane(struct turns *t, struct lane *lane, bool here)
{
	int64_t now = t->config.clock(), jobs_due = lane->jobs_due;
	bool started = t->started, look = started && lane->due <= now && !here;
	bool fresh = !lane->account, close = lane->close && !here, wrote;
	bool deliver = started && lane->emit_due <= now && !here;
	struct turn *turns;

	lane_wake_late(t, lane, now);
	turns = take(lane, here);
	lane->woken = false;
	lane->close = lane->close && here;
	lane->used = turns ? now : lane->used;
	if (deliver)
		lane->emit_due = INT64_MAX;
	pthread_mutex_unlock(&t->lock);

	if (look && !lane->account)
		open_for_jobs(t, lane);
	wrote = batch_run(t, lane, turns);
	if (here && wrote)
		jobs_due = job_next_due(lane->account);
	else if (started && (wrote || look || fresh || deliver))
		jobs_due = run_jobs(t, lane, now, deliver);
	if (!here)
		tidy_up(lane, close && !turns && jobs_due > now + IDLE_CLOSE_MS);

	pthread_mutex_lock(&t->lock);
	/* What was seen before jobs could run is looked at again now that they may. */
	lane->jobs_due = t->started ? (started ? jobs_due : 0) : INT64_MAX;
	lane_due(t, lane, earliest_wait(lane, lane->jobs_due, t->started));
}

/* Done with a lane for now. With the lock held. */
static void let_go(struct turns *t, struct lane *lane)
{
	lane->taken = false;
	if (lane->first || wal_is_long(lane))
		lane_ready(t, lane);
}

static struct lane *next_lane(struct turns *t)
{
	struct lane *lane = t->first_ready;

	if (!lane)
		return NULL;
	t->first_ready = lane->next_ready;
	if (!t->first_ready)
		t->last_ready = NULL;
	lane->ready = false;
	lane->taken = true;
	return lane;
}

/* Finish the turn that has waited longest for it, if any. With the lock held. */
static bool finish_one(struct turns *t)
{
	struct turn *turn = t->first_done;

	if (!turn)
		return false;
	t->first_done = turn->next;
	if (!t->first_done)
		t->last_done = NULL;
	pthread_mutex_unlock(&t->lock);
	turn->finish(turn, true);
	pthread_mutex_lock(&t->lock);
	return true;
}

void *turns_worker(void *arg)
{
	struct turns *t = arg;
	struct lane *lane;
	bool finished;

	pthread_mutex_lock(&t->lock);
	for (;;) {
		/* One of each in turn: neither waits for all of the other. */
		finished = finish_one(t);
		lane = next_lane(t);
		if (lane) {
			serve_lane(t, lane, false);
			let_go(t, lane);
		}
		if (lane || finished)
			continue;
		if (t->stop)
			break;
		t->idle++;
		pthread_cond_wait(&t->work, &t->lock);
		t->idle--;
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

/* --- the timer ---------------------------------------------------------------- */

/* Everything that is due becomes ready; accounts nobody uses are closed. Lock held. */
static int64_t look_around(struct turns *t, int64_t now)
{
	int64_t next = now + TIMER_MS;

	for (size_t i = 0; i < LANE_BUCKETS; i++) {
		for (struct lane *lane = t->buckets[i]; lane; lane = lane->next_in_bucket) {
			if (lane->taken)
				continue; /* its worker sets a new due moment when it lets go */
			if (lane->due <= now) {
				lane_ready(t, lane);
			} else if (lane->account && lane->used + IDLE_CLOSE_MS <= now &&
				   !lane->waiting) {
				lane->close = true;
				lane_ready(t, lane);
			}
			if (lane->due > now && lane->due < next)
				next = lane->due;
		}
	}
	return next;
}

void *turns_timer(void *arg)
{
	struct turns *t = arg;

	pthread_mutex_lock(&t->lock);
	while (!t->stop) {
		int64_t now = t->config.clock(), wait;
		struct timespec until;

		t->next_due = look_around(t, now);
		wait = t->next_due - now;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += wait % 1000 * 1000000;
		until.tv_sec += wait / 1000 + until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&t->tick, &t->lock, &until);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

/* --- on HTTP threads ------------------------------------------------------------ */

/*
 * A short call of an account that nobody is at work for runs on the HTTP thread that brought it, or that woke it: handing
 * it over would cost more than the call. Short ones that come meanwhile are taken along, for a while.
 */
static bool claim(struct lane *lane)
{
	bool claimed = !lane->taken && !lane->ready && lane->account;

	lane->taken |= claimed;
	return claimed;
}

static void serve_here(struct turns *t, struct lane *lane)
{
	for (int n = 0; n < BATCHES_HERE && lane->first && lane->first->is_short; n++)
		serve_lane(t, lane, true);
	let_go(t, lane);
}

static void serve_claimed(void *arg)
{
	struct lane *lane = arg;

	pthread_mutex_lock(&lane->turns->lock);
	serve_here(lane->turns, lane);
	pthread_mutex_unlock(&lane->turns->lock);
}

void turns_wake(struct turns *t, struct str account, struct str key)
{
	struct lane *lane;
	bool claimed;

	pthread_mutex_lock(&t->lock);
	lane = lane_find(t, account);
	if (lane) {
		claimed = claim(lane);
		lane_wake(t, lane, key);
		lane->woken = true;
		if (claimed &&
		    !(lane->first && lane->first->is_short && http_after(serve_claimed, lane)))
			let_go(t, lane);
	}
	pthread_mutex_unlock(&t->lock);
}

/* Something was emitted for an account that had nothing pending. */
static void emitted(void *arg, struct str account, int64_t at)
{
	struct turns *t = arg;
	struct lane *lane;

	pthread_mutex_lock(&t->lock);
	lane = lane_get(t, account);
	if (at < lane->emit_due)
		lane->emit_due = at;
	if (at < lane->due)
		lane_due(t, lane, at);
	pthread_mutex_unlock(&t->lock);
}

/* --- life cycle ------------------------------------------------------------------ */

struct turns *turns_new(const struct turns_config *config)
{
	struct turns *t = calloc(1, sizeof(*t));
	pthread_condattr_t monotonic;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (!t)
		abort();
	t->config = *config;
	t->next_due = INT64_MAX;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->work, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&t->tick, &monotonic);
	pthread_condattr_destroy(&monotonic);
	t->worker_count = config->workers ? config->workers : processors > 2 ? (int)processors : 2;
	if (t->worker_count > WORKERS_MAX)
		t->worker_count = WORKERS_MAX;
	emit_on_due(config->aws, emitted, t);
	turns_recover(t);
	for (int i = 0; i < t->worker_count; i++)
		if (pthread_create(&t->workers[i], NULL, turns_worker, t))
			abort();
	if (pthread_create(&t->timer, NULL, turns_timer, t))
		abort();
	return t;
}

static void lane_free(struct turns *t, struct lane *lane)
{
	struct turn *turn, *next;

	for (turn = lane->waiting; turn; turn = next) {
		next = turn->next;
		turn->finish(turn, false);
	}
	if (lane->account && lane->emit_due != INT64_MAX)
		emit_deliver(t->config.aws, lane->account, t->config.clock());
	account_close(lane->account);
	free(lane);
}

void turns_free(struct turns *t)
{
	struct lane *lane, *next;

	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_broadcast(&t->work);
	pthread_cond_broadcast(&t->tick);
	pthread_mutex_unlock(&t->lock);
	for (int i = 0; i < t->worker_count; i++)
		pthread_join(t->workers[i], NULL);
	pthread_join(t->timer, NULL);
	emit_on_due(t->config.aws, NULL, NULL);
	for (size_t i = 0; i < LANE_BUCKETS; i++) {
		for (lane = t->buckets[i]; lane; lane = next) {
			next = lane->next_in_bucket;
			lane_free(t, lane);
		}
	}
	pthread_cond_destroy(&t->work);
	pthread_cond_destroy(&t->tick);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

bool turns_account_exists(void *turns, struct str id)
{
	struct turns *t = turns;

	return t->config.create ? account_id_valid(id) : turns_account_made(t, id);
}

bool turns_account_made(void *turns, struct str id)
{
	struct turns *t = turns;
	struct lane *lane;
	char path[4096];
	bool known;

	if (!account_id_valid(id))
		return false;
	pthread_mutex_lock(&t->lock);
	lane = lane_find(t, id);
	known = lane && lane->known;
	pthread_mutex_unlock(&t->lock);
	if (known)
		return true;
	snprintf(path, sizeof(path), "%s/%.*s/account.db", t->config.accounts_dir, STR_ARG(id));
	if (access(path, F_OK) < 0)
		return false; /* and no lane for it: strangers must not make us remember their guesses */
	pthread_mutex_lock(&t->lock);
	lane_get(t, id)->known = true;
	pthread_mutex_unlock(&t->lock);
	return true;
}

static void look_at(struct turns *t, struct str id)
{
	pthread_mutex_lock(&t->lock);
	lane_due(t, lane_get(t, id), 0);
	pthread_mutex_unlock(&t->lock);
}

void turns_start(struct turns *t)
{
	pthread_mutex_lock(&t->lock);
	t->started = true;
	pthread_mutex_unlock(&t->lock);
	turns_each(t, look_at);
}

/* --- the wire ------------------------------------------------------------------------ */

static enum outcome call_run(struct turn *turn, struct account *account)
{
	return aws_call_run(turn->call, account);
}

static void call_trail(struct turn *turn, struct account *account)
{
	aws_call_trail(turn->call, account);
}

static void wire_finish(struct turn *turn, bool committed)
{
	aws_call_finish(turn->call, committed);
}

enum http_outcome turns_handle(struct http_request *req, void *context)
{
	struct turns *t = context;
	struct aws_call *call = aws_accept(t->config.aws, req);
	struct lane *lane;
	struct turn *turn;
	bool here;

	if (!call)
		return HTTP_ANSWERED;
	turn = ARENA_NEW(req->arena, struct turn);
	turn->run = call_run;
	turn->trail = call_trail;
	turn->finish = wire_finish;
	turn->call = call;
	turn->writes = aws_call_writes(call);
	turn->is_short = aws_call_is_short(call);
	turn->apart = aws_call_is_heavy(call);
	turn->quiet = aws_call_looks(call);
	pthread_mutex_lock(&t->lock);
	lane = lane_get(t, aws_call_account(call));
	here = turn->is_short && claim(lane);
	lane_push(t, lane, turn);
	if (here)
		serve_here(t, lane);
	pthread_mutex_unlock(&t->lock);
	return HTTP_PARKED;
}

/* --- from threads that may block -------------------------------------------------- */

static void waiter_finish(struct turn *turn, bool committed)
{
	struct waiter *w = (struct waiter *)turn;

	if (turn->call)
		aws_call_finish(turn->call, committed);
	pthread_mutex_lock(&w->lock);
	w->committed = committed;
	w->finished = true;
	pthread_cond_signal(&w->done);
	pthread_mutex_unlock(&w->lock);
}

void turn_wait(struct turns *t, struct str account, struct waiter *w)
{
	w->turn.finish = waiter_finish;
	w->turn.quiet = true;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->done, NULL);
	pthread_mutex_lock(&t->lock);
	lane_push(t, lane_get(t, account), &w->turn);
	pthread_mutex_unlock(&t->lock);
	pthread_mutex_lock(&w->lock);
	while (!w->finished)
		pthread_cond_wait(&w->done, &w->lock);
	pthread_mutex_unlock(&w->lock);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
}

void turns_call(struct turns *t, struct arena *a, struct str account, const char *service,
		const char *operation, struct json_object *in, struct turns_answer *answer)
{
	struct waiter w = { 0 };
	struct op *op;

	*answer = (struct turns_answer){ FAILED, NULL, STR("UnknownOperationException"),
					 STR("There is no such operation.") };
	w.turn.call = aws_call_inside(t->config.aws, a, account, service, operation, in);
	if (!w.turn.call)
		return;
	w.turn.run = call_run;
	w.turn.writes = aws_call_writes(w.turn.call);
	turn_wait(t, account, &w);
	op = aws_call_op(w.turn.call);
	answer->outcome = w.turn.outcome == DONE && w.committed ? DONE : FAILED;
	answer->out = answer->outcome == DONE ? json_plain(a, op->out) : NULL;
	answer->code = op->error ? str_of(op->error->code) : STR("InternalFailure");
	answer->message = op->error ? op->error_message : STR("The account could not be read.");
}

static enum outcome work_run(struct turn *turn, struct account *account)
{
	struct waiter *w = (struct waiter *)turn;

	return w->work(w->arg, account) ? DONE : FAILED;
}

bool turns_do(struct turns *t, struct arena *a, struct str account, unsigned flags,
	      bool (*work)(void *arg, struct account *account), void *arg, const char **why)
{
	struct waiter w = { .work = work, .arg = arg };

	w.turn.run = work_run;
	w.turn.writes = flags & TURNS_WRITE;
	w.turn.create = flags & TURNS_CREATE;
	turn_wait(t, account, &w);
	if (w.committed && w.turn.outcome == DONE)
		return true;
	*why = arena_printf(a, "account %.*s could not be %s", STR_ARG(account),
			    flags & TURNS_WRITE ? "written: is the disk full?" : "read");
	return false;
}
