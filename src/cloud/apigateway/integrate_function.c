/*
 * Integrations with functions: proxied (AWS_PROXY), where the function gets the request as an event and answers itself, and
 * not (AWS), where it gets what the template makes and its answer is mapped.
 * From: API Gateway Developer Guide, "Lambda integrations for REST APIs", "Handle Lambda errors in API Gateway".
 */
#include "cloud/apigateway/execute.h"

#include "aws/invoke.h"
#include "base/base64.h"

static const struct refusal bad_gateway = {
	"DEFAULT_5XX", "InternalServerErrorException", "Internal server error", 502, true, false
};

struct str function_of_uri(struct execution *x, struct str uri)
{
	struct str begin = STR("/2015-03-31/functions/"), end = STR("/invocations"), name;
	ptrdiff_t at;

	uri = with_variables(x, uri);
	at = str_find_str(uri, begin);
	if (at < 0 || str_find_str(uri, STR(":lambda:path/")) < 0)
		return STR_NONE;
	name = str_slice(uri, (size_t)at + begin.n, uri.n);
	return str_ends(name, end) ? str_slice(name, 0, name.n - end.n) : name;
}

/* --- asking --------------------------------------------------------------------------------------------- */

static void log_asked(struct execution *x, const struct invoke *how)
{
	struct str path = arena_strf(x->op->arena,
				     "https://lambda.%s.amazonaws.com/2015-03-31/functions/%.*s/"
				     "invocations",
				     x->op->region, STR_ARG(how->function));

	trace_line(x, "Endpoint request URI: %.*s", STR_ARG(path));
	trace_line(x,
		   "Endpoint request headers: {x-amzn-apigateway-api-id=%.*s, "
		   "Accept=application/json, User-Agent=AmazonAPIGateway_%.*s, "
		   "X-Amz-Source-Arn=%.*s, X-Amzn-Trace-Id=%.*s}",
		   STR_ARG(x->api), STR_ARG(x->api), STR_ARG(how->source_arn),
		   STR_ARG(x->trace_id));
	trace_line(x, "Endpoint request body after transformations: %.*s", STR_ARG(how->payload));
	trace_line(x, "Sending request to %.*s", STR_ARG(path));
}

static void log_answered(struct execution *x, const struct invoked *got)
{
	trace_line(x, "Received response. Status: 200, Integration latency: %lld ms",
		   (long long)x->integration_ms);
	trace_line(x,
		   "Endpoint response headers: {Content-Type=application/json, Content-Length=%zu, "
		   "Connection=keep-alive%s}",
		   got->payload.n, got->failed ? ", X-Amz-Function-Error=Unhandled" : "");
	trace_line(x, "Endpoint response body before transformations: %.*s", STR_ARG(got->payload));
}

/* What is answered when the function could not be run, or not in time. */
static enum step refuse_invocation(struct execution *x, const struct invoked *got)
{
	if (got->timed_out)
		return refuse_late(x);
	if (str_is(str_of(got->error->code), "AccessDeniedException") ||
	    str_is(str_of(got->error->code), "ResourceNotFoundException"))
		return refuse_logged(x, &refuse_internal,
				     "Execution failed due to configuration error: Invalid "
				     "permissions on Lambda function");
	return refuse_logged(x, &refuse_internal,
			     "Execution failed due to configuration error: %.*s",
			     STR_ARG(got->message));
}

/* STEP_ON with *got, or what else there is to do. */
static enum step invoke(struct execution *x, struct str payload, bool event, struct invoked *got)
{
	struct op *op = x->op;
	struct invoke how = {
		.function = function_of_uri(x, json_get_str(x->integration, "uri")),
		.payload = payload,
		.service = "apigateway.amazonaws.com",
		.source_arn = execution_arn(x, x->resource.name),
		.role = with_variables(x, json_get_str(x->integration, "credentials")),
		.event = event,
		.wait_ms = json_int_or(json_get(x->integration, "timeoutInMillis"), 29000),
	};

