/* The writer that escapes. */
#include "site/html.h"

#include "tap.h"

static void test_escaping(void)
{
	struct html h;

	html_init(&h);
	html_text(&h, STR("a<b>&\"c\"'d'\0e"));
	is_str(html_view(&h).bytes,
	       "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;\xEF\xBF\xBD"
	       "e",
	       "what has a meaning in HTML is escaped");
	html_release(&h);
	HTML(&h, "<p");
	HTML_ATTR(&h, "title", STR("\"><script>"));
	HTML_ATTR_INT(&h, "data-n", -3);
	HTML(&h, ">");
	html_int(&h, INT64_MIN);
	is_str(html_view(&h).bytes,
	       "<p title=\"&quot;&gt;&lt;script&gt;\" data-n=\"-3\">-9223372036854775808",
	       "attributes are quoted and escaped");
	html_release(&h);
}

static void test_addresses(void)
{
	static const struct {
		const char *url;
		bool safe;
	} urls[] = {
		{ "https://example.com/?a=b#c", true },
		{ "HTTP://x", true },
		{ "mailto:a@b", true },
		{ "/labs/web-app/", true },
		{ "page#x:y", true },
		{ "?a:b", true },
		{ "", true },
		{ "javascript:alert(1)", false },
		{ "JaVaScRiPt:alert(1)", false },
		{ "java\tscript:alert(1)", false },
		{ " javascript:alert(1)", false },
		{ "\x01javascript:alert(1)", false },
		{ "data:text/html,x", false },
		{ "vbscript:x", false },
		{ "x:y", false },
	};
	struct html h;

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		ok(html_url_is_safe(str_of(urls[i].url)) == urls[i].safe,
		   "the address \"%s\" is %s", urls[i].url,
		   urls[i].safe ? "let through" : "not let through");
	html_init(&h);
	HTML_URL(&h, "href", STR("javascript:x"));
	HTML_URL(&h, "href", STR("/a?b&c"));
	is_str(html_view(&h).bytes, " href=\"#\" href=\"/a?b&amp;c\"",
	       "an address that is not safe becomes #");
	html_release(&h);
}

static void test_pieces(void)
{
	struct arena *a = arena_new();
	struct html inner, outer;

	html_init(&inner);
	html_init(&outer);
	HTML(&inner, "<b>");
	html_text(&inner, STR("<"));
	html_markup(&outer, html_copy(&inner, a));
	html_text(&outer, html_view(&inner).bytes);
	is_str(html_view(&outer).bytes, "<b>&lt;&lt;b&gt;&amp;lt;",
	       "a finished piece stays, its bytes as text do not");
	html_release(&inner);
	html_release(&outer);
	arena_free(a);
}

int main(void)
{
	test_escaping();
	test_addresses();
	test_pieces();
	return done_testing();
}
