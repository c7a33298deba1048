#ifndef CLOUD_APIGATEWAY_SHAPES_H
#define CLOUD_APIGATEWAY_SHAPES_H

#include "aws/shape.h"

/*
 * The parameters of API Gateway's operations, from its service model. Operations with the same path share a shape. A body's
 * members are named with their class in messages: "putIntegrationInput.type".
 */

/* A label of the path, and the two parameters of a list's pages. */
#define LABEL(name, wire)                                                                          \
	{                                                                                          \
		name, &shape_string, .required = true, .place = IN_PATH, .wire_name = wire         \
	}
#define PAGE                                                                                       \
	{ "position", &shape_string, .place = IN_QUERY },                                          \
		{ "limit", &shape_integer, .place = IN_QUERY },

/* Types of members. */
extern const struct shape apigateway_api_key_source_type;
extern const struct shape apigateway_api_keys_format;
extern const struct shape apigateway_authorizer_type;
extern const struct shape apigateway_cache_cluster_size;
extern const struct shape apigateway_canary_settings;
extern const struct shape apigateway_connection_type;
extern const struct shape apigateway_content_handling_strategy;
extern const struct shape apigateway_deployment_canary_settings;
extern const struct shape apigateway_documentation_part_location;
extern const struct shape apigateway_documentation_part_type;
extern const struct shape apigateway_endpoint_configuration;
extern const struct shape apigateway_gateway_response_type;
extern const struct shape apigateway_integration_type;
extern const struct shape apigateway_list_of_api_stage;
extern const struct shape apigateway_list_of_patch_operation;
extern const struct shape apigateway_list_of_stage_keys;
extern const struct shape apigateway_location_status_type;
extern const struct shape apigateway_map_of_string_to_boolean;
extern const struct shape apigateway_map_of_string_to_list;
extern const struct shape apigateway_mutual_tls_authentication_input;
extern const struct shape apigateway_put_mode;
extern const struct shape apigateway_quota_settings;
extern const struct shape apigateway_resource_owner;
extern const struct shape apigateway_routing_mode;
extern const struct shape apigateway_security_policy;
extern const struct shape apigateway_status_code;
extern const struct shape apigateway_throttle_settings;
extern const struct shape apigateway_tls_config;

/* Inputs. */
extern const struct shape apigateway_create_api_key_input;
extern const struct shape apigateway_create_authorizer_input;
extern const struct shape apigateway_create_base_path_mapping_input;
extern const struct shape apigateway_create_deployment_input;
extern const struct shape apigateway_create_documentation_part_input;
extern const struct shape apigateway_create_documentation_version_input;
extern const struct shape apigateway_create_domain_name_input;
extern const struct shape apigateway_create_model_input;
extern const struct shape apigateway_create_request_validator_input;
extern const struct shape apigateway_create_resource_input;
extern const struct shape apigateway_create_rest_api_input;
extern const struct shape apigateway_create_stage_input;
extern const struct shape apigateway_create_usage_plan_input;
extern const struct shape apigateway_create_usage_plan_key_input;
extern const struct shape apigateway_create_vpc_link_input;
extern const struct shape apigateway_delete_api_key_input;
extern const struct shape apigateway_delete_authorizer_input;
extern const struct shape apigateway_delete_base_path_mapping_input;
extern const struct shape apigateway_delete_client_certificate_input;
extern const struct shape apigateway_delete_deployment_input;
extern const struct shape apigateway_delete_documentation_part_input;
extern const struct shape apigateway_delete_documentation_version_input;
extern const struct shape apigateway_delete_domain_name_input;
extern const struct shape apigateway_delete_gateway_response_input;
extern const struct shape apigateway_delete_integration_input;
extern const struct shape apigateway_delete_integration_response_input;
extern const struct shape apigateway_delete_model_input;
extern const struct shape apigateway_delete_request_validator_input;
extern const struct shape apigateway_delete_resource_input;
extern const struct shape apigateway_delete_rest_api_input;
extern const struct shape apigateway_delete_stage_input;
extern const struct shape apigateway_delete_usage_plan_input;
extern const struct shape apigateway_delete_usage_plan_key_input;
extern const struct shape apigateway_delete_vpc_link_input;
extern const struct shape apigateway_generate_client_certificate_input;
extern const struct shape apigateway_get_api_key_input;
extern const struct shape apigateway_get_api_keys_input;
extern const struct shape apigateway_get_authorizers_input;
extern const struct shape apigateway_get_base_path_mappings_input;
extern const struct shape apigateway_get_client_certificates_input;
extern const struct shape apigateway_get_deployment_input;
extern const struct shape apigateway_get_documentation_parts_input;
extern const struct shape apigateway_get_domain_names_input;
extern const struct shape apigateway_get_export_input;
extern const struct shape apigateway_get_model_input;
extern const struct shape apigateway_get_resource_input;
extern const struct shape apigateway_get_resources_input;
extern const struct shape apigateway_get_rest_apis_input;
extern const struct shape apigateway_get_stages_input;
extern const struct shape apigateway_get_tags_input;
extern const struct shape apigateway_get_usage_input;
extern const struct shape apigateway_get_usage_plan_keys_input;
extern const struct shape apigateway_get_usage_plans_input;
extern const struct shape apigateway_import_api_keys_input;
extern const struct shape apigateway_import_documentation_parts_input;
extern const struct shape apigateway_import_rest_api_input;
extern const struct shape apigateway_put_gateway_response_input;
extern const struct shape apigateway_put_integration_input;
extern const struct shape apigateway_put_integration_response_input;
extern const struct shape apigateway_put_method_input;
extern const struct shape apigateway_put_method_response_input;
extern const struct shape apigateway_put_rest_api_input;
extern const struct shape apigateway_tag_resource_input;
extern const struct shape apigateway_test_invoke_authorizer_input;
extern const struct shape apigateway_test_invoke_method_input;
extern const struct shape apigateway_untag_resource_input;
extern const struct shape apigateway_update_account_input;
extern const struct shape apigateway_update_api_key_input;
extern const struct shape apigateway_update_authorizer_input;
extern const struct shape apigateway_update_base_path_mapping_input;
extern const struct shape apigateway_update_client_certificate_input;
extern const struct shape apigateway_update_deployment_input;
extern const struct shape apigateway_update_documentation_part_input;
extern const struct shape apigateway_update_documentation_version_input;
extern const struct shape apigateway_update_domain_name_input;
extern const struct shape apigateway_update_gateway_response_input;
extern const struct shape apigateway_update_integration_input;
extern const struct shape apigateway_update_integration_response_input;
extern const struct shape apigateway_update_method_input;
extern const struct shape apigateway_update_method_response_input;
extern const struct shape apigateway_update_model_input;
extern const struct shape apigateway_update_request_validator_input;
extern const struct shape apigateway_update_resource_input;
extern const struct shape apigateway_update_rest_api_input;
extern const struct shape apigateway_update_stage_input;
extern const struct shape apigateway_update_usage_input;
extern const struct shape apigateway_update_usage_plan_input;
extern const struct shape apigateway_update_vpc_link_input;

#endif
