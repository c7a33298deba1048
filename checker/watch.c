/*
 * The watch; see watch.h.
 *
 * One lock guards everything but the judging itself. An account is idle, waiting (in the queue, by due time), or
 * running; dirty while running means that it goes back into the queue at the end.
 */
#include "checker/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/fnv.h"
#include "base/log.h"
#include "base/time.h"

#define THREADS_MAX  64
#define BUCKETS      1024
/* How often the checks' files are looked at when nothing else happens. */
#define LOOK_MS      1000
/* Judging takes no more than one part in so many of an account's time, and keeps nobody waiting longer than this. */
#define PARTS        20
#define PAUSE_MAX_US 1000000
/* Doublings of the pause. */
#define STEADY_MAX   6
/* All accounts together: each thread has the processor for no more than one part in so many of the time. */
#define THREAD_PARTS 8

/* The checks as read at one time; freed with the last judging that uses them. */
struct checks_set {
	struct arena *arena;
	struct lab_checks *labs;
	size_t count;
	int users;
	struct checks_set
		*older; /* whose labs stand in for those with mistakes; holds a use of it */
};

/* A check that was green once. */
struct green {
	char *lab, *id;
	int64_t at; /* when it was first; 0: nobody has noted it */
	struct green *next;
};

struct watched {
	char account[13];
	bool dirty, waiting, running;
	bool recalled;          /* what was green in an earlier life of the server is known */
	int64_t due_us;         /* when waiting */
	int64_t began_us;       /* of the last judging */
	int64_t took_us;        /* the same */
	int steady;             /* judgings in a row that came at once and said nothing new */
	struct green *greens;   /* touched only by who runs it */
	struct watched *next;   /* in its bucket */
	struct watched *behind; /* in the queue */
};

struct watch {
	struct watch_config config;
	pthread_mutex_t lock;
	pthread_cond_t work; /* something is due, or we stop */
	pthread_cond_t done; /* a judging ended */
	struct watched *buckets[BUCKETS];
	struct watched *queue; /* by due time */
	struct checks_set *checks;
	uint64_t version;  /* of the tree, as last read */
	bool reading;      /* somebody reads the tree just now */
	int64_t looked_us; /* when the tree's version was last asked for */
	bool stop;
	int threads;
	pthread_t thread[THREADS_MAX];
};

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

/* --- the checks, read again when they change ------------------------------------- */

static void complain(void *arg, const char *file, int line, const char *what)
{
	(void)arg;
	log_warn("%s:%d: %s", file, line, what);
}

/* Under the lock, or alone. */
static void set_release(struct checks_set *set)
{
	while (set && --set->users == 0) {
		struct checks_set *older = set->older;

		arena_free(set->arena);
		free(set);
		set = older;
	}
}

static const struct lab_checks *set_find(const struct checks_set *set, struct str lab)
{
	for (size_t i = 0; set && i < set->count; i++) {
		if (str_eq(set->labs[i].lab, lab))
			return &set->labs[i];
	}
	return NULL;
}

/* A lab with a mistake is not in the new set, though its file is there: keep what the old one says. */
static void keep_old_labs(struct files *labs, struct checks_set *set, struct checks_set *old)
{
	struct lab_checks *all =
		arena_alloc(set->arena, (set->count + old->count + 1) * sizeof(*all));

	if (set->count)
		memcpy(all, set->labs, set->count * sizeof(*all));
	set->labs = all;
	for (size_t i = 0; i < old->count; i++) {
		const struct lab_checks *lab = &old->labs[i];
		struct str path = arena_strf(set->arena, "%.*s/checks.yaml", STR_ARG(lab->lab));

		if (set_find(set, lab->lab) || !files_read(labs, set->arena, path).p)
			continue;
		all[set->count++] = *lab;
		set->older = old;
	}
}

static struct checks_set *read_set(struct files *labs, struct checks_set *old)
{
	struct checks_set *set = must(calloc(1, sizeof(*set)));

	set->arena = arena_new();
	set->users = 1;
	if (!checks_read(labs, set->arena, &set->labs, &set->count, complain, NULL) && old)
		keep_old_labs(labs, set, old);
	return set;
}

static void mark(struct watch *w, struct watched *a);

