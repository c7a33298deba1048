/* Bare repositories: what is read and written in them, by git's own plumbing commands. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/git.h"

enum { EXPORT_BYTES_MAX = 512 << 20, EXPORT_FILES_MAX = 50000 };

const char *git_folder(struct arena *a, const char *account_dir, struct str repository_id)
{
	return arena_printf(a, "%s/git/%.*s.git", account_dir, STR_ARG(repository_id));
}

static void flush_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

bool git_make(struct arena *a, const char *folder)
{
	const char *fresh = arena_printf(a, "%s.new", folder);
	char *parent = arena_cstr(a, str_of(folder));
	struct stat is;

	if (stat(folder, &is) == 0)
		return true;
	*strrchr(parent, '/') = '\0';
	mkdir(parent, 0700);
	/* One that a crash has left half made is completed by git itself. */
	if (!git_ask(a, fresh, "init", "--bare", "--quiet", "--template=", NULL).p ||
	    rename(fresh, folder) != 0)
		return false;
	flush_folder(parent);
	return true;
}

/* --- names ---------------------------------------------------------------------------- */

bool git_is_id(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!strchr("0123456789abcdef", text.p[i]) || !text.p[i])
			return false;
	return text.n == GIT_ID_BYTES;
}

static bool part_good(struct str part)
{
	return part.n && part.p[0] != '.' && !str_ends(part, STR(".lock"));
}

bool git_branch_good(struct str name)
{
	struct str rest = name;

	if (!name.n || name.p[0] == '-' || str_ends(name, STR(".")) || str_is(name, "@") ||
	    str_find_str(name, STR("..")) >= 0 || str_find_str(name, STR("@{")) >= 0)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] <= 0x20 || name.p[i] == 0x7f ||
		    strchr("~^:?*[\\", name.p[i]))
			return false;
	while (rest.p)
		if (!part_good(str_cut(&rest, '/')))
			return false;
	return true;
}

static struct str resolve(struct arena *a, const char *folder, const char *prefix, struct str name)
{
	struct str id = git_ask(a, folder, "rev-parse", "--verify", "--quiet", "--end-of-options",
				arena_printf(a, "%s%.*s^{commit}", prefix, STR_ARG(name)), NULL);

	return git_is_id(id) ? id : STR_NONE;
}

struct str git_commit_of(struct arena *a, const char *folder, struct str specifier)
{
	struct str id;

	if (!git_branch_good(specifier))
		return STR_NONE;
	if (git_is_id(specifier) || str_starts(specifier, STR("refs/")) ||
	    str_is(specifier, "HEAD"))
		return resolve(a, folder, "", specifier);
	id = resolve(a, folder, "refs/heads/", specifier);
	return id.p ? id : resolve(a, folder, "refs/tags/", specifier);
}

/* --- references ------------------------------------------------------------------------- */

static size_t count_of(struct str text, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == c;
	return n;
}

struct git_ref *git_refs(struct arena *a, const char *folder, const char *under, size_t *count)
{
	struct str rest = git_ask(a, folder, "for-each-ref", "--format=%(objectname) %(refname)",
				  under, NULL);
	struct git_ref *at = arena_zalloc(a, (count_of(rest, '\n') + 1) * sizeof(*at));

	*count = 0;
	while (rest.n) {
		struct str line = str_cut(&rest, '\n'), id = str_cut(&line, ' ');

		if (git_is_id(id))
			at[(*count)++] = (struct git_ref){ line, id };
	}
	return at;
}

bool git_ref_move(struct arena *a, const char *folder, struct str name, struct str before,
		  struct str after)
{
	static const char zero[] = "0000000000000000000000000000000000000000";
	const char *old = before.p ? arena_cstr(a, before) : zero;
	const char *ref = arena_cstr(a, name);

	if (!after.p)
		return git_ask(a, folder, "update-ref", "-d", ref, old, NULL).p;
	return git_ask(a, folder, "update-ref", ref, arena_cstr(a, after), old, NULL).p;
}

/* --- trees and objects -------------------------------------------------------------------- */

/* "100644 blob ID    SIZE\tPATH" */
static bool read_entry(struct str line, struct git_entry *e)
{
	struct str size;

	e->mode = str_cut(&line, ' ');
	e->type = str_cut(&line, ' ');
	e->id = str_cut(&line, ' ');
	size = str_trim(str_cut(&line, '\t'));
	e->path = line;
	if (!str_to_int(size, &e->size))
		e->size = -1;
	return git_is_id(e->id) && e->path.n;
}

static struct git_entry *read_entries(struct arena *a, struct str text, size_t *count)
{
	struct git_entry *at = arena_zalloc(a, (count_of(text, '\0') + 1) * sizeof(*at));

	*count = 0;
	while (text.n)
		if (read_entry(str_cut(&text, '\0'), &at[*count]))
			(*count)++;
	return at;
}

