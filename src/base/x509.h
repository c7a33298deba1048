#ifndef BASE_X509_H
#define BASE_X509_H

#include "base/arena.h"

/* X.509 certificates in PEM's form (RFC 7468, "-----BEGIN CERTIFICATE-----"), on GnuTLS. */
struct x509_certificate {
	int64_t not_after; /* when it expires, in milliseconds */
	struct str digest; /* SHA-256 of its DER form, in hexadecimal */
};

/* Read one; false when it is none. What stands around it is not looked at. */
bool x509_read(struct arena *a, struct str pem, struct x509_certificate *out);

/* What a certificate is to say. */
struct x509_wish {
	const char *name; /* the subject's common name */
	const char *const *
		hosts; /* names it is for ("*.example.com"), NULL-ended; NULL: it is an authority */
	int64_t now_ms;                 /* it is good from a day before, for ten years */
	const struct x509_made *issuer; /* NULL: it signs itself */
	struct str
		key; /* PKCS #8 DER of the key that it is for, such as rsa_make()'s; absent: a new one (P-256) */
};
struct x509_made {
	struct str certificate, key; /* in PEM's form, each ended by a NUL too */
};
/* Make one; false when that cannot be done. */
bool x509_make(struct arena *a, const struct x509_wish *wish, struct x509_made *out);

#endif
