/* The paths of a definition: resources, methods, integrations; see import.h. */
#include "cloud/apigateway/import.h"

/* A method that is being made, and where. */
struct place {
	struct import *in;
	struct thing *resource;
	struct str verb;
	struct json_object *item, *operation; /* of the definition */
	struct json_object *method;           /* as PutMethod makes it */
};

static struct json_object *inherited(const struct place *at, const char *name)
{
	struct json_object *own = json_get(at->operation, name);

	return own ? own : json_get(at->in->whole, name);
}

static struct json_object *member_object(struct json_object *o, const char *name)
{
	struct json_object *old = json_get(o, name);

	return old ? old : json_set_object(o, name);
}

/* --- models by media type ---------------------------------------------------------------------------------- */

/* Swagger: one schema for each of the media types that the operation consumes or produces. */
static void add_models(const struct place *at, struct json_object *to, const char *member,
		       const char *list, struct json_object *schema)
{
	struct json_object *types = inherited(at, list);
	struct str name = schema ? import_model(at->in, schema) : STR_NONE;

	if (!name.p)
		return;
	to = member_object(to, member);
	if (!json_count(types))
		json_set_str(to, "application/json", name);
	for (size_t i = 0;
	     i < json_count(types) && import_step(at->in, json_str(json_at(types, i)).n); i++)
		json_set_str(to, arena_cstr(at->in->op->arena, json_str(json_at(types, i))), name);
}

/* OpenAPI 3: {"application/json": {"schema": ...}} */
static void add_content(const struct place *at, struct json_object *to, const char *member,
			struct json_object *content)
{
	if (!json_is_object(content))
		return;
	JSON_EACH(content, type, described)
	{
		struct json_object *schema = json_get(described, "schema");
		struct str name = STR_NONE;

		if (!import_step(at->in, strlen(type)))
			return;
		if (schema)
			name = import_model(at->in, schema);
		if (name.p)
			json_set_str(member_object(to, member), type, name);
	}
}

/* --- parameters ---------------------------------------------------------------------------------------------- */

static void add_parameter(const struct place *at, struct json_object *in,
			  struct json_object *parameter)
{
	static const char *const places[][2] = { { "query", "querystring" },
						 { "path", "path" },
						 { "header", "header" } };
	struct str where = json_get_str(parameter, "in"), name = json_get_str(parameter, "name");
	const char *key;

	if (str_is(where, "body"))
		add_models(at, in, "requestModels", "consumes", json_get(parameter, "schema"));
	for (size_t i = 0; i < 3; i++) {
		if (!str_is(where, places[i][0]) || !name.n || !import_step(at->in, name.n))
			continue;
		key = arena_printf(at->in->op->arena, "method.request.%s.%.*s", places[i][1],
				   STR_ARG(name));
		json_set_bool(member_object(in, "requestParameters"), key,
			      json_bool_or(json_get(parameter, "required"), false));
	}
}

static void add_parameters(const struct place *at, struct json_object *in)
{
	struct json_object *lists[] = { json_get(at->item, "parameters"),
					json_get(at->operation, "parameters") };
	struct json_object *body = import_resolve(at->in, json_get(at->operation, "requestBody"));

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < json_count(lists[l]) && import_step(at->in, 0); i++)
			add_parameter(at, in, import_resolve(at->in, json_at(lists[l], i)));
	if (body)
		add_content(at, in, "requestModels", json_get(body, "content"));
}

/* --- who may ------------------------------------------------------------------------------------------------- */

/* One requirement: a scheme is an authorizer, signed requests, or an API key. */
static void require(const struct place *at, struct json_object *in, const char *name,
		    struct json_object *scopes)
{
	struct json_object *scheme = import_scheme(at->in, name);
	struct str authorizer = json_get_str(at->in->authorizers, name);
	struct str type =
		import_upper(at->in->op->arena,
			     json_get_str(json_get(scheme, "x-amazon-apigateway-authorizer"),
					  "type"));

