#ifndef CLOUD_IAM_OPERATIONS_H
#define CLOUD_IAM_OPERATIONS_H

#include "aws/service.h"

/*
 * IAM's operations, one function each; the table is in iam.c. What is the same for several kinds of entities is
 * one function for all of them: iam_op_tag is TagRole, TagUser, TagPolicy and so on.
 */
enum outcome iam_op_add_client_id_to_oidc_provider(struct op *op);
enum outcome iam_op_add_role_to_instance_profile(struct op *op);
enum outcome iam_op_add_user_to_group(struct op *op);
enum outcome iam_op_attach(struct op *op);
enum outcome iam_op_change_password(struct op *op);
enum outcome iam_op_create_access_key(struct op *op);
enum outcome iam_op_create_account_alias(struct op *op);
enum outcome iam_op_create_group(struct op *op);
enum outcome iam_op_create_instance_profile(struct op *op);
enum outcome iam_op_create_login_profile(struct op *op);
enum outcome iam_op_create_oidc_provider(struct op *op);
enum outcome iam_op_create_policy(struct op *op);
enum outcome iam_op_create_policy_version(struct op *op);
enum outcome iam_op_create_role(struct op *op);
enum outcome iam_op_create_service_linked_role(struct op *op);
enum outcome iam_op_create_service_specific_credential(struct op *op);
enum outcome iam_op_create_user(struct op *op);
enum outcome iam_op_delete_access_key(struct op *op);
enum outcome iam_op_delete_account_alias(struct op *op);
enum outcome iam_op_delete_account_password_policy(struct op *op);
enum outcome iam_op_delete_boundary(struct op *op);
enum outcome iam_op_delete_group(struct op *op);
enum outcome iam_op_delete_inline(struct op *op);
enum outcome iam_op_delete_instance_profile(struct op *op);
enum outcome iam_op_delete_login_profile(struct op *op);
enum outcome iam_op_delete_oidc_provider(struct op *op);
enum outcome iam_op_delete_policy(struct op *op);
enum outcome iam_op_delete_policy_version(struct op *op);
enum outcome iam_op_delete_role(struct op *op);
enum outcome iam_op_delete_service_linked_role(struct op *op);
enum outcome iam_op_delete_service_specific_credential(struct op *op);
enum outcome iam_op_delete_signing_certificate(struct op *op);
enum outcome iam_op_delete_ssh_public_key(struct op *op);
enum outcome iam_op_delete_user(struct op *op);
enum outcome iam_op_detach(struct op *op);
enum outcome iam_op_generate_credential_report(struct op *op);
enum outcome iam_op_get_access_key_last_used(struct op *op);
enum outcome iam_op_get_account_authorization_details(struct op *op);
enum outcome iam_op_get_account_password_policy(struct op *op);
enum outcome iam_op_get_account_summary(struct op *op);
enum outcome iam_op_get_context_keys_for_custom_policy(struct op *op);
enum outcome iam_op_get_context_keys_for_principal_policy(struct op *op);
enum outcome iam_op_get_credential_report(struct op *op);
enum outcome iam_op_get_group(struct op *op);
enum outcome iam_op_get_inline(struct op *op);
enum outcome iam_op_get_instance_profile(struct op *op);
enum outcome iam_op_get_login_profile(struct op *op);
enum outcome iam_op_get_oidc_provider(struct op *op);
enum outcome iam_op_get_policy(struct op *op);
enum outcome iam_op_get_policy_version(struct op *op);
enum outcome iam_op_get_role(struct op *op);
enum outcome iam_op_get_service_linked_role_deletion_status(struct op *op);
enum outcome iam_op_get_ssh_public_key(struct op *op);
enum outcome iam_op_get_user(struct op *op);
enum outcome iam_op_list_access_keys(struct op *op);
enum outcome iam_op_list_account_aliases(struct op *op);
enum outcome iam_op_list_attached(struct op *op);
enum outcome iam_op_list_entities_for_policy(struct op *op);
enum outcome iam_op_list_groups(struct op *op);
enum outcome iam_op_list_groups_for_user(struct op *op);
enum outcome iam_op_list_inline(struct op *op);
enum outcome iam_op_list_instance_profiles(struct op *op);
enum outcome iam_op_list_instance_profiles_for_role(struct op *op);
enum outcome iam_op_list_mfa_devices(struct op *op);
enum outcome iam_op_list_oidc_providers(struct op *op);
enum outcome iam_op_list_policies(struct op *op);
enum outcome iam_op_list_policies_granting_service_access(struct op *op);
enum outcome iam_op_list_policy_versions(struct op *op);
enum outcome iam_op_list_roles(struct op *op);
enum outcome iam_op_list_saml_providers(struct op *op);
enum outcome iam_op_list_server_certificates(struct op *op);
enum outcome iam_op_list_service_specific_credentials(struct op *op);
enum outcome iam_op_list_signing_certificates(struct op *op);
enum outcome iam_op_list_ssh_public_keys(struct op *op);
enum outcome iam_op_list_tags(struct op *op);
enum outcome iam_op_list_users(struct op *op);
enum outcome iam_op_list_virtual_mfa_devices(struct op *op);
enum outcome iam_op_put_boundary(struct op *op);
enum outcome iam_op_put_inline(struct op *op);
enum outcome iam_op_remove_client_id_from_oidc_provider(struct op *op);
enum outcome iam_op_remove_role_from_instance_profile(struct op *op);
enum outcome iam_op_remove_user_from_group(struct op *op);
enum outcome iam_op_reset_service_specific_credential(struct op *op);
enum outcome iam_op_set_default_policy_version(struct op *op);
enum outcome iam_op_set_security_token_service_preferences(struct op *op);
enum outcome iam_op_simulate_custom_policy(struct op *op);
enum outcome iam_op_simulate_principal_policy(struct op *op);
enum outcome iam_op_tag(struct op *op);
enum outcome iam_op_untag(struct op *op);
enum outcome iam_op_update_access_key(struct op *op);
enum outcome iam_op_update_account_password_policy(struct op *op);
enum outcome iam_op_update_assume_role_policy(struct op *op);
enum outcome iam_op_update_group(struct op *op);
enum outcome iam_op_update_login_profile(struct op *op);
enum outcome iam_op_update_oidc_provider_thumbprint(struct op *op);
enum outcome iam_op_update_role(struct op *op);
enum outcome iam_op_update_role_description(struct op *op);
enum outcome iam_op_update_service_specific_credential(struct op *op);
enum outcome iam_op_update_signing_certificate(struct op *op);
enum outcome iam_op_update_ssh_public_key(struct op *op);
enum outcome iam_op_update_user(struct op *op);
enum outcome iam_op_upload_signing_certificate(struct op *op);
enum outcome iam_op_upload_ssh_public_key(struct op *op);

#endif
