#ifndef CLOUD_LAMBDA_OPERATIONS_H
#define CLOUD_LAMBDA_OPERATIONS_H

#include "aws/service.h"

/* The operations' functions, by file; the table is in lambda.c. */

/* create.c */
enum outcome lambda_op_create_function(struct op *op);
enum outcome lambda_op_update_function_code(struct op *op);
enum outcome lambda_op_update_function_configuration(struct op *op);
enum outcome lambda_op_delete_function(struct op *op);

/* versions.c */
enum outcome lambda_op_publish_version(struct op *op);
enum outcome lambda_op_list_versions(struct op *op);

/* aliases.c */
enum outcome lambda_op_create_alias(struct op *op);
enum outcome lambda_op_get_alias(struct op *op);
enum outcome lambda_op_update_alias(struct op *op);
enum outcome lambda_op_delete_alias(struct op *op);
enum outcome lambda_op_list_aliases(struct op *op);

/* permissions.c */
enum outcome lambda_op_add_permission(struct op *op);
enum outcome lambda_op_remove_permission(struct op *op);
enum outcome lambda_op_get_policy(struct op *op);
enum outcome lambda_op_add_layer_permission(struct op *op);
enum outcome lambda_op_remove_layer_permission(struct op *op);
enum outcome lambda_op_get_layer_policy(struct op *op);

/* layers.c */
enum outcome lambda_op_publish_layer_version(struct op *op);
enum outcome lambda_op_get_layer_version(struct op *op);
enum outcome lambda_op_get_layer_version_by_arn(struct op *op);
enum outcome lambda_op_delete_layer_version(struct op *op);
enum outcome lambda_op_list_layers(struct op *op);
enum outcome lambda_op_list_layer_versions(struct op *op);

/* url.c, url_serve.c */
enum outcome lambda_op_create_url(struct op *op);
enum outcome lambda_op_get_url(struct op *op);
enum outcome lambda_op_update_url(struct op *op);
enum outcome lambda_op_delete_url(struct op *op);
enum outcome lambda_op_list_urls(struct op *op);

/* concurrency.c */
enum outcome lambda_op_get_account_settings(struct op *op);
enum outcome lambda_op_put_concurrency(struct op *op);
enum outcome lambda_op_get_concurrency(struct op *op);
enum outcome lambda_op_delete_concurrency(struct op *op);
enum outcome lambda_op_put_provisioned(struct op *op);
enum outcome lambda_op_get_provisioned(struct op *op);
enum outcome lambda_op_delete_provisioned(struct op *op);
enum outcome lambda_op_list_provisioned(struct op *op);

/* mapping_ops.c */
enum outcome lambda_op_create_mapping(struct op *op);
enum outcome lambda_op_get_mapping(struct op *op);
enum outcome lambda_op_update_mapping(struct op *op);
enum outcome lambda_op_delete_mapping(struct op *op);
enum outcome lambda_op_list_mappings(struct op *op);

/* event_config.c */
enum outcome lambda_op_put_event_config(struct op *op);
enum outcome lambda_op_update_event_config(struct op *op);
enum outcome lambda_op_get_event_config(struct op *op);
enum outcome lambda_op_delete_event_config(struct op *op);
enum outcome lambda_op_list_event_configs(struct op *op);

/* settings.c */
enum outcome lambda_op_tag_resource(struct op *op);
enum outcome lambda_op_untag_resource(struct op *op);
enum outcome lambda_op_list_tags(struct op *op);
enum outcome lambda_op_get_code_signing(struct op *op);
enum outcome lambda_op_put_code_signing(struct op *op);
enum outcome lambda_op_delete_code_signing(struct op *op);
enum outcome lambda_op_get_runtime_management(struct op *op);
enum outcome lambda_op_put_runtime_management(struct op *op);
enum outcome lambda_op_get_recursion(struct op *op);
enum outcome lambda_op_put_recursion(struct op *op);

/* invoke.c, events.c */
enum outcome lambda_op_invoke(struct op *op);
enum outcome lambda_op_invoke_async(struct op *op);
enum outcome lambda_op_invoke_stream(struct op *op);

#endif
