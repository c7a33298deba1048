/* Property: what is found names a line of the script, in UTF-8 where the script is; and the same is found again. */
#include "base/script.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	char *exact = malloc(size ? size : 1); /* so that a byte too far is noticed */
	struct str text = str_make(exact, size), fault, rest;
	int64_t line;
	int lines = 1;

	memcpy(exact, data, size);
	for (size_t i = 0; i < size; i++)
		lines += text.p[i] == '\n';
	fault = script_fault(a, text);
	if (fault.p) {
		rest = fault;
		str_cut(&rest, ' ');
		require(str_to_int(str_cut(&rest, ':'), &line) && line >= 1 && line <= lines);
		require(rest.n > 1 && str_eq(fault, script_fault(a, text)));
	}
	free(exact);
	arena_free(a);
	return 0;
}
