/*
 * The server: its loops (libmicrohttpd's daemons), its connections, its end.
 */
#include "http/inside.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"

enum {
	CONNECTION_MEMORY =
		32 * 1024, /* request line and headers, and the writing of an answer's head */
	FD_LIMIT_MAX = 65536,
	WAIT_STEP_US = 2000,
	SENDING_MS = 1000, /* for answers under way when the server stops */
};

/* --- connections ---------------------------------------------------------------- */

static void peer_text(struct connection *c, const struct sockaddr *peer)
{
	const struct in6_addr *six = &((const struct sockaddr_in6 *)peer)->sin6_addr;
	const void *at = NULL;
	int family = peer ? peer->sa_family : AF_UNSPEC;

	if (family == AF_INET)
		at = &((const struct sockaddr_in *)peer)->sin_addr;
	else if (family == AF_INET6)
		at = six;
	/* IPv4 that arrived on an IPv6 socket. */
	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(six)) {
		at = six->s6_addr + 12;
		family = AF_INET;
	}
	if (at && inet_ntop(family, at, c->peer, sizeof(c->peer)))
		c->peer_n = strlen(c->peer);
}

static void connection_opened(struct loop *loop, struct MHD_Connection *mhd, void **context)
{
	const union MHD_ConnectionInfo *info;
	struct connection *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->loop = loop;
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	c->fd = info->connect_fd;
	c->listener = atomic_load(&loop->server->listener_of_fd[c->fd]);
	c->tag = atomic_load(&loop->server->tag_of_fd[c->fd]);
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	peer_text(c, info ? info->client_addr : NULL);
	c->slot = peer_slot(info ? info->client_addr : NULL);
	/* A sandbox's connections are counted where the sandbox is; they have no address of their own. */
	if (!c->tag)
		atomic_fetch_add(&loop->server->of_peer[c->slot], 1);
	if (c->listener->idle_seconds != IDLE_SECONDS)
		MHD_set_connection_option(mhd, MHD_CONNECTION_OPTION_TIMEOUT,
					  c->listener->idle_seconds);
	if (!c->listener->idle_seconds)
		watch_start(c);
	*context = c;
	atomic_fetch_add(&loop->connections, 1);
}

static void connection_notify(void *cls, struct MHD_Connection *mhd, void **context,
			      enum MHD_ConnectionNotificationCode what)
{
	struct loop *loop = cls;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		connection_opened(loop, mhd, context);
	} else if (*context) {
		struct connection *c = *context;

		if (!c->listener->idle_seconds)
			watch_end(c);
		if (!c->tag)
			atomic_fetch_sub(&loop->server->of_peer[c->slot], 1);
		free(c);
		*context = NULL;
		atomic_fetch_sub(&loop->connections, 1);
	}
}

/* --- loops ---------------------------------------------------------------------- */

/* Targets stay as they were sent: signatures are computed over them. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

__attribute__((format(printf, 2, 0))) static void log_library(void *cls, const char *format,
							      va_list args)
{
	char text[512];
	int n = vsnprintf(text, sizeof(text), format, args);

	(void)cls;
	while (n > 0 && n < (int)sizeof(text) && text[n - 1] == '\n')
		text[--n] = '\0';
	log_debug("http: %s", text);
}

static bool loop_start(struct loop *loop, struct http_server *s, const char *cert_pem,
		       const char *key_pem)
{
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_TURBO | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = {
		{ cert_pem ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, (void *)cert_pem },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key_pem },
		{ MHD_OPTION_END, 0, NULL },
	};

	loop->server = s;
	pthread_mutex_init(&loop->lock, NULL);
	loop->daemon = MHD_start_daemon(
		cert_pem ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, exchange_continue, loop,
		MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_ARRAY, tls,
		MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, loop, MHD_OPTION_NOTIFY_COMPLETED,
		exchange_completed, loop, MHD_OPTION_NOTIFY_CONNECTION, connection_notify, loop,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->fd_limit, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
	if (loop->daemon && loop_begin(loop))
		return true;
	if (loop->daemon)
		MHD_stop_daemon(loop->daemon);
	return false;
}

bool group_start(struct group *g, struct http_server *s, const char *cert_pem, const char *key_pem)
{
	g->loops = calloc((size_t)s->threads, sizeof(*g->loops));
	if (!g->loops)
		abort();
	for (; g->count < s->threads; g->count++) {
		if (!loop_start(&g->loops[g->count], s, cert_pem, key_pem)) {
			pthread_mutex_destroy(&g->loops[g->count].lock);
			group_stop(g);
			return false;
		}
	}
	return true;
}

void group_stop(struct group *g)
{
	for (int i = 0; i < g->count; i++) {
		while (atomic_load(&g->loops[i].resuming))
			usleep(WAIT_STEP_US);
		loop_end(&g->loops[i]);
		MHD_stop_daemon(g->loops[i].daemon);
		pthread_mutex_destroy(&g->loops[i].lock);
	}
	free(g->loops);
	*g = (struct group){ 0 };
}

/* --- the server ------------------------------------------------------------------- */

