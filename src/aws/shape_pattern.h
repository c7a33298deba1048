#ifndef AWS_SHAPE_PATTERN_H
#define AWS_SHAPE_PATTERN_H

#include "base/str.h"

/*
 * Does the whole text match this pattern of a shape? `pattern` must be a string that lives as long as the
 * process: it is compiled once, under its address. Patterns that are one class repeated ("[a-zA-Z0-9_.-]+",
 * "[a-z]{1,64}", and concatenations of these) need no regular expression; the rest are POSIX
 * extended ones, with \d, \w, \s and (?:...) understood. Safe from any thread.
 */
bool shape_pattern_matches(const char *pattern, struct str text);

#endif
