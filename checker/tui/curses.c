/*
 * The screen on ncursesw.
 *
 * Colours: middle tones that hold on dark and light grounds, the terminal's own background; a table per theme says what
 * each meaning looks like. One doupdate() per frame, so that nothing flickers.
 */
#include "checker/tui/screen.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

/* curses and view.h both name keys. Those of curses are needed in one function only, by number. */
enum { ESCAPE_MS = 25, STDERR_KEPT = 16384 };

struct look {
	short dark, light; /* of 256 colours; -1: the terminal's own */
	short eight;       /* of 8 colours */
	attr_t attributes; /* with colours */
	attr_t mono;       /* without */
};

static const struct look looks[STYLE_COUNT] = {
	[STYLE_PLAIN] = { -1, -1, -1, 0, 0 },
	[STYLE_TITLE] = { 110, 25, COLOR_CYAN, A_BOLD, A_BOLD },
	[STYLE_HEADER] = { 110, 25, COLOR_CYAN, 0, A_UNDERLINE },
	[STYLE_GREEN] = { 108, 28, COLOR_GREEN, 0, 0 },
	[STYLE_RED] = { 167, 124, COLOR_RED, 0, A_BOLD },
	[STYLE_PENDING] = { 245, 243, -1, 0, A_DIM },
	[STYLE_MUTED] = { 245, 243, -1, 0, 0 },
	[STYLE_KEY] = { 179, 94, COLOR_YELLOW, 0, A_BOLD },
	[STYLE_BADGE] = { 179, 94, COLOR_YELLOW, A_REVERSE, A_REVERSE },
	[STYLE_LIVE] = { 108, 28, COLOR_GREEN, 0, 0 },
	[STYLE_ALERT] = { 173, 130, COLOR_YELLOW, A_BOLD, A_BOLD },
	[STYLE_FRESH] = { 114, 28, COLOR_GREEN, A_BOLD | A_REVERSE, A_REVERSE },
};

struct screen {
	SCREEN *curses;
	locale_t mine, before;             /* the thread's locale while the screen is open */
	attr_t attributes[2][STYLE_COUNT]; /* without and with focus */
	short pairs[2][STYLE_COUNT];
	int stderr_kept; /* the real stderr while it is put aside, or -1 */
	int stderr_file;
};

bool theme_parse(struct str name, enum theme *out)
{
	static const char *const names[] = { "auto", "dark", "light", "mono" };

	for (int i = 0; i < 4; i++) {
		if (str_is(name, names[i])) {
			*out = (enum theme)i;
			return true;
		}
	}
	return false;
}

bool screen_possible(void)
{
	const char *term = getenv("TERM");
	bool movable;
	int error;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !term || !*term)
		return false;
	if (setupterm(term, STDOUT_FILENO, &error) != OK)
		return false;
	movable = cursor_address != NULL;
	del_curterm(cur_term); /* newterm() makes its own */
	return movable;
}

/* NO_COLOR (no-color.org) counts when it is there and not empty. */
static enum theme choose_theme(enum theme wanted)
{
	const char *no_color = getenv("NO_COLOR");
	const char *ground = getenv("COLORFGBG");
	struct str rest = str_of(ground ? ground : ""), last = STR("");
	int64_t colour;

	if ((no_color && *no_color) || !has_colors())
		return THEME_MONO;
	if (wanted != THEME_AUTO)
		return wanted;
	while (rest.p)
		last = str_cut(&rest, ';');
	/* 7 and 9 to 15 are the light ones of the sixteen. */
	if (str_to_int(last, &colour) && (colour == 7 || colour > 8))
		return THEME_LIGHT;
	return THEME_DARK;
}

