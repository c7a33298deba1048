/* Bodies that are taken as they come, and answers that are read from a source: one feeds the other through a small pipe. */
#include "http/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "unit/http_wire.h"
#include "unit/tap.h"

enum { ROOM = 20000, MANY = 3 << 20 };

static struct arena *a;
static struct http_server *server;
static int port;

/* --- the pipe: POST /in fills it, GET /out empties it --------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	struct buf bytes;
	size_t most;                 /* that were ever in it */
	struct http_request *writer; /* held; NULL: it is not */
	struct http_stream *reader;
	bool ended, broken;
	int breaks, leaves;
} through;

static void start_again(void)
{
	pthread_mutex_lock(&lock);
	buf_clear(&through.bytes);
	through.most = 0;
	through.writer = NULL;
	through.ended = through.broken = false;
	through.breaks = through.leaves = 0;
	pthread_mutex_unlock(&lock);
}

static size_t take(void *arg, struct str bytes)
{
	size_t n;

	pthread_mutex_lock(&lock);
	n = ROOM - through.bytes.n < bytes.n ? ROOM - through.bytes.n : bytes.n;
	buf_add(&through.bytes, str_slice(bytes, 0, n));
	through.most = through.bytes.n > through.most ? through.bytes.n : through.most;
	if (n < bytes.n)
		through.writer = arg;
	if (through.reader)
		http_stream_wake(through.reader);
	pthread_mutex_unlock(&lock);
	return n;
}

static void end(bool broken)
{
	pthread_mutex_lock(&lock);
	through.writer = NULL;
	through.ended = true;
	through.broken = broken;
	through.breaks += broken;
	if (through.reader)
		http_stream_wake(through.reader);
	pthread_mutex_unlock(&lock);
}

static void broken(void *arg)
{
	(void)arg;
	end(true);
}

static ssize_t read_out(void *arg, char *out, size_t max)
{
	ssize_t n = 0;

	(void)arg;
	pthread_mutex_lock(&lock);
	if (through.bytes.n) {
		size_t some = max < through.bytes.n ? max : through.bytes.n;

		memcpy(out, through.bytes.p, some);
		through.bytes.n -= some;
		memmove(through.bytes.p, through.bytes.p + some, through.bytes.n);
		n = (ssize_t)some;
		if (through.writer)
			http_take_more(through.writer);
		through.writer = NULL;
	} else if (through.ended) {
		n = through.broken ? HTTP_SOURCE_BROKEN : HTTP_SOURCE_END;
	}
	pthread_mutex_unlock(&lock);
	return n;
}

static void gone(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	through.reader = NULL;
	through.leaves++;
	pthread_mutex_unlock(&lock);
}

static bool takes(struct http_request *req, void *context, struct http_taker *out)
{
	(void)context;
	*out = (struct http_taker){ take, broken, req };
	return str_is(req->path, "/in");
}

static enum http_outcome handle(struct http_request *req, void *context)
{
	static const struct http_source source = { read_out, gone, NULL };
	struct str trailer = http_trailer(req, "X-Sum");

	(void)context;
	if (str_is(req->path, "/out")) {
		pthread_mutex_lock(&lock);
		through.reader = http_stream_pull(req, 203, "text/x-out", &source);
		pthread_mutex_unlock(&lock);
		return HTTP_ANSWERED;
	}
	if (req->taken == req)
		end(false);
	http_answer(req, 200, "text/plain",
		    arena_strf(req->arena, "%s %zu %.*s", req->taken ? "taken" : "whole",
			       req->body.n, STR_ARG(trailer.p ? trailer : STR("-"))));
	return HTTP_ANSWERED;
}

/* --- clients ----------------------------------------------------------------------------------------- */

static int begin(const char *path)
{
	int fd = wire_connect(port);

	wire_send(fd,
		  arena_strf(a, "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
			     path));
	return fd;
}

static bool send_chunk(int fd, struct str bytes)
{
	return wire_send(fd, arena_strf(a, "%zx\r\n%.*s\r\n", bytes.n, STR_ARG(bytes)));
}

static int listen_to(struct buf *in)
{
	int fd = wire_connect(port);

	buf_init(in, MANY + (1 << 20));
	wire_send(fd, STR("GET /out HTTP/1.1\r\nHost: x\r\n\r\n"));
	return fd;
}

