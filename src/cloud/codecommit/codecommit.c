/*
 * CodeCommit: the table of its operations, and what they need. repositories.c has the rows, run.c asks git, smart.c is
 * git's own protocol. From: CodeCommit API Reference, 2015-04-13; Service Authorization Reference, "AWS CodeCommit".
 */
#include "cloud/codecommit/codecommit.h"

#include "aws/raw.h"
#include "cloud/codecommit/inside.h"

#define CODECOMMIT_DEFINE(name) const struct aws_error name = { #name, 400, NULL, false };
CODECOMMIT_ERRORS(CODECOMMIT_DEFINE)
#undef CODECOMMIT_DEFINE

/* --- input: what is missing or malformed has an error of its own for every member, so shapes tell types only ------ */

static const struct shape_member target[] = {
	{ "repositoryName", &shape_string },
	{ "sourceReference", &shape_string },
	{ "destinationReference", &shape_string },
	{ 0 },
};
static const struct shape target_shape = SHAPE_STRUCT(target);
static const struct shape targets = SHAPE_LIST_OF(&target_shape);
static const struct shape_member source_file[] = {
	{ "filePath", &shape_string },
	{ "isMove", &shape_boolean },
	{ 0 },
};
static const struct shape source_file_shape = SHAPE_STRUCT(source_file);
static const struct shape_member file_entry[] = {
	{ "filePath", &shape_string },
	{ "fileMode", &shape_string },
	{ "fileContent", &shape_blob },
	{ "sourceFile", &source_file_shape },
	{ 0 },
};
static const struct shape file_entry_shape = SHAPE_STRUCT(file_entry);
static const struct shape file_entries = SHAPE_LIST_OF(&file_entry_shape);
static const struct shape_member trigger[] = {
	{ "name", &shape_string },        { "destinationArn", &shape_string },
	{ "customData", &shape_string },  { "branches", &shape_string_list },
	{ "events", &shape_string_list }, { 0 },
};
static const struct shape trigger_shape = SHAPE_STRUCT(trigger);
static const struct shape triggers = SHAPE_LIST_OF(&trigger_shape);

/* Every member that any operation has: a name means the same in all of them. */
static const struct shape_member any[] = {
	{ "MaxResults", &shape_integer },
	{ "NextToken", &shape_string },
	{ "afterCommitSpecifier", &shape_string },
	{ "afterPath", &shape_string },
	{ "authorArn", &shape_string },
	{ "authorName", &shape_string },
	{ "beforeCommitSpecifier", &shape_string },
	{ "beforePath", &shape_string },
	{ "blobId", &shape_string },
	{ "branchName", &shape_string },
	{ "clientRequestToken", &shape_string },
	{ "commitId", &shape_string },
	{ "commitIds", &shape_string_list },
	{ "commitMessage", &shape_string },
	{ "commitSpecifier", &shape_string },
	{ "conflictDetailLevel", &shape_string },
	{ "conflictResolutionStrategy", &shape_string },
	{ "defaultBranchName", &shape_string },
	{ "deleteFiles", &file_entries },
	{ "description", &shape_string },
	{ "destinationCommitSpecifier", &shape_string },
	{ "email", &shape_string },
	{ "fileContent", &shape_blob },
	{ "fileMode", &shape_string },
	{ "filePath", &shape_string },
	{ "folderPath", &shape_string },
	{ "keepEmptyFolders", &shape_boolean },
	{ "kmsKeyId", &shape_string },
	{ "maxResults", &shape_integer },
	{ "mergeOption", &shape_string },
	{ "name", &shape_string },
	{ "newName", &shape_string },
	{ "nextToken", &shape_string },
	{ "oldName", &shape_string },
	{ "order", &shape_string },
	{ "parentCommitId", &shape_string },
	{ "pullRequestId", &shape_string },
	{ "pullRequestStatus", &shape_string },
	{ "putFiles", &file_entries },
	{ "repositoryDescription", &shape_string },
	{ "repositoryName", &shape_string },
	{ "repositoryNames", &shape_string_list },
	{ "resourceArn", &shape_string },
	{ "setFileModes", &file_entries },
	{ "sortBy", &shape_string },
	{ "sourceCommitId", &shape_string },
	{ "sourceCommitSpecifier", &shape_string },
	{ "tagKeys", &shape_string_list },
	{ "tags", &shape_string_map },
	{ "targetBranch", &shape_string },
	{ "targets", &targets },
	{ "title", &shape_string },
	{ "triggers", &triggers },
	{ 0 },
};
static const struct shape in = SHAPE_STRUCT(any);

/* --- permissions ------------------------------------------------------------------------------- */

static void check_targets(struct authorize_list *list)
{
	struct json_object *all = op_get(list->op, "targets");

	for (size_t i = 0; i < json_count(all); i++)
		authorize_add(list,
			      &(struct authorize_check){
				      .resource = repository_arn(list->op,
								 json_get_str(json_at(all, i),
									      "repositoryName")) });
}

