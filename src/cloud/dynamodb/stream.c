/* Streams of a table's changes: opened, closed, written, trimmed; see stream.h. */
#include "cloud/dynamodb/stream.h"

#include <inttypes.h>

#include "base/time.h"
#include "cloud/dynamodb/operations.h"

#define INVALID "One or more parameter values were invalid: "

enum {
	TRIM_ROWS = 2000,               /* per turn */
	TRIM_EVERY_MS = 10 * 60 * 1000, /* records may outstay their day by so much, unseen */
	NUMBERS_A_MS = 100000, /* streams that began a millisecond apart are so far apart */
};

unsigned stream_view_named(struct str name)
{
	return (str_starts(name, STR("NEW")) ? STREAM_NEW : 0) |
	       (str_ends(name, STR("OLD_IMAGE")) || str_ends(name, STR("OLD_IMAGES")) ? STREAM_OLD
										      : 0);
}

void stream_read(struct op *op, struct stmt *q, struct stream *out)
{
	*out = (struct stream){
		.id = stmt_int(q, 0),
		.table_name = stmt_dup(q, 1, op->arena),
		.label = stmt_dup(q, 2, op->arena),
		.view = stmt_dup(q, 3, op->arena),
		.keys = stmt_dup(q, 4, op->arena),
		.created_at = stmt_int(q, 5),
		.ready_at = stmt_int(q, 6),
		.closed_at = stmt_int(q, 7),
		.first = stmt_int(q, 8),
		.last = stmt_int(q, 9),
	};
}

/* --- on and off ---------------------------------------------------------------- */

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

static bool asks(struct op *op)
{
	return json_bool_or(json_get(op_get(op, "StreamSpecification"), "StreamEnabled"), false);
}

static bool names_view(struct op *op)
{
	return json_get_str(op_get(op, "StreamSpecification"), "StreamViewType").n;
}

bool stream_check_new(struct op *op)
{
	if (asks(op) && !names_view(op))
		return refuse(
			op, INVALID
			"Table is being created with a stream enabled, UpdateViewType is required");
	if (!asks(op) && names_view(op))
		return refuse(
			op, INVALID
			"Table is being created with a stream disabled, UpdateViewType should not be "
			"specified");
	return true;
}

/* A label that no stream of a table of this name has: "2021-07-22T11:00:00.000". */
static struct str new_label(struct op *op, struct str table_name)
{
	struct str label;
	int64_t at = op->now;

	do {
		label = time_iso(op->arena, at++, true);
		label.n--; /* the Z */
	} while (db_int(op->db, 0,
			"SELECT 1 FROM dynamodb_stream WHERE table_name = ? AND label = ?", "ss",
			table_name, label));
	return label;
}

static void schedule_trim(struct op *op, int64_t id, int64_t due)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Stream", id);
	job_add(op, &dynamodb_jobs[DYNAMODB_JOB_TRIM], due, arena_printf(op->arena, "%" PRId64, id),
		arg);
}

void stream_create(struct op *op, struct str table_name, struct json_object *definition)
{
	struct json_object *specification = op_get(op, "StreamSpecification");
	struct str label, keys = json_text(op->arena, json_get(definition, "KeySchema"));
	int64_t first = op->now * NUMBERS_A_MS, id;

	if (!asks(op))
		return;
	label = new_label(op, table_name);
	db_run(op->db,
	       "INSERT INTO dynamodb_stream (table_name, label, view, keys, created_at, ready_at, first, last)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	       "ssssiiii", table_name, label, json_get_str(specification, "StreamViewType"), keys,
	       op->now, op->now + table_delay(), first, first - 1);
	id = db_last_id(op->db);
	json_set(definition, "StreamSpecification", json_object_get(specification));
	json_set_str(definition, "LatestStreamLabel", label);
	json_set_int(definition, "StreamId", id);
	schedule_trim(op, id, op->now + STREAM_KEPT_MS);
}

static struct str arn_of(struct op *op, struct str table_name, struct str label)
{
	return op_arn(op, "dynamodb", "table/%.*s/stream/%.*s", STR_ARG(table_name),
		      STR_ARG(label));
}

/* Who reads the stream hears of its end as of a record. */
static void close_stream(struct op *op, const struct table *table)
{
	struct stmt *q = db_query(op->db,
				  "UPDATE dynamodb_stream SET closed_at = ?, ready_at = ?"
				  " WHERE id = ? RETURNING label",
				  "iii", op->now, op->now + table_delay(), table->stream);

	while (stmt_row(q))
		job_tell(op, arn_of(op, table->name, stmt_dup(q, 0, op->arena)));
}

