/* The agenda; see agenda.h. */
#include "site/agenda.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/time.h"
#include "base/yaml.h"
#include "site/front.h"
#include "site/zone.h"

enum { DAY_MS = 86400000, MINUTE_MS = 60000, DAYS_MAX = 64, ENTRIES_MAX = 256 };

struct reading {
	struct arena *a;
	struct agenda *agenda;
	const char *file;
	int line;
	agenda_complain *complain;
	void *arg;
	struct agenda_day *day; /* the one being read, or NULL before the first */
	int64_t midnight_ms;    /* of that day, as if its clock showed UTC */
	bool dated;             /* its date could be read */
};

__attribute__((format(printf, 3, 4))) static void complain(struct reading *r, int line,
							   const char *format, ...)
{
	char what[512];
	va_list args;

	if (!r->complain)
		return;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	r->complain(r->arg, r->file, line, what);
}

const char *agenda_kind_name(enum agenda_kind kind)
{
	static const char *const names[] = { "talk", "lab", "break", "other" };

	return names[kind];
}

/* --- dates and times ------------------------------------------------------------------------------------------------- */

static int month_of(struct str word)
{
	static const char *const months[] = { "January",   "February", "March",    "April",
					      "May",       "June",     "July",     "August",
					      "September", "October",  "November", "December" };

	for (int i = 0; i < 12; i++)
		if (str_eq_nocase(word, str_of(months[i])) ||
		    str_eq_nocase(word, str_make(months[i], 3)))
			return i + 1;
	return 0;
}

/* The words of a heading: letters and digits. */
static struct str next_word(struct str *rest)
{
	struct str word;
	size_t i = 0, start;

	while (i < rest->n && !isalnum((unsigned char)rest->p[i]))
		i++;
	start = i;
	while (i < rest->n && isalnum((unsigned char)rest->p[i]))
		i++;
	word = str_slice(*rest, start, i);
	*rest = str_slice(*rest, i, rest->n);
	return word;
}

/* "22", "22nd": a day of the month. */
static int day_of(struct str word)
{
	size_t n = 0;
	int64_t day;

	while (n < word.n && isdigit((unsigned char)word.p[n]))
		n++;
	if (n > 2 || !str_to_int(str_slice(word, 0, n), &day) || day < 1 || day > 31)
		return 0;
	return (int)day;
}

static int year_of(struct str word)
{
	int64_t year;

	return word.n == 4 && str_to_int(word, &year) && year >= 1970 && year < 10000 ? (int)year
										      : 0;
}

/* "22 July 2021", "July 22, 2021" or "2021-07-22" among a heading's words. */
static bool find_date(struct str heading, struct time_parts *date)
{
	struct str rest = heading, words[3] = { STR_NONE, STR_NONE, STR_NONE };

	while (rest.n) {
		int64_t month;

		words[0] = words[1];
		words[1] = words[2];
		words[2] = next_word(&rest);
		*date = (struct time_parts){ .year = year_of(words[2]) };
		if (date->year && month_of(words[1]) && day_of(words[0])) {
			date->month = month_of(words[1]);
			date->day = day_of(words[0]);
			return true;
		}
		if (date->year && month_of(words[0]) && day_of(words[1])) {
			date->month = month_of(words[0]);
			date->day = day_of(words[1]);
			return true;
		}
		if (year_of(words[0]) && str_to_int(words[1], &month) && month >= 1 &&
		    month <= 12 && day_of(words[2])) {
			*date = (struct time_parts){ .year = year_of(words[0]),
						     .month = (int)month,
						     .day = day_of(words[2]) };
			return true;
		}
	}
	return false;
}

/* Is it a day of the calendar (not 31 April)? */
static bool exists(const struct time_parts *date, int64_t *midnight_ms)
{
	struct time_parts back;

	*midnight_ms = time_join(date);
	back = time_split(*midnight_ms);
	return back.year == date->year && back.month == date->month && back.day == date->day;
}

