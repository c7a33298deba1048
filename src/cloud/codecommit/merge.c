/*
 * Merges that make a commit, and what can be told of them before. Git merges the trees; what counts as a conflict beyond
 * that is CodeCommit's: by file (both sides changed it) unless lines are asked for.
 *
 * From: CodeCommit API Reference, "MergeBranchesByThreeWay", "GetMergeConflicts"; User Guide, "Resolve conflicts in a
 * pull request".
 */
#include <unistd.h>

#include "cloud/codecommit/inside.h"

enum { CONFLICTS_MAX = 1000 };

struct merge {
	struct git_work *w;
	struct str source, into, base; /* commits; base absent: they have nothing in common */
	struct json_object *sides[2];  /* what source and destination changed: {path: "MODE ID"} */
	struct json_object *conflicts; /* {path: true} */
	struct str tree;               /* as git merges it, conflicts or not */
};

/* --- what is asked ---------------------------------------------------------------------- */

static bool one_of(struct git_work *w, const char *member, const char *const *values,
		   const struct aws_error *error, const char *why)
{
	struct str given = work_str(w, member);
	bool known = !given.p;

	for (; *values; values++)
		known |= str_is(given, *values);
	if (!known)
		git_fail(w, error, "%s", why);
	return known;
}

static bool ask_good(struct git_work *w)
{
	static const char *const levels[] = { "FILE_LEVEL", "LINE_LEVEL", NULL };
	static const char *const strategies[] = { "NONE", "ACCEPT_SOURCE", "ACCEPT_DESTINATION",
						  "AUTOMERGE", NULL };

	return one_of(w, "conflictDetailLevel", levels, &InvalidConflictDetailLevelException,
		      "The specified conflict detail level is not valid.") &&
	       one_of(w, "conflictResolutionStrategy", strategies,
		      &InvalidConflictResolutionStrategyException,
		      "The specified conflict resolution strategy is not valid.");
}

static bool open_merge(struct merge *m, struct git_work *w)
{
	struct arena *a = w->arena;

	*m = (struct merge){ .w = w, .conflicts = json_new_object(a) };
	if (!ask_good(w) || !work_open(w))
		return false;
	m->source = work_commit(w, work_str(w, "sourceCommitSpecifier"));
	m->into = w->failed ? STR_NONE : work_commit(w, work_str(w, "destinationCommitSpecifier"));
	if (w->failed)
		return false;
	m->base = git_ask(a, w->folder, "merge-base", arena_cstr(a, m->source),
			  arena_cstr(a, m->into), NULL);
	return true;
}

static bool strategy_is(const struct merge *m, const char *name)
{
	return str_is(work_str(m->w, "conflictResolutionStrategy"), name);
}

/* --- comparing ---------------------------------------------------------------------------- */

/* ":100644 100644 ID ID M", path, ...: with zeros for what is not there. */
static struct json_object *changes_to(struct merge *m, struct str commit)
{
	struct arena *a = m->w->arena;
	const char *words[] = { "diff-tree",           "-r",    "-z",
				"--no-renames",        "--raw", arena_cstr(a, m->base),
				arena_cstr(a, commit), NULL };
	struct json_object *all = json_new_object(a);
	struct git_ran ran;
	struct str rest;

	git_run(a, &(struct git_run){ .folder = m->w->folder, .words = words }, &ran);
	rest = ran.good ? ran.output : STR("");
	while (rest.n) {
		struct str what = str_cut(&rest, '\0'), path = str_cut(&rest, '\0'), mode, id;

		str_cut(&what, ' ');
		mode = str_cut(&what, ' ');
		str_cut(&what, ' ');
		id = str_cut(&what, ' ');
		json_set_str(all, arena_cstr(a, path),
			     arena_strf(a, "%.*s %.*s", STR_ARG(mode), STR_ARG(id)));
	}
	return all;
}

/* What both have changed, and not to the same. */
static void find_by_file(struct merge *m)
{
	JSON_EACH(m->sides[0], path, mine)
	{
		struct json_object *theirs = json_get(m->sides[1], path);

		if (theirs && !str_eq(json_str(mine), json_str(theirs)))
			json_set_bool(m->conflicts, path, true);
	}
}

