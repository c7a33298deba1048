#ifndef CLOUD_COGNITO_TOTP_H
#define CLOUD_COGNITO_TOTP_H

#include "base/arena.h"

/* Time-based one-time passwords (RFC 6238): six digits, steps of 30 seconds, HMAC-SHA1. */

/* The step that a moment (milliseconds) lies in. */
int64_t totp_step(int64_t at);
/* The digits of a step. */
void totp_code(struct str secret, int64_t step, char out[static 7]);
/*
 * The step whose code this is: the present one, the one before or the one after, as clocks are off; 0 when it is of
 * none of them.
 */
int64_t totp_match(struct str secret, struct str code, int64_t at);
/* Base32 (RFC 4648) without padding, as authenticators take a secret. */
struct str totp_base32(struct arena *a, struct str bytes);

#endif
