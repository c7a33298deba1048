/*
 * DynamoDB Streams: reading what stream.c writes down.
 *
 * A service of its own on the wire, with DynamoDB's name in its signatures. A stream has one shard; an iterator is the
 * number of the record that is read next and the moment at which it was handed out.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
 */
#include "cloud/dynamodb/access.h"
#include "cloud/dynamodb/dynamodb.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/base64.h"
#include "base/hash.h"
#include "cloud/dynamodb/shapes.h"
#include "cloud/dynamodb/stream.h"

enum {
	LIST_MAX = 100,
	RECORDS_MAX = 1000,
	RECORDS_BYTES = 1024 * 1024,
	ITERATOR_KEPT_MS = 15 * 60 * 1000,
	NUMBER_DIGITS_WRITTEN = 21, /* the least that the model allows a sequence number */
};

static const struct aws_error TrimmedDataAccessException = { "TrimmedDataAccessException", 400,
							     NULL };
static const struct aws_error ExpiredIteratorException = { "ExpiredIteratorException", 400, NULL };

/* --- streams ---------------------------------------------------------------------- */

static bool no_such_stream(struct op *op, struct str arn)
{
	op_fail(op, &ResourceNotFoundException,
		"Requested resource not found: Stream: %.*s not found", STR_ARG(arn));
	return false;
}

/* Open, or closed for less than a day. */
static bool stream_find(struct op *op, struct str arn, struct stream *out)
{
	struct str mine = op_arn(op, "dynamodb", "table/"), table, label;
	ptrdiff_t at = str_find_str(arn, STR("/stream/"));
	struct stmt *q;

	if (!str_starts(arn, STR("arn:aws:dynamodb:")) || at < 0) {
		op_fail(op, &ValidationException, "Invalid StreamArn");
		return false;
	}
	if (!str_starts(arn, mine) || (size_t)at < mine.n)
		return no_such_stream(op, arn);
	table = str_slice(arn, mine.n, (size_t)at);
	label = str_slice(arn, (size_t)at + 8, arn.n);
	q = db_query(op->db,
		     "SELECT " STREAM_COLUMNS
		     " FROM dynamodb_stream WHERE table_name = ? AND label = ?"
		     " AND (closed_at IS NULL OR closed_at > ?)",
		     "ssi", table, label, op->now - STREAM_KEPT_MS);
	if (!stmt_row(q))
		return no_such_stream(op, arn);
	stream_read(op, q, out);
	stmt_done(q);
	return true;
}

static struct str stream_arn(struct op *op, const struct stream *s)
{
	return op_arn(op, "dynamodb", "table/%.*s/stream/%.*s", STR_ARG(s->table_name),
		      STR_ARG(s->label));
}

/* "shardId-00000001626951600000-5f9c2a11" */
static struct str shard_id(struct op *op, const struct stream *s)
{
	return arena_strf(op->arena, "shardId-%020" PRId64 "-%08x", s->created_at,
			  hash_crc32(stream_arn(op, s)));
}

/* Numbers are written with as many digits, so that their order as text is their order. */
static struct str number_text(struct op *op, int64_t number)
{
	return arena_strf(op->arena, "1%0*" PRId64, NUMBER_DIGITS_WRITTEN - 1, number);
}

static bool number_read(struct str text, int64_t *number)
{
	return text.n == NUMBER_DIGITS_WRITTEN && text.p[0] == '1' &&
	       str_to_int(str_slice(text, 1, text.n), number);
}

static const char *status_of(struct op *op, const struct stream *s)
{
	bool settled = s->ready_at <= op->now;

	if (s->closed_at)
		return settled ? "DISABLED" : "DISABLING";
	return settled ? "ENABLED" : "ENABLING";
}

static enum outcome list_streams(struct op *op)
{
	struct json_object *streams = json_set_array(op->out, "Streams"), *told;
	struct str table = op_str_or(op, "TableName", "");
	int64_t limit = op_int_or(op, "Limit", LIST_MAX), n = 0;
	struct stream s = { 0 };
	struct stmt *q;

	if (op_has(op, "ExclusiveStartStreamArn") &&
	    !stream_find(op, op_str(op, "ExclusiveStartStreamArn"), &s))
		return FAILED;
	q = db_query(op->db,
		     "SELECT " STREAM_COLUMNS
		     " FROM dynamodb_stream WHERE id > ? AND (? = '' OR table_name = ?)"
		     " AND (closed_at IS NULL OR closed_at > ?) ORDER BY id LIMIT ?",
		     "issii", s.id, table, table, op->now - STREAM_KEPT_MS, limit + 1);
	while (stmt_row(q)) {
		if (n++ == limit) {
			json_set_str(op->out, "LastEvaluatedStreamArn", stream_arn(op, &s));
			stmt_done(q);
			break;
		}
		stream_read(op, q, &s);
		told = json_add_object(streams);
		json_set_str(told, "StreamArn", stream_arn(op, &s));
		json_set_str(told, "TableName", s.table_name);
		json_set_str(told, "StreamLabel", s.label);
	}
	return DONE;
}

