/* Inputs: user pools and their settings. */
#include "cloud/cognito/shapes.h"
#include "cloud/cognito/shapes_common.h"

static const struct shape user_pool_name = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = "[\\w\\s+=,.@-]+"
};
static const struct shape password_policy_min_length = { .type = SHAPE_INTEGER,
							 AT_LEAST(6),
							 AT_MOST(99) };
static const struct shape password_history_size = { .type = SHAPE_INTEGER,
						    AT_LEAST(0),
						    AT_MOST(24) };
static const struct shape temporary_password_validity_days = { .type = SHAPE_INTEGER,
							       AT_LEAST(0),
							       AT_MOST(365) };
static const struct shape_member password_policy_members[] = {
	{ "MinimumLength", &password_policy_min_length },
	{ "RequireUppercase", &shape_boolean },
	{ "RequireLowercase", &shape_boolean },
	{ "RequireNumbers", &shape_boolean },
	{ "RequireSymbols", &shape_boolean },
	{ "PasswordHistorySize", &password_history_size },
	{ "TemporaryPasswordValidityDays", &temporary_password_validity_days },
	{ 0 },
};
static const struct shape password_policy = SHAPE_STRUCT(password_policy_members);
static const struct shape auth_factor = {
	.type = SHAPE_STRING, .values = VALUES("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
};
static const struct shape allowed_first_auth_factors_list = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(4), .element = &auth_factor
};
static const struct shape_member sign_in_policy_members[] = {
	{ "AllowedFirstAuthFactors", &allowed_first_auth_factors_list },
	{ 0 },
};
static const struct shape sign_in_policy = SHAPE_STRUCT(sign_in_policy_members);
static const struct shape_member user_pool_policy_members[] = {
	{ "PasswordPolicy", &password_policy },
	{ "SignInPolicy", &sign_in_policy },
	{ 0 },
};
static const struct shape user_pool_policy = SHAPE_STRUCT(user_pool_policy_members);
static const struct shape deletion_protection = { .type = SHAPE_STRING,
						  .values = VALUES("ACTIVE", "INACTIVE") };
static const struct shape pre_token_generation_lambda_version = {
	.type = SHAPE_STRING, .values = VALUES("V1_0", "V2_0", "V3_0")
};
static const struct shape_member pre_token_generation_version_config_members[] = {
	{ "LambdaVersion", &pre_token_generation_lambda_version, .required = true },
	{ "LambdaArn", &cognito_shape_arn, .required = true },
	{ 0 },
};
static const struct shape pre_token_generation_version_config =
	SHAPE_STRUCT(pre_token_generation_version_config_members);
static const struct shape custom_sms_sender_lambda_version = { .type = SHAPE_STRING,
							       .values = VALUES("V1_0") };
static const struct shape_member custom_sms_lambda_version_config_members[] = {
	{ "LambdaVersion", &custom_sms_sender_lambda_version, .required = true },
	{ "LambdaArn", &cognito_shape_arn, .required = true },
	{ 0 },
};
static const struct shape custom_sms_lambda_version_config =
	SHAPE_STRUCT(custom_sms_lambda_version_config_members);
static const struct shape custom_email_sender_lambda_version = { .type = SHAPE_STRING,
								 .values = VALUES("V1_0") };
static const struct shape_member custom_email_lambda_version_config_members[] = {
	{ "LambdaVersion", &custom_email_sender_lambda_version, .required = true },
	{ "LambdaArn", &cognito_shape_arn, .required = true },
	{ 0 },
};
static const struct shape custom_email_lambda_version_config =
	SHAPE_STRUCT(custom_email_lambda_version_config_members);
static const struct shape_member lambda_config_members[] = {
	{ "PreSignUp", &cognito_shape_arn },
	{ "CustomMessage", &cognito_shape_arn },
	{ "PostConfirmation", &cognito_shape_arn },
	{ "PreAuthentication", &cognito_shape_arn },
	{ "PostAuthentication", &cognito_shape_arn },
	{ "DefineAuthChallenge", &cognito_shape_arn },
	{ "CreateAuthChallenge", &cognito_shape_arn },
	{ "VerifyAuthChallengeResponse", &cognito_shape_arn },
	{ "PreTokenGeneration", &cognito_shape_arn },
	{ "UserMigration", &cognito_shape_arn },
	{ "PreTokenGenerationConfig", &pre_token_generation_version_config },
	{ "CustomSMSSender", &custom_sms_lambda_version_config },
	{ "CustomEmailSender", &custom_email_lambda_version_config },
	{ "KMSKeyID", &cognito_shape_arn },
	{ 0 },
};
static const struct shape lambda_config = SHAPE_STRUCT(lambda_config_members);
static const struct shape verified_attribute = { .type = SHAPE_STRING,
						 .values = VALUES("phone_number", "email") };
