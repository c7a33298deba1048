/*
 * GetSessionToken and GetFederationToken: a user's own permissions for a while.
 *
 * From: STS API Reference. A federated session may do what both its user and the policies that were passed allow;
 * without policies, what resources allow it by name.
 */
#include "cloud/sts/inside.h"

enum { DEFAULT_SECONDS = 43200, ROOT_SECONDS = 3600 };

/* The root's sessions last an hour at most. */
static int64_t seconds_of(struct op *op)
{
	int64_t seconds = op_int_or(op, "DurationSeconds", DEFAULT_SECONDS);

	return op->caller.kind == CALLER_ROOT && seconds > ROOT_SECONDS ? ROOT_SECONDS : seconds;
}

/* Sessions make no sessions but roles'. */
static bool has_own_key(struct op *op)
{
	if (!op->caller.temporary)
		return true;
	op_fail(op, &AccessDenied, "Cannot call %s with session credentials", op->operation->name);
	return false;
}

enum outcome sts_op_get_session_token(struct op *op)
{
	struct grant grant;

	if (!has_own_key(op))
		return FAILED;
	/* No device is known here whose code could be right. */
	if (op_has(op, "SerialNumber") || op_has(op, "TokenCode"))
		return op_fail(
			op, &AccessDenied,
			"MultiFactorAuthentication failed with invalid MFA one time pass code.");
	grant_begin(op, &grant, op->caller.kind, seconds_of(op));
	grant.session.arn = op->caller.arn;
	grant.session.user_id = op->caller.user_id;
	grant.session.principal = op->caller.principal;
	return grant_finish(op, &grant) ? DONE : FAILED;
}

enum outcome sts_op_get_federation_token(struct op *op)
{
	struct grant grant;
	struct str name = op_str(op, "Name");
	struct json_object *user;

	if (!has_own_key(op))
		return FAILED;
	grant_begin(op, &grant, CALLER_FEDERATED, seconds_of(op));
	grant.packs = true;
	if (!grant_policies(op, &grant) || !grant_tags(op, &grant))
		return FAILED;
	json_set_bool(grant.session.detail, "Limited", true);
	grant.session.arn = arena_strf(op->arena, "arn:aws:sts::%s:federated-user/%.*s",
				       op->account->id, STR_ARG(name));
	grant.session.user_id = arena_strf(op->arena, "%s:%.*s", op->account->id, STR_ARG(name));
	grant.session.principal = op->caller.principal;
	if (!grant_finish(op, &grant))
		return FAILED;
	user = json_set_object(op->out, "FederatedUser");
	json_set_str(user, "FederatedUserId", grant.session.user_id);
	json_set_str(user, "Arn", grant.session.arn);
	return DONE;
}
