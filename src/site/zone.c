/*
 * Time zones; see zone.h. The C library knows them too, but only one at a time and for the whole process.
 */
#include "site/zone.h"

#include <ctype.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/time.h"

#define FOLDER "/usr/share/zoneinfo/"

enum {
	NAME_MAX_BYTES = 64,
	FILE_MAX_BYTES = 64 * 1024,
	HEADER_BYTES = 44,
	OFFSET_MAX_MINUTES = 15 * 60
};

static const struct {
	const char *name;
	int minutes;
} abbreviations[] = {
	{ "Z", 0 },      { "UTC", 0 },    { "GMT", 0 },    { "WET", 0 },    { "WEST", 60 },
	{ "BST", 60 },   { "CET", 60 },   { "CEST", 120 }, { "EET", 120 },  { "EEST", 180 },
	{ "MSK", 180 },  { "SAST", 120 }, { "IST", 330 },  { "SGT", 480 },  { "HKT", 480 },
	{ "JST", 540 },  { "KST", 540 },  { "AEST", 600 }, { "AEDT", 660 }, { "EST", -300 },
	{ "EDT", -240 }, { "CST", -360 }, { "CDT", -300 }, { "MST", -420 }, { "MDT", -360 },
	{ "PST", -480 }, { "PDT", -420 }, { "BRT", -180 },
};

/* --- offsets ---------------------------------------------------------------------------------------------------------- */

static bool two_digits(struct str s, int *out)
{
	int64_t n;

	if (!s.n || s.n > 2 || !isdigit((unsigned char)s.p[0]) || !str_to_int(s, &n))
		return false;
	*out = (int)n;
	return true;
}

