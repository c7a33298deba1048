/* RSA on libcrypto; see rsa.h. */
#include "base/rsa.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/hash.h"

#define BITS     2048
#define BITS_MAX 16384 /* of others' public keys */
#define KEPT     128

static void must(bool well, const char *what)
{
	if (!well) {
		fprintf(stderr, "immersion: %s failed in libcrypto\n", what);
		abort();
	}
}

static EVP_PKEY *generate(void)
{
	EVP_PKEY_CTX *how = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	must(how && EVP_PKEY_keygen_init(how) > 0 &&
		     EVP_PKEY_CTX_set_rsa_keygen_bits(how, BITS) > 0 &&
		     EVP_PKEY_generate(how, &key) > 0,
	     "making an RSA key");
	EVP_PKEY_CTX_free(how);
	return key;
}

struct str rsa_make(struct arena *a)
{
	EVP_PKEY *key = generate();
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	unsigned char *der = NULL;
	int n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	struct str made;

	must(n > 0, "writing an RSA key");
	made = arena_dup(a, str_make(der, (size_t)n));
	OPENSSL_clear_free(der, (size_t)n);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(key);
	return made;
}

/* --- keys that were read ---------------------------------------------------------------- */

/* Reading a key costs as much as using it: each is read once and then shared by all threads. */
static struct kept {
	unsigned char digest[SHA256_BYTES];
	EVP_PKEY *key; /* NULL: the slot is free */
} kept[KEPT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static EVP_PKEY *kept_find(const unsigned char digest[static SHA256_BYTES])
{
	struct kept *slot = &kept[digest[0] % KEPT];
	EVP_PKEY *key = NULL;

	pthread_mutex_lock(&lock);
	if (slot->key && memcmp(slot->digest, digest, SHA256_BYTES) == 0) {
		key = slot->key;
		EVP_PKEY_up_ref(key);
	}
	pthread_mutex_unlock(&lock);
	return key;
}

static EVP_PKEY *kept_add(const unsigned char digest[static SHA256_BYTES], EVP_PKEY *key)
{
	struct kept *slot = &kept[digest[0] % KEPT];
	EVP_PKEY *gone;

	if (!key)
		return NULL;
	EVP_PKEY_up_ref(key);
	pthread_mutex_lock(&lock);
	gone = slot->key;
	memcpy(slot->digest, digest, SHA256_BYTES);
	slot->key = key;
	pthread_mutex_unlock(&lock);
	EVP_PKEY_free(gone);
	return key;
}

static EVP_PKEY *read_private(struct str der)
{
	const unsigned char *at = (const unsigned char *)der.p;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der.n);
	EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	if (key && EVP_PKEY_is_a(key, "RSA"))
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

/* The key, which the caller frees; NULL when it is none. */
static EVP_PKEY *private_key(struct str der)
{
	unsigned char digest[SHA256_BYTES];
	EVP_PKEY *key;

	hash_sha256(der, digest);
	key = kept_find(digest);
	return key ? key : kept_add(digest, read_private(der));
}

static EVP_PKEY *build_public(const BIGNUM *n, const BIGNUM *e)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *how = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *numbers;
	EVP_PKEY *key = NULL;

	must(builder && how && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
		     OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e),
	     "reading an RSA key");
	numbers = OSSL_PARAM_BLD_to_param(builder);
	if (EVP_PKEY_fromdata_init(how) <= 0 ||
	    EVP_PKEY_fromdata(how, &key, EVP_PKEY_PUBLIC_KEY, numbers) <= 0)
		key = NULL;
	OSSL_PARAM_free(numbers);
	EVP_PKEY_CTX_free(how);
	OSSL_PARAM_BLD_free(builder);
	return key;
}

static EVP_PKEY *read_public(struct str n, struct str e)
{
	BIGNUM *modulus, *exponent;
	EVP_PKEY *key = NULL;

	if (!n.n || !e.n || n.n > BITS_MAX / 8 || e.n > BITS_MAX / 8)
		return NULL;
	modulus = BN_bin2bn((const unsigned char *)n.p, (int)n.n, NULL);
	exponent = BN_bin2bn((const unsigned char *)e.p, (int)e.n, NULL);
	must(modulus && exponent, "reading an RSA key");
	/* An even modulus is no product of primes, and Montgomery's arithmetic needs an odd one. */
	if (BN_is_odd(modulus) && BN_is_odd(exponent))
		key = build_public(modulus, exponent);
	BN_free(modulus);
	BN_free(exponent);
	return key;
}