/* Take as many descriptors as the system lets us, and keep some of them for files. */
static void set_limits(struct http_server *s)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		abort();
	if (limit.rlim_cur < FD_LIMIT_MAX && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < FD_LIMIT_MAX ? limit.rlim_max : FD_LIMIT_MAX;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	s->fd_limit = limit.rlim_cur < FD_LIMIT_MAX ? (int)limit.rlim_cur : FD_LIMIT_MAX;
	s->connection_limit = s->fd_limit - s->fd_limit / 4;
	s->listener_of_fd = calloc((size_t)s->fd_limit, sizeof(*s->listener_of_fd));
	s->tag_of_fd = calloc((size_t)s->fd_limit, sizeof(*s->tag_of_fd));
	if (!s->listener_of_fd || !s->tag_of_fd)
		abort();
}

static void server_release(struct http_server *s)
{
	if (s->epoll_fd >= 0)
		close(s->epoll_fd);
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	if (s->spare_fd >= 0)
		close(s->spare_fd);
	pthread_mutex_destroy(&s->lock);
	free(s->listener_of_fd);
	free(s->tag_of_fd);
	free(s);
}

struct http_server *http_server_new(int threads, struct arena *a, const char **why)
{
	struct http_server *s = calloc(1, sizeof(*s));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	(void)a;
	if (!s)
		abort();
	s->epoll_fd = s->stop_fd = s->spare_fd = -1;
	s->threads = threads > 0 ? threads : processors > 0 ? (int)processors : 1;
	pthread_mutex_init(&s->lock, NULL);
	/* A client that leaves is an error of a write, never a signal. */
	signal(SIGPIPE, SIG_IGN);
	set_limits(s);
	if (!group_start(&s->plain, s, NULL, NULL)) {
		*why = "the HTTP server cannot start its threads: the system has no resources left";
		server_release(s);
		return NULL;
	}
	if (!acceptor_start(s, why)) {
		group_stop(&s->plain);
		server_release(s);
		return NULL;
	}
	return s;
}

struct figures_sum {
	int64_t requests, connections, parked, exchanges;
};

static void add_figures(const struct group *g, struct figures_sum *sum)
{
	for (int i = 0; i < g->count; i++) {
		sum->requests += atomic_load(&g->loops[i].requests);
		sum->connections += atomic_load(&g->loops[i].connections);
		sum->parked += atomic_load(&g->loops[i].parked_count);
		sum->exchanges += atomic_load(&g->loops[i].exchanges);
	}
}

static struct figures_sum all_figures(struct http_server *s)
{
	struct figures_sum sum = { 0 };

	add_figures(&s->plain, &sum);
	pthread_mutex_lock(&s->lock);
	for (const struct http_listener *l = s->listeners; l; l = l->next)
		add_figures(&l->tls_group, &sum);
	pthread_mutex_unlock(&s->lock);
	return sum;
}

struct http_figures http_server_figures(struct http_server *s)
{
	struct figures_sum sum = all_figures(s);

	return (struct http_figures){ sum.requests, sum.connections, sum.parked,
				      atomic_load(&s->stream_count) };
}

static void abandon_parked(struct http_server *s)
{
	for (int i = 0; i < s->plain.count; i++)
		exchange_abandon_parked(&s->plain.loops[i]);
	for (struct http_listener *l = s->listeners; l; l = l->next)
		for (int i = 0; i < l->tls_group.count; i++)
			exchange_abandon_parked(&l->tls_group.loops[i]);
}

void http_server_free(struct http_server *s, int grace_ms)
{
	int64_t end = time_monotonic_us() + (int64_t)grace_ms * 1000;
	struct http_listener *l, *next;

	atomic_store(&s->stopping, true);
	acceptor_stop(s);
	for (l = s->listeners; l; l = l->next)
		if (l->fd >= 0)
			close(l->fd);
	stream_close_all(s);
	while (all_figures(s).parked && time_monotonic_us() < end)
		usleep(WAIT_STEP_US);
	/* No connection may be suspended when its daemon stops. */
	while (all_figures(s).parked) {
		abandon_parked(s);
		usleep(WAIT_STEP_US);
	}
	end = time_monotonic_us() + SENDING_MS * 1000;
	while (all_figures(s).exchanges && time_monotonic_us() < end)
		usleep(WAIT_STEP_US);
	group_stop(&s->plain);
	for (l = s->listeners; l; l = next) {
		next = l->next;
		group_stop(&l->tls_group);
		free(l);
	}
	server_release(s);
}
