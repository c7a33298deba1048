/*
 * Property: a statement that parses prints to text that parses and prints the same; one that does not parse has a
 * complaint. Conditions and updates of what parses are evaluated without a crash, and an item that an INSERT names
 * or an UPDATE leaves is well-formed. Input: the statement; four parameters are there for it.
 */
#include "cloud/dynamodb/partiql.h"

#include <stdlib.h>

#include "cloud/dynamodb/update.h"
#include "cloud/dynamodb/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char item_text[] =
	"{\"a\":{\"N\":\"1\"},\"b\":{\"S\":\"abc\"},\"c\":{\"L\":[{\"S\":\"x\"},{\"M\":{\"d\":{\"BOOL\":true}}}]},"
	"\"s\":{\"NS\":[\"1\",\"2\"]},\"m\":{\"M\":{\"x\":{\"NULL\":true}}}}";
static const char parameters_text[] =
	"[{\"N\":\"2\"},{\"S\":\"it's\"},{\"NS\":[\"1\",\"3\"]},{\"L\":[{\"M\":{\"x\":{\"BOOL\":false}}}]}]";

static struct str printed(struct arena *a, const struct partiql *s)
{
	struct buf b;
	struct str text;

	buf_init(&b, BUF_MAX);
	partiql_print(&b, s);
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static void write_item(struct arena *a, struct json_object *item)
{
	const char *why = "";
	struct buf out;
	size_t size;

	buf_init(&out, BUF_MAX);
	if (!item_write(a, item, VALUE_OLDER_WORDS, &out, &size, &why) && !strstr(why, "Nesting"))
		abort();
	buf_release(&out);
}

static void use(struct arena *a, const struct partiql *s)
{
	struct json_object *item = json_parse(a, str_of(item_text), NULL);
	struct op op = { .arena = a };

	if (s->where) {
		expr_holds(a, s->where, item);
		expr_holds(a, s->where, NULL);
	}
	if (s->item)
		write_item(a, s->item);
	if (s->update.count && update_apply(&op, &s->update, false, item))
		write_item(a, item);
}

/* The same statement with as many of the parameters as it wants. */
static bool parse(struct arena *a, struct str text, struct partiql *out, const char **why)
{
	struct json_object *all = json_parse(a, str_of(parameters_text), NULL);

	for (size_t n = 0; n <= json_count(all); n++) {
		struct json_object *some = json_new_array(a);

		for (size_t i = 0; i < n; i++)
			json_add(some, json_object_get(json_at(all, i)));
		if (partiql_parse(a, text, some, out, why))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct partiql s, again;
	const char *why = NULL;
	struct str once;

	if (size > 8192 || !parse(a, str_make((const char *)data, size), &s, &why)) {
		if (size <= 8192 && !why)
			abort();
		arena_free(a);
		return 0;
	}
	once = printed(a, &s);
	/* The parentheses that printing adds may lead over the limit of depth. */
	if (partiql_parse(a, once, NULL, &again, &why)) {
		if (!str_eq(once, printed(a, &again)))
			abort();
	} else if (!strstr(why, "nested levels")) {
		abort();
	}
	use(a, &s);
	arena_free(a);
	return 0;
}
