#ifndef CLOUD_DYNAMODB_PAST_H
#define CLOUD_DYNAMODB_PAST_H

#include "cloud/dynamodb/item.h"

/*
 * Point-in-time recovery: what a table's items were at any moment of the last days.
 *
 * While it is on, whoever changes an item files what it was until now (past_write(), from item.c) in dynamodb_past; what is
 * older than the table's days goes when the item changes again. So an item's state at a moment is that of the first row
 * which ends later, or the item itself when there is none. RestoreTableToPointInTime makes a table that stays CREATING while
 * a job fills it: first with the items that have not changed since, then with what the others were. The table that it
 * reads may change or be deleted meanwhile: its rows stay while it has readers.
 *
 * In a definition it stands, while it is on, as "PointInTimeRecovery": {"Since", "Days"}.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
 */
enum { PAST_DAYS_MAX = 35 };

/* The moments between which a table can be restored, both included. */
struct past_range {
	int64_t from, to;
};
struct past_range past_range(const struct op *op, struct json_object *recovery);

/* An item of a table with recovery is about to change: file `old` (not found: that it is absent). */
void past_write(struct op *op, const struct table *table, const struct item_key *key,
		const struct stored_item *old);
/* Recovery is turned off: what was filed until now goes, in time. */
void past_close(struct op *op, const struct table *table);

/* Fill the table `to` with what the items of the table `from` were at the moment: promise the job. */
void past_start_restore(struct op *op, int64_t from, int64_t moment, int64_t to);
/* Is a table being filled from this one? */
bool past_is_read(struct op *op, int64_t table_id);
/* Delete up to so many of a table's rows that end at `until` or before; how many it was. */
int64_t past_delete(struct op *op, int64_t table_id, int64_t until, int64_t rows);

/* The jobs. */
enum outcome past_restore(struct op *op);
enum outcome past_purge(struct op *op);

#endif
