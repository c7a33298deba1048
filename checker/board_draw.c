/* Drawing the board; see board_draw.h. */
#include "checker/board_draw.h"

#include <stdio.h>

#include "checker/checklist.h"

enum {
	NAME_LEAST = 10,
	NAME_MODEST = 16, /* what names get before other columns are dropped for them */
	NAME_MOST = 28,
	ACCOUNT_WIDTH = 12,
	DONE_WIDTH = 6,
	WAITING_WIDTH = 6,
	BAR_WIDTH = 10,
	SUM_WIDTH = 6,
	WORD_WIDTH = 10, /* the least for a symbol and a word */
	GAP = 2,
	LOW_ROWS = 14, /* below this, people come before summaries */
};

struct str board_short_name(struct arena *a, struct str name)
{
	struct str rest = str_trim(name), first = str_cut(&rest, ' '), last = STR_NONE;
	struct glyph g;

	while (rest.p) {
		struct str word = str_cut(&rest, ' ');

		if (word.n)
			last = word;
	}
	if (!last.p || !text_next(&last, false, &g))
		return first;
	return arena_strf(a, "%.*s %s.", STR_ARG(first), g.text);
}

bool board_is_low(const struct grid *g)
{
	return g->rows < LOW_ROWS;
}

int board_first_row(const struct grid *g)
{
	return board_is_low(g) ? 3 : 5;
}

/* On a low screen: the selected check's line, and the ui's own. Else also what is below, and the counts. */
static int foot_rows(const struct grid *g)
{
	return board_is_low(g) ? 2 : 4;
}

/* --- layout --------------------------------------------------------------------- */

/* One way to lay the board out; tried from the richest to the poorest. */
struct plan {
	int check_width;
	bool sums; /* labs other than the selected check's are sums */
	bool waiting, done;
};

/* What the names in sight want. */
static int name_width(const struct board *b, const struct board_look *look)
{
	int width = NAME_LEAST, most = look->projector ? NAME_MODEST : NAME_MOST;

	for (int i = 0; i < b->in_sight; i++) {
		int w = text_width(board_at(b, i)->standing->name, false);

		if (w > width)
			width = w;
	}
	return width < most ? width : most;
}

static int selected_lab(const struct board *b, const struct board_look *look)
{
	return look->check < b->check_count ? b->checks[look->check].lab : 0;
}

static int lab_width(const struct board *b, const struct board_look *look, const struct plan *plan,
		     int lab)
{
	if (plan->sums && lab != selected_lab(b, look))
		return SUM_WIDTH;
	return b->labs[lab].count * plan->check_width;
}

static int plan_width(const struct board *b, const struct board_look *look, const struct plan *plan,
		      int name)
{
	int width = 1 + name + 1;

	if (plan->done)
		width += GAP + DONE_WIDTH;
	if (plan->waiting)
		width += GAP + WAITING_WIDTH;
	for (int i = 0; i < b->lab_count; i++)
		width += GAP + lab_width(b, look, plan, i);
	return width;
}

static int place(struct board_layout *out, int col, int kind, int index, int width)
{
	if (out->count < BOARD_COLUMNS_MAX)
		out->columns[out->count++] = (struct board_column){
			.kind = kind, .index = index, .col = col, .width = width
		};
	return col + width;
}

/* The checks of a lab, or of as much of it as fits around the selected one. */
static int place_checks(const struct board *b, const struct board_look *look,
			struct board_layout *out, int lab, int col, int cols)
{
	int fit = (cols - 1 - col) / out->check_width, count = b->labs[lab].count;
	int from = 0;

	if (fit < 1)
		return col;
	if (count > fit) {
		from = look->check - b->labs[lab].first - fit / 2;
		if (from < 0)
			from = 0;
		if (from > count - fit)
			from = count - fit;
		count = fit;
	}
	for (int i = 0; i < count; i++)
		col = place(out, col, COLUMN_CHECK, b->labs[lab].first + from + i,
			    out->check_width);
	return col;
}

static void place_labs(const struct board *b, const struct board_look *look,
		       const struct plan *plan, struct board_layout *out, int col, int cols)
{
	int selected = selected_lab(b, look);

	for (int i = 0; i < b->lab_count; i++) {
		/* What is selected comes before what stands to its left. */
		if (plan->sums && i < selected &&
		    col + GAP + SUM_WIDTH + GAP + b->labs[selected].count * out->check_width > cols)
			continue;
		if (plan->sums && i != selected) {
			if (col + GAP + SUM_WIDTH < cols)
				col = place(out, col + GAP, COLUMN_LAB, i, SUM_WIDTH);
		} else {
			col = place_checks(b, look, out, i, col + GAP, cols);
		}
	}
}

