/* Text on a terminal, cells, and the ui that draws views into them. */
#include "checker/tui/grid.h"

#include "unit/screen.h"

static const char *cleaned(const char *text, int room, bool ascii)
{
	static struct buf b;

	if (!b.max)
		buf_init(&b, BUF_MAX);
	buf_clear(&b);
	text_add(&b, str_of(text), room, ascii);
	buf_addc(&b, '\0');
	return b.p;
}

static void test_width(void)
{
	is_int(text_width(STR("abc"), false), 3, "letters take a column each");
	is_int(text_width(STR("李雷"), false), 4, "wide characters take two");
	is_int(text_width(STR("e\xcc\x81"), false), 1, "a mark takes none");
	is_int(text_width(STR("\xcc\x81x"), false), 1, "a mark without a letter is left out");
	is_int(text_width(STR("a\xff\xfe"
			      "b"),
			  false),
	       4, "each bad byte takes one");
	is_int(text_width(STR("👩‍🚀"), false), 4, "joined pictures are shown one by one");
	is_int(text_width(STR("李"), true), 1, "in ASCII everything takes one");
}

static void test_cleaning(void)
{
	is_str(cleaned("Ada\x1b[31m", 0, false), "Ada\xef\xbf\xbd[31m",
	       "an escape character becomes a replacement");
	is_str(cleaned("a\nb\tc\x7f", 0, true), "a?b?c?", "control characters become ? in ASCII");
	is_str(cleaned("\xc2\x9b"
		       "31mX",
		       0, false),
	       "\xef\xbf\xbd"
	       "31mX",
	       "so do those above 127");
	is_str(cleaned("a\xe2\x80\xae"
		       "b",
		       0, false),
	       "ab", "direction marks are left out");
	is_str(cleaned("Zoë", 0, true), "Zo?", "ASCII has no diaeresis");
	is_str(cleaned("abcdef", 4, false), "abc…", "cut text ends in an ellipsis");
	is_str(cleaned("李雷雷", 4, false), "李…", "half a wide character is not shown");
	is_str(cleaned("abcdef", 4, true), "abc~", "or in a tilde");
	is_str(cleaned("abcd", 4, false), "abcd", "what fits is not cut");
}

static void wraps(const char *text, int room, const char *want)
{
	struct str rest = str_of(text), line;
	struct buf b;

	buf_init(&b, BUF_MAX);
	while (text_wrap(&rest, room, false, &line)) {
		buf_add(&b, line);
		buf_addc(&b, '|');
	}
	is_str(buf_str(&b), want, "\"%.20s\" wraps at %d", text[0] == '\n' ? "newline" : text,
	       room);
	buf_release(&b);
}

static void test_wrapping(void)
{
	wraps("one two three", 7, "one two|three|");
	wraps("one two three", 100, "one two three|");
	wraps("onetwothree", 4, "onet|woth|ree|");
	wraps("one twothree", 5, "one|twoth|ree|");
	wraps("one two", 3, "one|two|");
	wraps("\na", 5, "|a|");
	wraps("李雷雷", 4, "李雷|雷|");
	wraps("李", 1, "李|");
	wraps("", 5, "");
}

static void test_holds(void)
{
	ok(text_holds(STR("Ada Lovelace"), STR("love")), "case does not matter");
	ok(text_holds(STR("Zoë"), STR("OË")), "nor beyond ASCII");
	ok(text_holds(STR("x"), STR("")), "an empty part is everywhere");
	ok(!text_holds(STR("Ada"), STR("Adam")), "a longer text is not in a shorter one");
	ok(!text_holds(STR(""), STR("a")), "nothing is in an empty text");
}

static const char *printed(const struct grid *g)
{
	static struct buf b;

	if (!b.max)
		buf_init(&b, BUF_MAX);
	buf_clear(&b);
	grid_print(g, &b);
	return b.p;
}

