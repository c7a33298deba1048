/*
 * Routes, integrations and authorizers. From: API Gateway Version 2 API Reference; Developer Guide, "Create routes for HTTP
 * APIs", "Create integrations for HTTP APIs", "Control and manage access to HTTP APIs".
 */
#include "cloud/apigatewayv2/operations.h"

#include "aws/bearer.h"

/* --- routes ---------------------------------------------------------------------------------------- */

static bool is_method(struct str method)
{
	static const char *const methods[] = { "ANY",     "DELETE", "GET",  "HEAD",
					       "OPTIONS", "PATCH",  "POST", "PUT" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (str_is(method, methods[i]))
			return true;
	return false;
}

/* "pets", "{id}", "{proxy+}" at the end. */
static bool is_segment(struct str segment, bool last)
{
	struct str name = str_slice(segment, 1, segment.n ? segment.n - 1 : 0);

	if (!str_starts(segment, STR("{")))
		return str_find(segment, '{') < 0 && str_find(segment, '}') < 0;
	if (!str_ends(segment, STR("}")))
		return false;
	if (str_ends(name, STR("+"))) {
		name.n--;
		if (!last)
			return false;
	}
	return name.n > 0 && str_find(name, '{') < 0 && str_find(name, '+') < 0;
}

bool route_key_good(struct arena *a, struct str key)
{
	struct str path = key, method, segment;

	(void)a;
	if (str_is(key, "$default"))
		return true;
	method = str_cut(&path, ' ');
	if (!is_method(method) || !str_starts(path, STR("/")) || str_find(path, ' ') >= 0)
		return false;
	path = str_slice(path, 1, path.n);
	while (path.p) {
		segment = str_cut(&path, '/');
		if (!is_segment(segment, !path.p))
			return false;
	}
	return true;
}

/* Has the API another route of this key? */
static bool is_taken(struct op *op, const struct part *route, struct str key)
{
	struct str other = part_route_of(op, route->owner, key);

	return other.p && !str_eq(other, route->id);
}

/* "integrations/abc1234" */
static bool target_good(struct op *op, const struct part *route)
{
	struct str target = json_get_str(route->doc, "target"), rest = target;

	if (!target.n)
		return true;
	if (!str_is(str_cut(&rest, '/'), "integrations"))
		return bad_request(op, "Invalid target specified. Targets are of the form "
				       "integrations/<integration id>.");
	if (part_exists(op, &part_kind_integration, route->owner, rest))
		return true;
	op_fail(op, &HttpApiNotFound, "%s", part_kind_integration.missing);
	return false;
}

static bool authorization_good(struct op *op, const struct part *route)
{
	struct str type = json_get_str(route->doc, "authorizationType"), wanted;
	struct part authorizer;

	if (json_count(json_get(route->doc, "authorizationScopes")) && !str_is(type, "JWT"))
		return bad_request(op,
				   "Authorization scopes are only supported for routes that use "
				   "a JWT authorizer.");
	if (!str_is(type, "JWT") && !str_is(type, "CUSTOM"))
		return true;
	wanted = str_is(type, "JWT") ? STR("JWT") : STR("REQUEST");
	if (part_find(op, &part_kind_authorizer, route->owner,
		      json_get_str(route->doc, "authorizerId"), &authorizer) &&
	    str_eq(json_get_str(authorizer.doc, "authorizerType"), wanted))
		return true;
	return bad_request(op,
			   "Invalid authorizer ID specified. Setting the authorization type to "
			   "%.*s requires a valid %.*s authorizer.",
			   STR_ARG(type), STR_ARG(type));
}

static bool route_good(struct op *op, struct part *route, bool fresh)
{
	struct str key = json_get_str(route->doc, "routeKey");

	(void)fresh;
	if (!route_key_good(op->arena, key))
		return bad_request(op,
				   "The provided route key is not formatted properly for HTTP "
				   "protocol. Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" "
				   "or \"$default\"");
	if (!json_get(route->doc, "authorizationType"))
		json_set_cstr(route->doc, "authorizationType", "NONE");
	if (json_bool_or(json_get(route->doc, "apiKeyRequired"), false))
		return bad_request(op, "API keys are not supported for HTTP APIs.");
	json_set_bool(route->doc, "apiKeyRequired", false);
	if (!target_good(op, route) || !authorization_good(op, route))
		return false;
	if (str_is(json_get_str(route->doc, "authorizationType"), "NONE"))
		json_object_object_del(route->doc, "authorizerId");
	if (!is_taken(op, route, key))
		return true;
	op_fail(op, &HttpApiConflict, "Route with key %.*s already exists for this API",
		STR_ARG(key));
	return false;
}

enum outcome apigatewayv2_delete_route_parameter(struct op *op)
{
	struct json_object *all;
	struct part route;

	if (!part_get(op, &part_kind_route, &route))
		return FAILED;
	all = json_get(route.doc, "requestParameters");
	if (all)
		json_object_object_del(all,
				       arena_cstr(op->arena, op_str(op, "requestParameterKey")));
	part_put(op, &part_kind_route, &route);
	stages_follow(op, route.owner);
	return DONE;
}

/* Is a part named by a route? Then it may not go. */
static bool is_free(struct op *op, const struct part *part, const char *what, const char *member,
		    const char *prefix)
{
	struct part route;
	int64_t after = 0;

	while (part_next(op, &part_kind_route, part->owner, &after, &route)) {
		struct str named = json_get_str(route.doc, member);

		if (!str_starts(named, str_of(prefix)) ||
		    !str_eq(str_slice(named, strlen(prefix), named.n), part->id))
			continue;
		op_fail(op, &HttpApiConflict,
			"Cannot delete %s '%.*s'. %s is referenced by route: [%.*s]", what,
			STR_ARG(part->id), what, STR_ARG(json_get_str(route.doc, "routeKey")));
		return false;
	}
	return true;
}

/* --- integrations ------------------------------------------------------------------------------------ */

static bool is_function(struct str uri)
{
	return str_starts(uri, STR("arn:")) && str_find_str(uri, STR(":lambda:")) > 0;
}

static bool is_address(struct str uri)
{
	return str_starts(uri, STR("http://")) || str_starts(uri, STR("https://"));
}

/* What belongs to a Lambda integration, or to one of HTTP. */
static bool uri_good(struct op *op, const struct part *part, bool function)
{
	struct str uri = json_get_str(part->doc, "integrationUri");
	struct str format = json_get_str(part->doc, "payloadFormatVersion");

	if (function && !is_function(uri))
		return bad_request(op, "Integration URI should be a valid Lambda function ARN for "
				       "AWS_PROXY integrations.");
	if (!function && !is_address(uri))
		return bad_request(op, "Invalid HTTP endpoint specified for URI");
	if (!str_is(format, "1.0") && !(function && str_is(format, "2.0")))
		return bad_request(op, "PayloadFormatVersion must be set to 1.0%s.",
				   function ? " or 2.0" : " for HTTP_PROXY integrations");
	return true;
}

static bool targets_good(struct op *op, struct json_object *mapping, bool response)
{
	if (!json_is_object(mapping))
		return true;
	JSON_EACH(mapping, target, value)
	{
		(void)value;
		if (!mapping_target_good(str_of(target), response))
			return bad_request(op,
					   "Invalid mapping expression specified: Validation "
					   "Result: warnings : [], errors : [Invalid %s Actioned "
					   "Parameter destination specified: %s]",
					   response ? "Response" : "Request", target);
	}
	return true;
}

/* Parameter mappings: of requests, and of responses by their status. */
static bool mappings_good(struct op *op, const struct part *part)
{
	struct json_object *responses = json_get(part->doc, "responseParameters");

	if (!targets_good(op, json_get(part->doc, "requestParameters"), false))
		return false;
	if (!json_is_object(responses))
		return true;
	JSON_EACH(responses, status, mapping)
	{
		(void)status;
		if (!targets_good(op, mapping, true))
			return false;
	}
	return true;
}

static void or_default(struct json_object *doc, const char *name, const char *value)
{
	if (!json_get(doc, name))
		json_set_cstr(doc, name, value);
}

static bool integration_good(struct op *op, struct part *part, bool fresh)
{
	struct str type = json_get_str(part->doc, "integrationType");
	struct str subtype = json_get_str(part->doc, "integrationSubtype");
	bool function = str_is(type, "AWS_PROXY");

	(void)fresh;
	if (!function && !str_is(type, "HTTP_PROXY"))
		return bad_request(op,
				   "Only AWS_PROXY and HTTP_PROXY integrations are supported for "
				   "HTTP APIs.");
	if (subtype.n)
		return bad_request(
			op,
			"The integration subtype %.*s is not available in this cloud. Use a "
			"Lambda function or an HTTP endpoint.",
			STR_ARG(subtype));
	if (str_is(json_get_str(part->doc, "connectionType"), "VPC_LINK"))
		return bad_request(op,
				   "Private integrations are not available in this cloud. Use the "
				   "connection type INTERNET.");
	or_default(part->doc, "connectionType", "INTERNET");
	or_default(part->doc, "payloadFormatVersion", "1.0");
	if (function)
		or_default(part->doc, "integrationMethod", "POST");
	if (!json_get(part->doc, "timeoutInMillis"))
		json_set_int(part->doc, "timeoutInMillis", 30000);
	if (!json_get_str(part->doc, "integrationMethod").n)
		return bad_request(op, "HTTP integrations need an integration method.");
	return uri_good(op, part, function) && mappings_good(op, part);
}

static bool integration_leaving(struct op *op, struct part *part)
{
	return is_free(op, part, "Integration", "target", "integrations/");
}

struct part integration_to(struct op *op, struct str api, struct str target, struct str role)
{
	struct part part = part_new(op, &part_kind_integration, api, 7);
	bool function = is_function(target);

	json_set_cstr(part.doc, "connectionType", "INTERNET");
	if (role.n)
		json_set_str(part.doc, "credentialsArn", role);
	json_set_cstr(part.doc, "integrationMethod", function ? "POST" : "ANY");
	json_set_cstr(part.doc, "integrationType", function ? "AWS_PROXY" : "HTTP_PROXY");
	json_set_str(part.doc, "integrationUri", target);
	json_set_cstr(part.doc, "payloadFormatVersion", function ? "2.0" : "1.0");
	json_set_int(part.doc, "timeoutInMillis", 30000);
	return part;
}

/* --- authorizers -------------------------------------------------------------------------------------- */

/* Of the room's own user pools; others are not reached from here, as AWS says it of what it does not reach. */
#define NO_ISSUER                                                                                  \
	"Caught exception when connecting to %.*s/.well-known/openid-configuration for issuer "    \
	"%.*s. Please try again later. Error: Invalid issuer: %.*s. Issuer must have a valid "     \
	"discovery endpoint ended with '/.well-known/openid-configuration'"

static bool is_source(struct str source)
{
	return str_starts(source, STR("$request.header.")) ||
	       str_starts(source, STR("$request.querystring.")) ||
	       str_starts(source, STR("$context.")) || str_starts(source, STR("$stageVariables."));
}

static bool sources_good(struct op *op, const struct part *part)
{
	struct json_object *sources = json_get(part->doc, "identitySource");

	for (size_t i = 0; i < json_count(sources); i++)
		if (!is_source(json_str(json_at(sources, i))))
			return bad_request(op, "Invalid identity source expression %.*s.",
					   STR_ARG(json_str(json_at(sources, i))));
	return true;
}

static bool jwt_good(struct op *op, const struct part *part)
{
	struct json_object *jwt = json_get(part->doc, "jwtConfiguration");
	struct str issuer = json_get_str(jwt, "issuer");

	if (!sources_good(op, part))
		return false;
	if (!bearer_issuer_here(op, issuer))
		return bad_request(op, NO_ISSUER, STR_ARG(issuer), STR_ARG(issuer),
				   STR_ARG(issuer));
	if (!json_count(json_get(jwt, "audience")))
		return bad_request(op, "JWT authorizers must have at least one audience.");
	if (json_count(json_get(part->doc, "identitySource")) != 1)
		return bad_request(op, "JWT authorizers must have exactly one identity source.");
	return true;
}

static bool function_good(struct op *op, const struct part *part)
{
	struct str format = json_get_str(part->doc, "authorizerPayloadFormatVersion");
	int64_t ttl;

	if (!format.p)
		return bad_request(op, "AuthorizerPayloadFormatVersion is a required parameter for "
				       "REQUEST authorizer");
	if (!sources_good(op, part))
		return false;
	if (!is_function(json_get_str(part->doc, "authorizerUri")))
		return bad_request(op,
				   "Invalid Authorizer URI. Authorizer URI should be a valid API "
				   "Gateway ARN that represents a Lambda function invocation.");
	if (!str_is(format, "1.0") && !str_is(format, "2.0"))
		return bad_request(op, "AuthorizerPayloadFormatVersion must be set to 1.0 or 2.0.");
	if (str_is(format, "1.0") &&
	    json_bool_or(json_get(part->doc, "enableSimpleResponses"), false))
		return bad_request(op, "EnableSimpleResponses is only supported for payload format "
				       "version 2.0.");
	if (!json_get(part->doc, "authorizerResultTtlInSeconds"))
		json_set_int(part->doc, "authorizerResultTtlInSeconds",
			     json_count(json_get(part->doc, "identitySource")) ? 300 : 0);
	if (!json_get(part->doc, "enableSimpleResponses"))
		json_set_bool(part->doc, "enableSimpleResponses", false);
	ttl = json_int_or(json_get(part->doc, "authorizerResultTtlInSeconds"), 0);
	if (ttl > 0 && !json_count(json_get(part->doc, "identitySource")))
		return bad_request(op, "Identity source is required when caching is enabled.");
	return true;
}

static bool authorizer_good(struct op *op, struct part *part, bool fresh)
{
	struct str name = json_get_str(part->doc, "name");
	struct str other;

	(void)fresh;
	if (!(str_is(json_get_str(part->doc, "authorizerType"), "JWT") ? jwt_good(op, part)
								       : function_good(op, part)))
		return false;
	other = part_authorizer_of(op, part->owner, name);
	return !other.p || str_eq(other, part->id) ||
	       bad_request(op,
			   "Authorizer name must be unique. Authorizer %.*s already exists in this "
			   "RestApi.",
			   STR_ARG(name));
}

static bool authorizer_leaving(struct op *op, struct part *part)
{
	return is_free(op, part, "Authorizer", "authorizerId", "");
}

static const char *const merged_parameters[] = { "requestParameters", "responseParameters", NULL };

const struct part_kind part_kind_route = { .noun = "Route",
					   .plural = "Routes",
					   .id = "routeId",
					   .owner = "apiId",
					   .missing = "Invalid Route identifier specified",
					   .good = route_good,
					   .merged = merged_parameters,
					   .deployed = true,
					   .most = 300 };
const struct part_kind part_kind_integration = { .noun = "Integration",
						 .plural = "Integrations",
						 .id = "integrationId",
						 .owner = "apiId",
						 .missing =
							 "Invalid Integration identifier specified",
						 .good = integration_good,
						 .leaving = integration_leaving,
						 .merged = merged_parameters,
						 .deployed = true,
						 .most = 300 };
const struct part_kind part_kind_authorizer = { .noun = "Authorizer",
						.plural = "Authorizers",
						.id = "authorizerId",
						.owner = "apiId",
						.missing =
							"Invalid Authorizer identifier specified",
						.good = authorizer_good,
						.leaving = authorizer_leaving,
						.deployed = true,
						.most = 10 };
