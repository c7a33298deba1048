#ifndef BASE_REGEX_INNER_H
#define BASE_REGEX_INNER_H

#include "base/regex.h"

/* A compiled expression is a program for a machine that backtracks; regex.c runs what regex_compile.c writes. */
enum regex_code {
	RX_CHAR,   /* `c` */
	RX_ANY,    /* any character but a line's end; with c, that too */
	RX_SET,    /* one of `set` */
	RX_SPLIT,  /* go on at x; if that fails, at y */
	RX_JUMP,   /* go on at x */
	RX_SAVE,   /* remember the position in slot x */
	RX_MARK,   /* remember the position in loop slot x */
	RX_MOVED,  /* fail unless the position moved since RX_MARK of slot x */
	RX_BEGIN,  /* the text begins here */
	RX_END,    /* the text ends here; with c, perhaps with a last line's end */
	RX_BORDER, /* a word begins or ends here; with c, none does */
	RX_BACK,   /* what group x matched, once more */
	RX_LOOK,   /* the program behind matches (c: does not match) here; go on at x */
	RX_ATOMIC, /* the program behind matches, in its first way; go on at x behind it */
	RX_MATCH,
};

struct regex_range {
	uint32_t from, to;
};
struct regex_set {
	struct regex_range *ranges;
	size_t count, size;
	bool negated;
};

struct regex_step {
	enum regex_code code;
	uint32_t c;
	size_t x, y;
	const struct regex_set *set;
};

struct regex {
	struct regex_step *steps;
	size_t count, size;
	int groups; /* with the whole match */
	int loops;
	bool any_case;
	bool dot_all;
};

/* Loops whose body may be empty. */
#define REGEX_LOOPS_MAX 32

/* The character at *at (a byte that is no UTF-8 stands for itself), and *at behind it. */
uint32_t regex_character(struct str text, size_t *at);
/* The same letter in lower case, of ASCII. */
uint32_t regex_fold(uint32_t c);

#endif
