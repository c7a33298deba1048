/*
 * API Gateway's REST APIs: the service. things.c keeps what describes them, things_api.c does what most operations do; the
 * files named after nouns do the rest. From: API Gateway API Reference, 2015-07-09.
 */
#include "cloud/apigateway/execute.h"
#include "cloud/apigateway/operations.h"

/* --- answers ---------------------------------------------------------------------------------- */

static const struct shape_member list_members[] = { { "position", &shape_string },
						    { "items", &shape_any, .wire_name = "item" },
						    { 0 } };
static const struct shape list_output = SHAPE_STRUCT(list_members);
static const struct shape_member usage_members[] = { { "items", &shape_any, .wire_name = "values" },
						     { 0 } };
static const struct shape_member export_members[] = {
	{ "contentType", &shape_string, .place = IN_HEADER, .wire_name = "Content-Type" },
	{ "contentDisposition", &shape_string, .place = IN_HEADER,
	  .wire_name = "Content-Disposition" },
	{ "body", &shape_string, .place = IN_PAYLOAD },
	{ 0 }
};
static const struct shape export_output = SHAPE_STRUCT(export_members);
static const struct shape usage_output = SHAPE_STRUCT(usage_members);

/* --- permissions -------------------------------------------------------------------------------- */

/* The value of a label of the path, in the member that is called so on the wire. */
static struct str label_value(struct op *op, struct str label)
{
	for (const struct shape_member *m = op->operation->input ? op->operation->input->members
								 : NULL;
	     m && m->name; m++)
		if (m->place == IN_PATH && str_is(label, m->wire_name ? m->wire_name : m->name))
			return op_str(op, m->name);
	return STR_NONE;
}

/*
 * Every operation is what HTTP makes of it: "apigateway:POST" on "arn:aws:apigateway:eu-west-1::/restapis/a1/resources".
 * Service Authorization Reference, "Actions, resources, and condition keys for Amazon API Gateway Management".
 */
static void check_http(struct authorize_list *list)
{
	struct op *op = list->op;
	struct str rest = str_of(op->operation->http), verb = str_cut(&rest, ' '), path, segment;
	struct buf b;

	path = str_cut(&rest, '?');
	buf_init(&b, 8192);
	buf_addf(&b, "arn:aws:apigateway:%s::", op->region);
	str_cut(&path, '/');
	while (path.p) {
		segment = str_cut(&path, '/');
		buf_addc(&b, '/');
		if (str_starts(segment, STR("{")))
			segment = label_value(op, str_slice(segment, 1, segment.n - 1));
		buf_add(&b, segment);
	}
	authorize_add(list,
		      &(struct authorize_check){
			      .action = arena_printf(op->arena, "apigateway:%.*s", STR_ARG(verb)),
			      .resource = arena_dup(op->arena, buf_str(&b)) });
	buf_release(&b);
}

static const struct access accesses[] = { { .operation = NULL } };
static const struct access_rules access_rules = { .operations = accesses, .others = check_http };

/* --- the service ---------------------------------------------------------------------------------- */

