/*
 * Markdown's nodes as HTML; see guide_walk.h.
 */
#include "site/guide_walk.h"

#include <ctype.h>
#include <stdlib.h>

/* --- frames --------------------------------------------------------------------------------------------------------- */

bool walk_push(struct walk *w, const struct frame *frame)
{
	if (w->frame_count == FRAMES_MAX) {
		walk_report(w, frame->line, "this is nested too deeply");
		return false;
	}
	w->frames[w->frame_count++] = *frame;
	return true;
}

const struct directive *walk_inside(struct walk *w, struct frame **frame)
{
	for (size_t i = w->frame_count; i-- > 0;)
		if (w->frames[i].kind == FRAME_DIRECTIVE) {
			if (frame)
				*frame = &w->frames[i];
			return &w->dialect->at[w->frames[i].directive];
		}
	return NULL;
}

/* End the innermost frame; `forgotten`: the author did not. */
void walk_pop(struct walk *w, bool forgotten)
{
	struct frame f = w->frames[--w->frame_count];

	switch (f.kind) {
	case FRAME_DIRECTIVE:
		directive_end(w, f.directive);
		if (forgotten)
			walk_report(
				w, f.line,
				"this directive ends outside of the list item, quotation or emphasis that it "
				"began in");
		break;
	case FRAME_TAG:
		tags_end(w, f.tag);
		if (forgotten && !str_is(f.tag, "p") && !str_is(f.tag, "li"))
			walk_report(w, f.line,
				    arena_printf(w->a, "<%.*s> is not closed where it was opened",
						 STR_ARG(f.tag)));
		break;
	case FRAME_STRIKE:
		HTML(&w->h, "</del>");
		break;
	}
}

void walk_leave(struct walk *w, cmark_node *node)
{
	while (w->frame_count && w->frames[w->frame_count - 1].node == node)
		walk_pop(w, true);
}

/* --- text ------------------------------------------------------------------------------------------------------------ */

static struct str literal(cmark_node *node)
{
	const char *s = cmark_node_get_literal(node);

	return s ? str_of(s) : STR("");
}

/* "https://..." at the start of `s`, as GitHub's autolinks end it; 0 when there is none. */
static size_t bare_address(struct str s)
{
	size_t n = 0, head = str_starts(s, STR("https://"))  ? 8
			     : str_starts(s, STR("http://")) ? 7
							     : 0;

	if (!head)
		return 0;
	while (n < s.n && (unsigned char)s.p[n] > ' ' && !strchr("<>\"`", s.p[n]) &&
	       !str_starts(str_slice(s, n, s.n), STR("\xEE\x80")))
		n++;
	while (n > head && strchr(".,:;!?'*_~)", s.p[n - 1])) {
		struct str inner = str_slice(s, 0, n);

		if (s.p[n - 1] == ')' && str_find(inner, '(') >= 0)
			break;
		n--;
	}
	return n > head ? n : 0;
}

static size_t tildes(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == '~')
		n++;
	return n;
}

/* Are there two tildes, no more and no less, somewhere in the text? */
static bool has_pair(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = tildes(str_slice(s, i, s.n));

		if (n == 2)
			return true;
		i += n;
	}
	return false;
}

/* Is there a second pair of tildes, behind this text or in what follows it in the same node? */
static bool is_closed_later(struct str rest, cmark_node *node)
{
	while (!has_pair(rest)) {
		node = cmark_node_next(node);
		if (!node)
			return false;
		rest = cmark_node_get_type(node) == CMARK_NODE_TEXT ? literal(node) : STR("");
	}
	return true;
}

