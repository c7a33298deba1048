/* What browsers want; see wants.h. */
#include "cloud/amplify/wants.h"

#include <stdint.h>

bool wants_other_than(struct str list, struct str tag)
{
	while (list.p) {
		struct str one = str_trim(str_cut(&list, ','));

		if (str_is(one, "*"))
			return true;
		if (str_starts(one, STR("W/")))
			one = str_slice(one, 2, one.n);
		if (one.n == tag.n + 2 && str_eq(str_slice(one, 1, one.n - 1), tag))
			return true;
	}
	return false;
}

bool wants_coding(struct str list, const char *coding)
{
	while (list.p) {
		struct str weight = str_trim(str_cut(&list, ','));
		struct str name = str_trim(str_cut(&weight, ';'));

		if (!str_eq_nocase(name, str_of(coding)))
			continue;
		/* "q=0", "q=0.000": not at all. */
		weight = str_trim(weight);
		if (!str_starts(weight, STR("q=0")))
			return true;
		for (size_t i = 3; i < weight.n; i++)
			if (weight.p[i] >= '1' && weight.p[i] <= '9')
				return true;
		return false;
	}
	return false;
}

/* "-500": the last so many. */
static enum wanted last_bytes(struct str count, size_t size, size_t *from, size_t *to)
{
	int64_t n;

	if (!str_to_int(count, &n) || n < 0)
		return WANTS_ALL;
	*from = (uint64_t)n < size ? size - (size_t)n : 0;
	*to = size;
	return n && size ? WANTS_PART : WANTS_OUTSIDE;
}

enum wanted wants_range(struct str text, size_t size, size_t *from, size_t *to)
{
	struct str first, last;
	int64_t a, b = 0;

	if (!str_starts(text, STR("bytes=")) || str_find(text, ',') >= 0)
		return WANTS_ALL;
	last = str_trim(str_slice(text, 6, text.n));
	first = str_cut(&last, '-');
	if (!last.p || (!first.n && !last.n))
		return WANTS_ALL;
	if (!first.n)
		return last_bytes(last, size, from, to);
	if (!str_to_int(first, &a) || a < 0 || (last.n && (!str_to_int(last, &b) || b < a)))
		return WANTS_ALL;
	*from = (size_t)a;
	*to = last.n && (uint64_t)b < size ? (size_t)b + 1 : size;
	return *from < size ? WANTS_PART : WANTS_OUTSIDE;
}
