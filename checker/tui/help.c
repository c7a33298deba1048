/* The help page, made from the key table of the view below it. */
#include "checker/tui/help.h"

#include <stdio.h>

#include "checker/tui/ui.h"

struct line {
	char keys[40];
	const char *what;
	char between; /* 0, or 'H' for a heading */
};
enum { LINES_MAX = 64, KEYS_WIDTH = 22 };

static void add(struct line *lines, int *n, const char *keys, const char *what)
{
	if (*n == LINES_MAX)
		return;
	snprintf(lines[*n].keys, sizeof(lines->keys), "%s", keys);
	lines[*n].between = 0;
	lines[(*n)++].what = what;
}

static void heading(struct line *lines, int *n, const char *text)
{
	add(lines, n, "", text);
	lines[*n - 1].between = 'H';
}

/* Keys with one meaning share a line: "Down j". */
static void add_bindings(struct line *lines, int *n, const struct binding *first)
{
	char space[8];

	for (const struct binding *b = first; b && b->run; b++) {
		size_t used;

		if (!b->what)
			continue;
		if (b == first || !b[-1].what || strcmp(b[-1].what, b->what) != 0) {
			add(lines, n, key_label(b->key, space), b->what);
			continue;
		}
		used = strlen(lines[*n - 1].keys);
		snprintf(lines[*n - 1].keys + used, sizeof(lines->keys) - used, " %s",
			 key_label(b->key, space));
	}
}

static int collect(const struct view *view, struct line *lines)
{
	int n = 0;

	heading(lines, &n, "Keys");
	add_bindings(lines, &n, view->bindings);
	if (view->filter)
		add(lines, &n, "/", "filter; Enter keeps it, Esc clears it");
	heading(lines, &n, "Everywhere");
	add(lines, &n, "?", "this page");
	add(lines, &n, "Esc", "leave");
	add(lines, &n, "q", "quit");
	add(lines, &n, "m", "mouse on or off");
	add(lines, &n, "Ctrl-L", "paint the screen again");
	add(lines, &n, "Ctrl-Z", "to the shell; fg comes back");
	heading(lines, &n, "Commands");
	for (const struct colon *c = view->colons; c && c->name; c++) {
		char keys[40];

		snprintf(keys, sizeof(keys), ":%s%s%s", c->name, c->argument ? " " : "",
			 c->argument ? c->argument : "");
		add(lines, &n, keys, c->what);
	}
	add(lines, &n, ":quit", "quit");
	return n;
}

static const struct view *below(const struct ui *ui)
{
	return ui->stack[ui->depth > 1 ? ui->depth - 2 : 0].view;
}

static void draw(void *state, const struct ui *ui, struct grid *g)
{
	struct line lines[LINES_MAX];
	int n = collect(below(ui), lines), room = g->rows - 3;
	int widest = KEYS_WIDTH, *top = &((struct ui *)state)->help_top;

	if (*top > n - room)
		*top = n - room;
	if (*top < 0)
		*top = 0;
	for (int i = 0; i < n; i++)
		if (text_width(str_of(lines[i].keys), true) + 4 > widest)
			widest = text_width(str_of(lines[i].keys), true) + 4;
	grid_putf(g, 0, 1, STYLE_TITLE, "Help: %s", below(ui)->name);
	for (int i = 0; i < room && *top + i < n; i++) {
		const struct line *line = &lines[*top + i];

		if (line->between) {
			grid_putf(g, 2 + i, 1, STYLE_HEADER, "%s", line->what);
			continue;
		}
		grid_put(g, 2 + i, 3, widest - 3, STYLE_KEY, str_of(line->keys));
		grid_putf(g, 2 + i, widest, STYLE_PLAIN, "%s", line->what);
	}
	if (*top + room < n)
		grid_symbols(g, g->rows - 2, g->cols - 2, 1, STYLE_MUTED, SYMBOL_DOWN);
}

static void open_page(void *state, struct ui *ui)
{
	(void)state;
	ui->help_top = 0;
}

static unsigned down(void *state, struct ui *ui, const struct event *event)
{
	(void)state;
	ui->help_top += event->key == KEY_PAGE_DOWN ? ui->grid.rows - 4 : 1;
	return UI_DRAW;
}

static unsigned up(void *state, struct ui *ui, const struct event *event)
{
	(void)state;
	ui->help_top -= event->key == KEY_PAGE_UP ? ui->grid.rows - 4 : 1;
	return UI_DRAW;
}

static unsigned close_page(void *state, struct ui *ui, const struct event *event)
{
	(void)state;
	(void)ui;
	(void)event;
	return UI_CLOSE;
}

static const struct binding bindings[] = { { KEY_RETURN, NULL, false, close_page },
					   { 'q', NULL, false, close_page },
					   { KEY_ARROW_DOWN, NULL, false, down },
					   { 'j', NULL, false, down },
					   { KEY_WHEEL_DOWN, NULL, false, down },
					   { KEY_PAGE_DOWN, NULL, false, down },
					   { KEY_ARROW_UP, NULL, false, up },
					   { 'k', NULL, false, up },
					   { KEY_WHEEL_UP, NULL, false, up },
					   { KEY_PAGE_UP, NULL, false, up },
					   { 0 } };

const struct view help_view = {
	.name = "help", .bindings = bindings, .open = open_page, .draw = draw
};
