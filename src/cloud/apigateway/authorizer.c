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
	/* What was not told is not shown either, and is still meant. */
	int64_t ttl = json_int_or(json_get(doc, "authorizerResultTtlInSeconds"), TTL_DEFAULT);
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

bool authorizer_make(struct op *op, struct str api, struct json_object *in, struct thing *out)
{
	static const char *const before[] = { "name", "type", "providerARNs", NULL };
	static const char *const behind[] = { "authorizerUri",
					      "authorizerCredentials",
					      "identitySource",
					      "identityValidationExpression",
					      "authorizerResultTtlInSeconds",
					      NULL };
	struct str role = json_get_str(in, "authorizerCredentials"),
		   name = json_get_str(in, "name");
	struct str type = json_get_str(in, "type"), how = json_get_str(in, "authType");
	bool cognito = str_is(type, "COGNITO_USER_POOLS");

	if (thing_id_named(op, &kind_authorizer, api, name).p)
		return op_fail(op, &GatewayBadRequest,
			       "Authorizer name must be unique. Authorizer %.*s already exists in "
			       "this RestApi.",
			       STR_ARG(name)) == DONE;
	*out = thing_new(op, api, 6);
	out->name = name;
	copy_members(out->doc, in, before);
	if (!how.p)
		how = cognito ? STR("cognito_user_pools") : STR("custom");
	json_set_str(out->doc, "authType", how);
	copy_members(out->doc, in, behind);
	if (!json_get(in, "identitySource") && !str_is(type, "REQUEST"))
		json_set_cstr(out->doc, "identitySource", "method.request.header.Authorization");
	if (!authorizer_good(op, out->doc) ||
	    (role.n && !authorize_pass_role(op, role, "apigateway.amazonaws.com")))
		return false;
	thing_put(op, &kind_authorizer, out);
	return things_fit(op, &kind_authorizer, api);
}

enum outcome apigateway_create_authorizer(struct op *op)
{
	struct str api = op_str(op, "restApiId");
	struct thing authorizer;

	if (!thing_find(op, &kind_rest_api, STR_NONE, api, &authorizer))
		return op_fail(
			op, &GatewayConflict,
			"Unable to complete operation due to concurrent modification. Please "
			"try again later.");
	if (!authorizer_make(op, api, op->in, &authorizer))
		return FAILED;
	thing_show(op, &kind_authorizer, &authorizer, SHOW_CREATED, op->out);
	return DONE;
}

static bool authorizer_changed(struct op *op, struct thing *authorizer, struct json_object *was)
{
	(void)was;
	authorizer->name = json_get_str(authorizer->doc, "name");
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
	.most = 10,
};
