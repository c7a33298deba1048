/* The shapes of operations on functions, versions and aliases; see shapes.h. */
#include "cloud/lambda/shapes.h"

#define NAME_HEAD                                                                                  \
	"(arn:(aws[a-zA-Z-]*)?:lambda:)?"                                                          \
	"([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
#define NAME_TAIL "(:(\\$LATEST|[a-zA-Z0-9-_]+))?"

const struct shape lambda_shape_name = LAMBDA_TEXT(1, 140, NAME_HEAD "([a-zA-Z0-9-_]+)" NAME_TAIL);
const struct shape lambda_shape_any_name =
	LAMBDA_TEXT(1, 170, NAME_HEAD "([a-zA-Z0-9-_\\.]+)" NAME_TAIL);
const struct shape lambda_shape_qualifier = LAMBDA_TEXT(1, 128, "(|[a-zA-Z0-9$_-]+)");
const struct shape lambda_shape_description = LAMBDA_TEXT(0, 256, NULL);
const struct shape lambda_shape_layer_arn =
	LAMBDA_TEXT(1, 140,
		    "(arn:[a-zA-Z0-9-]+:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:"
		    "layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:"
		    "[a-zA-Z0-9-_]+)");
static const char *const architecture_values[] = { "x86_64", "arm64", NULL };
const struct shape lambda_shape_architecture = LAMBDA_ONE_OF(architecture_values);
const struct shape lambda_shape_page = LAMBDA_NUMBER(1, 10000);
const struct shape lambda_shape_page_small = LAMBDA_NUMBER(1, 50);

/* --- configurations ----------------------------------------------------------------------------- */

static const struct shape role = {
	.type = SHAPE_STRING,
	.pattern = "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"
};
static const struct shape handler = LAMBDA_TEXT(0, 128, "[^\\s]+");
static const struct shape timeout = { .type = SHAPE_INTEGER, .has_min = true, .min = 1 };
static const struct shape memory = LAMBDA_NUMBER(128, 10240);
static const struct shape storage_size = LAMBDA_NUMBER(512, 10240);
static const char *const package_values[] = { "Image", "Zip", NULL };
static const struct shape package = LAMBDA_ONE_OF(package_values);
static const struct shape key_arn = { .type = SHAPE_STRING,
				      .pattern = "(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()" };
static const struct shape architectures = LAMBDA_LIST(1, 1, &lambda_shape_architecture);

static const struct shape_member environment_members[] = { { "Variables", &shape_string_map },
							   { 0 } };
static const struct shape environment = SHAPE_STRUCT(environment_members);
static const struct shape_member storage_members[] = { { "Size", &storage_size, .required = true },
						       { 0 } };
static const struct shape storage = SHAPE_STRUCT(storage_members);
static const struct shape dead_letter_arn = { .type = SHAPE_STRING,
					      .pattern =
						      "(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()" };
static const struct shape_member dead_letter_members[] = { { "TargetArn", &dead_letter_arn },
							   { 0 } };
static const struct shape dead_letter = SHAPE_STRUCT(dead_letter_members);
static const char *const tracing_values[] = { "Active", "PassThrough", NULL };
static const struct shape tracing_mode = LAMBDA_ONE_OF(tracing_values);
static const struct shape_member tracing_members[] = { { "Mode", &tracing_mode }, { 0 } };
static const struct shape tracing = SHAPE_STRUCT(tracing_members);
static const char *const snap_values[] = { "PublishedVersions", "None", NULL };
static const struct shape snap_when = LAMBDA_ONE_OF(snap_values);
static const struct shape_member snap_members[] = { { "ApplyOn", &snap_when }, { 0 } };
static const struct shape snap = SHAPE_STRUCT(snap_members);
static const struct shape subnets = LAMBDA_LIST(0, 16, &shape_string);
static const struct shape groups = LAMBDA_LIST(0, 5, &shape_string);
static const struct shape_member vpc_members[] = { { "SubnetIds", &subnets },
						   { "SecurityGroupIds", &groups },
						   { "Ipv6AllowedForDualStack", &shape_boolean },
						   { 0 } };
