/* Computing beside the caller: it is done in any case, by whoever has time. */
#include "unit/tap.h"

#include <stdatomic.h>

#include "base/aside.h"

static atomic_int done;

static void count(void *arg)
{
	int *mine = arg;

	*mine += 1;
	atomic_fetch_add(&done, 1);
}

static void nest(void *arg)
{
	struct aside inner;

	aside_begin(&inner, count, arg);
	aside_end(&inner);
}

int main(void)
{
	struct aside tasks[100];
	int each[100] = { 0 }, right = 0;

	for (int i = 0; i < 100; i++)
		aside_begin(&tasks[i], i % 10 ? count : nest, &each[i]);
	for (int i = 0; i < 100; i++)
		aside_end(&tasks[(i * 37) % 100]);
	for (int i = 0; i < 100; i++)
		right += each[i] == 1;
	is_int(right, 100,
	       "a hundred tasks at a time are each done once, in whatever order they end");
	is_int(atomic_load(&done), 100, "all of them by then");
	for (int i = 0; i < 1000; i++) {
		aside_begin(&tasks[0], count, &each[0]);
		aside_end(&tasks[0]);
	}
	is_int(each[0], 1001, "a thousand, one after the other, too");
	return done_testing();
}
