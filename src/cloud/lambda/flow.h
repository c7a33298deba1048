#ifndef CLOUD_LAMBDA_FLOW_H
#define CLOUD_LAMBDA_FLOW_H

#include "base/buf.h"
#include "http/http.h"

/*
 * Flows: answers on their way from functions to who invoked them, as they are written.
 *
 * The runtime's request is the writer, whose body is put in piece by piece; the invoker's answer is the reader. In between
 * there is room for FLOW_ROOM bytes: a writer that is faster than the reader is held, which makes the function wait. A
 * function is not stopped because nobody reads any more: what it writes then is dropped. Whoever has a flow is one of
 * its users; it is freed with the last one. Safe from any thread.
 *
 * From: Lambda Developer Guide, "Response streaming for Lambda functions".
 */
struct flow;

enum {
	FLOW_ROOM = 256 << 10,
	FLOW_MAX = 200 << 20, /* of all that is written */
};

/* How an answer ended. */
struct flow_end {
	bool failed;
	struct str code, details; /* of what went wrong */
	struct str log;           /* the last of its log, if that was asked for */
};

/* Who waits for a flow to begin. */
struct flow_waiter {
	void (*wake)(void *arg, struct str account, struct str key);
	void *arg;
	struct str account, key;
	/* The reader takes the head for itself (flow_head()), where the writer's type says that there is one. */
	bool head;
};
/* A flow of one user. The waiter, who is copied, is woken whenever it may have become ready, until it has a reader. */
struct flow *flow_new(const struct flow_waiter *waiter);
struct flow *flow_use(struct flow *f);
void flow_release(struct flow *f);

/* --- the writer ------------------------------------------------------------------------------------ */

/* It begins, with this Content-Type; once. The request is the writer, and a user, until flow_written(). */
void flow_begin(struct flow *f, struct http_request *writer, struct str type);
bool flow_has_begun(struct flow *f);
/* How much of it was taken; when not all, the writer is told to go on (http_take_more()) once there is room. */
size_t flow_put(struct flow *f, struct str bytes);
/* Was more written than FLOW_MAX? What was too much is dropped. */
bool flow_is_too_large(struct flow *f);
/*
 * Has the writer closed its connection, and not finished? True once nothing has come for a moment, since what it wrote
 * last may be on its way. (That it closed its connection HTTP may notice much later.)
 */
bool flow_writer_left(struct flow *f);
/* The writer is done, or gone. */
void flow_written(struct flow *f);
/* The end, which comes after what was written; the first time counts. */
void flow_finish(struct flow *f, const struct flow_end *end);
/* It is broken off, unless it has ended. */
void flow_break(struct flow *f);

/* --- the reader ------------------------------------------------------------------------------------- */

/* Has it begun, and is its head there, if it has to have one and there is any? */
bool flow_is_ready(struct flow *f);
/* The writer's Content-Type; once it has begun. */
struct str flow_type(struct flow *f);
/*
 * Take the head off: all up to eight zeros, which are taken off as well. False when there is none. Copied into the
 * arena.
 */
bool flow_head(struct flow *f, struct arena *a, struct str *head);
/* Who is to be woken, from now on. */
void flow_attach(struct flow *f, struct http_stream *reader);
/* Up to `max` bytes; 0: none just now; HTTP_SOURCE_END; HTTP_SOURCE_BROKEN. */
ssize_t flow_read(struct flow *f, char *out, size_t max);
/* How it ended; valid once flow_read() has said HTTP_SOURCE_END. */
const struct flow_end *flow_how_ended(struct flow *f);
/* Nobody reads any more; the reader is a user no longer. */
void flow_leave(struct flow *f);

#endif
