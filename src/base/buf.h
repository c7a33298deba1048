#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

/*
 * buf: bytes that grow up to a stated maximum.
 *
 *	struct buf b;
 *	buf_init(&b, 64 * 1024);
 *	buf_addf(&b, "%d items", n);
 *	use(buf_str(&b));
 *	buf_release(&b);
 *
 * Adding past the maximum adds nothing and sets `overflow`, which sticks: write
 * everything, ask once. There is always a NUL behind the bytes (not counted)
 * once something was added. Running out of memory ends the process.
 */
struct buf {
	char *p;       /* owned; NULL while empty */
	size_t n;      /* bytes used */
	size_t size;   /* bytes allocated */
	size_t max;    /* the most it may ever hold */
	bool overflow; /* an addition did not fit */
};

/* A common maximum for text made by ourselves (pages, answers): 64 MiB. */
#define BUF_MAX ((size_t)64 << 20)

/* An empty buf that may hold up to `max` bytes; it allocates nothing yet. */
void buf_init(struct buf *b, size_t max);
/* Free the bytes; the buf is then as after buf_init with the same max. */
void buf_release(struct buf *b);
/* Forget the bytes, keep the memory. */
void buf_clear(struct buf *b);
/* Forget the bytes behind the first `n`, and with them that others did not fit there. */
void buf_cut(struct buf *b, size_t n);
/* Append bytes, a C string, a character, a printf. The bytes must not be those of `b` itself. */
void buf_add(struct buf *b, struct str s);
void buf_adds(struct buf *b, const char *c_string);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for `n` more bytes at the end, which the caller fills; NULL when they do not fit. */
char *buf_extend(struct buf *b, size_t n);
/* A view of the bytes, valid until the next change. Never the absent str. */
static inline struct str buf_str(const struct buf *b)
{
	return str_make(b->p ? b->p : "", b->n);
}

#endif
