/*
 * The pool: one lock, a list of environments, a list of invocations, and a thread that watches time.
 *
 * An invocation's way: given to an environment (START), answered by its runtime, and over when the runtime asks for
 * the next event: the environment is frozen then, and once it stands still all that it printed has been
 * read (END, REPORT). A runtime that ends or runs too long ends its environment.
 */
#include "cloud/lambda/inside.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "cloud/lambda/unpack.h"

enum {
	IDLE_US = 5 * 60 * 1000000,
	INIT_TIMEOUT_US = 10 * 1000000,
	FORGET_US = 60 * 1000000,
	LOOK_MS = 1000,
};

/* Before its credentials expire an environment makes room for a new one. */
#define OLD_US ((int64_t)6 * 3600 * 1000000)

static struct pool {
	struct lambda_config config;
	struct sandboxes *sandboxes;
	struct http_listener *listener;
	const char *runtimes; /* where runtimes are installed */
	pthread_mutex_t lock;
	pthread_cond_t tick;
	pthread_t thread;
	bool running, stop;
	struct environment *environments;
	struct invocation *invocations;
	int64_t next_us; /* when the thread looks again */
} pool = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* --- invocations ------------------------------------------------------------------------- */

static struct invocation *invocation_new(const struct pool_ask *ask)
{
	struct arena *a = arena_new();
	struct invocation *i = ARENA_NEW(a, struct invocation);

	i->arena = a;
	i->id = arena_dup(a, ask->id);
	i->account = arena_printf(a, "%s", ask->account);
	i->arn = arena_printf(a, "%s", ask->arn);
	i->version = arena_printf(a, "%s", ask->version);
	i->key = arena_printf(a, "%s", ask->key);
	i->payload = arena_dup(a, ask->payload);
	i->client_context = ask->client_context.p ? arena_dup(a, ask->client_context) : STR_NONE;
	i->timeout_ms = ask->timeout_ms;
	i->memory_mb = ask->memory_mb;
	buf_init(&i->log, LOG_MAX_BYTES);
	buf_init(&i->answer, 8 << 20);
	i->next = pool.invocations;
	pool.invocations = i;
	return i;
}

static void invocation_free(struct invocation *i)
{
	struct invocation **at = &pool.invocations;

	while (*at != i)
		at = &(*at)->next;
	*at = i->next;
	buf_release(&i->log);
	buf_release(&i->answer);
	arena_free(i->arena);
}

/* It is over: tell who waits. */
static void finish(struct environment *e)
{
	struct invocation *i = e->current;

	e->current = NULL;
	report_end(i, e);
	i->done = true;
	i->forget_at_us = time_monotonic_us() + FORGET_US;
	pool.config.wake(pool.config.arg, str_of(i->account), i->id);
}

/* --- environments -------------------------------------------------------------------------- */

static struct environment *find(uint32_t id)
{
	struct environment *e = pool.environments;

	while (e && e->id != id)
		e = e->next;
	return e;
}

static void watch_until(int64_t at_us)
{
	if (at_us >= pool.next_us)
		return;
	pool.next_us = at_us;
	pthread_cond_signal(&pool.tick);
}

/* Answer the environment's question for an event with its current invocation. */
static void send_event(struct environment *e, struct http_request *req)
{
	struct invocation *i = e->current;
	int64_t deadline_ms = time_now_ms() + i->timeout_ms;

	i->began_us = time_monotonic_us();
	i->deadline_us = i->began_us + (int64_t)i->timeout_ms * 1000;
	e->state = BUSY;
	watch_until(i->deadline_us);
	report_start(i);
	http_set_header(req, "Lambda-Runtime-Aws-Request-Id", i->id);
	http_set_header(req, "Lambda-Runtime-Deadline-Ms",
			arena_strf(req->arena, "%lld", (long long)deadline_ms));
	http_set_header(req, "Lambda-Runtime-Invoked-Function-Arn", str_of(i->arn));
	http_set_header(req, "Lambda-Runtime-Trace-Id",
			arena_strf(req->arena, "Root=1-%08llx-%.24s;Sampled=0",
				   (unsigned long long)time_now_ms() / 1000,
				   "000000000000000000000000"));
	if (i->client_context.n)
		http_set_header(req, "Lambda-Runtime-Client-Context", i->client_context);
	http_answer(req, 200, "application/json", arena_dup(req->arena, i->payload));
}

