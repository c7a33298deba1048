/* Traces of invocations; see trace.h. */
#include "cloud/lambda/trace.h"

#include "base/hash.h"

enum { ROOT_MAX = 64, ANCESTORS_MAX = 16, MARK = 8 };

/* Of hexadecimal digits, and dashes. */
static bool is_id(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!memchr("0123456789abcdef-", text.p[i], 17))
			return false;
	return text.n && text.n <= ROOT_MAX;
}

static struct str new_root(struct arena *a, int64_t now)
{
	return arena_strf(a, "1-%08llx-%.*s", (unsigned long long)now / 1000,
			  STR_ARG(hash_random_text(a, 24, "0123456789abcdef")));
}

/* What a function is called in a lineage. */
static struct str mark_of(struct arena *a, struct str arn)
{
	unsigned char digest[SHA256_BYTES];
	char mark[MARK + 1];

	hash_sha256(arn, digest);
	hash_hex(digest, MARK / 2, mark);
	return arena_dup(a, str_make(mark, MARK));
}

/* "MARK:TIMES|...": all but this function's are kept as they came; how often this one is said to have run. */
static int64_t read_lineage(struct arena *a, struct str lineage, struct str mine,
			    struct str *others)
{
	int64_t found = -1, times;

	*others = STR("");
	for (int n = 0; n < ANCESTORS_MAX && lineage.p; n++) {
		struct str count = str_cut(&lineage, '|'), mark = str_cut(&count, ':');

		if (mark.n != MARK || !is_id(mark) || !str_to_int(count, &times) || times < 0 ||
		    times > TRACE_TIMES_MAX)
			continue;
		if (str_eq(mark, mine))
			found = times;
		else
			*others = arena_strf(a, "|%.*s:%lld%.*s", STR_ARG(mark), (long long)times,
					     STR_ARG(*others));
	}
	return found + 1;
}

struct str trace_make(struct arena *a, struct str came, struct str arn, int64_t now, int *times)
{
	struct str root = STR_NONE, lineage = STR_NONE, others, mark = mark_of(a, arn);
	bool sampled = false;

	while (came.p) {
		struct str value = str_trim(str_cut(&came, ';')), name = str_cut(&value, '=');

		if (str_eq_nocase(name, STR("root")) && is_id(value))
			root = value;
		else if (str_eq_nocase(name, STR("lineage")))
			lineage = value;
		else if (str_eq_nocase(name, STR("sampled")))
			sampled = str_is(value, "1");
	}
	if (!root.p)
		root = new_root(a, now);
	*times = (int)read_lineage(a, lineage, mark, &others);
	return arena_strf(a, "Root=%.*s;Parent=%.*s;Sampled=%d;Lineage=%.*s:%d%.*s", STR_ARG(root),
			  STR_ARG(hash_random_text(a, 16, "0123456789abcdef")), sampled,
			  STR_ARG(mark), *times, STR_ARG(others));
}
