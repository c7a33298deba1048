/*
 * Statements of PartiQL: what they mean, and what is said of those that mean nothing. From: Developer Guide, "PartiQL
 * reference", and what DynamoDB answers (nubo-db/dynamodb-conformance, tests/tier3/error-messages).
 */
#include "cloud/dynamodb/partiql.h"

#include "unit/tap.h"

static const char parameters_text[] = "[{\"S\":\"it's\"},{\"L\":[{\"N\":\"1\"},{\"S\":\"b\"}]}]";

/* The statement as it is printed, or the complaint; parsed with the first `n` parameters. */
static const char *printed(struct arena *a, const char *text, size_t n)
{
	struct json_object *all = json_parse(a, str_of(parameters_text), NULL);
	struct json_object *some = json_new_array(a);
	const char *why = "", *result;
	struct partiql s;
	struct buf b;

	for (size_t i = 0; i < n; i++)
		json_add(some, json_object_get(json_at(all, i)));
	if (!partiql_parse(a, str_of(text), some, &s, &why))
		return why;
	buf_init(&b, BUF_MAX);
	partiql_print(&b, &s);
	result = arena_cstr(a, buf_str(&b));
	buf_release(&b);
	return result;
}

static void test_statements(struct arena *a)
{
	static const struct {
		const char *text;
		size_t parameters;
		const char *printed;
	} cases[] = {
		{ "select * from Music", 0, "SELECT * FROM \"Music\"" },
		{ "SELECT a.b[0], \"c \"\" d\" FROM Music.\"idx\" ;", 0,
		  "SELECT \"a\".\"b\"[0], \"c \"\" d\" FROM \"Music\".\"idx\"" },
		{ "SELECT a['x y'] FROM Music -- to the end\n", 0,
		  "SELECT \"a\".\"x y\" FROM \"Music\"" },
		{ "SELECT * FROM T WHERE a = 1 AND b != ? OR NOT c >= 'it''s'", 1,
		  "SELECT * FROM \"T\" WHERE ((\"a\" = 1) AND (\"b\" <> 'it''s')) OR (NOT (\"c\" >= 'it''s'))" },
		{ "SELECT * FROM T WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN 3 AND 4", 0,
		  "SELECT * FROM \"T\" WHERE (\"a\" BETWEEN 1 AND 2) AND (NOT (\"b\" BETWEEN 3 AND 4))" },
		{ "SELECT * FROM T WHERE a IN [1, 'b'] AND c NOT IN (2)", 0,
		  "SELECT * FROM \"T\" WHERE (\"a\" IN [1, 'b']) AND (NOT (\"c\" IN [2]))" },
		{ "SELECT * FROM T WHERE a = ? AND b IN ?", 2,
		  "SELECT * FROM \"T\" WHERE (\"a\" = 'it''s') AND (\"b\" IN [1, 'b'])" },
		{ "SELECT * FROM T WHERE a IS NOT MISSING AND b IS NULL", 0,
		  "SELECT * FROM \"T\" WHERE (NOT attribute_not_exists(\"a\")) AND "
		  "attribute_type(\"b\", 'NULL')" },
		{ "SELECT * FROM T WHERE (SIZE(a) > 3) ORDER BY b, c DESC", 0,
		  "SELECT * FROM \"T\" WHERE SIZE(\"a\") > 3 ORDER BY \"b\" ASC, \"c\" DESC" },
		{ "INSERT INTO T VALUE {'a': [-1, true, null, {}], 'b': <<1, 2>>, 'c': ?}", 1,
		  "INSERT INTO \"T\" VALUE {'a': [-1, true, null, {}], 'b': <<1, 2>>, 'c': 'it''s'}" },
		{ "UPDATE T SET a = a + 1, b = list_append(b, [1]) REMOVE c.d SET s = SET_ADD(s, <<'x'>>) WHERE k = 1 "
		  "returning all new *",
		  0,
		  "UPDATE \"T\" SET \"a\" = \"a\" + 1 SET \"b\" = list_append(\"b\", [1]) REMOVE \"c\".\"d\" SET \"s\" = "
		  "set_add(\"s\", <<'x'>>) WHERE \"k\" = 1 RETURNING ALL NEW *" },
		{ "FROM T WHERE k = 1 REMOVE a", 0, "UPDATE \"T\" REMOVE \"a\" WHERE \"k\" = 1" },
		{ "DELETE FROM T WHERE 1 = k RETURNING ALL OLD *", 0,
		  "DELETE FROM \"T\" WHERE 1 = \"k\" RETURNING ALL OLD *" },
		{ "exists(SELECT * FROM T WHERE k = 1 AND a IS MISSING)", 0,
		  "EXISTS(SELECT * FROM \"T\" WHERE (\"k\" = 1) AND attribute_not_exists(\"a\"))" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		is_str(printed(a, cases[i].text, cases[i].parameters), cases[i].printed,
		       "%s is understood", cases[i].text);
		is_str(printed(a, cases[i].printed, 0), cases[i].printed,
		       "and is read back as it was printed");
	}
}

#define NOT_WELL_FORMED "Statement wasn't well formed, can't be processed: "

static void test_complaints(struct arena *a)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "SELECTT * FROMM T", NOT_WELL_FORMED "Unexpected token after expression" },
		{ "UPDATE Payment-T SET a = 1 WHERE b = 2",
		  NOT_WELL_FORMED "Expected data manipulation" },
		{ "SELECT * FROM", NOT_WELL_FORMED "Unexpected term" },
		{ "SELECT * T", NOT_WELL_FORMED "Expected FROM after SELECT list" },
		{ "DELETE FROM WHERE a = 1",
		  NOT_WELL_FORMED "Expected identifier for simple path" },
		{ "DELETE T", NOT_WELL_FORMED "Expected FROM after DELETE" },
		{ "SELECT * FROM T WHERE ORDER BY a", NOT_WELL_FORMED "Unexpected keyword" },
		{ "SELECT * FROM T WHERE user = 1", NOT_WELL_FORMED "Unexpected keyword" },
		{ "SELECT * FROM T WHERE a = LIKE", NOT_WELL_FORMED "Unexpected operator" },
		{ "SELECT * FROM T WHERE a IS FOO", NOT_WELL_FORMED "Expected type name" },
		{ "SELECT * FROM T WHERE a = 1 OR",
		  NOT_WELL_FORMED "Missing right-hand side expression of infix operator" },
		{ "SELECT * FROM T WHERE (a = 1", NOT_WELL_FORMED "Expected RIGHT_PAREN" },
		{ "INSERT INTO T VALUE {'a' 1}", NOT_WELL_FORMED "Expected COLON" },
		{ "SELECT * FROM T WHERE a = 1e2147483648", NOT_WELL_FORMED },
		{ "SELECT * FROM T WHERE a = 1.5e-2147483647", NOT_WELL_FORMED },
		{ "SELECT * FROM T WHERE a = 1 # note", NOT_WELL_FORMED },
		{ "SELECT * FROM T WHERE a = 1 /* note", NOT_WELL_FORMED },
		{ "SELECT * FROM T AS t", "Aliasing is not supported" },
		{ "INSERT INTO T t VALUE {'a': 1}",
		  NOT_WELL_FORMED "Unexpected token after expression" },
		{ "SELECT * FROM T WHERE a = MISSING",
		  "MISSING must be compared using IS operator" },
		{ "SELECT * FROM T WHERE a",
		  "WHERE clause must contain an expression that resolves to a boolean" },
		{ "SELECT * FROM T WHERE a AND b = 1",
		  "The arguments to AND/OR must be Expressions" },
		{ "SELECT a.b, c.b FROM T", "Duplicate identifiers in select clause: b" },
		{ "SELECT a[-1] FROM T",
		  "List index is not within the allowable range; index: [-1]" },
		{ "SELECT * FROM A, B WHERE c = 1",
		  "Only select from a single table or index is supported." },
		{ "INSERT INTO T VALUE {'a': 1, 'a': 2}",
		  "Duplicate keys in tuple. Key: a under root" },
		{ "INSERT INTO T VALUE 5",
		  "Unsupported format in item expression. Please use struct format {...} to express item "
		  "values for insert statement." },
		{ "INSERT INTO T VALUE {'a': 1} RETURNING ALL OLD *",
		  "RETURNING is not supported in INSERT" },
		{ "UPDATE T SET a = a = 1 WHERE b = 1",
		  "Unsupported operator in Update Expression. Operator: =" },
		{ "SELECT * FROM T\nWHERE a = 'é' AND nonsense(b)",
		  "Unrecognized function: nonsense at 2:19:8" },
		{ "SELECT * FROM T WHERE a = 1 GROUP BY b",
		  "Unsupported clause: GROUP BY at 1:38:1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_str(printed(a, cases[i].text, 0), cases[i].why, "%s is refused in AWS's words",
		       cases[i].text);
	is_str(printed(a, "SELECT * FROM T", 1),
	       "Number of parameters in request and statement don't match.",
	       "a parameter without a question mark is one too many");
}

int main(void)
{
	struct arena *a = arena_new();

	test_statements(a);
	test_complaints(a);
	arena_free(a);
	return done_testing();
}
