#ifndef CLOUD_COGNITO_CODE_H
#define CLOUD_COGNITO_CODE_H

#include "cloud/cognito/user.h"

/*
 * Codes of six digits that prove that a user can read an address, and the messages that bring them.
 *
 * There is one code a user and purpose: "sign-up", "forgotten", or the attribute that it verifies.
 * Messages go into the account's mailbox (aws/mail.h).
 */

/*
 * Which attribute a message goes to: of those that the pool verifies by itself (a phone number before an e-mail
 * address) and the user has; NULL when there is none.
 */
const char *idp_code_target(const struct pool *pool, const struct user *user);
/*
 * Make a code and send it to the address in `attribute`. False with LimitExceededException set when that was done too
 * often lately.
 */
bool idp_code_send(struct op *op, const struct pool *pool, const struct user *user,
		   const char *purpose, const char *attribute);
/*
 * Is it the code? It is used up then. Otherwise CodeMismatchException, ExpiredCodeException or
 * LimitExceededException is set.
 */
bool idp_code_right(struct op *op, const struct user *user, const char *purpose, struct str code);

/* Fill a CodeDeliveryDetailsType: where a message to `attribute` with that value went. */
void idp_delivery_print(struct op *op, const char *attribute, struct str value,
			struct json_object *details);
/* Send the message that brings a new user its temporary password, by the given media ("EMAIL", "SMS"). */
void idp_invite(struct op *op, const struct pool *pool, const struct user *user,
		struct str password, const char *medium);

#endif
