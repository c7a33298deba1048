/*
 * Carrying an event source mapping on: read a batch, invoke, look, go on. See mapping.h.
 *
 * What is written in a mapping's progress, beside where it reads (mapping_read.c):
 *
 *	Ends        sequence numbers, ascending: a batch ends at the first of them, since it was tried before and is to be
 *	            the same again, or is the half of one that failed
 *	Invocation  the id of the invocation that has the batch now; absent: none has
 *	First, Middle, To, Count
 *	            the batch that was handed out last: sequence numbers, and how many records
 *	FirstAt, LastAt
 *	            when its first and its last record were written
 *	Tries       how often the function has failed at the batch that is next
 *	Misses      how often it could not even be tried, in a row
 *	Since       when the first record of a batch was seen that waits to be filled
 *
 * From: Lambda Developer Guide, "How Lambda processes records from stream-based event sources", "Configuring partial
 * batch response with DynamoDB and Lambda".
 */
#include "aws/emit.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/time.h"
#include "cloud/lambda/jobs.h"
#include "cloud/lambda/mapping.h"
#include "cloud/lambda/pool.h"
#include "cloud/lambda/start.h"
#include "cloud/lambda/target.h"

enum {
	LOOK_MS = 10, /* after which one looks whether the function is through; doubling, */
	LOOK_MAX_MS = 250,
	FAILED_MS = 1000, /* before the first retry; doubling, */
	FAILED_MAX_MS = 30000,
	FILL_LOOKS = 20, /* how often one looks whether a batch is full, while it waits for that */
	FILL_MIN_MS = 250,
	MISSES_MAX = 3000, /* after a day of them no record is left to be missed */
	BATCH_BYTES = 6400000,
};

#define PROBLEM_CALL "PROBLEM: Function call failed"

/* --- progress --------------------------------------------------------------------------------- */

static int64_t number(const struct mapping *m, const char *name)
{
	return json_int_or(json_get(m->progress, name), 0);
}

static struct str text(const struct mapping *m, const char *name)
{
	return json_get_str(m->progress, name);
}

static void forget(struct mapping *m, const char *name)
{
	json_object_object_del(m->progress, name);
}

static struct json_object *ends(const struct mapping *m)
{
	return json_get(m->progress, "Ends");
}

/* A batch shall end there, before it ends where others were to. */
static void push_end(struct mapping *m, struct str at)
{
	struct json_object *more = json_object_new_array();

	json_add_str(more, at);
	for (size_t i = 0; i < json_count(ends(m)); i++)
		json_add(more, json_object_get(json_at(ends(m), i)));
	json_set(m->progress, "Ends", more);
}

static void pop_end(struct mapping *m)
{
	if (json_count(ends(m)))
		json_object_array_del_idx(ends(m), 0, 1);
}

/* Everything up to `to` is done with; `at`: up to, and without, it. */
static void advance(struct mapping *m, struct str to, bool at)
{
	json_set_str(m->progress, "Position", to);
	json_set_bool(m->progress, "At", at);
	forget(m, "Iterator");
	forget(m, "PinnedAt");
	if (!at && str_eq(json_str(json_at(ends(m), 0)), to))
		pop_end(m);
}

static int64_t back_off(int64_t times)
{
	int64_t wait = FAILED_MS;

	while (--times > 0 && wait < FAILED_MAX_MS)
		wait *= 2;
	return wait < FAILED_MAX_MS ? wait : FAILED_MAX_MS;
}

/* --- what comes next ------------------------------------------------------------------------------ */

static struct json_object *argument(struct op *op, const struct mapping *m, int64_t looks)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_str(arg, "UUID", m->uuid);
	json_set_int(arg, "Looks", looks);
	return arg;
}

void mapping_schedule(struct op *op, const struct mapping *m, int64_t due)
{
	job_add(op, &lambda_jobs[LAMBDA_MAPPING], due, arena_cstr(op->arena, m->uuid),
		argument(op, m, 0));
}

/* Until the stream has something new. */
static void rest(struct op *op, const struct mapping *m)
{
	job_await(op, &lambda_jobs[LAMBDA_MAPPING], m->source, INT64_MAX,
		  arena_cstr(op->arena, m->uuid), argument(op, m, 0));
}

