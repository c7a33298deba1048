/*
 * APIs from definitions: ImportRestApi, PutRestApi.
 * From: API Gateway Developer Guide, "Develop REST APIs using OpenAPI in API Gateway", "OpenAPI extensions for API Gateway".
 */
#include "cloud/apigateway/import.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/definition.h"
#include "base/hash.h"
#include "base/schema.h"

/* Of a hopeless definition not every mistake is told. */
enum { ERRORS_MAX = 16384, PREFIX_MAX = 1024, REF_MAX = 1024, WORD_MAX = 64 };

bool import_over(const struct import *in)
{
	return in->end || in->errors.n >= ERRORS_MAX;
}

/* Op's error is not one of many: it is the import's end. */
static void end(struct import *in)
{
	if (!in->end) {
		in->end = in->op->error;
		in->end_message = in->op->error_message;
	}
	in->op->error = NULL;
	in->op->error_message = STR_NONE;
}

static void end_too_large(struct import *in)
{
	op_fail(in->op, &GatewayBadRequest,
		"The definition is too large: with what its references stand for it describes "
		"more than an API can have.");
	end(in);
}

bool import_step(struct import *in, size_t bytes)
{
	in->steps += 1 + bytes / IMPORT_STEP_BYTES;
	if (in->steps > IMPORT_STEPS_MAX)
		end_too_large(in);
	return !import_over(in);
}

bool import_put(struct import *in, struct thing *resource)
{
	struct str text = json_text(in->op->arena, resource->doc);

	in->bytes += text.n;
	if (in->bytes > IMPORT_BYTES_MAX)
		end_too_large(in);
	else
		thing_put_text(in->op, &kind_resource, resource, text);
	return !import_over(in);
}

void import_note(struct import *in, const char *format, ...)
{
	struct op *op = in->op;
	va_list args;
	char text[1024];

	if (in->end || op->error == &GatewayLimitExceeded) {
		end(in);
		return;
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!import_over(in))
		in->errors = arena_strf(op->arena, "%.*s\n\t%s: %.*s", STR_ARG(in->errors), text,
					STR_ARG(op->error_message));
	op->error = NULL;
	op->error_message = STR_NONE;
}

struct str import_upper(struct arena *a, struct str s)
{
	char *text;

	if (s.n > WORD_MAX)
		return s;
	text = arena_cstr(a, s);
	for (size_t i = 0; i < s.n; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			text[i] = (char)(text[i] & ~0x20);
	return str_make(text, s.n);
}

struct json_object *import_resolve(struct import *in, struct json_object *value)
{
	struct str ref = json_get_str(value, "$ref");

	if (!ref.p)
		return value;
	return ref.n <= REF_MAX ? schema_refer(in->op->arena, in->whole, ref) : NULL;
}

struct json_object *import_scheme(struct import *in, const char *name)
{
	struct json_object *all =
		in->v3 ? json_get(json_get(in->whole, "components"), "securitySchemes")
		       : json_get(in->whole, "securityDefinitions");

	return json_get(all, name);
}

/* --- models ---------------------------------------------------------------------------------------- */

/* Model names have letters and digits only; what else stands in a definition's is left out. */
static struct str model_name(struct arena *a, struct str name)
{
	char *out = arena_alloc(a, name.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			out[n++] = c;
	}
	return str_make(out, n);
}

/* The name behind "#/definitions/" or "#/components/schemas/"; absent: it is another reference. */
static struct str referred(struct import *in, struct str ref)
{
	struct str before = in->v3 ? STR("#/components/schemas/") : STR("#/definitions/");

	return str_starts(ref, before) ? model_name(in->op->arena, str_slice(ref, before.n, ref.n))
				       : STR_NONE;
}

/* Models refer to each other by address. */
static struct json_object *with_addresses(struct import *in, struct json_object *value)
{
	struct json_object *out;
	struct str name;

