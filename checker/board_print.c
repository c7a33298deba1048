/* The board as plain text, where there is no terminal. */
#include "checker/board.h"
#include "checker/checklist.h"

static void print_states(const struct board *b, const struct board_person *p, struct buf *out,
			 bool ascii)
{
	struct grid g = { .ascii = ascii };

	for (int i = 0; i < b->lab_count; i++) {
		text_add(out, b->labs[i].id, 0, ascii);
		buf_addc(out, ' ');
		for (int k = 0; k < b->labs[i].count; k++) {
			const struct verdict *v = board_verdict(b, p, b->labs[i].first + k);

			buf_add(out,
				grid_symbol(&g, verdict_symbol(v ? v->state : VERDICT_PENDING)));
		}
		buf_adds(out, i + 1 < b->lab_count ? "  " : "");
	}
	buf_addc(out, '\n');
}

static void print_checks(const struct board *b, struct buf *out, bool ascii)
{
	for (int i = 0; i < b->check_count; i++) {
		const struct board_check *c = &b->checks[i];
		const struct board_lab *lab = &b->labs[c->lab];

		text_add_padded(out, lab->id, 20, ascii);
		buf_addf(out, " %2d", i - lab->first + 1);
		for (enum verdict_state state = VERDICT_STATES; state-- > 0;)
			buf_addf(out, "  %3d %.*s", c->in_state[state],
				 STR_ARG(verdict_word(state)));
		buf_adds(out, "  ");
		text_add(out, c->title, 0, ascii);
		buf_addc(out, '\n');
	}
}

void board_print(const struct board *b, struct buf *out, int64_t now_ms, bool ascii)
{
	char span[8] = "";

	text_add(out, b->event, 0, ascii);
	buf_addf(out, ": %d %s, %d all green\n\n", b->in_sight,
		 b->in_sight == 1 ? "attendee" : "attendees", b->done);
	for (int i = 0; i < b->in_sight; i++) {
		const struct board_person *p = board_at(b, i);
		int64_t waiting = board_waiting_ms(p, now_ms);

		board_span(span, waiting);
		text_add_padded(out, p->standing->name, 28, ascii);
		buf_adds(out, "  ");
		text_add_padded(out, p->standing->account, 12, ascii);
		buf_addf(out, "  %3d/%-3d  %6s  ", p->standing->green, p->standing->total,
			 waiting < 0 ? "" : span);
		print_states(b, p, out, ascii);
	}
	if (b->check_count)
		buf_addc(out, '\n');
	print_checks(b, out, ascii);
	if (b->unknown_count)
		buf_adds(out, "\nOperations that attendees missed:\n");
	for (int i = 0; i < b->unknown_count; i++) {
		buf_addf(out, "%6lld  ", (long long)b->unknown[i].count);
		text_add(out, b->unknown[i].operation, 0, ascii);
		buf_addc(out, '\n');
	}
}
