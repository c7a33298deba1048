/*
 * The attendees in memory: two hash tables onto persons that are never removed, and the thread that stores
 * their verdicts.
 */
#include "site/people.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"
#include "base/log.h"

enum {
	BUCKETS = 4096,
	LABS_MAX = 64, /* labs with verdicts, per person */
	SAVE_AGAIN_S = 2,
};

/* The whole of a person; others see the first member only. */
struct entry {
	struct person person;
	struct entry *next_by_account;
	bool has_key;
	struct person_key key;
	uint64_t version;
	int64_t last_green;   /* milliseconds, 0: not seen yet */
	int64_t started_over; /* likewise, 0: never */
	struct verdicts *labs[LABS_MAX];
	bool unsaved[LABS_MAX]; /* not in the event's file yet */
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
	pthread_cond_t save;  /* something is unsaved, or the saver must stop */
	pthread_cond_t saved; /* nobody is writing any more */
	pthread_t saver;
	size_t unsaved;
	bool writing; /* one at a time writes verdicts, or removes them */
	bool stopping;
	struct arena *arena; /* persons and tokens */
	struct entry *by_account[BUCKETS];
	struct token *by_token[BUCKETS];
	uint64_t tokens_changed; /* how often somebody got another one */
	struct entry **all;      /* in order of joining */
	size_t count, room;
};

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

/* The place of a lab's verdicts in a person, a new and empty one if need be; -1 when there is no room. Locked. */
static int lab_place(struct entry *e, struct str lab)
{
	for (size_t i = 0; i < e->lab_count; i++)
		if (str_eq(e->labs[i]->lab, lab))
			return (int)i;
	return e->lab_count < LABS_MAX ? (int)e->lab_count : -1;
}

/* Put verdicts into their place and take over the hold on them; the old ones stay with those who hold them. */
static void put(struct entry *e, int place, struct verdicts *v)
{
	if ((size_t)place == e->lab_count)
		e->labs[e->lab_count++] = NULL;
	verdicts_drop(e->labs[place]);
	e->labs[place] = v;
}

static struct entry *find_account(struct people *people, struct str account)
{
	struct entry *e = people->by_account[account_bucket(account)];

	while (e && !str_eq(e->person.account, account))
		e = e->next_by_account;
	return e;
}

/* --- storing ------------------------------------------------------------- */

/* What is unsaved, held, from all persons; marks it as saved. Locked. */
static struct verdicts **take_unsaved(struct people *people, struct arena *a,
				      struct event_verdicts *out)
{
	struct verdicts **list = arena_alloc(a, (people->unsaved + 1) * sizeof(struct verdicts *));
	size_t n = 0;

	for (size_t i = 0; i < people->count; i++) {
		struct entry *e = people->all[i];

		for (size_t k = 0; k < e->lab_count; k++) {
			if (!e->unsaved[k])
				continue;
			e->unsaved[k] = false;
			list[n] = verdicts_hold(e->labs[k]);
			out[n] = (struct event_verdicts){ e->person.account, list[n]->lab,
							  list[n]->text, list[n]->at };
			n++;
		}
	}
	people->unsaved = 0;
	return list;
}

/* Between these two nobody else writes. The lock is held, and let go in between. */
static void begin_writing(struct people *people)
{
	while (people->writing)
		pthread_cond_wait(&people->saved, &people->lock);
	people->writing = true;
}

static void end_writing(struct people *people)
{
	people->writing = false;
	pthread_cond_broadcast(&people->saved);
}

/* Store what is unsaved. False when the disk refused, and it has to be tried again. Locked, but not while writing. */
static bool save(struct people *people)
{
	struct arena *a = arena_new();
	struct event_verdicts *all;
	struct verdicts **list;
	size_t n;
	bool saved;

	begin_writing(people);
	n = people->unsaved;
	all = arena_alloc(a, (n + 1) * sizeof(*all));
	list = take_unsaved(people, a, all);
	pthread_mutex_unlock(&people->lock);
	saved = event_set_progress_all(people->event, all, n);
	pthread_mutex_lock(&people->lock);
	for (size_t i = 0; i < n; i++) {
		struct entry *e = find_account(people, all[i].account);
		int place = lab_place(e, all[i].lab);

		if (!saved && !e->unsaved[place]) {
			e->unsaved[place] = true;
			people->unsaved++;
		}
		verdicts_drop(list[i]);
	}
	end_writing(people);
	arena_free(a);
	return saved;
}

