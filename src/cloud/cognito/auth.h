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
/* The first factor was right: what the user's status says, the second factor, tokens. */
enum outcome idp_proceed(struct op *op, const struct attempt *attempt, struct user *user);
/* All that was asked for has been answered: tokens, or {"sub"} in op->out for the hosted login. */
enum outcome idp_finish(struct op *op, const struct attempt *attempt, struct user *user);

/* By password, as it is or by SRP, and answers to challenges; also for the hosted login. */
enum outcome idp_by_password(struct op *op, struct attempt *attempt);
enum outcome idp_by_srp(struct op *op, struct attempt *attempt);
enum outcome idp_answer(struct op *op, struct attempt *attempt, struct str challenge);

/* --- custom.c: what the pool's functions make of it ------------------------------------------- */

/* CUSTOM_AUTH begins. */
enum outcome idp_custom_begin(struct op *op, struct attempt *attempt);
/* An answer to CUSTOM_CHALLENGE. */
enum outcome idp_custom_answer(struct op *op, struct attempt *attempt);
/* The password that was asked for in the middle of it was right; what the session of its challenge has kept. */
enum outcome idp_custom_password(struct op *op, struct attempt *attempt, struct user *user,
				 struct json_object *state);

/* --- choice.c: the user chooses what to begin with ------------------------------------------- */

/* USER_AUTH begins. */
enum outcome idp_choice_begin(struct op *op, struct attempt *attempt);
/* An answer to SELECT_CHALLENGE: what was chosen, or the chosen challenge itself (PASSWORD, PASSWORD_SRP). */
enum outcome idp_choice_answer(struct op *op, struct attempt *attempt);
/* Add ConfiguredUserAuthFactors to what is told of a user. */
void idp_choice_print(struct op *op, const struct pool *pool, const struct user *user,
		      struct json_object *o);
/* Of sessions that stand for no challenge, but for a sign-up. */
#define IDP_SIGNED_UP "SIGN_UP"
/* A session that says what somebody has proven while signing up: names of factors. Its token; `proven` is taken. */
struct str idp_choice_session(struct op *op, const struct attempt *attempt, const struct user *user,
			      struct json_object *proven);
/* The factors that a session of this user says; NULL when it is none. No error is set. */
struct json_object *idp_choice_proven(struct op *op, const struct attempt *attempt,
				      const struct user *user);

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
