/* Velocity: expressions and references; see velocity.h. */
#include "base/velocity_inner.h"

#include <errno.h>
#include <stdlib.h>

static struct vtl_expr *make(struct vtl_parser *p, enum vtl_expr_kind kind)
{
	struct vtl_expr *e = ARENA_NEW(p->arena, struct vtl_expr);

	e->kind = kind;
	return e;
}

/* --- references --------------------------------------------------------------------- */

/* Expressions up to `close`, with commas between. NULL when there are none. */
static struct vtl_expr *parse_items(struct vtl_parser *p, const char *close)
{
	struct vtl_expr *first = NULL, **end = &first;

	vtl_skip(p);
	if (vtl_take(p, close))
		return NULL;
	while (!p->why) {
		*end = vtl_parse_expr(p);
		if (!*end)
			break;
		end = &(*end)->next;
		vtl_skip(p);
		if (vtl_take(p, close))
			break;
		if (!vtl_take(p, ","))
			vtl_wrong(p, "\",\" or the end of the list");
	}
	return first;
}

static struct vtl_step *parse_step(struct vtl_parser *p)
{
	struct vtl_step *step = ARENA_NEW(p->arena, struct vtl_step);
	char next = p->at + 1 < p->text.n ? p->text.p[p->at + 1] : '\0';

	if (vtl_take(p, "[")) {
		step->args = vtl_parse_expr(p);
		vtl_skip(p);
		if (!vtl_take(p, "]"))
			vtl_wrong(p, "\"]\"");
		return step;
	}
	if (vtl_peek(p) != '.' || !((next | 0x20) >= 'a' && (next | 0x20) <= 'z'))
		return NULL;
	p->at++;
	step->name = vtl_word(p, true);
	step->method = vtl_take(p, "(");
	if (step->method)
		step->args = parse_items(p, ")");
	return step;
}

struct vtl_reference *vtl_parse_reference(struct vtl_parser *p)
{
	struct vtl_reference *r = ARENA_NEW(p->arena, struct vtl_reference);
	struct vtl_step **end = &r->steps;
	size_t from = p->at;
	bool curly;

	p->at++;
	vtl_take(p, "!");
	curly = vtl_take(p, "{");
	r->name = vtl_word(p, true);
	if (!r->name.p) {
		p->at = from;
		return NULL;
	}
	if (++p->nesting > VELOCITY_NESTING_MAX)
		vtl_wrong(p, "less nesting");
	while (!p->why) {
		*end = parse_step(p);
		if (!*end)
			break;
		end = &(*end)->next;
	}
	p->nesting--;
	if (curly && !vtl_take(p, "}"))
		vtl_wrong(p, "\"}\" at the end of a reference");
	r->source = str_slice(p->text, from, p->at);
	return r;
}

/* --- literals ------------------------------------------------------------------------- */

/* `text` with each doubled quote made one. */
static struct str undouble(struct arena *a, struct str text, char quote)
{
	char *out = arena_alloc(a, text.n);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		out[n++] = text.p[i];
		if (text.p[i] == quote && i + 1 < text.n && text.p[i + 1] == quote)
			i++;
	}
	return str_make(out, n);
}

/* At a quote. A doubled quote stands for one; a backslash keeps the quote behind it from ending a "string". */
static bool read_string(struct vtl_parser *p, struct str *out)
{
	char quote = vtl_peek(p);
	size_t from = ++p->at;

	for (; p->at < p->text.n; p->at++) {
		char c = vtl_peek(p);

		if (c == '\\' && quote == '"' && p->at + 1 < p->text.n &&
		    memchr("\\\"", p->text.p[p->at + 1], 2)) {
			p->at++;
		} else if (c == quote) {
			if (p->at + 1 >= p->text.n || p->text.p[p->at + 1] != quote)
				break;
			p->at++;
		}
	}
	if (p->at >= p->text.n) {
		vtl_wrong(p, "the end of a string");
		return false;
	}
	*out = undouble(p->arena, str_slice(p->text, from, p->at), quote);
	p->at++;
	return true;
}

