/* The writer that escapes; see html.h. */
#include "site/html.h"

#include <inttypes.h>

void html_init(struct html *h)
{
	buf_init(&h->out, BUF_MAX);
}

void html_release(struct html *h)
{
	buf_release(&h->out);
}

void html_literal_(struct html *h, struct str literal)
{
	buf_add(&h->out, literal);
}

static struct str entity(char c)
{
	switch (c) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '"':
		return STR("&quot;");
	case '\'':
		return STR("&#39;");
	case '\0':
		return STR("\xEF\xBF\xBD");
	default:
		return STR_NONE;
	}
}

void html_text(struct html *h, struct str text)
{
	size_t done = 0;

	for (size_t i = 0; i < text.n; i++) {
		struct str e = entity(text.p[i]);

		if (!e.p)
			continue;
		buf_add(&h->out, str_slice(text, done, i));
		buf_add(&h->out, e);
		done = i + 1;
	}
	buf_add(&h->out, str_slice(text, done, text.n));
}

void html_int(struct html *h, int64_t n)
{
	buf_addf(&h->out, "%" PRId64, n);
}

void html_markup(struct html *h, struct markup m)
{
	buf_add(&h->out, m.bytes);
}

struct markup html_view(const struct html *h)
{
	return (struct markup){ buf_str(&h->out) };
}

struct markup html_copy(const struct html *h, struct arena *a)
{
	return (struct markup){ arena_dup(a, buf_str(&h->out)) };
}

/*
 * Browsers drop tabs and newlines inside an address and blanks before it, so an address with a byte up to
 * the space is not let through at all; the scheme is what stands before the first colon if no slash,
 * question mark or number sign comes earlier.
 */
bool html_url_is_safe(struct str url)
{
	static const char *const schemes[] = { "http", "https", "mailto" };
	size_t i;

	for (i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f)
			return false;
	for (i = 0; i < url.n; i++) {
		if (strchr("/?#", url.p[i]))
			return true;
		if (url.p[i] == ':')
			break;
	}
	if (i == url.n)
		return true;
	for (size_t k = 0; k < sizeof(schemes) / sizeof(schemes[0]); k++)
		if (str_eq_nocase(str_slice(url, 0, i), str_of(schemes[k])))
			return true;
	return false;
}

void html_attr_(struct html *h, struct str head, struct str value)
{
	buf_add(&h->out, head);
	html_text(h, value);
	buf_addc(&h->out, '"');
}

void html_attr_int_(struct html *h, struct str head, int64_t value)
{
	buf_add(&h->out, head);
	html_int(h, value);
	buf_addc(&h->out, '"');
}

void html_url_(struct html *h, struct str head, struct str value)
{
	html_attr_(h, head, html_url_is_safe(value) ? value : STR("#"));
}
