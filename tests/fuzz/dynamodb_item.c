/*
 * Property: an item that is accepted is written to text that is accepted and written the same, with the same
 * size as the size of its tree. Input: the item's JSON.
 */
#include "cloud/dynamodb/value.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct json_object *item = json_parse(a, str_make(data, size), NULL), *again;
	struct buf once, twice;
	size_t first, second;
	const char *why = NULL;

	buf_init(&once, BUF_MAX);
	buf_init(&twice, BUF_MAX);
	if (json_is_object(item) && item_write(a, item, VALUE_NEWER_WORDS, &once, &first, &why)) {
		again = json_parse(a, buf_str(&once), NULL);
		if (!again || !item_write(a, again, VALUE_NEWER_WORDS, &twice, &second, &why))
			abort();
		if (!str_eq(buf_str(&once), buf_str(&twice)) || first != second ||
		    first != item_size(again))
			abort();
	}
	buf_release(&once);
	buf_release(&twice);
	arena_free(a);
	return 0;
}