static void *saver(void *arg)
{
	struct people *people = arg;
	struct timespec until;

	pthread_mutex_lock(&people->lock);
	while (!people->stopping || people->unsaved) {
		if (!people->unsaved) {
			pthread_cond_wait(&people->save, &people->lock);
		} else if (!save(people)) {
			log_error("progress cannot be stored: is the disk full? It is tried again");
			if (people->stopping)
				break;
			clock_gettime(CLOCK_REALTIME, &until);
			until.tv_sec += SAVE_AGAIN_S;
			while (!people->stopping &&
			       pthread_cond_timedwait(&people->save, &people->lock, &until) == 0)
				;
		}
	}
	pthread_mutex_unlock(&people->lock);
	return NULL;
}

/* The latest moment at which a check was green first. */
static int64_t last_done(const struct verdicts *v)
{
	int64_t last = 0;

	for (size_t i = 0; v && i < v->count; i++)
		if (v->checks[i].done_at > last)
			last = v->checks[i].done_at;
	return last;
}

/* --- who there is ------------------------------------------------------- */

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
	pthread_cond_init(&people->save, NULL);
	pthread_cond_init(&people->saved, NULL);
	everybody = event_attendees(event, a, &n);
	for (size_t i = 0; i < n; i++) {
		struct entry *e = enter(people, &everybody[i]);

		e->started_over = event_started_over(event, e->person.account);
		for (size_t k = 0; k < lab_count; k++) {
			struct str text = event_progress(event, a, e->person.account, labs[k]);
			struct verdicts *v = text.p ? verdicts_read(labs[k], text, 0) : NULL;
			int place = v ? lab_place(e, labs[k]) : -1;

			if (last_done(v) > e->last_green)
				e->last_green = last_done(v);
			if (place >= 0)
				put(e, place, v);
			else
				verdicts_drop(v);
		}
	}
	arena_free(a);
	if (pthread_create(&people->saver, NULL, saver, people) != 0)
		abort();
	return people;
}

void people_free(struct people *people)
{
	if (!people)
		return;
	pthread_mutex_lock(&people->lock);
	people->stopping = true;
	pthread_cond_broadcast(&people->save);
	pthread_mutex_unlock(&people->lock);
	pthread_join(people->saver, NULL);
	for (size_t i = 0; i < people->count; i++)
		for (size_t k = 0; k < people->all[i]->lab_count; k++)
			verdicts_drop(people->all[i]->labs[k]);
	free(people->all);
	arena_free(people->arena);
	pthread_mutex_destroy(&people->lock);
	pthread_cond_destroy(&people->save);
	pthread_cond_destroy(&people->saved);
	free(people);
}

/* Who holds a token by the event's file; *again: it may have been taken away while that was read. */
static struct entry *look_up_token(struct people *people, struct str token,
				   const unsigned char *hash, bool *again)
{
	struct arena *a = arena_new();
	struct attendee attendee;
	struct entry *e = NULL;
	uint64_t changed;

	pthread_mutex_lock(&people->lock);
	changed = people->tokens_changed;
	pthread_mutex_unlock(&people->lock);
	if (event_attendee_by_token(people->event, a, token, &attendee)) {
		pthread_mutex_lock(&people->lock);
		e = enter(people, &attendee);
		*again = changed != people->tokens_changed;
		if (!*again && !find_token(people, hash))
			remember_token(people, hash, e);
		pthread_mutex_unlock(&people->lock);
	}
	arena_free(a);
	return e;
}

