/*
 * Quizzes: a list of choices becomes a form that a script judges, with the answer behind a summary; see guide.h.
 */
#include "site/guide_walk.h"

void quiz_open(struct walk *w, const struct directive *d)
{
	struct str question = directive_get(d, "question");

	if (!question.n)
		question = d->label;
	w->quiz_count++;
	if (!question.n)
		walk_mistake(w, d->line, "quiz needs the attribute question");
	HTML(&w->h, "<fieldset class=\"quiz\" id=\"quiz-");
	html_int(&w->h, w->quiz_count);
	HTML(&w->h, "\"><legend>");
	walk_value(w, question, SLOT_TEXT);
	HTML(&w->h, "</legend>\n");
}

size_t task_mark(struct str text, bool *ticked)
{
	if (text.n < 4 || text.p[0] != '[' || text.p[2] != ']' || text.p[3] != ' ' ||
	    !strchr(" xX", text.p[1]))
		return 0;
	*ticked = text.p[1] != ' ';
	return 4;
}

/* The text that an item begins with; NULL when it begins otherwise. */
static cmark_node *item_text(cmark_node *item)
{
	cmark_node *paragraph = cmark_node_first_child(item);
	cmark_node *text = paragraph ? cmark_node_first_child(paragraph) : NULL;

	if (!text || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH ||
	    cmark_node_get_type(text) != CMARK_NODE_TEXT)
		return NULL;
	return text;
}

/* The phrase of a choice: its first paragraph without the mark. */
static void choice_phrase(struct walk *w, cmark_node *item)
{
	cmark_node *paragraph = cmark_node_first_child(item);

	for (cmark_node *n = cmark_node_first_child(paragraph); n; n = cmark_node_next(n))
		walk_nodes(w, n);
	walk_leave(w, paragraph);
}

static void choice_why(struct walk *w, cmark_node *item)
{
	for (cmark_node *n = cmark_node_next(cmark_node_first_child(item)); n;
	     n = cmark_node_next(n))
		walk_nodes(w, n);
	walk_leave(w, item);
}

static void choice(struct walk *w, cmark_node *item, int number, bool right, bool several)
{
	HTML(&w->h, "<div class=\"choice\"><label><input");
	if (several)
		HTML(&w->h, " type=\"checkbox\"");
	else
		HTML(&w->h, " type=\"radio\"");
	HTML(&w->h, " name=\"quiz-");
	html_int(&w->h, w->quiz_count);
	HTML(&w->h, "\"");
	HTML_ATTR_INT(&w->h, "value", number);
	if (right)
		HTML(&w->h, " data-right=\"true\"");
	HTML(&w->h, "> <span>");
	choice_phrase(w, item);
	HTML(&w->h, "</span></label>");
	if (cmark_node_next(cmark_node_first_child(item))) {
		HTML(&w->h, "\n<div class=\"why\">");
		choice_why(w, item);
		HTML(&w->h, "</div>");
	}
	HTML(&w->h, "</div>\n");
}

/* What is right and why, for readers without a script. */
static void answers(struct walk *w, cmark_node *list, const bool *right)
{
	int number = 0;
	bool quiet = w->quiet;

	w->quiet = true;
	HTML(&w->h, "<details class=\"answer\"><summary>Show the answer</summary>\n<ul>\n");
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		if (!right[number++])
			continue;
		HTML(&w->h, "<li><strong>");
		choice_phrase(w, item);
		HTML(&w->h, "</strong> ");
		choice_why(w, item);
		HTML(&w->h, "</li>\n");
	}
	HTML(&w->h, "</ul></details>\n");
	w->quiet = quiet;
}

/* Take the marks off the choices; how many are right. */
static int take_marks(struct walk *w, cmark_node *list, bool *right)
{
	int number = 0, count = 0;

	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		cmark_node *text = item_text(item);
		struct str s = text ? str_of(cmark_node_get_literal(text)) : STR_NONE;
		bool ticked = false;
		size_t n = task_mark(s, &ticked);

		if (n)
			cmark_node_set_literal(text, arena_cstr(w->a, str_slice(s, n, s.n)));
		else
			walk_mistake(
				w, walk_line(w, item),
				"a choice of a quiz begins with [ ], or with [x] when it is right");
		right[number++] = ticked;
		count += ticked;
	}
	return count;
}

void quiz_choices(struct walk *w, cmark_node *list)
{
	size_t items = 0;
	int number = 0, count;
	bool *right;
	struct frame *quiz;

	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item))
		items++;
	right = arena_zalloc(w->a, items);
	walk_inside(w, &quiz);
	quiz->body = true;
	count = take_marks(w, list, right);
	if (!count)
		walk_mistake(w, walk_line(w, list),
			     "no choice of this quiz is right: mark it with [x]");
	for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item)) {
		if (cmark_node_first_child(item))
			choice(w, item, number + 1, right[number], count > 1);
		number++;
	}
	if (count)
		answers(w, list, right);
}
