/* The HTTP server over real sockets: requests in, answers out. */
#include "http/http.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/hash.h"
#include "unit/http_wire.h"
#include "unit/tap.h"

enum { BODY_LIMIT = 4 * 1024 * 1024 };

static struct arena *a;
static int port;

static void add_header(void *arg, struct str name, struct str value)
{
	buf_addf(arg, "%.*s=%.*s;", STR_ARG(name), STR_ARG(value));
}

/* "/show": what the server made of the request. */
static void show(struct http_request *req)
{
	http_answer(req, 200, "text/plain",
		    arena_strf(req->arena,
			       "method=%.*s target=%.*s path=%.*s query=%.*s%s peer=%.*s port=%d "
			       "accept=%.*s cookie=%.*s x=%.*s",
			       STR_ARG(req->method), STR_ARG(req->target), STR_ARG(req->path),
			       STR_ARG(req->query), req->query.p ? "" : "(absent)",
			       STR_ARG(req->peer), req->port == port,
			       STR_ARG(http_header(req, "aCCept")), STR_ARG(http_cookie(req, "c")),
			       STR_ARG(http_query(req, "x"))));
}

/* "/sum": length and digest of the body. */
static void sum(struct http_request *req)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	hash_sha256(req->body, digest);
	hash_hex(digest, sizeof(digest), hex);
	if (req->overlong)
		http_answer(req, 413, "text/plain", STR("too long"));
	else
		http_answer(req, 200, "text/plain",
			    arena_strf(req->arena, "%zu %s", req->body.n, hex));
}

static void headers(struct http_request *req)
{
	struct buf list;

	buf_init(&list, BUF_MAX);
	http_each_header(req, add_header, &list);
	http_set_header(req, "X-One", STR("1"));
	http_set_header(req, "Set-Cookie", STR("a=1"));
	http_set_header(req, "Set-Cookie", STR("b=2"));
	http_answer(req, 404, NULL, arena_dup(req->arena, buf_str(&list)));
	buf_release(&list);
}

static enum http_outcome handle(struct http_request *req, void *context)
{
	(void)context;
	if (str_is(req->path, "/sum"))
		sum(req);
	else if (str_is(req->path, "/headers"))
		headers(req);
	else if (str_is(req->path, "/nothing"))
		http_answer(req, 204, NULL, STR_NONE);
	else if (str_is(req->path, "/break"))
		http_set_header(req, "X-Bad", STR("a\r\nSet-Cookie: b"));
	else
		show(req);
	return HTTP_ANSWERED;
}

