/* The jobs of indexes: filing what the table holds, a slice at a time, and taking away what was filed. */
#include "cloud/dynamodb/indexes_inner.h"

#include "cloud/dynamodb/item_walk.h"

#define GLOBALS "GlobalSecondaryIndexes"

enum {
	FILLED_ROWS =
		200, /* per turn: a few milliseconds, so that the account's other calls hardly wait */
	PURGED_ROWS = 2000,
};

/* The table and index that a job is about. */
struct work {
	int64_t table_id, number;
};

static struct work work_of_job(struct op *op)
{
	return (struct work){ .table_id = json_int_or(json_get(op->in, "Table"), 0),
			      .number = json_int_or(json_get(op->in, "Index"), 0) };
}

static struct json_object *job_of_work(struct op *op, const struct work *work)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Table", work->table_id);
	json_set_int(arg, "Index", work->number);
	return arg;
}

static void promise(struct op *op, enum dynamodb_job kind, const struct work *work, int64_t due)
{
	job_add(op, &dynamodb_jobs[kind], due, NULL, job_of_work(op, work));
}

/* The table while it is not deleted, and its definition; NULL otherwise. */
static const struct table *find_table(struct op *op, int64_t id, struct json_object **definition)
{
	struct table_row row = { .id = id };
	const struct table *table;

	row.stamp = db_int(op->db, 0,
			   "SELECT stamp FROM dynamodb_table WHERE id = ? AND gone_at IS NULL", "i",
			   id);
	table = row.stamp ? table_load(op, &row) : NULL;
	*definition = table ? json_parse(op->arena, table->definition, NULL) : NULL;
	return table;
}

/* --- filling ------------------------------------------------------------------------------ */

static const struct table_index *index_of_table(const struct table *table, int64_t number)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (table->indexes[i].number == number)
			return &table->indexes[i];
	return NULL;
}

struct filing {
	const struct table *table;
	const struct table_index *index;
};

static void file_item(struct op *op, const struct item_key *key, const struct stored_item *item,
		      void *context)
{
	const struct filing *f = context;

	item_index(op, f->table, f->index, key, json_parse(op->arena, item->text, NULL));
}

/* The index is complete: it is ACTIVE, though not sooner than its states can be seen. */
static void finish(struct op *op, const struct work *work, struct json_object *definition,
		   const struct item_key *last)
{
	struct json_object *index = index_numbered(definition, work->number);
	int64_t ready_at = index_moment(index, "CreatedAt") + 2 * table_delay();

	if (ready_at > op->now) {
		item_walk_on(op, DYNAMODB_JOB_INDEX, last, ready_at);
		return;
	}
	json_object_object_del(index, "CreatedAt");
	table_store(op, work->table_id, definition);
}

/* What the job in op->in is for. */
static void fill(struct op *op)
{
	struct work work = work_of_job(op);
	struct json_object *definition;
	const struct table *table = find_table(op, work.table_id, &definition);
	struct json_object *index = index_numbered(definition, work.number);
	struct filing filing = { .table = table };
	struct item_key last;

	if (index_moment(index, "CreatedAt") < 0 || index_moment(index, "DeletedAt") >= 0)
		return;
	filing.index = index_of_table(table, work.number);
	if (item_walk(op,
		      &(struct walk){ .id = table->id,
				      .rows = FILLED_ROWS,
				      .visit = file_item,
				      .context = &filing },
		      &last))
		finish(op, &work, definition, &last);
	else
		item_walk_on(op, DYNAMODB_JOB_INDEX, &last, op->now);
}

enum outcome indexes_fill(struct op *op)
{
	fill(op);
	return DONE;
}

/* --- taking away ------------------------------------------------------------------------------ */

/* Is an attribute part of any key that the definition has? */
static bool is_key(struct json_object *schema, struct str name)
{
	for (size_t i = 0; i < json_count(schema); i++)
		if (str_eq(json_get_str(json_at(schema, i), "AttributeName"), name))
			return true;
	return false;
}

static bool is_any_key(struct json_object *definition, struct str name)
{
	static const char *const members[] = { "LocalSecondaryIndexes", GLOBALS };

	if (is_key(json_get(definition, "KeySchema"), name))
		return true;
	for (int m = 0; m < 2; m++) {
		struct json_object *all = json_get(definition, members[m]);

		for (size_t i = 0; i < json_count(all); i++)
			if (is_key(json_get(json_at(all, i), "KeySchema"), name))
				return true;
	}
	return false;
}

