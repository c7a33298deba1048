/* Shapes of Cognito user pools that stand in many inputs. */
#include "cloud/cognito/shapes_common.h"

const struct shape cognito_shape_arn = {
	.type = SHAPE_STRING,
	AT_LEAST(20),
	AT_MOST(2048),
	.pattern =
		"arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?"
};
const struct shape cognito_shape_string = { .type = SHAPE_STRING, AT_MOST(131072) };
const struct shape cognito_shape_user_pool_id = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(55), .pattern = "[\\w-]+_[0-9a-zA-Z]+"
};
const struct shape cognito_shape_client_id = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w+]+", .secret = true
};
const struct shape cognito_shape_query_limit = { .type = SHAPE_INTEGER, AT_LEAST(0), AT_MOST(60) };
const struct shape cognito_shape_username = { .type = SHAPE_STRING,
					      AT_LEAST(1),
					      AT_MOST(128),
					      .pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
					      .secret = true };
const struct shape cognito_shape_client_metadata = { .type = SHAPE_MAP,
						     .key = &cognito_shape_string,
						     .element = &cognito_shape_string };
const struct shape cognito_shape_attribute_name = { .type = SHAPE_STRING,
						    AT_LEAST(1),
						    AT_MOST(32),
						    .pattern =
							    "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+" };
const struct shape cognito_shape_attribute_value = { .type = SHAPE_STRING,
						     AT_MOST(2048),
						     .secret = true };
static const struct shape_member attribute_members[] = {
	{ "Name", &cognito_shape_attribute_name, .required = true },
	{ "Value", &cognito_shape_attribute_value },
	{ 0 },
};
const struct shape cognito_shape_attribute = SHAPE_STRUCT(attribute_members);
const struct shape cognito_shape_attribute_list = { .type = SHAPE_LIST,
						    .element = &cognito_shape_attribute };
const struct shape cognito_shape_password = {
	.type = SHAPE_STRING, AT_MOST(256), .pattern = "[\\S]+", .secret = true
};
/* A blank password is none: users of some pools need none. */
const struct shape cognito_shape_optional_password = {
	.type = SHAPE_STRING, AT_MOST(256), .pattern = "[\\S]+", .or_empty = true, .secret = true
};
const struct shape cognito_shape_attribute_name_list = { .type = SHAPE_LIST,
							 .element = &cognito_shape_attribute_name };
static const struct shape_member sms_mfa_settings_members[] = {
	{ "Enabled", &shape_boolean },
	{ "PreferredMfa", &shape_boolean },
	{ 0 },
};
const struct shape cognito_shape_sms_mfa_settings = SHAPE_STRUCT(sms_mfa_settings_members);
static const struct shape_member software_token_mfa_settings_members[] = {
	{ "Enabled", &shape_boolean },
	{ "PreferredMfa", &shape_boolean },
	{ 0 },
};
const struct shape cognito_shape_software_token_mfa_settings =
	SHAPE_STRUCT(software_token_mfa_settings_members);
static const struct shape_member email_mfa_settings_members[] = {
	{ "Enabled", &shape_boolean },
	{ "PreferredMfa", &shape_boolean },
	{ 0 },
};
const struct shape cognito_shape_email_mfa_settings = SHAPE_STRUCT(email_mfa_settings_members);
static const struct shape_member web_authn_mfa_settings_members[] = {
	{ "Enabled", &shape_boolean },
	{ 0 },
};
const struct shape cognito_shape_web_authn_mfa_settings =
	SHAPE_STRUCT(web_authn_mfa_settings_members);
const struct shape cognito_shape_auth_flow = {
	.type = SHAPE_STRING,
	.values = VALUES("USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH",
			 "ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH",
			 "USER_AUTH")
};
const struct shape cognito_shape_auth_parameters = { .type = SHAPE_MAP,
						     .secret = true,
						     .key = &cognito_shape_string,
						     .element = &cognito_shape_string };
static const struct shape_member analytics_metadata_members[] = {
	{ "AnalyticsEndpointId", &cognito_shape_string },
	{ 0 },
};
const struct shape cognito_shape_analytics_metadata = SHAPE_STRUCT(analytics_metadata_members);
const struct shape cognito_shape_session = {
	.type = SHAPE_STRING, AT_LEAST(20), AT_MOST(2048), .secret = true
};
const struct shape cognito_shape_challenge_name = {
	.type = SHAPE_STRING,
	.values =
		VALUES("SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "MFA_SETUP",
		       "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "SELECT_CHALLENGE",
		       "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "ADMIN_NO_SRP_AUTH",
		       "NEW_PASSWORD_REQUIRED", "SMS_OTP", "PASSWORD", "WEB_AUTHN", "PASSWORD_SRP")
};
const struct shape cognito_shape_challenge_responses = { .type = SHAPE_MAP,
							 .secret = true,
							 .key = &cognito_shape_string,
							 .element = &cognito_shape_string };
const struct shape cognito_shape_token = { .type = SHAPE_STRING,
					   .pattern = "[A-Za-z0-9-_=.]+",
					   .secret = true };
const struct shape cognito_shape_device_key = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(55), .pattern = "[\\w-]+_[0-9a-f-]+"
};
