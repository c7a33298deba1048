/* The parameters of the operations on APIs, as the service model has them. */
#include "cloud/apigateway/shapes.h"

static const struct shape_member create_authorizer[] = {
	LABEL("restApiId", "restapi_id"),
	{ "name", &shape_string, .required = true },
	{ "type", &apigateway_authorizer_type, .required = true },
	{ "providerARNs", &shape_string_list },
	{ "authType", &shape_string },
	{ "authorizerUri", &shape_string },
	{ "authorizerCredentials", &shape_string },
	{ "identitySource", &shape_string },
	{ "identityValidationExpression", &shape_string },
	{ "authorizerResultTtlInSeconds", &shape_integer },
	{ 0 }
};
const struct shape apigateway_create_authorizer_input = { .type = SHAPE_STRUCTURE,
							  .members = create_authorizer,
							  .body = "createAuthorizerInput" };
static const struct shape_member create_deployment[] = {
	LABEL("restApiId", "restapi_id"),
	{ "stageName", &shape_string },
	{ "stageDescription", &shape_string },
	{ "description", &shape_string },
	{ "cacheClusterEnabled", &shape_boolean },
	{ "cacheClusterSize", &apigateway_cache_cluster_size },
	{ "variables", &shape_string_map },
	{ "canarySettings", &apigateway_deployment_canary_settings },
	{ "tracingEnabled", &shape_boolean },
	{ 0 }
};
const struct shape apigateway_create_deployment_input = { .type = SHAPE_STRUCTURE,
							  .members = create_deployment,
							  .body = "createDeploymentInput" };
static const struct shape_member create_documentation_part[] = {
	LABEL("restApiId", "restapi_id"),
	{ "location", &apigateway_documentation_part_location, .required = true },
	{ "properties", &shape_string, .required = true },
	{ 0 }
};
const struct shape apigateway_create_documentation_part_input = {
	.type = SHAPE_STRUCTURE,
	.members = create_documentation_part,
	.body = "createDocumentationPartInput"
};
static const struct shape_member create_documentation_version[] = {
	LABEL("restApiId", "restapi_id"),
	{ "documentationVersion", &shape_string, .required = true },
	{ "stageName", &shape_string },
	{ "description", &shape_string },
	{ 0 }
};
const struct shape apigateway_create_documentation_version_input = {
	.type = SHAPE_STRUCTURE,
	.members = create_documentation_version,
	.body = "createDocumentationVersionInput"
};
static const struct shape_member create_model[] = { LABEL("restApiId", "restapi_id"),
						    { "name", &shape_string, .required = true },
						    { "description", &shape_string },
						    { "schema", &shape_string },
						    { "contentType", &shape_string,
						      .required = true },
						    { 0 } };
const struct shape apigateway_create_model_input = { .type = SHAPE_STRUCTURE,
						     .members = create_model,
						     .body = "createModelInput" };
static const struct shape_member create_request_validator[] = {
	LABEL("restApiId", "restapi_id"),
	{ "name", &shape_string },
	{ "validateRequestBody", &shape_boolean },
	{ "validateRequestParameters", &shape_boolean },
	{ 0 }
};
const struct shape apigateway_create_request_validator_input = {
	.type = SHAPE_STRUCTURE,
	.members = create_request_validator,
	.body = "createRequestValidatorInput"
};
static const struct shape_member create_resource[] = { LABEL("restApiId", "restapi_id"),
						       LABEL("parentId", "parent_id"),
						       { "pathPart", &shape_string,
							 .required = true },
						       { 0 } };
const struct shape apigateway_create_resource_input = { .type = SHAPE_STRUCTURE,
							.members = create_resource,
							.body = "createResourceInput" };
static const struct shape_member create_rest_api[] = {
	{ "name", &shape_string, .required = true },
	{ "description", &shape_string },
	{ "version", &shape_string },
	{ "cloneFrom", &shape_string },
	{ "binaryMediaTypes", &shape_string_list },
	{ "minimumCompressionSize", &shape_integer },
	{ "apiKeySource", &apigateway_api_key_source_type },
	{ "endpointConfiguration", &apigateway_endpoint_configuration },
	{ "policy", &shape_string },
	{ "tags", &shape_string_map },
	{ "disableExecuteApiEndpoint", &shape_boolean },
	{ 0 }
};
const struct shape apigateway_create_rest_api_input = { .type = SHAPE_STRUCTURE,
							.members = create_rest_api,
							.body = "createRestApiInput" };
