#ifndef AWS_BEARER_H
#define AWS_BEARER_H

#include "aws/op.h"
#include "base/jwt.h"

/*
 * Bearer tokens: JSON Web Tokens that a user pool of this cloud has signed, as authorizers of APIs are shown them.
 * Nothing is fetched from anywhere: the keys are those of the account's own pools.
 */
enum bearer_verdict {
	BEARER_GOOD,
	BEARER_INVALID, /* no token, of an issuer that is not here, or not signed by it */
	BEARER_EXPIRED, /* signed, but exp has passed */
};
/*
 * Check form, issuer, signature and exp; what else the claims say is the caller's affair. *pool is the user
 * pool's id. A token that was found to be good is remembered for a while.
 */
enum bearer_verdict bearer_check(struct op *op, struct str token, struct jwt *out,
				 struct str *pool);
/* Is this the issuer of a user pool that the account has? "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1b2c3" */
bool bearer_issuer_here(struct op *op, struct str issuer);

#endif
