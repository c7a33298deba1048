/*
 * JSONPath; see jsonpath.h.
 *
 * A path is compiled to a chain of steps, a filter to a tree of expressions whose leaves are
 * paths or literals. Steps are applied one after the other to a growing list of selected values.
 */
#include "base/jsonpath.h"

/* Filters inside filters, and parentheses: deeper is a mistake or an attack on the stack. */
#define NESTING_MAX 32

enum step_kind { STEP_NAME, STEP_INDEX, STEP_ALL, STEP_FILTER };

struct step {
	enum step_kind kind;
	bool deep; /* written with two dots */
	const char *name;
	int64_t index;
	struct expr *filter;
	struct step *next;
};

enum expr_kind { EXPR_OR, EXPR_AND, EXPR_NOT, EXPR_COMPARE, EXPR_PATH, EXPR_LITERAL };
enum compare { EQ, NE, LT, LE, GT, GE };

struct expr {
	enum expr_kind kind;
	enum compare compare;
	struct expr *left, *right;
	bool from_root; /* EXPR_PATH: begins with $ */
	struct step *path;
	struct json_object *literal;
};

struct parser {
	struct arena *arena;
	struct str text;
	size_t at;
	int nesting;
	const char *why; /* the first mistake; NULL as long as all is well */
};

/* --- reading ---------------------------------------------------------------- */

