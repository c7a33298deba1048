/*
 * What is told of an execution: the log that TestInvokeMethod shows, execution and access logs, metrics.
 * From: API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs", "Amazon API Gateway dimensions and metrics".
 */
#include "cloud/apigateway/execute.h"

#include <stdarg.h>
#include <stdio.h>

#include "aws/emit.h"
#include "base/hash.h"

enum { LINE_MAX_BYTES = 10240 };

/* --- lines ---------------------------------------------------------------------------------------- */

static void release(void *log)
{
	buf_release(log);
}

void execution_log(struct execution *x)
{
	enum { LOG_MAX = 4 << 20 };

	x->log = ARENA_NEW(x->op->arena, struct buf);
	buf_init(x->log, LOG_MAX);
	arena_defer(x->op->arena, release, x->log);
}

void trace_line(struct execution *x, const char *format, ...)
{
	va_list args;
	int n;
	char *room;

	if (!x->log)
		return;
	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	room = n > 0 ? buf_extend(x->log, (size_t)n + 1) : NULL;
	if (!room)
		return;
	va_start(args, format);
	vsnprintf(room, (size_t)n + 1, format, args);
	va_end(args);
}

struct str trace_map(struct execution *x, struct json_object *map)
{
	struct str text;
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_addc(&b, '{');
	if (json_is_object(map)) {
		JSON_EACH(map, name, value)
		{
			bool many = json_is_array(value);

			buf_addf(&b, "%s%s=", b.n > 1 ? ", " : "", name);
			if (!many)
				buf_add(&b, json_str(value));
			for (size_t i = 0; many && i < json_count(value); i++)
				buf_addf(&b, "%s%.*s", i ? "," : "",
					 STR_ARG(json_str(json_at(value, i))));
		}
	}
	buf_addc(&b, '}');
	text = arena_dup(x->op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

void trace_request(struct execution *x)
{
	if (!x->log)
		return;
	trace_line(x, "Starting execution for request: %.*s", STR_ARG(x->op->request_id));
	trace_line(x, "HTTP Method: %.*s, Resource Path: %.*s", STR_ARG(x->method),
		   STR_ARG(x->path));
	trace_line(x, "Method request path: %.*s", STR_ARG(trace_map(x, x->path_parameters)));
	trace_line(x, "Method request query string: %.*s", STR_ARG(trace_map(x, x->query)));
	trace_line(x, "Method request headers: %.*s", STR_ARG(trace_map(x, x->headers)));
	trace_line(x, "Method request body before transformations: %.*s", STR_ARG(x->body));
}

void trace_answer(struct execution *x)
{
	if (!x->log)
		return;
	if (!x->refusal) {
		trace_line(x, "Method response body after transformations: %.*s",
			   STR_ARG(x->answer_body));
		trace_line(x, "Method response headers: %.*s",
			   STR_ARG(trace_map(x, x->answer_headers)));
		trace_line(x, "Successfully completed execution");
	}
	trace_line(x, "Method completed with status: %d", x->status);
}

/* --- logs of a stage ---------------------------------------------------------------------------------- */

bool log_wanted(const struct execution *x)
{
	struct str level = json_get_str(x->settings, "loggingLevel");

	return str_is(level, "ERROR") || str_is(level, "INFO");
}

static void emit_execution_log(struct execution *x, struct str role)
{
	struct str rest = x->log ? buf_str(x->log) : STR("");
	struct emit_line line = {
		.group = arena_strf(x->op->arena, "API-Gateway-Execution-Logs_%.*s/%.*s",
				    STR_ARG(x->api), STR_ARG(x->stage.id)),
		.role = role,
	};
	unsigned char digest[MD5_BYTES];
	char hex[MD5_BYTES * 2 + 1];
	bool errors_only = str_is(json_get_str(x->settings, "loggingLevel"), "ERROR");

	if (!role.n || !log_wanted(x))
		return;
	hash_md5(arena_strf(x->op->arena, "%.*s%lld", STR_ARG(x->owner),
			    (long long)(x->op->now / 86400000)),
		 digest);
	hash_hex(digest, sizeof(digest), hex);
	line.stream = str_of(hex);
	while (rest.n) {
		struct str text = str_make(rest.p, strnlen(rest.p, rest.n));

		rest = str_slice(rest, text.n + 1, rest.n);
		if (errors_only && str_find_str(text, STR("Execution failed")) < 0)
			continue;
		line.text = arena_strf(x->op->arena, "(%.*s) %.*s", STR_ARG(x->op->request_id),
				       STR_ARG(str_slice(text, 0, LINE_MAX_BYTES)));
		emit_log(x->op, &line);
	}
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* "$context.identity.sourceIp" in a format becomes its value, or "-". */
static struct str access_text(struct execution *x, struct str format)
{
	struct str begin = STR("$context."), text, value;
	struct buf b;
	ptrdiff_t at;

	buf_init(&b, 1 << 16);
	while ((at = str_find_str(format, begin)) >= 0) {
		size_t end = (size_t)at + begin.n;

		while (end < format.n &&
		       (is_name(format.p[end]) ||
			(format.p[end] == '.' && end + 1 < format.n && is_name(format.p[end + 1]))))
			end++;
		buf_add(&b, str_slice(format, 0, (size_t)at));
		value = context_value(x, str_slice(format, (size_t)at + begin.n, end));
		buf_add(&b, value.n ? value : STR("-"));
		format = str_slice(format, end, format.n);
	}
	buf_add(&b, format);
	text = arena_dup(x->op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static void set_number(struct execution *x, const char *name, int64_t number)
{
	json_set_str(x->context, name, arena_strf(x->op->arena, "%lld", (long long)number));
}

static void emit_access_log(struct execution *x, struct str role)
{
	struct json_object *settings = json_get(x->stage.doc, "accessLogSettings");
	struct str group = json_get_str(settings, "destinationArn");

	if (!role.n || !str_starts(group, STR("arn:aws:logs:")))
		return;
	for (int i = 0; i < 6; i++)
		str_cut(&group, ':');
	group = str_cut(&group, ':');
	set_number(x, "status", x->status);
	set_number(x, "responseLength", (int64_t)x->answer_body.n);
	set_number(x, "responseLatency", op_waited(x->op));
	if (x->integration_ms >= 0)
		set_number(x, "integrationLatency", x->integration_ms);
	emit_log(x->op,
		 &(struct emit_line){ .group = group,
				      .stream = arena_strf(x->op->arena, "%.*s", STR_ARG(x->owner)),
				      .role = role,
				      .text = access_text(x, json_get_str(settings, "format")) });
}

/* --- metrics --------------------------------------------------------------------------------------------- */

static void emit_one(struct execution *x, const char *name, const char *unit, double value)
{
	struct emit_metric metric = {
		.space = "AWS/ApiGateway",
		.name = name,
		.unit = unit,
		.value = value,
		.dimensions = { { "ApiName", json_get_str(x->doc, "name") } },
	};

	emit_metric(x->op, &metric);
	metric.dimensions[1] = (struct emit_dimension){ "Stage", x->stage.id };
	emit_metric(x->op, &metric);
	if (!json_bool_or(json_get(x->settings, "metricsEnabled"), false))
		return;
	metric.dimensions[1] = (struct emit_dimension){ "Method", x->verb };
	metric.dimensions[2] = (struct emit_dimension){ "Resource", x->resource.name };
	metric.dimensions[3] = (struct emit_dimension){ "Stage", x->stage.id };
	emit_metric(x->op, &metric);
}

void execution_emit(struct execution *x)
{
	bool logs = x->settings || json_get(x->stage.doc, "accessLogSettings");
	struct str role = logs ? account_log_role(x->op) : STR_NONE;

	emit_execution_log(x, role);
	emit_access_log(x, role);
	emit_one(x, "Count", "Count", 1);
	emit_one(x, "4XXError", "Count", x->status >= 400 && x->status < 500);
	emit_one(x, "5XXError", "Count", x->status >= 500);
	emit_one(x, "Latency", "Milliseconds", (double)op_waited(x->op));
	if (x->integration_ms >= 0)
		emit_one(x, "IntegrationLatency", "Milliseconds", (double)x->integration_ms);
}
