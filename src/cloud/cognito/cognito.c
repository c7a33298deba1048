/*
 * Cognito user pools: directories of an application's users, who sign up, sign in and get tokens.
 *
 * pool.c finds pools and clients, schema.c knows attributes, user.c and password.c users, code.c sends codes, token.c
 * signs and checks tokens, challenge.c, choice.c, otp.c and mfa.c hold what stands between a user and them, id.c says whose pool
 * it is. The other files are operations by subject; this one lists them.
 */
#include "cloud/cognito/cognito.h"

#include "cloud/cognito/errors.h"
#include "cloud/cognito/id.h"
#include "cloud/cognito/operations.h"
#include "cloud/cognito/shapes.h"

static const struct operation operations[] = {
	{ "AddCustomAttributes", NULL, idp_op_add_custom_attributes, 0,
	  &cognito_add_custom_attributes },
	{ "AdminAddUserToGroup", NULL, idp_op_admin_add_user_to_group, 0,
	  &cognito_admin_add_user_to_group },
	{ "AdminConfirmSignUp", NULL, idp_op_admin_confirm_sign_up, OP_WAITS,
	  &cognito_admin_confirm_sign_up },
	{ "AdminCreateUser", NULL, idp_op_admin_create_user, OP_WAITS, &cognito_admin_create_user },
	{ "AdminDeleteUser", NULL, idp_op_admin_delete_user, 0, &cognito_admin_delete_user },
	{ "AdminDeleteUserAttributes", NULL, idp_op_admin_delete_user_attributes, 0,
	  &cognito_admin_delete_user_attributes },
	{ "AdminDisableUser", NULL, idp_op_admin_disable_user, 0, &cognito_admin_disable_user },
	{ "AdminEnableUser", NULL, idp_op_admin_enable_user, 0, &cognito_admin_enable_user },
	{ "AdminForgetDevice", NULL, idp_op_admin_forget_device, 0, &cognito_admin_forget_device },
	{ "AdminGetDevice", NULL, idp_op_admin_get_device, OP_READS, &cognito_admin_get_device },
	{ "AdminGetUser", NULL, idp_op_admin_get_user, OP_READS, &cognito_admin_get_user },
	{ "AdminInitiateAuth", NULL, idp_op_admin_initiate_auth, OP_WAITS,
	  &cognito_admin_initiate_auth },
	{ "AdminListDevices", NULL, idp_op_admin_list_devices, OP_READS,
	  &cognito_admin_list_devices },
	{ "AdminListGroupsForUser", NULL, idp_op_admin_list_groups_for_user, OP_READS,
	  &cognito_admin_list_groups_for_user },
	{ "AdminRemoveUserFromGroup", NULL, idp_op_admin_remove_user_from_group, 0,
	  &cognito_admin_remove_user_from_group },
	{ "AdminResetUserPassword", NULL, idp_op_admin_reset_user_password, OP_WAITS,
	  &cognito_admin_reset_user_password },
	{ "AdminRespondToAuthChallenge", NULL, idp_op_admin_respond_to_auth_challenge, OP_WAITS,
	  &cognito_admin_respond_to_auth_challenge },
	{ "AdminSetUserMFAPreference", NULL, idp_op_admin_set_user_mfa_preference, 0,
	  &cognito_admin_set_user_mfa_preference },
	{ "AdminSetUserPassword", NULL, idp_op_admin_set_user_password, 0,
	  &cognito_admin_set_user_password },
	{ "AdminUpdateDeviceStatus", NULL, idp_op_admin_update_device_status, 0,
	  &cognito_admin_update_device_status },
	{ "AdminUpdateUserAttributes", NULL, idp_op_admin_update_user_attributes, 0,
	  &cognito_admin_update_user_attributes },
	{ "AdminUserGlobalSignOut", NULL, idp_op_admin_user_global_sign_out, 0,
	  &cognito_admin_user_global_sign_out },
	{ "AssociateSoftwareToken", NULL, idp_op_associate_software_token, OP_OPEN,
	  &cognito_associate_software_token },
	{ "ChangePassword", NULL, idp_op_change_password, OP_OPEN, &cognito_change_password },
	{ "ConfirmDevice", NULL, idp_op_confirm_device, OP_OPEN, &cognito_confirm_device },
	{ "ConfirmForgotPassword", NULL, idp_op_confirm_forgot_password, OP_OPEN | OP_WAITS,
	  &cognito_confirm_forgot_password },
	{ "ConfirmSignUp", NULL, idp_op_confirm_sign_up, OP_OPEN | OP_WAITS,
	  &cognito_confirm_sign_up },
	{ "CreateGroup", NULL, idp_op_create_group, 0, &cognito_create_group },
	{ "CreateIdentityProvider", NULL, idp_op_create_identity_provider, 0,
	  &cognito_create_identity_provider },
	{ "CreateResourceServer", NULL, idp_op_create_resource_server, 0,
	  &cognito_create_resource_server },
	{ "CreateUserPool", NULL, idp_op_create_user_pool, 0, &cognito_create_user_pool },
	{ "CreateUserPoolClient", NULL, idp_op_create_user_pool_client, 0,
	  &cognito_create_user_pool_client },
	{ "CreateUserPoolDomain", NULL, idp_op_create_user_pool_domain, 0,
	  &cognito_create_user_pool_domain },
	{ "DeleteGroup", NULL, idp_op_delete_group, 0, &cognito_delete_group },
	{ "DeleteIdentityProvider", NULL, idp_op_delete_identity_provider, 0,
	  &cognito_delete_identity_provider },
	{ "DeleteResourceServer", NULL, idp_op_delete_resource_server, 0,
	  &cognito_delete_resource_server },
	{ "DeleteUser", NULL, idp_op_delete_user, OP_OPEN, &cognito_delete_user },
	{ "DeleteUserAttributes", NULL, idp_op_delete_user_attributes, OP_OPEN,
	  &cognito_delete_user_attributes },
	{ "DeleteUserPool", NULL, idp_op_delete_user_pool, 0, &cognito_delete_user_pool },
	{ "DeleteUserPoolClient", NULL, idp_op_delete_user_pool_client, 0,
	  &cognito_delete_user_pool_client },
	{ "DeleteUserPoolDomain", NULL, idp_op_delete_user_pool_domain, 0,
	  &cognito_delete_user_pool_domain },
	{ "DescribeIdentityProvider", NULL, idp_op_describe_identity_provider, OP_READS,
	  &cognito_describe_identity_provider },
	{ "DescribeResourceServer", NULL, idp_op_describe_resource_server, OP_READS,
	  &cognito_describe_resource_server },
	{ "DescribeUserPool", NULL, idp_op_describe_user_pool, OP_READS,
	  &cognito_describe_user_pool },
	{ "DescribeUserPoolClient", NULL, idp_op_describe_user_pool_client, OP_READS,
	  &cognito_describe_user_pool_client },
	{ "DescribeUserPoolDomain", NULL, idp_op_describe_user_pool_domain, OP_READS,
	  &cognito_describe_user_pool_domain },
	{ "ForgetDevice", NULL, idp_op_forget_device, OP_OPEN, &cognito_forget_device },
	{ "ForgotPassword", NULL, idp_op_forgot_password, OP_OPEN | OP_WAITS,
	  &cognito_forgot_password },
	{ "GetDevice", NULL, idp_op_get_device, OP_READS | OP_OPEN, &cognito_get_device },
	{ "GetGroup", NULL, idp_op_get_group, OP_READS, &cognito_get_group },
	{ "GetIdentityProviderByIdentifier", NULL, idp_op_get_identity_provider_by_identifier,
	  OP_READS, &cognito_get_identity_provider_by_identifier },
	{ "GetTokensFromRefreshToken", NULL, idp_op_get_tokens_from_refresh_token,
	  OP_OPEN | OP_WAITS, &cognito_get_tokens_from_refresh_token },
	{ "GetUser", NULL, idp_op_get_user, OP_READS | OP_OPEN, &cognito_get_user },
	{ "GetUserAttributeVerificationCode", NULL, idp_op_get_user_attribute_verification_code,
	  OP_OPEN | OP_WAITS, &cognito_get_user_attribute_verification_code },
	{ "GetUserAuthFactors", NULL, idp_op_get_user_auth_factors, OP_READS | OP_OPEN,
	  &cognito_get_user_auth_factors },
	{ "GetUserPoolMfaConfig", NULL, idp_op_get_user_pool_mfa_config, OP_READS,
	  &cognito_get_user_pool_mfa_config },
	{ "GlobalSignOut", NULL, idp_op_global_sign_out, OP_OPEN, &cognito_global_sign_out },
	{ "InitiateAuth", NULL, idp_op_initiate_auth, OP_OPEN | OP_WAITS, &cognito_initiate_auth },
	{ "ListDevices", NULL, idp_op_list_devices, OP_READS | OP_OPEN, &cognito_list_devices },
	{ "ListGroups", NULL, idp_op_list_groups, OP_READS, &cognito_list_groups },
	{ "ListIdentityProviders", NULL, idp_op_list_identity_providers, OP_READS,
	  &cognito_list_identity_providers },
	{ "ListResourceServers", NULL, idp_op_list_resource_servers, OP_READS,
	  &cognito_list_resource_servers },
	{ "ListTagsForResource", NULL, idp_op_list_tags_for_resource, OP_READS,
	  &cognito_list_tags_for_resource },
	{ "ListUserPoolClients", NULL, idp_op_list_user_pool_clients, OP_READS,
	  &cognito_list_user_pool_clients },
	{ "ListUserPools", NULL, idp_op_list_user_pools, OP_READS, &cognito_list_user_pools },
	{ "ListUsers", NULL, idp_op_list_users, OP_READS, &cognito_list_users },
	{ "ListUsersInGroup", NULL, idp_op_list_users_in_group, OP_READS,
	  &cognito_list_users_in_group },
	{ "ResendConfirmationCode", NULL, idp_op_resend_confirmation_code, OP_OPEN | OP_WAITS,
	  &cognito_resend_confirmation_code },
	{ "RespondToAuthChallenge", NULL, idp_op_respond_to_auth_challenge, OP_OPEN | OP_WAITS,
	  &cognito_respond_to_auth_challenge },
	{ "RevokeToken", NULL, idp_op_revoke_token, OP_OPEN, &cognito_revoke_token },
	{ "SetUserMFAPreference", NULL, idp_op_set_user_mfa_preference, OP_OPEN,
	  &cognito_set_user_mfa_preference },
	{ "SetUserPoolMfaConfig", NULL, idp_op_set_user_pool_mfa_config, 0,
	  &cognito_set_user_pool_mfa_config },
	{ "SignUp", NULL, idp_op_sign_up, OP_OPEN | OP_WAITS, &cognito_sign_up },
	{ "TagResource", NULL, idp_op_tag_resource, 0, &cognito_tag_resource },
	{ "UntagResource", NULL, idp_op_untag_resource, 0, &cognito_untag_resource },
	{ "UpdateDeviceStatus", NULL, idp_op_update_device_status, OP_OPEN,
	  &cognito_update_device_status },
	{ "UpdateGroup", NULL, idp_op_update_group, 0, &cognito_update_group },
	{ "UpdateIdentityProvider", NULL, idp_op_update_identity_provider, 0,
	  &cognito_update_identity_provider },
	{ "UpdateResourceServer", NULL, idp_op_update_resource_server, 0,
	  &cognito_update_resource_server },
	{ "UpdateUserAttributes", NULL, idp_op_update_user_attributes, OP_OPEN | OP_WAITS,
	  &cognito_update_user_attributes },
	{ "UpdateUserPool", NULL, idp_op_update_user_pool, 0, &cognito_update_user_pool },
	{ "UpdateUserPoolClient", NULL, idp_op_update_user_pool_client, 0,
	  &cognito_update_user_pool_client },
	{ "UpdateUserPoolDomain", NULL, idp_op_update_user_pool_domain, 0,
	  &cognito_update_user_pool_domain },
	{ "VerifySoftwareToken", NULL, idp_op_verify_software_token, OP_OPEN,
	  &cognito_verify_software_token },
	{ "VerifyUserAttribute", NULL, idp_op_verify_user_attribute, OP_OPEN,
	  &cognito_verify_user_attribute },
	{ 0 },
};

