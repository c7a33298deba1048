/*
 * Room: which waiting invocation has an environment started for it next, and what has to go for that.
 *
 * What counts is the memory that environments really have, so that many small ones fit. An account may have a
 * quarter of all; when everything is taken, the account that has most loses what it does not use. Nobody starts more than a
 * few environments at once, and an account's next ones have less of the processor than its first: however many one
 * attendee asks for, the others go on.
 */
#include "base/log.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"

enum {
	GRACE_US = 10000,       /* where one is at work already, it may be free in a moment: */
	GRACE_MAX_US = 1000000, /* sooner than another would start, which nobody knows */
	FINISH_US = 200000,     /* where one has answered, it will be: sooner than another starts */
	QUEUE_US = 20 * 1000000, /* nobody waits longer for room */
	START_KB = 64 << 10,     /* what a new environment is taken to need, at most its limit */
	OVERHEAD_KB = 5 << 10,   /* of the sandbox around it */
	SHARE = 4,               /* an account's part of the memory: one in so many */
	NICE_MAX = 14,
};

/* --- sums ------------------------------------------------------------------------------------ */

static int64_t start_kb(int memory_mb)
{
	int64_t most = (int64_t)memory_mb * 1024;

	return OVERHEAD_KB + (most < START_KB ? most : START_KB);
}

static int64_t cost_kb(const struct environment *e)
{
	return telemetry_kb(e) + (e->own_kb ? e->own_kb + OVERHEAD_KB : start_kb(e->memory_mb));
}

struct usage {
	int64_t kb;
	int environments, starting;
};

/* Of one account, or with NULL of all. */
static struct usage usage_of(const char *account)
{
	struct usage u = { 0, 0, 0 };

	for (struct environment *e = pool.environments; e; e = e->next) {
		if (e->state == ENDING || (account && strcmp(e->account, account) != 0))
			continue;
		u.kb += cost_kb(e);
		u.environments++;
		u.starting += e->state == STARTING;
	}
	return u;
}

static int64_t all_kb(void)
{
	return (int64_t)pool.config.memory_mb * 1024;
}

/* --- making room ------------------------------------------------------------------------------- */

static bool can_go(const struct environment *e, const char *account)
{
	return e->state == IDLE && !e->provided && (!account || strcmp(e->account, account) == 0);
}

/* The idle environment of an account that was used least recently; or NULL. */
static struct environment *oldest_idle(const char *account)
{
	struct environment *oldest = NULL;

	for (struct environment *e = pool.environments; e; e = e->next)
		if (can_go(e, account) && (!oldest || e->used_us < oldest->used_us))
			oldest = e;
	return oldest;
}

/* Of those accounts that have something to give, the one that has most; or NULL. */
static const char *richest(void)
{
	const char *account = NULL;
	int64_t most = -1;

	for (struct environment *e = pool.environments; e; e = e->next) {
		int64_t kb;

		if (!can_go(e, NULL) || (account && strcmp(account, e->account) == 0))
			continue;
		kb = usage_of(e->account).kb;
		if (kb > most) {
			most = kb;
			account = e->account;
		}
	}
	return account;
}

static bool make_room(const char *account, int64_t kb)
{
	int64_t share = all_kb() / SHARE;
	int64_t spare = usage_of(account).environments ? 0 : all_kb() / 10;
	struct environment *e;

	while (usage_of(account).environments && usage_of(account).kb + kb > share) {
		e = oldest_idle(account);
		if (!e)
			return false;
		environment_end(e, "spindown");
	}
	while (usage_of(NULL).kb + kb > all_kb() + spare) {
		const char *victim = richest();

		if (!victim)
			return false;
		environment_end(oldest_idle(victim), "spindown");
	}
	return true;
}

void room_shrink(void)
{
	while (usage_of(NULL).kb > all_kb()) {
		const char *victim = richest();

		if (!victim)
			return;
		environment_end(oldest_idle(victim), "spindown");
	}
}

/* --- starting ------------------------------------------------------------------------------------- */

/* So many of one account. */
static int at_once(void)
{
	return pool.processors > 2 ? pool.processors : 2;
}

/* NULL when the machine cannot. */
static struct environment *start_environment(struct recipe *r, bool provided)
{
	struct arena *a = arena_new();
	struct environment *e = ARENA_NEW(a, struct environment);
	const char *why = "the machine has no descriptors left";
	struct usage u = usage_of(r->f.account);
	struct plan plan;

	*e = (struct environment){ .arena = a,
				   .recipe = r,
				   .account = r->f.account,
				   .name = r->f.name,
				   .key = r->f.key,
				   .memory_mb = r->f.memory_mb,
				   .provided = provided,
				   .started_us = time_monotonic_us() };
	if (environment_plan(a, &r->f, provided, &plan, &e->log_stream, &why)) {
		plan.niceness = u.environments < NICE_MAX ? u.environments : NICE_MAX;
		plan.extensions = r->extensions > 0;
		e->program = plan.words[0];
		e->id = sandbox_start(pool.sandboxes, &plan);
	}
	if (!e->id) {
		log_error("account %s: function %s cannot be started: %s", r->f.account, r->f.name,
			  why);
		arena_free(a);
		return NULL;
	}
	r->users++;
	buf_init(&e->lines[0], LINE_MAX_BYTES);
	buf_init(&e->lines[1], LINE_MAX_BYTES);
	buf_init(&e->init_log, LOG_MAX_BYTES);
	e->next = pool.environments;
	pool.environments = e;
	lines_init(e);
	pool_watch_until(e->started_us + INIT_TIMEOUT_US);
	return e;
}

