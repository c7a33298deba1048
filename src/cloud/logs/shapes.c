/* The inputs of CloudWatch Logs' operations, from botocore's model. */
#include "cloud/logs/inside.h"

#include "aws/emit.h"

#define MUST(name, shape)                                                                          \
	{                                                                                          \
		name, &(shape), .required = true                                                   \
	}
#define MAY(name, shape)                                                                           \
	{                                                                                          \
		name, &(shape)                                                                     \
	}

/* Too long a name of a group or stream is told of in other words: names_good(). */
static const struct shape log_group_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .pattern = "[\\.\\-_/#A-Za-z0-9]+"
};
static const struct shape log_group_prefix = { .type = SHAPE_STRING,
					       .has_min = true,
					       .min = 1,
					       .has_max = true,
					       .max = 512,
					       .pattern = "[\\.\\-_/#A-Za-z0-9]+" };
static const struct shape kms_key_id = { .type = SHAPE_STRING, .has_max = true, .max = 256 };
static const struct shape resource_identifier = { .type = SHAPE_STRING,
						  .has_min = true,
						  .min = 1,
						  .has_max = true,
						  .max = 2048,
						  .pattern = "[\\w+=/:,.@\\-\\*]*" };
static const struct shape_member associate_kms_key_members[] = {
	MAY("logGroupName", log_group_name),
	MUST("kmsKeyId", kms_key_id),
	MAY("resourceIdentifier", resource_identifier),
	{ 0 }
};
const struct shape logs_associate_kms_key = SHAPE_STRUCT(associate_kms_key_members);
static const struct shape tag_key = { .type = SHAPE_STRING,
				      .has_min = true,
				      .min = 1,
				      .has_max = true,
				      .max = 128,
				      .pattern = "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)" };
static const struct shape tag_value = { .type = SHAPE_STRING,
					.has_max = true,
					.max = 256,
					.pattern = "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)" };
static const struct shape tags = { .type = SHAPE_MAP,
				   .has_min = true,
				   .min = 1,
				   .has_max = true,
				   .max = 50,
				   .key = &tag_key,
				   .element = &tag_value };
static const char *const log_group_class_values[] = { "STANDARD", "INFREQUENT_ACCESS", "DELIVERY",
						      NULL };
static const struct shape log_group_class = { .type = SHAPE_STRING,
					      .values = log_group_class_values };
static const struct shape_member create_log_group_members[] = {
	MUST("logGroupName", log_group_name),
	MAY("kmsKeyId", kms_key_id),
	MAY("tags", tags),
	MAY("logGroupClass", log_group_class),
	MAY("deletionProtectionEnabled", shape_boolean),
	{ 0 }
};
const struct shape logs_create_log_group = SHAPE_STRUCT(create_log_group_members);
static const struct shape log_stream_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .pattern = "[^:*]*"
};
static const struct shape log_stream_prefix = { .type = SHAPE_STRING,
						.has_min = true,
						.min = 1,
						.has_max = true,
						.max = 512,
						.pattern = "[^:*]*" };
static const struct shape_member create_log_stream_members[] = {
	MUST("logGroupName", log_group_name), MUST("logStreamName", log_stream_name), { 0 }
};
const struct shape logs_create_log_stream = SHAPE_STRUCT(create_log_stream_members);
static const struct shape_member delete_log_group_members[] = {
	MUST("logGroupName", log_group_name), { 0 }
};
const struct shape logs_delete_log_group = SHAPE_STRUCT(delete_log_group_members);
static const struct shape_member delete_log_stream_members[] = {
	MUST("logGroupName", log_group_name), MUST("logStreamName", log_stream_name), { 0 }
};
const struct shape logs_delete_log_stream = SHAPE_STRUCT(delete_log_stream_members);
static const struct shape filter_name = { .type = SHAPE_STRING,
					  .has_min = true,
					  .min = 1,
					  .has_max = true,
					  .max = 512,
					  .pattern = "[^:*]*" };
