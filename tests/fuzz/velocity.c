/*
 * Property: what velocity_check() refuses is not rendered; a rendering ends, whatever the template does, within what it
 * may use. Input: the template, a NUL, the body.
 */
#include "base/mapping.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str rest = str_make(data, size), template = str_cut(&rest, '\0'), out = STR_NONE;
	struct mapping_input in = { .body = rest };
	const char *why = NULL;
	bool valid = velocity_check(a, template, &why);
	enum mapping_result result;

	if (valid == (why != NULL))
		abort();
	in.context = json_parse(a, STR("{\"a\":{\"b\":[1,\"x\",{}]},\"m\":{}}"), NULL);
	in.params = json_parse(a, STR("{\"path\":{\"p\":\"1\"},\"querystring\":{},\"header\":{}}"),
			       NULL);
	result = mapping_render(a, template, &in, &out, &why);
	if ((result == MAPPING_DONE && !valid) || out.n > VELOCITY_OUTPUT_MAX)
		abort();
	if (result != MAPPING_DONE && !why)
		abort();
	json_text(a, in.context);
	arena_free(a);
	return 0;
}
