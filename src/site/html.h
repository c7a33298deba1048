#ifndef SITE_HTML_H
#define SITE_HTML_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * html: the only way HTML is written here. A value gets in through a function that escapes it; what is not
 * escaped must be a string literal of ours, which the macros insist on.
 *
 *	struct html h;
 *	html_init(&h);
 *	HTML(&h, "<a");
 *	HTML_URL(&h, "href", address);
 *	HTML(&h, ">");
 *	html_text(&h, name);
 *	HTML(&h, "</a>");
 *	http_answer(req, 200, "text/html; charset=utf-8", html_copy(&h, req->arena).bytes);
 *	html_release(&h);
 */
struct html {
	struct buf out; /* grows up to BUF_MAX; HTML beyond it sets out.overflow, as with any buf */
};

/* A finished piece of HTML, to be put into another one as it is. Made by this module only. */
struct markup {
	struct str bytes;
};

void html_init(struct html *h);
void html_release(struct html *h);

/* Markup of our own: a string literal. */
#define HTML(h, literal)              html_literal_((h), STR(literal))
/* ` name="value"`, the value escaped; the name is a literal. */
#define HTML_ATTR(h, name, value)     html_attr_((h), STR(" " name "=\""), (value))
/* The same for an int64_t. */
#define HTML_ATTR_INT(h, name, value) html_attr_int_((h), STR(" " name "=\""), (value))
/*
 * The same for an address (href, src, action): what is neither relative nor http, https or mailto
 * becomes "#", so that no `javascript:` gets in.
 */
#define HTML_URL(h, name, value)      html_url_((h), STR(" " name "=\""), (value))

/* Text, escaped: & < > " ' as entities, NUL as U+FFFD. The same escapes serve text and quoted values. */
void html_text(struct html *h, struct str text);
void html_int(struct html *h, int64_t n);
/* One finished piece inside another. */
void html_markup(struct html *h, struct markup m);

/* What was written: a view valid until the next change, or a copy in an arena. */
struct markup html_view(const struct html *h);
struct markup html_copy(const struct html *h, struct arena *a);

/* Would HTML_URL let this address through? */
bool html_url_is_safe(struct str url);

/* Behind the macros. */
void html_literal_(struct html *h, struct str literal);
void html_attr_(struct html *h, struct str head, struct str value);
void html_attr_int_(struct html *h, struct str head, int64_t value);
void html_url_(struct html *h, struct str head, struct str value);

#endif
