/*
 * Who may call a method: resource policy, IAM, user pools. Lambda authorizers are in execute_custom.c.
 * From: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow", "Control access to a
 * REST API using Amazon Cognito user pools as an authorizer".
 */
#include "cloud/apigateway/execute.h"

#include "aws/bearer.h"
#include "aws/session.h"
#include "aws/stash.h"
#include "base/base64.h"
#include "base/hash.h"
#include "base/time.h"

static const struct refusal expired = {
	"UNAUTHORIZED", "UnauthorizedException", "The incoming token has expired", 0, false, false
};

/* --- policies ---------------------------------------------------------------------------------- */

static bool find_key(void *arg, struct str name, struct policy_values *values)
{
	struct execution *x = arg;
	struct str value = STR_NONE;

	if (str_eq_nocase(name, STR("aws:SourceIp")))
		value = x->op->raw->peer;
	else if (str_eq_nocase(name, STR("aws:UserAgent")))
		value = multi_last(x->headers, STR("User-Agent"));
	else if (str_eq_nocase(name, STR("aws:Referer")))
		value = multi_last(x->headers, STR("Referer"));
	else if (str_eq_nocase(name, STR("aws:SecureTransport")))
		value = x->op->raw->tls ? STR("true") : STR("false");
	else if (str_eq_nocase(name, STR("aws:CurrentTime")))
		value = time_iso(x->op->arena, x->op->now, false);
	else if (str_eq_nocase(name, STR("aws:EpochTime")))
		value = arena_strf(x->op->arena, "%lld", (long long)(x->op->now / 1000));
	return value.p && authorize_value(x->op, values, value);
}

enum policy_decision execute_policy(struct execution *x, const struct policy *policy,
				    bool as_resource)
{
	const struct caller *caller = &x->op->caller;
	struct policy_request request = { .arena = x->op->arena,
					  .action = STR("execute-api:Invoke"),
					  .resource = execution_arn(x, x->path),
					  .find = find_key,
					  .arg = x };
	struct policy_set set = { .resource = as_resource ? policy : NULL,
				  .identity = as_resource ? NULL : &policy,
				  .identity_count = as_resource ? 0 : 1,
				  .owner = as_resource ? str_of(x->op->account->id) : STR_NONE };
	struct policy_verdict verdict;

	if (!as_resource || !caller->anyone)
		request.caller = (struct policy_caller){ .account = str_of(x->op->account->id),
							 .arn = caller->arn,
							 .id = caller->user_id };
	if (!as_resource)
		set.owner = STR_NONE;
	policy_decide(&request, &set, &verdict);
	return verdict.decision;
}

static const struct policy *resource_policy(struct execution *x)
{
	struct str text = json_get_str(x->doc, "policy");

	return text.n ? policy_parse(x->op->arena, text, POLICY_RESOURCE, NULL) : NULL;
}

static enum step deny(struct execution *x, bool explicitly)
{
	struct refusal *why = ARENA_NEW(x->op->arena, struct refusal);
	struct str arn = execution_arn(x, x->path);
	struct str account = str_of(x->op->account->id), rest = arn, behind;
	struct str who = x->op->caller.anyone ? STR("anonymous") : x->op->caller.arn;

	/* The account stands in the message with its last four digits only. */
	for (int i = 0; i < 4; i++)
		str_cut(&rest, ':');
	behind = rest;
	str_cut(&behind, ':');
	*why = (struct refusal){ "ACCESS_DENIED", "AccessDeniedException", NULL, 0, false, true };
	why->message = arena_printf(
		x->op->arena,
		"User: %.*s is not authorized to perform: execute-api:Invoke on resource: "
		"arn:aws:execute-api:%s:********%.*s:%.*s%s",
		STR_ARG(who), x->op->region, STR_ARG(str_slice(account, 8, 12)), STR_ARG(behind),
		explicitly ? " with an explicit deny" : "");
	return refuse(x, why);
}

/* --- IAM ------------------------------------------------------------------------------------------ */

