/*
 * What directives become; see guide_walk.h. The HTML is described in guide.h.
 */
#include "site/guide_walk.h"

#include <ctype.h>

static const struct directive *at(const struct walk *w, int id)
{
	return &w->dialect->at[id];
}

/* Is the value one of the words (separated by blanks)? Absent counts as yes. */
static bool is_word_of(struct str value, const char *words)
{
	struct str rest = str_of(words);

	while (value.p && rest.p)
		if (str_eq(str_cut(&rest, ' '), value))
			return true;
	return !value.p;
}

/* Report an attribute that has none of its values. `inside` a line or not. */
static void check_word(struct walk *w, const struct directive *d, const char *attr,
		       const char *words, bool inside)
{
	struct str value = directive_get(d, attr);
	const char *what;

	if (is_word_of(value, words))
		return;
	what = arena_printf(w->a, "%s of %s must be one of: %s", attr, directive_word(d->name),
			    words);
	(inside ? walk_mistake_inline : walk_mistake)(w, d->line, what);
}

/* Make the directive the innermost one if its closing marker is to come. */
static void push(struct walk *w, int id, cmark_node *node)
{
	struct frame f = {
		.kind = FRAME_DIRECTIVE, .directive = id, .node = node, .line = at(w, id)->line
	};

	if (!walk_push(w, &f))
		directive_end(w, id);
}

/* --- alert, expand ---------------------------------------------------------------------------------------------------- */

static struct str alert_type(const struct directive *d)
{
	struct str type = directive_get(d, "type");

	return type.n && is_word_of(type, "info success warning error") ? type : STR("info");
}

static struct str alert_title(const struct directive *d)
{
	struct str header = directive_get(d, "header"), type = alert_type(d);

	if (header.n)
		return header;
	if (d->form == FORM_CONTAINER && d->label.n)
		return d->label;
	if (str_is(type, "warning"))
		return STR("Warning");
	if (str_is(type, "error"))
		return STR("Careful");
	return str_is(type, "success") ? STR("Well done") : STR("Note");
}

static void open_alert(struct walk *w, const struct directive *d, bool inside)
{
	struct str type = alert_type(d);

	check_word(w, d, "type", "info success warning error", inside);
	if (inside)
		HTML(&w->h, "<span class=\"alert alert-");
	else
		HTML(&w->h, "<aside class=\"alert alert-");
	html_text(&w->h, type);
	HTML(&w->h, "\" role=\"note\">");
	if (inside)
		return;
	HTML(&w->h, "<p class=\"alert-title\">");
	walk_value(w, alert_title(d), SLOT_TEXT);
	HTML(&w->h, "</p>\n");
}

static void open_expand(struct walk *w, const struct directive *d)
{
	struct str header = directive_get(d, "header");

	if (!header.n)
		header = d->form == FORM_CONTAINER && d->label.n ? d->label : STR("More");
	HTML(&w->h, "<details class=\"expand\"");
	if (directive_flag(d, "defaultExpanded", false))
		HTML(&w->h, " open");
	HTML(&w->h, "><summary>");
	walk_value(w, header, SLOT_TEXT);
	HTML(&w->h, "</summary>\n");
}

/* --- tabs --------------------------------------------------------------------------------------------------------------- */

static struct str tab_label(struct walk *w, const struct directive *tab)
{
	struct str label = directive_get(tab, "label");

	if (!label.n)
		label = tab->label;
	return label.n ? label : arena_strf(w->a, "Tab %d", tab->index + 1);
}

/* id="tabs-1-tab-2", or with another word in the middle, or as the value of another attribute. */
static void tab_reference(struct walk *w, struct str head, int group, struct str part, int index)
{
	HTML(&w->h, " ");
	html_text(&w->h, head);
	HTML(&w->h, "=\"tabs-");
	html_int(&w->h, group);
	HTML(&w->h, "-");
	html_text(&w->h, part);
	HTML(&w->h, "-");
	html_int(&w->h, index + 1);
	HTML(&w->h, "\"");
}

static void tab_button(struct walk *w, const struct directive *tab, int group, bool selected)
{
	HTML(&w->h, "<button type=\"button\" role=\"tab\"");
	tab_reference(w, STR("id"), group, STR("tab"), tab->index);
	tab_reference(w, STR("aria-controls"), group, STR("panel"), tab->index);
	if (selected)
		HTML(&w->h, " aria-selected=\"true\">");
	else
		HTML(&w->h, " aria-selected=\"false\" tabindex=\"-1\">");
	walk_value(w, tab_label(w, tab), SLOT_TEXT);
	HTML(&w->h, "</button>");
}

