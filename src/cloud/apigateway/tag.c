/* Tags of what has them, by ARN. From: API Gateway API Reference, "TagResource". */
#include "cloud/apigateway/operations.h"

enum { TAGS_MAX = 50, KEY_MAX = 128, VALUE_MAX = 256 };

static const struct {
	const char *path; /* the first segment behind "arn:aws:apigateway:REGION::" */
	const struct kind *kind;
} places[] = {
	{ "restapis", &kind_rest_api },     { "apikeys", &kind_api_key },
	{ "usageplans", &kind_usage_plan }, { "domainnames", &kind_domain_name },
	{ "vpclinks", &kind_vpc_link },
};

/* "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5/stages/prod" */
static bool find_tagged(struct op *op, struct thing *out, const struct kind **kind)
{
	struct str rest = op_str(op, "resourceArn"), place, id, more;

	for (int i = 0; i < 5; i++)
		str_cut(&rest, ':');
	str_cut(&rest, '/');
	place = str_cut(&rest, '/');
	id = str_cut(&rest, '/');
	more = str_cut(&rest, '/');
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		*kind = places[i].kind;
		if (str_is(place, places[i].path) && !more.n &&
		    thing_find(op, *kind, STR_NONE, id, out))
			return true;
	}
	*kind = &kind_stage;
	if (str_is(place, "restapis") && str_is(more, "stages") &&
	    thing_find(op, *kind, id, rest, out))
		return true;
	op_fail(op, &GatewayNotFound, "Resource not found");
	return false;
}

enum outcome apigateway_get_tags(struct op *op)
{
	const struct kind *kind;
	struct thing thing;

	if (!find_tagged(op, &thing, &kind))
		return FAILED;
	if (json_get(thing.doc, "tags"))
		json_set(op->out, "tags", json_object_get(json_get(thing.doc, "tags")));
	else
		json_set_object(op->out, "tags");
	return DONE;
}

enum outcome apigateway_tag_resource(struct op *op)
{
	struct json_object *tags;
	const struct kind *kind;
	struct thing thing;

	if (!find_tagged(op, &thing, &kind))
		return FAILED;
	tags = json_get(thing.doc, "tags");
	if (!tags)
		tags = json_set_object(thing.doc, "tags");
	JSON_EACH(op_get(op, "tags"), key, value)
	{
		if (!*key || strlen(key) > KEY_MAX || json_str(value).n > VALUE_MAX ||
		    strncmp(key, "aws:", 4) == 0)
			return op_fail(op, &GatewayBadRequest,
				       "Invalid tag key or value specified");
		json_set(tags, key, json_object_get(value));
	}
	if (json_count(tags) > TAGS_MAX)
		return op_fail(op, &GatewayBadRequest,
			       "The number of tags exceeds the limit of 50");
	thing_put(op, kind, &thing);
	return DONE;
}

enum outcome apigateway_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "tagKeys"), *tags;
	const struct kind *kind;
	struct thing thing;

	if (!find_tagged(op, &thing, &kind))
		return FAILED;
	tags = json_get(thing.doc, "tags");
	for (size_t i = 0; tags && i < json_count(keys); i++)
		json_object_object_del(tags, arena_cstr(op->arena, json_str(json_at(keys, i))));
	thing_put(op, kind, &thing);
	return DONE;
}
