#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * Regular expressions as Java writes them, by backtracking, with a limit on the work.
 *
 * There are literals, the dot, classes ([a-z], [^a-z], \d \w \s \D \W \S, also inside a class), anchors (^ $ \b \B \A \z \Z),
 * groups ((..), (?:..), (?<name>..), (?>..), lookahead (?=..) and (?!..)), alternation, the quantifiers ? * + {n,m} in
 * their greedy, lazy (??) and possessive (?+) forms, back references (\1), \t \n \r \f \xHH \uHHHH, \Q..\E, and (?i) and (?s) at
 * the start. Characters are Unicode's, text is UTF-8; letters without case are ASCII's.
 */
struct regex;

/* Groups that are remembered: the whole match is the first of them. */
#define REGEX_GROUPS_MAX 10
/* Steps that one search may take; a search that needs more finds nothing. */
#define REGEX_STEPS_MAX  1000000

struct regex_match {
	struct {
		size_t from, to; /* byte offsets */
		bool took_part;
	} group[REGEX_GROUPS_MAX];
};

/* Compile; NULL, with a sentence in *why, when it is not one. */
const struct regex *regex_compile(struct arena *a, struct str pattern, const char **why);
/* The first match at or behind byte `from`. False when there is none, or when finding it takes too long. */
bool regex_find(const struct regex *regex, struct str text, size_t from, struct regex_match *match);
/* Does all of `text` match? */
bool regex_matches(const struct regex *regex, struct str text);
/*
 * The same for who looks at many texts: they take their steps from *steps, of which 0 is left when those were not
 * enough.
 */
bool regex_find_within(const struct regex *regex, struct str text, size_t from,
		       struct regex_match *match, size_t *steps);
bool regex_matches_within(const struct regex *regex, struct str text, size_t *steps);

struct regex_replacement {
	struct str text, by; /* "$1" and "\$" in `by` have their meaning there */
	bool all;            /* Java's replaceAll, otherwise replaceFirst */
	size_t *steps;       /* that it may take, and what is left of them */
};
/*
 * The text with what matches replaced, written into `out`. False, with a sentence in *why, when `by` names a group that
 * there is not, or when it takes too long.
 */
bool regex_replace(const struct regex *regex, const struct regex_replacement *how, struct buf *out,
		   const char **why);

#endif
