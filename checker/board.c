/* Everybody's standing; see board.h. */
#include "checker/board.h"

#include <stdio.h>
#include <stdlib.h>

#include "checker/tui/text.h"

enum { BOARD_CHECKS_MAX = 512, UNKNOWN_MAX = 500 };

void board_init(struct board *b)
{
	*b = (struct board){ .event = STR(""), .filter = STR("") };
}

static void forget_people(struct board *b)
{
	for (int i = 0; i < b->count; i++)
		standing_free(b->people[i].standing);
	b->count = 0;
}

void board_release(struct board *b)
{
	forget_people(b);
	free(b->people);
	arena_free(b->arena);
	arena_free(b->unknown_arena);
	arena_free(b->event_arena);
	board_init(b);
}

/* --- people -------------------------------------------------------------------- */

static struct board_person *person_find(struct board *b, const struct standing *s)
{
	for (int i = 0; i < b->count; i++) {
		const struct standing *known = b->people[i].standing;

		if (s->account.n ? str_eq(known->account, s->account)
				 : str_eq(known->name, s->name))
			return &b->people[i];
	}
	return NULL;
}

static struct board_person *person_add(struct board *b, int64_t now_ms)
{
	if (b->count == b->size) {
		b->size = b->size ? b->size * 2 : 64;
		b->people = reallocarray(b->people, (size_t)b->size, sizeof(*b->people));
		if (!b->people)
			abort();
	}
	b->people[b->count] = (struct board_person){ .number = b->count, .seen_ms = now_ms };
	return &b->people[b->count++];
}

struct board_person *board_show(struct board *b, struct standing *standing, int64_t now_ms,
				bool *joined, int *turned, const struct verdict **first)
{
	struct board_person *p = person_find(b, standing);

	*joined = !p;
	if (!p)
		p = person_add(b, now_ms);
	else
		p->changed_ms = now_ms;
	p->anew = p->standing && standing->started_over_ms > p->standing->started_over_ms;
	*turned = standing_carry(p->standing, standing, now_ms, first);
	standing_free(p->standing);
	p->standing = standing;
	return p;
}

/* Whoever is not in the new document has left. */
bool board_show_all(struct board *b, const struct json_object *document, int64_t now_ms)
{
	const struct json_object *list = json_get(document, "attendees");
	struct board old = { .people = b->people, .count = b->count, .size = b->size };
	const struct verdict *first;

	if (!json_is_array(list))
		return false;
	b->people = NULL;
	b->count = b->size = 0;
	for (size_t i = 0; i < json_count(list); i++) {
		struct standing *s = standing_read(json_at(list, i));
		struct board_person *before = s ? person_find(&old, s) : NULL, *p;

		if (!s)
			continue;
		standing_carry(before ? before->standing : NULL, s, now_ms, &first);
		p = person_add(b, before ? before->seen_ms : now_ms);
		p->standing = s;
		p->changed_ms = before ? before->changed_ms : 0;
	}
	forget_people(&old);
	free(old.people);
	arena_free(b->event_arena);
	b->event_arena = arena_new();
	b->event = arena_dup(b->event_arena, json_get_str(document, "event"));
	b->joining_closed = str_is(json_get_str(document, "joining"), "closed");
	board_show_unknown(b, json_get(document, "unknown"));
	return true;
}

/* --- missed operations ------------------------------------------------------------ */

static int by_count(const void *a, const void *b)
{
	const struct board_unknown *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return str_cmp(x->operation, y->operation);
}

void board_show_unknown(struct board *b, const struct json_object *counts)
{
	arena_free(b->unknown_arena);
	b->unknown_arena = arena_new();
	b->unknown_count = 0;
	b->unknown = arena_zalloc(b->unknown_arena, UNKNOWN_MAX * sizeof(*b->unknown));
	if (!json_is_object(counts))
		return;
	JSON_EACH(counts, key, value)
	{
		if (b->unknown_count == UNKNOWN_MAX)
			break;
		b->unknown[b->unknown_count++] =
			(struct board_unknown){ arena_dup(b->unknown_arena, str_of(key)),
						json_int_or(value, 0) };
	}
	qsort(b->unknown, (size_t)b->unknown_count, sizeof(*b->unknown), by_count);
}

