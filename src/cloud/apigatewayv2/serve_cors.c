/* Requests from pages of other origins. From: API Gateway Developer Guide, "Configure CORS for HTTP APIs in API Gateway". */
#include "cloud/apigatewayv2/serve.h"

static bool lists(struct json_object *list, struct str value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_is(json_str(json_at(list, i)), "*") ||
		    str_eq_nocase(json_str(json_at(list, i)), value))
			return true;
	return false;
}

/* The origin that the answer names; absent when this one is not allowed. "https://<star>" allows all of a scheme. */
static struct str allowed_origin(struct json_object *cors, struct str origin)
{
	struct json_object *list = json_get(cors, "allowOrigins");

	for (size_t i = 0; i < json_count(list); i++) {
		struct str allowed = json_str(json_at(list, i));

		if (str_is(allowed, "*"))
			return allowed;
		if (str_eq_nocase(allowed, origin) ||
		    (str_ends(allowed, STR("://*")) &&
		     str_starts(origin, str_slice(allowed, 0, allowed.n - 1))))
			return origin;
	}
	return STR_NONE;
}

static void set_list(struct visit *v, const char *header, struct json_object *list)
{
	struct buf b;

	if (!json_count(list))
		return;
	buf_init(&b, 65536);
	for (size_t i = 0; i < json_count(list); i++)
		buf_addf(&b, "%s%.*s", i ? "," : "", STR_ARG(json_str(json_at(list, i))));
	multi_set(v->op->arena, v->answer_headers, str_of(header),
		  arena_dup(v->op->arena, buf_str(&b)), true);
	buf_release(&b);
}

static void set_common(struct visit *v, struct json_object *cors, struct str origin)
{
	struct arena *a = v->op->arena;

	multi_set(a, v->answer_headers, STR("access-control-allow-origin"), origin, true);
	if (!str_is(origin, "*"))
		multi_set(a, v->answer_headers, STR("vary"), STR("Origin"), true);
	if (json_bool_or(json_get(cors, "allowCredentials"), false))
		multi_set(a, v->answer_headers, STR("access-control-allow-credentials"),
			  STR("true"), true);
	set_list(v, "access-control-expose-headers", json_get(cors, "exposeHeaders"));
}

/* Are all headers that the page wants to send allowed? */
static bool headers_allowed(struct json_object *cors, struct str asked)
{
	while (asked.n) {
		struct str name = str_trim(str_cut(&asked, ','));

		if (name.n && !lists(json_get(cors, "allowHeaders"), name))
			return false;
	}
	return true;
}

enum step serve_preflight(struct visit *v)
{
	struct json_object *cors = json_get(v->api_doc, "corsConfiguration");
	struct str origin = raw_header(v->op->raw, "Origin"), allowed;
	struct str method = raw_header(v->op->raw, "Access-Control-Request-Method");
	struct str type = json_get_str(v->route.doc, "authorizationType");
	int64_t age = json_int_or(json_get(cors, "maxAge"), 0);

	if (!cors || !str_is(v->method, "OPTIONS") || !origin.n || !method.n)
		return STEP_ON;
	/* A route that catches preflights and asks for authorization gets it first. */
	if (v->route_key.p && type.n && !str_is(type, "NONE"))
		return STEP_ON;
	v->preflight = true;
	v->status = 204;
	allowed = allowed_origin(cors, origin);
	if (!allowed.p || !lists(json_get(cors, "allowMethods"), method) ||
	    !headers_allowed(cors, raw_header(v->op->raw, "Access-Control-Request-Headers")))
		return STEP_ANSWERED;
	set_common(v, cors, allowed);
	set_list(v, "access-control-allow-methods", json_get(cors, "allowMethods"));
	set_list(v, "access-control-allow-headers", json_get(cors, "allowHeaders"));
	if (age)
		multi_set(v->op->arena, v->answer_headers, STR("access-control-max-age"),
			  arena_strf(v->op->arena, "%lld", (long long)age), true);
	return STEP_ANSWERED;
}

static void drop(struct json_object *headers, const char *name)
{
	json_object_object_del(headers, name);
}

void serve_cors(struct visit *v)
{
	static const char *const names[] = {
		"access-control-allow-origin",   "access-control-allow-credentials",
		"access-control-allow-headers",  "access-control-allow-methods",
		"access-control-expose-headers", "access-control-max-age"
	};
	struct json_object *cors = json_get(v->api_doc, "corsConfiguration");
	struct str origin = raw_header(v->op->raw, "Origin"), allowed;

	if (!cors || v->preflight)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		drop(v->answer_headers, names[i]);
	allowed = allowed_origin(cors, origin);
	if (origin.n && allowed.p)
		set_common(v, cors, allowed);
}
