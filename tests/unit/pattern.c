/*
 * Event patterns: what is refused, what matches, and the words for what does not. The behaviour is that of
 * the EventBridge User Guide ("Comparison operators for use in event patterns", "Matching on multiple values
 * in an array", "null values and empty strings") and of aws/event-ruler.
 */
#include "base/pattern.h"
#include "base/time.h"
#include "base/yaml.h"
#include "unit/tap.h"

#define EVENT                                                                                      \
	"{\"version\": \"0\", \"source\": \"aws.ec2\", \"resources\": [\"arn:a\", \"arn:b\"],"     \
	" \"empty\": [], \"none\": null, \"text\": \"\", \"big\": 123456789012,"                   \
	" \"detail\": {\"state\": \"Running\", \"count\": 5, \"limit\": 301.8, \"ok\": true,"      \
	" \"ip\": \"10.0.0.33\", \"ip6\": \"2001:db8::21\", \"file\": \"dir/a.png\","              \
	" \"star\": \"a*b\", \"name\": \"\\u00c4rger\","                                           \
	" \"list\": [{\"k\": \"a\", \"v\": 1}, {\"k\": \"b\", \"v\": 2}], \"deep\": [[{\"k\": 7}]]}}"

static const struct {
	const char *pattern;
	bool strict, relaxed;
} matches[] = {
	{ "{\"source\": [\"aws.ec2\"]}", true, true },
	{ "{\"source\": [\"aws.s3\", \"aws.ec2\"]}", true, true },
	{ "{\"source\": [\"aws.s3\"]}", false, false },
	{ "{\"source\": [\"AWS.ec2\"]}", false, false },
	{ "{\"source\": \"aws.ec2\"}", false, true },
	{ "{\"none\": [null]}", true, true },
	{ "{\"none\": [\"\"]}", false, false },
	{ "{\"text\": [\"\"]}", true, true },
	{ "{\"text\": [null]}", false, false },
	{ "{\"absent\": [null]}", false, false },
	{ "{\"resources\": [\"arn:b\", \"arn:z\"]}", true, true },
	{ "{\"resources\": [\"arn:z\"]}", false, false },
	{ "{\"big\": [123456789012]}", true, true },
	{ "{\"big\": [123456789013]}", false, false },
	{ "{\"detail\": {\"ok\": [true]}}", true, true },
	{ "{\"detail\": {\"ok\": [\"true\"]}}", false, false },
	{ "{\"detail\": {\"count\": [5.0]}}", true, true },
	{ "{\"detail\": {\"count\": [\"5\"]}}", false, false },
	{ "{\"detail\": {\"limit\": [3.018e2]}}", true, true },
	{ "{\"detail\": {\"count\": [{\"numeric\": [\"=\", 5]}]}}", true, true },
	{ "{\"detail\": {\"count\": [{\"numeric\": [\">\", 0, \"<=\", 5]}]}}", true, true },
	{ "{\"detail\": {\"count\": [{\"numeric\": [\">\", 0, \"<\", 5]}]}}", false, false },
	{ "{\"detail\": {\"count\": [{\"numeric\": [\">=\", 5]}]}}", true, true },
	{ "{\"detail\": {\"count\": [{\"numeric\": [\"<\", 5]}]}}", false, false },
	{ "{\"detail\": {\"state\": [{\"numeric\": [\"<\", 5]}]}}", false, false },
	{ "{\"big\": [{\"numeric\": [\">\", 5]}]}", false, false },
	{ "{\"source\": [{\"prefix\": \"aws.\"}]}", true, true },
	{ "{\"source\": [{\"prefix\": \"AWS.\"}]}", false, false },
	{ "{\"source\": [{\"prefix\": {\"equals-ignore-case\": \"AWS.\"}}]}", true, true },
	{ "{\"source\": [{\"suffix\": \"ec2\"}]}", true, true },
	{ "{\"source\": [{\"suffix\": {\"equals-ignore-case\": \".EC2\"}}]}", true, true },
	{ "{\"source\": [{\"suffix\": \"the whole aws.ec2\"}]}", false, false },
	{ "{\"detail\": {\"count\": [{\"prefix\": \"5\"}]}}", false, false },
	{ "{\"detail\": {\"state\": [{\"equals-ignore-case\": \"rUNNING\"}]}}", true, true },
	{ "{\"detail\": {\"state\": [{\"equals-ignore-case\": \"runnin\"}]}}", false, false },
	{ "{\"detail\": {\"name\": [{\"equals-ignore-case\": \"\\u00e4RGER\"}]}}", true, true },
	{ "{\"detail\": {\"file\": [{\"wildcard\": \"dir/*.png\"}]}}", true, true },
	{ "{\"detail\": {\"file\": [{\"wildcard\": \"*\"}]}}", true, true },
	{ "{\"detail\": {\"file\": [{\"wildcard\": \"*/a*g\"}]}}", true, true },
	{ "{\"detail\": {\"file\": [{\"wildcard\": \"*/b*\"}]}}", false, false },
	{ "{\"detail\": {\"star\": [{\"wildcard\": \"a\\\\**\"}]}}", true, true },
	{ "{\"detail\": {\"file\": [{\"wildcard\": \"dir\\\\*\"}]}}", false, false },
	{ "{\"detail\": {\"ip\": [{\"cidr\": \"10.0.0.0/24\"}]}}", true, true },
	{ "{\"detail\": {\"ip\": [{\"cidr\": \"10.0.1.0/24\"}]}}", false, false },
	{ "{\"detail\": {\"ip\": [{\"cidr\": \"0.0.0.0/0\"}]}}", true, true },
	{ "{\"detail\": {\"ip\": [{\"cidr\": \"10.0.0.34/24\"}]}}", false, false },
	{ "{\"detail\": {\"ip6\": [{\"cidr\": \"2001:db8::/32\"}]}}", true, true },
	{ "{\"detail\": {\"ip6\": [{\"cidr\": \"2001:db9::/32\"}]}}", false, false },
	{ "{\"detail\": {\"ip6\": [{\"cidr\": \"0.0.0.0/0\"}]}}", false, false },
	{ "{\"detail\": {\"ip6\": [\"2001:0db8:0::21\"]}}", true, true },
	{ "{\"detail\": {\"state\": [{\"anything-but\": \"Stopped\"}]}}", true, true },
	{ "{\"detail\": {\"state\": [{\"anything-but\": [\"Stopped\", \"Running\"]}]}}", false,
	  false },
	{ "{\"detail\": {\"count\": [{\"anything-but\": 5}]}}", false, false },
	{ "{\"detail\": {\"count\": [{\"anything-but\": [4, 6]}]}}", true, true },
	{ "{\"detail\": {\"absent\": [{\"anything-but\": \"x\"}]}}", false, false },
	{ "{\"detail\": {\"state\": [{\"anything-but\": {\"prefix\": \"Run\"}}]}}", false, false },
	{ "{\"detail\": {\"state\": [{\"anything-but\": {\"prefix\": [\"a\", \"b\"]}}]}}", true,
	  true },
	{ "{\"detail\": {\"file\": [{\"anything-but\": {\"suffix\": \".png\"}}]}}", false, false },
	{ "{\"detail\": {\"file\": [{\"anything-but\": {\"wildcard\": \"*/lib/*\"}}]}}", true,
	  true },
	{ "{\"detail\": {\"state\": [{\"anything-but\": {\"equals-ignore-case\": [\"running\"]}}]}}",
	  false, false },
	{ "{\"resources\": [{\"anything-but\": \"arn:a\"}]}", true, true },
	{ "{\"source\": [{\"exists\": true}]}", true, true },
	{ "{\"absent\": [{\"exists\": false}]}", true, true },
	{ "{\"source\": [{\"exists\": false}]}", false, false },
	{ "{\"none\": [{\"exists\": true}]}", true, true },
	{ "{\"empty\": [{\"exists\": true}]}", false, false },
	{ "{\"detail\": [{\"exists\": true}]}", false, true },
	{ "{\"detail\": [{\"exists\": false}]}", true, false },
	{ "{\"absent\": {\"x\": [{\"exists\": false}]}}", true, true },
	{ "{\"source\": [{\"exists\": false}, \"aws.ec2\"]}", true, true },
	/* Members of one object are looked for in one element of an array. */
	{ "{\"detail\": {\"list\": {\"k\": [\"a\"], \"v\": [1]}}}", true, true },
	{ "{\"detail\": {\"list\": {\"k\": [\"a\"], \"v\": [2]}}}", false, false },
	{ "{\"detail\": {\"deep\": {\"k\": [7]}}}", true, true },
	{ "{\"detail\": {\"list\": {\"k\": [{\"exists\": false}]}}}", false, false },
	{ "{\"detail\": {\"list\": {\"w\": [{\"exists\": false}]}}}", true, true },
	{ "{\"$or\": [{\"source\": [\"aws.s3\"]}, {\"detail\": {\"count\": [5]}}]}", true, true },
	{ "{\"$or\": [{\"source\": [\"aws.s3\"]}, {\"detail\": {\"count\": [6]}}]}", false, false },
	{ "{\"detail\": {\"state\": [\"Running\"], \"$or\": [{\"count\": [1]}, {\"ok\": [true]}]}}",
	  true, true },
};

