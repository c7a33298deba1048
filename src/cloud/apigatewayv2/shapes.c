/* The inputs of the operations on HTTP APIs, from the service model; see shapes.h. */
#include "cloud/apigatewayv2/shapes.h"

/* --- types of members --- */

static const struct shape integer_with_length_between_minus1_and86400 = {
	.type = SHAPE_INTEGER, .has_min = true, .min = -1, .has_max = true, .max = 86400
};
static const struct shape_member cors_members[] = {
	{ "allowCredentials", &shape_boolean },
	{ "allowHeaders", &shape_string_list },
	{ "allowMethods", &shape_string_list },
	{ "allowOrigins", &shape_string_list },
	{ "exposeHeaders", &shape_string_list },
	{ "maxAge", &integer_with_length_between_minus1_and86400 },
	{ 0 }
};
static const struct shape cors = SHAPE_STRUCT(cors_members);
static const char *const ip_address_type_values[] = { "ipv4", "dualstack", NULL };
static const struct shape ip_address_type = { .type = SHAPE_STRING,
					      .values = ip_address_type_values };
static const struct shape integer_with_length_between0_and3600 = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 0, .has_max = true, .max = 3600
};
static const char *const authorizer_type_values[] = { "REQUEST", "JWT", NULL };
static const struct shape authorizer_type = { .type = SHAPE_STRING,
					      .values = authorizer_type_values };
static const struct shape_member j_w_t_configuration_members[] = {
	{ "audience", &shape_string_list }, { "issuer", &shape_string }, { 0 }
};
static const struct shape j_w_t_configuration = SHAPE_STRUCT(j_w_t_configuration_members);
static const char *const domain_name_status_values[] = { "AVAILABLE", "UPDATING",
							 "PENDING_CERTIFICATE_REIMPORT",
							 "PENDING_OWNERSHIP_VERIFICATION", NULL };
static const struct shape domain_name_status = { .type = SHAPE_STRING,
						 .values = domain_name_status_values };
static const char *const endpoint_type_values[] = { "REGIONAL", "EDGE", NULL };
static const struct shape endpoint_type = { .type = SHAPE_STRING, .values = endpoint_type_values };
static const char *const security_policy_values[] = { "TLS_1_0", "TLS_1_2", NULL };
static const struct shape security_policy = { .type = SHAPE_STRING,
					      .values = security_policy_values };
static const struct shape_member domain_name_configuration_members[] = {
	{ "apiGatewayDomainName", &shape_string },
	{ "certificateArn", &shape_string },
	{ "certificateName", &shape_string },
	{ "certificateUploadDate", &shape_timestamp },
	{ "domainNameStatus", &domain_name_status },
	{ "domainNameStatusMessage", &shape_string },
	{ "endpointType", &endpoint_type },
	{ "hostedZoneId", &shape_string },
	{ "ipAddressType", &ip_address_type },
	{ "securityPolicy", &security_policy },
	{ "ownershipVerificationCertificateArn", &shape_string },
	{ 0 }
};
static const struct shape domain_name_configuration =
	SHAPE_STRUCT(domain_name_configuration_members);
static const struct shape domain_name_configurations = SHAPE_LIST_OF(&domain_name_configuration);
static const struct shape_member mutual_tls_authentication_input_members[] = {
	{ "truststoreUri", &shape_string }, { "truststoreVersion", &shape_string }, { 0 }
};
static const struct shape mutual_tls_authentication_input =
	SHAPE_STRUCT(mutual_tls_authentication_input_members);
static const char *const routing_mode_values[] = { "API_MAPPING_ONLY", "ROUTING_RULE_ONLY",
						   "ROUTING_RULE_THEN_API_MAPPING", NULL };
static const struct shape routing_mode = { .type = SHAPE_STRING, .values = routing_mode_values };
static const char *const connection_type_values[] = { "INTERNET", "VPC_LINK", NULL };
static const struct shape connection_type = { .type = SHAPE_STRING,
					      .values = connection_type_values };
static const char *const content_handling_strategy_values[] = { "CONVERT_TO_BINARY",
								"CONVERT_TO_TEXT", NULL };
static const struct shape content_handling_strategy = { .type = SHAPE_STRING,
							.values =
								content_handling_strategy_values };
static const char *const integration_type_values[] = { "AWS",        "HTTP",      "MOCK",
						       "HTTP_PROXY", "AWS_PROXY", NULL };
static const struct shape integration_type = { .type = SHAPE_STRING,
					       .values = integration_type_values };
static const char *const passthrough_behavior_values[] = { "WHEN_NO_MATCH", "NEVER",
							   "WHEN_NO_TEMPLATES", NULL };
