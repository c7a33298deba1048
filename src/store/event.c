/*
 * The event's file. One lock, one connection: everything here is a few
 * microseconds, except joining, which waits for the disk.
 */
#include "store/event.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/hash.h"
#include "store/folder.h"

struct event_store {
	pthread_mutex_t lock;
	struct db *db;
};

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS attendee ("
	" id INTEGER PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL UNIQUE,"
	" token_hash BLOB NOT NULL UNIQUE, joined_at INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS progress ("
	" account TEXT NOT NULL, lab TEXT NOT NULL, verdicts TEXT NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY (account, lab)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS fresh_start (account TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;";

struct event_store *event_open(const char *data_dir, struct arena *a, const char **why)
{
	struct event_store *e;
	const char *reason = "";
	struct db *db;

	if (!folder_make(data_dir, a, why))
		return NULL;
	db = db_open(arena_printf(a, "%s/event.db", data_dir), DB_FULL, a, why);
	if (!db)
		return NULL;
	if (!db_script(db, schema, a, &reason)) {
		*why = arena_printf(a, "cannot open %s/event.db: %s", data_dir, reason);
		db_close(db);
		return NULL;
	}
	e = calloc(1, sizeof(*e));
	if (!e)
		abort();
	e->db = db;
	pthread_mutex_init(&e->lock, NULL);
	return e;
}

void event_close(struct event_store *e)
{
	if (!e)
		return;
	db_close(e->db);
	pthread_mutex_destroy(&e->lock);
	free(e);
}

/* Every public function works between these two. */
static struct db *enter(struct event_store *e)
{
	pthread_mutex_lock(&e->lock);
	return e->db;
}

static void leave(struct event_store *e)
{
	pthread_mutex_unlock(&e->lock);
}

/* One statement, one transaction. */
static bool committed(struct db *db, bool done)
{
	if (done)
		return db_commit(db);
	db_rollback(db);
	return false;
}

struct str event_setting(struct event_store *e, struct arena *a, const char *name)
{
	struct stmt *q = db_query(enter(e), "SELECT value FROM setting WHERE name = ?", "z", name);
	struct str value = stmt_row(q) ? stmt_dup(q, 0, a) : STR_NONE;

	stmt_done(q);
	leave(e);
	return value;
}

bool event_set(struct event_store *e, const char *name, struct str value)
{
	struct db *db = enter(e);
	bool done = db_begin(db, true) &&
		    db_run(db, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", "zs",
			   name, value);

	done = committed(db, done);
	leave(e);
	return done;
}

/* Twelve digits, the first not a zero, as AWS gives them out. */
static struct str fresh_account(struct arena *a)
{
	struct str first = hash_random_text(a, 1, "123456789");

	return arena_strf(a, "%s%s", first.p, hash_random_text(a, 11, "0123456789").p);
}

static struct str token_hash(struct arena *a, struct str token)
{
	unsigned char *digest = arena_alloc(a, SHA256_BYTES);

	hash_sha256(token, digest);
	return str_make(digest, SHA256_BYTES);
}

bool event_join(struct event_store *e, struct arena *a, struct str name, struct str token,
		int64_t now, struct attendee *out, const char **why)
{
	struct db *db = enter(e);
	bool done = false;

	*out = (struct attendee){ .name = arena_dup(a, name), .joined_at = now };
	if (db_begin(db, true)) {
		do
			out->account = fresh_account(a);
		while (db_int(db, 0, "SELECT 1 FROM attendee WHERE account = ?", "s",
			      out->account));
		done = db_run(db,
			      "INSERT INTO attendee (name, account, token_hash, joined_at)"
			      " VALUES (?, ?, ?, ?)",
			      "ssbi", name, out->account, token_hash(a, token), now);
		out->id = db_last_id(db);
	}
	done = committed(db, done);
	leave(e);
	if (!done)
		*why = "The event's file cannot be written: is the disk full?";
	return done;
}

bool event_set_token(struct event_store *e, struct arena *a, struct str account, struct str token)
{
	struct db *db = enter(e);
	bool done = db_begin(db, true) &&
		    db_run(db, "UPDATE attendee SET token_hash = ? WHERE account = ?", "bs",
			   token_hash(a, token), account);

	done = committed(db, done);
	leave(e);
	return done;
}

static struct attendee attendee_read(struct stmt *q, struct arena *a)
{
	return (struct attendee){ stmt_int(q, 0), stmt_dup(q, 1, a), stmt_dup(q, 2, a),
				  stmt_int(q, 3) };
}

static bool find(struct event_store *e, struct arena *a, struct stmt *q, struct attendee *out)
{
	bool found = stmt_row(q);

	if (found)
		*out = attendee_read(q, a);
	stmt_done(q);
	leave(e);
	return found;
}

bool event_attendee_by_token(struct event_store *e, struct arena *a, struct str token,
			     struct attendee *out)
{
	return find(e, a,
		    db_query(enter(e),
			     "SELECT id, name, account, joined_at FROM attendee"
			     " WHERE token_hash = ?",
			     "b", token_hash(a, token)),
		    out);
}

bool event_attendee_by_account(struct event_store *e, struct arena *a, struct str account,
			       struct attendee *out)
{
	return find(e, a,
		    db_query(enter(e),
			     "SELECT id, name, account, joined_at FROM attendee"
			     " WHERE account = ?",
			     "s", account),
		    out);
}

bool event_name_taken(struct event_store *e, struct str name)
{
	bool taken = db_int(enter(e), 0,
			    "SELECT 1 FROM attendee WHERE lower(trim(name)) = lower(trim(?))"
			    " LIMIT 1",
			    "s", name);

	leave(e);
	return taken;
}

struct attendee *event_attendees(struct event_store *e, struct arena *a, size_t *count)
{
	struct db *db = enter(e);
	size_t room = (size_t)db_int(db, 0, "SELECT count(*) FROM attendee", "");
	struct attendee *all = arena_alloc(a, (room + 1) * sizeof(*all));
	struct stmt *q =
		db_query(db, "SELECT id, name, account, joined_at FROM attendee ORDER BY id", "");

	for (*count = 0; *count < room && stmt_row(q);)
		all[(*count)++] = attendee_read(q, a);
	stmt_done(q);
	leave(e);
	return all;
}

bool event_set_progress_all(struct event_store *e, const struct event_verdicts *all, size_t count)
{
	struct db *db = enter(e);
	bool done = db_begin(db, true);

	for (size_t i = 0; done && i < count; i++)
		done = db_run(db,
			      "INSERT OR REPLACE INTO progress (account, lab, verdicts, at)"
			      " VALUES (?, ?, ?, ?)",
			      "sssi", all[i].account, all[i].lab, all[i].text, all[i].at);
	done = committed(db, done);
	leave(e);
	return done;
}

bool event_set_progress(struct event_store *e, struct str account, struct str lab,
			struct str verdicts, int64_t now)
{
	const struct event_verdicts one = { account, lab, verdicts, now };

	return event_set_progress_all(e, &one, 1);
}

bool event_start_over(struct event_store *e, struct str account, int64_t now)
{
	struct db *db = enter(e);
	bool done = db_begin(db, true) &&
		    db_run(db, "DELETE FROM progress WHERE account = ?", "s", account) &&
		    db_run(db, "INSERT OR REPLACE INTO fresh_start (account, at) VALUES (?, ?)",
			   "si", account, now);

	done = committed(db, done);
	leave(e);
	return done;
}

int64_t event_started_over(struct event_store *e, struct str account)
{
	int64_t at =
		db_int(enter(e), 0, "SELECT at FROM fresh_start WHERE account = ?", "s", account);

	leave(e);
	return at;
}

struct str event_progress(struct event_store *e, struct arena *a, struct str account,
			  struct str lab)
{
	struct stmt *q =
		db_query(enter(e), "SELECT verdicts FROM progress WHERE account = ? AND lab = ?",
			 "ss", account, lab);
	struct str verdicts = stmt_row(q) ? stmt_dup(q, 0, a) : STR_NONE;

	stmt_done(q);
	leave(e);
	return verdicts;
}
