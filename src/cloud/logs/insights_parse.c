/* Reading queries; see insights.h. */
#include <math.h>
#include <stdlib.h>

#include "cloud/logs/insights_inner.h"

enum {
	DEPTH_MAX = 40,        /* of brackets */
	CALLS_DEPTH_MAX = 500, /* of operators in a row, which are one in the other */
};

struct reader {
	struct arena *arena;
	struct str rest;
	const char *why; /* NULL: all is well so far */
	int depth;
};

static struct expr *read_expr(struct reader *r);

/* --- characters ---------------------------------------------------------------------- */

static bool bad(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

static void skip(struct reader *r, size_t n)
{
	r->rest = str_slice(r->rest, n, r->rest.n);
}

/* Blanks, and comments up to the line's end. */
static void blanks(struct reader *r)
{
	while (r->rest.n && r->rest.p[0] && strchr(" \t\r\n#", r->rest.p[0])) {
		size_t n = 1;

		if (r->rest.p[0] == '#')
			while (n < r->rest.n && r->rest.p[n] != '\n')
				n++;
		skip(r, n);
	}
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '@' || c == '.';
}

static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_name(s.p[n]))
		n++;
	return n;
}

static bool sign(struct reader *r, const char *text)
{
	blanks(r);
	if (!str_starts(r->rest, str_of(text)))
		return false;
	skip(r, strlen(text));
	return true;
}

static bool word(struct reader *r, const char *text)
{
	size_t n;

	blanks(r);
	n = name_length(r->rest);
	if (!str_eq_nocase(str_slice(r->rest, 0, n), str_of(text)))
		return false;
	skip(r, n);
	return true;
}

static bool read_name(struct reader *r, struct str *out)
{
	size_t n;

	if (sign(r, "`")) {
		ptrdiff_t end = str_find(r->rest, '`');

		if (end < 1)
			return bad(r, "a name in backticks does not end");
		*out = str_slice(r->rest, 0, (size_t)end);
		skip(r, (size_t)end + 1);
		return true;
	}
	n = name_length(r->rest);
	if (!n || (r->rest.p[0] >= '0' && r->rest.p[0] <= '9'))
		return bad(r, "a name was expected");
	*out = str_slice(r->rest, 0, n);
	skip(r, n);
	return true;
}

/* What stands up to `end`, which a backslash may protect; the backslash stays when `keep`. */
static bool read_until(struct reader *r, char end, bool keep, struct str *out)
{
	struct buf b;
	size_t i = 0;

	buf_init(&b, r->rest.n + 1);
	for (; i < r->rest.n && r->rest.p[i] != end; i++) {
		if (r->rest.p[i] == '\\' && i + 1 < r->rest.n) {
			if (keep && r->rest.p[i + 1] != end)
				buf_addc(&b, '\\');
			i++;
		}
		buf_addc(&b, r->rest.p[i]);
	}
	*out = arena_dup(r->arena, buf_str(&b));
	buf_release(&b);
	if (i == r->rest.n)
		return bad(r, "a text or regular expression does not end");
	skip(r, i + 1);
	return true;
}

static bool at_text(struct reader *r, char *quote)
{
	blanks(r);
	*quote = r->rest.n ? r->rest.p[0] : 0;
	if (*quote != '"' && *quote != '\'')
		return false;
	skip(r, 1);
	return true;
}

static const struct regex *read_regex(struct reader *r, struct str *source)
{
	const struct regex *regex;

	if (!read_until(r, '/', true, source))
		return NULL;
	regex = regex_compile(r->arena, *source, &r->why);
	return regex;
}

/* --- expressions ------------------------------------------------------------------------- */

/* Its arguments are known. */
static struct expr *deepen(struct reader *r, struct expr *e)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->args[i] && e->args[i]->depth >= e->depth)
			e->depth = e->args[i]->depth + 1;
	if (e->depth > CALLS_DEPTH_MAX)
		bad(r, "there are too many operators in a row");
	return e;
}

static struct expr *call(struct reader *r, const char *name, struct expr *x, struct expr *y)
{
	struct expr *e = ARENA_NEW(r->arena, struct expr);

	e->kind = EXPR_CALL;
	e->function = insights_function(str_of(name));
	e->args[0] = x;
	e->args[1] = y;
	e->count = y ? 2 : 1;
	return deepen(r, e);
}

static struct expr *text_expr(struct reader *r, struct str text)
{
	struct expr *e = ARENA_NEW(r->arena, struct expr);

