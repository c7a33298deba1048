/* Tokens; see token.h. */
#include "cloud/cognito/token.h"

#include "base/aside.h"
#include "base/base64.h"
#include "base/hash.h"
#include "base/jwt.h"
#include "base/rsa.h"
#include "cloud/cognito/claims.h"
#include "cloud/cognito/errors.h"

enum { FOR_ID, FOR_ACCESS };

/* Refresh tokens are opaque; AWS's are encrypted JWTs, which this header begins. */
#define REFRESH_HEADER "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"

/* --- keys ------------------------------------------------------------------------------------------ */

static struct json_object *print_key(struct op *op, struct str kid, struct str private)
{
	struct json_object *o = json_new_object(op->arena);
	struct str n = STR(""), e = STR("");

	rsa_public(op->arena, private, &n, &e);
	json_set_cstr(o, "alg", "RS256");
	json_set_str(o, "e", base64url_print(op->arena, e));
	json_set_str(o, "kid", kid);
	json_set_cstr(o, "kty", "RSA");
	json_set_str(o, "n", base64url_print(op->arena, n));
	json_set_cstr(o, "use", "sig");
	return o;
}

void idp_keys_make(struct op *op, struct str pool)
{
	for (int64_t use = FOR_ID; use <= FOR_ACCESS; use++) {
		unsigned char random[SHA256_BYTES];
		struct str kid, private = rsa_make(op->arena);

		hash_random(random, sizeof(random));
		kid = base64_print(op->arena, str_make(random, sizeof(random)));
		db_run(op->db,
		       "INSERT INTO cognito_key (pool, use, kid, private, public)"
		       " VALUES (?, ?, ?, ?, ?)",
		       "sisbs", pool, use, kid, private,
		       json_text(op->arena, print_key(op, kid, private)));
	}
}

static bool key_find(struct op *op, struct str pool, int64_t use, struct str *kid,
		     struct str *private)
{
	struct stmt *q =
		db_query(op->db, "SELECT kid, private FROM cognito_key WHERE pool = ? AND use = ?",
			 "si", pool, use);

	if (!stmt_row(q))
		return false;
	*kid = stmt_dup(q, 0, op->arena);
	*private = stmt_dup(q, 1, op->arena);
	stmt_done(q);
	return true;
}

/* Each token that is checked asks for the keys: they are read as they were printed, but for those of old pools. */
struct json_object *idp_keys_print(struct op *op, struct str pool)
{
	struct json_object *document = json_new_object(op->arena),
			   *keys = json_set_array(document, "keys");
	struct stmt *q =
		db_query(op->db,
			 "SELECT kid, private, public FROM cognito_key WHERE pool = ? ORDER BY use",
			 "s", pool);

	while (stmt_row(q)) {
		struct str public = stmt_str(q, 2);
		struct json_object *key = public.p ? json_parse(op->arena, public, NULL)
						   : print_key(op, stmt_str(q, 0), stmt_str(q, 1));

		json_add(keys, json_object_get(key));
	}
	stmt_done(q);
	return document;
}

struct str idp_issuer(struct op *op, struct str pool)
{
	return arena_strf(op->arena, "https://cognito-idp.%s.amazonaws.com/%.*s", op->region,
			  STR_ARG(pool));
}

/* --- signing ---------------------------------------------------------------------------------------- */

/* A token to be signed: in an arena of its own, since another thread may do it. */
struct signing {
	struct str kid, private, token;
	struct json_object *claims;
	struct arena *arena;
};

static struct signing to_sign(struct op *op, const struct pool *pool, int64_t use,
			      struct json_object *claims)
{
	struct signing s = { .token = STR(""), .claims = claims };

	key_find(op, pool->id, use, &s.kid, &s.private);
	return s;
}

static void sign(void *arg)
{
	struct signing *s = arg;

	s->arena = arena_new();
	jwt_sign(s->arena, s->private, s->kid, s->claims, &s->token);
}

static struct str signed_token(struct op *op, struct signing *s)
{
	struct str token = arena_dup(op->arena, s->token);

	arena_free(s->arena);
	return token;
}

struct str idp_client_token(struct op *op, const struct pool *pool, const struct client *client,
			    struct str scope)
{
	struct signing access =
		to_sign(op, pool, FOR_ACCESS, idp_client_claims(op, pool, client, scope));

	sign(&access);
	return signed_token(op, &access);
}

struct tokens {
	struct signing id, access;
};

static void sign_both(struct op *op, void *arg)
{
	struct json_object *result = json_get(op->out, "AuthenticationResult");
	struct tokens *tokens = arg;
	struct aside task;

	aside_begin(&task, sign, &tokens->id);
	sign(&tokens->access);
	aside_end(&task);
	json_set_str(result, "AccessToken", signed_token(op, &tokens->access));
	json_set_str(result, "IdToken", signed_token(op, &tokens->id));
}

