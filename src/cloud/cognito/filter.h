#ifndef CLOUD_COGNITO_FILTER_H
#define CLOUD_COGNITO_FILTER_H

#include "cloud/cognito/user.h"

/* ListUsers' Filter: one attribute, "=" or "^=" (begins with), and a value in quotes. */
struct user_filter {
	struct str attribute; /* absent: everybody fits */
	bool begins;
	struct str value;
};

/* Read `text`; false when it is no filter, or its attribute cannot be searched. */
bool idp_filter_parse(struct arena *a, struct str text, struct user_filter *out);
/* Does the user fit? */
bool idp_filter_fits(const struct user_filter *filter, const struct user *user);

#endif