/* Does the heading name a weekday that the date is not? */
static bool wrong_weekday(struct str heading, int64_t midnight_ms, const char **right)
{
	static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
					    "Thursday", "Friday", "Saturday" };
	int weekday = time_split(midnight_ms).weekday;

	*right = days[weekday];
	while (heading.n) {
		struct str word = next_word(&heading);

		for (int i = 0; i < 7; i++)
			if (str_eq_nocase(word, str_of(days[i])))
				return i != weekday;
	}
	return false;
}

/* "13:00" or "9.05" as minutes of the day; -1 when it is neither. */
static int clock_minutes(struct str s)
{
	int64_t hour, minute;
	struct str rest = s, head;
	char sep = str_find(s, ':') >= 0 ? ':' : '.';

	head = str_cut(&rest, sep);
	if (!head.n || head.n > 2 || rest.n != 2 || !isdigit((unsigned char)head.p[0]) ||
	    !isdigit((unsigned char)rest.p[0]) || !str_to_int(head, &hour) ||
	    !str_to_int(rest, &minute))
		return -1;
	if (hour > 24 || minute > 59 || (hour == 24 && minute))
		return -1;
	return (int)(hour * 60 + minute);
}

/* "13:00-13:45", with a hyphen or a dash and blanks or not. */
static bool span(struct str s, struct str *from, struct str *to)
{
	static const char *const dashes[] = { "-", "\xE2\x80\x93", "\xE2\x80\x94" };

	for (size_t i = 0; i < 3; i++) {
		ptrdiff_t at = str_find_str(s, str_of(dashes[i]));

		if (at < 0)
			continue;
		*from = str_trim(str_slice(s, 0, (size_t)at));
		*to = str_trim(str_slice(s, (size_t)at + strlen(dashes[i]), s.n));
		return true;
	}
	return false;
}

/* --- entries --------------------------------------------------------------------------------------------------------------- */

/* "[Title](/link)" or a title; a bar may be written as \|. */
static void title_and_link(struct str cell, struct agenda_entry *e)
{
	ptrdiff_t middle = str_find_str(cell, STR("]("));

	e->title = cell;
	e->link = STR_NONE;
	if (cell.n && cell.p[0] == '[' && middle > 0 && cell.p[cell.n - 1] == ')') {
		e->title = str_trim(str_slice(cell, 1, (size_t)middle));
		e->link = str_trim(str_slice(cell, (size_t)middle + 2, cell.n - 1));
	}
}

static bool kind_of(struct str word, const struct agenda_entry *e, enum agenda_kind *kind)
{
	if (!word.n) {
		*kind = str_starts(e->link, STR("/labs/"))    ? AGENDA_LAB
			: str_starts(e->link, STR("/talks/")) ? AGENDA_TALK
							      : AGENDA_OTHER;
		return true;
	}
	for (int i = AGENDA_TALK; i <= AGENDA_OTHER; i++)
		if (str_eq_nocase(word, str_of(agenda_kind_name((enum agenda_kind)i)))) {
			*kind = (enum agenda_kind)i;
			return true;
		}
	*kind = AGENDA_OTHER;
	return false;
}

/* A moment of the event's clock as UTC. */
static int64_t to_utc(struct reading *r, int64_t local_ms)
{
	int minutes = 0;

	zone_offset(r->agenda->zone, local_ms, &minutes);
	return local_ms - (int64_t)minutes * MINUTE_MS;
}

static void add_entry(struct reading *r, const struct agenda_entry *e)
{
	struct agenda_day *day = r->day;

	if (day->entry_count == ENTRIES_MAX) {
		complain(r, r->line, "a day cannot have more than %d entries", ENTRIES_MAX);
		return;
	}
	if (day->entry_count && e->starts_ms < day->entries[day->entry_count - 1].ends_ms)
		complain(r, r->line, "this begins before what stands above it ends");
	if (!day->entry_count)
		day->entries = arena_alloc(r->a, ENTRIES_MAX * sizeof(*day->entries));
	day->entries[day->entry_count++] = *e;
	if (!day->starts_ms || e->starts_ms < day->starts_ms)
		day->starts_ms = e->starts_ms;
	if (e->ends_ms > day->ends_ms)
		day->ends_ms = e->ends_ms;
}

