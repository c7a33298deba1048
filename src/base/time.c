/* Moments and how they are written; the calendar is the proleptic Gregorian one. */
#include "base/time.h"

#include <time.h>

static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

int64_t time_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t time_monotonic_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool time_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until_us)
{
	struct timespec until = { until_us / 1000000, until_us % 1000000 * 1000 };

	return pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &until) == 0;
}

/* Floor division and its remainder, for moments before 1970. */
static int64_t floor_div(int64_t a, int64_t b, int64_t *rest)
{
	int64_t q = a / b;

	if (a % b < 0)
		q--;
	*rest = a - q * b;
	return q;
}

struct time_parts time_split(int64_t at_ms)
{
	int64_t in_day, day = floor_div(at_ms, 86400000, &in_day), weekday;
	/* Years that start in March, counted in 400-year eras: leap days come last. */
	int64_t in_era, era = floor_div(day + 719468, 146097, &in_era);
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;
	struct time_parts t;

	floor_div(day + 4, 7, &weekday);
	t.weekday = (int)weekday;
	t.day = (int)(in_year - (153 * month + 2) / 5 + 1);
	t.month = (int)(month < 10 ? month + 3 : month - 9);
	t.year = (int)(year + era * 400 + (t.month <= 2));
	t.hour = (int)(in_day / 3600000);
	t.minute = (int)(in_day / 60000 % 60);
	t.second = (int)(in_day / 1000 % 60);
	t.millisecond = (int)(in_day % 1000);
	return t;
}

int64_t time_join(const struct time_parts *t)
{
	int64_t year = t->year - (t->month <= 2);
	int64_t in_era, era = floor_div(year, 400, &in_era);
	int64_t month = t->month > 2 ? t->month - 3 : t->month + 9;
	int64_t in_year = (153 * month + 2) / 5 + t->day - 1;
	int64_t day = era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;

	return day * 86400000 + t->hour * 3600000LL + t->minute * 60000LL + t->second * 1000LL +
	       t->millisecond;
}

struct str time_iso(struct arena *a, int64_t at_ms, bool fraction)
{
	struct time_parts t = time_split(at_ms);

	if (fraction)
		return arena_strf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.year, t.month, t.day,
				  t.hour, t.minute, t.second, t.millisecond);
	return arena_strf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.year, t.month, t.day, t.hour,
			  t.minute, t.second);
}

struct str time_basic(struct arena *a, int64_t at_ms)
{
	struct time_parts t = time_split(at_ms);

	return arena_strf(a, "%04d%02d%02dT%02d%02d%02dZ", t.year, t.month, t.day, t.hour, t.minute,
			  t.second);
}

struct str time_http(struct arena *a, int64_t at_ms)
{
	struct time_parts t = time_split(at_ms);

	return arena_strf(a, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[t.weekday], t.day,
			  months[t.month - 1], t.year, t.hour, t.minute, t.second);
}

/* Take exactly n digits from the front of s. */
static bool digits(struct str *s, size_t n, int *out)
{
	int value = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		value = value * 10 + (s->p[i] - '0');
	}
	*s = str_slice(*s, n, s->n);
	*out = value;
	return true;
}

static bool skip(struct str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = str_slice(*s, 1, s->n);
	return true;
}

static bool fraction_ms(struct str *s, int *out)
{
	int scale = 100;

	*out = 0;
	if (!s->n || s->p[0] < '0' || s->p[0] > '9')
		return false;
	while (s->n && s->p[0] >= '0' && s->p[0] <= '9') {
		*out += (s->p[0] - '0') * scale;
		scale /= 10;
		*s = str_slice(*s, 1, s->n);
	}
	return true;
}

/* Z, +hh:mm, +hhmm or nothing, to the end; minutes east of Greenwich. */
static bool zone(struct str s, int *east)
{
	int sign, hour, minute = 0;

	*east = 0;
	if (!s.n || (s.n == 1 && s.p[0] == 'Z'))
		return true;
	sign = s.p[0] == '-' ? -1 : s.p[0] == '+' ? 1 : 0;
	s = str_slice(s, 1, s.n);
	if (!sign || !digits(&s, 2, &hour))
		return false;
	if ((skip(&s, ':') || s.n) && !digits(&s, 2, &minute))
		return false;
	*east = sign * (hour * 60 + minute);
	return !s.n && hour < 24 && minute < 60;
}

static bool in_calendar(const struct time_parts *t)
{
	struct time_parts back;

	if (t->month < 1 || t->month > 12 || t->day < 1 || t->hour > 23 || t->minute > 59 ||
	    t->second > 60)
		return false;
	back = time_split(
		time_join(&(struct time_parts){ t->year, t->month, t->day, 0, 0, 0, 0, 0 }));
	return back.month == t->month && back.day == t->day;
}

bool time_parse_iso(struct str s, int64_t *at_ms)
{
	struct time_parts t = { 0 };
	bool extended;
	int east;

	if (!digits(&s, 4, &t.year))
		return false;
	extended = skip(&s, '-');
	if (!digits(&s, 2, &t.month) || (extended && !skip(&s, '-')) || !digits(&s, 2, &t.day))
		return false;
	if (s.n) {
		if (!skip(&s, 'T') && !skip(&s, ' '))
			return false;
		if (!digits(&s, 2, &t.hour) || (extended && !skip(&s, ':')) ||
		    !digits(&s, 2, &t.minute))
			return false;
		if (extended ? skip(&s, ':') : s.n && s.p[0] >= '0' && s.p[0] <= '9') {
			if (!digits(&s, 2, &t.second))
				return false;
			if (skip(&s, '.') && !fraction_ms(&s, &t.millisecond))
				return false;
		}
	}
	if (!zone(s, &east) || !in_calendar(&t))
		return false;
	*at_ms = time_join(&t) - east * 60000LL;
	return true;
}

bool time_parse_http(struct str s, int64_t *at_ms)
{
	struct time_parts t = { .weekday = -1 };

	for (int day = 0; day < 7; day++)
		if (str_eq(str_slice(s, 0, 3), str_make(days[day], 3)))
			t.weekday = day;
	s = str_slice(s, 3, s.n);
	if (t.weekday < 0 || !skip(&s, ',') || !skip(&s, ' '))
		return false;
	if (!digits(&s, 2, &t.day) || !skip(&s, ' '))
		return false;
	for (int m = 0; m < 12; m++)
		if (str_eq(str_slice(s, 0, 3), str_make(months[m], 3)))
			t.month = m + 1;
	s = str_slice(s, 3, s.n);
	if (!t.month || !skip(&s, ' ') || !digits(&s, 4, &t.year) || !skip(&s, ' ') ||
	    !digits(&s, 2, &t.hour) || !skip(&s, ':') || !digits(&s, 2, &t.minute) ||
	    !skip(&s, ':') || !digits(&s, 2, &t.second) || !str_is(s, " GMT") || !in_calendar(&t))
		return false;
	*at_ms = time_join(&t);
	return true;
}
