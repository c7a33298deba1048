/* Collecting a request's body: small ones in memory, large ones in an unlinked file. */
#include "http/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"

enum { FIRST_BYTES = 4096 };

/*
 * What bodies hold in files: nobody has to say who he is before his body has come, and files that nobody has finished
 * must not fill the disk. One body always has room.
 */
static _Atomic int64_t all, of_peer[PEERS];
static _Atomic int64_t all_max = (int64_t)8 << 30, of_peer_max = (int64_t)1 << 30;

/* What is mapped or open on behalf of an arena. */
struct mapping {
	void *p;
	size_t n;
};

void http_bodies_limit(int64_t of_one, int64_t of_all)
{
	atomic_store(&of_peer_max, of_one);
	atomic_store(&all_max, of_all);
}

/* Count `n` bytes more, or fewer, of a body in files. */
static void count(struct body *b, int64_t n)
{
	b->spooled += n;
	atomic_fetch_add(&all, n);
	if (b->slot >= 0)
		atomic_fetch_add(&of_peer[b->slot], n);
}

static bool has_room(const struct body *b)
{
	int64_t spooled = b->spooled;

	if (atomic_load(&all) > spooled && atomic_load(&all) > atomic_load(&all_max))
		return false;
	return b->slot < 0 || atomic_load(&of_peer[b->slot]) <= spooled ||
	       atomic_load(&of_peer[b->slot]) <= atomic_load(&of_peer_max);
}

static void close_spool(void *arg)
{
	struct body *b = arg;

	close(b->spool_fd);
	count(b, -b->spooled);
}

static void unmap(void *arg)
{
	struct mapping *m = arg;

	munmap(m->p, m->n);
}

static int spool_open(void)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int fd;

	if (!folder || !folder[0])
		folder = "/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	if (snprintf(path, sizeof(path), "%s/immersion.XXXXXX", folder) >= (int)sizeof(path))
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static bool spool_write(struct body *b, const char *p, size_t n)
{
	count(b, (int64_t)n);
	while (n) {
		ssize_t written = write(b->spool_fd, p, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		p += written;
		n -= (size_t)written;
	}
	return true;
}

static void fail(struct body *b)
{
	log_error("http: a request's body cannot be kept in a temporary file: %s", strerror(errno));
	b->failed = true;
}

/* Go on in a file. What stands in memory is written first. */
static void spool_start(struct body *b)
{
	b->spool_fd = spool_open();
	if (b->spool_fd < 0) {
		fail(b);
		return;
	}
	arena_defer(b->arena, close_spool, b);
	if (!spool_write(b, b->p, b->n))
		fail(b);
}

static void grow(struct body *b, size_t need)
{
	size_t size = b->size ? b->size : FIRST_BYTES;
	char *p;

	while (size < need)
		size *= 2;
	p = arena_alloc(b->arena, size);
	if (b->n)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->size = size;
}

/* Others hold too much: what has come is given up, and what comes is dropped. */
static void give_up(struct body *b)
{
	b->failed = true;
	if (ftruncate(b->spool_fd, 0) == 0)
		count(b, -b->spooled);
}

void body_start(struct body *b, struct arena *a, size_t max, size_t expected)
{
	*b = (struct body){ .arena = a, .max = max, .slot = b->slot, .spool_fd = -1 };
	if (expected != SIZE_MAX && expected > max)
		b->overlong = true;
	else if (expected > 0 && expected <= BODY_IN_MEMORY)
		grow(b, expected);
	else if (expected != SIZE_MAX && expected > BODY_IN_MEMORY)
		spool_start(b);
}

bool body_add(struct body *b, const char *p, size_t n)
{
	if (n > b->max || b->n > b->max - n)
		b->overlong = true;
	if (b->overlong) {
		b->n += n;
		return b->n < b->max || b->n - b->max < BODY_DROPPED_MAX;
	}
	if (b->failed)
		return true;
	if (b->spool_fd < 0 && b->n + n > BODY_IN_MEMORY)
		spool_start(b);
	if (b->spool_fd >= 0) {
		if (!b->failed && !spool_write(b, p, n))
			fail(b);
		else if (!b->failed && !has_room(b))
			give_up(b);
	} else if (!b->failed) {
		if (b->n + n > b->size)
			grow(b, b->n + n);
		memcpy(b->p + b->n, p, n);
	}
	b->n += n;
	return true;
}

bool body_finish(struct body *b, struct str *out)
{
	struct mapping *m;
	void *p;

	*out = STR("");
	if (b->overlong || (!b->n && !b->failed))
		return true;
	if (b->failed)
		return false;
	if (b->spool_fd < 0) {
		*out = str_make(b->p, b->n);
		return true;
	}
	p = mmap(NULL, b->n, PROT_READ, MAP_PRIVATE, b->spool_fd, 0);
	if (p == MAP_FAILED) {
		fail(b);
		return false;
	}
	m = arena_alloc(b->arena, sizeof(*m));
	*m = (struct mapping){ p, b->n };
	arena_defer(b->arena, unmap, m);
	*out = str_make(p, b->n);
	return true;
}
