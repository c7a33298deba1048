/*
 * What accounts have emitted and not been told yet: a table of accounts in memory, each with an arena that
 * is thrown away when its contents have been delivered. See emit.h.
 */
#include "aws/call.h"
#include "aws/emit.h"
#include "aws/share.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"

enum {
	BUCKETS = 256,
	SERIES_BUCKETS = 64,
	METRICS_DELAY_MS = 1000,
	LINES_DELAY_MS = 400, /* somebody may be waiting for them */
	MINUTE_MS = 60000,
	LINES_BYTES_SOON = 1 << 20, /* that are worth a turn at once */
	LINES_BYTES_MAX = 8 << 20,  /* of an account; what is more is dropped */
	SERIES_MAX = 2000,          /* likewise */
};

struct series {
	struct emit_series series;
	struct series *next_in_bucket;
	uint64_t hash;
};

/* What is pending for one account. */
struct pending {
	struct pending *next;
	char account[13];
	struct arena *arena; /* NULL: nothing is pending */
	struct emit_lines *first, *last;
	size_t line_bytes, dropped;
	int64_t due; /* when its turn is, while something is pending */
	struct emit_series *series;
	size_t series_count;
	struct series **buckets; /* SERIES_BUCKETS of them, in the arena */
};

struct emitter {
	pthread_mutex_t due_lock; /* of the two below; rarely taken */
	void (*due)(void *arg, struct str account, int64_t at);
	void *arg;
	struct emit_bucket {
		pthread_mutex_t lock;
		struct pending *first;
	} buckets[BUCKETS];
};

struct emitter *emitter_new(void)
{
	struct emitter *e = calloc(1, sizeof(*e));

	if (!e)
		abort();
	pthread_mutex_init(&e->due_lock, NULL);
	for (size_t i = 0; i < BUCKETS; i++)
		pthread_mutex_init(&e->buckets[i].lock, NULL);
	return e;
}

void emitter_free(struct emitter *e)
{
	for (size_t i = 0; e && i < BUCKETS; i++) {
		struct pending *next;

		for (struct pending *p = e->buckets[i].first; p; p = next) {
			next = p->next;
			arena_free(p->arena);
			free(p);
		}
		pthread_mutex_destroy(&e->buckets[i].lock);
	}
	if (e)
		pthread_mutex_destroy(&e->due_lock);
	free(e);
}

void emit_on_due(struct aws *aws, void (*due)(void *arg, struct str account, int64_t at), void *arg)
{
	pthread_mutex_lock(&aws->emitter->due_lock);
	aws->emitter->due = due;
	aws->emitter->arg = arg;
	pthread_mutex_unlock(&aws->emitter->due_lock);
}

/* --- units ------------------------------------------------------------------------- */

static const char *const units[] = { "Seconds",
				     "Microseconds",
				     "Milliseconds",
				     "Bytes",
				     "Kilobytes",
				     "Megabytes",
				     "Gigabytes",
				     "Terabytes",
				     "Bits",
				     "Kilobits",
				     "Megabits",
				     "Gigabits",
				     "Terabits",
				     "Percent",
				     "Count",
				     "Bytes/Second",
				     "Kilobytes/Second",
				     "Megabytes/Second",
				     "Gigabytes/Second",
				     "Terabytes/Second",
				     "Bits/Second",
				     "Kilobits/Second",
				     "Megabits/Second",
				     "Gigabits/Second",
				     "Terabits/Second",
				     "Count/Second",
				     "None",
				     NULL };
const struct shape emit_unit = { .type = SHAPE_STRING, .values = units };

/* --- finding ------------------------------------------------------------------------- */

/* Like FNV-1a, by words: names are long, and this is done for each value. */
static uint64_t hash_add(uint64_t hash, struct str s)
{
	uint64_t word;

	for (; s.n >= sizeof(word); s = str_make(s.p + sizeof(word), s.n - sizeof(word))) {
		memcpy(&word, s.p, sizeof(word));
		hash = (hash ^ word) * 1099511628211ULL;
		hash ^= hash >> 32;
	}
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 1099511628211ULL;
	return (hash ^ 0xff) * 1099511628211ULL;
}

#define HASH_BEGIN 14695981039346656037ULL

static struct emit_bucket *bucket_of(struct emitter *e, struct str account)
{
	uint64_t hash = hash_add(HASH_BEGIN, account);

	return &e->buckets[(hash ^ hash >> 32) % BUCKETS];
}

/* With the bucket's lock held: what is pending for the account; made when absent. */
static struct pending *pending_of(struct emit_bucket *bucket, struct str account)
{
	struct pending *p = bucket->first;

