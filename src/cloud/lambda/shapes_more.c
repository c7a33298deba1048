/* The shapes of permissions, layers, tags and of what is set on functions; see shapes.h. */
#include "cloud/lambda/shapes.h"

#define ANY_ARN                                                                                       \
	"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:" \
	"(\\d{12})?:(.*)"

/* --- permissions --------------------------------------------------------------------------------- */

static const struct shape statement_id = LAMBDA_TEXT(1, 100, "([a-zA-Z0-9-_]+)");
static const struct shape any_statement_id = LAMBDA_TEXT(1, 100, "([a-zA-Z0-9-_.]+)");
static const struct shape action = { .type = SHAPE_STRING,
				     .pattern = "(lambda:[*]|lambda:[a-zA-Z]+|[*])" };
static const struct shape principal = { .type = SHAPE_STRING, .pattern = "[^\\s]+" };
static const struct shape arn = { .type = SHAPE_STRING, .pattern = ANY_ARN };
static const struct shape account = LAMBDA_TEXT(0, 12, "\\d{12}");
static const struct shape token = LAMBDA_TEXT(0, 256, "[a-zA-Z0-9._\\-]+");
static const struct shape organization = LAMBDA_TEXT(12, 34, "o-[a-z0-9]{10,32}");
static const char *const auth_values[] = { "NONE", "AWS_IAM", NULL };
static const struct shape auth_type = LAMBDA_ONE_OF(auth_values);

static const struct shape_member add_permission_members[] = {
	LAMBDA_NAME,
	{ "StatementId", &statement_id, .required = true },
	{ "Action", &action, .required = true },
	{ "Principal", &principal, .required = true },
	{ "SourceArn", &arn },
	{ "SourceAccount", &account },
	{ "EventSourceToken", &token },
	LAMBDA_QUALIFIER,
	{ "RevisionId", &shape_string },
	{ "PrincipalOrgID", &organization },
	{ "FunctionUrlAuthType", &auth_type },
	{ 0 },
};
const struct shape lambda_add_permission = SHAPE_STRUCT(add_permission_members);
static const struct shape_member remove_permission_members[] = {
	LAMBDA_NAME,
	{ "StatementId", &any_statement_id, .required = true, .place = IN_PATH },
	LAMBDA_QUALIFIER,
	{ "RevisionId", &shape_string, .place = IN_QUERY },
	{ 0 },
};
const struct shape lambda_remove_permission = SHAPE_STRUCT(remove_permission_members);

/* --- layers ---------------------------------------------------------------------------------------- */

static const struct shape layer_name =
	LAMBDA_TEXT(1, 140,
		    "(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|"
		    "[a-zA-Z0-9-_]+");
#define LAYER                                                                                      \
	{                                                                                          \
		"LayerName", &layer_name, .required = true, .place = IN_PATH                       \
	}
#define LAYER_VERSION                                                                              \
	LAYER,                                                                                     \
	{                                                                                          \
		"VersionNumber", &shape_long, .required = true, .place = IN_PATH                   \
	}

static const struct shape bucket = LAMBDA_TEXT(3, 63, "[0-9A-Za-z\\.\\-_]*");
static const struct shape key = LAMBDA_TEXT(1, 1024, NULL);
static const struct shape_member content_members[] = { { "S3Bucket", &bucket },
						       { "S3Key", &key },
						       { "S3ObjectVersion", &key },
						       { "ZipFile", &shape_blob },
						       { 0 } };
static const struct shape content = SHAPE_STRUCT(content_members);
/* As for functions, with those of all languages: a layer may be for what does not run here. */
static const char *const runtime_values[] = {
	"nodejs",          "nodejs4.3",     "nodejs6.10",     "nodejs8.10",
	"nodejs10.x",      "nodejs12.x",    "nodejs14.x",     "nodejs16.x",
	"java8",           "java8.al2",     "java11",         "python2.7",
	"python3.6",       "python3.7",     "python3.8",      "python3.9",
	"dotnetcore1.0",   "dotnetcore2.0", "dotnetcore2.1",  "dotnetcore3.1",
	"dotnet6",         "dotnet8",       "nodejs4.3-edge", "go1.x",
	"ruby2.5",         "ruby2.7",       "provided",       "provided.al2",
	"nodejs18.x",      "python3.10",    "java17",         "ruby3.2",
	"ruby3.3",         "ruby3.4",       "python3.11",     "nodejs20.x",
	"provided.al2023", "python3.12",    "java21",         "python3.13",
	"nodejs22.x",      "nodejs24.x",    "python3.14",     NULL,
};
static const struct shape runtime = LAMBDA_ONE_OF(runtime_values);
static const struct shape runtimes = LAMBDA_LIST(0, 15, &runtime);
static const struct shape license = LAMBDA_TEXT(0, 512, NULL);
static const struct shape architectures = LAMBDA_LIST(0, 2, &lambda_shape_architecture);

