/*
 * The Runtime API, 2018-06-01. From: Lambda Developer Guide, "Using the Lambda runtime API".
 *
 * Which environment asks is known by the connection (the request's tag), never by what it says.
 */
#include "cloud/lambda/inside.h"

#include "base/json.h"

static enum http_outcome say(struct http_request *req, int status, const char *body)
{
	http_answer(req, status, "application/json", str_of(body));
	return HTTP_ANSWERED;
}

static enum http_outcome refuse(struct http_request *req, int status, const char *type,
				const char *message)
{
	return say(req, status,
		   arena_printf(req->arena, "{\"errorMessage\":\"%s\",\"errorType\":\"%s\"}",
				message, type));
}

static enum http_outcome accepted(struct http_request *req)
{
	return say(req, 202, "{\"status\":\"OK\"}");
}

static enum http_outcome next_event(struct http_request *req, struct http_params *params)
{
	(void)params;
	return pool_next((uint32_t)req->tag, req);
}

static enum http_outcome answer(struct http_request *req, struct http_params *params, bool failed)
{
	enum { ANSWER_MAX = 6 * 1024 * 1024 + 100 };

	if (req->overlong || req->body.n > ANSWER_MAX) {
		pool_answer((uint32_t)req->tag, http_param(params, "id"),
			    arena_strf(req->arena,
				       "{\"errorType\":\"Function.ResponseSizeTooLarge\","
				       "\"errorMessage\":\"Response payload size exceeded maximum "
				       "allowed payload size (6291556 bytes).\"}"),
			    true);
		return refuse(req, 413, "RequestEntityTooLarge",
			      "Exceeded maximum allowed payload size (6291556 bytes).");
	}
	if (!pool_answer((uint32_t)req->tag, http_param(params, "id"), req->body, failed))
		return refuse(req, 400, "InvalidRequestID", "Invalid request ID");
	return accepted(req);
}

static enum http_outcome response(struct http_request *req, struct http_params *params)
{
	return answer(req, params, false);
}

static enum http_outcome invocation_error(struct http_request *req, struct http_params *params)
{
	return answer(req, params, true);
}

static enum http_outcome init_error(struct http_request *req, struct http_params *params)
{
	(void)params;
	if (!pool_init_error((uint32_t)req->tag, req->body))
		return refuse(req, 403, "InvalidStateTransition",
			      "State transition is not allowed");
	return accepted(req);
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
	struct http_params params;
	struct str allow;
	const struct http_route *route = http_route(routes, req, &params, &allow);

	(void)context;
	if (!route) {
		http_answer(req, allow.p ? 405 : 404, "text/plain", STR("404 page not found\n"));
		return HTTP_ANSWERED;
	}
	return handlers[route->flags](req, &params);
}
