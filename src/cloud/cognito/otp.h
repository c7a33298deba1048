#ifndef CLOUD_COGNITO_OTP_H
#define CLOUD_COGNITO_OTP_H

#include "cloud/cognito/challenge.h"

/*
 * One-time passwords that are sent while somebody signs in: in place of a password (the first factor), or after it (the
 * second).
 *
 * The challenge is a session whose state says which of both it is, and where the code went: {"first", "to"}. EMAIL_OTP
 * is the name of a first and of a second factor.
 */

/* Send a code and ask for it by this challenge, which is in op->out then. */
enum outcome idp_otp_ask(struct op *op, const struct attempt *attempt, const struct user *user,
			 const char *challenge, bool first);
/* Put a first factor's challenge into op->out for somebody who is not there, so that it cannot be told. */
void idp_otp_pretend(struct op *op, const struct attempt *attempt, const char *challenge);
/*
 * The answer to such a challenge, attempt->challenge: whose it is; the address counts as verified, and who signed in by
 * nothing else as confirmed. attempt->by_code says whether it was the first factor. False with the error set.
 */
bool idp_otp_answer(struct op *op, struct attempt *attempt, struct user *user);

#endif
