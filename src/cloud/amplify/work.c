/*
 * Deployments become sites: files are chosen, described in a manifest, and compressed where that helps.
 *
 *	DEPLOYMENT/source     a commit's files            DEPLOYMENT/site           what is served
 *	DEPLOYMENT/up         uploaded files, or up.zip   DEPLOYMENT/gz             the same compressed, where smaller
 *	DEPLOYMENT/built.zip  what a build left           DEPLOYMENT/manifest.json  [[path, etag, bytes, compressed]]
 *	DEPLOYMENT/built      what is in a zip
 */
#include "cloud/amplify/work.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/hash.h"
#include "base/time.h"
#include "cloud/amplify/headers.h"
#include "cloud/amplify/spec.h"
#include "store/folder.h"
#include "store/zip.h"

const char work_failed[] = "failed";

enum {
	DEPTH_MAX = 64,
	FILES_MAX = 20000,
	PACK_BYTES_MIN = 1000, /* CloudFront compresses from 1,000 to 10,000,000 bytes */
	PACK_BYTES_MAX = 10000000,
	TEXT_MAX = 1 << 20,
};

/* --- logs -------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static void say(struct git_work *w, const char *step,
						      const char *format, ...)
{
	struct str folder = json_get_str(w->in, "folder");
	FILE *log = fopen(arena_printf(w->arena, "%.*s/%s.log", STR_ARG(folder), step), "ae");
	va_list args;

	if (!log)
		return;
	fprintf(log, "%.*s [INFO]: ", STR_ARG(time_iso(w->arena, time_now_ms(), true)));
	va_start(args, format);
	vfprintf(log, format, args);
	va_end(args);
	fputc('\n', log);
	fclose(log);
}

static void stop(struct git_work *w, const char *step, const char *why)
{
	say(w, step, "!!! %s", why);
	git_fail(w, work_failed, "%s", why);
}

static const char *path_of(struct git_work *w, const char *name)
{
	return arena_printf(w->arena, "%.*s/%s", STR_ARG(json_get_str(w->in, "folder")), name);
}

/* A whole small file, or absent. */
static struct str read_text(struct git_work *w, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *p;
	ssize_t n;

	if (fd < 0)
		return STR_NONE;
	p = arena_alloc(w->arena, TEXT_MAX);
	n = read(fd, p, TEXT_MAX);
	close(fd);
	return n < 0 ? STR_NONE : str_make(p, (size_t)n);
}

/* --- the manifest ------------------------------------------------------------------------- */

struct making {
	struct git_work *w;
	const struct spec *spec;      /* NULL: every file */
	struct json_object *manifest; /* an array */
	const char *site, *gz;
	size_t files;
};

static bool packs(struct str path)
{
	static const char *const ends[] = {
		".html", ".htm", ".css", ".js",   ".mjs", ".json", ".svg", ".xml", ".txt",
		".map",  ".md",  ".csv", ".wasm", ".ico", ".ttf",  ".otf", ".eot", ".webmanifest"
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends(path, str_of(ends[i])))
			return true;
	return false;
}

/* Make the folders that lead to a file. */
static void make_way(char *path)
{
	for (char *c = path + 1; *c; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		mkdir(path, 0700);
		*c = '/';
	}
}

