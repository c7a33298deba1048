/* YAML read into JSON values: the core schema of YAML 1.2.2 (chapter 10.3), and what is refused. */
#include "base/yaml.h"

#include "tap.h"

struct reading {
	const char *yaml, *json;
};

static const struct reading readings[] = {
	{ "a: 1", "{\"a\":1}" },
	{ "a: -17\nb: +4\nc: 007", "{\"a\":-17,\"b\":4,\"c\":7}" },
	{ "a: 0o17\nb: 0x1F", "{\"a\":15,\"b\":31}" },
	{ "a: 1.5\nb: 2.0e3\nc: .5\nd: 1.\ne: -007.5\nf: +1.e2\ng: 1e3",
	  "{\"a\":1.5,\"b\":2.0e3,\"c\":0.5,\"d\":1.0,\"e\":-7.5,\"f\":1.0e2,\"g\":1e3}" },
	{ "a: true\nb: False\nc: TRUE", "{\"a\":true,\"b\":false,\"c\":true}" },
	{ "a: yes\nb: on\nc: No\nd: off",
	  "{\"a\":\"yes\",\"b\":\"on\",\"c\":\"No\",\"d\":\"off\"}" },
	{ "a: ~\nb: null\nc:\nd: ''", "{\"a\":null,\"b\":null,\"c\":null,\"d\":\"\"}" },
	{ "a: '1'\nb: \"true\"", "{\"a\":\"1\",\"b\":\"true\"}" },
	{ "- 1\n- [2, 3]\n- {x: y}", "[1,[2,3],{\"x\":\"y\"}]" },
	{ "a: |\n  one\n  two\n", "{\"a\":\"one\\ntwo\\n\"}" },
	{ "a: >-\n  one\n  two\n", "{\"a\":\"one two\"}" },
	{ "a: 2021-07-22", "{\"a\":\"2021-07-22\"}" },
	{ "a: 1e", "{\"a\":\"1e\"}" },
	{ "a: 0x\nb: 0o8\nc: '+'\nd: .", "{\"a\":\"0x\",\"b\":\"0o8\",\"c\":\"+\",\"d\":\".\"}" },
	{ "1: one\ntrue: two", "{\"1\":\"one\",\"true\":\"two\"}" },
	{ "text", "\"text\"" },
	{ "\xEF\xBB\xBF"
	  "a: 1",
	  "{\"a\":1}" },
	{ "a: 9223372036854775807", "{\"a\":9223372036854775807}" },
	{ "a: \"\\u00e9\"", "{\"a\":\"\xC3\xA9\"}" },
};

static const struct reading refusals[] = {
	{ "", "f:1: there is nothing in it" },
	{ "# a comment", "f:1: there is nothing in it" },
	{ "~", "f:1: there is nothing in it" },
	{ "a: 1\na: 2", "f:2: the key \"a\" is given twice" },
	{ "a: &x 1", "f:1: anchors (&name) are not allowed" },
	{ "a: 1\nb: *x", "f:2: aliases (*name) are not allowed" },
	{ "a: !!str 1", "f:1: tags (!name) are not allowed" },
	{ "a: !x [1]", "f:1: tags (!name) are not allowed" },
	{ "? [a]\n: 1", "f:1: a key must be a word, not a list or a mapping" },
	{ "a: .inf", "f:1: infinities and NaN have no place here; quote it" },
	{ "a: 1e999", "f:1: this number is too large; quote it" },
	{ "a: 9223372036854775808", "f:1: this number does not fit into 64 bits; quote it" },
	{ "a: 1\n---\nb: 2", "f:2: there must be one document only" },
	{ "\"a\\0b\": 1", "f:1: a key cannot hold a NUL" },
};

static void test_tables(void)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		const char *why = "";
		struct json_object *o = yaml_parse(a, str_of(readings[i].yaml), "f", &why);

		is_str(o ? json_text(a, o) : str_of(why), readings[i].json, "`%s` is read",
		       readings[i].yaml);
	}
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const char *why = NULL;

		ok(!yaml_parse(a, str_of(refusals[i].yaml), "f", &why), "`%s` is refused",
		   refusals[i].yaml);
		is_str(why, refusals[i].json, "and the sentence names its place");
	}
	arena_free(a);
}

static void test_syntax(void)
{
	struct arena *a = arena_new();
	const char *why = "";

	ok(!yaml_parse(a, STR("a: 1\nb: [1, 2\nc: 3\n"), "checks.yaml", &why),
	   "a list that is not closed is refused");
	ok(str_starts(str_of(why), STR("checks.yaml:")) &&
		   str_find_str(str_of(why), STR("this is not YAML")) > 0,
	   "with file and line: %s", why);
	ok(!yaml_parse(a, STR("a: \xff\xfe"), "f", &why), "bytes that are not UTF-8 are refused");
	arena_free(a);
}

static void test_lines(void)
{
	struct arena *a = arena_new();
	const char *why;
	struct json_object *o = yaml_parse(
		a, STR("# first\na: 1\nb:\n  c: x\n  d: 1.5\ne:\n  - one\n  -\n    f: true\ng:\n"),
		"f", &why);
	struct json_object *e = json_get(o, "e");

	is_int(yaml_line(o), 2, "an object begins with its first key");
	is_int(yaml_line(json_get(o, "a")), 2, "a number has a line");
	is_int(yaml_line(json_get(json_get(o, "b"), "c")), 4, "a text has a line");
	is_int(yaml_line(json_get(json_get(o, "b"), "d")), 0, "a fraction has none");
	is_int(yaml_key_line(json_get(o, "b"), "d"), 5, "but its key has");
	is_int(yaml_line(e), 7, "a list has a line");
	is_int(yaml_line(json_get(json_at(e, 1), "f")), 9, "a truth value has a line");
	is_int(yaml_line(json_get(o, "g")), 0, "null has none");
	is_int(yaml_key_line(o, "b"), 3, "a key has a line, which is not its value's");
	is_int(yaml_key_line(o, "g"), 10, "also when its value is null");
	is_int(yaml_key_line(o, "h"), 0, "a key that is not there has none");
	arena_free(a);
}

static void test_bounds(void)
{
	struct arena *a = arena_new();
	struct buf b;
	const char *why = "";

	buf_init(&b, BUF_MAX);
	for (int i = 0; i < 5000; i++)
		buf_addc(&b, '[');
	ok(!yaml_parse(a, buf_str(&b), "f", &why), "five thousand open brackets are refused");
	buf_clear(&b);
	buf_adds(&b, "a: &a [x,x,x,x,x,x,x,x,x]\n");
	for (char c = 'b'; c < 'k'; c++)
		buf_addf(&b, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c - 1, c - 1,
			 c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
	ok(!yaml_parse(a, buf_str(&b), "f", &why),
	   "lists of lists of references do not grow: they are refused");
	buf_clear(&b);
	while (b.n <= YAML_BYTES_MAX)
		buf_adds(&b,
			 "# a comment that is here for its length only, and says nothing else\n");
	ok(!yaml_parse(a, buf_str(&b), "f", &why), "a text that is too large is refused");
	buf_release(&b);
	arena_free(a);
}

int main(void)
{
	test_tables();
	test_syntax();
	test_lines();
	test_bounds();
	return done_testing();
}
