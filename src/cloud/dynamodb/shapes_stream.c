/* The inputs of DynamoDB Streams' operations, from botocore's service model (2012-08-10); see shapes.h. */
#include "cloud/dynamodb/shapes_inner.h"

static const struct shape stream_arn = { .type = SHAPE_STRING, AT_LEAST(37), AT_MOST(1024) };
static const struct shape shard_id = { .type = SHAPE_STRING, AT_LEAST(28), AT_MOST(65) };
static const struct shape shard_iterator = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(2048) };
static const struct shape sequence_number = { .type = SHAPE_STRING, AT_LEAST(21), AT_MOST(40) };
static const struct shape record_limit = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(1000) };
static const struct shape iterator_type =
	ENUM("AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON");
static const struct shape filter_type = ENUM("CHILD_SHARDS");

static const struct shape_member list_streams[] = {
	{ "TableName", &dynamodb_part_name },
	{ "Limit", &dynamodb_part_list_limit },
	{ "ExclusiveStartStreamArn", &stream_arn },
	{ 0 },
};
const struct shape dynamodb_list_streams = SHAPE_STRUCT(list_streams);

static const struct shape_member filter_members[] = {
	{ "Type", &filter_type },
	{ "ShardId", &shard_id },
	{ 0 },
};
static const struct shape shard_filter = SHAPE_STRUCT(filter_members);
static const struct shape_member describe_stream[] = {
	{ "StreamArn", &stream_arn, .required = true },
	{ "Limit", &dynamodb_part_list_limit },
	{ "ExclusiveStartShardId", &shard_id },
	{ "ShardFilter", &shard_filter },
	{ 0 },
};
const struct shape dynamodb_describe_stream = SHAPE_STRUCT(describe_stream);

static const struct shape_member get_shard_iterator[] = {
	{ "StreamArn", &stream_arn, .required = true },
	{ "ShardId", &shard_id, .required = true },
	{ "ShardIteratorType", &iterator_type, .required = true },
	{ "SequenceNumber", &sequence_number },
	{ 0 },
};
const struct shape dynamodb_get_shard_iterator = SHAPE_STRUCT(get_shard_iterator);

static const struct shape_member get_records[] = {
	{ "ShardIterator", &shard_iterator, .required = true },
	{ "Limit", &record_limit },
	{ 0 },
};
const struct shape dynamodb_get_records = SHAPE_STRUCT(get_records);
