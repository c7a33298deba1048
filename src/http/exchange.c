/*
 * One request from its first line to the end of its answer: libmicrohttpd's callbacks.
 *
 * They run on the loop's thread, in this order: exchange_begin() when the request line is there,
 * exchange_continue() when the headers are there, for each piece of the body, and once more when all is
 * there; then the handler runs. A parked exchange is suspended, and continued when it was resumed, and so is one whose
 * body is taken more slowly than it comes.
 * exchange_completed() ends it, however it ended.
 */
#include "http/inside.h"

#include <poll.h>
#include <stdlib.h>

#include "base/log.h"

void exchange_split_target(struct http_request *req)
{
	struct str rest = req->target;

	/* A proxy's absolute form names scheme and host first. */
	if (rest.n && rest.p[0] != '/') {
		ptrdiff_t at = str_find_str(rest, STR("://"));
		struct str host = at > 0 ? str_slice(rest, (size_t)at + 3, rest.n) : STR_NONE;
		ptrdiff_t slash = str_find(host, '/');

		if (at > 0)
			rest = slash < 0 ? STR("/") : str_slice(host, (size_t)slash, host.n);
	}
	req->path = str_cut(&rest, '?');
	req->query = rest;
}

void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct loop *loop = cls;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct connection *c = info ? info->socket_context : NULL;
	struct arena *a;
	struct exchange *e;

	if (!c)
		return NULL;
	a = arena_new();
	e = ARENA_NEW(a, struct exchange);
	e->req.arena = a;
	e->req.impl = e;
	e->req.target = arena_dup(a, str_of(uri));
	e->req.peer = arena_dup(a, str_make(c->peer, c->peer_n));
	e->req.port = c->listener->port;
	e->req.tls = c->listener->tls;
	e->req.tag = c->tag;
	exchange_split_target(&e->req);
	e->connection = c;
	e->loop = loop;
	e->mhd = mhd;
	e->answer_end = &e->answer_headers;
	e->body.spool_fd = -1;
	e->body.slot = c->tag ? -1 : (int)c->slot;
	atomic_fetch_add_explicit(&loop->exchanges, 1, memory_order_relaxed);
	return e;
}

/* Headers are copied: a parked request's owner may read them when the connection is gone. */
static enum MHD_Result copy_header(void *cls, enum MHD_ValueKind kind, const char *name,
				   size_t name_n, const char *value, size_t value_n)
{
	struct exchange *e = cls;
	char *p = arena_alloc(e->req.arena, sizeof(struct header) + name_n + value_n);
	struct header *h = (struct header *)p;

	(void)kind;
	p += sizeof(*h);
	memcpy(p, name, name_n);
	if (value_n)
		memcpy(p + name_n, value, value_n);
	*h = (struct header){ NULL, str_make(p, name_n), str_trim(str_make(p + name_n, value_n)) };
	*e->answer_end = h;
	e->answer_end = &h->next;
	return MHD_YES;
}

static size_t expected_bytes(struct exchange *e)
{
	struct str length = http_header(&e->req, "Content-Length");
	int64_t n;

	if (http_header(&e->req, "Transfer-Encoding").p)
		return SIZE_MAX;
	return str_to_int(length, &n) && n >= 0 ? (size_t)n : 0;
}

static enum MHD_Result run_handler(struct exchange *e);

static void copy_headers(struct exchange *e, enum MHD_ValueKind kind, struct header **to)
{
	e->answer_end = to;
	MHD_get_connection_values_n(e->mhd, kind, copy_header, e);
	e->answer_end = &e->answer_headers;
}

