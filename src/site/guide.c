/*
 * Guides: the book of all pages, made again when a file changes; and a page's bytes filled for one reader. See guide.h.
 */
#include "site/guide.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/log.h"
#include "site/guide_walk.h"

const struct guide_value guide_keys[] = {
	{ "account.id", STR_INIT("YOUR_ACCOUNT_ID") },
	{ "account.name", STR_INIT("your name") },
	{ "account.accessKeyId", STR_INIT("YOUR_ACCESS_KEY_ID") },
	{ "account.secretAccessKey", STR_INIT("YOUR_SECRET_ACCESS_KEY") },
	{ "region", STR_INIT("YOUR_REGION") },
	{ "endpoint", STR_INIT("http://THE_ENDPOINT:4566") },
	{ "scheme", STR_INIT("http") },
	{ "site", STR_INIT("http://THE_WORKSHOP:8080") },
	{ NULL, { NULL, 0 } },
};

/* --- rendering one text ---------------------------------------------------------------------------------------------- */

static void complain_line(void *arg, int line, const char *what)
{
	struct walk *w = arg;

	if (w->complain)
		w->complain(w->arg, arena_cstr(w->a, w->text->file), line, what);
}

static bool has_top_heading(cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;
	bool found = false;

	while (!found && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);

		found = event == CMARK_EVENT_ENTER &&
			cmark_node_get_type(node) == CMARK_NODE_HEADING &&
			cmark_node_get_heading_level(node) == 1;
	}
	cmark_iter_free(iter);
	return found;
}

/* Directives whose marker never came up: cmark took their line for something else. */
static void report_unseen(struct walk *w)
{
	for (size_t i = 0; i < w->dialect->count; i++) {
		const struct directive *d = &w->dialect->at[i];

		if (w->seen[i] || d->name == D_PARAM || d->name == D_ROW || d->name == D_CELL ||
		    d->name == D_MISTAKE)
			continue;
		walk_mistake(
			w, d->line,
			d->name == D_TABLE
				? "this table is not understood here: too far indented, or in raw HTML"
				: "this directive is not understood here: too far indented, or in raw HTML "
				  "without an empty line before it");
	}
}

const struct guide_body *guide_render(struct arena *a, const struct lab *lab,
				      const struct lab_page *page, const struct lab_text *text,
				      lab_complain *complain, void *arg)
{
	struct guide_body *body = ARENA_NEW(a, struct guide_body);
	struct walk w = { .a = a,
			  .lab = lab,
			  .page = page,
			  .text = text,
			  .body = body,
			  .complain = complain,
			  .arg = arg };
	cmark_node *root;

	html_init(&w.h);
	w.dialect = dialect_read(a, text->markdown, text->first_line, complain_line, &w);
	w.seen = arena_zalloc(a, w.dialect->count * sizeof(*w.seen) + 1);
	w.group = arena_zalloc(a, w.dialect->count * sizeof(*w.group) + 1);
	root = cmark_parse_document(w.dialect->markdown.p, w.dialect->markdown.n,
				    CMARK_OPT_DEFAULT);
	cmark_consolidate_text_nodes(root);
	w.heading_shift = has_top_heading(root);
	walk_nodes(&w, root);
	report_unseen(&w);
	cmark_node_free(root);
	body->html = html_copy(&w.h, a).bytes;
	html_release(&w.h);
	return body;
}

/* --- filling -------------------------------------------------------------------------------------------------------------- */

static const struct guide_value *value_find(const struct guide_value *values, const char *key)
{
	for (; values && values->key; values++)
		if (values->key == key || strcmp(values->key, key) == 0)
			return values;
	return NULL;
}

static void write_slot(const struct slot *slot, const struct guide_value *values, struct html *h)
{
	const struct guide_value *key = &guide_keys[slot->key];
	const struct guide_value *known = value_find(values, key->key);
	struct str value = known ? known->value : key->value;

	if (slot->mode == SLOT_URL && !html_url_is_safe(value))
		value = STR("#");
	if (slot->mode == SLOT_TEXT) {
		HTML(h, "<span class=\"value\"");
		HTML_ATTR(h, "data-key", str_of(key->key));
		if (known)
			HTML(h, " data-state=\"known\">");
		else
			HTML(h, " data-state=\"placeholder\">");
	}
	html_text(h, value);
	if (slot->mode == SLOT_TEXT)
		HTML(h, "</span>");
}

