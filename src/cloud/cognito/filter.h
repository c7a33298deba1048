#ifndef CLOUD_COGNITO_FILTER_H
#define CLOUD_COGNITO_FILTER_H

#include "cloud/cognito/user.h"

/* ListUsers' Filter: one attribute, "=" or "^=" (begins with), and a value in quotes. */
struct user_filter {
	struct str asked;     /* the attribute as written; absent: everybody fits */
	struct str attribute; /* the same, or absent: it cannot be searched */
	bool begins;
	struct str value;
};

/* Read `text`; false when it is no filter. */
bool idp_filter_parse(struct arena *a, struct str text, struct user_filter *out);
/* Does the user fit? An attribute that the user does not have never does, even of an empty value. */
bool idp_filter_fits(const struct user_filter *filter, const struct user *user);

#endif