void board_lay_out(const struct board *b, const struct board_look *look, int cols,
		   struct board_layout *out)
{
	static const struct plan plans[] = {
		{ 18, false, true, true },         { 14, false, true, true },
		{ WORD_WIDTH, false, true, true }, { 4, false, true, true },
		{ 2, false, true, true },          { 2, false, false, true },
		{ 4, true, true, true },           { 2, true, true, true },
		{ 2, true, false, true },          { 2, true, false, false },
	};
	enum { PLANS = sizeof(plans) / sizeof(*plans) };
	int wanted = name_width(b, look), name = wanted < NAME_MODEST ? wanted : NAME_MODEST;
	int i = 0, col = 1, slack;
	const struct plan *plan;

	while (i < PLANS - 1 && plan_width(b, look, &plans[i], name) > cols)
		i++;
	plan = &plans[i];
	slack = cols - plan_width(b, look, plan, name);
	/* On a very narrow screen names give way to one check. */
	if (slack < 0 && name > NAME_LEAST)
		name = name + slack > NAME_LEAST ? name + slack : NAME_LEAST;
	if (slack > 0 && wanted > name) {
		int more = wanted - name < slack ? wanted - name : slack;

		name += more;
		slack -= more;
	}
	*out = (struct board_layout){ .check_width = plan->check_width };
	col = place(out, col, COLUMN_NAME, 0, name);
	if (plan->done && slack >= BAR_WIDTH + 1) {
		out->bar = BAR_WIDTH;
		slack -= BAR_WIDTH + 1;
	}
	if (slack >= ACCOUNT_WIDTH + GAP && !look->projector)
		col = place(out, col + GAP, COLUMN_ACCOUNT, 0, ACCOUNT_WIDTH);
	if (plan->done)
		col = place(out, col + GAP, COLUMN_DONE, 0,
			    DONE_WIDTH + (out->bar ? out->bar + 1 : 0));
	if (plan->waiting)
		col = place(out, col + GAP, COLUMN_WAITING, 0, WAITING_WIDTH);
	place_labs(b, look, plan, out, col, cols);
}

/* --- headings --------------------------------------------------------------------- */

static void draw_heading(struct grid *g, const struct board *b, const struct board_column *c,
			 const char *word, enum board_sort sort, bool right)
{
	int width = (int)strlen(word), col = right ? c->col + c->width - width : c->col;
	int row = board_first_row(g) - 1;

	grid_putf(g, row, col, STYLE_HEADER, "%s", word);
	if (b->sort != sort)
		return;
	/* The heading says how it is sorted; a sum's arrow stands before it. */
	grid_symbols(g, row, right ? col - 1 : col + width, 1, STYLE_HEADER,
		     b->reversed == (sort == SORT_DONE || sort == SORT_STUCK) ? SYMBOL_UP
									      : SYMBOL_DOWN);
}

static void draw_check_heading(struct grid *g, const struct board *b, const struct board_look *look,
			       const struct board_layout *l, const struct board_column *c)
{
	const struct board_lab *lab = &b->labs[b->checks[c->index].lab];
	bool chosen = c->index == look->check && !look->projector;
	unsigned style = STYLE_MUTED | (chosen ? STYLE_FOCUS : 0);
	int number = c->index - lab->first + 1;

	if (l->check_width >= WORD_WIDTH)
		grid_put(g, board_first_row(g) - 1, c->col, l->check_width - 1, style,
			 b->checks[c->index].id);
	else if (l->check_width == 2) /* units only; the lab's line below says which */
		grid_putf(g, board_first_row(g) - 1, c->col, style, "%d", number % 10);
	else
		grid_putf(g, board_first_row(g) - 1, c->col, style, "%d", number);
}

/* The lab's title over its checks, as far as there is room. */
static void draw_lab_titles(struct grid *g, const struct board *b, const struct board_layout *l)
{
	for (int i = 0; i < l->count; i++) {
		const struct board_column *c = &l->columns[i], *last = c;
		const struct board_lab *lab;
		int room;

		if (c->kind == COLUMN_LAB) {
			grid_put(g, board_first_row(g) - 2, c->col, c->width + 1, STYLE_HEADER,
				 b->labs[c->index].id);
			continue;
		}
		if (c->kind != COLUMN_CHECK)
			continue;
		lab = &b->labs[b->checks[c->index].lab];
		while (i + 1 < l->count && l->columns[i + 1].kind == COLUMN_CHECK &&
		       b->checks[l->columns[i + 1].index].lab == b->checks[c->index].lab)
			last = &l->columns[++i];
		room = last->col + last->width - c->col;
		if (i + 1 == l->count)
			room = g->cols - 1 - c->col;
		grid_put(g, board_first_row(g) - 2, c->col, room, STYLE_HEADER,
			 text_width(lab->title, g->ascii) <= room ? lab->title : lab->id);
	}
}

