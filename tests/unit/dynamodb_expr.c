/* The expression language: trees, complaints, truth. From: Developer Guide, "Expressions in DynamoDB". */
#include "cloud/dynamodb/expr.h"

#include "cloud/dynamodb/update.h"
#include "unit/tap.h"

/* A condition as its tree prints, or the syntax error. */
static const char *printed(struct arena *a, const char *text)
{
	const char *why = "", *result;
	struct expr *e = expr_parse_condition(a, str_of(text), &why);
	struct buf b;

	if (!e)
		return why;
	buf_init(&b, BUF_MAX);
	expr_print(&b, e);
	result = arena_cstr(a, buf_str(&b));
	buf_release(&b);
	return result;
}

static void test_trees(struct arena *a)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		{ "a=:v", "a = :v" },
		{ "a = :v AND b < :w OR c <> d", "((a = :v) AND (b < :w)) OR (c <> d)" },
		{ "a = :v or b = :v and not c = :v", "(a = :v) OR ((b = :v) AND (NOT (c = :v)))" },
		{ "not not a = :v", "NOT (NOT (a = :v))" },
		{ "(a) between (:v) and :w", "a BETWEEN :v AND :w" },
		{ "a between :v and :w and b in (:x , c)",
		  "(a BETWEEN :v AND :w) AND (b IN (:x, c))" },
		{ "size ( a.b[3] . #c ) >= :v", "size(a.b[3].#c) >= :v" },
		{ "(attribute_exists(a))", "attribute_exists(a)" },
		{ "begins_with(a, :v) AND (contains(b, :w))",
		  "(begins_with(a, :v)) AND (contains(b, :w))" },
	};

	(void)a;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *tree = printed(a, cases[i].text);

		ok(strlen(tree) > 0, "%s is a condition: %s", cases[i].text, tree);
		is_str(printed(a, tree), tree, "and its tree is read back as it was printed");
	}
	is_str(printed(a, cases[0].text), cases[0].tree, "a comparison is printed with blanks");
	is_str(printed(a, cases[5].text), cases[5].tree, "BETWEEN takes its own AND");
}

static void test_syntax(struct arena *a)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "The expression can not be empty;" },
		{ "  ", "The expression can not be empty;" },
		{ "a", "Syntax error; token: \"<EOF>\", near: \"a\"" },
		{ "a =", "Syntax error; token: \"<EOF>\", near: \"=\"" },
		{ "a = 1", "Syntax error; token: \"1\", near: \"= 1\"" },
		{ "a == :v", "Syntax error; token: \"=\", near: \"== :v\"" },
		{ "a = :v AND", "Syntax error; token: \"<EOF>\", near: \"AND\"" },
		{ "a = :v b = :w", "Syntax error; token: \"b\", near: \":v b =\"" },
		{ "(a = :v", "Syntax error; token: \"<EOF>\", near: \":v\"" },
		{ "a = :v)", "Syntax error; token: \")\", near: \":v)\"" },
		{ "a[b] = :v", "Syntax error; token: \"b\", near: \"[b]\"" },
		{ "_a = :v", "Syntax error; token: \"_\", near: \"_a\"" },
		{ "a = :", "Syntax error; token: \":\", near: \"= :\"" },
		{ "(a = :v) = :w", "Syntax error; token: \"=\", near: \") = :w\"" },
		{ "a AND b = :v", "Syntax error; token: \"AND\", near: \"a AND b\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_str(printed(a, cases[i].text), cases[i].why, "\"%s\" is refused", cases[i].text);
}

static void test_bounds(struct arena *a)
{
	char text[5000];

	memset(text, '(', 4000);
	text[4000] = '\0';
	is_str(printed(a, text), "Syntax error; token: \"<EOF>\", near: \"(\"",
	       "parentheses nest as deep as they like");
	snprintf(text + 2000, sizeof(text) - 2000, "a = :v");
	memset(text + 2006, ')', 2000);
	text[4006] = '\0';
	is_str(printed(a, text), "a = :v", "and are read to the innermost");
	memset(text, 'a', 4097);
	text[4097] = '\0';
	is_str(printed(a, text),
	       "Expression size has exceeded the maximum allowed size; expression size: 4097",
	       "an expression has 4 KB at most");
}

static void test_reserved(void)
{
	ok(expr_reserved(STR("name")) && expr_reserved(STR("Zone")) && expr_reserved(STR("ABORT")),
	   "reserved words are reserved in any case");
	ok(!expr_reserved(STR("names1")) && !expr_reserved(STR("")) &&
		   !expr_reserved(STR("averyveryverylongname")),
	   "other words are not");
}

/* Does a checked condition hold for an item? */
static bool holds(struct arena *a, const char *text, const char *values, const char *item)
{
	const char *why = "";
	struct expr_scope scope = { .arena = a, .values = json_parse(a, str_of(values), NULL) };
	struct expr *e = expr_parse_condition(a, str_of(text), &why);

	if (!e || !expr_check_condition(&scope, e, &why)) {
		printf("# %s: %s\n", text, why);
		return false;
	}
	return expr_holds(a, e, json_parse(a, str_of(item), NULL));
}

