/*
 * Property: a condition that parses prints to text that parses and prints the same; checking and
 * evaluating what parses never crashes, and an update that is applied leaves a well-formed item. Input: the
 * expression (c, p or u in front: condition, projection, update).
 */
#include "cloud/dynamodb/expr.h"

#include <stdlib.h>

#include "cloud/dynamodb/update.h"
#include "cloud/dynamodb/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char item_text[] =
	"{\"a\":{\"N\":\"1\"},\"b\":{\"S\":\"abc\"},\"c\":{\"L\":[{\"S\":\"x\"},{\"M\":{\"d\":{\"BOOL\":true}}}]},"
	"\"s\":{\"NS\":[\"1\",\"2\"]},\"e\":{\"B\":\"AAEC\"},\"m\":{\"M\":{\"x\":{\"NULL\":true}}}}";
static const char names_text[] = "{\"#a\":\"a\",\"#c\":\"c\",\"#d\":\"d\",\"#m\":\"m\"}";
static const char values_text[] =
	"{\":n\":{\"N\":\"2\"},\":s\":{\"S\":\"b\"},\":b\":{\"B\":\"AA==\"},\":l\":{\"L\":[{\"N\":\"1\"}]},"
	"\":t\":{\"NS\":[\"1\"]},\":m\":{\"M\":{}},\":z\":{\"NULL\":true}}";

static struct str printed(struct arena *a, const struct expr *e)
{
	struct buf b;
	struct str text;

	buf_init(&b, BUF_MAX);
	expr_print(&b, e);
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static void condition(struct expr_scope *s, struct str text, struct json_object *item)
{
	const char *why = NULL;
	struct expr *e = expr_parse_condition(s->arena, text, &why), *again;
	struct str once;

	if (!e != !!why)
		abort();
	if (!e)
		return;
	once = printed(s->arena, e);
	again = expr_parse_condition(s->arena, once, &why);
	/* The parentheses that printing adds may lead over the limits. */
	if (again && !str_eq(once, printed(s->arena, again)))
		abort();
	if (!again && !strstr(why, "size") && !strstr(why, "nested"))
		abort();
	if (expr_check_condition(s, e, &why)) {
		expr_holds(s->arena, e, item);
		expr_holds(s->arena, e, NULL);
	}
}

static void projection(struct expr_scope *s, struct str text, struct json_object *item)
{
	const char *why = NULL;
	struct path_list list;

	if (expr_parse_projection(s->arena, text, &list, &why) &&
	    expr_check_projection(s, &list, &why) &&
	    !json_is_object(expr_project(s->arena, &list, item)))
		abort();
}

static void update(struct expr_scope *s, struct str text, struct json_object *item)
{
	struct op op = { .arena = s->arena };
	const char *why = NULL;
	struct update u;
	struct buf out;
	size_t size;

	if (!expr_parse_update(s->arena, text, &u, &why) || !expr_check_update(s, &u, &why) ||
	    !update_apply(&op, &u, false, item))
		return;
	buf_init(&out, BUF_MAX);
	if (!item_write(s->arena, item, VALUE_NEWER_WORDS, &out, &size, &why) &&
	    !strstr(why, "Nesting"))
		abort();
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct expr_scope scope = { .arena = a };
	struct json_object *item = json_parse(a, str_of(item_text), NULL);
	struct str text = str_make((const char *)data + 1, size ? size - 1 : 0);

	scope.names = json_parse(a, str_of(names_text), NULL);
	scope.values = json_parse(a, str_of(values_text), NULL);
	if (size && data[0] == 'p')
		projection(&scope, text, item);
	else if (size && data[0] == 'u')
		update(&scope, text, item);
	else if (size)
		condition(&scope, text, item);
	arena_free(a);
	return 0;
}
