/* The inputs of IAM's operations; see shapes.h. */
#include "cloud/iam/shapes.h"

#define VALUES(...)                                                                                \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define AT_LEAST(n) .has_min = true, .min = (n)
#define AT_MOST(n)  .has_max = true, .max = (n)
#define TEXT        "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"
#define TAG         "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]"
/* What IAM says in its own words when the pattern does not match. */
#define NAME                                                                                       \
	.pattern = "[\\w+=,.@-]+",                                                                 \
	.refusal = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
#define PATH                                                                                       \
	.refusal = "It must begin and end with / and contain only alphanumeric characters and/or " \
		   "/ characters."
#define MUST(name, shape)                                                                          \
	{                                                                                          \
		name, &(shape), .required = true                                                   \
	}
#define MAY(name, shape)                                                                           \
	{                                                                                          \
		name, &(shape)                                                                     \
	}
#define INPUT(name, ...)                                                                           \
	static const struct shape_member name##_input[] = { __VA_ARGS__, { 0 } };                  \
	const struct shape iam_##name = SHAPE_STRUCT(name##_input)

/* --- values ----------------------------------------------------------------------- */

static const struct shape arn = { .type = SHAPE_STRING, AT_LEAST(20), AT_MOST(2048) };
static const struct shape client_id = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(255) };
static const struct shape profile_name = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), NAME };
static const struct shape role_name = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(64), NAME };
static const struct shape group_name = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), NAME };
static const struct shape existing_user = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), NAME };
static const struct shape user_name = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(64), NAME };
static const struct shape password = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = TEXT
};
static const struct shape account_alias = { .type = SHAPE_STRING, AT_LEAST(3), AT_MOST(63) };
static const struct shape path = { .type = SHAPE_STRING,
				   AT_LEAST(1),
				   AT_MOST(512),
				   .pattern = "(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)",
				   PATH };
static const struct shape tag_key = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = TAG "+"
};
static const struct shape tag_value = { .type = SHAPE_STRING, AT_MOST(256), .pattern = TAG "*" };
static const struct shape_member tag_members[] = {
	{ "Key", &tag_key, .required = true },
	{ "Value", &tag_value, .required = true },
	{ 0 },
};
static const struct shape tag = SHAPE_STRUCT(tag_members);
static const struct shape tag_list = { .type = SHAPE_LIST, .element = &tag, AT_MOST(50) };
static const struct shape oidc_provider_url = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(255) };
static const struct shape client_id_list = { .type = SHAPE_LIST, .element = &client_id };
static const struct shape thumbprint = { .type = SHAPE_STRING, AT_LEAST(40), AT_MOST(40) };
static const struct shape thumbprint_list = { .type = SHAPE_LIST, .element = &thumbprint };
static const struct shape policy_name = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), NAME };
static const struct shape policy_path = { .type = SHAPE_STRING,
					  AT_LEAST(1),
					  AT_MOST(512),
					  .pattern = "((/[A-Za-z0-9\\.,\\+@=_-]+)*)/",
					  PATH };
static const struct shape policy_document = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(131072), .pattern = TEXT
};
static const struct shape policy_description = { .type = SHAPE_STRING, AT_MOST(1000) };
static const struct shape role_description = {
	.type = SHAPE_STRING,
	AT_MOST(1000),
	.pattern = "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"
};
static const struct shape role_max_session_duration = { .type = SHAPE_INTEGER,
							AT_LEAST(3600),
							AT_MOST(43200) };
static const struct shape custom_suffix = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(64), NAME };
static const struct shape credential_age_days = { .type = SHAPE_INTEGER,
						  AT_LEAST(1),
						  AT_MOST(36600) };
static const struct shape access_key_id = {
	.type = SHAPE_STRING, AT_LEAST(16), AT_MOST(128), .pattern = "[\\w]+"
};
static const struct shape policy_version_id = { .type = SHAPE_STRING,
						.pattern = "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?" };
