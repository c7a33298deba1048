/* The instructor's terminal; see dash.h. */
#include "checker/dash.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "checker/attendee.h"
#include "checker/dash_change.h"

enum { FRESH_MS = 5000, PAGE_MS = 10000, STUCK_NAMED = 3 };

void dash_init(struct dash_screen *screen)
{
	*screen = (struct dash_screen){ 0 };
	board_init(&screen->board);
}

static void held_clear(struct dash_held *held)
{
	for (int i = 0; i < held->count; i++)
		standing_free(held->entries[i]);
	arena_free(held->arena);
	free(held->entries);
	*held = (struct dash_held){ 0 };
}

void dash_release(struct dash_screen *screen)
{
	held_clear(&screen->held);
	board_release(&screen->board);
}

/* --- news -------------------------------------------------------------------- */

static void remember(struct dash_screen *screen, int64_t now_ms, struct str name, const char *what,
		     struct str title)
{
	screen->latest_ms = now_ms;
	snprintf(screen->latest, sizeof(screen->latest), "%.*s%s%.*s",
		 (int)(name.n > 60 ? 60 : name.n), name.p, what, STR_ARG(title));
}

static void arrange(struct dash_screen *screen, int64_t now_ms)
{
	const struct board_person *p = board_at(&screen->board, screen->look.selected);
	struct arena *a = arena_new();
	struct str account = p ? arena_dup(a, p->standing->account) : STR_NONE;
	int at;

	board_arrange(&screen->board, now_ms);
	screen->stale = false;
	/* The selection stays with the person, wherever the order takes them. */
	at = account.p ? board_find(&screen->board, account) : -1;
	if (at >= 0)
		screen->look.selected = at;
	arena_free(a);
}

static void show_entry(struct dash_screen *screen, int64_t now_ms, struct standing *standing)
{
	const struct verdict *first = NULL;
	bool joined;
	int turned;

	if (board_show(&screen->board, standing, now_ms, &joined, &turned, &first)->anew)
		remember(screen, now_ms, standing->name, " starts over.", STR(""));
	else if (joined)
		remember(screen, now_ms, standing->name, " has joined.", STR(""));
	else if (turned)
		remember(screen, now_ms, standing->name, ": green: ", first->title);
}

static void hold_entry(struct dash_held *held, struct standing *standing)
{
	for (int i = 0; i < held->count; i++) {
		if (str_eq(held->entries[i]->account, standing->account)) {
			standing_free(held->entries[i]);
			held->entries[i] = standing;
			return;
		}
	}
	if (held->count == held->size) {
		held->size = held->size ? held->size * 2 : 16;
		held->entries =
			reallocarray(held->entries, (size_t)held->size, sizeof(*held->entries));
		if (!held->entries)
			abort();
	}
	held->entries[held->count++] = standing;
}

static void take_all(struct dash_screen *screen, struct ui *ui, struct str data)
{
	struct arena *a = arena_new();
	struct json_object *document = json_parse(a, data, NULL);

	if (!screen->paused) {
		if (board_show_all(&screen->board, document, ui->now_ms))
			arrange(screen, ui->now_ms);
		arena_free(a);
		return;
	}
	held_clear(&screen->held);
	screen->held.arena = a;
	screen->held.all = document;
}

static void take_entry(struct dash_screen *screen, struct ui *ui, struct str data)
{
	struct standing *standing = standing_parse(data);

	if (!standing)
		return;
	if (screen->paused) {
		hold_entry(&screen->held, standing);
		return;
	}
	show_entry(screen, ui->now_ms, standing);
	screen->stale = true;
}

void dash_take(struct dash_screen *screen, struct ui *ui, struct str name, struct str data)
{
	struct arena *a;

	if (str_is(name, "dash")) {
		take_all(screen, ui, data);
	} else if (str_is(name, "attendee")) {
		take_entry(screen, ui, data);
	} else if (str_is(name, "unknown") && !screen->paused) {
		a = arena_new();
		board_show_unknown(&screen->board, json_parse(a, data, NULL));
		arena_free(a);
	} else if (str_is(name, "answer") || str_is(name, "failed")) {
		dash_changed(screen, ui, str_is(name, "failed"), data);
	}
}

