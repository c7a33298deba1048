#ifndef AWS_SHAPE_PATTERN_H
#define AWS_SHAPE_PATTERN_H

#include "base/str.h"

/*
 * Does the whole text match this pattern of a shape? `pattern` must be a string that lives as long as the
 * process: it is compiled once, under its address. Patterns that are one class repeated ("[a-zA-Z0-9_.-]+",
 * "[a-z]{1,64}") need no regular expression; the rest become POSIX extended ones. Of Java's own syntax the
 * service models use, \d \w \s \t \n \r \xHH \uHHHH, escaped punctuation and (?:...) are understood; in a class
 * \p{L}, \p{M}, \p{N}, \p{P}, \p{S} and \p{Z} too, and what lies beyond ASCII stands for every such byte. So are (?!^...$), what the whole text is not, and at the beginning (?!...),
 * what it does not begin with. Other look-around and back references are not: a shape
 * that declares them is a bug and aborts when it is first used. Safe from any thread.
 */
bool shape_pattern_matches(const char *pattern, struct str text);

#endif
