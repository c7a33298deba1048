/* JSON Web Tokens; see jwt.h. */
#include "base/jwt.h"

#include "base/base64.h"
#include "base/rsa.h"

bool jwt_sign(struct arena *a, struct str key, struct str kid, struct json_object *claims,
	      struct str *token)
{
	struct json_object *header = json_new_object(a);
	struct str bytes, signature;

	json_set_str(header, "kid", kid);
	json_set_cstr(header, "alg", "RS256");
	bytes = arena_strf(a, "%.*s.%.*s", STR_ARG(base64url_print(a, json_text(a, header))),
			   STR_ARG(base64url_print(a, json_text(a, claims))));
	if (!rsa_sign(a, key, bytes, &signature))
		return false;
	*token = arena_strf(a, "%.*s.%.*s", STR_ARG(bytes), STR_ARG(base64url_print(a, signature)));
	return true;
}

static struct json_object *read_part(struct arena *a, struct str part)
{
	struct str text;
	struct json_object *o;

	if (!base64url_parse(a, part, &text))
		return NULL;
	o = json_parse(a, text, NULL);
	return json_is_object(o) ? o : NULL;
}

bool jwt_parse(struct arena *a, struct str text, struct jwt *out)
{
	struct str rest = text, header = str_cut(&rest, '.'), claims = str_cut(&rest, '.');

	if (!rest.n || str_find(rest, '.') >= 0)
		return false;
	*out = (struct jwt){ .header = read_part(a, header), .claims = read_part(a, claims) };
	if (!out->header || !out->claims || !base64url_parse(a, rest, &out->signature))
		return false;
	out->alg = json_get_str(out->header, "alg");
	out->kid = json_get_str(out->header, "kid");
	out->bytes = str_slice(text, 0, header.n + 1 + claims.n);
	return true;
}

bool jwt_verify(const struct jwt *jwt, struct str n, struct str e)
{
	return str_is(jwt->alg, "RS256") && rsa_verify(n, e, jwt->bytes, jwt->signature);
}
