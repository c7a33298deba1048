#ifndef CLOUD_DYNAMODB_INDEXES_H
#define CLOUD_DYNAMODB_INDEXES_H

#include "cloud/dynamodb/table.h"

/*
 * Global secondary indexes that come, change and go while their table is in use: UpdateTable's
 * GlobalSecondaryIndexUpdates.
 *
 * What happens to an index stands in its part of the table's definition, as the moment at which it began:
 *
 *	CreatedAt    CREATING; first room is made for it (the table is UPDATING), then items are filed in it
 *	             (Backfilling). Gone when it is ACTIVE.
 *	UpdatedAt    UPDATING for a while; the table stays ACTIVE
 *	DeletedAt    DELETING (the table is UPDATING), no longer an index to items. Gone with the index.
 *
 * Writes keep an index from the moment it is CREATING, so that filing needs no lock: it adds the entries that are
 * not there, a slice of items a job. Items whose key does not fit the index are left out of it.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html
 */

/* The rules that a request keeps whatever table it is for. False with the error set. */
bool indexes_check_request(struct op *op);
/* Does anything that happens to an index forbid what op asks of its table? False with the error set. */
bool indexes_check_idle(struct op *op, const struct table *table, const struct table_row *row,
			struct json_object *definition);
/* May the table be deleted now? False with the error set. */
bool indexes_check_delete(struct op *op, const struct table *table);

/* Does the request change indexes only, in ways that leave the table ACTIVE? */
bool indexes_keep_active(struct op *op);
/* The indexes' part of a change of the billing mode. */
void indexes_rebill(struct op *op, struct json_object *definition);
/* Put what is asked for into the definition, which has its new billing mode. False with the error set. */
bool indexes_change(struct op *op, const struct table *table, struct json_object *definition);
/* Promise what the change calls for; without a delay, do what one slice can do. */
void indexes_begin(struct op *op, int64_t table_id, struct json_object *definition);
/* The definition as UpdateTable answers it: an index that is updated still with its old throughput. */
struct str indexes_answer(struct op *op, const struct table *old, struct json_object *definition);

/* Of an index in a definition: "ACTIVE", "CREATING" ...; *backfilling: -1 when that is not told. */
const char *indexes_status(const struct op *op, struct json_object *index, int *backfilling);
/* A definition for another table: nothing is under way there, and what was going is gone. */
void indexes_settle(struct op *op, struct json_object *definition);
/* Drop the definitions of attributes that no key is made of any more. */
void indexes_prune(struct op *op, struct json_object *definition);

/* Jobs: file a slice of items; take an index away; delete a slice of the entries it had. */
enum outcome indexes_fill(struct op *op);
enum outcome indexes_drop(struct op *op);
enum outcome indexes_purge(struct op *op);

#endif