/* Tildes at the start of `s`, in a text node: two of them begin or end what is struck out. Returns how many they are. */
static size_t strike(struct walk *w, struct str s, cmark_node *node)
{
	cmark_node *parent = cmark_node_parent(node);
	struct frame f = { .kind = FRAME_STRIKE, .node = parent };
	const struct frame *last = w->frame_count ? &w->frames[w->frame_count - 1] : NULL;
	size_t n = tildes(s);

	if (n == 2 && last && last->kind == FRAME_STRIKE && last->node == parent)
		walk_pop(w, false);
	else if (n == 2 && is_closed_later(str_slice(s, 2, s.n), node) && walk_push(w, &f))
		HTML(&w->h, "<del>");
	else
		html_text(&w->h, str_slice(s, 0, n));
	return n;
}

/* The next place in running text that is more than text. */
static size_t plain_length(struct str s, bool in_link)
{
	for (size_t i = 0; i < s.n; i++) {
		struct str rest;

		if (!strchr("~h\xEE", s.p[i]))
			continue;
		rest = str_slice(s, i, s.n);
		if (str_starts(rest, STR("\xEE\x80")) || str_starts(rest, STR("~~")) ||
		    (!in_link && (i == 0 || !isalnum((unsigned char)s.p[i - 1])) &&
		     bare_address(rest)))
			return i;
	}
	return s.n;
}

static void write_address(struct walk *w, struct str url, int line)
{
	bool external;

	HTML(&w->h, "<a");
	link_attr(w, false, url, line, &external);
	link_external(w, external);
	HTML(&w->h, ">");
	walk_late(w);
	html_text(&w->h, url);
	HTML(&w->h, "</a>");
}

/* A marker within a line; returns its length, and for stray characters of ours theirs. */
static size_t write_marker(struct walk *w, struct str s, cmark_node *node)
{
	char kind;
	int which;
	size_t n = dialect_marker(w->dialect, s, &kind, &which);

	if (!n)
		return 3;
	if (kind == 'p')
		walk_param(w, &w->dialect->at[which], SLOT_TEXT);
	else if (kind == 'o')
		directive_open(w, which, node, true);
	else
		directive_close(w, which, node);
	return n;
}

static void write_text(struct walk *w, cmark_node *node)
{
	struct str s = literal(node);
	cmark_node *parent = cmark_node_parent(node);

	while (s.n) {
		size_t n = plain_length(s, w->in_link);

		html_text(&w->h, str_slice(s, 0, n));
		s = str_slice(s, n, s.n);
		if (!s.n)
			break;
		if (s.p[0] == '~') {
			n = strike(w, s, node);
		} else if (s.p[0] == 'h') {
			n = bare_address(s);
			write_address(w, str_slice(s, 0, n), walk_line(w, node));
		} else {
			n = write_marker(w, s, parent);
		}
		s = str_slice(s, n, s.n);
	}
}

/* All the text below a node, without markup. */
static struct str text_below(struct walk *w, cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	struct buf b;
	struct str out;

	buf_init(&b, BUF_MAX);
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (event != CMARK_EVENT_ENTER)
			continue;
		if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
			buf_add(&b, walk_plain(w, literal(node), false));
		else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
			buf_addc(&b, ' ');
	}
	cmark_iter_free(iter);
	out = arena_dup(w->a, str_trim(buf_str(&b)));
	buf_release(&b);
	return out;
}

/* --- headings and ids ---------------------------------------------------------------------------------------------------- */

static bool id_is_taken(const struct walk *w, struct str id)
{
	for (size_t i = 0; i < w->body->id_count; i++)
		if (str_eq(w->body->ids[i], id))
			return true;
	return false;
}

struct str walk_id(struct walk *w, struct str wish)
{
	struct guide_body *b = w->body;
	struct str id = wish;

	for (int n = 2; id_is_taken(w, id); n++)
		id = arena_strf(w->a, "%.*s-%d", STR_ARG(wish), n);
	if ((b->id_count & (b->id_count - 1)) == 0) {
		struct str *ids =
			arena_alloc(w->a, (b->id_count ? b->id_count * 2 : 1) * sizeof(*ids));

		if (b->id_count)
			memcpy(ids, b->ids, b->id_count * sizeof(*ids));
		b->ids = ids;
	}
	b->ids[b->id_count++] = id;
	return id;
}