void indexes_prune(struct op *op, struct json_object *definition)
{
	struct json_object *all = json_get(definition, "AttributeDefinitions");
	struct json_object *kept = json_new_array(op->arena);

	for (size_t i = 0; i < json_count(all); i++)
		if (is_any_key(definition, json_get_str(json_at(all, i), "AttributeName")))
			json_add(kept, json_object_get(json_at(all, i)));
	json_set(definition, "AttributeDefinitions", json_object_get(kept));
}

/* Drop the indexes that are DELETING from a definition. */
static void drop_deleted(struct op *op, struct json_object *definition)
{
	struct json_object *all = json_get(definition, GLOBALS);
	struct json_object *kept = json_new_array(op->arena);

	for (size_t i = 0; i < json_count(all); i++)
		if (index_moment(json_at(all, i), "DeletedAt") < 0)
			json_add(kept, json_object_get(json_at(all, i)));
	if (json_count(kept))
		json_set(definition, GLOBALS, json_object_get(kept));
	else
		json_object_object_del(definition, GLOBALS);
	indexes_prune(op, definition);
}

static void drop(struct op *op, const struct work *work)
{
	struct json_object *definition;
	const struct table *table = find_table(op, work->table_id, &definition);

	if (!table || index_moment(index_numbered(definition, work->number), "DeletedAt") < 0)
		return;
	drop_deleted(op, definition);
	table_store(op, work->table_id, definition);
	promise(op, DYNAMODB_JOB_INDEX_PURGE, work, op->now);
}

enum outcome indexes_drop(struct op *op)
{
	struct work work = work_of_job(op);

	drop(op, &work);
	return DONE;
}

enum outcome indexes_purge(struct op *op)
{
	struct work work = work_of_job(op);

	db_run(op->db,
	       "DELETE FROM dynamodb_entry WHERE (table_id, number, hash, pk, sk, item_hash, item_pk, item_sk) IN"
	       " (SELECT table_id, number, hash, pk, sk, item_hash, item_pk, item_sk FROM dynamodb_entry"
	       " WHERE table_id = ? AND number = ? LIMIT ?)",
	       "iii", work.table_id, work.number, (int64_t)PURGED_ROWS);
	if (db_changes(op->db) == PURGED_ROWS)
		promise(op, DYNAMODB_JOB_INDEX_PURGE, &work, op->now);
	else
		db_run(op->db, "DELETE FROM dynamodb_count WHERE table_id = ? AND number = ?", "ii",
		       work.table_id, work.number);
	return DONE;
}

void indexes_settle(struct op *op, struct json_object *definition)
{
	struct json_object *all;

	drop_deleted(op, definition);
	all = json_get(definition, GLOBALS);
	for (size_t i = 0; i < json_count(all); i++) {
		json_object_object_del(json_at(all, i), "CreatedAt");
		json_object_object_del(json_at(all, i), "UpdatedAt");
	}
}

/* --- beginning ------------------------------------------------------------------------------------ */

static void fill_now(struct op *op, const struct work *work)
{
	struct json_object *in = op->in;

	op->in = job_of_work(op, work);
	fill(op);
	op->in = in;
}

void indexes_begin(struct op *op, int64_t table_id, struct json_object *definition)
{
	int64_t due = op->now + table_delay();
	size_t count = json_count(op_get(op, "GlobalSecondaryIndexUpdates"));

	for (size_t i = 0; i < count; i++) {
		struct index_action action = index_action_at(op, i);
		struct work work = { .table_id = table_id };

		work.number = json_int_or(json_get(index_named(definition, GLOBALS, action.name),
						   "Number"),
					  0);
		if (action.verb == INDEX_CREATE && table_delay())
			promise(op, DYNAMODB_JOB_INDEX, &work, due);
		else if (action.verb == INDEX_CREATE)
			fill_now(op, &work);
		else if (action.verb == INDEX_DELETE && table_delay())
			promise(op, DYNAMODB_JOB_INDEX_DROP, &work, due);
		else if (action.verb == INDEX_DELETE)
			drop(op, &work);
	}
}
