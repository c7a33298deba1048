/*
 * The guides' pages and the talks: what the guide rendered, in the site's frame, with the attendee's values and verdicts.
 *
 * A finished page is kept under what it was made from, so most requests only send bytes.
 */
#include "site/inside.h"

#include <inttypes.h>

/* A page on its way to the client. */
struct reading {
	struct visit *v;
	const struct lab *lab;
	const struct lab_page *page;
	const struct lab_text *text;
	bool talk;
	struct person_key key;
	const struct verdicts *const *verdicts;
	size_t verdict_count;
};

/* How a check's box begins; see the contract in guide.h. */
static const struct str check_box = STR_INIT("<div class=\"check\"");

static const struct verdict *verdict_of(const struct reading *r, struct str lab, struct str check)
{
	for (size_t i = 0; i < r->verdict_count; i++)
		for (size_t k = 0; str_eq(r->verdicts[i]->lab, lab) && k < r->verdicts[i]->count;
		     k++)
			if (str_eq(r->verdicts[i]->checks[k].id, check))
				return &r->verdicts[i]->checks[k];
	return NULL;
}

/* --- the body, with the checks as they stand ----------------------------------- */

static void write_body(struct html *h, const struct reading *r)
{
	const struct site_config *c = &r->v->site->config;
	const struct person *person = r->v->person;
	struct str rest = str_of(c->endpoint), scheme = str_cut(&rest, ':');
	struct guide_value values[] = {
		{ "region", str_of(c->region) },
		{ "endpoint", str_of(c->endpoint) },
		{ "scheme", scheme },
		{ "site", str_of(c->url) },
		{ person ? "account.id" : NULL, person ? person->account : STR_NONE },
		{ "account.name", person ? person->name : STR_NONE },
		{ "account.accessKeyId", str_of(r->key.id) },
		{ "account.secretAccessKey", str_of(r->key.secret) },
		{ NULL, STR_NONE },
	};

	guide_write(r->text->body, values, h);
}

/* The value of an attribute in the tag that `html` begins with. */
static struct str attribute(struct str html, struct str head)
{
	struct str tag = str_slice(html, 0, (size_t)(str_find(html, '>') + 1));
	ptrdiff_t at = str_find_str(tag, head);

	if (at < 0)
		return STR_NONE;
	tag = str_slice(tag, (size_t)at + head.n, tag.n);
	return str_cut(&tag, '"');
}

/* Copy up to and with `after`, write `value` in place of what stands there before `until`, and go on behind that. */
static void splice(struct html *h, struct str *rest, struct str after, char until, struct str value)
{
	ptrdiff_t at = str_find_str(*rest, after), end;
	struct str tail;

	if (at < 0)
		return;
	tail = str_slice(*rest, (size_t)at + after.n, rest->n);
	end = str_find(tail, until);
	if (end < 0)
		return;
	html_markup(h, (struct markup){ str_slice(*rest, 0, (size_t)at + after.n) });
	html_text(h, value);
	*rest = str_slice(tail, (size_t)end, tail.n);
}

/* The next check's box begins here: write it with the verdict's state, word and message. */
static void write_check(struct html *h, const struct reading *r, struct str *rest)
{
	const struct verdict *verdict = verdict_of(r, attribute(*rest, STR("data-lab=\"")),
						   attribute(*rest, STR("data-check=\"")));
	struct str word = str_of(verdict_state_word(verdict ? verdict->state : VERDICT_PENDING));

	splice(h, rest, STR("data-state=\""), '"', word);
	splice(h, rest, STR("<span class=\"check-state\">"), '<', word);
	splice(h, rest, STR("<span class=\"check-message\" role=\"status\">"), '<',
	       verdict ? verdict->message : STR(""));
}

static void write_content(struct html *h, const struct reading *r)
{
	struct html body;
	struct str rest;
	ptrdiff_t at;

	html_init(&body);
	write_body(&body, r);
	rest = html_view(&body).bytes;
	while (r->v->person && (at = str_find_str(rest, check_box)) >= 0) {
		html_markup(h, (struct markup){ str_slice(rest, 0, (size_t)at + check_box.n) });
		rest = str_slice(rest, (size_t)at + check_box.n, rest.n);
		write_check(h, r, &rest);
	}
	html_markup(h, (struct markup){ rest });
	html_release(&body);
}

/* --- the side ---------------------------------------------------------------------- */

/* All checks of a page together, their ids written to `ids`; false when it has none. */
static bool page_state(const struct reading *r, const struct lab_page *page,
		       enum verdict_state *state, struct html *ids)
{
	size_t n = 0, green = 0, red = 0;
	struct html body;
	struct str rest;
	ptrdiff_t at;

