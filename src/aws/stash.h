#ifndef AWS_STASH_H
#define AWS_STASH_H

#include "base/arena.h"

/*
 * The stash: what stages remember for a while, in memory: answers, authorizers' verdicts, how much was asked for. One for
 * the process, bounded, safe from any thread; what is forgotten early only costs time. Keys begin with what they
 * are: "answer/API/STAGE/...".
 */

/* Remember until `until`; replaces what was there. */
void stash_put(struct str key, struct str value, int64_t until);
/* What is remembered at `now`, in the arena; false when there is nothing. */
bool stash_get(struct arena *a, struct str key, int64_t now, struct str *value);
/* Forget all whose key begins so. */
void stash_forget(struct str prefix);
/*
 * Take one token from a bucket that holds `burst` and gets `rate` a second; false when it is empty. Developer Guide,
 * "Throttle requests to your REST APIs".
 */
bool stash_take(struct str key, double rate, double burst, int64_t now);

#endif
