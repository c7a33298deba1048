/* The feed: a stream that is kept open, from a small server on the loopback. */
#include "checker/feed.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"
#include "unit/tap.h"

enum { LIMIT_MS = 20000 };

/* What the server does with the next connections, in this order. */
enum act {
	ACT_EVENTS,  /* an event, then it stays open and silent */
	ACT_CLOSE,   /* an event, then it closes */
	ACT_REFUSE,  /* 401 */
	ACT_HANG_UP, /* nothing at all */
};

struct server {
	int listener;
	int port;
	const enum act *acts;
	int count;
	atomic_int accepted;
	atomic_bool stopping;
	int open[16];
	pthread_t thread;
};

static const char stream_head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
				  "Connection: close\r\n\r\n";
static const char refusal[] = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n"
			      "Connection: close\r\n\r\n"
			      "{\"error\": \"No such token.\"}";
static const char checked[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
			      "Connection: close\r\n\r\n{\"labs\": []}";

static void say(int fd, const char *text)
{
	size_t n = strlen(text);

	if (send(fd, text, n, MSG_NOSIGNAL) != (ssize_t)n)
		diag("the client had left");
}

static void read_head(int fd, char *head, size_t size)
{
	size_t n = 0;
	ssize_t step;

	while (n + 1 < size && (step = recv(fd, head + n, size - 1 - n, 0)) > 0) {
		n += (size_t)step;
		head[n] = '\0';
		if (strstr(head, "\r\n\r\n"))
			break;
	}
	head[n] = '\0';
}

static void serve_one(struct server *s, int fd)
{
	char head[4096], event[64];
	int number;
	enum act act;

	read_head(fd, head, sizeof(head));
	if (strncmp(head, "POST", 4) == 0) {
		say(fd, checked);
		close(fd);
		return;
	}
	number = atomic_fetch_add(&s->accepted, 1);
	act = s->acts[number < s->count ? number : s->count - 1];
	snprintf(event, sizeof(event), "event: progress\ndata: %d\n\n", number);
	if (act == ACT_REFUSE)
		say(fd, refusal);
	if (act == ACT_EVENTS || act == ACT_CLOSE) {
		say(fd, stream_head);
		say(fd, event);
	}
	if (act == ACT_EVENTS && number < 16)
		s->open[number] = fd;
	else
		close(fd);
}

static void *serve(void *arg)
{
	struct server *s = arg;

	while (!atomic_load(&s->stopping)) {
		struct pollfd p = { .fd = s->listener, .events = POLLIN };
		int fd;

		if (poll(&p, 1, 50) <= 0)
			continue;
		fd = accept(s->listener, NULL, NULL);
		if (fd >= 0)
			serve_one(s, fd);
	}
	return NULL;
}

static void server_start(struct server *s, const enum act *acts, int count)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);

	*s = (struct server){ .acts = acts, .count = count };
	for (int i = 0; i < 16; i++)
		s->open[i] = -1;
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(s->listener, 8) != 0 ||
	    getsockname(s->listener, (struct sockaddr *)&at, &size) != 0)
		abort();
	s->port = ntohs(at.sin_port);
	pthread_create(&s->thread, NULL, serve, s);
}

static void server_stop(struct server *s)
{
	atomic_store(&s->stopping, true);
	pthread_join(s->thread, NULL);
	close(s->listener);
	for (int i = 0; i < 16; i++)
		if (s->open[i] >= 0)
			close(s->open[i]);
}

/* The next event as "name=data", waiting for it; "" when the limit passes. */
static const char *next(struct feed *f, struct arena *a)
{
	int64_t end = time_monotonic_us() + LIMIT_MS * 1000LL;
	struct str name, data;

	while (time_monotonic_us() < end) {
		struct pollfd p = { .fd = feed_fd(f), .events = POLLIN };

		if (feed_take(f, a, &name, &data))
			return arena_printf(a, "%.*s=%.*s", STR_ARG(name), STR_ARG(data));
		poll(&p, 1, 100);
	}
	return "";
}

static bool reaches(struct feed *f, struct arena *a, enum feed_state state, const char **why)
{
	int64_t end = time_monotonic_us() + LIMIT_MS * 1000LL;
	struct str name, data;

	while (time_monotonic_us() < end) {
		struct pollfd p = { .fd = feed_fd(f), .events = POLLIN };

		if (feed_state(f, a, why) == state)
			return true;
		poll(&p, 1, 100);
		/* Empties the descriptor when there is nothing behind it. */
		feed_take(f, a, &name, &data);
	}
	return false;
}

