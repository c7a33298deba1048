/* The items of backups: copied, restored, deleted, a slice at a time; see backup.h. */
#include "cloud/dynamodb/backup.h"

#include "cloud/dynamodb/item_walk.h"

enum {
	COPIED_ROWS = 1000,  /* per turn */
	RESTORED_ROWS = 100, /* per turn */
	PURGED_ROWS = 2000,
};

static void keep(struct op *op, int64_t backup_id, const struct item_key *key,
		 const struct stored_item *item)
{
	db_run(op->db,
	       "INSERT OR IGNORE INTO dynamodb_backup_item (backup_id, hash, pk, sk, size, item)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "iibbis", backup_id, key->hash, key->pk, key->sk, (int64_t)item->size,
	       item->found ? item->text : STR_NONE);
}

void backup_save(struct op *op, const struct table *table, const struct item_key *key,
		 const struct stored_item *old)
{
	keep(op, table->backup, key, old);
}

/* --- jobs --------------------------------------------------------------------------------- */

static int64_t number_in(struct op *op, const char *member)
{
	return json_int_or(json_get(op->in, member), 0);
}

static void promise(struct op *op, enum dynamodb_job kind, int64_t backup_id, int64_t table_id)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Backup", backup_id);
	json_set_int(arg, "Table", table_id);
	job_add(op, &dynamodb_jobs[kind], op->now, NULL, arg);
}

void backup_start_copy(struct op *op, int64_t backup_id, int64_t table_id)
{
	promise(op, DYNAMODB_JOB_BACKUP, backup_id, table_id);
}

void backup_start_restore(struct op *op, int64_t backup_id, int64_t table_id)
{
	promise(op, DYNAMODB_JOB_RESTORE, backup_id, table_id);
}

void backup_start_purge(struct op *op, int64_t backup_id)
{
	promise(op, DYNAMODB_JOB_BACKUP_PURGE, backup_id, 0);
}

static const struct table *find_table(struct op *op, int64_t id)
{
	struct table_row row = { .id = id };

	row.stamp = db_int(op->db, 0, "SELECT stamp FROM dynamodb_table WHERE id = ?", "i", id);
	return row.stamp ? table_load(op, &row) : NULL;
}

/* --- copying ------------------------------------------------------------------------------ */

/* The copy is whole: what was absent is forgotten, the table no longer saves what it changes. */
static void finish_copy(struct op *op, int64_t backup_id)
{
	const struct table *table = find_table(op, number_in(op, "Table"));
	struct json_object *definition;

	db_run(op->db, "DELETE FROM dynamodb_backup_item WHERE backup_id = ? AND item IS NULL", "i",
	       backup_id);
	db_run(op->db, "UPDATE dynamodb_backup SET ready_at = max(?, created_at + ?) WHERE id = ?",
	       "iii", op->now, table_delay(), backup_id);
	if (!table)
		return;
	definition = json_parse(op->arena, table->definition, NULL);
	json_object_object_del(definition, "BackupId");
	table_store(op, table->id, definition);
	if (table_delay())
		job_settle(op, op->now + table_delay());
}

static void copy_item(struct op *op, const struct item_key *key, const struct stored_item *item,
		      void *context)
{
	keep(op, *(int64_t *)context, key, item);
}

enum outcome backup_copy(struct op *op)
{
	int64_t backup_id = number_in(op, "Backup");

	if (item_walk_slice(op, DYNAMODB_JOB_BACKUP,
			    &(struct walk){ .id = number_in(op, "Table"),
					    .rows = COPIED_ROWS,
					    .visit = copy_item,
					    .context = &backup_id }))
		finish_copy(op, backup_id);
	return DONE;
}

/* --- restoring ------------------------------------------------------------------------------ */

static void restore_item(struct op *op, const struct item_key *key, const struct stored_item *item,
			 void *context)
{
	const struct table *table = context;
	struct stored_item there;

	if (!item->found)
		return;
	item_get(op, table, key, &there);
	if (!there.found)
		item_put(op, table,
			 &(struct new_item){ .tree = json_parse(op->arena, item->text, NULL),
					     .key = *key,
					     .text = item->text,
					     .size = item->size },
			 &there);
}

bool backup_fill(struct op *op, enum dynamodb_job kind, const struct walk *source, int64_t table_id)
{
	struct walk walk = *source;
	const struct table *table = find_table(op, table_id);

	walk.rows = RESTORED_ROWS;
	walk.visit = restore_item;
	walk.context = (void *)table;
	return !table || item_walk_slice(op, kind, &walk);
}

void backup_filled(struct op *op, int64_t table_id)
{
	db_run(op->db, "UPDATE dynamodb_table SET ready_at = max(?, created_at + ?) WHERE id = ?",
	       "iii", op->now, table_delay(), table_id);
	if (table_delay())
		job_settle(op, op->now + table_delay());
}

enum outcome backup_restore(struct op *op)
{
	int64_t backup_id = number_in(op, "Backup"), table_id = number_in(op, "Table");

	if (!backup_fill(op, DYNAMODB_JOB_RESTORE,
			 &(struct walk){ .source = WALK_BACKUP, .id = backup_id }, table_id))
		return DONE;
	backup_filled(op, table_id);
	db_run(op->db, "UPDATE dynamodb_backup SET readers = readers - 1 WHERE id = ?", "i",
	       backup_id);
	return DONE;
}

/* --- deleting ---------------------------------------------------------------------------------- */

enum outcome backup_purge(struct op *op)
{
	int64_t id = number_in(op, "Backup");

	db_run(op->db,
	       "DELETE FROM dynamodb_backup_item WHERE (backup_id, hash, pk, sk) IN"
	       " (SELECT backup_id, hash, pk, sk FROM dynamodb_backup_item WHERE backup_id = ? LIMIT ?)",
	       "ii", id, (int64_t)PURGED_ROWS);
	if (db_changes(op->db) == PURGED_ROWS)
		backup_start_purge(op, id);
	return DONE;
}