static void describe_shard(struct op *op, const struct stream *s, struct json_object *shard)
{
	struct json_object *range;

	json_set_str(shard, "ShardId", shard_id(op, s));
	range = json_set_object(shard, "SequenceNumberRange");
	json_set_str(range, "StartingSequenceNumber", number_text(op, s->first));
	if (s->closed_at)
		json_set_str(range, "EndingSequenceNumber",
			     number_text(op, s->last < s->first ? s->first : s->last));
}

static enum outcome describe_stream(struct op *op)
{
	struct str after = op_str_or(op, "ExclusiveStartShardId", "");
	struct json_object *told, *shards;
	struct stream s;

	if (!stream_find(op, op_str(op, "StreamArn"), &s))
		return FAILED;
	told = json_set_object(op->out, "StreamDescription");
	json_set_str(told, "StreamArn", stream_arn(op, &s));
	json_set_str(told, "StreamLabel", s.label);
	json_set_cstr(told, "StreamStatus", status_of(op, &s));
	json_set_str(told, "StreamViewType", s.view);
	json_set_time(told, "CreationRequestDateTime", s.created_at);
	json_set_str(told, "TableName", s.table_name);
	json_set(told, "KeySchema", json_raw(s.keys));
	shards = json_set_array(told, "Shards");
	/* The one shard has no children, which is all that a filter can ask for. */
	if (!op_has(op, "ShardFilter") && str_cmp(shard_id(op, &s), after) > 0)
		describe_shard(op, &s, json_add_object(shards));
	return DONE;
}

/* --- iterators ---------------------------------------------------------------------- */

/* The first record that is not too old, or the one to come. */
static int64_t oldest(struct op *op, const struct stream *s)
{
	return db_int(op->db, s->last + 1,
		      "SELECT number FROM dynamodb_record WHERE stream_id = ? AND at > ?"
		      " ORDER BY number LIMIT 1",
		      "ii", s->id, op->now - STREAM_KEPT_MS);
}

/* "arn:.../stream/...|1|" and, in base64, the number and the time. */
static void set_iterator(struct op *op, const char *member, const struct stream *s, int64_t number)
{
	struct str inner = arena_strf(op->arena, "%" PRId64 ":%" PRId64, number, op->now);

	json_set_str(op->out, member,
		     arena_strf(op->arena, "%.*s|1|%.*s", STR_ARG(stream_arn(op, s)),
				STR_ARG(base64_print(op->arena, inner))));
}

static bool trimmed(struct op *op)
{
	op_fail(op, &TrimmedDataAccessException,
		"The data you are trying to access has been trimmed");
	return false;
}

/* The number that a sequence number of the request means; `after`: the one behind it. */
static bool read_position(struct op *op, const struct stream *s, bool after, int64_t *number)
{
	if (!number_read(op_str(op, "SequenceNumber"), number) || *number < s->first ||
	    *number > (s->last < s->first ? s->first : s->last)) {
		op_fail(op, &ValidationException, "Invalid SequenceNumber");
		return false;
	}
	if (*number < oldest(op, s))
		return trimmed(op);
	/* The number at which an empty shard begins has nothing behind it yet. */
	*number += after && *number <= s->last;
	return true;
}

static enum outcome get_shard_iterator(struct op *op)
{
	struct str type = op_str(op, "ShardIteratorType");
	bool at = str_is(type, "AT_SEQUENCE_NUMBER"), after = str_is(type, "AFTER_SEQUENCE_NUMBER");
	int64_t number;
	struct stream s;

	if ((at || after) && !op_has(op, "SequenceNumber"))
		return op_fail(op, &ValidationException,
			       "SequenceNumber must be provided when ShardIteratorType is %.*s",
			       STR_ARG(type));
	if (!at && !after && op_has(op, "SequenceNumber"))
		return op_fail(op, &ValidationException,
			       "SequenceNumber must not be provided when ShardIteratorType is %.*s",
			       STR_ARG(type));
	if (!stream_find(op, op_str(op, "StreamArn"), &s))
		return FAILED;
	if (!str_eq(op_str(op, "ShardId"), shard_id(op, &s)))
		return op_fail(op, &ResourceNotFoundException,
			       "Requested resource not found: Shard does not exist");
	if (at || after) {
		if (!read_position(op, &s, after, &number))
			return FAILED;
	} else {
		number = str_is(type, "LATEST") ? s.last + 1 : oldest(op, &s);
	}
	set_iterator(op, "ShardIterator", &s, number);
	return DONE;
}

static bool bad_iterator(struct op *op)
{
	op_fail(op, &ValidationException, "Invalid ShardIterator");
	return false;
}

