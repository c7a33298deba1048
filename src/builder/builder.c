/*
 * Builds; see builder.h. One lock, one list in the order of coming, and a thread that looks at deadlines and writes what
 * builds have sent, which may be large.
 */
#include "builder/builder.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/files.h"
#include "base/time.h"

enum {
	RUNNING_MAX = 2,
	BUILDS_MAX = 1000,
	PROCESSES = 1024,
	FILES = 1024,
	ARTIFACTS_MAX = 262144000,
	NICENESS = 5,
	INDENT =
		33, /* of lines that follow another in the log: as wide as the time and level before it */
};

struct build {
	struct build *next;
	struct arena *arena; /* owns it and its strings */
	const char *key, *account, *source, *artifacts, *log;
	const char **variables;
	size_t variable_count;
	struct str orders; /* JSON */
	int timeout_ms;
	uint32_t id; /* the sandbox's; 0: none yet */
	enum build_state state;
	const char *why;
	int64_t deadline_us;
	bool late, dropped, has_artifacts;
	struct http_request *sending; /* parked: artifacts to be written */
	size_t log_bytes;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t tick;
	pthread_cond_t gone;  /* a build is forgotten */
	struct build *builds; /* oldest first */
	size_t count;
	struct builder_config config;
	struct http_listener *listener;
	struct sandboxes *sandboxes;
	struct str program; /* build.py */
	pthread_t thread;
	bool running, stop;
} builder = { .lock = PTHREAD_MUTEX_INITIALIZER, .gone = PTHREAD_COND_INITIALIZER };

/* --- the list, with the lock held ------------------------------------------------------------- */

static struct build *find(const char *key)
{
	struct build *b = builder.builds;

	while (b && (b->dropped || strcmp(b->key, key) != 0))
		b = b->next;
	return b;
}

static struct build *find_sandbox(uint32_t id)
{
	struct build *b = builder.builds;

	while (b && (!id || b->id != id))
		b = b->next;
	return b;
}

static void forget(struct build *b)
{
	struct build **at = &builder.builds;

	while (*at != b)
		at = &(*at)->next;
	*at = b->next;
	builder.count--;
	arena_free(b->arena);
	pthread_cond_broadcast(&builder.gone);
}

static void fail(struct build *b, const char *why)
{
	b->state = BUILD_FAILED;
	b->why = arena_printf(b->arena, "%s", why);
}

/* --- starting, with the lock held ---------------------------------------------------------------- */

static const char *python(void)
{
	return access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3"
						     : "/usr/local/bin/python3";
}

static uint32_t start_sandbox(struct build *b)
{
	struct plan_mount mount = { b->source, "/var/task" };
	const char *words[] = { python(), "-I", "-c",
				arena_printf(b->arena, "%.*s", STR_ARG(builder.program)), NULL };
	struct plan plan = { .memory_mb = BUILD_MEMORY_MB,
			     .tmp_mb = BUILD_TMP_MB,
			     .processes = PROCESSES,
			     .files = FILES,
			     .niceness = NICENESS,
			     .folder = "/tmp",
			     .words = words,
			     .word_count = 4,
			     .variables = b->variables,
			     .variable_count = b->variable_count,
			     .mounts = &mount,
			     .mount_count = 1 };

	return sandbox_start(builder.sandboxes, &plan);
}

/* Has its account a build that runs? */
static bool is_busy(const char *account, int *running)
{
	bool busy = false;

	*running = 0;
	for (struct build *b = builder.builds; b; b = b->next) {
		if (b->state != BUILD_RUNNING)
			continue;
		busy |= strcmp(b->account, account) == 0;
		++*running;
	}
	return busy;
}

/* Start what may be started, the oldest first. */
static void dispatch(void)
{
	int running;

	for (struct build *b = builder.builds; b && !builder.stop; b = b->next) {
		if (b->state != BUILD_WAITING || is_busy(b->account, &running))
			continue;
		if (running >= RUNNING_MAX)
			return;
		b->id = start_sandbox(b);
		if (!b->id) {
			fail(b, "The machine has no room to start the build.");
			continue;
		}
		b->state = BUILD_RUNNING;
		b->deadline_us = time_monotonic_us() + (int64_t)b->timeout_ms * 1000;
		pthread_cond_signal(&builder.tick);
	}
}