	if (authorizer.p && import_step(at->in, at->in->authorizer)) {
		json_set_str(in, "authorizerId", authorizer);
		json_set_cstr(in, "authorizationType",
			      str_is(type, "COGNITO_USER_POOLS") ? "COGNITO_USER_POOLS" : "CUSTOM");
		if (json_count(scopes))
			json_set(in, "authorizationScopes", json_object_get(scopes));
	} else if (str_is(import_upper(at->in->op->arena,
				       json_get_str(scheme, "x-amazon-apigateway-authtype")),
			  "AWSSIGV4")) {
		json_set_cstr(in, "authorizationType", "AWS_IAM");
	} else if (str_is(json_get_str(scheme, "type"), "apiKey")) {
		json_set_bool(in, "apiKeyRequired", true);
	}
}

static void add_security(const struct place *at, struct json_object *in)
{
	struct json_object *list = inherited(at, "security");
	struct str own = json_get_str(inherited(at, "x-amazon-apigateway-auth"), "type");

	json_set_str(in, "authorizationType",
		     str_is(import_upper(at->in->op->arena, own), "AWS_IAM") ? STR("AWS_IAM")
									     : STR("NONE"));
	for (size_t i = 0; i < json_count(list) && import_step(at->in, 0); i++) {
		if (!json_is_object(json_at(list, i)))
			continue;
		JSON_EACH(json_at(list, i), name, scopes)
		{
			if (!import_step(at->in, 0))
				return;
			require(at, in, name, scopes);
		}
	}
}

/* --- responses ------------------------------------------------------------------------------------------------ */

static bool is_status(const char *code)
{
	return strlen(code) == 3 && strspn(code, "0123456789") == 3 && code[0] > '0' &&
	       code[0] < '6';
}

static void add_response(const struct place *at, const char *code, struct json_object *described)
{
	struct json_object *response = json_new_object(at->in->op->arena);
	struct json_object *headers = json_get(described, "headers");

	json_set_cstr(response, "statusCode", code);
	if (json_is_object(headers)) {
		JSON_EACH(headers, name, header)
		{
			(void)header;
			if (!import_step(at->in, strlen(name)))
				return;
			json_set_bool(member_object(response, "responseParameters"),
				      arena_printf(at->in->op->arena, "method.response.header.%s",
						   name),
				      false);
		}
	}
	if (at->in->v3)
		add_content(at, response, "responseModels", json_get(described, "content"));
	else
		add_models(at, response, "responseModels", "produces",
			   json_get(described, "schema"));
	if (method_response_good(at->in->op, at->in->api.id, response))
		response_put(at->in->op, at->method, "methodResponses", response);
	else
		import_note(at->in,
			    "Unable to put method response '%s' on '%.*s' for resource at path "
			    "'%.*s'",
			    code, STR_ARG(at->verb), STR_ARG(at->resource->name));
}

static void add_responses(const struct place *at)
{
	struct json_object *all = json_get(at->operation, "responses");

	if (!json_is_object(all))
		return;
	JSON_EACH(all, code, described)
	{
		if (!import_step(at->in, 0))
			return;
		if (is_status(code))
			add_response(at, code, import_resolve(at->in, described));
	}
}

/* --- integrations ----------------------------------------------------------------------------------------------- */

/* How many parameters and templates an integration or its response has. */
static size_t mappings_of(struct json_object *from)
{
	static const char *const members[] = { "requestParameters", "requestTemplates",
					       "responseParameters", "responseTemplates" };
	size_t n = 0;

	for (size_t i = 0; i < 4; i++)
		n += json_count(json_get(from, members[i]));
	return n;
}