/* The selected row has a ground of its own where colours allow, so that states keep theirs. */
static void set_focus(struct screen *s, int style, short colour, enum theme theme)
{
	attr_t attributes = s->attributes[0][style];

	if (theme == THEME_MONO || COLORS < 256 || attributes & A_REVERSE) {
		s->attributes[1][style] = attributes | A_REVERSE;
		s->pairs[1][style] = 0;
		return;
	}
	if (colour < 0)
		colour = theme == THEME_LIGHT ? 16 : 255;
	s->attributes[1][style] = attributes;
	s->pairs[1][style] = (short)(STYLE_COUNT + style + 1);
	init_pair(s->pairs[1][style], colour, theme == THEME_LIGHT ? 253 : 237);
}

static void set_colours(struct screen *s, enum theme theme)
{
	bool coloured = theme != THEME_MONO;

	if (coloured) {
		start_color();
		use_default_colors();
	}
	for (int i = 0; i < STYLE_COUNT; i++) {
		const struct look *look = &looks[i];
		short colour = theme == THEME_LIGHT ? look->light : look->dark;

		if (coloured && COLORS < 256)
			colour = look->eight;
		s->attributes[0][i] = coloured ? look->attributes : look->mono;
		if (coloured && colour >= 0) {
			s->pairs[0][i] = (short)(i + 1);
			init_pair(s->pairs[0][i], colour, -1);
		}
		set_focus(s, i, colour, theme);
	}
}

/* Log lines of this process must not land in the middle of the screen. */
static void put_stderr_aside(struct screen *s)
{
	s->stderr_kept = s->stderr_file = -1;
	if (!isatty(STDERR_FILENO))
		return;
	s->stderr_file = memfd_create("stderr", MFD_CLOEXEC);
	if (s->stderr_file < 0)
		return;
	fflush(stderr);
	s->stderr_kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	dup2(s->stderr_file, STDERR_FILENO);
}

/* The last of what was written goes to the real one. */
static void bring_stderr_back(struct screen *s)
{
	char text[STDERR_KEPT];
	off_t end;
	ssize_t n;

	if (s->stderr_kept < 0)
		return;
	fflush(stderr);
	dup2(s->stderr_kept, STDERR_FILENO);
	close(s->stderr_kept);
	end = lseek(s->stderr_file, 0, SEEK_END);
	n = pread(s->stderr_file, text, sizeof(text),
		  end > (off_t)sizeof(text) ? end - (off_t)sizeof(text) : 0);
	for (ssize_t done = 0; done < n;) {
		ssize_t step = write(STDERR_FILENO, text + done, (size_t)(n - done));

		if (step <= 0)
			break;
		done += step;
	}
	close(s->stderr_file);
}

struct screen *screen_open(enum theme theme, bool ascii, const char **why)
{
	struct screen *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	/* Of this thread alone: the program's locale is everybody's. */
	s->mine = newlocale(LC_CTYPE_MASK, ascii ? "C" : "", (locale_t)0);
	s->before = s->mine ? uselocale(s->mine) : (locale_t)0;
	s->curses = newterm(NULL, stdout, stdin);
	if (!s->curses) {
		*why = "the terminal cannot show a screen; --plain prints text.";
		if (s->mine) {
			uselocale(s->before);
			freelocale(s->mine);
		}
		free(s);
		return NULL;
	}
	put_stderr_aside(s);
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	curs_set(0);
	mouseinterval(0);
	set_colours(s, choose_theme(theme));
	return s;
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	mousemask(0, NULL);
	curs_set(1);
	endwin();
	bring_stderr_back(s);
	delscreen(s->curses);
	if (s->mine) {
		uselocale(s->before);
		freelocale(s->mine);
	}
	free(s);
}

int screen_fd(const struct screen *s)
{
	(void)s;
	return STDIN_FILENO;
}

void screen_size(struct screen *s, int *rows, int *cols)
{
	struct winsize size;

	(void)s;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
	    (size.ws_row != LINES || size.ws_col != COLS)) {
		resizeterm(size.ws_row, size.ws_col);
		clearok(curscr, TRUE);
	}
	*rows = LINES;
	*cols = COLS;
}