/* The cells of a line: what, when, and which kind. */
static void read_entry(struct reading *r, struct str time, struct str what, struct str kind)
{
	struct agenda_entry e = { .line = r->line };
	int from, to;

	if (!span(time, &e.starts, &e.ends) || (from = clock_minutes(e.starts)) < 0 ||
	    (to = clock_minutes(e.ends)) < 0) {
		complain(r, r->line, "\"%.*s\" is not a time from-to, as in 13:00-13:45",
			 STR_ARG(time));
		return;
	}
	title_and_link(what, &e);
	if (!e.title.n) {
		complain(r, r->line, "this entry has no title");
		return;
	}
	if (!kind_of(kind, &e, &e.kind))
		complain(r, r->line, "\"%.*s\" is none of talk, lab, break, other", STR_ARG(kind));
	if (to == from) {
		complain(r, r->line, "this entry ends when it begins");
		return;
	}
	if (to < from)
		to += 24 * 60;
	e.minutes = to - from;
	e.starts_ms = to_utc(r, r->midnight_ms + (int64_t)from * MINUTE_MS);
	e.ends_ms = to_utc(r, r->midnight_ms + (int64_t)to * MINUTE_MS);
	if (r->dated)
		add_entry(r, &e);
}

/* Cells between bars; a bar behind a backslash does not count. */
static size_t cells(struct str row, struct str out[static 4])
{
	size_t count = 0, start = 0;

	row = str_trim(row);
	if (row.n && row.p[0] == '|')
		row = str_slice(row, 1, row.n);
	if (row.n && row.p[row.n - 1] == '|')
		row.n--;
	for (size_t i = 0; i <= row.n && count < 4; i++)
		if (i == row.n || (row.p[i] == '|' && !(i && row.p[i - 1] == '\\'))) {
			out[count++] = str_trim(str_slice(row, start, i));
			start = i + 1;
		}
	return count;
}

static bool is_rule(struct str row)
{
	for (size_t i = 0; i < row.n; i++)
		if (!strchr("|-: \t", row.p[i]) || !row.p[i])
			return false;
	return row.n > 0;
}

/* --- lines --------------------------------------------------------------------------------------------------------------------- */

static void open_day(struct reading *r, struct str heading)
{
	struct agenda *g = r->agenda;
	struct time_parts date;
	const char *right;

	if (g->day_count == DAYS_MAX) {
		complain(r, r->line, "an agenda cannot have more than %d days", DAYS_MAX);
		return;
	}
	if (!g->day_count)
		g->days = arena_alloc(r->a, DAYS_MAX * sizeof(*g->days));
	r->day = &g->days[g->day_count++];
	*r->day = (struct agenda_day){ .title = heading, .line = r->line, .date = STR("") };
	r->dated = find_date(heading, &date) && exists(&date, &r->midnight_ms);
	if (!r->dated) {
		complain(r, r->line,
			 "there is no date in this heading, as in \"Thursday 22 July 2021\"");
		return;
	}
	r->day->date = arena_strf(r->a, "%04d-%02d-%02d", date.year, date.month, date.day);
	if (wrong_weekday(heading, r->midnight_ms, &right))
		complain(r, r->line, "that day is a %s", right);
}

/* A line of a day: an entry, the head of a table, or text, which has no place there. */
static void day_line(struct reading *r, struct str line)
{
	struct str parts[4] = { STR_NONE, STR_NONE, STR_NONE, STR_NONE };
	bool table = line.p[0] == '|',
	     list = str_starts(line, STR("- ")) || str_starts(line, STR("* "));
	size_t count;

	if (table && is_rule(line))
		return;
	count = cells(list ? str_slice(line, 2, line.n) : line, parts);
	if ((!table && !list) || count < 2) {
		complain(r, r->line, "this is no entry, as in | 13:00-13:45 | Title | talk |");
		return;
	}
	if (table && parts[0].n && !isdigit((unsigned char)parts[0].p[0]) && !r->day->entry_count)
		return; /* the table's head */
	if (count == 4)
		complain(r, r->line, "an entry has at most three parts: time, title, kind");
	read_entry(r, parts[0], parts[1], parts[2]);
}

