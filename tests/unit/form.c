/* Percent-encoding and the pairs of queries and forms. */
#include "base/form.h"

#include "unit/tap.h"

static struct arena *a;

static struct str decoded(const char *s, bool plus)
{
	struct str out = STR("refused");

	form_decode(a, str_of(s), plus, &out);
	return out;
}

static void test_decode(void)
{
	struct str s = STR("plain"), out;

	is_str(decoded("a%20b", false), "a b", "an escape is decoded");
	is_str(decoded("a+b", true), "a b", "in a form a plus is a blank");
	is_str(decoded("a+b", false), "a+b", "in a path a plus is a plus");
	is_str(decoded("%2b", true), "+", "an escaped plus stays a plus");
	is_str(decoded("%e2%82%AC", false), "\xe2\x82\xac", "digits of either case are read");
	is_str(decoded("%00x", false), str_make("\0x", 2), "a NUL may be among the bytes");
	is_str(decoded("%", false), "refused", "a lone percent sign is refused");
	is_str(decoded("a%4", false), "refused", "half an escape is refused");
	is_str(decoded("%zz", false), "refused", "an escape of other letters is refused");
	is_str(decoded("%-1", false), "refused", "an escape with a sign is refused");
	is_str(decoded("%%41", false), "refused", "a percent sign before an escape is refused");
	is_str(decoded("", false), "", "the empty str decodes to itself");
	form_decode(a, STR_NONE, true, &out);
	ok(!out.p, "the absent str stays absent");
	ok(form_decode(a, s, true, &out) && out.p == s.p, "plain text is not copied");
	is_str(form_decode_lenient(a, STR("50%+%41%4"), true), "50% A%4",
	       "the lenient form keeps what is no escape");
}

static void test_encode(void)
{
	is_str(form_encode(a, STR("a b/c~d-e_f.g"), false), "a%20b%2Fc~d-e_f.g",
	       "all but the unreserved characters are escaped");
	is_str(form_encode(a, STR("/a b/ü"), true), "/a%20b/%C3%BC", "slashes can stay");
	is_str(form_encode(a, str_make("\0\xff*", 3), true), "%00%FF%2A",
	       "any byte can be escaped, with upper-case digits");
	is_str(form_encode(a, STR_NONE, true), "", "nothing gives the empty str");
}

static void test_pairs(void)
{
	struct str rest = STR("a=1&&b=&c&=d&e==f&"), name, value;

	ok(form_next(&rest, &name, &value) && str_is(name, "a") && str_is(value, "1"),
	   "the first pair comes first");
	ok(form_next(&rest, &name, &value) && str_is(name, "b") && value.p && !value.n,
	   "empty pieces are skipped, an empty value is there");
	ok(form_next(&rest, &name, &value) && str_is(name, "c") && !value.p,
	   "a piece without an equals sign has no value");
	ok(form_next(&rest, &name, &value) && name.p && !name.n && str_is(value, "d"),
	   "a name may be empty");
	ok(form_next(&rest, &name, &value) && str_is(name, "e") && str_is(value, "=f"),
	   "a value may hold equals signs");
	ok(!form_next(&rest, &name, &value) && !rest.p, "then it ends");
	rest = STR_NONE;
	ok(!form_next(&rest, &name, &value), "the absent form has no pairs");
}

static void test_get(void)
{
	struct str form = STR("x=1&na%6de=Anna+M%C3%BCller&x=2&flag");

	is_str(form_get(a, form, "name"), "Anna M\xc3\xbcller", "name and value are decoded");
	is_str(form_get(a, form, "x"), "1", "the first of two is taken");
	is_str(form_get(a, form, "flag"), "", "a name alone is there and empty");
	is_str(form_get(a, form, "none"), STR_NONE, "what is not there is absent");
}

int main(void)
{
	a = arena_new();
	test_decode();
	test_encode();
	test_pairs();
	test_get();
	arena_free(a);
	return done_testing();
}
