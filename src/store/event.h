#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include "base/json.h"
#include "store/db.h"

/*
 * The event's file, DATA/event.db (FULL: on the disk when it returns): settings,
 * attendees, and their progress. Safe from any thread: every function takes the
 * store's own lock. Tokens are stored as SHA-256, so the file does not open doors.
 */
struct event_store;

struct attendee {
	int64_t id;
	struct str name;
	struct str account; /* 12 digits */
	int64_t joined_at;
};

/* Open the event's file in `data_dir`, making both. NULL with a sentence in *why. The caller closes it. */
struct event_store *event_open(const char *data_dir, struct arena *a, const char **why);
/* NULL is allowed. */
void event_close(struct event_store *e);

/* A setting such as "event-code"; absent str when not set. */
struct str event_setting(struct event_store *e, struct arena *a, const char *name);
bool event_set(struct event_store *e, const char *name, struct str value);

/*
 * Add an attendee with a fresh account number that nobody has. `token` is the plain bearer
 * token (its hash is stored). False when the file cannot be written, with a sentence.
 */
bool event_join(struct event_store *e, struct arena *a, struct str name, struct str token,
		int64_t now, struct attendee *out, const char **why);
/* Who holds this token? Strings live in the arena. */
bool event_attendee_by_token(struct event_store *e, struct arena *a, struct str token,
			     struct attendee *out);
bool event_attendee_by_account(struct event_store *e, struct arena *a, struct str account,
			       struct attendee *out);
/* From now on only this token is theirs. False when the file cannot be written. */
bool event_set_token(struct event_store *e, struct arena *a, struct str account, struct str token);
/* Is the name taken (ASCII case and surrounding blanks do not count)? */
bool event_name_taken(struct event_store *e, struct str name);
/* Everybody, in order of joining; *count entries in the arena. */
struct attendee *event_attendees(struct event_store *e, struct arena *a, size_t *count);

/*
 * Progress: the latest verdict document of an account and lab, as the checker printed it
 * ({"id", "title", "checks": [...]}, JSON). Kept so that a restart shows what was green.
 */
bool event_set_progress(struct event_store *e, struct str account, struct str lab,
			struct str verdicts, int64_t now);
/* The same for several documents in one transaction: all are stored, or none is. */
struct event_verdicts {
	struct str account, lab, text;
	int64_t at; /* milliseconds */
};
bool event_set_progress_all(struct event_store *e, const struct event_verdicts *all, size_t count);
/* Forget the account's progress: it starts over at `now`. False when the file cannot be written. */
bool event_start_over(struct event_store *e, struct str account, int64_t now);
/* When it did last; 0: never. */
int64_t event_started_over(struct event_store *e, struct str account);
/* The stored verdict document, or absent. */
struct str event_progress(struct event_store *e, struct arena *a, struct str account,
			  struct str lab);

#endif
