/*
 * Property: what is taken out of a path for a variable of a resource is a piece of that path, or of
 * what it is when its escapes are gone.
 *
 * The first line is the resource's path, the rest that of a request.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/form.h"
#include "cloud/apigateway/execute.h"
#include "cloud/apigateway/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* No resource can be made whose parts are not good. */
static bool is_resource(struct str s)
{
	while (s.p) {
		struct str part = str_cut(&s, '/');

		if (part.n && !path_part_good(part))
			return false;
	}
	return true;
}

static bool is_path(struct str s)
{
	return str_starts(s, STR("/")) && str_is_utf8(s) && str_find(s, '\0') < 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str path = str_make(size ? (const char *)data : "", size),
		   resource = str_cut(&path, '\n');
	struct arena *a = arena_new();
	struct json_object *variables = json_new_object(a);

	if (is_path(resource) && is_resource(resource) && path.p && is_path(path) &&
	    route_match(a, resource, path, variables)) {
		JSON_EACH(variables, name, value)
		{
			struct str text = json_str(value);

			require(*name &&
				(str_find_str(path, text) >= 0 ||
				 str_find_str(form_decode_lenient(a, path, false), text) >= 0));
		}
	}
	arena_free(a);
	return 0;
}
