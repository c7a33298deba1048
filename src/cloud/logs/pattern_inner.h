#ifndef CLOUD_LOGS_PATTERN_INNER_H
#define CLOUD_LOGS_PATTERN_INNER_H

#include "base/regex.h"
#include "cloud/logs/pattern.h"

/* What pattern.c (reading), pattern_regex.c and pattern_match.c share. */

enum compare {
	EQUAL,
	UNEQUAL,
	LESS,
	LESS_EQUAL,
	GREATER,
	GREATER_EQUAL,
	IS_NULL,
	IS_TRUE,
	IS_FALSE,
	ABSENT
};

/* A regular expression between % and %. */
struct logs_regex {
	const struct regex *program;
	size_t *steps; /* what searches may still take beyond their usual */
};

/* What is compared with: a number, a text in which * stands for anything, or a regular expression. */
struct operand {
	bool is_number;
	double number;
	struct str text;
	const struct logs_regex *regex; /* NULL: none */
};

/* A step of "$.a.b[0]": a member, or an element. */
struct step {
	struct str name; /* absent: an element */
	size_t index;
};

/* A condition, or two of them joined. */
struct condition {
	enum { COMPARE, BOTH, EITHER } kind;
	struct condition *left, *right;
	struct str selector; /* "$.a.b[0]", or a field's name */
	struct step *steps;
	size_t step_count;
	enum compare compare;
	struct operand operand;
};

struct field {
	struct str name;             /* absent: it has none */
	bool rest;                   /* "...": any number of words */
	struct condition *condition; /* NULL: none */
};

struct term {
	enum { MUST_BE, MAY_BE, MUST_NOT_BE } kind;
	struct str text;
	const struct logs_regex *regex; /* NULL: the text */
};

struct logs_pattern {
	enum { TERMS, JSON, WORDS } kind;
	struct term *terms;
	size_t term_count;
	struct condition *condition; /* JSON */
	struct field *fields;        /* WORDS */
	size_t field_count;
};

enum { TERMS_MAX = 64, FIELDS_MAX = 64, STEPS_MAX = 32, CONDITIONS_DEPTH_MAX = 64 };

/* Compiled; NULL when it is not one that AWS knows. */
const struct logs_regex *logs_regex_new(struct arena *a, struct str text);
/* One that takes too long does not. */
bool logs_regex_holds(const struct logs_regex *regex, struct str text);
/* A number as JSON writes it, whole text; false when it is none. */
bool logs_number(struct str text, double *out);

#endif
