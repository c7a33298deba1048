/*
 * Methods and their responses, inside of a resource's document.
 * From: API Gateway API Reference, "PutMethod", "UpdateMethod", "PutMethodResponse".
 */
#include "cloud/apigateway/import.h"
#include "cloud/apigateway/operations.h"

static const char *const verbs[] = { "GET",   "PUT",     "POST", "DELETE",
				     "PATCH", "OPTIONS", "HEAD", "ANY" };

bool verb_known(struct str verb)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_is(verb, verbs[i]))
			return true;
	return false;
}

struct json_object *method_of(const struct thing *resource, struct str verb)
{
	char name[16];

	if (!verb.n || verb.n >= sizeof(name))
		return NULL;
	memcpy(name, verb.p, verb.n);
	name[verb.n] = '\0';
	return json_get(json_get(resource->doc, "resourceMethods"), name);
}

struct json_object *method_get(struct op *op, struct thing *resource)
{
	struct json_object *method;

	if (!thing_get(op, &kind_resource, resource))
		return NULL;
	method = method_of(resource, op_str(op, "httpMethod"));
	if (!method)
		op_fail(op, &GatewayNotFound, "Invalid Method identifier specified");
	return method;
}

/* --- checks ---------------------------------------------------------------------------------- */

static bool bad(struct op *op, const char *sentence)
{
	op_fail(op, &GatewayBadRequest, "%s", sentence);
	return false;
}

/* The type and the authorizer that goes with it. */
static bool authorization_good(struct op *op, struct str api, const struct json_object *method)
{
	struct str type = json_get_str(method, "authorizationType");
	struct thing authorizer;
	bool cognito = str_is(type, "COGNITO_USER_POOLS");

	if (str_is(type, "NONE") || str_is(type, "AWS_IAM"))
		return true;
	if (!cognito && !str_is(type, "CUSTOM"))
		return bad(op, "Invalid authorization type specified. Valid options are NONE, "
			       "AWS_IAM, CUSTOM, COGNITO_USER_POOLS");
	if (thing_find(op, &kind_authorizer, api, json_get_str(method, "authorizerId"),
		       &authorizer) &&
	    cognito == str_is(json_get_str(authorizer.doc, "type"), "COGNITO_USER_POOLS"))
		return true;
	return bad(op, "Invalid authorizer ID specified. Setting the authorization type to CUSTOM "
		       "or COGNITO_USER_POOLS requires a valid authorizer.");
}

static bool models_good(struct op *op, struct str api, struct json_object *models)
{
	if (!models)
		return true;
	JSON_EACH(models, type, name)
	{
		(void)type;
		if (thing_exists(op, &kind_model, api, json_str(name)))
			continue;
		op_fail(op, &GatewayBadRequest, "Invalid model identifier specified: %.*s",
			STR_ARG(json_str(name)));
		return false;
	}
	return true;
}

/* "method.request.header.name": absent when it is no such thing. */
static struct str parameter_name(struct str expression, const char *prefix)
{
	static const char *const places[] = { "querystring.", "path.", "header." };
	struct str rest = expression;

	if (!str_starts(rest, str_of(prefix)))
		return STR_NONE;
	rest = str_slice(rest, strlen(prefix), rest.n);
	for (size_t i = 0; i < 3; i++)
		if (str_starts(rest, str_of(places[i])) && rest.n > strlen(places[i]))
			return str_slice(rest, strlen(places[i]), rest.n);
	return STR_NONE;
}

bool mapping_refused(struct op *op, const char *what, struct str expression)
{
	op_fail(op, &GatewayBadRequest,
		"Invalid mapping expression specified: Validation Result: warnings : [], errors : "
		"[Invalid mapping expression%s specified: %.*s]",
		what, STR_ARG(expression));
	return false;
}

static bool parameters_good(struct op *op, struct json_object *parameters)
{
	struct json_object *seen = json_new_object(op->arena);

	if (!parameters)
		return true;
	JSON_EACH(parameters, key, required)
	{
		struct str name = parameter_name(str_of(key), "method.request.");
		const char *text = arena_cstr(op->arena, name);

		(void)required;
		if (!name.p)
			return mapping_refused(op, "", str_of(key));
		if (json_get(seen, text))
			return bad(op, "Parameter names must be unique across querystring, header "
				       "and path");
		json_set_bool(seen, text, true);
	}
	return true;
}

