/* Digests on GnuTLS; CRC-32 by the table method (four bits at a time would do, a byte is faster). */
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

static void must(int result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "immersion: %s: %s\n", what, gnutls_strerror(result));
		abort();
	}
}

void hash_sha256(struct str bytes, unsigned char out[static SHA256_BYTES])
{
	must(gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.p ? bytes.p : "", bytes.n, out), "SHA-256");
}

void hash_md5(struct str bytes, unsigned char out[static MD5_BYTES])
{
	must(gnutls_hash_fast(GNUTLS_DIG_MD5, bytes.p ? bytes.p : "", bytes.n, out), "MD5");
}

void hash_sha1(struct str bytes, unsigned char out[static SHA1_BYTES])
{
	must(gnutls_hash_fast(GNUTLS_DIG_SHA1, bytes.p ? bytes.p : "", bytes.n, out), "SHA-1");
}

void hash_hmac_sha256(struct str key, struct str bytes, unsigned char out[static SHA256_BYTES])
{
	must(gnutls_hmac_fast(GNUTLS_MAC_SHA256, key.p ? key.p : "", key.n, bytes.p ? bytes.p : "",
			      bytes.n, out),
	     "HMAC-SHA-256");
}

void hash_hmac_sha1(struct str key, struct str bytes, unsigned char out[static SHA1_BYTES])
{
	must(gnutls_hmac_fast(GNUTLS_MAC_SHA1, key.p ? key.p : "", key.n, bytes.p ? bytes.p : "",
			      bytes.n, out),
	     "HMAC-SHA-1");
}

static uint32_t crc_table[256];

__attribute__((constructor)) static void crc_fill(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320U ^ c >> 1 : c >> 1;
		crc_table[i] = c;
	}
}

uint32_t hash_crc32(struct str bytes)
{
	uint32_t c = 0xffffffffU;

	for (size_t i = 0; i < bytes.n; i++)
		c = crc_table[(c ^ (unsigned char)bytes.p[i]) & 0xff] ^ c >> 8;
	return c ^ 0xffffffffU;
}

void hash_random(void *out, size_t n)
{
	must(gnutls_rnd(GNUTLS_RND_RANDOM, out, n), "random bytes");
}

struct str hash_uuid(struct arena *a)
{
	unsigned char r[16];
	char hex[33];

	hash_random(r, sizeof(r));
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	hash_hex(r, sizeof(r), hex);
	return arena_strf(a, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

struct str hash_random_text(struct arena *a, size_t n, const char *alphabet)
{
	size_t letters = strlen(alphabet);
	unsigned char limit = (unsigned char)(256 / letters * letters - 1);
	char *text = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n;) {
		unsigned char r[64];

		hash_random(r, sizeof(r));
		for (size_t k = 0; k < sizeof(r) && i < n; k++)
			if (r[k] <= limit)
				text[i++] = alphabet[r[k] % letters];
	}
	text[n] = '\0';
	return str_make(text, n);
}

void hash_hex(const void *bytes, size_t n, char *out)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[p[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hash_unhex(struct str hex, unsigned char *out, size_t n)
{
	if (hex.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(hex.p[2 * i]), low = hex_value(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
