/* Inputs, from the API reference (2017-07-25). */
#include "cloud/amplify/inside.h"

static const struct shape app_id = { .type = SHAPE_STRING,
				     .has_min = true,
				     .min = 1,
				     .has_max = true,
				     .max = 20,
				     .pattern = "d[a-z0-9]+" };
static const struct shape branch_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape job_id = {
	.type = SHAPE_STRING, .has_max = true, .max = 255, .pattern = "[0-9]+"
};
static const struct shape text_1_255 = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape text_255 = { .type = SHAPE_STRING, .has_max = true, .max = 255 };
static const struct shape text_1000 = { .type = SHAPE_STRING, .has_max = true, .max = 1000 };
static const struct shape text_2000 = { .type = SHAPE_STRING, .has_max = true, .max = 2000 };
static const struct shape text_10000 = { .type = SHAPE_STRING, .has_max = true, .max = 10000 };
static const struct shape rule_text = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 2048
};
static const struct shape build_spec = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 25000
};
static const struct shape custom_headers = { .type = SHAPE_STRING, .has_max = true, .max = 25000 };
static const struct shape variable = { .type = SHAPE_STRING, .has_max = true, .max = 5500 };
static const struct shape variables = { .type = SHAPE_MAP, .key = &text_255, .element = &variable };
static const struct shape token = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255, .secret = true
};
static const struct shape old_token = {
	.type = SHAPE_STRING, .has_max = true, .max = 1000, .secret = true
};
static const struct shape password = {
	.type = SHAPE_STRING, .has_max = true, .max = 2000, .secret = true
};
static const struct shape text_20 = { .type = SHAPE_STRING, .has_max = true, .max = 20 };
static const struct shape digest = { .type = SHAPE_STRING, .has_max = true, .max = 32 };
static const struct shape file_map = { .type = SHAPE_MAP, .key = &text_255, .element = &digest };
static const struct shape condition = { .type = SHAPE_STRING, .has_max = true, .max = 2048 };
static const struct shape status = { .type = SHAPE_STRING,
				     .has_min = true,
				     .min = 3,
				     .has_max = true,
				     .max = 7,
				     .pattern = ".{3,7}" };
static const struct shape tag_key = { .type = SHAPE_STRING,
				      .has_min = true,
				      .min = 1,
				      .has_max = true,
				      .max = 128,
				      .pattern = "^(?!aws:)[a-zA-Z+-=._:/]+$" };
static const struct shape tag_value = { .type = SHAPE_STRING,
					.has_max = true,
					.max = 256,
					.pattern = "^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$" };
static const struct shape tags = {
	.type = SHAPE_MAP, .has_max = true, .max = 50, .key = &tag_key, .element = &tag_value
};
static const struct shape tag_keys = { .type = SHAPE_LIST,
				       .has_min = true,
				       .min = 1,
				       .has_max = true,
				       .max = 50,
				       .element = &tag_key };
static const struct shape source_type = {
	.type = SHAPE_STRING, .values = (const char *const[]){ "ZIP", "BUCKET_PREFIX", NULL }
};
static const struct shape cache_type = {
	.type = SHAPE_STRING,
	.values = (const char *const[]){ "AMPLIFY_MANAGED", "AMPLIFY_MANAGED_NO_COOKIES", NULL }
};
static const struct shape compute_type = {
	.type = SHAPE_STRING,
	.values = (const char *const[]){ "STANDARD_8GB", "LARGE_16GB", "XLARGE_72GB", NULL }
};
static const struct shape stack_arn = {
	.type = SHAPE_STRING,
	.has_min = true,
	.min = 20,
	.has_max = true,
	.max = 2048,
	.pattern = "^arn:aws:cloudformation:[a-z0-9-]+:\\d{12}:stack/.+/.+$"
};
static const struct shape ttl = {
	.type = SHAPE_STRING, .has_max = true, .max = 32, .pattern = "\\d*"
};
static const struct shape page_100 = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 0, .has_max = true, .max = 100
};
static const struct shape page_50 = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 0, .has_max = true, .max = 50
};
static const struct shape platform = { .type = SHAPE_STRING,
				       .values = (const char *const[]){ "WEB", "WEB_DYNAMIC",
									"WEB_COMPUTE", NULL } };
