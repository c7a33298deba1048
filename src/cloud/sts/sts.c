/*
 * STS: who am I, and may I be somebody else for a while?
 *
 * From the API reference: GetCallerIdentity needs no permission and answers for any valid key. role.c has
 * AssumeRole, token.c sessions of users, grant.c what all sessions share.
 */
#include "cloud/sts/sts.h"

#include "aws/dispatch.h"
#include "cloud/sts/inside.h"

const struct aws_error PackedPolicyTooLarge = { "PackedPolicyTooLarge", 400, NULL, false };
const struct aws_error InvalidParameterValue = { "InvalidParameterValue", 400, NULL, false };
const struct aws_error InvalidAuthorizationMessageException = {
	"InvalidAuthorizationMessageException", 400, NULL, false
};

static enum outcome get_caller_identity(struct op *op)
{
	json_set_str(op->out, "UserId", op->caller.user_id);
	json_set_cstr(op->out, "Account", op->account->id);
	json_set_str(op->out, "Arn", op->caller.arn);
	return DONE;
}

/* The account that a key belongs to, which the key itself tells; also of keys that are not active. */
static enum outcome get_access_key_info(struct op *op)
{
	char account[13];

	if (!aws_key_account(op_str(op, "AccessKeyId"), account))
		return op_fail(op, &ValidationError, "Invalid AWS access key.");
	json_set_cstr(op->out, "Account", account);
	return DONE;
}

/* Only services that encode their refusals (EC2 is one) make such messages: none here is theirs. */
static enum outcome decode_authorization_message(struct op *op)
{
	return op_fail(op, &InvalidAuthorizationMessageException,
		       "Encoded message is invalid or was not issued to this account.");
}

static void check_federation(struct authorize_list *list)
{
	struct op *op = list->op;

	authorize_add(list,
		      &(struct authorize_check){
			      .resource =
				      arena_strf(op->arena, "arn:aws:sts::%s:federated-user/%.*s",
						 op->account->id, STR_ARG(op_str(op, "Name"))) });
}

static const struct access accesses[] = {
	{ "AssumeRole", .open = true },        { "AssumeRoleWithWebIdentity", .open = true },
	{ "GetCallerIdentity", .open = true }, { "GetFederationToken", .checks = check_federation },
	{ "GetSessionToken", .open = true },   { NULL },
};
static const struct access_rules access_rules = { accesses, NULL };

static const struct operation operations[] = {
	{ "AssumeRole", NULL, sts_op_assume_role, 0, &sts_assume_role },
	{ "AssumeRoleWithWebIdentity", NULL, sts_op_assume_role_with_web_identity, OP_OPEN,
	  &sts_assume_role_with_web_identity },
	{ "DecodeAuthorizationMessage", NULL, decode_authorization_message, OP_READS,
	  &sts_decode_authorization_message },
	{ "GetAccessKeyInfo", NULL, get_access_key_info, OP_READS, &sts_get_access_key_info },
	{ "GetCallerIdentity", NULL, get_caller_identity, OP_READS | OP_SHORT },
	{ "GetFederationToken", NULL, sts_op_get_federation_token, 0, &sts_get_federation_token },
	{ "GetSessionToken", NULL, sts_op_get_session_token, 0, &sts_get_session_token },
	{ 0 }
};

const struct service sts_service = {
	.name = "sts",
	.api_version = "2011-06-15",
	.speaks = PROTO_QUERY,
	.xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
	.operations = operations,
	.access = &access_rules,
	.account_of = sts_account_of,
	.habits = HABIT_GLOBAL,
};
