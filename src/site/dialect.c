/*
 * The dialect's lines: containers, leaves, fences and tables; see dialect.h.
 *
 * A line is a prefix (blanks, quotation marks, the markers of list items that begin on it) and the rest. What is written in
 * its place has the same prefix, so that cmark puts it where the author's line would have gone; for the lines that follow,
 * the markers are blanks.
 */
#include "site/dialect_pass.h"

#include <ctype.h>

enum {
	TEXT_BYTES_MAX = 4 << 20,
	NESTING_MAX = 16,
	COLUMNS_MAX = 64,
};

struct container {
	int id;
	size_t colons;
};

/* A text being read line by line. */
struct lines {
	struct dialect_pass *p;
	struct str rest; /* from the next line on; absent at the end */
	int line;        /* of the current line, in the file */
	struct container open[NESTING_MAX];
	size_t open_count;
	size_t fence;   /* length of a fence of tildes that no text here closes */
	struct buf run; /* running text not yet written */
	int run_line;
};

struct line {
	struct str all;
	struct str prefix;  /* as written */
	struct str further; /* the prefix for lines that belong to this one */
	struct str body;    /* without prefix and blanks at the end */
};

/* --- the pass's own ---------------------------------------------------------------------------------------- */

int dialect_add(struct dialect_pass *p, const struct directive *d)
{
	if (p->count == p->size) {
		size_t size = p->size ? p->size * 2 : 32;
		struct directive *at = arena_alloc(p->a, size * sizeof(*at));

		if (p->count)
			memcpy(at, p->at, p->count * sizeof(*at));
		p->at = at;
		p->size = size;
	}
	p->at[p->count] = *d;
	p->at[p->count].parent = p->parent;
	return (int)p->count++;
}

/* A sentence that quotes the author: markers of :param in it as they were written. */
static const char *as_written(struct dialect_pass *p, const char *what)
{
	struct dialect known = { .at = p->at, .count = p->count };
	struct str rest = str_of(what), out;
	struct buf b;
	ptrdiff_t at;

	buf_init(&b, BUF_MAX);
	while ((at = str_find_str(rest, STR(DIALECT_OPEN))) >= 0) {
		char kind;
		int which;
		size_t n =
			dialect_marker(&known, str_slice(rest, (size_t)at, rest.n), &kind, &which);

		buf_add(&b, str_slice(rest, 0, (size_t)at));
		if (n)
			buf_addf(&b, ":%.*s", STR_ARG(p->at[which].source));
		rest = str_slice(rest, (size_t)at + (n ? n : strlen(DIALECT_OPEN)), rest.n);
	}
	buf_add(&b, rest);
	out = arena_dup(p->a, buf_str(&b));
	buf_release(&b);
	return out.p;
}

int dialect_mistake(struct dialect_pass *p, int line, const char *what)
{
	struct directive d = { .name = D_MISTAKE, .line = line };

	what = as_written(p, what);
	d.label = str_of(what);
	if (p->complain)
		p->complain(p->arg, line, what);
	return dialect_add(p, &d);
}

void dialect_mark(struct dialect_pass *p, char kind, int which)
{
	buf_addf(&p->out, DIALECT_OPEN "%c%d" DIALECT_END, kind, which);
}

static void line_ends(struct dialect_pass *p, int line)
{
	if (p->line_count == p->line_size) {
		size_t size = p->line_size ? p->line_size * 2 : 256;
		int *lines = arena_alloc(p->a, size * sizeof(*lines));

		if (p->line_count)
			memcpy(lines, p->lines, p->line_count * sizeof(*lines));
		p->lines = lines;
		p->line_size = size;
	}
	p->lines[p->line_count++] = line;
}

void dialect_write(struct dialect_pass *p, struct str s, int line)
{
	buf_add(&p->out, s);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n')
			line_ends(p, line++);
}

/* --- lines --------------------------------------------------------------------------------------------------- */

