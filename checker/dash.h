#ifndef CHECKER_DASH_H
#define CHECKER_DASH_H

#include "checker/board_draw.h"
#include "checker/checklist.h"
#include "checker/feed.h"
#include "checker/tui/loop.h"

/*
 * The instructor's terminal: everybody's checks, live. `immersion dash` runs it, and `immersion serve --dash` in the
 * server's own process.
 *
 * The state is a struct so that tests can show it documents without a server and compare what the views draw.
 */
struct dash_options {
	const struct api *api; /* with the instructor's token */
	enum theme theme;
	bool ascii;
	int stop_fd;   /* readable: leave, because the program ends; -1: never */
	bool embedded; /* the server lives in this process: Ctrl-Z does not stop it */
};

/* While paused, what arrives is kept here: the last document, and the last entry of each account after it. */
struct dash_held {
	struct arena *arena;       /* of `all` */
	struct json_object *all;   /* or NULL */
	struct standing **entries; /* owned */
	int count, size;
};

struct dash_screen {
	struct feed *feed; /* NULL: none */
	struct board board;
	struct board_look look;
	enum feed_state connection;
	bool stale; /* entries came since the board was put in order; drawing does it, once for many */
	bool paused;
	struct dash_held held;
	char latest[256]; /* what happened last: "Ada has joined" */
	int64_t latest_ms;

	char account[16]; /* of the attendee in detail */
	struct checklist detail;
	int unknown_top;
	struct {
		char name[256], token[80], sign_in[512];
	} given; /* the token that was given out last, while it is shown */
	struct {
		char name[256], account[16];
	} starting;       /* whose account is emptied if the question is answered so */
	int64_t paged_ms; /* when the projector turned its page */
};

/* The main view; its state is a struct dash_screen. */
extern const struct view dash_view;

void dash_init(struct dash_screen *screen);
void dash_release(struct dash_screen *screen);
/* One event of the feed: `dash`, `attendee`, `unknown`, or what was asked by it, with its data. */
void dash_take(struct dash_screen *screen, struct ui *ui, struct str name, struct str data);

/*
 * Run until the user quits. Returns 0, or 3 with a sentence in *why when the terminal cannot show a screen. For a process
 * with other threads: signals may reach any of them.
 */
int dash_run(const struct dash_options *options, const char **why);

#endif
