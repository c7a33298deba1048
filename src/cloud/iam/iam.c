/*
 * IAM: errors, tables, and the list of operations.
 *
 * The tables: iam_entity is everything that has a name (see inside.h); what hangs on an entity names it by
 * its id, so that renaming changes one row. Names differ by more than case.
 */
#include "cloud/iam/iam.h"

#include "cloud/iam/inside.h"
#include "cloud/iam/operations.h"
#include "cloud/iam/shapes.h"

const struct aws_error NoSuchEntity = { "NoSuchEntity", 404, NULL };
const struct aws_error EntityAlreadyExists = { "EntityAlreadyExists", 409, NULL };
const struct aws_error DeleteConflict = { "DeleteConflict", 409, NULL };
const struct aws_error LimitExceeded = { "LimitExceeded", 409, NULL };
const struct aws_error InvalidInput = { "InvalidInput", 400, NULL };
const struct aws_error UnmodifiableEntity = { "UnmodifiableEntity", 400, NULL };
const struct aws_error PolicyNotAttachable = { "PolicyNotAttachable", 400, NULL };
const struct aws_error MalformedCertificate = { "MalformedCertificate", 400, NULL };
const struct aws_error PasswordPolicyViolation = { "PasswordPolicyViolation", 400, NULL };

static const struct operation operations[] = {
	{ "AddClientIDToOpenIDConnectProvider", NULL, iam_op_add_client_id_to_oidc_provider, 0,
	  &iam_add_client_id_to_oidc_provider },
	{ "AddRoleToInstanceProfile", NULL, iam_op_add_role_to_instance_profile, 0,
	  &iam_profile_role },
	{ "AddUserToGroup", NULL, iam_op_add_user_to_group, 0, &iam_member },
	{ "AttachGroupPolicy", NULL, iam_op_attach, 0, &iam_group_attach },
	{ "AttachRolePolicy", NULL, iam_op_attach, 0, &iam_role_attach },
	{ "AttachUserPolicy", NULL, iam_op_attach, 0, &iam_user_attach },
	{ "ChangePassword", NULL, iam_op_change_password, 0, &iam_change_password },
	{ "CreateAccessKey", NULL, iam_op_create_access_key, 0, &iam_user_or_me },
	{ "CreateAccountAlias", NULL, iam_op_create_account_alias, 0, &iam_alias },
	{ "CreateGroup", NULL, iam_op_create_group, 0, &iam_create_group },
	{ "CreateInstanceProfile", NULL, iam_op_create_instance_profile, 0,
	  &iam_create_instance_profile },
	{ "CreateLoginProfile", NULL, iam_op_create_login_profile, 0, &iam_create_login_profile },
	{ "CreateOpenIDConnectProvider", NULL, iam_op_create_oidc_provider, 0,
	  &iam_create_oidc_provider },
	{ "CreatePolicy", NULL, iam_op_create_policy, 0, &iam_create_policy },
	{ "CreatePolicyVersion", NULL, iam_op_create_policy_version, 0,
	  &iam_create_policy_version },
	{ "CreateRole", NULL, iam_op_create_role, 0, &iam_create_role },
	{ "CreateServiceLinkedRole", NULL, iam_op_create_service_linked_role, 0,
	  &iam_create_service_linked_role },
	{ "CreateServiceSpecificCredential", NULL, iam_op_create_service_specific_credential, 0,
	  &iam_create_service_specific_credential },
	{ "CreateUser", NULL, iam_op_create_user, 0, &iam_create_user },
	{ "DeleteAccessKey", NULL, iam_op_delete_access_key, 0, &iam_delete_access_key },
	{ "DeleteAccountAlias", NULL, iam_op_delete_account_alias, 0, &iam_alias },
	{ "DeleteAccountPasswordPolicy", NULL, iam_op_delete_account_password_policy, 0, NULL },
	{ "DeleteGroup", NULL, iam_op_delete_group, 0, &iam_group },
	{ "DeleteGroupPolicy", NULL, iam_op_delete_inline, 0, &iam_group_inline },
	{ "DeleteInstanceProfile", NULL, iam_op_delete_instance_profile, 0, &iam_profile },
	{ "DeleteLoginProfile", NULL, iam_op_delete_login_profile, 0, &iam_user_or_me },
	{ "DeleteOpenIDConnectProvider", NULL, iam_op_delete_oidc_provider, 0, &iam_oidc },
	{ "DeletePolicy", NULL, iam_op_delete_policy, 0, &iam_policy },
	{ "DeletePolicyVersion", NULL, iam_op_delete_policy_version, 0, &iam_version },
	{ "DeleteRole", NULL, iam_op_delete_role, 0, &iam_role },
	{ "DeleteRolePermissionsBoundary", NULL, iam_op_delete_boundary, 0, &iam_role },
	{ "DeleteRolePolicy", NULL, iam_op_delete_inline, 0, &iam_role_inline },
	{ "DeleteSSHPublicKey", NULL, iam_op_delete_ssh_public_key, 0, &iam_ssh_key },
	{ "DeleteServiceLinkedRole", NULL, iam_op_delete_service_linked_role, 0, &iam_role },
	{ "DeleteServiceSpecificCredential", NULL, iam_op_delete_service_specific_credential, 0,
	  &iam_credential },
	{ "DeleteSigningCertificate", NULL, iam_op_delete_signing_certificate, 0,
	  &iam_delete_signing_certificate },
	{ "DeleteUser", NULL, iam_op_delete_user, 0, &iam_user },
	{ "DeleteUserPermissionsBoundary", NULL, iam_op_delete_boundary, 0, &iam_user },
	{ "DeleteUserPolicy", NULL, iam_op_delete_inline, 0, &iam_user_inline },
	{ "DetachGroupPolicy", NULL, iam_op_detach, 0, &iam_group_attach },
	{ "DetachRolePolicy", NULL, iam_op_detach, 0, &iam_role_attach },
	{ "DetachUserPolicy", NULL, iam_op_detach, 0, &iam_user_attach },
	{ "GenerateCredentialReport", NULL, iam_op_generate_credential_report, 0, NULL },
	{ "GetAccessKeyLastUsed", NULL, iam_op_get_access_key_last_used, OP_READS,
	  &iam_get_access_key_last_used },
	{ "GetAccountAuthorizationDetails", NULL, iam_op_get_account_authorization_details,
	  OP_READS, &iam_get_account_authorization_details },
	{ "GetAccountPasswordPolicy", NULL, iam_op_get_account_password_policy, OP_READS, NULL },
	{ "GetAccountSummary", NULL, iam_op_get_account_summary, OP_READS, NULL,
	  .output = &iam_summary },
	{ "GetContextKeysForCustomPolicy", NULL, iam_op_get_context_keys_for_custom_policy,
	  OP_READS, &iam_get_context_keys_for_custom_policy },
	{ "GetContextKeysForPrincipalPolicy", NULL, iam_op_get_context_keys_for_principal_policy,
	  OP_READS, &iam_get_context_keys_for_principal_policy },
	{ "GetCredentialReport", NULL, iam_op_get_credential_report, OP_READS, NULL },
	{ "GetGroup", NULL, iam_op_get_group, OP_READS, &iam_group_page },
	{ "GetGroupPolicy", NULL, iam_op_get_inline, OP_READS, &iam_group_inline },
	{ "GetInstanceProfile", NULL, iam_op_get_instance_profile, OP_READS, &iam_profile },
	{ "GetLoginProfile", NULL, iam_op_get_login_profile, OP_READS, &iam_user_or_me },
	{ "GetOpenIDConnectProvider", NULL, iam_op_get_oidc_provider, OP_READS, &iam_oidc },
	{ "GetPolicy", NULL, iam_op_get_policy, OP_READS, &iam_policy },
	{ "GetPolicyVersion", NULL, iam_op_get_policy_version, OP_READS, &iam_version },
	{ "GetRole", NULL, iam_op_get_role, OP_READS, &iam_role },
	{ "GetRolePolicy", NULL, iam_op_get_inline, OP_READS, &iam_role_inline },
	{ "GetSSHPublicKey", NULL, iam_op_get_ssh_public_key, OP_READS, &iam_get_ssh_public_key },
	{ "GetServiceLinkedRoleDeletionStatus", NULL,
	  iam_op_get_service_linked_role_deletion_status, OP_READS,
	  &iam_get_service_linked_role_deletion_status },
	{ "GetUser", NULL, iam_op_get_user, OP_READS, &iam_user_or_me },
	{ "GetUserPolicy", NULL, iam_op_get_inline, OP_READS, &iam_user_inline },
	{ "ListAccessKeys", NULL, iam_op_list_access_keys, OP_READS, &iam_me_page },
	{ "ListAccountAliases", NULL, iam_op_list_account_aliases, OP_READS, &iam_page },
	{ "ListAttachedGroupPolicies", NULL, iam_op_list_attached, OP_READS,
	  &iam_list_attached_group_policies },
	{ "ListAttachedRolePolicies", NULL, iam_op_list_attached, OP_READS,
	  &iam_list_attached_role_policies },
	{ "ListAttachedUserPolicies", NULL, iam_op_list_attached, OP_READS,
	  &iam_list_attached_user_policies },
	{ "ListEntitiesForPolicy", NULL, iam_op_list_entities_for_policy, OP_READS,
	  &iam_list_entities_for_policy },
	{ "ListGroupPolicies", NULL, iam_op_list_inline, OP_READS, &iam_group_page },
	{ "ListGroups", NULL, iam_op_list_groups, OP_READS, &iam_list },
	{ "ListGroupsForUser", NULL, iam_op_list_groups_for_user, OP_READS, &iam_user_page },
	{ "ListInstanceProfileTags", NULL, iam_op_list_tags, OP_READS, &iam_profile_page },
	{ "ListInstanceProfiles", NULL, iam_op_list_instance_profiles, OP_READS, &iam_list },
	{ "ListInstanceProfilesForRole", NULL, iam_op_list_instance_profiles_for_role, OP_READS,
	  &iam_role_page },
	{ "ListMFADevices", NULL, iam_op_list_mfa_devices, OP_READS, &iam_me_page },
	{ "ListOpenIDConnectProviderTags", NULL, iam_op_list_tags, OP_READS, &iam_oidc_page },
	{ "ListOpenIDConnectProviders", NULL, iam_op_list_oidc_providers, OP_READS, NULL },
	{ "ListPolicies", NULL, iam_op_list_policies, OP_READS, &iam_list_policies },
	{ "ListPoliciesGrantingServiceAccess", NULL, iam_op_list_policies_granting_service_access,
	  OP_READS, &iam_list_policies_granting_service_access },
	{ "ListPolicyTags", NULL, iam_op_list_tags, OP_READS, &iam_policy_page },
	{ "ListPolicyVersions", NULL, iam_op_list_policy_versions, OP_READS, &iam_policy_page },
	{ "ListRolePolicies", NULL, iam_op_list_inline, OP_READS, &iam_role_page },
	{ "ListRoleTags", NULL, iam_op_list_tags, OP_READS, &iam_role_page },
	{ "ListRoles", NULL, iam_op_list_roles, OP_READS, &iam_list },
	{ "ListSAMLProviders", NULL, iam_op_list_saml_providers, OP_READS, NULL },
	{ "ListSSHPublicKeys", NULL, iam_op_list_ssh_public_keys, OP_READS, &iam_me_page },
	{ "ListServerCertificates", NULL, iam_op_list_server_certificates, OP_READS, &iam_list },
	{ "ListServiceSpecificCredentials", NULL, iam_op_list_service_specific_credentials,
	  OP_READS, &iam_list_service_specific_credentials },
	{ "ListSigningCertificates", NULL, iam_op_list_signing_certificates, OP_READS,
	  &iam_me_page },
	{ "ListUserPolicies", NULL, iam_op_list_inline, OP_READS, &iam_user_page },
	{ "ListUserTags", NULL, iam_op_list_tags, OP_READS, &iam_user_page },
	{ "ListUsers", NULL, iam_op_list_users, OP_READS, &iam_list },
	{ "ListVirtualMFADevices", NULL, iam_op_list_virtual_mfa_devices, OP_READS,
	  &iam_list_virtual_mfa_devices },
	{ "PutGroupPolicy", NULL, iam_op_put_inline, 0, &iam_put_group_policy },
	{ "PutRolePermissionsBoundary", NULL, iam_op_put_boundary, 0,
	  &iam_put_role_permissions_boundary },
	{ "PutRolePolicy", NULL, iam_op_put_inline, 0, &iam_put_role_policy },
	{ "PutUserPermissionsBoundary", NULL, iam_op_put_boundary, 0,
	  &iam_put_user_permissions_boundary },
	{ "PutUserPolicy", NULL, iam_op_put_inline, 0, &iam_put_user_policy },
	{ "RemoveClientIDFromOpenIDConnectProvider", NULL,
	  iam_op_remove_client_id_from_oidc_provider, 0, &iam_add_client_id_to_oidc_provider },
	{ "RemoveRoleFromInstanceProfile", NULL, iam_op_remove_role_from_instance_profile, 0,
	  &iam_profile_role },
	{ "RemoveUserFromGroup", NULL, iam_op_remove_user_from_group, 0, &iam_member },
	{ "ResetServiceSpecificCredential", NULL, iam_op_reset_service_specific_credential, 0,
	  &iam_credential },
	{ "SetDefaultPolicyVersion", NULL, iam_op_set_default_policy_version, 0, &iam_version },
	{ "SetSecurityTokenServicePreferences", NULL, iam_op_set_security_token_service_preferences,
	  0, &iam_set_security_token_service_preferences },
	{ "SimulateCustomPolicy", NULL, iam_op_simulate_custom_policy, OP_READS,
	  &iam_simulate_custom_policy },
	{ "SimulatePrincipalPolicy", NULL, iam_op_simulate_principal_policy, OP_READS,
	  &iam_simulate_principal_policy },
	{ "TagInstanceProfile", NULL, iam_op_tag, 0, &iam_tag_instance_profile },
	{ "TagOpenIDConnectProvider", NULL, iam_op_tag, 0, &iam_tag_oidc_provider },
	{ "TagPolicy", NULL, iam_op_tag, 0, &iam_tag_policy },
	{ "TagRole", NULL, iam_op_tag, 0, &iam_tag_role },
	{ "TagUser", NULL, iam_op_tag, 0, &iam_tag_user },
	{ "UntagInstanceProfile", NULL, iam_op_untag, 0, &iam_untag_instance_profile },
	{ "UntagOpenIDConnectProvider", NULL, iam_op_untag, 0, &iam_untag_oidc_provider },
	{ "UntagPolicy", NULL, iam_op_untag, 0, &iam_untag_policy },
	{ "UntagRole", NULL, iam_op_untag, 0, &iam_untag_role },
	{ "UntagUser", NULL, iam_op_untag, 0, &iam_untag_user },
	{ "UpdateAccessKey", NULL, iam_op_update_access_key, 0, &iam_update_access_key },
	{ "UpdateAccountPasswordPolicy", NULL, iam_op_update_account_password_policy, 0,
	  &iam_update_account_password_policy },
	{ "UpdateAssumeRolePolicy", NULL, iam_op_update_assume_role_policy, 0,
	  &iam_update_assume_role_policy },
	{ "UpdateGroup", NULL, iam_op_update_group, 0, &iam_update_group },
	{ "UpdateLoginProfile", NULL, iam_op_update_login_profile, 0, &iam_update_login_profile },
	{ "UpdateOpenIDConnectProviderThumbprint", NULL, iam_op_update_oidc_provider_thumbprint, 0,
	  &iam_update_oidc_provider_thumbprint },
	{ "UpdateRole", NULL, iam_op_update_role, 0, &iam_update_role, .output = &iam_empty },
	{ "UpdateRoleDescription", NULL, iam_op_update_role_description, 0,
	  &iam_update_role_description },
	{ "UpdateSSHPublicKey", NULL, iam_op_update_ssh_public_key, 0, &iam_update_ssh_public_key },
	{ "UpdateServiceSpecificCredential", NULL, iam_op_update_service_specific_credential, 0,
	  &iam_update_service_specific_credential },
	{ "UpdateSigningCertificate", NULL, iam_op_update_signing_certificate, 0,
	  &iam_update_signing_certificate },
	{ "UpdateUser", NULL, iam_op_update_user, 0, &iam_update_user },
	{ "UploadSSHPublicKey", NULL, iam_op_upload_ssh_public_key, 0, &iam_upload_ssh_public_key },
	{ "UploadSigningCertificate", NULL, iam_op_upload_signing_certificate, 0,
	  &iam_upload_signing_certificate },
	{ 0 },
};

