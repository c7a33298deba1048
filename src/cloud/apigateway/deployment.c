/*
 * Deployments: an API as it was at a moment. What stages serve is a deployment, so a change is live only after the next.
 * From: API Gateway API Reference, "CreateDeployment"; Developer Guide, "Deploy a REST API in API Gateway".
 */
#include "cloud/apigateway/operations.h"

void deployment_copy(struct op *op, struct str api, struct str deployment)
{
	db_run(op->db,
	       "INSERT INTO apigateway_thing (kind, owner, id, name, doc) "
	       "SELECT kind, ?, id, name, doc FROM apigateway_thing WHERE (owner = ? AND kind IN "
	       "('Resource', 'Authorizer', 'Model', 'RequestValidator', 'GatewayResponse')) "
	       "OR (owner = '' AND kind = 'RestApi' AND id = ?) ORDER BY row",
	       "sss", deployment, api, api);
}

/* Has the API a method, and each method an integration? False with the error set. */
static bool can_be_deployed(struct op *op, struct str api)
{
	struct thing resource;
	int64_t after = 0;
	size_t methods = 0;

	while (thing_next(op, &kind_resource, api, &after, &resource)) {
		struct json_object *all = json_get(resource.doc, "resourceMethods");

		if (!all)
			continue;
		JSON_EACH(all, verb, method)
		{
			(void)verb;
			methods++;
			if (json_get(method, "methodIntegration"))
				continue;
			op_fail(op, &GatewayBadRequest, "No integration defined for method");
			return false;
		}
	}
	if (!methods)
		op_fail(op, &GatewayBadRequest, "The REST API doesn't contain any methods");
	return methods > 0;
}

/* With canary settings the stage goes on serving what it did, to all but some. */
static void move_stage(struct op *op, struct thing *stage, struct str deployment)
{
	struct json_object *asked = op_get(op, "canarySettings"), *canary;

	if (!asked) {
		json_set_str(stage->doc, "deploymentId", deployment);
		return;
	}
	canary = json_set_object(stage->doc, "canarySettings");
	json_copy(canary, asked);
	json_set_str(canary, "deploymentId", deployment);
}

static bool deploy_to_stage(struct op *op, struct str api, struct str deployment)
{
	static const char *const given[] = { "variables", "cacheClusterEnabled", "cacheClusterSize",
					     "tracingEnabled", NULL };
	struct str name = op_str(op, "stageName");
	struct thing stage;

	if (!thing_find(op, &kind_stage, api, name, &stage)) {
		if (op_has(op, "canarySettings")) {
			op_fail(op, &GatewayBadRequest,
				"Invalid deployment content specified.Stage %.*s must already be "
				"created before making a canary release deployment",
				STR_ARG(name));
			return false;
		}
		if (!stage_make(op, api, name, deployment, op_str(op, "stageDescription"), &stage))
			return false;
	} else {
		move_stage(op, &stage, deployment);
		if (op_has(op, "stageDescription"))
			json_set_str(stage.doc, "description", op_str(op, "stageDescription"));
		copy_members(stage.doc, op->in, given);
	}
	if (!stage_good(op, &stage))
		return false;
	thing_put(op, &kind_stage, &stage);
	return true;
}

enum outcome apigateway_create_deployment(struct op *op)
{
	struct thing api, deployment;

	if (!rest_api_get(op, &api) || !can_be_deployed(op, api.id))
		return FAILED;
	if (op_has(op, "canarySettings") && !op_str(op, "stageName").n)
		return op_fail(op, &GatewayBadRequest,
			       "Invalid deployment content specified.Non null and non empty "
			       "stageName must be provided for canary deployment. Provided value "
			       "is %s",
			       op_has(op, "stageName") ? "" : "null");
	deployment = thing_new(op, api.id, 6);
	if (op_str(op, "description").n)
		json_set_str(deployment.doc, "description", op_str(op, "description"));
	json_set_time(deployment.doc, "createdDate", op->now / 1000 * 1000);
	deployment_copy(op, api.id, deployment.id);
	thing_created(op, &kind_deployment, &deployment);
	if (op_str(op, "stageName").n &&
	    (!deploy_to_stage(op, api.id, deployment.id) || !things_fit(op, &kind_stage, api.id)))
		return FAILED;
	return DONE;
}

static bool deployment_leaving(struct op *op, struct thing *deployment)
{
	struct thing stage;
	int64_t after = 0;

	while (thing_next(op, &kind_stage, deployment->owner, &after, &stage)) {
		struct json_object *canary = json_get(stage.doc, "canarySettings");

		if (str_eq(json_get_str(stage.doc, "deploymentId"), deployment->id) ||
		    str_eq(json_get_str(canary, "deploymentId"), deployment->id)) {
			op_fail(op, &GatewayBadRequest,
				"Active stages pointing to this deployment must be moved or "
				"deleted");
			return false;
		}
	}
	things_drop_owned(op, deployment->id);
	return true;
}

/* With embed=apisummary: {"/ride": {"POST": {"authorizationType", "apiKeyRequired"}}}. */
static void deployment_show(struct op *op, const struct thing *deployment, enum showing why,
			    struct json_object *out)
{
	struct json_object *embed = op_get(op, "embed"), *paths, *verbs;
	struct thing resource;
	int64_t after = 0;

	if (why != SHOW_GOT || !str_eq_nocase(json_str(json_at(embed, 0)), STR("apisummary")))
		return;
	paths = json_set_object(out, "apiSummary");
	while (thing_next(op, &kind_resource, deployment->id, &after, &resource)) {
		struct json_object *all = json_get(resource.doc, "resourceMethods"), *summary;

		if (!json_count(all))
			continue;
		verbs = json_set_object(paths, arena_cstr(op->arena, resource.name));
		JSON_EACH(all, verb, method)
		{
			summary = json_set_object(verbs, verb);
			json_set_str(summary, "authorizationType",
				     json_get_str(method, "authorizationType"));
			json_set_bool(summary, "apiKeyRequired",
				      json_bool_or(json_get(method, "apiKeyRequired"), false));
		}
	}
}

static const struct patch_rule deployment_rules[] = { { "/description", PATCH_REPLACE }, { 0 } };
static const struct patch_rules deployment_patches = { deployment_rules, PATCH_WORDS_LIST };

const struct kind kind_deployment = {
	.noun = "Deployment",
	.plural = "Deployments",
	.id = "deploymentId",
	.owner = "restApiId",
	.missing = "Invalid Deployment identifier specified",
	.patches = &deployment_patches,
	.leaving = deployment_leaving,
	.show = deployment_show,
};
