#ifndef CLOUD_COGNITO_TOKEN_H
#define CLOUD_COGNITO_TOKEN_H

#include "cloud/cognito/user.h"

/*
 * Tokens: what a user gets who has signed in.
 *
 * A sign-in is a grant: a row under the digest of its refresh token. Id and access tokens are signed with the pool's two
 * keys, name the grant by origin_jti, and are void when it is revoked.
 */
struct grant {
	struct str pool, client, sub;
	struct str origin_jti;
	int64_t auth_time;  /* seconds */
	int64_t expires_at; /* milliseconds */
	struct str scope;   /* of the hosted login; absent: signed in through the API */
	struct str device;  /* key of the device; absent: none */
};

/* The scope of tokens that let users manage themselves. */
#define IDP_OWN_SCOPE "aws.cognito.signin.user.admin"

/* Who signs in, and how. */
struct sign_in {
	const struct pool *pool;
	const struct client *client;
	const struct user *user;
	const char *source; /* of the trigger before tokens: "TokenGeneration_Authentication" */
	struct str scope;   /* as of a grant */
	struct str nonce;   /* for the id token, or absent */
	struct str device;
	bool no_refresh; /* tokens that cannot be refreshed */
	bool at_once;    /* the operation itself needs the tokens, not only its answer */
	struct json_object *metadata; /* for the trigger, or NULL */
};

/* Make the pool's two signing keys. */
void idp_keys_make(struct op *op, struct str pool);
/* The pool's keys as a JWKS document. */
struct json_object *idp_keys_print(struct op *op, struct str pool);
/* The issuer's address, as tokens name it. */
struct str idp_issuer(struct op *op, struct str pool);

/*
 * Sign the user in: put an AuthenticationResult with all tokens into op->out, signed after the commit. DONE, or WAITING or FAILED as the trigger
 * before tokens has it.
 */
enum outcome idp_sign_in(struct op *op, const struct sign_in *how);
/* The grant of a refresh token of this client, and its user; false with NotAuthorizedException set. */
bool idp_refresh_find(struct op *op, const struct pool *pool, const struct client *client,
		      struct str token, struct grant *grant, struct user *user);
/*
 * Put an AuthenticationResult with fresh id and access tokens of a grant into op->out; with `rotate` also a new refresh
 * token, and the old one is good for the client's grace only. Outcomes as of idp_sign_in().
 */
enum outcome idp_refresh(struct op *op, const struct sign_in *how, const struct grant *grant,
			 bool rotate);
/* An access token for the client itself. */
struct str idp_client_token(struct op *op, const struct pool *pool, const struct client *client,
			    struct str scope);

/* Void a refresh token of this client and all that came of it; a token that is none is no error. */
enum outcome idp_revoke(struct op *op, const struct client *client, struct str token);

/* Whose access token is it that AccessToken holds? False with NotAuthorizedException set. */
bool idp_access(struct op *op, struct client *client, struct pool *pool, struct user *user);
/* The same for any scope; *claims are the token's. */
bool idp_access_any(struct op *op, struct client *client, struct pool *pool, struct user *user,
		    struct json_object **claims);
/* Is the word among the scopes? */
bool idp_scope_has(struct str scopes, const char *scope);
/* All tokens of the user are void from now on. */
void idp_sign_out(struct op *op, struct user *user);

#endif
