/*
 * Function URLs: requests in, functions' answers out.
 *
 * From: Lambda Developer Guide, "Invoking Lambda function URLs", "Request payload format", "Control access to Lambda
 * function URLs".
 */
#include "aws/flow.h"
#include "aws/id.h"
#include "aws/invoke.h"
#include "aws/proxy2.h"
#include "base/base64.h"
#include "base/form.h"
#include "cloud/lambda/invoke.h"
#include "cloud/lambda/permissions.h"
#include "cloud/lambda/serve.h"
#include "cloud/lambda/start.h"

enum { REQUEST_MAX = 6291456 };

struct str url_id_of(const struct raw_request *raw, struct str *rest)
{
	struct str id = raw_host_label(raw, ".lambda-url.");

	*rest = raw->path;
	return id.p ? id : raw_path_label(raw, URL_PATH, rest);
}

/* --- refusing -------------------------------------------------------------------------------------- */

static enum outcome refuse(struct op *op, int status, const char *type, const char *body)
{
	op_answer_header(op, STR("x-amzn-RequestId"), op->request_id);
	op_answer_header(op, STR("x-amzn-ErrorType"), str_of(type));
	return op_answer(op, status, "application/json", str_of(body));
}

static enum outcome forbid(struct op *op)
{
	return refuse(
		op, 403, "AccessDeniedException",
		"{\"Message\":\"Forbidden. For troubleshooting Function URL authorization "
		"issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html\"}");
}

static enum outcome fail_badly(struct op *op)
{
	op_answer_header(op, STR("x-amzn-RequestId"), op->request_id);
	return op_answer(op, 502, "application/json", STR("Internal Server Error"));
}

/* The signature was wrong, or there was none where one is wanted. */
static enum outcome refuse_signature(struct op *op, struct str why)
{
	struct json_object *body = json_new_object(op->arena);

	json_set_str(body, "message", why);
	return refuse(op, 403, "InvalidSignatureException",
		      arena_cstr(op->arena, json_text(op->arena, body)));
}

/* --- who may ------------------------------------------------------------------------------------------ */

/* What an address leads to. */
struct target {
	struct str id, path, name, qualifier;
	struct json_object *config;
};

/* Is the function's policy (and, of who signs, their own) for it? */
static bool is_permitted(struct op *op, const struct target *t)
{
	struct str type = json_get_str(t->config, "AuthType"), document;
	struct str qualifier = t->qualifier.n ? t->qualifier : STR_NONE;
	const struct policy_key keys[] = { { STR("lambda:FunctionUrlAuthType"),
					     { &type, 1, false } },
					   { STR_NONE, { NULL, 0, false } } };
	struct authorize_check check = { .action = "lambda:InvokeFunctionUrl",
					 .resource = function_arn_of(op, t->name, qualifier),
					 .keys = keys };

	if (permissions_find(op, t->name, t->qualifier, &document))
		check.resource_policy = policy_parse(op->arena, document, POLICY_RESOURCE, NULL);
	if (op->caller.anyone && !check.resource_policy)
		return false;
	return authorize(op, &check);
}

/* False when it was answered: who signs is known, or nobody has to. */
static bool check_caller(struct op *op, const struct target *t, bool *signed_)
{
	struct str why = STR("");

	*signed_ = false;
	if (str_is(json_get_str(t->config, "AuthType"), "AWS_IAM")) {
		switch (op_verify(op, "lambda", &why)) {
		case RAW_UNSIGNED:
			forbid(op);
			return false;
		case RAW_REFUSED:
			refuse_signature(op, why);
			return false;
		case RAW_SIGNED:
			*signed_ = true;
			break;
		}
	}
	if (is_permitted(op, t))
		return true;
	forbid(op);
	return false;
}

/* --- other origins ------------------------------------------------------------------------------------- */

static bool lists(struct json_object *list, struct str value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_is(json_str(json_at(list, i)), "*") ||
		    str_eq_nocase(json_str(json_at(list, i)), value))
			return true;
	return false;
}

static struct str joined(struct op *op, struct json_object *list)
{
	struct str all = STR("");

	for (size_t i = 0; i < json_count(list); i++)
		all = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(all), i ? "," : "",
				 STR_ARG(json_str(json_at(list, i))));
	return all;
}