static void add_integration_response(const struct place *at, struct json_object *integration,
				     const char *pattern, struct json_object *from)
{
	static const char *const same[] = { "responseParameters", "responseTemplates",
					    "contentHandling", NULL };
	struct op *op = at->in->op;
	struct json_object *response = json_new_object(op->arena);
	struct json_object *status = json_get(from, "statusCode");

	if (!import_step(at->in, strlen(pattern) + IMPORT_STEP_BYTES * mappings_of(from)))
		return;
	json_set_str(response, "statusCode",
		     json_object_is_type(status, json_type_int) ? json_text(op->arena, status)
								: json_str(status));
	if (strcmp(pattern, "default") != 0)
		json_set_cstr(response, "selectionPattern", pattern);
	copy_members(response, from, same);
	if (is_status(arena_cstr(op->arena, json_get_str(response, "statusCode"))) &&
	    integration_response_good(op, at->method, response)) {
		response_put(op, integration, "integrationResponses", response);
		return;
	}
	if (!op->error)
		op_fail(op, &GatewayBadRequest, "Invalid Response status code specified");
	import_note(at->in,
		    "Unable to put integration response on '%.*s' for resource at path '%.*s'",
		    STR_ARG(at->verb), STR_ARG(at->resource->name));
}

/* As PutIntegration takes it; enumerations come in any case. */
static struct json_object *integration_input(const struct place *at, struct json_object *from)
{
	static const char *const same[] = { "uri",
					    "credentials",
					    "connectionType",
					    "connectionId",
					    "requestParameters",
					    "requestTemplates",
					    "cacheNamespace",
					    "cacheKeyParameters",
					    "contentHandling",
					    "timeoutInMillis",
					    "tlsConfig",
					    NULL };
	static const char *const upper[][2] = { { "type", "type" },
						{ "httpMethod", "integrationHttpMethod" },
						{ "passthroughBehavior", "passthroughBehavior" } };
	struct arena *a = at->in->op->arena;
	struct json_object *in = json_new_object(a);

	copy_members(in, from, same);
	for (size_t i = 0; i < 3; i++)
		if (json_get_str(from, upper[i][0]).n)
			json_set_str(in, upper[i][1],
				     import_upper(a, json_get_str(from, upper[i][0])));
	return in;
}

