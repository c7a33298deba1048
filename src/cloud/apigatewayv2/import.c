/*
 * HTTP APIs from OpenAPI 3 definitions. From: API Gateway Developer Guide, "Working with OpenAPI definitions for HTTP APIs",
 * "OpenAPI extensions for API Gateway".
 */
#include "cloud/apigatewayv2/operations.h"

#include "base/definition.h"
#include "base/schema.h"

#define INTEGRATION "x-amazon-apigateway-integration"
#define AUTHORIZER  "x-amazon-apigateway-authorizer"

/*
 * References let a small definition stand for much: what an import stores, and what it reads again with each route, is
 * counted. Of the mistakes of a hopeless definition not every one is told.
 */
enum { BYTES_MAX = 16 << 20, REQUIREMENT_BYTES = 32, PREFIX_MAX = 1024, WARNINGS_MAX = 16384 };
enum { REF_MAX = 1024, WORD_MAX = 64 };

struct import {
	struct op *op;
	struct str api;
	struct json_object *whole;
	struct str prefix;               /* stands before every path */
	struct json_object *authorizers; /* ids by the name of the security scheme */
	struct str warnings;             /* a line for each, with its line break before it */
	size_t bytes;                    /* counted so far */
	size_t authorizer;               /* bytes of the largest */
	int routes;                      /* made so far */
};

/* Count; false with the error set when it is too much. */
static bool spend(struct import *in, size_t bytes)
{
	in->bytes += bytes;
	return in->bytes <= BYTES_MAX ||
	       bad_request(in->op,
			   "The definition is too large: with what its references stand for "
			   "it describes more than an API can have.");
}

/* Store a new part, if there may be one more of its kind; false with the error set. */
static bool store(struct import *in, const struct part_kind *kind, struct part *part)
{
	struct str text = json_text(in->op->arena, part->doc);

	if (!spend(in, text.n))
		return false;
	part_put_text(in->op, kind, part, text);
	if (kind == &part_kind_authorizer && text.n > in->authorizer)
		in->authorizer = text.n;
	return parts_fit(in->op, kind, in->api);
}

/* The value that "$ref": "#/components/..." stands for, or the value itself. */
static struct json_object *resolve(struct import *in, struct json_object *value)
{
	struct str ref = json_get_str(value, "$ref");

	if (!ref.p)
		return value;
	return ref.n <= REF_MAX ? schema_refer(in->op->arena, in->whole, ref) : NULL;
}

/* In upper case, when it is no longer than any enumeration's words; otherwise as it is. */
static struct str upper(struct arena *a, struct str s)
{
	char *copy;

	if (s.n > WORD_MAX)
		return s;
	copy = arena_cstr(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] = (char)(copy[i] & ~0x20);
	return str_make(copy, s.n);
}

static void copy(struct json_object *to, const char *as, struct json_object *from, const char *name)
{
	if (json_get(from, name))
		json_set(to, as, json_object_get(json_get(from, name)));
}

/* --- integrations ------------------------------------------------------------------------------------ */

static bool add_integration(struct import *in, struct json_object *from, struct str *target)
{
	static const char *const same[] = { "connectionType",    "connectionId",
					    "description",       "payloadFormatVersion",
					    "requestParameters", "responseParameters",
					    "timeoutInMillis",   "tlsConfig" };
	struct part part = part_new(in->op, &part_kind_integration, in->api, 7);

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		copy(part.doc, same[i], from, same[i]);
	copy(part.doc, "integrationUri", from, "uri");
	copy(part.doc, "integrationMethod", from, "httpMethod");
	copy(part.doc, "credentialsArn", from, "credentials");
	copy(part.doc, "integrationSubtype", from, "integrationSubtype");
	json_set_str(part.doc, "integrationType", upper(in->op->arena, json_get_str(from, "type")));
	if (!part_kind_integration.good(in->op, &part, true) ||
	    !store(in, &part_kind_integration, &part))
		return false;
	*target = arena_strf(in->op->arena, "integrations/%.*s", STR_ARG(part.id));
	return true;
}

/* --- authorizers --------------------------------------------------------------------------------------- */

static void set_sources(struct import *in, struct json_object *doc, struct json_object *from)
{
	struct json_object *source = json_get(from, "identitySource"), *list;
	struct str rest = json_str(source);

	(void)in;
	if (json_is_array(source)) {
		json_set(doc, "identitySource", json_object_get(source));
		return;
	}
	list = json_set_array(doc, "identitySource");
	while (rest.n)
		json_add_str(list, str_trim(str_cut(&rest, ',')));
}

