/*
 * Property: a definition that becomes a REST API is exported, as Swagger and as OpenAPI 3, in JSON and in YAML, and what
 * was exported becomes an API with as many methods; one that is refused is refused with a sentence.
 */
#include "cloud/apigateway/operations.h"
#include "fuzz/definition.h"

static const struct service *const services[] = { &apigateway_service, NULL };

static size_t methods_of(struct op *op, struct str owner)
{
	struct thing resource;
	int64_t after = 0;
	size_t n = 0;

	while (thing_next(op, &kind_resource, owner, &after, &resource))
		n += json_count(json_get(resource.doc, "resourceMethods"));
	return n;
}

static void begin(struct op *op)
{
	op->in = json_new_object(op->arena);
	op->out = json_new_object(op->arena);
}

static struct str import(struct op *op, struct str text)
{
	begin(op);
	json_set_str(op->in, "body", text);
	if (apigateway_import_rest_api(op) == DONE)
		return json_get_str(op->out, "id");
	require(op->error && op->error_message.n);
	return STR_NONE;
}

/* A stage "s" that serves what the API is. */
static void deploy(struct op *op, struct str api)
{
	struct thing stage = thing_new(op, api, 0);
	struct str deployment = arena_strf(op->arena, "d%.*s", STR_ARG(api));

	deployment_copy(op, api, deployment);
	stage.id = STR("s");
	json_set_str(stage.doc, "deploymentId", deployment);
	thing_put(op, &kind_stage, &stage);
}

static struct str export(struct op *op, struct str api, const char *type, const char *accepts)
{
	begin(op);
	json_set_str(op->in, "restApiId", api);
	json_set_cstr(op->in, "stageName", "s");
	json_set_cstr(op->in, "exportType", type);
	json_set_cstr(op->in, "accepts", accepts);
	json_set_cstr(json_set_object(op->in, "parameters"), "extensions", "integrations");
	require(apigateway_get_export(op) == DONE);
	return json_get_str(op->out, "body");
}

/* Export it, and make an API of that. */
static void check(struct op *op, struct str text)
{
	static const char *const ways[][2] = { { "swagger", "application/json" },
					       { "oas30", "application/json" },
					       { "oas30", "application/yaml" } };
	struct str api = import(op, text);

	if (!api.p)
		return;
	deploy(op, api);
	for (size_t i = 0; i < 3; i++) {
		struct str again = import(op, export(op, api, ways[i][0], ways[i][1]));

		require(again.p && methods_of(op, again) == methods_of(op, api));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	definition_run(services, data, size, check);
	return 0;
}
