/*
 * What event source mappings may be told, and the words in which Lambda refuses the rest.
 *
 * From: Lambda API Reference, "CreateEventSourceMapping"; Lambda Developer Guide, "Lambda parameters for Amazon DynamoDB
 * event source mappings"; the wording of errors as public projects have recorded it.
 */
#include "base/pattern.h"
#include "cloud/lambda/mapping.h"

enum {
	RECORD_AGE_MIN_S = 60,
	FILTERS_MAX = 10, /* five, on AWS, and ten on request */
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

static bool others_absent(struct op *op)
{
	for (const char *const *name = refused; *name; name++)
		if (op_has(op, *name))
			return function_refuse(op, &InvalidParameterValueException,
					       "%s is not supported for this event source here: "
					       "the event sources are DynamoDB streams.",
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

/* Discarded batches would go to queues, topics and buckets only: that is not here, and said. */
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
		return function_target_here(op, "destination", failure) &&
		       function_refuse(op, &InvalidParameterValueException,
				       "The destination ARN %.*s is invalid: discarded batches of "
				       "event source mappings are not sent anywhere in this cloud.",
				       STR_ARG(failure));
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

bool mapping_check(struct op *op)
{
	int64_t age = op_int_or(op, "MaximumRecordAgeInSeconds", -1);

	if (!others_absent(op) || !filters_good(op) || !destinations_good(op))
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

void mapping_configure(struct op *op, struct json_object *config)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];

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
	json_set_object(json_set_object(config, "DestinationConfig"), "OnFailure");
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
