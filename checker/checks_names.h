#ifndef CHECKER_CHECKS_NAMES_H
#define CHECKER_CHECKS_NAMES_H

#include "base/json.h"

/*
 * Names in texts of checks: {name} stands for a value, {{name}} for {name} itself. A name begins with a letter
 * and goes on with letters, digits, - and _; any other brace is just a brace.
 */

/* A piece of a text: a name without its braces, or bytes that stand for themselves. */
struct names_piece {
	struct str text;
	bool is_name;
};
/* Cut the next piece off `rest`; false at the end. */
bool names_next(struct str *rest, struct names_piece *piece);

/* The value of a name, NULL when it has none. */
typedef struct json_object *names_lookup(void *arg, struct str name);
struct names {
	names_lookup *lookup;
	void *arg;
	struct str missing; /* the first name that had no value; absent: all had */
};

/* `text` with values put in. Texts go in as they are, other values as JSON. */
struct str names_fill_text(struct arena *a, struct str text, struct names *names);
/*
 * The same for an address: what is put in behind the host is percent-encoded, so that a value cannot lead elsewhere.
 */
struct str names_fill_url(struct arena *a, struct str text, struct names *names);
/* A copy of a value (of checks.yaml) with values put into its texts, not into its keys. NULL stays NULL. */
struct json_object *names_fill(struct arena *a, const struct json_object *o, struct names *names);

#endif
