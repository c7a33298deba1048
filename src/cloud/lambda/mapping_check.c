/*
 * What event source mappings may be told, and the words in which Lambda refuses the rest.
 *
 * From: Lambda API Reference, "CreateEventSourceMapping"; Lambda Developer Guide, "Lambda parameters for Amazon DynamoDB
 * event source mappings"; the wording of errors as public projects have recorded it.
 */
#include "base/pattern.h"
#include "cloud/lambda/mapping.h"
#include "cloud/lambda/target.h"

enum {
	RECORD_AGE_MIN_S = 60,
	FILTERS_MAX = 10, /* five, on AWS, and ten on request */
	QUEUE_BATCH = 10,
};

/* --- settings -------------------------------------------------------------------------------- */

/* Of other sources than streams of tables, or of what is not here. */
static const char *const refused[] = {
	"SourceAccessConfigurations",
	"AmazonManagedKafkaEventSourceConfig",
	"SelfManagedKafkaEventSourceConfig",
	"ScalingConfig",
	"DocumentDBEventSourceConfig",
	"KMSKeyArn",
	"MetricsConfig",
	"LoggingConfig",
	"ProvisionedPollerConfig",
	"Topics",
	"Queues",
	"SelfManagedEventSource",
	NULL,
};

/* Of queues only, or of streams only. */
static const char *const of_queues[] = { "ScalingConfig", NULL };
static const char *const of_streams[] = { "BisectBatchOnFunctionError", "MaximumRecordAgeInSeconds",
					  "MaximumRetryAttempts",       "ParallelizationFactor",
					  "StartingPosition",           "StartingPositionTimestamp",
					  "TumblingWindowInSeconds",    NULL };

static bool is_among(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* Does it say nothing that only streams have? */
static bool queue_good(struct op *op, struct str source)
{
	int64_t size = op_int_or(op, "BatchSize", QUEUE_BATCH);
	int64_t window = op_int_or(op, "MaximumBatchingWindowInSeconds", 0);
	bool fifo = str_ends(source, STR(".fifo"));

	for (const char *const *name = of_streams; *name; name++)
		if (op_has(op, *name))
			return function_refuse(op, &InvalidParameterValueException,
					       "%s is not valid for SQS event sources.", *name);
	if (fifo && window)
		return function_refuse(op, &InvalidParameterValueException,
				       "Batching window is not supported for FIFO queues");
	if (fifo && size > QUEUE_BATCH)
		return function_refuse(op, &InvalidParameterValueException,
				       "Maximum batch size for FIFO queues is %d.", QUEUE_BATCH);
	return size <= QUEUE_BATCH || window ||
	       function_refuse(op, &InvalidParameterValueException,
			       "Maximum batch window in seconds must be greater than 0 if maximum "
			       "batch size is greater than 10");
}

static bool others_absent(struct op *op, bool queue)
{
	for (const char *const *name = refused; *name; name++)
		if (op_has(op, *name) && !(queue && is_among(of_queues, *name)))
			return function_refuse(
				op, &InvalidParameterValueException,
				"%s is not supported for this event source here: "
				"the event sources are DynamoDB streams and SQS queues.",
				*name);
	if (op_int_or(op, "ParallelizationFactor", 1) > 1)
		return function_refuse(op, &InvalidParameterValueException,
				       "ParallelizationFactor is not supported here: a stream "
				       "has one shard, read by one function at a time.");
	return op_int_or(op, "TumblingWindowInSeconds", 0) == 0 ||
	       function_refuse(op, &InvalidParameterValueException,
			       "TumblingWindowInSeconds is not supported here.");
}

static struct json_object *filters_of(struct op *op)
{
	return json_get(op_get(op, "FilterCriteria"), "Filters");
}

static bool filters_good(struct op *op)
{
	struct json_object *filters = filters_of(op), *pattern;
	const char *why;

	if (json_count(filters) > FILTERS_MAX)
		return function_refuse(op, &InvalidParameterValueException,
				       "The number of filters exceeds the limit of %d.",
				       FILTERS_MAX);
	for (size_t i = 0; i < json_count(filters); i++) {
		pattern = json_parse(op->arena, json_get_str(json_at(filters, i), "Pattern"), NULL);
		if (!json_is_object(pattern) ||
		    !pattern_check(op->arena, pattern, PATTERN_STRICT, &why))
			return function_refuse(op, &InvalidParameterValueException,
					       "Invalid filter pattern definition.");
	}
	return true;
}

static struct str destination(struct op *op, const char *which)
{
	return json_get_str(json_get(op_get(op, "DestinationConfig"), which), "Destination");
}

/* Discarded batches go to queues, topics and buckets only. */
static bool destinations_good(struct op *op)
{
	struct str success = destination(op, "OnSuccess"), failure = destination(op, "OnFailure");
	struct str rest = failure, service;

	if (!success.n && !failure.n)
		return true;
	for (int i = 0; i < 2; i++)
		str_cut(&rest, ':');
	service = str_cut(&rest, ':');
	if (!success.n &&
	    (str_is(service, "sqs") || str_is(service, "sns") || str_is(service, "s3")))
		return function_target_here(op, "destination", failure);
	return function_refuse(op, &InvalidParameterValueException,
			       "The provided destination config DestinationConfig(onSuccess=%s, "
			       "onFailure=%s) is invalid.",
			       success.n ? arena_printf(op->arena, "OnSuccess(destination=%.*s)",
							STR_ARG(success))
					 : "null",
			       failure.n ? arena_printf(op->arena, "OnFailure(destination=%.*s)",
							STR_ARG(failure))
					 : "null");
}

bool mapping_check(struct op *op, struct str source)
{
	int64_t age = op_int_or(op, "MaximumRecordAgeInSeconds", -1);
	bool queue = mapping_is_queue(source);

	if (!others_absent(op, queue) || (queue && !queue_good(op, source)) || !filters_good(op) ||
	    !destinations_good(op))
		return false;
	return age == -1 || age >= RECORD_AGE_MIN_S ||
	       function_refuse(op, &InvalidParameterValueException,
			       "MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
}

/* What is kept under its own name, and what it is when nothing was said (of a boolean: false). */
static const struct setting {
	const char *name;
	int64_t otherwise;
	bool boolean;
} settings[] = {
	{ "BatchSize", 100, false },
	{ "MaximumBatchingWindowInSeconds", 0, false },
	{ "ParallelizationFactor", 1, false },
	{ "MaximumRecordAgeInSeconds", -1, false },
	{ "BisectBatchOnFunctionError", 0, true },
	{ "MaximumRetryAttempts", -1, false },
	{ "TumblingWindowInSeconds", 0, false },
};

static void set_destination(struct op *op, struct json_object *config)
{
	struct str failure = destination(op, "OnFailure");
	struct json_object *to =
		json_set_object(json_set_object(config, "DestinationConfig"), "OnFailure");

	if (failure.n)
		json_set_str(to, "Destination", failure);
}

bool mapping_check_target(struct op *op, const struct function *f)
{
	struct str failure = destination(op, "OnFailure");

	return !target_is(failure) ||
	       target_check(op, json_get_str(f->config, "Role"), failure, TARGET_DEAD_LETTER);
}

/* A queue's has few of them. */
static bool has_setting(const struct setting *s, bool queue)
{
	return !queue || strcmp(s->name, "BatchSize") == 0 ||
	       strcmp(s->name, "MaximumBatchingWindowInSeconds") == 0;
}

void mapping_configure(struct op *op, struct str source, struct json_object *config)
{
	bool queue = mapping_is_queue(source);

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];

		if (!has_setting(s, queue))
			continue;
		if (queue && !op_has(op, s->name) && !json_get(config, s->name) && s->otherwise)
			json_set_int(config, s->name, QUEUE_BATCH);
		if (op_has(op, s->name))
			json_set(config, s->name, json_object_get(op_get(op, s->name)));
		else if (!json_get(config, s->name) && s->boolean)
			json_set_bool(config, s->name, false);
		else if (!json_get(config, s->name))
			json_set_int(config, s->name, s->otherwise);
	}
	if (op_has(op, "FunctionResponseTypes"))
		json_set(config, "FunctionResponseTypes",
			 json_object_get(op_get(op, "FunctionResponseTypes")));
	else if (!json_get(config, "FunctionResponseTypes"))
		json_set_array(config, "FunctionResponseTypes");
	if (op_has(op, "FilterCriteria") && json_count(filters_of(op)))
		json_set(config, "FilterCriteria", json_object_get(op_get(op, "FilterCriteria")));
	else if (op_has(op, "FilterCriteria"))
		json_object_object_del(config, "FilterCriteria");
	if (queue && op_has(op, "ScalingConfig"))
		json_set(config, "ScalingConfig", json_object_get(op_get(op, "ScalingConfig")));
	if (!queue && (op_has(op, "DestinationConfig") || !json_get(config, "DestinationConfig")))
		set_destination(op, config);
}

