/*
 * Property: a value fits a schema or a sentence says why not, and it always fits an empty schema.
 *
 * The first line is the schema, the rest a value.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check(struct arena *a, struct json_object *schema, struct json_object *value)
{
	struct schema_question question = { .arena = a, .schema = json_new_object(a) };
	const char *why = NULL;

	require(schema_fits(&question, value, &why));
	question.schema = schema;
	why = NULL;
	require(schema_fits(&question, value, &why) || (why && *why));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make(size ? (const char *)data : "", size),
		   first = str_cut(&rest, '\n');
	struct arena *a = arena_new();
	struct json_object *schema = json_parse(a, first, NULL), *value = NULL;

	if (rest.p)
		value = json_parse(a, rest, NULL);
	if (schema && value)
		check(a, schema, value);
	arena_free(a);
	return 0;
}
