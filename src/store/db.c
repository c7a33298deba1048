/*
 * db: one SQLite file behind a small interface.
 *
 * The file is opened in exclusive locking mode: the WAL's index then lives in our own
 * memory and a transaction asks the kernel for no locks. It also keeps a
 * second server from working on the same folder.
 */
#include "store/db.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/log.h"

enum {
	CACHE_KIB = 8192,          /* of pages, per file */
	WAL_KEPT_BYTES = 32 << 20, /* a WAL that grew larger is cut back */
	PUSH_BYTES = 2 << 20,      /* of new WAL that are worth a system call */
	PAGES_MAX = 2 << 20,       /* 8 GiB: no file grows on, whatever writes into it */
	BUSY_MS = 2000,            /* how long opening waits for a server that is just leaving */
};

struct stmt {
	struct db *db;
	const char *sql; /* the literal's address is the key */
	sqlite3_stmt *handle;
	bool running;
};

struct db {
	sqlite3 *handle;
	struct stmt **statements; /* open addressing by sql's address */
	size_t size, count;       /* size is a power of two */
	bool failed;
	int64_t wal_bytes;
	int64_t wal_pushed; /* of it, on its way to the disk */
	int wal_fd;         /* a descriptor of our own, or -1 */
	char why[200];
};

/* Statistics would cost a global lock on each allocation. */
__attribute__((constructor)) static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static void fail(struct db *db)
{
	if (db->failed)
		return;
	db->failed = true;
	snprintf(db->why, sizeof(db->why), "%s", sqlite3_errmsg(db->handle));
	log_error("database %s: %s", sqlite3_db_filename(db->handle, "main"), db->why);
}

const char *db_failed(const struct db *db)
{
	return db->failed ? db->why : NULL;
}

/*
 * Let the disk start on the WAL while it grows: the checkpoint's fsync then finds little left to
 * wait for. Nothing depends on it, so failures do not matter. (The WAL is not the file
 * that POSIX locks are held on: opening and closing it is harmless.)
 */
static void push_wal(struct db *db)
{
	if (db->wal_bytes < db->wal_pushed)
		db->wal_pushed = 0; /* it began again */
	if (db->wal_bytes - db->wal_pushed < PUSH_BYTES)
		return;
	if (db->wal_fd < 0) {
		const char *path = sqlite3_filename_wal(sqlite3_db_filename(db->handle, "main"));

		db->wal_fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (db->wal_fd >= 0)
		sync_file_range(db->wal_fd, db->wal_pushed, db->wal_bytes - db->wal_pushed,
				SYNC_FILE_RANGE_WRITE);
	db->wal_pushed = db->wal_bytes;
}

static int count_wal(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct db *db = arg;

	(void)handle;
	(void)name;
	db->wal_bytes = (int64_t)pages * 4096;
	push_wal(db);
	return SQLITE_OK;
}

static bool prepare_file(struct db *db, enum db_durability durability)
{
	char kept[120];

	snprintf(kept, sizeof(kept),
		 "PRAGMA journal_size_limit=%d; PRAGMA cache_size=-%d; PRAGMA max_page_count=%d",
		 WAL_KEPT_BYTES, CACHE_KIB, PAGES_MAX);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	return sqlite3_exec(db->handle, "PRAGMA locking_mode=EXCLUSIVE", NULL, NULL, NULL) ==
		       SQLITE_OK &&
	       sqlite3_exec(db->handle, "PRAGMA journal_mode=WAL", NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_exec(db->handle,
			    durability == DB_FULL ? "PRAGMA synchronous=FULL"
						  : "PRAGMA synchronous=NORMAL",
			    NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_exec(db->handle, kept, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_exec(db->handle,
			    "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF;"
			    "BEGIN IMMEDIATE; COMMIT",
			    NULL, NULL, NULL) == SQLITE_OK;
}

struct db *db_open(const char *path, enum db_durability durability, struct arena *a,
		   const char **why)
{
	struct db *db = calloc(1, sizeof(*db));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	if (!db)
		abort();
	if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK ||
	    !prepare_file(db, durability)) {
		int code = sqlite3_errcode(db->handle);

		*why = code == SQLITE_BUSY
			       ? arena_printf(a,
					      "%s is in use by another process: is a server "
					      "running on this folder already?",
					      path)
			       : arena_printf(a, "cannot open %s: %s", path,
					      sqlite3_errmsg(db->handle));
		sqlite3_close(db->handle);
		free(db);
		return NULL;
	}
	sqlite3_wal_hook(db->handle, count_wal, db);
	db->size = 64;
	db->wal_fd = -1;
	db->statements = calloc(db->size, sizeof(*db->statements));
	if (!db->statements)
		abort();
	return db;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->size; i++) {
		if (!db->statements[i])
			continue;
		sqlite3_finalize(db->statements[i]->handle);
		free(db->statements[i]);
	}
	free(db->statements);
	if (db->wal_fd >= 0)
		close(db->wal_fd);
	if (sqlite3_close(db->handle) != SQLITE_OK)
		log_error("a database was closed while in use");
	free(db);
}

/* --- statements -------------------------------------------------------- */

static struct stmt **slot(struct stmt **table, size_t size, const char *sql)
{
	size_t i = ((uintptr_t)sql >> 3) * 0x9e3779b97f4a7c15ULL >> 32;

	for (i &= size - 1; table[i] && table[i]->sql != sql; i = (i + 1) & (size - 1))
		;
	return &table[i];
}

static void grow(struct db *db)
{
	size_t size = db->size * 2;
	struct stmt **table = calloc(size, sizeof(*table));

	if (!table)
		abort();
	for (size_t i = 0; i < db->size; i++)
		if (db->statements[i])
			*slot(table, size, db->statements[i]->sql) = db->statements[i];
	free(db->statements);
	db->statements = table;
	db->size = size;
}

static struct stmt *statement(struct db *db, const char *sql)
{
	struct stmt **at = slot(db->statements, db->size, sql), *q = *at;

	if (q)
		return q;
	q = calloc(1, sizeof(*q));
	if (!q)
		abort();
	q->db = db;
	q->sql = sql;
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->handle, NULL) !=
	    SQLITE_OK) {
		int code = sqlite3_errcode(db->handle);

		if (code == SQLITE_ERROR) {
			log_error("SQL is wrong: %s: %s", sqlite3_errmsg(db->handle), sql);
			abort();
		}
		fail(db); /* the file's own trouble: the statement answers nothing */
		q->handle = NULL;
	}
	*at = q;
	if (++db->count * 4 > db->size * 3)
		grow(db);
	return q;
}

