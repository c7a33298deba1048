/* Names that all accounts share; see names.h. */
#include "aws/names.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "aws/call.h"
#include "store/folder.h"

enum { ACCOUNT = 12 };

static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!(name.p[i] >= 'a' && name.p[i] <= 'z') &&
		    !(name.p[i] >= '0' && name.p[i] <= '9') && name.p[i] != '-' &&
		    !(name.p[i] == '.' && i))
			return false;
	return name.n > 0 && name.n <= 200;
}

static bool path_of(const struct aws *aws, const char *kind, struct str name, char *out,
		    size_t size)
{
	int n;

	if (!aws->config.names_dir || !is_plain(name))
		return false;
	n = snprintf(out, size, "%s/%s/%.*s", aws->config.names_dir, kind, STR_ARG(name));
	return n > 0 && (size_t)n < size;
}

bool name_owner(const struct aws *aws, const char *kind, struct str name, char account[static 13])
{
	char path[4096];
	ssize_t n;
	int fd;

	if (!path_of(aws, kind, name, path, sizeof(path)))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, account, ACCOUNT);
	close(fd);
	account[ACCOUNT] = '\0';
	return n == ACCOUNT && account_id_valid(str_make(account, ACCOUNT)) &&
	       aws_account_here(aws, str_make(account, ACCOUNT));
}

bool name_claim(struct op *op, const char *kind, struct str name)
{
	const char *why = "", *dir = op->aws->config.names_dir;
	char path[4096], owner[ACCOUNT + 1];

	if (name_owner(op->aws, kind, name, owner))
		return strcmp(owner, op->account->id) == 0;
	if (!path_of(op->aws, kind, name, path, sizeof(path)))
		return true;
	/* Turns of other accounts may be here at the same time: what stands there in the end counts. */
	if (!folder_make(arena_printf(op->arena, "%s/%s", dir, kind), op->arena, &why) ||
	    !folder_write(path, str_of(op->account->id), op->arena, &why))
		return false;
	return name_owner(op->aws, kind, name, owner) && strcmp(owner, op->account->id) == 0;
}

void name_release(struct op *op, const char *kind, struct str name)
{
	char path[4096], owner[ACCOUNT + 1];

	if (name_owner(op->aws, kind, name, owner) && strcmp(owner, op->account->id) == 0 &&
	    path_of(op->aws, kind, name, path, sizeof(path)))
		unlink(path);
}

/* Remove the names of one kind that are the account's. */
static void forget_kind(const char *dir, struct str account)
{
	DIR *names = opendir(dir);
	struct dirent *entry;
	char owner[ACCOUNT];

	while (names && (entry = readdir(names))) {
		int fd = openat(dirfd(names), entry->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		bool is_its = fd >= 0 && read(fd, owner, ACCOUNT) == ACCOUNT &&
			      str_eq(str_make(owner, ACCOUNT), account);

		if (fd >= 0)
			close(fd);
		if (is_its)
			unlinkat(dirfd(names), entry->d_name, 0);
	}
	if (names)
		closedir(names);
}

void names_forget(const struct aws *aws, struct str account)
{
	DIR *kinds = aws->config.names_dir ? opendir(aws->config.names_dir) : NULL;
	struct dirent *entry;
	char path[4096];

	while (kinds && (entry = readdir(kinds))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", aws->config.names_dir, entry->d_name);
		forget_kind(path, account);
	}
	if (kinds)
		closedir(kinds);
}
