/* The inputs of the operations, from botocore's model. */
#include "cloud/identity/inside.h"

#define AT_LEAST(n) .has_min = true, .min = (n)
#define AT_MOST(n)  .has_max = true, .max = (n)
#define INPUT(name, ...)                                                                           \
	static const struct shape_member name##_input[] = { __VA_ARGS__, { 0 } };                  \
	const struct shape identity_##name = SHAPE_STRUCT(name##_input)
#define MUST(name, shape)                                                                          \
	{                                                                                          \
		name, &(shape), .required = true                                                   \
	}
#define MAY(name, shape)                                                                           \
	{                                                                                          \
		name, &(shape)                                                                     \
	}

static const struct shape pool_id = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(55), .pattern = "[\\w-]+:[0-9a-f-]+"
};
static const struct shape pool_name = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w\\s+=,.@-]+"
};
static const struct shape provider = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128) };
static const struct shape provider_id = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w.;_/-]+"
};
static const struct shape providers = {
	.type = SHAPE_MAP, .key = &provider, .element = &provider_id, AT_MOST(10)
};
static const struct shape developer = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w._-]+"
};
static const struct shape arn = { .type = SHAPE_STRING, AT_LEAST(20), AT_MOST(2048) };
static const struct shape arns = SHAPE_LIST_OF(&arn);
static const struct shape cognito_name = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w._:/-]+"
};
static const struct shape cognito_client = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w_]+"
};
static const struct shape_member cognito_members[] = {
	MAY("ProviderName", cognito_name),
	MAY("ClientId", cognito_client),
	MAY("ServerSideTokenCheck", shape_boolean),
	{ 0 },
};
static const struct shape cognito = SHAPE_STRUCT(cognito_members);
static const struct shape cognitos = SHAPE_LIST_OF(&cognito);
static const struct shape tag_key = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128) };
static const struct shape tag_value = { .type = SHAPE_STRING, AT_LEAST(0), AT_MOST(256) };
static const struct shape pool_tags = { .type = SHAPE_MAP, .key = &tag_key, .element = &tag_value };
static const struct shape tag_keys = SHAPE_LIST_OF(&tag_key);
static const struct shape limit = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(60) };
static const struct shape page = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(65535), .pattern = "[\\S]+"
};
static const struct shape account = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(15), .pattern = "\\d+"
};
static const struct shape login_token = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(50000), .secret = true
};
static const struct shape logins = {
	.type = SHAPE_MAP, .key = &provider, .element = &login_token, AT_MOST(10)
};
static const struct shape login_names = SHAPE_LIST_OF(&provider);
static const struct shape principal_tag_value = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(256) };
static const struct shape principal_tags = {
	.type = SHAPE_MAP, .key = &tag_key, .element = &principal_tag_value, AT_MOST(50)
};
static const struct shape duration = { .type = SHAPE_LONG, AT_LEAST(1), AT_MOST(86400) };
static const struct shape role_type = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "(un)?authenticated"
};
static const struct shape roles = {
	.type = SHAPE_MAP, .key = &role_type, .element = &arn, AT_MOST(2)
};
static const char *const mapping_types[] = { "Token", "Rules", NULL };
static const struct shape mapping_type = { .type = SHAPE_STRING, .values = mapping_types };
static const char *const resolutions[] = { "AuthenticatedRole", "Deny", NULL };
static const struct shape resolution = { .type = SHAPE_STRING, .values = resolutions };
static const char *const match_types[] = { "Equals", "Contains", "StartsWith", "NotEqual", NULL };
static const struct shape match_type = { .type = SHAPE_STRING, .values = match_types };
static const struct shape claim = { .type = SHAPE_STRING,
				    AT_LEAST(1),
				    AT_MOST(64),
				    .pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+" };
static const struct shape claim_value = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128) };
static const struct shape_member rule_members[] = {
	MUST("Claim", claim),
	MUST("MatchType", match_type),
	MUST("Value", claim_value),
	MUST("RoleARN", arn),
	{ 0 },
};
static const struct shape rule = SHAPE_STRUCT(rule_members);
static const struct shape rules = {
	.type = SHAPE_LIST, .element = &rule, AT_LEAST(1), AT_MOST(400)
};
static const struct shape_member rules_members[] = { MUST("Rules", rules), { 0 } };
static const struct shape rules_configuration = SHAPE_STRUCT(rules_members);
static const struct shape_member mapping_members[] = {
	MUST("Type", mapping_type),
	MAY("AmbiguousRoleResolution", resolution),
	MAY("RulesConfiguration", rules_configuration),
	{ 0 },
};
static const struct shape mapping = SHAPE_STRUCT(mapping_members);
static const struct shape mappings = {
	.type = SHAPE_MAP, .key = &provider, .element = &mapping, AT_MOST(10)
};
static const struct shape ids = {
	.type = SHAPE_LIST, .element = &pool_id, AT_LEAST(1), AT_MOST(60)
};
static const struct shape developer_user = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(1024) };

