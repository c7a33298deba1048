#ifndef CLOUD_DYNAMODB_ITEM_H
#define CLOUD_DYNAMODB_ITEM_H

#include "cloud/dynamodb/table.h"

/* Bytes of a key's values, those for the partition and those for the order. */
enum { HASH_KEY_MAX = 2048, RANGE_KEY_MAX = 1024 };

/*
 * Items in the account's file.
 *
 * An item is a row under (table, hash, pk, sk): pk and sk are bytes whose order is the key's order, hash spreads
 * partitions over a Scan as on AWS (MD5 of a fixed seed and the partition key). The item itself is its
 * canonical JSON text. Each secondary index has one entry an item, which leads back to the item's row.
 */
struct item_key {
	int64_t hash;
	struct str pk;
	struct str sk; /* empty when the table has no range key */
};

/* An item that is stored: its text (in the op's arena) and its size as AWS counts it. */
struct stored_item {
	bool found;
	struct str text;
	size_t size;
};

/* A new item, checked and ready to be stored. */
struct new_item {
	struct json_object *tree;
	struct item_key key;
	struct str text;
	size_t size;
};

/* Where a partition key stands in a Scan: 63 bits. */
int64_t item_hash(struct str pk);
/* The order-preserving bytes of a key value of that type; false when the value has another type. */
bool item_key_bytes(struct arena *a, const struct json_object *value, enum value_type type,
		    struct str *out);

/* The rules of a key whose bytes are there; sets its hash. False with the error set. */
bool item_key_finish(struct op *op, const struct key_schema *keys, struct item_key *out);

/* Are the values of a Key parameter well-formed? Asked before the table is looked for. */
bool item_check_key(struct op *op, struct json_object *key);
/* The key of a checked Key, which has the key's attributes and nothing else. False with the error set. */
bool item_key_of_key(struct op *op, const struct table *table, struct json_object *key,
		     struct item_key *out);
/* The key of a whole item, and the rules for its index keys. False with the error set. */
bool item_key_of_item(struct op *op, const struct table *table, struct json_object *item,
		      struct item_key *out);
/*
 * A whole item for storing, in two steps: its values, before the table is looked for, then its keys and size (the size
 * alone by item_check_size()).
 * False with the error set.
 */
bool item_check(struct op *op, struct json_object *item, struct new_item *out);
bool item_check_size(struct op *op, const struct new_item *item);
bool item_prepare(struct op *op, const struct table *table, struct new_item *item);

/* Read an item. */
void item_get(struct op *op, const struct table *table, const struct item_key *key,
	      struct stored_item *out);
/* Store an item over what is there (`old`, read before); keeps indexes, counts and the stream. */
void item_put(struct op *op, const struct table *table, const struct new_item *item,
	      const struct stored_item *old);
/* Delete an item that is there. */
void item_delete(struct op *op, const struct table *table, const struct item_key *key,
		 const struct stored_item *old);
/* The same by the service itself, because the item's time to live is over. */
void item_expire(struct op *op, const struct table *table, const struct item_key *key,
		 const struct stored_item *old);

/* Only the key's attributes of an item, in `out`: the table's, and those of `index` when it is not NULL. */
void item_copy_keys(const struct table *table, const struct table_index *index,
		    struct json_object *item, struct json_object *out);
/* What of a stored item an index holds, in bytes as AWS counts them. */
size_t item_projected_size(const struct table *table, const struct table_index *index,
			   struct json_object *item);
/* Write the index's entry of an item, unless it is there; nothing when the item lacks the index's key. */
void item_index(struct op *op, const struct table *table, const struct table_index *index,
		const struct item_key *key, struct json_object *item);

#endif
