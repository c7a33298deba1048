#ifndef SITE_RESULTS_H
#define SITE_RESULTS_H

#include "base/buf.h"
#include "base/json.h"

/*
 * Results: the instructor's document (/api/dash) as a table for spreadsheets, one line an attendee and check.
 *
 * CSV as RFC 4180 has it, in UTF-8, with the head
 *
 *	attendee,account,joined,lab,check,title,state,done
 *
 * where state is green, red or pending, and joined and done are moments like 2021-07-22T13:05:09Z; done is when the check
 * was green first, empty if it never was or nobody noted it. An attendee without verdicts has one line, empty from lab on.
 * A cell that a spreadsheet would run as a formula begins with an apostrophe, for attendees choose their own names.
 */
void results_csv(const struct json_object *document, struct buf *out);

#endif
