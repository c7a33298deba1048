/* Resources: the tree of an API's paths. From: API Gateway API Reference, "CreateResource", "UpdateResource". */
#include "cloud/apigateway/operations.h"

/* --- path parts -------------------------------------------------------------------------------- */

static bool is_variable(struct str part)
{
	return str_starts(part, STR("{"));
}

bool path_part_greedy(struct str part)
{
	return str_ends(part, STR("+}"));
}

static bool plain_characters(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      (c && strchr("._-:", c))))
			return false;
	}
	return s.n > 0;
}

bool path_part_good(struct str part)
{
	if (is_variable(part) && str_ends(part, STR("}")))
		part = str_slice(part, 1, part.n - (path_part_greedy(part) ? 2 : 1));
	return plain_characters(part);
}

/* May a resource be called so under this parent? `self` is itself, or absent when it is new. */
static bool part_fits(struct op *op, const struct thing *parent, struct str part, struct str self)
{
	struct thing other;
	int64_t after = 0;

	if (!path_part_good(part)) {
		op_fail(op, &GatewayBadRequest,
			"Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path "
			"variable and curly braces at the beginning and the end.");
		return false;
	}
	if (path_part_greedy(json_get_str(parent->doc, "pathPart"))) {
		op_fail(op, &GatewayBadRequest,
			"Cannot create a child of a resource with a greedy path variable: %.*s",
			STR_ARG(json_get_str(parent->doc, "pathPart")));
		return false;
	}
	while (thing_next(op, &kind_resource, parent->owner, &after, &other)) {
		struct str name = json_get_str(other.doc, "pathPart");

		if (!str_eq(json_get_str(other.doc, "parentId"), parent->id) ||
		    str_eq(other.id, self))
			continue;
		if (str_eq(name, part)) {
			op_fail(op, &GatewayConflict,
				"Another resource with the same parent already has this name: %.*s",
				STR_ARG(part));
			return false;
		}
		if (is_variable(name) && is_variable(part)) {
			op_fail(op, &GatewayBadRequest,
				"A sibling (%.*s) of this resource already has a variable path part "
				"-- only one is allowed",
				STR_ARG(name));
			return false;
		}
	}
	return true;
}

static struct str path_under(struct op *op, const struct thing *parent, struct str part)
{
	return arena_strf(op->arena, "%.*s/%.*s",
			  STR_ARG(str_is(parent->name, "/") ? STR("") : parent->name),
			  STR_ARG(part));
}

/* --- making -------------------------------------------------------------------------------------- */

bool resource_add(struct op *op, struct str api, const struct thing *parent, struct str part,
		  struct thing *out)
{
	if (!part_fits(op, parent, part, STR_NONE))
		return false;
	*out = thing_new(op, api, 6);
	out->name = path_under(op, parent, part);
	json_set_str(out->doc, "parentId", parent->id);
	json_set_str(out->doc, "pathPart", part);
	json_set_str(out->doc, "path", out->name);
	thing_put(op, &kind_resource, out);
	return true;
}

enum outcome apigateway_create_resource(struct op *op)
{
	struct str api = op_str(op, "restApiId");
	struct thing parent, resource;

	if (!thing_find(op, &kind_resource, api, op_str(op, "parentId"), &parent))
		return op_fail(op, &GatewayNotFound, "%s", kind_resource.missing);
	if (!resource_add(op, api, &parent, op_str(op, "pathPart"), &resource))
		return FAILED;
	if (!things_fit(op, &kind_resource, resource.owner))
		return FAILED;
	thing_show(op, &kind_resource, &resource, SHOW_CREATED, op->out);
	return DONE;
}

/* --- changing ------------------------------------------------------------------------------------ */

/* Give those below a resource their new paths. */
static void rename_below(struct op *op, const struct thing *parent)
{
	struct thing child;
	int64_t after = 0;

	while (thing_next(op, &kind_resource, parent->owner, &after, &child)) {
		if (!str_eq(json_get_str(child.doc, "parentId"), parent->id))
			continue;
		child.name = path_under(op, parent, json_get_str(child.doc, "pathPart"));
		json_set_str(child.doc, "path", child.name);
		thing_put(op, &kind_resource, &child);
		rename_below(op, &child);
	}
}

/* Is `id` the resource itself or below it? */
static bool is_below(struct op *op, const struct thing *resource, struct str id)
{
	struct thing at;

	while (id.n) {
		if (str_eq(id, resource->id))
			return true;
		if (!thing_find(op, &kind_resource, resource->owner, id, &at))
			return false;
		id = json_get_str(at.doc, "parentId");
	}
	return false;
}

static bool resource_changed(struct op *op, struct thing *resource, struct json_object *was)
{
	struct str parent_id = json_get_str(resource->doc, "parentId");
	struct str part = json_get_str(resource->doc, "pathPart");
	struct thing parent;

	if (!json_get(was, "parentId")) {
		op_fail(op, &GatewayBadRequest, "Root resource cannot update its %s.",
			parent_id.n ? "parentId" : "pathPart");
		return false;
	}
	if (!thing_find(op, &kind_resource, resource->owner, parent_id, &parent)) {
		op_fail(op, &GatewayNotFound, "%s", kind_resource.missing);
		return false;
	}
	if (is_below(op, resource, parent_id)) {
		op_fail(op, &GatewayBadRequest, "Resources cannot be cyclical.");
		return false;
	}
	if (!part_fits(op, &parent, part, resource->id))
		return false;
	resource->name = path_under(op, &parent, part);
	json_set_str(resource->doc, "path", resource->name);
	rename_below(op, resource);
	return true;
}

static void drop_below(struct op *op, const struct thing *parent)
{
	struct thing child;
	int64_t after = 0;

	while (thing_next(op, &kind_resource, parent->owner, &after, &child)) {
		if (!str_eq(json_get_str(child.doc, "parentId"), parent->id))
			continue;
		drop_below(op, &child);
		thing_drop(op, &kind_resource, &child);
	}
}

static bool resource_leaving(struct op *op, struct thing *resource)
{
	if (str_is(resource->name, "/")) {
		op_fail(op, &GatewayBadRequest, "Root resource cannot be deleted.");
		return false;
	}
	drop_below(op, resource);
	return true;
}

/* --- showing --------------------------------------------------------------------------------------- */

static bool embeds_methods(struct op *op)
{
	struct json_object *embed = op_get(op, "embed");

	for (size_t i = 0; i < json_count(embed); i++)
		if (str_is(json_str(json_at(embed, i)), "methods"))
			return true;
	return false;
}

static void resource_show(struct op *op, const struct thing *resource, enum showing why,
			  struct json_object *out)
{
	struct json_object *methods = json_get(resource->doc, "resourceMethods"), *names;

	(void)why;
	if (!json_count(methods)) {
		json_object_object_del(out, "resourceMethods");
		return;
	}
	if (embeds_methods(op))
		return;
	names = json_set_object(out, "resourceMethods");
	JSON_EACH(methods, verb, method)
	{
		(void)method;
		json_set_object(names, verb);
	}
}

static const struct patch_rule resource_rules[] = { { "/parentId", PATCH_REPLACE },
						    { "/pathPart", PATCH_REPLACE },
						    { 0 } };
static const struct patch_rules resource_patches = { resource_rules, PATCH_WORDS_LIST };

const struct kind kind_resource = {
	.noun = "Resource",
	.plural = "Resources",
	.id = "resourceId",
	.owner = "restApiId",
	.missing = "Invalid Resource identifier specified",
	.patches = &resource_patches,
	.changed = resource_changed,
	.leaving = resource_leaving,
	.show = resource_show,
	.most = 300,
};
