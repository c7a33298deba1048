/*
 * The guides' dialect: Markdown in, HTML out. The HTML is what site/guide.h promises to CSS and scripts.
 */
#include "site/guide.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "tap.h"

struct conversion {
	const char *name, *markdown, *html;
};

#define ANCHOR(id) " <a class=\"anchor\" href=\"#" id "\" aria-label=\"Link to this section\">#</a>"
#define VALUE(key, text)                                                                           \
	"<span class=\"value\" data-key=\"" key "\" data-state=\"placeholder\">" text "</span>"
#define FIGURE(language, more, code)                                                               \
	"<figure class=\"code\" data-language=\"" language "\" data-copy=\"true\"" more            \
	"><pre tabindex=\"0\"><code class=\"language-" language "\">" code                         \
	"</code></pre></figure>\n"
#define AWAY " rel=\"noopener\" target=\"_blank\" class=\"external\""

/* Markdown as CommonMark 0.30 has it, and the parts of GitHub's that workshops use. */
static const struct conversion markdown[] = {
	{ "a paragraph", "Hello *you* and **you**.",
	  "<p>Hello <em>you</em> and <strong>you</strong>.</p>\n" },
	{ "what has a meaning in HTML is escaped", "1 < 2 & \"x\"",
	  "<p>1 &lt; 2 &amp; &quot;x&quot;</p>\n" },
	{ "a heading has an anchor", "## Two words!",
	  "<h2 id=\"two-words\">Two words!" ANCHOR("two-words") "</h2>\n" },
	{ "two equal headings have two ids", "## A\n\n## A",
	  "<h2 id=\"a\">A" ANCHOR("a") "</h2>\n<h2 id=\"a-2\">A" ANCHOR("a-2") "</h2>\n" },
	{ "headings make room for the page's title", "# A\n\n## B",
	  "<h2 id=\"a\">A" ANCHOR("a") "</h2>\n<h3 id=\"b\">B" ANCHOR("b") "</h3>\n" },
	{ "a tight list", "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n" },
	{ "a loose list", "1. a\n\n2. b",
	  "<ol>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n" },
	{ "a list that begins elsewhere", "3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>\n" },
	{ "a task list", "- [x] done\n- [ ] open",
	  "<ul>\n<li><input type=\"checkbox\" disabled checked> done</li>\n<li><input type=\"checkbox\" disabled> open</li>\n</ul>\n" },
	{ "a quotation", "> said", "<blockquote>\n<p>said</p>\n</blockquote>\n" },
	{ "a link away opens elsewhere", "[x](https://a.b \"t\")",
	  "<p><a href=\"https://a.b\" title=\"t\"" AWAY ">x</a></p>\n" },
	{ "a bare address is a link", "see https://a.b/c.",
	  "<p>see <a href=\"https://a.b/c\"" AWAY ">https://a.b/c</a>.</p>\n" },
	{ "but not in code", "`https://a.b`", "<p><code>https://a.b</code></p>\n" },
	{ "struck out", "~~gone~~ there", "<p><del>gone</del> there</p>\n" },
	{ "two tildes that nothing ends are two tildes", "~~a ~ b ~~~c", "<p>~~a ~ b ~~~c</p>\n" },
	{ "struck out ends where it began", "*~~a* b~~", "<p><em>~~a</em> b~~</p>\n" },
	{ "a line break", "a  \nb", "<p>a<br>\nb</p>\n" },
	{ "a rule", "a\n\n---", "<p>a</p>\n<hr>\n" },
	{ "a fence has a language", "```python\nx = 1 < 2\n```",
	  FIGURE("python", "", "x = 1 &lt; 2\n") },
	{ "bash is runnable", "```bash\nls\n```", FIGURE("bash", " data-run=\"true\"", "ls\n") },
	{ "unless it says that it is not", "```bash {run=false}\nls\n```",
	  FIGURE("bash", "", "ls\n") },
	{ "a fence without a language is text", "```\nx\n```", FIGURE("text", "", "x\n") },
	{ "a diagram is for the script", "```mermaid\ngraph LR; A-->B\n```",
	  "<pre class=\"mermaid\" data-mermaid=\"true\">graph LR; A--&gt;B\n</pre>\n" },
	{ "an image alone is a figure", "![cap](https://x/y.png \"Title\")",
	  "<figure class=\"image\"><img src=\"https://x/y.png\" alt=\"cap\" loading=\"lazy\" "
	  "data-zoom=\"true\"><figcaption>Title</figcaption></figure>\n" },
	{ "an image in text is an image", "a ![b](https://x/y.png)",
	  "<p>a <img src=\"https://x/y.png\" alt=\"b\" loading=\"lazy\" data-zoom=\"true\"></p>\n" },
	{ "a table", "| A | B | C |\n|---|:-:|--:|\n| 1 | *2* | `3` |\n| 4 | 5 \\| 6 |",
	  "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th scope=\"col\">A</th><th scope=\"col\" class=\"center\">B</th><th scope=\"col\" "
	  "class=\"right\">C</th></tr></thead>\n<tbody><tr><td>1</td><td class=\"center\"><em>2</em></td><td "
	  "class=\"right\"><code>3</code></td></tr>\n<tr><td>4</td><td class=\"center\">5 | 6</td><td "
	  "class=\"right\"></td></tr>\n</tbody></table></div>\n" },
	{ "a table without bars at its ends", "A | B\n--- | ---\n1 | - 2",
	  "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th scope=\"col\">A</th><th scope=\"col\">B</th></tr></thead>\n<tbody><tr><td>1</td>"
	  "<td>- 2</td></tr>\n</tbody></table></div>\n" },
	{ "an empty cell of the head is no heading", "| | B |\n|-|-|\n",
	  "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><td></td><th scope=\"col\">B</th></tr></thead>\n</table></div>\n" },
	{ "a bar alone makes no table", "a | b\nc | d", "<p>a | b\nc | d</p>\n" },
	{ "a table in a list item", "1. x\n\n   | A |\n   |---|\n   | 1 |\n2. y",
	  "<ol>\n<li><p>x</p>\n<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th scope=\"col\">A</th></tr></thead>\n<tbody><tr><td>1</td></tr>\n"
	  "</tbody></table></div>\n</li>\n<li><p>y</p>\n</li>\n</ol>\n" },
	{ "comments are dropped", "a <!-- b --> c\n\n<!-- d -->", "<p>a  c</p>\n\n" },
	{ "harmless tags stay, others' attributes go", "a<br/>b <kbd style=\"x\">C</kbd>",
	  "<p>a<br>b <kbd>C</kbd></p>\n" },
	{ "tags around Markdown", "<details open><summary>S</summary>\n\n*x*\n\n</details>",
	  "<details open><summary>S</summary>\n<p><em>x</em></p>\n</details>\n" },
};