/* Let git merge: the tree, and where lines conflict. False, with the work failed, when it cannot be. */
static bool merge_trees(struct merge *m)
{
	struct arena *a = m->w->arena;
	const char *words[] = { "merge-tree",
				"--write-tree",
				"--name-only",
				"--no-messages",
				"-z",
				arena_cstr(a, m->into),
				arena_cstr(a, m->source),
				NULL };
	bool by_line = str_is(work_str(m->w, "conflictDetailLevel"), "LINE_LEVEL") ||
		       strategy_is(m, "AUTOMERGE");
	struct git_ran ran;
	struct str rest;

	m->sides[0] = changes_to(m, m->source);
	m->sides[1] = changes_to(m, m->into);
	git_run(a, &(struct git_run){ .folder = m->w->folder, .words = words }, &ran);
	if (!ran.good && ran.status != 1) {
		git_fail(m->w, &InternalFailure, "The branches cannot be merged: %.*s",
			 STR_ARG(str_trim(ran.error)));
		return false;
	}
	rest = ran.output;
	m->tree = str_cut(&rest, '\0');
	while (rest.n && json_count(m->conflicts) < CONFLICTS_MAX) {
		struct str path = str_cut(&rest, '\0');

		if (path.n)
			json_set_bool(m->conflicts, arena_cstr(a, path), true);
	}
	if (!by_line)
		find_by_file(m);
	return true;
}

static bool is_ancestor(struct merge *m, struct str older, struct str newer)
{
	return m->base.p && str_eq(older, m->base) && newer.p;
}

/* --- resolving ------------------------------------------------------------------------------- */

/* For update-index: the side's entry of every conflict, or its removal. */
static void add_side(struct merge *m, struct json_object *side, struct buf *input)
{
	JSON_EACH(m->conflicts, path, ignored)
	{
		struct str entry = json_get_str(side, path), mode = str_cut(&entry, ' ');

		if (!ignored || !mode.n)
			continue;
		buf_addf(input, "%.*s %.*s\t%s", STR_ARG(str_is(mode, "000000") ? STR("0") : mode),
			 STR_ARG(entry), path);
		buf_addc(input, '\0');
	}
}

/* The merged tree with one side's files where there were conflicts. */
static struct str resolve(struct merge *m, struct json_object *side)
{
	struct git_work *w = m->w;
	const char *index[] = { arena_printf(w->arena, "GIT_INDEX_FILE=%s/index.merge", w->folder),
				NULL };
	const char *words[3][4] = { { "read-tree", arena_cstr(w->arena, m->tree), NULL },
				    { "update-index", "-z", "--index-info", NULL },
				    { "write-tree", NULL } };
	struct git_ran ran = { .good = true };
	struct buf input;

	buf_init(&input, 16 << 20);
	add_side(m, side, &input);
	for (size_t i = 0; i < 3 && ran.good; i++)
		git_run(w->arena,
			&(struct git_run){ .folder = w->folder,
					   .words = words[i],
					   .variables = index,
					   .input = i == 1 ? buf_str(&input) : STR_NONE },
			&ran);
	unlink(index[0] + strlen("GIT_INDEX_FILE="));
	buf_release(&input);
	if (!ran.good)
		git_fail(w, &InternalFailure, "The merged files cannot be written: %.*s",
			 STR_ARG(str_trim(ran.error)));
	return ran.good ? str_trim(ran.output) : STR_NONE;
}

/* The tree that the merge leaves; absent and failed when somebody has to decide. */
static struct str merged_tree(struct merge *m)
{
	if (m->base.p && !merge_trees(m))
		return STR_NONE;
	if (m->base.p && !json_count(m->conflicts))
		return m->tree;
	if (m->base.p && strategy_is(m, "ACCEPT_SOURCE"))
		return resolve(m, m->sides[0]);
	if (m->base.p && strategy_is(m, "ACCEPT_DESTINATION"))
		return resolve(m, m->sides[1]);
	git_fail(m->w, &ManualMergeRequiredException,
		 "The pull request cannot be merged automatically into the destination branch. You "
		 "must manually merge the branches and resolve any conflicts.");
	return STR_NONE;
}

/* --- merging ---------------------------------------------------------------------------------- */

