/* Views of bytes: comparing, finding, cutting. */
#include "base/str.h"

#include <limits.h>

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_make(s.p, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

ptrdiff_t str_find(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? at - s.p : -1;
}

ptrdiff_t str_find_str(struct str s, struct str needle)
{
	const char *at;

	if (!needle.n)
		return 0;
	at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? at - s.p : -1;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return str_make(s.p ? s.p + from : NULL, to - from);
}

struct str str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_cut(struct str *rest, char sep)
{
	struct str all = *rest;
	ptrdiff_t at = str_find(all, sep);

	if (at < 0) {
		*rest = STR_NONE;
		return all;
	}
	*rest = str_slice(all, (size_t)at + 1, all.n);
	return str_slice(all, 0, (size_t)at);
}

bool str_to_int(struct str s, int64_t *out)
{
	bool negative = s.n && s.p[0] == '-';
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	int64_t value = 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		/* Built up negative, so that INT64_MIN has room. */
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, s.p[i] - '0', &value))
			return false;
	}
	if (!negative && value == INT64_MIN)
		return false;
	*out = negative ? value : -value;
	return true;
}

/* Length of the well-formed sequence at p, or 0. */
static size_t utf8_sequence(const unsigned char *p, size_t n)
{
	size_t more;
	uint32_t code;
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		more = 1, code = p[0] & 0x1f;
	else if ((p[0] & 0xf0) == 0xe0)
		more = 2, code = p[0] & 0x0f;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		more = 3, code = p[0] & 0x07;
	else
		return 0;
	if (n <= more)
		return 0;
	for (size_t i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return more + 1;
}

size_t str_utf8_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;

	while (i < s.n) {
		uint64_t eight;
		size_t step;

		if (s.n - i >= sizeof(eight)) {
			memcpy(&eight, p + i, sizeof(eight));
			if (!(eight & 0x8080808080808080U)) {
				i += sizeof(eight);
				continue;
			}
		}
		step = utf8_sequence(p + i, s.n - i);
		if (!step)
			break;
		i += step;
	}
	return i;
}

bool str_is_utf8(struct str s)
{
	return str_utf8_length(s) == s.n;
}

bool str_eq_secret(struct str a, struct str b)
{
	unsigned char different = a.n != b.n;

	for (size_t i = 0; i < a.n && i < b.n; i++)
		different |= (unsigned char)(a.p[i] ^ b.p[i]);
	return !different;
}
