#ifndef SITE_LAB_H
#define SITE_LAB_H

#include "base/files.h"
#include "base/json.h"

/*
 * lab: the folder of a lab, as AWS Workshop Studio lays it out, read into a tree of pages.
 *
 *	web-app/contentspec.yaml            title, defaultLocaleCode, localeCodes, params
 *	web-app/checks.yaml                 what must be true in the end (the checker's)
 *	web-app/content/index.en.md         the lab's first page
 *	web-app/content/10-table/index.en.md, web-app/content/20-role.en.md
 *	web-app/static/plan.svg             /static/plan.svg in a page; files/ beside it is what attendees download
 *
 * A page's text is in a file per locale: NAME.LOCALE.md or NAME/index.LOCALE.md; NAME.md serves the default
 * locale, and a language alone serves its first region (`.en.md` serves en-US). A text opens with front matter:
 * title, weight (the order among siblings; then by path), hidden (not in the navigation), description.
 */

/* Called once per mistake; line 0 means the whole file. `file` is its path in the tree: "web-app/content/index.en.md". */
typedef void lab_complain(void *arg, const char *file, int line, const char *what);

/* One text of a page, in one locale. */
struct lab_text {
	struct str locale;             /* "en-US" */
	struct str file;               /* path in the tree: "web-app/content/index.en.md" */
	struct str title;              /* front matter; the page's name when absent */
	struct str description;        /* front matter, or absent */
	struct str markdown;           /* what follows the front matter */
	int first_line;                /* line of the file that markdown begins on */
	const struct guide_body *body; /* the text rendered, see guide.h */
};

struct lab_page {
	struct str path; /* in the address behind the lab's: "" for the first page, "table/more" */
	struct lab_text *texts; /* at least one; in the order of the lab's locales */
	size_t text_count;
	int weight;
	bool made_up;               /* there is no file for it: it lists the others */
	bool hidden;                /* reachable, but in no list and not among previous and next */
	int depth;                  /* 0: the first page, 1: its children */
	struct lab_page *parent;    /* NULL for the first page */
	struct lab_page **children; /* in order, hidden ones last */
	size_t child_count;
	struct lab_page *previous, *next; /* reading order; NULL at the ends and for hidden pages */
};

struct lab_check {
	struct str id, title;
};

struct lab {
	struct str id;          /* "web-app" */
	struct str title;       /* contentspec.yaml's title, or the first page's */
	struct str description; /* contentspec.yaml, or absent */
	struct str base;        /* "/labs/web-app/": where its pages live */
	struct str *locales;    /* the default one first */
	size_t locale_count;
	struct json_object *params; /* contentspec.yaml: an object, perhaps empty */
	struct lab_page **pages;    /* reading order: a page, then its children; hidden ones too */
	size_t page_count;
	struct lab_check *checks; /* ids and titles, as far as checks.yaml can be read */
	size_t check_count;
	bool checks_known; /* checks.yaml could be read, or there is none */
	const struct guide_book
		*book;           /* the labs and talks beside it, for links to them; or NULL */
	struct files *files;     /* the tree it came from */
	struct str folder;       /* its folder in the tree: "web-app" */
	struct str pages_folder; /* where its pages are: "web-app/content" */
	struct str *paths;       /* every file of the folder, relative to it, sorted by bytes */
	size_t path_count;
};

/*
 * Read one lab from its folder of the tree; everything in the arena. NULL when it has no page at all. Mistakes go to
 * complain (which may be NULL) and are read around.
 */
struct lab *lab_read(struct files *labs, struct arena *a, struct str folder, lab_complain *complain,
		     void *arg);
/*
 * Read a folder of plain pages as if it were a lab of one locale: content/talks/NAME.md. Never NULL; the first page is made up
 * when there is no index.md.
 */
struct lab *lab_read_folder(struct files *files, struct arena *a, struct str folder,
			    struct str base, lab_complain *complain, void *arg);
/* The ids of the labs in the tree (folders with a contentspec.yaml), by `weight` in contentspec.yaml, then by name. */
struct str *lab_list(struct files *labs, struct arena *a, size_t *count);

/* Is there such a file in the lab's folder: "static/plan.svg"? */
bool lab_has_file(const struct lab *lab, struct str path);
/* Is it the archive of a folder of the lab: "files/site.zip"? */
bool lab_has_archive(const struct lab *lab, struct arena *a, struct str path);
/* The page at a path ("" the first; a slash at the end is ignored), or NULL. */
struct lab_page *lab_page_find(const struct lab *lab, struct str path);
/* The text for a locale: that very one, or the same language, or the default. Never NULL. An absent locale: the default. */
const struct lab_text *lab_text_get(const struct lab_page *page, struct str locale);

#endif
