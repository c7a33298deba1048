/*
 * The Runtime API, 2018-06-01. From: Lambda Developer Guide, "Using the Lambda runtime API".
 *
 * Which environment asks is known by the connection (the request's tag), never by what it says.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/base64.h"
#include "base/json.h"
#include "cloud/lambda/inside.h"

static enum http_outcome say(struct http_request *req, int status, struct str body)
{
	http_answer(req, status, "application/json", body);
	return HTTP_ANSWERED;
}

enum http_outcome runtime_refuse(struct http_request *req, int status, const char *type,
				 const char *message_format, ...)
{
	struct json_object *o = json_new_object(req->arena);
	char message[512];
	va_list args;

	va_start(args, message_format);
	vsnprintf(message, sizeof(message), message_format, args);
	va_end(args);
	json_set_cstr(o, "errorMessage", message);
	json_set_cstr(o, "errorType", type);
	return say(req, status, json_text(req->arena, o));
}

enum http_outcome runtime_accepted(struct http_request *req)
{
	return say(req, 202, STR("{\"status\":\"OK\"}\n"));
}

static enum http_outcome next_event(struct http_request *req, struct http_params *params)
{
	(void)params;
	return pool_next((uint32_t)req->tag, req);
}

static enum http_outcome refuse_size(struct http_request *req, struct str request_id)
{
	pool_answer((uint32_t)req->tag,
		    &(struct pool_answer){
			    .request_id = request_id,
			    .body = STR("{\"errorType\":\"Function.ResponseSizeTooLarge\","
					"\"errorMessage\":\"Response payload size exceeded maximum "
					"allowed payload size (6291556 bytes).\"}"),
			    .failed = true });
	return runtime_refuse(req, 413, "RequestEntityTooLarge",
			      "Exceeded maximum allowed payload size (6291556 bytes).");
}

static bool is_streamed(const struct http_request *req)
{
	return str_is(http_header(req, "Lambda-Runtime-Function-Response-Mode"), "streaming");
}

static struct str type_of(const struct http_request *req)
{
	struct str type = http_header(req, "Content-Type");

	return type.p ? type : STR("application/octet-stream");
}

/* What stands behind an answer that ends with an error: its JSON in base64; absent: nothing does. */
static struct str trailing_error(struct http_request *req)
{
	struct str type = http_trailer(req, "Lambda-Runtime-Function-Error-Type");
	struct str body = http_trailer(req, "Lambda-Runtime-Function-Error-Body"), text;
	struct json_object *o;

	if (!type.p && !body.p)
		return STR_NONE;
	if (body.p && base64_parse(req->arena, body, &text))
		return text;
	o = json_new_object(req->arena);
	json_set_str(o, "errorType", type.p ? type : STR("Function.Unknown"));
	return json_text(req->arena, o);
}

/*
 * Our own runtimes ask for the next event with the answer to the last: one request for two, and one to wake up for. Not
 * AWS's: a runtime that does not say so gets the 202 that it expects.
 */
static bool asks_for_next(const struct http_request *req)
{
	return str_is(http_header(req, "Immersion-Runtime-Next"), "true");
}

static enum http_outcome answer(struct http_request *req, struct http_params *params, bool failed)
{
	bool streamed = !failed && is_streamed(req);
	struct str error;
	struct pool_answer answer = { .request_id = http_param(params, "id"),
				      .body = req->body,
				      .failed = failed };

	if (req->overlong || (!streamed && req->body.n > ANSWER_MAX))
		return refuse_size(req, answer.request_id);
	error = streamed ? trailing_error(req) : STR_NONE;
	if (error.p) {
		answer.body = error;
		answer.failed = true;
	} else if (streamed) {
		answer.type = type_of(req);
	}
	if (!pool_answer((uint32_t)req->tag, &answer))
		return runtime_refuse(req, 400, "InvalidRequestID", "Invalid request ID");
	return asks_for_next(req) ? pool_next((uint32_t)req->tag, req) : runtime_accepted(req);
}

/* It was taken piece by piece. */
static enum http_outcome flowed(struct http_request *req)
{
	struct flow *flow = req->taken;
	bool too_large = flow_is_too_large(flow);

	if (!pool_flow_written(flow, trailing_error(req)))
		return runtime_refuse(req, 400, "InvalidRequestID", "Invalid request ID");
	if (too_large)
		return runtime_refuse(req, 413, "RequestEntityTooLarge",
				      "Exceeded maximum allowed payload size (%d bytes).",
				      FLOW_MAX);
	return runtime_accepted(req);
}

static enum http_outcome response(struct http_request *req, struct http_params *params)
{
	return req->taken ? flowed(req) : answer(req, params, false);
}

static enum http_outcome invocation_error(struct http_request *req, struct http_params *params)
{
	return answer(req, params, true);
}

static enum http_outcome init_error(struct http_request *req, struct http_params *params)
{
	struct str type = http_header(req, "Lambda-Runtime-Function-Error-Type");

	(void)params;
	if (!pool_init_error((uint32_t)req->tag, type.n ? type : STR("Runtime.Unknown"), req->body))
		return runtime_refuse(req, 403, "InvalidStateTransition",
				      "State transition is not allowed");
	return runtime_accepted(req);
}

#define BASE "/2018-06-01/runtime/"
static const struct http_route routes[] = {
	{ "GET " BASE "invocation/next", NULL, 0 },
	{ "POST " BASE "invocation/{id}/response", NULL, 1 },
	{ "POST " BASE "invocation/{id}/error", NULL, 2 },
	{ "POST " BASE "init/error", NULL, 3 },
	{ 0 },
};
static enum http_outcome (*const handlers[])(struct http_request *req,
					     struct http_params *params) = { next_event, response,
									     invocation_error,
									     init_error };

enum http_outcome runtime_handle(struct http_request *req, void *context)
{
	http_handler *extension = extensions_find(req);
	http_handler *telemetry = extension ? NULL : telemetry_find(req);
	struct http_params params;
	struct str allow;
	const struct http_route *route;

	if (extension || telemetry)
		return (extension ? extension : telemetry)(req, context);
	route = http_route(routes, req, &params, &allow);
	if (!route) {
		http_answer(req, allow.p ? 405 : 404, "text/plain", STR("404 page not found\n"));
		return HTTP_ANSWERED;
	}
	return handlers[route->flags](req, &params);
}

static size_t take(void *arg, struct str bytes)
{
	return flow_put(arg, bytes);
}

static void broken(void *arg)
{
	pool_flow_broken(arg);
}

bool runtime_takes(struct http_request *req, void *context, struct http_taker *out)
{
	struct http_params params;
	struct str allow;
	const struct http_route *route;

	(void)context;
	route = is_streamed(req) ? http_route(routes, req, &params, &allow) : NULL;
	if (!route || handlers[route->flags] != response)
		return false;
	*out = (struct http_taker){ .take = take, .broken = broken };
	out->arg = pool_flow((uint32_t)req->tag, http_param(&params, "id"), type_of(req), req);
	return out->arg;
}