static bool has(int *count, int wanted)
{
	int64_t until = time_monotonic_us() + WIRE_PATIENCE_MS * 1000;
	bool is;

	do {
		pthread_mutex_lock(&lock);
		is = *count == wanted;
		pthread_mutex_unlock(&lock);
		if (!is)
			usleep(1000);
	} while (!is && time_monotonic_us() < until);
	return is;
}

static size_t most_ever(void)
{
	size_t most;

	pthread_mutex_lock(&lock);
	most = through.most;
	pthread_mutex_unlock(&lock);
	return most;
}

static bool is_held(void)
{
	int64_t until = time_monotonic_us() + WIRE_PATIENCE_MS * 1000;
	bool held;

	do {
		pthread_mutex_lock(&lock);
		held = through.writer;
		pthread_mutex_unlock(&lock);
		if (!held)
			usleep(1000);
	} while (!held && time_monotonic_us() < until);
	return held;
}

/* --- tests ---------------------------------------------------------------------------------------------- */

static void pieces(void)
{
	struct buf out, in;
	int reader, writer;

	start_again();
	reader = listen_to(&out);
	writer = begin("/in");
	buf_init(&in, 4096);
	send_chunk(writer, STR("first"));
	ok(wire_read_until(reader, &out, "first") && str_find_str(buf_str(&out), STR("203")) > 0,
	   "a piece is read before the next one is sent");
	send_chunk(writer, STR("second"));
	ok(wire_read_until(reader, &out, "second"), "and so is that");
	wire_send(writer, STR("0\r\nX-Sum: 7\r\n\r\n"));
	ok(wire_read_until(writer, &in, "taken 0 7"),
	   "the writer is answered, its trailers are known");
	ok(wire_read_until(reader, &out, "\r\n0\r\n\r\n"), "and the answer ends");
	ok(has(&through.breaks, 0), "nothing was broken off");
	ok(has(&through.leaves, 1), "the source has been let go");
	wire_send(
		writer,
		STR("POST /else HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 8\r\n\r\n"));
	ok(wire_read_until(writer, &in, "whole 3 8"),
	   "another body on the same connection is collected: %s", buf_str(&in).p);
	close(reader);
	close(writer);
	buf_release(&out);
	buf_release(&in);
}

static void *send_many(void *arg)
{
	char bytes[1000];
	struct buf all;

	buf_init(&all, 2 * MANY);
	for (int i = 0; i < MANY / (int)sizeof(bytes); i++) {
		memset(bytes, 'a' + i % 26, sizeof(bytes));
		buf_addf(&all, "3e8\r\n%.1000s\r\n", bytes);
	}
	buf_adds(&all, "0\r\n\r\n");
	wire_send(*(int *)arg, buf_str(&all));
	buf_release(&all);
	return NULL;
}

/* How many bytes of the right kind have come, whatever chunks they came in. */
static int letters(struct str body)
{
	int count = 0;

	for (size_t i = 0; i + 1 < body.n; i++)
		count += body.p[i] >= 'g' && body.p[i] <= 'z';
	return count;
}

static void slow_reader(void)
{
	int writer, reader, sent = 0;
	pthread_t thread;
	struct buf out;
	struct str all;

	start_again();
	writer = begin("/in");
	pthread_create(&thread, NULL, send_many, &writer);
	ok(is_held(), "a writer whom nobody reads is held");
	reader = listen_to(&out);
	ok(wire_read_until(reader, &out, "\r\n0\r\n\r\n"), "until somebody does: then all comes");
	pthread_join(thread, NULL);
	all = buf_str(&out);
	all = str_slice(all, (size_t)str_find_str(all, STR("\r\n\r\n")), all.n);
	for (int i = 0; i < MANY / 1000; i++)
		sent += i % 26 >= 'g' - 'a' ? 1000 : 0;
	is_int(letters(all), sent, "every byte of it");
	ok(most_ever() <= ROOM, "and there never was more than there is room for");
	close(writer);
	close(reader);
	buf_release(&out);
}

