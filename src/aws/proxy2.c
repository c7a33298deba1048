/* Events of payload format 2.0, and answers to them; see proxy2.h. */
#include "aws/proxy2.h"

#include "aws/raw.h"
#include "base/base64.h"

/* --- texts ---------------------------------------------------------------------------------------- */

static const char *lower(struct arena *a, struct str s)
{
	char *copy = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] | 0x20);
	return copy;
}

static struct str joined(struct arena *a, struct json_object *values)
{
	struct str text;
	struct buf b;

	if (json_count(values) == 1)
		return json_str(json_at(values, 0));
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < json_count(values); i++)
		buf_addf(&b, "%s%.*s", i ? "," : "", STR_ARG(json_str(json_at(values, i))));
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

bool proxy2_is_text(struct str media_type)
{
	struct str rest = media_type, base = str_trim(str_cut(&rest, ';'));

	return str_starts(base, STR("text/")) || str_is(base, "application/json") ||
	       str_is(base, "application/javascript") || str_is(base, "application/xml") ||
	       str_ends(base, STR("+json")) || str_ends(base, STR("+xml"));
}

/* --- the event ------------------------------------------------------------------------------------ */

static void add_cookies(struct json_object *event, struct json_object *values)
{
	struct json_object *cookies = json_set_array(event, "cookies");

	for (size_t i = 0; i < json_count(values); i++) {
		struct str rest = json_str(json_at(values, i));

		while (rest.p) {
			struct str cookie = str_trim(str_cut(&rest, ';'));

			if (cookie.n)
				json_add_str(cookies, cookie);
		}
	}
}

static void add_headers(struct arena *a, struct json_object *event, struct json_object *multi)
{
	struct json_object *cookies = multi_values(multi, STR("cookie")), *headers;

	if (json_count(cookies))
		add_cookies(event, cookies);
	headers = json_set_object(event, "headers");
	JSON_EACH(multi, name, values)
	{
		if (!str_eq_nocase(str_of(name), STR("cookie")))
			json_set_str(headers, lower(a, str_of(name)), joined(a, values));
	}
}

static void add_query(struct arena *a, struct json_object *event, struct json_object *multi)
{
	struct json_object *query;

	if (!json_count(multi))
		return;
	query = json_set_object(event, "queryStringParameters");
	JSON_EACH(multi, name, values)
	{
		json_set_str(query, name, joined(a, values));
	}
}

static void add_map(struct json_object *event, const char *name, struct json_object *map)
{
	if (json_count(map))
		json_set(event, name, json_object_get(map));
}

void proxy2_describe(struct arena *a, const struct proxy2_request *r, struct json_object *event)
{
	json_set_str(event, "rawPath", r->raw_path);
	json_set_str(event, "rawQueryString", r->raw_query.p ? r->raw_query : STR(""));
	add_headers(a, event, r->headers);
	add_query(a, event, r->query);
	json_set(event, "requestContext", json_object_get(r->context));
	add_map(event, "pathParameters", r->path_parameters);
	add_map(event, "stageVariables", r->stage_variables);
}

struct json_object *proxy2_event(struct arena *a, const struct proxy2_request *r)
{
	struct json_object *event = json_new_object(a);
	bool text =
		proxy2_is_text(multi_last(r->headers, STR("content-type"))) && str_is_utf8(r->body);

	json_set_cstr(event, "version", "2.0");
	json_set_str(event, "routeKey", r->route_key);
	proxy2_describe(a, r, event);
	if (r->body.n)
		json_set_str(event, "body", text ? r->body : base64_print(a, r->body));
	json_set_bool(event, "isBase64Encoded", r->body.n && !text);
	return event;
}

/* --- its context ----------------------------------------------------------------------------------- */

struct json_object *proxy2_context(struct op *op, const struct proxy2_context *from)
{
	struct json_object *c = json_new_object(op->arena), *http;
	struct str agent = raw_header(op->raw, "User-Agent");

	json_set_str(c, "accountId", from->account);
	json_set_str(c, "apiId", from->api);
	json_set_str(c, "domainName", from->domain);
	json_set_str(c, "domainPrefix", from->prefix);
	http = json_set_object(c, "http");
	json_set_str(http, "method", op->raw->method);
	json_set_str(http, "path", from->path);
	json_set_cstr(http, "protocol", "HTTP/1.1");
	json_set_str(http, "sourceIp", op->raw->peer);
	json_set_str(http, "userAgent", agent.p ? agent : STR(""));
	json_set_str(c, "requestId", from->request_id);
	json_set_str(c, "routeKey", from->route_key);
	json_set_str(c, "stage", from->stage);
	json_set_str(c, "time", proxy_time(op->arena, op->started));
	json_set_int(c, "timeEpoch", op->started);
	return c;
}

struct json_object *proxy2_signer(struct op *op)
{
	struct json_object *iam = json_new_object(op->arena);

	json_set_str(iam, "accessKey", op->caller.access_key);
	json_set_cstr(iam, "accountId", op->account->id);
	json_set_str(iam, "callerId", op->caller.user_id);
	json_set(iam, "cognitoIdentity", NULL);
	json_set(iam, "principalOrgId", NULL);
	json_set_str(iam, "userArn", op->caller.arn);
	json_set_str(iam, "userId", op->caller.user_id);
	return iam;
}

/* --- the answer ------------------------------------------------------------------------------------- */

static struct str text_of(struct arena *a, struct json_object *value)
{
	return json_is_string(value) ? json_str(value) : json_text(a, value);
}

static bool read_headers(struct arena *a, struct json_object *headers, struct json_object *out)
{
	if (headers && !json_is_object(headers))
		return false;
	if (!headers)
		return true;
	JSON_EACH(headers, name, value)
	{
		if (json_is_object(value) || json_is_array(value))
			return false;
		if (value)
			multi_set(a, out, str_of(lower(a, str_of(name))), text_of(a, value), true);
	}
	return true;
}

static bool read_cookies(struct arena *a, struct json_object *cookies, struct json_object *out)
{
	if (cookies && !json_is_array(cookies))
		return false;
	for (size_t i = 0; i < json_count(cookies); i++) {
		if (!json_is_string(json_at(cookies, i)))
			return false;
		multi_add(a, out, STR("set-cookie"), json_str(json_at(cookies, i)), true);
	}
	return true;
}

static bool read_body(struct arena *a, struct json_object *answer, struct str *body)
{
	struct json_object *value = json_get(answer, "body");

	*body = value ? json_str(value) : STR("");
	if (!body->p)
		return false;
	return !json_bool_or(json_get(answer, "isBase64Encoded"), false) ||
	       base64_parse(a, *body, body);
}

static bool read_status(struct json_object *value, int *status)
{
	int64_t number = json_int_or(value, 0);

	if (json_is_string(value) && !str_to_int(json_str(value), &number))
		return false;
	*status = (int)number;
	return number >= 100 && number <= 599;
}

bool proxy2_answer_read(struct arena *a, struct str payload, struct proxy2_answer *out)
{
	struct json_object *answer = json_parse(a, payload, NULL);
	struct json_object *status = json_get(answer, "statusCode");

	*out = (struct proxy2_answer){ .status = 200, .headers = json_new_object(a) };
	if (!status) {
		out->inferred = true;
		out->body = payload;
		multi_add(a, out->headers, STR("content-type"), STR("application/json"), true);
		return true;
	}
	return read_status(status, &out->status) &&
	       read_headers(a, json_get(answer, "headers"), out->headers) &&
	       read_cookies(a, json_get(answer, "cookies"), out->headers) &&
	       read_body(a, answer, &out->body);
}
