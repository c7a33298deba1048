/* Queues as rows, their addresses, and what is counted of them; see inside.h. */
#include "base/base64.h"
#include "cloud/sqs/inside.h"

enum { PAGE_MAX = 1000, MINUTE_MS = 60000 };

/* --- rows -------------------------------------------------------------------------------- */

#define COLUMNS                                                                                    \
	"id, store, name, fifo, created_at, modified_at, purged_at, expires_at, watched_at,"       \
	" attributes, secret, dead_letter, max_receives"

static bool read_row(struct op *op, struct stmt *q, struct queue *out)
{
	*out = (struct queue){ .id = 0 };
	if (!stmt_row(q))
		return false;
	*out = (struct queue){
		.id = stmt_int(q, 0),
		.store = stmt_int(q, 1),
		.name = stmt_dup(q, 2, op->arena),
		.fifo = stmt_int(q, 3),
		.created_at = stmt_int(q, 4),
		.modified_at = stmt_int(q, 5),
		.purged_at = stmt_int(q, 6),
		.expires_at = stmt_int(q, 7),
		.watched_at = stmt_int(q, 8),
		.attributes = json_parse(op->arena, stmt_str(q, 9), NULL),
		.secret = stmt_dup(q, 10, op->arena),
		.dead_letter = stmt_dup(q, 11, op->arena),
		.max_receives = stmt_int(q, 12),
	};
	stmt_done(q);
	return true;
}

bool queue_find(struct op *op, struct str name, struct queue *out)
{
	return read_row(op,
			db_query(op->db, "SELECT " COLUMNS " FROM sqs_queue WHERE name = ?", "s",
				 name),
			out);
}

bool queue_by_id(struct op *op, int64_t id, struct queue *out)
{
	return read_row(op,
			db_query(op->db, "SELECT " COLUMNS " FROM sqs_queue WHERE id = ?", "i", id),
			out);
}

void queue_save(struct op *op, const struct queue *q)
{
	db_run(op->db,
	       "UPDATE sqs_queue SET modified_at = ?, attributes = ?, dead_letter = ?,"
	       " max_receives = ? WHERE id = ?",
	       "issii", q->modified_at, json_text(op->arena, q->attributes), q->dead_letter,
	       q->max_receives, q->id);
}

/* --- addresses -------------------------------------------------------------------------- */

struct str queue_url(struct op *op, struct str name)
{
	return arena_strf(op->arena, "%.*s/%s/%.*s", STR_ARG(op->endpoint), op->account->id,
			  STR_ARG(name));
}

struct str queue_arn(struct op *op, struct str name)
{
	return op_arn(op, "sqs", "%.*s", STR_ARG(name));
}

struct str queue_of_arn(struct op *op, struct str arn)
{
	struct str head = op_arn(op, "sqs", "%s", "");

	return str_starts(arn, head) ? str_slice(arn, head.n, arn.n) : STR_NONE;
}

/* "http://HOST/ACCOUNT/NAME", whatever the host is called; the path alone; or the name alone. */
struct str queue_name_of(struct op *op)
{
	struct str rest = op_str_or(op, "QueueUrl", ""), account = STR_NONE, name = STR_NONE;

	if (str_find(rest, '/') < 0)
		return rest;
	while (rest.p) {
		account = name;
		name = str_cut(&rest, '/');
	}
	return str_is(account, op->account->id) ? name : STR_NONE;
}

bool queue_get(struct op *op, struct queue *out)
{
	struct str name = queue_name_of(op);

	if (name.n && queue_find(op, name, out))
		return true;
	op_fail(op, &QueueDoesNotExist, "The specified queue does not exist.");
	return false;
}

struct str queue_key(struct op *op, const struct queue *q)
{
	return arena_strf(op->arena, "sqs/%lld", (long long)q->id);
}

void queue_tell(struct op *op, const struct queue *q)
{
	op_wake(op, queue_key(op, q));
	job_tell(op, queue_arn(op, q->name));
}

/* --- attributes ---------------------------------------------------------------------------- */

int64_t queue_number(const struct queue *q, const char *attribute)
{
	int64_t number = 0;

	str_to_int(json_get_str(q->attributes, attribute), &number);
	return number;
}