static void patterns_match(struct arena *a)
{
	struct json_object *event = json_parse(a, str_of(EVENT), NULL);

	ok(event, "the event parses");
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
		struct json_object *p = json_parse(a, str_of(matches[i].pattern), NULL);
		const char *why = NULL;

		ok(pattern_check(a, p, PATTERN_RELAXED, &why), "%s is a pattern%s%s",
		   matches[i].pattern, why ? ": " : "", why ? why : "");
		is_int(pattern_match(a, p, event, PATTERN_STRICT, NULL), matches[i].strict,
		       "%s, strictly", matches[i].pattern);
		is_int(pattern_match(a, p, event, PATTERN_RELAXED, NULL), matches[i].relaxed,
		       "%s, relaxed", matches[i].pattern);
	}
}

static const struct {
	const char *pattern, *strict, *relaxed; /* NULL: it is one */
} mistakes[] = {
	{ "[]", "Filter is not an object", "Filter is not an object" },
	{ "{}", "Empty objects are not allowed", "Empty objects are not allowed" },
	{ "{\"a\": {}}", "a: Empty objects are not allowed", "a: Empty objects are not allowed" },
	{ "{\"a\": {\"b\": []}}", "a.b: Empty arrays are not allowed",
	  "a.b: Empty arrays are not allowed" },
	{ "{\"a\": \"x\"}", "\"a\" must be an object or an array", NULL },
	{ "{\"a\": {\"b\": 1}}", "a: \"b\" must be an object or an array", NULL },
	{ "{\"a\": [[1]]}", "a: Match value must be String, number, true, false, or null",
	  "a: Match value must be String, number, true, false, or null" },
	{ "{\"a\": [{}]}", "a: Match expression name not found",
	  "a: Match expression name not found" },
	{ "{\"a\": [{\"Name\": \"x\"}]}", "a: Unrecognized match type Name",
	  "a: Unrecognized match type Name (for an entry with this member, write the object without "
	  "the list around it)" },
	{ "{\"a\": [{\"prefix\": \"x\", \"suffix\": \"y\"}]}",
	  "a: Only one key allowed in match expression",
	  "a: Only one key allowed in match expression" },
	{ "{\"a\": {\"prefix\": \"x\"}}", "a: \"prefix\" must be an object or an array",
	  "a: an operator stands in a list: [{\"prefix\":\"x\"}]" },
	{ "{\"a\": {\"prefix\": [\"x\"]}}", NULL, NULL },
	{ "{\"a\": {\"numeric\": [\"=\", 1]}}", NULL,
	  "a: an operator stands in a list: [{\"numeric\":[\"=\",1]}]" },
	{ "{\"a\": [{\"prefix\": 1}]}", "a: prefix match pattern must be a string",
	  "a: prefix match pattern must be a string" },
	{ "{\"a\": [{\"suffix\": {\"prefix\": \"x\"}}]}", "a: Unsupported suffix pattern: prefix",
	  "a: Unsupported suffix pattern: prefix" },
	{ "{\"a\": [{\"exists\": \"true\"}]}",
	  "a: exists match pattern must be either true or false.",
	  "a: exists match pattern must be either true or false." },
	{ "{\"a\": [{\"wildcard\": \"abc**def\"}]}", "a: Consecutive wildcard characters at pos 4",
	  "a: Consecutive wildcard characters at pos 4" },
	{ "{\"a\": [{\"wildcard\": \"a\\\\b\"}]}", "a: Invalid escape character at pos 2",
	  "a: Invalid escape character at pos 2" },
	{ "{\"a\": [{\"numeric\": 5}]}", "a: Value of numeric must be an array.",
	  "a: Value of numeric must be an array." },
	{ "{\"a\": [{\"numeric\": [\"!\", 5]}]}", "a: Unrecognized numeric range operator: !",
	  "a: Unrecognized numeric range operator: !" },
	{ "{\"a\": [{\"numeric\": [\"=\", \"5\"]}]}", "a: Value of equals must be numeric",
	  "a: Value of equals must be numeric" },
	{ "{\"a\": [{\"numeric\": [\">\"]}]}", "a: Value of > must be numeric",
	  "a: Value of > must be numeric" },
	{ "{\"a\": [{\"numeric\": [\">\", 6e9]}]}",
	  "a: Value must be between -5.0E9 and 5.0E9, inclusive",
	  "a: Value must be between -5.0E9 and 5.0E9, inclusive" },
	{ "{\"a\": [{\"numeric\": [\"<\", 5, \">\", 1]}]}",
	  "a: Too many elements in numeric expression",
	  "a: Too many elements in numeric expression" },
	{ "{\"a\": [{\"numeric\": [\">\", 5, \">\", 1]}]}", "a: Bad numeric range operator: >",
	  "a: Bad numeric range operator: >" },
	{ "{\"a\": [{\"numeric\": [\">\", 5, \"<\", 1]}]}", "a: Bottom must be less than top",
	  "a: Bottom must be less than top" },
	{ "{\"a\": [{\"numeric\": [\">\", 5, \"<\", 9, 1]}]}",
	  "a: Too many terms in numeric range expression",
	  "a: Too many terms in numeric range expression" },
	{ "{\"a\": [{\"cidr\": \"10.0.0.0\"}]}", "a: Malformed CIDR, one '/' required",
	  "a: Malformed CIDR, one '/' required" },
	{ "{\"a\": [{\"cidr\": \"10.0.0.0/x\"}]}",
	  "a: Malformed CIDR, mask bits must be an integer",
	  "a: Malformed CIDR, mask bits must be an integer" },
	{ "{\"a\": [{\"cidr\": \"10.0.0/8\"}]}", "a: Nonstandard IP address: 10.0.0",
	  "a: Nonstandard IP address: 10.0.0" },
	{ "{\"a\": [{\"cidr\": \"10.0.0.0/32\"}]}", "a: IPv4 mask bits must be < 32",
	  "a: IPv4 mask bits must be < 32" },
	{ "{\"a\": [{\"cidr\": \"::/128\"}]}", "a: IPv6 mask bits must be < 128",
	  "a: IPv6 mask bits must be < 128" },
	{ "{\"a\": [{\"anything-but\": [1, \"x\"]}]}",
	  "a: Inside anything but list, either all values are number or string, mixed type is not "
	  "supported",
	  "a: Inside anything but list, either all values are number or string, mixed type is not "
	  "supported" },
	{ "{\"a\": [{\"anything-but\": [null]}]}",
	  "a: Inside anything but list, start|null|boolean is not supported.",
	  "a: Inside anything but list, start|null|boolean is not supported." },
	{ "{\"a\": [{\"anything-but\": true}]}",
	  "a: Value of anything-but must be an array or single string/number value.",
	  "a: Value of anything-but must be an array or single string/number value." },
	{ "{\"a\": [{\"anything-but\": {\"numeric\": [\"=\", 1]}}]}",
	  "a: Unsupported anything-but pattern: numeric",
	  "a: Unsupported anything-but pattern: numeric" },
	{ "{\"a\": [{\"anything-but\": {\"prefix\": \"\"}}]}", "a: Null prefix/suffix not allowed",
	  "a: Null prefix/suffix not allowed" },
	{ "{\"$or\": {\"a\": [1]}}", "It must be an Array followed with $or.",
	  "It must be an Array followed with $or." },
	{ "{\"$or\": [{\"a\": [1]}]}", "There must have at least 2 Objects in $or relationship.",
	  "There must have at least 2 Objects in $or relationship." },
	{ "{\"d\": {\"$or\": [{\"a\": [1]}, 2]}}",
	  "d: Only JSON object is allowed in array of $or relationship.",
	  "d: Only JSON object is allowed in array of $or relationship." },
	{ "{\"$or\": [{\"a\": [1]}, {\"prefix\": [2]}]}",
	  "prefix is Ruler reserved fieldName which cannot be used inside $or.",
	  "prefix is Ruler reserved fieldName which cannot be used inside $or." },
};