static const struct shape_member delete_metric_filter_members[] = {
	MUST("logGroupName", log_group_name), MUST("filterName", filter_name), { 0 }
};
const struct shape logs_delete_metric_filter = SHAPE_STRUCT(delete_metric_filter_members);
static const struct shape query_id = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 256
};
static const struct shape_member delete_query_definition_members[] = {
	MUST("queryDefinitionId", query_id), { 0 }
};
const struct shape logs_delete_query_definition = SHAPE_STRUCT(delete_query_definition_members);
static const struct shape expected_revision_id = { .type = SHAPE_STRING,
						   .has_min = true,
						   .min = 1 };
static const struct shape_member delete_resource_policy_members[] = {
	MAY("policyName", shape_string),
	MAY("resourceArn", shape_string),
	MAY("expectedRevisionId", expected_revision_id),
	{ 0 }
};
const struct shape logs_delete_resource_policy = SHAPE_STRUCT(delete_resource_policy_members);
static const struct shape_member delete_retention_policy_members[] = {
	MUST("logGroupName", log_group_name), { 0 }
};
const struct shape logs_delete_retention_policy = SHAPE_STRUCT(delete_retention_policy_members);
static const struct shape_member delete_subscription_filter_members[] = {
	MUST("logGroupName", log_group_name), MUST("filterName", filter_name), { 0 }
};
const struct shape logs_delete_subscription_filter =
	SHAPE_STRUCT(delete_subscription_filter_members);
static const struct shape account_id = { .type = SHAPE_STRING,
					 .has_min = true,
					 .min = 12,
					 .has_max = true,
					 .max = 12,
					 .pattern = "\\d{12}" };
static const struct shape account_ids = { .type = SHAPE_LIST,
					  .has_min = true,
					  .min = 0,
					  .has_max = true,
					  .max = 20,
					  .element = &account_id };
static const struct shape log_group_name_pattern = { .type = SHAPE_STRING,
						     .has_min = true,
						     .min = 0,
						     .has_max = true,
						     .max = 512,
						     .pattern = "[\\.\\-_/#A-Za-z0-9]*" };
static const struct shape next_token = { .type = SHAPE_STRING, .has_min = true, .min = 1 };
static const struct shape describe_limit = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 50
};
static const struct shape log_group_identifier = { .type = SHAPE_STRING,
						   .has_min = true,
						   .min = 1,
						   .has_max = true,
						   .max = 2048,
						   .pattern = "[\\w#+=/:,.@-]*",
						   /* "Value at 'logGroupIdentifier' failed ..." */
						   .secret = true };
static const struct shape describe_log_groups_log_group_identifiers = {
	.type = SHAPE_LIST,
	.has_min = true,
	.min = 1,
	.has_max = true,
	.max = 50,
	.element = &log_group_identifier
};
static const struct shape_member describe_log_groups_members[] = {
	MAY("accountIdentifiers", account_ids),
	MAY("logGroupNamePrefix", log_group_prefix),
	MAY("logGroupNamePattern", log_group_name_pattern),
	MAY("nextToken", next_token),
	MAY("limit", describe_limit),
	MAY("includeLinkedAccounts", shape_boolean),
	MAY("logGroupClass", log_group_class),
	MAY("logGroupIdentifiers", describe_log_groups_log_group_identifiers),
	{ 0 }
};
const struct shape logs_describe_log_groups = SHAPE_STRUCT(describe_log_groups_members);
static const char *const order_by_values[] = { "LogStreamName", "LastEventTime", NULL };
static const struct shape order_by = { .type = SHAPE_STRING, .values = order_by_values };
static const struct shape_member describe_log_streams_members[] = {
	MAY("logGroupName", log_group_name),
	MAY("logGroupIdentifier", log_group_identifier),
	MAY("logStreamNamePrefix", log_stream_prefix),
	MAY("orderBy", order_by),
	MAY("descending", shape_boolean),
	MAY("nextToken", next_token),
	MAY("limit", describe_limit),
	{ 0 }
};
const struct shape logs_describe_log_streams = SHAPE_STRUCT(describe_log_streams_members);
static const struct shape metric_name = {
	.type = SHAPE_STRING, .has_max = true, .max = 255, .pattern = "[^:*$]*"
};
/* The model forbids colons, the service takes them. */
static const struct shape metric_namespace = {
	.type = SHAPE_STRING, .has_max = true, .max = 255, .pattern = "[^*$]*"
};
static const struct shape_member describe_metric_filters_members[] = {
	MAY("logGroupName", log_group_name),
	MAY("filterNamePrefix", filter_name),
	MAY("nextToken", next_token),
	MAY("limit", describe_limit),
	MAY("metricName", metric_name),
	MAY("metricNamespace", metric_namespace),
	{ 0 }
};
const struct shape logs_describe_metric_filters = SHAPE_STRUCT(describe_metric_filters_members);
static const char *const query_status_values[] = { "Scheduled", "Running", "Complete", "Failed",
						   "Cancelled", "Timeout", "Unknown",  NULL };
