#ifndef SITE_GUIDE_WALK_H
#define SITE_GUIDE_WALK_H

#include <cmark.h>

#include "site/dialect.h"
#include "site/guide.h"

/*
 * The second half of rendering a guide's text: a walk over cmark's tree that writes HTML. Shared by
 *
 *	guide_walk.c       nodes of Markdown
 *	guide_value.c      mistakes, parameters, the attendee's values
 *	guide_directive.c  what directives become
 *	guide_quiz.c       quizzes
 *	guide_link.c       where addresses lead
 *	guide_tags.c       authors' own HTML
 *
 * and nobody else.
 */

/* A place in the rendered bytes that a value of the attendee's goes into. */
enum slot_mode {
	SLOT_TEXT, /* <span class="value" ...>value</span> */
	SLOT_ATTR, /* the value alone, escaped */
	SLOT_URL,  /* the same; "#" when it begins an address and is not a safe one */
};
struct slot {
	size_t at;
	int key; /* index in guide_keys */
	enum slot_mode mode;
};

struct guide_fragment { /* a link to a heading of another page of the lab */
	const struct lab_page *page;
	struct str id;
	int line;
};

struct guide_body {
	struct str html;
	struct slot *slots;
	size_t slot_count;
	struct guide_heading *headings;
	size_t heading_count;
	struct str *ids; /* of every element that can be linked to */
	size_t id_count;
	struct guide_code *codes;
	size_t code_count;
	struct guide_fragment *fragments;
	size_t fragment_count;
};

/*
 * Something open: a directive between its two markers, an author's tag, a strike-through. It belongs to the node
 * that it was opened in and ends with it at the latest.
 */
enum frame_kind { FRAME_DIRECTIVE, FRAME_TAG, FRAME_STRIKE };
struct frame {
	enum frame_kind kind;
	int directive;    /* FRAME_DIRECTIVE */
	struct str tag;   /* FRAME_TAG: "details" */
	cmark_node *node; /* what it was opened in */
	int line;
	bool body; /* D_TABLE: the body is open; D_QUIZ: the choices were met */
};

enum { FRAMES_MAX = 64 };

struct walk {
	struct arena *a;
	struct html h;
	const struct dialect *dialect;
	const struct lab
		*lab; /* may be NULL: then there are no parameters, checks and pages to refer to */
	const struct lab_page *page; /* may be NULL */
	const struct lab_text *text;
	struct guide_body *body;
	lab_complain *complain;
	void *arg;
	struct frame frames[FRAMES_MAX];
	size_t frame_count;
	bool *seen;        /* directives whose opening marker was met */
	int heading_shift; /* 1 when the author used h1 */
	int quiz_count, tabs_count;
	int *group; /* D_TABS: the number in its ids, one a directive */
	bool in_link;
	const char *late; /* a mistake to be shown behind the tag being written, or NULL */
	int late_line;
	bool quiet; /* rendering something for the second time: say nothing again */
};

/* guide_walk.c */

/* Render a node and all below it. */
void walk_nodes(struct walk *w, cmark_node *root);
/* End the innermost frame; `forgotten`: the author did not. */
void walk_pop(struct walk *w, bool forgotten);
/* End what was opened in a node and is still open. */
void walk_leave(struct walk *w, cmark_node *node);
/* The file's line of a node. */
int walk_line(const struct walk *w, cmark_node *node);
/* Report a mistake without showing it. */
void walk_report(struct walk *w, int line, const char *what);
/* Report a mistake and show it where we are. */
void walk_mistake(struct walk *w, int line, const char *what);
/* The same within a line. */
void walk_mistake_inline(struct walk *w, int line, const char *what);
/* A mistake met while a tag is being written: reported now, shown when walk_late() is called behind the tag. */
void walk_mistake_late(struct walk *w, int line, const char *what);
void walk_late(struct walk *w);
/* A mistake that the line pass has reported already: show it. */
void walk_known_mistake(struct walk *w, const struct directive *d, bool inside);
/* Text that may hold markers of :param, escaped, values and parameters filled in. */
void walk_value(struct walk *w, struct str text, enum slot_mode mode);
/* A value of the attendee's by its key, which must be one of guide_keys. */
void walk_slot(struct walk *w, struct str key, enum slot_mode mode);
/* The same without markup: the attendee's values as their placeholders, or as {{key}}. */
struct str walk_plain(struct walk *w, struct str text, bool keys);
/* What a :param stands for. */
void walk_param(struct walk *w, const struct directive *d, enum slot_mode mode);
/* ` name="` walk_value `"`. */
#define WALK_ATTR(w, name, value)                                                                  \
	do {                                                                                       \
		HTML(&(w)->h, " " name "=\"");                                                     \
		walk_value((w), (value), SLOT_ATTR);                                               \
		HTML(&(w)->h, "\"");                                                               \
	} while (0)
/* Open a frame in `node`; false, with a mistake, when there are too many. */
bool walk_push(struct walk *w, const struct frame *frame);
/* The innermost open directive, or NULL; its frame in *frame if that is not NULL. */
const struct directive *walk_inside(struct walk *w, struct frame **frame);
/* An id that no other element of the page has: `wish`, or with a number behind it. */
struct str walk_id(struct walk *w, struct str wish);
/* A figure of code; `d` may be NULL (a plain fence, whose info is given). */
void walk_code(struct walk *w, const struct directive *d, struct str info, struct str code,
	       int line);

/* guide_directive.c */

/* A marker was met in `node`: opening or closing. `inside`: within a line. */
void directive_open(struct walk *w, int id, cmark_node *node, bool inside);
void directive_close(struct walk *w, int id, cmark_node *node);
/* An image of Markdown's, or of a directive (`d`, else NULL). */
struct image {
	struct str src, alt, title;
	const struct directive *d;
	int line;
};
/* Write it: a figure when it stands alone. */
void image_write(struct walk *w, const struct image *image, bool alone);
struct image image_of(const struct directive *d);
/* Write the end of a directive whose frame has just been taken off. */
void directive_end(struct walk *w, int id);

/* guide_quiz.c */

/* A quiz opens: its question. */
void quiz_open(struct walk *w, const struct directive *d);
/* The list of choices in a quiz: written as a whole. */
void quiz_choices(struct walk *w, cmark_node *list);
/* "[ ] " or "[x] " at the start of a task's text: how long, and whether it is ticked. */
size_t task_mark(struct str text, bool *ticked);

/* guide_link.c */

/*
 * ` href="..."` (or src) for an author's address, which may hold markers of :param: pages and static files are looked up, and
 * what cannot be found is reported. *external tells whether it leads away.
 */
void link_attr(struct walk *w, bool image, struct str url, int line, bool *external);
/* Attributes of a link that leads away. */
void link_external(struct walk *w, bool external);
/* The address of a page, escaped, as href. */
void link_page(struct walk *w, const struct lab_page *page);

/* guide_tags.c */

/* Authors' HTML: tags of a list are kept with harmless attributes, the rest is shown as text and reported. */
void tags_write(struct walk *w, struct str html, cmark_node *node);
/* Close a tag whose frame has just been taken off. */
void tags_end(struct walk *w, struct str tag);

#endif
