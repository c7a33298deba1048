#ifndef CLOUD_DYNAMODB_TTL_H
#define CLOUD_DYNAMODB_TTL_H

#include "cloud/dynamodb/item.h"

/*
 * Time to live: items that the service deletes when the moment in one of their attributes has passed.
 *
 * While it is on, every item whose attribute is a number has an entry in dynamodb_expiry, ordered by that moment, kept
 * by item.c in the transaction of each change; so nothing is ever searched for. Turning it on files the items that are
 * there already, a slice at a time. A job is due when the first moment comes; it deletes a slice of what has expired,
 * with the stream's records, and promises itself again. Items that expired more than five years ago are left alone.
 *
 * Each time it is turned on the entries have a number of their own, so that entries of the time before can be taken
 * away in peace. In a definition it stands as "TimeToLive": {"AttributeName", "Enabled", "ChangedAt", "Id"}.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */

/*
 * An item of a table with time to live has changed: `old` as it was stored (not found: it is new), `new` as it is
 * now (NULL: deleted).
 */
void ttl_write(struct op *op, const struct table *table, const struct item_key *key,
	       const struct stored_item *old, const struct new_item *new);

/* The table is being deleted: so are the entries, in time. Harmless without any. */
void ttl_close(struct op *op, const struct table *table);

/* The jobs: delete what has expired (or entries that nobody needs any more); file the items that were there before. */
enum outcome ttl_expire(struct op *op);
enum outcome ttl_fill(struct op *op);

#endif
