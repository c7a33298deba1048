#ifndef AWS_KEY_CACHE_H
#define AWS_KEY_CACHE_H

#include "aws/op.h"
#include "aws/sigv4.h"

/*
 * Signing keys that have been derived once: (access key, day, region, service) -> key and caller.
 *
 * With them the HTTP threads verify signatures without the account's file. Bounded; what is forgotten is
 * derived again in the account's turn. Safe from any thread.
 */
struct key_cache;
struct credentials;

struct key_cache *key_cache_new(void);
void key_cache_free(struct key_cache *cache);

/*
 * The signing key for this signature, and what it stands for (copied into the arena; the secret is left out). False
 * when not known.
 */
bool key_cache_get(struct key_cache *cache, struct arena *a, struct str account,
		   const struct sigv4 *sig, unsigned char key[static SHA256_BYTES],
		   struct credentials *out);
void key_cache_put(struct key_cache *cache, struct str account, const struct sigv4 *sig,
		   const unsigned char key[static SHA256_BYTES],
		   const struct credentials *credentials);
/* Forget everything of an access key, of an account; absent: of any. */
void key_cache_forget(struct key_cache *cache, struct str access_key, struct str account);

#endif