static void bind(struct stmt *q, const char *types, va_list args)
{
	int n = 1;

	for (const char *t = types; *t; t++, n++) {
		struct str s;
		const char *z;

		switch (*t) {
		case 'i':
			sqlite3_bind_int64(q->handle, n, va_arg(args, int64_t));
			break;
		case 'r':
			sqlite3_bind_double(q->handle, n, va_arg(args, double));
			break;
		case 's':
			s = va_arg(args, struct str);
			sqlite3_bind_text64(q->handle, n, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case 'b':
			s = va_arg(args, struct str);
			sqlite3_bind_blob64(q->handle, n, s.p, s.n, SQLITE_STATIC);
			break;
		case 'z':
			z = va_arg(args, const char *);
			sqlite3_bind_text(q->handle, n, z, -1, SQLITE_STATIC);
			break;
		default:
			log_error("SQL parameter of unknown type '%c': %s", *t, q->sql);
			abort();
		}
	}
	if (n - 1 != sqlite3_bind_parameter_count(q->handle)) {
		log_error("SQL with %d parameters got %d: %s",
			  sqlite3_bind_parameter_count(q->handle), n - 1, q->sql);
		abort();
	}
}

static struct stmt *query(struct db *db, const char *sql, const char *types, va_list args)
{
	struct stmt *q = statement(db, sql);

	if (q->handle) {
		if (q->running)
			sqlite3_reset(q->handle);
		q->running = false;
		bind(q, types, args);
	}
	return q;
}

struct stmt *db_query(struct db *db, const char *sql, const char *types, ...)
{
	struct stmt *q;
	va_list args;

	va_start(args, types);
	q = query(db, sql, types, args);
	va_end(args);
	return q;
}

void stmt_done(struct stmt *q)
{
	if (q->running)
		sqlite3_reset(q->handle);
	q->running = false;
}

/* Step once: SQLITE_ROW, SQLITE_DONE, SQLITE_CONSTRAINT; anything else has failed the db. */
static int step(struct stmt *q)
{
	int code;

	if (q->db->failed || !q->handle)
		return SQLITE_ERROR;
	q->running = true;
	code = sqlite3_step(q->handle);
	if (code == SQLITE_ROW)
		return code;
	if (code != SQLITE_DONE && code != SQLITE_CONSTRAINT)
		fail(q->db);
	stmt_done(q);
	return code;
}

bool stmt_row(struct stmt *q)
{
	return step(q) == SQLITE_ROW;
}

bool db_run(struct db *db, const char *sql, const char *types, ...)
{
	struct stmt *q;
	va_list args;
	int code;

	va_start(args, types);
	q = query(db, sql, types, args);
	va_end(args);
	code = step(q);
	stmt_done(q);
	return code == SQLITE_DONE || code == SQLITE_ROW;
}

int64_t db_int(struct db *db, int64_t otherwise, const char *sql, const char *types, ...)
{
	struct stmt *q;
	va_list args;

	va_start(args, types);
	q = query(db, sql, types, args);
	va_end(args);
	if (stmt_row(q) && sqlite3_column_type(q->handle, 0) != SQLITE_NULL)
		otherwise = stmt_int(q, 0);
	stmt_done(q);
	return otherwise;
}

bool db_script(struct db *db, const char *sql, struct arena *a, const char **why)
{
	char *message = NULL;

	if (sqlite3_exec(db->handle, sql, NULL, NULL, &message) == SQLITE_OK)
		return true;
	*why = arena_printf(a, "%s", message ? message : "the database failed");
	sqlite3_free(message);
	return false;
}

int64_t stmt_int(struct stmt *q, int column)
{
	return sqlite3_column_int64(q->handle, column);
}

double stmt_real(struct stmt *q, int column)
{
	return sqlite3_column_double(q->handle, column);
}

struct str stmt_str(struct stmt *q, int column)
{
	const void *p = sqlite3_column_blob(q->handle, column);
	int n = sqlite3_column_bytes(q->handle, column);

	/* SQLite answers NULL for an empty blob too. */
	if (!p && sqlite3_column_type(q->handle, column) != SQLITE_NULL)
		p = "";
	return str_make(p, (size_t)n);
}

struct str stmt_dup(struct stmt *q, int column, struct arena *a)
{
	struct str s = stmt_str(q, column);

	return s.p ? arena_dup(a, s) : s;
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes(db->handle);
}

int64_t db_changes_ever(struct db *db)
{
	return sqlite3_total_changes(db->handle);
}

int64_t db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

/* --- transactions ---------------------------------------------------- */

/* Reset what was left in the middle: a running reader would keep the transaction open. */
static void stop_statements(struct db *db)
{
	for (size_t i = 0; i < db->size; i++)
		if (db->statements[i])
			stmt_done(db->statements[i]);
}

bool db_begin(struct db *db, bool writes)
{
	db->failed = false;
	return writes ? db_run(db, "BEGIN IMMEDIATE", "") : db_run(db, "BEGIN", "");
}

bool db_commit(struct db *db)
{
	stop_statements(db);
	if (!db->failed && db_run(db, "COMMIT", ""))
		return true;
	fail(db);
	db_rollback(db);
	return false;
}

void db_rollback(struct db *db)
{
	stop_statements(db);
	db->failed = false;
	/* SQLite may have rolled back by itself (a full disk): then there is nothing left to do. */
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_savepoint(struct db *db)
{
	return db_run(db, "SAVEPOINT turn", "");
}

bool db_release(struct db *db)
{
	return db_run(db, "RELEASE turn", "");
}

void db_rollback_to(struct db *db)
{
	stop_statements(db);
	/* A failure that ended the whole transaction stays: the commit must not succeed. */
	if (sqlite3_get_autocommit(db->handle))
		return;
	db->failed = false;
	db_run(db, "ROLLBACK TO turn", "");
	db_run(db, "RELEASE turn", "");
}

void db_checkpoint(struct db *db)
{
	int code =
		sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	if (code != SQLITE_OK && code != SQLITE_BUSY)
		log_warn("checkpoint of %s: %s", sqlite3_db_filename(db->handle, "main"),
			 sqlite3_errmsg(db->handle));
	db->wal_bytes = db->wal_pushed = 0;
}

int64_t db_wal_bytes(const struct db *db)
{
	return db->wal_bytes;
}