static bool is_tab_of(const struct directive *d, int tabs)
{
	return d->name == D_TAB && d->parent == tabs;
}

/* The number of the tab to show first. */
static int first_tab(const struct walk *w, int tabs)
{
	struct str active = directive_get(at(w, tabs), "activeTabId");

	for (size_t i = 0; active.n && i < w->dialect->count; i++)
		if (is_tab_of(at(w, (int)i), tabs) &&
		    str_eq(directive_get(at(w, (int)i), "id"), active))
			return at(w, (int)i)->index;
	return 0;
}

static void open_tabs(struct walk *w, int id)
{
	const struct directive *d = at(w, id);
	struct str variant = directive_get(d, "variant"), group = directive_get(d, "groupId");
	int active = first_tab(w, id), count = 0;

	w->group[id] = ++w->tabs_count;
	HTML(&w->h, "<div class=\"tabs\"");
	WALK_ATTR(w, "data-variant", variant.n ? variant : STR("default"));
	if (group.n)
		WALK_ATTR(w, "data-group", group);
	HTML(&w->h, ">\n<div class=\"tablist\" role=\"tablist\" hidden>");
	for (size_t i = 0; i < w->dialect->count; i++)
		if (is_tab_of(at(w, (int)i), id)) {
			tab_button(w, at(w, (int)i), w->group[id], at(w, (int)i)->index == active);
			count++;
		}
	HTML(&w->h, "</div>\n");
	if (!count)
		walk_mistake(w, d->line, "there is no :::tab in these tabs");
}

static void open_tab(struct walk *w, int id)
{
	const struct directive *d = at(w, id);
	bool alone = d->parent < 0 || at(w, d->parent)->name != D_TABS;

	if (alone)
		walk_mistake(w, d->line, "a :::tab must stand in ::::tabs, which has more colons");
	if (!directive_get(d, "label").n && !d->label.n)
		walk_mistake(w, d->line, "tab needs the attribute label");
	HTML(&w->h, "<section class=\"tab\"");
	if (!alone) {
		HTML(&w->h, " role=\"tabpanel\"");
		tab_reference(w, STR("id"), w->group[d->parent], STR("panel"), d->index);
		tab_reference(w, STR("aria-labelledby"), w->group[d->parent], STR("tab"), d->index);
	}
	HTML(&w->h, "><p class=\"tab-title\">");
	walk_value(w, tab_label(w, d), SLOT_TEXT);
	HTML(&w->h, "</p>\n");
}

/* --- tables --------------------------------------------------------------------------------------------------------------- */

/* True when the row was opened. */
static bool open_row(struct walk *w, const struct directive *row)
{
	struct frame *table;
	const struct directive *inside = walk_inside(w, &table);

	if (!inside || inside->name != D_TABLE)
		return false;
	if (!row->index)
		HTML(&w->h, "<thead>");
	else if (!table->body)
		HTML(&w->h, "<tbody>");
	if (row->index)
		table->body = true;
	HTML(&w->h, "<tr>");
	return true;
}

/* An empty cell of the head is no heading: screen readers would announce it. */
static bool is_head(const struct directive *cell)
{
	return !cell->index && cell->label.n;
}

static bool open_cell(struct walk *w, const struct directive *cell)
{
	static const char *const align[] = { NULL, "left", "center", "right" };
	const struct directive *inside = walk_inside(w, NULL);

	if (!inside || inside->name != D_ROW)
		return false;
	if (!is_head(cell))
		HTML(&w->h, "<td");
	else
		HTML(&w->h, "<th scope=\"col\"");
	if (align[cell->align])
		HTML_ATTR(&w->h, "class", str_of(align[cell->align]));
	HTML(&w->h, ">");
	return true;
}

static void end_table(struct walk *w, int id)
{
	bool body = false;

	for (size_t i = (size_t)id + 1; i < w->dialect->count && at(w, (int)i)->name != D_TABLE;
	     i++)
		body = body || (at(w, (int)i)->name == D_ROW && at(w, (int)i)->index > 0);
	if (body)
		HTML(&w->h, "</tbody>");
	HTML(&w->h, "</table></div>\n");
}

/* --- links, buttons, images, videos ------------------------------------------------------------------------------------ */

