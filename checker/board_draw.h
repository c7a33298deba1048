#ifndef CHECKER_BOARD_DRAW_H
#define CHECKER_BOARD_DRAW_H

#include "checker/board.h"
#include "checker/tui/grid.h"

/*
 * Drawing the board: which columns fit, and the matrix itself.
 *
 * A narrow screen loses columns in this order: the words beside the symbols, the account, the bar, room between symbols,
 * the checks of labs other than the selected one (their sum stays), the time since the last green, the sum.
 */
struct board_column {
	enum {
		COLUMN_NAME,
		COLUMN_ACCOUNT,
		COLUMN_DONE,
		COLUMN_WAITING,
		COLUMN_CHECK, /* index: of the check */
		COLUMN_LAB,   /* index: of the lab, as a sum */
	} kind;
	int index;
	int col, width;
};
enum { BOARD_COLUMNS_MAX = 600 };

struct board_layout {
	struct board_column columns[BOARD_COLUMNS_MAX];
	int count;
	int check_width; /* 10 and more: symbol and word; 4 or 2: symbol */
	int bar;         /* columns of the bar in COLUMN_DONE, or 0 */
};

/* What of the board is looked at; the drawing's other half of the state. */
struct board_look {
	int selected;   /* person in sight */
	int check;      /* selected check */
	int top;        /* first person in sight */
	bool projector; /* larger, names shortened, nothing selected */
	int64_t now_ms, fresh_since;
};

/* Has the screen so few rows that summaries give way to people? */
bool board_is_low(const struct grid *g);
/* The row of the first person; two rows above it stand the labs, one row above it the headings. */
int board_first_row(const struct grid *g);

/* Lay out for a screen `cols` wide. */
void board_lay_out(const struct board *b, const struct board_look *look, int cols,
		   struct board_layout *out);
/* Draw headings, people, counts per check and the selected check's line. */
void board_draw(const struct board *b, struct board_look *look, struct grid *g);
/* People that fit. */
int board_room(const struct board_look *look, const struct grid *g);

/* A name as the projector shows it: "Ada Lovelace" becomes "Ada L.". */
struct str board_short_name(struct arena *a, struct str name);

#endif