static void show_cell(const struct screen *s, int row, int col, const struct cell *cell)
{
	wchar_t wide[CCHARW_MAX + 1];
	unsigned style = cell->style & ~(unsigned)STYLE_FOCUS;
	int focus = cell->style & STYLE_FOCUS ? 1 : 0;
	mbstate_t state = { 0 };
	const char *text = cell->text;
	cchar_t c;
	size_t n;

	n = mbsrtowcs(wide, &text, CCHARW_MAX, &state);
	if (n == (size_t)-1 || n == 0)
		n = 1, wide[0] = L'?';
	wide[n < CCHARW_MAX ? n : CCHARW_MAX] = L'\0';
	if (setcchar(&c, wide, s->attributes[focus][style], s->pairs[focus][style], NULL) == OK)
		mvadd_wch(row, col, &c);
}

void screen_show(struct screen *s, const struct grid *g)
{
	erase();
	for (int row = 0; row < g->rows && row < LINES; row++) {
		for (int col = 0; col < g->cols && col < COLS; col++) {
			const struct cell *cell = grid_at(g, row, col);

			if (cell->width && (cell->style || strcmp(cell->text, " ") != 0))
				show_cell(s, row, col, cell);
		}
	}
	wnoutrefresh(stdscr);
	doupdate();
}

static bool read_mouse(struct event *out)
{
	MEVENT mouse;

	if (getmouse(&mouse) != OK)
		return false;
	out->row = mouse.y;
	out->col = mouse.x;
	if (mouse.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED))
		out->key = KEY_CLICK;
	else if (mouse.bstate & BUTTON4_PRESSED)
		out->key = KEY_WHEEL_UP;
	else if (mouse.bstate & BUTTON5_PRESSED)
		out->key = KEY_WHEEL_DOWN;
	return out->key != KEY_NONE;
}

static int translate(wint_t key)
{
	static const struct {
		int theirs, ours;
	} keys[] = {
		{ KEY_UP, KEY_ARROW_UP },      { KEY_DOWN, KEY_ARROW_DOWN },
		{ KEY_LEFT, KEY_ARROW_LEFT },  { KEY_RIGHT, KEY_ARROW_RIGHT },
		{ KEY_PPAGE, KEY_PAGE_UP },    { KEY_NPAGE, KEY_PAGE_DOWN },
		{ KEY_HOME, KEY_TOP },         { KEY_END, KEY_BOTTOM },
		{ KEY_BACKSPACE, KEY_RUBOUT }, { KEY_ENTER, KEY_RETURN },
		{ KEY_F(6), KEY_FUNCTION_6 },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].theirs == (int)key)
			return keys[i].ours;
	return KEY_NONE;
}

bool screen_read(struct screen *s, struct event *out)
{
	wint_t key;
	int kind;

	(void)s;
	for (;;) {
		*out = (struct event){ 0 };
		kind = get_wch(&key);
		if (kind == ERR)
			return false;
		if (kind == KEY_CODE_YES && key == KEY_MOUSE) {
			if (read_mouse(out))
				return true;
			continue;
		}
		if (kind == KEY_CODE_YES)
			out->key = translate(key);
		else if (key == '\n')
			out->key = KEY_RETURN;
		else if (key == '\b')
			out->key = KEY_RUBOUT;
		else
			out->key = (int)key;
		if (out->key != KEY_NONE)
			return true;
	}
}

void screen_repaint(struct screen *s)
{
	(void)s;
	clearok(curscr, TRUE);
}

void screen_mouse(struct screen *s, bool wanted)
{
	(void)s;
	mousemask(wanted ? BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED
			 : 0,
		  NULL);
}

void screen_pause(struct screen *s)
{
	(void)s;
	curs_set(1);
	endwin();
}

void screen_resume(struct screen *s)
{
	(void)s;
	curs_set(0);
	clearok(curscr, TRUE);
}
