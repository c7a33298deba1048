/* Tokens of user pools; see bearer.h. */
#include "aws/bearer.h"

#include <pthread.h>

#include "aws/dispatch.h"
#include "base/base64.h"
#include "base/hash.h"

/* --- signatures that were checked before --------------------------------------------------------- */

enum { SEEN = 1024 };
enum { SEEN_MS = 300000 };

/* By the digest of account, key set and token: what was good a moment ago is not computed again. */
static struct seen {
	unsigned char digest[SHA256_BYTES];
	int64_t until;
} seen[SEEN];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void digest_of(struct op *op, struct str token, struct str keys,
		      unsigned char out[static SHA256_BYTES])
{
	hash_sha256(arena_strf(op->arena, "%s\n%.*s\n%.*s", op->account->id, STR_ARG(keys),
			       STR_ARG(token)),
		    out);
}

static struct seen *place_of(const unsigned char digest[static SHA256_BYTES])
{
	return &seen[(digest[0] | digest[1] << 8) % SEEN];
}

static bool was_seen(struct op *op, const unsigned char digest[static SHA256_BYTES])
{
	bool found;

	pthread_mutex_lock(&lock);
	found = place_of(digest)->until > op->now &&
		memcmp(place_of(digest)->digest, digest, SHA256_BYTES) == 0;
	pthread_mutex_unlock(&lock);
	return found;
}

static void remember(struct op *op, const unsigned char digest[static SHA256_BYTES])
{
	pthread_mutex_lock(&lock);
	memcpy(place_of(digest)->digest, digest, SHA256_BYTES);
	place_of(digest)->until = op->now + SEEN_MS;
	pthread_mutex_unlock(&lock);
}

/* --- checking ----------------------------------------------------------------------------------------- */

/* "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1b2c3": what is behind the last slash; absent: another's. */
static struct str pool_of(struct str issuer)
{
	struct str rest = issuer;

	if (!str_starts(issuer, STR("https://cognito-idp.")))
		return STR_NONE;
	while (str_find(rest, '/') >= 0)
		str_cut(&rest, '/');
	return rest.n ? rest : STR_NONE;
}

static struct json_object *keys_of(struct op *op, struct str pool)
{
	struct json_object *in = json_new_object(op->arena), *answer = NULL;

	json_set_str(in, "UserPoolId", pool);
	if (aws_call(op, "cognito-issuer", "GetJwks", in, &answer, NULL) != DONE)
		return NULL;
	return json_get(answer, "keys");
}

/* The key that the token names. */
static struct json_object *key_of(struct json_object *keys, struct str kid)
{
	for (size_t i = 0; i < json_count(keys); i++)
		if (str_eq(json_get_str(json_at(keys, i), "kid"), kid))
			return json_at(keys, i);
	return NULL;
}

static bool is_signed(struct op *op, const struct jwt *jwt, struct json_object *key,
		      struct str token)
{
	unsigned char digest[SHA256_BYTES];
	struct str n, e;

	digest_of(op, token, json_get_str(key, "n"), digest);
	if (was_seen(op, digest))
		return true;
	if (!base64url_parse(op->arena, json_get_str(key, "n"), &n) ||
	    !base64url_parse(op->arena, json_get_str(key, "e"), &e) || !jwt_verify(jwt, n, e))
		return false;
	remember(op, digest);
	return true;
}

enum bearer_verdict bearer_check(struct op *op, struct str token, struct jwt *out, struct str *pool)
{
	struct json_object *key;

	if (!jwt_parse(op->arena, token, out))
		return BEARER_INVALID;
	*pool = pool_of(json_get_str(out->claims, "iss"));
	key = pool->n ? key_of(keys_of(op, *pool), out->kid) : NULL;
	if (!key || !is_signed(op, out, key, token))
		return BEARER_INVALID;
	return json_int_or(json_get(out->claims, "exp"), 0) > op->now / 1000 ? BEARER_GOOD
									     : BEARER_EXPIRED;
}

bool bearer_issuer_here(struct op *op, struct str issuer)
{
	struct str pool = pool_of(issuer);

	return pool.n &&
	       str_eq(issuer, arena_strf(op->arena, "https://cognito-idp.%s.amazonaws.com/%.*s",
					 op->region, STR_ARG(pool))) &&
	       keys_of(op, pool);
}