/* Behind a list item's marker and its blank at `i`; `i` when there is none. */
static size_t list_marker_end(struct str s, size_t i)
{
	size_t at = i;

	if (at < s.n && strchr("-+*", s.p[at]) && s.p[at]) {
		at++;
	} else {
		while (at < s.n && at - i < 9 && isdigit((unsigned char)s.p[at]))
			at++;
		if (at == i || at == s.n || (s.p[at] != '.' && s.p[at] != ')'))
			return i;
		at++;
	}
	return at < s.n && s.p[at] == ' ' ? at + 1 : i;
}

static void split(struct arena *a, struct str all, struct line *line)
{
	size_t i = 0, marker;
	char *further;

	for (;;) {
		while (i < all.n && strchr(" \t>", all.p[i]) && all.p[i])
			i++;
		marker = list_marker_end(all, i);
		if (marker == i)
			break;
		i = marker;
	}
	line->all = all;
	line->prefix = str_slice(all, 0, i);
	line->body = str_trim(str_slice(all, i, all.n));
	further = arena_cstr(a, line->prefix);
	for (size_t k = 0; k < i; k++)
		if (!strchr(" \t>", further[k]))
			further[k] = ' ';
	line->further = str_make(further, i);
}

static bool next_line(struct lines *l, struct line *line)
{
	struct str all;

	if (!l->rest.n)
		return false;
	all = str_cut(&l->rest, '\n');
	if (all.n && all.p[all.n - 1] == '\r')
		all.n--;
	l->line++;
	split(l->p->a, all, line);
	return true;
}

/* Write what has gathered as running text. */
static void flush(struct lines *l)
{
	struct str run = buf_str(&l->run);

	if (run.n)
		dialect_inline(l->p, dialect_params(l->p, arena_dup(l->p->a, run), l->run_line),
			       l->run_line);
	buf_clear(&l->run);
}

/* A line with a marker alone. */
static void mark_line(struct lines *l, struct str prefix, char kind, int id)
{
	dialect_write(l->p, prefix, l->line);
	dialect_write(l->p, STR("<!--"), l->line);
	dialect_mark(l->p, kind, id);
	dialect_write(l->p, STR("-->\n"), l->line);
}

static void mistake_line(struct lines *l, struct str prefix, int line, const char *what)
{
	mark_line(l, prefix, 'o', dialect_mistake(l->p, line, what));
}

/* A paragraph of its own for text that stood inside something. */
static void text_line(struct lines *l, struct str prefix, struct str text)
{
	text = str_trim(text);
	if (!text.n)
		return;
	dialect_write(l->p, prefix, l->line);
	dialect_write(l->p, STR(DIALECT_GUARD), l->line);
	dialect_inline(l->p, text, l->line);
	dialect_write(l->p, STR("\n"), l->line);
}

static size_t leading(struct str s, char c)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == c)
		n++;
	return n;
}

/* --- fenced code ----------------------------------------------------------------------------------------------- */

/* ``` or ~~~ and the rest: the length of the fence, or 0. */
static size_t fence_length(struct str body)
{
	size_t ticks = leading(body, '`'), tildes = leading(body, '~');

	if (tildes >= 3)
		return tildes;
	return ticks >= 3 && str_find(str_slice(body, ticks, body.n), '`') < 0 ? ticks : 0;
}

/* Is the line a closing fence: `c` alone, at least `least` times? */
static bool closes(const struct line *line, char c, size_t least)
{
	size_t i = 0;
	struct str body;

	while (i < line->all.n && strchr(" \t>", line->all.p[i]) && line->all.p[i])
		i++;
	body = str_trim(str_slice(line->all, i, line->all.n));
	return body.n >= least && leading(body, c) == body.n;
}

