/* A stack of views, a line of text entry, a footer; see ui.h. */
#include "checker/tui/ui.h"

#include <stdarg.h>
#include <stdio.h>

#include "checker/tui/help.h"

const char *key_label(int key, char space[static 8])
{
	static const struct {
		int key;
		const char *name;
	} names[] = {
		{ KEY_CTRL_L, "Ctrl-L" },   { KEY_RETURN, "Enter" },
		{ KEY_ESCAPE, "Esc" },      { KEY_RUBOUT, "Backspace" },
		{ KEY_ARROW_UP, "Up" },     { KEY_ARROW_DOWN, "Down" },
		{ KEY_ARROW_LEFT, "Left" }, { KEY_ARROW_RIGHT, "Right" },
		{ KEY_PAGE_UP, "PgUp" },    { KEY_PAGE_DOWN, "PgDn" },
		{ KEY_TOP, "Home" },        { KEY_BOTTOM, "End" },
		{ KEY_FUNCTION_6, "F6" },   { KEY_CLICK, "click" },
		{ KEY_WHEEL_UP, "wheel" },  { KEY_WHEEL_DOWN, "wheel" },
		{ ' ', "Space" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].key == key)
			return names[i].name;
	snprintf(space, 8, "%c", key > ' ' && key < 0x7f ? key : '?');
	return space;
}

void ui_init(struct ui *ui, int rows, int cols, bool ascii)
{
	*ui = (struct ui){ .mouse = true };
	grid_init(&ui->grid, rows, cols, ascii);
}

static void *top_state(const struct ui *ui)
{
	return ui->stack[ui->depth - 1].state;
}

static const struct view *top_view(const struct ui *ui)
{
	return ui->stack[ui->depth - 1].view;
}

static void close_top(struct ui *ui)
{
	const struct view *view = top_view(ui);

	if (view->close)
		view->close(top_state(ui), ui);
	ui->depth--;
	ui->done = ui->done || ui->depth == 0;
}

void ui_release(struct ui *ui)
{
	while (ui->depth)
		close_top(ui);
	grid_release(&ui->grid);
}

void ui_open(struct ui *ui, const struct view *view, void *state)
{
	if (ui->depth == UI_VIEWS_MAX)
		return;
	ui->stack[ui->depth].view = view;
	ui->stack[ui->depth++].state = state;
	if (view->open)
		view->open(state, ui);
}

void ui_say(struct ui *ui, unsigned style, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ui->said, sizeof(ui->said), format, args);
	va_end(args);
	ui->said_style = style;
	ui->said_until_ms = ui->now_ms + UI_SAY_MS;
}

/* --- text entry -------------------------------------------------------------- */

static void ask(struct ui *ui, char what, const char *initial)
{
	ui->asking = what;
	snprintf(ui->entry, sizeof(ui->entry), "%s", initial);
	ui->entry_n = (int)strlen(ui->entry);
}

static unsigned set_filter(struct ui *ui, const char *text)
{
	snprintf(ui->filter, sizeof(ui->filter), "%s", text);
	return top_view(ui)->filter(top_state(ui), ui, str_of(ui->filter)) | UI_DRAW;
}

static const struct colon *colon_find(const struct colon *colons, struct str name)
{
	const struct colon *found = NULL;

	for (const struct colon *c = colons; c && c->name; c++) {
		if (str_is(name, c->name))
			return c;
		if (name.n && str_starts(str_of(c->name), name)) {
			if (found)
				return NULL; /* a beginning of two */
			found = c;
		}
	}
	return found;
}

static unsigned run_colon(struct ui *ui)
{
	struct str rest = str_trim(str_of(ui->entry));
	struct str name = str_cut(&rest, ' ');
	const struct colon *colon = colon_find(top_view(ui)->colons, name);

	if (!name.n)
		return UI_DRAW;
	if (str_is(name, "quit") || str_is(name, "q"))
		return UI_QUIT;
	if (colon)
		return colon->run(top_state(ui), ui, rest.p ? str_trim(rest) : STR("")) | UI_DRAW;
	ui_say(ui, STYLE_ALERT, "There is no command :%.*s; ? lists them.", STR_ARG(name));
	return UI_DRAW;
}

