/* Files, folders and blobs, read. From: CodeCommit API Reference. */
#include "base/base64.h"
#include "cloud/codecommit/inside.h"

enum {
	FILE_MAX = 6 << 20,
	FOLDER_MAX = 6 << 20, /* of what a folder's answer is written in */
	ENTRY_BYTES = 200,    /* of an entry's answer apart from its paths */
};

/* The commit that commitSpecifier means, or the default branch's last; "commitId" of the answer. */
static struct str commit_meant(struct git_work *w)
{
	struct str given = work_str(w, "commitSpecifier"), id;

	if (!work_open(w))
		return STR_NONE;
	id = work_commit(w, given.p ? given : STR("HEAD"));
	if (id.p)
		json_set_str(w->out, "commitId", id);
	return id;
}

static void print_content(struct git_work *w, const char *member, struct str id)
{
	struct str bytes = git_object(w->arena, w->folder, STR("blob"), id, FILE_MAX);

	if (bytes.p)
		json_set_str(w->out, member, base64_print(w->arena, bytes));
	else
		git_fail(w, &FileTooLargeException,
			 "The specified file exceeds the file size limit for AWS CodeCommit. For "
			 "more information about limits in AWS CodeCommit, see AWS CodeCommit User "
			 "Guide.");
}

static void work_file(struct git_work *w)
{
	struct str path = work_path(w, work_str(w, "filePath")), id;
	struct git_entry e;

	if (w->failed || !(id = commit_meant(w)).p)
		return;
	if (!git_entry_at(w->arena, w->folder, id, path, &e) || !str_is(e.type, "blob")) {
		git_fail(w, &FileDoesNotExistException,
			 "The specified file does not exist. Verify that you have used the correct "
			 "file name, full path, and extension.");
		return;
	}
	json_set_str(w->out, "blobId", e.id);
	json_set_str(w->out, "filePath", path);
	json_set_cstr(w->out, "fileMode", work_mode_name(e.mode));
	json_set_int(w->out, "fileSize", e.size);
	print_content(w, "fileContent", e.id);
}

enum outcome cc_get_file(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	return repository_run(op, &r, work_file);
}

static void work_blob(struct git_work *w)
{
	struct str id = work_str(w, "blobId");

	if (!work_open(w))
		return;
	if (git_ask(w->arena, w->folder, "cat-file", "-e",
		    arena_printf(w->arena, "%.*s^{blob}", STR_ARG(id)), NULL)
		    .p)
		print_content(w, "content", id);
	else
		git_fail(w, &BlobIdDoesNotExistException, "The specified blob does not exist.");
}

enum outcome cc_get_blob(struct op *op)
{
	struct str id = op_str(op, "blobId");
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	if (!id.n)
		return op_fail(op, &BlobIdRequiredException,
			       "A blob ID is required, but was not specified.");
	if (!git_is_id(id))
		return op_fail(op, &InvalidBlobIdException, "The specified blob is not valid.");
	return repository_run(op, &r, work_blob);
}

/* --- folders ------------------------------------------------------------------------------- */

static void print_entry(struct git_work *w, const struct git_entry *e, struct str folder)
{
	static const struct {
		const char *mode, *list, *id;
	} kinds[] = {
		{ "040000", "subFolders", "treeId" },   { "100644", "files", "blobId" },
		{ "100755", "files", "blobId" },        { "120000", "symbolicLinks", "blobId" },
		{ "160000", "subModules", "commitId" },
	};
	struct json_object *o;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!str_is(e->mode, kinds[i].mode))
			continue;
		o = json_add_object(json_get(w->out, kinds[i].list));
		json_set_str(o, kinds[i].id, e->id);
		json_set_str(o, "absolutePath",
			     folder.n ? arena_strf(w->arena, "%.*s/%.*s", STR_ARG(folder),
						   STR_ARG(e->path))
				      : e->path);
		json_set_str(o, "relativePath", e->path);
		if (work_mode_name(e->mode))
			json_set_cstr(o, "fileMode", work_mode_name(e->mode));
	}
}

static bool folder_fits(const struct git_entry *all, size_t count, struct str folder)
{
	size_t bytes = 0;

	for (size_t i = 0; all && i < count && bytes <= FOLDER_MAX; i++)
		bytes += ENTRY_BYTES + folder.n + 2 * all[i].path.n;
	return all && bytes <= FOLDER_MAX;
}

static void work_folder(struct git_work *w)
{
	static const char *const lists[] = { "subFolders", "files", "symbolicLinks", "subModules" };
	struct str given = json_get_str(w->in, "folderPath"), path = STR(""), id, tree;
	struct git_entry *all;
	size_t count;

	/* The root has several names, the empty one too. */
	if (!str_is(given, "/") && !str_is(given, ".") && given.n)
		path = work_path(w, given);
	if (w->failed || !(id = commit_meant(w)).p)
		return;
	tree = git_ask(w->arena, w->folder, "rev-parse", "--verify", "--quiet", "--end-of-options",
		       arena_printf(w->arena, "%.*s:%.*s", STR_ARG(id), STR_ARG(path)), NULL);
	all = git_tree(w->arena, w->folder, id, path, false, &count);
	if (!tree.p || (path.n && all && !count)) {
		git_fail(w, &FolderDoesNotExistException,
			 "The specified folder does not exist. Either the folder name is not "
			 "correct, or you did not enter the full path to the folder.");
		return;
	}
	if (!folder_fits(all, count, path)) {
		git_fail(w, &FolderContentSizeLimitExceededException,
			 "The contents of the folder exceed the limit of 6 MB.");
		return;
	}
	json_set_str(w->out, "folderPath", path);
	json_set_str(w->out, "treeId", tree);
	for (size_t i = 0; i < 4; i++)
		json_set_array(w->out, lists[i]);
	for (size_t i = 0; i < count; i++)
		print_entry(w, &all[i], path);
}

enum outcome cc_get_folder(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	if (!op_has(op, "folderPath"))
		return op_fail(op, &PathRequiredException,
			       "The folderPath for a location cannot be null.");
	return repository_run(op, &r, work_folder);
}