static bool add_authorizer(struct import *in, const char *name, struct json_object *scheme)
{
	static const char *const same[] = {
		"authorizerUri",         "authorizerPayloadFormatVersion",
		"jwtConfiguration",      "authorizerResultTtlInSeconds",
		"enableSimpleResponses", "identityValidationExpression"
	};
	struct json_object *from = json_get(scheme, AUTHORIZER);
	struct part part = part_new(in->op, &part_kind_authorizer, in->api, 6);

	if (!from)
		return true;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		copy(part.doc, same[i], from, same[i]);
	copy(part.doc, "authorizerCredentialsArn", from, "authorizerCredentials");
	json_set_cstr(part.doc, "name", name);
	json_set_str(part.doc, "authorizerType", upper(in->op->arena, json_get_str(from, "type")));
	set_sources(in, part.doc, from);
	if (!part_kind_authorizer.good(in->op, &part, true) ||
	    !store(in, &part_kind_authorizer, &part))
		return false;
	json_set_str(in->authorizers, name, part.id);
	return true;
}

static bool add_authorizers(struct import *in)
{
	struct json_object *schemes =
		json_get(json_get(in->whole, "components"), "securitySchemes");

	if (!json_is_object(schemes))
		return true;
	JSON_EACH(schemes, name, scheme)
	{
		if (!add_authorizer(in, name, scheme))
			return false;
	}
	return true;
}

/* --- routes ------------------------------------------------------------------------------------------- */

/* The first security requirement that names an authorizer, or IAM; false with the error set. */
static bool secure(struct import *in, struct json_object *doc, struct json_object *operation)
{
	struct json_object *list = json_get(operation, "security"), *one, *schemes;

	if (!list)
		list = json_get(in->whole, "security");
	one = json_at(list, 0);
	schemes = json_get(json_get(in->whole, "components"), "securitySchemes");
	if (!json_is_object(one))
		return true;
	if (!spend(in, in->authorizer + json_count(one) * REQUIREMENT_BYTES))
		return false;
	JSON_EACH(one, name, scopes)
	{
		struct json_object *scheme = json_get(schemes, name);
		struct str id = json_get_str(in->authorizers, name);

		if (str_is(json_get_str(scheme, "x-amazon-apigateway-authtype"), "awsSigv4"))
			json_set_cstr(doc, "authorizationType", "AWS_IAM");
		if (!id.p)
			continue;
		json_set_str(doc, "authorizerId", id);
		json_set_cstr(doc, "authorizationType",
			      str_is(json_get_str(json_get(scheme, AUTHORIZER), "type"), "jwt")
				      ? "JWT"
				      : "CUSTOM");
		if (json_count(scopes))
			json_set(doc, "authorizationScopes", json_object_get(scopes));
	}
	return true;
}

static bool add_route(struct import *in, struct str key, struct json_object *operation)
{
	struct part part = part_new(in->op, &part_kind_route, in->api, 7);
	struct json_object *integration = resolve(in, json_get(operation, INTEGRATION));
	struct str target;

	/* Of a route too many its integration is not the fault. */
	if (in->routes++ == part_kind_route.most)
		return part_too_many(in->op, &part_kind_route);
	json_set_str(part.doc, "routeKey", key);
	copy(part.doc, "operationName", operation, "operationId");
	if (integration) {
		if (!add_integration(in, integration, &target))
			return false;
		json_set_str(part.doc, "target", target);
	}
	return secure(in, part.doc, operation) && part_kind_route.good(in->op, &part, true) &&
	       store(in, &part_kind_route, &part);
}

/* The path of the first server's address, with its variables' defaults: "/v1/pets". */
static struct str base_path(struct import *in)
{
	struct json_object *server = json_at(json_get(in->whole, "servers"), 0);
	struct str url = json_get_str(server, "url"), all = STR("");
	ptrdiff_t scheme = str_find_str(url, STR("://"));

	if (scheme >= 0) {
		url = str_slice(url, (size_t)scheme + 3, url.n);
		str_cut(&url, '/');
	} else if (str_starts(url, STR("/"))) {
		str_cut(&url, '/');
	}
	while (url.p && all.n <= PREFIX_MAX) {
		struct str segment = str_cut(&url, '/'), name;

		if (str_starts(segment, STR("{")) && str_ends(segment, STR("}"))) {
			name = str_slice(segment, 1, segment.n - 1);
			segment = json_get_str(json_get(json_get(server, "variables"),
							arena_cstr(in->op->arena, name)),
					       "default");
		}
		if (segment.n)
			all = arena_strf(in->op->arena, "%.*s/%.*s", STR_ARG(all),
					 STR_ARG(segment));
	}
	return all;
}

