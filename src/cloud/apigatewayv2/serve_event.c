/*
 * What functions are shown. From: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", "Control
 * access to HTTP APIs with AWS Lambda authorizers".
 */
#include "cloud/apigatewayv2/serve.h"

struct str visit_arn(struct visit *v)
{
	struct str path =
		str_starts(v->path, STR("/")) ? str_slice(v->path, 1, v->path.n) : v->path;

	return op_arn(v->op, "execute-api", "%.*s/%.*s/%.*s/%.*s", STR_ARG(v->api),
		      STR_ARG(v->stage.id), STR_ARG(v->method), STR_ARG(path));
}

static struct str domain_of(struct visit *v)
{
	return raw_host_label(v->op->raw, ".execute-api.").p
		       ? v->op->raw->host
		       : arena_strf(v->op->arena, "%.*s.execute-api.%s.amazonaws.com",
				    STR_ARG(v->api), v->op->region);
}

struct json_object *event_context(struct visit *v)
{
	struct proxy2_context from = { .account = str_of(v->op->account->id),
				       .api = v->api,
				       .domain = domain_of(v),
				       .prefix = v->api,
				       .path = v->stage_path,
				       .request_id = v->id,
				       .route_key = v->route_key.p ? v->route_key : STR(""),
				       .stage = v->stage.id };

	return proxy2_context(v->op, &from);
}

static struct proxy2_request request_of(struct visit *v)
{
	return (struct proxy2_request){ .route_key = v->route_key,
					.raw_path = v->stage_path,
					.raw_query = v->op->raw->query,
					.headers = v->headers,
					.query = v->query,
					.path_parameters = v->path_parameters,
					.stage_variables = v->variables,
					.context = v->context,
					.body = v->body };
}

/* --- format 1.0 ------------------------------------------------------------------------------------ */

static struct json_object *old_identity(struct visit *v)
{
	static const char *const nothing[] = { "accessKey",
					       "accountId",
					       "caller",
					       "cognitoAmr",
					       "cognitoAuthenticationProvider",
					       "cognitoAuthenticationType",
					       "cognitoIdentityId",
					       "cognitoIdentityPoolId",
					       "principalOrgId" };
	struct json_object *identity = json_new_object(v->op->arena);
	struct json_object *iam = json_get(v->authorizer, "iam");
	struct str agent = raw_header(v->op->raw, "User-Agent");

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		json_set(identity, nothing[i], NULL);
	json_set_str(identity, "sourceIp", v->op->raw->peer);
	json_set(identity, "user", NULL);
	json_set_str(identity, "userAgent", agent.p ? agent : STR(""));
	json_set(identity, "userArn", NULL);
	if (iam) {
		json_set_str(identity, "accessKey", json_get_str(iam, "accessKey"));
		json_set_str(identity, "accountId", json_get_str(iam, "accountId"));
		json_set_str(identity, "caller", json_get_str(iam, "callerId"));
		json_set_str(identity, "user", json_get_str(iam, "userId"));
		json_set_str(identity, "userArn", json_get_str(iam, "userArn"));
		proxy_cognito(v->op->arena, identity, json_get(iam, "cognitoIdentity"));
		json_set(identity, "cognitoAmr",
			 json_object_get(json_get(json_get(iam, "cognitoIdentity"), "amr")));
	}
	return identity;
}

/* Without the level that tells in format 2.0 what kind of authorizer it was. */
static struct json_object *old_authorizer(struct visit *v)
{
	struct json_object *jwt = json_get(v->authorizer, "jwt");

	if (jwt)
		return jwt;
	return json_get(v->authorizer, "lambda");
}

/* The route's path; $default has none. */
static struct str resource_of(struct visit *v)
{
	struct str path = v->route_key;

	str_cut(&path, ' ');
	return path.p ? path : v->route_key;
}

static struct json_object *old_context(struct visit *v)
{
	struct json_object *c = json_new_object(v->op->arena), *from = v->context;

