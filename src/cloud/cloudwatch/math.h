#ifndef CLOUD_CLOUDWATCH_MATH_H
#define CLOUD_CLOUDWATCH_MATH_H

#include "cloud/cloudwatch/inside.h"

/*
 * Metric math: expressions over series, as the CloudWatch User Guide has them under "Using math expressions with
 * CloudWatch metrics".
 *
 *	100 * errors / requests          e1 + FILL(m2, 0)          SUM(METRICS("load"))
 *	IF(m1 > 10 AND m2 < 5, m1, 0)    RATE(m1)                  SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum', 60)
 *
 * A value is a number, a series, a list of series or a text. Two series meet where both have a value.
 */
struct math; /* an expression that has been read */

/* NULL with a sentence in *why. */
struct math *math_parse(struct arena *a, struct str text, const char **why);
/* The ids that the expression names, *count of them. */
struct str *math_names(struct arena *a, const struct math *m, size_t *count);

struct math_value {
	enum math_kind { MATH_NUMBER, MATH_SERIES, MATH_LIST, MATH_TEXT } kind;
	double number;
	struct series **series; /* one of MATH_SERIES */
	size_t count;
	struct str text;
};

/* What an expression may ask for. */
struct math_world {
	struct arena *arena;
	int64_t from, to; /* the window, for FILL */
	size_t *work;     /* values computed so far: there is a limit */
	/* The value of an id; false with a sentence in *why. *known false: there is no such id. */
	bool (*find)(void *arg, struct str id, struct math_value *out, bool *known,
		     const char **why);
	/* METRICS(): every metric of the request whose id holds the text. */
	bool (*metrics)(void *arg, struct str part, struct math_value *out, const char **why);
	/* SEARCH() */
	bool (*search)(void *arg, struct str expression, struct str statistic, double period,
		       struct math_value *out, const char **why);
	void *arg;
};

/* False with a sentence in *why. */
bool math_eval(const struct math *m, const struct math_world *world, struct math_value *out,
	       const char **why);

/* --- between math.c and math_functions.c -------------------------------------------------- */

struct math_call {
	const struct math_world *world;
	const struct math_value *args;
	size_t count;
};
/* A function by name, with the arguments that it takes; NULL when there is none. */
struct math_function {
	const char *name;
	size_t least, most;
	bool (*run)(const struct math_call *call, struct math_value *out, const char **why);
};
const struct math_function *math_function(struct str name);
/* A series like another, with room for its values. */
struct series *math_series_like(struct arena *a, const struct series *like, size_t room);
/* A value of one series. */
struct math_value math_of_series(struct arena *a, struct series *s);

#endif
