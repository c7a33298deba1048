/*
 * Logins: tokens of identity providers that a pool trusts.
 *
 * From: Developer Guide, "Identity pools external identity providers". Tokens of this cloud's own user pools are held
 * against the keys that their issuer tells. Keys of others stand on the internet, which is not there: their tokens are
 * refused as such whose signature cannot be verified.
 */
#include "cloud/identity/inside.h"

#include "aws/dispatch.h"
#include "base/base64.h"
#include "base/jwt.h"

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &NotAuthorizedException, "%s", why);
	return false;
}

/* What the pool says of a user pool's client; NULL: it does not trust it. */
static struct json_object *trusted(const struct identity_pool *pool, struct str provider,
				   struct str client)
{
	struct json_object *all = json_get(pool->settings, "CognitoIdentityProviders");

	for (size_t i = 0; i < json_count(all); i++)
		if (str_eq(json_get_str(json_at(all, i), "ProviderName"), provider) &&
		    (!client.p || str_eq(json_get_str(json_at(all, i), "ClientId"), client)))
			return json_at(all, i);
	return NULL;
}

static bool signature_right(struct op *op, struct str user_pool, const struct jwt *jwt)
{
	struct json_object *in = json_new_object(op->arena), *answer = NULL, *keys;

	json_set_str(in, "UserPoolId", user_pool);
	if (aws_call(op, "cognito-issuer", "GetJwks", in, &answer, NULL) != DONE)
		return false;
	keys = json_get(answer, "keys");
	for (size_t i = 0; i < json_count(keys); i++) {
		struct json_object *key = json_at(keys, i);
		struct str n, e;

		if (str_eq(json_get_str(key, "kid"), jwt->kid) &&
		    base64url_parse(op->arena, json_get_str(key, "n"), &n) &&
		    base64url_parse(op->arena, json_get_str(key, "e"), &e))
			return jwt_verify(jwt, n, e);
	}
	return false;
}

/* Where the pool asks: is the user still there, and may sign in? */
static bool user_good(struct op *op, struct str user_pool, const struct jwt *jwt)
{
	struct json_object *in = json_new_object(op->arena), *answer = NULL;

	json_set_str(in, "UserPoolId", user_pool);
	json_set_str(in, "Username", json_get_str(jwt->claims, "cognito:username"));
	return aws_call(op, "cognito-idp", "AdminGetUser", in, &answer, NULL) == DONE &&
	       json_bool_or(json_get(answer, "Enabled"), false);
}

static bool read_user_pool(struct op *op, const struct identity_pool *pool, struct str provider,
			   struct str token, struct login *out)
{
	struct str user_pool = provider, issuer;
	struct json_object *trust;
	struct jwt jwt;

	str_cut(&user_pool, '/');
	if (!trusted(pool, provider, STR_NONE))
		return refuse(op, "Token is not from a supported provider of this identity pool.");
	if (!jwt_parse(op->arena, token, &jwt))
		return refuse(op,
			      "Invalid login token. Not a valid OpenId Connect identity token.");
	issuer = json_get_str(jwt.claims, "iss");
	if (!str_starts(issuer, STR("https://")) ||
	    !str_eq(str_slice(issuer, 8, issuer.n), provider))
		return refuse(op, "Invalid login token. Issuer doesn't match providerName");
	if (!str_is(json_get_str(jwt.claims, "token_use"), "id"))
		return refuse(op, "Invalid login token. Missing a required claim: aud");
	out->audience = json_get_str(jwt.claims, "aud");
	trust = trusted(pool, provider, out->audience);
	if (!trust)
		return refuse(op, "Token is not from a supported provider of this identity pool.");
	if (!signature_right(op, user_pool, &jwt))
		return refuse(op, "Invalid login token. Couldn't verify signed token.");
	if (json_int_or(json_get(jwt.claims, "exp"), 0) <= op->now / 1000)
		return refuse(op,
			      arena_printf(op->arena,
					   "Invalid login token. Token expired: %lld >= %lld",
					   (long long)(op->now / 1000),
					   (long long)json_int_or(json_get(jwt.claims, "exp"), 0)));
	if (json_bool_or(json_get(trust, "ServerSideTokenCheck"), false) &&
	    !user_good(op, user_pool, &jwt))
		return refuse(op, "Invalid login token. Token was revoked.");
	out->provider = provider;
	out->subject = json_get_str(jwt.claims, "sub");
	out->claims = jwt.claims;
	return true;
}

static bool read_login(struct op *op, const struct identity_pool *pool, struct str provider,
		       struct str token, struct login *out)
{
	if (str_starts(provider, STR("cognito-idp.")))
		return read_user_pool(op, pool, provider, token, out);
	if (json_get(json_get(pool->settings, "SupportedLoginProviders"),
		     arena_cstr(op->arena, provider)) ||
	    json_count(json_get(pool->settings, "OpenIdConnectProviderARNs")) ||
	    json_count(json_get(pool->settings, "SamlProviderARNs")))
		return refuse(op, "Invalid login token. Couldn't verify signed token.");
	return refuse(op, "Token is not from a supported provider of this identity pool.");
}

bool identity_logins(struct op *op, const struct identity_pool *pool, struct logins *out)
{
	struct json_object *given = op_get(op, "Logins");

	*out = (struct logins){ 0 };
	if (!given)
		return true;
	JSON_EACH(given, key, value)
	{
		struct login *login = &out->at[out->count++];

		*login = (struct login){ 0 };
		if (!read_login(op, pool, arena_dup(op->arena, str_of(key)), json_str(value),
				login))
			return false;
	}
	return true;
}
