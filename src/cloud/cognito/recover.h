#ifndef CLOUD_COGNITO_RECOVER_H
#define CLOUD_COGNITO_RECOVER_H

#include "cloud/cognito/user.h"

/*
 * Send the user a code to set a new password with, and fill the CodeDeliveryDetailsType. False with the error set when
 * there is no verified address.
 */
bool idp_recover(struct op *op, const struct pool *pool, const struct user *user,
		 struct json_object *details);

#endif
