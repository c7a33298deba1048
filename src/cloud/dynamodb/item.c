/* Items in the account's file; see item.h. */
#include "cloud/dynamodb/item.h"

#include "base/base64.h"
#include "base/hash.h"
#include "cloud/dynamodb/backup.h"
#include "cloud/dynamodb/past.h"
#include "cloud/dynamodb/request.h"
#include "cloud/dynamodb/stream.h"
#include "cloud/dynamodb/ttl.h"
#include "cloud/dynamodb/wide_key.h"

#define INVALID "One or more parameter values were invalid: "

int64_t item_hash(struct str pk)
{
	unsigned char digest[MD5_BYTES];
	static const char seed[8]
		__attribute__((nonstring)) = { 'O', 'u', 't', 'l', 'i', 'e', 'r', 's' };
	char bytes[sizeof(seed) + HASH_KEY_MAX];
	uint64_t hash = 0;
	size_t n = pk.n < HASH_KEY_MAX ? pk.n : HASH_KEY_MAX;

	memcpy(bytes, seed, sizeof(seed));
	memcpy(bytes + sizeof(seed), pk.p, n);
	hash_md5(str_make(bytes, n + sizeof(seed)), digest);
	for (int i = 0; i < 8; i++)
		hash = hash << 8 | digest[i];
	return (int64_t)(hash >> 1);
}

bool item_key_bytes(struct arena *a, const struct json_object *value, enum value_type type,
		    struct str *out)
{
	struct json_object *inner;
	struct number n;
	unsigned char *key;

	if (value_type(value, &inner) != type)
		return false;
	*out = json_str(inner);
	if (type == VALUE_S)
		return true;
	if (type == VALUE_B)
		return base64_parse(a, *out, out);
	if (number_parse(*out, &n) != NUMBER_FINE)
		return false;
	key = arena_alloc(a, NUMBER_KEY_MAX);
	*out = str_make(key, number_key(&n, key));
	return true;
}

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

