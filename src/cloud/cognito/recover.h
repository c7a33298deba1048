#ifndef CLOUD_COGNITO_RECOVER_H
#define CLOUD_COGNITO_RECOVER_H

#include "cloud/cognito/user.h"

/*
 * Send the user a code to set a new password with, and fill the CodeDeliveryDetailsType. FAILED with the error set, when
 * there is no verified address or as idp_code_send() has it. `client` absent: an administrator asked for it.
 */
enum outcome idp_recover(struct op *op, const struct pool *pool, struct str client,
			 const struct user *user, struct json_object *details);

#endif
