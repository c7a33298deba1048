/* Labs read from their folders; see lab.h. */
#include "site/lab.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/yaml.h"
#include "site/front.h"

enum {
	WEIGHT_DEFAULT = 1000 * 1000, /* pages without a weight come behind those with one */
	PAGES_MAX = 4096,
};

/* A lab being read. */
struct reading {
	struct files *files;
	struct arena *a;
	struct lab *lab;
	lab_complain *complain;
	void *arg;
};

__attribute__((format(printf, 4, 5))) static void complain(struct reading *r, struct str file,
							   int line, const char *format, ...)
{
	va_list args;
	char what[512];

	if (!r->complain)
		return;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	r->complain(r->arg, arena_cstr(r->a, file), line, what);
}

static struct str join(struct arena *a, struct str folder, const char *name)
{
	return arena_strf(a, "%.*s/%s", STR_ARG(folder), name);
}

/* --- contentspec.yaml and checks.yaml ------------------------------------------------------------------------------ */

/* Complain about each key that is not in the list. */
static void known_keys(struct reading *r, struct str file, struct json_object *o, int line_shift,
		       const char *const *known)
{
	JSON_EACH(o, key, value)
	{
		const char *const *k = known;

		(void)value;
		while (*k && strcmp(*k, key) != 0)
			k++;
		if (!*k)
			complain(r, file, yaml_key_line(o, key) + line_shift,
				 "there is no key named \"%s\" here", key);
	}
}

/* A member that must be a string when it is there. */
static struct str text_member(struct reading *r, struct str file, struct json_object *o,
			      const char *key)
{
	struct json_object *value = json_get(o, key);

	if (value && !json_is_string(value))
		complain(r, file, yaml_line(value), "%s must be a text; put it into quotes", key);
	return json_str(value);
}

static void add_locale(struct reading *r, struct str locale)
{
	struct lab *lab = r->lab;
	struct str *grown;

	for (size_t i = 0; i < lab->locale_count; i++)
		if (str_eq_nocase(lab->locales[i], locale))
			return;
	grown = arena_alloc(r->a, (lab->locale_count + 1) * sizeof(*grown));
	if (lab->locale_count)
		memcpy(grown, lab->locales, lab->locale_count * sizeof(*grown));
	grown[lab->locale_count++] = locale;
	lab->locales = grown;
}

static void read_locales(struct reading *r, struct str file, struct json_object *spec)
{
	struct json_object *codes = json_get(spec, "localeCodes");
	struct str first = text_member(r, file, spec, "defaultLocaleCode");
	bool listed = false;

	if (!first.p && !json_get(spec, "defaultLocaleCode"))
		complain(r, file, 0,
			 "defaultLocaleCode is missing, as in `defaultLocaleCode: en-US`");
	add_locale(r, first.n ? first : STR("en-US"));
	if (codes && !json_is_array(codes))
		complain(r, file, yaml_line(codes), "localeCodes must be a list of locales");
	for (size_t i = 0; i < json_count(codes) && json_is_array(codes); i++) {
		struct str code = json_str(json_at(codes, i));

		if (!code.n) {
			complain(r, file, yaml_line(json_at(codes, i)), "a locale must be a text");
			continue;
		}
		listed = listed || str_eq_nocase(code, first);
		add_locale(r, code);
	}
	if (json_is_array(codes) && first.p && !listed)
		complain(r, file, yaml_line(codes), "localeCodes does not list the default, %.*s",
			 STR_ARG(first));
}