static const struct shape_member publish_layer_members[] = {
	LAYER,
	{ "Description", &lambda_shape_description },
	{ "Content", &content, .required = true },
	{ "CompatibleRuntimes", &runtimes },
	{ "LicenseInfo", &license },
	{ "CompatibleArchitectures", &architectures },
	{ 0 },
};
const struct shape lambda_publish_layer_version = SHAPE_STRUCT(publish_layer_members);
static const struct shape_member layer_version_members[] = { LAYER_VERSION, { 0 } };
const struct shape lambda_layer_version = SHAPE_STRUCT(layer_version_members);
static const struct shape layer_arn = LAMBDA_TEXT(
	1, 140,
	"arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:"
	"layer:[a-zA-Z0-9-_]+:[0-9]+");
static const struct shape_member layer_arn_members[] = {
	{ "Arn", &layer_arn, .required = true, .place = IN_QUERY }, { 0 }
};
const struct shape lambda_layer_arn = SHAPE_STRUCT(layer_arn_members);

#define LAYER_LIST                                                                                 \
	{ "CompatibleRuntime", &runtime, .place = IN_QUERY },                                      \
		LAMBDA_PAGE(&lambda_shape_page_small),                                             \
	{                                                                                          \
		"CompatibleArchitecture", &lambda_shape_architecture, .place = IN_QUERY            \
	}
static const struct shape_member list_layers_members[] = { LAYER_LIST, { 0 } };
const struct shape lambda_list_layers = SHAPE_STRUCT(list_layers_members);
static const struct shape_member list_layer_versions_members[] = { LAYER, LAYER_LIST, { 0 } };
const struct shape lambda_list_layer_versions = SHAPE_STRUCT(list_layer_versions_members);

static const struct shape layer_action = LAMBDA_TEXT(0, 22, "lambda:GetLayerVersion");
static const struct shape layer_principal = {
	.type = SHAPE_STRING, .pattern = "\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root"
};
static const struct shape layer_organization = LAMBDA_TEXT(0, 34, "o-[a-z0-9]{10,32}");
static const struct shape_member add_layer_permission_members[] = {
	LAYER_VERSION,
	{ "StatementId", &statement_id, .required = true },
	{ "Action", &layer_action, .required = true },
	{ "Principal", &layer_principal, .required = true },
	{ "OrganizationId", &layer_organization },
	{ "RevisionId", &shape_string, .place = IN_QUERY },
	{ 0 },
};
const struct shape lambda_add_layer_permission = SHAPE_STRUCT(add_layer_permission_members);
static const struct shape_member remove_layer_permission_members[] = {
	LAYER_VERSION,
	{ "StatementId", &statement_id, .required = true, .place = IN_PATH },
	{ "RevisionId", &shape_string, .place = IN_QUERY },
	{ 0 },
};
const struct shape lambda_remove_layer_permission = SHAPE_STRUCT(remove_layer_permission_members);

/* --- tags ------------------------------------------------------------------------------------------ */

static const struct shape taggable = LAMBDA_TEXT(
	1, 256,
	"arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:"
	"(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|"
	"code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-"
	"[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})");
#define RESOURCE                                                                                   \
	{                                                                                          \
		"Resource", &taggable, .required = true, .place = IN_PATH                          \
	}
static const struct shape_member tag_members[] = { RESOURCE,
						   { "Tags", &shape_string_map, .required = true },
						   { 0 } };
const struct shape lambda_tag_resource = SHAPE_STRUCT(tag_members);
static const struct shape_member untag_members[] = {
	RESOURCE,
	{ "TagKeys", &shape_string_list, .required = true, .place = IN_QUERY,
	  .wire_name = "tagKeys" },
	{ 0 },
};
const struct shape lambda_untag_resource = SHAPE_STRUCT(untag_members);
static const struct shape_member list_tags_members[] = { RESOURCE, { 0 } };
const struct shape lambda_list_tags = SHAPE_STRUCT(list_tags_members);

/* --- concurrency ------------------------------------------------------------------------------------- */

static const struct shape reserved = { .type = SHAPE_INTEGER, .has_min = true, .min = 0 };
static const struct shape_member put_concurrency_members[] = {
	LAMBDA_NAME, { "ReservedConcurrentExecutions", &reserved, .required = true }, { 0 }
};
const struct shape lambda_put_concurrency = SHAPE_STRUCT(put_concurrency_members);
#define NEEDS_QUALIFIER                                                                            \
	LAMBDA_NAME,                                                                               \
	{                                                                                          \
		"Qualifier", &lambda_shape_qualifier, .required = true, .place = IN_QUERY          \
	}
static const struct shape positive = { .type = SHAPE_INTEGER, .has_min = true, .min = 1 };
static const struct shape_member provisioned_members[] = { NEEDS_QUALIFIER, { 0 } };
const struct shape lambda_provisioned = SHAPE_STRUCT(provisioned_members);
static const struct shape_member put_provisioned_members[] = {
	NEEDS_QUALIFIER,
	{ "ProvisionedConcurrentExecutions", &positive, .required = true },
	{ 0 },
};
const struct shape lambda_put_provisioned = SHAPE_STRUCT(put_provisioned_members);
static const struct shape_member list_of_function_members[] = {
	LAMBDA_NAME, LAMBDA_PAGE(&lambda_shape_page_small), { 0 }
};
const struct shape lambda_list_of_function = SHAPE_STRUCT(list_of_function_members);

