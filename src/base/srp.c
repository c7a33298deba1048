/* SRP-6a; see srp.h. Secrets meet libcrypto only in what takes the same time whatever they are. */
#include "base/srp.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/bn.h>

#include "base/hash.h"

#define INFO "Caldera Derived Key\1"

/*
 * Powers of g are products of what stands in a table: of each four bits of the exponent, g to that power. So 64
 * multiplications do what takes some 300 for a base that is not known beforehand.
 */
#define DIGIT_BITS   4
#define DIGIT_VALUES 16
#define DIGITS       (SHA256_BYTES * 8 / DIGIT_BITS)

/* N, g and k = H(N, g), and what is derived from them; the same in every process. */
static struct group {
	BIGNUM *n, *g, *k;
	BN_MONT_CTX *mont;
	/* powers[i][d] = g ^ (d * 16^i), in Montgomery's form, as little-endian bytes. */
	unsigned char (*powers)[DIGIT_VALUES][SRP_BYTES];
} group;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void must(bool well)
{
	if (!well) {
		fprintf(stderr, "immersion: libcrypto cannot compute with large numbers\n");
		abort();
	}
}

/* Numbers of one computation, of which every one may be secret. */
static BIGNUM *number(BN_CTX *ctx)
{
	BIGNUM *made = BN_CTX_get(ctx);

	must(made);
	return made;
}

static BN_CTX *begin(void)
{
	BN_CTX *ctx = BN_CTX_secure_new();

	must(ctx);
	BN_CTX_start(ctx);
	return ctx;
}

static void end(BN_CTX *ctx)
{
	BN_CTX_end(ctx);
	BN_CTX_free(ctx);
}

/* --- numbers and bytes ------------------------------------------------------------------ */

static void read_number(BIGNUM *out, struct str bytes)
{
	must(BN_bin2bn((const unsigned char *)(bytes.p ? bytes.p : ""), (int)bytes.n, out));
}

static void write_number(const BIGNUM *from, unsigned char out[static SRP_BYTES])
{
	must(BN_bn2binpad(from, out, SRP_BYTES) == SRP_BYTES);
}

/* As few bytes as hold the number and leave its first bit clear. */
static struct str padded(struct arena *a, const BIGNUM *from)
{
	size_t n = (size_t)BN_num_bits(from) / 8 + 1;
	unsigned char *bytes = arena_alloc(a, n);

