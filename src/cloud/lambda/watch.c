/* The thread that watches time: environments that run too long, are idle or old, and invocations that wait too long. */
#include <time.h>

#include "base/time.h"
#include "cloud/lambda/inside.h"

enum {
	IDLE_US = 5 * 60 * 1000000, /* so long a function stays warm */
	SPARE_US = 30 * 1000000,    /* and its further environments, which a burst has left */
	LOOK_US = 1000000,
	EXIT_US = 1000000
};

/* Before its credentials expire an environment makes room for a new one. */
#define OLD_US ((int64_t)6 * 3600 * 1000000)

/* Is there another one for the same, that was used later? */
static bool is_spare(const struct environment *e)
{
	for (struct environment *o = pool.environments; o; o = o->next)
		if (o != e && (o->state == IDLE || o->state == BUSY) && o->used_us >= e->used_us &&
		    strcmp(o->key, e->key) == 0)
			return true;
	return false;
}

/* Stand still; what it printed is read all the same. When to look again. */
static int64_t look_at_idle(struct environment *e, int64_t now)
{
	int64_t until = e->used_us + IDLE_US, old = e->started_us + OLD_US;

	if (e->provided)
		until = old;
	else if (now >= e->used_us + SPARE_US && is_spare(e))
		until = now;
	if (now >= (until < old ? until : old)) {
		environment_end(e, "spindown");
		return INT64_MAX;
	}
	if (!e->frozen && now >= e->used_us + FREEZE_US) {
		e->frozen = true;
		sandbox_freeze(pool.sandboxes, e->id);
	}
	if (!e->frozen)
		return e->used_us + FREEZE_US;
	return until < old ? until : old;
}

/* Initialising for longer than ten seconds counts as running. */
static int64_t start_deadline(const struct environment *e)
{
	int64_t most_ms = 0;

	for (struct invocation *i = pool.invocations; i; i = i->next)
		if (!i->environment && !i->done && strcmp(i->key, e->key) == 0 &&
		    i->timeout_ms > most_ms)
			most_ms = i->timeout_ms;
	return e->started_us + INIT_TIMEOUT_US + most_ms * 1000;
}

static int64_t look_at_start(struct environment *e, int64_t now)
{
	int64_t due = start_deadline(e);

	if (e->init_error.p)
		due = e->started_us + e->init_us + EXIT_US;
	if (due > now)
		return due;
	if (!e->init_error.p) {
		pool_fail_init(e, STR_NONE);
		report_timeout(e);
	}
	environment_end(e, "timeout");
	return INT64_MAX;
}

static int64_t look_at_work(struct environment *e, int64_t now)
{
	if (e->current->deadline_us > now)
		return e->current->deadline_us;
	report_timeout(e);
	environment_end(e, "timeout");
	return INT64_MAX;
}

/* Do what is due; when to look again. */
static int64_t look_at(struct environment *e, int64_t now)
{
	switch (e->state) {
	case IDLE:
		return look_at_idle(e, now);
	case STARTING:
		return look_at_start(e, now);
	case BUSY:
		return look_at_work(e, now);
	case ENDING:
		break;
	}
	if (!e->kill_at_us || e->kill_at_us > now)
		return e->kill_at_us ? e->kill_at_us : INT64_MAX;
	e->kill_at_us = 0;
	sandbox_stop(pool.sandboxes, e->id);
	return INT64_MAX;
}

static int64_t look_around(int64_t now)
{
	int64_t next = now + LOOK_US, due;
	struct invocation *i, *after;

	for (struct environment *e = pool.environments; e; e = e->next) {
		due = look_at(e, now);
		next = due < next ? due : next;
	}
	for (i = pool.invocations; i; i = after) {
		after = i->next;
		if (i->forget_at_us && i->forget_at_us <= now)
			pool_abandon(i);
	}
	provide_all();
	room_dispatch(now);
	room_give_up(now);
	due = room_next_us();
	return due < next ? due : next;
}

void *pool_watch_main(void *arg)
{
	(void)arg;
	pthread_setname_np(pthread_self(), "functions");
	pthread_mutex_lock(&pool.lock);
	while (!pool.stop) {
		struct timespec until;

		pool.next_us = look_around(time_monotonic_us());
		until = (struct timespec){ pool.next_us / 1000000, pool.next_us % 1000000 * 1000 };
		pthread_cond_timedwait(&pool.tick, &pool.lock, &until);
	}
	pthread_mutex_unlock(&pool.lock);
	return NULL;
}
