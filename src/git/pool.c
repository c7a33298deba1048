/*
 * The threads that run git. A job waits in one list until a thread is free and no other job of its repository runs;
 * its answer stays for a minute, for the call that waits for it.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "git/git.h"

enum {
	THREADS = 4,
	THREADS_SHARE = 2, /* of one account, whose repositories may be slow on purpose */
	JOBS_MAX = 1024,
	JOBS_SHARE = 128, /* of one account */
	BYTES_SHARE =
		256
		<< 20, /* that those of one account may hold in memory: what was pushed, and what was asked */
	FORGET_US = 60 * 1000 * 1000
};

struct job {
	struct job *next;
	struct arena *arena; /* owns it and its strings */
	const char *account, *key, *folder;
	git_work *work;
	struct str in, out; /* JSON */
	int input_fd, output_fd;
	size_t bytes; /* of `in` and of what input_fd holds */
	enum { QUEUED, RUNNING, FINISHED } state;
	atomic_bool unwanted; /* RUNNING: it shall end */
	int64_t finished_us;
	const void *failed;
	struct str message;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t work;
	pthread_cond_t done; /* a job is */
	struct job *jobs;    /* oldest first */
	size_t count;
	pthread_t threads[THREADS];
	int running;
	atomic_bool stop;
	void (*wake)(void *arg, struct str account, struct str key);
	void *arg;
} pool = { .lock = PTHREAD_MUTEX_INITIALIZER,
	   .work = PTHREAD_COND_INITIALIZER,
	   .done = PTHREAD_COND_INITIALIZER };

/* What this thread does, if it is one of ours. */
static _Thread_local const struct job *mine;

bool git_is_stopping(void)
{
	return atomic_load(&pool.stop) || (mine && atomic_load(&mine->unwanted));
}

