/* A table in shards, each with its lock; four places for each hash, taken in turn. See key_cache.h. */
#include "aws/key_cache.h"

#include "aws/call.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/fnv.h"

#define SHARDS 16
#define PLACES 256 /* of a shard: 4096 keys in all */
#define WAYS   4

struct place {
	uint64_t hash; /* 0: empty */
	char access_key[33], date[9], region[33], service[33], account[13];
	char arn[200], principal[200], user_id[96];
	enum caller_kind kind;
	int64_t expires_at;
	unsigned char key[SHA256_BYTES], token[SHA256_BYTES];
};

struct key_cache {
	struct shard {
		pthread_mutex_t lock;
		unsigned turn;
		struct place places[PLACES];
	} shards[SHARDS];
};

struct key_cache *key_cache_new(void)
{
	struct key_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		abort();
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_init(&cache->shards[i].lock, NULL);
	return cache;
}

void key_cache_free(struct key_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_destroy(&cache->shards[i].lock);
	explicit_bzero(cache, sizeof(*cache));
	free(cache);
}

/* The table is small, its keys are not chosen by strangers beyond their own. */
static uint64_t hash_add(uint64_t hash, struct str s)
{
	return fnv_add(fnv_add(hash, s.p, s.n), "\xff", 1);
}

static uint64_t hash_of(const struct sigv4 *sig)
{
	uint64_t hash = FNV_BEGIN;

	hash = hash_add(hash, sig->access_key);
	hash = hash_add(hash, sig->date);
	hash = hash_add(hash, sig->region);
	hash = hash_add(hash, sig->service);
	hash ^= hash >> 29;
	return hash ? hash : 1;
}

static bool is_for(const struct place *p, uint64_t hash, const struct sigv4 *sig)
{
	return p->hash == hash && str_is(sig->access_key, p->access_key) &&
	       str_is(sig->date, p->date) && str_is(sig->region, p->region) &&
	       str_is(sig->service, p->service);
}

static struct place *set_of(struct shard *shard, uint64_t hash)
{
	return &shard->places[(hash >> 8) % (PLACES / WAYS) * WAYS];
}

static void copy_out(struct arena *a, const struct place *p, struct credentials *out)
{
	*out = (struct credentials){ .expires_at = p->expires_at };
	memcpy(out->token, p->token, SHA256_BYTES);
	out->caller.kind = p->kind;
	out->caller.arn = arena_dup(a, str_of(p->arn));
	out->caller.user_id = arena_dup(a, str_of(p->user_id));
	out->caller.principal = strcmp(p->principal, p->arn) == 0
					? out->caller.arn
					: arena_dup(a, str_of(p->principal));
	out->caller.temporary = p->expires_at != INT64_MAX;
}

bool key_cache_get(struct key_cache *cache, struct arena *a, struct str account,
		   const struct sigv4 *sig, unsigned char key[static SHA256_BYTES],
		   struct credentials *out)
{
	uint64_t hash = hash_of(sig);
	struct shard *shard = &cache->shards[hash % SHARDS];
	struct place *set = set_of(shard, hash);
	bool found = false;

	pthread_mutex_lock(&shard->lock);
	for (size_t i = 0; i < WAYS && !found; i++) {
		if (!is_for(&set[i], hash, sig) || !str_is(account, set[i].account))
			continue;
		memcpy(key, set[i].key, SHA256_BYTES);
		copy_out(a, &set[i], out);
		out->caller.access_key = sig->access_key;
		found = true;
	}
	pthread_mutex_unlock(&shard->lock);
	return found;
}

static bool copy(char *to, size_t size, struct str from)
{
	if (from.n >= size)
		return false;
	memcpy(to, from.p, from.n);
	to[from.n] = '\0';
	return true;
}

void key_cache_put(struct key_cache *cache, struct str account, const struct sigv4 *sig,
		   const unsigned char key[static SHA256_BYTES],
		   const struct credentials *credentials)
{
	const struct caller *caller = &credentials->caller;
	struct place fresh = { .hash = hash_of(sig),
			       .kind = caller->kind,
			       .expires_at = credentials->expires_at };
	struct shard *shard = &cache->shards[fresh.hash % SHARDS];
	struct place *set = set_of(shard, fresh.hash), *to = NULL;

	if (!copy(fresh.access_key, sizeof(fresh.access_key), sig->access_key) ||
	    !copy(fresh.date, sizeof(fresh.date), sig->date) ||
	    !copy(fresh.region, sizeof(fresh.region), sig->region) ||
	    !copy(fresh.service, sizeof(fresh.service), sig->service) ||
	    !copy(fresh.account, sizeof(fresh.account), account) ||
	    !copy(fresh.arn, sizeof(fresh.arn), caller->arn) ||
	    !copy(fresh.principal, sizeof(fresh.principal), caller->principal) ||
	    !copy(fresh.user_id, sizeof(fresh.user_id), caller->user_id))
		return;
	memcpy(fresh.key, key, SHA256_BYTES);
	memcpy(fresh.token, credentials->token, SHA256_BYTES);
	pthread_mutex_lock(&shard->lock);
	for (size_t i = 0; i < WAYS; i++)
		if (is_for(&set[i], fresh.hash, sig) || (!to && !set[i].hash))
			to = &set[i];
	if (!to)
		to = &set[shard->turn++ % WAYS];
	*to = fresh;
	pthread_mutex_unlock(&shard->lock);
}

void key_cache_forget(struct key_cache *cache, struct str access_key, struct str account)
{
	for (size_t s = 0; s < SHARDS; s++) {
		struct shard *shard = &cache->shards[s];

		pthread_mutex_lock(&shard->lock);
		for (size_t i = 0; i < PLACES; i++)
			if ((!access_key.p || str_is(access_key, shard->places[i].access_key)) &&
			    (!account.p || str_is(account, shard->places[i].account)))
				explicit_bzero(&shard->places[i], sizeof(shard->places[i]));
		pthread_mutex_unlock(&shard->lock);
	}
}
