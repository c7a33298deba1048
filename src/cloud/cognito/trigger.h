#ifndef CLOUD_COGNITO_TRIGGER_H
#define CLOUD_COGNITO_TRIGGER_H

#include "cloud/cognito/user.h"

/*
 * Triggers: functions of the pool that are asked on the way (LambdaConfig).
 *
 * An operation that may ask one runs within idp_run(). It may write before it asks: when the answer is not there yet,
 * what it wrote is undone, the function is invoked, and the operation runs again from its start with the
 * answer at hand. So both runs must come to the same question: what is made up must be made by idp_made_up().
 */
struct trigger {
	const char *name;   /* in LambdaConfig: "PreSignUp" */
	const char *source; /* triggerSource: "PreSignUp_SignUp" */
	const struct pool *pool;
	struct str client;           /* id; absent: "CLIENT_ID_NOT_APPLICABLE" */
	struct str user;             /* userName */
	struct json_object *request; /* taken */
	const char *const
		*response; /* its members, null or false when the function is asked; NULL-ended */
};

/* Run an operation that may ask triggers. */
enum outcome idp_run(struct op *op, enum outcome (*run)(struct op *op));

/* Does the pool have that trigger? */
bool idp_trigger_set(const struct pool *pool, const char *name);
/*
 * Ask it. DONE with the event's `response` as the function left it, or NULL when the pool has no such trigger; WAITING,
 * which the operation must return; FAILED with the error set.
 */
enum outcome idp_trigger(struct op *op, const struct trigger *trigger,
			 struct json_object **response);
/*
 * The same after the fact: what was written is kept whatever the function answers. An operation that asks so looks
 * first whether it has been here already (idp_trigger_begun) and then only asks again.
 */
enum outcome idp_trigger_after(struct op *op, const struct trigger *trigger);
bool idp_trigger_begun(struct op *op, const char *source);

/* A request with userAttributes: {"sub", "cognito:user_status", "email", ...}, all text. */
struct json_object *idp_trigger_request(struct op *op, const struct user *user);
/* Add what the caller passed on for functions, when it did: ClientMetadata under `name`. */
void idp_trigger_metadata(struct op *op, struct json_object *request, const char *name);
/* PostConfirmation for a user who was just confirmed, after the fact; `client` absent: by an administrator. */
enum outcome idp_confirmed(struct op *op, const struct pool *pool, struct str client,
			   const struct user *user, const char *source);
/* A UUID that is the same in all runs of this call. */
struct str idp_made_up(struct op *op, const struct pool *pool, const char *purpose);

#endif