static const struct shape vpc = SHAPE_STRUCT(vpc_members);
static const struct shape_member file_members[] = { { "Arn", &shape_string, .required = true },
						    { "LocalMountPath", &shape_string,
						      .required = true },
						    { 0 } };
static const struct shape file = SHAPE_STRUCT(file_members);
static const struct shape files = LAMBDA_LIST(0, 1, &file);
static const struct shape layers = SHAPE_LIST_OF(&lambda_shape_layer_arn);

static const char *const format_values[] = { "JSON", "Text", NULL };
static const struct shape log_format = LAMBDA_ONE_OF(format_values);
static const char *const level_values[] = {
	"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", NULL
};
static const struct shape log_level = LAMBDA_ONE_OF(level_values);
static const char *const system_values[] = { "DEBUG", "INFO", "WARN", NULL };
static const struct shape system_level = LAMBDA_ONE_OF(system_values);
static const struct shape log_group = LAMBDA_TEXT(1, 512, "[\\.\\-_/#A-Za-z0-9]+");
static const struct shape_member logging_members[] = { { "LogFormat", &log_format },
						       { "ApplicationLogLevel", &log_level },
						       { "SystemLogLevel", &system_level },
						       { "LogGroup", &log_group },
						       { 0 } };
static const struct shape logging = SHAPE_STRUCT(logging_members);

static const struct shape bucket = LAMBDA_TEXT(3, 63, "[0-9A-Za-z\\.\\-_]*");
static const struct shape key = LAMBDA_TEXT(1, 1024, NULL);
static const struct shape_member code_members[] = {
	{ "ZipFile", &shape_blob },  { "S3Bucket", &bucket },       { "S3Key", &key },
	{ "S3ObjectVersion", &key }, { "ImageUri", &shape_string }, { 0 }
};
static const struct shape code = SHAPE_STRUCT(code_members);

/* What making and changing a function have in common. */
#define CONFIGURATION                                                                              \
	{ "Handler", &handler }, { "Description", &lambda_shape_description },                     \
		{ "Timeout", &timeout }, { "MemorySize", &memory }, { "VpcConfig", &vpc },         \
		{ "Environment", &environment }, { "Runtime", &shape_string },                     \
		{ "DeadLetterConfig", &dead_letter }, { "KMSKeyArn", &key_arn },                   \
		{ "TracingConfig", &tracing }, { "Layers", &layers },                              \
		{ "FileSystemConfigs", &files }, { "EphemeralStorage", &storage },                 \
		{ "SnapStart", &snap },                                                            \
	{                                                                                          \
		"LoggingConfig", &logging                                                          \
	}

static const struct shape_member create_members[] = {
	{ "FunctionName", &lambda_shape_name, .required = true },
	{ "Role", &role, .required = true },
	{ "Code", &code, .required = true },
	CONFIGURATION,
	{ "Publish", &shape_boolean },
	{ "PackageType", &package },
	{ "Tags", &shape_string_map },
	{ "Architectures", &architectures },
	{ 0 },
};
const struct shape lambda_create_function = SHAPE_STRUCT(create_members);

static const struct shape_member update_code_members[] = {
	LAMBDA_NAME,
	{ "ZipFile", &shape_blob },
	{ "S3Bucket", &bucket },
	{ "S3Key", &key },
	{ "S3ObjectVersion", &key },
	{ "ImageUri", &shape_string },
	{ "Publish", &shape_boolean },
	{ "DryRun", &shape_boolean },
	{ "RevisionId", &shape_string },
	{ "Architectures", &architectures },
	{ 0 },
};
const struct shape lambda_update_code = SHAPE_STRUCT(update_code_members);

static const struct shape_member update_configuration_members[] = {
	LAMBDA_NAME, { "Role", &role }, CONFIGURATION, { "RevisionId", &shape_string }, { 0 },
};
const struct shape lambda_update_configuration = SHAPE_STRUCT(update_configuration_members);

