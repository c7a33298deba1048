/* RSA public keys between OpenSSH's form (RFC 4253, 6.6) and PEM's (RFC 5280, 4.1.2.7; RFC 8017, A.1.1). */
#include "cloud/iam/ssh_key.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/hash.h"

enum { BITS_MIN = 2048, TEXT_MAX = 16384 };

#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----"
#define PEM_END   "-----END PUBLIC KEY-----"

/* AlgorithmIdentifier of rsaEncryption, with its NULL. */
static const unsigned char rsa[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
				     0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };

/* --- OpenSSH's strings: four bytes of length, and so many bytes ------------------------- */

static bool take(struct str *rest, struct str *out)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t n;

	if (rest->n < 4)
		return false;
	n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	if (n > rest->n - 4)
		return false;
	*out = str_slice(*rest, 4, 4 + n);
	*rest = str_slice(*rest, 4 + n, rest->n);
	return true;
}

static void put(struct buf *b, struct str s)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(b, (char)(s.n >> shift));
	buf_add(b, s);
}

/* Exponent and modulus, as big-endian numbers whose first bit is not set. */
static bool split(struct str blob, struct str *exponent, struct str *modulus)
{
	struct str kind;

	return take(&blob, &kind) && str_is(kind, "ssh-rsa") && take(&blob, exponent) &&
	       take(&blob, modulus) && !blob.n && exponent->n;
}

static bool is_long(struct str modulus)
{
	while (modulus.n && !modulus.p[0])
		modulus = str_slice(modulus, 1, modulus.n);
	return modulus.n >= BITS_MIN / 8;
}

/* --- DER: a tag, a length, and so many bytes ----------------------------------------------- */

static bool take_der(struct str *rest, unsigned char tag, struct str *out)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t at = 2, n;

	if (rest->n < 2 || p[0] != tag)
		return false;
	n = p[1];
	if (n & 0x80) {
		size_t bytes = n & 0x7f;

		if (bytes > 3 || rest->n < 2 + bytes)
			return false;
		for (n = 0; bytes; bytes--)
			n = n << 8 | p[at++];
	}
	if (n > rest->n - at)
		return false;
	*out = str_slice(*rest, at, at + n);
	*rest = str_slice(*rest, at + n, rest->n);
	return true;
}

static struct str der(struct arena *a, unsigned char tag, struct str first, struct str second)
{
	size_t n = first.n + second.n;
	struct buf b;
	struct str out;

	buf_init(&b, TEXT_MAX);
	buf_addc(&b, (char)tag);
	if (n > 0xff) {
		buf_addc(&b, (char)0x82);
		buf_addc(&b, (char)(n >> 8));
	} else if (n > 0x7f) {
		buf_addc(&b, (char)0x81);
	}
	buf_addc(&b, (char)n);
	buf_add(&b, first);
	buf_add(&b, second);
	out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* --- reading --------------------------------------------------------------------------------- */

static enum ssh_key_verdict read_line(struct arena *a, struct str text, struct str *blob)
{
	struct str exponent, modulus, bytes, rest = text;

	str_cut(&rest, ' ');
	if (!base64_parse(a, str_cut(&rest, ' '), &bytes) || !split(bytes, &exponent, &modulus) ||
	    !is_long(modulus))
		return SSH_KEY_INVALID;
	*blob = bytes;
	return SSH_KEY_GOOD;
}

/* The bytes between the two lines. */
static bool read_armour(struct arena *a, struct str text, struct str *bytes)
{
	ptrdiff_t end = str_find_str(text, STR(PEM_END));
	struct buf b;
	bool good;

	if (end < 0)
		return false;
	buf_init(&b, TEXT_MAX);
	for (size_t i = strlen(PEM_BEGIN); i < (size_t)end; i++)
		if (!strchr(" \t\r\n", text.p[i]))
			buf_addc(&b, text.p[i]);
	good = base64_parse(a, arena_dup(a, buf_str(&b)), bytes);
	buf_release(&b);
	return good;
}

static enum ssh_key_verdict read_pem(struct arena *a, struct str text, struct str *blob)
{
	struct str info, bits, key, modulus, exponent, bytes;
	struct str algorithm = str_make(rsa, sizeof(rsa));
	struct buf b;

	if (!read_armour(a, text, &bytes) || !take_der(&bytes, 0x30, &info) || bytes.n ||
	    !str_starts(info, algorithm))
		return SSH_KEY_INVALID;
	info = str_slice(info, algorithm.n, info.n);
	if (!take_der(&info, 0x03, &bits) || info.n || !bits.n || bits.p[0])
		return SSH_KEY_INVALID;
	bits = str_slice(bits, 1, bits.n);
	if (!take_der(&bits, 0x30, &key) || bits.n || !take_der(&key, 0x02, &modulus) ||
	    !take_der(&key, 0x02, &exponent) || key.n || !exponent.n || !is_long(modulus))
		return SSH_KEY_INVALID;
	buf_init(&b, TEXT_MAX);
	put(&b, STR("ssh-rsa"));
	put(&b, exponent);
	put(&b, modulus);
	*blob = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return SSH_KEY_GOOD;
}

enum ssh_key_verdict ssh_key_read(struct arena *a, struct str text, struct str *blob)
{
	text = str_trim(text);
	if (str_starts(text, STR("ssh-rsa ")))
		return read_line(a, text, blob);
	if (str_starts(text, STR(PEM_BEGIN)))
		return read_pem(a, text, blob);
	return SSH_KEY_UNKNOWN;
}

/* --- writing ------------------------------------------------------------------------------------ */

struct str ssh_key_line(struct arena *a, struct str blob)
{
	return arena_strf(a, "ssh-rsa %.*s", STR_ARG(base64_print(a, blob)));
}

struct str ssh_key_pem(struct arena *a, struct str blob)
{
	struct str exponent = STR_NONE, modulus = STR_NONE, key, text;
	struct buf b;

	split(blob, &exponent, &modulus);
	key = der(a, 0x30, der(a, 0x02, modulus, STR_NONE), der(a, 0x02, exponent, STR_NONE));
	key = der(a, 0x30, str_make(rsa, sizeof(rsa)), der(a, 0x03, str_make("", 1), key));
	text = base64_print(a, key);
	buf_init(&b, 2 * (size_t)TEXT_MAX);
	buf_adds(&b, PEM_BEGIN "\n");
	for (size_t i = 0; i < text.n; i += 64) {
		buf_add(&b, str_slice(text, i, i + 64));
		buf_addc(&b, '\n');
	}
	buf_adds(&b, PEM_END "\n");
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

struct str ssh_key_fingerprint(struct arena *a, struct str blob)
{
	unsigned char digest[MD5_BYTES];
	char *text = arena_alloc(a, 3 * MD5_BYTES);

	hash_md5(blob, digest);
	for (size_t i = 0; i < MD5_BYTES; i++) {
		hash_hex(&digest[i], 1, text + 3 * i);
		text[3 * i + 2] = ':';
	}
	return str_make(text, 3 * MD5_BYTES - 1);
}
