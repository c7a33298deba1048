#ifndef CLOUD_COGNITO_OPERATIONS_H
#define CLOUD_COGNITO_OPERATIONS_H

#include "aws/op.h"

/* One function an operation; cognito.c lists them. */
enum outcome idp_op_add_custom_attributes(struct op *op);
enum outcome idp_op_admin_add_user_to_group(struct op *op);
enum outcome idp_op_admin_confirm_sign_up(struct op *op);
enum outcome idp_op_admin_create_user(struct op *op);
enum outcome idp_op_admin_delete_user(struct op *op);
enum outcome idp_op_admin_delete_user_attributes(struct op *op);
enum outcome idp_op_admin_disable_user(struct op *op);
enum outcome idp_op_admin_enable_user(struct op *op);
enum outcome idp_op_admin_get_user(struct op *op);
enum outcome idp_op_admin_initiate_auth(struct op *op);
enum outcome idp_op_admin_list_groups_for_user(struct op *op);
enum outcome idp_op_admin_remove_user_from_group(struct op *op);
enum outcome idp_op_admin_reset_user_password(struct op *op);
enum outcome idp_op_admin_respond_to_auth_challenge(struct op *op);
enum outcome idp_op_admin_set_user_password(struct op *op);
enum outcome idp_op_admin_update_user_attributes(struct op *op);
enum outcome idp_op_admin_user_global_sign_out(struct op *op);
enum outcome idp_op_admin_set_user_mfa_preference(struct op *op);
enum outcome idp_op_associate_software_token(struct op *op);
enum outcome idp_op_set_user_mfa_preference(struct op *op);
enum outcome idp_op_verify_software_token(struct op *op);
enum outcome idp_op_change_password(struct op *op);
enum outcome idp_op_confirm_forgot_password(struct op *op);
enum outcome idp_op_confirm_sign_up(struct op *op);
enum outcome idp_op_create_group(struct op *op);
enum outcome idp_op_create_user_pool(struct op *op);
enum outcome idp_op_create_user_pool_client(struct op *op);
enum outcome idp_op_delete_group(struct op *op);
enum outcome idp_op_delete_user(struct op *op);
enum outcome idp_op_delete_user_attributes(struct op *op);
enum outcome idp_op_delete_user_pool(struct op *op);
enum outcome idp_op_delete_user_pool_client(struct op *op);
enum outcome idp_op_describe_user_pool(struct op *op);
enum outcome idp_op_describe_user_pool_client(struct op *op);
enum outcome idp_op_forgot_password(struct op *op);
enum outcome idp_op_get_group(struct op *op);
enum outcome idp_op_get_tokens_from_refresh_token(struct op *op);
enum outcome idp_op_get_user(struct op *op);
enum outcome idp_op_get_user_attribute_verification_code(struct op *op);
enum outcome idp_op_get_user_auth_factors(struct op *op);
enum outcome idp_op_get_user_pool_mfa_config(struct op *op);
enum outcome idp_op_global_sign_out(struct op *op);
enum outcome idp_op_initiate_auth(struct op *op);
enum outcome idp_op_list_groups(struct op *op);
enum outcome idp_op_list_tags_for_resource(struct op *op);
enum outcome idp_op_list_user_pool_clients(struct op *op);
enum outcome idp_op_list_user_pools(struct op *op);
enum outcome idp_op_list_users(struct op *op);
enum outcome idp_op_list_users_in_group(struct op *op);
enum outcome idp_op_resend_confirmation_code(struct op *op);
enum outcome idp_op_respond_to_auth_challenge(struct op *op);
enum outcome idp_op_revoke_token(struct op *op);
enum outcome idp_op_set_user_pool_mfa_config(struct op *op);
enum outcome idp_op_sign_up(struct op *op);
enum outcome idp_op_tag_resource(struct op *op);
enum outcome idp_op_untag_resource(struct op *op);
enum outcome idp_op_update_group(struct op *op);
enum outcome idp_op_update_user_attributes(struct op *op);
enum outcome idp_op_update_user_pool(struct op *op);
enum outcome idp_op_update_user_pool_client(struct op *op);
enum outcome idp_op_verify_user_attribute(struct op *op);
enum outcome idp_op_create_identity_provider(struct op *op);
enum outcome idp_op_create_resource_server(struct op *op);
enum outcome idp_op_create_user_pool_domain(struct op *op);
enum outcome idp_op_delete_identity_provider(struct op *op);
enum outcome idp_op_delete_resource_server(struct op *op);
enum outcome idp_op_delete_user_pool_domain(struct op *op);
enum outcome idp_op_describe_identity_provider(struct op *op);
enum outcome idp_op_describe_resource_server(struct op *op);
enum outcome idp_op_describe_user_pool_domain(struct op *op);
enum outcome idp_op_get_identity_provider_by_identifier(struct op *op);
enum outcome idp_op_list_identity_providers(struct op *op);
enum outcome idp_op_list_resource_servers(struct op *op);
enum outcome idp_op_update_identity_provider(struct op *op);
enum outcome idp_op_update_resource_server(struct op *op);
enum outcome idp_op_update_user_pool_domain(struct op *op);

/* Signing in by password, and answers to challenges, at the pool's own pages: on op->in as InitiateAuth has it. */
enum outcome idp_op_hosted_sign_in(struct op *op);
enum outcome idp_op_hosted_answer(struct op *op);

/* --- device.c */
enum outcome idp_op_confirm_device(struct op *op);
enum outcome idp_op_get_device(struct op *op);
enum outcome idp_op_list_devices(struct op *op);
enum outcome idp_op_forget_device(struct op *op);
enum outcome idp_op_update_device_status(struct op *op);
enum outcome idp_op_admin_get_device(struct op *op);
enum outcome idp_op_admin_list_devices(struct op *op);
enum outcome idp_op_admin_forget_device(struct op *op);
enum outcome idp_op_admin_update_device_status(struct op *op);

#endif
