/* Tags of what has them, by ARN. From: API Gateway Version 2 API Reference, "Tags". */
#include "cloud/apigatewayv2/operations.h"

enum { TAGS_MAX = 50, KEY_MAX = 128, VALUE_MAX = 256 };

/* "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5/stages/prod" */
static bool find_tagged(struct op *op, struct part *out, const struct part_kind **kind)
{
	static const struct {
		const char *path;
		const struct part_kind *kind;
	} places[] = { { "apis", &part_kind_api },
		       { "domainnames", &part_kind_domain },
		       { "vpclinks", &part_kind_vpc_link } };
	struct str rest = op_str(op, "resource-arn"), place, id, more;

	for (int i = 0; i < 5; i++)
		str_cut(&rest, ':');
	str_cut(&rest, '/');
	place = str_cut(&rest, '/');
	id = str_cut(&rest, '/');
	more = str_cut(&rest, '/');
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		*kind = places[i].kind;
		if (str_is(place, places[i].path) && !more.n &&
		    part_find(op, *kind, STR_NONE, id, out))
			return true;
	}
	*kind = &part_kind_stage;
	if (str_is(place, "apis") && str_is(more, "stages") && part_find(op, *kind, id, rest, out))
		return true;
	op_fail(op, &HttpApiNotFound, "Invalid resource identifier specified");
	return false;
}

static struct json_object *tags_of(struct part *part)
{
	struct json_object *tags = json_get(part->doc, "tags");

	return tags ? tags : json_set_object(part->doc, "tags");
}

enum outcome apigatewayv2_get_tags(struct op *op)
{
	const struct part_kind *kind;
	struct part part;

	if (!find_tagged(op, &part, &kind))
		return FAILED;
	json_set(op->out, "tags", json_object_get(tags_of(&part)));
	return DONE;
}

enum outcome apigatewayv2_tag_resource(struct op *op)
{
	const struct part_kind *kind;
	struct json_object *more = op_get(op, "tags"), *tags;
	struct part part;

	if (!find_tagged(op, &part, &kind))
		return FAILED;
	tags = tags_of(&part);
	if (more) {
		JSON_EACH(more, key, value)
		{
			if (!*key || strlen(key) > KEY_MAX || json_str(value).n > VALUE_MAX ||
			    str_starts(str_of(key), STR("aws:")))
				return op_fail(op, &HttpApiBadRequest, "Invalid tag %s", key);
			json_set(tags, key, json_object_get(value));
		}
	}
	if (json_count(tags) > TAGS_MAX)
		return op_fail(op, &HttpApiBadRequest, "The maximum number of tags is %d",
			       TAGS_MAX);
	part_put(op, kind, &part);
	return DONE;
}

enum outcome apigatewayv2_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "tagKeys");
	const struct part_kind *kind;
	struct part part;

	if (!find_tagged(op, &part, &kind))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(tags_of(&part),
				       arena_cstr(op->arena, json_str(json_at(keys, i))));
	part_put(op, kind, &part);
	return DONE;
}
