#ifndef CHECKER_WATCH_H
#define CHECKER_WATCH_H

#include "checker/judge.h"

/*
 * The watch runs the checks of accounts that changed, on threads of its own, soon after the change and
 * not more often than every `pause_ms` per account.
 */
struct watch;

struct watch_config {
	struct files *labs;      /* checks are read again when the tree changes */
	int threads;             /* 0: 2 */
	int pause_ms;            /* 0: 50 */
	const char *region, *endpoint;
	int64_t (*clock)(void);
	/* As in check_caller, with the account named. */
	void (*call)(void *arg, struct arena *a, struct str account, struct str service,
		     struct str operation, struct json_object *in, struct check_answer *answer);
	struct json_object *(*trail)(void *arg, struct arena *a, struct str account, int limit);
	/* Verdicts of one lab, as judge_lab() makes them, printed. */
	void (*publish)(void *arg, struct str account, struct str lab, struct str verdicts);
	void *arg;
};
struct watch *watch_new(const struct watch_config *config);
void watch_free(struct watch *w);

/* The account changed: look at it soon. From any thread, quick. */
void watch_mark(struct watch *w, struct str account);
/* Look at it now, at one lab or (absent) all; returns when the verdicts are published. */
void watch_now(struct watch *w, struct str account, struct str lab);

#endif