/* Lower case, words joined by dashes; letters beyond ASCII stay. */
static struct str slug(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (isalnum(c) || c >= 0x80 || c == '_')
			p[n++] = (char)tolower(c);
		else if ((c == ' ' || c == '-') && n && p[n - 1] != '-')
			p[n++] = '-';
	}
	while (n && p[n - 1] == '-')
		n--;
	return n ? str_make(p, n) : STR("section");
}

static int heading_level(const struct walk *w, cmark_node *node)
{
	int level = cmark_node_get_heading_level(node) + w->heading_shift;

	return level > 6 ? 6 : level;
}

static void remember_heading(struct walk *w, int level, struct str id, struct str text)
{
	struct guide_body *b = w->body;

	if (level > 3)
		return;
	if ((b->heading_count & (b->heading_count - 1)) == 0) {
		struct guide_heading *grown =
			arena_alloc(w->a,
				    (b->heading_count ? b->heading_count * 2 : 1) * sizeof(*grown));

		if (b->heading_count)
			memcpy(grown, b->headings, b->heading_count * sizeof(*grown));
		b->headings = grown;
	}
	b->headings[b->heading_count++] = (struct guide_heading){ level, id, text };
}

static void open_heading(struct walk *w, cmark_node *node)
{
	struct str text = text_below(w, node), id = walk_id(w, slug(w->a, text));
	int level = heading_level(w, node);

	remember_heading(w, level, id, text);
	HTML(&w->h, "<h");
	html_int(&w->h, level);
	HTML_ATTR(&w->h, "id", id);
	HTML(&w->h, ">");
}

static void close_heading(struct walk *w, cmark_node *node, struct str id)
{
	HTML(&w->h, " <a class=\"anchor\" href=\"#");
	html_text(&w->h, id);
	HTML(&w->h, "\" aria-label=\"Link to this section\">#</a></h");
	html_int(&w->h, heading_level(w, node));
	HTML(&w->h, ">\n");
}

/* --- code ------------------------------------------------------------------------------------------------------------------ */

/* The tab that we are in, or NULL. */
static const struct directive *inside_tab(const struct walk *w)
{
	for (size_t i = w->frame_count; i-- > 0;) {
		const struct frame *f = &w->frames[i];

		if (f->kind == FRAME_DIRECTIVE && w->dialect->at[f->directive].name == D_TAB)
			return &w->dialect->at[f->directive];
	}
	return NULL;
}

static void remember_code(struct walk *w, struct str language, struct str code, int line)
{
	struct guide_body *b = w->body;
	const struct directive *tab = inside_tab(w);

	if (w->quiet)
		return;
	if ((b->code_count & (b->code_count - 1)) == 0) {
		struct guide_code *grown =
			arena_alloc(w->a, (b->code_count ? b->code_count * 2 : 1) * sizeof(*grown));

		if (b->code_count)
			memcpy(grown, b->codes, b->code_count * sizeof(*grown));
		b->codes = grown;
	}
	b->codes[b->code_count++] =
		/* cmark's own bytes go with its tree. */
		(struct guide_code){ arena_dup(w->a, language),
				     arena_dup(w->a, walk_plain(w, code, true)), line,
				     tab && tab->parent >= 0 ? w->group[tab->parent] : 0,
				     tab ? tab->index + 1 : 0 };
}

/* "1,4-6": numbers and ranges. */
static bool is_line_list(struct str s)
{
	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isdigit((unsigned char)s.p[i]) && !strchr(",- ", s.p[i]))
			return false;
	return true;
}

