#ifndef CLOUD_IAM_SHAPES_H
#define CLOUD_IAM_SHAPES_H

#include "aws/shape.h"

/*
 * The inputs of IAM's operations, from botocore's model. Operations that take the same share one: `iam_role` is
 * just a RoleName, `iam_role_page` a RoleName with Marker and MaxItems.
 */
extern const struct shape iam_add_client_id_to_oidc_provider, iam_profile_role, iam_member,
	iam_group_attach, iam_role_attach, iam_user_attach, iam_change_password, iam_user_or_me,
	iam_alias, iam_create_group, iam_create_instance_profile, iam_create_login_profile,
	iam_create_oidc_provider, iam_create_policy, iam_create_policy_version, iam_create_role,
	iam_create_service_linked_role, iam_create_service_specific_credential, iam_create_user,
	iam_delete_access_key, iam_group, iam_group_inline, iam_profile, iam_oidc, iam_policy,
	iam_version, iam_role, iam_role_inline, iam_ssh_key, iam_credential, iam_user,
	iam_user_inline, iam_get_access_key_last_used, iam_get_account_authorization_details,
	iam_get_context_keys_for_custom_policy, iam_get_context_keys_for_principal_policy,
	iam_group_page, iam_get_ssh_public_key, iam_get_service_linked_role_deletion_status,
	iam_me_page, iam_page, iam_list_attached_group_policies, iam_list_attached_role_policies,
	iam_list_attached_user_policies, iam_list_entities_for_policy, iam_list, iam_user_page,
	iam_profile_page, iam_role_page, iam_oidc_page, iam_list_policies,
	iam_list_policies_granting_service_access, iam_policy_page,
	iam_list_service_specific_credentials, iam_list_virtual_mfa_devices, iam_put_group_policy,
	iam_put_role_permissions_boundary, iam_put_role_policy, iam_put_user_permissions_boundary,
	iam_put_user_policy, iam_set_security_token_service_preferences, iam_simulate_custom_policy,
	iam_simulate_principal_policy, iam_tag_instance_profile, iam_tag_oidc_provider,
	iam_tag_policy, iam_tag_role, iam_tag_user, iam_untag_instance_profile,
	iam_untag_oidc_provider, iam_untag_policy, iam_untag_role, iam_untag_user,
	iam_update_access_key, iam_update_account_password_policy, iam_update_assume_role_policy,
	iam_update_group, iam_update_login_profile, iam_update_oidc_provider_thumbprint,
	iam_update_role, iam_update_role_description, iam_update_ssh_public_key,
	iam_update_service_specific_credential, iam_update_user, iam_upload_ssh_public_key,
	iam_delete_signing_certificate, iam_update_signing_certificate,
	iam_upload_signing_certificate;

/* Answers: one that is empty but there, and one with a map. */
extern const struct shape iam_empty, iam_summary;

#endif
