/* RSA on GnuTLS; see rsa.h. */
#include "base/rsa.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/hash.h"

#define BITS 2048
#define KEPT 64

static void must(int result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "immersion: %s: %s\n", what, gnutls_strerror(result));
		abort();
	}
}

static struct str dup_datum(struct arena *a, const gnutls_datum_t *datum)
{
	return arena_dup(a, str_make(datum->data, datum->size));
}

static gnutls_datum_t datum_of(struct str s)
{
	return (gnutls_datum_t){ (unsigned char *)(s.p ? s.p : ""), (unsigned)s.n };
}

struct str rsa_make(struct arena *a)
{
	gnutls_x509_privkey_t key;
	gnutls_datum_t der;
	struct str made;

	must(gnutls_x509_privkey_init(&key), "RSA key");
	must(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, BITS, 0), "RSA key");
	must(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN,
					       &der),
	     "RSA key");
	made = dup_datum(a, &der);
	gnutls_memset(der.data, 0, der.size);
	gnutls_free(der.data);
	gnutls_x509_privkey_deinit(key);
	return made;
}

/* --- keys that were read ---------------------------------------------------------------- */

/* Reading a key costs as much as some signatures: each is read once and then shared by all threads. */
static struct kept {
	unsigned char digest[SHA256_BYTES];
	gnutls_privkey_t key; /* NULL: the slot is free */
	int users;
} kept[KEPT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static gnutls_privkey_t read_key(struct str der)
{
	gnutls_datum_t datum = datum_of(der);
	gnutls_x509_privkey_t x509;
	gnutls_privkey_t key = NULL;

	must(gnutls_x509_privkey_init(&x509), "RSA key");
	if (gnutls_x509_privkey_import_pkcs8(x509, &datum, GNUTLS_X509_FMT_DER, NULL,
					     GNUTLS_PKCS_PLAIN) >= 0 &&
	    gnutls_x509_privkey_get_pk_algorithm(x509) == GNUTLS_PK_RSA) {
		must(gnutls_privkey_init(&key), "RSA key");
		must(gnutls_privkey_import_x509(key, x509, GNUTLS_PRIVKEY_IMPORT_COPY), "RSA key");
	}
	gnutls_x509_privkey_deinit(x509);
	return key;
}

static void keep(struct kept *slot, const unsigned char digest[static SHA256_BYTES],
		 gnutls_privkey_t key)
{
	if (slot->key)
		gnutls_privkey_deinit(slot->key);
	memcpy(slot->digest, digest, SHA256_BYTES);
	slot->key = key;
	slot->users = 1;
}

/*
 * The key, for the caller until key_leave(). *slot is NULL when all that could be exchanged are in use: the key
 * is the caller's alone then.
 */
static gnutls_privkey_t key_enter(struct str der, struct kept **slot)
{
	unsigned char digest[SHA256_BYTES];
	gnutls_privkey_t key;
	unsigned at;

	hash_sha256(der, digest);
	at = digest[0] % KEPT;
	pthread_mutex_lock(&lock);
	*slot = NULL;
	if (kept[at].key && memcmp(kept[at].digest, digest, sizeof(digest)) == 0) {
		*slot = &kept[at];
		kept[at].users++;
		key = kept[at].key;
	} else {
		key = read_key(der);
		if (key && !kept[at].users) {
			keep(&kept[at], digest, key);
			*slot = &kept[at];
		}
	}
	pthread_mutex_unlock(&lock);
	return key;
}

static void key_leave(gnutls_privkey_t key, struct kept *slot)
{
	if (!slot) {
		gnutls_privkey_deinit(key);
		return;
	}
	pthread_mutex_lock(&lock);
	slot->users--;
	pthread_mutex_unlock(&lock);
}

/* --- what keys are for ---------------------------------------------------------------------- */

bool rsa_public(struct arena *a, struct str key, struct str *n, struct str *e)
{
	gnutls_datum_t modulus, exponent;
	struct kept *slot;
	gnutls_privkey_t private = key_enter(key, &slot);

	if (!private)
		return false;
	must(gnutls_privkey_export_rsa_raw2(private, &modulus, &exponent, NULL, NULL, NULL, NULL,
					    NULL, NULL, GNUTLS_EXPORT_FLAG_NO_LZ),
	     "RSA key");
	*n = dup_datum(a, &modulus);
	*e = dup_datum(a, &exponent);
	gnutls_free(modulus.data);
	gnutls_free(exponent.data);
	key_leave(private, slot);
	return true;
}

bool rsa_sign(struct arena *a, struct str key, struct str bytes, struct str *signature)
{
	gnutls_datum_t data = datum_of(bytes), made;
	struct kept *slot;
	gnutls_privkey_t private = key_enter(key, &slot);

	if (!private)
		return false;
	must(gnutls_privkey_sign_data2(private, GNUTLS_SIGN_RSA_SHA256, 0, &data, &made),
	     "RSA signature");
	*signature = dup_datum(a, &made);
	gnutls_free(made.data);
	key_leave(private, slot);
	return true;
}

bool rsa_verify(struct str n, struct str e, struct str bytes, struct str signature)
{
	gnutls_datum_t modulus = datum_of(n), exponent = datum_of(e), data = datum_of(bytes),
		       signed_by = datum_of(signature);
	gnutls_pubkey_t key;
	bool good;

	must(gnutls_pubkey_init(&key), "RSA key");
	good = gnutls_pubkey_import_rsa_raw(key, &modulus, &exponent) >= 0 &&
	       gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_RSA_SHA256, 0, &data, &signed_by) >= 0;
	gnutls_pubkey_deinit(key);
	return good;
}
