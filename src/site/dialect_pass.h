#ifndef SITE_DIALECT_PASS_H
#define SITE_DIALECT_PASS_H

#include "site/dialect.h"

/*
 * Shared by the two halves of the dialect's line pass: dialect.c looks at lines, dialect_inline.c inside them. Nobody else
 * includes this.
 */
struct dialect_pass {
	struct arena *a;
	struct buf out;
	int *lines;
	size_t line_count, line_size;
	struct directive *at;
	size_t count, size;
	int parent; /* the innermost open container, or -1 */
	dialect_complain *complain;
	void *arg;
};

/* Add a directive; returns its number. */
int dialect_add(struct dialect_pass *p, const struct directive *d);
/* Write a marker. */
void dialect_mark(struct dialect_pass *p, char kind, int which);
/* Report a mistake and remember it as a directive; returns its number, for a marker. */
int dialect_mistake(struct dialect_pass *p, int line, const char *what);
/*
 * Parse "name[label]{attributes}" at the start of `s` (behind the colons; label and attributes may be missing) into *d, and
 * check name, form and attributes. Returns how many bytes it took, 0 when there is no directive at all. Mistakes are
 * remembered in mistakes[0..*mistake_count), at most DIRECTIVE_MISTAKES.
 */
enum { DIRECTIVE_MISTAKES = 8 };
struct directive_parse {
	struct directive d;
	bool known, bracketed; /* a known name; has a label or attributes */
	const char *mistakes[DIRECTIVE_MISTAKES];
	size_t mistake_count;
};
size_t directive_parse(struct arena *a, struct str s, enum directive_form form,
		       struct directive_parse *out);
/* Replace each :param{} in `s` by its marker. */
struct str dialect_params(struct dialect_pass *p, struct str s, int line);
/* Write running text, whose first line is `line`, with its inline directives as markers. Ends where it ends: no newline added. */
void dialect_inline(struct dialect_pass *p, struct str s, int line);
/* Write a byte sequence; newlines are counted into `lines` with the given line growing by one at each. */
void dialect_write(struct dialect_pass *p, struct str s, int line);

#endif
