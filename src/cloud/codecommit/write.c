/*
 * Commits made by API calls: an index is filled from the parent's tree, changed, and written as tree and commit; then
 * the branch moves, if it is still where it was. From: CodeCommit API Reference, "CreateCommit", "PutFile", "DeleteFile".
 */
#include <unistd.h>

#include "base/base64.h"
#include "cloud/codecommit/inside.h"

enum { FILE_MAX = 6 << 20, ENTRIES_MAX = 100, NAME_MAX_BYTES = 64 << 10, MESSAGE_MAX = 256 << 10 };

/* A commit being made. */
struct making {
	struct git_work *w;
	struct str ref, tip;  /* the branch; absent tip: it is new */
	const char *index[2]; /* GIT_INDEX_FILE=..., NULL */
	struct buf changes;   /* for update-index: "MODE ID\tPATH\0"... */
	struct json_object *added, *updated, *deleted;
};

static struct str run(struct making *m, struct str input, const char *const *words)
{
	struct git_ran ran;

	git_run(m->w->arena,
		&(struct git_run){ .folder = m->w->folder,
				   .words = words,
				   .variables = m->index,
				   .input = input },
		&ran);
	if (!ran.good && !m->w->failed)
		git_fail(m->w, &InternalFailure, "The commit cannot be written: %.*s",
			 STR_ARG(str_trim(ran.error)));
	return ran.good ? str_trim(ran.output) : STR_NONE;
}

/* --- where it goes ------------------------------------------------------------------------- */

static void check_parent(struct making *m, struct str parent)
{
	struct git_work *w = m->w;

	if (!parent.n)
		git_fail(
			w, &ParentCommitIdRequiredException,
			"A parent commit ID is required. To view the full commit ID of a branch in "
			"a repository, use GetBranch or a Git command (for example, git pull or "
			"git log).");
	else if (!git_is_id(parent))
		git_fail(w, &InvalidParentCommitIdException,
			 "The parent commit ID is not valid. The commit ID cannot be empty, and "
			 "must match the head commit ID for the branch of the repository where you "
			 "want to add or update a file.");
	else if (!git_commit_of(w->arena, w->folder, parent).p)
		git_fail(w, &ParentCommitDoesNotExistException,
			 "The parent commit ID is not valid because it does not exist. The "
			 "specified parent commit ID does not exist in the specified branch of the "
			 "repository.");
	else if (!str_eq(parent, m->tip))
		git_fail(w, &ParentCommitIdOutdatedException,
			 "The file could not be added because the provided parent commit ID is not "
			 "the current tip of the specified branch. To view the full commit ID of "
			 "the current head of the branch, use GetBranch.");
}

/* The branch and its tip. A new branch comes into being in an empty repository only. */
static bool open_branch(struct making *m)
{
	struct git_work *w = m->w;
	struct str branch = work_str(w, "branchName");
	size_t count;

	if (!work_open(w))
		return false;
	m->ref = arena_strf(w->arena, "refs/heads/%.*s", STR_ARG(branch));
	m->tip = git_commit_of(w->arena, w->folder, m->ref);
	git_refs(w->arena, w->folder, "refs/heads/", &count);
	if (m->tip.p)
		check_parent(m, work_str(w, "parentCommitId"));
	else if (count)
		git_fail(w, &BranchDoesNotExistException, "Branch %.*s does not exist",
			 STR_ARG(branch));
	return !w->failed;
}

static void start(struct making *m, struct git_work *w)
{
	const char *read[] = { "read-tree", NULL, NULL };

	*m = (struct making){ .w = w };
	m->index[0] = arena_printf(w->arena, "GIT_INDEX_FILE=%s/index.api", w->folder);
	buf_init(&m->changes, 16 << 20);
	m->added = json_new_array(w->arena);
	m->updated = json_new_array(w->arena);
	m->deleted = json_new_array(w->arena);
	if (!open_branch(m))
		return;
	read[1] = m->tip.p ? arena_cstr(w->arena, m->tip) : "--empty";
	run(m, STR_NONE, read);
}

