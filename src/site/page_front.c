/*
 * The front page: what the event is, what is on, the agenda and the labs.
 *
 * The server writes every time in the event's own zone; the script writes them again in the viewer's, and keeps "now"
 * and "next" true while the page is open.
 */
#include "site/inside.h"

#include "base/time.h"

static void duration(struct html *h, int minutes)
{
	if (minutes >= 60) {
		html_int(h, minutes / 60);
		HTML(h, " h");
	}
	if (minutes >= 60 && minutes % 60)
		HTML(h, " ");
	if (minutes < 60 || minutes % 60) {
		html_int(h, minutes % 60);
		HTML(h, " min");
	}
}

static void moment(struct html *h, struct arena *a, int64_t at, struct str local)
{
	HTML(h, "<time");
	HTML_ATTR(h, "datetime", time_iso(a, at, false));
	HTML(h, ">");
	html_text(h, local);
	HTML(h, "</time>");
}

static void entry_title(struct html *h, const struct agenda_entry *e)
{
	if (!e->link.n) {
		html_text(h, e->title);
		return;
	}
	HTML(h, "<a");
	HTML_URL(h, "href", e->link);
	HTML(h, ">");
	html_text(h, e->title);
	HTML(h, "</a>");
}

static void entry(struct html *h, const struct visit *v, const struct agenda_entry *e, int64_t now)
{
	struct arena *a = v->req->arena;

	HTML(h, "<li");
	HTML_ATTR(h, "class", arena_strf(a, "slot slot-%s", agenda_kind_name(e->kind)));
	HTML_ATTR_INT(h, "data-starts", e->starts_ms);
	HTML_ATTR_INT(h, "data-ends", e->ends_ms);
	HTML_ATTR(h, "data-state",
		  e->ends_ms <= now     ? STR("past")
		  : e->starts_ms <= now ? STR("now")
					: STR("later"));
	HTML(h, "><p class=\"slot-time\">");
	moment(h, a, e->starts_ms, e->starts);
	HTML(h, "<span class=\"dash\">\xe2\x80\x93</span>");
	moment(h, a, e->ends_ms, e->ends);
	HTML(h, "</p><div class=\"slot-what\"><p class=\"slot-title\">");
	entry_title(h, e);
	HTML(h, "</p><p class=\"slot-about\"><span class=\"kind\">");
	html_text(h, str_of(e->kind == AGENDA_LAB     ? "Lab"
			    : e->kind == AGENDA_TALK  ? "Talk"
			    : e->kind == AGENDA_BREAK ? "Break"
						      : ""));
	HTML(h, "</span> <span class=\"minutes\">");
	duration(h, e->minutes);
	HTML(h, "</span> <span class=\"on\"></span></p></div></li>");
}

static void days(struct html *h, const struct visit *v, int64_t now)
{
	const struct agenda *agenda = v->book->agenda;

	HTML(h,
	     "<section class=\"agenda\" aria-labelledby=\"agenda\"><div class=\"agenda-head\"><h2 id=\"agenda\">Agenda</h2>"
	     "<p class=\"zone\"><span id=\"zone-text\">Times are in ");
	html_text(h, agenda->zone);
	HTML(h,
	     "</span> <button type=\"button\" class=\"link-button\" id=\"zone-switch\" hidden></button></p></div>"
	     "<div class=\"days\">");
	for (size_t i = 0; i < agenda->day_count; i++) {
		const struct agenda_day *day = &agenda->days[i];

		HTML(h, "<section class=\"day\"");
		HTML_ATTR(h, "data-date", day->date);
		HTML(h, "><h3>");
		html_text(h, day->title);
		HTML(h, "</h3><ol class=\"slots\">");
		for (size_t k = 0; k < day->entry_count; k++)
			entry(h, v, &day->entries[k], now);
		HTML(h, "</ol></section>");
	}
	if (!agenda->day_count)
		HTML(h, "<p>The agenda is empty so far.</p>");
	HTML(h, "</div></section>");
}

static void one_of_now(struct html *h, const struct visit *v, const char *id, const char *label,
		       const struct agenda_entry *e)
{
	HTML(h, "<div class=\"now-card\"");
	HTML_ATTR(h, "id", str_of(id));
	if (!e)
		HTML(h, " hidden");
	HTML(h, "><p class=\"now-label\">");
	html_text(h, str_of(label));
	HTML(h, "</p><p class=\"now-title\">");
	if (e)
		entry_title(h, e);
	HTML(h, "</p><p class=\"now-when\">");
	if (e) {
		moment(h, v->req->arena, e->starts_ms, e->starts);
		HTML(h, "<span class=\"dash\">\xe2\x80\x93</span>");
		moment(h, v->req->arena, e->ends_ms, e->ends);
		HTML(h, " ");
		html_text(h, v->book->agenda->zone);
	}
	HTML(h, "</p></div>");
}