/*
 * The account's first user comes with its key (aws/key.c), not by CreateUser: a trigger makes it, an administrator,
 * for keys to come as well as for those that are there when the tables are made.
 */
#define FIRST_USER(id, name, at)                                                                   \
	"INSERT OR IGNORE INTO iam_entity (id, kind, name, path, created_at, detail)"              \
	" SELECT " id ", 2, " name ", '/', " at ", '{}'"
#define FIRST_ATTACHMENT                                                                           \
	"INSERT OR IGNORE INTO iam_attachment (entity, arn)"                                       \
	" SELECT id, 'arn:aws:iam::aws:policy/AdministratorAccess' FROM iam_entity"

static const char *const upgrades[] = {
	/* When a role was last used: its sessions tell (aws/session.h), by the id in front of the session's name. */
	"ALTER TABLE iam_entity ADD COLUMN used_at INTEGER;"
	"CREATE TRIGGER iam_role_used AFTER INSERT ON session WHEN instr(NEW.user_id, ':') BEGIN"
	" UPDATE iam_entity SET used_at = NEW.issued_at"
	" WHERE id = substr(NEW.user_id, 1, instr(NEW.user_id, ':') - 1);"
	"END;",
	/* In the keys of most kinds' tags case counts. */
	"CREATE TABLE iam_tag_new (id INTEGER PRIMARY KEY, entity TEXT NOT NULL, key TEXT NOT NULL,"
	" value TEXT NOT NULL);"
	"INSERT INTO iam_tag_new SELECT id, entity, key, value FROM iam_tag;"
	"DROP TABLE iam_tag;"
	"ALTER TABLE iam_tag_new RENAME TO iam_tag;"
	"CREATE UNIQUE INDEX iam_tag_key ON iam_tag (entity, key);",
};

