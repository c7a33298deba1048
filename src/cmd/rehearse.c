/*
 * immersion rehearse: does every check turn from red to green when the page is followed?
 *
 * One server with fresh accounts, and attendees who run the code blocks of the pages in reading order.
 * A check is proved when, for every attendee, it is not green before the page that shows it and
 * green after it.
 *
 * Where several tabs of one choice have blocks to run, somebody goes each way: the first way is through the first of such
 * tabs everywhere, the second through the second, and so on.
 */
#include "cmd/rehearse.h"

#include <stdio.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/time.h"
#include "cmd/cmd.h"

#define CHECKS_MAX 64
#define TAIL_LINES 12

static const struct flag flags[] = {
	{ "attendees", "N", "1", "how many attendees type at the same time, on each way" },
	{ "way", "N", "0", "go only the Nth way through tabs that are a choice; 0: each" },
	{ "labs", "DIR", NULL, "rehearse the labs of a folder instead of the built-in ones" },
	{ "content", "DIR", NULL, "the folder with agenda and talks, likewise" },
	{ "block-seconds", "S", "120", "the longest that one code block may take" },
	{ "settle-seconds", "S", "30",
	  "the longest that checks may take to turn green behind a page" },
	{ 0 }
};

/* Where the attendees stand with one check. */
struct tally {
	int green, red, pending;
	struct str message; /* of the first who is not green */
};

struct rehearsal {
	const struct command_line *line;
	struct stage stage;
	const struct guide_book *book;
	int ways; /* through the tabs of the chosen labs; at least 1 */
	int only; /* one of them, from 1; 0: all */
	int block_ms;
	int settle_ms; /* for checks: tables and the like take their time to become ACTIVE */
	int proved, unproved, broken; /* checks, checks, code blocks */
	const char *why;              /* the server failed us: the rehearsal ends */
};

/* --- the checks that a page shows --------------------------------------------------- */

struct page_checks {
	struct str at[CHECKS_MAX];
	size_t count;
};

/* The value of id in "{id=a}" or "{id="a"}"; absent when there is none. */
static struct str directive_id(struct str attributes)
{
	ptrdiff_t at = str_find_str(attributes, STR("id="));
	struct str id;
	size_t n = 0;

	if (at < 0)
		return STR_NONE;
	id = str_slice(attributes, (size_t)at + 3, attributes.n);
	if (id.n && (id.p[0] == '"' || id.p[0] == '\''))
		id = str_slice(id, 1, id.n);
	while (n < id.n && id.p[n] != ' ' && id.p[n] != '"' && id.p[n] != '\'' && id.p[n] != '}')
		n++;
	return str_slice(id, 0, n);
}

/* The ::check directives of a text, outside of its code blocks. */
static void find_checks(struct str markdown, struct page_checks *checks)
{
	bool code = false;

	checks->count = 0;
	while (markdown.p && checks->count < CHECKS_MAX) {
		struct str line = str_trim(str_cut(&markdown, '\n'));
		struct str id = STR_NONE;

		if (str_starts(line, STR("```")) || str_starts(line, STR("~~~")))
			code = !code;
		if (!code && str_starts(line, STR("::check")))
			id = directive_id(line);
		if (id.n)
			checks->at[checks->count++] = id;
	}
}

/* --- asking where the attendees stand ------------------------------------------------ */

static void add_state(struct tally *tally, const struct json_object *check)
{
	struct str state = json_get_str(check, "state");

	if (str_is(state, "green")) {
		tally->green++;
		return;
	}
	if (str_is(state, "red"))
		tally->red++;
	else
		tally->pending++;
	if (!tally->message.p)
		tally->message = json_get_str(check, "message");
}

static bool take_stock(struct rehearsal *r, struct str lab, const struct page_checks *checks,
		       struct tally *tallies)
{
	memset(tallies, 0, checks->count * sizeof(*tallies));
	for (int i = 0; i < r->stage.attendee_count; i++) {
		struct json_object *entry =
			stage_check(&r->stage, &r->stage.attendees[i], lab, &r->why);
		struct json_object *list = json_get(entry, "checks");

		if (!entry)
			return false;
		for (size_t c = 0; c < checks->count; c++) {
			for (size_t n = 0; n < json_count(list); n++) {
				if (str_eq(json_get_str(json_at(list, n), "id"), checks->at[c]))
					add_state(&tallies[c], json_at(list, n));
			}
		}
	}
	return true;
}

