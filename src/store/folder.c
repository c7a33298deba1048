/* Folders and small private files. */
#include "store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool folder_make(const char *path, struct arena *a, const char **why)
{
	char *copy = arena_cstr(a, str_of(path));
	struct stat st;

	for (char *at = copy + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		mkdir(copy, 0700);
		*at = '/';
	}
	mkdir(copy, 0700);
	if (stat(copy, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	*why = errno == EEXIST || errno == ENOTDIR
		       ? arena_printf(a, "cannot make the folder %s: a file is in its way", path)
		       : arena_printf(a, "cannot make the folder %s: %s", path, strerror(errno));
	return false;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

bool folder_remove(const char *path)
{
	struct stat st;

	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return lstat(path, &st) < 0 && errno == ENOENT;
}

void folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static bool write_all(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = str_slice(bytes, (size_t)n, bytes.n);
	}
	return true;
}

bool folder_write(const char *path, struct str bytes, struct arena *a, const char **why)
{
	char *fresh = arena_printf(a, "%s.new", path);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write_all(fd, bytes) && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	if (good && rename(fresh, path) == 0)
		return true;
	*why = arena_printf(a, "cannot write %s: %s", path, strerror(errno));
	unlink(fresh);
	return false;
}
