/*
 * Request validation: parameters that must be there, and bodies that models describe.
 * From: API Gateway Developer Guide, "Request validation for REST APIs in API Gateway".
 */
#include "cloud/apigateway/execute.h"

#include "base/schema.h"

static const struct refusal bad_body = {
	"BAD_REQUEST_BODY", "BadRequestException", "Invalid request body", 0, false, false
};

/* "method.request.header.name": the part behind the third dot. */
static struct str name_of(struct str expression)
{
	for (int i = 0; i < 3; i++)
		str_cut(&expression, '.');
	return expression;
}

static enum step check_parameters(struct execution *x)
{
	struct json_object *declared = json_get(x->method_doc, "requestParameters");
	struct arena *a = x->op->arena;
	const char *missing = NULL;

	if (!declared)
		return STEP_ON;
	JSON_EACH(declared, key, required)
	{
		if (!json_bool_or(required, false) || mapping_value(x, NULL, str_of(key)).n)
			continue;
		missing = arena_printf(a, "%s%s%.*s", missing ? missing : "", missing ? ", " : "",
				       STR_ARG(name_of(str_of(key))));
	}
	if (!missing)
		return STEP_ON;
	return refuse(x, refusal_of(x, "BAD_REQUEST_PARAMETERS", "BadRequestException",
				    arena_printf(a, "Missing required request parameters: [%s]",
						 missing)));
}

/* A model by its address: "https://apigateway.amazonaws.com/restapis/ID/models/NAME". */
static struct json_object *find_model(void *arg, struct str reference)
{
	struct execution *x = arg;
	struct str rest = reference;
	struct thing model;

	while (str_find(rest, '/') >= 0)
		str_cut(&rest, '/');
	if (str_find_str(reference, STR("/models/")) < 0 ||
	    !thing_find(x->op, &kind_model, x->owner, rest, &model))
		return NULL;
	return json_parse(x->op->arena, json_get_str(model.doc, "schema"), NULL);
}

static enum step check_body(struct execution *x)
{
	struct arena *a = x->op->arena;
	const char *name = template_for(json_get(x->method_doc, "requestModels"),
					multi_last(x->headers, STR("Content-Type")));
	struct schema_question question = { .arena = a, .find = find_model, .arg = x };
	struct json_object *body;
	const char *why = "";
	struct thing model;

	if (!name || !thing_find(x->op, &kind_model, x->owner, str_of(name), &model))
		return STEP_ON;
	if (!op_may_be_long(x->op))
		return STEP_WAIT;
	question.schema = json_parse(a, json_get_str(model.doc, "schema"), NULL);
	if (!question.schema)
		return STEP_ON;
	body = x->body.n ? json_parse(a, x->body, NULL) : NULL;
	if (body && schema_fits(&question, body, &why))
		return STEP_ON;
	if (!body)
		why = "[Unable to parse input as JSON]";
	return refuse_logged(x, &bad_body,
			     "Request body does not match model schema for content type "
			     "application/json: [%s]",
			     why);
}

enum step execute_check(struct execution *x)
{
	struct str id = json_get_str(x->method_doc, "requestValidatorId");
	struct thing validator;
	enum step step = STEP_ON;

	if (!id.n || !thing_find(x->op, &kind_validator, x->owner, id, &validator))
		return STEP_ON;
	if (json_bool_or(json_get(validator.doc, "validateRequestParameters"), false))
		step = check_parameters(x);
	if (step == STEP_ON && json_bool_or(json_get(validator.doc, "validateRequestBody"), false))
		step = check_body(x);
	return step;
}
