#ifndef CLOUD_LAMBDA_VERSIONS_H
#define CLOUD_LAMBDA_VERSIONS_H

#include "cloud/lambda/function.h"

/* Versions of functions; and the numbers that they and layers get. */

/* The next number of a function or layer ("function", "layer"). */
int64_t version_next(struct op *op, const char *kind, struct str name);
/*
 * Publish $LATEST with another description (absent: its own) into *out. False when nothing has changed since the last
 * version, which *out then is.
 */
bool version_publish(struct op *op, const struct function *latest, struct str description,
		     struct function *out);
/* Add $LATEST and each version to a list, in order. */
void version_list(struct op *op, struct str name, struct json_object *list);
/* DeleteFunction of a version; DONE also when there is none. */
enum outcome version_delete(struct op *op, struct str name, struct str version);
/* The function with all that hangs on it. */
void version_delete_all(struct op *op, const struct function *latest);

#endif
