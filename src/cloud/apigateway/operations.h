#ifndef CLOUD_APIGATEWAY_OPERATIONS_H
#define CLOUD_APIGATEWAY_OPERATIONS_H

#include "cloud/apigateway/inside.h"

/*
 * API Gateway's operations, one function each; the table is in apigateway.c. What things_api.c does for all kinds is in
 * inside.h; a function called after a noun (apigateway_integration_op) gets, changes and deletes it.
 */
enum outcome apigateway_create_api_key(struct op *op);
enum outcome apigateway_create_authorizer(struct op *op);
enum outcome apigateway_create_base_path_mapping(struct op *op);
enum outcome apigateway_create_deployment(struct op *op);
enum outcome apigateway_create_documentation_part(struct op *op);
enum outcome apigateway_create_documentation_version(struct op *op);
enum outcome apigateway_create_domain_name(struct op *op);
enum outcome apigateway_create_model(struct op *op);
enum outcome apigateway_create_request_validator(struct op *op);
enum outcome apigateway_create_resource(struct op *op);
enum outcome apigateway_create_rest_api(struct op *op);
enum outcome apigateway_create_stage(struct op *op);
enum outcome apigateway_create_usage_plan(struct op *op);
enum outcome apigateway_create_usage_plan_key(struct op *op);
enum outcome apigateway_create_vpc_link(struct op *op);
enum outcome apigateway_delete_documentation_part(struct op *op);
enum outcome apigateway_delete_gateway_response(struct op *op);
enum outcome apigateway_delete_method(struct op *op);
enum outcome apigateway_flush(struct op *op);
enum outcome apigateway_get_account(struct op *op);
enum outcome apigateway_get_documentation_parts(struct op *op);
enum outcome apigateway_get_export(struct op *op);
enum outcome apigateway_get_gateway_response(struct op *op);
enum outcome apigateway_get_gateway_responses(struct op *op);
enum outcome apigateway_get_method(struct op *op);
enum outcome apigateway_get_stages(struct op *op);
enum outcome apigateway_get_tags(struct op *op);
enum outcome apigateway_get_usage(struct op *op);
enum outcome apigateway_import_api_keys(struct op *op);
enum outcome apigateway_import_documentation_parts(struct op *op);
enum outcome apigateway_import_rest_api(struct op *op);
enum outcome apigateway_integration_op(struct op *op);
enum outcome apigateway_integration_response_op(struct op *op);
enum outcome apigateway_method_response_op(struct op *op);
enum outcome apigateway_model_op(struct op *op);
enum outcome apigateway_put_gateway_response(struct op *op);
enum outcome apigateway_put_integration(struct op *op);
enum outcome apigateway_put_integration_response(struct op *op);
enum outcome apigateway_put_method(struct op *op);
enum outcome apigateway_put_method_response(struct op *op);
enum outcome apigateway_put_rest_api(struct op *op);
enum outcome apigateway_rest_api_op(struct op *op);
enum outcome apigateway_tag_resource(struct op *op);
enum outcome apigateway_test_invoke_authorizer(struct op *op);
enum outcome apigateway_test_invoke_method(struct op *op);
enum outcome apigateway_untag_resource(struct op *op);
enum outcome apigateway_update_account(struct op *op);
enum outcome apigateway_update_gateway_response(struct op *op);
enum outcome apigateway_update_method(struct op *op);
enum outcome apigateway_update_usage(struct op *op);

#endif
