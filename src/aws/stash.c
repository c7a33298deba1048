/* What stages remember for a while; see stash.h. */
#include "aws/stash.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/fnv.h"

enum { SLOTS = 4096, VALUE_MAX = 1 << 20 };
#define BYTES_MAX ((size_t)64 << 20)

/* A slot is used by one key at a time: a later key that falls on it takes it over. */
struct slot {
	char *key; /* NULL: free; the value's bytes stand behind it */
	size_t key_n, value_n;
	int64_t until;
	double tokens;    /* of a bucket */
	int64_t taken_at; /* when tokens were counted last; 0: not a bucket */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot slots[SLOTS];
static size_t bytes_held;

static void free_slot(struct slot *s)
{
	if (!s->key)
		return;
	bytes_held -= s->key_n + s->value_n;
	free(s->key);
	*s = (struct slot){ .key = NULL };
}

static struct slot *slot_of(struct str key)
{
	return &slots[fnv_add(FNV_BEGIN, key.p, key.n) % SLOTS];
}

static bool holds(const struct slot *s, struct str key)
{
	return s->key && str_eq(str_make(s->key, s->key_n), key);
}

static bool fill(struct slot *s, struct str key, struct str value)
{
	char *bytes;

	free_slot(s);
	if (bytes_held + key.n + value.n > BYTES_MAX)
		return false;
	bytes = malloc(key.n + value.n + 1);
	if (!bytes)
		abort();
	memcpy(bytes, key.p, key.n);
	if (value.n)
		memcpy(bytes + key.n, value.p, value.n);
	*s = (struct slot){ .key = bytes, .key_n = key.n, .value_n = value.n };
	bytes_held += key.n + value.n;
	return true;
}

static void drop_expired(int64_t now)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (slots[i].key && slots[i].until < now)
			free_slot(&slots[i]);
}

void stash_put(struct str key, struct str value, int64_t until)
{
	struct slot *s;

	if (value.n > VALUE_MAX)
		return;
	pthread_mutex_lock(&lock);
	s = slot_of(key);
	if (fill(s, key, value))
		s->until = until;
	pthread_mutex_unlock(&lock);
}

bool stash_get(struct arena *a, struct str key, int64_t now, struct str *value)
{
	struct slot *s;
	bool found;

	pthread_mutex_lock(&lock);
	if (bytes_held > BYTES_MAX / 2)
		drop_expired(now);
	s = slot_of(key);
	found = holds(s, key) && s->until > now;
	if (found)
		*value = arena_dup(a, str_make(s->key + s->key_n, s->value_n));
	pthread_mutex_unlock(&lock);
	return found;
}

void stash_forget(struct str prefix)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < SLOTS; i++)
		if (slots[i].key && str_starts(str_make(slots[i].key, slots[i].key_n), prefix))
			free_slot(&slots[i]);
	pthread_mutex_unlock(&lock);
}

bool stash_take(struct str key, double rate, double burst, int64_t now)
{
	struct slot *s;
	bool taken = true;

	pthread_mutex_lock(&lock);
	s = slot_of(key);
	if (!holds(s, key)) {
		if (!fill(s, key, STR("")))
			goto out;
		s->tokens = burst;
		s->taken_at = now;
	}
	if (now > s->taken_at)
		s->tokens += (double)(now - s->taken_at) / 1000 * rate;
	if (s->tokens > burst)
		s->tokens = burst;
	s->taken_at = now;
	s->until = now + 60000;
	taken = s->tokens >= 1;
	if (taken)
		s->tokens -= 1;
out:
	pthread_mutex_unlock(&lock);
	return taken;
}
