/*
 * Lambda: the operations and what they need. create.c makes and changes functions, invoke.c runs them, pool.c keeps
 * their environments. From: Lambda API Reference, 2015-03-31; Service Authorization Reference, "AWS Lambda".
 */
#include "cloud/lambda/lambda.h"

#include "aws/id.h"
#include "cloud/lambda/code.h"
#include "cloud/lambda/concurrency.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/jobs.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/permissions.h"
#include "cloud/lambda/serve.h"
#include "cloud/lambda/settings.h"
#include "cloud/lambda/shapes.h"
#include "cloud/lambda/versions.h"

/* --- reading functions ------------------------------------------------------------------------ */

static enum outcome get_function(struct op *op)
{
	struct json_object *tags, *code;
	struct function f;
	int64_t reserved;

	if (!function_get(op, &f))
		return FAILED;
	function_describe(op, &f, 0, json_set_object(op->out, "Configuration"));
	code = json_set_object(op->out, "Code");
	json_set_cstr(code, "RepositoryType", "S3");
	json_set_str(code, "Location", code_location(op, f.code));
	tags = tags_of(op, f.name);
	if (json_count(tags))
		json_set(op->out, "Tags", json_object_get(tags));
	reserved = concurrency_reserved(op, f.name);
	if (reserved >= 0)
		json_set_int(json_set_object(op->out, "Concurrency"),
			     "ReservedConcurrentExecutions", reserved);
	return DONE;
}

static enum outcome get_function_configuration(struct op *op)
{
	struct function f;

	if (!function_get(op, &f))
		return FAILED;
	function_describe(op, &f, 0, op->out);
	return DONE;
}

static enum outcome list_functions(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Functions");
	bool all = op_has(op, "FunctionVersion");
	struct stmt *q = db_query(op->db, "SELECT name FROM lambda_function ORDER BY name", "");
	struct function f;

	while (stmt_row(q)) {
		struct str name = stmt_dup(q, 0, op->arena);

		if (all)
			version_list(op, name, list);
		else if (function_find(op, name, &f))
			function_describe(op, &f, DESCRIBE_LISTED, json_add_object(list));
	}
	return function_page(op, "Functions", 50);
}

/* --- what operations need ------------------------------------------------------------------------ */

/* "arn:...:function:NAME" of what the operation names in whatever way, with a qualifier or without. */
static void check_name(struct authorize_list *list, bool qualified)
{
	struct op *op = list->op;
	struct str asked = op_str(op, "Qualifier");
	struct function_name n = function_name_split(op_str(op, "FunctionName"));

	if (asked.n)
		n.qualifier = asked;
	authorize_add(list,
		      &(struct authorize_check){
			      .action = qualified && str_starts(str_of(op->operation->name),
								STR("Invoke"))
						? "lambda:InvokeFunction"
						: NULL,
			      .resource = function_arn_of(op, n.name,
							  qualified ? n.qualifier : STR_NONE) });
}

static void check_function(struct authorize_list *list)
{
	check_name(list, false);
}

static void check_qualified(struct authorize_list *list)
{
	check_name(list, true);
}

static void check_layer(struct authorize_list *list)
{
	struct op *op = list->op;
	struct str name = op_str(op, "LayerName"), arn = op_str(op, "Arn");
	int64_t version = op_int_or(op, "VersionNumber", 0);

	if (!arn.p && !str_starts(name, STR("arn:")))
		name = op_arn(op, "lambda", "layer:%.*s", STR_ARG(name));
	if (version)
		name = arena_strf(op->arena, "%.*s:%lld", STR_ARG(name), (long long)version);
	authorize_add(list,
		      &(struct authorize_check){ .action = arn.p ? "lambda:GetLayerVersion" : NULL,
						 .resource = arn.p ? arn : name });
}

#define FUNCTION(name)                                                                             \
	{                                                                                          \
		name, .checks = check_function                                                     \
	}