struct git_entry *git_tree(struct arena *a, const char *folder, struct str treeish,
			   struct str under, bool deep, size_t *count)
{
	const char *tree = under.n ? arena_printf(a, "%.*s:%.*s", STR_ARG(treeish), STR_ARG(under))
				   : arena_cstr(a, treeish);
	struct str text = deep ? git_ask(a, folder, "ls-tree", "-z", "-l", "-r", tree, NULL)
			       : git_ask(a, folder, "ls-tree", "-z", "-l", tree, NULL);
	struct git_entry *entries = read_entries(a, text, count);

	return text.p ? entries : NULL;
}

bool git_entry_at(struct arena *a, const char *folder, struct str treeish, struct str path,
		  struct git_entry *out)
{
	size_t count;
	struct git_entry *at;

	if (!path.n)
		return false;
	at = read_entries(a,
			  git_ask(a, folder, "ls-tree", "-z", "-l", arena_cstr(a, treeish), "--",
				  arena_cstr(a, path), NULL),
			  &count);
	if (count != 1 || !str_eq(at->path, path))
		return false;
	*out = *at;
	return true;
}

struct str git_object(struct arena *a, const char *folder, struct str type, struct str id,
		      size_t max)
{
	const char *words[] = { "cat-file", arena_cstr(a, type), arena_cstr(a, id), NULL };
	struct str size;
	struct git_ran ran;
	int64_t bytes;

	if (!git_is_id(id))
		return STR_NONE;
	size = git_ask(a, folder, "cat-file", "-s", words[2], NULL);
	if (!str_to_int(size, &bytes) || bytes < 0 || (size_t)bytes > max)
		return STR_NONE;
	git_run(a, &(struct git_run){ .folder = folder, .words = words }, &ran);
	return ran.good ? ran.output : STR_NONE;
}

struct str git_write_blob(struct arena *a, const char *folder, struct str bytes)
{
	static const char *const words[] = { "hash-object", "-w", "--stdin", NULL };
	struct git_ran ran;

	git_run(a, &(struct git_run){ .folder = folder, .words = words, .input = bytes }, &ran);
	ran.output = str_trim(ran.output);
	return ran.good && git_is_id(ran.output) ? ran.output : STR_NONE;
}

/* --- commits ------------------------------------------------------------------------------- */

/* "Anna <anna@example.com> 1484167798 -0800" */
static struct git_person read_person(struct str text)
{
	struct git_person p = { STR(""), STR(""), STR("") };
	ptrdiff_t open = str_find(text, '<'), close = str_find(text, '>');

	if (open < 0 || close < open)
		return p;
	p.name = str_trim(str_slice(text, 0, (size_t)open));
	p.email = str_slice(text, (size_t)open + 1, (size_t)close);
	p.date = str_trim(str_slice(text, (size_t)close + 1, text.n));
	return p;
}

bool git_commit_parse(struct str text, struct git_commit *out)
{
	struct str rest = text;

	*out = (struct git_commit){ .message = STR("") };
	while (rest.p) {
		struct str line = str_cut(&rest, '\n'), key;

		if (!line.n)
			break;
		key = str_cut(&line, ' ');
		if (str_is(key, "tree"))
			out->tree = line;
		else if (str_is(key, "parent") && out->parent_count < 16)
			out->parents[out->parent_count++] = line;
		else if (str_is(key, "author"))
			out->author = read_person(line);
		else if (str_is(key, "committer"))
			out->committer = read_person(line);
	}
	if (rest.p)
		out->message = rest;
	return git_is_id(out->tree);
}

bool git_commit_read(struct arena *a, const char *folder, struct str id, struct git_commit *out)
{
	struct str text = git_object(a, folder, STR("commit"), id, 4 << 20);

	if (!text.p || !git_commit_parse(text, out))
		return false;
	out->id = id;
	return true;
}

/* --- exporting ------------------------------------------------------------------------------- */

/* A few small trees that name each other many times are millions of files: what cannot be listed does not fit. */
static bool fits(struct arena *a, const char *folder, struct str commit, const char **why)
{
	size_t count;
	struct git_entry *at = git_tree(a, folder, commit, STR(""), true, &count);
	int64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += at[i].size > 0 ? at[i].size : 0;
	*why = "the repository's files are more than can be built here";
	return at && count <= EXPORT_FILES_MAX && bytes <= EXPORT_BYTES_MAX;
}

bool git_export(struct arena *a, const char *folder, struct str commit, const char *target,
		const char **why)
{
	const char *index = arena_printf(a, "%s.index", target);
	const char *variables[] = { arena_printf(a, "GIT_INDEX_FILE=%s", index),
				    arena_printf(a, "GIT_WORK_TREE=%s", target), NULL };
	/* Links become small files that hold their target: nothing leads anywhere. */
	const char *words[] = {
		"-c",      "core.symlinks=false", "-c", "core.bare=false", "read-tree", "-u",
		"--reset", arena_cstr(a, commit), NULL
	};
	struct git_ran ran;

	if (!git_is_id(commit) || !fits(a, folder, commit, why))
		return false;
	*why = "the machine cannot write the repository's files";
	if (mkdir(target, 0755) != 0)
		return false;
	git_run(a, &(struct git_run){ .folder = folder, .words = words, .variables = variables },
		&ran);
	unlink(index);
	return ran.good;
}
