/* Requests that wait: parked and resumed by other threads, streams, and the server's end. */
#include "http/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "unit/http_wire.h"
#include "unit/tap.h"

enum { MANY_PARKED = 1500, ROUNDS = 4000, CLIENTS = 8, STREAMS = 300, BROADCASTS = 50 };

static struct arena *a;
static int port;

/* --- requests handed to another thread ------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static struct http_request *queue[MANY_PARKED + CLIENTS];
static int queued;
static bool stop_workers;

static void enqueue(struct http_request *req)
{
	pthread_mutex_lock(&lock);
	queue[queued++] = req;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&lock);
}

static struct http_request *dequeue(void)
{
	struct http_request *req = NULL;

	pthread_mutex_lock(&lock);
	while (!queued && !stop_workers)
		pthread_cond_wait(&filled, &lock);
	if (queued)
		req = queue[--queued];
	pthread_mutex_unlock(&lock);
	return req;
}

static int queue_length(void)
{
	int n;

	pthread_mutex_lock(&lock);
	n = queued;
	pthread_mutex_unlock(&lock);
	return n;
}

static void answer_parked(struct http_request *req)
{
	http_set_header(req, "X-By", STR("worker"));
	http_answer(req, 200, "text/plain",
		    arena_strf(req->arena, "%.*s %.*s", STR_ARG(req->path),
			       STR_ARG(http_header(req, "X-Id"))));
	http_resume(req);
}

static void *work(void *unused)
{
	struct http_request *req;

	(void)unused;
	while ((req = dequeue()))
		answer_parked(req);
	return NULL;
}

/* --- streams that the test writes to ------------------------------------------------- */

struct open_stream {
	struct http_stream *stream; /* NULL once gone */
	bool gone;
};
static pthread_mutex_t streams_lock = PTHREAD_MUTEX_INITIALIZER;
static struct open_stream streams[STREAMS + 16];
static int stream_count;
static _Atomic int gone_count;

static void stream_gone(void *arg)
{
	struct open_stream *o = arg;

	pthread_mutex_lock(&streams_lock);
	if (o->gone)
		abort(); /* twice */
	o->gone = true;
	o->stream = NULL;
	pthread_mutex_unlock(&streams_lock);
	atomic_fetch_add(&gone_count, 1);
}

static void open_stream(struct http_request *req)
{
	struct open_stream *o;

	pthread_mutex_lock(&streams_lock);
	o = &streams[stream_count++];
	*o = (struct open_stream){ 0 };
	http_set_header(req, "Cache-Control", STR("no-store"));
	o->stream = http_stream_start(req, "text/event-stream", stream_gone, o);
	if (str_is(req->path, "/stream-hello"))
		http_stream_write(o->stream, STR("hello"));
	pthread_mutex_unlock(&streams_lock);
}

static void broadcast(struct str bytes)
{
	pthread_mutex_lock(&streams_lock);
	for (int i = 0; i < stream_count; i++)
		if (streams[i].stream)
			http_stream_write(streams[i].stream, bytes);
	pthread_mutex_unlock(&streams_lock);
}

static void forget_streams(void)
{
	pthread_mutex_lock(&streams_lock);
	stream_count = 0;
	pthread_mutex_unlock(&streams_lock);
	atomic_store(&gone_count, 0);
}

static enum http_outcome handle(struct http_request *req, void *context)
{
	(void)context;
	if (str_starts(req->path, STR("/stream"))) {
		open_stream(req);
		return HTTP_ANSWERED;
	}
	if (str_is(req->path, "/at-once")) {
		/* Resumed before the handler has returned. */
		answer_parked(req);
		return HTTP_PARKED;
	}
	enqueue(req);
	return HTTP_PARKED;
}

static struct http_server *serve(void)
{
	/* The library may take a client's leaving for more to come: then idleness closes. */
	struct http_listen how = {
		.address = "127.0.0.1", .body_max = 1000, .handler = handle, .idle_seconds = 3
	};
	const char *why = "";
	struct http_server *s = http_server_new(2, a, &why);
	struct http_listener *l = s ? http_listen(s, &how, a, &why) : NULL;

