/*
 * SRP: figures from an implementation of the protocol in Python's integers, which checks that both sides come to the
 * same key; and what a server must refuse.
 */
#include "unit/tap.h"

#include "base/hash.h"
#include "base/srp.h"

static const char client_public_hex[] =
	"1fcb51627342733308bd716c3bb94191bc91588b9a0f373b30211c8a75e150c87281ca33009395277660fa585382bd85"
	"49a2df75673fa1c9ab5431814c955b583887af8e5149ad5afc9ddca568d905343b13f28d3530c4e83f4a4da0731dac71"
	"2c2e34db8dd3e549fcd7baa91beeaa189f972fecb9c0b731ae43a94fd1373607484a7c3ab7a504cfeb444ec47ed947e8"
	"af104e5422727911c92b560ea4d0f657736bfbb001e9c7b869b38abe44599bbb4315246ced4c7d2d137a64098fc90fbc"
	"a26d8528407406ad6ea9e87722ad1e0556a947bebff4f7ee87e23aa6c7ceb7851c9f619db07148f99710a95010edc9c8"
	"235f673b3bf2ab291182688bfb51f9eccb4a6f5cbaae8600ed7d69666ccd47072eb71d9b0a94e4bc2c2070dfd0b4e606"
	"ad201b66088d68760620b6f97b51783be4c10e8d9e1172a4ec05291ab1fbe88d96193a37a4ee71598c7a38db9de116f6"
	"4e80da2bb3b5bfb43c2ad89680540d8d91917ba4fd1b4021df8b84ffcc47db6660bf26f9691df7a87ebe43c51e2e0b0f";

/* Long figures by their SHA-256. */
static const struct {
	const char *salt, *verifier, *server_public, *key, *name;
} cases[] = {
	{ "8f0e0d0c0b0a09080706050403020100",
	  "b9cb46637ba14bcb09c862063de3f14f838beaa572155d185d74e91ad2d5249c",
	  "97d69351f8c11e34bd69b5013599626f9cee9adb627b270dc8d55846b75c9147",
	  "6dd94fbd8a3ce57046806024f4613393", "a salt whose first bit is set" },
	{ "00030201000102030405060708090a0b",
	  "f1a260fd5746ea915af5aacfd863f8f6c8b1e238df295080e2af96fd8f7b8d28",
	  "5561cc2a50a5d98911fc42be50d333301a50ad7c20e122e5d9233f0e61457242",
	  "77a1f13c2e63a90e7d4f9117ff25f159", "a salt that begins with a zero byte" },
};

static struct str hex_of(struct arena *a, const void *bytes, size_t n)
{
	char *hex = arena_zalloc(a, 2 * n + 1);

	hash_hex(bytes, n, hex);
	return str_make(hex, 2 * n);
}

static struct str digest_of(struct arena *a, struct str bytes)
{
	unsigned char digest[SHA256_BYTES];

	hash_sha256(bytes, digest);
	return hex_of(a, digest, sizeof(digest));
}

static void test_figures(struct arena *a)
{
	const struct srp_identity who = { STR("AbCdEfGhI"), STR("ada"), STR("Un1corns!fly") };
	unsigned char salt[SRP_SALT_BYTES], key[SRP_KEY_BYTES];
	struct srp_exchange x;

	memset(x.secret, 0x11, sizeof(x.secret));
	ok(srp_read(str_of(client_public_hex), x.client_public), "A is read");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hash_unhex(str_of(cases[i].salt), salt, sizeof(salt));
		srp_verifier(a, &who, str_make(salt, sizeof(salt)), x.verifier);
		is_str(digest_of(a, str_make(x.verifier, SRP_BYTES)), cases[i].verifier,
		       "the verifier under %s", cases[i].name);
		srp_public(a, x.verifier, x.secret, x.server_public);
		is_str(digest_of(a, srp_print(a, x.server_public)), cases[i].server_public,
		       "B with %s", cases[i].name);
		ok(srp_key(a, &x, key), "a key with %s", cases[i].name);
		is_str(hex_of(a, key, sizeof(key)), cases[i].key, "which is the client's, too");
	}
}

static void test_refusals(struct arena *a)
{
	static const char prime[] =
		"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
		"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
		"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
		"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
		"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
		"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
		"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
		"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
		"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
		"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";
	unsigned char number[SRP_BYTES], key[SRP_KEY_BYTES];
	struct srp_exchange x = { { 1 }, { 1 }, { 1 }, { 1 } };
	char *longer = arena_zalloc(a, 2 * SRP_BYTES + 3);

	ok(srp_read(str_of(prime), x.client_public), "the prime is a number");
	ok(!srp_key(a, &x, key), "an A of N would give the key away: refused");
	ok(srp_read(STR("0"), x.client_public) && !srp_key(a, &x, key), "0 as well");
	srp_read(STR("0"), number);
	is_str(srp_print(a, number), "0", "which prints as one digit");
	ok(srp_read(STR("00000fF"), number), "an odd number of digits, of either case, is read");
	is_str(srp_print(a, number), "ff", "and printed short");
	ok(!srp_read(STR("12x4"), number), "what is no number is not");
	memset(longer, 'f', 2 * SRP_BYTES + 2);
	ok(!srp_read(str_of(longer), number), "nor is one that is too long");
}

int main(void)
{
	struct arena *a = arena_new();

	test_figures(a);
	test_refusals(a);
	arena_free(a);
	return done_testing();
}
