/*
 * OAuth 2.0 and OpenID Connect: what applications ask of a pool's domain.
 *
 * From: Developer Guide, "The authorize endpoint", "The token endpoint", "The userInfo endpoint", "The revoke
 * endpoint"; RFC 6749, RFC 7636.
 */
#include "base/base64.h"
#include "base/form.h"
#include "base/hash.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/hosted.h"
#include "cloud/cognito/servers.h"
#include "cloud/cognito/token.h"

#define CODE_MS ((int64_t)5 * 60 * 1000)

static struct str digest_of(struct op *op, struct str token)
{
	unsigned char *digest = arena_alloc(op->arena, SHA256_BYTES);

	hash_sha256(token, digest);
	return str_make(digest, SHA256_BYTES);
}

static bool lists(struct json_object *list, struct str value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), value))
			return true;
	return false;
}

bool oauth_allows(const struct hosted *h, const char *setting, struct str address)
{
	return lists(json_get(h->client.settings, setting), address);
}

/* --- what is asked for ---------------------------------------------------------------------------------- */

/* Back to the application with `what`, behind "?" or, for tokens, "#". */
static enum outcome go_back(struct hosted *h, struct str what)
{
	bool fragment = str_is(h->response_type, "token");
	const char *mark = fragment ? "#" : str_find(h->redirect_uri, '?') >= 0 ? "&" : "?";
	struct str state = h->state.p ? arena_strf(h->op->arena, "&state=%.*s",
						   STR_ARG(hosted_escape(h, h->state)))
				      : STR("");

	return hosted_go(h, arena_strf(h->op->arena, "%.*s%s%.*s%.*s", STR_ARG(h->redirect_uri),
				       mark, STR_ARG(what), STR_ARG(state)));
}

static enum outcome refuse(struct hosted *h, const char *error)
{
	return go_back(h, arena_strf(h->op->arena, "error=%s", error));
}

static enum outcome refuse_here(struct hosted *h, const char *error)
{
	return hosted_go(h,
			 arena_strf(h->op->arena, "%.*s/error?error=%s", STR_ARG(h->base), error));
}

/* All scopes of the client, for who asks for none. */
static struct str all_scopes(struct op *op, struct json_object *allowed, bool custom_only)
{
	struct str scope = STR("");

	for (size_t i = 0; i < json_count(allowed); i++) {
		struct str word = json_str(json_at(allowed, i));

		if (!custom_only || idp_scope_custom(word))
			scope = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(scope),
					   scope.n ? " " : "", STR_ARG(word));
	}
	return scope;
}

/* May the client have these scopes? */
static bool scopes_good(struct hosted *h, struct str scopes)
{
	struct json_object *allowed = json_get(h->client.settings, "AllowedOAuthScopes");

	while (scopes.p) {
		struct str word = str_cut(&scopes, ' ');

		if (word.n && (!lists(allowed, word) ||
			       (idp_scope_custom(word) && !idp_scope_known(h->op, &h->pool, word))))
			return false;
	}
	return true;
}

static void read_parameters(struct hosted *h)
{
	struct arena *a = h->op->arena;

	h->response_type = form_get(a, h->query, "response_type");
	h->redirect_uri = form_get(a, h->query, "redirect_uri");
	h->scope = form_get(a, h->query, "scope");
	h->state = form_get(a, h->query, "state");
	h->nonce = form_get(a, h->query, "nonce");
	h->challenge = form_get(a, h->query, "code_challenge");
	h->method = form_get(a, h->query, "code_challenge_method");
}

static bool client_allows(const struct hosted *h, const char *flow)
{
	return json_bool_or(json_get(h->client.settings, "AllowedOAuthFlowsUserPoolClient"),
			    false) &&
	       lists(json_get(h->client.settings, "AllowedOAuthFlows"), str_of(flow));
}