/* Under the lock, which is let go while files are read: one thread reads, the others go on with the old checks. */
static void look_at_files(struct watch *w)
{
	struct checks_set *old = w->checks, *set;
	uint64_t version;

	if (w->reading)
		return;
	w->reading = true;
	pthread_mutex_unlock(&w->lock);
	version = files_version(w->config.labs);
	set = old && version == w->version ? NULL : read_set(w->config.labs, old);
	pthread_mutex_lock(&w->lock);
	w->reading = false;
	w->looked_us = time_monotonic_us();
	if (!set)
		return;
	w->version = version;
	w->checks = set;
	if (set->older)
		set->older->users++;
	set_release(old);
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct watched *a = w->buckets[i]; a; a = a->next)
			mark(w, a);
	}
}

/* --- accounts ---------------------------------------------------------------------- */

static struct watched *find(struct watch *w, struct str account)
{
	uint64_t hash = fnv_add(FNV_BEGIN, account.p, account.n);
	struct watched **bucket = &w->buckets[hash % BUCKETS], *a;

	for (a = *bucket; a; a = a->next) {
		if (str_is(account, a->account))
			return a;
	}
	a = must(calloc(1, sizeof(*a)));
	memcpy(a->account, account.p, account.n < 12 ? account.n : 12);
	/* Never judged: due at once. */
	a->began_us = INT64_MIN / 2;
	a->next = *bucket;
	*bucket = a;
	return a;
}

/* How long after the beginning of a judging the next may begin. */
static int64_t pause_us(const struct watch *w, const struct watched *a)
{
	int64_t least = w->config.pause_ms * 1000LL, fair = a->took_us * PARTS;
	int64_t pause = (fair > least ? fair : least) << a->steady;

	if (pause > PAUSE_MAX_US)
		pause = PAUSE_MAX_US;
	return pause > least ? pause : least;
}

/*
 * Somebody rides and rides, and each ride is a change, but no step of a lab: after each judging that says nothing new the
 * pause is twice as long, until the account does something else or comes to rest.
 */
static void note_steady(struct watched *a, bool news, bool at_once)
{
	a->steady = news || !at_once ? 0 : a->steady < STEADY_MAX ? a->steady + 1 : STEADY_MAX;
}

static void enqueue(struct watch *w, struct watched *a)
{
	struct watched **at = &w->queue;
	int64_t now = time_monotonic_us(), earliest = a->began_us + pause_us(w, a);

	a->due_us = now > earliest ? now : earliest;
	a->waiting = true;
	while (*at && (*at)->due_us <= a->due_us)
		at = &(*at)->behind;
	a->behind = *at;
	*at = a;
	/* All of them: a thread that waits for a later one must look at the clock again. */
	pthread_cond_broadcast(&w->work);
}

static void dequeue(struct watch *w, struct watched *a)
{
	struct watched **at = &w->queue;

	while (*at != a)
		at = &(*at)->behind;
	*at = a->behind;
	a->waiting = false;
}

static void mark(struct watch *w, struct watched *a)
{
	a->dirty = true;
	if (!a->waiting && !a->running)
		enqueue(w, a);
}

/* --- judging, without the lock ------------------------------------------------------- */

struct judging {
	struct watch *watch;
	struct watched *account;
};

static void call_account(void *arg, struct arena *a, struct str service, struct str operation,
			 struct json_object *in, struct check_answer *answer)
{
	const struct judging *judging = arg;
	const struct watch_config *config = &judging->watch->config;

	config->call(config->arg, a, str_of(judging->account->account), service, operation, in,
		     answer);
}

static struct json_object *read_trail(void *arg, struct arena *a, int limit)
{
	const struct judging *judging = arg;
	const struct watch_config *config = &judging->watch->config;

	return config->trail(config->arg, a, str_of(judging->account->account), limit);
}

static struct green **find_green(struct watched *a, struct str lab, struct str id)
{
	struct green **at = &a->greens;

	while (*at && !(str_is(lab, (*at)->lab) && str_is(id, (*at)->id)))
		at = &(*at)->next;
	return at;
}

