#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/arena.h"

/*
 * The HTTP client, on libcurl, for the terminal's subcommands and for checks of deployed things.
 *
 * It speaks http:// and https:// only, follows no redirects, and goes straight to the server: what it
 * asks stands in the room, where a proxy for the internet does not help. Safe from any thread.
 */

struct http_ask {
	const char *method; /* NULL: GET, or POST with a body */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-ended; may be NULL */
	struct str body;            /* absent: none */
	int timeout_ms;             /* of the whole exchange; 0: 30 s */
	size_t body_max;            /* of the answer; 0: 16 MiB */
	/*
	 * For streams: called with the bytes of a 2xx answer as they come; false ends the exchange, which is
	 * then a success. The timeout is one of silence. `idle` (may be NULL, also without chunk) is called
	 * about ten times a second; false ends the exchange.
	 */
	bool (*chunk)(void *arg, struct str bytes);
	bool (*idle)(void *arg);
	void *arg;
	/*
	 * For addresses that somebody in the room has chosen: neither this machine nor private networks are asked, whatever
	 * the name resolves to; only, on this machine, the port `own_port` (0: none).
	 */
	bool outside;
	int own_port;
	/* For addresses of this server itself, whose certificate may be signed by nobody else: it is not looked at. */
	bool own;
};
struct http_reply {
	int status;         /* 0 when `idle` ended the exchange before there was any */
	struct str type;    /* Content-Type */
	struct str body;    /* empty when chunk was given it */
	struct str headers; /* "Name: value\r\n"... of the last answer */
};

/*
 * Ask and wait. False when there was no whole answer: *why is a sentence for a user
 * ("cannot reach http://10.0.0.5:8080: connection refused"). It names scheme, host and
 * port only, since paths may hold secrets. Strings of the reply live in the arena.
 */
bool http_ask(const struct http_ask *ask, struct arena *a, struct http_reply *reply,
	      const char **why);
/* A header of a reply, any case, or absent. */
struct str http_reply_header(const struct http_reply *reply, const char *name);

#endif
