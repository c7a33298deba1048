/* Entries of items that expire, and the jobs that work on them; see ttl.h. */
#include "cloud/dynamodb/ttl.h"

#include <inttypes.h>

#include "cloud/dynamodb/item_walk.h"
#include "cloud/dynamodb/operations.h"

#define FIVE_YEARS_S ((int64_t)5 * 365 * 24 * 60 * 60)

enum {
	LAG_MS = 2000,      /* an item outlives its moment by so much, and others expire with it */
	EXPIRED_ROWS = 25,  /* per turn, */
	FILLED_ROWS = 1000, /* per turn, */
	PURGED_ROWS = 2000, /* per turn, */
	SLICE_BYTES = 1 << 20, /* and no more than so much of items */
};

/* --- moments ------------------------------------------------------------------------ */

/* When an item expires, in seconds; false when it never does. */
static bool moment_of(const struct table *table, struct json_object *item, int64_t *at)
{
	struct json_object *inner;
	struct number n;

	return value_type(json_get(item, table->expiry_name.p), &inner) == VALUE_N &&
	       number_parse(json_str(inner), &n) == NUMBER_FINE && number_whole(&n, at);
}

static bool moment_of_text(struct op *op, const struct table *table, struct str text, int64_t *at)
{
	/* Most items need not be parsed to know that they lack the attribute. */
	return str_find_str(text, table->expiry_needle) >= 0 &&
	       moment_of(table, json_parse(op->arena, text, NULL), at);
}

/* --- entries -------------------------------------------------------------------------- */

/* The first moment of which the service still takes notice; INT64_MAX when there is none. */
static int64_t first_moment(struct op *op, int64_t id)
{
	return db_int(
		op->db, INT64_MAX,
		"SELECT at FROM dynamodb_expiry WHERE expiry_id = ? AND at > ? ORDER BY at LIMIT 1",
		"ii", id, op->now / 1000 - FIVE_YEARS_S);
}

/* Let the job look at the table's entries at `due`; it has one promise at a time. */
static void schedule(struct op *op, int64_t table_id, int64_t id, int64_t due)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Table", table_id);
	json_set_int(arg, "Expiry", id);
	job_add(op, &dynamodb_jobs[DYNAMODB_JOB_EXPIRE], due,
		arena_printf(op->arena, "%" PRId64, id), arg);
}

/* When the entry of a moment is worked on. */
static int64_t due_at(struct op *op, int64_t moment)
{
	int64_t at = moment < INT64_MAX / 1000 - 1 ? moment * 1000 : INT64_MAX - LAG_MS;

	return (at < op->now ? op->now : at) + LAG_MS;
}

static void add_entry(struct op *op, const struct table *table, const struct item_key *key,
		      int64_t at)
{
	if (at <= op->now / 1000 - FIVE_YEARS_S)
		return;
	if (at < first_moment(op, table->expiry))
		schedule(op, table->id, table->expiry, due_at(op, at));
	db_run(op->db,
	       "INSERT OR IGNORE INTO dynamodb_expiry (expiry_id, at, hash, pk, sk) VALUES (?, ?, ?, ?, ?)",
	       "iiibb", table->expiry, at, key->hash, key->pk, key->sk);
}

void ttl_write(struct op *op, const struct table *table, const struct item_key *key,
	       const struct stored_item *old, const struct new_item *new)
{
	int64_t before, after;
	bool had = old->found && moment_of_text(op, table, old->text, &before);
	bool has = new &&moment_of(table, new->tree, &after);

	if (had && has && before == after)
		return;
	if (had)
		db_run(op->db,
		       "DELETE FROM dynamodb_expiry WHERE expiry_id = ? AND at = ? AND hash = ? AND pk = ? AND sk = ?",
		       "iiibb", table->expiry, before, key->hash, key->pk, key->sk);
	if (has)
		add_entry(op, table, key, after);
}

void ttl_close(struct op *op, const struct table *table)
{
	if (table->expiry)
		schedule(op, table->id, table->expiry, op->now + table_delay());
}

