/*
 * The parser of expressions: recursive descent over the tokens.
 *
 * Operands and conditions go through the same functions; what a thing in parentheses is shows only when it is closed.
 * Functions may be either, so a function in the wrong place is left to the checks, as on AWS. How deep things stand in
 * each other has no limit but the text's.
 */
#include "cloud/dynamodb/expr.h"

#include "cloud/dynamodb/expr_lex.h"

enum { OPERATORS_MAX = 300, TEXT_MAX = 4096 };

struct parser {
	struct arena *a;
	struct token *tokens;
	size_t count, at;
	int operators;
	bool update; /* the words of its sections are keywords, too */
	const char *why;
};

static const struct {
	const char *name;
	enum expr_function function;
} functions[] = {
	{ "attribute_exists", FUNCTION_ATTRIBUTE_EXISTS },
	{ "attribute_not_exists", FUNCTION_ATTRIBUTE_NOT_EXISTS },
	{ "attribute_type", FUNCTION_ATTRIBUTE_TYPE },
	{ "begins_with", FUNCTION_BEGINS_WITH },
	{ "contains", FUNCTION_CONTAINS },
	{ "size", FUNCTION_SIZE },
	{ "if_not_exists", FUNCTION_IF_NOT_EXISTS },
	{ "list_append", FUNCTION_LIST_APPEND },
};

static const char *const operators[] = {
	[EXPR_EQ] = "=",    [EXPR_NE] = "<>", [EXPR_LT] = "<",    [EXPR_LE] = "<=",
	[EXPR_GT] = ">",    [EXPR_GE] = ">=", [EXPR_IN] = "IN",   [EXPR_BETWEEN] = "BETWEEN",
	[EXPR_AND] = "AND", [EXPR_OR] = "OR", [EXPR_NOT] = "NOT", [EXPR_PLUS] = "+",
	[EXPR_MINUS] = "-",
};

struct str expr_name(const struct expr *e)
{
	return e->kind <= EXPR_FUNCTION ? e->name : str_of(operators[e->kind]);
}

/* --- tokens --------------------------------------------------------------- */

static struct token *here(struct parser *p)
{
	return &p->tokens[p->at];
}

/* Complain about the token here, with its neighbours. Always NULL. */
static void *syntax_error(struct parser *p)
{
	const struct token *t = here(p), *from = p->at ? t - 1 : t;
	const struct token *to = t->kind == TOKEN_END || t[1].kind == TOKEN_END ? t : t + 1;
	struct str near = str_make(from->text.p, (size_t)(to->text.p + to->text.n - from->text.p));

	/* Behind the last token there is nothing to show but blanks. */
	if (t->kind == TOKEN_END)
		near = from->text;
	if (!p->why)
		p->why = arena_printf(p->a, "Syntax error; token: \"%.*s\", near: \"%.*s\"",
				      STR_ARG(t->kind == TOKEN_END ? STR("<EOF>") : t->text),
				      STR_ARG(near));
	return NULL;
}

static bool is_symbol(struct parser *p, const char *symbol)
{
	return here(p)->kind == TOKEN_SYMBOL && str_is(here(p)->text, symbol);
}

static bool take_symbol(struct parser *p, const char *symbol)
{
	if (!is_symbol(p, symbol))
		return false;
	p->at++;
	return true;
}

static bool expect_symbol(struct parser *p, const char *symbol)
{
	if (take_symbol(p, symbol))
		return true;
	syntax_error(p);
	return false;
}

static bool is_word(struct parser *p, const char *word)
{
	return here(p)->kind == TOKEN_NAME && str_eq_nocase(here(p)->text, str_of(word));
}

static bool take_word(struct parser *p, const char *word)
{
	if (!is_word(p, word))
		return false;
	p->at++;
	return true;
}

/* Words that no attribute may be called without a placeholder, whatever the list of reserved words says. */
static bool is_keyword(struct parser *p)
{
	static const char *const words[] = { "AND", "OR",     "NOT", "IN",    "BETWEEN",
					     "SET", "REMOVE", "ADD", "DELETE" };
	size_t count = p->update ? 9 : 5;

	for (size_t i = 0; i < count; i++)
		if (is_word(p, words[i]))
			return true;
	return false;
}