static EVP_PKEY *public_key(struct str n, struct str e)
{
	unsigned char digests[2][SHA256_BYTES], digest[SHA256_BYTES];
	EVP_PKEY *key;

	hash_sha256(n, digests[0]);
	hash_sha256(e, digests[1]);
	hash_sha256(str_make(digests, sizeof(digests)), digest);
	key = kept_find(digest);
	return key ? key : kept_add(digest, read_public(n, e));
}

/* --- what keys are for ---------------------------------------------------------------------- */

static struct str number_of(struct arena *a, EVP_PKEY *key, const char *name)
{
	BIGNUM *number = NULL;
	unsigned char *bytes;
	int n;

	must(EVP_PKEY_get_bn_param(key, name, &number), "an RSA key's number");
	bytes = arena_alloc(a, (size_t)BN_num_bytes(number));
	n = BN_bn2bin(number, bytes);
	BN_free(number);
	return str_make(bytes, (size_t)n);
}

bool rsa_public(struct arena *a, struct str key, struct str *n, struct str *e)
{
	EVP_PKEY *private = private_key(key);

	if (!private)
		return false;
	*n = number_of(a, private, OSSL_PKEY_PARAM_RSA_N);
	*e = number_of(a, private, OSSL_PKEY_PARAM_RSA_E);
	EVP_PKEY_free(private);
	return true;
}

/* What RS256 is made of, once the context was told whether it signs or verifies. */
static bool rs256(EVP_PKEY_CTX *how, const EVP_MD *digest)
{
	return EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_signature_md(how, digest) > 0;
}

static bool sign(struct arena *a, struct str key, struct str digest, const EVP_MD *kind,
		 struct str *signature)
{
	EVP_PKEY *private = private_key(key);
	unsigned char *made;
	EVP_PKEY_CTX *how;
	size_t n;

	if (!private)
		return false;
	n = (size_t)EVP_PKEY_get_size(private);
	made = arena_alloc(a, n);
	how = EVP_PKEY_CTX_new(private, NULL);
	must(how && EVP_PKEY_sign_init(how) > 0 && rs256(how, kind) &&
		     EVP_PKEY_sign(how, made, &n, (const unsigned char *)digest.p, digest.n) > 0,
	     "an RSA signature");
	EVP_PKEY_CTX_free(how);
	EVP_PKEY_free(private);
	*signature = str_make(made, n);
	return true;
}

bool rsa_sign(struct arena *a, struct str key, struct str bytes, struct str *signature)
{
	unsigned char digest[SHA256_BYTES];

	hash_sha256(bytes, digest);
	return sign(a, key, str_make(digest, sizeof(digest)), EVP_sha256(), signature);
}

bool rsa_sign_sha1(struct arena *a, struct str key, struct str bytes, struct str *signature)
{
	unsigned char digest[SHA1_BYTES];

	hash_sha1(bytes, digest);
	return sign(a, key, str_make(digest, sizeof(digest)), EVP_sha1(), signature);
}

bool rsa_verify(struct str n, struct str e, struct str bytes, struct str signature)
{
	EVP_PKEY *key = public_key(n, e);
	unsigned char digest[SHA256_BYTES];
	EVP_PKEY_CTX *how;
	bool good;

	if (!key)
		return false;
	hash_sha256(bytes, digest);
	how = EVP_PKEY_CTX_new(key, NULL);
	good = how && EVP_PKEY_verify_init(how) > 0 && rs256(how, EVP_sha256()) && signature.n &&
	       EVP_PKEY_verify(how, (const unsigned char *)signature.p, signature.n, digest,
			       sizeof(digest)) == 1;
	EVP_PKEY_CTX_free(how);
	EVP_PKEY_free(key);
	return good;
}

/* Nothing is read from the machine's configuration, and what other threads still use stays until the end. */
__attribute__((constructor)) static void prepare(void)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}