static const struct shape_member create_stage[] = {
	LABEL("restApiId", "restapi_id"),
	{ "stageName", &shape_string, .required = true },
	{ "deploymentId", &shape_string, .required = true },
	{ "description", &shape_string },
	{ "cacheClusterEnabled", &shape_boolean },
	{ "cacheClusterSize", &apigateway_cache_cluster_size },
	{ "variables", &shape_string_map },
	{ "documentationVersion", &shape_string },
	{ "canarySettings", &apigateway_canary_settings },
	{ "tracingEnabled", &shape_boolean },
	{ "tags", &shape_string_map },
	{ 0 }
};
const struct shape apigateway_create_stage_input = { .type = SHAPE_STRUCTURE,
						     .members = create_stage,
						     .body = "createStageInput" };
static const struct shape_member delete_authorizer[] = { LABEL("restApiId", "restapi_id"),
							 LABEL("authorizerId", "authorizer_id"),
							 { 0 } };
const struct shape apigateway_delete_authorizer_input = SHAPE_STRUCT(delete_authorizer);
static const struct shape_member delete_deployment[] = { LABEL("restApiId", "restapi_id"),
							 LABEL("deploymentId", "deployment_id"),
							 { 0 } };
const struct shape apigateway_delete_deployment_input = SHAPE_STRUCT(delete_deployment);
static const struct shape_member delete_documentation_part[] = {
	LABEL("restApiId", "restapi_id"), LABEL("documentationPartId", "part_id"), { 0 }
};
const struct shape apigateway_delete_documentation_part_input =
	SHAPE_STRUCT(delete_documentation_part);
static const struct shape_member delete_documentation_version[] = {
	LABEL("restApiId", "restapi_id"), LABEL("documentationVersion", "doc_version"), { 0 }
};
const struct shape apigateway_delete_documentation_version_input =
	SHAPE_STRUCT(delete_documentation_version);
static const struct shape_member delete_gateway_response[] = {
	LABEL("restApiId", "restapi_id"),
	{ "responseType", &apigateway_gateway_response_type, .required = true, .place = IN_PATH,
	  .wire_name = "response_type" },
	{ 0 }
};
const struct shape apigateway_delete_gateway_response_input = SHAPE_STRUCT(delete_gateway_response);
static const struct shape_member delete_integration[] = { LABEL("restApiId", "restapi_id"),
							  LABEL("resourceId", "resource_id"),
							  LABEL("httpMethod", "http_method"),
							  { 0 } };
const struct shape apigateway_delete_integration_input = SHAPE_STRUCT(delete_integration);
static const struct shape_member delete_integration_response[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("resourceId", "resource_id"),
	LABEL("httpMethod", "http_method"),
	{ "statusCode", &apigateway_status_code, .required = true, .place = IN_PATH,
	  .wire_name = "status_code" },
	{ 0 }
};
const struct shape apigateway_delete_integration_response_input =
	SHAPE_STRUCT(delete_integration_response);
static const struct shape_member delete_model[] = { LABEL("restApiId", "restapi_id"),
						    LABEL("modelName", "model_name"),
						    { 0 } };
const struct shape apigateway_delete_model_input = SHAPE_STRUCT(delete_model);
static const struct shape_member delete_request_validator[] = {
	LABEL("restApiId", "restapi_id"), LABEL("requestValidatorId", "requestvalidator_id"), { 0 }
};
const struct shape apigateway_delete_request_validator_input =
	SHAPE_STRUCT(delete_request_validator);
static const struct shape_member delete_resource[] = { LABEL("restApiId", "restapi_id"),
						       LABEL("resourceId", "resource_id"),
						       { 0 } };
const struct shape apigateway_delete_resource_input = SHAPE_STRUCT(delete_resource);
static const struct shape_member delete_rest_api[] = { LABEL("restApiId", "restapi_id"), { 0 } };
const struct shape apigateway_delete_rest_api_input = SHAPE_STRUCT(delete_rest_api);
static const struct shape_member delete_stage[] = { LABEL("restApiId", "restapi_id"),
						    LABEL("stageName", "stage_name"),
						    { 0 } };
const struct shape apigateway_delete_stage_input = SHAPE_STRUCT(delete_stage);
static const struct shape_member get_authorizers[] = { LABEL("restApiId", "restapi_id"),
						       PAGE{ 0 } };
const struct shape apigateway_get_authorizers_input = SHAPE_STRUCT(get_authorizers);
static const struct shape_member get_deployment[] = { LABEL("restApiId", "restapi_id"),
						      LABEL("deploymentId", "deployment_id"),
						      { "embed", &shape_string_list,
							.place = IN_QUERY },
						      { 0 } };