static void code_attributes(struct walk *w, const struct directive *d, struct str language,
			    bool run, int line)
{
	struct str lines = d ? directive_get(d, "highlightLines") : STR_NONE;

	HTML_ATTR(&w->h, "data-language", language);
	if (!d || directive_flag(d, "showCopyAction", true))
		HTML(&w->h, " data-copy=\"true\"");
	if (run)
		HTML(&w->h, " data-run=\"true\"");
	if (d && directive_flag(d, "showLineNumbers", false))
		HTML(&w->h, " data-lines=\"true\"");
	if (is_line_list(lines))
		HTML_ATTR(&w->h, "data-highlight", lines);
	else if (lines.p)
		walk_report(w, line, "highlightLines must be numbers and ranges, as in \"1,4-6\"");
	if (d && directive_flag(d, "copyAutoReturn", false))
		HTML(&w->h, " data-return=\"true\"");
}

static void figure(struct walk *w, const struct directive *d, struct str language, struct str code,
		   bool run, int line)
{
	struct str title = d ? directive_get(d, "title") : STR_NONE;

	HTML(&w->h, "<figure class=\"code\"");
	code_attributes(w, d, language, run, line);
	HTML(&w->h, ">");
	if (title.n) {
		HTML(&w->h, "<figcaption>");
		walk_value(w, title, SLOT_TEXT);
		HTML(&w->h, "</figcaption>");
	}
	HTML(&w->h, "<pre tabindex=\"0\"><code class=\"language-");
	html_text(&w->h, language);
	HTML(&w->h, "\">");
	walk_value(w, code, SLOT_TEXT);
	HTML(&w->h, "</code></pre></figure>\n");
}

void walk_code(struct walk *w, const struct directive *d, struct str info, struct str code,
	       int line)
{
	struct str rest = info, language = d ? directive_get(d, "language") : str_cut(&rest, ' ');
	ptrdiff_t brace = str_find(language, '{');
	bool run;

	if (brace >= 0) /* ```bash{run=false} */
		language.n = (size_t)brace;
	language = walk_plain(w, language, false);
	if (!language.n)
		language = STR("text");
	run = str_is(language, "bash") &&
	      (d ? directive_flag(d, "run", true) : str_find_str(info, STR("run=false")) < 0);
	if (str_is(language, "mermaid")) {
		HTML(&w->h, "<pre class=\"mermaid\" data-mermaid=\"true\">");
		walk_value(w, code, SLOT_ATTR);
		HTML(&w->h, "</pre>\n");
		return;
	}
	if (run)
		remember_code(w, language, code, line);
	figure(w, d, language, code, run, line);
}

static void code_block(struct walk *w, cmark_node *node)
{
	struct str info = str_of(cmark_node_get_fence_info(node));
	char kind;
	int which;
	size_t n = dialect_marker(w->dialect, info, &kind, &which);

	if (!n) {
		walk_code(w, NULL, walk_plain(w, info, false), literal(node), walk_line(w, node));
		return;
	}
	w->seen[which] = true;
	walk_code(w, &w->dialect->at[which], info, literal(node), w->dialect->at[which].line);
}

/* --- nodes ------------------------------------------------------------------------------------------------------------------ */

/* A line that is one marker in a comment: a block directive opens or closes. */
static bool marker_block(struct walk *w, cmark_node *node)
{
	struct str s = str_trim(literal(node));
	char kind;
	int which;
	size_t n;

	if (!str_starts(s, STR("<!--" DIALECT_OPEN)))
		return false;
	n = dialect_marker(w->dialect, str_slice(s, 4, s.n), &kind, &which);
	if (!n || n + 7 != s.n || kind == 'p')
		return false;
	if (kind == 'o')
		directive_open(w, which, cmark_node_parent(node),
			       cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE);
	else
		directive_close(w, which, cmark_node_parent(node));
	return true;
}

/* Is this directive's text one line that stands in for a paragraph? */
static bool holds_phrase(const struct directive *d)
{
	return d && (d->name == D_CELL ||
		     (d->form == FORM_LEAF && (d->name == D_LINK || d->name == D_BUTTON)));
}