static bool type_known(struct op *op, struct str type)
{
	static const char *const types[] = { "HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_is(type, types[i]))
			return true;
	op_fail(op, &GatewayBadRequest, "Invalid integration type specified");
	return false;
}

static void add_integration(const struct place *at)
{
	struct op *op = at->in->op;
	struct json_object *from =
		import_resolve(at->in, json_get(at->operation, "x-amazon-apigateway-integration"));
	struct json_object *in, *made = NULL, *responses = json_get(from, "responses");

	if (!json_is_object(from))
		return;
	if (!import_step(at->in,
			 json_get_str(from, "type").n + IMPORT_STEP_BYTES * mappings_of(from)))
		return;
	in = integration_input(at, from);
	if (type_known(op, json_get_str(in, "type")))
		made = integration_make(op, at->resource, at->method, in);
	if (!made) {
		import_note(at->in,
			    "Unable to put integration on '%.*s' for resource at path '%.*s'",
			    STR_ARG(at->verb), STR_ARG(at->resource->name));
		return;
	}
	if (json_is_object(responses)) {
		JSON_EACH(responses, pattern, response)
		{
			if (import_over(at->in))
				return;
			add_integration_response(at, made, pattern, response);
		}
	}
	json_set(at->method, "methodIntegration", json_object_get(made));
}

/* --- methods ---------------------------------------------------------------------------------------------------- */

static void add_method(struct place *at)
{
	struct op *op = at->in->op;
	struct json_object *in = json_new_object(op->arena), *methods;
	struct str name = json_str(inherited(at, "x-amazon-apigateway-request-validator"));
	struct str called = json_get_str(at->operation, "operationId"), validator;

	if (!import_step(at->in, name.n + called.n))
		return;
	validator =
		name.p ? json_get_str(at->in->validators, arena_cstr(op->arena, name)) : STR_NONE;
	if (called.n)
		json_set_str(in, "operationName", called);
	add_security(at, in);
	add_parameters(at, in);
	if (validator.n)
		json_set_str(in, "requestValidatorId", validator);
	if (import_over(at->in))
		return;
	at->method = method_make(op, at->in->api.id, at->verb, in);
	if (!at->method) {
		import_note(at->in, "Unable to put method '%.*s' on resource at path '%.*s'",
			    STR_ARG(at->verb), STR_ARG(at->resource->name));
		return;
	}
	add_responses(at);
	add_integration(at);
	methods = member_object(at->resource->doc, "resourceMethods");
	json_set(methods, arena_cstr(op->arena, at->verb), json_object_get(at->method));
}

/* "GET" for a member of a path item that is an operation, which are spelled in lower case; absent: it is none. */
static struct str verb_of(struct import *in, const char *member)
{
	struct str verb = import_upper(in->op->arena, str_of(member));

	if (strcmp(member, "x-amazon-apigateway-any-method") == 0)
		return STR("ANY");
	for (const char *c = member; *c; c++)
		if (*c < 'a' || *c > 'z')
			return STR_NONE;
	return verb_known(verb) && !str_is(verb, "ANY") ? verb : STR_NONE;
}

/* --- resources ----------------------------------------------------------------------------------------------------- */

/* "/a/b" of "a//b/": in in->path, behind the prefix. */
static struct str set_path(struct import *in, const char *path)
{
	struct str parts[] = { in->prefix, str_of(path) };

	buf_clear(&in->path);
	for (size_t i = 0; i < 2; i++)
		while (parts[i].p) {
			struct str part = str_cut(&parts[i], '/');

			if (!part.n)
				continue;
			buf_addc(&in->path, '/');
			buf_add(&in->path, part);
		}
	if (!in->path.n)
		buf_addc(&in->path, '/');
	return buf_str(&in->path);
}

/*
 * The resource of in->path, made with those above it, its document aside; false with the error set. Those above, of which
 * each may hold much, are not read.
 */
static bool find_resource(struct import *in, struct str path, struct thing *out)
{
	size_t at = 1;

	*out = (struct thing){ .owner = in->api.id, .name = path };
	out->id = thing_id_named(in->op, &kind_resource, in->api.id, path);
	if (out->id.p)
		return true;
	out->name = STR("/");
	out->id = thing_id_named(in->op, &kind_resource, in->api.id, out->name);
	while (at <= path.n) {
		ptrdiff_t slash = str_find(str_slice(path, at, path.n), '/');
		size_t to = slash < 0 ? path.n : at + (size_t)slash;
		struct str id =
			thing_id_named(in->op, &kind_resource, in->api.id, str_slice(path, 0, to));
		struct thing child;

		if (id.p) {
			out->name = str_slice(path, 0, to);
			out->id = id;
		} else {
			id = json_get_str(in->known,
					  arena_cstr(in->op->arena, str_slice(path, 0, to)));
			if (!resource_add(in->op, out, str_slice(path, at, to), id, &child) ||
			    !things_fit(in->op, &kind_resource, in->api.id))
				return false;
			*out = child;
		}
		at = to + 1;
	}
	return true;
}

/* Make the methods of an item that has some. */
static void add_methods(struct import *in, struct thing *resource, struct json_object *item)
{
	JSON_EACH(item, member, operation)
	{
		struct place at = { in, resource, verb_of(in, member), item, operation, NULL };

		if (import_over(in))
			return;
		if (!at.verb.p)
			continue;
		if (!resource->doc &&
		    !thing_find(in->op, &kind_resource, in->api.id, resource->id, resource))
			return;
		add_method(&at);
	}
	if (resource->row && !import_over(in))
		import_put(in, resource);
}

void import_paths(struct import *in)
{
	struct json_object *paths = json_get(in->whole, "paths");

	if (!json_is_object(paths))
		return;
	JSON_EACH(paths, path, item)
	{
		struct str whole = set_path(in, path);
		struct thing resource;

		if (!import_step(in, 0))
			return;
		if (path[0] != '/')
			continue;
		item = import_resolve(in, item);
		if (!find_resource(in, whole, &resource))
			import_note(in, "Unable to create resource at path '%.*s'", STR_ARG(whole));
		else if (json_is_object(item))
			add_methods(in, &resource, item);
	}
}