/* What is wrong with the request, by its OAuth name; NULL: nothing. */
static const char *problem_of(struct hosted *h)
{
	bool code = str_is(h->response_type, "code");

	if (!code && !str_is(h->response_type, "token"))
		return h->response_type.p ? "unsupported_response_type" : "invalid_request";
	if (!client_allows(h, code ? "code" : "implicit"))
		return "unauthorized_client";
	if ((h->challenge.p != NULL) != (h->method.p != NULL) ||
	    (h->method.p && !str_is(h->method, "S256")))
		return "invalid_request";
	if (!h->scope.n)
		h->scope = all_scopes(h->op, json_get(h->client.settings, "AllowedOAuthScopes"),
				      false);
	return scopes_good(h, h->scope) ? NULL : "invalid_scope";
}

enum outcome oauth_read(struct hosted *h, bool *good)
{
	const char *problem;

	*good = false;
	read_parameters(h);
	json_set_str(h->op->in, "ClientId", form_get(h->op->arena, h->query, "client_id"));
	if (!idp_client_in(h->op, &h->pool, &h->client)) {
		h->op->error = NULL;
		return refuse_here(h, op_str(h->op, "ClientId").n ? "invalid_client"
								  : "invalid_request");
	}
	if (!h->redirect_uri.n)
		h->redirect_uri = json_get_str(h->client.settings, "DefaultRedirectURI");
	if (!h->redirect_uri.n)
		return refuse_here(h, "invalid_request");
	if (!oauth_allows(h, "CallbackURLs", h->redirect_uri))
		return refuse_here(h, "redirect_mismatch");
	problem = problem_of(h);
	if (problem)
		return refuse(h, problem);
	*good = true;
	return DONE;
}

/* --- authorize ------------------------------------------------------------------------------------------- */

enum outcome oauth_authorize(struct hosted *h)
{
	struct arena *a = h->op->arena;
	struct str prompt = form_get(a, h->query, "prompt"), sub, hint;
	struct str provider = form_get(a, h->query, "identity_provider");

	if (provider.n && !str_is(provider, "COGNITO"))
		return idp_provider_known(h->op, &h->pool, provider)
			       ? page_error(
					 h, 502,
					 arena_strf(a,
						    "The identity provider %.*s stands on the "
						    "internet, which cannot be reached from here. "
						    "Please sign in with a user of this pool.",
						    STR_ARG(provider)))
			       : refuse(h, "invalid_request");
	if (!str_is(prompt, "login") && browser_user(h, &sub))
		return oauth_finish(h, sub);
	if (str_is(prompt, "none"))
		return refuse(h, "login_required");
	hint = form_get(a, h->query, "login_hint");
	return hosted_go(h, arena_strf(a, "%.*s/login?%.*s%s%.*s", STR_ARG(h->base),
				       STR_ARG(hosted_query(h)), hint.n ? "&login_hint=" : "",
				       STR_ARG(hosted_escape(h, hint))));
}

/* What was handed out for a code. */
struct authorization {
	struct str client, sub, redirect_uri, scope, nonce, challenge;
	int64_t expires_at;
};

static struct str make_code(struct hosted *h, struct str sub)
{
	struct op *op = h->op;
	struct str code = hash_uuid(op->arena);

	db_run(op->db, "DELETE FROM cognito_authorization WHERE expires_at < ?", "i", op->now);
	db_run(op->db,
	       "INSERT INTO cognito_authorization (digest, pool, client, sub, redirect_uri, scope, nonce,"
	       " challenge, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "bsssssssi", digest_of(op, code), h->pool.id, h->client.id, sub, h->redirect_uri,
	       h->scope, h->nonce, h->challenge, op->now + CODE_MS);
	return code;
}

/* Tokens at once, in the address. */
static enum outcome finish_implicit(struct hosted *h, struct user *user)
{
	const struct sign_in how = { .pool = &h->pool,
				     .client = &h->client,
				     .user = user,
				     .source = "TokenGeneration_HostedAuth",
				     .scope = h->scope,
				     .nonce = h->nonce,
				     .no_refresh = true,
				     .at_once = true };
	enum outcome outcome = idp_sign_in(h->op, &how);
	struct json_object *result = json_get(h->op->out, "AuthenticationResult");
	struct str id = STR("");

