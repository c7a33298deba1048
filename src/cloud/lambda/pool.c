/*
 * The pool: one lock, a list of environments, a list of invocations, and a thread that watches time (watch.c).
 *
 * An invocation's way: it waits until an environment of its key is free, is given to it (START), answered by its
 * runtime, and over when runtime and extensions ask for the next event (END, REPORT). Who waits for it has
 * the answer as soon as it is there. An environment with nothing to do is frozen a moment later, since often the next
 * invocation is already on its way. A runtime that ends or runs too long ends its environment.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "cloud/lambda/inside.h"
#include "cloud/lambda/unpack.h"

enum {
	FORGET_US = 60 * 1000000,
	PENDING_MAX = 250, /* of an account */
};

struct pool pool = { .lock = PTHREAD_MUTEX_INITIALIZER,
		     .drained = PTHREAD_COND_INITIALIZER,
		     .ended = PTHREAD_COND_INITIALIZER };

/* --- invocations ------------------------------------------------------------------------- */

/* It waits for an environment; made with `recipe` if a new one. */
static struct invocation *invocation_new(const struct pool_ask *ask, struct recipe *recipe)
{
	struct arena *a = arena_new();
	struct invocation *i = ARENA_NEW(a, struct invocation);

	*i = (struct invocation){ .arena = a,
				  .recipe = recipe,
				  .id = arena_dup(a, ask->id),
				  .trace = arena_dup(a, ask->trace),
				  .account = arena_cstr(a, str_of(ask->account)),
				  .name = arena_cstr(a, str_of(ask->name)),
				  .arn = arena_cstr(a, str_of(ask->arn)),
				  .version = arena_cstr(a, str_of(ask->version)),
				  .key = arena_cstr(a, str_of(ask->key)),
				  .payload = arena_dup(a, ask->payload),
				  .client_context = ask->client_context.p
							    ? arena_dup(a, ask->client_context)
							    : STR_NONE,
				  .identity =
					  ask->identity.p ? arena_dup(a, ask->identity) : STR_NONE,
				  .timeout_ms = ask->timeout_ms,
				  .memory_mb = ask->memory_mb,
				  .tail = ask->tail,
				  .asked_us = time_monotonic_us() };
	buf_init(&i->log, LOG_MAX_BYTES);
	buf_init(&i->answer, ANSWER_BUF_MAX);
	if (ask->flows)
		i->flow = flow_new(&(struct flow_waiter){ .wake = pool.config.wake,
							  .arg = pool.config.arg,
							  .account = str_of(i->account),
							  .key = i->id,
							  .head = ask->head });
	i->next = pool.invocations;
	pool.invocations = i;
	pool.pending++;
	return i;
}

void pool_let_go(struct invocation *i)
{
	struct invocation **at = &pool.invocations;

	if (i->environment || !i->done || !i->taken)
		return;
	while (*at != i)
		at = &(*at)->next;
	*at = i->next;
	recipe_release(i->recipe);
	if (i->flow) {
		flow_break(i->flow);
		flow_release(i->flow);
	}
	buf_release(&i->log);
	buf_release(&i->answer);
	arena_free(i->arena);
}

void pool_abandon(struct invocation *i)
{
	if (i->flow && !i->taken)
		flow_leave(flow_use(i->flow));
	i->taken = true;
	pool_let_go(i);
}

static struct str log_tail(const struct invocation *i)
{
	struct str log = buf_str(&i->log);

	return str_slice(log, log.n > LOG_TAIL_BYTES ? log.n - LOG_TAIL_BYTES : 0, log.n);
}

/* Who waits may have it; false when they might before. */
static bool mark_done(struct invocation *i)
{
	if (i->done)
		return false;
	i->done = true;
	i->forget_at_us = time_monotonic_us() + FORGET_US;
	if (i->flow)
		flow_finish(i->flow, &(struct flow_end){ .failed = i->failed,
							 .code = report_code(i),
							 .details = buf_str(&i->answer),
							 .log = log_tail(i) });
	return true;
}

void pool_deliver(struct invocation *i)
{
	if (mark_done(i))
		pool.config.wake(pool.config.arg, str_of(i->account), i->id);
}

