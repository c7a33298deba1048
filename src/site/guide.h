#ifndef SITE_GUIDE_H
#define SITE_GUIDE_H

#include "site/agenda.h"
#include "site/html.h"
#include "site/lab.h"

/*
 * guide: the labs' pages and the talks as HTML, rendered once and filled for each attendee.
 *
 *	struct guides *g = guides_new(labs, content);
 *	...
 *	const struct guide_book *book = guides_book(g, req->arena);
 *	const struct lab *lab = guide_lab(book, STR("web-app"));
 *	const struct lab_page *page = lab_page_find(lab, path);
 *	guide_write(lab_text_get(page, locale)->body, values, &h);
 *
 * A book is everything made from one version of the two trees. It is made again, on the caller's thread, when a file
 * has changed; requests that still read the old one keep it. Reading a book takes no lock.
 *
 * --- The HTML that pages are made of: a contract with the site's CSS and JavaScript --------------------------------
 *
 * The body has no wrapper and no h1 (the title is the site's). It reads well without any CSS or script.
 *
 *	<h2 id="put-an-item">Put an item <a class="anchor" href="#put-an-item" aria-label="Link to this section">#</a></h2>
 *	<aside class="alert alert-info" role="note"><p class="alert-title">Header</p> ... </aside>
 *		alert-info, alert-success, alert-warning, alert-error; a title always (the header, or Note, Success, ...)
 *	<figure class="code" data-language="bash" data-copy="true"><figcaption>file.py</figcaption>
 *	  <pre tabindex="0"><code class="language-bash">...</code></pre></figure>
 *		figcaption when the author gave a title; further attributes, each only when it holds: data-run="true" (rehearse
 *		runs it), data-lines="true" (number the lines), data-highlight="1,4-6", data-return="true" (copy a newline too)
 *	<code class="copy" data-copy="true">text</code>        :code[text]{} with copying, inside a line
 *	<div class="tabs" data-variant="default" data-group="cli">
 *	  <div class="tablist" role="tablist" hidden>
 *	    <button type="button" role="tab" id="tabs-1-tab-1" aria-controls="tabs-1-panel-1" aria-selected="true">CLI</button>
 *	    <button ... aria-selected="false" tabindex="-1">Python</button></div>
 *	  <section class="tab" role="tabpanel" id="tabs-1-panel-1" aria-labelledby="tabs-1-tab-1">
 *	    <p class="tab-title">CLI</p> ... </section> ... </div>
 *		without a script the tablist stays hidden and all panels show, each with its title; a script shows the tablist and
 *		hides titles and panels. data-group only when the author gave groupId: such tabs switch together, on all pages
 *	<details class="expand" open><summary>Header</summary> ... </details>
 *	<figure class="image"><img src="/labs/web-app/static/a.png" alt="..." width="600" loading="lazy" data-zoom="true">
 *	  <figcaption>title</figcaption></figure>      an image alone in its paragraph; just <img> inside text
 *	<a class="button button-primary" href="...">           button-primary, button-normal, button-link
 *	<a class="video" href="https://www.youtube.com/watch?v=ID" rel="noopener" target="_blank">
 *	<a href="https://elsewhere" rel="noopener" target="_blank" class="external">
 *	<ul class="children"><li><a href="...">Title</a><p>description</p><ul> ... </ul></li></ul>
 *	<div class="table"><table><thead> ... <th scope="col" class="left|center|right"> ... </table></div>
 *	<pre class="mermaid" data-mermaid="true">graph LR ...</pre>     for the script; else read as text
 *	<span class="value" data-key="account.id" data-state="known|placeholder">123456789012</span>
 *		a value of the attendee's own, also inside <code>; in an address it is put in without the span
 *	<div class="check" id="check-rides-table" data-lab="web-app" data-check="rides-table" data-state="pending">
 *	  <p class="check-title">The table ...</p>
 *	  <p class="check-line"><span class="check-state">pending</span> <span class="check-message" role="status"></span></p>
 *	  <button type="button" class="check-run" hidden>Check now</button></div>
 *		a script sets data-state (green, red, pending), the state's word and the message, and shows the button, which posts
 *		{"lab": data-lab} to /api/check
 *	<fieldset class="quiz" id="quiz-1"><legend>Question</legend>
 *	  <div class="choice"><label><input type="radio" name="quiz-1" value="1" data-right="true"> Choice</label>
 *	    <div class="why"> ... </div></div> ...
 *	  <details class="answer"><summary>Show the answer</summary> <ul><li>Choice ... why</li></ul></details></fieldset>
 *		checkboxes when several are right; "why" is shown by the script for the chosen one (CSS hides it until then:
 *		.choice .why; without a script the details hold all there is to know)
 *	<div class="mistake" role="alert"><strong>x/content/index.en.md:12</strong> what is wrong</div>
 *		a mistake of the author, in its place; inside a line <span class="mistake" role="alert">
 */