static void stop_environment(struct environment *e)
{
	e->state = ENDING;
	sandbox_stop(pool.sandboxes, e->id);
}

static void environment_free(struct environment *e)
{
	struct environment **at = &pool.environments;

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	if (e->asking) {
		http_answer(e->asking, 500, NULL, STR(""));
		http_resume(e->asking);
	}
	arena_free(e->arena);
}

bool pool_invoke_warm(const struct pool_ask *ask)
{
	struct environment *e;

	pthread_mutex_lock(&pool.lock);
	for (e = pool.environments; e; e = e->next)
		if (e->state == IDLE && e->asking && strcmp(e->key, ask->key) == 0)
			break;
	if (e) {
		struct http_request *req = e->asking;

		e->asking = NULL;
		e->current = invocation_new(ask);
		send_event(e, req);
		sandbox_thaw(pool.sandboxes, e->id);
		http_resume(req);
	}
	pthread_mutex_unlock(&pool.lock);
	return e;
}

/* What the environments of an account have together; NULL: of all accounts. */
static int64_t memory_of(const char *account)
{
	int64_t sum = 0;

	for (struct environment *e = pool.environments; e; e = e->next)
		if (e->state != ENDING && (!account || strcmp(e->account, account) == 0))
			sum += e->memory_mb;
	return sum;
}

/* The idle environment that was used least recently, of an account or of all; or NULL. */
static struct environment *oldest_idle(const char *account)
{
	struct environment *oldest = NULL;

	for (struct environment *e = pool.environments; e; e = e->next)
		if (e->state == IDLE && (!account || strcmp(e->account, account) == 0) &&
		    (!oldest || e->used_us < oldest->used_us))
			oldest = e;
	return oldest;
}

/* End what is idle until so much fits below `most`; false when the rest is at work. */
static bool shrink(const char *account, int64_t memory_mb, int64_t most)
{
	while (memory_of(account) > 0 && memory_of(account) + memory_mb > most) {
		struct environment *idle = oldest_idle(account);

		if (!idle)
			return false;
		stop_environment(idle);
	}
	return true;
}

/* Room for another environment: one account has a quarter of the memory at most, or one environment. */
static bool make_room(const char *account, int memory_mb)
{
	return shrink(account, memory_mb, pool.config.memory_mb / 4) &&
	       shrink(NULL, memory_mb, pool.config.memory_mb);
}

bool pool_invoke_cold(const struct pool_ask *ask, const struct pool_function *f, const char **why)
{
	struct arena *a = arena_new();
	struct environment *e = ARENA_NEW(a, struct environment);
	struct plan plan;

	*why = pool.config.refused ? pool.config.refused : "functions are not served here";
	if (pool.config.refused || !pool.running ||
	    !environment_plan(a, pool.runtimes, f, &plan, why)) {
		arena_free(a);
		return false;
	}
	*e = (struct environment){ .arena = a,
				   .account = arena_printf(a, "%s", f->account),
				   .name = arena_printf(a, "%s", f->name),
				   .key = arena_printf(a, "%s", f->key),
				   .memory_mb = f->memory_mb,
				   .started_us = time_monotonic_us() };
	pthread_mutex_lock(&pool.lock);
	*why = NULL;
	if (make_room(f->account, f->memory_mb)) {
		*why = "the sandbox could not be started";
		e->id = sandbox_start(pool.sandboxes, &plan);
	}
	if (e->id) {
		e->next = pool.environments;
		pool.environments = e;
		e->current = invocation_new(ask);
		watch_until(e->started_us + INIT_TIMEOUT_US);
	}
	pthread_mutex_unlock(&pool.lock);
	if (e->id)
		return true;
	arena_free(a);
	return false;
}

enum pool_outcome pool_take(struct str id, struct arena *a, struct pool_result *result)
{
	enum pool_outcome outcome = POOL_UNKNOWN;
	struct invocation *i;

