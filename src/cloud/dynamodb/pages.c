/* Pages of items; see pages.h. */
#include "cloud/dynamodb/pages.h"

#include "cloud/dynamodb/wide_key.h"

enum {
	PAGE_BYTES = 1 << 20,
	/* That a page's filter takes at values, about a second: one that compares long lists often gets shorter pages. */
	PAGE_LOOKS = 3000000,
};

#define INVALID       "One or more parameter values were invalid: "
#define START_INVALID "The provided starting key is invalid"
#define NO_MATCH      "The provided key element does not match the schema"

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

static bool selects(struct op *op, const char *what)
{
	return str_is(op_str(op, "Select"), what);
}

bool page_check_select(struct op *op, const struct request *request)
{
	const char *parameter =
		op_has(op, "AttributesToGet") ? "AttributesToGet" : "ProjectionExpression";
	struct str select = op_str(op, "Select");

	if (selects(op, "SPECIFIC_ATTRIBUTES") && !request->projection)
		return refuse(
			op,
			"1 validation error detected: Must specify the AttributesToGet or ProjectionExpression when choosing to get "
			"SPECIFIC_ATTRIBUTES");
	if (select.p && !selects(op, "SPECIFIC_ATTRIBUTES") && request->projection) {
		op_fail(op, &ValidationException,
			"1 validation error detected: Cannot specify the %s when choosing to get %.*s",
			parameter, STR_ARG(selects(op, "COUNT") ? STR("only the Count") : select));
		return false;
	}
	if (selects(op, "ALL_PROJECTED_ATTRIBUTES") && !op_has(op, "IndexName"))
		return refuse(
			op,
			"1 validation error detected: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
	return true;
}

/* What is wrong with numbers and sets is told without saying that the start key is. */
static bool is_told_bare(const char *why)
{
	static const char *const parts[] = { "contains duplicates", "number set", "numeric value",
					     "significant digits", "number with magnitude" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(why, parts[i]))
			return true;
	return false;
}

bool page_check_start(struct op *op)
{
	struct json_object *start = op_get(op, "ExclusiveStartKey");
	const char *why;

	if (!start)
		return true;
	JSON_EACH(start, name, value)
	{
		(void)name;
		if (value_check_words(op->arena, value, request_words(op), &why))
			continue;
		if (request_words(op) == VALUE_NEWER_WORDS || is_told_bare(why))
			return refuse(op, why);
		op_fail(op, &ValidationException, START_INVALID ": %s", why);
		return false;
	}
	return true;
}

/* --- table and index ----------------------------------------------------------- */

bool page_holds(const struct page *page, struct str name)
{
	const struct table_index *index = page->index;

	if (!index || index->projection == PROJECT_ALL ||
	    key_schema_has(&page->table->keys, name) || key_schema_has(&index->keys, name))
		return true;
	for (size_t i = 0; i < index->included_count; i++)
		if (str_eq(index->included[i], name))
			return true;
	return false;
}

/* The attributes of a projection that the index does not hold, each once: "a, b"; absent: it holds all. */
static struct str not_held(struct op *op, const struct page *page)
{
	const struct path_list *wanted = page->request.projection;
	struct str list = STR_NONE;

	for (size_t i = 0; wanted && i < wanted->count; i++) {
		struct str name = wanted->paths[i].steps[0].name;
		bool again = page_holds(page, name);

		for (size_t k = 0; k < i && !again; k++)
			again = str_eq(wanted->paths[k].steps[0].name, name);
		if (!again)
			list = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(list),
					  list.p ? ", " : "", STR_ARG(name));
	}
	return list;
}

/* Names, sorted, each once. */
struct lacking {
	struct lacking *next;
	struct str name;
};

static void add_lacking(struct op *op, const struct page *page, const struct expr *e,
			struct lacking **list)
{
	struct lacking **at = list, *one;

	for (size_t i = 0; i < e->count; i++)
		add_lacking(op, page, e->args[i], list);
	if (e->kind != EXPR_PATH || page_holds(page, e->path.steps[0].name))
		return;
	while (*at && str_cmp((*at)->name, e->path.steps[0].name) < 0)
		at = &(*at)->next;
	if (*at && str_eq((*at)->name, e->path.steps[0].name))
		return;
	one = ARENA_NEW(op->arena, struct lacking);
	*one = (struct lacking){ .next = *at, .name = e->path.steps[0].name };
	*at = one;
}