	if (!l) {
		diag("%s", why);
		exit(EXIT_FAILURE);
	}
	port = http_listener_port(l);
	return s;
}

static struct str request(struct arena *mem, const char *path, int id)
{
	return arena_strf(mem,
			  "POST %s HTTP/1.1\r\nHost: h\r\nX-Id: %d\r\nContent-Length: 2\r\n\r\nhi",
			  path, id);
}

/* --- parked requests ------------------------------------------------------------------- */

static void test_early(void)
{
	int fd = wire_connect(port), good = 0;

	for (int i = 0; i < 100; i++)
		good += str_eq(wire_body(wire_ask(a, fd, request(a, "/at-once", i), false)),
			       arena_strf(a, "/at-once %d", i));
	is_int(good, 100, "a request may be resumed before its handler has returned");
	close(fd);
}

static _Atomic int rounds_good;

static void *client(void *unused)
{
	int fd = wire_connect(port);

	(void)unused;
	for (int i = 0; i < ROUNDS / CLIENTS; i++) {
		struct arena *mem = arena_new();

		atomic_fetch_add(&rounds_good,
				 str_eq(wire_body(wire_ask(mem, fd, request(mem, "/p", i), false)),
					arena_strf(mem, "/p %d", i)));
		arena_free(mem);
	}
	close(fd);
	return NULL;
}

/* Two requests in one packet: the second waits for the first one's answer. */
static void test_pipelining(void)
{
	int fd = wire_connect(port);
	struct buf in;
	struct str first = request(a, "/at-once", 1), second = request(a, "/at-once", 2);

	buf_init(&in, BUF_MAX);
	wire_send(fd, arena_strf(a, "%.*s%.*s", STR_ARG(first), STR_ARG(second)));
	ok(wire_read_until(fd, &in, "/at-once 1") && wire_read_until(fd, &in, "/at-once 2"),
	   "requests that come together are answered one after the other");
	buf_release(&in);
	close(fd);
}

/* A stream may also be the answer to a parked request. */
static void test_late_stream(void)
{
	int fd = wire_connect(port);
	struct buf in;
	struct http_request *req;

	buf_init(&in, BUF_MAX);
	wire_send(fd, request(a, "/parked", 1));
	req = dequeue();
	open_stream(req);
	http_resume(req);
	ok(wire_read_until(fd, &in, "\r\n\r\n"), "a parked request may become a stream");
	broadcast(STR("late"));
	ok(wire_read_until(fd, &in, "4\r\nlate\r\n"), "which is written to like any other");
	close(fd);
	ok(WIRE_WAIT(atomic_load(&gone_count) == 1), "and goes when its client goes");
	buf_release(&in);
	forget_streams();
}

static void test_rounds(void)
{
	pthread_t workers[3], clients[CLIENTS];

	for (int i = 0; i < 3; i++)
		pthread_create(&workers[i], NULL, work, NULL);
	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&clients[i], NULL, client, NULL);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(clients[i], NULL);
	is_int(atomic_load(&rounds_good), ROUNDS,
	       "%d requests are parked and resumed by other threads, none is lost", ROUNDS);
	pthread_mutex_lock(&lock);
	stop_workers = true;
	pthread_cond_broadcast(&filled);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 3; i++)
		pthread_join(workers[i], NULL);
}

static void test_many(struct http_server *s)
{
	static int fds[MANY_PARKED];
	int good = 0;

	for (int i = 0; i < MANY_PARKED; i++) {
		fds[i] = wire_connect(port);
		wire_send(fds[i], request(a, "/many", i));
	}
	ok(WIRE_WAIT(queue_length() == MANY_PARKED), "%d requests are parked at once", MANY_PARKED);
	ok(WIRE_WAIT(http_server_figures(s).parked == MANY_PARKED), "the figures say so");
	/* Every third client leaves; its request is answered all the same. */
	for (int i = 0; i < MANY_PARKED; i += 3)
		close(fds[i]);
	while (queue_length())
		answer_parked(dequeue());
	for (int i = 0; i < MANY_PARKED; i++) {
		if (i % 3 == 0)
			continue;
		good += str_eq(wire_body(wire_ask(a, fds[i], STR_NONE, false)),
			       arena_strf(a, "/many %d", i));
		close(fds[i]);
	}
	is_int(good, MANY_PARKED - (MANY_PARKED + 2) / 3, "who has waited gets the answer");
	ok(WIRE_WAIT(http_server_figures(s).connections == 0), "who has left is forgotten");
	is_int(http_server_figures(s).parked, 0, "nothing is parked any more");
}

