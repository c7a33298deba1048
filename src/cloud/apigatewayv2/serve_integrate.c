/*
 * Integrations: what a route leads to. From: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP
 * APIs".
 */
#include "cloud/apigatewayv2/serve.h"

#include "aws/invoke.h"
#include "base/base64.h"

struct str function_of(struct visit *v, struct str uri)
{
	struct str text = param_value(v, uri, NULL);
	ptrdiff_t at = str_find_str(text, STR("/functions/"));

	if (at < 0)
		return text;
	text = str_slice(text, (size_t)at + strlen("/functions/"), text.n);
	return str_ends(text, STR("/invocations")) ? str_slice(text, 0, text.n - 12) : text;
}

/* --- answers ----------------------------------------------------------------------------------------- */

struct json_object *lower_headers(struct visit *v, struct json_object *multi)
{
	struct json_object *out = json_new_object(v->op->arena);

	JSON_EACH(multi, name, values)
	{
		char *lower = arena_cstr(v->op->arena, str_of(name));

		for (char *p = lower; *p; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p | 0x20);
		for (size_t i = 0; i < json_count(values); i++)
			multi_add(v->op->arena, out, str_of(lower), json_str(json_at(values, i)),
				  true);
	}
	return out;
}

static bool read_old(struct visit *v, struct str payload, struct reply *reply)
{
	struct proxy_answer answer;

	if (!json_get(json_parse(v->op->arena, payload, NULL), "statusCode") ||
	    !proxy_answer_read(v->op->arena, payload, &answer))
		return false;
	reply->status = answer.status;
	reply->headers = lower_headers(v, answer.headers);
	reply->body = answer.body;
	return !answer.base64 || base64_parse(v->op->arena, answer.body, &reply->body);
}

static bool read_new(struct visit *v, struct str payload, struct reply *reply)
{
	struct proxy2_answer answer;

	if (!proxy2_answer_read(v->op->arena, payload, &answer))
		return false;
	reply->status = answer.status;
	reply->headers = answer.headers;
	reply->body = answer.body;
	return true;
}

enum step serve_reply(struct visit *v, struct reply *reply)
{
	v->integration_status = reply->status;
	map_reply(v, reply);
	v->status = reply->status;
	v->answer_headers = reply->headers;
	v->answer_body = reply->body;
	return STEP_ANSWERED;
}

enum step serve_fail(struct visit *v, int status, struct str why)
{
	v->integration_error = why;
	v->integration_status = status;
	return serve_refuse(v, status,
			    status == 503 ? "Service Unavailable" : "Internal Server Error");
}

/* --- functions ----------------------------------------------------------------------------------------- */

static struct str source_arn(struct visit *v)
{
	struct str rest = v->route_key, method = str_cut(&rest, ' ');

	if (!rest.p)
		return op_arn(v->op, "execute-api", "%.*s/%.*s/%.*s", STR_ARG(v->api),
			      STR_ARG(v->stage.id), STR_ARG(v->route_key));
	return op_arn(v->op, "execute-api", "%.*s/%.*s/%.*s%.*s", STR_ARG(v->api),
		      STR_ARG(v->stage.id), STR_ARG(str_is(method, "ANY") ? STR("*") : method),
		      STR_ARG(rest));
}

static enum step integrate_function(struct visit *v)
{
	struct json_object *doc = v->integration.doc;
	struct invoke how = { .service = "apigateway.amazonaws.com",
			      .function = function_of(v, json_get_str(doc, "integrationUri")),
			      .role = json_get_str(doc, "credentialsArn"),
			      .source_arn = source_arn(v),
			      .trace = v->trace,
			      .wait_ms = json_int_or(json_get(doc, "timeoutInMillis"), 30000) };
	struct reply reply = { .headers = json_new_object(v->op->arena) };
	struct invoked got;
	bool good;

	if (!v->event.p)
		v->event = event_text(v);
	how.payload = v->event;
	if (op_invoke(v->op, "integration", &how, &got) == WAITING)
		return STEP_WAIT;
	v->integration_ms = op_waited(v->op);
	if (got.timed_out)
		return serve_fail(v, 503, STR("The integration did not answer in time."));
	if (got.error)
		return serve_fail(v, 500, got.message);
	if (got.failed)
		return serve_fail(v, 500, STR("The Lambda function returned an error."));
	good = str_is(json_get_str(doc, "payloadFormatVersion"), "1.0")
		       ? read_old(v, got.payload, &reply)
		       : read_new(v, got.payload, &reply);
	if (!good)
		return serve_fail(v, 500,
				  STR("The response from the Lambda function is malformed."));
	return serve_reply(v, &reply);
}

enum step serve_map(struct visit *v)
{
	if (!v->integration.doc)
		return serve_fail(v, 500, STR("The route has no integration."));
	map_request(v);
	return STEP_ON;
}

enum step serve_integrate(struct visit *v)
{
	struct str type = json_get_str(v->integration.doc, "integrationType");

	return str_is(type, "AWS_PROXY") ? integrate_function(v) : serve_http(v);
}