static void link_attributes(struct walk *w, const struct directive *d)
{
	struct str target = directive_get(d, "target");
	bool external;

	link_attr(w, false, directive_get(d, "href").p ? directive_get(d, "href") : STR("#"),
		  d->line, &external);
	if (str_is(directive_get(d, "action"), "download"))
		HTML(&w->h, " download");
	if (external || str_is(target, "_blank"))
		link_external(w, true);
}

static struct str button_variant(const struct directive *d)
{
	struct str variant = directive_get(d, "variant");

	return variant.n && is_word_of(variant, "primary normal link") ? variant : STR("normal");
}

/* A link or a button; true when its text, and a closing marker, follow. */
static bool open_link(struct walk *w, const struct directive *d)
{
	if (d->name == D_BUTTON)
		check_word(w, d, "variant", "primary normal link", d->form == FORM_INLINE);
	check_word(w, d, "target", "_blank _self _parent _top", d->form == FORM_INLINE);
	if (d->form == FORM_LEAF)
		HTML(&w->h, "<p>");
	HTML(&w->h, "<a");
	if (d->name == D_BUTTON) {
		HTML(&w->h, " class=\"button button-");
		html_text(&w->h, button_variant(d));
		HTML(&w->h, "\"");
	}
	link_attributes(w, d);
	HTML(&w->h, ">");
	walk_late(w);
	if (!d->label.n)
		walk_value(w, directive_get(d, "href"), SLOT_TEXT);
	if (d->form == FORM_LEAF || d->label.p) {
		w->in_link = true;
		return true;
	}
	HTML(&w->h, "</a>");
	return false;
}

static bool is_size(struct str s)
{
	size_t digits = 0;

	while (digits < s.n && isdigit((unsigned char)s.p[digits]))
		digits++;
	return digits && digits <= 5 &&
	       (digits == s.n || str_is(str_slice(s, digits, s.n), "px") ||
		str_is(str_slice(s, digits, s.n), "%"));
}

/* width or height: a number of pixels, as the attribute wants it; per cent stays. */
static void size_attr(struct walk *w, const struct directive *d, bool width)
{
	struct str value = directive_get(d, width ? "width" : "height");

	if (!value.p)
		return;
	if (!is_size(value)) {
		(d->form == FORM_INLINE ? walk_mistake_inline : walk_mistake)(
			w, d->line, "width and height of an image must be numbers of pixels");
		return;
	}
	if (str_ends(value, STR("px")))
		value.n -= 2;
	if (width)
		HTML_ATTR(&w->h, "width", value);
	else
		HTML_ATTR(&w->h, "height", value);
}

static void image_tag(struct walk *w, const struct image *image)
{
	const struct directive *d = image->d;
	bool external;

	HTML(&w->h, "<img");
	link_attr(w, true, image->src, image->line, &external);
	WALK_ATTR(w, "alt", image->alt);
	if (d) {
		size_attr(w, d, true);
		size_attr(w, d, false);
	}
	HTML(&w->h, " loading=\"lazy\"");
	if (!d || !directive_flag(d, "disableZoom", false))
		HTML(&w->h, " data-zoom=\"true\"");
	HTML(&w->h, ">");
	walk_late(w);
}

void image_write(struct walk *w, const struct image *image, bool alone)
{
	if (alone)
		HTML(&w->h, "<figure class=\"image\">");
	image_tag(w, image);
	if (!alone)
		return;
	if (image->title.n) {
		HTML(&w->h, "<figcaption>");
		walk_value(w, image->title, SLOT_TEXT);
		HTML(&w->h, "</figcaption>");
	}
	HTML(&w->h, "</figure>\n");
}

struct image image_of(const struct directive *d)
{
	return (struct image){ directive_get(d, "src"), d->label, directive_get(d, "title"), d,
			       d->line };
}

/* Without the backslashes that authors put before underscores. */
static struct str unescaped(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\\')
			p[n++] = s.p[i];
	return str_make(p, n);
}