bool stream_update(struct op *op, const struct table *table, struct json_object *definition)
{
	if (asks(op) && !names_view(op))
		return refuse(op,
			      INVALID "If stream is being enabled then UpdateViewType is required");
	if (!asks(op) && names_view(op))
		return refuse(
			op, INVALID
			"If stream is being disabled, then UpdateViewType must not be specified");
	if (asks(op) && table->stream) {
		op_fail(op, &ValidationException,
			"Table already has an enabled stream: TableName: %.*s",
			STR_ARG(table->name));
		return false;
	}
	if (!asks(op) && !table->stream) {
		op_fail(op, &ValidationException, "Table has no stream to disable: TableName: %.*s",
			STR_ARG(table->name));
		return false;
	}
	if (asks(op)) {
		stream_create(op, table->name, definition);
		return true;
	}
	close_stream(op, table);
	json_object_object_del(definition, "StreamSpecification");
	json_object_object_del(definition, "StreamId");
	return true;
}

void stream_close(struct op *op, const struct table *table)
{
	if (table->stream)
		close_stream(op, table);
}

void stream_describe(struct op *op, const struct table *table, struct json_object *definition,
		     struct json_object *out)
{
	struct json_object *specification = json_get(definition, "StreamSpecification");
	struct str label = json_get_str(definition, "LatestStreamLabel");

	if (specification)
		json_set(out, "StreamSpecification", json_object_get(specification));
	if (!label.p)
		return;
	json_set_str(out, "LatestStreamLabel", label);
	json_set_str(out, "LatestStreamArn", arn_of(op, table->name, label));
}

/* --- records ------------------------------------------------------------------- */

/* Texts of equal items are equal but for the order of attributes and of sets, so their sizes are. */
static bool same_item(struct op *op, const struct stored_item *old, const struct new_item *new)
{
	struct json_object *x, *y;

	if (old->text.n != new->text.n)
		return false;
	if (str_eq(old->text, new->text))
		return true;
	x = json_own(op->arena,
		     value_new(VALUE_M, json_object_get(json_parse(op->arena, old->text, NULL))));
	y = json_own(op->arena,
		     value_new(VALUE_M, json_object_get(json_parse(op->arena, new->text, NULL))));
	return value_equal(op->arena, x, y);
}

/* The next number is taken, and who reads the stream hears of it. */
static void count_record(struct op *op, const struct table *table)
{
	struct stmt *q =
		db_query(op->db,
			 "UPDATE dynamodb_stream SET last = last + 1 WHERE id = ? RETURNING label",
			 "i", table->stream);

	while (stmt_row(q))
		job_tell(op, arn_of(op, table->name, stmt_dup(q, 0, op->arena)));
}

void stream_write(struct op *op, const struct table *table, const struct stored_item *old,
		  const struct new_item *new, bool expired)
{
	struct json_object *keys = json_new_object(op->arena);
	bool with_new = new && table->stream_view &STREAM_NEW;
	bool with_old = old->found && table->stream_view & STREAM_OLD;
	size_t size;

	if (old->found && new &&same_item(op, old, new))
		return;
	item_copy_keys(table, NULL, json_parse(op->arena, new ? new->text : old->text, NULL), keys);
	size = item_size(keys) + (with_new ? new->size : 0) + (with_old ? old->size : 0);
	count_record(op, table);
	db_run(op->db,
	       "INSERT INTO dynamodb_record (stream_id, number, at, name, expired, size, keys, new, old)"
	       " SELECT id, last, ?, ?, ?, ?, ?, ?, ? FROM dynamodb_stream WHERE id = ?",
	       "iziisssi", op->now,
	       !new         ? "REMOVE"
	       : old->found ? "MODIFY"
			    : "INSERT",
	       (int64_t)expired, (int64_t)size, json_text(op->arena, keys),
	       with_new ? new->text : STR_NONE, with_old ? old->text : STR_NONE, table->stream);
}

/* --- the end of records ---------------------------------------------------------- */

/* When the stream has something to trim again; 0: it is over. */
static int64_t next_trim(struct op *op, int64_t id)
{
	int64_t oldest =
		db_int(op->db, 0,
		       "SELECT at FROM dynamodb_record WHERE stream_id = ? ORDER BY number LIMIT 1",
		       "i", id);
	int64_t closed_at =
		db_int(op->db, 0, "SELECT closed_at FROM dynamodb_stream WHERE id = ?", "i", id);
	int64_t due = (oldest ? oldest : closed_at ? closed_at : op->now) + STREAM_KEPT_MS;

	if (!oldest && closed_at && due <= op->now)
		return 0;
	return due < op->now + TRIM_EVERY_MS ? op->now + TRIM_EVERY_MS : due;
}

enum outcome stream_trim(struct op *op)
{
	int64_t id = json_int_or(json_get(op->in, "Stream"), 0), due = op->now;

	db_run(op->db,
	       "DELETE FROM dynamodb_record WHERE stream_id = ? AND number IN"
	       " (SELECT number FROM (SELECT number, at FROM dynamodb_record WHERE stream_id = ?"
	       " ORDER BY number LIMIT ?) WHERE at <= ?)",
	       "iiii", id, id, (int64_t)TRIM_ROWS, op->now - STREAM_KEPT_MS);
	if (db_changes(op->db) < TRIM_ROWS)
		due = next_trim(op, id);
	if (due)
		schedule_trim(op, id, due);
	else
		db_run(op->db, "DELETE FROM dynamodb_stream WHERE id = ?", "i", id);
	return DONE;
}