void git_fail(struct git_work *work, const void *failed, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	work->failed = failed;
	work->message = arena_dup(work->arena, str_of(text));
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Takes a job out of the list and frees it. With the lock held. */
static void drop(struct job *job)
{
	struct job **at = &pool.jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	pool.count--;
	close_fd(&job->input_fd);
	close_fd(&job->output_fd);
	arena_free(job->arena);
}

static void forget_old(void)
{
	int64_t now = time_monotonic_us();
	struct job *next;

	for (struct job *job = pool.jobs; job; job = next) {
		next = job->next;
		if (job->state == FINISHED && now - job->finished_us > FORGET_US)
			drop(job);
	}
}

static bool is_busy(const char *folder)
{
	for (const struct job *job = pool.jobs; job; job = job->next)
		if (job->state == RUNNING && strcmp(job->folder, folder) == 0)
			return true;
	return false;
}

/* Jobs of an account that run. */
static size_t running_of(const char *account)
{
	size_t count = 0;

	for (const struct job *job = pool.jobs; job; job = job->next)
		count += job->state == RUNNING && strcmp(job->account, account) == 0;
	return count;
}

/* Has the account room for another job? Its first always has. */
static bool has_room(const struct job *fresh)
{
	size_t count = 0, bytes = fresh->bytes;

	for (const struct job *job = pool.jobs; job; job = job->next) {
		if (strcmp(job->account, fresh->account) != 0)
			continue;
		count++;
		bytes += job->bytes;
	}
	return pool.running && pool.count < JOBS_MAX && count < JOBS_SHARE &&
	       (!count || bytes <= BYTES_SHARE);
}

static struct job *next_job(void)
{
	for (struct job *job = pool.jobs; job; job = job->next)
		if (job->state == QUEUED && !is_busy(job->folder) &&
		    running_of(job->account) < THREADS_SHARE)
			return job;
	return NULL;
}

/* Without the lock: nobody else looks at a job that is RUNNING. */
static void carry_out(struct job *job)
{
	struct git_work w = { .arena = job->arena,
			      .folder = job->folder,
			      .in = json_parse(job->arena, job->in, NULL),
			      .out = json_new_object(job->arena),
			      .input_fd = job->input_fd,
			      .output_fd = -1 };

	mine = job;
	job->work(&w);
	mine = NULL;
	job->out = json_text(job->arena, w.out);
	job->output_fd = w.output_fd;
	job->failed = w.failed;
	job->message = w.message;
	close_fd(&job->input_fd);
}

static void *thread_main(void *arg)
{
	struct job *job;

	pthread_setname_np(pthread_self(), "git");
	pthread_mutex_lock(&pool.lock);
	while (!pool.stop) {
		job = next_job();
		if (!job) {
			pthread_cond_wait(&pool.work, &pool.lock);
			continue;
		}
		job->state = RUNNING;
		pthread_mutex_unlock(&pool.lock);
		carry_out(job);
		pthread_mutex_lock(&pool.lock);
		job->state = FINISHED;
		job->bytes = job->in.n + job->out.n;
		job->finished_us = time_monotonic_us();
		pool.wake(pool.arg, str_of(job->account), str_of(job->key));
		/* The repository is free again: others may have waited for that. */
		pthread_cond_broadcast(&pool.work);
		pthread_cond_broadcast(&pool.done);
	}
	pthread_mutex_unlock(&pool.lock);
	return arg;
}

bool git_job_add(const struct git_job_config *config)
{
	struct arena *a = arena_new();
	struct job *job = ARENA_NEW(a, struct job), **end = &pool.jobs;
	struct stat file = { 0 };
	bool room;

	*job = (struct job){ .arena = a,
			     .account = arena_cstr(a, config->account),
			     .key = arena_cstr(a, config->key),
			     .folder = arena_cstr(a, str_of(config->folder)),
			     .work = config->work,
			     .in = config->in ? json_text(a, config->in) : STR("{}"),
			     .input_fd = config->input_fd > 0 ? config->input_fd : -1,
			     .output_fd = -1 };
	if (job->input_fd >= 0)
		fstat(job->input_fd, &file);
	job->bytes = job->in.n + (size_t)file.st_size;
	pthread_mutex_lock(&pool.lock);
	forget_old();
	room = has_room(job);
	if (room) {
		while (*end)
			end = &(*end)->next;
		*end = job;
		pool.count++;
		pthread_cond_signal(&pool.work);
	}
	pthread_mutex_unlock(&pool.lock);
	if (!room) {
		close_fd(&job->input_fd);
		arena_free(a);
	}
	return room;
}

enum git_state git_job_take(struct str key, struct arena *a, struct git_answer *answer)
{
	enum git_state state = GIT_UNKNOWN;
	struct job *job;

	pthread_mutex_lock(&pool.lock);
	for (job = pool.jobs; job && !str_is(key, job->key); job = job->next)
		;
	if (job)
		state = job->state == FINISHED ? GIT_DONE : GIT_RUNNING;
	if (state == GIT_DONE) {
		*answer = (struct git_answer){ .out = json_parse(a, job->out, NULL),
					       .output_fd = job->output_fd,
					       .failed = job->failed,
					       .message = arena_dup(a, job->message) };
		job->output_fd = -1;
		drop(job);
	}
	pthread_mutex_unlock(&pool.lock);
	return state;
}

/* With the lock held: what does not run is forgotten, what runs shall end; does anything? */
static bool forget_all(struct str account)
{
	struct job *next;
	bool left = false;

	for (struct job *job = pool.jobs; job; job = next) {
		next = job->next;
		if (!str_is(account, job->account))
			continue;
		if (job->state != RUNNING) {
			drop(job);
			continue;
		}
		atomic_store(&job->unwanted, true);
		left = true;
	}
	return left;
}

bool git_end(struct str account, int64_t until_us)
{
	bool left;

	pthread_mutex_lock(&pool.lock);
	while ((left = forget_all(account)) && time_wait(&pool.done, &pool.lock, until_us))
		;
	pthread_mutex_unlock(&pool.lock);
	return !left;
}

void git_start(void (*wake)(void *arg, struct str account, struct str key), void *arg)
{
	pthread_mutex_lock(&pool.lock);
	pool.wake = wake;
	pool.arg = arg;
	pool.stop = false;
	while (pool.running < THREADS &&
	       pthread_create(&pool.threads[pool.running], NULL, thread_main, NULL) == 0)
		pool.running++;
	pthread_mutex_unlock(&pool.lock);
}

void git_stop(void)
{
	int count;

	pthread_mutex_lock(&pool.lock);
	pool.stop = true;
	count = pool.running;
	pool.running = 0;
	pthread_cond_broadcast(&pool.work);
	pthread_mutex_unlock(&pool.lock);
	for (int i = 0; i < count; i++)
		pthread_join(pool.threads[i], NULL);
	pthread_mutex_lock(&pool.lock);
	while (pool.jobs)
		drop(pool.jobs);
	pthread_mutex_unlock(&pool.lock);
}