static const struct schema schema = {
	.name = "iam",
	.version = 3,
	.upgrades = upgrades,
	.sql = "CREATE TABLE iam_entity (id TEXT PRIMARY KEY, kind INTEGER NOT NULL,"
	       " name TEXT NOT NULL COLLATE NOCASE, path TEXT NOT NULL, boundary TEXT,"
	       " created_at INTEGER NOT NULL, detail TEXT NOT NULL) WITHOUT ROWID;"
	       "CREATE UNIQUE INDEX iam_entity_name ON iam_entity (kind, name);"
	       "CREATE INDEX iam_entity_boundary ON iam_entity (boundary) WHERE boundary IS NOT NULL;"
	       "CREATE TABLE iam_tag (id INTEGER PRIMARY KEY, entity TEXT NOT NULL,"
	       " key TEXT NOT NULL COLLATE NOCASE, value TEXT NOT NULL);"
	       "CREATE UNIQUE INDEX iam_tag_key ON iam_tag (entity, key);"
	       "CREATE TABLE iam_inline (entity TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,"
	       " PRIMARY KEY (entity, name)) WITHOUT ROWID;"
	       "CREATE TABLE iam_attachment (entity TEXT NOT NULL, arn TEXT NOT NULL,"
	       " PRIMARY KEY (entity, arn)) WITHOUT ROWID;"
	       "CREATE INDEX iam_attachment_arn ON iam_attachment (arn);"
	       "CREATE TABLE iam_version (policy TEXT NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL,"
	       " created_at INTEGER NOT NULL, PRIMARY KEY (policy, number)) WITHOUT ROWID;"
	       "CREATE TABLE iam_member (group_id TEXT NOT NULL, user TEXT NOT NULL,"
	       " PRIMARY KEY (group_id, user)) WITHOUT ROWID;"
	       "CREATE TABLE iam_profile_role (profile TEXT PRIMARY KEY, role TEXT NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE iam_login (user TEXT PRIMARY KEY, created_at INTEGER NOT NULL, salt BLOB NOT NULL,"
	       " digest BLOB NOT NULL, reset INTEGER NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE iam_credential (id TEXT PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL,"
	       " status TEXT NOT NULL, created_at INTEGER NOT NULL, detail TEXT NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE iam_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;" FIRST_USER(
		       "user_id", "user_name",
		       "min(created_at)") " FROM access_key WHERE user_name = 'participant' GROUP BY user_id;" FIRST_ATTACHMENT
					  ";"
					  "CREATE TRIGGER iam_first_user AFTER INSERT ON access_key WHEN NEW.user_name = 'participant'"
					  " AND NOT EXISTS (SELECT 1 FROM iam_entity WHERE kind = 2 AND name = NEW.user_name) BEGIN " FIRST_USER(
						  "NEW.user_id", "NEW.user_name",
						  "NEW.created_at") ";" FIRST_ATTACHMENT
								    " WHERE id = NEW.user_id;"
								    "END;",
};

static const struct holding holdings[] = {
	{ "IAM role", "IAM roles", "SELECT count(*) FROM iam_entity WHERE kind = 1" }, { 0 }
};

const struct service iam_service = {
	.name = "iam",
	.api_version = "2010-05-08",
	.speaks = PROTO_QUERY,
	.xmlns = "https://iam.amazonaws.com/doc/2010-05-08/",
	.operations = operations,
	.schema = &schema,
	.holdings = holdings,
	.habits = HABIT_GLOBAL | HABIT_DISCREET,
	.access = &iam_rules,
	.policies = iam_policies,
};