static void draw_headings(struct grid *g, const struct board *b, const struct board_look *look,
			  const struct board_layout *l)
{
	draw_lab_titles(g, b, l);
	for (int i = 0; i < l->count; i++) {
		const struct board_column *c = &l->columns[i];

		switch (c->kind) {
		case COLUMN_NAME:
			draw_heading(g, b, c, b->sort == SORT_JOINED ? "JOINED" : "NAME",
				     b->sort == SORT_JOINED ? SORT_JOINED : SORT_NAME, false);
			break;
		case COLUMN_ACCOUNT:
			draw_heading(g, b, c, "ACCOUNT", SORT_COUNT, false);
			break;
		case COLUMN_DONE:
			draw_heading(g, b, c, "GREEN", SORT_DONE, true);
			break;
		case COLUMN_WAITING:
			draw_heading(g, b, c, "SINCE", SORT_STUCK, true);
			break;
		case COLUMN_CHECK:
			draw_check_heading(g, b, look, l, c);
			break;
		case COLUMN_LAB:
			break;
		}
	}
}

/* --- people ----------------------------------------------------------------------- */

static void draw_sum(struct grid *g, int row, int end, int green, int total)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%d/%d", green, total);

	grid_put_right(g, row, end, total && green == total ? STYLE_GREEN : STYLE_PLAIN,
		       str_make(text, (size_t)n));
}

static void draw_waiting(struct grid *g, int row, const struct board_column *c,
			 const struct board_person *p, int64_t now_ms)
{
	int64_t waiting = board_waiting_ms(p, now_ms);
	char span[8];

	if (waiting < 0)
		return;
	board_span(span, waiting);
	grid_put_right(g, row, c->col + c->width,
		       waiting >= BOARD_STUCK_MS ? STYLE_ALERT : STYLE_MUTED, str_of(span));
}

static void draw_verdict(struct grid *g, int row, const struct board_column *c, int width,
			 const struct verdict *v, int64_t fresh_since)
{
	bool fresh = v && v->state == VERDICT_GREEN && v->changed_ms > fresh_since;

	if (!v)
		return;
	if (width >= WORD_WIDTH)
		checklist_draw_state(g, row, c->col, v->state, fresh);
	else
		grid_symbols(g, row, c->col, 1, fresh ? STYLE_FRESH : verdict_style(v->state),
			     verdict_symbol(v->state));
}

static void draw_person(struct grid *g, int row, const struct board *b,
			const struct board_look *look, const struct board_layout *l,
			const struct board_person *p)
{
	const struct standing *s = p->standing;
	struct arena *a = arena_new();
	int green, total;

	for (int i = 0; i < l->count; i++) {
		const struct board_column *c = &l->columns[i];

		switch (c->kind) {
		case COLUMN_NAME:
			grid_put(g, row, c->col, c->width, STYLE_PLAIN,
				 look->projector ? board_short_name(a, s->name) : s->name);
			break;
		case COLUMN_ACCOUNT:
			grid_put(g, row, c->col, c->width, STYLE_MUTED, s->account);
			break;
		case COLUMN_DONE:
			if (l->bar)
				grid_bar(g, row, c->col, l->bar, s->green, s->total);
			draw_sum(g, row, c->col + c->width, s->green, s->total);
			break;
		case COLUMN_WAITING:
			draw_waiting(g, row, c, p, look->now_ms);
			break;
		case COLUMN_CHECK:
			draw_verdict(g, row, c, l->check_width, board_verdict(b, p, c->index),
				     look->fresh_since);
			break;
		case COLUMN_LAB:
			board_lab_count(b, p, c->index, &green, &total);
			draw_sum(g, row, c->col + c->width - 1, green, total);
			break;
		}
	}
	arena_free(a);
}

/* --- below the matrix --------------------------------------------------------------- */

