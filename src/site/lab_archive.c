/*
 * Folders of files/ as one download: files/site.zip and files/site.tar.gz hold what is in files/site/.
 *
 * They are made when they are asked for. The same files give the same bytes.
 */
#include <archive.h>
#include <archive_entry.h>

#include "base/log.h"
#include "site/inside.h"

static const struct {
	const char *suffix;
	int (*format)(struct archive *);
	bool gzip;
} kinds[] = {
	{ ".zip", archive_write_set_format_zip, false },
	{ ".tar.gz", archive_write_set_format_pax_restricted, true },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* An archive's timestamp: what is built in has none of its own. 2021-07-22, the day this lab was first held. */
#define MADE_AT 1626912000

/* "files/site.zip" -> "files/site/" and which kind; absent when it is none. */
static struct str folder_of(const struct lab *lab, struct arena *a, struct str path, size_t *kind)
{
	struct str folder;

	for (*kind = 0; *kind < KINDS; ++*kind) {
		size_t n = strlen(kinds[*kind].suffix);

		if (!str_ends(path, str_of(kinds[*kind].suffix)))
			continue;
		folder = arena_strf(a, "%.*s/", (int)(path.n - n), path.p);
		for (size_t i = 0; i < lab->path_count; i++)
			if (str_starts(lab->paths[i], folder))
				return folder;
	}
	return STR_NONE;
}

bool lab_has_archive(const struct lab *lab, struct arena *a, struct str path)
{
	size_t kind;

	return folder_of(lab, a, path, &kind).p;
}

static la_ssize_t collect(struct archive *archive, void *arg, const void *bytes, size_t n)
{
	(void)archive;
	buf_add(arg, str_make(bytes, n));
	return (la_ssize_t)n;
}

static bool add_file(struct archive *archive, const char *name, struct str bytes)
{
	struct archive_entry *entry = archive_entry_new();
	bool good;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, MADE_AT, 0);
	archive_entry_set_size(entry, (la_int64_t)bytes.n);
	good = archive_write_header(archive, entry) == ARCHIVE_OK &&
	       archive_write_data(archive, bytes.p, bytes.n) == (la_ssize_t)bytes.n;
	archive_entry_free(entry);
	return good;
}

/*
 * Libraries of others are in the built-in tree only: a lab's own folder, read instead of that tree, has no copies
 * of them. They belong to the download all the same.
 */
static bool add_vendored(struct archive *archive, const struct lab *lab, struct arena *a,
			 struct str folder)
{
	struct files *built_in = files_builtin("labs");
	struct str below = arena_strf(a, "%.*s/%.*s", STR_ARG(lab->folder), STR_ARG(folder));
	size_t count, cut = lab->folder.n + 1;
	struct str *paths = files_list(built_in, a, str_slice(below, 0, below.n - 1), &count);

	for (size_t i = 0; i < count; i++) {
		struct str path = str_slice(paths[i], cut, paths[i].n);

		if (str_find_str(path, STR("/vendor/")) < 0 || lab_has_file(lab, path))
			continue;
		if (!add_file(archive, arena_cstr(a, str_slice(path, folder.n, path.n)),
			      files_read(built_in, a, paths[i])))
			return false;
	}
	return true;
}

static bool add_all(struct archive *archive, const struct lab *lab, struct arena *a,
		    struct str folder)
{
	for (size_t i = 0; i < lab->path_count; i++) {
		struct str path = lab->paths[i], bytes;

		if (!str_starts(path, folder))
			continue;
		bytes = files_read(lab->files, a,
				   arena_strf(a, "%.*s/%.*s", STR_ARG(lab->folder), STR_ARG(path)));
		if (bytes.p &&
		    !add_file(archive, arena_cstr(a, str_slice(path, folder.n, path.n)), bytes))
			return false;
	}
	return add_vendored(archive, lab, a, folder);
}

struct str lab_archive(const struct lab *lab, struct arena *a, struct str path)
{
	size_t kind;
	struct str folder = folder_of(lab, a, path, &kind), bytes = STR_NONE;
	struct archive *archive;
	struct buf b;

	if (!folder.p)
		return STR_NONE;
	buf_init(&b, BUF_MAX);
	archive = archive_write_new();
	kinds[kind].format(archive);
	if (kinds[kind].gzip) {
		archive_write_add_filter_gzip(archive);
		archive_write_set_filter_option(archive, "gzip", "timestamp", NULL);
	}
	archive_write_set_bytes_in_last_block(archive, 1);
	if (archive_write_open(archive, &b, NULL, collect, NULL) == ARCHIVE_OK &&
	    add_all(archive, lab, a, folder) && archive_write_close(archive) == ARCHIVE_OK)
		bytes = arena_dup(a, buf_str(&b));
	else
		log_error("%.*s of the lab %.*s cannot be made: %s", STR_ARG(path),
			  STR_ARG(lab->folder), archive_error_string(archive));
	archive_write_free(archive);
	buf_release(&b);
	return bytes;
}