static const struct shape query_status = { .type = SHAPE_STRING, .values = query_status_values };
static const struct shape describe_queries_max_results = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 1000
};
static const char *const query_language_values[] = { "CWLI", "SQL", "PPL", NULL };
static const struct shape query_language = { .type = SHAPE_STRING,
					     .values = query_language_values };
static const struct shape_member describe_queries_members[] = {
	MAY("logGroupName", log_group_name),
	MAY("status", query_status),
	MAY("maxResults", describe_queries_max_results),
	MAY("nextToken", next_token),
	MAY("queryLanguage", query_language),
	{ 0 }
};
const struct shape logs_describe_queries = SHAPE_STRUCT(describe_queries_members);
static const struct shape query_definition_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape query_list_max_results = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 1000
};
static const struct shape_member describe_query_definitions_members[] = {
	MAY("queryLanguage", query_language),
	MAY("queryDefinitionNamePrefix", query_definition_name),
	MAY("maxResults", query_list_max_results),
	MAY("nextToken", next_token),
	{ 0 }
};
const struct shape logs_describe_query_definitions =
	SHAPE_STRUCT(describe_query_definitions_members);
static const char *const policy_scope_values[] = { "ACCOUNT", "RESOURCE", NULL };
static const struct shape policy_scope = { .type = SHAPE_STRING, .values = policy_scope_values };
static const struct shape_member describe_resource_policies_members[] = {
	MAY("nextToken", next_token),
	MAY("limit", describe_limit),
	MAY("resourceArn", shape_string),
	MAY("policyScope", policy_scope),
	{ 0 }
};
const struct shape logs_describe_resource_policies =
	SHAPE_STRUCT(describe_resource_policies_members);
static const struct shape_member describe_subscription_filters_members[] = {
	MUST("logGroupName", log_group_name),
	MAY("filterNamePrefix", filter_name),
	MAY("nextToken", next_token),
	MAY("limit", describe_limit),
	{ 0 }
};
const struct shape logs_describe_subscription_filters =
	SHAPE_STRUCT(describe_subscription_filters_members);
static const struct shape_member disassociate_kms_key_members[] = {
	MAY("logGroupName", log_group_name), MAY("resourceIdentifier", resource_identifier), { 0 }
};
const struct shape logs_disassociate_kms_key = SHAPE_STRUCT(disassociate_kms_key_members);
static const struct shape input_log_stream_names = { .type = SHAPE_LIST,
						     .has_min = true,
						     .min = 1,
						     .has_max = true,
						     .max = 100,
						     .element = &log_stream_prefix };