#define QUALIFIED(name)                                                                            \
	{                                                                                          \
		name, .checks = check_qualified                                                    \
	}
#define LAYER(name)                                                                                \
	{                                                                                          \
		name, .checks = check_layer                                                        \
	}
#define MAPPING "event-source-mapping:{UUID}"
static const struct access accesses[] = {
	LAYER("AddLayerVersionPermission"),
	FUNCTION("AddPermission"),
	FUNCTION("CreateAlias"),
	FUNCTION("CreateFunction"),
	FUNCTION("CreateFunctionUrlConfig"),
	FUNCTION("DeleteAlias"),
	{ "DeleteEventSourceMapping", .resource = MAPPING },
	FUNCTION("DeleteFunction"),
	FUNCTION("DeleteFunctionCodeSigningConfig"),
	FUNCTION("DeleteFunctionConcurrency"),
	FUNCTION("DeleteFunctionEventInvokeConfig"),
	FUNCTION("DeleteFunctionUrlConfig"),
	LAYER("DeleteLayerVersion"),
	QUALIFIED("DeleteProvisionedConcurrencyConfig"),
	FUNCTION("GetAlias"),
	{ "GetEventSourceMapping", .resource = MAPPING },
	QUALIFIED("GetFunction"),
	FUNCTION("GetFunctionCodeSigningConfig"),
	FUNCTION("GetFunctionConcurrency"),
	QUALIFIED("GetFunctionConfiguration"),
	FUNCTION("GetFunctionEventInvokeConfig"),
	FUNCTION("GetFunctionRecursionConfig"),
	FUNCTION("GetFunctionUrlConfig"),
	LAYER("GetLayerVersion"),
	LAYER("GetLayerVersionByArn"),
	LAYER("GetLayerVersionPolicy"),
	FUNCTION("GetPolicy"),
	QUALIFIED("GetProvisionedConcurrencyConfig"),
	FUNCTION("GetRuntimeManagementConfig"),
	/* Services that invoke name a function by its ARN: for them the resource is asked for alone. */
	{ "Invoke", .action = "lambda:InvokeFunction", .resource = "function:{FunctionName}",
	  .checks = check_qualified },
	FUNCTION("InvokeAsync"),
	{ "InvokeWithResponseStream", .checks = check_qualified },
	FUNCTION("ListAliases"),
	FUNCTION("ListFunctionEventInvokeConfigs"),
	FUNCTION("ListFunctionUrlConfigs"),
	FUNCTION("ListProvisionedConcurrencyConfigs"),
	{ "ListTags", .resource = "{Resource}" },
	FUNCTION("ListVersionsByFunction"),
	LAYER("PublishLayerVersion"),
	FUNCTION("PublishVersion"),
	FUNCTION("PutFunctionCodeSigningConfig"),
	FUNCTION("PutFunctionConcurrency"),
	FUNCTION("PutFunctionEventInvokeConfig"),
	FUNCTION("PutFunctionRecursionConfig"),
	QUALIFIED("PutProvisionedConcurrencyConfig"),
	FUNCTION("PutRuntimeManagementConfig"),
	LAYER("RemoveLayerVersionPermission"),
	FUNCTION("RemovePermission"),
	{ "TagResource", .resource = "{Resource}" },
	{ "UntagResource", .resource = "{Resource}" },
	FUNCTION("UpdateAlias"),
	{ "UpdateEventSourceMapping", .resource = MAPPING },
	FUNCTION("UpdateFunctionCode"),
	FUNCTION("UpdateFunctionConfiguration"),
	FUNCTION("UpdateFunctionEventInvokeConfig"),
	FUNCTION("UpdateFunctionUrlConfig"),
	{ NULL },
};
static const struct access_rules access_rules = { .operations = accesses,
						  .any_document = permissions_any,
						  .document = permissions_document };

/* --- the service ------------------------------------------------------------------------------- */