const struct shape apigateway_get_deployment_input = SHAPE_STRUCT(get_deployment);
static const struct shape_member get_documentation_parts[] = {
	LABEL("restApiId", "restapi_id"),
	{ "type", &apigateway_documentation_part_type, .place = IN_QUERY },
	{ "nameQuery", &shape_string, .place = IN_QUERY, .wire_name = "name" },
	{ "path", &shape_string, .place = IN_QUERY },
	PAGE{ "locationStatus", &apigateway_location_status_type, .place = IN_QUERY },
	{ 0 }
};
const struct shape apigateway_get_documentation_parts_input = SHAPE_STRUCT(get_documentation_parts);
static const struct shape_member get_export[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("stageName", "stage_name"),
	LABEL("exportType", "export_type"),
	{ "parameters", &shape_string_map, .place = IN_QUERY },
	{ "accepts", &shape_string, .place = IN_HEADER, .wire_name = "Accept" },
	{ 0 }
};
const struct shape apigateway_get_export_input = SHAPE_STRUCT(get_export);
static const struct shape_member get_model[] = { LABEL("restApiId", "restapi_id"),
						 LABEL("modelName", "model_name"),
						 { "flatten", &shape_boolean, .place = IN_QUERY },
						 { 0 } };
const struct shape apigateway_get_model_input = SHAPE_STRUCT(get_model);
static const struct shape_member get_resource[] = { LABEL("restApiId", "restapi_id"),
						    LABEL("resourceId", "resource_id"),
						    { "embed", &shape_string_list,
						      .place = IN_QUERY },
						    { 0 } };
const struct shape apigateway_get_resource_input = SHAPE_STRUCT(get_resource);
static const struct shape_member get_resources[] = { LABEL("restApiId", "restapi_id"),
						     PAGE{ "embed", &shape_string_list,
							   .place = IN_QUERY },
						     { 0 } };
const struct shape apigateway_get_resources_input = SHAPE_STRUCT(get_resources);
static const struct shape_member get_rest_apis[] = { PAGE{ 0 } };
const struct shape apigateway_get_rest_apis_input = SHAPE_STRUCT(get_rest_apis);
static const struct shape_member get_stages[] = { LABEL("restApiId", "restapi_id"),
						  { "deploymentId", &shape_string,
						    .place = IN_QUERY },
						  { 0 } };
const struct shape apigateway_get_stages_input = SHAPE_STRUCT(get_stages);
static const struct shape_member import_documentation_parts[] = {
	LABEL("restApiId", "restapi_id"),
	{ "mode", &apigateway_put_mode, .place = IN_QUERY },
	{ "failOnWarnings", &shape_boolean, .place = IN_QUERY, .wire_name = "failonwarnings" },
	{ "body", &shape_string, .required = true, .place = IN_PAYLOAD },
	{ 0 }
};
const struct shape apigateway_import_documentation_parts_input =
	SHAPE_STRUCT(import_documentation_parts);
static const struct shape_member import_rest_api[] = {
	{ "failOnWarnings", &shape_boolean, .place = IN_QUERY, .wire_name = "failonwarnings" },
	{ "parameters", &shape_string_map, .place = IN_QUERY },
	{ "body", &shape_string, .required = true, .place = IN_PAYLOAD },
	{ 0 }
};
const struct shape apigateway_import_rest_api_input = SHAPE_STRUCT(import_rest_api);
static const struct shape_member put_gateway_response[] = {
	LABEL("restApiId", "restapi_id"),
	{ "responseType", &apigateway_gateway_response_type, .required = true, .place = IN_PATH,
	  .wire_name = "response_type" },
	{ "statusCode", &apigateway_status_code },
	{ "responseParameters", &shape_string_map },
	{ "responseTemplates", &shape_string_map },
	{ 0 }
};
const struct shape apigateway_put_gateway_response_input = { .type = SHAPE_STRUCTURE,
							     .members = put_gateway_response,
							     .body = "putGatewayResponseInput" };
static const struct shape_member put_integration[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("resourceId", "resource_id"),
	LABEL("httpMethod", "http_method"),
	{ "type", &apigateway_integration_type, .required = true },
	{ "integrationHttpMethod", &shape_string, .wire_name = "httpMethod" },
	{ "uri", &shape_string },
	{ "connectionType", &apigateway_connection_type },
	{ "connectionId", &shape_string },
	{ "credentials", &shape_string },
	{ "requestParameters", &shape_string_map },
	{ "requestTemplates", &shape_string_map },
	{ "passthroughBehavior", &shape_string },
	{ "cacheNamespace", &shape_string },
	{ "cacheKeyParameters", &shape_string_list },
	{ "contentHandling", &apigateway_content_handling_strategy },
	{ "timeoutInMillis", &shape_integer },
	{ "tlsConfig", &apigateway_tls_config },
	{ 0 }
};
const struct shape apigateway_put_integration_input = { .type = SHAPE_STRUCTURE,
							.members = put_integration,
							.body = "putIntegrationInput" };
