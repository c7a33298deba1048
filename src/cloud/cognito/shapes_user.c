/* Inputs: what users do themselves. */
#include "cloud/cognito/shapes.h"
#include "cloud/cognito/shapes_common.h"

static const struct shape secret_hash = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w+=/]+", .secret = true
};
static const struct shape_member user_context_data_members[] = {
	{ "IpAddress", &cognito_shape_string },
	{ "EncodedData", &cognito_shape_string },
	{ 0 },
};
static const struct shape user_context_data = SHAPE_STRUCT(user_context_data_members);
static const struct shape_member sign_up_members[] = {
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "SecretHash", &secret_hash },
	{ "Username", &cognito_shape_username, .required = true },
	{ "Password", &cognito_shape_optional_password },
	{ "UserAttributes", &cognito_shape_attribute_list },
	{ "ValidationData", &cognito_shape_attribute_list },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "UserContextData", &user_context_data },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_sign_up = SHAPE_STRUCT(sign_up_members);

static const struct shape confirmation_code = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(2048), .pattern = "[\\S]+"
};
static const struct shape_member confirm_sign_up_members[] = {
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "SecretHash", &secret_hash },
	{ "Username", &cognito_shape_username, .required = true },
	{ "ConfirmationCode", &confirmation_code, .required = true },
	{ "ForceAliasCreation", &shape_boolean },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "UserContextData", &user_context_data },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ "Session", &cognito_shape_session },
	{ 0 },
};
const struct shape cognito_confirm_sign_up = SHAPE_STRUCT(confirm_sign_up_members);

static const struct shape_member resend_confirmation_code_members[] = {
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "SecretHash", &secret_hash },
	{ "UserContextData", &user_context_data },
	{ "Username", &cognito_shape_username, .required = true },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_resend_confirmation_code =
	SHAPE_STRUCT(resend_confirmation_code_members);

static const struct shape_member forgot_password_members[] = {
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "SecretHash", &secret_hash },
	{ "UserContextData", &user_context_data },
	{ "Username", &cognito_shape_username, .required = true },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_forgot_password = SHAPE_STRUCT(forgot_password_members);

static const struct shape_member confirm_forgot_password_members[] = {
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "SecretHash", &secret_hash },
	{ "Username", &cognito_shape_username, .required = true },
	{ "ConfirmationCode", &confirmation_code, .required = true },
	{ "Password", &cognito_shape_password, .required = true },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "UserContextData", &user_context_data },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_confirm_forgot_password = SHAPE_STRUCT(confirm_forgot_password_members);

static const struct shape_member initiate_auth_members[] = {
	{ "AuthFlow", &cognito_shape_auth_flow, .required = true },
	{ "AuthParameters", &cognito_shape_auth_parameters },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "UserContextData", &user_context_data },
	{ "Session", &cognito_shape_session },
	{ 0 },
};
const struct shape cognito_initiate_auth = SHAPE_STRUCT(initiate_auth_members);

static const struct shape_member respond_to_auth_challenge_members[] = {
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "ChallengeName", &cognito_shape_challenge_name, .required = true },
	{ "Session", &cognito_shape_session },
	{ "ChallengeResponses", &cognito_shape_challenge_responses },
	{ "AnalyticsMetadata", &cognito_shape_analytics_metadata },
	{ "UserContextData", &user_context_data },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_respond_to_auth_challenge =
	SHAPE_STRUCT(respond_to_auth_challenge_members);

static const struct shape client_secret = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(64), .pattern = "[\\w+]+", .secret = true
};
static const struct shape_member get_tokens_from_refresh_token_members[] = {
	{ "RefreshToken", &cognito_shape_token, .required = true },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "ClientSecret", &client_secret },
	{ "DeviceKey", &cognito_shape_device_key },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_get_tokens_from_refresh_token =
	SHAPE_STRUCT(get_tokens_from_refresh_token_members);

static const struct shape_member revoke_token_members[] = {
	{ "Token", &cognito_shape_token, .required = true },
	{ "ClientId", &cognito_shape_client_id, .required = true },
	{ "ClientSecret", &client_secret },
	{ 0 },
};
const struct shape cognito_revoke_token = SHAPE_STRUCT(revoke_token_members);

static const struct shape_member get_user_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ 0 },
};
const struct shape cognito_get_user = SHAPE_STRUCT(get_user_members);

static const struct shape_member get_user_auth_factors_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ 0 },
};
const struct shape cognito_get_user_auth_factors = SHAPE_STRUCT(get_user_auth_factors_members);

static const struct shape_member delete_user_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ 0 },
};
const struct shape cognito_delete_user = SHAPE_STRUCT(delete_user_members);

static const struct shape_member delete_user_attributes_members[] = {
	{ "UserAttributeNames", &cognito_shape_attribute_name_list, .required = true },
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ 0 },
};
const struct shape cognito_delete_user_attributes = SHAPE_STRUCT(delete_user_attributes_members);

static const struct shape_member change_password_members[] = {
	{ "PreviousPassword", &cognito_shape_password },
	{ "ProposedPassword", &cognito_shape_password, .required = true },
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ 0 },
};
const struct shape cognito_change_password = SHAPE_STRUCT(change_password_members);

static const struct shape_member update_user_attributes_members[] = {
	{ "UserAttributes", &cognito_shape_attribute_list, .required = true },
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_update_user_attributes = SHAPE_STRUCT(update_user_attributes_members);

static const struct shape_member get_user_attribute_verification_code_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ "AttributeName", &cognito_shape_attribute_name, .required = true },
	{ "ClientMetadata", &cognito_shape_client_metadata },
	{ 0 },
};
const struct shape cognito_get_user_attribute_verification_code =
	SHAPE_STRUCT(get_user_attribute_verification_code_members);

static const struct shape_member verify_user_attribute_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ "AttributeName", &cognito_shape_attribute_name, .required = true },
	{ "Code", &confirmation_code, .required = true },
	{ 0 },
};
const struct shape cognito_verify_user_attribute = SHAPE_STRUCT(verify_user_attribute_members);

static const struct shape_member global_sign_out_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ 0 },
};
const struct shape cognito_global_sign_out = SHAPE_STRUCT(global_sign_out_members);

static const struct shape_member associate_software_token_members[] = {
	{ "AccessToken", &cognito_shape_token },
	{ "Session", &cognito_shape_session },
	{ 0 },
};
const struct shape cognito_associate_software_token =
	SHAPE_STRUCT(associate_software_token_members);

static const struct shape software_token_mfa_user_code = {
	.type = SHAPE_STRING, AT_LEAST(6), AT_MOST(6), .pattern = "[0-9]+", .secret = true
};
static const struct shape_member verify_software_token_members[] = {
	{ "AccessToken", &cognito_shape_token },
	{ "Session", &cognito_shape_session },
	{ "UserCode", &software_token_mfa_user_code, .required = true },
	{ "FriendlyDeviceName", &cognito_shape_string },
	{ 0 },
};
const struct shape cognito_verify_software_token = SHAPE_STRUCT(verify_software_token_members);

static const struct shape_member set_user_mfa_preference_members[] = {
	{ "SMSMfaSettings", &cognito_shape_sms_mfa_settings },
	{ "SoftwareTokenMfaSettings", &cognito_shape_software_token_mfa_settings },
	{ "EmailMfaSettings", &cognito_shape_email_mfa_settings },
	{ "WebAuthnMfaSettings", &cognito_shape_web_authn_mfa_settings },
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ 0 },
};
const struct shape cognito_set_user_mfa_preference = SHAPE_STRUCT(set_user_mfa_preference_members);