/* --- streams ------------------------------------------------------------------------------ */

static int stream_connect(const char *path, struct buf *in)
{
	int fd = wire_connect(port);

	wire_send(fd, arena_strf(a, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path));
	if (in)
		buf_init(in, BUF_MAX);
	return fd;
}

static void test_stream(struct http_server *s)
{
	struct buf in;
	int fd = stream_connect("/stream", &in);

	ok(wire_read_until(fd, &in, "\r\n\r\n"), "the head comes before there is anything to say");
	ok(str_find_str(buf_str(&in), STR("Content-Type: text/event-stream\r\n")) > 0 &&
		   str_find_str(buf_str(&in), STR("Cache-Control: no-store\r\n")) > 0,
	   "with the type and the headers that were set");
	broadcast(STR("one"));
	ok(wire_read_until(fd, &in, "3\r\none\r\n"), "what is written comes at once");
	broadcast(STR("two"));
	ok(wire_read_until(fd, &in, "3\r\ntwo\r\n"), "and the next");
	pthread_mutex_lock(&streams_lock);
	http_stream_write(streams[0].stream, STR("last"));
	http_stream_close(streams[0].stream);
	ok(!http_stream_write(streams[0].stream, STR("too late")),
	   "a closed stream takes nothing more");
	pthread_mutex_unlock(&streams_lock);
	ok(wire_read_until(fd, &in, "4\r\nlast\r\n0\r\n\r\n"),
	   "closing sends what is queued and ends");
	ok(WIRE_WAIT(atomic_load(&gone_count) == 1), "then the stream is gone");
	buf_clear(&in);
	wire_send(fd, STR("GET /stream-hello HTTP/1.1\r\nHost: h\r\n\r\n"));
	ok(wire_read_until(fd, &in, "5\r\nhello\r\n"),
	   "the connection serves another one, written to before the handler returned");
	close(fd);
	ok(WIRE_WAIT(atomic_load(&gone_count) == 2),
	   "a client that leaves a silent stream is noticed");
	ok(WIRE_WAIT(http_server_figures(s).streams == 0), "the figures have forgotten it");
	buf_release(&in);
	forget_streams();
}