static const struct shape_member put_integration_response[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("resourceId", "resource_id"),
	LABEL("httpMethod", "http_method"),
	{ "statusCode", &apigateway_status_code, .required = true, .place = IN_PATH,
	  .wire_name = "status_code" },
	{ "selectionPattern", &shape_string },
	{ "responseParameters", &shape_string_map },
	{ "responseTemplates", &shape_string_map },
	{ "contentHandling", &apigateway_content_handling_strategy },
	{ 0 }
};
const struct shape apigateway_put_integration_response_input = {
	.type = SHAPE_STRUCTURE,
	.members = put_integration_response,
	.body = "putIntegrationResponseInput"
};
static const struct shape_member put_method[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("resourceId", "resource_id"),
	LABEL("httpMethod", "http_method"),
	{ "authorizationType", &shape_string, .required = true },
	{ "authorizerId", &shape_string },
	{ "apiKeyRequired", &shape_boolean },
	{ "operationName", &shape_string },
	{ "requestParameters", &apigateway_map_of_string_to_boolean },
	{ "requestModels", &shape_string_map },
	{ "requestValidatorId", &shape_string },
	{ "authorizationScopes", &shape_string_list },
	{ 0 }
};
const struct shape apigateway_put_method_input = { .type = SHAPE_STRUCTURE,
						   .members = put_method,
						   .body = "putMethodInput" };
static const struct shape_member put_method_response[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("resourceId", "resource_id"),
	LABEL("httpMethod", "http_method"),
	{ "statusCode", &apigateway_status_code, .required = true, .place = IN_PATH,
	  .wire_name = "status_code" },
	{ "responseParameters", &apigateway_map_of_string_to_boolean },
	{ "responseModels", &shape_string_map },
	{ 0 }
};
const struct shape apigateway_put_method_response_input = { .type = SHAPE_STRUCTURE,
							    .members = put_method_response,
							    .body = "putMethodResponseInput" };
static const struct shape_member put_rest_api[] = {
	LABEL("restApiId", "restapi_id"),
	{ "mode", &apigateway_put_mode, .place = IN_QUERY },
	{ "failOnWarnings", &shape_boolean, .place = IN_QUERY, .wire_name = "failonwarnings" },
	{ "parameters", &shape_string_map, .place = IN_QUERY },
	{ "body", &shape_string, .required = true, .place = IN_PAYLOAD },
	{ 0 }
};
const struct shape apigateway_put_rest_api_input = SHAPE_STRUCT(put_rest_api);
static const struct shape_member test_invoke_authorizer[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("authorizerId", "authorizer_id"),
	{ "headers", &shape_string_map },
	{ "multiValueHeaders", &apigateway_map_of_string_to_list },
	{ "pathWithQueryString", &shape_string },
	{ "body", &shape_string },
	{ "stageVariables", &shape_string_map },
	{ "additionalContext", &shape_string_map },
	{ 0 }
};
const struct shape apigateway_test_invoke_authorizer_input = {
	.type = SHAPE_STRUCTURE,
	.members = test_invoke_authorizer,
	.body = "testInvokeAuthorizerInput"
};
static const struct shape_member test_invoke_method[] = { LABEL("restApiId", "restapi_id"),
							  LABEL("resourceId", "resource_id"),
							  LABEL("httpMethod", "http_method"),
							  { "pathWithQueryString", &shape_string },
							  { "body", &shape_string },
							  { "headers", &shape_string_map },
							  { "multiValueHeaders",
							    &apigateway_map_of_string_to_list },
							  { "clientCertificateId", &shape_string },
							  { "stageVariables", &shape_string_map },
							  { 0 } };
const struct shape apigateway_test_invoke_method_input = { .type = SHAPE_STRUCTURE,
							   .members = test_invoke_method,
							   .body = "testInvokeMethodInput" };
static const struct shape_member update_authorizer[] = { LABEL("restApiId", "restapi_id"),
							 LABEL("authorizerId", "authorizer_id"),
							 { "patchOperations",
							   &apigateway_list_of_patch_operation },
							 { 0 } };
