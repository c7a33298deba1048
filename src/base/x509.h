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

#endif