static bool begin(struct parser *p, struct arena *a, bool update, struct str text, const char **why)
{
	*p = (struct parser){ .a = a, .update = update };
	if (!text.n) {
		*why = "The expression can not be empty;";
		return false;
	}
	if (text.n > TEXT_MAX) {
		*why = arena_printf(a, "Expression size has exceeded the maximum allowed size;%s",
				    update ? "" : arena_printf(a, " expression size: %zu", text.n));
		return false;
	}
	p->tokens = expr_lex(a, text, &p->count);
	if (here(p)->kind == TOKEN_END) {
		*why = "The expression can not be empty;";
		return false;
	}
	return true;
}

/* Was everything read, and well? */
static bool finish(struct parser *p, const char **why)
{
	if (!p->why && here(p)->kind != TOKEN_END)
		syntax_error(p);
	if (p->why)
		*why = p->why;
	return !p->why;
}

/* --- nodes -------------------------------------------------------------------- */

static bool is_operator(enum expr_kind kind)
{
	return (kind >= EXPR_EQ && kind <= EXPR_NOT && kind != EXPR_FUNCTION) ||
	       kind == EXPR_PLUS || kind == EXPR_MINUS;
}

static struct expr *node(struct parser *p, enum expr_kind kind)
{
	struct expr *e = ARENA_NEW(p->a, struct expr);

	e->kind = kind;
	if (is_operator(kind) && ++p->operators > OPERATORS_MAX && !p->why)
		p->why = arena_printf(
			p->a, "The expression contains too many operators; operator count: %d",
			p->operators);
	return e;
}

static void add_arg(struct parser *p, struct expr *e, struct expr *arg)
{
	if ((e->count & (e->count - 1)) == 0) { /* full at 0, 1, 2, 4, ... */
		struct expr **args =
			arena_alloc(p->a, (e->count ? e->count * 2 : 1) * sizeof(*args));

		for (size_t i = 0; i < e->count; i++)
			args[i] = e->args[i];
		e->args = args;
	}
	e->args[e->count++] = arg;
}

static struct expr *node_of(struct parser *p, enum expr_kind kind, struct expr *x, struct expr *y)
{
	struct expr *e = node(p, kind);

	add_arg(p, e, x);
	if (y)
		add_arg(p, e, y);
	return e;
}

static bool is_condition(const struct expr *e)
{
	return e->kind >= EXPR_EQ && e->kind <= EXPR_NOT;
}

/* --- paths --------------------------------------------------------------------- */

static bool parse_index(struct parser *p, struct path_step *step)
{
	struct token *t = here(p);

	if (t->kind != TOKEN_NUMBER) {
		syntax_error(p);
		return false;
	}
	if (!str_to_int(t->text, &step->index)) {
		p->why =
			p->why ? p->why
			       : arena_printf(
					 p->a,
					 "List index is not within the allowable range; index: [%.*s]",
					 STR_ARG(t->text));
		return false;
	}
	p->at++;
	return expect_symbol(p, "]");
}

static bool parse_step(struct parser *p, struct path_step *step)
{
	struct token *t = here(p);

	if ((t->kind != TOKEN_NAME || t->text.p[0] == '_' || is_keyword(p)) &&
	    t->kind != TOKEN_NAME_REF) {
		syntax_error(p);
		return false;
	}
	step->name = arena_dup(p->a, t->text);
	p->at++;
	return true;
}

static struct path_step *next_step(struct parser *p, struct path *path)
{
	size_t n = path->count;

	if ((n & (n - 1)) == 0) { /* full at 0, 1, 2, 4, ... */
		struct path_step *steps = arena_alloc(p->a, (n ? n * 2 : 1) * sizeof(*steps));

		if (n)
			memcpy(steps, path->steps, n * sizeof(*steps));
		path->steps = steps;
	}
	path->steps[n] = (struct path_step){ 0 };
	path->count++;
	return &path->steps[n];
}

