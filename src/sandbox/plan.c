/* Plans as bytes: a head of numbers, then NUL-ended strings. Both ends are the same binary. */
#include "sandbox/plan.h"

enum { NUMBERS = 9 };

static void add_string(struct buf *b, const char *s)
{
	buf_add(b, str_make(s, strlen(s) + 1));
}

bool plan_print(const struct plan *plan, struct buf *b)
{
	int32_t numbers[NUMBERS] = { plan->memory_mb,
				     plan->tmp_mb,
				     plan->processes,
				     plan->files,
				     (int32_t)plan->word_count,
				     (int32_t)plan->variable_count,
				     (int32_t)plan->mount_count,
				     plan->niceness,
				     plan->extensions };
	size_t began = b->n;

	buf_add(b, str_make(numbers, sizeof(numbers)));
	add_string(b, plan->trusted ? plan->trusted : "");
	add_string(b, plan->folder);
	for (size_t i = 0; i < plan->word_count; i++)
		add_string(b, plan->words[i]);
	for (size_t i = 0; i < plan->variable_count; i++)
		add_string(b, plan->variables[i]);
	for (size_t i = 0; i < plan->mount_count; i++) {
		add_string(b, plan->mounts[i].source);
		add_string(b, plan->mounts[i].target);
	}
	return !b->overflow && b->n - began <= PLAN_MAX;
}

/* The next NUL-ended string, or NULL when there is none. */
static const char *next_string(struct str *rest)
{
	ptrdiff_t end = str_find(*rest, '\0');
	const char *s = rest->p;

	if (end < 0)
		return NULL;
	*rest = str_slice(*rest, (size_t)end + 1, rest->n);
	return s;
}

/* `count` strings, NULL-ended; NULL when there are fewer. */
static const char **next_strings(struct arena *a, struct str *rest, size_t count)
{
	const char **all = arena_zalloc(a, (count + 1) * sizeof(*all));

	for (size_t i = 0; i < count; i++) {
		all[i] = next_string(rest);
		if (!all[i])
			return NULL;
	}
	return all;
}

static bool within(int32_t value, int32_t least, int32_t most)
{
	return value >= least && value <= most;
}

static bool numbers_good(const int32_t n[NUMBERS])
{
	return within(n[0], 1, 10240) && within(n[1], 1, 10240) && within(n[2], 1, 4096) &&
	       within(n[3], 8, 65536) && within(n[4], 1, PLAN_WORDS_MAX) &&
	       within(n[5], 0, PLAN_VARIABLES_MAX) && within(n[6], 0, PLAN_MOUNTS_MAX) &&
	       within(n[7], 0, 14) && within(n[8], 0, 1);
}

bool plan_parse(struct arena *a, struct str text, struct plan *plan)
{
	int32_t n[NUMBERS];
	struct str rest;

	if (text.n < sizeof(n) || text.n > PLAN_MAX)
		return false;
	memcpy(n, text.p, sizeof(n));
	if (!numbers_good(n))
		return false;
	*plan = (struct plan){
		.memory_mb = n[0], .tmp_mb = n[1], .processes = n[2], .files = n[3]
	};
	plan->niceness = n[7];
	plan->extensions = n[8];
	plan->word_count = (size_t)n[4];
	plan->variable_count = (size_t)n[5];
	plan->mount_count = (size_t)n[6];
	rest = arena_dup(a, str_slice(text, sizeof(n), text.n));
	plan->trusted = next_string(&rest);
	plan->folder = plan->trusted ? next_string(&rest) : NULL;
	plan->words = plan->folder ? next_strings(a, &rest, plan->word_count) : NULL;
	plan->variables = plan->words ? next_strings(a, &rest, plan->variable_count) : NULL;
	if (!plan->variables)
		return false;
	plan->mounts = arena_zalloc(a, (plan->mount_count + 1) * sizeof(*plan->mounts));
	for (size_t i = 0; i < plan->mount_count; i++) {
		plan->mounts[i].source = next_string(&rest);
		plan->mounts[i].target = plan->mounts[i].source ? next_string(&rest) : NULL;
		if (!plan->mounts[i].target)
			return false;
	}
	return rest.n == 0;
}
