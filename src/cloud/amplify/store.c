/* Published sites in memory; see store.h. */
#include "cloud/amplify/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fnv.h"
#include "base/time.h"

enum { SLOTS = 1024, TEXT_MAX = 8 << 20 };

struct site {
	struct site *next; /* in its slot */
	struct arena *arena;
	_Atomic int users;
	int port;
	struct stat seen; /* of sites/PORT.json */
	const char *folder;
	struct rules *rules;
	struct json_object *headers;
	struct str password;
	struct site_file *files;
	size_t count;
	uint32_t *table; /* open addressing: index + 1 of a file, 0: none */
	size_t mask;
	pthread_mutex_t lock; /* of mapping files */
};

static struct {
	pthread_mutex_t lock;
	struct site *slots[SLOTS];
} sites = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* --- reading ----------------------------------------------------------------------------- */

static struct str read_file(struct arena *a, const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct str text = STR_NONE;
	char *p;

	if (fd < 0)
		return text;
	if (fstat(fd, st) == 0 && st->st_size <= TEXT_MAX) {
		p = arena_alloc(a, (size_t)st->st_size + 1);
		if (read(fd, p, (size_t)st->st_size) == st->st_size)
			text = str_make(p, (size_t)st->st_size);
	}
	close(fd);
	return text;
}

static size_t hash(struct str path)
{
	size_t h = fnv_add(FNV_BEGIN, path.p, path.n);

	return h ^ h >> 29;
}

static void index_files(struct site *s)
{
	size_t size = 64;

	while (size < 2 * s->count)
		size *= 2;
	s->mask = size - 1;
	s->table = arena_zalloc(s->arena, size * sizeof(*s->table));
	for (size_t i = 0; i < s->count; i++) {
		size_t at = hash(s->files[i].path) & s->mask;

		while (s->table[at])
			at = (at + 1) & s->mask;
		s->table[at] = (uint32_t)i + 1;
	}
}

static bool read_manifest(struct site *s)
{
	struct stat st;
	struct str text =
		read_file(s->arena, arena_printf(s->arena, "%s/manifest.json", s->folder), &st);
	struct json_object *all = text.p ? json_parse(s->arena, text, NULL) : NULL;

	if (!all)
		return false;
	s->count = json_count(all);
	s->files = arena_zalloc(s->arena, (s->count + 1) * sizeof(*s->files));
	for (size_t i = 0; i < s->count; i++) {
		struct json_object *row = json_at(all, i);

		s->files[i] = (struct site_file){
			.path = json_str(json_at(row, 0)),
			.etag = json_str(json_at(row, 1)),
			.size = (size_t)json_int_or(json_at(row, 2), 0),
			.has_packed = json_bool_or(json_at(row, 3), false),
		};
	}
	index_files(s);
	return true;
}

static void site_free(struct site *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->files[i].mapped && s->files[i].bytes.n)
			munmap((void *)s->files[i].bytes.p, s->files[i].bytes.n);
		if (s->files[i].packed.n)
			munmap((void *)s->files[i].packed.p, s->files[i].packed.n);
	}
	pthread_mutex_destroy(&s->lock);
	arena_free(s->arena);
}

static struct site *load(const struct port *port, const char *path)
{
	struct arena *a = arena_new();
	struct site *s = ARENA_NEW(a, struct site);
	struct json_object *told;
	const char *why = "";
	struct str text;

	s->arena = a;
	s->port = port->number;
	atomic_init(&s->users, 1);
	pthread_mutex_init(&s->lock, NULL);
	text = read_file(a, path, &s->seen);
	told = text.p ? json_parse(a, text, NULL) : NULL;
	if (told) {
		s->folder = arena_printf(a, "%s/%.*s", port->folder,
					 STR_ARG(json_get_str(told, "folder")));
		s->rules = rules_read(a, json_get(told, "rules"), &why);
		s->headers = json_get(told, "headers");
		s->password = json_get_str(told, "password");
	}
	if (s->rules && read_manifest(s))
		return s;
	site_free(s);
	return NULL;
}

/* --- the cache ------------------------------------------------------------------------------ */

static bool is_current(const struct site *s, const struct stat *now)
{
	return s->seen.st_ino == now->st_ino && s->seen.st_dev == now->st_dev &&
	       s->seen.st_size == now->st_size && s->seen.st_mtim.tv_sec == now->st_mtim.tv_sec &&
	       s->seen.st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}

/* With the lock held: the port's entry is taken out. */
static void forget(int port)
{
	struct site **at = &sites.slots[port % SLOTS], *s;

	while ((s = *at)) {
		if (s->port != port) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		site_put(s);
	}
}

struct site *site_get(const struct port *port)
{
	char path[4096];
	struct stat now;
	struct site *s;
	bool there;

	snprintf(path, sizeof(path), "%s/sites/%d.json", port->folder, port->number);
	there = stat(path, &now) == 0;
	pthread_mutex_lock(&sites.lock);
	for (s = sites.slots[port->number % SLOTS]; s && s->port != port->number; s = s->next)
		;
	if (!s || !there || !is_current(s, &now)) {
		forget(port->number);
		s = there ? load(port, path) : NULL;
		if (s) {
			s->next = sites.slots[port->number % SLOTS];
			sites.slots[port->number % SLOTS] = s;
		}
	}
	if (s)
		atomic_fetch_add(&s->users, 1);
	pthread_mutex_unlock(&sites.lock);
	return s;
}

void site_put(struct site *s)
{
	if (atomic_fetch_sub(&s->users, 1) == 1)
		site_free(s);
}

/* --- looking ------------------------------------------------------------------------------------ */

const struct rules *site_rules(const struct site *s)
{
	return s->rules;
}

const struct json_object *site_headers(const struct site *s)
{
	return s->headers;
}

struct str site_password(const struct site *s)
{
	return s->password;
}

struct site_file *site_find(const struct site *s, struct str path)
{
	for (size_t at = hash(path) & s->mask; s->table[at]; at = (at + 1) & s->mask)
		if (str_eq(s->files[s->table[at] - 1].path, path))
			return &s->files[s->table[at] - 1];
	return NULL;
}

static bool map(const char *path, struct str *out, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	void *at = NULL;

	if (fd < 0)
		return false;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) && st->st_size > 0)
		at = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return false;
	*out = at ? str_make(at, (size_t)st->st_size) : STR("");
	return true;
}

static bool map_file(struct site *s, struct site_file *f)
{
	struct arena *a = arena_new();
	struct stat st, ignored;
	bool good =
		map(arena_printf(a, "%s/site/%.*s", s->folder, STR_ARG(f->path)), &f->bytes, &st);

	if (good && f->has_packed)
		map(arena_printf(a, "%s/gz/%.*s", s->folder, STR_ARG(f->path)), &f->packed,
		    &ignored);
	if (good) {
		f->modified_ms = (int64_t)st.st_mtim.tv_sec * 1000;
		f->modified = time_http(s->arena, f->modified_ms);
		f->mapped = true;
	}
	arena_free(a);
	return good;
}

bool site_map(struct site *s, struct site_file *f)
{
	bool good;

	pthread_mutex_lock(&s->lock);
	good = f->mapped || map_file(s, f);
	pthread_mutex_unlock(&s->lock);
	return good;
}