/* Code as it is, but for :param, up to the line that closes it. */
static void fenced(struct lines *l, const struct line *first, size_t length)
{
	char c = first->body.p[0];
	struct line line;

	dialect_write(l->p, dialect_params(l->p, first->all, l->line), l->line);
	dialect_write(l->p, STR("\n"), l->line);
	while (next_line(l, &line)) {
		dialect_write(l->p, dialect_params(l->p, line.all, l->line), l->line);
		dialect_write(l->p, STR("\n"), l->line);
		if (closes(&line, c, length))
			return;
	}
}

static void write_fence(struct lines *l, struct str prefix, int id)
{
	dialect_write(l->p, prefix, l->line);
	for (size_t i = 0; i < l->fence; i++)
		dialect_write(l->p, STR("~"), l->line);
	if (id >= 0) {
		dialect_write(l->p, STR(" "), l->line);
		dialect_mark(l->p, 'o', id);
	}
	dialect_write(l->p, STR("\n"), l->line);
}

/* A line of a :::code, brought to the indentation that its place asks for. */
static void code_line(struct lines *l, const struct line *first, struct str all)
{
	size_t i = 0;

	while (i < first->further.n && i < all.n && strchr(" \t>", all.p[i]) && all.p[i])
		i++;
	dialect_write(l->p, first->further, l->line);
	dialect_write(l->p, dialect_params(l->p, str_slice(all, i, all.n), l->line), l->line);
	dialect_write(l->p, STR("\n"), l->line);
}

/* :::code: a fenced block, up to the line of at least as many colons. */
static void code_container(struct lines *l, const struct line *first, size_t colons, int id)
{
	struct line line;
	int opened = l->line;

	write_fence(l, first->prefix, id);
	while (next_line(l, &line)) {
		if (closes(&line, ':', colons)) {
			write_fence(l, first->further, -1);
			return;
		}
		code_line(l, first, line.all);
	}
	write_fence(l, first->further, -1);
	mistake_line(l, STR(""), opened, "this :::code is never closed");
}

/* --- directives -------------------------------------------------------------------------------------------------- */

static void open_container(struct lines *l, const struct line *line, size_t colons,
			   const struct directive_parse *parsed)
{
	struct directive d = parsed->d;
	int id;

	if (d.name == D_TAB) /* numbered among its siblings */
		for (size_t i = 0; i < l->p->count; i++)
			d.index += l->p->at[i].name == D_TAB && l->p->at[i].parent == l->p->parent;
	if (l->open_count == NESTING_MAX) {
		mistake_line(l, line->prefix, l->line, "this is nested too deeply");
		return;
	}
	id = dialect_add(l->p, &d);
	if (d.name == D_CODE) {
		code_container(l, line, colons, id);
		return;
	}
	mark_line(l, line->prefix, 'o', id);
	l->open[l->open_count++] = (struct container){ id, colons };
	l->p->parent = id;
}

/* Close the containers from `down` on. Those from `forgotten` on the author has left open. */
static void close_down(struct lines *l, struct str prefix, size_t down, size_t forgotten)
{
	while (l->open_count > down) {
		int id = l->open[--l->open_count].id;
		const struct directive *d = &l->p->at[id];

		l->p->parent = d->parent;
		if (l->open_count >= forgotten)
			mistake_line(l, prefix, d->line,
				     arena_printf(l->p->a, "this :::%s is never closed",
						  d->name == D_UNKNOWN ? "container"
								       : directive_word(d->name)));
		mark_line(l, prefix, 'c', id);
	}
}

/*
 * A line of colons closes the innermost container that was opened with as many; without one, the outermost that was
 * opened with fewer.
 */
static void close_container(struct lines *l, const struct line *line)
{
	size_t colons = line->body.n, i;

	for (i = l->open_count; i-- > 0;)
		if (l->open[i].colons == colons) {
			close_down(l, line->prefix, i, i + 1);
			return;
		}
	for (i = 0; i < l->open_count; i++)
		if (l->open[i].colons < colons) {
			close_down(l, line->prefix, i, i + 1);
			return;
		}
	mistake_line(l, line->prefix, l->line, "this closes a container that is not open");
}

