/* What most kinds of things do alike: being got, listed, patched, deleted. The operation's name tells the kind. */
#include "cloud/apigateway/inside.h"

#include "base/base64.h"

static const struct kind *const kinds[] = {
	&kind_rest_api,
	&kind_resource,
	&kind_authorizer,
	&kind_model,
	&kind_validator,
	&kind_gateway_response,
	&kind_deployment,
	&kind_stage,
	&kind_api_key,
	&kind_usage_plan,
	&kind_usage_plan_key,
	&kind_documentation_part,
	&kind_documentation_version,
	&kind_domain_name,
	&kind_base_path,
	&kind_vpc_link,
};

/* The kind behind the verb in the operation's name: "DeleteModel". */
static const struct kind *kind_of(const struct op *op, const char *verb, bool plural)
{
	const char *noun = op->operation->name + strlen(verb);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(noun, plural ? kinds[i]->plural : kinds[i]->noun) == 0)
			return kinds[i];
	abort();
}

enum outcome apigateway_get(struct op *op)
{
	const struct kind *kind = kind_of(op, "Get", false);
	struct thing thing;

	if (!thing_get(op, kind, &thing))
		return FAILED;
	thing_show(op, kind, &thing, SHOW_GOT, op->out);
	return DONE;
}

/* --- lists ----------------------------------------------------------------------------------- */

bool list_begin(struct op *op, struct list_page *page)
{
	struct str position = op_str(op, "position"), text = STR("");

	page->after = 0;
	page->left = op_int_or(op, "limit", 25);
	if (page->left > 500)
		page->left = 500;
	page->items = json_set_array(op->out, "items");
	if (page->left < 1) {
		op_fail(op, &GatewayBadRequest, "Invalid limit specified");
		return false;
	}
	if (!position.n ||
	    (base64_parse(op->arena, position, &text) && str_to_int(text, &page->after)))
		return true;
	op_fail(op, &GatewayBadRequest, "Invalid position parameter");
	return false;
}

bool list_wants(struct op *op, struct list_page *page, int64_t last_row)
{
	if (page->left-- > 0)
		return true;
	json_set_str(op->out, "position",
		     base64_print(op->arena, arena_strf(op->arena, "%lld", (long long)last_row)));
	return false;
}

/* Does the list belong to something that is there? */
static bool owner_found(struct op *op, const struct kind *kind)
{
	struct thing owner;

	if (!kind->owner)
		return true;
	if (strcmp(kind->owner, "restApiId") == 0)
		return rest_api_get(op, &owner);
	/* A plan that is not there has no keys. */
	return strcmp(kind->owner, "usagePlanId") == 0 || thing_get(op, &kind_domain_name, &owner);
}

/* Is the thing one that is asked for, by a part of its name or, a plan, by a key that is in it? */
static bool is_asked(struct op *op, const struct kind *kind, const struct thing *thing)
{
	struct str name = op_str(op, "nameQuery"), key = op_str(op, "keyId");
	struct thing found;

	if (name.n && !str_starts(json_get_str(thing->doc, "name"), name))
		return false;
	return kind != &kind_usage_plan || !key.n ||
	       thing_find(op, &kind_usage_plan_key, thing->id, key, &found);
}

enum outcome apigateway_list(struct op *op)
{
	const struct kind *kind = kind_of(op, "Get", true);
	struct str owner = kind->owner ? op_str(op, kind->owner) : STR("");
	struct list_page page;
	struct thing thing;
	int64_t last;

	if (!owner_found(op, kind) || !list_begin(op, &page))
		return FAILED;
	for (last = page.after; thing_next(op, kind, owner, &page.after, &thing);
	     last = page.after) {
		if (!is_asked(op, kind, &thing))
			continue;
		if (!list_wants(op, &page, last))
			break;
		thing_show(op, kind, &thing, SHOW_LISTED, json_add_object(page.items));
	}
	return DONE;
}

/* --- changes ----------------------------------------------------------------------------------- */

enum outcome apigateway_delete(struct op *op)
{
	const struct kind *kind = kind_of(op, "Delete", false);
	struct thing thing;

	if (!thing_get(op, kind, &thing) || (kind->leaving && !kind->leaving(op, &thing)))
		return FAILED;
	thing_drop(op, kind, &thing);
	return DONE;
}

bool patch_document(struct op *op, const struct patch_rules *rules, struct json_object *doc)
{
	const char *why = "";
	bool not_found = false;

	if (patch_apply(op->arena, rules, doc, op_get(op, "patchOperations"), &why, &not_found))
		return true;
	op_fail(op, not_found ? &GatewayNotFound : &GatewayBadRequest, "%s", why);
	return false;
}

enum outcome apigateway_update(struct op *op)
{
	const struct kind *kind = kind_of(op, "Update", false);
	struct json_object *was;
	struct thing thing;

	if (!thing_get(op, kind, &thing))
		return FAILED;
	was = json_plain(op->arena, thing.doc);
	if (!patch_document(op, kind->patches, thing.doc) ||
	    (kind->changed && !kind->changed(op, &thing, was)))
		return FAILED;
	thing_put(op, kind, &thing);
	thing_show(op, kind, &thing, SHOW_UPDATED, op->out);
	return DONE;
}
