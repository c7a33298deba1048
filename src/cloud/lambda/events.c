/* Asynchronous invocations; see events.h. */
#include "cloud/lambda/events.h"

#include <limits.h>

#include "aws/invoke.h"
#include "base/log.h"
#include "base/time.h"
#include "cloud/lambda/code.h"
#include "cloud/lambda/jobs.h"
#include "cloud/lambda/mapping.h"
#include "cloud/lambda/pool.h"
#include "cloud/lambda/provisioned.h"
#include "cloud/lambda/start.h"
#include "cloud/lambda/target.h"

enum {
	LOOK_MS = 250,       /* how often one looks whether an event is over */
	RETRY_MS = 60000,    /* before the first retry; twice as long before the second */
	THROTTLED_MS = 1000, /* doubling, up to five minutes */
	THROTTLED_MAX_MS = 5 * 60000,
	MESSAGE_MAX = 1024, /* bytes of an error's message beside a dead letter */
};

/* --- an event as a job's argument --------------------------------------------------------------- */

/*
 * FunctionName and Qualifier, RequestId, Payload (JSON text), At (when it was accepted), Trace (that came with it),
 * Tries (begun so far), Throttled (how often since the last try).
 */
static int64_t tries_of(struct op *op)
{
	return op_int_or(op, "Tries", 0);
}

static void again(struct op *op, int kind, int64_t due)
{
	job_add(op, &lambda_jobs[kind], due, NULL, op->in);
}

void event_promise(struct op *op, const struct function *f, struct str payload)
{
	struct json_object *event = json_new_object(op->arena);

	json_set_str(event, "FunctionName", f->name);
	if (f->qualifier.n)
		json_set_str(event, "Qualifier", f->qualifier);
	json_set_str(event, "RequestId", op->request_id);
	json_set_str(event, "Payload", payload);
	json_set_int(event, "At", op->now);
	if (op_has(op, "TraceHeader"))
		json_set_str(event, "Trace", op_str(op, "TraceHeader"));
	job_add(op, &lambda_jobs[LAMBDA_EVENT], op->now, NULL, event);
}

/* --- destinations --------------------------------------------------------------------------------- */

/* How an event ended. */
struct ending {
	const char *condition;            /* "Success", "RetriesExhausted", "EventAgeExceeded" */
	const struct pool_result *result; /* NULL: it never ran, or not any more */
};

static void set_json(struct op *op, struct json_object *o, const char *name, struct str text)
{
	struct json_object *value = json_parse(op->arena, text, NULL);

	if (value)
		json_set(o, name, json_object_get(value));
	else if (str_is(str_trim(text), "null"))
		json_set(o, name, NULL);
	else
		json_set_str(o, name, text);
}

/* The record that a destination gets. */
static struct str record_of(struct op *op, const struct function *f, const struct ending *how)
{
	struct json_object *o = json_new_object(op->arena), *c;
	struct str qualifier = f->qualifier.n ? f->qualifier : STR("$LATEST");

	json_set_cstr(o, "version", "1.0");
	json_set_str(o, "timestamp", time_iso(op->arena, op->now, true));
	c = json_set_object(o, "requestContext");
	json_set_str(c, "requestId", op_str(op, "RequestId"));
	json_set_str(c, "functionArn", function_arn_of(op, f->name, qualifier));
	json_set_cstr(c, "condition", how->condition);
	json_set_int(c, "approximateInvokeCount", tries_of(op));
	set_json(op, o, "requestPayload", op_str(op, "Payload"));
	if (!how->result)
		return json_text(op->arena, o);
	c = json_set_object(o, "responseContext");
	json_set_int(c, "statusCode", 200);
	json_set_cstr(c, "executedVersion", how->result->version);
	if (how->result->failed)
		json_set_cstr(c, "functionError", "Unhandled");
	set_json(op, o, "responsePayload", how->result->payload);
	return json_text(op->arena, o);
}

static bool is_function(struct str arn)
{
	return str_starts(arn, STR("arn:")) && str_find_str(arn, STR(":lambda:")) >= 0;
}

/* Another function gets the record, if this one's role may invoke it. */
static bool send_to_function(struct op *op, const struct function *f, struct str arn,
			     struct str record)
{
	int times;
	struct invoke how = { .function = arn,
			      .payload = record,
			      .service = "lambda.amazonaws.com",
			      .role = json_get_str(f->config, "Role"),
			      .trace = start_trace(op, f, op_str(op, "Trace"), &times),
			      .event = true };
	struct invoked got;

	op_invoke(op, "destination", &how, &got);
	if (got.error)
		log_error("account %s: function %.*s: the destination %.*s was not reached: %.*s",
			  op->account->id, STR_ARG(f->name), STR_ARG(arn), STR_ARG(got.message));
	return !got.error;
}

/* What does not arrive counts in `failures`. */
static void send(struct op *op, const struct function *f, const char *failures, struct str arn,
		 struct str record, struct json_object *attributes)
{
	bool sent = false;

	if (!arn.n)
		return;
	if (is_function(arn))
		sent = send_to_function(op, f, arn, record);
	else if (target_is(arn))
		sent = target_send(op, f, arn, record, attributes);
	else
		log_error("account %s: function %.*s: %.*s is of a service that is not here",
			  op->account->id, STR_ARG(f->name), STR_ARG(arn));
	if (!sent)
		function_emit(op, f->name, f->qualifier,
			      &(struct emit_metric){
				      .name = failures, .unit = "Count", .value = 1 });
}

static void add_attribute(struct json_object *o, const char *name, const char *type,
			  struct str value)
{
	struct json_object *attribute = json_set_object(o, name);

	json_set_cstr(attribute, "DataType", type);
	json_set_str(attribute, "StringValue", value);
}

