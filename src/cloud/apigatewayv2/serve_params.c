/*
 * Parameter mapping. From: API Gateway Developer Guide, "Transform API requests and responses for HTTP APIs".
 */
#include "cloud/apigatewayv2/serve.h"

#include "base/jsonpath.h"

/* --- expressions --------------------------------------------------------------------------------- */

static struct str text_of(struct visit *v, struct json_object *value)
{
	if (!value)
		return STR_NONE;
	return json_is_string(value) ? json_str(value) : json_text(v->op->arena, value);
}

static struct str joined(struct visit *v, struct json_object *values)
{
	struct str all = STR_NONE;

	for (size_t i = 0; i < json_count(values); i++)
		all = i ? arena_strf(v->op->arena, "%.*s,%.*s", STR_ARG(all),
				     STR_ARG(json_str(json_at(values, i))))
			: json_str(json_at(values, i));
	return all;
}

static struct str in_body(struct visit *v, struct str body, struct str path)
{
	struct json_object *json = path.p ? json_parse(v->op->arena, body, NULL) : NULL;

	if (!path.p)
		return body;
	return text_of(v,
		       jsonpath_one(v->op->arena, arena_strf(v->op->arena, "$.%.*s", STR_ARG(path)),
				    json, NULL));
}

/* Behind "request." */
static struct str of_request(struct visit *v, struct str name)
{
	struct str rest = name, kind = str_cut(&rest, '.');

	if (str_is(kind, "header"))
		return joined(v, multi_values(v->headers, rest));
	if (str_is(kind, "querystring"))
		return joined(v, json_get(v->query, arena_cstr(v->op->arena, rest)));
	if (str_is(kind, "path"))
		return rest.p ? json_get_str(v->path_parameters, arena_cstr(v->op->arena, rest))
			      : v->path;
	if (str_is(kind, "body"))
		return in_body(v, v->body, rest);
	return STR_NONE;
}

/* Behind "response." */
static struct str of_response(struct visit *v, const struct reply *reply, struct str name)
{
	struct str rest = name, kind = str_cut(&rest, '.');

	if (!reply)
		return STR_NONE;
	if (str_is(kind, "header"))
		return joined(v, multi_values(reply->headers, rest));
	if (str_is(kind, "body"))
		return in_body(v, reply->body, rest);
	if (str_is(kind, "statuscode"))
		return arena_strf(v->op->arena, "%d", reply->status);
	return STR_NONE;
}

/* Members that $context has under other names than requestContext does. */
static struct str renamed(struct visit *v, struct str path)
{
	static const struct {
		const char *name, *path;
	} names[] = {
		{ "identity.sourceIp", "http.sourceIp" },
		{ "identity.userAgent", "http.userAgent" },
		{ "httpMethod", "http.method" },
		{ "protocol", "http.protocol" },
		{ "path", "http.path" },
		{ "requestTime", "time" },
		{ "requestTimeEpoch", "timeEpoch" },
		{ "extendedRequestId", "requestId" },
		{ "identity.caller", "authorizer.iam.callerId" },
		{ "identity.user", "authorizer.iam.userId" },
		{ "identity.userArn", "authorizer.iam.userArn" },
		{ "identity.accountId", "authorizer.iam.accountId" },
	};
	static const char *const levels[] = { "authorizer.jwt.", "authorizer.lambda." };
	struct str begin = STR("authorizer.");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(path, names[i].name))
			return str_of(names[i].path);
	if (!str_starts(path, begin))
		return path;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (json_get(v->authorizer, i ? "lambda" : "jwt"))
			return arena_strf(v->op->arena, "%s%.*s", levels[i],
					  STR_ARG(str_slice(path, begin.n, path.n)));
	return path;
}

struct str serve_context(struct visit *v, struct str path)
{
	struct json_object *at = v->context;
	struct str rest = renamed(v, path), whole;

	while (rest.p && json_is_object(at)) {
		/* A claim's name may have dots and colons in it. */
		whole = text_of(v, json_get(at, arena_cstr(v->op->arena, rest)));
		if (whole.p)
			return whole;
		at = json_get(at, arena_cstr(v->op->arena, str_cut(&rest, '.')));
	}
	return rest.p ? STR_NONE : text_of(v, at);
}

/* "request.header.x", without "$" */
static struct str select_value(struct visit *v, struct str name, const struct reply *reply)
{
	struct str rest = name, root = str_cut(&rest, '.');

	if (!rest.p)
		return STR_NONE;
	if (str_is(root, "request"))
		return of_request(v, rest);
	if (str_is(root, "response"))
		return of_response(v, reply, rest);
	if (str_is(root, "context"))
		return serve_context(v, rest);
	if (str_is(root, "stageVariables"))
		return text_of(v, json_get(v->variables, arena_cstr(v->op->arena, rest)));
	return STR_NONE;
}

