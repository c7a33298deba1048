#ifndef SITE_HUB_H
#define SITE_HUB_H

#include "http/http.h"
#include "site/people.h"

/*
 * The hub: the open event streams of attendees and instructors.
 *
 * What is sent is made inside the hub's lock by the `make` functions below, from what is true at that moment. So a
 * stream's first message and the ones that follow it are in order, and the last one sent is the newest.
 * One thread writes a comment to every stream every 10 s, which keeps connections open and finds those that are dead.
 */
struct hub;

/* Write one message (see hub_message) into `out`. `person` is whom it is about, or NULL for everybody. */
typedef void hub_make(void *arg, struct buf *out, const struct person *person);

struct hub_config {
	hub_make *document; /* for the person's own streams */
	hub_make *entry;    /* one person, for instructors */
	hub_make *everyone; /* all of it, for instructors; person is NULL */
	hub_make *tick;     /* for instructors every 10 s, instead of the comment */
	void *arg;
};
struct hub *hub_new(const struct hub_config *config);
/* Stop the thread. The streams themselves end with the HTTP server, before hub_free(). */
void hub_stop(struct hub *hub);
void hub_free(struct hub *hub);

/*
 * Answer the request with a stream: of `person`, or of the instructor when NULL. False, and nothing is
 * answered, when that person has too many already.
 */
bool hub_open(struct hub *hub, struct http_request *req, const struct person *person);
/* Something about the person changed: tell their streams and the instructors'. From any thread. */
void hub_tell(struct hub *hub, const struct person *person);

/* Something about the event changed: send instructors all of it. From any thread. */
void hub_tell_instructors(struct hub *hub);
/* End the person's streams. From any thread. */
void hub_close(struct hub *hub, const struct person *person);

/* "event: NAME\ndata: TEXT\n\n"; the text has no line ends. */
void hub_message(struct buf *out, const char *name, struct str text);

#endif
