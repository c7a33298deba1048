/* Tables as items see them: found, checked for use, parsed once. */
#include "cloud/dynamodb/table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/hash.h"
#include "cloud/dynamodb/stream.h"

enum { KEPT = 64 }; /* definitions per thread; a power of two */

static _Atomic int64_t delay = 200;

void table_set_delay(int64_t delay_ms)
{
	delay = delay_ms;
}

int64_t table_delay(void)
{
	return delay;
}

int64_t table_stamp(void)
{
	int64_t stamp;

	hash_random(&stamp, sizeof(stamp));
	return stamp;
}

/* --- names ------------------------------------------------------------- */

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '.' || c == '-'))
			return false;
	}
	return true;
}

#define BAD_NAME "Value '%.*s' at 'tableName' failed to satisfy constraint: Member must "
#define PATTERN  "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"

static bool bad_name(struct op *op, struct str given, const char *constraint)
{
	op_fail(op, &ValidationException, "1 validation error detected: " BAD_NAME "%s",
		STR_ARG(given), constraint);
	return false;
}

/* Where a name must have more than one character, the pattern is looked at too. */
static bool short_name(struct op *op, struct str given, size_t least)
{
	const char *constraint =
		arena_printf(op->arena, "have length greater than or equal to %zu", least);

	if (least == 1 || (given.n && is_name(given)))
		return bad_name(op, given, constraint);
	op_fail(op, &ValidationException,
		"2 validation errors detected: " BAD_NAME "%s; " BAD_NAME PATTERN, STR_ARG(given),
		constraint, STR_ARG(given));
	return false;
}

/* What an ARN of a table of this account and region names; false when it is another's. */
static bool name_in_arn(struct op *op, struct str arn, struct str *name)
{
	struct str mine = op_arn(op, "dynamodb", "table/");

	if (!str_starts(arn, mine))
		return false;
	*name = str_slice(arn, mine.n, arn.n);
	return name->n >= 3 && name->n <= 255 && is_name(*name);
}

/* Say what is wrong with an ARN that names no table of this account and region. */
static bool bad_arn(struct op *op, struct str given)
{
	struct str parts[5]; /* "arn", partition, service, region, account */
	struct str rest = given;
	const char *wrong = NULL;

	for (int i = 0; i < 5; i++)
		parts[i] = str_cut(&rest, ':');
	if (!str_is(parts[1], "aws"))
		wrong = "AWS partition";
	else if (!str_is(parts[3], op->region))
		wrong = "AWS region";
	else if (rest.n && !str_starts(rest, STR("table/")))
		wrong = "resource type";
	if (wrong)
		op_fail(op, &ValidationException,
			"1 validation error detected: Invalid %s in '%.*s'", wrong, STR_ARG(given));
	else
		op_fail(op, &ValidationException, "Invalid table ARN: %.*s", STR_ARG(given));
	return false;
}

bool table_name_of(struct op *op, struct str given, size_t least, struct str *name)
{
	*name = given;
	if (str_starts(given, STR("arn:")))
		return name_in_arn(op, given, name) || bad_arn(op, given);
	if (given.n < least)
		return short_name(op, given, least);
	if (given.n > 255)
		return bad_name(op, given, "have length less than or equal to 255");
	return is_name(given) || bad_name(op, given, PATTERN);
}

bool table_name_spelled(struct str given)
{
	return str_starts(given, STR("arn:")) || is_name(given);
}

bool table_name(struct op *op, const char *member, size_t least, struct str *name)
{
	return table_name_of(op, op_str(op, member), least, name);
}

/* --- parsed definitions --------------------------------------------------- */

struct kept {
	struct table table; /* first: a table is its kept */
	int64_t stamp;
	struct arena *arena;
	atomic_int users; /* this cache's hold, and each operation's */
};

struct cache {
	struct kept *kept[KEPT];
};

static pthread_key_t cache_key;

static void let_go(void *arg)
{
	struct kept *kept = arg;

	if (atomic_fetch_sub(&kept->users, 1) == 1)
		arena_free(kept->arena);
}

static void cache_free(void *arg)
{
	struct cache *cache = arg;

	for (int i = 0; i < KEPT; i++)
		if (cache->kept[i])
			let_go(cache->kept[i]);
	free(cache);
}

/* The main thread runs no destructors of thread data. */
static void main_cache_free(void)
{
	struct cache *cache = pthread_getspecific(cache_key);

	if (cache)
		cache_free(cache);
	pthread_setspecific(cache_key, NULL);
}

