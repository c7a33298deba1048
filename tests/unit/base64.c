/* Base64: RFC 4648's vectors, and everything a strict reader refuses. */
#include "unit/tap.h"

#include "base/base64.h"

static const char *const pairs[][3] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xfb\xff\xbf", "+/+/", "-_-_" },
};

static const char *const bad[] = { "Z",    "Zg",     "Zg=",  "Zm8",      "Zg===",    "====",
				   "=",    "Zh==",   "Zm9=", "Zm9v=",    "Zg==Zg==", "Z=g=",
				   "Zm 8", "Zm8=\n", "-_-_", "Zm9vY===", "AAA\xc1" };
static const char *const bad_url[] = { "Z", "Zg==", "Zh", "+/+/", "Zm9vY", " Zg" };

int main(void)
{
	struct arena *a = arena_new();
	unsigned char all[256];
	struct str out, back;
	bool same = true;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		is_str(base64_print(a, str_of(pairs[i][0])), pairs[i][1], "printed with padding");
		is_str(base64url_print(a, str_of(pairs[i][0])), pairs[i][2],
		       "printed for URLs without");
		ok(base64_parse(a, str_of(pairs[i][1]), &out) && str_is(out, pairs[i][0]),
		   "read with padding");
		ok(base64url_parse(a, str_of(pairs[i][2]), &out) && str_is(out, pairs[i][0]),
		   "read without");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!base64_parse(a, str_of(bad[i]), &out), "refused: '%s'", bad[i]);
	for (size_t i = 0; i < sizeof(bad_url) / sizeof(bad_url[0]); i++)
		ok(!base64url_parse(a, str_of(bad_url[i]), &out), "refused for URLs: '%s'",
		   bad_url[i]);
	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	for (size_t n = 0; n <= 256; n++) {
		out = str_make(all, n);
		same = same && base64_parse(a, base64_print(a, out), &back) && str_eq(out, back);
		same = same && base64url_parse(a, base64url_print(a, out), &back) &&
		       str_eq(out, back);
	}
	ok(same, "every byte and every length comes back");
	arena_free(a);
	return done_testing();
}
