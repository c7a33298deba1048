/*
 * API Gateway's HTTP APIs: the service. parts.c keeps what describes them, parts_api.c does what most operations do; the files
 * named after nouns do the rest, those that begin with "serve" serve the APIs. From: API Gateway Version 2 API Reference.
 */
#include "cloud/apigatewayv2/operations.h"

/* --- permissions ------------------------------------------------------------------------------- */

/*
 * Every operation is what HTTP makes of it: "apigateway:POST" on "arn:aws:apigateway:eu-west-1::/apis/a1b2/routes".
 * Service Authorization Reference, "Actions, resources, and condition keys for Amazon API Gateway Management V2".
 */
static void check_http(struct authorize_list *list)
{
	struct op *op = list->op;
	struct str path = str_of(op->operation->http), verb = str_cut(&path, ' '), segment;
	struct buf b;

	buf_init(&b, 8192);
	buf_addf(&b, "arn:aws:apigateway:%s::", op->region);
	path = str_slice(path, strlen("/v2/"), path.n);
	while (path.p) {
		segment = str_cut(&path, '/');
		buf_addc(&b, '/');
		if (str_starts(segment, STR("{")))
			segment = op_str(op, arena_cstr(op->arena,
							str_slice(segment, 1, segment.n - 1)));
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

/* --- the service ------------------------------------------------------------------------------- */

static const struct shape_member export_members[] = {
	{ "body", &shape_blob, .place = IN_PAYLOAD },
	{ 0 },
};
static const struct shape export_output = SHAPE_STRUCT(export_members);

static const struct operation operations[] = {
	{ "CreateApi", "POST /v2/apis", apigatewayv2_create_api, 0, &apigatewayv2_create_api_input,
	  201 },
	{ "CreateApiMapping", "POST /v2/domainnames/{domainName}/apimappings", apigatewayv2_create,
	  0, &apigatewayv2_create_api_mapping_input, 201 },
	{ "CreateAuthorizer", "POST /v2/apis/{apiId}/authorizers", apigatewayv2_create, 0,
	  &apigatewayv2_create_authorizer_input, 201 },
	{ "CreateDeployment", "POST /v2/apis/{apiId}/deployments", apigatewayv2_create_deployment,
	  0, &apigatewayv2_create_deployment_input, 201 },
	{ "CreateDomainName", "POST /v2/domainnames", apigatewayv2_create, 0,
	  &apigatewayv2_create_domain_name_input, 201 },
	{ "CreateIntegration", "POST /v2/apis/{apiId}/integrations", apigatewayv2_create, 0,
	  &apigatewayv2_create_integration_input, 201 },
	{ "CreateRoute", "POST /v2/apis/{apiId}/routes", apigatewayv2_create, 0,
	  &apigatewayv2_create_route_input, 201 },
	{ "CreateStage", "POST /v2/apis/{apiId}/stages", apigatewayv2_create, 0,
	  &apigatewayv2_create_stage_input, 201 },
	{ "CreateVpcLink", "POST /v2/vpclinks", apigatewayv2_create, 0,
	  &apigatewayv2_create_vpc_link_input, 201 },
	{ "DeleteAccessLogSettings", "DELETE /v2/apis/{apiId}/stages/{stageName}/accesslogsettings",
	  apigatewayv2_delete_access_log, 0, &apigatewayv2_delete_access_log_settings_input, 204 },
	{ "DeleteApi", "DELETE /v2/apis/{apiId}", apigatewayv2_delete, 0,
	  &apigatewayv2_delete_api_input, 204 },
	{ "DeleteApiMapping", "DELETE /v2/domainnames/{domainName}/apimappings/{apiMappingId}",
	  apigatewayv2_delete, 0, &apigatewayv2_delete_api_mapping_input, 204 },
	{ "DeleteAuthorizer", "DELETE /v2/apis/{apiId}/authorizers/{authorizerId}",
	  apigatewayv2_delete, 0, &apigatewayv2_delete_authorizer_input, 204 },
	{ "DeleteCorsConfiguration", "DELETE /v2/apis/{apiId}/cors", apigatewayv2_delete_cors, 0,
	  &apigatewayv2_delete_api_input, 204 },
	{ "DeleteDeployment", "DELETE /v2/apis/{apiId}/deployments/{deploymentId}",
	  apigatewayv2_delete, 0, &apigatewayv2_delete_deployment_input, 204 },
	{ "DeleteDomainName", "DELETE /v2/domainnames/{domainName}", apigatewayv2_delete, 0,
	  &apigatewayv2_delete_domain_name_input, 204 },
	{ "DeleteIntegration", "DELETE /v2/apis/{apiId}/integrations/{integrationId}",
	  apigatewayv2_delete, 0, &apigatewayv2_delete_integration_input, 204 },
	{ "DeleteRoute", "DELETE /v2/apis/{apiId}/routes/{routeId}", apigatewayv2_delete, 0,
	  &apigatewayv2_delete_route_input, 204 },
	{ "DeleteRouteRequestParameter",
	  "DELETE /v2/apis/{apiId}/routes/{routeId}/requestparameters/{requestParameterKey}",
	  apigatewayv2_delete_route_parameter, 0,
	  &apigatewayv2_delete_route_request_parameter_input, 204 },
	{ "DeleteRouteSettings",
	  "DELETE /v2/apis/{apiId}/stages/{stageName}/routesettings/{routeKey}",
	  apigatewayv2_delete_route_settings, 0, &apigatewayv2_delete_route_settings_input, 204 },
	{ "DeleteStage", "DELETE /v2/apis/{apiId}/stages/{stageName}", apigatewayv2_delete, 0,
	  &apigatewayv2_delete_access_log_settings_input, 204 },
	{ "DeleteVpcLink", "DELETE /v2/vpclinks/{vpcLinkId}", apigatewayv2_delete, 0,
	  &apigatewayv2_delete_vpc_link_input, 202 },
	{ "ExportApi", "GET /v2/apis/{apiId}/exports/{specification}", apigatewayv2_export_api,
	  OP_READS, &apigatewayv2_export_api_input, 0, &export_output },
	{ "GetApi", "GET /v2/apis/{apiId}", apigatewayv2_get, OP_READS,
	  &apigatewayv2_delete_api_input },
	{ "GetApiMapping", "GET /v2/domainnames/{domainName}/apimappings/{apiMappingId}",
	  apigatewayv2_get, OP_READS, &apigatewayv2_delete_api_mapping_input },
	{ "GetApiMappings", "GET /v2/domainnames/{domainName}/apimappings", apigatewayv2_list,
	  OP_READS, &apigatewayv2_get_api_mappings_input },
	{ "GetApis", "GET /v2/apis", apigatewayv2_list, OP_READS, &apigatewayv2_get_apis_input },
	{ "GetAuthorizer", "GET /v2/apis/{apiId}/authorizers/{authorizerId}", apigatewayv2_get,
	  OP_READS, &apigatewayv2_delete_authorizer_input },
	{ "GetAuthorizers", "GET /v2/apis/{apiId}/authorizers", apigatewayv2_list, OP_READS,
	  &apigatewayv2_get_authorizers_input },
	{ "GetDeployment", "GET /v2/apis/{apiId}/deployments/{deploymentId}", apigatewayv2_get,
	  OP_READS, &apigatewayv2_delete_deployment_input },
	{ "GetDeployments", "GET /v2/apis/{apiId}/deployments", apigatewayv2_list, OP_READS,
	  &apigatewayv2_get_authorizers_input },
	{ "GetDomainName", "GET /v2/domainnames/{domainName}", apigatewayv2_get, OP_READS,
	  &apigatewayv2_delete_domain_name_input },
	{ "GetDomainNames", "GET /v2/domainnames", apigatewayv2_list, OP_READS,
	  &apigatewayv2_get_apis_input },
	{ "GetIntegration", "GET /v2/apis/{apiId}/integrations/{integrationId}", apigatewayv2_get,
	  OP_READS, &apigatewayv2_delete_integration_input },
	{ "GetIntegrations", "GET /v2/apis/{apiId}/integrations", apigatewayv2_list, OP_READS,
	  &apigatewayv2_get_authorizers_input },
	{ "GetRoute", "GET /v2/apis/{apiId}/routes/{routeId}", apigatewayv2_get, OP_READS,
	  &apigatewayv2_delete_route_input },
	{ "GetRoutes", "GET /v2/apis/{apiId}/routes", apigatewayv2_list, OP_READS,
	  &apigatewayv2_get_authorizers_input },
	{ "GetStage", "GET /v2/apis/{apiId}/stages/{stageName}", apigatewayv2_get, OP_READS,
	  &apigatewayv2_delete_access_log_settings_input },
	{ "GetStages", "GET /v2/apis/{apiId}/stages", apigatewayv2_list, OP_READS,
	  &apigatewayv2_get_authorizers_input },
	{ "GetTags", "GET /v2/tags/{resource-arn}", apigatewayv2_get_tags, OP_READS,
	  &apigatewayv2_get_tags_input },
	{ "GetVpcLink", "GET /v2/vpclinks/{vpcLinkId}", apigatewayv2_get, OP_READS,
	  &apigatewayv2_delete_vpc_link_input },
	{ "GetVpcLinks", "GET /v2/vpclinks", apigatewayv2_list, OP_READS,
	  &apigatewayv2_get_apis_input },
	{ "ImportApi", "PUT /v2/apis", apigatewayv2_import_api, 0, &apigatewayv2_import_api_input,
	  201 },
	{ "Invoke", NULL, apigatewayv2_serve, OP_OPEN | OP_RAW | OP_WAITS | OP_DATA | OP_SHORT },
	{ "ReimportApi", "PUT /v2/apis/{apiId}", apigatewayv2_reimport_api, 0,
	  &apigatewayv2_reimport_api_input, 201 },
	{ "ResetAuthorizersCache", "DELETE /v2/apis/{apiId}/stages/{stageName}/cache/authorizers",
	  apigatewayv2_reset_cache, 0, &apigatewayv2_reset_authorizers_cache_input, 204 },
	{ "TagResource", "POST /v2/tags/{resource-arn}", apigatewayv2_tag_resource, 0,
	  &apigatewayv2_tag_resource_input, 201 },
	{ "UntagResource", "DELETE /v2/tags/{resource-arn}", apigatewayv2_untag_resource, 0,
	  &apigatewayv2_untag_resource_input, 204 },
	{ "UpdateApi", "PATCH /v2/apis/{apiId}", apigatewayv2_update_api, 0,
	  &apigatewayv2_update_api_input },
	{ "UpdateApiMapping", "PATCH /v2/domainnames/{domainName}/apimappings/{apiMappingId}",
	  apigatewayv2_update, 0, &apigatewayv2_update_api_mapping_input },
	{ "UpdateAuthorizer", "PATCH /v2/apis/{apiId}/authorizers/{authorizerId}",
	  apigatewayv2_update, 0, &apigatewayv2_update_authorizer_input },
	{ "UpdateDeployment", "PATCH /v2/apis/{apiId}/deployments/{deploymentId}",
	  apigatewayv2_update, 0, &apigatewayv2_update_deployment_input },
	{ "UpdateDomainName", "PATCH /v2/domainnames/{domainName}", apigatewayv2_update, 0,
	  &apigatewayv2_update_domain_name_input },
	{ "UpdateIntegration", "PATCH /v2/apis/{apiId}/integrations/{integrationId}",
	  apigatewayv2_update, 0, &apigatewayv2_update_integration_input },
	{ "UpdateRoute", "PATCH /v2/apis/{apiId}/routes/{routeId}", apigatewayv2_update, 0,
	  &apigatewayv2_update_route_input },
	{ "UpdateStage", "PATCH /v2/apis/{apiId}/stages/{stageName}", apigatewayv2_update, 0,
	  &apigatewayv2_update_stage_input },
	{ "UpdateVpcLink", "PATCH /v2/vpclinks/{vpcLinkId}", apigatewayv2_update, 0,
	  &apigatewayv2_update_vpc_link_input },
	{ 0 },
};

static const char *const upgrades[] = {
	/* Routes and authorizers by what there may be one of; the queries in parts.c use the same expressions. */
	"CREATE INDEX apigatewayv2_route ON apigatewayv2_part (owner, json_extract(doc, '$.routeKey'), row)"
	" WHERE kind = 'Route';"
	"CREATE INDEX apigatewayv2_authorizer ON apigatewayv2_part (owner, json_extract(doc, '$.name'), row)"
	" WHERE kind = 'Authorizer';",
};

static const struct schema schema = {
	.name = "apigatewayv2",
	.version = 2,
	.upgrades = upgrades,
	.sql = "CREATE TABLE apigatewayv2_part ("
	       " row INTEGER PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL,"
	       " doc TEXT NOT NULL);"
	       "CREATE UNIQUE INDEX apigatewayv2_part_id ON apigatewayv2_part (owner, kind, id);"
	       "CREATE INDEX apigatewayv2_part_row ON apigatewayv2_part (owner, kind, row);",
};

static const struct holding holdings[] = {
	{ "HTTP API", "HTTP APIs", "SELECT count(*) FROM apigatewayv2_part WHERE kind = 'Api'" },
	{ 0 }
};

const struct service apigatewayv2_service = {
	.name = "apigatewayv2",
	.signing_name = "apigateway",
	.api_version = "2018-11-29",
	.speaks = PROTO_REST_JSON,
	.invalid = &HttpApiBadRequest,
	.operations = operations,
	.schema = &schema,
	.holdings = holdings,
	.access = &access_rules,
	.account_of = apigatewayv2_account_of,
	.serves = apigatewayv2_serves,
};
