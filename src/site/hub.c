/* The open event streams, in one list under one lock. */
#include "site/hub.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
	KEEP_ALIVE_S = 10,
	STREAMS_PER_PERSON = 16,
	STREAMS_OF_INSTRUCTORS = 64,
};

/*
 * A stream is a member of the list from hub_open() until its client is gone. When the client leaves before it
 * became one, `gone` is set and hub_open() releases it.
 */
struct member {
	struct hub *hub;
	const struct person *person; /* NULL: an instructor's */
	struct http_stream *stream;  /* NULL until it is in the list */
	bool gone;
	struct member *next, **link;
};

struct hub {
	struct hub_config config;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	pthread_t thread;
	bool stopping;
	struct member *members;
};

void hub_message(struct buf *out, const char *name, struct str text)
{
	buf_adds(out, "event: ");
	buf_adds(out, name);
	buf_adds(out, "\ndata: ");
	buf_add(out, text);
	buf_adds(out, "\n\n");
}

/* A word to every stream; locked. */
static void tick(struct hub *hub)
{
	struct buf counts;

	buf_init(&counts, BUF_MAX);
	for (struct member *m = hub->members; m; m = m->next) {
		if (!m->person && !counts.n)
			hub->config.tick(hub->config.arg, &counts, NULL);
		http_stream_write(m->stream,
				  m->person ? STR(": still here\n\n") : buf_str(&counts));
	}
	buf_release(&counts);
}

static void *keep_alive(void *arg)
{
	struct hub *hub = arg;
	struct timespec until;

	pthread_mutex_lock(&hub->lock);
	while (!hub->stopping) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += KEEP_ALIVE_S;
		if (pthread_cond_timedwait(&hub->stop, &hub->lock, &until) != ETIMEDOUT)
			continue;
		tick(hub);
	}
	pthread_mutex_unlock(&hub->lock);
	return NULL;
}

struct hub *hub_new(const struct hub_config *config)
{
	struct hub *hub = calloc(1, sizeof(*hub));
	pthread_condattr_t monotonic;

	if (!hub)
		abort();
	hub->config = *config;
	pthread_mutex_init(&hub->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&hub->stop, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&hub->thread, NULL, keep_alive, hub) != 0)
		abort();
	return hub;
}

void hub_stop(struct hub *hub)
{
	bool first;

	pthread_mutex_lock(&hub->lock);
	first = !hub->stopping;
	hub->stopping = true;
	pthread_cond_broadcast(&hub->stop);
	pthread_mutex_unlock(&hub->lock);
	if (first)
		pthread_join(hub->thread, NULL);
}

void hub_free(struct hub *hub)
{
	if (!hub)
		return;
	hub_stop(hub);
	pthread_mutex_destroy(&hub->lock);
	pthread_cond_destroy(&hub->stop);
	free(hub);
}

/* The stream's client has left; on a server thread, once. */
static void member_gone(void *arg)
{
	struct member *m = arg;
	struct hub *hub = m->hub;
	bool listed;

	pthread_mutex_lock(&hub->lock);
	listed = m->stream != NULL;
	m->gone = true;
	if (listed) {
		*m->link = m->next;
		if (m->next)
			m->next->link = m->link;
	}
	pthread_mutex_unlock(&hub->lock);
	if (listed)
		free(m);
}

static bool room_for(struct hub *hub, const struct person *person)
{
	int n = 0;

	pthread_mutex_lock(&hub->lock);
	for (struct member *m = hub->members; m; m = m->next)
		n += m->person == person;
	pthread_mutex_unlock(&hub->lock);
	return n < (person ? STREAMS_PER_PERSON : STREAMS_OF_INSTRUCTORS);
}

/* Put the stream into the list with its first message; false when its client has left meanwhile. */
static bool member_enter(struct member *m, struct http_stream *stream)
{
	struct hub *hub = m->hub;
	struct buf out;
	bool here;

	buf_init(&out, BUF_MAX);
	pthread_mutex_lock(&hub->lock);
	here = !m->gone;
	if (here) {
		m->stream = stream;
		m->next = hub->members;
		m->link = &hub->members;
		if (m->next)
			m->next->link = &m->next;
		hub->members = m;
		buf_adds(&out, "retry: 1000\n\n");
		(m->person ? hub->config.document : hub->config.everyone)(hub->config.arg, &out,
									  m->person);
		http_stream_write(stream, buf_str(&out));
	}
	pthread_mutex_unlock(&hub->lock);
	buf_release(&out);
	return here;
}

bool hub_open(struct hub *hub, struct http_request *req, const struct person *person)
{
	struct http_stream *stream;
	struct member *m;

	if (!room_for(hub, person))
		return false;
	m = calloc(1, sizeof(*m));
	if (!m)
		abort();
	m->hub = hub;
	m->person = person;
	stream = http_stream_start(req, "text/event-stream", member_gone, m);
	if (!member_enter(m, stream))
		free(m);
	return true;
}

void hub_tell(struct hub *hub, const struct person *person)
{
	struct buf document, entry;

	buf_init(&document, BUF_MAX);
	buf_init(&entry, BUF_MAX);
	pthread_mutex_lock(&hub->lock);
	for (struct member *m = hub->members; m; m = m->next) {
		struct buf *out = m->person ? &document : &entry;

		if (m->person && m->person != person)
			continue;
		if (!out->n)
			(m->person ? hub->config.document : hub->config.entry)(hub->config.arg, out,
									       person);
		http_stream_write(m->stream, buf_str(out));
	}
	pthread_mutex_unlock(&hub->lock);
	buf_release(&document);
	buf_release(&entry);
}

void hub_tell_instructors(struct hub *hub)
{
	struct buf everyone;

	buf_init(&everyone, BUF_MAX);
	pthread_mutex_lock(&hub->lock);
	for (struct member *m = hub->members; m; m = m->next) {
		if (m->person)
			continue;
		if (!everyone.n)
			hub->config.everyone(hub->config.arg, &everyone, NULL);
		http_stream_write(m->stream, buf_str(&everyone));
	}
	pthread_mutex_unlock(&hub->lock);
	buf_release(&everyone);
}

void hub_close(struct hub *hub, const struct person *person)
{
	pthread_mutex_lock(&hub->lock);
	for (struct member *m = hub->members; m; m = m->next)
		if (m->person == person)
			http_stream_close(m->stream);
	pthread_mutex_unlock(&hub->lock);
}
