/*
 * Integrations with this cloud's other services, "arn:aws:apigateway:REGION:dynamodb:action/PutItem": the call that the
 * template makes, made as the role that the integration names.
 * From: API Gateway Developer Guide, "Tutorial: Create a REST API with an AWS integration".
 */
#include "cloud/apigateway/execute.h"

#include "aws/invoke.h"
#include "base/form.h"

/* What the URI names: {"dynamodb", "PutItem"}. */
struct target {
	struct str service, action;
	bool query; /* by a form or a query string, to a service that takes them so: it answers in that protocol's way */
};

/* "sns:path//": the form itself says what is to be done. */
static struct str action_of_form(struct execution *x, const struct integration_request *request)
{
	struct str action = form_get(x->op->arena, request->body, "Action");
	struct json_object *query = json_get(request->query, "Action");

	return action.p ? action : json_str(json_at(query, 0));
}

static bool read_target(struct execution *x, const struct integration_request *request,
			struct target *out)
{
	struct str rest = with_variables(x, json_get_str(x->integration, "uri"));

	for (int i = 0; i < 4; i++)
		str_cut(&rest, ':');
	out->service = str_cut(&rest, ':');
	if (str_find(out->service, '.') >= 0)
		str_cut(&out->service, '.');
	out->query = aws_service_speaks(x->op->aws, out->service, PROTO_QUERY) &&
		     !str_starts(str_trim(request->body), STR("{"));
	if (out->query && str_starts(rest, STR("path/"))) {
		out->action = action_of_form(x, request);
		return out->action.n > 0;
	}
	if (!str_starts(rest, STR("action/")))
		return false;
	out->action = str_slice(rest, 7, rest.n);
	/* Parameters may stand behind the action. */
	out->action = str_cut(&out->action, '&');
	return out->action.n > 0;
}

/* A JSON body is the call's input; a form, or the query, is a flat one. */
static struct json_object *input_of(struct execution *x, const struct integration_request *request)
{
	struct arena *a = x->op->arena;
	struct json_object *in = json_parse(a, request->body, NULL), *singles;
	struct str rest = request->body, name, value;

	if (json_is_object(in))
		return in;
	if (str_starts(str_trim(request->body), STR("{")))
		return NULL;
	in = json_new_object(a);
	singles = multi_singles(a, request->query);
	if (singles)
		json_copy(in, singles);
	while (form_next(&rest, &name, &value))
		if (value.p && !str_is(name, "Action") && !str_is(name, "Version"))
			json_set_str(in, arena_cstr(a, form_decode_lenient(a, name, true)),
				     form_decode_lenient(a, value, true));
	return in;
}

static void set_answer(struct execution *x, struct integration_answer *answer, int status,
		       const struct target *target, struct str body)
{
	struct str type =
		target->query ? STR("application/json") : STR("application/x-amz-json-1.0");
	struct arena *a = x->op->arena;

	answer->status = status;
	answer->headers = json_new_object(a);
	multi_add(a, answer->headers, STR("Content-Type"), type, true);
	multi_add(a, answer->headers, STR("x-amzn-RequestId"), x->op->request_id, true);
	answer->body = body;
	answer->pattern = arena_strf(a, "%d", status);
	trace_line(x, "Received response. Status: %d, Integration latency: %lld ms", status,
		   (long long)x->integration_ms);
	trace_line(x, "Endpoint response body before transformations: %.*s", STR_ARG(body));
}

static void set_query_error(struct execution *x, struct json_object *body,
			    const struct aws_error *error, struct str message)
{
	struct json_object *o = json_set_object(body, "Error");

	json_set_cstr(o, "Code", error->code);
	json_set_str(o, "Message", message);
	json_set_cstr(o, "Type", error->status < 500 ? "Sender" : "Receiver");
	json_set_str(body, "RequestId", x->op->request_id);
}

static enum step answer_error(struct execution *x, const struct target *target,
			      struct integration_answer *answer, const struct aws_error *error,
			      struct str message)
{
	struct json_object *body = json_new_object(x->op->arena);
	bool dynamodb = str_is(target->service, "dynamodb");

	if (target->query) {
		set_query_error(x, body, error, message);
	} else {
		json_set_str(body, "__type",
			     arena_strf(x->op->arena, "%s%s",
					dynamodb ? "com.amazonaws.dynamodb.v20120810#" : "",
					error->code));
		json_set_str(body, error->capital ? "Message" : "message", message);
	}
	set_answer(x, answer, error->status, target, json_text(x->op->arena, body));
	return STEP_ON;
}

/* What a service of the query protocol answers who wants JSON: {"PublishResponse": {"PublishResult": {...}, ...}} */
static struct str query_answer(struct execution *x, const struct target *target,
			       struct json_object *out)
{
	struct arena *a = x->op->arena;
	struct json_object *body = json_new_object(a), *response;
	const char *name = arena_cstr(a, target->action);

	response = json_set_object(body, arena_printf(a, "%sResponse", name));
	if (json_count(out))
		json_set(response, arena_printf(a, "%sResult", name), json_object_get(out));
	json_set_str(json_set_object(response, "ResponseMetadata"), "RequestId", x->op->request_id);
	return json_text(a, body);
}

/* Who calls: the role, or whoever signed the request ("arn:aws:iam::*:user/<any>"). */
static bool find_caller(struct execution *x, struct str credentials, struct caller *out)
{
	if (str_starts(credentials, STR("arn:aws:iam::*:"))) {
		*out = x->op->caller;
		return !out->anyone;
	}
	return credentials.n && op_assume(x->op, credentials, "apigateway.amazonaws.com",
					  "BackplaneAssumeRoleSession", out);
}

enum step integrate_service(struct execution *x, const struct integration_request *request,
			    struct integration_answer *answer)
{
	struct op *op = x->op;
	struct str role = with_variables(x, json_get_str(x->integration, "credentials"));
	struct waiting_call call = {
		.in = input_of(x, request),
		.wait_ms = json_int_or(json_get(x->integration, "timeoutInMillis"), 29000),
	};
	struct waited_call got;
	struct target target;
	struct caller caller;

	if (!read_target(x, request, &target))
		return refuse_logged(x, &refuse_internal,
				     "Execution failed due to configuration error: Only actions of "
				     "services can be integrated here, not paths");
	if (!find_caller(x, role, &caller))
		return refuse_logged(
			x, &refuse_internal,
			"Execution failed due to configuration error: API Gateway does "
			"not have permission to assume the provided role");
	trace_line(x, "Endpoint request URI: https://%.*s.%s.amazonaws.com/?Action=%.*s",
		   STR_ARG(target.service), op->region, STR_ARG(target.action));
	trace_line(x, "Endpoint request body after transformations: %.*s", STR_ARG(request->body));
	if (!call.in)
		return answer_error(x, &target, answer, &SerializationException, STR(""));
	call.service = arena_cstr(op->arena, target.service);
	call.operation = arena_cstr(op->arena, target.action);
	call.as = &caller;
	if (op_call_waiting(op, "integration", &call, &got) == WAITING)
		return STEP_WAIT;
	x->integration_ms = op_waited(op);
	if (got.timed_out)
		return refuse_late(x);
	if (got.error)
		return answer_error(x, &target, answer, got.error, got.message);
	set_answer(x, answer, 200, &target,
		   target.query ? query_answer(x, &target, got.out)
				: json_text(op->arena, got.out));
	return STEP_ON;
}