static void look_again(struct op *op, const struct mapping *m)
{
	int64_t looks = op_int_or(op, "Looks", 0), wait = LOOK_MS;

	for (int64_t i = 0; i < looks && wait < LOOK_MAX_MS; i++)
		wait *= 2;
	job_add(op, &lambda_jobs[LAMBDA_MAPPING],
		op->now + (wait < LOOK_MAX_MS ? wait : LOOK_MAX_MS), arena_cstr(op->arena, m->uuid),
		argument(op, m, looks + 1));
}

/* Nothing can come any more: it is disabled until somebody enables it. */
static void give_up(struct op *op, struct mapping *m, const char *reason, const char *problem)
{
	mapping_go(op, m, "Disabling", "Disabled");
	m->reason = str_of(reason);
	if (problem)
		m->result = str_of(problem);
}

/* It could not be tried: again in a while, as long as there may be records that wait. */
static void miss(struct op *op, struct mapping *m, const char *problem)
{
	int64_t misses = number(m, "Misses") + 1;

	m->result = str_of(problem);
	json_set_int(m->progress, "Misses", misses < MISSES_MAX ? misses : 0);
	if (misses < MISSES_MAX)
		mapping_schedule(op, m, op->now + back_off(misses));
	else
		rest(op, m);
}

/* --- how a batch came out --------------------------------------------------------------------------- */

/* The batch, or what of it is left, is done with. */
static void pass(struct mapping *m)
{
	advance(m, text(m, "To"), false);
	json_set_int(m->progress, "Tries", 0);
}

/* Is it one of the batch's sequence numbers, as far as can be seen? */
static bool is_within(const struct mapping *m, struct str at)
{
	struct str first = text(m, "First"), to = text(m, "To");

	return at.n == first.n && at.n == to.n && str_cmp(at, first) >= 0 && str_cmp(at, to) <= 0;
}

/*
 * What a function that reports failures says: true when all went well; otherwise the first record that did not in *at,
 * absent when that is none of the batch.
 */
static bool reports_success(struct op *op, const struct mapping *m, struct str answer,
			    struct str *at)
{
	struct json_object *said = json_parse(op->arena, answer, NULL);
	struct json_object *list = json_get(said, "batchItemFailures");

	*at = STR_NONE;
	for (size_t i = 0; i < json_count(list); i++) {
		struct str id = json_get_str(json_at(list, i), "itemIdentifier");

		if (!is_within(m, id)) {
			*at = STR_NONE;
			return false;
		}
		if (!at->n || str_cmp(id, *at) < 0)
			*at = id;
	}
	return json_count(list) == 0;
}

static void add_batch(struct op *op, const struct mapping *m, struct json_object *o)
{
	struct json_object *info = json_set_object(o, "DDBStreamBatchInfo");

	json_set_str(info, "shardId", text(m, "Shard"));
	json_set_str(info, "startSequenceNumber", text(m, "First"));
	json_set_str(info, "endSequenceNumber", text(m, "To"));
	json_set_str(info, "approximateArrivalOfFirstRecord",
		     time_iso(op->arena, number(m, "FirstAt"), true));
	json_set_str(info, "approximateArrivalOfLastRecord",
		     time_iso(op->arena, number(m, "LastAt"), true));
	json_set_int(info, "batchSize", number(m, "Count"));
	json_set_str(info, "streamArn", m->source);
}

/* Tell the destination of a batch that is given up; the records themselves stay in the stream. */
static void tell_of_end(struct op *op, const struct mapping *m, const struct pool_result *result,
			int64_t tries)
{
	struct json_object *to = json_get(json_get(m->config, "DestinationConfig"), "OnFailure");
	struct str arn = json_get_str(to, "Destination"), qualifier = m->qualifier;
	struct json_object *o = json_new_object(op->arena), *c;
	struct function f;

	if (!target_is(arn) || !function_resolve(op, m->name, qualifier, &f))
		return;
	c = json_set_object(o, "requestContext");
	json_set_str(c, "requestId", text(m, "Invocation"));
	json_set_str(c, "functionArn",
		     function_arn_of(op, m->name, qualifier.n ? qualifier : STR_NONE));
	json_set_cstr(c, "condition", "RetryAttemptsExhausted");
	json_set_int(c, "approximateInvokeCount", tries);
	c = json_set_object(o, "responseContext");
	json_set_int(c, "statusCode", 200);
	json_set_cstr(c, "executedVersion", result->version);
	if (result->failed)
		json_set_cstr(c, "functionError", "Unhandled");
	json_set_cstr(o, "version", "1.0");
	json_set_str(o, "timestamp", time_iso(op->arena, op->now, true));
	add_batch(op, m, o);
	target_send(op, &f, arn, json_text(op->arena, o), NULL);
}

