#ifndef BASE_SRP_H
#define BASE_SRP_H

#include "base/arena.h"

/*
 * The server's side of SRP-6a as Cognito user pools speak it, on OpenSSL's libcrypto.
 *
 * The group is the 3072-bit one of RFC 3526 (RFC 5054 takes it over), its generator 2, the hash SHA-256. Numbers go into
 * hashes with as many bytes as they need, and a zero byte in front when the first bit is set. The session key is
 * HKDF's first block: HMAC(HMAC(u, S), "Caldera Derived Key" 0x01), cut to 16 bytes.
 *
 * What is kept of a password is its salt and verifier: g^x mod N with x = H(salt, H(realm user ":" password)).
 */
enum {
	SRP_BYTES = 384,     /* of a number below N, big-endian with leading zeros */
	SRP_SALT_BYTES = 16, /* of the salts that are made here */
	SRP_SECRET_BYTES = 32,
	SRP_KEY_BYTES = 16,
};

/* Who proves to know what. */
struct srp_identity {
	struct str realm;    /* the pool's id behind its "_" */
	struct str user;     /* USER_ID_FOR_SRP */
	struct str password; /* as it was typed */
};

/* The verifier of a password under a salt. */
void srp_verifier(struct arena *a, const struct srp_identity *who, struct str salt,
		  unsigned char out[static SRP_BYTES]);
/* B for a verifier and the secret b, which must be random and not be used again. */
void srp_public(struct arena *a, const unsigned char verifier[static SRP_BYTES],
		const unsigned char secret[static SRP_SECRET_BYTES],
		unsigned char out[static SRP_BYTES]);
/* What the server knows when the client answers: the verifier, its secret, and both public numbers. */
struct srp_exchange {
	unsigned char verifier[SRP_BYTES];
	unsigned char secret[SRP_SECRET_BYTES];
	unsigned char server_public[SRP_BYTES]; /* B, as srp_public() made it of the two above */
	unsigned char client_public[SRP_BYTES]; /* A */
};
/* The key that both sides share when the password was right; false when A is 0 modulo N, which no honest client sends. */
bool srp_key(struct arena *a, const struct srp_exchange *exchange,
	     unsigned char out[static SRP_KEY_BYTES]);
/* A number in hexadecimal digits, as SRP_A is sent; false unless it is one that fits. */
bool srp_read(struct str hex, unsigned char out[static SRP_BYTES]);
/* The same number in lower-case digits, without leading zeros: SRP_B. */
struct str srp_print(struct arena *a, const unsigned char number[static SRP_BYTES]);

#endif
