#ifndef SITE_NAME_H
#define SITE_NAME_H

#include "base/arena.h"

/* The most characters (code points) a name may have. */
#define NAME_MAX_CHARACTERS 64

/*
 * Make a name presentable: blanks at the ends go, blanks in a row become one. NULL when the name can be used, otherwise a
 * whole sentence for whoever typed it. Names are text in any script; what cannot be seen or would
 * turn the text around it (control characters, bidirectional overrides, line separators) is refused.
 */
const char *name_check(struct arena *a, struct str typed, struct str *name);

/*
 * An event code as people type it: letters in any case, with blanks and dashes anywhere. Returns it in capitals without
 * those, so that two spellings of one code compare equal.
 */
struct str code_plain(struct arena *a, struct str typed);

#endif
