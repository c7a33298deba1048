/*
 * Authors' own HTML; see guide_walk.h.
 *
 * cmark would drop all of it; workshops that exist use some: line breaks, keys, details, tables, images. So tags of a short list
 * are written anew, by us, with attributes of a short list; comments are dropped; anything else shows as the text it is and
 * is reported. Whatever is opened is closed at the end of the node that it was opened in, so that no page can be torn apart.
 */
#include "site/guide_walk.h"

#include <ctype.h>

enum { TAG_BYTES_MAX = 4096 };

struct tag_kind {
	const char *name;
	bool empty;        /* has no end tag */
	const char *attrs; /* beyond title and lang */
};

static const struct tag_kind tags[] = {
	{ "a", false, "href target download" },
	{ "abbr", false, "" },
	{ "b", false, "" },
	{ "blockquote", false, "" },
	{ "br", true, "" },
	{ "caption", false, "" },
	{ "center", false, "" },
	{ "cite", false, "" },
	{ "code", false, "" },
	{ "dd", false, "" },
	{ "del", false, "" },
	{ "details", false, "open" },
	{ "div", false, "" },
	{ "dl", false, "" },
	{ "dt", false, "" },
	{ "em", false, "" },
	{ "figcaption", false, "" },
	{ "figure", false, "" },
	{ "h2", false, "" },
	{ "h3", false, "" },
	{ "h4", false, "" },
	{ "h5", false, "" },
	{ "h6", false, "" },
	{ "hr", true, "" },
	{ "i", false, "" },
	{ "img", true, "src alt width height" },
	{ "ins", false, "" },
	{ "kbd", false, "" },
	{ "li", false, "" },
	{ "mark", false, "" },
	{ "ol", false, "start" },
	{ "p", false, "" },
	{ "pre", false, "" },
	{ "q", false, "" },
	{ "s", false, "" },
	{ "samp", false, "" },
	{ "small", false, "" },
	{ "span", false, "" },
	{ "strong", false, "" },
	{ "sub", false, "" },
	{ "summary", false, "" },
	{ "sup", false, "" },
	{ "table", false, "" },
	{ "tbody", false, "" },
	{ "td", false, "colspan rowspan" },
	{ "tfoot", false, "" },
	{ "th", false, "colspan rowspan scope" },
	{ "thead", false, "" },
	{ "tr", false, "" },
	{ "u", false, "" },
	{ "ul", false, "" },
	{ "var", false, "" },
};

/* Attributes without a value that are written so. */
static const char *const switches = "open download";
/* Accepted and left out: a strict content security policy would ignore them, or they are about looks. */
static const char *const dropped =
	"style class align valign border width height id name rel cellpadding cellspacing bgcolor";

static const struct tag_kind *tag_find(struct str name)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (str_eq_nocase(name, str_of(tags[i].name)))
			return &tags[i];
	return NULL;
}

static bool lists(const char *words, struct str word)
{
	struct str rest = str_of(words);

	while (rest.p) {
		struct str one = str_cut(&rest, ' ');

		if (one.n && str_eq_nocase(one, word))
			return true;
	}
	return false;
}

/* One attribute of a tag: its name and value, which may be absent. Moves *rest on; false at the end. */
static bool next_attr(struct str *rest, struct str *name, struct str *value)
{
	size_t i = 0, start;
	struct str s = *rest;

	while (i < s.n && (isspace((unsigned char)s.p[i]) || s.p[i] == '/'))
		i++;
	start = i;
	while (i < s.n && !isspace((unsigned char)s.p[i]) && !strchr("=/", s.p[i]))
		i++;
	*name = str_slice(s, start, i);
	*value = STR_NONE;
	while (i < s.n && isspace((unsigned char)s.p[i]))
		i++;
	if (i < s.n && s.p[i] == '=') {
		char quote;

		i++;
		while (i < s.n && isspace((unsigned char)s.p[i]))
			i++;
		quote = i < s.n && (s.p[i] == '"' || s.p[i] == '\'') ? s.p[i] : 0;
		start = i += quote != 0;
		while (i < s.n && (quote ? s.p[i] != quote : !isspace((unsigned char)s.p[i])))
			i++;
		*value = str_slice(s, start, i);
		i += quote && i < s.n;
	}
	*rest = str_slice(s, i, s.n);
	return name->n > 0 || (value->p && rest->n);
}

static void write_attr(struct walk *w, const struct tag_kind *kind, struct str name,
		       struct str value, int line)
{
	bool external;

