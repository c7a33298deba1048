/*
 * Amplify Hosting: the table of its operations, and what they need. jobs.c and run.c make deployments, publish.c and
 * site.c serve them. From: Amplify API Reference, 2017-07-25; Service Authorization Reference, "AWS Amplify".
 */
#include "cloud/amplify/amplify.h"

#include "aws/raw.h"
#include "cloud/amplify/inside.h"

const struct aws_error AmplifyBadRequest = { "BadRequestException", 400, NULL, false };
const struct aws_error AmplifyNotFound = { "NotFoundException", 404, NULL, false };
const struct aws_error AmplifyLimitExceeded = { "LimitExceededException", 429, NULL, false };
const struct aws_error AmplifyResourceNotFound = { "ResourceNotFoundException", 404, NULL, false };

#define APP    .resource = "apps/{appId}"
#define BRANCH .resource = "apps/{appId}/branches/{branchName}"
#define JOB    .resource = "apps/{appId}/branches/{branchName}/jobs/{jobId}"
static const struct access accesses[] = {
	{ "CreateApp", .resource = "apps/*" },
	{ "CreateBranch", APP },
	{ "CreateDeployment", BRANCH },
	{ "CreateWebHook", APP },
	{ "CreateWebhook", "amplify:CreateWebHook", APP },
	{ "DeleteApp", APP },
	{ "DeleteBranch", BRANCH },
	{ "DeleteJob", JOB },
	{ "DeleteWebhook", "amplify:DeleteWebHook", .resource = "webhooks/{webhookId}" },
	{ "GetApp", APP },
	{ "GetBranch", BRANCH },
	{ "GetJob", JOB },
	{ "GetWebhook", "amplify:GetWebHook", .resource = "webhooks/{webhookId}" },
	{ "ListApps", .resource = "apps/*" },
	{ "ListBranches", APP },
	{ "ListJobs", BRANCH },
	{ "ListTagsForResource", .resource = "{resourceArn}" },
	{ "ListWebhooks", "amplify:ListWebHooks", APP },
	{ "StartDeployment", BRANCH },
	{ "StartJob", .resource = "apps/{appId}/branches/{branchName}/jobs/*" },
	{ "StopJob", JOB },
	{ "TagResource", .resource = "{resourceArn}" },
	{ "UntagResource", .resource = "{resourceArn}" },
	{ "UpdateApp", APP },
	{ "UpdateBranch", BRANCH },
	{ "UpdateWebhook", "amplify:UpdateWebHook", .resource = "webhooks/{webhookId}" },
	{ NULL },
};
static const struct access_rules access_rules = { .operations = accesses };

#define A    "/apps/{appId}"
#define B    A "/branches/{branchName}"
#define J    B "/jobs/{jobId}"
#define HOOK "/webhooks/{webhookId}"
#define TAGS "/tags/{resourceArn+}"
static const struct operation operations[] = {
	{ "CreateApp", "POST /apps", am_create_app, 0, &am_app_create },
	{ "CreateBranch", "POST " A "/branches", am_create_branch, 0, &am_branch_create },
	{ "CreateDeployment", "POST " B "/deployments", am_create_deployment, 0,
	  &am_deployment_create },
	{ "CreateWebhook", "POST " A "/webhooks", am_create_webhook, 0, &am_webhook_create },
	{ "DeleteApp", "DELETE " A, am_delete_app, 0, &am_app },
	{ "DeleteBranch", "DELETE " B, am_delete_branch, 0, &am_branch },
	{ "DeleteJob", "DELETE " J, am_delete_job, 0, &am_job },
	{ "DeleteWebhook", "DELETE " HOOK, am_delete_webhook, 0, &am_webhook },
	{ "GetApp", "GET " A, am_get_app, OP_READS, &am_app },
	{ "GetBranch", "GET " B, am_get_branch, OP_READS, &am_branch },
	{ "GetJob", "GET " J, am_get_job, OP_READS, &am_job },
	{ "GetWebhook", "GET " HOOK, am_get_webhook, OP_READS, &am_webhook },
	{ "ListApps", "GET /apps", am_list_apps, OP_READS, &am_list },
	{ "ListBranches", "GET " A "/branches", am_list_branches, OP_READS, &am_branch_list },
	{ "ListJobs", "GET " B "/jobs", am_list_jobs, OP_READS, &am_branch_list },
	{ "ListTagsForResource", "GET " TAGS, am_list_tags, OP_READS, &am_tags },
	{ "ListWebhooks", "GET " A "/webhooks", am_list_webhooks, OP_READS, &am_branch_list },
	{ "StartDeployment", "POST " B "/deployments/start", am_start_deployment, 0,
	  &am_deployment_start },
	{ "StartJob", "POST " B "/jobs", am_start_job, 0, &am_job_start },
	{ "StopJob", "DELETE " J "/stop", am_stop_job, 0, &am_job },
	{ "TagResource", "POST " TAGS, am_tag_resource, 0, &am_tags_set },
	{ "UntagResource", "DELETE " TAGS, am_untag_resource, 0, &am_tags_unset },
	{ "UpdateApp", "POST " A, am_update_app, 0, &am_app_update },
	{ "UpdateBranch", "POST " B, am_update_branch, 0, &am_branch_update },
	{ "UpdateWebhook", "POST " HOOK, am_update_webhook, 0, &am_webhook_update },
	{ 0 }
};

static const char schema_sql[] =
	"CREATE TABLE amplify_app (id TEXT PRIMARY KEY, detail TEXT NOT NULL,"
	" created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE amplify_branch (app TEXT NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL,"
	" created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, last_job INTEGER NOT NULL,"
	" active_job INTEGER NOT NULL, PRIMARY KEY (app, name)) WITHOUT ROWID;"
	"CREATE TABLE amplify_job (app TEXT NOT NULL, branch TEXT NOT NULL, number INTEGER NOT NULL,"
	" status TEXT NOT NULL, token TEXT NOT NULL UNIQUE, detail TEXT NOT NULL,"
	" started_at INTEGER, ended_at INTEGER, PRIMARY KEY (app, branch, number)) WITHOUT ROWID;"
	"CREATE TABLE amplify_webhook (id TEXT PRIMARY KEY, app TEXT NOT NULL, branch TEXT NOT NULL,"
	" token TEXT NOT NULL, description TEXT NOT NULL, created_at INTEGER NOT NULL,"
	" updated_at INTEGER NOT NULL) WITHOUT ROWID;";
static const struct schema schema = { "amplify", 1, schema_sql, NULL };

static const struct holding holdings[] = {
	{ "Amplify app", "Amplify apps", "SELECT count(*) FROM amplify_app" }, { 0 }
};

const struct service amplify_service = {
	.name = "amplify",
	.api_version = "2017-07-25",
	.speaks = PROTO_REST_JSON,
	.invalid = &AmplifyBadRequest,
	.operations = operations,
	.jobs = amplify_jobs,
	.schema = &schema,
	.holdings = holdings,
	.access = &access_rules,
	.account_of = amplify_account_of,
	.serves = amplify_serves,
	.site = amplify_site,
};