	if (outcome != DONE)
		return outcome;
	if (idp_scope_has(h->scope, "openid"))
		id = arena_strf(h->op->arena, "id_token=%.*s&",
				STR_ARG(json_get_str(result, "IdToken")));
	return go_back(h, arena_strf(h->op->arena,
				     "%.*saccess_token=%.*s&expires_in=%lld&token_type=Bearer",
				     STR_ARG(id), STR_ARG(json_get_str(result, "AccessToken")),
				     (long long)json_int_or(json_get(result, "ExpiresIn"), 0)));
}

enum outcome oauth_finish(struct hosted *h, struct str sub)
{
	struct user user;

	if (!idp_user_by_sub(h->op, &h->pool, sub, &user))
		return refuse(h, "server_error");
	if (str_is(h->response_type, "token"))
		return finish_implicit(h, &user);
	return go_back(h, arena_strf(h->op->arena, "code=%.*s", STR_ARG(make_code(h, sub))));
}

/* --- clients of the endpoints -------------------------------------------------------------------------------- */

static enum outcome answer_json(struct hosted *h, int status, struct json_object *o)
{
	op_answer_header(h->op, STR("Cache-Control"), STR("no-store"));
	return op_answer(h->op, status, "application/json;charset=UTF-8",
			 json_text(h->op->arena, o));
}

static enum outcome fail(struct hosted *h, int status, const char *error)
{
	struct json_object *o = json_new_object(h->op->arena);

	json_set_cstr(o, "error", error);
	return answer_json(h, status, o);
}

/* "Basic BASE64(id:secret)" of the request, as form fields; absent ones stay. */
static void read_basic(struct hosted *h, struct str *id, struct str *secret)
{
	struct str header = raw_header(h->op->raw, "Authorization"), text, rest;

	if (!str_starts(header, STR("Basic ")) ||
	    !base64_parse(h->op->arena, str_trim(str_slice(header, 6, header.n)), &text))
		return;
	rest = text;
	*id = str_cut(&rest, ':');
	*secret = rest;
}

/* The client, which has proved to be it; false: invalid_client. */
static bool enter_client(struct hosted *h)
{
	struct str id = hosted_field(h, "client_id"), secret = hosted_field(h, "client_secret");

	read_basic(h, &id, &secret);
	json_set_str(h->op->in, "ClientId", id.p ? id : STR(""));
	if (!idp_client_in(h->op, &h->pool, &h->client)) {
		h->op->error = NULL;
		return false;
	}
	if (!h->client.secret.p)
		return !secret.n;
	return secret.p && str_eq_secret(secret, h->client.secret);
}

/* --- tokens --------------------------------------------------------------------------------------------------- */

static enum outcome answer_tokens(struct hosted *h, struct str scope)
{
	struct json_object *result = json_get(h->op->out, "AuthenticationResult"),
			   *o = json_new_object(h->op->arena);

	if (idp_scope_has(scope, "openid"))
		json_set_str(o, "id_token", json_get_str(result, "IdToken"));
	json_set_str(o, "access_token", json_get_str(result, "AccessToken"));
	if (json_get(result, "RefreshToken"))
		json_set_str(o, "refresh_token", json_get_str(result, "RefreshToken"));
	json_set_int(o, "expires_in", json_int_or(json_get(result, "ExpiresIn"), 0));
	json_set_cstr(o, "token_type", "Bearer");
	return answer_json(h, 200, o);
}