static void leaf(struct lines *l, const struct line *line, const struct directive_parse *parsed)
{
	int id = dialect_add(l->p, &parsed->d);

	mark_line(l, line->prefix, 'o', id);
	if (parsed->d.name == D_ALERT || parsed->d.name == D_EXPAND || parsed->d.name == D_LINK ||
	    parsed->d.name == D_BUTTON) {
		text_line(l, line->further, parsed->d.label);
		mark_line(l, line->further, 'c', id);
	}
}

/* A line that is a directive as a whole; false when it is not. */
static bool directive_line(struct lines *l, const struct line *line)
{
	size_t colons = leading(line->body, ':'), n;
	struct str text;
	struct directive_parse parsed;
	enum directive_form form = colons > 2 ? FORM_CONTAINER : FORM_LEAF;

	if (colons < 2 || line->body.n == colons)
		return false;
	text = dialect_params(l->p, str_slice(line->body, colons, line->body.n), l->line);
	n = directive_parse(l->p->a, text, form, &parsed);
	if (!n || (!parsed.known && !parsed.mistake_count && n < text.n))
		return false;
	if (n < text.n && form == FORM_LEAF && !parsed.mistake_count)
		return false; /* text follows: dialect_inline's */
	parsed.d.line = l->line;
	flush(l);
	if (!parsed.known)
		mistake_line(l, line->prefix, l->line,
			     arena_printf(l->p->a, "there is no directive named %.*s",
					  STR_ARG(parsed.d.source)));
	for (size_t i = 0; i < parsed.mistake_count; i++)
		mistake_line(l, line->prefix, l->line, parsed.mistakes[i]);
	if (n < text.n && !parsed.mistake_count)
		mistake_line(l, line->prefix, l->line,
			     "nothing may follow the opening of a container");
	if (form == FORM_CONTAINER)
		open_container(l, line, colons, &parsed);
	else if (parsed.known)
		leaf(l, line, &parsed);
	return true;
}

/* --- tables (GitHub Flavored Markdown 4.10) ------------------------------------------------------------------------ */

/* Cut a row into trimmed cells at bars that are not escaped (in code spans too); 0 when there are too many. */
static size_t cut_row(struct arena *a, struct str row, struct str cells[static COLUMNS_MAX])
{
	char *p = arena_alloc(a, row.n + 1);
	size_t count = 0, start = 0, n = 0;

	row = str_trim(row);
	if (row.n && row.p[0] == '|')
		row = str_slice(row, 1, row.n);
	if (row.n && row.p[row.n - 1] == '|' && !(row.n > 1 && row.p[row.n - 2] == '\\'))
		row.n--;
	for (size_t i = 0; i <= row.n; i++) {
		if (i < row.n && row.p[i] == '\\' && i + 1 < row.n && row.p[i + 1] == '|') {
			p[n++] = '|';
			i++;
		} else if (i < row.n && row.p[i] != '|') {
			p[n++] = row.p[i];
		} else {
			if (count == COLUMNS_MAX)
				return 0;
			cells[count++] = str_trim(str_make(p + start, n - start));
			start = n;
		}
	}
	return count;
}

/* The line of dashes under a table's head: the columns and how they are aligned, or 0. */
static size_t delimiter_row(struct arena *a, struct str row,
			    enum column_align align[static COLUMNS_MAX])
{
	struct str cells[COLUMNS_MAX];
	size_t count;

