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

/* Ask for the second factor, if one is needed: the challenge is in op->out then. */
enum mfa_verdict idp_mfa_ask(struct op *op, const struct attempt *attempt, const struct user *user);
/* The answer to SELECT_MFA_TYPE: the factor that was chosen is asked for. */
enum outcome idp_mfa_chosen(struct op *op, const struct attempt *attempt);
/* The answer EMAIL to MFA_SETUP: it becomes the user's address, and a code sent to it is asked for. */
enum outcome idp_mfa_by_email(struct op *op, const struct attempt *attempt);
/* Answers to SOFTWARE_TOKEN_MFA, SMS_MFA, EMAIL_OTP and MFA_SETUP: the user who may go on. False with the error set. */
bool idp_mfa_answer(struct op *op, const struct attempt *attempt, const char *challenge,
		    struct user *user);
/* Add UserMFASettingList and PreferredMfaSetting to what is told of a user. */
void idp_mfa_print(struct op *op, const struct user *user, struct json_object *o);

#endif