	if (json_is_array(value)) {
		out = json_new_array(in->op->arena);
		for (size_t i = 0; i < json_count(value); i++)
			json_add(out, json_object_get(with_addresses(in, json_at(value, i))));
		return out;
	}
	if (!json_is_object(value))
		return value;
	out = json_new_object(in->op->arena);
	JSON_EACH(value, key, member)
	{
		name = strcmp(key, "$ref") == 0 ? referred(in, json_str(member)) : STR_NONE;
		if (name.p)
			json_set_str(
				out, key,
				arena_strf(
					in->op->arena,
					"https://apigateway.amazonaws.com/restapis/%.*s/models/%.*s",
					STR_ARG(in->api.id), STR_ARG(name)));
		else
			json_set(out, key, json_object_get(with_addresses(in, member)));
	}
	return out;
}

/* Make a model, or replace the one of that name. */
static void put_model(struct import *in, struct str name, struct json_object *schema)
{
	struct op *op = in->op;
	struct json_object *doc = json_new_object(op->arena);
	struct thing old;

	json_set_str(doc, "name", name);
	if (json_get_str(schema, "description").n)
		json_set_str(doc, "description", json_get_str(schema, "description"));
	json_set_str(doc, "schema", json_text(op->arena, with_addresses(in, schema)));
	json_set_cstr(doc, "contentType", "application/json");
	if (thing_find(op, &kind_model, in->api.id, name, &old)) {
		in->models -= (int64_t)json_get_str(old.doc, "schema").n;
		thing_drop(op, &kind_model, &old);
	}
	in->models += (int64_t)json_get_str(doc, "schema").n;
	if (!models_fit(op, in->models) || !model_add(op, in->api.id, doc, &old))
		import_note(in, "Unable to create model for '%.*s'", STR_ARG(name));
}

struct str import_model(struct import *in, struct json_object *schema)
{
	struct str name = referred(in, json_get_str(schema, "$ref"));