static const struct conversion directives[] = {
	{ "alert, leaf", "::alert[Take *care*]{type=warning header=\"Hot\"}",
	  "<aside class=\"alert alert-warning\" role=\"note\"><p class=\"alert-title\">Hot</p>\n<p>Take <em>care</em></p>\n</aside>\n" },
	{ "alert, container", ":::alert{type=\"error\"}\na\n\nb\n:::",
	  "<aside class=\"alert alert-error\" role=\"note\"><p class=\"alert-title\">Careful</p>\n<p>a</p>\n<p>b</p>\n</aside>\n" },
	{ "alert, inside a line", "a :alert[b]{type=info} c",
	  "<p>a <span class=\"alert alert-info\" role=\"note\">b</span> c</p>\n" },
	{ "a label that looks like a list is a label", "::alert[1. not a list]",
	  "<aside class=\"alert alert-info\" role=\"note\"><p class=\"alert-title\">Note</p>\n<p>1. not a list</p>\n</aside>\n" },
	{ "quotes of either kind, entities, a brace in quotes",
	  ":::alert{header='a \"b\" }'}\nx\n:::\n\n:::alert{header=\"&quot;&amp;\"}\n:::",
	  "<aside class=\"alert alert-info\" role=\"note\"><p class=\"alert-title\">a &quot;b&quot; }</p>\n<p>x</p>\n</aside>\n"
	  "<aside class=\"alert alert-info\" role=\"note\"><p class=\"alert-title\">&quot;&amp;</p>\n</aside>\n" },
	{ "code, container",
	  ":::code{language=yaml showLineNumbers=true highlightLines=\"1,3-4\" copyAutoReturn=true title=\"a.yaml\"}\na: |\n  <b>\n:::",
	  "<figure class=\"code\" data-language=\"yaml\" data-copy=\"true\" data-lines=\"true\" data-highlight=\"1,3-4\" "
	  "data-return=\"true\"><figcaption>a.yaml</figcaption><pre tabindex=\"0\"><code class=\"language-yaml\">a: |\n  "
	  "&lt;b&gt;\n</code></pre></figure>\n" },
	{ "code keeps fences and directives within",
	  ":::code{language=text}\n```\n::alert[x]\n~~~\n`:link[a]{href=b}`\n:::",
	  FIGURE("text", "", "```\n::alert[x]\n~~~\n`:link[a]{href=b}`\n") },
	{ "code in a list item loses the item's indentation only",
	  "1. Run:\n   :::code{language=bash showCopyAction=false}\n   a\n     b\n   :::\n2. Then",
	  "<ol>\n<li>Run:\n<figure class=\"code\" data-language=\"bash\" data-run=\"true\"><pre tabindex=\"0\"><code "
	  "class=\"language-bash\">a\n  b\n</code></pre></figure>\n</li>\n<li>Then</li>\n</ol>\n" },
	{ "code, leaf with brackets that match", "::code[a[0] *b*]{language=python}",
	  FIGURE("python", "", "a[0] *b*") },
	{ "code, inside a line", "a :code[x *y*] and :code[z]{showCopyAction=false}",
	  "<p>a <code class=\"copy\" data-copy=\"true\">x *y*</code> and <code>z</code></p>\n" },
	{ "expand", ":::expand{header=\"Why?\"}\nSo.\n:::",
	  "<details class=\"expand\"><summary>Why?</summary>\n<p>So.</p>\n</details>\n" },
	{ "expand, open, leaf", "::expand[ [x](https://a.b) ]{header=H defaultExpanded=true}",
	  "<details class=\"expand\" open><summary>H</summary>\n<p><a href=\"https://a.b\"" AWAY
	  ">x</a></p>\n</details>\n" },
	{ "expand with one colon on its own line", ":expand[x]{header=H}",
	  "<details class=\"expand\"><summary>H</summary>\n<p>x</p>\n</details>\n" },
	{ "tabs",
	  "::::tabs{groupId=g activeTabId=b}\n:::tab{label=\"A\" id=a}\nx\n:::\n:::tab{label=\"B\" id=b}\ny\n:::\n::::",
	  "<div class=\"tabs\" data-variant=\"default\" data-group=\"g\">\n<div class=\"tablist\" role=\"tablist\" hidden>"
	  "<button type=\"button\" role=\"tab\" id=\"tabs-1-tab-1\" aria-controls=\"tabs-1-panel-1\" aria-selected=\"false\" tabindex=\"-1\">A</button>"
	  "<button type=\"button\" role=\"tab\" id=\"tabs-1-tab-2\" aria-controls=\"tabs-1-panel-2\" aria-selected=\"true\">B</button></div>\n"
	  "<section class=\"tab\" role=\"tabpanel\" id=\"tabs-1-panel-1\" aria-labelledby=\"tabs-1-tab-1\"><p class=\"tab-title\">A</p>\n<p>x</p>\n</section>\n"
	  "<section class=\"tab\" role=\"tabpanel\" id=\"tabs-1-panel-2\" aria-labelledby=\"tabs-1-tab-2\"><p class=\"tab-title\">B</p>\n<p>y</p>\n</section>\n"
	  "</div>\n" },
	{ "containers with as many colons nest too",
	  ":::alert{}\n:::code{language=text}\nx\n:::\ny\n:::\nz",
	  "<aside class=\"alert alert-info\" role=\"note\"><p class=\"alert-title\">Note</p>\n" FIGURE(
		  "text", "", "x\n") "<p>y</p>\n</aside>\n<p>z</p>\n" },
	{ "more colons close what fewer have opened", ":::alert{}\nx\n:::::\ny",
	  "<aside class=\"alert alert-info\" role=\"note\"><p class=\"alert-title\">Note</p>\n<p>x</p>\n</aside>\n<p>y</p>\n" },
	{ "an image with a size",
	  ":image[alt]{src=\"https://x/y.png\" width=100px height=50 disableZoom=true}",
	  "<figure class=\"image\"><img src=\"https://x/y.png\" alt=\"alt\" width=\"100\" height=\"50\" loading=\"lazy\"></figure>\n" },
	{ "a link", ":link[a *b*]{href=\"https://a.b\" action=download}",
	  "<p><a href=\"https://a.b\" download" AWAY ">a <em>b</em></a></p>\n" },
	{ "a button", "::button[Go]{href=\"https://a.b\" variant=primary}",
	  "<p><a class=\"button button-primary\" href=\"https://a.b\"" AWAY ">Go</a></p>\n" },
	{ "a button in a line", "x :button[Go]{href=https://a.b}",
	  "<p>x <a class=\"button button-normal\" href=\"https://a.b\"" AWAY ">Go</a></p>\n" },
	{ "a video", "::video{id=\\_abc-d}",
	  "<p><a class=\"video\" href=\"https://www.youtube.com/watch?v=_abc-d\" rel=\"noopener\" target=\"_blank\">Watch the video</a></p>\n" },
	{ "a directive in code is code", "`:link[a]{href=b}` and\n\n```\n::alert[x]\n```",
	  "<p><code>:link[a]{href=b}</code> and</p>\n" FIGURE("text", "", "::alert[x]\n") },
	{ "what only looks like one is text",
	  "At 12:30, std::vector[x], a:b[c]{d}, :smile: and \\:link[x]{href=y}",
	  "<p>At 12:30, std::vector[x], a:b[c]{d}, :smile: and :link[x]{href=y}</p>\n" },
	{ "a directive in a quotation", "> :::alert{}\n> x\n> :::",
	  "<blockquote>\n<aside class=\"alert alert-info\" role=\"note\"><p class=\"alert-title\">Note</p>\n<p>x</p>\n</aside>\n</blockquote>\n" },
	{ "a quiz", ":::quiz{question=\"2 + 2?\"}\n- [ ] 3\n\n  No.\n- [x] `4`\n\n  Yes.\n:::",
	  "<fieldset class=\"quiz\" id=\"quiz-1\"><legend>2 + 2?</legend>\n"
	  "<div class=\"choice\"><label><input type=\"radio\" name=\"quiz-1\" value=\"1\"> <span>3</span></label>\n<div class=\"why\"><p>No.</p>\n</div></div>\n"
	  "<div class=\"choice\"><label><input type=\"radio\" name=\"quiz-1\" value=\"2\" data-right=\"true\"> <span><code>4</code></span></label>\n<div "
	  "class=\"why\"><p>Yes.</p>\n</div></div>\n"
	  "<details class=\"answer\"><summary>Show the answer</summary>\n<ul>\n<li><strong><code>4</code></strong> <p>Yes.</p>\n</li>\n</ul></details>\n"
	  "</fieldset>\n" },
	{ "a quiz with several right choices has boxes",
	  ":::quiz{question=Q}\n- [x] a\n- [x] b\n:::",
	  "<fieldset class=\"quiz\" id=\"quiz-1\"><legend>Q</legend>\n"
	  "<div class=\"choice\"><label><input type=\"checkbox\" name=\"quiz-1\" value=\"1\" data-right=\"true\"> <span>a</span></label></div>\n"
	  "<div class=\"choice\"><label><input type=\"checkbox\" name=\"quiz-1\" value=\"2\" data-right=\"true\"> <span>b</span></label></div>\n"
	  "<details class=\"answer\"><summary>Show the answer</summary>\n<ul>\n<li><strong>a</strong> </li>\n<li><strong>b</strong> </li>\n</ul></details>\n"
	  "</fieldset>\n" },
	{ "a value of the attendee's, in text", "You are :param{key=account.id}.",
	  "<p>You are " VALUE("account.id", "YOUR_ACCOUNT_ID") ".</p>\n" },
	{ "in code of every kind",
	  "`:param{key=\"region\"}`\n\n::code[a :param{key=region}]{language=text}",
	  "<p><code>" VALUE("region", "YOUR_REGION") "</code></p>\n" FIGURE(
		  "text", "", "a " VALUE("region", "YOUR_REGION")) },
	{ "in a name whose parts are divided by colons",
	  "`arn:aws:iam:::param{key=account.id}:x::param{key=region}`",
	  "<p><code>arn:aws:iam::" VALUE("account.id", "YOUR_ACCOUNT_ID") ":x:" VALUE(
		  "region", "YOUR_REGION") "</code></p>\n" },
	{ "in an address, without a span", "[x](:param{key=site}/a?b=:param{key=region})",
	  "<p><a href=\"http://THE_WORKSHOP:8080/a?b=YOUR_REGION\"" AWAY ">x</a></p>\n" },
	{ "a parameter with a default", "a :param{key=none defaultValue=\"<x>\"} b",
	  "<p>a &lt;x&gt; b</p>\n" },
	{ "the locale", ":param{key=globals.locale}", "<p>en-US</p>\n" },
	{ "a param that is escaped", "\\:param{key=region}", "<p>:param{key=region}</p>\n" },
};

