/* Views of bytes, absent and empty ones, and the edges of numbers and UTF-8. */
#include "unit/tap.h"

#include "base/str.h"

struct number {
	const char *text;
	bool good;
	int64_t value;
};

static const struct number numbers[] = {
	{ "0", true, 0 },
	{ "-0", true, 0 },
	{ "+7", true, 7 },
	{ "007", true, 7 },
	{ "9223372036854775807", true, INT64_MAX },
	{ "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 },
	{ "-9223372036854775809", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ "+", false, 0 },
	{ "+-1", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "1.0", false, 0 },
	{ "0x1", false, 0 },
	{ "1e3", false, 0 },
};

struct utf8 {
	const char *bytes;
	size_t good; /* bytes of the well-formed front */
};

static const struct utf8 sequences[] = {
	{ "", 0 },
	{ "plain text of more than eight bytes", 35 },
	{ "\xc3\xa9", 2 },
	{ "\xe2\x82\xac", 3 },
	{ "\xf0\x9f\x98\x80", 4 },
	{ "\xf4\x8f\xbf\xbf", 4 },
	{ "\xef\xbf\xbf", 3 },
	{ "\xc0\x80", 0 },
	{ "\xc1\xbf", 0 },
	{ "\xe0\x9f\xbf", 0 },
	{ "\xf0\x8f\xbf\xbf", 0 },
	{ "\xed\xa0\x80", 0 },
	{ "\xed\xbf\xbf", 0 },
	{ "\xf4\x90\x80\x80", 0 },
	{ "\xf5\x80\x80\x80", 0 },
	{ "\x80", 0 },
	{ "\xff", 0 },
	{ "12345678\xc3", 8 },
	{ "1234567\xe2\x82", 7 },
	{ "123\xf0\x9f\x98", 3 },
	{ "ok\xc3(", 2 },
};

static void test_comparing(void)
{
	ok(str_eq(STR_NONE, STR("")), "absent and empty hold the same bytes");
	ok(str_is(STR("a"), "a") && !str_is(STR("a\0"), "a"), "a NUL is a byte like others");
	ok(str_cmp(STR("a"), STR("b")) < 0 && str_cmp(STR("b"), STR("a")) > 0, "order by bytes");
	ok(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("ab"), STR("a")) > 0,
	   "the shorter one first");
	ok(str_cmp(STR("\x7f"), STR("\x80")) < 0, "bytes are unsigned");
	is_int(str_cmp(STR_NONE, STR("")), 0, "absent and empty are equal");
	ok(str_eq_nocase(STR("X-Amz-Date"), STR("x-amz-DATE")), "ASCII letters without case");
	ok(!str_eq_nocase(STR("\xc3\x89"), STR("\xc3\xa9")), "other letters with case");
	ok(!str_eq_nocase(STR("@["), STR("`{")), "only letters fold");
	ok(str_eq_secret(STR("token"), STR("token")), "equal secrets");
	ok(!str_eq_secret(STR("token"), STR("tokem")), "different secrets");
	ok(!str_eq_secret(STR("token"), STR("toke")) && !str_eq_secret(STR(""), STR("t")),
	   "secrets of different lengths");
}

static void test_finding(void)
{
	struct str s = STR("a,b,,c");

	ok(str_starts(s, STR("a,")) && !str_starts(s, STR("b")) && !str_starts(STR("a"), s),
	   "starts");
	ok(str_ends(s, STR(",c")) && !str_ends(s, STR("b")) && !str_ends(STR("c"), s), "ends");
	ok(str_starts(s, STR_NONE) && str_ends(STR_NONE, STR("")),
	   "everything starts and ends with nothing");
	is_int(str_find(s, ','), 1, "the first of several");
	is_int(str_find(s, 'x'), -1, "not there");
	is_int(str_find(STR_NONE, 'x'), -1, "nothing in nothing");
	is_int(str_find_str(s, STR(",,")), 3, "a needle");
	is_int(str_find_str(s, STR("")), 0, "the empty needle is everywhere");
	is_int(str_find_str(STR("ab"), STR("abc")), -1, "a needle longer than the hay");
}

static void test_cutting(void)
{
	struct str s = STR("a,b,,c"), rest = s;

	is_str(str_slice(s, 2, 3), "b", "a slice");
	is_str(str_slice(s, 4, 99), ",c", "a slice is clamped at the end");
	is_int(str_slice(s, 99, 200).n, 0, "a slice behind the end is empty");
	is_int(str_slice(s, 3, 2).n, 0, "a slice backwards is empty");
	is_int(str_slice(STR_NONE, 0, 5).n, 0, "a slice of nothing");
	is_str(str_trim(STR(" \t\r\n x y \n")), "x y", "blanks at both ends");
	is_str(str_trim(STR("   ")), "", "only blanks");
	is_str(str_cut(&rest, ','), "a", "the first field");
	is_str(str_cut(&rest, ','), "b", "the second");
	is_str(str_cut(&rest, ','), "", "an empty one");
	is_str(str_cut(&rest, ','), "c", "the last");
	is_str(rest, NULL, "then there is no rest");
	rest = STR("x,");
	str_cut(&rest, ',');
	is_str(rest, "", "behind a last separator stands an empty field");
	rest = STR_NONE;
	is_str(str_cut(&rest, ','), NULL, "cutting nothing gives nothing");
}

int main(void)
{
	int64_t value;

	test_comparing();
	test_finding();
	test_cutting();
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number *n = &numbers[i];

		value = 42;
		ok(str_to_int(str_of(n->text), &value) == n->good &&
			   value == (n->good ? n->value : 42),
		   "'%s' is %s", n->text, n->good ? "a number" : "no number and changes nothing");
	}
	ok(!str_to_int(STR_NONE, &value), "nothing is no number");
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
		struct str s = str_of(sequences[i].bytes);

		is_int(str_utf8_length(s), (int64_t)sequences[i].good,
		       "well-formed front of sequence %zu", i);
		ok(str_is_utf8(s) == (s.n == sequences[i].good), "and whether it is all of it");
	}
	return done_testing();
}
