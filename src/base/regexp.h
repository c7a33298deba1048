#ifndef BASE_REGEXP_H
#define BASE_REGEXP_H

#include "base/arena.h"

/*
 * Regular expressions as JavaScript has them, for rules that attendees write: alternatives, groups, classes, . ^ $,
 * \d \w \s and their opposites, \b, * + ? {n,m} (lazy ones too), look-ahead (?=...) (?!...), groups (...) and (?:...).
 * No back references, no look-behind, no flags. Bytes are matched, not characters.
 *
 * Matching takes back what it tried, so a nasty expression could take for ever: after REGEXP_STEPS_MAX steps it says
 * that there is no match.
 */
enum { REGEXP_BYTES_MAX = 2048, REGEXP_GROUPS_MAX = 10, REGEXP_STEPS_MAX = 200000 };

struct regexp;

/* Parse; lives in the arena. NULL with a sentence in *why. */
struct regexp *regexp_parse(struct arena *a, struct str text, const char **why);
/*
 * Is there a match anywhere in `text`? groups[0] is the whole of it, groups[n] what the n-th group caught (absent:
 * nothing); `groups` may be NULL. Safe from any thread.
 */
bool regexp_find(const struct regexp *r, struct str text, struct str groups[REGEXP_GROUPS_MAX]);

#endif