/* What came of it, beside a dead letter. */
static struct json_object *attributes_of(struct op *op, const struct ending *how)
{
	struct json_object *o = json_new_object(op->arena), *said = NULL;
	struct str message;

	if (how->result)
		said = json_parse(op->arena, how->result->payload, NULL);
	message = json_get_str(said, "errorMessage");
	add_attribute(o, "RequestID", "String", op_str(op, "RequestId"));
	if (how->result)
		add_attribute(o, "ErrorCode", "Number", STR("200"));
	if (message.n)
		add_attribute(o, "ErrorMessage", "String",
			      str_slice(message, 0,
					str_utf8_length(str_slice(message, 0, MESSAGE_MAX))));
	return o;
}

/* The event is over. */
static enum outcome end(struct op *op, const struct function *f, const struct event_config *config,
			const struct ending *how)
{
	bool good = strcmp(how->condition, "Success") == 0;
	struct str to = good ? config->on_success : config->on_failure;

	send(op, f, "DestinationDeliveryFailures", to, to.n ? record_of(op, f, how) : STR(""),
	     NULL);
	if (!good)
		send(op, f, "DeadLetterErrors",
		     json_get_str(json_get(f->config, "DeadLetterConfig"), "TargetArn"),
		     op_str(op, "Payload"), attributes_of(op, how));
	return DONE;
}

/* --- jobs ------------------------------------------------------------------------------------------ */

/* The function of the event; false when it is gone, and the event with it. */
static bool find_function(struct op *op, struct function *f, struct event_config *config)
{
	/* What is drawn for an alias with weights stays the same for an event. */
	op->request_id = op_str(op, "RequestId");
	if (!function_resolve(op, op_str(op, "FunctionName"), op_str(op, "Qualifier"), f))
		return false;
	event_config_of(op, f, config);
	return true;
}

/* Not now: again when there may be room, unless it is too old. */
static enum outcome put_off(struct op *op)
{
	int64_t times = op_int_or(op, "Throttled", 0), wait = THROTTLED_MS;

	for (int64_t i = 0; i < times && wait < THROTTLED_MAX_MS; i++)
		wait *= 2;
	wait = wait < THROTTLED_MAX_MS ? wait : THROTTLED_MAX_MS;
	json_set_int(op->in, "Throttled", times + 1);
	again(op, LAMBDA_EVENT, op->now + wait);
	return DONE;
}

static bool is_too_old(struct op *op, const struct event_config *config)
{
	return op->now - op_int_or(op, "At", op->now) > config->age_max_ms;
}

enum outcome lambda_job_event(struct op *op)
{
	struct event_config config;
	struct function f;

	if (!find_function(op, &f, &config))
		return DONE;
	if (is_too_old(op, &config))
		return end(op, &f, &config, &(struct ending){ "EventAgeExceeded", NULL });
	if (start_invocation(op, &f,
			     &(struct start){ .id = op->request_id,
					      .payload = op_str(op, "Payload"),
					      .trace = op_str(op, "Trace") }) != DONE)
		return op->error == &RecursiveInvocationException
			       ? end(op, &f, &config, &(struct ending){ "RecursiveInvocation" })
			       : put_off(op);
	json_set_int(op->in, "Tries", tries_of(op) + 1);
	json_set_int(op->in, "Throttled", 0);
	again(op, LAMBDA_EVENT_LOOK, op->now + LOOK_MS);
	return DONE;
}

/* It ran: success, another try, or the end of all tries. */
static enum outcome judge(struct op *op, const struct pool_result *result)
{
	struct event_config config;
	struct function f;
	int64_t tries = tries_of(op);

	if (!find_function(op, &f, &config))
		return DONE;
	if (!result->failed)
		return end(op, &f, &config, &(struct ending){ "Success", result });
	if (tries > config.retries)
		return end(op, &f, &config, &(struct ending){ "RetriesExhausted", result });
	if (op->now + tries * RETRY_MS - op_int_or(op, "At", op->now) > config.age_max_ms)
		return end(op, &f, &config, &(struct ending){ "EventAgeExceeded", result });
	again(op, LAMBDA_EVENT, op->now + tries * RETRY_MS);
	return DONE;
}

enum outcome lambda_job_event_look(struct op *op)
{
	struct pool_result result = { .failed = false };

	switch (pool_take(op_str(op, "RequestId"), op->arena, &result)) {
	case POOL_RUNNING:
		again(op, LAMBDA_EVENT_LOOK, op->now + LOOK_MS);
		return DONE;
	case POOL_DONE:
		return judge(op, &result);
	case POOL_THROTTLED:
		json_set_int(op->in, "Tries", tries_of(op) - 1);
		return put_off(op);
	case POOL_FLOWS: /* only who asks for it */
	case POOL_UNKNOWN:
		break;
	}
	/* The server was stopped meanwhile: the same try once more. */
	json_set_int(op->in, "Tries", tries_of(op) - 1);
	again(op, LAMBDA_EVENT, op->now);
	return DONE;
}

const struct job_kind lambda_jobs[] = {
	[LAMBDA_EVENT] = { "lambda.event", lambda_job_event, 10 },
	[LAMBDA_EVENT_LOOK] = { "lambda.event-look", lambda_job_event_look, 10 },
	[LAMBDA_DROP_CODE] = { "lambda.drop-code", lambda_job_drop_code, 0 },
	[LAMBDA_PROVISION] = { "lambda.provision", lambda_job_provision, 0 },
	/* Never dropped: a machine that is broken for a day must not end what an attendee has set up. */
	[LAMBDA_MAPPING] = { "lambda.mapping", lambda_job_mapping, INT_MAX },
	{ 0 },
};
