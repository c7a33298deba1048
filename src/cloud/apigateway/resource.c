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

static struct str path_under(struct op *op, const struct thing *parent, struct str part)
{
	return arena_strf(op->arena, "%.*s/%.*s",
			  STR_ARG(str_is(parent->name, "/") ? STR("") : parent->name),
			  STR_ARG(part));
}

/* "{id}" of "/rides/{id}"; nothing of "/". */
static struct str last_part(struct str path)
{
	size_t at = path.n;

	while (at && path.p[at - 1] != '/')
		at--;
	return str_slice(path, at, path.n);
}

/* Is there a variable right below a path, `self` aside? Its part, or absent. Of what may be large nothing is read. */
static struct str variable_below(struct op *op, const struct thing *parent, struct str self)
{
	struct str from = path_under(op, parent, STR("{")), found = STR_NONE;
	struct stmt *q = db_query(op->db,
				  "SELECT id, name FROM apigateway_thing WHERE owner = ? "
				  "AND kind = 'Resource' AND name > ? AND name < ?",
				  "sss", parent->owner, from, path_under(op, parent, STR("|")));

	while (!found.p && stmt_row(q)) {
		struct str name = stmt_str(q, 1), part = str_slice(name, from.n - 1, name.n);

		if (str_find(part, '/') < 0 && !str_eq(stmt_str(q, 0), self))
			found = arena_dup(op->arena, part);
	}
	stmt_done(q);
	return found;
}

static bool bad(struct op *op, const char *format, struct str part)
{
	op_fail(op, &GatewayBadRequest, "%s%.*s", format, STR_ARG(part));
	return false;
}

/* May a resource be called so under this parent? `self` is itself, or absent when it is new. */
static bool part_fits(struct op *op, const struct thing *parent, struct str part, struct str self)
{
	struct str above = last_part(parent->name), other;

	if (!path_part_good(part))
		return bad(op,
			   "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path "
			   "variable and curly braces at the beginning and the end.",
			   STR(""));
	if (path_part_greedy(above))
		return bad(op, "Cannot create a child of a resource with a greedy path variable: ",
			   above);
	other = thing_id_named(op, &kind_resource, parent->owner, path_under(op, parent, part));
	if (other.p && !str_eq(other, self)) {
		op_fail(op, &GatewayConflict,
			"Another resource with the same parent already has this name: %.*s",
			STR_ARG(part));
		return false;
	}
	other = is_variable(part) ? variable_below(op, parent, self) : STR_NONE;
	if (!other.p)
		return true;
	op_fail(op, &GatewayBadRequest,
		"A sibling (%.*s) of this resource already has a variable path part -- only one "
		"is allowed",
		STR_ARG(other));
	return false;
}

/* --- making -------------------------------------------------------------------------------------- */

bool resource_add(struct op *op, const struct thing *parent, struct str part, struct str id,
		  struct thing *out)
{
	if (!part_fits(op, parent, part, STR_NONE))
		return false;
	*out = thing_new(op, parent->owner, 6);
	if (id.n) {
		out->id = id;
		json_set_str(out->doc, "id", id);
	}
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
	if (!resource_add(op, &parent, op_str(op, "pathPart"), STR_NONE, &resource))
		return FAILED;
	if (!things_fit(op, &kind_resource, resource.owner))
		return FAILED;
	thing_show(op, &kind_resource, &resource, SHOW_CREATED, op->out);
	return DONE;
}

/* --- changing ------------------------------------------------------------------------------------ */

/* All that is below a path has a name between these two: '0' comes right behind '/'. */
static struct str first_below(struct op *op, struct str path)
{
	return arena_strf(op->arena, "%.*s/", STR_ARG(path));
}

static struct str behind_below(struct op *op, struct str path)
{
	return arena_strf(op->arena, "%.*s0", STR_ARG(path));
}

/* Give those below a path their new ones; paths are ASCII. */
static void rename_below(struct op *op, const struct thing *resource, struct str was)
{
	db_run(op->db,
	       "UPDATE apigateway_thing SET name = ?1 || substr(name, ?2), "
	       "doc = json_set(doc, '$.path', ?1 || substr(name, ?2)) "
	       "WHERE owner = ?3 AND kind = 'Resource' AND name > ?4 AND name < ?5",
	       "sisss", resource->name, (int64_t)was.n + 1, resource->owner, first_below(op, was),
	       behind_below(op, was));
}

static bool resource_changed(struct op *op, struct thing *resource, struct json_object *was)
{
	struct str parent_id = json_get_str(resource->doc, "parentId");
	struct str part = json_get_str(resource->doc, "pathPart");
	struct str old = resource->name;
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
	if (str_eq(parent.name, old) || str_starts(parent.name, first_below(op, old))) {
		op_fail(op, &GatewayBadRequest, "Resources cannot be cyclical.");
		return false;
	}
	if (!part_fits(op, &parent, part, resource->id))
		return false;
	resource->name = path_under(op, &parent, part);
	json_set_str(resource->doc, "path", resource->name);
	rename_below(op, resource, old);
	return true;
}

static void drop_below(struct op *op, const struct thing *resource)
{
	db_run(op->db,
	       "DELETE FROM apigateway_thing WHERE owner = ? AND kind = 'Resource' AND name > ? "
	       "AND name < ?",
	       "sss", resource->owner, first_below(op, resource->name),
	       behind_below(op, resource->name));
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