static void read_spec(struct reading *r)
{
	static const char *const known[] = { "version",
					     "title",
					     "description",
					     "weight",
					     "defaultLocaleCode",
					     "localeCodes",
					     "params",
					     "additionalLinks",
					     "awsAccountConfig",
					     "infrastructure",
					     "centralAccountConfig",
					     "awsAccountTeardown",
					     NULL };
	struct str file = join(r->a, r->lab->folder, "contentspec.yaml");
	struct str text = files_read(r->files, r->a, file);
	struct json_object *spec, *params;
	const char *why = "";
	int line = 0;

	spec = text.p ? yaml_read(r->a, text, &line, &why) : json_new_object(r->a);
	if (!text.p)
		complain(r, file, 0, "this file is missing");
	else if (!spec)
		complain(r, file, line, "%s", why);
	else if (!json_is_object(spec))
		complain(r, file, 1, "this must be lines of `key: value`");
	spec = json_is_object(spec) ? spec : json_new_object(r->a);
	known_keys(r, file, spec, 0, known);
	r->lab->title = text_member(r, file, spec, "title");
	r->lab->description = text_member(r, file, spec, "description");
	read_locales(r, file, spec);
	params = json_get(spec, "params");
	if (params && !json_is_object(params))
		complain(r, file, yaml_line(params), "params must be lines of `key: value`");
	r->lab->params = json_is_object(params) ? params : json_new_object(r->a);
}

/* Ids and titles only, and silently: the checker reads and judges the rest. */
static void read_checks(struct reading *r)
{
	struct lab *lab = r->lab;
	struct str text = files_read(r->files, r->a, join(r->a, lab->folder, "checks.yaml"));
	struct json_object *list;
	const char *why;
	int line;

	lab->checks_known = !text.p;
	if (!text.p)
		return;
	list = yaml_read(r->a, text, &line, &why);
	if (!json_is_array(list))
		return;
	lab->checks_known = true;
	lab->checks = arena_alloc(r->a, (json_count(list) + 1) * sizeof(*lab->checks));
	for (size_t i = 0; i < json_count(list); i++) {
		struct str id = json_get_str(json_at(list, i), "id");

		if (id.n)
			lab->checks[lab->check_count++] =
				(struct lab_check){ id, json_get_str(json_at(list, i), "title") };
	}
}

/* --- pages ------------------------------------------------------------------------------------------------------------ */

/* "en", "en-US", "zh-Hans-CN": could this be a locale? */
static bool looks_like_locale(struct str s)
{
	struct str rest = s, part = str_cut(&rest, '-');

	if (part.n < 2 || part.n > 3)
		return false;
	for (size_t i = 0; i < part.n; i++)
		if (!islower((unsigned char)part.p[i]))
			return false;
	while (rest.p) {
		part = str_cut(&rest, '-');
		if (part.n < 2 || part.n > 8)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!isalnum((unsigned char)part.p[i]))
				return false;
	}
	return true;
}

static struct str language(struct str locale)
{
	return str_cut(&locale, '-');
}

/* The lab's locale that a file's suffix stands for; absent when none. */
static struct str locale_of(const struct lab *lab, struct str suffix)
{
	for (size_t i = 0; i < lab->locale_count; i++)
		if (str_eq_nocase(lab->locales[i], suffix))
			return lab->locales[i];
	for (size_t i = 0; i < lab->locale_count; i++)
		if (str_eq_nocase(language(lab->locales[i]), suffix))
			return lab->locales[i];
	return STR_NONE;
}

/*
 * Take "table/index.en.md" (within the pages' folder) apart into the page's path and locale. False when it is not a page,
 * or of a locale that the lab does not have.
 */
static bool page_name(struct reading *r, struct str file, struct str name, struct str *path,
		      struct str *locale)
{
	size_t dot;

	if (!str_ends(name, STR(".md")))
		return false;
	name.n -= 3;
	*locale = r->lab->locales[0];
	for (dot = name.n; dot > 0 && name.p[dot - 1] != '.' && name.p[dot - 1] != '/';)
		dot--;
	if (dot && name.p[dot - 1] == '.' && looks_like_locale(str_slice(name, dot, name.n))) {
		*locale = locale_of(r->lab, str_slice(name, dot, name.n));
		if (!locale->p) {
			complain(r, file, 0, "%.*s is not among localeCodes in contentspec.yaml",
				 STR_ARG(str_slice(name, dot, name.n)));
			return false;
		}
		name.n = dot - 1;
	}
	if (str_is(name, "index") || str_is(name, "_index"))
		name.n = 0;
	else if (str_ends(name, STR("/index")))
		name.n -= 6;
	else if (str_ends(name, STR("/_index")))
		name.n -= 7;
	*path = name;
	return true;
}

