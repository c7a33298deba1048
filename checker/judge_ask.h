#ifndef CHECKER_JUDGE_ASK_H
#define CHECKER_JUDGE_ASK_H

#include "checker/checks_names.h"
#include "checker/judge.h"

/* How the judge asks: calls and requests, each once in a judging, and the values of `let`. */

struct judge {
	const struct lab_checks *lab;
	const struct check_caller *caller;
	struct arena *arena;
	struct asked *asked;      /* what was asked already */
	int64_t http_spent_ms;    /* of JUDGE_HTTP_TOTAL_MS */
	struct verdict *verdicts; /* judge.c's, one a check */
	struct json_object *trail;
	bool trail_read;
};

/* The values of one check's {names}. */
struct judge_values {
	struct judge *judge;
	struct json_object *found; /* name -> value */
	const char *why; /* a sentence: the first value of `let` that could not be had; or NULL */
};
/* Ask for the values of `let`, in order. */
void judge_let(struct judge *j, const struct check *check, struct judge_values *values);
/* A names_lookup for these values. */
struct json_object *judge_value(void *arg, struct str name);

/* Make the call or request of a check or a diagnosis. False when a {name} in it has no value (then *missing is it). */
bool judge_ask(struct judge *j, const struct check_call *call, struct judge_values *values,
	       struct check_answer *answer, struct str *missing);

#endif