static void commit_merge(struct merge *m, bool squash)
{
	struct git_work *w = m->w;
	struct str parents[2] = { m->into, m->source }, tree, commit, ref;
	struct str target = work_str(w, "targetBranch");

	target = target.p ? target : work_str(w, "destinationCommitSpecifier");
	ref = str_starts(target, STR("refs/heads/"))
		      ? target
		      : arena_strf(w->arena, "refs/heads/%.*s", STR_ARG(target));
	if (!git_commit_of(w->arena, w->folder, ref).p) {
		git_fail(w, &BranchDoesNotExistException, "Branch %.*s does not exist",
			 STR_ARG(target));
		return;
	}
	tree = merged_tree(m);
	if (!tree.p)
		return;
	commit = work_write_commit(w, tree, parents, squash ? 1 : 2, "authorName",
				   arena_printf(w->arena, "%s branch '%.*s' into %.*s",
						squash ? "Squash" : "Merge",
						STR_ARG(work_str(w, "sourceCommitSpecifier")),
						STR_ARG(target)));
	if (commit.p && !git_ref_move(w->arena, w->folder, ref, m->into, commit))
		git_fail(w, &ConcurrentReferenceUpdateException,
			 "The merge cannot be completed because the target branch has been "
			 "modified. Another user might have modified the target branch while the "
			 "merge was in progress. Wait a few minutes, and then try again.");
	if (w->failed)
		return;
	work_settle_head(w);
	json_set_str(w->out, "commitId", commit);
	json_set_str(w->out, "treeId", tree);
}

static void work_merge(struct git_work *w, bool squash)
{
	struct merge m;

	if (!work_author_good(w, "authorName") || !open_merge(&m, w))
		return;
	if (work_str(w, "tip").p && !str_eq(work_str(w, "tip"), m.source))
		git_fail(
			w, &TipOfSourceReferenceIsDifferentException,
			"The tip of the source branch in the destination repository does not match "
			"the tip of the source branch specified in your request. The pull request "
			"might have been updated. Make sure that you have the latest changes.");
	else
		commit_merge(&m, squash);
}

void work_squash(struct git_work *w)
{
	work_merge(w, true);
}

void work_three_way(struct git_work *w)
{
	work_merge(w, false);
}

static enum outcome merge_branches(struct op *op, git_work *work)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	return repository_change(op, &r, work);
}

enum outcome cc_merge_branches_by_squash(struct op *op)
{
	return merge_branches(op, work_squash);
}

enum outcome cc_merge_branches_by_three_way(struct op *op)
{
	return merge_branches(op, work_three_way);
}

/* --- looking ---------------------------------------------------------------------------------- */

static void print_commits(struct merge *m)
{
	json_set_str(m->w->out, "sourceCommitId", m->source);
	json_set_str(m->w->out, "destinationCommitId", m->into);
	if (m->base.p)
		json_set_str(m->w->out, "baseCommitId", m->base);
}

static void work_options(struct git_work *w)
{
	struct json_object *options;
	struct merge m;

	if (!open_merge(&m, w))
		return;
	print_commits(&m);
	json_set_str(w->out, "baseCommitId", m.base.p ? m.base : STR(""));
	options = json_set_array(w->out, "mergeOptions");
	if (!m.base.p || !merge_trees(&m))
		return;
	if (is_ancestor(&m, m.into, m.source))
		json_add_str(options, STR("FAST_FORWARD_MERGE"));
	if (json_count(m.conflicts) && !strategy_is(&m, "ACCEPT_SOURCE") &&
	    !strategy_is(&m, "ACCEPT_DESTINATION"))
		return;
	json_add_str(options, STR("SQUASH_MERGE"));
	json_add_str(options, STR("THREE_WAY_MERGE"));
}

/* The commit that brought the source into the destination; absent: none did, or a fast-forward. */
static struct str merge_commit(struct merge *m)
{
	struct arena *a = m->w->arena;
	struct str lines = git_ask(a, m->w->folder, "rev-list", "--merges", "--parents",
				   arena_cstr(a, m->into), NULL);

	while (lines.n) {
		struct str line = str_cut(&lines, '\n'), commit = str_cut(&line, ' ');

		str_cut(&line, ' ');
		while (line.p)
			if (str_eq(str_cut(&line, ' '), m->source))
				return commit;
	}
	return STR_NONE;
}

static void work_merge_commit(struct git_work *w)
{
	struct str commit;
	struct merge m;

	if (!open_merge(&m, w))
		return;
	print_commits(&m);
	commit = merge_commit(&m);
	if (commit.p)
		json_set_str(w->out, "mergedCommitId", commit);
}

