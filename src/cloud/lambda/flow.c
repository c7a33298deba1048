/* Answers on their way; see flow.h. */
#include "cloud/lambda/flow.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/time.h"

struct flow {
	pthread_mutex_t lock; /* of all the rest */
	struct arena *arena;
	int users;
	struct flow_waiter waiter;

	struct http_request *writer; /* NULL: not yet, or not any more */
	bool held;                   /* not all of what it brought was taken */
	struct str type;
	int64_t written, wrote_us;
	bool begun, too_large;

	struct buf queue;
	size_t sent; /* bytes at its front that are read already */

	struct http_stream *reader; /* NULL: not yet, or not any more */
	bool left;                  /* not any more */

	bool ended, broken;
	struct flow_end end;
};

static const char zeros[8];

enum { QUIET_US = 500000 };

struct flow *flow_new(const struct flow_waiter *waiter)
{
	struct arena *a = arena_new();
	struct flow *f = ARENA_NEW(a, struct flow);

	f->arena = a;
	f->users = 1;
	f->waiter = *waiter;
	f->waiter.account = arena_dup(a, waiter->account);
	f->waiter.key = arena_dup(a, waiter->key);
	pthread_mutex_init(&f->lock, NULL);
	buf_init(&f->queue, FLOW_ROOM);
	return f;
}

struct flow *flow_use(struct flow *f)
{
	pthread_mutex_lock(&f->lock);
	f->users++;
	pthread_mutex_unlock(&f->lock);
	return f;
}

void flow_release(struct flow *f)
{
	bool last;

	pthread_mutex_lock(&f->lock);
	last = --f->users == 0;
	pthread_mutex_unlock(&f->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&f->lock);
	buf_release(&f->queue);
	arena_free(f->arena);
}

/* --- with the lock -------------------------------------------------------------------------------- */

/* There is room again, or what comes is dropped. */
static void let_write(struct flow *f)
{
	if (f->held && f->writer)
		http_take_more(f->writer);
	f->held = false;
}

static struct str unread(const struct flow *f)
{
	struct str all = buf_str(&f->queue);

	return str_slice(all, f->sent, all.n);
}

static bool is_over(const struct flow *f)
{
	return f->ended || f->broken;
}

static bool has_head(const struct flow *f)
{
	return str_is(f->type, "application/vnd.awslambda.http-integration-response");
}

static bool is_ready(const struct flow *f)
{
	if (!f->begun)
		return false;
	return !f->waiter.head || !has_head(f) || is_over(f) || unread(f).n == FLOW_ROOM ||
	       str_find_str(unread(f), str_make(zeros, sizeof(zeros))) >= 0;
}

/* Unlock it, and tell who reads, or would. */
static void unlock_and_tell(struct flow *f)
{
	bool wake = !f->reader && !f->left && is_ready(f);

	if (f->reader)
		http_stream_wake(f->reader);
	pthread_mutex_unlock(&f->lock);
	if (wake)
		f->waiter.wake(f->waiter.arg, f->waiter.account, f->waiter.key);
}

/* --- the writer ------------------------------------------------------------------------------------ */

void flow_begin(struct flow *f, struct http_request *writer, struct str type)
{
	pthread_mutex_lock(&f->lock);
	f->users++;
	f->writer = writer;
	f->type = arena_dup(f->arena, type);
	f->begun = true;
	f->wrote_us = time_monotonic_us();
	unlock_and_tell(f);
}

bool flow_has_begun(struct flow *f)
{
	bool begun;

	pthread_mutex_lock(&f->lock);
	begun = f->begun;
	pthread_mutex_unlock(&f->lock);
	return begun;
}

/* Take so much of it as there is room for. */
static size_t enqueue(struct flow *f, struct str bytes)
{
	size_t room = FLOW_ROOM - unread(f).n, n = bytes.n < room ? bytes.n : room;

	if (f->queue.n + n > FLOW_ROOM) {
		f->queue.n -= f->sent;
		memmove(f->queue.p, f->queue.p + f->sent, f->queue.n);
		f->sent = 0;
	}
	buf_add(&f->queue, str_slice(bytes, 0, n));
	return n;
}

