/* What Jackson says of text that is no JSON; see payload.h. From: recorded answers of Lambda, and Jackson's own behaviour. */
#include "cloud/lambda/payload.h"

#include "base/buf.h"

enum { DEPTH_MAX = 1000, TOKEN_MAX = 256 };

#define TOKENS "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

struct reader {
	struct arena *a;
	struct str text;
	size_t at, row; /* where it stands, and where the line begins */
	int line;
	struct str problem; /* the first one sticks */
};

static bool ended(const struct reader *r)
{
	return r->at >= r->text.n;
}

static unsigned char next(struct reader *r)
{
	return (unsigned char)r->text.p[r->at++];
}

/* Tell a problem at the byte that was read last, or behind it. */
static bool tell(struct reader *r, const char *what, bool behind)
{
	if (!r->problem.p)
		r->problem = arena_strf(
			r->a,
			"%s\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION`"
			" disabled); line: %d, column: %zu]",
			what, r->line, r->at - r->row + (behind ? 1 : 0));
	return false;
}

/* "'x' (code 120)", as bytes: Jackson has not decoded them yet. */
static const char *described(struct reader *r, unsigned char c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return arena_printf(r->a, "(CTRL-CHAR, code %d)", c);
	if (c < 0x80)
		return arena_printf(r->a, "'%c' (code %d)", c, c);
	return arena_printf(r->a, "'%c%c' (code %d)", 0xc0 | c >> 6, 0x80 | (c & 0x3f), c);
}

static bool unexpected(struct reader *r, unsigned char c, const char *wanted)
{
	return tell(r, arena_printf(r->a, "Unexpected character (%s): %s", described(r, c), wanted),
		    false);
}

static void skip_blanks(struct reader *r)
{
	while (!ended(r) && strchr(" \t\r\n", r->text.p[r->at]) && r->text.p[r->at])
		if (next(r) == '\n') {
			r->line++;
			r->row = r->at;
		}
}

/* --- bytes beyond ASCII ------------------------------------------------------------------------------ */

/* How many bytes follow the first one of a character; -1: it is none. */
static int followers(unsigned char c)
{
	return c < 0x80                ? 0
	       : c >= 0xc0 && c < 0xe0 ? 1
	       : c >= 0xe0 && c < 0xf0 ? 2
	       : c >= 0xf0 && c < 0xf8 ? 3
				       : -1;
}

/* Read what follows `c`; false with the problem told. */
static bool character(struct reader *r, unsigned char c)
{
	int n = followers(c);

	if (n < 0)
		return tell(r, arena_printf(r->a, "Invalid UTF-8 start byte 0x%x", c), true);
	for (; n > 0; n--) {
		if (ended(r))
			return tell(r, "Unexpected end-of-input in VALUE_STRING", true);
		c = next(r);
		if ((c & 0xc0) != 0x80)
			return tell(r, arena_printf(r->a, "Invalid UTF-8 middle byte 0x%x", c),
				    true);
	}
	return true;
}

/* --- words and numbers ---------------------------------------------------------------------------------- */

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
	       c >= 0xc0;
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Something that no token begins with, from `from` on: it is told with all letters that follow it. */
static bool no_token(struct reader *r, size_t from)
{
	size_t end;

	while (!ended(r) && r->at - from < TOKEN_MAX) {
		unsigned char c = next(r);

		if (!character(r, c))
			return false;
		if (!is_letter(c) && !is_digit(c)) {
			end = r->at - 1;
			return tell(r,
				    arena_printf(r->a,
						 "Unrecognized token '%.*s': was expecting " TOKENS,
						 (int)(end - from), r->text.p + from),
				    true);
		}
	}
	return tell(r,
		    arena_printf(r->a, "Unrecognized token '%.*s%s': was expecting " TOKENS,
				 (int)(r->at - from), r->text.p + from,
				 r->at - from < TOKEN_MAX ? "" : "..."),
		    true);
}

static bool word(struct reader *r, const char *whole)
{
	size_t from = r->at - 1;

	for (const char *w = whole + 1; *w; w++) {
		if (ended(r) || r->text.p[r->at] != *w)
			return no_token(r, from);
		r->at++;
	}
	return ended(r) ||
	       (!is_letter((unsigned char)r->text.p[r->at]) &&
		!is_digit((unsigned char)r->text.p[r->at])) ||
	       no_token(r, from);
}

static void digits(struct reader *r)
{
	while (!ended(r) && is_digit((unsigned char)r->text.p[r->at]))
		r->at++;
}

/* Digits must come; false with the problem told. */
static bool some_digits(struct reader *r, const char *why)
{
	if (ended(r))
		return tell(r, "Unexpected end-of-input in a Number value", true);
	if (!is_digit((unsigned char)r->text.p[r->at])) {
		unsigned char c = next(r);

		return unexpected(r, c, why);
	}
	digits(r);
	return true;
}

static bool number(struct reader *r, unsigned char first)
{
	if (first == '-' && !some_digits(r, "expected digit (0-9) to follow minus sign, for valid "
					    "numeric value"))
		return false;
	digits(r);
	if (!ended(r) && r->text.p[r->at] == '.') {
		r->at++;
		if (!some_digits(r, "Decimal point not followed by a digit"))
			return false;
	}
	if (!ended(r) && (r->text.p[r->at] | 0x20) == 'e') {
		r->at++;
		if (!ended(r) && (r->text.p[r->at] == '+' || r->text.p[r->at] == '-'))
			r->at++;
		return some_digits(r, "Exponent indicator not followed by a digit");
	}
	return true;
}

