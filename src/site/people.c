/* The attendees in memory: two hash tables onto persons that are never removed. */
#include "site/people.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/log.h"

enum {
	BUCKETS = 4096,
	LABS_MAX = 64, /* labs with verdicts, per person */
};

/* A verdict document with its own memory and a count of its holders. */
struct held {
	struct verdicts verdicts; /* first: a holder's pointer is a pointer to this */
	atomic_int holders;
	struct arena *arena;
};

/* The whole of a person; others see the first member only. */
struct entry {
	struct person person;
	struct entry *next_by_account;
	bool has_key;
	struct person_key key;
	uint64_t version;
	int64_t last_green; /* milliseconds, 0: not seen yet */
	struct held *labs[LABS_MAX];
	size_t lab_count;
};

/* A token's hash leads to its person; one person may hold several. */
struct token {
	unsigned char hash[SHA256_BYTES];
	struct entry *entry;
	struct token *next;
};

struct people {
	struct event_store *event;
	pthread_mutex_t lock;
	/* Held while a verdict is compared, stored and shown, so that the file ends with what was seen last. */
	pthread_mutex_t storing;
	struct arena *arena; /* persons and tokens */
	struct entry *by_account[BUCKETS];
	struct token *by_token[BUCKETS];
	struct entry **all; /* in order of joining */
	size_t count, room;
};

const char *person_verdict_word(enum verdict_state state)
{
	static const char *const words[] = { "pending", "red", "green" };

	return words[state];
}

static struct entry *entry_of(const struct person *person)
{
	return (struct entry *)(uintptr_t)person;
}

static size_t account_bucket(struct str account)
{
	return hash_crc32(account) % BUCKETS;
}

static size_t token_bucket(const unsigned char *hash)
{
	return (hash[0] | (size_t)hash[1] << 8) % BUCKETS;
}

/* --- verdicts ------------------------------------------------------------ */

static void held_drop(void *arg)
{
	struct held *held = arg;

	if (held && atomic_fetch_sub(&held->holders, 1) == 1)
		arena_free(held->arena);
}

static enum verdict_state state_of(struct str word)
{
	if (str_is(word, "green"))
		return VERDICT_GREEN;
	return str_is(word, "red") ? VERDICT_RED : VERDICT_PENDING;
}

/* Read a document into memory of its own, held once; NULL when it is not one. */
static struct held *held_read(struct str lab, struct str text)
{
	struct arena *a = arena_new();
	struct json_object *doc = json_parse(a, text, NULL), *checks = json_get(doc, "checks");
	struct held *held = ARENA_NEW(a, struct held);
	size_t n = json_count(checks);
	struct verdict *v = arena_zalloc(a, (n + 1) * sizeof(*v));

	if (!json_is_object(doc) || !json_is_array(checks)) {
		arena_free(a);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *check = json_at(checks, i);

		v[i].id = json_get_str(check, "id");
		v[i].title = json_get_str(check, "title");
		v[i].message = json_get_str(check, "message");
		v[i].state = state_of(json_get_str(check, "state"));
	}
	held->arena = a;
	held->verdicts.lab = arena_dup(a, lab);
	held->verdicts.title = json_get_str(doc, "title");
	held->verdicts.text = arena_dup(a, text);
	held->verdicts.count = n;
	held->verdicts.checks = v;
	atomic_init(&held->holders, 1);
	return held;
}

/* The place of a lab's verdicts in a person, a new one when `make`; NULL when there is none. Locked. */
static struct held **lab_place(struct entry *e, struct str lab, bool make)
{
	for (size_t i = 0; i < e->lab_count; i++)
		if (str_eq(e->labs[i]->verdicts.lab, lab))
			return &e->labs[i];
	if (!make || e->lab_count == LABS_MAX)
		return NULL;
	return &e->labs[e->lab_count++];
}

/* --- who there is ------------------------------------------------------- */

static struct entry *find_account(struct people *people, struct str account)
{
	struct entry *e = people->by_account[account_bucket(account)];

	while (e && !str_eq(e->person.account, account))
		e = e->next_by_account;
	return e;
}

/* Add or find; locked. */
static struct entry *enter(struct people *people, const struct attendee *attendee)
{
	struct entry *e = find_account(people, attendee->account);
	size_t bucket = account_bucket(attendee->account);

