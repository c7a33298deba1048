/* Events of proxy integrations, and answers to them; see proxy.h. */
#include "aws/proxy.h"

#include <stdlib.h>

#include "aws/raw.h"
#include "base/base64.h"
#include "base/form.h"
#include "base/hash.h"
#include "base/time.h"
#include "http/http.h"

/* --- multi-maps ------------------------------------------------------------------------------ */

/* The name as it stands in the map, or NULL. */
static const char *name_in(const struct json_object *multi, struct str name, bool nocase)
{
	if (!json_is_object(multi))
		return NULL;
	JSON_EACH(multi, key, values)
	{
		(void)values;
		if (nocase ? str_eq_nocase(str_of(key), name) : str_is(name, key))
			return key;
	}
	return NULL;
}

void multi_add(struct arena *a, struct json_object *multi, struct str name, struct str value,
	       bool nocase)
{
	const char *there = name_in(multi, name, nocase);
	struct json_object *values = there ? json_get(multi, there) : NULL;

	if (!values)
		values = json_set_array(multi, arena_cstr(a, name));
	json_add_str(values, value);
}

void multi_set(struct arena *a, struct json_object *multi, struct str name, struct str value,
	       bool nocase)
{
	const char *there = name_in(multi, name, nocase);

	if (there)
		json_object_object_del(multi, there);
	json_add_str(json_set_array(multi, arena_cstr(a, name)), value);
}

void multi_drop(struct json_object *multi, struct str name)
{
	const char *there = name_in(multi, name, true);

	if (there)
		json_object_object_del(multi, there);
}

struct json_object *multi_values(const struct json_object *multi, struct str name)
{
	const char *there = name_in(multi, name, true);

	return there ? json_get(multi, there) : NULL;
}

static struct json_object *last_of(struct json_object *values)
{
	size_t n = json_count(values);

	return n ? json_at(values, n - 1) : NULL;
}

struct str multi_last(const struct json_object *multi, struct str name)
{
	return json_str(last_of(multi_values(multi, name)));
}

struct json_object *multi_singles(struct arena *a, struct json_object *multi)
{
	struct json_object *singles;

	if (!json_count(multi))
		return NULL;
	singles = json_new_object(a);
	JSON_EACH(multi, name, values)
	{
		json_set(singles, name, json_object_get(last_of(values)));
	}
	return singles;
}

/* --- identity pools ------------------------------------------------------------------------------ */

void proxy_cognito(struct arena *a, struct json_object *identity, struct json_object *cognito)
{
	struct json_object *amr = json_get(cognito, "amr");
	struct buf b;

	if (!cognito)
		return;
	json_set_str(identity, "cognitoIdentityPoolId", json_get_str(cognito, "identityPoolId"));
	json_set_str(identity, "cognitoIdentityId", json_get_str(cognito, "identityId"));
	json_set_str(identity, "cognitoAuthenticationType", json_str(json_at(amr, 0)));
	buf_init(&b, BUF_MAX);
	for (size_t i = 1; i < json_count(amr); i++)
		buf_addf(&b, "%s%.*s", i > 1 ? "," : "", STR_ARG(json_str(json_at(amr, i))));
	if (b.n)
		json_set_str(identity, "cognitoAuthenticationProvider", arena_dup(a, buf_str(&b)));
	buf_release(&b);
}

/* --- headers ------------------------------------------------------------------------------------ */

static bool is_of_this_hop(struct str name)
{
	static const char *const names[] = {
		"Connection",        "Content-Length",   "Expect",
		"Keep-Alive",        "Proxy-Connection", "TE",
		"Transfer-Encoding", "Upgrade",          "X-Amzn-Trace-Id",
		"X-Forwarded-For",   "X-Forwarded-Port", "X-Forwarded-Proto"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	return false;
}

/* Cookies are sent to every port of a host: the workshop's own are none of a function's business. */
static struct str without_own_cookies(struct arena *a, struct str cookies)
{
	struct str rest = cookies, kept;
	struct buf b;

	buf_init(&b, BUF_MAX);
	while (rest.p) {
		struct str cookie = str_trim(str_cut(&rest, ';'));

		if (cookie.n && !str_starts(cookie, STR(HTTP_OWN_COOKIES)))
			buf_addf(&b, "%s%.*s", b.n ? "; " : "", STR_ARG(cookie));
	}
	kept = b.n ? arena_dup(a, buf_str(&b)) : STR_NONE;
	buf_release(&b);
	return kept;
}

static struct str port_of(struct op *op)
{
	struct str host = raw_header(op->raw, "Host"), rest = host;
	ptrdiff_t bracket = str_find(host, ']');

	if (bracket >= 0)
		rest = str_slice(host, (size_t)bracket, host.n);
	str_cut(&rest, ':');
	if (rest.n)
		return rest;
	return op->raw->tls ? STR("443") : STR("80");
}

struct json_object *proxy_headers(struct op *op, struct str trace_id)
{
	struct json_object *multi = json_new_object(op->arena);
	const struct sigv4_request *http = op->raw->http;
	struct str before = raw_header(op->raw, "X-Forwarded-For");

	for (size_t i = 0; i < http->header_count; i++) {
		struct str name = http->headers[i].name, value = http->headers[i].value;

		if (str_eq_nocase(name, STR("Cookie")))
			value = without_own_cookies(op->arena, value);
		if (value.p && !is_of_this_hop(name))
			multi_add(op->arena, multi, name, value, true);
	}
	if (trace_id.n)
		multi_add(op->arena, multi, STR("X-Amzn-Trace-Id"), trace_id, true);
	multi_add(op->arena, multi, STR("X-Forwarded-For"),
		  before.n ? arena_strf(op->arena, "%.*s, %.*s", STR_ARG(before),
					STR_ARG(op->raw->peer))
			   : op->raw->peer,
		  true);
	multi_add(op->arena, multi, STR("X-Forwarded-Port"), port_of(op), true);
	multi_add(op->arena, multi, STR("X-Forwarded-Proto"),
		  op->raw->tls ? STR("https") : STR("http"), true);
	return multi;
}

struct json_object *proxy_query(struct arena *a, struct str query)
{
	struct json_object *multi = json_new_object(a);
	struct str rest = query, name, value;

	while (form_next(&rest, &name, &value))
		multi_add(a, multi, form_decode_lenient(a, name, true),
			  value.p ? form_decode_lenient(a, value, true) : STR(""), false);
	return multi;
}

/* --- ids and times ------------------------------------------------------------------------------ */

struct str proxy_trace_id(struct op *op)
{
	struct str given = raw_header(op->raw, "X-Amzn-Trace-Id");
	unsigned char random[12];
	char hex[sizeof(random) * 2 + 1];

	if (str_find_str(given, STR("Root=")) >= 0)
		return given;
	hash_random(random, sizeof(random));
	hash_hex(random, sizeof(random), hex);
	return arena_strf(op->arena, "Root=1-%08llx-%s", (unsigned long long)(op->now / 1000), hex);
}

struct str proxy_extended_id(struct arena *a)
{
	unsigned char random[11];

	hash_random(random, sizeof(random));
	return base64_print(a, str_make(random, sizeof(random)));
}

struct str proxy_time(struct arena *a, int64_t at_ms)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct time_parts t = time_split(at_ms);

	return arena_strf(a, "%02d/%s/%04d:%02d:%02d:%02d +0000", t.day, months[t.month - 1],
			  t.year, t.hour, t.minute, t.second);
}

