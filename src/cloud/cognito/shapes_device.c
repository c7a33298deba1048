/* Inputs: devices. */
#include "cloud/cognito/shapes.h"
#include "cloud/cognito/shapes_common.h"

static const struct shape page = { .type = SHAPE_STRING, AT_LEAST(1), .pattern = "[\\S]+" };
static const struct shape device_name = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(1024) };
static const struct shape status = { .type = SHAPE_STRING,
				     .values = VALUES("remembered", "not_remembered") };
static const struct shape_member verifier_members[] = {
	{ "PasswordVerifier", &cognito_shape_string },
	{ "Salt", &cognito_shape_string },
	{ 0 },
};
static const struct shape verifier = SHAPE_STRUCT(verifier_members);

static const struct shape_member confirm_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ "DeviceKey", &cognito_shape_device_key, .required = true },
	{ "DeviceSecretVerifierConfig", &verifier },
	{ "DeviceName", &device_name },
	{ 0 },
};
const struct shape cognito_confirm_device = SHAPE_STRUCT(confirm_members);

static const struct shape_member get_members[] = {
	{ "DeviceKey", &cognito_shape_device_key, .required = true },
	{ "AccessToken", &cognito_shape_token },
	{ 0 },
};
const struct shape cognito_get_device = SHAPE_STRUCT(get_members);

static const struct shape_member forget_members[] = {
	{ "AccessToken", &cognito_shape_token },
	{ "DeviceKey", &cognito_shape_device_key, .required = true },
	{ 0 },
};
const struct shape cognito_forget_device = SHAPE_STRUCT(forget_members);

static const struct shape_member list_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ "Limit", &cognito_shape_query_limit },
	{ "PaginationToken", &page },
	{ 0 },
};
const struct shape cognito_list_devices = SHAPE_STRUCT(list_members);

static const struct shape_member update_members[] = {
	{ "AccessToken", &cognito_shape_token, .required = true },
	{ "DeviceKey", &cognito_shape_device_key, .required = true },
	{ "DeviceRememberedStatus", &status },
	{ 0 },
};
const struct shape cognito_update_device_status = SHAPE_STRUCT(update_members);

static const struct shape_member admin_get_members[] = {
	{ "DeviceKey", &cognito_shape_device_key, .required = true },
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ 0 },
};
const struct shape cognito_admin_get_device = SHAPE_STRUCT(admin_get_members);

static const struct shape_member admin_forget_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "DeviceKey", &cognito_shape_device_key, .required = true },
	{ 0 },
};
const struct shape cognito_admin_forget_device = SHAPE_STRUCT(admin_forget_members);

static const struct shape_member admin_list_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "Limit", &cognito_shape_query_limit },
	{ "PaginationToken", &page },
	{ 0 },
};
const struct shape cognito_admin_list_devices = SHAPE_STRUCT(admin_list_members);

static const struct shape_member admin_update_members[] = {
	{ "UserPoolId", &cognito_shape_user_pool_id, .required = true },
	{ "Username", &cognito_shape_username, .required = true },
	{ "DeviceKey", &cognito_shape_device_key, .required = true },
	{ "DeviceRememberedStatus", &status },
	{ 0 },
};
const struct shape cognito_admin_update_device_status = SHAPE_STRUCT(admin_update_members);