#define POOL_SETTINGS                                                                              \
	MUST("IdentityPoolName", pool_name),                                                       \
		MUST("AllowUnauthenticatedIdentities", shape_boolean),                             \
		MAY("AllowClassicFlow", shape_boolean), MAY("SupportedLoginProviders", providers), \
		MAY("DeveloperProviderName", developer), MAY("OpenIdConnectProviderARNs", arns),   \
		MAY("CognitoIdentityProviders", cognitos), MAY("SamlProviderARNs", arns),          \
		MAY("IdentityPoolTags", pool_tags)

INPUT(create_pool, POOL_SETTINGS);
INPUT(update_pool, MUST("IdentityPoolId", pool_id), POOL_SETTINGS);
INPUT(pool_only, MUST("IdentityPoolId", pool_id));
INPUT(list_pools, MUST("MaxResults", limit), MAY("NextToken", page));
INPUT(get_id, MAY("AccountId", account), MUST("IdentityPoolId", pool_id), MAY("Logins", logins));
INPUT(get_credentials, MUST("IdentityId", pool_id), MAY("Logins", logins),
      MAY("CustomRoleArn", arn));
INPUT(get_token, MUST("IdentityId", pool_id), MAY("Logins", logins));
INPUT(developer_token, MUST("IdentityPoolId", pool_id), MAY("IdentityId", pool_id),
      MUST("Logins", logins), MAY("PrincipalTags", principal_tags), MAY("TokenDuration", duration));
INPUT(set_roles, MUST("IdentityPoolId", pool_id), MUST("Roles", roles),
      MAY("RoleMappings", mappings));
INPUT(list, MUST("IdentityPoolId", pool_id), MUST("MaxResults", limit), MAY("NextToken", page),
      MAY("HideDisabled", shape_boolean));
INPUT(only, MUST("IdentityId", pool_id));
INPUT(delete, MUST("IdentityIdsToDelete", ids));
INPUT(unlink, MUST("IdentityId", pool_id), MUST("Logins", logins),
      MUST("LoginsToRemove", login_names));
INPUT(set_tag_map, MUST("IdentityPoolId", pool_id), MUST("IdentityProviderName", provider),
      MAY("UseDefaults", shape_boolean), MAY("PrincipalTags", principal_tags));
INPUT(get_tag_map, MUST("IdentityPoolId", pool_id), MUST("IdentityProviderName", provider));
INPUT(tag, MUST("ResourceArn", arn), MUST("Tags", pool_tags));
INPUT(untag, MUST("ResourceArn", arn), MUST("TagKeys", tag_keys));
INPUT(list_tags, MUST("ResourceArn", arn));
INPUT(lookup, MUST("IdentityPoolId", pool_id), MAY("IdentityId", pool_id),
      MAY("DeveloperUserIdentifier", developer_user), MAY("MaxResults", limit),
      MAY("NextToken", page));
INPUT(merge, MUST("SourceUserIdentifier", developer_user),
      MUST("DestinationUserIdentifier", developer_user), MUST("DeveloperProviderName", developer),
      MUST("IdentityPoolId", pool_id));
INPUT(unlink_developer, MUST("IdentityId", pool_id), MUST("IdentityPoolId", pool_id),
      MUST("DeveloperProviderName", developer), MUST("DeveloperUserIdentifier", developer_user));