#define FUNCTIONS   "/2015-03-31/functions"
#define NAME        FUNCTIONS "/{FunctionName}"
#define EVENTS      "/2019-09-25/functions/{FunctionName}/event-invoke-config"
#define SIGNING     "/2020-06-30/functions/{FunctionName}/code-signing-config"
#define RECURSION   "/2024-08-31/functions/{FunctionName}/recursion-config"
#define UPDATES     "/2021-07-20/functions/{FunctionName}/runtime-management-config"
#define LAYERS      "/2018-10-31/layers"
#define VERSIONS    LAYERS "/{LayerName}/versions"
#define URL         "/2021-10-31/functions/{FunctionName}/url"
#define PROVISIONED "/2019-09-30/functions/{FunctionName}/provisioned-concurrency"
#define MAPPINGS    "/2015-03-31/event-source-mappings"
#define TAGS        "/2017-03-31/tags/{Resource}"
static const struct operation operations[] = {
	{ "AddLayerVersionPermission", "POST " VERSIONS "/{VersionNumber}/policy",
	  lambda_op_add_layer_permission, OP_POLICY, &lambda_add_layer_permission, 201 },
	{ "AddPermission", "POST " NAME "/policy", lambda_op_add_permission, OP_POLICY,
	  &lambda_add_permission, 201 },
	{ "CreateAlias", "POST " NAME "/aliases", lambda_op_create_alias, 0, &lambda_create_alias,
	  201 },
	{ "CreateEventSourceMapping", "POST " MAPPINGS, lambda_op_create_mapping, 0,
	  &lambda_create_mapping, 202 },
	{ "CreateFunction", "POST " FUNCTIONS, lambda_op_create_function, OP_WAITS,
	  &lambda_create_function, 201 },
	{ "CreateFunctionUrlConfig", "POST " URL, lambda_op_create_url, 0, &lambda_create_url,
	  201 },
	{ "DeleteAlias", "DELETE " NAME "/aliases/{Name}", lambda_op_delete_alias, OP_POLICY,
	  &lambda_alias_name, 204 },
	{ "DeleteEventSourceMapping", "DELETE " MAPPINGS "/{UUID}", lambda_op_delete_mapping, 0,
	  &lambda_mapping_uuid, 202 },
	{ "DeleteFunction", "DELETE " NAME, lambda_op_delete_function, OP_POLICY,
	  &lambda_delete_function, 204 },
	{ "DeleteFunctionCodeSigningConfig", "DELETE " SIGNING, lambda_op_delete_code_signing, 0,
	  &lambda_plain_name, 204 },
	{ "DeleteFunctionConcurrency", "DELETE /2017-10-31/functions/{FunctionName}/concurrency",
	  lambda_op_delete_concurrency, 0, &lambda_plain_name, 204 },
	{ "DeleteFunctionEventInvokeConfig", "DELETE " EVENTS, lambda_op_delete_event_config, 0,
	  &lambda_delete_function, 204 },
	{ "DeleteFunctionUrlConfig", "DELETE " URL, lambda_op_delete_url, 0, &lambda_url_name,
	  204 },
	{ "DeleteLayerVersion", "DELETE " VERSIONS "/{VersionNumber}",
	  lambda_op_delete_layer_version, OP_POLICY, &lambda_layer_version, 204 },
	{ "DeleteProvisionedConcurrencyConfig", "DELETE " PROVISIONED, lambda_op_delete_provisioned,
	  0, &lambda_provisioned, 204 },
	{ "GetAccountSettings", "GET /2016-08-19/account-settings", lambda_op_get_account_settings,
	  OP_READS },
	{ "GetAlias", "GET " NAME "/aliases/{Name}", lambda_op_get_alias, OP_READS,
	  &lambda_alias_name },
	{ "GetEventSourceMapping", "GET " MAPPINGS "/{UUID}", lambda_op_get_mapping, OP_READS,
	  &lambda_mapping_uuid },
	{ "GetFunction", "GET " NAME, get_function, OP_READS, &lambda_function_name },
	{ "GetFunctionCodeSigningConfig", "GET " SIGNING, lambda_op_get_code_signing, OP_READS,
	  &lambda_plain_name },
	{ "GetFunctionConcurrency", "GET /2019-09-30/functions/{FunctionName}/concurrency",
	  lambda_op_get_concurrency, OP_READS, &lambda_plain_name },
	{ "GetFunctionConfiguration", "GET " NAME "/configuration", get_function_configuration,
	  OP_READS, &lambda_function_name },
	{ "GetFunctionEventInvokeConfig", "GET " EVENTS, lambda_op_get_event_config, OP_READS,
	  &lambda_delete_function },
	{ "GetFunctionRecursionConfig", "GET " RECURSION, lambda_op_get_recursion, OP_READS,
	  &lambda_plain_name },
	{ "GetFunctionUrlConfig", "GET " URL, lambda_op_get_url, OP_READS, &lambda_url_name },
	{ "GetLayerVersion", "GET " VERSIONS "/{VersionNumber}", lambda_op_get_layer_version,
	  OP_READS, &lambda_layer_version },
	{ "GetLayerVersionByArn", "GET " LAYERS "?find=LayerVersion",
	  lambda_op_get_layer_version_by_arn, OP_READS, &lambda_layer_arn },
	{ "GetLayerVersionPolicy", "GET " VERSIONS "/{VersionNumber}/policy",
	  lambda_op_get_layer_policy, OP_READS, &lambda_layer_version },
	{ "GetPolicy", "GET " NAME "/policy", lambda_op_get_policy, OP_READS,
	  &lambda_function_name },
	{ "GetProvisionedConcurrencyConfig", "GET " PROVISIONED, lambda_op_get_provisioned,
	  OP_READS, &lambda_provisioned },
	{ "GetRuntimeManagementConfig", "GET " UPDATES, lambda_op_get_runtime_management, OP_READS,
	  &lambda_function_name },
	{ "Invoke", "POST " NAME "/invocations", lambda_op_invoke, OP_WAITS | OP_DATA | OP_SHORT,
	  &lambda_invoke, 0, &lambda_invoke_output },
	{ "InvokeAsync", "POST /2014-11-13/functions/{FunctionName}/invoke-async",
	  lambda_op_invoke_async, OP_DATA, &lambda_invoke_async, 202, &lambda_invoke_async_output },
	{ "InvokeWithResponseStream",
	  "POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations",
	  lambda_op_invoke_stream, OP_WAITS | OP_DATA, &lambda_invoke_stream, 0,
	  &lambda_invoke_stream_output },
	{ "ListAliases", "GET " NAME "/aliases", lambda_op_list_aliases, OP_READS,
	  &lambda_list_aliases },
	{ "ListEventSourceMappings", "GET " MAPPINGS, lambda_op_list_mappings, OP_READS,
	  &lambda_list_mappings },
	{ "ListFunctionEventInvokeConfigs", "GET " EVENTS "/list", lambda_op_list_event_configs,
	  OP_READS, &lambda_list_of_function },
	{ "ListFunctionUrlConfigs", "GET " URL "s", lambda_op_list_urls, OP_READS,
	  &lambda_list_of_function },
	{ "ListFunctions", "GET " FUNCTIONS, list_functions, OP_READS, &lambda_list_functions },
	{ "ListLayerVersions", "GET " VERSIONS, lambda_op_list_layer_versions, OP_READS,
	  &lambda_list_layer_versions },
	{ "ListLayers", "GET " LAYERS, lambda_op_list_layers, OP_READS, &lambda_list_layers },
	{ "ListProvisionedConcurrencyConfigs", "GET " PROVISIONED "?List=ALL",
	  lambda_op_list_provisioned, OP_READS, &lambda_list_of_function },
	{ "ListTags", "GET " TAGS, lambda_op_list_tags, OP_READS, &lambda_list_tags },
	{ "ListVersionsByFunction", "GET " NAME "/versions", lambda_op_list_versions, OP_READS,
	  &lambda_list_versions },
	{ "PublishLayerVersion", "POST " VERSIONS, lambda_op_publish_layer_version, OP_WAITS,
	  &lambda_publish_layer_version, 201 },
	{ "PublishVersion", "POST " NAME "/versions", lambda_op_publish_version, 0,
	  &lambda_publish_version, 201 },
	{ "PutFunctionCodeSigningConfig", "PUT " SIGNING, lambda_op_put_code_signing, 0,
	  &lambda_put_code_signing },
	{ "PutFunctionConcurrency", "PUT /2017-10-31/functions/{FunctionName}/concurrency",
	  lambda_op_put_concurrency, 0, &lambda_put_concurrency },
	{ "PutFunctionEventInvokeConfig", "PUT " EVENTS, lambda_op_put_event_config, 0,
	  &lambda_event_config },
	{ "PutFunctionRecursionConfig", "PUT " RECURSION, lambda_op_put_recursion, 0,
	  &lambda_put_recursion },
	{ "PutProvisionedConcurrencyConfig", "PUT " PROVISIONED, lambda_op_put_provisioned, 0,
	  &lambda_put_provisioned, 202 },
	{ "PutRuntimeManagementConfig", "PUT " UPDATES, lambda_op_put_runtime_management, 0,
	  &lambda_put_runtime_management },
	{ "RemoveLayerVersionPermission",
	  "DELETE " VERSIONS "/{VersionNumber}/policy/{StatementId}",
	  lambda_op_remove_layer_permission, OP_POLICY, &lambda_remove_layer_permission, 204 },
	{ "RemovePermission", "DELETE " NAME "/policy/{StatementId}", lambda_op_remove_permission,
	  OP_POLICY, &lambda_remove_permission, 204 },
	{ "ServeCode", NULL, lambda_op_serve_code, OP_RAW | OP_OPEN | OP_READS },
	{ "ServeUrl", NULL, lambda_op_serve_url, OP_RAW | OP_OPEN | OP_WAITS | OP_DATA | OP_SHORT },
	{ "TagResource", "POST " TAGS, lambda_op_tag_resource, 0, &lambda_tag_resource, 204 },
	{ "UntagResource", "DELETE " TAGS, lambda_op_untag_resource, 0, &lambda_untag_resource,
	  204 },
	{ "UpdateAlias", "PUT " NAME "/aliases/{Name}", lambda_op_update_alias, 0,
	  &lambda_update_alias },
	{ "UpdateEventSourceMapping", "PUT " MAPPINGS "/{UUID}", lambda_op_update_mapping, 0,
	  &lambda_update_mapping, 202 },
	{ "UpdateFunctionCode", "PUT " NAME "/code", lambda_op_update_function_code, OP_WAITS,
	  &lambda_update_code },
	{ "UpdateFunctionConfiguration", "PUT " NAME "/configuration",
	  lambda_op_update_function_configuration, 0, &lambda_update_configuration },
	{ "UpdateFunctionEventInvokeConfig", "POST " EVENTS, lambda_op_update_event_config, 0,
	  &lambda_event_config },
	{ "UpdateFunctionUrlConfig", "PUT " URL, lambda_op_update_url, 0, &lambda_update_url },
	{ 0 }
};

