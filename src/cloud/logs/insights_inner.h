#ifndef CLOUD_LOGS_INSIGHTS_INNER_H
#define CLOUD_LOGS_INSIGHTS_INNER_H

#include "base/regex.h"
#include "cloud/logs/insights.h"

/* Between the files insights*.c. */

enum { ARGUMENTS_MAX = 16, NAMES_MAX = REGEX_GROUPS_MAX - 1 };

/* What is taken from the budget, in bytes. */
enum {
	COST_STEP = 32,   /* to look at a value once */
	COST_JSON = 1024, /* to parse a message, and 8 a byte */
	COST_SHOWN = 300, /* to put a value into the answer, and 8 a byte */
};

struct expr;

/* An operator or a function of values: its arguments are evaluated already. */
struct insights_function {
	const char *name;
	size_t least, most;
	struct insights_value (*call)(const struct expr *e, struct insights_row *row,
				      const struct insights_value *args);
};

struct expr {
	enum { EXPR_VALUE, EXPR_FIELD, EXPR_CALL } kind;
	struct insights_value value;
	struct str name; /* of a field */
	const struct insights_function *function;
	const struct regex *regex;            /* of like and =~, when it was written so */
	struct expr *args[ARGUMENTS_MAX + 1]; /* one more for what stands before in */
	size_t count;
	size_t depth; /* of calls under it */
};

/* A function of many rows. */
struct insights_aggregate {
	const char *name;
	size_t least, most;
	struct insights_value (*call)(const struct expr *const *args, size_t arg_count,
				      struct insights_row *const *rows, size_t count);
};

/* Something with a name: what fields, stats, by and sort list. */
struct item {
	struct item *next;
	struct str name;
	struct expr *expr; /* NULL for an aggregate */
	const struct insights_aggregate *aggregate;
	struct expr *args[ARGUMENTS_MAX];
	size_t count;
	bool descending;
};

struct command {
	struct command *next;
	enum { FIELDS, DISPLAY, FILTER, STATS, SORT, LIMIT, DEDUP, PARSE } kind;
	struct item *items, *by;
	struct expr *expr; /* of filter; of parse: what is taken apart */
	size_t limit;
	const struct regex *regex;   /* of parse */
	struct str names[NAMES_MAX]; /* its groups'; absent: the group has none */
};

struct insights_query {
	struct arena *arena;
	struct command *commands;
};

/* By name, in any case; NULL when there is none. */
const struct insights_function *insights_function(struct str name);
/* Likewise. */
const struct insights_aggregate *insights_aggregate(struct str name);
/* What an expression comes to, for one row. */
struct insights_value insights_eval(const struct expr *e, struct insights_row *row);
/* A field of a row, made or discovered. */
struct insights_value insights_field(struct insights_row *row, struct str name);
/* Give a row a field; the name must live as long as the row. */
void insights_set(struct insights_row *row, struct str name, struct insights_value value);
/* Take so many bytes from the row's budget; false when it is spent. */
bool insights_spend(struct insights_row *row, size_t bytes);
/* A value as an answer shows it; empty for none. */
struct str insights_text(struct arena *a, struct insights_value v);
/* Also of text that is a number. */
bool insights_number(struct insights_value v, double *out);
/* <0, 0, >0: numbers by size, everything else by bytes and before all numbers. */
int insights_compare(struct insights_value x, struct insights_value y);
/* What filter lets pass: not none, false, 0 or the empty text. */
bool insights_true(struct insights_value v);

#endif