/* --- columns ---------------------------------------------------------------------- */

static struct board_lab *lab_find(struct board *b, struct str id)
{
	for (int i = 0; i < b->lab_count; i++)
		if (str_eq(b->labs[i].id, id))
			return &b->labs[i];
	return NULL;
}

/*
 * The labs anybody in sight has, each with the checks of whoever has the most: documents of one event have the same labs,
 * but somebody who has just joined may have fewer for a moment.
 */
static void find_labs(struct board *b)
{
	b->labs = arena_zalloc(b->arena, STANDING_LABS_MAX * sizeof(*b->labs));
	b->lab_count = 0;
	for (int i = 0; i < b->count; i++) {
		const struct standing *s = b->people[i].standing;

		for (int k = 0; k < s->lab_count; k++) {
			struct board_lab *lab = lab_find(b, s->labs[k].id);

			if (!lab && b->lab_count < STANDING_LABS_MAX && s->labs[k].count) {
				lab = &b->labs[b->lab_count++];
				lab->id = arena_dup(b->arena, s->labs[k].id);
				lab->title = arena_dup(b->arena, s->labs[k].title);
			}
			if (lab && s->labs[k].count > lab->count) {
				lab->count = s->labs[k].count;
				lab->first = i;
			}
		}
	}
}

static void find_checks(struct board *b)
{
	b->checks = arena_zalloc(b->arena, BOARD_CHECKS_MAX * sizeof(*b->checks));
	b->check_count = 0;
	for (int i = 0; i < b->lab_count; i++) {
		struct board_lab *lab = &b->labs[i];
		const struct standing_lab *model =
			standing_lab_find(b->people[lab->first].standing, lab->id);

		lab->first = b->check_count;
		lab->count = 0;
		for (int k = 0; k < model->count && b->check_count < BOARD_CHECKS_MAX; k++) {
			b->checks[b->check_count++] = (struct board_check){
				.lab = i,
				.id = arena_dup(b->arena, model->verdicts[k].id),
				.title = arena_dup(b->arena, model->verdicts[k].title),
			};
			lab->count++;
		}
	}
}

const struct verdict *board_verdict(const struct board *b, const struct board_person *p, int check)
{
	const struct board_check *c = &b->checks[check];
	const struct standing_lab *lab = standing_lab_find(p->standing, b->labs[c->lab].id);
	int at = check - b->labs[c->lab].first;

	/* Nearly always it stands where it stands for everybody. */
	if (lab && at < lab->count && str_eq(lab->verdicts[at].id, c->id))
		return &lab->verdicts[at];
	return verdict_find(lab, c->id);
}

void board_lab_count(const struct board *b, const struct board_person *p, int lab, int *green,
		     int *total)
{
	const struct standing_lab *mine = standing_lab_find(p->standing, b->labs[lab].id);

	*green = mine ? mine->green : 0;
	*total = b->labs[lab].count;
}

static void count_checks(struct board *b)
{
	b->green = b->total = b->done = 0;
	for (int i = 0; i < b->in_sight; i++) {
		const struct board_person *p = board_at(b, i);

		b->green += p->standing->green;
		b->total += p->standing->total;
		b->done += standing_is_done(p->standing);
		for (int k = 0; k < b->check_count; k++) {
			const struct verdict *v = board_verdict(b, p, k);

			b->checks[k].in_state[v ? v->state : VERDICT_PENDING]++;
		}
	}
}

/* --- order ------------------------------------------------------------------------- */

int64_t board_waiting_ms(const struct board_person *p, int64_t now_ms)
{
	const struct standing *s = p->standing;
	int64_t since = s->last_green_ms;

	if (!s->total || standing_is_done(s))
		return -1;
	if (!since)
		since = s->started_over_ms;
	/* Without a green check since joining; or it turned green before anybody looked. */
	if (!since)
		since = !s->green && s->joined_ms ? s->joined_ms : p->seen_ms;
	return now_ms > since ? now_ms - since : 0;
}

