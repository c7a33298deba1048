/*
 * The dialect inside a line: names, labels, attributes, and directives in running text.
 */
#include "site/dialect_pass.h"

#include <ctype.h>

/* The longest directive: what looks like one without end must not cost a scan of the whole text each time. */
enum { DIRECTIVE_BYTES_MAX = 8 * 1024 };

/* What may be written: forms, and attributes separated by blanks. Those we accept and have no use for come last. */
struct directive_kind {
	const char *word;
	enum directive_name name;
	unsigned forms;
	const char *attrs;
	const char *required; /* one attribute that must be there, or NULL */
};

static const struct directive_kind kinds[] = {
	{ "alert", D_ALERT, FORM_INLINE | FORM_LEAF | FORM_CONTAINER,
	  "type header statusIconAriaLabel", NULL },
	{ "assetUrl", D_ASSET_URL, FORM_INLINE, "path source", "path" },
	{ "button", D_BUTTON, FORM_INLINE | FORM_LEAF,
	  "href variant action target iconName iconAlign external ariaLabel", "href" },
	{ "check", D_CHECK, FORM_LEAF, "id", "id" },
	{ "children", D_CHILDREN, FORM_LEAF, "depth", NULL },
	{ "code", D_CODE, FORM_INLINE | FORM_LEAF | FORM_CONTAINER,
	  "language showCopyAction showLineNumbers highlightLines copyAutoReturn title run "
	  "highlightLinesStart lineNumberStart",
	  NULL },
	{ "expand", D_EXPAND, FORM_LEAF | FORM_CONTAINER, "header defaultExpanded variant", NULL },
	{ "image", D_IMAGE, FORM_INLINE | FORM_LEAF, "src width height disableZoom title", "src" },
	{ "link", D_LINK, FORM_INLINE | FORM_LEAF, "href action target external", "href" },
	{ "param", D_PARAM, FORM_INLINE | FORM_LEAF, "key defaultValue", "key" },
	{ "quiz", D_QUIZ, FORM_CONTAINER, "question", NULL },
	{ "tab", D_TAB, FORM_CONTAINER, "label id", NULL },
	{ "tabs", D_TABS, FORM_CONTAINER, "variant groupId activeTabId", NULL },
	{ "video", D_VIDEO, FORM_INLINE | FORM_LEAF, "id src title", NULL },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *directive_word(enum directive_name name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].name == name)
			return kinds[i].word;
	return "";
}

static const struct directive_kind *kind_find(struct str word)
{
	for (size_t i = 0; i < KINDS; i++)
		if (str_is(word, kinds[i].word))
			return &kinds[i];
	return NULL;
}

static void remember(struct directive_parse *out, const char *mistake)
{
	if (out->mistake_count < DIRECTIVE_MISTAKES)
		out->mistakes[out->mistake_count++] = mistake;
}

static bool is_name_char(char c, bool first)
{
	return isalpha((unsigned char)c) ||
	       (!first && (isdigit((unsigned char)c) || c == '-' || c == '_'));
}

static size_t skip_blanks(struct str s, size_t i)
{
	while (i < s.n && strchr(" \t\r\n", s.p[i]) && s.p[i])
		i++;
	return i;
}

/* Length of the run of one character that begins at `i`. */
static size_t run_length(struct str s, size_t i)
{
	size_t n = 1;

	while (i + n < s.n && s.p[i + n] == s.p[i])
		n++;
	return n;
}

/* Behind the code span that begins with the backticks at `i`; `i` itself when they open none. */
static size_t code_span_end(struct str s, size_t i)
{
	size_t n = run_length(s, i);

	for (size_t k = i + n; k < s.n;) {
		size_t m;

		if (s.p[k] != '`') {
			k++;
			continue;
		}
		m = run_length(s, k);
		k += m;
		if (m == n)
			return k;
	}
	return i;
}

/* Behind the bracket that closes the one at `i`; 0 when none does. */
static size_t bracket_end(struct str s, size_t i)
{
	int depth = 0;

	while (i < s.n) {
		size_t span;

		switch (s.p[i]) {
		case '\\':
			i++;
			break;
		case '`':
			span = code_span_end(s, i);
			if (span > i)
				i = span - 1;
			break;
		case '[':
			depth++;
			break;
		case ']':
			if (--depth == 0)
				return i + 1;
			break;
		default:
			break;
		}
		i++;
	}
	return 0;
}

/* A quoted value with HTML's entities for what would end it. */
static struct str unescape(struct arena *a, struct str s)
{
	static const struct {
		const char *entity;
		char c;
	} entities[] = { { "&quot;", '"' }, { "&amp;", '&' },  { "&lt;", '<' },
			 { "&gt;", '>' },   { "&#39;", '\'' }, { "&apos;", '\'' } };
	char *p;
	size_t n = 0;

	if (!s.n || !memchr(s.p, '&', s.n))
		return s;
	p = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		p[n] = s.p[i];
		for (size_t k = 0; k < sizeof(entities) / sizeof(entities[0]); k++) {
			if (!str_starts(str_slice(s, i, s.n), str_of(entities[k].entity)))
				continue;
			p[n] = entities[k].c;
			i += strlen(entities[k].entity) - 1;
			break;
		}
		n++;
	}
	return str_make(p, n);
}