	pthread_mutex_lock(&pool.lock);
	i = pool.invocations;
	while (i && !str_eq(i->id, id))
		i = i->next;
	if (i)
		outcome = i->done ? POOL_DONE : POOL_RUNNING;
	if (outcome == POOL_DONE) {
		struct str log = buf_str(&i->log);

		*result = (struct pool_result){
			.payload = arena_dup(a, buf_str(&i->answer)),
			.failed = i->failed,
			.version = arena_printf(a, "%s", i->version),
			.log = arena_dup(
				a,
				str_slice(log, log.n > LOG_TAIL_BYTES ? log.n - LOG_TAIL_BYTES : 0,
					  log.n)),
		};
		invocation_free(i);
	}
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

static bool belongs(const struct environment *e, const char *account, const char *name)
{
	return strcmp(e->account, account) == 0 && strcmp(e->name, name) == 0;
}

int pool_running(const char *account, const char *name)
{
	int count = 0;

	pthread_mutex_lock(&pool.lock);
	for (struct environment *e = pool.environments; e; e = e->next)
		count += e->current && belongs(e, account, name);
	pthread_mutex_unlock(&pool.lock);
	return count;
}

void pool_forget(const char *account, const char *name)
{
	pthread_mutex_lock(&pool.lock);
	for (struct environment *e = pool.environments; e; e = e->next)
		if (belongs(e, account, name) && e->state == IDLE)
			stop_environment(e);
	pthread_mutex_unlock(&pool.lock);
}

/* --- what runtimes say ---------------------------------------------------------------------- */

enum http_outcome pool_next(uint32_t id, struct http_request *req)
{
	enum http_outcome outcome = HTTP_PARKED;
	struct environment *e;

