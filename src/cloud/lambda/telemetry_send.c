/*
 * Telemetry on its way: one thread that delivers each subscription's batches, one at a time, at a port inside the sandbox.
 *
 * A batch by HTTP has a connection of its own, by TCP all have one. What cannot be delivered is tried again, later each time.
 * Who does not listen loses what comes meanwhile, and is told how much that was. Of a subscription the thread alone touches
 * what belongs to its delivery, without the lock; whose turn that is says its state, under the lock.
 */
#include "cloud/lambda/telemetry.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"
#include "cloud/lambda/inside.h"

enum {
	RETRY_MS = 100,
	RETRY_MAX_MS = 5000,
	HEARD_MAX = 2048, /* of an answer: its head, and what came along */
};

enum state {
	AT_REST,
	DIALING, /* the init has been asked for a connection */
	SENDING,
	HEARING,
	RETRYING, /* not before at_us */
};

struct telemetry {
	struct telemetry *next;
	struct telemetry_wish wish; /* its path is in `path` */
	char *path;
	uint32_t id; /* the sandbox's */
	bool gone;
	/* What waits: events, each with a separator behind it. */
	struct buf waiting;
	int64_t items, since_us;
	int64_t dropped_items, dropped_bytes;
	/* The delivery. */
	enum state state;
	int fd; /* -1: none */
	struct buf batch;
	size_t sent, heard_n;
	char heard[HEARD_MAX];
	int64_t at_us;
	int failures;
};

static struct {
	struct telemetry *first;
	pthread_t thread;
	bool running;
	int wake_fd;
} sender = { .wake_fd = -1 };

/* --- what waits -------------------------------------------------------------------------------- */

static void wake(void)
{
	uint64_t one = 1;

	if (sender.running && write(sender.wake_fd, &one, sizeof(one)) != sizeof(one))
		return; /* it is awake */
}

static bool is_due(const struct telemetry *t, int64_t now)
{
	return t->items && (t->items >= t->wish.max_items || t->waiting.n >= t->wish.max_bytes ||
			    now >= t->since_us + t->wish.timeout_ms * 1000);
}

void telemetry_put(struct telemetry *t, struct str text)
{
	if (t->waiting.n + text.n > 2 * t->wish.max_bytes) {
		t->dropped_items++;
		t->dropped_bytes += (int64_t)text.n;
		return;
	}
	if (!t->items)
		t->since_us = time_monotonic_us();
	buf_add(&t->waiting, text);
	buf_addc(&t->waiting, t->wish.tcp ? '\n' : ',');
	t->items++;
	/* Its time is counted from the first. */
	if (t->items == 1 || is_due(t, 0))
		wake();
}

void telemetry_hurry(struct telemetry *t)
{
	t->since_us = 0;
	t->at_us = 0;
	wake();
}

size_t telemetry_bytes(const struct telemetry *t)
{
	return t->waiting.n + t->batch.n;
}

const struct telemetry_wish *telemetry_wish_of(const struct telemetry *t)
{
	return &t->wish;
}

/* --- one delivery ------------------------------------------------------------------------------- */

static void say_dropped(struct telemetry *t)
{
	struct arena *a = arena_new();
	struct json_object *o = json_new_object(a), *record;

	json_set_str(o, "time", time_iso(a, time_now_ms(), true));
	json_set_cstr(o, "type", "platform.logsDropped");
	record = json_set_object(o, "record");
	json_set_cstr(
		record, "reason",
		"Consumer seems to have fallen behind as it has not acknowledged receipt of logs.");
	json_set_int(record, "droppedRecords", t->dropped_items);
	json_set_int(record, "droppedBytes", t->dropped_bytes);
	t->dropped_items = t->dropped_bytes = 0;
	telemetry_tell(t, o);
	arena_free(a);
}

/* All that waits becomes the batch. */
static void pack(struct telemetry *t)
{
	struct str events = buf_str(&t->waiting);

	buf_clear(&t->batch);
	if (t->wish.tcp) {
		buf_add(&t->batch, events);
	} else {
		events = str_slice(events, 0, events.n - 1);
		buf_addf(
			&t->batch,
			"%s %s HTTP/1.1\r\nHost: sandbox.localdomain:%d\r\n"
			"Content-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n[",
			t->wish.put ? "PUT" : "POST", t->path, t->wish.port, events.n + 2);
		buf_add(&t->batch, events);
		buf_addc(&t->batch, ']');
	}
	buf_clear(&t->waiting);
	t->items = 0;
	if (t->dropped_items)
		say_dropped(t);
}

