/*
 * Noticing that a client has left.
 *
 * libmicrohttpd does not look at a suspended connection. One that it does look at it may still miss: its epoll set is
 * edge-triggered and it reads on only after a full read, so an end that came together with the last bytes gets no event
 * of its own. Most such connections end when they have been idle for long enough. The acceptor's thread watches those for
 * which that is too late: streams, bodies that are taken as they come, and connections that may be idle for ever.
 */
#include "http/inside.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/log.h"

void watch_start(struct connection *c)
{
	struct http_server *s = c->loop->server;
	struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT };

	pthread_mutex_lock(&s->lock);
	if (c->watches++ == 0) {
		c->watch_id = ++s->watch_ids;
		c->previous = NULL;
		c->next = s->watched;
		if (c->next)
			c->next->previous = c;
		s->watched = c;
		event.data.u64 = c->watch_id << 1 | 1;
		if (epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, c->fd, &event) != 0)
			log_warn("http: a client cannot be watched (errno %d)", errno);
	}
	pthread_mutex_unlock(&s->lock);
}

void watch_end(struct connection *c)
{
	struct http_server *s = c->loop->server;

	pthread_mutex_lock(&s->lock);
	if (--c->watches == 0) {
		epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
		if (c->previous)
			c->previous->next = c->next;
		else
			s->watched = c->next;
		if (c->next)
			c->next->previous = c->previous;
		s->leaving -= c->leaving;
		c->leaving = false;
	}
	pthread_mutex_unlock(&s->lock);
}

void watch_left(struct http_server *s, uint64_t id)
{
	pthread_mutex_lock(&s->lock);
	for (struct connection *c = s->watched; c; c = c->next) {
		if (c->watch_id != id)
			continue;
		c->leaving = true;
		s->leaving++;
		if (c->stream)
			stream_left(c->stream);
		break;
	}
	pthread_mutex_unlock(&s->lock);
}

/* The client has sent its end, so shutting this direction changes nothing, but the library gets an event to read by. It
 * may come to nothing when there still are bytes to be read: hence again and again. */
bool watch_nudge(struct http_server *s)
{
	bool some;

	pthread_mutex_lock(&s->lock);
	some = s->leaving > 0;
	for (const struct connection *c = some ? s->watched : NULL; c; c = c->next)
		if (c->leaving)
			shutdown(c->fd, SHUT_RD);
	pthread_mutex_unlock(&s->lock);
	return some;
}
