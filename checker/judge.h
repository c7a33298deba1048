#ifndef CHECKER_JUDGE_H
#define CHECKER_JUDGE_H

#include "checker/checks.h"

/*
 * The judge runs a lab's checks against one account and says green, red or pending, and why.
 *
 * It reaches the account only through a caller: the dispatcher in `serve`, signed HTTP elsewhere. Within one judging the
 * same call is made once, however many checks and diagnoses ask for it. Checks with http ask the server itself:
 * each gets JUDGE_HTTP_MS at most, all of a judging together JUDGE_HTTP_TOTAL_MS, redirects are not followed.
 */
enum { JUDGE_HTTP_MS = 4000, JUDGE_HTTP_TOTAL_MS = 8000 };

struct check_answer {
	bool ok;                  /* the operation succeeded */
	struct json_object *out;  /* its output, or NULL */
	struct str code, message; /* its error */
};
struct check_caller {
	/* Make a call; `in` is never NULL, and not to be kept. Fills a zeroed answer; its parts live as long as `a`. */
	void (*call)(void *arg, struct arena *a, struct str service, struct str operation,
		     struct json_object *in, struct check_answer *answer);
	/* The account's trail, newest first, as aws_trail() prints it; may be NULL. */
	struct json_object *(*trail)(void *arg, struct arena *a, int limit);
	/* Has this check been green at some time? NULL: nobody knows of any. */
	bool (*done)(void *arg, struct str lab, struct str id);
	void *arg;
	struct str account, region, endpoint; /* for {account}, {region}, {endpoint}, {scheme} */
	int64_t now;
};

/*
 * {"id", "title", "checks": [{"id", "title", "state", "message", "done", "diagnosed"}]}; owned by the arena.
 *
 * "state" is green, red, or pending: something it needs is not green yet, or what it comes after has never been.
 * "done" is whether it is or has been green; "diagnosed" whether it is red and a diagnosis knows why: what is red without
 * either is merely not done yet. "message" is empty when green, and names what to do first when
 * pending. When red it says what was expected and found (or what the call failed with) and the hint; where a diagnosis
 * matches, that speaks first, in place of a call's error and of the hint, and what was found stands behind it in
 * parentheses. Then comes which call of the attendee's own failed last on that service (of a check with http: was denied
 * last on any), if that was within JUDGE_TRAIL_MS.
 */
enum { JUDGE_TRAIL_MS = 5 * 60 * 1000 };
struct json_object *judge_lab(const struct lab_checks *lab, const struct check_caller *caller,
			      struct arena *a);

#endif