static void resume(struct dash_screen *screen, int64_t now_ms)
{
	struct dash_held *held = &screen->held;

	screen->paused = false;
	if (held->all)
		board_show_all(&screen->board, held->all, now_ms);
	for (int i = 0; i < held->count; i++)
		show_entry(screen, now_ms, held->entries[i]);
	held->count = 0; /* the board owns them now */
	held_clear(held);
	arrange(screen, now_ms);
}

static unsigned news(void *arg, struct ui *ui)
{
	struct dash_screen *screen = arg;
	enum feed_state before = screen->connection;
	struct arena *a = arena_new();
	struct str name, data;
	const char *why;

	while (feed_take(screen->feed, a, &name, &data))
		dash_take(screen, ui, name, data);
	screen->connection = feed_state(screen->feed, a, &why);
	attendee_tell_connection(ui, before, screen->connection, why);
	arena_free(a);
	return UI_DRAW;
}

/* Times go on, fresh cells fade, and the projector turns its page. */
static unsigned tick(void *state, struct ui *ui)
{
	struct dash_screen *screen = state;
	int room = board_room(&screen->look, &ui->grid);

	if (!screen->look.projector || ui->now_ms - screen->paged_ms < PAGE_MS)
		return UI_DRAW;
	screen->paged_ms = ui->now_ms;
	screen->look.top += room;
	if (screen->look.top >= screen->board.in_sight)
		screen->look.top = 0;
	return UI_DRAW;
}

/* --- drawing the board --------------------------------------------------------- */

static int draw_badges(const struct dash_screen *screen, struct grid *g)
{
	int end = attendee_draw_badge(g, g->cols - 1, screen->connection);
	char text[64] = " PAUSED ";

	if (screen->board.joining_closed) {
		end -= (int)strlen(" JOINING CLOSED ") + 1;
		grid_putf(g, 0, end, STYLE_BADGE, " JOINING CLOSED ");
	}
	if (!screen->paused)
		return end;
	if (screen->held.all || screen->held.count)
		snprintf(text, sizeof(text), " PAUSED, news of %d waiting ",
			 screen->held.all ? (int)json_count(json_get(screen->held.all, "attendees"))
					  : screen->held.count);
	end -= (int)strlen(text) + 1;
	grid_putf(g, 0, end, STYLE_BADGE, "%s", text);
	return end;
}

static void draw_top(const struct dash_screen *screen, struct grid *g)
{
	int end = draw_badges(screen, g), col = 1;

	col += grid_put(g, 0, col, end - col, STYLE_TITLE, STR("Immersion")) + 2;
	grid_put(g, 0, col, end - col - 1, STYLE_PLAIN, screen->board.event);
}

/* Who has waited longest, of those in sight: "stuck: Bob 25m, Eve 13m". */
static void draw_stuck(const struct dash_screen *screen, struct grid *g, int col)
{
	const struct board_person *named[STUCK_NAMED + 1] = { 0 };
	const struct board *b = &screen->board;
	int64_t now = screen->look.now_ms;

	for (int i = 0; i < b->in_sight; i++) {
		const struct board_person *p = board_at(b, i);
		int at = STUCK_NAMED;

		if (board_waiting_ms(p, now) < BOARD_STUCK_MS)
			continue;
		while (at > 0 && (!named[at - 1] || board_waiting_ms(named[at - 1], now) <
							    board_waiting_ms(p, now))) {
			named[at] = named[at - 1];
			at--;
		}
		if (at < STUCK_NAMED)
			named[at] = p;
	}
	if (!named[0] || col + 29 > g->cols)
		return;
	col += grid_putf(g, 1, col, STYLE_ALERT, "stuck:");
	for (int i = 0; i < STUCK_NAMED && named[i]; i++) {
		char span[8];

		board_span(span, board_waiting_ms(named[i], now));
		if (col + 22 > g->cols)
			return;
		col += 1 + grid_put(g, 1, col + 1, 14, STYLE_PLAIN, named[i]->standing->name);
		col += 1 + grid_put(g, 1, col + 1, 8, STYLE_ALERT, str_of(span));
	}
}

static void draw_latest(const struct dash_screen *screen, struct grid *g)
{
	char span[8];
	int col;

	if (!screen->latest[0])
		return;
	board_span(span, screen->look.now_ms - screen->latest_ms);
	col = 2 + grid_put(g, 2, 1, g->cols - 14, STYLE_MUTED, str_of(screen->latest));
	grid_putf(g, 2, col, STYLE_MUTED, "(%s ago)", span);
}

