/*
 * What a page says of its mistakes, and the values that stand in it; see guide_walk.h.
 */
#include "site/guide_walk.h"

/* --- mistakes ------------------------------------------------------------------------------------------------------ */

int walk_line(const struct walk *w, cmark_node *node)
{
	int line = 0;

	while (node && !(line = cmark_node_get_start_line(node)))
		node = cmark_node_parent(node);
	if (line > 0 && (size_t)line <= w->dialect->line_count)
		return w->dialect->lines[line - 1];
	return w->text->first_line;
}

void walk_report(struct walk *w, int line, const char *what)
{
	if (w->complain && !w->quiet)
		w->complain(w->arg, arena_cstr(w->a, w->text->file), line,
			    arena_cstr(w->a, walk_plain(w, str_of(what), false)));
}

static void mistake_text(struct walk *w, int line, const char *what)
{
	HTML(&w->h, "<strong>");
	html_text(&w->h, w->text->file);
	HTML(&w->h, ":");
	html_int(&w->h, line);
	HTML(&w->h, "</strong> ");
	html_text(&w->h, walk_plain(w, str_of(what), false));
}

static void box(struct walk *w, int line, const char *what)
{
	HTML(&w->h, "<div class=\"mistake\" role=\"alert\">");
	mistake_text(w, line, what);
	HTML(&w->h, "</div>\n");
}

static void inline_box(struct walk *w, int line, const char *what)
{
	HTML(&w->h, "<span class=\"mistake\" role=\"alert\">");
	mistake_text(w, line, what);
	HTML(&w->h, "</span>");
}

void walk_mistake(struct walk *w, int line, const char *what)
{
	walk_report(w, line, what);
	box(w, line, what);
}

void walk_mistake_inline(struct walk *w, int line, const char *what)
{
	walk_report(w, line, what);
	inline_box(w, line, what);
}

void walk_mistake_late(struct walk *w, int line, const char *what)
{
	walk_report(w, line, what);
	w->late = what;
	w->late_line = line;
}

void walk_late(struct walk *w)
{
	if (w->late)
		inline_box(w, w->late_line, w->late);
	w->late = NULL;
}

void walk_known_mistake(struct walk *w, const struct directive *d, bool inside)
{
	(inside ? inline_box : box)(w, d->line, arena_cstr(w->a, d->label));
}

/* --- values ------------------------------------------------------------------------------------------------------------ */

static int key_index(struct str key)
{
	for (int i = 0; guide_keys[i].key; i++)
		if (str_is(key, guide_keys[i].key))
			return i;
	return -1;
}

/* "a.b[0]" in the lab's parameters; NULL when it is not there or not a scalar. */
static const char *parameter(const struct walk *w, struct str key)
{
	struct json_object *at = w->lab ? w->lab->params : NULL;
	struct str rest = key;

	while (rest.p && at) {
		struct str part = str_cut(&rest, '.'), name = str_cut(&part, '[');

		if (name.n)
			at = json_get(at, arena_cstr(w->a, name));
		while (part.p && at) {
			struct str index = str_cut(&part, '[');
			int64_t n = -1;

			if (!str_ends(index, STR("]")) ||
			    !str_to_int(str_slice(index, 0, index.n - 1), &n) || n < 0)
				return NULL;
			at = json_at(at, (size_t)n);
		}
	}
	if (!at || json_is_array(at) || json_is_object(at))
		return NULL;
	return json_object_get_string(at);
}

static void add_slot(struct walk *w, int key, enum slot_mode mode)
{
	struct guide_body *b = w->body;

	if ((b->slot_count & (b->slot_count - 1)) == 0) { /* full at each power of two */
		size_t size = b->slot_count ? b->slot_count * 2 : 1;
		struct slot *slots = arena_alloc(w->a, size * sizeof(*slots));

		if (b->slot_count)
			memcpy(slots, b->slots, b->slot_count * sizeof(*slots));
		b->slots = slots;
	}
	b->slots[b->slot_count++] = (struct slot){ w->h.out.n, key, mode };
}

void walk_slot(struct walk *w, struct str key, enum slot_mode mode)
{
	add_slot(w, key_index(key), mode);
}

/* What a :param stands for: a slot (*key >= 0), or text (absent: nothing is known by that name). */
static struct str param_text(struct walk *w, const struct directive *d, int *key)
{
	struct str name = directive_get(d, "key");
	const char *value;

	*key = key_index(name);
	if (*key >= 0)
		return STR_NONE;
	if (str_is(name, "globals.locale"))
		return w->text->locale;
	if (str_is(name, "globals.baseUrl") && w->lab)
		return str_slice(w->lab->base, 0, w->lab->base.n - 1);
	value = parameter(w, name);
	return value ? str_of(value) : directive_get(d, "defaultValue");
}

void walk_param(struct walk *w, const struct directive *d, enum slot_mode mode)
{
	int key;
	struct str text = param_text(w, d, &key);

	if (key >= 0) {
		add_slot(w, key, mode);
	} else if (text.p) {
		html_text(&w->h, text);
	} else {
		const char *what = arena_printf(w->a, "there is no parameter named \"%.*s\"",
						STR_ARG(directive_get(d, "key")));

		if (mode == SLOT_TEXT)
			walk_mistake_inline(w, d->line, what);
		else
			walk_report(w, d->line, what);
	}
}

/* Position of the next character of ours, or the end. */
static size_t next_special(struct str s)
{
	ptrdiff_t at = str_find_str(s, STR("\xEE\x80"));

	return at < 0 ? s.n : (size_t)at;
}

void walk_value(struct walk *w, struct str text, enum slot_mode mode)
{
	while (text.n) {
		size_t plain = next_special(text), n;
		char kind;
		int which;

		html_text(&w->h, str_slice(text, 0, plain));
		text = str_slice(text, plain, text.n);
		n = dialect_marker(w->dialect, text, &kind, &which);
		if (n && kind == 'p')
			walk_param(w, &w->dialect->at[which], mode);
		else if (n && kind == 'o')
			html_text(&w->h, w->dialect->at[which].source);
		text = str_slice(text, n ? n : 3, text.n);
	}
}

struct str walk_plain(struct walk *w, struct str text, bool keys)
{
	struct buf b;
	struct str out;

	if (next_special(text) == text.n)
		return text;
	buf_init(&b, BUF_MAX);
	while (text.n) {
		size_t plain = next_special(text), n;
		char kind;
		int which, key;

		buf_add(&b, str_slice(text, 0, plain));
		text = str_slice(text, plain, text.n);
		n = dialect_marker(w->dialect, text, &kind, &which);
		if (n && kind == 'p') {
			struct str value = param_text(w, &w->dialect->at[which], &key);

			if (key < 0)
				buf_add(&b, value);
			else if (keys)
				buf_addf(&b, "{{%s}}", guide_keys[key].key);
			else
				buf_add(&b, guide_keys[key].value);
		} else if (n && kind == 'o') {
			buf_add(&b, w->dialect->at[which].label);
		}
		text = str_slice(text, n ? n : 3, text.n);
	}
	out = arena_dup(w->a, buf_str(&b));
	buf_release(&b);
	return out;
}
