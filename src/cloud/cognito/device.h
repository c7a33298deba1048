#ifndef CLOUD_COGNITO_DEVICE_H
#define CLOUD_COGNITO_DEVICE_H

#include "cloud/cognito/challenge.h"
#include "cloud/cognito/token.h"

/*
 * Devices that a pool remembers (its DeviceConfiguration).
 *
 * A sign-in from a device that nobody knows comes with the key of a new one, which its access token names. The device
 * makes a password for itself and sends a verifier of it (ConfirmDevice): it is a row then, and proves itself by SRP
 * whenever somebody signs in with its key; where it is remembered and the pool has it so, instead of the second factor.
 */

/* What is known of the device that DEVICE_KEY names. */
enum device_verdict {
	DEVICE_NONE,    /* there is none, or the pool knows no devices */
	DEVICE_KNOWN,   /* it has to prove itself */
	DEVICE_TRUSTED, /* that is all it takes: no second factor */
	DEVICE_FAILED,  /* it is no device of the user; the error is set */
};

/* Does the pool know devices at all? */
bool idp_device_tracked(const struct pool *pool);
/* The key of a device that is new. */
struct str idp_device_make(struct op *op);
/* Tell it: NewDeviceMetadata in op->out's AuthenticationResult. */
void idp_device_print_new(struct op *op, const struct pool *pool, struct str key);
enum device_verdict idp_device_look(struct op *op, const struct attempt *attempt,
				    const struct user *user);
/* Put the challenge DEVICE_SRP_AUTH into op->out, for the device that DEVICE_KEY names. */
enum outcome idp_device_ask(struct op *op, const struct attempt *attempt, const struct user *user);
/* The answer to it: DEVICE_PASSWORD_VERIFIER comes next. */
enum outcome idp_device_answer(struct op *op, struct attempt *attempt);
/* The answer to that: whose device it is, with attempt->device set. False with the error set. */
bool idp_device_proven(struct op *op, struct attempt *attempt, struct user *user);
/* A grant to a device that is known is refreshed by that device only; false with NotAuthorizedException set. */
bool idp_device_refreshes(struct op *op, const struct grant *grant, struct str key);

#endif