static const struct shape stage = { .type = SHAPE_STRING,
				    .values = (const char *const[]){ "PRODUCTION", "BETA",
								     "DEVELOPMENT", "EXPERIMENTAL",
								     "PULL_REQUEST", NULL } };
static const struct shape job_type = { .type = SHAPE_STRING,
				       .values = (const char *const[]){
					       "RELEASE", "RETRY", "MANUAL", "WEB_HOOK", NULL } };
static const struct shape source_url = {
	.type = SHAPE_STRING, .has_max = true, .max = 3000, .pattern = "^(s3|https|http)://.*"
};
static const struct shape arn = {
	.type = SHAPE_STRING, .has_max = true, .max = 2048, .pattern = "^arn:aws:amplify:.*"
};

static const struct shape_member custom_rule[] = {
	{ "source", &rule_text, .required = true },
	{ "target", &rule_text, .required = true },
	{ "status", &status },
	{ "condition", &condition },
	{ 0 },
};
static const struct shape custom_rule_shape = SHAPE_STRUCT(custom_rule);
static const struct shape custom_rules = SHAPE_LIST_OF(&custom_rule_shape);
static const struct shape_member cache_config_members[] = {
	{ "type", &cache_type, .required = true },
	{ 0 },
};
static const struct shape cache_config = SHAPE_STRUCT(cache_config_members);
static const struct shape_member job_config_members[] = {
	{ "buildComputeType", &compute_type, .required = true },
	{ 0 },
};
static const struct shape job_config = SHAPE_STRUCT(job_config_members);
static const struct shape_member backend_members[] = {
	{ "stackArn", &stack_arn },
	{ 0 },
};
static const struct shape backend = SHAPE_STRUCT(backend_members);
static const struct shape_member auto_branch_members[] = {
	{ "stage", &stage },
	{ "framework", &text_255 },
	{ "enableAutoBuild", &shape_boolean },
	{ "environmentVariables", &variables },
	{ "basicAuthCredentials", &password },
	{ "enableBasicAuth", &shape_boolean },
	{ "enablePerformanceMode", &shape_boolean },
	{ "buildSpec", &build_spec },
	{ "enablePullRequestPreview", &shape_boolean },
	{ "pullRequestEnvironmentName", &text_20 },
	{ 0 },
};
static const struct shape auto_branch = SHAPE_STRUCT(auto_branch_members);
static const struct shape branch_patterns = SHAPE_LIST_OF(&rule_text);

#define APP_MEMBERS                                                                                \
	{ "description", &text_1000 }, { "platform", &platform },                                  \
		{ "computeRoleArn", &text_1000 }, { "iamServiceRoleArn", &text_1000 },             \
		{ "environmentVariables", &variables },                                            \
		{ "enableBranchAutoBuild", &shape_boolean },                                       \
		{ "enableBranchAutoDeletion", &shape_boolean },                                    \
		{ "enableBasicAuth", &shape_boolean }, { "basicAuthCredentials", &password },      \
		{ "customRules", &custom_rules }, { "buildSpec", &build_spec },                    \
		{ "customHeaders", &custom_headers },                                              \
		{ "enableAutoBranchCreation", &shape_boolean },                                    \
		{ "autoBranchCreationPatterns", &branch_patterns },                                \
		{ "autoBranchCreationConfig", &auto_branch }, { "repository", &text_1000 },        \
		{ "oauthToken", &old_token }, { "accessToken", &token },                           \
		{ "jobConfig", &job_config },                                                      \
	{                                                                                          \
		"cacheConfig", &cache_config                                                       \
	}