/* --- strings ---------------------------------------------------------------------------------------------- */

static bool escape(struct reader *r)
{
	unsigned char c;

	if (ended(r))
		return tell(r, "Unexpected end-of-input in character escape sequence", true);
	c = next(r);
	if (c == 'u') {
		for (int i = 0; i < 4; i++) {
			if (ended(r))
				return tell(r,
					    "Unexpected end-of-input in character escape sequence",
					    true);
			c = next(r);
			if (!is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f'))
				return unexpected(
					r, c, "expected a hex-digit for character escape sequence");
		}
		return true;
	}
	return (c && strchr("\"\\/bfnrt", c)) ||
	       tell(r, arena_printf(r->a, "Unrecognized character escape %s", described(r, c)),
		    true);
}

static bool string(struct reader *r, const char *in)
{
	while (!ended(r)) {
		unsigned char c = next(r);

		if (c == '"')
			return true;
		if (c == '\\' ? !escape(r) : !character(r, c))
			return false;
		if (c < 0x20)
			return tell(
				r,
				arena_printf(r->a,
					     "Illegal unquoted character (%s): has to be escaped "
					     "using backslash to be included in %s",
					     described(r, c), in),
				true);
	}
	return tell(r, arena_printf(r->a, "Unexpected end-of-input in %s", in), true);
}

/* --- values ------------------------------------------------------------------------------------------------- */

/* A value, or the beginning of an array or object; `inside` is '[', '{' or 0. */
static bool value(struct reader *r, unsigned char c)
{
	size_t from = r->at - 1;

	switch (c) {
	case '"':
		return string(r, "VALUE_STRING");
	case 't':
		return word(r, "true");
	case 'f':
		return word(r, "false");
	case 'n':
		return word(r, "null");
	case ']':
	case '}':
	case ',':
		return unexpected(r, c, "expected a value");
	default:
		break;
	}
	if (c == '-' || is_digit(c))
		return number(r, c);
	if (is_letter(c))
		return character(r, c) && no_token(r, from);
	return unexpected(r, c, "expected a valid value " TOKENS);
}

/* What is open, from the outside in: an array or object, where it began, and what comes next in it. */
struct open {
	unsigned char kind;
	int line;
	size_t column;
	bool begun; /* something is in it already */
};

static bool unfinished(struct reader *r, const struct open *open)
{
	return tell(
		r,
		arena_printf(r->a,
			     "Unexpected end-of-input: expected close marker for %s (start marker "
			     "at [Source: REDACTED (`StreamReadFeature."
			     "INCLUDE_SOURCE_IN_LOCATION` disabled); line: %d, column: %zu])",
			     open->kind == '{' ? "Object" : "Array", open->line, open->column),
		true);
}

/* The name of a member, and the colon behind it; `c` is its first byte. */
static bool name(struct reader *r, unsigned char c)
{
	if (c != '"')
		return unexpected(r, c, "was expecting double-quote to start field name");
	if (!string(r, "FIELD_NAME"))
		return false;
	skip_blanks(r);
	if (ended(r))
		return tell(r, "Unexpected end-of-input within/between Object entries", true);
	c = next(r);
	return c == ':' ||
	       unexpected(r, c, "was expecting a colon to separate field name and value");
}

/*
 * Go on to the next value inside what is open; *closed: there is none, and it has ended. False with the problem told.
 */
static bool go_on(struct reader *r, struct open *open, unsigned char *c, bool *closed)
{
	bool object = open->kind == '{';

	*closed = *c == (object ? '}' : ']');
	if (*closed)
		return true;
	if (open->begun) {
		if (*c != ',')
			return unexpected(r, *c,
					  object ? "was expecting comma to separate Object entries"
						 : "was expecting comma to separate Array entries");
		skip_blanks(r);
		if (ended(r))
			return unfinished(r, open);
		*c = next(r);
	}
	open->begun = true;
	if (!object)
		return true;
	if (!name(r, *c))
		return false;
	skip_blanks(r);
	if (ended(r))
		return unfinished(r, open);
	*c = next(r);
	return true;
}

/* Behind a number alone there is nothing, or a blank. */
static bool apart(struct reader *r, unsigned char first)
{
	unsigned char c;

	if (ended(r) || first == '"' || strchr(" \t\r\n", r->text.p[r->at]))
		return true;
	c = next(r);
	return unexpected(r, c, "Expected space separating root-level values");
}

/* One value with all that is in it. */
static void read_all(struct reader *r)
{
	struct open *stack = arena_alloc(r->a, (DEPTH_MAX + 1) * sizeof(*stack));
	int depth = 0;

	do {
		bool closed = false;
		unsigned char c;

		skip_blanks(r);
		if (ended(r)) {
			if (depth)
				unfinished(r, &stack[depth]);
			return;
		}
		c = next(r);
		if (depth && !go_on(r, &stack[depth], &c, &closed))
			return;
		if (closed)
			depth--;
		else if (c != '{' && c != '[') {
			if (!value(r, c) || (!depth && !apart(r, c)))
				return;
		} else if (depth < DEPTH_MAX) {
			stack[++depth] = (struct open){ c, r->line, r->at - r->row, false };
		} else {
			tell(r,
			     "Document nesting depth (1001) exceeds the maximum allowed (1000, from "
			     "`StreamReadConstraints.getMaxNestingDepth()`)",
			     true);
			return;
		}
	} while (depth);
}

struct str payload_mistake(struct arena *a, struct str text)
{
	struct reader r = { .a = a, .text = text, .line = 1, .problem = STR_NONE };

	read_all(&r);
	return r.problem;
}