/* Headers that tell a browser that this origin may see the answer; false when it may not. */
static bool add_cors(struct op *op, struct json_object *cors)
{
	struct str origin = raw_header(op->raw, "Origin");

	if (!cors || !origin.n || !lists(json_get(cors, "AllowOrigins"), origin))
		return false;
	op_answer_header(op, STR("Access-Control-Allow-Origin"), origin);
	op_answer_header(op, STR("Vary"), STR("Origin"));
	if (json_bool_or(json_get(cors, "AllowCredentials"), false))
		op_answer_header(op, STR("Access-Control-Allow-Credentials"), STR("true"));
	if (json_count(json_get(cors, "ExposeHeaders")))
		op_answer_header(op, STR("Access-Control-Expose-Headers"),
				 joined(op, json_get(cors, "ExposeHeaders")));
	return true;
}

static bool is_preflight(struct op *op, struct json_object *cors)
{
	return cors && str_is(op->raw->method, "OPTIONS") && raw_header(op->raw, "Origin").n &&
	       raw_header(op->raw, "Access-Control-Request-Method").n;
}

/* Answered without the function. */
static enum outcome answer_preflight(struct op *op, struct json_object *cors)
{
	int64_t age = json_int_or(json_get(cors, "MaxAge"), 0);

	if (add_cors(op, cors)) {
		op_answer_header(op, STR("Access-Control-Allow-Methods"),
				 joined(op, json_get(cors, "AllowMethods")));
		op_answer_header(op, STR("Access-Control-Allow-Headers"),
				 joined(op, json_get(cors, "AllowHeaders")));
		if (age)
			op_answer_header(op, STR("Access-Control-Max-Age"),
					 arena_strf(op->arena, "%lld", (long long)age));
	}
	return op_answer(op, 200, NULL, STR(""));
}

/* --- the function's answer -------------------------------------------------------------------------------- */

static struct str scalar(struct op *op, struct json_object *value)
{
	return json_is_string(value) ? json_str(value) : json_text(op->arena, value);
}

/* The answer's headers; its content type is set apart. False when they are none. */
static bool add_headers(struct op *op, struct json_object *headers, const char **type)
{
	if (headers && !json_is_object(headers))
		return false;
	if (!headers)
		return true;
	JSON_EACH(headers, name, value)
	{
		if (json_is_object(value) || json_is_array(value))
			return false;
		if (str_eq_nocase(str_of(name), STR("content-type")))
			*type = arena_cstr(op->arena, scalar(op, value));
		else if (value)
			op_answer_header(op, str_of(name), scalar(op, value));
	}
	return true;
}

static bool add_cookies(struct op *op, struct json_object *cookies)
{
	if (cookies && !json_is_array(cookies))
		return false;
	for (size_t i = 0; i < json_count(cookies); i++)
		op_answer_header(op, STR("Set-Cookie"), json_str(json_at(cookies, i)));
	return true;
}

/* What may stand in a Content-Type. */
static bool is_clean(const char *type)
{
	for (; *type; type++)
		if ((unsigned char)*type < ' ' || *type == 0x7f)
			return false;
	return true;
}

/* {"statusCode", "headers", "cookies", "body", "isBase64Encoded"}; false when it is not so. */
static bool answer_formed(struct op *op, struct json_object *out)
{
	int64_t status = json_int_or(json_get(out, "statusCode"), 0);
	struct json_object *text = json_get(out, "body");
	struct str body = text ? json_str(text) : STR("");
	const char *type = "application/json";

	if (status < 100 || status > 599 || !body.p ||
	    (json_bool_or(json_get(out, "isBase64Encoded"), false) &&
	     !base64_parse(op->arena, body, &body)) ||
	    !add_headers(op, json_get(out, "headers"), &type) ||
	    !add_cookies(op, json_get(out, "cookies")) || !is_clean(type))
		return false;
	op_answer(op, (int)status, type, body);
	return true;
}

