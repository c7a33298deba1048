/*
 * The processes of a sandbox but its init: what memory they take, and signals to all of them.
 *
 * In a sandbox they are all that there are. Of a loose one (inside.h) they are what descends from its init, which
 * inherits whatever loses its parent.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "sandbox/inside.h"

enum { PROCESSES_MAX = 4096, INODE_KB = 1, INODE_PER_KB = 4, INODES_LEAST = 16384 };

/* --- which they are ----------------------------------------------------------------------- */

struct family {
	pid_t at[PROCESSES_MAX];
	size_t n;
};

static void add(struct family *all, pid_t pid)
{
	if (all->n < PROCESSES_MAX)
		all->at[all->n++] = pid;
}

/* The numbers among the names in a folder of /proc. */
static void add_names(struct family *all, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			add(all, (pid_t)strtol(entry->d_name, NULL, 10));
	if (dir)
		closedir(dir);
}

/* Those that one thread of a process has started. */
static void add_children(struct family *all, pid_t pid, pid_t thread)
{
	char path[64], text[4096], *at = text, *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, thread);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (long child = strtol(at, &end, 10); end != at; child = strtol(at, &end, 10)) {
		add(all, (pid_t)child);
		at = end;
	}
}

static void add_descendants(struct family *all)
{
	struct family threads;
	size_t next = 0;

	for (pid_t pid = getpid(); pid; pid = next < all->n ? all->at[next++] : 0) {
		char path[64];

		threads.n = 0;
		snprintf(path, sizeof(path), "/proc/%d/task", pid);
		add_names(&threads, path);
		for (size_t i = 0; i < threads.n; i++)
			add_children(all, pid, threads.at[i]);
	}
}

static void find_all(struct family *all, bool loose)
{
	all->n = 0;
	if (loose)
		add_descendants(all);
	else
		add_names(all, "/proc");
}

void processes_signal(bool loose, int signal)
{
	struct family all;

	if (!loose) {
		kill(-1, signal);
		return;
	}
	/* What is started meanwhile is found in the next round, or not at all. */
	for (int round = 0; round < 3; round++) {
		find_all(&all, true);
		for (size_t i = 0; i < all.n; i++)
			kill(all.at[i], signal);
	}
}

/* --- what they take ---------------------------------------------------------------------------- */

/* The sum of what follows some words at the beginning of lines of a file in /proc; -1 when it is not there. */
static int64_t sum_of(pid_t pid, const char *file, const char *const *words)
{
	char path[64], line[512];
	int64_t sum = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	in = fopen(path, "re");
	if (!in)
		return -1;
	while (fgets(line, sizeof(line), in))
		for (size_t i = 0; words[i]; i++)
			if (strncmp(line, words[i], strlen(words[i])) == 0)
				sum += strtoll(line + strlen(words[i]), NULL, 10);
	fclose(in);
	return sum;
}

/* Memory shared by processes that is in no file: a mapping's line in smaps says so. */
static bool is_shared_memory(const char *line)
{
	return strstr(line, " /dev/zero (deleted)") || strstr(line, " /memfd:") ||
	       strstr(line, " /SYSV");
}

/* A process's part of such memory. */
static int64_t shared_kb(pid_t pid)
{
	char path[64], line[512];
	bool counts = false;
	int64_t sum = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
	in = fopen(path, "re");
	if (!in)
		return 0;
	while (fgets(line, sizeof(line), in)) {
		if ((line[0] >= '0' && line[0] <= '9') || (line[0] >= 'a' && line[0] <= 'f'))
			counts = is_shared_memory(line);
		else if (counts && strncmp(line, "Pss:", 4) == 0)
			sum += strtoll(line + 4, NULL, 10);
	}
	fclose(in);
	return sum;
}

struct memory processes_measure(bool loose, bool exactly)
{
	static const char *const all_of_it[] = { "VmRSS:", NULL };
	static const char *const own[] = { "RssAnon:", "RssShmem:", NULL };
	static const char *const part[] = { "Pss_Anon:", NULL };
	struct memory sum = { 0, 0 };
	struct family all;

	find_all(&all, loose);
	for (size_t i = 0; i < all.n; i++) {
		int64_t resident, kb;

		if (all.at[i] == getpid())
			continue;
		resident = sum_of(all.at[i], "status", all_of_it);
		kb = exactly ? sum_of(all.at[i], "smaps_rollup", part) : -1;
		if (kb >= 0)
			kb += shared_kb(all.at[i]);
		else
			kb = sum_of(all.at[i], "status", own);
		sum.resident_kb += resident > 0 ? resident : 0;
		sum.own_kb += kb > 0 ? kb : 0;
	}
	return sum;
}

int64_t processes_tmp_kb(int tmp_mb, bool *overfull)
{
	struct statvfs fs;
	int64_t inodes, most = (int64_t)tmp_mb * 1024 / INODE_PER_KB;

	*overfull = false;
	if (statvfs("/tmp", &fs) != 0)
		return 0;
	inodes = (int64_t)(fs.f_files - fs.f_ffree);
	*overfull = inodes > (most > INODES_LEAST ? most : INODES_LEAST);
	return (int64_t)(fs.f_blocks - fs.f_bfree) * (int64_t)fs.f_frsize / 1024 +
	       inodes * INODE_KB;
}
