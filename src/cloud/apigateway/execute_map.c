/*
 * Mappings: parameters by expression, bodies by template.
 * From: API Gateway Developer Guide, "Parameter mapping source examples for REST APIs", "Mapping template overrides".
 */
#include "cloud/apigateway/execute.h"

#include "base/form.h"
#include "base/jsonpath.h"
#include "base/mapping.h"

/* --- expressions ----------------------------------------------------------------------------------- */

/* Is there more behind the prefix? Then *rest is it. */
static bool behind(struct str s, const char *prefix, struct str *rest)
{
	size_t n = strlen(prefix);

	if (s.n <= n || !str_starts(s, str_of(prefix)))
		return false;
	*rest = str_slice(s, n, s.n);
	return true;
}

static struct str as_text(struct arena *a, struct json_object *value)
{
	if (!value)
		return STR_NONE;
	return json_is_string(value) ? json_str(value) : json_text(a, value);
}

/* A member of a tree by a path of names: "identity.sourceIp". */
static struct str value_at(struct arena *a, struct json_object *tree, struct str path)
{
	while (path.p && tree)
		tree = json_get(tree, arena_cstr(a, str_cut(&path, '.')));
	return as_text(a, tree);
}

struct str context_value(struct execution *x, struct str path)
{
	struct json_object *claims = json_get(json_get(x->context, "authorizer"), "claims");
	struct str claim;

	if (str_is(path, "isCanaryRequest") && x->has_canary)
		return x->canary ? STR("true") : STR("false");
	/* Names of claims may have dots and colons in them. */
	if (behind(path, "authorizer.claims.", &claim))
		return as_text(x->op->arena, json_get(claims, arena_cstr(x->op->arena, claim)));
	return value_at(x->op->arena, x->context, path);
}

static struct str body_part(struct arena *a, struct str body, struct str path)
{
	const char *why = "";
	struct json_object *value;

	if (!path.n)
		return body;
	value = jsonpath_one(a, arena_strf(a, "$.%.*s", STR_ARG(path)), json_parse(a, body, NULL),
			     &why);
	return as_text(a, value);
}

/* "a,b" of all values. */
static struct str joined(struct arena *a, struct json_object *values)
{
	struct buf b;
	struct str text = STR_NONE;

	if (!json_count(values))
		return text;
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < json_count(values); i++)
		buf_addf(&b, "%s%.*s", i ? "," : "", STR_ARG(json_str(json_at(values, i))));
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static struct str request_value(struct execution *x, struct str what)
{
	struct arena *a = x->op->arena;
	struct str name;

	if (behind(what, "header.", &name))
		return multi_last(x->headers, name);
	if (behind(what, "multivalueheader.", &name))
		return joined(a, multi_values(x->headers, name));
	if (behind(what, "querystring.", &name))
		return multi_last(x->query, name);
	if (behind(what, "multivaluequerystring.", &name))
		return joined(a, multi_values(x->query, name));
	if (behind(what, "path.", &name))
		return json_get_str(x->path_parameters, arena_cstr(a, name));
	if (str_is(what, "body"))
		return x->body;
	return behind(what, "body.", &name) ? body_part(a, x->body, name) : STR_NONE;
}

static struct str response_value(struct execution *x, const struct mapping_source *from,
				 struct str what)
{
	struct str name;

	if (!from)
		return STR_NONE;
	if (behind(what, "header.", &name))
		return multi_last(from->response_headers, name);
	if (behind(what, "multivalueheader.", &name))
		return joined(x->op->arena, multi_values(from->response_headers, name));
	if (str_is(what, "body"))
		return from->response_body;
	return behind(what, "body.", &name) ? body_part(x->op->arena, from->response_body, name)
					    : STR_NONE;
}

struct str mapping_value(struct execution *x, const struct mapping_source *from,
			 struct str expression)
{
	struct str rest;

