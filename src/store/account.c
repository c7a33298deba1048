/* An account's file: opened, its tables made or upgraded. */
#include "store/account.h"

#include <stdlib.h>
#include <unistd.h>

#include "store/folder.h"

bool account_id_valid(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < '0' || id.p[i] > '9')
			return false;
	return id.n == 12;
}

/* Bring one service's tables to the version the program has, in the open transaction. */
static bool upgrade(struct db *db, const struct schema *s, struct arena *a, const char **why)
{
	int64_t have =
		db_int(db, 0, "SELECT version FROM schema_version WHERE name = ?", "z", s->name);

	if (have > s->version) {
		*why = arena_printf(
			a,
			"it was written by a newer version (%s tables are version %d, this "
			"program knows %d)",
			s->name, (int)have, s->version);
		return false;
	}
	if (have == s->version)
		return true;
	if (have == 0) {
		if (!db_script(db, s->sql, a, why))
			return false;
		have = 1;
	}
	for (; have < s->version; have++)
		if (!db_script(db, s->upgrades[have - 1], a, why))
			return false;
	return db_run(db, "INSERT OR REPLACE INTO schema_version (name, version) VALUES (?, ?)",
		      "zi", s->name, have);
}

static bool upgrade_all(struct db *db, const struct schema *const *schemas, struct arena *a,
			const char **why)
{
	*why = "the file cannot be written";
	if (!db_begin(db, true))
		return false;
	if (!db_script(db,
		       "CREATE TABLE IF NOT EXISTS schema_version"
		       " (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
		       a, why)) {
		db_rollback(db);
		return false;
	}
	for (; *schemas; schemas++) {
		if (!upgrade(db, *schemas, a, why)) {
			db_rollback(db);
			return false;
		}
	}
	return db_commit(db);
}

struct account *account_open(const char *accounts_dir, struct str id,
			     const struct schema *const *schemas, bool create, struct arena *a,
			     const char **why)
{
	struct account *account;
	char *dir = arena_printf(a, "%s/%.*s", accounts_dir, STR_ARG(id));
	char *file = arena_printf(a, "%s/account.db", dir);
	const char *reason = "";
	struct db *db;

	if (!account_id_valid(id)) {
		*why = arena_printf(a, "%.*s is not an account number: it has 12 digits",
				    STR_ARG(id));
		return NULL;
	}
	if (!create && access(file, F_OK) < 0) {
		*why = arena_printf(a, "there is no account %.*s", STR_ARG(id));
		return NULL;
	}
	if (!folder_make(dir, a, why))
		return NULL;
	db = db_open(file, DB_NORMAL, a, why);
	if (!db)
		return NULL;
	if (!upgrade_all(db, schemas, a, &reason)) {
		*why = arena_printf(a, "cannot open account %.*s: %s", STR_ARG(id), reason);
		db_close(db);
		return NULL;
	}
	account = calloc(1, sizeof(*account));
	if (!account)
		abort();
	memcpy(account->id, id.p, 12);
	account->dir = strdup(dir);
	account->db = db;
	return account;
}

void account_close(struct account *account)
{
	if (!account)
		return;
	if (account->memory_free)
		account->memory_free(account->memory);
	db_close(account->db);
	free((char *)account->dir);
	free(account);
}