	pthread_mutex_lock(&pool.lock);
	e = find(id);
	if (!e || e->asking || e->state == ENDING || e->state == IDLE) {
		http_answer(req, 403, "application/json",
			    STR("{\"errorMessage\":\"State transition is not allowed\","
				"\"errorType\":\"InvalidStateTransition\"}"));
		outcome = HTTP_ANSWERED;
	} else if (e->state == STARTING && !e->init_failed) {
		e->init_us = time_monotonic_us() - e->started_us;
		send_event(e, req);
		outcome = HTTP_ANSWERED;
	} else {
		e->asking = req;
		sandbox_freeze(pool.sandboxes, id);
	}
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

bool pool_answer(uint32_t id, struct str request_id, struct str body, bool failed)
{
	struct environment *e;
	bool good;

	pthread_mutex_lock(&pool.lock);
	e = find(id);
	good = e && e->state == BUSY && e->current && !e->current->answered &&
	       str_eq(e->current->id, request_id);
	if (good) {
		e->current->done_us = time_monotonic_us();
		e->current->answered = true;
		e->current->failed = failed;
		buf_add(&e->current->answer, body);
	}
	pthread_mutex_unlock(&pool.lock);
	return good;
}

bool pool_init_error(uint32_t id, struct str body)
{
	struct environment *e;
	bool good;

	pthread_mutex_lock(&pool.lock);
	e = find(id);
	good = e && e->state == STARTING && e->current && !e->init_failed;
	if (good) {
		e->init_failed = true;
		e->init_us = time_monotonic_us() - e->started_us;
		e->current->began_us = e->current->done_us = time_monotonic_us();
		e->current->answered = e->current->failed = true;
		buf_add(&e->current->answer, body);
	}
	pthread_mutex_unlock(&pool.lock);
	return good;
}

/* --- what sandboxes say ----------------------------------------------------------------------- */

void pool_connected(void *arg, uint32_t id, int port, int fd)
{
	(void)arg;
	http_adopt(port == SANDBOX_PORT_CLOUD ? pool.config.cloud : pool.listener, fd, id);
}

void pool_output(void *arg, uint32_t id, struct str bytes)
{
	struct environment *e;

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	e = find(id);
	if (e && e->current && e->current->log.n + bytes.n < LOG_MAX_BYTES)
		buf_add(&e->current->log, bytes);
	pthread_mutex_unlock(&pool.lock);
}

void pool_frozen(void *arg, uint32_t id, int64_t peak_kb)
{
	struct environment *e;

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	e = find(id);
	if (e && e->state == BUSY && e->asking) {
		e->peak_kb = peak_kb;
		e->used_us = time_monotonic_us();
		e->state = IDLE;
		if (e->current)
			finish(e);
		watch_until(e->used_us + IDLE_US);
	}
	pthread_mutex_unlock(&pool.lock);
}

void pool_ended(void *arg, uint32_t id, const struct sandbox_end *end)
{
	struct environment *e;

	(void)arg;
	pthread_mutex_lock(&pool.lock);
	e = find(id);
	if (e) {
		struct invocation *i = e->current;

		if (end->peak_kb)
			e->peak_kb = end->peak_kb;
		if (i && !i->began_us)
			i->began_us = e->started_us;
		if (i && !i->answered)
			report_exit(i, end);
		if (i && !i->done_us)
			i->done_us = time_monotonic_us();
		if (i)
			finish(e);
		environment_free(e);
	}
	pthread_mutex_unlock(&pool.lock);
}

/* --- time ------------------------------------------------------------------------------------- */

static int64_t look_at(struct environment *e, int64_t now)
{
	struct invocation *i = e->current;
	int64_t due = INT64_MAX;

	if (e->state == BUSY && i)
		due = i->deadline_us;
	else if (e->state == STARTING && i)
		due = e->started_us + INIT_TIMEOUT_US +
		      (int64_t)i->timeout_ms * 1000; /* Initialising again counts as running. */
	else if (e->state == IDLE)
		due = e->used_us + IDLE_US < e->started_us + OLD_US ? e->used_us + IDLE_US
								    : e->started_us + OLD_US;
	if (due > now)
		return due;
	if (i && !i->answered)
		report_timeout(i);
	stop_environment(e);
	return INT64_MAX;
}

static void *watch_main(void *arg)
{
	(void)arg;
	pthread_setname_np(pthread_self(), "functions");
	pthread_mutex_lock(&pool.lock);
	while (!pool.stop) {
		int64_t now = time_monotonic_us(), next = now + LOOK_MS * 1000;
		struct invocation *i, *after;
		struct timespec until;

		for (struct environment *e = pool.environments; e; e = e->next) {
			int64_t due = look_at(e, now);

			next = due < next ? due : next;
		}
		for (i = pool.invocations; i; i = after) {
			after = i->next;
			if (i->done && i->forget_at_us <= now)
				invocation_free(i);
		}
		pool.next_us = next;
		until = (struct timespec){ next / 1000000, next % 1000000 * 1000 };
		pthread_cond_timedwait(&pool.tick, &pool.lock, &until);
	}
	pthread_mutex_unlock(&pool.lock);
	return NULL;
}

/* --- life -------------------------------------------------------------------------------------- */

static int half_the_memory_mb(void)
{
	int64_t pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return (int)(pages * size / 2 >> 20);
}

bool lambda_start(const struct lambda_config *config, struct arena *a, const char **why)
{
	struct http_listen how = { .body_max = 8 << 20, .handler = runtime_handle };
	pthread_condattr_t monotonic;

	pool.config = *config;
	if (config->refused)
		return true;
	if (!pool.config.memory_mb)
		pool.config.memory_mb = half_the_memory_mb();
	pool.listener = http_listen(config->http, &how, a, why);
	if (!pool.listener)
		return false;
	pool.runtimes = arena_printf(a, "%s/runtime", config->data);
	pool.sandboxes = sandboxes_new(&(struct sandboxes_config){ .warden_fd = config->warden_fd,
								   .connected = pool_connected,
								   .output = pool_output,
								   .frozen = pool_frozen,
								   .ended = pool_ended });
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&pool.tick, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pool.stop = false;
	pool.running = pthread_create(&pool.thread, NULL, watch_main, NULL) == 0;
	unpack_start(config->wake, config->arg);
	*why = "functions cannot run: the system has no resources left";
	return pool.running;
}

void lambda_stop(void)
{
	unpack_stop();
	if (!pool.running)
		return;
	pthread_mutex_lock(&pool.lock);
	pool.stop = true;
	pthread_cond_signal(&pool.tick);
	pthread_mutex_unlock(&pool.lock);
	pthread_join(pool.thread, NULL);
	sandboxes_free(pool.sandboxes);
	pthread_mutex_lock(&pool.lock);
	while (pool.environments)
		environment_free(pool.environments);
	while (pool.invocations)
		invocation_free(pool.invocations);
	pool.running = false;
	pthread_mutex_unlock(&pool.lock);
	install_release();
	pthread_cond_destroy(&pool.tick);
}
