/* The protocols JSON 1.0 and 1.1: one object in, one object out, errors with their "__type". */
#include "aws/call.h"

bool json_read(struct aws_call *call)
{
	struct op *op = &call->op;

	if (!call->payload.n) {
		op->in = json_new_object(op->arena);
		if (op->service && op->service->habits & HABIT_NEEDS_BODY)
			call_refuse(call, &SerializationException, STR_NONE);
		return true;
	}
	op->in = json_parse(op->arena, call->payload, NULL);
	if (op->in && !json_is_object(op->in))
		op->in = NULL;
	return op->in != NULL;
}

static const char *type_of(const struct aws_call *call)
{
	struct str type = sigv4_header(&call->http, "Content-Type");

	if (!type.n || str_starts(type, STR("application/json")))
		return "application/json";
	return call->protocol == PROTO_JSON10 ? "application/x-amz-json-1.0"
					      : "application/x-amz-json-1.1";
}

void json_write(struct aws_call *call, struct answer *answer)
{
	answer->status = 200;
	answer->type = type_of(call);
	answer->body = call->op.operation->flags & OP_SILENT
			       ? STR("")
			       : json_text(call->op.arena, call->op.out);
}

/* Services whose errors carry a namespace have one for the front door's too; the others write bare codes. */
static const char *prefix_of(const struct aws_call *call)
{
	const struct service *service = call->op.service;
	const struct aws_error *error = call->op.error;

	if (service && !service->error_prefix)
		return "";
	if (error->prefix)
		return error->prefix;
	return service ? service->error_prefix : "";
}

const char *error_shape(const struct aws_error *error)
{
	return error->shape ? error->shape : error->code;
}

void json_add_members(struct json_object *body, struct json_object *members)
{
	if (!members)
		return;
	JSON_EACH(members, key, value)
	{
		json_set(body, key, json_object_get(value));
	}
}

void json_write_error(struct aws_call *call, struct answer *answer)
{
	struct op *op = &call->op;
	struct json_object *body = json_new_object(op->arena);

	json_set_str(body, "__type",
		     arena_strf(op->arena, "%s%s", prefix_of(call), error_shape(op->error)));
	if (op->error_message.p)
		json_set_str(body, op->error->capital ? "Message" : "message", op->error_message);
	json_add_members(body, op->error_members);
	answer->status = op->error->status;
	answer->type = type_of(call);
	answer->body = json_text(op->arena, body);
}
