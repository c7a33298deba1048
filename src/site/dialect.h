#ifndef SITE_DIALECT_H
#define SITE_DIALECT_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * dialect: the line pass in front of cmark, which knows nothing of directives and tables.
 *
 * A text goes in; out comes Markdown in which each directive and each part of a table is a marker that cmark carries
 * through, and the list of what the markers stand for. On a line of its own (container, leaf, table) a marker is an HTML
 * comment, which cmark keeps as a node where it stood, in a list item or a quotation too; inside a line it is a run of
 * characters from Unicode's private use area, which authors' text is rid of first. `:::code` becomes a fenced code block
 * with a marker as its info.
 *
 *	DIALECT_OPEN "o12" DIALECT_END ... DIALECT_OPEN "c12" DIALECT_END      directive 12 opens, closes
 *	DIALECT_OPEN "p12" DIALECT_END                                          directive 12 is a :param, anywhere, code too
 *
 * The line numbers of the original are kept.
 */
#define DIALECT_OPEN "\xEE\x80\x80" /* U+E000 */
#define DIALECT_END  "\xEE\x80\x81" /* U+E001 */
#define DIALECT_GUARD                                                                              \
	"\xEE\x80\x82" /* U+E002: keeps a label's first character from meaning a list or a heading */

enum directive_name {
	D_UNKNOWN,
	D_ALERT,
	D_ASSET_URL,
	D_BUTTON,
	D_CHECK,
	D_CHILDREN,
	D_CODE,
	D_EXPAND,
	D_IMAGE,
	D_LINK,
	D_PARAM,
	D_QUIZ,
	D_TAB,
	D_TABS,
	D_VIDEO,
	/* Not written by authors: parts of a GFM table, and a mistake to be shown in its place (text in `label`). */
	D_TABLE,
	D_ROW,
	D_CELL,
	D_MISTAKE,
};

enum directive_form { FORM_INLINE = 1, FORM_LEAF = 2, FORM_CONTAINER = 4 };

enum column_align { ALIGN_NONE, ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct directive_attr {
	struct str name, value; /* the value may hold markers of :param */
};

struct directive {
	enum directive_name name;
	enum directive_form form;
	struct str source; /* as the author wrote it, without the content of a container */
	struct str
		label; /* between the brackets, may hold markers of :param; absent when there are none.
				      * D_CELL: its text */
	struct directive_attr *attrs;
	size_t attr_count;
	int line;   /* of the file */
	int parent; /* the container around it in the lines, or -1 */
	int index;  /* D_ROW, D_CELL: 0, 1, ...; D_TAB: its number among its siblings */
	enum column_align align; /* D_CELL */
};

struct dialect {
	struct str markdown; /* for cmark */
	int *lines;          /* the file's line for each of its lines; lines[0] is for line 1 */
	size_t line_count;
	struct directive *at;
	size_t count;
};

/* Called for each mistake in the text. */
typedef void dialect_complain(void *arg, int line, const char *what);

/*
 * Read a text whose first line is `first_line` of its file. Everything lives in the arena. Mistakes are reported and become
 * D_MISTAKE directives where they happened.
 */
struct dialect *dialect_read(struct arena *a, struct str text, int first_line,
			     dialect_complain *complain, void *arg);

/* An attribute's value, or absent. */
struct str directive_get(const struct directive *d, const char *name);
/* true/false by the words; `otherwise` when absent or another word. */
bool directive_flag(const struct directive *d, const char *name, bool otherwise);
/* The directive's name as written: "alert". */
const char *directive_word(enum directive_name name);

/*
 * If a marker begins at `s`, its length; its kind ('o', 'c', 'p') and directive come in *kind and *which. 0 otherwise, also
 * for a number that no directive has.
 */
size_t dialect_marker(const struct dialect *d, struct str s, char *kind, int *which);

#endif
