/*
 * Streams: answers that stay open, written to from any thread, or read from a source.
 *
 * While nothing is queued the connection is suspended, which costs nothing and also means that
 * the library does not look at it: watch.c tells when the client leaves.
 */
#include "http/inside.h"

#include <sys/socket.h>

enum { QUEUE_MAX = 1024 * 1024, BLOCK = 4096 };

struct http_stream {
	struct http_stream *next, *previous; /* in server->streams, under the server's lock */
	bool listed;
	struct exchange *exchange;
	void (*gone)(void *arg);
	void *arg;
	ssize_t (*read)(void *arg, char *out, size_t max); /* of a source; NULL: it is written to */

	pthread_mutex_t lock; /* of what follows */
	struct buf queue;
	size_t sent;    /* bytes at the front of `queue` that are sent */
	bool suspended; /* nothing to send, the loop is not looking */
	bool closed;    /* ends after what is queued */
	bool left;      /* ends at once */
	bool woken;     /* the source may have more than it said last */
};

/* Under the stream's lock: let the loop look at it again. */
static void wake(struct http_stream *s)
{
	if (!s->suspended)
		return;
	s->suspended = false;
	loop_resume(s->exchange->loop, s->exchange->mhd);
}

static struct http_stream *stream_new(struct http_request *req, int status, const char *type)
{
	struct exchange *e = req->impl;
	struct http_stream *s = ARENA_NEW(req->arena, struct http_stream);

	s->exchange = e;
	pthread_mutex_init(&s->lock, NULL);
	buf_init(&s->queue, QUEUE_MAX);
	http_answer(req, status, type, STR_NONE);
	e->stream = s;
	return s;
}

struct http_stream *http_stream_start(struct http_request *req, const char *type,
				      void (*gone)(void *arg), void *arg)
{
	struct http_stream *s = stream_new(req, 200, type);

	s->gone = gone;
	s->arg = arg;
	return s;
}

struct http_stream *http_stream_pull(struct http_request *req, int status, const char *type,
				     const struct http_source *source)
{
	struct http_stream *s = stream_new(req, status, type);

	s->read = source->read;
	s->gone = source->gone;
	s->arg = source->arg;
	return s;
}

void http_stream_wake(struct http_stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->woken = true;
	wake(s);
	pthread_mutex_unlock(&s->lock);
}

bool http_stream_write(struct http_stream *s, struct str bytes)
{
	bool taken = true;

	pthread_mutex_lock(&s->lock);
	if (s->closed || s->left) {
		taken = false;
	} else {
		if (s->sent && s->queue.n + bytes.n > QUEUE_MAX / 2) {
			s->queue.n -= s->sent;
			memmove(s->queue.p, s->queue.p + s->sent, s->queue.n);
			s->sent = 0;
		}
		buf_add(&s->queue, bytes);
		if (s->queue.overflow) {
			/* The loop is waiting for this client's socket: end that wait. */
			s->left = true;
			taken = false;
			if (s->listed)
				shutdown(s->exchange->connection->fd, SHUT_RDWR);
		}
		wake(s);
	}
	pthread_mutex_unlock(&s->lock);
	return taken;
}

void http_stream_close(struct http_stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->closed = true;
	wake(s);
	pthread_mutex_unlock(&s->lock);
}

/*
 * End the answer in the middle. The library notes that the connection is to be closed, and does so when it next looks at
 * it: that is now, since those with a time-out of their own are looked at whenever the loop wakes.
 */
