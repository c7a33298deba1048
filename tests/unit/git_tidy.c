/* What a killed git leaves in a repository stops nobody, and takes no room. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/git.h"
#include "store/folder.h"
#include "unit/tap.h"

/* As git 2.39 leaves them when it is killed; a quarantine is a folder. */
static const char *const left[] = {
	"objects/incoming-aB3dE6/pack/tmp_pack_Xy12Zw",
	"objects/tmp_objdir-incoming-q0Kz7L/pack/pack-1.pack",
	"objects/pack/tmp_idx_h3LL0w",
	"objects/pack/.tmp-77-pack-1.pack",
	"objects/01/tmp_obj_R4nd0m",
	"refs/heads/main.lock",
	"refs/heads/feature/one.lock",
	"packed-refs.lock",
	"HEAD.lock",
};

enum { LEFT = sizeof(left) / sizeof(*left) };

static void leave(struct arena *a, const char *folder, const char *name)
{
	const char *path = arena_printf(a, "%s/%s", folder, name), *why = "";
	char *parent = arena_cstr(a, str_of(path));

	*strrchr(parent, '/') = '\0';
	if (!folder_make(parent, a, &why) || !folder_write(path, STR("half of it"), a, &why))
		abort();
}

int main(void)
{
	char root[] = "/tmp/immersion-git-XXXXXX";
	struct arena *a = arena_new();
	struct str blob;
	const char *folder;
	struct stat st;
	size_t count;

	if (!mkdtemp(root))
		return 1;
	folder = arena_printf(a, "%s/r.git", root);
	git_start(NULL, NULL);
	ok(git_make(a, folder), "a repository is made");
	blob = git_write_blob(a, folder, STR("kept"));
	ok(git_ref_move(a, folder, STR("refs/tags/tmp_kept"), STR_NONE, blob) &&
		   git_ref_move(a, folder, STR("refs/tags/incoming-kept"), STR_NONE, blob),
	   "references may be called as git calls what it has half written");
	for (size_t i = 0; i < LEFT; i++)
		leave(a, folder, left[i]);
	ok(!git_ask(a, folder, "symbolic-ref", "HEAD", "refs/heads/other", NULL).p,
	   "a lock that is left refuses every change");
	git_tidy(a, folder);
	for (size_t i = 0; i < LEFT; i++)
		ok(stat(arena_printf(a, "%s/%s", folder, left[i]), &st) != 0, "%s is removed",
		   left[i]);
	ok(stat(arena_printf(a, "%s/objects/incoming-aB3dE6", folder), &st) != 0,
	   "and so is a quarantine");
	ok(git_ask(a, folder, "symbolic-ref", "HEAD", "refs/heads/other", NULL).p,
	   "what was locked can be changed");
	git_refs(a, folder, "refs/", &count);
	ok(count == 2 && str_is(git_object(a, folder, STR("blob"), blob, 100), "kept"),
	   "references and objects are all there");
	git_stop();
	folder_remove(root);
	arena_free(a);
	return done_testing();
}
