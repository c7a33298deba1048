/*
 * AssumeRoleWithWebIdentity: a role for who shows a token of an identity provider that the account trusts.
 *
 * From: STS API Reference, AssumeRoleWithWebIdentity; IAM User Guide, "OIDC federation" and "Available keys for OIDC
 * federation". The account must have an OpenID Connect provider with the token's issuer and audience, the token must be
 * the issuer's, and the role's trust policy must let that provider in. The call carries no signature. Cognito's
 * identity pools need no such provider: trust policies know them by their issuer's name.
 *
 * Nothing is fetched: the keys are those of the issuers of this cloud, which the table below names.
 */
#include "cloud/sts/inside.h"

#include "aws/policy.h"
#include "base/base64.h"
#include "base/jwt.h"
#include "base/time.h"

#define ACTION "sts:AssumeRoleWithWebIdentity"

static const struct aws_error InvalidIdentityToken = { "InvalidIdentityToken", 400, NULL, false },
			      ExpiredTokenException = { "ExpiredTokenException", 400, NULL, false };

/* Issuers whose keys another service of this cloud tells: "cognito-idp.REGION.amazonaws.com/POOL". */
static const struct issuer {
	const char *begins, *service, *operation;
	const char *parameter; /* what follows the "/"; NULL: there is none */
	bool known_to_all;     /* no provider is set up for it in the account */
} issuers[] = {
	{ "cognito-idp.", "cognito-issuer", "GetJwks", "UserPoolId", false },
	{ "cognito-identity.amazonaws.com", "cognito-identity-issuer", "GetJwks", NULL, true },
};

#define TAGS_CLAIM "https://aws.amazon.com/tags"

/* What is known of the token in hand. */
struct identity {
	struct jwt jwt;
	struct str issuer; /* without "https://" */
	struct str audience, subject;
	struct str provider; /* ARN, or the name of an issuer that is known to all */
	struct str *methods; /* amr */
	size_t method_count;
	struct json_object *tags; /* {key: [value]} for the session, or NULL */
};

static const struct issuer *issuer_of(struct str name)
{
	for (size_t i = 0; i < sizeof(issuers) / sizeof(*issuers); i++)
		if (issuers[i].known_to_all ? str_is(name, issuers[i].begins)
					    : str_starts(name, str_of(issuers[i].begins)))
			return &issuers[i];
	return NULL;
}

static bool invalid(struct op *op, const char *why)
{
	op_fail(op, &InvalidIdentityToken, "%s", why);
	return false;
}

/* --- the token ------------------------------------------------------------------------------- */

/* An aud that is a list stands for its first. */
static struct str audience_of(struct json_object *claims)
{
	struct json_object *aud = json_get(claims, "aud");

	return json_is_string(aud) ? json_str(aud) : json_str(json_at(aud, 0));
}

static void read_methods(struct op *op, struct identity *id)
{
	struct json_object *amr = json_get(id->jwt.claims, "amr");

	id->method_count = json_count(amr);
	id->methods = arena_alloc(op->arena, (id->method_count + 1) * sizeof(*id->methods));
	for (size_t i = 0; i < id->method_count; i++)
		id->methods[i] = json_str(json_at(amr, i));
	id->tags = json_get(json_get(id->jwt.claims, TAGS_CLAIM), "principal_tags");
}

static bool read_token(struct op *op, struct identity *id)
{
	struct str url;

	if (!jwt_parse(op->arena, op_str(op, "WebIdentityToken"), &id->jwt))
		return invalid(
			op,
			"The ID Token provided is not a valid JWT. (You may see this error if you sent an "
			"Access Token)");
	url = json_get_str(id->jwt.claims, "iss");
	id->audience = audience_of(id->jwt.claims);
	id->subject = json_get_str(id->jwt.claims, "sub");
	if (!url.n)
		return invalid(op, "Missing a required claim: iss");
	if (!id->audience.n)
		return invalid(op, "Missing a required claim: aud");
	if (!id->subject.n)
		return invalid(op, "Missing a required claim: sub");
	id->issuer = str_starts(url, STR("https://")) ? str_slice(url, 8, url.n) : url;
	read_methods(op, id);
	return true;
}

