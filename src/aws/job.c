/* Jobs: rows that become turns when they are due; see job.h. */
#include "aws/call.h"

#include "base/log.h"

#define ATTEMPTS_DEFAULT 10
#define BACK_OFF_MS      1000
#define BACK_OFF_MAX_MS  (5 * 60 * 1000)

static enum outcome settle(struct op *op)
{
	(void)op; /* the turn itself is the news */
	return DONE;
}

/* The one kind that belongs to no service. */
static const struct job_kind settle_kind = { "settle", settle, 1 };

/* A job to be written. */
struct promise {
	const char *service;
	const struct job_kind *kind;
	int64_t due;
	struct str topic; /* absent: it waits for its time alone */
	const char *key;
	struct str argument;
};

static void add(struct op *op, const struct promise *p)
{
	db_run(op->db,
	       "INSERT INTO job (service, kind, key, due, topic, attempts, argument)"
	       " VALUES (?, ?, ?, ?, ?, 0, ?)"
	       " ON CONFLICT (service, kind, key) WHERE key IS NOT NULL DO UPDATE"
	       " SET due = excluded.due, topic = excluded.topic, attempts = 0,"
	       " argument = excluded.argument",
	       "zzziss", p->service, p->kind->name, p->key, p->due, p->topic, p->argument);
}

void job_await(struct op *op, const struct job_kind *kind, struct str topic, int64_t due,
	       const char *key, struct json_object *arg)
{
	add(op, &(struct promise){ op->service->name, kind, due, topic, key,
				   arg ? json_text(op->arena, arg) : STR("{}") });
}

void job_add(struct op *op, const struct job_kind *kind, int64_t due, const char *key,
	     struct json_object *arg)
{
	job_await(op, kind, STR_NONE, due, key, arg);
}

void job_tell(struct op *op, struct str topic)
{
	db_run(op->db, "UPDATE job SET due = min(due, ?), topic = NULL WHERE topic = ?", "is",
	       op->now, topic);
}

void job_settle(struct op *op, int64_t at)
{
	add(op, &(struct promise){ "", &settle_kind, at, STR_NONE, NULL, STR("{}") });
}

int64_t job_next_due(struct account *account)
{
	return db_int(account->db, INT64_MAX, "SELECT due FROM job ORDER BY due LIMIT 1", "");
}

static const struct job_kind *kind_find(const struct service *service, struct str name)
{
	const struct job_kind *kind = service ? service->jobs : NULL;

	if (!service && str_is(name, settle_kind.name))
		return &settle_kind;
	for (; kind && kind->name; kind++)
		if (str_is(name, kind->name))
			return kind;
	return NULL;
}

struct job {
	int64_t id, attempts;
	struct str service, kind, argument;
};

static bool job_take(struct account *account, struct arena *a, int64_t now, struct job *job)
{
	struct stmt *q = db_query(account->db,
				  "SELECT id, attempts, service, kind, argument FROM job"
				  " WHERE due <= ? ORDER BY due, id LIMIT 1",
				  "i", now);

	if (!stmt_row(q))
		return false;
	*job = (struct job){
		.id = stmt_int(q, 0),
		.attempts = stmt_int(q, 1),
		.service = stmt_dup(q, 2, a),
		.kind = stmt_dup(q, 3, a),
		.argument = stmt_dup(q, 4, a),
	};
	stmt_done(q);
	return true;
}

static int64_t back_off(int64_t attempts)
{
	int64_t wait = BACK_OFF_MS;

	while (attempts-- > 0 && wait < BACK_OFF_MAX_MS)
		wait *= 2;
	return wait < BACK_OFF_MAX_MS ? wait : BACK_OFF_MAX_MS;
}

/* Try again later, or give up. */
static void put_back(struct account *account, const struct job *job, const struct job_kind *kind,
		     const struct op *op)
{
	int64_t most = kind && kind->attempts ? kind->attempts : ATTEMPTS_DEFAULT;

	if (!kind || job->attempts + 1 >= most) {
		log_error("account %s: job %.*s:%.*s dropped after %lld attempts: %s", account->id,
			  STR_ARG(job->service), STR_ARG(job->kind), (long long)job->attempts + 1,
			  op->error ? op->error->code : "no such kind of job");
		db_run(account->db, "DELETE FROM job WHERE id = ?", "i", job->id);
		return;
	}
	db_run(account->db, "UPDATE job SET attempts = attempts + 1, due = ? WHERE id = ?", "ii",
	       op->now + back_off(job->attempts), job->id);
}

/*
 * The job's row goes first, so that the job may promise itself again under the same key; a
 * failure brings it back with the savepoint.
 */
static enum outcome run_job(struct account *account, const struct job *job,
			    const struct job_kind *kind, struct op *op)
{
	enum outcome outcome;

	if (!kind)
		return FAILED;
	db_run(account->db, "DELETE FROM job WHERE id = ?", "i", job->id);
	outcome = op_run(op, kind->run);
	if (outcome == WAITING)
		outcome = op_fail(op, &InternalFailure, "A job cannot wait.");
	return outcome;
}

bool job_run_next(struct aws *aws, struct account *account, int64_t now,
		  void (*woken)(void *arg, struct str key), void *arg)
{
	struct arena *a = arena_new();
	struct job job;
	struct op op;
	const struct job_kind *kind;
	enum outcome outcome;
	bool found;

	db_begin(account->db, true);
	found = job_take(account, a, now, &job);
	if (found) {
		op = (struct op){
			.arena = a,
			.aws = aws,
			.account = account,
			.db = account->db,
			.region = aws->config.region,
			.endpoint = STR(""),
			.request_id = STR(""),
			.caller = { .internal = true },
			.now = now,
			.started = now,
		};
		op.service = service_find(aws->config.services, job.service);
		op.in = json_parse(a, job.argument, NULL);
		kind = kind_find(op.service, job.kind);
		db_savepoint(account->db);
		outcome = run_job(account, &job, kind, &op);
		if (outcome == DONE) {
			db_release(account->db);
		} else {
			db_rollback_to(account->db);
			put_back(account, &job, kind, &op);
		}
		if (db_commit(account->db) && outcome == DONE)
			for (struct op_wake *w = op.wakes; w; w = w->next)
				woken(arg, w->key);
	} else {
		db_rollback(account->db);
	}
	arena_free(a);
	return found;
}
