#ifndef CHECKER_STANDING_H
#define CHECKER_STANDING_H

#include "base/json.h"

/*
 * A standing: how far one attendee has come, read from the API's documents.
 *
 * The documents come over the network: members that are missing or odd read as empty, unknown states as pending,
 * and what passes the limits below is left out.
 */
enum verdict_state {
	VERDICT_PENDING, /* something else comes first */
	VERDICT_TO_DO, /* red in the document, but merely not done yet: it never was, and no diagnosis knows of a mistake */
	VERDICT_RED,   /* it was done and is not any more, or a diagnosis knows why */
	VERDICT_GREEN,
	VERDICT_STATES
};

enum { STANDING_LABS_MAX = 32, STANDING_CHECKS_MAX = 256 };

struct verdict {
	struct str id, title, message;
	enum verdict_state state;
	int64_t changed_ms; /* when this program saw the state change; 0: it did not */
};
struct standing_lab {
	struct str id, title;
	struct verdict *verdicts;
	int count, green;
};
struct standing {
	struct arena *arena; /* owns all of it, the standing too */
	struct str name, account;
	struct standing_lab *labs;
	int lab_count;
	int green, total;        /* over all labs */
	int64_t joined_ms;       /* 0: not said */
	int64_t started_over_ms; /* when the account was emptied last; 0: never */
	int64_t last_green_ms; /* when a check turned green last, as far as is known; 0: not known */
};

/*
 * Read an attendee's document ({"attendee", "labs"}) or an entry of the instructor's ({"name", "account", "labs"}). NULL when
 * `text` is no such object. The caller owns the standing.
 */
struct standing *standing_parse(struct str text);
struct standing *standing_read(const struct json_object *document);
void standing_free(struct standing *s);

/* The lab or check with this id, or NULL; `s` and `lab` may be NULL. What is returned belongs to the standing. */
const struct standing_lab *standing_lab_find(const struct standing *s, struct str id);
/* Likewise, a lab's check. */
const struct verdict *verdict_find(const struct standing_lab *lab, struct str id);

/* Is everything green that there is, and is there something? */
bool standing_is_done(const struct standing *s);
/*
 * `now` replaces `before` (may be NULL) at `at_ms`: moments that only this program saw are carried over, and states that
 * differ get this moment. Returns how many checks turned green; *first, when there is one, is the first of them.
 */
int standing_carry(const struct standing *before, struct standing *now, int64_t at_ms,
		   const struct verdict **first);
/* "green", "red", "to do", "pending". */
struct str verdict_word(enum verdict_state state);

#endif
