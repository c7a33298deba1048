/*
 * The regular expressions of filter patterns: AWS's syntax in terms of our own, which never takes too long.
 * From: CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax".
 */
#include "cloud/logs/pattern_inner.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"

/* Repetitions beyond this only serve to use up memory. */
enum { REPEAT_MAX = 255 };

/*
 * Steps that a search may take: so many for each byte, which is plenty for what goes straight through a text, and so many
 * more for all texts together.
 */
enum { STEPS_A_BYTE = 8, STEPS_TOGETHER = 4000000 };

/* What stands behind a backslash at text[*at]; false when it means nothing. */
static bool add_escape(struct buf *b, struct str text, size_t *at, bool inside)
{
	char c = *at < text.n ? text.p[*at] : 0;
	unsigned char byte;

	if (c && strchr(inside ? "dsw" : "dDsSwW", c)) {
		buf_addf(b, "\\%c", c);
	} else if (c == 'x' && hash_unhex(str_slice(text, *at + 1, *at + 3), &byte, 1) && byte) {
		buf_addf(b, "\\x%02x", byte);
		*at += 2;
	} else if (c && strchr("tnr", c)) {
		buf_addf(b, "\\%c", c);
	} else if ((unsigned char)c > 0x20 && (unsigned char)c < 0x80 && !(c >= '0' && c <= '9') &&
		   !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z')) {
		buf_addf(b, "\\%c", c);
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
			buf_addf(b, c == '&' ? "\\%c" : "%c", c);
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

/* A character that is neither an escape nor the beginning of a class or a repeat. */
static bool add_plain(struct buf *b, struct str text, size_t *at)
{
	char c = text.p[*at];

	++*at;
	if (c == '(' && *at < text.n && text.p[*at] == '?')
		return false;
	if (c == '(')
		buf_adds(b, "(?:");
	else if (c == '^' || c == '$')
		buf_adds(b, c == '^' ? "\\A" : "\\z");
	else
		buf_addc(b, c);
	return c;
}

static bool translate(struct buf *b, struct str text)
{
	bool repeated = false, good = text.n;
	size_t at = 0;

	buf_adds(b, "(?s)");
	while (good && at < text.n) {
		char c = text.p[at];
		bool repeats = c && strchr("*+?{", c);

		/* One that is repeated and repeated again says nothing more; with "?" it takes less. */
		if (repeats && repeated && c != '?')
			return false;
		if (c == '\\') {
			at++;
			good = add_escape(b, text, &at, false);
		} else if (c == '[') {
			good = add_class(b, text, &at);
		} else if (c == '{') {
			good = add_repeat(b, text, &at);
		} else {
			good = add_plain(b, text, &at);
		}
		repeated = repeats;
	}
	return good;
}

const struct logs_regex *logs_regex_new(struct arena *a, struct str text)
{
	struct logs_regex *regex = ARENA_NEW(a, struct logs_regex);
	const char *why;
	struct buf b;

	buf_init(&b, 64 << 10);
	if (translate(&b, text) && !b.overflow)
		regex->program = regex_compile(a, arena_dup(a, buf_str(&b)), &why);
	buf_release(&b);
	regex->steps = arena_alloc(a, sizeof(*regex->steps));
	*regex->steps = STEPS_TOGETHER;
	return regex->program ? regex : NULL;
}

bool logs_regex_holds(const struct logs_regex *regex, struct str text)
{
	size_t own = STEPS_A_BYTE * text.n + 64, left;
	size_t more = *regex->steps < REGEX_STEPS_MAX ? *regex->steps : REGEX_STEPS_MAX;
	struct regex_match match;
	bool found;

	left = own + more;
	found = regex_find_within(regex->program, text, 0, &match, &left);
	if (left < more)
		*regex->steps -= more - left;
	return found;
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
