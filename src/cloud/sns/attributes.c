/*
 * Attributes of topics: what they may be.
 * From: SNS API Reference, SetTopicAttributes; SNS Developer Guide, "Amazon SNS message delivery status".
 */
#include "cloud/sns/inside.h"

enum { DISPLAY_NAME_MAX = 100 };

static bool refuse(struct op *op, const char *prefix, const char *name, struct str value,
		   const char *rule)
{
	sns_invalid(op, "%s%s: Invalid value [%.*s]. %s", prefix, name, STR_ARG(value), rule);
	return false;
}

static bool is_boolean(struct str value)
{
	return str_eq_nocase(value, STR("true")) || str_eq_nocase(value, STR("false"));
}

/* --- single attributes ---------------------------------------------------------------------- */

static bool check_boolean(struct op *op, const char *prefix, const char *name, struct str value)
{
	return is_boolean(value) || refuse(op, prefix, name, value, "Must be true or false.");
}

static bool check_display_name(struct op *op, const char *prefix, const char *name,
			       struct str value)
{
	if (value.n <= DISPLAY_NAME_MAX)
		return true;
	sns_invalid(op, "%s%s: Invalid value", prefix, name);
	return false;
}

static bool check_policy(struct op *op, const char *prefix, const char *name, struct str value)
{
	(void)name;
	return !value.n || policy_good(op, prefix, value);
}

static bool check_delivery(struct op *op, const char *prefix, const char *name, struct str value)
{
	const char *why = NULL;

	if (!value.n || delivery_good(op, value, &why))
		return true;
	sns_invalid(op, "%s%s: %s", prefix, name, why);
	return false;
}

static bool check_version(struct op *op, const char *prefix, const char *name, struct str value)
{
	return str_is(value, "1") || str_is(value, "2") ||
	       refuse(op, prefix, name, value, "Must be 1 or 2.");
}

static bool check_tracing(struct op *op, const char *prefix, const char *name, struct str value)
{
	return str_is(value, "PassThrough") || str_is(value, "Active") ||
	       refuse(op, prefix, name, value, "Must be PassThrough or Active.");
}

static bool check_scope(struct op *op, const char *prefix, const char *name, struct str value)
{
	return str_is(value, "Topic") || str_is(value, "MessageGroup") ||
	       refuse(op, prefix, name, value, "Must be Topic or MessageGroup.");
}

static bool check_role(struct op *op, const char *prefix, const char *name, struct str value)
{
	return !value.n || str_starts(value, STR("arn:aws:iam::")) ||
	       refuse(op, prefix, name, value, "Must be the ARN of a role.");
}

static bool check_rate(struct op *op, const char *prefix, const char *name, struct str value)
{
	int64_t n;

	return (str_to_int(value, &n) && n >= 0 && n <= 100) ||
	       refuse(op, prefix, name, value, "Must be between 0 and 100.");
}

static bool check_nothing(struct op *op, const char *prefix, const char *name, struct str value)
{
	(void)op, (void)prefix, (void)name, (void)value;
	return true;
}

static const struct rule {
	const char *name;
	bool (*good)(struct op *op, const char *prefix, const char *name, struct str value);
	bool once; /* only when the topic is made */
} rules[] = {
	{ "ContentBasedDeduplication", check_boolean, false },
	{ "DeliveryPolicy", check_delivery, false },
	{ "DisplayName", check_display_name, false },
	{ "FifoThroughputScope", check_scope, false },
	{ "FifoTopic", check_boolean, true },
	{ "KmsMasterKeyId", check_nothing, false },
	{ "Policy", check_policy, false },
	{ "SignatureVersion", check_version, false },
	{ "TracingConfig", check_tracing, false },
};

/* "SQSSuccessFeedbackRoleArn" and so on. */
static bool is_feedback(struct str name, bool *rate)
{
	static const char *const protocols[] = { "HTTP", "Firehose", "Lambda", "Application",
						 "SQS" };

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		struct str protocol = str_of(protocols[i]);
		struct str rest = str_slice(name, protocol.n, name.n);

		if (!str_starts(name, protocol))
			continue;
		*rate = str_is(rest, "SuccessFeedbackSampleRate");
		return *rate || str_is(rest, "SuccessFeedbackRoleArn") ||
		       str_is(rest, "FailureFeedbackRoleArn");
	}
	return false;
}

bool topic_attribute_good(struct op *op, const char *prefix, struct str name, struct str value,
			  bool creating)
{
	bool rate;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (str_is(name, rules[i].name) && (creating || !rules[i].once))
			return rules[i].good(op, prefix, rules[i].name, value);
	if (is_feedback(name, &rate))
		return (rate ? check_rate : check_role)(op, prefix, arena_cstr(op->arena, name),
							value);
	if (creating)
		sns_invalid(op, "%s%.*s", prefix, STR_ARG(name));
	else
		sns_invalid(op, "AttributeName");
	return false;
}
