/* JSON: what is refused, what is kept, what is printed. The grammar is RFC 8259's. */
#include "unit/tap.h"

#include <locale.h>

#include "base/json.h"

struct text {
	const char *in, *out;
};

/* Texts and how they print; the same text where out is NULL. */
static const struct text good[] = {
	{ "{}" },
	{ "[]" },
	{ " \t\r\n{ } \n", "{}" },
	{ "{\"a\":1,\"b\":[true,false,null]}" },
	{ "\"\"" },
	{ "\"\\/\"", "\"/\"" },
	{ "\"\\\"\\\\\\b\\f\\n\\r\\t\"" },
	{ "\"\\u0000x\"" },
	{ "\"\\u001F\"", "\"\\u001f\"" },
	{ "\"\\u00e9\\u20ac\"", "\"\xc3\xa9\xe2\x82\xac\"" },
	{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
	{ "\"\\uDBFF\\uDFFF\"", "\"\xf4\x8f\xbf\xbf\"" },
	{ "\"\\ud800\"", "\"\xef\xbf\xbd\"" },
	{ "\"\\ud800x\"", "\"\xef\xbf\xbdx\"" },
	{ "\"\\ud800\\u0041\"", "\"\xef\xbf\xbd"
				"A\"" },
	{ "\"\\ude00\\ud83d\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd\xf0\x9f\x98\x80\"" },
	{ "0" },
	{ "-0" },
	{ "-0.0" },
	{ "1.10" },
	{ "1E+2" },
	{ "1e400" },
	{ "0.1" },
	{ "9223372036854775807" },
	{ "-9223372036854775808" },
	{ "9223372036854775808" },
	{ "123456789012345678901234567890" },
	{ "{\"a\":1,\"a\":2}", "{\"a\":2}" },
	{ "{\"\":1}" },
	{ "[[[[[[[[[[[[1]]]]]]]]]]]]" },
	{ "true" },
};

static const char *const bad[] = {
	"",
	" ",
	"null",
	"nul",
	"nullx",
	"True",
	"truex",
	"01",
	"-01",
	"-",
	"+1",
	".5",
	"1.",
	"1.e5",
	"1e",
	"1e+",
	"0x10",
	"NaN",
	"Infinity",
	"-Infinity",
	"'a'",
	"{'a':1}",
	"{a:1}",
	"{1:2}",
	"{\"a\" 1}",
	"{\"a\":}",
	"{\"a\":1,}",
	"{,}",
	"{\"a\":1 \"b\":2}",
	"[1,]",
	"[,1]",
	"[1,,2]",
	"[1 2]",
	"[",
	"]",
	"{",
	"}",
	"[}",
	"{]",
	"[1}",
	"{\"a\":1]",
	"\"",
	"\"abc",
	"\"\\",
	"\"\\\"",
	"\"\\x41\"",
	"\"\\'\"",
	"\"\\u12\"",
	"\"\\u12G4\"",
	"\"\\ud800\\u12\"",
	"\"a\tb\"",
	"\"a\nb\"",
	"\"\x01\"",
	"\"\x1f\"",
	"\"\\n\x01\"",
	"// c\n1",
	"/**/1",
	"1 2",
	"{}{}",
	"{},",
	"[]x",
	"\f1",
	"\v[]",
	"\xef\xbb\xbf{}",
	"\xff",
	"\"\xff\"",
	"\"\xc0\x80\"",
	"\"\xed\xa0\x80\"",
	"\"\xf4\x90\x80\x80\"",
	"\"\xe2\x82\"",
	"{\"a\\u0000b\":1}",
};

struct offset {
	const char *in, *why;
};

static const struct offset offsets[] = {
	{ "", "not valid JSON at byte 0: it is empty" },
	{ "null", "not valid JSON at byte 4: it is only null" },
	{ "  [1 2]", "not valid JSON at byte 5: expected ',' or ']'" },
	{ "{\"a\":", "not valid JSON at byte 5: it ends too early" },
	{ "{\"a\":1}x", "not valid JSON at byte 7: something follows the value" },
	{ "[\"ok\",\"\xff\"]", "not valid JSON at byte 7: it is not UTF-8" },
};

static void test_texts(struct arena *a)
{
	const char *why;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct json_object *o = json_parse(a, str_of(good[i].in), &why);

		if (ok(o, "%s is JSON", good[i].in))
			is_str(json_text(a, o), good[i].out ? good[i].out : good[i].in,
			       "%s is printed as it should be", good[i].in);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why = NULL;
		ok(!json_parse(a, str_of(bad[i]), &why) && why, "refused number %zu with a reason",
		   i);
	}
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		json_parse(a, str_of(offsets[i].in), &why);
		is_str(why, offsets[i].why, "complaint %zu names the place and the reason", i);
	}
	ok(!json_parse(a, STR_NONE, NULL), "nothing at all is refused, also when nobody asks why");
	ok(!json_parse(a, STR("1\0"), NULL), "a NUL behind the value is refused");
	ok(!json_parse(a, STR("\"a\0b\""), NULL), "a NUL inside a string is refused");
}

