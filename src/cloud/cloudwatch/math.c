/*
 * Metric math: reading expressions, and operators; math_functions.c has the functions.
 */
#include "cloud/cloudwatch/math.h"

#include <math.h>
#include <stdlib.h>

enum { DEPTH_MAX = 64, ARGS_MAX = 100, NAMES_MAX = 500, SERIES_MAX = 500, WORK_MAX = 5000000 };

enum operator{
	OR = 1,
	AND,
	EQUAL,
	UNEQUAL,
	LESS_EQUAL,
	GREATER_EQUAL,
	LESS,
	GREATER,
	ADD,
	SUBTRACT,
	MULTIPLY,
	DIVIDE,
	POWER,
	NEGATE
};

struct math {
	enum { NUMBER, TEXT, NAME, OPERATOR, CALL, LIST } kind;
	double number;
	struct str text; /* of a text, name or function */
	enum operator operator;
	const struct math_function *function;
	struct math **args;
	size_t count;
};

/* --- reading ------------------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	struct str rest;
	int depth;
	const char *why;
};

static struct math *bad(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return NULL;
}

static char peek(struct reader *r)
{
	while (r->rest.n && strchr(" \t\r\n", r->rest.p[0] ? r->rest.p[0] : 'x'))
		r->rest = str_slice(r->rest, 1, r->rest.n);
	return r->rest.n ? r->rest.p[0] : 0;
}

static void skip(struct reader *r, size_t n)
{
	r->rest = str_slice(r->rest, n, r->rest.n);
}

static struct math *node(struct reader *r, int kind)
{
	struct math *m = ARENA_NEW(r->arena, struct math);

	m->kind = kind;
	return m;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct math *read_expression(struct reader *r, int least);

/* What stands between brackets, up to `close`. */
static bool read_list(struct reader *r, struct math *m, char close)
{
	struct math *args[ARGS_MAX];

	skip(r, 1);
	if (peek(r) == close) {
		skip(r, 1);
		return true;
	}
	do {
		if (m->count == ARGS_MAX)
			return bad(r, "too many arguments");
		args[m->count] = read_expression(r, 0);
		if (!args[m->count++])
			return false;
		if (peek(r) == ',')
			skip(r, 1);
		else if (peek(r) != close)
			return bad(r, "a comma or a closing bracket is missing");
		else
			break;
	} while (true);
	skip(r, 1);
	m->args = arena_alloc(r->arena, m->count * sizeof(struct math *));
	memcpy(m->args, args, m->count * sizeof(struct math *));
	return true;
}

static struct math *read_call(struct reader *r, struct str name)
{
	struct math *m = node(r, CALL);

	m->text = name;
	m->function = math_function(name);
	if (!m->function)
		return bad(r, arena_printf(r->arena, "Unknown function: %.*s", STR_ARG(name)));
	if (!read_list(r, m, ')'))
		return NULL;
	if (m->count < m->function->least || m->count > m->function->most)
		return bad(r,
			   arena_printf(r->arena, "Incorrect number of arguments for function %.*s",
					STR_ARG(name)));
	return m;
}

static struct math *read_number(struct reader *r)
{
	char copy[64], *end;
	struct str head = str_slice(r->rest, 0, sizeof(copy) - 1);
	struct math *m = node(r, NUMBER);

	memcpy(copy, head.p, head.n);
	copy[head.n] = '\0';
	/* What strtod() takes beyond decimal numbers does not begin with a digit or point, but for 0x. */
	if (copy[0] == '0' && (copy[1] == 'x' || copy[1] == 'X'))
		return bad(r, "a number is not well-formed");
	m->number = strtod(copy, &end);
	if (end == copy || !isfinite(m->number))
		return bad(r, "a number is not well-formed");
	skip(r, (size_t)(end - copy));
	return m;
}