static const struct shape timestamp = { .type = SHAPE_LONG, .has_min = true, .min = 0 };
static const struct shape filter_pattern = {
	.type = SHAPE_STRING, .has_min = true, .min = 0, .has_max = true, .max = 1024
};
static const struct shape events_limit = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 10000
};
static const struct shape_member filter_log_events_members[] = {
	MAY("logGroupName", log_group_name),
	MAY("logGroupIdentifier", log_group_identifier),
	MAY("logStreamNames", input_log_stream_names),
	MAY("logStreamNamePrefix", log_stream_prefix),
	MAY("startTime", timestamp),
	MAY("endTime", timestamp),
	MAY("filterPattern", filter_pattern),
	MAY("nextToken", next_token),
	MAY("limit", events_limit),
	MAY("interleaved", shape_boolean),
	MAY("unmask", shape_boolean),
	{ 0 }
};
const struct shape logs_filter_log_events = SHAPE_STRUCT(filter_log_events_members);
static const struct shape_member get_log_events_members[] = {
	MAY("logGroupName", log_group_name),
	MAY("logGroupIdentifier", log_group_identifier),
	MUST("logStreamName", log_stream_name),
	MAY("startTime", timestamp),
	MAY("endTime", timestamp),
	MAY("nextToken", next_token),
	MAY("limit", events_limit),
	MAY("startFromHead", shape_boolean),
	MAY("unmask", shape_boolean),
	{ 0 }
};
const struct shape logs_get_log_events = SHAPE_STRUCT(get_log_events_members);
static const struct shape_member get_query_results_members[] = { MUST("queryId", query_id), { 0 } };
const struct shape logs_get_query_results = SHAPE_STRUCT(get_query_results_members);
static const struct shape log_group_name_regex_pattern = {
	.type = SHAPE_STRING,
	.has_min = true,
	.min = 3,
	.has_max = true,
	.max = 129,
	.pattern = "(\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}"
};
static const struct shape list_limit = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 1000
};
static const struct shape_member list_log_groups_members[] = {
	MAY("logGroupNamePattern", log_group_name_regex_pattern),
	MAY("logGroupClass", log_group_class),
	MAY("includeLinkedAccounts", shape_boolean),
	MAY("accountIdentifiers", account_ids),
	MAY("nextToken", next_token),
	MAY("limit", list_limit),
	{ 0 }
};
const struct shape logs_list_log_groups = SHAPE_STRUCT(list_log_groups_members);
static const struct shape amazon_resource_name = { .type = SHAPE_STRING,
						   .has_min = true,
						   .min = 1,
						   .has_max = true,
						   .max = 1011,
						   .pattern = "[\\w+=/:,.@-]*" };
static const struct shape_member list_tags_for_resource_members[] = {
	MUST("resourceArn", amazon_resource_name), { 0 }
};
const struct shape logs_list_tags_for_resource = SHAPE_STRUCT(list_tags_for_resource_members);
static const struct shape_member list_tags_log_group_members[] = {
	MUST("logGroupName", log_group_name), { 0 }
};
const struct shape logs_list_tags_log_group = SHAPE_STRUCT(list_tags_log_group_members);
static const struct shape event_message = { .type = SHAPE_STRING, .has_min = true, .min = 1 };
static const struct shape_member input_log_event_members[] = { MUST("timestamp", timestamp),
							       MUST("message", event_message),
							       { 0 } };
static const struct shape input_log_event = SHAPE_STRUCT(input_log_event_members);
static const struct shape input_log_events = { .type = SHAPE_LIST,
					       .has_min = true,
					       .min = 1,
					       .has_max = true,
					       .max = 10000,
					       .element = &input_log_event };
static const struct shape sequence_token = { .type = SHAPE_STRING, .has_min = true, .min = 1 };
static const struct shape entity_key_attributes_key = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 32
};
static const struct shape entity_key_attributes_value = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 512
};
static const struct shape entity_key_attributes = { .type = SHAPE_MAP,
						    .has_min = true,
						    .min = 2,
						    .has_max = true,
						    .max = 4,
						    .key = &entity_key_attributes_key,
						    .element = &entity_key_attributes_value };