static void check_batch(struct authorize_list *list)
{
	struct json_object *all = op_get(list->op, "repositoryNames");

	for (size_t i = 0; i < json_count(all); i++)
		authorize_add(list,
			      &(struct authorize_check){
				      .resource = repository_arn(list->op,
								 json_str(json_at(all, i))) });
}

/* Of a pull request, which does not say where it is. */
static void check_pull(struct authorize_list *list)
{
	struct op *op = list->op;
	int64_t number = 0;
	struct str name = STR("*");
	struct stmt *q;

	str_to_int(op_str(op, "pullRequestId"), &number);
	q = db_query(op->db,
		     "SELECT r.name FROM codecommit_pull p JOIN codecommit_repository r"
		     " ON r.id = p.repository WHERE p.number = ?",
		     "i", number);
	if (stmt_row(q)) {
		name = stmt_dup(q, 0, op->arena);
		stmt_done(q);
	}
	authorize_add(list, &(struct authorize_check){ .resource = repository_arn(op, name) });
}

#define ON_REPOSITORY .resource = "{repositoryName}"
static const struct access accesses[] = {
	{ "BatchGetCommits", ON_REPOSITORY },
	{ "BatchGetRepositories", .checks = check_batch },
	{ "CreateBranch", ON_REPOSITORY },
	{ "CreateCommit", ON_REPOSITORY },
	{ "CreatePullRequest", .checks = check_targets },
	{ "CreateRepository", ON_REPOSITORY },
	{ "DeleteBranch", ON_REPOSITORY },
	{ "DeleteFile", ON_REPOSITORY },
	{ "DeleteRepository", ON_REPOSITORY },
	{ "GetBlob", ON_REPOSITORY },
	{ "GetBranch", ON_REPOSITORY },
	{ "GetCommit", ON_REPOSITORY },
	{ "GetDifferences", ON_REPOSITORY },
	{ "GetFile", ON_REPOSITORY },
	{ "GetFolder", ON_REPOSITORY },
	{ "GetMergeCommit", ON_REPOSITORY },
	{ "GetMergeConflicts", ON_REPOSITORY },
	{ "GetMergeOptions", ON_REPOSITORY },
	{ "GetPullRequest", .checks = check_pull },
	{ "GetRepository", ON_REPOSITORY },
	{ "GetRepositoryTriggers", ON_REPOSITORY },
	{ "ListBranches", ON_REPOSITORY },
	{ "ListFileCommitHistory", ON_REPOSITORY },
	{ "ListPullRequests", ON_REPOSITORY },
	{ "ListTagsForResource", .resource = "{resourceArn}" },
	{ "MergeBranchesByFastForward", ON_REPOSITORY },
	{ "MergeBranchesBySquash", ON_REPOSITORY },
	{ "MergeBranchesByThreeWay", ON_REPOSITORY },
	{ "MergePullRequestByFastForward", ON_REPOSITORY },
	{ "MergePullRequestBySquash", ON_REPOSITORY },
	{ "MergePullRequestByThreeWay", ON_REPOSITORY },
	{ "PutFile", ON_REPOSITORY },
	{ "PutRepositoryTriggers", ON_REPOSITORY },
	{ "TagResource", .resource = "{resourceArn}" },
	{ "TestRepositoryTriggers", ON_REPOSITORY },
	{ "UntagResource", .resource = "{resourceArn}" },
	{ "UpdateDefaultBranch", ON_REPOSITORY },
	{ "UpdatePullRequestDescription", .checks = check_pull },
	{ "UpdatePullRequestStatus", .checks = check_pull },
	{ "UpdatePullRequestTitle", .checks = check_pull },
	{ "UpdateRepositoryDescription", ON_REPOSITORY },
	{ "UpdateRepositoryName", .resource = "{oldName}" },
	{ NULL },
};
static const struct access_rules access_rules = { .operations = accesses };

/* --- the service --------------------------------------------------------------------------------- */

/* Asks git, and changes nothing. */
#define ASKS (OP_READS | OP_WAITS)

