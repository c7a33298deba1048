/* Inputs: clients of pools, and groups. */
#include "cloud/cognito/shapes.h"
#include "cloud/cognito/shapes_common.h"

static const struct shape client_name = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w\\s+=,.@-]+"
};
static const struct shape refresh_token_validity = { .type = SHAPE_INTEGER,
						     AT_LEAST(0),
						     AT_MOST(315360000) };
static const struct shape access_token_validity = { .type = SHAPE_INTEGER,
						    AT_LEAST(1),
						    AT_MOST(86400) };
static const struct shape id_token_validity = { .type = SHAPE_INTEGER,
						AT_LEAST(1),
						AT_MOST(86400) };
static const struct shape time_units = { .type = SHAPE_STRING,
					 .values = VALUES("seconds", "minutes", "hours", "days") };
static const struct shape_member token_validity_units_members[] = {
	{ "AccessToken", &time_units },
	{ "IdToken", &time_units },
	{ "RefreshToken", &time_units },
	{ 0 },
};
static const struct shape token_validity_units = SHAPE_STRUCT(token_validity_units_members);
static const struct shape client_permission = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(2048) };
static const struct shape client_permission_list = { .type = SHAPE_LIST,
						     .element = &client_permission };
static const struct shape explicit_auth_flows = {
	.type = SHAPE_STRING,
	.values = VALUES("ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH",
			 "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH",
			 "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
			 "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH")
};
static const struct shape explicit_auth_flows_list = { .type = SHAPE_LIST,
						       .element = &explicit_auth_flows };
static const struct shape provider_name = { .type = SHAPE_STRING,
					    AT_LEAST(1),
					    AT_MOST(32),
					    .pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\p{Z}]+" };
static const struct shape supported_identity_providers_list = { .type = SHAPE_LIST,
								.element = &provider_name };
static const struct shape redirect_url = { .type = SHAPE_STRING,
					   AT_LEAST(1),
					   AT_MOST(1024),
					   .pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+" };
static const struct shape callback_ur_ls_list = { .type = SHAPE_LIST,
						  AT_MOST(100),
						  .element = &redirect_url };
static const struct shape logout_ur_ls_list = { .type = SHAPE_LIST,
						AT_MOST(100),
						.element = &redirect_url };
static const struct shape o_auth_flow = {
	.type = SHAPE_STRING, .values = VALUES("code", "implicit", "client_credentials")
};
static const struct shape o_auth_flows = { .type = SHAPE_LIST,
					   AT_MOST(3),
					   .element = &o_auth_flow };
static const struct shape scope = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(256), .pattern = "[\\x21\\x23-\\x5B\\x5D-\\x7E]+"
};
static const struct shape scope_list = { .type = SHAPE_LIST, AT_MOST(50), .element = &scope };
static const struct shape hex_string = { .type = SHAPE_STRING, .pattern = "^[0-9a-fA-F]+$" };
static const struct shape_member analytics_configuration_members[] = {
	{ "ApplicationId", &hex_string },     { "ApplicationArn", &cognito_shape_arn },
	{ "RoleArn", &cognito_shape_arn },    { "ExternalId", &cognito_shape_string },
	{ "UserDataShared", &shape_boolean }, { 0 },
};
static const struct shape analytics_configuration = SHAPE_STRUCT(analytics_configuration_members);
static const struct shape prevent_user_existence_errors = { .type = SHAPE_STRING,
							    .values = VALUES("LEGACY", "ENABLED") };
static const struct shape auth_session_validity = { .type = SHAPE_INTEGER,
						    AT_LEAST(3),
						    AT_MOST(15) };
static const struct shape feature = { .type = SHAPE_STRING,
				      .values = VALUES("ENABLED", "DISABLED") };
static const struct shape retry_grace_period_seconds = { .type = SHAPE_INTEGER,
							 AT_LEAST(0),
							 AT_MOST(60) };
static const struct shape_member refresh_token_rotation_members[] = {
	{ "Feature", &feature, .required = true },
	{ "RetryGracePeriodSeconds", &retry_grace_period_seconds },
	{ 0 },
};
static const struct shape refresh_token_rotation = SHAPE_STRUCT(refresh_token_rotation_members);
static const struct shape_member create_user_pool_client_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ClientName", &client_name, .required = true },
	{ "GenerateSecret", &shape_boolean },
	{ "RefreshTokenValidity", &refresh_token_validity },
	{ "AccessTokenValidity", &access_token_validity },
	{ "IdTokenValidity", &id_token_validity },
	{ "TokenValidityUnits", &token_validity_units },
	{ "ReadAttributes", &client_permission_list },
	{ "WriteAttributes", &client_permission_list },
	{ "ExplicitAuthFlows", &explicit_auth_flows_list },
	{ "SupportedIdentityProviders", &supported_identity_providers_list },
	{ "CallbackURLs", &callback_ur_ls_list },
	{ "LogoutURLs", &logout_ur_ls_list },
	{ "DefaultRedirectURI", &redirect_url },
	{ "AllowedOAuthFlows", &o_auth_flows },
	{ "AllowedOAuthScopes", &scope_list },
	{ "AllowedOAuthFlowsUserPoolClient", &shape_boolean },
	{ "AnalyticsConfiguration", &analytics_configuration },
	{ "PreventUserExistenceErrors", &prevent_user_existence_errors },
	{ "EnableTokenRevocation", &shape_boolean },
	{ "EnablePropagateAdditionalUserContextData", &shape_boolean },
	{ "AuthSessionValidity", &auth_session_validity },
	{ "RefreshTokenRotation", &refresh_token_rotation },
	{ 0 },
};
const struct shape cognito_create_user_pool_client = SHAPE_STRUCT(create_user_pool_client_members);