static void make_key(void)
{
	if (pthread_key_create(&cache_key, cache_free))
		abort();
	atexit(main_cache_free);
}

static struct cache *cache_get(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct cache *cache;

	pthread_once(&once, make_key);
	cache = pthread_getspecific(cache_key);
	if (!cache) {
		cache = calloc(1, sizeof(*cache));
		if (!cache || pthread_setspecific(cache_key, cache))
			abort();
	}
	return cache;
}

static enum value_type defined_type(struct json_object *definition, struct str name)
{
	struct json_object *all = json_get(definition, "AttributeDefinitions");

	for (size_t i = 0; i < json_count(all); i++)
		if (str_eq(json_get_str(json_at(all, i), "AttributeName"), name))
			return value_type_named(json_get_str(json_at(all, i), "AttributeType"));
	return VALUE_NONE;
}

static struct key_schema parse_keys(struct arena *a, struct json_object *definition,
				    struct json_object *schema)
{
	struct key_schema keys = { .count = json_count(schema) };
	struct key_part *parts = arena_zalloc(a, keys.count * sizeof(*parts));

	for (size_t i = 0; i < keys.count; i++) {
		struct json_object *element = json_at(schema, i);

		parts[i].name = arena_dup(a, json_get_str(element, "AttributeName"));
		parts[i].type = defined_type(definition, parts[i].name);
		keys.hash_count += str_is(json_get_str(element, "KeyType"), "HASH");
	}
	keys.parts = parts;
	keys.hash = parts[0];
	if (keys.count > keys.hash_count)
		keys.range = parts[keys.hash_count];
	keys.wide = keys.hash_count > 1 || keys.count > 2;
	return keys;
}

bool key_schema_has(const struct key_schema *keys, struct str name)
{
	for (size_t i = 0; i < keys->count; i++)
		if (str_eq(keys->parts[i].name, name))
			return true;
	return false;
}

static void parse_projection(struct arena *a, struct json_object *projection,
			     struct table_index *index)
{
	struct json_object *names = json_get(projection, "NonKeyAttributes");
	struct str type = json_get_str(projection, "ProjectionType");

	index->projection = str_is(type, "ALL")       ? PROJECT_ALL
			    : str_is(type, "INCLUDE") ? PROJECT_INCLUDE
						      : PROJECT_KEYS;
	index->included_count = json_count(names);
	index->included = arena_alloc(a, index->included_count * sizeof(*index->included));
	for (size_t i = 0; i < index->included_count; i++)
		index->included[i] = arena_dup(a, json_str(json_at(names, i)));
}

