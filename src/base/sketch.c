/* Distributions in bounded memory; see sketch.h. */
#include "base/sketch.h"

#include <math.h>

static void count_in(struct sketch *s, double count, double sum, double least, double most)
{
	if (s->count == 0 || least < s->least)
		s->least = least;
	if (s->count == 0 || most > s->most)
		s->most = most;
	s->count += count;
	s->sum += sum;
}

/* Where a value stands or would stand. */
static size_t place_of(const struct sketch *s, double value)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (s->points[middle].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Take the two neighbours that are closest together. */
static void make_room(struct sketch *s)
{
	size_t at = 0;
	double closest = INFINITY, count;

	for (size_t i = 0; i + 1 < s->n; i++) {
		double gap = s->points[i + 1].value - s->points[i].value;

		if (gap >= closest)
			continue;
		closest = gap;
		at = i;
	}
	count = s->points[at].count + s->points[at + 1].count;
	s->points[at].value += closest * (s->points[at + 1].count / count);
	s->points[at].count = count;
	s->n--;
	memmove(&s->points[at + 1], &s->points[at + 2], (s->n - at - 1) * sizeof(s->points[0]));
}

static void add_point(struct sketch *s, double value, double count)
{
	size_t at = place_of(s, value);

	if (at < s->n && s->points[at].value == value) {
		s->points[at].count += count;
		return;
	}
	memmove(&s->points[at + 1], &s->points[at], (s->n - at) * sizeof(s->points[0]));
	s->points[at] = (struct sketch_point){ value, count };
	s->n++;
	if (s->n > SKETCH_POINTS)
		make_room(s);
}

void sketch_add(struct sketch *s, double value, double count)
{
	if (!isfinite(value) || !isfinite(count) || count <= 0)
		return;
	count_in(s, count, value * count, value, value);
	add_point(s, value, count);
}

void sketch_add_set(struct sketch *s, double count, double sum, double least, double most)
{
	if (!isfinite(sum) || !isfinite(least) || !isfinite(most) || !isfinite(count) || count <= 0)
		return;
	count_in(s, count, sum, least, most);
	if (count == 1 || least == most)
		add_point(s, least, count);
	else
		s->blind = true;
}

void sketch_merge(struct sketch *into, const struct sketch *from)
{
	if (from->count <= 0)
		return;
	count_in(into, from->count, from->sum, from->least, from->most);
	into->blind |= from->blind;
	for (size_t i = 0; i < from->n; i++)
		add_point(into, from->points[i].value, from->points[i].count);
}

static bool is_known(const struct sketch *s)
{
	return s->n && !s->blind;
}

bool sketch_percentile(const struct sketch *s, double percent, double *out)
{
	double seen = 0, rank = ceil(percent / 100 * s->count);

	if (!is_known(s))
		return false;
	*out = s->most;
	if (percent >= 100)
		return true;
	for (size_t i = 0; i < s->n; i++) {
		seen += s->points[i].count;
		if (seen >= rank) {
			*out = s->points[i].value;
			return true;
		}
	}
	return true;
}

bool sketch_between(const struct sketch *s, double low, double high, double *count, double *sum)
{
	double from = low / 100 * s->count, to = high / 100 * s->count, seen = 0;

	*count = *sum = 0;
	for (size_t i = 0; i < s->n; i++) {
		double begin = fmax(seen, from), end = fmin(seen + s->points[i].count, to);

		seen += s->points[i].count;
		if (end <= begin)
			continue;
		*count += end - begin;
		*sum += (end - begin) * s->points[i].value;
	}
	return is_known(s);
}

bool sketch_within(const struct sketch *s, double low, double high, double *count, double *sum)
{
	*count = *sum = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->points[i].value <= low || s->points[i].value > high)
			continue;
		*count += s->points[i].count;
		*sum += s->points[i].count * s->points[i].value;
	}
	return is_known(s);
}

struct str sketch_print(struct arena *a, const struct sketch *s)
{
	return arena_dup(a, str_make(s->points, s->n * sizeof(s->points[0])));
}

bool sketch_parse(struct sketch *s, struct str bytes)
{
	if (bytes.n % sizeof(s->points[0]) || bytes.n / sizeof(s->points[0]) > SKETCH_POINTS)
		return false;
	s->n = bytes.n / sizeof(s->points[0]);
	if (s->n)
		memcpy(s->points, bytes.p, bytes.n);
	return true;
}
