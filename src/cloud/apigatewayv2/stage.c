/*
 * Stages and deployments. From: API Gateway Version 2 API Reference, "Stages", "Deployments"; Developer Guide, "Stages for
 * HTTP APIs".
 */
#include "cloud/apigatewayv2/operations.h"

#define AUTOMATIC "Automatic deployment triggered by changes to the Api configuration"

/* --- deployments -------------------------------------------------------------------------------- */

static struct part deployment_new(struct op *op, struct str api, bool automatic)
{
	struct part deployment = part_new(op, &part_kind_deployment, api, 6);

	json_set_bool(deployment.doc, "autoDeployed", automatic);
	set_time(op, deployment.doc, "createdDate");
	json_set_cstr(deployment.doc, "deploymentStatus", "DEPLOYED");
	if (automatic)
		json_set_cstr(deployment.doc, "description", AUTOMATIC);
	return deployment;
}

static bool is_automatic(const struct part *stage)
{
	return json_bool_or(json_get(stage->doc, "autoDeploy"), false);
}

/*
 * A stage's automatic deployment gives way to the next. It owns nothing: the stage serves the API as it is.
 */
static void redeploy(struct op *op, struct part *stage)
{
	struct part deployment = deployment_new(op, stage->owner, true), old;

	if (part_find(op, &part_kind_deployment, stage->owner,
		      json_get_str(stage->doc, "deploymentId"), &old) &&
	    json_bool_or(json_get(old.doc, "autoDeployed"), false)) {
		parts_drop_owned(op, old.id);
		part_drop(op, &old);
	}
	part_put(op, &part_kind_deployment, &deployment);
	json_set_str(stage->doc, "deploymentId", deployment.id);
	json_set_str(stage->doc, "lastDeploymentStatusMessage",
		     arena_strf(op->arena, "Successfully deployed stage with deployment ID '%.*s'",
				STR_ARG(deployment.id)));
	set_time(op, stage->doc, "lastUpdatedDate");
}

void stages_follow(struct op *op, struct str api)
{
	struct part stage;
	int64_t after = 0;

	while (part_next(op, &part_kind_stage, api, &after, &stage)) {
		if (!is_automatic(&stage))
			continue;
		redeploy(op, &stage);
		part_put(op, &part_kind_stage, &stage);
	}
}

enum outcome apigatewayv2_create_deployment(struct op *op)
{
	struct str name = op_str(op, "stageName");
	struct part api, stage, deployment;

	if (!api_get(op, &api))
		return FAILED;
	deployment = deployment_new(op, api.id, false);
	if (op_has(op, "description"))
		json_set_str(deployment.doc, "description", op_str(op, "description"));
	if (name.n) {
		if (!part_find(op, &part_kind_stage, api.id, name, &stage))
			return op_fail(op, &HttpApiNotFound, "%s", part_kind_stage.missing);
		if (is_automatic(&stage))
			return op_fail(op, &HttpApiBadRequest,
				       "Deployment ID cannot be set on a stage that has autoDeploy "
				       "enabled");
		json_set_str(stage.doc, "deploymentId", deployment.id);
		set_time(op, stage.doc, "lastUpdatedDate");
		part_put(op, &part_kind_stage, &stage);
	}
	part_put(op, &part_kind_deployment, &deployment);
	parts_copy(op, api.id, deployment.id);
	return answer_part(op, &deployment);
}

static bool deployment_leaving(struct op *op, struct part *deployment)
{
	struct part stage;
	int64_t after = 0;

	while (part_next(op, &part_kind_stage, deployment->owner, &after, &stage))
		if (str_eq(json_get_str(stage.doc, "deploymentId"), deployment->id))
			return bad_request(op, "Active stages pointing to this deployment must be "
					       "moved or deleted");
	parts_drop_owned(op, deployment->id);
	return true;
}

/* --- stages ---------------------------------------------------------------------------------------- */

static bool name_good(struct str name)
{
	if (str_is(name, "$default"))
		return true;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-'))
			return false;
	}
	return name.n > 0 && name.n <= 128;
}

static bool log_good(struct op *op, const struct part *stage)
{
	struct json_object *log = json_get(stage->doc, "accessLogSettings");
	struct str arn = json_get_str(log, "destinationArn");

	if (!log)
		return true;
	if (str_find_str(arn, STR(":log-group:")) < 0)
		return bad_request(op, "Invalid ARN specified in the request");
	return json_get_str(log, "format").n ||
	       bad_request(op, "Access Log format must be specified.");
}

static bool settings_good(struct op *op, const struct part *stage)
{
	struct json_object *all = json_get(stage->doc, "routeSettings");

	if (!all)
		return true;
	JSON_EACH(all, key, value)
	{
		(void)value;
		if (!part_route_of(op, stage->owner, str_of(key)).p) {
			op_fail(op, &HttpApiNotFound,
				"Unable to find Route by key %s within the provided RouteSettings",
				key);
			return false;
		}
	}
	return true;
}

