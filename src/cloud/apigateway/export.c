/*
 * What a stage serves as a definition: GetExport.
 * From: API Gateway API Reference, "GetExport"; Developer Guide, "Export a REST API from API Gateway".
 */
#include "cloud/apigateway/operations.h"

#include "base/time.h"
#include "base/yaml.h"

struct export
{
	struct op *op;
	struct str api, owner; /* whose things are exported: the deployment's */
	bool v3, integrations, authorizers;
	struct json_object *out, *models, *schemes;
};

static void copy(struct json_object *to, const char *as, const struct json_object *from,
		 const char *name)
{
	if (json_get(from, name))
		json_set(to, as, json_object_get(json_get(from, name)));
}

static const char *lower(struct arena *a, struct str s)
{
	char *text = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] | 0x20);
	return text;
}

static struct str last_part(struct str s, char separator)
{
	while (str_find(s, separator) >= 0)
		str_cut(&s, separator);
	return s;
}

/* --- models ---------------------------------------------------------------------------------------- */

static void refer(struct export *e, struct json_object *to, struct str name);

/* Models refer to each other by address; a definition does so by place. */
static struct json_object *with_places(struct export *e, struct json_object *value)
{
	struct json_object *out;

	if (json_is_array(value)) {
		out = json_new_array(e->op->arena);
		for (size_t i = 0; i < json_count(value); i++)
			json_add(out, json_object_get(with_places(e, json_at(value, i))));
		return out;
	}
	if (!json_is_object(value))
		return value;
	out = json_new_object(e->op->arena);
	JSON_EACH(value, key, member)
	{
		if (strcmp(key, "$ref") == 0 &&
		    str_find_str(json_str(member), STR("/models/")) >= 0)
			refer(e, out, last_part(json_str(member), '/'));
		else if (strcmp(key, "$schema") != 0)
			json_set(out, key, json_object_get(with_places(e, member)));
	}
	return out;
}

/* Set "$ref" to a model's, which is exported when it is first named. */
static void refer(struct export *e, struct json_object *to, struct str name)
{
	const char *key = arena_cstr(e->op->arena, name);
	struct json_object *schema;
	struct thing model;

	json_set_str(to, "$ref",
		     arena_strf(e->op->arena, "%s%s",
				e->v3 ? "#/components/schemas/" : "#/definitions/", key));
	if (json_get(e->models, key) || !thing_find(e->op, &kind_model, e->owner, name, &model))
		return;
	json_set_object(e->models, key); /* so that models may go round */
	schema = json_parse(e->op->arena, json_get_str(model.doc, "schema"), NULL);
	if (schema)
		json_set(e->models, key, json_object_get(with_places(e, schema)));
}

/* {"application/json": "Pet"}: a schema for each type, or, in Swagger, the types and one schema. */
static void add_models(struct export *e, struct json_object *to, struct json_object *models)
{
	bool first = true;

	if (!models)
		return;
	JSON_EACH(models, type, name)
	{
		if (e->v3)
			refer(e,
			      json_set_object(json_set_object(json_get(to, "content")
								      ? json_get(to, "content")
								      : json_set_object(to,
											"content"),
							      type),
					      "schema"),
			      json_str(name));
		else if (first)
			refer(e, json_set_object(to, "schema"), json_str(name));
		first = false;
	}
}

/* Add the types for which there is a model or a template, each once. */
static void list_types(struct json_object *list, struct json_object *by_type)
{
	if (!by_type)
		return;
	JSON_EACH(by_type, type, what)
	{
		bool known = false;

		(void)what;
		for (size_t i = 0; i < json_count(list); i++)
			known |= str_is(json_str(json_at(list, i)), type);
		if (!known)
			json_add_str(list, str_of(type));
	}
}

/* The same of each of some responses. */
static void list_response_types(struct json_object *list, struct json_object *responses,
				const char *member)
{
	if (!responses)
		return;
	JSON_EACH(responses, code, response)
	{
		(void)code;
		list_types(list, json_get(response, member));
	}
}

