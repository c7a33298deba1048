#ifndef TESTS_UNIT_SCREEN_H
#define TESTS_UNIT_SCREEN_H

#include "checker/tui/ui.h"
#include "unit/tap.h"

/*
 * Screens as text, for tests of views: press keys, compare what is drawn.
 */

/* Press one key. */
__attribute__((unused)) static unsigned press(struct ui *ui, int key)
{
	return ui_event(ui, &(struct event){ .key = key });
}

/* Type ASCII characters. */
__attribute__((unused)) static void type(struct ui *ui, const char *text)
{
	for (; *text; text++)
		press(ui, *text);
}

__attribute__((unused)) static unsigned click_at(struct ui *ui, int row, int col)
{
	return ui_event(ui, &(struct event){ .key = KEY_CLICK, .row = row, .col = col });
}

/* Draw; the text lives until the next call. Blank lines at the end are left out. */
__attribute__((unused)) static const char *shown(struct ui *ui)
{
	static struct buf text;

	if (!text.max)
		buf_init(&text, BUF_MAX);
	buf_clear(&text);
	ui_draw(ui);
	grid_print(&ui->grid, &text);
	return text.p;
}

/* One row of what is drawn. */
__attribute__((unused)) static struct str shown_row(struct ui *ui, int row)
{
	struct str rest = str_of(shown(ui)), line = STR("");

	for (int i = 0; i <= row; i++)
		line = str_cut(&rest, '\n');
	return line;
}

/* The whole screen; where it differs, both are printed line by line. */
__attribute__((unused)) static void is_screen(struct ui *ui, const char *want, const char *name)
{
	const char *got = shown(ui);
	struct str rest = str_of(got);

	if (ok(strcmp(got, want) == 0, "%s", name))
		return;
	while (rest.n) {
		struct str line = str_cut(&rest, '\n');

		diag("got \"%.*s\\n\"", STR_ARG(line));
	}
}

__attribute__((unused)) static bool shows(struct ui *ui, const char *part)
{
	return strstr(shown(ui), part) != NULL;
}

#endif
