/*
 * Property: a route key that is good fits its own path with its own method, what is taken out of a path for a variable is
 * a piece of that path, and a key that is no good is never "$default".
 *
 * The first line is the key, the rest a path.
 */
#include <stdint.h>
#include <stdlib.h>

#include "cloud/apigatewayv2/serve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_variables(struct json_object *variables, struct str path)
{
	JSON_EACH(variables, name, value)
	{
		(void)name;
		require(json_str(value).n > 0 && str_find_str(path, json_str(value)) >= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str path = str_make(size ? (const char *)data : "", size),
		   key = str_cut(&path, '\n'), own = key, method = str_cut(&own, ' ');
	struct arena *a = arena_new();
	struct json_object *variables = json_new_object(a);
	bool good = str_is_utf8(key) && str_find(key, '\0') < 0 && route_key_good(a, key);

	if (good && own.p)
		require(route_rank(a, key, method, own, NULL) > 0);
	if (good && str_is_utf8(path) && str_find(path, '\0') < 0 && str_starts(path, STR("/")) &&
	    route_rank(a, key, method, path, variables) > 0)
		check_variables(variables, path);
	require(good || !str_is(key, "$default"));
	arena_free(a);
	return 0;
}