/* What Swagger tells once for all models: the types that the method and its integration know. */
static void add_types(struct export *e, struct json_object *operation, struct json_object *method)
{
	struct json_object *integration = json_get(method, "methodIntegration");
	struct json_object *consumes = json_new_array(e->op->arena);
	struct json_object *produces = json_new_array(e->op->arena);

	list_types(consumes, json_get(method, "requestModels"));
	list_types(consumes, json_get(integration, "requestTemplates"));
	list_response_types(produces, json_get(method, "methodResponses"), "responseModels");
	list_response_types(produces, json_get(integration, "integrationResponses"),
			    "responseTemplates");
	if (json_count(consumes))
		json_set(operation, "consumes", json_object_get(consumes));
	if (json_count(produces))
		json_set(operation, "produces", json_object_get(produces));
}

/* --- parameters and responses ------------------------------------------------------------------------- */

/* "string", where the version has it. */
static void set_string(struct export *e, struct json_object *to)
{
	json_set_cstr(e->v3 ? json_set_object(to, "schema") : to, "type", "string");
}

static struct str first_of(struct json_object *models)
{
	JSON_EACH(models, type, name)
	{
		(void)type;
		return json_str(name);
	}
	return STR("");
}

static void add_parameters(struct export *e, struct json_object *operation,
			   struct json_object *method)
{
	struct json_object *declared = json_get(method, "requestParameters"), *list, *one;
	struct json_object *models = json_get(method, "requestModels");

	list = declared || (models && !e->v3) ? json_set_array(operation, "parameters") : NULL;
	if (declared) {
		JSON_EACH(declared, key, required)
		{
			struct str name = str_of(key), place;
			bool needed;

			str_cut(&name, '.');
			str_cut(&name, '.');
			place = str_cut(&name, '.');
			one = json_add_object(list);
			json_set_str(one, "name", name);
			json_set_str(one, "in",
				     str_is(place, "querystring") ? STR("query") : place);
			needed = json_bool_or(required, false) || str_is(place, "path");
			if (needed || !e->v3)
				json_set_bool(one, "required", needed);
			set_string(e, one);
		}
	}
	if (!models)
		return;
	if (e->v3) {
		one = json_set_object(operation, "requestBody");
		add_models(e, one, models);
		json_set_bool(one, "required", true);
		return;
	}
	one = json_add_object(list);
	json_set_cstr(one, "in", "body");
	json_set_str(one, "name", first_of(models));
	json_set_bool(one, "required", true);
	add_models(e, one, models);
}

static void add_response(struct export *e, struct json_object *responses, const char *code,
			 struct json_object *response)
{
	struct json_object *out = json_set_object(responses, code), *headers;
	struct json_object *parameters = json_get(response, "responseParameters");

	json_set_cstr(out, "description", arena_printf(e->op->arena, "%s response", code));
	if (!e->v3)
		add_models(e, out, json_get(response, "responseModels"));
	if (parameters) {
		headers = json_set_object(out, "headers");
		JSON_EACH(parameters, key, required)
		{
			(void)required;
			set_string(e, json_set_object(headers,
						      key + strlen("method.response.header.")));
		}
	}
	if (!e->v3)
		return;
	json_set_object(out, "content");
	add_models(e, out, json_get(response, "responseModels"));
}

static void add_responses(struct export *e, struct json_object *operation,
			  struct json_object *method)
{
	struct json_object *all = json_get(method, "methodResponses");
	struct json_object *responses = json_set_object(operation, "responses");

	if (!all)
		return;
	JSON_EACH(all, code, response)
	{
		add_response(e, responses, code, response);
	}
}

/* --- security ------------------------------------------------------------------------------------------- */

static struct json_object *new_scheme(struct export *e, const char *name, struct str header)
{
	struct json_object *scheme = json_set_object(e->schemes, name);

	json_set_cstr(scheme, "type", "apiKey");
	json_set_str(scheme, "name", header);
	json_set_cstr(scheme, "in", "header");
	return scheme;
}

