/* Looking for the mistakes in a script; see script.h. */
#include "base/script.h"

#include <ctype.h>
#include <string.h>

enum { DEPTH_MAX = 200, QUOTED_MAX = 40 };

enum kind { NOTHING, OPERATOR, WORD, VALUE, CLOSED };

/* A bracket that is open: '(', '[', '{' of a block, 'o' of an object, '$' of what a template holds. */
struct open {
	char kind;
	int line;
	bool colon;    /* of an object's current member: seen */
	int questions; /* likewise, that no colon has answered */
};

struct scan {
	struct arena *a;
	const char *p, *end;
	int line;
	struct open open[DEPTH_MAX];
	int depth;
	enum kind before; /* the token in front: its kind, line, and text */
	int before_line;
	struct str token;
	struct str fault;
	bool unsure; /* it is not known whether what follows is read rightly */
};

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool is_one_of(struct str word, const char *const *list)
{
	for (; *list; list++)
		if (str_is(word, *list))
			return true;
	return false;
}

/* Words behind which a value begins. */
static bool is_prefix(struct str word)
{
	static const char *const words[] = { "return", "typeof",     "case",    "in",    "of",
					     "delete", "void",       "throw",   "new",   "else",
					     "do",     "instanceof", "await",   "yield", "const",
					     "let",    "var",        "default", "get",   "set",
					     "async",  "static",     "from",    "as",    "import",
					     "export", "extends",    NULL };

	return is_one_of(word, words);
}

/* Words that may stand between two values. */
static bool is_infix(struct str word)
{
	static const char *const words[] = { "in", "of", "instanceof", "as", "from", NULL };

	return is_one_of(word, words);
}

static bool fault_at(struct scan *s, int line, const char *what)
{
	if (!s->fault.p)
		s->fault = arena_strf(s->a, "line %d: %s", line, what);
	return false;
}

static struct open *top(struct scan *s)
{
	return s->depth ? &s->open[s->depth - 1] : NULL;
}

static bool in_literal(struct scan *s)
{
	const struct open *o = top(s);

	return o && (o->kind == 'o' || o->kind == '[' || o->kind == '(');
}

static void follow(struct scan *s, enum kind kind, struct str token)
{
	s->before = kind;
	s->before_line = s->line;
	s->token = token;
}

/* Before a value or a word: does a comma or a colon lack? `word` is absent for a value. */
static bool check_gap(struct scan *s, struct str word)
{
	const struct open *o = top(s);

	if (!in_literal(s) || (word.p && is_infix(word)))
		return true;
	if (s->before == VALUE || (s->before == CLOSED && o->kind == 'o'))
		return fault_at(s, s->before_line, "a comma is missing behind this value");
	if (s->before == WORD && o->kind == 'o' && !word.p && !is_prefix(s->token))
		return fault_at(s, s->line,
				o->colon ? "quotation marks or a comma are missing in this line"
					 : "a colon is missing between name and value");
	return true;
}

/* --- tokens ------------------------------------------------------------------------------------- */

static bool string(struct scan *s)
{
	char quote = *s->p;

	if (!check_gap(s, STR_NONE))
		return false;
	for (s->p++; s->p < s->end && *s->p != quote; s->p++) {
		if (*s->p == '\n')
			break;
		if (*s->p != '\\' || s->p + 1 == s->end)
			continue;
		s->p++;
		s->line += *s->p == '\n';
	}
	if (s->p == s->end || *s->p != quote)
		return fault_at(s, s->line,
				arena_printf(s->a,
					     "the text is not closed: a %c is missing at its end",
					     quote));
	s->p++;
	follow(s, VALUE, STR_NONE);
	return true;
}

static bool push(struct scan *s, char kind)
{
	if (s->depth == DEPTH_MAX) {
		s->unsure = true;
		return false;
	}
	s->open[s->depth++] = (struct open){ .kind = kind, .line = s->line };
	follow(s, OPERATOR, STR_NONE);
	return true;
}

/* From behind a template's ` or the } within it, to its end or to the next ${. */
static bool template(struct scan *s)
{
	int line = s->line;

	for (; s->p < s->end && *s->p != '`'; s->p++) {
		s->line += *s->p == '\n';
		if (*s->p == '\\' && s->p + 1 < s->end)
			s->line += *++s->p == '\n';
		else if (*s->p == '$' && s->p + 1 < s->end && s->p[1] == '{')
			return s->p += 2, push(s, '$');
	}
	if (s->p == s->end)
		return fault_at(s, line, "the text that begins with ` is not closed");
	s->p++;
	follow(s, VALUE, STR_NONE);
	return true;
}

static bool comment(struct scan *s)
{
	int line = s->line;

	if (s->p[1] == '/') {
		while (s->p < s->end && *s->p != '\n')
			s->p++;
		return true;
	}
	for (s->p += 2; s->p + 1 < s->end; s->p++) {
		s->line += *s->p == '\n';
		if (s->p[0] == '*' && s->p[1] == '/')
			return s->p += 2, true;
	}
	return fault_at(s, line, "the comment that begins with /* is not closed");
}

static bool expression(struct scan *s)
{
	bool class = false;

	for (s->p++; s->p < s->end && *s->p != '\n'; s->p++) {
		if (*s->p == '\\' && s->p + 1 < s->end)
			s->p++;
		else if (*s->p == '[')
			class = true;
		else if (*s->p == ']')
			class = false;
		else if (*s->p == '/' && !class)
			return s->p++, follow(s, VALUE, STR_NONE), true;
	}
	s->unsure = true;
	return false;
}

