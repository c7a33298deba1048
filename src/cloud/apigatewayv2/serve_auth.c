/*
 * Who may pass. From: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers", "Control access to HTTP
 * APIs with IAM authorization", "Throttle requests to your HTTP APIs".
 */
#include "cloud/apigatewayv2/serve.h"

#include "aws/bearer.h"
#include "aws/session.h"
#include "aws/stash.h"

/* --- tokens ------------------------------------------------------------------------------------------ */

static enum step unauthorized(struct visit *v, const char *description)
{
	struct str value = description ? arena_strf(v->op->arena,
						    "Bearer scope=\"\" error=\"invalid_token\" "
						    "error_description=\"%s\"",
						    description)
				       : STR("Bearer");

	multi_set(v->op->arena, v->answer_headers, STR("www-authenticate"), value, true);
	return serve_refuse(v, 401, "Unauthorized");
}

static bool lists(struct json_object *list, struct str value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), value))
			return true;
	return false;
}

/* aud, or client_id of tokens that have none. */
static bool audience_fits(struct json_object *claims, struct json_object *wanted)
{
	struct json_object *aud = json_get(claims, "aud");

	if (!aud)
		return lists(wanted, json_get_str(claims, "client_id"));
	for (size_t i = 0; i < json_count(aud); i++)
		if (lists(wanted, json_str(json_at(aud, i))))
			return true;
	return json_is_string(aud) && lists(wanted, json_str(aud));
}

/* A list prints as [a b]. */
static struct str claim_text(struct arena *a, struct json_object *value)
{
	struct str text;
	struct buf b;

	if (json_is_string(value))
		return json_str(value);
	if (!json_is_array(value))
		return json_text(a, value);
	buf_init(&b, BUF_MAX);
	buf_addc(&b, '[');
	for (size_t i = 0; i < json_count(value); i++) {
		buf_adds(&b, i ? " " : "");
		buf_add(&b, claim_text(a, json_at(value, i)));
	}
	buf_addc(&b, ']');
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static void set_claims(struct visit *v, struct json_object *claims, struct json_object *scopes)
{
	struct json_object *jwt, *all;

	v->authorizer = json_set_object(v->context, "authorizer");
	jwt = json_set_object(v->authorizer, "jwt");
	all = json_set_object(jwt, "claims");
	JSON_EACH(claims, name, value)
	{
		json_set_str(all, name, claim_text(v->op->arena, value));
	}
	json_set(jwt, "scopes", json_count(scopes) ? json_object_get(scopes) : NULL);
}

/* The route asks for one of its scopes; "scope" is a text, "scp" a list or a text. */
static bool has_scope(struct json_object *claims, struct json_object *wanted)
{
	struct json_object *claim = json_get(claims, "scope");
	struct str rest;

	if (!json_count(wanted))
		return true;
	if (!claim)
		claim = json_get(claims, "scp");
	for (size_t i = 0; i < json_count(claim); i++)
		if (json_is_array(claim) && lists(wanted, json_str(json_at(claim, i))))
			return true;
	rest = json_str(claim);
	while (rest.p)
		if (lists(wanted, str_cut(&rest, ' ')))
			return true;
	return false;
}

static const char *claims_wrong(struct visit *v, struct json_object *claims,
				struct json_object *config)
{
	int64_t now = v->op->now / 1000;

	if (!str_eq(json_get_str(claims, "iss"), json_get_str(config, "issuer")))
		return "the token does not have a valid issuer";
	if (!audience_fits(claims, json_get(config, "audience")))
		return "the token does not have a valid audience";
	if (json_int_or(json_get(claims, "nbf"), 0) > now ||
	    json_int_or(json_get(claims, "iat"), 0) > now)
		return "the token is not valid yet";
	return NULL;
}

static int segments(struct str token)
{
	int n = 0;

	while (token.p) {
		str_cut(&token, '.');
		n++;
	}
	return n;
}

static enum step authorize_jwt(struct visit *v, const struct part *authorizer)
{
	struct json_object *sources = json_get(authorizer->doc, "identitySource");
	struct json_object *scopes = json_get(v->route.doc, "authorizationScopes");
	struct str token = param_value(v, json_str(json_at(sources, 0)), NULL), pool;
	const char *wrong;
	struct jwt jwt;

