/*
 * Where addresses lead: other pages, static files, the site's own pages, elsewhere; see guide_walk.h.
 */
#include "site/guide_walk.h"

#include <ctype.h>

#include "base/form.h"

static bool is_elsewhere(struct str url)
{
	size_t i = 0;

	if (str_starts(url, STR("//")))
		return true;
	while (i < url.n && (isalnum((unsigned char)url.p[i]) || strchr("+-.", url.p[i])))
		i++;
	return i && i < url.n && url.p[i] == ':';
}

static void mistake(struct walk *w, int line, const char *what, struct str url)
{
	walk_mistake_late(w, line,
			  arena_printf(w->a, "%s: %.*s", what, STR_ARG(walk_plain(w, url, false))));
}

/* "a/./b/../c" without its dots; absent when it leads out. */
static struct str normal(struct arena *a, struct str path)
{
	char *p = arena_alloc(a, path.n + 1);
	size_t n = 0;
	struct str rest = path;

	while (rest.p) {
		struct str part = str_cut(&rest, '/');

		if (!part.n || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			if (!n)
				return STR_NONE;
			while (n && p[n - 1] != '/')
				n--;
			n -= n > 0;
			continue;
		}
		if (n)
			p[n++] = '/';
		memcpy(p + n, part.p, part.n);
		n += part.n;
	}
	return str_make(p, n);
}

/* The folder of a file's path, with the slash; "" at the top. */
static struct str folder_of(struct str path)
{
	while (path.n && path.p[path.n - 1] != '/')
		path.n--;
	return path;
}

/* Take ".en" off the end of a path; false when it is not there. */
static bool ends_with_part(struct str *path, struct str part)
{
	if (path->n <= part.n || !str_ends(*path, part) || path->p[path->n - part.n - 1] != '.')
		return false;
	path->n -= part.n + 1;
	return true;
}

/* "table/index.en.md" as the path of a page; what has no .md is one already. */
static struct str without_suffix(const struct walk *w, struct str path)
{
	if (!str_ends(path, STR(".md")))
		return path;
	path.n -= 3;
	for (size_t i = 0; i < w->lab->locale_count; i++) {
		struct str locale = w->lab->locales[i], rest = locale;

		if (ends_with_part(&path, locale) || ends_with_part(&path, str_cut(&rest, '-')))
			break;
	}
	if (str_ends(path, STR("index")))
		path.n -= 5;
	return path;
}

/* A page by a path within the lab, with or without a locale in front. */
static const struct lab_page *page_at(const struct walk *w, struct str path)
{
	const struct lab_page *page;
	struct str rest = path, first;

	path = without_suffix(w, path);
	page = lab_page_find(w->lab, path);
	if (page)
		return page;
	rest = path;
	first = str_cut(&rest, '/');
	for (size_t i = 0; i < w->lab->locale_count; i++)
		if (str_eq_nocase(first, w->lab->locales[i]))
			return lab_page_find(w->lab, rest.p ? rest : STR(""));
	return NULL;
}

/* What stands before the file's name within the lab's folder: "content/table/". */
static struct str here(const struct walk *w)
{
	struct str folder = w->lab->folder, file = w->text->file;

	return folder_of(str_slice(file, folder.n + 1, file.n));
}

/* A relative path from the lab's folder on: tried from the file's folder, then from below the page. */
static struct str from_here(struct walk *w, struct str path, bool below)
{
	struct str base = here(w);

	if (below && w->page)
		return normal(w->a,
			      arena_strf(w->a, "%s%.*s/%.*s",
					 str_eq(w->lab->folder, w->lab->pages_folder) ? ""
										      : "content/",
					 STR_ARG(w->page->path), STR_ARG(path)));
	return normal(w->a, arena_strf(w->a, "%.*s%.*s", STR_ARG(base), STR_ARG(path)));
}

/* The path within the pages' folder; absent when it is not in there. */
static struct str within_pages(const struct walk *w, struct str path)
{
	struct str pages = w->lab->pages_folder, folder = w->lab->folder;
	struct str inner = pages.n > folder.n ? str_slice(pages, folder.n + 1, pages.n) : STR("");

	if (!path.p || !inner.n)
		return path;
	if (str_eq(path, inner))
		return STR("");
	if (str_starts(path, inner) && path.p[inner.n] == '/')
		return str_slice(path, inner.n + 1, path.n);
	return STR_NONE;
}

static bool is_asset(struct str path)
{
	return str_starts(path, STR("static/")) || str_starts(path, STR("files/"));
}

/* Is there such a page or file in another lab, or among the talks? Anything may be when they are not known. */
static bool is_in(const struct lab *lab, struct str path)
{
	return lab && (lab_page_find(lab, path) || (is_asset(path) && lab_has_file(lab, path)));
}

/* One of the site's own addresses. */
static bool is_site(const struct walk *w, struct str path)
{
	static const char *const fixed[] = { "/", "/me", "/me/mail", "/join", "/dash" };
	const struct guide_book *book = w->lab->book;
	struct str rest = path, id;

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (str_is(path, fixed[i]))
			return true;
	if (str_starts(path, STR("/assets/")))
		return true;
	if (str_starts(path, STR("/talks/")))
		return !book || is_in(book->talks, str_slice(path, 7, path.n));
	if (!str_starts(path, STR("/labs/")))
		return false;
	rest = str_slice(path, 6, path.n);
	id = str_cut(&rest, '/');
	return !book || is_in(guide_lab(book, id), rest.p ? rest : STR(""));
}

