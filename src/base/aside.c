/* Computing beside the caller; see aside.h. */
#include "base/aside.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#define THREADS_MAX 8

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t offered = PTHREAD_COND_INITIALIZER, finished = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct aside *waiting; /* the newest first: its caller is the last to do it itself */
static int idle;              /* threads that wait for a task */

static void take_out(struct aside *task)
{
	for (struct aside **at = &waiting; *at; at = &(*at)->next)
		if (*at == task) {
			*at = task->next;
			return;
		}
}

static void *help(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	for (;;) {
		struct aside *task = waiting;

		if (!task) {
			idle++;
			pthread_cond_wait(&offered, &lock);
			idle--;
			continue;
		}
		waiting = task->next;
		task->state = ASIDE_RUNNING;
		pthread_mutex_unlock(&lock);
		task->run(task->arg);
		pthread_mutex_lock(&lock);
		task->state = ASIDE_DONE;
		pthread_cond_broadcast(&finished);
	}
	return NULL;
}

/* One thread fewer than there are processors: the caller has its own. They take no signals, and end with the process. */
static void start(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	pthread_attr_t detached;
	sigset_t all, before;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	for (long i = 0; i < n && i < THREADS_MAX; i++)
		pthread_create(&thread, &detached, help, NULL);
	pthread_attr_destroy(&detached);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void aside_begin(struct aside *task, void (*run)(void *arg), void *arg)
{
	*task = (struct aside){ .run = run, .arg = arg, .state = ASIDE_WAITING };
	pthread_once(&once, start);
	pthread_mutex_lock(&lock);
	task->next = waiting;
	waiting = task;
	if (idle)
		pthread_cond_signal(&offered);
	pthread_mutex_unlock(&lock);
}

void aside_end(struct aside *task)
{
	pthread_mutex_lock(&lock);
	if (task->state == ASIDE_WAITING) {
		take_out(task);
		pthread_mutex_unlock(&lock);
		task->run(task->arg);
		return;
	}
	while (task->state != ASIDE_DONE)
		pthread_cond_wait(&finished, &lock);
	pthread_mutex_unlock(&lock);
}