static const struct shape verified_attributes_list = { .type = SHAPE_LIST,
						       .element = &verified_attribute };
static const struct shape alias_attribute = {
	.type = SHAPE_STRING, .values = VALUES("phone_number", "email", "preferred_username")
};
static const struct shape alias_attributes_list = { .type = SHAPE_LIST,
						    .element = &alias_attribute };
static const struct shape username_attribute = { .type = SHAPE_STRING,
						 .values = VALUES("phone_number", "email") };
static const struct shape username_attributes_list = { .type = SHAPE_LIST,
						       .element = &username_attribute };
static const struct shape sms_verification_message = {
	.type = SHAPE_STRING, AT_LEAST(6), AT_MOST(140), .pattern = ".*\\{####\\}.*"
};
static const struct shape email_verification_message = {
	.type = SHAPE_STRING,
	AT_LEAST(6),
	AT_MOST(20000),
	.pattern =
		"[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{####\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*"
};
static const struct shape email_verification_subject = {
	.type = SHAPE_STRING,
	AT_LEAST(1),
	AT_MOST(140),
	.pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s]+"
};
static const struct shape email_verification_message_by_link = {
	.type = SHAPE_STRING,
	AT_LEAST(6),
	AT_MOST(20000),
	.pattern =
		"[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{##[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*##\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*"
};
static const struct shape email_verification_subject_by_link = {
	.type = SHAPE_STRING,
	AT_LEAST(1),
	AT_MOST(140),
	.pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s]+"
};
static const struct shape default_email_option = {
	.type = SHAPE_STRING, .values = VALUES("CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE")
};
static const struct shape_member verification_message_template_members[] = {
	{ "SmsMessage", &sms_verification_message },
	{ "EmailMessage", &email_verification_message },
	{ "EmailSubject", &email_verification_subject },
	{ "EmailMessageByLink", &email_verification_message_by_link },
	{ "EmailSubjectByLink", &email_verification_subject_by_link },
	{ "DefaultEmailOption", &default_email_option },
	{ 0 },
};
static const struct shape verification_message_template =
	SHAPE_STRUCT(verification_message_template_members);
static const struct shape user_pool_mfa = { .type = SHAPE_STRING,
					    .values = VALUES("OFF", "ON", "OPTIONAL") };
static const struct shape attributes_require_verification_before_update = {
	.type = SHAPE_LIST, .element = &verified_attribute
};
static const struct shape_member user_attribute_update_settings_members[] = {
	{ "AttributesRequireVerificationBeforeUpdate",
	  &attributes_require_verification_before_update },
	{ 0 },
};
static const struct shape user_attribute_update_settings =
	SHAPE_STRUCT(user_attribute_update_settings_members);
static const struct shape_member device_configuration_members[] = {
	{ "ChallengeRequiredOnNewDevice", &shape_boolean },
	{ "DeviceOnlyRememberedOnUserPrompt", &shape_boolean },
	{ 0 },
};
static const struct shape device_configuration = SHAPE_STRUCT(device_configuration_members);
static const struct shape email_address = {
	.type = SHAPE_STRING,
	.pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+@[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"
};
static const struct shape email_sending_account = {
	.type = SHAPE_STRING, .values = VALUES("COGNITO_DEFAULT", "DEVELOPER")
};
static const struct shape ses_configuration_set = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(64), .pattern = "^[a-zA-Z0-9_-]+$"
};
static const struct shape_member email_configuration_members[] = {
	{ "SourceArn", &cognito_shape_arn },
	{ "ReplyToEmailAddress", &email_address },
	{ "EmailSendingAccount", &email_sending_account },
	{ "From", &cognito_shape_string },
	{ "ConfigurationSet", &ses_configuration_set },
	{ 0 },
};
static const struct shape email_configuration = SHAPE_STRUCT(email_configuration_members);
static const struct shape region_code = { .type = SHAPE_STRING, AT_LEAST(5), AT_MOST(32) };
static const struct shape_member sms_configuration_members[] = {
	{ "SnsCallerArn", &cognito_shape_arn, .required = true },
	{ "ExternalId", &cognito_shape_string },
	{ "SnsRegion", &region_code },
	{ 0 },
};
static const struct shape sms_configuration = SHAPE_STRUCT(sms_configuration_members);
static const struct shape tag_keys = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128) };
static const struct shape tag_value = { .type = SHAPE_STRING, AT_MOST(256) };
static const struct shape user_pool_tags = { .type = SHAPE_MAP,
					     .key = &tag_keys,
					     .element = &tag_value };