static bool has_string(struct json_object *list, struct str wanted)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), wanted))
			return true;
	return false;
}

/* The account's OpenID Connect provider of that issuer, which must expect the token's audience. */
static bool check_provider(struct op *op, struct identity *id)
{
	struct json_object *in = json_new_object(op->arena), *answer = NULL;
	const struct issuer *issuer = issuer_of(id->issuer);

	id->provider = id->issuer;
	if (issuer && issuer->known_to_all)
		return true;
	id->provider = arena_strf(op->arena, "arn:aws:iam::%s:oidc-provider/%.*s", op->account->id,
				  STR_ARG(id->issuer));
	json_set_str(in, "OpenIDConnectProviderArn", id->provider);
	if (aws_call(op, "iam", "GetOpenIDConnectProvider", in, &answer, NULL) != DONE)
		return invalid(
			op,
			arena_printf(
				op->arena,
				"No OpenIDConnect provider found in your account for https://%.*s",
				STR_ARG(id->issuer)));
	return has_string(json_get(answer, "ClientIDList"), id->audience) ||
	       invalid(op, "Incorrect token audience");
}

/* The issuer's key set, or NULL. */
static struct json_object *keys_of(struct op *op, struct str issuer)
{
	struct json_object *in = json_new_object(op->arena), *answer = NULL;
	const struct issuer *found = issuer_of(issuer);
	struct str path = issuer;

	str_cut(&path, '/');
	if (!found || (found->parameter && !path.n))
		return NULL;
	if (found->parameter)
		json_set_str(in, found->parameter, path);
	return aws_call(op, found->service, found->operation, in, &answer, NULL) == DONE
		       ? json_get(answer, "keys")
		       : NULL;
}

static bool check_signature(struct op *op, const struct identity *id)
{
	struct json_object *keys = keys_of(op, id->issuer);

	if (!keys)
		return invalid(
			op,
			"Couldn't retrieve verification key from your identity provider,  please "
			"reference AssumeRoleWithWebIdentity documentation for requirements");
	for (size_t i = 0; i < json_count(keys); i++) {
		struct json_object *key = json_at(keys, i);
		struct str n, e;

		if (str_eq(json_get_str(key, "kid"), id->jwt.kid) &&
		    base64url_parse(op->arena, json_get_str(key, "n"), &n) &&
		    base64url_parse(op->arena, json_get_str(key, "e"), &e) &&
		    jwt_verify(&id->jwt, n, e))
			return true;
	}
	return invalid(op, "The identity token's signature is invalid.");
}

static bool check_time(struct op *op, const struct identity *id)
{
	int64_t expires = json_int_or(json_get(id->jwt.claims, "exp"), 0);

	if (expires > op->now / 1000)
		return true;
	op_fail(op, &ExpiredTokenException,
		"Token expired: current date/time %lld must be before the expiration date/time %lld",
		(long long)(op->now / 1000), (long long)expires);
	return false;
}

/* --- permission ------------------------------------------------------------------------------- */

static enum outcome not_authorized(struct op *op)
{
	return op_fail(op, &AccessDenied, "Not authorized to perform " ACTION);
}

static struct policy_key key_of(struct op *op, const struct identity *id, const char *claim,
				const struct str *value)
{
	return (struct policy_key){ arena_strf(op->arena, "%.*s:%s", STR_ARG(id->issuer), claim),
				    { (struct str *)value, 1, false } };
}

/* Does the role let this provider's users in, and tag their sessions where the token does so? */
static bool is_trusted(struct op *op, const struct role *role, const struct identity *id)
{
	const struct policy *trust = policy_parse(op->arena, role->trust, POLICY_TRUST, NULL);
	struct str name = op_str(op, "RoleSessionName");
	struct policy_key keys[] = { key_of(op, id, "aud", &id->audience),
				     key_of(op, id, "sub", &id->subject),
				     { STR("sts:RoleSessionName"), { &name, 1, false } },
				     { arena_strf(op->arena, "%.*s:amr", STR_ARG(id->issuer)),
				       { id->methods, id->method_count, true } },
				     { STR_NONE, { NULL, 0, false } } };
	struct policy_set set = { .resource = trust, .resource_must_allow = true };
	struct policy_request request = { .arena = op->arena,
					  .action = STR(ACTION),
					  .resource = role->arn,
					  .caller = { .federated = id->provider },
					  .find = policy_find_key,
					  .arg = keys };
	struct policy_verdict verdict;

	if (!trust)
		return false;
	if (!id->method_count)
		keys[3].name = STR_NONE;
	policy_decide(&request, &set, &verdict);
	if (verdict.decision != POLICY_ALLOWED || !id->tags)
		return verdict.decision == POLICY_ALLOWED;
	request.action = STR("sts:TagSession");
	policy_decide(&request, &set, &verdict);
	return verdict.decision == POLICY_ALLOWED;
}

