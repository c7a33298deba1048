/*
 * Two threads for one screen: one keeps the stream open, one asks questions. Both hand events over a list under a lock;
 * an eventfd wakes the screen's poll().
 */
#include "checker/feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "checker/sse.h"
#include "http/client.h"

enum {
	PAUSE_LEAST_MS = 250,
	PAUSE_MOST_MS = 4000,
	SILENCE_MS = 40000, /* the server says something every 15 s */
	EVENT_MAX = 64 << 20,
	WAITING_MAX = 5000, /* events a screen may be behind before the stream begins anew */
	WHY_MAX = 512,
	BODY_START = 4096, /* of a refusal, which is no stream */
};

struct waiting {
	struct waiting *next;
	struct str name, data; /* in this allocation */
};

struct feed {
	struct feed_config config;
	struct api api;
	pthread_t streamer, asker;
	int fd;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake;  /* both threads wait here */
	bool stopping, behind;
	struct waiting *first, **last;
	int waiting;
	enum feed_state state;
	char why[WHY_MAX];
	struct buf question; /* body; asked when has_question */
	char path[64];
	bool has_question;

	/* Of the streaming thread alone. */
	struct sse sse;
	struct buf start; /* the first bytes, in case they are a refusal */
	int events;
};

static void wake_screen(struct feed *f)
{
	uint64_t one = 1;

	while (write(f->fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void drop_waiting(struct feed *f)
{
	while (f->first) {
		struct waiting *w = f->first;

		f->first = w->next;
		free(w);
	}
	f->last = &f->first;
	f->waiting = 0;
}

/* With the lock held. */
static void hand_over(struct feed *f, struct str name, struct str data)
{
	struct waiting *w = malloc(sizeof(*w) + name.n + data.n);
	char *text = (char *)(w + 1);

	if (!w)
		abort();
	memcpy(text, name.p, name.n);
	memcpy(text + name.n, data.p, data.n);
	*w = (struct waiting){ NULL, str_make(text, name.n), str_make(text + name.n, data.n) };
	*f->last = w;
	f->last = &w->next;
	f->waiting++;
	wake_screen(f);
}

static void set_state(struct feed *f, enum feed_state state, const char *why)
{
	pthread_mutex_lock(&f->lock);
	f->state = state;
	snprintf(f->why, sizeof(f->why), "%s", why);
	wake_screen(f);
	pthread_mutex_unlock(&f->lock);
}

/* --- the stream -------------------------------------------------------------- */

static void on_event(void *arg, struct str name, struct str data)
{
	struct feed *f = arg;

	if (!f->events++)
		set_state(f, FEED_LIVE, "");
	pthread_mutex_lock(&f->lock);
	if (f->waiting >= WAITING_MAX) {
		drop_waiting(f);
		f->behind = true;
	}
	if (!f->behind)
		hand_over(f, name, data);
	pthread_mutex_unlock(&f->lock);
}

static bool is_stopping(void *arg)
{
	struct feed *f = arg;
	bool stop;

	pthread_mutex_lock(&f->lock);
	stop = f->stopping || f->behind;
	pthread_mutex_unlock(&f->lock);
	return stop;
}

static bool on_idle(void *arg)
{
	return !is_stopping(arg);
}

static bool on_chunk(void *arg, struct str bytes)
{
	struct feed *f = arg;

	if (f->start.n < BODY_START)
		buf_add(&f->start, str_slice(bytes, 0, BODY_START - f->start.n));
	sse_feed(&f->sse, bytes);
	return !is_stopping(f);
}

/* One connection, from its beginning to its end. */
static void stream_once(struct feed *f, struct arena *a)
{
	const char *headers[4] = { "Accept: text/event-stream", "Cache-Control: no-store" };
	struct http_ask ask = { .url = arena_printf(a, "%s%s", f->api.server, f->config.path),
				.headers = headers,
				.timeout_ms = f->config.silence_ms,
				.chunk = on_chunk,
				.idle = on_idle,
				.arg = f };
	struct http_reply reply = { 0 };
	const char *why = "the server closed the connection.";
	enum api_result result = API_UNREACHABLE;

	if (f->api.token)
		headers[2] = arena_printf(a, "Authorization: Bearer %s", f->api.token);
	f->events = 0;
	sse_init(&f->sse, EVENT_MAX, on_event, f);
	buf_init(&f->start, BODY_START);
	if (http_ask(&ask, a, &reply, &why))
		result = api_judge(&f->api, a, reply.status,
				   reply.body.n ? reply.body : buf_str(&f->start), &why);
	buf_release(&f->start);
	sse_release(&f->sse);
	set_state(f, result == API_REFUSED ? FEED_REFUSED : FEED_LOST, why);
}

/* Wait, but not beyond the end; true when it is time to stop. */
static bool pause_for(struct feed *f, int ms)
{
	struct timespec until;
	bool stopping;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&f->lock);
	while (!f->stopping && pthread_cond_timedwait(&f->wake, &f->lock, &until) != ETIMEDOUT)
		;
	stopping = f->stopping;
	f->behind = false;
	pthread_mutex_unlock(&f->lock);
	return stopping;
}

static void *stream(void *arg)
{
	struct feed *f = arg;
	int pause_ms = f->config.pause_least_ms;
	unsigned seed = (unsigned)time_monotonic_us();

	for (;;) {
		struct arena *a = arena_new();
		int64_t began = time_monotonic_us();

		stream_once(f, a);
		arena_free(a);
		/* A connection that worked for a while was good: begin with short pauses again. */
		if (f->events && time_monotonic_us() - began > 1000000)
			pause_ms = f->config.pause_least_ms;
		/* Not all two hundred at the same moment after a restart. */
		if (pause_for(f, pause_ms + rand_r(&seed) % (pause_ms / 4 + 1)))
			return NULL;
		pause_ms = pause_ms * 2 > f->config.pause_most_ms ? f->config.pause_most_ms
								  : pause_ms * 2;
	}
}

/* --- questions ---------------------------------------------------------------- */

static bool on_idle_question(void *arg)
{
	struct feed *f = arg;
	bool stopping;

	pthread_mutex_lock(&f->lock);
	stopping = f->stopping;
	pthread_mutex_unlock(&f->lock);
	return !stopping;
}

static void ask_once(struct feed *f, struct arena *a, const char *path, struct str body)
{
	struct api api = f->api;
	struct json_object *out;
	const char *why;
	bool well;
	struct str data;

	api.idle = on_idle_question;
	api.arg = f;
	well = api_ask(&api, a, path, body, &out, &why) == API_WELL;
	data = well ? json_text(a, out) : str_of(why);
	pthread_mutex_lock(&f->lock);
	hand_over(f, well ? STR("answer") : STR("failed"), data);
	f->has_question = false;
	pthread_mutex_unlock(&f->lock);
}

static void *answer(void *arg)
{
	struct feed *f = arg;

	for (;;) {
		struct arena *a = arena_new();
		struct str body;
		char *path;
		bool stopping;

		pthread_mutex_lock(&f->lock);
		while (!f->stopping && !f->has_question)
			pthread_cond_wait(&f->wake, &f->lock);
		stopping = f->stopping;
		body = arena_dup(a, buf_str(&f->question));
		path = arena_cstr(a, str_of(f->path));
		pthread_mutex_unlock(&f->lock);
		if (!stopping)
			ask_once(f, a, path, body);
		arena_free(a);
		if (stopping)
			return NULL;
	}
}

bool feed_ask(struct feed *f, const char *path, struct str body)
{
	bool free_now;

	pthread_mutex_lock(&f->lock);
	free_now = !f->has_question;
	if (free_now) {
		snprintf(f->path, sizeof(f->path), "%s", path);
		buf_clear(&f->question);
		buf_add(&f->question, body);
		f->has_question = true;
		pthread_cond_broadcast(&f->wake);
	}
	pthread_mutex_unlock(&f->lock);
	return free_now;
}

/* --- from outside --------------------------------------------------------------- */

struct feed *feed_new(const struct feed_config *config)
{
	struct feed *f = calloc(1, sizeof(*f));
	pthread_condattr_t attributes;

	if (!f)
		abort();
	f->config = *config;
	f->api = *config->api;
	if (!f->config.pause_least_ms)
		f->config.pause_least_ms = PAUSE_LEAST_MS;
	if (!f->config.pause_most_ms)
		f->config.pause_most_ms = PAUSE_MOST_MS;
	if (!f->config.silence_ms)
		f->config.silence_ms = SILENCE_MS;
	f->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	f->last = &f->first;
	buf_init(&f->question, BUF_MAX);
	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&f->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (f->fd < 0 || pthread_create(&f->streamer, NULL, stream, f) != 0 ||
	    pthread_create(&f->asker, NULL, answer, f) != 0)
		abort();
	return f;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	pthread_mutex_lock(&f->lock);
	f->stopping = true;
	pthread_cond_broadcast(&f->wake);
	pthread_mutex_unlock(&f->lock);
	pthread_join(f->streamer, NULL);
	pthread_join(f->asker, NULL);
	drop_waiting(f);
	buf_release(&f->question);
	pthread_cond_destroy(&f->wake);
	pthread_mutex_destroy(&f->lock);
	close(f->fd);
	free(f);
}

int feed_fd(const struct feed *f)
{
	return f->fd;
}

enum feed_state feed_state(struct feed *f, struct arena *a, const char **why)
{
	enum feed_state state;

	pthread_mutex_lock(&f->lock);
	state = f->state;
	*why = arena_cstr(a, str_of(f->why));
	pthread_mutex_unlock(&f->lock);
	return state;
}

bool feed_take(struct feed *f, struct arena *a, struct str *name, struct str *data)
{
	struct waiting *w;
	uint64_t count;

	pthread_mutex_lock(&f->lock);
	w = f->first;
	if (w) {
		f->first = w->next;
		f->waiting--;
		if (!f->first)
			f->last = &f->first;
	} else if (read(f->fd, &count, sizeof(count)) < 0) {
		/* Nothing was told since the last time, which is as well. */
		count = 0;
	}
	pthread_mutex_unlock(&f->lock);
	if (!w)
		return false;
	*name = arena_dup(a, w->name);
	*data = arena_dup(a, w->data);
	free(w);
	return true;
}
