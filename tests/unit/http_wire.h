#ifndef TESTS_UNIT_HTTP_WIRE_H
#define TESTS_UNIT_HTTP_WIRE_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"
#include "http/http.h"

/* A client that speaks bytes, and waits that end, for tests of the HTTP server. */

enum { WIRE_PATIENCE_MS = 10 * 1000 };

__attribute__((unused)) static int wire_connect(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

__attribute__((unused)) static bool wire_send(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes = str_slice(bytes, (size_t)n, bytes.n);
	}
	return true;
}

/* Add what comes next to `in`; false at the end, on an error, or when nothing comes. */
__attribute__((unused)) static bool wire_read(int fd, struct buf *in)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char bytes[16384];
	ssize_t n;

	if (poll(&p, 1, WIRE_PATIENCE_MS) != 1)
		return false;
	n = recv(fd, bytes, sizeof(bytes), 0);
	if (n > 0)
		buf_add(in, str_make(bytes, (size_t)n));
	return n > 0;
}

/* Read until `text` has come; false when it does not come. */
__attribute__((unused)) static bool wire_read_until(int fd, struct buf *in, const char *text)
{
	while (str_find_str(buf_str(in), str_of(text)) < 0)
		if (!wire_read(fd, in))
			return false;
	return true;
}

/* Length of an answer's head, or 0 while it is not complete; and what Content-Length says. */
__attribute__((unused)) static size_t wire_head(struct str in, size_t *body_n)
{
	ptrdiff_t end = str_find_str(in, STR("\r\n\r\n"));
	ptrdiff_t at = str_find_str(in, STR("\r\nContent-Length: "));
	int64_t n = 0;

	if (end < 0)
		return 0;
	if (at >= 0 && at < end) {
		struct str rest = str_slice(in, (size_t)at + 18, in.n);

		str_to_int(str_trim(str_cut(&rest, '\r')), &n);
	}
	*body_n = (size_t)n;
	return (size_t)end + 4;
}

/* Send a request and read its answer, head and body, on an open connection. */
__attribute__((unused)) static struct str wire_ask(struct arena *a, int fd, struct str request,
						   bool head_only)
{
	struct buf in;
	struct str answer;
	size_t body_n = 0, head;

	buf_init(&in, BUF_MAX);
	if (request.n && !wire_send(fd, request))
		return STR_NONE;
	for (;;) {
		head = wire_head(buf_str(&in), &body_n);
		if (head && in.n >= head + (head_only ? 0 : body_n))
			break;
		if (!wire_read(fd, &in))
			break;
	}
	answer = arena_dup(a, buf_str(&in));
	buf_release(&in);
	return answer;
}

/* The same on a connection of its own. */
__attribute__((unused)) static struct str wire_once(struct arena *a, int port, struct str request)
{
	int fd = wire_connect(port);
	struct str answer = wire_ask(a, fd, request, str_starts(request, STR("HEAD ")));

	close(fd);
	return answer;
}

__attribute__((unused)) static int wire_status(struct str answer)
{
	int64_t status = 0;

	if (!str_starts(answer, STR("HTTP/1.")))
		return 0;
	str_to_int(str_slice(answer, 9, 12), &status);
	return (int)status;
}

__attribute__((unused)) static struct str wire_body(struct str answer)
{
	size_t body_n, head = wire_head(answer, &body_n);

	return head ? str_slice(answer, head, answer.n) : STR_NONE;
}

/* Wait until `condition` holds or patience ends; then it is whether it holds. */
#define WIRE_WAIT(condition)                                                                       \
	({                                                                                         \
		int64_t wire_end = time_monotonic_us() + WIRE_PATIENCE_MS * 1000;                  \
		while (!(condition) && time_monotonic_us() < wire_end)                             \
			usleep(1000);                                                              \
		(condition);                                                                       \
	})

#endif
