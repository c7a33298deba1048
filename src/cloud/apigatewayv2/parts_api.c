/* What most kinds of parts do alike: being made, got, listed, changed, deleted. The operation's name tells the kind. */
#include "cloud/apigatewayv2/operations.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/time.h"

enum { PAGE = 100, PAGE_MAX = 500, ID = 7 };

static const struct part_kind *const kinds[] = {
	&part_kind_api,        &part_kind_route,   &part_kind_integration,
	&part_kind_authorizer, &part_kind_stage,   &part_kind_deployment,
	&part_kind_domain,     &part_kind_mapping, &part_kind_vpc_link,
};

/* The kind behind the verb in the operation's name: "DeleteRoute". */
static const struct part_kind *kind_of(const struct op *op, const char *verb, bool plural)
{
	const char *noun = op->operation->name + strlen(verb);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(noun, plural ? kinds[i]->plural : kinds[i]->noun) == 0)
			return kinds[i];
	abort();
}

bool bad_request(struct op *op, const char *format, ...)
{
	char text[1000];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	op_fail(op, &HttpApiBadRequest, "%s", text);
	return false;
}

void set_time(struct op *op, struct json_object *doc, const char *name)
{
	json_set_str(doc, name, time_iso(op->arena, op->now, false));
}

bool api_get(struct op *op, struct part *out)
{
	struct str id = op_str(op, "apiId");

	if (part_find(op, &part_kind_api, STR_NONE, id, out))
		return true;
	op_fail(op, &HttpApiNotFound, "Invalid API identifier specified %s:%.*s", op->account->id,
		STR_ARG(id));
	return false;
}

enum outcome answer_part(struct op *op, const struct part *part)
{
	JSON_EACH(part->doc, key, value)
	{
		json_set(op->out, key, json_object_get(value));
	}
	return DONE;
}

/* Does the list belong to something that is there? */
static bool owner_found(struct op *op, const struct part_kind *kind)
{
	struct part owner;

	if (!kind->owner)
		return true;
	return strcmp(kind->owner, "apiId") == 0 ? api_get(op, &owner)
						 : part_get(op, &part_kind_domain, &owner);
}

/* --- documents ------------------------------------------------------------------------------- */

static bool is_merged(const char *const *merged, const char *name)
{
	for (; merged && *merged; merged++)
		if (strcmp(*merged, name) == 0)
			return true;
	return false;
}

/* A member with an empty text is taken away, as the Developer Guide has it for parameter mappings. */
static void merge(struct json_object *doc, const char *name, struct json_object *more)
{
	struct json_object *into = json_get(doc, name);

	if (!json_is_object(into))
		into = json_set_object(doc, name);
	JSON_EACH(more, key, value)
	{
		if (json_is_string(value) && !json_str(value).n)
			json_object_object_del(into, key);
		else
			json_set(into, key, json_object_get(value));
	}
}

void take_members(struct op *op, struct json_object *doc, const char *const *merged)
{
	for (const struct shape_member *m = op->operation->input->members; m->name; m++) {
		struct json_object *value = json_get(op->in, m->name);

		if (m->place != IN_BODY || !value)
			continue;
		if (is_merged(merged, m->name) && json_is_object(value))
			merge(doc, m->name, value);
		else
			json_set(doc, m->name, json_object_get(value));
	}
}

/* --- operations ------------------------------------------------------------------------------ */

enum outcome apigatewayv2_create(struct op *op)
{
	const struct part_kind *kind = kind_of(op, "Create", false);
	struct str owner = kind->owner ? op_str(op, kind->owner) : STR("");
	struct part part = part_new(op, kind, owner, ID);

	if (!owner_found(op, kind))
		return FAILED;
	take_members(op, part.doc, NULL);
	if (kind->good && !kind->good(op, &part, true))
		return FAILED;
	part_put(op, kind, &part);
	if (!parts_fit(op, kind, owner))
		return FAILED;
	if (kind->deployed)
		stages_follow(op, owner);
	return answer_part(op, &part);
}

enum outcome apigatewayv2_get(struct op *op)
{
	struct part part;

	if (!part_get(op, kind_of(op, "Get", false), &part))
		return FAILED;
	return answer_part(op, &part);
}

/* Where a page begins and how much it holds; false with the error set. */
static bool read_page(struct op *op, int64_t *after, int64_t *most)
{
	struct str token = op_str(op, "nextToken"), asked = op_str(op, "maxResults"), text;

	*after = 0;
	*most = PAGE;
	if (asked.n && (!str_to_int(asked, most) || *most < 1))
		return bad_request(op, "Invalid value for maxResults.");
	if (*most > PAGE_MAX)
		*most = PAGE_MAX;
	if (token.n && (!base64_parse(op->arena, token, &text) || !str_to_int(text, after)))
		return bad_request(op, "Invalid value for nextToken.");
	return true;
}

enum outcome apigatewayv2_list(struct op *op)
{
	const struct part_kind *kind = kind_of(op, "Get", true);
	struct str owner = kind->owner ? op_str(op, kind->owner) : STR("");
	struct json_object *items;
	int64_t after, most, last;
	struct part part;

	if (!owner_found(op, kind) || !read_page(op, &after, &most))
		return FAILED;
	items = json_set_array(op->out, "items");
	for (last = after; part_next(op, kind, owner, &after, &part); last = after) {
		if (most-- == 0) {
			json_set_str(op->out, "nextToken",
				     base64_print(op->arena,
						  arena_strf(op->arena, "%lld", (long long)last)));
			break;
		}
		json_add(items, json_object_get(part.doc));
	}
	return DONE;
}

enum outcome apigatewayv2_update(struct op *op)
{
	const struct part_kind *kind = kind_of(op, "Update", false);
	struct part part;

	if (!owner_found(op, kind) || !part_get(op, kind, &part))
		return FAILED;
	take_members(op, part.doc, kind->merged);
	if (kind->good && !kind->good(op, &part, false))
		return FAILED;
	part_put(op, kind, &part);
	if (kind->deployed)
		stages_follow(op, part.owner);
	return answer_part(op, &part);
}

enum outcome apigatewayv2_delete(struct op *op)
{
	const struct part_kind *kind = kind_of(op, "Delete", false);
	struct part part;

	if (!part_get(op, kind, &part) || (kind->leaving && !kind->leaving(op, &part)))
		return FAILED;
	part_drop(op, &part);
	if (kind->deployed)
		stages_follow(op, part.owner);
	return DONE;
}