/* `refresh` absent: the client keeps the one it has. */
static enum outcome answer(struct op *op, const struct issue *issue, struct str refresh)
{
	struct json_object *result = json_set_object(op->out, "AuthenticationResult");
	struct tokens *tokens = ARENA_NEW(op->arena, struct tokens);
	const struct sign_in *how = issue->how;

	json_set_object(op->out, "ChallengeParameters");
	json_set_int(result, "ExpiresIn", idp_client_validity(how->client, "AccessToken"));
	json_set_cstr(result, "TokenType", "Bearer");
	if (refresh.p)
		json_set_str(result, "RefreshToken", refresh);
	tokens->id = to_sign(op, how->pool, FOR_ID, idp_id_claims(op, issue));
	tokens->access = to_sign(op, how->pool, FOR_ACCESS, idp_access_claims(op, issue));
	if (how->at_once)
		sign_both(op, tokens);
	else
		/* A signature takes longer than all the rest of a sign-in: others of the account need not wait for it. */
		op_complete(op, sign_both, tokens);
	return DONE;
}

/* --- grants ----------------------------------------------------------------------------------------- */

static struct str digest_of(struct op *op, struct str token)
{
	unsigned char *digest = arena_alloc(op->arena, SHA256_BYTES);

	hash_sha256(token, digest);
	return str_make(digest, SHA256_BYTES);
}

static struct str refresh_token(struct op *op)
{
	unsigned char bytes[96];
	struct str text;

	hash_random(bytes, sizeof(bytes));
	text = base64url_print(op->arena, str_make(bytes, sizeof(bytes)));
	return arena_strf(op->arena, REFRESH_HEADER ".%.*s.%.*s.%.*s.%.*s",
			  STR_ARG(str_slice(text, 0, 64)), STR_ARG(str_slice(text, 64, 80)),
			  STR_ARG(str_slice(text, 80, 106)), STR_ARG(str_slice(text, 106, text.n)));
}

/* A row for the grant; returns its refresh token. */
static struct str add_grant(struct op *op, const struct grant *grant)
{
	struct str token = refresh_token(op);

	db_run(op->db, "DELETE FROM cognito_grant WHERE gone_at < ?", "i", op->now);
	db_run(op->db,
	       "INSERT INTO cognito_grant (digest, pool, client, sub, origin_jti, auth_time, expires_at,"
	       " gone_at, revoked, scope, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
	       "bssssiiiss", digest_of(op, token), grant->pool, grant->client, grant->sub,
	       grant->origin_jti, grant->auth_time, grant->expires_at,
	       grant->expires_at + (int64_t)86400 * 1000, grant->scope, grant->device);
	return token;
}

enum outcome idp_sign_in(struct op *op, const struct sign_in *how)
{
	struct grant grant = {
		.pool = how->pool->id,
		.client = how->client->id,
		.sub = how->user->sub,
		.origin_jti = hash_uuid(op->arena),
		.auth_time = op->now / 1000,
		.expires_at = op->now + idp_client_validity(how->client, "RefreshToken") * 1000,
		.scope = how->scope,
		.device = how->device,
	};
	struct issue issue;
	enum outcome outcome = idp_issue_begin(op, how, &issue);
	struct str refresh;

	if (outcome != DONE)
		return outcome;
	issue.grant = &grant;
	/* Also what cannot be refreshed is a row, so that it can be revoked. */
	refresh = add_grant(op, &grant);
	return answer(op, &issue, how->no_refresh ? STR_NONE : refresh);
}

static bool refused(struct op *op, const char *message)
{
	op_fail(op, &NotAuthorizedException, "%s", message);
	return false;
}

static bool read_grant(struct op *op, struct str token, struct grant *out, bool *revoked)
{
	struct stmt *q = db_query(
		op->db,
		"SELECT pool, client, sub, origin_jti, auth_time, expires_at, revoked, scope,"
		" device FROM cognito_grant WHERE digest = ?",
		"b", digest_of(op, token));

	if (!stmt_row(q))
		return false;
	*out = (struct grant){
		.pool = stmt_dup(q, 0, op->arena),
		.client = stmt_dup(q, 1, op->arena),
		.sub = stmt_dup(q, 2, op->arena),
		.origin_jti = stmt_dup(q, 3, op->arena),
		.auth_time = stmt_int(q, 4),
		.expires_at = stmt_int(q, 5),
		.scope = stmt_dup(q, 7, op->arena),
		.device = stmt_dup(q, 8, op->arena),
	};
	*revoked = stmt_int(q, 6);
	stmt_done(q);
	return true;
}

bool idp_refresh_find(struct op *op, const struct pool *pool, const struct client *client,
		      struct str token, struct grant *grant, struct user *user)
{
	bool revoked;

	if (!read_grant(op, token, grant, &revoked) || !str_eq(grant->client, client->id) ||
	    !idp_user_by_sub(op, pool, grant->sub, user))
		return refused(op, "Invalid Refresh Token");
	if (revoked)
		return refused(op, "Refresh Token has been revoked");
	if (grant->expires_at <= op->now)
		return refused(op, "Refresh Token has expired");
	return user->enabled || refused(op, "User is disabled.");
}

