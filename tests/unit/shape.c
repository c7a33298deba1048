/* Shapes: AWS's words for wrong types and broken constraints, in its order. */
#include "aws/shape.h"
#include "aws/shape_pattern.h"
#include "unit/tap.h"

static const char *const key_types[] = { "HASH", "RANGE", NULL };
static const struct shape name = { .type = SHAPE_STRING,
				   .has_min = true,
				   .min = 3,
				   .has_max = true,
				   .max = 8,
				   .pattern = "[a-z.-]+" };
static const struct shape key_type = { .type = SHAPE_STRING, .values = key_types };
static const struct shape_member element_members[] = { { "AttributeName", &shape_string, true },
						       { "KeyType", &key_type, true },
						       { 0 } };
static const struct shape element = { .type = SHAPE_STRUCTURE,
				      .members = element_members,
				      .name = "com.example.KeySchemaElement" };
static const struct shape schema = { .type = SHAPE_LIST,
				     .element = &element,
				     .has_min = true,
				     .min = 1,
				     .has_max = true,
				     .max = 2 };
static const struct shape limit = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 100
};
static const struct shape tags = { .type = SHAPE_MAP, .key = &name, .element = &element };
static const struct shape_member members[] = { { "TableName", &name, .parameter = true },
					       { "KeySchema", &schema, true },
					       { "Limit", &limit },
					       { "Tags", &tags },
					       { "Flag", &shape_boolean },
					       { "Data", &shape_blob },
					       { "Names", &shape_string_list },
					       { "At", &shape_timestamp },
					       { 0 } };
static const struct shape input = SHAPE_STRUCT(members);

#define GOOD                                                                                       \
	"\"TableName\": \"abc\", \"KeySchema\": [{\"AttributeName\": \"a\", \"KeyType\": \"HASH\"}]"
#define BAD "failed to satisfy constraint: "

static const struct {
	const char *in, *serialization, *validation;
} cases[] = {
	{ "{" GOOD "}", NULL, NULL },
	{ "{" GOOD ", \"Limit\": null, \"Unknown\": {}}", NULL, NULL },
	/* types */
	{ "{\"TableName\": true}", "TRUE_VALUE cannot be converted to String", NULL },
	{ "{\"TableName\": 23}", "NUMBER_VALUE cannot be converted to String", NULL },
	{ "{\"TableName\": -2.5}", "DECIMAL_VALUE cannot be converted to String", NULL },
	{ "{\"TableName\": []}", "Unrecognized collection type class java.lang.String", NULL },
	{ "{\"TableName\": {}}", "Start of structure or map found where not expected", NULL },
	{ "{\"Limit\": \"5\"}", "STRING_VALUE cannot be converted to Integer", NULL },
	{ "{\"Limit\": false}", "FALSE_VALUE cannot be converted to Integer", NULL },
	{ "{\"Flag\": 1}", "NUMBER_VALUE cannot be converted to Boolean", NULL },
	{ "{\"Flag\": \"maybe\"}", "Unexpected token received from parser", NULL },
	{ "{\"Data\": 1}", "only base-64-encoded strings are convertible to bytes", NULL },
	{ "{\"Data\": \"abc\"}",
	  "Base64 encoded length is expected a multiple of 4 bytes but found: 3", NULL },
	{ "{\"Data\": \"=+/=\"}", "Invalid last non-pad Base64 character dectected", NULL },
	{ "{\"KeySchema\": \"a\"}", "Unexpected field type", NULL },
	{ "{\"KeySchema\": {}}", "Start of structure or map found where not expected", NULL },
	{ "{\"KeySchema\": [1]}", "Unexpected value type in payload", NULL },
	{ "{\"KeySchema\": [[]]}",
	  "Unrecognized collection type class com.example.KeySchemaElement", NULL },
	{ "{\"Tags\": []}",
	  "Unrecognized collection type java.util.Map<java.lang.String, com.example.KeySchemaElement>",
	  NULL },
	{ "{\"Names\": [1]}", "NUMBER_VALUE cannot be converted to String", NULL },
	/* what DynamoDB looks at first */
	{ "{}", NULL, "The parameter 'TableName' is required but was not present in the request" },
	{ "{\"TableName\": \"ab\"}", NULL,
	  "TableName must be at least 3 characters long and at most 8 characters long" },
	/* constraints */
	{ "{\"TableName\": \"a_b\"}", NULL,
	  "2 validation errors detected: Value 'a_b' at 'tableName' " BAD
	  "Member must satisfy regular expression pattern: [a-z.-]+; Value null at 'keySchema' " BAD
	  "Member must not be null" },
	{ "{\"TableName\": \"abc\", \"KeySchema\": []}", NULL,
	  "1 validation error detected: Value '[]' at 'keySchema' " BAD
	  "Member must have length greater than or equal to 1" },
	{ "{\"TableName\": \"abc\", \"KeySchema\": [{\"AttributeName\": \"a\", \"KeyType\": \"LEFT\"}]}",
	  NULL,
	  "1 validation error detected: Value 'LEFT' at 'keySchema.1.member.keyType' " BAD
	  "Member must satisfy enum value set: [HASH, RANGE]" },
	{ "{\"TableName\": \"abc\", \"KeySchema\": [{}]}", NULL,
	  "2 validation errors detected: Value null at 'keySchema.1.member.attributeName' " BAD
	  "Member must not be null; Value null at 'keySchema.1.member.keyType' " BAD
	  "Member must not be null" },
	{ "{\"TableName\": \"abc\", \"KeySchema\": [{\"AttributeName\": \"a\", \"KeyType\": \"HASH\"}, "
	  "{\"AttributeName\": \"b\", \"KeyType\": \"RANGE\"}, "
	  "{\"AttributeName\": \"c\", \"KeyType\": \"RANGE\"}]}",
	  NULL,
	  "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
	  "KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, "
	  "keyType=RANGE)]' at 'keySchema' " BAD
	  "Member must have length less than or equal to 2" },
	{ "{" GOOD ", \"Limit\": 101}", NULL,
	  "1 validation error detected: Value '101' at 'limit' " BAD
	  "Member must have value less than or equal to 100" },
	{ "{" GOOD ", \"Limit\": 0}", NULL,
	  "1 validation error detected: Value '0' at 'limit' " BAD
	  "Member must have value greater than or equal to 1" },
	{ "{" GOOD ", \"Tags\": {\"key\": {\"AttributeName\": \"a\"}}}", NULL,
	  "1 validation error detected: Value null at 'tags.key.member.keyType' " BAD
	  "Member must not be null" },
	{ "{" GOOD ", \"Tags\": {\"K\": {\"AttributeName\": \"a\", \"KeyType\": \"HASH\"}}}", NULL,
	  "1 validation error detected: Value '{K=KeySchemaElement(attributeName=a, keyType=HASH)}' at "
	  "'tags' " BAD
	  "Map keys must satisfy constraint: [Member must have length less than or equal to 8, Member must "
	  "have length greater than or equal to 3, Member must satisfy regular expression pattern: "
	  "[a-z.-]+]" },
};

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *a = arena_new();
		struct str serialization, validation;
		struct json_object *in = json_parse(a, str_of(cases[i].in), NULL);
		bool good = shape_check(&input, in, a, false, &serialization, &validation);

		ok(good == (!cases[i].serialization && !cases[i].validation), "%s", cases[i].in);
		is_str(serialization, cases[i].serialization, "its type error is AWS's");
		is_str(validation, cases[i].validation, "its constraint errors are AWS's");
		arena_free(a);
	}
}

