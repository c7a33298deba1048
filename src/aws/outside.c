/* Requests to servers elsewhere; see outside.h. */
#include "aws/outside.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "aws/proxy.h"
#include "base/time.h"
#include "http/client.h"

enum {
	WORKERS_MAX = 16,
	WORKERS_SHARE = 4, /* of one account, whose servers may be slow on purpose */
	WAITING_MAX = 256,
	WAITING_SHARE = 64, /* of one account */
	KEPT_US = 60000000
};

struct exchange {
	struct exchange *next;
	struct arena *arena; /* owns it and its strings */
	struct outside_request request;
	struct http_reply reply;
	const char *why; /* NULL: there is an answer */
	bool begun, done;
	int64_t done_us;
	bool timed_out;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct exchange *all;
static int workers, waiting;
static void (*wake)(void *arg, struct str account, struct str key);
static void *wake_arg;
static atomic_int cloud_port; /* 0: not known yet */
static _Atomic(const char *) cloud_url;

void outside_start(void (*fn)(void *arg, struct str account, struct str key), void *arg)
{
	pthread_mutex_lock(&lock);
	wake = fn;
	wake_arg = arg;
	pthread_mutex_unlock(&lock);
}

void outside_stop(void)
{
	outside_start(NULL, NULL);
}

void outside_cloud(int port)
{
	atomic_store(&cloud_port, port);
}

void outside_address(const char *url)
{
	atomic_store(&cloud_url, url);
}

const char *outside_url(void)
{
	return atomic_load(&cloud_url);
}

static struct exchange **find(struct str id)
{
	struct exchange **at = &all;

	while (*at && !str_eq((*at)->request.id, id))
		at = &(*at)->next;
	return at;
}

/* Nobody came for these: their callers have been answered otherwise. */
static void drop_old(void)
{
	int64_t now = time_monotonic_us();

	for (struct exchange **at = &all; *at;) {
		struct exchange *e = *at;

		if (!e->done || now - e->done_us < KEPT_US) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		arena_free(e->arena);
	}
}

/* --- the threads --------------------------------------------------------------------------------- */

static void carry_out(struct exchange *e)
{
	struct http_ask ask = { .method = e->request.method,
				.url = e->request.url,
				.headers = e->request.headers,
				.body = e->request.body,
				.timeout_ms = e->request.timeout_ms,
				.body_max = 10 << 20,
				.outside = true,
				.own_port = atomic_load(&cloud_port) };
	int64_t began = time_monotonic_us();

	if (!http_ask(&ask, e->arena, &e->reply, &e->why) && !e->why)
		e->why = "there was no answer";
	e->timed_out =
		e->why && time_monotonic_us() - began >= (int64_t)e->request.timeout_ms * 1000;
}

/* Of an account, how many are under way, or (begun false) wait. */
static int count_of(const char *account, bool begun)
{
	int count = 0;

	for (const struct exchange *e = all; e; e = e->next)
		count += !e->done && e->begun == begun && strcmp(e->request.account, account) == 0;
	return count;
}

/* The one that has waited longest, of an account that does not have its share already. */
static struct exchange *next_waiting(void)
{
	struct exchange *oldest = NULL;

	for (struct exchange *e = all; e; e = e->next)
		if (!e->begun && count_of(e->request.account, true) < WORKERS_SHARE)
			oldest = e;
	return oldest;
}

static void *work(void *unused)
{
	struct exchange *e;

	(void)unused;
	pthread_mutex_lock(&lock);
	while ((e = next_waiting())) {
		e->begun = true;
		waiting--;
		pthread_mutex_unlock(&lock);
		carry_out(e);
		pthread_mutex_lock(&lock);
		e->done = true;
		e->done_us = time_monotonic_us();
		if (wake)
			wake(wake_arg, str_of(e->request.account), e->request.id);
	}
	workers--;
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* With the lock held. */
static void need_worker(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (workers >= WORKERS_MAX)
		return;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, work, NULL) == 0)
		workers++;
	pthread_attr_destroy(&attr);
}

