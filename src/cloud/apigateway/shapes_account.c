/* The parameters of the operations on what belongs to the account: keys, plans, domain names, tags. */
#include "cloud/apigateway/shapes.h"

static const struct shape_member create_api_key[] = { { "name", &shape_string },
						      { "description", &shape_string },
						      { "enabled", &shape_boolean },
						      { "generateDistinctId", &shape_boolean },
						      { "value", &shape_string },
						      { "stageKeys",
							&apigateway_list_of_stage_keys },
						      { "customerId", &shape_string },
						      { "tags", &shape_string_map },
						      { 0 } };
const struct shape apigateway_create_api_key_input = { .type = SHAPE_STRUCTURE,
						       .members = create_api_key,
						       .body = "createApiKeyInput" };
static const struct shape_member create_base_path_mapping[] = {
	LABEL("domainName", "domain_name"), { "domainNameId", &shape_string, .place = IN_QUERY },
	{ "basePath", &shape_string },      { "restApiId", &shape_string, .required = true },
	{ "stage", &shape_string },         { 0 }
};
const struct shape apigateway_create_base_path_mapping_input = {
	.type = SHAPE_STRUCTURE,
	.members = create_base_path_mapping,
	.body = "createBasePathMappingInput"
};
static const struct shape_member create_domain_name[] = {
	{ "domainName", &shape_string, .required = true },
	{ "certificateName", &shape_string },
	{ "certificateBody", &shape_string },
	{ "certificatePrivateKey", &shape_string },
	{ "certificateChain", &shape_string },
	{ "certificateArn", &shape_string },
	{ "regionalCertificateName", &shape_string },
	{ "regionalCertificateArn", &shape_string },
	{ "endpointConfiguration", &apigateway_endpoint_configuration },
	{ "tags", &shape_string_map },
	{ "securityPolicy", &apigateway_security_policy },
	{ "mutualTlsAuthentication", &apigateway_mutual_tls_authentication_input },
	{ "ownershipVerificationCertificateArn", &shape_string },
	{ "policy", &shape_string },
	{ "routingMode", &apigateway_routing_mode },
	{ 0 }
};
const struct shape apigateway_create_domain_name_input = { .type = SHAPE_STRUCTURE,
							   .members = create_domain_name,
							   .body = "createDomainNameInput" };
static const struct shape_member create_usage_plan[] = {
	{ "name", &shape_string, .required = true },
	{ "description", &shape_string },
	{ "apiStages", &apigateway_list_of_api_stage },
	{ "throttle", &apigateway_throttle_settings },
	{ "quota", &apigateway_quota_settings },
	{ "tags", &shape_string_map },
	{ 0 }
};
const struct shape apigateway_create_usage_plan_input = { .type = SHAPE_STRUCTURE,
							  .members = create_usage_plan,
							  .body = "createUsagePlanInput" };
static const struct shape_member create_usage_plan_key[] = {
	LABEL("usagePlanId", "usageplanId"),
	{ "keyId", &shape_string, .required = true },
	{ "keyType", &shape_string, .required = true },
	{ 0 }
};
const struct shape apigateway_create_usage_plan_key_input = { .type = SHAPE_STRUCTURE,
							      .members = create_usage_plan_key,
							      .body = "createUsagePlanKeyInput" };
static const struct shape_member create_vpc_link[] = { { "name", &shape_string, .required = true },
						       { "description", &shape_string },
						       { "targetArns", &shape_string_list,
							 .required = true },
						       { "tags", &shape_string_map },
						       { 0 } };
const struct shape apigateway_create_vpc_link_input = { .type = SHAPE_STRUCTURE,
							.members = create_vpc_link,
							.body = "createVpcLinkInput" };
static const struct shape_member delete_api_key[] = { LABEL("apiKey", "api_Key"), { 0 } };
const struct shape apigateway_delete_api_key_input = SHAPE_STRUCT(delete_api_key);
static const struct shape_member delete_base_path_mapping[] = { LABEL("domainName", "domain_name"),
								{ "domainNameId", &shape_string,
								  .place = IN_QUERY },
								LABEL("basePath", "base_path"),
								{ 0 } };
