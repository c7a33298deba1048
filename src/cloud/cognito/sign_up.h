#ifndef CLOUD_COGNITO_SIGN_UP_H
#define CLOUD_COGNITO_SIGN_UP_H

#include "cloud/cognito/user.h"

/* Ask the function before sign-up: outcomes as of idp_trigger(). `client` absent: an administrator makes the user. */
enum outcome idp_pre_sign_up(struct op *op, const struct pool *pool, struct str client,
			     const struct user *user, const char *source,
			     struct json_object **response);

#endif