/* --- conflicts ----------------------------------------------------------------------------------- */

/* One member of a conflict for each side and the base: {"source": ..., "destination": ..., "base": ...}. */
static void print_sides(struct merge *m, const char *path, struct json_object *out)
{
	static const char *const names[] = { "source", "destination", "base" };
	struct str commits[] = { m->source, m->into, m->base };
	struct json_object *sizes = json_set_object(out, "fileSizes"),
			   *modes = json_set_object(out, "fileModes"),
			   *types = json_set_object(out, "objectTypes");
	struct git_entry entries[3];
	bool there[3];

	for (size_t i = 0; i < 3; i++) {
		struct git_entry *e = &entries[i];

		there[i] = git_entry_at(m->w->arena, m->w->folder, commits[i], str_of(path), e);
		if (!there[i])
			continue;
		json_set_int(sizes, names[i], e->size < 0 ? 0 : e->size);
		if (work_mode_name(e->mode))
			json_set_cstr(modes, names[i], work_mode_name(e->mode));
		json_set_cstr(types, names[i],
			      str_is(e->type, "blob")   ? "FILE"
			      : str_is(e->type, "tree") ? "DIRECTORY"
							: "GIT_LINK");
	}
	json_set_bool(out, "contentConflict",
		      there[0] != there[1] || (there[0] && !str_eq(entries[0].id, entries[1].id)));
	json_set_bool(out, "fileModeConflict",
		      there[0] && there[1] && !str_eq(entries[0].mode, entries[1].mode));
	json_set_bool(out, "objectTypeConflict",
		      there[0] && there[1] && !str_eq(entries[0].type, entries[1].type));
}

static void print_operation(struct json_object *out, const char *name, struct str entry,
			    bool in_base)
{
	json_set_cstr(out, name, str_starts(entry, STR("000000")) ? "D" : in_base ? "M" : "A");
}

static void print_conflict(struct merge *m, const char *path, struct json_object *out)
{
	struct json_object *operations;
	struct git_entry e;
	bool in_base = git_entry_at(m->w->arena, m->w->folder, m->base, str_of(path), &e);

	json_set_cstr(out, "filePath", path);
	print_sides(m, path, out);
	json_set_int(out, "numberOfConflicts", 1);
	operations = json_set_object(out, "mergeOperations");
	for (size_t i = 0; i < 2; i++)
		if (json_get(m->sides[i], path))
			print_operation(operations, i ? "destination" : "source",
					json_get_str(m->sides[i], path), in_base);
}

static void work_conflicts(struct git_work *w)
{
	static const char *const options[] = { "FAST_FORWARD_MERGE", "SQUASH_MERGE",
					       "THREE_WAY_MERGE", NULL };
	struct json_object *list;
	struct merge m;

	if (!work_str(w, "mergeOption").p) {
		git_fail(w, &MergeOptionRequiredException,
			 "A merge option or stategy is required, and none was provided.");
		return;
	}
	if (!one_of(w, "mergeOption", options, &InvalidMergeOptionException,
		    "The specified merge option is not valid for this operation. Not all merge "
		    "strategies are supported for all operations.") ||
	    !open_merge(&m, w))
		return;
	print_commits(&m);
	list = json_set_array(w->out, "conflictMetadataList");
	if (str_is(work_str(w, "mergeOption"), "FAST_FORWARD_MERGE")) {
		json_set_bool(w->out, "mergeable", is_ancestor(&m, m.into, m.source));
		return;
	}
	if (m.base.p && !merge_trees(&m))
		return;
	json_set_bool(w->out, "mergeable", m.base.p && !json_count(m.conflicts));
	JSON_EACH(m.conflicts, path, ignored)
	{
		if (ignored)
			print_conflict(&m, path, json_add_object(list));
	}
}

static enum outcome ask(struct op *op, git_work *work)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	return repository_run(op, &r, work);
}

enum outcome cc_get_merge_commit(struct op *op)
{
	return ask(op, work_merge_commit);
}

enum outcome cc_get_merge_conflicts(struct op *op)
{
	return ask(op, work_conflicts);
}

enum outcome cc_get_merge_options(struct op *op)
{
	return ask(op, work_options);
}