/* What is on now and next; a sentence when the event has not begun, or is over. */
static void now_and_next(struct html *h, const struct visit *v, int64_t now)
{
	const struct agenda *agenda = v->book->agenda;
	const struct agenda_entry *on = agenda_now(agenda, now), *next = agenda_next(agenda, now);

	HTML(h,
	     "<section class=\"now\" id=\"now-next\" aria-label=\"Now and next\" aria-live=\"polite\"");
	HTML_ATTR_INT(h, "data-now", now);
	HTML_ATTR(h, "data-zone", agenda->zone);
	HTML(h, ">");
	one_of_now(h, v, "on-now", "Now", on);
	one_of_now(h, v, "on-next", "Next", next);
	HTML(h, "<p class=\"now-none\" id=\"on-none\"");
	if (on || next)
		HTML(h, " hidden");
	HTML(h, ">");
	if (agenda->day_count)
		HTML(h, "The event is over; the labs stay open.");
	HTML(h, "</p></section>");
}

static void lab_card(struct html *h, const struct visit *v, const struct lab *lab, size_t number)
{
	size_t green = 0, total = lab->check_count;
	const struct verdicts *const *list;
	size_t n = 0;

	list = v->person ? person_verdicts(v->site->people, v->person, v->req->arena, &n) : NULL;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(list[i]->lab, lab->id))
			continue;
		total = list[i]->count;
		for (size_t k = 0; k < list[i]->count; k++)
			green += list[i]->checks[k].state == VERDICT_GREEN;
	}
	HTML(h, "<li class=\"lab-card\"><p class=\"lab-number\">Lab ");
	html_int(h, (int64_t)number);
	HTML(h, "</p><h3><a");
	HTML_URL(h, "href", lab->base);
	HTML(h, ">");
	html_text(h, lab->title);
	HTML(h, "</a></h3>");
	if (lab->description.n) {
		HTML(h, "<p>");
		html_text(h, lab->description);
		HTML(h, "</p>");
	}
	if (total) {
		HTML(h, "<p class=\"lab-checks\"");
		HTML_ATTR(h, "data-lab-progress", lab->id);
		HTML(h, ">");
		if (v->person) {
			html_int(h, (int64_t)green);
			HTML(h, " of ");
		}
		html_int(h, (int64_t)total);
		html_text(h, total == 1 ? STR(" check") : STR(" checks"));
		if (v->person)
			HTML(h, " green");
		HTML(h, "</p>");
	}
	HTML(h, "</li>");
}

static void lab_list_section(struct html *h, const struct visit *v)
{
	HTML(h,
	     "<section class=\"labs\" aria-labelledby=\"labs\"><h2 id=\"labs\">Labs</h2><ul class=\"lab-cards\">");
	for (size_t i = 0; i < v->book->lab_count; i++)
		lab_card(h, v, v->book->labs[i], i + 1);
	HTML(h, "</ul></section>");
}

enum http_outcome front_page(struct http_request *req, void *context)
{
	static const char *const scripts[] = { "front.js", NULL };
	struct frame frame = {
		.section = "home", .body_class = "front", .scripts = scripts, .live = true
	};
	struct visit *v = context;
	const struct agenda *agenda = v->book->agenda;
	int64_t now = v->site->config.clock();
	struct html h;

	(void)req;
	html_init(&h);
	layout_begin(&h, v, &frame);
	HTML(&h, "<section class=\"hero\"><div class=\"hero-text\"><h1>");
	html_text(&h, agenda->title);
	HTML(&h, "</h1>");
	if (agenda->subtitle.n) {
		HTML(&h, "<p class=\"subtitle\">");
		html_text(&h, agenda->subtitle);
		HTML(&h, "</p>");
	}
	if (agenda->intro_body) {
		HTML(&h, "<div class=\"intro\">");
		guide_write(agenda->intro_body, NULL, &h);
		HTML(&h, "</div>");
	}
	HTML(&h, "<p class=\"hero-go\"><a class=\"button button-primary big\"");
	HTML_URL(&h, "href", v->person ? STR("/me") : STR("/join"));
	HTML(&h, ">");
	html_text(&h, v->person ? STR("Go to your lab") : STR("Join the workshop"));
	HTML(&h, "</a></p></div>");
	now_and_next(&h, v, now);
	HTML(&h, "</section>");
	days(&h, v, now);
	lab_list_section(&h, v);
	layout_end(&h, v);
	visit_page(v, 200, &h);
	html_release(&h);
	return HTTP_ANSWERED;
}