/* "eyJraWQi..." is no signature: who sends it is told what it lacks, also where there is no such method. */
enum step refuse_unsigned(struct execution *x)
{
	struct str lacks = x->test ? STR_NONE : sigv4_lacks(x->op->arena, x->op->raw->http);

	if (!lacks.p)
		return refuse(x, &refuse_missing_token);
	return refuse(x,
		      refusal_of(x, "MISSING_AUTHENTICATION_TOKEN", "IncompleteSignatureException",
				 arena_cstr(x->op->arena, lacks)));
}

/* What is wrong with a signature, by the sentence that says so. */
static enum step refuse_signature(struct execution *x, struct str sentence)
{
	struct str lacks = sigv4_lacks(x->op->arena, x->op->raw->http);
	const char *message = arena_cstr(x->op->arena, lacks.p ? lacks : sentence);

	if (lacks.p)
		return refuse(x, refusal_of(x, "INVALID_SIGNATURE", "IncompleteSignatureException",
					    message));
	if (str_find_str(sentence, STR("token included in the request is expired")) >= 0)
		return refuse(x, refusal_of(x, "EXPIRED_TOKEN", "ExpiredTokenException", message));
	if (str_find_str(sentence, STR("security token")) >= 0)
		return refuse(x, refusal_of(x, "INVALID_SIGNATURE", "UnrecognizedClientException",
					    message));
	return refuse(x, refusal_of(x, "INVALID_SIGNATURE", "InvalidSignatureException", message));
}

static void set_identity(struct execution *x)
{
	struct json_object *identity = json_get(x->context, "identity");
	const struct caller *caller = &x->op->caller;

	json_set_cstr(identity, "accountId", x->op->account->id);
	json_set_str(identity, "caller", caller->user_id);
	json_set_str(identity, "accessKey", caller->access_key);
	json_set_str(identity, "userArn", caller->arn);
	json_set_str(identity, "user", caller->user_id);
	proxy_cognito(x->op->arena, identity, session_cognito(x->op));
}

/* May the caller do this to the method? Otherwise op's error says why not. */
static bool is_allowed(struct execution *x, const char *action, const struct policy *policy)
{
	struct authorize_check check = { .action = action,
					 .resource = execution_arn(x, x->path),
					 .resource_policy = policy };

	return authorize(x->op, &check);
}

bool execute_may_invalidate(struct execution *x)
{
	return str_is(json_get_str(x->method_doc, "authorizationType"), "AWS_IAM") &&
	       is_allowed(x, "execute-api:InvalidateCache", resource_policy(x));
}

static enum step authorize_iam(struct execution *x, const struct policy *policy)
{
	struct str why = STR("");

	switch (op_verify(x->op, "execute-api", &why)) {
	case RAW_UNSIGNED:
		return refuse_unsigned(x);
	case RAW_REFUSED:
		return refuse_signature(x, why);
	case RAW_SIGNED:
		break;
	}
	set_identity(x);
	if (is_allowed(x, "execute-api:Invoke", policy))
		return STEP_ON;
	return deny(x, str_find_str(x->op->error_message, STR("explicit deny")) >= 0);
}

/* --- user pools ------------------------------------------------------------------------------------ */

/* As API Gateway prints a claim: everything is a string, lists are joined, times of the token are dates. */
static struct str claim_text(struct arena *a, const char *name, struct json_object *value)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct time_parts t;
	struct buf b;
	struct str text;

	if (strcmp(name, "exp") == 0 || strcmp(name, "iat") == 0) {
		t = time_split(json_int_or(value, 0) * 1000);
		return arena_strf(a, "%s %s %02d %02d:%02d:%02d UTC %04d", days[t.weekday],
				  months[t.month - 1], t.day, t.hour, t.minute, t.second, t.year);
	}
	if (json_is_string(value))
		return json_str(value);
	if (!json_is_array(value) || json_is_object(json_at(value, 0)))
		return json_text(a, value);
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < json_count(value); i++)
		buf_addf(&b, "%s%.*s", i ? "," : "", STR_ARG(json_str(json_at(value, i))));
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static struct json_object *print_claims(struct arena *a, struct json_object *claims)
{
	struct json_object *out = json_new_object(a);

	JSON_EACH(claims, name, value)
	{
		json_set_str(out, name, claim_text(a, name, value));
	}
	return out;
}

