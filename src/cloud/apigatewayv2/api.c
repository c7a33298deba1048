/*
 * HTTP APIs themselves. From: API Gateway Version 2 API Reference, "Apis"; Developer Guide, "Create an HTTP API by using
 * AWS CLI" (quick create), "Configure CORS for HTTP APIs".
 */
#include "cloud/apigatewayv2/operations.h"

#include "aws/id.h"

#define ROUTE_SELECTION "${request.method} ${request.path}"
#define KEY_SELECTION   "$request.header.x-api-key"

/* --- CORS ---------------------------------------------------------------------------------------- */

static bool has_star(struct json_object *list)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_is(json_str(json_at(list, i)), "*"))
			return true;
	return false;
}

static bool is_origin(struct str origin)
{
	return str_is(origin, "*") || str_is(origin, "http://*") || str_is(origin, "https://*") ||
	       (str_find_str(origin, STR("://")) > 0 && str_find(origin, '*') < 0 &&
		!str_ends(origin, STR("/")));
}

bool cors_good(struct op *op, struct json_object *cors)
{
	struct json_object *origins = json_get(cors, "allowOrigins");

	for (size_t i = 0; i < json_count(origins); i++) {
		struct str origin = json_str(json_at(origins, i));

		if (!is_origin(origin))
			return bad_request(
				op,
				"Invalid format for origin %.*s. Origin should be in the "
				"format <scheme>://<host>[:<port>], or *.",
				STR_ARG(origin));
	}
	if (json_bool_or(json_get(cors, "allowCredentials"), false) && has_star(origins))
		return bad_request(op, "allowCredentials is not supported for origin *");
	return true;
}

enum outcome apigatewayv2_delete_cors(struct op *op)
{
	struct part api;

	if (!api_get(op, &api))
		return FAILED;
	json_object_object_del(api.doc, "corsConfiguration");
	part_put(op, &part_kind_api, &api);
	stages_follow(op, api.id);
	return DONE;
}

/* --- APIs ---------------------------------------------------------------------------------------- */

static bool api_good(struct op *op, struct part *api, bool fresh)
{
	struct str selection = json_get_str(api->doc, "routeSelectionExpression");
	struct str name = json_get_str(api->doc, "name");
	struct str protocol = json_get_str(api->doc, "protocolType");

	(void)fresh;
	if (!str_is(protocol, "HTTP") && !str_is(protocol, "WEBSOCKET"))
		return bad_request(op,
				   "Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]");
	if (str_is(protocol, "WEBSOCKET"))
		return bad_request(
			op, "WebSocket APIs are not available in this cloud. Use the protocol "
			    "type HTTP.");
	if (!name.n || name.n > 128)
		return bad_request(op, "Name must be between 1 and 128 characters.");
	if (!str_is(selection, ROUTE_SELECTION) &&
	    !str_is(selection, "$request.method $request.path"))
		return bad_request(op,
				   "Invalid route selection expression %.*s. HTTP APIs must use "
				   "the expression " ROUTE_SELECTION ".",
				   STR_ARG(selection));
	return cors_good(op, json_get(api->doc, "corsConfiguration"));
}

struct part api_new(struct op *op, struct json_object *from)
{
	struct part api = part_new(op, &part_kind_api, STR_NONE, 0), other;

	do {
		api.id = id_make(op, ID_HTTP_API);
	} while (part_find(op, &part_kind_api, STR_NONE, api.id, &other));
	json_set_str(api.doc, "apiId", api.id);
	json_set_str(api.doc, "apiEndpoint",
		     arena_strf(op->arena, "%.*s/_aws/execute-api/%.*s", STR_ARG(op->endpoint),
				STR_ARG(api.id)));
	json_set_cstr(api.doc, "apiKeySelectionExpression", KEY_SELECTION);
	json_set_bool(api.doc, "disableExecuteApiEndpoint", false);
	json_set_cstr(api.doc, "ipAddressType", "ipv4");
	json_set_cstr(api.doc, "protocolType", "HTTP");
	json_set_cstr(api.doc, "routeSelectionExpression", ROUTE_SELECTION);
	json_set_object(api.doc, "tags");
	JSON_EACH(from, key, value)
	{
		json_set(api.doc, key, json_object_get(value));
	}
	set_time(op, api.doc, "createdDate");
	return api;
}

/* Members of CreateApi and UpdateApi that are the quick-created route's, not the API's. */
static void drop_quick(struct json_object *doc)
{
	json_object_object_del(doc, "target");
	json_object_object_del(doc, "routeKey");
	json_object_object_del(doc, "credentialsArn");
}

/* --- quick create ---------------------------------------------------------------------------------- */

