/*
 * Integrations and their responses, inside of a method.
 * From: API Gateway API Reference, "PutIntegration"; Developer Guide, "Request and response data mapping reference".
 */
#include "cloud/apigateway/operations.h"

enum { TIMEOUT_MIN = 50, TIMEOUT_MAX = 29000 };

static bool bad(struct op *op, const char *sentence)
{
	op_fail(op, &GatewayBadRequest, "%s", sentence);
	return false;
}

#define NO_INTEGRATION "Invalid Integration identifier specified"

/* The integration that op->in names; NULL with the error set. */
static struct json_object *integration_get(struct op *op, struct thing *resource)
{
	struct json_object *method = method_get(op, resource), *integration;

	if (!method)
		return NULL;
	integration = json_get(method, "methodIntegration");
	if (!integration)
		op_fail(op, &GatewayNotFound, NO_INTEGRATION);
	return integration;
}

/* --- mapping expressions ----------------------------------------------------------------------- */

static bool is_quoted(struct str s)
{
	return s.n >= 2 && str_starts(s, STR("'")) && str_ends(s, STR("'"));
}

static bool begins_with(struct str s, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (str_starts(s, str_of(*prefixes)) && s.n > strlen(*prefixes))
			return true;
	return false;
}

static struct json_object *member(struct op *op, struct json_object *o, struct str name)
{
	return json_get(o, arena_cstr(op->arena, name));
}

/* The method must declare what an integration takes from "method.request.header.x". */
static bool request_parameters_good(struct op *op, struct json_object *method,
				    struct json_object *parameters)
{
	static const char *const targets[] = { "integration.request.header.",
					       "integration.request.querystring.",
					       "integration.request.path.", NULL };
	static const char *const sources[] = { "context.", "stageVariables.", NULL };
	struct json_object *declared = json_get(method, "requestParameters");

	if (!parameters)
		return true;
	JSON_EACH(parameters, key, value)
	{
		struct str from = json_str(value);

		if (!begins_with(str_of(key), targets))
			return mapping_refused(op, "", str_of(key));
		if (is_quoted(from) || begins_with(from, sources) ||
		    str_starts(from, STR("method.request.body")))
			continue;
		if (!str_starts(from, STR("method.request.")))
			return mapping_refused(op, "", from);
		if (!member(op, declared, from))
			return mapping_refused(op, " parameter", from);
	}
	return true;
}

/* The headers that a response sets must be declared by the method's response of that status. */
static bool response_parameters_good(struct op *op, struct json_object *method,
				     const struct json_object *response)
{
	static const char *const sources[] = { "integration.response.header.",
					       "integration.response.body", "context.",
					       "stageVariables.", NULL };
	struct json_object *parameters = json_get(response, "responseParameters"), *declared;

	if (!parameters)
		return true;
	declared = json_get(member(op, json_get(method, "methodResponses"),
				   json_get_str(response, "statusCode")),
			    "responseParameters");
	JSON_EACH(parameters, key, value)
	{
		struct str from = json_str(value);

		if (!json_get(declared, key))
			return mapping_refused(op, " parameter", str_of(key));
		if (!is_quoted(from) && !begins_with(from, sources) &&
		    !str_is(from, "integration.response.body"))
			return mapping_refused(op, "", from);
	}
	return true;
}

static bool content_types_good(struct op *op, struct json_object *templates)
{
	if (!templates)
		return true;
	JSON_EACH(templates, type, template)
	{
		(void)template;
		if (strchr(type, '/') || strcmp(type, "$default") == 0)
			continue;
		op_fail(op, &GatewayBadRequest,
			"Validation Result: warnings : [], errors : [Invalid content type "
			"specified: %s]",
			type);
		return false;
	}
	return true;
}

/* --- integrations ---------------------------------------------------------------------------------- */

static bool is_http(struct str type)
{
	return str_is(type, "HTTP") || str_is(type, "HTTP_PROXY");
}

static bool uri_good(struct op *op, struct str type, struct str uri)
{
	struct str rest = uri;

	if (is_http(type))
		return str_starts(uri, STR("http://")) || str_starts(uri, STR("https://")) ||
		       str_starts(uri, STR("${stageVariables.")) ||
		       bad(op, "Invalid HTTP endpoint specified for URI");
	for (int i = 0; i < 3; i++)
		str_cut(&rest, ':');
	if (!str_starts(uri, STR("arn:")) || !rest.p)
		return bad(op, "Invalid ARN specified in the request");
	for (int i = 0; i < 2; i++)
		str_cut(&rest, ':');
	if (!str_starts(rest, STR("path/")) && !str_starts(rest, STR("action/")))
		return bad(op, "AWS ARN for integration must contain path or action");
	if (str_is(type, "AWS_PROXY") && str_find_str(uri, STR(":lambda:path/")) < 0 &&
	    str_find_str(uri, STR(":firehose:")) < 0)
		return bad(op, "Integrations of type 'AWS_PROXY' currently only supports Lambda "
			       "function and Firehose stream invocations.");
	return true;
}

