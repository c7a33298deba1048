/* Query: one partition of a table or index, in the order of its sort key. */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/pages.h"
#include "cloud/dynamodb/scalars.h"

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

static bool is_filtered(const struct expr *e, const struct key_part *part)
{
	if (e->kind == EXPR_PATH)
		return part->name.p && str_eq(e->path.steps[0].name, part->name);
	for (size_t i = 0; i < e->count; i++)
		if (is_filtered(e->args[i], part))
			return true;
	return false;
}

/* A filter has no business with the keys that the condition is about, nor with what an index lacks. */
static bool check_filter(struct op *op, const struct page *page, const struct key_schema *keys)
{
	if (!page->request.filter || page->any_filter)
		return true;
	for (size_t i = 0; i < keys->count; i++) {
		if (!is_filtered(page->request.filter, &keys->parts[i]))
			continue;
		op_fail(op, &ValidationException,
			"%s can only contain non-primary key attributes: Primary key attribute: %.*s",
			page->request.legacy_filter ? "QueryFilter" : "Filter Expression",
			STR_ARG(keys->parts[i].name));
		return false;
	}
	return page_check_filter(op, page, page->request.filter);
}

/* The start key lies in what the condition asks for? */
static bool check_start(struct op *op, const struct key_range *range, const struct item_key *start)
{
	if (range->range &&
	    (str_cmp(start->sk, range->from) < 0 || str_cmp(start->sk, range->to) >= 0))
		return refuse(op,
			      "The provided starting key does not match the range key predicate");
	if (!str_eq(start->pk, range->pk))
		return refuse(
			op,
			range->range
				? "The query can return at most one row and cannot be restarted"
				: "The provided starting key is outside query boundaries based on "
				  "provided conditions");
	return true;
}

static struct stmt *table_rows(struct op *op, const struct page *page, struct key_range *range,
			       const struct item_key *start, bool forward)
{
	int64_t hash = item_hash(range->pk);

	if (start && forward)
		range->from = key_range_next(op->arena, start->sk);
	if (start && !forward)
		range->to = start->sk;
	if (forward)
		return db_query(
			op->db,
			"SELECT size, item FROM dynamodb_item WHERE table_id = ? AND hash = ? AND pk = ?"
			" AND sk >= ? AND sk < ? ORDER BY sk",
			"iibbb", page->table->id, hash, range->pk, range->from, range->to);
	return db_query(
		op->db,
		"SELECT size, item FROM dynamodb_item WHERE table_id = ? AND hash = ? AND pk = ?"
		" AND sk >= ? AND sk < ? ORDER BY sk DESC",
		"iibbb", page->table->id, hash, range->pk, range->from, range->to);
}

/* Entries with the same key follow the order of their items. */
static struct stmt *index_rows(struct op *op, const struct page *page,
			       const struct key_range *range, const struct item_key *entry,
			       const struct item_key *item)
{
	struct str end = key_range_end(op->arena);

	if (op_bool_or(op, "ScanIndexForward", true))
		return db_query(
			op->db,
			"SELECT i.size, i.item FROM dynamodb_entry e CROSS JOIN dynamodb_item i"
			" ON i.table_id = e.table_id AND i.hash = e.item_hash AND i.pk = e.item_pk"
			" AND i.sk = e.item_sk WHERE e.table_id = ? AND e.number = ? AND e.hash = ?"
			" AND e.pk = ? AND e.sk >= ? AND e.sk < ?"
			" AND (e.sk, e.item_hash, e.item_pk, e.item_sk) > (?, ?, ?, ?)"
			" ORDER BY e.sk, e.item_hash, e.item_pk, e.item_sk",
			"iiibbbbibb", page->table->id, (int64_t)page->index->number,
			item_hash(range->pk), range->pk, range->from, range->to,
			entry ? entry->sk : STR(""), entry ? item->hash : (int64_t)-1,
			entry ? item->pk : STR(""), entry ? item->sk : STR(""));
	return db_query(op->db,
			"SELECT i.size, i.item FROM dynamodb_entry e CROSS JOIN dynamodb_item i"
			" ON i.table_id = e.table_id AND i.hash = e.item_hash AND i.pk = e.item_pk"
			" AND i.sk = e.item_sk WHERE e.table_id = ? AND e.number = ? AND e.hash = ?"
			" AND e.pk = ? AND e.sk >= ? AND e.sk < ?"
			" AND (e.sk, e.item_hash, e.item_pk, e.item_sk) < (?, ?, ?, ?)"
			" ORDER BY e.sk DESC, e.item_hash DESC, e.item_pk DESC, e.item_sk DESC",
			"iiibbbbibb", page->table->id, (int64_t)page->index->number,
			item_hash(range->pk), range->pk, range->from, range->to,
			entry ? entry->sk : end, entry ? item->hash : INT64_MAX,
			entry ? item->pk : end, entry ? item->sk : end);
}

static bool check_limit(struct op *op)
{
	if (op_int_or(op, "Limit", 1) >= 1)
		return true;
	return refuse(
		op,
		"1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must "
		"have value greater than or equal to 1");
}

/* What the filter, the projection and the index have to say to each other, and to the table. */
static bool check_rest(struct op *op, struct page *page, const struct key_schema *keys)
{
	return scalars_check_paths(op, page->table, page->request.projection) &&
	       check_filter(op, page, keys) && page_check_index(op, page) &&
	       scalars_check_expr(op, page->table, page->request.filter);
}

bool page_query(struct op *op, struct page *page)
{
	const struct key_schema *keys = page->index ? &page->index->keys : &page->table->keys;
	bool forward = op_bool_or(op, "ScanIndexForward", true);
	struct item_key item = { 0 }, entry = { 0 };
	struct key_range range;

	if ((page->start && !page_start_count(op, page)) ||
	    !key_range_read(op, &page->request, keys, page->start, &range))
		return false;
	if (page->start && (!page_start_entry(op, page, &entry) ||
			    !page_start_item(op, page, &item) || !check_start(op, &range, &entry)))
		return false;
	if (!check_rest(op, page, keys))
		return false;
	page_read(op, page,
		  page->index ? index_rows(op, page, &range, page->start ? &entry : NULL, &item)
			      : table_rows(op, page, &range, page->start ? &item : NULL, forward));
	return true;
}

enum outcome dynamodb_op_query(struct op *op)
{
	static const unsigned takes = TAKES_KEY_CONDITION | TAKES_FILTER | TAKES_PROJECTION;
	struct page page = { 0 };

	if (!check_limit(op) || !request_begin(op, op->in, takes, &page.request) ||
	    !request_older(op, op->in, takes, &page.request) || !page_check_start(op) ||
	    !key_condition_given(op) || !request_finish(op, op->in, takes, &page.request) ||
	    !key_condition_check(op, &page.request) || !page_check_select(op, &page.request) ||
	    !page_open(op, &page) || !page_query(op, &page))
		return FAILED;
	return DONE;
}
