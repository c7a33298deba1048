#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/arena.h"

/* Digests, keyed digests, checksums and random bytes (on GnuTLS), and how they are written. */

enum {
	SHA256_BYTES = 32,
	MD5_BYTES = 16,
	SHA1_BYTES = 20,
};

/* The digest of some bytes. */
void hash_sha256(struct str bytes, unsigned char out[static SHA256_BYTES]);
void hash_md5(struct str bytes, unsigned char out[static MD5_BYTES]);
void hash_sha1(struct str bytes, unsigned char out[static SHA1_BYTES]);
/* HMAC-SHA256 (RFC 2104). */
void hash_hmac_sha256(struct str key, struct str bytes, unsigned char out[static SHA256_BYTES]);
/* HMAC-SHA1, for time-based one-time passwords. */
void hash_hmac_sha1(struct str key, struct str bytes, unsigned char out[static SHA1_BYTES]);
/* CRC-32 as in zlib and in x-amz-crc32. */
uint32_t hash_crc32(struct str bytes);

/* `n` unpredictable bytes; ends the process when the system has none. */
void hash_random(void *out, size_t n);
/* A random UUID (version 4) in lower-case text. */
struct str hash_uuid(struct arena *a);
/* `n` random characters of `alphabet`, without bias. */
struct str hash_random_text(struct arena *a, size_t n, const char *alphabet);

/* Lower-case hexadecimal; `out` holds 2 * n characters and a NUL. */
void hash_hex(const void *bytes, size_t n, char *out);
/* Read hexadecimal of either case; false unless exactly 2 * n digits. */
bool hash_unhex(struct str hex, unsigned char *out, size_t n);

#endif
