/*
 * Lambda authorizers: a function that is shown a token, or the request, and answers with a policy. Its answer is kept for
 * the authorizer's time to live.
 * From: API Gateway Developer Guide, "Input to an API Gateway Lambda authorizer", "Output from an API Gateway Lambda authorizer".
 */
#include "cloud/apigateway/execute.h"

#include "aws/invoke.h"
#include "aws/stash.h"
#include "base/regex.h"

static const struct refusal misconfigured = {
	"AUTHORIZER_CONFIGURATION_ERROR", "AuthorizerConfigurationException", NULL, 0, false, false
};
static const struct refusal failed = {
	"AUTHORIZER_FAILURE", "AuthorizerConfigurationException", NULL, 0, false, false
};

/* --- what it is shown ------------------------------------------------------------------------------ */

/* The values of its identity sources, for the cache; false when one is missing. */
static bool read_sources(struct execution *x, const struct thing *authorizer, struct str *first,
			 struct buf *key)
{
	struct str rest = json_get_str(authorizer->doc, "identitySource");

	*first = STR_NONE;
	while (rest.n) {
		struct str value = mapping_value(x, NULL, str_trim(str_cut(&rest, ',')));

		if (!value.n)
			return false;
		if (!first->p)
			*first = value;
		buf_addf(key, "/%zu:", value.n);
		buf_add(key, value);
	}
	return true;
}

/* The expression, if any, must match all of the token. */
static bool token_fits(struct execution *x, const struct thing *authorizer, struct str token)
{
	struct str pattern = json_get_str(authorizer->doc, "identityValidationExpression");
	const char *why = "";
	const struct regex *regex = pattern.n ? regex_compile(x->op->arena, pattern, &why) : NULL;

	return !regex || regex_matches(regex, token);
}

static struct json_object *event_of(struct execution *x, bool token_only, struct str token)
{
	struct arena *a = x->op->arena;
	struct proxy_request request = { .method = x->method,
					 .resource = x->resource.name,
					 .path = x->path,
					 .headers = x->headers,
					 .query = x->query,
					 .path_parameters = x->path_parameters,
					 .stage_variables = x->variables,
					 .context = x->context };
	struct json_object *event = json_new_object(a), *all;

	json_set_cstr(event, "type", token_only ? "TOKEN" : "REQUEST");
	json_set_str(event, "methodArn", execution_arn(x, x->path));
	if (token_only) {
		json_set_str(event, "authorizationToken", token);
		return event;
	}
	all = proxy_event(a, &request);
	JSON_EACH(all, name, value)
	{
		if (strcmp(name, "body") == 0 || strcmp(name, "isBase64Encoded") == 0)
			continue;
		/* Maps that are null elsewhere are empty here. */
		if (!value)
			json_set_object(event, name);
		else
			json_set(event, name, json_object_get(value));
	}
	return event;
}

/* --- what it says ------------------------------------------------------------------------------------- */

/* principalId and context become $context.authorizer, all of it as text. */
static bool set_authorizer(struct execution *x, struct json_object *verdict, int64_t took_ms)
{
	struct json_object *to = json_set_object(x->context, "authorizer");
	struct json_object *context = json_get(verdict, "context");

	if (context && !json_is_object(context))
		return false;
	if (context) {
		JSON_EACH(context, name, value)
		{
			if (json_is_object(value) || json_is_array(value))
				return false;
			json_set_str(to, name,
				     json_is_string(value) ? json_str(value)
							   : json_text(x->op->arena, value));
		}
	}
	json_set_str(to, "principalId", json_get_str(verdict, "principalId"));
	json_set_int(to, "integrationLatency", took_ms);
	x->usage_key = json_get_str(verdict, "usageIdentifierKey");
	x->policy_text = json_text(x->op->arena, json_get(verdict, "policyDocument"));
	return true;
}