	if (str_find(row, '-') < 0)
		return 0;
	for (size_t i = 0; i < row.n; i++)
		if (!strchr("|-: \t", row.p[i]) || !row.p[i])
			return 0;
	count = cut_row(a, row, cells);
	for (size_t i = 0; i < count; i++) {
		struct str c = cells[i];
		bool left = c.n && c.p[0] == ':', right = c.n > 1 && c.p[c.n - 1] == ':';
		struct str dashes = str_slice(c, left, c.n - right);

		if (!dashes.n || leading(dashes, '-') != dashes.n)
			return 0;
		align[i] = left && right ? ALIGN_CENTER
			   : left        ? ALIGN_LEFT
			   : right       ? ALIGN_RIGHT
					 : ALIGN_NONE;
	}
	return count;
}

struct table {
	int id, rows;
	size_t columns;
	enum column_align align[COLUMNS_MAX];
};

static void table_row(struct lines *l, struct str prefix, struct table *t, struct str row)
{
	struct str cells[COLUMNS_MAX];
	size_t count = cut_row(l->p->a, dialect_params(l->p, row, l->line), cells);
	struct directive d = { .name = D_ROW, .line = l->line, .index = t->rows++ };
	int id = dialect_add(l->p, &d);

	mark_line(l, prefix, 'o', id);
	for (size_t i = 0; i < t->columns; i++) {
		struct directive c = {
			.name = D_CELL,
			.line = l->line,
			.index = d.index,
			.label = i < count ? cells[i] : STR(""),
			.align = t->align[i],
		};
		int cell = dialect_add(l->p, &c);

		mark_line(l, prefix, 'o', cell);
		if (i < count)
			text_line(l, prefix, cells[i]);
		mark_line(l, prefix, 'c', cell);
	}
	mark_line(l, prefix, 'c', id);
}

/* Is this line the head of a table, the next one being its delimiters? */
static bool table_begins(struct lines *l, const struct line *line, struct table *t)
{
	struct str cells[COLUMNS_MAX], rest = l->rest;
	struct line below;

	*t = (struct table){ 0 };
	if (!rest.p || str_find(line->body, '|') < 0)
		return false;
	split(l->p->a, str_cut(&rest, '\n'), &below);
	t->columns = delimiter_row(l->p->a, below.body, t->align);
	return t->columns && cut_row(l->p->a, line->body, cells) == t->columns;
}

/* Does the line end the table above it? */
static bool ends_table(const struct line *line)
{
	return !line->body.n || line->body.p[0] == '#' || fence_length(line->body) ||
	       leading(line->body, ':') >= 2 || line->prefix.n != line->further.n ||
	       memcmp(line->prefix.p, line->further.p, line->prefix.n) != 0;
}

static void table(struct lines *l, const struct line *head, struct table *t)
{
	struct directive d = { .name = D_TABLE, .line = l->line };
	struct line line;

	flush(l);
	t->id = dialect_add(l->p, &d);
	mark_line(l, head->prefix, 'o', t->id);
	table_row(l, head->further, t, head->body);
	next_line(l, &line);
	for (;;) {
		struct lines before = *l;

		if (!next_line(l, &line))
			break;
		if (ends_table(&line)) {
			l->rest = before.rest;
			l->line = before.line;
			break;
		}
		table_row(l, head->further, t, line.body);
	}
	mark_line(l, head->further, 'c', t->id);
}

/* --- the whole ------------------------------------------------------------------------------------------------------ */

/* A directive that has no inline form, alone on its line but with one colon: it was meant as a leaf. */
static bool single_colon_leaf(struct lines *l, struct line *line)
{
	struct directive_parse parsed;
	struct line doubled = *line;

	if (leading(line->body, ':') != 1 || str_starts(line->body, STR(":param{")))
		return false;
	if (directive_parse(l->p->a, str_slice(line->body, 1, line->body.n), FORM_LEAF, &parsed) !=
		    line->body.n - 1 ||
	    !parsed.known || parsed.mistake_count)
		return false;
	if (parsed.d.name != D_EXPAND && parsed.d.name != D_CHILDREN && parsed.d.name != D_CHECK)
		return false;
	doubled.body = arena_strf(l->p->a, ":%.*s", STR_ARG(line->body));
	return directive_line(l, &doubled);
}

