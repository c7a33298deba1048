#ifndef BASE_PATTERN_INNER_H
#define BASE_PATTERN_INNER_H

#include "base/pattern.h"

/* What pattern.c (structure), pattern_operators.c (alternatives) and pattern_why.c (words) share. */

/* An operator such as "prefix". */
struct pattern_operator {
	const char *name;
	/* Is the operand right? If not, the reason in AWS's words. */
	const char *(*check)(struct arena *a, const struct json_object *operand);
	/* Does it hold for a value that is no array and no object? NULL is JSON null. */
	bool (*holds)(const struct json_object *operand, const struct json_object *value);
	/* In words: "starting with a"; and what it is said of when nothing else is named: "a text". */
	void (*say)(struct buf *b, const struct json_object *operand);
	const char *of;
};

/* The operator of an alternative ({"prefix": "a"}) and its operand; NULL when it is none. */
const struct pattern_operator *pattern_operator(const struct json_object *alternative,
						const struct json_object **operand);
const struct pattern_operator *pattern_operator_named(const char *name);
/* The same for the names that AWS keeps from use inside $or. */
bool pattern_reserved(const char *name);
/* Does a scalar alternative or an operator (but exists) hold for a scalar? */
bool pattern_alternative_holds(const struct json_object *alternative,
			       const struct json_object *value);

/* A step from the root to a value or a pattern. */
struct pattern_place {
	const struct pattern_place *up; /* NULL: the root, which has no key */
	const char *key;
};

/* What exists: false came to, by the alternative that asks: the same for each element of an array. */
enum { PATTERN_ABSENCES = 64 };
struct pattern_absence {
	const struct json_object *alternative; /* NULL: free */
	bool absent;
};

struct pattern_run {
	const struct json_object *root; /* the whole value */
	unsigned flags;
	struct pattern_absence
		*absences; /* PATTERN_ABSENCES of them, by the alternative's address */
};

/* Does `value` (absent: not `present`) match a pattern or a list of alternatives at `place`? */
bool pattern_holds(const struct pattern_run *run, const struct json_object *pattern,
		   const struct json_object *value, bool present,
		   const struct pattern_place *place);
/* exists: a scalar, or an array with one in it; relaxed: an object too. */
bool pattern_exists(const struct pattern_run *run, const struct json_object *value, bool present);
/* Member of an object, telling null and absent apart. */
bool pattern_member(const struct json_object *o, const char *key, struct json_object **member);
/* "Table.KeySchema" */
void pattern_print_place(struct buf *b, const struct pattern_place *place);

/* The sentence for a value that does not match. */
const char *pattern_why(struct arena *a, const struct pattern_run *run,
			const struct json_object *pattern);
/* A value for a person: bare when it is a plain word, else JSON; never longer than about 80 bytes. */
void pattern_say_value(struct buf *b, const struct json_object *value);

#endif
