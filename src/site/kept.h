#ifndef SITE_KEPT_H
#define SITE_KEPT_H

#include "base/arena.h"

/*
 * kept: finished pages in memory, so that a page that was made once is only sent.
 *
 * A page is kept under what it was made from; when that changes the key changes, and the old page gives
 * way to newer ones. At most `max_bytes` are kept. Safe from any thread.
 */
struct kept;

/* What a page was made from: the rendered text and, for an attendee, who and in which state. */
struct kept_key {
	uint64_t book; /* the guides' version */
	const void *text;
	int64_t person; /* 0: a visitor */
	uint64_t state; /* person_version() */
};

struct kept *kept_new(size_t max_bytes);
void kept_free(struct kept *kept);
/* The page's bytes, held until the arena is freed; absent when it is not there. */
struct str kept_find(struct kept *kept, const struct kept_key *key, struct arena *a);
/* Keep a copy. */
void kept_put(struct kept *kept, const struct kept_key *key, struct str bytes);

#endif