static struct buf said;

static void complain(void *arg, const char *file, int line, const char *what)
{
	(void)arg;
	buf_addf(&said, "%s:%d: %s\n", file, line, what);
}

static struct str render(struct arena *a, const char *text, const struct guide_value *values)
{
	struct lab_text t = { .locale = STR("en-US"),
			      .file = STR("x.md"),
			      .markdown = str_of(text),
			      .first_line = 1 };
	const struct guide_body *body;
	struct html h;
	struct str out;

	buf_clear(&said);
	body = guide_render(a, NULL, NULL, &t, complain, NULL);
	html_init(&h);
	guide_write(body, values, &h);
	out = html_copy(&h, a).bytes;
	html_release(&h);
	return out;
}

static void test_conversions(const struct conversion *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena *a = arena_new();

		is_str(render(a, table[i].markdown, NULL), table[i].html, "%s", table[i].name);
		is_str(buf_str(&said), "", "and nobody complains");
		arena_free(a);
	}
}

static const struct {
	const char *markdown, *complaint, *shown;
} mistakes[] = {
	{ "a\n\n:::alert{}\nx", "x.md:3: this :::alert is never closed\n", "<p>x</p>" },
	{ "::::tabs\n:::tab{label=a}\nx\n::::", "x.md:2: this :::tab is never closed\n",
	  "<p>x</p>" },
	{ ":::code{language=text}\nx", "x.md:1: this :::code is never closed\n", "x\n" },
	{ "x\n\n:::", "x.md:3: this closes a container that is not open\n", "<p>x</p>" },
	{ "::foo{a=b}", "x.md:1: there is no directive named foo{a=b}\n", "foo" },
	{ ":::note\nx\n:::", "x.md:1: there is no directive named note\n", "<p>x</p>" },
	{ "a :foo[b]{c=d}", "x.md:1: there is no directive like :foo[b]{c=d}\n", "a " },
	{ "::alert[x]{colour=red}", "x.md:1: alert has no attribute colour\n", "<p>x</p>" },
	{ "::alert[x]{type=red}",
	  "x.md:1: type of alert must be one of: info success warning error\n", "alert-info" },
	{ "::alert[x]{type=info type=info}", "x.md:1: the attribute type is given twice\n",
	  "<p>x</p>" },
	{ "::alert[x]{type=\"info}", "x.md:1: the attributes of alert are not closed with }\n",
	  "<p>x</p>" },
	{ "a\nb :link[x]{href=\"}", "x.md:2: the attributes of link are not closed with }\n",
	  "a\nb" },
	{ ":link[x]{}", "x.md:1: link needs the attribute href\n", "x" },
	{ "::tabs{}", "x.md:1: tabs is a container", "mistake" },
	{ ":::tab{label=x}\n:::", "x.md:1: a :::tab must stand in ::::tabs", "x" },
	{ "::::tabs\n::::", "x.md:1: there is no :::tab in these tabs\n", "tabs" },
	{ "::::tabs\n:::tab\nx\n:::\n::::", "x.md:2: tab needs the attribute label\n", "Tab 1" },
	{ "a :param{key=nothing}", "x.md:1: there is no parameter named \"nothing\"\n", "a " },
	{ "::check{id=nope}", "x.md:1: there is no check \"nope\" in checks.yaml\n", "mistake" },
	{ "::image[x]{src=https://a/b width=wide}",
	  "x.md:1: width and height of an image must be numbers", "<img" },
	{ "::code[x]{highlightLines=all}", "x.md:1: highlightLines must be numbers and ranges",
	  "x" },
	{ "::children{depth=much}", "x.md:1: depth of children must be a number from 1\n",
	  "mistake" },
	{ "[x](javascript:alert(1))", "x.md:1: this address is not allowed: javascript:alert(1)\n",
	  "href=\"#\"" },
	{ "<script>alert(1)</script>", "x.md:1: this HTML is not allowed\n", "&lt;script&gt;" },
	{ "a <img src=x onerror=alert(1)>", "x.md:1: the attribute onerror of <img> is left out\n",
	  "<img" },
	{ "a\n\n<b>x", "x.md:3: <b> is not closed where it was opened\n", "<b>x</b>" },
	{ "x</div>", "x.md:1: </div> closes nothing that is open here\n", "x" },
	{ "- a\n  :::alert{}\n\nb\n:::", "x.md:2: this directive ends outside of the list item",
	  "<p>b</p>" },
	{ "**a :link[b** c]{href=https://x.y}", "x.md:1: this directive ends outside", "c" },
	{ "text\n\n        :::alert{}\n        x\n        :::",
	  "x.md:3: this directive is not understood here", "x" },
	{ "<div>\n::alert[x]\n</div>", "x.md:2: this directive is not understood here", "<div>" },
	{ ":::quiz{question=q}\nx\n:::", "x.md:1: this quiz has no list of choices\n", "x" },
	{ ":::quiz{question=q}\n- [ ] a\n:::",
	  "x.md:2: no choice of this quiz is right: mark it with [x]\n", "a" },
	{ ":::quiz{question=q}\n- a\n- [x] b\n:::", "x.md:2: a choice of a quiz begins with [ ]",
	  "b" },
	{ ":::quiz\n- [x] b\n:::", "x.md:1: quiz needs the attribute question\n", "b" },
};

