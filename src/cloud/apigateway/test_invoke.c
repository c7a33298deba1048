/*
 * TestInvokeMethod and TestInvokeAuthorizer: an API as it is now, with the log of what happened.
 * From: API Gateway API Reference; Developer Guide, "Use the API Gateway console to test a REST API method".
 */
#include "cloud/apigateway/execute.h"

#include "base/form.h"
#include "base/time.h"
#include "cloud/apigateway/operations.h"

/* "Wed Nov 25 20:07:05 UTC 2026 : text" for each line. */
static struct str print_log(struct execution *x)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct time_parts t = time_split(x->op->now);
	struct str rest = buf_str(x->log), text;
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_addf(&b, "Execution log for request %.*s\n", STR_ARG(x->op->request_id));
	while (rest.n) {
		struct str line = str_make(rest.p, strnlen(rest.p, rest.n));

		buf_addf(&b, "%s %s %02d %02d:%02d:%02d UTC %04d : %.*s\n", days[t.weekday],
			 months[t.month - 1], t.day, t.hour, t.minute, t.second, t.year,
			 STR_ARG(line));
		rest = str_slice(rest, line.n + 1, rest.n);
	}
	text = arena_dup(x->op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

/* Headers of the input, in one form or the other. */
static struct json_object *headers_of(struct op *op)
{
	struct json_object *singles = op_get(op, "headers"),
			   *many = op_get(op, "multiValueHeaders");
	struct json_object *out = json_new_object(op->arena);

	if (many) {
		JSON_EACH(many, name, values)
		{
			for (size_t i = 0; i < json_count(values); i++)
				multi_add(op->arena, out, str_of(name),
					  json_str(json_at(values, i)), true);
		}
	}
	if (singles) {
		JSON_EACH(singles, name, value)
		{
			multi_set(op->arena, out, str_of(name), json_str(value), true);
		}
	}
	return out;
}

static struct execution *begin(struct op *op, struct str path, struct str method)
{
	struct execution *x = ARENA_NEW(op->arena, struct execution);
	struct str query = op_str(op, "pathWithQueryString");
	struct json_object *variables = op_get(op, "stageVariables");
	struct thing api;

	x->op = op;
	x->test = true;
	x->api = x->owner = op_str(op, "restApiId");
	if (thing_find(op, &kind_rest_api, STR_NONE, x->api, &api))
		x->doc = api.doc;
	x->method = method;
	x->path = query.n ? str_cut(&query, '?') : path;
	x->query = proxy_query(op->arena, op_str(op, "pathWithQueryString").n ? query : STR_NONE);
	x->headers = headers_of(op);
	x->path_parameters = json_new_object(op->arena);
	x->variables = variables ? variables : json_new_object(op->arena);
	x->body = op_str(op, "body").n ? op_str(op, "body") : STR_NONE;
	x->trace_id =
		arena_strf(op->arena, "Root=1-%08llx-%.*s", (unsigned long long)(op->now / 1000),
			   STR_ARG(str_slice(op->request_id, 12, 36)));
	execution_log(x);
	x->integration_ms = -1;
	execution_begin(x);
	return x;
}

static void answer_headers_out(struct execution *x, struct json_object *out)
{
	struct json_object *singles;

	if (x->traced && !x->refusal)
		multi_set(x->op->arena, x->answer_headers, STR("X-Amzn-Trace-Id"), x->trace_id,
			  true);
	singles = multi_singles(x->op->arena, x->answer_headers);
	json_set(out, "headers", singles ? json_object_get(singles) : json_object_new_object());
	json_set(out, "multiValueHeaders", json_object_get(x->answer_headers));
}

enum outcome apigateway_test_invoke_method(struct op *op)
{
	struct thing resource;
	struct json_object *method = method_get(op, &resource);
	struct execution *x;
	int64_t began = op->started;
	enum step step;

	if (!method)
		return FAILED;
	x = begin(op, resource.name, op_str(op, "httpMethod"));
	x->resource = resource;
	x->verb = x->method;
	x->method_doc = method;
	x->integration = json_get(method, "methodIntegration");
	/* A path that does not fit the resource has no parameters. */
	if (!route_match(op->arena, resource.name, x->path, x->path_parameters))
		x->path_parameters = json_new_object(op->arena);
	if (str_is(x->method, "ANY"))
		x->method = STR("GET");
	trace_request(x);
	step = x->integration ? execution_run(x)
			      : refuse_logged(x, &refuse_internal,
					      "Execution failed due to configuration error: No "
					      "integration defined for method");
	if (step == STEP_WAIT)
		return WAITING;
	trace_answer(x);
	json_set_int(op->out, "status", x->status);
	json_set_str(op->out, "body", x->answer_body.p ? x->answer_body : STR(""));
	answer_headers_out(x, op->out);
	json_set_str(op->out, "log", print_log(x));
	json_set_int(op->out, "latency", op->now - began);
	return DONE;
}

/* --- authorizers ---------------------------------------------------------------------------------------- */

static enum outcome answer_authorizer(struct execution *x, int status)
{
	struct op *op = x->op;

	json_set_int(op->out, "clientStatus", status);
	json_set_str(op->out, "log", print_log(x));
	json_set_int(op->out, "latency", op->now - op->started);
	return DONE;
}

static enum outcome test_pool(struct execution *x, const struct thing *authorizer)
{
	struct str token = mapping_value(x, NULL, json_get_str(authorizer->doc, "identitySource"));
	const struct refusal *why = &refuse_unauthorized;
	struct json_object *claims = token.n ? cognito_claims(x, authorizer, token, &why) : NULL;

	if (!claims) {
		trace_line(x, "Unauthorized request: %.*s", STR_ARG(x->op->request_id));
		return answer_authorizer(x, 401);
	}
	json_set(x->op->out, "claims", json_object_get(claims));
	return answer_authorizer(x, 200);
}

enum outcome apigateway_test_invoke_authorizer(struct op *op)
{
	struct thing authorizer;
	struct execution *x;
	struct json_object *shown;
	enum step step;

	if (!thing_get(op, &kind_authorizer, &authorizer))
		return FAILED;
	x = begin(op, STR("/"), STR("GET"));
	x->method_doc = json_new_object(op->arena);
	x->resource = thing_new(op, x->api, 0);
	x->resource.name = STR("/");
	trace_line(x, "Starting authorizer: %.*s for request: %.*s", STR_ARG(authorizer.id),
		   STR_ARG(op->request_id));
	trace_line(x, "Incoming identity: %.*s",
		   STR_ARG(mapping_value(x, NULL, json_get_str(authorizer.doc, "identitySource"))));
	if (str_is(json_get_str(authorizer.doc, "type"), "COGNITO_USER_POOLS"))
		return test_pool(x, &authorizer);
	step = execute_custom(x, &authorizer);
	if (step == STEP_WAIT)
		return WAITING;
	shown = json_get(x->context, "authorizer");
	if (shown) {
		json_set_str(op->out, "principalId", json_get_str(shown, "principalId"));
		json_set_str(op->out, "policy", x->policy_text);
	}
	return answer_authorizer(x, shown ? 200 : x->status);
}
