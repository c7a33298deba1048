/*
 * What runtimes find in /var/runtime: the SDKs, unpacked from the archive that the binary carries, and our clients of
 * the Runtime API.
 *
 * They are unpacked when the first function needs them, into a folder named after what it holds. It is also named
 * after the machine's boot: what has not reached the disk when the power fails is not trusted afterwards.
 */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"
#include "store/folder.h"

/* Which of our clients go where: assets/runtime/FROM/ to TO/ of the folder. */
static const struct client {
	const char *from, *to;
} clients[] = { { "node", "node" }, { "node", "node16" }, { "python", "python" } };
enum { CLIENTS = sizeof(clients) / sizeof(clients[0]), CHUNK = 64 << 10 };

static struct {
	pthread_mutex_t lock;
	char *folder; /* once it is there */
} installed = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct str archive_bytes(struct arena *a)
{
	return files_read(files_builtin("assets"), a, STR("functions.tar.xz"));
}

/* --- the archive -------------------------------------------------------------------------- */

static bool write_file(struct archive *tar, const char *path)
{
	static char bytes[CHUNK]; /* under the lock */
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
	la_ssize_t n = -1;

	while (fd >= 0 && (n = archive_read_data(tar, bytes, CHUNK)) > 0)
		if (write(fd, bytes, (size_t)n) != n)
			break;
	/* Whoever the sandbox runs as reads it. */
	if (fd >= 0 && (fchmod(fd, 0644) != 0 || close(fd) != 0))
		return false;
	return n == 0;
}

static bool unpack_into(struct archive *tar, const char *folder, struct arena *a, const char **why)
{
	struct archive_entry *entry;
	int got;

	while ((got = archive_read_next_header(tar, &entry)) == ARCHIVE_OK) {
		const char *path = arena_printf(a, "%s/%s", folder, archive_entry_pathname(entry));
		bool good = archive_entry_filetype(entry) == AE_IFDIR
				    ? mkdir(path, 0755) == 0 && chmod(path, 0755) == 0
				    : write_file(tar, path);

		if (!good) {
			*why = arena_printf(a, "cannot write %s: %s", path, strerror(errno));
			return false;
		}
	}
	*why = "the SDKs cannot be read from this program's file";
	return got == ARCHIVE_EOF;
}

static bool unpack(const char *folder, struct arena *a, const char **why)
{
	struct archive *tar = archive_read_new();
	struct str bytes = archive_bytes(a);
	bool good;

	*why = "the SDKs are not in this program's file";
	archive_read_support_format_tar(tar);
	archive_read_support_filter_xz(tar);
	good = archive_read_open_memory(tar, bytes.p, bytes.n) == ARCHIVE_OK &&
	       unpack_into(tar, folder, a, why);
	archive_read_free(tar);
	return good;
}

/* --- clients -------------------------------------------------------------------------------- */

static bool add_clients(const char *folder, const struct client *client, struct arena *a,
			const char **why)
{
	struct str under = arena_strf(a, "runtime/%s", client->from);
	size_t count;
	struct str *all = files_list(files_builtin("assets"), a, under, &count);

	for (size_t i = 0; i < count; i++) {
		struct str name = str_slice(all[i], under.n + 1, all[i].n);
		const char *file = arena_printf(a, "%s/%s/%.*s", folder, client->to, STR_ARG(name));

		if (!folder_write(file, files_read(files_builtin("assets"), a, all[i]), a, why))
			return false;
		*why = "the clients of the Runtime API cannot be made readable";
		if (chmod(file, 0644) != 0)
			return false;
	}
	return true;
}

/* --- the folder ------------------------------------------------------------------------------- */

/* 32 letters that change when what is installed does, or the machine was started anew. */
static const char *folder_name(struct arena *a)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	struct buf all;
	size_t count;
	struct str *files = files_list(files_builtin("assets"), a, STR("runtime"), &count);
	FILE *boot = fopen("/proc/sys/kernel/random/boot_id", "re");
	char id[64] = "";

	if (boot && !fgets(id, sizeof(id), boot))
		id[0] = '\0';
	if (boot)
		fclose(boot);
	buf_init(&all, 32 << 20);
	buf_adds(&all, id);
	buf_add(&all, archive_bytes(a));
	for (size_t i = 0; i < count; i++)
		buf_add(&all, files_read(files_builtin("assets"), a, files[i]));
	hash_sha256(buf_str(&all), digest);
	buf_release(&all);
	hash_hex(digest, sizeof(digest), hex);
	return arena_printf(a, "%.32s", hex);
}

/* What an earlier version or an interrupted start has left. */
static void remove_others(const char *root, const char *name, struct arena *a)
{
	DIR *dir = opendir(root);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, name) != 0)
			folder_remove(arena_printf(a, "%s/%s", root, entry->d_name));
	if (dir)
		closedir(dir);
}

static bool make(const char *root, const char *folder, struct arena *a, const char **why)
{
	const char *fresh = arena_printf(a, "%s.new", folder);
	int64_t began = time_monotonic_us();

	log_info("unpacking the SDKs for functions (once)");
	if (!folder_make(root, a, why) || !folder_make(fresh, a, why))
		return false;
	*why = "the folder of the SDKs cannot be made readable";
	if (chmod(fresh, 0755) != 0 || !unpack(fresh, a, why))
		return false;
	for (size_t i = 0; i < CLIENTS; i++)
		if (!add_clients(fresh, &clients[i], a, why))
			return false;
	*why = arena_printf(a, "cannot make the folder %s", folder);
	if (rename(fresh, folder) != 0)
		return false;
	log_info("the SDKs are there, after %.1f s",
		 (double)(time_monotonic_us() - began) / 1000000);
	return true;
}

const char *install_folder(const char *root, struct arena *a, const char **why)
{
	const char *name, *folder, *found = NULL;

	pthread_mutex_lock(&installed.lock);
	if (!installed.folder) {
		name = folder_name(a);
		folder = arena_printf(a, "%s/%s", root, name);
		remove_others(root, name, a);
		if (access(folder, F_OK) == 0 || make(root, folder, a, why))
			installed.folder = realpath(folder, NULL);
	}
	if (installed.folder)
		found = arena_printf(a, "%s", installed.folder);
	pthread_mutex_unlock(&installed.lock);
	return found;
}

void install_release(void)
{
	free(installed.folder);
	installed.folder = NULL;
}