/* The batch failed, from the record `at` on (absent: all of it). Returns when it is tried again. */
static int64_t fail(struct op *op, struct mapping *m, const struct pool_result *result,
		    struct str at)
{
	int64_t most = json_int_or(json_get(m->config, "MaximumRetryAttempts"), -1);
	bool forward = at.n && !str_eq(at, text(m, "First"));
	int64_t tries = forward ? 1 : number(m, "Tries") + 1;

	m->result = STR(PROBLEM_CALL);
	if (forward)
		advance(m, at, true);
	/* Half of it is another batch, whose tries are counted anew. */
	if (!forward && number(m, "Count") > 1 &&
	    json_bool_or(json_get(m->config, "BisectBatchOnFunctionError"), false)) {
		push_end(m, text(m, "Middle"));
		json_set_int(m->progress, "Tries", 0);
		return op->now;
	}
	if (most >= 0 && tries > most) {
		log_info("account %s: function %.*s: records up to %.*s of %.*s were given up",
			 op->account->id, STR_ARG(m->name), STR_ARG(text(m, "To")),
			 STR_ARG(m->source));
		tell_of_end(op, m, result, tries);
		pass(m);
		return op->now;
	}
	json_set_int(m->progress, "Tries", tries);
	return op->now + back_off(tries);
}

static bool reports(const struct mapping *m)
{
	return json_count(json_get(m->config, "FunctionResponseTypes")) > 0;
}

/* When to go on after what the function has answered. */
static int64_t judge(struct op *op, struct mapping *m, const struct pool_result *result)
{
	struct str at = STR_NONE;

	json_set_int(m->progress, "Misses", 0);
	if (result->failed)
		return fail(op, m, result, STR_NONE);
	if (reports(m) && !reports_success(op, m, result->payload, &at))
		return fail(op, m, result, at);
	m->result = STR("OK");
	pass(m);
	return op->now;
}

/*
 * Look what became of the invocation that has the batch. True when there is none (any more), and it goes on at *due;
 * false when it still runs.
 */
static bool is_over(struct op *op, struct mapping *m, int64_t *due)
{
	struct str id = text(m, "Invocation");
	struct pool_result result;

	*due = op->now;
	if (!id.n)
		return true;
	switch (pool_take(id, op->arena, &result)) {
	case POOL_RUNNING:
		return false;
	case POOL_DONE:
		*due = judge(op, m, &result);
		break;
	case POOL_THROTTLED:
		json_set_int(m->progress, "Misses", number(m, "Misses") + 1);
		*due = op->now + back_off(number(m, "Misses"));
		m->result = STR(PROBLEM_CALL);
		break;
	case POOL_FLOWS:   /* only who asks for it */
	case POOL_UNKNOWN: /* the server was stopped meanwhile: the same batch once more */
		break;
	}
	forget(m, "Invocation");
	return true;
}

/* --- the next batch ------------------------------------------------------------------------------------ */

/* How old the batch's last record is, for the function and for all. */
static void emit_age(struct op *op, const struct mapping *m, const struct mapping_batch *batch)
{
	int64_t age_ms = op->now - batch->newest_ms;

	function_emit(op, m->name, m->qualifier,
		      &(struct emit_metric){ .name = "IteratorAge",
					     .unit = "Milliseconds",
					     .value = age_ms > 0 ? (double)age_ms : 0 });
}

/* Give the batch to the function. */
static void hand_out(struct op *op, struct mapping *m, const struct function *f,
		     const struct mapping_batch *batch)
{
	struct str id = op->request_id;

	forget(m, "Since");
	/* Whatever happens now, it is this batch again. */
	if (!str_eq(json_str(json_at(ends(m), 0)), batch->to))
		push_end(m, batch->to);
	json_set_str(m->progress, "First", batch->first);
	json_set_str(m->progress, "Middle", batch->middle);
	json_set_str(m->progress, "To", batch->to);
	json_set_int(m->progress, "Count", batch->count);
	json_set_int(m->progress, "FirstAt", batch->oldest_ms);
	json_set_int(m->progress, "LastAt", batch->newest_ms);
	if (start_invocation(op, f, &(struct start){ .id = id, .payload = batch->payload }) !=
	    DONE) {
		miss(op, m, PROBLEM_CALL);
		return;
	}
	emit_age(op, m, batch);
	json_set_str(m->progress, "Invocation", id);
	json_set_int(op->in, "Looks", 0);
	look_again(op, m);
}

