#ifndef CHECKER_TUI_TEXT_H
#define CHECKER_TUI_TEXT_H

#include "base/buf.h"

/*
 * Text as a terminal shows it: how wide, where to break, and never a control character.
 *
 * Names and messages come from other people. What is not well-formed UTF-8, and every control character, becomes one
 * replacement character; what is invisible and changes the text around it (direction marks, joiners, variation selectors)
 * is left out. In ASCII mode each character that is not ASCII becomes '?'.
 */

/* One thing that takes one or two columns: a character with the marks that combine with it. */
struct glyph {
	char text[20]; /* UTF-8 with a NUL; marks that do not fit are left out */
	int n;         /* bytes of text */
	int width;     /* 1 or 2 columns */
};

/* Cut the next glyph off the front of *rest; false at the end. */
bool text_next(struct str *rest, bool ascii, struct glyph *out);

/* Columns that the text takes. */
int text_width(struct str s, bool ascii);

/*
 * Cut one line of at most `room` columns (at least 1) off the front of *rest, at a blank where there is one, at a newline
 * always. False at the end. A line is a part of the text without the blank it broke at.
 */
bool text_wrap(struct str *rest, int room, bool ascii, struct str *line);

/* Add the text as a terminal may see it, at most `room` columns (0: all), cut text marked by an ellipsis. */
void text_add(struct buf *b, struct str s, int room, bool ascii);
/* The same, filled with blanks up to `room` columns. */
void text_add_padded(struct buf *b, struct str s, int room, bool ascii);

/* Does `text` hold `part`, whatever the case of letters? An empty part is in every text. */
bool text_holds(struct str text, struct str part);

/* Does the environment's locale (LC_ALL, LC_CTYPE, LANG) speak UTF-8? */
bool text_locale_is_utf8(void);

#endif
