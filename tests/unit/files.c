/* Trees of files: what belongs to them, what leads out of them, and when they change. */
#include "unit/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"

static char base[200];

/* A path below the test's own folder. */
static const char *at(const char *path)
{
	static char text[400];

	snprintf(text, sizeof(text), "%s/%s", base, path);
	return text;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(at(path), "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static void make_tree(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(base, sizeof(base), "%s/files-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(base))
		abort();
	mkdir(at("outside"), 0700);
	put("outside/secret", "secret");
	mkdir(at("tree"), 0700);
	mkdir(at("tree/b"), 0700);
	mkdir(at("tree/b/c"), 0700);
	mkdir(at("tree/.git"), 0700);
	mkdir(at("tree/node_modules"), 0700);
	mkdir(at("tree-beside"), 0700);
	put("tree-beside/x", "beside");
	put("tree/a.md", "page a");
	put("tree/empty", "");
	put("tree/b/c/deep.md", "deep");
	put("tree/b/x.md", "x");
	put("tree/b.md", "b");
	put("tree/a.md~", "copy");
	put("tree/.hidden", "hidden");
	put("tree/.git/config", "config");
	put("tree/node_modules/m.js", "module");
	if (symlink("../outside/secret", at("tree/out")) < 0 ||
	    symlink("a.md", at("tree/inside")) < 0 ||
	    symlink("../outside", at("tree/outdir")) < 0 || symlink(".", at("tree/loop")) < 0 ||
	    symlink("../tree-beside/x", at("tree/beside")) < 0 ||
	    symlink("nowhere", at("tree/broken")) < 0 || mkfifo(at("tree/pipe"), 0600) < 0)
		abort();
}

static void test_reading(struct files *f, struct arena *a)
{
	static const char *const absent[] = {
		"",        "nothing",
		"/a.md",   "a.md/",
		"./a.md",  "b/../a.md",
		"..",      "../outside/secret",
		"b//x.md", "b",
		".hidden", ".git/config",
		"a.md~",   "node_modules/m.js",
		"out",     "outdir/secret",
		"beside",  "broken",
		"pipe",    "b/./x.md",
		"a.md/x",
	};

	is_str(files_read(f, a, STR("a.md")), "page a", "a file");
	is_str(files_read(f, a, STR("b/c/deep.md")), "deep", "a file in a folder in a folder");
	is_str(files_read(f, a, STR("empty")), "", "an empty file is present");
	is_str(files_read(f, a, STR("inside")), "page a", "a link to a file of the tree");
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		is_str(files_read(f, a, str_of(absent[i])), NULL, "'%s' is not in the tree",
		       absent[i]);
	is_str(files_read(f, a, STR("a.md\0x")), NULL, "nor is a path with a NUL");
	is_str(files_read(f, a, STR_NONE), NULL, "nor is no path");
}

static struct str joined(struct files *f, struct arena *a, const char *under)
{
	size_t count;
	struct str *paths = files_list(f, a, str_of(under), &count), all = STR("");

	for (size_t i = 0; i < count; i++)
		all = arena_strf(a, "%.*s%s%.*s", STR_ARG(all), i ? " " : "", STR_ARG(paths[i]));
	return all;
}

static void test_listing(struct files *f, struct arena *a)
{
	is_str(joined(f, a, ""), "a.md b.md b/c/deep.md b/x.md empty inside",
	       "all of the tree, sorted by bytes, and nothing else");
	is_str(joined(f, a, "b"), "b/c/deep.md b/x.md",
	       "what is below a folder, not what begins like it");
	is_str(joined(f, a, "b/"), "b/c/deep.md b/x.md", "a slash at its end changes nothing");
	is_str(joined(f, a, "nothing"), "", "nothing below a folder that is not there");
	is_str(joined(f, a, "a.md"), "", "nothing below a file");
}

/* The version after at most two seconds of waiting for another one than `old`. */
static uint64_t next_version(struct files *f, uint64_t old)
{
	uint64_t version = files_version(f);

	for (int i = 0; i < 200 && version == old; i++) {
		nanosleep(&(struct timespec){ 0, 10 * 1000 * 1000 }, NULL);
		version = files_version(f);
	}
	return version;
}

static void test_changes(struct files *f)
{
	uint64_t version = files_version(f), next;

	is_int((int64_t)files_version(f), (int64_t)version, "a tree at rest keeps its version");
	put("tree/a.md", "page A");
	next = next_version(f, version);
	ok(next != version, "a change of the same length is seen");
	version = next;
	unlink(at("tree/b.md"));
	next = next_version(f, version);
	ok(next != version, "a file that went is seen");
	version = next;
	put("tree/b/c/new.md", "new");
	ok(next_version(f, version) != version, "a file that came is seen");
}

static void test_folders(struct arena *a)
{
	const char *why = "";

	ok(!files_folder(at("nowhere"), a, &why), "a folder that is not there is refused");
	ok(strstr(why, "/nowhere: No such file"), "and named: %s", why);
	ok(!files_folder(at("tree/a.md"), a, &why), "a file is no folder");
	ok(strstr(why, "it is not a folder"), "and the reason says so: %s", why);
}

static void test_builtin(struct arena *a)
{
	struct files *f = files_builtin("assets");
	size_t count;
	struct str *paths = files_list(f, a, STR_NONE, &count);
	bool all = true;

	for (size_t i = 0; i < count; i++)
		all = all && files_read(f, a, paths[i]).p;
	ok(all, "what is built in and listed can be read (%zu files)", count);
	is_str(files_read(f, a, STR("../labs/web-app/checks.yaml")), NULL,
	       "one tree does not lead to another");
	is_str(files_name(f), "assets (built in)", "and has a name for messages");
	is_int((int64_t)files_version(f), 1, "and never changes");
	files_free(f);
	ok(files_builtin("assets") == f, "nor is it ever freed");
}

int main(void)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct files *f;

	make_tree();
	f = files_folder(at("tree"), a, &why);
	if (!ok(f, "a folder opens"))
		return done_testing();
	is_str(files_name(f), at("tree"), "its name is its path");
	test_reading(f, a);
	test_listing(f, a);
	test_changes(f);
	test_folders(a);
	test_builtin(a);
	files_free(f);
	files_free(NULL);
	arena_free(a);
	return done_testing();
}