/* The last part of a path, for a page that has no title. */
static struct str last_part(struct str path)
{
	struct str part = path;

	while (path.p)
		part = str_cut(&path, '/');
	return part;
}

/* Read one file's front matter into its text, and what holds for the page as a whole into the page. */
static void read_text(struct reading *r, struct str file, struct lab_page *page,
		      struct lab_text *text)
{
	static const char *const known[] = { "title",   "weight",    "hidden",     "description",
					     "chapter", "draft",     "date",       "pre",
					     "post",    "menuTitle", "alwaysopen", "tags",
					     NULL };
	struct str bytes = files_read(r->files, r->a, file), title;
	struct front front;
	struct json_object *weight, *hidden;
	const char *why;
	int line;

	if (!front_parse(r->a, bytes, &front, &line, &why))
		complain(r, file, line, "%s", why);
	known_keys(r, file, front.values, 1, known);
	title = json_get_str(front.values, "title");
	if (!title.n)
		complain(r, file, 1, "the front matter has no title");
	weight = json_get(front.values, "weight");
	if (weight && !json_object_is_type(weight, json_type_int))
		complain(r, file, yaml_line(weight) + 1, "weight must be a whole number");
	hidden = json_get(front.values, "hidden");
	if (hidden && !json_object_is_type(hidden, json_type_boolean))
		complain(r, file, yaml_line(hidden) + 1, "hidden must be true or false");
	page->weight = (int)json_int_or(weight, page->weight);
	page->hidden = json_bool_or(hidden, page->hidden);
	text->file = file;
	text->title = title.n ? title : page->path.n ? last_part(page->path) : r->lab->id;
	text->description = json_get_str(front.values, "description");
	text->markdown = front.rest;
	text->first_line = front.rest_line;
}

static struct lab_page *page_of_path(struct lab *lab, struct str path)
{
	for (size_t i = 0; i < lab->page_count; i++)
		if (str_eq(lab->pages[i]->path, path))
			return lab->pages[i];
	return NULL;
}

static struct lab_page *add_page(struct reading *r, struct str path)
{
	struct lab_page *page = ARENA_NEW(r->a, struct lab_page);

	page->path = path;
	page->weight = WEIGHT_DEFAULT;
	page->texts = arena_zalloc(r->a, r->lab->locale_count * sizeof(*page->texts));
	r->lab->pages[r->lab->page_count++] = page;
	return page;
}

static void add_text(struct reading *r, struct str file, struct str path, struct str locale)
{
	struct lab_page *page = page_of_path(r->lab, path);

	if (!page)
		page = add_page(r, path);
	for (size_t i = 0; i < page->text_count; i++)
		if (str_eq(page->texts[i].locale, locale)) {
			complain(r, file, 0, "%.*s is the same page in the same locale",
				 STR_ARG(page->texts[i].file));
			return;
		}
	page->texts[page->text_count].locale = locale;
	read_text(r, file, page, &page->texts[page->text_count]);
	page->text_count++;
}

static void read_pages(struct reading *r)
{
	struct lab *lab = r->lab;
	size_t count, cut = lab->pages_folder.n + 1;
	struct str *paths = files_list(r->files, r->a, lab->pages_folder, &count);

	lab->pages = arena_alloc(r->a, (count + 1) * sizeof(struct lab_page *));
	for (size_t i = 0; i < count && lab->page_count < PAGES_MAX; i++) {
		struct str path, locale;

		if (page_name(r, paths[i], str_slice(paths[i], cut, paths[i].n), &path, &locale))
			add_text(r, paths[i], path, locale);
	}
}

