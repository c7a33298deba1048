/* Digests against published vectors, and random text. */
#include "unit/tap.h"

#include "base/fnv.h"
#include "base/hash.h"

static struct str hex(struct arena *a, const void *bytes, size_t n)
{
	char *text = arena_alloc(a, 2 * n + 1);

	hash_hex(bytes, n, text);
	return str_of(text);
}

static void test_digests(struct arena *a)
{
	unsigned char d[SHA256_BYTES];
	char key[131];

	hash_sha256(STR("abc"), d);
	is_str(hex(a, d, SHA256_BYTES),
	       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	       "SHA-256 of abc (FIPS 180-2)");
	hash_sha256(STR_NONE, d);
	is_str(hex(a, d, SHA256_BYTES),
	       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	       "SHA-256 of nothing, as SigV4 uses it");
	hash_md5(STR("abc"), d);
	is_str(hex(a, d, MD5_BYTES), "900150983cd24fb0d6963f7d28e17f72", "MD5 of abc (RFC 1321)");
	hash_sha1(STR("abc"), d);
	is_str(hex(a, d, SHA1_BYTES), "a9993e364706816aba3e25717850c26c9cd0d89d",
	       "SHA-1 of abc (RFC 3174)");
	hash_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), d);
	is_str(hex(a, d, SHA256_BYTES),
	       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	       "HMAC-SHA-256, case 2 of RFC 4231");
	memset(key, 0xaa, sizeof(key));
	hash_hmac_sha256(str_make(key, sizeof(key)),
			 STR("Test Using Larger Than Block-Size Key - Hash Key First"), d);
	is_str(hex(a, d, SHA256_BYTES),
	       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
	       "HMAC-SHA-256, case 6 of RFC 4231: a key longer than a block");
	hash_hmac_sha256(STR_NONE, STR_NONE, d);
	is_str(hex(a, d, SHA256_BYTES),
	       "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
	       "HMAC-SHA-256 of nothing with no key");
	is_int(hash_crc32(STR("123456789")), 0xcbf43926, "CRC-32's check value");
	is_int(hash_crc32(STR_NONE), 0, "CRC-32 of nothing");
	ok(fnv_add(FNV_BEGIN, "foobar", 6) == 0x85944171f73967e8ULL,
	   "FNV-1a of foobar, from its authors' test suite");
	ok(fnv_add(fnv_add(FNV_BEGIN, "foo", 3), "bar", 3) == 0x85944171f73967e8ULL,
	   "in pieces too");
}

static void test_hex(struct arena *a)
{
	unsigned char d[3] = { 9, 9, 9 };

	ok(hash_unhex(STR("00fFa1"), d, 3) && d[0] == 0 && d[1] == 255 && d[2] == 0xa1,
	   "both cases are read");
	ok(!hash_unhex(STR("00ff"), d, 3) && !hash_unhex(STR("00ffa1a"), d, 3),
	   "another length is refused");
	ok(!hash_unhex(STR("00fg00"), d, 3) && !hash_unhex(STR(" 0ff00"), d, 3),
	   "other characters are refused");
	ok(hash_unhex(STR_NONE, d, 0), "nothing is nothing");
	is_str(hex(a, "", 0), "", "and prints as nothing");
}

static void test_random(struct arena *a)
{
	struct str u = hash_uuid(a), text = hash_random_text(a, 3000, "abc");
	int count[3] = { 0 };
	bool only = true;

	is_int(u.n, 36, "a UUID has 36 characters");
	ok(u.p[14] == '4' && strchr("89ab", u.p[19]) && u.p[8] == '-' && u.p[23] == '-',
	   "of version 4: %s", u.p);
	ok(!str_eq(u, hash_uuid(a)), "no two are alike");
	for (size_t i = 0; i < text.n; i++) {
		only = only && text.p[i] >= 'a' && text.p[i] <= 'c';
		count[text.p[i] % 3]++;
	}
	ok(only && text.n == 3000, "random text is of the alphabet and as long as asked");
	ok(count[0] > 800 && count[1] > 800 && count[2] > 800,
	   "and takes all letters alike: %d %d %d", count[0], count[1], count[2]);
	is_str(hash_random_text(a, 0, "a"), "", "no random text");
}

int main(void)
{
	struct arena *a = arena_new();

	test_digests(a);
	test_hex(a);
	test_random(a);
	arena_free(a);
	return done_testing();
}
