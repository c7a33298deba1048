/*
 * Invoke: synchronously, later (Event), or only asking (DryRun).
 *
 * A synchronous call hands the event to the pool and waits for the invocation's id. An asynchronous one is a job; a
 * second job looks how it came out, and asks for another try, twice at most.
 * From: Lambda Developer Guide, "Asynchronous invocation".
 */
#include "aws/session.h"
#include "base/base64.h"
#include "base/hash.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/pool.h"

enum { PAYLOAD_MAX = 6291456, EVENT_MAX = 1048576, WAIT_MS = 30000, SESSION_MS = 12 * 3600000 };

static const char *member(struct op *op, const struct function *f, const char *name)
{
	return arena_cstr(op->arena, json_get_str(f->config, name));
}

static int64_t number(const struct function *f, const char *name)
{
	return json_int_or(json_get(f->config, name), 0);
}

/* Credentials of the function's role; false with the error set when the role is gone. */
static bool add_credentials(struct op *op, const struct function *f, struct pool_function *p)
{
	struct str arn = json_get_str(f->config, "Role"), rest = arn, name = STR_NONE;
	struct json_object *in = json_new_object(op->arena), *answer = NULL, *role;
	struct session session = { .kind = CALLER_ROLE, .principal = arn };
	struct session_key *key = ARENA_NEW(op->arena, struct session_key);

	while (rest.p)
		name = str_cut(&rest, '/');
	json_set_str(in, "RoleName", name);
	if (aws_call(op, "iam", "GetRole", in, &answer, NULL) != DONE) {
		op_fail(op, &InvalidParameterValueException,
			"The role defined for the function cannot be assumed by Lambda.");
		return false;
	}
	role = json_get(answer, "Role");
	session.arn = arena_strf(op->arena, "arn:aws:sts::%s:assumed-role/%.*s/%.*s",
				 op->account->id, STR_ARG(name), STR_ARG(f->name));
	session.user_id = arena_strf(op->arena, "%.*s:%.*s", STR_ARG(json_get_str(role, "RoleId")),
				     STR_ARG(f->name));
	session.issued_at = op->now;
	session.expires_at = op->now + SESSION_MS;
	session.detail = json_new_object(op->arena);
	session_add(op, &session, key);
	p->credentials[0] = key->key.id;
	p->credentials[1] = key->key.secret;
	p->credentials[2] = arena_cstr(op->arena, key->token);
	return true;
}

static const char *const *variables_of(struct op *op, const struct function *f)
{
	struct json_object *all = json_get(json_get(f->config, "Environment"), "Variables");
	const char **at = arena_zalloc(op->arena, (json_count(all) + 1) * sizeof(*at));
	size_t n = 0;

	if (!all)
		return at;
	JSON_EACH(all, name, value)
	{
		at[n++] = arena_printf(op->arena, "%s=%.*s", name, STR_ARG(json_str(value)));
	}
	return at;
}

static void throttle(struct op *op)
{
	op_fail(op, &TooManyRequestsException, "Rate Exceeded.");
	json_set_cstr(op_error_members(op), "Reason", "ConcurrentInvocationLimitExceeded");
	json_set_cstr(op_error_members(op), "Type", "User");
}

/* Start the invocation in a warm environment or a new one; false with the error set. */
static bool start(struct op *op, const struct function *f, struct str id, struct str payload)
{
	struct pool_ask ask = { .id = id,
				.account = op->account->id,
				.arn = arena_cstr(op->arena, function_arn(op, f->name)),
				.version = "$LATEST",
				.payload = payload.n ? payload : STR("{}"),
				.client_context = op_str(op, "ClientContext"),
				.timeout_ms = (int)number(f, "Timeout") * 1000,
				.memory_mb = (int)number(f, "MemorySize") };
	struct pool_function p = { .account = op->account->id,
				   .name = arena_cstr(op->arena, f->name),
				   .version = "$LATEST",
				   .code = function_folder(op, f->code),
				   .runtime = member(op, f, "Runtime"),
				   .handler = member(op, f, "Handler"),
				   .memory_mb = ask.memory_mb,
				   .region = op->region };
	const char *why = "";

	ask.key = arena_printf(op->arena, "%s:%s:%s", op->account->id, p.name,
			       member(op, f, "RevisionId"));
	p.key = ask.key;
	p.tmp_mb = (int)json_int_or(json_get(json_get(f->config, "EphemeralStorage"), "Size"), 512);
	p.variables = variables_of(op, f);
	if (pool_invoke_warm(&ask))
		return true;
	if (!add_credentials(op, f, &p))
		return false;
	if (pool_invoke_cold(&ask, &p, &why))
		return true;
	if (why)
		op_fail(op, &ServiceException, "The function cannot run: %s.", why);
	else
		throttle(op);
	return false;
}

static bool payload_good(struct op *op, struct str payload, size_t most)
{
	const char *why = "";

	if (payload.n > most) {
		op_fail(op, &RequestEntityTooLargeException,
			"%zu byte payload is too large for the %s invocation type (limit %zu bytes)",
			payload.n, most == EVENT_MAX ? "Event" : "RequestResponse", most);
		return false;
	}
	if (!payload.n || json_parse(op->arena, payload, &why) || str_is(str_trim(payload), "null"))
		return true;
	op_fail(op, &InvalidRequestContentException,
		"Could not parse request body into json: Could not parse payload into json: %s",
		why);
	json_set_cstr(op_error_members(op), "Type", "User");
	return false;
}