/* What waits longest for an environment of this key; or NULL. */
static struct invocation *pending_for(const char *key)
{
	struct invocation *oldest = NULL;

	if (!pool.pending)
		return NULL;
	for (struct invocation *i = pool.invocations; i; i = i->next)
		if (!i->environment && !i->done && strcmp(i->key, key) == 0)
			oldest = i;
	return oldest;
}

/* --- environments -------------------------------------------------------------------------- */

struct environment *pool_remaining(void)
{
	return pool.stop ? NULL : pool.environments;
}

struct environment *pool_find(uint32_t id)
{
	struct environment *e = pool_remaining();

	while (e && e->id != id)
		e = e->next;
	return e;
}

void pool_watch_until(int64_t at_us)
{
	if (at_us >= pool.next_us)
		return;
	pool.next_us = at_us;
	pthread_cond_signal(&pool.tick);
}

/* The environment has the invocation now. */
static void attach(struct environment *e, struct invocation *i)
{
	e->current = i;
	i->environment = e;
	pool.pending--;
}

static void answer_event(struct http_request *req, const struct invocation *i)
{
	int64_t deadline_ms = time_now_ms() + i->timeout_ms;

	http_set_header(req, "Lambda-Runtime-Aws-Request-Id", i->id);
	http_set_header(req, "Lambda-Runtime-Deadline-Ms",
			arena_strf(req->arena, "%lld", (long long)deadline_ms));
	http_set_header(req, "Lambda-Runtime-Invoked-Function-Arn", str_of(i->arn));
	http_set_header(req, "Lambda-Runtime-Trace-Id", i->trace);
	if (i->client_context.n)
		http_set_header(req, "Lambda-Runtime-Client-Context", i->client_context);
	if (i->identity.n)
		http_set_header(req, "Lambda-Runtime-Cognito-Identity", i->identity);
	http_answer(req, 200, "application/json", arena_dup(req->arena, i->payload));
}

/* Begin an invocation in an environment that waits. */
static void begin(struct environment *e, struct invocation *i)
{
	struct http_request *req = e->asking;

	attach(e, i);
	i->began_us = time_monotonic_us();
	i->deadline_us = i->began_us + (int64_t)i->timeout_ms * 1000;
	e->state = BUSY;
	e->asking = NULL;
	pool_watch_until(i->deadline_us);
	report_start(e);
	if (e->frozen)
		sandbox_thaw(pool.sandboxes, e->id);
	e->frozen = false;
	extensions_invoke(e);
	answer_event(req, i);
	http_resume(req);
}

/* Give it what waits for an environment of its key, if anything does. */
static void give_work(struct environment *e)
{
	struct invocation *i = pending_for(e->key);

	if (i)
		begin(e, i);
	else if (e->unwanted)
		environment_end(e, "spindown");
	else if (e->used_us + FREEZE_US > time_monotonic_us())
		pool_watch_until(e->used_us + FREEZE_US);
}

void pool_finish(struct environment *e)
{
	struct invocation *i = e->current;

	report_end(e);
	e->current = NULL;
	i->environment = NULL;
	pool_deliver(i);
	pool_let_go(i);
}

void pool_look_whether_ready(struct environment *e)
{
	if (!e->asking || !extensions_are_ready(e) || (e->state != STARTING && e->state != BUSY))
		return;
	if (e->state == STARTING) {
		e->init_us = time_monotonic_us() - e->started_us;
		lines_init_report(e, true);
		provide_began(e, true);
	} else {
		pool_finish(e);
	}
	e->state = IDLE;
	e->used_us = time_monotonic_us();
	give_work(e);
	if (e->state != BUSY && pool.pending)
		room_dispatch(e->used_us);
}

void pool_free_environment(struct environment *e)
{
	struct environment **at = &pool.environments;

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	if (e->asking) {
		http_answer(e->asking, 500, NULL, STR(""));
		http_resume(e->asking);
	}
	extensions_release(e);
	telemetry_release(e);
	buf_release(&e->lines[0]);
	buf_release(&e->lines[1]);
	buf_release(&e->init_log);
	recipe_release(e->recipe);
	arena_free(e->arena);
	pthread_cond_broadcast(&pool.ended);
}