bool page_check_filter(struct op *op, const struct page *page, const struct expr *filter)
{
	struct lacking *lacking = NULL;
	struct str list = STR_NONE;

	if (filter)
		add_lacking(op, page, filter, &lacking);
	if (!lacking)
		return true;
	for (; lacking; lacking = lacking->next)
		list = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(list), list.p ? ", " : "",
				  STR_ARG(lacking->name));
	op_fail(op, &ValidationException,
		INVALID "Secondary index %.*s does not project one or more filter attributes: "
			"[%.*s]",
		STR_ARG(page->index->name), STR_ARG(list));
	return false;
}

/* What the index does not hold a local one fetches; a global one cannot. */
static bool check_projected(struct op *op, struct page *page)
{
	struct str lacking = not_held(op, page);

	if (!lacking.p)
		return true;
	if (page->index->global) {
		op_fail(op, &ValidationException,
			INVALID "Global secondary index %.*s does not project [%.*s]",
			STR_ARG(page->index->name), STR_ARG(lacking));
		return false;
	}
	page->whole_items = true;
	return true;
}

bool page_check_index(struct op *op, struct page *page)
{
	const struct table_index *index = page->index;

	if (!index)
		return true;
	if (!selects(op, "ALL_ATTRIBUTES") || index->projection == PROJECT_ALL)
		return check_projected(op, page);
	if (index->global) {
		op_fail(op, &ValidationException,
			INVALID
			"Select type ALL_ATTRIBUTES is not supported for global secondary index %.*s because "
			"its projection type is not ALL",
			STR_ARG(index->name));
		return false;
	}
	page->whole_items = true;
	return true;
}

/* The index, which may not be there, and has no entries at first and only some later while it is CREATING. */
static bool check_readable(struct op *op, const struct table_index *index, struct str name)
{
	if (index && index->created_at < 0)
		return true;
	op_fail(op, &ValidationException,
		index && op->now > index->created_at + table_delay()
			? "Cannot read from backfilling global secondary index: %.*s"
			: "The table does not have the specified index: %.*s",
		STR_ARG(name));
	return false;
}

bool page_open(struct op *op, struct page *page)
{
	struct str index = op_str(op, "IndexName");

	page->start = op_get(op, "ExclusiveStartKey");
	page->table = table_use(op);
	if (!page->table)
		return false;
	if (!index.p)
		return true;
	page->index = table_index_find(page->table, index);
	if (!check_readable(op, page->index, index))
		return false;
	if (!page->index->global || !op_bool_or(op, "ConsistentRead", false))
		return true;
	return refuse(op, "Consistent reads are not supported on global secondary indexes");
}

/* --- where to start -------------------------------------------------------------- */

static size_t key_names(const struct page *page)
{
	const struct key_schema *keys = &page->table->keys;
	size_t n = keys->count;

	for (size_t i = 0; page->index && i < page->index->keys.count; i++)
		n += !key_schema_has(keys, page->index->keys.parts[i].name);
	return n;
}

static bool start_key(struct op *op, const struct page *page, const struct key_schema *keys,
		      struct item_key *out)
{
	const struct key_part *range = &keys->range;

	if (keys->wide)
		return wide_key_of(op->arena, keys, page->start, out) || refuse(op, NO_MATCH);
	out->sk = STR("");
	if (!item_key_bytes(op->arena, json_get(page->start, keys->hash.name.p), keys->hash.type,
			    &out->pk) ||
	    (range->name.p && !item_key_bytes(op->arena, json_get(page->start, range->name.p),
					      range->type, &out->sk)))
		return refuse(op, NO_MATCH);
	return item_key_finish(op, keys, out);
}

bool page_start_count(struct op *op, const struct page *page)
{
	return json_count(page->start) == key_names(page) || refuse(op, START_INVALID);
}

bool page_start_entry(struct op *op, const struct page *page, struct item_key *entry)
{
	const struct key_schema *keys = page->index ? &page->index->keys : &page->table->keys;

	if (!page_start_count(op, page))
		return false;
	for (size_t i = 0; i < keys->count; i++) {
		struct json_object *value = json_get(page->start, keys->parts[i].name.p), *inner;

		if (!value)
			return refuse(op, START_INVALID);
		if (value_type(value, &inner) != keys->parts[i].type)
			return refuse(op, NO_MATCH);
	}
	return start_key(op, page, keys, entry);
}

/* Are all of a key's attributes there, whatever they are? */
static bool start_has(const struct page *page, const struct key_schema *keys)
{
	for (size_t i = 0; i < keys->count; i++)
		if (!json_get(page->start, keys->parts[i].name.p))
			return false;
	return true;
}

