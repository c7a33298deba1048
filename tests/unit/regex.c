/* Regular expressions as java.util.regex has them: a table of expressions, texts and first matches. */
#include "base/regex.h"
#include "unit/tap.h"

/* `want` is the first match with its groups in brackets; NULL: none. */
static const struct {
	const char *pattern, *text, *want;
} finds[] = {
	{ "b+", "abbbc", "bbb" },
	{ "b+?", "abbbc", "b" },
	{ "(a|ab)(c|bcd)(d*)", "abcd", "abcd[a][bcd][]" },
	{ "^$", "", "" },
	{ "x", "abc", NULL },
	{ "[^a-c]\\d", "a1d2", "d2" },
	{ "[\\w.-]+@[\\w-]+\\.com", "to: a.b-c@x-y.com!", "a.b-c@x-y.com" },
	{ "(?i)HELLO", "say hello", "hello" },
	{ "(?:ab){2,3}", "ababab", "ababab" },
	{ "(?:ab){2,3}?", "ababab", "abab" },
	{ "(\\w)\\1", "abccd", "cc[c]" },
	{ "\\bfoo\\b", "food foo", "foo" },
	{ "foo(?=bar)", "foobaz foobar", "foo" },
	{ "foo(?!bar)", "foobar foobaz", "foo" },
	{ "(?<year>\\d{4})-\\d+", "on 2024-11", "2024-11[2024]" },
	{ "a*+a", "aaa", NULL },
	{ "(?>a*)b", "aab", "aab" },
	{ "(?:a*)*b", "aab", "aab" },
	{ "\\Qa.b\\E", "a.bb", "a.b" },
	{ "[\\D]+", "12ab34", "ab" },
	{ ".é.", "caféx", "féx" },
	{ "a.c", "a\nc", NULL },
	{ "(?s)a.c", "a\nc", "a\nc" },
	{ "\\u0041\\x42\\t", "AB\t", "AB\t" },
	{ "c$", "abc\n", "c" },
	{ "[]a]+", "x]a", "]a" },
	{ "(x)?y", "y", "y" },
};

static const char *const mistakes[] = { "(",  ")",   "[a",    "a**b(",   "*a", "a{2,1}",
					"\\", "\\y", "[z-a]", "(?<=a)b", "(a", "[a&&b]" };

static const struct {
	const char *pattern, *text, *by, *want;
} replaces[] = {
	{ "ba.", "foobar123bab", "foo", "foofoo123foo" },
	{ "", "ab", "-", "-a-b-" },
	{ "(\\w+) (\\w+)", "hello world", "$2 $1", "world hello" },
	{ "\\$", "a$b", "\\$\\$", "a$$b" },
	{ "x*", "axb", "-", "-a--b-" },
	{ "b", "abc", "$3", NULL },
};

static const char *first(struct arena *a, const struct regex *regex, struct str text)
{
	struct regex_match m;
	struct buf b;
	const char *out;

	if (!regex_find(regex, text, 0, &m))
		return NULL;
	buf_init(&b, 10000);
	buf_add(&b, str_slice(text, m.group[0].from, m.group[0].to));
	for (int i = 1; i < REGEX_GROUPS_MAX; i++)
		if (m.group[i].took_part)
			buf_addf(&b, "[%.*s]",
				 STR_ARG(str_slice(text, m.group[i].from, m.group[i].to)));
	out = arena_cstr(a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* A text of `n` letters. */
static struct str letters(struct arena *a, size_t n)
{
	char *p = arena_alloc(a, n);

	memset(p, 'a', n);
	return str_make(p, n);
}

/* Expressions that are made to take long: whatever they do, they stop when their steps are used up. */
static void test_limits(struct arena *a)
{
	static const char *const slow[] = { "(?:x|a|)(?=(a*)*b)c", "^(.*)\\1x$",
					    "(a|a)*(?>(a|a)*b)", "(?=(?=(a+)+b))",
					    "[b-zB-Z0-9]*(a*)*[b-z]" };
	struct str text = letters(a, 1 << 20);
	struct regex_match m;
	const char *why = NULL;

	for (size_t i = 0; i < sizeof(slow) / sizeof(*slow); i++) {
		size_t steps = 100000;
		bool found = regex_find_within(regex_compile(a, str_of(slow[i]), &why), text, 0, &m,
					       &steps);

		ok(!found && !steps, "%s is given up within its steps", slow[i]);
	}
	for (size_t i = 0, steps = 1000000; i < 3; i++) {
		size_t before = steps;

		ok(!regex_find_within(regex_compile(a, STR("(a|a)*b"), &why), letters(a, 8), 0, &m,
				      &steps) &&
			   steps < before,
		   "several searches take their steps from the same ones");
	}
}

int main(void)
{
	struct arena *a = arena_new();
	const char *why = NULL;

	for (size_t i = 0; i < sizeof(finds) / sizeof(*finds); i++) {
		const struct regex *regex = regex_compile(a, str_of(finds[i].pattern), &why);

		is_str(regex ? first(a, regex, str_of(finds[i].text)) : why, finds[i].want,
		       "%s in %s", finds[i].pattern, finds[i].text);
	}
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++)
		ok(!regex_compile(a, str_of(mistakes[i]), &why), "%s is none", mistakes[i]);
	for (size_t i = 0; i < sizeof(replaces) / sizeof(*replaces); i++) {
		const struct regex *regex = regex_compile(a, str_of(replaces[i].pattern), &why);
		struct buf b;
		bool good;

		buf_init(&b, 10000);
		good = regex_replace(regex,
				     &(struct regex_replacement){ str_of(replaces[i].text),
								  str_of(replaces[i].by), true,
								  &(size_t){ REGEX_STEPS_MAX } },
				     &b, &why);
		is_str(good ? buf_str(&b) : STR_NONE, str_of(replaces[i].want), "%s in %s by %s",
		       replaces[i].pattern, replaces[i].text, replaces[i].by);
		buf_release(&b);
	}
	ok(regex_matches(regex_compile(a, STR("a|ab"), &why), STR("ab")),
	   "all of a text may match in the second way");
	ok(!regex_matches(regex_compile(a, STR("a"), &why), STR("ab")), "a part is not all");
	ok(!regex_matches(regex_compile(a, STR("(a+)+b"), &why),
			  STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
	   "what would take for ever is given up");
	test_limits(a);
	arena_free(a);
	return done_testing();
}
