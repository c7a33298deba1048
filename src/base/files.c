/* Trees of files: the built-in ones come from the table that the build writes (build/.../embed.S). */
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"

enum {
	FILE_BYTES_MAX = 64 << 20,
	DEPTH_MAX = 12,
	LOOK_EVERY_US = 100 * 1000,
};

/* One entry of the built-in table: "labs/web-app/checks.yaml" and its bytes; ended by a NULL path. */
struct embedded {
	const char *path;
	const char *start, *end;
};
extern const struct embedded embedded_files[];

struct files {
	const char *name;
	const char *prefix; /* built in: "labs/"; NULL for a folder */
	char *folder;       /* its real path, without a slash at the end */
	pthread_mutex_t lock;
	int64_t looked_us;
	uint64_t version;
};

static struct files builtin[] = {
	{ .name = "labs (built in)", .prefix = "labs/" },
	{ .name = "content (built in)", .prefix = "content/" },
	{ .name = "assets (built in)", .prefix = "assets/" },
};

struct files *files_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++) {
		size_t n = strlen(builtin[i].prefix) - 1;

		if (strlen(name) == n && memcmp(builtin[i].prefix, name, n) == 0)
			return &builtin[i];
	}
	abort();
}

struct files *files_folder(const char *path, struct arena *a, const char **why)
{
	struct files *f;
	struct stat st;
	char *real = realpath(path, NULL);
	const char *wrong = NULL;

	if (!real || stat(real, &st) < 0)
		wrong = strerror(errno);
	else if (!S_ISDIR(st.st_mode))
		wrong = "it is not a folder";
	else if (access(real, R_OK | X_OK) < 0)
		wrong = strerror(errno);
	if (wrong) {
		*why = arena_printf(a, "cannot read the folder %s: %s", path, wrong);
		free(real);
		return NULL;
	}
	f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->name = f->folder = real;
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void files_free(struct files *f)
{
	if (!f || f->prefix)
		return;
	pthread_mutex_destroy(&f->lock);
	free(f->folder);
	free(f);
}

const char *files_name(const struct files *f)
{
	return f->name;
}

/* Does a file or folder of this name belong to a tree? "." and ".." count as hidden. */
static bool is_visible(struct str name)
{
	return name.n && name.p[0] != '.' && name.p[name.n - 1] != '~' &&
	       !str_is(name, "node_modules");
}

/* Relative, without empty or hidden parts and without NUL. */
static bool path_is_clean(struct str path)
{
	struct str rest = path;

	if (!path.n || memchr(path.p, '\0', path.n))
		return false;
	while (rest.p)
		if (!is_visible(str_cut(&rest, '/')))
			return false;
	return true;
}

/* Is this real path below the folder? */
static bool is_inside(const struct files *f, const char *real)
{
	size_t n = strlen(f->folder);

	if (n == 1)
		return true; /* the folder is "/" */
	return strncmp(real, f->folder, n) == 0 && (real[n] == '/' || real[n] == '\0');
}

/* Open a file for reading, unless a link leads out of the folder. */
static int open_inside(const struct files *f, struct arena *a, struct str path)
{
	char *full = arena_printf(a, "%s/%.*s", f->folder, STR_ARG(path));
	char *real = realpath(full, NULL);
	int fd = -1;

	/* Not blocking, in case it is a pipe. */
	if (real && is_inside(f, real))
		fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	free(real);
	return fd;
}

static struct str read_all(int fd, struct arena *a)
{
	struct stat st;
	size_t have = 0, size;
	char *p;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		return STR_NONE;
	size = (size_t)st.st_size;
	p = arena_alloc(a, size + 1);
	while (have < size) {
		ssize_t n = read(fd, p + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return STR_NONE;
		if (n == 0)
			break; /* it became shorter meanwhile */
		have += (size_t)n;
	}
	p[have] = '\0';
	return str_make(p, have);
}

static struct str read_builtin(const struct files *f, struct str path)
{
	size_t n = strlen(f->prefix);

	for (const struct embedded *e = embedded_files; e->path; e++)
		if (strncmp(e->path, f->prefix, n) == 0 && str_is(path, e->path + n))
			return str_make(e->start, (size_t)(e->end - e->start));
	return STR_NONE;
}

struct str files_read(struct files *f, struct arena *a, struct str path)
{
	struct str bytes;
	int fd;

