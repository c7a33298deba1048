/* Stages. From: API Gateway API Reference, "CreateStage", "UpdateStage". */
#include "cloud/apigateway/operations.h"

#include "aws/stash.h"

static bool bad(struct op *op, const char *sentence)
{
	op_fail(op, &GatewayBadRequest, "%s", sentence);
	return false;
}

static bool name_good(struct op *op, struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-'))
			return bad(op, "Stage name only allows a-zA-Z0-9_-");
	}
	return name.n > 0 || bad(op, "Stage name cannot be empty");
}

/* What a method's settings are when some of them were set: as they are for all methods, else as without any. */
static void complete(struct json_object *settings, struct json_object *common)
{
	static const struct {
		const char *name;
		int number; /* -1: a boolean that is false, -2: one that is true */
	} defaults[] = {
		{ "metricsEnabled", -1 },
		{ "dataTraceEnabled", -1 },
		{ "throttlingBurstLimit", 5000 },
		{ "cachingEnabled", -1 },
		{ "cacheTtlInSeconds", 300 },
		{ "cacheDataEncrypted", -1 },
		{ "requireAuthorizationForCacheControl", -2 },
	};

	if (common && common != settings) {
		JSON_EACH(common, name, value)
		{
			if (!json_get(settings, name))
				json_set(settings, name, json_object_get(value));
		}
	}
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		if (json_get(settings, defaults[i].name))
			continue;
		if (defaults[i].number < 0)
			json_set_bool(settings, defaults[i].name, defaults[i].number == -2);
		else
			json_set_int(settings, defaults[i].name, defaults[i].number);
	}
	if (!json_get(settings, "throttlingRateLimit"))
		json_set(settings, "throttlingRateLimit", json_object_new_double(10000));
	if (!json_get(settings, "unauthorizedCacheControlHeaderStrategy"))
		json_set_cstr(settings, "unauthorizedCacheControlHeaderStrategy",
			      "SUCCEED_WITH_RESPONSE_HEADER");
}

static void complete_settings(struct json_object *all)
{
	JSON_EACH(all, key, settings)
	{
		(void)key;
		complete(settings, json_get(all, "*/*"));
	}
}

static bool asks_for_logs(const struct json_object *doc)
{
	struct json_object *all = json_get(doc, "methodSettings");

	if (json_get_str(json_get(doc, "accessLogSettings"), "destinationArn").n)
		return true;
	JSON_EACH(all, key, settings)
	{
		struct str level = json_get_str(settings, "loggingLevel");

		(void)key;
		if (level.n && !str_is(level, "OFF"))
			return true;
	}
	return false;
}

static bool deployment_there(struct op *op, struct str api, struct str deployment,
			     const char *otherwise)
{
	return thing_exists(op, &kind_deployment, api, deployment) || bad(op, otherwise);
}

/* A canary serves what the stage serves, to nobody, until told otherwise. */
static bool canary_good(struct op *op, struct str api, struct json_object *doc)
{
	struct json_object *canary = json_get(doc, "canarySettings");
	double percent = json_object_get_double(json_get(canary, "percentTraffic"));

	if (!canary)
		return true;
	if (!json_get_str(canary, "deploymentId").n)
		json_set_str(canary, "deploymentId", json_get_str(doc, "deploymentId"));
	if (!json_get(canary, "percentTraffic"))
		json_set(canary, "percentTraffic", json_object_new_double(0));
	if (!json_get(canary, "useStageCache"))
		json_set_bool(canary, "useStageCache", false);
	if (percent < 0 || percent > 100)
		return bad(op,
			   "Invalid canary percentTraffic value. Must be between 0.0 and 100.0");
	return deployment_there(op, api, json_get_str(canary, "deploymentId"),
				"Deployment id does not exist");
}

bool stage_good(struct op *op, struct thing *stage)
{
	struct json_object *doc = stage->doc;
	bool cached = json_bool_or(json_get(doc, "cacheClusterEnabled"), false);

	if (!json_get(doc, "methodSettings"))
		json_set_object(doc, "methodSettings");
	complete_settings(json_get(doc, "methodSettings"));
	json_set_cstr(doc, "cacheClusterStatus", cached ? "AVAILABLE" : "NOT_AVAILABLE");
	if (cached && !json_get(doc, "cacheClusterSize"))
		json_set_cstr(doc, "cacheClusterSize", "0.5");
	json_set_time(doc, "lastUpdatedDate", op->now / 1000 * 1000);
	if (!deployment_there(op, stage->owner, json_get_str(doc, "deploymentId"),
			      "Invalid Deployment identifier specified") ||
	    !canary_good(op, stage->owner, doc))
		return false;
	return !asks_for_logs(doc) || account_log_role(op).n ||
	       bad(op, "CloudWatch Logs role ARN must be set in account settings to enable "
		       "logging");
}

bool stage_make(struct op *op, struct str api, struct str name, struct str deployment,
		struct str description, struct thing *out)
{
	static const char *const members[] = {
		"cacheClusterSize", "variables", "documentationVersion",
		"canarySettings",   "tags",      NULL
	};

