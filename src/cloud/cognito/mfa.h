#ifndef CLOUD_COGNITO_MFA_H
#define CLOUD_COGNITO_MFA_H

#include "cloud/cognito/challenge.h"

/*
 * The second factor: one-time passwords of an authenticator, or a code by SMS or e-mail.
 *
 * A pool asks for it of everybody (ON) or of users who have set it up (OPTIONAL). The row of cognito_factor holds a
 * user's secret, the one that waits to be verified, and which factors are wanted.
 */
enum mfa_verdict { MFA_NONE, MFA_ASKED, MFA_FAILED, MFA_WAITING };

/* Does signing in take a second factor: of everybody, or of this user who wants one? */
bool idp_mfa_active(struct op *op, const struct pool *pool, const struct user *user);
/* Ask for the second factor, if one is needed: the challenge is in op->out then. */
enum mfa_verdict idp_mfa_ask(struct op *op, const struct attempt *attempt, const struct user *user);
/* The answer to SELECT_MFA_TYPE: the factor that was chosen is asked for. */
enum outcome idp_mfa_chosen(struct op *op, struct attempt *attempt);
/* The answer to SOFTWARE_TOKEN_MFA: the user who may go on. False with the error set. */
bool idp_mfa_answer(struct op *op, const struct attempt *attempt, struct user *user);
/*
 * The answer to MFA_SETUP: *in, with the user who may go on; or, by EMAIL, an address that becomes the user's: a code sent
 * to it is asked for.
 */
enum outcome idp_mfa_set_up(struct op *op, struct attempt *attempt, struct user *user, bool *in);
/* Add UserMFASettingList and PreferredMfaSetting to what is told of a user. */
void idp_mfa_print(struct op *op, const struct user *user, struct json_object *o);

#endif