/* Is the issuer one of the authorizer's pools? */
static bool is_provider(const struct thing *authorizer, struct str pool)
{
	struct json_object *arns = json_get(authorizer->doc, "providerARNs");

	for (size_t i = 0; i < json_count(arns); i++) {
		struct str rest = json_str(json_at(arns, i));

		while (str_find(rest, '/') >= 0)
			str_cut(&rest, '/');
		if (str_eq(rest, pool))
			return true;
	}
	return false;
}

/* An ID token where no scopes are asked for, an access token with one of them where they are. */
static bool use_fits(struct execution *x, struct json_object *claims)
{
	struct json_object *scopes = json_get(x->method_doc, "authorizationScopes");
	struct str use = json_get_str(claims, "token_use");
	struct str rest = json_get_str(claims, "scope");

	if (!json_count(scopes))
		return str_is(use, "id");
	while (str_is(use, "access") && rest.p) {
		struct str scope = str_cut(&rest, ' ');

		for (size_t i = 0; i < json_count(scopes); i++)
			if (scope.n && str_eq(scope, json_str(json_at(scopes, i))))
				return true;
	}
	return false;
}

struct json_object *cognito_claims(struct execution *x, const struct thing *authorizer,
				   struct str token, const struct refusal **why)
{
	struct str pool;
	struct jwt jwt;

	*why = &refuse_unauthorized;
	if (str_eq_nocase(str_slice(token, 0, 7), STR("Bearer ")))
		token = str_trim(str_slice(token, 7, token.n));
	switch (bearer_check(x->op, token, &jwt, &pool)) {
	case BEARER_INVALID:
		return NULL;
	case BEARER_EXPIRED:
		*why = &expired;
		return NULL;
	case BEARER_GOOD:
		break;
	}
	if (!is_provider(authorizer, pool))
		return NULL;
	return use_fits(x, jwt.claims) ? print_claims(x->op->arena, jwt.claims) : NULL;
}

static enum step authorize_pool(struct execution *x, const struct thing *authorizer)
{
	struct str token = mapping_value(x, NULL, json_get_str(authorizer->doc, "identitySource"));
	const struct refusal *why;
	struct json_object *claims;

	if (!token.n)
		return refuse(x, &refuse_unauthorized);
	claims = cognito_claims(x, authorizer, token, &why);
	if (!claims)
		return refuse(x, why);
	json_set(json_set_object(x->context, "authorizer"), "claims", json_object_get(claims));
	return STEP_ON;
}

/* --- the step --------------------------------------------------------------------------------------- */

static enum step by_authorizer(struct execution *x)
{
	struct thing authorizer;

	if (!thing_find(x->op, &kind_authorizer, x->owner,
			json_get_str(x->method_doc, "authorizerId"), &authorizer))
		return refuse_logged(x, &refuse_internal,
				     "Execution failed due to configuration error: Invalid "
				     "authorizer");
	if (str_is(json_get_str(authorizer.doc, "type"), "COGNITO_USER_POOLS"))
		return authorize_pool(x, &authorizer);
	return execute_custom(x, &authorizer);
}

/* An API's policy is asked of everybody; with IAM it is one of two that may allow. */
enum step execute_authorize(struct execution *x)
{
	const struct policy *policy = resource_policy(x);
	struct str type = json_get_str(x->method_doc, "authorizationType");
	enum policy_decision decision;

	if (str_is(type, "AWS_IAM"))
		return authorize_iam(x, policy);
	if (policy) {
		decision = execute_policy(x, policy, true);
		if (decision != POLICY_ALLOWED)
			return deny(x, decision == POLICY_EXPLICIT_DENY);
	}
	return str_is(type, "NONE") ? STEP_ON : by_authorizer(x);
}
