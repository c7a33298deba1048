/* The attendee's terminal; see attendee.h. */
#include "checker/attendee.h"

#include <stdio.h>

#include "base/time.h"

enum { LIST_ROW = 3, FRESH_MS = 5000, BAR_MAX = 46 };

/* Checks in sight of --lab. */
static void count(const struct standing *s, struct str lab, int *green, int *total)
{
	*green = *total = 0;
	for (int i = 0; s && i < s->lab_count; i++) {
		if (lab.p && !str_eq(lab, s->labs[i].id))
			continue;
		*green += s->labs[i].green;
		*total += s->labs[i].count;
	}
}

/* --- drawing ----------------------------------------------------------------- */

int attendee_draw_badge(struct grid *g, int end, enum feed_state state)
{
	static const char *const words[] = { " connecting... ", "", " reconnecting... ",
					     " token refused " };
	int col;

	if (state == FEED_LIVE) {
		col = end - 6;
		grid_symbols(g, 0, col, 1, STYLE_LIVE, SYMBOL_DOT);
		grid_put(g, 0, col + 2, 4, STYLE_LIVE, STR("live"));
		return col;
	}
	col = end - (int)strlen(words[state]);
	grid_put_right(g, 0, end, STYLE_BADGE, str_of(words[state]));
	return col;
}

static void draw_top(const struct attendee_screen *screen, struct grid *g)
{
	const struct standing *s = screen->standing;
	int end = attendee_draw_badge(g, g->cols - 1, screen->connection);
	int col = 1;

	col += grid_put(g, 0, col, end - col, STYLE_TITLE, STR("Immersion")) + 2;
	if (!s)
		return;
	col += grid_put(g, 0, col, end - col - 2, STYLE_PLAIN, s->name) + 1;
	if (s->account.n && end - col > 26) {
		col += grid_symbols(g, 0, col, 1, STYLE_MUTED, SYMBOL_BETWEEN) + 1;
		col += grid_put(g, 0, col, 8, STYLE_MUTED, STR("account "));
		grid_put(g, 0, col, 12, STYLE_MUTED, s->account);
	}
}

static void draw_bar(const struct attendee_screen *screen, const struct ui *ui, struct grid *g)
{
	char text[64];
	int green, total, n, col, room;

	count(screen->standing, screen->list.lab, &green, &total);
	n = snprintf(text, sizeof(text), "%d of %d green%s", green, total,
		     total && green == total ? ": all done!" : "");
	room = g->cols - n - 5;
	if (room > BAR_MAX)
		room = BAR_MAX;
	if (room < 4)
		room = 0;
	grid_bar(g, 1, 1, room, green, total);
	col = room ? room + 3 : 1;
	col += grid_put(g, 1, col, g->cols - col,
			green == total && total ? STYLE_GREEN : STYLE_PLAIN,
			str_make(text, (size_t)n)) +
	       2;
	if (screen->asked)
		grid_putf(g, 1, col, STYLE_MUTED, "checking...");
	if (ui->filter[0])
		grid_putf(g, 2, 1, STYLE_BADGE, " filter: %s ", ui->filter);
}

static void draw(void *state, const struct ui *ui, struct grid *g)
{
	struct attendee_screen *screen = state;

	if (!screen->moved && !ui->filter[0])
		checklist_go_on(&screen->list);
	draw_top(screen, g);
	draw_bar(screen, ui, g);
	checklist_draw(&screen->list, g, LIST_ROW, g->rows - 1, screen->shown_ms - FRESH_MS);
}