static bool all_green(const struct rehearsal *r, const struct page_checks *checks,
		      const struct tally *tallies)
{
	for (size_t c = 0; c < checks->count; c++) {
		if (tallies[c].green < r->stage.attendee_count)
			return false;
	}
	return true;
}

/* Ask again until all are green or the time is up. A page whose blocks failed is not waited for. */
static bool take_stock_settled(struct rehearsal *r, struct str lab,
			       const struct page_checks *checks, struct tally *tallies,
			       int settle_ms)
{
	int64_t until_us = time_monotonic_us() + settle_ms * 1000LL;

	for (;;) {
		if (!take_stock(r, lab, checks, tallies))
			return false;
		if (all_green(r, checks, tallies) || time_monotonic_us() >= until_us ||
		    stage_interrupted())
			return true;
		stage_sleep(250);
	}
}

/* --- printing ---------------------------------------------------------------------------- */

/* "green", or for several who differ "48 green, 2 red". */
static const char *tally_text(struct rehearsal *r, const struct tally *t)
{
	int all = r->stage.attendee_count;

	if (t->green == all)
		return "green";
	if (t->red == all)
		return "red";
	if (t->pending == all)
		return "pending";
	return arena_printf(r->line->arena, "%d green, %d red, %d pending", t->green, t->red,
			    t->pending);
}

static void print_verdict(struct rehearsal *r, struct str id, const struct tally *before,
			  const struct tally *after)
{
	bool was_green = before->green > 0, is_green = after->green == r->stage.attendee_count;

	printf("  %-32.*s %-9s %-9s %s\n", STR_ARG(id), tally_text(r, before), tally_text(r, after),
	       was_green  ? "NOT PROVED: green before its step"
	       : is_green ? "proved"
	       : !(after->red + after->pending + after->green)
		       ? "NOT PROVED: checks.yaml has no such check"
		       : "NOT PROVED: not green after its step");
	if (!is_green && after->message.n)
		printf("      %.*s\n", STR_ARG(after->message));
	if (!was_green && is_green)
		r->proved++;
	else
		r->unproved++;
}

static void print_output(struct rehearsal *r, const struct attendee *attendee)
{
	struct str tail = stage_tail(r->line->arena, attendee->output, TAIL_LINES);

	while (tail.p) {
		struct str line = str_cut(&tail, '\n');

		/* What a shell printed goes to a terminal: without its control characters. */
		fputs("      | ", stdout);
		for (size_t i = 0; i < line.n; i++) {
			unsigned char c = (unsigned char)line.p[i];

			putchar(c < ' ' || c == 0x7f ? (c == '\t' ? ' ' : '?') : c);
		}
		putchar('\n');
	}
}

/* How the block ended for those for whom it did not end well; the first is quoted. */
static void print_failure(struct rehearsal *r)
{
	const struct attendee *first = NULL;
	int count = 0;

	for (int i = 0; i < r->stage.attendee_count; i++) {
		const struct attendee *attendee = &r->stage.attendees[i];

		if (attendee->status == 0)
			continue;
		first = first ? first : attendee;
		count++;
	}
	if (!first)
		return;
	if (first->status == -1)
		printf("not finished after %d s", r->block_ms / 1000);
	else if (WIFEXITED(first->status))
		printf("exit code %d", WEXITSTATUS(first->status));
	else
		printf("ended by signal %d", WTERMSIG(first->status));
	if (r->stage.attendee_count > 1)
		printf(", for %d of %d attendees", count, r->stage.attendee_count);
	putchar('\n');
	print_output(r, first);
}

/* --- ways through tabs ----------------------------------------------------------------------- */

static bool is_bash(const struct guide_code *block)
{
	return str_is(block->language, "bash");
}

/* Of how many tabs with something to run is the block's one, and the how manieth, from 0? */
static int ways_at(const struct guide_code *blocks, size_t count, size_t block, int *which)
{
	int ways = 0;

	*which = 0;
	for (size_t i = 0; i < count && blocks[block].tabs; i++) {
		bool met = !is_bash(&blocks[i]) || blocks[i].tabs != blocks[block].tabs;

		for (size_t before = 0; before < i && !met; before++)
			met = is_bash(&blocks[before]) && blocks[before].tabs == blocks[i].tabs &&
			      blocks[before].tab == blocks[i].tab;
		if (met)
			continue;
		if (blocks[i].tab == blocks[block].tab)
			*which = ways;
		ways++;
	}
	return ways ? ways : 1;
}

