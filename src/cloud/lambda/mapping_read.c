/*
 * Reading a stream as the function's role, by the operations that every reader of streams has, so that IAM is asked as
 * on AWS. See mapping.h.
 *
 * In a mapping's progress, "Shard" is the stream's shard. "Position" is the sequence number of the last record that the
 * function is through with, or (with "At") of the next one it gets. A mapping that begins with the latest record and has
 * not read one yet has the "Iterator" that stood for it at "PinnedAt" instead; an iterator is good for a quarter of an
 * hour only, and later records are told by their time, which is whole seconds.
 *
 * From: DynamoDB Streams API Reference; Lambda Developer Guide, "Control which events Lambda sends to your function".
 */
#include "aws/invoke.h"
#include "base/hash.h"
#include "cloud/lambda/mapping.h"

enum {
	PAGE_MAX = 1000,
	READS_MAX = 12, /* pages of a megabyte at most, in a turn */
	PAYLOAD_MAX = 6291456,
	ITERATOR_GOOD_MS = 14 * 60000,
};

/* One reading of a stream. */
struct reading {
	struct op *op;
	struct str source;
	struct caller as;
	struct str shard, iterator;
	int64_t not_before_ms, oldest_ms; /* earlier records are left out; 0: none are */
	int64_t size;                     /* of a batch */
	struct str bound;                 /* the last record that may be in it; absent: any */
	struct json_object *filters;      /* parsed; NULL: all pass */
	struct buf *payload;
	struct str *numbers;
	struct mapping_batch *out;
	bool over; /* no more goes into the batch */
};

/* --- asking ----------------------------------------------------------------------------------- */

/* The error's code, or NULL with the answer in *out. */
static const char *ask(struct reading *r, const char *operation, struct json_object *in,
		       struct json_object **out)
{
	struct waiting_call call = {
		.service = "dynamodbstreams", .operation = operation, .in = in, .as = &r->as
	};
	struct waited_call got;

	op_call_waiting(r->op, arena_cstr(r->op->arena, hash_uuid(r->op->arena)), &call, &got);
	*out = got.out;
	return got.error ? got.error->code : NULL;
}

static enum mapping_access meaning(const char *error)
{
	if (!error)
		return MAPPING_READ;
	return strcmp(error, "ResourceNotFoundException") == 0 ||
			       strcmp(error, "ValidationException") == 0
		       ? MAPPING_GONE
		       : MAPPING_DENIED;
}

static bool become(struct reading *r, struct str role)
{
	return op_assume(r->op, role, "lambda.amazonaws.com", "event-source-mapping", &r->as);
}

static enum mapping_access find_shard(struct reading *r)
{
	struct json_object *in = json_new_object(r->op->arena), *out, *shards;
	enum mapping_access how;

	json_set_str(in, "StreamArn", r->source);
	how = meaning(ask(r, "DescribeStream", in, &out));
	if (how != MAPPING_READ)
		return how;
	shards = json_get(json_get(out, "StreamDescription"), "Shards");
	r->shard = json_get_str(json_at(shards, 0), "ShardId");
	return r->shard.n ? MAPPING_READ : MAPPING_GONE;
}

/* An iterator of that type; the error's code, or NULL. */
static const char *iterate(struct reading *r, const char *type, struct str number)
{
	struct json_object *in = json_new_object(r->op->arena), *out;
	const char *error;

	json_set_str(in, "StreamArn", r->source);
	json_set_str(in, "ShardId", r->shard);
	json_set_cstr(in, "ShardIteratorType", type);
	if (number.n)
		json_set_str(in, "SequenceNumber", number);
	error = ask(r, "GetShardIterator", in, &out);
	r->iterator = json_get_str(out, "ShardIterator");
	return error;
}

static const char *page(struct reading *r, int64_t limit, struct json_object **out)
{
	struct json_object *in = json_new_object(r->op->arena);

	json_set_str(in, "ShardIterator", r->iterator);
	json_set_int(in, "Limit", limit);
	return ask(r, "GetRecords", in, out);
}

/* --- may it be read? ---------------------------------------------------------------------------- */

