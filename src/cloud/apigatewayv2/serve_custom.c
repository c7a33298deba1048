/*
 * Lambda authorizers. From: API Gateway Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers in API
 * Gateway".
 */
#include "cloud/apigatewayv2/serve.h"

#include "aws/invoke.h"
#include "aws/policy.h"
#include "aws/stash.h"
#include "cloud/apigatewayv2/operations.h"

enum outcome apigatewayv2_reset_cache(struct op *op)
{
	struct part stage;

	if (!part_get(op, &part_kind_stage, &stage))
		return FAILED;
	stash_forget(arena_strf(op->arena, "custom/%.*s/%.*s/", STR_ARG(stage.owner),
				STR_ARG(stage.id)));
	return DONE;
}

/* The values of the identity sources; NULL when one is missing. */
static struct json_object *read_sources(struct visit *v, const struct part *authorizer)
{
	struct json_object *expressions = json_get(authorizer->doc, "identitySource");
	struct json_object *values = json_new_array(v->op->arena);

	for (size_t i = 0; i < json_count(expressions); i++) {
		struct str value = param_value(v, json_str(json_at(expressions, i)), NULL);

		if (!value.n)
			return NULL;
		json_add_str(values, value);
	}
	return values;
}

/* --- its answer --------------------------------------------------------------------------------------- */

static bool policy_allows(struct visit *v, struct json_object *answer)
{
	struct json_object *document = json_get(answer, "policyDocument");
	const struct policy *policy =
		document ? policy_parse(v->op->arena, json_text(v->op->arena, document),
					POLICY_AUTHORIZER, NULL)
			 : NULL;
	struct policy_set set = { .identity = &policy, .identity_count = 1 };
	struct policy_request request = { .arena = v->op->arena,
					  .action = STR("execute-api:Invoke"),
					  .resource = visit_arn(v) };
	struct policy_verdict verdict;

	request.caller.account = str_of(v->op->account->id);
	if (!policy)
		return false;
	policy_decide(&request, &set, &verdict);
	return verdict.decision == POLICY_ALLOWED;
}

/* A context is flat: its values are scalars. */
static bool context_good(struct json_object *context)
{
	if (!context)
		return true;
	if (!json_is_object(context))
		return false;
	JSON_EACH(context, key, value)
	{
		(void)key;
		if (json_is_object(value) || json_is_array(value))
			return false;
	}
	return true;
}

static enum step judge(struct visit *v, const struct part *authorizer, struct json_object *answer)
{
	bool simple = json_bool_or(json_get(authorizer->doc, "enableSimpleResponses"), false);
	struct json_object *context = json_get(answer, "context"), *shown;
	bool allowed;

	if (!json_is_object(answer) || !context_good(context) ||
	    (simple ? !json_get(answer, "isAuthorized")
		    : !json_get(answer, "policyDocument") || !json_get(answer, "principalId")))
		return serve_refuse(v, 500, "Internal Server Error");
	allowed = simple ? json_bool_or(json_get(answer, "isAuthorized"), false)
			 : policy_allows(v, answer);
	if (!allowed)
		return serve_refuse(v, 403, "Forbidden");
	v->authorizer = json_set_object(v->context, "authorizer");
	shown = json_set_object(v->authorizer, "lambda");
	if (!context)
		return STEP_ON;
	JSON_EACH(context, key, value)
	{
		json_set(shown, key, json_object_get(value));
	}
	return STEP_ON;
}

/* --- asking it ------------------------------------------------------------------------------------------ */

/* What is remembered holds for all routes of the authorizer, unless "$context.routeKey" is one of its sources. */
static struct str cache_key(struct visit *v, const struct part *authorizer,
			    struct json_object *sources)
{
	return arena_strf(v->op->arena, "custom/%.*s/%.*s/%.*s/%.*s", STR_ARG(v->api),
			  STR_ARG(v->stage.id), STR_ARG(authorizer->id),
			  STR_ARG(json_text(v->op->arena, sources)));
}

enum step serve_custom(struct visit *v, const struct part *authorizer)
{
	int64_t ttl = json_int_or(json_get(authorizer->doc, "authorizerResultTtlInSeconds"), 0);
	struct json_object *sources = read_sources(v, authorizer), *answer;
	struct invoke how = { .service = "apigateway.amazonaws.com",
			      .role = json_get_str(authorizer->doc, "authorizerCredentialsArn"),
			      .trace = v->trace,
			      .wait_ms = 10000 };
	struct str key, kept;
	struct invoked got;

	if (!sources)
		return serve_refuse(v, 401, "Unauthorized");
	key = cache_key(v, authorizer, sources);
	if (ttl && stash_get(v->op->arena, key, v->op->now, &kept))
		return judge(v, authorizer, json_parse(v->op->arena, kept, NULL));
	how.function = function_of(v, json_get_str(authorizer->doc, "authorizerUri"));
	how.payload = authorizer_event(v, authorizer, sources, visit_arn(v));
	how.source_arn = op_arn(v->op, "execute-api", "%.*s/authorizers/%.*s", STR_ARG(v->api),
				STR_ARG(authorizer->id));
	if (op_invoke(v->op, "authorizer", &how, &got) == WAITING)
		return STEP_WAIT;
	if (got.error || got.failed || got.timed_out)
		return serve_refuse(v, 500, "Internal Server Error");
	answer = json_parse(v->op->arena, got.payload, NULL);
	if (ttl && answer)
		stash_put(key, got.payload, v->op->now + ttl * 1000);
	return judge(v, authorizer, answer);
}