bool queue_flag(const struct queue *q, const char *attribute)
{
	return str_is(json_get_str(q->attributes, attribute), "true");
}

int64_t queue_horizon(const struct op *op, const struct queue *q)
{
	return op->now - queue_number(q, "MessageRetentionPeriod") * 1000;
}

/* --- stores -------------------------------------------------------------------------------- */

int64_t store_make(struct op *op)
{
	db_run(op->db, "INSERT INTO sqs_store (dropped) VALUES (0)", "");
	return db_last_id(op->db);
}

void store_drop(struct op *op, int64_t store)
{
	db_run(op->db, "UPDATE sqs_store SET dropped = 1 WHERE id = ?", "i", store);
	job_add(op, &sqs_jobs[SQS_DROP], op->now, "drop", NULL);
}

void queue_count(struct op *op, const struct queue *q, struct queue_counts *out)
{
	int64_t all = db_int(op->db, 0,
			     "SELECT count(*) FROM sqs_message WHERE store = ? AND sent_at > ?",
			     "ii", q->store, queue_horizon(op, q));
	struct stmt *s = db_query(op->db,
				  "SELECT sum(receives > 0), sum(receives = 0) FROM sqs_message"
				  " WHERE store = ? AND visible_at > ?",
				  "ii", q->store, op->now);

	*out = (struct queue_counts){ .visible = all };
	if (stmt_row(s)) {
		out->hidden = stmt_int(s, 0);
		out->delayed = stmt_int(s, 1);
	}
	stmt_done(s);
	out->visible = all > out->hidden + out->delayed ? all - out->hidden - out->delayed : 0;
	out->oldest_at = db_int(op->db, 0, "SELECT min(sent_at) FROM sqs_message WHERE store = ?",
				"i", q->store);
}

/* --- what goes on ------------------------------------------------------------------------------ */

static struct json_object *about(struct op *op, const struct queue *q)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Queue", q->id);
	return arg;
}

static void promise(struct op *op, int kind, const struct queue *q, int64_t due)
{
	job_add(op, &sqs_jobs[kind], due, arena_printf(op->arena, "%lld", (long long)q->id),
		about(op, q));
}

void queue_attend(struct op *op, struct queue *q)
{
	int64_t expires_at = op->now + queue_number(q, "MessageRetentionPeriod") * 1000;

	if (q->expires_at && q->watched_at)
		return;
	if (!q->expires_at) {
		q->expires_at = expires_at;
		promise(op, SQS_EXPIRE, q, expires_at);
	}
	if (!q->watched_at) {
		q->watched_at = op->now + MINUTE_MS;
		promise(op, SQS_WATCH, q, q->watched_at);
	}
	db_run(op->db, "UPDATE sqs_queue SET expires_at = ?, watched_at = ? WHERE id = ?", "iii",
	       q->expires_at, q->watched_at, q->id);
}

/* --- pages ------------------------------------------------------------------------------------- */

bool queue_page_begin(struct op *op, struct str *after, int64_t *limit)
{
	struct str token = op_str(op, "NextToken");

	*limit = op_int_or(op, "MaxResults", PAGE_MAX);
	*after = STR("");
	if (*limit < 1 || *limit > PAGE_MAX) {
		op_fail(op, &SqsInvalidParameter,
			"Value %lld for parameter MaxResults is invalid. Reason: Must be between 1 "
			"and %d, if provided.",
			(long long)*limit, PAGE_MAX);
		return false;
	}
	if (!token.n || (base64_parse(op->arena, token, after) && after->n && str_is_utf8(*after)))
		return true;
	op_fail(op, &SqsInvalidParameter, "Invalid or expired next token.");
	return false;
}

void queue_page(struct op *op, struct stmt *names, const char *list, int64_t limit)
{
	struct json_object *urls = NULL;
	struct str last = STR("");

	while (stmt_row(names)) {
		if ((int64_t)json_count(urls) == limit) {
			/* Without MaxResults there is no next page. */
			if (op_has(op, "MaxResults"))
				json_set_str(op->out, "NextToken", base64_print(op->arena, last));
			break;
		}
		if (!urls)
			urls = json_set_array(op->out, list);
		last = stmt_dup(names, 0, op->arena);
		json_add_str(urls, queue_url(op, last));
	}
	stmt_done(names);
}