/* What an address within the lab means. */
struct target {
	const struct lab_page *page;
	struct str asset; /* "static/plan.svg" */
	bool site;        /* as it is */
};

static struct target find_absolute(struct walk *w, struct str path)
{
	struct target t = { 0 };
	struct str inner = normal(w->a, path);

	if (inner.p && is_asset(inner) &&
	    (lab_has_file(w->lab, inner) || lab_has_archive(w->lab, w->a, inner)))
		t.asset = inner;
	else if (inner.n)
		t.page = page_at(w, inner);
	if (!t.page && !t.asset.p)
		t.site = is_site(w, path);
	return t;
}

static struct target find_relative(struct walk *w, struct str path)
{
	struct target t = { 0 };

	for (int below = 0; below < 2 && !t.page && !t.asset.p; below++) {
		struct str full = from_here(w, path, below), inner = within_pages(w, full);

		if (full.p && is_asset(full) &&
		    (lab_has_file(w->lab, full) || lab_has_archive(w->lab, w->a, full)))
			t.asset = full;
		else if (inner.p)
			t.page = page_at(w, inner);
	}
	return t;
}

static void remember_fragment(struct walk *w, const struct lab_page *page, struct str id, int line)
{
	struct guide_body *b = w->body;

	if (!id.n || w->quiet)
		return;
	if ((b->fragment_count & (b->fragment_count - 1)) == 0) {
		struct guide_fragment *grown =
			arena_alloc(w->a, (b->fragment_count ? b->fragment_count * 2 : 1) *
						  sizeof(*grown));

		if (b->fragment_count)
			memcpy(grown, b->fragments, b->fragment_count * sizeof(*grown));
		b->fragments = grown;
	}
	b->fragments[b->fragment_count++] =
		(struct guide_fragment){ page, arena_dup(w->a, id), line };
}

static void open_attr(struct walk *w, bool image)
{
	if (image)
		HTML(&w->h, " src=\"");
	else
		HTML(&w->h, " href=\"");
}

/* Text of an address with blanks and control characters encoded: html_url_is_safe() lets none of them through. */
static void address_text(struct walk *w, struct str s)
{
	for (size_t i = 0, done = 0; i <= s.n; i++) {
		if (i < s.n && (unsigned char)s.p[i] > ' ' && s.p[i] != 0x7f)
			continue;
		html_text(&w->h, str_slice(s, done, i));
		if (i < s.n)
			html_text(&w->h, form_encode(w->a, str_slice(s, i, i + 1), false));
		done = i + 1;
	}
}

static void write_elsewhere(struct walk *w, bool image, struct str url, int line)
{
	struct str plain = walk_plain(w, url, false);

	open_attr(w, image);
	if (html_url_is_safe(plain)) {
		walk_value(w, url, SLOT_URL);
	} else {
		HTML(&w->h, "#");
		mistake(w, line, "this address is not allowed", url);
	}
	HTML(&w->h, "\"");
}

/* `tail` is the query and fragment, with their signs. */
static void write_target(struct walk *w, bool image, const struct target *t, struct str path,
			 struct str tail)
{
	open_attr(w, image);
	if (t->site) {
		html_text(&w->h, form_encode(w->a, path, true));
	} else {
		html_text(&w->h, w->lab->base);
		html_text(&w->h, form_encode(w->a, t->page ? t->page->path : t->asset, true));
	}
	address_text(w, tail);
	HTML(&w->h, "\"");
}

static void write_inner(struct walk *w, bool image, struct str url, int line)
{
	size_t cut = 0;
	struct str path, tail, fragment;
	struct target t;
	ptrdiff_t hash;

	while (cut < url.n && url.p[cut] != '?' && url.p[cut] != '#')
		cut++;
	path = str_slice(url, 0, cut);
	tail = str_slice(url, cut, url.n);
	hash = str_find(tail, '#');
	fragment = hash >= 0 ? str_slice(tail, (size_t)hash + 1, tail.n) : STR_NONE;
	if (!path.n) {
		remember_fragment(w, w->page, fragment, line);
		open_attr(w, image);
		address_text(w, url);
		HTML(&w->h, "\"");
		return;
	}
	path = form_decode_lenient(w->a, path, false);
	t = str_starts(path, STR("/")) ? find_absolute(w, path) : find_relative(w, path);
	if (!t.page && !t.asset.p && !t.site) {
		open_attr(w, image);
		HTML(&w->h, "#\"");
		mistake(w, line, image ? "there is no such image" : "this link leads nowhere", url);
		return;
	}
	if (t.page)
		remember_fragment(w, t.page, fragment, line);
	write_target(w, image, &t, path, tail);
}

void link_attr(struct walk *w, bool image, struct str url, int line, bool *external)
{
	struct str plain = walk_plain(w, url, false);

	*external = is_elsewhere(plain);
	if (*external || str_starts(url, STR(DIALECT_OPEN)))
		write_elsewhere(w, image, url, line);
	else if (w->lab)
		write_inner(w, image, plain, line);
	else
		write_elsewhere(w, image, url, line);
}

void link_external(struct walk *w, bool external)
{
	if (external)
		HTML(&w->h, " rel=\"noopener\" target=\"_blank\" class=\"external\"");
}

void link_page(struct walk *w, const struct lab_page *page)
{
	HTML(&w->h, " href=\"");
	html_text(&w->h, w->lab->base);
	html_text(&w->h, form_encode(w->a, page->path, true));
	HTML(&w->h, "\"");
}