static void test_cells(void)
{
	struct grid g;
	struct buf styles;

	grid_init(&g, 2, 10, false);
	is_int(grid_put(&g, 0, 8, 20, STYLE_RED, STR("hello")), 5, "writing tells what it took");
	is_str(printed(&g), "        he\n\n", "what lies outside is clipped");
	grid_put(&g, 0, -2, 20, STYLE_RED, STR("hello"));
	grid_put(&g, 7, 0, 20, STYLE_RED, STR("hello"));
	is_str(printed(&g), "llo     he\n\n", "on all sides");
	grid_clear(&g);
	grid_put(&g, 0, 0, 10, STYLE_PLAIN, STR("李雷"));
	grid_put(&g, 0, 1, 1, STYLE_PLAIN, STR("x"));
	is_str(printed(&g), " x雷\n\n", "writing over one half blanks the other");
	grid_put(&g, 0, 2, 1, STYLE_PLAIN, STR("y"));
	is_str(printed(&g), " xy\n\n", "whichever half");
	grid_put(&g, 1, 9, 4, STYLE_PLAIN, STR("李"));
	is_str(printed(&g), " xy\n\n", "a wide character needs both cells");
	grid_clear(&g);
	grid_put(&g, 0, 0, 4, STYLE_TITLE, STR("abcdefgh"));
	grid_put_right(&g, 1, 10, STYLE_GREEN, STR("end"));
	grid_paint(&g, 1, 0, 3, STYLE_FOCUS);
	is_str(printed(&g), "abc…\n       end\n", "text is cut at its room");
	buf_init(&styles, BUF_MAX);
	grid_print_styles(&g, &styles);
	is_str(buf_str(&styles), "TTTT\n###    ggg\n", "styles print as letters");
	buf_release(&styles);
	grid_clear(&g);
	grid_bar(&g, 0, 0, 10, 1, 1000);
	grid_bar(&g, 1, 0, 10, 999, 1000);
	is_str(printed(&g), "█░░░░░░░░░\n█████████░\n",
	       "a bar shows a beginning, and is full only at the end");
	grid_resize(&g, 0, 0);
	is_int(g.rows * g.cols, 1, "the smallest grid is one cell");
	grid_release(&g);
}

static void test_ascii(void)
{
	struct grid g;

	grid_init(&g, 1, 20, true);
	grid_symbols(&g, 0, 0, 1, STYLE_GREEN, SYMBOL_GREEN);
	grid_bar(&g, 0, 2, 4, 1, 2);
	grid_put(&g, 0, 7, 5, STYLE_PLAIN, STR("Zoë Zoë"));
	is_str(printed(&g), "+ ##.. Zo? ~\n", "ASCII mode uses ASCII only");
	grid_release(&g);
}

/* --- a small view -------------------------------------------------------------- */

struct counter {
	int value, opened;
	char filter[64];
};

static void counter_open(void *state, struct ui *ui)
{
	(void)ui;
	((struct counter *)state)->opened++;
}

static void counter_close(void *state, struct ui *ui)
{
	(void)ui;
	((struct counter *)state)->opened--;
}

static void counter_draw(void *state, const struct ui *ui, struct grid *g)
{
	struct counter *c = state;

	(void)ui;
	grid_putf(g, 0, 0, STYLE_PLAIN, "value %d filter [%s]", c->value, c->filter);
}

static unsigned counter_up(void *state, struct ui *ui, const struct event *event)
{
	(void)ui;
	(void)event;
	((struct counter *)state)->value++;
	return UI_DRAW;
}

static unsigned counter_filter(void *state, struct ui *ui, struct str text)
{
	(void)ui;
	snprintf(((struct counter *)state)->filter, 64, "%.*s", STR_ARG(text));
	return UI_DRAW;
}

static unsigned counter_set(void *state, struct ui *ui, struct str argument)
{
	int64_t value = 0;

	(void)ui;
	str_to_int(argument, &value);
	((struct counter *)state)->value = (int)value;
	return UI_DRAW;
}

static const struct binding counter_bindings[] = { { 'a', "count", true, counter_up },
						   { KEY_ARROW_UP, "count", false, counter_up },
						   { 0 } };
static const struct colon counter_colons[] = { { "set", "N", "set the value", counter_set },
					       { 0 } };
static const struct view counter_view = { .name = "a counter",
					  .bindings = counter_bindings,
					  .colons = counter_colons,
					  .open = counter_open,
					  .close = counter_close,
					  .draw = counter_draw,
					  .filter = counter_filter };

static void test_ui(void)
{
	struct counter c = { 0 };
	struct ui ui;

	ui_init(&ui, 4, 60, false);
	ui_open(&ui, &counter_view, &c);
	is_int(c.opened, 1, "a view is opened");
	is_screen(&ui, "value 0 filter []\n\n\n ? help  a count  / filter  q quit\n",
		  "the footer comes from the key table");
	is_int(press(&ui, 'a'), UI_DRAW, "a bound key is answered with what changed");
	is_int(press(&ui, 'x'), UI_NOTHING, "an unbound one with nothing");
	press(&ui, KEY_ARROW_UP);
	is_int(c.value, 2, "both keys of a binding work");
	press(&ui, KEY_ESCAPE);
	ok(!ui.done, "Esc at the bottom does not quit");
	press(&ui, 'q');
	ok(ui.done, "q quits");
	ui_release(&ui);
	is_int(c.opened, 0, "what was opened is closed");
}