static void draw_detail(void *state, const struct ui *ui, struct grid *g)
{
	struct attendee_screen *screen = state;
	const struct standing_lab *lab;
	const struct verdict *v = checklist_selected(&screen->list, &lab);
	int room = g->rows - LIST_ROW - 1, lines;

	(void)ui;
	draw_top(screen, g);
	if (!v) {
		grid_putf(g, LIST_ROW, 2, STYLE_MUTED, "This check is no longer there.");
		return;
	}
	grid_put(g, 1, 1, g->cols - 2, STYLE_HEADER, lab->title);
	lines = checklist_draw_detail(v, lab, g, LIST_ROW, g->rows - 1, screen->detail_skip);
	if (screen->detail_skip > lines - room && screen->detail_skip) {
		screen->detail_skip = lines > room ? lines - room : 0;
		for (int row = LIST_ROW; row < g->rows - 1; row++)
			for (int col = 0; col < g->cols; col++)
				grid_put(g, row, col, 1, STYLE_PLAIN, STR(" "));
		lines = checklist_draw_detail(v, lab, g, LIST_ROW, g->rows - 1,
					      screen->detail_skip);
	}
	if (screen->detail_skip + room < lines)
		grid_symbols(g, g->rows - 2, g->cols - 1, 1, STYLE_MUTED, SYMBOL_DOWN);
}

/* --- keys -------------------------------------------------------------------- */

static unsigned move_by(struct attendee_screen *screen, int by)
{
	screen->moved = true;
	checklist_move(&screen->list, by);
	return UI_DRAW;
}

static unsigned move(void *state, struct ui *ui, const struct event *event)
{
	int page = ui->grid.rows > 8 ? ui->grid.rows - 6 : 2;

	switch (event->key) {
	case KEY_ARROW_UP:
	case KEY_WHEEL_UP:
	case 'k':
		return move_by(state, -1);
	case KEY_PAGE_UP:
		return move_by(state, -page);
	case KEY_PAGE_DOWN:
		return move_by(state, page);
	case KEY_TOP:
	case 'g':
		return move_by(state, -STANDING_LABS_MAX * STANDING_CHECKS_MAX);
	case KEY_BOTTOM:
	case 'G':
		return move_by(state, STANDING_LABS_MAX * STANDING_CHECKS_MAX);
	default:
		return move_by(state, 1);
	}
}

static unsigned check_now(void *state, struct ui *ui, const struct event *event)
{
	struct attendee_screen *screen = state;
	struct arena *a = arena_new();
	struct json_object *body = json_new_object(a);

	(void)event;
	if (screen->list.lab.p)
		json_set_str(body, "lab", screen->list.lab);
	if (screen->feed && feed_ask(screen->feed, "/api/check", json_text(a, body)))
		screen->asked = true;
	else if (!screen->feed)
		ui_say(ui, STYLE_ALERT, "There is no connection to the server.");
	arena_free(a);
	return UI_DRAW;
}

static const struct view detail_view;

static unsigned open_detail(void *state, struct ui *ui, const struct event *event)
{
	struct attendee_screen *screen = state;
	const struct standing_lab *lab;

	(void)event;
	if (!checklist_selected(&screen->list, &lab))
		return UI_NOTHING;
	screen->detail_skip = 0;
	ui_open(ui, &detail_view, screen);
	return UI_DRAW;
}

static unsigned click(void *state, struct ui *ui, const struct event *event)
{
	struct attendee_screen *screen = state;
	int before = screen->list.selected;

	if (event->key != KEY_CLICK)
		return UI_IGNORED;
	if (!checklist_click(&screen->list, &ui->grid, LIST_ROW, event->row))
		return UI_NOTHING;
	screen->moved = true;
	/* A second click on the same check opens it. */
	return before == screen->list.selected ? open_detail(state, ui, event) : UI_DRAW;
}

static unsigned filter(void *state, struct ui *ui, struct str text)
{
	struct attendee_screen *screen = state;

	(void)ui;
	screen->list.filter = text;
	screen->list.selected = screen->list.top = 0;
	return UI_DRAW;
}

static unsigned scroll_detail(void *state, struct ui *ui, const struct event *event)
{
	struct attendee_screen *screen = state;
	bool up = event->key == KEY_ARROW_UP || event->key == KEY_WHEEL_UP || event->key == 'k' ||
		  event->key == KEY_PAGE_UP;
	int by = event->key == KEY_PAGE_UP || event->key == KEY_PAGE_DOWN ? ui->grid.rows - 5 : 1;

	screen->detail_skip += up ? -by : by;
	if (screen->detail_skip < 0)
		screen->detail_skip = 0;
	return UI_DRAW;
}