const struct shape apigateway_delete_base_path_mapping_input =
	SHAPE_STRUCT(delete_base_path_mapping);
static const struct shape_member delete_client_certificate[] = {
	LABEL("clientCertificateId", "clientcertificate_id"), { 0 }
};
const struct shape apigateway_delete_client_certificate_input =
	SHAPE_STRUCT(delete_client_certificate);
static const struct shape_member delete_domain_name[] = { LABEL("domainName", "domain_name"),
							  { "domainNameId", &shape_string,
							    .place = IN_QUERY },
							  { 0 } };
const struct shape apigateway_delete_domain_name_input = SHAPE_STRUCT(delete_domain_name);
static const struct shape_member delete_usage_plan[] = { LABEL("usagePlanId", "usageplanId"),
							 { 0 } };
const struct shape apigateway_delete_usage_plan_input = SHAPE_STRUCT(delete_usage_plan);
static const struct shape_member delete_usage_plan_key[] = { LABEL("usagePlanId", "usageplanId"),
							     LABEL("keyId", "keyId"),
							     { 0 } };
const struct shape apigateway_delete_usage_plan_key_input = SHAPE_STRUCT(delete_usage_plan_key);
static const struct shape_member delete_vpc_link[] = { LABEL("vpcLinkId", "vpclink_id"), { 0 } };
const struct shape apigateway_delete_vpc_link_input = SHAPE_STRUCT(delete_vpc_link);
static const struct shape_member generate_client_certificate[] = { { "description", &shape_string },
								   { "tags", &shape_string_map },
								   { 0 } };
const struct shape apigateway_generate_client_certificate_input = {
	.type = SHAPE_STRUCTURE,
	.members = generate_client_certificate,
	.body = "generateClientCertificateInput"
};
static const struct shape_member get_api_key[] = {
	LABEL("apiKey", "api_Key"), { "includeValue", &shape_boolean, .place = IN_QUERY }, { 0 }
};
const struct shape apigateway_get_api_key_input = SHAPE_STRUCT(get_api_key);
static const struct shape_member get_api_keys[] = {
	PAGE{ "nameQuery", &shape_string, .place = IN_QUERY, .wire_name = "name" },
	{ "customerId", &shape_string, .place = IN_QUERY },
	{ "includeValues", &shape_boolean, .place = IN_QUERY },
	{ 0 }
};
const struct shape apigateway_get_api_keys_input = SHAPE_STRUCT(get_api_keys);
static const struct shape_member get_base_path_mappings[] = { LABEL("domainName", "domain_name"),
							      { "domainNameId", &shape_string,
								.place = IN_QUERY },
							      PAGE{ 0 } };
const struct shape apigateway_get_base_path_mappings_input = SHAPE_STRUCT(get_base_path_mappings);
static const struct shape_member get_client_certificates[] = { PAGE{ 0 } };
const struct shape apigateway_get_client_certificates_input = SHAPE_STRUCT(get_client_certificates);
static const struct shape_member get_domain_names[] = {
	PAGE{ "resourceOwner", &apigateway_resource_owner, .place = IN_QUERY }, { 0 }
};
const struct shape apigateway_get_domain_names_input = SHAPE_STRUCT(get_domain_names);
static const struct shape_member get_tags[] = { LABEL("resourceArn", "resource_arn"), PAGE{ 0 } };
const struct shape apigateway_get_tags_input = SHAPE_STRUCT(get_tags);
static const struct shape_member get_usage[] = {
	LABEL("usagePlanId", "usageplanId"),
	{ "keyId", &shape_string, .place = IN_QUERY },
	{ "startDate", &shape_string, .required = true, .place = IN_QUERY },
	{ "endDate", &shape_string, .required = true, .place = IN_QUERY },
	PAGE{ 0 }
};
const struct shape apigateway_get_usage_input = SHAPE_STRUCT(get_usage);
static const struct shape_member get_usage_plan_keys[] = {
	LABEL("usagePlanId", "usageplanId"),
	PAGE{ "nameQuery", &shape_string, .place = IN_QUERY, .wire_name = "name" },
	{ 0 }
};
const struct shape apigateway_get_usage_plan_keys_input = SHAPE_STRUCT(get_usage_plan_keys);
static const struct shape_member get_usage_plans[] = {
	PAGE{ "keyId", &shape_string, .place = IN_QUERY }, { 0 }
};
const struct shape apigateway_get_usage_plans_input = SHAPE_STRUCT(get_usage_plans);
static const struct shape_member import_api_keys[] = {
	{ "body", &shape_string, .required = true, .place = IN_PAYLOAD },
	{ "format", &apigateway_api_keys_format, .required = true, .place = IN_QUERY },
	{ "failOnWarnings", &shape_boolean, .place = IN_QUERY, .wire_name = "failonwarnings" },
	{ 0 }
};
const struct shape apigateway_import_api_keys_input = SHAPE_STRUCT(import_api_keys);
static const struct shape_member tag_resource[] = { LABEL("resourceArn", "resource_arn"),
						    { "tags", &shape_string_map, .required = true },
						    { 0 } };