/* The image that a paragraph consists of: a node, or a directive in *d. */
static cmark_node *lone_image(const struct walk *w, cmark_node *paragraph,
			      const struct directive **d)
{
	cmark_node *only = cmark_node_first_child(paragraph);
	struct str s;
	char kind;
	int which;

	*d = NULL;
	if (!only || cmark_node_next(only))
		return NULL;
	if (cmark_node_get_type(only) == CMARK_NODE_IMAGE)
		return only;
	if (cmark_node_get_type(only) != CMARK_NODE_TEXT)
		return NULL;
	s = literal(only);
	if (s.n && dialect_marker(w->dialect, s, &kind, &which) == s.n && kind == 'o' &&
	    w->dialect->at[which].name == D_IMAGE)
		*d = &w->dialect->at[which];
	return NULL;
}

/* Paragraphs that are written without <p>: of a tight list, of a table's cell, and the like. */
static bool is_bare(struct walk *w, cmark_node *paragraph)
{
	cmark_node *item = cmark_node_parent(paragraph);
	struct frame *frame = NULL;
	const struct directive *d = walk_inside(w, &frame);

	if (holds_phrase(d))
		return true;
	if (d && frame->node == item)
		return false;
	return item && cmark_node_get_type(item) == CMARK_NODE_ITEM &&
	       cmark_node_get_list_tight(cmark_node_parent(item));
}

static void write_image(struct walk *w, cmark_node *node, bool alone)
{
	struct image image = { str_of(cmark_node_get_url(node)), text_below(w, node),
			       str_of(cmark_node_get_title(node)), NULL, walk_line(w, node) };

	image_write(w, &image, alone);
}

/* True when the paragraph was written as a whole. */
static bool open_paragraph(struct walk *w, cmark_node *node)
{
	const struct directive *d;
	cmark_node *image = lone_image(w, node, &d);
	const struct directive *inside = walk_inside(w, NULL);
	struct image directive;

	if (holds_phrase(inside))
		image = NULL, d = NULL;
	if (inside && inside->name == D_TABS && !w->quiet)
		walk_mistake(w, walk_line(w, node), "only :::tab may stand in tabs");
	if (image) {
		write_image(w, image, true);
		return true;
	}
	if (d) {
		w->seen[d - w->dialect->at] = true;
		directive = image_of(d);
		image_write(w, &directive, true);
		return true;
	}
	if (!is_bare(w, node))
		HTML(&w->h, "<p>");
	return false;
}

static void open_item(struct walk *w, cmark_node *node)
{
	cmark_node *paragraph = cmark_node_first_child(node);
	cmark_node *text = paragraph ? cmark_node_first_child(paragraph) : NULL;
	bool ticked;
	size_t n;

	HTML(&w->h, "<li>");
	if (!text || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH ||
	    cmark_node_get_type(text) != CMARK_NODE_TEXT)
		return;
	n = task_mark(literal(text), &ticked);
	if (!n)
		return;
	HTML(&w->h, "<input type=\"checkbox\" disabled");
	if (ticked)
		HTML(&w->h, " checked");
	HTML(&w->h, "> ");
	cmark_node_set_literal(text, arena_cstr(w->a, str_slice(literal(text), n, SIZE_MAX)));
}

static void open_list(struct walk *w, cmark_node *node)
{
	int start = cmark_node_get_list_start(node);

	if (cmark_node_get_list_type(node) == CMARK_BULLET_LIST) {
		HTML(&w->h, "<ul>\n");
		return;
	}
	HTML(&w->h, "<ol");
	if (start != 1)
		HTML_ATTR_INT(&w->h, "start", start);
	HTML(&w->h, ">\n");
}

