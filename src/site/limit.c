/* Token buckets by address, in a table of fixed size. */
#include "site/limit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"

enum {
	SETS = 512,
	WAYS = 4, /* addresses that share a set; the idlest gives way */
};

struct bucket {
	unsigned char key[16];
	bool used;
	double tokens;
	int64_t at; /* when `tokens` was true */
};

struct limit {
	struct limit_config config;
	pthread_mutex_t lock;
	struct bucket all;
	struct bucket sets[SETS][WAYS];
};

struct limit *limit_new(const struct limit_config *config)
{
	struct limit *limit = calloc(1, sizeof(*limit));

	if (!limit)
		abort();
	limit->config = *config;
	limit->all.tokens = config->burst_all;
	pthread_mutex_init(&limit->lock, NULL);
	return limit;
}

void limit_free(struct limit *limit)
{
	if (!limit)
		return;
	pthread_mutex_destroy(&limit->lock);
	free(limit);
}

/* Sixteen bytes that stand for an address: IPv4 whole, IPv6 by its network, anything else by its text. */
static void key_of(struct str address, unsigned char key[static 16])
{
	unsigned char hash[SHA256_BYTES];
	char text[INET6_ADDRSTRLEN + 1] = "";

	memset(key, 0, 16);
	if (address.n < sizeof(text))
		memcpy(text, address.p, address.n);
	if (inet_pton(AF_INET6, text, key) == 1) {
		static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

		if (memcmp(key, mapped, sizeof(mapped)) == 0)
			memset(key, 0, sizeof(mapped));
		else
			memset(key + 8, 0, 8);
	} else if (inet_pton(AF_INET, text, key + 12) != 1) {
		hash_sha256(address, hash);
		memcpy(key, hash, 16);
	}
}

static void refill(struct bucket *b, int burst, int per_minute, int64_t now)
{
	if (now > b->at)
		b->tokens += (double)(now - b->at) * per_minute / 60000;
	if (b->tokens > burst)
		b->tokens = burst;
	b->at = now;
}

/* The address's bucket, filled up to now. Locked. */
static struct bucket *bucket_of(struct limit *limit, struct str address, int64_t now)
{
	unsigned char key[16];
	struct bucket *set, *idlest;

	key_of(address, key);
	set = limit->sets[hash_crc32(str_make(key, sizeof(key))) % SETS];
	idlest = &set[0];
	for (int i = 0; i < WAYS; i++) {
		if (set[i].used && memcmp(set[i].key, key, sizeof(key)) == 0) {
			refill(&set[i], limit->config.burst, limit->config.per_minute, now);
			return &set[i];
		}
		if (!set[i].used || (idlest->used && set[i].at < idlest->at))
			idlest = &set[i];
	}
	memcpy(idlest->key, key, sizeof(key));
	idlest->used = true;
	idlest->tokens = limit->config.burst;
	idlest->at = now;
	return idlest;
}

static int seconds_to_one(const struct bucket *b, int per_minute)
{
	if (b->tokens >= 1)
		return 0;
	return (int)((1 - b->tokens) * 60 / per_minute) + 1;
}

int limit_wait_s(struct limit *limit, struct str address, int64_t now)
{
	struct bucket *b;
	int own, all;

	pthread_mutex_lock(&limit->lock);
	b = bucket_of(limit, address, now);
	refill(&limit->all, limit->config.burst_all, limit->config.per_minute_all, now);
	own = seconds_to_one(b, limit->config.per_minute);
	all = seconds_to_one(&limit->all, limit->config.per_minute_all);
	pthread_mutex_unlock(&limit->lock);
	return own > all ? own : all;
}

void limit_take(struct limit *limit, struct str address, int64_t now)
{
	struct bucket *b;

	pthread_mutex_lock(&limit->lock);
	b = bucket_of(limit, address, now);
	refill(&limit->all, limit->config.burst_all, limit->config.per_minute_all, now);
	b->tokens -= 1;
	limit->all.tokens -= 1;
	pthread_mutex_unlock(&limit->lock);
}
