#ifndef CHECKER_DASH_CHANGE_H
#define CHECKER_DASH_CHANGE_H

#include "checker/dash.h"

/*
 * What the instructor changes from the terminal: whether people may join, somebody's token, and fresh starts. Each asks the server and goes
 * on; its answer comes as an event of the feed.
 */

/* `:joining open`; `:token` and `:reset`, of the attendee that is selected. */
unsigned dash_change_joining(void *state, struct ui *ui, struct str argument);
unsigned dash_change_token(void *state, struct ui *ui, struct str argument);
unsigned dash_change_reset(void *state, struct ui *ui, struct str argument);
/* The server's answer, or (`failed`) the sentence why there is none. */
void dash_changed(struct dash_screen *screen, struct ui *ui, bool failed, struct str data);

#endif