static enum step judge(struct execution *x, struct str answer, int64_t took_ms)
{
	struct arena *a = x->op->arena;
	struct json_object *verdict = json_parse(a, answer, NULL);
	struct json_object *document = json_get(verdict, "policyDocument");
	const struct policy *policy =
		json_is_object(document)
			? policy_parse(a, json_text(a, document), POLICY_AUTHORIZER, NULL)
			: NULL;

	if (!policy || !json_get_str(verdict, "principalId").p ||
	    !set_authorizer(x, verdict, took_ms))
		return refuse_logged(x, &misconfigured,
				     "Execution failed due to configuration error: Invalid JSON in "
				     "response from authorizer");
	switch (execute_policy(x, policy, false)) {
	case POLICY_ALLOWED:
		return STEP_ON;
	case POLICY_EXPLICIT_DENY:
		return refuse(x, &(const struct refusal){
					 "ACCESS_DENIED", "AccessDeniedException",
					 "User is not authorized to access this resource with an "
					 "explicit deny",
					 0, false, true });
	default:
		return refuse(x, &(const struct refusal){
					 "ACCESS_DENIED", "AccessDeniedException",
					 "User is not authorized to access this resource", 0, false,
					 true });
	}
}

/* A function that throws "Unauthorized" says 401; any other error is the authorizer's own. */
static enum step judge_error(struct execution *x, const struct invoked *got)
{
	struct json_object *error = json_parse(x->op->arena, got->payload, NULL);

	if (!got->error && !got->timed_out &&
	    str_is(json_get_str(error, "errorMessage"), "Unauthorized"))
		return refuse(x, &refuse_unauthorized);
	return refuse_logged(x, got->error ? &misconfigured : &failed,
			     "Execution failed due to an internal error in the authorizer: %.*s",
			     STR_ARG(got->error ? got->message : got->payload));
}

/* --- asking it ------------------------------------------------------------------------------------------ */

static enum step ask(struct execution *x, const struct thing *authorizer, struct str token,
		     struct str key, int64_t ttl_s)
{
	struct op *op = x->op;
	bool token_only = str_is(json_get_str(authorizer->doc, "type"), "TOKEN");
	struct invoke how = {
		.function = function_of_uri(x, json_get_str(authorizer->doc, "authorizerUri")),
		.payload = json_text(op->arena, event_of(x, token_only, token)),
		.service = "apigateway.amazonaws.com",
		.source_arn = op_arn(op, "execute-api", "%.*s/authorizers/%.*s", STR_ARG(x->api),
				     STR_ARG(authorizer->id)),
		.role = json_get_str(authorizer->doc, "authorizerCredentials"),
		.wait_ms = 10000,
	};
	struct invoked got;

	if (op_invoke(op, "authorizer", &how, &got) == WAITING)
		return STEP_WAIT;
	if (got.error || got.failed || got.timed_out)
		return judge_error(x, &got);
	if (ttl_s > 0)
		stash_put(key, got.payload, op->now + ttl_s * 1000);
	return judge(x, got.payload, op_waited(op));
}

enum step execute_custom(struct execution *x, const struct thing *authorizer)
{
	int64_t ttl = json_int_or(json_get(authorizer->doc, "authorizerResultTtlInSeconds"), 300);
	struct str token, key, kept;
	struct buf b;
	bool complete;

	buf_init(&b, 1 << 20);
	buf_addf(&b, "authorizer/%.*s/%.*s/%.*s", STR_ARG(x->api), STR_ARG(execution_stage(x)),
		 STR_ARG(authorizer->id));
	complete = read_sources(x, authorizer, &token, &b);
	key = arena_dup(x->op->arena, buf_str(&b));
	buf_release(&b);
	if (!complete || !token_fits(x, authorizer, token))
		return refuse(x, &refuse_unauthorized);
	if (ttl > 0 && stash_get(x->op->arena, key, x->op->now, &kept))
		return judge(x, kept, 0);
	return ask(x, authorizer, token, key, ttl);
}