#define APP_ID                                                                                     \
	{                                                                                          \
		"appId", &app_id, .required = true, .place = IN_PATH                               \
	}
#define BRANCH_NAME                                                                                \
	{                                                                                          \
		"branchName", &branch_name, .required = true, .place = IN_PATH                     \
	}
#define BRANCH_MEMBERS                                                                             \
	{ "description", &text_1000 }, { "stage", &stage }, { "framework", &text_255 },            \
		{ "enableNotification", &shape_boolean }, { "enableAutoBuild", &shape_boolean },   \
		{ "enableSkewProtection", &shape_boolean },                                        \
		{ "environmentVariables", &variables }, { "basicAuthCredentials", &password },     \
		{ "enableBasicAuth", &shape_boolean },                                             \
		{ "enablePerformanceMode", &shape_boolean }, { "buildSpec", &build_spec },         \
		{ "ttl", &ttl }, { "displayName", &text_255 },                                     \
		{ "enablePullRequestPreview", &shape_boolean },                                    \
		{ "pullRequestEnvironmentName", &text_20 },                                        \
		{ "backendEnvironmentArn", &text_1000 }, { "backend", &backend },                  \
	{                                                                                          \
		"computeRoleArn", &text_1000                                                       \
	}

#define INPUT(name, ...)                                                                           \
	static const struct shape_member name##_members[] = { __VA_ARGS__, { 0 } };                \
	const struct shape name = SHAPE_STRUCT(name##_members)

INPUT(am_app, APP_ID);
INPUT(am_app_create, { "name", &text_1_255, .required = true }, APP_MEMBERS, { "tags", &tags });
INPUT(am_app_update, APP_ID, { "name", &text_1_255 }, APP_MEMBERS);
INPUT(am_list, { "nextToken", &text_2000, .place = IN_QUERY },
      { "maxResults", &page_100, .place = IN_QUERY });
INPUT(am_branch_create, APP_ID, { "branchName", &branch_name, .required = true }, BRANCH_MEMBERS,
      { "tags", &tags });
INPUT(am_branch, APP_ID, BRANCH_NAME);
INPUT(am_branch_update, APP_ID, BRANCH_NAME, BRANCH_MEMBERS);
INPUT(am_branch_list, APP_ID, { "nextToken", &text_2000, .place = IN_QUERY },
      { "maxResults", &page_50, .place = IN_QUERY },
      { "branchName", &shape_string, .place = IN_PATH });
INPUT(am_deployment_create, APP_ID, BRANCH_NAME, { "fileMap", &file_map });
INPUT(am_deployment_start, APP_ID, BRANCH_NAME, { "jobId", &job_id }, { "sourceUrl", &source_url },
      { "sourceUrlType", &source_type });
INPUT(am_job, APP_ID, BRANCH_NAME, { "jobId", &job_id, .required = true, .place = IN_PATH });
INPUT(am_job_start, APP_ID, BRANCH_NAME, { "jobId", &job_id },
      { "jobType", &job_type, .required = true }, { "jobReason", &text_255 },
      { "commitId", &text_255 }, { "commitMessage", &text_10000 },
      { "commitTime", &shape_timestamp });
INPUT(am_webhook_create, APP_ID, { "branchName", &branch_name, .required = true },
      { "description", &text_1000 });
INPUT(am_webhook, { "webhookId", &text_255, .required = true, .place = IN_PATH });
INPUT(am_webhook_update, { "webhookId", &text_255, .required = true, .place = IN_PATH },
      { "branchName", &branch_name }, { "description", &text_1000 });
INPUT(am_tags, { "resourceArn", &arn, .required = true, .place = IN_PATH });
INPUT(am_tags_set, { "resourceArn", &arn, .required = true, .place = IN_PATH },
      { "tags", &tags, .required = true });
INPUT(am_tags_unset, { "resourceArn", &arn, .required = true, .place = IN_PATH },
      { "tagKeys", &tag_keys, .required = true, .place = IN_QUERY });
