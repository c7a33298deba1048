/*
 * Documentation parts and versions.
 * From: API Gateway API Reference, "CreateDocumentationPart", "CreateDocumentationVersion".
 */
#include "cloud/apigateway/operations.h"

#include "base/definition.h"

/* --- parts ------------------------------------------------------------------------------------------ */

static bool part_good(struct op *op, struct thing *part, struct json_object *was)
{
	struct str text = json_get_str(part->doc, "properties");

	(void)was;
	if (text.n && json_is_object(json_parse(op->arena, text, NULL)))
		return true;
	op_fail(op, &GatewayBadRequest, "Documentation part properties must be non-empty");
	return false;
}

/* What a part is found by: its place, of which there is one. The schema's upgrade makes the same of it. */
static struct str place_of(struct op *op, struct json_object *location)
{
	return arena_strf(op->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s",
			  STR_ARG(json_get_str(location, "type")),
			  STR_ARG(json_get_str(location, "path")),
			  STR_ARG(json_get_str(location, "method")),
			  STR_ARG(json_get_str(location, "statusCode")),
			  STR_ARG(json_get_str(location, "name")));
}

/* Members that a location of its type has when they were not given. */
static void complete_location(struct json_object *location)
{
	static const char *const by_method[] = {
		"METHOD",        "QUERY_PARAMETER", "REQUEST_HEADER",
		"REQUEST_BODY",  "RESPONSE",        "RESPONSE_HEADER",
		"RESPONSE_BODY", "PATH_PARAMETER",  NULL
	};
	struct str type = json_get_str(location, "type");
	bool answers = str_starts(type, STR("RESPONSE"));

	for (const char *const *t = by_method; *t; t++) {
		if (!str_is(type, *t))
			continue;
		if (!json_get(location, "path"))
			json_set_cstr(location, "path", "/");
		if (!json_get(location, "method"))
			json_set_cstr(location, "method", "*");
	}
	if (str_is(type, "RESOURCE") && !json_get(location, "path"))
		json_set_cstr(location, "path", "/");
	if (answers && !json_get(location, "statusCode"))
		json_set_cstr(location, "statusCode", "*");
}

bool documentation_part_add(struct op *op, struct str api, struct json_object *location,
			    struct str properties, struct thing *out)
{
	complete_location(location);
	*out = thing_new(op, api, 6);
	out->name = place_of(op, location);
	json_set(out->doc, "location", json_object_get(location));
	json_set_str(out->doc, "properties", properties);
	if (!part_good(op, out, NULL))
		return false;
	if (thing_id_named(op, &kind_documentation_part, api, out->name).p) {
		op_fail(op, &GatewayConflict,
			"Documentation part already exists for the specified location: type '%.*s', "
			"path '%.*s', method '%.*s', status code '%.*s', name '%.*s'",
			STR_ARG(json_get_str(location, "type")),
			STR_ARG(json_get_str(location, "path")),
			STR_ARG(json_get_str(location, "method")),
			STR_ARG(json_get_str(location, "statusCode")),
			STR_ARG(json_get_str(location, "name")));
		return false;
	}
	thing_put(op, &kind_documentation_part, out);
	return things_fit(op, &kind_documentation_part, api);
}

enum outcome apigateway_create_documentation_part(struct op *op)
{
	struct thing api, part;

	if (!rest_api_get(op, &api) || !documentation_part_add(op, api.id, op_get(op, "location"),
							       op_str(op, "properties"), &part))
		return FAILED;
	thing_show(op, &kind_documentation_part, &part, SHOW_CREATED, op->out);
	return DONE;
}

static bool is_asked(struct op *op, const struct thing *part)
{
	static const char *const filters[][2] = { { "type", "type" },
						  { "nameQuery", "name" },
						  { "path", "path" } };
	struct json_object *location = json_get(part->doc, "location");

	for (size_t i = 0; i < 3; i++)
		if (op_has(op, filters[i][0]) &&
		    !str_eq(op_str(op, filters[i][0]), json_get_str(location, filters[i][1])))
			return false;
	return true;
}

enum outcome apigateway_get_documentation_parts(struct op *op)
{
	struct list_page page;
	struct thing api, part;
	int64_t last;

