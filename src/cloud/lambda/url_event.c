/*
 * Requests as events, payload format 2.0. From: Lambda Developer Guide, "Invoking Lambda function URLs", "Request payload
 * format".
 */
#include "base/base64.h"
#include "base/form.h"
#include "base/time.h"
#include "cloud/lambda/serve.h"

/* Cookies of the workshop's own pages are nobody else's affair. */
#define OWN_COOKIES "immersion_"

/* --- headers and cookies ------------------------------------------------------------------------- */

static struct str lower(struct arena *a, struct str s)
{
	char *copy = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] | 0x20);
	return str_make(copy, s.n);
}

/* Several values of a name become one, with commas. */
static void add_value(struct arena *a, struct json_object *o, const char *name, struct str value)
{
	struct str before = json_get_str(o, name);

	json_set_str(o, name,
		     before.p ? arena_strf(a, "%.*s,%.*s", STR_ARG(before), STR_ARG(value))
			      : value);
}

static void add_cookies(struct json_object *list, struct str header)
{
	while (header.p) {
		struct str cookie = str_trim(str_cut(&header, ';'));

		if (cookie.n && !str_starts(cookie, STR(OWN_COOKIES)))
			json_add_str(list, cookie);
	}
}

static bool is_hop_by_hop(struct str name)
{
	static const char *const names[] = { "connection", "keep-alive", "transfer-encoding",
					     "expect",     "upgrade",    "te" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static void add_headers(struct op *op, struct json_object *event)
{
	const struct raw_request *raw = op->raw;
	struct json_object *cookies = json_new_array(op->arena), *headers;

	headers = json_set_object(event, "headers");
	for (size_t i = 0; i < raw->http->header_count; i++) {
		struct str name = lower(op->arena, raw->http->headers[i].name);
		struct str value = raw->http->headers[i].value;

		if (str_is(name, "cookie"))
			add_cookies(cookies, value);
		else if (!is_hop_by_hop(name))
			add_value(op->arena, headers, arena_cstr(op->arena, name), value);
	}
	json_set_str(headers, "x-forwarded-for", raw->peer);
	json_set_cstr(headers, "x-forwarded-proto", raw->tls ? "https" : "http");
	json_set_cstr(headers, "x-forwarded-port", raw->tls ? "443" : "80");
	if (json_count(cookies))
		json_set(event, "cookies", json_object_get(cookies));
}

static void add_query(struct op *op, struct json_object *event)
{
	struct json_object *all = json_new_object(op->arena);
	struct str rest = op->raw->query, name, value;

	while (form_next(&rest, &name, &value)) {
		name = form_decode_lenient(op->arena, name, true);
		value = value.p ? form_decode_lenient(op->arena, value, true) : STR("");
		add_value(op->arena, all, arena_cstr(op->arena, name), value);
	}
	if (json_count(all))
		json_set(event, "queryStringParameters", json_object_get(all));
}

/* --- the body ---------------------------------------------------------------------------------------- */

static bool is_text(struct str type)
{
	struct str rest = type, base = str_trim(str_cut(&rest, ';'));

	return str_starts(base, STR("text/")) || str_is(base, "application/json") ||
	       str_is(base, "application/javascript") || str_is(base, "application/xml") ||
	       str_ends(base, STR("+json")) || str_ends(base, STR("+xml"));
}

static void add_body(struct op *op, struct json_object *event)
{
	struct str body = op->raw->body, type = raw_header(op->raw, "Content-Type");
	bool text = is_text(type) && str_is_utf8(body);

	if (body.n)
		json_set_str(event, "body", text ? body : base64_print(op->arena, body));
	json_set_bool(event, "isBase64Encoded", body.n && !text);
}

/* --- its context -------------------------------------------------------------------------------------- */

/* "12/Mar/2020:19:03:58 +0000" */
static struct str log_time(struct op *op)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct time_parts t = time_split(op->now);

	return arena_strf(op->arena, "%02d/%s/%04d:%02d:%02d:%02d +0000", t.day,
			  months[t.month - 1], t.year, t.hour, t.minute, t.second);
}

static void add_signer(struct op *op, struct json_object *context)
{
	struct json_object *iam = json_set_object(json_set_object(context, "authorizer"), "iam");

	json_set_str(iam, "accessKey", op->caller.access_key);
	json_set_cstr(iam, "accountId", op->account->id);
	json_set_str(iam, "callerId", op->caller.user_id);
	json_set(iam, "cognitoIdentity", NULL);
	json_set(iam, "principalOrgId", NULL);
	json_set_str(iam, "userArn", op->caller.arn);
	json_set_str(iam, "userId", op->caller.user_id);
}

static void add_context(struct op *op, struct str id, struct str path, bool signed_,
			struct json_object *event)
{
	struct json_object *c = json_set_object(event, "requestContext"), *http;
	struct str agent = raw_header(op->raw, "User-Agent");

	json_set_cstr(c, "accountId", signed_ ? op->account->id : "anonymous");
	json_set_str(c, "apiId", id);
	json_set_str(c, "domainName",
		     raw_host_label(op->raw, ".lambda-url.").p
			     ? op->raw->host
			     : arena_strf(op->arena, "%.*s.lambda-url.%s.on.aws", STR_ARG(id),
					  op->region));
	json_set_str(c, "domainPrefix", id);
	http = json_set_object(c, "http");
	json_set_str(http, "method", op->raw->method);
	json_set_str(http, "path", path);
	json_set_cstr(http, "protocol", "HTTP/1.1");
	json_set_str(http, "sourceIp", op->raw->peer);
	json_set_str(http, "userAgent", agent.p ? agent : STR(""));
	json_set_str(c, "requestId", op->request_id);
	json_set_cstr(c, "routeKey", "$default");
	json_set_cstr(c, "stage", "$default");
	json_set_str(c, "time", log_time(op));
	json_set_int(c, "timeEpoch", op->now);
	if (signed_)
		add_signer(op, c);
}

struct str url_event(struct op *op, struct str id, struct str path, bool signed_)
{
	struct json_object *event = json_new_object(op->arena);
	struct str decoded = form_decode_lenient(op->arena, path, false);

	json_set_cstr(event, "version", "2.0");
	json_set_cstr(event, "routeKey", "$default");
	json_set_str(event, "rawPath", decoded);
	json_set_str(event, "rawQueryString", op->raw->query.p ? op->raw->query : STR(""));
	add_headers(op, event);
	add_query(op, event);
	add_context(op, id, decoded, signed_, event);
	add_body(op, event);
	return json_text(op->arena, event);
}