static const struct shape passthrough_behavior = { .type = SHAPE_STRING,
						   .values = passthrough_behavior_values };
static const struct shape response_parameters = SHAPE_MAP_OF(&shape_string_map);
static const struct shape integer_with_length_between50_and30000 = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 50, .has_max = true, .max = 30000
};
static const struct shape_member tls_config_input_members[] = {
	{ "serverNameToVerify", &shape_string }, { 0 }
};
static const struct shape tls_config_input = SHAPE_STRUCT(tls_config_input_members);
static const char *const authorization_type_values[] = { "NONE", "AWS_IAM", "CUSTOM", "JWT", NULL };
static const struct shape authorization_type = { .type = SHAPE_STRING,
						 .values = authorization_type_values };
static const struct shape_member parameter_constraints_members[] = { { "required", &shape_boolean },
								     { 0 } };
static const struct shape parameter_constraints = SHAPE_STRUCT(parameter_constraints_members);
static const struct shape route_parameters = SHAPE_MAP_OF(&parameter_constraints);
static const struct shape_member access_log_settings_members[] = {
	{ "destinationArn", &shape_string }, { "format", &shape_string }, { 0 }
};
static const struct shape access_log_settings = SHAPE_STRUCT(access_log_settings_members);
static const char *const logging_level_values[] = { "ERROR", "INFO", "OFF", NULL };
static const struct shape logging_level = { .type = SHAPE_STRING, .values = logging_level_values };
static const struct shape_member route_settings_members[] = {
	{ "dataTraceEnabled", &shape_boolean },   { "detailedMetricsEnabled", &shape_boolean },
	{ "loggingLevel", &logging_level },       { "throttlingBurstLimit", &shape_integer },
	{ "throttlingRateLimit", &shape_double }, { 0 }
};
static const struct shape route_settings = SHAPE_STRUCT(route_settings_members);
static const struct shape route_settings_map = SHAPE_MAP_OF(&route_settings);

/* --- inputs --- */

static const struct shape_member create_api[] = { { "apiKeySelectionExpression", &shape_string },
						  { "corsConfiguration", &cors },
						  { "credentialsArn", &shape_string },
						  { "description", &shape_string },
						  { "disableSchemaValidation", &shape_boolean },
						  { "disableExecuteApiEndpoint", &shape_boolean },
						  { "ipAddressType", &ip_address_type },
						  { "name", &shape_string, .required = true },
						  { "protocolType", &shape_string,
						    .required = true },
						  { "routeKey", &shape_string },
						  { "routeSelectionExpression", &shape_string },
						  { "tags", &shape_string_map },
						  { "target", &shape_string },
						  { "version", &shape_string },
						  { 0 } };
const struct shape apigatewayv2_create_api_input = SHAPE_STRUCT(create_api);
static const struct shape_member create_api_mapping[] = {
	{ "domainName", &shape_string, .required = true, .place = IN_PATH },
	{ "apiId", &shape_string, .required = true },
	{ "apiMappingKey", &shape_string },
	{ "stage", &shape_string, .required = true },
	{ 0 }
};
const struct shape apigatewayv2_create_api_mapping_input = SHAPE_STRUCT(create_api_mapping);
static const struct shape_member create_authorizer[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "authorizerCredentialsArn", &shape_string },
	{ "authorizerPayloadFormatVersion", &shape_string },
	{ "authorizerResultTtlInSeconds", &integer_with_length_between0_and3600 },
	{ "authorizerType", &authorizer_type, .required = true },
	{ "authorizerUri", &shape_string },
	{ "enableSimpleResponses", &shape_boolean },
	{ "identitySource", &shape_string_list, .required = true },
	{ "identityValidationExpression", &shape_string },
	{ "jwtConfiguration", &j_w_t_configuration },
	{ "name", &shape_string, .required = true },
	{ 0 }
};
const struct shape apigatewayv2_create_authorizer_input = SHAPE_STRUCT(create_authorizer);
static const struct shape_member create_deployment[] = { { "apiId", &shape_string, .required = true,
							   .place = IN_PATH },
							 { "description", &shape_string },
							 { "stageName", &shape_string },
							 { 0 } };
