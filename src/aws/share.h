#ifndef AWS_SHARE_H
#define AWS_SHARE_H

#include "aws/op.h"

/*
 * An account's share of the disk, so that nobody can fill it for all.
 *
 * What counts is what is stored in the account's file (pages in use, so deleting helps at once) and every file beside it:
 * functions' code, repositories, sites. Who has used up the share can read, invoke and delete; what would store more is
 * refused with the service's own error for a quota. Counting is cheap: the file's pages are looked at once a second, the
 * files beside it by a thread of its own every few seconds, so an account may overshoot by what it writes in between. A
 * database that grows by other means, such as sign-ins, ends at a limit of its own (store/db.c). What services keep of
 * deleted things for a while, such as the code of functions that may still run, counts for that while.
 */

/* The share of every account from now on, in bytes; 0: no limit, as at first. */
void share_set(int64_t bytes);
/* What was seen of an account counts no more: it was emptied. */
void share_forget(struct str account);
/* Is the account's share used up? In its turn. */
bool share_spent(struct op *op);
/* Would the operation store more in an account whose share is used up? Then it has failed, and this is false. */
bool share_allows(struct op *op);
/* The bytes on the disk of a folder and all in it, without the database in its root ("account.db" and its kin). */
int64_t share_measure(const char *folder);

#endif
