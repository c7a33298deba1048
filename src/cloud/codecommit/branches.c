/* Branches, and merges that only move one. From: CodeCommit API Reference. */
#include "cloud/codecommit/inside.h"

enum { NAME_MAX_BYTES = 256 };

static bool name_good(struct op *op, const char *member)
{
	struct str name = op_str(op, member);

	if (!name.n) {
		op_fail(op, &BranchNameRequiredException,
			"A branch name is required, but was not specified.");
		return false;
	}
	if (git_branch_good(name) && name.n <= NAME_MAX_BYTES &&
	    !str_starts(name, STR("refs/heads/")))
		return true;
	op_fail(op, &InvalidBranchNameException, "The specified reference name is not valid.");
	return false;
}

static struct str ref_of(struct arena *a, struct str branch)
{
	return arena_strf(a, "refs/heads/%.*s", STR_ARG(branch));
}

static struct str tip_of(struct git_work *w, struct str branch)
{
	return git_commit_of(w->arena, w->folder, ref_of(w->arena, branch));
}

static void branch_missing(struct git_work *w, struct str branch)
{
	git_fail(w, &BranchDoesNotExistException, "Branch %.*s does not exist", STR_ARG(branch));
}

static void print_branch(struct git_work *w, const char *member, struct str branch, struct str id)
{
	struct json_object *out = json_set_object(w->out, member);

	json_set_str(out, "branchName", branch);
	json_set_str(out, "commitId", id);
}

/* --- reading ------------------------------------------------------------------------------ */

static void work_get(struct git_work *w)
{
	struct str branch = work_str(w, "branchName"), id;

	if (!work_open(w))
		return;
	id = tip_of(w, branch);
	if (id.p)
		print_branch(w, "branch", branch, id);
	else
		branch_missing(w, branch);
}

enum outcome cc_get_branch(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r) || !name_good(op, "branchName"))
		return FAILED;
	return repository_run(op, &r, work_get);
}

static void work_list(struct git_work *w)
{
	enum { PAGE = 100 };
	struct json_object *all = json_set_array(w->out, "branches");
	size_t count;
	int64_t from;
	struct git_ref *refs;

	if (!work_open(w) || !work_page(w, work_str(w, "nextToken"), &from))
		return;
	refs = git_refs(w->arena, w->folder, "refs/heads/", &count);
	for (size_t i = (size_t)from; i < count && i < (size_t)from + PAGE; i++)
		json_add_str(all, str_slice(refs[i].name, strlen("refs/heads/"), refs[i].name.n));
	if (count > (size_t)from + PAGE)
		json_set_str(w->out, "nextToken",
			     arena_strf(w->arena, "%lld", (long long)from + PAGE));
}

enum outcome cc_list_branches(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	return repository_run(op, &r, work_list);
}

/* --- writing ------------------------------------------------------------------------------- */

static void work_create(struct git_work *w)
{
	struct str branch = work_str(w, "branchName"), id = work_str(w, "commitId"), commit;

	if (!work_open(w))
		return;
	commit = git_commit_of(w->arena, w->folder, id);
	if (!commit.p)
		git_fail(w, &CommitDoesNotExistException, "Commit %.*s does not exist",
			 STR_ARG(id));
	else if (!git_ref_move(w->arena, w->folder, ref_of(w->arena, branch), STR_NONE, commit))
		git_fail(w, &BranchNameExistsException, "Branch named %.*s already exists",
			 STR_ARG(branch));
	else
		work_settle_head(w);
}

static bool commit_id_good(struct op *op, const char *member)
{
	struct str id = op_str(op, member);

	if (!id.n) {
		op_fail(op, &CommitIdRequiredException, "A commit ID was not specified.");
		return false;
	}
	if (git_is_id(id))
		return true;
	op_fail(op, &InvalidCommitIdException, "The specified commit ID is not valid.");
	return false;
}

enum outcome cc_create_branch(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r) || !name_good(op, "branchName") ||
	    !commit_id_good(op, "commitId"))
		return FAILED;
	return repository_change(op, &r, work_create);
}

