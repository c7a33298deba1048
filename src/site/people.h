#ifndef SITE_PEOPLE_H
#define SITE_PEOPLE_H

#include "site/verdicts.h"
#include "store/event.h"

/*
 * People: every attendee in memory, so that pages and streams never touch the disk.
 *
 * Who joined is read once at the start and added to at each join; persons are never removed, so a pointer to one
 * holds until people_free(). What changes about a person (key, verdicts) is read through functions that copy or count
 * references under the lock. Safe from any thread.
 */
struct people;

struct person {
	int64_t id;
	struct str name;    /* as typed, UTF-8: escape it */
	struct str account; /* 12 digits */
	int64_t joined_at;
};

/* Read everybody from the event's file, with the verdicts of `labs`. */
struct people *people_new(struct event_store *event, const struct str *labs, size_t lab_count);
/* Store what is not stored yet, then forget everybody. */
void people_free(struct people *people);

/* Who holds this bearer token? NULL when nobody does. A token seen before costs no look at the disk. */
struct person *people_by_token(struct people *people, struct str token);
struct person *people_by_account(struct people *people, struct str account);
/* Somebody who has just been added to the event's file. */
struct person *people_add(struct people *people, const struct attendee *attendee, struct str token);
/* From now on only this token leads to the person; false when that could not be stored. May block. */
bool people_set_token(struct people *people, struct person *person, struct str token);
/* Everybody in order of joining; *count entries in the arena. */
struct person **people_list(struct people *people, struct arena *a, size_t *count);
size_t people_count(struct people *people);

/* The access key, once it is known. */
struct person_key {
	char id[21];
	char secret[41];
};
void person_set_key(struct people *people, struct person *person, const struct person_key *key);
/* False while it is not known. */
bool person_key(struct people *people, const struct person *person, struct person_key *out);

/*
 * Take a verdict document. False when it says what the last one of that lab said, or is not a document. It is seen by
 * everybody at once and stored soon by a thread that writes whatever has gathered in one transaction: a
 * tick must not wait for the disk. What a crash takes in between is found again by the checks, which
 * run for everybody when the server starts.
 */
bool person_set_verdicts(struct people *people, struct person *person, struct str lab,
			 struct str text, int64_t now);
/* All of a person's latest verdicts, held until the arena ends; *count pointers. */
const struct verdicts *const *person_verdicts(struct people *people, const struct person *person,
					      struct arena *a, size_t *count);
/*
 * All verdicts of the person are forgotten, also on the disk: they start over at `now`. False, and nothing is
 * forgotten, when that could not be stored. May block.
 */
bool person_start_over(struct people *people, struct person *person, int64_t now);
/* When they did last; 0: never. */
int64_t person_started_over(struct people *people, const struct person *person);
/* When one of the person's checks turned green last, also before the server was last started; 0: not that anybody noted. */
int64_t person_last_green(struct people *people, const struct person *person);
/* A number that changes with each change of the person's key or verdicts. */
uint64_t person_version(struct people *people, const struct person *person);

#endif