/* From: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Cognito User Pools". */
static const struct access accesses[] = {
	{ "AddCustomAttributes", .resource = "userpool/{UserPoolId}" },
	{ "AdminAddUserToGroup", .resource = "userpool/{UserPoolId}" },
	{ "AdminConfirmSignUp", .resource = "userpool/{UserPoolId}" },
	{ "AdminCreateUser", .resource = "userpool/{UserPoolId}" },
	{ "AdminDeleteUser", .resource = "userpool/{UserPoolId}" },
	{ "AdminDeleteUserAttributes", .resource = "userpool/{UserPoolId}" },
	{ "AdminDisableUser", .resource = "userpool/{UserPoolId}" },
	{ "AdminEnableUser", .resource = "userpool/{UserPoolId}" },
	{ "AdminForgetDevice", .resource = "userpool/{UserPoolId}" },
	{ "AdminGetDevice", .resource = "userpool/{UserPoolId}" },
	{ "AdminGetUser", .resource = "userpool/{UserPoolId}" },
	{ "AdminInitiateAuth", .resource = "userpool/{UserPoolId}" },
	{ "AdminListDevices", .resource = "userpool/{UserPoolId}" },
	{ "AdminListGroupsForUser", .resource = "userpool/{UserPoolId}" },
	{ "AdminRemoveUserFromGroup", .resource = "userpool/{UserPoolId}" },
	{ "AdminResetUserPassword", .resource = "userpool/{UserPoolId}" },
	{ "AdminRespondToAuthChallenge", .resource = "userpool/{UserPoolId}" },
	{ "AdminSetUserMFAPreference", .resource = "userpool/{UserPoolId}" },
	{ "AdminSetUserPassword", .resource = "userpool/{UserPoolId}" },
	{ "AdminUpdateDeviceStatus", .resource = "userpool/{UserPoolId}" },
	{ "AdminUpdateUserAttributes", .resource = "userpool/{UserPoolId}" },
	{ "AdminUserGlobalSignOut", .resource = "userpool/{UserPoolId}" },
	{ "CreateGroup", .resource = "userpool/{UserPoolId}" },
	{ "CreateIdentityProvider", .resource = "userpool/{UserPoolId}" },
	{ "CreateResourceServer", .resource = "userpool/{UserPoolId}" },
	{ "CreateUserPoolClient", .resource = "userpool/{UserPoolId}" },
	{ "CreateUserPoolDomain", .resource = "userpool/{UserPoolId}" },
	{ "DeleteGroup", .resource = "userpool/{UserPoolId}" },
	{ "DeleteIdentityProvider", .resource = "userpool/{UserPoolId}" },
	{ "DeleteResourceServer", .resource = "userpool/{UserPoolId}" },
	{ "DeleteUserPool", .resource = "userpool/{UserPoolId}" },
	{ "DeleteUserPoolClient", .resource = "userpool/{UserPoolId}" },
	{ "DeleteUserPoolDomain", .resource = "userpool/{UserPoolId}" },
	{ "DescribeIdentityProvider", .resource = "userpool/{UserPoolId}" },
	{ "DescribeResourceServer", .resource = "userpool/{UserPoolId}" },
	{ "DescribeUserPool", .resource = "userpool/{UserPoolId}" },
	{ "DescribeUserPoolClient", .resource = "userpool/{UserPoolId}" },
	{ "GetGroup", .resource = "userpool/{UserPoolId}" },
	{ "GetIdentityProviderByIdentifier", .resource = "userpool/{UserPoolId}" },
	{ "GetUserPoolMfaConfig", .resource = "userpool/{UserPoolId}" },
	{ "ListGroups", .resource = "userpool/{UserPoolId}" },
	{ "ListIdentityProviders", .resource = "userpool/{UserPoolId}" },
	{ "ListResourceServers", .resource = "userpool/{UserPoolId}" },
	{ "ListTagsForResource", .resource = "{ResourceArn}" },
	{ "ListUserPoolClients", .resource = "userpool/{UserPoolId}" },
	{ "ListUsers", .resource = "userpool/{UserPoolId}" },
	{ "ListUsersInGroup", .resource = "userpool/{UserPoolId}" },
	{ "SetUserPoolMfaConfig", .resource = "userpool/{UserPoolId}" },
	{ "TagResource", .resource = "{ResourceArn}" },
	{ "UntagResource", .resource = "{ResourceArn}" },
	{ "UpdateGroup", .resource = "userpool/{UserPoolId}" },
	{ "UpdateIdentityProvider", .resource = "userpool/{UserPoolId}" },
	{ "UpdateResourceServer", .resource = "userpool/{UserPoolId}" },
	{ "UpdateUserPool", .resource = "userpool/{UserPoolId}" },
	{ "UpdateUserPoolClient", .resource = "userpool/{UserPoolId}" },
	{ "UpdateUserPoolDomain", .resource = "userpool/{UserPoolId}" },
	{ 0 },
};

