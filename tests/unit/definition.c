/* Definitions: JSON or YAML, and what is too large to be read. */
#include "base/definition.h"

#include "tap.h"

static void test_reading(void)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct json_object *o = definition_read(a, STR("  {\"a\": [1, \"{[\"]}\n"), &why);

	is_str(json_text(a, o), "{\"a\":[1,\"{[\"]}", "what begins with a brace is JSON");
	o = definition_read(a, STR("a:\n- 1\n- b: c\n"), &why);
	is_str(json_text(a, o), "{\"a\":[1,{\"b\":\"c\"}]}", "what does not is YAML");
	ok(json_plain(a, o) && json_object_get_userdata(o) == NULL, "and a plain tree");
	ok(!definition_read(a, STR("{\"a\": }"), &why) && why, "what is no JSON is refused: %s",
	   why);
	ok(!definition_read(a, STR("a: *b"), &why), "and what is no YAML: %s", why);
	ok(!definition_read(a, STR(""), &why), "and nothing: %s", why);
	arena_free(a);
}

/* `piece` as often as it takes to be `n`, between two others. */
static struct str repeated(struct buf *b, const char *before, const char *piece, size_t n)
{
	buf_clear(b);
	buf_adds(b, before);
	for (size_t i = 0; i < n; i++)
		buf_adds(b, piece);
	return buf_str(b);
}

static void test_bounds(void)
{
	struct arena *a = arena_new();
	struct buf b;
	const char *why = "";
	struct str text;

	buf_init(&b, BUF_MAX);
	text = repeated(&b, "{\"a\":\"", "\\\"{", DEFINITION_OBJECTS_MAX + 1);
	buf_adds(&b, "\"}");
	text = buf_str(&b);
	ok(definition_read(a, text, &why), "brackets within a text are none: %s", why);
	repeated(&b, "{\"a\":[0", ",{}", DEFINITION_OBJECTS_MAX - 2);
	buf_adds(&b, "]}");
	ok(definition_read(a, buf_str(&b), &why), "as many objects as there may be: %s", why);
	repeated(&b, "{\"a\":[0", ",{}", DEFINITION_OBJECTS_MAX - 1);
	buf_adds(&b, "]}");
	ok(!definition_read(a, buf_str(&b), &why), "and one more");
	is_str(why, "it has too many objects");
	text = repeated(&b, "a:\n", "- b: c\n", DEFINITION_OBJECTS_MAX / 2 + 1);
	ok(!definition_read(a, text, &why), "YAML's objects are counted as well");
	is_str(why, "it has too many objects");
	text = repeated(&b, "{", " ", DEFINITION_BYTES_MAX);
	ok(!definition_read(a, text, &why), "a text that is too large is not read");
	is_str(why, "it is too large");
	buf_release(&b);
	arena_free(a);
}

int main(void)
{
	test_reading();
	test_bounds();
	return done_testing();
}