static void mistakes_are_refused(struct arena *a)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct json_object *p = json_parse(a, str_of(mistakes[i].pattern), NULL);
		const char *strict = NULL, *relaxed = NULL;

		pattern_check(a, p, PATTERN_STRICT, &strict);
		pattern_check(a, p, PATTERN_RELAXED, &relaxed);
		is_str(strict, mistakes[i].strict, "%s, strictly", mistakes[i].pattern);
		is_str(relaxed, mistakes[i].relaxed, "%s, relaxed", mistakes[i].pattern);
	}
}

#define TABLE                                                                                      \
	"{\"Table\": {\"TableStatus\": \"CREATING\", \"ItemCount\": 0,"                            \
	" \"KeySchema\": [{\"AttributeName\": \"rideid\", \"KeyType\": \"HASH\"}],"                \
	" \"Keys\": [{\"AttributeName\": \"when\", \"KeyType\": \"HASH\"},"                        \
	" {\"AttributeName\": \"RideId\", \"KeyType\": \"RANGE\"}],"                               \
	" \"Lists\": [], \"Names\": [\"a b\", \"users\", \"5\", \"x\", \"y\", \"z\"],"             \
	" \"Items\": [{\"id\": {\"S\": \"one\"}}, {\"id\": {\"N\": \"2\"}}, 3]}}"