static struct math *read_text(struct reader *r, char quote)
{
	struct math *m = node(r, TEXT);
	ptrdiff_t end = str_find(str_slice(r->rest, 1, r->rest.n), quote);

	if (end < 0)
		return bad(r, "a text has no closing quote");
	m->text = str_slice(r->rest, 1, (size_t)end + 1);
	skip(r, (size_t)end + 2);
	return m;
}

static struct math *read_word(struct reader *r)
{
	struct str word;
	struct math *m;
	size_t n = 0;

	while (n < r->rest.n && is_word(r->rest.p[n]))
		n++;
	word = str_slice(r->rest, 0, n);
	if (!n)
		return bad(r, r->rest.n ? "an operand is missing" : "it ends too early");
	skip(r, n);
	if (peek(r) == '(')
		return read_call(r, word);
	m = node(r, NAME);
	m->text = word;
	return m;
}

static struct math *read_operand(struct reader *r)
{
	char c = peek(r);
	struct math *m;

	if (c == '(') {
		skip(r, 1);
		m = read_expression(r, 0);
		if (m && peek(r) != ')')
			return bad(r, "a closing bracket is missing");
		skip(r, 1);
		return m;
	}
	if (c == '[') {
		m = node(r, LIST);
		return read_list(r, m, ']') ? m : NULL;
	}
	if (c == '-' || c == '+') {
		skip(r, 1);
		m = node(r, OPERATOR);
		m->operator= NEGATE;
		m->args = arena_alloc(r->arena, sizeof(struct math *));
		m->args[0] = read_expression(r, 7); /* powers bind more tightly */
		m->count = 1;
		return !m->args[0] ? NULL : c == '-' ? m : m->args[0];
	}
	if (c == '\'' || c == '"')
		return read_text(r, c);
	return (c >= '0' && c <= '9') || c == '.' ? read_number(r) : read_word(r);
}

/* Operators as they are written; `rank` is how tightly they bind. */
static const struct {
	const char *text;
	enum operator operator;
	int rank;
} operators[] = {
	{ "OR", OR, 1 },         { "||", OR, 1 },
	{ "AND", AND, 2 },       { "&&", AND, 2 },
	{ "==", EQUAL, 3 },      { "!=", UNEQUAL, 3 },
	{ "<=", LESS_EQUAL, 4 }, { ">=", GREATER_EQUAL, 4 },
	{ "<", LESS, 4 },        { ">", GREATER, 4 },
	{ "+", ADD, 5 },         { "-", SUBTRACT, 5 },
	{ "*", MULTIPLY, 6 },    { "/", DIVIDE, 6 },
	{ "^", POWER, 8 },
};

/* The operator that is next, or 0. */
static enum operator next_operator(struct reader *r, int *rank, size_t *length)
{
	peek(r);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t n = strlen(operators[i].text);

		if (!str_starts(r->rest, str_of(operators[i].text)))
			continue;
		if (is_word(operators[i].text[0]) && r->rest.n > n && is_word(r->rest.p[n]))
			continue;
		*rank = operators[i].rank;
		*length = n;
		return operators[i].operator;
	}
	return 0;
}

static struct math *read_operators(struct reader *r, int least)
{
	struct math *left = read_operand(r), *m;
	enum operator operator;
	int rank;
	size_t length;

	while (left && (operator= next_operator(r, &rank, &length)) && rank > least) {
		skip(r, length);
		m = node(r, OPERATOR);
		m->operator= operator;
		m->count = 2;
		m->args = arena_alloc(r->arena, 2 * sizeof(struct math *));
		m->args[0] = left;
		/* A power's own power is taken first. */
		m->args[1] = read_expression(r, operator== POWER ? rank - 1 : rank);
		left = m->args[1] ? m : NULL;
	}
	return left;
}

static struct math *read_expression(struct reader *r, int least)
{
	struct math *m;

	if (++r->depth > DEPTH_MAX)
		return bad(r, "it is nested too deeply");
	m = read_operators(r, least);
	r->depth--;
	return m;
}

