/*
 * Integrations: what a method's request becomes, and what is made of the answer. The kinds are in integrate_function.c,
 * integrate_service.c and integrate_http.c; MOCK is here.
 * From: API Gateway Developer Guide, "Integrations for REST APIs in API Gateway".
 */
#include "cloud/apigateway/execute.h"

#include "base/base64.h"
#include "base/regex.h"

static const struct refusal unsupported = {
	"UNSUPPORTED_MEDIA_TYPE", "BadRequestException", "Unsupported Media Type", 0, false, false
};

/* --- the request ----------------------------------------------------------------------------------- */

/* Some headers are the connection's own affair, and some of a call to a service its signature's. */
static bool can_be_mapped(const struct execution *x, struct str name)
{
	static const char *const never[] = { "Content-Length",
					     "Transfer-Encoding",
					     "Authorization",
					     "Connection",
					     "Expect",
					     "TE",
					     "Proxy-Authenticate" };
	struct str type = json_get_str(x->integration, "type");
	size_t n = str_starts(type, STR("AWS")) ? sizeof(never) / sizeof(*never) : 2;

	for (size_t i = 0; i < n && !str_is(type, "MOCK"); i++)
		if (str_eq_nocase(name, str_of(never[i])))
			return false;
	return true;
}

/* "integration.request.header.X" = "method.request.querystring.y"; false when X cannot be set. */
static bool map_parameters(struct execution *x, struct integration_request *request)
{
	struct json_object *parameters = json_get(x->integration, "requestParameters");
	struct arena *a = x->op->arena;

	if (!parameters)
		return true;
	JSON_EACH(parameters, target, source)
	{
		struct str value = mapping_value(x, NULL, json_str(source)), place = str_of(target);

		if (!value.p)
			continue;
		str_cut(&place, '.');
		str_cut(&place, '.');
		if (str_starts(place, STR("header.")) &&
		    !can_be_mapped(x, str_slice(place, 7, place.n)))
			return false;
		if (str_starts(place, STR("header.")))
			multi_set(a, request->headers, str_slice(place, 7, place.n), value, true);
		else if (str_starts(place, STR("querystring.")))
			multi_set(a, request->query, str_slice(place, 12, place.n), value, false);
		else if (str_starts(place, STR("path.")))
			json_set_str(request->path_parameters,
				     arena_cstr(a, str_slice(place, 5, place.n)), value);
	}
	return true;
}

/* $context.requestOverride.header.x and its like win over what was mapped. */
static void override_request(struct execution *x, struct json_object *context,
			     struct integration_request *request)
{
	struct json_object *over = json_get(context, "requestOverride");
	struct arena *a = x->op->arena;

	if (json_is_object(json_get(over, "header"))) {
		JSON_EACH(json_get(over, "header"), name, value)
		{
			multi_set(a, request->headers, str_of(name), json_str(value), true);
		}
	}
	if (json_is_object(json_get(over, "querystring"))) {
		JSON_EACH(json_get(over, "querystring"), name, value)
		{
			multi_set(a, request->query, str_of(name), json_str(value), false);
		}
	}
	if (json_is_object(json_get(over, "path"))) {
		JSON_EACH(json_get(over, "path"), name, value)
		{
			json_set_str(request->path_parameters, name, json_str(value));
		}
	}
}

/* A body without a template is passed on, or the request is refused, as the integration says. */
static bool passes(const struct execution *x)
{
	struct str how = json_get_str(x->integration, "passthroughBehavior");

	if (str_is(how, "NEVER"))
		return false;
	return !str_is(how, "WHEN_NO_TEMPLATES") ||
	       !json_count(json_get(x->integration, "requestTemplates"));
}

static enum step transform_request(struct execution *x, struct integration_request *request)
{
	struct str handling = json_get_str(x->integration, "contentHandling"), bytes;
	const char *template = template_for(json_get(x->integration, "requestTemplates"),
					    multi_last(x->headers, STR("Content-Type")));
	struct json_object *context;
	const struct refusal *why;

