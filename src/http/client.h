#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/arena.h"

/* The HTTP client, on libcurl, for the terminal's subcommands and for checks of deployed things. */

struct http_ask {
	const char *method; /* NULL: GET */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-ended; may be NULL */
	struct str body;
	int timeout_ms;	 /* of the whole exchange; 0: 30 s */
	size_t body_max; /* of the answer; 0: 16 MiB */
	/*
	 * For streams: called with bytes as they come; false ends the exchange. The timeout is then
	 * one of silence. `idle` (may be NULL) is called about ten times a second; false ends the exchange.
	 */
	bool (*chunk)(void *arg, struct str bytes);
	bool (*idle)(void *arg);
	void *arg;
};
struct http_reply {
	int status;
	struct str type;    /* Content-Type */
	struct str body;    /* empty for streams that had chunk */
	struct str headers; /* "Name: value\r\n"... of the last answer */
};

/*
 * Ask and wait. False when there was no answer: *why is a sentence for a user
 * ("cannot reach http://10.0.0.5:8080: connection refused").
 */
bool http_ask(const struct http_ask *ask, struct arena *a, struct http_reply *reply,
	      const char **why);
/* A header of a reply, any case, or absent. */
struct str http_reply_header(const struct http_reply *reply, const char *name);

#endif