static bool parse_path(struct parser *p, struct path *path)
{
	*path = (struct path){ 0 };
	if (!parse_step(p, next_step(p, path)))
		return false;
	while (is_symbol(p, ".") || is_symbol(p, "[")) {
		bool index = is_symbol(p, "[");
		struct path_step *step = next_step(p, path);

		p->at++;
		if (!(index ? parse_index(p, step) : parse_step(p, step)))
			return false;
	}
	return true;
}

/* --- operands ------------------------------------------------------------------ */

static struct expr *parse_or(struct parser *p);
static struct expr *parse_operand(struct parser *p);

static bool parse_arguments(struct parser *p, struct expr *e)
{
	do {
		struct expr *arg = parse_operand(p);

		if (!arg)
			return false;
		add_arg(p, e, arg);
	} while (take_symbol(p, ","));
	return expect_symbol(p, ")");
}

static struct expr *parse_function(struct parser *p)
{
	struct expr *e = node(p, EXPR_FUNCTION);

	e->name = here(p)->text;
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (str_is(e->name, functions[i].name))
			e->function = functions[i].function;
	p->at += 2;
	return parse_arguments(p, e) ? e : NULL;
}

/* A path, a value or a function; no parentheses around it. */
static struct expr *parse_plain(struct parser *p)
{
	struct token *t = here(p);
	struct expr *e;

	if (t->kind == TOKEN_VALUE_REF) {
		e = node(p, EXPR_VALUE);
		e->name = t->text;
		p->at++;
		return e;
	}
	if (t->kind == TOKEN_NAME && !is_keyword(p) && t[1].kind == TOKEN_SYMBOL &&
	    str_is(t[1].text, "("))
		return parse_function(p);
	e = node(p, EXPR_PATH);
	return parse_path(p, &e->path) ? e : NULL;
}

/* An operand, with or without parentheses. */
static struct expr *parse_operand(struct parser *p)
{
	struct expr *e;

	if (!take_symbol(p, "("))
		return parse_plain(p);
	e = parse_operand(p);
	if (!e || !expect_symbol(p, ")"))
		return NULL;
	/* Told even when what follows is no expression at all. */
	if (++e->parens > 1 && !p->update && !p->why)
		p->why = EXPR_REDUNDANT;
	return e;
}

/* --- conditions ------------------------------------------------------------------ */

/* Something in parentheses, which may turn out to be an operand or a condition; or a bare operand. */
static struct expr *parse_term(struct parser *p)
{
	struct expr *e;

	if (!is_symbol(p, "("))
		return parse_operand(p);
	p->at++;
	e = parse_or(p);
	if (!e || !expect_symbol(p, ")"))
		return NULL;
	e->parens++;
	return e;
}

static struct expr *parse_between(struct parser *p, struct expr *x)
{
	struct expr *e = node_of(p, EXPR_BETWEEN, x, NULL), *low, *high;

	low = parse_operand(p);
	if (!low)
		return NULL;
	if (!take_word(p, "AND"))
		return syntax_error(p);
	high = parse_operand(p);
	if (!high)
		return NULL;
	add_arg(p, e, low);
	add_arg(p, e, high);
	return e;
}

static struct expr *parse_in(struct parser *p, struct expr *x)
{
	struct expr *e = node_of(p, EXPR_IN, x, NULL);

	if (!expect_symbol(p, "("))
		return NULL;
	return parse_arguments(p, e) ? e : NULL;
}

static struct expr *parse_comparison(struct parser *p)
{
	struct expr *x = parse_term(p), *y;

	if (!x || is_condition(x))
		return x;
	for (enum expr_kind kind = EXPR_EQ; kind <= EXPR_GE; kind++) {
		if (!take_symbol(p, operators[kind]))
			continue;
		y = parse_operand(p);
		return y ? node_of(p, kind, x, y) : NULL;
	}
	if (take_word(p, "BETWEEN"))
		return parse_between(p, x);
	if (take_word(p, "IN"))
		return parse_in(p, x);
	return x;
}

/* AND, OR and NOT join conditions; a path or value alone is none. */
static bool require_condition(struct parser *p, const struct expr *e)
{
	if (e && (is_condition(e) || e->kind == EXPR_FUNCTION))
		return true;
	if (e)
		syntax_error(p);
	return false;
}

