/* Authorizers, as they are described. From: API Gateway API Reference, "CreateAuthorizer", "UpdateAuthorizer". */
#include "cloud/apigateway/operations.h"

enum { TTL_DEFAULT = 300, TTL_MAX = 3600 };

static bool bad(struct op *op, const char *sentence)
{
	op_fail(op, &GatewayBadRequest, "%s", sentence);
	return false;
}

static bool providers_good(struct op *op, const struct json_object *doc)
{
	struct json_object *arns = json_get(doc, "providerARNs");

	for (size_t i = 0; i < json_count(arns); i++)
		if (!str_starts(json_str(json_at(arns, i)), STR("arn:aws:cognito-idp:")) ||
		    str_find_str(json_str(json_at(arns, i)), STR(":userpool/")) < 0)
			return bad(op, "Invalid Cognito User Pool ARN");
	return json_count(arns) || bad(op, "At least one Cognito User Pool ARN must be specified");
}

static bool authorizer_good(struct op *op, const struct json_object *doc)
{
	struct str type = json_get_str(doc, "type");
	int64_t ttl = json_int_or(json_get(doc, "authorizerResultTtlInSeconds"), 0);
	bool source = json_get_str(doc, "identitySource").n > 0;

	if (ttl < 0 || ttl > TTL_MAX)
		return bad(op, "Authorizer result TTL must be between 0 and 3600");
	if (str_is(type, "COGNITO_USER_POOLS"))
		return providers_good(op, doc);
	if (str_find_str(json_get_str(doc, "authorizerUri"),
			 STR(":lambda:path/2015-03-31/functions/")) < 0)
		return bad(op,
			   "Invalid Authorizer URI. Authorizer URI should be a valid API Gateway "
			   "ARN that represents a Lambda function invocation.");
	return source || (str_is(type, "REQUEST") && !ttl) ||
	       bad(op, "Identity source must be specified when caching is enabled");
}

enum outcome apigateway_create_authorizer(struct op *op)
{
	static const char *const before[] = { "name", "type", "providerARNs", NULL };
	static const char *const behind[] = { "authorizerUri",
					      "authorizerCredentials",
					      "identitySource",
					      "identityValidationExpression",
					      "authorizerResultTtlInSeconds",
					      NULL };
	struct str api = op_str(op, "restApiId"), role = op_str(op, "authorizerCredentials");
	bool cognito = str_is(op_str(op, "type"), "COGNITO_USER_POOLS");
	struct thing authorizer, other;
	int64_t after = 0;

	if (!thing_find(op, &kind_rest_api, STR_NONE, api, &other))
		return op_fail(
			op, &GatewayConflict,
			"Unable to complete operation due to concurrent modification. Please "
			"try again later.");
	while (thing_next(op, &kind_authorizer, api, &after, &other))
		if (str_eq(json_get_str(other.doc, "name"), op_str(op, "name")))
			return op_fail(op, &GatewayBadRequest,
				       "Authorizer name must be unique. Authorizer %.*s already "
				       "exists in this RestApi.",
				       STR_ARG(op_str(op, "name")));
	authorizer = thing_new(op, api, 6);
	copy_members(authorizer.doc, op->in, before);
	json_set_str(authorizer.doc, "authType",
		     op_str_or(op, "authType", cognito ? "cognito_user_pools" : "custom"));
	copy_members(authorizer.doc, op->in, behind);
	if (!cognito && !op_has(op, "authorizerResultTtlInSeconds"))
		json_set_int(authorizer.doc, "authorizerResultTtlInSeconds", TTL_DEFAULT);
	if (!op_has(op, "identitySource") && !str_is(op_str(op, "type"), "REQUEST"))
		json_set_cstr(authorizer.doc, "identitySource",
			      "method.request.header.Authorization");
	if (!authorizer_good(op, authorizer.doc))
		return FAILED;
	if (role.n && !authorize_pass_role(op, role, "apigateway.amazonaws.com"))
		return FAILED;
	return thing_created(op, &kind_authorizer, &authorizer);
}

static bool authorizer_changed(struct op *op, struct thing *authorizer, struct json_object *was)
{
	(void)was;
	return authorizer_good(op, authorizer->doc);
}

/* One that a method uses stays. */
static bool authorizer_leaving(struct op *op, struct thing *authorizer)
{
	struct thing resource;
	int64_t after = 0;

	while (thing_next(op, &kind_resource, authorizer->owner, &after, &resource)) {
		struct json_object *methods = json_get(resource.doc, "resourceMethods");

		if (!methods)
			continue;
		JSON_EACH(methods, verb, method)
		{
			(void)verb;
			if (str_eq(json_get_str(method, "authorizerId"), authorizer->id))
				return op_fail(op, &GatewayConflict,
					       "Cannot delete authorizer '%.*s', is referenced in "
					       "method: %.*s/%s",
					       STR_ARG(json_get_str(authorizer->doc, "name")),
					       STR_ARG(resource.name), verb) == DONE;
		}
	}
	return true;
}

static const struct patch_rule authorizer_rules[] = {
	{ "/name", PATCH_REPLACE },
	{ "/type", PATCH_REPLACE },
	{ "/authType", PATCH_REPLACE },
	{ "/authorizerUri", PATCH_REPLACE },
	{ "/authorizerCredentials", PATCH_REPLACE },
	{ "/authorizerResultTtlInSeconds", PATCH_REPLACE, PATCH_INTEGER },
	{ "/identitySource", PATCH_REPLACE },
	{ "/identityValidationExpression", PATCH_REPLACE },
	{ "/providerARNs", PATCH_ADD | PATCH_REMOVE, PATCH_LIST_VALUE },
	{ 0 }
};
static const struct patch_rules authorizer_patches = { authorizer_rules, PATCH_WORDS_LIST };

const struct kind kind_authorizer = {
	.noun = "Authorizer",
	.plural = "Authorizers",
	.id = "authorizerId",
	.owner = "restApiId",
	.missing = "Invalid Authorizer identifier specified",
	.patches = &authorizer_patches,
	.changed = authorizer_changed,
	.leaving = authorizer_leaving,
};
