/* What people type when they join: names and codes. */
#include "site/name.h"

/* The code point at *i, which moves behind it. The text is UTF-8. */
static unsigned next_character(struct str s, size_t *i)
{
	unsigned char first = (unsigned char)s.p[(*i)++];
	int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
	unsigned c = more ? first & (0x3fu >> more) : first;

	while (more-- > 0)
		c = c << 6 | ((unsigned char)s.p[(*i)++] & 0x3f);
	return c;
}

static bool is_blank(unsigned c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200a);
}

/* Controls, line and paragraph separators, overrides of direction, and the byte order mark. */
static bool is_forbidden(unsigned c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Marks that show nothing by themselves: joiners, direction marks, the soft hyphen, variation selectors. */
static bool is_invisible(unsigned c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x2060 && c <= 0x2064) ||
	       (c >= 0xfe00 && c <= 0xfe0f) || c == 0x3164 || c == 0x115f || c == 0x1160;
}

const char *name_check(struct arena *a, struct str typed, struct str *name)
{
	char *out = arena_alloc(a, typed.n + 1);
	size_t n = 0, characters = 0, i = 0, start;
	bool blank = false, visible = false;

	if (!str_is_utf8(typed))
		return "Your name is not readable as UTF-8 text. Please type it again.";
	while (start = i, i < typed.n) {
		unsigned c = next_character(typed, &i);

		if (is_blank(c) || c == '\n' || c == '\r') {
			blank = n > 0;
			continue;
		}
		if (is_forbidden(c))
			return "Your name holds a character that cannot be shown. Please type it again.";
		if (blank) {
			out[n++] = ' ';
			characters++;
		}
		blank = false;
		visible = visible || !is_invisible(c);
		memcpy(out + n, typed.p + start, i - start);
		n += i - start;
		characters++;
	}
	if (!visible)
		return "Please type your name; others see it on the instructor's board.";
	if (characters > NAME_MAX_CHARACTERS)
		return arena_printf(
			a, "Your name has %zu characters; at most %d fit. Please shorten it.",
			characters, NAME_MAX_CHARACTERS);
	*name = str_make(out, n);
	return NULL;
}

struct str code_plain(struct arena *a, struct str typed)
{
	char *out = arena_alloc(a, typed.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];

		if (c == '-' || c == ' ' || c == '\t')
			continue;
		out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	out[n] = '\0';
	return str_make(out, n);
}
