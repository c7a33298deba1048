/* What a repository may hold that is written as files: trees that name each other many times are no way around it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "git/git.h"
#include "store/folder.h"
#include "unit/tap.h"

enum { DEEP = 15, NAME_BYTES = 240 };

/* A tree of `count` entries that are all the same thing. */
static struct str tree_of(struct arena *a, const char *folder, const char *what, struct str id,
			  int count)
{
	static const char *const words[] = { "mktree", NULL };
	char name[NAME_BYTES + 1];
	struct git_ran ran;
	struct buf text;

	memset(name, 'n', NAME_BYTES);
	name[NAME_BYTES] = '\0';
	buf_init(&text, 1 << 20);
	for (int i = 0; i < count; i++)
		buf_addf(&text, "%s %.*s\t%s%d\n", what, STR_ARG(id), name, i);
	git_run(a, &(struct git_run){ .folder = folder, .words = words, .input = buf_str(&text) },
		&ran);
	buf_release(&text);
	return str_trim(ran.output);
}

/* A commit whose listing is one of width * width files with long paths. */
static struct str commit_of(struct arena *a, const char *folder, int width)
{
	struct str blob = git_write_blob(a, folder, STR("one small file"));
	struct str tree = tree_of(a, folder, "100644 blob", blob, width);

	tree = tree_of(a, folder, "040000 tree", tree, width);
	for (int i = 0; i < DEEP && width > 1; i++)
		tree = tree_of(a, folder, "040000 tree", tree, 1);
	return git_ask(a, folder, "-c", "user.name=A", "-c", "user.email=a@example.com",
		       "commit-tree", "-m", "bomb", arena_cstr(a, tree), NULL);
}

static bool exported(struct arena *a, const char *folder, struct str commit, const char *target)
{
	const char *why = "";
	bool done = git_export(a, folder, commit, target, &why);
	struct stat st;

	if (!done)
		is_str(why, "the repository's files are more than can be built here",
		       "which is said");
	return done || stat(target, &st) == 0;
}

int main(void)
{
	char root[] = "/tmp/immersion-git-XXXXXX";
	struct arena *a = arena_new();
	const char *folder, *target;
	size_t count = 1;

	if (!mkdtemp(root))
		return 1;
	folder = arena_printf(a, "%s/r.git", root);
	target = arena_printf(a, "%s/out", root);
	git_start(NULL, NULL);
	ok(git_make(a, folder), "a repository is made");
	ok(exported(a, folder, commit_of(a, folder, 1), target),
	   "a small commit is written as files");
	folder_remove(target);
	ok(!exported(a, folder, commit_of(a, folder, 136), target),
	   "one of 18,496 files, whose listing is read in part only, is not");
	ok(!exported(a, folder, commit_of(a, folder, 272), target),
	   "nor one of 73,984 files, whose listing is longer than git may print");
	ok(!git_tree(a, folder, STR("nowhere"), STR(""), true, &count) && !count,
	   "a tree that is not there is no empty one");
	git_stop();
	folder_remove(root);
	arena_free(a);
	return done_testing();
}
