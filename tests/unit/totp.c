/* One-time passwords: the vectors of RFC 6238 (appendix B), and RFC 4648's of base32. */
#include "unit/tap.h"

#include "cloud/cognito/totp.h"

static const struct {
	int64_t at_s;
	const char *code; /* the last six of the RFC's eight digits */
} cases[] = {
	{ 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
	{ 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
};

static const char *const base32[][2] = { { "", "" },
					 { "f", "MY" },
					 { "fo", "MZXQ" },
					 { "foo", "MZXW6" },
					 { "foob", "MZXW6YQ" },
					 { "fooba", "MZXW6YTB" },
					 { "foobar", "MZXW6YTBOI" } };

int main(void)
{
	struct str secret = STR("12345678901234567890");
	struct arena *a = arena_new();
	int64_t now = 1234567890000;
	char code[7];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		totp_code(secret, totp_step(cases[i].at_s * 1000), code);
		is_str(code, cases[i].code, "the code of %" PRId64 " s", cases[i].at_s);
	}
	is_int(totp_match(secret, STR("005924"), now), totp_step(now), "it is good now");
	is_int(totp_match(secret, STR("005924"), now + 30000), totp_step(now),
	       "half a minute later");
	is_int(totp_match(secret, STR("005924"), now - 30000), totp_step(now), "or earlier");
	is_int(totp_match(secret, STR("005924"), now + 60000), 0, "not after a minute");
	is_int(totp_match(secret, STR("005925"), now), 0, "and no other");
	is_int(totp_match(secret, STR(""), now), 0, "nor none");
	for (size_t i = 0; i < sizeof(base32) / sizeof(base32[0]); i++)
		is_str(totp_base32(a, str_of(base32[i][0])), base32[i][1], "base32 of '%s'",
		       base32[i][0]);
	arena_free(a);
	return done_testing();
}