static const struct shape public_key_id = {
	.type = SHAPE_STRING, AT_LEAST(20), AT_MOST(128), .pattern = "[\\w]+"
};
static const struct shape service_specific_credential_id = {
	.type = SHAPE_STRING, AT_LEAST(20), AT_MOST(128), .pattern = "[\\w]+"
};
static const struct shape entity = { .type = SHAPE_STRING,
				     .values = VALUES("User", "Role", "Group", "LocalManagedPolicy",
						      "AWSManagedPolicy") };
static const struct shape entity_list = { .type = SHAPE_LIST, .element = &entity };
static const struct shape max_items = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(1000) };
static const struct shape marker = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(320), .pattern = "[\\u0020-\\u00FF]+"
};
static const struct shape simulation_policy_list = { .type = SHAPE_LIST,
						     .element = &policy_document };
static const struct shape encoding = { .type = SHAPE_STRING, .values = VALUES("SSH", "PEM") };
static const struct shape deletion_task_id = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(1000) };
static const struct shape policy_usage = {
	.type = SHAPE_STRING, .values = VALUES("PermissionsPolicy", "PermissionsBoundary")
};
static const struct shape assignment = { .type = SHAPE_STRING,
					 .values = VALUES("Assigned", "Unassigned", "Any") };
static const struct shape path_prefix = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(512), .pattern = "\\u002F[\\u0021-\\u007F]*"
};
static const struct shape policy_scope = { .type = SHAPE_STRING,
					   .values = VALUES("All", "AWS", "Local") };
static const struct shape service_namespace = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(64), .pattern = "[\\w-]*"
};
static const struct shape service_namespace_list = {
	.type = SHAPE_LIST, .element = &service_namespace, AT_LEAST(1), AT_MOST(200)
};
static const struct shape global_endpoint_token_version = { .type = SHAPE_STRING,
							    .values =
								    VALUES("v1Token", "v2Token") };
static const struct shape action_name = { .type = SHAPE_STRING, AT_LEAST(3), AT_MOST(128) };
static const struct shape action_name_list = { .type = SHAPE_LIST, .element = &action_name };
static const struct shape resource_name = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(2048) };
static const struct shape resource_name_list = { .type = SHAPE_LIST, .element = &resource_name };
static const struct shape context_key_name = { .type = SHAPE_STRING, AT_LEAST(5), AT_MOST(256) };
static const struct shape context_key_value_list = { .type = SHAPE_LIST, .element = &shape_string };
static const struct shape context_key_type_enum = {
	.type = SHAPE_STRING,
	.values = VALUES("string", "stringList", "numeric", "numericList", "boolean", "booleanList",
			 "ip", "ipList", "binary", "binaryList", "date", "dateList")
};
static const struct shape_member context_entry_members[] = {
	{ "ContextKeyName", &context_key_name },
	{ "ContextKeyValues", &context_key_value_list },
	{ "ContextKeyType", &context_key_type_enum },
	{ 0 },
};
static const struct shape context_entry = SHAPE_STRUCT(context_entry_members);
static const struct shape context_entry_list = { .type = SHAPE_LIST, .element = &context_entry };
static const struct shape resource_handling_option = { .type = SHAPE_STRING,
						       AT_LEAST(1),
						       AT_MOST(64) };
static const struct shape tag_key_listed = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = TAG "+", .told_null = true
};
static const struct shape tag_key_list = { .type = SHAPE_LIST,
					   .element = &tag_key_listed,
					   AT_MOST(50) };
static const struct shape status = { .type = SHAPE_STRING,
				     .values = VALUES("Active", "Inactive", "Expired") };
static const struct shape minimum_password_length = { .type = SHAPE_INTEGER,
						      AT_LEAST(6),
						      AT_MOST(128) };
static const struct shape max_password_age = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(1095) };
static const struct shape password_reuse_prevention = { .type = SHAPE_INTEGER,
							AT_LEAST(1),
							AT_MOST(24) };
static const struct shape public_key_material = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(16384), .pattern = TEXT
};

static const struct shape certificate_id = {
	.type = SHAPE_STRING, AT_LEAST(24), AT_MOST(128), .pattern = "[\\w]+"
};

/* --- inputs ----------------------------------------------------------------------- */

INPUT(add_client_id_to_oidc_provider, MUST("OpenIDConnectProviderArn", arn),
      MUST("ClientID", client_id));