static void draw_summary(const struct dash_screen *screen, const struct ui *ui, struct grid *g)
{
	const struct board *b = &screen->board;
	int col = 1;

	col += grid_putf(g, 1, col, STYLE_PLAIN, "%d %s", b->in_sight,
			 b->in_sight == 1 ? "attendee" : "attendees");
	if (b->total)
		col += grid_putf(g, 1, col, STYLE_MUTED, ", %d all done, %d%% of checks green",
				 b->done, (int)((int64_t)100 * b->green / b->total));
	col += 2;
	if (ui->filter[0])
		col += grid_putf(g, 1, col, STYLE_BADGE, " filter: %s ", ui->filter) + 2;
	if (!screen->look.projector)
		draw_stuck(screen, g, col);
	draw_latest(screen, g);
}

static void draw(void *state, const struct ui *ui, struct grid *g)
{
	struct dash_screen *screen = state;

	if (screen->stale)
		arrange(screen, ui->now_ms);
	screen->look.now_ms = ui->now_ms;
	screen->look.fresh_since = ui->now_ms - FRESH_MS;
	draw_top(screen, g);
	if (!board_is_low(g))
		draw_summary(screen, ui, g);
	board_draw(&screen->board, &screen->look, g);
}

/* --- one attendee ---------------------------------------------------------------- */

static const struct board_person *detailed(struct dash_screen *screen)
{
	const struct board_person *p = NULL;

	for (int i = 0; i < screen->board.count && !p; i++)
		if (str_is(screen->board.people[i].standing->account, screen->account))
			p = &screen->board.people[i];
	screen->detail.standing = p ? p->standing : NULL;
	return p;
}

static void draw_detail(void *state, const struct ui *ui, struct grid *g)
{
	struct dash_screen *screen = state;
	const struct board_person *p = detailed(screen);
	int end = draw_badges(screen, g), col = 1;
	int64_t waiting;
	char span[8];

	if (!p) {
		grid_putf(g, 2, 1, STYLE_MUTED, "This attendee is no longer there.");
		return;
	}
	col += grid_put(g, 0, col, end - col - 2, STYLE_TITLE, p->standing->name) + 2;
	grid_putf(g, 0, col, STYLE_MUTED, "account %.*s", STR_ARG(p->standing->account));
	draw_badges(screen, g);
	col = 1 + grid_putf(g, 1, 1, STYLE_PLAIN, "%d of %d green", p->standing->green,
			    p->standing->total);
	waiting = board_waiting_ms(p, ui->now_ms);
	board_span(span, waiting);
	if (waiting >= 0)
		grid_putf(g, 1, col, waiting >= BOARD_STUCK_MS ? STYLE_ALERT : STYLE_MUTED,
			  ", %s without a new one", span);
	checklist_draw(&screen->detail, g, 3, g->rows - 1, ui->now_ms - FRESH_MS);
}

static unsigned detail_move(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	bool up = event->key == KEY_ARROW_UP || event->key == KEY_WHEEL_UP || event->key == 'k' ||
		  event->key == KEY_PAGE_UP;
	int by = event->key == KEY_PAGE_UP || event->key == KEY_PAGE_DOWN ? ui->grid.rows / 2 : 1;

	detailed(screen);
	checklist_move(&screen->detail, up ? -by : by);
	return UI_DRAW;
}

static unsigned leave(void *state, struct ui *ui, const struct event *event)
{
	(void)state;
	(void)ui;
	(void)event;
	return UI_CLOSE;
}

/* The attendee above or below on the board. */
static unsigned detail_next(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	int at = screen->look.selected +
		 (event->key == KEY_ARROW_LEFT || event->key == 'p' ? -1 : 1);
	const struct board_person *p = board_at(&screen->board, at);

	(void)ui;
	if (!p)
		return UI_NOTHING;
	screen->look.selected = at;
	snprintf(screen->account, sizeof(screen->account), "%.*s", STR_ARG(p->standing->account));
	screen->detail = (struct checklist){ .filter = STR("") };
	return UI_DRAW;
}

