/* Percent-encoding and the pairs of queries and forms. */
#include "base/form.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Is there something for decode() to do? */
static bool is_plain(struct str s, bool plus_is_space)
{
	return str_find(s, '%') < 0 && (!plus_is_space || str_find(s, '+') < 0);
}

/* With `lenient` a wrong escape stands for itself and the answer is always true. */
static bool decode(struct arena *a, struct str s, bool plus_is_space, bool lenient, struct str *out)
{
	char *p;
	size_t n = 0;

	if (is_plain(s, plus_is_space)) {
		*out = s;
		return true;
	}
	p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		int high = -1, low = -1;

		if (s.p[i] == '%' && s.n - i > 2) {
			high = digit(s.p[i + 1]);
			low = digit(s.p[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			p[n++] = (char)(high << 4 | low);
			i += 2;
		} else if (s.p[i] == '%' && !lenient) {
			return false;
		} else {
			p[n++] = s.p[i] == '+' && plus_is_space ? ' ' : s.p[i];
		}
	}
	p[n] = '\0';
	*out = str_make(p, n);
	return true;
}

bool form_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out)
{
	return decode(a, s, plus_is_space, false, out);
}

struct str form_decode_lenient(struct arena *a, struct str s, bool plus_is_space)
{
	decode(a, s, plus_is_space, true, &s);
	return s;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

struct str form_encode(struct arena *a, struct str s, bool keep_slash)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = arena_alloc(a, s.n * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_unreserved((char)c) || (c == '/' && keep_slash)) {
			p[n++] = (char)c;
			continue;
		}
		p[n++] = '%';
		p[n++] = digits[c >> 4];
		p[n++] = digits[c & 15];
	}
	p[n] = '\0';
	return str_make(p, n);
}

bool form_next(struct str *rest, struct str *name, struct str *value)
{
	while (rest->p) {
		struct str piece = str_cut(rest, '&');

		if (!piece.n)
			continue;
		*name = str_cut(&piece, '=');
		*value = piece;
		return true;
	}
	return false;
}

struct str form_get(struct arena *a, struct str form, const char *name)
{
	struct str key, value, want = str_of(name);

	while (form_next(&form, &key, &value)) {
		if (!str_eq(form_decode_lenient(a, key, true), want))
			continue;
		return value.p ? form_decode_lenient(a, value, true) : STR("");
	}
	return STR_NONE;
}