static struct vtl_expr *parse_string(struct vtl_parser *p)
{
	bool interpolated = vtl_peek(p) == '"';
	struct vtl_expr *e = make(p, VTL_LITERAL);
	struct vtl_parser inner = *p;
	struct str text;

	if (!read_string(p, &text))
		return NULL;
	e->literal = (struct vtl_value){ .kind = VTL_STRING, .s = text };
	if (!interpolated || (str_find(text, '$') < 0 && str_find(text, '#') < 0))
		return e;
	/* Velocity puts a blank behind it and takes it away again, so that a last "$" is well. */
	inner.text = arena_strf(p->arena, "%.*s ", STR_ARG(text));
	inner.at = 0;
	inner.nesting++;
	e->kind = VTL_TEXT;
	e->text = vtl_parse(&inner);
	p->why = inner.why;
	return e;
}

static struct vtl_expr *parse_number(struct vtl_parser *p)
{
	struct vtl_expr *e = make(p, VTL_LITERAL);
	size_t from = p->at;
	bool whole = true;
	const char *text;

	vtl_take(p, "-");
	while (p->at < p->text.n) {
		char c = vtl_peek(p), next = p->at + 1 < p->text.n ? p->text.p[p->at + 1] : '\0';

		if (c == '.' && next == '.')
			break;
		if (c == '.' ||
		    ((c | 0x20) == 'e' && p->at > from && next && memchr("+-0123456789", next, 12)))
			whole = false;
		else if ((c == '-' || c == '+') && (p->text.p[p->at - 1] | 0x20) != 'e')
			break;
		else if (!(c >= '0' && c <= '9') && c != '-' && c != '+')
			break;
		p->at++;
	}
	text = arena_cstr(p->arena, str_slice(p->text, from, p->at));
	errno = 0;
	e->literal.kind = VTL_INT;
	e->literal.i = strtoll(text, NULL, 10);
	if (!whole || errno) {
		e->literal.kind = VTL_DOUBLE;
		e->literal.d = strtod(text, NULL);
	}
	return e;
}

static struct vtl_expr *parse_list(struct vtl_parser *p)
{
	struct vtl_expr *e = make(p, VTL_LIST_OF), *first;

	p->at++;
	vtl_skip(p);
	if (vtl_take(p, "]"))
		return e;
	first = vtl_parse_expr(p);
	vtl_skip(p);
	if (vtl_take(p, "..")) {
		e->kind = VTL_RANGE;
		e->left = first;
		e->right = vtl_parse_expr(p);
		vtl_skip(p);
		if (!vtl_take(p, "]"))
			vtl_wrong(p, "\"]\"");
		return e;
	}
	e->items = first;
	if (!first || vtl_take(p, "]"))
		return e;
	if (vtl_take(p, ","))
		first->next = parse_items(p, "]");
	else
		vtl_wrong(p, "\",\" or \"]\"");
	return e;
}

static struct vtl_expr *parse_map(struct vtl_parser *p)
{
	struct vtl_expr *e = make(p, VTL_MAP_OF), **end = &e->items;

	p->at++;
	vtl_skip(p);
	if (vtl_take(p, "}"))
		return e;
	while (!p->why) {
		*end = vtl_parse_expr(p);
		vtl_skip(p);
		if (!*end || !vtl_take(p, ":"))
			return vtl_wrong(p, "\":\"");
		(*end)->next = vtl_parse_expr(p);
		if (!(*end)->next)
			break;
		end = &(*end)->next->next;
		vtl_skip(p);
		if (vtl_take(p, "}"))
			break;
		if (!vtl_take(p, ","))
			vtl_wrong(p, "\",\" or \"}\"");
	}
	return e;
}

static struct vtl_expr *parse_word(struct vtl_parser *p)
{
	struct vtl_expr *e = make(p, VTL_LITERAL);
	size_t from = p->at;
	struct str word = vtl_word(p, false);

	if (str_is(word, "true") || str_is(word, "false")) {
		e->literal.kind = VTL_BOOL;
		e->literal.b = str_is(word, "true");
		return e;
	}
	if (str_is(word, "null"))
		return e;
	p->at = from;
	return vtl_wrong(p, "a value");
}

