#ifndef CLOUD_COGNITO_AUTH_H
#define CLOUD_COGNITO_AUTH_H

#include "cloud/cognito/challenge.h"

/* Steps of signing in that several flows take. */

/* USERNAME and the proof of the client's secret that goes with it; false with the error set. */
bool idp_read_name(struct op *op, struct attempt *attempt);
/* The user of that name; false with the error set, which may not tell that there is none. */
bool idp_find_user(struct op *op, const struct attempt *attempt, struct user *user);
/* Ask the trigger before the password is looked at. */
enum outcome idp_pre_authentication(struct op *op, const struct attempt *attempt,
				    const struct user *user);
/* The password was right: what the user's status says, the second factor, tokens. */
enum outcome idp_proceed(struct op *op, const struct attempt *attempt, struct user *user);
/* All that was asked for has been answered: tokens, or {"sub"} in op->out for the hosted login. */
enum outcome idp_finish(struct op *op, const struct attempt *attempt, struct user *user);

/* By password, and answers to challenges, also for the hosted login. */
enum outcome idp_by_password(struct op *op, struct attempt *attempt);
enum outcome idp_answer(struct op *op, struct attempt *attempt, struct str challenge);

/* --- custom.c: what the pool's functions make of it ------------------------------------------- */

/* CUSTOM_AUTH begins. */
enum outcome idp_custom_begin(struct op *op, struct attempt *attempt);
/* An answer to CUSTOM_CHALLENGE. */
enum outcome idp_custom_answer(struct op *op, struct attempt *attempt);
/* The password that was asked for in the middle of it was right. */
enum outcome idp_custom_password(struct op *op, struct attempt *attempt, struct user *user);

/* --- migrate.c ---------------------------------------------------------------------------------- */

/* Somebody who is not in the pool. */
struct newcomer {
	const struct pool *pool;
	const struct client *client;
	struct str name, password; /* as they were typed; no password: who forgot it */
	const char *source;        /* of the trigger: "UserMigration_Authentication" */
};
/*
 * Ask the pool's function who that is. DONE with *user made, or not (*found false) where the pool has no such
 * function.
 */
enum outcome idp_migrate(struct op *op, const struct newcomer *who, struct user *user, bool *found);

#endif