static void test_entry(void)
{
	struct counter c = { 0 };
	struct ui ui;

	ui_init(&ui, 4, 60, false);
	ui_open(&ui, &counter_view, &c);
	type(&ui, "/aq?");
	is_str(c.filter, "aq?", "a text entry swallows every key");
	is_str(shown_row(&ui, 3), "/aq?", "and shows what was typed");
	press(&ui, KEY_RUBOUT);
	press(&ui, KEY_RETURN);
	is_str(c.filter, "aq", "Enter keeps the filter");
	press(&ui, KEY_ESCAPE);
	is_str(c.filter, "", "Esc clears it");
	type(&ui, "/x");
	press(&ui, KEY_ESCAPE);
	is_str(c.filter, "", "Esc leaves the entry and clears it too");
	type(&ui, "/");
	for (int i = 0; i < 300; i++)
		press(&ui, 0x1f984);
	ok(ui.entry_n <= UI_ENTRY_MAX && str_is_utf8(str_of(ui.entry)), "an entry has a limit");
	for (int i = 0; i < 300; i++)
		press(&ui, KEY_RUBOUT);
	is_int(ui.asking, 0, "rubbing out the last leaves the entry");
	type(&ui, ":set 41");
	press(&ui, KEY_RETURN);
	press(&ui, 'a');
	is_int(c.value, 42, "a command runs with its argument");
	type(&ui, ":s 7");
	press(&ui, KEY_RETURN);
	is_int(c.value, 7, "its beginning is enough");
	type(&ui, ":nonsense");
	press(&ui, KEY_RETURN);
	is_str(shown_row(&ui, 3), " There is no command :nonsense; ? lists them.",
	       "an unknown command says so");
	ui.now_ms += UI_SAY_MS;
	is_int(ui_tick(&ui), UI_DRAW, "a message goes after a while");
	ok(shows(&ui, "q quit"), "and the footer is back");
	ui_release(&ui);
}

static void test_help(void)
{
	struct counter c = { 0 };
	struct ui ui;

	ui_init(&ui, 20, 60, false);
	ui_open(&ui, &counter_view, &c);
	press(&ui, '?');
	is_screen(&ui,
		  " Help: a counter\n\n Keys\n   a Up               count\n"
		  "   /                  filter; Enter keeps it, Esc clears it\n Everywhere\n"
		  "   ?                  this page\n   Esc                leave\n"
		  "   q                  quit\n   m                  mouse on or off\n"
		  "   Ctrl-L             paint the screen again\n"
		  "   Ctrl-Z             to the shell; fg comes back\n Commands\n"
		  "   :set N             set the value\n   :quit              quit\n\n\n\n\n"
		  " ? close\n",
		  "the help comes from the same tables");
	ui_resize(&ui, 8, 60);
	for (int i = 0; i < 50; i++)
		press(&ui, KEY_ARROW_DOWN);
	ok(shows(&ui, ":quit"), "a long help page scrolls to its end");
	press(&ui, KEY_ESCAPE);
	ok(shows(&ui, "value 0"), "Esc leaves the help");
	ui_release(&ui);
}

static void test_small_screens(void)
{
	struct counter c = { 0 };
	struct ui ui;

	ui_init(&ui, 1, 1, false);
	ui_open(&ui, &counter_view, &c);
	for (int rows = 1; rows < 6; rows++) {
		for (int cols = 1; cols < 40; cols++) {
			ui_resize(&ui, rows, cols);
			ui_draw(&ui);
			press(&ui, '?');
			ui_draw(&ui);
			press(&ui, '?');
			type(&ui, "/abc");
			ui_draw(&ui);
			press(&ui, KEY_ESCAPE);
		}
	}
	ok(true, "the smallest screens are drawn");
	ui_release(&ui);
}

int main(void)
{
	test_width();
	test_cleaning();
	test_wrapping();
	test_holds();
	test_cells();
	test_ascii();
	test_ui();
	test_entry();
	test_help();
	test_small_screens();
	return done_testing();
}
