/*
 * Invoke: synchronously, later (Event), or only asking (DryRun).
 *
 * A synchronous call hands the event to the pool and waits for the invocation's id. An asynchronous one is a job
 * (events.c). From: Lambda API Reference, "Invoke".
 */
#include "aws/flow.h"
#include "aws/session.h"
#include "base/base64.h"
#include "cloud/lambda/events.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/invoke.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/payload.h"
#include "cloud/lambda/start.h"

enum {
	PAYLOAD_MAX = 6291456,
	EVENT_MAX = 1048576,
	OLD_EVENT_MAX = 262144, /* of InvokeAsync */
};

static bool payload_good(struct op *op, struct str payload, size_t most, const char *type)
{
	struct str mistake;
	const char *why = "";

	if (payload.n > most) {
		op_fail(op, &RequestEntityTooLargeException,
			"%zu byte payload is too large for the %s invocation type (limit %zu bytes)",
			payload.n, type, most);
		return false;
	}
	if (!payload.n || json_parse(op->arena, payload, &why) || str_is(str_trim(payload), "null"))
		return true;
	mistake = payload_mistake(op->arena, payload);
	return function_refuse(op, &InvalidRequestContentException,
			       "Could not parse request body into json: Could not parse payload "
			       "into json: %.*s",
			       STR_ARG(mistake.p ? mistake : str_of(why)));
}

/* What is to be invoked; its ARN is told with the qualifier even where none was given. */
static bool find(struct op *op, struct function *f)
{
	struct function_name n;

	if (!function_name_of(op, &n))
		return false;
	return function_resolve(op, n.name, n.qualifier, f) ||
	       function_refuse(op, &LambdaNotFound, "Function not found: %.*s",
			       STR_ARG(function_arn_of(op, n.name,
						       n.qualifier.n ? n.qualifier
								     : STR("$LATEST"))));
}

static enum outcome answer(struct op *op, const struct pool_result *result)
{
	json_set_int(op->out, "StatusCode", 200);
	json_set_cstr(op->out, "ExecutedVersion", result->version);
	json_set_str(op->out, "Payload", result->payload);
	/* Not of the API: for who serves it over HTTP. */
	if (result->type.p)
		json_set_str(op->out, "StreamType", result->type);
	if (result->failed)
		json_set_cstr(op->out, "FunctionError", "Unhandled");
	if (str_is(op_str(op, "LogType"), "Tail"))
		json_set_str(op->out, "LogResult", base64_print(op->arena, result->log));
	return DONE;
}

/* What a mobile app sends along, as JSON in one line; false with the error set. */
static bool context_good(struct op *op, struct str *context)
{
	struct str given = op_str(op, "ClientContext"), text;
	struct json_object *parsed;

	*context = STR_NONE;
	if (!given.n)
		return true;
	parsed = base64_parse(op->arena, given, &text) ? json_parse(op->arena, text, NULL) : NULL;
	if (!json_is_object(parsed))
		return function_refuse(
			op, &InvalidRequestContentException,
			"Client context must be a valid Base64-encoded JSON object.");
	*context = json_text(op->arena, parsed);
	return true;
}

/* The identity of an identity pool with whose credentials a function is invoked, as JSON; absent: it is none. */
static struct str identity_of(struct op *op)
{
	struct json_object *cognito = op->caller.internal ? NULL : session_cognito(op);
	struct json_object *told = json_new_object(op->arena);

	if (!cognito)
		return STR_NONE;
	json_set_str(told, "cognitoIdentityId", json_get_str(cognito, "identityId"));
	json_set_str(told, "cognitoIdentityPoolId", json_get_str(cognito, "identityPoolId"));
	return json_text(op->arena, told);
}

/* Is the function fit to be invoked now? */
static bool is_ready(struct op *op, const struct function *f)
{
	return !function_is_pending(op, f) ||
	       function_refuse(op, &ResourceConflictException,
			       "The operation cannot be performed at this time. The function is "
			       "currently in the following state: Pending");
}

static enum outcome invoke_now(struct op *op, bool flows)
{
	struct start how = { .id = op->request_id,
			     .payload = op_str(op, "Payload"),
			     .flows = flows };
	enum outcome started;
	struct function f;

	if (!find(op, &f) || !is_ready(op, &f) ||
	    !payload_good(op, how.payload, PAYLOAD_MAX, "RequestResponse") ||
	    !context_good(op, &how.client_context))
		return FAILED;
	how.identity = identity_of(op);
	how.trace = op_str(op, "TraceHeader");
	started = start_invocation(op, &f, &how);
	return started == DONE ? op_wait(op, op->request_id, INVOKE_WAIT_MS) : started;
}

static enum outcome invoke_later(struct op *op, struct str payload, size_t most)
{
	struct function f;

	if (!find(op, &f) || !is_ready(op, &f) || !payload_good(op, payload, most, "Event"))
		return FAILED;
	event_promise(op, &f, payload.n ? payload : STR("{}"));
	return DONE;
}

static enum outcome invoke_dry(struct op *op)
{
	struct function f;

	if (!find(op, &f) || !is_ready(op, &f))
		return FAILED;
	json_set_int(op->out, "StatusCode", 204);
	json_set_cstr(op->out, "Payload", "");
	return DONE;
}

/* Wait until it is over; `whole` then answers. With `flows`, until it begins to answer. */
static enum outcome invoke_and_wait(struct op *op, bool flows,
				    enum outcome (*whole)(struct op *op,
							  const struct pool_result *result))
{
	struct pool_result result;

	switch (pool_take(op->request_id, op->arena, &result)) {
	case POOL_DONE:
		return whole(op, &result);
	case POOL_FLOWS:
		return stream_answer_flow(op, &result);
	case POOL_RUNNING:
		return op_wait(op, op->request_id, INVOKE_WAIT_MS);
	case POOL_THROTTLED:
		start_throttled(op);
		return FAILED;
	case POOL_UNKNOWN:
		break;
	}
	return invoke_now(op, flows && op_can_flow(op));
}

enum outcome lambda_op_invoke(struct op *op)
{
	struct str type = op_str(op, "InvocationType");

	if (str_is(type, "DryRun"))
		return invoke_dry(op);
	if (!str_is(type, "Event"))
		return invoke_and_wait(op, false, answer);
	json_set_int(op->out, "StatusCode", 202);
	json_set_cstr(op->out, "Payload", "");
	return invoke_later(op, op_str(op, "Payload"), EVENT_MAX);
}

enum outcome lambda_op_invoke_stream(struct op *op)
{
	if (str_is(op_str(op, "InvocationType"), "DryRun"))
		return invoke_dry(op);
	return invoke_and_wait(op, true, stream_answer);
}

enum outcome lambda_op_invoke_async(struct op *op)
{
	json_set_int(op->out, "Status", 202);
	return invoke_later(op, op_str(op, "InvokeArgs"), OLD_EVENT_MAX);
}
