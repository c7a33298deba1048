#ifndef TURNS_TURNS_H
#define TURNS_TURNS_H

#include "aws/dispatch.h"

/*
 * Turns: each account's queue, and the workers that run it.
 *
 * An account is an actor: one SQLite file, one queue, one turn at a time. A worker takes an
 * account that has something to do and runs what is queued (a few at a time, sharing one
 * transaction, each in a savepoint, answered after the commit), then goes on to the next account, so
 * that nobody waits for more than one batch of each other account.
 */
struct turns;

struct turns_config {
	struct aws *aws;
	const char *accounts_dir; /* DATA/accounts */
	bool create;              /* `cloud`: an account comes into being with its first call */
	int workers;              /* 0: one per processor, at least 2 */
	int64_t (*clock)(void);
	struct turns_emptying {
		/*
		 * An account is about to be emptied: see that nothing runs for it outside of its turns any more. False
		 * with a sentence in *why when something does not end. May block for seconds; may be NULL.
		 */
		bool (*end)(void *arg, struct str account, const char **why);
		/*
		 * It is empty: forget what others know of it, all or (false) nothing; then the old account is put back.
		 * Called again at the next start when the process dies meanwhile. In the account's turn, on a worker;
		 * may be NULL.
		 */
		bool (*emptied)(void *arg, struct str account);
		void *arg;
	} emptying;
	/* Called on a worker after a turn that changed the account or failed. Must be quick. May be NULL. */
	void (*changed)(void *arg, struct str account);
	void *arg;
};
struct turns *turns_new(const struct turns_config *config);
/* Finish what is queued, close every account, stop the workers. */
void turns_free(struct turns *t);

/* The handler of the cloud port: accept, park, queue. `context` is the struct turns. */
http_handler turns_handle;

/*
 * Call an operation from a thread that may block (the checker's, a subcommand's) and wait for its answer,
 * which lives in the arena.
 */
struct turns_answer {
	enum outcome outcome;     /* DONE or FAILED */
	struct json_object *out;  /* plain JSON */
	struct str code, message; /* of the error */
};
void turns_call(struct turns *t, struct arena *a, struct str account, const char *service,
		const char *operation, struct json_object *in, struct turns_answer *answer);
/* How turns_do() runs its work. */
enum turns_flags {
	TURNS_READ = 0,
	TURNS_WRITE = 1 << 0,  /* in a write transaction */
	TURNS_CREATE = 1 << 1, /* make the account when it does not exist */
};
/*
 * Run any work as a turn of the account, in one transaction, and wait for it; it is undone when it answers false.
 * False when it did so or could not commit, with a sentence in *why that lives in the arena.
 */
bool turns_do(struct turns *t, struct arena *a, struct str account, unsigned flags,
	      bool (*work)(void *arg, struct account *account), void *arg, const char **why);

/*
 * Wake the calls of an account that wait for `key`: what they wait for happened outside of any turn. From any thread,
 * quick.
 */
void turns_wake(struct turns *t, struct str account, struct str key);
/* Is there such an account? From any thread, quick. Fits aws_config.account_exists. */
bool turns_account_exists(void *turns, struct str id);
/* The same, but one that would only be made when it is called is not there yet. Fits aws_config.account_made. */
bool turns_account_made(void *turns, struct str id);
/*
 * Jobs run from now on, those first that a former process left: call it once all that they use is there. Calls are
 * answered before it, too.
 */
void turns_start(struct turns *t);

/*
 * A fresh start for one account: it becomes as new, but for its administrator's access keys. What runs for it ends, calls
 * that wait for something fail, those that come meanwhile see the new account. Killed at any moment, the process
 * leaves the old account or the new one. False with a sentence in *why when it has all that it had; only what ran for it
 * may have ended. *lost: what it had, as aws_holdings() tells, in the arena. May block for seconds.
 */
bool turns_empty(struct turns *t, struct arena *a, struct str account, struct json_object **lost,
		 const char **why);
/*
 * Finish the fresh starts that a former process did not live to finish. Once what `emptied` needs is there, and before
 * calls come in.
 */
void turns_settle(struct turns *t);
/* `POST /_immersion/reset` of `cloud`: every account is closed and its folder removed. May block. */
void turns_reset(struct turns *t);

#endif
