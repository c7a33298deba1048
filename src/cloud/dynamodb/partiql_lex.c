/* The lexer of PartiQL statements. */
#include "cloud/dynamodb/partiql_lex.h"

#include "base/buf.h"

/* An unsuccessful token: the statement is refused. */
#define NO_TOKEN ((size_t)-1)

struct lexer {
	struct arena *a;
	struct str text;
	struct partiql_token *token; /* the next to be filled */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char at(const struct lexer *l, size_t i)
{
	return i < l->text.n ? l->text.p[i] : '\0';
}

/* Behind blanks and comments; NO_TOKEN when a comment does not end. */
static size_t skip(const struct lexer *l, size_t i)
{
	while (i < l->text.n) {
		if (is_blank(l->text.p[i])) {
			i++;
		} else if (at(l, i) == '-' && at(l, i + 1) == '-') {
			while (i < l->text.n && l->text.p[i] != '\n')
				i++;
		} else if (at(l, i) == '/' && at(l, i + 1) == '*') {
			ptrdiff_t end =
				str_find_str(str_slice(l->text, i + 2, l->text.n), STR("*/"));

			if (end < 0)
				return NO_TOKEN;
			i += 2 + (size_t)end + 2;
		} else {
			break;
		}
	}
	return i;
}

/* What stands in quotes, with doubled quotes made single; NO_TOKEN when they do not close. */
static size_t quoted(struct lexer *l, size_t i, enum partiql_token_kind kind)
{
	char mark = l->text.p[i], *value = arena_alloc(l->a, l->text.n - i + 1);
	size_t n = 0;

	for (i++; i < l->text.n; i++) {
		if (l->text.p[i] == mark && (at(l, i + 1) != mark || kind == PARTIQL_ION))
			break;
		if (l->text.p[i] == mark)
			i++;
		value[n++] = l->text.p[i];
	}
	value[n] = '\0';
	l->token->kind = kind;
	l->token->value = str_make(value, n);
	/* Attributes are found by C strings. */
	if (i >= l->text.n || (kind == PARTIQL_QUOTED && strlen(value) != n))
		return NO_TOKEN;
	return i + 1;
}

static size_t digits(const struct lexer *l, size_t i)
{
	while (is_digit(at(l, i)))
		i++;
	return i;
}

/* The exponent, and what it leaves as scale, are numbers of 32 bits. */
static bool fits(struct str exponent, size_t decimals)
{
	int64_t value;

	if (!str_to_int(exponent, &value) || value < INT32_MIN || value > INT32_MAX)
		return false;
	value = (int64_t)decimals - value;
	return value >= INT32_MIN && value <= INT32_MAX;
}

static size_t number(struct lexer *l, size_t i)
{
	size_t decimals = 0, from;

	l->token->kind = PARTIQL_NUMBER;
	i = digits(l, i);
	if (at(l, i) == '.') {
		from = i + 1;
		i = digits(l, from);
		decimals = i - from;
	}
	if (at(l, i) == 'e' || at(l, i) == 'E') {
		from = ++i;
		if (at(l, i) == '+' || at(l, i) == '-')
			i++;
		if (!is_digit(at(l, i)))
			return NO_TOKEN;
		i = digits(l, i);
		if (!fits(str_slice(l->text, from, i), decimals))
			return NO_TOKEN;
	}
	return is_letter(at(l, i)) ? NO_TOKEN : i;
}

static size_t word(struct lexer *l, size_t i)
{
	size_t from = i;

	while (is_letter(at(l, i)) || is_digit(at(l, i)))
		i++;
	l->token->value = arena_dup(l->a, str_slice(l->text, from, i));
	l->token->kind = partiql_keyword(l->token->value) ? PARTIQL_KEYWORD : PARTIQL_NAME;
	return i;
}

static size_t symbol(struct lexer *l, size_t i)
{
	static const char *const pairs[] = { "<<", ">>", "<>", "<=", ">=", "!=", "||" };
	struct str two = str_slice(l->text, i, i + 2);

	l->token->kind = PARTIQL_SYMBOL;
	for (size_t k = 0; k < sizeof(pairs) / sizeof(*pairs); k++)
		if (str_is(two, pairs[k]))
			return i + 2;
	return at(l, i) && strchr("=<>()[]{},.:;+-*/%@", at(l, i)) ? i + 1 : NO_TOKEN;
}

static size_t next(struct lexer *l, size_t i)
{
	char c = l->text.p[i];

	if (is_letter(c))
		return word(l, i);
	if (is_digit(c))
		return number(l, i);
	if (c == '\'')
		return quoted(l, i, PARTIQL_STRING);
	if (c == '"')
		return quoted(l, i, PARTIQL_QUOTED);
	if (c == '`')
		return quoted(l, i, PARTIQL_ION);
	if (c == '?') {
		l->token->kind = PARTIQL_PARAMETER;
		return i + 1;
	}
	return symbol(l, i);
}

struct partiql_token *partiql_lex(struct arena *a, struct str text)
{
	/* No token is shorter than a byte. */
	struct partiql_token *tokens = arena_zalloc(a, (text.n + 1) * sizeof(*tokens));
	struct lexer l = { .a = a, .text = text, .token = tokens };
	size_t i = skip(&l, 0), end;

	while (i != NO_TOKEN && i < text.n) {
		end = next(&l, i);
		if (end == NO_TOKEN)
			return NULL;
		l.token->text = str_slice(text, i, end);
		l.token++;
		i = skip(&l, end);
	}
	if (i == NO_TOKEN)
		return NULL;
	l.token->text = str_make(text.p + text.n, 0);
	return tokens;
}

bool partiql_token_is(const struct partiql_token *t, const char *word)
{
	if (t->kind == PARTIQL_SYMBOL)
		return str_is(t->text, word);
	return (t->kind == PARTIQL_KEYWORD || t->kind == PARTIQL_NAME) &&
	       str_eq_nocase(t->text, str_of(word));
}