	if (e)
		return e;
	e = ARENA_NEW(people->arena, struct entry);
	e->person.id = attendee->id;
	e->person.name = arena_dup(people->arena, attendee->name);
	e->person.account = arena_dup(people->arena, attendee->account);
	e->person.joined_at = attendee->joined_at;
	e->next_by_account = people->by_account[bucket];
	people->by_account[bucket] = e;
	if (people->count == people->room) {
		people->room = people->room ? people->room * 2 : 64;
		people->all = realloc(people->all, people->room * sizeof(struct entry *));
		if (!people->all)
			abort();
	}
	people->all[people->count++] = e;
	return e;
}

static void remember_token(struct people *people, const unsigned char *hash, struct entry *e)
{
	struct token *t = ARENA_NEW(people->arena, struct token);
	size_t bucket = token_bucket(hash);

	memcpy(t->hash, hash, SHA256_BYTES);
	t->entry = e;
	t->next = people->by_token[bucket];
	people->by_token[bucket] = t;
}

static struct entry *find_token(struct people *people, const unsigned char *hash)
{
	struct token *t = people->by_token[token_bucket(hash)];

	while (t && memcmp(t->hash, hash, SHA256_BYTES) != 0)
		t = t->next;
	return t ? t->entry : NULL;
}

struct people *people_new(struct event_store *event, const struct str *labs, size_t lab_count)
{
	struct people *people = calloc(1, sizeof(*people));
	struct arena *a = arena_new();
	struct attendee *everybody;
	size_t n;

	if (!people)
		abort();
	people->event = event;
	people->arena = arena_new();
	pthread_mutex_init(&people->lock, NULL);
	pthread_mutex_init(&people->storing, NULL);
	everybody = event_attendees(event, a, &n);
	for (size_t i = 0; i < n; i++) {
		struct entry *e = enter(people, &everybody[i]);

		for (size_t k = 0; k < lab_count; k++) {
			struct str text = event_progress(event, a, e->person.account, labs[k]);
			struct held *held = text.p ? held_read(labs[k], text) : NULL;
			struct held **place = held ? lab_place(e, labs[k], true) : NULL;

			if (place)
				*place = held;
			else
				held_drop(held);
		}
	}
	arena_free(a);
	return people;
}

void people_free(struct people *people)
{
	if (!people)
		return;
	for (size_t i = 0; i < people->count; i++)
		for (size_t k = 0; k < people->all[i]->lab_count; k++)
			held_drop(people->all[i]->labs[k]);
	free(people->all);
	arena_free(people->arena);
	pthread_mutex_destroy(&people->lock);
	pthread_mutex_destroy(&people->storing);
	free(people);
}

struct person *people_by_token(struct people *people, struct str token)
{
	unsigned char hash[SHA256_BYTES];
	struct attendee attendee;
	struct entry *e;
	struct arena *a;

	if (!token.n)
		return NULL;
	hash_sha256(token, hash);
	pthread_mutex_lock(&people->lock);
	e = find_token(people, hash);
	pthread_mutex_unlock(&people->lock);
	if (e)
		return &e->person;
	a = arena_new();
	if (event_attendee_by_token(people->event, a, token, &attendee)) {
		pthread_mutex_lock(&people->lock);
		e = enter(people, &attendee);
		if (!find_token(people, hash))
			remember_token(people, hash, e);
		pthread_mutex_unlock(&people->lock);
	}
	arena_free(a);
	return e ? &e->person : NULL;
}

struct person *people_by_account(struct people *people, struct str account)
{
	struct entry *e;

	pthread_mutex_lock(&people->lock);
	e = find_account(people, account);
	pthread_mutex_unlock(&people->lock);
	return e ? &e->person : NULL;
}

struct person *people_add(struct people *people, const struct attendee *attendee, struct str token)
{
	unsigned char hash[SHA256_BYTES];
	struct entry *e;

	hash_sha256(token, hash);
	pthread_mutex_lock(&people->lock);
	e = enter(people, attendee);
	remember_token(people, hash, e);
	pthread_mutex_unlock(&people->lock);
	return &e->person;
}