	while (p && !str_is(account, p->account))
		p = p->next;
	if (p)
		return p;
	p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	memcpy(p->account, account.p, account.n < 12 ? account.n : 12);
	p->next = bucket->first;
	bucket->first = p;
	return p;
}

static void begin(struct pending *p)
{
	if (p->arena)
		return;
	p->arena = arena_new();
	p->buckets = arena_zalloc(p->arena, SERIES_BUCKETS * sizeof(struct series *));
	p->due = INT64_MAX;
}

/* It wants a turn at that time. True when the account has to be told. */
static bool want(struct pending *p, int64_t at)
{
	if (p->due <= at)
		return false;
	p->due = at;
	return true;
}

static void tell(struct emitter *e, struct str account, int64_t at)
{
	pthread_mutex_lock(&e->due_lock);
	if (e->due)
		e->due(e->arg, account, at);
	pthread_mutex_unlock(&e->due_lock);
}

/* --- lines ----------------------------------------------------------------------------- */

/* A name like the one before is kept once. */
static struct str name_like(struct arena *a, struct str name, struct str before)
{
	if (!name.p)
		return STR_NONE;
	return before.p && str_eq(name, before) ? before : arena_dup(a, name);
}

static void add_line(struct pending *p, const struct emit_line *line, int64_t now)
{
	static const struct emit_line nothing;
	const struct emit_line *before = p->last ? &p->last->line : &nothing;
	struct emit_lines *l;

	if (p->line_bytes + line->text.n > LINES_BYTES_MAX) {
		p->dropped++;
		return;
	}
	l = ARENA_NEW(p->arena, struct emit_lines);
	l->line = (struct emit_line){
		.group = name_like(p->arena, line->group, before->group),
		.stream = name_like(p->arena, line->stream, before->stream),
		.role = name_like(p->arena, line->role, before->role),
		.service = line->service,
		.at_ms = line->at_ms ? line->at_ms : now,
		.text = arena_dup(p->arena, line->text),
	};
	if (p->last)
		p->last->next = l;
	else
		p->first = l;
	p->last = l;
	p->line_bytes += line->text.n + sizeof(*l);
}

void emit_log_to(struct aws *aws, const char *account, const struct emit_line *line)
{
	struct str id = str_of(account);
	struct emit_bucket *bucket = bucket_of(aws->emitter, id);
	int64_t now = aws->config.clock(), at;
	struct pending *p;
	bool changed;

	pthread_mutex_lock(&bucket->lock);
	p = pending_of(bucket, id);
	begin(p);
	add_line(p, line, now);
	at = p->line_bytes < LINES_BYTES_SOON ? now + LINES_DELAY_MS : now;
	changed = want(p, at);
	pthread_mutex_unlock(&bucket->lock);
	if (changed)
		tell(aws->emitter, id, at);
}

/* Is it nobody's doing but the workshop's? */
static bool is_look(const struct op *op)
{
	return op->call && op->call->looks;
}

void emit_log(struct op *op, const struct emit_line *line)
{
	if (!is_look(op))
		emit_log_to(op->aws, op->account->id, line);
}

/* --- metrics ----------------------------------------------------------------------------- */

static size_t dimension_count(const struct emit_metric *m)
{
	size_t n = 0;

	while (n < EMIT_DIMENSIONS && m->dimensions[n].name)
		n++;
	return n;
}

static bool is_of(const struct series *s, const struct emit_metric *m, int64_t minute_ms)
{
	const struct emit_series *of = &s->series;

	if (of->minute_ms != minute_ms || of->dimension_count != dimension_count(m) ||
	    !str_is(of->name, m->name) || !str_is(of->space, m->space) ||
	    !str_is(of->unit, m->unit ? m->unit : "None"))
		return false;
	for (size_t i = 0; i < of->dimension_count; i++)
		if (!str_is(of->names[i], m->dimensions[i].name) ||
		    !str_eq(of->values[i], m->dimensions[i].value))
			return false;
	return true;
}

static uint64_t hash_of(const struct emit_metric *m, int64_t minute_ms)
{
	uint64_t hash = hash_add(HASH_BEGIN + (uint64_t)minute_ms, str_of(m->name));

	for (size_t i = 0; i < dimension_count(m); i++)
		hash = hash_add(hash, m->dimensions[i].value);
	return hash;
}

static struct series *series_new(struct pending *p, const struct emit_metric *m, int64_t minute_ms)
{
	struct series *s;
	size_t n = dimension_count(m);

