/*
 * Emptying accounts.
 *
 * A fresh start makes the new account first, whole and closed, moves the old one aside and puts the new one in its place:
 *
 *	ACCOUNTS/ID.fresh/ID    the new account, while it is made
 *	ACCOUNTS/ID             the account
 *	ACCOUNTS/ID.old-XXXX    the old one, until everybody has forgotten it
 *	ACCOUNTS/ID.gone-XXXX   what is only to be removed
 *
 * So a process that is killed leaves the old account, or nothing in its place and a new one that is finished: then the
 * next start puts it there. All of it is one turn, and a start settles before calls come in, so that nobody has used the
 * new account while others still take it for the old one. When they cannot be told, the old one is put back.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "store/folder.h"
#include "turns/lane.h"

#define FRESH ".fresh"
#define OLD   ".old-"
#define GONE  ".gone-"

enum { ID = 12 };

/* --- folders ------------------------------------------------------------------------------- */

/* Call fn for every entry that begins with an account's number and goes on with `mark`. */
static void each_entry(struct turns *t, const char *mark,
		       void (*fn)(struct turns *t, struct str id, const char *path))
{
	DIR *dir = opendir(t->config.accounts_dir);
	struct arena *a = arena_new();
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		struct str name = str_of(entry->d_name), id = str_slice(name, 0, ID);

		if (account_id_valid(id) && str_starts(str_slice(name, ID, name.n), str_of(mark)))
			fn(t, id, arena_printf(a, "%s/%s", t->config.accounts_dir, entry->d_name));
	}
	if (dir)
		closedir(dir);
	arena_free(a);
}

static void remove_folder(const char *path)
{
	if (!folder_remove(path))
		log_error("cannot remove %s", path);
}

/* --- the way from one account to the next ------------------------------------------------------ */

struct emptying {
	struct waiter waiter; /* first */
	struct turns *turns;
	struct arena *arena;
	struct json_object *lost;
	const char *gone; /* what is to be removed, or NULL */
	bool done;
	const char *why;
};

static bool end_all(struct turns *t, struct str id, const char **why)
{
	const struct turns_emptying *how = &t->config.emptying;

	return !how->end || how->end(how->arg, id, why);
}

static bool forget(struct turns *t, struct str id)
{
	const struct turns_emptying *how = &t->config.emptying;

	if (how->emptied && !how->emptied(how->arg, id))
		return false;
	aws_account_emptied(t->config.aws, id);
	return true;
}

/*
 * A new account stands in the place of the old one, which is at `old`: let the others forget that, or else put it back.
 * True when they did. *gone: what is to be removed.
 */
static bool settle(struct turns *t, struct arena *a, struct str id, const char *old,
		   const char **gone)
{
	const char *here = arena_printf(a, "%s/%.*s", t->config.accounts_dir, STR_ARG(id));
	bool forgotten = forget(t, id);
	const char *from = forgotten ? old : here;

	*gone = arena_printf(a, "%s" GONE "%s", here, old + strlen(here) + strlen(OLD));
	if (rename(from, *gone) < 0) {
		log_error("cannot rename %s to %s", from, *gone);
		*gone = NULL;
	} else if (!forgotten && rename(old, here) < 0) {
		log_error("cannot rename %s to %s", old, here);
	}
	folder_sync(t->config.accounts_dir);
	return forgotten;
}

/* Take over what goes on in the new account, and note what does not. */
static bool carry_over(struct emptying *e, struct account *from, struct account *to)
{
	struct aws *aws = e->turns->config.aws;
	bool good;

	if (!db_begin(from->db, false) || !db_begin(to->db, true))
		return false;
	e->lost = aws_holdings(aws, from, e->arena);
	good = aws_keys_keep(from, to, e->turns->config.clock()) && !db_failed(from->db);
	db_rollback(from->db);
	return db_commit(to->db) && good;
}

/* Make the new account in a folder of its own. */
static bool make_fresh(struct emptying *e, const char *dir, struct str id, const char *fresh)
{
	const struct schema *const *schemas = aws_schemas(e->turns->config.aws);
	struct account *from, *to;
	bool good = false;

	folder_remove(fresh);
	from = account_open(dir, id, schemas, false, e->arena, &e->why);
	to = from ? account_open(fresh, id, schemas, true, e->arena, &e->why) : NULL;
	if (to) {
		e->why = "a new account could not be written: is the disk full?";
		good = carry_over(e, from, to);
	}
	account_close(to);
	account_close(from);
	if (good)
		folder_sync(arena_printf(e->arena, "%s/%.*s", fresh, STR_ARG(id)));
	return good;
}

