#ifndef BASE_CBOR_H
#define BASE_CBOR_H

#include "base/json.h"

/*
 * CBOR (RFC 8949), as far as values that JSON has go: what Smithy's "RPC v2 CBOR" sends.
 *
 * Reading gives a JSON tree: byte strings become base64 text, a tagged time (1) its number of seconds, null and
 * undefined JSON's null; integers beyond 64 bits become fractions, other tags are passed over. Writing is done piece
 * by piece, because what a text stands for (bytes, a time) only the caller knows.
 */

/* Parse the whole of `bytes`, an object; NULL when it is not that. The tree is owned by the arena. */
struct json_object *cbor_parse(struct arena *a, struct str bytes);

/* One value that is no array or map. */
void cbor_add_int(struct buf *b, int64_t value);
void cbor_add_double(struct buf *b, double value);
void cbor_add_bool(struct buf *b, bool value);
void cbor_add_null(struct buf *b);
void cbor_add_text(struct buf *b, struct str text);
void cbor_add_bytes(struct buf *b, struct str bytes);
/* Seconds since 1970, tagged as a time. */
void cbor_add_time(struct buf *b, double seconds);
/* So many values follow, or so many keys with their values. */
void cbor_add_array(struct buf *b, size_t count);
void cbor_add_map(struct buf *b, size_t count);
/* Any plain tree, numbers as they are and texts as texts. */
void cbor_print(struct buf *b, const struct json_object *o);

#endif