static bool passthrough_good(struct op *op, struct str how)
{
	return !how.n || str_is(how, "WHEN_NO_MATCH") || str_is(how, "WHEN_NO_TEMPLATES") ||
	       str_is(how, "NEVER") || bad(op, "Invalid passthrough behavior specified");
}

static bool integration_good(struct op *op, struct json_object *method,
			     struct json_object *integration)
{
	struct str type = json_get_str(integration, "type");
	struct str role = json_get_str(integration, "credentials");
	int64_t timeout = json_int_or(json_get(integration, "timeoutInMillis"), TIMEOUT_MAX);

	if (!str_is(type, "MOCK")) {
		if (!verb_known(json_get_str(integration, "httpMethod")))
			return bad(op, "Enumeration value for HttpMethod must be non-empty");
		if (!uri_good(op, type, json_get_str(integration, "uri")))
			return false;
	}
	if (timeout < TIMEOUT_MIN || timeout > TIMEOUT_MAX)
		return bad(op, "Timeout should be between 50 ms and 29000 ms");
	if (!passthrough_good(op, json_get_str(integration, "passthroughBehavior")) ||
	    !content_types_good(op, json_get(integration, "requestTemplates")) ||
	    !request_parameters_good(op, method, json_get(integration, "requestParameters")))
		return false;
	return !str_starts(role, STR("arn:aws:iam::")) || !str_starts(type, STR("AWS")) ||
	       str_find_str(role, STR(":user/*")) >= 0 ||
	       authorize_pass_role(op, role, "apigateway.amazonaws.com");
}

struct json_object *integration_make(struct op *op, const struct thing *resource,
				     struct json_object *method, struct json_object *in)
{
	static const char *const middle[] = { "connectionId", "credentials", "requestParameters",
					      "requestTemplates", NULL };
	static const char *const behind[] = { "contentHandling", "tlsConfig", NULL };
	struct json_object *made = json_new_object(op->arena), *keys;
	struct str verb = json_get_str(in, "integrationHttpMethod");
	struct str type = json_get_str(in, "type"), space = json_get_str(in, "cacheNamespace");
	struct str how = json_get_str(in, "passthroughBehavior");

	json_set_str(made, "type", type);
	if (verb.n && !str_is(type, "MOCK"))
		json_set_str(made, "httpMethod", verb);
	if (json_get(in, "uri") && !str_is(type, "MOCK"))
		json_set_str(made, "uri", json_get_str(in, "uri"));
	copy_members(made, in, middle);
	if (json_get(in, "connectionType") || is_http(type))
		json_set_str(made, "connectionType",
			     json_get(in, "connectionType") ? json_get_str(in, "connectionType")
							    : STR("INTERNET"));
	json_set_str(made, "passthroughBehavior", how.n ? how : STR("WHEN_NO_MATCH"));
	copy_members(made, in, behind);
	json_set_int(made, "timeoutInMillis",
		     json_int_or(json_get(in, "timeoutInMillis"), TIMEOUT_MAX));
	json_set_str(made, "cacheNamespace", space.n ? space : resource->id);
	keys = json_get(in, "cacheKeyParameters");
	json_set(made, "cacheKeyParameters",
		 keys ? json_object_get(keys) : json_object_new_array());
	return integration_good(op, method, made) ? made : NULL;
}

enum outcome apigateway_put_integration(struct op *op)
{
	struct thing resource;
	struct json_object *method = method_get(op, &resource), *made;

	made = method ? integration_make(op, &resource, method, op->in) : NULL;
	if (!made)
		return FAILED;
	json_set(method, "methodIntegration", json_object_get(made));
	thing_put(op, &kind_resource, &resource);
	json_copy(op->out, made);
	return DONE;
}