/* --- the tree --------------------------------------------------------------------------------------------------------- */

/* The page of the nearest folder above. */
static struct lab_page *parent_of(struct lab *lab, const struct lab_page *page)
{
	struct str path = page->path;

	while (path.n) {
		struct lab_page *parent;

		do
			path.n--;
		while (path.n && path.p[path.n] != '/');
		parent = page_of_path(lab, path);
		if (parent)
			return parent;
	}
	return NULL;
}

static int by_order(const void *x, const void *y)
{
	const struct lab_page *a = *(struct lab_page *const *)x, *b = *(struct lab_page *const *)y;

	if (a->hidden != b->hidden)
		return a->hidden - b->hidden;
	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	return str_cmp(a->path, b->path);
}

/* Texts in the order of the lab's locales, so that the first one is what to fall back on. */
static void order_texts(const struct lab *lab, struct lab_page *page)
{
	size_t done = 0;

	for (size_t i = 0; i < lab->locale_count; i++)
		for (size_t k = done; k < page->text_count; k++)
			if (str_eq(page->texts[k].locale, lab->locales[i])) {
				struct lab_text moved = page->texts[k];

				page->texts[k] = page->texts[done];
				page->texts[done++] = moved;
			}
}

static void link_children(struct reading *r)
{
	struct lab *lab = r->lab;

	for (size_t i = 0; i < lab->page_count; i++) {
		struct lab_page *page = lab->pages[i];

		order_texts(lab, page);
		page->children =
			arena_alloc(r->a, (lab->page_count + 1) * sizeof(struct lab_page *));
		page->parent = parent_of(lab, page);
	}
	for (size_t i = 0; i < lab->page_count; i++)
		if (lab->pages[i]->parent) {
			struct lab_page *parent = lab->pages[i]->parent;

			parent->children[parent->child_count++] = lab->pages[i];
		}
	for (size_t i = 0; i < lab->page_count; i++)
		if (lab->pages[i]->child_count)
			qsort(lab->pages[i]->children, lab->pages[i]->child_count,
			      sizeof(struct lab_page *), by_order);
}

/* Depth first: fills pages[] anew, depths, previous and next. */
static void lay_out(struct lab *lab, struct lab_page *page, struct lab_page **last)
{
	bool listed = !page->hidden;

	for (const struct lab_page *up = page->parent; up; up = up->parent)
		listed = listed && !up->hidden;
	page->depth = page->parent ? page->parent->depth + 1 : 0;
	lab->pages[lab->page_count++] = page;
	if (listed) {
		page->previous = *last;
		if (*last)
			(*last)->next = page;
		*last = page;
	}
	for (size_t i = 0; i < page->child_count; i++)
		lay_out(lab, page->children[i], last);
}

/* A first page for a folder that has none: its list of pages. */
static void make_first_page(struct reading *r)
{
	struct lab_page *page = add_page(r, STR(""));

	page->made_up = true;
	page->texts[page->text_count++] = (struct lab_text){
		.locale = r->lab->locales[0],
		.file = join(r->a, r->lab->pages_folder, "index.md"),
		.title = r->lab->title.n ? r->lab->title : r->lab->id,
		.markdown = STR("::children\n"),
		.first_line = 1,
	};
}

static void build_tree(struct reading *r)
{
	struct lab *lab = r->lab;
	struct lab_page *first, *last = NULL;

	if (!page_of_path(lab, STR("")))
		make_first_page(r);
	first = page_of_path(lab, STR(""));
	link_children(r);
	lab->page_count = 0;
	lay_out(lab, first, &last);
	if (!lab->title.n)
		lab->title = first->texts[0].title;
}