static char peek(const struct parser *p)
{
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static bool at_end(const struct parser *p)
{
	return p->at >= p->text.n;
}

static void *wrong(struct parser *p, const char *expected)
{
	if (p->why)
		return NULL;
	if (at_end(p))
		p->why =
			arena_printf(p->arena, "not a valid JSONPath: it ends where %s is expected",
				     expected);
	else
		p->why = arena_printf(p->arena, "not a valid JSONPath at position %zu: expected %s",
				      p->at + 1, expected);
	return NULL;
}

static void skip_blanks(struct parser *p)
{
	while (!at_end(p) && strchr(" \t\r\n", peek(p)) && peek(p))
		p->at++;
}

static bool take(struct parser *p, const char *token)
{
	size_t n = strlen(token);

	if (p->text.n - p->at < n || memcmp(p->text.p + p->at, token, n) != 0)
		return false;
	p->at += n;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
	       c == '-' || (unsigned char)c >= 0x80;
}

static const char *read_name(struct parser *p)
{
	size_t from = p->at;

	while (!at_end(p) && is_name_char(peek(p)))
		p->at++;
	if (p->at == from)
		return wrong(p, "a member's name");
	return arena_cstr(p->arena, str_slice(p->text, from, p->at));
}

/* 'text' or "text": the opening quote is next. */
static const char *read_quoted(struct parser *p)
{
	char quote = peek(p), *out = arena_alloc(p->arena, p->text.n - p->at);
	size_t n = 0;

	for (p->at++; !at_end(p); p->at++) {
		char c = peek(p);

		if (c == quote) {
			p->at++;
			out[n] = '\0';
			return out;
		}
		if (c == '\\') {
			p->at++;
			c = peek(p);
			if (c != '\\' && c != '\'' && c != '"')
				return wrong(p, "a quote or a backslash behind the backslash");
		}
		if (c == '\0')
			return wrong(p, "text without NUL characters");
		out[n++] = c;
	}
	return wrong(p, quote == '"' ? "the closing \"" : "the closing '");
}

static struct expr *read_or(struct parser *p);
static struct step *read_steps(struct parser *p);

static struct step *step_new(struct parser *p, enum step_kind kind)
{
	struct step *s = ARENA_NEW(p->arena, struct step);

	s->kind = kind;
	return s;
}

static struct step *read_index(struct parser *p)
{
	struct step *s = step_new(p, STEP_INDEX);
	size_t from = p->at;

	if (peek(p) == '-')
		p->at++;
	while (is_digit(peek(p)))
		p->at++;
	if (!str_to_int(str_slice(p->text, from, p->at), &s->index)) {
		p->at = from;
		return wrong(p, "a quoted name, a number, * or ?");
	}
	return s;
}

static struct step *read_filter(struct parser *p)
{
	struct step *s = step_new(p, STEP_FILTER);

	if (++p->nesting > NESTING_MAX)
		return wrong(p, "less nesting");
	s->filter = read_or(p);
	p->nesting--;
	return s;
}

/* Behind the [. */
static struct step *read_bracket(struct parser *p)
{
	struct step *s;

	skip_blanks(p);
	if (peek(p) == '\'' || peek(p) == '"') {
		s = step_new(p, STEP_NAME);
		s->name = read_quoted(p);
	} else if (take(p, "*")) {
		s = step_new(p, STEP_ALL);
	} else if (take(p, "?")) {
		s = read_filter(p);
	} else {
		s = read_index(p);
	}
	if (p->why)
		return NULL;
	skip_blanks(p);
	return take(p, "]") ? s : wrong(p, "]");
}

/* The next step, or NULL where the path ends (or is wrong). */
static struct step *read_step(struct parser *p)
{
	bool deep = take(p, "..");
	struct step *s;

	if (take(p, "["))
		s = read_bracket(p);
	else if (!deep && !take(p, "."))
		return NULL;
	else if (take(p, "*"))
		s = step_new(p, STEP_ALL);
	else {
		s = step_new(p, STEP_NAME);
		s->name = read_name(p);
	}
	if (p->why)
		return NULL;
	s->deep = deep;
	return s;
}

static struct step *read_steps(struct parser *p)
{
	struct step *first = NULL, **end = &first;

	for (;;) {
		*end = read_step(p);
		if (!*end)
			return first;
		end = &(*end)->next;
	}
}

static struct expr *expr_new(struct parser *p, enum expr_kind kind)
{
	struct expr *e = ARENA_NEW(p->arena, struct expr);

	e->kind = kind;
	return e;
}

static struct expr *read_literal(struct parser *p)
{
	struct expr *e = expr_new(p, EXPR_LITERAL);
	size_t from = p->at;

	if (peek(p) == '\'' || peek(p) == '"') {
		const char *text = read_quoted(p);

		if (text)
			e->literal = json_own(p->arena, json_string(str_of(text)));
		return e;
	}
	while (!at_end(p) && (is_name_char(peek(p)) || peek(p) == '.' || peek(p) == '+'))
		p->at++;
	if (!str_is(str_slice(p->text, from, p->at), "null")) {
		e->literal = json_parse(p->arena, str_slice(p->text, from, p->at), NULL);
		if (!e->literal) {
			p->at = from;
			return wrong(p, "@, $, a string in quotes, a number, true, false or null");
		}
	}
	return e;
}

static struct expr *read_operand(struct parser *p)
{
	struct expr *e;

	skip_blanks(p);
	if (peek(p) != '@' && peek(p) != '$')
		return read_literal(p);
	e = expr_new(p, EXPR_PATH);
	e->from_root = peek(p) == '$';
	p->at++;
	e->path = read_steps(p);
	return e;
}

/* a == b, or a path alone. */
static struct expr *read_comparison(struct parser *p)
{
	static const char *const tokens[] = { "==", "!=", "<=", ">=", "<", ">" };
	static const enum compare compares[] = { EQ, NE, LE, GE, LT, GT };
	struct expr *left = read_operand(p), *e;

	if (p->why)
		return NULL;
	skip_blanks(p);
	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++) {
		if (!take(p, tokens[i]))
			continue;
		e = expr_new(p, EXPR_COMPARE);
		e->compare = compares[i];
		e->left = left;
		e->right = read_operand(p);
		return e;
	}
	return left->kind == EXPR_PATH ? left : wrong(p, "== != < <= > or >=");
}

static struct expr *read_unary(struct parser *p)
{
	struct expr *e;

	skip_blanks(p);
	if (peek(p) != '!' && peek(p) != '(')
		return read_comparison(p);
	if (++p->nesting > NESTING_MAX)
		return wrong(p, "less nesting");
	if (take(p, "!")) {
		e = expr_new(p, EXPR_NOT);
		e->left = read_unary(p);
	} else {
		p->at++;
		e = read_or(p);
		skip_blanks(p);
		if (!p->why && !take(p, ")"))
			return wrong(p, ")");
	}
	p->nesting--;
	return e;
}

