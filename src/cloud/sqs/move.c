/*
 * Bringing messages back out of dead-letter queues.
 * From: SQS API Reference, StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask; Developer Guide, "Configuring
 * a dead-letter queue redrive". Wordings: as public projects have recorded AWS's answers.
 */
#include "base/base64.h"
#include "base/hash.h"
#include "cloud/sqs/inside.h"

#include <inttypes.h>

enum { RATE_MAX = 500, SLICE = 100, LIST_MAX = 10, SECOND_MS = 1000 };

/* A task: a row. */
struct task {
	struct str id, source,
		target; /* names of queues; the target is absent: where each came from */
	struct str status, reason;
	int64_t rate, moved, to_move, started_at; /* a rate of 0: as fast as it goes */
};

static bool read_task(struct op *op, struct stmt *s, struct task *out)
{
	*out = (struct task){ .rate = 0 };
	if (!stmt_row(s))
		return false;
	*out = (struct task){
		.id = stmt_dup(s, 0, op->arena),
		.source = stmt_dup(s, 1, op->arena),
		.target = stmt_dup(s, 2, op->arena),
		.status = stmt_dup(s, 3, op->arena),
		.reason = stmt_dup(s, 4, op->arena),
		.rate = stmt_int(s, 5),
		.moved = stmt_int(s, 6),
		.to_move = stmt_int(s, 7),
		.started_at = stmt_int(s, 8),
	};
	return true;
}
#define COLUMNS "id, source, target, status, reason, rate, moved, to_move, started_at"

static bool find_task(struct op *op, struct str id, struct task *out)
{
	struct stmt *s = db_query(op->db, "SELECT " COLUMNS " FROM sqs_move WHERE id = ?", "s", id);
	bool found = read_task(op, s, out);

	if (found)
		stmt_done(s);
	return found;
}

static void save_task(struct op *op, const struct task *t)
{
	db_run(op->db, "UPDATE sqs_move SET status = ?, reason = ?, moved = ? WHERE id = ?", "ssis",
	       t->status, t->reason, t->moved, t->id);
}

/* "{"taskId": ..., "sourceArn": ...}" in Base64. */
static struct str handle_of(struct op *op, const struct task *t)
{
	return base64_print(op->arena,
			    arena_strf(op->arena, "{\"taskId\":\"%.*s\",\"sourceArn\":\"%.*s\"}",
				       STR_ARG(t->id), STR_ARG(queue_arn(op, t->source))));
}

static void go_on(struct op *op, const struct task *t, int64_t due)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_str(arg, "Task", t->id);
	job_add(op, &sqs_jobs[SQS_MOVE], due, arena_cstr(op->arena, t->id), arg);
}

/* --- moving ------------------------------------------------------------------------------------ */

/* It comes as a new message to the queue. */
static void move_one(struct op *op, struct queue *source, struct queue *target, int64_t id)
{
	struct stmt *s = db_query(op->db, "SELECT grp FROM sqs_message WHERE id = ?", "i", id);
	struct str group = stmt_row(s) ? stmt_dup(s, 0, op->arena) : STR_NONE;
	int64_t number = target->fifo ? fifo_next(op, target) : 0;

	stmt_done(s);
	db_run(op->db,
	       "UPDATE sqs_message SET store = ?1, number = ?2, visible_at = ?3, sent_at = ?3,"
	       " receives = 0, first_at = NULL, received_at = 0, source = NULL, uuid = ?4"
	       " WHERE id = ?5",
	       "iiisi", target->store, number, op->now, hash_uuid(op->arena), id);
	if (target->fifo) {
		db_run(op->db,
		       "INSERT OR IGNORE INTO sqs_group (store, grp, ready_at) VALUES (?, ?, ?)",
		       "isi", target->store, group, op->now);
		group_refresh(op, source, group);
	}
	queue_attend(op, target);
	queue_tell(op, target);
}

/* Where the message goes; false with the task's reason set. */
static bool find_target(struct op *op, struct task *t, struct str came_from, struct queue *out)
{
	struct str name = t->target.n ? t->target : queue_of_arn(op, came_from);

	if (!name.n)
		t->reason = STR("CouldNotDetermineMessageSource");
	else if (queue_find(op, name, out))
		return true;
	else
		t->reason = STR("AWS.SimpleQueueService.NonExistentQueue");
	return false;
}

