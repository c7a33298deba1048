/*
 * Integrations with HTTP servers. From: API Gateway Developer Guide, "HTTP integrations for REST APIs in API Gateway".
 */
#include "cloud/apigateway/execute.h"

#include "aws/outside.h"
#include "base/form.h"

static const struct refusal no_answer = { "INTEGRATION_FAILURE",
					  "InternalServerErrorException",
					  "Network error communicating with endpoint",
					  504,
					  true,
					  false };

/* --- the request ----------------------------------------------------------------------------------- */

/* "http://pets.example/{petId}" with the path's parameters, and the query behind it. */
static const char *url_of(struct execution *x, const struct integration_request *request)
{
	struct str rest = with_variables(x, json_get_str(x->integration, "uri"));
	struct arena *a = x->op->arena;
	const char *url, *sep;
	struct buf b;

	buf_init(&b, 65536);
	while (rest.p) {
		ptrdiff_t open = str_find(rest, '{'), close = str_find(rest, '}');
		struct str name;

		if (open < 0 || close < open) {
			buf_add(&b, rest);
			break;
		}
		buf_add(&b, str_slice(rest, 0, (size_t)open));
		name = str_slice(rest, (size_t)open + 1, (size_t)close);
		if (str_ends(name, STR("+")))
			name.n--;
		buf_add(&b, json_get_str(request->path_parameters, arena_cstr(a, name)));
		rest = str_slice(rest, (size_t)close + 1, rest.n);
	}
	sep = str_find(buf_str(&b), '?') < 0 ? "?" : "&";
	JSON_EACH(request->query, key, values)
	{
		for (size_t i = 0; i < json_count(values); i++) {
			struct str name = form_encode(a, str_of(key), false);
			struct str value = form_encode(a, json_str(json_at(values, i)), false);

			buf_addf(&b, "%s%.*s=%.*s", sep, STR_ARG(name), STR_ARG(value));
			sep = "&";
		}
	}
	url = arena_cstr(a, buf_str(&b));
	buf_release(&b);
	return url;
}

/* What API Gateway says of itself where the mapping says nothing. */
static void add_defaults(struct execution *x, struct json_object *headers, struct str body)
{
	struct arena *a = x->op->arena;
	const struct {
		const char *name;
		struct str value;
	} defaults[] = {
		{ "Accept", STR("application/json") },
		{ "Content-Type", body.n ? STR("application/json") : STR_NONE },
		{ "User-Agent", arena_strf(a, "AmazonAPIGateway_%.*s", STR_ARG(x->api)) },
		{ "X-Amzn-Apigateway-Api-Id", x->api },
		{ "X-Amzn-Trace-Id", x->trace_id },
	};

	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		if (!multi_values(headers, str_of(defaults[i].name)) && defaults[i].value.n)
			multi_add(a, headers, str_of(defaults[i].name), defaults[i].value, true);
}

/* --- the answer ---------------------------------------------------------------------------------------- */

static enum step take(struct execution *x, const struct outside_answer *got,
		      struct integration_answer *answer)
{
	struct arena *a = x->op->arena;

	x->integration_ms = op_waited(x->op);
	if (got->timed_out)
		return refuse_late(x);
	if (!got->status)
		return refuse_logged(x, &no_answer,
				     "Execution failed due to a network error communicating with "
				     "endpoint: %.*s",
				     STR_ARG(got->why));
	answer->status = got->status;
	answer->headers = outside_headers(a, got->headers);
	answer->body = got->body;
	answer->pattern = arena_strf(a, "%d", got->status);
	x->traced = !str_is(json_get_str(x->integration, "type"), "HTTP_PROXY");
	trace_line(x, "Received response. Status: %d, Integration latency: %lld ms", got->status,
		   (long long)x->integration_ms);
	trace_line(x, "Endpoint response headers: %.*s", STR_ARG(trace_map(x, answer->headers)));
	trace_line(x, "Endpoint response body before transformations: %.*s", STR_ARG(got->body));
	return STEP_ON;
}

static struct str verb_of(struct execution *x)
{
	struct str verb = json_get_str(x->integration, "httpMethod");

	return str_is(verb, "ANY") ? x->method : verb;
}

enum step integrate_http(struct execution *x, const struct integration_request *request,
			 struct integration_answer *answer)
{
	struct op *op = x->op;
	int64_t wait = json_int_or(json_get(x->integration, "timeoutInMillis"), 29000);
	struct outside_request ask = {
		.id = op->request_id,
		.account = op->account->id,
		.method = arena_cstr(op->arena, verb_of(x)),
		.url = url_of(x, request),
		.body = request->body.n ? request->body : STR_NONE,
		.timeout_ms = (int)wait,
	};
	struct outside_answer got;

	add_defaults(x, request->headers, request->body);
	ask.headers = outside_lines(op->arena, request->headers, NULL);
	trace_line(x, "Endpoint request URI: %s", ask.url);
	trace_line(x, "Endpoint request headers: %.*s", STR_ARG(trace_map(x, request->headers)));
	trace_line(x, "Endpoint request body after transformations: %.*s", STR_ARG(request->body));
	trace_line(x, "Sending request to %s", ask.url);
	if (op_once(x->op, "asked") && !outside_ask(&ask))
		return refuse_logged(x, &no_answer, "Execution failed: too many requests at once");
	if (outside_take(op->request_id, op->arena, &got))
		return take(x, &got, answer);
	if (op_waited(op) >= wait || !outside_knows(op->request_id))
		return refuse_late(x);
	op_wait(op, op->request_id, wait);
	return STEP_WAIT;
}
