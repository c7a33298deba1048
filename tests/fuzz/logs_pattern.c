/*
 * Property: a filter pattern is refused or matches: the same way twice, and what it extracts from a message that matches
 * are texts. The first line is the pattern, the rest the message.
 */
#include <stdlib.h>

#include "cloud/logs/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str rest = arena_dup(a, str_make(data, size)), first = str_cut(&rest, '\n');
	struct logs_pattern *p = logs_pattern_parse(a, str_slice(first, 0, 1024));
	struct logs_message m = { .arena = a, .text = rest.p ? rest : STR("") }, again = m;
	bool matches;

	if (p) {
		matches = logs_pattern_matches(p, &m);
		if (logs_pattern_matches(p, &again) != matches)
			abort();
		JSON_EACH(logs_pattern_extract(p, &m), name, value)
		{
			if (!json_is_string(value))
				abort();
			if (matches && logs_pattern_is_words(p) &&
			    !logs_pattern_value(p, &m, str_of(name)).p)
				abort();
		}
	}
	arena_free(a);
	return 0;
}
