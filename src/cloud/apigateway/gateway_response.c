/*
 * Gateway responses: what an API answers when it does not come to the integration.
 * From: API Gateway Developer Guide, "Gateway response types for API Gateway".
 */
#include "cloud/apigateway/operations.h"

static const char default_template[] = "{\"message\":$context.error.messageString}";

static const struct {
	const char *type, *status;
} types[] = {
	{ "ACCESS_DENIED", "403" },
	{ "API_CONFIGURATION_ERROR", "500" },
	{ "AUTHORIZER_CONFIGURATION_ERROR", "500" },
	{ "AUTHORIZER_FAILURE", "500" },
	{ "BAD_REQUEST_BODY", "400" },
	{ "BAD_REQUEST_PARAMETERS", "400" },
	{ "DEFAULT_4XX", NULL },
	{ "DEFAULT_5XX", NULL },
	{ "EXPIRED_TOKEN", "403" },
	{ "INTEGRATION_FAILURE", "504" },
	{ "INTEGRATION_TIMEOUT", "504" },
	{ "INVALID_API_KEY", "403" },
	{ "INVALID_SIGNATURE", "403" },
	{ "MISSING_AUTHENTICATION_TOKEN", "403" },
	{ "QUOTA_EXCEEDED", "429" },
	{ "REQUEST_TOO_LARGE", "413" },
	{ "RESOURCE_NOT_FOUND", "404" },
	{ "THROTTLED", "429" },
	{ "UNAUTHORIZED", "401" },
	{ "UNSUPPORTED_MEDIA_TYPE", "415" },
	{ "WAF_FILTERED", "403" },
};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

struct str gateway_response_status(struct str type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (str_is(type, types[i].type))
			return str_of(types[i].status);
	return STR_NONE;
}

bool gateway_response_known(struct str type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (str_is(type, types[i].type))
			return true;
	return false;
}

/* A response as it is shown, from what was set (may be NULL). */
static struct json_object *describe(struct op *op, struct str type, struct json_object *set,
				    bool own)
{
	struct json_object *out = json_new_object(op->arena), *inner;
	struct str status = json_get_str(set, "statusCode");

	json_set_str(out, "responseType", type);
	if (!status.n)
		status = gateway_response_status(type);
	if (status.n)
		json_set_str(out, "statusCode", status);
	inner = json_get(set, "responseParameters");
	json_set(out, "responseParameters",
		 inner ? json_object_get(inner) : json_object_new_object());
	inner = json_get(set, "responseTemplates");
	if (json_count(inner))
		json_set(out, "responseTemplates", json_object_get(inner));
	else
		json_set_cstr(json_set_object(out, "responseTemplates"), "application/json",
			      default_template);
	json_set_bool(out, "defaultResponse", !own);
	return out;
}

struct json_object *gateway_response_of(struct op *op, struct str owner, struct str type)
{
	struct str status = gateway_response_status(type);
	struct thing set;
	const char *fallback;

	if (thing_find(op, &kind_gateway_response, owner, type, &set))
		return describe(op, type, set.doc, true);
	fallback = !status.n ? NULL : status.p[0] == '4' ? "DEFAULT_4XX" : "DEFAULT_5XX";
	if (fallback && thing_find(op, &kind_gateway_response, owner, str_of(fallback), &set))
		return describe(op, type, set.doc, false);
	return describe(op, type, NULL, false);
}

/* --- operations ------------------------------------------------------------------------------------ */

enum outcome apigateway_put_gateway_response(struct op *op)
{
	static const char *const members[] = { "statusCode", "responseParameters",
					       "responseTemplates", NULL };
	struct str type = op_str(op, "responseType");
	struct thing api, set;

	if (!rest_api_get(op, &api))
		return FAILED;
	if (!thing_find(op, &kind_gateway_response, api.id, type, &set)) {
		set = thing_new(op, api.id, 0);
		set.id = type;
	}
	set.doc = json_new_object(op->arena);
	copy_members(set.doc, op->in, members);
	thing_put(op, &kind_gateway_response, &set);
	json_copy(op->out, gateway_response_of(op, api.id, type));
	return DONE;
}

enum outcome apigateway_get_gateway_response(struct op *op)
{
	struct thing api;

	if (!rest_api_get(op, &api))
		return FAILED;
	json_copy(op->out, gateway_response_of(op, api.id, op_str(op, "responseType")));
	return DONE;
}

enum outcome apigateway_get_gateway_responses(struct op *op)
{
	struct json_object *items;
	struct thing api;

	if (!rest_api_get(op, &api))
		return FAILED;
	items = json_set_array(op->out, "items");
	for (size_t i = 0; i < TYPES; i++)
		json_add(items,
			 json_object_get(gateway_response_of(op, api.id, str_of(types[i].type))));
	return DONE;
}

static const struct patch_rule gateway_rules[] = {
	{ "/statusCode", PATCH_REPLACE },
	{ "/responseParameters/{name}", PATCH_ALL, PATCH_MAP,
	  .missing = "Invalid parameter name specified" },
	{ "/responseTemplates/{type}", PATCH_ALL, PATCH_MAP,
	  .missing = "Invalid parameter name specified" },
	{ 0 }
};
static const struct patch_rules gateway_patches = { gateway_rules, PATCH_WORDS_PATH };

enum outcome apigateway_update_gateway_response(struct op *op)
{
	struct str type = op_str(op, "responseType");
	struct thing api, set;

	if (!rest_api_get(op, &api))
		return FAILED;
	if (!thing_find(op, &kind_gateway_response, api.id, type, &set)) {
		set = thing_new(op, api.id, 0);
		set.id = type;
	}
	if (!patch_document(op, &gateway_patches, set.doc))
		return FAILED;
	thing_put(op, &kind_gateway_response, &set);
	json_copy(op->out, gateway_response_of(op, api.id, type));
	return DONE;
}

enum outcome apigateway_delete_gateway_response(struct op *op)
{
	struct thing api, set;

	if (!rest_api_get(op, &api))
		return FAILED;
	if (!thing_find(op, &kind_gateway_response, api.id, op_str(op, "responseType"), &set))
		return op_fail(op, &GatewayNotFound, "Gateway response type not defined on api");
	thing_drop(op, &kind_gateway_response, &set);
	return DONE;
}

const struct kind kind_gateway_response = {
	.noun = "GatewayResponse",
	.plural = "GatewayResponses",
	.id = "responseType",
	.owner = "restApiId",
	.missing = "Gateway response type not defined on api",
};