/* HTTP/1.0 knows no chunks: the end of the connection ends the body. HEAD has no body. */
static void test_old_clients(void)
{
	struct buf in;
	int fd = wire_connect(port);

	buf_init(&in, BUF_MAX);
	wire_send(fd, STR("GET /stream-hello HTTP/1.0\r\n\r\n"));
	ok(wire_read_until(fd, &in, "\r\n\r\nhello"), "HTTP/1.0 gets the bytes as they are");
	close(fd);
	buf_clear(&in);
	fd = wire_connect(port);
	wire_send(fd, STR("HEAD /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
	while (wire_read(fd, &in))
		;
	ok(str_ends(buf_str(&in), STR("\r\n\r\n")), "HEAD gets the head of a stream and no more");
	close(fd);
	ok(WIRE_WAIT(atomic_load(&gone_count) == 2), "and both streams are gone");
	buf_release(&in);
	forget_streams();
}

static void test_slow_reader(struct http_server *s)
{
	static char bytes[64 * 1024];
	int fd = stream_connect("/stream", NULL), written = 0;
	bool taken = true;

	memset(bytes, 'x', sizeof(bytes));
	WIRE_WAIT(http_server_figures(s).streams == 1);
	for (int i = 0; taken && i < 10000; i++, written++) {
		pthread_mutex_lock(&streams_lock);
		taken = streams[0].stream &&
			http_stream_write(streams[0].stream, str_make(bytes, sizeof(bytes)));
		pthread_mutex_unlock(&streams_lock);
	}
	ok(!taken, "a client that does not read is cut off (after %d KB)", written * 64);
	ok(WIRE_WAIT(atomic_load(&gone_count) == 1), "and its stream is gone");
	close(fd);
	forget_streams();
}

static void *broadcaster(void *unused)
{
	(void)unused;
	for (int i = 0; i < BROADCASTS; i++) {
		broadcast(STR("tick;"));
		usleep(1000);
	}
	return NULL;
}

static size_t ticks(struct str in)
{
	size_t n = 0;
	ptrdiff_t at;

	while ((at = str_find_str(in, STR("tick;"))) >= 0) {
		n++;
		in = str_slice(in, (size_t)at + 5, in.n);
	}
	return n;
}

static void test_many_streams(struct http_server *s)
{
	static int fds[STREAMS];
	static struct buf in[STREAMS];
	pthread_t writers[4];
	int complete = 0, opened;

	for (int i = 0; i < STREAMS; i++)
		fds[i] = stream_connect("/stream", &in[i]);
	ok(WIRE_WAIT(http_server_figures(s).streams == STREAMS), "%d streams are open", STREAMS);
	for (int i = 0; i < 4; i++)
		pthread_create(&writers[i], NULL, broadcaster, NULL);
	/* A third leaves while four threads write to all. */
	for (int i = 0; i < STREAMS; i += 3)
		close(fds[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(writers[i], NULL);
	for (int i = 0; i < STREAMS; i++) {
		while (i % 3 && ticks(buf_str(&in[i])) < 4 * BROADCASTS &&
		       wire_read(fds[i], &in[i]))
			;
		complete += i % 3 && ticks(buf_str(&in[i])) == 4 * BROADCASTS;
	}
	is_int(complete, STREAMS - STREAMS / 3, "every reader gets every message");
	ok(WIRE_WAIT(atomic_load(&gone_count) == STREAMS / 3), "who left is gone, once");
	for (int i = 0; i < STREAMS; i++) {
		if (i % 3)
			close(fds[i]);
		buf_release(&in[i]);
	}
	ok(WIRE_WAIT(atomic_load(&gone_count) == STREAMS), "at the end all are gone");
	pthread_mutex_lock(&streams_lock);
	opened = stream_count;
	pthread_mutex_unlock(&streams_lock);
	is_int(opened, STREAMS, "and none was opened twice");
	forget_streams();
}

/* --- the end ------------------------------------------------------------------------------ */

static void test_end(struct http_server *s)
{
	struct buf in;
	int stream = stream_connect("/stream", &in), parked[3], idle = wire_connect(port);
	int64_t began;
	struct http_request *late[3];

	wire_read_until(stream, &in, "\r\n\r\n");
	for (int i = 0; i < 3; i++) {
		parked[i] = wire_connect(port);
		wire_send(parked[i], request(a, "/late", i));
	}
	ok(WIRE_WAIT(queue_length() == 3 && http_server_figures(s).parked == 3),
	   "the server stops while three requests are parked");
	began = time_monotonic_us();
	http_server_free(s, 50);
	ok(time_monotonic_us() - began < 5 * 1000 * 1000, "stopping ends in bounded time");
	is_int(atomic_load(&gone_count), 1, "streams are gone");
	ok(wire_read_until(stream, &in, "0\r\n\r\n"), "after a proper end");
	for (int i = 0; i < 3; i++)
		is_int(wire_status(wire_ask(a, parked[i], STR_NONE, false)), 503,
		       "a parked request gets 503");
	for (int i = 0; i < 3; i++)
		late[i] = dequeue();
	for (int i = 0; i < 3; i++)
		answer_parked(late[i]);
	ok(true, "and may be resumed after the server has gone");
	ok(wire_connect(port) < 0, "nobody listens any more");
	buf_release(&in);
	close(stream);
	close(idle);
	for (int i = 0; i < 3; i++)
		close(parked[i]);
}

int main(void)
{
	struct http_server *s;

	a = arena_new();
	s = serve();
	test_early();
	test_pipelining();
	test_late_stream();
	test_rounds();
	test_many(s);
	test_stream(s);
	test_old_clients();
	test_slow_reader(s);
	test_many_streams(s);
	test_end(s);
	arena_free(a);
	return done_testing();
}