static const struct operation operations[] = {
	{ "CreateApiKey", "POST /apikeys", apigateway_create_api_key, 0,
	  &apigateway_create_api_key_input, 201 },
	{ "CreateAuthorizer", "POST /restapis/{restapi_id}/authorizers",
	  apigateway_create_authorizer, 0, &apigateway_create_authorizer_input, 201 },
	{ "CreateBasePathMapping", "POST /domainnames/{domain_name}/basepathmappings",
	  apigateway_create_base_path_mapping, 0, &apigateway_create_base_path_mapping_input, 201 },
	{ "CreateDeployment", "POST /restapis/{restapi_id}/deployments",
	  apigateway_create_deployment, 0, &apigateway_create_deployment_input, 201 },
	{ "CreateDocumentationPart", "POST /restapis/{restapi_id}/documentation/parts",
	  apigateway_create_documentation_part, 0, &apigateway_create_documentation_part_input,
	  201 },
	{ "CreateDocumentationVersion", "POST /restapis/{restapi_id}/documentation/versions",
	  apigateway_create_documentation_version, 0,
	  &apigateway_create_documentation_version_input, 201 },
	{ "CreateDomainName", "POST /domainnames", apigateway_create_domain_name, 0,
	  &apigateway_create_domain_name_input, 201 },
	{ "CreateModel", "POST /restapis/{restapi_id}/models", apigateway_create_model, 0,
	  &apigateway_create_model_input, 201 },
	{ "CreateRequestValidator", "POST /restapis/{restapi_id}/requestvalidators",
	  apigateway_create_request_validator, 0, &apigateway_create_request_validator_input, 201 },
	{ "CreateResource", "POST /restapis/{restapi_id}/resources/{parent_id}",
	  apigateway_create_resource, 0, &apigateway_create_resource_input, 201 },
	{ "CreateRestApi", "POST /restapis", apigateway_create_rest_api, 0,
	  &apigateway_create_rest_api_input, 201 },
	{ "CreateStage", "POST /restapis/{restapi_id}/stages", apigateway_create_stage, 0,
	  &apigateway_create_stage_input, 201 },
	{ "CreateUsagePlan", "POST /usageplans", apigateway_create_usage_plan, 0,
	  &apigateway_create_usage_plan_input, 201 },
	{ "CreateUsagePlanKey", "POST /usageplans/{usageplanId}/keys",
	  apigateway_create_usage_plan_key, 0, &apigateway_create_usage_plan_key_input, 201 },
	{ "CreateVpcLink", "POST /vpclinks", apigateway_create_vpc_link, 0,
	  &apigateway_create_vpc_link_input, 202 },
	{ "DeleteApiKey", "DELETE /apikeys/{api_Key}", apigateway_delete, 0,
	  &apigateway_delete_api_key_input, 202 },
	{ "DeleteAuthorizer", "DELETE /restapis/{restapi_id}/authorizers/{authorizer_id}",
	  apigateway_delete, 0, &apigateway_delete_authorizer_input, 202 },
	{ "DeleteBasePathMapping", "DELETE /domainnames/{domain_name}/basepathmappings/{base_path}",
	  apigateway_delete, 0, &apigateway_delete_base_path_mapping_input, 202 },
	{ "DeleteDeployment", "DELETE /restapis/{restapi_id}/deployments/{deployment_id}",
	  apigateway_delete, 0, &apigateway_delete_deployment_input, 202 },
	{ "DeleteDocumentationPart", "DELETE /restapis/{restapi_id}/documentation/parts/{part_id}",
	  apigateway_delete_documentation_part, 0, &apigateway_delete_documentation_part_input,
	  202 },
	{ "DeleteDocumentationVersion",
	  "DELETE /restapis/{restapi_id}/documentation/versions/{doc_version}", apigateway_delete,
	  0, &apigateway_delete_documentation_version_input, 202 },
	{ "DeleteDomainName", "DELETE /domainnames/{domain_name}", apigateway_delete, 0,
	  &apigateway_delete_domain_name_input, 202 },
	{ "DeleteGatewayResponse", "DELETE /restapis/{restapi_id}/gatewayresponses/{response_type}",
	  apigateway_delete_gateway_response, 0, &apigateway_delete_gateway_response_input, 202 },
	{ "DeleteIntegration",
	  "DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
	  apigateway_integration_op, 0, &apigateway_delete_integration_input, 204 },
	{ "DeleteIntegrationResponse",
	  "DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
	  apigateway_integration_response_op, 0, &apigateway_delete_integration_response_input,
	  204 },
	{ "DeleteMethod",
	  "DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
	  apigateway_delete_method, 0, &apigateway_delete_integration_input, 204 },
	{ "DeleteMethodResponse",
	  "DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
	  apigateway_method_response_op, 0, &apigateway_delete_integration_response_input, 204 },
	{ "DeleteModel", "DELETE /restapis/{restapi_id}/models/{model_name}", apigateway_model_op,
	  0, &apigateway_delete_model_input, 202 },
	{ "DeleteRequestValidator",
	  "DELETE /restapis/{restapi_id}/requestvalidators/{requestvalidator_id}",
	  apigateway_delete, 0, &apigateway_delete_request_validator_input, 202 },
	{ "DeleteResource", "DELETE /restapis/{restapi_id}/resources/{resource_id}",
	  apigateway_delete, 0, &apigateway_delete_resource_input, 202 },
	{ "DeleteRestApi", "DELETE /restapis/{restapi_id}", apigateway_rest_api_op, 0,
	  &apigateway_delete_rest_api_input, 202 },
	{ "DeleteStage", "DELETE /restapis/{restapi_id}/stages/{stage_name}", apigateway_delete, 0,
	  &apigateway_delete_stage_input, 202 },
	{ "DeleteUsagePlan", "DELETE /usageplans/{usageplanId}", apigateway_delete, 0,
	  &apigateway_delete_usage_plan_input, 202 },
	{ "DeleteUsagePlanKey", "DELETE /usageplans/{usageplanId}/keys/{keyId}", apigateway_delete,
	  0, &apigateway_delete_usage_plan_key_input, 202 },
	{ "DeleteVpcLink", "DELETE /vpclinks/{vpclink_id}", apigateway_delete, 0,
	  &apigateway_delete_vpc_link_input, 202 },
	{ "FlushStageAuthorizersCache",
	  "DELETE /restapis/{restapi_id}/stages/{stage_name}/cache/authorizers", apigateway_flush,
	  0, &apigateway_delete_stage_input, 202 },
	{ "FlushStageCache", "DELETE /restapis/{restapi_id}/stages/{stage_name}/cache/data",
	  apigateway_flush, 0, &apigateway_delete_stage_input, 202 },
	{ "GetAccount", "GET /account", apigateway_get_account, OP_READS },
	{ "GetApiKey", "GET /apikeys/{api_Key}", apigateway_get, OP_READS,
	  &apigateway_get_api_key_input },
	{ "GetApiKeys", "GET /apikeys", apigateway_list, OP_READS, &apigateway_get_api_keys_input,
	  0, &list_output },
	{ "GetAuthorizer", "GET /restapis/{restapi_id}/authorizers/{authorizer_id}", apigateway_get,
	  OP_READS, &apigateway_delete_authorizer_input },
	{ "GetAuthorizers", "GET /restapis/{restapi_id}/authorizers", apigateway_list, OP_READS,
	  &apigateway_get_authorizers_input, 0, &list_output },
	{ "GetBasePathMapping", "GET /domainnames/{domain_name}/basepathmappings/{base_path}",
	  apigateway_get, OP_READS, &apigateway_delete_base_path_mapping_input },
	{ "GetBasePathMappings", "GET /domainnames/{domain_name}/basepathmappings", apigateway_list,
	  OP_READS, &apigateway_get_base_path_mappings_input, 0, &list_output },
	{ "GetDeployment", "GET /restapis/{restapi_id}/deployments/{deployment_id}", apigateway_get,
	  OP_READS, &apigateway_get_deployment_input },
	{ "GetDeployments", "GET /restapis/{restapi_id}/deployments", apigateway_list, OP_READS,
	  &apigateway_get_authorizers_input, 0, &list_output },
	{ "GetDocumentationPart", "GET /restapis/{restapi_id}/documentation/parts/{part_id}",
	  apigateway_get, OP_READS, &apigateway_delete_documentation_part_input },
	{ "GetDocumentationParts", "GET /restapis/{restapi_id}/documentation/parts",
	  apigateway_get_documentation_parts, OP_READS, &apigateway_get_documentation_parts_input,
	  0, &list_output },
	{ "GetDocumentationVersion",
	  "GET /restapis/{restapi_id}/documentation/versions/{doc_version}", apigateway_get,
	  OP_READS, &apigateway_delete_documentation_version_input },
	{ "GetDocumentationVersions", "GET /restapis/{restapi_id}/documentation/versions",
	  apigateway_list, OP_READS, &apigateway_get_authorizers_input, 0, &list_output },
	{ "GetDomainName", "GET /domainnames/{domain_name}", apigateway_get, OP_READS,
	  &apigateway_delete_domain_name_input },
	{ "GetDomainNames", "GET /domainnames", apigateway_list, OP_READS,
	  &apigateway_get_domain_names_input, 0, &list_output },
	{ "GetExport", "GET /restapis/{restapi_id}/stages/{stage_name}/exports/{export_type}",
	  apigateway_get_export, OP_READS, &apigateway_get_export_input, 0, &export_output },
	{ "GetGatewayResponse", "GET /restapis/{restapi_id}/gatewayresponses/{response_type}",
	  apigateway_get_gateway_response, OP_READS, &apigateway_delete_gateway_response_input },
	{ "GetGatewayResponses", "GET /restapis/{restapi_id}/gatewayresponses",
	  apigateway_get_gateway_responses, OP_READS, &apigateway_get_authorizers_input, 0,
	  &list_output },
	{ "GetIntegration",
	  "GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
	  apigateway_integration_op, OP_READS, &apigateway_delete_integration_input },
	{ "GetIntegrationResponse",
	  "GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
	  apigateway_integration_response_op, OP_READS,
	  &apigateway_delete_integration_response_input },
	{ "GetMethod", "GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
	  apigateway_get_method, OP_READS, &apigateway_delete_integration_input },
	{ "GetMethodResponse",
	  "GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
	  apigateway_method_response_op, OP_READS, &apigateway_delete_integration_response_input },
	{ "GetModel", "GET /restapis/{restapi_id}/models/{model_name}", apigateway_model_op,
	  OP_READS, &apigateway_get_model_input },
	{ "GetModels", "GET /restapis/{restapi_id}/models", apigateway_list, OP_READS,
	  &apigateway_get_authorizers_input, 0, &list_output },
	{ "GetRequestValidator",
	  "GET /restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", apigateway_get,
	  OP_READS, &apigateway_delete_request_validator_input },
	{ "GetRequestValidators", "GET /restapis/{restapi_id}/requestvalidators", apigateway_list,
	  OP_READS, &apigateway_get_authorizers_input, 0, &list_output },
	{ "GetResource", "GET /restapis/{restapi_id}/resources/{resource_id}", apigateway_get,
	  OP_READS, &apigateway_get_resource_input },
	{ "GetResources", "GET /restapis/{restapi_id}/resources", apigateway_list, OP_READS,
	  &apigateway_get_resources_input, 0, &list_output },
	{ "GetRestApi", "GET /restapis/{restapi_id}", apigateway_rest_api_op, OP_READS,
	  &apigateway_delete_rest_api_input },
	{ "GetRestApis", "GET /restapis", apigateway_list, OP_READS,
	  &apigateway_get_rest_apis_input, 0, &list_output },
	{ "GetStage", "GET /restapis/{restapi_id}/stages/{stage_name}", apigateway_get, OP_READS,
	  &apigateway_delete_stage_input },
	{ "GetStages", "GET /restapis/{restapi_id}/stages", apigateway_get_stages, OP_READS,
	  &apigateway_get_stages_input },
	{ "GetTags", "GET /tags/{resource_arn}", apigateway_get_tags, OP_READS,
	  &apigateway_get_tags_input },
	{ "GetUsage", "GET /usageplans/{usageplanId}/usage", apigateway_get_usage, OP_READS,
	  &apigateway_get_usage_input, 0, &usage_output },
	{ "GetUsagePlan", "GET /usageplans/{usageplanId}", apigateway_get, OP_READS,
	  &apigateway_delete_usage_plan_input },
	{ "GetUsagePlanKey", "GET /usageplans/{usageplanId}/keys/{keyId}", apigateway_get, OP_READS,
	  &apigateway_delete_usage_plan_key_input },
	{ "GetUsagePlanKeys", "GET /usageplans/{usageplanId}/keys", apigateway_list, OP_READS,
	  &apigateway_get_usage_plan_keys_input, 0, &list_output },
	{ "GetUsagePlans", "GET /usageplans", apigateway_list, OP_READS,
	  &apigateway_get_usage_plans_input, 0, &list_output },
	{ "GetVpcLink", "GET /vpclinks/{vpclink_id}", apigateway_get, OP_READS,
	  &apigateway_delete_vpc_link_input },
	{ "GetVpcLinks", "GET /vpclinks", apigateway_list, OP_READS,
	  &apigateway_get_client_certificates_input, 0, &list_output },
	{ "ImportApiKeys", "POST /apikeys?mode=import", apigateway_import_api_keys, 0,
	  &apigateway_import_api_keys_input, 201 },
	{ "ImportDocumentationParts", "PUT /restapis/{restapi_id}/documentation/parts",
	  apigateway_import_documentation_parts, 0, &apigateway_import_documentation_parts_input },
	{ "ImportRestApi", "POST /restapis?mode=import", apigateway_import_rest_api, 0,
	  &apigateway_import_rest_api_input, 201 },
	{ "PutGatewayResponse", "PUT /restapis/{restapi_id}/gatewayresponses/{response_type}",
	  apigateway_put_gateway_response, 0, &apigateway_put_gateway_response_input, 201 },
	{ "PutIntegration",
	  "PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
	  apigateway_put_integration, 0, &apigateway_put_integration_input, 201 },
	{ "PutIntegrationResponse",
	  "PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
	  apigateway_put_integration_response, 0, &apigateway_put_integration_response_input, 201 },
	{ "PutMethod", "PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
	  apigateway_put_method, 0, &apigateway_put_method_input, 201 },
	{ "PutMethodResponse",
	  "PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
	  apigateway_put_method_response, 0, &apigateway_put_method_response_input, 201 },
	{ "PutRestApi", "PUT /restapis/{restapi_id}", apigateway_put_rest_api, 0,
	  &apigateway_put_rest_api_input },
	{ "TagResource", "PUT /tags/{resource_arn}", apigateway_tag_resource, 0,
	  &apigateway_tag_resource_input, 204 },
	{ "TestInvokeAuthorizer", "POST /restapis/{restapi_id}/authorizers/{authorizer_id}",
	  apigateway_test_invoke_authorizer, OP_WAITS, &apigateway_test_invoke_authorizer_input },
	{ "TestInvokeMethod",
	  "POST /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
	  apigateway_test_invoke_method, OP_WAITS, &apigateway_test_invoke_method_input },
	{ "UntagResource", "DELETE /tags/{resource_arn}", apigateway_untag_resource, 0,
	  &apigateway_untag_resource_input, 204 },
	{ "UpdateAccount", "PATCH /account", apigateway_update_account, 0,
	  &apigateway_update_account_input },
	{ "UpdateApiKey", "PATCH /apikeys/{api_Key}", apigateway_update, 0,
	  &apigateway_update_api_key_input },
	{ "UpdateAuthorizer", "PATCH /restapis/{restapi_id}/authorizers/{authorizer_id}",
	  apigateway_update, 0, &apigateway_update_authorizer_input },
	{ "UpdateBasePathMapping", "PATCH /domainnames/{domain_name}/basepathmappings/{base_path}",
	  apigateway_update, 0, &apigateway_update_base_path_mapping_input },
	{ "UpdateDeployment", "PATCH /restapis/{restapi_id}/deployments/{deployment_id}",
	  apigateway_update, 0, &apigateway_update_deployment_input },
	{ "UpdateDocumentationPart", "PATCH /restapis/{restapi_id}/documentation/parts/{part_id}",
	  apigateway_update, 0, &apigateway_update_documentation_part_input },
	{ "UpdateDocumentationVersion",
	  "PATCH /restapis/{restapi_id}/documentation/versions/{doc_version}", apigateway_update, 0,
	  &apigateway_update_documentation_version_input },
	{ "UpdateDomainName", "PATCH /domainnames/{domain_name}", apigateway_update, 0,
	  &apigateway_update_domain_name_input },
	{ "UpdateGatewayResponse", "PATCH /restapis/{restapi_id}/gatewayresponses/{response_type}",
	  apigateway_update_gateway_response, 0, &apigateway_update_gateway_response_input },
	{ "UpdateIntegration",
	  "PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration",
	  apigateway_integration_op, 0, &apigateway_update_integration_input },
	{ "UpdateIntegrationResponse",
	  "PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}",
	  apigateway_integration_response_op, 0, &apigateway_update_integration_response_input },
	{ "UpdateMethod",
	  "PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}",
	  apigateway_update_method, 0, &apigateway_update_method_input },
	{ "UpdateMethodResponse",
	  "PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}",
	  apigateway_method_response_op, 0, &apigateway_update_method_response_input, 201 },
	{ "UpdateModel", "PATCH /restapis/{restapi_id}/models/{model_name}", apigateway_model_op, 0,
	  &apigateway_update_model_input },
	{ "UpdateRequestValidator",
	  "PATCH /restapis/{restapi_id}/requestvalidators/{requestvalidator_id}", apigateway_update,
	  0, &apigateway_update_request_validator_input },
	{ "UpdateResource", "PATCH /restapis/{restapi_id}/resources/{resource_id}",
	  apigateway_update, 0, &apigateway_update_resource_input },
	{ "UpdateRestApi", "PATCH /restapis/{restapi_id}", apigateway_rest_api_op, 0,
	  &apigateway_update_rest_api_input },
	{ "UpdateStage", "PATCH /restapis/{restapi_id}/stages/{stage_name}", apigateway_update, 0,
	  &apigateway_update_stage_input },
	{ "UpdateUsage", "PATCH /usageplans/{usageplanId}/keys/{keyId}/usage",
	  apigateway_update_usage, 0, &apigateway_update_usage_input, 0, &usage_output },
	{ "UpdateUsagePlan", "PATCH /usageplans/{usageplanId}", apigateway_update, 0,
	  &apigateway_update_usage_plan_input },
	{ "UpdateVpcLink", "PATCH /vpclinks/{vpclink_id}", apigateway_update, 0,
	  &apigateway_update_vpc_link_input },
	{ 0 }
};

