/* The instructor's document, written as CSV. */
#include "site/results.h"

#include "base/time.h"

/* What spreadsheets take for the beginning of a formula. */
static bool is_formula(struct str cell)
{
	return cell.n && memchr("=+-@\t\r", cell.p[0], 6);
}

static void add_cell(struct buf *out, struct str cell, const char *end)
{
	buf_addc(out, '"');
	if (is_formula(cell))
		buf_addc(out, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, cell.p[i]);
	}
	buf_addc(out, '"');
	buf_adds(out, end);
}

static void add_moment(struct buf *out, struct arena *a, const struct json_object *at_ms,
		       const char *end)
{
	int64_t at = json_int_or(at_ms, 0);

	add_cell(out, at > 0 ? time_iso(a, at, false) : STR(""), end);
}

static void add_attendee(struct buf *out, struct arena *a, const struct json_object *attendee)
{
	add_cell(out, json_get_str(attendee, "name"), ",");
	add_cell(out, json_get_str(attendee, "account"), ",");
	add_moment(out, a, json_get(attendee, "joinedAt"), ",");
}

static void add_check(struct buf *out, struct arena *a, const struct json_object *lab,
		      const struct json_object *check)
{
	add_cell(out, json_get_str(lab, "id"), ",");
	add_cell(out, json_get_str(check, "id"), ",");
	add_cell(out, json_get_str(check, "title"), ",");
	add_cell(out, json_get_str(check, "state"), ",");
	add_moment(out, a, json_get(check, "doneAt"), "\r\n");
}

/* All lines of one attendee; returns how many. */
static size_t add_lines(struct buf *out, struct arena *a, const struct json_object *attendee)
{
	const struct json_object *labs = json_get(attendee, "labs");
	size_t lines = 0;

	for (size_t i = 0; i < json_count(labs); i++) {
		const struct json_object *lab = json_at(labs, i), *checks = json_get(lab, "checks");

		for (size_t k = 0; k < json_count(checks); k++, lines++) {
			add_attendee(out, a, attendee);
			add_check(out, a, lab, json_at(checks, k));
		}
	}
	return lines;
}

void results_csv(const struct json_object *document, struct buf *out)
{
	const struct json_object *attendees = json_get(document, "attendees");
	struct arena *a = arena_new();

	buf_adds(out, "attendee,account,joined,lab,check,title,state,done\r\n");
	for (size_t i = 0; i < json_count(attendees); i++) {
		if (add_lines(out, a, json_at(attendees, i)))
			continue;
		add_attendee(out, a, json_at(attendees, i));
		buf_adds(out, "\"\",\"\",\"\",\"\",\"\"\r\n");
	}
	arena_free(a);
}
