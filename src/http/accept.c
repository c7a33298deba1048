/*
 * The acceptor: one thread that accepts for every listener and hands the sockets to the loops.
 *
 * Its epoll set also holds the sockets that watch.c watches, for their clients' leaving only. An event's
 * data is a listener's address (even), twice a watch_id plus one (odd), or 0 for the end.
 */
#include "http/inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"

enum {
	EVENTS = 64,
	ACCEPTS_AT_ONCE = 64,
	SAY_AGAIN_US = 10 * 1000 * 1000,
	NUDGE_MS = 50,
	/* Of a sandbox's connection, whose writer can wait: the kernel would keep up to 32 MB of what is not read. */
	ADOPTED_UNREAD = 128 << 10,
};

static int64_t connections(struct http_server *s)
{
	return http_server_figures(s).connections;
}

/* Say that clients are turned away, at most once in ten seconds. */
static void say_refused(struct http_server *s, const char *reason)
{
	int64_t now = time_monotonic_us();

	s->refused++;
	if (s->refused_said_us && now - s->refused_said_us < SAY_AGAIN_US)
		return;
	s->refused_said_us = now;
	log_warn("http: turning clients away (%lld since this was said last): %s. Raise the limit "
		 "of open files (ulimit -n, now %d) to serve more.",
		 (long long)s->refused, reason, s->fd_limit);
	s->refused = 0;
}

static struct loop *next_loop(struct http_listener *l)
{
	struct loop *loop;

	pthread_mutex_lock(&l->server->lock);
	loop = &l->group->loops[l->group->next++ % (unsigned)l->group->count];
	pthread_mutex_unlock(&l->server->lock);
	return loop;
}

/* Give a connected socket to a loop. Takes the descriptor. */
static bool hand_over(struct http_listener *l, int fd, uint64_t tag, const struct sockaddr *peer,
		      socklen_t n)
{
	struct http_server *s = l->server;

	if (fd >= s->fd_limit || connections(s) >= s->connection_limit) {
		close(fd);
		return false;
	}
	atomic_store(&s->listener_of_fd[fd], l);
	atomic_store(&s->tag_of_fd[fd], tag);
	loop_give(next_loop(l), fd, peer, n);
	return true;
}

bool http_adopt(struct http_listener *l, int fd, uint64_t tag)
{
	struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
	int unread = ADOPTED_UNREAD;
	socklen_t n = sizeof(peer);

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &unread, sizeof(unread));
	if (getpeername(fd, (struct sockaddr *)&peer, &n) != 0)
		n = sizeof(peer);
	return hand_over(l, fd, tag, (struct sockaddr *)&peer, n);
}

/* Out of descriptors: accept with the spare one and close, so that the client knows at once. */
static void turn_away(struct http_server *s, int listen_fd)
{
	int fd;

	say_refused(s, "no file descriptors are left");
	if (s->spare_fd < 0)
		return;
	close(s->spare_fd);
	fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	s->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* When half of all connections are taken, nobody gets more than a quarter: the others are for others. */
static bool has_enough(struct http_server *s, const struct sockaddr *peer)
{
	return connections(s) >= s->connection_limit / 2 &&
	       atomic_load(&s->of_peer[peer_slot(peer)]) >= s->connection_limit / 4;
}

static void accept_some(struct http_listener *l)
{
	struct http_server *s = l->server;

	for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
		struct sockaddr_storage peer;
		socklen_t n = sizeof(peer);
		int fd = accept4(l->fd, (struct sockaddr *)&peer, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0 && has_enough(s, (struct sockaddr *)&peer)) {
			close(fd);
			say_refused(s, "one address has very many connections");
			continue;
		}
		if (fd >= 0) {
			if (!hand_over(l, fd, 0, (struct sockaddr *)&peer, n))
				say_refused(s, "too many are connected");
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			turn_away(s, l->fd);
			return;
		}
		if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

static void *acceptor_main(void *arg)
{
	struct http_server *s = arg;

	pthread_setname_np(pthread_self(), "accept");
	for (;;) {
		struct epoll_event events[EVENTS];
		int n = epoll_wait(s->epoll_fd, events, EVENTS, watch_nudge(s) ? NUDGE_MS : -1);

		for (int i = 0; i < n; i++) {
			uint64_t data = events[i].data.u64;

			if (!data)
				return NULL;
			if (data & 1)
				watch_left(s, data >> 1);
			else
				accept_some((struct http_listener *)(uintptr_t)data);
		}
	}
}

bool acceptor_start(struct http_server *s, const char **why)
{
	struct epoll_event end = { .events = EPOLLIN };

	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	s->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (s->epoll_fd >= 0 && s->stop_fd >= 0 &&
	    epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->stop_fd, &end) == 0 &&
	    pthread_create(&s->acceptor, NULL, acceptor_main, s) == 0)
		return true;
	*why = "the HTTP server cannot start its accepting thread: the system has no resources left";
	return false;
}

void acceptor_stop(struct http_server *s)
{
	uint64_t one = 1;

	if (write(s->stop_fd, &one, sizeof(one)) != sizeof(one))
		abort();
	pthread_join(s->acceptor, NULL);
}

bool acceptor_add(struct http_listener *l)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = (uintptr_t)l };

	return epoll_ctl(l->server->epoll_fd, EPOLL_CTL_ADD, l->fd, &event) == 0;
}

