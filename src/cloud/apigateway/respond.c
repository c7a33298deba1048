/*
 * Answers: refusals as gateway responses, headers under the names that they may have, and the sending of it all.
 * From: API Gateway Developer Guide, "Gateway responses for REST APIs in API Gateway", "Important notes" on remapped headers.
 */
#include "cloud/apigateway/execute.h"

#include <stdarg.h>
#include <stdio.h>

const struct refusal refuse_forbidden = { "ACCESS_DENIED", "ForbiddenException",
					  "Forbidden",     0,
					  false,           false };
const struct refusal refuse_api_key = {
	"INVALID_API_KEY", "ForbiddenException", "Forbidden", 0, false, false
};
const struct refusal refuse_missing_token = { "MISSING_AUTHENTICATION_TOKEN",
					      "MissingAuthenticationTokenException",
					      "Missing Authentication Token",
					      0,
					      false,
					      false };
const struct refusal refuse_unauthorized = { "UNAUTHORIZED", "UnauthorizedException",
					     "Unauthorized", 0,
					     false,          false };
const struct refusal refuse_internal = { "API_CONFIGURATION_ERROR",
					 "InternalServerErrorException",
					 "Internal server error",
					 0,
					 true,
					 false };

const struct refusal *refusal_of(struct execution *x, const char *type, const char *error,
				 const char *message)
{
	struct refusal *why = ARENA_NEW(x->op->arena, struct refusal);

	*why = (struct refusal){ .type = type, .error = error, .message = message };
	return why;
}

/* --- headers ---------------------------------------------------------------------------------------- */

void answer_header(struct execution *x, struct str name, struct str value)
{
	static const char *const remapped[] = { "Authorization",
						"Connection",
						"Content-Length",
						"Content-MD5",
						"Date",
						"Expect",
						"Host",
						"Max-Forwards",
						"Proxy-Authenticate",
						"Server",
						"Trailer",
						"Upgrade",
						"User-Agent",
						"WWW-Authenticate",
						"x-amzn-RequestId" };
	static const char *const dropped[] = { "Transfer-Encoding", "x-amz-apigw-id" };
	struct arena *a = x->op->arena;

	if (!x->answer_headers)
		x->answer_headers = json_new_object(a);
	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
		if (str_eq_nocase(name, str_of(dropped[i])))
			return;
	for (size_t i = 0; i < sizeof(remapped) / sizeof(*remapped); i++)
		if (str_eq_nocase(name, str_of(remapped[i])))
			name = arena_strf(a, "x-amzn-Remapped-%.*s", STR_ARG(name));
	if (str_eq_nocase(name, STR("Content-Type")))
		multi_set(a, x->answer_headers, STR("Content-Type"), value, true);
	else
		multi_add(a, x->answer_headers, name, value, true);
}

/* --- refusals ------------------------------------------------------------------------------------------ */

/* As API Gateway writes it where nobody has said otherwise. */
static struct str plain_body(struct arena *a, const struct refusal *why)
{
	struct buf b;
	struct str text;

	buf_init(&b, 65536);
	buf_addf(&b, "{\"%s\":%s", why->capital ? "Message" : "message", why->spaced ? " " : "");
	if (why->message)
		json_print_string(&b, str_of(why->message));
	else
		buf_adds(&b, "null");
	buf_addc(&b, '}');
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static bool is_path_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* Gateway responses know variables only: "$context.error.messageString", "$stageVariables.a". */
static struct str substitute(struct execution *x, struct str text)
{
	static const char *const roots[] = { "context.", "stageVariables.", "method.request." };
	struct str out, name;
	struct buf b;

	buf_init(&b, 1 << 20);
	while (text.n) {
		size_t used = 0;

		for (size_t r = 0; r < 3 && !used; r++) {
			if (text.p[0] != '$' ||
			    !str_starts(str_slice(text, 1, text.n), str_of(roots[r])))
				continue;
			for (used = 1; used < text.n && is_path_character(text.p[used]);)
				used++;
			while (text.p[used - 1] == '.')
				used--;
		}
		name = str_slice(text, 1, used);
		if (used)
			buf_add(&b, mapping_value(x, NULL, name));
		else
			buf_addc(&b, text.p[0]);
		text = str_slice(text, used ? used : 1, text.n);
	}
	out = arena_dup(x->op->arena, buf_str(&b));
	buf_release(&b);
	return out;
}

static void set_error(struct execution *x, const struct refusal *why)
{
	struct json_object *error = json_set_object(x->context, "error");
	struct str message = why->message ? str_of(why->message) : STR_NONE;
	struct buf b;

	buf_init(&b, 65536);
	if (message.p)
		json_print_string(&b, message);
	else
		buf_adds(&b, "null");
	json_set_str(error, "message", message.p ? message : STR(""));
	json_set_str(error, "messageString", buf_str(&b));
	json_set_cstr(error, "responseType", why->type);
	buf_release(&b);
}

/* The response that somebody has put, for this type or for all of its class; NULL: nobody has. */
static struct json_object *custom_response(struct execution *x, const char *type)
{
	struct str status = gateway_response_status(str_of(type));
	struct thing set;
	const char *class = "DEFAULT_5XX";