static void test_mistakes(void)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct arena *a = arena_new();
		struct str html = render(a, mistakes[i].markdown, NULL);

		if (!ok(str_find_str(buf_str(&said), str_of(mistakes[i].complaint)) >= 0,
			"`%s` is reported: %s", mistakes[i].markdown, mistakes[i].complaint))
			diag("said: %s", said.p ? said.p : "");
		if (!ok(str_find_str(html, str_of(mistakes[i].shown)) >= 0,
			"and the rest of the page is there"))
			diag("html: %.*s", STR_ARG(html));
		arena_free(a);
	}
}

static void test_box(void)
{
	struct arena *a = arena_new();

	ok(str_find_str(
		   render(a, "a\n\n::foo{}", NULL),
		   STR("<div class=\"mistake\" role=\"alert\"><strong>x.md:3</strong> there is no directive named foo{}</div>")) >=
		   0,
	   "a mistake shows in the page, with its place");
	arena_free(a);
}

/* Nothing that an author writes, nor a value of the attendee's, becomes markup of its own. */
static void test_hostile(void)
{
	static const char *const texts[] = {
		"\xEE\x80\x80"
		"o0"
		"\xEE\x80\x81",
		"<!--\xEE\x80\x80"
		"o0"
		"\xEE\x80\x81-->",
		"~~~ \xEE\x80\x80"
		"o0"
		"\xEE\x80\x81\nx\n~~~",
		"\xEE\x80\x80p0\xEE\x80\x81 :param{key=region}",
		"a\0b",
		"\xff\xfe \xc3",
	};
	struct arena *a = arena_new();
	struct guide_value values[] = { { "account.name", STR("<b>\"&") },
					{ "site", STR("javascript:alert(1)") },
					{ NULL, { NULL, 0 } } };
	struct str html;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		html = render(a, texts[i], NULL);
		ok(str_is_utf8(html) && str_find_str(html, STR("\xEE\x80")) < 0,
		   "our own marks cannot be written by an author (%zu)", i + 1);
	}
	html = render(
		a,
		"`:param{key=account.name}` [x](:param{key=site}) ![:param{key=account.name}](https://x/y)",
		values);
	is_str(html,
	       "<p><code><span class=\"value\" data-key=\"account.name\" data-state=\"known\">&lt;b&gt;&quot;&amp;</span></code> "
	       "<a href=\"#\"" AWAY
	       ">x</a> <img src=\"https://x/y\" alt=\"your name\" loading=\"lazy\" data-zoom=\"true\"></p>\n",
	       "values are escaped, and an address is not taken from one that is not an address");
	arena_free(a);
}