static void open_link(struct walk *w, cmark_node *node)
{
	bool external;
	struct str title = str_of(cmark_node_get_title(node));

	HTML(&w->h, "<a");
	link_attr(w, false, str_of(cmark_node_get_url(node)), walk_line(w, node), &external);
	if (title.n)
		WALK_ATTR(w, "title", title);
	link_external(w, external);
	HTML(&w->h, ">");
	walk_late(w);
	w->in_link = true;
}

/* Nodes that cannot hold others. */
static bool leaf_node(struct walk *w, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		write_text(w, node);
		return true;
	case CMARK_NODE_SOFTBREAK:
		HTML(&w->h, "\n");
		return true;
	case CMARK_NODE_LINEBREAK:
		HTML(&w->h, "<br>\n");
		return true;
	case CMARK_NODE_CODE:
		HTML(&w->h, "<code>");
		walk_value(w, literal(node), SLOT_TEXT);
		HTML(&w->h, "</code>");
		return true;
	case CMARK_NODE_CODE_BLOCK:
		code_block(w, node);
		return true;
	case CMARK_NODE_THEMATIC_BREAK:
		HTML(&w->h, "<hr>\n");
		return true;
	case CMARK_NODE_HTML_BLOCK:
	case CMARK_NODE_HTML_INLINE:
		if (!marker_block(w, node))
			tags_write(w, literal(node), node);
		return true;
	default:
		return false;
	}
}

/* True when the node was written as a whole. */
static bool enter(struct walk *w, cmark_node *node)
{
	const struct directive *inside = walk_inside(w, NULL);

	if (leaf_node(w, node))
		return true;
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		HTML(&w->h, "<blockquote>\n");
		break;
	case CMARK_NODE_LIST:
		if (inside && inside->name == D_QUIZ) {
			quiz_choices(w, node);
			return true;
		}
		open_list(w, node);
		break;
	case CMARK_NODE_ITEM:
		open_item(w, node);
		break;
	case CMARK_NODE_PARAGRAPH:
		return open_paragraph(w, node);
	case CMARK_NODE_HEADING:
		open_heading(w, node);
		break;
	case CMARK_NODE_EMPH:
		HTML(&w->h, "<em>");
		break;
	case CMARK_NODE_STRONG:
		HTML(&w->h, "<strong>");
		break;
	case CMARK_NODE_LINK:
		open_link(w, node);
		break;
	case CMARK_NODE_IMAGE:
		write_image(w, node, false);
		return true;
	default:
		break;
	}
	return false;
}

static void leave(struct walk *w, cmark_node *node)
{
	walk_leave(w, node);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		HTML(&w->h, "</blockquote>\n");
		break;
	case CMARK_NODE_LIST:
		if (cmark_node_get_list_type(node) == CMARK_BULLET_LIST)
			HTML(&w->h, "</ul>\n");
		else
			HTML(&w->h, "</ol>\n");
		break;
	case CMARK_NODE_ITEM:
		HTML(&w->h, "</li>\n");
		break;
	case CMARK_NODE_PARAGRAPH:
		if (!is_bare(w, node))
			HTML(&w->h, "</p>\n");
		else if (cmark_node_next(node) && !holds_phrase(walk_inside(w, NULL)))
			HTML(&w->h, "\n");
		break;
	case CMARK_NODE_HEADING:
		close_heading(w, node, w->body->ids[w->body->id_count - 1]);
		break;
	case CMARK_NODE_EMPH:
		HTML(&w->h, "</em>");
		break;
	case CMARK_NODE_STRONG:
		HTML(&w->h, "</strong>");
		break;
	case CMARK_NODE_LINK:
		HTML(&w->h, "</a>");
		w->in_link = false;
		break;
	default:
		break;
	}
}

void walk_nodes(struct walk *w, cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);

		if (event == CMARK_EVENT_EXIT)
			leave(w, node);
		else if (enter(w, node) && cmark_node_first_child(node))
			cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
	}
	cmark_iter_free(iter);
}
