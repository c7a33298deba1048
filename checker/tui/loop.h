#ifndef CHECKER_TUI_LOOP_H
#define CHECKER_TUI_LOOP_H

#include "checker/tui/screen.h"
#include "checker/tui/ui.h"

/*
 * The loop between a terminal and a ui: keys, one source of news, resizing, Ctrl-Z, and the end by SIGINT, SIGTERM
 * or SIGHUP, after which the terminal is as it was.
 *
 * What arrives in a burst is drawn once: at most about thirty frames a second.
 */
struct loop {
	struct ui *ui;
	enum theme theme;
	int news_fd;                                /* readable when there is news; -1: never */
	unsigned (*news)(void *arg, struct ui *ui); /* take the news; UI_ bits */
	void *arg;
	int stop_fd;   /* readable: quit; -1: never */
	bool embedded; /* a server lives in this process: Ctrl-Z does not stop it */
};

/*
 * Run until the ui is done. False with a sentence when the terminal cannot show a screen. The number of the signal that
 * ended it, else 0, is left in *ended_by (may be NULL). The ui's views are opened by the caller, before.
 */
bool loop_run(const struct loop *loop, int *ended_by, const char **why);

#endif
