#ifndef CHECKER_TUI_VIEW_H
#define CHECKER_TUI_VIEW_H

#include "checker/tui/grid.h"

/*
 * Views: what one screen shows and which keys it knows, as one constant each.
 *
 * A view draws its state into a grid and answers keys with bits that say what changed; it never draws by itself
 * and knows no terminal. From its table of bindings come dispatch, the footer and the help page.
 */
struct ui;

/* Keys beyond characters (which are their code points). */
enum key {
	KEY_NONE = 0,
	KEY_CTRL_L = 0x0c,
	KEY_RETURN = 0x0d,
	KEY_ESCAPE = 0x1b,
	KEY_RUBOUT = 0x7f,
	KEY_ARROW_UP = 0x110000,
	KEY_ARROW_DOWN,
	KEY_ARROW_LEFT,
	KEY_ARROW_RIGHT,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_TOP,
	KEY_BOTTOM,
	KEY_FUNCTION_6,
	KEY_CLICK, /* at row, col */
	KEY_WHEEL_UP,
	KEY_WHEEL_DOWN,
};

struct event {
	int key;
	int row, col; /* of the mouse */
};

/* What a handler answers: bits of what changed. */
enum {
	UI_NOTHING = 0,
	UI_DRAW = 1,     /* the screen looks different now */
	UI_CLOSE = 2,    /* leave this view */
	UI_QUIT = 4,     /* leave the program */
	UI_REPAINT = 8,  /* the terminal may show rubbish: paint all of it again */
	UI_IGNORED = 16, /* not my key */
};

typedef unsigned key_handler(void *state, struct ui *ui, const struct event *event);

/* One line of a view's key table. Bindings with the same `what` share a line of the help. */
struct binding {
	int key;
	const char *what; /* "details"; NULL: not in the help */
	bool footer; /* shown at the bottom too, in the table's order, as far as there is room */
	key_handler *run;
};

/* A `:` command. */
struct colon {
	const char *name;     /* "sort" */
	const char *argument; /* "name|done|stuck", or NULL */
	const char *what;
	unsigned (*run)(void *state, struct ui *ui, struct str argument);
};

struct view {
	const char *name;               /* "attendees": heads its help page */
	const struct binding *bindings; /* ended by one without run */
	const struct colon *colons;     /* ended by one without name; NULL: none */
	void (*open)(void *state, struct ui *ui);
	void (*close)(void *state, struct ui *ui);
	/* Draw rows 0 to grid->rows - 2; the last row belongs to the footer. */
	void (*draw)(void *state, const struct ui *ui, struct grid *grid);
	key_handler *key; /* what no binding names: clicks; may be NULL */
	unsigned (*tick)(void *state, struct ui *ui); /* about once a second; may be NULL */
	/* What `/` does with the text, at each letter; NULL: no filter. */
	unsigned (*filter)(void *state, struct ui *ui, struct str text);
};

/* How a key is called: "Enter", "q", "F6". The result is static or in `space`. */
const char *key_label(int key, char space[static 8]);

#endif