/* --- changes ----------------------------------------------------------------------------------- */

static bool find(struct making *m, struct str path, struct git_entry *e)
{
	return m->tip.p && git_entry_at(m->w->arena, m->w->folder, m->tip, path, e);
}

static void note(struct json_object *list, struct str path, struct str blob, struct str mode)
{
	struct json_object *o = json_add_object(list);

	json_set_str(o, "absolutePath", path);
	json_set_str(o, "blobId", blob);
	json_set_cstr(o, "fileMode", work_mode_name(mode) ? work_mode_name(mode) : "NORMAL");
}

static void change(struct making *m, struct str mode, struct str blob, struct str path)
{
	buf_addf(&m->changes, "%.*s %.*s\t%.*s", STR_ARG(mode), STR_ARG(blob), STR_ARG(path));
	buf_addc(&m->changes, '\0');
}

/* Nothing on the way to it may be a file, and it may not be a folder. */
static bool place_good(struct making *m, struct str path)
{
	struct git_entry e;

	if (find(m, path, &e) && str_is(e.type, "tree"))
		git_fail(m->w, &FileNameConflictsWithDirectoryNameException,
			 "A file cannot be added to the repository because the specified file name "
			 "has the same name as a directory in this repository. Either provide "
			 "another name for the file, or add the file in a directory that does not "
			 "match the file name.");
	for (size_t i = 1; i < path.n && !m->w->failed; i++)
		if (path.p[i] == '/' && find(m, str_slice(path, 0, i), &e) &&
		    !str_is(e.type, "tree"))
			git_fail(
				m->w, &DirectoryNameConflictsWithFileNameException,
				"A file cannot be added to the repository because the specified "
				"path name has the same name as a file that already exists in this "
				"repository. Either provide a different name for the file, or "
				"specify a different path for the file.");
	return !m->w->failed;
}

static void put(struct making *m, struct str path, struct str blob, struct str mode)
{
	struct git_entry e;
	bool there = find(m, path, &e);

	if (!place_good(m, path) || (there && str_eq(e.id, blob) && str_eq(e.mode, mode)))
		return;
	change(m, mode, blob, path);
	note(there ? m->updated : m->added, path, blob, mode);
}

static struct str file_missing(struct making *m)
{
	git_fail(m->w, &FileDoesNotExistException,
		 "The specified file does not exist. Verify that you have used the correct file "
		 "name, full path, and extension.");
	return STR_NONE;
}

static struct str remove_file(struct making *m, struct str path)
{
	struct git_entry e;

	if (!find(m, path, &e) || !str_is(e.type, "blob"))
		return file_missing(m);
	change(m, STR("0"), e.id, path);
	note(m->deleted, path, e.id, e.mode);
	return e.id;
}

/* The mode that a member names; absent and failed when there is no such mode. */
static struct str mode_meant(struct making *m, struct str name)
{
	const char *mode = work_mode_of(name.n ? name : STR("NORMAL"));

	if (!mode)
		git_fail(m->w, &InvalidFileModeException,
			 "The specified file mode permission is not valid. For a list of valid "
			 "file mode permissions, see PutFile.");
	return str_of(mode);
}

/* A blob of the base64 text in `content`; absent and failed when that is too large or none. */
static struct str blob_of(struct making *m, struct str content)
{
	struct str bytes;

	if (!base64_parse(m->w->arena, content, &bytes)) {
		git_fail(
			m->w, &FileContentRequiredException,
			"The file cannot be added because it is empty. Empty files cannot be added "
			"to the repository with this API.");
	} else if (bytes.n > FILE_MAX) {
		git_fail(m->w, &FileContentSizeLimitExceededException,
			 "The file cannot be added because it is too large. The maximum file size "
			 "is 6 MB, and the combined file content change size is 7 MB. Consider "
			 "making these changes using a Git client.");
	} else {
		return git_write_blob(m->w->arena, m->w->folder, bytes);
	}
	return STR_NONE;
}

/* --- who, and what for --------------------------------------------------------------------------- */