static const char *const upgrades[] = {
	/*
	 * Versions, aliases, layers. `content`, `layers` and `opt` are explained in function.h; lambda_counter has the
	 * last number that a function or layer was given; a policy's name is a function's or "layer:NAME".
	 */
	"ALTER TABLE lambda_function ADD COLUMN content TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE lambda_function ADD COLUMN layers TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE lambda_function ADD COLUMN opt TEXT NOT NULL DEFAULT '';"
	"UPDATE lambda_function SET content = hex(randomblob(16));"
	"CREATE TABLE lambda_version ("
	" name TEXT NOT NULL, version INTEGER NOT NULL, config TEXT NOT NULL, code TEXT NOT NULL,"
	" content TEXT NOT NULL, layers TEXT NOT NULL, opt TEXT NOT NULL,"
	" created_at INTEGER NOT NULL, PRIMARY KEY (name, version)) WITHOUT ROWID;"
	"CREATE TABLE lambda_alias ("
	" name TEXT NOT NULL, alias TEXT NOT NULL, config TEXT NOT NULL,"
	" PRIMARY KEY (name, alias)) WITHOUT ROWID;"
	"CREATE TABLE lambda_counter ("
	" resource TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE lambda_layer ("
	" name TEXT NOT NULL, version INTEGER NOT NULL, config TEXT NOT NULL, code TEXT NOT NULL,"
	" PRIMARY KEY (name, version)) WITHOUT ROWID;"
	"CREATE TABLE lambda_policy ("
	" name TEXT NOT NULL, qualifier TEXT NOT NULL, statements TEXT NOT NULL,"
	" revision TEXT NOT NULL, PRIMARY KEY (name, qualifier)) WITHOUT ROWID;"
	"CREATE TABLE lambda_setting ("
	" name TEXT NOT NULL, kind TEXT NOT NULL, qualifier TEXT NOT NULL, mark TEXT,"
	" value TEXT NOT NULL, PRIMARY KEY (name, kind, qualifier)) WITHOUT ROWID;"
	"CREATE UNIQUE INDEX lambda_setting_mark ON lambda_setting (mark) WHERE mark IS NOT NULL;"
	"CREATE TABLE lambda_code (code TEXT PRIMARY KEY, unzipped INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE lambda_secret (secret BLOB NOT NULL);"
	"INSERT INTO lambda_secret VALUES (randomblob(32));",
	/* Event source mappings (mapping.h). */
	"CREATE TABLE lambda_mapping ("
	" id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, source TEXT NOT NULL, name TEXT NOT NULL,"
	" qualifier TEXT NOT NULL, config TEXT NOT NULL, passing TEXT NOT NULL, state TEXT NOT NULL,"
	" settles_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, reason TEXT NOT NULL,"
	" result TEXT NOT NULL, progress TEXT NOT NULL, UNIQUE (source, name, qualifier));",
};

