#ifndef CHECKER_TUI_UI_H
#define CHECKER_TUI_UI_H

#include "checker/tui/view.h"

/*
 * The ui: a stack of views, the line of text entry, the footer and the help. It knows no terminal: tests send it
 * events and read its grid; loop.c connects it to a real one.
 *
 * Keys that all screens share are here: ? help, q quit, Esc leaves, / filter, : commands, m mouse, Ctrl-L.
 * A text entry swallows every key until Enter or Esc.
 */
enum { UI_VIEWS_MAX = 8, UI_ENTRY_MAX = 200, UI_SAY_MS = 4000 };

struct ui {
	struct grid grid;
	int64_t now_ms; /* set by whoever drives the ui */
	bool mouse;     /* wanted by the user */
	bool done;      /* somebody said UI_QUIT, or the last view closed */

	struct {
		const struct view *view;
		void *state;
	} stack[UI_VIEWS_MAX];
	int depth;

	char asking;                  /* '/' or ':' while text is entered, else 0 */
	char entry[UI_ENTRY_MAX + 1]; /* NUL-ended UTF-8 */
	int entry_n;
	char filter[UI_ENTRY_MAX +
		    1]; /* what `/` holds now, for the view at the bottom of the stack */

	int help_top; /* first line of the help page in sight */

	char said[256]; /* a message in the footer until said_until_ms */
	unsigned said_style;
	int64_t said_until_ms;
};

void ui_init(struct ui *ui, int rows, int cols, bool ascii);
/* Closes what is open. */
void ui_release(struct ui *ui);
/* Put a view on top. `state` stays the caller's; a view beyond the maximum is not opened. */
void ui_open(struct ui *ui, const struct view *view, void *state);
/* A key, a click; returns UI_ bits (those for the driver: DRAW, REPAINT, QUIT). */
unsigned ui_event(struct ui *ui, const struct event *event);
/* About once a second. */
unsigned ui_tick(struct ui *ui);
/* Draw the top view and the footer into ui->grid. */
void ui_draw(struct ui *ui);
void ui_resize(struct ui *ui, int rows, int cols);
/* Show a message in the footer for some seconds. */
void ui_say(struct ui *ui, unsigned style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