/* --- operators ------------------------------------------------------------------------ */

static struct vtl_expr *parse_primary(struct vtl_parser *p)
{
	struct vtl_expr *e = NULL;
	char c, next;

	vtl_skip(p);
	c = vtl_peek(p);
	next = p->at + 1 < p->text.n ? p->text.p[p->at + 1] : '\0';
	if (c == '"' || c == '\'')
		return parse_string(p);
	if ((c >= '0' && c <= '9') || ((c == '-' || c == '.') && next >= '.' && next <= '9'))
		return parse_number(p);
	if (c == '[')
		return parse_list(p);
	if (c == '{')
		return parse_map(p);
	if (c == '$') {
		e = make(p, VTL_REFERENCE);
		e->reference = vtl_parse_reference(p);
		return e->reference ? e : vtl_wrong(p, "a reference");
	}
	if (vtl_take(p, "(")) {
		e = vtl_parse_expr(p);
		vtl_skip(p);
		return vtl_take(p, ")") ? e : vtl_wrong(p, "\")\"");
	}
	return parse_word(p);
}

/* Operators by how tightly they bind, loosest first; words are only taken when they end there. */
static const struct {
	const char *token;
	enum vtl_expr_kind kind;
	int level;
} operators[] = {
	{ "||", VTL_OR, 0 },      { "or", VTL_OR, 0 },    { "&&", VTL_AND, 1 },
	{ "and", VTL_AND, 1 },    { "==", VTL_EQ, 2 },    { "eq", VTL_EQ, 2 },
	{ "!=", VTL_NE, 2 },      { "ne", VTL_NE, 2 },    { "<=", VTL_LE, 3 },
	{ "le", VTL_LE, 3 },      { "<", VTL_LT, 3 },     { "lt", VTL_LT, 3 },
	{ ">=", VTL_GE, 3 },      { "ge", VTL_GE, 3 },    { ">", VTL_GT, 3 },
	{ "gt", VTL_GT, 3 },      { "+", VTL_ADD, 4 },    { "-", VTL_SUBTRACT, 4 },
	{ "*", VTL_MULTIPLY, 5 }, { "/", VTL_DIVIDE, 5 }, { "%", VTL_REMAINDER, 5 },
};
#define TIGHTEST 5

/* Take the word or sign `token`. */
static bool take_operator(struct vtl_parser *p, const char *token)
{
	size_t from = p->at;

	if (*token >= 'a' && *token <= 'z') {
		if (str_is(vtl_word(p, false), token))
			return true;
	} else if (vtl_take(p, token)) {
		return true;
	}
	p->at = from;
	return false;
}

static struct vtl_expr *parse_unary(struct vtl_parser *p)
{
	struct vtl_expr *e = NULL;

	if (++p->nesting > VELOCITY_NESTING_MAX)
		return vtl_wrong(p, "less nesting");
	vtl_skip(p);
	if (take_operator(p, "!") || take_operator(p, "not")) {
		e = make(p, VTL_NOT);
		e->left = parse_unary(p);
	} else {
		e = parse_primary(p);
	}
	p->nesting--;
	return e;
}

static struct vtl_expr *parse_level(struct vtl_parser *p, int level)
{
	struct vtl_expr *left = level > TIGHTEST ? parse_unary(p) : parse_level(p, level + 1);

	for (size_t i = 0; level <= TIGHTEST && i < sizeof(operators) / sizeof(*operators);) {
		struct vtl_expr *e;

		if (p->why)
			return NULL;
		vtl_skip(p);
		if (operators[i].level != level || !take_operator(p, operators[i].token)) {
			i++;
			continue;
		}
		e = make(p, operators[i].kind);
		e->left = left;
		e->right = parse_level(p, level + 1);
		left = e;
		i = 0;
	}
	return left;
}

struct vtl_expr *vtl_parse_expr(struct vtl_parser *p)
{
	struct vtl_expr *e;

	if (p->why)
		return NULL;
	e = parse_level(p, 0);
	return p->why ? NULL : e;
}
