/* JSON Schema: what fits, and why not. From: the JSON Schema validation specification, draft 4; RFC 6901. */
#include "base/schema.h"
#include "base/time.h"

#include "unit/tap.h"

/* NULL when the value fits, or the sentence. */
static const char *misfit(struct arena *a, const char *schema, struct json_object *value)
{
	struct schema_question question = { .arena = a,
					    .schema = json_parse(a, str_of(schema), NULL) };
	const char *why = "";

	if (!question.schema)
		abort();
	return schema_fits(&question, value, &why) ? NULL : why;
}

static const char *misfit_text(struct arena *a, const char *schema, const char *value)
{
	return misfit(a, schema, json_parse(a, str_of(value), NULL));
}

static void test_unique(struct arena *a)
{
	static const char schema[] = "{\"uniqueItems\":true}";
	struct json_object *many = json_new_array(a);

	for (int i = 0; i < 100000; i++)
		json_add(many, json_object_new_int(i));
	ok(!misfit(a, schema, many), "many different items are unique");
	json_add(many, json_object_new_int(4711));
	is_str(misfit(a, schema, many), "array must not contain duplicate elements",
	       "one of them twice is found");
	ok(misfit_text(a, schema, "[{\"a\":1,\"b\":[0.0]},{\"b\":[-0.0],\"a\":1}]"),
	   "the order of members makes no difference");
	ok(!misfit_text(a, schema,
			"[{\"a\":1},{\"a\":2},[1,2],[2,1],\"1\",1,null,false,\"\",[],{}]"),
	   "other values, orders of items and types do");
}

static void test_references(struct arena *a)
{
	static const char schema[] =
		"{\"definitions\":{\"a/b\":{\"type\":\"string\"},\"c~d\":{\"type\":\"integer\"},\"e f\":{\"enum\":[1]}},"
		"\"properties\":{\"x\":{\"$ref\":\"#/definitions/a~1b\"},\"y\":{\"$ref\":\"#/definitions/c~0d\"},"
		"\"z\":{\"$ref\":\"#/definitions/e%20f\"},\"self\":{\"$ref\":\"#\"},"
		"\"one\":{\"anyOf\":[{},{\"type\":\"null\"}]},\"other\":{\"$ref\":\"#/properties/one/anyOf/1\"}}}";

	ok(!misfit_text(a, schema,
			"{\"x\":\"\",\"y\":2,\"z\":1,\"self\":{\"x\":\"\"},\"other\":null}"),
	   "references are followed, with what is escaped in them");
	ok(misfit_text(a, schema, "{\"x\":1}") && misfit_text(a, schema, "{\"y\":\"\"}") &&
		   misfit_text(a, schema, "{\"z\":2}") &&
		   misfit_text(a, schema, "{\"self\":{\"x\":1}}") &&
		   misfit_text(a, schema, "{\"other\":1}"),
	   "each to its own schema");
	is_str(misfit_text(a, "{\"$ref\":\"#/definitions/none\"}", "1"),
	       "a reference leads nowhere", "one that leads nowhere says so");
}

static void test_types(struct arena *a)
{
	is_str(misfit_text(a, "{\"type\":\"string\"}", "1"),
	       "instance type (integer) does not match any allowed primitive type (allowed: "
	       "[\"string\"])",
	       "a type is told");
	is_str(misfit_text(a, "{\"type\":[\"string\",\"null\"]}", "1"),
	       "instance type (integer) does not match any allowed primitive type (allowed: "
	       "[\"string\",\"null\"])",
	       "and so are several");
}

/* Patterns that are made to take long, over many texts: in the end none fits any more. */
static void test_patterns(struct arena *a)
{
	struct json_object *value = json_new_array(a);
	struct schema_question question = {
		.arena = a,
		.schema = json_parse(
			a,
			STR("{\"type\":\"array\",\"items\":{\"pattern\":\"^(a|a)*c|^(a|a)*$\"}}"),
			NULL)
	};
	const char *why = NULL;

	json_add_str(value, STR("aaaaaaaaaaaaaa"));
	ok(schema_fits(&question, value, &why), "a text that takes long fits");
	for (int i = 0; i < 10000; i++)
		json_add_str(value, STR("aaaaaaaaaaaaaa"));
	ok(!schema_fits(&question, value, &why), "thousands of them are too much");
}

int main(void)
{
	struct arena *a = arena_new();

	test_unique(a);
	test_references(a);
	test_types(a);
	test_patterns(a);
	arena_free(a);
	return done_testing();
}