static struct expr *read_and(struct parser *p)
{
	struct expr *left = read_unary(p);

	for (skip_blanks(p); !p->why && take(p, "&&"); skip_blanks(p)) {
		struct expr *e = expr_new(p, EXPR_AND);

		e->left = left;
		e->right = read_unary(p);
		left = e;
	}
	return left;
}

static struct expr *read_or(struct parser *p)
{
	struct expr *left = read_and(p);

	for (skip_blanks(p); !p->why && take(p, "||"); skip_blanks(p)) {
		struct expr *e = expr_new(p, EXPR_OR);

		e->left = left;
		e->right = read_and(p);
		left = e;
	}
	return left;
}

/* The steps behind the $; false with *why when the path is wrong. */
static bool compile(struct arena *a, struct str path, struct step **steps, const char **why)
{
	struct parser p = { .arena = a, .text = str_trim(path) };

	if (p.text.n > JSONPATH_LENGTH_MAX)
		p.why = arena_printf(a, "the JSONPath is longer than %d bytes",
				     JSONPATH_LENGTH_MAX);
	else if (!take(&p, "$"))
		wrong(&p, "$, with which every path begins");
	else
		*steps = read_steps(&p);
	if (!p.why && !at_end(&p))
		wrong(&p, "a dot, [ or the end");
	if (p.why && why)
		*why = p.why;
	return !p.why;
}

/* --- selecting ---------------------------------------------------------------- */

struct list {
	struct arena *arena;
	struct json_object **at;
	size_t count, size;
};

struct walk {
	struct arena *arena;
	struct json_object *root;
	size_t visits; /* values looked at, up to JSONPATH_VISITS_MAX */
};

static bool exhausted(const struct walk *w)
{
	return w->visits > JSONPATH_VISITS_MAX;
}

static void list_add(struct list *l, struct json_object *o)
{
	if (l->count == l->size) {
		size_t size = l->size ? l->size * 2 : 8;
		struct json_object **grown =
			arena_alloc(l->arena, size * sizeof(struct json_object *));

		if (l->count)
			memcpy(grown, l->at, l->count * sizeof(struct json_object *));
		l->at = grown;
		l->size = size;
	}
	l->at[l->count++] = o;
}

static struct list run(struct walk *w, const struct step *steps, struct json_object *from);

static int compare_numbers(const struct json_object *a, const struct json_object *b)
{
	double x, y;

	if (json_object_is_type(a, json_type_int) && json_object_is_type(b, json_type_int)) {
		int64_t i = json_object_get_int64(a), j = json_object_get_int64(b);

		return i < j ? -1 : i > j;
	}
	x = json_object_get_double(a);
	y = json_object_get_double(b);
	return x < y ? -1 : x > y;
}

static bool is_number(const struct json_object *o)
{
	return json_object_is_type(o, json_type_int) || json_object_is_type(o, json_type_double);
}

static bool compare_values(enum compare how, struct json_object *a, struct json_object *b)
{
	bool ordered = true, equal;
	int c = 0;

	if (is_number(a) && is_number(b)) {
		c = compare_numbers(a, b);
		equal = c == 0;
	} else if (json_is_string(a) && json_is_string(b)) {
		c = str_cmp(json_str(a), json_str(b));
		equal = c == 0;
	} else {
		ordered = false;
		equal = a && b ? json_object_equal(a, b) : a == b;
	}
	switch (how) {
	case EQ:
		return equal;
	case NE:
		return !equal;
	case LE:
		return equal || (ordered && c < 0);
	case GE:
		return equal || (ordered && c > 0);
	case LT:
		return ordered && c < 0;
	default:
		return ordered && c > 0;
	}
}

/* The first value of an operand; false when its path leads nowhere. */
static bool operand(struct walk *w, const struct expr *e, struct json_object *here,
		    struct json_object **value)
{
	struct list found;

	*value = e->literal;
	if (e->kind == EXPR_LITERAL)
		return true;
	found = run(w, e->path, e->from_root ? w->root : here);
	*value = found.count ? found.at[0] : NULL;
	return found.count > 0;
}