static void add_authorizer(struct export *e, const char *name, struct thing *authorizer)
{
	static const char *const members[] = { "authorizerUri",
					       "authorizerCredentials",
					       "authorizerResultTtlInSeconds",
					       "identityValidationExpression",
					       "providerARNs",
					       NULL };
	struct str source = json_get_str(authorizer->doc, "identitySource");
	struct str type = json_get_str(authorizer->doc, "type");
	struct json_object *scheme, *out;

	scheme = new_scheme(e, name,
			    str_is(type, "REQUEST") ? STR("Unused") : last_part(source, '.'));
	copy(scheme, "x-amazon-apigateway-authtype", authorizer->doc, "authType");
	if (!e->authorizers)
		return;
	out = json_set_object(scheme, "x-amazon-apigateway-authorizer");
	copy_members(out, authorizer->doc, members);
	if (str_is(type, "REQUEST"))
		json_set_str(out, "identitySource", source);
	json_set_cstr(out, "type", lower(e->op->arena, type));
}

/* The name of the scheme of a method's authorization, which is made when it is first needed; NULL: there is none. */
static const char *scheme_of(struct export *e, struct json_object *method)
{
	struct thing authorizer;
	const char *name = "sigv4";

	if (str_is(json_get_str(method, "authorizationType"), "AWS_IAM")) {
		if (!json_get(e->schemes, name))
			json_set_cstr(new_scheme(e, name, STR("Authorization")),
				      "x-amazon-apigateway-authtype", "awsSigv4");
		return name;
	}
	if (!thing_find(e->op, &kind_authorizer, e->owner, json_get_str(method, "authorizerId"),
			&authorizer))
		return NULL;
	name = arena_cstr(e->op->arena, json_get_str(authorizer.doc, "name"));
	if (!json_get(e->schemes, name))
		add_authorizer(e, name, &authorizer);
	return name;
}

static void add_security(struct export *e, struct json_object *operation,
			 struct json_object *method)
{
	const char *name = scheme_of(e, method);
	bool key = json_bool_or(json_get(method, "apiKeyRequired"), false);
	struct json_object *list = name || key ? json_set_array(operation, "security") : NULL;
	struct json_object *scopes = json_get(method, "authorizationScopes");

	if (name) {
		struct json_object *one = json_add_object(list);

		json_set(one, name, scopes ? json_object_get(scopes) : json_object_new_array());
	}
	if (!key)
		return;
	if (!json_get(e->schemes, "api_key"))
		new_scheme(e, "api_key", STR("x-api-key"));
	json_set_array(json_add_object(list), "api_key");
}

/* --- integrations ----------------------------------------------------------------------------------------- */

/* What is told only where it is not as it is without being asked for. */
static void add_unusual(struct json_object *out, const struct json_object *integration)
{
	static const char *const always[] = { "contentHandling", "tlsConfig", NULL };
	static const char *const connection[] = { "connectionType", "connectionId", NULL };
	static const char *const cache[] = { "cacheNamespace", "cacheKeyParameters", NULL };

	if (str_is(json_get_str(integration, "connectionType"), "VPC_LINK"))
		copy_members(out, integration, connection);
	copy_members(out, integration, always);
	if (json_int_or(json_get(integration, "timeoutInMillis"), 29000) != 29000)
		copy(out, "timeoutInMillis", integration, "timeoutInMillis");
	if (json_count(json_get(integration, "cacheKeyParameters")))
		copy_members(out, integration, cache);
}

static void add_integration(struct export *e, struct json_object *operation,
			    struct json_object *integration)
{
	static const char *const before[] = { "type", "httpMethod", "uri", "credentials", NULL };
	static const char *const behind[] = { "requestParameters", "requestTemplates", NULL };
	static const char *const members[] = { "statusCode", "responseParameters",
					       "responseTemplates", "contentHandling", NULL };
	struct json_object *out, *responses, *all = json_get(integration, "integrationResponses");

