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
static const struct shape variables = SHAPE_MAP_OF(&variable);
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
	{ "status", &shape_string },
	{ "condition", &shape_string },
	{ 0 },
};
static const struct shape custom_rule_shape = SHAPE_STRUCT(custom_rule);
static const struct shape custom_rules = SHAPE_LIST_OF(&custom_rule_shape);

#define APP_MEMBERS                                                                                \
	{ "description", &text_1000 }, { "platform", &platform },                                  \
		{ "computeRoleArn", &text_1000 }, { "iamServiceRoleArn", &text_1000 },             \
		{ "environmentVariables", &variables },                                            \
		{ "enableBranchAutoBuild", &shape_boolean },                                       \
		{ "enableBranchAutoDeletion", &shape_boolean },                                    \
		{ "enableBasicAuth", &shape_boolean }, { "basicAuthCredentials", &text_2000 },     \
		{ "customRules", &custom_rules }, { "buildSpec", &build_spec },                    \
		{ "customHeaders", &custom_headers },                                              \
		{ "enableAutoBranchCreation", &shape_boolean },                                    \
		{ "autoBranchCreationPatterns", &shape_string_list },                              \
		{ "autoBranchCreationConfig", &shape_any }, { "repository", &text_1000 },          \
		{ "oauthToken", &text_1000 }, { "accessToken", &text_1_255 },                      \
		{ "jobConfig", &shape_any },                                                       \
	{                                                                                          \
		"cacheConfig", &shape_any                                                          \
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
		{ "environmentVariables", &variables }, { "basicAuthCredentials", &text_2000 },    \
		{ "enableBasicAuth", &shape_boolean },                                             \
		{ "enablePerformanceMode", &shape_boolean }, { "buildSpec", &build_spec },         \
		{ "ttl", &ttl }, { "displayName", &text_255 },                                     \
		{ "enablePullRequestPreview", &shape_boolean },                                    \
		{ "pullRequestEnvironmentName", &text_255 },                                       \
		{ "backendEnvironmentArn", &text_1000 }, { "backend", &shape_any },                \
	{                                                                                          \
		"computeRoleArn", &text_1000                                                       \
	}

#define INPUT(name, ...)                                                                           \
	static const struct shape_member name##_members[] = { __VA_ARGS__, { 0 } };                \
	const struct shape name = SHAPE_STRUCT(name##_members)

INPUT(am_app, APP_ID);
INPUT(am_app_create, { "name", &text_1_255, .required = true }, APP_MEMBERS,
      { "tags", &shape_string_map });
INPUT(am_app_update, APP_ID, { "name", &text_1_255 }, APP_MEMBERS);
INPUT(am_list, { "nextToken", &text_2000, .place = IN_QUERY },
      { "maxResults", &page_100, .place = IN_QUERY });
INPUT(am_branch_create, APP_ID, { "branchName", &branch_name, .required = true }, BRANCH_MEMBERS,
      { "tags", &shape_string_map });
INPUT(am_branch, APP_ID, BRANCH_NAME);
INPUT(am_branch_update, APP_ID, BRANCH_NAME, BRANCH_MEMBERS);
INPUT(am_branch_list, APP_ID, { "nextToken", &text_2000, .place = IN_QUERY },
      { "maxResults", &page_50, .place = IN_QUERY },
      { "branchName", &shape_string, .place = IN_PATH });
INPUT(am_deployment_create, APP_ID, BRANCH_NAME, { "fileMap", &shape_string_map });
INPUT(am_deployment_start, APP_ID, BRANCH_NAME, { "jobId", &job_id }, { "sourceUrl", &source_url },
      { "sourceUrlType", &shape_string });
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
      { "tags", &shape_string_map, .required = true });
INPUT(am_tags_unset, { "resourceArn", &arn, .required = true, .place = IN_PATH },
      { "tagKeys", &shape_string_list, .required = true, .place = IN_QUERY });
