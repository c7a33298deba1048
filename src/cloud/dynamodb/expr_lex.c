/* The lexer of expressions. */
#include "cloud/dynamodb/expr_lex.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t run(struct str s, size_t i, bool (*belongs)(char c))
{
	while (i < s.n && belongs(s.p[i]))
		i++;
	return i;
}

static size_t symbol(struct str s, size_t i)
{
	char next = i + 1 < s.n ? s.p[i + 1] : '\0';

	if (s.p[i] == '<')
		return next == '=' || next == '>' ? 2 : 1;
	if (s.p[i] == '>')
		return next == '=' ? 2 : 1;
	return strchr("=()[],.+-", s.p[i]) && s.p[i] ? 1 : 0;
}

/* A whole UTF-8 character, so that a complaint never cuts one in half. */
static size_t character(struct str s, size_t i)
{
	size_t n = 1;

	while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* The token at i, which is no blank. */
static struct token next(struct str s, size_t i)
{
	char c = s.p[i];
	size_t end;

	if (is_letter(c))
		return (struct token){ TOKEN_NAME, str_slice(s, i, run(s, i, is_word)) };
	if (is_digit(c))
		return (struct token){ TOKEN_NUMBER, str_slice(s, i, run(s, i, is_digit)) };
	if (c == '#' || c == ':') {
		end = run(s, i + 1, is_word);
		if (end > i + 1)
			return (struct token){ c == '#' ? TOKEN_NAME_REF : TOKEN_VALUE_REF,
					       str_slice(s, i, end) };
	}
	end = symbol(s, i);
	if (end)
		return (struct token){ TOKEN_SYMBOL, str_slice(s, i, i + end) };
	return (struct token){ TOKEN_OTHER, str_slice(s, i, i + character(s, i)) };
}

struct token *expr_lex(struct arena *a, struct str text, size_t *count)
{
	/* No token is shorter than a byte. */
	struct token *tokens = arena_alloc(a, (text.n + 1) * sizeof(*tokens));
	size_t n = 0, i = 0;

	while ((i = run(text, i, is_blank)) < text.n) {
		tokens[n] = next(text, i);
		i += tokens[n++].text.n;
	}
	tokens[n++] = (struct token){ TOKEN_END, str_make(text.p + text.n, 0) };
	*count = n;
	return tokens;
}
