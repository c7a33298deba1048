#ifndef CLOUD_DYNAMODB_PAGES_H
#define CLOUD_DYNAMODB_PAGES_H

#include "cloud/dynamodb/capacity.h"
#include "cloud/dynamodb/item.h"
#include "cloud/dynamodb/keycond.h"

/*
 * Pages of items: what Query and Scan have in common.
 *
 * Rows stream from the file and stop at Limit or 1 MB of items, so that a page costs the same on a table of any size.
 */
/* What several pages of one answer cost and read, where the caller reports it. */
struct page_sum {
	struct capacity capacity;
	size_t bytes;
	int64_t scanned;
};

struct page {
	const struct table *table;
	const struct table_index *index; /* NULL: the table itself */
	struct request request;
	struct json_object *start; /* ExclusiveStartKey, or NULL */
	bool whole_items; /* also what a local index does not hold, fetched from the table */
	bool any_filter;  /* the filter of a Query may be about the keys as well: PartiQL's may */
	/* How the projection makes an item smaller; NULL: expr_project(). */
	struct json_object *(*pick)(struct arena *a, const struct path_list *list,
				    struct json_object *item);
	struct page_sum *sum; /* not NULL: costs go there, not into op->out */
};

/* Checks that come before the table is looked for: the start key's values; Select and what goes with it. */
bool page_check_start(struct op *op);
bool page_check_select(struct op *op, const struct request *request);
/* Find table and index. False with the error set. */
bool page_open(struct op *op, struct page *page);
/*
 * Has the start key as many attributes as it must have? Then the key of the start key in what is read, the index or
 * the table, and its key in the table. False with AWS's error set when it does not fit.
 */
bool page_start_count(struct op *op, const struct page *page);
bool page_start_entry(struct op *op, const struct page *page, struct item_key *entry);
bool page_start_item(struct op *op, const struct page *page, struct item_key *item);
/* Does the index have what is asked of it? Asked before reading. */
bool page_check_index(struct op *op, struct page *page);
/*
 * Is the filter about nothing but what the index holds? Asked where a part of the index is read; that whole items are
 * fetched makes no difference. False with AWS's error set.
 */
bool page_check_filter(struct op *op, const struct page *page, const struct expr *filter);
/* Does the page's table or index hold the attribute? */
bool page_holds(const struct page *page, struct str name);
/*
 * What Query does behind its checks: read the partition that request.key_condition is about; and Scan. Limit,
 * ConsistentRead and the like are op->in's. False with the error set.
 */
bool page_query(struct op *op, struct page *page);
bool page_scan(struct op *op, struct page *page);
/* Read rows (columns: size, item) until the page is full, and fill op->out. */
void page_read(struct op *op, const struct page *page, struct stmt *rows);

#endif
