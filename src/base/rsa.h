#ifndef BASE_RSA_H
#define BASE_RSA_H

#include "base/arena.h"

/*
 * RSA keys and the signatures of RS256 (RSASSA-PKCS1-v1_5 with SHA-256), on OpenSSL's libcrypto, which blinds private
 * keys and signs in a fifth of the time that GnuTLS takes.
 *
 * A private key is kept and passed as its PKCS #8 DER; what was read from it once is remembered for a while.
 * Public keys are the two numbers n and e as big-endian bytes, as JSON Web Keys have them.
 */

/* A fresh private key of 2048 bits. */
struct str rsa_make(struct arena *a);
/* The public numbers of a private key, without leading zeros; false when it is no RSA key. */
bool rsa_public(struct arena *a, struct str key, struct str *n, struct str *e);
/* Sign; false when `key` is no RSA key. */
bool rsa_sign(struct arena *a, struct str key, struct str bytes, struct str *signature);
/* The same with SHA-1, for older ways to sign. */
bool rsa_sign_sha1(struct arena *a, struct str key, struct str bytes, struct str *signature);
/* Is this the signature of these bytes? False for a key that is none, too. */
bool rsa_verify(struct str n, struct str e, struct str bytes, struct str signature);

#endif
