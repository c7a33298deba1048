/* A server that runs out of descriptors turns clients away, and serves again when there is room. */
#include "http/http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/http_wire.h"
#include "unit/tap.h"

enum { DESCRIPTORS = 80, CONNECTIONS = DESCRIPTORS - DESCRIPTORS / 4, TOO_MANY = CONNECTIONS + 10 };

static struct arena *a;
static struct http_server *s; /* in the process that serves */

/*
 * "/hog" leaves the process without descriptors, "/free" gives them back; "/alone" is answered well when no other client
 * is connected any more.
 */
static enum http_outcome handle(struct http_request *req, void *context)
{
	static int held[DESCRIPTORS], count;

	(void)context;
	if (str_is(req->path, "/hog"))
		while (count < DESCRIPTORS && (held[count] = open("/dev/null", O_RDONLY)) >= 0)
			count++;
	if (str_is(req->path, "/free"))
		while (count)
			close(held[--count]);
	http_answer(req, 200, "text/plain",
		    str_is(req->path, "/alone") && http_server_figures(s).connections > 1
			    ? STR("others are connected")
			    : STR("served"));
	return HTTP_ANSWERED;
}

/* The server in a process of its own, with few descriptors; tells its port through `out`. */
static _Noreturn void serve(int out)
{
	struct rlimit few = { DESCRIPTORS, DESCRIPTORS };
	struct http_listen how = { .address = "127.0.0.1", .body_max = 10, .handler = handle };
	const char *why = "";
	struct http_listener *l;
	int port;

	setrlimit(RLIMIT_NOFILE, &few);
	s = http_server_new(2, a, &why);
	l = s ? http_listen(s, &how, a, &why) : NULL;
	if (!l)
		_exit(EXIT_FAILURE);
	port = http_listener_port(l);
	if (write(out, &port, sizeof(port)) != sizeof(port))
		_exit(EXIT_FAILURE);
	alarm(60);
	for (;;)
		pause();
}

static bool served(int fd, const char *path)
{
	return str_is(wire_body(wire_ask(a, fd,
					 arena_strf(a, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path),
					 false)),
		      "served");
}

/* A connection from 127.0.0.`from`. */
static int connect_from(int port, int from)
{
	struct sockaddr_in own = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + (uint32_t)from) };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) != 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		abort();
	return fd;
}

static void test_greedy(int port)
{
	int fds[TOO_MANY], good = 0, others = 0;

	for (int i = 0; i < TOO_MANY; i++) {
		fds[i] = connect_from(port, 1);
		good += served(fds[i], "/");
	}
	is_int(good, CONNECTIONS / 2, "one address has half of the connections at most");
	for (int i = good; i < TOO_MANY; i++) {
		close(fds[i]);
		fds[i] = connect_from(port, i % 5 + 2);
		others += served(fds[i], "/");
	}
	is_int(others, CONNECTIONS - CONNECTIONS / 2, "the other half is for others");
	for (int i = 0; i < TOO_MANY; i++)
		close(fds[i]);
}

static void test_too_many(int port)
{
	int fds[TOO_MANY], good = 0, away = 0;

	for (int i = 0; i < TOO_MANY; i++) {
		fds[i] = connect_from(port, i % 7 + 1);
		if (served(fds[i], "/"))
			good++;
		else
			away++;
	}
	ok(good == CONNECTIONS, "as many are served as there is room for (%d of %d)", good,
	   TOO_MANY);
	is_int(away, TOO_MANY - CONNECTIONS, "the others are turned away at once");
	ok(served(fds[0], "/"), "who was there first goes on");
	for (int i = 0; i < TOO_MANY; i++)
		close(fds[i]);
}

static bool served_once(int port)
{
	int fd = wire_connect(port);
	bool good = served(fd, "/");

	close(fd);
	return good;
}

static void test_hog(int port)
{
	int first;

	ok(WIRE_WAIT(served_once(port)), "when clients have left, others are served");
	first = wire_connect(port);
	ok(WIRE_WAIT(served(first, "/alone")), "one client is left");
	/* Its predecessor's descriptor may be closed just now. */
	ok(WIRE_WAIT(served(first, "/hog") && !served_once(port)),
	   "when a handler takes all the descriptors there are, a new client is turned away, and knows it");
	ok(!served_once(port), "and so is the next");
	ok(served(first, "/free"), "who was connected is still served");
	ok(WIRE_WAIT(served_once(port)), "with descriptors there are new clients");
	close(first);
}

int main(void)
{
	int ends[2], port = 0;
	pid_t child;

	a = arena_new();
	if (pipe(ends) != 0)
		return EXIT_FAILURE;
	child = fork();
	if (child == 0)
		serve(ends[1]);
	close(ends[1]);
	ok(read(ends[0], &port, sizeof(port)) == sizeof(port), "a server runs with %d descriptors",
	   DESCRIPTORS);
	if (port) {
		test_too_many(port);
		ok(WIRE_WAIT(served_once(port)), "when clients have left, there is room");
		test_greedy(port);
		test_hog(port);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ends[0]);
	arena_free(a);
	return done_testing();
}
