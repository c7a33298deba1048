/*
 * Text for a terminal: whatever the bytes, what is shown is well-formed UTF-8 without control characters, takes the columns
 * that were promised, and wrapping loses nothing but the blanks and newlines it broke at.
 */
#include "checker/tui/grid.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_shown(struct str shown)
{
	if (!str_is_utf8(shown))
		abort();
	for (size_t i = 0; i < shown.n; i++) {
		unsigned char c = (unsigned char)shown.p[i];

		if (c < 0x20 || c == 0x7f)
			abort();
		if (c == 0xc2 && (unsigned char)shown.p[i + 1] < 0xa0)
			abort();
	}
}

static void check_wrapping(struct str text, int room, bool ascii)
{
	struct str rest = text, line;
	size_t bytes = 0, lines = 0;

	while (text_wrap(&rest, room, ascii, &line)) {
		if (text_width(line, ascii) > (room < 2 ? 2 : room) || ++lines > text.n + 1)
			abort();
		bytes += line.n;
	}
	if (bytes + lines < text.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int room = size ? data[0] % 20 + 1 : 1;
	bool ascii = size && data[0] & 0x80;
	struct str text = str_slice(str_make(data, size), 1, size);
	struct grid g;
	struct buf b;

	buf_init(&b, BUF_MAX);
	text_add_padded(&b, text, room, ascii);
	check_shown(buf_str(&b));
	if (text_width(buf_str(&b), ascii) != room)
		abort();
	buf_clear(&b);
	grid_init(&g, 2, 10, ascii);
	grid_put(&g, 0, room - 10, room, STYLE_PLAIN, text);
	grid_put(&g, 0, room % 7, room, STYLE_PLAIN, text);
	for (int i = 0; i < 10; i++)
		check_shown(str_of(grid_at(&g, 0, i)->text));
	grid_release(&g);
	check_wrapping(text, room, ascii);
	buf_release(&b);
	return 0;
}