static void test_truth(struct arena *a)
{
	static const char values[] =
		"{\":one\":{\"N\":\"1\"},\":a\":{\"S\":\"a\"},\":s\":{\"S\":\"SS\"},"
		"\":set\":{\"SS\":[\"b\",\"a\"]},\":pile\":{\"S\":\"\\ud83d\\udca9\"}}";
	static const char item[] =
		"{\"n\":{\"N\":\"1.0\"},\"s\":{\"S\":\"abc\"},\"p\":{\"SS\":[\"a\",\"b\"]},"
		"\"e\":{\"S\":\"\\ud83d\\udca9\"},\"l\":{\"L\":[{\"L\":[{\"N\":\"1\"}]}]}}";

	ok(holds(a, "n = :one", values, item), "numbers are equal by value");
	ok(!holds(a, "s = :one", values, item), "types are never equal to another");
	ok(holds(a, "s <> :one", values, item), "types are always unequal to another");
	ok(holds(a, "absent <> :one", values, item), "nothing is unequal to something");
	ok(!holds(a, "absent = :one or absent < :one or absent > :one", values, item),
	   "nothing has no order");
	ok(holds(a, "p = :set", values, item), "sets are equal in any order");
	ok(holds(a, "attribute_type(p, :s)", values, item), "a set has its type");
	ok(holds(a, "size(p) > :one and size(e) > :one", values, item),
	   "size counts members and UTF-16 units");
	ok(holds(a, "contains(l[0], :one) and l[0][0] = n", values, item),
	   "paths reach into lists of lists");
	ok(holds(a, "contains(p, :a) and begins_with(s, :a)", values, item),
	   "functions look inside");
	ok(!holds(a, "attribute_exists(l[1]) or attribute_exists(s[0])", values, item),
	   "what is not there is not there");
}

/* 0: it does not parse. */
static size_t weight(struct arena *a, const char *text)
{
	static const char values[] =
		"{\":one\":{\"N\":\"1\"},\":ten\":{\"S\":\"yyyyyyyyyy\"},\":list\":{\"L\":[{\"S\":\"yyyyyyyyyy\"}]},"
		"\":map\":{\"M\":{\"a\":{\"S\":\"yyyyyyyyyy\"}}},\":set\":{\"SS\":[\"yyyyyyyyyy\",\"z\"]}}";
	const char *why = "";
	struct expr_scope scope = {
		.arena = a,
		.names = json_parse(a, STR("{\"#twelve_chars\":\"b\"}"), NULL),
		.values = json_parse(a, str_of(values), NULL),
	};
	struct update update = { 0 };

	if (expr_parse_update(a, str_of(text), &update, &why) &&
	    expr_check_update(&scope, &update, &why))
		return update_weight(&update);
	printf("# %s: %s\n", text, why);
	return 0;
}

/* The figures are those that a public conformance suite has seen on AWS, in eu-west-2. */
static void test_weights(struct arena *a)
{
	static const struct {
		const char *text;
		size_t weight;
	} cases[] = {
		{ "SET b = :ten", 3 + 19 + 1 + 10 },
		{ "SET #twelve_chars = :ten", 3 + 19 + 1 + 10 },
		{ "SET b = :ten, c = :ten", 3 + 2 * (19 + 1 + 10) },
		{ "SET b.leaf = :ten", 3 + 19 + (1 + 4 + 4) + 10 },
		{ "SET b[10] = :ten", 3 + 19 + (1 + 4 + 2) + 10 },
		{ "SET b = :list", 3 + 19 + 1 + (3 + 1 + 10) },
		{ "SET b = :map", 3 + 19 + 1 + (3 + 1 + 1 + 10) },
		{ "SET c = big", 3 + 19 + 1 + (1 + 14 + 3) },
		{ "SET c = m.a.z", 3 + 19 + 1 + (1 + 3 * 15) },
		{ "SET c = l[10]", 3 + 19 + 1 + (1 + 15 + 16) },
		{ "SET n = n + :one", 3 + 19 + 1 + 34 + 16 + 2 },
		{ "SET n = n - :one", 3 + 19 + 1 + 37 + 16 + 2 },
		{ "SET c = if_not_exists(c, :ten)", 3 + 19 + 1 + 39 + 16 + 10 },
		{ "SET l = list_append(l, :list)", 3 + 19 + 1 + 37 + 16 + 14 },
		{ "ADD visited :one", 3 + 19 + 7 + 2 },
		{ "ADD ss :set", 3 + 19 + 2 + 11 },
		{ "DELETE ss :set", 3 + 1 + 2 },
		{ "REMOVE visited", 3 + 1 + 7 },
		{ "REMOVE m.abc, l[1]", 3 + (1 + 1 + 4 + 3) + (1 + 1 + 4 + 1) },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_int((int64_t)weight(a, cases[i].text), (int64_t)cases[i].weight,
		       "\"%s\" weighs %zu bytes", cases[i].text, cases[i].weight);
}

int main(void)
{
	struct arena *a = arena_new();

	test_trees(a);
	test_syntax(a);
	test_bounds(a);
	test_reserved();
	test_truth(a);
	test_weights(a);
	arena_free(a);
	return done_testing();
}