static const struct shape admin_create_user_unused_account_validity_days = { .type = SHAPE_INTEGER,
									     AT_LEAST(0),
									     AT_MOST(365) };
static const struct shape sms_invite_message = { .type = SHAPE_STRING, AT_LEAST(6), AT_MOST(140) };
static const struct shape email_invite_message = {
	.type = SHAPE_STRING,
	AT_LEAST(6),
	AT_MOST(20000),
	.pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*"
};
static const struct shape_member message_template_members[] = {
	{ "SMSMessage", &sms_invite_message },
	{ "EmailMessage", &email_invite_message },
	{ "EmailSubject", &email_verification_subject },
	{ 0 },
};
static const struct shape message_template = SHAPE_STRUCT(message_template_members);
static const struct shape_member admin_create_user_config_members[] = {
	{ "AllowAdminCreateUserOnly", &shape_boolean },
	{ "UnusedAccountValidityDays", &admin_create_user_unused_account_validity_days },
	{ "InviteMessageTemplate", &message_template },
	{ 0 },
};
static const struct shape admin_create_user_config = SHAPE_STRUCT(admin_create_user_config_members);
static const struct shape custom_attribute_name = { .type = SHAPE_STRING,
						    AT_LEAST(1),
						    AT_MOST(20),
						    .pattern =
							    "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+" };
static const struct shape attribute_data = {
	.type = SHAPE_STRING, .values = VALUES("String", "Number", "DateTime", "Boolean")
};
static const struct shape_member number_attribute_constraints_members[] = {
	{ "MinValue", &cognito_shape_string },
	{ "MaxValue", &cognito_shape_string },
	{ 0 },
};
static const struct shape number_attribute_constraints =
	SHAPE_STRUCT(number_attribute_constraints_members);
static const struct shape_member string_attribute_constraints_members[] = {
	{ "MinLength", &cognito_shape_string },
	{ "MaxLength", &cognito_shape_string },
	{ 0 },
};
static const struct shape string_attribute_constraints =
	SHAPE_STRUCT(string_attribute_constraints_members);
static const struct shape_member schema_attribute_members[] = {
	{ "Name", &custom_attribute_name },
	{ "AttributeDataType", &attribute_data },
	{ "DeveloperOnlyAttribute", &shape_boolean },
	{ "Mutable", &shape_boolean },
	{ "Required", &shape_boolean },
	{ "NumberAttributeConstraints", &number_attribute_constraints },
	{ "StringAttributeConstraints", &string_attribute_constraints },
	{ 0 },
};
static const struct shape schema_attribute = SHAPE_STRUCT(schema_attribute_members);
static const struct shape schema_attributes_list = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(50), .element = &schema_attribute
};
static const struct shape advanced_security_mode = { .type = SHAPE_STRING,
						     .values = VALUES("OFF", "AUDIT", "ENFORCED") };
static const struct shape advanced_security_enabled_mode = { .type = SHAPE_STRING,
							     .values =
								     VALUES("AUDIT", "ENFORCED") };
static const struct shape_member advanced_security_additional_flows_members[] = {
	{ "CustomAuthMode", &advanced_security_enabled_mode },
	{ 0 },
};
static const struct shape advanced_security_additional_flows =
	SHAPE_STRUCT(advanced_security_additional_flows_members);