	if (name.p || !json_is_object(schema))
		return name;
	name = arena_strf(in->op->arena, "MODEL%.*s",
			  STR_ARG(hash_random_text(in->op->arena, 6, "0123456789abcdef")));
	put_model(in, name, schema);
	return name;
}

static void add_models(struct import *in)
{
	struct json_object *all = in->v3 ? json_get(json_get(in->whole, "components"), "schemas")
					 : json_get(in->whole, "definitions");

	in->models = models_size(in->op, in->api.id);
	if (!json_is_object(all))
		return;
	JSON_EACH(all, name, schema)
	{
		if (!import_step(in, 0))
			return;
		put_model(in, model_name(in->op->arena, str_of(name)), schema);
	}
}

/* --- authorizers, validators, gateway responses ------------------------------------------------------- */

static void add_authorizer(struct import *in, const char *name, struct json_object *scheme)
{
	static const char *const same[] = { "authorizerUri",
					    "authorizerCredentials",
					    "identitySource",
					    "identityValidationExpression",
					    "authorizerResultTtlInSeconds",
					    "providerARNs",
					    NULL };
	struct op *op = in->op;
	struct json_object *from = json_get(scheme, "x-amazon-apigateway-authorizer"), *doc;
	struct str type = import_upper(op->arena, json_get_str(from, "type"));
	struct thing made;

	if (!json_is_object(from))
		return;
	doc = json_new_object(op->arena);
	json_set_cstr(doc, "name", name);
	json_set_str(doc, "type", type);
	if (json_get(scheme, "x-amazon-apigateway-authtype"))
		json_set(doc, "authType",
			 json_object_get(json_get(scheme, "x-amazon-apigateway-authtype")));
	copy_members(doc, from, same);
	if (!json_get(doc, "identitySource") && !str_is(type, "REQUEST"))
		json_set_str(doc, "identitySource",
			     arena_strf(op->arena, "method.request.header.%.*s",
					STR_ARG(json_get_str(scheme, "name"))));
	if (authorizer_make(op, in->api.id, doc, &made)) {
		size_t size = json_text(op->arena, made.doc).n;

		json_set_str(in->authorizers, name, made.id);
		if (size > in->authorizer)
			in->authorizer = size;
	} else {
		import_note(in, "Unable to create authorizer '%s'", name);
	}
}

static void add_authorizers(struct import *in)
{
	struct json_object *all =
		in->v3 ? json_get(json_get(in->whole, "components"), "securitySchemes")
		       : json_get(in->whole, "securityDefinitions");

	if (!json_is_object(all))
		return;
	JSON_EACH(all, name, scheme)
	{
		if (!import_step(in, 0))
			return;
		add_authorizer(in, name, scheme);
	}
}

static void add_validators(struct import *in)
{
	struct json_object *all = json_get(in->whole, "x-amazon-apigateway-request-validators");

	if (!json_is_object(all))
		return;
	JSON_EACH(all, name, validator)
	{
		static const char *const members[] = { "validateRequestBody",
						       "validateRequestParameters" };
		struct thing made = thing_new(in->op, in->api.id, 6);

		if (!import_step(in, 0))
			return;
		made.name = str_of(name);
		json_set_cstr(made.doc, "name", name);
		for (size_t i = 0; i < 2; i++)
			json_set_bool(made.doc, members[i],
				      json_bool_or(json_get(validator, members[i]), false));
		thing_put(in->op, &kind_validator, &made);
		json_set_str(in->validators, name, made.id);
	}
}

static void add_gateway_responses(struct import *in)
{
	static const char *const members[] = { "responseParameters", "responseTemplates", NULL };
	struct json_object *all = json_get(in->whole, "x-amazon-apigateway-gateway-responses");
	struct op *op = in->op;

	if (!json_is_object(all))
		return;
	JSON_EACH(all, type, response)
	{
		struct json_object *status = json_get(response, "statusCode");
		struct thing made;

		if (!import_step(in, 0))
			return;
		if (!gateway_response_known(str_of(type))) {
			op_fail(op, &GatewayBadRequest, "Invalid gateway response type specified");
			import_note(in, "Unable to put gateway response '%s'", type);
			continue;
		}
		if (thing_find(op, &kind_gateway_response, in->api.id, str_of(type), &made))
			thing_drop(op, &kind_gateway_response, &made);
		made = thing_new(op, in->api.id, 0);
		made.id = arena_dup(op->arena, str_of(type));
		if (status)
			json_set_str(made.doc, "statusCode",
				     json_is_string(status) ? json_str(status)
							    : json_text(op->arena, status));
		copy_members(made.doc, response, members);
		thing_put(op, &kind_gateway_response, &made);
	}
}

static void add_documentation(struct import *in)
{
	struct json_object *parts =
		json_get(json_get(in->whole, "x-amazon-apigateway-documentation"),
			 "documentationParts");
	struct thing made;

	for (size_t i = 0; i < json_count(parts) && import_step(in, 0); i++) {
		struct json_object *location = json_get(json_at(parts, i), "location");
		struct str text =
			json_text(in->op->arena, json_get(json_at(parts, i), "properties"));

		if (!json_is_object(location) ||
		    !documentation_part_add(in->op, in->api.id, location, text, &made))
			import_note(in, "Unable to create documentation part");
	}
}

/* --- the definition -------------------------------------------------------------------------------------- */

/* In YAML 2.0 is a number where nobody has quoted it. */
static bool is_swagger(struct arena *a, struct json_object *said)
{
	return said && str_is(json_is_string(said) ? json_str(said) : json_text(a, said), "2.0");
}

/* JSON or YAML; NULL with the error set. */
static struct json_object *read_definition(struct op *op, bool *v3)
{
	struct str text = op_str(op, "body");
	const char *why = "";
	struct json_object *whole = definition_read(op->arena, text, &why);

	if (text.n > DEFINITION_BYTES_MAX) {
		op_fail(op, &GatewayTooLarge, "The request entity is too large.");
		return NULL;
	}
	*v3 = str_starts(json_get_str(whole, "openapi"), STR("3.0"));
	if (!*v3 && !is_swagger(op->arena, json_get(whole, "swagger"))) {
		op_fail(op, &GatewayBadRequest, "Invalid OpenAPI input.");
		return NULL;
	}
	return whole;
}

/* The path of the first server's address, its variables filled in, or Swagger's basePath. */
static struct str base_path(struct import *in)
{
	struct json_object *server = json_at(json_get(in->whole, "servers"), 0);
	struct str url = json_get_str(server, "url"), value;
	ptrdiff_t at;

