#ifndef CHECKER_WATCH_H
#define CHECKER_WATCH_H

#include "checker/judge.h"

/*
 * The watch runs the checks of accounts that changed, on threads of its own, soon after the change and
 * not more often than every `pause_ms` per account, nor than its judging takes a twentieth of the time; an account that
 * changes all the time without a step forward or back is judged less and less often, once a second at last. Each thread computes
 * an eighth of the time at most, so that a room in which everybody changes something is judged later, not served later.
 *
 * A mark makes an account dirty; a dirty account is judged once, however many marks there were. Accounts wait in the
 * order in which they became due, so a busy one cannot keep others waiting longer than one judging. A change
 * during a judging is seen by the next. Where nothing is marked, nothing runs.
 *
 * When a checks.yaml changes, all accounts seen so far are judged again (within a second). A lab whose new file has a
 * mistake keeps its old checks; the mistakes are logged once.
 */
struct watch;

struct watch_config {
	struct files *labs; /* must outlive the watch */
	int threads;        /* 0: 2 */
	int pause_ms;       /* 0: 50 */
	const char *region, *endpoint;
	int64_t (*clock)(void);
	/* As in check_caller, with the account named. From any of the watch's threads, never twice at a time for one account. */
	void (*call)(void *arg, struct arena *a, struct str account, struct str service,
		     struct str operation, struct json_object *in, struct check_answer *answer);
	/* May be NULL. */
	struct json_object *(*trail)(void *arg, struct arena *a, struct str account, int limit);
	/*
	 * Verdicts of one lab, as judge_lab() makes them, printed. Called after every judging, also when nothing is new: who
	 * stores them compares, and says whether something is. The message of a check that was green before and is not any more begins by saying so; "doneAt" is when a
	 * check was green first, in milliseconds, and missing where nobody has noted it.
	 */
	bool (*publish)(void *arg, struct str account, struct str lab, struct str verdicts);
	/* What was published last of a lab, perhaps before the server was started; absent: nothing. May be NULL. */
	struct str (*published)(void *arg, struct arena *a, struct str account, struct str lab);
	void *arg;
};
/* Starts the threads. Never NULL: without threads or memory the process ends. */
struct watch *watch_new(const struct watch_config *config);
/* Ends the judgings under way and stops. Nobody may be inside the functions below, or call them later. NULL is allowed. */
void watch_free(struct watch *w);

/* The account (12 digits) changed: look at it soon. From any thread, quick. */
void watch_mark(struct watch *w, struct str account);
/*
 * Look at it now, at one lab or (absent) all, on the caller's thread; returns when the verdicts are published.
 * Waits for a judging of the same account that is under way.
 */
void watch_now(struct watch *w, struct str account, struct str lab);

/*
 * Nobody judges the account between these two; the first waits for a judging that is under way. Afterwards it is looked at
 * again; `anew`: as if never before, so that nothing of it was green.
 */
void watch_hold(struct watch *w, struct str account);
void watch_let_go(struct watch *w, struct str account, bool anew);

#endif
