/* Threads that take jobs from a list. */
#include "site/desk.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS_MAX = 16 };

struct desk {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t threads[THREADS_MAX];
	int thread_count;
	struct desk_job *first, **last;
	int waiting, room;
	bool stopping;
};

/* The next job, or NULL when the desk is stopping and nothing waits any more. */
static struct desk_job *take(struct desk *desk, bool *refused)
{
	struct desk_job *job;

	pthread_mutex_lock(&desk->lock);
	while (!desk->first && !desk->stopping)
		pthread_cond_wait(&desk->wake, &desk->lock);
	job = desk->first;
	if (job) {
		desk->first = job->next;
		if (!desk->first)
			desk->last = &desk->first;
		desk->waiting--;
	}
	*refused = desk->stopping;
	pthread_mutex_unlock(&desk->lock);
	return job;
}

static void *work(void *arg)
{
	struct desk *desk = arg;
	struct desk_job *job;
	bool refused;

	while ((job = take(desk, &refused)) != NULL)
		job->run(job, refused);
	return NULL;
}

struct desk *desk_new(int threads, int room)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	if (!desk)
		abort();
	pthread_mutex_init(&desk->lock, NULL);
	pthread_cond_init(&desk->wake, NULL);
	desk->last = &desk->first;
	desk->room = room;
	desk->thread_count = threads < THREADS_MAX ? threads : THREADS_MAX;
	for (int i = 0; i < desk->thread_count; i++)
		if (pthread_create(&desk->threads[i], NULL, work, desk) != 0)
			abort();
	return desk;
}

void desk_add(struct desk *desk, struct desk_job *job)
{
	bool taken;

	pthread_mutex_lock(&desk->lock);
	taken = !desk->stopping && desk->waiting < desk->room;
	if (taken) {
		job->next = NULL;
		*desk->last = job;
		desk->last = &job->next;
		desk->waiting++;
		pthread_cond_signal(&desk->wake);
	}
	pthread_mutex_unlock(&desk->lock);
	if (!taken)
		job->run(job, true);
}

void desk_stop(struct desk *desk)
{
	bool first;

	pthread_mutex_lock(&desk->lock);
	first = !desk->stopping;
	desk->stopping = true;
	pthread_cond_broadcast(&desk->wake);
	pthread_mutex_unlock(&desk->lock);
	for (int i = 0; first && i < desk->thread_count; i++)
		pthread_join(desk->threads[i], NULL);
}

void desk_free(struct desk *desk)
{
	if (!desk)
		return;
	desk_stop(desk);
	pthread_mutex_destroy(&desk->lock);
	pthread_cond_destroy(&desk->wake);
	free(desk);
}
