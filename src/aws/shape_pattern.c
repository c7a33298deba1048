/* Patterns of shapes: a table of those compiled so far; see shape_pattern.h. */
#include "aws/shape_pattern.h"

#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

#define SLOTS 1024

/* A set of bytes. */
struct set {
	unsigned char bits[32];
};

struct compiled {
	const char *pattern;
	bool simple; /* one class, repeated: `set`, `least`, `most` */
	struct set set;
	size_t least, most;
	regex_t regex;
	bool has_never;
	regex_t never; /* "(?!^...$)", "(?!...)": what the whole text may not be, or not begin with */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct compiled *slots[SLOTS];

static void bug(const char *pattern)
{
	fprintf(stderr, "immersion: the pattern %s is not understood\n", pattern);
	abort();
}

static bool set_has(const struct set *set, unsigned char c)
{
	return set->bits[c / 8] & 1u << c % 8;
}

/* Beyond ASCII a pattern means characters and we see their bytes: one stands for all. */
static void set_range(struct set *set, unsigned from, unsigned to)
{
	if (to > 0x7f) {
		to = 0xff;
		from = from > 0x7f ? 0x80 : from;
	}
	for (unsigned c = from; c <= to; c++)
		set->bits[c / 8] = (unsigned char)(set->bits[c / 8] | 1u << c % 8);
}

static void set_invert(struct set *set)
{
	for (size_t i = 0; i < sizeof(set->bits); i++)
		set->bits[i] = (unsigned char)~set->bits[i];
}

/* --- reading what Java writes ------------------------------------------------------- */

/* A class's escape that stands for several characters: \d, \w, \s and their opposites. */
static bool read_kind(const char *p, struct set *set)
{
	struct set kind = { { 0 } };

	if (p[0] != '\\')
		return false;
	switch (p[1] | 0x20) {
	case 'd':
		set_range(&kind, '0', '9');
		break;
	case 'w':
		set_range(&kind, '0', '9');
		set_range(&kind, 'A', 'Z');
		set_range(&kind, 'a', 'z');
		set_range(&kind, '_', '_');
		break;
	case 's':
		set_range(&kind, '\t', '\r');
		set_range(&kind, ' ', ' ');
		break;
	default:
		return false;
	}
	if (!(p[1] & 0x20))
		set_invert(&kind);
	for (size_t i = 0; i < sizeof(set->bits); i++)
		set->bits[i] |= kind.bits[i];
	return true;
}

/* ASCII's punctuation, or its symbols. */
static void set_each(struct set *set, const char *all)
{
	for (; *all; all++)
		set_range(set, (unsigned char)*all, (unsigned char)*all);
}

/* In a class: \p{L}, \p{M}, \p{N}, \p{P}, \p{S}, \p{Z}: letters, marks, digits, ... of any script. */
static bool read_category(const char *p, struct set *set)
{
	if (strncmp(p, "\\p{", 3) != 0 || !p[3] || p[4] != '}' || !strchr("LMNPSZ", p[3]))
		return false;
	if (p[3] == 'L') {
		set_range(set, 'A', 'Z');
		set_range(set, 'a', 'z');
	} else if (p[3] == 'N') {
		set_range(set, '0', '9');
	} else if (p[3] == 'P') {
		set_each(set, "!\"#%&'()*,-./:;?@[\\]_{}");
	} else if (p[3] == 'S') {
		set_each(set, "$+<=>^`|~");
	} else if (p[3] == 'Z') {
		set_range(set, ' ', ' ');
	}
	set_range(set, 0x80, 0xff);
	return true;
}

/* One character, escaped or not; returns how much of the pattern it takes. */
static size_t read_char(const char *pattern, const char *p, unsigned *c)
{
	static const char names[] = "tnr", values[] = "\t\n\r";
	size_t digits;
	char hex[5] = "";
	const char *at;

	*c = (unsigned char)p[0];
	if (p[0] != '\\')
		return 1;
	at = p[1] ? strchr(names, p[1]) : NULL;
	*c = (unsigned char)(at ? values[at - names] : p[1]);
	if (p[1] == 'x' || p[1] == 'u') {
		digits = p[1] == 'x' ? 2 : 4;
		for (size_t i = 0; i < digits && p[2 + i]; i++)
			hex[i] = p[2 + i];
		*c = (unsigned)strtoul(hex, NULL, 16);
		return 2 + digits;
	}
	if (!p[1] || (!at && ((p[1] >= 'a' && p[1] <= 'z') || (p[1] >= 'A' && p[1] <= 'Z') ||
			      (p[1] >= '0' && p[1] <= '9'))))
		bug(pattern);
	return 2;
}

/* "[...]"; returns what stands behind it. */
static const char *read_class(const char *pattern, const char *p, struct set *set)
{
	bool inverted = *++p == '^';

	p += inverted;
	do {
		unsigned from, to;

		if (!*p || (p[0] == '&' && p[1] == '&') || *p == '[')
			bug(pattern);
		if (read_kind(p, set)) {
			p += 2;
			continue;
		}
		if (read_category(p, set)) {
			p += 5;
			continue;
		}
		p += read_char(pattern, p, &from);
		to = from;
		if (p[0] == '-' && p[1] && p[1] != ']')
			p += 1 + read_char(pattern, p + 1, &to);
		set_range(set, from, to);
	} while (*p != ']');
	if (inverted)
		set_invert(set);
	return p + 1;
}

static bool read_count(struct compiled *c, const char *p)
{
	int used = 0;

	c->least = 1;
	c->most = 1;
	if (strcmp(p, "+") == 0) {
		c->most = SIZE_MAX;
	} else if (strcmp(p, "*") == 0) {
		c->least = 0;
		c->most = SIZE_MAX;
	} else if (sscanf(p, "{%zu,%zu}%n", &c->least, &c->most, &used) == 2 && used && !p[used]) {
		return true;
	} else if (sscanf(p, "{%zu}%n", &c->least, &used) == 1 && used && !p[used]) {
		c->most = c->least;
	} else {
		return !*p;
	}
	return true;
}

/* --- writing POSIX -------------------------------------------------------------------- */

/* In a POSIX class a backslash is itself; "]" must come first, "-" last and "^" not first. */
static void write_class(struct buf *b, const struct set *set)
{
	buf_addc(b, '[');
	if (set_has(set, ']'))
		buf_addc(b, ']');
	for (unsigned c = 1; c < 256; c++)
		if (set_has(set, (unsigned char)c) && !strchr("]^-[", (int)c))
			buf_addc(b, (char)c);
	buf_adds(b, set_has(set, '[') ? "[" : "");
	buf_adds(b, set_has(set, '^') ? "^" : "");
	buf_adds(b, set_has(set, '-') ? "-" : "");
	buf_addc(b, ']');
}

/* One class, escape, group's beginning or character. */
static const char *translate(const char *pattern, const char *p, struct buf *b)
{
	struct set set = { { 0 } };
	unsigned c;

	if (*p == '[') {
		p = read_class(pattern, p, &set);
		write_class(b, &set);
		return p;
	}
	if (read_kind(p, &set)) {
		write_class(b, &set);
		return p + 2;
	}
	if (p[0] == '(' && p[1] == '?') {
		if (p[2] != ':')
			bug(pattern);
		buf_addc(b, '(');
		return p + 3;
	}
	if (p[0] != '\\') {
		buf_addc(b, *p);
		return p + 1;
	}
	p += read_char(pattern, p, &c);
	if (strchr(".[]()*+?{}|^$\\", (int)c))
		buf_addc(b, '\\');
	buf_addc(b, (char)c);
	return p;
}

/*
 * "(?!^[0-9]+$)": returns what stands behind it. Only whole texts are looked at, so it may stand anywhere. Without the
 * anchor, "(?!aws:)", it is about the beginning of the text, and stands at that of the pattern.
 */
static const char *read_never(struct compiled *c, const char *p)
{
	struct buf b;

	bool first = p == c->pattern || (p == c->pattern + 1 && c->pattern[0] == '^');

	if (c->has_never || (p[3] != '^' && !first))
		bug(c->pattern);
	buf_init(&b, 1 << 20);
	if (p[3] != '^')
		buf_addc(&b, '^');
	for (p += 3; *p && *p != ')';)
		p = translate(c->pattern, p, &b);
	c->has_never = true;
	if (!*p || regcomp(&c->never, b.p, REG_EXTENDED | REG_NOSUB))
		bug(c->pattern);
	buf_release(&b);
	return p + 1;
}

static void compile_regex(struct compiled *c)
{
	struct buf b;
	const char *p = c->pattern;

	buf_init(&b, 1 << 20);
	buf_adds(&b, "^(");
	while (*p)
		p = strncmp(p, "(?!", 3) == 0 ? read_never(c, p) : translate(c->pattern, p, &b);
	buf_adds(&b, ")$");
	if (regcomp(&c->regex, b.p, REG_EXTENDED | REG_NOSUB))
		bug(c->pattern);
	buf_release(&b);
}

static struct compiled *compile(const char *pattern)
{
	struct compiled *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->pattern = pattern;
	c->simple = *pattern == '[' && read_count(c, read_class(pattern, pattern, &c->set));
	if (!c->simple)
		compile_regex(c);
	return c;
}

/* Compiled patterns are never freed: there are as many as the services declare. */
static const struct compiled *compiled(const char *pattern)
{
	size_t at = ((uintptr_t)pattern >> 3) * 2654435761u % SLOTS;
	struct compiled *found;

	pthread_mutex_lock(&lock);
	while (slots[at] && slots[at]->pattern != pattern)
		at = (at + 1) % SLOTS;
	if (!slots[at])
		slots[at] = compile(pattern);
	found = slots[at];
	pthread_mutex_unlock(&lock);
	return found;
}

static bool matches_class(const struct compiled *c, struct str text)
{
	if (text.n < c->least || text.n > c->most)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!set_has(&c->set, (unsigned char)text.p[i]))
			return false;
	return true;
}

bool shape_pattern_matches(const char *pattern, struct str text)
{
	const struct compiled *c = compiled(pattern);
	struct buf b;
	bool good;

	if (c->simple)
		return matches_class(c, text);
	if (str_find(text, '\0') >= 0)
		return false;
	buf_init(&b, BUF_MAX);
	buf_add(&b, text);
	good = regexec(&c->regex, b.p ? b.p : "", 0, NULL, 0) == 0 &&
	       !(c->has_never && regexec(&c->never, b.p ? b.p : "", 0, NULL, 0) == 0);
	buf_release(&b);
	return good;
}
