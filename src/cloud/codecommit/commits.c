/* Commits: what they say, what they change, which of them touched a file. From: CodeCommit API Reference. */
#include <inttypes.h>

#include "cloud/codecommit/inside.h"

enum {
	COMMITS_MAX = 100,
	PAGE_MAX = 100,
	/* Of an answer, as of a file's. A commit may say megabytes, and each byte takes dozens until it is answered. */
	ANSWER_MAX = 6 << 20,
};

#define EMPTY_TREE "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

static void work_get(struct git_work *w)
{
	struct str id = work_str(w, "commitId");
	struct git_commit c;

	if (!work_open(w))
		return;
	if (git_commit_read(w->arena, w->folder, id, &c))
		work_print_commit(json_set_object(w->out, "commit"), &c);
	else
		git_fail(w, &CommitIdDoesNotExistException,
			 "The specified commit ID does not exist: %.*s", STR_ARG(id));
}

enum outcome cc_get_commit(struct op *op)
{
	struct str id = op_str(op, "commitId");
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	if (!id.n)
		return op_fail(op, &CommitIdRequiredException, "A commit ID was not specified.");
	if (!git_is_id(id))
		return op_fail(op, &InvalidCommitIdException,
			       "The specified commit ID is not valid.");
	return repository_run(op, &r, work_get);
}

static void add_error(struct json_object *errors, struct str id, const char *code,
		      const char *message)
{
	struct json_object *e = json_add_object(errors);

	json_set_str(e, "commitId", id);
	json_set_cstr(e, "errorCode", code);
	json_set_cstr(e, "errorMessage", message);
}

static size_t bytes_of(const struct git_commit *c)
{
	return c->message.n + c->author.name.n + c->author.email.n + c->committer.name.n +
	       c->committer.email.n;
}

static void work_batch(struct git_work *w)
{
	struct json_object *ids = json_get(w->in, "commitIds");
	struct json_object *commits = json_set_array(w->out, "commits"), *errors;
	struct git_commit c;
	size_t bytes = 0;

	errors = json_set_array(w->out, "errors");
	if (!work_open(w))
		return;
	for (size_t i = 0; i < json_count(ids); i++) {
		struct str id = json_str(json_at(ids, i));

		if (bytes > ANSWER_MAX)
			add_error(errors, id, "CommitIdsLimitExceededException",
				  "The commits before it are more than can be answered at once.");
		else if (!git_is_id(id))
			add_error(errors, id, "InvalidCommitIdException",
				  "The specified commit ID is not valid.");
		else if (git_commit_read(w->arena, w->folder, id, &c)) {
			work_print_commit(json_add_object(commits), &c);
			bytes += bytes_of(&c);
		} else
			add_error(errors, id, "CommitIdDoesNotExistException",
				  "The specified commit ID does not exist.");
	}
}

enum outcome cc_batch_get_commits(struct op *op)
{
	struct json_object *ids = op_get(op, "commitIds");
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	if (!json_count(ids))
		return op_fail(op, &CommitIdsListRequiredException,
			       "A list of commit IDs is required, but was either not specified or "
			       "the list was empty.");
	if (json_count(ids) > COMMITS_MAX)
		return op_fail(
			op, &CommitIdsLimitExceededException,
			"The maximum number of allowed commit IDs in a batch request is 100. "
			"Verify that your batch requests contains no more than 100 commit "
			"IDs, and then try again.");
	return repository_run(op, &r, work_batch);
}

/* --- differences ------------------------------------------------------------------------------ */

static int64_t page_size(struct git_work *w, const char *member)
{
	int64_t n = json_int_or(json_get(w->in, member), PAGE_MAX);

	if (n >= 1 && n <= PAGE_MAX)
		return n;
	git_fail(w, &InvalidMaxResultsException,
		 "The specified number of maximum results is not valid.");
	return 0;
}

static void print_blob(struct json_object *difference, const char *member, struct str id,
		       struct str path, struct str mode)
{
	struct json_object *blob;

	if (str_is(mode, "000000"))
		return;
	blob = json_set_object(difference, member);
	json_set_str(blob, "blobId", id);
	json_set_str(blob, "path", path);
	json_set_str(blob, "mode", mode);
}

/* ":100644 100644 ID ID M" and, behind a NUL, the path. */
static void print_difference(struct json_object *all, struct str line, struct str path)
{
	struct str before_mode = str_slice(str_cut(&line, ' '), 1, 7), mode = str_cut(&line, ' ');
	struct str before = str_cut(&line, ' '), after = str_cut(&line, ' ');
	struct json_object *d = json_add_object(all);

	print_blob(d, "beforeBlob", before, path, before_mode);
	print_blob(d, "afterBlob", after, path, mode);
	json_set_str(d, "changeType", str_is(line, "A") || str_is(line, "D") ? line : STR("M"));
}