/* --- listening -------------------------------------------------------------- */

static const char *cannot_bind(struct arena *a, const struct http_listen *how, int error)
{
	switch (error) {
	case EADDRINUSE:
		return arena_printf(a,
				    "port %d on %s is in use by another program: stop that "
				    "program, or choose another port",
				    how->port, how->address);
	case EACCES:
		return arena_printf(a,
				    "port %d on %s may be opened by the administrator only: "
				    "choose a port above 1023",
				    how->port, how->address);
	case EADDRNOTAVAIL:
		return arena_printf(a,
				    "cannot listen on port %d of %s, which is no address of this "
				    "machine: choose one of its own, or 0.0.0.0 for all of them",
				    how->port, how->address);
	default:
		return arena_printf(a, "cannot listen on port %d of %s: %s", how->port,
				    how->address, strerror(error));
	}
}

/* What every accepted socket inherits: no delay, and a dead peer found within a minute. */
static void set_options(int fd, int family)
{
	int on = 1, off = 0, idle = 30, interval = 10, probes = 3;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
}

static int local_port(int fd)
{
	/* An IPv4 address has its port at the same place. */
	struct sockaddr_in6 at = { 0 };
	socklen_t n = sizeof(at);

	return getsockname(fd, (struct sockaddr *)&at, &n) == 0 ? ntohs(at.sin6_port) : 0;
}

/* A listening socket, or -1 with a sentence. */
static int open_socket(const struct http_listen *how, struct arena *a, const char **why)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	int fd, error;

	if (how->port < 0 || how->port > 65535) {
		*why = arena_printf(a, "%d is no port: ports go from 1 to 65535", how->port);
		return -1;
	}
	if (getaddrinfo(how->address, arena_printf(a, "%d", how->port), &hints, &found) != 0) {
		*why = arena_printf(a,
				    "\"%s\" is no address to listen on: write an address of "
				    "this machine, such as 127.0.0.1, or 0.0.0.0 for all of them",
				    how->address);
		return -1;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	error = errno;
	if (fd >= 0) {
		set_options(fd, found->ai_family);
		error = bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 4096) != 0
				? errno
				: 0;
		if (error) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	if (fd < 0)
		*why = cannot_bind(a, how, error);
	return fd;
}

static bool start_tls(struct http_listener *l, const struct http_listen *how, const char **why)
{
	if (how->like) {
		l->tls = how->like->tls;
		l->group = how->like->group;
		return true;
	}
	if (!how->cert_pem || !how->key_pem) {
		l->group = &l->server->plain;
		return true;
	}
	l->tls = true;
	l->group = &l->tls_group;
	if (group_start(&l->tls_group, l->server, how->cert_pem, how->key_pem))
		return true;
	*why = "the certificate and its key cannot be used: they must be PEM texts that belong together";
	return false;
}

static unsigned idle_of(const struct http_listen *how)
{
	if (how->idle_seconds == HTTP_IDLE_FOREVER)
		return 0;
	return how->idle_seconds ? (unsigned)how->idle_seconds : IDLE_SECONDS;
}

struct http_listener *http_listen(struct http_server *s, const struct http_listen *how,
				  struct arena *a, const char **why)
{
	struct http_listener *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	*l = (struct http_listener){ .server = s,
				     .handler = how->handler,
				     .takes = how->takes,
				     .context = how->context,
				     .body_max = how->body_max,
				     .idle_seconds = idle_of(how),
				     .fd = -1 };
	if (how->address) {
		l->fd = open_socket(how, a, why);
		if (l->fd < 0)
			goto failed;
		l->port = local_port(l->fd);
	}
	if (!start_tls(l, how, why))
		goto failed;
	pthread_mutex_lock(&s->lock);
	l->next = s->listeners;
	s->listeners = l;
	pthread_mutex_unlock(&s->lock);
	if (l->fd >= 0 && !acceptor_add(l)) {
		/* It stays in the server's list, which owns it now. */
		*why = cannot_bind(a, how, errno);
		return NULL;
	}
	return l;

failed:
	if (l->fd >= 0)
		close(l->fd);
	free(l);
	return NULL;
}

int http_listener_port(const struct http_listener *l)
{
	return l->port;
}
