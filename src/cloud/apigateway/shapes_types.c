/* The types that parameters of several operations have, as the service model has them. */
#include "cloud/apigateway/shapes.h"

static const struct shape_member stage_key_members[] = { { "restApiId", &shape_string },
							 { "stageName", &shape_string },
							 { 0 } };
static const struct shape stage_key = SHAPE_STRUCT(stage_key_members);
const struct shape apigateway_list_of_stage_keys = SHAPE_LIST_OF(&stage_key);
static const char *const authorizer_type_values[] = { "TOKEN", "REQUEST", "COGNITO_USER_POOLS",
						      NULL };
const struct shape apigateway_authorizer_type = { .type = SHAPE_STRING,
						  .values = authorizer_type_values };
static const char *const cache_cluster_size_values[] = { "0.5",  "1.6", "6.1", "13.5", "28.4",
							 "58.2", "118", "237", NULL };
const struct shape apigateway_cache_cluster_size = { .type = SHAPE_STRING,
						     .values = cache_cluster_size_values };
static const struct shape_member deployment_canary_settings_members[] = {
	{ "percentTraffic", &shape_double },
	{ "stageVariableOverrides", &shape_string_map },
	{ "useStageCache", &shape_boolean },
	{ 0 }
};
const struct shape apigateway_deployment_canary_settings =
	SHAPE_STRUCT(deployment_canary_settings_members);
static const char *const documentation_part_type_values[] = { "RESPONSE_BODY",
							      "RESPONSE",
							      "METHOD",
							      "MODEL",
							      "AUTHORIZER",
							      "RESPONSE_HEADER",
							      "RESOURCE",
							      "PATH_PARAMETER",
							      "REQUEST_BODY",
							      "QUERY_PARAMETER",
							      "API",
							      "REQUEST_HEADER",
							      NULL };
const struct shape apigateway_documentation_part_type = { .type = SHAPE_STRING,
							  .values =
								  documentation_part_type_values };
static const struct shape documentation_part_location_status_code = {
	.type = SHAPE_STRING, .pattern = "([1-5][0-9][0-9]|\\*|\\s*)"
};
static const struct shape_member documentation_part_location_members[] = {
	{ "type", &apigateway_documentation_part_type, .required = true },
	{ "path", &shape_string },
	{ "method", &shape_string },
	{ "statusCode", &documentation_part_location_status_code },
	{ "name", &shape_string },
	{ 0 }
};
const struct shape apigateway_documentation_part_location =
	SHAPE_STRUCT(documentation_part_location_members);
static const char *const endpoint_type_values[] = { "PRIVATE", "EDGE", "REGIONAL", NULL };
static const struct shape endpoint_type = { .type = SHAPE_STRING, .values = endpoint_type_values };
static const struct shape list_of_endpoint_type = SHAPE_LIST_OF(&endpoint_type);
static const char *const ip_address_type_values[] = { "ipv4", "dualstack", NULL };
static const struct shape ip_address_type = { .type = SHAPE_STRING,
					      .values = ip_address_type_values };
static const struct shape_member endpoint_configuration_members[] = {
	{ "types", &list_of_endpoint_type },
	{ "ipAddressType", &ip_address_type },
	{ "vpcEndpointIds", &shape_string_list },
	{ 0 }
};
const struct shape apigateway_endpoint_configuration = SHAPE_STRUCT(endpoint_configuration_members);
static const char *const security_policy_values[] = { "TLS_1_0", "TLS_1_2", NULL };
const struct shape apigateway_security_policy = { .type = SHAPE_STRING,
						  .values = security_policy_values };
static const struct shape_member mutual_tls_authentication_input_members[] = {
	{ "truststoreUri", &shape_string }, { "truststoreVersion", &shape_string }, { 0 }
};
const struct shape apigateway_mutual_tls_authentication_input =
	SHAPE_STRUCT(mutual_tls_authentication_input_members);
static const char *const routing_mode_values[] = { "BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY",
						   "ROUTING_RULE_THEN_BASE_PATH_MAPPING", NULL };
const struct shape apigateway_routing_mode = { .type = SHAPE_STRING,
					       .values = routing_mode_values };
static const char *const api_key_source_type_values[] = { "HEADER", "AUTHORIZER", NULL };
const struct shape apigateway_api_key_source_type = { .type = SHAPE_STRING,
						      .values = api_key_source_type_values };
static const struct shape_member canary_settings_members[] = { { "percentTraffic", &shape_double },
							       { "deploymentId", &shape_string },
							       { "stageVariableOverrides",
								 &shape_string_map },
							       { "useStageCache", &shape_boolean },
							       { 0 } };
const struct shape apigateway_canary_settings = SHAPE_STRUCT(canary_settings_members);
static const struct shape_member throttle_settings_members[] = { { "burstLimit", &shape_integer },
								 { "rateLimit", &shape_double },
								 { 0 } };