static const struct shape_member update_user_pool_client_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "ClientName", &client_name },
	{ "RefreshTokenValidity", &refresh_token_validity },
	{ "AccessTokenValidity", &access_token_validity },
	{ "IdTokenValidity", &id_token_validity },
	{ "TokenValidityUnits", &token_validity_units },
	{ "ReadAttributes", &client_permission_list },
	{ "WriteAttributes", &client_permission_list },
	{ "ExplicitAuthFlows", &explicit_auth_flows_list },
	{ "SupportedIdentityProviders", &supported_identity_providers_list },
	{ "CallbackURLs", &callback_ur_ls_list },
	{ "LogoutURLs", &logout_ur_ls_list },
	{ "DefaultRedirectURI", &redirect_url },
	{ "AllowedOAuthFlows", &o_auth_flows },
	{ "AllowedOAuthScopes", &scope_list },
	{ "AllowedOAuthFlowsUserPoolClient", &shape_boolean },
	{ "AnalyticsConfiguration", &analytics_configuration },
	{ "PreventUserExistenceErrors", &prevent_user_existence_errors },
	{ "EnableTokenRevocation", &shape_boolean },
	{ "EnablePropagateAdditionalUserContextData", &shape_boolean },
	{ "AuthSessionValidity", &auth_session_validity },
	{ "RefreshTokenRotation", &refresh_token_rotation },
	{ 0 },
};
const struct shape cognito_update_user_pool_client = SHAPE_STRUCT(update_user_pool_client_members);

static const struct shape query_limit = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(60) };
static const struct shape pagination_key = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(131072), .pattern = "[\\S]+"
};
static const struct shape_member list_user_pool_clients_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "MaxResults", &query_limit },
	{ "NextToken", &pagination_key },
	{ 0 },
};
const struct shape cognito_list_user_pool_clients = SHAPE_STRUCT(list_user_pool_clients_members);

static const struct shape_member describe_user_pool_client_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ 0 },
};
const struct shape cognito_describe_user_pool_client =
	SHAPE_STRUCT(describe_user_pool_client_members);

static const struct shape_member delete_user_pool_client_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ 0 },
};
const struct shape cognito_delete_user_pool_client = SHAPE_STRUCT(delete_user_pool_client_members);

static const struct shape group_name = { .type = SHAPE_STRING,
					 AT_LEAST(1),
					 AT_MOST(128),
					 .pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+" };
static const struct shape description = { .type = SHAPE_STRING, AT_MOST(2048) };
static const struct shape precedence = { .type = SHAPE_INTEGER, AT_LEAST(0) };
static const struct shape_member create_group_members[] = {
	{ "GroupName", &group_name, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Description", &description },
	{ "RoleArn", &cognito_shape_arn },
	{ "Precedence", &precedence },
	{ 0 },
};
const struct shape cognito_create_group = SHAPE_STRUCT(create_group_members);

static const struct shape_member update_group_members[] = {
	{ "GroupName", &group_name, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Description", &description },
	{ "RoleArn", &cognito_shape_arn },
	{ "Precedence", &precedence },
	{ 0 },
};
const struct shape cognito_update_group = SHAPE_STRUCT(update_group_members);

static const struct shape_member delete_group_members[] = {
	{ "GroupName", &group_name, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ 0 },
};
const struct shape cognito_delete_group = SHAPE_STRUCT(delete_group_members);

static const struct shape_member get_group_members[] = {
	{ "GroupName", &group_name, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ 0 },
};
const struct shape cognito_get_group = SHAPE_STRUCT(get_group_members);

static const struct shape_member list_groups_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Limit", &cognito_shape_query_limit },
	{ "NextToken", &pagination_key },
	{ 0 },
};
const struct shape cognito_list_groups = SHAPE_STRUCT(list_groups_members);

static const struct shape_member list_users_in_group_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "GroupName", &group_name, .required = true },
	{ "Limit", &cognito_shape_query_limit },
	{ "NextToken", &pagination_key },
	{ 0 },
};
const struct shape cognito_list_users_in_group = SHAPE_STRUCT(list_users_in_group_members);

static const struct shape_member admin_add_user_to_group_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "GroupName", &group_name, .required = true },
	{ 0 },
};
const struct shape cognito_admin_add_user_to_group = SHAPE_STRUCT(admin_add_user_to_group_members);

static const struct shape_member admin_remove_user_from_group_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "GroupName", &group_name, .required = true },
	{ 0 },
};
const struct shape cognito_admin_remove_user_from_group =
	SHAPE_STRUCT(admin_remove_user_from_group_members);

static const struct shape_member admin_list_groups_for_user_members[] = {
	{ "Username", &cognito_shape_username, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Limit", &cognito_shape_query_limit },
	{ "NextToken", &pagination_key },
	{ 0 },
};
const struct shape cognito_admin_list_groups_for_user =
	SHAPE_STRUCT(admin_list_groups_for_user_members);