static void read_head(struct reading *r, const struct front *front)
{
	static const char *const known[] = { "title", "subtitle", "timezone", NULL };
	struct agenda *g = r->agenda;
	struct str title = json_get_str(front->values, "title");
	int minutes;

	JSON_EACH(front->values, key, value)
	{
		const char *const *k = known;

		while (*k && strcmp(*k, key) != 0)
			k++;
		if (!*k)
			complain(r, yaml_key_line(front->values, key) + 1,
				 "there is no key named \"%s\" here", key);
		else if (!json_is_string(value))
			complain(r, yaml_key_line(front->values, key) + 1,
				 "%s must be a text; put it into quotes", key);
	}
	if (!title.n)
		complain(r, 1, "the front matter has no title");
	g->title = title.n ? title : STR("Workshop");
	g->subtitle = json_get_str(front->values, "subtitle");
	g->zone = json_get_str(front->values, "timezone");
	if (!g->zone.n)
		complain(
			r, 1,
			"the front matter has no timezone, as in `timezone: CEST` or `timezone: UTC+2`");
	else if (!zone_offset(g->zone, 0, &minutes))
		complain(
			r, yaml_key_line(front->values, "timezone") + 1,
			"the time zone %.*s is unknown on this machine; an offset such as UTC+2 always works",
			STR_ARG(g->zone));
	if (!g->zone.n)
		g->zone = STR("UTC");
}

struct agenda *agenda_parse(struct arena *a, struct str text, const char *file,
			    agenda_complain *complain_fn, void *arg)
{
	struct agenda *g = ARENA_NEW(a, struct agenda);
	struct reading r = {
		.a = a, .agenda = g, .file = file, .complain = complain_fn, .arg = arg
	};
	struct front front;
	struct str rest, intro;
	const char *why;
	int line;

	if (!front_parse(a, text, &front, &line, &why))
		complain(&r, line, "%s", why);
	read_head(&r, &front);
	rest = intro = front.rest;
	g->intro_line = front.rest_line;
	r.line = front.rest_line - 1;
	intro.n = 0;
	while (rest.p) {
		struct str whole = str_cut(&rest, '\n'), one = str_trim(whole);

		r.line++;
		if (str_starts(one, STR("## ")))
			open_day(&r, str_trim(str_slice(one, 3, one.n)));
		else if (!r.day)
			intro.n = (size_t)(whole.p - intro.p) + whole.n;
		else if (one.n)
			day_line(&r, one);
	}
	g->intro = intro;
	if (!g->day_count)
		complain(&r, 0, "there is no day: a heading such as \"## Thursday 22 July 2021\"");
	return g;
}

/* --- now and next ------------------------------------------------------------------------------------------------------------------ */

const struct agenda_entry *agenda_now(const struct agenda *agenda, int64_t now)
{
	for (size_t i = 0; i < agenda->day_count; i++)
		for (size_t k = 0; k < agenda->days[i].entry_count; k++) {
			const struct agenda_entry *e = &agenda->days[i].entries[k];

			if (e->starts_ms <= now && now < e->ends_ms)
				return e;
		}
	return NULL;
}

const struct agenda_entry *agenda_next(const struct agenda *agenda, int64_t now)
{
	const struct agenda_entry *next = NULL;

	for (size_t i = 0; i < agenda->day_count; i++)
		for (size_t k = 0; k < agenda->days[i].entry_count; k++) {
			const struct agenda_entry *e = &agenda->days[i].entries[k];

			if (e->starts_ms > now && (!next || e->starts_ms < next->starts_ms))
				next = e;
		}
	return next;
}