static const struct {
	const char *pattern, *why;
} sentences[] = {
	{ "{Table: {TableStatus: ACTIVE}}", "Table.TableStatus: expected ACTIVE, found CREATING" },
	{ "{Table: {TableStatus: [ACTIVE, UPDATING]}}",
	  "Table.TableStatus: expected ACTIVE or UPDATING, found CREATING" },
	{ "{Table: {KeySchema: {AttributeName: RideId, KeyType: HASH}}}",
	  "Table.KeySchema: expected an entry with AttributeName RideId, found rideid (HASH)" },
	{ "{Table: {KeySchema: {AttributeName: RideId, KeyType: RANGE}}}",
	  "Table.KeySchema: expected an entry with AttributeName RideId and KeyType RANGE, found "
	  "rideid (HASH)" },
	{ "{Table: {Keys: {AttributeName: RideId, KeyType: HASH}}}",
	  "Table.Keys: expected an entry with AttributeName RideId and KeyType HASH, found when "
	  "(HASH), RideId (RANGE)" },
	{ "{Table: {Lists: {AttributeName: RideId}}}",
	  "Table.Lists: expected an entry with AttributeName RideId, found an empty list" },
	{ "{Table: {Items: {id: {S: two}}}}",
	  "Table.Items: expected an entry with id.S two, found one, no id.S, 3" },
	{ "{Table: {Names: Rides}}",
	  "Table.Names: expected Rides, found \"a b\", users, \"5\", x and 2 more" },
	{ "{Table: {Names: [5]}}",
	  "Table.Names: expected 5, found \"a b\", users, \"5\", x and 2 more" },
	{ "{Table: {Lists: [x]}}", "Table.Lists: expected x, found an empty list" },
	{ "{Table: {Arn: x}}", "Table.Arn: expected x, found nothing" },
	{ "{Table: {Sse: {Status: ENABLED, Type: KMS}}}",
	  "Table.Sse: expected Status ENABLED and Type KMS, found nothing" },
	{ "{Table: {TableStatus: {Status: [{exists: true}]}}}",
	  "Table.TableStatus: expected Status, found CREATING" },
	{ "{Table: {TableStatus: [{exists: false}]}}",
	  "Table.TableStatus: expected nothing, found CREATING" },
	{ "{Table: {Arn: [{exists: true}]}}", "Table.Arn: expected any value, found nothing" },
	{ "{Table: {ItemCount: [{numeric: ['>', 0, '<=', 5]}]}}",
	  "Table.ItemCount: expected a number greater than 0 and at most 5, found 0" },
	{ "{Table: {TableStatus: [{prefix: ACT}]}}",
	  "Table.TableStatus: expected a text starting with \"ACT\", found CREATING" },
	{ "{Table: {TableStatus: [{wildcard: 'A*E'}, {suffix: x}]}}",
	  "Table.TableStatus: expected a text like \"A*E\", found CREATING" },
	{ "{Table: {TableStatus: [ACTIVE, {prefix: act}, other]}}",
	  "Table.TableStatus: expected ACTIVE, found CREATING" },
	{ "{Table: {Lists: {Name: [WildRydes, {wildcard: 'wildrydes*_*'}]}}}",
	  "Table.Lists: expected an entry with Name WildRydes, found an empty list" },
	{ "{Table: {TableStatus: [{wildcard: '*x y*'}]}}",
	  "Table.TableStatus: expected a text containing \"x y\", found CREATING" },
	{ "{Table: {TableStatus: [{wildcard: 'x*'}]}}",
	  "Table.TableStatus: expected a text starting with \"x\", found CREATING" },
	{ "{Table: {TableStatus: [{wildcard: '*x'}]}}",
	  "Table.TableStatus: expected a text ending with \"x\", found CREATING" },
	{ "{Table: {TableStatus: [{wildcard: '*x\\\\*'}]}}",
	  "Table.TableStatus: expected a text like \"*x\\\\\\\\*\", found CREATING" },
	{ "{Table: {TableStatus: [{anything-but: [CREATING, DELETING]}]}}",
	  "Table.TableStatus: expected anything other than CREATING or DELETING, found CREATING" },
	{ "{Table: {TableStatus: [{anything-but: {prefix: CRE}}]}}",
	  "Table.TableStatus: expected anything not starting with \"CRE\", found CREATING" },
	{ "{Table: {TableStatus: [{equals-ignore-case: active}]}}",
	  "Table.TableStatus: expected active in any case, found CREATING" },
	{ "{Table: {TableStatus: [{cidr: 10.0.0.0/8}]}}",
	  "Table.TableStatus: expected an address in 10.0.0.0/8, found CREATING" },
	{ "{Table: {'$or': [{TableStatus: ACTIVE}, {ItemCount: 1}]}}",
	  "none of 2 alternatives holds: Table.TableStatus: expected ACTIVE, found CREATING; or "
	  "Table.ItemCount: expected 1, found 0" },
	{ "{Rows: {a: x}}", "Rows: expected a x, found nothing" },
};