	html_init(&body);
	guide_write(lab_text_get(page, r->text->locale)->body, NULL, &body);
	rest = html_view(&body).bytes;
	while ((at = str_find_str(rest, check_box)) >= 0) {
		struct str id =
			attribute(str_slice(rest, (size_t)at, rest.n), STR("data-check=\""));
		const struct verdict *verdict = verdict_of(r, r->lab->id, id);

		green += verdict && verdict->state == VERDICT_GREEN;
		red += verdict && verdict->state == VERDICT_RED;
		if (n++)
			HTML(ids, " ");
		html_text(ids, id);
		rest = str_slice(rest, (size_t)at + check_box.n, rest.n);
	}
	html_release(&body);
	*state = green == n ? VERDICT_GREEN : red ? VERDICT_RED : VERDICT_PENDING;
	return n > 0;
}

static void side_page(struct html *h, const struct reading *r, const struct lab_page *page)
{
	const struct lab_text *text = lab_text_get(page, r->text->locale);
	enum verdict_state state;
	struct html ids;

	HTML(h, "<li");
	HTML_ATTR_INT(h, "data-depth", page->depth);
	html_init(&ids);
	if (page_state(r, page, &state, &ids)) {
		HTML(h, " data-checks=\"");
		html_markup(h, html_view(&ids));
		HTML(h, "\"");
		HTML_ATTR(h, "data-state", str_of(verdict_state_word(state)));
	}
	html_release(&ids);
	HTML(h, "><a");
	HTML_URL(h, "href",
		 arena_strf(r->v->req->arena, "%.*s%.*s", STR_ARG(r->lab->base),
			    STR_ARG(page->path)));
	if (page == r->page)
		HTML(h, " aria-current=\"page\"");
	HTML(h, "><span class=\"tick\" aria-hidden=\"true\"></span><span>");
	html_text(h, text->title);
	HTML(h, "</span></a></li>");
}

static void side(struct html *h, const struct reading *r)
{
	HTML(h, "<nav class=\"side\" id=\"pages\" aria-label=\"Pages\"");
	HTML_ATTR(h, "data-lab", r->lab->id);
	HTML(h, "><p class=\"side-title\">");
	html_text(h, r->talk ? STR("Talks") : r->lab->title);
	HTML(h, "</p><ol class=\"side-pages\">");
	for (size_t i = 0; i < r->lab->page_count; i++)
		if (!r->lab->pages[i]->hidden)
			side_page(h, r, r->lab->pages[i]);
	HTML(h, "</ol></nav>");
}

static void contents(struct html *h, const struct reading *r)
{
	size_t n;
	const struct guide_heading *headings = guide_headings(r->text->body, &n);

	if (n < 2)
		return;
	HTML(h,
	     "<nav class=\"toc\" aria-label=\"On this page\"><p class=\"side-title\">On this page</p><ul>");
	for (size_t i = 0; i < n; i++) {
		HTML(h, "<li");
		HTML_ATTR_INT(h, "data-level", headings[i].level);
		HTML(h, "><a");
		HTML_URL(h, "href", arena_strf(r->v->req->arena, "#%.*s", STR_ARG(headings[i].id)));
		HTML(h, ">");
		html_text(h, headings[i].text);
		HTML(h, "</a></li>");
	}
	HTML(h, "</ul></nav>");
}

/* --- around the body --------------------------------------------------------------- */

static void crumbs(struct html *h, const struct reading *r)
{
	HTML(h, "<nav class=\"crumbs\" aria-label=\"Where you are\"><a href=\"/\">Agenda</a>");
	if (!r->talk && r->page->path.n) {
		HTML(h, " <span aria-hidden=\"true\">/</span> <a");
		HTML_URL(h, "href", r->lab->base);
		HTML(h, ">");
		html_text(h, r->lab->title);
		HTML(h, "</a>");
	}
	HTML(h, " <a class=\"to-pages\" href=\"#pages\">All pages</a></nav>");
}

static void step(struct html *h, const struct reading *r, const struct lab_page *page, bool forward)
{
	if (!page) {
		HTML(h, "<span></span>");
		return;
	}
	HTML(h, "<a");
	HTML_ATTR(h, "class", forward ? STR("step step-next") : STR("step step-previous"));
	HTML_ATTR(h, "rel", forward ? STR("next") : STR("prev"));
	HTML_URL(h, "href",
		 arena_strf(r->v->req->arena, "%.*s%.*s", STR_ARG(r->lab->base),
			    STR_ARG(page->path)));
	HTML(h, "><span class=\"step-label\">");
	html_text(h, forward ? STR("Next") : STR("Previous"));
	HTML(h, "</span><span class=\"step-title\">");
	html_text(h, lab_text_get(page, r->text->locale)->title);
	HTML(h, "</span></a>");
}

static void visitor_notice(struct html *h, const struct reading *r)
{
	if (r->v->person || r->talk)
		return;
	HTML(h, "<p class=\"notice\">You are reading as a visitor. <a");
	HTML_URL(h, "href",
		 arena_strf(r->v->req->arena, "/join?next=%.*s%.*s", STR_ARG(r->lab->base),
			    STR_ARG(r->page->path)));
	HTML(h,
	     ">Join the workshop</a>, and every command here carries the values of your own account.</p>");
}