static const struct binding detail_bindings[] = {
	{ KEY_ARROW_DOWN, "the next check", false, detail_move },
	{ 'j', "the next check", false, detail_move },
	{ KEY_WHEEL_DOWN, "the next check", false, detail_move },
	{ KEY_PAGE_DOWN, "the next check", false, detail_move },
	{ KEY_ARROW_UP, "the check before", false, detail_move },
	{ 'k', "the check before", false, detail_move },
	{ KEY_WHEEL_UP, "the check before", false, detail_move },
	{ KEY_PAGE_UP, "the check before", false, detail_move },
	{ KEY_ARROW_RIGHT, "next attendee", false, detail_next },
	{ 'n', "next attendee", true, detail_next },
	{ KEY_ARROW_LEFT, "attendee before", false, detail_next },
	{ 'p', "attendee before", true, detail_next },
	{ KEY_RETURN, "back to the board", false, leave },
	{ 0 }
};

static const struct view detail_view = { .name = "one attendee",
					 .bindings = detail_bindings,
					 .draw = draw_detail };

/* --- missed operations -------------------------------------------------------------- */

static void draw_unknown(void *state, const struct ui *ui, struct grid *g)
{
	struct dash_screen *screen = state;
	const struct board *b = &screen->board;
	int room = g->rows - 4;

	(void)ui;
	if (screen->unknown_top > b->unknown_count - room)
		screen->unknown_top = b->unknown_count - room;
	if (screen->unknown_top < 0)
		screen->unknown_top = 0;
	grid_putf(g, 0, 1, STYLE_TITLE, "Operations that attendees tried and this cloud has not");
	if (!b->unknown_count)
		grid_putf(g, 2, 3, STYLE_MUTED, "None so far.");
	for (int i = 0; i < room && screen->unknown_top + i < b->unknown_count; i++) {
		const struct board_unknown *u = &b->unknown[screen->unknown_top + i];

		grid_putf(g, 2 + i, 1, STYLE_MUTED, "%6lld", (long long)u->count);
		grid_put(g, 2 + i, 9, g->cols - 10, STYLE_PLAIN, u->operation);
	}
}

static unsigned unknown_move(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	bool up = event->key == KEY_ARROW_UP || event->key == KEY_WHEEL_UP || event->key == 'k';

	(void)ui;
	screen->unknown_top += up ? -1 : 1;
	return UI_DRAW;
}

static const struct binding unknown_bindings[] = {
	{ KEY_ARROW_DOWN, "scroll", false, unknown_move },
	{ 'j', "scroll", false, unknown_move },
	{ KEY_WHEEL_DOWN, "scroll", false, unknown_move },
	{ KEY_ARROW_UP, "scroll", false, unknown_move },
	{ 'k', "scroll", false, unknown_move },
	{ KEY_WHEEL_UP, "scroll", false, unknown_move },
	{ 'u', "back to the board", false, leave },
	{ KEY_RETURN, "back to the board", false, leave },
	{ 0 }
};

static const struct view unknown_view = { .name = "missed operations",
					  .bindings = unknown_bindings,
					  .draw = draw_unknown };

/* --- keys of the board ----------------------------------------------------------------- */

/* The projector shows and does nothing else; says so once a key is refused. */
static bool refused(struct dash_screen *screen, struct ui *ui)
{
	if (screen->look.projector)
		ui_say(ui, STYLE_MUTED, "The projector only shows. P leaves it.");
	return screen->look.projector;
}

static unsigned move(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	int page = board_room(&screen->look, &ui->grid), last = screen->board.in_sight - 1;
	int *at = screen->look.projector ? &screen->look.top : &screen->look.selected;

	switch (event->key) {
	case KEY_ARROW_UP:
	case KEY_WHEEL_UP:
	case 'k':
		--*at;
		break;
	case KEY_PAGE_UP:
		*at -= page;
		break;
	case KEY_PAGE_DOWN:
		*at += page;
		break;
	case KEY_TOP:
	case 'g':
		*at = 0;
		break;
	case KEY_BOTTOM:
	case 'G':
		*at = last;
		break;
	default:
		++*at;
		break;
	}
	if (*at > last)
		*at = last;
	if (*at < 0)
		*at = 0;
	return UI_DRAW;
}

static unsigned choose_check(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	int *at = &screen->look.check;

	(void)ui;
	*at += event->key == KEY_ARROW_LEFT || event->key == 'h' ? -1 : 1;
	if (*at >= screen->board.check_count)
		*at = screen->board.check_count - 1;
	if (*at < 0)
		*at = 0;
	return UI_DRAW;
}