/* Patterns are written as in checks.yaml, which spares the backslashes. */
static void mismatches_are_told(struct arena *a)
{
	struct json_object *table = json_parse(a, str_of(TABLE), NULL);

	for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences); i++) {
		const char *why = NULL;
		struct json_object *p = yaml_parse(a, str_of(sentences[i].pattern), "here", &why);

		ok(p && pattern_check(a, p, PATTERN_RELAXED, &why), "%s is a pattern%s",
		   sentences[i].pattern, why ? why : "");
		ok(!pattern_match(a, p, table, PATTERN_RELAXED, &why), "it does not match");
		is_str(why, sentences[i].why);
	}
}

static const struct {
	const char *pattern, *found;
} described[] = {
	{ "{Table: {KeySchema: {KeyType: HASH}}}", "Table.KeySchema: found KeyType HASH" },
	{ "{Table: {Keys: {KeyType: RANGE}}}", "Table.Keys: found KeyType RANGE" },
	{ "{Table: {Keys: {KeyType: RANGE, AttributeName: [{prefix: Ride}]}}}",
	  "Table.Keys: found KeyType RANGE and AttributeName RideId" },
	{ "{Table: {TableStatus: CREATING, ItemCount: 0}}",
	  "Table: found TableStatus CREATING and ItemCount 0" },
	{ "{Table: {TableStatus: [{exists: true}]}}", "Table.TableStatus: found CREATING" },
	{ "{Table: {Items: {id: {S: one}}}}", "Table.Items: found id.S one" },
	{ "{Table: {Arn: [{exists: false}]}}", "Table: found no Arn" },
	{ "{Table: {'$or': [{TableStatus: CREATING}, {ItemCount: 1}]}}", "Table: found it" },
};

