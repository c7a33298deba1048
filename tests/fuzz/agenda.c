/*
 * Property: an agenda's entries last at least a minute and at most a day, lie within the span of their day, and what runs
 * now runs now; each complaint names a line of the text. A zone, or a zone file, is at most 15 hours from UTC.
 */
#include "site/agenda.h"

#include <stdlib.h>

#include "site/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void complain(void *arg, const char *file, int line, const char *what)
{
	require(file && *what && line >= 0 && line <= *(const int *)arg);
}

static void check_day(const struct agenda *g, const struct agenda_day *day)
{
	for (size_t i = 0; i < day->entry_count; i++) {
		const struct agenda_entry *e = &day->entries[i], *now = agenda_now(g, e->starts_ms);

		require(e->minutes >= 1 && e->minutes <= 24 * 60 && e->title.n);
		require(e->ends_ms > e->starts_ms || g->zone.n);
		require(e->starts_ms >= day->starts_ms && e->ends_ms <= day->ends_ms);
		require(!now || (now->starts_ms <= e->starts_ms && now->ends_ms > e->starts_ms));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = str_make(size ? (const char *)data : "", size);
	struct agenda *g;
	int lines = 2, minutes = 0;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	g = agenda_parse(a, text, "agenda.md", complain, &lines);
	for (size_t i = 0; i < g->day_count; i++)
		check_day(g, &g->days[i]);
	if (zone_file_offset(text, (int64_t)size * 12345678901, &minutes) ||
	    zone_offset(text, 0, &minutes))
		require(minutes >= -15 * 60 && minutes <= 15 * 60);
	arena_free(a);
	return 0;
}