/* The value behind "=": returns where it ends, 0 when its quote is not closed. */
static size_t attr_value(struct arena *a, struct str s, size_t i, struct str *value)
{
	size_t start;

	i = skip_blanks(s, i);
	if (i < s.n && (s.p[i] == '"' || s.p[i] == '\'')) {
		char quote = s.p[i];

		start = ++i;
		while (i < s.n && s.p[i] != quote)
			i++;
		if (i == s.n)
			return 0;
		*value = unescape(a, str_slice(s, start, i));
		return i + 1;
	}
	start = i;
	while (i < s.n && !strchr(" \t\r\n}", s.p[i]))
		i++;
	*value = str_slice(s, start, i);
	return i;
}

static bool is_attr_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == ':' || c == '.';
}

static bool lists_word(const char *list, struct str word)
{
	struct str rest = str_of(list);

	while (rest.p)
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	return false;
}

static void add_attr(struct arena *a, struct directive_parse *out, struct str name,
		     struct str value)
{
	struct directive *d = &out->d;
	struct directive_attr *grown;

	for (size_t i = 0; i < d->attr_count; i++)
		if (str_eq(d->attrs[i].name, name))
			remember(out, arena_printf(a, "the attribute %.*s is given twice",
						   STR_ARG(name)));
	grown = arena_alloc(a, (d->attr_count + 1) * sizeof(*grown));
	if (d->attr_count)
		memcpy(grown, d->attrs, d->attr_count * sizeof(*grown));
	grown[d->attr_count] = (struct directive_attr){ name, value };
	d->attrs = grown;
	d->attr_count++;
}

/* "{...}" at `i`; returns where it ends, 0 when it does not. */
static size_t parse_attrs(struct arena *a, struct str s, size_t i, struct directive_parse *out)
{
	i++;
	for (;;) {
		struct str name, value = STR("");
		size_t start;

		i = skip_blanks(s, i);
		if (i == s.n || out->d.attr_count > 64)
			return 0;
		if (s.p[i] == '}')
			return i + 1;
		start = i;
		if (s.p[i] == '#' ||
		    s.p[i] == '.') { /* {#id .class} are allowed and mean nothing here */
			while (i < s.n && !strchr(" \t\r\n}", s.p[i]))
				i++;
			continue;
		}
		while (i < s.n && is_attr_name_char(s.p[i]))
			i++;
		if (i == start)
			return 0;
		name = str_slice(s, start, i);
		start = skip_blanks(s, i);
		if (start < s.n && s.p[start] == '=') {
			i = attr_value(a, s, start + 1, &value);
			if (!i)
				return 0;
		} else {
			value = STR("true");
		}
		add_attr(a, out, name, value);
	}
}

static const char *form_advice(unsigned forms)
{
	if (forms & FORM_CONTAINER)
		return "a container: open it with ::: on a line of its own, and close it";
	if (forms & FORM_LEAF)
		return "a line of its own that begins with ::";
	return "part of a line, with one colon";
}

/* Name, form, attributes: are they what the table says? */
static void check_kind(struct arena *a, enum directive_form form, struct directive_parse *out)
{
	const struct directive *d = &out->d;
	const struct directive_kind *k = NULL;

	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].name == d->name)
			k = &kinds[i];
	if (!k)
		return;
	if (!(k->forms & form))
		remember(out, arena_printf(a, "%s is %s", k->word, form_advice(k->forms)));
	for (size_t i = 0; i < d->attr_count; i++)
		if (!lists_word(k->attrs, d->attrs[i].name))
			remember(out, arena_printf(a, "%s has no attribute %.*s", k->word,
						   STR_ARG(d->attrs[i].name)));
	if (k->required && !directive_get(d, k->required).p)
		remember(out, arena_printf(a, "%s needs the attribute %s", k->word, k->required));
}

size_t directive_parse(struct arena *a, struct str s, enum directive_form form,
		       struct directive_parse *out)
{
	const struct directive_kind *kind;
	size_t i = 0, end, braces;

	*out = (struct directive_parse){ .d.form = form };
	s = str_slice(s, 0, DIRECTIVE_BYTES_MAX);
	while (i < s.n && is_name_char(s.p[i], i == 0))
		i++;
	if (!i)
		return 0;
	kind = kind_find(str_slice(s, 0, i));
	out->known = kind != NULL;
	out->d.name = kind ? kind->name : D_UNKNOWN;
	if (i < s.n && s.p[i] == '[') {
		end = bracket_end(s, i);
		if (end) {
			out->d.label = str_slice(s, i + 1, end - 1);
			out->bracketed = true;
			i = end;
		} else if (kind) {
			remember(out, arena_printf(a, "the text of %s is not closed with ]",
						   kind->word));
		}
	}
	braces = form == FORM_INLINE ? i : skip_blanks(s, i);
	if (braces < s.n && s.p[braces] == '{') {
		end = parse_attrs(a, s, braces, out);
		if (end) {
			out->bracketed = true;
			i = end;
		} else if (kind) {
			remember(out, arena_printf(a, "the attributes of %s are not closed with }",
						   kind->word));
		}
	}
	out->d.source = str_slice(s, 0, i);
	if (!out->mistake_count)
		check_kind(a, form, out);
	return i;
}