struct math *math_parse(struct arena *a, struct str text, const char **why)
{
	struct reader r = { .arena = a, .rest = text };
	struct math *m = read_expression(&r, 0);

	if (m && peek(&r))
		m = bad(&r, arena_printf(a, "it goes on unexpectedly at: %.*s",
					 STR_ARG(str_slice(r.rest, 0, 40))));
	if (!m && why)
		*why = r.why;
	return m;
}

static void add_names(const struct math *m, struct str *names, size_t *count)
{
	if (m->kind == NAME && *count < NAMES_MAX)
		names[(*count)++] = m->text;
	for (size_t i = 0; i < m->count; i++)
		add_names(m->args[i], names, count);
}

struct str *math_names(struct arena *a, const struct math *m, size_t *count)
{
	struct str *names = arena_alloc(a, NAMES_MAX * sizeof(*names));

	*count = 0;
	add_names(m, names, count);
	return names;
}

/* --- operators ----------------------------------------------------------------------------- */

static double apply(enum operator operator, double l, double r)
{
	switch (operator) {
	case OR:
		return l != 0 || r != 0;
	case AND:
		return l != 0 && r != 0;
	case EQUAL:
		return l == r;
	case UNEQUAL:
		return l != r;
	case LESS_EQUAL:
		return l <= r;
	case GREATER_EQUAL:
		return l >= r;
	case LESS:
		return l < r;
	case GREATER:
		return l > r;
	case ADD:
		return l + r;
	case SUBTRACT:
		return l - r;
	case MULTIPLY:
		return l * r;
	case DIVIDE:
		return l / r;
	case POWER:
		return pow(l, r);
	case NEGATE:
		break;
	}
	return -l;
}

struct series *math_series_like(struct arena *a, const struct series *like, size_t room)
{
	struct series *s = ARENA_NEW(a, struct series);

	*s = *like;
	s->count = 0;
	s->at = arena_alloc(a, (room + 1) * sizeof(*s->at));
	s->values = arena_alloc(a, (room + 1) * sizeof(*s->values));
	return s;
}

struct math_value math_of_series(struct arena *a, struct series *s)
{
	struct math_value v = { .kind = MATH_SERIES, .count = 1 };

	v.series = arena_alloc(a, sizeof(struct series *));
	v.series[0] = s;
	return v;
}

/* What is no number (0/0, overflow) leaves no value. */
static void put(struct series *s, int64_t at, double value)
{
	if (!isfinite(value))
		return;
	s->at[s->count] = at;
	s->values[s->count++] = value;
}

/* A series and a number; `flip`: the number stands on the left. */
static struct series *with_number(struct arena *a, enum operator operator, const struct series * s,
				  double number, bool flip)
{
	struct series *out = math_series_like(a, s, s->count);

	for (size_t i = 0; i < s->count; i++)
		put(out, s->at[i],
		    flip ? apply(operator, number, s->values[i])
			 : apply(operator, s->values[i], number));
	return out;
}

static struct series *with_series(struct arena *a, enum operator operator, const struct series * l,
				  const struct series *r)
{
	struct series *out = math_series_like(a, l, l->count);
	size_t j = 0;

	for (size_t i = 0; i < l->count; i++) {
		while (j < r->count && r->at[j] < l->at[i])
			j++;
		if (j < r->count && r->at[j] == l->at[i])
			put(out, l->at[i], apply(operator, l->values[i], r->values[j]));
	}
	return out;
}

