#ifndef CHECKER_SSE_H
#define CHECKER_SSE_H

#include "base/buf.h"

/*
 * Server-sent events, as WHATWG's HTML standard (9.2.6) defines the stream: lines that end in LF, CR or CRLF;
 * fields event, data, id and retry; comments; a blank line sends the event off.
 *
 * Bytes come in pieces cut anywhere. An event longer than the maximum is dropped and counted.
 */
enum { SSE_NAME_MAX = 63 };

struct sse {
	struct buf line, data;
	char name[SSE_NAME_MAX + 1]; /* of the event being read; longer ones are cut */
	bool has_data;
	bool after_cr; /* the next LF belongs to the CR before it */
	bool begun;    /* the byte order mark can no longer come */
	int retry_ms;  /* what the server asked for last, or 0 */
	int too_long;  /* events dropped because they passed the maximum */
	/* Called for each event; the strings live until it returns. The name of a nameless event is "message". */
	void (*event)(void *arg, struct str name, struct str data);
	void *arg;
};

void sse_init(struct sse *s, size_t max, void (*event)(void *arg, struct str name, struct str data),
	      void *arg);
void sse_release(struct sse *s);
/* The next piece of the stream. */
void sse_feed(struct sse *s, struct str bytes);

#endif
