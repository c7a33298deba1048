/*
 * A loop's thread: it runs libmicrohttpd's daemon whenever there is something to do, and waits otherwise.
 *
 * To wake a processor that has gone to sleep takes longer (40 us and more on a virtual machine) than to serve most
 * requests. So a loop that has just served somebody looks a moment longer for what comes next before it sleeps, as
 * long as that proves to be worth it; only one loop at a time, and any other thread that has work goes first.
 */
#include "http/inside.h"

#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"

enum {
	LOOK_US = 50, /* how long it looks */
	LUCK_MAX = 8,
	LUCK_LOST = 2,  /* by one look in vain: two of three must find something */
	TRY_AGAIN = 64, /* times that it slept at once */
	LONGEST_MS = 60000,
};

/* A connected socket on its way to the loop's thread: only that one may touch the daemon. */
struct arrival {
	struct arrival *next;
	int fd;
	socklen_t n;
	struct sockaddr_storage peer;
};

/* There is something to do that its sockets do not tell. From any thread. */
static void ring(struct loop *loop)
{
	uint64_t one = 1;

	atomic_store(&loop->rung, true);
	if (atomic_load(&loop->asleep) && write(loop->bell_fd, &one, sizeof(one)) != sizeof(one))
		log_debug("http: a bell rings already");
}

void loop_resume(struct loop *loop, struct MHD_Connection *connection)
{
	MHD_resume_connection(connection);
	ring(loop);
}

void loop_give(struct loop *loop, int fd, const struct sockaddr *peer, socklen_t n)
{
	struct arrival *arrival = calloc(1, sizeof(*arrival));

	if (!arrival)
		abort();
	arrival->fd = fd;
	arrival->n = n;
	memcpy(&arrival->peer, peer, n);
	pthread_mutex_lock(&loop->lock);
	arrival->next = loop->arrivals;
	loop->arrivals = arrival;
	pthread_mutex_unlock(&loop->lock);
	ring(loop);
}

static void take_arrivals(struct loop *loop, bool stop)
{
	struct arrival *arrival, *next;

	pthread_mutex_lock(&loop->lock);
	arrival = loop->arrivals;
	loop->arrivals = NULL;
	pthread_mutex_unlock(&loop->lock);
	for (; arrival; arrival = next) {
		next = arrival->next;
		if (stop)
			close(arrival->fd);
		else
			MHD_add_connection(loop->daemon, arrival->fd,
					   (struct sockaddr *)&arrival->peer, arrival->n);
		free(arrival);
	}
}

/* --- waiting ---------------------------------------------------------------------------------- */

/* Is it worth to look, rather than to sleep at once? Where it was not, that is tried again from time to time. */
static bool feels_lucky(struct loop *loop)
{
	if (loop->luck > 0)
		return true;
	loop->slept = (loop->slept + 1) % TRY_AGAIN;
	return !loop->slept;
}

static bool look(struct loop *loop, struct pollfd *sockets)
{
	int64_t end = time_monotonic_us() + LOOK_US;
	bool found;

	if (atomic_exchange(&loop->server->looking, true))
		return false;
	while (!(found = atomic_load(&loop->rung) || poll(sockets, 1, 0) > 0) &&
	       time_monotonic_us() < end)
		sched_yield();
	atomic_store(&loop->server->looking, false);
	loop->luck += found ? 1 : -LUCK_LOST;
	loop->luck = loop->luck < 0 ? 0 : loop->luck > LUCK_MAX ? LUCK_MAX : loop->luck;
	return found;
}

static void sleep_on(struct loop *loop, struct pollfd on[static 2], int ms)
{
	uint64_t rung;

	atomic_store(&loop->asleep, true);
	if (!atomic_load(&loop->rung))
		poll(on, 2, ms);
	atomic_store(&loop->asleep, false);
	if (on[1].revents && read(loop->bell_fd, &rung, sizeof(rung)) < 0)
		log_debug("http: a bell is silent");
}

static void wait_for_more(struct loop *loop, int epoll_fd)
{
	struct pollfd on[] = { { epoll_fd, POLLIN, 0 }, { loop->bell_fd, POLLIN, 0 } };
	int64_t served = atomic_load_explicit(&loop->requests, memory_order_relaxed);
	bool fresh = served != loop->served;
	MHD_UNSIGNED_LONG_LONG left;
	int ms = -1;

	loop->served = served;
	if (MHD_get_timeout(loop->daemon, &left) == MHD_YES)
		ms = left < LONGEST_MS ? (int)left : LONGEST_MS;
	if (ms && !(fresh && feels_lucky(loop) && look(loop, on)))
		sleep_on(loop, on, ms);
	atomic_store(&loop->rung, false);
}

static void *loop_main(void *arg)
{
	struct loop *loop = arg;
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	pthread_setname_np(pthread_self(), "http");
	while (!atomic_load(&loop->stop)) {
		wait_for_more(loop, info->epoll_fd);
		take_arrivals(loop, false);
		MHD_run(loop->daemon);
	}
	return NULL;
}

/* --- life ---------------------------------------------------------------------------------------- */

bool loop_begin(struct loop *loop)
{
	loop->bell_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->bell_fd >= 0 && pthread_create(&loop->thread, NULL, loop_main, loop) == 0)
		return true;
	if (loop->bell_fd >= 0)
		close(loop->bell_fd);
	return false;
}

void loop_end(struct loop *loop)
{
	atomic_store(&loop->stop, true);
	ring(loop);
	pthread_join(loop->thread, NULL);
	take_arrivals(loop, true);
	close(loop->bell_fd);
}