static struct expr *parse_not(struct parser *p)
{
	struct expr *x;

	if (!take_word(p, "NOT"))
		return parse_comparison(p);
	x = parse_not(p);
	return require_condition(p, x) ? node_of(p, EXPR_NOT, x, NULL) : NULL;
}

static struct expr *parse_and(struct parser *p)
{
	struct expr *x = parse_not(p), *y;

	while (x && is_word(p, "AND")) {
		if (!require_condition(p, x))
			return NULL;
		p->at++;
		y = parse_not(p);
		if (!require_condition(p, y))
			return NULL;
		x = node_of(p, EXPR_AND, x, y);
	}
	return x;
}

static struct expr *parse_or(struct parser *p)
{
	struct expr *x = parse_and(p), *y;

	while (x && is_word(p, "OR")) {
		if (!require_condition(p, x))
			return NULL;
		p->at++;
		y = parse_and(p);
		if (!require_condition(p, y))
			return NULL;
		x = node_of(p, EXPR_OR, x, y);
	}
	return x;
}

struct expr *expr_parse_condition(struct arena *a, struct str text, const char **why)
{
	struct parser p;
	struct expr *e;

	if (!begin(&p, a, false, text, why))
		return NULL;
	e = parse_or(&p);
	if (e)
		require_condition(&p, e);
	return finish(&p, why) ? e : NULL;
}

/* --- projections and updates -------------------------------------------------------- */

bool expr_parse_projection(struct arena *a, struct str text, struct path_list *out,
			   const char **why)
{
	struct parser p;

	if (!begin(&p, a, false, text, why))
		return false;
	out->count = 0;
	out->paths = arena_alloc(a, p.count * sizeof(*out->paths));
	do {
		if (!parse_path(&p, &out->paths[out->count++]))
			break;
	} while (take_symbol(&p, ","));
	return finish(&p, why);
}

/* What a SET assigns: an operand, or the sum or difference of two. */
static struct expr *parse_set_value(struct parser *p)
{
	struct expr *x, *y;
	enum expr_kind kind;

	if (take_symbol(p, "(")) {
		x = parse_set_value(p);
		if (!x || !expect_symbol(p, ")"))
			return NULL;
		x->parens++;
	} else {
		x = parse_plain(p);
	}
	if (!x || x->kind >= EXPR_PLUS || (!is_symbol(p, "+") && !is_symbol(p, "-")))
		return x;
	kind = is_symbol(p, "+") ? EXPR_PLUS : EXPR_MINUS;
	p->at++;
	y = parse_operand(p);
	return y ? node_of(p, kind, x, y) : NULL;
}

static bool parse_action(struct parser *p, struct update_action *action)
{
	if (!parse_path(p, &action->path))
		return false;
	switch (action->kind) {
	case UPDATE_SET:
		if (!expect_symbol(p, "="))
			return false;
		action->value = parse_set_value(p);
		return action->value != NULL;
	case UPDATE_REMOVE:
		return true;
	case UPDATE_ADD:
	case UPDATE_DELETE:
		if (here(p)->kind != TOKEN_VALUE_REF) {
			syntax_error(p);
			return false;
		}
		action->value = parse_plain(p);
		return true;
	}
	return false;
}

bool expr_parse_update(struct arena *a, struct str text, struct update *out, const char **why)
{
	static const char *const words[] = { "SET", "REMOVE", "ADD", "DELETE" };
	struct parser p;

	*out = (struct update){ 0 };
	if (!begin(&p, a, true, text, why))
		return false;
	out->actions = arena_zalloc(a, p.count * sizeof(*out->actions));
	while (!p.why && here(&p)->kind != TOKEN_END) {
		enum update_kind kind = UPDATE_SET;

		while (kind <= UPDATE_DELETE && !take_word(&p, words[kind]))
			kind++;
		if (kind > UPDATE_DELETE)
			break;
		out->sections[kind]++;
		do {
			out->actions[out->count].kind = kind;
			if (!parse_action(&p, &out->actions[out->count++]))
				break;
		} while (take_symbol(&p, ","));
	}
	return finish(&p, why);
}