static void write_page(struct html *h, const struct reading *r)
{
	static const char *const scripts[] = { "vendor/highlight.js",
					       "vendor/highlight-dockerfile.js",
					       "vendor/highlight-powershell.js", "guide.js", NULL };
	struct frame frame = { .section = r->talk ? "talks" : "labs",
			       .title = r->text->title,
			       .body_class = "guide",
			       .scripts = scripts,
			       .live = !r->talk };

	layout_begin(h, r->v, &frame);
	HTML(h, "<div class=\"guide-grid\">");
	side(h, r);
	HTML(h, "<article class=\"content\"");
	HTML_ATTR(h, "lang", r->text->locale);
	HTML(h, ">");
	crumbs(h, r);
	HTML(h, "<h1>");
	html_text(h, r->text->title);
	HTML(h, "</h1>");
	visitor_notice(h, r);
	HTML(h, "<div class=\"prose\">");
	write_content(h, r);
	HTML(h, "</div><nav class=\"steps\" aria-label=\"Previous and next\">");
	step(h, r, r->page->previous, false);
	step(h, r, r->page->next, true);
	HTML(h, "</nav></article>");
	contents(h, r);
	HTML(h, "</div>");
	layout_end(h, r->v);
}

/* --- handlers ----------------------------------------------------------------------- */

/* The first language the client asks for that the lab has, or the default. */
static struct str locale_for(const struct visit *v, const struct lab *lab)
{
	struct str asked = http_query(v->req, "lang");

	if (lab->locale_count < 2)
		return STR_NONE;
	if (!asked.p)
		asked = http_header(v->req, "Accept-Language");
	while (asked.p) {
		struct str one = str_cut(&asked, ',');
		struct str tag = str_trim(str_cut(&one, ';'));
		struct str language = str_cut(&(struct str){ tag.p, tag.n }, '-');

		for (size_t i = 0; i < lab->locale_count; i++)
			if (str_eq_nocase(lab->locales[i], tag) ||
			    (language.n && str_starts(lab->locales[i], language)))
				return lab->locales[i];
	}
	return STR_NONE;
}

/* Answer with the page, made now or kept from before. The key of a signed-in attendee is known. */
static void answer(struct visit *v, const struct lab *lab, const struct lab_page *page, bool talk)
{
	struct reading r = { .v = v, .lab = lab, .page = page, .talk = talk };
	struct kept_key key = { .book = v->book->version };
	struct str bytes = STR_NONE;
	struct html h;

	r.text = lab_text_get(page, locale_for(v, lab));
	key.text = r.text;
	if (v->person) {
		person_key(v->site->people, v->person, &r.key);
		key.person = v->person->id;
		key.state = person_version(v->site->people, v->person);
	}
	if (visit_fresh(v, arena_printf(v->req->arena, "%" PRIx64 "-%p-%" PRId64 "-%" PRIu64 "%s",
					key.book, key.text, key.person, key.state,
					v->instructor ? "i" : "")))
		return;
	if (!v->instructor)
		bytes = kept_find(v->site->kept, &key, v->req->arena);
	if (!bytes.p) {
		if (v->person)
			r.verdicts = person_verdicts(v->site->people, v->person, v->req->arena,
						     &r.verdict_count);
		html_init(&h);
		write_page(&h, &r);
		bytes = html_copy(&h, v->req->arena).bytes;
		html_release(&h);
		if (!v->instructor)
			kept_put(v->site->kept, &key, bytes);
	}
	visit_kept(v, "text/html; charset=utf-8", bytes);
}

/* The page that the address names; answers 404 itself. */
static void show(struct visit *v)
{
	struct str id = http_param(v->params, "lab");
	const struct lab *lab = id.p ? guide_lab(v->book, id) : v->book->talks;
	const struct lab_page *page =
		lab ? lab_page_find(lab, http_param(v->params, "page")) : NULL;

	if (!page)
		visit_error(v, 404, "not_found",
			    lab ? "There is no such page here." : "There is no such lab.");
	else
		answer(v, lab, page, !id.p);
}

enum http_outcome guide_page(struct http_request *req, void *context)
{
	(void)req;
	return visit_with_key(context, show);
}

enum http_outcome talk_page(struct http_request *req, void *context)
{
	(void)req;
	return visit_with_key(context, show);
}

/* The lab's address without its slash. */
enum http_outcome lab_home(struct http_request *req, void *context)
{
	struct visit *v = context;
	const struct lab *lab = guide_lab(v->book, http_param(v->params, "lab"));

	if (lab)
		visit_redirect(v, arena_cstr(req->arena, lab->base));
	else
		visit_error(v, 404, "not_found", "There is no such lab.");
	return HTTP_ANSWERED;
}