const struct shape apigateway_throttle_settings = SHAPE_STRUCT(throttle_settings_members);
static const struct shape map_of_api_stage_throttle_settings =
	SHAPE_MAP_OF(&apigateway_throttle_settings);
static const struct shape_member api_stage_members[] = { { "apiId", &shape_string },
							 { "stage", &shape_string },
							 { "throttle",
							   &map_of_api_stage_throttle_settings },
							 { 0 } };
static const struct shape api_stage = SHAPE_STRUCT(api_stage_members);
const struct shape apigateway_list_of_api_stage = SHAPE_LIST_OF(&api_stage);
static const char *const quota_period_type_values[] = { "DAY", "WEEK", "MONTH", NULL };
static const struct shape quota_period_type = { .type = SHAPE_STRING,
						.values = quota_period_type_values };
static const struct shape_member quota_settings_members[] = { { "limit", &shape_integer },
							      { "offset", &shape_integer },
							      { "period", &quota_period_type },
							      { 0 } };
const struct shape apigateway_quota_settings = SHAPE_STRUCT(quota_settings_members);
static const char *const gateway_response_type_values[] = { "REQUEST_TOO_LARGE",
							    "RESOURCE_NOT_FOUND",
							    "AUTHORIZER_CONFIGURATION_ERROR",
							    "MISSING_AUTHENTICATION_TOKEN",
							    "BAD_REQUEST_BODY",
							    "INVALID_SIGNATURE",
							    "INVALID_API_KEY",
							    "BAD_REQUEST_PARAMETERS",
							    "AUTHORIZER_FAILURE",
							    "UNAUTHORIZED",
							    "INTEGRATION_TIMEOUT",
							    "ACCESS_DENIED",
							    "DEFAULT_4XX",
							    "DEFAULT_5XX",
							    "WAF_FILTERED",
							    "QUOTA_EXCEEDED",
							    "THROTTLED",
							    "API_CONFIGURATION_ERROR",
							    "UNSUPPORTED_MEDIA_TYPE",
							    "INTEGRATION_FAILURE",
							    "EXPIRED_TOKEN",
							    NULL };
const struct shape apigateway_gateway_response_type = { .type = SHAPE_STRING,
							.values = gateway_response_type_values };
const struct shape apigateway_status_code = { .type = SHAPE_STRING, .pattern = "[1-5]\\d\\d" };
static const char *const location_status_type_values[] = { "DOCUMENTED", "UNDOCUMENTED", NULL };
const struct shape apigateway_location_status_type = { .type = SHAPE_STRING,
						       .values = location_status_type_values };
static const char *const resource_owner_values[] = { "SELF", "OTHER_ACCOUNTS", NULL };
const struct shape apigateway_resource_owner = { .type = SHAPE_STRING,
						 .values = resource_owner_values };
static const char *const api_keys_format_values[] = { "csv", NULL };
const struct shape apigateway_api_keys_format = { .type = SHAPE_STRING,
						  .values = api_keys_format_values };
static const char *const put_mode_values[] = { "merge", "overwrite", NULL };
const struct shape apigateway_put_mode = { .type = SHAPE_STRING, .values = put_mode_values };
static const char *const integration_type_values[] = { "HTTP",       "MOCK", "AWS_PROXY",
						       "HTTP_PROXY", "AWS",  NULL };
const struct shape apigateway_integration_type = { .type = SHAPE_STRING,
						   .values = integration_type_values };
static const char *const connection_type_values[] = { "INTERNET", "VPC_LINK", NULL };
const struct shape apigateway_connection_type = { .type = SHAPE_STRING,
						  .values = connection_type_values };
static const char *const content_handling_strategy_values[] = { "CONVERT_TO_BINARY",
								"CONVERT_TO_TEXT", NULL };
const struct shape apigateway_content_handling_strategy = {
	.type = SHAPE_STRING, .values = content_handling_strategy_values
};
static const struct shape_member tls_config_members[] = {
	{ "insecureSkipVerification", &shape_boolean }, { 0 }
};
const struct shape apigateway_tls_config = SHAPE_STRUCT(tls_config_members);
const struct shape apigateway_map_of_string_to_boolean = SHAPE_MAP_OF(&shape_boolean);
const struct shape apigateway_map_of_string_to_list = SHAPE_MAP_OF(&shape_string_list);
static const char *const op_values[] = { "add", "remove", "move", "test", "replace", "copy", NULL };
static const struct shape op = { .type = SHAPE_STRING, .values = op_values };
static const struct shape_member patch_operation_members[] = { { "op", &op },
							       { "path", &shape_string },
							       { "value", &shape_string },
							       { "from", &shape_string },
							       { 0 } };
static const struct shape patch_operation = SHAPE_STRUCT(patch_operation_members);
const struct shape apigateway_list_of_patch_operation = SHAPE_LIST_OF(&patch_operation);