/* "+2", "+02", "+0200", "+02:00", with UTC or GMT in front or not. */
static bool fixed(struct str s, int *minutes)
{
	int hour, minute = 0, sign;

	if (str_starts(s, STR("UTC")) || str_starts(s, STR("GMT")))
		s = str_slice(s, 3, s.n);
	if (s.n < 2 || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	sign = s.p[0] == '-' ? -1 : 1;
	s = str_slice(s, 1, s.n);
	if (s.n == 4 && str_find(s, ':') < 0) {
		if (!two_digits(str_slice(s, 2, 4), &minute))
			return false;
		s.n = 2;
	} else if (str_find(s, ':') >= 0) {
		struct str rest = s;

		s = str_cut(&rest, ':');
		if (rest.n != 2 || !two_digits(rest, &minute))
			return false;
	}
	if (!two_digits(s, &hour) || hour > 14 || minute > 59)
		return false;
	*minutes = sign * (hour * 60 + minute);
	return true;
}

/* --- rules: "CET-1CEST,M3.5.0,M10.5.0/3", for moments behind the file's last change ------------------------------------------ */

static bool take_number(struct str *s, int *out)
{
	size_t n = 0;
	int64_t value;

	while (n < s->n && n < 4 && isdigit((unsigned char)s->p[n]))
		n++;
	if (!n || !str_to_int(str_slice(*s, 0, n), &value))
		return false;
	*out = (int)value;
	*s = str_slice(*s, n, s->n);
	return true;
}

static bool take_char(struct str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = str_slice(*s, 1, s->n);
	return true;
}

static bool take_name(struct str *s)
{
	size_t n = 0;

	if (take_char(s, '<')) {
		ptrdiff_t end = str_find(*s, '>');

		if (end < 0)
			return false;
		*s = str_slice(*s, (size_t)end + 1, s->n);
		return true;
	}
	while (n < s->n && isalpha((unsigned char)s->p[n]))
		n++;
	*s = str_slice(*s, n, s->n);
	return n >= 3;
}

/* [+-]hh[:mm[:ss]] as minutes. */
static bool take_time(struct str *s, int *minutes)
{
	int sign = 1, hour, minute = 0, second;

	if (take_char(s, '-'))
		sign = -1;
	else
		take_char(s, '+');
	if (!take_number(s, &hour) || hour > 167)
		return false;
	if (take_char(s, ':') && !take_number(s, &minute))
		return false;
	if (take_char(s, ':') && !take_number(s, &second))
		return false;
	*minutes = sign * (hour * 60 + minute % 60);
	return true;
}

struct change { /* the week-th weekday of a month, at so many minutes */
	int month, week, weekday, minutes;
};

static bool take_change(struct str *s, struct change *c)
{
	c->minutes = 120;
	if (!take_char(s, ',') || !take_char(s, 'M') || !take_number(s, &c->month) ||
	    !take_char(s, '.') || !take_number(s, &c->week) || !take_char(s, '.') ||
	    !take_number(s, &c->weekday))
		return false;
	if (take_char(s, '/') && !take_time(s, &c->minutes))
		return false;
	return c->month >= 1 && c->month <= 12 && c->week >= 1 && c->week <= 5 && c->weekday <= 6;
}

/* When the change happens in a year, on the clock it changes. */
static int64_t change_at(const struct change *c, int year)
{
	struct time_parts first = { .year = year, .month = c->month, .day = 1 };
	int64_t at = time_join(&first), day = 86400000;
	int64_t days = (c->weekday - time_split(at).weekday + 7) % 7 + (c->week - 1) * 7;

	if (time_split(at + days * day).month != c->month)
		days -= 7;
	return at + days * day + (int64_t)c->minutes * 60000;
}

static bool rule_offset(struct str rule, int64_t local_ms, int *minutes)
{
	int standard, summer, year = time_split(local_ms).year;
	struct change begin, end;
	int64_t from, to;
	bool is_summer;

	if (!take_name(&rule) || !take_time(&rule, &standard))
		return false;
	standard = -standard;
	*minutes = standard;
	if (!rule.n)
		return true;
	summer = standard + 60;
	if (!take_name(&rule))
		return false;
	if (rule.n && rule.p[0] != ',') {
		if (!take_time(&rule, &summer))
			return false;
		summer = -summer;
	}
	if (!take_change(&rule, &begin) || !take_change(&rule, &end))
		return false;
	from = change_at(&begin, year);
	to = change_at(&end, year);
	is_summer =
		from < to ? local_ms >= from && local_ms < to : local_ms >= from || local_ms < to;
	*minutes = is_summer ? summer : standard;
	return true;
}

/* --- time zone files (RFC 8536) --------------------------------------------------------------------------------------------- */

static int64_t big_endian(const char *p, size_t n)
{
	uint64_t value = (signed char)p[0] < 0 ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | (unsigned char)p[i];
	return (int64_t)value;
}

struct tzif {
	size_t isutc, isstd, leap, times, types, chars; /* counts */
	const char *at, *index, *type;
	struct str rule;
};

/* The block of data at `s` with times of `width` bytes; its length, or 0. */
static size_t read_block(struct str s, size_t width, struct tzif *z)
{
	size_t *counts[] = { &z->isutc, &z->isstd, &z->leap, &z->times, &z->types, &z->chars };
	size_t length;

	if (s.n < HEADER_BYTES || !str_starts(s, STR("TZif")))
		return 0;
	for (size_t i = 0; i < 6; i++) {
		*counts[i] = (size_t)big_endian(s.p + 20 + 4 * i, 4);
		if (*counts[i] > FILE_MAX_BYTES)
			return 0;
	}
	length = HEADER_BYTES + z->times * (width + 1) + z->types * 6 + z->chars +
		 z->leap * (width + 4) + z->isstd + z->isutc;
	if (length > s.n || !z->types)
		return 0;
	z->at = s.p + HEADER_BYTES;
	z->index = z->at + z->times * width;
	z->type = z->index + z->times;
	return length;
}

static int type_minutes(const struct tzif *z, size_t type)
{
	return type < z->types ? (int)(big_endian(z->type + type * 6, 4) / 60) : 0;
}

bool zone_file_offset(struct str bytes, int64_t local_ms, int *minutes)
{
	struct tzif z = { 0 };
	size_t first = read_block(bytes, 4, &z), second, type = 0;
	struct str rest;

	if (!first || bytes.p[4] < '2')
		return false;
	rest = str_slice(bytes, first, bytes.n);
	second = read_block(rest, 8, &z);
	if (!second)
		return false;
	rest = str_slice(rest, second, rest.n);
	if (rest.n > 2 && rest.p[0] == '\n') {
		rest = str_slice(rest, 1, rest.n);
		z.rule = str_cut(&rest, '\n');
	}
	for (size_t i = 0; i < z.times; i++) {
		size_t then = (unsigned char)z.index[i];
		int64_t at_s = big_endian(z.at + 8 * i, 8);

		if (at_s > INT64_MAX / 2000 || local_ms / 1000 - type_minutes(&z, then) * 60 < at_s)
			break;
		type = then;
		if (i + 1 == z.times && z.rule.n && rule_offset(z.rule, local_ms, minutes))
			return *minutes >= -OFFSET_MAX_MINUTES && *minutes <= OFFSET_MAX_MINUTES;
	}
	if (!z.times && z.rule.n && rule_offset(z.rule, local_ms, minutes))
		return *minutes >= -OFFSET_MAX_MINUTES && *minutes <= OFFSET_MAX_MINUTES;
	*minutes = type_minutes(&z, type);
	return *minutes >= -OFFSET_MAX_MINUTES && *minutes <= OFFSET_MAX_MINUTES;
}

/* "Area/Place" and the like: nothing that could leave the folder. */
static bool is_name(struct str s)
{
	if (!s.n || s.n > NAME_MAX_BYTES || !isalpha((unsigned char)s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && !strchr("/_+-", s.p[i]))
			return false;
	return true;
}

static bool named(struct str zone, int64_t local_ms, int *minutes)
{
	char path[sizeof(FOLDER) + NAME_MAX_BYTES], bytes[FILE_MAX_BYTES];
	ssize_t n;
	int fd;

	if (!is_name(zone))
		return false;
	memcpy(path, FOLDER, sizeof(FOLDER) - 1);
	memcpy(path + sizeof(FOLDER) - 1, zone.p, zone.n);
	path[sizeof(FOLDER) - 1 + zone.n] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, bytes, sizeof(bytes));
	close(fd);
	return n > 0 && zone_file_offset(str_make(bytes, (size_t)n), local_ms, minutes);
}

bool zone_offset(struct str zone, int64_t local_ms, int *minutes)
{
	for (size_t i = 0; i < sizeof(abbreviations) / sizeof(abbreviations[0]); i++)
		if (str_is(zone, abbreviations[i].name)) {
			*minutes = abbreviations[i].minutes;
			return true;
		}
	return fixed(zone, minutes) || named(zone, local_ms, minutes);
}