static struct str nested(struct arena *a, int depth)
{
	char *p = arena_alloc(a, 2 * (size_t)depth);

	memset(p, '[', (size_t)depth);
	memset(p + depth, ']', (size_t)depth);
	return str_make(p, 2 * (size_t)depth);
}

/* An array with `n` times the same. */
static struct str repeated(struct buf *b, const char *what, size_t n)
{
	buf_clear(b);
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%c%s", i ? ',' : '[', what);
	buf_addc(b, ']');
	return buf_str(b);
}

static void test_one_too_many(struct buf *b, const char *what, size_t max)
{
	struct arena *a = arena_new();
	const char *why = "";

	/* The array itself is one as well. */
	ok(json_parse(a, repeated(b, what, max - 1), NULL), "as many %s as allowed are read", what);
	arena_free(a);
	a = arena_new();
	ok(!json_parse(a, repeated(b, what, max), &why) && strstr(why, "too many"),
	   "one more is refused: %s", why);
	arena_free(a);
}

static void test_many(void)
{
	struct buf b;

	buf_init(&b, BUF_MAX);
	test_one_too_many(&b, "[]", JSON_LISTS_MAX);
	test_one_too_many(&b, "1", JSON_VALUES_MAX);
	buf_release(&b);
}

static void test_limits(struct arena *a)
{
	struct buf b;
	struct json_object *o;
	const char *why = NULL;

	ok(json_parse(a, nested(a, JSON_DEPTH_MAX), NULL), "as deep as allowed is read");
	ok(!json_parse(a, nested(a, JSON_DEPTH_MAX + 1), &why) && strstr(why, "too deeply"),
	   "one level deeper is refused");
	ok(!json_parse(a, nested(a, 1000000), NULL), "a million levels do not end the process");
	buf_init(&b, BUF_MAX);
	buf_adds(&b, "{\"");
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "key");
	buf_adds(&b, "\":\"");
	for (int i = 0; i < 100000; i++)
		buf_adds(&b, "v\\n");
	buf_adds(&b, "\"}");
	o = json_parse(a, buf_str(&b), NULL);
	is_str(json_text(a, o), buf_str(&b), "long keys and strings come back whole");
	buf_release(&b);
}

static void test_access(struct arena *a)
{
	struct json_object *o = json_parse(
		a,
		STR("{\"s\":\"x\\u0000y\",\"n\":5,\"d\":5.0,\"h\":5.5,\"b\":true,\"a\":[1,\"two\"],\"z\":null,"
		    "\"big\":1e300}"),
		NULL);

	is_int(json_count(o), 8, "members are counted, null ones too");
	is_str(json_get_str(o, "s"), STR("x\0y"), "a string keeps its NUL");
	is_int(json_int_or(json_get(o, "n"), -1), 5, "an integer");
	is_int(json_int_or(json_get(o, "d"), -1), 5, "an integral number with a fraction");
	is_int(json_int_or(json_get(o, "h"), -1), -1, "5.5 is no integer");
	is_int(json_int_or(json_get(o, "big"), -1), -1, "1e300 is no integer");
	is_int(json_int_or(json_get(o, "s"), -1), -1, "a string is no integer");
	ok(json_bool_or(json_get(o, "b"), false), "a boolean");
	ok(json_bool_or(json_get(o, "n"), false) == false, "a number is no boolean");
	is_str(json_str(json_at(json_get(o, "a"), 1)), "two", "an element");
	ok(!json_at(json_get(o, "a"), 2), "no element behind the last");
	ok(!json_at(o, 0), "an object has no elements");
	is_str(json_get_str(json_get(json_get(o, "x"), "y"), "z"), NULL, "chains need no checks");
	is_str(json_get_str(o, "n"), NULL, "a number is not a string");
	ok(!json_get(o, "z"), "null is absent");
	is_int(json_count(NULL), 0, "nothing has no members");
	ok(!json_is_object(NULL) && !json_is_array(NULL) && !json_is_string(NULL),
	   "nothing has no type");
}

