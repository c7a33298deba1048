/* The inputs of SNS's operations, from botocore's model. */
#include "cloud/sns/inside.h"

#define INPUT(name, ...)                                                                           \
	static const struct shape_member name##_input[] = { __VA_ARGS__, { 0 } };                  \
	const struct shape sns_##name = SHAPE_STRUCT(name##_input)
#define MUST(name, shape)                                                                          \
	{                                                                                          \
		name, &(shape), .required = true                                                   \
	}
#define MAY(name, shape)                                                                           \
	{                                                                                          \
		name, &(shape)                                                                     \
	}

static const struct shape tag_key = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 128
};
static const struct shape tag_value = { .type = SHAPE_STRING, .has_max = true, .max = 256 };
static const struct shape_member tag_members[] = { MUST("Key", tag_key),
						   MUST("Value", tag_value),
						   { 0 } };
static const struct shape tag = SHAPE_STRUCT(tag_members);
static const struct shape tags = SHAPE_LIST_OF(&tag);
static const struct shape tag_keys = SHAPE_LIST_OF(&tag_key);
static const struct shape resource_arn = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 1011
};

static const struct shape_member value_members[] = { MUST("DataType", shape_string),
						     MAY("StringValue", shape_string),
						     MAY("BinaryValue", shape_blob),
						     { 0 } };
static const struct shape value = SHAPE_STRUCT(value_members);
static const struct shape values = SHAPE_MAP_OF(&value);

#define MESSAGE                                                                                    \
	MUST("Message", shape_string), MAY("Subject", shape_string),                               \
		MAY("MessageStructure", shape_string), MAY("MessageAttributes", values),           \
		MAY("MessageDeduplicationId", shape_string), MAY("MessageGroupId", shape_string)
static const struct shape_member entry_members[] = { MUST("Id", shape_string), MESSAGE, { 0 } };
static const struct shape entry = SHAPE_STRUCT(entry_members);
static const struct shape entries = SHAPE_LIST_OF(&entry);

INPUT(add_permission, MUST("TopicArn", shape_string), MUST("Label", shape_string),
      MUST("AWSAccountId", shape_string_list), MUST("ActionName", shape_string_list));
INPUT(confirm_subscription, MUST("TopicArn", shape_string), MUST("Token", shape_string),
      MAY("AuthenticateOnUnsubscribe", shape_string));
INPUT(create_topic, MUST("Name", shape_string), MAY("Attributes", shape_string_map),
      MAY("Tags", tags), MAY("DataProtectionPolicy", shape_string));
INPUT(delete_topic, MUST("TopicArn", shape_string));
INPUT(get_subscription_attributes, MUST("SubscriptionArn", shape_string));
INPUT(get_topic_attributes, MUST("TopicArn", shape_string));
INPUT(list_subscriptions, MAY("NextToken", shape_string));
INPUT(list_subscriptions_by_topic, MUST("TopicArn", shape_string), MAY("NextToken", shape_string));
INPUT(list_tags_for_resource, MUST("ResourceArn", resource_arn));
INPUT(list_topics, MAY("NextToken", shape_string));
INPUT(publish, MAY("TopicArn", shape_string), MAY("TargetArn", shape_string),
      MAY("PhoneNumber", shape_string), MESSAGE);
INPUT(publish_batch, MUST("TopicArn", shape_string), MUST("PublishBatchRequestEntries", entries));
INPUT(remove_permission, MUST("TopicArn", shape_string), MUST("Label", shape_string));
INPUT(set_subscription_attributes, MUST("SubscriptionArn", shape_string),
      MUST("AttributeName", shape_string), MAY("AttributeValue", shape_string));
INPUT(set_topic_attributes, MUST("TopicArn", shape_string), MUST("AttributeName", shape_string),
      MAY("AttributeValue", shape_string));
INPUT(subscribe, MUST("TopicArn", shape_string), MUST("Protocol", shape_string),
      MAY("Endpoint", shape_string), MAY("Attributes", shape_string_map),
      MAY("ReturnSubscriptionArn", shape_boolean));
INPUT(tag_resource, MUST("ResourceArn", resource_arn), MUST("Tags", tags));
INPUT(unsubscribe, MUST("SubscriptionArn", shape_string));
INPUT(untag_resource, MUST("ResourceArn", resource_arn), MUST("TagKeys", tag_keys));

static const struct shape_member no_members[] = { { 0 } };
const struct shape sns_nothing = SHAPE_STRUCT(no_members);
static const struct shape_member attributes_members[] = { MAY("Attributes", shape_string_map),
							  { 0 } };
const struct shape sns_attributes_output = SHAPE_STRUCT(attributes_members);