/* What stands before the body of a streamed answer: {"statusCode", "headers", "cookies"}; false when it does not. */
static bool read_head(struct op *op, struct str head, int *status, const char **type)
{
	struct json_object *prelude = json_parse(op->arena, head, NULL);

	*status = (int)json_int_or(json_get(prelude, "statusCode"), 200);
	*type = "application/octet-stream";
	return prelude && *status >= 100 && *status <= 599 &&
	       add_headers(op, json_get(prelude, "headers"), type) &&
	       add_cookies(op, json_get(prelude, "cookies")) && is_clean(*type);
}

static bool is_headed(struct str type)
{
	return str_is(type, "application/vnd.awslambda.http-integration-response");
}

/* A streamed answer that has come whole. With a head, eight zeros stand between it and the body. */
static bool answer_streamed(struct op *op, const char *type, struct str bytes)
{
	static const char zeros[8];
	ptrdiff_t at;
	int status = 200;

	if (!is_headed(str_of(type))) {
		op_answer(op, 200, type, bytes);
		return is_clean(type);
	}
	at = str_find_str(bytes, str_make(zeros, sizeof(zeros)));
	if (at < 0 || !read_head(op, str_slice(bytes, 0, (size_t)at), &status, &type))
		return false;
	op_answer(op, status, type, str_slice(bytes, (size_t)at + sizeof(zeros), bytes.n));
	return true;
}

static enum outcome answer_badly(struct op *op)
{
	op->answer = NULL;
	return fail_badly(op);
}

/* Its payload, and (absent: it is JSON) the type of what was streamed. */
static enum outcome answer(struct op *op, const struct target *t, struct str payload,
			   struct str type)
{
	struct json_object *parsed;

	op_answer_header(op, STR("x-amzn-RequestId"), op->request_id);
	add_cors(op, json_get(t->config, "Cors"));
	if (type.p)
		return answer_streamed(op, arena_cstr(op->arena, type), payload) ? DONE
										 : answer_badly(op);
	parsed = json_parse(op->arena, payload, NULL);
	if (!json_get(parsed, "statusCode"))
		return op_answer(op, 200, "application/json", payload);
	return answer_formed(op, parsed) ? DONE : answer_badly(op);
}

/* --- the function ------------------------------------------------------------------------------------------ */

static struct json_object *context_of(struct op *op, const struct target *t, struct str path,
				      bool signed_)
{
	struct proxy2_context from = {
		.account = signed_ ? str_of(op->account->id) : STR("anonymous"),
		.api = t->id,
		.domain = raw_host_label(op->raw, ".lambda-url.").p
				  ? op->raw->host
				  : arena_strf(op->arena, "%.*s.lambda-url.%s.on.aws",
					       STR_ARG(t->id), op->region),
		.prefix = t->id,
		.path = path,
		.request_id = op->request_id,
		.route_key = STR("$default"),
		.stage = STR("$default"),
	};
	struct json_object *context = proxy2_context(op, &from);

	if (signed_)
		json_set(json_set_object(context, "authorizer"), "iam",
			 json_object_get(proxy2_signer(op)));
	return context;
}

/* The request, in payload format 2.0; who signed it is op's caller. */
static struct str event_of(struct op *op, const struct target *t, bool signed_)
{
	struct str path = form_decode_lenient(op->arena, t->path, false);
	struct proxy2_request request = {
		.route_key = STR("$default"),
		.raw_path = path,
		.raw_query = op->raw->query,
		.headers = proxy_headers(op, proxy_trace_id(op)),
		.query = proxy_query(op->arena, op->raw->query),
		.context = context_of(op, t, path, signed_),
		.body = op->raw->body,
	};

	if (op->raw->body.n)
		multi_set(op->arena, request.headers, STR("content-length"),
			  arena_strf(op->arena, "%zu", op->raw->body.n), true);
	return json_text(op->arena, proxy2_event(op->arena, &request));
}

static enum outcome refuse_many(struct op *op)
{
	return refuse(op, 429, TooManyRequestsException.code, "{\"Message\":\"Rate Exceeded.\"}");
}

static enum outcome invoke(struct op *op, const struct target *t, bool signed_)
{
	struct waiting_call call = { .service = "lambda", .operation = "Invoke" };
	struct waited_call got;

