/*
 * What is asked for without a signature and is no call: health, preflights, and what DynamoDB says to
 * requests that name no operation of anybody's, because an endpoint that names nobody is its.
 */
#include "aws/call.h"

#include "base/form.h"

/* As they stand in a Content-Type; the parameters after ";" do not count. */
static bool is_json(struct str type)
{
	struct str rest = type, base = str_trim(str_cut(&rest, ';'));

	return str_is(base, "application/json") || str_is(base, "application/x-amz-json-1.0");
}

static bool is_dynamodb(const struct aws_call *call)
{
	return !call->service_name.n || str_is(call->service_name, "dynamodb");
}

static bool is_signed(const struct aws_call *call)
{
	return sigv4_header(&call->http, "Authorization").p ||
	       form_get(call->op.arena, call->http.query, "X-Amz-Algorithm").p;
}

enum {
	DYNAMODB_BODY_MAX = 16 << 20,
	UNSIGNED_BODY_MAX = 64 << 10, /* of what is looked into, for somebody who has not signed */
};

/* More than DynamoDB takes, for it or for nobody? */
static bool is_too_large(const struct aws_call *call)
{
	if (call->http.body.n <= DYNAMODB_BODY_MAX)
		return false;
	return call->op.operation ? call->op.service->habits & HABIT_CRC32 : is_dynamodb(call);
}

/* These answers have DynamoDB's headers. */
static bool answer_as_dynamodb(struct aws_call *call, int status, const char *type, struct str body)
{
	if (!call->op.service)
		call->op.service = service_find(call->aws->config.services, STR("dynamodb"));
	call_identify(call);
	call_answer(call, &(struct answer){ status, type, body });
	return true;
}

static bool answer_not_found(struct aws_call *call)
{
	return answer_as_dynamodb(call, 404, NULL, STR("<UnknownOperationException/>\n"));
}

static bool answer_json_error(struct aws_call *call, const struct aws_error *error)
{
	struct answer a;

	call->op.error = error;
	call->outcome = FAILED;
	json_write_error(call, &a);
	return answer_as_dynamodb(call, a.status, a.type, a.body);
}

static bool answer_options(struct aws_call *call)
{
	struct http_request *req = call->req;
	struct str headers = http_header(req, "Access-Control-Request-Headers");
	struct str method = http_header(req, "Access-Control-Request-Method");

	if (!http_header(req, "Origin").p)
		return answer_not_found(call);
	if (headers.p)
		http_set_header(req, "Access-Control-Allow-Headers", headers);
	if (method.p)
		http_set_header(req, "Access-Control-Allow-Methods", method);
	http_set_header(req, "Access-Control-Max-Age", STR("172800"));
	return answer_as_dynamodb(call, 200, NULL, STR(""));
}

/* Neither a target, an action nor a path that we know. */
static bool answer_nothing_named(struct aws_call *call)
{
	const struct sigv4_request *http = &call->http;
	bool json = is_json(sigv4_header(http, "Content-Type"));

	if (!str_is(http->method, "POST") || !str_is(http->path, "/") || (http->body.n && !json))
		return answer_not_found(call);
	call->protocol = PROTO_JSON10;
	if (http->body.n && http->body.n <= UNSIGNED_BODY_MAX &&
	    !json_parse(call->op.arena, http->body, NULL))
		return answer_json_error(call, &SerializationException);
	return answer_json_error(call, &UnknownOperationException);
}

/* An operation of JSON is asked for by POST, and DynamoDB looks at the type of what is posted. */
static bool is_misposted(const struct aws_call *call)
{
	const struct sigv4_request *http = &call->http;

	if (call->protocol != PROTO_JSON10 && call->protocol != PROTO_JSON11)
		return false;
	return !str_is(http->method, "POST") ||
	       (call->op.service->habits & HABIT_CRC32 && http->body.n &&
		!is_json(sigv4_header(http, "Content-Type")));
}

bool plain_answer(struct aws_call *call)
{
	const struct sigv4_request *http = &call->http;
	bool get = str_is(http->method, "GET") || str_is(http->method, "HEAD");

	if (is_too_large(call))
		return answer_as_dynamodb(call, 413, NULL, STR(""));
	if (str_is(http->method, "OPTIONS"))
		return answer_options(call);
	if (get && str_is(http->path, "/") && !http->query.n && !is_signed(call))
		return answer_as_dynamodb(call, 200, "text/plain",
					  arena_strf(call->op.arena,
						     "healthy: dynamodb.%s.amazonaws.com ",
						     call->aws->config.region));
	if (call->op.operation)
		return is_misposted(call) && answer_not_found(call);
	if (call->protocol == PROTO_REST_JSON)
		return is_dynamodb(call) && answer_nothing_named(call);
	/* Whether there is such an operation is looked up before who asks. */
	return call->protocol != PROTO_QUERY && !is_signed(call) &&
	       answer_json_error(call, &UnknownOperationException);
}