bool page_start_item(struct op *op, const struct page *page, struct item_key *item)
{
	if (json_count(page->start) != key_names(page) || !start_has(page, &page->table->keys))
		return refuse(op, START_INVALID);
	if (start_key(op, page, &page->table->keys, item))
		return true;
	op->error_message =
		arena_strf(op->arena, START_INVALID ": %.*s", STR_ARG(op->error_message));
	return false;
}

/* --- reading ----------------------------------------------------------------------- */

struct reading {
	const struct page *page;
	struct json_object *items; /* NULL: only counted */
	int64_t limit, count, scanned;
	uint64_t looks;       /* value_looks() at the beginning */
	size_t bytes;         /* of what was read, as the table or index holds it */
	double fetched_units; /* for whole items behind a local index */
};

static struct json_object *held_by_index(struct op *op, const struct page *page,
					 struct json_object *item)
{
	struct json_object *out = json_new_object(op->arena);

	JSON_EACH(item, name, value)
	{
		if (page_holds(page, str_of(name)))
			json_set(out, name, json_object_get(value));
	}
	return out;
}

/* Does a row's text have to be looked into? */
static bool is_plain(const struct page *page)
{
	bool partial = page->index && page->index->projection != PROJECT_ALL;

	return !partial && !page->request.filter && !page->request.projection;
}

static void measure(struct op *op, struct reading *r, struct json_object *item, size_t size)
{
	const struct page *page = r->page;

	if (page->index && page->index->projection != PROJECT_ALL)
		r->bytes += item_projected_size(page->table, page->index, item);
	else
		r->bytes += size;
	if (page->whole_items)
		r->fetched_units +=
			capacity_read_units(size, op_bool_or(op, "ConsistentRead", false));
}

/* A row whose item is filtered or cut. Its tree is released with the row's own arena. */
static void take_parsed(struct op *op, struct reading *r, struct str text, size_t size)
{
	const struct page *page = r->page;
	struct arena *mine = op->arena, *scratch = arena_new();
	struct json_object *item = json_parse(scratch, text, NULL);

	op->arena = scratch;
	measure(op, r, item, size);
	if (page->index && page->index->projection != PROJECT_ALL && !page->whole_items)
		item = held_by_index(op, page, item);
	if (!page->request.filter || expr_holds(scratch, page->request.filter, item)) {
		r->count++;
		if (page->request.projection)
			item = (page->pick ? page->pick
					   : expr_project)(scratch, page->request.projection, item);
		if (r->items)
			json_add(r->items, json_raw(json_text(scratch, item)));
	}
	op->arena = mine;
	arena_free(scratch);
}

static void take(struct op *op, struct reading *r, struct stmt *rows)
{
	size_t size = (size_t)stmt_int(rows, 0);
	struct str text = stmt_str(rows, 1);

	r->scanned++;
	if (!is_plain(r->page)) {
		take_parsed(op, r, text, size);
		return;
	}
	r->count++;
	r->bytes += size;
	if (r->items)
		json_add(r->items, json_raw(text));
}

static void last_key(struct op *op, const struct page *page, struct str text)
{
	struct json_object *out = json_set_object(op->out, "LastEvaluatedKey");

	item_copy_keys(page->table, page->index, json_parse(op->arena, text, NULL), out);
}

static bool is_full(const struct reading *r)
{
	return r->scanned == r->limit || r->bytes >= PAGE_BYTES ||
	       value_looks() - r->looks > PAGE_LOOKS;
}

static void report(struct op *op, const struct reading *r)
{
	const struct page *page = r->page;
	struct capacity capacity = { 0 };
	double units = capacity_read_units(r->bytes, op_bool_or(op, "ConsistentRead", false));

	capacity_of_read(op, page->table, page->index, units, &capacity);
	capacity.table += r->fetched_units;
	if (!page->sum) {
		capacity_report(op, page->table, &capacity);
		return;
	}
	capacity_add(op, page->table, &page->sum->capacity, &capacity, 1);
	page->sum->bytes += r->bytes;
	page->sum->scanned += r->scanned;
}

void page_read(struct op *op, const struct page *page, struct stmt *rows)
{
	struct reading r = { .page = page,
			     .limit = op_int_or(op, "Limit", INT64_MAX),
			     .looks = value_looks() };

	if (!selects(op, "COUNT"))
		r.items = json_set_array(op->out, "Items");
	while (stmt_row(rows)) {
		take(op, &r, rows);
		if (!is_full(&r))
			continue;
		last_key(op, page, stmt_dup(rows, 1, op->arena));
		stmt_done(rows);
		break;
	}
	json_set_int(op->out, "Count", r.count);
	json_set_int(op->out, "ScannedCount", r.scanned);
	report(op, &r);
}