/* --- asking ---------------------------------------------------------------------------------------- */

static struct exchange *copy(const struct outside_request *request)
{
	struct arena *a = arena_new();
	struct exchange *e = ARENA_NEW(a, struct exchange);
	const char **headers;
	size_t n = 0;

	while (request->headers[n])
		n++;
	headers = arena_zalloc(a, (n + 1) * sizeof(*headers));
	for (size_t i = 0; i < n; i++)
		headers[i] = arena_cstr(a, str_of(request->headers[i]));
	e->arena = a;
	e->request = *request;
	e->request.id = arena_dup(a, request->id);
	e->request.account = arena_cstr(a, str_of(request->account));
	e->request.method = arena_cstr(a, str_of(request->method));
	e->request.url = arena_cstr(a, str_of(request->url));
	e->request.headers = headers;
	if (request->body.p)
		e->request.body = arena_dup(a, request->body);
	return e;
}

bool outside_ask(const struct outside_request *request)
{
	struct exchange *e = copy(request);
	bool taken;

	pthread_mutex_lock(&lock);
	drop_old();
	taken = waiting < WAITING_MAX && count_of(request->account, false) < WAITING_SHARE;
	if (taken) {
		e->next = all;
		all = e;
		waiting++;
		need_worker();
	}
	pthread_mutex_unlock(&lock);
	if (!taken)
		arena_free(e->arena);
	return taken;
}

bool outside_knows(struct str id)
{
	bool known;

	pthread_mutex_lock(&lock);
	known = *find(id) != NULL;
	pthread_mutex_unlock(&lock);
	return known;
}

bool outside_take(struct str id, struct arena *a, struct outside_answer *out)
{
	struct exchange **at, *e;

	pthread_mutex_lock(&lock);
	at = find(id);
	e = *at;
	if (e && e->done)
		*at = e->next;
	else
		e = NULL;
	pthread_mutex_unlock(&lock);
	if (!e)
		return false;
	*out = (struct outside_answer){ .timed_out = e->timed_out,
					.why = e->why ? arena_dup(a, str_of(e->why)) : STR_NONE };
	if (!e->why) {
		out->status = e->reply.status;
		out->headers = arena_dup(a, e->reply.headers);
		out->body = arena_dup(a, e->reply.body);
	}
	arena_free(e->arena);
	return true;
}

/* --- headers --------------------------------------------------------------------------------------- */

static bool is_kept(struct str name)
{
	static const char *const dropped[] = {
		"Host", "Content-Length",  "Connection",       "Proxy-Authenticate",
		"TE",   "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto",
		"Via"
	};

	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
		if (str_eq_nocase(name, str_of(dropped[i])))
			return false;
	return true;
}

const char *const *outside_lines(struct arena *a, struct json_object *headers, const char *more)
{
	size_t n = 0, most = 0;
	const char **lines;

	JSON_EACH(headers, counted, list)
	{
		(void)counted;
		most += json_count(list);
	}
	lines = arena_zalloc(a, (most + 2) * sizeof(*lines));
	JSON_EACH(headers, name, values)
	{
		for (size_t i = 0; i < json_count(values) && is_kept(str_of(name)); i++) {
			struct str value = json_str(json_at(values, i));

			if (str_find(value, '\n') < 0 && str_find(value, '\r') < 0)
				lines[n++] = arena_printf(a, "%s: %.*s", name, STR_ARG(value));
		}
	}
	lines[n] = more;
	return lines;
}

struct json_object *outside_headers(struct arena *a, struct str lines)
{
	struct json_object *headers = json_new_object(a);

	while (lines.p) {
		struct str value = str_cut(&lines, '\n'), name = str_cut(&value, ':');

		if (value.p && str_trim(name).n)
			multi_add(a, headers, str_trim(name), str_trim(value), true);
	}
	return headers;
}