/* Remember it from now on, with the moment of the first time it is told. */
static const struct green *remember_green(struct watched *a, struct str lab, struct str id,
					  int64_t at)
{
	struct green **green = find_green(a, lab, id);

	if (*green)
		return *green;
	*green = must(calloc(1, sizeof(**green)));
	(*green)->lab = must(strndup(lab.p, lab.n));
	(*green)->id = must(strndup(id.p, id.n));
	(*green)->at = at;
	return *green;
}

static bool was_green(void *arg, struct str lab, struct str id)
{
	const struct judging *judging = arg;

	return *find_green(judging->account, lab, id);
}

/* What earlier verdicts say was done, also before the server was last started. */
static void recall(struct watch *w, struct watched *a, struct arena *arena, struct str lab)
{
	struct str text = w->config.published ? w->config.published(w->config.arg, arena,
								    str_of(a->account), lab)
					      : STR_NONE;
	struct json_object *list =
		text.p ? json_get(json_parse(arena, text, NULL), "checks") : NULL;

	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *one = json_at(list, i);

		if (json_bool_or(json_get(one, "done"), false) ||
		    str_is(json_get_str(one, "state"), "green"))
			remember_green(a, lab, json_get_str(one, "id"),
				       json_int_or(json_get(one, "doneAt"), 0));
	}
}

static void recall_all(struct watch *w, struct watched *a, const struct checks_set *set)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < set->count; i++)
		recall(w, a, arena, set->labs[i].lab);
	a->recalled = true;
	arena_free(arena);
}

/* Remember what is green, and since when; say so where something was and is not any more. */
static void compare_with_before(struct watched *a, struct arena *arena, struct str lab,
				struct json_object *verdicts, int64_t now)
{
	struct json_object *list = json_get(verdicts, "checks");
	const struct green *green;

	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *one = json_at(list, i);
		struct str id = json_get_str(one, "id");

		if (str_is(json_get_str(one, "state"), "green"))
			remember_green(a, lab, id, now);
		else if (*find_green(a, lab, id))
			json_set_str(one, "message",
				     arena_strf(arena, "This was green before. %.*s",
						STR_ARG(json_get_str(one, "message"))));
		green = *find_green(a, lab, id);
		if (green && green->at)
			json_set_int(one, "doneAt", green->at);
	}
}

/* Is something of it new? */
static bool judge_one(struct watch *w, struct watched *account, const struct lab_checks *lab)
{
	const struct watch_config *config = &w->config;
	struct judging judging = { w, account };
	struct check_caller caller = {
		.call = call_account,
		.trail = config->trail ? read_trail : NULL,
		.done = was_green,
		.arg = &judging,
		.account = str_of(account->account),
		.region = str_of(config->region),
		.endpoint = str_of(config->endpoint),
		.now = config->clock(),
	};
	struct arena *a = arena_new();
	struct json_object *verdicts = judge_lab(lab, &caller, a);
	bool news;

	compare_with_before(account, a, lab->lab, verdicts, caller.now);
	news = config->publish(config->arg, caller.account, lab->lab, json_text(a, verdicts));
	arena_free(a);
	return news;
}

/* Under the lock: judge all labs or one, with the lock let go. The account must not be running. */
static void run(struct watch *w, struct watched *account, struct str only)
{
	struct checks_set *set = w->checks;
	int64_t before_us = account->began_us;
	bool news = false;

	account->running = true;
	account->began_us = time_monotonic_us();
	if (!only.p)
		account->dirty = false;
	set->users++;
	pthread_mutex_unlock(&w->lock);
	if (!account->recalled)
		recall_all(w, account, set);
	for (size_t i = 0; i < set->count; i++) {
		if (!only.p || str_eq(only, set->labs[i].lab))
			news |= judge_one(w, account, &set->labs[i]);
	}
	pthread_mutex_lock(&w->lock);
	set_release(set);
	if (!only.p)
		note_steady(account, news,
			    account->began_us - before_us <= 2 * pause_us(w, account));
	account->running = false;
	account->took_us = time_monotonic_us() - account->began_us;
	if (account->dirty && !account->waiting && !w->stop)
		enqueue(w, account);
	pthread_cond_broadcast(&w->done);
}

/* --- the threads --------------------------------------------------------------------------- */

static void wait_until(struct watch *w, int64_t until_us)
{
	struct timespec at = { until_us / 1000000, until_us % 1000000 * 1000 };

	pthread_cond_timedwait(&w->work, &w->lock, &at);
}