	if (!name_good(op, name))
		return false;
	*out = thing_new(op, api, 0);
	out->id = name;
	json_set_str(out->doc, "deploymentId", deployment);
	json_set_str(out->doc, "stageName", name);
	if (description.n)
		json_set_str(out->doc, "description", description);
	json_set_bool(out->doc, "cacheClusterEnabled",
		      op_bool_or(op, "cacheClusterEnabled", false));
	copy_members(out->doc, op->in, members);
	json_set_bool(out->doc, "tracingEnabled", op_bool_or(op, "tracingEnabled", false));
	json_set_time(out->doc, "createdDate", op->now / 1000 * 1000);
	return stage_good(op, out);
}

enum outcome apigateway_create_stage(struct op *op)
{
	struct str name = op_str(op, "stageName");
	struct thing api, stage;

	if (!rest_api_get(op, &api) || !stage_make(op, api.id, name, op_str(op, "deploymentId"),
						   op_str(op, "description"), &stage))
		return FAILED;
	if (thing_find(op, &kind_stage, api.id, name, &api))
		return op_fail(op, &GatewayConflict, "Stage already exists");
	return thing_created(op, &kind_stage, &stage);
}

/* GetStages answers all at once, in a member that is called so on the wire as well. */
enum outcome apigateway_get_stages(struct op *op)
{
	struct str deployment = op_str(op, "deploymentId");
	struct json_object *items;
	struct thing api, stage;
	int64_t after = 0;

	if (!rest_api_get(op, &api))
		return FAILED;
	items = json_set_array(op->out, "item");
	while (thing_next(op, &kind_stage, api.id, &after, &stage))
		if (!deployment.n || str_eq(json_get_str(stage.doc, "deploymentId"), deployment))
			thing_show(op, &kind_stage, &stage, SHOW_LISTED, json_add_object(items));
	return DONE;
}

static bool stage_changed(struct op *op, struct thing *stage, struct json_object *was)
{
	(void)was;
	return stage_good(op, stage);
}

/* FlushStageCache, FlushStageAuthorizersCache. */
enum outcome apigateway_flush(struct op *op)
{
	bool data = strcmp(op->operation->name, "FlushStageCache") == 0;
	struct thing stage;

	if (!thing_get(op, &kind_stage, &stage))
		return FAILED;
	stash_forget(arena_strf(op->arena, "%s/%.*s/%.*s/", data ? "answer" : "authorizer",
				STR_ARG(stage.owner), STR_ARG(stage.id)));
	return DONE;
}

#define SETTING(of, type, name)                                                                    \
	{                                                                                          \
		"/{method+}/" of, PATCH_REPLACE, type, "/methodSettings/{}/" name                  \
	}
static const struct patch_rule stage_rules[] = {
	{ "/deploymentId", PATCH_REPLACE | PATCH_COPY },
	{ "/description", PATCH_REPLACE },
	{ "/cacheClusterEnabled", PATCH_REPLACE, PATCH_BOOLEAN },
	{ "/cacheClusterSize", PATCH_REPLACE },
	{ "/clientCertificateId", PATCH_REPLACE },
	{ "/documentationVersion", PATCH_REPLACE },
	{ "/tracingEnabled", PATCH_REPLACE, PATCH_BOOLEAN },
	{ "/accessLogSettings", PATCH_REMOVE },
	{ "/accessLogSettings/destinationArn", PATCH_ALL },
	{ "/accessLogSettings/format", PATCH_ALL },
	{ "/variables", PATCH_COPY | PATCH_REMOVE },
	{ "/variables/{variable_name}", PATCH_ALL, PATCH_MAP },
	{ "/canarySettings", PATCH_REMOVE },
	{ "/canarySettings/deploymentId", PATCH_REPLACE },
	{ "/canarySettings/percentTraffic", PATCH_REPLACE, PATCH_NUMBER },
	{ "/canarySettings/useStageCache", PATCH_REPLACE, PATCH_BOOLEAN },
	{ "/canarySettings/stageVariableOverrides/{name}", PATCH_ALL, PATCH_MAP },
	SETTING("metrics/enabled", PATCH_BOOLEAN, "metricsEnabled"),
	SETTING("logging/dataTrace", PATCH_BOOLEAN, "dataTraceEnabled"),
	SETTING("logging/loglevel", PATCH_STRING, "loggingLevel"),
	SETTING("throttling/burstLimit", PATCH_INTEGER, "throttlingBurstLimit"),
	SETTING("throttling/rateLimit", PATCH_NUMBER, "throttlingRateLimit"),
	SETTING("caching/ttlInSeconds", PATCH_INTEGER, "cacheTtlInSeconds"),
	SETTING("caching/enabled", PATCH_BOOLEAN, "cachingEnabled"),
	SETTING("caching/dataEncrypted", PATCH_BOOLEAN, "cacheDataEncrypted"),
	SETTING("caching/requireAuthorizationForCacheControl", PATCH_BOOLEAN,
		"requireAuthorizationForCacheControl"),
	SETTING("caching/unauthorizedCacheControlHeaderStrategy", PATCH_STRING,
		"unauthorizedCacheControlHeaderStrategy"),
	{ "/{method+}", PATCH_REMOVE, PATCH_TEXT, "/methodSettings/{}" },
	{ 0 }
};
static const struct patch_rules stage_patches = { stage_rules, PATCH_WORDS_STAGE };

const struct kind kind_stage = {
	.noun = "Stage",
	.plural = "Stages",
	.id = "stageName",
	.owner = "restApiId",
	.missing = "Invalid stage identifier specified",
	.patches = &stage_patches,
	.changed = stage_changed,
	.most = 10,
};