const struct shape apigateway_update_authorizer_input = { .type = SHAPE_STRUCTURE,
							  .members = update_authorizer,
							  .body = "updateAuthorizerInput" };
static const struct shape_member update_deployment[] = { LABEL("restApiId", "restapi_id"),
							 LABEL("deploymentId", "deployment_id"),
							 { "patchOperations",
							   &apigateway_list_of_patch_operation },
							 { 0 } };
const struct shape apigateway_update_deployment_input = { .type = SHAPE_STRUCTURE,
							  .members = update_deployment,
							  .body = "updateDeploymentInput" };
static const struct shape_member update_documentation_part[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("documentationPartId", "part_id"),
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_documentation_part_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_documentation_part,
	.body = "updateDocumentationPartInput"
};
static const struct shape_member update_documentation_version[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("documentationVersion", "doc_version"),
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_documentation_version_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_documentation_version,
	.body = "updateDocumentationVersionInput"
};
static const struct shape_member update_gateway_response[] = {
	LABEL("restApiId", "restapi_id"),
	{ "responseType", &apigateway_gateway_response_type, .required = true, .place = IN_PATH,
	  .wire_name = "response_type" },
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_gateway_response_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_gateway_response,
	.body = "updateGatewayResponseInput"
};
static const struct shape_member update_integration[] = { LABEL("restApiId", "restapi_id"),
							  LABEL("resourceId", "resource_id"),
							  LABEL("httpMethod", "http_method"),
							  { "patchOperations",
							    &apigateway_list_of_patch_operation },
							  { 0 } };
const struct shape apigateway_update_integration_input = { .type = SHAPE_STRUCTURE,
							   .members = update_integration,
							   .body = "updateIntegrationInput" };
static const struct shape_member update_integration_response[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("resourceId", "resource_id"),
	LABEL("httpMethod", "http_method"),
	{ "statusCode", &apigateway_status_code, .required = true, .place = IN_PATH,
	  .wire_name = "status_code" },
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_integration_response_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_integration_response,
	.body = "updateIntegrationResponseInput"
};
static const struct shape_member update_method[] = { LABEL("restApiId", "restapi_id"),
						     LABEL("resourceId", "resource_id"),
						     LABEL("httpMethod", "http_method"),
						     { "patchOperations",
						       &apigateway_list_of_patch_operation },
						     { 0 } };
const struct shape apigateway_update_method_input = { .type = SHAPE_STRUCTURE,
						      .members = update_method,
						      .body = "updateMethodInput" };
static const struct shape_member update_method_response[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("resourceId", "resource_id"),
	LABEL("httpMethod", "http_method"),
	{ "statusCode", &apigateway_status_code, .required = true, .place = IN_PATH,
	  .wire_name = "status_code" },
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_method_response_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_method_response,
	.body = "updateMethodResponseInput"
};
static const struct shape_member update_model[] = { LABEL("restApiId", "restapi_id"),
						    LABEL("modelName", "model_name"),
						    { "patchOperations",
						      &apigateway_list_of_patch_operation },
						    { 0 } };
const struct shape apigateway_update_model_input = { .type = SHAPE_STRUCTURE,
						     .members = update_model,
						     .body = "updateModelInput" };
static const struct shape_member update_request_validator[] = {
	LABEL("restApiId", "restapi_id"),
	LABEL("requestValidatorId", "requestvalidator_id"),
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_request_validator_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_request_validator,
	.body = "updateRequestValidatorInput"
};
static const struct shape_member update_resource[] = { LABEL("restApiId", "restapi_id"),
						       LABEL("resourceId", "resource_id"),
						       { "patchOperations",
							 &apigateway_list_of_patch_operation },
						       { 0 } };
const struct shape apigateway_update_resource_input = { .type = SHAPE_STRUCTURE,
							.members = update_resource,
							.body = "updateResourceInput" };
static const struct shape_member update_rest_api[] = { LABEL("restApiId", "restapi_id"),
						       { "patchOperations",
							 &apigateway_list_of_patch_operation },
						       { 0 } };
const struct shape apigateway_update_rest_api_input = { .type = SHAPE_STRUCTURE,
							.members = update_rest_api,
							.body = "updateRestApiInput" };
static const struct shape_member update_stage[] = { LABEL("restApiId", "restapi_id"),
						    LABEL("stageName", "stage_name"),
						    { "patchOperations",
						      &apigateway_list_of_patch_operation },
						    { 0 } };
const struct shape apigateway_update_stage_input = { .type = SHAPE_STRUCTURE,
						     .members = update_stage,
						     .body = "updateStageInput" };
