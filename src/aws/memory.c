/* What dispatch remembers of an open account; see memory.h. */
#include "aws/memory.h"

#include <stdlib.h>

#define REMEMBERED_MAX 64
#define KEYS_MAX       16
#define SAVE_MS        60000

struct key_use {
	char id[21];
	char service[33];
	char region[33];
	int64_t at;
	bool stored;
};

struct memory {
	struct remembered *first; /* the one used last stands first */
	size_t count;
	struct key_use keys[KEYS_MAX];
	size_t key_count;
	int64_t saved_at;
};

static void free_entry(struct remembered *r)
{
	arena_free(r->arena);
}

static void free_all(struct memory *m)
{
	struct remembered *next;

	for (struct remembered *r = m->first; r; r = next) {
		next = r->next;
		free_entry(r);
	}
	m->first = NULL;
	m->count = 0;
}

static void memory_free(void *memory)
{
	free_all(memory);
	free(memory);
}

static struct memory *memory_of(struct account *account)
{
	if (account->memory)
		return account->memory;
	account->memory = calloc(1, sizeof(struct memory));
	if (!account->memory)
		abort();
	account->memory_free = memory_free;
	return account->memory;
}

struct remembered *memory_find(struct account *account, struct str name)
{
	struct memory *m = memory_of(account);

	for (struct remembered **at = &m->first; *at; at = &(*at)->next) {
		struct remembered *found = *at;

		if (!str_eq(found->name, name))
			continue;
		*at = found->next;
		found->next = m->first;
		m->first = found;
		return found;
	}
	return NULL;
}

struct remembered *memory_add(struct account *account, struct str name)
{
	struct memory *m = memory_of(account);
	struct arena *a = arena_new();
	struct remembered *r = ARENA_NEW(a, struct remembered);

	r->arena = a;
	r->name = arena_dup(a, name);
	r->next = m->first;
	m->first = r;
	m->count++;
	return r;
}

void memory_trim(struct account *account)
{
	struct memory *m = memory_of(account);
	struct remembered **at = &m->first, *next;

	if (m->count <= REMEMBERED_MAX)
		return;
	for (size_t i = 0; i < REMEMBERED_MAX; i++)
		at = &(*at)->next;
	for (struct remembered *r = *at; r; r = next) {
		next = r->next;
		free_entry(r);
	}
	*at = NULL;
	m->count = REMEMBERED_MAX;
}

void memory_forget(struct account *account)
{
	if (account->memory)
		free_all(account->memory);
}

/* --- keys ------------------------------------------------------------------------------ */

static struct key_use *find_use(struct memory *m, struct str id)
{
	for (size_t i = 0; i < m->key_count; i++)
		if (str_is(id, m->keys[i].id))
			return &m->keys[i];
	return NULL;
}

/* A place for another key: an empty one, or that of a use that is stored already. */
static struct key_use *free_use(struct memory *m)
{
	if (m->key_count < KEYS_MAX)
		return &m->keys[m->key_count++];
	for (size_t i = 0; i < m->key_count; i++)
		if (m->keys[i].stored)
			return &m->keys[i];
	return NULL;
}

static void copy(char *to, size_t size, struct str from)
{
	from = str_slice(from, 0, size - 1);
	memcpy(to, from.p, from.n);
	to[from.n] = '\0';
}

void memory_used(struct account *account, const struct op *op)
{
	struct memory *m = memory_of(account);
	struct key_use *use;

	if (op->caller.access_key.n != 20 || op->caller.temporary)
		return;
	use = find_use(m, op->caller.access_key);
	if (!use) {
		use = free_use(m);
		if (!use)
			return;
		*use = (struct key_use){ 0 };
		copy(use->id, sizeof(use->id), op->caller.access_key);
	}
	use->at = op->now;
	use->stored = false;
	if (op->service && strcmp(use->service, op->service->name) != 0)
		copy(use->service, sizeof(use->service), str_of(op->service->name));
	if (strcmp(use->region, op->region) != 0)
		copy(use->region, sizeof(use->region), str_of(op->region));
}

void memory_save(struct account *account, int64_t now)
{
	struct memory *m = memory_of(account);

	if (now - m->saved_at < SAVE_MS)
		return;
	m->saved_at = now;
	for (size_t i = 0; i < m->key_count; i++) {
		struct key_use *use = &m->keys[i];

		if (use->stored)
			continue;
		db_run(account->db,
		       "UPDATE access_key SET used_at = ?, used_service = ?, used_region = ?"
		       " WHERE id = ?",
		       "izzz", use->at, use->service, use->region, use->id);
		use->stored = true;
	}
}

void memory_last_use(struct account *account, struct key_info *info)
{
	struct key_use *use = find_use(memory_of(account), info->id);

	if (!use || use->at <= info->used_at)
		return;
	info->used_at = use->at;
	info->used_service = str_of(use->service);
	info->used_region = str_of(use->region);
}
