/*
 * What identities get: an OpenID token, or a role's credentials at once.
 *
 * From: Developer Guide, "Identity pools authentication flow" and "Using role-based access control". The credentials
 * are STS's, for the same token: the role's trust policy decides as it does for anybody who brings it there.
 */
#include "cloud/identity/inside.h"

#include "aws/dispatch.h"
#include "base/time.h"

#define TOKEN_SECONDS     600 /* "The OpenID token is valid for 10 minutes." */
#define DEVELOPER_SECONDS 900

/* From: "Access policies", the session policy of identities that are not authenticated. */
static const char guests_may[] =
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\",\"Action\":["
	"\"cloudwatch:*\",\"logs:*\",\"dynamodb:*\",\"kinesis:*\",\"mobileanalytics:*\",\"s3:*\",\"ses:*\","
	"\"sns:*\",\"sqs:*\",\"lambda:*\",\"machinelearning:*\",\"execute-api:*\",\"iot:*\",\"gamelift:*\","
	"\"cognito-identity:*\",\"cognito-idp:*\",\"cognito-sync:*\",\"lex:*\",\"polly:*\",\"rekognition:*\","
	"\"translate:*\",\"transcribe:*\",\"comprehend:*\",\"firehose:*\",\"appsync:*\",\"personalize:*\","
	"\"sagemaker:InvokeEndpoint\",\"mobiletargeting:*\",\"codewhisperer:*\",\"sdb:*\",\"geo:*\","
	"\"rum:PutRumEvents\",\"textract:DetectDocumentText\",\"textract:AnalyzeDocument\"]}]}";

/* --- which role --------------------------------------------------------------------------------------- */

static struct str default_role(const struct identity_pool *pool, bool authenticated)
{
	return json_get_str(json_get(pool->roles, "Roles"),
			    authenticated ? "authenticated" : "unauthenticated");
}

static bool lists(struct json_object *list, struct str value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), value))
			return true;
	return false;
}

/* Of what the token says; absent: it does not decide. */
static struct str role_by_token(const struct login *login, struct str wanted)
{
	struct json_object *roles = json_get(login->claims, "cognito:roles");
	struct str preferred = json_get_str(login->claims, "cognito:preferred_role");

	if (wanted.p)
		return lists(roles, wanted) ? wanted : STR_NONE;
	if (preferred.p)
		return preferred;
	return json_count(roles) == 1 ? json_str(json_at(roles, 0)) : STR_NONE;
}

static bool rule_fits(struct arena *a, struct json_object *rule, struct json_object *claims)
{
	struct json_object *claim = json_get(claims, arena_cstr(a, json_get_str(rule, "Claim")));
	struct str value = json_get_str(rule, "Value"), kind = json_get_str(rule, "MatchType");
	struct str found = json_is_string(claim) ? json_str(claim) : json_text(a, claim);

	if (!claim)
		return false;
	if (str_is(kind, "Equals"))
		return str_eq(found, value);
	if (str_is(kind, "NotEqual"))
		return !str_eq(found, value);
	if (str_is(kind, "StartsWith"))
		return str_starts(found, value);
	return str_find_str(found, value) >= 0;
}

/* The first rule that fits; absent: none does. */
static struct str role_by_rules(struct op *op, struct json_object *mapping,
				const struct login *login)
{
	struct json_object *rules = json_get(json_get(mapping, "RulesConfiguration"), "Rules");

	for (size_t i = 0; i < json_count(rules); i++)
		if (rule_fits(op->arena, json_at(rules, i), login->claims))
			return json_get_str(json_at(rules, i), "RoleARN");
	return STR_NONE;
}

static struct json_object *mapping_of(struct op *op, const struct identity_pool *pool,
				      const struct login *login)
{
	struct str name = login->audience.p
				  ? arena_strf(op->arena, "%.*s:%.*s", STR_ARG(login->provider),
					       STR_ARG(login->audience))
				  : login->provider;

	return json_get(json_get(pool->roles, "RoleMappings"), arena_cstr(op->arena, name));
}

/* False with the error set. */
static bool choose_role(struct op *op, const struct identity_pool *pool,
			const struct logins *logins, struct str *role)
{
	struct str wanted = op_str(op, "CustomRoleArn");
	const struct login *login = &logins->at[0];
	struct json_object *mapping = logins->count ? mapping_of(op, pool, login) : NULL;
	bool by_token = str_is(json_get_str(mapping, "Type"), "Token");

	*role = STR_NONE;
	if (mapping && login->claims)
		*role = by_token ? role_by_token(login, wanted) : role_by_rules(op, mapping, login);
	if (wanted.p && !(role->p && str_eq(*role, wanted))) {
		op_fail(op, &NotAuthorizedException,
			"The custom role %.*s is not authorized for this identity.",
			STR_ARG(wanted));
		return false;
	}
	if (role->p)
		return true;
	if (mapping && str_is(json_get_str(mapping, "AmbiguousRoleResolution"), "Deny")) {
		op_fail(op, &NotAuthorizedException,
			"Access denied: the role of this identity cannot be resolved.");
		return false;
	}
	*role = default_role(pool, logins->count > 0);
	if (role->p)
		return true;
	op_fail(op, &InvalidIdentityPoolConfigurationException,
		"Invalid identity pool configuration. Check assigned IAM roles for this pool.");
	return false;
}

