#ifndef AWS_JOB_H
#define AWS_JOB_H

#include "aws/op.h"

/*
 * Jobs: what an account has promised to do later.
 *
 * A job is a row written in the same transaction as the change that calls for
 * it, so that both happen or neither does. When it is due it becomes a turn of
 * its account, in a transaction of its own.
 *
 *	job_add(op, &redrive, op->now + 5000, NULL, arg);
 *
 * A job may run twice if the machine stops at the wrong moment: write them so
 * that the second time does no harm. A job that fails is tried again with
 * back-off (1 s doubling to 5 min) up to its kind's attempts, then dropped with a line in the log.
 */
struct job_kind {
	const char *name;                   /* stored in the row: never rename */
	enum outcome (*run)(struct op *op); /* op->in is the job's argument */
	int attempts;                       /* 0: 10 */
};

/*
 * Promise to run `kind` with `arg` at `due` (milliseconds since 1970). With a
 * `key`, a pending job of the same kind and key is replaced. Takes effect when
 * op commits. The kind must stand in its service's `jobs`.
 */
void job_add(struct op *op, const struct job_kind *kind, int64_t due, const char *key,
	     struct json_object *arg);

/*
 * Promise to run it as soon as somebody tells `topic` (the ARN of a stream that has something new, say), and at `due` at
 * the latest; INT64_MAX: only then. Costs nothing until it is told, and then only once.
 */
void job_await(struct op *op, const struct job_kind *kind, struct str topic, int64_t due,
	       const char *key, struct json_object *arg);
/* What waits for `topic`, of whatever service, is due. Takes effect when op commits. */
void job_tell(struct op *op, struct str topic);

/*
 * Say that something of the account will be different at `at` without anybody's call, such as a table
 * that becomes ACTIVE: who watches the account (the checks) then looks again. State that depends
 * on time is still computed when it is looked at; this only says when to look.
 */
void job_settle(struct op *op, int64_t at);

/* For turns/: when the account's next job is due, or INT64_MAX. */
int64_t job_next_due(struct account *account);
/*
 * For turns/: run the first job that is due at `now`, in a transaction of its own, and call `woken` for each
 * key that the job woke (valid during the call only). False when there was none.
 */
bool job_run_next(struct aws *aws, struct account *account, int64_t now,
		  void (*woken)(void *arg, struct str key), void *arg);

#endif