/* Is `i` where a word begins? The colons of arn:aws:iam:::param{...} do not: all but the last are the text's own. */
static bool begins_word(struct str s, size_t i)
{
	return !i || isspace((unsigned char)s.p[i - 1]);
}

struct str dialect_params(struct dialect_pass *p, struct str s, int line)
{
	struct buf b;
	struct str out;
	size_t done = 0, counted = 0;
	ptrdiff_t at;

	if (str_find_str(s, STR(":param{")) < 0)
		return s;
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; (at = str_find_str(str_slice(s, i, s.n), STR(":param{"))) >= 0;) {
		struct directive_parse parsed;
		size_t start = i + (size_t)at, length;

		length = directive_parse(p->a, str_slice(s, start + 1, s.n), FORM_INLINE, &parsed);
		i = start + 1 + length;
		if ((start && s.p[start - 1] == '\\') || !parsed.bracketed || parsed.mistake_count)
			continue; /* escaped, or for dialect_inline to complain about */
		if (start > done && s.p[start - 1] == ':' && begins_word(s, start - 1))
			start--;
		for (; counted < start; counted++)
			line += s.p[counted] == '\n';
		parsed.d.line = line;
		buf_add(&b, str_slice(s, done, start));
		buf_addf(&b, DIALECT_OPEN "p%d" DIALECT_END, dialect_add(p, &parsed.d));
		done = i;
	}
	buf_add(&b, str_slice(s, done, s.n));
	out = arena_dup(p->a, buf_str(&b));
	buf_release(&b);
	return out;
}

static int newlines(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* Does the label hold Markdown, which goes on through cmark? */
static bool label_is_markdown(enum directive_name name)
{
	return name == D_ALERT || name == D_LINK || name == D_BUTTON || name == D_EXPAND;
}

/* Write one inline directive, keeping the count of lines. */
static void write_directive(struct dialect_pass *p, const struct directive_parse *parsed, int line)
{
	struct directive d = parsed->d;
	int id, left = newlines(d.source);

	for (size_t i = 0; i < parsed->mistake_count; i++)
		dialect_mark(p, 'o', dialect_mistake(p, line, parsed->mistakes[i]));
	d.line = line;
	id = dialect_add(p, &d);
	dialect_mark(p, 'o', id);
	if (d.label.p && label_is_markdown(d.name)) {
		dialect_inline(p, d.label, line);
		dialect_mark(p, 'c', id);
		line += newlines(d.label);
		left -= newlines(d.label);
	}
	while (left-- > 0)
		dialect_write(p, STR("\n"), line++);
}

/* A directive at the colons of `i`: writes it and returns how many bytes it took, or 0. */
static size_t try_directive(struct dialect_pass *p, struct str s, size_t i, int line)
{
	struct directive_parse parsed;
	size_t colons = run_length(s, i), n;

	if (colons > 2 || (i && isalnum((unsigned char)s.p[i - 1])))
		return 0;
	n = directive_parse(p->a, str_slice(s, i + colons, s.n), FORM_INLINE, &parsed);
	if (!n)
		return 0;
	if (!parsed.known) {
		if (!parsed.d.attr_count || !parsed.bracketed)
			return 0;
		dialect_mark(p, 'o',
			     dialect_mistake(p, line,
					     arena_printf(p->a, "there is no directive like :%.*s",
							  STR_ARG(parsed.d.source))));
		return 0;
	}
	if (!parsed.bracketed && !parsed.mistake_count)
		return 0;
	if (!parsed.bracketed) { /* an open bracket: say so, and leave the text as it is */
		dialect_mark(p, 'o', dialect_mistake(p, line, parsed.mistakes[0]));
		return 0;
	}
	write_directive(p, &parsed, line);
	return colons + n;
}

void dialect_inline(struct dialect_pass *p, struct str s, int line)
{
	for (size_t i = 0; i < s.n;) {
		size_t n = 1, took = 0;

		if (s.p[i] == '\\' && i + 1 < s.n) {
			n = 2;
		} else if (s.p[i] == '`') {
			n = code_span_end(s, i) - i;
			n = n ? n : run_length(s, i);
		} else if (s.p[i] == ':') {
			took = try_directive(p, s, i, line);
			n = took ? took : run_length(s, i);
		}
		if (!took)
			dialect_write(p, str_slice(s, i, i + n), line);
		line += newlines(str_slice(s, i, i + n));
		i += n;
	}
}

struct str directive_get(const struct directive *d, const char *name)
{
	for (size_t i = 0; i < d->attr_count; i++)
		if (str_is(d->attrs[i].name, name))
			return d->attrs[i].value;
	return STR_NONE;
}

bool directive_flag(const struct directive *d, const char *name, bool otherwise)
{
	struct str value = directive_get(d, name);

	if (str_is(value, "true"))
		return true;
	return str_is(value, "false") ? false : otherwise;
}