/* What stands before every path: nothing, the base path, or all of that but its first segment. */
static struct str prefix_of(struct import *in)
{
	struct str how = op_str_or(in->op, "basepath", "ignore"), base = STR(""), first;

	if (!str_eq_nocase(how, STR("ignore")))
		base = base_path(in);
	if (!str_eq_nocase(how, STR("split")) || !base.n)
		return base;
	first = str_slice(base, 1, base.n);
	str_cut(&first, '/');
	return first.p ? arena_strf(in->op->arena, "/%.*s", STR_ARG(first)) : STR("");
}

/* "GET /pets" for a member of a path item; absent: it is no operation. */
static struct str route_key(struct import *in, const char *path, const char *member,
			    struct json_object *operation)
{
	static const char *const methods[] = { "get",     "put",  "post", "delete",
					       "options", "head", "patch" };
	struct str p = str_of(path);

	if (strcmp(member, "x-amazon-apigateway-any-method") == 0) {
		if (json_bool_or(json_get(operation, "isDefaultRoute"), false) ||
		    str_is(p, "$default") || str_is(p, "/$default"))
			return STR("$default");
		return arena_strf(in->op->arena, "ANY %.*s%s", STR_ARG(in->prefix), path);
	}
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(member, methods[i]) == 0)
			return arena_strf(in->op->arena, "%.*s %.*s%s",
					  STR_ARG(upper(in->op->arena, str_of(member))),
					  STR_ARG(in->prefix), path);
	return STR_NONE;
}

static bool add_path(struct import *in, const char *path, struct json_object *item)
{
	if (!json_is_object(item))
		return true;
	JSON_EACH(item, member, operation)
	{
		struct str key = route_key(in, path, member, operation);

		if (key.p && !add_route(in, key, operation))
			return false;
	}
	return true;
}

static bool add_all(struct import *in)
{
	struct json_object *paths = json_get(in->whole, "paths");

	in->prefix = prefix_of(in);
	if (in->prefix.n > PREFIX_MAX)
		return bad_request(in->op, "Invalid base path specified");
	if (!add_authorizers(in))
		return false;
	if (!json_is_object(paths))
		return true;
	JSON_EACH(paths, path, item)
	{
		if (!add_path(in, path, item))
			return false;
	}
	return true;
}

/* --- warnings -------------------------------------------------------------------------------------------- */

/* Whose body it is, in the words of a warning: "requestBody", or "responses" and the status. */
struct body {
	const char *path, *verb, *what, *status;
};

/* What a body's schemas refer to and what is not there, one line each, added to `warnings`. */
static void warn_of_content(struct import *in, const struct body *of, struct json_object *body)
{
	struct json_object *content = json_get(body, "content");

	if (!json_is_object(content))
		return;
	JSON_EACH(content, type, media)
	{
		struct json_object *schema = json_get(media, "schema");
		struct str ref = json_get_str(schema, "$ref");

		(void)type;
		if (in->warnings.n > WARNINGS_MAX)
			return;
		if (ref.p && !resolve(in, schema))
			in->warnings = arena_strf(
				in->op->arena,
				"%.*s\n\tParse issue: attribute paths.'%s'(%s).%s%s%s.content.schema."
				"%.*s is missing",
				STR_ARG(in->warnings), of->path, of->verb, of->what,
				of->status ? "." : "", of->status ? of->status : "", STR_ARG(ref));
	}
}

static void warn_of_operation(struct import *in, const char *path, const char *verb,
			      struct json_object *operation)
{
	struct json_object *responses = json_get(operation, "responses");
	struct body request = { path, verb, "requestBody", NULL };

	warn_of_content(in, &request, json_get(operation, "requestBody"));
	if (!json_is_object(responses))
		return;
	JSON_EACH(responses, status, response)
	{
		struct body answer = { path, verb, "responses", status };

		warn_of_content(in, &answer, response);
	}
}