	if (token.n > 7 && str_eq_nocase(str_slice(token, 0, 7), STR("Bearer ")))
		token = str_trim(str_slice(token, 7, token.n));
	if (!token.n)
		return unauthorized(v, NULL);
	if (segments(token) != 3)
		return unauthorized(v, "token contains an invalid number of segments");
	switch (bearer_check(v->op, token, &jwt, &pool)) {
	case BEARER_INVALID:
		return unauthorized(v, "the token cannot be verified");
	case BEARER_EXPIRED:
		return unauthorized(v, "the token has expired");
	case BEARER_GOOD:
		break;
	}
	wrong = claims_wrong(v, jwt.claims, json_get(authorizer->doc, "jwtConfiguration"));
	if (wrong)
		return unauthorized(v, wrong);
	if (!has_scope(jwt.claims, scopes)) {
		multi_set(
			v->op->arena, v->answer_headers, STR("www-authenticate"),
			STR("Bearer scope=\"\" error=\"insufficient_scope\" error_description=\"the "
			    "token does not have a required scope\""),
			true);
		return serve_refuse(v, 403, "Forbidden");
	}
	set_claims(v, jwt.claims, scopes);
	return STEP_ON;
}

/* --- IAM ----------------------------------------------------------------------------------------------- */

static enum step authorize_iam(struct visit *v)
{
	struct authorize_check check = { .action = "execute-api:Invoke", .resource = visit_arn(v) };
	struct json_object *signer;
	struct str why;

	if (op_verify(v->op, "execute-api", &why) != RAW_SIGNED || !authorize(v->op, &check))
		return serve_refuse(v, 403, "Forbidden");
	v->authorizer = json_set_object(v->context, "authorizer");
	signer = proxy2_signer(v->op);
	json_set(signer, "cognitoIdentity", json_object_get(session_cognito(v->op)));
	json_set(v->authorizer, "iam", json_object_get(signer));
	return STEP_ON;
}

/* --- the step ------------------------------------------------------------------------------------------ */

enum step serve_authorize(struct visit *v)
{
	struct str type = json_get_str(v->route.doc, "authorizationType");
	struct part authorizer;

	if (!v->route_key.p)
		return serve_refuse(v, 404, "Not Found");
	if (str_is(type, "AWS_IAM"))
		return authorize_iam(v);
	if (!str_is(type, "JWT") && !str_is(type, "CUSTOM"))
		return STEP_ON;
	if (!part_find(v->op, &part_kind_authorizer, v->owner,
		       json_get_str(v->route.doc, "authorizerId"), &authorizer))
		return serve_refuse(v, 500, "Internal Server Error");
	return str_is(type, "JWT") ? authorize_jwt(v, &authorizer) : serve_custom(v, &authorizer);
}

/* --- throttling ------------------------------------------------------------------------------------------ */

enum step serve_throttle(struct visit *v)
{
	struct json_object *settings = stage_settings(&v->stage, v->route_key);
	struct json_object *rate = json_get(settings, "throttlingRateLimit");
	struct json_object *burst = json_get(settings, "throttlingBurstLimit");
	struct str key;

	if (!rate || !op_once(v->op, "counted"))
		return STEP_ON;
	key = arena_strf(v->op->arena, "route/%.*s/%.*s/%.*s", STR_ARG(v->api),
			 STR_ARG(v->stage.id), STR_ARG(v->route_key));
	if (stash_take(key, json_object_get_double(rate),
		       burst ? json_object_get_double(burst) : 5000, v->op->now))
		return STEP_ON;
	return serve_refuse(v, 429, "Too Many Requests");
}