static void entry_rubout(struct ui *ui)
{
	while (ui->entry_n > 0 && (ui->entry[ui->entry_n - 1] & 0xc0) == 0x80)
		ui->entry_n--;
	if (ui->entry_n > 0)
		ui->entry_n--;
	ui->entry[ui->entry_n] = '\0';
}

static void entry_add(struct ui *ui, int key)
{
	char c[5] = { 0 };
	int n = 1;

	if (key < 0x80) {
		c[0] = (char)key;
	} else if (key < 0x800) {
		c[0] = (char)(0xc0 | key >> 6);
		c[n++] = (char)(0x80 | (key & 0x3f));
	} else if (key < 0x10000) {
		c[0] = (char)(0xe0 | key >> 12);
		c[n++] = (char)(0x80 | (key >> 6 & 0x3f));
		c[n++] = (char)(0x80 | (key & 0x3f));
	} else {
		c[0] = (char)(0xf0 | key >> 18);
		c[n++] = (char)(0x80 | (key >> 12 & 0x3f));
		c[n++] = (char)(0x80 | (key >> 6 & 0x3f));
		c[n++] = (char)(0x80 | (key & 0x3f));
	}
	if (ui->entry_n + n > UI_ENTRY_MAX)
		return;
	memcpy(ui->entry + ui->entry_n, c, (size_t)n + 1);
	ui->entry_n += n;
}

/* Every key while text is entered. */
static unsigned entry_key(struct ui *ui, int key)
{
	char what = ui->asking;

	if (key == KEY_ESCAPE || key == KEY_RETURN || (key == KEY_RUBOUT && !ui->entry_n)) {
		ui->asking = 0;
		if (what == ':')
			return key == KEY_RETURN ? run_colon(ui) : UI_DRAW;
		return key == KEY_RETURN ? UI_DRAW : set_filter(ui, "");
	}
	if (key == KEY_RUBOUT)
		entry_rubout(ui);
	else if (key == 0x15) /* Ctrl-U */
		ui->entry[ui->entry_n = 0] = '\0';
	else if (key >= ' ' && key < KEY_ARROW_UP)
		entry_add(ui, key);
	else
		return UI_NOTHING;
	return what == '/' ? set_filter(ui, ui->entry) : UI_DRAW;
}

/* --- keys -------------------------------------------------------------------- */

static unsigned leave(struct ui *ui)
{
	if (ui->filter[0] && top_view(ui)->filter)
		return set_filter(ui, "");
	if (ui->depth > 1)
		return UI_CLOSE;
	ui_say(ui, STYLE_MUTED, "q quits");
	return UI_DRAW;
}

static unsigned common_key(struct ui *ui, int key)
{
	const struct view *view = top_view(ui);

	switch (key) {
	case 'q':
		return UI_QUIT;
	case KEY_ESCAPE:
		return leave(ui);
	case '?':
		if (view == &help_view)
			return UI_CLOSE;
		ui_open(ui, &help_view, ui);
		return UI_DRAW;
	case '/':
		if (!view->filter)
			return UI_IGNORED;
		ask(ui, '/', ui->filter);
		return UI_DRAW;
	case ':':
		ask(ui, ':', "");
		return UI_DRAW;
	case 'm':
		ui->mouse = !ui->mouse;
		ui_say(ui, STYLE_MUTED,
		       ui->mouse ? "mouse on" : "mouse off: the terminal selects text");
		return UI_DRAW;
	case KEY_CTRL_L:
		return UI_DRAW | UI_REPAINT;
	default:
		return UI_IGNORED;
	}
}

static unsigned dispatch(struct ui *ui, const struct event *event)
{
	const struct view *view = top_view(ui);
	unsigned bits = UI_IGNORED;

	for (const struct binding *b = view->bindings; b && b->run; b++)
		if (b->key == event->key)
			return b->run(top_state(ui), ui, event);
	if (view->key)
		bits = view->key(top_state(ui), ui, event);
	return bits & UI_IGNORED ? common_key(ui, event->key) : bits;
}