	if (expression.n >= 2 && expression.p[0] == '\'' && expression.p[expression.n - 1] == '\'')
		return str_slice(expression, 1, expression.n - 1);
	if (behind(expression, "method.request.", &rest))
		return request_value(x, rest);
	if (behind(expression, "integration.response.", &rest))
		return response_value(x, from, rest);
	if (behind(expression, "context.", &rest))
		return context_value(x, rest);
	if (behind(expression, "stageVariables.", &rest))
		return json_get_str(x->variables, arena_cstr(x->op->arena, rest));
	return STR_NONE;
}

struct str with_variables(struct execution *x, struct str text)
{
	struct str begin = STR("${stageVariables."), out;
	ptrdiff_t at = str_find_str(text, begin);
	struct buf b;

	if (at < 0)
		return text;
	buf_init(&b, 65536);
	for (; at >= 0; at = str_find_str(text, begin)) {
		struct str name = str_slice(text, (size_t)at + begin.n, text.n);

		buf_add(&b, str_slice(text, 0, (size_t)at));
		text = name;
		name = str_cut(&text, '}');
		buf_add(&b, json_get_str(x->variables, arena_cstr(x->op->arena, name)));
		if (!text.p)
			text = STR("");
	}
	buf_add(&b, text);
	out = arena_dup(x->op->arena, buf_str(&b));
	buf_release(&b);
	return out;
}

/* --- templates --------------------------------------------------------------------------------------- */

const char *template_for(struct json_object *templates, struct str media_type)
{
	struct str type = str_trim(str_cut(&media_type, ';'));
	const char *found = NULL;

	if (!templates)
		return NULL;
	if (!type.n)
		type = STR("application/json");
	JSON_EACH(templates, key, template)
	{
		if (str_eq_nocase(str_of(key), type))
			return json_object_get_string(template);
		if (strcmp(key, "$default") == 0)
			found = json_object_get_string(template);
	}
	return found;
}

static struct json_object *decoded(struct arena *a, struct json_object *parameters)
{
	struct json_object *out = json_new_object(a);

	if (!parameters)
		return out;
	JSON_EACH(parameters, name, value)
	{
		json_set_str(out, name, form_decode_lenient(a, json_str(value), false));
	}
	return out;
}

static struct json_object *or_empty(struct arena *a, struct json_object *o)
{
	return o ? o : json_new_object(a);
}

static struct json_object *params_of(struct execution *x)
{
	struct arena *a = x->op->arena;
	struct json_object *params = json_new_object(a);

	json_set(params, "path", json_object_get(decoded(a, x->path_parameters)));
	json_set(params, "querystring", json_object_get(or_empty(a, multi_singles(a, x->query))));
	json_set(params, "header", json_object_get(or_empty(a, multi_singles(a, x->headers))));
	return params;
}

/* $context with room for what a template overrides. */
static struct json_object *context_for(struct execution *x)
{
	struct json_object *context = json_new_object(x->op->arena), *over;

	json_copy(context, x->context);
	if (x->has_canary)
		json_set_bool(context, "isCanaryRequest", x->canary);
	over = json_set_object(context, "requestOverride");
	json_set_object(over, "header");
	json_set_object(over, "querystring");
	json_set_object(over, "path");
	json_set_object(json_set_object(context, "responseOverride"), "header");
	return context;
}

bool mapping_body(struct execution *x, struct str template, struct str body, struct str *out,
		  struct json_object **overrides, const struct refusal **why)
{
	struct mapping_input input = { .body = body.p ? body : STR(""),
				       .params = params_of(x),
				       .context = context_for(x),
				       .stage_variables = x->variables };
	const char *sentence = "";

	*overrides = input.context;
	switch (mapping_render(x->op->arena, template, &input, out, &sentence)) {
	case MAPPING_DONE:
		return true;
	case MAPPING_BAD_BODY:
		trace_line(x, "Execution failed due to configuration error: %s", sentence);
		*why = refusal_of(x, "BAD_REQUEST_BODY", "BadRequestException",
				  "Could not parse request body into json: ");
		return false;
	case MAPPING_BAD_TEMPLATE:
		break;
	}
	trace_line(x,
		   "Execution failed due to configuration error: Unable to transform request: %s",
		   sentence);
	*why = &refuse_internal;
	return false;
}