static void test_facts(void)
{
	struct arena *a = arena_new();
	struct lab_text t = {
		.locale = STR("en-US"),
		.file = STR("x.md"),
		.markdown = STR(
			"## A :param{key=region}\n### B\n#### C\n```bash\na :param{key=account.id}\n```\n"
			"::::tabs\n:::tab{label=X}\n```text\nx\n```\n:::\n:::tab{label=Y}\n```bash\ny\n```\n:::\n::::\n"),
		.first_line = 7
	};
	const struct guide_body *body = guide_render(a, NULL, NULL, &t, NULL, NULL);
	const struct guide_heading *headings;
	const struct guide_code *codes;
	size_t n;

	headings = guide_headings(body, &n);
	is_int((int64_t)n, 2, "headings of two levels are for the table of contents");
	is_str(headings[0].text, "A YOUR_REGION", "in plain text");
	is_str(headings[1].id, "b", "with their ids");
	codes = guide_runnable(body, &n);
	is_int((int64_t)n, 2, "blocks can be run");
	is_str(codes[0].text, "a {{account.id}}\n", "with names for the attendee's values");
	is_int(codes[0].line, 10, "and its line in the file");
	is_int(codes[0].tabs * 10 + codes[0].tab, 0, "it is in no tab");
	is_int(codes[1].tabs * 10 + codes[1].tab, 12,
	       "the other is in the second of the first tabs");
	ok(guide_has_values(body), "the page holds values");
	arena_free(a);
}

