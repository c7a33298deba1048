/* The items of backups: copied, restored, deleted, a slice at a time; see backup.h. */
#include "cloud/dynamodb/backup.h"

#include "base/base64.h"
#include "cloud/dynamodb/operations.h"

enum {
	COPIED_ROWS = 1000,  /* per turn, */
	RESTORED_ROWS = 100, /* per turn, */
	PURGED_ROWS = 2000,
	SLICE_BYTES = 1 << 20, /* and no more than so much of items */
};

void backup_save(struct op *op, const struct table *table, const struct item_key *key,
		 const struct stored_item *old)
{
	db_run(op->db,
	       "INSERT OR IGNORE INTO dynamodb_backup_item (backup_id, hash, pk, sk, size, item)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "iibbis", table->backup, key->hash, key->pk, key->sk, (int64_t)old->size,
	       old->found ? old->text : STR_NONE);
}

/* --- jobs that walk over items --------------------------------------------------------- */

static int64_t number_in(struct op *op, const char *member)
{
	return json_int_or(json_get(op->in, member), 0);
}

static struct str bytes_in(struct op *op, const char *member)
{
	struct str bytes = STR("");

	base64_parse(op->arena, json_get_str(op->in, member), &bytes);
	return bytes;
}

/* Where the slice before ended. */
static struct item_key cursor(struct op *op)
{
	return (struct item_key){ json_int_or(json_get(op->in, "Hash"), -1), bytes_in(op, "Pk"),
				  bytes_in(op, "Sk") };
}

static void promise(struct op *op, enum dynamodb_job kind, int64_t backup_id, int64_t table_id,
		    const struct item_key *last)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_int(arg, "Backup", backup_id);
	json_set_int(arg, "Table", table_id);
	if (last) {
		json_set_int(arg, "Hash", last->hash);
		json_set_str(arg, "Pk", base64_print(op->arena, last->pk));
		json_set_str(arg, "Sk", base64_print(op->arena, last->sk));
	}
	job_add(op, &dynamodb_jobs[kind], op->now, NULL, arg);
}

void backup_start_copy(struct op *op, int64_t backup_id, int64_t table_id)
{
	promise(op, DYNAMODB_JOB_BACKUP, backup_id, table_id, NULL);
}

void backup_start_restore(struct op *op, int64_t backup_id, int64_t table_id)
{
	promise(op, DYNAMODB_JOB_RESTORE, backup_id, table_id, NULL);
}

void backup_start_purge(struct op *op, int64_t backup_id)
{
	promise(op, DYNAMODB_JOB_BACKUP_PURGE, backup_id, 0, NULL);
}

/* The row and definition of the job's table; NULL when it is gone. */
static const struct table *table_of_job(struct op *op, struct table_row *row)
{
	*row = (struct table_row){ .id = number_in(op, "Table") };
	row->stamp =
		db_int(op->db, 0, "SELECT stamp FROM dynamodb_table WHERE id = ?", "i", row->id);
	return row->stamp ? table_load(op, row) : NULL;
}

/* --- copying ------------------------------------------------------------------------------ */

/* The key up to which the next slice goes; false when nothing is left. */
static bool next_slice(struct op *op, const struct item_key *from, struct item_key *to)
{
	int64_t bytes = 0;
	bool any = false;
	struct stmt *q = db_query(op->db,
				  "SELECT hash, pk, sk, size FROM dynamodb_item WHERE table_id = ?"
				  " AND (hash, pk, sk) > (?, ?, ?) ORDER BY hash, pk, sk LIMIT ?",
				  "iibbi", number_in(op, "Table"), from->hash, from->pk, from->sk,
				  (int64_t)COPIED_ROWS);

	while (bytes < SLICE_BYTES && stmt_row(q)) {
		any = true;
		bytes += stmt_int(q, 3);
		*to = (struct item_key){ stmt_int(q, 0), stmt_dup(q, 1, op->arena),
					 stmt_dup(q, 2, op->arena) };
	}
	stmt_done(q);
	return any;
}

/* The copy is whole: what was absent is forgotten, the table no longer saves what it changes. */
static void finish_copy(struct op *op, int64_t backup_id)
{
	struct table_row row;
	const struct table *table = table_of_job(op, &row);
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

enum outcome backup_copy(struct op *op)
{
	int64_t backup_id = number_in(op, "Backup");
	struct item_key from = cursor(op), to;

	if (!next_slice(op, &from, &to)) {
		finish_copy(op, backup_id);
		return DONE;
	}
	db_run(op->db,
	       "INSERT OR IGNORE INTO dynamodb_backup_item (backup_id, hash, pk, sk, size, item)"
	       " SELECT ?, hash, pk, sk, size, item FROM dynamodb_item WHERE table_id = ?"
	       " AND (hash, pk, sk) > (?, ?, ?) AND (hash, pk, sk) <= (?, ?, ?)",
	       "iiibbibb", backup_id, number_in(op, "Table"), from.hash, from.pk, from.sk, to.hash,
	       to.pk, to.sk);
	promise(op, DYNAMODB_JOB_BACKUP, backup_id, number_in(op, "Table"), &to);
	return DONE;
}

/* --- restoring ------------------------------------------------------------------------------ */

/* One item of a restored table. */
struct restored {
	struct item_key key;
	struct str text;
	size_t size;
};

static size_t read_slice(struct op *op, const struct item_key *from, struct restored *items)
{
	struct stmt *q = db_query(op->db,
				  "SELECT hash, pk, sk, size, item FROM dynamodb_backup_item"
				  " WHERE backup_id = ? AND (hash, pk, sk) > (?, ?, ?)"
				  " ORDER BY hash, pk, sk LIMIT ?",
				  "iibbi", number_in(op, "Backup"), from->hash, from->pk, from->sk,
				  (int64_t)RESTORED_ROWS);
	size_t count = 0, bytes = 0;

	while (bytes < SLICE_BYTES && stmt_row(q)) {
		struct restored *item = &items[count++];

		item->key = (struct item_key){ stmt_int(q, 0), stmt_dup(q, 1, op->arena),
					       stmt_dup(q, 2, op->arena) };
		item->size = (size_t)stmt_int(q, 3);
		item->text = stmt_dup(q, 4, op->arena);
		bytes += item->size;
	}
	stmt_done(q);
	return count;
}

enum outcome backup_restore(struct op *op)
{
	static const struct stored_item nothing;
	struct restored items[RESTORED_ROWS];
	struct item_key from = cursor(op);
	size_t count = read_slice(op, &from, items);
	struct table_row row;
	const struct table *table = table_of_job(op, &row);

	for (size_t i = 0; table && i < count; i++) {
		struct new_item item = {
			.tree = json_parse(op->arena, items[i].text, NULL),
			.key = items[i].key,
			.text = items[i].text,
			.size = items[i].size,
		};

		item_put(op, table, &item, &nothing);
	}
	if (table && count) {
		promise(op, DYNAMODB_JOB_RESTORE, number_in(op, "Backup"), table->id,
			&items[count - 1].key);
		return DONE;
	}
	db_run(op->db, "UPDATE dynamodb_table SET ready_at = max(?, created_at + ?) WHERE id = ?",
	       "iii", op->now, table_delay(), row.id);
	db_run(op->db, "UPDATE dynamodb_backup SET readers = readers - 1 WHERE id = ?", "i",
	       number_in(op, "Backup"));
	if (table_delay())
		job_settle(op, op->now + table_delay());
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