/* Is the deployment one of the API's? Stages that deploy by themselves get a new one. */
static bool choose_deployment(struct op *op, struct part *stage)
{
	struct str id = json_get_str(stage->doc, "deploymentId");
	struct part deployment, copied;
	bool found = part_find(op, &part_kind_deployment, stage->owner, id, &deployment);

	if (is_automatic(stage)) {
		if (op_has(op, "deploymentId"))
			return bad_request(op, "Deployment ID cannot be set on a stage that has "
					       "autoDeploy enabled");
		redeploy(op, stage);
		return true;
	}
	if (id.n && !found) {
		op_fail(op, &HttpApiNotFound, "%s", part_kind_deployment.missing);
		return false;
	}
	/* Deployed by itself until now: from here on it serves the API as it was. */
	if (found && json_bool_or(json_get(deployment.doc, "autoDeployed"), false) &&
	    !part_find(op, &part_kind_api, deployment.id, stage->owner, &copied))
		parts_copy(op, stage->owner, deployment.id);
	return true;
}

static bool stage_good(struct op *op, struct part *stage, bool fresh)
{
	struct json_object *settings = json_get(stage->doc, "defaultRouteSettings");
	struct part other;

	if (fresh)
		stage->id = json_get_str(stage->doc, "stageName");
	if (!name_good(stage->id))
		return bad_request(op,
				   "Stage name only allows alphanumeric characters, hyphens, and "
				   "underscores, or $default");
	if (fresh && part_find(op, &part_kind_stage, stage->owner, stage->id, &other)) {
		op_fail(op, &HttpApiConflict, "Stage already exists");
		return false;
	}
	if (fresh)
		set_time(op, stage->doc, "createdDate");
	if (!settings)
		settings = json_set_object(stage->doc, "defaultRouteSettings");
	if (!json_get(settings, "detailedMetricsEnabled"))
		json_set_bool(settings, "detailedMetricsEnabled", false);
	for (size_t i = 0; i < 3; i++) {
		static const char *const maps[] = { "routeSettings", "stageVariables", "tags" };

		if (!json_get(stage->doc, maps[i]))
			json_set_object(stage->doc, maps[i]);
	}
	set_time(op, stage->doc, "lastUpdatedDate");
	return log_good(op, stage) && settings_good(op, stage) && choose_deployment(op, stage);
}

/* A deployment made by the stage goes with it. */
static bool stage_leaving(struct op *op, struct part *stage)
{
	struct part deployment;

	if (part_find(op, &part_kind_deployment, stage->owner,
		      json_get_str(stage->doc, "deploymentId"), &deployment) &&
	    json_bool_or(json_get(deployment.doc, "autoDeployed"), false)) {
		parts_drop_owned(op, deployment.id);
		part_drop(op, &deployment);
	}
	return true;
}

enum outcome apigatewayv2_delete_access_log(struct op *op)
{
	struct part stage;

	if (!part_get(op, &part_kind_stage, &stage))
		return FAILED;
	json_object_object_del(stage.doc, "accessLogSettings");
	part_put(op, &part_kind_stage, &stage);
	return DONE;
}

enum outcome apigatewayv2_delete_route_settings(struct op *op)
{
	struct str key = op_str(op, "routeKey");
	struct json_object *all;
	struct part stage;

	if (!part_get(op, &part_kind_stage, &stage))
		return FAILED;
	all = json_get(stage.doc, "routeSettings");
	if (!json_get(all, arena_cstr(op->arena, key)))
		return op_fail(op, &HttpApiNotFound,
			       "Unable to find Route by key %.*s within the provided RouteSettings",
			       STR_ARG(key));
	json_object_object_del(all, arena_cstr(op->arena, key));
	part_put(op, &part_kind_stage, &stage);
	return DONE;
}

struct json_object *stage_settings(const struct part *stage, struct str route_key)
{
	struct json_object *all = json_get(stage->doc, "routeSettings");

	if (all) {
		JSON_EACH(all, key, settings)
		{
			if (str_is(route_key, key))
				return settings;
		}
	}
	return json_get(stage->doc, "defaultRouteSettings");
}

static const char *const merged[] = { "stageVariables", "routeSettings", NULL };

const struct part_kind part_kind_stage = { .noun = "Stage",
					   .plural = "Stages",
					   .id = "stageName",
					   .owner = "apiId",
					   .missing = "Invalid stage identifier specified",
					   .good = stage_good,
					   .leaving = stage_leaving,
					   .merged = merged,
					   .most = 10 };
const struct part_kind part_kind_deployment = { .noun = "Deployment",
						.plural = "Deployments",
						.id = "deploymentId",
						.owner = "apiId",
						.missing =
							"Invalid Deployment identifier specified",
						.leaving = deployment_leaving };
