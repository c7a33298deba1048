/* The shapes of event source mappings; see shapes.h. From botocore's service model (2015-03-31). */
#include "cloud/lambda/shapes.h"

static const struct shape source_arn = {
	.type = SHAPE_STRING,
	.pattern = "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:"
		   "(\\d{12})?:(.*)"
};
static const struct shape function_name =
	LAMBDA_TEXT(1, 256,
		    "(arn:(aws[a-zA-Z-]*)?:lambda:)?"
		    "([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
		    "([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?");
static const struct shape batch_size = LAMBDA_NUMBER(1, 10000);
static const struct shape window = LAMBDA_NUMBER(0, 300);
static const struct shape parallel = LAMBDA_NUMBER(1, 10);
static const struct shape record_age = LAMBDA_NUMBER(-1, 604800);
static const struct shape retries = LAMBDA_NUMBER(-1, 10000);
static const struct shape tumbling = LAMBDA_NUMBER(0, 900);
static const char *const position_values[] = { "LATEST", "AT_TIMESTAMP", "TRIM_HORIZON", NULL };
static const struct shape position = LAMBDA_ONE_OF(position_values);
static const char *const response_values[] = { "ReportBatchItemFailures", NULL };
static const struct shape response_type = LAMBDA_ONE_OF(response_values);
static const struct shape response_types = LAMBDA_LIST(0, 1, &response_type);

static const struct shape pattern = LAMBDA_TEXT(0, 4096, ".*");
static const struct shape_member filter_members[] = { { "Pattern", &pattern }, { 0 } };
static const struct shape filter = SHAPE_STRUCT(filter_members);
static const struct shape filters = SHAPE_LIST_OF(&filter);
static const struct shape_member criteria_members[] = { { "Filters", &filters }, { 0 } };
static const struct shape criteria = SHAPE_STRUCT(criteria_members);

static const struct shape destination = LAMBDA_TEXT(
	0, 350,
	"$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:"
	"([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)");
static const struct shape_member destination_members[] = { { "Destination", &destination }, { 0 } };
static const struct shape to = SHAPE_STRUCT(destination_members);
static const struct shape_member both_members[] = { { "OnSuccess", &to },
						    { "OnFailure", &to },
						    { 0 } };
static const struct shape both = SHAPE_STRUCT(both_members);

/* What can be set at first and changed later. What is of other sources is not looked into: it is refused. */
#define SETTINGS                                                                                   \
	{ "Enabled", &shape_boolean }, { "BatchSize", &batch_size },                               \
		{ "FilterCriteria", &criteria }, { "MaximumBatchingWindowInSeconds", &window },    \
		{ "ParallelizationFactor", &parallel }, { "DestinationConfig", &both },            \
		{ "MaximumRecordAgeInSeconds", &record_age },                                      \
		{ "BisectBatchOnFunctionError", &shape_boolean },                                  \
		{ "MaximumRetryAttempts", &retries }, { "TumblingWindowInSeconds", &tumbling },    \
		{ "SourceAccessConfigurations", &shape_any },                                      \
		{ "FunctionResponseTypes", &response_types },                                      \
		{ "AmazonManagedKafkaEventSourceConfig", &shape_any },                             \
		{ "SelfManagedKafkaEventSourceConfig", &shape_any },                               \
		{ "ScalingConfig", &shape_any }, { "DocumentDBEventSourceConfig", &shape_any },    \
		{ "KMSKeyArn", &shape_string }, { "MetricsConfig", &shape_any },                   \
		{ "LoggingConfig", &shape_any },                                                   \
	{                                                                                          \
		"ProvisionedPollerConfig", &shape_any                                              \
	}
#define UUID                                                                                       \
	{                                                                                          \
		"UUID", &shape_string, .required = true, .place = IN_PATH                          \
	}

static const struct shape_member create_members[] = {
	{ "EventSourceArn", &source_arn },
	{ "FunctionName", &function_name, .required = true },
	{ "StartingPosition", &position },
	{ "StartingPositionTimestamp", &shape_timestamp },
	{ "Tags", &shape_string_map },
	{ "Topics", &shape_any },
	{ "Queues", &shape_any },
	{ "SelfManagedEventSource", &shape_any },
	SETTINGS,
	{ 0 },
};
const struct shape lambda_create_mapping = SHAPE_STRUCT(create_members);
static const struct shape_member update_members[] = {
	UUID, { "FunctionName", &function_name }, SETTINGS, { 0 }
};
const struct shape lambda_update_mapping = SHAPE_STRUCT(update_members);
static const struct shape_member uuid_members[] = { UUID, { 0 } };
const struct shape lambda_mapping_uuid = SHAPE_STRUCT(uuid_members);
static const struct shape_member list_members[] = {
	{ "EventSourceArn", &source_arn, .place = IN_QUERY },
	{ "FunctionName", &function_name, .place = IN_QUERY },
	LAMBDA_PAGE(&lambda_shape_page),
	{ 0 },
};
const struct shape lambda_list_mappings = SHAPE_STRUCT(list_members);
