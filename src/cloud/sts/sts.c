/*
 * STS: who am I?
 *
 * From the API reference: GetCallerIdentity needs no permission and answers for any valid key.
 */
#include "cloud/sts/sts.h"

#include "aws/dispatch.h"

static enum outcome get_caller_identity(struct op *op)
{
	json_set_str(op->out, "UserId", op->caller.user_id);
	json_set_cstr(op->out, "Account", op->account->id);
	json_set_str(op->out, "Arn", op->caller.arn);
	return DONE;
}

static const struct shape_member get_access_key_info_members[] = {
	{ "AccessKeyId",
	  &(const struct shape){ .type = SHAPE_STRING,
				 .has_min = true,
				 .min = 16,
				 .has_max = true,
				 .max = 128,
				 .pattern = "[A-Za-z0-9_]*" },
	  .required = true },
	{ 0 }
};
static const struct shape get_access_key_info_input = SHAPE_STRUCT(get_access_key_info_members);

/* The account that a key belongs to, which the key itself tells; also of keys that are not active. */
static enum outcome get_access_key_info(struct op *op)
{
	char account[13];

	if (!aws_key_account(op_str(op, "AccessKeyId"), account))
		return op_fail(op, &ValidationError, "Invalid AWS access key.");
	json_set_cstr(op->out, "Account", account);
	return DONE;
}

static const struct operation operations[] = {
	{ "GetAccessKeyInfo", NULL, get_access_key_info, OP_READS, &get_access_key_info_input },
	{ "GetCallerIdentity", NULL, get_caller_identity, OP_READS | OP_SHORT },
	{ 0 }
};

const struct service sts_service = {
	.name = "sts",
	.api_version = "2011-06-15",
	.speaks = PROTO_QUERY,
	.xmlns = "https://sts.amazonaws.com/doc/2011-06-15/",
	.operations = operations,
	.habits = HABIT_GLOBAL,
};