static void test_ten(void)
{
	struct arena *a = arena_new();
	struct str serialization, validation;
	struct json_object *in =
		json_parse(a,
			   STR("{\"TableName\": \"abc\", \"KeySchema\": [{},{},{},{},{},{},{}]}"),
			   NULL);

	shape_check(&input, in, a, false, &serialization, &validation);
	ok(str_starts(validation, STR("10 validation errors detected: ")),
	   "no more than ten problems are told");
	arena_free(a);
}

static void test_discreet(void)
{
	struct arena *a = arena_new();
	struct str serialization, validation;
	struct json_object *in = json_parse(a, STR("{" GOOD ", \"Limit\": 0}"), NULL);

	shape_check(&input, in, a, true, &serialization, &validation);
	is_str(validation,
	       "1 validation error detected: Value at 'limit' " BAD
	       "Member must have value greater than or equal to 1",
	       "discreet complaints repeat no value");
	arena_free(a);
}

static void test_lenient(void)
{
	struct arena *a = arena_new();
	struct str serialization, validation;
	struct json_object *in = json_parse(
		a,
		STR("{" GOOD ", \"Limit\": 7.9, \"Flag\": \"Yes\", \"Names\": null, \"At\": 1.5}"),
		NULL);

	ok(shape_check(&input, in, a, false, &serialization, &validation),
	   "AWS is lenient about some types");
	is_int(json_int_or(json_get(in, "Limit"), 0), 7, "an integer loses its fraction");
	ok(json_bool_or(json_get(in, "Flag"), false), "\"Yes\" is true");
	ok(!json_object_object_get_ex(in, "Names", NULL), "a null member is none");
	arena_free(a);
}

static void test_patterns(void)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} patterns[] = {
		{ "[a-zA-Z0-9_.-]+", "Rides", true },
		{ "[a-zA-Z0-9_.-]+", "Ri des", false },
		{ "[a-zA-Z0-9_.-]+", "", false },
		{ "[a-z]*", "", true },
		{ "[a-z]{2,3}", "ab", true },
		{ "[a-z]{2,3}", "abcd", false },
		{ "\\d{12}", "123456789012", true },
		{ "\\d{12}", "12345678901a", false },
		{ "a|bc", "abc", false },
		{ "(?:a|b)+", "abba", true },
		{ "[\\w+=,.@-]+", "a@b", true },
		{ "[\\w+=,.@-]+", "a b", false },
		{ "arn:aws:[a-z]+:.*", "arn:aws:sns:x", true },
		{ "[\\u0009\\u0020-\\u007e]*", "plain text", true },
		{ "\\S+", "a b", false },
		{ "\\S+!", "ab!", true },
		{ "x[\\-_a]+", "x-_a", true },
		{ "x[\\-_a]+", "x^", false },
		{ "x[^,]+", "x]-^", true },
		{ "x[^,]+", "x,", false },
		{ "a\\.b", "axb", false },
		{ "a\\/b", "a/b", true },
		{ "^(?!aws:)[a-zA-Z+-=._:/]+$", "aws:team", false },
		{ "^(?!aws:)[a-zA-Z+-=._:/]+$", "my:aws:team", true },
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		ok(shape_pattern_matches(patterns[i].pattern, str_of(patterns[i].text)) ==
			   patterns[i].matches,
		   "%s and \"%s\"", patterns[i].pattern, patterns[i].text);
	ok(!shape_pattern_matches("a.*", str_make("a\0b", 3)), "a NUL matches no pattern");
}

int main(void)
{
	test_cases();
	test_ten();
	test_discreet();
	test_lenient();
	test_patterns();
	return done_testing();
}
