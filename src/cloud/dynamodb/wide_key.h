#ifndef CLOUD_DYNAMODB_WIDE_KEY_H
#define CLOUD_DYNAMODB_WIDE_KEY_H

#include "cloud/dynamodb/item.h"

/*
 * Wide keys: the keys of global indexes that are made of several attributes, up to four for the partition and up to four
 * for the order.
 *
 * Each half is one text of bytes, as that of a single attribute is: a part's zero bytes are followed by 0xff and the part
 * by the bytes 0 and 1, so that the order of the texts is that of the parts, one after the other.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
 */

/* `before` with one more part behind it. */
struct str wide_key_add(struct arena *a, struct str before, struct str part);
/* The same without the part's end: what every part that begins so has. */
struct str wide_key_begin(struct arena *a, struct str before, struct str part);

/* The key that an item has by a wide schema; false when it lacks a part, or one that does not fit. */
bool wide_key_of(struct arena *a, const struct key_schema *keys, struct json_object *item,
		 struct item_key *out);

#endif