static enum outcome answer(struct op *op, const struct pool_result *result)
{
	json_set_int(op->out, "StatusCode", 200);
	json_set_cstr(op->out, "ExecutedVersion", "$LATEST");
	json_set_str(op->out, "Payload", result->payload);
	if (result->failed)
		json_set_cstr(op->out, "FunctionError", "Unhandled");
	if (str_is(op_str(op, "LogType"), "Tail"))
		json_set_str(op->out, "LogResult", base64_print(op->arena, result->log));
	return DONE;
}

static enum outcome invoke_now(struct op *op, const struct function *f)
{
	struct str payload = op_str(op, "Payload");
	struct pool_result result;

	switch (pool_take(op->request_id, op->arena, &result)) {
	case POOL_DONE:
		return answer(op, &result);
	case POOL_RUNNING:
		if (op_waited(op) >= WAIT_MS)
			return op_fail(op, &ServiceException,
				       "The function has not answered within 30 seconds.");
		return op_wait(op, op->request_id, WAIT_MS);
	case POOL_UNKNOWN:
		break;
	}
	if (!payload_good(op, payload, PAYLOAD_MAX) || !start(op, f, op->request_id, payload))
		return FAILED;
	return op_wait(op, op->request_id, WAIT_MS);
}

/* --- asynchronously ------------------------------------------------------------------------------ */

enum { LOOK_MS = 1000, TRIES = 3 };

static struct json_object *event_of(struct op *op, struct str name, struct str id,
				    struct str payload, int64_t tries)
{
	struct json_object *event = json_new_object(op->arena);

	json_set_str(event, "FunctionName", name);
	json_set_str(event, "RequestId", id);
	json_set_str(event, "Payload", payload);
	json_set_int(event, "Tries", tries);
	return event;
}

/* Give the event to the function, and look later how it came out. */
static enum outcome run_event(struct op *op)
{
	struct str id = op_str(op, "RequestId");
	struct function f;

	if (!function_find(op, op_str(op, "FunctionName"), &f))
		return DONE;
	if (!start(op, &f, id, op_str(op, "Payload")))
		return FAILED;
	job_add(op, &lambda_jobs[LAMBDA_EVENT_LOOK], op->now + LOOK_MS, NULL,
		event_of(op, f.name, id, op_str(op, "Payload"), op_int_or(op, "Tries", 0) + 1));
	return DONE;
}

/* A first retry after a minute, a second after two more. When the server was stopped, it is a new try at once. */
static enum outcome look_after_event(struct op *op)
{
	struct str id = op_str(op, "RequestId"), name = op_str(op, "FunctionName");
	int64_t tries = op_int_or(op, "Tries", TRIES);
	struct json_object *event = event_of(op, name, id, op_str(op, "Payload"), tries);
	struct pool_result result = { .failed = false };

	switch (pool_take(id, op->arena, &result)) {
	case POOL_RUNNING:
		job_add(op, &lambda_jobs[LAMBDA_EVENT_LOOK], op->now + LOOK_MS, NULL, event);
		return DONE;
	case POOL_DONE:
		if (result.failed && tries < TRIES)
			job_add(op, &lambda_jobs[LAMBDA_EVENT], op->now + tries * 60000, NULL,
				event);
		return DONE;
	case POOL_UNKNOWN:
		break;
	}
	json_set_int(event, "Tries", tries - 1);
	job_add(op, &lambda_jobs[LAMBDA_EVENT], op->now, NULL, event);
	return DONE;
}

const struct job_kind lambda_jobs[] = {
	[LAMBDA_EVENT] = { "lambda.event", run_event, 10 },
	[LAMBDA_EVENT_LOOK] = { "lambda.event-look", look_after_event, 0 },
	[LAMBDA_DROP_CODE] = { "lambda.drop-code", lambda_job_drop_code, 0 },
	{ 0 },
};

static enum outcome invoke_later(struct op *op, const struct function *f)
{
	struct str payload = op_str_or(op, "Payload", "{}");

	if (!payload_good(op, payload, EVENT_MAX))
		return FAILED;
	job_add(op, &lambda_jobs[LAMBDA_EVENT], op->now, NULL,
		event_of(op, f->name, op->request_id, payload, 0));
	json_set_int(op->out, "StatusCode", 202);
	json_set_cstr(op->out, "Payload", "");
	return DONE;
}

enum outcome lambda_op_invoke(struct op *op)
{
	struct str type = op_str_or(op, "InvocationType", "RequestResponse");
	struct function f;

	if (!function_get(op, &f))
		return FAILED;
	if (function_is_pending(op, &f))
		return op_fail(op, &ResourceConflictException,
			       "The operation cannot be performed at this time. The function is "
			       "currently in the following state: Pending");
	if (str_is(type, "DryRun")) {
		json_set_int(op->out, "StatusCode", 204);
		json_set_cstr(op->out, "Payload", "");
		return DONE;
	}
	return str_is(type, "Event") ? invoke_later(op, &f) : invoke_now(op, &f);
}
