/* Changes from the instructor's terminal; see dash_change.h. */
#include "checker/dash_change.h"

#include <stdio.h>
#include <string.h>

static unsigned ask(struct dash_screen *screen, struct ui *ui, const char *path, struct str body)
{
	if (!screen->feed)
		ui_say(ui, STYLE_ALERT, "There is no connection to the server.");
	else if (!feed_ask(screen->feed, path, body))
		ui_say(ui, STYLE_MUTED, "The last question has no answer yet.");
	return UI_DRAW;
}

/* --- joining ------------------------------------------------------------------- */

unsigned dash_change_joining(void *state, struct ui *ui, struct str argument)
{
	if (str_is(argument, "open"))
		return ask(state, ui, "/api/dash/joining", STR("{\"joining\":\"open\"}"));
	if (str_is(argument, "closed"))
		return ask(state, ui, "/api/dash/joining", STR("{\"joining\":\"closed\"}"));
	ui_say(ui, STYLE_ALERT, "Joining is open or closed.");
	return UI_DRAW;
}

/* --- tokens ---------------------------------------------------------------------- */

unsigned dash_change_token(void *state, struct ui *ui, struct str argument)
{
	struct dash_screen *screen = state;
	const struct board_person *p = board_at(&screen->board, screen->look.selected);
	char path[80];

	(void)argument;
	if (!p) {
		ui_say(ui, STYLE_ALERT, "Nobody is selected.");
		return UI_DRAW;
	}
	snprintf(path, sizeof(path), "/api/dash/attendees/%.12s/token", p->standing->account.p);
	return ask(screen, ui, path, STR("{}"));
}

static unsigned leave(void *state, struct ui *ui, const struct event *event)
{
	(void)state;
	(void)ui;
	(void)event;
	return UI_CLOSE;
}

/* It does not stay in memory, nor on a screen that others see, longer than it is looked at. */
static void forget(void *state, struct ui *ui)
{
	struct dash_screen *screen = state;

	(void)ui;
	memset(&screen->given, 0, sizeof(screen->given));
}

static void draw(void *state, const struct ui *ui, struct grid *g)
{
	const struct dash_screen *screen = state;
	struct str rest = str_of(screen->given.sign_in), part;
	int row = 7;

	(void)ui;
	grid_putf(g, 0, 1, STYLE_TITLE, "A new token for %s", screen->given.name);
	grid_putf(g, 2, 1, STYLE_MUTED, "The old one has stopped. This one is shown only now:");
	grid_putf(g, 4, 3, STYLE_PLAIN, "%s", screen->given.token);
	grid_putf(g, 6, 1, STYLE_MUTED, "It signs in by this address:");
	while (row < g->rows - 1 && text_wrap(&rest, g->cols - 4, g->ascii, &part))
		grid_put(g, row++, 3, g->cols - 4, STYLE_PLAIN, part);
}

static const struct binding bindings[] = { { KEY_RETURN, "back to the board", false, leave },
					   { 0 } };
static const struct view token_view = {
	.name = "a new token", .bindings = bindings, .close = forget, .draw = draw
};

/* --- answers ----------------------------------------------------------------------- */

static void copy(char *to, size_t size, struct str text)
{
	snprintf(to, size, "%.*s", STR_ARG(text));
}

void dash_changed(struct dash_screen *screen, struct ui *ui, bool failed, struct str data)
{
	struct arena *a = arena_new();
	struct json_object *answer = failed ? NULL : json_parse(a, data, NULL);

	if (failed) {
		ui_say(ui, STYLE_ALERT, "%.*s", STR_ARG(data));
	} else if (json_get_str(answer, "token").n) {
		copy(screen->given.name, sizeof(screen->given.name), json_get_str(answer, "name"));
		copy(screen->given.token, sizeof(screen->given.token),
		     json_get_str(answer, "token"));
		copy(screen->given.sign_in, sizeof(screen->given.sign_in),
		     json_get_str(answer, "signIn"));
		ui_open(ui, &token_view, screen);
	} else if (json_get_str(answer, "joining").n) {
		ui_say(ui, STYLE_GREEN, "Joining is %.*s.",
		       STR_ARG(json_get_str(answer, "joining")));
	}
	arena_free(a);
}
