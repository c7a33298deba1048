/* Requests to servers elsewhere: what one account can hold of them. */
#include "aws/outside.h"

#include <pthread.h>

#include "http/http.h"
#include "unit/http_wire.h"
#include "unit/tap.h"

enum { SLOW = 20, MANY = 200 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct http_request *held[SLOW];
static int held_count, most;
static bool open_now;
static int port;

static void wake(void *arg, struct str account, struct str key)
{
	(void)arg;
	(void)account;
	(void)key;
}

/* A server that answers for "/slow" when it is opened. */
static enum http_outcome handle(struct http_request *req, void *context)
{
	bool waits;

	(void)context;
	http_answer(req, 200, "text/plain", STR("answered"));
	pthread_mutex_lock(&lock);
	waits = !open_now && str_is(req->path, "/slow") && held_count < SLOW;
	if (waits)
		held[held_count++] = req;
	most = held_count > most ? held_count : most;
	pthread_mutex_unlock(&lock);
	return waits ? HTTP_PARKED : HTTP_ANSWERED;
}

static int read_count(const int *count)
{
	int n;

	pthread_mutex_lock(&lock);
	n = *count;
	pthread_mutex_unlock(&lock);
	return n;
}

static void open_up(void)
{
	pthread_mutex_lock(&lock);
	open_now = true;
	while (held_count)
		http_resume(held[--held_count]);
	pthread_mutex_unlock(&lock);
}

static struct str id_of(struct arena *a, const char *account, int number)
{
	return arena_strf(a, "%s-%d", account, number);
}

static bool ask(struct arena *a, const char *account, int number, const char *path)
{
	static const char *const none[] = { NULL };

	return outside_ask(&(struct outside_request){
		.id = id_of(a, account, number),
		.account = account,
		.method = "GET",
		.url = arena_printf(a, "http://127.0.0.1:%d%s", port, path),
		.headers = none,
		.timeout_ms = 60000 });
}

static int status_of(struct arena *a, struct str id)
{
	struct outside_answer answer = { 0 };
	bool taken = false;

	return WIRE_WAIT(taken = taken || outside_take(id, a, &answer)) ? answer.status : 0;
}

int main(void)
{
	struct arena *a = arena_new();
	struct http_listen how = { .address = "127.0.0.1", .body_max = 1000, .handler = handle };
	const char *why = "";
	struct http_server *server = http_server_new(2, a, &why);
	struct http_listener *listener = server ? http_listen(server, &how, a, &why) : NULL;
	int taken = SLOW, answered = 0;

	if (!listener) {
		diag("%s", why);
		return EXIT_FAILURE;
	}
	port = http_listener_port(listener);
	outside_start(wake, NULL);
	outside_cloud(port);
	for (int i = 0; i < SLOW; i++)
		ask(a, "greedy", i, "/slow");
	ok(WIRE_WAIT(read_count(&held_count) > 0), "an account asks a slow server many times");
	ok(ask(a, "other", 0, "/quick"), "another asks once");
	is_int(status_of(a, STR("other-0")), 200, "and does not wait for those");
	while (taken < MANY && ask(a, "greedy", taken, "/slow"))
		taken++;
	ok(taken > SLOW && taken < MANY, "an account may not ask without end");
	ok(ask(a, "other", 1, "/quick"), "while others still may");
	is_int(status_of(a, STR("other-1")), 200, "and are answered");
	ok(read_count(&most) > 0 && read_count(&most) <= 4,
	   "most of the threads were for others all the time");
	open_up();
	for (int i = 0; i < taken; i++)
		answered += status_of(a, id_of(a, "greedy", i)) == 200;
	is_int(answered, taken, "all that was taken is answered in the end");
	outside_stop();
	http_server_free(server, 100);
	arena_free(a);
	return done_testing();
}
