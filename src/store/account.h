#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include "store/db.h"

/*
 * An account: DATA/accounts/<12 digits>/account.db and what services keep beside it.
 *
 * Copying the folder copies the attendee, deleting it resets them. An account
 * is used by one turn at a time (turns/ sees to that), so nothing here locks.
 */
struct account {
	char id[13];     /* 12 digits and a NUL */
	const char *dir; /* its folder, for blobs; no slash at the end */
	struct db *db;
	void *memory; /* what a room above remembers of it between turns, or NULL; freed with it */
	void (*memory_free)(void *memory);
};

/* The tables of one service (or of the core), created and upgraded when an account is opened. */
struct schema {
	const char *name;            /* "dynamodb" */
	int version;                 /* 1 for `sql` alone; each entry of `upgrades` adds one */
	const char *sql;             /* creates everything at version 1 */
	const char *const *upgrades; /* upgrades[0] takes version 1 to 2; version - 1 entries */
};

/*
 * Open the account in `dir` (DATA/accounts/<id>), making it when `create`. `schemas` is a
 * NULL-ended list. NULL when it does not exist or cannot be opened, with a sentence in *why.
 */
struct account *account_open(const char *accounts_dir, struct str id,
			     const struct schema *const *schemas, bool create, struct arena *a,
			     const char **why);
void account_close(struct account *account);

/* Is `id` 12 digits? */
bool account_id_valid(struct str id);

#endif