/* Condition keys that policies of the session may ask for: "cognito-identity.amazonaws.com:sub". */
static void add_keys(struct op *op, struct session *session, const struct identity *id)
{
	struct json_object *keys = json_set_object(session->detail, "Keys");
	const struct {
		const char *claim;
		struct str value;
	} claims[] = { { "aud", id->audience }, { "sub", id->subject } };

	json_set_str(keys, "aws:FederatedProvider", id->provider);
	for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++)
		json_set_str(keys,
			     arena_printf(op->arena, "%.*s:%s", STR_ARG(id->issuer),
					  claims[i].claim),
			     claims[i].value);
}

/* An identity pool's user is told to what is called with the credentials. */
static void add_cognito(struct session *session, const struct identity *id)
{
	struct json_object *cognito, *amr;
	const struct issuer *issuer = issuer_of(id->issuer);

	if (!issuer || !issuer->known_to_all)
		return;
	cognito = json_set_object(session->detail, "Cognito");
	amr = json_set_array(cognito, "amr");
	for (size_t i = 0; i < id->method_count; i++)
		json_add_str(amr, id->methods[i]);
	json_set_str(cognito, "identityId", id->subject);
	json_set_str(cognito, "identityPoolId", id->audience);
}

/* What the token says of the session's tags. */
static void take_tags(const struct identity *id, struct session *session)
{
	struct json_object *tags;

	if (!id->tags)
		return;
	tags = json_set_object(session->detail, "Tags");
	JSON_EACH(id->tags, key, values)
	{
		json_set_str(tags, key, json_str(json_at(values, 0)));
	}
}

/* --- the operation ------------------------------------------------------------------------------ */

bool sts_account_of(struct op *op, char account[static 13])
{
	struct str arn = op_str(op, "RoleArn"), rest = arn, id;

	if (!sts_arn_good(op, arn))
		return false;
	for (int i = 0; i < 4; i++)
		str_cut(&rest, ':');
	id = str_cut(&rest, ':');
	if (!str_starts(arn, STR("arn:aws:iam::")) || !account_id_valid(id) ||
	    !str_starts(rest, STR("role/"))) {
		op_fail(op, &ValidationError, "Request ARN is invalid");
		return false;
	}
	memcpy(account, id.p, 12);
	account[12] = '\0';
	if (aws_account_here(op->aws, id))
		return true;
	not_authorized(op);
	return false;
}

enum outcome sts_op_assume_role_with_web_identity(struct op *op)
{
	struct identity id = { 0 };
	struct grant grant;
	struct role role;
	int64_t seconds;

	if (!read_token(op, &id) || !check_provider(op, &id) || !check_time(op, &id) ||
	    !check_signature(op, &id))
		return FAILED;
	if (!role_find(op, op_str(op, "RoleArn"), &role) || !is_trusted(op, &role, &id))
		return not_authorized(op);
	seconds = role_seconds(op, &role);
	if (!seconds)
		return FAILED;
	grant_begin(op, &grant, CALLER_ROLE, seconds);
	if (!grant_policies(op, &grant))
		return FAILED;
	role_describe(op, &role, &grant.session);
	take_tags(&id, &grant.session);
	add_keys(op, &grant.session, &id);
	add_cognito(&grant.session, &id);
	json_set_str(op->out, "SubjectFromWebIdentityToken", id.subject);
	json_set_str(op->out, "Audience", id.audience);
	json_set_str(op->out, "Provider", id.provider);
	return grant_finish(op, &grant) ? DONE : FAILED;
}