static void parse_indexes(struct arena *a, struct table *table, struct json_object *definition,
			  bool global)
{
	struct json_object *all =
		json_get(definition, global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");

	for (size_t i = 0; i < json_count(all); i++) {
		struct json_object *from = json_at(all, i);
		struct table_index *index = &table->indexes[table->index_count];

		/* One that is DELETING is no index any more to whoever reads or writes items. */
		if (json_get(from, "DeletedAt"))
			continue;
		table->index_count++;
		index->name = arena_dup(a, json_get_str(from, "IndexName"));
		index->global = global;
		index->number = (int)json_int_or(json_get(from, "Number"), 0);
		index->created_at = json_int_or(json_get(from, "CreatedAt"), -1);
		index->keys = parse_keys(a, definition, json_get(from, "KeySchema"));
		parse_projection(a, json_get(from, "Projection"), index);
		table->has_local |= !global;
	}
}

static void parse_expiry(struct arena *a, struct table *table, struct json_object *ttl)
{
	struct buf needle;

	if (!json_bool_or(json_get(ttl, "Enabled"), false))
		return;
	table->expiry = json_int_or(json_get(ttl, "Id"), 0);
	table->expiry_name = arena_dup(a, json_get_str(ttl, "AttributeName"));
	buf_init(&needle, BUF_MAX);
	json_print_string(&needle, table->expiry_name);
	buf_adds(&needle, ":{\"N\":");
	table->expiry_needle = arena_dup(a, buf_str(&needle));
	buf_release(&needle);
}

static struct kept *parse_table(const struct table_row *row, struct str name, struct str text)
{
	struct arena *a = arena_new(), *scratch = arena_new();
	struct kept *kept = ARENA_NEW(a, struct kept);
	struct json_object *definition = json_parse(scratch, text, NULL);
	struct table *table = &kept->table;
	size_t n = json_count(json_get(definition, "GlobalSecondaryIndexes")) +
		   json_count(json_get(definition, "LocalSecondaryIndexes"));

	kept->arena = a;
	kept->stamp = row->stamp;
	atomic_init(&kept->users, 1);
	table->id = row->id;
	table->name = arena_dup(a, name);
	table->definition = arena_dup(a, text);
	table->keys = parse_keys(a, definition, json_get(definition, "KeySchema"));
	table->backup = json_int_or(json_get(definition, "BackupId"), 0);
	table->past_days =
		json_int_or(json_get(json_get(definition, "PointInTimeRecovery"), "Days"), 0);
	table->stream = json_int_or(json_get(definition, "StreamId"), 0);
	table->stream_view = stream_view_named(
		json_get_str(json_get(definition, "StreamSpecification"), "StreamViewType"));
	parse_expiry(a, table, json_get(definition, "TimeToLive"));
	table->indexes = arena_zalloc(a, n * sizeof(*table->indexes));
	parse_indexes(a, table, definition, true);
	parse_indexes(a, table, definition, false);
	arena_free(scratch);
	return kept;
}

const struct table *table_load(struct op *op, const struct table_row *row)
{
	struct kept **slot = &cache_get()->kept[(uint64_t)row->stamp & (KEPT - 1)];

	if (!*slot || (*slot)->stamp != row->stamp) {
		struct stmt *q =
			db_query(op->db, "SELECT name, definition FROM dynamodb_table WHERE id = ?",
				 "i", row->id);

		if (*slot)
			let_go(*slot);
		*slot = NULL;
		if (!stmt_row(q))
			return NULL;
		*slot = parse_table(row, stmt_str(q, 0), stmt_str(q, 1));
		stmt_done(q);
	}
	atomic_fetch_add(&(*slot)->users, 1);
	arena_defer(op->arena, let_go, *slot);
	return &(*slot)->table;
}

/* --- finding ----------------------------------------------------------------- */

bool table_row_find(struct op *op, struct str name, struct table_row *row)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT id, stamp, created_at, ready_at, updating, coalesce(gone_at, 0)"
			 " FROM dynamodb_table WHERE name = ? ORDER BY id DESC LIMIT 1",
			 "s", name);
	int64_t gone_at, ready_at;
	bool updating;

	if (!stmt_row(q))
		return false;
	row->id = stmt_int(q, 0);
	row->stamp = stmt_int(q, 1);
	row->created_at = stmt_int(q, 2);
	ready_at = stmt_int(q, 3);
	updating = stmt_int(q, 4);
	gone_at = stmt_int(q, 5);
	stmt_done(q);
	row->status = gone_at               ? TABLE_DELETING
		      : ready_at <= op->now ? TABLE_ACTIVE
		      : updating            ? TABLE_UPDATING
					    : TABLE_CREATING;
	return !gone_at || gone_at > op->now;
}

const struct table *table_use_named(struct op *op, struct str name)
{
	struct table_row row;

	if (table_row_find(op, name, &row) &&
	    (row.status == TABLE_ACTIVE || row.status == TABLE_UPDATING))
		return table_load(op, &row);
	op_fail(op, &ResourceNotFoundException, "Requested resource not found");
	return NULL;
}

const struct table *table_use(struct op *op)
{
	struct str name;

	return table_name(op, "TableName", 3, &name) ? table_use_named(op, name) : NULL;
}

const struct table *table_named(struct op *op, struct table_row *row)
{
	struct str name;
	const struct table *table = NULL;

	if (!table_name(op, "TableName", 3, &name))
		return NULL;
	if (table_row_find(op, name, row))
		table = table_load(op, row);
	if (!table)
		op_fail(op, &ResourceNotFoundException,
			"Requested resource not found: Table: %.*s not found", STR_ARG(name));
	return table;
}

void table_store(struct op *op, int64_t id, struct json_object *definition)
{
	db_run(op->db, "UPDATE dynamodb_table SET definition = ?, stamp = ? WHERE id = ?", "sii",
	       json_text(op->arena, definition), table_stamp(), id);
}

const struct table_index *table_index_find(const struct table *table, struct str name)
{
	for (size_t i = 0; i < table->index_count; i++)
		if (str_eq(table->indexes[i].name, name))
			return &table->indexes[i];
	return NULL;
}