	if (!lists(kind->attrs, name) && !str_eq_nocase(name, STR("title")) &&
	    !str_eq_nocase(name, STR("lang"))) {
		if (!lists(dropped, name))
			walk_mistake_late(w, line,
					  arena_printf(w->a,
						       "the attribute %.*s of <%s> is left out",
						       STR_ARG(name), kind->name));
		return;
	}
	if (str_eq_nocase(name, STR("href")) || str_eq_nocase(name, STR("src"))) {
		link_attr(w, str_eq_nocase(name, STR("src")), value.p ? value : STR("#"), line,
			  &external);
		if (external && str_is(str_of(kind->name), "a"))
			HTML(&w->h, " rel=\"noopener\"");
		return;
	}
	HTML(&w->h, " ");
	for (size_t i = 0; i < name.n; i++) { /* one of the words above, in lower case */
		char lower = (char)tolower((unsigned char)name.p[i]);

		html_text(&w->h, str_make(&lower, 1));
	}
	if (lists(switches, name))
		return;
	HTML(&w->h, "=\"");
	walk_value(w, value, SLOT_ATTR);
	HTML(&w->h, "\"");
}

static void open_tag(struct walk *w, const struct tag_kind *kind, struct str attrs,
		     cmark_node *node, int line)
{
	struct frame f = {
		.kind = FRAME_TAG, .tag = str_of(kind->name), .node = node, .line = line
	};
	struct str name, value;

	if (!kind->empty && !walk_push(w, &f))
		return;
	HTML(&w->h, "<");
	html_text(&w->h, str_of(kind->name));
	for (int i = 0; i < 32 && next_attr(&attrs, &name, &value); i++)
		if (name.n)
			write_attr(w, kind, name, value, line);
	HTML(&w->h, ">");
	walk_late(w);
}

static void close_tag(struct walk *w, const struct tag_kind *kind, cmark_node *node, int line)
{
	size_t i = w->frame_count;

	while (i > 0 && w->frames[i - 1].node == node &&
	       !(w->frames[i - 1].kind == FRAME_TAG && str_is(w->frames[i - 1].tag, kind->name)))
		i--;
	if (!i || w->frames[i - 1].node != node) {
		if (!kind->empty && !str_is(str_of(kind->name), "p"))
			walk_mistake_inline(w, line,
					    arena_printf(w->a,
							 "</%s> closes nothing that is open here",
							 kind->name));
		return;
	}
	while (w->frame_count > i)
		walk_pop(w, true);
	walk_pop(w, false);
}

void tags_end(struct walk *w, struct str tag)
{
	HTML(&w->h, "</");
	html_text(&w->h, tag);
	HTML(&w->h, ">");
}

/* Length of the tag that begins at `s`; 0 when it has no end. Quotes may hold a ">". */
static size_t tag_length(struct str s)
{
	char quote = 0;

	for (size_t i = 1; i < s.n && i < TAG_BYTES_MAX; i++) {
		if (quote)
			quote = s.p[i] == quote ? 0 : quote;
		else if (s.p[i] == '"' || s.p[i] == '\'')
			quote = s.p[i];
		else if (s.p[i] == '>')
			return i + 1;
	}
	return 0;
}

/* A comment, or something like one, is dropped: its length, or 0. */
static size_t comment_length(struct str s)
{
	ptrdiff_t end;

	if (!str_starts(s, STR("<!--")))
		return 0;
	end = str_find_str(str_slice(s, 4, s.n), STR("-->"));
	return end < 0 ? s.n : (size_t)end + 7;
}

/* A tag at `s`; returns how long it is, 0 when it is none of ours. */
static size_t one_tag(struct walk *w, struct str s, cmark_node *node, int line)
{
	size_t length = tag_length(s), name_end;
	bool closing = s.n > 1 && s.p[1] == '/';
	const struct tag_kind *kind;

	if (!length)
		return 0;
	name_end = 1 + closing;
	while (name_end < length && isalnum((unsigned char)s.p[name_end]))
		name_end++;
	kind = tag_find(str_slice(s, 1 + closing, name_end));
	if (!kind || (name_end < length && !isspace((unsigned char)s.p[name_end]) &&
		      !strchr("/>", s.p[name_end])))
		return 0;
	if (closing)
		close_tag(w, kind, node, line);
	else
		open_tag(w, kind, str_slice(s, name_end, length - 1), node, line);
	return length;
}

void tags_write(struct walk *w, struct str html, cmark_node *node)
{
	cmark_node *parent = cmark_node_parent(node);
	int line = walk_line(w, node);

	while (html.n) {
		ptrdiff_t at = str_find(html, '<');
		size_t n = at < 0 ? html.n : (size_t)at;

		walk_value(w, str_slice(html, 0, n), SLOT_TEXT);
		for (size_t i = 0; i < n; i++)
			line += html.p[i] == '\n';
		html = str_slice(html, n, html.n);
		if (!html.n)
			break;
		n = comment_length(html);
		if (!n)
			n = one_tag(w, html, parent, line);
		if (!n) {
			walk_mistake_inline(w, line, "this HTML is not allowed");
			HTML(&w->h, "&lt;");
			n = 1;
		}
		for (size_t i = 0; i < n; i++)
			line += html.p[i] == '\n';
		html = str_slice(html, n, html.n);
	}
}
