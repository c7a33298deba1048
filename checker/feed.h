#ifndef CHECKER_FEED_H
#define CHECKER_FEED_H

#include "checker/api.h"

/*
 * A feed: one of the API's streams, kept open by a thread of its own, and its events, for a thread that draws.
 *
 * When the connection breaks, or nothing comes for longer than the server promises, the feed connects again by itself,
 * soon at first and then less often. Streams begin with the whole document, so nothing is missed.
 */
enum feed_state {
	FEED_CONNECTING, /* for the first time */
	FEED_LIVE,
	FEED_LOST,    /* was live or tried once: trying again */
	FEED_REFUSED, /* the token is not accepted; trying again all the same */
};

struct feed;

struct feed_config {
	const struct api *api;             /* copied; its strings must outlive the feed */
	const char *path;                  /* "/api/progress/stream" */
	int pause_least_ms, pause_most_ms; /* between attempts; 0: 250 and 4000 */
	int silence_ms;                    /* 0: 40 s */
};

/* Start. The feed's thread runs until feed_free(). */
struct feed *feed_new(const struct feed_config *config);
/* Waits for a question that is under way at most as long as a connection takes to notice (a tenth of a second). */
void feed_free(struct feed *f);

/* Readable when there is something to take. */
int feed_fd(const struct feed *f);
/* How the connection is, and why it is not live (a sentence; in the arena). */
enum feed_state feed_state(struct feed *f, struct arena *a, const char **why);

/*
 * The next event: its name and data, in the arena. False when there is none now. The answer to feed_ask() is an event "answer"
 * or, with a sentence as its data, "failed".
 */
bool feed_take(struct feed *f, struct arena *a, struct str *name, struct str *data);

/* POST `body` to `path` on another thread. False when a question is under way already. */
bool feed_ask(struct feed *f, const char *path, struct str body);

#endif