static bool waits(const struct invocation *i)
{
	return !i->environment && !i->done;
}

/* When an environment that has answered is not expected to ask for more any longer; 0: it has not answered. */
static int64_t finishes_us(const struct environment *e)
{
	bool answered = e->state == BUSY && !e->unwanted && e->current->answered;

	return answered ? e->current->done_us + FINISH_US : 0;
}

/* Environments of a key: at work or idle, those of them that have just answered, and starting. */
struct present {
	int running, finishing, starting;
	int64_t init_us; /* what the newest that runs took to start */
	int others;      /* that want a processor now, of any key */
};

static struct present present_of(const char *key, int64_t now_us)
{
	struct present p = { 0 };

	for (struct environment *e = pool.environments; e; e = e->next) {
		p.others += e->state == STARTING || e->state == BUSY;
		if (e->state == ENDING || strcmp(e->key, key) != 0)
			continue;
		p.init_us = p.init_us ? p.init_us : e->init_us;
		*(e->state == STARTING ? &p.starting : &p.running) += 1;
		p.finishing += finishes_us(e) > now_us;
	}
	return p;
}

static int waiting_for(const char *key)
{
	int count = 0;

	for (struct invocation *i = pool.invocations; i; i = i->next)
		count += waits(i) && strcmp(i->key, key) == 0;
	return count;
}

/*
 * How long one waits for an environment that is at work: as long as a new one would take to start, which is its like's
 * time once more, and longer the more the processors have to do. So nobody waits twice as long as was needed, and a
 * machine that has too much to do is not given the starts of further environments, each as much work as a hundred small
 * events, which would then stand idle.
 */
static int64_t grace_of(const struct present *p)
{
	int64_t us = p->init_us * (pool.processors + p->others) / pool.processors;

	if (!p->running)
		return 0;
	us = us < GRACE_MAX_US ? us : GRACE_MAX_US;
	return us > GRACE_US ? us : GRACE_US;
}

/* Is it time to start an environment for this one? */
static bool is_due(const struct invocation *i, int64_t now_us)
{
	struct present p;

	if (!waits(i) || !i->recipe)
		return false;
	p = present_of(i->key, now_us);
	return now_us >= i->asked_us + grace_of(&p) &&
	       p.starting + p.finishing < waiting_for(i->key);
}

/* The next one: of the account that has least, the one that waits longest. */
static struct invocation *next_due(int64_t now_us)
{
	struct invocation *best = NULL;
	int64_t best_kb = INT64_MAX;

	if (usage_of(NULL).starting >= 2 * at_once())
		return NULL;
	for (struct invocation *i = pool.invocations; i; i = i->next) {
		struct usage u;

		if (!waits(i))
			continue;
		u = usage_of(i->account);
		if (u.starting >= at_once() || u.kb > best_kb || !is_due(i, now_us))
			continue;
		best = i;
		best_kb = u.kb;
	}
	return best;
}

void room_dispatch(int64_t now_us)
{
	struct invocation *i;

	while (pool.pending && !pool.stop && (i = next_due(now_us)))
		if (!make_room(i->account, start_kb(i->memory_mb)) ||
		    !start_environment(i->recipe, false))
			return;
}

/* When what waits past its grace has to be looked at again. */
static int64_t next_look_us(const struct invocation *i, int64_t now_us)
{
	int64_t next = i->asked_us + QUEUE_US;

	for (struct environment *e = pool.environments; e; e = e->next) {
		int64_t at = strcmp(e->key, i->key) == 0 ? finishes_us(e) : 0;

		if (at > now_us && at < next)
			next = at;
	}
	return next;
}

int64_t room_next_us(void)
{
	int64_t next = INT64_MAX, now = time_monotonic_us();

	if (!pool.pending)
		return next;
	for (struct invocation *i = pool.invocations; i; i = i->next) {
		struct present p;
		int64_t at;

		if (!waits(i))
			continue;
		p = present_of(i->key, now);
		at = i->asked_us + grace_of(&p);
		if (at <= now)
			at = next_look_us(i, now);
		next = at < next ? at : next;
	}
	return next;
}

void room_give_up(int64_t now_us)
{
	struct invocation *i, *after;

	for (i = pool.pending ? pool.invocations : NULL; i; i = after) {
		after = i->next;
		if (!waits(i) || i->asked_us + QUEUE_US > now_us ||
		    present_of(i->key, now_us).starting)
			continue;
		i->throttled = true;
		pool.pending--;
		report_throttle(i);
		pool_deliver(i);
	}
}

bool room_provide(struct recipe *r)
{
	if (usage_of(r->f.account).starting >= at_once() ||
	    !make_room(r->f.account, start_kb(r->f.memory_mb)))
		return false;
	return start_environment(r, true);
}