/* How many ways there are through a lab. */
static int ways_through(const struct lab *lab)
{
	int most = 1, which;

	for (size_t p = 0; p < lab->page_count; p++) {
		size_t count;
		const struct guide_code *blocks =
			guide_runnable(lab_text_get(lab->pages[p], STR_NONE)->body, &count);

		for (size_t i = 0; i < count; i++) {
			int ways = ways_at(blocks, count, i, &which);

			most = ways > most ? ways : most;
		}
	}
	return most;
}

/* Who goes another way does not type the block. */
static void send_away(struct rehearsal *r, const struct guide_code *blocks, size_t count,
		      size_t block)
{
	int which, ways = ways_at(blocks, count, block, &which);

	for (int i = 0; i < r->stage.attendee_count; i++) {
		int way = r->only ? r->only - 1 : i % r->ways;

		r->stage.attendees[i].away = way % ways != which;
	}
}

/* --- pages and labs -------------------------------------------------------------------------- */

/* The runnable blocks of a page, up to the first that fails. */
static bool run_blocks(struct rehearsal *r, const struct lab_text *text)
{
	size_t count;
	const struct guide_code *blocks = guide_runnable(text->body, &count);

	for (size_t i = 0; i < count; i++) {
		int64_t began_us = time_monotonic_us();
		bool well;

		if (!is_bash(&blocks[i]) || stage_interrupted())
			continue;
		send_away(r, blocks, count, i);
		printf("  line %-4d ", blocks[i].line);
		fflush(stdout);
		well = stage_type(&r->stage, &blocks[i], r->block_ms);
		printf("%5.1f s  ", (double)(time_monotonic_us() - began_us) / 1e6);
		if (well) {
			puts("well");
			continue;
		}
		r->broken++;
		if (stage_interrupted())
			puts("interrupted");
		else
			print_failure(r);
		return false;
	}
	return true;
}

static bool rehearse_page(struct rehearsal *r, const struct lab *lab, const struct lab_page *page)
{
	const struct lab_text *text = lab_text_get(page, STR_NONE);
	struct tally before[CHECKS_MAX], after[CHECKS_MAX];
	struct page_checks checks;
	bool well;

	find_checks(text->markdown, &checks);
	printf("\n%.*s  (labs/%.*s)\n", STR_ARG(text->title), STR_ARG(text->file));
	if (checks.count && !take_stock(r, lab->id, &checks, before))
		return false;
	well = run_blocks(r, text);
	if (!checks.count || stage_interrupted())
		return !stage_interrupted();
	if (!take_stock_settled(r, lab->id, &checks, after, well ? r->settle_ms : 0))
		return false;
	printf("  %-32s %-9s %s\n", "CHECK", "BEFORE", "AFTER");
	for (size_t c = 0; c < checks.count; c++)
		print_verdict(r, checks.at[c], &before[c], &after[c]);
	return true;
}

/* A check that no page shows is one that nobody can follow. */
static void find_unshown(struct rehearsal *r, const struct lab *lab)
{
	for (size_t i = 0; i < lab->check_count; i++) {
		bool shown = false;

		for (size_t p = 0; p < lab->page_count && !shown; p++) {
			struct page_checks checks;

			find_checks(lab_text_get(lab->pages[p], STR_NONE)->markdown, &checks);
			for (size_t c = 0; c < checks.count; c++)
				shown = shown || str_eq(checks.at[c], lab->checks[i].id);
		}
		if (shown)
			continue;
		printf("\n  %-32.*s NOT PROVED: no page shows it\n", STR_ARG(lab->checks[i].id));
		r->unproved++;
	}
}

static bool rehearse_lab(struct rehearsal *r, const struct lab *lab)
{
	int n = r->stage.attendee_count;

	printf("%.*s: %.*s, with %d attendee%s\n", STR_ARG(lab->id), STR_ARG(lab->title), n,
	       n == 1 ? "" : "s");
	for (size_t i = 0; i < lab->page_count; i++) {
		if (!rehearse_page(r, lab, lab->pages[i]))
			return false;
	}
	find_unshown(r, lab);
	putchar('\n');
	return true;
}