static struct http_server *serve(void)
{
	struct http_listen how = {
		.address = "127.0.0.1", .body_max = BODY_LIMIT, .idle_seconds = 1, .handler = handle
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

static void test_request(void)
{
	struct str got = wire_body(wire_once(
		a, port,
		STR("GET /a%20b/%2e%2F+?x=%41+b&y HTTP/1.1\r\nHost: h\r\nAccept:  text/plain \r\n"
		    "Cookie: bc=1; c=\"two\"; d=3\r\n\r\n")));

	is_str(got,
	       "method=GET target=/a%20b/%2e%2F+?x=%41+b&y path=/a%20b/%2e%2F+ query=x=%41+b&y "
	       "peer=127.0.0.1 port=1 accept=text/plain cookie=two x=A b",
	       "a request comes as it was sent, still escaped, with its header, cookie and query");
	got = wire_body(wire_once(a, port, STR("GET /p? HTTP/1.1\r\nHost: h\r\n\r\n")));
	ok(str_find_str(got, STR("target=/p? path=/p query= peer")) > 0,
	   "an empty query is there and empty");
	got = wire_body(wire_once(a, port, STR("GET http://h:80/p?q HTTP/1.1\r\nHost: h\r\n\r\n")));
	ok(str_find_str(got, STR("target=http://h:80/p?q path=/p query=q peer")) > 0,
	   "a target with scheme and host has the path behind them");
	got = wire_body(wire_once(a, port, STR("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")));
	ok(str_find_str(got, STR("target=* path=* query=(absent)")) > 0,
	   "a star is a path of its own");
}

static void test_answer(void)
{
	int fd = wire_connect(port);
	struct str ask =
		STR("GET /headers HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n");
	struct str got = wire_ask(a, fd, ask, false), again;

	is_int(wire_status(got), 404, "the status is the handler's");
	is_str(wire_body(got), "Host=h;X-Twice=1;X-Twice=2;", "headers come in order, each time");
	ok(str_find_str(got, STR("\r\nX-One: 1\r\n")) > 0 &&
		   str_find_str(got, STR("\r\nSet-Cookie: a=1\r\n")) > 0 &&
		   str_find_str(got, STR("\r\nSet-Cookie: b=2\r\n")) > 0,
	   "headers of the answer are sent, a repeated name twice");
	ok(str_find_str(got, STR("\r\nDate: ")) > 0, "an answer has a date");
	ok(str_find_str(got, STR("Content-Type")) < 0, "no type was given, so there is none");
	again = wire_ask(a, fd, ask, false);
	is_str(wire_body(again), wire_body(got), "the connection serves a second request");
	close(fd);

	got = wire_once(a, port,
			STR("HEAD /show HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
	ok(wire_status(got) == 200 && str_find_str(got, STR("\r\nContent-Length: ")) > 0 &&
		   str_find_str(got, STR("Content-Length: 0")) < 0 && !wire_body(got).n,
	   "HEAD tells the length and sends no body");
	got = wire_once(a, port, STR("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n"));
	is_int(wire_status(got), 204, "an answer without a body is an answer");
}

/* The answer to a body of n bytes, and what it must be. */
static struct str post(size_t n, bool chunked, struct str *want)
{
	char *p = arena_alloc(a, n + 1);
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	struct str head, body = str_make(p, n), answer;
	int fd = wire_connect(port);

	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i * 31 + (i >> 8));
	hash_sha256(body, digest);
	hash_hex(digest, sizeof(digest), hex);
	*want = arena_strf(a, "%zu %s", n, hex);
	head = chunked ? STR("POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
		       : arena_strf(a,
				    "POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n",
				    n);
	wire_send(fd, head);
	while (chunked && body.n) {
		struct str piece = str_slice(body, 0, 50000);

		wire_send(fd, arena_strf(a, "%zx\r\n", piece.n));
		wire_send(fd, piece);
		wire_send(fd, STR("\r\n"));
		body = str_slice(body, piece.n, body.n);
	}
	if (chunked)
		body = STR("0\r\n\r\n");
	answer = wire_ask(a, fd, body, false);
	close(fd);
	return answer;
}

static void test_bodies(void)
{
	static const size_t sizes[] = { 0,           1,         100000, 256 * 1024, 256 * 1024 + 1,
					1024 * 1024, BODY_LIMIT };
	struct str want, got;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (int chunked = 0; chunked < 2; chunked++) {
			got = post(sizes[i], chunked, &want);
			is_str(wire_body(got), want, "a %s body of %zu bytes arrives whole",
			       chunked ? "chunked" : "plain", sizes[i]);
		}
	is_int(wire_status(post(BODY_LIMIT + 1, false, &want)), 413,
	       "a body above the limit is overlong");
	is_int(wire_status(post(BODY_LIMIT + 1, true, &want)), 413,
	       "a chunked body above the limit is overlong");
}

/* What a body in a file is answered while another of the same address has not ended. */
static int post_beside_another(void)
{
	enum { BYTES = 300 * 1024 };
	int fd = wire_connect(port), status = 0;
	struct str want;

	if (wire_send(fd,
		      STR("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n")) &&
	    wire_send(fd, str_make(arena_zalloc(a, BYTES), BYTES)))
		status = wire_status(post(BYTES, false, &want));
	close(fd);
	return status;
}

static bool is_refused_beside_another(void)
{
	bool done = false;

	return WIRE_WAIT(done = done || post_beside_another() == 507);
}

static void test_many_bodies(void)
{
	bool done = false;
	struct str want;

	http_bodies_limit(400 * 1024, (int64_t)1 << 30);
	ok(is_refused_beside_another(),
	   "an address has so much room for bodies that wait in files");
	is_int(wire_status(post(1000, false, &want)), 200, "short ones need none");
	ok(WIRE_WAIT(done = done || wire_status(post(300 * 1024, false, &want)) == 200),
	   "it has it again when they are gone");
	http_bodies_limit((int64_t)1 << 30, 400 * 1024);
	ok(is_refused_beside_another(), "and so have all together");
	http_bodies_limit(1, 1);
	done = false;
	ok(WIRE_WAIT(done = done || wire_status(post(BODY_LIMIT, false, &want)) == 200),
	   "one body always has room");
	http_bodies_limit((int64_t)1 << 30, (int64_t)8 << 30);
}

static void test_expect(void)
{
	int fd = wire_connect(port);
	struct buf in;
	struct str got;

	buf_init(&in, BUF_MAX);
	wire_send(fd, STR("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
			  "Expect: 100-continue\r\n\r\n"));
	ok(wire_read_until(fd, &in, "HTTP/1.1 100 Continue\r\n\r\n"),
	   "who expects to be told to go on is told");
	buf_release(&in);
	got = wire_ask(a, fd, STR("hi"), false);
	ok(str_starts(wire_body(got), STR("2 ")), "and sends the body then");
	close(fd);
	got = wire_once(a, port,
			STR("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n"
			    "Expect: 100-continue\r\n\r\n"));
	is_int(wire_status(got), 413, "who asks first is refused before sending too much");
	got = wire_once(
		a, port,
		STR("POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n"));
	is_int(wire_status(got), 413, "who would send without end is refused at once");
}

static struct str with_header(size_t n)
{
	char *p = arena_alloc(a, n);

	memset(p, 'x', n);
	return arena_strf(a, "GET /show HTTP/1.1\r\nHost: h\r\nX-Long: %.*s\r\n\r\n", (int)n, p);
}

static void test_malformed(void)
{
	static const char *const wrong[] = {
		"GARBAGE\r\n\r\n",
		"GET /show HTTP/1.1\r\n\r\n",
		"GET /show HTTP/1.1\r\nHost: h\r\nno colon here\r\n\r\n",
		"POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
		"POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
	};
	int status;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct str got = wire_once(a, port, str_of(wrong[i]));

		status = wire_status(got);
		ok(status == 400 || (i == 0 && !got.n), "malformed request %zu is refused", i);
	}
	is_int(wire_status(wire_once(a, port, with_header(8 * 1024))), 200,
	       "a header of 8 KB is no problem");
	is_int(wire_status(wire_once(a, port, with_header(14 * 1024))), 200, "nor one of 14 KB");
	status = wire_status(wire_once(a, port, with_header(200 * 1024)));
	ok(status == 431 || status == 413, "a header of 200 KB is refused (%d)", status);
}

static void test_leaving(struct http_server *s)
{
	static const char *const cut[] = {
		"",
		"GE",
		"GET /show HTTP/1.1\r\nHo",
		"POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf",
		"POST /sum HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nhalf",
		"POST /sum HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	};
	int64_t before = http_server_figures(s).requests;

	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		int fd = wire_connect(port);

		wire_send(fd, str_of(cut[i]));
		close(fd);
	}
	/* The library may have taken the end for more to come: idleness is what closes for certain. */
	ok(WIRE_WAIT(http_server_figures(s).connections == 0),
	   "connections of clients that left in the middle are closed");
	is_int(http_server_figures(s).requests, before, "their requests never reach the handler");
}

static void test_sentences(struct http_server *s)
{
	struct http_listen how = { .address = "127.0.0.1", .port = port, .handler = handle };
	const char *why = "";

	ok(!http_listen(s, &how, a, &why), "a port in use cannot be listened on");
	is_str(why,
	       arena_printf(a,
			    "port %d on 127.0.0.1 is in use by another program: stop that "
			    "program, or choose another port",
			    port),
	       "the sentence names the port and what to do");
	how = (struct http_listen){ .address = "not an address", .port = 1 };
	ok(!http_listen(s, &how, a, &why) && strstr(why, "\"not an address\" is no address"),
	   "a wrong address is named");
	how = (struct http_listen){ .address = "192.0.2.1", .port = 0 };
	ok(!http_listen(s, &how, a, &why) && strstr(why, "192.0.2.1, which is no address of this"),
	   "an address of another machine is named");
	how = (struct http_listen){ .address = "127.0.0.1", .port = 65536 };
	ok(!http_listen(s, &how, a, &why) && strstr(why, "65536 is no port"),
	   "a wrong port is named");
}

static void test_adopt(struct http_server *s)
{
	struct http_listen how = { .body_max = 100, .handler = handle };
	const char *why = "";
	struct http_listener *l = http_listen(s, &how, a, &why);
	int pair[2];
	struct str got;

	ok(l != NULL, "a listener may be without a socket");
	if (!l || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return;
	ok(http_adopt(l, pair[0], 7), "a connected socket is adopted");
	got = wire_ask(a, pair[1], STR("GET /adopted HTTP/1.1\r\nHost: h\r\n\r\n"), false);
	ok(str_find_str(got, STR("path=/adopted")) > 0, "and served");
	close(pair[1]);
}

/* Two silent connections, of which one may be. */
static void test_idle(struct http_server *s)
{
	struct http_listen how = { .address = "127.0.0.1",
				   .idle_seconds = HTTP_IDLE_FOREVER,
				   .body_max = 100,
				   .handler = handle };
	const char *why = "";
	struct http_listener *l = http_listen(s, &how, a, &why);
	int patient = wire_connect(http_listener_port(l)), other = wire_connect(port);
	struct str got;

	ok(WIRE_WAIT(http_server_figures(s).connections == 2), "two clients connect");
	ok(WIRE_WAIT(http_server_figures(s).connections == 1), "and one is closed for its silence");
	got = wire_ask(a, patient, STR("GET /show HTTP/1.1\r\nHost: h\r\n\r\n"), false);
	ok(str_find_str(got, STR("path=/show")) > 0, "where it may last, it does");
	close(patient);
	close(other);
}

/* In a process of its own, which must die of it. */
static void test_line_break(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		serve();
		wire_once(a, port, STR("GET /break HTTP/1.1\r\nHost: h\r\n\r\n"));
		_exit(0);
	}
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	   "a line break in a header's value is a bug and aborts");
}

int main(void)
{
	struct http_server *s;

	a = arena_new();
	test_line_break();
	s = serve();
	test_request();
	test_answer();
	test_bodies();
	test_many_bodies();
	test_expect();
	test_malformed();
	test_leaving(s);
	test_idle(s);
	test_sentences(s);
	test_adopt(s);
	http_server_free(s, 100);
	arena_free(a);
	return done_testing();
}