static const struct access_rules access = { .operations = accesses };

static const char *const upgrades[] = {
	/* Second factors (mfa.h). */
	"CREATE TABLE cognito_factor (pool TEXT NOT NULL, sub TEXT NOT NULL, secret BLOB, pending BLOB,"
	" software INTEGER NOT NULL, sms INTEGER NOT NULL, preferred TEXT, last_step INTEGER NOT NULL,"
	" PRIMARY KEY (pool, sub)) WITHOUT ROWID;",
	/* Scopes and devices of sign-ins; what custom authentication keeps. */
	"ALTER TABLE cognito_grant ADD COLUMN scope TEXT;"
	"ALTER TABLE cognito_grant ADD COLUMN device TEXT;"
	"ALTER TABLE cognito_session ADD COLUMN state TEXT;",
	/*
	 * The hosted login: domains; codes that wait to be exchanged for tokens; browsers that have signed in; scopes
	 * of applications' own APIs; providers as they were set up.
	 */
	"CREATE TABLE cognito_domain (domain TEXT PRIMARY KEY, pool TEXT NOT NULL, version INTEGER NOT NULL,"
	" created_at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE cognito_authorization (digest BLOB PRIMARY KEY, pool TEXT NOT NULL,"
	" client TEXT NOT NULL, sub TEXT NOT NULL, redirect_uri TEXT NOT NULL, scope TEXT NOT NULL,"
	" nonce TEXT, challenge TEXT, expires_at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE cognito_browser (digest BLOB PRIMARY KEY, pool TEXT NOT NULL, sub TEXT NOT NULL,"
	" auth_time INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE cognito_server (pool TEXT NOT NULL, identifier TEXT NOT NULL, name TEXT NOT NULL,"
	" scopes TEXT NOT NULL, PRIMARY KEY (pool, identifier));"
	"CREATE TABLE cognito_provider (pool TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,"
	" settings TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,"
	" PRIMARY KEY (pool, name));",
	/* Devices (device.h). */
	"CREATE TABLE cognito_device (pool TEXT NOT NULL, sub TEXT NOT NULL, key TEXT NOT NULL, name TEXT,"
	" salt BLOB NOT NULL, verifier BLOB NOT NULL, remembered INTEGER NOT NULL,"
	" created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, authenticated_at INTEGER NOT NULL,"
	" address TEXT, PRIMARY KEY (pool, sub, key));",
	/* A key's public half as a JSON Web Key; absent in pools that were made before. */
	"ALTER TABLE cognito_key ADD COLUMN public TEXT;",
	/* Codes by e-mail as a second factor. */
	"ALTER TABLE cognito_factor ADD COLUMN email INTEGER NOT NULL DEFAULT 0;",
};

