/*
 * An attendee's checks as plain text, for terminals where nothing but curl is installed.
 *
 * Plain ASCII words in front, so that every terminal of every system shows them; what comes from attendees' accounts is
 * freed of what would steer a terminal.
 */
#include "site/inside.h"

/* Text in one line. Control characters, those of C1 in UTF-8 too, become blanks. */
static void add_line(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		unsigned char next = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;

		if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
			buf_addc(out, ' ');
			i++;
		} else {
			buf_addc(out, c < ' ' || c == 0x7f ? ' ' : (char)c);
		}
	}
	buf_addc(out, '\n');
}

static void add_check(struct buf *out, const struct verdict *check)
{
	buf_addf(out, "  %-8s ", verdict_state_word(check->state));
	add_line(out, check->title);
	if (check->state != VERDICT_RED || !check->message.n)
		return;
	buf_addf(out, "  %-8s ", "");
	add_line(out, check->message);
}

static void add_lab(struct buf *out, const struct verdicts *lab)
{
	buf_addf(out, "\n%zu of %zu green: ", verdicts_green(lab), lab->count);
	add_line(out, lab->title);
	for (size_t i = 0; i < lab->count; i++)
		add_check(out, &lab->checks[i]);
}

static void add_labs(struct buf *out, const struct visit *v)
{
	const struct verdicts *const *list;
	size_t n, shown = 0;

	list = person_verdicts(v->site->people, v->person, v->req->arena, &n);
	for (size_t i = 0; i < v->book->lab_count; i++)
		for (size_t k = 0; k < n; k++)
			if (str_eq(list[k]->lab, v->book->labs[i]->id) && list[k]->count) {
				add_lab(out, list[k]);
				shown++;
			}
	if (!shown)
		buf_adds(out, "\nNo results yet: please ask again in a moment.\n");
}

enum http_outcome progress_plain(struct http_request *req, void *context)
{
	struct visit *v = context;
	struct buf out;

	buf_init(&out, BUF_MAX);
	add_line(&out, v->person->name);
	add_labs(&out, v);
	visit_headers(req);
	http_set_header(req, "Cache-Control", STR("no-store"));
	http_answer(req, 200, "text/plain; charset=utf-8", arena_dup(req->arena, buf_str(&out)));
	buf_release(&out);
	return HTTP_ANSWERED;
}