struct person **people_list(struct people *people, struct arena *a, size_t *count)
{
	struct person **list;

	pthread_mutex_lock(&people->lock);
	list = arena_alloc(a, (people->count + 1) * sizeof(struct person *));
	for (size_t i = 0; i < people->count; i++)
		list[i] = &people->all[i]->person;
	*count = people->count;
	pthread_mutex_unlock(&people->lock);
	return list;
}

size_t people_count(struct people *people)
{
	size_t n;

	pthread_mutex_lock(&people->lock);
	n = people->count;
	pthread_mutex_unlock(&people->lock);
	return n;
}

/* --- what changes ------------------------------------------------------------- */

void person_set_key(struct people *people, struct person *person, const struct person_key *key)
{
	struct entry *e = entry_of(person);

	pthread_mutex_lock(&people->lock);
	e->key = *key;
	e->has_key = true;
	e->version++;
	pthread_mutex_unlock(&people->lock);
}

bool person_key(struct people *people, const struct person *person, struct person_key *out)
{
	const struct entry *e = entry_of(person);
	bool known;

	pthread_mutex_lock(&people->lock);
	known = e->has_key;
	if (known)
		*out = e->key;
	pthread_mutex_unlock(&people->lock);
	return known;
}

static bool said_already(struct people *people, struct entry *e, struct str lab, struct str text)
{
	struct held **place;
	bool same;

	pthread_mutex_lock(&people->lock);
	place = lab_place(e, lab, false);
	same = place && str_eq((*place)->verdicts.text, text);
	pthread_mutex_unlock(&people->lock);
	return same;
}

static size_t green_count(const struct held *held)
{
	size_t n = 0;

	for (size_t i = 0; held && i < held->verdicts.count; i++)
		n += held->verdicts.checks[i].state == VERDICT_GREEN;
	return n;
}

/* Show the verdicts to readers; the old ones stay with those who hold them. */
static bool show(struct people *people, struct entry *e, struct held *held, int64_t now)
{
	struct held **place, *old = NULL;
	size_t before;

	pthread_mutex_lock(&people->lock);
	before = e->lab_count;
	place = lab_place(e, held->verdicts.lab, true);
	if (place) {
		old = e->lab_count == before ? *place : NULL;
		*place = held;
		e->version++;
		if (green_count(held) > green_count(old))
			e->last_green = now;
	}
	pthread_mutex_unlock(&people->lock);
	held_drop(place ? old : held);
	return place != NULL;
}

bool person_set_verdicts(struct people *people, struct person *person, struct str lab,
			 struct str text, int64_t now)
{
	struct entry *e = entry_of(person);
	struct held *held;
	bool changed = false;

	pthread_mutex_lock(&people->storing);
	if (!said_already(people, e, lab, text) && (held = held_read(lab, text)) != NULL) {
		if (!event_set_progress(people->event, person->account, lab, text, now))
			log_error("the progress of account %.*s could not be stored",
				  STR_ARG(person->account));
		changed = show(people, e, held, now);
	}
	pthread_mutex_unlock(&people->storing);
	return changed;
}

const struct verdicts *const *person_verdicts(struct people *people, const struct person *person,
					      struct arena *a, size_t *count)
{
	const struct entry *e = entry_of(person);
	const struct verdicts **list;

	pthread_mutex_lock(&people->lock);
	list = arena_alloc(a, (e->lab_count + 1) * sizeof(*list));
	for (size_t i = 0; i < e->lab_count; i++) {
		atomic_fetch_add(&e->labs[i]->holders, 1);
		list[i] = &e->labs[i]->verdicts;
		arena_defer(a, held_drop, e->labs[i]);
	}
	*count = e->lab_count;
	pthread_mutex_unlock(&people->lock);
	return list;
}

int64_t person_last_green(struct people *people, const struct person *person)
{
	int64_t at;

	pthread_mutex_lock(&people->lock);
	at = entry_of(person)->last_green;
	pthread_mutex_unlock(&people->lock);
	return at;
}

uint64_t person_version(struct people *people, const struct person *person)
{
	uint64_t version;

	pthread_mutex_lock(&people->lock);
	version = entry_of(person)->version;
	pthread_mutex_unlock(&people->lock);
	return version;
}