const struct shape apigateway_tag_resource_input = { .type = SHAPE_STRUCTURE,
						     .members = tag_resource,
						     .body = "tagResourceInput" };
static const struct shape_member untag_resource[] = { LABEL("resourceArn", "resource_arn"),
						      { "tagKeys", &shape_string_list,
							.required = true, .place = IN_QUERY },
						      { 0 } };
const struct shape apigateway_untag_resource_input = SHAPE_STRUCT(untag_resource);
static const struct shape_member update_account[] = {
	{ "patchOperations", &apigateway_list_of_patch_operation }, { 0 }
};
const struct shape apigateway_update_account_input = { .type = SHAPE_STRUCTURE,
						       .members = update_account,
						       .body = "updateAccountInput" };
static const struct shape_member update_api_key[] = { LABEL("apiKey", "api_Key"),
						      { "patchOperations",
							&apigateway_list_of_patch_operation },
						      { 0 } };
const struct shape apigateway_update_api_key_input = { .type = SHAPE_STRUCTURE,
						       .members = update_api_key,
						       .body = "updateApiKeyInput" };
static const struct shape_member update_base_path_mapping[] = {
	LABEL("domainName", "domain_name"),
	{ "domainNameId", &shape_string, .place = IN_QUERY },
	LABEL("basePath", "base_path"),
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_base_path_mapping_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_base_path_mapping,
	.body = "updateBasePathMappingInput"
};
static const struct shape_member update_client_certificate[] = {
	LABEL("clientCertificateId", "clientcertificate_id"),
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_client_certificate_input = {
	.type = SHAPE_STRUCTURE,
	.members = update_client_certificate,
	.body = "updateClientCertificateInput"
};
static const struct shape_member update_domain_name[] = {
	LABEL("domainName", "domain_name"),
	{ "domainNameId", &shape_string, .place = IN_QUERY },
	{ "patchOperations", &apigateway_list_of_patch_operation },
	{ 0 }
};
const struct shape apigateway_update_domain_name_input = { .type = SHAPE_STRUCTURE,
							   .members = update_domain_name,
							   .body = "updateDomainNameInput" };
static const struct shape_member update_usage[] = { LABEL("usagePlanId", "usageplanId"),
						    LABEL("keyId", "keyId"),
						    { "patchOperations",
						      &apigateway_list_of_patch_operation },
						    { 0 } };
const struct shape apigateway_update_usage_input = { .type = SHAPE_STRUCTURE,
						     .members = update_usage,
						     .body = "updateUsageInput" };
static const struct shape_member update_usage_plan[] = { LABEL("usagePlanId", "usageplanId"),
							 { "patchOperations",
							   &apigateway_list_of_patch_operation },
							 { 0 } };
const struct shape apigateway_update_usage_plan_input = { .type = SHAPE_STRUCTURE,
							  .members = update_usage_plan,
							  .body = "updateUsagePlanInput" };
static const struct shape_member update_vpc_link[] = { LABEL("vpcLinkId", "vpclink_id"),
						       { "patchOperations",
							 &apigateway_list_of_patch_operation },
						       { 0 } };
const struct shape apigateway_update_vpc_link_input = { .type = SHAPE_STRUCTURE,
							.members = update_vpc_link,
							.body = "updateVpcLinkInput" };