/* How many are green, under each check. */
static void draw_counts(struct grid *g, int row, const struct board *b,
			const struct board_layout *l)
{
	char text[16];

	if (!b->in_sight || !b->check_count || l->check_width < 4)
		return;
	grid_putf(g, row, 1, STYLE_MUTED, "green");
	for (int i = 0; i < l->count; i++) {
		const struct board_column *c = &l->columns[i];
		int green;

		if (c->kind != COLUMN_CHECK)
			continue;
		green = b->checks[c->index].in_state[VERDICT_GREEN];
		snprintf(text, sizeof(text), "%d", green);
		grid_put(g, row, c->col, c->width - 1,
			 green == b->in_sight ? STYLE_GREEN : STYLE_MUTED, str_of(text));
	}
}

/* "  3 green, 1 red". */
static int say_states(char *text, size_t size, const struct board_check *c)
{
	int n = 0;

	for (enum verdict_state state = VERDICT_STATES; state-- > 0;)
		if (c->in_state[state])
			n += snprintf(text + n, size - (size_t)n, "%s%d %.*s", n ? ", " : "  ",
				      c->in_state[state], STR_ARG(verdict_word(state)));
	return n;
}

static void draw_selected_check(struct grid *g, int row, const struct board *b,
				const struct board_look *look)
{
	const struct board_check *c;
	const struct board_lab *lab;
	char text[64];
	int n, col = 1;

	if (look->check >= b->check_count || look->projector)
		return;
	c = &b->checks[look->check];
	lab = &b->labs[c->lab];
	n = say_states(text, sizeof(text), c);
	col += grid_put(g, row, col, 24, STYLE_HEADER, lab->id) + 1;
	col += grid_putf(g, row, col, STYLE_HEADER, "%d", look->check - lab->first + 1) + 1;
	col += grid_put(g, row, col, g->cols - col - n - 1, STYLE_PLAIN, c->title);
	grid_put(g, row, col, g->cols - col, STYLE_MUTED, str_make(text, (size_t)n));
}

int board_room(const struct board_look *look, const struct grid *g)
{
	int rows = g->rows - board_first_row(g) - foot_rows(g);

	if (look->projector)
		rows = (rows + 2) / 2;
	return rows > 0 ? rows : 0;
}

static void keep_in_sight(const struct board *b, struct board_look *look, int room)
{
	if (look->selected >= b->in_sight)
		look->selected = b->in_sight - 1;
	if (look->selected < 0)
		look->selected = 0;
	if (look->check >= b->check_count)
		look->check = b->check_count ? b->check_count - 1 : 0;
	if (!look->projector && look->selected >= look->top + room)
		look->top = look->selected - room + 1;
	if (!look->projector && look->selected < look->top)
		look->top = look->selected;
	if (look->top > b->in_sight - room)
		look->top = b->in_sight - room;
	if (look->top < 0)
		look->top = 0;
}

static void draw_scroll_marks(struct grid *g, const struct board *b, const struct board_look *look,
			      int room)
{
	char text[32];
	int hidden = b->in_sight - look->top - room;

	if (look->top > 0)
		grid_symbols(g, board_first_row(g), g->cols - 1, 1, STYLE_MUTED, SYMBOL_UP);
	if (hidden <= 0)
		return;
	snprintf(text, sizeof(text), "%d more", hidden);
	grid_symbols(g, g->rows - foot_rows(g) - board_is_low(g), g->cols - 1, 1, STYLE_MUTED,
		     SYMBOL_DOWN);
	if (!board_is_low(g))
		grid_put_right(g, g->rows - foot_rows(g), g->cols - 2, STYLE_MUTED, str_of(text));
}

void board_draw(const struct board *b, struct board_look *look, struct grid *g)
{
	struct board_layout l;
	int room = board_room(look, g);

	keep_in_sight(b, look, room);
	board_lay_out(b, look, g->cols, &l);
	draw_headings(g, b, look, &l);
	for (int i = 0; i < room && look->top + i < b->in_sight; i++) {
		int row = board_first_row(g) + (look->projector ? 2 * i : i);

		draw_person(g, row, b, look, &l, board_at(b, look->top + i));
		if (look->top + i == look->selected && !look->projector)
			grid_paint(g, row, 0, g->cols - 1, STYLE_FOCUS);
	}
	if (!b->in_sight)
		grid_putf(g, board_first_row(g) + 1, 1, STYLE_MUTED, "%s",
			  b->count ? "Nobody's name holds this text. Esc clears the filter."
				   : "Nobody has joined yet. They appear here as they come.");
	draw_scroll_marks(g, b, look, room);
	if (!board_is_low(g))
		draw_counts(g, g->rows - 3, b, &l);
	draw_selected_check(g, g->rows - 2, b, look);
}
