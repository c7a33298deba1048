/*
 * HTTP APIs as OpenAPI 3 definitions. From: API Gateway Version 2 API Reference, "ExportApi"; Developer Guide, "Export HTTP
 * APIs from API Gateway".
 */
#include "cloud/apigatewayv2/operations.h"

#include "base/yaml.h"

struct export
{
	struct op *op;
	struct str api, owner; /* whose parts are exported: the API's, or a deployment's */
	bool extensions;
	struct json_object *out, *schemes;
};

static void copy(struct json_object *to, const char *as, struct json_object *from, const char *name)
{
	if (json_get(from, name))
		json_set(to, as, json_object_get(json_get(from, name)));
}

static struct str lower(struct arena *a, struct str s)
{
	char *text = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] | 0x20);
	return str_make(text, s.n);
}

/* --- parts ------------------------------------------------------------------------------------------- */

static void add_integration(struct export *e, struct json_object *operation, struct str target)
{
	static const char *const same[] = {
		"connectionId",      "connectionType",     "payloadFormatVersion",
		"requestParameters", "responseParameters", "timeoutInMillis",
		"tlsConfig"
	};
	struct json_object *out;
	struct part part;

	str_cut(&target, '/');
	if (!e->extensions || !part_find(e->op, &part_kind_integration, e->owner, target, &part))
		return;
	out = json_set_object(operation, "x-amazon-apigateway-integration");
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		copy(out, same[i], part.doc, same[i]);
	copy(out, "uri", part.doc, "integrationUri");
	copy(out, "httpMethod", part.doc, "integrationMethod");
	copy(out, "credentials", part.doc, "credentialsArn");
	json_set_str(out, "type", lower(e->op->arena, json_get_str(part.doc, "integrationType")));
}

/* The scheme of an authorizer, made when it is first named; its name. */
static struct str scheme_of(struct export *e, struct str id)
{
	static const char *const same[] = { "authorizerPayloadFormatVersion",
					    "authorizerResultTtlInSeconds", "authorizerUri",
					    "enableSimpleResponses", "jwtConfiguration" };
	struct json_object *scheme, *out;
	struct part part;
	struct str name;

	if (!part_find(e->op, &part_kind_authorizer, e->owner, id, &part))
		return STR_NONE;
	name = json_get_str(part.doc, "name");
	if (json_get(e->schemes, arena_cstr(e->op->arena, name)))
		return name;
	scheme = json_set_object(e->schemes, arena_cstr(e->op->arena, name));
	if (str_is(json_get_str(part.doc, "authorizerType"), "JWT")) {
		json_set_cstr(scheme, "type", "oauth2");
		json_set_object(scheme, "flows");
	} else {
		json_set_cstr(scheme, "type", "apiKey");
		json_set_cstr(scheme, "name", "Unused");
		json_set_cstr(scheme, "in", "header");
	}
	if (!e->extensions)
		return name;
	out = json_set_object(scheme, "x-amazon-apigateway-authorizer");
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		copy(out, same[i], part.doc, same[i]);
	copy(out, "authorizerCredentials", part.doc, "authorizerCredentialsArn");
	copy(out, "identitySource", part.doc, "identitySource");
	json_set_str(out, "type", lower(e->op->arena, json_get_str(part.doc, "authorizerType")));
	return name;
}

/* The scheme of signed requests, made when it is first needed. */
static struct str iam_scheme(struct export *e)
{
	struct str name = STR("AWS_IAM");
	struct json_object *scheme;

	if (json_get(e->schemes, name.p))
		return name;
	scheme = json_set_object(e->schemes, name.p);
	json_set_cstr(scheme, "type", "apiKey");
	json_set_cstr(scheme, "name", "Authorization");
	json_set_cstr(scheme, "in", "header");
	if (e->extensions)
		json_set_cstr(scheme, "x-amazon-apigateway-authtype", "awsSigv4");
	return name;
}

static void add_security(struct export *e, struct json_object *operation, struct json_object *route)
{
	struct str name = str_is(json_get_str(route, "authorizationType"), "AWS_IAM")
				  ? iam_scheme(e)
				  : scheme_of(e, json_get_str(route, "authorizerId"));
	struct json_object *scopes = json_get(route, "authorizationScopes"), *one;

	if (!name.p)
		return;
	one = json_add_object(json_set_array(operation, "security"));
	if (scopes)
		json_set(one, arena_cstr(e->op->arena, name), json_object_get(scopes));
	else
		json_set_array(one, arena_cstr(e->op->arena, name));
}