static bool is_taken(struct exchange *e)
{
	const struct http_listener *l = e->connection->listener;
	struct http_taker taker = { 0 };

	if (!l->takes || !l->takes(&e->req, l->context, &taker))
		return false;
	e->taker = taker;
	MHD_set_connection_option(e->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
	watch_start(e->connection);
	return true;
}

/*
 * Does a request end where anybody else would see its end? What says so twice, or in ways of its own, hides a second one
 * from whatever stands in front of us. RFC 9112, 3.2, 5.1 and 6.3.
 */
static bool is_plain(const struct exchange *e)
{
	int hosts = 0, ends = 0;

	for (const struct header *h = e->headers; h; h = h->next) {
		bool coded = str_eq_nocase(h->name, STR("Transfer-Encoding"));

		hosts += str_eq_nocase(h->name, STR("Host"));
		ends += coded || str_eq_nocase(h->name, STR("Content-Length"));
		if (!str_eq(str_trim(h->name), h->name) ||
		    (coded && !str_eq_nocase(h->value, STR("chunked"))))
			return false;
	}
	return hosts <= 1 && ends <= 1;
}

static enum MHD_Result start(struct exchange *e, const char *method)
{
	size_t expected;

	e->req.method = arena_dup(e->req.arena, str_of(method));
	copy_headers(e, MHD_HEADER_KIND, &e->headers);
	e->phase = PHASE_BODY;
	if (!is_plain(e))
		return answer_refuse(e->mhd, 400, "Where this request ends is not clear.\n");
	if (is_taken(e))
		return MHD_YES;
	expected = expected_bytes(e);
	body_start(&e->body, e->req.arena, e->connection->listener->body_max, expected);
	/* Who asks before sending, or would send without end, is answered now. */
	if (e->body.overlong &&
	    (http_header(&e->req, "Expect").p || expected - e->body.max > BODY_DROPPED_MAX))
		return run_handler(e);
	return MHD_YES;
}

static void parked_insert(struct exchange *e)
{
	struct loop *loop = e->loop;

	pthread_mutex_lock(&loop->lock);
	e->previous = NULL;
	e->next = loop->parked;
	if (e->next)
		e->next->previous = e;
	loop->parked = e;
	pthread_mutex_unlock(&loop->lock);
	atomic_fetch_add(&loop->parked_count, 1);
}

static void parked_remove(struct exchange *e)
{
	struct loop *loop = e->loop;

	pthread_mutex_lock(&loop->lock);
	if (e->previous)
		e->previous->next = e->next;
	else
		loop->parked = e->next;
	if (e->next)
		e->next->previous = e->previous;
	pthread_mutex_unlock(&loop->lock);
	atomic_fetch_sub(&loop->parked_count, 1);
}

static enum MHD_Result suspend(struct exchange *e, enum phase phase)
{
	unsigned none = 0;

	e->phase = phase;
	parked_insert(e);
	MHD_suspend_connection(e->mhd);
	/* Resumed in the meantime: whoever did it saw no suspended connection and left this to us. */
	if (!atomic_compare_exchange_strong(&e->parked, &none, PARKED_SUSPENDED))
		loop_resume(e->loop, e->mhd);
	return MHD_YES;
}

static enum MHD_Result park(struct exchange *e)
{
	if (atomic_load(&e->parked) & PARKED_RESUMED)
		return answer_queue(e);
	return suspend(e, PHASE_PARKED);
}

/* All of the body was taken. */
static void taken(struct exchange *e)
{
	MHD_set_connection_option(e->mhd, MHD_CONNECTION_OPTION_TIMEOUT,
				  e->connection->listener->idle_seconds);
	watch_end(e->connection);
	e->req.taken = e->taker.arg;
	e->taker.broken = NULL;
}

/* What handlers leave to be done after them, on their own thread. */
static _Thread_local struct {
	bool open;
	int count;
	struct {
		void (*fn)(void *arg);
		void *arg;
	} each[4];
} afterwards;

bool http_after(void (*fn)(void *arg), void *arg)
{
	if (!afterwards.open ||
	    afterwards.count == sizeof(afterwards.each) / sizeof(*afterwards.each))
		return false;
	afterwards.each[afterwards.count].fn = fn;
	afterwards.each[afterwards.count++].arg = arg;
	return true;
}

static enum http_outcome call_handler(struct exchange *e)
{
	struct http_listener *l = e->connection->listener;
	enum http_outcome outcome;

	afterwards.open = true;
	outcome = l->handler(&e->req, l->context);
	afterwards.open = false;
	while (afterwards.count) {
		afterwards.count--;
		afterwards.each[afterwards.count].fn(afterwards.each[afterwards.count].arg);
	}
	return outcome;
}

static enum MHD_Result run_handler(struct exchange *e)
{
	atomic_fetch_add_explicit(&e->loop->requests, 1, memory_order_relaxed);
	if (atomic_load_explicit(&e->loop->server->stopping, memory_order_relaxed))
		return answer_refuse(e->mhd, 503, "The server is stopping.\n");
	if (!body_finish(&e->body, &e->req.body))
		return answer_refuse(e->mhd, 507, "The server has no room for this body.\n");
	if (http_header(&e->req, "Transfer-Encoding").p)
		copy_headers(e, MHD_FOOTER_KIND, &e->trailers);
	if (e->taker.take)
		taken(e);
	e->req.overlong = e->body.overlong;
	if (call_handler(e) == HTTP_PARKED)
		return park(e);
	return answer_queue(e);
}

void exchange_free(struct exchange *e)
{
	if (e->stream)
		stream_end(e->stream);
	arena_free(e->req.arena);
}

/* The loop has done with an exchange. An abandoned one may still have its other owner. */
static void let_go(struct exchange *e)
{
	atomic_fetch_sub_explicit(&e->loop->exchanges, 1, memory_order_relaxed);
	if ((atomic_load(&e->parked) & PARKED_ABANDONED) &&
	    !(atomic_fetch_or(&e->parked, PARKED_DETACHED) & PARKED_RESUMED))
		return;
	exchange_free(e);
}

static enum MHD_Result unpark(struct exchange *e, void **context)
{
	struct MHD_Connection *mhd = e->mhd;

	parked_remove(e);
	if (!(atomic_load(&e->parked) & PARKED_ABANDONED))
		return answer_queue(e);
	*context = NULL;
	let_go(e);
	return answer_refuse(mhd, 503, "The server is stopping.\n");
}

/* Hand on what has come of the body; what is not taken waits where it is. */
static enum MHD_Result take(struct exchange *e, const char *p, size_t *n)
{
	*n -= e->taker.take(e->taker.arg, str_make(p, *n));
	return *n ? suspend(e, PHASE_HELD) : MHD_YES;
}

/* No longer held. False when the server stops: then nobody has said that more is wanted. */
static bool unhold(struct exchange *e)
{
	parked_remove(e);
	e->phase = PHASE_BODY;
	return !(atomic_exchange(&e->parked, 0) & PARKED_ABANDONED);
}

enum MHD_Result exchange_continue(void *cls, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_n, void **context)
{
	struct exchange *e = *context;
	size_t n = *upload_n;

	(void)cls;
	(void)mhd;
	(void)url;
	(void)version;
	if (!e)
		return MHD_NO;
	if (e->phase == PHASE_NEW)
		return start(e, method);
	if (e->phase == PHASE_PARKED)
		return unpark(e, context);
	if (e->phase == PHASE_HELD && !unhold(e))
		return MHD_NO;
	if (n && e->taker.take)
		return take(e, upload, upload_n);
	if (n) {
		*upload_n = 0;
		return body_add(&e->body, upload, n) ? MHD_YES : MHD_NO;
	}
	return run_handler(e);
}

void exchange_completed(void *cls, struct MHD_Connection *mhd, void **context,
			enum MHD_RequestTerminationCode how)
{
	struct exchange *e = *context;

	(void)cls;
	if (!e)
		return;
	*context = NULL;
	/* Resumed, but its client had left in the meantime. */
	if (e->phase == PHASE_PARKED)
		parked_remove(e);
	else if (e->phase == PHASE_HELD)
		unhold(e);
	if (e->taker.broken) {
		watch_end(e->connection);
		e->taker.broken(e->taker.arg);
	}
	if (e->stream && how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		MHD_set_connection_option(mhd, MHD_CONNECTION_OPTION_TIMEOUT,
					  e->connection->listener->idle_seconds);
	let_go(e);
}

bool http_client_left(const struct http_request *req)
{
	const struct exchange *e = req->impl;
	struct pollfd fd = { .fd = e->connection->fd, .events = POLLRDHUP };

	/* An abandoned exchange may have outlived its connection. */
	if (atomic_load(&e->parked) & PARKED_ABANDONED)
		return true;
	return poll(&fd, 1, 0) > 0 && fd.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

void http_take_more(struct http_request *req)
{
	http_resume(req);
}

void http_resume(struct http_request *req)
{
	struct exchange *e = req->impl;
	struct MHD_Connection *mhd = e->mhd;
	struct loop *loop = e->loop;
	unsigned before = atomic_fetch_or(&e->parked, PARKED_RESUMED);

	if (before & PARKED_DETACHED) {
		exchange_free(e);
	} else if (before == PARKED_SUSPENDED) {
		/* The server's end waits for this count, since resuming still uses the daemon. */
		atomic_fetch_add(&loop->resuming, 1);
		loop_resume(loop, mhd);
		atomic_fetch_sub(&loop->resuming, 1);
	}
}

void exchange_abandon_parked(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	for (struct exchange *e = loop->parked; e; e = e->next) {
		unsigned suspended = PARKED_SUSPENDED;

		if (atomic_compare_exchange_strong(&e->parked, &suspended,
						   PARKED_SUSPENDED | PARKED_ABANDONED))
			loop_resume(loop, e->mhd);
	}
	pthread_mutex_unlock(&loop->lock);
}
