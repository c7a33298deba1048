#ifndef CLOUD_LAMBDA_PERMISSIONS_H
#define CLOUD_LAMBDA_PERMISSIONS_H

#include "aws/op.h"

/*
 * Policies of functions, of their versions and aliases, and of layers' versions: who may use them beside those whom
 * their own policies allow. Each qualifier has its own; the function's own is for calls without one.
 */

/* For struct access_rules: has anything such a policy, and that of an ARN. */
bool permissions_any(struct op *op);
bool permissions_document(struct op *op, struct str arn, struct str *document);
/* The same for a function by name and qualifier; false: it has none. */
bool permissions_find(struct op *op, struct str name, struct str qualifier, struct str *document);

#endif