struct candidate {
	int64_t id;
	struct str came_from;
};

static size_t find_candidates(struct op *op, const struct queue *q, struct candidate *out,
			      int64_t most)
{
	struct stmt *s = db_query(op->db,
				  "SELECT id, source FROM sqs_message WHERE store = ? AND"
				  " visible_at <= ? ORDER BY visible_at, receives, id LIMIT ?",
				  "iii", q->store, op->now, most);
	size_t n = 0;

	while (stmt_row(s))
		out[n++] = (struct candidate){ stmt_int(s, 0), stmt_dup(s, 1, op->arena) };
	return n;
}

static void end_task(struct task *t, const char *status)
{
	t->status = str_of(status);
}

enum outcome sqs_job_move(struct op *op)
{
	struct candidate found[RATE_MAX];
	struct queue source, target;
	struct task t;
	int64_t most;
	size_t n = 0;

	if (!find_task(op, op_str(op, "Task"), &t) || !queue_find(op, t.source, &source))
		return DONE;
	most = t.rate ? t.rate : SLICE;
	if (str_is(t.status, "CANCELLING")) {
		end_task(&t, "CANCELLED");
	} else {
		n = find_candidates(op, &source, found, most);
		if (!n)
			end_task(&t, "COMPLETED");
	}
	for (size_t i = 0; i < n && str_is(t.status, "RUNNING"); i++) {
		if (find_target(op, &t, found[i].came_from, &target)) {
			move_one(op, &source, &target, found[i].id);
			t.moved++;
		} else {
			end_task(&t, "FAILED");
		}
	}
	save_task(op, &t);
	if (str_is(t.status, "RUNNING"))
		go_on(op, &t, t.rate ? op->now + SECOND_MS : op->now);
	return DONE;
}

/* --- operations -------------------------------------------------------------------------------------- */

/* The queue that a parameter's ARN names; false with the error set. */
static bool named(struct op *op, const char *parameter, struct str *name, struct queue *out)
{
	struct str arn = op_str(op, parameter);

	*name = STR_NONE;
	*out = (struct queue){ .id = 0 };
	if (!arn.n)
		return sqs_missing(op, parameter);
	if (!str_starts(arn, STR("arn:aws:sqs:"))) {
		op_fail(op, &SqsInvalidParameter,
			"You must use this format to specify the %s: "
			"arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
			parameter);
		return false;
	}
	*name = queue_of_arn(op, arn);
	if (name->n && queue_find(op, *name, out))
		return true;
	op_fail(op, &SqsNotFound,
		"The resource that you specified for the %s parameter doesn't exist.", parameter);
	return false;
}

static bool rate_good(struct op *op)
{
	int64_t rate = op_int_or(op, "MaxNumberOfMessagesPerSecond", 1);

	if (rate >= 1 && rate <= RATE_MAX)
		return true;
	op_fail(op, &SqsInvalidParameter,
		"Value %" PRId64
		" for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must "
		"be between 1 and %d, if provided.",
		rate, RATE_MAX);
	return false;
}

static bool may_start(struct op *op, const struct queue *source)
{
	if (!db_int(op->db, 0, "SELECT 1 FROM sqs_queue WHERE dead_letter = ? LIMIT 1", "s",
		    source->name)) {
		op_fail(op, &SqsInvalidParameter,
			"Source queue must be configured as a Dead Letter Queue.");
		return false;
	}
	if (!db_int(op->db, 0,
		    "SELECT 1 FROM sqs_move WHERE source = ? AND status IN ('RUNNING', 'CANCELLING')",
		    "s", source->name))
		return true;
	op_fail(op, &SqsInvalidParameter,
		"There is already a task running. Only one active task is allowed for a source "
		"queue arn at a given time.");
	return false;
}

enum outcome sqs_op_start_message_move_task(struct op *op)
{
	struct task t = { .id = hash_uuid(op->arena), .target = STR_NONE };
	struct queue_counts counts;
	struct queue source, target;