static bool method_good(struct op *op, struct str api, struct json_object *method)
{
	struct str validator = json_get_str(method, "requestValidatorId");

	if (!authorization_good(op, api, method))
		return false;
	if (validator.n && !thing_exists(op, &kind_validator, api, validator))
		return bad(op, "Invalid Request Validator identifier specified");
	return models_good(op, api, json_get(method, "requestModels")) &&
	       parameters_good(op, json_get(method, "requestParameters"));
}

/* --- methods ------------------------------------------------------------------------------------- */

/* "none" is understood, and shown as it should have been written. */
static void write_type(struct op *op, struct json_object *method)
{
	json_set_str(method, "authorizationType",
		     import_upper(op->arena, json_get_str(method, "authorizationType")));
}

struct json_object *method_make(struct op *op, struct str api, struct str verb,
				struct json_object *in)
{
	static const char *const behind[] = { "requestValidatorId",  "operationName",
					      "requestParameters",   "requestModels",
					      "authorizationScopes", NULL };
	struct json_object *method = json_new_object(op->arena);
	struct str authorizer = json_get_str(in, "authorizerId");

	if (!verb_known(verb)) {
		bad(op, "Invalid HttpMethod specified. Valid options are "
			"GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY");
		return NULL;
	}
	json_set_str(method, "httpMethod", verb);
	json_set_str(method, "authorizationType", json_get_str(in, "authorizationType"));
	write_type(op, method);
	if (authorizer.n)
		json_set_str(method, "authorizerId", authorizer);
	json_set_bool(method, "apiKeyRequired",
		      json_bool_or(json_get(in, "apiKeyRequired"), false));
	copy_members(method, in, behind);
	return method_good(op, api, method) ? method : NULL;
}

enum outcome apigateway_put_method(struct op *op)
{
	struct str api = op_str(op, "restApiId"), verb = op_str(op, "httpMethod");
	struct json_object *method, *methods;
	struct thing resource;

	if (!thing_get(op, &kind_resource, &resource))
		return FAILED;
	method = method_make(op, api, verb, op->in);
	if (!method)
		return FAILED;
	if (method_of(&resource, verb))
		return op_fail(op, &GatewayConflict, "Method already exists for this resource");
	methods = json_get(resource.doc, "resourceMethods");
	if (!methods)
		methods = json_set_object(resource.doc, "resourceMethods");
	json_set(methods, arena_cstr(op->arena, verb), json_object_get(method));
	thing_put(op, &kind_resource, &resource);
	json_copy(op->out, method);
	return DONE;
}

void json_copy(struct json_object *to, struct json_object *from)
{
	JSON_EACH(from, key, value)
	{
		json_set(to, key, json_object_get(value));
	}
}

enum outcome apigateway_get_method(struct op *op)
{
	struct thing resource;
	struct json_object *method = method_get(op, &resource);

	if (!method)
		return FAILED;
	json_copy(op->out, method);
	return DONE;
}

enum outcome apigateway_delete_method(struct op *op)
{
	struct thing resource;

	if (!method_get(op, &resource))
		return FAILED;
	json_object_object_del(json_get(resource.doc, "resourceMethods"),
			       arena_cstr(op->arena, op_str(op, "httpMethod")));
	thing_put(op, &kind_resource, &resource);
	return DONE;
}

static const struct patch_rule method_rules[] = {
	{ "/apiKeyRequired", PATCH_REPLACE, PATCH_BOOLEAN },
	{ "/authorizationScopes", PATCH_ADD | PATCH_REMOVE, PATCH_LIST_VALUE },
	{ "/authorizationType", PATCH_REPLACE },
	{ "/authorizerId", PATCH_REPLACE },
	{ "/operationName", PATCH_REPLACE },
	{ "/requestModels/{type}", PATCH_ALL, PATCH_MAP,
	  .missing = "Content-Type specified was not found" },
	{ "/requestParameters/{name}", PATCH_ALL, PATCH_FLAGS,
	  .missing = "Invalid parameter name specified" },
	{ "/requestValidatorId", PATCH_REPLACE },
	{ 0 }
};
static const struct patch_rules method_patches = { method_rules, PATCH_WORDS_PLAIN };