/* What must not be there is told by what is there, not by its pattern. */
static void matches_are_told(struct arena *a)
{
	struct json_object *table = json_parse(a, str_of(TABLE), NULL);

	for (size_t i = 0; i < sizeof(described) / sizeof(*described); i++) {
		struct json_object *p = yaml_parse(a, str_of(described[i].pattern), "here", NULL);

		ok(pattern_match(a, p, table, PATTERN_RELAXED, NULL), "%s matches",
		   described[i].pattern);
		is_str(pattern_found(a, p, table, PATTERN_RELAXED), described[i].found);
	}
}

static void sentences_stay_short(struct arena *a)
{
	struct json_object *value = json_new_object(a), *list = json_set_array(value, "list");
	struct json_object *p = json_parse(a, STR("{\"list\": [\"x\"]}"), NULL);
	const char *why = "";
	char text[3001];

	for (size_t i = 0; i < sizeof(text) - 2; i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	for (int i = 0; i < 50; i++)
		json_add_str(list, str_make(text, sizeof(text) - 1));
	ok(!pattern_match(a, p, value, PATTERN_RELAXED, &why), "long texts do not match");
	ok(strlen(why) < 750 && str_is_utf8(str_of(why)), "the sentence is short and UTF-8");
}

static void many_elements_are_quick(struct arena *a)
{
	struct json_object *value = json_new_object(a), *list = json_set_array(value, "list");
	struct json_object *p =
		json_parse(a, STR("{\"list\": {\"gone\": [{\"exists\": false}], \"n\": [-1]}}"),
			   NULL);
	int64_t began_us = time_monotonic_us();

	for (int i = 0; i < 100000; i++)
		json_set_int(json_add_object(list), "n", i);
	ok(!pattern_match(a, p, value, PATTERN_STRICT, NULL), "no element has n -1");
	ok(time_monotonic_us() - began_us < 5000000, "100,000 elements do not take their square");
}

int main(void)
{
	struct arena *a = arena_new();

	patterns_match(a);
	many_elements_are_quick(a);
	mistakes_are_refused(a);
	mismatches_are_told(a);
	matches_are_told(a);
	sentences_stay_short(a);
	arena_free(a);
	return done_testing();
}