static struct feed *feed_of(const struct server *s, struct arena *a, int silence_ms)
{
	struct api *api = ARENA_NEW(a, struct api);
	const char *why;

	if (!api_init(api, a, arena_printf(a, "127.0.0.1:%d/", s->port), "t", &why))
		abort();
	return feed_new(&(struct feed_config){ .api = api,
					       .path = "/api/progress/stream",
					       .pause_least_ms = 10,
					       .pause_most_ms = 40,
					       .silence_ms = silence_ms });
}

static void test_stream(struct arena *a)
{
	static const enum act acts[] = { ACT_HANG_UP, ACT_CLOSE, ACT_EVENTS };
	int64_t began = time_monotonic_us();
	struct server s;
	struct feed *f;
	const char *why;

	server_start(&s, acts, 3);
	f = feed_of(&s, a, 0);
	is_str(next(f, a), "progress=1", "a server that hangs up is asked again");
	is_str(next(f, a), "progress=2", "and so is one that closes");
	ok(reaches(f, a, FEED_LIVE, &why), "then it is live");
	ok(feed_ask(f, "/api/check", STR("{}")), "a question can be asked");
	is_str(next(f, a), "answer={\"labs\":[]}", "and is answered while the stream is open");
	began = time_monotonic_us();
	feed_free(f);
	ok(time_monotonic_us() - began < 5000000, "a silent stream does not hold up the end");
	server_stop(&s);
}

static void test_silence(struct arena *a)
{
	static const enum act acts[] = { ACT_EVENTS };
	struct server s;
	struct feed *f;

	server_start(&s, acts, 1);
	f = feed_of(&s, a, 300);
	is_str(next(f, a), "progress=0", "the first connection speaks");
	is_str(next(f, a), "progress=1", "silence beyond what is promised begins a new one");
	feed_free(f);
	server_stop(&s);
}

static void test_refusal(struct arena *a)
{
	static const enum act acts[] = { ACT_REFUSE, ACT_REFUSE, ACT_EVENTS };
	struct server s;
	struct feed *f;
	const char *why = "";

	server_start(&s, acts, 3);
	f = feed_of(&s, a, 0);
	ok(reaches(f, a, FEED_REFUSED, &why), "a refused token is told apart");
	is_str(why, "No such token.", "in the server's words");
	ok(reaches(f, a, FEED_LIVE, &why), "and tried again all the same");
	feed_free(f);
	server_stop(&s);
}

static void test_unreachable(struct arena *a)
{
	static const enum act acts[] = { ACT_HANG_UP };
	struct server s;
	struct feed *f;
	const char *why = "";

	server_start(&s, acts, 1);
	server_stop(&s);
	f = feed_of(&s, a, 0);
	ok(reaches(f, a, FEED_LOST, &why), "without a server the feed goes on trying");
	ok(strstr(why, "cannot reach"), "and says what is wrong");
	ok(feed_ask(f, "/api/check", STR("{}")), "a question may be asked");
	ok(strncmp(next(f, a), "failed=cannot reach", 19) == 0, "and fails with a sentence");
	feed_free(f);
}

static void test_addresses(struct arena *a)
{
	static const char *const wrong[] = { "", "ftp://x", "http://a b", "http://x\n", "///" };
	struct api api;
	const char *why;

	ok(api_init(&api, a, "10.0.0.5:8080//", NULL, &why), "an address needs no scheme");
	is_str(api.server, "http://10.0.0.5:8080", "it gets one, and loses slashes");
	ok(api_init(&api, a, "https://box", "t", &why), "https is one too");
	is_str(api.server, "https://box", "and stays");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ok(!api_init(&api, a, wrong[i], NULL, &why), "address %zu is refused", i);
	ok(!api_init(&api, a, "box", "a\r\nX: y", &why), "a token cannot bring headers along");
	ok(!api_init(&api, a, "box", "", &why), "nor be empty");
}

int main(void)
{
	struct arena *a = arena_new();

	test_stream(a);
	test_silence(a);
	test_refusal(a);
	test_unreachable(a);
	test_addresses(a);
	arena_free(a);
	return done_testing();
}