/* Deleting what is not there is no error, and answers nothing. */
static void work_delete(struct git_work *w)
{
	struct str branch = work_str(w, "branchName"), id;

	if (!work_open(w))
		return;
	id = tip_of(w, branch);
	if (!id.p)
		return;
	if (git_ref_move(w->arena, w->folder, ref_of(w->arena, branch), id, STR_NONE))
		print_branch(w, "deletedBranch", branch, id);
	else
		git_fail(w, &ConcurrentReferenceUpdateException,
			 "The branch could not be deleted because it was updated by another "
			 "request. Try again.");
}

enum outcome cc_delete_branch(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r) || !name_good(op, "branchName"))
		return FAILED;
	if (str_eq(op_str(op, "branchName"), r.default_branch))
		return op_fail(op, &DefaultBranchCannotBeDeletedException,
			       "The specified branch is the default branch for the repository, and "
			       "cannot be deleted. To delete this branch, you must first set "
			       "another branch as the default branch.");
	return repository_change(op, &r, work_delete);
}

static void work_default(struct git_work *w)
{
	struct str branch = work_str(w, "defaultBranchName");

	if (!work_open(w))
		return;
	if (tip_of(w, branch).p)
		git_ask(w->arena, w->folder, "symbolic-ref", "HEAD",
			arena_cstr(w->arena, ref_of(w->arena, branch)), NULL);
	else
		branch_missing(w, branch);
}

enum outcome cc_update_default_branch(struct op *op)
{
	struct repository r;
	enum outcome outcome;

	if (!repository_named(op, "repositoryName", &r) || !name_good(op, "defaultBranchName"))
		return FAILED;
	outcome = repository_run(op, &r, work_default);
	if (outcome == DONE)
		db_run(op->db,
		       "UPDATE codecommit_repository SET default_branch = ?, updated_at = ?"
		       " WHERE id = ?",
		       "sis", op_str(op, "defaultBranchName"), op->now, r.id);
	return outcome;
}

/* --- fast-forward ----------------------------------------------------------------------------- */

void work_fast_forward(struct git_work *w)
{
	struct str target = work_str(w, "targetBranch"), source, into, tip;
	struct git_commit c;

	if (!work_open(w))
		return;
	source = work_commit(w, work_str(w, "sourceCommitSpecifier"));
	into = w->failed ? STR_NONE : work_commit(w, work_str(w, "destinationCommitSpecifier"));
	if (!w->failed && work_str(w, "tip").p && !str_eq(work_str(w, "tip"), source))
		git_fail(
			w, &TipOfSourceReferenceIsDifferentException,
			"The tip of the source branch in the destination repository does not match "
			"the tip of the source branch specified in your request. The pull request "
			"might have been updated. Make sure that you have the latest changes.");
	if (w->failed)
		return;
	if (!target.p)
		target = work_str(w, "destinationCommitSpecifier");
	tip = tip_of(w, target);
	if (!tip.p) {
		branch_missing(w, target);
		return;
	}
	if (!git_ask(w->arena, w->folder, "merge-base", "--is-ancestor", arena_cstr(w->arena, into),
		     arena_cstr(w->arena, source), NULL)
		     .p) {
		git_fail(w, &ManualMergeRequiredException,
			 "The pull request cannot be merged automatically into the destination "
			 "branch. You must manually merge the branches and resolve any conflicts.");
		return;
	}
	if (!git_ref_move(w->arena, w->folder, ref_of(w->arena, target), tip, source)) {
		git_fail(w, &ConcurrentReferenceUpdateException,
			 "The merge cannot be completed because the target branch has been "
			 "modified. Another user might have modified the target branch while the "
			 "merge was in progress. Wait a few minutes, and then try again.");
		return;
	}
	json_set_str(w->out, "commitId", source);
	if (git_commit_read(w->arena, w->folder, source, &c))
		json_set_str(w->out, "treeId", c.tree);
}

enum outcome cc_merge_branches_by_fast_forward(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	return repository_change(op, &r, work_fast_forward);
}
