/*
 * Smithy's protocol "RPC v2 CBOR": a map in, a map out, errors with their "__type".
 *
 * The path names service and operation: /service/GraniteServiceVersion20100801/operation/PutMetricData. Times are
 * tagged, blobs are bytes; the shapes say which values are such.
 */
#include "aws/call.h"
#include "base/base64.h"
#include "base/cbor.h"

bool cbor_read(struct aws_call *call)
{
	struct op *op = &call->op;

	op->in =
		call->payload.n ? cbor_parse(op->arena, call->payload) : json_new_object(op->arena);
	return op->in != NULL;
}

static void add(struct arena *a, struct buf *b, struct json_object *value,
		const struct shape *shape);

static void add_object(struct arena *a, struct buf *b, struct json_object *o,
		       const struct shape *shape)
{
	bool map = shape && shape->type == SHAPE_MAP;

	cbor_add_map(b, json_count(o));
	JSON_EACH(o, key, value)
	{
		const struct shape_member *m = map ? NULL : shape_member(shape, str_of(key));

		cbor_add_text(b, str_of(key));
		add(a, b, value, map ? shape->element : m ? m->shape : NULL);
	}
}

static void add(struct arena *a, struct buf *b, struct json_object *value,
		const struct shape *shape)
{
	enum shape_type type = shape ? shape->type : SHAPE_ANY;
	struct str bytes;

	if (json_is_object(value)) {
		add_object(a, b, value, shape);
	} else if (json_is_array(value)) {
		cbor_add_array(b, json_count(value));
		for (size_t i = 0; i < json_count(value); i++)
			add(a, b, json_at(value, i), shape ? shape->element : NULL);
	} else if (type == SHAPE_TIMESTAMP && value) {
		cbor_add_time(b, json_object_get_double(value));
	} else if (type == SHAPE_DOUBLE && value) {
		cbor_add_double(b, json_object_get_double(value));
	} else if (type == SHAPE_BLOB && base64_parse(a, json_str(value), &bytes)) {
		cbor_add_bytes(b, bytes);
	} else {
		cbor_print(b, value);
	}
}

static void set_body(struct aws_call *call, struct json_object *body, const struct shape *shape,
		     struct answer *answer)
{
	struct buf b;

	buf_init(&b, BUF_MAX);
	add(call->op.arena, &b, json_plain(call->op.arena, body), shape);
	answer->type = "application/cbor";
	answer->body = arena_dup(call->op.arena, buf_str(&b));
	buf_release(&b);
}

void cbor_write(struct aws_call *call, struct answer *answer)
{
	answer->status = 200;
	set_body(call, call->op.out, call->op.operation->output, answer);
}

void cbor_write_error(struct aws_call *call, struct answer *answer)
{
	struct op *op = &call->op;
	struct json_object *body = json_new_object(op->arena);

	json_set_str(body, "__type",
		     arena_strf(op->arena, "%s%s",
				op->service && op->service->error_prefix ? op->service->error_prefix
									 : "",
				error_shape(op->error)));
	if (op->error_message.p)
		json_set_str(body, "message", op->error_message);
	json_add_members(body, op->error_members);
	answer->status = op->error->status;
	set_body(call, body, NULL, answer);
}
