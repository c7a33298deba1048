/* One attendee's checks as lines; see checklist.h. */
#include "checker/checklist.h"

#include <stdio.h>

enum { STATE_COLUMN = 3, TITLE_COLUMN = 14 };

/* One line of the list. */
struct line {
	enum { LINE_BLANK, LINE_LAB, LINE_CHECK, LINE_MESSAGE } kind;
	const struct standing_lab *lab;
	const struct verdict *verdict;
	int index;       /* of the check among those in sight; -1 for labs */
	struct str text; /* of a message's line */
};
struct lines {
	struct arena *arena;
	struct line *all;
	int count, size;
};

enum style verdict_style(enum verdict_state state)
{
	static const enum style styles[VERDICT_STATES] = { [VERDICT_PENDING] = STYLE_PENDING,
							   [VERDICT_TO_DO] = STYLE_PLAIN,
							   [VERDICT_RED] = STYLE_RED,
							   [VERDICT_GREEN] = STYLE_GREEN };

	return styles[state];
}

enum symbol verdict_symbol(enum verdict_state state)
{
	static const enum symbol symbols[VERDICT_STATES] = { [VERDICT_PENDING] = SYMBOL_PENDING,
							     [VERDICT_TO_DO] = SYMBOL_TO_DO,
							     [VERDICT_RED] = SYMBOL_RED,
							     [VERDICT_GREEN] = SYMBOL_GREEN };

	return symbols[state];
}

static bool lab_in_sight(const struct checklist *list, const struct standing_lab *lab)
{
	return !list->lab.p || str_eq(list->lab, lab->id);
}

static bool in_sight(const struct checklist *list, const struct standing_lab *lab,
		     const struct verdict *v)
{
	return text_holds(v->title, list->filter) || text_holds(v->id, list->filter) ||
	       text_holds(v->message, list->filter) ||
	       str_eq_nocase(verdict_word(v->state), list->filter) ||
	       text_holds(lab->title, list->filter);
}

/* Messages that say what to do: those of red checks, and why a pending one waits. */
static bool has_message(const struct verdict *v)
{
	return v->message.n && v->state != VERDICT_GREEN;
}

static void add_line(struct lines *lines, struct line line)
{
	if (lines->count == lines->size) {
		struct line *more;

		lines->size = lines->size ? lines->size * 2 : 64;
		more = arena_alloc(lines->arena, (size_t)lines->size * sizeof(*more));
		if (lines->count)
			memcpy(more, lines->all, (size_t)lines->count * sizeof(*more));
		lines->all = more;
	}
	lines->all[lines->count++] = line;
}

static void add_check(struct lines *lines, struct line line, int columns, bool ascii)
{
	struct str rest = line.verdict->message, part;
	int room = columns - TITLE_COLUMN - 2;

	add_line(lines, line);
	if (!has_message(line.verdict))
		return;
	line.kind = LINE_MESSAGE;
	while (text_wrap(&rest, room < 20 ? 20 : room, ascii, &part)) {
		line.text = part;
		add_line(lines, line);
	}
}

static void collect(const struct checklist *list, struct lines *lines, int columns, bool ascii)
{
	const struct standing *s = list->standing;
	int index = 0;

	for (int i = 0; s && i < s->lab_count; i++) {
		const struct standing_lab *lab = &s->labs[i];
		bool headed = false;

		for (int k = 0; lab_in_sight(list, lab) && k < lab->count; k++) {
			if (!in_sight(list, lab, &lab->verdicts[k]))
				continue;
			if (!headed && lines->count)
				add_line(lines, (struct line){ LINE_BLANK, .index = -1 });
			if (!headed)
				add_line(lines, (struct line){ LINE_LAB, lab, .index = -1 });
			headed = true;
			add_check(lines,
				  (struct line){ LINE_CHECK, lab, &lab->verdicts[k], index++ },
				  columns, ascii);
		}
	}
}