/* --- names and lists ------------------------------------------------------------------------------ */

static const struct shape_member any_name_members[] = { LAMBDA_ANY_NAME, LAMBDA_QUALIFIER, { 0 } };
const struct shape lambda_function_name = SHAPE_STRUCT(any_name_members);
static const struct shape_member delete_members[] = { LAMBDA_NAME, LAMBDA_QUALIFIER, { 0 } };
const struct shape lambda_delete_function = SHAPE_STRUCT(delete_members);
static const struct shape_member plain_name_members[] = { LAMBDA_NAME, { 0 } };
const struct shape lambda_plain_name = SHAPE_STRUCT(plain_name_members);

static const struct shape region = { .type = SHAPE_STRING,
				     .pattern = "ALL|[a-z]{2}(-gov)?-[a-z]+-\\d{1}" };
static const char *const all_values[] = { "ALL", NULL };
static const struct shape all = LAMBDA_ONE_OF(all_values);
static const struct shape_member list_members[] = {
	{ "MasterRegion", &region, .place = IN_QUERY },
	{ "FunctionVersion", &all, .place = IN_QUERY },
	LAMBDA_PAGE(&lambda_shape_page),
	{ 0 },
};
const struct shape lambda_list_functions = SHAPE_STRUCT(list_members);

/* --- versions and aliases ------------------------------------------------------------------------- */

static const struct shape version = LAMBDA_TEXT(1, 1024, "(\\$LATEST|[0-9]+)");
static const struct shape_member publish_members[] = {
	LAMBDA_NAME,
	{ "CodeSha256", &shape_string },
	{ "Description", &lambda_shape_description },
	{ "RevisionId", &shape_string },
	{ 0 },
};
const struct shape lambda_publish_version = SHAPE_STRUCT(publish_members);
static const struct shape_member list_versions_members[] = { LAMBDA_ANY_NAME,
							     LAMBDA_PAGE(&lambda_shape_page),
							     { 0 } };
const struct shape lambda_list_versions = SHAPE_STRUCT(list_versions_members);

static const struct shape alias = LAMBDA_TEXT(1, 128, "(?!^[0-9]+$)([a-zA-Z0-9-_]+)");
static const struct shape weights = SHAPE_MAP_OF(&shape_double);
static const struct shape_member routing_members[] = { { "AdditionalVersionWeights", &weights },
						       { 0 } };
static const struct shape routing = SHAPE_STRUCT(routing_members);
static const struct shape_member create_alias_members[] = {
	LAMBDA_NAME,
	{ "Name", &alias, .required = true },
	{ "FunctionVersion", &version, .required = true },
	{ "Description", &lambda_shape_description },
	{ "RoutingConfig", &routing },
	{ 0 },
};
const struct shape lambda_create_alias = SHAPE_STRUCT(create_alias_members);
static const struct shape_member update_alias_members[] = {
	LAMBDA_NAME,
	{ "Name", &alias, .required = true, .place = IN_PATH },
	{ "FunctionVersion", &version },
	{ "Description", &lambda_shape_description },
	{ "RoutingConfig", &routing },
	{ "RevisionId", &shape_string },
	{ 0 },
};
const struct shape lambda_update_alias = SHAPE_STRUCT(update_alias_members);
static const struct shape_member alias_name_members[] = {
	LAMBDA_NAME, { "Name", &alias, .required = true, .place = IN_PATH }, { 0 }
};
const struct shape lambda_alias_name = SHAPE_STRUCT(alias_name_members);
static const struct shape_member list_aliases_members[] = {
	LAMBDA_NAME,
	{ "FunctionVersion", &version, .place = IN_QUERY },
	LAMBDA_PAGE(&lambda_shape_page),
	{ 0 },
};
const struct shape lambda_list_aliases = SHAPE_STRUCT(list_aliases_members);

/* --- invocations ------------------------------------------------------------------------------------ */

