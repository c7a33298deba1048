/*
 * Property: whatever names a function, its parts are parts of it and hold no colon but for the qualifier; and its
 * ARN with a good name is taken apart into that name again.
 */
#include "cloud/lambda/function.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_part(struct str whole, struct str part)
{
	if (part.p && part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str given = str_make(size ? (const char *)data : "", size);
	struct function_name n = function_name_split(given), again;
	struct arena *a = arena_new();

	check_part(given, n.name);
	check_part(given, n.qualifier);
	check_part(given, n.account);
	check_part(given, n.region);
	if (str_find(n.name, ':') >= 0 || str_find(n.account, ':') >= 0 ||
	    str_find(n.region, ':') >= 0)
		abort();
	again = function_name_split(
		arena_strf(a, "arn:aws:lambda:eu-west-1:123456789012:function:%.*s:q",
			   STR_ARG(n.name)));
	if (n.name.n && str_find(n.name, '\0') < 0 && !str_eq(again.name, n.name))
		abort();
	arena_free(a);
	return 0;
}
