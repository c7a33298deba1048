#ifndef CLOUD_COGNITO_CODE_H
#define CLOUD_COGNITO_CODE_H

#include "cloud/cognito/user.h"

/*
 * Codes that prove that a user can read an address, and the messages that bring them.
 *
 * There is one code a user and purpose: "sign-up", "forgotten", the attribute that it verifies, or the factor that it is
 * when signing in (otp.h). Messages go into the account's mailbox (aws/mail.h).
 */

/*
 * Which attribute a message goes to: of those that the pool verifies by itself (a phone number before an e-mail
 * address) and the user has; NULL when there is none.
 */
const char *idp_code_target(const struct pool *pool, const struct user *user);
/* A code to be made and sent. */
struct code {
	const struct pool *pool;
	const struct user *user;
	struct str client; /* id, for the trigger; absent: an administrator asked for it */
	const char *purpose;
	const char *attribute;    /* the address that it goes to */
	struct str text, subject; /* of the message; absent: as the pool words verifications */
	const char *source; /* of the trigger that writes the message: "CustomMessage_SignUp" */
};
/*
 * Make a code and send it. FAILED with LimitExceededException set when that was done too often lately, or with what
 * the trigger that writes the message failed with; WAITING for that trigger.
 */
enum outcome idp_code_send(struct op *op, const struct code *code);
/*
 * Is it the code? It is used up then. Otherwise CodeMismatchException, ExpiredCodeException or
 * LimitExceededException is set.
 */
bool idp_code_right(struct op *op, const struct user *user, const char *purpose, struct str code);
/*
 * The same for a code that signs in. Otherwise CodeMismatchException is set and the failure counted like that of a
 * password; or NotAuthorizedException, where there were too many of both.
 */
bool idp_code_signs_in(struct op *op, const struct user *user, const char *purpose,
		       struct str code);

/* Fill a CodeDeliveryDetailsType: where a message to `attribute` with that value went. */
void idp_delivery_print(struct op *op, const char *attribute, struct str value,
			struct json_object *details);
/* The same for a message that was not sent: to somebody of that name who is not there. */
void idp_delivery_pretend(struct op *op, const char *attribute, struct str name,
			  struct json_object *details);
/*
 * Send the message that brings a new user its temporary password, by the given medium ("EMAIL", "SMS"); what the trigger
 * CustomMessage_AdminCreateUser made of it, or NULL, comes from idp_invitation().
 */
void idp_invite(struct op *op, const struct pool *pool, const struct user *user,
		struct str password, const char *medium, struct json_object *custom);
/* Ask that trigger: outcomes as of idp_trigger(). */
enum outcome idp_invitation(struct op *op, const struct pool *pool, const struct user *user,
			    struct json_object **custom);

#endif
