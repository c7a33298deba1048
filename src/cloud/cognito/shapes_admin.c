/* Inputs: what administrators do to users. */
#include "cloud/cognito/shapes.h"
#include "cloud/cognito/shapes_common.h"

static const struct shape_member admin_confirm_sign_up_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_admin_confirm_sign_up = SHAPE_STRUCT(admin_confirm_sign_up_members);

static const struct shape message_action = { .type = SHAPE_STRING,
					     .values = VALUES("RESEND", "SUPPRESS") };
static const struct shape delivery_medium = { .type = SHAPE_STRING,
					      .values = VALUES("SMS", "EMAIL") };
static const struct shape delivery_medium_list = { .type = SHAPE_LIST,
						   .element = &delivery_medium };
static const struct shape_member admin_create_user_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "UserAttributes", &cognito_shape_attribute_list },
	{ "ValidationData", &cognito_shape_attribute_list },
	{ "TemporaryPassword", &cognito_shape_optional_password },
	{ "ForceAliasCreation", &shape_boolean },
	{ "MessageAction", &message_action },
	{ "DesiredDeliveryMediums", &delivery_medium_list },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_admin_create_user = SHAPE_STRUCT(admin_create_user_members);

static const struct shape_member admin_get_user_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ 0 },
};
const struct shape cognito_admin_get_user = SHAPE_STRUCT(admin_get_user_members);

static const struct shape_member admin_set_user_password_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "Password", &cognito_shape_password, .required = true },
	{ "Permanent", &shape_boolean },
	{ 0 },
};
const struct shape cognito_admin_set_user_password = SHAPE_STRUCT(admin_set_user_password_members);

static const struct shape_member admin_delete_user_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ 0 },
};
const struct shape cognito_admin_delete_user = SHAPE_STRUCT(admin_delete_user_members);

static const struct shape_member admin_update_user_attributes_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "UserAttributes", &cognito_shape_attribute_list, .required = true },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_admin_update_user_attributes =
	SHAPE_STRUCT(admin_update_user_attributes_members);

static const struct shape_member admin_delete_user_attributes_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "UserAttributeNames", &cognito_shape_attribute_name_list, .required = true },
	{ 0 },
};
const struct shape cognito_admin_delete_user_attributes =
	SHAPE_STRUCT(admin_delete_user_attributes_members);

static const struct shape_member admin_disable_user_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ 0 },
};
const struct shape cognito_admin_disable_user = SHAPE_STRUCT(admin_disable_user_members);

static const struct shape_member admin_enable_user_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ 0 },
};
const struct shape cognito_admin_enable_user = SHAPE_STRUCT(admin_enable_user_members);

static const struct shape_member admin_reset_user_password_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_admin_reset_user_password =
	SHAPE_STRUCT(admin_reset_user_password_members);

static const struct shape_member admin_user_global_sign_out_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ 0 },
};
const struct shape cognito_admin_user_global_sign_out =
	SHAPE_STRUCT(admin_user_global_sign_out_members);

static const struct shape_member admin_set_user_mfa_preference_members[] = {
	{ "SMSMfaSettings", &cognito_shape_sms_mfa_settings },
	{ "SoftwareTokenMfaSettings", &cognito_shape_software_token_mfa_settings },
	{ "EmailMfaSettings", &cognito_shape_email_mfa_settings },
	{ "WebAuthnMfaSettings", &cognito_shape_web_authn_mfa_settings },
	{ "Username", &cognito_shape_username, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ 0 },
};
const struct shape cognito_admin_set_user_mfa_preference =
	SHAPE_STRUCT(admin_set_user_mfa_preference_members);

static const struct shape searched_attribute_names_list = { .type = SHAPE_LIST,
							    .element =
								    &cognito_shape_attribute_name };
static const struct shape search_pagination_token = { .type = SHAPE_STRING,
						      AT_LEAST(1),
						      .pattern = "[\\S]+" };
static const struct shape user_filter = { .type = SHAPE_STRING, AT_MOST(256) };
static const struct shape_member list_users_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "AttributesToGet", &searched_attribute_names_list },
	{ "Limit", &cognito_shape_query_limit },
	{ "PaginationToken", &search_pagination_token },
	{ "Filter", &user_filter },
	{ 0 },
};
const struct shape cognito_list_users = SHAPE_STRUCT(list_users_members);

static const struct shape_member http_header_members[] = {
	{ "headerName", &cognito_shape_string },
	{ "headerValue", &cognito_shape_string },
	{ 0 },
};
static const struct shape http_header = SHAPE_STRUCT(http_header_members);
static const struct shape http_header_list = { .type = SHAPE_LIST, .element = &http_header };
static const struct shape_member context_data_members[] = {
	{ "IpAddress", &cognito_shape_string, .required = true },
	{ "ServerName", &cognito_shape_string, .required = true },
	{ "ServerPath", &cognito_shape_string, .required = true },
	{ "HttpHeaders", &http_header_list, .required = true },
	{ "EncodedData", &cognito_shape_string },
	{ 0 },
};
static const struct shape context_data = SHAPE_STRUCT(context_data_members);
static const struct shape_member admin_initiate_auth_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "AuthFlow", &cognito_shape_auth_flow, .required = true },
	{ "AuthParameters", &cognito_shape_auth_parameters },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "ContextData", &context_data },
	{ "Session", &cognito_shape_session },
	{ 0 },
};
const struct shape cognito_admin_initiate_auth = SHAPE_STRUCT(admin_initiate_auth_members);

static const struct shape_member admin_respond_to_auth_challenge_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "ChallengeName", &cognito_shape_challenge_name, .required = true },
	{ "ChallengeResponses", &cognito_shape_challenge_responses },
	{ "Session", &cognito_shape_session },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "ContextData", &context_data },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_admin_respond_to_auth_challenge =
	SHAPE_STRUCT(admin_respond_to_auth_challenge_members);
