/*
 * OpenID tokens of identities, which STS takes for a role.
 *
 * From: Developer Guide, "Identity pools authentication flow", "Role trust and permissions". aud is the pool, sub the
 * identity, amr says how it was authenticated. All pools of an account sign with one key.
 */
#include "cloud/identity/inside.h"

#include "base/base64.h"
#include "base/hash.h"
#include "base/jwt.h"
#include "base/rsa.h"

#define TAGS_CLAIM "https://aws.amazon.com/tags"

/* --- the key -------------------------------------------------------------------------------------- */

static bool find_key(struct op *op, struct str *kid, struct str *private)
{
	struct stmt *q = db_query(op->db, "SELECT kid, private FROM identity_key", "");

	if (!stmt_row(q))
		return false;
	*kid = stmt_dup(q, 0, op->arena);
	*private = stmt_dup(q, 1, op->arena);
	stmt_done(q);
	return true;
}

static void use_key(struct op *op, struct str *kid, struct str *private)
{
	if (find_key(op, kid, private))
		return;
	*kid = hash_uuid(op->arena);
	*private = rsa_make(op->arena);
	db_run(op->db, "INSERT INTO identity_key (kid, private) VALUES (?, ?)", "sb", *kid,
	       *private);
}

enum outcome identity_op_get_jwks(struct op *op)
{
	struct json_object *keys = json_set_array(op->out, "keys"), *o;
	struct str kid, private, n, e;

	if (!find_key(op, &kid, &private) || !rsa_public(op->arena, private, &n, &e))
		return DONE;
	o = json_add_object(keys);
	json_set_cstr(o, "kty", "RSA");
	json_set_cstr(o, "alg", "RS256");
	json_set_cstr(o, "use", "sig");
	json_set_str(o, "kid", kid);
	json_set_str(o, "n", base64url_print(op->arena, n));
	json_set_str(o, "e", base64url_print(op->arena, e));
	return DONE;
}

/* --- tokens ----------------------------------------------------------------------------------------- */

static void add_methods(struct op *op, struct json_object *claims, const struct logins *logins)
{
	struct json_object *methods = json_set_array(claims, "amr");

	json_add_str(methods, logins->count ? STR("authenticated") : STR("unauthenticated"));
	for (size_t i = 0; i < logins->count; i++) {
		const struct login *login = &logins->at[i];

		json_add_str(methods, login->provider);
		if (login->claims)
			json_add_str(methods,
				     arena_strf(op->arena, "%.*s:CognitoSignIn:%.*s",
						STR_ARG(login->provider), STR_ARG(login->subject)));
		else
			json_add_str(methods, arena_strf(op->arena, "%.*s:%.*s:%.*s",
							 STR_ARG(login->provider),
							 STR_ARG(op_str(op, "IdentityPoolId")),
							 STR_ARG(login->subject)));
	}
}

static void add_tags(struct json_object *claims, struct json_object *tags)
{
	struct json_object *o;

	if (!json_count(tags))
		return;
	o = json_set_object(json_set_object(claims, TAGS_CLAIM), "principal_tags");
	JSON_EACH(tags, key, value)
	{
		json_add_str(json_set_array(o, key), json_str(value));
	}
}

struct str identity_token(struct op *op, const struct identity *identity,
			  const struct logins *logins, int64_t seconds, struct json_object *tags)
{
	struct json_object *claims = json_new_object(op->arena);
	struct str kid, private, token = STR("");

	json_set_str(claims, "sub", identity->id);
	json_set_str(claims, "aud", identity->pool);
	add_methods(op, claims, logins);
	json_set_cstr(claims, "iss", "https://" IDENTITY_ISSUER);
	add_tags(claims, tags);
	json_set_int(claims, "exp", op->now / 1000 + seconds);
	json_set_int(claims, "iat", op->now / 1000);
	use_key(op, &kid, &private);
	jwt_sign(op->arena, private, kid, claims, &token);
	return token;
}

/* --- principal tags -------------------------------------------------------------------------------------- */

struct json_object *identity_tags(struct op *op, const struct identity_pool *pool,
				  const struct logins *logins)
{
	struct json_object *tags = json_new_object(op->arena), *map, *names;
	const struct login *login = &logins->at[0];

	if (!logins->count || !login->claims)
		return NULL;
	map = json_get(pool->tag_maps, arena_cstr(op->arena, login->provider));
	if (json_bool_or(json_get(map, "UseDefaults"), false)) {
		json_set_str(tags, "username", login->subject);
		json_set_str(tags, "client", login->audience);
		return tags;
	}
	names = json_get(map, "PrincipalTags");
	if (!names)
		return NULL;
	JSON_EACH(names, tag, claim)
	{
		struct json_object *value =
			json_get(login->claims, arena_cstr(op->arena, json_str(claim)));

		if (value)
			json_set_str(tags, tag,
				     json_is_string(value) ? json_str(value)
							   : json_text(op->arena, value));
	}
	return tags;
}