static void endings(void)
{
	int writer, reader;
	int64_t began;
	struct buf out;

	start_again();
	reader = listen_to(&out);
	writer = begin("/in");
	send_chunk(writer, STR("some"));
	ok(wire_read_until(reader, &out, "some"), "a body comes");
	close(writer);
	while (wire_read(reader, &out))
		;
	ok(str_find_str(buf_str(&out), STR("\r\n0\r\n")) < 0,
	   "and is broken off: so is the answer");
	ok(has(&through.breaks, 1), "which is told once");
	has(&through.leaves, 1);
	close(reader);
	buf_release(&out);

	start_again();
	writer = begin("/in");
	send_chunk(writer, STR("some"));
	close(writer);
	ok(has(&through.breaks, 1), "another is broken off before anybody reads it");
	reader = listen_to(&out);
	began = time_monotonic_us();
	while (wire_read(reader, &out))
		;
	ok(str_find_str(buf_str(&out), STR("some")) > 0 &&
		   str_find_str(buf_str(&out), STR("\r\n0\r\n")) < 0,
	   "the answer then has what there was");
	ok(time_monotonic_us() - began < WIRE_PATIENCE_MS * 1000, "and ends at once");
	has(&through.leaves, 1);
	close(reader);
	buf_release(&out);

	start_again();
	reader = listen_to(&out);
	writer = begin("/in");
	send_chunk(writer, STR("some"));
	ok(wire_read_until(reader, &out, "some"), "another comes");
	close(reader);
	ok(has(&through.leaves, 1), "a reader who leaves is told of, though nothing is sent");
	close(writer);
	ok(has(&through.breaks, 1), "so is the writer");
	buf_release(&out);
}

static bool none_connected(void)
{
	int64_t until = time_monotonic_us() + WIRE_PATIENCE_MS * 1000;

	while (http_server_figures(server).connections && time_monotonic_us() < until)
		usleep(1000);
	return !http_server_figures(server).connections;
}

/* The end of a body that comes together with its last bytes, wherever those stop. */
static void sudden_ends(void)
{
	static const char *const last[] = { "", "5", "5\r\n", "5\r\nso", "4\r\nsome\r\n" };
	enum { TIMES = 40, LASTS = sizeof(last) / sizeof(*last) };

	start_again();
	for (int i = 0; i < TIMES * LASTS; i++) {
		int writer = wire_connect(port);

		wire_send(
			writer,
			arena_strf(
				a,
				"POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%s",
				last[i % LASTS]));
		close(writer);
	}
	ok(has(&through.breaks, TIMES * LASTS), "whoever leaves while sending is told of");
	ok(none_connected(), "and their connections are closed");
}

/* With one writer held, and one reader who waits. */
static void stopping(void)
{
	struct buf out, in;
	int held, reader;
	pthread_t thread;

	start_again();
	held = begin("/in");
	pthread_create(&thread, NULL, send_many, &held);
	ok(is_held(), "a writer is held when the server stops");
	pthread_mutex_lock(&lock);
	buf_clear(&through.bytes);
	pthread_mutex_unlock(&lock);
	reader = listen_to(&out);
	ok(wire_read_until(reader, &out, "\r\n\r\n"), "and a reader waits");
	http_server_free(server, 0);
	pthread_join(thread, NULL);
	ok(has(&through.breaks, 1), "the writer is broken off");
	ok(has(&through.leaves, 1), "the reader is told of");
	while (wire_read(reader, &out))
		;
	ok(str_find_str(buf_str(&out), STR("\r\n0\r\n")) < 0, "whose answer does not look whole");
	buf_init(&in, 4096);
	ok(!wire_read(held, &in), "who was held has no answer");
	close(held);
	close(reader);
	buf_release(&in);
	buf_release(&out);
}

int main(void)
{
	struct http_listen how = {
		.address = "127.0.0.1", .body_max = 1 << 20, .handler = handle, .takes = takes
	};
	struct http_listener *listener;
	const char *why = "";

	a = arena_new();
	buf_init(&through.bytes, ROOM);
	server = http_server_new(2, a, &why);
	listener = server ? http_listen(server, &how, a, &why) : NULL;
	ok(listener, "a server listens: %s", why);
	port = http_listener_port(listener);
	pieces();
	slow_reader();
	endings();
	sudden_ends();
	stopping();
	buf_release(&through.bytes);
	arena_free(a);
	return done_testing();
}
