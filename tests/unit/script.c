/* Mistakes in scripts: the first one is told with its line; scripts that are right are right. */
#include "base/script.h"

#include "base/buf.h"
#include "unit/tap.h"

static const struct {
	const char *text, *fault; /* NULL: none */
} cases[] = {
	{ "", NULL },
	{ "window._config = {\n  cognito: {\n    userPoolId: \"eu-west-1_a\", // the pool\n    region: 'eu-west-1',\n  },\n};\n",
	  NULL },
	{ "c = {\n  a: \"x,\n  b: 'y',\n};",
	  "line 2: the text is not closed: a \" is missing at its end" },
	{ "c = { a: 'x }", "line 1: the text is not closed: a ' is missing at its end" },
	{ "c = {\n  a: \"x\" // first\n  b: 1\n};",
	  "line 2: a comma is missing behind this value" },
	{ "c = {\n  a: { b: 1 }\n  d: {}\n};", "line 2: a comma is missing behind this value" },
	{ "c = {\n  a: true\n  \"b\": 1\n};", "line 2: a comma is missing behind this value" },
	{ "f('a' 'b')", "line 1: a comma is missing behind this value" },
	{ "c = [1 2]", "line 1: a comma is missing behind this value" },
	{ "c = {\n  a \"x\",\n};", "line 2: a colon is missing between name and value" },
	{ "c = {\n  a: x\",\n  b: 1 };",
	  "line 2: quotation marks or a comma are missing in this line" },
	{ "c = { a: }", NULL }, /* not looked for */
	{ "c = {\n  a: ,\n};", "line 2: a value is missing behind the colon" },
	{ "c = {\n  id: 25ddkmj4v6hfsf,\n};",
	  "line 2: \"25ddkmj4v6hfsf\" is no number: a text stands in quotation marks" },
	{ "c = { id: eu-west-1_uXboG5pAb }",
	  "line 1: \"1_uXboG5pAb\" is no number: a text stands in quotation marks" },
	{ "c = {\n  url: http:x/prod,\n};", "line 2: a text stands in quotation marks" },
	{ "c = {\n  a: \xe2\x80\x9cx\xe2\x80\x9d };",
	  "line 2: a typographic quotation mark: in scripts they are \" or '" },
	{ "c = { a: \"\xe2\x80\x9cx\xe2\x80\x9d\" } // \xe2\x80\x99", NULL },
	{ "c = {\n  a: { b: 1,\n};", "line 1: this { is never closed" },
	{ "c = { a: 1 };\n}", "line 2: this } closes nothing" },
	{ "f(\n[1)", "line 2: this ) does not close the [ of line 2" },
	{ "a = `x\n${y}", "line 2: the text that begins with ` is not closed" },
	{ "/* x\ny", "line 1: the comment that begins with /* is not closed" },
	{ "a = `x ${b ? `\"${c}` : {d: 1}} '`; f()", NULL },
	{ "\"use strict\"\nlet a = 1\nfoo()", NULL },
	{ "a = /[/\"]'/g; b = 'x'", NULL },
	{ "a = b / c; d = \"e\"", NULL },
	{ "if (a) /'/.test(b)", NULL }, /* a division or an expression: who knows */
	{ "c = { a: b ? d ? 1 : 2 : 3, e: f?.g, h: i ?? 'j' }", NULL },
	{ "c = { get a() { return 1 }, async b() {}, ...d, [e]: /x/, 'f': 1e-5, g: 0xffn, h: 1_000.5 }",
	  NULL },
	{ "const { a, b: { d } } = e; class F { g() {} h() {} static i = 1\n j = 2 }", NULL },
	{ "for (const a of b) { if ('c' in d) e() }\nx = y => { f()\n g() }", NULL },
	{ "i++\n{ foo()\n bar() }", NULL },
	{ "export default {\n  a: 'x'\n  b: 1 }", "line 2: a comma is missing behind this value" },
	{ "a = 'it\\'s' + \"\\\"\" + 'on\\\n two lines'; b = \"",
	  "line 2: the text is not closed: a \" is missing at its end" },
	{ "switch (a) { case 'b': { c()\n d() } default: e() }", NULL },
	{ "f(function () { a()\n b() }, 'c')", NULL },
};

int main(void)
{
	struct arena *a = arena_new();
	struct buf deep;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str fault = script_fault(a, str_of(cases[i].text));

		is_str(fault.p ? arena_cstr(a, fault) : "none",
		       cases[i].fault ? cases[i].fault : "none", "%s",
		       arena_printf(a, "script %zu", i));
	}
	buf_init(&deep, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buf_addc(&deep, '(');
	ok(!script_fault(a, buf_str(&deep)).p, "nothing is said of what is nested too deeply");
	buf_release(&deep);
	arena_free(a);
	return done_testing();
}
