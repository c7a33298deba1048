/*
 * Dates as IAM lets them stand in policies: seconds, or ISO 8601 of which parts may be missing and numbers may be
 * short. What has the form need not be a date that anything can be compared with.
 */
#include "aws/policy_inner.h"

enum { YEAR_FIRST = -292275054, YEAR_LAST = 292278993 };

static bool in_range(struct str text, int64_t least, int64_t most)
{
	int64_t n;

	return str_to_int(text, &n) && n >= least && n <= most;
}

/* "2016-12-13"; month and day may be missing, and the year may be before ours. */
static bool good_day(struct str text)
{
	bool negative = text.n && text.p[0] == '-';
	struct str rest = negative ? str_slice(text, 1, text.n) : text;
	struct str year = str_cut(&rest, '-'), month, day;

	if (!in_range(year, 0, negative ? -(int64_t)YEAR_FIRST : YEAR_LAST))
		return false;
	if (!rest.p)
		return true;
	month = str_cut(&rest, '-');
	if (!in_range(month, 1, 12) || !rest.p)
		return in_range(month, 1, 12);
	day = str_cut(&rest, '-');
	return in_range(day, 1, 31) && !rest.p;
}

/* "+02" or "+02:30", without the sign. */
static bool good_zone(struct str text)
{
	struct str hours = str_cut(&text, ':');

	return hours.n == 2 && in_range(hours, 0, 23) &&
	       (!text.p || (text.n == 2 && in_range(text, 0, 59)));
}

/* "00.593194+23", "00Z" */
static bool good_seconds(struct str text)
{
	ptrdiff_t plus = str_find(text, '+');
	struct str whole, rest;

	if (text.n && (text.p[text.n - 1] == 'z' || text.p[text.n - 1] == 'Z'))
		text = str_slice(text, 0, text.n - 1);
	else if (plus >= 0 && !good_zone(str_slice(text, (size_t)plus + 1, text.n)))
		return false;
	else if (plus >= 0)
		text = str_slice(text, 0, (size_t)plus);
	rest = text;
	whole = str_cut(&rest, '.');
	return in_range(whole, 0, 59) && (!rest.p || in_range(rest, 0, 999999999));
}

static bool good_time(struct str text)
{
	struct str hours = str_cut(&text, ':'), minutes = STR_NONE;

	if (hours.n && !in_range(hours, 0, 23))
		return false;
	if (text.p)
		minutes = str_cut(&text, ':');
	return (!minutes.p || in_range(minutes, 0, 59)) && (!text.p || good_seconds(text));
}

bool policy_date_good(struct str text)
{
	struct str day = text, time = STR_NONE;
	int64_t ignored;

	for (size_t i = 0; i < text.n && !time.p; i++) {
		if (text.p[i] != 't' && text.p[i] != 'T')
			continue;
		day = str_slice(text, 0, i);
		time = str_slice(text, i + 1, text.n);
	}
	if (!time.p && str_find(text, '-') < 0)
		return str_to_int(text, &ignored) && ignored >= 0;
	return good_day(day) && (!time.p || good_time(time));
}