static enum mapping_access list_streams(struct reading *r)
{
	struct json_object *in = json_new_object(r->op->arena), *out;
	ptrdiff_t from = str_find_str(r->source, STR(":table/"));
	ptrdiff_t to = str_find_str(r->source, STR("/stream/"));

	if (from >= 0 && to > from)
		json_set_str(in, "TableName", str_slice(r->source, (size_t)from + 7, (size_t)to));
	return meaning(ask(r, "ListStreams", in, &out));
}

static enum mapping_access probe(struct reading *r, struct str role)
{
	struct json_object *out;
	enum mapping_access how = become(r, role) ? MAPPING_READ : MAPPING_DENIED;

	if (how == MAPPING_READ)
		how = find_shard(r);
	if (how == MAPPING_READ)
		how = list_streams(r);
	if (how == MAPPING_READ)
		how = meaning(iterate(r, "TRIM_HORIZON", STR_NONE));
	return how == MAPPING_READ ? meaning(page(r, 1, &out)) : how;
}

enum mapping_access mapping_probe(struct op *op, struct str source, struct str role,
				  const char **why)
{
	struct reading r = { .op = op, .source = source };
	enum mapping_access how = probe(&r, role);

	if (how == MAPPING_GONE)
		*why = arena_printf(op->arena, "Stream not found: %.*s", STR_ARG(source));
	if (how == MAPPING_DENIED)
		*why = arena_printf(op->arena,
				    "Cannot access stream %.*s. Please ensure the role can perform "
				    "the GetRecords, GetShardIterator, DescribeStream, and "
				    "ListStreams Actions on your stream in IAM.",
				    STR_ARG(source));
	return how;
}

enum mapping_access mapping_pin(struct op *op, struct mapping *m, struct str role)
{
	struct reading r = { .op = op, .source = m->source };
	enum mapping_access how = become(&r, role) ? find_shard(&r) : MAPPING_DENIED;

	if (how == MAPPING_READ)
		how = meaning(iterate(&r, "LATEST", STR_NONE));
	if (how != MAPPING_READ)
		return how;
	json_set_str(m->progress, "Shard", r.shard);
	json_set_str(m->progress, "Iterator", r.iterator);
	json_set_int(m->progress, "PinnedAt", op->now);
	return how;
}

/* --- from where on --------------------------------------------------------------------------------- */

/* Set the iterator; what has been trimmed meanwhile is passed over. */
static enum mapping_access resume(struct reading *r, struct json_object *progress)
{
	struct str position = json_get_str(progress, "Position");
	struct str pinned = json_get_str(progress, "Iterator");
	int64_t pinned_at = json_int_or(json_get(progress, "PinnedAt"), 0);
	bool at = json_bool_or(json_get(progress, "At"), false);
	const char *error;

	if (position.n) {
		error = iterate(r, at ? "AT_SEQUENCE_NUMBER" : "AFTER_SEQUENCE_NUMBER", position);
		if (!error || strcmp(error, "TrimmedDataAccessException") != 0)
			return meaning(error);
	} else if (pinned.n && r->op->now - pinned_at < ITERATOR_GOOD_MS) {
		r->iterator = pinned;
		return MAPPING_READ;
	} else if (pinned.n) {
		r->not_before_ms = pinned_at / 1000 * 1000;
	}
	return meaning(iterate(r, "TRIM_HORIZON", STR_NONE));
}

/* --- records ------------------------------------------------------------------------------------------ */

/* What functions get is written a little otherwise than what readers of streams get. */
static void dress(struct reading *r, struct json_object *record)
{
	struct json_object *identity = json_get(record, "userIdentity"), *own;

	json_set_str(record, "eventSourceARN", r->source);
	if (!identity)
		return;
	own = json_new_object(r->op->arena);
	json_set(own, "principalId", json_object_get(json_get(identity, "PrincipalId")));
	json_set(own, "type", json_object_get(json_get(identity, "Type")));
	json_set(record, "userIdentity", json_object_get(own));
}

