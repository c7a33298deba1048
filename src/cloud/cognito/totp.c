/* Time-based one-time passwords; see totp.h. */
#include "cloud/cognito/totp.h"

#include <stdio.h>

#include "base/hash.h"

#define STEP_MS 30000

int64_t totp_step(int64_t at)
{
	return at / STEP_MS;
}

void totp_code(struct str secret, int64_t step, char out[static 7])
{
	unsigned char counter[8], mac[SHA1_BYTES];
	uint32_t number;
	size_t at;

	for (int i = 7; i >= 0; i--, step >>= 8)
		counter[i] = (unsigned char)step;
	hash_hmac_sha1(secret, str_make(counter, sizeof(counter)), mac);
	at = mac[SHA1_BYTES - 1] & 15;
	number = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
		 (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	snprintf(out, 7, "%06u", number % 1000000);
}

int64_t totp_match(struct str secret, struct str code, int64_t at)
{
	char digits[7];

	for (int64_t step = totp_step(at) - 1; step <= totp_step(at) + 1; step++) {
		totp_code(secret, step, digits);
		if (str_eq_secret(str_make(digits, 6), code))
			return step;
	}
	return 0;
}

struct str totp_base32(struct arena *a, struct str bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t n = (bytes.n * 8 + 4) / 5;
	char *text = arena_zalloc(a, n + 1);

	for (size_t i = 0; i < n; i++) {
		size_t bit = i * 5, at = bit / 8;
		unsigned pair = (unsigned)(unsigned char)bytes.p[at] << 8 |
				(at + 1 < bytes.n ? (unsigned char)bytes.p[at + 1] : 0);

		text[i] = digits[pair >> (11 - bit % 8) & 31];
	}
	return str_make(text, n);
}