	if (!rest_api_get(op, &api) || !list_begin(op, &page))
		return FAILED;
	for (last = page.after;
	     thing_next(op, &kind_documentation_part, api.id, &page.after, &part);
	     last = page.after) {
		if (!is_asked(op, &part))
			continue;
		if (!list_wants(op, &page, last))
			break;
		thing_show(op, &kind_documentation_part, &part, SHOW_LISTED,
			   json_add_object(page.items));
	}
	return DONE;
}

/* {"openapi": ..., "x-amazon-apigateway-documentation": {"documentationParts": [{"location", "properties"}]}} */
enum outcome apigateway_import_documentation_parts(struct op *op)
{
	const char *why = "";
	struct json_object *body = definition_read(op->arena, op_str(op, "body"), &why), *parts,
			   *ids;
	struct thing api, part;

	if (!rest_api_get(op, &api))
		return FAILED;
	parts = json_get(json_get(body, "x-amazon-apigateway-documentation"), "documentationParts");
	if (!parts)
		return op_fail(op, &GatewayBadRequest,
			       "Unable to build importer with provided input.");
	if (str_is(op_str(op, "mode"), "overwrite"))
		db_run(op->db,
		       "DELETE FROM apigateway_thing WHERE owner = ? AND kind = "
		       "'DocumentationPart'",
		       "s", api.id);
	ids = json_set_array(op->out, "ids");
	for (size_t i = 0; i < json_count(parts); i++) {
		struct json_object *location = json_get(json_at(parts, i), "location");

		if (!json_is_object(location) ||
		    !documentation_part_add(op, api.id, location,
					    json_text(op->arena,
						      json_get(json_at(parts, i), "properties")),
					    &part))
			return op->error ? FAILED
					 : op_fail(op, &GatewayBadRequest,
						   "Invalid documentation part specified");
		json_add_str(ids, part.id);
	}
	return DONE;
}

static const struct patch_rule part_rules[] = { { "/properties", PATCH_REPLACE }, { 0 } };
static const struct patch_rules part_patches = { part_rules, PATCH_WORDS_LIST };

const struct kind kind_documentation_part = {
	.noun = "DocumentationPart",
	.plural = "DocumentationParts",
	.id = "documentationPartId",
	.owner = "restApiId",
	.missing = "Invalid Documentation part identifier specified",
	.patches = &part_patches,
	.changed = part_good,
	.most = 2000,
};

/* DeleteDocumentationPart asks for the API first. */
enum outcome apigateway_delete_documentation_part(struct op *op)
{
	struct thing api;

	return rest_api_get(op, &api) ? apigateway_delete(op) : FAILED;
}

/* --- versions -------------------------------------------------------------------------------------------- */

enum outcome apigateway_create_documentation_version(struct op *op)
{
	struct str name = op_str(op, "documentationVersion");
	struct thing api, version, stage;

	if (!rest_api_get(op, &api))
		return FAILED;
	if (thing_find(op, &kind_documentation_version, api.id, name, &version))
		return op_fail(op, &GatewayConflict, "Documentation version already exists: %.*s",
			       STR_ARG(name));
	version = thing_new(op, api.id, 0);
	version.id = name;
	json_set_str(version.doc, "version", name);
	json_set_time(version.doc, "createdDate", op->now / 1000 * 1000);
	if (op_has(op, "description"))
		json_set_str(version.doc, "description", op_str(op, "description"));
	if (op_has(op, "stageName")) {
		if (!thing_get(op, &kind_stage, &stage))
			return FAILED;
		json_set_str(stage.doc, "documentationVersion", name);
		thing_put(op, &kind_stage, &stage);
	}
	return thing_created(op, &kind_documentation_version, &version);
}

static const struct patch_rule version_rules[] = { { "/description", PATCH_REPLACE }, { 0 } };
static const struct patch_rules version_patches = { version_rules, PATCH_WORDS_LIST };

const struct kind kind_documentation_version = {
	.noun = "DocumentationVersion",
	.plural = "DocumentationVersions",
	.id = "documentationVersion",
	.owner = "restApiId",
	.missing = "Invalid Documentation version specified",
	.patches = &version_patches,
};