/* --- jobs --------------------------------------------------------------------------------- */

/* The table of a job's argument while its entries have the number that the job is for; NULL when they no longer do. */
static const struct table *table_of_job(struct op *op)
{
	struct table_row row = { .id = json_int_or(json_get(op->in, "Table"), 0) };
	const struct table *table;

	row.stamp = db_int(op->db, 0,
			   "SELECT stamp FROM dynamodb_table WHERE id = ? AND gone_at IS NULL", "i",
			   row.id);
	table = row.stamp ? table_load(op, &row) : NULL;
	return table && table->expiry == json_int_or(json_get(op->in, "Expiry"), 0) ? table : NULL;
}

/* Nobody needs these entries any more. */
static enum outcome purge(struct op *op, int64_t id)
{
	db_run(op->db,
	       "DELETE FROM dynamodb_expiry WHERE (expiry_id, at, hash, pk, sk) IN"
	       " (SELECT expiry_id, at, hash, pk, sk FROM dynamodb_expiry WHERE expiry_id = ? LIMIT ?)",
	       "ii", id, (int64_t)PURGED_ROWS);
	if (db_changes(op->db) == PURGED_ROWS)
		schedule(op, json_int_or(json_get(op->in, "Table"), 0), id, op->now);
	return DONE;
}

/* The keys of the next items that have expired; how many. */
static size_t expired(struct op *op, const struct table *table, struct item_key *keys)
{
	int64_t now = op->now / 1000;
	size_t count = 0;
	struct stmt *q =
		db_query(op->db,
			 "SELECT hash, pk, sk FROM dynamodb_expiry WHERE expiry_id = ?"
			 " AND at > ? AND at <= ? ORDER BY at LIMIT ?",
			 "iiii", table->expiry, now - FIVE_YEARS_S, now, (int64_t)EXPIRED_ROWS);

	while (stmt_row(q))
		keys[count++] = (struct item_key){
			.hash = stmt_int(q, 0),
			.pk = stmt_dup(q, 1, op->arena),
			.sk = stmt_dup(q, 2, op->arena),
		};
	return count;
}

enum outcome ttl_expire(struct op *op)
{
	const struct table *table = table_of_job(op);
	struct item_key keys[EXPIRED_ROWS];
	struct stored_item old;
	size_t count, bytes = 0, i;
	int64_t first;

	if (!table)
		return purge(op, json_int_or(json_get(op->in, "Expiry"), 0));
	count = expired(op, table, keys);
	for (i = 0; i < count && bytes < SLICE_BYTES; i++) {
		item_get(op, table, &keys[i], &old);
		bytes += old.size;
		if (old.found)
			item_expire(op, table, &keys[i], &old);
	}
	first = first_moment(op, table->expiry);
	if (i && first <= op->now / 1000)
		schedule(op, table->id, table->expiry, op->now);
	else if (first < INT64_MAX)
		schedule(op, table->id, table->expiry, due_at(op, first));
	return DONE;
}

/* --- filing what was there ------------------------------------------------------------------ */

static void file_item(struct op *op, const struct item_key *key, const struct stored_item *item,
		      void *context)
{
	const struct table *table = context;
	int64_t at;

	if (moment_of_text(op, table, item->text, &at))
		add_entry(op, table, key, at);
}

enum outcome ttl_fill(struct op *op)
{
	const struct table *table = table_of_job(op);

	if (table)
		item_walk_slice(op, DYNAMODB_JOB_FILL,
				&(struct walk){ .id = table->id,
						.rows = FILLED_ROWS,
						.visit = file_item,
						.context = (void *)table });
	return DONE;
}

/* --- operations ------------------------------------------------------------------------------- */

static enum outcome fail_state(struct op *op, const struct table_row *row)
{
	const char *state = row->status == TABLE_CREATING ? "CREATING" : "DELETING";

	return op_fail(
		op, &ValidationException,
		"Cannot describe time to live while table is in %s state: Current table state is %s",
		state, state);
}