	e->value = (struct insights_value){ .kind = INSIGHTS_TEXT, .text = text };
	return e;
}

static bool read_arguments(struct reader *r, const char *end, struct expr **args, size_t *count)
{
	*count = 0;
	if (sign(r, end))
		return true;
	do {
		if (*count == ARGUMENTS_MAX)
			return bad(r, "there are too many arguments");
		args[*count] = read_expr(r);
		++*count;
		if (r->why)
			return false;
	} while (sign(r, ","));
	return sign(r, end) || bad(r, "a list of arguments does not end");
}

static struct expr *read_call(struct reader *r, struct str name)
{
	struct expr *e = ARENA_NEW(r->arena, struct expr);

	e->kind = EXPR_CALL;
	e->function = name.n && is_name(*name.p) ? insights_function(name) : NULL;
	if (!e->function)
		bad(r, "there is no such function");
	else if (read_arguments(r, ")", e->args, &e->count) &&
		 (e->count < e->function->least || e->count > e->function->most))
		bad(r, "a function has too few or too many arguments");
	return deepen(r, e);
}

/* A number, or with a unit behind it a span of time, in milliseconds: 5m. */
static struct expr *read_number(struct reader *r)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = { { "ms", 1 },      { "s", 1000 },     { "m", 60000 },
		      { "h", 3600000 }, { "d", 86400000 }, { "w", 604800000 } };
	const size_t count = sizeof(units) / sizeof(*units);
	size_t n = name_length(r->rest), digits = 0, i = 0;
	struct expr *e = ARENA_NEW(r->arena, struct expr);
	struct str unit;

	while (digits < n && strchr("0123456789.", r->rest.p[digits]))
		digits++;
	e->value.kind = INSIGHTS_NUMBER;
	e->value.number = strtod(arena_cstr(r->arena, str_slice(r->rest, 0, digits)), NULL);
	unit = str_slice(r->rest, digits, n);
	skip(r, n);
	while (unit.n && i < count && !str_is(unit, units[i].unit))
		i++;
	if (i == count)
		bad(r, "a number has an unknown unit");
	else if (unit.n)
		e->value.number *= units[i].ms;
	if (!isfinite(e->value.number))
		bad(r, "a number is too large");
	return e;
}

static struct expr *read_primary(struct reader *r)
{
	struct expr *e;
	struct str name = STR("");
	char quote;

	if (sign(r, "(")) {
		e = read_expr(r);
		if (!sign(r, ")"))
			bad(r, "a bracket is not closed");
		return e;
	}
	if (sign(r, "-")) {
		if (++r->depth > DEPTH_MAX) {
			bad(r, "the query is nested too deeply");
			return NULL;
		}
		e = call(r, "-", text_expr(r, STR("0")), read_primary(r));
		r->depth--;
		return e;
	}
	if (at_text(r, &quote))
		return read_until(r, quote, false, &name) ? text_expr(r, name) : NULL;
	if (r->rest.n && r->rest.p[0] >= '0' && r->rest.p[0] <= '9')
		return read_number(r);
	if (!read_name(r, &name))
		return NULL;
	if (sign(r, "("))
		return read_call(r, name);
	e = ARENA_NEW(r->arena, struct expr);
	e->kind = EXPR_FIELD;
	e->name = arena_dup(r->arena, name);
	return e;
}

/* Operators of one precedence, the longest first. */
static const char *const products[] = { "*", "/", "%", NULL };
static const char *const sums[] = { "+", "-", NULL };
static const char *const relations[] = { "!=", "<=", ">=", "==", "=", "<", ">", NULL };

static const char *operator(struct reader *r, const char *const *which)
{
	for (; *which; which++)
		if (sign(r, *which))
			return *which;
	return NULL;
}

static struct expr *read_level(struct reader *r, const char *const *which,
			       struct expr *(*next)(struct reader *r))
{
	struct expr *e = next(r);
	const char *name;

	while (!r->why && (name = operator(r, which)))
		e = call(r, name, e, next(r));
	return e;
}

static struct expr *read_product(struct reader *r)
{
	return read_level(r, products, read_primary);
}

static struct expr *read_sum(struct reader *r)
{
	return read_level(r, sums, read_product);
}

/* Behind like or =~: a text that is contained, or a regular expression. */
static struct expr *read_like(struct reader *r, struct expr *left)
{
	struct str source = STR("");
	struct expr *e;
	const struct regex *regex;

	if (!sign(r, "/"))
		return call(r, "strcontains", left, read_primary(r));
	regex = read_regex(r, &source);
	e = call(r, "like", left, text_expr(r, source));
	e->regex = regex;
	return e;
}