	if (!path_is_clean(path))
		return STR_NONE;
	if (f->prefix)
		return read_builtin(f, path);
	fd = open_inside(f, a, path);
	if (fd < 0)
		return STR_NONE;
	bytes = read_all(fd, a);
	close(fd);
	return bytes;
}

/* Paths gathered in an array that doubles. */
struct gathering {
	struct arena *a;
	struct str *at;
	size_t count, size;
};

static void gather(struct gathering *g, struct str path)
{
	if (g->count == g->size) {
		size_t size = g->size ? g->size * 2 : 64;
		struct str *at = arena_alloc(g->a, size * sizeof(*at));

		if (g->count)
			memcpy(at, g->at, g->count * sizeof(*at));
		g->at = at;
		g->size = size;
	}
	g->at[g->count++] = path;
}

/* What a name in a folder is: a folder, a file, or (0) nothing that belongs to the tree. */
static mode_t kind_of(const struct files *f, const char *full)
{
	struct stat st;
	char *real;
	bool inside;

	if (lstat(full, &st) < 0)
		return 0;
	if (!S_ISLNK(st.st_mode))
		return st.st_mode & S_IFMT;
	/* A link to a file counts, to a folder not: it could lead in circles. */
	real = realpath(full, NULL);
	inside = real && is_inside(f, real) && stat(real, &st) == 0;
	free(real);
	return inside && S_ISREG(st.st_mode) ? S_IFREG : 0;
}

static void walk(struct gathering *g, const struct files *f, const char *relative, int depth)
{
	const char *slash = *relative ? "/" : "";
	DIR *dir = opendir(arena_printf(g->a, "%s/%s", f->folder, relative));
	struct dirent *entry;

	if (!dir)
		return;
	while (depth < DEPTH_MAX && (entry = readdir(dir))) {
		char *path;
		mode_t kind;

		if (!is_visible(str_of(entry->d_name)))
			continue;
		path = arena_printf(g->a, "%s%s%s", relative, slash, entry->d_name);
		kind = kind_of(f, arena_printf(g->a, "%s/%s", f->folder, path));
		if (kind == S_IFDIR)
			walk(g, f, path, depth + 1);
		else if (kind == S_IFREG)
			gather(g, str_of(path));
	}
	closedir(dir);
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

struct str *files_list(struct files *f, struct arena *a, struct str under, size_t *count)
{
	struct gathering g = { .a = a };
	size_t kept = 0;

	while (under.n && under.p[under.n - 1] == '/')
		under.n--;
	if (f->prefix) {
		size_t n = strlen(f->prefix);

		for (const struct embedded *e = embedded_files; e->path; e++)
			if (strncmp(e->path, f->prefix, n) == 0)
				gather(&g, str_of(e->path + n));
	} else {
		walk(&g, f, "", 0);
	}
	for (size_t i = 0; i < g.count; i++) {
		struct str p = g.at[i];

		if (!under.n || (str_starts(p, under) && p.n > under.n && p.p[under.n] == '/'))
			g.at[kept++] = p;
	}
	if (kept)
		qsort(g.at, kept, sizeof(*g.at), by_bytes);
	*count = kept;
	return g.at;
}

/* A number made of every path, size and time of change. */
static uint64_t stamp(struct files *f)
{
	struct arena *a = arena_new();
	struct gathering g = { .a = a };
	uint64_t sum = 14695981039346656037ULL;

	walk(&g, f, "", 0);
	if (g.count)
		qsort(g.at, g.count, sizeof(*g.at), by_bytes);
	for (size_t i = 0; i < g.count; i++) {
		struct stat st;

		if (stat(arena_printf(a, "%s/%s", f->folder, g.at[i].p), &st) < 0)
			continue;
		for (size_t k = 0; k < g.at[i].n; k++)
			sum = (sum ^ (unsigned char)g.at[i].p[k]) * 1099511628211ULL;
		sum = (sum ^ (uint64_t)st.st_size) * 1099511628211ULL;
		sum = (sum ^ (uint64_t)st.st_mtim.tv_sec) * 1099511628211ULL;
		sum = (sum ^ (uint64_t)st.st_mtim.tv_nsec) * 1099511628211ULL;
		sum = (sum ^ (uint64_t)st.st_ino) * 1099511628211ULL;
	}
	arena_free(a);
	return sum;
}

uint64_t files_version(struct files *f)
{
	int64_t now = time_monotonic_us();
	uint64_t version;

	if (f->prefix)
		return 1;
	pthread_mutex_lock(&f->lock);
	if (!f->looked_us || now - f->looked_us > LOOK_EVERY_US) {
		f->version = stamp(f);
		f->looked_us = now;
	}
	version = f->version;
	pthread_mutex_unlock(&f->lock);
	return version;
}