INPUT(profile_role, MUST("InstanceProfileName", profile_name), MUST("RoleName", role_name));
INPUT(member, MUST("GroupName", group_name), MUST("UserName", existing_user));
INPUT(group_attach, MUST("GroupName", group_name), MUST("PolicyArn", arn));
INPUT(role_attach, MUST("RoleName", role_name), MUST("PolicyArn", arn));
INPUT(user_attach, MUST("UserName", user_name), MUST("PolicyArn", arn));
INPUT(change_password, MUST("OldPassword", password), MUST("NewPassword", password));
INPUT(user_or_me, MAY("UserName", existing_user));
INPUT(alias, MUST("AccountAlias", account_alias));
INPUT(create_group, MAY("Path", path), MUST("GroupName", group_name));
INPUT(create_instance_profile, MUST("InstanceProfileName", profile_name), MAY("Path", path),
      MAY("Tags", tag_list));
INPUT(create_login_profile, MAY("UserName", user_name), MAY("Password", password),
      MAY("PasswordResetRequired", shape_boolean));
INPUT(create_oidc_provider, MAY("ClientIDList", client_id_list),
      MAY("ThumbprintList", thumbprint_list), MUST("Url", oidc_provider_url),
      MAY("Tags", tag_list));
INPUT(create_policy, MUST("PolicyName", policy_name), MAY("Path", policy_path),
      MUST("PolicyDocument", policy_document), MAY("Description", policy_description),
      MAY("Tags", tag_list));
INPUT(create_policy_version, MUST("PolicyArn", arn), MUST("PolicyDocument", policy_document),
      MAY("SetAsDefault", shape_boolean));
INPUT(create_role, MAY("Path", path), MUST("RoleName", role_name),
      MUST("AssumeRolePolicyDocument", policy_document), MAY("Description", role_description),
      MAY("MaxSessionDuration", role_max_session_duration), MAY("PermissionsBoundary", arn),
      MAY("Tags", tag_list));
INPUT(create_service_linked_role, MUST("AWSServiceName", group_name),
      MAY("Description", role_description), MAY("CustomSuffix", custom_suffix));
INPUT(create_service_specific_credential, MUST("UserName", user_name),
      MUST("ServiceName", shape_string), MAY("CredentialAgeDays", credential_age_days));
INPUT(create_user, MAY("Path", path), MUST("UserName", user_name), MAY("PermissionsBoundary", arn),
      MAY("Tags", tag_list));
INPUT(delete_access_key, MAY("UserName", existing_user), MUST("AccessKeyId", access_key_id));
INPUT(group, MUST("GroupName", group_name));
INPUT(group_inline, MUST("GroupName", group_name), MUST("PolicyName", policy_name));
INPUT(profile, MUST("InstanceProfileName", profile_name));
INPUT(oidc, MUST("OpenIDConnectProviderArn", arn));
INPUT(policy, MUST("PolicyArn", arn));
INPUT(version, MUST("PolicyArn", arn), MUST("VersionId", policy_version_id));
INPUT(role, MUST("RoleName", role_name));
INPUT(role_inline, MUST("RoleName", role_name), MUST("PolicyName", policy_name));
INPUT(ssh_key, MUST("UserName", user_name), MUST("SSHPublicKeyId", public_key_id));
INPUT(credential, MAY("UserName", user_name),
      MUST("ServiceSpecificCredentialId", service_specific_credential_id));
INPUT(user, MUST("UserName", existing_user));
INPUT(user_inline, MUST("UserName", existing_user), MUST("PolicyName", policy_name));
INPUT(get_access_key_last_used, MUST("AccessKeyId", access_key_id));
INPUT(get_account_authorization_details, MAY("Filter", entity_list), MAY("MaxItems", max_items),
      MAY("Marker", marker));
INPUT(get_context_keys_for_custom_policy, MUST("PolicyInputList", simulation_policy_list));
INPUT(get_context_keys_for_principal_policy, MUST("PolicySourceArn", arn),
      MAY("PolicyInputList", simulation_policy_list));