/* A new refresh token instead of the grant's, which is good for a while yet. */
static struct str rotated(struct op *op, const struct client *client, const struct grant *grant)
{
	int64_t grace = json_int_or(json_get(json_get(client->settings, "RefreshTokenRotation"),
					     "RetryGracePeriodSeconds"),
				    0);

	db_run(op->db,
	       "UPDATE cognito_grant SET expires_at = min(expires_at, ?) WHERE pool = ? AND origin_jti = ?",
	       "iss", op->now + grace * 1000, grant->pool, grant->origin_jti);
	return add_grant(op, grant);
}

enum outcome idp_refresh(struct op *op, const struct sign_in *how, const struct grant *grant,
			 bool rotate)
{
	struct issue issue;
	enum outcome outcome = idp_issue_begin(op, how, &issue);

	if (outcome != DONE)
		return outcome;
	issue.grant = grant;
	return answer(op, &issue, rotate ? rotated(op, how->client, grant) : STR_NONE);
}

enum outcome idp_revoke(struct op *op, const struct client *client, struct str token)
{
	struct grant grant;
	bool revoked;

	if (!read_grant(op, token, &grant, &revoked)) {
		/* Id and access tokens have three parts, what was never given out has any number. */
		struct jwt jwt;

		if (jwt_parse(op->arena, token, &jwt))
			return op_fail(op, &UnsupportedTokenTypeException,
				       "Unsupported token type");
		return DONE;
	}
	if (!str_eq(grant.client, client->id))
		return op_fail(op, &UnauthorizedException, "Unauthorized");
	db_run(op->db, "UPDATE cognito_grant SET revoked = 1 WHERE pool = ? AND origin_jti = ?",
	       "ss", grant.pool, grant.origin_jti);
	return DONE;
}

void idp_sign_out(struct op *op, struct user *user)
{
	user->signed_out_at = op->now;
	db_run(op->db, "UPDATE cognito_grant SET revoked = 1 WHERE pool = ? AND sub = ?", "ss",
	       user->pool, user->sub);
	db_run(op->db, "UPDATE cognito_user SET signed_out_at = ? WHERE pool = ? AND sub = ?",
	       "iss", op->now, user->pool, user->sub);
}

/* --- access tokens ---------------------------------------------------------------------------------- */

static bool genuine(struct op *op, const struct pool *pool, const struct jwt *jwt)
{
	struct str kid, private, n, e;

	return key_find(op, pool->id, FOR_ACCESS, &kid, &private) && str_eq(kid, jwt->kid) &&
	       rsa_public(op->arena, private, &n, &e) && jwt_verify(jwt, n, e) &&
	       str_is(json_get_str(jwt->claims, "token_use"), "access") &&
	       str_eq(json_get_str(jwt->claims, "iss"), idp_issuer(op, pool->id));
}

static bool is_revoked(struct op *op, const struct user *user, struct json_object *claims)
{
	struct str jti = json_get_str(claims, "origin_jti");

	if (json_int_or(json_get(claims, "auth_time"), 0) < user->signed_out_at / 1000)
		return true;
	return jti.p &&
	       !db_int(op->db, 0,
		       "SELECT count(*) FROM cognito_grant WHERE pool = ? AND origin_jti = ?"
		       " AND NOT revoked",
		       "ss", user->pool, jti);
}

bool idp_scope_has(struct str scopes, const char *scope)
{
	while (scopes.p)
		if (str_is(str_cut(&scopes, ' '), scope))
			return true;
	return false;
}

bool idp_access_any(struct op *op, struct client *client, struct pool *pool, struct user *user,
		    struct json_object **claims)
{
	struct jwt jwt;

	if (!jwt_parse(op->arena, op_str(op, "AccessToken"), &jwt))
		return refused(op, "Invalid Access Token");
	*claims = jwt.claims;
	json_set_str(op->in, "ClientId", json_get_str(jwt.claims, "client_id"));
	if (!idp_client(op, client, pool) || !genuine(op, pool, &jwt))
		return refused(op, "Invalid Access Token");
	if (json_int_or(json_get(jwt.claims, "exp"), 0) * 1000 <= op->now)
		return refused(op, "Access Token has expired");
	if (!idp_user_by_sub(op, pool, json_get_str(jwt.claims, "sub"), user)) {
		op_fail(op, &UserNotFoundException, "User does not exist.");
		return false;
	}
	if (!user->enabled)
		return refused(op, "User is disabled.");
	return !is_revoked(op, user, jwt.claims) || refused(op, "Access Token has been revoked");
}

bool idp_access(struct op *op, struct client *client, struct pool *pool, struct user *user)
{
	struct json_object *claims;

	if (!idp_access_any(op, client, pool, user, &claims))
		return false;
	return idp_scope_has(json_get_str(claims, "scope"), IDP_OWN_SCOPE) ||
	       refused(op, "Access Token does not have required scopes");
}