	must(BN_bn2binpad(from, bytes, (int)n) >= 0);
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

/* --- the group ---------------------------------------------------------------------------- */

static void fill_powers(BN_CTX *ctx)
{
	BIGNUM *base = number(ctx), *power = number(ctx);

	group.powers = malloc(DIGITS * sizeof(*group.powers));
	must(group.powers && BN_to_montgomery(base, group.g, group.mont, ctx));
	for (size_t i = 0; i < DIGITS; i++) {
		must(BN_to_montgomery(power, BN_value_one(), group.mont, ctx));
		for (size_t d = 0; d < DIGIT_VALUES; d++) {
			must(BN_bn2lebinpad(power, group.powers[i][d], SRP_BYTES) == SRP_BYTES &&
			     BN_mod_mul_montgomery(power, power, base, group.mont, ctx));
		}
		/* The sixteenth power is where the next digit begins. */
		must(BN_copy(base, power));
	}
}

static void make_group(void)
{
	struct arena *a = arena_new();
	BN_CTX *ctx = begin();
	unsigned char digest[SHA256_BYTES];

	group.n = BN_get_rfc3526_prime_3072(NULL);
	group.g = BN_new();
	group.k = BN_new();
	group.mont = BN_MONT_CTX_new();
	must(group.n && group.g && group.k && group.mont && BN_set_word(group.g, 2) &&
	     BN_MONT_CTX_set(group.mont, group.n, ctx));
	hash_sha256(joined(a, padded(a, group.n), padded(a, group.g)), digest);
	read_number(group.k, str_make(digest, sizeof(digest)));
	fill_powers(ctx);
	end(ctx);
	arena_free(a);
}

/* The entry of a digit, by reading all sixteen. */
static void select_power(size_t at, unsigned digit, unsigned char out[static SRP_BYTES])
{
	uint64_t words[SRP_BYTES / 8] = { 0 }, entry[SRP_BYTES / 8];

	for (unsigned d = 0; d < DIGIT_VALUES; d++) {
		uint64_t mask = 0 - (uint64_t)((((digit ^ d) - 1U) >> 31) & 1);

		memcpy(entry, group.powers[at][d], SRP_BYTES);
		for (size_t i = 0; i < SRP_BYTES / 8; i++)
			words[i] |= entry[i] & mask;
	}
	memcpy(out, words, SRP_BYTES);
	explicit_bzero(words, sizeof(words));
}

/* out = g ^ exponent mod N, for a big-endian exponent of 256 bits. */
static void power_of_g(BIGNUM *out, const unsigned char exponent[static SHA256_BYTES], BN_CTX *ctx)
{
	unsigned char entry[SRP_BYTES];
	BIGNUM *factor = number(ctx);

	must(BN_to_montgomery(out, BN_value_one(), group.mont, ctx));
	for (size_t i = 0; i < DIGITS; i++) {
		unsigned char byte = exponent[SHA256_BYTES - 1 - i / 2];

		select_power(i, i % 2 ? byte >> 4 : byte & 15, entry);
		must(BN_lebin2bn(entry, SRP_BYTES, factor) &&
		     BN_mod_mul_montgomery(out, out, factor, group.mont, ctx));
	}
	must(BN_from_montgomery(out, out, group.mont, ctx));
	explicit_bzero(entry, sizeof(entry));
}

/* --- the protocol ------------------------------------------------------------------------- */

void srp_verifier(struct arena *a, const struct srp_identity *who, struct str salt,
		  unsigned char out[static SRP_BYTES])
{
	unsigned char inner[SHA256_BYTES], x[SHA256_BYTES];
	struct str text = arena_strf(a, "%.*s%.*s:%.*s", STR_ARG(who->realm), STR_ARG(who->user),
				     STR_ARG(who->password));
	BIGNUM *s, *v;
	BN_CTX *ctx;

	pthread_once(&once, make_group);
	ctx = begin();
	s = number(ctx);
	v = number(ctx);
	hash_sha256(text, inner);
	explicit_bzero((char *)text.p, text.n);
	read_number(s, salt);
	hash_sha256(joined(a, padded(a, s), str_make(inner, sizeof(inner))), x);
	power_of_g(v, x, ctx);
	write_number(v, out);
	explicit_bzero(inner, sizeof(inner));
	explicit_bzero(x, sizeof(x));
	end(ctx);
}

/* B = k v + g^b */
void srp_public(struct arena *a, const unsigned char verifier[static SRP_BYTES],
		const unsigned char secret[static SRP_SECRET_BYTES],
		unsigned char out[static SRP_BYTES])
{
	BIGNUM *v, *kv, *made;
	BN_CTX *ctx;

	(void)a;
	pthread_once(&once, make_group);
	ctx = begin();
	v = number(ctx);
	kv = number(ctx);
	made = number(ctx);
	read_number(v, str_make(verifier, SRP_BYTES));
	must(BN_mod_mul(kv, group.k, v, group.n, ctx));
	power_of_g(made, secret, ctx);
	must(BN_mod_add(made, made, kv, group.n, ctx));
	write_number(made, out);
	end(ctx);
}

/* HKDF with u as salt, S as input and one block of output. */
static void derive(struct arena *a, const BIGNUM *u, const BIGNUM *s,
		   unsigned char out[static SRP_KEY_BYTES])
{
	unsigned char prk[SHA256_BYTES], block[SHA256_BYTES];

	hash_hmac_sha256(padded(a, u), padded(a, s), prk);
	hash_hmac_sha256(str_make(prk, sizeof(prk)), STR(INFO), block);
	memcpy(out, block, SRP_KEY_BYTES);
}

/* S = (A v^u) ^ b. Whoever listens knows u; b is the server's secret. */
static void share(BIGNUM *s, const struct srp_exchange *exchange, const BIGNUM *client,
		  const BIGNUM *u, BN_CTX *ctx)
{
	BIGNUM *v = number(ctx), *b = number(ctx);

	read_number(v, str_make(exchange->verifier, SRP_BYTES));
	read_number(b, str_make(exchange->secret, SRP_SECRET_BYTES));
	BN_set_flags(b, BN_FLG_CONSTTIME);
	must(BN_mod_exp_mont(s, v, u, group.n, ctx, group.mont) &&
	     BN_mod_mul(s, s, client, group.n, ctx) &&
	     BN_mod_exp_mont_consttime(s, s, b, group.n, ctx, group.mont));
}

bool srp_key(struct arena *a, const struct srp_exchange *exchange,
	     unsigned char out[static SRP_KEY_BYTES])
{
	unsigned char digest[SHA256_BYTES];
	BIGNUM *client, *server, *u, *s;
	BN_CTX *ctx;
	bool good;

	pthread_once(&once, make_group);
	ctx = begin();
	client = number(ctx);
	server = number(ctx);
	u = number(ctx);
	s = number(ctx);
	read_number(server, str_make(exchange->server_public, SRP_BYTES));
	read_number(client, str_make(exchange->client_public, SRP_BYTES));
	hash_sha256(joined(a, padded(a, client), padded(a, server)), digest);
	read_number(u, str_make(digest, sizeof(digest)));
	must(BN_mod(s, client, group.n, ctx));
	good = !BN_is_zero(s) && !BN_is_zero(u);
	if (good) {
		share(s, exchange, client, u, ctx);
		derive(a, u, s, out);
	}
	end(ctx);
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