	json_set_cstr(c, "accountId", v->op->account->id);
	json_set_str(c, "apiId", v->api);
	if (old_authorizer(v))
		json_set(c, "authorizer", json_object_get(old_authorizer(v)));
	json_set_str(c, "domainName", json_get_str(from, "domainName"));
	json_set_str(c, "domainPrefix", v->api);
	json_set_str(c, "extendedRequestId", v->id);
	json_set_str(c, "httpMethod", v->method);
	json_set(c, "identity", json_object_get(old_identity(v)));
	json_set_str(c, "path", v->stage_path);
	json_set_cstr(c, "protocol", "HTTP/1.1");
	json_set_str(c, "requestId", v->id);
	json_set_str(c, "requestTime", json_get_str(from, "time"));
	json_set_int(c, "requestTimeEpoch", v->op->started);
	json_set_str(c, "resourceId", v->route_key);
	json_set_str(c, "resourcePath", resource_of(v));
	json_set_str(c, "stage", v->stage.id);
	return c;
}

/* In lower case, as browsers send them, but for those that API Gateway sets itself. */
static struct json_object *old_headers(struct visit *v)
{
	static const char *const spelled[] = { "Content-Length",   "Host",
					       "User-Agent",       "X-Amzn-Trace-Id",
					       "X-Forwarded-For",  "X-Forwarded-Port",
					       "X-Forwarded-Proto" };
	struct json_object *headers = json_new_object(v->op->arena);

	JSON_EACH(lower_headers(v, v->headers), name, values)
	{
		const char *as = name;

		for (size_t i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++)
			if (str_eq_nocase(str_of(name), str_of(spelled[i])))
				as = spelled[i];
		json_set(headers, as, json_object_get(values));
	}
	return headers;
}

static struct json_object *old_event(struct visit *v)
{
	struct str type = multi_last(v->headers, STR("content-type"));
	struct proxy_request request = {
		.method = v->method,
		.resource = resource_of(v),
		.path = v->stage_path,
		.headers = old_headers(v),
		.query = v->query,
		.path_parameters = v->path_parameters,
		.stage_variables = v->variables,
		.context = old_context(v),
		.body = v->body.n ? v->body : STR_NONE,
		.binary = !proxy2_is_text(type) || !str_is_utf8(v->body),
	};
	struct json_object *event = json_new_object(v->op->arena);

	json_set_cstr(event, "version", "1.0");
	JSON_EACH(proxy_event(v->op->arena, &request), key, value)
	{
		json_set(event, key, json_object_get(value));
	}
	return event;
}

struct str event_text(struct visit *v)
{
	struct proxy2_request request = request_of(v);

	if (str_is(json_get_str(v->integration.doc, "payloadFormatVersion"), "1.0"))
		return json_text(v->op->arena, old_event(v));
	return json_text(v->op->arena, proxy2_event(v->op->arena, &request));
}

/* --- authorizers ------------------------------------------------------------------------------------ */

static struct str joined(struct visit *v, struct json_object *sources)
{
	struct str all = STR("");

	for (size_t i = 0; i < json_count(sources); i++)
		all = arena_strf(v->op->arena, "%.*s%s%.*s", STR_ARG(all), i ? "," : "",
				 STR_ARG(json_str(json_at(sources, i))));
	return all;
}

static struct json_object *old_authorizer_event(struct visit *v, struct json_object *sources,
						struct str arn)
{
	static const char *const left_out[] = { "body", "isBase64Encoded" };
	struct json_object *event = json_new_object(v->op->arena);

	json_set_cstr(event, "version", "1.0");
	json_set_cstr(event, "type", "REQUEST");
	json_set_str(event, "methodArn", arn);
	json_set_str(event, "identitySource", joined(v, sources));
	json_set_str(event, "authorizationToken", joined(v, sources));
	JSON_EACH(old_event(v), key, value)
	{
		json_set(event, key, json_object_get(value));
	}
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		json_object_object_del(event, left_out[i]);
	return event;
}

struct str authorizer_event(struct visit *v, const struct part *authorizer,
			    struct json_object *sources, struct str arn)
{
	struct proxy2_request request = request_of(v);
	struct json_object *event = json_new_object(v->op->arena);

	if (str_is(json_get_str(authorizer->doc, "authorizerPayloadFormatVersion"), "1.0"))
		return json_text(v->op->arena, old_authorizer_event(v, sources, arn));
	json_set_cstr(event, "version", "2.0");
	json_set_cstr(event, "type", "REQUEST");
	json_set_str(event, "routeArn", arn);
	json_set(event, "identitySource", json_object_get(sources));
	json_set_str(event, "routeKey", v->route_key);
	proxy2_describe(v->op->arena, &request, event);
	return json_text(v->op->arena, event);
}