	if (!in->v3)
		return json_get_str(in->whole, "basePath");
	value = json_get_str(json_get(json_get(server, "variables"), "basePath"), "default");
	at = str_find_str(url, STR("/{basePath}"));
	if (at >= 0)
		return str_starts(value, STR("/"))
			       ? value
			       : arena_strf(in->op->arena, "/%.*s", STR_ARG(value));
	at = str_find_str(url, STR("://"));
	if (at >= 0)
		url = str_slice(url, (size_t)at + 3, url.n);
	at = str_find(url, '/');
	return at >= 0 ? str_slice(url, (size_t)at, url.n) : STR("");
}

/* What "basepath=ignore", "prepend" or "split" makes of it. */
static struct str path_prefix(struct import *in, struct str how)
{
	struct str base = base_path(in);
	ptrdiff_t at;

	while (str_ends(base, STR("/")))
		base.n--;
	if (str_is(how, "prepend"))
		return base;
	if (!str_is(how, "split") || base.n < 2)
		return STR("");
	at = str_find(str_slice(base, 1, base.n), '/');
	return at < 0 ? STR("") : str_slice(base, (size_t)at + 1, base.n);
}

/* What of the definition describes the API itself, as CreateRestApi takes it. */
static struct json_object *describe(struct op *op, struct json_object *whole)
{
	static const char *const extensions[][2] = {
		{ "x-amazon-apigateway-binary-media-types", "binaryMediaTypes" },
		{ "x-amazon-apigateway-api-key-source", "apiKeySource" },
		{ "x-amazon-apigateway-minimum-compression-size", "minimumCompressionSize" },
	};
	struct json_object *doc = json_new_object(op->arena), *info = json_get(whole, "info");
	struct json_object *endpoint =
		json_get(whole, "x-amazon-apigateway-endpoint-configuration");
	struct json_object *version = json_get(info, "version");
	struct json_object *policy = json_get(whole, "x-amazon-apigateway-policy");

	json_set_str(doc, "name", json_get_str(info, "title"));
	if (json_get_str(info, "description").n)
		json_set_str(doc, "description", json_get_str(info, "description"));
	if (version)
		json_set_str(doc, "version",
			     json_is_string(version) ? json_str(version)
						     : json_text(op->arena, version));
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (json_get(whole, extensions[i][0]))
			json_set(doc, extensions[i][1],
				 json_object_get(json_get(whole, extensions[i][0])));
	if (json_is_object(policy))
		json_set_str(doc, "policy", json_text(op->arena, policy));
	if (json_get(endpoint, "disableExecuteApiEndpoint"))
		json_set(doc, "disableExecuteApiEndpoint",
			 json_object_get(json_get(endpoint, "disableExecuteApiEndpoint")));
	return doc;
}

/* Make all of it; false with the error set, in which every mistake is told. */
static bool import_all(struct import *in, struct json_object *parameters)
{
	in->prefix = path_prefix(in, json_get_str(parameters, "basepath"));
	if (in->prefix.n > PREFIX_MAX)
		return op_fail(in->op, &GatewayBadRequest, "Invalid base path specified") == DONE;
	buf_init(&in->path, DEFINITION_BYTES_MAX + PREFIX_MAX + 2);
	in->authorizers = json_new_object(in->op->arena);
	in->validators = json_new_object(in->op->arena);
	add_models(in);
	add_authorizers(in);
	add_validators(in);
	add_gateway_responses(in);
	import_paths(in);
	if (!str_is(json_get_str(parameters, "ignore"), "documentation"))
		add_documentation(in);
	buf_release(&in->path);
	if (in->end)
		return op_fail(in->op, in->end, "%.*s", STR_ARG(in->end_message)) == DONE;
	return !in->errors.n ||
	       op_fail(in->op, &GatewayBadRequest, "Errors found during import:%.*s",
		       STR_ARG(in->errors)) == DONE;
}

/* --- operations ---------------------------------------------------------------------------------------- */

enum outcome apigateway_import_rest_api(struct op *op)
{
	struct import in = { .op = op, .errors = STR("") };
	struct json_object *parameters = op_get(op, "parameters"), *types;
	struct str endpoint = json_get_str(parameters, "endpointConfigurationTypes");

