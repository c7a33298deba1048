/* A grid of cells; see grid.h. */
#include "checker/tui/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const symbols[SYMBOL_COUNT][2] = {
	[SYMBOL_GREEN] = { "\xe2\x9c\x93", "+" },    /* check mark */
	[SYMBOL_RED] = { "\xe2\x9c\x97", "x" },      /* ballot x */
	[SYMBOL_TO_DO] = { "\xe2\x97\x8b", "o" },    /* white circle */
	[SYMBOL_PENDING] = { "\xc2\xb7", "." },      /* middle dot */
	[SYMBOL_BAR_DONE] = { "\xe2\x96\x88", "#" }, /* full block */
	[SYMBOL_BAR_LEFT] = { "\xe2\x96\x91", "." }, /* light shade */
	[SYMBOL_RULE] = { "\xe2\x94\x80", "-" },     /* horizontal line */
	[SYMBOL_UP] = { "\xe2\x96\xb2", "^" },       [SYMBOL_DOWN] = { "\xe2\x96\xbc", "v" },
	[SYMBOL_DOT] = { "\xe2\x97\x8f", "*" },      [SYMBOL_BETWEEN] = { "\xc2\xb7", "|" },
};

static void blank(struct cell *c, unsigned style)
{
	*c = (struct cell){ .text = " ", .style = (unsigned char)style, .width = 1 };
}

void grid_init(struct grid *g, int rows, int cols, bool ascii)
{
	*g = (struct grid){ .ascii = ascii };
	grid_resize(g, rows, cols);
}

void grid_release(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){ 0 };
}

void grid_resize(struct grid *g, int rows, int cols)
{
	g->rows = rows < 1 ? 1 : rows;
	g->cols = cols < 1 ? 1 : cols;
	g->cells = reallocarray(g->cells, (size_t)g->rows * (size_t)g->cols, sizeof(*g->cells));
	if (!g->cells)
		abort();
	grid_clear(g);
}

void grid_clear(struct grid *g)
{
	for (int i = 0; i < g->rows * g->cols; i++)
		blank(&g->cells[i], STYLE_PLAIN);
}

struct cell *grid_at(const struct grid *g, int row, int col)
{
	return &g->cells[row * g->cols + col];
}

static bool inside(const struct grid *g, int row, int col)
{
	return row >= 0 && row < g->rows && col >= 0 && col < g->cols;
}

/* What is about to be overwritten may be half of a wide character. */
static void clear_cell(struct grid *g, int row, int col, unsigned style)
{
	struct cell *c = grid_at(g, row, col);

	if (c->width == 0 && col > 0)
		blank(c - 1, (c - 1)->style);
	if (c->width == 2 && col + 1 < g->cols)
		blank(c + 1, (c + 1)->style);
	blank(c, style);
}

static void put_glyph(struct grid *g, int row, int col, unsigned style, const struct glyph *glyph)
{
	struct cell *c;

	if (!inside(g, row, col))
		return;
	clear_cell(g, row, col, style);
	c = grid_at(g, row, col);
	if (glyph->width == 2 && col + 1 >= g->cols)
		return; /* no room for its right half: a blank */
	memcpy(c->text, glyph->text, sizeof(c->text));
	c->width = (unsigned char)glyph->width;
	if (glyph->width == 2) {
		clear_cell(g, row, col + 1, style);
		c[0].width = 2;
		memcpy(c->text, glyph->text, sizeof(c->text));
		c[1].text[0] = '\0';
		c[1].width = 0;
	}
}

int grid_put(struct grid *g, int row, int col, int room, unsigned style, struct str text)
{
	struct glyph glyph;
	bool cut = text_width(text, g->ascii) > room;
	int used = 0;

	if (room <= 0)
		return 0;
	while (text_next(&text, g->ascii, &glyph)) {
		if (used + glyph.width > room - cut)
			break;
		put_glyph(g, row, col + used, style, &glyph);
		used += glyph.width;
	}
	if (!cut)
		return used;
	glyph = (struct glyph){ .text = "\xe2\x80\xa6", .n = 3, .width = 1 };
	if (g->ascii)
		glyph = (struct glyph){ .text = "~", .n = 1, .width = 1 };
	put_glyph(g, row, col + used, style, &glyph);
	return used + 1;
}

int grid_putf(struct grid *g, int row, int col, unsigned style, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return grid_put(g, row, col, g->cols - col, style, str_of(text));
}

int grid_put_right(struct grid *g, int row, int end, unsigned style, struct str text)
{
	int width = text_width(text, g->ascii);

	return grid_put(g, row, end - width, width, style, text);
}

struct str grid_symbol(const struct grid *g, enum symbol symbol)
{
	return str_of(symbols[symbol][g->ascii]);
}

int grid_symbols(struct grid *g, int row, int col, int n, unsigned style, enum symbol symbol)
{
	for (int i = 0; i < n; i++)
		grid_put(g, row, col + i, 1, style, grid_symbol(g, symbol));
	return n;
}

void grid_bar(struct grid *g, int row, int col, int room, int done, int total)
{
	int filled = total > 0 ? (int)((int64_t)room * done / total) : 0;

	/* Something done shows, and something left does not look finished. */
	if (done > 0 && filled == 0)
		filled = 1;
	grid_symbols(g, row, col, filled, STYLE_GREEN, SYMBOL_BAR_DONE);
	grid_symbols(g, row, col + filled, room - filled, STYLE_MUTED, SYMBOL_BAR_LEFT);
}

void grid_paint(struct grid *g, int row, int col, int n, unsigned bits)
{
	for (int i = col; i < col + n; i++)
		if (inside(g, row, i))
			grid_at(g, row, i)->style |= (unsigned char)bits;
}

void grid_print(const struct grid *g, struct buf *b)
{
	for (int row = 0; row < g->rows; row++) {
		int end = g->cols;

		while (end > 0 && strcmp(grid_at(g, row, end - 1)->text, " ") == 0)
			end--;
		for (int col = 0; col < end; col++)
			buf_adds(b, grid_at(g, row, col)->text);
		buf_addc(b, '\n');
	}
}

void grid_print_styles(const struct grid *g, struct buf *b)
{
	static const char letters[STYLE_COUNT + 1] = " THgrpmkBLAF";

	for (int row = 0; row < g->rows; row++) {
		size_t end = b->n;

		for (int col = 0; col < g->cols; col++) {
			unsigned style = grid_at(g, row, col)->style;

			buf_addc(b, style & STYLE_FOCUS ? '#' : letters[style]);
			if (b->n && b->p[b->n - 1] != ' ')
				end = b->n;
		}
		b->n = end;
		buf_addc(b, '\n');
	}
}
