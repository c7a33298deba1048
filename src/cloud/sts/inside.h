#ifndef CLOUD_STS_INSIDE_H
#define CLOUD_STS_INSIDE_H

#include "aws/service.h"
#include "aws/session.h"

/* What the files of this room share. */

extern const struct shape sts_assume_role, sts_assume_role_with_web_identity,
	sts_decode_authorization_message, sts_get_access_key_info, sts_get_federation_token,
	sts_get_session_token;

/* --- grant.c: what all sessions have in common ----------------------------------------------- */

/* A session being made, from the members of a request. */
struct grant {
	struct session session;
	size_t packed; /* bytes of policies and tags, as PackedPolicySize counts them */
	bool packs;    /* there are any, or it is a federated user's: PackedPolicySize is told */
};

/* A session of `kind` that begins now and lasts so long; its detail is empty. */
void grant_begin(struct op *op, struct grant *grant, enum caller_kind kind, int64_t seconds);
/*
 * Policy and PolicyArns, Tags and TransitiveTagKeys of the operation into the session's detail, with what goes on from
 * the caller's own session. False with the error set.
 */
bool grant_policies(struct op *op, struct grant *grant);
bool grant_tags(struct op *op, struct grant *grant);
/* Make the session's key and set Credentials, and PackedPolicySize where that is told. False with the error set. */
bool grant_finish(struct op *op, struct grant *grant);

/* --- role.c, token.c: operations ------------------------------------------------------- */

/* STS's operations; the table is in sts.c. */
enum outcome sts_op_assume_role(struct op *op);
/* web_identity.c: needs no signature; the account is that of RoleArn. */
enum outcome sts_op_assume_role_with_web_identity(struct op *op);
bool sts_account_of(struct op *op, char account[static 13]);
enum outcome sts_op_get_session_token(struct op *op);
enum outcome sts_op_get_federation_token(struct op *op);

struct role {
	struct str arn, name, id, trust;
	int64_t most_seconds; /* MaxSessionDuration */
};
/* The role with this ARN in this account; false when there is none. */
bool role_find(struct op *op, struct str arn, struct role *out);
/* Is it an ARN at all? False with the error set. */
bool sts_arn_good(struct op *op, struct str arn);
/* Seconds the session lasts; 0 with the error set when that is too long for the role. */
int64_t role_seconds(struct op *op, const struct role *role);
/* Name the session, and answer AssumedRoleUser. */
void role_describe(struct op *op, const struct role *role, struct session *session);

extern const struct aws_error PackedPolicyTooLarge, InvalidParameterValue,
	InvalidAuthorizationMessageException;

#endif