	in.whole = read_definition(op, &in.v3);
	if (!in.whole)
		return FAILED;
	op->in = describe(op, in.whole);
	if (endpoint.n) {
		types = json_set_array(json_set_object(op->in, "endpointConfiguration"), "types");
		json_add_str(types, endpoint);
	}
	if (apigateway_create_rest_api(op) != DONE)
		return FAILED;
	if (!thing_find(op, &kind_rest_api, STR_NONE, json_get_str(op->out, "id"), &in.api))
		return FAILED;
	/* It has the definition's models and no others. */
	db_run(op->db, "DELETE FROM apigateway_thing WHERE owner = ? AND kind = 'Model'", "s",
	       in.api.id);
	return import_all(&in, parameters) ? DONE : FAILED;
}

/* What stands at a path keeps its id when it is made anew. */
static struct json_object *ids_by_path(struct op *op, const struct thing *api)
{
	struct json_object *known = json_new_object(op->arena);
	struct stmt *q = db_query(op->db,
				  "SELECT name, id FROM apigateway_thing "
				  "WHERE owner = ? AND kind = 'Resource' AND name <> '/'",
				  "s", api->id);

	while (stmt_row(q))
		json_set_str(known, arena_cstr(op->arena, stmt_str(q, 0)), stmt_str(q, 1));
	stmt_done(q);
	return known;
}

/* All goes but the root, which is left without methods. */
static void empty_api(struct op *op, const struct thing *api)
{
	struct thing root;

	db_run(op->db,
	       "DELETE FROM apigateway_thing WHERE owner = ? AND (kind IN ('Authorizer', 'Model', "
	       "'RequestValidator', 'GatewayResponse', 'DocumentationPart') OR (kind = 'Resource' "
	       "AND name <> '/'))",
	       "s", api->id);
	if (!thing_find_named(op, &kind_resource, api->id, STR("/"), &root))
		return;
	json_object_object_del(root.doc, "resourceMethods");
	thing_put(op, &kind_resource, &root);
}

/* Authorizers and validators of the definition's names are made anew. */
static void drop_named(struct op *op, const struct kind *kind, struct str api,
		       struct json_object *names)
{
	if (!json_is_object(names))
		return;
	JSON_EACH(names, name, value)
	{
		(void)value;
		things_drop_named(op, kind, api, str_of(name));
	}
}

static void add_types(struct arena *a, struct json_object *list, struct json_object *types)
{
	for (size_t i = 0; i < json_count(types); i++)
		json_set_bool(list, arena_cstr(a, json_str(json_at(types, i))), true);
}

/* What is merged adds to the media types that are there. */
static void join_media_types(struct arena *a, const struct thing *api,
			     struct json_object *described)
{
	struct json_object *more = json_get(described, "binaryMediaTypes"), *list;
	struct json_object *names = json_new_object(a);

	if (!json_is_array(more))
		return;
	add_types(a, names, json_get(api->doc, "binaryMediaTypes"));
	add_types(a, names, more);
	list = json_set_array(described, "binaryMediaTypes");
	JSON_EACH(names, name, there)
	{
		(void)there;
		json_add_str(list, str_of(name));
	}
}

enum outcome apigateway_put_rest_api(struct op *op)
{
	struct import in = { .op = op, .errors = STR("") };
	struct json_object *described, *schemes;

	if (!rest_api_get(op, &in.api))
		return FAILED;
	in.whole = read_definition(op, &in.v3);
	if (!in.whole)
		return FAILED;
	if (str_is(op_str(op, "mode"), "overwrite")) {
		in.known = ids_by_path(op, &in.api);
		empty_api(op, &in.api);
	}
	schemes = in.v3 ? json_get(json_get(in.whole, "components"), "securitySchemes")
			: json_get(in.whole, "securityDefinitions");
	drop_named(op, &kind_authorizer, in.api.id, schemes);
	drop_named(op, &kind_validator, in.api.id,
		   json_get(in.whole, "x-amazon-apigateway-request-validators"));
	described = describe(op, in.whole);
	if (!in.known)
		join_media_types(op->arena, &in.api, described);
	json_copy(in.api.doc, described);
	if (!kind_rest_api.changed(op, &in.api, NULL))
		return FAILED;
	thing_put(op, &kind_rest_api, &in.api);
	if (!import_all(&in, op_get(op, "parameters")))
		return FAILED;
	thing_show(op, &kind_rest_api, &in.api, SHOW_UPDATED, op->out);
	return DONE;
}