const struct shape apigatewayv2_create_deployment_input = SHAPE_STRUCT(create_deployment);
static const struct shape_member create_domain_name[] = {
	{ "domainName", &shape_string, .required = true },
	{ "domainNameConfigurations", &domain_name_configurations },
	{ "mutualTlsAuthentication", &mutual_tls_authentication_input },
	{ "routingMode", &routing_mode },
	{ "tags", &shape_string_map },
	{ 0 }
};
const struct shape apigatewayv2_create_domain_name_input = SHAPE_STRUCT(create_domain_name);
static const struct shape_member create_integration[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "connectionId", &shape_string },
	{ "connectionType", &connection_type },
	{ "contentHandlingStrategy", &content_handling_strategy },
	{ "credentialsArn", &shape_string },
	{ "description", &shape_string },
	{ "integrationMethod", &shape_string },
	{ "integrationSubtype", &shape_string },
	{ "integrationType", &integration_type, .required = true },
	{ "integrationUri", &shape_string },
	{ "passthroughBehavior", &passthrough_behavior },
	{ "payloadFormatVersion", &shape_string },
	{ "requestParameters", &shape_string_map },
	{ "requestTemplates", &shape_string_map },
	{ "responseParameters", &response_parameters },
	{ "templateSelectionExpression", &shape_string },
	{ "timeoutInMillis", &integer_with_length_between50_and30000 },
	{ "tlsConfig", &tls_config_input },
	{ 0 }
};
const struct shape apigatewayv2_create_integration_input = SHAPE_STRUCT(create_integration);
static const struct shape_member create_route[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "apiKeyRequired", &shape_boolean },
	{ "authorizationScopes", &shape_string_list },
	{ "authorizationType", &authorization_type },
	{ "authorizerId", &shape_string },
	{ "modelSelectionExpression", &shape_string },
	{ "operationName", &shape_string },
	{ "requestModels", &shape_string_map },
	{ "requestParameters", &route_parameters },
	{ "routeKey", &shape_string, .required = true },
	{ "routeResponseSelectionExpression", &shape_string },
	{ "target", &shape_string },
	{ 0 }
};
const struct shape apigatewayv2_create_route_input = SHAPE_STRUCT(create_route);
static const struct shape_member create_stage[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "accessLogSettings", &access_log_settings },
	{ "autoDeploy", &shape_boolean },
	{ "clientCertificateId", &shape_string },
	{ "defaultRouteSettings", &route_settings },
	{ "deploymentId", &shape_string },
	{ "description", &shape_string },
	{ "routeSettings", &route_settings_map },
	{ "stageName", &shape_string, .required = true },
	{ "stageVariables", &shape_string_map },
	{ "tags", &shape_string_map },
	{ 0 }
};
const struct shape apigatewayv2_create_stage_input = SHAPE_STRUCT(create_stage);
static const struct shape_member create_vpc_link[] = { { "name", &shape_string, .required = true },
						       { "securityGroupIds", &shape_string_list },
						       { "subnetIds", &shape_string_list,
							 .required = true },
						       { "tags", &shape_string_map },
						       { 0 } };
