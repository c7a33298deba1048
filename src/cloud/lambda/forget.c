/* Ending environments whose function has changed or gone, or whose account is emptied. */
#include <stdio.h>

#include "base/time.h"
#include "cloud/lambda/inside.h"
#include "cloud/lambda/unpack.h"

void pool_forget(const char *account, const char *name, const char *version)
{
	pthread_mutex_lock(&pool.lock);
	for (struct environment *e = pool_remaining(); e; e = e->next) {
		if (strcmp(e->account, account) != 0 || strcmp(e->name, name) != 0 ||
		    (version && strcmp(e->recipe->f.version, version) != 0) || e->provided)
			continue;
		e->unwanted = true;
		if (e->state == IDLE)
			environment_end(e, "spindown");
	}
	pthread_mutex_unlock(&pool.lock);
}

/* What waits of an account has waited in vain. */
static void refuse_waiting(const char *account)
{
	for (struct invocation *i = pool.invocations; i; i = i->next)
		if (!i->environment && !i->done && strcmp(i->account, account) == 0) {
			i->throttled = true;
			pool.pending--;
			pool_deliver(i);
		}
}

/* Kill those of an account that nobody has killed yet; is any of them left? */
static bool kill_all(const char *account)
{
	bool left = false;

	for (struct environment *e = pool_remaining(); e; e = e->next) {
		if (strcmp(e->account, account) != 0)
			continue;
		left = true;
		if (e->state == ENDING && !e->kill_at_us)
			continue;
		e->state = ENDING;
		e->kill_at_us = 0;
		sandbox_stop(pool.sandboxes, e->id);
	}
	return left;
}

bool pool_end_account(const char *account, int64_t until_us)
{
	bool left;

	pthread_mutex_lock(&pool.lock);
	provide_forget(account);
	refuse_waiting(account);
	while ((left = kill_all(account)) && time_wait(&pool.ended, &pool.lock, until_us))
		;
	pthread_mutex_unlock(&pool.lock);
	return !left;
}

bool lambda_end(struct str account, int64_t until_us)
{
	char id[13];

	snprintf(id, sizeof(id), "%.*s", STR_ARG(account));
	return pool_end_account(id, until_us) && unpack_end_account(id, until_us);
}
