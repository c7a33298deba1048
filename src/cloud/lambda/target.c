/* Sending records to queues and topics; see target.h. */
#include "cloud/lambda/target.h"

#include "aws/invoke.h"
#include "base/log.h"

#define PRINCIPAL "lambda.amazonaws.com"

/* Of "arn:aws:sqs:REGION:ACCOUNT:NAME". */
struct str target_queue_address(struct op *op, struct str arn)
{
	struct str name = arn, account = STR("");

	for (int i = 0; i < 5; i++)
		account = str_cut(&name, ':');
	return arena_strf(op->arena, "/%.*s/%.*s", STR_ARG(account), STR_ARG(name));
}

static struct str topic_address(struct op *op, struct str arn)
{
	(void)op;
	return arn;
}

/* How each kind of target is spoken to. */
static const struct kind {
	const char *arns, *service, *operation;
	const char *called;         /* in messages */
	const char *address, *text; /* the operation's members */
	struct str (*address_of)(struct op *op, struct str arn);
} kinds[] = {
	{ "arn:aws:sqs:", "sqs", "SendMessage", "SQS", "QueueUrl", "MessageBody",
	  target_queue_address },
	{ "arn:aws:sns:", "sns", "Publish", "SNS", "TopicArn", "Message", topic_address },
};

static const struct kind *kind_of(struct str arn)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_starts(arn, str_of(kinds[i].arns)))
			return &kinds[i];
	return NULL;
}

bool target_is(struct str arn)
{
	return kind_of(arn);
}

bool target_check(struct op *op, struct str role, struct str arn, enum target_use use)
{
	const struct kind *kind = kind_of(arn);
	struct op probe = *op;

	if (op_assume(op, role, PRINCIPAL, "target", &probe.caller) &&
	    authorize(&probe, &(struct authorize_check){ .action = arena_printf(op->arena, "%s:%s",
										kind->service,
										kind->operation),
							 .resource = arn }))
		return true;
	if (use == TARGET_DESTINATION)
		return function_refuse(op, &InvalidParameterValueException,
				       "The function's execution role does not have permissions to "
				       "call %s on %.*s",
				       kind->operation, STR_ARG(arn));
	return function_refuse(op, &InvalidParameterValueException,
			       "The provided execution role does not have permissions to call "
			       "%s on %s",
			       kind->operation, kind->called);
}

bool target_send(struct op *op, const struct function *f, struct str arn, struct str text,
		 struct json_object *attributes)
{
	const struct kind *kind = kind_of(arn);
	struct json_object *in = json_new_object(op->arena);
	struct service_call call = { .service = kind->service,
				     .operation = kind->operation,
				     .in = in,
				     .principal = PRINCIPAL,
				     .role = json_get_str(f->config, "Role"),
				     .resource = arn };
	struct waited_call got;

	json_set_str(in, kind->address, kind->address_of(op, arn));
	json_set_str(in, kind->text, text);
	if (attributes)
		json_set(in, "MessageAttributes", json_object_get(attributes));
	if (op_call_as(op, &call, &got))
		return true;
	log_error("account %s: function %.*s: %.*s was not reached: %.*s", op->account->id,
		  STR_ARG(f->name), STR_ARG(arn), STR_ARG(got.message));
	return false;
}