/* One integration, a route to it, and a stage that deploys by itself. */
static bool quick_create(struct op *op, struct str api)
{
	struct part integration, route = part_new(op, &part_kind_route, api, 7), stage;
	struct str key = op_str_or(op, "routeKey", "$default");

	if (!route_key_good(op->arena, key))
		return bad_request(op,
				   "The provided route key is not formatted properly for HTTP "
				   "protocol. Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" "
				   "or \"$default\"");
	integration = integration_to(op, api, op_str(op, "target"), op_str(op, "credentialsArn"));
	json_set_bool(integration.doc, "apiGatewayManaged", true);
	part_put(op, &part_kind_integration, &integration);
	json_set_bool(route.doc, "apiGatewayManaged", true);
	json_set_str(route.doc, "routeKey", key);
	json_set_str(route.doc, "target",
		     arena_strf(op->arena, "integrations/%.*s", STR_ARG(integration.id)));
	if (!part_kind_route.good(op, &route, true))
		return false;
	part_put(op, &part_kind_route, &route);
	stage = part_new(op, &part_kind_stage, api, 0);
	json_set_cstr(stage.doc, "stageName", "$default");
	json_set_bool(stage.doc, "autoDeploy", true);
	json_set_bool(stage.doc, "apiGatewayManaged", true);
	if (!part_kind_stage.good(op, &stage, true))
		return false;
	part_put(op, &part_kind_stage, &stage);
	return true;
}

enum outcome apigatewayv2_create_api(struct op *op)
{
	struct json_object *asked = json_new_object(op->arena);
	struct part api;

	take_members(op, asked, NULL);
	drop_quick(asked);
	api = api_new(op, asked);
	if (!api_good(op, &api, true))
		return FAILED;
	part_put(op, &part_kind_api, &api);
	if (op_has(op, "target") && !quick_create(op, api.id))
		return FAILED;
	if (op_has(op, "routeKey") && !op_has(op, "target")) {
		bad_request(op, "A target is needed for a route key.");
		return FAILED;
	}
	return answer_part(op, &api);
}

/* The part of a kind that quick create has made. */
static bool find_managed(struct op *op, const struct part_kind *kind, struct str api,
			 struct part *out)
{
	int64_t after = 0;

	while (part_next(op, kind, api, &after, out))
		if (json_bool_or(json_get(out->doc, "apiGatewayManaged"), false))
			return true;
	return bad_request(op, "Quick create settings can only be updated on an API that was "
			       "created with quick create.");
}

static bool update_quick(struct op *op, struct str api)
{
	struct part route, integration, made;

	if (!find_managed(op, &part_kind_integration, api, &integration) ||
	    !find_managed(op, &part_kind_route, api, &route))
		return false;
	if (op_has(op, "target")) {
		made = integration_to(op, api, op_str(op, "target"), op_str(op, "credentialsArn"));
		json_set_str(made.doc, "integrationId", integration.id);
		json_set_bool(made.doc, "apiGatewayManaged", true);
		integration.doc = made.doc;
	} else if (op_has(op, "credentialsArn")) {
		json_set_str(integration.doc, "credentialsArn", op_str(op, "credentialsArn"));
	}
	part_put(op, &part_kind_integration, &integration);
	if (!op_has(op, "routeKey"))
		return true;
	json_set_str(route.doc, "routeKey", op_str(op, "routeKey"));
	if (!part_kind_route.good(op, &route, false))
		return false;
	part_put(op, &part_kind_route, &route);
	return true;
}

enum outcome apigatewayv2_update_api(struct op *op)
{
	struct part api;

	if (!api_get(op, &api))
		return FAILED;
	take_members(op, api.doc, NULL);
	drop_quick(api.doc);
	if (!api_good(op, &api, false))
		return FAILED;
	if ((op_has(op, "target") || op_has(op, "routeKey") || op_has(op, "credentialsArn")) &&
	    !update_quick(op, api.id))
		return FAILED;
	part_put(op, &part_kind_api, &api);
	stages_follow(op, api.id);
	return answer_part(op, &api);
}

/* Deployments own copies: these go first. */
static bool api_leaving(struct op *op, struct part *api)
{
	int64_t after = 0;
	struct part deployment;

	while (part_next(op, &part_kind_deployment, api->id, &after, &deployment))
		parts_drop_owned(op, deployment.id);
	parts_drop_owned(op, api->id);
	return true;
}

const struct part_kind part_kind_api = { .noun = "Api",
					 .plural = "Apis",
					 .id = "apiId",
					 .missing = "Invalid API identifier specified",
					 .good = api_good,
					 .leaving = api_leaving };
