/* Environments that are there before they are needed: provisioned concurrency. */
#include <stdlib.h>

#include "cloud/lambda/inside.h"

enum { TRIES = 3 }; /* how often one that cannot initialise is started, each time it is asked for */

static struct provision *provision_find(const char *key)
{
	struct provision *p = pool.provisions;

	while (p && strcmp(p->recipe->f.key, key) != 0)
		p = p->next;
	return p;
}

/* --- keeping them there ------------------------------------------------------------------------ */

static int provided_for(const char *key)
{
	int count = 0;

	for (struct environment *e = pool.environments; e; e = e->next)
		count += e->provided && e->state != ENDING && strcmp(e->key, key) == 0;
	return count;
}

/* One of them need not be there any more. */
static void give_back(const char *key)
{
	for (struct environment *e = pool.environments; e; e = e->next)
		if (e->provided && strcmp(e->key, key) == 0) {
			e->provided = false;
			return;
		}
}

/* Give back what is too much; and forget those that ask for nothing any more. */
static void give_all_back(void)
{
	struct provision **at = &pool.provisions, *p;

	while ((p = *at)) {
		while (provided_for(p->recipe->f.key) > p->count)
			give_back(p->recipe->f.key);
		if (p->count) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		recipe_release(p->recipe);
		free(p);
	}
}

void provide_all(void)
{
	give_all_back();
	for (struct provision *p = pool.provisions; p && !pool.stop; p = p->next) {
		const char *key = p->recipe->f.key;

		while (provided_for(key) < p->count && p->tries < TRIES)
			if (!room_provide(p->recipe))
				return;
	}
}

void provide_began(const struct environment *e, bool good)
{
	struct provision *p = e->provided ? provision_find(e->key) : NULL;

	if (!p)
		return;
	p->failed = !good;
	p->tries = good ? 0 : p->tries + 1;
}

void provide_forget(const char *account)
{
	for (struct provision *p = pool.provisions; p; p = p->next)
		if (!account || strcmp(p->recipe->f.account, account) == 0)
			p->count = 0;
	give_all_back();
}

/* --- what is asked --------------------------------------------------------------------------------- */

static struct provision *provision_new(void)
{
	struct provision *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	p->next = pool.provisions;
	pool.provisions = p;
	return p;
}

bool pool_provide(const struct pool_function *f, int count, const char **why)
{
	struct provision *p;

	if (count && !pool_can_run(f, why))
		return false;
	pthread_mutex_lock(&pool.lock);
	p = provision_find(f->key);
	if (!p && count)
		p = provision_new();
	if (p && !count) {
		p->count = 0;
	} else if (p) {
		recipe_release(p->recipe);
		p->recipe = recipe_new(f);
		p->count = count;
		p->tries = 0;
	}
	provide_all();
	pthread_mutex_unlock(&pool.lock);
	return true;
}

int pool_provided(const char *key, bool *failed)
{
	struct provision *p;
	int count = 0;

	pthread_mutex_lock(&pool.lock);
	for (struct environment *e = pool.environments; e; e = e->next)
		count += e->provided && (e->state == IDLE || e->state == BUSY) &&
			 strcmp(e->key, key) == 0;
	p = provision_find(key);
	*failed = p && p->failed;
	pthread_mutex_unlock(&pool.lock);
	return count;
}