static const struct schema schema = {
	.name = "lambda",
	.version = 3,
	.upgrades = upgrades,
	.sql = "CREATE TABLE lambda_function ("
	       " name TEXT PRIMARY KEY, config TEXT NOT NULL, code TEXT NOT NULL,"
	       " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;",
};

/* --- data planes -------------------------------------------------------------------------------- */

static const struct operation *serves(const struct raw_request *raw)
{
	struct str rest;

	if (url_id_of(raw, &rest).p)
		return operation_find(&lambda_service, STR("ServeUrl"));
	return raw_path_label(raw, CODE_PATH, &rest).p
		       ? operation_find(&lambda_service, STR("ServeCode"))
		       : NULL;
}

static bool account_of(struct op *op, char account[static 13])
{
	struct str rest, id = url_id_of(op->raw, &rest);

	if (id.p) {
		if (id_account_long(id, URL_ID, account) &&
		    aws_account_here(op->aws, str_of(account)))
			return true;
	} else {
		id = raw_path_label(op->raw, CODE_PATH, &rest);
		if (id.n == 12 && aws_account_here(op->aws, id)) {
			memcpy(account, id.p, 12);
			account[12] = '\0';
			return true;
		}
	}
	op_fail(op, &LambdaNotFound, "Not Found");
	return false;
}

static const struct holding holdings[] = {
	{ "Lambda function", "Lambda functions", "SELECT count(*) FROM lambda_function" }, { 0 }
};

const struct service lambda_service = {
	.name = "lambda",
	.api_version = "2015-03-31",
	.speaks = PROTO_REST_JSON,
	.operations = operations,
	.jobs = lambda_jobs,
	.schema = &schema,
	.holdings = holdings,
	.access = &access_rules,
	.account_of = account_of,
	.serves = serves,
	.body_max = 96 << 20,
};