static const struct shape entity_attributes_key = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 256
};
static const struct shape entity_attributes_value = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 512
};
static const struct shape entity_attributes = { .type = SHAPE_MAP,
						.has_min = true,
						.min = 0,
						.has_max = true,
						.max = 10,
						.key = &entity_attributes_key,
						.element = &entity_attributes_value };
static const struct shape_member entity_members[] = { MAY("keyAttributes", entity_key_attributes),
						      MAY("attributes", entity_attributes),
						      { 0 } };
static const struct shape entity = SHAPE_STRUCT(entity_members);
static const struct shape_member put_log_events_members[] = { MUST("logGroupName", log_group_name),
							      MUST("logStreamName",
								   log_stream_name),
							      MUST("logEvents", input_log_events),
							      MAY("sequenceToken", sequence_token),
							      MAY("entity", entity),
							      { 0 } };
const struct shape logs_put_log_events = SHAPE_STRUCT(put_log_events_members);
static const struct shape_member put_log_group_deletion_protection_members[] = {
	MUST("logGroupIdentifier", log_group_identifier),
	MUST("deletionProtectionEnabled", shape_boolean),
	{ 0 }
};
const struct shape logs_put_log_group_deletion_protection =
	SHAPE_STRUCT(put_log_group_deletion_protection_members);
static const struct shape metric_value = { .type = SHAPE_STRING, .has_max = true, .max = 100 };
static const struct shape dimensions_key = { .type = SHAPE_STRING, .has_max = true, .max = 255 };
static const struct shape dimensions_value = { .type = SHAPE_STRING, .has_max = true, .max = 255 };
static const struct shape dimensions = { .type = SHAPE_MAP,
					 .key = &dimensions_key,
					 .element = &dimensions_value };
static const struct shape_member metric_transformation_members[] = {
	MUST("metricName", metric_name),
	MUST("metricNamespace", metric_namespace),
	MUST("metricValue", metric_value),
	MAY("defaultValue", shape_double),
	MAY("unit", emit_unit),
	MAY("dimensions", dimensions),
	{ 0 }
};
static const struct shape metric_transformation = { .type = SHAPE_STRUCTURE,
						    .members = metric_transformation_members,
						    .name = "com.amazonaws.logs."
							    "MetricTransformation" };
static const struct shape metric_transformations = { .type = SHAPE_LIST,
						     .has_min = true,
						     .min = 1,
						     .has_max = true,
						     .max = 1,
						     .element = &metric_transformation };
static const struct shape_member put_metric_filter_members[] = {
	MUST("logGroupName", log_group_name),
	MUST("filterName", filter_name),
	MUST("filterPattern", filter_pattern),
	MUST("metricTransformations", metric_transformations),
	MAY("applyOnTransformedLogs", shape_boolean),
	{ 0 }
};
const struct shape logs_put_metric_filter = SHAPE_STRUCT(put_metric_filter_members);
static const struct shape log_group_names = { .type = SHAPE_LIST, .element = &log_group_prefix };
static const struct shape query_definition_string = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 10000
};
static const struct shape client_token = { .type = SHAPE_STRING,
					   .has_min = true,
					   .min = 36,
					   .has_max = true,
					   .max = 128,
					   .pattern = "\\S{36,128}" };
