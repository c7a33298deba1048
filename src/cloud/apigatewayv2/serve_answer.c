/*
 * Answers, what is counted of them, and access logs. From: API Gateway Developer Guide, "Configure logging for HTTP APIs",
 * "Customize HTTP API access logs", "Work with metrics for HTTP APIs".
 */
#include "cloud/apigatewayv2/serve.h"

#include "aws/emit.h"

enum step serve_refuse(struct visit *v, int status, const char *message)
{
	struct json_object *body = json_new_object(v->op->arena);

	json_set_cstr(body, "message", message);
	v->error = message;
	v->status = status;
	v->answer_body = json_text(v->op->arena, body);
	multi_set(v->op->arena, v->answer_headers, STR("content-type"), STR("application/json"),
		  true);
	return STEP_ANSWERED;
}

/* --- the access log -------------------------------------------------------------------------------- */

/* What is known of the answer only, by its name behind "$context.". */
static struct str answer_value(struct visit *v, struct str name)
{
	const struct {
		const char *name;
		int64_t value;
	} numbers[] = { { "status", v->status },
			{ "responseLength", (int64_t)v->answer_body.n },
			{ "dataProcessed", (int64_t)(v->body.n + v->answer_body.n) },
			{ "responseLatency", v->op->now - v->op->started },
			{ "integrationLatency", v->integration_ms },
			{ "integration.latency", v->integration_ms },
			{ "integrationStatus", v->integration_status },
			{ "integration.status", v->integration_status },
			{ "integration.integrationStatus", v->integration_status } };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (str_is(name, numbers[i].name))
			return numbers[i].value < 0 || (i > 4 && !numbers[i].value)
				       ? STR_NONE
				       : arena_strf(v->op->arena, "%lld",
						    (long long)numbers[i].value);
	if (str_is(name, "error.message"))
		return str_of(v->error);
	if (str_is(name, "error.messageString"))
		return v->error ? arena_strf(v->op->arena, "\"%s\"", v->error) : STR_NONE;
	if (str_is(name, "integrationErrorMessage") || str_is(name, "integration.error"))
		return v->integration_error;
	return STR_NONE;
}

static bool is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-' || c == ':';
}

/* "$context.requestId" and its kin become values; "-" where there is none. */
static struct str log_text(struct visit *v, struct str format)
{
	struct str begin = STR("$context."), rest = format, text, name, value;
	struct buf b;

	buf_init(&b, 1 << 20);
	for (;;) {
		ptrdiff_t at = str_find_str(rest, begin);
		size_t end;

		if (at < 0)
			break;
		buf_add(&b, str_slice(rest, 0, (size_t)at));
		end = (size_t)at + begin.n;
		while (end < rest.n && is_of_name(rest.p[end]))
			end++;
		name = str_slice(rest, (size_t)at + begin.n, end);
		while (name.n && (name.p[name.n - 1] == '.' || name.p[name.n - 1] == ':'))
			name.n--;
		value = answer_value(v, name);
		if (!value.p)
			value = serve_context(v, name);
		buf_add(&b, value.p ? value : STR("-"));
		rest = str_slice(rest, (size_t)at + begin.n + name.n, rest.n);
	}
	buf_add(&b, rest);
	text = arena_dup(v->op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static void write_log(struct visit *v)
{
	struct json_object *settings = json_get(v->stage.doc, "accessLogSettings");
	struct str group = json_get_str(settings, "destinationArn");
	ptrdiff_t at = str_find_str(group, STR(":log-group:"));
	struct emit_line line = { .at_ms = v->op->started };

	if (at < 0 || !v->context)
		return;
	group = str_slice(group, (size_t)at + strlen(":log-group:"), group.n);
	line.group = str_cut(&group, ':');
	line.stream = arena_strf(v->op->arena, "%.*s/%.*s", STR_ARG(v->api), STR_ARG(v->stage.id));
	line.text = log_text(v, json_get_str(settings, "format"));
	emit_log(v->op, &line);
}

/* --- figures ------------------------------------------------------------------------------------------ */

/* For the API, for the stage, and with detailed metrics for the route. */
static void count(struct visit *v, const char *name, const char *unit, double value)
{
	struct emit_metric metric = { .space = "AWS/ApiGateway",
				      .name = name,
				      .unit = unit,
				      .dimensions = { { "ApiId", v->api } },
				      .value = value };
	struct str resource = v->route_key, method;

	emit_metric(v->op, &metric);
	metric.dimensions[1] = (struct emit_dimension){ "Stage", v->stage.id };
	emit_metric(v->op, &metric);
	if (!v->route_key.p || !json_bool_or(json_get(stage_settings(&v->stage, v->route_key),
						      "detailedMetricsEnabled"),
					     false))
		return;
	method = str_cut(&resource, ' ');
	metric.dimensions[2] = (struct emit_dimension){ "Method", method };
	metric.dimensions[3] =
		(struct emit_dimension){ "Resource", resource.p ? resource : method };
	emit_metric(v->op, &metric);
}

static void count_answer(struct visit *v)
{
	if (!v->stage.id.p)
		return;
	count(v, "Count", "Count", 1);
	count(v, "4xx", "Count", v->status / 100 == 4);
	count(v, "5xx", "Count", v->status / 100 == 5);
	count(v, "Latency", "Milliseconds", (double)(v->op->now - v->op->started));
	if (v->integration_ms >= 0)
		count(v, "IntegrationLatency", "Milliseconds", (double)v->integration_ms);
	count(v, "DataProcessed", "Bytes", (double)(v->body.n + v->answer_body.n));
}

/* --- the answer ----------------------------------------------------------------------------------------- */

/* What may stand in a Content-Type. */
static bool is_clean(struct str type)
{
	for (size_t i = 0; i < type.n; i++)
		if ((unsigned char)type.p[i] < ' ' || type.p[i] == 0x7f)
			return false;
	return type.n > 0;
}

enum outcome serve_answer(struct visit *v)
{
	struct str type = multi_last(v->answer_headers, STR("content-type"));
	const char *sent = NULL;

	if (v->api_doc)
		serve_cors(v);
	if (is_clean(type))
		sent = arena_cstr(v->op->arena, type);
	else if (v->answer_body.n)
		sent = "text/plain;charset=UTF-8";
	JSON_EACH(v->answer_headers, name, values)
	{
		for (size_t i = 0; i < json_count(values); i++)
			if (strcmp(name, "content-type") != 0)
				op_answer_header(v->op, str_of(name), json_str(json_at(values, i)));
	}
	op_answer_header(v->op, STR("apigw-requestid"), v->id);
	count_answer(v);
	write_log(v);
	return op_answer(v->op, v->status, sent, v->answer_body.p ? v->answer_body : STR(""));
}
