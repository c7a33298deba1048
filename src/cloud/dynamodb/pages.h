#ifndef CLOUD_DYNAMODB_PAGES_H
#define CLOUD_DYNAMODB_PAGES_H

#include "cloud/dynamodb/item.h"
#include "cloud/dynamodb/keycond.h"

/*
 * Pages of items: what Query and Scan have in common.
 *
 * Rows stream from the file and stop at Limit or 1 MB of items, so that a page costs the same on a table of any size.
 */
struct page {
	const struct table *table;
	const struct table_index *index; /* NULL: the table itself */
	struct request request;
	struct json_object *start; /* ExclusiveStartKey, or NULL */
	bool whole_items; /* also what a local index does not hold, fetched from the table */
};

/* Checks that come before the table is looked for: Select and what goes with it, the start key's values. */
bool page_check(struct op *op, const struct request *request);
/* Find table and index, and check the request against them. False with the error set. */
bool page_open(struct op *op, struct page *page);
/* The table's and the index's key of the start key. False with AWS's error set when it does not fit. */
bool page_start(struct op *op, const struct page *page, struct item_key *item,
		struct item_key *entry);
/* Read rows (columns: size, item) until the page is full, and fill op->out. */
void page_read(struct op *op, const struct page *page, struct stmt *rows);

#endif
