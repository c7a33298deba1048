#ifndef AWS_PROXY2_H
#define AWS_PROXY2_H

#include "aws/proxy.h"

/*
 * Proxy integrations in payload format 2.0, which HTTP APIs, their Lambda authorizers and function URLs speak.
 * From: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 *
 * Headers and query parameters are multi-maps, as in proxy.h; an event has one text for each name, several values with
 * commas between them, and names of headers in lower case.
 */
struct proxy2_request {
	struct str route_key;        /* "GET /pets/{id}", "$default" */
	struct str raw_path;         /* decoded; with the stage unless that is $default */
	struct str raw_query;        /* as sent; absent: none */
	struct json_object *headers; /* multi-maps; cookies are among the headers */
	struct json_object *query;
	struct json_object *path_parameters; /* NULL: none */
	struct json_object *stage_variables; /* NULL: none */
	struct json_object *context;         /* requestContext */
	struct str body;
};
/* The event, owned by the arena. */
struct json_object *proxy2_event(struct arena *a, const struct proxy2_request *request);
/*
 * The members that events of format 2.0 and of authorizers have in common: rawPath, rawQueryString, cookies, headers,
 * queryStringParameters, requestContext, pathParameters, stageVariables.
 */
void proxy2_describe(struct arena *a, const struct proxy2_request *request,
		     struct json_object *event);

/*
 * A requestContext without authorizer: accountId, apiId, domainName, domainPrefix, http, requestId, routeKey, stage, time.
 * `account` may be "anonymous".
 */
struct proxy2_context {
	struct str account, api, domain, prefix, path, request_id, route_key, stage;
};
struct json_object *proxy2_context(struct op *op, const struct proxy2_context *from);
/* {"accessKey", "accountId", ...}: what "authorizer.iam" says of op's caller, who signed. */
struct json_object *proxy2_signer(struct op *op);

/* Does a body of this media type go into an event as text? Otherwise it is Base64. */
bool proxy2_is_text(struct str media_type);

/* A function's answer; the headers' names are in lower case, "set-cookie" holds its cookies. */
struct proxy2_answer {
	int status;
	struct json_object *headers; /* a multi-map */
	struct str body;             /* decoded */
	bool inferred; /* the function answered something else, which is the body: 200, application/json */
};
/*
 * Read {"statusCode", "headers", "cookies", "body", "isBase64Encoded"}, or infer an answer from whatever it is. False when it has
 * a status code and is malformed.
 */
bool proxy2_answer_read(struct arena *a, struct str payload, struct proxy2_answer *out);

#endif