int checklist_count(const struct checklist *list)
{
	const struct standing *s = list->standing;
	int count = 0;

	for (int i = 0; s && i < s->lab_count; i++)
		for (int k = 0; lab_in_sight(list, &s->labs[i]) && k < s->labs[i].count; k++)
			count += in_sight(list, &s->labs[i], &s->labs[i].verdicts[k]);
	return count;
}

const struct verdict *checklist_selected(const struct checklist *list,
					 const struct standing_lab **out)
{
	const struct standing *s = list->standing;
	int index = 0;

	for (int i = 0; s && i < s->lab_count; i++) {
		const struct standing_lab *lab = &s->labs[i];

		for (int k = 0; lab_in_sight(list, lab) && k < lab->count; k++) {
			if (!in_sight(list, lab, &lab->verdicts[k]) || index++ < list->selected)
				continue;
			*out = lab;
			return &lab->verdicts[k];
		}
	}
	return NULL;
}

void checklist_move(struct checklist *list, int by)
{
	int last = checklist_count(list) - 1;

	list->selected += by;
	if (list->selected > last)
		list->selected = last;
	if (list->selected < 0)
		list->selected = 0;
}

void checklist_go_on(struct checklist *list)
{
	const struct standing_lab *lab;
	const struct verdict *v;
	int before = list->selected;

	for (list->selected = 0; (v = checklist_selected(list, &lab)); list->selected++)
		if (v->state != VERDICT_GREEN)
			return;
	list->selected = before;
}

/* Scroll so that the selected check and its message are in sight, and with the first one its lab's name. */
static void scroll(struct checklist *list, const struct lines *lines, int room)
{
	int first = -1, last = 0;

	for (int i = 0; i < lines->count; i++) {
		if (lines->all[i].index != list->selected)
			continue;
		if (first < 0)
			first = i;
		last = i;
	}
	if (first > 0 && lines->all[first - 1].kind == LINE_LAB)
		first--;
	if (last >= list->top + room)
		list->top = last - room + 1;
	if (first >= 0 && first < list->top)
		list->top = first;
	if (list->top > lines->count - room)
		list->top = lines->count - room;
	if (list->top < 0)
		list->top = 0;
}

int checklist_draw_state(struct grid *g, int row, int col, enum verdict_state state, bool fresh)
{
	unsigned style = fresh ? STYLE_FRESH : verdict_style(state);
	int used = grid_symbols(g, row, col, 1, style, verdict_symbol(state));

	used += grid_put(g, row, col + used, 1, fresh ? STYLE_FRESH : STYLE_PLAIN, STR(" "));
	return used + grid_put(g, row, col + used, 8, style, verdict_word(state));
}

static void draw_lab(struct grid *g, int row, const struct standing_lab *lab)
{
	char count[32];
	int n = snprintf(count, sizeof(count), "%d of %d", lab->green, lab->count);

	grid_put(g, row, 1, g->cols - n - 4, STYLE_HEADER, lab->title);
	grid_put_right(g, row, g->cols - 1, STYLE_MUTED, str_make(count, (size_t)n));
}

static void draw_line(struct grid *g, int row, const struct line *line, bool selected,
		      int64_t fresh_since)
{
	const struct verdict *v = line->verdict;
	bool fresh = v && v->state == VERDICT_GREEN && v->changed_ms > fresh_since;

	switch (line->kind) {
	case LINE_BLANK:
		break;
	case LINE_LAB:
		draw_lab(g, row, line->lab);
		break;
	case LINE_CHECK:
		checklist_draw_state(g, row, STATE_COLUMN, v->state, fresh);
		grid_put(g, row, TITLE_COLUMN, g->cols - TITLE_COLUMN - 1,
			 v->state == VERDICT_PENDING ? STYLE_MUTED : STYLE_PLAIN, v->title);
		if (selected)
			grid_paint(g, row, 1, g->cols - 2, STYLE_FOCUS);
		break;
	case LINE_MESSAGE:
		grid_put(g, row, TITLE_COLUMN, g->cols - TITLE_COLUMN - 1, STYLE_MUTED, line->text);
		break;
	}
}