static struct expr *read_in(struct reader *r, struct expr *left)
{
	struct expr *e = call(r, "in", left, NULL);

	if (!sign(r, "["))
		bad(r, "in wants a list in brackets");
	else if (read_arguments(r, "]", e->args + 1, &e->count) && e->count++ == ARGUMENTS_MAX)
		bad(r, "there are too many arguments");
	return deepen(r, e);
}

static struct expr *read_relation(struct reader *r)
{
	struct expr *e = read_sum(r);
	const char *name;
	bool not ;

	if (r->why)
		return e;
	if (sign(r, "=~"))
		return read_like(r, e);
	name = operator(r, relations);
	if (name)
		return call(r, name, e, read_sum(r));
	not = word(r, "not");
	if (word(r, "like"))
		e = read_like(r, e);
	else if (word(r, "in"))
		e = read_in(r, e);
	else if (not )
		bad(r, "not was not expected");
	return not ? call(r, "not", e, NULL) : e;
}

static struct expr *read_not(struct reader *r)
{
	struct expr *e;

	if (!word(r, "not"))
		return read_relation(r);
	if (++r->depth > DEPTH_MAX) {
		bad(r, "the query is nested too deeply");
		return NULL;
	}
	e = read_not(r);
	r->depth--;
	return call(r, "not", e, NULL);
}

static struct expr *read_and(struct reader *r)
{
	struct expr *e = read_not(r);

	while (!r->why && word(r, "and"))
		e = call(r, "and", e, read_not(r));
	return e;
}

static struct expr *read_expr(struct reader *r)
{
	struct expr *e;

	if (++r->depth > DEPTH_MAX) {
		bad(r, "the query is nested too deeply");
		return NULL;
	}
	e = read_and(r);
	while (!r->why && word(r, "or"))
		e = call(r, "or", e, read_and(r));
	r->depth--;
	return e;
}

/* --- lists ---------------------------------------------------------------------------------- */

/* As it is written, or as it is called behind "as". */
static bool read_as(struct reader *r, struct str begin, struct item *item)
{
	size_t n = begin.n - r->rest.n;

	item->name = str_trim(str_slice(begin, 0, n));
	if (item->expr && item->expr->kind == EXPR_FIELD)
		item->name = item->expr->name;
	if (word(r, "as") && !read_name(r, &item->name))
		return false;
	item->name = arena_dup(r->arena, item->name);
	return !r->why;
}

static bool read_field(struct reader *r, struct item *item)
{
	struct str begin;

	blanks(r);
	begin = r->rest;
	item->expr = read_expr(r);
	return !r->why && read_as(r, begin, item);
}

static bool read_aggregate(struct reader *r, struct item *item)
{
	struct str begin, name = STR("");

	blanks(r);
	begin = r->rest;
	if (!read_name(r, &name))
		return false;
	item->aggregate = insights_aggregate(name);
	if (!item->aggregate || !sign(r, "("))
		return bad(r, "stats wants functions such as count(*)");
	if (sign(r, "*")) {
		if (!sign(r, ")"))
			return bad(r, "a bracket is not closed");
	} else if (!read_arguments(r, ")", item->args, &item->count)) {
		return false;
	}
	if (item->count < item->aggregate->least || item->count > item->aggregate->most)
		return bad(r, "a function has too few or too many arguments");
	return read_as(r, begin, item);
}

static bool read_sorted(struct reader *r, struct item *item)
{
	item->expr = read_expr(r);
	item->descending = !word(r, "asc") && word(r, "desc");
	return !r->why;
}

static bool read_items(struct reader *r, struct item **out,
		       bool (*read)(struct reader *r, struct item *item))
{
	do {
		*out = ARENA_NEW(r->arena, struct item);
		if (!read(r, *out))
			return false;
		out = &(*out)->next;
	} while (sign(r, ","));
	return true;
}

/* --- commands ------------------------------------------------------------------------------------ */

/* "user=*, took * ms" as a regular expression. */
static const struct regex *glob_regex(struct reader *r, struct str glob)
{
	struct buf b;
	const struct regex *regex;
	struct str text;

	buf_init(&b, 4 * glob.n + 16);
	buf_adds(&b, "(?s)");
	for (size_t i = 0; i < glob.n; i++) {
		bool last = i + 1 == glob.n;

		if (glob.p[i] == '*')
			buf_adds(&b, last ? "(.*)$" : "(.*?)");
		else if (strchr("\\^$.|?+()[]{}", glob.p[i]))
			buf_addf(&b, "\\%c", glob.p[i]);
		else
			buf_addc(&b, glob.p[i]);
	}
	text = arena_dup(r->arena, buf_str(&b));
	buf_release(&b);
	regex = regex_compile(r->arena, text, &r->why);
	return regex;
}

