/*
 * Property: a name that is taken is UTF-8 of 1 to 64 characters, without blanks at its ends or two in a row and without
 * control characters, and taking it once more gives the same; a name that is refused comes with a sentence. A code made
 * plain holds no blank, dash or small letter, and making it plain again changes nothing.
 */
#include <stdlib.h>

#include "site/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static void check_name(struct arena *a, struct str typed)
{
	struct str name = STR_NONE, again = STR_NONE;
	const char *wrong = name_check(a, typed, &name);

	if (wrong) {
		require(*wrong && !name.p);
		return;
	}
	require(str_is_utf8(name) && name.n > 0 && characters(name) <= NAME_MAX_CHARACTERS);
	require(str_eq(str_trim(name), name) && str_find_str(name, STR("  ")) < 0);
	for (size_t i = 0; i < name.n; i++)
		require((unsigned char)name.p[i] >= ' ' && name.p[i] != 0x7f);
	require(!name_check(a, name, &again) && str_eq(name, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str typed = str_make(size ? (const char *)data : "", size),
		   code = code_plain(a, typed);

	check_name(a, typed);
	for (size_t i = 0; i < code.n; i++)
		require(code.p[i] != ' ' && code.p[i] != '-' &&
			!(code.p[i] >= 'a' && code.p[i] <= 'z'));
	require(str_eq(code_plain(a, code), code));
	arena_free(a);
	return 0;
}