static const struct schema schema = {
	.name = "cognito",
	.version = 7,
	.upgrades = upgrades,
	/*
	 * A user's rows hang on its sub. cognito_alias has further names to sign in with; cognito_code what was
	 * sent, one row a purpose; cognito_grant a row for each sign-in, which goes when none of its tokens can be
	 * good any more; cognito_session challenges that wait for their answer.
	 */
	.sql = "CREATE TABLE cognito_pool (id TEXT PRIMARY KEY, name TEXT NOT NULL, secret BLOB NOT NULL,"
	       " settings TEXT NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL);"
	       "CREATE TABLE cognito_key (pool TEXT NOT NULL, use INTEGER NOT NULL, kid TEXT NOT NULL,"
	       " private BLOB NOT NULL, PRIMARY KEY (pool, use)) WITHOUT ROWID;"
	       "CREATE TABLE cognito_client (id TEXT PRIMARY KEY, pool TEXT NOT NULL, name TEXT NOT NULL,"
	       " secret TEXT, settings TEXT NOT NULL, created_at INTEGER NOT NULL,"
	       " changed_at INTEGER NOT NULL);"
	       "CREATE INDEX cognito_client_pool ON cognito_client (pool);"
	       "CREATE TABLE cognito_user (pool TEXT NOT NULL, sub TEXT NOT NULL, name TEXT NOT NULL,"
	       " name_key TEXT NOT NULL, status TEXT NOT NULL, enabled INTEGER NOT NULL,"
	       " created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, attributes TEXT NOT NULL,"
	       " salt BLOB, verifier BLOB, password_at INTEGER NOT NULL, history TEXT NOT NULL,"
	       " failures INTEGER NOT NULL, locked_until INTEGER NOT NULL, signed_out_at INTEGER NOT NULL,"
	       " PRIMARY KEY (pool, sub));"
	       "CREATE UNIQUE INDEX cognito_user_name ON cognito_user (pool, name_key);"
	       "CREATE TABLE cognito_alias (pool TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,"
	       " sub TEXT NOT NULL, PRIMARY KEY (pool, kind, value)) WITHOUT ROWID;"
	       "CREATE INDEX cognito_alias_value ON cognito_alias (pool, value);"
	       "CREATE TABLE cognito_code (pool TEXT NOT NULL, sub TEXT NOT NULL, purpose TEXT NOT NULL,"
	       " code TEXT NOT NULL, at INTEGER NOT NULL, tries INTEGER NOT NULL, sends INTEGER NOT NULL,"
	       " since INTEGER NOT NULL, PRIMARY KEY (pool, sub, purpose)) WITHOUT ROWID;"
	       "CREATE TABLE cognito_grant (digest BLOB PRIMARY KEY, pool TEXT NOT NULL, client TEXT NOT NULL,"
	       " sub TEXT NOT NULL, origin_jti TEXT NOT NULL, auth_time INTEGER NOT NULL,"
	       " expires_at INTEGER NOT NULL, gone_at INTEGER NOT NULL, revoked INTEGER NOT NULL) WITHOUT ROWID;"
	       "CREATE INDEX cognito_grant_user ON cognito_grant (pool, sub);"
	       "CREATE INDEX cognito_grant_jti ON cognito_grant (pool, origin_jti);"
	       "CREATE INDEX cognito_grant_gone ON cognito_grant (gone_at);"
	       "CREATE TABLE cognito_session (digest BLOB PRIMARY KEY, pool TEXT NOT NULL, client TEXT NOT NULL,"
	       " sub TEXT NOT NULL, challenge TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE cognito_group (pool TEXT NOT NULL, name TEXT NOT NULL, description TEXT, role TEXT,"
	       " precedence INTEGER, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,"
	       " PRIMARY KEY (pool, name));"
	       "CREATE TABLE cognito_member (pool TEXT NOT NULL, name TEXT NOT NULL, sub TEXT NOT NULL,"
	       " PRIMARY KEY (pool, name, sub));"
	       "CREATE INDEX cognito_member_user ON cognito_member (pool, sub);",
};

static const struct holding holdings[] = {
	{ "Cognito user pool", "Cognito user pools", "SELECT count(*) FROM cognito_pool" }, { 0 }
};

const struct service cognito_idp_service = {
	.name = "cognito-idp",
	.target = "AWSCognitoIdentityProviderService",
	.api_version = "2016-04-18",
	.speaks = PROTO_JSON11,
	.invalid = &InvalidParameterException,
	.operations = operations,
	.schema = &schema,
	.holdings = holdings,
	.access = &access,
	.account_of = idp_account_of,
	.habits = HABIT_ERROR_HEADERS,
};
