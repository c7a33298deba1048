/* The store: statements, transactions, failures that stick, and what a restart finds. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/account.h"
#include "store/event.h"
#include "store/folder.h"
#include "unit/tap.h"

static struct arena *a;
static const char *why;

static void rows(struct db *db)
{
	struct stmt *q;

	ok(db_begin(db, true) &&
		   db_run(db, "INSERT INTO t (s, b) VALUES (?, ?)", "sb", STR("one"), STR("\0x")) &&
		   db_run(db, "INSERT INTO t (s, b) VALUES (?, ?)", "sb", STR(""), STR_NONE) &&
		   db_commit(db),
	   "rows are written and committed");
	q = db_query(db, "SELECT s, b FROM t ORDER BY id", "");
	ok(stmt_row(q) && str_is(stmt_str(q, 0), "one") && stmt_str(q, 1).n == 2,
	   "text and blob come back");
	ok(stmt_row(q) && stmt_str(q, 0).p && !stmt_str(q, 0).n && !stmt_str(q, 1).p,
	   "empty text is present, NULL is absent");
	ok(!stmt_row(q), "the rows end");
}

static void transactions(const char *dir)
{
	char *path = arena_printf(a, "%s/t.db", dir);
	struct db *db = db_open(path, DB_NORMAL, a, &why);

	ok(db != NULL, "a database opens where there was none");
	ok(db_script(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT UNIQUE, b BLOB)", a, &why),
	   "a schema runs");
	rows(db);
	db_begin(db, true);
	ok(!db_run(db, "INSERT INTO t (s) VALUES (?)", "z", "one") && !db_failed(db),
	   "a refused constraint is an answer, not a failure");
	db_savepoint(db);
	db_run(db, "INSERT INTO t (s) VALUES (?)", "z", "two");
	db_rollback_to(db);
	db_savepoint(db);
	db_run(db, "INSERT INTO t (s) VALUES (?)", "z", "three");
	db_release(db);
	ok(db_commit(db), "a transaction with savepoints commits");
	ok(db_int(db, 9, "SELECT count(*) FROM t WHERE s = 'two'", "") == 0 &&
		   db_int(db, 9, "SELECT count(*) FROM t WHERE s = 'three'", "") == 1,
	   "only the released savepoint is there");
	ok(db_wal_bytes(db) > 0, "the WAL is counted");
	db_checkpoint(db);
	ok(db_wal_bytes(db) == 0, "and written back");
	ok(!db_open(path, DB_NORMAL, a, &why) && strstr(why, "in use"),
	   "a second opening says that the file is in use");
	db_close(db);
}

/* A file that may hold no more pages stands for a full disk: SQLITE_FULL. */
static void full_disk(const char *dir)
{
	struct db *db = db_open(arena_printf(a, "%s/full.db", dir), DB_NORMAL, a, &why);
	struct str big = str_make(calloc(1, 100000), 100000);

	db_script(db, "CREATE TABLE t (b BLOB); PRAGMA max_page_count=4", a, &why);
	db_begin(db, true);
	db_run(db, "INSERT INTO t VALUES (?)", "b", big);
	ok(db_failed(db) != NULL, "a full disk fails the db");
	ok(!db_run(db, "INSERT INTO t VALUES (1)", ""), "and sticks");
	ok(!db_commit(db), "such a transaction does not commit");
	ok(db_begin(db, true) && db_run(db, "INSERT INTO t VALUES (2)", "") && db_commit(db),
	   "the next one works again");
	db_begin(db, true);
	db_savepoint(db);
	db_run(db, "INSERT INTO t VALUES (?)", "b", big);
	db_rollback_to(db);
	db_savepoint(db);
	db_run(db, "INSERT INTO t VALUES (3)", "");
	db_release(db);
	/* Whether SQLite kept the transaction or not: commit and content must agree. */
	ok(db_commit(db) == (db_int(db, 0, "SELECT count(*) FROM t WHERE b = 3", "") == 1),
	   "a commit is true exactly when its rows are there");
	ok(db_int(db, 0, "SELECT count(*) FROM t WHERE b = 2", "") == 1,
	   "what was committed before is there");
	free((char *)big.p);
	db_close(db);
}

static void accounts(const char *dir)
{
	static const char *const upgrades[] = { "ALTER TABLE thing ADD COLUMN b" };
	static const struct schema one = { "thing", 1, "CREATE TABLE thing (a)", NULL };
	static const struct schema two = { "thing", 2, "CREATE TABLE thing (a)", upgrades };
	const struct schema *const first[] = { &one, NULL }, *const second[] = { &two, NULL };
	struct str id = STR("123456789012");
	struct account *account;

	ok(!account_open(dir, id, first, false, a, &why) && strstr(why, "no account"),
	   "an account that was not made does not open");
	ok(!account_open(dir, STR("12"), first, true, a, &why) && strstr(why, "12 digits"),
	   "an account number has 12 digits");
	account = account_open(dir, id, first, true, a, &why);
	ok(account && db_begin(account->db, true) &&
		   db_run(account->db, "INSERT INTO thing VALUES (1)", "") &&
		   db_commit(account->db),
	   "a new account has its tables");
	account_close(account);
	account = account_open(dir, id, second, false, a, &why);
	ok(account && db_int(account->db, 0, "SELECT a FROM thing WHERE b IS NULL", "") == 1,
	   "tables are upgraded and keep their rows");
	account_close(account);
	ok(!account_open(dir, id, first, false, a, &why) && strstr(why, "newer"),
	   "an older program refuses a newer file");
}

static void event(const char *dir)
{
	struct event_store *e = event_open(dir, a, &why);
	struct attendee anna, found;
	size_t count;

	ok(e && event_set(e, "event-code", STR("abc")) &&
		   str_is(event_setting(e, a, "event-code"), "abc") && !event_setting(e, a, "x").p,
	   "settings are kept");
	ok(event_join(e, a, STR("Anna"), STR("token-1"), 5, &anna, &why) &&
		   account_id_valid(anna.account) && anna.account.p[0] != '0',
	   "an attendee joins and gets an account number");
	ok(event_name_taken(e, STR(" anna ")) && !event_name_taken(e, STR("Ann")),
	   "a name is taken whatever its case");
	event_set_progress(e, anna.account, STR("web-app"), STR("{}"), 6);
	event_close(e);
	e = event_open(dir, a, &why);
	ok(event_attendee_by_token(e, a, STR("token-1"), &found) && str_is(found.name, "Anna") &&
		   !event_attendee_by_token(e, a, STR("token-2"), &found),
	   "a token finds its attendee after a restart");
	ok(event_attendee_by_account(e, a, anna.account, &found) && found.joined_at == 5,
	   "so does the account");
	ok(str_is(event_progress(e, a, anna.account, STR("web-app")), "{}"), "progress is there");
	event_attendees(e, a, &count);
	is_int((int64_t)count, 1, "everybody is one");
	event_close(e);
}

int main(void)
{
	char dir[] = "/tmp/immersion-store-XXXXXX";

	a = arena_new();
	if (!mkdtemp(dir))
		return 1;
	transactions(dir);
	full_disk(dir);
	accounts(arena_printf(a, "%s/accounts", dir));
	event(arena_printf(a, "%s/data", dir));
	ok(folder_remove(dir), "the folder is removed");
	arena_free(a);
	return done_testing();
}