	request->body = x->body.p ? x->body : STR("");
	if (str_is(handling, "CONVERT_TO_TEXT") && x->binary)
		request->body = base64_print(x->op->arena, request->body);
	else if (str_is(handling, "CONVERT_TO_BINARY") && !x->binary) {
		if (!base64_parse(x->op->arena, request->body, &bytes))
			return refuse_logged(x, &refuse_internal,
					     "Execution failed due to configuration error: Unable "
					     "to base64 decode the body.");
		request->body = bytes;
	}
	if (!template)
		return passes(x) ? STEP_ON : refuse(x, &unsupported);
	if (!mapping_body(x, str_of(template), request->body, &request->body, &context, &why))
		return refuse(x, why);
	override_request(x, context, request);
	return STEP_ON;
}

/* --- MOCK ---------------------------------------------------------------------------------------------- */

static enum step integrate_mock(struct execution *x, const struct integration_request *request,
				struct integration_answer *answer)
{
	struct json_object *body = json_parse(x->op->arena, request->body, NULL);
	struct json_object *status = json_get(body, "statusCode");
	int64_t number = json_int_or(status, 0);

	if (json_is_string(status))
		str_to_int(json_str(status), &number);
	if (number < 100 || number > 599)
		return refuse_logged(x, &refuse_internal,
				     "Execution failed due to configuration error: Unable to parse "
				     "statusCode. It should be an integer that is defined in the "
				     "request template");
	answer->status = (int)number;
	answer->headers = json_new_object(x->op->arena);
	answer->body = STR("");
	answer->pattern = arena_strf(x->op->arena, "%d", answer->status);
	return STEP_ON;
}

/* --- the answer ------------------------------------------------------------------------------------------ */

/* The response whose pattern matches, or the one without a pattern. */
static struct json_object *select_response(struct execution *x,
					   const struct integration_answer *answer)
{
	struct json_object *all = json_get(x->integration, "integrationResponses");
	struct json_object *otherwise = NULL;
	const char *why = "";

	if (!all)
		return NULL;
	JSON_EACH(all, status, response)
	{
		struct str pattern = json_get_str(response, "selectionPattern");
		const struct regex *regex;

		(void)status;
		if (!pattern.n) {
			otherwise = response;
			continue;
		}
		regex = answer->pattern.p ? regex_compile(x->op->arena, pattern, &why) : NULL;
		if (regex && regex_matches(regex, answer->pattern))
			return response;
	}
	return otherwise;
}

/* The template of the media type that the caller accepts, of application/json, or the first. */
static const char *response_template(struct execution *x, struct json_object *templates,
				     struct str *type)
{
	struct str accept = multi_last(x->headers, STR("Accept"));
	const char *found = NULL;

	*type = STR("application/json");
	if (!json_count(templates))
		return NULL;
	accept = str_trim(str_cut(&accept, ','));
	accept = str_trim(str_cut(&accept, ';'));
	JSON_EACH(templates, key, template)
	{
		if (accept.n && str_eq_nocase(str_of(key), accept)) {
			*type = str_of(key);
			return json_object_get_string(template);
		}
		if (!found || strcmp(key, "application/json") == 0) {
			*type = str_of(key);
			found = json_object_get_string(template);
		}
	}
	return found;
}

static void override_response(struct execution *x, struct json_object *context)
{
	struct json_object *over = json_get(context, "responseOverride");
	struct json_object *headers = json_get(over, "header");
	struct str text = json_get_str(over, "status");
	int64_t status = json_int_or(json_get(over, "status"), 0);

	if (text.n)
		str_to_int(text, &status);
	if (status >= 100 && status <= 599)
		x->status = (int)status;
	if (!json_is_object(headers))
		return;
	JSON_EACH(headers, name, value)
	{
		answer_header(x, str_of(name),
			      json_is_string(value) ? json_str(value)
						    : json_text(x->op->arena, value));
	}
}

static void map_headers(struct execution *x, struct json_object *response,
			const struct integration_answer *answer)
{
	struct json_object *parameters = json_get(response, "responseParameters");
	struct mapping_source from = { answer->headers, answer->body };
	struct str prefix = STR("method.response.header.");

	if (!parameters)
		return;
	JSON_EACH(parameters, target, source)
	{
		struct str value = mapping_value(x, &from, json_str(source));

		if (value.p && str_starts(str_of(target), prefix))
			answer_header(x, str_slice(str_of(target), prefix.n, strlen(target)),
				      value);
	}
}