	if (status.n && status.p[0] == '4')
		class = "DEFAULT_4XX";
	if (!x->owner.n ||
	    (!thing_find(x->op, &kind_gateway_response, x->owner, str_of(type), &set) &&
	     !thing_find(x->op, &kind_gateway_response, x->owner, str_of(class), &set)))
		return NULL;
	return gateway_response_of(x->op, x->owner, str_of(type));
}

static void set_parameters(struct execution *x, struct json_object *parameters)
{
	struct str prefix = STR("gatewayresponse.header.");

	if (!parameters)
		return;
	JSON_EACH(parameters, target, source)
	{
		struct str value = mapping_value(x, NULL, json_str(source));

		if (value.p && str_starts(str_of(target), prefix))
			answer_header(x, str_slice(str_of(target), prefix.n, strlen(target)),
				      value);
	}
}

static void apply_custom(struct execution *x, struct json_object *custom)
{
	struct json_object *templates = json_get(custom, "responseTemplates");
	struct str accept = multi_last(x->headers, STR("Accept")), type;
	const char *template;
	int64_t status;

	type = str_trim(str_cut(&accept, ','));
	template = template_for(templates, type);
	if (!template) {
		type = STR("application/json");
		template = template_for(templates, type);
	}
	if (template && (!type.n || str_is(type, "*/*")))
		type = STR("application/json");
	if (str_to_int(json_get_str(custom, "statusCode"), &status))
		x->status = (int)status;
	if (template) {
		x->answer_body = substitute(x, str_of(template));
		multi_set(x->op->arena, x->answer_headers, STR("Content-Type"), type, true);
	}
	set_parameters(x, json_get(custom, "responseParameters"));
}

enum step refuse(struct execution *x, const struct refusal *why)
{
	struct arena *a = x->op->arena;
	struct refusal *kept = ARENA_NEW(a, struct refusal);
	struct json_object *custom;
	int64_t status = 500;

	*kept = *why;
	x->refusal = kept;
	x->answer_headers = json_new_object(a);
	multi_set(a, x->answer_headers, STR("Content-Type"), STR("application/json"), true);
	multi_set(a, x->answer_headers, STR("x-amzn-ErrorType"), str_of(why->error), true);
	str_to_int(gateway_response_status(str_of(why->type)), &status);
	x->status = why->status ? why->status : (int)status;
	x->answer_body = plain_body(a, why);
	set_error(x, why);
	trace_line(x, "Gateway response type: %s with status code: %d", why->type, x->status);
	custom = custom_response(x, why->type);
	if (custom)
		apply_custom(x, custom);
	return STEP_ANSWERED;
}

enum step refuse_logged(struct execution *x, const struct refusal *why, const char *format, ...)
{
	va_list args;
	char text[4096];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	trace_line(x, "%s", text);
	return refuse(x, why);
}

enum step refuse_late(struct execution *x)
{
	static const struct refusal late = { "INTEGRATION_TIMEOUT",
					     "InternalServerErrorException",
					     "Endpoint request timed out",
					     504,
					     true,
					     false };

	return refuse_logged(x, &late, "Execution failed due to a timeout error");
}

/* --- sending ---------------------------------------------------------------------------------------------- */

static void send_headers(struct execution *x, const char **type)
{
	JSON_EACH(x->answer_headers, name, values)
	{
		for (size_t i = 0; i < json_count(values); i++) {
			struct str value = json_str(json_at(values, i));

			if (str_eq_nocase(str_of(name), STR("Content-Type")))
				*type = arena_cstr(x->op->arena, value);
			else
				op_answer_header(x->op, str_of(name), value);
		}
	}
}

/* A type that could not stand in a header is not sent. */
static bool is_sendable(const char *type)
{
	for (; type && *type; type++)
		if ((unsigned char)*type < ' ')
			return false;
	return true;
}

enum outcome respond(struct execution *x)
{
	struct op *op = x->op;
	const char *type = NULL;

	if (!x->answer_headers)
		x->answer_headers = json_new_object(op->arena);
	execute_remember(x);
	trace_answer(x);
	execution_emit(x);
	op_answer_header(op, STR("x-amzn-RequestId"), op->request_id);
	op_answer_header(op, STR("x-amz-apigw-id"), json_get_str(x->context, "extendedRequestId"));
	if (x->traced && !x->refusal && !multi_values(x->answer_headers, STR("X-Amzn-Trace-Id")))
		op_answer_header(op, STR("X-Amzn-Trace-Id"), x->trace_id);
	if (x->warned)
		op_answer_header(op, STR("Warning"),
				 STR("199 Cache-control headers were ignored because the caller "
				     "was unauthorized."));
	send_headers(x, &type);
	return op_answer(op, x->status, is_sendable(type) ? type : NULL, x->answer_body);
}

enum outcome respond_bare(struct op *op, const struct refusal *why)
{
	int64_t status = 403;

	str_to_int(gateway_response_status(str_of(why->type)), &status);
	op_answer_header(op, STR("x-amzn-RequestId"), op->request_id);
	op_answer_header(op, STR("x-amz-apigw-id"), proxy_extended_id(op->arena));
	op_answer_header(op, STR("x-amzn-ErrorType"), str_of(why->error));
	return op_answer(op, (int)status, "application/json", plain_body(op->arena, why));
}