struct guides;
struct guide_body;

struct guide_book {
	struct lab **labs; /* in order */
	size_t lab_count;
	struct lab *
		talks; /* content/talks: id "talks", base "/talks/", one page a file; never NULL, perhaps empty */
	struct agenda *agenda; /* never NULL; an empty one when there is no agenda.md */
	uint64_t version;      /* grows with every book made: a key for caches of one's own */
};

/* The trees must outlive the guides. */
struct guides *guides_new(struct files *labs, struct files *content);
void guides_free(struct guides *g);

/* The book of the trees as they are now; valid until the arena is freed, be it after guides_free(). From any thread. */
const struct guide_book *guides_book(struct guides *g, struct arena *a);
/* A lab by id, or NULL. */
const struct lab *guide_lab(const struct guide_book *book, struct str id);

/* A value for :param{key=...}; see guide_keys for the keys that pages may ask for. */
struct guide_value {
	const char *key;
	struct str value;
};
/*
 * Keys of the attendee's own values, ended by a NULL key, with what stands for each before joining ("value"):
 *
 *	account.id, account.name, account.accessKeyId, account.secretAccessKey, region, endpoint, scheme, site
 *
 * `endpoint` is what goes into AWS_ENDPOINT_URL, `scheme` how it begins ("http" or "https"), which is also how what the
 * account serves to browsers begins, and `site` the workshop's own address.
 */
extern const struct guide_value guide_keys[];

/* A heading, for a table of contents. */
struct guide_heading {
	int level;           /* 2 to 6 */
	struct str id, text; /* text is plain */
};

/*
 * Write a page's body. `values` ends with a NULL key (or is NULL); for a key that is not there the placeholder is
 * written. One pass over the rendered bytes.
 */
void guide_write(const struct guide_body *body, const struct guide_value *values, struct html *h);
/* Does the body hold values of the attendee's (so that it must not be cached for everybody)? */
bool guide_has_values(const struct guide_body *body);
/* Headings of levels 2 and 3 in order. */
const struct guide_heading *guide_headings(const struct guide_body *body, size_t *count);

/* A runnable code block, for `rehearse`. */
struct guide_code {
	struct str language; /* "bash" */
	struct str text;     /* parameters of the lab filled in; the attendee's own as {{key}} */
	int line;            /* of the file */
	int tabs,
		tab; /* of the page's first tabs, which it is in, the first: 1, 1; 0, 0 outside of tabs */
};
const struct guide_code *guide_runnable(const struct guide_body *body, size_t *count);

/*
 * Read both trees and report every mistake of the labs' pages, the talks and the agenda, with "labs/" or "content/" in front
 * of the file's path. Returns how many pages were read. For `lint`.
 */
size_t guides_lint(struct files *labs, struct files *content, lab_complain *complain, void *arg);

/*
 * Render one text. `lab` and `page` give links, children, parameters and checks their meaning. Never fails: mistakes go to
 * complain (may be NULL) and into the page. For tests and for pages outside a lab.
 */
const struct guide_body *guide_render(struct arena *a, const struct lab *lab,
				      const struct lab_page *page, const struct lab_text *text,
				      lab_complain *complain, void *arg);

#endif
