/* Text as a terminal shows it; see text.h. */
#include "checker/tui/text.h"

#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <wchar.h>
#include <wctype.h>

#define REPLACEMENT 0xfffd

static locale_t utf8_locale; /* (locale_t)0 where the system has none */

static void make_locale(void)
{
	utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* The C library's own table of widths, because curses asks the same one; whatever the thread's locale is. */
static int char_width(uint32_t code)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	locale_t before;
	int width;

	if (code < 0x7f)
		return code < 0x20 ? -1 : 1;
	pthread_once(&once, make_locale);
	if (!utf8_locale)
		return code < 0xa0 ? -1 : 1;
	before = uselocale(utf8_locale);
	width = wcwidth((wchar_t)code);
	uselocale(before);
	return width;
}

static uint32_t lower(uint32_t code)
{
	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + 32 : code;
	char_width(code); /* makes the locale */
	return utf8_locale ? (uint32_t)towlower_l((wint_t)code, utf8_locale) : code;
}

/* One code point off the front; a byte that begins nothing well-formed is a replacement character. */
static uint32_t decode(struct str *rest)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	uint32_t code = p[0];

	if (n > rest->n || !str_is_utf8(str_make(p, n))) {
		*rest = str_slice(*rest, 1, rest->n);
		return REPLACEMENT;
	}
	if (n > 1)
		code = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3f);
	*rest = str_slice(*rest, n, rest->n);
	return code;
}

/* Takes no room of its own and changes how its neighbours are shown. */
static bool is_invisible(uint32_t code)
{
	return code == 0xad || code == 0x61c || code == 0x180e ||
	       (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || (code >= 0xfe00 && code <= 0xfe0f) ||
	       code == 0xfeff || (code >= 0xfff0 && code <= 0xfffb) ||
	       (code >= 0xe0000 && code <= 0xe0fff);
}

static int encode(uint32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void take(struct glyph *g, uint32_t code, int width, bool ascii)
{
	if (width < 0) {
		code = REPLACEMENT;
		width = 1;
	}
	if (ascii && code >= 0x80) {
		code = '?';
		width = 1;
	}
	g->n = encode(code, g->text);
	g->width = width;
}

bool text_next(struct str *rest, bool ascii, struct glyph *out)
{
	*out = (struct glyph){ 0 };
	while (rest->n) {
		struct str before = *rest;
		uint32_t code = decode(rest);
		int width = is_invisible(code) ? 0 : char_width(code);

		if (width != 0 && out->n) {
			*rest = before;
			return true;
		}
		if (width != 0)
			take(out, code, width, ascii);
		else if (out->n && !ascii && !is_invisible(code) &&
			 out->n + 4 < (int)sizeof(out->text))
			out->n += encode(code, out->text + out->n);
	}
	return out->n > 0;
}

int text_width(struct str s, bool ascii)
{
	struct glyph g;
	int width = 0;

	while (text_next(&s, ascii, &g))
		width += g.width;
	return width;
}

bool text_wrap(struct str *rest, int room, bool ascii, struct str *line)
{
	struct str at = *rest;
	struct glyph g;
	const char *blank = NULL; /* the last one where the line could break */
	int width = 0;

	if (!rest->n)
		return false;
	while (at.n) {
		const char *here = at.p;

		if (*here == '\n') {
			*line = str_make(rest->p, (size_t)(here - rest->p));
			*rest = str_slice(at, 1, at.n);
			return true;
		}
		if (!text_next(&at, ascii, &g))
			break;
		if (*here == ' ')
			blank = here;
		width += g.width;
		if (width <= room || here == rest->p)
			continue;
		if (!blank || blank == rest->p) {
			*line = str_make(rest->p, (size_t)(here - rest->p));
			*rest = str_make(here, (size_t)(rest->p + rest->n - here));
			return true;
		}
		*line = str_make(rest->p, (size_t)(blank - rest->p));
		*rest = str_make(blank + 1, (size_t)(rest->p + rest->n - blank - 1));
		return true;
	}
	*line = *rest;
	*rest = str_slice(*rest, rest->n, rest->n);
	return true;
}

/* Returns the columns that were added. */
static int add(struct buf *b, struct str s, int room, bool ascii)
{
	int width = 0, whole = room && text_width(s, ascii) > room ? room - 1 : room;
	struct glyph g;

	while (text_next(&s, ascii, &g)) {
		if (room && width + g.width > whole)
			break;
		buf_add(b, str_make(g.text, (size_t)g.n));
		width += g.width;
	}
	if (whole == room)
		return width;
	buf_adds(b, ascii ? "~" : "\xe2\x80\xa6");
	return width + 1;
}

void text_add(struct buf *b, struct str s, int room, bool ascii)
{
	add(b, s, room, ascii);
}

void text_add_padded(struct buf *b, struct str s, int room, bool ascii)
{
	for (int width = add(b, s, room, ascii); width < room; width++)
		buf_addc(b, ' ');
}

static bool begins(struct str text, struct str part)
{
	while (part.n) {
		if (!text.n || lower(decode(&text)) != lower(decode(&part)))
			return false;
	}
	return true;
}

bool text_holds(struct str text, struct str part)
{
	if (!part.n)
		return true;
	while (text.n) {
		if (begins(text, part))
			return true;
		decode(&text);
	}
	return false;
}

bool text_locale_is_utf8(void)
{
	locale_t mine = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8;

	if (!mine)
		return false;
	utf8 = strcmp(nl_langinfo_l(CODESET, mine), "UTF-8") == 0;
	freelocale(mine);
	return utf8;
}
