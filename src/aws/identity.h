#ifndef AWS_IDENTITY_H
#define AWS_IDENTITY_H

#include "aws/op.h"

/*
 * Identity: what dispatch must know of a caller before it lets an operation run.
 *
 * The IAM room keeps users, groups, roles and policies; it tells dispatch through the one function
 * `policies` of its service constant which documents apply to whom. How documents are evaluated is
 * aws/policy.h's affair, when they are asked for is aws/authorize.h's.
 */

/* A policy document that applies, and where it comes from: "arn:aws:iam::aws:policy/..." or "" for an inline one. */
struct applied_policy {
	struct str name;     /* "AdministratorAccess", "WriteToDynamoDB" */
	struct str arn;      /* empty: inline */
	struct str document; /* JSON text, as it was put */
};

/* All that IAM says about one principal (a user with its groups, or a role). */
struct applied_policies {
	struct applied_policy *identity;
	size_t identity_count;
	struct applied_policy boundary; /* document absent: there is none */
};

/*
 * Find what applies to the user or role behind op->caller (its principal's ARN), in the arena of op. False when
 * there is no such principal any more.
 */
typedef bool identity_policies(struct op *op, struct applied_policies *out);

#endif