/* --- credentials ----------------------------------------------------------------------------------------- */

/* Who comes: identity, pool and logins. */
static bool enter(struct op *op, struct identity_pool *pool, struct logins *logins,
		  struct identity *identity)
{
	return identity_get(op, op_str(op, "IdentityId"), identity) &&
	       identity_pool_get(op, identity->pool, pool) && identity_logins(op, pool, logins) &&
	       identity_enter(op, pool, logins, identity);
}

static bool assume(struct op *op, struct str role, struct str token, bool guest,
		   struct json_object **answer)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "RoleArn", role);
	json_set_cstr(in, "RoleSessionName", "CognitoIdentityCredentials");
	json_set_str(in, "WebIdentityToken", token);
	if (guest)
		json_set_cstr(in, "Policy", guests_may);
	if (aws_call(op, "sts", "AssumeRoleWithWebIdentity", in, answer, NULL) == DONE)
		return true;
	op_fail(op, &InvalidIdentityPoolConfigurationException,
		"Invalid identity pool configuration. Check assigned IAM roles for this pool.");
	return false;
}

enum outcome identity_op_get_credentials_for_identity(struct op *op)
{
	struct json_object *answer = NULL, *given, *credentials;
	struct identity_pool pool;
	struct identity identity;
	struct logins logins;
	struct str role, token;
	int64_t expires = 0;

	if (!enter(op, &pool, &logins, &identity) || !choose_role(op, &pool, &logins, &role))
		return FAILED;
	token = identity_token(op, &identity, &logins, TOKEN_SECONDS,
			       identity_tags(op, &pool, &logins));
	if (!assume(op, role, token, !logins.count, &answer))
		return FAILED;
	given = json_get(answer, "Credentials");
	time_parse_iso(json_get_str(given, "Expiration"), &expires);
	json_set_str(op->out, "IdentityId", identity.id);
	credentials = json_set_object(op->out, "Credentials");
	json_set_str(credentials, "AccessKeyId", json_get_str(given, "AccessKeyId"));
	json_set_str(credentials, "SecretKey", json_get_str(given, "SecretAccessKey"));
	json_set_str(credentials, "SessionToken", json_get_str(given, "SessionToken"));
	json_set_time(credentials, "Expiration", expires);
	return DONE;
}

/* --- tokens ------------------------------------------------------------------------------------------------- */

static enum outcome answer_token(struct op *op, const struct identity *identity, struct str token)
{
	json_set_str(op->out, "IdentityId", identity->id);
	json_set_str(op->out, "Token", token);
	return DONE;
}

enum outcome identity_op_get_open_id_token(struct op *op)
{
	struct identity_pool pool;
	struct identity identity;
	struct logins logins;

	if (!enter(op, &pool, &logins, &identity))
		return FAILED;
	if (!identity_pool_allows(&pool, "AllowClassicFlow"))
		return op_fail(op, &InvalidParameterException,
			       "Basic (classic) flow is not enabled, please use enhanced flow.");
	return answer_token(op, &identity,
			    identity_token(op, &identity, &logins, TOKEN_SECONDS, NULL));
}

/* The developer's own login among Logins; whoever may call this vouches for it. */
static bool developer_login(struct op *op, const struct identity_pool *pool, struct login *login)
{
	struct str name = json_get_str(pool->settings, "DeveloperProviderName");
	struct str subject =
		name.p ? json_get_str(op_get(op, "Logins"), arena_cstr(op->arena, name)) : STR_NONE;

	if (!subject.p || json_count(op_get(op, "Logins")) != 1) {
		op_fail(op, &InvalidParameterException,
			"Please provide exactly one login of the developer provider of this identity "
			"pool.");
		return false;
	}
	*login = (struct login){ .provider = name, .subject = subject };
	return true;
}

/* The identity of the login; the one that IdentityId names, when there was none; or a new one. */
static bool developer_identity(struct op *op, const struct identity_pool *pool,
			       const struct login *login, struct identity *identity)
{
	struct str owner = identity_of_login(op, pool->id, login->provider, login->subject);
	struct str named = op_str(op, "IdentityId");

	if (owner.p && named.p && !str_eq(owner, named)) {
		op_fail(op, &DeveloperUserAlreadyRegisteredException,
			"The developer user identifier is already registered with another identity.");
		return false;
	}
	if (owner.p || named.p)
		return identity_get(op, owner.p ? owner : named, identity);
	identity_add(op, pool->id, identity);
	return true;
}

enum outcome identity_op_get_open_id_token_for_developer_identity(struct op *op)
{
	struct logins logins = { .count = 1 };
	struct identity_pool pool;
	struct identity identity;

	if (!identity_pool_get(op, op_str(op, "IdentityPoolId"), &pool) ||
	    !developer_login(op, &pool, &logins.at[0]) ||
	    !developer_identity(op, &pool, &logins.at[0], &identity))
		return FAILED;
	identity_link(op, &identity, &logins.at[0]);
	return answer_token(op, &identity,
			    identity_token(op, &identity, &logins,
					   op_int_or(op, "TokenDuration", DEVELOPER_SECONDS),
					   op_get(op, "PrincipalTags")));
}