/* Wait for work until the next account is due or the files want to be looked at. */
static void wait_for_work(struct watch *w, int64_t now_us)
{
	int64_t until_us = w->looked_us + LOOK_MS * 1000LL;

	if (w->queue && w->queue->due_us < until_us)
		until_us = w->queue->due_us;
	wait_until(w, until_us > now_us ? until_us : now_us + LOOK_MS * 1000LL);
}

static int64_t thread_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* Judge, and leave the processor to those who are judged: a judging may wait, which costs nothing, or compute. */
static void run_and_rest(struct watch *w, struct watched *account)
{
	int64_t cpu_us = thread_cpu_us(), rest_us;

	run(w, account, STR_NONE);
	cpu_us = thread_cpu_us() - cpu_us;
	rest_us = cpu_us * (THREAD_PARTS - 1);
	if (rest_us > PAUSE_MAX_US)
		rest_us = PAUSE_MAX_US;
	for (int64_t end_us = time_monotonic_us() + rest_us;
	     !w->stop && time_monotonic_us() < end_us;)
		wait_until(w, end_us);
}

static void *work(void *arg)
{
	struct watch *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		int64_t now_us = time_monotonic_us();
		struct watched *first = w->queue;

		if (now_us - w->looked_us >= LOOK_MS * 1000LL && !w->reading) {
			look_at_files(w);
			continue;
		}
		if (!first || first->due_us > now_us) {
			wait_for_work(w, now_us);
			continue;
		}
		dequeue(w, first);
		/* watch_now() has it: whoever ends that puts it back. */
		if (!first->running)
			run_and_rest(w, first);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct watch *watch_new(const struct watch_config *config)
{
	struct watch *w = must(calloc(1, sizeof(*w)));
	pthread_condattr_t monotonic;

	w->config = *config;
	if (w->config.pause_ms <= 0)
		w->config.pause_ms = 50;
	w->threads = config->threads <= 0            ? 2
		     : config->threads > THREADS_MAX ? THREADS_MAX
						     : config->threads;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->work, &monotonic);
	pthread_cond_init(&w->done, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_lock(&w->lock);
	look_at_files(w);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < w->threads; i++) {
		if (pthread_create(&w->thread[i], NULL, work, w))
			abort();
	}
	return w;
}

static void forget_greens(struct watched *a)
{
	struct green *next;

	for (struct green *g = a->greens; g; g = next) {
		next = g->next;
		free(g->lab);
		free(g->id);
		free(g);
	}
	a->greens = NULL;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->work);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < w->threads; i++)
		pthread_join(w->thread[i], NULL);
	for (size_t i = 0; i < BUCKETS; i++) {
		struct watched *next;

		for (struct watched *a = w->buckets[i]; a; a = next) {
			next = a->next;
			forget_greens(a);
			free(a);
		}
	}
	set_release(w->checks);
	pthread_cond_destroy(&w->work);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void watch_mark(struct watch *w, struct str account)
{
	pthread_mutex_lock(&w->lock);
	mark(w, find(w, account));
	pthread_mutex_unlock(&w->lock);
}

void watch_now(struct watch *w, struct str account, struct str lab)
{
	struct watched *a;

	pthread_mutex_lock(&w->lock);
	look_at_files(w);
	a = find(w, account);
	while (a->running)
		pthread_cond_wait(&w->done, &w->lock);
	if (a->waiting && !lab.p)
		dequeue(w, a);
	run(w, a, lab);
	pthread_mutex_unlock(&w->lock);
}

void watch_hold(struct watch *w, struct str account)
{
	struct watched *a;

	pthread_mutex_lock(&w->lock);
	a = find(w, account);
	while (a->running)
		pthread_cond_wait(&w->done, &w->lock);
	a->running = true;
	pthread_mutex_unlock(&w->lock);
}

void watch_let_go(struct watch *w, struct str account, bool anew)
{
	struct watched *a;

	pthread_mutex_lock(&w->lock);
	a = find(w, account);
	if (anew)
		forget_greens(a);
	a->recalled |= anew;
	a->running = false;
	if (!w->stop)
		mark(w, a);
	pthread_cond_broadcast(&w->done);
	pthread_mutex_unlock(&w->lock);
}
