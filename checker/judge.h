#ifndef CHECKER_JUDGE_H
#define CHECKER_JUDGE_H

#include "checker/checks.h"

/*
 * The judge runs a lab's checks against one account and says green, red or pending, and why.
 *
 * It reaches the account only through a caller: the dispatcher in `serve`, signed HTTP elsewhere.
 */
struct check_answer {
	bool ok;                  /* the operation succeeded */
	struct json_object *out;  /* its output, or NULL */
	struct str code, message; /* its error */
};
struct check_caller {
	void (*call)(void *arg, struct arena *a, struct str service, struct str operation,
		     struct json_object *in, struct check_answer *answer);
	/* The account's trail, newest first, as aws_trail() prints it; may be NULL. */
	struct json_object *(*trail)(void *arg, struct arena *a, int limit);
	void *arg;
	struct str account, region, endpoint; /* for {account}, {region}, {endpoint} */
	int64_t now;
};

/* {"id", "title", "checks": [{"id", "title", "state", "message"}]}; owned by the arena. */
struct json_object *judge_lab(const struct lab_checks *lab, const struct check_caller *caller,
			      struct arena *a);

#endif
