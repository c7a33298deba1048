/* Scan: a whole table or index, or one segment of it, in the order of the partition keys' hashes. */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/pages.h"
#include "cloud/dynamodb/scalars.h"

/* The hashes of a segment, both ends included. */
struct segment {
	int64_t from, to;
};

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

static bool check_segment(struct op *op)
{
	int64_t segment = op_int_or(op, "Segment", 0), total = op_int_or(op, "TotalSegments", 1);

	if (op_has(op, "Segment") && !op_has(op, "TotalSegments"))
		return refuse(
			op,
			"The TotalSegments parameter is required but was not present in the request when "
			"Segment parameter is present");
	if (op_has(op, "TotalSegments") && !op_has(op, "Segment"))
		return refuse(
			op,
			"The Segment parameter is required but was not present in the request when "
			"parameter TotalSegments is present");
	return segment < total ||
	       refuse(op,
		      "The Segment parameter is zero-based and must be less than parameter TotalSegments");
}

/* Hashes have 63 bits. */
static struct segment segment_read(struct op *op)
{
	__int128 all = (__int128)1 << 63;
	int64_t segment = op_int_or(op, "Segment", 0), total = op_int_or(op, "TotalSegments", 1);

	return (struct segment){ .from = (int64_t)(all * segment / total),
				 .to = (int64_t)(all * (segment + 1) / total - 1) };
}

static bool check_start(struct op *op, const struct segment *segment, const struct item_key *start)
{
	if (start->hash >= segment->from && start->hash <= segment->to)
		return true;
	op_fail(op, &ValidationException,
		"The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
		"correct Segment. TotalSegments: %lld Segment: %lld",
		(long long)op_int_or(op, "TotalSegments", 1),
		(long long)op_int_or(op, "Segment", 0));
	return false;
}

/* No partition key is empty: what is greater than (hash, "", "") begins at the hash. */
static struct stmt *table_rows(struct op *op, const struct page *page,
			       const struct segment *segment, const struct item_key *start)
{
	return db_query(
		op->db,
		"SELECT size, item FROM dynamodb_item WHERE table_id = ? AND (hash, pk, sk) > (?, ?, ?)"
		" AND hash <= ? ORDER BY hash, pk, sk",
		"iibbi", page->table->id, start ? start->hash : segment->from,
		start ? start->pk : STR(""), start ? start->sk : STR(""), segment->to);
}

static struct stmt *index_rows(struct op *op, const struct page *page,
			       const struct segment *segment, const struct item_key *entry,
			       const struct item_key *item)
{
	return db_query(
		op->db,
		"SELECT i.size, i.item FROM dynamodb_entry e CROSS JOIN dynamodb_item i"
		" ON i.table_id = e.table_id AND i.hash = e.item_hash AND i.pk = e.item_pk"
		" AND i.sk = e.item_sk WHERE e.table_id = ? AND e.number = ?"
		" AND (e.hash, e.pk, e.sk, e.item_hash, e.item_pk, e.item_sk) > (?, ?, ?, ?, ?, ?)"
		" AND e.hash <= ?"
		" ORDER BY e.hash, e.pk, e.sk, e.item_hash, e.item_pk, e.item_sk",
		"iiibbibbi", page->table->id, (int64_t)page->index->number,
		entry ? entry->hash : segment->from, entry ? entry->pk : STR(""),
		entry ? entry->sk : STR(""), entry ? item->hash : (int64_t)0,
		entry ? item->pk : STR(""), entry ? item->sk : STR(""), segment->to);
}

bool page_scan(struct op *op, struct page *page)
{
	struct segment segment = segment_read(op);
	struct item_key item = { 0 }, entry = { 0 };
	bool of_index = page->start && page->index;

	if ((of_index && !page_start_entry(op, page, &entry)) || !page_check_index(op, page))
		return false;
	if (page->start && (!page_start_item(op, page, &item) ||
			    !check_start(op, &segment, page->index ? &entry : &item)))
		return false;
	if (!scalars_check_paths(op, page->table, page->request.projection) ||
	    !scalars_check_expr(op, page->table, page->request.filter))
		return false;
	page_read(op, page,
		  page->index ? index_rows(op, page, &segment, page->start ? &entry : NULL, &item)
			      : table_rows(op, page, &segment, page->start ? &item : NULL));
	return true;
}

enum outcome dynamodb_op_scan(struct op *op)
{
	static const unsigned takes = TAKES_FILTER | TAKES_SCAN_FILTER | TAKES_PROJECTION;
	struct page page = { 0 };

	if (!request_begin(op, op->in, takes, &page.request) ||
	    !request_older(op, op->in, takes, &page.request) || !page_check_start(op) ||
	    !check_segment(op) || !request_finish(op, op->in, takes, &page.request) ||
	    !page_check_select(op, &page.request) || !page_open(op, &page) || !page_scan(op, &page))
		return FAILED;
	return DONE;
}