bool work_author_good(struct git_work *w, const char *name_member)
{
	if (work_str(w, name_member).n > NAME_MAX_BYTES)
		git_fail(w, &NameLengthExceededException,
			 "The user name is not valid because it has exceeded the character limit "
			 "for author names.");
	else if (work_str(w, "commitMessage").n > MESSAGE_MAX)
		git_fail(w, &CommitMessageLengthExceededException,
			 "The commit message is too long. Provide a shorter string.");
	return !w->failed;
}

/* What git would misread in a name: its separators. */
static const char *clean(struct arena *a, const char *variable, struct str text)
{
	char *p = arena_printf(a, "%s=%.*s", variable, STR_ARG(text));

	for (char *c = p + strlen(variable) + 1; *c; c++)
		if (*c == '\n' || *c == '<' || *c == '>')
			*c = ' ';
	return p;
}

struct str work_write_commit(struct git_work *w, struct str tree, const struct str *parents,
			     size_t parent_count, const char *name_member, const char *message)
{
	struct arena *a = w->arena;
	struct str text = work_str(w, "commitMessage"), name = work_str(w, name_member),
		   email = work_str(w, "email"), commit;
	const char *words[4 + 2 * WORK_PARENTS_MAX + 1] = { "commit-tree", arena_cstr(a, tree),
							    "-F", "-" };
	long long now = json_int_or(json_get(w->in, "now"), 0);
	struct git_ran ran;

	name = name.p ? name : json_get_str(w->in, "callerName");
	for (size_t i = 0; i < parent_count; i++) {
		words[4 + 2 * i] = "-p";
		words[5 + 2 * i] = arena_cstr(a, parents[i]);
	}
	git_run(a,
		&(struct git_run){
			.folder = w->folder,
			.words = words,
			.input = text.p ? text : str_of(message),
			.variables =
				(const char *const[]){
					clean(a, "GIT_AUTHOR_NAME", name),
					clean(a, "GIT_AUTHOR_EMAIL", email),
					clean(a, "GIT_COMMITTER_NAME", name),
					clean(a, "GIT_COMMITTER_EMAIL", email),
					arena_printf(a, "GIT_AUTHOR_DATE=%lld +0000", now),
					arena_printf(a, "GIT_COMMITTER_DATE=%lld +0000", now),
					NULL } },
		&ran);
	commit = str_trim(ran.output);
	if (ran.good && git_is_id(commit))
		return commit;
	git_fail(w, &InternalFailure, "The commit cannot be written: %.*s",
		 STR_ARG(str_trim(ran.error)));
	return STR_NONE;
}

/* Write tree and commit and move the branch; the commit's name. */
static struct str finish(struct making *m, const char *name_member, const char *message)
{
	static const char *const update[] = { "update-index", "-z", "--index-info", NULL };
	static const char *const write_tree[] = { "write-tree", NULL };
	struct git_work *w = m->w;
	struct str tree = STR_NONE, commit;

	if (!w->failed && run(m, buf_str(&m->changes), update).p)
		tree = run(m, STR_NONE, write_tree);
	unlink(m->index[0] + strlen("GIT_INDEX_FILE="));
	buf_release(&m->changes);
	if (!tree.p)
		return STR_NONE;
	commit = work_write_commit(w, tree, &m->tip, m->tip.p ? 1 : 0, name_member, message);
	if (!commit.p)
		return STR_NONE;
	if (!git_ref_move(w->arena, w->folder, m->ref, m->tip, commit)) {
		git_fail(w, &ParentCommitIdOutdatedException,
			 "The branch was updated by another request.");
		return STR_NONE;
	}
	work_settle_head(w);
	json_set_str(w->out, "commitId", commit);
	json_set_str(w->out, "treeId", tree);
	return commit;
}

/* --- PutFile, DeleteFile --------------------------------------------------------------------------- */