struct person *people_by_token(struct people *people, struct str token)
{
	unsigned char hash[SHA256_BYTES];
	struct entry *e;
	bool again = true;

	if (!token.n)
		return NULL;
	hash_sha256(token, hash);
	pthread_mutex_lock(&people->lock);
	e = find_token(people, hash);
	pthread_mutex_unlock(&people->lock);
	while (!e && again) {
		again = false;
		e = look_up_token(people, token, hash, &again);
		if (again)
			e = NULL;
	}
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

static void forget_tokens(struct people *people, const struct entry *e)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct token **t = &people->by_token[i]; *t;) {
			if ((*t)->entry == e)
				*t = (*t)->next;
			else
				t = &(*t)->next;
		}
}

bool people_set_token(struct people *people, struct person *person, struct str token)
{
	struct arena *a = arena_new();
	bool done = event_set_token(people->event, a, person->account, token);

	if (done) {
		pthread_mutex_lock(&people->lock);
		people->tokens_changed++;
		forget_tokens(people, entry_of(person));
		pthread_mutex_unlock(&people->lock);
	}
	arena_free(a);
	return done;
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

/* Show the verdicts to everybody and have them stored, unless they say nothing new. Locked. */
static bool show(struct people *people, struct entry *e, struct verdicts *v)
{
	int place = lab_place(e, v->lab);
	const struct verdicts *old =
		place >= 0 && (size_t)place < e->lab_count ? e->labs[place] : NULL;

	if (place < 0 || (old && str_eq(old->text, v->text)))
		return false;
	if (verdicts_green(v) > verdicts_green(old))
		e->last_green = v->at;
	put(e, place, verdicts_hold(v));
	e->version++;
	if (!e->unsaved[place]) {
		e->unsaved[place] = true;
		people->unsaved++;
	}
	pthread_cond_signal(&people->save);
	return true;
}

bool person_set_verdicts(struct people *people, struct person *person, struct str lab,
			 struct str text, int64_t now)
{
	struct verdicts *v = verdicts_read(lab, text, now);
	bool changed = false;

	if (v) {
		pthread_mutex_lock(&people->lock);
		changed = show(people, entry_of(person), v);
		pthread_mutex_unlock(&people->lock);
		verdicts_drop(v);
	}
	return changed;
}

static void drop(void *arg)
{
	verdicts_drop(arg);
}

const struct verdicts *const *person_verdicts(struct people *people, const struct person *person,
					      struct arena *a, size_t *count)
{
	const struct entry *e = entry_of(person);
	const struct verdicts **list;

	pthread_mutex_lock(&people->lock);
	list = arena_alloc(a, (e->lab_count + 1) * sizeof(*list));
	for (size_t i = 0; i < e->lab_count; i++) {
		list[i] = verdicts_hold(e->labs[i]);
		arena_defer(a, drop, e->labs[i]);
	}
	*count = e->lab_count;
	pthread_mutex_unlock(&people->lock);
	return list;
}

/* Locked. */
static void forget_verdicts(struct people *people, struct entry *e, int64_t now)
{
	for (size_t i = 0; i < e->lab_count; i++) {
		people->unsaved -= e->unsaved[i];
		e->unsaved[i] = false;
		verdicts_drop(e->labs[i]);
	}
	e->lab_count = 0;
	e->last_green = 0;
	e->started_over = now;
	e->version++;
}

bool person_start_over(struct people *people, struct person *person, int64_t now)
{
	bool done;

	pthread_mutex_lock(&people->lock);
	begin_writing(people);
	pthread_mutex_unlock(&people->lock);
	done = event_start_over(people->event, person->account, now);
	pthread_mutex_lock(&people->lock);
	if (done)
		forget_verdicts(people, entry_of(person), now);
	end_writing(people);
	pthread_mutex_unlock(&people->lock);
	return done;
}

int64_t person_started_over(struct people *people, const struct person *person)
{
	int64_t at;

	pthread_mutex_lock(&people->lock);
	at = entry_of(person)->started_over;
	pthread_mutex_unlock(&people->lock);
	return at;
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
