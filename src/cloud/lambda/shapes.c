/* The shapes of Lambda's operations, as its service model has them. */
#include "cloud/lambda/function.h"

#define NAME_HEAD                                                                                  \
	"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-[0-9]{1}:)?([0-9]{12}:)?(function:)?"
#define NAME_TAIL "(:(\\$LATEST|[a-zA-Z0-9_-]+))?"

static const struct shape function_name = { .type = SHAPE_STRING,
					    .has_min = true,
					    .min = 1,
					    .has_max = true,
					    .max = 140,
					    .pattern = NAME_HEAD "([a-zA-Z0-9_-]+)" NAME_TAIL };
static const struct shape any_name = { .type = SHAPE_STRING,
				       .has_min = true,
				       .min = 1,
				       .has_max = true,
				       .max = 170,
				       .pattern = NAME_HEAD "([a-zA-Z0-9_.-]+)" NAME_TAIL };
static const struct shape qualifier = { .type = SHAPE_STRING,
					.has_min = true,
					.min = 1,
					.has_max = true,
					.max = 128,
					.pattern = "(|[a-zA-Z0-9$_-]+)" };
static const struct shape role = {
	.type = SHAPE_STRING,
	.pattern = "arn:(aws[a-zA-Z-]*)?:iam::[0-9]{12}:role/?[a-zA-Z_0-9+=,.@\\_/-]+"
};
static const struct shape handler = {
	.type = SHAPE_STRING, .has_max = true, .max = 128, .pattern = "[^\\s]+"
};
static const struct shape description = { .type = SHAPE_STRING, .has_max = true, .max = 256 };
static const struct shape timeout = { .type = SHAPE_INTEGER, .has_min = true, .min = 1 };
static const struct shape memory = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 128, .has_max = true, .max = 10240
};
static const struct shape storage_size = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 512, .has_max = true, .max = 10240
};
/* With the old ones that tutorials still ask for, whose SDK is another one. */
static const char *const runtime_values[] = {
	"nodejs12.x", "nodejs14.x", "nodejs16.x", "nodejs18.x",   "nodejs20.x",      "nodejs22.x",
	"nodejs24.x", "python3.8",  "python3.9",  "python3.10",   "python3.11",      "python3.12",
	"python3.13", "python3.14", "provided",   "provided.al2", "provided.al2023", NULL,
};
static const struct shape runtime = { .type = SHAPE_STRING, .values = runtime_values };
static const char *const package_values[] = { "Image", "Zip", NULL };
static const struct shape package = { .type = SHAPE_STRING, .values = package_values };

static const struct shape_member environment_members[] = { { "Variables", &shape_string_map },
							   { 0 } };
static const struct shape environment = SHAPE_STRUCT(environment_members);
static const struct shape_member storage_members[] = { { "Size", &storage_size, .required = true },
						       { 0 } };
static const struct shape storage = SHAPE_STRUCT(storage_members);
static const struct shape_member code_members[] = {
	{ "ZipFile", &shape_blob },    { "S3Bucket", &shape_string },
	{ "S3Key", &shape_string },    { "S3ObjectVersion", &shape_string },
	{ "ImageUri", &shape_string }, { 0 }
};
static const struct shape code = SHAPE_STRUCT(code_members);

static const struct shape_member create_members[] = {
	{ "FunctionName", &function_name, .required = true },
	{ "Runtime", &runtime },
	{ "Role", &role, .required = true },
	{ "Handler", &handler },
	{ "Code", &code, .required = true },
	{ "Description", &description },
	{ "Timeout", &timeout },
	{ "MemorySize", &memory },
	{ "Publish", &shape_boolean },
	{ "PackageType", &package },
	{ "Environment", &environment },
	{ "Tags", &shape_string_map },
	{ "Architectures", &shape_string_list },
	{ "EphemeralStorage", &storage },
	{ 0 },
};
const struct shape lambda_create_function = SHAPE_STRUCT(create_members);

static const struct shape_member name_members[] = {
	{ "FunctionName", &any_name, .required = true, .place = IN_PATH },
	{ "Qualifier", &qualifier, .place = IN_QUERY },
	{ 0 },
};
const struct shape lambda_function_name = SHAPE_STRUCT(name_members);

static const struct shape_member update_code_members[] = {
	{ "FunctionName", &function_name, .required = true, .place = IN_PATH },
	{ "ZipFile", &shape_blob },
	{ "S3Bucket", &shape_string },
	{ "S3Key", &shape_string },
	{ "S3ObjectVersion", &shape_string },
	{ "ImageUri", &shape_string },
	{ "Publish", &shape_boolean },
	{ "DryRun", &shape_boolean },
	{ "RevisionId", &shape_string },
	{ "Architectures", &shape_string_list },
	{ 0 },
};
const struct shape lambda_update_code = SHAPE_STRUCT(update_code_members);

static const struct shape_member update_configuration_members[] = {
	{ "FunctionName", &function_name, .required = true, .place = IN_PATH },
	{ "Role", &role },
	{ "Handler", &handler },
	{ "Description", &description },
	{ "Timeout", &timeout },
	{ "MemorySize", &memory },
	{ "Environment", &environment },
	{ "Runtime", &runtime },
	{ "RevisionId", &shape_string },
	{ "EphemeralStorage", &storage },
	{ 0 },
};
const struct shape lambda_update_configuration = SHAPE_STRUCT(update_configuration_members);

static const char *const invocation_values[] = { "DryRun", "Event", "RequestResponse", NULL };
static const struct shape invocation_type = { .type = SHAPE_STRING, .values = invocation_values };
static const char *const log_values[] = { "None", "Tail", NULL };
static const struct shape log_type = { .type = SHAPE_STRING, .values = log_values };
static const struct shape_member invoke_members[] = {
	{ "FunctionName", &any_name, .required = true, .place = IN_PATH },
	{ "InvocationType", &invocation_type, .place = IN_HEADER,
	  .wire_name = "X-Amz-Invocation-Type" },
	{ "LogType", &log_type, .place = IN_HEADER, .wire_name = "X-Amz-Log-Type" },
	{ "ClientContext", &shape_string, .place = IN_HEADER, .wire_name = "X-Amz-Client-Context" },
	/* Raw bytes, which a blob elsewhere is not. */
	{ "Payload", &shape_string, .place = IN_PAYLOAD },
	{ "Qualifier", &qualifier, .place = IN_QUERY },
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

static const struct shape max_items = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 10000
};
static const struct shape_member list_members[] = {
	{ "MasterRegion", &shape_string, .place = IN_QUERY },
	{ "FunctionVersion", &shape_string, .place = IN_QUERY },
	{ "Marker", &shape_string, .place = IN_QUERY },
	{ "MaxItems", &max_items, .place = IN_QUERY },
	{ 0 },
};
const struct shape lambda_list_functions = SHAPE_STRUCT(list_members);
