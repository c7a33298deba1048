/*
 * The issuer's address: keys and OpenID configuration of a pool, which anybody may read.
 *
 * On AWS it is https://cognito-idp.REGION.amazonaws.com/POOL, and so tokens name it; here the same paths stand at the
 * cloud's endpoint, which is where jwks_uri points.
 */
#include "cloud/cognito/cognito.h"

#include "cloud/cognito/domain.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/id.h"
#include "cloud/cognito/token.h"

static const struct shape pool_id = { .type = SHAPE_STRING };
static const struct shape_member members[] = {
	{ "UserPoolId", &pool_id, .required = true, .place = IN_PATH },
	{ 0 },
};
static const struct shape input = SHAPE_STRUCT(members);

static void copy_out(struct op *op, struct json_object *document)
{
	JSON_EACH(document, key, value)
	{
		json_set(op->out, key, json_object_get(value));
	}
}

/* Each token that is checked asks for them: the pool itself is read only where there are none. */
static enum outcome get_jwks(struct op *op)
{
	struct json_object *document = idp_keys_print(op, op_str(op, "UserPoolId"));
	struct pool pool;

	if (!json_count(json_get(document, "keys")) && !idp_pool(op, &pool))
		return FAILED;
	copy_out(op, document);
	return DONE;
}

static void set_list(struct op *op, const char *name, const char *const *values)
{
	struct json_object *list = json_set_array(op->out, name);

	for (; *values; values++)
		json_add_str(list, str_of(*values));
}

/* Those of the pool's domain. */
static void set_endpoints(struct op *op, struct str domain)
{
	static const struct {
		const char *name, *path;
	} endpoints[] = {
		{ "authorization_endpoint", "/oauth2/authorize" },
		{ "end_session_endpoint", "/logout" },
		{ "revocation_endpoint", "/oauth2/revoke" },
		{ "token_endpoint", "/oauth2/token" },
		{ "userinfo_endpoint", "/oauth2/userInfo" },
	};
	static const char *const methods[] = { "client_secret_basic", "client_secret_post", NULL };

	for (size_t i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++)
		json_set_str(op->out, endpoints[i].name,
			     arena_strf(op->arena, "%.*s/_aws/cognito/%.*s%s",
					STR_ARG(op->endpoint), STR_ARG(domain), endpoints[i].path));
	set_list(op, "token_endpoint_auth_methods_supported", methods);
}

static enum outcome get_configuration(struct op *op)
{
	static const char *const algorithms[] = { "RS256", NULL };
	static const char *const responses[] = { "code", "token", NULL };
	static const char *const scopes[] = { "openid", "email", "phone", "profile", NULL };
	static const char *const subjects[] = { "public", NULL };
	struct str issuer, domain;
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	issuer = idp_issuer(op, pool.id);
	domain = idp_domain_of(op, &pool);
	if (domain.p)
		set_endpoints(op, domain);
	set_list(op, "id_token_signing_alg_values_supported", algorithms);
	json_set_str(op->out, "issuer", issuer);
	json_set_str(op->out, "jwks_uri",
		     arena_strf(op->arena, "%.*s/%.*s/.well-known/jwks.json", STR_ARG(op->endpoint),
				STR_ARG(pool.id)));
	set_list(op, "response_types_supported", responses);
	set_list(op, "scopes_supported", scopes);
	set_list(op, "subject_types_supported", subjects);
	return DONE;
}

static const struct operation operations[] = {
	{ "GetJwks", "GET /{UserPoolId}/.well-known/jwks.json", get_jwks,
	  OP_READS | OP_OPEN | OP_DATA | OP_SHORT, &input },
	{ "GetOpenIdConfiguration", "GET /{UserPoolId}/.well-known/openid-configuration",
	  get_configuration, OP_READS | OP_OPEN | OP_DATA | OP_SHORT, &input },
	{ 0 },
};

const struct service cognito_issuer_service = {
	.name = "cognito-issuer",
	.signing_name = "cognito-idp",
	.api_version = "2016-04-18",
	.speaks = PROTO_REST_JSON,
	.operations = operations,
	.account_of = idp_account_of,
};
