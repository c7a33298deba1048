/* The agenda's file, and time zones. */
#include "site/agenda.h"

#include "base/buf.h"
#include "base/time.h"
#include "site/zone.h"
#include "tap.h"

static struct buf said;

static void complain(void *arg, const char *file, int line, const char *what)
{
	(void)arg;
	buf_addf(&said, "%s:%d: %s\n", file, line, what);
}

static struct agenda *parse(struct arena *a, const char *text)
{
	buf_clear(&said);
	return agenda_parse(a, str_of(text), "agenda.md", complain, NULL);
}

static int64_t at(const char *iso)
{
	int64_t ms = -1;

	time_parse_iso(str_of(iso), &ms);
	return ms;
}

#define HEAD "---\ntitle: The Day\ntimezone: CEST\n---\n"

static void test_whole(void)
{
	struct arena *a = arena_new();
	struct agenda *g =
		parse(a, HEAD "Hello *you*.\n\n## Day 1 - Thursday 22 July 2021\n\n"
			      "| Time | What | Kind |\n|---|:--|---|\n"
			      "| 13:00-13:45 | [Overview](/talks/overview) | talk |\n"
			      "| 13:45 \xE2\x80\x93 15:10 | [Web app](/labs/web-app/) |\n"
			      "## Friday, July 23rd, 2021\n"
			      "- 09:00-9.30 | Coffee | break\n"
			      "- 23:30-00:30 | Late \\| later | other\n");
	const struct agenda_entry *e;

	is_str(buf_str(&said), "", "an agenda without mistakes is read without a word");
	is_str(g->title, "The Day", "the title");
	is_str(str_trim(g->intro), "Hello *you*.",
	       "what stands before the first day is the introduction");
	is_int(g->intro_line, 5, "and its line is known");
	is_int((int64_t)g->day_count, 2, "two days");
	is_str(g->days[0].date, "2021-07-22", "a date with the day first");
	is_str(g->days[1].date, "2021-07-23", "a date with the month first");
	is_int((int64_t)g->days[0].entry_count, 2, "two entries on the first");
	e = &g->days[0].entries[0];
	is_int(e->starts_ms, at("2021-07-22T11:00:00Z"), "CEST is two hours before UTC");
	is_int(e->ends_ms, at("2021-07-22T11:45:00Z"), "the end too");
	is_int(e->minutes, 45, "45 minutes");
	is_str(e->link, "/talks/overview", "the link");
	is_str(e->title, "Overview", "and the title without it");
	ok(e->kind == AGENDA_TALK, "its kind is as written");
	ok(g->days[0].entries[1].kind == AGENDA_LAB, "without a kind the link tells");
	is_str(g->days[0].entries[1].ends, "15:10", "a dash with blanks separates as well");
	e = &g->days[1].entries[1];
	is_int(e->minutes, 60, "an entry may pass midnight");
	is_int(e->ends_ms, at("2021-07-23T22:30:00Z"), "and ends on the next day");
	is_int(g->days[1].starts_ms, at("2021-07-23T07:00:00Z"),
	       "a day begins with its first entry");
	arena_free(a);
}

static void test_deck(void)
{
	static const char *const times[][2] = {
		{ "2021-07-22T11:00:00Z", "2021-07-22T11:45:00Z" },
		{ "2021-07-22T11:45:00Z", "2021-07-22T13:10:00Z" },
		{ "2021-07-22T13:10:00Z", "2021-07-22T13:50:00Z" },
		{ "2021-07-22T13:50:00Z", "2021-07-22T15:20:00Z" },
		{ "2021-07-22T15:20:00Z", "2021-07-22T16:00:00Z" },
		{ "2021-07-23T11:00:00Z", "2021-07-23T11:45:00Z" },
		{ "2021-07-23T11:45:00Z", "2021-07-23T13:00:00Z" },
		{ "2021-07-23T13:00:00Z", "2021-07-23T13:45:00Z" },
		{ "2021-07-23T13:45:00Z", "2021-07-23T14:30:00Z" },
		{ "2021-07-23T14:30:00Z", "2021-07-23T16:00:00Z" },
	};
	struct arena *a = arena_new();
	struct agenda *g = parse(a, files_read(files_builtin("content"), a, STR("agenda.md")).p);
	size_t n = 0;

	is_str(buf_str(&said), "", "the agenda that is built in has no mistake");
	is_int((int64_t)g->day_count, 2, "it has two days");
	for (size_t d = 0; d < g->day_count; d++)
		for (size_t i = 0; i < g->days[d].entry_count && n < 10; i++, n++) {
			is_int(g->days[d].entries[i].starts_ms, at(times[n][0]),
			       "\"%.*s\" begins when the deck says",
			       STR_ARG(g->days[d].entries[i].title));
			is_int(g->days[d].entries[i].ends_ms, at(times[n][1]), "and ends then");
		}
	is_int((int64_t)n, 10, "six talks and four labs");
	arena_free(a);
}