static bool slash(struct scan *s)
{
	if (s->p + 1 < s->end && (s->p[1] == '/' || s->p[1] == '*'))
		return comment(s);
	if (s->before == NOTHING || s->before == OPERATOR ||
	    (s->before == WORD && is_prefix(s->token)))
		return expression(s);
	/* Behind a bracket it divides, or a statement begins with an expression. */
	s->unsure |= s->before == CLOSED;
	s->p++;
	follow(s, OPERATOR, STR_NONE);
	return true;
}

/* Is it written as numbers are: 12, 1_000, 0xff, 1.5e3, 10n? */
static bool is_number(struct str word)
{
	bool hex = word.n > 1 && word.p[0] == '0' && strchr("xXbBoO", word.p[1]);

	for (size_t i = hex ? 2 : 0; i < word.n; i++) {
		char c = word.p[i];

		if (c == 'n' && i + 1 == word.n)
			continue;
		if (hex ? !isxdigit((unsigned char)c) && c != '_'
			: !isdigit((unsigned char)c) && !strchr("._eE", c))
			return false;
	}
	return true;
}

static bool word(struct scan *s)
{
	static const char *const values[] = { "true", "false", "null", "undefined", NULL };
	const char *from = s->p;
	bool digit = isdigit((unsigned char)*s->p);
	struct str text;

	while (s->p < s->end && (is_word_byte(*s->p) || (digit && *s->p == '.')))
		s->p++;
	text = str_make(from, (size_t)(s->p - from));
	if (digit && !is_number(text))
		return fault_at(
			s, s->line,
			arena_printf(s->a,
				     "\"%.*s\" is no number: a text stands in quotation marks",
				     (int)(text.n < QUOTED_MAX ? text.n : QUOTED_MAX), text.p));
	if (!check_gap(s, digit ? STR_NONE : text))
		return false;
	follow(s, digit || is_one_of(text, values) ? VALUE : WORD, text);
	return true;
}

/* --- brackets ------------------------------------------------------------------------------------ */

/* Does a { here begin an object? When in doubt it does not. */
static bool begins_object(struct scan *s)
{
	if (s->before == WORD)
		return str_is(s->token, "return") || str_is(s->token, "default");
	if (s->before != OPERATOR)
		return false;
	if (!s->token.n || strchr(":,", s->token.p[0]))
		return in_literal(s);
	return s->token.n == 1 && strchr("=?&|", s->token.p[0]);
}

static bool closes(const struct open *o, char c)
{
	return c == '}' ? o->kind == '{' || o->kind == 'o' || o->kind == '$'
			: o->kind == (c == ')' ? '(' : '[');
}

static bool close_bracket(struct scan *s)
{
	const struct open *o = top(s);
	char c = *s->p++, kind;

	if (!o)
		return fault_at(s, s->line, arena_printf(s->a, "this %c closes nothing", c));
	kind = o->kind == 'o' || o->kind == '$' ? '{' : o->kind;
	if (!closes(o, c))
		return fault_at(s, s->line,
				arena_printf(s->a, "this %c does not close the %c of line %d", c,
					     kind, o->line));
	s->depth--;
	if (o->kind == '$')
		return template(s);
	follow(s, CLOSED, STR_NONE);
	return true;
}

static bool operator(struct scan *s)
{
	struct open *o = top(s);
	bool arrow = *s->p == '=' && s->p + 1 < s->end && s->p[1] == '>';
	struct str token = str_make(s->p, arrow ? 2 : 1);

	s->p += token.n;
	if (o && o->kind == 'o' && str_is(token, ",")) {
		if (s->before == OPERATOR && str_is(s->token, ":"))
			return fault_at(s, s->line, "a value is missing behind the colon");
		o->colon = false;
		o->questions = 0;
	} else if (o && str_is(token, "?")) {
		o->questions++;
	} else if (o && o->kind == 'o' && str_is(token, ":")) {
		if (o->colon && !o->questions)
			return fault_at(s, s->line, "a text stands in quotation marks");
		o->questions -= o->questions > 0;
		o->colon = true;
	}
	follow(s, OPERATOR, token);
	return true;
}

/* “ ” ‘ ’ */
static bool is_typographic(const char *p, const char *end)
{
	return end - p >= 3 && (unsigned char)p[0] == 0xe2 && (unsigned char)p[1] == 0x80 &&
	       memchr("\x98\x99\x9c\x9d", p[2], 4);
}

static bool token(struct scan *s)
{
	if (isspace((unsigned char)*s->p)) {
		s->line += *s->p++ == '\n';
		return true;
	}
	switch (*s->p) {
	case '"':
	case '\'':
		return string(s);
	case '`':
		return s->p++, template(s);
	case '/':
		return slash(s);
	case '{':
		return s->p++, push(s, begins_object(s) ? 'o' : '{');
	case '(':
	case '[':
		return push(s, *s->p++);
	case ')':
	case ']':
	case '}':
		return close_bracket(s);
	default:
		break;
	}
	if (is_typographic(s->p, s->end))
		return fault_at(s, s->line,
				"a typographic quotation mark: in scripts they are \" or '");
	return is_word_byte(*s->p) ? word(s) : operator(s);
}

struct str script_fault(struct arena *a, struct str text)
{
	struct scan s = { .a = a, .p = text.p, .end = text.p + text.n, .line = 1 };

	while (s.p < s.end && token(&s))
		;
	if (!s.fault.p && !s.unsure && s.depth)
		fault_at(&s, top(&s)->line,
			 arena_printf(a, "this %c is never closed",
				      strchr("([", top(&s)->kind) ? top(&s)->kind : '{'));
	return s.unsure ? STR_NONE : s.fault;
}
