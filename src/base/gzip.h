#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include "base/arena.h"

/*
 * gzip: bodies that HTTP compresses on the way, on zlib.
 *
 *	struct str text;
 *
 *	switch (gzip_inflate(a, body, 16 << 20, &text)) { ... }
 *	packed = gzip_deflate(a, GZIP_CODING_GZIP, text);
 */

/* HTTP's names for them: "gzip" (RFC 1952) and "deflate" (RFC 1950, zlib's own frame). */
enum gzip_coding { GZIP_CODING_GZIP, GZIP_CODING_DEFLATE };

enum gzip_verdict {
	GZIP_GOOD,
	GZIP_BROKEN,   /* not gzip, damaged, or its end is missing */
	GZIP_TOO_LONG, /* good so far, and longer than allowed */
};

/*
 * Unpack a gzip text, at most `max` bytes of it, into the arena. Several gzip texts behind one another are one; other
 * bytes behind the last one are passed over, as Java's reader does, which is AWS's. *out is untouched unless
 * GZIP_GOOD is returned.
 */
enum gzip_verdict gzip_inflate(struct arena *a, struct str packed, size_t max, struct str *out);

/* Pack bytes (less than 4 GiB), rather quickly than tightly, into the arena. */
struct str gzip_deflate(struct arena *a, enum gzip_coding coding, struct str bytes);

#endif
