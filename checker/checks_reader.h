#ifndef CHECKER_CHECKS_READER_H
#define CHECKER_CHECKS_READER_H

#include "checker/checks.h"

/* What checks.c (a file and its checks) and checks_call.c (calls and names) share while they read. */

struct checks_reader {
	struct arena *arena;
	const char *file;
	checks_complain *complain;
	void *arg;
	size_t mistakes;
	const struct check *check; /* the one being read: its `let` says which names are known */
};

/* One mistake. Returns false. */
bool checks_wrong(struct checks_reader *r, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Of the NULL-ended words, the one that `typed` was probably meant to be, or NULL. */
const char *checks_guess(struct str typed, const char *const *words);
/* ": did you mean needs?" or "" */
const char *checks_did_you_mean(struct checks_reader *r, struct str typed,
				const char *const *words);

/* Complain of every key of the mapping that is not among the NULL-ended known ones. */
void checks_known_keys(struct checks_reader *r, const struct json_object *o, const char *what,
		       const char *const *known);
/* A member that must be a text that is not empty; absent after complaining, or when it is not there. */
struct str checks_text(struct checks_reader *r, const struct json_object *o, const char *key);
/* Line of a member, or of the mapping when it has none. */
int checks_line(const struct json_object *o, const char *key);

/* The call, http, with, expect and expect-error of a check or a diagnosis. `what` is "the check rides-table". */
void checks_read_call(struct checks_reader *r, const struct json_object *o, const char *what,
		      struct check_call *out);
/* The let of a check. */
void checks_read_let(struct checks_reader *r, const struct json_object *o, struct check *check);
/* Are all {names} of a text known? Complains. */
void checks_names(struct checks_reader *r, struct str text, int line);

#endif
