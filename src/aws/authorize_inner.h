#ifndef AWS_AUTHORIZE_INNER_H
#define AWS_AUTHORIZE_INNER_H

#include "aws/authorize.h"
#include "aws/memory.h"

/* What the files of authorization share. */

/* A question being asked: what its condition keys are found from. */
struct asking {
	struct op *op;
	const struct authorize_check *check;
	const struct remembered *principal; /* NULL: not known to IAM, or the root */
	const struct remembered *session;   /* NULL: long-term credentials */
};

/* authorize_keys.c: a `find` of policy requests; `arg` is a struct asking. */
bool authorize_find(void *arg, struct str name, struct policy_values *values);

/* authorize_load.c: what applies to the caller's principal and session, from memory or from the account. */
const struct remembered *authorize_principal(struct op *op);
const struct remembered *authorize_session(struct op *op);

#endif