static unsigned settle(struct ui *ui, unsigned bits)
{
	if (bits & UI_CLOSE) {
		close_top(ui);
		bits |= UI_DRAW;
	}
	if (bits & UI_QUIT)
		ui->done = true;
	return bits & (UI_DRAW | UI_QUIT | UI_REPAINT);
}

unsigned ui_event(struct ui *ui, const struct event *event)
{
	if (!ui->depth || event->key == KEY_NONE)
		return UI_NOTHING;
	if (ui->asking && event->key < KEY_CLICK)
		return settle(ui, entry_key(ui, event->key));
	return settle(ui, dispatch(ui, event));
}

unsigned ui_tick(struct ui *ui)
{
	unsigned bits = UI_NOTHING;

	if (ui->said[0] && ui->now_ms >= ui->said_until_ms) {
		ui->said[0] = '\0';
		bits |= UI_DRAW;
	}
	/* Those below go on living: what is on top may show their state. */
	for (int i = 0; i < ui->depth; i++)
		if (ui->stack[i].view->tick)
			bits |= ui->stack[i].view->tick(ui->stack[i].state, ui);
	return settle(ui, bits);
}

/* --- drawing ----------------------------------------------------------------- */

static void draw_entry(struct ui *ui, int row)
{
	int room = ui->grid.cols - 2;
	struct str text = str_of(ui->entry);
	struct glyph skipped;
	int col;

	/* The end of what is typed stays in sight. */
	while (text_width(text, ui->grid.ascii) > room &&
	       text_next(&text, ui->grid.ascii, &skipped))
		;
	col = grid_put(&ui->grid, row, 0, 1, STYLE_KEY, str_make(&ui->asking, 1));
	col += grid_put(&ui->grid, row, col, room, STYLE_PLAIN, text);
	grid_put(&ui->grid, row, col, 1, STYLE_BADGE, STR(" "));
}

static int hint_width(const char *key, const char *what)
{
	return (int)(strlen(key) + 1 + strlen(what));
}

/* A key and what it does, if that ends before `end`. */
static int draw_hint(struct grid *g, int row, int col, int end, const char *key, const char *what)
{
	if (col + hint_width(key, what) > end)
		return col;
	col += grid_putf(g, row, col, STYLE_KEY, "%s", key) + 1;
	return col + grid_putf(g, row, col, STYLE_MUTED, "%s", what) + 2;
}

static void draw_footer(struct ui *ui, int row)
{
	const struct view *view = top_view(ui);
	struct grid *g = &ui->grid;
	/* How to get out is always there. */
	int col = 1, end = g->cols - 2 - hint_width("q", "quit");
	char space[8];

	if (view->filter)
		end -= 2 + hint_width("/", "filter");
	col = draw_hint(g, row, col, end, "?", view == &help_view ? "close" : "help");
	if (ui->depth > 1 && view != &help_view)
		col = draw_hint(g, row, col, end, "Esc", "back");
	for (const struct binding *b = view->bindings; b && b->run; b++)
		if (b->footer)
			col = draw_hint(g, row, col, end, key_label(b->key, space), b->what);
	if (view->filter)
		col = draw_hint(g, row, col, g->cols, "/", "filter");
	if (view != &help_view) /* where q closes the page */
		draw_hint(g, row, col, g->cols, "q", "quit");
}

void ui_draw(struct ui *ui)
{
	int last = ui->grid.rows - 1;

	grid_clear(&ui->grid);
	if (!ui->depth)
		return;
	top_view(ui)->draw(top_state(ui), ui, &ui->grid);
	/* A view may have drawn to the last row when there are few. */
	for (int col = 0; col < ui->grid.cols; col++)
		grid_put(&ui->grid, last, col, 1, STYLE_PLAIN, STR(" "));
	if (ui->asking)
		draw_entry(ui, last);
	else if (ui->said[0] && ui->now_ms < ui->said_until_ms)
		grid_put(&ui->grid, last, 1, ui->grid.cols - 1, ui->said_style, str_of(ui->said));
	else
		draw_footer(ui, last);
}

void ui_resize(struct ui *ui, int rows, int cols)
{
	grid_resize(&ui->grid, rows, cols);
}
