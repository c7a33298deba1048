/*
 * Delivery status: what became of deliveries, as lines in CloudWatch Logs, for topics that name a role to write them.
 * From: SNS Developer Guide, "Amazon SNS message delivery status".
 */
#include "base/hash.h"
#include "base/time.h"
#include "cloud/sns/inside.h"

/* "Lambda" of "LambdaSuccessFeedbackRoleArn"; NULL: nothing is told of deliveries by this protocol. */
static const char *name_of(struct str protocol)
{
	return str_is(protocol, "lambda")          ? "Lambda"
	       : str_is(protocol, "sqs")           ? "SQS"
	       : str_starts(protocol, STR("http")) ? "HTTP"
						   : NULL;
}

/* Of so many in a hundred. */
static bool is_sampled(struct op *op, const struct topic *t, const char *name)
{
	int64_t rate = 100;
	uint32_t random;

	hash_random(&random, sizeof(random));
	str_to_int(topic_attribute(t, arena_printf(op->arena, "%sSuccessFeedbackSampleRate", name)),
		   &rate);
	return random % 100 < (uint64_t)rate;
}

static struct str line_of(struct op *op, const struct topic *t, const struct subscription *s,
			  const struct message *m, const struct delivery_result *result)
{
	struct json_object *o = json_new_object(op->arena), *part;
	unsigned char digest[MD5_BYTES];
	char hex[2 * MD5_BYTES + 1];
	struct str time = time_iso(op->arena, m->at, true);

	hash_md5(message_text(op, m, s->protocol), digest);
	hash_hex(digest, sizeof(digest), hex);
	part = json_set_object(o, "notification");
	json_set_cstr(part, "messageMD5Sum", hex);
	json_set_str(part, "messageId", m->id);
	json_set_str(part, "topicArn", t->arn);
	json_set_str(part, "timestamp",
		     arena_strf(op->arena, "%.*s %.*s", STR_ARG(str_slice(time, 0, 10)),
				STR_ARG(str_slice(time, 11, 23))));
	part = json_set_object(o, "delivery");
	json_set_str(part, "deliveryId", hash_uuid(op->arena));
	json_set_str(part, "destination", s->endpoint);
	json_set_str(part, "providerResponse", result->response);
	json_set_int(part, "dwellTimeMs", op->now - m->at);
	json_set_int(part, "statusCode", result->status);
	json_set_cstr(o, "status", result->delivered ? "SUCCESS" : "FAILURE");
	return json_text(op->arena, o);
}

void report_delivery(struct op *op, const struct topic *t, const struct subscription *s,
		     const struct message *m, const struct delivery_result *result)
{
	const char *name = name_of(s->protocol);
	struct str role = STR_NONE;

	if (name)
		role = topic_attribute(t, arena_printf(op->arena, "%s%sFeedbackRoleArn", name,
						       result->delivered ? "Success" : "Failure"));
	if (!role.n || (result->delivered && !is_sampled(op, t, name)))
		return;
	emit_log(op,
		 &(struct emit_line){ .group = arena_strf(op->arena, "sns/%s/%s/%.*s%s", op->region,
							  op->account->id, STR_ARG(t->name),
							  result->delivered ? "" : "/Failure"),
				      .stream = hash_uuid(op->arena),
				      .role = role,
				      .service = "sns.amazonaws.com",
				      .text = line_of(op, t, s, m, result) });
}
