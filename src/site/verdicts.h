#ifndef SITE_VERDICTS_H
#define SITE_VERDICTS_H

#include "base/json.h"

/*
 * Verdicts: what the checks of one lab said last about one person. Immutable and counted, so that a page
 * or a stream may read them while newer ones take their place.
 */
enum verdict_state {
	VERDICT_PENDING, /* something else comes first */
	VERDICT_TO_DO, /* red in the document, but merely not done yet: it never was, and no diagnosis knows of a mistake */
	VERDICT_RED,   /* it was done and is not any more, or a diagnosis knows why */
	VERDICT_GREEN
};
struct verdict {
	struct str id, title, message;
	enum verdict_state state;
	int64_t done_at; /* when it was green first, in milliseconds; 0: never, or nobody has noted it */
};
struct verdicts {
	struct str lab, title;
	struct str text; /* the document as the checker printed it */
	int64_t at;      /* when it came, in milliseconds; 0: from the event's file */
	size_t count;
	const struct verdict *checks;
};

/* Read a document, held once; NULL when it is not one. */
struct verdicts *verdicts_read(struct str lab, struct str text, int64_t at);
/* Hold it once more; returns it. */
struct verdicts *verdicts_hold(struct verdicts *v);
/* Hold it once less. NULL is allowed. */
void verdicts_drop(struct verdicts *v);
/* How many are green; 0 for NULL. */
size_t verdicts_green(const struct verdicts *v);
/* "green", "red", "to do" or "pending". */
const char *verdict_state_word(enum verdict_state state);

#endif
