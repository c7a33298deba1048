/* Arenas: alignment, sizes, clean-ups, recycling over threads. */
#include "unit/tap.h"

#include <pthread.h>

#include "base/arena.h"

static char order[8];
static int ran;

static void note(void *arg)
{
	order[ran++] = *(char *)arg;
}

static void test_sizes(void)
{
	static const size_t sizes[] = { 0,      1,      15, 16, 17, 1000, 16 * 1024, 16 * 1024 - 64,
					100000, 5 << 20 };
	struct arena *a = arena_new();
	unsigned char *p[sizeof(sizes) / sizeof(sizes[0])];
	bool aligned = true, whole = true;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		p[i] = arena_alloc(a, sizes[i]);
		aligned = aligned && (uintptr_t)p[i] % 16 == 0;
		memset(p[i], (int)i, sizes[i]);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t k = 0; k < sizes[i]; k++)
			whole = whole && p[i][k] == i;
	ok(aligned, "every piece is aligned for any type");
	ok(whole, "pieces do not overlap");
	arena_free(a);
}

static void test_text(void)
{
	struct arena *a = arena_new();
	char *copy = arena_cstr(a, STR_NONE), *big;
	struct str dup = arena_dup(a, STR("a\0b"));

	is_str(copy, "", "a copy of nothing is an empty string");
	ok(dup.n == 3 && dup.p[3] == '\0', "a copy keeps a NUL and has one behind it");
	ok(arena_dup(a, STR_NONE).p, "a copy of the absent str is present");
	is_str(arena_printf(a, "%d-%s", 5, "x"), "5-x", "printf");
	is_str(arena_strf(a, "%s", ""), "", "printf of nothing");
	big = arena_printf(a, "%0*d", 600, 7);
	ok(strlen(big) == 600 && big[599] == '7', "printf of more than a small buffer");
	is_int(strlen(arena_printf(a, "%0*d", 511, 7)), 511, "printf just below its size");
	is_int(strlen(arena_printf(a, "%0*d", 512, 7)), 512, "printf just at its size");
	arena_free(a);
	arena_free(NULL);
}

static void test_cleanups(void)
{
	struct arena *a = arena_new();

	arena_defer(a, note, (char *)"1");
	arena_defer(a, note, (char *)"2");
	arena_defer(a, note, (char *)"3");
	is_int(ran, 0, "nothing is cleaned up before the end");
	arena_free(a);
	is_str(order, "321", "clean-ups run backwards");
}

static void test_zero(void)
{
	struct arena *a = arena_new();
	char *p;
	bool zero = true;

	memset(arena_alloc(a, 4096), 0xff, 4096);
	arena_free(a);
	a = arena_new();
	p = arena_zalloc(a, 4096);
	for (int i = 0; i < 4096; i++)
		zero = zero && !p[i];
	ok(zero, "zeroed memory is zero although the chunk was used before");
	arena_free(a);
}

static void *work(void *unused)
{
	struct arena *many[20];

	for (int i = 0; i < 20; i++)
		many[i] = arena_new();
	for (int i = 0; i < 20; i++)
		arena_free(many[i]);
	return unused;
}

static void test_threads(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ok(true, "threads that end leave nothing behind (the sanitizers look)");
}

int main(void)
{
	test_sizes();
	test_text();
	test_cleanups();
	test_zero();
	test_threads();
	return done_testing();
}
