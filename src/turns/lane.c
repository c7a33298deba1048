/* Lanes: whose turn it is. Everything here is called with the lock held. */
#include "turns/lane.h"

#include <stdlib.h>

static size_t bucket(struct str id)
{
	size_t h = 5381;

	for (size_t i = 0; i < id.n; i++)
		h = h * 33 + (unsigned char)id.p[i];
	return h % LANE_BUCKETS;
}

struct lane *lane_find(struct turns *t, struct str id)
{
	struct lane *lane = t->buckets[bucket(id)];

	while (lane && !str_is(id, lane->id))
		lane = lane->next_in_bucket;
	return lane;
}

struct lane *lane_get(struct turns *t, struct str id)
{
	struct lane **at = &t->buckets[bucket(id)], *lane = lane_find(t, id);

	if (lane)
		return lane;
	lane = calloc(1, sizeof(*lane));
	if (!lane)
		abort();
	lane->turns = t;
	memcpy(lane->id, id.p, id.n < 12 ? id.n : 12);
	lane->due = lane->jobs_due = lane->emit_due = INT64_MAX;
	lane->next_in_bucket = *at;
	*at = lane;
	return lane;
}

void lane_ready(struct turns *t, struct lane *lane)
{
	/* A taken lane is looked at again by its worker before it lets go. */
	if (lane->ready || lane->taken)
		return;
	lane->ready = true;
	lane->next_ready = NULL;
	if (t->last_ready)
		t->last_ready->next_ready = lane;
	else
		t->first_ready = lane;
	t->last_ready = lane;
	if (t->idle)
		pthread_cond_signal(&t->work);
}

void turn_finish_later(struct turns *t, struct turn *turn)
{
	turn->next = NULL;
	if (t->last_done)
		t->last_done->next = turn;
	else
		t->first_done = turn;
	t->last_done = turn;
	if (t->idle)
		pthread_cond_signal(&t->work);
}

void lane_push(struct turns *t, struct lane *lane, struct turn *turn)
{
	turn->next = NULL;
	if (lane->last)
		lane->last->next = turn;
	else
		lane->first = turn;
	lane->last = turn;
	lane_ready(t, lane);
}

void lane_due(struct turns *t, struct lane *lane, int64_t due)
{
	lane->due = due;
	if (due < t->next_due) {
		t->next_due = due;
		pthread_cond_signal(&t->tick);
	}
}

static bool always(const struct turn *turn, struct str key, int64_t now)
{
	(void)key;
	return turn->wait_until <= now;
}

static bool for_key(const struct turn *turn, struct str key, int64_t now)
{
	(void)now;
	return str_eq(turn->wait_key, key);
}

/* Queue the waiting turns for which `chosen` says so. */
static void wake(struct turns *t, struct lane *lane, struct str key, int64_t now,
		 bool (*chosen)(const struct turn *, struct str, int64_t))
{
	struct turn **at = &lane->waiting;

	while (*at) {
		struct turn *turn = *at;

		if (!chosen(turn, key, now)) {
			at = &turn->next;
			continue;
		}
		*at = turn->next;
		lane_push(t, lane, turn);
	}
}

void lane_wake(struct turns *t, struct lane *lane, struct str key)
{
	wake(t, lane, key, 0, for_key);
}

void lane_wake_late(struct turns *t, struct lane *lane, int64_t now)
{
	wake(t, lane, STR_NONE, now, always);
}

struct turn *lane_take_waiting(struct lane *lane)
{
	struct turn *all = lane->waiting, **at = &lane->first;

	lane->waiting = NULL;
	lane->last = NULL;
	while (*at) {
		struct turn *turn = *at;

		if (!turn->waited) {
			lane->last = turn;
			at = &turn->next;
			continue;
		}
		*at = turn->next;
		turn->next = all;
		all = turn;
	}
	return all;
}