	if (!str_starts(how.function, STR("arn:")))
		return refuse_logged(x, &refuse_internal,
				     "Execution failed due to configuration error: Invalid "
				     "endpoint address");
	log_asked(x, &how);
	if (op_invoke(op, "integration", &how, got) == WAITING)
		return STEP_WAIT;
	x->integration_ms = op_waited(op);
	x->traced = true;
	if (got->error || got->timed_out)
		return refuse_invocation(x, got);
	log_answered(x, got);
	return STEP_ON;
}

/* --- proxied ------------------------------------------------------------------------------------------------ */

/* Does the caller accept bytes? Then Base64 is decoded. */
static bool takes_bytes(struct execution *x)
{
	struct str accept = multi_last(x->headers, STR("Accept"));

	return media_type_listed(json_get(x->doc, "binaryMediaTypes"),
				 str_trim(str_cut(&accept, ',')));
}

static enum step take_answer(struct execution *x, struct str payload)
{
	struct proxy_answer answer;
	struct str bytes;

	if (!proxy_answer_read(x->op->arena, payload, &answer))
		return refuse_logged(
			x, &bad_gateway,
			"Execution failed due to configuration error: Malformed Lambda "
			"proxy response");
	x->status = answer.status;
	x->answer_body = answer.body;
	if (answer.base64 && takes_bytes(x)) {
		if (!base64_parse(x->op->arena, answer.body, &bytes))
			return refuse_logged(x, &refuse_internal,
					     "Execution failed due to configuration error: Unable "
					     "to base64 decode the body.");
		x->answer_body = bytes;
	}
	if (!multi_values(answer.headers, STR("Content-Type")))
		answer_header(x, STR("Content-Type"), STR("application/json"));
	JSON_EACH(answer.headers, name, values)
	{
		for (size_t i = 0; i < json_count(values); i++)
			answer_header(x, str_of(name), json_str(json_at(values, i)));
	}
	return STEP_ON;
}

enum step integrate_proxy(struct execution *x)
{
	/* What is mapped is the call's affair, not the event's. */
	struct proxy_request event = { .method = x->method,
				       .resource = x->resource.name,
				       .path = x->path,
				       .headers = x->headers,
				       .query = x->query,
				       .path_parameters = x->path_parameters,
				       .stage_variables = x->variables,
				       .context = x->context,
				       .body = x->body,
				       .binary = x->binary };
	struct invoked got = { .failed = false };
	enum step step;

	if (!str_is(json_get_str(x->integration, "httpMethod"), "POST"))
		return refuse_logged(
			x, &refuse_internal,
			"Execution failed due to configuration error: Malformed Lambda "
			"proxy request");
	if (!x->event.p)
		x->event = json_text(x->op->arena, proxy_event(x->op->arena, &event));
	step = invoke(x, x->event, false, &got);
	if (step != STEP_ON)
		return step;
	if (got.failed)
		return refuse_logged(x, &bad_gateway,
				     "Lambda execution failed with status 200 due to customer "
				     "function error: %.*s. Lambda request id: %.*s",
				     STR_ARG(json_get_str(json_parse(x->op->arena, got.payload,
								     NULL),
							  "errorMessage")),
				     STR_ARG(x->op->request_id));
	return take_answer(x, got.payload);
}

/* --- not proxied ---------------------------------------------------------------------------------------------- */

enum step integrate_function(struct execution *x, const struct integration_request *request,
			     struct integration_answer *answer)
{
	struct arena *a = x->op->arena;
	bool event = str_is(multi_last(request->headers, STR("X-Amz-Invocation-Type")), "Event");
	struct str payload = request->body.n ? request->body : STR("{}");
	struct invoked got = { .failed = false };
	enum step step = invoke(x, payload, event, &got);

	if (step != STEP_ON)
		return step;
	answer->status = event ? 202 : 200;
	answer->headers = json_new_object(a);
	multi_add(a, answer->headers, STR("Content-Type"), STR("application/json"), true);
	answer->body = event ? STR("") : got.payload;
	/* Patterns are held against the error's message; what went well is the response without one. */
	if (got.failed)
		answer->pattern = json_get_str(json_parse(a, got.payload, NULL), "errorMessage");
	return STEP_ON;
}
