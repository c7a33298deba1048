/*
 * Arenas: a chain of chunks, the first of which holds the arena itself.
 *
 * Each thread keeps a few first chunks for the next arena, so that a request
 * in the steady state asks malloc for nothing.
 */
#include "base/arena.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	CHUNK_BYTES = 16 * 1024,
	KEPT_PER_THREAD = 8,
	ALIGN = 16,
};

struct chunk {
	struct chunk *next;
	size_t size_bytes; /* with this header */
};

struct cleanup {
	struct cleanup *next;
	void (*fn)(void *arg);
	void *arg;
};

struct arena {
	struct chunk *chunks; /* newest first; the last one holds this struct */
	char *free, *end;     /* room left in the newest chunk */
	struct cleanup *cleanups;
};

static _Thread_local struct chunk *kept[KEPT_PER_THREAD];
static _Thread_local int kept_count;

/* Its destructor returns what an ending thread has kept. */
static pthread_key_t thread_end;
static pthread_once_t thread_end_made = PTHREAD_ONCE_INIT;

static _Noreturn void out_of_memory(void)
{
	fputs("immersion: out of memory\n", stderr);
	abort();
}

static size_t round_up(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct chunk *chunk_new(size_t size)
{
	struct chunk *c = malloc(size);

	if (!c)
		out_of_memory();
	c->next = NULL;
	c->size_bytes = size;
	return c;
}

static void free_kept(void *unused)
{
	(void)unused;
	while (kept_count)
		free(kept[--kept_count]);
}

static void make_thread_end(void)
{
	if (pthread_key_create(&thread_end, free_kept) != 0)
		out_of_memory();
}

/* Keep a first chunk for this thread's next arena; false when it has enough. */
static bool keep(struct chunk *c)
{
	if (kept_count == KEPT_PER_THREAD)
		return false;
	if (kept_count == 0) {
		pthread_once(&thread_end_made, make_thread_end);
		pthread_setspecific(thread_end, c);
	}
	kept[kept_count++] = c;
	return true;
}

struct arena *arena_new(void)
{
	struct chunk *c = kept_count ? kept[--kept_count] : chunk_new(CHUNK_BYTES);
	struct arena *a = (struct arena *)((char *)c + round_up(sizeof(*c)));

	c->next = NULL;
	a->chunks = c;
	a->free = (char *)a + round_up(sizeof(*a));
	a->end = (char *)c + c->size_bytes;
	a->cleanups = NULL;
	return a;
}

void arena_free(struct arena *a)
{
	struct chunk *c, *next;

	if (!a)
		return;
	while (a->cleanups) {
		struct cleanup *last = a->cleanups;

		a->cleanups = last->next;
		last->fn(last->arg);
	}
	for (c = a->chunks; c; c = next) {
		next = c->next;
		if (next || !keep(c))
			free(c);
	}
}

void *arena_alloc(struct arena *a, size_t n)
{
	void *p;

	if (n > SIZE_MAX / 2)
		out_of_memory();
	n = round_up(n);
	if ((size_t)(a->end - a->free) < n) {
		size_t head = round_up(sizeof(struct chunk));
		size_t want = n + head > CHUNK_BYTES ? n + head : CHUNK_BYTES;
		struct chunk *c = chunk_new(want);

		c->next = a->chunks;
		a->chunks = c;
		a->free = (char *)c + head;
		a->end = (char *)c + want;
	}
	p = a->free;
	a->free += n;
	return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
	return memset(arena_alloc(a, n), 0, n);
}

struct str arena_dup(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return str_make(p, s.n);
}

char *arena_cstr(struct arena *a, struct str s)
{
	return (char *)arena_dup(a, s).p;
}

static struct str print(struct arena *a, const char *format, va_list args)
{
	va_list again;
	char small[512];
	int n;
	char *p;

	va_copy(again, args);
	n = vsnprintf(small, sizeof(small), format, args);
	if (n < 0)
		out_of_memory();
	p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(small))
		memcpy(p, small, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, format, again);
	va_end(again);
	return str_make(p, (size_t)n);
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	struct str s;

	va_start(args, format);
	s = print(a, format, args);
	va_end(args);
	return (char *)s.p;
}

struct str arena_strf(struct arena *a, const char *format, ...)
{
	va_list args;
	struct str s;

	va_start(args, format);
	s = print(a, format, args);
	va_end(args);
	return s;
}

void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg)
{
	struct cleanup *c = arena_alloc(a, sizeof(*c));

	*c = (struct cleanup){ a->cleanups, fn, arg };
	a->cleanups = c;
}