static bool read_authorization(struct hosted *h, struct str code, struct authorization *out)
{
	struct op *op = h->op;
	struct stmt *q =
		db_query(op->db,
			 "SELECT client, sub, redirect_uri, scope, nonce, challenge, expires_at"
			 " FROM cognito_authorization WHERE digest = ? AND pool = ?",
			 "bs", digest_of(op, code), h->pool.id);

	if (!stmt_row(q))
		return false;
	*out = (struct authorization){
		stmt_dup(q, 0, op->arena),
		stmt_dup(q, 1, op->arena),
		stmt_dup(q, 2, op->arena),
		stmt_dup(q, 3, op->arena),
		stmt_dup(q, 4, op->arena),
		stmt_dup(q, 5, op->arena),
		stmt_int(q, 6),
	};
	stmt_done(q);
	/* A code is good once, whoever tries it. */
	db_run(op->db, "DELETE FROM cognito_authorization WHERE digest = ?", "b",
	       digest_of(op, code));
	return true;
}

/* RFC 7636: does the verifier make the challenge? */
static bool verifier_good(struct hosted *h, const struct authorization *auth)
{
	struct str verifier = hosted_field(h, "code_verifier");

	if (!auth->challenge.p)
		return !verifier.p;
	return verifier.n &&
	       str_eq_secret(base64url_print(h->op->arena, digest_of(h->op, verifier)),
			     auth->challenge);
}

static enum outcome by_code(struct hosted *h)
{
	struct str code = hosted_field(h, "code"), back = hosted_field(h, "redirect_uri");
	struct authorization auth;
	enum outcome outcome;
	struct user user;

	if (!code.n || !back.n)
		return fail(h, 400, "invalid_request");
	if (!read_authorization(h, code, &auth) || auth.expires_at <= h->op->now ||
	    !str_eq(auth.client, h->client.id) || !str_eq(auth.redirect_uri, back) ||
	    !verifier_good(h, &auth) || !idp_user_by_sub(h->op, &h->pool, auth.sub, &user))
		return fail(h, 400, "invalid_grant");
	outcome = idp_sign_in(h->op, &(struct sign_in){ .pool = &h->pool,
							.client = &h->client,
							.user = &user,
							.source = "TokenGeneration_HostedAuth",
							.scope = auth.scope,
							.nonce = auth.nonce,
							.at_once = true });
	return outcome == DONE ? answer_tokens(h, auth.scope) : outcome;
}

static enum outcome by_refresh(struct hosted *h)
{
	bool rotate = str_is(json_get_str(json_get(h->client.settings, "RefreshTokenRotation"),
					  "Feature"),
			     "ENABLED");
	struct str token = hosted_field(h, "refresh_token");
	enum outcome outcome;
	struct grant grant;
	struct user user;

	if (!token.n)
		return fail(h, 400, "invalid_request");
	if (!idp_refresh_find(h->op, &h->pool, &h->client, token, &grant, &user)) {
		h->op->error = NULL;
		return fail(h, 400, "invalid_grant");
	}
	outcome = idp_refresh(h->op,
			      &(struct sign_in){ .pool = &h->pool,
						 .client = &h->client,
						 .user = &user,
						 .source = "TokenGeneration_RefreshTokens",
						 .scope = grant.scope,
						 .device = grant.device,
						 .at_once = true },
			      &grant, rotate);
	return outcome == DONE ? answer_tokens(h, grant.scope.p ? grant.scope : STR("openid"))
			       : outcome;
}

static enum outcome by_client(struct hosted *h)
{
	struct json_object *o = json_new_object(h->op->arena);
	struct str scope = hosted_field(h, "scope");

	if (!h->client.secret.p || !client_allows(h, "client_credentials"))
		return fail(h, 400, "unauthorized_client");
	if (!scope.n)
		scope = all_scopes(h->op, json_get(h->client.settings, "AllowedOAuthScopes"), true);
	if (!scopes_good(h, scope))
		return fail(h, 400, "invalid_scope");
	json_set_str(o, "access_token", idp_client_token(h->op, &h->pool, &h->client, scope));
	json_set_int(o, "expires_in", idp_client_validity(&h->client, "AccessToken"));
	json_set_cstr(o, "token_type", "Bearer");
	return answer_json(h, 200, o);
}

