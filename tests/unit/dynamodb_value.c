/* Attribute values and keys. From: Developer Guide, "Supported data types and naming rules", "Service quotas". */
#include "cloud/dynamodb/value.h"

#include "cloud/dynamodb/item.h"
#include "unit/tap.h"

static struct json_object *tree(struct arena *a, const char *text)
{
	struct json_object *o = json_parse(a, str_of(text), NULL);

	if (!o)
		printf("# not JSON: %s\n", text);
	return o;
}

/* What becomes of an item: its canonical text, or the complaint. */
static const char *written(struct arena *a, const char *text, size_t *size)
{
	struct buf out;
	const char *why = "", *result;

	buf_init(&out, BUF_MAX);
	result = item_write(a, tree(a, text), VALUE_NEWER_WORDS, &out, size, &why)
			 ? arena_cstr(a, buf_str(&out))
			 : why;
	buf_release(&out);
	return result;
}

static void test_items(struct arena *a)
{
	static const struct {
		const char *item, *result;
		int64_t size;
	} cases[] = {
		{ "{\"a\":{\"S\":\"xyz\"}}", "{\"a\":{\"S\":\"xyz\"}}", 4 },
		{ "{\"a\":{\"N\":\"1.50\"}}", "{\"a\":{\"N\":\"1.5\"}}", 4 },
		{ "{\"a\":{\"B\":\"AAEC\"}}", "{\"a\":{\"B\":\"AAEC\"}}", 4 },
		{ "{\"a\":{\"BOOL\":false}}", "{\"a\":{\"BOOL\":false}}", 2 },
		{ "{\"a\":{\"NULL\":true}}", "{\"a\":{\"NULL\":true}}", 2 },
		{ "{\"a\":{\"NULL\":false}}",
		  "One or more parameter values were invalid: Null attribute value types must have the value of true",
		  -1 },
		{ "{\"a\":{\"SS\":[\"\"]}}", "{\"a\":{\"SS\":[\"\"]}}", 1 },
		{ "{\"\":{\"S\":\"x\"}}", "Empty attribute name", -1 },
		{ "{\"a\":{\"S\":null,\"N\":\"1\"}}", "{\"a\":{\"N\":\"1\"}}", 3 },
		{ "{\"a\":{\"L\":[{\"S\":\"x\"},{\"S\":\"y\"}]}}",
		  "{\"a\":{\"L\":[{\"S\":\"x\"},{\"S\":\"y\"}]}}", 8 },
		{ "{\"a\":{\"M\":{\"bc\":{\"S\":\"x\"}}}}",
		  "{\"a\":{\"M\":{\"bc\":{\"S\":\"x\"}}}}", 8 },
		{ "{\"a\":{\"SS\":[\"x\",\"yz\"]}}", "{\"a\":{\"SS\":[\"x\",\"yz\"]}}", 4 },
		{ "{\"\\u00e9\":{\"S\":\"\"}}", "{\"\xc3\xa9\":{\"S\":\"\"}}", 2 },
		{ "{\"a\":{\"BS\":[\"AA==\",\"AA==\"]}}",
		  "One or more parameter values were invalid: Input collection [\"AA==\",\"AA==\"]of type BS contains duplicates.",
		  -1 },
		{ "{\"a\":{\"BS\":[]}}",
		  "One or more parameter values were invalid: Binary sets should not be empty",
		  -1 },
		{ "{\"a\":{\"M\":{\"b\":{\"L\":[{}]}}}}",
		  "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
		  -1 },
		{ "{\"a\":{\"N\":\"\"}}",
		  "The parameter cannot be converted to a numeric value: ", -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t size = 0;

		is_str(written(a, cases[i].item, &size), cases[i].result, "%s is stored or refused",
		       cases[i].item);
		if (cases[i].size < 0)
			continue;
		is_int((int64_t)size, cases[i].size, "%s counts %d bytes", cases[i].item,
		       (int)cases[i].size);
		is_int((int64_t)item_size(tree(a, cases[i].item)), cases[i].size,
		       "and as a tree too");
	}
}

/* What is said of a value, in the newer and in the older words. */
static void test_words(struct arena *a)
{
	static const struct {
		const char *value, *newer, *older;
	} cases[] = {
		{ "{\"SS\":[\"b\",\"a\",\"b\",\"0\"]}",
		  "One or more parameter values were invalid: Input collection [\"a\", \"b\", \"b\", \"0\"] contains duplicates.",
		  "One or more parameter values were invalid: Input collection [b, a, b, 0] contains duplicates." },
		{ "{\"BS\":[\"/w==\",\"AA==\",\"AA==\"]}",
		  "One or more parameter values were invalid: Input collection [\"AA==\",\"/w==\",\"AA==\"]of type BS contains duplicates.",
		  "One or more parameter values were invalid: Input collection [/w==, AA==, AA==]of type BS contains duplicates." },
		{ "{\"NS\":[\"2\",\"1\",\"2.0\"]}",
		  "One or more parameter values were invalid: Input collection contains duplicates.",
		  "Input collection contains duplicates" },
		{ "{\"N\":\"1e2147483647\"}",
		  "Number overflow. Attempting to store a number with magnitude larger than supported range",
		  "Number underflow. Attempting to store a number with magnitude smaller than supported range" },
		{ "{\"N\":\"1e2147483648\"}",
		  "Number overflow. Attempting to store a number with magnitude larger than supported range",
		  "The parameter cannot be converted to a numeric value: 1e2147483648" },
		{ "{\"N\":\"\"}", "The parameter cannot be converted to a numeric value: ",
		  "The parameter cannot be converted to a numeric value" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_object *value = tree(a, cases[i].value);
		const char *why = "";

		value_check_words(a, value, VALUE_NEWER_WORDS, &why);
		is_str(why, cases[i].newer, "%s in newer words", cases[i].value);
		value_check_words(a, value, VALUE_OLDER_WORDS, &why);
		is_str(why, cases[i].older, "%s in older words", cases[i].value);
	}
}

static void test_depth(struct arena *a)
{
	struct buf b;
	size_t size;

	for (int depth = 31; depth <= 32; depth++) {
		buf_init(&b, BUF_MAX);
		buf_adds(&b, "{\"a\":");
		for (int i = 0; i < depth; i++)
			buf_adds(&b, i & 1 ? "{\"L\":[" : "{\"M\":{\"m\":");
		buf_adds(&b, "{\"S\":\"\"}");
		for (int i = depth; i-- > 0;)
			buf_adds(&b, i & 1 ? "]}" : "}}");
		buf_adds(&b, "}");
		if (depth == 31)
			ok(written(a, b.p, &size)[0] == '{', "an item may be 32 levels deep");
		else
			is_str(written(a, b.p, &size),
			       "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
			       "an item may not be 33 levels deep");
		buf_release(&b);
	}
}

static void test_equal(struct arena *a)
{
	static const struct {
		const char *x, *y;
		bool equal;
	} cases[] = {
		{ "{\"N\":\"1\"}", "{\"N\":\"1.0\"}", true },
		{ "{\"N\":\"1\"}", "{\"S\":\"1\"}", false },
		{ "{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"b\",\"a\"]}", true },
		{ "{\"NS\":[\"1\",\"2\"]}", "{\"NS\":[\"2.0\",\"1e0\"]}", true },
		{ "{\"NS\":[\"1\",\"2\"]}", "{\"NS\":[\"2\",\"3\"]}", false },
		{ "{\"L\":[{\"S\":\"a\"},{\"S\":\"b\"}]}", "{\"L\":[{\"S\":\"b\"},{\"S\":\"a\"}]}",
		  false },
		{ "{\"M\":{\"a\":{\"N\":\"1\"},\"b\":{\"NULL\":true}}}",
		  "{\"M\":{\"b\":{\"NULL\":true},\"a\":{\"N\":\"1.00\"}}}", true },
		{ "{\"M\":{\"a\":{\"N\":\"1\"}}}", "{\"M\":{\"b\":{\"N\":\"1\"}}}", false },
		{ "{\"BOOL\":true}", "{\"BOOL\":false}", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(value_equal(a, tree(a, cases[i].x), tree(a, cases[i].y)) == cases[i].equal,
		   "%s %s %s", cases[i].x, cases[i].equal ? "equals" : "differs from", cases[i].y);
}

static void test_keys(struct arena *a)
{
	struct str bytes;

	ok(item_key_bytes(a, tree(a, "{\"S\":\"abc\"}"), VALUE_S, &bytes) && str_is(bytes, "abc"),
	   "a string's key is its bytes");
	ok(item_key_bytes(a, tree(a, "{\"B\":\"AAEC\"}"), VALUE_B, &bytes) &&
		   str_eq(bytes, str_make("\0\1\2", 3)),
	   "a binary's key is what it stands for");
	ok(!item_key_bytes(a, tree(a, "{\"S\":\"1\"}"), VALUE_N, &bytes),
	   "a string is no number's key");
	ok(item_hash(STR("a")) >= 0 && item_hash(STR("a")) == item_hash(STR("a")),
	   "hashes are stable and not negative");
	ok(item_hash(STR("a")) != item_hash(STR("b")), "hashes differ");
}

int main(void)
{
	struct arena *a = arena_new();

	test_items(a);
	test_words(a);
	test_depth(a);
	test_equal(a);
	test_keys(a);
	arena_free(a);
	return done_testing();
}