INPUT(group_page, MUST("GroupName", group_name), MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(get_ssh_public_key, MUST("UserName", user_name), MUST("SSHPublicKeyId", public_key_id),
      MUST("Encoding", encoding));
INPUT(get_service_linked_role_deletion_status, MUST("DeletionTaskId", deletion_task_id));
INPUT(me_page, MAY("UserName", existing_user), MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(page, MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(list_attached_group_policies, MUST("GroupName", group_name), MAY("PathPrefix", policy_path),
      MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(list_attached_role_policies, MUST("RoleName", role_name), MAY("PathPrefix", policy_path),
      MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(list_attached_user_policies, MUST("UserName", user_name), MAY("PathPrefix", policy_path),
      MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(list_entities_for_policy, MUST("PolicyArn", arn), MAY("EntityFilter", entity),
      MAY("PathPrefix", path), MAY("PolicyUsageFilter", policy_usage), MAY("Marker", marker),
      MAY("MaxItems", max_items));
INPUT(list, MAY("PathPrefix", path_prefix), MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(user_page, MUST("UserName", existing_user), MAY("Marker", marker),
      MAY("MaxItems", max_items));
INPUT(profile_page, MUST("InstanceProfileName", profile_name), MAY("Marker", marker),
      MAY("MaxItems", max_items));
INPUT(role_page, MUST("RoleName", role_name), MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(oidc_page, MUST("OpenIDConnectProviderArn", arn), MAY("Marker", marker),
      MAY("MaxItems", max_items));
INPUT(list_policies, MAY("Scope", policy_scope), MAY("OnlyAttached", shape_boolean),
      MAY("PathPrefix", policy_path), MAY("PolicyUsageFilter", policy_usage), MAY("Marker", marker),
      MAY("MaxItems", max_items));
INPUT(list_policies_granting_service_access, MAY("Marker", marker), MUST("Arn", arn),
      MUST("ServiceNamespaces", service_namespace_list));
INPUT(policy_page, MUST("PolicyArn", arn), MAY("Marker", marker), MAY("MaxItems", max_items));
INPUT(list_service_specific_credentials, MAY("UserName", user_name),
      MAY("ServiceName", shape_string), MAY("AllUsers", shape_boolean), MAY("Marker", marker),
      MAY("MaxItems", max_items));
INPUT(list_virtual_mfa_devices, MAY("AssignmentStatus", assignment), MAY("Marker", marker),
      MAY("MaxItems", max_items));
INPUT(put_group_policy, MUST("GroupName", group_name), MUST("PolicyName", policy_name),
      MUST("PolicyDocument", policy_document));
INPUT(put_role_permissions_boundary, MUST("RoleName", role_name), MUST("PermissionsBoundary", arn));
INPUT(put_role_policy, MUST("RoleName", role_name), MUST("PolicyName", policy_name),
      MUST("PolicyDocument", policy_document));
INPUT(put_user_permissions_boundary, MUST("UserName", user_name), MUST("PermissionsBoundary", arn));
INPUT(put_user_policy, MUST("UserName", existing_user), MUST("PolicyName", policy_name),
      MUST("PolicyDocument", policy_document));
INPUT(set_security_token_service_preferences,
      MUST("GlobalEndpointTokenVersion", global_endpoint_token_version));
INPUT(simulate_custom_policy, MUST("PolicyInputList", simulation_policy_list),
      MAY("PermissionsBoundaryPolicyInputList", simulation_policy_list),
      MUST("ActionNames", action_name_list), MAY("ResourceArns", resource_name_list),
      MAY("ResourcePolicy", policy_document), MAY("ResourceOwner", resource_name),
      MAY("CallerArn", resource_name), MAY("ContextEntries", context_entry_list),
      MAY("ResourceHandlingOption", resource_handling_option), MAY("MaxItems", max_items),
      MAY("Marker", marker));
INPUT(simulate_principal_policy, MUST("PolicySourceArn", arn),
      MAY("PolicyInputList", simulation_policy_list),
      MAY("PermissionsBoundaryPolicyInputList", simulation_policy_list),
      MUST("ActionNames", action_name_list), MAY("ResourceArns", resource_name_list),
      MAY("ResourcePolicy", policy_document), MAY("ResourceOwner", resource_name),
      MAY("CallerArn", resource_name), MAY("ContextEntries", context_entry_list),
      MAY("ResourceHandlingOption", resource_handling_option), MAY("MaxItems", max_items),
      MAY("Marker", marker));
INPUT(tag_instance_profile, MUST("InstanceProfileName", profile_name), MUST("Tags", tag_list));
INPUT(tag_oidc_provider, MUST("OpenIDConnectProviderArn", arn), MUST("Tags", tag_list));
INPUT(tag_policy, MUST("PolicyArn", arn), MUST("Tags", tag_list));
INPUT(tag_role, MUST("RoleName", role_name), MUST("Tags", tag_list));
INPUT(tag_user, MUST("UserName", existing_user), MUST("Tags", tag_list));
INPUT(untag_instance_profile, MUST("InstanceProfileName", profile_name),
      MUST("TagKeys", tag_key_list));
INPUT(untag_oidc_provider, MUST("OpenIDConnectProviderArn", arn), MUST("TagKeys", tag_key_list));
INPUT(untag_policy, MUST("PolicyArn", arn), MUST("TagKeys", tag_key_list));
INPUT(untag_role, MUST("RoleName", role_name), MUST("TagKeys", tag_key_list));
INPUT(untag_user, MUST("UserName", existing_user), MUST("TagKeys", tag_key_list));
INPUT(update_access_key, MAY("UserName", existing_user), MUST("AccessKeyId", access_key_id),
      MUST("Status", status));
INPUT(update_account_password_policy, MAY("MinimumPasswordLength", minimum_password_length),
      MAY("RequireSymbols", shape_boolean), MAY("RequireNumbers", shape_boolean),
      MAY("RequireUppercaseCharacters", shape_boolean),
      MAY("RequireLowercaseCharacters", shape_boolean),
      MAY("AllowUsersToChangePassword", shape_boolean),
      MAY("PasswordReusePrevention", password_reuse_prevention),
      MAY("MaxPasswordAge", max_password_age), MAY("HardExpiry", shape_boolean));
INPUT(update_assume_role_policy, MUST("RoleName", role_name),
      MUST("PolicyDocument", policy_document));
INPUT(update_group, MUST("GroupName", group_name), MAY("NewPath", path),
      MAY("NewGroupName", group_name));
INPUT(update_login_profile, MUST("UserName", user_name), MAY("Password", password),
      MAY("PasswordResetRequired", shape_boolean));
INPUT(update_oidc_provider_thumbprint, MUST("OpenIDConnectProviderArn", arn),
      MUST("ThumbprintList", thumbprint_list));
INPUT(update_role, MUST("RoleName", role_name), MAY("Description", role_description),
      MAY("MaxSessionDuration", role_max_session_duration));
INPUT(update_role_description, MUST("RoleName", role_name), MUST("Description", role_description));
INPUT(update_ssh_public_key, MUST("UserName", user_name), MUST("SSHPublicKeyId", public_key_id),
      MUST("Status", status));
INPUT(update_service_specific_credential, MAY("UserName", user_name),
      MUST("ServiceSpecificCredentialId", service_specific_credential_id), MUST("Status", status));
INPUT(update_user, MUST("UserName", existing_user), MAY("NewPath", path),
      MAY("NewUserName", user_name));
INPUT(upload_ssh_public_key, MUST("UserName", user_name),
      MUST("SSHPublicKeyBody", public_key_material));

INPUT(delete_signing_certificate, MAY("UserName", existing_user),
      MUST("CertificateId", certificate_id));
INPUT(update_signing_certificate, MAY("UserName", existing_user),
      MUST("CertificateId", certificate_id), MUST("Status", status));
INPUT(upload_signing_certificate, MAY("UserName", existing_user),
      MUST("CertificateBody", public_key_material));

/* --- answers ---------------------------------------------------------------------- */

const struct shape iam_empty = SHAPE_STRUCT(NULL);
static const struct shape numbers = SHAPE_MAP_OF(&shape_integer);
static const struct shape_member summary_members[] = {
	{ "SummaryMap", &numbers },
	{ 0 },
};
const struct shape iam_summary = SHAPE_STRUCT(summary_members);