static void work_put(struct git_work *w)
{
	struct str path = work_path(w, work_str(w, "filePath")), mode, blob;
	struct making m;

	if (w->failed || !work_author_good(w, "name"))
		return;
	start(&m, w);
	mode = w->failed ? STR_NONE : mode_meant(&m, work_str(w, "fileMode"));
	blob = w->failed ? STR_NONE : blob_of(&m, work_str(w, "fileContent"));
	if (!w->failed)
		put(&m, path, blob, mode);
	if (!w->failed && !m.changes.n)
		git_fail(w, &SameFileContentException,
			 "The file was not added or updated because the content of the file is "
			 "exactly the same as the content of that file in the repository and "
			 "branch that you specified.");
	finish(&m, "name",
	       arena_printf(w->arena, "%s %.*s", json_count(m.added) ? "Added" : "Edited",
			    STR_ARG(path)));
	if (!w->failed)
		json_set_str(w->out, "blobId", blob);
}

/* Branch, and content or path: what is looked at before git is asked. */
static bool branch_named(struct op *op)
{
	struct str branch = op_str(op, "branchName");

	if (!branch.n)
		op_fail(op, &BranchNameRequiredException,
			"A branch name is required, but was not specified.");
	else if (!git_branch_good(branch))
		op_fail(op, &InvalidBranchNameException,
			"The specified reference name is not valid.");
	return branch.n && git_branch_good(branch);
}

enum outcome cc_put_file(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r) || !branch_named(op))
		return FAILED;
	if (!op_str(op, "fileContent").n)
		return op_fail(
			op, &FileContentRequiredException,
			"The file cannot be added because it is empty. Empty files cannot be "
			"added to the repository with this API.");
	return repository_change(op, &r, work_put);
}

static void work_delete(struct git_work *w)
{
	struct str path = work_path(w, work_str(w, "filePath")), blob = STR_NONE;
	struct making m;

	if (w->failed || !work_author_good(w, "name"))
		return;
	start(&m, w);
	if (!w->failed && !m.tip.p)
		git_fail(w, &BranchDoesNotExistException, "Branch %.*s does not exist",
			 STR_ARG(work_str(w, "branchName")));
	if (!w->failed)
		blob = remove_file(&m, path);
	finish(&m, "name", arena_printf(w->arena, "Deleted %.*s", STR_ARG(path)));
	if (w->failed)
		return;
	json_set_str(w->out, "blobId", blob);
	json_set_str(w->out, "filePath", path);
}

enum outcome cc_delete_file(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r) || !branch_named(op))
		return FAILED;
	return repository_change(op, &r, work_delete);
}

/* --- CreateCommit ------------------------------------------------------------------------------------ */

/* An entry of putFiles that names another file instead of content: its blob. */
static struct str source_blob(struct making *m, struct json_object *source, struct str *mode)
{
	struct str from = work_path(m->w, json_get_str(source, "filePath"));
	struct git_entry e;

	if (!from.p)
		return STR_NONE;
	if (!find(m, from, &e) || !str_is(e.type, "blob"))
		return file_missing(m);
	if (!mode->p)
		*mode = e.mode;
	if (json_bool_or(json_get(source, "isMove"), false))
		remove_file(m, from);
	return e.id;
}

static void put_entry(struct making *m, struct json_object *entry)
{
	struct str path = work_path(m->w, json_get_str(entry, "filePath")), mode = STR_NONE, blob;
	struct json_object *content = json_get(entry, "fileContent");
	struct json_object *source = json_get(entry, "sourceFile");

	if (!path.p)
		return;
	if (json_get_str(entry, "fileMode").n)
		mode = mode_meant(m, json_get_str(entry, "fileMode"));
	if (content && source)
		git_fail(m->w, &FileContentAndSourceFileSpecifiedException,
			 "The commit cannot be created because both a source file and file content "
			 "have been specified for the same file. You cannot provide both. Either "
			 "specify a source file or provide the file content directly.");
	else if (!content && !source)
		git_fail(
			m->w, &SourceFileOrContentRequiredException,
			"The commit cannot be created because no source files or file content have "
			"been specified for the commit.");
	if (m->w->failed)
		return;
	blob = source ? source_blob(m, source, &mode) : blob_of(m, json_str(content));
	if (!m->w->failed)
		put(m, path, blob, mode.p ? mode : STR("100644"));
}