static void add_route(struct export *e, struct json_object *paths, struct json_object *route)
{
	struct str rest = json_get_str(route, "routeKey"), method = str_cut(&rest, ' ');
	bool is_default = !rest.p;
	const char *path = is_default ? "/$default" : arena_cstr(e->op->arena, rest);
	struct json_object *item = json_get(paths, path), *operation;

	if (!item)
		item = json_set_object(paths, path);
	operation = json_set_object(item, is_default || str_is(method, "ANY")
						  ? "x-amazon-apigateway-any-method"
						  : arena_cstr(e->op->arena,
							       lower(e->op->arena, method)));
	json_set_cstr(json_set_object(json_set_object(operation, "responses"), "default"),
		      "description", "Default response for the operation");
	copy(operation, "operationId", route, "operationName");
	add_security(e, operation, route);
	add_integration(e, operation, json_get_str(route, "target"));
	if (is_default)
		json_set_bool(operation, "isDefaultRoute", true);
}

/* --- the operation -------------------------------------------------------------------------------------- */

/* Whose parts: those of the stage's deployment, or the API's as they are. */
static bool find_owner(struct export *e, struct json_object **doc)
{
	struct str name = op_str(e->op, "stageName");
	struct part api, stage;

	if (!api_get(e->op, &api))
		return false;
	e->api = e->owner = api.id;
	*doc = api.doc;
	if (!name.n)
		return true;
	if (!part_find(e->op, &part_kind_stage, api.id, name, &stage)) {
		op_fail(e->op, &HttpApiNotFound, "%s", part_kind_stage.missing);
		return false;
	}
	if (!json_bool_or(json_get(stage.doc, "autoDeploy"), false))
		e->owner = json_get_str(stage.doc, "deploymentId");
	return true;
}

static void describe(struct export *e, struct json_object *doc)
{
	struct json_object *info = json_set_object(e->out, "info"), *server;

	json_set_cstr(e->out, "openapi", "3.0.1");
	copy(info, "title", doc, "name");
	copy(info, "description", doc, "description");
	json_set_str(info, "version",
		     json_get(doc, "version") ? json_get_str(doc, "version")
					      : json_get_str(doc, "createdDate"));
	server = json_add_object(json_set_array(e->out, "servers"));
	json_set_str(server, "url",
		     arena_strf(e->op->arena, "%.*s/{basePath}",
				STR_ARG(json_get_str(doc, "apiEndpoint"))));
	json_set_str(json_set_object(json_set_object(server, "variables"), "basePath"), "default",
		     op_str_or(e->op, "stageName", ""));
}

enum outcome apigatewayv2_export_api(struct op *op)
{
	struct export e = { .op = op,
			    .extensions = op_bool_or(op, "includeExtensions", true),
			    .out = json_new_object(op->arena),
			    .schemes = json_new_object(op->arena) };
	struct str type = op_str(op, "outputType"), text;
	struct json_object *doc, *paths;
	struct part route;

	if (!str_is(op_str(op, "specification"), "OAS30"))
		return op_fail(op, &HttpApiBadRequest, "Invalid specification. Must be OAS30.");
	if (!str_is(type, "JSON") && !str_is(type, "YAML"))
		return op_fail(op, &HttpApiBadRequest,
			       "Invalid output type. Must be JSON or YAML.");
	if (!find_owner(&e, &doc))
		return FAILED;
	describe(&e, doc);
	paths = json_set_object(e.out, "paths");
	for (int64_t after = 0; part_next(op, &part_kind_route, e.owner, &after, &route);)
		add_route(&e, paths, route.doc);
	if (json_count(e.schemes))
		json_set(json_set_object(e.out, "components"), "securitySchemes",
			 json_object_get(e.schemes));
	if (e.extensions) {
		copy(e.out, "x-amazon-apigateway-cors", doc, "corsConfiguration");
		json_set_cstr(e.out, "x-amazon-apigateway-importexport-version", "1.0");
	}
	text = str_is(type, "JSON") ? json_text(op->arena, e.out) : yaml_print(op->arena, e.out);
	json_set_str(op->out, "body", text);
	return DONE;
}
