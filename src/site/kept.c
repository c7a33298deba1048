/* Finished pages: a table of slots by hash; the newest page of a slot stays. */
#include "site/kept.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SLOTS = 4096 };

struct page {
	struct kept_key key;
	atomic_int holders; /* the table and every request that sends it */
	size_t n;
	char bytes[];
};

struct kept {
	pthread_mutex_t lock;
	size_t bytes, max_bytes;
	size_t hand; /* where the next page to give way is looked for */
	struct page *slots[SLOTS];
};

static void page_drop(void *arg)
{
	struct page *page = arg;

	if (page && atomic_fetch_sub(&page->holders, 1) == 1)
		free(page);
}

static bool same(const struct kept_key *a, const struct kept_key *b)
{
	return a->book == b->book && a->text == b->text && a->person == b->person &&
	       a->state == b->state;
}

/* One slot for all states of a page for a person, so that the new state replaces the old. */
static size_t slot_of(const struct kept_key *key)
{
	uint64_t x = (uintptr_t)key->text / 16 * 0x9e3779b97f4a7c15u +
		     (uint64_t)key->person * 0xc2b2ae3d27d4eb4fu;

	return (x >> 32) % SLOTS;
}

struct kept *kept_new(size_t max_bytes)
{
	struct kept *kept = calloc(1, sizeof(*kept));

	if (!kept)
		abort();
	kept->max_bytes = max_bytes;
	pthread_mutex_init(&kept->lock, NULL);
	return kept;
}

void kept_free(struct kept *kept)
{
	if (!kept)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		page_drop(kept->slots[i]);
	pthread_mutex_destroy(&kept->lock);
	free(kept);
}

struct str kept_find(struct kept *kept, const struct kept_key *key, struct arena *a)
{
	struct page *page;

	pthread_mutex_lock(&kept->lock);
	page = kept->slots[slot_of(key)];
	if (page && same(&page->key, key))
		atomic_fetch_add(&page->holders, 1);
	else
		page = NULL;
	pthread_mutex_unlock(&kept->lock);
	if (!page)
		return STR_NONE;
	arena_defer(a, page_drop, page);
	return str_make(page->bytes, page->n);
}

static void clear_slot(struct kept *kept, size_t i)
{
	if (!kept->slots[i])
		return;
	kept->bytes -= kept->slots[i]->n;
	page_drop(kept->slots[i]);
	kept->slots[i] = NULL;
}

void kept_put(struct kept *kept, const struct kept_key *key, struct str bytes)
{
	size_t slot = slot_of(key);
	struct page *page;

	if (bytes.n > kept->max_bytes / 4)
		return;
	page = malloc(sizeof(*page) + bytes.n);
	if (!page)
		abort();
	page->key = *key;
	page->n = bytes.n;
	memcpy(page->bytes, bytes.p, bytes.n);
	atomic_init(&page->holders, 1);
	pthread_mutex_lock(&kept->lock);
	clear_slot(kept, slot);
	while (kept->bytes + bytes.n > kept->max_bytes) {
		clear_slot(kept, kept->hand);
		kept->hand = (kept->hand + 1) % SLOTS;
	}
	kept->slots[slot] = page;
	kept->bytes += bytes.n;
	pthread_mutex_unlock(&kept->lock);
}
