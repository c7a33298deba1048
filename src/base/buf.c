/* Growing bytes with a maximum. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_release(struct buf *b)
{
	free(b->p);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->overflow = false;
	if (b->p)
		b->p[0] = '\0';
}

void buf_cut(struct buf *b, size_t n)
{
	if (n >= b->n)
		return;
	b->n = n;
	b->overflow = false;
	b->p[n] = '\0';
}

/* Make room for n more bytes and a NUL. */
static bool reserve(struct buf *b, size_t n)
{
	size_t need, size;
	char *p;

	if (b->overflow || n > b->max || b->n > b->max - n) {
		b->overflow = true;
		return false;
	}
	need = b->n + n + 1;
	if (need <= b->size)
		return true;
	size = b->size ? b->size : 256;
	while (size < need)
		size *= 2;
	p = realloc(b->p, size);
	if (!p) {
		fputs("immersion: out of memory\n", stderr);
		abort();
	}
	b->p = p;
	b->size = size;
	return true;
}

char *buf_extend(struct buf *b, size_t n)
{
	char *at;

	if (!reserve(b, n))
		return NULL;
	at = b->p + b->n;
	b->n += n;
	b->p[b->n] = '\0';
	return at;
}

void buf_add(struct buf *b, struct str s)
{
	char *at = buf_extend(b, s.n);

	if (at && s.n)
		memcpy(at, s.p, s.n);
}

void buf_adds(struct buf *b, const char *c_string)
{
	buf_add(b, str_of(c_string));
}

void buf_addc(struct buf *b, char c)
{
	char *at = buf_extend(b, 1);

	if (at)
		*at = c;
}

void buf_addf(struct buf *b, const char *format, ...)
{
	va_list args;
	char small[512];
	int n;

	va_start(args, format);
	n = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (n < 0) {
		b->overflow = true;
	} else if ((size_t)n < sizeof(small)) {
		buf_add(b, str_make(small, (size_t)n));
	} else if (reserve(b, (size_t)n)) {
		va_start(args, format);
		vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
		va_end(args);
		b->n += (size_t)n;
	}
}
