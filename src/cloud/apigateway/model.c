/*
 * Models, and request validators.
 * From: API Gateway API Reference, "CreateModel", "CreateRequestValidator".
 */
#include "cloud/apigateway/operations.h"

enum { MODELS_SIZE_MAX = 400 * 1024 };

/* --- models -------------------------------------------------------------------------------------- */

static bool schema_good(struct op *op, const struct json_object *model)
{
	struct str schema = json_get_str(model, "schema");
	struct json_object *parsed = schema.n ? json_parse(op->arena, schema, NULL) : NULL;

	if (!schema.n || (parsed && json_is_object(parsed) && !json_count(parsed))) {
		op_fail(op, &GatewayBadRequest,
			"Model schema must have at least 1 property or array items defined");
		return false;
	}
	if (parsed || str_find_str(json_get_str(model, "contentType"), STR("json")) < 0)
		return true;
	op_fail(op, &GatewayBadRequest,
		"Invalid model specified: Validation Result: warnings : [], errors : [Invalid model "
		"schema specified]");
	return false;
}

int64_t models_size(struct op *op, struct str api)
{
	return db_int(op->db, 0,
		      "SELECT sum(length(CAST(json_extract(doc, '$.schema') AS BLOB))) "
		      "FROM apigateway_thing WHERE owner = ? AND kind = 'Model'",
		      "s", api);
}

bool models_fit(struct op *op, int64_t size)
{
	if (size <= MODELS_SIZE_MAX)
		return true;
	op_fail(op, &GatewayLimitExceeded,
		"Maximum size of Models for this API has been reached. It is 400 KB.");
	return false;
}

bool model_add(struct op *op, struct str api, struct json_object *in, struct thing *out)
{
	static const char *const members[] = { "name", "description", "schema", "contentType",
					       NULL };
	struct str name = json_get_str(in, "name");

	if (!name.n)
		return op_fail(op, &GatewayBadRequest, "Model name must be non-empty") == DONE;
	if (thing_find(op, &kind_model, api, name, out))
		return op_fail(op, &GatewayConflict,
			       "Model name already exists for this REST API") == DONE;
	*out = thing_new(op, api, 6);
	copy_members(out->doc, in, members);
	if (!schema_good(op, out->doc))
		return false;
	out->id = name;
	thing_put(op, &kind_model, out);
	return true;
}

enum outcome apigateway_create_model(struct op *op)
{
	struct thing api, model;

	if (!rest_api_get(op, &api) || !model_add(op, api.id, op->in, &model) ||
	    !models_fit(op, models_size(op, api.id)))
		return FAILED;
	thing_show(op, &kind_model, &model, SHOW_CREATED, op->out);
	return DONE;
}

static bool names_model(struct json_object *models, struct str name)
{
	if (!models)
		return false;
	JSON_EACH(models, type, value)
	{
		(void)type;
		if (str_eq(json_str(value), name))
			return true;
	}
	return false;
}

static bool response_names(struct json_object *responses, struct str name)
{
	if (!responses)
		return false;
	JSON_EACH(responses, status, response)
	{
		(void)status;
		if (names_model(json_get(response, "responseModels"), name))
			return true;
	}
	return false;
}

/* Is the model used by a method of the resource? Then the deletion is refused. */
static bool is_used(struct op *op, const struct thing *resource, struct str name)
{
	struct json_object *methods = json_get(resource->doc, "resourceMethods");
	const char *where = NULL;

	if (!methods)
		return false;
	JSON_EACH(methods, verb, method)
	{
		if (names_model(json_get(method, "requestModels"), name))
			where = "request";
		else if (response_names(json_get(method, "methodResponses"), name))
			where = "response";
		if (!where)
			continue;
		op_fail(op, &GatewayConflict,
			"Cannot delete model '%.*s', is referenced in method %s: %.*s/%s",
			STR_ARG(name), where, STR_ARG(resource->name), verb);
		return true;
	}
	return false;
}

static bool model_leaving(struct op *op, struct thing *model)
{
	struct thing resource;
	int64_t after = 0;

	while (thing_next(op, &kind_resource, model->owner, &after, &resource))
		if (is_used(op, &resource, model->id))
			return false;
	return true;
}

static bool model_changed(struct op *op, struct thing *model, struct json_object *was)
{
	int64_t others = models_size(op, model->owner) - (int64_t)json_get_str(was, "schema").n;

	return schema_good(op, model->doc) &&
	       models_fit(op, others + (int64_t)json_get_str(model->doc, "schema").n);
}

static const struct patch_rule model_rules[] = { { "/description", PATCH_REPLACE },
						 { "/schema", PATCH_REPLACE },
						 { 0 } };
static const struct patch_rules model_patches = { model_rules, PATCH_WORDS_LIST };

const struct kind kind_model = {
	.noun = "Model",
	.plural = "Models",
	.id = "modelName",
	.owner = "restApiId",
	.missing = "Invalid model name specified",
	.patches = &model_patches,
	.changed = model_changed,
	.leaving = model_leaving,
};

/* GetModel, DeleteModel, UpdateModel: the message names the model. */
enum outcome apigateway_model_op(struct op *op)
{
	struct str name = op_str(op, "modelName");
	struct thing model;

	if (!thing_find(op, &kind_model, op_str(op, "restApiId"), name, &model))
		return op_fail(op, &GatewayNotFound, "%s: %.*s", kind_model.missing, STR_ARG(name));
	switch (op->operation->name[0]) {
	case 'G':
		return apigateway_get(op);
	case 'D':
		return apigateway_delete(op);
	default:
		return apigateway_update(op);
	}
}

/* --- validators -------------------------------------------------------------------------------------- */

enum outcome apigateway_create_request_validator(struct op *op)
{
	struct str api = op_str(op, "restApiId");
	struct thing validator;

	if (!thing_find(op, &kind_rest_api, STR_NONE, api, &validator))
		return op_fail(op, &GatewayBadRequest, "Invalid REST API identifier specified");
	validator = thing_new(op, api, 6);
	if (op_has(op, "name"))
		json_set_str(validator.doc, "name", op_str(op, "name"));
	validator.name = op_str(op, "name");
	json_set_bool(validator.doc, "validateRequestBody",
		      op_bool_or(op, "validateRequestBody", false));
	json_set_bool(validator.doc, "validateRequestParameters",
		      op_bool_or(op, "validateRequestParameters", false));
	return thing_created(op, &kind_validator, &validator);
}

static bool validator_changed(struct op *op, struct thing *validator, struct json_object *was)
{
	(void)was;
	validator->name = json_get_str(validator->doc, "name");
	if (validator->name.n)
		return true;
	op_fail(op, &GatewayBadRequest, "Request Validator name cannot be blank");
	return false;
}

static const struct patch_rule validator_rules[] = {
	{ "/name", PATCH_REPLACE },
	{ "/validateRequestParameters", PATCH_REPLACE, PATCH_BOOLEAN },
	{ "/validateRequestBody", PATCH_REPLACE, PATCH_BOOLEAN },
	{ 0 }
};
static const struct patch_rules validator_patches = { validator_rules, PATCH_WORDS_LIST };

const struct kind kind_validator = {
	.noun = "RequestValidator",
	.plural = "RequestValidators",
	.id = "requestValidatorId",
	.owner = "restApiId",
	.missing = "Invalid Request Validator identifier specified",
	.patches = &validator_patches,
	.changed = validator_changed,
};