static const char *const upgrades[] = {
	/* Things that are found by their name, which is the place of a documentation part. */
	"UPDATE apigateway_thing SET name = coalesce(json_extract(doc, '$.name'), '')"
	" WHERE kind IN ('Authorizer', 'RequestValidator');"
	"UPDATE apigateway_thing SET name = coalesce(json_extract(doc, '$.location.type'), '') || char(10)"
	" || coalesce(json_extract(doc, '$.location.path'), '') || char(10)"
	" || coalesce(json_extract(doc, '$.location.method'), '') || char(10)"
	" || coalesce(json_extract(doc, '$.location.statusCode'), '') || char(10)"
	" || coalesce(json_extract(doc, '$.location.name'), '') WHERE kind = 'DocumentationPart';",
};

static const struct schema schema = {
	.name = "apigateway",
	.version = 2,
	.upgrades = upgrades,
	.sql = "CREATE TABLE apigateway_thing ("
	       " row INTEGER PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL,"
	       " name TEXT NOT NULL, doc TEXT NOT NULL);"
	       "CREATE UNIQUE INDEX apigateway_thing_id ON apigateway_thing (owner, kind, id);"
	       "CREATE INDEX apigateway_thing_row ON apigateway_thing (owner, kind, row);"
	       "CREATE INDEX apigateway_thing_name ON apigateway_thing (owner, kind, name);"
	       "CREATE TABLE apigateway_usage ("
	       " plan TEXT NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL,"
	       " used INTEGER NOT NULL, extra INTEGER NOT NULL,"
	       " PRIMARY KEY (plan, key, day)) WITHOUT ROWID;",
};

static const struct holding holdings[] = {
	{ "REST API", "REST APIs", "SELECT count(*) FROM apigateway_thing WHERE kind = 'RestApi'" },
	{ 0 }
};

const struct service apigateway_service = {
	.name = "apigateway",
	.api_version = "2015-07-09",
	.speaks = PROTO_REST_JSON,
	.operations = operations,
	.schema = &schema,
	.holdings = holdings,
	.access = &access_rules,
	.account_of = apigateway_account_of,
	.serves = apigateway_serves,
};