static void mode_entry(struct making *m, struct json_object *entry)
{
	struct str path = work_path(m->w, json_get_str(entry, "filePath")), mode;
	struct git_entry e = { .size = -1 };

	if (!path.p)
		return;
	if (!json_get_str(entry, "fileMode").n) {
		git_fail(m->w, &FileModeRequiredException,
			 "The commit cannot be created because no file mode has been specified. A "
			 "file mode is required to update mode permissions for a file.");
		return;
	}
	mode = mode_meant(m, json_get_str(entry, "fileMode"));
	if (!m->w->failed && (!find(m, path, &e) || !str_is(e.type, "blob")))
		file_missing(m);
	if (!m->w->failed && !str_eq(e.mode, mode)) {
		change(m, mode, e.id, path);
		note(m->updated, path, e.id, mode);
	}
}

static void delete_entry(struct making *m, struct json_object *entry)
{
	struct str path = work_path(m->w, json_get_str(entry, "filePath"));

	if (path.p)
		remove_file(m, path);
}

static const struct {
	const char *member;
	void (*apply)(struct making *m, struct json_object *entry);
} entry_kinds[] = {
	{ "putFiles", put_entry },
	{ "deleteFiles", delete_entry },
	{ "setFileModes", mode_entry },
};

/* Every path once, over all lists. */
static bool paths_differ(struct git_work *w)
{
	struct json_object *seen = json_new_object(w->arena);

	for (size_t k = 0; k < 3; k++) {
		struct json_object *list = json_get(w->in, entry_kinds[k].member);

		for (size_t i = 0; i < json_count(list); i++) {
			const char *path =
				arena_cstr(w->arena, json_get_str(json_at(list, i), "filePath"));

			if (json_get(seen, path)) {
				git_fail(w, &SamePathRequestException,
					 "The commit cannot be created because one or more changes "
					 "in this commit duplicate actions in the same file path. "
					 "For example, you cannot make the same delete request to "
					 "the same file in the same file path twice, or make a "
					 "delete request and a move request to the same file as "
					 "part of the same commit.");
				return false;
			}
			json_set_bool(seen, path, true);
		}
	}
	return true;
}

static void work_commit_all(struct git_work *w)
{
	struct making m;

	if (!work_author_good(w, "authorName") || !paths_differ(w))
		return;
	start(&m, w);
	for (size_t k = 0; k < 3 && !w->failed; k++) {
		struct json_object *list = json_get(w->in, entry_kinds[k].member);

		for (size_t i = 0; i < json_count(list) && !w->failed; i++)
			entry_kinds[k].apply(&m, json_at(list, i));
	}
	if (!w->failed && !m.changes.n)
		git_fail(w, &NoChangeException,
			 "The commit cannot be created because no changes will be made to the "
			 "repository as a result of this commit. A commit must contain at least "
			 "one change.");
	finish(&m, "authorName", "Commit created by CreateCommit");
	if (w->failed)
		return;
	json_set(w->out, "filesAdded", json_object_get(m.added));
	json_set(w->out, "filesUpdated", json_object_get(m.updated));
	json_set(w->out, "filesDeleted", json_object_get(m.deleted));
}

enum outcome cc_create_commit(struct op *op)
{
	struct repository r;
	size_t count = 0;

	if (!repository_named(op, "repositoryName", &r) || !branch_named(op))
		return FAILED;
	for (size_t k = 0; k < 3; k++)
		count += json_count(op_get(op, entry_kinds[k].member));
	if (!count)
		return op_fail(op, &FileEntryRequiredException,
			       "The commit cannot be created because no files have been specified "
			       "as added, updated, or changed (PutFile or DeleteFile) for the "
			       "commit.");
	if (count > ENTRIES_MAX)
		return op_fail(
			op, &MaximumFileEntriesExceededException,
			"The number of specified files to change as part of this commit "
			"exceeds the maximum number of files that can be changed in a single "
			"commit. Consider using a Git client for these changes.");
	return repository_change(op, &r, work_commit_all);
}
