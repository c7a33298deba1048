/* Patterns of shapes: a table of those compiled so far; see shape_pattern.h. */
#include "aws/shape_pattern.h"

#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

#define SLOTS 1024

struct compiled {
	const char *pattern;
	bool simple;           /* one class, repeated: `set`, `least`, `most` */
	unsigned char set[32]; /* a bit a byte */
	size_t least, most;
	regex_t regex;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct compiled *slots[SLOTS];

static void set_range(struct compiled *c, unsigned char from, unsigned char to)
{
	for (unsigned b = from; b <= to; b++)
		c->set[b / 8] = (unsigned char)(c->set[b / 8] | 1u << b % 8);
}

/* "[...]" of plain characters and ranges; escapes, classes and negation are left to regcomp. */
static const char *read_class(struct compiled *c, const char *p)
{
	if (*p++ != '[' || *p == '^' || *p == ']')
		return NULL;
	while (*p && *p != ']') {
		if (*p == '\\' || *p == '[' || (unsigned char)*p >= 0x80)
			return NULL;
		if (p[1] == '-' && p[2] && p[2] != ']') {
			if (p[2] == '\\' || p[2] == '[' || (unsigned char)p[2] >= 0x80)
				return NULL;
			set_range(c, (unsigned char)p[0], (unsigned char)p[2]);
			p += 3;
		} else {
			set_range(c, (unsigned char)*p, (unsigned char)*p);
			p++;
		}
	}
	return *p ? p + 1 : NULL;
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

static const char *const escapes[][2] = { { "\\d", "0-9" },
					  { "\\w", "A-Za-z0-9_" },
					  { "\\s", " \t\r\n" } };

/* One character of the pattern, or an escape, as POSIX writes it; returns what was read. */
static size_t translate(struct buf *b, const char *p, bool in_class)
{
	if (p[0] == '(' && p[1] == '?' && p[2] == ':' && !in_class) {
		buf_addc(b, '(');
		return 3;
	}
	if (p[0] != '\\' || !p[1]) {
		buf_addc(b, p[0]);
		return 1;
	}
	for (size_t i = 0; i < 3; i++)
		if (p[1] == escapes[i][0][1]) {
			buf_addf(b, in_class ? "%s" : "[%s]", escapes[i][1]);
			return 2;
		}
	if (in_class)
		buf_addc(b, p[1]); /* in a POSIX class a backslash stands for itself */
	else
		buf_addf(b, "\\%c", p[1]);
	return 2;
}

static void compile_regex(struct compiled *c)
{
	struct buf b;
	bool in_class = false;
	const char *p = c->pattern;

	buf_init(&b, 1 << 16);
	buf_adds(&b, "^(");
	while (*p) {
		if (*p == '[' && !in_class)
			in_class = true;
		else if (*p == ']' && in_class)
			in_class = false;
		p += translate(&b, p, in_class);
	}
	buf_adds(&b, ")$");
	if (regcomp(&c->regex, b.p, REG_EXTENDED | REG_NOSUB)) {
		fprintf(stderr, "immersion: the pattern %s is not a regular expression\n",
			c->pattern);
		abort();
	}
	buf_release(&b);
}

static struct compiled *compile(const char *pattern)
{
	struct compiled *c = calloc(1, sizeof(*c));
	const char *rest;

	if (!c)
		abort();
	c->pattern = pattern;
	rest = read_class(c, pattern);
	c->simple = rest && read_count(c, rest);
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
	for (size_t i = 0; i < text.n; i++) {
		unsigned char b = (unsigned char)text.p[i];

		if (!(c->set[b / 8] & 1u << b % 8))
			return false;
	}
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
	good = regexec(&c->regex, b.p ? b.p : "", 0, NULL, 0) == 0;
	buf_release(&b);
	return good;
}