static void video(struct walk *w, const struct directive *d)
{
	struct str id = unescaped(w->a, directive_get(d, "id")), src = directive_get(d, "src");
	struct str url =
		src.n ? src
		: str_find_str(id, STR("://")) >= 0
			? id
			: arena_strf(w->a, "https://www.youtube.com/watch?v=%.*s", STR_ARG(id));
	struct str title = directive_get(d, "title");
	bool external;

	if (!id.n && !src.n)
		(d->form == FORM_LEAF
			 ? walk_mistake
			 : walk_mistake_inline)(w, d->line, "video needs the attribute id");
	if (d->form == FORM_LEAF)
		HTML(&w->h, "<p>");
	HTML(&w->h, "<a class=\"video\"");
	link_attr(w, false, url, d->line, &external);
	if (external)
		HTML(&w->h, " rel=\"noopener\" target=\"_blank\"");
	HTML(&w->h, ">");
	walk_late(w);
	walk_value(w, d->label.n ? d->label : title.n ? title : STR("Watch the video"), SLOT_TEXT);
	HTML(&w->h, "</a>");
	if (d->form == FORM_LEAF)
		HTML(&w->h, "</p>\n");
}

static void asset_url(struct walk *w, const struct directive *d)
{
	struct str path = walk_plain(w, directive_get(d, "path"), false);

	if (str_starts(path, STR("/")))
		path = str_slice(path, 1, path.n);
	if (!w->lab || !lab_has_file(w->lab, arena_strf(w->a, "static/%.*s", STR_ARG(path)))) {
		walk_mistake_inline(w, d->line,
				    arena_printf(w->a, "there is no file static/%.*s",
						 STR_ARG(path)));
		return;
	}
	walk_slot(w, STR("site"), SLOT_ATTR);
	html_text(&w->h, w->lab->base);
	HTML(&w->h, "static/");
	html_text(&w->h, path);
}

/* --- children, check ------------------------------------------------------------------------------------------------------ */

static bool has_listed_child(const struct lab_page *page)
{
	return page->child_count && !page->children[0]->hidden;
}

static void children(struct walk *w, const struct lab_page *page, int64_t depth, bool outer)
{
	if (!page || !has_listed_child(page))
		return;
	if (outer)
		HTML(&w->h, "<ul class=\"children\">\n");
	else
		HTML(&w->h, "<ul>\n");
	for (size_t i = 0; i < page->child_count && !page->children[i]->hidden; i++) {
		const struct lab_page *child = page->children[i];
		const struct lab_text *text = lab_text_get(child, w->text->locale);

		HTML(&w->h, "<li><a");
		link_page(w, child);
		HTML(&w->h, ">");
		html_text(&w->h, text->title);
		HTML(&w->h, "</a>");
		if (text->description.n) {
			HTML(&w->h, "<p>");
			html_text(&w->h, text->description);
			HTML(&w->h, "</p>");
		}
		if (depth > 1)
			children(w, child, depth - 1, false);
		HTML(&w->h, "</li>\n");
	}
	HTML(&w->h, "</ul>\n");
}

static void open_children(struct walk *w, const struct directive *d)
{
	struct str depth = directive_get(d, "depth");
	int64_t n = 1;

	if (depth.p && (!str_to_int(depth, &n) || n < 1)) {
		walk_mistake(w, d->line, "depth of children must be a number from 1");
		n = 1;
	}
	children(w, w->page, n, true);
}

/* The check's title; absent when the lab has no such check. */
static struct str check_title(const struct walk *w, struct str id)
{
	for (size_t i = 0; w->lab && i < w->lab->check_count; i++)
		if (str_eq(w->lab->checks[i].id, id))
			return w->lab->checks[i].title.n ? w->lab->checks[i].title : id;
	return STR_NONE;
}

static void check(struct walk *w, const struct directive *d)
{
	struct str id = walk_plain(w, directive_get(d, "id"), false), title = check_title(w, id);

	if (!title.p && (!w->lab || w->lab->checks_known)) {
		walk_mistake(w, d->line,
			     arena_printf(w->a, "there is no check \"%.*s\" in checks.yaml",
					  STR_ARG(id)));
		return;
	}
	HTML(&w->h, "<div class=\"check\"");
	HTML_ATTR(&w->h, "id", walk_id(w, arena_strf(w->a, "check-%.*s", STR_ARG(id))));
	HTML_ATTR(&w->h, "data-lab", w->lab ? w->lab->id : STR(""));
	HTML_ATTR(&w->h, "data-check", id);
	HTML(&w->h, " data-state=\"pending\">\n<p class=\"check-title\">");
	html_text(&w->h, title.p ? title : id);
	HTML(&w->h,
	     "</p>\n<p class=\"check-line\"><span class=\"check-state\">pending</span> "
	     "<span class=\"check-message\" role=\"status\"></span></p>\n"
	     "<button type=\"button\" class=\"check-run\" hidden>Check now</button></div>\n");
}