/* With failOnWarnings what is wrong with the definition's schemas, which nothing here uses, is an error. */
static bool free_of_warnings(struct import *in)
{
	struct json_object *paths = json_get(in->whole, "paths");

	if (!op_bool_or(in->op, "failOnWarnings", false) || !json_is_object(paths))
		return true;
	JSON_EACH(paths, path, item)
	{
		if (!json_is_object(item))
			continue;
		JSON_EACH(item, verb, operation)
		{
			if (json_is_object(operation))
				warn_of_operation(in, path, verb, operation);
		}
	}
	return !in->warnings.n ||
	       bad_request(in->op, "Warnings found during import:%.*s", STR_ARG(in->warnings));
}

/* --- operations ------------------------------------------------------------------------------------------ */

/* The definition, JSON or YAML; NULL with the error set. */
static struct json_object *read_definition(struct op *op)
{
	struct str text = op_str(op, "body");
	const char *why = "";
	struct json_object *whole = definition_read(op->arena, text, &why);

	if (text.n > DEFINITION_BYTES_MAX) {
		op_fail(op, &HttpApiTooLarge, "The request entity is too large.");
		return NULL;
	}
	if (!whole) {
		bad_request(op, "Unable to parse API definition: %s", why);
		return NULL;
	}
	if (!str_starts(json_get_str(whole, "openapi"), STR("3."))) {
		bad_request(op,
			    "Invalid OpenAPI input. Only OpenAPI 3.0 definitions are supported for "
			    "HTTP APIs.");
		return NULL;
	}
	return whole;
}

static bool basepath_good(struct op *op)
{
	static const char *const ways[] = { "ignore", "prepend", "split" };
	struct str how = op_str_or(op, "basepath", "ignore");

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (str_eq_nocase(how, str_of(ways[i])))
			return true;
	return bad_request(op, "Invalid basepath value %.*s. Must be ignore, prepend, or split.",
			   STR_ARG(how));
}

/* What of the definition describes the API itself. */
static struct json_object *describe(struct op *op, struct json_object *whole)
{
	struct json_object *doc = json_new_object(op->arena), *info = json_get(whole, "info");
	struct json_object *tags = json_get(whole, "tags");

	copy(doc, "name", info, "title");
	copy(doc, "description", info, "description");
	if (json_get(info, "version"))
		json_set_str(doc, "version",
			     json_is_string(json_get(info, "version"))
				     ? json_get_str(info, "version")
				     : json_text(op->arena, json_get(info, "version")));
	copy(doc, "corsConfiguration", whole, "x-amazon-apigateway-cors");
	for (size_t i = 0; i < json_count(tags); i++) {
		struct str value = json_get_str(json_at(tags, i), "x-amazon-apigateway-tag-value");
		struct json_object *into = json_get(doc, "tags");

		if (!value.p)
			continue;
		json_set_str(into ? into : json_set_object(doc, "tags"),
			     arena_cstr(op->arena, json_get_str(json_at(tags, i), "name")), value);
	}
	return doc;
}

static bool import_into(struct op *op, struct part *api, struct json_object *whole)
{
	struct import in = {
		.op = op,
		.api = api->id,
		.whole = whole,
		.authorizers = json_new_object(op->arena),
		.warnings = STR(""),
	};

	if (!free_of_warnings(&in) || !part_kind_api.good(op, api, false))
		return false;
	part_put(op, &part_kind_api, api);
	return add_all(&in);
}

enum outcome apigatewayv2_import_api(struct op *op)
{
	struct json_object *whole = read_definition(op);
	struct part api;

	if (!whole || !basepath_good(op))
		return FAILED;
	api = api_new(op, describe(op, whole));
	if (!import_into(op, &api, whole))
		return FAILED;
	return answer_part(op, &api);
}

enum outcome apigatewayv2_reimport_api(struct op *op)
{
	static const struct part_kind *const replaced[] = { &part_kind_route,
							    &part_kind_integration,
							    &part_kind_authorizer };
	struct json_object *whole = read_definition(op);
	struct part api;

	if (!whole || !basepath_good(op) || !api_get(op, &api))
		return FAILED;
	for (size_t i = 0; i < sizeof(replaced) / sizeof(replaced[0]); i++)
		parts_drop_kind(op, replaced[i], api.id);
	json_object_object_del(api.doc, "corsConfiguration");
	JSON_EACH(describe(op, whole), key, value)
	{
		json_set(api.doc, key, json_object_get(value));
	}
	if (!import_into(op, &api, whole))
		return FAILED;
	stages_follow(op, api.id);
	return answer_part(op, &api);
}