static void test_building(struct arena *a)
{
	struct json_object *o = json_new_object(a), *list;

	json_set_str(o, "s", STR("a\"\x01\x7f\xff\xc3\xa9"));
	json_set_cstr(o, "c", "x");
	json_set_int(o, "min", INT64_MIN);
	json_set_int(o, "zero", 0);
	json_set_bool(o, "b", true);
	json_set_time(o, "t", 1626951600005);
	json_set_time(o, "before", -1);
	json_set(o, "null", NULL);
	json_set(o, "d", json_object_new_double(0.1));
	json_set(o, "nan", json_object_new_double(0.0 / 0.0));
	list = json_set_array(o, "list");
	json_add_str(list, STR("e"));
	json_set_int(json_add_object(list), "i", -7);
	json_set(json_set_object(o, "raw"), "r", json_raw(STR("{\"k\": 1.50}")));
	is_str(json_text(a, o),
	       "{\"s\":\"a\\\"\\u0001\\u007f\xef\xbf\xbd\xc3\xa9\",\"c\":\"x\",\"min\":-9223372036854775808,"
	       "\"zero\":0,\"b\":true,\"t\":1626951600.005,\"before\":-0.001,\"null\":null,\"d\":0.1,\"nan\":null,"
	       "\"list\":[\"e\",{\"i\":-7}],\"raw\":{\"r\":{\"k\": 1.50}}}",
	       "everything that is set is printed, in order");
	ok(!json_get(json_get(json_get(o, "raw"), "r"), "k"), "a raw value is opaque");
	o = json_plain(a, o);
	is_str(json_text(a, json_get(json_get(json_get(o, "raw"), "r"), "k")), "1.50",
	       "until it is made plain");
	is_str(json_text(a, NULL), "null", "nothing prints as null");
	ok(!json_plain(a, NULL), "nothing stays nothing");
}

static void test_sorted(struct arena *a)
{
	struct json_object *o =
		json_parse(a, STR("{\"b\":[{\"y\":2,\"x\":1},[]],\"a\":{\"d\":null,\"c\":\"e\"}}"),
			   NULL);

	is_str(json_text_sorted(a, o),
	       "{\"a\":{\"c\":\"e\",\"d\":null},\"b\":[{\"x\":1,\"y\":2},[]]}",
	       "members print by name, elements as they stand");
	is_str(json_text_sorted(a, json_new_object(a)), "{}", "nothing to sort");
	is_str(json_text_sorted(a, NULL), "null", "nothing prints as null, sorted or not");
}

static void test_language(struct arena *a)
{
	struct json_object *o;

	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		diag("no German locale on this machine; the C locale is tried only");
	o = json_parse(a, STR("[1.5]"), NULL);
	ok(json_object_get_double(json_at(o, 0)) == 1.5, "a point is a point in any language");
	json_add(o, json_object_new_double(2.25));
	is_str(json_text(a, o), "[1.5,2.25]", "also when printed");
	setlocale(LC_NUMERIC, "C");
}

int main(void)
{
	struct arena *a = arena_new();

	test_texts(a);
	test_limits(a);
	test_many();
	test_access(a);
	test_building(a);
	test_sorted(a);
	test_language(a);
	arena_free(a);
	return done_testing();
}