/* --- the log ---------------------------------------------------------------------------------------- */

/* Lines as Amplify's logs have them: the first with time and level, those that came with it below. */
static void print_lines(struct buf *out, struct str time, struct str bytes)
{
	buf_addf(out, "%.*s [INFO]: ", STR_ARG(time));
	while (bytes.n) {
		struct str line = str_cut(&bytes, '\n');

		buf_addf(out, "%.*s\n", STR_ARG(line));
		if (bytes.n)
			buf_addf(out, "%*s", INDENT, "");
	}
}

static void append(struct build *b, struct str bytes)
{
	struct arena *a = arena_new();
	int fd = open(b->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct buf out;

	buf_init(&out, BUILD_LOG_MAX);
	if (b->log_bytes <= BUILD_LOG_MAX) {
		print_lines(&out, time_iso(a, time_now_ms(), true), bytes);
		b->log_bytes += buf_str(&out).n;
		if (b->log_bytes > BUILD_LOG_MAX)
			buf_adds(&out, "The log ends here: it is too long.\n");
	}
	/* What does not fit on the disk is missing from the log; the build goes on. */
	if (fd >= 0 && write(fd, buf_str(&out).p, buf_str(&out).n) < 0)
		b->log_bytes = BUILD_LOG_MAX + 1;
	if (fd >= 0)
		close(fd);
	buf_release(&out);
	arena_free(a);
}

/* --- what the program inside asks for ------------------------------------------------------------------ */

static enum http_outcome answer(struct http_request *req, int status, struct str body)
{
	http_answer(req, status, "application/json", body);
	return HTTP_ANSWERED;
}

/* GET /orders, PUT /artifacts: who asks is known by the sandbox that the connection came out of. */
static enum http_outcome handle(struct http_request *req, void *context)
{
	enum http_outcome outcome = HTTP_PARKED;
	struct build *b;

	(void)context;
	pthread_mutex_lock(&builder.lock);
	b = find_sandbox((uint32_t)req->tag);
	if (!b || b->state != BUILD_RUNNING) {
		outcome = answer(req, 403, STR("{}"));
	} else if (str_is(req->method, "GET") && str_is(req->path, "/orders")) {
		outcome = answer(req, 200, arena_dup(req->arena, b->orders));
	} else if (!str_is(req->method, "PUT") || !str_is(req->path, "/artifacts")) {
		outcome = answer(req, 404, STR("{}"));
	} else if (req->overlong || b->has_artifacts || b->sending) {
		outcome = answer(req, req->overlong ? 413 : 409, STR("{}"));
	} else {
		b->sending = req;
		pthread_cond_signal(&builder.tick);
	}
	pthread_mutex_unlock(&builder.lock);
	return outcome;
}

static bool write_file(const char *path, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = fd >= 0;

	while (good && bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		good = n > 0 || (n < 0 && errno == EINTR);
		bytes = str_slice(bytes, n > 0 ? (size_t)n : 0, bytes.n);
	}
	if (fd >= 0)
		close(fd);
	return good;
}

/* With the lock held, which is let go meanwhile: the build stays in the list as long as it sends. */
static void receive(struct build *b)
{
	struct http_request *req = b->sending;
	bool good;

	pthread_mutex_unlock(&builder.lock);
	good = write_file(b->artifacts, req->body);
	pthread_mutex_lock(&builder.lock);
	b->sending = NULL;
	b->has_artifacts = good;
	answer(req, good ? 200 : 507, STR("{}"));
	http_resume(req);
}

/* --- what sandboxes say -------------------------------------------------------------------------------- */

static void connected(void *arg, uint32_t id, int port, int fd)
{
	(void)arg;
	http_adopt(port == SANDBOX_PORT_CLOUD ? builder.config.cloud : builder.listener, fd, id);
}

static void output(void *arg, uint32_t id, struct str bytes)
{
	struct build *b;

	(void)arg;
	pthread_mutex_lock(&builder.lock);
	b = find_sandbox(id);
	if (b && !b->dropped)
		append(b, bytes);
	pthread_mutex_unlock(&builder.lock);
}

/* Why a build that has ended has failed; NULL: it has not. */
static const char *reason(const struct build *b, const struct sandbox_end *end)
{
	if (!end->started)
		return "The build environment could not be started.";
	if (b->late)
		return arena_printf(b->arena,
				    "The build took longer than %d minutes and was stopped.",
				    b->timeout_ms / 60000);
	if (end->over_memory)
		return arena_printf(b->arena,
				    "The build took more than %d MB of memory and was stopped.",
				    BUILD_MEMORY_MB);
	if (end->stopped)
		return "The build was stopped.";
	if (end->status != 0)
		return "Build failed: non-zero exit code detected, see the log.";
	return b->has_artifacts ? NULL : "The build ended before its artifacts were there.";
}

static void ended(void *arg, uint32_t id, const struct sandbox_end *end)
{
	struct build *b;
	const char *why;

	(void)arg;
	pthread_mutex_lock(&builder.lock);
	b = find_sandbox(id);
	if (b) {
		why = reason(b, end);
		b->id = 0;
		b->state = BUILD_DONE;
		if (why) {
			fail(b, why);
			append(b, str_of(b->why));
		}
		if (b->dropped && !b->sending)
			forget(b);
	}
	dispatch();
	pthread_mutex_unlock(&builder.lock);
}

/* --- the thread ---------------------------------------------------------------------------------------- */

/* With the lock held: stop what is late; when the next will be, or 0. */
static int64_t look_at_deadlines(int64_t now_us)
{
	int64_t next = 0;

	for (struct build *b = builder.builds; b; b = b->next) {
		if (b->state != BUILD_RUNNING || b->late)
			continue;
		if (b->deadline_us <= now_us) {
			b->late = true;
			sandbox_stop(builder.sandboxes, b->id);
		} else if (!next || b->deadline_us < next) {
			next = b->deadline_us;
		}
	}
	return next;
}

static struct build *find_sending(void)
{
	struct build *b = builder.builds;

	while (b && !b->sending)
		b = b->next;
	return b;
}

static void *thread_main(void *arg)
{
	struct build *b;
	int64_t next;

	(void)arg;
	pthread_mutex_lock(&builder.lock);
	while (!builder.stop) {
		b = find_sending();
		if (b) {
			receive(b);
			if (b->dropped && !b->id)
				forget(b);
			continue;
		}
		next = look_at_deadlines(time_monotonic_us());
		if (next) {
			struct timespec at = { .tv_sec = next / 1000000,
					       .tv_nsec = next % 1000000 * 1000 };

			pthread_cond_timedwait(&builder.tick, &builder.lock, &at);
		} else {
			pthread_cond_wait(&builder.tick, &builder.lock);
		}
	}
	pthread_mutex_unlock(&builder.lock);
	return NULL;
}

bool builder_start(const struct builder_config *config, struct arena *a, const char **why)
{
	struct http_listen how = { .body_max = ARTIFACTS_MAX, .handler = handle };
	pthread_condattr_t monotonic;

	/* Who goes on where an earlier process stopped may ask already. */
	pthread_mutex_lock(&builder.lock);
	builder.config = *config;
	pthread_mutex_unlock(&builder.lock);
	if (config->refused)
		return true;
	builder.program = files_read(files_builtin("assets"), a, STR("runtime/build.py"));
	builder.listener = http_listen(config->http, &how, a, why);
	if (!builder.listener)
		return false;
	builder.sandboxes =
		sandboxes_new(&(struct sandboxes_config){ .warden_fd = config->warden_fd,
							  .connected = connected,
							  .output = output,
							  .ended = ended });
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&builder.tick, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_lock(&builder.lock);
	builder.stop = false;
	builder.running = pthread_create(&builder.thread, NULL, thread_main, NULL) == 0;
	pthread_mutex_unlock(&builder.lock);
	*why = "builds cannot run: the system has no resources left";
	return builder.running;
}

void builder_stop(void)
{
	if (!builder.running)
		return;
	pthread_mutex_lock(&builder.lock);
	builder.stop = true;
	pthread_cond_signal(&builder.tick);
	pthread_mutex_unlock(&builder.lock);
	pthread_join(builder.thread, NULL);
	sandboxes_free(builder.sandboxes);
	pthread_mutex_lock(&builder.lock);
	for (struct build *b = builder.builds; b; b = b->next) {
		if (!b->sending)
			continue;
		answer(b->sending, 503, STR("{}"));
		http_resume(b->sending);
	}
	while (builder.builds)
		forget(builder.builds);
	builder.running = false;
	pthread_mutex_unlock(&builder.lock);
}

/* --- outside -------------------------------------------------------------------------------------------- */

static struct build *copy_of(const struct build_config *config)
{
	struct arena *a = arena_new();
	struct build *b = ARENA_NEW(a, struct build);
	size_t n = 0;

	*b = (struct build){ .arena = a,
			     .key = arena_printf(a, "%s", config->key),
			     .account = arena_printf(a, "%s", config->account),
			     .source = arena_printf(a, "%s", config->source),
			     .artifacts = arena_printf(a, "%s", config->artifacts),
			     .log = arena_printf(a, "%s", config->log),
			     .orders = json_text(a, config->orders),
			     .timeout_ms = config->timeout_ms,
			     .state = BUILD_WAITING };
	while (config->variables[n])
		n++;
	b->variables = arena_zalloc(a, (n + 1) * sizeof(*b->variables));
	for (b->variable_count = 0; b->variable_count < n; b->variable_count++)
		b->variables[b->variable_count] =
			arena_printf(a, "%s", config->variables[b->variable_count]);
	return b;
}

/* Builds run later only: with the lock held. */
static bool is_asleep(void)
{
	return !builder.config.refused && (!builder.running || builder.stop);
}

bool builder_add(const struct build_config *config, const char **why)
{
	struct build *b, **at;
	bool good;

	pthread_mutex_lock(&builder.lock);
	good = !builder.config.refused && builder.count < BUILDS_MAX;
	if (!good)
		*why = builder.config.refused ? builder.config.refused
					      : "too many builds are in line";
	if (good && !is_asleep() && !find(config->key)) {
		b = copy_of(config);
		for (at = &builder.builds; *at; at = &(*at)->next)
			;
		*at = b;
		builder.count++;
		dispatch();
	}
	pthread_mutex_unlock(&builder.lock);
	return good;
}

enum build_state builder_look(const char *key, struct arena *a, const char **why)
{
	enum build_state state = BUILD_UNKNOWN;
	struct build *b;

	pthread_mutex_lock(&builder.lock);
	b = find(key);
	if (is_asleep()) {
		state = BUILD_WAITING;
	} else if (b) {
		state = b->state;
		if (state == BUILD_FAILED)
			*why = arena_printf(a, "%s", b->why);
	}
	pthread_mutex_unlock(&builder.lock);
	return state;
}

/* With the lock held: it ends, and is forgotten when it has. */
static void drop(struct build *b)
{
	b->dropped = true;
	if (b->id)
		sandbox_stop(builder.sandboxes, b->id);
	else if (!b->sending)
		forget(b);
}

void builder_drop(const char *key)
{
	struct build *b;

	pthread_mutex_lock(&builder.lock);
	b = find(key);
	if (b)
		drop(b);
	pthread_mutex_unlock(&builder.lock);
}

/* With the lock held: stop those of an account; is any of them left? */
static bool drop_all(struct str account)
{
	struct build *next;
	bool left = false;

	for (struct build *b = builder.builds; b; b = next) {
		next = b->next;
		if (!str_is(account, b->account))
			continue;
		left |= b->id || b->sending;
		if (!b->dropped)
			drop(b);
	}
	return left;
}

bool builder_end(struct str account, int64_t until_us)
{
	bool left;

	pthread_mutex_lock(&builder.lock);
	while ((left = drop_all(account)) && time_wait(&builder.gone, &builder.lock, until_us))
		;
	pthread_mutex_unlock(&builder.lock);
	return !left;
}
