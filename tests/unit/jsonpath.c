/* JSONPath against a table of paths, values and what they select, or why they are wrong. */
#include "base/jsonpath.h"
#include "unit/tap.h"

static const char store[] =
	"{\"a\": {\"b\": [1, 2, {\"c\": \"x\"}], \"d-e\": null, \"it's\": 5},"
	" \"items\": [{\"name\": \"one\", \"n\": 1, \"on\": true},"
	" {\"name\": \"two\", \"n\": 2, \"tags\": {\"k\": \"v\"}}, {\"name\": \"three\", \"n\": 2.5}],"
	" \"limit\": 2}";

/* `want` is the list of selected values as JSON. */
static const struct {
	const char *path, *want;
} selects[] = {
	{ "$.limit", "[2]" },
	{ " $ .limit", NULL },
	{ "$.a.b[0]", "[1]" },
	{ "$.a.b[-1].c", "[\"x\"]" },
	{ "$.a.b[3]", "[]" },
	{ "$.a.b[-4]", "[]" },
	{ "$['a']['d-e']", "[null]" },
	{ "$.a.d-e", "[null]" },
	{ "$[\"a\"]['it\\'s']", "[5]" },
	{ "$.a.b[*]", "[1,2,{\"c\":\"x\"}]" },
	{ "$.items[*].name", "[\"one\",\"two\",\"three\"]" },
	{ "$.items.*.n", "[1,2,2.5]" },
	{ "$..c", "[\"x\"]" },
	{ "$..name", "[\"one\",\"two\",\"three\"]" },
	{ "$..[0]", "[1,{\"name\":\"one\",\"n\":1,\"on\":true}]" },
	{ "$.nothing.at.all", "[]" },
	{ "$.limit.name", "[]" },
	{ "$.items[?(@.name=='two')].n", "[2]" },
	{ "$.items[?(@.name == \"two\")].n", "[2]" },
	{ "$.items[?@.n>1].name", "[\"two\",\"three\"]" },
	{ "$.items[?(@.n>=2 && @.n<2.5)].name", "[\"two\"]" },
	{ "$.items[?(@.n<2 || @.name=='three')].name", "[\"one\",\"three\"]" },
	{ "$.items[?(@.n<=2.0)].name", "[\"one\",\"two\"]" },
	{ "$.items[?(!(@.n==2))].name", "[\"one\",\"three\"]" },
	{ "$.items[?(@.tags)].name", "[\"two\"]" },
	{ "$.items[?(!@.tags)].name", "[\"one\",\"three\"]" },
	{ "$.items[?(@.on==true)].name", "[\"one\"]" },
	{ "$.items[?(@.on!=true)].name", "[\"two\",\"three\"]" },
	{ "$.items[?(@.tags.k=='v')].name", "[\"two\"]" },
	{ "$.items[?(@.n==$.limit)].name", "[\"two\"]" },
	{ "$.items[?(@.n=='2')].name", "[]" },
	{ "$.items[?(@.name>'one')].name", "[\"two\",\"three\"]" },
	{ "$.a[?(@==null)]", "[null]" },
	{ "$.items[?(@.none==@.nothing)].n", "[1,2,2.5]" },
};

static void paths_select(struct arena *a)
{
	struct json_object *json = json_parse(a, str_of(store), NULL);

	for (size_t i = 0; i < sizeof(selects) / sizeof(*selects); i++) {
		struct json_object *list = json_new_array(a), **found;
		const char *why = NULL;
		size_t count;
		bool well = jsonpath_all(a, str_of(selects[i].path), json, &found, &count, &why);

		for (size_t n = 0; well && n < count; n++)
			json_add(list, json_object_get(found[n]));
		if (selects[i].want)
			is_str(well ? json_text(a, list).p : why, selects[i].want, "%s",
			       selects[i].path);
		else
			ok(!well, "%s is not a path", selects[i].path);
	}
}

static const struct {
	const char *path, *why;
} mistakes[] = {
	{ "", "not a valid JSONPath: it ends where $, with which every path begins is expected" },
	{ "a.b", "not a valid JSONPath at position 1: expected $, with which every path begins" },
	{ "$.", "not a valid JSONPath: it ends where a member's name is expected" },
	{ "$.a[",
	  "not a valid JSONPath: it ends where a quoted name, a number, * or ? is expected" },
	{ "$.a[x]",
	  "not a valid JSONPath at position 5: expected a quoted name, a number, * or ?" },
	{ "$.a['x", "not a valid JSONPath: it ends where the closing ' is expected" },
	{ "$.a[1", "not a valid JSONPath: it ends where ] is expected" },
	{ "$.a b", "not a valid JSONPath at position 4: expected a dot, [ or the end" },
	{ "$[?(@.a=1)]", "not a valid JSONPath at position 8: expected )" },
	{ "$[?(1)]", "not a valid JSONPath at position 6: expected == != < <= > or >=" },
	{ "$[?(@.a==x)]", "not a valid JSONPath at position 10: expected @, $, a string in quotes, "
			  "a number, true, false or null" },
	{ "$[99999999999999999999]",
	  "not a valid JSONPath at position 3: expected a quoted name, a number, * or ?" },
};

static void mistakes_are_named(struct arena *a)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		const char *why = NULL;

		ok(!jsonpath_check(a, str_of(mistakes[i].path), &why), "\"%s\" is refused",
		   mistakes[i].path);
		is_str(why, mistakes[i].why, "the reason for \"%s\"", mistakes[i].path);
	}
}

static void work_is_bounded(struct arena *a)
{
	struct json_object *json = json_new_array(a);
	const char *why = NULL;
	char deep[400];

	for (int i = 0; i < 300; i++)
		json_add_object(json);
	for (int i = 0; i < 300; i++)
		json_add(json, json_object_new_int(i));
	ok(!jsonpath_one(a, STR("$[?($..[?($..[?($..x)])])]"), json, &why), "a greedy path stops");
	is_str(why, "the JSONPath looks at too many values");
	memset(deep, '(', sizeof(deep));
	memcpy(deep, "$[?", 3);
	deep[sizeof(deep) - 1] = '\0';
	why = NULL;
	ok(!jsonpath_check(a, str_of(deep), &why) && why, "deep nesting is refused");
}

static void one_tells_its_cases_apart(struct arena *a)
{
	struct json_object *json = json_parse(a, STR("{\"x\": [7], \"n\": null}"), NULL);
	const char *why = NULL;

	is_int(json_int_or(jsonpath_one(a, STR("$.x[0]"), json, &why), 0), 7);
	ok(!jsonpath_one(a, STR("$.n"), json, &why) && !why, "null is not an error");
	ok(!jsonpath_one(a, STR("$.y"), json, &why) && !why, "nothing is not an error");
	ok(!jsonpath_one(a, STR("$y"), json, NULL), "the reason need not be asked for");
	ok(!jsonpath_one(a, STR("$y"), json, &why) && why, "a wrong path is an error");
	ok(jsonpath_one(a, STR("$"), json, NULL) == json, "$ is the value itself");
}

int main(void)
{
	struct arena *a = arena_new();

	paths_select(a);
	mistakes_are_named(a);
	work_is_bounded(a);
	one_tells_its_cases_apart(a);
	arena_free(a);
	return done_testing();
}
