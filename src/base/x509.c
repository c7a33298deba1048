/* X.509 certificates; see x509.h. */
#include "base/x509.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/hash.h"

static bool describe(struct arena *a, gnutls_x509_crt_t crt, struct x509_certificate *out)
{
	unsigned char digest[SHA256_BYTES];
	size_t size = sizeof(digest);
	char *hex = arena_alloc(a, 2 * SHA256_BYTES + 1);
	time_t end = gnutls_x509_crt_get_expiration_time(crt);

	if (end == (time_t)-1 ||
	    gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA256, digest, &size) < 0)
		return false;
	hash_hex(digest, size, hex);
	*out = (struct x509_certificate){ .not_after = (int64_t)end * 1000, .digest = str_of(hex) };
	return true;
}

bool x509_read(struct arena *a, struct str pem, struct x509_certificate *out)
{
	gnutls_datum_t datum = { (unsigned char *)pem.p, (unsigned int)pem.n };
	gnutls_x509_crt_t crt;
	bool good;

	if (gnutls_x509_crt_init(&crt) < 0)
		return false;
	good = gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_PEM) >= 0 &&
	       describe(a, crt, out);
	gnutls_x509_crt_deinit(crt);
	return good;
}