static const struct patch_rule integration_rules[] = {
	{ "/cacheKeyParameters", PATCH_ADD | PATCH_REMOVE, PATCH_LIST_VALUE },
	{ "/cacheKeyParameters/{name}", PATCH_ADD | PATCH_REMOVE, PATCH_LIST },
	{ "/cacheNamespace", PATCH_REPLACE },
	{ "/connectionId", PATCH_REPLACE },
	{ "/connectionType", PATCH_REPLACE },
	{ "/contentHandling", PATCH_REPLACE },
	{ "/credentials", PATCH_REPLACE },
	{ "/httpMethod", PATCH_REPLACE },
	{ "/passthroughBehavior", PATCH_REPLACE },
	{ "/requestParameters/{name}", PATCH_ALL, PATCH_MAP,
	  .missing = "Invalid parameter name specified" },
	{ "/requestTemplates/{type}", PATCH_ALL, PATCH_MAP,
	  .missing = "Content-Type specified was not found" },
	{ "/timeoutInMillis", PATCH_REPLACE, PATCH_INTEGER },
	{ "/tlsConfig/insecureSkipVerification", PATCH_REPLACE, PATCH_BOOLEAN },
	{ "/uri", PATCH_REPLACE },
	{ 0 }
};
static const struct patch_rules integration_patches = { integration_rules, PATCH_WORDS_PLAIN };

/* GetIntegration, DeleteIntegration, UpdateIntegration. */
enum outcome apigateway_integration_op(struct op *op)
{
	struct thing resource;
	struct json_object *integration = integration_get(op, &resource), *method;

	if (!integration)
		return FAILED;
	method = method_of(&resource, op_str(op, "httpMethod"));
	if (op->operation->name[0] == 'D') {
		json_object_object_del(method, "methodIntegration");
	} else {
		if (op->operation->name[0] == 'U' &&
		    (!patch_document(op, &integration_patches, integration) ||
		     !integration_good(op, method, integration)))
			return FAILED;
		if (!json_get(integration, "cacheKeyParameters"))
			json_set_array(integration, "cacheKeyParameters");
		json_copy(op->out, integration);
	}
	if (op->operation->name[0] != 'G')
		thing_put(op, &kind_resource, &resource);
	return DONE;
}

/* --- responses ----------------------------------------------------------------------------------------- */

bool integration_response_good(struct op *op, struct json_object *method,
			       const struct json_object *response)
{
	return content_types_good(op, json_get(response, "responseTemplates")) &&
	       response_parameters_good(op, method, response);
}

/* A template that is empty is none, and shown as null. */
static void drop_empty_templates(struct json_object *response)
{
	struct json_object *templates = json_get(response, "responseTemplates");

	if (!templates)
		return;
	JSON_EACH(templates, type, template)
	{
		if (!json_str(template).n)
			json_set(templates, type, NULL);
	}
}

enum outcome apigateway_put_integration_response(struct op *op)
{
	static const char *const members[] = { "statusCode",         "selectionPattern",
					       "responseParameters", "responseTemplates",
					       "contentHandling",    NULL };
	struct thing resource;
	struct json_object *integration = integration_get(op, &resource);
	struct json_object *response = json_new_object(op->arena);

	if (!integration)
		return FAILED;
	copy_members(response, op->in, members);
	drop_empty_templates(response);
	if (!integration_response_good(op, method_of(&resource, op_str(op, "httpMethod")),
				       response))
		return FAILED;
	response_put(op, integration, "integrationResponses", response);
	thing_put(op, &kind_resource, &resource);
	json_copy(op->out, response);
	return DONE;
}

static const struct patch_rule response_rules[] = {
	{ "/contentHandling", PATCH_REPLACE },
	{ "/responseParameters/{name}", PATCH_ALL, PATCH_MAP,
	  .missing = "Invalid parameter name specified" },
	{ "/responseTemplates/{type}", PATCH_ALL, PATCH_MAP,
	  .missing = "Content-Type specified was not found" },
	{ "/selectionPattern", PATCH_REPLACE, PATCH_TEXT },
	{ 0 }
};
static const struct patch_rules response_patches = { response_rules, PATCH_WORDS_PLAIN };

/* GetIntegrationResponse, DeleteIntegrationResponse, UpdateIntegrationResponse. */
enum outcome apigateway_integration_response_op(struct op *op)
{
	struct thing resource = { .row = 0 };
	struct json_object *integration = integration_get(op, &resource), *response;

	/* Where something is to be deleted, a method that is missing is not told of. */
	if (!integration && op->operation->name[0] == 'D' && resource.row)
		return op_fail(op, &GatewayNotFound, NO_INTEGRATION);
	response = integration ? response_get(op, json_get(integration, "integrationResponses"))
			       : NULL;
	if (!response)
		return FAILED;
	if (op->operation->name[0] == 'U' &&
	    (!patch_document(op, &response_patches, response) ||
	     !integration_response_good(op, method_of(&resource, op_str(op, "httpMethod")),
					response)))
		return FAILED;
	if (op->operation->name[0] == 'D')
		response_drop(op, integration, "integrationResponses");
	else
		json_copy(op->out, response);
	if (op->operation->name[0] != 'G')
		thing_put(op, &kind_resource, &resource);
	return DONE;
}