	if (!named(op, "SourceArn", &t.source, &source) || !rate_good(op) ||
	    !may_start(op, &source))
		return FAILED;
	if (op_str(op, "DestinationArn").n) {
		if (!named(op, "DestinationArn", &t.target, &target))
			return FAILED;
		if (target.fifo != source.fifo)
			return op_fail(
				op, &SqsInvalidParameter,
				"Source queue and destination queue must be of the same type.");
	}
	queue_count(op, &source, &counts);
	db_run(op->db,
	       "INSERT INTO sqs_move (" COLUMNS ") VALUES (?, ?, ?, 'RUNNING', NULL, ?, 0, ?, ?)",
	       "sssiii", t.id, t.source, t.target, op_int_or(op, "MaxNumberOfMessagesPerSecond", 0),
	       counts.visible, op->now);
	go_on(op, &t, op->now);
	json_set_str(op->out, "TaskHandle", handle_of(op, &t));
	return DONE;
}

enum outcome sqs_op_cancel_message_move_task(struct op *op)
{
	struct str handle = op_str(op, "TaskHandle"), text = STR("");
	struct json_object *said;
	struct queue source;
	struct task t;

	if (!handle.n)
		return sqs_missing(op, "TaskHandle") ? DONE : FAILED;
	said = base64_parse(op->arena, handle, &text) ? json_parse(op->arena, text, NULL) : NULL;
	if (!json_is_string(json_get(said, "taskId")) ||
	    !json_is_string(json_get(said, "sourceArn")))
		return op_fail(op, &SqsInvalidParameter,
			       "Value for parameter TaskHandle is invalid.");
	if (!queue_find(op, queue_of_arn(op, json_get_str(said, "sourceArn")), &source))
		return op_fail(
			op, &SqsNotFound,
			"The resource that you specified for the SourceArn parameter doesn't "
			"exist.");
	if (!find_task(op, json_get_str(said, "taskId"), &t) || !str_eq(t.source, source.name))
		return op_fail(op, &SqsNotFound, "Task does not exist.");
	if (!str_is(t.status, "RUNNING"))
		return op_fail(op, &SqsUnsupported,
			       "Only a message movement task that is RUNNING can be cancelled.");
	end_task(&t, "CANCELLING");
	save_task(op, &t);
	go_on(op, &t, op->now);
	json_set_int(op->out, "ApproximateNumberOfMessagesMoved", t.moved);
	return DONE;
}

static void describe(struct op *op, const struct task *t, struct json_object *o)
{
	if (str_is(t->status, "RUNNING"))
		json_set_str(o, "TaskHandle", handle_of(op, t));
	json_set_str(o, "Status", t->status);
	json_set_str(o, "SourceArn", queue_arn(op, t->source));
	if (t->target.n)
		json_set_str(o, "DestinationArn", queue_arn(op, t->target));
	if (t->rate)
		json_set_int(o, "MaxNumberOfMessagesPerSecond", t->rate);
	json_set_int(o, "ApproximateNumberOfMessagesMoved", t->moved);
	json_set_int(o, "ApproximateNumberOfMessagesToMove", t->to_move);
	if (t->reason.n)
		json_set_str(o, "FailureReason", t->reason);
	json_set_int(o, "StartedTimestamp", t->started_at);
}

enum outcome sqs_op_list_message_move_tasks(struct op *op)
{
	int64_t most = op_int_or(op, "MaxResults", 1);
	struct json_object *list;
	struct queue source;
	struct str name;
	struct stmt *s;
	struct task t;

	if (!named(op, "SourceArn", &name, &source))
		return FAILED;
	if (most < 1 || most > LIST_MAX)
		return op_fail(op, &SqsInvalidParameter,
			       "Value %" PRId64
			       " for parameter MaxResults is invalid. Reason: Must be "
			       "between 1 and %d, if provided.",
			       most, LIST_MAX);
	list = json_set_array(op->out, "Results");
	s = db_query(op->db,
		     "SELECT " COLUMNS " FROM sqs_move WHERE source = ? ORDER BY started_at DESC,"
		     " rowid DESC LIMIT ?",
		     "si", name, most);
	while (read_task(op, s, &t))
		describe(op, &t, json_add_object(list));
	return DONE;
}