static void hang_up(struct telemetry *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

/* Send the batch from its beginning. */
static void begin(struct telemetry *t)
{
	t->sent = t->heard_n = 0;
	if (t->fd >= 0) {
		t->state = SENDING;
		return;
	}
	t->state = DIALING;
	sandbox_dial(pool.sandboxes, t->id, t->wish.port);
}

static void failed(struct telemetry *t, int64_t now)
{
	int64_t wait_ms = (int64_t)RETRY_MS << (t->failures < 6 ? t->failures : 6);

	hang_up(t);
	t->failures++;
	t->state = RETRYING;
	t->at_us = now + (wait_ms < RETRY_MAX_MS ? wait_ms : RETRY_MAX_MS) * 1000;
}

static void delivered(struct telemetry *t)
{
	if (!t->wish.tcp)
		hang_up(t);
	buf_release(&t->batch);
	buf_init(&t->batch, BUF_MAX);
	t->failures = 0;
	t->state = AT_REST;
}

int telemetry_status(struct str heard)
{
	ptrdiff_t end = str_find_str(heard, STR("\r\n\r\n"));
	struct str line = heard;
	int64_t status;

	if (!str_starts(heard, str_slice(STR("HTTP/1."), 0, heard.n < 7 ? heard.n : 7)))
		return -1;
	if (end < 0)
		return 0;
	str_cut(&line, ' ');
	return str_to_int(str_slice(line, 0, 3), &status) && status >= 100 ? (int)status : -1;
}

enum progress { MORE, GOOD, BAD };

static enum progress send_some(struct telemetry *t)
{
	while (t->sent < t->batch.n) {
		ssize_t n = send(t->fd, t->batch.p + t->sent, t->batch.n - t->sent,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return MORE;
		if (n < 0)
			return BAD;
		t->sent += (size_t)n;
	}
	return GOOD;
}

static enum progress hear_some(struct telemetry *t)
{
	ssize_t n = recv(t->fd, t->heard + t->heard_n, sizeof(t->heard) - t->heard_n, MSG_DONTWAIT);
	int status;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return MORE;
	if (n <= 0)
		return BAD;
	t->heard_n += (size_t)n;
	status = telemetry_status(str_make(t->heard, t->heard_n));
	if (!status && t->heard_n < sizeof(t->heard))
		return MORE;
	return status >= 200 && status < 300 ? GOOD : BAD;
}

/* --- the thread ------------------------------------------------------------------------------------ */

static void free_one(struct telemetry *t)
{
	hang_up(t);
	buf_release(&t->waiting);
	buf_release(&t->batch);
	free(t->path);
	free(t);
}

static void free_gone(void)
{
	struct telemetry **at = &sender.first, *t;

	while ((t = *at)) {
		if (!t->gone) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		free_one(t);
	}
}

/* Do what is due; when to look again. Under the lock. */
static int64_t look_at(struct telemetry *t, int64_t now)
{
	if (t->state == RETRYING && now >= t->at_us)
		begin(t);
	if (t->state == RETRYING)
		return t->at_us;
	if (t->state != AT_REST || !t->items)
		return INT64_MAX;
	if (!is_due(t, now))
		return t->since_us + t->wish.timeout_ms * 1000;
	pack(t);
	begin(t);
	return INT64_MAX;
}

/* Whoever has something to send or to hear. The array grows with the subscriptions. Under the lock. */
static size_t gather(struct pollfd **on, struct telemetry ***whose)
{
	size_t n = 1;

	for (struct telemetry *t = sender.first; t; t = t->next)
		n++;
	*on = realloc(*on, n * sizeof(**on));
	*whose = realloc(*whose, n * sizeof(struct telemetry *));
	if (!*on || !*whose)
		abort();
	(*on)[0] = (struct pollfd){ sender.wake_fd, POLLIN, 0 };
	n = 1;
	for (struct telemetry *t = sender.first; t; t = t->next) {
		if (t->state != SENDING && t->state != HEARING)
			continue;
		(*on)[n] = (struct pollfd){ t->fd, t->state == SENDING ? POLLOUT : POLLIN, 0 };
		(*whose)[n++] = t;
	}
	return n;
}

static void went(struct telemetry *t, enum state was, enum progress progress)
{
	if (progress == BAD)
		failed(t, time_monotonic_us());
	else if (progress == GOOD && was == SENDING && !t->wish.tcp)
		t->state = HEARING;
	else if (progress == GOOD)
		delivered(t);
}

static int wait_ms(int64_t next_us)
{
	int64_t left = next_us - time_monotonic_us();

	if (next_us == INT64_MAX)
		return -1;
	return left > 0 ? (int)(left / 1000 + 1) : 0;
}

/* One round; false at the end. The lock is held but while it waits, and while it sends. */
static bool round_of(struct pollfd **on, struct telemetry ***whose)
{
	int64_t now = time_monotonic_us(), next = INT64_MAX, due;
	uint64_t woken;
	size_t n;

	free_gone();
	for (struct telemetry *t = sender.first; t; t = t->next) {
		due = look_at(t, now);
		next = due < next ? due : next;
	}
	n = gather(on, whose);
	pthread_mutex_unlock(&pool.lock);
	poll(*on, n, wait_ms(next));
	if ((*on)[0].revents && read(sender.wake_fd, &woken, sizeof(woken)) < 0)
		woken = 0;
	pthread_mutex_lock(&pool.lock);
	for (size_t i = 1; i < n && !pool.stop; i++) {
		struct telemetry *t = (*whose)[i];
		enum state state = t->state;
		enum progress progress;

		if (!(*on)[i].revents || t->gone)
			continue;
		pthread_mutex_unlock(&pool.lock);
		progress = state == SENDING ? send_some(t) : hear_some(t);
		pthread_mutex_lock(&pool.lock);
		went(t, state, progress);
	}
	return !pool.stop;
}

static void *send_main(void *arg)
{
	struct telemetry **whose = NULL;
	struct pollfd *on = NULL;

	(void)arg;
	pthread_setname_np(pthread_self(), "telemetry");
	pthread_mutex_lock(&pool.lock);
	while (round_of(&on, &whose))
		;
	pthread_mutex_unlock(&pool.lock);
	free(on);
	free(whose);
	return NULL;
}

/* --- life -------------------------------------------------------------------------------------------- */

/* The thread comes with the first who wants it. */
static void start_thread(void)
{
	if (sender.running)
		return;
	if (sender.wake_fd < 0)
		sender.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sender.running =
		sender.wake_fd >= 0 && pthread_create(&sender.thread, NULL, send_main, NULL) == 0;
}

struct telemetry *telemetry_new(uint32_t sandbox, const struct telemetry_wish *wish)
{
	struct telemetry *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->wish = *wish;
	t->path = wish->tcp ? NULL : strndup(wish->path.p, wish->path.n);
	if (!wish->tcp && !t->path)
		abort();
	t->wish.path = STR_NONE;
	t->id = sandbox;
	t->fd = -1;
	buf_init(&t->waiting, BUF_MAX);
	buf_init(&t->batch, BUF_MAX);
	t->next = sender.first;
	sender.first = t;
	start_thread();
	return t;
}

void telemetry_drop(struct telemetry *t)
{
	t->gone = true;
	if (sender.running)
		wake();
	else
		free_gone();
}

void telemetry_dialed(void *arg, uint32_t id, int port, int fd)
{
	struct telemetry *t;

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	t = sender.first;
	while (t && (t->id != id || t->wish.port != port || t->state != DIALING || t->gone))
		t = t->next;
	if (t && fd >= 0) {
		t->fd = fd;
		t->state = SENDING;
		fd = -1;
	} else if (t) {
		failed(t, time_monotonic_us());
	}
	wake();
	pthread_mutex_unlock(&pool.lock);
	if (fd >= 0)
		close(fd);
}

void telemetry_stop(void)
{
	if (!sender.running)
		return;
	wake();
	pthread_join(sender.thread, NULL);
	pthread_mutex_lock(&pool.lock);
	sender.running = false;
	free_gone();
	pthread_mutex_unlock(&pool.lock);
	close(sender.wake_fd);
	sender.wake_fd = -1;
}