	call.in = json_new_object(op->arena);
	json_set_str(call.in, "FunctionName", t->name);
	if (t->qualifier.n)
		json_set_str(call.in, "Qualifier", t->qualifier);
	json_set_str(call.in, "Payload", event_of(op, t, signed_));
	if (op_call_waiting(op, "function", &call, &got) == WAITING)
		return WAITING;
	if (got.error == &TooManyRequestsException)
		return refuse_many(op);
	if (got.error || got.timed_out || json_get(got.out, "FunctionError"))
		return fail_badly(op);
	return answer(op, t, json_get_str(got.out, "Payload"), json_get_str(got.out, "StreamType"));
}

/* --- the answer as it comes --------------------------------------------------------------------------------- */

static ssize_t read_flow(void *arg, char *out, size_t max)
{
	ssize_t n = flow_read(arg, out, max);

	return n == HTTP_SOURCE_END && flow_how_ended(arg)->failed ? HTTP_SOURCE_BROKEN : n;
}

static void flow_begun(void *arg, struct http_stream *reader)
{
	flow_attach(arg, reader);
}

static void flow_gone(void *arg)
{
	flow_leave(arg);
}

static enum outcome answer_flow(struct op *op, const struct target *t, struct flow *flow)
{
	const char *type = arena_cstr(op->arena, flow_type(flow));
	struct str head;
	int status = 200;

	op_answer_header(op, STR("x-amzn-RequestId"), op->request_id);
	add_cors(op, json_get(t->config, "Cors"));
	if (is_headed(str_of(type))
		    ? !flow_head(flow, op->arena, &head) || !read_head(op, head, &status, &type)
		    : !is_clean(type)) {
		flow_leave(flow);
		return answer_badly(op);
	}
	op_answer_flow(op, &(struct op_flow){ .source = { read_flow, flow_gone, flow },
					      .begun = flow_begun });
	return op_answer(op, status, type, STR(""));
}

/* Invoke it for an answer that is wanted as it comes. */
static enum outcome start(struct op *op, const struct target *t, bool signed_)
{
	struct str qualifier = t->qualifier.n ? t->qualifier : STR_NONE;
	struct start how = { .id = op->request_id, .flows = op_can_flow(op), .head = true };
	struct function f;

	if (!function_resolve(op, t->name, qualifier, &f) || function_is_pending(op, &f))
		return fail_badly(op);
	how.payload = event_of(op, t, signed_);
	switch (start_invocation(op, &f, &how)) {
	case DONE:
		return op_wait(op, op->request_id, INVOKE_WAIT_MS);
	case WAITING:
		return WAITING;
	case FAILED:
		break;
	}
	return op->error == &TooManyRequestsException ? refuse_many(op) : fail_badly(op);
}

static enum outcome invoke_flowing(struct op *op, const struct target *t, bool signed_)
{
	struct pool_result result;

	switch (pool_take(op->request_id, op->arena, &result)) {
	case POOL_DONE:
		return result.failed ? fail_badly(op) : answer(op, t, result.payload, result.type);
	case POOL_FLOWS:
		return answer_flow(op, t, result.flow);
	case POOL_RUNNING:
		return op_wait(op, op->request_id, INVOKE_WAIT_MS);
	case POOL_THROTTLED:
		return refuse_many(op);
	case POOL_UNKNOWN:
		break;
	}
	return start(op, t, signed_);
}

enum outcome lambda_op_serve_url(struct op *op)
{
	struct target t;
	bool signed_;

	t.id = url_id_of(op->raw, &t.path);
	if (!t.path.n)
		t.path = STR("/");
	if (!setting_marked(op, t.id, &t.name, &t.qualifier, &t.config))
		return refuse(op, 404, "ResourceNotFoundException", "{\"Message\":null}");
	if (is_preflight(op, json_get(t.config, "Cors")))
		return answer_preflight(op, json_get(t.config, "Cors"));
	if (op->raw->body.n > REQUEST_MAX)
		return refuse(op, 413, "RequestEntityTooLargeException",
			      "{\"Message\":\"Request must be smaller than 6291456 bytes for the "
			      "InvokeFunction operation\"}");
	if (!check_caller(op, &t, &signed_))
		return DONE;
	if (str_is(json_get_str(t.config, "InvokeMode"), "RESPONSE_STREAM"))
		return invoke_flowing(op, &t, signed_);
	return invoke(op, &t, signed_);
}