static const struct shape_member user_pool_add_ons_members[] = {
	{ "AdvancedSecurityMode", &advanced_security_mode, .required = true },
	{ "AdvancedSecurityAdditionalFlows", &advanced_security_additional_flows },
	{ 0 },
};
static const struct shape user_pool_add_ons = SHAPE_STRUCT(user_pool_add_ons_members);
static const struct shape_member username_configuration_members[] = {
	{ "CaseSensitive", &shape_boolean, .required = true },
	{ 0 },
};
static const struct shape username_configuration = SHAPE_STRUCT(username_configuration_members);
static const struct shape priority = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(2) };
static const struct shape recovery_option_name = {
	.type = SHAPE_STRING,
	.values = VALUES("verified_email", "verified_phone_number", "admin_only")
};
static const struct shape_member recovery_option_members[] = {
	{ "Priority", &priority, .required = true },
	{ "Name", &recovery_option_name, .required = true },
	{ 0 },
};
static const struct shape recovery_option = SHAPE_STRUCT(recovery_option_members);
static const struct shape recovery_mechanisms = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(2), .element = &recovery_option
};
static const struct shape_member account_recovery_setting_members[] = {
	{ "RecoveryMechanisms", &recovery_mechanisms },
	{ 0 },
};
static const struct shape account_recovery_setting = SHAPE_STRUCT(account_recovery_setting_members);
static const struct shape user_pool_tier = { .type = SHAPE_STRING,
					     .values = VALUES("LITE", "ESSENTIALS", "PLUS") };
static const struct shape_member create_user_pool_members[] = {
	{ "PoolName", &user_pool_name, .required = true },
	{ "Policies", &user_pool_policy },
	{ "DeletionProtection", &deletion_protection },
	{ "LambdaConfig", &lambda_config },
	{ "AutoVerifiedAttributes", &verified_attributes_list },
	{ "AliasAttributes", &alias_attributes_list },
	{ "UsernameAttributes", &username_attributes_list },
	{ "SmsVerificationMessage", &sms_verification_message },
	{ "EmailVerificationMessage", &email_verification_message },
	{ "EmailVerificationSubject", &email_verification_subject },
	{ "VerificationMessageTemplate", &verification_message_template },
	{ "SmsAuthenticationMessage", &sms_verification_message },
	{ "MfaConfiguration", &user_pool_mfa },
	{ "UserAttributeUpdateSettings", &user_attribute_update_settings },
	{ "DeviceConfiguration", &device_configuration },
	{ "EmailConfiguration", &email_configuration },
	{ "SmsConfiguration", &sms_configuration },
	{ "UserPoolTags", &user_pool_tags },
	{ "AdminCreateUserConfig", &admin_create_user_config },
	{ "Schema", &schema_attributes_list },
	{ "UserPoolAddOns", &user_pool_add_ons },
	{ "UsernameConfiguration", &username_configuration },
	{ "AccountRecoverySetting", &account_recovery_setting },
	{ "UserPoolTier", &user_pool_tier },
	{ 0 },
};
const struct shape cognito_create_user_pool = SHAPE_STRUCT(create_user_pool_members);

static const struct shape_member update_user_pool_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Policies", &user_pool_policy },
	{ "DeletionProtection", &deletion_protection },
	{ "LambdaConfig", &lambda_config },
	{ "AutoVerifiedAttributes", &verified_attributes_list },
	{ "SmsVerificationMessage", &sms_verification_message },
	{ "EmailVerificationMessage", &email_verification_message },
	{ "EmailVerificationSubject", &email_verification_subject },
	{ "VerificationMessageTemplate", &verification_message_template },
	{ "SmsAuthenticationMessage", &sms_verification_message },
	{ "UserAttributeUpdateSettings", &user_attribute_update_settings },
	{ "MfaConfiguration", &user_pool_mfa },
	{ "DeviceConfiguration", &device_configuration },
	{ "EmailConfiguration", &email_configuration },
	{ "SmsConfiguration", &sms_configuration },
	{ "UserPoolTags", &user_pool_tags },
	{ "AdminCreateUserConfig", &admin_create_user_config },
	{ "UserPoolAddOns", &user_pool_add_ons },
	{ "AccountRecoverySetting", &account_recovery_setting },
	{ "PoolName", &user_pool_name },
	{ "UserPoolTier", &user_pool_tier },
	{ 0 },
};
const struct shape cognito_update_user_pool = SHAPE_STRUCT(update_user_pool_members);

static const struct shape_member describe_user_pool_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ 0 },
};
const struct shape cognito_describe_user_pool = SHAPE_STRUCT(describe_user_pool_members);

static const struct shape pagination_key = { .type = SHAPE_STRING,
					     AT_LEAST(1),
					     .pattern = "[\\S]+" };
