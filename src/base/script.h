#ifndef BASE_SCRIPT_H
#define BASE_SCRIPT_H

#include "base/arena.h"

/*
 * What stops a browser from reading a script: the mistakes that people make when they fill values into one by hand.
 *
 *	line 3: the text is not closed: a " is missing at its end
 *	line 4: a comma is missing behind this value
 *	line 4: "25ddkmj4v6" is no number: a text stands in quotation marks
 *	line 2: this { is never closed
 *
 * One sentence about the first mistake, in the arena; absent when none was found. It looks at quotation marks, brackets and
 * comments everywhere, and at commas and colons within literals, by the lexical grammar of ECMA-262; what it says is wrong is
 * wrong, but a script that it finds nothing in need not be right. Where it cannot tell (a slash that may begin a regular
 * expression) it finds nothing.
 */
struct str script_fault(struct arena *a, struct str text);

#endif
