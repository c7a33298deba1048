/* SRP-6a; see srp.h. Secrets meet GMP only in its functions that take the same time whatever they are. */
#include "base/srp.h"

#include <gmp.h>
#include <stdlib.h>

#include "base/hash.h"

#define INFO "Caldera Derived Key\1"

/* RFC 3526, section 4. */
static const char prime[] = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
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

/* N, g and k = H(N, g); the same in every process, so made once a call from constants. */
struct group {
	mpz_t n, g, k;
};

/* --- numbers and bytes ------------------------------------------------------------------ */

static void read_number(mpz_t number, struct str bytes)
{
	mpz_import(number, bytes.n, 1, 1, 1, 0, bytes.p ? bytes.p : "");
}

static void write_number(const mpz_t number, unsigned char out[static SRP_BYTES])
{
	size_t n = (mpz_sizeinbase(number, 2) + 7) / 8;

	memset(out, 0, SRP_BYTES);
	if (mpz_sgn(number) && n <= SRP_BYTES)
		mpz_export(out + SRP_BYTES - n, NULL, 1, 1, 1, 0, number);
}

/* As few bytes as hold the number and leave its first bit clear. */
static struct str padded(struct arena *a, const mpz_t number)
{
	size_t n = mpz_sizeinbase(number, 2) / 8 + 1;
	unsigned char *bytes = arena_zalloc(a, n);
	size_t used = (mpz_sizeinbase(number, 2) + 7) / 8;

	if (mpz_sgn(number))
		mpz_export(bytes + n - used, NULL, 1, 1, 1, 0, number);
	return str_make(bytes, n);
}

static struct str joined(struct arena *a, struct str x, struct str y)
{
	char *bytes = arena_alloc(a, x.n + y.n + 1);

	if (x.n)
		memcpy(bytes, x.p, x.n);
	if (y.n)
		memcpy(bytes + x.n, y.p, y.n);
	return str_make(bytes, x.n + y.n);
}

/* out = H(x, y) as a number. */
static void hash_number(struct arena *a, struct str x, struct str y, mpz_t out)
{
	unsigned char digest[SHA256_BYTES];

	hash_sha256(joined(a, x, y), digest);
	read_number(out, str_make(digest, sizeof(digest)));
}

static void group_init(struct arena *a, struct group *group)
{
	mpz_init_set_str(group->n, prime, 16);
	mpz_init_set_ui(group->g, 2);
	mpz_init(group->k);
	hash_number(a, padded(a, group->n), padded(a, group->g), group->k);
}

static void group_clear(struct group *group)
{
	mpz_clears(group->n, group->g, group->k, NULL);
}

/* out = base ^ exponent mod N, taking as long for every exponent of that size. */
static void power(mpz_t out, const mpz_t base, const mpz_t exponent, const struct group *group)
{
	if (mpz_sgn(exponent))
		mpz_powm_sec(out, base, exponent, group->n);
	else
		mpz_set_ui(out, 1);
}

/* --- the protocol ------------------------------------------------------------------------- */

void srp_verifier(struct arena *a, const struct srp_identity *who, struct str salt,
		  unsigned char out[static SRP_BYTES])
{
	unsigned char inner[SHA256_BYTES];
	struct group group;
	struct str text = arena_strf(a, "%.*s%.*s:%.*s", STR_ARG(who->realm), STR_ARG(who->user),
				     STR_ARG(who->password));
	mpz_t x, v, s;

	group_init(a, &group);
	mpz_inits(x, v, s, NULL);
	hash_sha256(text, inner);
	explicit_bzero((char *)text.p, text.n);
	read_number(s, salt);
	hash_number(a, padded(a, s), str_make(inner, sizeof(inner)), x);
	power(v, group.g, x, &group);
	write_number(v, out);
	mpz_clears(x, v, s, NULL);
	group_clear(&group);
}

/* B = k v + g^b */
static void make_public(const struct group *group, const mpz_t v, const mpz_t b, mpz_t out)
{
	mpz_t kv;

	mpz_init(kv);
	mpz_mul(kv, group->k, v);
	power(out, group->g, b, group);
	mpz_add(out, out, kv);
	mpz_mod(out, out, group->n);
	mpz_clear(kv);
}

void srp_public(struct arena *a, const unsigned char verifier[static SRP_BYTES],
		const unsigned char secret[static SRP_SECRET_BYTES],
		unsigned char out[static SRP_BYTES])
{
	struct group group;
	mpz_t v, b, made;

	group_init(a, &group);
	mpz_inits(v, b, made, NULL);
	read_number(v, str_make(verifier, SRP_BYTES));
	read_number(b, str_make(secret, SRP_SECRET_BYTES));
	make_public(&group, v, b, made);
	write_number(made, out);
	mpz_clears(v, b, made, NULL);
	group_clear(&group);
}

/* HKDF with u as salt, S as input and one block of output. */
static void derive(struct arena *a, const mpz_t u, const mpz_t s,
		   unsigned char out[static SRP_KEY_BYTES])
{
	unsigned char prk[SHA256_BYTES], block[SHA256_BYTES];

	hash_hmac_sha256(padded(a, u), padded(a, s), prk);
	hash_hmac_sha256(str_make(prk, sizeof(prk)), STR(INFO), block);
	memcpy(out, block, SRP_KEY_BYTES);
}

bool srp_key(struct arena *a, const struct srp_exchange *exchange,
	     unsigned char out[static SRP_KEY_BYTES])
{
	struct group group;
	mpz_t v, b, pub, client, u, s;
	bool good;

	group_init(a, &group);
	mpz_inits(v, b, pub, client, u, s, NULL);
	read_number(v, str_make(exchange->verifier, SRP_BYTES));
	read_number(b, str_make(exchange->secret, SRP_SECRET_BYTES));
	read_number(pub, str_make(exchange->server_public, SRP_BYTES));
	read_number(client, str_make(exchange->client_public, SRP_BYTES));
	hash_number(a, padded(a, client), padded(a, pub), u);
	good = !mpz_divisible_p(client, group.n) && mpz_sgn(u);
	if (good) {
		/* S = (A v^u) ^ b */
		power(s, v, u, &group);
		mpz_mul(s, s, client);
		mpz_mod(s, s, group.n);
		power(s, s, b, &group);
		derive(a, u, s, out);
	}
	mpz_clears(v, b, pub, client, u, s, NULL);
	group_clear(&group);
	return good;
}

bool srp_read(struct str hex, unsigned char out[static SRP_BYTES])
{
	char digits[2 * SRP_BYTES];

	while (hex.n && hex.p[0] == '0')
		hex = str_slice(hex, 1, hex.n);
	if (hex.n > sizeof(digits))
		return false;
	memset(digits, '0', sizeof(digits));
	if (hex.n)
		memcpy(digits + sizeof(digits) - hex.n, hex.p, hex.n);
	return hash_unhex(str_make(digits, sizeof(digits)), out, SRP_BYTES);
}

struct str srp_print(struct arena *a, const unsigned char number[static SRP_BYTES])
{
	char *digits = arena_alloc(a, 2 * SRP_BYTES + 1);
	struct str text = str_make(digits, 2 * SRP_BYTES);

	hash_hex(number, SRP_BYTES, digits);
	while (text.n > 1 && text.p[0] == '0')
		text = str_slice(text, 1, text.n);
	return text;
}
