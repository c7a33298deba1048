/*
 * InvokeWithResponseStream: what a function answers, as a stream of events.
 *
 * From: Lambda API Reference, "InvokeWithResponseStream"; Amazon S3 API Reference, "Appendix: SelectObjectContent
 * Response", which explains the encoding of such streams.
 */
#include <stdlib.h>

#include "aws/flow.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/hash.h"
#include "cloud/lambda/invoke.h"
#include "cloud/lambda/operations.h"

enum {
	CHUNK = 256 << 10,
	FLOWING = 16 << 10, /* the most of one event while it flows */
};

/* --- events ------------------------------------------------------------------------------------- */

static void add_number(struct buf *b, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(b, (char)(n >> shift & 0xff));
}

/* A header whose value is a string (type 7). */
static void add_header(struct buf *b, const char *name, const char *value)
{
	size_t n = strlen(value);

	buf_addc(b, (char)strlen(name));
	buf_adds(b, name);
	buf_addc(b, 7);
	buf_addc(b, (char)(n >> 8));
	buf_addc(b, (char)(n & 0xff));
	buf_adds(b, value);
}

/* Lengths with their checksum, headers, payload, and the checksum of all of it. */
static void add_event(struct arena *a, struct buf *out, const char *type, const char *content,
		      struct str payload)
{
	struct buf headers, b;

	buf_init(&headers, 1 << 10);
	add_header(&headers, ":event-type", type);
	add_header(&headers, ":content-type", content);
	add_header(&headers, ":message-type", "event");
	buf_init(&b, payload.n + (2 << 10));
	add_number(&b, (uint32_t)(12 + headers.n + payload.n + 4));
	add_number(&b, (uint32_t)headers.n);
	add_number(&b, hash_crc32(buf_str(&b)));
	buf_add(&b, buf_str(&headers));
	buf_add(&b, payload);
	add_number(&b, hash_crc32(arena_dup(a, buf_str(&b))));
	buf_add(out, buf_str(&b));
	buf_release(&headers);
	buf_release(&b);
}

/* The end: what went wrong, and the log. */
static void add_end(struct arena *a, struct buf *out, const struct flow_end *end, bool tail)
{
	struct json_object *o = json_new_object(a);

	if (end->failed) {
		json_set_str(o, "ErrorCode", end->code);
		json_set_str(o, "ErrorDetails", end->details);
	}
	if (tail)
		json_set_str(o, "LogResult", base64_print(a, end->log));
	add_event(a, out, "InvokeComplete", "application/json", json_text(a, o));
}

static bool wants_log(struct op *op)
{
	return str_is(op_str(op, "LogType"), "Tail");
}

static void set_head(struct op *op, const struct pool_result *result)
{
	json_set_int(op->out, "StatusCode", 200);
	json_set_cstr(op->out, "ExecutedVersion", result->version);
	json_set_cstr(op->out, "ResponseStreamContentType", "application/vnd.amazon.eventstream");
}

enum outcome stream_answer(struct op *op, const struct pool_result *result)
{
	struct str rest = result->failed ? STR("") : result->payload;
	struct flow_end end = { result->failed, STR("Unhandled"), result->payload, result->log };
	struct buf b;

	buf_init(&b, BUF_MAX);
	while (rest.n) {
		struct str chunk = str_slice(rest, 0, CHUNK);

		add_event(op->arena, &b, "PayloadChunk", "application/octet-stream", chunk);
		rest = str_slice(rest, chunk.n, rest.n);
	}
	add_end(op->arena, &b, &end, wants_log(op));
	set_head(op, result);
	json_set_str(op->out, "EventStream", buf_str(&b));
	buf_release(&b);
	return DONE;
}

/* --- flows ------------------------------------------------------------------------------------------ */

/* A flow as events; on the heap, since it outlives its operation. */
struct events {
	struct flow *flow;
	bool tail;
	bool complete; /* the last event is made */
	struct buf event;
	size_t sent; /* of the event */
};

/* Make the next event of what there is; what flow_read() says when there is none. */
static ssize_t next_event(struct events *e)
{
	char chunk[FLOWING];
	ssize_t n = flow_read(e->flow, chunk, sizeof(chunk));
	struct arena *a;

	if (n == 0 || n == HTTP_SOURCE_BROKEN)
		return n;
	a = arena_new();
	buf_clear(&e->event);
	e->sent = 0;
	if (n > 0)
		add_event(a, &e->event, "PayloadChunk", "application/octet-stream",
			  str_make(chunk, (size_t)n));
	else
		add_end(a, &e->event, flow_how_ended(e->flow), e->tail);
	e->complete = n < 0;
	arena_free(a);
	return 1;
}

static ssize_t read_events(void *arg, char *out, size_t max)
{
	struct events *e = arg;
	struct str rest;

	if (e->sent == e->event.n) {
		ssize_t n = e->complete ? HTTP_SOURCE_END : next_event(e);

		if (n <= 0)
			return n;
	}
	rest = str_slice(buf_str(&e->event), e->sent, e->event.n);
	rest = str_slice(rest, 0, max);
	memcpy(out, rest.p, rest.n);
	e->sent += rest.n;
	return (ssize_t)rest.n;
}

static void events_begun(void *arg, struct http_stream *reader)
{
	struct events *e = arg;

	flow_attach(e->flow, reader);
}

static void events_gone(void *arg)
{
	struct events *e = arg;

	flow_leave(e->flow);
	buf_release(&e->event);
	free(e);
}

enum outcome stream_answer_flow(struct op *op, const struct pool_result *result)
{
	struct events *e = calloc(1, sizeof(*e));

	if (!e)
		abort();
	e->flow = result->flow;
	e->tail = wants_log(op);
	buf_init(&e->event, BUF_MAX);
	set_head(op, result);
	op_answer_flow(op, &(struct op_flow){ .source = { read_events, events_gone, e },
					      .begun = events_begun });
	return DONE;
}