void guide_write(const struct guide_body *body, const struct guide_value *values, struct html *h)
{
	size_t done = 0;

	for (size_t i = 0; i < body->slot_count; i++) {
		html_markup(h, (struct markup){ str_slice(body->html, done, body->slots[i].at) });
		write_slot(&body->slots[i], values, h);
		done = body->slots[i].at;
	}
	html_markup(h, (struct markup){ str_slice(body->html, done, body->html.n) });
}

bool guide_has_values(const struct guide_body *body)
{
	return body->slot_count > 0;
}

const struct guide_heading *guide_headings(const struct guide_body *body, size_t *count)
{
	*count = body->heading_count;
	return body->headings;
}

const struct guide_code *guide_runnable(const struct guide_body *body, size_t *count)
{
	*count = body->code_count;
	return body->codes;
}

/* --- the book --------------------------------------------------------------------------------------------------------- */

/* Puts the name of the tree in front of a file's path. */
struct named {
	struct arena *a;
	const char *tree; /* "labs" */
	lab_complain *complain;
	void *arg;
};

static void complain_named(void *arg, const char *file, int line, const char *what)
{
	struct named *n = arg;

	if (n->complain)
		n->complain(n->arg, arena_printf(n->a, "%s/%s", n->tree, file), line, what);
}

static bool has_id(const struct lab_page *page, struct str id)
{
	for (size_t t = 0; t < page->text_count; t++)
		for (size_t i = 0; i < page->texts[t].body->id_count; i++)
			if (str_eq(page->texts[t].body->ids[i], id))
				return true;
	return false;
}

static void check_fragments(const struct lab_text *text, struct named *n)
{
	for (size_t i = 0; i < text->body->fragment_count; i++) {
		const struct guide_fragment *f = &text->body->fragments[i];

		if (f->page && !has_id(f->page, f->id))
			complain_named(n, arena_cstr(n->a, text->file), f->line,
				       arena_printf(n->a, "there is no heading #%.*s on that page",
						    STR_ARG(f->id)));
	}
}

static size_t render_lab(struct lab *lab, struct named *n)
{
	size_t texts = 0;

	for (size_t i = 0; i < lab->page_count; i++)
		for (size_t t = 0; t < lab->pages[i]->text_count;
		     t++, texts += !lab->pages[i]->made_up)
			lab->pages[i]->texts[t].body =
				guide_render(n->a, lab, lab->pages[i], &lab->pages[i]->texts[t],
					     complain_named, n);
	for (size_t i = 0; i < lab->page_count; i++)
		for (size_t t = 0; t < lab->pages[i]->text_count; t++)
			check_fragments(&lab->pages[i]->texts[t], n);
	return texts;
}

static void read_labs(struct guide_book *book, struct files *labs, struct named *n)
{
	size_t count;
	struct str *ids = lab_list(labs, n->a, &count);

	book->labs = arena_alloc(n->a, (count + 1) * sizeof(*book->labs));
	for (size_t i = 0; i < count; i++) {
		struct lab *lab = lab_read(labs, n->a, ids[i], complain_named, n);

		if (lab)
			book->labs[book->lab_count++] = lab;
	}
}

/* Does an entry of the agenda lead to a page that exists? */
static bool link_is_known(const struct guide_book *book, struct str link)
{
	struct str rest = link, id;

	if (str_starts(link, STR("/talks/")))
		return lab_page_find(book->talks, str_slice(link, 7, link.n)) != NULL;
	if (!str_starts(link, STR("/labs/")))
		return html_url_is_safe(link);
	rest = str_slice(link, 6, link.n);
	id = str_cut(&rest, '/');
	return guide_lab(book, id) && lab_page_find(guide_lab(book, id), rest.p ? rest : STR(""));
}

static void check_links(const struct guide_book *book, struct named *n)
{
	for (size_t i = 0; i < book->agenda->day_count; i++)
		for (size_t k = 0; k < book->agenda->days[i].entry_count; k++) {
			const struct agenda_entry *e = &book->agenda->days[i].entries[k];

			if (e->link.p && !link_is_known(book, e->link))
				complain_named(n, "agenda.md", e->line,
					       arena_printf(n->a, "this link leads nowhere: %.*s",
							    STR_ARG(e->link)));
		}
}