static void list_files(struct reading *r)
{
	struct lab *lab = r->lab;

	lab->paths = files_list(r->files, r->a, lab->folder, &lab->path_count);
	for (size_t i = 0; i < lab->path_count; i++)
		lab->paths[i] = str_slice(lab->paths[i], lab->folder.n + 1, lab->paths[i].n);
}

struct lab *lab_read(struct files *labs, struct arena *a, struct str folder,
		     lab_complain *complain_fn, void *arg)
{
	struct lab *lab = ARENA_NEW(a, struct lab);
	struct reading r = { labs, a, lab, complain_fn, arg };

	lab->id = lab->folder = folder;
	lab->files = labs;
	lab->base = arena_strf(a, "/labs/%.*s/", STR_ARG(folder));
	lab->pages_folder = join(a, folder, "content");
	list_files(&r);
	read_spec(&r);
	read_checks(&r);
	read_pages(&r);
	if (!lab->page_count) {
		complain(&r, lab->pages_folder, 0, "there is no page in this folder");
		return NULL;
	}
	if (!page_of_path(lab, STR("")))
		complain(&r, lab->pages_folder, 0, "there is no first page: index.md is missing");
	build_tree(&r);
	return lab;
}

struct lab *lab_read_folder(struct files *files, struct arena *a, struct str folder,
			    struct str base, lab_complain *complain_fn, void *arg)
{
	struct lab *lab = ARENA_NEW(a, struct lab);
	struct reading r = { files, a, lab, complain_fn, arg };

	lab->id = lab->folder = lab->pages_folder = folder;
	lab->files = files;
	lab->base = base;
	lab->params = json_new_object(a);
	lab->checks_known = true;
	add_locale(&r, STR("en-US"));
	list_files(&r);
	read_pages(&r);
	build_tree(&r);
	return lab;
}

/* --- finding ------------------------------------------------------------------------------------------------------------ */

struct listed_lab {
	struct str id;
	int64_t weight;
};

static int by_weight(const void *x, const void *y)
{
	const struct listed_lab *a = x, *b = y;

	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	return str_cmp(a->id, b->id);
}

struct str *lab_list(struct files *labs, struct arena *a, size_t *count)
{
	size_t all, n = 0;
	struct str *paths = files_list(labs, a, STR(""), &all);
	struct listed_lab *found = arena_alloc(a, (all + 1) * sizeof(*found));
	struct str *ids;

	for (size_t i = 0; i < all; i++) {
		struct str rest = paths[i], id = str_cut(&rest, '/');
		const char *why;
		int line;

		if (!str_is(rest, "contentspec.yaml"))
			continue;
		found[n++] = (struct listed_lab){
			id, json_int_or(json_get(yaml_read(a, files_read(labs, a, paths[i]), &line,
							   &why),
						 "weight"),
					WEIGHT_DEFAULT)
		};
	}
	if (n)
		qsort(found, n, sizeof(*found), by_weight);
	ids = arena_alloc(a, (n + 1) * sizeof(*ids));
	for (size_t i = 0; i < n; i++)
		ids[i] = found[i].id;
	*count = n;
	return ids;
}

static int path_order(const void *key, const void *path)
{
	return str_cmp(*(const struct str *)key, *(const struct str *)path);
}

bool lab_has_file(const struct lab *lab, struct str path)
{
	return lab->path_count &&
	       bsearch(&path, lab->paths, lab->path_count, sizeof(*lab->paths), path_order);
}

struct lab_page *lab_page_find(const struct lab *lab, struct str path)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return page_of_path((struct lab *)lab, path);
}

const struct lab_text *lab_text_get(const struct lab_page *page, struct str locale)
{
	for (size_t i = 0; i < page->text_count; i++)
		if (str_eq_nocase(page->texts[i].locale, locale))
			return &page->texts[i];
	for (size_t i = 0; locale.n && i < page->text_count; i++)
		if (str_eq_nocase(language(page->texts[i].locale), language(locale)))
			return &page->texts[i];
	return &page->texts[0];
}
