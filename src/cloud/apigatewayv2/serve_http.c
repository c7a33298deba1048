/*
 * Integrations with HTTP servers. From: API Gateway Developer Guide, "Create HTTP proxy integrations for HTTP APIs",
 * "Transform API requests and responses for HTTP APIs".
 */
#include "cloud/apigatewayv2/serve.h"

#include "aws/outside.h"
#include "base/form.h"

/* --- the address -------------------------------------------------------------------------------------- */

/* "http://pets.example/{proxy}" with the route's variables in their places. */
static void add_variables(struct visit *v, struct buf *b, struct str uri)
{
	while (uri.p) {
		ptrdiff_t open = str_find(uri, '{'), close = str_find(uri, '}');
		struct str name;

		if (open < 0 || close < open) {
			buf_add(b, uri);
			return;
		}
		buf_add(b, str_slice(uri, 0, (size_t)open));
		name = str_slice(uri, (size_t)open + 1, (size_t)close);
		if (str_ends(name, STR("+")))
			name.n--;
		buf_add(b, form_encode(v->op->arena,
				       json_get_str(v->path_parameters,
						    arena_cstr(v->op->arena, name)),
				       true));
		uri = str_slice(uri, (size_t)close + 1, uri.n);
	}
}

/* Where the path begins in an address. */
static size_t path_at(struct str url)
{
	ptrdiff_t scheme = str_find_str(url, STR("://"));
	size_t at = scheme < 0 ? 0 : (size_t)scheme + 3;

	while (at < url.n && url.p[at] != '/' && url.p[at] != '?')
		at++;
	return at;
}

static void add_query(struct visit *v, struct buf *b)
{
	const char *sep = str_find(buf_str(b), '?') < 0 ? "?" : "&";
	struct arena *a = v->op->arena;

	JSON_EACH(v->query, key, values)
	{
		for (size_t i = 0; i < json_count(values); i++) {
			struct str name = form_encode(a, str_of(key), false);
			struct str value = form_encode(a, json_str(json_at(values, i)), false);

			buf_addf(b, "%s%.*s=%.*s", sep, STR_ARG(name), STR_ARG(value));
			sep = "&";
		}
	}
}

/* A mapping may put another path in the place of the address's own. */
static const char *url_of(struct visit *v)
{
	struct str uri = param_value(v, json_get_str(v->integration.doc, "integrationUri"), NULL);
	const char *url;
	struct buf b;

	buf_init(&b, 65536);
	if (v->mapped_path.p) {
		buf_add(&b, str_slice(uri, 0, path_at(uri)));
		buf_adds(&b, str_starts(v->mapped_path, STR("/")) ? "" : "/");
		buf_add(&b, v->mapped_path);
	} else {
		add_variables(v, &b, uri);
	}
	add_query(v, &b);
	url = arena_cstr(v->op->arena, buf_str(&b));
	buf_release(&b);
	return url;
}

/* --- the exchange -------------------------------------------------------------------------------------- */

/* Who asked is told in "Forwarded", not in the headers that REST APIs send. */
static const char *const *lines_of(struct visit *v)
{
	struct arena *a = v->op->arena;
	struct str before = multi_last(v->headers, STR("Forwarded"));
	struct str host = raw_header(v->op->raw, "Host");
	struct str mine = arena_strf(a, "by=%.*s;for=%.*s;host=%.*s;proto=%s",
				     STR_ARG(v->op->raw->host), STR_ARG(v->op->raw->peer),
				     STR_ARG(host), v->op->raw->tls ? "https" : "http");

	multi_set(a, v->headers, STR("Forwarded"),
		  before.n ? arena_strf(a, "%.*s, %.*s", STR_ARG(before), STR_ARG(mine)) : mine,
		  true);
	return outside_lines(a, v->headers, "Via: HTTP/1.1 AmazonAPIGateway");
}

static const char *method_of(struct visit *v)
{
	struct str method = json_get_str(v->integration.doc, "integrationMethod");

	return arena_cstr(v->op->arena, str_is(method, "ANY") ? v->method : method);
}

static enum step begin(struct visit *v, int64_t wait_ms)
{
	struct op *op = v->op;
	struct outside_request ask = {
		.id = op->request_id,
		.account = op->account->id,
		.method = method_of(v),
		.url = url_of(v),
		.headers = lines_of(v),
		.body = v->body.n ? v->body : STR_NONE,
		.timeout_ms = (int)wait_ms,
	};

	if (!outside_ask(&ask))
		return serve_fail(v, 503, STR("Too many requests are under way."));
	op_wait(op, op->request_id, wait_ms);
	return STEP_WAIT;
}

enum step serve_http(struct visit *v)
{
	int64_t wait = json_int_or(json_get(v->integration.doc, "timeoutInMillis"), 30000);
	struct reply reply = { .headers = NULL };
	struct outside_answer got;
	struct op *op = v->op;

	if (op_once(v->op, "asked"))
		return begin(v, wait);
	if (!outside_take(op->request_id, op->arena, &got)) {
		if (op_waited(op) < wait && outside_knows(op->request_id)) {
			op_wait(op, op->request_id, wait);
			return STEP_WAIT;
		}
		got = (struct outside_answer){ .timed_out = true };
	}
	v->integration_ms = op_waited(op);
	if (got.timed_out)
		return serve_fail(v, 503, STR("The integration did not answer in time."));
	if (!got.status)
		return serve_fail(v, 503, got.why);
	reply.status = got.status;
	reply.headers = lower_headers(v, outside_headers(op->arena, got.headers));
	reply.body = got.body;
	return serve_reply(v, &reply);
}