enum outcome oauth_token(struct hosted *h)
{
	static const struct {
		const char *grant;
		enum outcome (*run)(struct hosted *h);
	} grants[] = { { "authorization_code", by_code },
		       { "refresh_token", by_refresh },
		       { "client_credentials", by_client } };
	struct str grant = hosted_field(h, "grant_type");

	if (!grant.n)
		return fail(h, 400, "invalid_request");
	for (size_t i = 0; i < sizeof(grants) / sizeof(*grants); i++)
		if (str_is(grant, grants[i].grant))
			return enter_client(h) ? grants[i].run(h) : fail(h, 400, "invalid_client");
	return fail(h, 400, "unsupported_grant_type");
}

/* --- userInfo ----------------------------------------------------------------------------------------------------- */

static enum outcome not_a_token(struct hosted *h, const char *why)
{
	struct json_object *o = json_new_object(h->op->arena);

	h->op->error = NULL;
	json_set_cstr(o, "error", "invalid_token");
	json_set_cstr(o, "error_description", why);
	op_answer_header(h->op, STR("WWW-Authenticate"),
			 arena_strf(h->op->arena,
				    "Bearer error=\"invalid_token\", error_description=\"%s\"",
				    why));
	return answer_json(h, 401, o);
}

/* The attributes that the token's scopes let the client see; flags are text here. */
static void print_attributes(struct json_object *o, const struct hosted *h, const struct user *user,
			     struct str scope)
{
	bool all = idp_scope_has(scope, "profile") || idp_scope_has(scope, IDP_OWN_SCOPE);

	JSON_EACH(user->attributes, key, value)
	{
		struct str name = str_of(key);
		const char *needs = str_starts(name, STR("email"))          ? "email"
				    : str_starts(name, STR("phone_number")) ? "phone"
									    : "profile";

		if (idp_client_may(&h->client, "ReadAttributes", name) &&
		    !str_starts(name, STR("dev:")) && (all || idp_scope_has(scope, needs)))
			json_set_str(o, key, json_str(value));
	}
}

enum outcome oauth_user_info(struct hosted *h)
{
	struct json_object *o = json_new_object(h->op->arena), *claims;
	struct str header = raw_header(h->op->raw, "Authorization"), scope;
	struct pool pool;
	struct user user;

	if (!str_starts(header, STR("Bearer ")))
		return not_a_token(h, "The access token is missing");
	json_set_str(h->op->in, "AccessToken", str_trim(str_slice(header, 7, header.n)));
	if (!idp_access_any(h->op, &h->client, &pool, &user, &claims) ||
	    !str_eq(pool.id, h->pool.id))
		return not_a_token(h, "The access token is invalid or expired");
	scope = json_get_str(claims, "scope");
	if (!idp_scope_has(scope, "openid"))
		return not_a_token(h, "Access token does not contain openid scope");
	json_set_str(o, "sub", user.sub);
	print_attributes(o, h, &user, scope);
	json_set_str(o, "username", user.name);
	return answer_json(h, 200, o);
}

/* --- revoke ------------------------------------------------------------------------------------------------------- */

enum outcome oauth_revoke(struct hosted *h)
{
	struct str token = hosted_field(h, "token");
	const char *code;

	if (!token.n)
		return fail(h, 400, "invalid_request");
	if (!enter_client(h))
		return fail(h, 401, "invalid_client");
	if (!json_bool_or(json_get(h->client.settings, "EnableTokenRevocation"), true))
		return fail(h, 400, "invalid_request");
	if (idp_revoke(h->op, &h->client, token) == DONE)
		return op_answer(h->op, 200, NULL, STR(""));
	code = h->op->error->code;
	h->op->error = NULL;
	return fail(h, 400,
		    strcmp(code, UnsupportedTokenTypeException.code) == 0 ? "unsupported_token_type"
									  : "invalid_request");
}
