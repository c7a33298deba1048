#ifndef CLOUD_LAMBDA_ALIASES_H
#define CLOUD_LAMBDA_ALIASES_H

#include "aws/op.h"

/*
 * Aliases: names for versions, which may share the calls between two of them by weights.
 *
 * Which of the two a call gets is drawn from its request id, so that a call that waits gets the same one again.
 */

/* The version behind an alias for this call; false when there is no such alias. */
bool alias_version(struct op *op, struct str name, struct str alias, struct str *version);
/* The alias as the API answers it; NULL when there is none. */
struct json_object *alias_find(struct op *op, struct str name, struct str alias);
/* "a, b": the aliases that name this version, with their weights; empty when there are none. */
struct str alias_names(struct op *op, struct str name, struct str version);
/* Give it a new RevisionId: its policy has changed. */
void alias_touch(struct op *op, struct str name, struct str alias);

#endif