static const struct shape pool_query_limit = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(60) };
static const struct shape_member list_user_pools_members[] = {
	{ "NextToken", &pagination_key },
	{ "MaxResults", &pool_query_limit, .required = true },
	{ 0 },
};
const struct shape cognito_list_user_pools = SHAPE_STRUCT(list_user_pools_members);

static const struct shape_member delete_user_pool_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ 0 },
};
const struct shape cognito_delete_user_pool = SHAPE_STRUCT(delete_user_pool_members);

static const struct shape_member sms_mfa_config_members[] = {
	{ "SmsAuthenticationMessage", &sms_verification_message },
	{ "SmsConfiguration", &sms_configuration },
	{ 0 },
};
static const struct shape sms_mfa_config = SHAPE_STRUCT(sms_mfa_config_members);
static const struct shape_member software_token_mfa_config_members[] = {
	{ "Enabled", &shape_boolean },
	{ 0 },
};
static const struct shape software_token_mfa_config =
	SHAPE_STRUCT(software_token_mfa_config_members);
static const struct shape email_mfa_message = {
	.type = SHAPE_STRING,
	AT_LEAST(6),
	AT_MOST(20000),
	.pattern =
		"[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{####\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*"
};
static const struct shape email_mfa_subject = { .type = SHAPE_STRING,
						.pattern = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s]+" };
static const struct shape_member email_mfa_config_members[] = {
	{ "Message", &email_mfa_message },
	{ "Subject", &email_mfa_subject },
	{ 0 },
};
static const struct shape email_mfa_config = SHAPE_STRUCT(email_mfa_config_members);
static const struct shape relying_party_id = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(127) };
static const struct shape user_verification = { .type = SHAPE_STRING,
						.values = VALUES("required", "preferred") };
static const struct shape web_authn_factor_configuration = {
	.type = SHAPE_STRING,
	.values = VALUES("SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION")
};
static const struct shape_member web_authn_configuration_members[] = {
	{ "RelyingPartyId", &relying_party_id },
	{ "UserVerification", &user_verification },
	{ "FactorConfiguration", &web_authn_factor_configuration },
	{ 0 },
};
static const struct shape web_authn_configuration = SHAPE_STRUCT(web_authn_configuration_members);
static const struct shape_member set_user_pool_mfa_config_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "SmsMfaConfiguration", &sms_mfa_config },
	{ "SoftwareTokenMfaConfiguration", &software_token_mfa_config },
	{ "EmailMfaConfiguration", &email_mfa_config },
	{ "MfaConfiguration", &user_pool_mfa },
	{ "WebAuthnConfiguration", &web_authn_configuration },
	{ 0 },
};
const struct shape cognito_set_user_pool_mfa_config =
	SHAPE_STRUCT(set_user_pool_mfa_config_members);

static const struct shape_member get_user_pool_mfa_config_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ 0 },
};
const struct shape cognito_get_user_pool_mfa_config =
	SHAPE_STRUCT(get_user_pool_mfa_config_members);

static const struct shape custom_attributes_list = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(25), .element = &schema_attribute
};
static const struct shape_member add_custom_attributes_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "CustomAttributes", &custom_attributes_list, .required = true },
	{ 0 },
};
const struct shape cognito_add_custom_attributes = SHAPE_STRUCT(add_custom_attributes_members);

static const struct shape_member tag_resource_members[] = {
	{ "ResourceArn", &cognito_shape_arn, .required = true },
	{ "Tags", &user_pool_tags, .required = true },
	{ 0 },
};
const struct shape cognito_tag_resource = SHAPE_STRUCT(tag_resource_members);

static const struct shape user_pool_tags_list = { .type = SHAPE_LIST, .element = &tag_keys };
static const struct shape_member untag_resource_members[] = {
	{ "ResourceArn", &cognito_shape_arn, .required = true },
	{ "TagKeys", &user_pool_tags_list, .required = true },
	{ 0 },
};
const struct shape cognito_untag_resource = SHAPE_STRUCT(untag_resource_members);

static const struct shape_member list_tags_for_resource_members[] = {
	{ "ResourceArn", &cognito_shape_arn, .required = true },
	{ 0 },
};
const struct shape cognito_list_tags_for_resource = SHAPE_STRUCT(list_tags_for_resource_members);