static bool operate(const struct math_world *w, enum operator operator, const struct math_value * l,
		    const struct math_value *r, struct math_value *out)
{
	bool flip = l->kind == MATH_NUMBER;
	const struct math_value *many =
		flip || (r->kind == MATH_LIST && l->kind != MATH_LIST) ? r : l;
	const struct math_value *other = many == l ? r : l;

	if (l->kind == MATH_TEXT || r->kind == MATH_TEXT)
		return false;
	if (l->kind == MATH_NUMBER && r->kind == MATH_NUMBER) {
		*out = (struct math_value){ .kind = MATH_NUMBER,
					    .number = apply(operator, l->number, r->number) };
		return true;
	}
	if (l->kind == MATH_LIST && r->kind == MATH_LIST)
		return false;
	*out = (struct math_value){ .kind = many->kind, .count = many->count };
	out->series = arena_alloc(w->arena, (many->count + 1) * sizeof(struct series *));
	for (size_t i = 0; i < many->count; i++) {
		if (other->kind == MATH_NUMBER)
			out->series[i] = with_number(w->arena, operator, many->series[i],
						     other->number, flip);
		else if (many == l)
			out->series[i] =
				with_series(w->arena, operator, many->series[i], other->series[0]);
		else
			out->series[i] =
				with_series(w->arena, operator, other->series[0], many->series[i]);
	}
	return true;
}

/* --- evaluating ---------------------------------------------------------------------------- */

static bool eval_name(const struct math *m, const struct math_world *w, struct math_value *out,
		      const char **why)
{
	bool known = false;

	if (!w->find(w->arg, m->text, out, &known, why))
		return false;
	/* A word of its own, such as REPEAT. */
	if (!known)
		*out = (struct math_value){ .kind = MATH_TEXT, .text = m->text };
	return true;
}

static bool eval_list(const struct math_world *w, const struct math_value *args, size_t count,
		      struct math_value *out)
{
	size_t all = 0;

	for (size_t i = 0; i < count; i++) {
		if (args[i].kind != MATH_SERIES && args[i].kind != MATH_LIST)
			return false;
		all += args[i].count;
	}
	*out = (struct math_value){ .kind = MATH_LIST };
	out->series = arena_alloc(w->arena, (all + 1) * sizeof(struct series *));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < args[i].count; j++)
			out->series[out->count++] = args[i].series[j];
	return true;
}

/* Expressions that name one another can grow without end. */
static bool affordable(const struct math_world *w, const struct math_value *v, const char **why)
{
	size_t values = v->count;

	if (v->kind == MATH_NUMBER || v->kind == MATH_TEXT)
		return true;
	for (size_t i = 0; i < v->count; i++)
		values += v->series[i]->count;
	*w->work += values;
	if (v->count <= SERIES_MAX && *w->work <= WORK_MAX)
		return true;
	*why = "it takes too many metrics or values";
	return false;
}

static bool eval(const struct math *m, const struct math_world *w, struct math_value *out,
		 const char **why)
{
	struct math_value *args;
	struct math_value none = { .kind = MATH_NUMBER };

	if (m->kind == NUMBER || m->kind == TEXT) {
		*out = (struct math_value){ .kind = m->kind == NUMBER ? MATH_NUMBER : MATH_TEXT,
					    .number = m->number,
					    .text = m->text };
		return true;
	}
	if (m->kind == NAME)
		return eval_name(m, w, out, why);
	args = arena_alloc(w->arena, (m->count + 1) * sizeof(*args));
	for (size_t i = 0; i < m->count; i++)
		if (!math_eval(m->args[i], w, &args[i], why))
			return false;
	*why = "operands are of kinds that do not go together";
	if (m->kind == CALL) {
		struct math_call call = { w, args, m->count };

		*why = arena_printf(w->arena, "Incorrect arguments for function %.*s",
				    STR_ARG(m->text));
		return m->function->run(&call, out, why);
	}
	return m->kind == LIST
		       ? eval_list(w, args, m->count, out)
		       : operate(w, m->operator, & args[0], m->count == 2 ? &args[1] : &none, out);
}

bool math_eval(const struct math *m, const struct math_world *world, struct math_value *out,
	       const char **why)
{
	return eval(m, world, out, why) && affordable(world, out, why);
}
