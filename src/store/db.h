#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/arena.h"

/*
 * db: one SQLite file, with prepared statements that are kept.
 *
 *	struct stmt *q = db_query(db, "SELECT name FROM thing WHERE id = ?", "i", id);
 *
 *	while (stmt_row(q))
 *		use(stmt_str(q, 0));
 *
 * A db belongs to one thread at a time. A broken machine (disk full, I/O error,
 * corruption) is sticky: statements then answer nothing, db_failed() says so,
 * and whoever opened the transaction asks once, at its end. SQL that cannot be
 * prepared is a bug and aborts with the text.
 */
struct db;
struct stmt;

/* What a commit promises. Both survive the death of the process. */
enum db_durability {
	DB_NORMAL, /* a power cut may take the last commits, never the file */
	DB_FULL,   /* a commit is on the disk when it returns */
};

/*
 * Open or create `path` (WAL). NULL on failure, with a whole sentence in *why
 * (static or from the arena). The caller owns the db.
 */
struct db *db_open(const char *path, enum db_durability durability, struct arena *a,
		   const char **why);
void db_close(struct db *db);

/*
 * A statement with its parameters bound, ready for stmt_row(). `types` has one
 * letter a parameter: i int64_t, s struct str as text (absent: NULL), b struct str
 * as blob (absent: NULL), z const char * (NULL: NULL), r double. `sql` must be a string literal:
 * the prepared statement is kept under its address, and is in use until the next
 * db_query() with the same sql. So a statement must not be nested in itself.
 */
struct stmt *db_query(struct db *db, const char *sql, const char *types, ...);
/* Run a statement that answers no rows; false when the db failed or a constraint refused. */
bool db_run(struct db *db, const char *sql, const char *types, ...);
/* The first column of the first row as an integer, or `otherwise`. */
int64_t db_int(struct db *db, int64_t otherwise, const char *sql, const char *types, ...);
/* Several statements without parameters (schemas); false with a sentence in *why. */
bool db_script(struct db *db, const char *sql, struct arena *a, const char **why);

/* The next row; false at the end or when the db failed. The statement is reset at the end. */
bool stmt_row(struct stmt *q);
/* Stop before the end of the rows. Harmless at the end. */
void stmt_done(struct stmt *q);
/* Columns from 0. A str is valid until the next stmt_row/stmt_done; NULL gives the absent str. */
int64_t stmt_int(struct stmt *q, int column);
double stmt_real(struct stmt *q, int column);
struct str stmt_str(struct stmt *q, int column);
/* A copy in the arena. */
struct str stmt_dup(struct stmt *q, int column, struct arena *a);

/* Rows changed by the last statement; the rowid of the last insert. */
int64_t db_changes(struct db *db);
/* Rows changed since the file was opened, also by what was rolled back: the same number again means that nothing was. */
int64_t db_changes_ever(struct db *db);
int64_t db_last_id(struct db *db);

/*
 * Transactions. db_begin() takes the write lock at once when `writes`. Savepoints nest inside.
 * db_commit() is false when nothing was committed; the transaction is then rolled back
 * and the failure cleared (a later transaction may do better: the disk may have room again).
 */
bool db_begin(struct db *db, bool writes);
bool db_commit(struct db *db);
void db_rollback(struct db *db);
bool db_savepoint(struct db *db);
bool db_release(struct db *db);     /* keep what was done since the savepoint */
void db_rollback_to(struct db *db); /* undo it, and clear the failure */

/* Has something broken since the last begin? The sentence, or NULL. */
const char *db_failed(const struct db *db);
/* Move the WAL into the file as far as readers allow; db_open() turns the automatic one off. */
void db_checkpoint(struct db *db);
/* Bytes of WAL since the last checkpoint, roughly; to know when one is due. */
int64_t db_wal_bytes(const struct db *db);

#endif
