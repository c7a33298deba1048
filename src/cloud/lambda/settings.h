#ifndef CLOUD_LAMBDA_SETTINGS_H
#define CLOUD_LAMBDA_SETTINGS_H

#include "cloud/lambda/function.h"

/* Tags of a function, or of what has tags under another name (mapping.h): an object of strings; NULL when it has none. */
struct json_object *tags_of(struct op *op, struct str name);
/* Add some to it. False with the error set. */
bool tags_add(struct op *op, struct str name, struct json_object *tags);

/* May it invoke itself again and again? */
bool recursion_allowed(struct op *op, struct str name);

#endif