/* --- the event ------------------------------------------------------------------------------------ */

/* A map that is null when it is empty. */
static void set_map(struct json_object *event, const char *name, struct json_object *map)
{
	json_set(event, name, json_count(map) ? json_object_get(map) : NULL);
}

struct json_object *proxy_event(struct arena *a, const struct proxy_request *r)
{
	struct json_object *event = json_new_object(a);

	json_set_str(event, "resource", r->resource);
	json_set_str(event, "path", r->path);
	json_set_str(event, "httpMethod", r->method);
	set_map(event, "headers", multi_singles(a, r->headers));
	set_map(event, "multiValueHeaders", r->headers);
	set_map(event, "queryStringParameters", multi_singles(a, r->query));
	set_map(event, "multiValueQueryStringParameters", r->query);
	set_map(event, "pathParameters", r->path_parameters);
	set_map(event, "stageVariables", r->stage_variables);
	json_set(event, "requestContext", json_object_get(r->context));
	if (r->body.p)
		json_set_str(event, "body", r->binary ? base64_print(a, r->body) : r->body);
	else
		json_set(event, "body", NULL);
	json_set_bool(event, "isBase64Encoded", r->body.p && r->binary);
	return event;
}

/* --- the answer ----------------------------------------------------------------------------------- */

static bool is_known(const char *name)
{
	static const char *const names[] = { "statusCode", "headers", "multiValueHeaders", "body",
					     "isBase64Encoded" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* 201, "201"; 200 when there is none. */
static bool read_status(struct json_object *value, int *status)
{
	int64_t number = 200;

	if (json_is_string(value) && !str_to_int(json_str(value), &number))
		return false;
	if (value && !json_is_string(value))
		number = json_int_or(value, 0);
	*status = (int)number;
	return number >= 100 && number <= 599;
}

static struct str text_of(struct arena *a, struct json_object *value)
{
	return json_is_string(value) ? json_str(value) : json_text(a, value);
}

static bool read_many(struct arena *a, struct json_object *many, struct json_object *out)
{
	if (!many)
		return true;
	if (!json_is_object(many))
		return false;
	JSON_EACH(many, name, values)
	{
		if (!json_is_array(values))
			return false;
		for (size_t i = 0; i < json_count(values); i++)
			multi_add(a, out, str_of(name), text_of(a, json_at(values, i)), true);
	}
	return true;
}

/* Is the text one of the values? */
static bool is_among(struct json_object *values, struct str text)
{
	for (size_t i = 0; i < json_count(values); i++)
		if (str_eq(json_str(json_at(values, i)), text))
			return true;
	return false;
}

/* A header that stands in multiValueHeaders as well is added to it when it is not one of the values there. */
static bool read_singles(struct arena *a, struct json_object *singles, struct json_object *out)
{
	if (!singles)
		return true;
	if (!json_is_object(singles))
		return false;
	JSON_EACH(singles, name, value)
	{
		struct str text = value ? text_of(a, value) : STR("");

		if (!is_among(multi_values(out, str_of(name)), text))
			multi_add(a, out, str_of(name), text, true);
	}
	return true;
}

bool proxy_answer_read(struct arena *a, struct str payload, struct proxy_answer *out)
{
	struct json_object *answer = json_parse(a, payload, NULL), *body;

	*out = (struct proxy_answer){ .headers = json_new_object(a), .body = STR("") };
	if (!json_is_object(answer))
		return false;
	JSON_EACH(answer, name, value)
	{
		(void)value;
		if (!is_known(name))
			return false;
	}
	body = json_get(answer, "body");
	if (body && !json_is_string(body))
		return false;
	if (body)
		out->body = json_str(body);
	out->base64 = json_bool_or(json_get(answer, "isBase64Encoded"), false);
	return read_status(json_get(answer, "statusCode"), &out->status) &&
	       read_many(a, json_get(answer, "multiValueHeaders"), out->headers) &&
	       read_singles(a, json_get(answer, "headers"), out->headers);
}
