/* Keys of several attributes as bytes; see wide_key.h. */
#include "cloud/dynamodb/wide_key.h"

enum { END_BYTES = 2 };

struct str wide_key_begin(struct arena *a, struct str before, struct str part)
{
	char *bytes = arena_alloc(a, before.n + 2 * part.n);
	size_t n = before.n;

	if (n)
		memcpy(bytes, before.p, n);
	for (size_t i = 0; i < part.n; i++) {
		bytes[n++] = part.p[i];
		if (!part.p[i])
			bytes[n++] = (char)0xff;
	}
	return str_make(bytes, n);
}

struct str wide_key_add(struct arena *a, struct str before, struct str part)
{
	struct str begun = wide_key_begin(a, before, part);
	char *bytes = arena_alloc(a, begun.n + END_BYTES);

	memcpy(bytes, begun.p, begun.n);
	bytes[begun.n] = '\0';
	bytes[begun.n + 1] = '\1';
	return str_make(bytes, begun.n + END_BYTES);
}

bool wide_key_of(struct arena *a, const struct key_schema *keys, struct json_object *item,
		 struct item_key *out)
{
	size_t sizes[2] = { 0, 0 };

	*out = (struct item_key){ .pk = STR(""), .sk = STR("") };
	for (size_t i = 0; i < keys->count; i++) {
		const struct key_part *part = &keys->parts[i];
		bool range = i >= keys->hash_count;
		struct str *half = range ? &out->sk : &out->pk, bytes;

		if (!item_key_bytes(a, json_get(item, part->name.p), part->type, &bytes) ||
		    !bytes.n)
			return false;
		sizes[range] += bytes.n;
		*half = wide_key_add(a, *half, bytes);
	}
	out->hash = item_hash(out->pk);
	return sizes[0] <= HASH_KEY_MAX && sizes[1] <= RANGE_KEY_MAX;
}