/* The stream and the number that an iterator stands for; false with the error set. */
static bool read_iterator(struct op *op, struct stream *s, int64_t *number)
{
	struct str rest = op_str(op, "ShardIterator"), arn = str_cut(&rest, '|'), inner;
	int64_t made_at;

	if (!str_is(str_cut(&rest, '|'), "1") || !rest.p ||
	    !base64_parse(op->arena, rest, &inner) || !str_to_int(str_cut(&inner, ':'), number) ||
	    !inner.p || !str_to_int(inner, &made_at) || made_at < 0 || made_at > op->now)
		return bad_iterator(op);
	if (op->now - made_at > ITERATOR_KEPT_MS) {
		op_fail(op, &ExpiredIteratorException,
			"The provided iterator exceeds the maximum age allowed.");
		return false;
	}
	if (!stream_find(op, arn, s))
		return false;
	if (*number < s->first || *number > s->last + 1)
		return bad_iterator(op);
	return *number >= oldest(op, s) || trimmed(op);
}

/* --- records ------------------------------------------------------------------------- */

/* Every record has an id of its own, the same whenever it is read. */
static struct str event_id(struct op *op, const struct stream *s, int64_t number)
{
	unsigned char digest[MD5_BYTES];
	char hex[2 * MD5_BYTES + 1];

	hash_md5(arena_strf(op->arena, "%.*s %" PRId64, STR_ARG(stream_arn(op, s)), number),
		 digest);
	hash_hex(digest, sizeof(digest), hex);
	return arena_dup(op->arena, str_of(hex));
}

static void set_raw(struct json_object *o, const char *member, struct str text)
{
	if (text.p)
		json_set(o, member, json_raw(text));
}

/* A row: number, at, name, expired, size, keys, new, old. Times are told in whole seconds, as on AWS. */
static void print_record(struct op *op, const struct stream *s, struct stmt *q,
			 struct json_object *record)
{
	struct json_object *change, *identity;
	int64_t number = stmt_int(q, 0);

	json_set_str(record, "eventID", event_id(op, s, number));
	json_set_str(record, "eventName", stmt_str(q, 2));
	json_set_cstr(record, "eventVersion", "1.1");
	json_set_cstr(record, "eventSource", "aws:dynamodb");
	json_set_cstr(record, "awsRegion", op->region);
	change = json_set_object(record, "dynamodb");
	json_set_time(change, "ApproximateCreationDateTime", stmt_int(q, 1) / 1000 * 1000);
	set_raw(change, "Keys", stmt_str(q, 5));
	set_raw(change, "NewImage", stmt_str(q, 6));
	set_raw(change, "OldImage", stmt_str(q, 7));
	json_set_str(change, "SequenceNumber", number_text(op, number));
	json_set_int(change, "SizeBytes", stmt_int(q, 4));
	json_set_str(change, "StreamViewType", s->view);
	if (!stmt_int(q, 3))
		return;
	identity = json_set_object(record, "userIdentity");
	json_set_cstr(identity, "PrincipalId", "dynamodb.amazonaws.com");
	json_set_cstr(identity, "Type", "Service");
}

/* Records from `number` on until the answer is full; the number behind the last. */
static int64_t read_records(struct op *op, const struct stream *s, int64_t number)
{
	struct json_object *records = json_set_array(op->out, "Records");
	int64_t bytes = 0;
	struct stmt *q = db_query(op->db,
				  "SELECT number, at, name, expired, size, keys, new, old"
				  " FROM dynamodb_record WHERE stream_id = ? AND number >= ?"
				  " ORDER BY number LIMIT ?",
				  "iii", s->id, number, op_int_or(op, "Limit", RECORDS_MAX));

	while (stmt_row(q)) {
		bytes += stmt_int(q, 4);
		if (bytes > RECORDS_BYTES && json_count(records)) {
			stmt_done(q);
			break;
		}
		print_record(op, s, q, json_add_object(records));
		number = stmt_int(q, 0) + 1;
	}
	return number;
}

static enum outcome get_records(struct op *op)
{
	struct stream s;
	int64_t number;

	if (!read_iterator(op, &s, &number))
		return FAILED;
	number = read_records(op, &s, number);
	/* A closed shard that is read to its end has no next iterator. */
	if (!s.closed_at || number <= s.last)
		set_iterator(op, "NextShardIterator", &s, number);
	return DONE;
}

static const struct operation operations[] = {
	{ "DescribeStream", NULL, describe_stream, OP_READS, &dynamodb_describe_stream },
	{ "GetRecords", NULL, get_records, OP_READS | OP_DATA, &dynamodb_get_records },
	{ "GetShardIterator", NULL, get_shard_iterator, OP_READS | OP_DATA,
	  &dynamodb_get_shard_iterator },
	{ "ListStreams", NULL, list_streams, OP_READS, &dynamodb_list_streams },
	{ 0 },
};

const struct service dynamodb_streams_service = {
	.name = "dynamodbstreams",
	.signing_name = "dynamodb",
	.target = "DynamoDBStreams_20120810",
	.api_version = "2012-08-10",
	.speaks = PROTO_JSON10,
	.error_prefix = "com.amazonaws.dynamodb.v20120810#",
	.operations = operations,
	.access = &dynamodb_streams_access,
	.habits = HABIT_CRC32 | HABIT_LONG_REQUEST_ID | HABIT_NEEDS_BODY | HABIT_COMPRESSES,
};
