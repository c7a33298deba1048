#ifndef CHECKER_TUI_GRID_H
#define CHECKER_TUI_GRID_H

#include "checker/tui/text.h"

/*
 * A grid of cells: what a screen will show, as a value.
 *
 * Views draw into it; only curses.c puts it on a terminal, and tests print it as text. Whatever lies outside is
 * clipped, so nobody computes with the grid's edges unless the layout depends on them. A wide character takes two cells,
 * of which the right one is empty; writing over one half blanks the other.
 */

/* What a cell means; the theme knows how that looks. */
enum style {
	STYLE_PLAIN,
	STYLE_TITLE,  /* what this screen is */
	STYLE_HEADER, /* column headings, names of labs */
	STYLE_GREEN,  /* states of a check */
	STYLE_RED,
	STYLE_PENDING,
	STYLE_MUTED, /* there, but not what one looks for */
	STYLE_KEY,   /* a key in the footer or in the help */
	STYLE_BADGE, /* paused, reconnecting: something unusual is on */
	STYLE_LIVE,  /* the badge when all is well */
	STYLE_ALERT, /* needs somebody: stuck, refused */
	STYLE_FRESH, /* changed a moment ago */
	STYLE_COUNT
};
/* Added to a style: the selected row or column. */
#define STYLE_FOCUS 0x40

/* Characters that differ between UTF-8 and ASCII mode. */
enum symbol {
	SYMBOL_GREEN,
	SYMBOL_RED,
	SYMBOL_TO_DO,
	SYMBOL_PENDING,
	SYMBOL_BAR_DONE,
	SYMBOL_BAR_LEFT,
	SYMBOL_RULE,
	SYMBOL_UP, /* sorted upwards, more above */
	SYMBOL_DOWN,
	SYMBOL_DOT,     /* in front of the live badge */
	SYMBOL_BETWEEN, /* between parts of a line */
	SYMBOL_COUNT
};

struct cell {
	char text[20];       /* UTF-8 with a NUL; "" for the right half of a wide one */
	unsigned char style; /* enum style, perhaps with STYLE_FOCUS */
	unsigned char width; /* 0 (right half), 1 or 2 */
};

struct grid {
	int rows, cols;
	struct cell *cells; /* row by row, owned */
	bool ascii;         /* symbols and text in ASCII only */
};

/* The grid is all blanks; sizes below 1 count as 1. */
void grid_init(struct grid *g, int rows, int cols, bool ascii);
void grid_release(struct grid *g);
/* Another size, all blanks. */
void grid_resize(struct grid *g, int rows, int cols);
void grid_clear(struct grid *g);
struct cell *grid_at(const struct grid *g, int row, int col) __attribute__((returns_nonnull));

/*
 * Write text from (row, col) into at most `room` columns; longer text ends in an ellipsis. Returns the columns
 * used, as if the grid were endless.
 */
int grid_put(struct grid *g, int row, int col, int room, unsigned style, struct str text);
/* printf up to the end of the row. */
int grid_putf(struct grid *g, int row, int col, unsigned style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The same, ending before column `end`. */
int grid_put_right(struct grid *g, int row, int end, unsigned style, struct str text);
/* One symbol `n` times. Returns n. */
int grid_symbols(struct grid *g, int row, int col, int n, unsigned style, enum symbol symbol);
/* The bytes of a symbol in this grid's mode. */
struct str grid_symbol(const struct grid *g, enum symbol symbol);
/* A bar of `room` columns of which done/total is filled. */
void grid_bar(struct grid *g, int row, int col, int room, int done, int total);
/* Add bits to the style of `n` cells. */
void grid_paint(struct grid *g, int row, int col, int n, unsigned bits);

/* Print as lines of text without blanks at their ends. */
void grid_print(const struct grid *g, struct buf *b);
/*
 * Print the styles as lines of letters: blank for plain, T title, H header, g r p for states, m muted, k key, B badge, L live,
 * A alert, F fresh; every cell in focus as '#'.
 */
void grid_print_styles(const struct grid *g, struct buf *b);

#endif