	if (p->series_count == SERIES_MAX)
		return NULL;
	s = ARENA_NEW(p->arena, struct series);
	s->series.space = arena_dup(p->arena, str_of(m->space));
	s->series.name = arena_dup(p->arena, str_of(m->name));
	s->series.unit = arena_dup(p->arena, str_of(m->unit ? m->unit : "None"));
	for (size_t i = 0; i < n; i++) {
		s->series.names[i] = arena_dup(p->arena, str_of(m->dimensions[i].name));
		s->series.values[i] = arena_dup(p->arena, m->dimensions[i].value);
	}
	s->series.dimension_count = n;
	s->series.minute_ms = minute_ms;
	s->series.next = p->series;
	p->series = &s->series;
	p->series_count++;
	return s;
}

static struct series *series_get(struct pending *p, const struct emit_metric *m, int64_t minute_ms)
{
	uint64_t hash = hash_of(m, minute_ms);
	struct series **at = &p->buckets[(hash ^ hash >> 32) % SERIES_BUCKETS], *s = *at;

	while (s && (s->hash != hash || !is_of(s, m, minute_ms)))
		s = s->next_in_bucket;
	if (s)
		return s;
	s = series_new(p, m, minute_ms);
	if (!s)
		return NULL;
	s->hash = hash;
	s->next_in_bucket = *at;
	*at = s;
	return s;
}

static void add_metric(struct aws *aws, struct str id, const struct emit_metric *m, int64_t now)
{
	struct emit_bucket *bucket = bucket_of(aws->emitter, id);
	int64_t at = m->at_ms ? m->at_ms : now;
	struct pending *p;
	struct series *s;
	bool changed;

	pthread_mutex_lock(&bucket->lock);
	p = pending_of(bucket, id);
	begin(p);
	changed = want(p, now + METRICS_DELAY_MS);
	s = series_get(p, m, at - at % MINUTE_MS);
	if (s)
		sketch_add(&s->series.sketch, m->value, m->count ? m->count : 1);
	pthread_mutex_unlock(&bucket->lock);
	if (changed)
		tell(aws->emitter, id, now + METRICS_DELAY_MS);
}

void emit_metric_to(struct aws *aws, const char *account, const struct emit_metric *metric)
{
	add_metric(aws, str_of(account), metric, aws->config.clock());
}

void emit_metric(struct op *op, const struct emit_metric *metric)
{
	if (!is_look(op))
		add_metric(op->aws, str_of(op->account->id), metric, op->now);
}

/* --- delivering ---------------------------------------------------------------------------- */

/* Take what is pending; the caller frees its arena. False when there is nothing. */
static bool take(struct aws *aws, struct str account, struct pending *out)
{
	struct emit_bucket *bucket = bucket_of(aws->emitter, account);
	struct pending *p;

	pthread_mutex_lock(&bucket->lock);
	p = pending_of(bucket, account);
	*out = *p;
	*p = (struct pending){ .next = out->next };
	memcpy(p->account, out->account, sizeof(p->account));
	pthread_mutex_unlock(&bucket->lock);
	return out->arena;
}

static bool deliver(struct op *op, const struct emit_batch *batch)
{
	const struct service *const *s = op->aws->config.services;

	if (!db_begin(op->db, true))
		return false;
	for (; *s; s++) {
		op->service = *s;
		if ((*s)->collect)
			(*s)->collect(op, batch);
	}
	return db_commit(op->db);
}

bool emit_deliver(struct aws *aws, struct account *account, int64_t now)
{
	struct pending p;
	struct emit_batch batch;
	struct op op = {
		.aws = aws,
		.account = account,
		.db = account->db,
		.region = aws->config.region,
		.endpoint = STR(""),
		.request_id = STR(""),
		.caller = { .internal = true },
		.now = now,
		.started = now,
	};
	bool lines;

	if (!take(aws, str_of(account->id), &p))
		return false;
	op.arena = p.arena;
	op.in = op.out = json_new_object(p.arena);
	if (p.first && share_spent(&op)) {
		log_warn("account %s: its share of the disk is used up: log lines were dropped",
			 account->id);
		p.first = NULL;
	}
	batch = (struct emit_batch){ p.first, p.series };
	lines = p.first;
	if (p.dropped)
		log_warn("account %s: %zu log lines came too fast and were dropped", account->id,
			 p.dropped);
	if (!deliver(&op, &batch))
		log_error("account %s: log lines and metrics of a second could not be written",
			  account->id);
	arena_free(p.arena);
	return lines;
}

void emit_forget(struct aws *aws, struct str account)
{
	struct pending p;

	if (take(aws, account, &p))
		arena_free(p.arena);
}