static bool read_names(struct reader *r, struct command *c)
{
	size_t n = 0;

	if (!word(r, "as"))
		return bad(r, "parse wants names behind as");
	do {
		if (n == NAMES_MAX)
			return bad(r, "parse has too many names");
		blanks(r);
		if (!read_name(r, &c->names[n++]))
			return false;
	} while (sign(r, ","));
	return true;
}

/* The names of a regular expression's groups, which are numbered by their opening brackets. */
static void group_names(struct str source, struct command *c)
{
	size_t n = 0;
	bool in_class = false;

	for (size_t i = 0; i < source.n && n < NAMES_MAX; i++) {
		struct str rest = str_slice(source, i, source.n);

		if (source.p[i] == '\\')
			i++;
		else if (source.p[i] == '[' || source.p[i] == ']')
			in_class = source.p[i] == '[';
		else if (source.p[i] != '(' || in_class)
			continue;
		else if (!str_starts(rest, STR("(?")))
			n++;
		else if (str_starts(rest, STR("(?<")) && !str_starts(rest, STR("(?<=")) &&
			 !str_starts(rest, STR("(?<!"))) {
			rest = str_slice(rest, 3, rest.n);
			c->names[n++] = str_cut(&rest, '>');
		}
	}
}

static bool read_parse(struct reader *r, struct command *c)
{
	struct str text = STR("");
	char quote;

	blanks(r);
	if (r->rest.n && !strchr("/\"'", r->rest.p[0])) {
		c->expr = read_primary(r);
	} else {
		c->expr = ARENA_NEW(r->arena, struct expr);
		c->expr->kind = EXPR_FIELD;
		c->expr->name = STR("@message");
	}
	if (r->why)
		return false;
	if (sign(r, "/")) {
		c->regex = read_regex(r, &text);
		group_names(text, c);
		return !r->why;
	}
	if (!at_text(r, &quote))
		return bad(r, "parse wants a text or a regular expression");
	if (!read_until(r, quote, false, &text))
		return false;
	c->regex = glob_regex(r, text);
	return !r->why && read_names(r, c);
}

static bool read_limit(struct reader *r, struct command *c)
{
	int64_t n;
	size_t digits;

	blanks(r);
	digits = name_length(r->rest);
	if (!str_to_int(str_slice(r->rest, 0, digits), &n) || n < 1 || n > 10000)
		return bad(r, "limit wants a number from 1 to 10000");
	skip(r, digits);
	c->limit = (size_t)n;
	return true;
}

static bool read_command(struct reader *r, struct command *c)
{
	c->kind = word(r, "display") ? DISPLAY : FIELDS;
	if (c->kind == DISPLAY || word(r, "fields"))
		return read_items(r, &c->items, read_field);
	if (word(r, "filter")) {
		c->kind = FILTER;
		c->expr = read_expr(r);
		return !r->why;
	}
	if (word(r, "stats")) {
		c->kind = STATS;
		return read_items(r, &c->items, read_aggregate) &&
		       (!word(r, "by") || read_items(r, &c->by, read_field));
	}
	if (word(r, "sort")) {
		c->kind = SORT;
		return read_items(r, &c->items, read_sorted);
	}
	if (word(r, "limit")) {
		c->kind = LIMIT;
		return read_limit(r, c);
	}
	if (word(r, "dedup")) {
		c->kind = DEDUP;
		return read_items(r, &c->items, read_field);
	}
	c->kind = PARSE;
	return word(r, "parse") ? read_parse(r, c) : bad(r, "there is no such command");
}

struct insights_query *insights_parse(struct arena *a, struct str text, const char **why)
{
	struct insights_query *q = ARENA_NEW(a, struct insights_query);
	struct reader r = { .arena = a, .rest = arena_dup(a, text) };
	struct command **next = &q->commands;

	q->arena = a;
	do {
		*next = ARENA_NEW(a, struct command);
		if (!read_command(&r, *next))
			break;
		next = &(*next)->next;
	} while (sign(&r, "|"));
	blanks(&r);
	if (!r.why && r.rest.n)
		bad(&r, "the end of a command was expected");
	*why = r.why;
	return r.why ? NULL : q;
}