static unsigned sort_by(struct dash_screen *screen, struct ui *ui, enum board_sort sort)
{
	struct board *b = &screen->board;

	b->reversed = b->sort == sort && !b->reversed;
	b->sort = sort;
	arrange(screen, ui->now_ms);
	ui_say(ui, STYLE_MUTED, "sorted by %s%s", board_sort_word(sort),
	       b->reversed ? ", the other way round" : "");
	return UI_DRAW;
}

static unsigned next_sort(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	int step = event->key == '<' ? SORT_COUNT - 1 : 1;

	return sort_by(screen, ui, (enum board_sort)((screen->board.sort + step) % SORT_COUNT));
}

static unsigned reverse(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;

	(void)event;
	return sort_by(screen, ui, screen->board.sort);
}

static unsigned sort_stuck(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;

	(void)event;
	screen->board.reversed = false;
	if (screen->board.sort == SORT_STUCK)
		return UI_NOTHING;
	screen->look.selected = 0;
	sort_by(screen, ui, SORT_STUCK);
	screen->look.selected = 0;
	return UI_DRAW;
}

static unsigned open_detail(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	const struct board_person *p = board_at(&screen->board, screen->look.selected);

	(void)event;
	if (!p || refused(screen, ui))
		return UI_DRAW;
	snprintf(screen->account, sizeof(screen->account), "%.*s", STR_ARG(p->standing->account));
	screen->detail = (struct checklist){ .filter = STR("") };
	ui_open(ui, &detail_view, screen);
	return UI_DRAW;
}

static unsigned open_unknown(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;

	(void)event;
	if (refused(screen, ui))
		return UI_DRAW;
	screen->unknown_top = 0;
	ui_open(ui, &unknown_view, screen);
	return UI_DRAW;
}

static unsigned pause_or_go_on(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;

	(void)event;
	if (screen->paused)
		resume(screen, ui->now_ms);
	else
		screen->paused = true;
	return UI_DRAW;
}

static unsigned projector(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;

	(void)event;
	screen->look.projector = !screen->look.projector;
	screen->look.top = 0;
	screen->paged_ms = ui->now_ms;
	return UI_DRAW;
}

static unsigned filter(void *state, struct ui *ui, struct str text)
{
	struct dash_screen *screen = state;

	screen->board.filter = text;
	arrange(screen, ui->now_ms);
	return UI_DRAW;
}

/* A heading sorts or chooses its check; a line is selected, and opened by the second click. */
static unsigned click_heading(struct dash_screen *screen, struct ui *ui, int col)
{
	struct board_layout l;

	board_lay_out(&screen->board, &screen->look, ui->grid.cols, &l);
	for (int i = 0; i < l.count; i++) {
		const struct board_column *c = &l.columns[i];

		if (col < c->col || col >= c->col + c->width)
			continue;
		if (c->kind == COLUMN_CHECK)
			screen->look.check = c->index;
		else if (c->kind == COLUMN_LAB)
			screen->look.check = screen->board.labs[c->index].first;
		else if (c->kind != COLUMN_ACCOUNT)
			return sort_by(screen, ui,
				       c->kind == COLUMN_NAME   ? SORT_NAME
				       : c->kind == COLUMN_DONE ? SORT_DONE
								: SORT_STUCK);
		return UI_DRAW;
	}
	return UI_NOTHING;
}

static unsigned click(void *state, struct ui *ui, const struct event *event)
{
	struct dash_screen *screen = state;
	int first = board_first_row(&ui->grid), at = screen->look.top + event->row - first;

	if (event->key != KEY_CLICK)
		return UI_IGNORED;
	if (screen->look.projector)
		return UI_NOTHING;
	if (event->row == first - 1 || event->row == first - 2)
		return click_heading(screen, ui, event->col);
	if (event->row < first || at >= screen->board.in_sight ||
	    at >= screen->look.top + board_room(&screen->look, &ui->grid))
		return UI_NOTHING;
	if (at == screen->look.selected)
		return open_detail(state, ui, event);
	screen->look.selected = at;
	return UI_DRAW;
}

/* --- commands ------------------------------------------------------------------------- */

static unsigned colon_sort(void *state, struct ui *ui, struct str argument)
{
	enum board_sort sort;

	if (board_sort_parse(argument, &sort))
		return sort_by(state, ui, sort);
	ui_say(ui, STYLE_ALERT, "It sorts by name, done, stuck or joined.");
	return UI_DRAW;
}