/* --- opening and closing ------------------------------------------------------------------------------------------------- */

/* Directives that are complete at their opening marker. True when it was one. */
static bool complete(struct walk *w, const struct directive *d, bool inside)
{
	struct image image;

	switch (d->name) {
	case D_MISTAKE:
		walk_known_mistake(w, d, inside);
		return true;
	case D_ASSET_URL:
		asset_url(w, d);
		return true;
	case D_CHECK:
		check(w, d);
		return true;
	case D_CHILDREN:
		open_children(w, d);
		return true;
	case D_CODE:
		if (!inside) {
			walk_code(w, d, STR(""), d->label, d->line);
			return true;
		}
		HTML(&w->h, "<code");
		if (directive_flag(d, "showCopyAction", true))
			HTML(&w->h, " class=\"copy\" data-copy=\"true\"");
		HTML(&w->h, ">");
		walk_value(w, d->label, SLOT_TEXT);
		HTML(&w->h, "</code>");
		return true;
	case D_IMAGE:
		image = image_of(d);
		image_write(w, &image, !inside);
		return true;
	case D_VIDEO:
		video(w, d);
		return true;
	default:
		return false;
	}
}

/* What only blocks can hold was met inside a line. */
static bool is_misplaced(struct walk *w, const struct directive *d, bool inside)
{
	if (!inside || d->form == FORM_INLINE || d->name == D_MISTAKE)
		return false;
	walk_mistake_inline(w, d->line, "this directive is indented too far to be one");
	return true;
}

void directive_open(struct walk *w, int id, cmark_node *node, bool inside)
{
	const struct directive *d = at(w, id);

	w->seen[id] = true;
	if (is_misplaced(w, d, inside) || complete(w, d, inside))
		return;
	switch (d->name) {
	case D_ALERT:
		open_alert(w, d, inside);
		if (inside && !d->label.p) {
			directive_end(w, id);
			return;
		}
		break;
	case D_EXPAND:
		open_expand(w, d);
		break;
	case D_TABS:
		open_tabs(w, id);
		break;
	case D_TAB:
		open_tab(w, id);
		break;
	case D_QUIZ:
		quiz_open(w, d);
		break;
	case D_LINK:
	case D_BUTTON:
		if (!open_link(w, d))
			return;
		break;
	case D_TABLE:
		HTML(&w->h,
		     "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n");
		break;
	case D_ROW:
		if (!open_row(w, d))
			return;
		break;
	case D_CELL:
		if (!open_cell(w, d))
			return;
		break;
	default:
		break;
	}
	push(w, id, node);
}

void directive_end(struct walk *w, int id)
{
	const struct directive *d = at(w, id);

	switch (d->name) {
	case D_ALERT:
		if (d->form == FORM_INLINE)
			HTML(&w->h, "</span>");
		else
			HTML(&w->h, "</aside>\n");
		break;
	case D_EXPAND:
		HTML(&w->h, "</details>\n");
		break;
	case D_TABS:
		HTML(&w->h, "</div>\n");
		break;
	case D_TAB:
		HTML(&w->h, "</section>\n");
		break;
	case D_QUIZ:
		HTML(&w->h, "</fieldset>\n");
		break;
	case D_LINK:
	case D_BUTTON:
		w->in_link = false;
		HTML(&w->h, "</a>");
		if (d->form == FORM_LEAF)
			HTML(&w->h, "</p>\n");
		break;
	case D_TABLE:
		end_table(w, id);
		break;
	case D_ROW:
		if (d->index)
			HTML(&w->h, "</tr>\n");
		else
			HTML(&w->h, "</tr></thead>\n");
		break;
	case D_CELL:
		if (!is_head(d))
			HTML(&w->h, "</td>");
		else
			HTML(&w->h, "</th>");
		break;
	default:
		break;
	}
}

void directive_close(struct walk *w, int id, cmark_node *node)
{
	size_t i = w->frame_count;

	while (i > 0 &&
	       !(w->frames[i - 1].kind == FRAME_DIRECTIVE && w->frames[i - 1].directive == id))
		i--;
	if (!i || w->frames[i - 1].node != node)
		return; /* it has ended with its node, or will */
	while (w->frame_count > i)
		walk_pop(w, true);
	if (at(w, id)->name == D_QUIZ && !w->frames[i - 1].body)
		walk_mistake(w, at(w, id)->line, "this quiz has no list of choices");
	walk_pop(w, false);
}