static void read_agenda(struct guide_book *book, struct files *content, struct named *n)
{
	struct str text = files_read(content, n->a, STR("agenda.md"));
	struct lab_text *intro = ARENA_NEW(n->a, struct lab_text);

	if (!text.p)
		complain_named(n, "agenda.md", 0, "this file is missing");
	book->agenda = agenda_parse(n->a, text.p ? text : STR(""), "agenda.md",
				    text.p ? complain_named : NULL, n);
	intro->locale = book->talks->locales[0];
	intro->file = STR("agenda.md");
	intro->markdown = book->agenda->intro;
	intro->first_line = book->agenda->intro_line;
	book->agenda->intro_body = guide_render(n->a, book->talks, NULL, intro, complain_named, n);
	check_links(book, n);
}

/* Read and render everything; returns the number of texts. */
static size_t book_read(struct guide_book *book, struct files *labs, struct files *content,
			struct arena *a, lab_complain *complain, void *arg)
{
	struct named in_labs = { a, "labs", complain, arg },
		     in_content = { a, "content", complain, arg };
	size_t texts = 0;

	read_labs(book, labs, &in_labs);
	book->talks = lab_read_folder(content, a, STR("talks"), STR("/talks/"), complain_named,
				      &in_content);
	for (size_t i = 0; i < book->lab_count; i++)
		book->labs[i]->book = book;
	book->talks->book = book;
	for (size_t i = 0; i < book->lab_count; i++)
		texts += render_lab(book->labs[i], &in_labs);
	texts += render_lab(book->talks, &in_content);
	read_agenda(book, content, &in_content);
	return texts;
}

size_t guides_lint(struct files *labs, struct files *content, lab_complain *complain, void *arg)
{
	struct arena *a = arena_new();
	struct guide_book *book = ARENA_NEW(a, struct guide_book);
	size_t texts = book_read(book, labs, content, a, complain, arg);

	arena_free(a);
	return texts;
}

const struct lab *guide_lab(const struct guide_book *book, struct str id)
{
	for (size_t i = 0; i < book->lab_count; i++)
		if (str_eq(book->labs[i]->id, id))
			return book->labs[i];
	return NULL;
}

/* --- the current book ----------------------------------------------------------------------------------------------------- */

/* A book and how many hold it. */
struct edition {
	struct guide_book book;
	struct arena *arena;
	atomic_int
		holders; /* the guides, while it is the current one, and each request that reads it */
	uint64_t labs_version, content_version;
};

struct guides {
	struct files *labs, *content;
	pthread_mutex_t lock; /* guards what is below */
	struct edition *current;
	uint64_t version;
};

static void log_mistake(void *arg, const char *file, int line, const char *what)
{
	(void)arg;
	log_warn("%s:%d: %s", file, line, what);
}

/* The versions are asked for before reading: a change in between then shows as one. */
static struct edition *edition_new(struct guides *g)
{
	struct arena *a = arena_new();
	struct edition *e = ARENA_NEW(a, struct edition);

	e->arena = a;
	atomic_init(&e->holders, 1);
	e->labs_version = files_version(g->labs);
	e->content_version = files_version(g->content);
	book_read(&e->book, g->labs, g->content, a, log_mistake, NULL);
	e->book.version = ++g->version;
	return e;
}

static void edition_put(void *arg)
{
	struct edition *e = arg;

	if (atomic_fetch_sub(&e->holders, 1) == 1)
		arena_free(e->arena);
}

struct guides *guides_new(struct files *labs, struct files *content)
{
	struct guides *g = calloc(1, sizeof(*g));

	if (!g)
		abort();
	g->labs = labs;
	g->content = content;
	pthread_mutex_init(&g->lock, NULL);
	g->current = edition_new(g);
	return g;
}

void guides_free(struct guides *g)
{
	if (!g)
		return;
	edition_put(g->current);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

const struct guide_book *guides_book(struct guides *g, struct arena *a)
{
	uint64_t labs = files_version(g->labs), content = files_version(g->content);
	struct edition *e, *old = NULL;

	pthread_mutex_lock(&g->lock);
	e = g->current;
	if (e->labs_version != labs || e->content_version != content) {
		old = e;
		g->current = e = edition_new(g);
	}
	atomic_fetch_add(&e->holders, 1);
	pthread_mutex_unlock(&g->lock);
	if (old)
		edition_put(old);
	arena_defer(a, edition_put, e);
	return &e->book;
}