static unsigned another(void *state, struct ui *ui, const struct event *event)
{
	struct attendee_screen *screen = state;

	(void)ui;
	screen->detail_skip = 0;
	return move_by(screen, event->key == KEY_ARROW_LEFT || event->key == 'p' ? -1 : 1);
}

static unsigned leave_detail(void *state, struct ui *ui, const struct event *event)
{
	(void)state;
	(void)ui;
	(void)event;
	return UI_CLOSE;
}

static unsigned colon_filter(void *state, struct ui *ui, struct str argument)
{
	snprintf(ui->filter, sizeof(ui->filter), "%.*s", STR_ARG(argument));
	return filter(state, ui, str_of(ui->filter));
}

static unsigned colon_check(void *state, struct ui *ui, struct str argument)
{
	(void)argument;
	return check_now(state, ui, &(struct event){ .key = 'c' });
}

/* --- news -------------------------------------------------------------------- */

void attendee_show(struct attendee_screen *screen, struct ui *ui, struct standing *standing)
{
	const struct verdict *first = NULL, *at;
	const struct standing_lab *lab;
	int turned = standing_carry(screen->standing, standing, ui->now_ms, &first);
	bool was_green =
		(at = checklist_selected(&screen->list, &lab)) && at->state == VERDICT_GREEN;

	if (turned == 1)
		ui_say(ui, STYLE_GREEN, "Green: %.*s", STR_ARG(first->title));
	else if (turned)
		ui_say(ui, STYLE_GREEN, "%d checks turned green.", turned);
	standing_free(screen->standing);
	screen->standing = standing;
	screen->list.standing = standing;
	at = checklist_selected(&screen->list, &lab);
	if (at && at->state == VERDICT_GREEN && !was_green)
		screen->moved = false;
	screen->shown_ms = ui->now_ms;
}

static void take(struct attendee_screen *screen, struct ui *ui, struct str name, struct str data)
{
	struct standing *standing;

	if (str_is(name, "failed") || str_is(name, "answer"))
		screen->asked = false;
	if (str_is(name, "failed")) {
		ui_say(ui, STYLE_ALERT, "%.*s", STR_ARG(data));
		return;
	}
	if (!str_is(name, "progress") && !str_is(name, "answer"))
		return;
	standing = standing_parse(data);
	if (standing)
		attendee_show(screen, ui, standing);
}

void attendee_tell_connection(struct ui *ui, enum feed_state before, enum feed_state now,
			      const char *why)
{
	if (now == before)
		return;
	if (now == FEED_LIVE && before != FEED_CONNECTING)
		ui_say(ui, STYLE_LIVE, "Connected again.");
	else if (now == FEED_LOST)
		ui_say(ui, STYLE_ALERT, "Reconnecting: %s", why);
	else if (now == FEED_REFUSED)
		ui_say(ui, STYLE_ALERT, "%s", why);
}

static unsigned news(void *arg, struct ui *ui)
{
	struct attendee_screen *screen = arg;
	enum feed_state before = screen->connection;
	struct arena *a = arena_new();
	struct str name, data;
	const char *why;

	while (feed_take(screen->feed, a, &name, &data))
		take(screen, ui, name, data);
	screen->connection = feed_state(screen->feed, a, &why);
	attendee_tell_connection(ui, before, screen->connection, why);
	arena_free(a);
	return UI_DRAW;
}

/* Draw again while something is fresh, so that it fades. */
static unsigned tick(void *state, struct ui *ui)
{
	struct attendee_screen *screen = state;
	const struct standing *s = screen->standing;
	bool fresh = s && s->last_green_ms > screen->shown_ms - FRESH_MS;

	screen->shown_ms = ui->now_ms;
	return fresh ? UI_DRAW : UI_NOTHING;
}

