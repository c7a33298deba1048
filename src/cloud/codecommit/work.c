/* What works on git's threads have in common: names, paths, commits. */
#include "cloud/codecommit/inside.h"

struct str work_str(const struct git_work *w, const char *name)
{
	struct str value = json_get_str(w->in, name);

	return value.n ? value : STR_NONE;
}

bool work_open(struct git_work *w)
{
	if (git_make(w->arena, w->folder))
		return true;
	git_fail(w, &InternalFailure, "The repository cannot be opened.");
	return false;
}

struct str work_commit(struct git_work *w, struct str specifier)
{
	struct str id;

	if (!specifier.n) {
		git_fail(w, &CommitRequiredException, "A commit was not specified.");
		return STR_NONE;
	}
	if (!git_branch_good(specifier)) {
		git_fail(w, &InvalidCommitException, "The specified commit is not valid.");
		return STR_NONE;
	}
	id = git_commit_of(w->arena, w->folder, specifier);
	if (!id.p)
		git_fail(w, &CommitDoesNotExistException, "Commit %.*s does not exist",
			 STR_ARG(specifier));
	return id;
}

static bool part_good(struct str part)
{
	return part.n && part.n <= 255 && !str_is(part, ".") && !str_is(part, "..") &&
	       !str_eq_nocase(part, STR(".git"));
}

struct str work_path(struct git_work *w, struct str given)
{
	struct str path = given, rest;

	while (path.n && path.p[0] == '/')
		path = str_slice(path, 1, path.n);
	if (str_ends(path, STR("/")))
		path.n--;
	if (!path.n) {
		git_fail(w, &PathRequiredException,
			 "The folderPath for a location cannot be null.");
		return STR_NONE;
	}
	rest = path;
	while (rest.p) {
		struct str part = str_cut(&rest, '/');

		if (part_good(part) && str_find(part, '\0') < 0 && path.n <= 4096)
			continue;
		git_fail(w, &InvalidPathException, "The specified path is not valid.");
		return STR_NONE;
	}
	return path;
}

void work_settle_head(struct git_work *w)
{
	struct arena *a = w->arena;
	struct str head = git_ask(a, w->folder, "symbolic-ref", "HEAD", NULL), best = STR_NONE;
	size_t count;
	struct git_ref *refs = git_refs(a, w->folder, "refs/heads/", &count);

	for (size_t i = 0; i < count; i++) {
		if (str_eq(refs[i].name, head)) {
			best = head;
			break;
		}
		if (!best.p || str_is(refs[i].name, "refs/heads/main") ||
		    (str_is(refs[i].name, "refs/heads/master") && !str_is(best, "refs/heads/main")))
			best = refs[i].name;
	}
	if (best.p && !str_eq(best, head))
		git_ask(a, w->folder, "symbolic-ref", "HEAD", arena_cstr(a, best), NULL);
	if (best.p)
		json_set_str(w->out, "head", str_slice(best, strlen("refs/heads/"), best.n));
}

static void print_person(struct json_object *out, const char *name, const struct git_person *p)
{
	struct json_object *o = json_set_object(out, name);

	json_set_str(o, "name", p->name);
	json_set_str(o, "email", p->email);
	json_set_str(o, "date", p->date);
}

void work_print_commit(struct json_object *out, const struct git_commit *c)
{
	struct json_object *parents;

	json_set_str(out, "commitId", c->id);
	json_set_str(out, "treeId", c->tree);
	parents = json_set_array(out, "parents");
	for (size_t i = 0; i < c->parent_count; i++)
		json_add_str(parents, c->parents[i]);
	json_set_str(out, "message", c->message);
	print_person(out, "author", &c->author);
	print_person(out, "committer", &c->committer);
	json_set_cstr(out, "additionalData", "");
}

static const char *const modes[][2] = {
	{ "100644", "NORMAL" },
	{ "100755", "EXECUTABLE" },
	{ "120000", "SYMLINK" },
};

const char *work_mode_name(struct str mode)
{
	for (size_t i = 0; i < 3; i++)
		if (str_is(mode, modes[i][0]))
			return modes[i][1];
	return NULL;
}

const char *work_mode_of(struct str name)
{
	for (size_t i = 0; i < 3; i++)
		if (str_is(name, modes[i][1]))
			return modes[i][0];
	return NULL;
}

bool work_page(struct git_work *w, struct str token, int64_t *from)
{
	*from = 0;
	if (!token.n || (str_to_int(token, from) && *from > 0))
		return true;
	git_fail(w, &InvalidContinuationTokenException,
		 "The specified continuation token is not valid.");
	return false;
}
