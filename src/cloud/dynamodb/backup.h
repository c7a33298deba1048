#ifndef CLOUD_DYNAMODB_BACKUP_H
#define CLOUD_DYNAMODB_BACKUP_H

#include "cloud/dynamodb/item_walk.h"

/*
 * On-demand backups: a table's items as they were at one moment, and tables made of them.
 *
 * A backup is a row with the table's definition, its items are rows of their own; both outlive the table. A job copies
 * the items a slice at a time while the table goes on: until it is through, whoever changes an item first saves what
 * was there (backup_save(), from item.c), so that the copy is of the moment at which CreateBackup was called. An item that
 * was not there then is saved as absent. Restoring makes a table that stays CREATING while a job puts the items in.
 *
 * In a definition a backup under way stands as "BackupId"; what a table was restored from as "Restore".
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BackupRestore.html
 */

/* A table that is being restored is ready at this time: never, until the job says when. */
#define BACKUP_RESTORING INT64_MAX

/* An item of a table of which a backup is under way is about to change: save `old` (not found: that it is absent). */
void backup_save(struct op *op, const struct table *table, const struct item_key *key,
		 const struct stored_item *old);
/* What TableDescription says of a restored table. */
void backup_describe(struct op *op, const struct table_row *row, struct json_object *definition,
		     struct json_object *out);

/* Begin to copy a table's items into a backup, to fill a table from one, to delete a backup's items: promise the jobs. */
void backup_start_copy(struct op *op, int64_t backup_id, int64_t table_id);
void backup_start_restore(struct op *op, int64_t backup_id, int64_t table_id);
void backup_start_purge(struct op *op, int64_t backup_id);

/*
 * Restore the next slice of a source's items into the table (`walk` says which; its rows and visits are set here). True
 * when all are there: then say that the table is ready.
 */
bool backup_fill(struct op *op, enum dynamodb_job kind, const struct walk *walk, int64_t table_id);
void backup_filled(struct op *op, int64_t table_id);

/* The jobs. */
enum outcome backup_copy(struct op *op);
enum outcome backup_restore(struct op *op);
enum outcome backup_purge(struct op *op);

#endif