/* Sequence numbers are numbers of any length. */
static bool is_behind(struct str number, struct str bound)
{
	return number.n != bound.n ? number.n > bound.n : str_cmp(number, bound) > 0;
}

/* Add it to the batch; false when it does not fit. */
static bool put(struct reading *r, struct json_object *record, struct str number, int64_t at_ms)
{
	struct str text = json_text(r->op->arena, record);

	if (r->out->count && r->payload->n + text.n + 3 > PAYLOAD_MAX)
		return false;
	buf_adds(r->payload, r->out->count ? "," : "{\"Records\":[");
	buf_add(r->payload, text);
	r->numbers[r->out->count++] = number;
	r->out->newest_ms = at_ms;
	if (r->out->count == 1)
		r->out->oldest_ms = at_ms;
	return true;
}

static void take(struct reading *r, struct json_object *record)
{
	struct json_object *change = json_get(record, "dynamodb");
	struct str number = json_get_str(change, "SequenceNumber");
	int64_t at_ms =
		json_int_or(json_get(change, "ApproximateCreationDateTime"), 0) * INT64_C(1000);

	if (r->bound.n && is_behind(number, r->bound)) {
		r->over = true;
		return;
	}
	dress(r, record);
	if (at_ms >= r->not_before_ms && at_ms >= r->oldest_ms &&
	    (!r->filters || mapping_passes(r->op, r->filters, json_plain(r->op->arena, record))) &&
	    !put(r, record, number, at_ms)) {
		r->over = true;
		return;
	}
	r->out->to = number;
	r->over = r->out->count == r->size || (r->bound.n && str_eq(number, r->bound));
}

static enum mapping_access read_pages(struct reading *r)
{
	for (int reads = 0; reads < READS_MAX && !r->over; reads++) {
		struct json_object *out, *records;
		const char *error = page(r, PAGE_MAX, &out);

		if (error)
			return meaning(error);
		records = json_get(out, "Records");
		for (size_t i = 0; i < json_count(records) && !r->over; i++)
			take(r, json_at(records, i));
		r->iterator = json_get_str(out, "NextShardIterator");
		r->out->closed = !r->over && !r->iterator.n;
		if (!json_count(records) || r->out->closed)
			return MAPPING_READ;
	}
	r->out->more = !r->over;
	return MAPPING_READ;
}

static int64_t setting(const struct mapping *m, const char *name)
{
	return json_int_or(json_get(m->config, name), 0);
}

static void finish(struct reading *r)
{
	struct mapping_batch *out = r->out;

	out->full = r->over;
	if (!out->count)
		return;
	buf_adds(r->payload, "]}");
	out->payload = buf_str(r->payload);
	out->first = r->numbers[0];
	out->middle = r->numbers[out->count > 1 ? (out->count + 1) / 2 - 1 : 0];
}

enum mapping_access mapping_read(struct op *op, const struct mapping *m, struct str role,
				 struct buf *payload, struct mapping_batch *out)
{
	int64_t age_s = setting(m, "MaximumRecordAgeInSeconds");
	struct reading r = { .op = op,
			     .source = m->source,
			     .shard = json_get_str(m->progress, "Shard"),
			     .oldest_ms = age_s > 0 ? op->now - age_s * 1000 : 0,
			     .size = setting(m, "BatchSize"),
			     .bound = json_str(json_at(json_get(m->progress, "Ends"), 0)),
			     .filters = mapping_filters(op, m),
			     .payload = payload,
			     .out = out };
	enum mapping_access how = MAPPING_READ;

	*out = (struct mapping_batch){ .to = STR_NONE };
	if (!become(&r, role))
		return MAPPING_DENIED;
	if (!r.shard.n)
		how = find_shard(&r);
	if (how == MAPPING_READ)
		how = resume(&r, m->progress);
	if (how != MAPPING_READ)
		return how;
	r.numbers = arena_alloc(op->arena, (size_t)r.size * sizeof(*r.numbers));
	how = read_pages(&r);
	if (how == MAPPING_READ && !json_get(m->progress, "Shard"))
		json_set_str(m->progress, "Shard", r.shard);
	finish(&r);
	return how;
}