static const struct operation operations[] = {
	{ "BatchGetCommits", NULL, cc_batch_get_commits, ASKS, &in },
	{ "BatchGetRepositories", NULL, cc_batch_get_repositories, OP_READS, &in },
	{ "CreateBranch", NULL, cc_create_branch, OP_WAITS, &in },
	{ "CreateCommit", NULL, cc_create_commit, OP_WAITS, &in },
	{ "CreatePullRequest", NULL, cc_create_pull_request, OP_WAITS, &in },
	{ "CreateRepository", NULL, cc_create_repository, 0, &in },
	{ "DeleteBranch", NULL, cc_delete_branch, OP_WAITS, &in },
	{ "DeleteFile", NULL, cc_delete_file, OP_WAITS, &in },
	{ "DeleteRepository", NULL, cc_delete_repository, 0, &in },
	{ "GetBlob", NULL, cc_get_blob, ASKS, &in },
	{ "GetBranch", NULL, cc_get_branch, ASKS, &in },
	{ "GetCommit", NULL, cc_get_commit, ASKS, &in },
	{ "GetDifferences", NULL, cc_get_differences, ASKS, &in },
	{ "GetFile", NULL, cc_get_file, ASKS, &in },
	{ "GetFolder", NULL, cc_get_folder, ASKS, &in },
	{ "GetMergeCommit", NULL, cc_get_merge_commit, ASKS, &in },
	{ "GetMergeConflicts", NULL, cc_get_merge_conflicts, ASKS, &in },
	{ "GetMergeOptions", NULL, cc_get_merge_options, ASKS, &in },
	{ "GetPullRequest", NULL, cc_get_pull_request, ASKS, &in },
	{ "GetRepository", NULL, cc_get_repository, OP_READS, &in },
	{ "GetRepositoryTriggers", NULL, cc_get_repository_triggers, OP_READS, &in },
	{ "ListBranches", NULL, cc_list_branches, ASKS, &in },
	{ "ListFileCommitHistory", NULL, cc_list_file_commit_history, ASKS, &in },
	{ "ListPullRequests", NULL, cc_list_pull_requests, OP_READS, &in },
	{ "ListRepositories", NULL, cc_list_repositories, OP_READS, &in },
	{ "ListTagsForResource", NULL, cc_list_tags, OP_READS, &in },
	{ "MergeBranchesByFastForward", NULL, cc_merge_branches_by_fast_forward, OP_WAITS, &in },
	{ "MergeBranchesBySquash", NULL, cc_merge_branches_by_squash, OP_WAITS, &in },
	{ "MergeBranchesByThreeWay", NULL, cc_merge_branches_by_three_way, OP_WAITS, &in },
	{ "MergePullRequestByFastForward", NULL, cc_merge_pull_request_by_fast_forward, OP_WAITS,
	  &in },
	{ "MergePullRequestBySquash", NULL, cc_merge_pull_request_by_squash, OP_WAITS, &in },
	{ "MergePullRequestByThreeWay", NULL, cc_merge_pull_request_by_three_way, OP_WAITS, &in },
	{ "PutFile", NULL, cc_put_file, OP_WAITS, &in },
	{ "PutRepositoryTriggers", NULL, cc_put_repository_triggers, 0, &in },
	{ "TagResource", NULL, cc_tag_resource, 0, &in },
	{ "TestRepositoryTriggers", NULL, cc_test_repository_triggers, 0, &in },
	{ "UntagResource", NULL, cc_untag_resource, 0, &in },
	{ "UpdateDefaultBranch", NULL, cc_update_default_branch, OP_WAITS, &in },
	{ "UpdatePullRequestDescription", NULL, cc_update_pull_request_description, 0, &in },
	{ "UpdatePullRequestStatus", NULL, cc_update_pull_request_status, 0, &in },
	{ "UpdatePullRequestTitle", NULL, cc_update_pull_request_title, 0, &in },
	{ "UpdateRepositoryDescription", NULL, cc_update_repository_description, 0, &in },
	{ "UpdateRepositoryName", NULL, cc_update_repository_name, 0, &in },
	{ 0 },
};

static const char schema_sql[] =
	"CREATE TABLE codecommit_repository (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" description TEXT, default_branch TEXT, kms_key TEXT, triggers TEXT NOT NULL,"
	" configuration TEXT, tags TEXT NOT NULL, created_at INTEGER NOT NULL,"
	" updated_at INTEGER NOT NULL);"
	"CREATE TABLE codecommit_ref (repository TEXT NOT NULL, name TEXT NOT NULL,"
	" id TEXT NOT NULL, PRIMARY KEY (repository, name)) WITHOUT ROWID;"
	"CREATE TABLE codecommit_pull (number INTEGER PRIMARY KEY, repository TEXT NOT NULL,"
	" status TEXT NOT NULL, author TEXT NOT NULL, detail TEXT NOT NULL);";
static const struct schema schema = { "codecommit", 1, schema_sql, NULL };

static const struct holding holdings[] = { { "CodeCommit repository", "CodeCommit repositories",
					     "SELECT count(*) FROM codecommit_repository" },
					   { 0 } };

const struct service codecommit_service = {
	.name = "codecommit",
	.target = "CodeCommit_20150413",
	.api_version = "2015-04-13",
	.speaks = PROTO_JSON11,
	.operations = operations,
	.jobs = codecommit_jobs,
	.schema = &schema,
	.holdings = holdings,
	.access = &access_rules,
	.account_of = codecommit_account_of,
	.serves = codecommit_serves,
	.body_max = 32 << 20,
};
