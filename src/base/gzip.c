/* gzip, on zlib; see gzip.h. */
#include "base/gzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/buf.h"

/* zlib's way to choose the frame: the window's size, and 16 more for gzip's. */
enum { WINDOW = MAX_WBITS, GZIP_WINDOW = MAX_WBITS + 16 };

enum { STEP = 32 << 10, HEADER_BYTES = 10 };

/* Does another gzip text begin here? */
static bool goes_on(const z_stream *z)
{
	return z->avail_in >= HEADER_BYTES && z->next_in[0] == 0x1f && z->next_in[1] == 0x8b &&
	       z->next_in[2] == Z_DEFLATED;
}

/* One gzip text, to its end. The buf has room for one byte more than is allowed. */
static enum gzip_verdict inflate_one(z_stream *z, struct buf *b)
{
	int state = Z_OK;

	while (state != Z_STREAM_END) {
		size_t room = b->max - b->n < STEP ? b->max - b->n : STEP;

		if (!room)
			return GZIP_TOO_LONG;
		z->next_out = (unsigned char *)buf_extend(b, room);
		z->avail_out = (unsigned)room;
		state = inflate(z, Z_NO_FLUSH);
		b->n -= z->avail_out;
		if (state != Z_OK && state != Z_STREAM_END)
			return GZIP_BROKEN;
	}
	return b->n < b->max ? GZIP_GOOD : GZIP_TOO_LONG;
}

enum gzip_verdict gzip_inflate(struct arena *a, struct str packed, size_t max, struct str *out)
{
	z_stream z = { .next_in = (unsigned char *)(packed.n ? packed.p : ""),
		       .avail_in = (unsigned)packed.n };
	enum gzip_verdict verdict;
	struct buf b;

	if (packed.n > UINT32_MAX)
		return GZIP_TOO_LONG;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		abort();
	buf_init(&b, max + 1);
	do {
		verdict = inflate_one(&z, &b);
	} while (verdict == GZIP_GOOD && goes_on(&z) && inflateReset(&z) == Z_OK);
	inflateEnd(&z);
	if (verdict == GZIP_GOOD)
		*out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return verdict;
}

struct str gzip_deflate(struct arena *a, enum gzip_coding coding, struct str bytes)
{
	z_stream z = { 0 };
	size_t bound;
	char *p;

	if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED,
			 coding == GZIP_CODING_GZIP ? GZIP_WINDOW : WINDOW, MAX_MEM_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	bound = deflateBound(&z, (uLong)bytes.n);
	p = arena_alloc(a, bound);
	z.next_in = (unsigned char *)(bytes.n ? bytes.p : "");
	z.avail_in = (unsigned)bytes.n;
	z.next_out = (unsigned char *)p;
	z.avail_out = (unsigned)bound;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&z);
	return str_make(p, bound - z.avail_out);
}
