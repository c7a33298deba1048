/* The frame around every page: head, header, footer. */
#include "site/inside.h"

static void link_asset(struct html *h, const struct site *site, const char *name)
{
	HTML_URL(h, "href", asset_url(site, name));
	HTML(h, ">");
}

static void script(struct html *h, const struct site *site, const char *name)
{
	struct str url = asset_url(site, name);

	if (!url.p)
		return;
	HTML(h, "<script");
	HTML_URL(h, "src", url);
	HTML(h, " defer></script>");
}

static void head(struct html *h, const struct visit *v, const struct frame *frame)
{
	struct str event = v->book->agenda->title;

	HTML(h, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		"<meta name=\"color-scheme\" content=\"light dark\"><title>");
	if (frame->title.n) {
		html_text(h, frame->title);
		HTML(h, " \xc2\xb7 ");
	}
	html_text(h, event);
	HTML(h, "</title><link rel=\"icon\" type=\"image/svg+xml\"");
	link_asset(h, v->site, "icon.svg");
	HTML(h, "<link rel=\"stylesheet\"");
	link_asset(h, v->site, "site.css");
	/* Not deferred: the colours must be known before anything is painted. */
	HTML(h, "<script");
	HTML_URL(h, "src", asset_url(v->site, "theme.js"));
	HTML(h, "></script>");
	script(h, v->site, "site.js");
	for (size_t i = 0; frame->scripts && frame->scripts[i]; i++)
		script(h, v->site, frame->scripts[i]);
	HTML(h, "</head>");
}

static void nav_link(struct html *h, const struct frame *frame, const char *section,
		     const char *path, const char *text)
{
	HTML(h, "<a");
	HTML_URL(h, "href", str_of(path));
	if (str_is(str_of(frame->section), section))
		HTML(h, " aria-current=\"page\"");
	HTML(h, ">");
	html_text(h, str_of(text));
	HTML(h, "</a>");
}

/* The first character of a name, for the round badge. */
static struct str initial(struct str name)
{
	size_t n = 1;

	while (n < name.n && ((unsigned char)name.p[n] & 0xc0) == 0x80)
		n++;
	return str_slice(name, 0, n);
}

static void who(struct html *h, const struct visit *v, const struct frame *frame)
{
	if (!v->person) {
		if (!str_is(str_of(frame->section), "join"))
			HTML(h, "<a class=\"button button-primary join\" href=\"/join\">Join</a>");
		return;
	}
	HTML(h, "<a class=\"who\" href=\"/me\"><span class=\"badge\" aria-hidden=\"true\">");
	html_text(h, initial(v->person->name));
	HTML(h, "</span><span class=\"who-name\"><span class=\"sr\">Signed in as </span>");
	html_text(h, v->person->name);
	HTML(h, "</span></a>");
}

static void header(struct html *h, const struct visit *v, const struct frame *frame)
{
	HTML(h,
	     "<a class=\"skip\" href=\"#main\">Skip to the content</a><header class=\"top\"><div class=\"top-in\">"
	     "<a class=\"brand\" href=\"/\"><img width=\"28\" height=\"28\" alt=\"\"");
	HTML_URL(h, "src", asset_url(v->site, "icon.svg"));
	HTML(h, "><span>");
	html_text(h, v->book->agenda->title);
	HTML(h, "</span></a><nav class=\"main-nav\" aria-label=\"Main\">");
	nav_link(h, frame, "home", "/", "Agenda");
	if (v->person)
		nav_link(h, frame, "me", "/me", "Your lab");
	if (v->person)
		nav_link(h, frame, "mail", "/me/mail", "Mail");
	if (v->instructor)
		nav_link(h, frame, "dash", "/dash", "Board");
	HTML(h,
	     "</nav><span class=\"connection\" id=\"connection\" role=\"status\" hidden></span>"
	     "<button type=\"button\" class=\"icon-button\" id=\"theme\" hidden><span aria-hidden=\"true\" "
	     "class=\"theme-icon\"></span><span class=\"sr\">Colours: </span><span class=\"sr\" id=\"theme-name\">"
	     "as the system</span></button>");
	who(h, v, frame);
	HTML(h, "</div></header>");
}

void layout_begin(struct html *h, const struct visit *v, const struct frame *frame)
{
	head(h, v, frame);
	HTML(h, "<body");
	HTML_ATTR(h, "class", str_of(frame->body_class ? frame->body_class : ""));
	if (frame->live && v->person)
		HTML(h, " data-live=\"true\"");
	HTML(h, ">");
	header(h, v, frame);
	HTML(h, "<main id=\"main\" tabindex=\"-1\">");
}

void layout_end(struct html *h, const struct visit *v)
{
	HTML(h, "</main><footer class=\"foot\"><p>");
	html_text(h, v->book->agenda->title);
	HTML(h, " \xc2\xb7 served from this room by Immersion</p></footer></body></html>\n");
}