static bool chosen(const struct command_line *line, struct str lab)
{
	for (int i = 0; i < line->argument_count; i++) {
		if (str_is(lab, line->arguments[i]))
			return true;
	}
	return line->argument_count == 0;
}

/* Are all the labs that were named there? */
static bool check_names(struct rehearsal *r)
{
	const struct command_line *line = r->line;

	for (int i = 0; i < line->argument_count; i++) {
		struct buf names;

		if (guide_lab(r->book, str_of(line->arguments[i])))
			continue;
		buf_init(&names, BUF_MAX);
		for (size_t n = 0; n < r->book->lab_count; n++)
			buf_addf(&names, " %.*s", STR_ARG(r->book->labs[n]->id));
		usage_error(line, "there is no lab \"%s\"; there %s%s.", line->arguments[i],
			    names.n ? "are:" : "are none", names.n ? names.p : "");
		buf_release(&names);
		return false;
	}
	return true;
}

static int rehearse(struct rehearsal *r)
{
	const struct command_line *line = r->line;
	int attendees;

	r->ways = 1;
	if (!flag_int(line, "attendees", 1, 500, &attendees) ||
	    !flag_int(line, "way", 0, 20, &r->only) ||
	    !flag_int(line, "block-seconds", 1, 3600, &r->block_ms) ||
	    !flag_int(line, "settle-seconds", 0, 3600, &r->settle_ms) || !check_names(r))
		return EXIT_USAGE;
	r->block_ms *= 1000;
	r->settle_ms *= 1000;
	for (size_t i = 0; i < r->book->lab_count; i++) {
		int ways = ways_through(r->book->labs[i]);

		if (chosen(line, r->book->labs[i]->id) && ways > r->ways)
			r->ways = ways;
	}
	if (!stage_open(&r->stage, flag_value(line, "labs"), flag_value(line, "content"),
			&r->why) ||
	    !stage_join(&r->stage, attendees * (r->only ? 1 : r->ways), &r->why))
		return cannot(line, "%s", r->why);
	for (size_t i = 0; i < r->book->lab_count; i++) {
		if (!chosen(line, r->book->labs[i]->id))
			continue;
		if (!rehearse_lab(r, r->book->labs[i]))
			return cannot(line, "%s", stage_interrupted() ? "interrupted." : r->why);
	}
	printf("%d checks proved, %d not proved, %d code blocks failed.\n", r->proved, r->unproved,
	       r->broken);
	return r->unproved || r->broken ? EXIT_RED : EXIT_WELL;
}

static struct files *open_tree(const struct command_line *line, const char *name, const char **why)
{
	const char *folder = flag_value(line, name);

	return folder ? files_folder(folder, line->arena, why) : files_builtin(name);
}

static int run(const struct command_line *line)
{
	struct rehearsal r = { .line = line, .stage = { .arena = line->arena } };
	const char *why = "it is not there";
	struct files *labs = open_tree(line, "labs", &why);
	struct files *content = labs ? open_tree(line, "content", &why) : NULL;
	struct guides *guides;
	int code;

	if (!content) {
		files_free(labs);
		return cannot(line, "%s", why);
	}
	/* Mistakes in pages are for `lint` to tell. */
	log_set_level(LOG_ERROR);
	guides = guides_new(labs, content);
	r.book = guides_book(guides, line->arena);
	code = rehearse(&r);
	stage_close(&r.stage);
	fflush(stdout);
	guides_free(guides);
	files_free(content);
	files_free(labs);
	return code;
}

const struct command command_rehearse = {
	.name = "rehearse",
	.summary = "prove that the checks of labs turn green when the pages are followed",
	.arguments = "[LAB...]",
	.more = "Starts a server of its own with fresh accounts, runs the bash blocks of each lab's pages\n"
		"in reading order as attendees would, and asks for the checks before and after each\n"
		"page. A check is proved when it is not green before its page and green after it.\n"
		"Where tabs are a choice of blocks to run, somebody goes each way.\n"
		"\n"
		"Exit codes: 0 all are proved, 1 some are not or a block failed, 3 the server cannot start.",
	.flags = flags,
	.run = run,
};
