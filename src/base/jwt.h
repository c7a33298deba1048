#ifndef BASE_JWT_H
#define BASE_JWT_H

#include "base/json.h"

/*
 * JSON Web Tokens (RFC 7519) signed with RS256 (RFC 7518, section 3.3), in the compact form
 * "header.claims.signature".
 *
 * Reading a token proves nothing: what it says is true once jwt_verify() has held it against the issuer's key,
 * and as long as the caller finds its claims (iss, exp, token_use, ...) to be right.
 */
struct jwt {
	struct json_object *header, *claims; /* objects */
	struct str alg, kid;                 /* of the header; absent when missing */
	struct str bytes;                    /* what was signed: a view of the text */
	struct str signature;
};

/* Sign claims; the header is {"kid", "alg"}. False when `key` is no RSA key (rsa.h). */
bool jwt_sign(struct arena *a, struct str key, struct str kid, struct json_object *claims,
	      struct str *token);
/* Take a token apart; false unless it has the form of one. */
bool jwt_parse(struct arena *a, struct str text, struct jwt *out);
/* Was it signed with the private part of this key (rsa.h)? Only RS256 is taken, whatever the header says. */
bool jwt_verify(const struct jwt *jwt, struct str n, struct str e);

#endif