/* --- what is asked ---------------------------------------------------------------------------- */

static int pending_of(const char *account)
{
	int count = 0;

	for (struct invocation *i = pool.invocations; i; i = i->next)
		count += !i->environment && !i->done && strcmp(i->account, account) == 0;
	return count;
}

/* The idle environment of a key that was used last: the others may then grow old. */
static struct environment *newest_idle(const char *key)
{
	struct environment *best = NULL;

	for (struct environment *e = pool_remaining(); e; e = e->next)
		if (e->state == IDLE && strcmp(e->key, key) == 0 &&
		    (!best || e->used_us > best->used_us))
			best = e;
	return best;
}

/* Wait for an environment; false when too much of the account's waits already, or the pool stops. */
static bool enqueue(const struct pool_ask *ask, struct recipe *r)
{
	if (pool.stop || pending_of(ask->account) >= PENDING_MAX)
		return false;
	r->users++;
	invocation_new(ask, r);
	room_dispatch(time_monotonic_us());
	pool_watch_until(room_next_us());
	return true;
}

bool pool_invoke_again(const struct pool_ask *ask)
{
	struct environment *e;
	struct recipe *r;
	bool good = true;

	pthread_mutex_lock(&pool.lock);
	e = newest_idle(ask->key);
	r = e ? NULL : recipe_find(ask->key);
	if (e)
		begin(e, invocation_new(ask, NULL));
	else
		good = r && enqueue(ask, r);
	pthread_mutex_unlock(&pool.lock);
	return good;
}

bool pool_can_run(const struct pool_function *f, const char **why)
{
	struct arena *a;
	const char *log_stream;
	struct plan plan;
	bool good;

	pthread_mutex_lock(&pool.lock);
	good = pool.running && !pool.stop;
	*why = pool.config.refused ? pool.config.refused : "functions are not served here";
	pthread_mutex_unlock(&pool.lock);
	if (!good)
		return false;
	a = arena_new();
	good = environment_plan(a, f, false, &plan, &log_stream, why);
	arena_free(a);
	return good;
}

bool pool_invoke_first(const struct pool_ask *ask, const struct pool_function *f, const char **why)
{
	struct recipe *r;
	bool good;

	if (!pool_can_run(f, why))
		return false;
	*why = NULL;
	r = recipe_new(f);
	pthread_mutex_lock(&pool.lock);
	good = enqueue(ask, r);
	recipe_release(r);
	pthread_mutex_unlock(&pool.lock);
	return good;
}

static enum pool_outcome outcome_of(const struct invocation *i)
{
	if (!i || i->taken)
		return POOL_UNKNOWN;
	if (i->throttled)
		return POOL_THROTTLED;
	if (i->flow && flow_has_begun(i->flow))
		return flow_is_ready(i->flow) ? POOL_FLOWS : POOL_RUNNING;
	return i->done ? POOL_DONE : POOL_RUNNING;
}

enum pool_outcome pool_take(struct str id, struct arena *a, struct pool_result *result)
{
	enum pool_outcome outcome;
	struct invocation *i;