static const char *const invocation_values[] = { "Event", "RequestResponse", "DryRun", NULL };
static const struct shape invocation_type = LAMBDA_ONE_OF(invocation_values);
static const char *const log_values[] = { "None", "Tail", NULL };
static const struct shape log_type = LAMBDA_ONE_OF(log_values);
static const struct shape_member invoke_members[] = {
	LAMBDA_ANY_NAME,
	{ "InvocationType", &invocation_type, .place = IN_HEADER,
	  .wire_name = "X-Amz-Invocation-Type" },
	{ "LogType", &log_type, .place = IN_HEADER, .wire_name = "X-Amz-Log-Type" },
	{ "ClientContext", &shape_string, .place = IN_HEADER, .wire_name = "X-Amz-Client-Context" },
	/* Raw bytes, which a blob elsewhere is not. */
	{ "Payload", &shape_string, .place = IN_PAYLOAD },
	{ "TraceHeader", &shape_string, .place = IN_HEADER, .wire_name = "X-Amzn-Trace-Id" },
	LAMBDA_QUALIFIER,
	{ 0 },
};
const struct shape lambda_invoke = SHAPE_STRUCT(invoke_members);

static const struct shape_member invoke_output_members[] = {
	{ "StatusCode", &shape_integer, .place = IN_STATUS },
	{ "FunctionError", &shape_string, .place = IN_HEADER, .wire_name = "X-Amz-Function-Error" },
	{ "LogResult", &shape_string, .place = IN_HEADER, .wire_name = "X-Amz-Log-Result" },
	{ "ExecutedVersion", &shape_string, .place = IN_HEADER,
	  .wire_name = "X-Amz-Executed-Version" },
	{ "Payload", &shape_blob, .place = IN_PAYLOAD },
	{ 0 },
};
const struct shape lambda_invoke_output = SHAPE_STRUCT(invoke_output_members);

static const struct shape_member invoke_async_members[] = {
	LAMBDA_ANY_NAME,
	{ "InvokeArgs", &shape_string, .required = true, .place = IN_PAYLOAD },
	{ "TraceHeader", &shape_string, .place = IN_HEADER, .wire_name = "X-Amzn-Trace-Id" },
	{ 0 }
};
const struct shape lambda_invoke_async = SHAPE_STRUCT(invoke_async_members);
static const struct shape_member invoke_async_output_members[] = {
	{ "Status", &shape_integer, .place = IN_STATUS }, { 0 }
};
const struct shape lambda_invoke_async_output = SHAPE_STRUCT(invoke_async_output_members);

static const char *const stream_values[] = { "RequestResponse", "DryRun", NULL };
static const struct shape stream_type = LAMBDA_ONE_OF(stream_values);
static const struct shape_member stream_members[] = {
	LAMBDA_ANY_NAME,
	{ "InvocationType", &stream_type, .place = IN_HEADER,
	  .wire_name = "X-Amz-Invocation-Type" },
	{ "LogType", &log_type, .place = IN_HEADER, .wire_name = "X-Amz-Log-Type" },
	{ "ClientContext", &shape_string, .place = IN_HEADER, .wire_name = "X-Amz-Client-Context" },
	{ "TraceHeader", &shape_string, .place = IN_HEADER, .wire_name = "X-Amzn-Trace-Id" },
	LAMBDA_QUALIFIER,
	{ "Payload", &shape_string, .place = IN_PAYLOAD },
	{ 0 },
};
const struct shape lambda_invoke_stream = SHAPE_STRUCT(stream_members);
static const struct shape_member stream_output_members[] = {
	{ "StatusCode", &shape_integer, .place = IN_STATUS },
	{ "ExecutedVersion", &shape_string, .place = IN_HEADER,
	  .wire_name = "X-Amz-Executed-Version" },
	{ "ResponseStreamContentType", &shape_string, .place = IN_HEADER,
	  .wire_name = "Content-Type" },
	{ "EventStream", &shape_blob, .place = IN_PAYLOAD },
	{ 0 },
};
const struct shape lambda_invoke_stream_output = SHAPE_STRUCT(stream_output_members);
