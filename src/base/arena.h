#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

/*
 * Arena: memory that lives as long as one piece of work, a request or a turn.
 *
 * Allocate, never free; arena_free() releases everything at once and runs the
 * clean-ups that were registered, last one first. Running out of memory ends
 * the process (the caller never checks). Not thread-safe: one owner at a time.
 */
struct arena;

/* A fresh arena; the caller owns it. Small arenas are recycled per thread. */
struct arena *arena_new(void) __attribute__((returns_nonnull, warn_unused_result));
/* Run the clean-ups and release everything. NULL is allowed. */
void arena_free(struct arena *a);

/* `n` bytes aligned for any type; not zeroed. Never NULL, also for n == 0. */
void *arena_alloc(struct arena *a, size_t n)
	__attribute__((returns_nonnull, malloc, alloc_size(2)));
/* The same, zeroed. */
void *arena_zalloc(struct arena *a, size_t n)
	__attribute__((returns_nonnull, malloc, alloc_size(2)));
/* A zeroed object of a type: `struct x *x = ARENA_NEW(a, struct x);` */
#define ARENA_NEW(a, type) ((type *)arena_zalloc((a), sizeof(type)))

/* Copies of bytes: as str (with a NUL behind it that does not count), as C string. */
struct str arena_dup(struct arena *a, struct str s);
char *arena_cstr(struct arena *a, struct str s) __attribute__((returns_nonnull));
/* printf into the arena. */
char *arena_printf(struct arena *a, const char *format, ...)
	__attribute__((returns_nonnull, format(printf, 2, 3)));
/* The same, as a str. */
struct str arena_strf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Call fn(arg) when the arena is freed. */
void arena_defer(struct arena *a, void (*fn)(void *arg), void *arg);

#endif
