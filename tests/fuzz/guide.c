/*
 * Property: whatever an author writes, the page's tags nest and are of our list, no attribute is a script's, no address
 * leads to one, none of our own marks gets out, and the agenda, the front matter and the page may be anything at all.
 */
#include "site/guide.h"

#include <ctype.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DEPTH_MAX = 100000 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_empty(struct str name)
{
	return str_is(name, "br") || str_is(name, "hr") || str_is(name, "img") ||
	       str_is(name, "input");
}

static bool is_forbidden(struct str name)
{
	static const char *const names[] = { "script", "style", "iframe", "object", "embed",
					     "form",   "base",  "meta",   "link",   "svg" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	return !name.n;
}

/* The attributes of one tag: quoted, none that runs, no address with a scheme of its own. */
static void check_attributes(struct str s)
{
	while (s.n) {
		size_t i = 0;
		struct str name, value;

		while (s.n && isspace((unsigned char)s.p[0]))
			s = str_slice(s, 1, s.n);
		while (i < s.n && s.p[i] != '=' && !isspace((unsigned char)s.p[i]))
			i++;
		name = str_slice(s, 0, i);
		s = str_slice(s, i, s.n);
		require(!name.n || islower((unsigned char)name.p[0]));
		require(!(name.n > 1 && str_starts(name, STR("on"))));
		if (!s.n || s.p[0] != '=')
			continue;
		require(s.n > 1 && s.p[1] == '"');
		s = str_slice(s, 2, s.n);
		value = str_slice(s, 0, (size_t)str_find(s, '"'));
		require(str_find(s, '"') >= 0);
		s = str_slice(s, value.n + 1, s.n);
		if (str_is(name, "href") || str_is(name, "src"))
			require(html_url_is_safe(value));
	}
}

static void check_html(struct str s)
{
	static struct str open[DEPTH_MAX];
	size_t depth = 0;

	require(str_is_utf8(s) && str_find_str(s, STR("\xEE\x80")) < 0);
	while (s.n) {
		ptrdiff_t at = str_find(s, '<');
		struct str tag, name;
		size_t n = 0;
		bool closing;

		if (at < 0)
			return (void)require(depth == 0);
		s = str_slice(s, (size_t)at + 1, s.n);
		at = str_find(s, '>');
		require(at >= 0);
		tag = str_slice(s, 0, (size_t)at);
		s = str_slice(s, (size_t)at + 1, s.n);
		closing = tag.n && tag.p[0] == '/';
		tag = str_slice(tag, closing, tag.n);
		while (n < tag.n && isalnum((unsigned char)tag.p[n]))
			n++;
		name = str_slice(tag, 0, n);
		require(!is_forbidden(name));
		if (closing) {
			require(depth && str_eq(open[--depth], name));
		} else {
			check_attributes(str_slice(tag, n, tag.n));
			if (!is_empty(name) && depth < DEPTH_MAX)
				open[depth++] = name;
		}
	}
	require(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct guide_value values[] = { { "account.name", STR_INIT("\"><script>") },
						     { "site", STR_INIT("javascript:x") },
						     { NULL, { NULL, 0 } } };
	struct arena *a = arena_new();
	struct lab *lab = ARENA_NEW(a, struct lab);
	struct str locale = STR("en-US");
	struct lab_text text = { .locale = locale,
				 .file = STR("lab/content/a.md"),
				 .first_line = 1 };
	struct lab_page page = { .path = STR("a"), .texts = &text, .text_count = 1 },
			*pages[] = { &page };
	struct html h;

	text.markdown = str_make(size ? (const char *)data : "", size);
	*lab = (struct lab){ .id = STR("lab"),
			     .base = STR("/labs/lab/"),
			     .locales = &locale,
			     .locale_count = 1,
			     .params = json_new_object(a),
			     .pages = pages,
			     .page_count = 1,
			     .files = files_builtin("labs"),
			     .folder = STR("lab"),
			     .pages_folder = STR("lab/content") };
	html_init(&h);
	guide_write(guide_render(a, lab, &page, &text, NULL, NULL), values, &h);
	require(!h.out.overflow);
	check_html(html_view(&h).bytes);
	html_release(&h);
	arena_free(a);
	return 0;
}