size_t flow_put(struct flow *f, struct str bytes)
{
	size_t n = bytes.n;

	pthread_mutex_lock(&f->lock);
	f->too_large |= f->written + (int64_t)bytes.n > FLOW_MAX;
	if (!f->left && !is_over(f) && !f->too_large) {
		n = enqueue(f, bytes);
		f->held = n < bytes.n;
	}
	f->written += (int64_t)n;
	f->wrote_us = time_monotonic_us();
	unlock_and_tell(f);
	return n;
}

bool flow_is_too_large(struct flow *f)
{
	bool too_large;

	pthread_mutex_lock(&f->lock);
	too_large = f->too_large;
	pthread_mutex_unlock(&f->lock);
	return too_large;
}

bool flow_writer_left(struct flow *f)
{
	bool left;

	pthread_mutex_lock(&f->lock);
	left = f->writer && time_monotonic_us() - f->wrote_us > QUIET_US &&
	       http_client_left(f->writer);
	pthread_mutex_unlock(&f->lock);
	return left;
}

void flow_written(struct flow *f)
{
	pthread_mutex_lock(&f->lock);
	f->writer = NULL;
	f->held = false;
	pthread_mutex_unlock(&f->lock);
	flow_release(f);
}

void flow_finish(struct flow *f, const struct flow_end *end)
{
	pthread_mutex_lock(&f->lock);
	if (!is_over(f)) {
		f->ended = true;
		f->end.failed = end->failed;
		f->end.code = arena_dup(f->arena, end->code);
		f->end.details = arena_dup(f->arena, end->details);
		f->end.log = arena_dup(f->arena, end->log);
	}
	let_write(f);
	unlock_and_tell(f);
}

void flow_break(struct flow *f)
{
	pthread_mutex_lock(&f->lock);
	f->broken = !f->ended;
	let_write(f);
	unlock_and_tell(f);
}

/* --- the reader ------------------------------------------------------------------------------------- */

bool flow_is_ready(struct flow *f)
{
	bool ready;

	pthread_mutex_lock(&f->lock);
	ready = is_ready(f);
	pthread_mutex_unlock(&f->lock);
	return ready;
}

struct str flow_type(struct flow *f)
{
	struct str type;

	pthread_mutex_lock(&f->lock);
	type = f->type;
	pthread_mutex_unlock(&f->lock);
	return type;
}

/* So much was read: there may be room again. */
static void take(struct flow *f, size_t n)
{
	f->sent += n;
	if (f->sent == f->queue.n) {
		buf_clear(&f->queue);
		f->sent = 0;
	}
	if (unread(f).n <= FLOW_ROOM / 2)
		let_write(f);
}

bool flow_head(struct flow *f, struct arena *a, struct str *head)
{
	ptrdiff_t at;

	pthread_mutex_lock(&f->lock);
	at = has_head(f) ? str_find_str(unread(f), str_make(zeros, sizeof(zeros))) : -1;
	if (at >= 0) {
		*head = arena_dup(a, str_slice(unread(f), 0, (size_t)at));
		take(f, (size_t)at + sizeof(zeros));
	}
	pthread_mutex_unlock(&f->lock);
	return at >= 0;
}

void flow_attach(struct flow *f, struct http_stream *reader)
{
	pthread_mutex_lock(&f->lock);
	f->reader = reader;
	unlock_and_tell(f);
}

ssize_t flow_read(struct flow *f, char *out, size_t max)
{
	ssize_t n = 0;

	pthread_mutex_lock(&f->lock);
	if (f->broken) {
		n = HTTP_SOURCE_BROKEN;
	} else if (unread(f).n) {
		struct str some = str_slice(unread(f), 0, max);

		memcpy(out, some.p, some.n);
		n = (ssize_t)some.n;
		take(f, some.n);
	} else if (f->ended) {
		n = HTTP_SOURCE_END;
	}
	pthread_mutex_unlock(&f->lock);
	return n;
}

const struct flow_end *flow_how_ended(struct flow *f)
{
	return &f->end;
}

void flow_leave(struct flow *f)
{
	pthread_mutex_lock(&f->lock);
	f->reader = NULL;
	f->left = true;
	buf_clear(&f->queue);
	f->sent = 0;
	let_write(f);
	pthread_mutex_unlock(&f->lock);
	flow_release(f);
}
