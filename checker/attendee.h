#ifndef CHECKER_ATTENDEE_H
#define CHECKER_ATTENDEE_H

#include "checker/checklist.h"
#include "checker/feed.h"
#include "checker/tui/loop.h"

/*
 * The attendee's terminal: the checklist of `immersion check`, live.
 *
 * The state is a struct so that tests can show it documents without a server and compare what the view draws.
 */
struct attendee_options {
	const struct api *api; /* with the attendee's token */
	const char *lab;       /* only this lab's checks; NULL: all */
	enum theme theme;
	bool ascii;
};

struct attendee_screen {
	struct feed *feed;         /* NULL: nobody to ask */
	struct standing *standing; /* owned */
	struct checklist list;
	enum feed_state connection;
	int64_t shown_ms; /* the ui's clock when the screen was last told the time */
	bool asked;       /* checks are being run because of a key */
	bool moved; /* the selection is where the user put it, until that check turns green; else at what is next */
	int detail_skip;
};

/* The view; its state is a struct attendee_screen. */
extern const struct view attendee_view;

/* A document has arrived. Takes the standing over. */
void attendee_show(struct attendee_screen *screen, struct ui *ui, struct standing *standing);
/* The connection's badge at the right of row 0, ending before `end`; used by both terminals. Returns its first column. */
int attendee_draw_badge(struct grid *g, int end, enum feed_state state);
/* Say in the footer how the connection has changed; used by both terminals. */
void attendee_tell_connection(struct ui *ui, enum feed_state before, enum feed_state now,
			      const char *why);

/*
 * Run until the user quits. Exit codes as design.md section 3 has them: 0 all green, 1 not, 3 with a sentence in *why when
 * the terminal cannot show a screen.
 */
int attendee_run(const struct attendee_options *options, const char **why);

/* The document as plain text. Returns the exit code: 0 when all in sight is green, else 1. */
int attendee_print(const struct standing *standing, const char *lab, struct buf *out, int columns,
		   bool ascii);

#endif