enum outcome apigateway_update_method(struct op *op)
{
	struct thing resource;
	struct json_object *method = method_get(op, &resource);
	struct str type;

	if (!method || !patch_document(op, &method_patches, method))
		return FAILED;
	write_type(op, method);
	if (!method_good(op, op_str(op, "restApiId"), method))
		return FAILED;
	type = json_get_str(method, "authorizationType");
	if (str_is(type, "NONE") || str_is(type, "AWS_IAM"))
		json_object_object_del(method, "authorizerId");
	thing_put(op, &kind_resource, &resource);
	json_copy(op->out, method);
	return DONE;
}

/* --- responses --------------------------------------------------------------------------------------- */

bool method_response_good(struct op *op, struct str api, const struct json_object *response)
{
	struct json_object *parameters = json_get(response, "responseParameters");
	struct str prefix = STR("method.response.header.");

	if (!models_good(op, api, json_get(response, "responseModels")))
		return false;
	if (!parameters)
		return true;
	JSON_EACH(parameters, key, required)
	{
		(void)required;
		if (!str_starts(str_of(key), prefix) || strlen(key) == prefix.n)
			return mapping_refused(op, "", str_of(key));
	}
	return true;
}

/* The response that op->in names, of a member that maps status codes to them; NULL with the error set. */
struct json_object *response_get(struct op *op, struct json_object *responses)
{
	struct json_object *response =
		json_get(responses, arena_cstr(op->arena, op_str(op, "statusCode")));

	if (!response)
		op_fail(op, &GatewayNotFound, "Invalid Response status code specified");
	return response;
}

/* Make or replace one; status codes stay in order. */
void response_put(struct op *op, struct json_object *holder, const char *name,
		  struct json_object *response)
{
	struct json_object *all = json_get(holder, name);

	if (!all)
		all = json_set_object(holder, name);
	json_set(all, arena_cstr(op->arena, json_get_str(response, "statusCode")),
		 json_object_get(response));
}

void response_drop(struct op *op, struct json_object *holder, const char *name)
{
	struct json_object *all = json_get(holder, name);

	json_object_object_del(all, arena_cstr(op->arena, op_str(op, "statusCode")));
	if (!json_count(all))
		json_object_object_del(holder, name);
}

enum outcome apigateway_put_method_response(struct op *op)
{
	static const char *const members[] = { "statusCode", "responseParameters", "responseModels",
					       NULL };
	struct json_object *response = json_new_object(op->arena), *method;
	struct thing resource;

	method = method_get(op, &resource);
	if (!method)
		return FAILED;
	if (json_get(json_get(method, "methodResponses"),
		     arena_cstr(op->arena, op_str(op, "statusCode"))))
		return op_fail(op, &GatewayConflict, "Response already exists for this resource");
	copy_members(response, op->in, members);
	if (!method_response_good(op, op_str(op, "restApiId"), response))
		return FAILED;
	response_put(op, method, "methodResponses", response);
	thing_put(op, &kind_resource, &resource);
	json_copy(op->out, response);
	return DONE;
}

static const struct patch_rule response_rules[] = {
	{ "/responseModels/{type}", PATCH_ALL, PATCH_MAP,
	  .missing = "Content-Type specified was not found" },
	{ "/responseParameters/{name}", PATCH_ALL, PATCH_FLAGS,
	  .missing = "Invalid parameter name specified" },
	{ 0 }
};
static const struct patch_rules response_patches = { response_rules, PATCH_WORDS_PLAIN };

/* GetMethodResponse, DeleteMethodResponse, UpdateMethodResponse. */
enum outcome apigateway_method_response_op(struct op *op)
{
	struct thing resource;
	struct json_object *method = method_get(op, &resource), *response;

	response = method ? response_get(op, json_get(method, "methodResponses")) : NULL;
	if (!response)
		return FAILED;
	if (op->operation->name[0] == 'U' &&
	    (!patch_document(op, &response_patches, response) ||
	     !method_response_good(op, op_str(op, "restApiId"), response)))
		return FAILED;
	if (op->operation->name[0] == 'D')
		response_drop(op, method, "methodResponses");
	else
		json_copy(op->out, response);
	if (op->operation->name[0] != 'G')
		thing_put(op, &kind_resource, &resource);
	return DONE;
}