static enum step transform_answer(struct execution *x, const struct integration_answer *answer)
{
	struct json_object *response = select_response(x, answer), *context;
	struct str handling = json_get_str(response, "contentHandling"), type, bytes;
	const char *template;
	const struct refusal *why;
	int64_t status = 200;

	if (!response)
		return refuse_logged(x, &refuse_internal,
				     "Execution failed due to configuration error: No match for "
				     "output mapping and no default output mapping configured. "
				     "Endpoint Response Status Code: %d",
				     answer->status);
	str_to_int(json_get_str(response, "statusCode"), &status);
	x->status = (int)status;
	x->answer_body = answer->body;
	if (str_is(handling, "CONVERT_TO_TEXT"))
		x->answer_body = base64_print(x->op->arena, answer->body);
	else if (str_is(handling, "CONVERT_TO_BINARY") &&
		 base64_parse(x->op->arena, answer->body, &bytes))
		x->answer_body = bytes;
	template = response_template(x, json_get(response, "responseTemplates"), &type);
	answer_header(x, STR("Content-Type"), type);
	map_headers(x, response, answer);
	if (template) {
		if (!mapping_body(x, str_of(template), x->answer_body, &x->answer_body, &context,
				  &why))
			return refuse(x, &refuse_internal);
		override_response(x, context);
	}
	return STEP_ON;
}

/* --- the step ------------------------------------------------------------------------------------------------ */

/* An HTTP proxy's answer is passed on as it is. */
static enum step pass_answer(struct execution *x, const struct integration_answer *answer)
{
	x->status = answer->status;
	x->answer_body = answer->body;
	JSON_EACH(answer->headers, name, values)
	{
		for (size_t i = 0; i < json_count(values); i++)
			answer_header(x, str_of(name), json_str(json_at(values, i)));
	}
	return STEP_ON;
}

static enum step ask(struct execution *x, const struct integration_request *request,
		     struct integration_answer *answer)
{
	struct str type = json_get_str(x->integration, "type");
	struct str uri = json_get_str(x->integration, "uri");

	if (str_is(type, "MOCK"))
		return integrate_mock(x, request, answer);
	if (!str_is(type, "AWS"))
		return integrate_http(x, request, answer);
	return function_of_uri(x, uri).p ? integrate_function(x, request, answer)
					 : integrate_service(x, request, answer);
}

static struct json_object *copy_of(struct arena *a, struct json_object *map)
{
	struct json_object *plain = map ? json_plain(a, map) : NULL;

	return plain ? plain : json_new_object(a);
}

enum step integrate(struct execution *x)
{
	struct arena *a = x->op->arena;
	struct str type = json_get_str(x->integration, "type");
	bool function = str_is(type, "AWS_PROXY"),
	     proxy = !function && str_ends(type, STR("_PROXY"));
	struct integration_request request = {
		.body = x->body.p ? x->body : STR(""),
		.headers = proxy ? copy_of(a, x->headers) : json_new_object(a),
		.query = proxy ? copy_of(a, x->query) : json_new_object(a),
		.path_parameters = copy_of(a, x->path_parameters),
	};
	struct integration_answer answer = { .status = 0 };
	enum step step = STEP_ON;

	/* How a body was packed says nothing where there is none. */
	if (proxy && !x->body.n)
		multi_drop(request.headers, STR("Content-Encoding"));
	x->answer_headers = json_new_object(a);
	if (!map_parameters(x, &request))
		return refuse(x, &refuse_internal);
	if (function)
		return integrate_proxy(x);
	/* Templates, and calls of services. */
	if (!proxy && !op_may_be_long(x->op))
		return STEP_WAIT;
	if (!proxy)
		step = transform_request(x, &request);
	if (step == STEP_ON)
		step = ask(x, &request, &answer);
	if (step != STEP_ON)
		return step;
	return proxy ? pass_answer(x, &answer) : transform_answer(x, &answer);
}
