#ifndef SITE_AGENDA_H
#define SITE_AGENDA_H

#include "base/files.h"

/*
 * agenda: content/agenda.md read into moments.
 *
 *	---
 *	title: Serverless and DevOps Immersion Day
 *	timezone: CEST
 *	---
 *	What the event is about: Markdown.
 *
 *	## Day 1 - Thursday 22 July 2021
 *
 *	| Time        | What                                          | Kind |
 *	|-------------|-----------------------------------------------|------|
 *	| 13:00-13:45 | [Overview of Serverless](/talks/serverless)   | talk |
 *	| 13:45-15:10 | [A Serverless Web Application](/labs/web-app) | lab  |
 *
 * A heading of level 2 with a date opens a day; the lines of its table, or of a list in the same form without outer bars
 * ("- 13:00-13:45 | title | talk"), are its entries. Times are the event's local ones; an entry that ends before it begins
 * ends on the next day. The zone is an offset (UTC+2, +02:00), a usual abbreviation (UTC, CET, CEST, EST, ...) or, if the
 * machine has the time zone files, a name (Europe/Rome).
 */
enum agenda_kind { AGENDA_TALK, AGENDA_LAB, AGENDA_BREAK, AGENDA_OTHER };

struct agenda_entry {
	struct str title;
	struct str link; /* "/labs/web-app", or absent */
	enum agenda_kind kind;
	int64_t starts_ms, ends_ms; /* UTC */
	struct str starts, ends;    /* as the event's clock shows them: "13:00" */
	int minutes;                /* how long */
	int line;
};
struct agenda_day {
	struct str title;           /* the heading: "Day 1 - Thursday 22 July 2021" */
	struct str date;            /* "2021-07-22" */
	int64_t starts_ms, ends_ms; /* of its first and last entry; both 0 without entries */
	struct agenda_entry *entries;
	size_t entry_count;
	int line;
};
struct agenda {
	struct str title;    /* "Workshop" when there is none */
	struct str subtitle; /* front matter `subtitle`, or absent */
	struct str zone;     /* as written: "CEST" */
	struct str intro;    /* Markdown before the first day */
	int intro_line;
	const struct guide_body *intro_body; /* the same rendered; set by guide.h's book */
	struct agenda_day *days;
	size_t day_count;
};

/* "talk", "lab", "break", "other". */
const char *agenda_kind_name(enum agenda_kind kind);

typedef void agenda_complain(void *arg, const char *file, int line, const char *what);

/*
 * Parse the text of `file` (its name, for complaints). Never NULL: what cannot be understood is reported and left out.
 * Everything lives in the arena and points into `text`.
 */
struct agenda *agenda_parse(struct arena *a, struct str text, const char *file,
			    agenda_complain *complain, void *arg);

/* What runs at `now`, and what comes after it; NULL when nothing does. */
const struct agenda_entry *agenda_now(const struct agenda *agenda, int64_t now);
const struct agenda_entry *agenda_next(const struct agenda *agenda, int64_t now);

#endif