	if (!e->integrations || !integration)
		return;
	out = json_set_object(operation, "x-amazon-apigateway-integration");
	copy_members(out, integration, before);
	json_set_cstr(out, "type", lower(e->op->arena, json_get_str(integration, "type")));
	if (all) {
		responses = json_set_object(out, "responses");
		JSON_EACH(all, code, response)
		{
			struct str pattern = json_get_str(response, "selectionPattern");

			(void)code;
			copy_members(json_set_object(responses,
						     pattern.n ? arena_cstr(e->op->arena, pattern)
							       : "default"),
				     response, members);
		}
	}
	copy_members(out, integration, behind);
	json_set_cstr(out, "passthroughBehavior",
		      lower(e->op->arena, json_get_str(integration, "passthroughBehavior")));
	add_unusual(out, integration);
}

/* --- paths ---------------------------------------------------------------------------------------------------- */

static void add_method(struct export *e, struct json_object *item, const char *verb,
		       struct json_object *method)
{
	struct json_object *operation;
	struct thing validator;

	operation =
		json_set_object(item, strcmp(verb, "ANY") == 0 ? "x-amazon-apigateway-any-method"
							       : lower(e->op->arena, str_of(verb)));
	copy(operation, "operationId", method, "operationName");
	if (!e->v3)
		add_types(e, operation, method);
	add_parameters(e, operation, method);
	add_responses(e, operation, method);
	add_security(e, operation, method);
	if (e->integrations && thing_find(e->op, &kind_validator, e->owner,
					  json_get_str(method, "requestValidatorId"), &validator))
		copy(operation, "x-amazon-apigateway-request-validator", validator.doc, "name");
	add_integration(e, operation, json_get(method, "methodIntegration"));
}

static void add_paths(struct export *e)
{
	struct json_object *paths = json_set_object(e->out, "paths"), *methods, *item;
	struct thing resource;

	for (int64_t after = 0; thing_next(e->op, &kind_resource, e->owner, &after, &resource);) {
		methods = json_get(resource.doc, "resourceMethods");
		if (!json_count(methods))
			continue;
		item = json_set_object(paths, arena_cstr(e->op->arena, resource.name));
		JSON_EACH(methods, verb, method)
		{
			add_method(e, item, verb, method);
		}
	}
}

/* --- the API ------------------------------------------------------------------------------------------------ */

static void add_validators(struct export *e)
{
	static const char *const members[] = { "validateRequestParameters", "validateRequestBody",
					       NULL };
	struct json_object *all = json_new_object(e->op->arena);
	struct thing validator;

	for (int64_t after = 0; thing_next(e->op, &kind_validator, e->owner, &after, &validator);)
		copy_members(json_set_object(all, arena_cstr(e->op->arena,
							     json_get_str(validator.doc, "name"))),
			     validator.doc, members);
	if (json_count(all))
		json_set(e->out, "x-amazon-apigateway-request-validators", json_object_get(all));
}

static void add_gateway_responses(struct export *e)
{
	struct json_object *all = json_new_object(e->op->arena);
	struct thing set;

	for (int64_t after = 0; thing_next(e->op, &kind_gateway_response, e->owner, &after, &set);)
		json_set(all, arena_cstr(e->op->arena, set.id), json_object_get(set.doc));
	if (json_count(all))
		json_set(e->out, "x-amazon-apigateway-gateway-responses", json_object_get(all));
}

static void describe(struct export *e, struct json_object *doc, struct str stage)
{
	struct op *op = e->op;
	struct json_object *info, *server;
	int64_t created = (int64_t)json_object_get_double(json_get(doc, "createdDate")) * 1000;
	struct str host = arena_strf(op->arena, "%.*s.execute-api.%s.amazonaws.com",
				     STR_ARG(e->api), op->region);

	json_set_cstr(e->out, e->v3 ? "openapi" : "swagger", e->v3 ? "3.0.1" : "2.0");
	info = json_set_object(e->out, "info");
	if (e->v3)
		copy(info, "title", doc, "name");
	copy(info, "description", doc, "description");
	json_set_str(info, "version",
		     json_get(doc, "version") ? json_get_str(doc, "version")
					      : time_iso(op->arena, created, false));
	if (!e->v3)
		copy(info, "title", doc, "name");
	if (e->v3) {
		server = json_add_object(json_set_array(e->out, "servers"));
		json_set_str(server, "url",
			     arena_strf(op->arena, "https://%.*s/{basePath}", STR_ARG(host)));
		json_set_str(json_set_object(json_set_object(server, "variables"), "basePath"),
			     "default", stage);
		return;
	}
	json_set_str(e->out, "host", host);
	json_set_str(e->out, "basePath", arena_strf(op->arena, "/%.*s", STR_ARG(stage)));
	json_add_str(json_set_array(e->out, "schemes"), STR("https"));
}