static unsigned colon_filter(void *state, struct ui *ui, struct str argument)
{
	snprintf(ui->filter, sizeof(ui->filter), "%.*s", STR_ARG(argument));
	return filter(state, ui, str_of(ui->filter));
}

static unsigned colon_pause(void *state, struct ui *ui, struct str argument)
{
	(void)argument;
	return pause_or_go_on(state, ui, NULL);
}

static unsigned colon_projector(void *state, struct ui *ui, struct str argument)
{
	(void)argument;
	return projector(state, ui, NULL);
}

static unsigned colon_unknown(void *state, struct ui *ui, struct str argument)
{
	(void)argument;
	return open_unknown(state, ui, NULL);
}

static const struct colon colons[] = {
	{ "sort", "name|done|stuck|joined", "sort; again: the other way round", colon_sort },
	{ "filter", "TEXT", "show only people whose name or account holds it", colon_filter },
	{ "pause", NULL, "stop the screen, or let it go on", colon_pause },
	{ "projector", NULL, "a larger screen without details, or back", colon_projector },
	{ "unknown", NULL, "operations that attendees missed", colon_unknown },
	{ "joining", "open|closed", "may further people join?", dash_change_joining },
	{ "token", NULL, "give the selected attendee another token; the old one stops",
	  dash_change_token },
	{ "reset", NULL, "empty the selected attendee's account, after a question: a fresh start",
	  dash_change_reset },
	{ 0 }
};

static const struct binding bindings[] = {
	{ KEY_RETURN, "details", true, open_detail },
	{ KEY_FUNCTION_6, "sort", true, next_sort },
	{ '>', "sort", false, next_sort },
	{ '<', "sort by the one before", false, next_sort },
	{ 'I', "sort the other way round", false, reverse },
	{ 's', "stuck first", true, sort_stuck },
	{ 'Z', "pause", true, pause_or_go_on },
	{ 'P', "projector", true, projector },
	{ 'u', "missed operations", true, open_unknown },
	{ KEY_ARROW_DOWN, "the next attendee", false, move },
	{ 'j', "the next attendee", false, move },
	{ KEY_WHEEL_DOWN, "the next attendee", false, move },
	{ KEY_ARROW_UP, "the attendee before", false, move },
	{ 'k', "the attendee before", false, move },
	{ KEY_WHEEL_UP, "the attendee before", false, move },
	{ KEY_PAGE_DOWN, "a page down", false, move },
	{ KEY_PAGE_UP, "a page up", false, move },
	{ KEY_TOP, "the first attendee", false, move },
	{ 'g', "the first attendee", false, move },
	{ KEY_BOTTOM, "the last attendee", false, move },
	{ 'G', "the last attendee", false, move },
	{ KEY_ARROW_RIGHT, "the next check", false, choose_check },
	{ 'l', "the next check", false, choose_check },
	{ KEY_ARROW_LEFT, "the check before", false, choose_check },
	{ 'h', "the check before", false, choose_check },
	{ 0 }
};

const struct view dash_view = {
	.name = "the board",
	.bindings = bindings,
	.colons = colons,
	.draw = draw,
	.key = click,
	.tick = tick,
	.filter = filter,
};

/* --- running ---------------------------------------------------------------------------- */

int dash_run(const struct dash_options *options, const char **why)
{
	struct loop loop = { .theme = options->theme,
			     .news = news,
			     .stop_fd = options->stop_fd,
			     .embedded = options->embedded };
	struct dash_screen screen;
	struct ui ui;
	bool shown;

	if (!screen_possible()) {
		*why = "this terminal cannot show a screen; `immersion dash --once` prints text.";
		return 3;
	}
	dash_init(&screen);
	ui_init(&ui, 24, 80, options->ascii || !text_locale_is_utf8());
	ui.now_ms = time_now_ms();
	screen.feed =
		feed_new(&(struct feed_config){ .api = options->api, .path = "/api/dash/stream" });
	loop.ui = &ui;
	loop.arg = &screen;
	loop.news_fd = feed_fd(screen.feed);
	ui_open(&ui, &dash_view, &screen);
	shown = loop_run(&loop, NULL, why);
	feed_free(screen.feed);
	ui_release(&ui);
	dash_release(&screen);
	return shown ? 0 : 3;
}