enum outcome dynamodb_op_describe_time_to_live(struct op *op)
{
	struct table_row row;
	const struct table *table = table_named(op, &row);
	struct json_object *has, *told;
	bool on, settled;

	if (!table)
		return FAILED;
	if (row.status == TABLE_CREATING || row.status == TABLE_DELETING)
		return fail_state(op, &row);
	has = json_get(json_parse(op->arena, table->definition, NULL), "TimeToLive");
	on = json_bool_or(json_get(has, "Enabled"), false);
	settled = json_int_or(json_get(has, "ChangedAt"), 0) + table_delay() <= op->now;
	told = json_set_object(op->out, "TimeToLiveDescription");
	json_set_cstr(told, "TimeToLiveStatus",
		      on                ? settled ? "ENABLED" : "ENABLING"
		      : !has || settled ? "DISABLED"
					: "DISABLING");
	if (on || (has && !settled))
		json_set_str(told, "AttributeName", json_get_str(has, "AttributeName"));
	return DONE;
}

/* The rules of a change, in AWS's order; false with the error set. */
static bool check_change(struct op *op, struct json_object *has, struct str name, bool on)
{
	bool is_on = json_bool_or(json_get(has, "Enabled"), false);
	struct str current = json_get_str(has, "AttributeName");

	if (is_on && !str_eq(current, name))
		op_fail(op, &ValidationException,
			"TimeToLive is active on a different AttributeName: current AttributeName is %.*s",
			STR_ARG(current));
	else if (is_on && on)
		op_fail(op, &ValidationException, "TimeToLive is already enabled");
	else if (!is_on && !on)
		op_fail(op, &ValidationException, "TimeToLive is already disabled");
	else if (has && json_int_or(json_get(has, "ChangedAt"), 0) + 60 * 60 * 1000 > op->now)
		op_fail(op, &ValidationException,
			"Time to live has been modified multiple times within a fixed interval");
	else
		return true;
	return false;
}

/* Turn it on under a number of its own, and file what is there. */
static void turn_on(struct op *op, const struct table *table, struct json_object *ttl)
{
	struct json_object *arg = json_new_object(op->arena);
	int64_t id = table_stamp() & INT64_MAX;

	json_set_int(ttl, "Id", id);
	json_set_int(arg, "Table", table->id);
	json_set_int(arg, "Expiry", id);
	job_add(op, &dynamodb_jobs[DYNAMODB_JOB_FILL], op->now, NULL, arg);
}

enum outcome dynamodb_op_update_time_to_live(struct op *op)
{
	struct json_object *asked = op_get(op, "TimeToLiveSpecification"), *definition, *ttl;
	bool on = json_bool_or(json_get(asked, "Enabled"), false);
	struct str name = json_get_str(asked, "AttributeName");
	struct table_row row;
	const struct table *table = table_named(op, &row);

	if (!table)
		return FAILED;
	if (row.status == TABLE_CREATING || row.status == TABLE_DELETING)
		return op_fail(
			op, &ResourceInUseException,
			"Attempt to change a resource which is still in use: Table is being %s: %.*s",
			row.status == TABLE_CREATING ? "created" : "deleted", STR_ARG(table->name));
	definition = json_parse(op->arena, table->definition, NULL);
	if (!check_change(op, json_get(definition, "TimeToLive"), name, on))
		return FAILED;
	ttl = json_set_object(definition, "TimeToLive");
	json_set_str(ttl, "AttributeName", name);
	json_set_bool(ttl, "Enabled", on);
	json_set_int(ttl, "ChangedAt", op->now);
	if (on)
		turn_on(op, table, ttl);
	else
		ttl_close(op, table);
	table_store(op, table->id, definition);
	if (table_delay())
		job_settle(op, op->now + table_delay());
	ttl = json_set_object(op->out, "TimeToLiveSpecification");
	json_set_bool(ttl, "Enabled", on);
	json_set_str(ttl, "AttributeName", name);
	return DONE;
}