/* Put it where the old one is; where that is then, or NULL. */
static const char *exchange(struct emptying *e, const char *dir, struct str id, const char *fresh)
{
	struct str mark = hash_random_text(e->arena, 8, "0123456789abcdef");
	const char *here = arena_printf(e->arena, "%s/%.*s", dir, STR_ARG(id));
	const char *aside = arena_printf(e->arena, "%s" OLD "%.*s", here, STR_ARG(mark));

	if (rename(here, aside) == 0) {
		if (rename(arena_printf(e->arena, "%s/%.*s", fresh, STR_ARG(id)), here) == 0) {
			folder_sync(dir);
			return aside;
		}
		rename(aside, here);
	}
	e->why = arena_printf(e->arena, "the folder %s could not be exchanged", here);
	return NULL;
}

/* The turn, while nobody has the account open. */
static void empty(struct turn *turn, const char *dir, struct str id)
{
	struct emptying *e = (struct emptying *)turn;
	const char *fresh = arena_printf(e->arena, "%s/%.*s" FRESH, dir, STR_ARG(id));
	const char *old;

	/* Again: something may have begun since the caller saw to it. */
	if (!end_all(e->turns, id, &e->why))
		return;
	old = make_fresh(e, dir, id, fresh) ? exchange(e, dir, id, fresh) : NULL;
	if (old) {
		e->why =
			"what is known of the account elsewhere could not be written: is the disk full?";
		e->done = settle(e->turns, e->arena, id, old, &e->gone);
	}
	folder_remove(fresh);
}

bool turns_empty(struct turns *t, struct arena *a, struct str account, struct json_object **lost,
		 const char **why)
{
	struct emptying e = { .turns = t, .arena = a, .why = "there is no such account" };

	/* Much of it ends here already, where no worker waits for it. */
	if (turns_account_exists(t, account) && end_all(t, account, &e.why)) {
		e.waiter.turn.alone = empty;
		turn_wait(t, account, &e.waiter);
	}
	if (e.gone)
		remove_folder(e.gone);
	if (!e.done) {
		*why = e.why;
		return false;
	}
	*lost = e.lost;
	if (t->config.changed)
		t->config.changed(t->config.arg, account);
	return true;
}

/* --- after a start ------------------------------------------------------------------------------- */

static bool is_here(struct turns *t, struct arena *a, struct str id, const char **here)
{
	*here = arena_printf(a, "%s/%.*s", t->config.accounts_dir, STR_ARG(id));
	return access(*here, F_OK) == 0;
}

/* What is in the place of the account is never removed before something stands there. */
static void recover_one(struct turns *t, struct str id, const char *fresh)
{
	struct arena *a = arena_new();
	const char *here;

	if (is_here(t, a, id, &here) ||
	    rename(arena_printf(a, "%s/%.*s", fresh, STR_ARG(id)), here) == 0)
		remove_folder(fresh);
	arena_free(a);
}

/* Neither could be put there: then it is the old one. */
static void put_back(struct turns *t, struct str id, const char *old)
{
	struct arena *a = arena_new();
	const char *here;

	if (!is_here(t, a, id, &here) && rename(old, here) < 0)
		log_error("cannot rename %s to %s", old, here);
	arena_free(a);
}

static void clear_one(struct turns *t, struct str id, const char *gone)
{
	(void)t;
	(void)id;
	remove_folder(gone);
}

void turns_recover(struct turns *t)
{
	each_entry(t, FRESH, recover_one);
	each_entry(t, OLD, put_back);
	each_entry(t, GONE, clear_one);
	folder_sync(t->config.accounts_dir);
}

static void settle_one(struct turns *t, struct str id, const char *old)
{
	struct arena *a = arena_new();
	const char *here, *gone = NULL;

	if (is_here(t, a, id, &here) && !settle(t, a, id, old, &gone))
		log_error("the fresh start of account %.*s is taken back: is the disk full?",
			  STR_ARG(id));
	if (gone)
		remove_folder(gone);
	arena_free(a);
}

void turns_settle(struct turns *t)
{
	each_entry(t, OLD, settle_one);
}

/* --- all accounts ---------------------------------------------------------------------------------- */

void turns_each(struct turns *t, void (*fn)(struct turns *t, struct str id))
{
	DIR *dir = opendir(t->config.accounts_dir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (account_id_valid(str_of(entry->d_name)))
			fn(t, str_of(entry->d_name));
	if (dir)
		closedir(dir);
}

static void remove_account(struct turn *turn, const char *accounts_dir, struct str id)
{
	struct emptying *e = (struct emptying *)turn;

	if (!end_all(e->turns, id, &e->why))
		log_warn("account %.*s is emptied all the same: %s", STR_ARG(id), e->why);
	remove_folder(arena_printf(e->arena, "%s/%.*s", accounts_dir, STR_ARG(id)));
	forget(e->turns, id);
}

static void reset_one(struct turns *t, struct str id)
{
	struct emptying e = { .turns = t, .arena = arena_new() };

	e.waiter.turn.alone = remove_account;
	turn_wait(t, id, &e.waiter);
	arena_free(e.arena);
}

void turns_reset(struct turns *t)
{
	turns_each(t, reset_one);
}
