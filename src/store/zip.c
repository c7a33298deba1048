/* Zip files from outside, read by libarchive and written by ourselves, so that nothing lands outside. */
#include "store/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/folder.h"

enum { PATH_BYTES_MAX = 1024, CHUNK = 64 << 10, DEPTH_MAX = 64 };

struct link {
	struct link *next;
	const char *name, *target;
};

struct unpacking {
	struct arena *arena; /* of the links */
	struct archive *zip;
	int folder; /* descriptor */
	struct link *links, **links_end;
	int64_t bytes;
	int files;
};

bool zip_name_good(const char *name)
{
	struct str rest = str_of(name);
	int depth = 0;

	if (!rest.n || rest.n > PATH_BYTES_MAX || rest.p[0] == '/' || str_find(rest, '\\') >= 0)
		return false;
	while (rest.p) {
		struct str part = str_cut(&rest, '/');

		if (str_is(part, "..") || part.n > 255 || ++depth > DEPTH_MAX)
			return false;
	}
	return true;
}

/* Make the folders that lead to `name` ("a/b/c": a, a/b; with `all` also the last); false when one cannot be made. */
static bool make_folders(int folder, const char *name, bool all)
{
	char path[PATH_BYTES_MAX + 1];
	size_t n = strlen(name);

	memcpy(path, name, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && (i < n || !all))
			continue;
		path[i] = '\0';
		if (mkdirat(folder, path, 0755) == 0 ? fchmodat(folder, path, 0755, 0) != 0
						     : errno != EEXIST)
			return false;
		if (i < n)
			path[i] = '/';
	}
	return true;
}

static enum zip_outcome write_file(struct unpacking *u, const char *name, mode_t mode)
{
	static __thread char bytes[CHUNK];
	int fd = openat(u->folder, name, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
			0600);
	enum zip_outcome outcome = ZIP_GOOD;
	la_ssize_t n;

	if (fd < 0)
		return errno == EISDIR || errno == ENOTDIR ? ZIP_BAD : ZIP_DISK;
	while (outcome == ZIP_GOOD && (n = archive_read_data(u->zip, bytes, CHUNK)) != 0) {
		u->bytes += n > 0 ? n : 0;
		if (n < 0)
			outcome = ZIP_BAD;
		else if (u->bytes > ZIP_BYTES_MAX)
			outcome = ZIP_LARGE;
		else if (write(fd, bytes, (size_t)n) != n)
			outcome = ZIP_DISK;
	}
	fchmod(fd, mode & 0111 ? 0755 : 0644);
	close(fd);
	return outcome;
}

/* --- symbolic links ------------------------------------------------------------------- */

static enum zip_outcome note_link(struct unpacking *u, const char *name, const char *target)
{
	struct link *l = ARENA_NEW(u->arena, struct link);

	if (!target || !target[0] || strlen(target) > PATH_BYTES_MAX)
		return ZIP_BAD;
	l->name = arena_cstr(u->arena, str_of(name));
	l->target = arena_cstr(u->arena, str_of(target));
	*u->links_end = l;
	u->links_end = &l->next;
	return ZIP_GOOD;
}

/* Is all that leads to `name` made of folders, no link among them? */
static bool leads_straight(struct unpacking *u, const char *name)
{
	char *path = arena_cstr(u->arena, str_of(name));
	struct stat st;

	for (char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		if (fstatat(u->folder, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode))
			return false;
		*at = '/';
	}
	return true;
}

static enum zip_outcome make_links(struct unpacking *u)
{
	for (const struct link *l = u->links; l; l = l->next) {
		if (!leads_straight(u, l->name))
			return ZIP_BAD;
		if (!make_folders(u->folder, l->name, false))
			return ZIP_DISK;
		if (symlinkat(l->target, u->folder, l->name) != 0)
			return errno == EEXIST || errno == ENOENT ? ZIP_BAD : ZIP_DISK;
	}
	return ZIP_GOOD;
}

/* --- entries ---------------------------------------------------------------------------- */

static enum zip_outcome unpack_entry(struct unpacking *u, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	mode_t type = archive_entry_filetype(entry);
	bool is_folder = type == AE_IFDIR;

	if (++u->files > ZIP_FILES_MAX)
		return ZIP_LARGE;
	if (!name || !zip_name_good(name) || archive_entry_hardlink(entry))
		return ZIP_BAD;
	if (type == AE_IFLNK)
		return note_link(u, name, archive_entry_symlink(entry));
	if (type && type != AE_IFREG && !is_folder)
		return ZIP_BAD;
	if (archive_entry_size_is_set(entry) &&
	    u->bytes + archive_entry_size(entry) > ZIP_BYTES_MAX)
		return ZIP_LARGE;
	if (!make_folders(u->folder, name, is_folder))
		return errno == ENOTDIR ? ZIP_BAD : ZIP_DISK;
	return is_folder ? ZIP_GOOD : write_file(u, name, archive_entry_perm(entry));
}

static enum zip_outcome unpack_all(struct unpacking *u)
{
	enum zip_outcome outcome = ZIP_GOOD;
	struct archive_entry *entry;

	while (outcome == ZIP_GOOD) {
		int got = archive_read_next_header(u->zip, &entry);

		if (got == ARCHIVE_EOF)
			return u->files ? make_links(u) : ZIP_BAD;
		outcome =
			got == ARCHIVE_OK || got == ARCHIVE_WARN ? unpack_entry(u, entry) : ZIP_BAD;
	}
	return outcome;
}

enum zip_outcome zip_unpack(struct str bytes, const char *folder, int64_t *unzipped)
{
	struct unpacking u = { .zip = archive_read_new(), .arena = arena_new() };
	enum zip_outcome outcome = ZIP_DISK;

	u.links_end = &u.links;
	u.folder = mkdir(folder, 0755) == 0 ? open(folder, O_DIRECTORY | O_RDONLY | O_CLOEXEC) : -1;
	if (u.zip && u.folder >= 0 && fchmod(u.folder, 0755) == 0) {
		archive_read_support_format_zip(u.zip);
		outcome = archive_read_open_memory(u.zip, bytes.p, bytes.n) == ARCHIVE_OK
				  ? unpack_all(&u)
				  : ZIP_BAD;
	}
	archive_read_free(u.zip);
	if (u.folder >= 0)
		close(u.folder);
	arena_free(u.arena);
	*unzipped = u.bytes;
	if (outcome != ZIP_GOOD)
		folder_remove(folder);
	return outcome;
}

enum zip_outcome zip_measure(struct str bytes, int64_t *unzipped)
{
	struct archive *zip = archive_read_new();
	struct archive_entry *entry;
	int got = ARCHIVE_FATAL;

	*unzipped = 0;
	archive_read_support_format_zip(zip);
	if (archive_read_open_memory(zip, bytes.p, bytes.n) == ARCHIVE_OK)
		while ((got = archive_read_next_header(zip, &entry)) == ARCHIVE_OK ||
		       got == ARCHIVE_WARN) {
			if (*unzipped > ZIP_BYTES_MAX || archive_entry_size(entry) > ZIP_BYTES_MAX)
				break;
			*unzipped += archive_entry_size(entry);
		}
	archive_read_free(zip);
	return got == ARCHIVE_EOF ? ZIP_GOOD : ZIP_BAD;
}