/* Does it wait for more records? Then until *due. */
static bool waits(struct op *op, struct mapping *m, const struct mapping_batch *batch, int64_t *due)
{
	int64_t window_ms =
		json_int_or(json_get(m->config, "MaximumBatchingWindowInSeconds"), 0) * 1000;
	int64_t since = number(m, "Since"), step = window_ms / FILL_LOOKS;

	if (!window_ms || batch->full || batch->more || batch->closed || json_count(ends(m)))
		return false;
	if (!since) {
		since = op->now;
		json_set_int(m->progress, "Since", since);
	}
	step = step > FILL_MIN_MS ? step : FILL_MIN_MS;
	*due = op->now + step < since + window_ms ? op->now + step : since + window_ms;
	return op->now < since + window_ms;
}

/* Nothing of what was read goes to the function. */
static void skip(struct op *op, struct mapping *m, const struct mapping_batch *batch)
{
	bool bound = json_count(ends(m)) > 0;

	if (batch->to.n)
		advance(m, batch->to, false);
	if (bound && !batch->more) {
		/* What was to be tried again is too old by now, or not there any more. */
		json_set(m->progress, "Ends", json_object_new_array());
		json_set_int(m->progress, "Tries", 0);
	}
	if (bound || batch->more)
		mapping_schedule(op, m, op->now);
	else if (batch->closed)
		give_up(op, m, "The stream is closed", NULL);
	else
		rest(op, m);
}

static void go_on(struct op *op, struct mapping *m, const struct function *f, struct buf *payload)
{
	struct str role = json_get_str(f->config, "Role");
	struct mapping_batch batch;
	int64_t due;

	switch (mapping_read(op, m, role, payload, &batch)) {
	case MAPPING_GONE:
		give_up(op, m, "Stream not found", "PROBLEM: Stream not found");
		return;
	case MAPPING_DENIED:
		miss(op, m,
		     arena_printf(op->arena,
				  "PROBLEM: Cannot access stream %.*s. Please ensure the role can "
				  "perform the GetRecords, GetShardIterator, DescribeStream, and "
				  "ListStreams Actions on your stream in IAM.",
				  STR_ARG(m->source)));
		return;
	case MAPPING_READ:
		break;
	}
	if (!batch.count)
		skip(op, m, &batch);
	else if (waits(op, m, &batch, &due))
		mapping_schedule(op, m, due);
	else
		hand_out(op, m, f, &batch);
}

static void poll(struct op *op, struct mapping *m)
{
	struct function f;
	struct buf payload;

	/* What is drawn for an alias with weights is drawn for a batch. */
	op->request_id = hash_uuid(op->arena);
	if (!function_resolve(op, m->name, m->qualifier, &f)) {
		give_up(op, m, "Function not found", "PROBLEM: Function not found");
		return;
	}
	if (function_is_pending(op, &f)) {
		mapping_schedule(op, m, f.created_at + FUNCTION_SETTLE_MS);
		return;
	}
	buf_init(&payload, BATCH_BYTES);
	go_on(op, m, &f, &payload);
	buf_release(&payload);
}

enum outcome lambda_job_mapping(struct op *op)
{
	struct mapping m;
	int64_t due;

	if (!mapping_find(op, op_str(op, "UUID"), &m)) {
		mapping_remove(op, op_str(op, "UUID"));
		return DONE;
	}
	if (mapping_is_queue(m.source)) {
		mapping_queue_run(op, &m);
		mapping_save(op, &m);
		return DONE;
	}
	if (!is_over(op, &m, &due)) {
		look_again(op, &m);
		return DONE;
	}
	if (op->now < m.settles_at)
		mapping_schedule(op, &m, m.settles_at);
	else if (!mapping_is(op, &m, "Enabled"))
		; /* until somebody enables it */
	else if (due > op->now)
		mapping_schedule(op, &m, due);
	else
		poll(op, &m);
	mapping_save(op, &m);
	return DONE;
}