static ssize_t break_off(struct http_stream *s)
{
	loop_resume(s->exchange->loop, s->exchange->mhd);
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

/* The library wants bytes, on the loop's thread. */
static ssize_t read_queue(void *cls, uint64_t position, char *out, size_t max)
{
	struct http_stream *s = cls;
	ssize_t n = 0;

	(void)position;
	pthread_mutex_lock(&s->lock);
	if (s->left) {
		n = break_off(s);
	} else if (s->queue.n > s->sent) {
		size_t all = s->queue.n - s->sent;

		n = (ssize_t)(all < max ? all : max);
		memcpy(out, s->queue.p + s->sent, (size_t)n);
		s->sent += (size_t)n;
		if (s->sent == s->queue.n) {
			buf_clear(&s->queue);
			s->sent = 0;
		}
	} else if (s->closed) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		s->suspended = true;
		MHD_suspend_connection(s->exchange->mhd);
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* Before the source is asked; false when it need not be any more. */
static bool ask(struct http_stream *s)
{
	bool wanted;

	pthread_mutex_lock(&s->lock);
	wanted = !s->left && !s->closed;
	s->woken = false;
	pthread_mutex_unlock(&s->lock);
	return wanted;
}

/* The source has nothing; false when it has been woken since it was asked. */
static bool rest(struct http_stream *s)
{
	bool resting;

	pthread_mutex_lock(&s->lock);
	resting = s->suspended = !s->woken && !s->left && !s->closed;
	if (resting)
		MHD_suspend_connection(s->exchange->mhd);
	pthread_mutex_unlock(&s->lock);
	return resting;
}

/* The library wants bytes of a source, on the loop's thread. The stream's lock is not held: the source may have its own. */
static ssize_t read_source(void *cls, uint64_t position, char *out, size_t max)
{
	struct http_stream *s = cls;

	(void)position;
	while (ask(s)) {
		ssize_t n = s->read(s->arg, out, max);

		if (n == HTTP_SOURCE_END)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (n < 0)
			break;
		if (n > 0 || rest(s))
			return n;
	}
	return break_off(s);
}

struct MHD_Response *stream_response(struct exchange *e)
{
	struct http_stream *s = e->stream;
	struct http_server *server = e->loop->server;
	unsigned idle_seconds = e->connection->listener->idle_seconds;
	bool leaving;

	pthread_mutex_lock(&server->lock);
	e->connection->stream = s;
	leaving = e->connection->leaving;
	s->previous = NULL;
	s->next = server->streams;
	if (s->next)
		s->next->previous = s;
	server->streams = s;
	pthread_mutex_unlock(&server->lock);
	atomic_fetch_add(&server->stream_count, 1);

	pthread_mutex_lock(&s->lock);
	s->listed = true;
	/* Set before this stream was listed, so nobody else will close it. */
	if (atomic_load(&server->stopping))
		s->closed = true;
	s->left |= leaving;
	pthread_mutex_unlock(&s->lock);
	watch_start(e->connection);
	/* See break_off(). */
	MHD_set_connection_option(e->mhd, MHD_CONNECTION_OPTION_TIMEOUT,
				  idle_seconds == IDLE_SECONDS ? IDLE_SECONDS + 1U : idle_seconds);
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK,
						 s->read ? read_source : read_queue, s, NULL);
}

static void unlist(struct http_stream *s)
{
	struct connection *c = s->exchange->connection;
	struct http_server *server = c->loop->server;

	watch_end(c);
	pthread_mutex_lock(&server->lock);
	c->stream = NULL;
	if (s->previous)
		s->previous->next = s->next;
	else
		server->streams = s->next;
	if (s->next)
		s->next->previous = s->previous;
	pthread_mutex_unlock(&server->lock);
	atomic_fetch_sub(&server->stream_count, 1);
}

void stream_end(struct http_stream *s)
{
	if (s->listed)
		unlist(s);
	pthread_mutex_lock(&s->lock);
	s->left = true;
	s->listed = false;
	s->suspended = false;
	pthread_mutex_unlock(&s->lock);
	if (s->gone)
		s->gone(s->arg);
	pthread_mutex_destroy(&s->lock);
	buf_release(&s->queue);
}

void stream_left(struct http_stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->left = true;
	wake(s);
	pthread_mutex_unlock(&s->lock);
}

void stream_close_all(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	for (struct http_stream *s = server->streams; s; s = s->next)
		http_stream_close(s);
	pthread_mutex_unlock(&server->lock);
}
