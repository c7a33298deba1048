/* Property: matching ends, and what is found lies inside the text. Input: the expression, a NUL, the text. */
#include "base/regex.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = str_make(data, size), pattern = str_cut(&text, '\0');
	const char *why = NULL;
	const struct regex *regex = regex_compile(a, pattern, &why);
	struct regex_match m;
	struct buf b;

	if (!text.p)
		text = STR("aaab");
	if (!regex == !why)
		abort();
	buf_init(&b, 1 << 20);
	if (regex && regex_find(regex, text, 0, &m)) {
		if (m.group[0].from > m.group[0].to || m.group[0].to > text.n)
			abort();
		if (m.group[0].from == 0 && m.group[0].to == text.n && text.n < 100)
			regex_matches(regex, text);
	}
	if (regex)
		regex_replace(regex,
			      &(struct regex_replacement){ text, STR("<$0>"), true,
							   &(size_t){ REGEX_STEPS_MAX } },
			      &b, &why);
	buf_release(&b);
	arena_free(a);
	return 0;
}
