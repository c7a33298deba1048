/* The inputs of STS's operations, from botocore's model. */
#include "cloud/sts/inside.h"

#define AT_LEAST(n) .has_min = true, .min = (n)
#define AT_MOST(n)  .has_max = true, .max = (n)
#define INPUT(name, ...)                                                                           \
	static const struct shape_member name##_input[] = { __VA_ARGS__, { 0 } };                  \
	const struct shape sts_##name = SHAPE_STRUCT(name##_input)
#define MUST(name, shape)                                                                          \
	{                                                                                          \
		name, &(shape), .required = true                                                   \
	}
#define MAY(name, shape)                                                                           \
	{                                                                                          \
		name, &(shape)                                                                     \
	}
#define DOCUMENT "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"
#define TAG      "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]"

static const struct shape arn = { .type = SHAPE_STRING, AT_LEAST(20), AT_MOST(2048) };
static const struct shape session_name = {
	.type = SHAPE_STRING, AT_LEAST(2), AT_MOST(64), .pattern = "[\\w+=,.@-]*"
};
static const struct shape_member descriptor_members[] = { MAY("arn", arn), { 0 } };
static const struct shape descriptor = SHAPE_STRUCT(descriptor_members);
static const struct shape descriptors = SHAPE_LIST_OF(&descriptor);
static const struct shape any_policy = { .type = SHAPE_STRING, AT_LEAST(1), .pattern = DOCUMENT };
static const struct shape policy = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(2048), .pattern = DOCUMENT
};
static const struct shape role_seconds_shape = { .type = SHAPE_INTEGER,
						 AT_LEAST(900),
						 AT_MOST(43200) };
static const struct shape seconds = { .type = SHAPE_INTEGER, AT_LEAST(900), AT_MOST(129600) };
static const struct shape tag_key = {
	.type = SHAPE_STRING, AT_LEAST(1), AT_MOST(128), .pattern = TAG "+"
};
static const struct shape tag_value = { .type = SHAPE_STRING, AT_MOST(256), .pattern = TAG "*" };
static const struct shape_member tag_members[] = { MUST("Key", tag_key),
						   MUST("Value", tag_value),
						   { 0 } };
static const struct shape tag = SHAPE_STRUCT(tag_members);
static const struct shape tags = { .type = SHAPE_LIST, .element = &tag, AT_MOST(50) };
static const struct shape tag_keys = { .type = SHAPE_LIST, .element = &tag_key, AT_MOST(50) };
static const struct shape external_id = {
	.type = SHAPE_STRING, AT_LEAST(2), AT_MOST(1224), .pattern = "[\\w+=,.@:\\/-]*"
};
static const struct shape serial_number = {
	.type = SHAPE_STRING, AT_LEAST(9), AT_MOST(256), .pattern = "[\\w+=/:,.@-]*"
};
static const struct shape token_code = {
	.type = SHAPE_STRING, AT_LEAST(6), AT_MOST(6), .pattern = "[\\d]*"
};
static const struct shape client_token = { .type = SHAPE_STRING, AT_LEAST(4), AT_MOST(20000) };
static const struct shape url = { .type = SHAPE_STRING, AT_LEAST(4), AT_MOST(2048) };
static const struct shape encoded_message = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(10240) };
static const struct shape access_key_id = {
	.type = SHAPE_STRING, AT_LEAST(16), AT_MOST(128), .pattern = "[\\w]*"
};
static const struct shape federated_name = {
	.type = SHAPE_STRING, AT_LEAST(2), AT_MOST(32), .pattern = "[\\w+=,.@-]*"
};
static const struct shape context_assertion = { .type = SHAPE_STRING, AT_LEAST(4), AT_MOST(2048) };
static const struct shape_member context_members[] = { MAY("ProviderArn", arn),
						       MAY("ContextAssertion", context_assertion),
						       { 0 } };
static const struct shape context = SHAPE_STRUCT(context_members);
static const struct shape contexts = { .type = SHAPE_LIST, .element = &context, AT_MOST(5) };

INPUT(assume_role, MUST("RoleArn", arn), MUST("RoleSessionName", session_name),
      MAY("PolicyArns", descriptors), MAY("Policy", any_policy),
      MAY("DurationSeconds", role_seconds_shape), MAY("Tags", tags),
      MAY("TransitiveTagKeys", tag_keys), MAY("ExternalId", external_id),
      MAY("SerialNumber", serial_number), MAY("TokenCode", token_code),
      MAY("SourceIdentity", session_name), MAY("ProvidedContexts", contexts));
INPUT(assume_role_with_web_identity, MUST("RoleArn", arn), MUST("RoleSessionName", session_name),
      MUST("WebIdentityToken", client_token), MAY("ProviderId", url),
      MAY("PolicyArns", descriptors), MAY("Policy", policy),
      MAY("DurationSeconds", role_seconds_shape));
INPUT(decode_authorization_message, MUST("EncodedMessage", encoded_message));
INPUT(get_access_key_info, MUST("AccessKeyId", access_key_id));
INPUT(get_federation_token, MUST("Name", federated_name), MAY("Policy", policy),
      MAY("PolicyArns", descriptors), MAY("DurationSeconds", seconds), MAY("Tags", tags));
INPUT(get_session_token, MAY("DurationSeconds", seconds), MAY("SerialNumber", serial_number),
      MAY("TokenCode", token_code));
