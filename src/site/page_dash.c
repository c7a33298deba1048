/* The instructor's board: a form for the token, or the frame that the script fills from the stream. */
#include "site/inside.h"

static void token_form(struct html *h, const struct visit *v)
{
	HTML(h,
	     "<section class=\"card narrow\"><h1>Instructor's board</h1>"
	     "<p>Enter the instructor token; it was printed when the server started.</p>"
	     "<form method=\"post\" action=\"/dash/signin\" id=\"instructor-form\"><div class=\"field\">"
	     "<label for=\"token\">Instructor token</label>"
	     "<input id=\"token\" name=\"token\" type=\"password\" required autocomplete=\"off\" "
	     "aria-describedby=\"token-wrong\"");
	if (v->wrong_token)
		HTML(h, " aria-invalid=\"true\" autofocus");
	HTML(h, "><p class=\"field-wrong\" id=\"token-wrong\" role=\"alert\">");
	if (v->wrong_token)
		HTML(h, "That is not the instructor token.");
	HTML(h,
	     "</p></div><button class=\"button button-primary wide\">Open the board</button></form></section>");
}

static void person_dialog(struct html *h)
{
	HTML(h,
	     "<dialog class=\"card person\" id=\"person\" aria-labelledby=\"person-name\"><h2 id=\"person-name\"></h2>"
	     "<p>Account <code id=\"person-account\"></code></p>"
	     "<p>A new token lets them in again, at another machine for example. The old one stops at once, in every browser "
	     "and terminal that uses it. Their account, their work and their access key stay as they are.</p>"
	     "<p>Starting over is the other way round: the account is emptied, and they stay signed in.</p>"
	     "<p class=\"field-wrong\" id=\"person-wrong\" role=\"alert\"></p>"
	     "<div id=\"person-given\" role=\"status\" hidden><p>Their new token, which is shown only now:</p>"
	     "<p><code id=\"person-token\"></code></p><p>It signs in by this address: <a id=\"person-link\"></a></p></div>"
	     "<form method=\"dialog\" class=\"person-buttons\">"
	     "<button type=\"button\" class=\"button button-primary\" id=\"person-give\">Give a new token</button>"
	     "<button type=\"button\" class=\"button button-danger\" id=\"person-over\" aria-haspopup=\"dialog\">Start over</button>"
	     "<button class=\"button button-normal\">Close</button></form></dialog>");
}

/* What happens by mistake happens by Enter: so it is on the button that changes nothing. */
static void start_over_dialog(struct html *h)
{
	HTML(h,
	     "<dialog class=\"card person\" id=\"over\" role=\"alertdialog\" aria-labelledby=\"over-title\" "
	     "aria-describedby=\"over-text\"><h2 id=\"over-title\">Start over for <span id=\"over-name\"></span>?</h2>"
	     "<div id=\"over-text\"><p>All that is in account <code id=\"over-account\"></code> will be lost, and nobody can bring "
	     "it back: tables, functions, sites, repositories, user pools, roles and logs. What runs there ends, and all "
	     "checks begin again.</p><p>Their name, token and access keys stay, so they go on where they sit. Nobody else "
	     "notices.</p></div><p class=\"field-wrong\" id=\"over-wrong\" role=\"alert\"></p>"
	     "<form method=\"dialog\" class=\"person-buttons\">"
	     "<button class=\"button button-normal\" id=\"over-keep\" autofocus>Keep everything</button>"
	     "<button type=\"button\" class=\"button button-danger\" id=\"over-empty\">Empty the account</button>"
	     "</form></dialog>");
}

static void board(struct html *h, const struct visit *v)
{
	HTML(h,
	     "<div class=\"board\" id=\"board\"><div class=\"board-head\"><h1>Board</h1>"
	     "<p class=\"board-count\" id=\"board-count\" role=\"status\">Waiting for the first figures</p>"
	     "<div class=\"board-tools\"><label for=\"board-filter\" class=\"sr\">Filter by name</label>"
	     "<input type=\"search\" id=\"board-filter\" placeholder=\"Filter by name\">"
	     "<label for=\"board-lab\" class=\"sr\">Lab</label><select id=\"board-lab\"><option value=\"\">All labs</option>");
	for (size_t i = 0; i < v->book->lab_count; i++) {
		HTML(h, "<option");
		HTML_ATTR(h, "value", v->book->labs[i]->id);
		HTML(h, ">");
		html_text(h, v->book->labs[i]->title);
		HTML(h, "</option>");
	}
	HTML(h,
	     "</select><label for=\"board-sort\" class=\"sr\">Order</label><select id=\"board-sort\">"
	     "<option value=\"joined\">As joined</option><option value=\"name\">By name</option>"
	     "<option value=\"green\">Most green first</option><option value=\"stuck\">Stuck first</option></select>"
	     "<a class=\"button button-normal\" href=\"/api/dash/results.csv\" download>Results (CSV)</a>"
	     "<button class=\"button button-normal\" id=\"board-joining\" hidden>Close joining</button>"
	     "<form method=\"post\" action=\"/dash/signout\"><button class=\"button button-normal\">Sign out</button></form>"
	     "</div></div><p class=\"board-told\" id=\"board-told\" role=\"status\"></p>"
	     "<div class=\"table matrix\" tabindex=\"0\" role=\"region\" aria-label=\"Attendees and checks\">"
	     "<table id=\"board-table\"><thead></thead><tbody></tbody></table></div>"
	     "<p class=\"legend\"><span data-state=\"green\">\xe2\x9c\x93 green</span> "
	     "<span data-state=\"red\">\xe2\x9c\x97 red: a mistake, or undone</span> "
	     "<span data-state=\"to do\">\xe2\x97\x8b to do</span> "
	     "<span data-state=\"pending\">\xc2\xb7 pending: something comes first</span></p>"
	     "<div class=\"board-cards\"><section class=\"card\" aria-labelledby=\"stuck\">"
	     "<h2 id=\"stuck\">Who is stuck</h2><ul id=\"board-stuck\" class=\"plain-list\"></ul></section>"
	     "<section class=\"card\" aria-labelledby=\"unknown\"><h2 id=\"unknown\">Unknown operations</h2>"
	     "<ul id=\"board-unknown\" class=\"plain-list\"></ul></section></div>"
	     "<noscript><p>The board needs JavaScript; <code>immersion dash</code> shows the same in a terminal.</p>"
	     "</noscript></div>");
	person_dialog(h);
	start_over_dialog(h);
}

enum http_outcome dash_page(struct http_request *req, void *context)
{
	static const char *const board_scripts[] = { "instructor.js", "dash.js", NULL };
	static const char *const form_scripts[] = { "join.js", NULL };
	struct visit *v = context;
	struct frame frame = { .section = "dash", .title = STR("Board"), .body_class = "dash" };
	struct html h;

	(void)req;
	frame.scripts = v->instructor ? board_scripts : form_scripts;
	html_init(&h);
	layout_begin(&h, v, &frame);
	if (v->instructor)
		board(&h, v);
	else
		token_form(&h, v);
	layout_end(&h, v);
	visit_page(v, v->wrong_token ? 403 : 200, &h);
	html_release(&h);
	return HTTP_ANSWERED;
}
