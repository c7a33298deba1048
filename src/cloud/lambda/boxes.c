/* What sandboxes tell of the environments in them: the callbacks of struct sandboxes_config. */
#include <unistd.h>

#include "base/time.h"
#include "cloud/lambda/inside.h"

void pool_connected(void *arg, uint32_t id, int port, int fd)
{
	(void)arg;
	if (port == SANDBOX_PORT_TLS && !pool.config.named)
		close(fd);
	else
		http_adopt(port == SANDBOX_PORT_TLS     ? pool.config.named
			   : port == SANDBOX_PORT_CLOUD ? pool.config.cloud
							: pool.listener,
			   fd, id);
}

static void output(uint32_t id, bool beside, struct str bytes)
{
	struct environment *e;

	pthread_mutex_lock(&pool.lock);
	e = pool_find(id);
	if (e)
		report_output(e, beside, bytes);
	pthread_mutex_unlock(&pool.lock);
}

void pool_output(void *arg, uint32_t id, struct str bytes)
{
	(void)arg;
	output(id, false, bytes);
}

void pool_beside(void *arg, uint32_t id, struct str bytes)
{
	(void)arg;
	output(id, true, bytes);
}

void pool_memory(void *arg, uint32_t id, int64_t peak_kb, int64_t own_kb)
{
	struct environment *e;

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	e = pool_find(id);
	if (e) {
		e->peak_kb = peak_kb > e->peak_kb ? peak_kb : e->peak_kb;
		e->own_kb = own_kb;
		room_shrink();
	}
	pthread_mutex_unlock(&pool.lock);
}

/* Its program has ended, whatever it was doing. */
static void break_off(struct environment *e, const struct sandbox_end *end)
{
	struct invocation *i;

	if (end->peak_kb)
		e->peak_kb = end->peak_kb;
	if (!e->current && e->state == STARTING)
		pool_fail_init(e, e->init_error);
	i = e->current;
	if (i && !i->answered)
		report_exit(e, end);
	if (i && !i->done_us)
		i->done_us = time_monotonic_us();
	if (i)
		pool_finish(e);
}

static void bury(struct environment *e, const struct sandbox_end *end)
{
	if (e->state == STARTING)
		provide_began(e, false);
	break_off(e, end);
	pool_free_environment(e);
}

void pool_left(void *arg, uint32_t id, const struct sandbox_end *end)
{
	struct environment *e;

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	e = pool_find(id);
	if (e && e->state != ENDING) {
		break_off(e, end);
		environment_end(e, "failure");
	}
	pthread_mutex_unlock(&pool.lock);
}

void pool_ended(void *arg, uint32_t id, const struct sandbox_end *end)
{
	struct environment *e;

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	e = pool_find(id);
	if (e)
		bury(e, end);
	provide_all();
	room_dispatch(time_monotonic_us());
	pthread_mutex_unlock(&pool.lock);
}