struct ordering {
	const struct board *board;
	int64_t now_ms;
};

static int by_joining(const struct board_person *x, const struct board_person *y)
{
	return (x->number > y->number) - (x->number < y->number);
}

static int by_name(const struct board_person *x, const struct board_person *y)
{
	struct str a = x->standing->name, b = y->standing->name;
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)a.p[i], d = (unsigned char)b.p[i];

		c = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
		d = d >= 'A' && d <= 'Z' ? (unsigned char)(d + 32) : d;
		if (c != d)
			return c < d ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct ordering *o = arg;
	const struct board_person *x = &o->board->people[*(const int *)a];
	const struct board_person *y = &o->board->people[*(const int *)b];
	int64_t p, q;
	int order = 0;

	switch (o->board->sort) {
	case SORT_DONE: /* most first */
		order = (y->standing->green > x->standing->green) -
			(y->standing->green < x->standing->green);
		break;
	case SORT_STUCK: /* longest first */
		p = board_waiting_ms(x, o->now_ms);
		q = board_waiting_ms(y, o->now_ms);
		/* Whoever joined or advanced in the same second stands by name. */
		p = p < 0 ? p : p / 1000;
		q = q < 0 ? q : q / 1000;
		order = (q > p) - (q < p);
		break;
	case SORT_NAME:
		order = by_name(x, y);
		break;
	case SORT_JOINED:
	case SORT_COUNT:
		break;
	}
	if (!order)
		order = o->board->sort == SORT_JOINED ? by_joining(x, y) : by_name(x, y);
	if (!order)
		order = by_joining(x, y);
	return o->board->reversed ? -order : order;
}

void board_arrange(struct board *b, int64_t now_ms)
{
	struct ordering ordering = { b, now_ms };

	arena_free(b->arena);
	b->arena = arena_new();
	b->order = arena_alloc(b->arena, (size_t)(b->count + 1) * sizeof(*b->order));
	b->in_sight = 0;
	for (int i = 0; i < b->count; i++) {
		const struct standing *s = b->people[i].standing;

		if (text_holds(s->name, b->filter) || text_holds(s->account, b->filter))
			b->order[b->in_sight++] = i;
	}
	qsort_r(b->order, (size_t)b->in_sight, sizeof(*b->order), compare, &ordering);
	find_labs(b);
	find_checks(b);
	count_checks(b);
}

const struct board_person *board_at(const struct board *b, int n)
{
	return n >= 0 && n < b->in_sight ? &b->people[b->order[n]] : NULL;
}

int board_find(const struct board *b, struct str account)
{
	for (int i = 0; i < b->in_sight; i++)
		if (str_eq(board_at(b, i)->standing->account, account))
			return i;
	return -1;
}

/* --- words -------------------------------------------------------------------------- */

void board_span(char out[static 8], int64_t ms)
{
	long long s = ms / 1000;

	if (s < 60)
		snprintf(out, 8, "%llds", s < 0 ? 0 : s);
	else if (s < 3600)
		snprintf(out, 8, "%lldm", s / 60);
	else if (s < 24 * 3600)
		snprintf(out, 8, "%lldh%02lldm", s / 3600, s / 60 % 60);
	else
		snprintf(out, 8, "%lldd", s / 86400 > 9999 ? 9999 : s / 86400);
}

static const char *const sort_words[SORT_COUNT] = { "name", "done", "stuck", "joined" };

bool board_sort_parse(struct str word, enum board_sort *out)
{
	for (int i = 0; i < SORT_COUNT; i++) {
		if (str_is(word, sort_words[i])) {
			*out = (enum board_sort)i;
			return true;
		}
	}
	return false;
}

const char *board_sort_word(enum board_sort sort)
{
	return sort_words[sort];
}