const struct shape apigatewayv2_create_vpc_link_input = SHAPE_STRUCT(create_vpc_link);
static const struct shape_member delete_access_log_settings[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "stageName", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_access_log_settings_input =
	SHAPE_STRUCT(delete_access_log_settings);
static const struct shape_member delete_api[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH }, { 0 }
};
const struct shape apigatewayv2_delete_api_input = SHAPE_STRUCT(delete_api);
static const struct shape_member delete_api_mapping[] = {
	{ "apiMappingId", &shape_string, .required = true, .place = IN_PATH },
	{ "domainName", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_api_mapping_input = SHAPE_STRUCT(delete_api_mapping);
static const struct shape_member delete_authorizer[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "authorizerId", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_authorizer_input = SHAPE_STRUCT(delete_authorizer);
static const struct shape_member delete_deployment[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "deploymentId", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_deployment_input = SHAPE_STRUCT(delete_deployment);
static const struct shape_member delete_domain_name[] = {
	{ "domainName", &shape_string, .required = true, .place = IN_PATH }, { 0 }
};
const struct shape apigatewayv2_delete_domain_name_input = SHAPE_STRUCT(delete_domain_name);
static const struct shape_member delete_integration[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "integrationId", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_integration_input = SHAPE_STRUCT(delete_integration);
static const struct shape_member delete_route[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "routeId", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_route_input = SHAPE_STRUCT(delete_route);
static const struct shape_member delete_route_request_parameter[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "requestParameterKey", &shape_string, .required = true, .place = IN_PATH },
	{ "routeId", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_route_request_parameter_input =
	SHAPE_STRUCT(delete_route_request_parameter);
static const struct shape_member delete_route_settings[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "routeKey", &shape_string, .required = true, .place = IN_PATH },
	{ "stageName", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_delete_route_settings_input = SHAPE_STRUCT(delete_route_settings);
static const struct shape_member delete_vpc_link[] = {
	{ "vpcLinkId", &shape_string, .required = true, .place = IN_PATH }, { 0 }
};
const struct shape apigatewayv2_delete_vpc_link_input = SHAPE_STRUCT(delete_vpc_link);
static const struct shape_member export_api[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "specification", &shape_string, .required = true, .place = IN_PATH },
	{ "exportVersion", &shape_string, .place = IN_QUERY },
	{ "includeExtensions", &shape_boolean, .place = IN_QUERY },
	{ "outputType", &shape_string, .required = true, .place = IN_QUERY },
	{ "stageName", &shape_string, .place = IN_QUERY },
	{ 0 }
};
const struct shape apigatewayv2_export_api_input = SHAPE_STRUCT(export_api);
static const struct shape_member get_api_mappings[] = {
	{ "domainName", &shape_string, .required = true, .place = IN_PATH },
	{ "maxResults", &shape_string, .place = IN_QUERY },
	{ "nextToken", &shape_string, .place = IN_QUERY },
	{ 0 }
};
const struct shape apigatewayv2_get_api_mappings_input = SHAPE_STRUCT(get_api_mappings);
static const struct shape_member get_apis[] = { { "maxResults", &shape_string, .place = IN_QUERY },
						{ "nextToken", &shape_string, .place = IN_QUERY },
						{ 0 } };
const struct shape apigatewayv2_get_apis_input = SHAPE_STRUCT(get_apis);
static const struct shape_member get_authorizers[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "maxResults", &shape_string, .place = IN_QUERY },
	{ "nextToken", &shape_string, .place = IN_QUERY },
	{ 0 }
};
const struct shape apigatewayv2_get_authorizers_input = SHAPE_STRUCT(get_authorizers);
static const struct shape_member get_tags[] = {
	{ "resource-arn", &shape_string, .required = true, .place = IN_PATH }, { 0 }
};
const struct shape apigatewayv2_get_tags_input = SHAPE_STRUCT(get_tags);
static const struct shape_member import_api[] = { { "basepath", &shape_string, .place = IN_QUERY },
						  { "body", &shape_string, .required = true },
						  { "failOnWarnings", &shape_boolean,
						    .place = IN_QUERY },
						  { 0 } };
const struct shape apigatewayv2_import_api_input = SHAPE_STRUCT(import_api);
static const struct shape_member reimport_api[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "basepath", &shape_string, .place = IN_QUERY },
	{ "body", &shape_string, .required = true },
	{ "failOnWarnings", &shape_boolean, .place = IN_QUERY },
	{ 0 }
};
const struct shape apigatewayv2_reimport_api_input = SHAPE_STRUCT(reimport_api);
static const struct shape_member reset_authorizers_cache[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "stageName", &shape_string, .required = true, .place = IN_PATH },
	{ 0 }
};
const struct shape apigatewayv2_reset_authorizers_cache_input =
	SHAPE_STRUCT(reset_authorizers_cache);
static const struct shape_member tag_resource[] = { { "resource-arn", &shape_string,
						      .required = true, .place = IN_PATH },
						    { "tags", &shape_string_map },
						    { 0 } };
const struct shape apigatewayv2_tag_resource_input = SHAPE_STRUCT(tag_resource);
static const struct shape_member untag_resource[] = {
	{ "resource-arn", &shape_string, .required = true, .place = IN_PATH },
	{ "tagKeys", &shape_string_list, .required = true, .place = IN_QUERY },
	{ 0 }
};
const struct shape apigatewayv2_untag_resource_input = SHAPE_STRUCT(untag_resource);
static const struct shape_member update_api[] = { { "apiId", &shape_string, .required = true,
						    .place = IN_PATH },
						  { "apiKeySelectionExpression", &shape_string },
						  { "corsConfiguration", &cors },
						  { "credentialsArn", &shape_string },
						  { "description", &shape_string },
						  { "disableSchemaValidation", &shape_boolean },
						  { "disableExecuteApiEndpoint", &shape_boolean },
						  { "ipAddressType", &ip_address_type },
						  { "name", &shape_string },
						  { "routeKey", &shape_string },
						  { "routeSelectionExpression", &shape_string },
						  { "target", &shape_string },
						  { "version", &shape_string },
						  { 0 } };
const struct shape apigatewayv2_update_api_input = SHAPE_STRUCT(update_api);
static const struct shape_member update_api_mapping[] = {
	{ "apiMappingId", &shape_string, .required = true, .place = IN_PATH },
	{ "domainName", &shape_string, .required = true, .place = IN_PATH },
	{ "apiId", &shape_string, .required = true },
	{ "apiMappingKey", &shape_string },
	{ "stage", &shape_string },
	{ 0 }
};
const struct shape apigatewayv2_update_api_mapping_input = SHAPE_STRUCT(update_api_mapping);
static const struct shape_member update_authorizer[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "authorizerId", &shape_string, .required = true, .place = IN_PATH },
	{ "authorizerCredentialsArn", &shape_string },
	{ "authorizerPayloadFormatVersion", &shape_string },
	{ "authorizerResultTtlInSeconds", &integer_with_length_between0_and3600 },
	{ "authorizerType", &authorizer_type },
	{ "authorizerUri", &shape_string },
	{ "enableSimpleResponses", &shape_boolean },
	{ "identitySource", &shape_string_list },
	{ "identityValidationExpression", &shape_string },
	{ "jwtConfiguration", &j_w_t_configuration },
	{ "name", &shape_string },
	{ 0 }
};
const struct shape apigatewayv2_update_authorizer_input = SHAPE_STRUCT(update_authorizer);
static const struct shape_member update_deployment[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "deploymentId", &shape_string, .required = true, .place = IN_PATH },
	{ "description", &shape_string },
	{ 0 }
};
const struct shape apigatewayv2_update_deployment_input = SHAPE_STRUCT(update_deployment);
static const struct shape_member update_domain_name[] = {
	{ "domainName", &shape_string, .required = true, .place = IN_PATH },
	{ "domainNameConfigurations", &domain_name_configurations },
	{ "mutualTlsAuthentication", &mutual_tls_authentication_input },
	{ "routingMode", &routing_mode },
	{ 0 }
};
const struct shape apigatewayv2_update_domain_name_input = SHAPE_STRUCT(update_domain_name);
static const struct shape_member update_integration[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "integrationId", &shape_string, .required = true, .place = IN_PATH },
	{ "connectionId", &shape_string },
	{ "connectionType", &connection_type },
	{ "contentHandlingStrategy", &content_handling_strategy },
	{ "credentialsArn", &shape_string },
	{ "description", &shape_string },
	{ "integrationMethod", &shape_string },
	{ "integrationSubtype", &shape_string },
	{ "integrationType", &integration_type },
	{ "integrationUri", &shape_string },
	{ "passthroughBehavior", &passthrough_behavior },
	{ "payloadFormatVersion", &shape_string },
	{ "requestParameters", &shape_string_map },
	{ "requestTemplates", &shape_string_map },
	{ "responseParameters", &response_parameters },
	{ "templateSelectionExpression", &shape_string },
	{ "timeoutInMillis", &integer_with_length_between50_and30000 },
	{ "tlsConfig", &tls_config_input },
	{ 0 }
};
const struct shape apigatewayv2_update_integration_input = SHAPE_STRUCT(update_integration);
static const struct shape_member update_route[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "routeId", &shape_string, .required = true, .place = IN_PATH },
	{ "apiKeyRequired", &shape_boolean },
	{ "authorizationScopes", &shape_string_list },
	{ "authorizationType", &authorization_type },
	{ "authorizerId", &shape_string },
	{ "modelSelectionExpression", &shape_string },
	{ "operationName", &shape_string },
	{ "requestModels", &shape_string_map },
	{ "requestParameters", &route_parameters },
	{ "routeKey", &shape_string },
	{ "routeResponseSelectionExpression", &shape_string },
	{ "target", &shape_string },
	{ 0 }
};
const struct shape apigatewayv2_update_route_input = SHAPE_STRUCT(update_route);
static const struct shape_member update_stage[] = {
	{ "apiId", &shape_string, .required = true, .place = IN_PATH },
	{ "stageName", &shape_string, .required = true, .place = IN_PATH },
	{ "accessLogSettings", &access_log_settings },
	{ "autoDeploy", &shape_boolean },
	{ "clientCertificateId", &shape_string },
	{ "defaultRouteSettings", &route_settings },
	{ "deploymentId", &shape_string },
	{ "description", &shape_string },
	{ "routeSettings", &route_settings_map },
	{ "stageVariables", &shape_string_map },
	{ 0 }
};
const struct shape apigatewayv2_update_stage_input = SHAPE_STRUCT(update_stage);
static const struct shape_member update_vpc_link[] = { { "vpcLinkId", &shape_string,
							 .required = true, .place = IN_PATH },
						       { "name", &shape_string },
						       { 0 } };
const struct shape apigatewayv2_update_vpc_link_input = SHAPE_STRUCT(update_vpc_link);
