#ifndef CLOUD_DYNAMODB_ITEM_WALK_H
#define CLOUD_DYNAMODB_ITEM_WALK_H

#include "cloud/dynamodb/item.h"
#include "cloud/dynamodb/operations.h"

/*
 * Walks: jobs that go over many items in the order of their keys, a slice a turn, so that the account's other calls hardly
 * wait.
 *
 * Where a slice ended stands in the argument of the job that does the next one, as "Hash", "Pk" and "Sk"; without them a
 * walk begins. What else stands in the argument belongs to the job, and is handed on.
 */
enum walk_source {
	WALK_TABLE,     /* the items of the table `id` */
	WALK_BACKUP,    /* those of the backup `id` */
	WALK_UNCHANGED, /* the table's items that have been the same since `moment` (past.h) */
	WALK_CHANGED,   /* what its others were at that moment */
};

struct walk {
	enum walk_source source;
	int64_t id, moment;
	int64_t rows; /* at most in a slice; nor more than 1 MB of items */
	/* Meanwhile op->arena is the item's own. An item that was absent is not found. */
	void (*visit)(struct op *op, const struct item_key *key, const struct stored_item *item,
		      void *context);
	void *context;
};

/*
 * Visit the slice that the job (op->in is its argument) is for. True when it was the last one; otherwise *last is where it
 * ended.
 */
bool item_walk(struct op *op, const struct walk *walk, struct item_key *last);
/* Promise the slice behind `last`. */
void item_walk_on(struct op *op, enum dynamodb_job kind, const struct item_key *last, int64_t due);
/* Do both, at once. True when the walk is over. */
bool item_walk_slice(struct op *op, enum dynamodb_job kind, const struct walk *walk);

#endif
