#ifndef CHECKER_CHECKLIST_H
#define CHECKER_CHECKLIST_H

#include "checker/standing.h"
#include "checker/tui/grid.h"

/*
 * A checklist: one attendee's labs and checks as lines, with a selected check. Both terminals show it: the attendee's as
 * the main screen, the instructor's behind Enter.
 */
struct checklist {
	const struct standing *standing; /* borrowed; NULL: nothing to show yet */
	struct str lab;                  /* only this lab; absent: all */
	struct str filter;               /* only checks that hold this text; empty: all */
	int selected;                    /* of the checks in sight */
	int top; /* first line in sight; draw keeps the selected check there */
};

/* How many checks the filter leaves. */
int checklist_count(const struct checklist *list);
/* The selected check, and its lab; NULL when there is none. */
const struct verdict *checklist_selected(const struct checklist *list,
					 const struct standing_lab **lab);
/* Move the selection by `by` checks, stopping at the ends. */
void checklist_move(struct checklist *list, int by);
/* Select the first check in sight that is not green: what is next to do. When all are, the selection stays. */
void checklist_go_on(struct checklist *list);
/* Draw into rows `row` to `end` - 1. Checks that turned green after `fresh_since` stand out. */
void checklist_draw(struct checklist *list, struct grid *g, int row, int end, int64_t fresh_since);
/* Select the check drawn at `row` (a click); `first` is the row checklist_draw() began with. */
bool checklist_click(struct checklist *list, const struct grid *g, int first, int row);

/*
 * One check in full, from `row` on: title, state, what was found. `skip` lines are scrolled away. Returns the
 * lines there are.
 */
int checklist_draw_detail(const struct verdict *v, const struct standing_lab *lab, struct grid *g,
			  int row, int end, int skip);

/* "✓ green" for a state, in its style; returns the columns used. */
int checklist_draw_state(struct grid *g, int row, int col, enum verdict_state state, bool fresh);
enum style verdict_style(enum verdict_state state);
enum symbol verdict_symbol(enum verdict_state state);

/* The whole as plain text, `columns` wide: what is printed when there is no terminal. */
void checklist_print(const struct checklist *list, struct buf *b, int columns, bool ascii);

#endif
