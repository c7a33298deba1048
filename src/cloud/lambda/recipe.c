/* Recipes: how environments of one key are made. They are shared by what waits for one and what was made with one. */
#include "base/time.h"
#include "cloud/lambda/inside.h"

/* Its credentials live longer than an environment that is made with it even then. */
#define OLD_US ((int64_t)5 * 3600 * 1000000)

static const char *copy(struct arena *a, const char *s)
{
	return s ? arena_printf(a, "%s", s) : NULL;
}

static const char *const *copy_list(struct arena *a, const char *const *list)
{
	const char **all;
	size_t n = 0;

	while (list && list[n])
		n++;
	all = arena_zalloc(a, (n + 1) * sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[i] = copy(a, list[i]);
	return all;
}

struct recipe *recipe_new(const struct pool_function *f)
{
	struct arena *a = arena_new();
	struct recipe *r = ARENA_NEW(a, struct recipe);
	const char **strings[] = { &r->f.account,
				   &r->f.key,
				   &r->f.name,
				   &r->f.version,
				   &r->f.code,
				   &r->f.opt,
				   &r->f.runtime,
				   &r->f.handler,
				   &r->f.region,
				   &r->f.role,
				   &r->f.log_group,
				   &r->f.log_level,
				   &r->f.system_log_level };

	*r = (struct recipe){ .arena = a, .users = 1, .f = *f, .made_us = time_monotonic_us() };
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		*strings[i] = copy(a, *strings[i]);
	for (size_t i = 0; i < 3; i++)
		r->f.credentials[i] = copy(a, f->credentials[i]);
	r->f.variables = copy_list(a, f->variables);
	r->extensions = environment_extensions(f->opt);
	return r;
}

static bool fits(const struct recipe *r, const char *key, int64_t since_us)
{
	return r && r->made_us > since_us && strcmp(r->f.key, key) == 0;
}

struct recipe *recipe_find(const char *key)
{
	int64_t since_us = time_monotonic_us() - OLD_US;

	for (struct environment *e = pool.environments; e; e = e->next)
		if (fits(e->recipe, key, since_us))
			return e->recipe;
	for (struct invocation *i = pool.invocations; i; i = i->next)
		if (fits(i->recipe, key, since_us))
			return i->recipe;
	return NULL;
}

void recipe_release(struct recipe *r)
{
	if (r && --r->users == 0)
		arena_free(r->arena);
}