static void one_line(struct lines *l, struct line *line)
{
	size_t fence = fence_length(line->body);
	struct table t;

	if (fence) {
		flush(l);
		fenced(l, line, fence);
	} else if (line->body.n > 2 && leading(line->body, ':') == line->body.n) {
		flush(l);
		close_container(l, line);
	} else if (directive_line(l, line) || single_colon_leaf(l, line)) {
		return;
	} else if (table_begins(l, line, &t)) {
		table(l, line, &t);
	} else {
		if (!l->run.n)
			l->run_line = l->line;
		buf_add(&l->run, line->all);
		buf_addc(&l->run, '\n');
		if (!line->body.n)
			flush(l);
	}
}

/* Authors' text without our own characters, NUL, and what is not UTF-8. */
static struct str cleaned(struct arena *a, struct str s)
{
	struct buf b;
	struct str out;
	bool utf8 = str_is_utf8(s);

	if (utf8 && str_find_str(s, STR("\xEE\x80")) < 0 && str_find(s, '\0') < 0)
		return s;
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < s.n;) {
		size_t n = 1;

		while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xC0) == 0x80)
			n++;
		if (!str_is_utf8(str_slice(s, i, i + n)) || !s.p[i] ||
		    (n == 3 && str_starts(str_slice(s, i, i + n), STR("\xEE\x80"))))
			buf_adds(&b, "\xEF\xBF\xBD");
		else
			buf_add(&b, str_slice(s, i, i + n));
		i += n;
	}
	out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static size_t longest_run(struct str s, char c)
{
	size_t longest = 0;

	for (size_t i = 0; i < s.n; i++) {
		size_t n = s.p[i] == c ? leading(str_slice(s, i, s.n), c) : 0;

		if (n > longest)
			longest = n;
		if (n)
			i += n - 1;
	}
	return longest;
}

struct dialect *dialect_read(struct arena *a, struct str text, int first_line,
			     dialect_complain *complain, void *arg)
{
	struct dialect *d = ARENA_NEW(a, struct dialect);
	struct dialect_pass p = { .a = a, .parent = -1, .complain = complain, .arg = arg };
	struct lines l = { .p = &p, .line = first_line - 1 };
	struct line line;

	buf_init(&p.out, BUF_MAX);
	buf_init(&l.run, BUF_MAX);
	if (text.n > TEXT_BYTES_MAX) {
		l.line = first_line;
		mistake_line(&l, STR(""), first_line, "this text is too long");
		text = STR("");
		l.line = first_line - 1;
	}
	l.rest = cleaned(a, text);
	l.fence = longest_run(l.rest, '~') + 1;
	l.fence = l.fence < 3 ? 3 : l.fence;
	while (next_line(&l, &line))
		one_line(&l, &line);
	flush(&l);
	if (l.open_count)
		close_down(&l, STR(""), 0, 0);
	d->markdown = arena_dup(a, buf_str(&p.out));
	d->lines = p.lines;
	d->line_count = p.line_count;
	d->at = p.at;
	d->count = p.count;
	buf_release(&l.run);
	buf_release(&p.out);
	return d;
}

size_t dialect_marker(const struct dialect *d, struct str s, char *kind, int *which)
{
	size_t open = sizeof(DIALECT_OPEN) - 1, i = open + 1;
	int64_t n = 0;

	if (s.n < open + 2 || !str_starts(s, STR(DIALECT_OPEN)))
		return 0;
	while (i < s.n && isdigit((unsigned char)s.p[i]) && n < INT32_MAX / 10)
		n = n * 10 + (s.p[i++] - '0');
	if (!str_starts(str_slice(s, i, s.n), STR(DIALECT_END)) || n >= (int64_t)d->count)
		return 0;
	*kind = s.p[open];
	*which = (int)n;
	return i + sizeof(DIALECT_END) - 1;
}