static bool write_packed(struct making *m, struct str path, struct str bytes)
{
	struct arena *a = arena_new();
	char *name = arena_printf(a, "%s/%.*s", m->gz, STR_ARG(path));
	struct str packed = gzip_deflate(a, GZIP_CODING_GZIP, bytes);
	bool smaller = packed.n < bytes.n - bytes.n / 10, written = false;
	int fd = -1;

	if (smaller) {
		make_way(name);
		fd = open(name, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	}
	if (fd >= 0) {
		written = write(fd, packed.p, packed.n) == (ssize_t)packed.n;
		close(fd);
	}
	arena_free(a);
	return written;
}

/* Note a file of the site: its digest, and a compressed copy. */
static bool note(struct making *m, struct str path)
{
	const char *name = arena_printf(m->w->arena, "%s/%.*s", m->site, STR_ARG(path));
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	unsigned char digest[MD5_BYTES];
	char hex[2 * MD5_BYTES + 1];
	struct json_object *row;
	struct str bytes = STR("");
	struct stat st;
	void *at = NULL;

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	if (st.st_size > 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return false;
	if (at)
		bytes = str_make(at, (size_t)st.st_size);
	hash_md5(bytes, digest);
	hash_hex(digest, sizeof(digest), hex);
	row = json_object_new_array();
	json_add(m->manifest, row);
	json_add_str(row, path);
	json_add_str(row, str_of(hex));
	json_add(row, json_object_new_int64((int64_t)bytes.n));
	json_add(row, json_object_new_boolean(packs(path) && bytes.n >= PACK_BYTES_MIN &&
					      bytes.n <= PACK_BYTES_MAX &&
					      write_packed(m, path, bytes)));
	if (at)
		munmap(at, bytes.n);
	return true;
}

/* --- choosing files --------------------------------------------------------------------------- */

static bool take_folder(struct making *m, const char *from, struct str under, int depth);

/* One entry of the folder that is walked: files are linked into the site, folders are walked. */
static bool take(struct making *m, const char *from, struct str under, const char *name, int depth)
{
	struct arena *a = m->w->arena;
	struct str path = under.n ? arena_strf(a, "%.*s/%s", STR_ARG(under), name)
				  : arena_dup(a, str_of(name));
	const char *source = arena_printf(a, "%s/%s", from, name);
	char *target = arena_printf(a, "%s/%.*s", m->site, STR_ARG(path));
	struct stat st;

	if (lstat(source, &st) != 0)
		return true;
	if (S_ISDIR(st.st_mode))
		return take_folder(m, source, path, depth + 1);
	if (!S_ISREG(st.st_mode) || (m->spec && !spec_takes(m->spec, path)))
		return true;
	if (++m->files > FILES_MAX)
		return false;
	make_way(target);
	return link(source, target) == 0 && note(m, path);
}

static bool take_folder(struct making *m, const char *from, struct str under, int depth)
{
	DIR *dir = depth < DEPTH_MAX ? opendir(from) : NULL;
	struct dirent *entry;
	bool good = true;

	while (good && dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, ".git") != 0)
			good = take(m, from, under, entry->d_name, depth);
	if (dir)
		closedir(dir);
	return good && dir;
}

/* Rules that do nothing here are named: nobody would find out otherwise. */
static void say_countries(struct git_work *w)
{
	const struct json_object *rules = json_get(w->in, "rules");

	for (size_t i = 0; i < json_count(rules); i++) {
		struct str country = json_get_str(json_at(rules, i), "condition");

		if (country.n)
			say(w, "DEPLOY",
			    "Custom rule %zu is for visitors from %.*s and applies to nobody: where "
			    "visitors are is not known here",
			    i + 1, STR_ARG(country));
	}
}

/* Make the site of what is below `from`, and describe it. A second try, after a crash, begins anew. */
static void make_site(struct git_work *w, const char *from, const struct spec *spec)
{
	struct making m = { .w = w,
			    .spec = spec,
			    .manifest = json_new_array(w->arena),
			    .site = path_of(w, "site"),
			    .gz = path_of(w, "gz") };
	const char *why = "";

	say(w, "DEPLOY", "# Starting deployment");
	folder_remove(m.site);
	folder_remove(m.gz);
	mkdir(m.site, 0700);
	mkdir(m.gz, 0700);
	if (!take_folder(&m, from, STR(""), 0)) {
		stop(w, "DEPLOY", "The artifacts cannot be read: is the baseDirectory there?");
		return;
	}
	if (!m.files) {
		stop(w, "DEPLOY", "There are no artifacts: nothing would be served.");
		return;
	}
	if (!folder_write(path_of(w, "manifest.json"), json_text(w->arena, m.manifest), w->arena,
			  &why)) {
		stop(w, "DEPLOY", why);
		return;
	}
	say_countries(w);
	say(w, "DEPLOY", "# Completed deployment: %zu files", m.files);
}

/* --- uploads ------------------------------------------------------------------------------------- */

/* A zip of the deployment to DEPLOYMENT/built; false when it failed. */
static bool unzip(struct git_work *w, const char *zip, const char *missing)
{
	int fd = open(path_of(w, zip), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum zip_outcome outcome = ZIP_BAD;
	int64_t unzipped;
	struct stat st;
	void *at;

	folder_remove(path_of(w, "built"));
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (at != MAP_FAILED) {
			outcome = zip_unpack(str_make(at, (size_t)st.st_size), path_of(w, "built"),
					     &unzipped);
			munmap(at, (size_t)st.st_size);
		}
	}
	if (fd >= 0)
		close(fd);
	if (outcome == ZIP_GOOD)
		return true;
	stop(w, "DEPLOY",
	     fd < 0                 ? missing
	     : outcome == ZIP_LARGE ? "The zip file holds more than a site may have."
	     : outcome == ZIP_BAD   ? "The zip file cannot be read, or holds paths out of it."
				    : "The server's disk cannot be written.");
	return false;
}

void work_unpack(struct git_work *w)
{
	if (json_bool_or(json_get(w->in, "files"), false))
		make_site(w, path_of(w, "up"), NULL);
	else if (unzip(w, "up.zip", "Nothing was uploaded to the zipUploadUrl."))
		make_site(w, path_of(w, "built"), NULL);
}

/* --- commits ---------------------------------------------------------------------------------------- */

/* The build specification that counts: the repository's, else the one of branch or app, else the usual one. */
static struct str spec_text(struct git_work *w, const char *source)
{
	struct str text = read_text(w, arena_printf(w->arena, "%s/amplify.yml", source));

	if (!text.p)
		text = read_text(w, arena_printf(w->arena, "%s/amplify.yaml", source));
	if (!text.p)
		text = json_get_str(w->in, "spec");
	return text.n ? text : str_of(spec_default);
}

static bool read_headers(struct git_work *w, const char *source)
{
	struct str text = read_text(w, arena_printf(w->arena, "%s/customHttp.yml", source));
	struct json_object *headers;
	const char *why = "";

	if (!text.p)
		return true;
	headers = headers_read(w->arena, text, &why);
	if (headers)
		json_set(w->out, "headers", json_object_get(json_plain(w->arena, headers)));
	else
		stop(w, "BUILD", why);
	return headers;
}

/* Export the commit; false when it failed. */
static bool fetch(struct git_work *w, const char *source)
{
	struct arena *a = w->arena;
	const char *repository = arena_cstr(a, json_get_str(w->in, "repository")), *why = "";
	struct str id = git_commit_of(a, repository, json_get_str(w->in, "commit"));
	struct git_commit c;
	int64_t at = 0;

	if (!id.p || !git_commit_read(a, repository, id, &c)) {
		stop(w, "BUILD", "Unable to find the branch or commit in the repository.");
		return false;
	}
	say(w, "BUILD", "# Cloning repository");
	if (!git_export(a, repository, id, source, &why)) {
		stop(w, "BUILD", why);
		return false;
	}
	say(w, "BUILD", "Switching to commit: %.*s", STR_ARG(id));
	json_set_str(w->out, "commitId", id);
	json_set_str(w->out, "commitMessage", str_trim(str_slice(c.message, 0, 10000)));
	str_to_int(str_cut(&c.author.date, ' '), &at);
	json_set_int(w->out, "commitTime", at);
	return true;
}

/* The folder of the artifacts below `source`. */
static const char *base_of(struct git_work *w, const char *source, const struct spec *spec)
{
	return arena_printf(w->arena, "%s%s%.*s%s%.*s", source, spec->root.n ? "/" : "",
			    STR_ARG(spec->root), spec->base.n ? "/" : "", STR_ARG(spec->base));
}

/* Builds may run under another user, who reads what everybody may. Git's files are ours alone. */
static void open_up(struct arena *a, const char *folder, int depth)
{
	DIR *dir = depth < DEPTH_MAX ? opendir(folder) : NULL;
	struct dirent *entry;
	struct stat st;

	if (dir)
		fchmod(dirfd(dir), 0755);
	while (dir && (entry = readdir(dir))) {
		const char *path = arena_printf(a, "%s/%s", folder, entry->d_name);

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			open_up(a, path, depth + 1);
		else if (S_ISREG(st.st_mode))
			chmod(path, st.st_mode & 0100 ? 0755 : 0644);
	}
	if (dir)
		closedir(dir);
}

void work_prepare(struct git_work *w)
{
	const char *folder = arena_cstr(w->arena, json_get_str(w->in, "folder")), *why = "";
	const char *source = path_of(w, "source");
	struct str text;
	struct spec spec;

	folder_remove(folder);
	if (!folder_make(folder, w->arena, &why)) {
		git_fail(w, work_failed, "%s", why);
		return;
	}
	if (!fetch(w, source) || !read_headers(w, source))
		return;
	text = spec_text(w, source);
	if (!spec_read(w->arena, text, json_get_str(w->in, "root"), &spec, &why)) {
		stop(w, "BUILD", why);
		return;
	}
	json_set_str(w->out, "spec", text);
	json_set_bool(w->out, "commands", spec.command_count > 0);
	if (spec.command_count) {
		open_up(w->arena, source, 0);
		return;
	}
	say(w, "BUILD", "# No build commands: the repository's files are the artifacts");
	make_site(w, base_of(w, source, &spec), &spec);
}

void work_collect(struct git_work *w)
{
	struct spec spec;
	const char *why = "";

	if (!spec_read(w->arena, json_get_str(w->in, "spec"), json_get_str(w->in, "root"), &spec,
		       &why))
		stop(w, "DEPLOY", why);
	else if (unzip(w, "built.zip", "The build left no artifacts."))
		make_site(w, path_of(w, "built"), &spec);
}