static void test_now(void)
{
	struct arena *a = arena_new();
	struct agenda *g = parse(a, HEAD "## 22 July 2021\n- 13:00-13:45 | A\n- 14:00-15:00 | B\n");

	ok(!agenda_now(g, at("2021-07-22T10:59:59Z")), "nothing runs before the first entry");
	is_str(agenda_next(g, at("2021-07-22T10:59:59Z"))->title, "A", "the first one is next");
	is_str(agenda_now(g, at("2021-07-22T11:00:00Z"))->title, "A",
	       "an entry runs from its beginning");
	is_str(agenda_next(g, at("2021-07-22T11:00:00Z"))->title, "B", "then the second is next");
	ok(!agenda_now(g, at("2021-07-22T11:45:00Z")), "and not at its end");
	ok(!agenda_next(g, at("2021-07-22T12:00:00Z")), "nothing comes after the last");
	arena_free(a);
}

static void test_mistakes(void)
{
	static const struct {
		const char *text, *complaint;
	} cases[] = {
		{ "## 22 July 2021\n- 9:00-10:00 | A\n",
		  "agenda.md:1: the front matter has no title\n" },
		{ "---\ntitle: x\n## 22 July 2021\n",
		  "agenda.md:1: the front matter is not closed" },
		{ "---\ntitle: x\ntimezone: Mars/Base\n---\n## 22 July 2021\n",
		  "agenda.md:3: the time zone Mars/Base is unknown" },
		{ "---\ntitle: x\ntimezone: UTC\ncolour: red\n---\n## 22 July 2021\n",
		  "agenda.md:4: there is no key named \"colour\" here" },
		{ HEAD "## Some day\n", "agenda.md:5: there is no date in this heading" },
		{ HEAD "## 31 June 2021\n", "agenda.md:5: there is no date in this heading" },
		{ HEAD "## Monday 22 July 2021\n", "agenda.md:5: that day is a Thursday" },
		{ HEAD "## 22 July 2021\n- 25:00-26:00 | A\n",
		  "agenda.md:6: \"25:00-26:00\" is not a time from-to" },
		{ HEAD "## 22 July 2021\n- noon | A\n",
		  "agenda.md:6: \"noon\" is not a time from-to" },
		{ HEAD "## 22 July 2021\n- 9:00-9:00 | A\n",
		  "agenda.md:6: this entry ends when it begins" },
		{ HEAD "## 22 July 2021\n- 9:00-10:00 | A\n- 9:30-11:00 | B\n",
		  "agenda.md:7: this begins before what stands above it ends" },
		{ HEAD "## 22 July 2021\n- 9:00-10:00 | A | party\n",
		  "agenda.md:6: \"party\" is none of talk, lab" },
		{ HEAD "## 22 July 2021\n- 9:00-10:00 | \n", "agenda.md:6: this is no entry" },
		{ HEAD "## 22 July 2021\nsome text\n", "agenda.md:6: this is no entry" },
		{ HEAD, "agenda.md:0: there is no day" },
		{ "---\ntitle: 5\ntimezone: UTC\n---\n## 22 July 2021\n",
		  "agenda.md:2: title must be a text" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		parse(a, cases[i].text);
		if (!ok(str_find_str(buf_str(&said), str_of(cases[i].complaint)) >= 0,
			"lint says: %s", cases[i].complaint))
			diag("said: %s", said.p ? said.p : "");
	}
	arena_free(a);
}

static void test_zones(void)
{
	static const struct {
		const char *zone, *local;
		int minutes;
	} zones[] = {
		{ "CEST", "2021-07-22T13:00:00Z", 120 },
		{ "UTC", "2021-07-22T13:00:00Z", 0 },
		{ "Z", "2021-07-22T13:00:00Z", 0 },
		{ "UTC+2", "2021-07-22T13:00:00Z", 120 },
		{ "+02:00", "2021-07-22T13:00:00Z", 120 },
		{ "GMT-0330", "2021-07-22T13:00:00Z", -210 },
		{ "+5:45", "2021-07-22T13:00:00Z", 345 },
		{ "EST", "2021-01-22T13:00:00Z", -300 },
	};
	static const char *const unknown[] = { "",
					       "X",
					       "UTC+15",
					       "+2:5",
					       "+",
					       "../../../etc/passwd",
					       "/etc/passwd",
					       "Europe/../Europe/Rome",
					       "UTC+",
					       "+02:00:00",
					       "cest?" };
	int minutes;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		minutes = -1;
		ok(zone_offset(str_of(zones[i].zone), at(zones[i].local), &minutes),
		   "the zone %s is known", zones[i].zone);
		is_int(minutes, zones[i].minutes, "and is %d minutes east", zones[i].minutes);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		ok(!zone_offset(str_of(unknown[i]), 0, &minutes), "the zone \"%s\" is not known",
		   unknown[i]);
}

/* A zone file of version 2 (RFC 8536) with one change, whose rule is given, or nothing but the rule. */
static struct str zone_file(struct arena *a, const char *rule)
{
	static const unsigned char head[] = { 'T', 'Z', 'i', 'f', '2' };
	struct buf b;
	struct str out;

	buf_init(&b, 4096);
	for (int block = 0; block < 2; block++) {
		buf_add(&b, str_make(head, 5));
		for (int i = 0; i < 15; i++)
			buf_addc(&b, 0);
		/* isutc, isstd, leap, times, types, chars */
		buf_add(&b, STR("\0\0\0\0"
				"\0\0\0\0"
				"\0\0\0\0"
				"\0\0\0\0"
				"\0\0\0\1"
				"\0\0\0\4"));
		buf_add(&b, STR("\0\0\x0E\x10"
				"\0\0"
				"CET\0"));
	}
	buf_addf(&b, "\n%s\n", rule);
	out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static void test_zone_files(void)
{
	struct arena *a = arena_new();
	struct str rome = zone_file(a, "CET-1CEST,M3.5.0,M10.5.0/3"),
		   south = zone_file(a, "<-03>3<-02>,M10.3.0/0,M2.3.0/0");
	int minutes = 0;

	ok(zone_file_offset(rome, at("2021-07-22T13:00:00Z"), &minutes) && minutes == 120,
	   "Rome in July is at +2");
	ok(zone_file_offset(rome, at("2021-01-22T13:00:00Z"), &minutes) && minutes == 60,
	   "Rome in January is at +1");
	ok(zone_file_offset(rome, at("2021-03-28T01:59:00Z"), &minutes) && minutes == 60,
	   "before the last Sunday of March, at two");
	ok(zone_file_offset(rome, at("2021-03-28T03:00:00Z"), &minutes) && minutes == 120,
	   "and after");
	ok(zone_file_offset(rome, at("2021-10-31T03:30:00Z"), &minutes) && minutes == 60,
	   "back on the last Sunday of October");
	ok(zone_file_offset(south, at("2021-01-15T12:00:00Z"), &minutes) && minutes == -120,
	   "summer may span New Year");
	ok(zone_file_offset(south, at("2021-06-15T12:00:00Z"), &minutes) && minutes == -180,
	   "and winter is in June");
	for (size_t n = 0; n < rome.n - 30; n++)
		if (zone_file_offset(str_slice(rome, 0, n), 0, &minutes))
			break;
		else if (n == rome.n - 31)
			ok(true, "a file that is cut short is refused, wherever it is cut");
	arena_free(a);
}

int main(void)
{
	buf_init(&said, BUF_MAX);
	test_whole();
	test_deck();
	test_now();
	test_mistakes();
	test_zones();
	test_zone_files();
	buf_release(&said);
	return done_testing();
}