/* --- labs on disk -------------------------------------------------------------------------------------------------- */

static char root[256];

static int forget(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void put(const char *path, const char *text)
{
	char full[512];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *p = full + strlen(root) + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			mkdir(full, 0700);
			*p = '/';
		}
	f = fopen(full, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

static struct files *folder(struct arena *a, const char *name)
{
	const char *why = "";
	struct files *f = files_folder(arena_printf(a, "%s/%s", root, name), a, &why);

	if (!f) {
		diag("%s", why);
		abort();
	}
	return f;
}

static void put_lab(void)
{
	put("labs/one/contentspec.yaml",
	    "title: Lab One\ndefaultLocaleCode: en-US\nlocaleCodes: [en-US, it-IT]\nparams: {bucket: b-1, deep: {list: [x, y]}}\n");
	put("labs/one/checks.yaml", "- id: c1\n  title: The <first>\n");
	put("labs/one/static/a b.png", "x");
	put("labs/one/content/index.en.md",
	    "---\ntitle: First\nweight: 0\n---\n::children{depth=2}\n\n::check{id=c1}\n\n"
	    ":param{key=bucket} :param{key=\"deep.list[1]\"} :param{key=globals.baseUrl}\n\n[p](part) [s](part/sub.en.md#go) [i](/static/a%20b.png)\n\n![i](</static/a b.png>)\n");
	put("labs/one/content/index.it.md", "---\ntitle: Prima\n---\nCiao\n");
	put("labs/one/content/part/index.en.md",
	    "---\ntitle: Part\nweight: 20\n---\n[up](..) [sub](sub) [me](/part) [other](../last) [talk](/talks/t) [lab](/labs/two/)\n");
	put("labs/one/content/part/sub.en.md",
	    "---\ntitle: Sub\n---\n# Go\n[img](../../static/a%20b.png)\n");
	put("labs/one/content/last.md", "---\ntitle: Last\nweight: 30\n---\nx\n");
	put("labs/one/content/secret.en.md",
	    "---\ntitle: Secret\nweight: 1\nhidden: true\n---\nx\n");
	put("labs/two/contentspec.yaml", "weight: 5\ndefaultLocaleCode: en-US\n");
	put("labs/two/content/index.en.md", "---\ntitle: Second lab\n---\nx\n");
	put("content/agenda.md",
	    "---\ntitle: T\ntimezone: UTC\n---\n[x](/talks/t)\n\n## 22 July 2021\n- 9:00-10:00 | [A](/labs/one) | lab\n");
	put("content/talks/t.md",
	    "---\ntitle: Talk\n---\n[lab](/labs/one/part) :param{key=account.name}\n");
}

static struct str body_of(struct arena *a, const struct lab *lab, const char *path)
{
	struct html h;
	struct str out;

	html_init(&h);
	guide_write(lab_text_get(lab_page_find(lab, str_of(path)), STR_NONE)->body, NULL, &h);
	out = html_copy(&h, a).bytes;
	html_release(&h);
	return out;
}

static void test_lab(void)
{
	struct arena *a = arena_new();
	struct files *labs = folder(a, "labs"), *content = folder(a, "content");
	struct guides *g;
	const struct guide_book *book;
	const struct lab *lab;
	const struct lab_page *first;

	buf_clear(&said);
	is_int((int64_t)guides_lint(labs, content, complain, NULL), 8, "lint reads every text");
	is_str(buf_str(&said), "", "and finds nothing");
	g = guides_new(labs, content);
	book = guides_book(g, a);
	is_int((int64_t)book->lab_count, 2, "two labs");
	is_str(book->labs[0]->id, "two", "the one with the lesser weight is first");
	lab = guide_lab(book, STR("one"));
	ok(!guide_lab(book, STR("three")), "a lab that is not there is not found");
	is_str(lab->title, "Lab One", "the lab's title");
	first = lab_page_find(lab, STR(""));
	is_int((int64_t)lab->page_count, 5, "five pages");
	is_str(lab->pages[1]->path, "part", "by weight");
	is_str(lab->pages[2]->path, "part/sub", "children behind their parent");
	is_str(lab->pages[4]->path, "secret", "hidden ones last");
	ok(first->next == lab->pages[1] && lab->pages[1]->previous == first,
	   "pages know the one behind and the one before");
	ok(!lab->pages[3]->next && !lab->pages[4]->previous, "hidden ones are in no row");
	is_int(lab->pages[2]->depth, 2, "depth is counted");
	is_str(lab_text_get(first, STR("it-IT"))->title, "Prima", "a text by its locale");
	is_str(lab_text_get(first, STR("it"))->title, "Prima", "by its language");
	is_str(lab_text_get(first, STR("fr-FR"))->title, "First", "or the default");
	is_str(lab_text_get(lab->pages[1], STR("it-IT"))->title, "Part", "where there is no other");
	is_str(body_of(a, lab, ""),
	       "<ul class=\"children\">\n<li><a href=\"/labs/one/part\">Part</a><ul>\n<li><a href=\"/labs/one/part/sub\">Sub</a></li>\n</ul>\n</li>\n"
	       "<li><a href=\"/labs/one/last\">Last</a></li>\n</ul>\n"
	       "<div class=\"check\" id=\"check-c1\" data-lab=\"one\" data-check=\"c1\" data-state=\"pending\">\n<p class=\"check-title\">The &lt;first&gt;</p>\n"
	       "<p class=\"check-line\"><span class=\"check-state\">pending</span> <span class=\"check-message\" role=\"status\"></span></p>\n"
	       "<button type=\"button\" class=\"check-run\" hidden>Check now</button></div>\n"
	       "<p>b-1 y /labs/one</p>\n<p><a href=\"/labs/one/part\">p</a> <a href=\"/labs/one/part/sub#go\">s</a> <a href=\"/labs/one/static/a%20b.png\">i</a></p>\n"
	       "<figure class=\"image\"><img src=\"/labs/one/static/a%20b.png\" alt=\"i\" loading=\"lazy\" data-zoom=\"true\"></figure>\n",
	       "children, checks, parameters, links and images of the lab");
	is_str(body_of(a, lab, "part/"),
	       "<p><a href=\"/labs/one/\">up</a> <a href=\"/labs/one/part/sub\">sub</a> <a href=\"/labs/one/part\">me</a> <a href=\"/labs/one/last\">other</a> "
	       "<a href=\"/talks/t\">talk</a> <a href=\"/labs/two/\">lab</a></p>\n",
	       "links between pages, talks and labs");
	is_str(body_of(a, book->talks, "t"),
	       "<p><a href=\"/labs/one/part\">lab</a> <span class=\"value\" data-key=\"account.name\" data-state=\"placeholder\">your name</span></p>\n",
	       "a talk");
	guides_free(g);
	arena_free(a);
	files_free(labs);
	files_free(content);
}

static void test_lint(void)
{
	static const char *const expected[] = {
		"labs/one/content/part/index.en.md:5: this link leads nowhere: nowhere\n",
		"labs/one/content/part/index.en.md:5: there is no heading #gone on that page\n",
		"labs/one/content/part/index.en.md:6: there is no such image: /static/none.png\n",
		"labs/one/content/part/index.en.md:8: there is no check \"c9\" in checks.yaml\n",
		"labs/one/content/part/index.en.md:3: there is no key named \"wieght\" here\n",
		"labs/one/content/bad.md:1: the front matter is not closed: a second line of --- is missing\n",
		"labs/one/content/late.md:3: weight must be a whole number\n",
		"labs/one/content/x.fr.md:0: fr is not among localeCodes in contentspec.yaml\n",
		"labs/one/content/last.md:0: one/content/last.en.md is the same page",
		"labs/three/content:0: there is no page in this folder\n",
		"labs/three/contentspec.yaml:0: defaultLocaleCode is missing",
		"labs/three/contentspec.yaml:1: there is no key named \"colour\" here\n",
		"content/agenda.md:8: this link leads nowhere: /labs/nine\n",
		"content/agenda.md:5: this link leads nowhere: /talks/none\n",
	};
	struct arena *a = arena_new();
	struct files *labs, *content;

	put("labs/one/content/part/index.en.md",
	    "---\ntitle: Part\nwieght: 20\n---\n[x](nowhere) [y](sub#gone)\n![z](/static/none.png)\n\n::check{id=c9}\n");
	put("labs/one/content/bad.md", "---\ntitle: Bad\n");
	put("labs/one/content/late.md", "---\ntitle: Late\nweight: late\n---\n");
	put("labs/one/content/x.fr.md", "---\ntitle: X\n---\n");
	put("labs/one/content/last.en.md", "---\ntitle: Last\n---\n");
	put("labs/three/contentspec.yaml", "colour: red\n");
	put("content/agenda.md",
	    "---\ntitle: T\ntimezone: UTC\n---\n[x](/talks/none)\n\n## 22 July 2021\n- 9:00-10:00 | [A](/labs/nine) | lab\n");
	labs = folder(a, "labs");
	content = folder(a, "content");
	buf_clear(&said);
	guides_lint(labs, content, complain, NULL);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (!ok(str_find_str(buf_str(&said), str_of(expected[i])) >= 0, "lint says: %s",
			expected[i]))
			diag("said: %s", said.p ? said.p : "");
	arena_free(a);
	files_free(labs);
	files_free(content);
}

/* --- books that change while they are read ----------------------------------------------------------------------------- */

static void *read_books(void *arg)
{
	for (int i = 0; i < 300; i++) {
		struct arena *a = arena_new();
		const struct guide_book *book = guides_book(arg, a);
		const struct lab *lab = guide_lab(book, STR("two"));
		struct str body = body_of(a, lab, "");

		if (!str_starts(body, STR("<p>x")))
			abort();
		arena_free(a);
	}
	return NULL;
}

static void test_reload(void)
{
	struct arena *a = arena_new(), *early = arena_new();
	struct files *labs = folder(a, "labs"), *content = folder(a, "content");
	struct guides *g = guides_new(labs, content);
	const struct guide_book *old = guides_book(g, early), *new = NULL;
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, read_books, g);
	put("labs/two/content/index.en.md", "---\ntitle: Changed\n---\nx and more\n");
	for (int i = 0; i < 300; i++) { /* three seconds at most */
		struct arena *b = arena_new();

		new = guides_book(g, b);
		arena_free(b);
		if (new->version != old->version)
			break;
		usleep(10000);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	new = guides_book(g, a);
	ok(new->version > old->version, "a change of a file makes a new book");
	is_str(lab_text_get(lab_page_find(guide_lab(new, STR("two")), STR("")), STR_NONE)->title,
	       "Changed", "with the new text");
	is_str(lab_text_get(lab_page_find(guide_lab(old, STR("two")), STR("")), STR_NONE)->title,
	       "Second lab", "while who holds the old one still reads it");
	arena_free(early);
	arena_free(a);
	guides_free(g);
	files_free(labs);
	files_free(content);
}

static void test_builtin(void)
{
	buf_clear(&said);
	ok(guides_lint(files_builtin("labs"), files_builtin("content"), complain, NULL) >= 12,
	   "labs and talks are built in");
	is_str(buf_str(&said), "", "and are without a mistake");
}

int main(void)
{
	log_set_level(LOG_ERROR);
	buf_init(&said, BUF_MAX);
	snprintf(root, sizeof(root), "%s/guide-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(root))
		return 1;
	test_conversions(markdown, sizeof(markdown) / sizeof(markdown[0]));
	test_conversions(directives, sizeof(directives) / sizeof(directives[0]));
	test_mistakes();
	test_box();
	test_hostile();
	test_facts();
	put_lab();
	test_lab();
	test_lint();
	test_reload();
	test_builtin();
	buf_release(&said);
	nftw(root, forget, 16, FTW_DEPTH | FTW_PHYS);
	return done_testing();
}