/* --- tables ------------------------------------------------------------------- */

static const struct binding detail_bindings[] = {
	{ KEY_ARROW_LEFT, "the check before", false, another },
	{ 'p', "the check before", false, another },
	{ KEY_ARROW_RIGHT, "next check", false, another },
	{ 'n', "next check", true, another },
	{ KEY_ARROW_DOWN, "scroll down", false, scroll_detail },
	{ 'j', "scroll down", false, scroll_detail },
	{ KEY_WHEEL_DOWN, "scroll down", false, scroll_detail },
	{ KEY_PAGE_DOWN, "scroll down", false, scroll_detail },
	{ KEY_ARROW_UP, "scroll up", false, scroll_detail },
	{ 'k', "scroll up", false, scroll_detail },
	{ KEY_WHEEL_UP, "scroll up", false, scroll_detail },
	{ KEY_PAGE_UP, "scroll up", false, scroll_detail },
	{ 'c', "check now", true, check_now },
	{ 'r', "check now", false, check_now },
	{ KEY_RETURN, "back to the list", false, leave_detail },
	{ 0 }
};

static const struct view detail_view = { .name = "one check",
					 .bindings = detail_bindings,
					 .draw = draw_detail };

static const struct binding bindings[] = { { KEY_RETURN, "details", true, open_detail },
					   { 'c', "check now", true, check_now },
					   { 'r', "check now", false, check_now },
					   { KEY_ARROW_DOWN, "the next check", false, move },
					   { 'j', "the next check", false, move },
					   { KEY_WHEEL_DOWN, "the next check", false, move },
					   { KEY_ARROW_UP, "the check before", false, move },
					   { 'k', "the check before", false, move },
					   { KEY_WHEEL_UP, "the check before", false, move },
					   { KEY_PAGE_DOWN, "a page down", false, move },
					   { KEY_PAGE_UP, "a page up", false, move },
					   { KEY_TOP, "the first check", false, move },
					   { 'g', "the first check", false, move },
					   { KEY_BOTTOM, "the last check", false, move },
					   { 'G', "the last check", false, move },
					   { 0 } };

static const struct colon colons[] = { { "filter", "TEXT", "show only checks that hold the text",
					 colon_filter },
				       { "check", NULL, "check now", colon_check },
				       { 0 } };

const struct view attendee_view = {
	.name = "your checks",
	.bindings = bindings,
	.colons = colons,
	.draw = draw,
	.key = click,
	.tick = tick,
	.filter = filter,
};

/* --- running ------------------------------------------------------------------- */

int attendee_run(const struct attendee_options *options, const char **why)
{
	struct attendee_screen screen = { .list.lab = str_of(options->lab) };
	struct loop loop = { .theme = options->theme, .news = news, .arg = &screen, .stop_fd = -1 };
	struct ui ui;
	int green, total;
	bool shown;

	ui_init(&ui, 24, 80, options->ascii || !text_locale_is_utf8());
	ui.now_ms = time_now_ms();
	screen.feed = feed_new(
		&(struct feed_config){ .api = options->api, .path = "/api/progress/stream" });
	loop.ui = &ui;
	loop.news_fd = feed_fd(screen.feed);
	ui_open(&ui, &attendee_view, &screen);
	shown = loop_run(&loop, NULL, why);
	count(screen.standing, screen.list.lab, &green, &total);
	feed_free(screen.feed);
	ui_release(&ui);
	standing_free(screen.standing);
	if (!shown)
		return 3;
	return total && green == total ? 0 : 1;
}

int attendee_print(const struct standing *standing, const char *lab, struct buf *out, int columns,
		   bool ascii)
{
	struct checklist list = { .standing = standing, .lab = str_of(lab) };
	int green, total;

	count(standing, list.lab, &green, &total);
	text_add(out, standing->name, 0, ascii);
	buf_addf(out, ": %d of %d green\n\n", green, total);
	checklist_print(&list, out, columns, ascii);
	return total && green == total ? 0 : 1;
}