/* The rules that every key value of a table keeps, wherever it comes from. */
static bool check_part(struct op *op, const struct key_part *part, struct str bytes, bool range)
{
	if (!bytes.n) {
		op_fail(op, &ValidationException,
			"One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
			"contain an empty %s value. Key: %.*s",
			part->type == VALUE_B ? "binary" : "string", STR_ARG(part->name));
		return false;
	}
	if (!range && bytes.n > HASH_KEY_MAX)
		return refuse(op, INVALID
			      "Size of hashkey has exceeded the maximum size limit of2048 bytes");
	if (range && bytes.n > RANGE_KEY_MAX)
		return refuse(
			op, INVALID
			"Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
	return true;
}

/* JSON's member names are C strings; a name from a definition has a NUL behind it (arena_dup). */
static struct json_object *attribute(struct json_object *item, struct str name)
{
	return json_get(item, name.p);
}

bool item_key_finish(struct op *op, const struct key_schema *keys, struct item_key *out)
{
	if (!check_part(op, &keys->hash, out->pk, false))
		return false;
	if (keys->range.name.p && !check_part(op, &keys->range, out->sk, true))
		return false;
	out->hash = item_hash(out->pk);
	return true;
}

bool item_check_key(struct op *op, struct json_object *key)
{
	const char *why;

	JSON_EACH(key, name, value)
	{
		(void)name;
		if (!value_check_words(op->arena, value, request_words(op), &why))
			return refuse(op, why);
	}
	return true;
}

bool item_key_of_key(struct op *op, const struct table *table, struct json_object *key,
		     struct item_key *out)
{
	const struct key_schema *keys = &table->keys;
	size_t parts = keys->range.name.p ? 2 : 1;

	out->sk = STR("");
	if (json_count(key) != parts ||
	    !item_key_bytes(op->arena, attribute(key, keys->hash.name), keys->hash.type,
			    &out->pk) ||
	    (parts == 2 && !item_key_bytes(op->arena, attribute(key, keys->range.name),
					   keys->range.type, &out->sk)))
		return refuse(op, "The provided key element does not match the schema");
	return item_key_finish(op, keys, out);
}

static bool item_part(struct op *op, const struct key_part *part, struct json_object *item,
		      struct str *out)
{
	struct json_object *value = attribute(item, part->name), *inner;

	if (!value) {
		op_fail(op, &ValidationException, INVALID "Missing the key %.*s in the item",
			STR_ARG(part->name));
		return false;
	}
	if (!item_key_bytes(op->arena, value, part->type, out)) {
		op_fail(op, &ValidationException,
			INVALID "Type mismatch for key %.*s expected: %s actual: %s",
			STR_ARG(part->name), value_type_name(part->type),
			value_type_name(value_type(value, &inner)));
		return false;
	}
	return true;
}

/* An index key that is there must have its type and not be empty; the item may lack it. */
static bool check_index_part(struct op *op, const struct table_index *index,
			     const struct key_part *part, struct json_object *item)
{
	struct json_object *value = attribute(item, part->name), *inner;
	struct str bytes;

	if (!value)
		return true;
	if (!item_key_bytes(op->arena, value, part->type, &bytes)) {
		op_fail(op, &ValidationException,
			INVALID
			"Type mismatch for Index Key %.*s Expected: %s Actual: %s IndexName: %.*s",
			STR_ARG(part->name), value_type_name(part->type),
			value_type_name(value_type(value, &inner)), STR_ARG(index->name));
		return false;
	}
	if (!bytes.n) {
		op_fail(op, &ValidationException,
			"One or more parameter values are not valid. A value specified for a secondary index key is "
			"not supported. The AttributeValue for a key attribute cannot contain an empty %s value. "
			"IndexName: %.*s, IndexKey: %.*s",
			part->type == VALUE_B ? "binary" : "string", STR_ARG(index->name),
			STR_ARG(part->name));
		return false;
	}
	return true;
}

static bool check_index_size(struct op *op, const struct key_schema *keys, struct json_object *item)
{
	size_t sizes[2] = { 0, 0 };
	struct str bytes;

	for (size_t i = 0; i < keys->count; i++)
		if (item_key_bytes(op->arena, attribute(item, keys->parts[i].name),
				   keys->parts[i].type, &bytes))
			sizes[i >= keys->hash_count] += bytes.n;
	if (sizes[0] > HASH_KEY_MAX)
		return refuse(op, INVALID
			      "Size of hashkey has exceeded the maximum size limit of2048 bytes");
	if (sizes[1] > RANGE_KEY_MAX)
		return refuse(
			op, INVALID
			"Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
	return true;
}

bool item_key_of_item(struct op *op, const struct table *table, struct json_object *item,
		      struct item_key *out)
{
	const struct key_schema *keys = &table->keys;

	out->sk = STR("");
	if (!item_part(op, &keys->hash, item, &out->pk))
		return false;
	if (keys->range.name.p && !item_part(op, &keys->range, item, &out->sk))
		return false;
	if (!item_key_finish(op, keys, out))
		return false;
	for (size_t i = 0; i < table->index_count; i++) {
		const struct table_index *index = &table->indexes[i];

		for (size_t k = 0; k < index->keys.count; k++)
			if (!check_index_part(op, index, &index->keys.parts[k], item))
				return false;
		if (!check_index_size(op, &index->keys, item))
			return false;
	}
	return true;
}

bool item_check(struct op *op, struct json_object *item, struct new_item *out)
{
	struct buf text;
	const char *why = "";
	bool good;

	buf_init(&text, BUF_MAX);
	out->tree = item;
	good = item_write(op->arena, item, request_words(op), &text, &out->size, &why) ||
	       refuse(op, why);
	if (good)
		out->text = arena_dup(op->arena, buf_str(&text));
	buf_release(&text);
	return good;
}

bool item_check_size(struct op *op, const struct new_item *item)
{
	return item->size <= ITEM_SIZE_MAX ||
	       refuse(op, "Item size has exceeded the maximum allowed size");
}

bool item_prepare(struct op *op, const struct table *table, struct new_item *item)
{
	return item_key_of_item(op, table, item->tree, &item->key) && item_check_size(op, item);
}

/* --- rows ---------------------------------------------------------------------- */

void item_get(struct op *op, const struct table *table, const struct item_key *key,
	      struct stored_item *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT size, item FROM dynamodb_item"
				  " WHERE table_id = ? AND hash = ? AND pk = ? AND sk = ?",
				  "iibb", table->id, key->hash, key->pk, key->sk);

	*out = (struct stored_item){ 0 };
	if (!stmt_row(q))
		return;
	out->found = true;
	out->size = (size_t)stmt_int(q, 0);
	out->text = stmt_dup(q, 1, op->arena);
	stmt_done(q);
}

/* Keep the figures of the table (number 0) or of one of its indexes. */
static void count(struct op *op, const struct table *table, int number, int64_t items,
		  int64_t bytes)
{
	if (items || bytes)
		db_run(op->db,
		       "UPDATE dynamodb_count SET items = items + ?, bytes = bytes + ?"
		       " WHERE table_id = ? AND number = ?",
		       "iiii", items, bytes, table->id, (int64_t)number);
}

static size_t part_size(const struct key_part *part, struct json_object *item)
{
	return part->name.p ? part->name.n + value_size(attribute(item, part->name)) : 0;
}

size_t item_projected_size(const struct table *table, const struct table_index *index,
			   struct json_object *item)
{
	const struct key_schema *keys = &index->keys;
	size_t size;

	if (index->projection == PROJECT_ALL)
		return item_size(item);
	size = part_size(&table->keys.hash, item) + part_size(&table->keys.range, item);
	for (size_t i = 0; i < keys->count; i++)
		if (!key_schema_has(&table->keys, keys->parts[i].name))
			size += part_size(&keys->parts[i], item);
	for (size_t i = 0; i < index->included_count; i++) {
		struct json_object *value = attribute(item, index->included[i]);

		if (value)
			size += index->included[i].n + value_size(value);
	}
	return size;
}

/* The key of an index's entry; false when the item does not stand in the index: it lacks the key, or had it before
 * the index came and it does not fit. */
static bool entry_key(struct op *op, const struct table_index *index, struct json_object *item,
		      struct item_key *out)
{
	const struct key_schema *keys = &index->keys;

	if (keys->wide)
		return wide_key_of(op->arena, keys, item, out);
	out->sk = STR("");
	if (!item_key_bytes(op->arena, attribute(item, keys->hash.name), keys->hash.type, &out->pk))
		return false;
	if (keys->range.name.p && !item_key_bytes(op->arena, attribute(item, keys->range.name),
						  keys->range.type, &out->sk))
		return false;
	if (!out->pk.n || out->pk.n > HASH_KEY_MAX || out->sk.n > RANGE_KEY_MAX ||
	    (keys->range.name.p && !out->sk.n))
		return false;
	out->hash = item_hash(out->pk);
	return true;
}

void item_index(struct op *op, const struct table *table, const struct table_index *index,
		const struct item_key *key, struct json_object *item)
{
	struct item_key entry;

	if (!entry_key(op, index, item, &entry))
		return;
	db_run(op->db,
	       "INSERT OR IGNORE INTO dynamodb_entry"
	       " (table_id, number, hash, pk, sk, item_hash, item_pk, item_sk) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	       "iiibbibb", table->id, (int64_t)index->number, entry.hash, entry.pk, entry.sk,
	       key->hash, key->pk, key->sk);
	if (db_changes(op->db))
		count(op, table, index->number, 1,
		      (int64_t)item_projected_size(table, index, item));
}

static void unindex(struct op *op, const struct table *table, const struct table_index *index,
		    const struct item_key *key, struct json_object *item)
{
	struct item_key entry;

	if (!entry_key(op, index, item, &entry))
		return;
	db_run(op->db,
	       "DELETE FROM dynamodb_entry WHERE table_id = ? AND number = ? AND hash = ? AND pk = ?"
	       " AND sk = ? AND item_hash = ? AND item_pk = ? AND item_sk = ?",
	       "iiibbibb", table->id, (int64_t)index->number, entry.hash, entry.pk, entry.sk,
	       key->hash, key->pk, key->sk);
	/* An index that is being filled may not have come to this item. */
	if (db_changes(op->db))
		count(op, table, index->number, -1,
		      -(int64_t)item_projected_size(table, index, item));
}

static void unindex_all(struct op *op, const struct table *table, const struct item_key *key,
			const struct stored_item *old)
{
	struct json_object *tree;

	if (!table->index_count || !old->found)
		return;
	tree = json_parse(op->arena, old->text, NULL);
	for (size_t i = 0; i < table->index_count; i++)
		unindex(op, table, &table->indexes[i], key, tree);
}

void item_put(struct op *op, const struct table *table, const struct new_item *item,
	      const struct stored_item *old)
{
	if (table->backup)
		backup_save(op, table, &item->key, old);
	if (table->past_days)
		past_write(op, table, &item->key, old);
	unindex_all(op, table, &item->key, old);
	db_run(op->db,
	       "INSERT OR REPLACE INTO dynamodb_item (table_id, hash, pk, sk, size, item) VALUES (?, ?, ?, ?, ?, ?)",
	       "iibbis", table->id, item->key.hash, item->key.pk, item->key.sk, (int64_t)item->size,
	       item->text);
	for (size_t i = 0; i < table->index_count; i++)
		item_index(op, table, &table->indexes[i], &item->key, item->tree);
	count(op, table, 0, !old->found, (int64_t)item->size - (int64_t)old->size);
	if (table->expiry)
		ttl_write(op, table, &item->key, old, item);
	if (table->stream)
		stream_write(op, table, old, item, false);
}

static void take_away(struct op *op, const struct table *table, const struct item_key *key,
		      const struct stored_item *old, bool expired)
{
	if (table->backup)
		backup_save(op, table, key, old);
	if (table->past_days)
		past_write(op, table, key, old);
	unindex_all(op, table, key, old);
	db_run(op->db,
	       "DELETE FROM dynamodb_item WHERE table_id = ? AND hash = ? AND pk = ? AND sk = ?",
	       "iibb", table->id, key->hash, key->pk, key->sk);
	count(op, table, 0, -1, -(int64_t)old->size);
	if (table->expiry)
		ttl_write(op, table, key, old, NULL);
	if (table->stream)
		stream_write(op, table, old, NULL, expired);
}

void item_delete(struct op *op, const struct table *table, const struct item_key *key,
		 const struct stored_item *old)
{
	take_away(op, table, key, old, false);
}

void item_expire(struct op *op, const struct table *table, const struct item_key *key,
		 const struct stored_item *old)
{
	take_away(op, table, key, old, true);
}

static void copy_part(const struct key_part *part, struct json_object *item,
		      struct json_object *out)
{
	struct json_object *value = part->name.p ? attribute(item, part->name) : NULL;

	if (value)
		json_set(out, part->name.p, json_object_get(value));
}

void item_copy_keys(const struct table *table, const struct table_index *index,
		    struct json_object *item, struct json_object *out)
{
	copy_part(&table->keys.hash, item, out);
	copy_part(&table->keys.range, item, out);
	for (size_t i = 0; index && i < index->keys.count; i++)
		copy_part(&index->keys.parts[i], item, out);
}