/* --- events -------------------------------------------------------------------------------------------- */

static const struct shape retries = LAMBDA_NUMBER(0, 2);
static const struct shape age = LAMBDA_NUMBER(60, 21600);
static const struct shape destination = LAMBDA_TEXT(0, 350, "^$|" ANY_ARN);
static const struct shape_member destination_members[] = { { "Destination", &destination }, { 0 } };
static const struct shape to = SHAPE_STRUCT(destination_members);
static const struct shape_member both_members[] = { { "OnSuccess", &to },
						    { "OnFailure", &to },
						    { 0 } };
static const struct shape both = SHAPE_STRUCT(both_members);
static const struct shape_member event_config_members[] = {
	LAMBDA_NAME,
	LAMBDA_QUALIFIER,
	{ "MaximumRetryAttempts", &retries },
	{ "MaximumEventAgeInSeconds", &age },
	{ "DestinationConfig", &both },
	{ 0 },
};
const struct shape lambda_event_config = SHAPE_STRUCT(event_config_members);

/* --- the rest -------------------------------------------------------------------------------------------- */

static const struct shape signing_arn =
	LAMBDA_TEXT(0, 200,
		    "arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:"
		    "\\d{12}:code-signing-config:csc-[a-z0-9]{17}");
static const struct shape_member put_signing_members[] = {
	LAMBDA_NAME, { "CodeSigningConfigArn", &signing_arn, .required = true }, { 0 }
};
const struct shape lambda_put_code_signing = SHAPE_STRUCT(put_signing_members);
static const char *const update_values[] = { "Auto", "Manual", "FunctionUpdate", NULL };
static const struct shape update_on = LAMBDA_ONE_OF(update_values);
static const struct shape runtime_arn =
	LAMBDA_TEXT(26, 2048,
		    "arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}::"
		    "runtime:.+");
static const struct shape_member put_updates_members[] = {
	LAMBDA_NAME,
	LAMBDA_QUALIFIER,
	{ "UpdateRuntimeOn", &update_on, .required = true },
	{ "RuntimeVersionArn", &runtime_arn },
	{ 0 },
};
const struct shape lambda_put_runtime_management = SHAPE_STRUCT(put_updates_members);
static const char *const loop_values[] = { "Allow", "Terminate", NULL };
static const struct shape loop = LAMBDA_ONE_OF(loop_values);
static const struct shape_member recursion_members[] = {
	LAMBDA_NAME, { "RecursiveLoop", &loop, .required = true }, { 0 }
};
const struct shape lambda_put_recursion = SHAPE_STRUCT(recursion_members);

/* --- addresses --------------------------------------------------------------------------------------------- */

static const struct shape url_qualifier = LAMBDA_TEXT(1, 128, "((?!^\\d+$)^[0-9a-zA-Z-_]+$)");
static const char *const mode_values[] = { "RESPONSE_STREAM", "BUFFERED", NULL };
static const struct shape invoke_mode = LAMBDA_ONE_OF(mode_values);
static const struct shape header = LAMBDA_TEXT(0, 1024, ".*");
static const struct shape headers = LAMBDA_LIST(0, 100, &header);
static const struct shape method = LAMBDA_TEXT(0, 6, ".*");
static const struct shape methods = LAMBDA_LIST(0, 6, &method);
static const struct shape origin = LAMBDA_TEXT(1, 253, ".*");
static const struct shape origins = LAMBDA_LIST(0, 100, &origin);
static const struct shape max_age = LAMBDA_NUMBER(0, 86400);
static const struct shape_member cors_members[] = { { "AllowCredentials", &shape_boolean },
						    { "AllowHeaders", &headers },
						    { "AllowMethods", &methods },
						    { "AllowOrigins", &origins },
						    { "ExposeHeaders", &headers },
						    { "MaxAge", &max_age },
						    { 0 } };
static const struct shape cors = SHAPE_STRUCT(cors_members);
#define URL_NAME                                                                                   \
	LAMBDA_NAME,                                                                               \
	{                                                                                          \
		"Qualifier", &url_qualifier, .place = IN_QUERY                                     \
	}
static const struct shape_member url_name_members[] = { URL_NAME, { 0 } };
const struct shape lambda_url_name = SHAPE_STRUCT(url_name_members);
static const struct shape_member create_url_members[] = {
	URL_NAME,
	{ "AuthType", &auth_type, .required = true },
	{ "Cors", &cors },
	{ "InvokeMode", &invoke_mode },
	{ 0 },
};
const struct shape lambda_create_url = SHAPE_STRUCT(create_url_members);
static const struct shape_member update_url_members[] = { URL_NAME,
							  { "AuthType", &auth_type },
							  { "Cors", &cors },
							  { "InvokeMode", &invoke_mode },
							  { 0 } };
const struct shape lambda_update_url = SHAPE_STRUCT(update_url_members);
