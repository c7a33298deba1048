/*
 * The regular expressions of filter patterns: AWS's syntax in terms of POSIX's.
 * From: CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax".
 */
#include "cloud/logs/pattern_inner.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"

/* Repetitions beyond this only serve to use up memory. */
enum { REPEAT_MAX = 255 };

static void free_regex(void *regex)
{
	regfree(regex);
}

/* "\d" and its like, outside and inside of a class; NULL when it stands for itself. */
static const char *class_of(char c, bool inside)
{
	switch (c) {
	case 'd':
		return inside ? "0-9" : "[0-9]";
	case 'D':
		return inside ? NULL : "[^0-9]";
	case 's':
		return inside ? " \t\n\r\f\v" : "[ \t\n\r\f\v]";
	case 'S':
		return inside ? NULL : "[^ \t\n\r\f\v]";
	case 'w':
		return inside ? "A-Za-z0-9_" : "[A-Za-z0-9_]";
	case 'W':
		return inside ? NULL : "[^A-Za-z0-9_]";
	default:
		return NULL;
	}
}

/* What stands behind a backslash at text[*at]; false when it means nothing. */
static bool add_escape(struct buf *b, struct str text, size_t *at, bool inside)
{
	char c = *at < text.n ? text.p[*at] : 0;
	const char *class = class_of(c, inside);
	unsigned char byte;

	if (class) {
		buf_adds(b, class);
	} else if (c == 'x' && hash_unhex(str_slice(text, *at + 1, *at + 3), &byte, 1) && byte) {
		buf_addf(b, inside ? "%c" : "[%c]", byte);
		*at += 2;
	} else if (c && strchr("tnr", c)) {
		buf_addc(b, c == 't' ? '\t' : c == 'n' ? '\n' : '\r');
	} else if ((unsigned char)c > 0x20 && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		   !(c >= 'A' && c <= 'Z')) {
		buf_addf(b, inside ? "%c" : "\\%c", c);
	} else {
		return false;
	}
	++*at;
	return true;
}

/* A class from its "[" on; false when it has no end. */
static bool add_class(struct buf *b, struct str text, size_t *at)
{
	size_t begin = ++*at;

	buf_addc(b, '[');
	while (*at < text.n) {
		char c = text.p[*at];

		if (c == ']' && *at > begin && !(*at == begin + 1 && text.p[begin] == '^')) {
			++*at;
			buf_addc(b, ']');
			return true;
		}
		++*at;
		if (c == '\\') {
			if (!add_escape(b, text, at, true))
				return false;
		} else if (c == '[' || !c) {
			return false;
		} else {
			buf_addc(b, c);
		}
	}
	return false;
}

/* "{2,5}" from its "{" on. */
static bool add_repeat(struct buf *b, struct str text, size_t *at)
{
	struct str rest = str_slice(text, *at + 1, text.n), inside = str_cut(&rest, '}');
	struct str high = inside, low = str_cut(&high, ',');
	int64_t least, most;

	if (!rest.p || !str_to_int(low, &least) || least < 0 || least > REPEAT_MAX)
		return false;
	if (high.n && (!str_to_int(high, &most) || most < least || most > REPEAT_MAX))
		return false;
	buf_addf(b, "{%.*s}", STR_ARG(inside));
	*at += inside.n + 2;
	return true;
}

static bool translate(struct buf *b, struct str text)
{
	size_t at = 0;
	int groups = 0;

	while (at < text.n) {
		char c = text.p[at];
		bool good = true;

		if (c == '\\') {
			at++;
			good = add_escape(b, text, &at, false);
		} else if (c == '[') {
			good = add_class(b, text, &at);
		} else if (c == '{') {
			/* Repeats within repeats multiply: only single items are counted. */
			good = !(at && text.p[at - 1] == ')') && add_repeat(b, text, &at);
		} else {
			groups += (c == '(') - (c == ')');
			good = c && groups >= 0;
			buf_addc(b, c);
			at++;
		}
		if (!good)
			return false;
	}
	return groups == 0 && text.n;
}

regex_t *logs_regex_new(struct arena *a, struct str text)
{
	regex_t *regex = ARENA_NEW(a, regex_t);
	struct buf b;
	bool good;

	buf_init(&b, 64 << 10);
	good = translate(&b, text) && !b.overflow && !regcomp(regex, b.p, REG_EXTENDED | REG_NOSUB);
	buf_release(&b);
	if (!good)
		return NULL;
	arena_defer(a, free_regex, regex);
	return regex;
}

bool logs_regex_holds(const regex_t *regex, struct arena *a, struct str text)
{
	return regexec(regex, arena_cstr(a, text), 0, NULL, 0) == 0;
}

bool logs_number(struct str text, double *out)
{
	char copy[64], *end;
	size_t digits = 0;

	if (!text.n || text.n >= sizeof(copy))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (!strchr("+-.eE0123456789", text.p[i] ? text.p[i] : ' '))
			return false;
		digits += text.p[i] >= '0' && text.p[i] <= '9';
	}
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*out = strtod(copy, &end);
	return digits && !*end && isfinite(*out);
}