static void draw_nothing(const struct checklist *list, struct grid *g, int row)
{
	const char *what = !list->standing  ? "Waiting for the first results..."
			   : list->filter.n ? "No check holds this text. Esc clears the filter."
			   : list->standing->total ? "This lab has no checks."
						   : "No checks have run yet.";

	grid_putf(g, row, STATE_COLUMN, STYLE_MUTED, "%s", what);
}

void checklist_draw(struct checklist *list, struct grid *g, int row, int end, int64_t fresh_since)
{
	struct lines lines = { .arena = arena_new() };
	int room = end - row;

	checklist_move(list, 0);
	collect(list, &lines, g->cols, g->ascii);
	scroll(list, &lines, room);
	if (!lines.count)
		draw_nothing(list, g, row);
	for (int i = 0; i < room && list->top + i < lines.count; i++) {
		const struct line *line = &lines.all[list->top + i];

		draw_line(g, row + i, line, line->index == list->selected, fresh_since);
	}
	if (list->top > 0)
		grid_symbols(g, row, g->cols - 1, 1, STYLE_MUTED, SYMBOL_UP);
	if (list->top + room < lines.count)
		grid_symbols(g, end - 1, g->cols - 1, 1, STYLE_MUTED, SYMBOL_DOWN);
	arena_free(lines.arena);
}

bool checklist_click(struct checklist *list, const struct grid *g, int first, int row)
{
	struct lines lines = { .arena = arena_new() };
	int at = list->top + row - first, index = -1;

	collect(list, &lines, g->cols, g->ascii);
	if (row >= first && at < lines.count)
		index = lines.all[at].index;
	arena_free(lines.arena);
	if (index < 0)
		return false;
	list->selected = index;
	return true;
}

int checklist_draw_detail(const struct verdict *v, const struct standing_lab *lab, struct grid *g,
			  int row, int end, int skip)
{
	struct str rest = v->title, part;
	int room = g->cols - 4 > 100 ? 100 : g->cols - 4, lines = 0;

	for (; text_wrap(&rest, room, g->ascii, &part); lines++)
		if (lines >= skip && row + lines - skip < end)
			grid_put(g, row + lines - skip, 2, room, STYLE_TITLE, part);
	if (lines >= skip && row + lines - skip < end) {
		int used = checklist_draw_state(g, row + lines - skip, 2, v->state, false);

		grid_putf(g, row + lines - skip, 2 + used + 2, STYLE_MUTED, "%.*s/%.*s",
			  STR_ARG(lab->id), STR_ARG(v->id));
	}
	lines += 2;
	rest = v->message.n                ? v->message
	       : v->state == VERDICT_GREEN ? STR("Everything is as it should be.")
	       : v->state == VERDICT_RED   ? STR("It is not as it should be.")
	       : v->state == VERDICT_TO_DO ? STR("It is not done yet.")
					   : STR("What it needs is not green yet.");
	for (; text_wrap(&rest, room, g->ascii, &part); lines++)
		if (lines >= skip && row + lines - skip < end)
			grid_put(g, row + lines - skip, 2, room, STYLE_PLAIN, part);
	return lines;
}

/* Titles are never cut in plain text. */
static void print_line(struct buf *b, const struct line *line, bool ascii)
{
	struct grid g;

	if (line->kind == LINE_LAB) {
		text_add(b, line->lab->title, 0, ascii);
		buf_addf(b, " (%d of %d)\n", line->lab->green, line->lab->count);
		return;
	}
	grid_init(&g, 1,
		  TITLE_COLUMN + 2 +
			  text_width(line->kind == LINE_CHECK ? line->verdict->title : line->text,
				     ascii),
		  ascii);
	draw_line(&g, 0, line, false, INT64_MAX);
	grid_print(&g, b);
	grid_release(&g);
}

void checklist_print(const struct checklist *list, struct buf *b, int columns, bool ascii)
{
	struct lines lines = { .arena = arena_new() };

	collect(list, &lines, columns, ascii);
	for (int i = 0; i < lines.count; i++)
		print_line(b, &lines.all[i], ascii);
	if (!lines.count)
		buf_adds(b, "There are no checks here.\n");
	arena_free(lines.arena);
}
