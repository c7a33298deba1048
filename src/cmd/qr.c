/* QR codes on the terminal, by libqrencode. */
#include "cmd/qr.h"

#include <qrencode.h>

enum { QUIET = 2 }; /* light modules around the code; readers want at least two on a light ground */

static bool is_dark(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return code->data[y * code->width + x] & 1;
}

/* Two modules above each other in one cell: black ink on white paper. */
static void half_blocks(struct buf *out, const QRcode *code)
{
	static const char *const cells[] = { " ", "\u2584", "\u2580", "\u2588" };

	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		buf_adds(out, "  \033[30;107m");
		for (int x = -QUIET; x < code->width + QUIET; x++)
			buf_adds(out, cells[is_dark(code, x, y) * 2 + is_dark(code, x, y + 1)]);
		buf_adds(out, "\033[0m\n");
	}
}

static void hashes(struct buf *out, const QRcode *code)
{
	for (int y = -QUIET; y < code->width + QUIET; y++) {
		buf_adds(out, "  ");
		for (int x = -QUIET; x < code->width + QUIET; x++)
			buf_adds(out, is_dark(code, x, y) ? "##" : "  ");
		buf_addc(out, '\n');
	}
}

void qr_draw(struct buf *out, const char *text, bool utf8)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);

	if (!code)
		return;
	if (utf8)
		half_blocks(out, code);
	else
		hashes(out, code);
	QRcode_free(code);
}
