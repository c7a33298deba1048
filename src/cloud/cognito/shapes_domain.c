/* Shapes of domains, resource servers and identity providers, from the service's model. */
#include "cloud/cognito/shapes.h"
#include "cloud/cognito/shapes_common.h"

static const struct shape domain = { .type = SHAPE_STRING,
				     AT_LEAST(1),
				     AT_MOST(63),
				     .pattern = "^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$" };
static const struct shape_member custom_domain_members[] = {
	{ "CertificateArn", &cognito_shape_arn, .required = true },
	{ 0 },
};
static const struct shape custom_domain = SHAPE_STRUCT(custom_domain_members);
static const struct shape page_token = { .type = SHAPE_STRING, AT_LEAST(1), .pattern = "[\\S]+" };

/* --- domains -------------------------------------------------------------------------------- */

static const struct shape_member create_user_pool_domain[] = {
	{ "Domain", &domain, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ManagedLoginVersion", &shape_integer },
	{ "CustomDomainConfig", &custom_domain },
	{ 0 },
};
const struct shape cognito_create_user_pool_domain = SHAPE_STRUCT(create_user_pool_domain);
const struct shape cognito_update_user_pool_domain = SHAPE_STRUCT(create_user_pool_domain);
static const struct shape_member delete_user_pool_domain[] = {
	{ "Domain", &domain, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ 0 },
};
const struct shape cognito_delete_user_pool_domain = SHAPE_STRUCT(delete_user_pool_domain);
static const struct shape_member describe_user_pool_domain[] = {
	{ "Domain", &domain, .required = true },
	{ 0 },
};
const struct shape cognito_describe_user_pool_domain = SHAPE_STRUCT(describe_user_pool_domain);

/* --- resource servers ------------------------------------------------------------------------ */

static const struct shape server_identifier = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(256), .pattern = "[\\x21\\x23-\\x5B\\x5D-\\x7E]+"
};
static const struct shape server_name = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(256), .pattern = "[\\w\\s+=,.@-]+"
};
static const struct shape scope_name = { .type = SHAPE_STRING,
					 AT_LEAST(1),
					 AT_MOST(256),
					 .pattern = "[\\x21\\x23-\\x2E\\x30-\\x5B\\x5D-\\x7E]+" };
static const struct shape scope_description = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(256) };
static const struct shape_member scope_members[] = {
	{ "ScopeName", &scope_name, .required = true },
	{ "ScopeDescription", &scope_description, .required = true },
	{ 0 },
};
static const struct shape scope = SHAPE_STRUCT(scope_members);
static const struct shape scopes = { .type = SHAPE_LIST, .element = &scope, AT_MOST(100) };
static const struct shape servers_limit = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(50) };

static const struct shape_member create_resource_server[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Identifier", &server_identifier, .required = true },
	{ "Name", &server_name, .required = true },
	{ "Scopes", &scopes },
	{ 0 },
};
const struct shape cognito_create_resource_server = SHAPE_STRUCT(create_resource_server);
const struct shape cognito_update_resource_server = SHAPE_STRUCT(create_resource_server);
static const struct shape_member describe_resource_server[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Identifier", &server_identifier, .required = true },
	{ 0 },
};
const struct shape cognito_describe_resource_server = SHAPE_STRUCT(describe_resource_server);
const struct shape cognito_delete_resource_server = SHAPE_STRUCT(describe_resource_server);
static const struct shape_member list_resource_servers[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "MaxResults", &servers_limit },
	{ "NextToken", &page_token },
	{ 0 },
};
const struct shape cognito_list_resource_servers = SHAPE_STRUCT(list_resource_servers);

/* --- identity providers ------------------------------------------------------------------------ */

static const struct shape new_provider_name = {
	.type = SHAPE_STRING,
	AT_LEAST(1),
	AT_MOST(32),
	.pattern = "[^_\\p{Z}][\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}][^_\\p{Z}]+"
};
static const struct shape provider_name = { .type = SHAPE_STRING,
					    AT_LEAST(1),
					    AT_MOST(32),
					    .pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\p{Z}]+" };
static const struct shape provider_type = {
	.type = SHAPE_STRING,
	.values = VALUES("SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC")
};
static const struct shape provider_details = { .type = SHAPE_MAP,
					       .key = &cognito_shape_string,
					       .element = &cognito_shape_string };
static const struct shape mapping_key = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(32) };
static const struct shape mapping = { .type = SHAPE_MAP,
				      .key = &mapping_key,
				      .element = &cognito_shape_string };
static const struct shape provider_identifier = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(40), .pattern = "[\\w\\s+=.@-]+"
};
static const struct shape provider_identifiers = {
	.type = SHAPE_LIST, .element = &provider_identifier, AT_LEAST(0), AT_MOST(50)
};
static const struct shape providers_limit = { .type = SHAPE_INTEGER, AT_LEAST(0), AT_MOST(60) };

static const struct shape_member create_identity_provider[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ProviderName", &new_provider_name, .required = true },
	{ "ProviderType", &provider_type, .required = true },
	{ "ProviderDetails", &provider_details, .required = true },
	{ "AttributeMapping", &mapping },
	{ "IdpIdentifiers", &provider_identifiers },
	{ 0 },
};
const struct shape cognito_create_identity_provider = SHAPE_STRUCT(create_identity_provider);
static const struct shape_member update_identity_provider[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ProviderName", &provider_name, .required = true },
	{ "ProviderDetails", &provider_details },
	{ "AttributeMapping", &mapping },
	{ "IdpIdentifiers", &provider_identifiers },
	{ 0 },
};
const struct shape cognito_update_identity_provider = SHAPE_STRUCT(update_identity_provider);
static const struct shape_member describe_identity_provider[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ProviderName", &provider_name, .required = true },
	{ 0 },
};
const struct shape cognito_describe_identity_provider = SHAPE_STRUCT(describe_identity_provider);
const struct shape cognito_delete_identity_provider = SHAPE_STRUCT(describe_identity_provider);
static const struct shape_member get_identity_provider_by_identifier[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "IdpIdentifier", &provider_identifier, .required = true },
	{ 0 },
};
const struct shape cognito_get_identity_provider_by_identifier =
	SHAPE_STRUCT(get_identity_provider_by_identifier);
static const struct shape_member list_identity_providers[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "MaxResults", &providers_limit },
	{ "NextToken", &page_token },
	{ 0 },
};
const struct shape cognito_list_identity_providers = SHAPE_STRUCT(list_identity_providers);
