/*
 * The attendee's mailbox: what services would have sent to users by e-mail or SMS.
 *
 * Text in it comes from whatever the attendee deploys: it is shown as text, never as HTML.
 */
#include "base/time.h"
#include "site/inside.h"

/* A visit that waits for the mailbox; `then` answers it. */
struct mail_job {
	struct desk_job job;
	struct visit *visit;
	void (*then)(struct visit *v, struct json_object *messages);
};

static void run(struct desk_job *job, bool refused)
{
	struct mail_job *m = (struct mail_job *)job;
	struct visit *v = m->visit;
	const struct site_config *config = &v->site->config;
	struct json_object *messages = NULL;

	if (!refused)
		messages = config->mailbox(config->arg, v->req->arena, v->person->account);
	if (messages)
		m->then(v, messages);
	else
		visit_error(v, 503, "unavailable",
			    "Your mailbox cannot be read just now. Please try again in a moment.");
	http_resume(v->req);
}

static enum http_outcome with_mailbox(struct visit *v,
				      void (*then)(struct visit *v, struct json_object *messages))
{
	struct mail_job *m = ARENA_NEW(v->req->arena, struct mail_job);

	m->job.run = run;
	m->visit = visit_keep(v);
	m->then = then;
	desk_add(v->site->joins, &m->job);
	return HTTP_PARKED;
}

static void answer_api(struct visit *v, struct json_object *messages)
{
	struct json_object *body = json_new_object(v->req->arena);

	json_set(body, "messages", json_object_get(messages));
	visit_json(v, 200, body);
}

enum http_outcome mail_api(struct http_request *req, void *context)
{
	(void)req;
	return with_mailbox(context, answer_api);
}

/* --- the page ------------------------------------------------------------------------ */

/* Where the first address in a text begins; -1: there is none. */
static ptrdiff_t find_address(struct str text)
{
	ptrdiff_t plain = str_find_str(text, STR("http://"));
	ptrdiff_t secure = str_find_str(text, STR("https://"));

	return plain < 0 || (secure >= 0 && secure < plain) ? secure : plain;
}

/* The text of a message, with its links as such: assets/mail.js does the same. */
static void body_text(struct html *h, struct str text)
{
	ptrdiff_t at;

	while ((at = find_address(text)) >= 0) {
		struct str rest = str_slice(text, (size_t)at, text.n), address;
		size_t n = 0;

		while (n < rest.n && !strchr(" \t\r\n\"'<>", rest.p[n]))
			n++;
		address = str_slice(rest, 0, n);
		html_text(h, str_slice(text, 0, (size_t)at));
		HTML(h, "<a rel=\"noopener noreferrer\" target=\"_blank\"");
		HTML_URL(h, "href", address);
		HTML(h, ">");
		html_text(h, address);
		HTML(h, "</a>");
		text = str_slice(rest, n, rest.n);
	}
	html_text(h, text);
}

static void message(struct html *h, struct arena *a, struct json_object *m)
{
	struct str subject = json_get_str(m, "subject");
	bool sms = str_is(json_get_str(m, "medium"), "SMS");

	HTML(h, "<li class=\"card mail\"");
	HTML_ATTR(h, "data-id", json_text(a, json_get(m, "id")));
	HTML(h, "><h2>");
	html_text(h, subject.p ? subject : sms ? STR("Text message") : STR("Message"));
	HTML(h, "</h2><p class=\"hint\">To ");
	html_text(h, json_get_str(m, "to"));
	HTML(h, ", from ");
	html_text(h, json_get_str(m, "from"));
	HTML(h, ", <time");
	HTML_ATTR(h, "datetime", time_iso(a, json_int_or(json_get(m, "at"), 0), false));
	HTML(h, ">");
	html_text(h, time_iso(a, json_int_or(json_get(m, "at"), 0), false));
	HTML(h, "</time></p><p class=\"mail-body\">");
	body_text(h, json_get_str(m, "body"));
	HTML(h, "</p></li>");
}

static void show(struct visit *v, struct json_object *messages)
{
	static const char *const scripts[] = { "mail.js", NULL };
	struct frame frame = {
		.section = "mail", .title = STR("Mail"), .body_class = "mailbox", .scripts = scripts
	};
	struct html h;

	html_init(&h);
	layout_begin(&h, v, &frame);
	HTML(&h,
	     "<h1>Mail</h1><p>What your services send to people arrives here, whoever it is addressed to. "
	     "Nothing leaves this room.</p><p id=\"mail-none\"");
	if (json_count(messages))
		HTML(&h, " hidden");
	HTML(&h,
	     ">There is no message yet.</p><ol class=\"mails\" id=\"mails\" aria-live=\"polite\">");
	for (size_t i = 0; i < json_count(messages); i++)
		message(&h, v->req->arena, json_at(messages, i));
	HTML(&h, "</ol>");
	layout_end(&h, v);
	visit_page(v, 200, &h);
	html_release(&h);
}

enum http_outcome mail_page(struct http_request *req, void *context)
{
	(void)req;
	return with_mailbox(context, show);
}