/* The paths that the difference is limited to are those of either side. */
static struct str diff(struct git_work *w, struct str before, struct str after)
{
	struct str from = work_str(w, "beforePath"), to = work_str(w, "afterPath");
	const char *words[12] = { "diff-tree", "-r", "-z", "--no-renames" };
	struct git_ran ran;
	size_t n = 4;

	words[n++] = arena_cstr(w->arena, before);
	words[n++] = arena_cstr(w->arena, after);
	words[n++] = "--";
	if (from.p && (from = work_path(w, from)).p)
		words[n++] = arena_cstr(w->arena, from);
	if (to.p && (to = work_path(w, to)).p)
		words[n++] = arena_cstr(w->arena, to);
	if (w->failed)
		return STR_NONE;
	git_run(w->arena, &(struct git_run){ .folder = w->folder, .words = words }, &ran);
	if (!ran.good)
		git_fail(w, &InternalFailure, "The commits cannot be compared.");
	return ran.output;
}

static void work_differences(struct git_work *w)
{
	struct json_object *all = json_set_array(w->out, "differences");
	struct str before = work_str(w, "beforeCommitSpecifier"), after, text;
	int64_t max = page_size(w, "MaxResults"), from, at = 0;

	if (w->failed || !work_open(w) || !work_page(w, work_str(w, "NextToken"), &from))
		return;
	after = work_commit(w, work_str(w, "afterCommitSpecifier"));
	if (w->failed)
		return;
	before = before.p ? work_commit(w, before) : STR(EMPTY_TREE);
	if (w->failed)
		return;
	text = diff(w, before, after);
	for (; text.n && !w->failed; at++) {
		struct str line = str_cut(&text, '\0'), path = str_cut(&text, '\0');

		if (at >= from && at < from + max)
			print_difference(all, line, path);
	}
	if (at > from + max)
		json_set_str(w->out, "NextToken", arena_strf(w->arena, "%" PRId64, from + max));
}

enum outcome cc_get_differences(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	return repository_run(op, &r, work_differences);
}

/* --- a file's history ---------------------------------------------------------------------------- */

/* Returns how long the commit is. */
static size_t print_version(struct git_work *w, struct json_object *all, struct str id,
			    struct str child, struct str path)
{
	struct json_object *version = json_add_object(all), *children;
	struct git_entry entry;
	struct git_commit c;
	size_t bytes = 0;

	if (git_commit_read(w->arena, w->folder, id, &c)) {
		work_print_commit(json_set_object(version, "commit"), &c);
		bytes = bytes_of(&c);
	}
	if (git_entry_at(w->arena, w->folder, id, path, &entry))
		json_set_str(version, "blobId", entry.id);
	json_set_str(version, "path", path);
	children = json_set_array(version, "revisionChildren");
	if (child.p)
		json_add_str(children, child);
	return bytes;
}

static void work_history(struct git_work *w)
{
	enum { DEFAULT_PAGE = 50 };
	struct json_object *all = json_set_array(w->out, "revisionDag");
	struct str path = work_path(w, work_str(w, "filePath")), text, id, child = STR_NONE;
	struct str start = work_str(w, "commitSpecifier");
	int64_t max, from, at = 0;
	size_t bytes = 0;

	max = json_get(w->in, "maxResults") ? page_size(w, "maxResults") : DEFAULT_PAGE;
	if (w->failed || !work_open(w) || !work_page(w, work_str(w, "nextToken"), &from))
		return;
	id = work_commit(w, start.p ? start : STR("HEAD"));
	if (w->failed)
		return;
	text = git_ask(w->arena, w->folder, "rev-list", arena_cstr(w->arena, id), "--",
		       arena_cstr(w->arena, path), NULL);
	for (; text.n; at++) {
		id = str_cut(&text, '\n');
		if (at >= from && at < from + max)
			bytes += print_version(w, all, id, child, path);
		if (bytes > ANSWER_MAX && at < from + max)
			max = at + 1 - from; /* the page ends here */
		child = id;
	}
	if (at > from + max)
		json_set_str(w->out, "nextToken", arena_strf(w->arena, "%" PRId64, from + max));
}

enum outcome cc_list_file_commit_history(struct op *op)
{
	struct repository r;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	return repository_run(op, &r, work_history);
}
