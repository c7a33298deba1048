#ifndef CHECKER_TUI_SCREEN_H
#define CHECKER_TUI_SCREEN_H

#include "checker/tui/grid.h"
#include "checker/tui/view.h"

/*
 * The terminal itself: shows grids, reads keys and the mouse. curses.c is the only file that knows curses.
 *
 * One screen at a time, used from one thread. While it is open, what the process writes to stderr is kept aside when
 * stderr is a terminal, and written out at the end, so that nothing scribbles over the screen.
 */
struct screen;

enum theme { THEME_AUTO, THEME_DARK, THEME_LIGHT, THEME_MONO };

/* "auto", "dark", "light", "mono"; false when it is none of them. */
bool theme_parse(struct str name, enum theme *out);

/*
 * Can the environment show a screen at all: stdin and stdout are terminals, TERM has a cursor to move? Where not,
 * programs print plain text.
 */
bool screen_possible(void);

/* Take the terminal over; NULL with a sentence. THEME_AUTO asks NO_COLOR, COLORFGBG and the terminal. */
struct screen *screen_open(enum theme theme, bool ascii, const char **why);
/* Give the terminal back as it was. NULL is allowed. */
void screen_close(struct screen *s);

/* For poll(): readable when there is a key. */
int screen_fd(const struct screen *s);
/* The terminal's size now; also tells curses. */
void screen_size(struct screen *s, int *rows, int *cols);
/* Show a grid; only what differs goes over the line. */
void screen_show(struct screen *s, const struct grid *g);
/* The next key or click; false when there is none at the moment. */
bool screen_read(struct screen *s, struct event *out);
/* Paint everything again at the next screen_show(). */
void screen_repaint(struct screen *s);
/* Ask the terminal for mouse events or not. */
void screen_mouse(struct screen *s, bool wanted);
/* Give the terminal back for a while (Ctrl-Z), and take it again. */
void screen_pause(struct screen *s);
void screen_resume(struct screen *s);

#endif