static const struct shape_member put_query_definition_members[] = {
	MAY("queryLanguage", query_language),
	MUST("name", query_definition_name),
	MAY("queryDefinitionId", query_id),
	MAY("logGroupNames", log_group_names),
	MUST("queryString", query_definition_string),
	MAY("clientToken", client_token),
	{ 0 }
};
const struct shape logs_put_query_definition = SHAPE_STRUCT(put_query_definition_members);
static const struct shape policy_document = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 5120
};
static const struct shape_member put_resource_policy_members[] = {
	MAY("policyName", shape_string),
	MAY("policyDocument", policy_document),
	MAY("resourceArn", shape_string),
	MAY("expectedRevisionId", expected_revision_id),
	{ 0 }
};
const struct shape logs_put_resource_policy = SHAPE_STRUCT(put_resource_policy_members);
static const struct shape_member put_retention_policy_members[] = {
	MUST("logGroupName", log_group_name), MUST("retentionInDays", shape_integer), { 0 }
};
const struct shape logs_put_retention_policy = SHAPE_STRUCT(put_retention_policy_members);
static const struct shape destination_arn = { .type = SHAPE_STRING, .has_min = true, .min = 1 };
static const struct shape role_arn = { .type = SHAPE_STRING, .has_min = true, .min = 1 };
static const char *const distribution_values[] = { "Random", "ByLogStream", NULL };
static const struct shape distribution = { .type = SHAPE_STRING, .values = distribution_values };
static const struct shape_member put_subscription_filter_members[] = {
	MUST("logGroupName", log_group_name),
	MUST("filterName", filter_name),
	MUST("filterPattern", filter_pattern),
	MUST("destinationArn", destination_arn),
	MAY("roleArn", role_arn),
	MAY("distribution", distribution),
	MAY("applyOnTransformedLogs", shape_boolean),
	{ 0 }
};
const struct shape logs_put_subscription_filter = SHAPE_STRUCT(put_subscription_filter_members);
static const struct shape log_group_identifiers = { .type = SHAPE_LIST,
						    .element = &log_group_identifier };
static const struct shape query_string = {
	.type = SHAPE_STRING, .has_min = true, .min = 0, .has_max = true, .max = 10000
};
static const struct shape_member start_query_members[] = { MAY("queryLanguage", query_language),
							   MAY("logGroupName", log_group_name),
							   MAY("logGroupNames", log_group_names),
							   MAY("logGroupIdentifiers",
							       log_group_identifiers),
							   MUST("startTime", timestamp),
							   MUST("endTime", timestamp),
							   MUST("queryString", query_string),
							   MAY("limit", events_limit),
							   { 0 } };
const struct shape logs_start_query = SHAPE_STRUCT(start_query_members);
static const struct shape_member stop_query_members[] = { MUST("queryId", query_id), { 0 } };
const struct shape logs_stop_query = SHAPE_STRUCT(stop_query_members);
static const struct shape_member tag_log_group_members[] = { MUST("logGroupName", log_group_name),
							     MUST("tags", tags),
							     { 0 } };
const struct shape logs_tag_log_group = SHAPE_STRUCT(tag_log_group_members);
static const struct shape_member tag_resource_members[] = {
	MUST("resourceArn", amazon_resource_name), MUST("tags", tags), { 0 }
};
const struct shape logs_tag_resource = SHAPE_STRUCT(tag_resource_members);
static const struct shape test_event_messages = { .type = SHAPE_LIST,
						  .has_min = true,
						  .min = 1,
						  .has_max = true,
						  .max = 50,
						  .element = &event_message };
static const struct shape_member test_metric_filter_members[] = {
	MUST("filterPattern", filter_pattern), MUST("logEventMessages", test_event_messages), { 0 }
};
const struct shape logs_test_metric_filter = SHAPE_STRUCT(test_metric_filter_members);
static const struct shape tag_list = {
	.type = SHAPE_LIST, .has_min = true, .min = 1, .element = &tag_key
};
static const struct shape_member untag_log_group_members[] = { MUST("logGroupName", log_group_name),
							       MUST("tags", tag_list),
							       { 0 } };
const struct shape logs_untag_log_group = SHAPE_STRUCT(untag_log_group_members);
static const struct shape tag_key_list = { .type = SHAPE_LIST,
					   .has_min = true,
					   .min = 0,
					   .has_max = true,
					   .max = 50,
					   .element = &tag_key };
static const struct shape_member untag_resource_members[] = {
	MUST("resourceArn", amazon_resource_name), MUST("tagKeys", tag_key_list), { 0 }
};
const struct shape logs_untag_resource = SHAPE_STRUCT(untag_resource_members);