struct str param_value(struct visit *v, struct str expression, const struct reply *reply)
{
	struct str rest = expression, value;
	struct buf b;

	if (str_starts(rest, STR("$")) && !str_starts(rest, STR("${")))
		return select_value(v, str_slice(rest, 1, rest.n), reply);
	buf_init(&b, 1 << 20);
	for (;;) {
		ptrdiff_t at = str_find_str(rest, STR("${")), end;

		end = at < 0 ? -1 : str_find(str_slice(rest, (size_t)at, rest.n), '}');
		if (end < 0)
			break;
		buf_add(&b, str_slice(rest, 0, (size_t)at));
		buf_add(&b, select_value(v, str_slice(rest, (size_t)at + 2, (size_t)(at + end)),
					 reply));
		rest = str_slice(rest, (size_t)(at + end) + 1, rest.n);
	}
	buf_add(&b, rest);
	value = arena_dup(v->op->arena, buf_str(&b));
	buf_release(&b);
	return value;
}

/* --- mappings -------------------------------------------------------------------------------------- */

/* Headers that belong to API Gateway. Developer Guide, "Reserved headers". */
static bool is_reserved(struct str name)
{
	static const char *const begins[] = { "access-control-", "apigw-", "x-amz-", "x-amzn-" };
	static const char *const names[] = { "authorization",
					     "connection",
					     "content-encoding",
					     "content-length",
					     "content-location",
					     "forwarded",
					     "keep-alive",
					     "origin",
					     "proxy-authenticate",
					     "proxy-authorization",
					     "te",
					     "trailers",
					     "transfer-encoding",
					     "upgrade",
					     "x-forwarded-for",
					     "x-forwarded-host",
					     "x-forwarded-proto",
					     "via" };

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (str_eq_nocase(str_slice(name, 0, strlen(begins[i])), str_of(begins[i])))
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	return false;
}

bool mapping_target_good(struct str target, bool response)
{
	struct str name = target, action = str_cut(&name, ':'), place = str_cut(&name, '.');
	bool overwrite = str_is(action, "overwrite");

	if (!overwrite && !str_is(action, "append") && !str_is(action, "remove"))
		return false;
	if (!name.p)
		return overwrite && str_is(place, response ? "statuscode" : "path");
	return name.n > 0 && ((str_is(place, "header") && !is_reserved(name)) ||
			      (str_is(place, "querystring") && !response));
}

/* "append", "overwrite" or "remove" a name of a multi-map. */
static void change(struct visit *v, struct json_object *multi, struct str action, struct str name,
		   struct str value)
{
	bool remove = str_is(action, "remove");

	if (!remove && !value.p)
		return;
	if (str_is(action, "append")) {
		multi_add(v->op->arena, multi, name, value, true);
		return;
	}
	multi_set(v->op->arena, multi, name, value.p ? value : STR(""), true);
	if (remove)
		json_object_object_del(multi, arena_cstr(v->op->arena, name));
}

void map_request(struct visit *v)
{
	struct json_object *all = json_get(v->integration.doc, "requestParameters");

	if (!all)
		return;
	JSON_EACH(all, key, expression)
	{
		struct str rest = str_of(key), action = str_cut(&rest, ':'), name = rest;
		struct str place = str_cut(&name, '.');
		struct str value = param_value(v, json_str(expression), NULL);

		if (str_is(place, "header") && !is_reserved(name))
			change(v, v->headers, action, name, value);
		else if (str_is(place, "querystring"))
			change(v, v->query, action, name, value);
		else if (str_is(place, "path") && str_is(action, "overwrite") && value.n)
			v->mapped_path = v->stage_path = value;
	}
}

void map_reply(struct visit *v, struct reply *reply)
{
	struct json_object *of_status = json_get(json_get(v->integration.doc, "responseParameters"),
						 arena_printf(v->op->arena, "%d", reply->status));
	int status = reply->status;

	if (!of_status)
		return;
	JSON_EACH(of_status, key, expression)
	{
		struct str rest = str_of(key), action = str_cut(&rest, ':'), name = rest;
		struct str place = str_cut(&name, '.');
		struct str value = param_value(v, json_str(expression), reply);
		int64_t number;

		if (str_is(place, "header") && !is_reserved(name))
			change(v, reply->headers, action, name, value);
		else if (str_is(place, "statuscode") && str_to_int(value, &number) &&
			 number >= 100 && number <= 599)
			status = (int)number;
	}
	reply->status = status;
}