	pthread_mutex_lock(&pool.lock);
	i = pool.invocations;
	while (i && !str_eq(i->id, id))
		i = i->next;
	outcome = outcome_of(i);
	if (outcome != POOL_UNKNOWN && outcome != POOL_RUNNING) {
		*result = (struct pool_result){
			.payload = arena_dup(a, buf_str(&i->answer)),
			.type = i->type.p ? arena_dup(a, i->type) : STR_NONE,
			.failed = i->failed,
			.version = arena_printf(a, "%s", i->version),
			.flow = outcome == POOL_FLOWS ? flow_use(i->flow) : NULL,
			.log = arena_dup(a, log_tail(i)),
		};
		i->taken = true;
		pool_let_go(i);
	}
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

int pool_running(const char *account, const char *name)
{
	int count = 0;

	pthread_mutex_lock(&pool.lock);
	for (struct invocation *i = pool.invocations; i; i = i->next)
		count += !i->answered && !i->done && strcmp(i->account, account) == 0 &&
			 strcmp(i->name, name) == 0;
	pthread_mutex_unlock(&pool.lock);
	return count;
}

/* --- what runtimes say ---------------------------------------------------------------------- */

void pool_lock_drained(uint32_t id)
{
	pthread_mutex_lock(&pool.lock);
	if (pool.stop)
		return;
	pool.draining++;
	pthread_mutex_unlock(&pool.lock);
	sandbox_drain(pool.sandboxes, id);
	pthread_mutex_lock(&pool.lock);
	pool.draining--;
	pthread_cond_signal(&pool.drained);
}

static void note_truncated(struct environment *e)
{
	e->current->truncated = true;
	e->current->done_us = time_monotonic_us();
}

/* It is not done with its event, unless it has broken its answer off. */
static bool is_at_work(struct environment *e)
{
	struct invocation *i = e->current;

	if (i->answered)
		return false;
	if (!i->truncated && i->flow && flow_writer_left(i->flow))
		note_truncated(e);
	return !i->truncated;
}

enum http_outcome pool_next(uint32_t id, struct http_request *req)
{
	enum http_outcome outcome = HTTP_PARKED;
	struct environment *e;

	pool_lock_drained(id);
	e = pool_find(id);
	if (!e || e->asking || e->init_error.p || (e->state != STARTING && e->state != BUSY) ||
	    (e->state == BUSY && is_at_work(e))) {
		runtime_refuse(req, 403, "InvalidStateTransition",
			       "State transition is not allowed");
		outcome = HTTP_ANSWERED;
	} else {
		e->asking = req;
		report_truncated(e);
		if (e->state == STARTING)
			lines_init_done(e, NULL);
		else
			lines_done(e);
		pool_look_whether_ready(e);
	}
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

bool pool_answer(uint32_t id, const struct pool_answer *answer)
{
	bool good, wake = false;
	struct environment *e;
	char account[13] = "";

	pthread_mutex_lock(&pool.lock);
	e = pool_find(id);
	good = e && e->state == BUSY && !e->current->answered &&
	       str_eq(e->current->id, answer->request_id);
	if (good) {
		struct invocation *i = e->current;

		i->done_us = time_monotonic_us();
		i->answered = true;
		i->failed = answer->failed;
		buf_add(&i->answer, answer->body);
		if (answer->type.p)
			i->type = arena_dup(i->arena, answer->type);
		snprintf(account, sizeof(account), "%s", i->account);
		wake = !i->tail && mark_done(i);
	}
	pthread_mutex_unlock(&pool.lock);
	/* Only now, since who is woken takes the lock at once. */
	if (wake)
		pool.config.wake(pool.config.arg, str_of(account), answer->request_id);
	return good;
}

struct flow *pool_flow(uint32_t id, struct str request_id, struct str type,
		       struct http_request *req)
{
	struct flow *flow = NULL;
	struct environment *e;

