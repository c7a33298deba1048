#ifndef TURNS_LANE_H
#define TURNS_LANE_H

#include <pthread.h>

#include "turns/turns.h"

/*
 * The inside of turns/: a lane is one account's queue; a turn is one entry of it.
 *
 * lane.c keeps the lanes (which account has work, whose it is next, who waits for what), batch.c runs
 * what a worker took from one, reset.c empties accounts, turns.c is the outside. `lock` guards every field of a lane but `account`,
 * which belongs to the thread that has the lane (`taken`).
 */
struct turn {
	struct turn *next;
	/* Inside the transaction. FAILED: what it did is undone. */
	enum outcome (*run)(struct turn *turn, struct account *account);
	/* In the same transaction, after it was done or undone: the trail. May be NULL. */
	void (*trail)(struct turn *turn, struct account *account);
	/* After the end of the transaction; the turn must not be touched afterwards. */
	void (*finish)(struct turn *turn, bool committed);
	/* Instead of all that: works on the closed account, no transaction. May be NULL. */
	void (*alone)(struct turn *turn, const char *accounts_dir, struct str id);
	struct aws_call *call; /* of a call; NULL for other work */
	enum outcome outcome;  /* what run answered */
	bool broken;           /* the machine failed under it */
	bool writes;           /* may write */
	bool wrote;            /* has changed a row, as far as it has run */
	bool is_short;         /* fit for an HTTP thread */
	bool apart;            /* no batch has another beside it: the memory of one is enough */
	bool create;           /* make the account when it does not exist */
	bool quiet;            /* the workshop's own look: no `changed` */
	bool waited;           /* has returned WAITING before */
	int64_t wait_until;    /* while waiting */
	struct str wait_key;
};

struct lane {
	struct turns *turns;
	struct lane *next_ready;
	struct lane *next_in_bucket;
	char id[13];
	struct turn *first, *last; /* queued */
	struct turn *waiting;      /* returned WAITING; any order */
	bool ready;                /* in the list of lanes with work */
	bool taken;                /* a worker has it */
	bool known;                /* the account exists on disk */
	bool woken;                /* from outside, since its turns were taken */
	bool close;                /* the worker should close the account */
	int64_t due;               /* next job or end of a wait; INT64_MAX */
	int64_t jobs_due;          /* the next job alone, as last seen */
	int64_t emit_due; /* when what was emitted is to be delivered; INT64_MAX: nothing was */
	int64_t used;     /* last turn */
	struct account *account; /* NULL: not open */
};

enum { LANE_BUCKETS = 1024, WORKERS_MAX = 64 };

struct turns {
	struct turns_config config;
	pthread_mutex_t lock;
	pthread_cond_t work; /* a lane became ready, or stop */
	pthread_cond_t tick; /* an earlier due moment, or stop */
	struct lane *buckets[LANE_BUCKETS];
	struct lane *first_ready, *last_ready;
	struct turn *first_done, *last_done; /* committed, and yet to be finished by a worker */
	int64_t next_due;
	int idle;     /* workers that sleep */
	bool started; /* jobs may run */
	bool stop;
	pthread_t workers[WORKERS_MAX], timer;
	int worker_count;
};

/* With the lock held: the lane of an account; made when absent, or NULL then. */
struct lane *lane_get(struct turns *t, struct str id);
struct lane *lane_find(struct turns *t, struct str id);
/* With the lock held: put a turn at the end and wake a worker. */
void lane_push(struct turns *t, struct lane *lane, struct turn *turn);
/* With the lock held: this lane has something to do, turns or not. */
void lane_ready(struct turns *t, struct lane *lane);
/* With the lock held: a worker finishes this turn, which has been committed; no lane is needed for that. */
void turn_finish_later(struct turns *t, struct turn *turn);
/* With the lock held: the lane must be looked at no later than `due`. */
void lane_due(struct turns *t, struct lane *lane, int64_t due);
/* With the lock held: waiting turns that `key` wakes, or whose time has come, are queued again. */
void lane_wake(struct turns *t, struct lane *lane, struct str key);
void lane_wake_late(struct turns *t, struct lane *lane, int64_t now);
/* With the lock held: take out all turns that wait, or did and are queued again. */
struct turn *lane_take_waiting(struct lane *lane);

/* Run turns of a lane that this thread has taken, without the lock, and finish them. True when they may have written. */
bool batch_run(struct turns *t, struct lane *lane, struct turn *turns);

/* Someone who waits for a turn. */
struct waiter {
	struct turn turn; /* first */
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool finished, committed;
	bool (*work)(void *arg, struct account *account);
	void *arg;
};
/* Queue its turn and wait until that has run. */
void turn_wait(struct turns *t, struct str account, struct waiter *w);

/* Call fn for every account that has a folder. */
void turns_each(struct turns *t, void (*fn)(struct turns *t, struct str id));
/* Before anybody opens an account: where a fresh start was broken off, leave one whole account (reset.c). */
void turns_recover(struct turns *t);

/* Thread bodies; `arg` is the struct turns. */
void *turns_worker(void *arg);
void *turns_timer(void *arg);

#endif
