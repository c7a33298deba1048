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

struct applied_tag {
	struct str key, value;
};

/* All that IAM says about one principal (a user with its groups, or a role). */
struct applied_policies {
	struct applied_policy *identity;
	size_t identity_count;
	struct applied_policy boundary; /* document absent: there is none */
	struct str id;            /* its unique id: a new role of an old name is another one */
	struct str name;          /* of the user or role, without path */
	struct applied_tag *tags; /* aws:PrincipalTag */
	size_t tag_count;
};

/*
 * Find what applies to the user or role behind op->caller, by op->caller.principal, in the arena of op. False when
 * there is no such principal any more. What it answers is remembered until an operation of the service that is
 * not OP_READS has run in the account.
 */
typedef bool identity_policies(struct op *op, struct applied_policies *out);

#endif