	pthread_mutex_lock(&pool.lock);
	e = pool_find(id);
	if (e && e->state == BUSY && !e->current->answered && e->current->flow &&
	    str_eq(e->current->id, request_id) && !flow_has_begun(e->current->flow)) {
		flow = e->current->flow;
		flow_begin(flow, req, type);
		e->current->first_us = time_monotonic_us();
		e->current->forget_at_us = time_monotonic_us() + FORGET_US;
	}
	pthread_mutex_unlock(&pool.lock);
	return flow;
}

/* Who still carries out what answers so; or NULL. */
static struct environment *answers_by(const struct flow *flow)
{
	for (struct environment *e = pool_remaining(); e; e = e->next)
		if (e->state == BUSY && e->current->flow == flow && !e->current->answered)
			return e;
	return NULL;
}

bool pool_flow_written(struct flow *flow, struct str error)
{
	struct environment *e;

	pthread_mutex_lock(&pool.lock);
	e = answers_by(flow);
	if (e) {
		struct invocation *i = e->current;

		i->done_us = time_monotonic_us();
		i->answered = true;
		i->failed = error.p;
		if (error.p)
			buf_add(&i->answer, error);
		if (flow_is_too_large(flow))
			report_too_large(e);
		if (!i->tail)
			mark_done(i);
	}
	pthread_mutex_unlock(&pool.lock);
	flow_written(flow);
	return e;
}

void pool_flow_broken(struct flow *flow)
{
	struct environment *e;

	pthread_mutex_lock(&pool.lock);
	e = answers_by(flow);
	if (e)
		note_truncated(e);
	pthread_mutex_unlock(&pool.lock);
	flow_written(flow);
}

void pool_fail_init(struct environment *e, struct str error)
{
	struct invocation *i = e->current ? e->current : pending_for(e->key);

	if (!i)
		return;
	if (!e->current)
		attach(e, i);
	if (!i->began_us) {
		i->began_us = e->started_us;
		report_start(e);
	}
	if (!i->answered && error.p) {
		i->answered = i->failed = true;
		buf_add(&i->answer, error);
	}
}

bool pool_init_error(uint32_t id, struct str type, struct str body)
{
	struct environment *e;
	bool good;

	pool_lock_drained(id);
	e = pool_find(id);
	good = e && e->state == STARTING && !e->init_error.p;
	if (good) {
		e->init_error = arena_dup(e->arena, body);
		e->init_us = time_monotonic_us() - e->started_us;
		lines_init_done(e, arena_cstr(e->arena, type));
		lines_init_report(e, false);
	}
	pthread_mutex_unlock(&pool.lock);
	return good;
}

/* --- life -------------------------------------------------------------------------------------- */

static int half_the_memory_mb(void)
{
	int64_t pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return (int)(pages * size / 2 >> 20);
}

static bool start_thread(void)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&pool.tick, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pool.stop = false;
	pool.running = pthread_create(&pool.thread, NULL, pool_watch_main, NULL) == 0;
	return pool.running;
}

/* Under the lock: accounts may have begun to ask. */
static bool start_locked(const struct lambda_config *config, struct arena *a, const char **why)
{
	/* A function that does not let go of its processor for minutes still gets to answer over it. */
	struct http_listen how = { .body_max = STREAM_MAX,
				   .idle_seconds = HTTP_IDLE_FOREVER,
				   .handler = runtime_handle,
				   .takes = runtime_takes };
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	pool.config = *config;
	if (config->refused)
		return true;
	if (!pool.config.memory_mb)
		pool.config.memory_mb = half_the_memory_mb();
	pool.processors = processors > 1 ? (int)processors : 1;
	pool.listener = http_listen(config->http, &how, a, why);
	if (!pool.listener)
		return false;
	pool.runtimes = arena_printf(a, "%s/runtime", config->data);
	pool.sandboxes = sandboxes_new(&(struct sandboxes_config){ .warden_fd = config->warden_fd,
								   .connected = pool_connected,
								   .output = pool_output,
								   .beside = pool_beside,
								   .dialed = telemetry_dialed,
								   .memory = pool_memory,
								   .left = pool_left,
								   .ended = pool_ended });
	*why = "functions cannot run: the system has no resources left";
	return start_thread();
}

bool lambda_start(const struct lambda_config *config, struct arena *a, const char **why)
{
	bool good;

	if (!config->refused)
		unpack_start(config->wake, config->arg);
	pthread_mutex_lock(&pool.lock);
	good = start_locked(config, a, why);
	pthread_mutex_unlock(&pool.lock);
	return good;
}

/* All that is left, when nobody asks any more. */
static void release_all(void)
{
	while (pool.environments) {
		struct environment *e = pool.environments;

		if (e->current)
			e->current->environment = NULL;
		pool_free_environment(e);
	}
	while (pool.invocations) {
		pool.invocations->done = pool.invocations->taken = true;
		pool_let_go(pool.invocations);
	}
	provide_forget(NULL);
	pool.pending = 0;
	pool.running = false;
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
	telemetry_stop();
	/* From here on nobody finds an environment; who has found one before is let through. */
	pthread_mutex_lock(&pool.lock);
	while (pool.draining)
		pthread_cond_wait(&pool.drained, &pool.lock);
	pthread_mutex_unlock(&pool.lock);
	sandboxes_free(pool.sandboxes);
	pthread_mutex_lock(&pool.lock);
	release_all();
	pthread_mutex_unlock(&pool.lock);
	install_release();
	pthread_cond_destroy(&pool.tick);
}
