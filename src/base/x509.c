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

/* --- making ------------------------------------------------------------------ */

enum { DAY_S = 24 * 60 * 60, YEARS_S = 3652 * DAY_S };

/* A certificate with its key, as the library has them. */
struct pair {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};

static bool pair_init(struct pair *p)
{
	*p = (struct pair){ 0 };
	return gnutls_x509_crt_init(&p->crt) >= 0 && gnutls_x509_privkey_init(&p->key) >= 0;
}

static void pair_release(struct pair *p)
{
	if (p->crt)
		gnutls_x509_crt_deinit(p->crt);
	if (p->key)
		gnutls_x509_privkey_deinit(p->key);
}

static bool pair_read(struct pair *p, const struct x509_made *made)
{
	gnutls_datum_t crt = { (unsigned char *)made->certificate.p,
			       (unsigned int)made->certificate.n };
	gnutls_datum_t key = { (unsigned char *)made->key.p, (unsigned int)made->key.n };

	return pair_init(p) && gnutls_x509_crt_import(p->crt, &crt, GNUTLS_X509_FMT_PEM) >= 0 &&
	       gnutls_x509_privkey_import(p->key, &key, GNUTLS_X509_FMT_PEM) >= 0;
}

/* Whom it is of, and from when to when. */
static bool set_subject(gnutls_x509_crt_t crt, const struct x509_wish *wish)
{
	time_t now = (time_t)(wish->now_ms / 1000);
	unsigned char serial[16];

	hash_random(serial, sizeof(serial));
	serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40);
	return gnutls_x509_crt_set_version(crt, 3) >= 0 &&
	       gnutls_x509_crt_set_serial(crt, serial, sizeof(serial)) >= 0 &&
	       gnutls_x509_crt_set_activation_time(crt, now - DAY_S) >= 0 &&
	       gnutls_x509_crt_set_expiration_time(crt, now + YEARS_S) >= 0 &&
	       gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, wish->name,
					     (unsigned int)strlen(wish->name)) >= 0;
}

static bool set_use(gnutls_x509_crt_t crt, const char *const *hosts)
{
	bool good = gnutls_x509_crt_set_basic_constraints(crt, !hosts, -1) >= 0 &&
		    gnutls_x509_crt_set_key_usage(crt, hosts ? GNUTLS_KEY_DIGITAL_SIGNATURE
							     : GNUTLS_KEY_KEY_CERT_SIGN) >= 0;

	if (hosts)
		good = good &&
		       gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0) >= 0;
	for (; good && hosts && *hosts; hosts++)
		good = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, *hosts,
							    (unsigned int)strlen(*hosts),
							    GNUTLS_FSAN_APPEND) >= 0;
	return good;
}

/* Some clients want both keys' ids. */
static bool set_ids(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
	unsigned char id[64];
	size_t n = sizeof(id);
	bool good = gnutls_x509_crt_get_key_id(crt, 0, id, &n) >= 0 &&
		    gnutls_x509_crt_set_subject_key_id(crt, id, n) >= 0;

	n = sizeof(id);
	return good && gnutls_x509_crt_get_key_id(issuer, 0, id, &n) >= 0 &&
	       gnutls_x509_crt_set_authority_key_id(crt, id, n) >= 0;
}

static bool set_key(gnutls_x509_privkey_t key, struct str der)
{
	gnutls_datum_t given = { (unsigned char *)(uintptr_t)der.p, (unsigned int)der.n };

	if (der.p)
		return gnutls_x509_privkey_import_pkcs8(key, &given, GNUTLS_X509_FMT_DER, NULL,
							GNUTLS_PKCS_PLAIN) >= 0;
	return gnutls_x509_privkey_generate(key, GNUTLS_PK_EC,
					    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
					    0) >= 0;
}

static bool fill(struct pair *p, const struct x509_wish *wish, const struct pair *issuer)
{
	return set_key(p->key, wish->key) && gnutls_x509_crt_set_key(p->crt, p->key) >= 0 &&
	       set_subject(p->crt, wish) && set_use(p->crt, wish->hosts) &&
	       set_ids(p->crt, issuer->crt) &&
	       gnutls_x509_crt_sign2(p->crt, issuer->crt, issuer->key, GNUTLS_DIG_SHA256, 0) >= 0;
}

static struct str take(struct arena *a, gnutls_datum_t *pem)
{
	struct str text = str_of(arena_cstr(a, str_make(pem->data, pem->size)));

	gnutls_memset(pem->data, 0, pem->size);
	gnutls_free(pem->data);
	return text;
}

static bool print(struct arena *a, const struct pair *p, struct x509_made *out)
{
	gnutls_datum_t pem;

	if (gnutls_x509_crt_export2(p->crt, GNUTLS_X509_FMT_PEM, &pem) < 0)
		return false;
	out->certificate = take(a, &pem);
	if (gnutls_x509_privkey_export2(p->key, GNUTLS_X509_FMT_PEM, &pem) < 0)
		return false;
	out->key = take(a, &pem);
	return true;
}

bool x509_make(struct arena *a, const struct x509_wish *wish, struct x509_made *out)
{
	struct pair made, issuer = { 0 };
	bool good = pair_init(&made) && (!wish->issuer || pair_read(&issuer, wish->issuer)) &&
		    fill(&made, wish, wish->issuer ? &issuer : &made) && print(a, &made, out);

	pair_release(&issuer);
	pair_release(&made);
	return good;
}