/* What stands behind the paths. */
static void complete(struct export *e, struct json_object *doc)
{
	struct json_object *to = e->out;
	struct str policy = json_get_str(doc, "policy");
	struct json_object *parsed = policy.n ? json_parse(e->op->arena, policy, NULL) : NULL;

	if (e->v3)
		to = json_set_object(e->out, "components");
	if (!e->v3 && json_count(e->schemes))
		json_set(to, "securityDefinitions", json_object_get(e->schemes));
	if (json_count(e->models))
		json_set(to, e->v3 ? "schemas" : "definitions", json_object_get(e->models));
	if (e->v3 && json_count(e->schemes))
		json_set(to, "securitySchemes", json_object_get(e->schemes));
	if (!e->integrations)
		return;
	add_gateway_responses(e);
	add_validators(e);
	if (parsed)
		json_set(e->out, "x-amazon-apigateway-policy", json_object_get(parsed));
	copy(e->out, "x-amazon-apigateway-binary-media-types", doc, "binaryMediaTypes");
	copy(e->out, "x-amazon-apigateway-minimum-compression-size", doc, "minimumCompressionSize");
}

/* Whose things; false with the error set. */
static bool find_owner(struct export *e, struct json_object **doc)
{
	struct op *op = e->op;
	struct thing api, stage;

	if (!rest_api_get(op, &api))
		return false;
	e->api = api.id;
	if (!thing_find(op, &kind_stage, api.id, op_str(op, "stageName"), &stage))
		return op_fail(op, &GatewayNotFound, "%s", kind_stage.missing) == DONE;
	e->owner = json_get_str(stage.doc, "deploymentId");
	if (!thing_find(op, &kind_rest_api, e->owner, api.id, &api))
		return op_fail(op, &GatewayNotFound, "%s", kind_deployment.missing) == DONE;
	*doc = api.doc;
	return true;
}

enum outcome apigateway_get_export(struct op *op)
{
	struct str type = op_str(op, "exportType"), accepts = op_str(op, "accepts");
	struct str wanted = json_get_str(op_get(op, "parameters"), "extensions");
	bool everything = str_find_str(wanted, STR("apigateway")) >= 0;
	bool yaml = str_find_str(accepts, STR("yaml")) >= 0;
	struct export e = { .op = op,
			    .v3 = str_is(type, "oas30"),
			    .integrations =
				    everything || str_find_str(wanted, STR("integrations")) >= 0,
			    .authorizers =
				    everything || str_find_str(wanted, STR("authorizers")) >= 0,
			    .out = json_new_object(op->arena),
			    .models = json_new_object(op->arena),
			    .schemes = json_new_object(op->arena) };
	struct json_object *doc = NULL;

	if (!e.v3 && !str_is(type, "swagger"))
		return op_fail(op, &GatewayBadRequest,
			       "API Export is only supported for: [oas30, swagger]");
	if (!find_owner(&e, &doc))
		return FAILED;
	describe(&e, doc, op_str(op, "stageName"));
	add_paths(&e);
	complete(&e, doc);
	json_set_cstr(op->out, "contentType",
		      yaml ? "application/yaml" : "application/octet-stream");
	json_set_str(op->out, "contentDisposition",
		     arena_strf(op->arena, "attachment; filename=\"%.*s_%.*s.%s\"", STR_ARG(type),
				STR_ARG(json_get_str(json_get(e.out, "info"), "version")),
				yaml ? "yaml" : "json"));
	json_set_str(op->out, "body",
		     yaml ? yaml_print(op->arena, e.out) : json_text(op->arena, e.out));
	return DONE;
}
