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

static void copy(char *to, size_t size, struct str text)
{
	snprintf(to, size, "%.*s", STR_ARG(text));
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

/* --- a fresh start ----------------------------------------------------------------- */

static void draw_question(void *state, const struct ui *ui, struct grid *g)
{
	static const char lost[] =
		"All that is in the account will be lost, and nobody can bring it back: tables, functions, sites, repositories, "
		"user pools, roles and logs. What runs there ends, and all checks begin again. Name, token and access keys stay.";
	const struct dash_screen *screen = state;
	struct str rest = str_of(lost), part;
	int row = 4;

	(void)ui;
	grid_putf(g, 0, 1, STYLE_TITLE, "Start over for %s?", screen->starting.name);
	grid_putf(g, 2, 1, STYLE_MUTED, "Account %s", screen->starting.account);
	while (row < g->rows - 1 && text_wrap(&rest, g->cols - 4, g->ascii, &part))
		grid_put(g, row++, 1, g->cols - 4, STYLE_PLAIN, part);
	if (row + 1 < g->rows - 1)
		grid_putf(g, row + 1, 1, STYLE_ALERT, "y empties it, Esc leaves it as it is.");
}

static unsigned empty(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	char path[80];

	(void)event;
	snprintf(path, sizeof(path), "/api/dash/attendees/%.12s/reset", screen->starting.account);
	return UI_CLOSE | ask(screen, ui, path, STR("{}"));
}

static const struct binding question_bindings[] = { { 'y', "empty the account", true, empty },
						    { 0 } };
static const struct view question_view = { .name = "a fresh start",
					   .bindings = question_bindings,
					   .draw = draw_question };

unsigned dash_change_reset(void *state, struct ui *ui, struct str argument)
{
	struct dash_screen *screen = state;
	const struct board_person *p = board_at(&screen->board, screen->look.selected);

	(void)argument;
	if (!p) {
		ui_say(ui, STYLE_ALERT, "Nobody is selected.");
		return UI_DRAW;
	}
	/* Kept apart: whoever is selected may be somebody else by then. */
	copy(screen->starting.name, sizeof(screen->starting.name), p->standing->name);
	copy(screen->starting.account, sizeof(screen->starting.account), p->standing->account);
	ui_open(ui, &question_view, screen);
	return UI_DRAW;
}

static void say_removed(struct ui *ui, const struct json_object *answer)
{
	const struct json_object *removed = json_get(answer, "removed");
	struct str name = json_get_str(answer, "name");
	struct buf text;

	buf_init(&text, 200);
	for (size_t i = 0; i < json_count(removed); i++)
		buf_addf(&text, "%s%lld %.*s", i ? ", " : "",
			 (long long)json_int_or(json_get(json_at(removed, i), "count"), 0),
			 STR_ARG(json_get_str(json_at(removed, i), "what")));
	ui_say(ui, STYLE_GREEN, "%.*s starts over. %s%.*s.", STR_ARG(name),
	       text.n ? "Removed: " : "There was nothing in it", STR_ARG(buf_str(&text)));
	buf_release(&text);
}

/* --- answers ----------------------------------------------------------------------- */

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
	} else if (json_is_array(json_get(answer, "removed"))) {
		say_removed(ui, answer);
	} else if (json_get_str(answer, "joining").n) {
		ui_say(ui, STYLE_GREEN, "Joining is %.*s.",
		       STR_ARG(json_get_str(answer, "joining")));
	}
	arena_free(a);
}
