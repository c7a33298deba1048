#ifndef AWS_NAMES_H
#define AWS_NAMES_H

#include "aws/op.h"

/*
 * Names that all accounts share, as on AWS: whoever takes one first has it. They lead from a request that signs
 * nothing to the account that it is for.
 *
 * A name is a file DATA/names/KIND/NAME that holds the account; it is made before the operation commits, so whether
 * the account really has what is called so is said by its own tables alone. A name whose account is gone is free.
 */

/* Take a name (letters, digits, "-" and "." only) for op's account; false: another one has it. */
bool name_claim(struct op *op, const char *kind, struct str name);
/* Give it back, when it is the account's. */
void name_release(struct op *op, const char *kind, struct str name);
/* Give back all that an account has, which was emptied. */
void names_forget(const struct aws *aws, struct str account);
/* Whose is it? False: nobody's. From any thread. */
bool name_owner(const struct aws *aws, const char *kind, struct str name, char account[static 13]);

#endif