/* --- source and function ------------------------------------------------------------------------------ */

static bool position_good(struct op *op, struct str arn)
{
	struct str position = op_str(op, "StartingPosition");

	if (!position.n)
		return function_refuse(op, &InvalidParameterValueException,
				       "1 validation error detected: Value null at "
				       "'startingPosition' failed to satisfy constraint: Member "
				       "must not be null.");
	if (str_is(position, "AT_TIMESTAMP"))
		return function_refuse(op, &InvalidParameterValueException,
				       "Unsupported starting position for arn type: %.*s",
				       STR_ARG(arn));
	return !op_has(op, "StartingPositionTimestamp") ||
	       function_refuse(op, &InvalidParameterValueException,
			       "Timestamp only valid with StartingPosition AT_TIMESTAMP");
}

bool mapping_check_source(struct op *op)
{
	struct str arn = op_str(op, "EventSourceArn"), rest = arn, service;

	if (!arn.n)
		return function_refuse(op, &InvalidParameterValueException,
				       "Unrecognized event source.");
	for (int i = 0; i < 2; i++)
		str_cut(&rest, ':');
	service = str_cut(&rest, ':');
	if (mapping_is_queue(arn) && aws_service_here(op->aws, service))
		return true;
	if (!str_is(service, "dynamodb") && !function_target_here(op, "event source", arn))
		return false;
	if (!str_is(service, "dynamodb") || str_find_str(arn, STR("/stream/")) < 0)
		return function_refuse(op, &InvalidParameterValueException,
				       "Unrecognized event source, must be kinesis, dynamodb "
				       "stream or sqs. Unsupported source arn: %.*s",
				       STR_ARG(arn));
	return position_good(op, arn);
}

bool mapping_check_function(struct op *op, struct function_name *name, struct function *f)
{
	*name = function_name_split(op_str(op, "FunctionName"));
	if (!function_name_is_here(op, name))
		return false;
	return function_resolve(op, name->name, name->qualifier, f) ||
	       function_refuse(op, &InvalidParameterValueException, "Function does not exist");
}