static bool holds(struct walk *w, const struct expr *e, struct json_object *here)
{
	struct json_object *left, *right;
	bool has_left, has_right;

	switch (e->kind) {
	case EXPR_OR:
		return holds(w, e->left, here) || holds(w, e->right, here);
	case EXPR_AND:
		return holds(w, e->left, here) && holds(w, e->right, here);
	case EXPR_NOT:
		return !holds(w, e->left, here);
	case EXPR_PATH:
		return operand(w, e, here, &left);
	case EXPR_COMPARE:
		break;
	default:
		return false;
	}
	has_left = operand(w, e->left, here, &left);
	has_right = operand(w, e->right, here, &right);
	if (has_left && has_right)
		return compare_values(e->compare, left, right);
	if (has_left != has_right)
		return e->compare == NE;
	return e->compare == EQ || e->compare == LE || e->compare == GE;
}

/* Call for each element or member of `o`. */
#define EACH_CHILD(o, child, body)                                                                 \
	do {                                                                                       \
		if (json_is_array(o)) {                                                            \
			for (size_t i_ = 0; i_ < json_count(o); i_++) {                            \
				struct json_object *child = json_at(o, i_);                        \
				body;                                                              \
			}                                                                          \
		} else if (json_is_object(o)) {                                                    \
			json_object_object_foreach(o, key_, child)                                 \
			{                                                                          \
				(void)key_;                                                        \
				body;                                                              \
			}                                                                          \
		}                                                                                  \
	} while (0)

/* What one step selects in `o` itself, not deeper. */
static void select_here(struct walk *w, const struct step *s, struct json_object *o,
			struct list *out)
{
	struct json_object *member;

	w->visits += 1 + (s->kind == STEP_ALL || s->kind == STEP_FILTER ? json_count(o) : 0);
	if (exhausted(w))
		return;
	switch (s->kind) {
	case STEP_NAME:
		if (json_is_object(o) && json_object_object_get_ex(o, s->name, &member))
			list_add(out, member);
		return;
	case STEP_INDEX: {
		int64_t n = (int64_t)json_count(o), i = s->index < 0 ? n + s->index : s->index;

		if (json_is_array(o) && i >= 0 && i < n)
			list_add(out, json_at(o, (size_t)i));
		return;
	}
	case STEP_ALL:
		EACH_CHILD(o, child, list_add(out, child));
		return;
	case STEP_FILTER:
		EACH_CHILD(o, child, {
			if (holds(w, s->filter, child))
				list_add(out, child);
		});
		return;
	}
}

static void select_deep(struct walk *w, const struct step *s, struct json_object *o,
			struct list *out)
{
	select_here(w, s, o, out);
	if (exhausted(w))
		return;
	EACH_CHILD(o, child, select_deep(w, s, child, out));
}

static struct list run(struct walk *w, const struct step *steps, struct json_object *from)
{
	struct list now = { .arena = w->arena };

	list_add(&now, from);
	for (const struct step *s = steps; s; s = s->next) {
		struct list next = { .arena = w->arena };

		for (size_t i = 0; i < now.count && !exhausted(w); i++) {
			if (s->deep)
				select_deep(w, s, now.at[i], &next);
			else
				select_here(w, s, now.at[i], &next);
		}
		now = next;
	}
	return now;
}

bool jsonpath_check(struct arena *a, struct str path, const char **why)
{
	struct step *steps;

	return compile(a, path, &steps, why);
}

bool jsonpath_all(struct arena *a, struct str path, const struct json_object *json,
		  struct json_object ***found, size_t *count, const char **why)
{
	struct walk w = { .arena = a, .root = (struct json_object *)json };
	struct step *steps = NULL;
	struct list l;

	*count = 0;
	if (!compile(a, path, &steps, why))
		return false;
	l = run(&w, steps, w.root);
	if (exhausted(&w)) {
		if (why)
			*why = "the JSONPath looks at too many values";
		return false;
	}
	*found = l.at;
	*count = l.count;
	return true;
}

struct json_object *jsonpath_one(struct arena *a, struct str path, const struct json_object *json,
				 const char **why)
{
	struct json_object **found;
	size_t count;

	if (!jsonpath_all(a, path, json, &found, &count, why) || !count)
		return NULL;
	return found[0];
}
