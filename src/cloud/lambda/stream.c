/*
 * InvokeWithResponseStream: what a function answered as a stream of events, which is whole when it begins.
 *
 * From: Lambda API Reference, "InvokeWithResponseStream"; Amazon S3 API Reference, "Appendix: SelectObjectContent
 * Response", which explains the encoding of such streams.
 */
#include "base/base64.h"
#include "base/buf.h"
#include "base/hash.h"
#include "cloud/lambda/invoke.h"
#include "cloud/lambda/operations.h"

enum { CHUNK = 256 << 10 };

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
	buf_init(&b, CHUNK + (2 << 10));
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
static struct str completion(struct op *op, const struct pool_result *result)
{
	struct json_object *o = json_new_object(op->arena);

	if (result->failed) {
		json_set_cstr(o, "ErrorCode", "Unhandled");
		json_set_str(o, "ErrorDetails", result->payload);
	}
	if (str_is(op_str(op, "LogType"), "Tail"))
		json_set_str(o, "LogResult", base64_print(op->arena, result->log));
	return json_text(op->arena, o);
}

enum outcome stream_answer(struct op *op, const struct pool_result *result)
{
	struct str rest = result->failed ? STR("") : result->payload;
	struct buf b;

	buf_init(&b, BUF_MAX);
	while (rest.n) {
		struct str chunk = str_slice(rest, 0, CHUNK);

		add_event(op->arena, &b, "PayloadChunk", "application/octet-stream", chunk);
		rest = str_slice(rest, chunk.n, rest.n);
	}
	add_event(op->arena, &b, "InvokeComplete", "application/json", completion(op, result));
	json_set_int(op->out, "StatusCode", 200);
	json_set_cstr(op->out, "ExecutedVersion", result->version);
	json_set_cstr(op->out, "ResponseStreamContentType", "application/vnd.amazon.eventstream");
	json_set_str(op->out, "EventStream", buf_str(&b));
	buf_release(&b);
	return DONE;
}
